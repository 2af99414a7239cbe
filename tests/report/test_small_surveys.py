"""Sentences and tables of surveys, and of offers, small enough to count and compute by hand."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from read_report import described, figures, prose, reported, tables, warnings_of
from scipy import stats

from custvalue import satisfaction

Z = 1.959963984540054


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Spare the drawing: what a picture shows stands in its description too."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


# --- service quality --------------------------------------------------------------------------

ITEMS = list("abcdefg")


def quality(perceived, expected=None, *, scale="[1, 7]", dimensions=None, more=""):
    """Report on items a, b, …, one dimension each unless said otherwise."""
    names = ITEMS[: len(perceived)]
    survey = dict(zip(names, perceived, strict=True))
    lines = [f"[survey.servqual]\nscale = {scale}\nperceptions = {names}"]
    if expected is not None:
        survey |= {f"{name}_e": column for name, column in zip(names, expected, strict=True)}
        lines.append(f"expectations = {[f'{name}_e' for name in names]}")
    made = dimensions or {name.upper(): [name] for name in names}
    lines.append("dimensions = {" + ", ".join(f"{k} = {v}" for k, v in made.items()) + "}")
    return reported("\n".join([*lines, more]), survey=survey)


def test_gaps_and_their_intervals():
    perceived = np.array([[5, 4, 6, 5], [3, 4, 4, 2], [6, 7, 6, 6]])
    expected = np.array([[6, 6, 6, 7], [4, 4, 5, 5], [6, 6, 7, 5]])
    report = quality(perceived, expected)
    gaps = perceived - expected
    overall = gaps.mean(axis=0)
    low, high = stats.t.interval(0.95, 3, overall.mean(), overall.std(ddof=1) / 2)
    ends = f"95 % interval {low:+.2f} to {high:+.2f}".replace("-", "−")
    value = f"{overall.mean():+.2f}".replace("-", "−")
    assert figures(report)["Service quality gap (SERVQUAL)"].value == value
    assert figures(report)["Service quality gap (SERVQUAL)"].basis == (
        f"{ends}; 4 respondents; scale 1-7"
    )
    assert f"{value} points on the scale 1-7: the service as perceived falls short" in prose(report)
    means = [f"{mean:+.2f}".replace("-", "−") for mean in gaps.mean(axis=1)]
    assert means == ["−1.25", "−1.25", "+0.25"]
    assert described(report) == ["Gaps: A −1.25, B −1.25, C +0.25."]
    assert "The largest shortfall is in A (−1.25), the largest surplus in C (+0.25)." in (
        prose(report)
    )
    rows = tables(report)["By dimension, with 95 % intervals"].rows
    assert [row[0] for row in rows] == ["A", "B", "C", "overall, unweighted"]
    for row, its in zip(rows, [*gaps, overall], strict=True):
        ends = stats.t.interval(0.95, 3, its.mean(), its.std(ddof=1) / 2)
        assert row[3:6] == pytest.approx((its.mean(), *ends))


def test_two_dimensions_are_ranked_and_one_is_searched_for_its_items():
    perceived, expected = [[5, 4, 4, 5], [3, 4, 3, 2]], [[6, 6, 6, 7], [6, 5, 6, 6]]
    two = prose(quality(perceived, expected))
    assert "Begin with b: 2.75 below expectation" in two
    assert "It ranks 1 of 2 by what it takes from the whole;" in two
    one = prose(quality(perceived, expected, dimensions={"AB": ["a", "b"]}))
    assert "It is number 1 from below of 2 items." in one
    assert "by what it takes from the whole" not in one


def test_the_five_weakest_items_are_listed_ties_as_they_were_asked():
    perceived = [[4, 4], [3, 3], [4, 4], [2, 2], [4, 4], [4, 4], [5, 5]]
    expected = [[5, 5]] * 7
    table = tables(quality(perceived, expected))["Where to begin: the 5 weakest items, of 7"]
    assert [row[0] for row in table.rows] == ["d", "b", "a", "c", "e"]
    fewer = tables(quality(perceived[:5], expected[:5]))
    assert "Where to begin: the 5 weakest items, of 5" in fewer


@pytest.mark.parametrize(
    ("perceived", "sentence"),
    [
        ([[4, 5], [4, 5]], "The gap of every dimension is 0.00."),
        ([[3, 4], [3, 4]], "The gap of every dimension is −1.00."),
        ([[3, 4], [4, 5]], "largest shortfall is in A (−1.00), the smallest shortfall in B (0.00)"),
        ([[4, 5], [5, 6]], "smallest surplus is in A (0.00), the largest surplus in B (+1.00)"),
        (
            [[3, 4], [2, 3]],
            "largest shortfall is in B (−2.00), the smallest shortfall in A (−1",
        ),
        ([[3, 4], [5, 6]], "largest shortfall is in A (−1.00), the largest surplus in B (+1.00)"),
        ([[6, 7], [5, 6]], "smallest surplus is in B (+1.00), the largest surplus in A (+2.00)"),
    ],
)
def test_extremes_of_the_dimensions(perceived, sentence):
    assert sentence in prose(quality(perceived, [[4, 5], [4, 5]]))


def test_equal_dimensions_are_equal_whatever_the_order_of_the_respondents():
    scale = '{low = 0, high = 1, step = "continuous"}'
    perceived, expected = [0.1, 0.2, 0.7, 0.4], [0.3, 0.1, 0.2, 0.8]
    shuffled = [[column[i] for i in (2, 0, 3, 1)] for column in (perceived, expected)]
    report = quality([perceived, shuffled[0]], [expected, shuffled[1]], scale=scale)
    assert "The gap of every dimension is 0.00." in prose(report)


@pytest.mark.parametrize(
    ("direction", "weakest", "strongest"),
    [("higher is better", "A (1.50)", "C (4.50)"), ("lower is better", "C (4.50)", "A (1.50)")],
)
def test_perceptions_alone_on_scales_of_both_directions(direction, weakest, strongest):
    scale = f'{{low = 1, high = 5, direction = "{direction}"}}'
    perceived = np.array([[1, 2], [3, 3], [4, 5]])
    report = quality(perceived, scale=scale)
    mean = perceived.mean()
    good = (mean - 1) / 4 if direction == "higher is better" else (5 - mean) / 4
    text = prose(report)
    assert f"{mean:.2f} on the scale 1-5 is the mean quality as perceived" in text
    assert f", or {100 * good:.0f} on a scale from 0, the worst, to 100, the best." in text
    assert f"The weakest dimension is {weakest}, the strongest {strongest}." in text
    assert described(report) == ["Means: A 1.50, B 3.00, C 4.50."]
    table = tables(report)["Where to begin: the 3 weakest items, of 3"]
    expected = list("abc") if direction == "higher is better" else list("cba")
    assert [row[0] for row in table.rows] == expected
    figure = figures(report)["Perceived quality (SERVPERF)"]
    assert (figure.value, figure.basis.endswith("; 2 respondents; scale 1-5")) == ("3.00", True)


def test_a_survey_of_exactly_one_dimension():
    report = quality([[5, 6, 4], [4, 5, 6]], [[6, 6, 6]] * 2, dimensions={"all": ["a", "b"]})
    text = prose(report)
    assert "One dimension was asked: all (−1.00)." in text
    assert "of 2 items in 1 dimension on the scale 1-7" in text


def test_importance_points_stand_beside_the_extremes():
    survey = {"a": [4, 5], "b": [5, 5], "c": [6, 6], "d": [6, 7], "u": [60, 70], "v": [40, 30]}
    study = (
        '[survey.servqual]\nscale = [1, 7]\nperceptions = ["a", "b"]\nexpectations = ["c", "d"]\n'
        'importance = ["u", "v"]\ndimensions = {A = ["a"], B = ["b"]}\n'
    )
    text = prose(reported(study, survey=survey))
    weighted = np.mean([(0.6 * -2 + 0.4 * -1), (0.7 * -1 + 0.3 * -2)])
    assert "The gap of every dimension is −1.50." in text
    assert f"Weighted by what customers call important it is −{-weighted:.2f} (95 %" in text
    survey["b"] = [6, 6]
    assert (
        "The largest shortfall is in A (−1.50, 65 of 100 importance points), the smallest "
        "shortfall in B (−0.50, 35 of 100 importance points)."
    ) in prose(reported(study, survey=survey))


# --- satisfaction -----------------------------------------------------------------------------


def test_shares_of_the_three_groups():
    answers = [0, 6, 7, 8, 9, 10, 10, 10]
    report = reported('[survey]\nrecommend = "r"', survey={"r": answers})
    text = prose(report)
    assert "+25 is the Net Promoter Score" in text
    assert "8 answers): 50 % promoters (9-10) minus 25 % detractors (0-6)." in text
    assert described(report) == ["25 % detractors, 25 % passives, 50 % promoters."]
    ends = satisfaction.net_promoter_score(answers).confidence_interval()
    written = f"{ends.low:+.0f} to {ends.high:+.0f}".replace("-", "−")
    assert figures(report)["Net Promoter Score"].basis == f"95 % interval {written}; 8 answers"
    worse = reported('[survey]\nrecommend = "r"', survey={"r": [10 - one for one in answers]})
    assert figures(worse)["Net Promoter Score"].value == "−75"


def test_the_share_of_satisfied_customers_and_its_interval():
    answers = [1, 2, 3, 4, 5, 5, 5, 4, 4, 2]
    study = '[survey.satisfaction]\nscale = {low = 1, high = 5}\nperceived = "s"\n'
    z, n = Z, len(answers)
    for boxes, said, n_best in ((2, "2 answers", 6), (1, "answer", 3), (3, "3 answers", 7)):
        report = reported(f"{study}boxes = {boxes}" if boxes != 2 else study, survey={"s": answers})
        p = n_best / n
        middle, reach = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        low, high = (100 * (middle + side * reach) / (1 + z**2 / n) for side in (-1, 1))
        gave = "the best answer" if boxes == 1 else f"one of the best {said}"
        assert (
            f"{100 * p:.0f} % are satisfied: they gave {gave} on the scale 1-5 "
            f"(95 % interval {low:.0f} to {high:.0f} %; 10 answers). The mean answer is 3.50, or "
            f"62 on a scale from 0, the worst, to 100, the best."
        ) in prose(report)
        assert figures(report)["Satisfied customers (CSAT)"].basis == (
            f"best {said} of the scale 1-5; 95 % interval {low:.0f} to {high:.0f} %"
        )


def test_two_respondents_are_enough_for_an_interval():
    met = '[survey.satisfaction]\nscale = [1, 5]\nperceived = "p"\nexpected = "e"\n'
    two = prose(reported(met, survey={"p": [4, 3], "e": [2, 2]}))
    assert "+1.50 points lie between satisfaction and what was expected on the scale 1-5" in two
    assert "(2 respondents; 95 % interval" in two
    one = prose(reported(met, survey={"p": [4], "e": [2]}))
    assert "(1 respondent): not certainly more or less than customers had expected." in one
    index = '[survey.index]\nscale = [1, 5]\nitems = ["p"]\n'
    assert "75.0 of 100 is the customer satisfaction index (95 % interval" in prose(
        reported(index, survey={"p": [5, 3]})
    )
    assert "(no interval for one respondent; 1 respondent): the scores below" in prose(
        reported(index, survey={"p": [5]})
    )


@pytest.mark.parametrize(
    ("perceived", "expected", "verdict"),
    [
        ([2, 1, 2, 1, 2, 2, 1, 2], [4] * 8, "−2.38 points lie|less than customers had expected"),
        ([5, 5, 4, 5, 5, 4, 5, 5], [2] * 8, "+2.75 points lie|more than customers had expected"),
        ([2, 4, 2, 4, 2, 4, 3, 3], [3] * 8, ("0.00 points lie|not certainly more or less than "
         "customers had expected")),
        ([3, 4, 2, 4, 5, 4, 3, 3], [3, 4, 2, 4, 5, 4, 3, 3], "0.00 points lie|"),
    ],
)  # fmt: skip
def test_expectations_met_or_not(perceived, expected, verdict):
    study = '[survey.satisfaction]\nscale = [1, 5]\nperceived = "p"\nexpected = "e"\n'
    text = prose(reported(study, survey={"p": perceived, "e": expected}))
    begin, end = verdict.split("|")
    assert begin in text
    assert end in text


def test_a_band_is_said():
    study = '[survey.satisfaction]\nscale = [1, 5]\nperceived = "p"\nexpected = "e"\nband = 0.5\n'
    survey = {"p": [3, 4, 2], "e": [3, 4, 3]}
    assert "“as expected” means at most 0.5 points apart" in prose(reported(study, survey=survey))
    without = study.replace("band = 0.5\n", "")
    assert "“as expected” means the same answer" in prose(reported(without, survey=survey))


def test_who_is_not_in_a_number_is_counted():
    study = '[survey]\nmissing = "drop"\nrecommend = "r"\n'
    for gone, who, are in ((1, "1 respondent", "is"), (2, "2 respondents", "are")):
        answers = [10.0, 9.0, 3.0, *[np.nan] * gone]
        (warning,) = warnings_of(reported(study, survey={"r": answers}))
        assert warning == (
            f"{who} gave no answer that the Net Promoter Score needs and {are} not in it."
        )


# --- offers -----------------------------------------------------------------------------------


def offer(name, value, cost):
    """Write an offer with one part of value and two of cost."""
    return (
        f'[[offers]]\nname = "{name}"\n'
        f"value = {{product = {value}, service = 0, personnel = 0, image = 0}}\n"
        f"cost = {{monetary = {cost[0]}, time = {cost[1]}, energy = 0, psychic = 0}}\n"
    )


@pytest.mark.parametrize(
    ("rival", "said"),
    [
        ((9, (5, 1)), "3 is what them delivers, just as much."),
        ((6, (2, 1)), "3 is what them delivers, just as much."),  # another ratio
        ((6, (3, 1)), "2 is what them delivers, 1 less."),
        ((9, (4, 1)), "4 is what them delivers, 1 more."),
        ((4, (4, 4)), "−4 is what them delivers, 7 less."),
        ((9.25, (4, 1)), "4.25 is what them delivers, 1.25 more."),
        ((0, (4, 1)), "−5 is what them delivers, 8 less."),
    ],
)
def test_offers_against_the_own_one(rival, said):
    report = reported(offer("us", 8, (4, 1)) + offer("them", *rival))
    text = "3 is what us delivers: worth 8 to a customer, at a total cost of 5."
    assert f"{text} {said}" in prose(report)
    assert described(report) == [f"{text} {said}"]
    rivals = said.partition(" is")[0]
    assert figures(report)["Delivered value of us"].basis == (
        f"assumed: value minus cost to the customer; rivals: {rivals}"
    )


def test_differences_that_only_rounding_makes_are_ties():
    exact = offer("us", 0.4, (0.1, 0)) + offer("them", 0.5, (0.1, 0.1))
    assert 0.4 - 0.1 != 0.5 - 0.2
    assert "0.30 is what them delivers, just as much." in prose(reported(exact))
    large = offer("us", 1e9, (1, 0)) + offer("them", 1e9, (1.01, 0))
    assert "999,999,998.99 is what them delivers, 0.01 less." in prose(reported(large))


def test_offers_with_equal_values_or_equal_ratios_are_told_apart_by_the_other_measure():
    same_value = reported(offer("us", 8, (4, 0)) + offer("them", 6, (2, 0)))
    (warning,) = warnings_of(same_value)
    assert warning == "Difference and ratio disagree: offers that tie by one differ by the other."
    same_ratio = reported(offer("us", 8, (4, 0)) + offer("them", 4, (2, 0)))
    assert warnings_of(same_ratio) == [warning]
    assert warnings_of(reported(offer("us", 8, (4, 0)) + offer("them", 8, (4, 0)))) == []
    assert warnings_of(reported(offer("us", 8, (4, 0)) + offer("them", 8, (5, 0)))) == []


def test_three_offers_and_their_currency():
    study = (
        'currency = "€"\n'
        + offer("us", 8, (4, 1))
        + offer("b", 7.5, (4, 1))
        + offer("c", 9, (4, 1))
    )
    report = reported(study)
    assert figures(report)["Delivered value of us"].value == "€ 3"
    assert figures(report)["Delivered value of us"].basis.endswith("rivals: € 2.50, € 4")
    assert "€ 2.50 is what b delivers, € 0.50 less. € 4 is what c delivers, € 1 more." in (
        prose(report)
    )


def test_a_share_that_rose_is_told_in_percentage_points():
    z = stats.norm.ppf(0.975)

    def wilson(hits):
        p, n = hits / 60, 60
        middle = p + z**2 / (2 * n)
        reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return p, (middle - reach) / (1 + z**2 / n), (middle + reach) / (1 + z**2 / n)

    (p, low, high), (q, below, above) = wilson(6), wilson(45)
    ends = (
        q - p - np.hypot(q - below, high - p),
        q - p + np.hypot(above - q, p - low),
    )
    waves = {"p": [5] * 6 + [2] * 54 + [5] * 45 + [2] * 15, "w": ["2026Q1"] * 60 + ["2026Q2"] * 60}
    study = '[survey]\nwave = "w"\n[survey.satisfaction]\nscale = [1, 5]\nperceived = "p"\n'
    assert (
        "The share of satisfied customers rose from 10 % in 2026Q1 to 75 % in 2026Q2: by 65 "
        f"percentage points (95 % interval {100 * ends[0]:.0f} to {100 * ends[1]:.0f})."
    ) in prose(reported(study, survey=waves))
