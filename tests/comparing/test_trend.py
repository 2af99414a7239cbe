"""Trends over waves against normal equations, scipy and by hand."""

import datetime as dt
import math

import numpy as np
import pytest
import reference_comparison as reference
from scipy import stats

from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue.comparing import Trend, compare, trend
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import NetPromoterScore

RNG = np.random.default_rng(5)


def mean(answers):
    return mean_estimate(
        np.asarray(answers, float), Sample(np.ones(len(answers))), name="mean answer"
    )


def nps(up, middle, down):
    return NetPromoterScore.from_counts(promoters=up, passives=middle, detractors=down)


ANSWERS = [RNG.integers(1, 6, size) for size in (20, 35, 50, 28)]
WAVES = {time: mean(answers) for time, answers in zip((0, 1, 3, 4), ANSWERS, strict=True)}
TIMES = np.array([0.0, 1, 3, 4])
VALUES = np.array([wave.value for wave in WAVES.values()])
ERRORS = np.array([wave.standard_error for wave in WAVES.values()])


def test_the_line_weighted_by_n():
    found = trend(WAVES)
    sizes = np.array([20.0, 35, 50, 28])
    intercept, slope = reference.line(TIMES, VALUES, sizes)
    assert (found.intercept, found.slope.value) == pytest.approx((intercept, slope))
    # the slope is linear in the waves: move each by one to see its coefficient
    moved = [reference.line(TIMES, VALUES + np.eye(4)[i], sizes)[1] - slope for i in range(4)]
    error = math.sqrt(sum((c * e) ** 2 for c, e in zip(moved, ERRORS, strict=True)))
    assert found.slope.standard_error == pytest.approx(error)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(slope) / error))
    assert found.slope.confidence_interval().low == pytest.approx(slope - 1.959963984540054 * error)
    assert found.fitted[2] == pytest.approx(intercept + 3 * slope)
    assert found.unit is None


def test_the_line_weighted_by_inverse_variance():
    found = trend(WAVES, weighting="inverse variance")
    weights = ERRORS**-2
    intercept, slope = reference.line(TIMES, VALUES, weights)
    assert (found.intercept, found.slope.value) == pytest.approx((intercept, slope))
    centred = TIMES - (weights * TIMES).sum() / weights.sum()
    assert found.slope.standard_error == pytest.approx((weights * centred**2).sum() ** -0.5)
    about = float((weights * (VALUES - intercept - slope * TIMES) ** 2).sum())
    assert found.heterogeneity.statistic == pytest.approx(about)
    assert found.heterogeneity.p_value == pytest.approx(stats.chi2.sf(about, 2))


def test_residual_variance_of_waves_of_equal_size_is_ordinary_regression():
    values = [30.0, 34, 31, 40, 42, 39]

    class Point:
        standard_error, n = 2.0, 50

        def __init__(self, value):
            self.value = value

    found = trend(list(enumerate(map(Point, values))), variance="residual")
    theirs = stats.linregress(range(6), values)
    assert (found.slope.value, found.slope.standard_error) == pytest.approx(
        (theirs.slope, theirs.stderr)
    )
    assert found.p_value == pytest.approx(theirs.pvalue)
    assert found.slope.degrees_of_freedom == 4
    assert found.slope.confidence_interval().method == "t"


def test_two_waves_are_their_difference():
    pair = {2024: WAVES[0], 2026: WAVES[1]}
    found = trend(pair)
    difference = compare(pair, method="wald").differences[0]
    assert found.slope.value == pytest.approx(difference.value / 2)
    assert found.slope.standard_error == pytest.approx(difference.standard_error / 2)
    assert found.p_value == pytest.approx(difference.p_value)
    assert found.heterogeneity is None


def test_changes_are_corrected_comparisons_with_the_wave_before():
    found = trend(WAVES, correction="bonferroni", level=0.9)
    assert [(c.group, c.against) for c in found.changes] == [(1, 0), (3, 1), (4, 3)]
    alone = compare({1: WAVES[1], 3: WAVES[3]}).differences[0]
    assert found.changes[1].p_value == alone.p_value
    assert found.changes[1].adjusted_p_value == min(3 * alone.p_value, 1)
    assert "simultaneous for 3 pairs" in found.changes[1].confidence_interval().method


@pytest.mark.parametrize(
    ("times", "unit", "seen"),
    [
        (["2025Q1", "2025Q2", "2026Q1"], "quarter", [0, 1, 4]),
        (["2025-Q1", "2025-Q2", "2026-Q1"], "year", [0, 0.25, 1]),
        (["2025-01", "2025-03", "2026-01"], "month", [0, 2, 12]),
        (["2025-01-01", "2025-01-15", "2025-03-12"], "week", [0, 2, 10]),
        (["2025-01-01", "2025-01-02", "2026-01-01"], None, [0, 1 / 365.2425, 365 / 365.2425]),
        ([dt.date(2025, 1, 1), dt.date(2025, 1, 3), dt.date(2025, 1, 9)], "day", [0, 2, 8]),
        ([dt.datetime(2025, 1, 1, 13), dt.datetime(2025, 1, 3, 2), dt.date(2025, 1, 4)], "day", [0, 2, 3]),  # noqa: E501,DTZ001 - a row of the table; days
        (list(np.array(["2025-01-01", "2025-01-04", "2025-01-06"], "M8[D]")), "day", [0, 3, 5]),
        ([1.5, 2, 4], None, [0, 0.5, 2.5]),
    ],
)  # fmt: skip
def test_times(times, unit, seen):
    waves = list(zip(times, [WAVES[0], WAVES[1], WAVES[3]], strict=True))
    found = trend(waves, unit=unit)
    assert [wave.time for wave in found.waves] == pytest.approx(seen)
    assert found.unit == (unit or (None if times[0] == 1.5 else "year"))


def test_waves_are_put_in_order():
    backwards = dict(reversed(WAVES.items()))
    assert trend(backwards) == trend(WAVES)


def test_the_unit_of_time_changes_the_slope_alone():
    waves = {f"2025-{month:02d}": WAVES[i] for month, i in ((1, 0), (2, 1), (4, 3), (5, 4))}
    by_month, by_year = trend(waves, unit="month"), trend(waves)
    assert by_year.slope.value == pytest.approx(12 * by_month.slope.value)
    assert by_year.p_value == pytest.approx(by_month.p_value)


def test_a_trend_prints_and_goes_to_json():
    found = trend({"2025Q1": nps(40, 40, 20), "2025Q2": nps(45, 37, 18), "2025Q3": nps(47, 38, 15)})
    assert Trend.from_json(found.to_json()) == found
    text = str(found)
    assert found.slope.value == pytest.approx(24)
    assert " [-16.69, 64.69] per year, P = 0.2477" in text
    assert "Scatter about the line" in text
    assert "measurement invariance" in found._repr_html_()
    columns = found.columns()
    assert found.to_frame("polars").columns == list(columns)
    assert np.isnan(columns["change"][0])
    assert columns["change"][1] == pytest.approx(7)
    assert repr(found).startswith("Trend(measure='net promoter score', waves=3, slope=24")


def test_scatter_beyond_sampling_is_told():
    jumps = [nps(400, 300, 300), nps(600, 300, 100), nps(350, 300, 350), nps(600, 300, 100)]
    found = trend(dict(enumerate(jumps)))
    assert found.heterogeneity.p_value < 1e-6
    assert "use variance='residual'" in str(found)
    wider = trend(dict(enumerate(jumps)), variance="residual")
    assert wider.slope.standard_error > found.slope.standard_error
    assert "use variance='residual'" not in str(wider)


def test_a_wave_of_equal_answers_has_a_place_in_the_line():
    found = trend({0: WAVES[0], 1: WAVES[1], 2: mean([4, 4, 4])})
    assert found.heterogeneity is None
    assert found.slope.standard_error > 0


SAME = mean([4, 4, 4])
POINT = [(0, WAVES[0]), (1, WAVES[1])]

BAD = [
    pytest.param(
        lambda: trend([WAVES[0], WAVES[1]]),
        ParameterError,
        (
            "waves must be a mapping of time to result, or a sequence of pairs, as in {'2026Q1': "
            "result, '2026Q2': result}, but it is list."
        ),
        id="no times",
    ),
    pytest.param(
        lambda: trend({1: WAVES[0]}),
        DataError,
        "a trend needs at least 2 waves, but it has 1.",
        id="one wave",
    ),
    pytest.param(
        lambda: trend({"spring": WAVES[0], "autumn": WAVES[1]}),
        ParameterError,
        (
            "the time of a wave must be a date, a number, or text like '2026-03-31', '2026-03',"
            " '2026Q1' or '2026', but it is 'spring'."
        ),
        id="a season",
    ),
    pytest.param(
        lambda: trend({None: WAVES[0], 1: WAVES[1]}),
        ParameterError,
        (
            "the time of a wave must be a date, a number, or text like '2026-03-31', '2026-03',"
            " '2026Q1' or '2026', but it is None."
        ),
        id="no time",
    ),
    pytest.param(
        lambda: trend({"2025Q1": WAVES[0], "2025-04": WAVES[1]}),
        ParameterError,
        "times of waves must be of one kind, but there are months and quarters.",
        id="two kinds of time",
    ),
    pytest.param(
        lambda: trend([("2025Q1", WAVES[0]), ("2025-Q1", WAVES[1])]),
        DataError,
        (
            "waves '2025Q1' and '2025-Q1' are at the same time. Put their answers together, or "
            "give each its own time."
        ),
        id="one time twice",
    ),
    pytest.param(
        lambda: trend({"2025Q1": WAVES[0], "2025Q2": WAVES[1]}, unit="week"),
        ParameterError,
        ("unit='week' needs days, but the waves are quarters. Use 'month', 'quarter' or 'year'."),
        id="weeks of quarters",
    ),
    pytest.param(
        lambda: trend(POINT, unit="year"),
        ParameterError,
        (
            "unit='year' needs dates, but the times of the waves are numbers. Remove it: the "
            "slope is for a step of 1."
        ),
        id="years of numbers",
    ),
    pytest.param(
        lambda: trend({"2025-01-01": WAVES[0], "2025-02-01": WAVES[1]}, unit="annum"),
        ParameterError,
        ("unit must be one of 'day', 'week', 'month', 'quarter', 'year', but it is 'annum'."),
        id="unknown unit",
    ),
    pytest.param(
        lambda: trend(POINT, variance="residual"),
        DataError,
        ("variance='residual' needs at least 3 waves, but there are 2. Use variance='sampling'."),
        id="residuals of two waves",
    ),
    pytest.param(
        lambda: trend({0: WAVES[0], 1: SAME}, weighting="inverse variance"),
        DataError,
        (
            "wave 1 has the standard error 0, because all of its answers are equal: it cannot "
            "be weighted by 1/SE². Use weighting='n'."
        ),
        id="a wave without variance",
    ),
    pytest.param(
        lambda: trend({0: WAVES[0], 1: mean([4])}),
        DataError,
        (
            "wave 1 has 1 answer, which does not show how much answers vary. Exclude it, or put"
            " it together with another wave."
        ),
        id="a wave of one",
    ),
    pytest.param(
        lambda: trend({0: nps(9, 0, 0), 1: nps(9, 0, 0)}),
        DataError,
        (
            "the waves have no variance, so the standard error of the slope is unknown. Collect"
            " answers that differ, or report the waves."
        ),
        id="no variance at all",
    ),
    pytest.param(
        lambda: trend({0: nps(0, 9, 0), 1: nps(0, 5, 0)}),
        DataError,
        (
            "the waves have no variance, so the standard error of the slope is unknown. Collect"
            " answers that differ, or report the waves."
        ),
        id="no variance at all, around 0",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("chances", [(0.5, 0.3, 0.2), (0.85, 0.1, 0.05)])
def test_the_interval_of_the_slope_covers(chances):
    rng = np.random.default_rng(9)
    held = 0
    for _ in range(800):
        waves = {i: nps(*map(int, rng.multinomial(30, chances))) for i in range(5)}
        held += 0 in trend(waves, method="wald").slope.confidence_interval()
    assert 0.93 < held / 800 < 0.97
