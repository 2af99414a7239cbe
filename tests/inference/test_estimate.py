"""Estimates: one way to ask any number how sure it is."""

import math
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

from custvalue import _frames
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.cells import answer_cells
from custvalue._inference.contrast import APART, ENDS, contrasts
from custvalue._inference.estimate import Estimate, compared_by, estimate_of
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.resampled import ResampledEstimate, resampled_estimates
from custvalue._inference.resamples import row_resamples
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue.errors import DataError, MissingExtraError, ParameterError

ANSWERS = np.array([5.0, 4, 4, 3, 5, 2, 4, 5])
ONES = np.ones(8)

BARE = Estimate(name="slope", value=2.0, standard_error=0.5, n=40, effective_n=40.0)
EXACT = Estimate(
    name="slope", value=2.0, standard_error=0.5, n=40, effective_n=40.0, degrees_of_freedom=6
)


def resampled(kind="percentile"):
    found = row_resamples(lambda rows: ANSWERS[rows].mean(), 8, Bootstrap(400, 1, kind))
    return resampled_estimates(found, ("mean",), effective_n=8.0)[0]


ESTIMATES = {
    "bare": BARE,
    "t": EXACT,
    "mean": mean_estimate(ANSWERS, Sample(ONES), name="mean", bounds=(1, 5), method="beta"),
    "scale mean": answer_cells(np.int64(ANSWERS) - 1, Sample(ONES), (1.0, 2.0, 3.0, 4.0, 5.0)).mean(
        name="mean"
    ),
    "share": proportion(ANSWERS >= 4, Sample(ONES), name="satisfied"),
    "resampled": resampled(),
    "bca": resampled("bca"),
}


@pytest.mark.parametrize("estimate", ESTIMATES.values(), ids=ESTIMATES)
def test_every_estimate_answers_the_same_questions(estimate):
    for level in (0.5, 0.9, 0.95):
        interval = estimate.confidence_interval(level)
        assert interval.low <= estimate.value <= interval.high
        assert interval.level == level
    named = estimate.confidence_interval(method=estimate.default_method)
    assert named == estimate.confidence_interval()
    narrow, wide = estimate.confidence_interval(0.5), estimate.confidence_interval(0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    row = estimate.row(0.9, value="gap")
    assert list(row) == ["gap", "low", "high", "standard_error", "n"]
    assert row["low"] == estimate.confidence_interval(0.9).low
    assert type(estimate).from_json(estimate.to_json()) == estimate
    columns = estimate.columns(0.9)
    assert columns["value"].tolist() == [estimate.value]
    assert columns["high"].tolist() == [row["high"]]
    assert estimate.name in str(estimate)
    assert "table" in estimate._repr_html_()


def test_bare_numbers_have_normal_or_t_intervals():
    z, t = stats.norm.ppf(0.975), stats.t.ppf(0.975, 6)
    found = BARE.confidence_interval()
    assert (found.low, found.high) == pytest.approx((2 - z / 2, 2 + z / 2))
    assert (found.method, BARE.compared_by) == ("normal", "wald")
    found = EXACT.confidence_interval()
    assert (found.low, found.high) == pytest.approx((2 - t / 2, 2 + t / 2))
    assert (found.method, EXACT.compared_by) == ("t", "welch")
    bounded = Estimate(**{**vars(BARE), "bounds": (1.5, 2.1)}).confidence_interval()
    assert (bounded.low, bounded.high) == (1.5, 2.1)
    assert bounded.method == "normal, clipped at the end of the scale"


def test_what_keeps_its_answers_can_be_resampled():
    share, mean = ESTIMATES["share"], ESTIMATES["scale mean"]
    for kind in ("percentile", "bca"):
        method = Bootstrap(4_000, rng=1, kind=kind)
        one = share.confidence_interval(method=method)
        assert one.low < share.value < one.high
        found = mean.confidence_interval(0.9, method=method)
        error = mean.standard_error
        assert found.high - found.low == pytest.approx(2 * 1.645 * error, rel=0.15)
        assert found == mean.confidence_interval(0.9, method=method)


def test_what_keeps_no_answers_says_where_to_go():
    with pytest.raises(ParameterError) as caught:
        ESTIMATES["mean"].confidence_interval(method=Bootstrap(500))
    assert str(caught.value) == (
        "mean keeps no answers to resample. Use comparing.bootstrap_interval(answers, measure, "
        "method=Bootstrap(500)), which computes the measure again."
    )
    with pytest.raises(ParameterError) as caught:
        ESTIMATES["share"].confidence_interval(method="bootstrap")
    assert str(caught.value).endswith(
        "Use method=Bootstrap(2000, rng=1), from custvalue.survey, for resamples."
    )


def test_without_a_standard_error_there_is_a_value_and_no_interval():
    one = mean_estimate(np.array([4.0]), Sample(np.ones(1)), name="friendly", bounds=(1, 5))
    assert one.row() == {"value": 4, "low": None, "high": None, "standard_error": None, "n": 1}
    with pytest.raises(DataError) as caught:
        one.confidence_interval()
    assert str(caught.value) == (
        "friendly: an interval needs at least 2 answers, but there is 1. Report the value without "
        "one, or collect more answers."
    )


def test_rounding_errors_are_no_variation():
    """Gaps of exactly -2 that come out of thirds and weights differ by 1e-16 only."""
    noise = np.array([-2.0, -2.0 + 4e-16, -2.0 - 4e-16])
    found = mean_estimate(noise, Sample(np.array([1.3, 2.23, 2.16])), name="gap", bounds=(-6, 6))
    assert found.standard_error == 0
    interval = found.confidence_interval()
    assert interval.method == "beta, because all answers are equal"
    assert (interval.low, interval.high) == pytest.approx((-4.076, 1.480), abs=2e-3)
    assert not Estimate(**{**vars(BARE), "standard_error": 1e-13}).varies


def test_results_of_the_users_own_are_compared_by_what_they_have():
    class Bare:
        value, standard_error, n = 3.0, 0.5, 40

    class WithInterval(Bare):
        def confidence_interval(self, level):
            return BARE.confidence_interval(level)

    class WithDegrees(Bare):
        degrees_of_freedom = 12.0

    assert compared_by(Bare()) == "wald"
    assert compared_by(WithInterval()) == "mover"
    assert compared_by(WithDegrees()) == "welch"
    assert estimate_of(WithInterval()).confidence_interval() == BARE.confidence_interval()
    assert estimate_of(WithDegrees()).t_degrees == 12


def contrast(one, other, method):
    return contrasts({"a": one, "b": other}, [("a", "b")], method)[0]


@pytest.mark.parametrize("method", ["mover", "welch"])
def test_differences_do_not_hang_on_the_order_of_the_groups(method):
    one = MeanEstimate(
        name="m", value=3.9, standard_error=0.2, n=30, effective_n=30.0, bounds=(1, 5)
    )
    other = MeanEstimate(
        name="m", value=3.6, standard_error=0.3, n=20, effective_n=20.0, bounds=(1, 5)
    )
    there = contrast(one, other, method)
    back = contrast(other, one, method)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-9)
    low, high = ENDS[method](other, one, 0.9, APART)
    assert ENDS[method](one, other, 0.9, APART) == pytest.approx((-high, -low))


def test_equal_shares_are_not_different():
    one, other = (
        Proportion(name="s", value=v, standard_error=0.1, n=20, effective_n=20.0)
        for v in (0.4, 0.4 + 5e-17)
    )
    assert contrast(one, other, "mover").p_value == 1
    one, other = (
        Estimate(name="s", value=v, standard_error=15.0, n=10, effective_n=10.0)
        for v in (10.0, 10.000000000000002)
    )
    assert contrast(one, other, "mover").p_value == 1


def test_resampled_estimates_have_an_interval_at_any_level():
    estimate = ESTIMATES["resampled"]
    assert isinstance(estimate, ResampledEstimate)
    low, high = np.quantile(estimate.draws, [0.1, 0.9], method="weibull")
    found = estimate.confidence_interval(0.8)
    assert (found.low, found.high) == (low, high)
    assert ESTIMATES["bca"].confidence_interval().method == "bootstrap BCa"
    assert ESTIMATES["bca"].confidence_interval(method="percentile").method == (
        "bootstrap percentile"
    )
    with pytest.raises(ParameterError):
        estimate.confidence_interval(method="bca")
    assert math.isclose(estimate.standard_error, estimate.draws.std(ddof=1))


def test_a_frame_without_like(monkeypatch):
    assert isinstance(BARE.to_frame(), pd.DataFrame)  # pandas is imported here
    assert isinstance(BARE.to_frame("polars", level=0.9), pl.DataFrame)
    monkeypatch.delitem(sys.modules, "pandas")
    monkeypatch.setattr(_frames, "BACKENDS", ("not installed", "polars"))
    monkeypatch.setattr(_frames.importlib.util, "find_spec", lambda name: name == "polars" or None)
    assert isinstance(BARE.to_frame(), pl.DataFrame)
    monkeypatch.setattr(_frames.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as caught:
        BARE.to_frame()
    assert str(caught.value) == (
        "to_frame needs one of 'not installed', 'polars', but none is installed. Install one, for "
        "example with pip install pandas, or use columns(), which returns plain arrays."
    )
