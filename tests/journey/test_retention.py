"""Service retention by age on a register by hand, with every edge, and against a slow count."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import comparing, journey, satisfaction
from custvalue.errors import DataError, ParameterError

REGISTER = {
    "vin": ["A", "B", "C", "D", "E", "F", "G"],
    "first": [
        "2020-03-01",  # comes on its anniversary, which is year 2
        "2020-03-01",  # never comes
        "2019-06-01",  # its first year began before the data
        "2020-02-29",  # anniversaries on February 28
        "2020-05-01",  # sold on the day on which year 2 is over: year 2 counts
        "2020-05-01",  # sold on the day before: it does not
        "2022-01-01",  # year 1 is over on the last day of the data, year 2 is not
    ],
    "sold": [None, None, None, None, "2022-05-01", "2022-04-30", None],
    "dealer": ["x", "x", "x", "y", "y", "y", "y"],
}
VISITS = {
    "vin": ["A", "C", "D", "E", "F", "G", "H", "A", ""],
    "in": [
        "2021-03-01",
        "2020-06-01",
        "2021-02-28",
        "2022-04-30",
        "2021-01-01",
        "2022-12-31",
        "2021-01-01",
        "2020-02-01",  # before the first registration
        "2021-01-01",
    ],
}
HOW = {"vehicle": "vin", "registered": "first", "sold": "sold"}


def visits(frame=VISITS, **more):
    options = {"vehicle": "vin", "opened": "in", "observation_end": "2022-12-31", **more}
    return journey.Visits.from_frame(frame, **options)


def found(register=REGISTER, **more):
    options = {"observation_start": "2020-01-01", "years": 3, "labels": ["dealer"], **more}
    return visits().retention_by_age(register, **HOW, **options)


def test_every_edge_by_hand():
    result = found()
    first, second, third = (result[year] for year in ("1", "2", "3"))
    # C began before the data; F and G came in their first year
    assert (first.n, round(first.value * first.n)) == (6, 2)
    assert first.left_out == {"began before the data": 1}
    # A on the anniversary, C, D on February 28, E on the day before its sale
    assert (second.n, round(second.value * second.n)) == (5, 4)
    assert second.left_out == {"year not over": 1, "sold before its end": 1}
    assert (third.n, third.value) == (1, 0)  # C alone
    assert third.left_out == {"year not over": 6}
    assert (result.vehicles, result.unregistered_visits, result.early_visits) == (7, 2, 1)
    assert "2 visits of vehicles that are not in the register; 1 visit before" in str(result)


def test_a_year_can_be_divided_and_compared():
    by = found()["2"].by("dealer")
    assert {its.label: its.rate.n for its in by.rates} == {"x": 3, "y": 2}
    compared = comparing.groups(
        found()["2"].responses(), lambda part: satisfaction.top_box(part, boxes=1), by="dealer"
    )
    assert compared.difference("y", "x").value == pytest.approx(1 / 3)


def test_clusters_widen_the_interval():
    rng = np.random.default_rng(1)
    dealer = np.repeat(np.arange(30), 10)
    register = {
        "vin": np.arange(300),
        "first": ["2020-01-01"] * 300,
        "sold": [None] * 300,
        "dealer": dealer,
    }
    came = np.flatnonzero(rng.uniform(size=300) < rng.beta(1, 1, 30)[dealer])
    seen = visits({"vin": came, "in": ["2020-05-01"] * len(came)})
    options = {**HOW, "observation_start": "2020-01-01", "years": 1}
    alone = seen.retention_by_age(register, **options)["1"]
    grouped = seen.retention_by_age(register, **options, cluster="dealer")["1"]
    assert alone.value == grouped.value == len(came) / 300
    assert grouped.standard_error > 1.5 * alone.standard_error
    assert grouped.clusters == 30


def test_against_a_slow_count():
    rng = np.random.default_rng(4)
    n = 60
    first = [dt.date(2019, 1, 1) + dt.timedelta(days=int(d)) for d in rng.integers(0, 900, n)]
    sold = [
        day + dt.timedelta(days=int(d)) if keep else None
        for day, d, keep in zip(
            first, rng.integers(0, 1500, n), rng.uniform(size=n) < 0.4, strict=True
        )
    ]
    who = rng.integers(0, n, 200)
    days = [dt.date(2019, 6, 1) + dt.timedelta(days=int(d)) for d in rng.integers(0, 1400, 200)]
    start, end = dt.date(2019, 6, 1), dt.date(2023, 3, 31)
    counts = {}
    for year in (1, 2, 3):
        came = asked = 0
        for vehicle, begin in enumerate(first):
            low = begin.replace(year=begin.year + year - 1)
            high = begin.replace(year=begin.year + year)
            gone = sold[vehicle] is not None and sold[vehicle] < high
            if low < start or high - dt.timedelta(days=1) > end or gone:
                continue
            asked += 1
            own = [day for place, day in zip(who, days, strict=True) if place == vehicle]
            came += any(low <= day < high for day in own)
        counts[str(year)] = (asked, came)
    register = {"vin": np.arange(n), "first": first, "sold": sold}
    for kind in (dict, pd.DataFrame, pl.DataFrame):
        seen = visits(kind({"vin": who, "in": days}), observation_end=end)
        result = seen.retention_by_age(
            kind(register), **HOW, observation_start=start, years=3, cluster=None
        )
        assert {
            its.label: (its.rate.n, round(its.rate.value * its.rate.n)) for its in result.rates
        } == counts


def test_the_first_day_of_the_data_is_that_of_the_first_visit():
    result = found(observation_start=None)
    assert str(result.observation_start) == "2020-02-01"


def changed(**columns):
    return {**REGISTER, **columns}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: found(changed(vin=["A", "A", "C", "D", "E", "F", "G"])),
            (
                "vin must be different in every row, but row 0 has 'A' (and 1 more row). Keep one "
                "row per vehicle."
            ),
        ),
        (
            lambda: found(changed(sold=["2019-01-01", *[None] * 6])),
            (
                "sold must be not before first, but row 0 has '2019-01-01T00:00:00'. A vehicle "
                "cannot be sold on before it is registered. Correct one of both days."
            ),
        ),
        (
            lambda: found(changed(first=[None, *REGISTER["first"][1:]])),
            (
                "first must be present, but row 0 has None. Give every row its value, or remove "
                "the row."
            ),
        ),
        (
            lambda: found(observation_start="2020-03-01"),
            (
                "observation_start is 2020-03-01, but there is a visit on 2020-02-01. Give the "
                "first day that the data have, or leave earlier visits out."
            ),
        ),
        (
            lambda: found(changed(first=["2022-05-01"] * 7, sold=[None] * 7)),
            (
                "no vehicle was observed for a whole year of its life, which the days from "
                "2020-01-01 to 2022-12-31 would have to hold. Read visits of a longer time, or "
                "name the first day of the data: observation_start='…'."
            ),
        ),
        (
            lambda: found({"vin": [], "first": [], "sold": [], "dealer": []}),
            "there are no vehicles in the register. Give at least one row.",
        ),
        (
            lambda: journey.Visits.from_frame(VISITS, opened="in").retention_by_age(
                REGISTER, vehicle="vin", registered="first"
            ),
            (
                "the visits have no vehicle. Name the column when they are read: "
                "Visits.from_frame(frame, …, vehicle='vin')."
            ),
        ),
    ],
)
def test_bad_registers_are_refused(call, message):
    with pytest.raises(DataError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("years", [0, 51, 2.5, True, "3", None, np.nan])
def test_years_are_a_whole_number(years):
    with pytest.raises(ParameterError, match="years must be"):
        found(years=years)


def test_labels_are_a_list():
    with pytest.raises(ParameterError, match=r"labels must be a list of columns"):
        found(labels="dealer")


def simulated(rng, dealers, each, spread):
    """Draw a register whose dealers keep other shares; return it and the visits."""
    n = dealers * each
    share = rng.beta(0.6 * spread, 0.4 * spread, dealers) if spread else np.full(dealers, 0.6)
    dealer = np.repeat(np.arange(dealers), each)
    came = np.flatnonzero(rng.uniform(size=n) < share[dealer])
    register = {"vin": np.arange(n), "first": ["2020-01-01"] * n, "dealer": dealer}
    return register, {"vin": came, "in": ["2020-05-01"] * len(came)}


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "each", "spread"), [(1, 15, None), (1, 60, None), (20, 12, 4)])
def test_intervals_cover(dealers, each, spread):
    rng = np.random.default_rng(dealers * each)
    held, runs = 0, 400
    for _ in range(runs):
        register, frame = simulated(rng, dealers, each, spread)
        options = {"vehicle": "vin", "registered": "first", "years": 1}
        options |= {"observation_start": "2020-01-01", "cluster": "dealer" if spread else None}
        interval = visits(frame).retention_by_age(register, **options)["1"].confidence_interval()
        held += interval.low <= 0.6 <= interval.high
    assert 0.92 <= held / runs <= 0.985
