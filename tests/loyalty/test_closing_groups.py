"""Closing times by dealer: R's survdiff, a slow log-rank, the clock, bad input."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import comparing
from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import ClosingTimes, ClosingTimesByGroup

MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])
BY = ["maintained"] * 11 + ["not"] * 12


def aml():
    return ClosingTimesByGroup.from_arrays(
        MAINTAINED[0] + NOT[0], closed=MAINTAINED[1] + NOT[1], by=BY
    )


def test_the_log_rank_test_of_aml():
    """R 4, survival: survdiff(Surv(time, status) ~ x, data = aml)."""
    found = aml()
    assert found.test.chi_squared == pytest.approx(3.396389, abs=5e-7)
    assert found.test.p_value == pytest.approx(0.0653393, abs=5e-7)
    assert found.expected == pytest.approx((10.69, 7.31), abs=5e-3)
    assert found.columns()["closed"].tolist() == [7, 11, 18]
    assert str(found.test) == "chi square 3.396 with 1 degree of freedom, P = 0.06534"


def test_each_group_is_what_it_is_alone():
    found = aml()
    alone = ClosingTimes.from_arrays(MAINTAINED[0], closed=MAINTAINED[1])
    assert found["maintained"] == alone
    shares = found.share_within(23)
    assert shares.shares[0] == alone.share_within(23)
    assert shares.every == found.every.share_within(23)
    both = comparing.compare(dict(zip(shares.labels, shares.shares, strict=True)))
    assert both.difference("not", "maintained").value == pytest.approx(0.5139 - 0.3864, abs=1e-4)


def slow_log_rank(cases):
    """Add up observed - expected and its covariance, time by time, group by group."""
    labels = sorted({label for _, _, label in cases})
    off, spread = np.zeros(len(labels)), np.zeros((len(labels), len(labels)))
    for time in sorted({t for t, done, _ in cases if done}):
        n_of = [sum(t >= time and its == label for t, _, its in cases) for label in labels]
        d_of = [sum(t == time and c and its == label for t, c, its in cases) for label in labels]
        n, d = sum(n_of), sum(d_of)
        for g, _ in enumerate(labels):
            off[g] += d_of[g] - d * n_of[g] / n
            for h, _ in enumerate(labels):
                if n > 1:
                    part = n_of[g] / n * ((g == h) - n_of[h] / n)
                    spread[g, h] += d * (n - d) / (n - 1) * part
    keep = [g for g in range(len(labels)) if spread[g, g] > 1e-9][:-1]
    if not keep:
        return 0.0
    return float(off[keep] @ np.linalg.lstsq(spread[np.ix_(keep, keep)], off[keep], rcond=None)[0])


@given(
    cases=st.lists(
        st.tuples(st.integers(1, 9), st.booleans(), st.sampled_from("abc")), min_size=2, max_size=25
    ).filter(lambda cases: len({label for _, _, label in cases}) > 1)
)
def test_chi_square_is_that_of_a_slow_sum(cases):
    times, closed, by = zip(*cases, strict=True)
    found = ClosingTimesByGroup.from_arrays(times, closed=closed, by=by)
    assert found.test.chi_squared == pytest.approx(slow_log_rank(cases), abs=1e-7)
    assert sum(found.expected) == pytest.approx(sum(closed))


def test_the_order_of_rows_changes_nothing():
    order = np.random.default_rng(1).permutation(23)
    times, closed, by = (
        np.array(its)[order] for its in (MAINTAINED[0] + NOT[0], MAINTAINED[1] + NOT[1], BY)
    )
    assert ClosingTimesByGroup.from_arrays(times, closed=closed, by=by) == aml()


FRAME = {
    "dealer": ["n", "n", "s", "s"],
    "called": ["2026-03-01", None, "2026-03-02", "2026-03-04 12:00"],
    "entered": ["2026-03-03", "2026-03-02", "2026-03-02", "2026-03-04"],
    "answered": ["2026-03-04", "2026-03-03", None, "2026-03-08"],
}
HOW = {"closed": "answered", "observation_end": "2026-03-10"}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame, pa.table])
def test_the_clock_starts_at_the_first_word(kind):
    frame = kind(FRAME)
    if kind is pd.DataFrame:
        frame.index = [7, 7, 3, 1]
    found = ClosingTimesByGroup.from_frame(frame, by="dealer", opened=["called", "entered"], **HOW)
    assert found["n"].time.tolist() == [1, 3]
    assert found["s"].time.tolist() == [4]
    assert found["s"].longest == 9
    entered = ClosingTimes.from_frame(frame, opened="entered", **HOW)
    assert entered.time.tolist() == [1, 4]


def test_a_group_that_was_not_watched_for_long_has_no_share():
    found = ClosingTimesByGroup.from_arrays([1, 3, 1, 9], closed=[1, 0, 1, 1], by=[1, 1, 2, 2])
    shares = found.share_within(5)
    assert shares.shares[0] is None
    assert "Not watched for so long: 1." in str(shares)
    assert np.isnan(shares.columns()["share"][0])


def test_nothing_closed_anywhere_says_nothing():
    found = ClosingTimesByGroup.from_arrays([1, 3], closed=[0, 0], by=["a", "b"])
    assert (found.test.degrees_of_freedom, found.test.p_value) == (0, 1)
    assert "–" in str(found)


def test_they_go_to_json_and_back():
    found = aml()
    assert ClosingTimesByGroup.from_json(found.to_json()) == found
    shares = found.share_within(23)
    assert type(shares).from_json(shares.to_json()) == shares


@pytest.mark.slow
@pytest.mark.simulation
def test_equal_dealers_are_told_apart_in_5_percent():
    rng, said, runs = np.random.default_rng(8), 0, 1_000
    for _ in range(runs):
        true, watched = rng.exponential(10, 60), rng.uniform(4, 30, 60)
        found = ClosingTimesByGroup.from_arrays(
            np.minimum(true, watched), closed=true <= watched, by=np.arange(60) % 3
        )
        said += found.test.p_value < 0.05
    assert 0.03 < said / runs < 0.07


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: ClosingTimesByGroup.from_arrays([1, 2], closed=[1, 0], by=["north", "north"]),
            DataError,
            (
                "by must tell at least two groups apart, but all 2 cases are of 'north'. Use "
                "ClosingTimes for one group."
            ),
        ),
        (
            lambda: ClosingTimesByGroup.from_arrays([1, 2], closed=[1, 0], by=["north"]),
            DataError,
            "by has 1 entries for 2 durations.",
        ),
        (
            lambda: ClosingTimesByGroup.from_arrays([1, 2], closed=[1, 0], by=["north", None]),
            DataError,
            (
                "by must be present, but row 1 has None. Give every row its value, or remove the "
                "row."
            ),
        ),
        (
            lambda: aml()["nowhere"],
            DataError,
            "there is no group 'nowhere'. The groups are 'maintained', 'not'.",
        ),
        (
            lambda: ClosingTimes.from_frame(FRAME, opened=[], **HOW),
            ParameterError,
            (
                "opened must be the column with the customer's first word, or several of which the "
                "earliest counts, as in ['first_call', 'entered'], but it is []."
            ),
        ),
        (
            lambda: ClosingTimes.from_frame(
                {**FRAME, "entered": [None, None, None, None]}, opened=["called", "entered"], **HOW
            ),
            DataError,
            (
                "called and entered must be present, but row 1 has None. Give every row its value, "
                "or remove the row."
            ),
        ),
        (
            lambda: ClosingTimes.from_frame(FRAME, opened=["called", "enterd"], **HOW),
            DataError,
            (
                "opened[1]='enterd' is not a column of the data. Did you mean 'entered'? The "
                "columns are 'dealer', 'called', 'entered', 'answered'."
            ),
        ),
        (
            lambda: aml().share_within(200),
            ParameterError,
            (
                "time must be at most 161 days, because no case was watched for longer and some "
                "are still open, but it is 200."
            ),
        ),
    ],
)
def test_bad_cases(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


def test_each_case_has_a_promise_of_its_own():
    frame = {
        "said": ["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-02"],
        "due": ["2026-03-02", "2026-03-05", "2026-03-03", "2026-03-09"],
        "done": ["2026-03-02 18:00", "2026-03-06 08:00", None, None],
        "dealer": ["n", "n", "s", "s"],
    }
    how = {"opened": "said", "closed": "done", "promised": "due", "observation_end": "2026-03-05"}
    found = ClosingTimes.from_frame(
        {**frame, "done": [*frame["done"][:1], None, None, None]}, **how
    )
    within = found.share_within(1)  # of four, one in time, one late, two of whom one is not due
    assert within.name == "closed within 1 promise"
    assert within.value == pytest.approx(1 / 3)  # the last is open, and not due: not counted then
    later = {**how, "observation_end": "2026-03-20"}
    assert ClosingTimes.from_frame(frame, **later).share_within(1).value == 0.25
    groups = ClosingTimesByGroup.from_frame(frame, by="dealer", **later).share_within(1)
    assert [its.value for its in groups.shares] == [0.5, 0]
    assert str(groups).startswith("Closed within 1 promise\n")


def test_promises_are_days_or_times_like_the_answers():
    frame = {"said": ["2026-03-01"], "due": ["2026-03-02 12:00"], "done": ["2026-03-02"]}
    how = {"opened": "said", "closed": "done", "promised": "due", "observation_end": "2026-03-05"}
    with pytest.raises(DataError) as caught:
        ClosingTimes.from_frame(frame, **how)
    assert str(caught.value) == (
        "due has times, but done has days only, so lateness within a day cannot be seen. Give both "
        "as times, or both as days."
    )
    with pytest.raises(DataError) as caught:
        ClosingTimes.from_frame({**frame, "due": [None]}, **how)
    assert str(caught.value) == (
        "due must be present, but row 0 has None. Leave cases without a promise out, or give them "
        "the usual one."
    )
    with pytest.raises(DataError) as caught:
        ClosingTimes.from_frame({**frame, "due": ["2026-02-02"]}, **how)
    assert str(caught.value) == (
        "due must be after the first word, but row 0 has '2026-02-02T23:59:59'. Correct one of "
        "both times."
    )


def test_many_groups_take_no_matrix_of_times():
    """Two thousand dealers of 20 cases: without differences chi square is near its degrees."""
    rng = np.random.default_rng(1)
    waited, closed = rng.exponential(5, 40_000), rng.random(40_000) < 0.8
    found = ClosingTimesByGroup.from_arrays(waited, closed=closed, by=np.arange(40_000) % 2_000)
    assert found.test.degrees_of_freedom == 1_999
    assert 1_800 < found.test.chi_squared < 2_500
    assert sum(found.expected) == pytest.approx(closed.sum())
    alike = [len(its.time) == (closed[at::2_000]).sum() for at, its in enumerate(found.groups)]
    assert all(alike)
