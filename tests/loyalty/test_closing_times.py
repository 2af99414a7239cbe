"""Closing times against R's survival, a slow count, and a simulation; bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import ClosingTimes

TIMES = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
CLOSED = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]


def aml():
    return ClosingTimes.from_arrays(TIMES, closed=CLOSED)


def test_the_maintained_group_of_aml():
    """R 4, survival: survfit(Surv(time, status) ~ 1, conf.type = "log-log"), Maintained."""
    found = aml()
    assert found.time.tolist() == [9, 13, 18, 23, 31, 34, 48]
    assert found.open_share == pytest.approx(
        [0.9091, 0.8182, 0.7159, 0.6136, 0.4909, 0.3682, 0.1841], abs=5e-5
    )
    assert (found.median, found.median_of_closed) == (31, 23)
    ends = found.share_within(23).confidence_interval()
    assert (1 - ends.high, 1 - ends.low) == pytest.approx((0.26575, 0.8353), abs=5e-5)
    assert found.median_interval() == (13, None)


@given(
    cases=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=30),
    at=st.integers(1, 9),
)
def test_the_product_is_that_of_a_slow_count(cases, at):
    found = ClosingTimes.from_arrays([t for t, _ in cases], closed=[c for _, c in cases])
    share, variance = 1.0, 0.0
    for time in range(1, at + 1):
        at_risk = sum(t >= time for t, _ in cases)
        done = sum(t == time and c for t, c in cases)
        if done:
            share *= 1 - done / at_risk
            variance += done / (at_risk * (at_risk - done)) if at_risk > done else 0.0
    if at > found.longest and found.still_open and found._left > 0:
        with pytest.raises(ParameterError, match="no case was watched for longer"):
            found.share_within(at)
        return
    within = found.share_within(at)
    assert within.value == pytest.approx(1 - share)
    assert within.standard_error == pytest.approx(share * variance**0.5)


def test_times_are_read_from_dates():
    frame = {
        "said": ["2026-03-01", "2026-03-01 12:00", "2026-03-05"],
        "done": ["2026-03-04", "2026-03-03 12:00", None],
    }
    found = ClosingTimes.from_frame(
        frame, opened="said", closed="done", observation_end="2026-03-10"
    )
    assert found.time.tolist() == [2, 3]
    assert (found.still_open, found.longest) == (1, 6)  # until the end of the last day
    assert found.share_within(2).value == pytest.approx(1 / 3)


def test_its_table_frame_and_json():
    found = aml()
    assert ClosingTimes.from_json(found.to_json()) == found
    assert "The closed cases alone would say 23, which is biased." in str(found)
    assert found.columns()["closed"].sum() == 7


def test_nothing_closed_yet():
    found = ClosingTimes.from_arrays([3, 5], closed=[False, False])
    assert (found.median, found.median_of_closed) == (None, None)
    assert found.share_within(4).value == 0
    assert "beyond the data" in str(found)


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: ClosingTimes.from_arrays([-1.0, 2.0], closed=[1, 0]),
            DataError,
            (
                "duration must be a number >= 0, but row 0 has -1. The clock starts at "
                "the customer's "
                "first word. Correct one of both times."
            ),
        ),
        (
            lambda: ClosingTimes.from_arrays([1.0, 2.0], closed=[1, 2]),
            DataError,
            "closed must be True or False, but row 1 has 2. Give one for each case.",
        ),
        (
            lambda: ClosingTimes.from_arrays([1.0, 2.0], closed=["yes", None]),
            DataError,
            (
                "closed must be True or False, but row 0 has 'yes' (and 1 more row). Give one for "
                "each case."
            ),
        ),
        (
            lambda: ClosingTimes.from_arrays([1.0, 2.0], closed=[1]),
            DataError,
            "closed has 1 entries for 2 durations.",
        ),
        (
            lambda: ClosingTimes.from_arrays([1.0, 2.0], closed=[1, 0]).share_within(3),
            ParameterError,
            (
                "time must be at most 2 days, because no case was watched for longer and some are "
                "still open, but it is 3."
            ),
        ),
        (
            lambda: ClosingTimes.from_frame(
                {"a": ["2026-03-05"], "b": ["2026-03-01"]},
                opened="a",
                closed="b",
                observation_end="2026-03-10",
            ),
            DataError,
            (
                "b must be not before a, but row 0 has '2026-03-01T00:00:00'. The "
                "clock starts at the "
                "customer's first word. Correct one of both times."
            ),
        ),
    ],
)
def test_bad_cases(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


def test_where_nothing_or_everything_is_closed_the_interval_is_exact():
    every = ClosingTimes.from_arrays([1, 2, 3, 3], closed=[1, 1, 1, 1])
    ends = every.share_within(3).confidence_interval()
    assert (ends.low, ends.high) == (pytest.approx(0.025**0.25), 1)
    assert every.columns()["high"][-1] == pytest.approx(1 - 0.025**0.25)
    none = ClosingTimes.from_arrays([5, 6, 7], closed=[1, 0, 1]).share_within(4)
    ends = none.confidence_interval()
    assert (ends.low, ends.high) == (0, pytest.approx(1 - 0.025 ** (1 / 3)))


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("n", "within"), [(10, 3), (10, 15), (60, 7)])
def test_intervals_hold_with_a_third_still_open(n, within):
    rng, held, runs = np.random.default_rng(5), 0, 600
    for _ in range(runs):
        true, watched = rng.exponential(10, n), rng.uniform(4, 30, n)
        found = ClosingTimes.from_arrays(np.minimum(true, watched), closed=true <= watched)
        if within > found.longest and found.still_open:
            runs -= 1
            continue
        held += 1 - np.exp(-within / 10) in found.share_within(within).confidence_interval()
    assert 0.93 < held / runs < 0.995


def test_nothing_closed_has_a_picture():
    picture = ClosingTimes.from_arrays([3, 5], closed=[False, False]).plot()
    assert picture.axes.get_title(loc="left").startswith("Median beyond the data; 2 cases")


def test_a_case_of_which_nothing_is_known_is_refused():
    with pytest.raises(DataError, match="closed must be True or False, but row 1 has"):
        ClosingTimes.from_arrays([1, 2], closed=pd.Series([True, None], dtype="boolean"))


@pytest.mark.parametrize("unit", ["x", "days", "", None, 3])
def test_a_unit_is_one_word_in_the_singular(unit):
    with pytest.raises(ParameterError) as caught:
        ClosingTimes.from_arrays([1, 2], closed=[1, 1], unit=unit)
    assert str(caught.value) == (
        f"unit must be what one unit of the durations is called, as in 'day', 'hour' or "
        f"'working day', but it is {unit!r}."
    )
