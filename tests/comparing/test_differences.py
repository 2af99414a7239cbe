"""Differences as estimates: at any level, in any order of the answers, to JSON and back."""

import datetime as dt
import itertools
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, careful

from custvalue import comparing
from custvalue._comparing.comparison import compared_together
from custvalue._comparing.difference import Difference
from custvalue._comparing.kinds import _import_every_room
from custvalue._inference.contrast import APART, ENDS, adjusted_p_values, contrasts
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._satisfaction.net_promoter import NetShare
from custvalue.comparing import Comparison, Interval, Trend, compare, trend
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import NetPromoterScore, net_promoter_score, top_box
from custvalue.survey import Responses

RNG = np.random.default_rng(31)


def mean(answers, **options):
    return mean_estimate(
        np.asarray(answers, float), Sample(np.ones(len(answers))), name="x", **options
    )


def nps(up, middle, down):
    return NetPromoterScore.from_counts(promoters=up, passives=middle, detractors=down)


MEANS = {name: mean(RNG.integers(1, 6, 12 + 7 * k)) for k, name in enumerate("abcd")}
SCORES = {"a": nps(20, 30, 10), "b": nps(45, 10, 5), "c": nps(12, 12, 30), "d": nps(30, 20, 10)}


# --- at any level ---------------------------------------------------------------------------


@pytest.mark.parametrize("correction", ["holm", "bonferroni", "benjamini-hochberg", "none"])
@pytest.mark.parametrize(
    ("groups", "method"),
    [(MEANS, "welch"), (MEANS, "wald"), (SCORES, "mover"), (SCORES, "wald")],
    ids=["welch", "wald", "mover", "wald of scores"],
)
def test_an_interval_at_another_level_is_that_of_a_comparison_at_that_level(
    groups, method, correction
):
    usual, other = (
        compare(groups, method=method, correction=correction, level=level) for level in (0.95, 0.8)
    )
    for one, two in zip(usual.differences, other.differences, strict=True):
        assert one.confidence_interval(0.8) == two.confidence_interval()
        assert one.confidence_interval() == two.confidence_interval(0.95)
        assert one.confidence_interval(0.8).level == 0.8
    ends = other.columns()["low"], usual.columns(level=0.8)["low"], usual.columns()["low"]
    np.testing.assert_array_equal(ends[0], ends[1])
    assert (ends[2] < ends[1]).all()


def test_the_number_of_rejected_pairs_is_that_of_the_level():
    found = compare(MEANS, correction="benjamini-hochberg")
    for level in (0.01, 0.5, 0.9, 0.99, 0.999):
        for pair in found.differences:
            rejected = pair.adjusted_p_value <= 1 - level
            assert (0 not in pair.confidence_interval(level)) == rejected


def test_a_difference_by_another_method_fits_the_correction_too():
    pair = compare(SCORES, correction="bonferroni").differences[0]
    by_error = compare(SCORES, correction="bonferroni", method="wald").differences[0]
    assert pair.confidence_interval(method="wald") == by_error.confidence_interval()
    assert pair.confidence_interval(method="wald").method == (
        "normal, simultaneous for 6 pairs (Bonferroni)"
    )
    with pytest.raises(ParameterError, match=r"^method='welch' needs estimates with degrees"):
        pair.confidence_interval(method="welch")
    with pytest.raises(ParameterError, match=r"^level must be > 0 and < 1"):
        pair.confidence_interval(95)


def test_a_comparison_exports_the_groups_and_the_differences():
    found = compare(SCORES, reference="a")
    columns = found.columns()
    assert columns["group"].tolist() == ["a", "b", "c", "d", "b", "c", "d"]
    assert columns["against"].tolist() == ["", "", "", "", "a", "a", "a"]
    assert np.isnan(columns["p_value"][:4]).all()
    alone = SCORES["c"].confidence_interval()
    assert (columns["low"][2], columns["high"][2]) == (alone.low, alone.high)
    difference = found.difference("c", "a").confidence_interval()
    assert (columns["low"][5], columns["high"][5]) == (difference.low, difference.high)


# --- in any order ---------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [None, [1, 2, 0.3, 1, 0.7, 1.1]], ids=["plain", "weighted"])
def test_two_equal_groups_differ_by_nothing_however_they_are_shuffled(weights):
    answers = [10, 10, 3, 7, 7, 9]
    weights = np.ones(6) if weights is None else np.array(weights)
    first = net_promoter_score(answers, weights=weights)
    for order in itertools.permutations(range(6)):
        places = list(order)
        again = net_promoter_score(np.array(answers)[places], weights=weights[places])
        difference = compare({"a": first, "b": again}).differences[0]
        assert (difference.value, difference.p_value) == (0.0, 1.0)
        interval = difference.confidence_interval()
        assert interval.low == pytest.approx(-interval.high)


@careful
@given(st.permutations(range(12)), st.sampled_from(["welch", "mover", "wald"]))
def test_two_equal_groups_of_means(order, method):
    answers = np.array([1, 1, 2, 3, 3, 3, 4, 4, 5, 5, 5, 2]) / 3
    weights = np.array([1, 2, 0.1, 1, 0.7, 1.1, 3, 1, 0.2, 0.3, 1, 1])
    options = {"name": "x", "bounds": (1 / 3, 5 / 3), "method": "beta"}
    one = mean_estimate(answers, Sample(weights), **options)
    other = mean_estimate(answers[order], Sample(weights[order]), **options)
    found = compare({"a": one, "b": other, "c": one}, method=method)
    assert {(pair.value, pair.p_value) for pair in found.differences} == {(0.0, 1.0)}
    assert found.heterogeneity.statistic == 0
    slope = trend({2024: one, 2025: other, 2026: one})
    assert (slope.slope.value, slope.p_value, slope.heterogeneity.statistic) == (0.0, 1.0, 0.0)
    assert "Trend of mean: x: 0 [" in str(slope)


def test_the_order_of_respondents_does_not_matter():
    answers, weights = RNG.integers(1, 6, 90), RNG.uniform(0.3, 3, 90)
    sites = np.array(["north", "south", "west"])[RNG.integers(0, 3, 90)]

    def compared(rows):
        frame = {"x": answers[rows], "w": weights[rows], "site": sites[rows]}
        data = Responses.from_frame(frame, scale=FIVE, weights="w", group="site")
        mover = comparing.groups(data, lambda part: top_box(part.item("x"), scale=FIVE))
        return comparing.groups(data, lambda part: part.mean("x")), mover

    for one, other in zip(compared(np.arange(90)), compared(RNG.permutation(90)), strict=True):
        mine, theirs = one.columns(), other.columns()
        for name in ("value", "low", "high", "p_value", "adjusted_p_value"):
            np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-9)


def test_equal_answers_on_a_scale_in_one_group_are_compared_by_their_interval():
    ends = {"bounds": (1.0, 5.0), "method": "beta"}
    groups = {"a": mean([5, 5, 5], **ends), "b": mean([4, 5, 5], **ends), "c": mean([3, 4], **ends)}
    found = compare(groups, method="mover")
    assert found.heterogeneity.statistic < 10
    flat = {name: replace(its, bounds=None, usual_method="t") for name, its in groups.items()}
    assert compare(flat, method="mover").heterogeneity is None


# --- corrected together with others ---------------------------------------------------------


@pytest.mark.parametrize("correction", ["holm", "bonferroni", "benjamini-hochberg"])
def test_differences_of_several_comparisons_are_corrected_together(correction):
    alone = {
        "means": compare(MEANS, correction="none"),
        "scores": compare(SCORES, correction="none"),
    }
    together = compared_together(alone, correction)
    p_values = [pair.p_value for its in alone.values() for pair in its.differences]
    adjusted = adjusted_p_values(np.array(p_values), correction)
    ours = [pair.adjusted_p_value for its in together.values() for pair in its.differences]
    assert ours == pytest.approx(adjusted.tolist())
    assert len(ours) == 12
    assert "12 pairs" in together["scores"].differences[3].confidence_interval().method
    again = Comparison.from_json(together["means"].to_json())
    assert again == together["means"]
    assert again.differences == together["means"].differences


def test_a_copy_with_another_level_computes_everything_again():
    found = compare(MEANS)
    other = found.model_copy(update={"level": 0.5})
    assert other.differences[0].level == 0.5
    assert other.differences[0].confidence_interval() == found.differences[0].confidence_interval(
        0.5
    )


# --- JSON -----------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [MEANS, SCORES], ids=["means", "scores"])
def test_json_has_the_differences_and_comes_back(groups):
    found = compare(groups)
    assert '"adjusted_p_value"' in found.to_json()
    again = Comparison.from_json(found.to_json())
    assert again == found
    assert str(again) == str(found)
    pair = again.differences[2]
    assert Difference.from_json(pair.to_json()) == pair
    waves = trend(dict(zip(("2025Q1", "2025Q2", "2025Q3", "2025Q4"), groups.values(), strict=True)))
    assert str(Trend.from_json(waves.to_json())) == str(waves)


def test_json_of_scores_is_read_where_scores_were_not_imported():
    text = compare(SCORES).to_json()
    code = (
        "import sys; from custvalue.comparing import Comparison;"
        "found = Comparison.from_json(sys.stdin.read()); print(found.difference('b', 'a'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == str(compare(SCORES).difference("b", "a")), run.stderr


def test_every_kind_of_estimate_has_a_name_of_its_own():
    _import_every_room()
    kinds, todo = {}, [Estimate]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("custvalue."):
            kinds.setdefault(kind.__name__, set()).add(kind)
    assert len(kinds) > 8
    assert {name: len(found) for name, found in kinds.items()} == dict.fromkeys(kinds, 1)


class Own:
    """An estimate of the user's, with an interval of its own."""

    def __init__(self, value):
        self.value, self.standard_error, self.n = value, 0.5, 40

    def confidence_interval(self, level=0.95):
        reach = 3 * level
        low, high = self.value - reach, self.value + reach
        return Interval(low=low, high=high, level=level, method="own")


def test_estimates_of_the_user_are_compared_by_their_own_interval():
    found = compare({"a": Own(3.0), "b": Own(4.0)})
    assert (found.method, found.measure) == ("mover", "own")
    reach = math.hypot(2.7, 2.7)
    assert found.differences[0].confidence_interval(0.9).high == pytest.approx(1 + reach)
    with pytest.raises(Exception, match="Own has an interval method of its own, which JSON cannot"):
        found.to_json()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"kind": "Proportions"},
            "'TotalEstimate', but it is 'Proportions'.",
        ),
        ({"value": "much"}, "Proportion: value must be a number, but it is 'much'."),
    ],
)
def test_json_of_an_estimate_that_is_none_is_refused_in_words(changes, message):
    hits = np.repeat([1.0, 0.0], [4, 5])
    share = proportion(hits, Sample(np.ones(9)), name="share")
    text = compare({"a": share, "b": share}).to_json()
    for name, value in changes.items():
        old = '"kind":"Proportion"' if name == "kind" else f'"value":{share.value!r}'
        assert old in text
        text = text.replace(old, f'"{name}":"{value}"')
    with pytest.raises(ParameterError) as caught:
        Comparison.from_json(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("estimate", ["[1, 2]", '"share"', "null"])
def test_what_is_no_estimate_is_refused(estimate):
    with pytest.raises(ParameterError, match="estimate: must be an estimate, but it is"):
        Comparison.from_json(
            f'{{"measure":"x","groups":[{{"label":"a","estimate":{estimate}}}],"reference":null,'
            f'"correction":"holm","method":"wald","level":0.95}}'
        )
    with pytest.raises(ParameterError, match=r"^Comparison: "):
        Comparison.from_json("[]")


def test_two_groups_without_any_width_cannot_be_compared():
    with pytest.raises(DataError) as caught:
        compare({"a": mean([4, 4]), "b": mean([5, 5])}, method="mover")
    assert str(caught.value) == (
        "in 'b' and in 'a' all answers are equal, so the standard error of their difference is "
        "unknown. Compare means of answers on a scale, whose intervals have a width then too."
    )


# --- labels ---------------------------------------------------------------------------------


class Panel:
    """A questionnaire that can be split by several labels."""

    def __init__(self, answers):
        self.answers = answers

    @property
    def respondents(self):
        return len(self.answers)

    def by(self, *labels):
        assert labels == ("dealer", "wave")
        parts = {}
        for dealer, wave, answer in self.answers:
            parts.setdefault((dealer, wave), []).append((dealer, wave, answer))
        return {label: Panel(rows) for label, rows in parts.items()}


def test_groups_by_several_labels():
    rows = [
        (dealer, dt.date(2025, month, 1), answer)
        for dealer in ("north", "south")
        for month in (1, 4)
        for answer in RNG.integers(1, 6, 8)
    ]
    found = comparing.groups(
        Panel(rows),
        lambda part: mean([answer for *_, answer in part.answers]),
        by=("dealer", "wave"),
        reference=("north", dt.date(2025, 1, 1)),
    )
    labels = ["north, 2025-01-01", "north, 2025-04-01", "south, 2025-01-01", "south, 2025-04-01"]
    assert [group.label for group in found.groups] == labels
    pair = found.difference(("south", dt.date(2025, 1, 1)), ("north", dt.date(2025, 1, 1)))
    assert (pair.group, pair.against) == (labels[2], labels[0])


def test_labels_may_be_dates_and_periods():
    days = {dt.date(2025, 1, 1): SCORES["a"], dt.date(2025, 4, 1): SCORES["b"]}
    assert [group.label for group in compare(days).groups] == ["2025-01-01", "2025-04-01"]
    quarters = {pd.Period("2025Q1"): SCORES["a"], pd.Period("2025Q3"): SCORES["b"]}
    assert [group.label for group in compare(quarters).groups] == ["2025Q1", "2025Q3"]
    found = trend(quarters, unit="quarter")
    assert [wave.time for wave in found.waves] == [0, 2]
    years = trend({"2024": SCORES["a"], pd.Period("2026", freq="Y"): SCORES["b"]})
    assert [wave.time for wave in years.waves] == [0, 2]


def test_labels_that_are_the_same_in_words_are_refused():
    twice = {dt.date(2025, 1, 1): SCORES["a"], "2025-01-01": SCORES["b"]}
    with pytest.raises(DataError) as caught:
        compare(twice)
    assert str(caught.value) == (
        "results has 2 labels, but only '2025-01-01' are different as text. Give every group its "
        "own label."
    )


@pytest.mark.parametrize("kind", [NetPromoterScore, Proportion])
def test_many_pairs_at_once_are_the_same_pairs_one_by_one(kind):
    random = np.random.default_rng(11)
    groups = {}
    for place in range(14):
        counts = random.multinomial(random.choice([2, 9, 400, 10**7]), random.dirichlet([0.4] * 3))
        if kind is Proportion:
            hits, n = int(counts[0]), int(counts.sum())
            error = math.sqrt(hits * (n - hits) / n) / n
            groups[place] = Proportion(
                name="s", value=hits / n, standard_error=error, n=n, effective_n=float(n)
            )
        else:
            promoters, passives, detractors = counts.tolist()
            groups[place] = NetPromoterScore.from_counts(
                promoters=promoters, passives=passives, detractors=detractors
            ).estimate
    every = list(groups.values())
    places, levels = np.arange(14), np.linspace(0.01, 0.999, 14)
    for side in (-1.0, 1.0):
        fast = kind.usual_ends(every) if kind is Proportion else NetShare.usual_ends(every)
        slow = Estimate.usual_ends(every)
        given = (places, np.full(14, side), levels)
        np.testing.assert_allclose(fast(*given), slow(*given), rtol=1e-15)
    pairs = [(one, other) for one in groups for other in groups if one < other]
    together = contrasts(groups, pairs, "mover")
    for pair, found in zip(pairs, together, strict=True):
        assert found == contrasts({label: groups[label] for label in pair}, [pair], "mover")[0]
        if 1e-9 < found.p_value < 1:
            low, high = ENDS["mover"](groups[pair[0]], groups[pair[1]], 1 - found.p_value, APART)
            touched = low if found.value > 0 else high
            assert touched == pytest.approx(0, abs=1e-7 * (high - low))
