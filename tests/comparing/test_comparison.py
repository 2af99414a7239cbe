"""Comparisons of groups against scipy, Newcombe's table and naive code."""

import itertools
import math

import numpy as np
import polars as pl
import pytest
import reference_comparison as reference
from golden_values import golden
from hypothesis import example, given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, careful
from scipy import stats

from custvalue import comparing
from custvalue._comparing.difference import Difference
from custvalue._inference.contrast import adjusted_p_values
from custvalue._inference.estimate import Estimated
from custvalue._inference.means import mean_estimate
from custvalue._inference.resamples import Resamples
from custvalue._inference.sample import Sample
from custvalue._inference.shares import proportion
from custvalue.comparing import Comparison, OrderedComparison, PairedDifference, compare
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import (
    NetPromoterScore,
    acsi_index,
    customer_effort_score,
    customer_satisfaction_index,
    disconfirmation,
    factor_index,
    net_promoter_score,
    top_box,
)
from custvalue.survey import Bootstrap, Interval, Responses, Scale, reliability

GOLDEN = golden("comparison")
RNG = np.random.default_rng(20)
SIZES = {"a": 9, "b": 14, "c": 30, "d": 22}
SITES = {name: RNG.integers(1, 6, size).astype(float) for name, size in SIZES.items()}
SITES["d"] = np.minimum(SITES["d"] + 1, 5)


def mean(answers):
    return mean_estimate(
        np.asarray(answers, float), Sample(np.ones(len(answers))), name="mean answer"
    )


def share(hits, n):
    return proportion(np.repeat([1.0, 0.0], [hits, n - hits]), Sample(np.ones(n)), name="share")


def nps(up, middle, down):
    return NetPromoterScore.from_counts(promoters=up, passives=middle, detractors=down)


MEANS = {name: mean(answers) for name, answers in SITES.items()}
SHARES = {"one": share(56, 70), "two": share(48, 80), "three": share(50, 80), "four": share(9, 10)}


# --- means ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations("abcd", 2)))
def test_two_means_are_welch(one, other):
    theirs = stats.ttest_ind(SITES[other], SITES[one], equal_var=False)
    ours = compare({one: MEANS[one], other: MEANS[other]}, level=0.9)
    difference = ours.difference(other, one)
    ends = theirs.confidence_interval(0.9)
    assert difference.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    assert difference.adjusted_p_value == difference.p_value
    assert difference.degrees_of_freedom == pytest.approx(theirs.df)
    interval = (difference.confidence_interval().low, difference.confidence_interval().high)
    assert interval == pytest.approx((ends.low, ends.high))
    assert (ours.method, ours.heterogeneity) == ("welch", None)


def test_plain_means_are_welch_whatever_their_own_interval():
    scale = {"scale": Scale(1, 5)}
    parts = {
        name: Responses.from_frame({"mean answer": SITES[name]}, **scale).mean("mean answer")
        for name in "abc"
    }
    assert {its.usual_method for its in parts.values()} == {"beta"}
    found, bare = compare(parts), compare({name: MEANS[name] for name in "abc"})
    assert found.method == "welch"
    assert found.heterogeneity == bare.heterogeneity
    for one, other in zip(found.differences, bare.differences, strict=True):
        assert one.confidence_interval() == other.confidence_interval()
        assert (one.p_value, one.adjusted_p_value) == (other.p_value, other.adjusted_p_value)
    assert [its.confidence_interval().method for its in found.groups] == ["beta"] * 3
    by_ends = compare(parts, method="mover").differences[0].confidence_interval()
    assert by_ends.method.startswith("mover, beta")


@pytest.mark.parametrize(
    ("method", "name"), [("welch", "Welch's t"), ("wald", "normal")], ids=["welch", "wald"]
)
def test_a_difference_of_means_stays_within_what_is_possible(method, name):
    ends = {"name": "mean answer", "bounds": (1.0, 5.0), "method": "beta"}
    three = Sample(np.ones(3))
    high = mean_estimate(np.array([5.0, 5.0, 4.0]), three, **ends)
    low = mean_estimate(np.array([1.0, 1.0, 2.0]), three, **ends)
    difference = compare({"low": low, "high": high}, method=method, level=0.9999).differences[0]
    assert (difference.group, difference.against) == ("high", "low")
    assert difference.confidence_interval().high == 4
    assert difference.confidence_interval().method == f"{name}, clipped at what is possible"
    back = compare({"high": high, "low": low}, method=method, level=0.9999).differences[0]
    assert back.confidence_interval().low == -4
    inside = compare({"low": low, "high": high}, method=method, level=0.5).differences[0]
    assert inside.confidence_interval().method == name


def test_welch_analysis_of_variance():
    # SciPy's own Welch's ANOVA, where it is there, and the formula with n, s² one at a time
    ours = compare(MEANS).heterogeneity
    groups = list(SITES.values())
    weights = [len(g) / g.var(ddof=1) for g in groups]
    mean_of_all = sum(w * g.mean() for w, g in zip(weights, groups, strict=True)) / sum(weights)
    between = sum(w * (g.mean() - mean_of_all) ** 2 for w, g in zip(weights, groups, strict=True))
    doubt = sum(
        (1 - w / sum(weights)) ** 2 / (len(g) - 1) for w, g in zip(weights, groups, strict=True)
    )
    f = (between / 3) / (1 + 2 * 2 / 15 * doubt)
    below = 15 / (3 * doubt)
    assert ours.statistic == pytest.approx(f)
    assert ours.denominator_degrees_of_freedom == pytest.approx(below)
    assert ours.p_value == pytest.approx(stats.f.sf(f, 3, below))
    assert "F(3, " in str(ours)


def test_an_index_is_compared_by_t_too():
    frame = {"x": [1, 2, 3, 4, 5, 3, 4, 4], "y": [2, 2, 3, 5, 5, 2, 5, 3], "g": list("aaaabbbb")}
    answers = Responses.from_frame(frame, scale=FIVE, group="g")
    result = comparing.groups(answers, customer_satisfaction_index, method="welch")
    scores = [25 * ((x + y) / 2 - 1) for x, y in zip(frame["x"], frame["y"], strict=True)]
    theirs = stats.ttest_ind(scores[4:], scores[:4], equal_var=False)
    assert result.differences[0].p_value == pytest.approx(theirs.pvalue)
    assert result.measure == "satisfaction index"


def test_one_group_of_equal_answers_leaves_the_t_test_to_the_other():
    equal, varied = mean([4, 4, 4, 4]), mean([1, 2, 4, 5, 5])
    difference = compare({"equal": equal, "varied": varied}).differences[0]
    assert difference.degrees_of_freedom == pytest.approx(4)
    assert compare({"equal": equal, "varied": varied, "c": MEANS["c"]}).heterogeneity is None


# --- shares and net promoter scores -----------------------------------------------------------


@pytest.mark.parametrize("row", GOLDEN["newcombe"]["rows"], ids=str)
def test_two_shares_are_newcombes_interval(row):
    hits, n, other_hits, other_n, *ends = row
    ours = compare({"other": share(other_hits, other_n), "one": share(hits, n)})
    interval = ours.differences[0].confidence_interval()
    assert (interval.low, interval.high) == pytest.approx(
        tuple(ends), abs=GOLDEN["newcombe"]["tolerance"]
    )
    assert interval.method == "mover, wilson"


@careful
@example(0, 22, 24, 24)
@given(st.integers(0, 30), st.integers(2, 30), st.integers(0, 30), st.integers(2, 30))
def test_p_is_the_level_at_which_the_interval_touches_0(hits, n, other_hits, other_n):
    hits, other_hits = min(hits, n), min(other_hits, other_n)
    ours = compare({0: share(other_hits, other_n), 1: share(hits, n)}).differences[0]
    assert (ours.confidence_interval().low, ours.confidence_interval().high) == pytest.approx(
        reference.newcombe(hits, n, other_hits, other_n, 0.95), abs=1e-9
    )
    if hits * other_n == other_hits * n:
        assert ours.p_value == 1
    else:
        p = reference.newcombe_p(hits, n, other_hits, other_n)
        assert ours.p_value == pytest.approx(p, rel=1e-5, abs=1e-10)


def test_all_promoters_in_one_group():
    comparison = compare({"many": nps(60, 30, 10), "all": nps(20, 0, 0)})
    difference = comparison.difference("all", "many")
    assert difference.value == 50
    assert difference.confidence_interval().low < 30 < difference.confidence_interval().high <= 100
    assert 0 < difference.p_value < 0.05


def test_the_difference_of_two_net_promoter_scores_by_the_textbook():
    one, other = nps(162, 108, 54), nps(120, 110, 90)
    difference = compare({"a": other, "b": one}, method="wald").differences[0]
    variances = [
        (p + d - (p - d) ** 2) / n for p, d, n in ((0.5, 1 / 6, 324), (0.375, 0.28125, 320))
    ]
    error = 100 * math.sqrt(sum(variances))
    assert difference.standard_error == pytest.approx(error)
    assert difference.p_value == pytest.approx(2 * stats.norm.sf(difference.value / error))
    assert difference.confidence_interval().high - difference.value == pytest.approx(
        error * 1.959964, rel=1e-6
    )


def test_the_wald_test_of_many():
    ours = compare(SHARES, method="wald").heterogeneity
    values = np.array([s.value for s in SHARES.values()])
    weights = np.array([s.standard_error**-2 for s in SHARES.values()])
    pooled = (weights * values).sum() / weights.sum()
    q = float((weights * (values - pooled) ** 2).sum())
    assert ours.statistic == pytest.approx(q)
    assert ours.p_value == pytest.approx(stats.chi2.sf(q, 3))


def test_the_test_of_many_minimises_over_the_common_value():
    found = compare(SHARES).heterogeneity
    sides = [(s.confidence_interval(), s.value) for s in SHARES.values()]

    def squares(common):
        return sum(
            ((v - common) * 1.959963984540054 / (v - i.low if v > common else i.high - v)) ** 2
            for i, v in sides
        )

    least = min(squares(c) for c in np.linspace(0.5, 0.95, 200_001))
    assert found.statistic == pytest.approx(least, rel=1e-7)
    assert found.degrees_of_freedom == 3


def test_groups_that_all_say_yes_do_not_differ():
    comparison = compare({"a": share(10, 10), "b": share(20, 20), "c": share(30, 30)})
    assert comparison.heterogeneity.p_value == 1
    assert {d.p_value for d in comparison.differences} == {1.0}


# --- every measure ------------------------------------------------------------------------------

ITEMS = [
    np.clip(RNG.integers(1 + k, 6, (60, 1)) + RNG.integers(-1, 2, (60, 3)), 1, 5) for k in (0, 1)
]
EFFORT = Scale(1, 5, direction="lower is better")


@pytest.mark.parametrize(
    ("measure", "method", "name"),
    [
        (lambda part: top_box(part.item("item 1"), scale=FIVE), "mover", "top box"),
        (
            lambda part: customer_effort_score(part.item("item 1"), scale=EFFORT),
            "mover",
            "customer effort score",
        ),
        (customer_satisfaction_index, "mover", "satisfaction index"),
        (lambda part: acsi_index(part, convention="simple"), "mover", "three-item index"),
        (
            lambda part: factor_index(part, weights={"item 1": 20, "item 2": 30, "item 3": 50}),
            "mover",
            "factor index",
        ),
        (lambda part: reliability(part).alpha, "mover", "reliability coefficient: alpha"),
        (
            lambda part: disconfirmation(part.item("item 1"), part.item("item 2"), scale=FIVE),
            "welch",
            "disconfirmation",
        ),
        (lambda part: mean(part.item("item 2")), "welch", "mean: mean answer"),
    ],
    ids=["top box", "effort", "index", "acsi", "factors", "alpha", "disconfirmation", "mean"],
)
def test_every_measure_can_be_compared(measure, method, name):
    answers = Responses.from_arrays(
        np.concatenate(ITEMS), scale=FIVE, group=["a"] * 60 + ["b"] * 60
    )
    found = comparing.groups(answers, measure)
    one, other = (measure(part) for part in answers.by("group").values())
    difference = found.differences[0]
    assert (found.method, found.measure) == (method, name)
    assert difference.value == pytest.approx(other.value - one.value)
    error = math.hypot(one.standard_error, other.standard_error)
    assert difference.standard_error == pytest.approx(error)
    assert (0 in difference.confidence_interval()) == (difference.p_value > 0.05)


# --- many ----------------------------------------------------------------------------------


@careful
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrections_of_p_values(values):
    p_values = np.array(values)
    assert adjusted_p_values(p_values, "holm") == pytest.approx(reference.holm(values))
    by_rate = adjusted_p_values(p_values, "benjamini-hochberg")
    assert by_rate == pytest.approx(reference.benjamini_hochberg(values))
    assert by_rate == pytest.approx(stats.false_discovery_control(p_values))
    assert (adjusted_p_values(p_values, "none") == p_values).all()
    assert adjusted_p_values(p_values, "bonferroni") == pytest.approx(
        [min(len(values) * p, 1) for p in values]
    )


def test_intervals_fit_the_correction():
    plain = compare(MEANS, correction="none")
    bonferroni = compare(MEANS, correction="bonferroni")
    holm = compare(MEANS, correction="holm")
    one = compare(MEANS, correction="none", level=1 - 0.05 / 6)
    for a, b, c in zip(one.differences, bonferroni.differences, holm.differences, strict=True):
        assert (a.confidence_interval().low, a.confidence_interval().high) == pytest.approx(
            (b.confidence_interval().low, b.confidence_interval().high)
        )
        assert b.confidence_interval() == c.confidence_interval()
        assert b.adjusted_p_value >= c.adjusted_p_value >= a.p_value
        assert (0 in b.confidence_interval()) == (b.adjusted_p_value > 0.05)
    assert plain.differences[0].confidence_interval().method == "Welch's t"
    assert bonferroni.differences[0].confidence_interval().method == (
        "Welch's t, simultaneous for 6 pairs (Bonferroni)"
    )


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_false_coverage_intervals_leave_out_0_where_the_test_rejects(level):
    found = compare(MEANS, correction="benjamini-hochberg", level=level)
    rejected = [d.adjusted_p_value <= 1 - level for d in found.differences]
    assert [0 not in d.confidence_interval() for d in found.differences] == rejected
    assert found.differences[0].confidence_interval().level == level
    assert found.significant == tuple(
        d for d, yes in zip(found.differences, rejected, strict=True) if yes
    )


def test_against_a_reference():
    found = compare(MEANS, reference="b")
    assert [(d.group, d.against) for d in found.differences] == [("a", "b"), ("c", "b"), ("d", "b")]
    assert found.difference("c", "b").value == pytest.approx(MEANS["c"].value - MEANS["b"].value)


def test_all_pairs_are_later_minus_earlier():
    found = compare({2024: MEANS["a"], 2025: MEANS["b"], 2026: MEANS["c"]})
    assert [(d.group, d.against) for d in found.differences] == [
        (2025, 2024),
        (2026, 2024),
        (2026, 2025),
    ]
    assert found.columns()["group"].tolist() == [2024, 2025, 2026, 2025, 2026, 2026]


def test_what_is_asked_of_an_estimate():
    assert isinstance(nps(1, 1, 1), Estimated)

    class Bare:
        value, standard_error, n = 3.0, 0.5, 40

    class Other(Bare):
        value = 4.0

    Other.__name__ = "Bare"
    found = compare({"a": Bare(), "b": Bare()})
    assert (found.method, found.measure) == ("wald", "bare")
    assert found.groups[0].confidence_interval().method == "normal"


def test_stated_degrees_of_freedom_are_used():
    class Stated:
        value, standard_error, n, degrees_of_freedom = 3.0, 0.5, 40, 7.5

    found = compare({"a": Stated(), "b": Stated()})
    assert found.method == "welch"
    assert found.differences[0].degrees_of_freedom == pytest.approx(15)


def test_results_print_and_go_to_json():
    found = compare(MEANS, reference="a")
    assert Comparison.from_json(found.to_json()) == found
    pair = found.differences[0]
    assert Difference.from_json(pair.to_json()) == pair
    assert "measurement invariance" in str(found)
    assert "independent samples" in found._repr_html_()
    assert "b - a" in str(pair)
    assert found.to_frame("polars").columns == list(found.columns())
    assert repr(found) == (
        "Comparison(measure='mean: mean answer', groups=4, differences=3, "
        f"significant={len(found.significant)}, correction='holm')"
    )


# --- groups of a survey ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [dict, pl.DataFrame])
def test_compare_groups_of_a_frame(kind):
    frame = {"nps": [10, 9, 3, 8, 10, 10, 2, 7], "w": [1, 2, 1, 1, 3, 1, 1, 1], "q": [1, 2] * 4}
    answers = Responses.from_frame(kind(frame), scale=Scale(0, 10), weights="w", wave="q")

    def measure(part):
        return net_promoter_score(part.item("nps"), weights=part.weights, scale=part.scale)

    found = comparing.groups(answers, measure, by="wave")
    odd = net_promoter_score(frame["nps"][::2], weights=frame["w"][::2])
    assert found.groups[0].value == odd.value
    assert found.groups[0].standard_error == odd.standard_error
    assert [group.label for group in found.groups] == [1, 2]


def test_an_error_in_one_group_names_it():
    frame = {"x": [1, 2, None, None], "g": ["a", "a", "b", "b"]}
    answers = Responses.from_frame(frame, scale=FIVE, group="g", missing="pairwise")
    with pytest.raises(DataError, match=r"^group 'b': x: there are no answers"):
        comparing.groups(answers, lambda part: part.mean("x"))


# --- the same respondents twice ------------------------------------------------------------------


def panel(seed=3, n=200):
    rng = np.random.default_rng(seed)
    first = rng.integers(1, 6, n)
    second = np.clip(first + rng.integers(-1, 2, n), 1, 5)
    return first, second


def test_a_panel_of_two_has_a_change():
    before, after = (Responses.from_arrays(x, scale=FIVE) for x in ([1, 4], [3, 5]))
    found = comparing.paired(before, after, mean_of_one, method=Bootstrap(2000, rng=5))
    assert (found.value, found.n) == (1.5, 2)
    assert found.standard_error == pytest.approx(0.5 / math.sqrt(2), rel=0.1)  # of 2, 1 or 1.5


def test_a_panel_is_the_paired_test():
    first, second = panel()
    before, after = (Responses.from_arrays(x, scale=FIVE) for x in (first, second))
    found = comparing.paired(
        before, after, lambda part: part.mean("item 1"), method=Bootstrap(4000, rng=5)
    )
    theirs = stats.ttest_rel(second, first)
    assert found.value == pytest.approx((second - first).mean())
    error = (second - first).std(ddof=1) / math.sqrt(200)
    assert found.standard_error == pytest.approx(error, rel=0.05)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=0.15)
    unpaired = math.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 200)
    assert found.unpaired_standard_error == pytest.approx(unpaired)
    assert found.confidence_interval().method == "bootstrap percentile, expanded for n"
    assert PairedDifference.from_json(found.to_json()) == found
    assert "200 respondents asked twice" in str(found)
    assert "n=200" in repr(found)


def test_a_panel_of_top_boxes():
    first, second = panel(4, 90)
    answers = [Responses.from_arrays(x, scale=FIVE) for x in (first, second)]

    def best(part):
        return top_box(part.item("item 1"), scale=part.scale)

    one, two = (
        comparing.paired(*a, best, method=Bootstrap(200, rng=1)) for a in (answers, answers[::-1])
    )
    assert one.value == pytest.approx((second >= 4).mean() - (first >= 4).mean())
    assert two.value == -one.value
    assert one.measure.startswith("top box")


# --- order -----------------------------------------------------------------------------------


def ordered(**options):
    labels = np.repeat(list(SITES), [len(v) for v in SITES.values()])
    answers = np.concatenate(list(SITES.values()))
    data = Responses.from_arrays(answers, scale=FIVE, group=labels)
    return comparing.ordered(data, "item 1", **options)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations("abcd", 2)))
def test_order_is_brunner_and_munzel(one, other):
    pair = next(d for d in ordered().differences if (d.group, d.against) == (other, one))
    theirs = stats.brunnermunzel(SITES[one], SITES[other], distribution="t")
    assert pair.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    assert pair.value == pytest.approx(reference.superiority(SITES[other], SITES[one]))
    assert pair.mean == pytest.approx(SITES[other].mean() - SITES[one].mean())
    assert pair.top_box == pytest.approx((SITES[other] >= 4).mean() - (SITES[one] >= 4).mean())


def test_the_interval_of_an_order_ends_at_certainty():
    answers = [1, 2, 1, 2, 1, 3, 5, 5, 4, 5, 4, 2]
    data = Responses.from_arrays(answers, scale=FIVE, group=[*"aaaaaabbbbbb"])
    pair = comparing.ordered(data, "item 1").differences[0]
    assert pair.value == pytest.approx(34 / 36)
    reach = stats.t.ppf(0.975, pair.degrees_of_freedom) * pair.standard_error
    interval = pair.confidence_interval()
    assert (interval.low, interval.high) == (pytest.approx(34 / 36 - reach), 1)
    assert interval.method.endswith("clipped at 0 and 1")
    turned = comparing.ordered(
        Responses.from_arrays(answers, scale=FIVE, group=[*"bbbbbbaaaaaa"]), "item 1"
    ).differences[0]
    assert turned.confidence_interval().low == 0
    assert turned.confidence_interval().high == pytest.approx(2 / 36 + reach)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations("abcd", 2)))
def test_order_is_wilcoxon_mann_whitney(one, other):
    found = ordered(method="wilcoxon-mann-whitney").differences
    pair = next(d for d in found if (d.group, d.against) == (other, one))
    theirs = stats.mannwhitneyu(SITES[other], SITES[one], method="asymptotic", use_continuity=False)
    assert pair.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    assert pair.value == pytest.approx(theirs.statistic / len(SITES[one]) / len(SITES[other]))


def test_all_groups_are_kruskal_and_wallis():
    theirs = stats.kruskal(*SITES.values())
    found = ordered().heterogeneity
    assert (found.statistic, found.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_order_with_weights():
    rng = np.random.default_rng(8)
    answers, weights = rng.integers(1, 6, 60), rng.integers(1, 5, 60)
    labels = np.repeat(["a", "b"], 30)
    data = Responses.from_arrays(answers, scale=FIVE, group=labels, weights=weights)
    found = comparing.ordered(data, "item 1")
    x, y = answers[:30].tolist(), answers[30:].tolist()
    v, w = weights[:30].tolist(), weights[30:].tolist()
    pair = found.differences[0]
    assert pair.value == pytest.approx(reference.superiority(y, x, w, v))
    assert found.heterogeneity is None

    # the variance of the two linearised means of placements, by the jackknife
    def left_out(i):
        rows = [j for j in range(60) if j != i]
        part = [[j for j in rows if j < 30], [j for j in rows if j >= 30]]
        sides = [([answers[j] for j in p], [weights[j] for j in p]) for p in part]
        return reference.superiority(sides[1][0], sides[0][0], sides[1][1], sides[0][1])

    jackknife = np.array([left_out(i) for i in range(60)])
    variance = sum((29 / 30) * ((part - part.mean()) ** 2).sum() for part in np.split(jackknife, 2))
    assert pair.standard_error == pytest.approx(math.sqrt(variance), rel=0.02)

    # and exactly: each answer stands at the share of the other group's weight below it, ties half
    squares = 0.0
    for (here, of), (there, others) in (((y, w), (x, v)), ((x, v), (y, w))):
        stands = [reference.superiority([one], there, [1], others) for one in here]
        mean = sum(k * place for k, place in zip(of, stands, strict=True)) / sum(of)
        off = sum((k * (place - mean)) ** 2 for k, place in zip(of, stands, strict=True))
        squares += 30 / 29 * off / sum(of) ** 2
    assert pair.standard_error == pytest.approx(math.sqrt(squares), rel=1e-9)


def test_order_where_lower_is_better():
    marks = Scale(1, 5, direction="lower is better")
    labels = np.repeat(["a", "b"], 4)
    data = Responses.from_arrays([1, 1, 2, 3, 3, 4, 5, 2], scale=marks, group=labels)
    pair = comparing.ordered(data, "item 1").differences[0]
    assert pair.value < 0.5  # b has the higher, worse marks
    assert pair.mean == pytest.approx(1.75 - 3.5)


def test_equal_answers_everywhere_are_no_difference():
    data = Responses.from_arrays([4] * 6, scale=FIVE, group=list("aaabbb"))
    found = comparing.ordered(data, "item 1")
    assert (found.differences[0].value, found.differences[0].p_value) == (0.5, 1)
    assert found.heterogeneity is None
    by_rank = comparing.ordered(data, "item 1", method="wilcoxon-mann-whitney")
    assert by_rank.differences[0].p_value == 1


def test_an_ordered_comparison_exports_groups_and_differences_at_any_level():
    found = ordered(correction="bonferroni")
    columns = found.columns(level=0.5)
    assert columns["group"][:4].tolist() == list("abcd")
    assert columns["mean"][0] == pytest.approx(SITES["a"].mean())
    assert columns["top_box"][1] == pytest.approx((SITES["b"] >= 4).mean())
    pair = found.difference("d", "a")
    place = 4 + [its.name for its in found.differences].index("d > a")
    assert columns["low"][place] == pair.confidence_interval(0.5).low
    assert {its.name for its in found.significant} == {
        its.name for its in found.differences if its.adjusted_p_value <= 0.05
    }
    reach = stats.t.ppf(1 - 0.5 / 12, pair.degrees_of_freedom) * pair.standard_error
    assert pair.confidence_interval(0.5).low == pytest.approx(pair.value - reach)


def test_an_ordered_comparison_prints_and_goes_to_json():
    found = ordered(reference="a", correction="bonferroni")
    assert OrderedComparison.from_json(found.to_json()) == found
    assert "Kruskal-Wallis" in str(found)
    assert "b > a" in str(found)
    assert "b > a" in str(found.differences[0])
    assert found.to_frame("polars").columns == list(found.columns())
    assert repr(found) == (
        "OrderedComparison(item='item 1', groups=4, differences=3, method='brunner-munzel')"
    )


# --- what the numbers promise ------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n", "chances"), [(30, (0.5, 0.3, 0.2)), (100, (0.5, 0.3, 0.2)), (100, (0.85, 0.1, 0.05))]
)
def test_false_findings_among_equal_net_promoter_scores(n, chances):
    rng = np.random.default_rng(11)
    found, covered = 0, 0
    for _ in range(500):
        pair = {i: nps(*map(int, rng.multinomial(n, chances))) for i in range(2)}
        difference = compare(pair).differences[0]
        found += difference.p_value < 0.05
        covered += 0 in difference.confidence_interval()
    assert found / 500 < 0.072  # 5 % and 2.3 standard errors of the simulation
    assert covered / 500 == pytest.approx(1 - found / 500, abs=1e-9)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("sizes", [(30, 30), (30, 200)])
def test_differences_of_means_that_pile_up_at_the_end(sizes):
    rng = np.random.default_rng(13)
    chances, held, by_t = (0.03, 0.02, 0.02, 0.03, 0.9), 0, 0
    for _ in range(500):
        pair = {}
        for place, n in enumerate(sizes):
            answers = rng.choice([1.0, 2, 3, 4, 5], p=chances, size=n)
            pair[place] = top_box(answers, scale=FIVE).index
        held += 0 in compare(pair, method="mover").differences[0].confidence_interval()
        by_t += 0 in compare(pair).differences[0].confidence_interval() if max(sizes) > 30 else 0
    assert held / 500 > 0.935
    if max(sizes) > 30:
        assert by_t / 500 < 0.92  # Welch, the default: why mover is there by name


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("correction", ["holm", "bonferroni", "benjamini-hochberg"])
def test_false_findings_among_many_equal_means(correction):
    rng = np.random.default_rng(12)
    found = overall = 0
    for _ in range(600):
        groups = {i: mean(rng.integers(1, 6, 12 + 8 * i)) for i in range(5)}
        result = compare(groups, correction=correction)
        found += bool(result.significant)
        overall += result.heterogeneity.p_value < 0.05
    assert found / 600 < 0.07
    assert 0.03 < overall / 600 < 0.07


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [6, 10, 20])
def test_a_panel_of_few_rejects_as_often_as_it_says(n):
    """The plain percentiles rejected 12.8, 9.7 and 7.5 % of true null hypotheses."""
    rng = np.random.default_rng(n)
    runs = 500
    rejected = 0
    for _ in range(runs):
        person, noise = rng.normal(size=n), rng.normal(size=(2, n))
        answers = np.clip(np.rint(3.5 + 0.8 * person + 0.7 * noise), 1, 5)
        if np.ptp(answers[1] - answers[0]) == 0:
            continue
        before, after = (Responses.from_arrays(x, scale=FIVE) for x in answers)
        found = comparing.paired(before, after, mean_of_one, method=Bootstrap(400, rng=rng))
        rejected += found.p_value <= 0.05
    assert rejected / runs <= 0.085  # 0.05 and 3.5 standard errors


def mean_of_one(part):
    return part.mean("item 1")


@pytest.mark.parametrize("n", [5, 40, 400])
def test_expanded_tails_are_those_of_t(n):
    draws = np.linspace(-1, 1, 20_001)[:, np.newaxis]
    resamples = Resamples(np.zeros(1), draws, np.empty(0), n)
    ends = resamples.confidence_interval(0.9, expanded=True)
    tail = stats.norm.cdf(math.sqrt(n / (n - 1)) * stats.t.ppf(0.05, n - 1))
    assert ends.low == pytest.approx(2 * tail - 1, abs=3e-4)
    assert ends.high == pytest.approx(-ends.low)
    assert ends.method == "bootstrap percentile, expanded for n"
    at_end = resamples.p_value(ends.low)
    assert at_end == pytest.approx(0.1, abs=0.004)
    assert resamples.p_value(0.0) == pytest.approx(1, abs=1e-3)
    assert 0 < resamples.p_value(-2.0) < at_end


def test_draws_at_the_null_value_are_on_both_sides():
    draws = np.array([0.0, 0.0, 0.0, 1.0])[:, np.newaxis]
    few = Resamples(np.zeros(1), draws, np.empty(0), 10)
    stretch = math.sqrt(10 / 9)
    # 1.5 of 4 draws lie below, one more of one more than there are
    expected = 2 * stats.t.cdf(stats.norm.ppf(2.5 / 5) / stretch, 9)
    assert few.p_value() == pytest.approx(expected)


def test_an_estimate_of_another_library_cannot_go_to_json_and_says_so():
    class Own:
        value, standard_error, n, effective_n = 1.0, 0.1, 9, 9.0
        degrees_of_freedom = 8.0

        def confidence_interval(self, level=0.95):
            return Interval(low=0.5, high=1.5, level=level, method="own")

    with pytest.raises(ParameterError, match="has an interval method of its own, which JSON can"):
        compare({"a": Own(), "b": Own()}).to_json()


def test_bca_of_two_respondents_reaches_as_far_as_all_draws():
    scale = Scale(1, 5)
    first, second = (
        Responses.from_arrays([[4], [last]], items=["a"], scale=scale) for last in (4, 3)
    )
    found = comparing.paired(first, second, top_box, method=Bootstrap(25, rng=1, kind="bca"))
    assert (found.confidence_interval().low, found.confidence_interval().high) == (-1, 0)
