"""Key figures of visits: tables by hand with every edge, a slow count, clusters, bad input."""

from datetime import date

import numpy as np
import pytest
import visited
from hypothesis import given
from hypothesis import strategies as st

from custvalue import journey
from custvalue.errors import DataError, ParameterError, UnitError

Visits = journey.Visits


def read(rows, **given):
    """Read visits of (vehicle, opened, delivered), days of March 2026 as numbers."""
    day = [f"2026-{3 + (d > 31):02}-{d - 31 * (d > 31):02}" for d in range(63)]
    columns = {
        "vin": [its[0] for its in rows],
        "in": [day[its[1]] for its in rows],
        "out": [None if its[2] is None else day[its[2]] for its in rows],
    }
    named = {"vehicle": "vin", "opened": "in", "delivered": "out"}
    return Visits.from_frame(columns, **named, **{"observation_end": "2026-05-31", **given})


@pytest.mark.parametrize(
    ("rows", "hits", "n"),
    [
        ([("A", 1, 2), ("A", 32, 33)], 1, 2),  # 30 days after the handover: its last day
        ([("A", 1, 2), ("A", 33, 33)], 2, 2),  # a day later
        ([("A", 1, 2), ("B", 5, 6)], 2, 2),  # another vehicle
        ([("A", 1, 5), ("A", 5, 6)], 1, 2),  # on the day of the handover
        ([("A", 1, 5), ("A", 3, 4)], 2, 2),  # while it was there
        ([("A", 1, 1), ("A", 1, 1)], 2, 2),  # opened together: one visit
        ([("A", 1, 2), ("A", 10, None)], 0, 1),  # the comeback is not handed over yet
        ([("", 1, 2), ("", 3, 4), ("A", 1, 2)], 1, 1),  # nobody knows whose
        ([("A", 1, 2), ("A", 9, 9), ("A", 20, 21)], 1, 3),  # a chain of comebacks
    ],
)
def test_first_time_fix_by_hand(rows, hits, n):
    found = read(rows).first_time_fix(within="30 days")
    assert (round(found.value * found.n), found.n) == (hits, n)


def test_visits_too_young_for_the_window_are_left_out_even_after_a_comeback():
    visits = read([("A", 1, 2), ("B", 12, 12), ("A", 5, 11)], observation_end="2026-04-10")
    found = visits.first_time_fix(within="30 days")
    assert (found.n, found.value) == (2, 0.5)
    assert found.left_out == {"handed over less than 30 days before the end": 1}


def test_vehicles_sold_within_the_window_are_left_out():
    columns = {"vin": ["A", "B"], "in": ["2026-03-01"] * 2, "out": ["2026-03-02"] * 2}
    columns["sold"] = ["2026-03-20", "2026-04-20"]
    visits = Visits.from_frame(
        columns,
        vehicle="vin",
        opened="in",
        delivered="out",
        sold="sold",
        observation_end=date(2026, 5, 31),
    )
    found = visits.first_time_fix(within="30 days")
    assert found.left_out == {"sold within the window": 1}
    assert found.n == 1


def test_comebacks_for_the_same_cause():
    columns = {
        "vin": ["A", "A", "A", "B", "B"],
        "in": ["2026-03-01", "2026-03-08", "2026-03-15", "2026-03-01", "2026-03-03"],
        "why": ["brakes", "tyres", "brakes", "tyres", None],
    }
    columns["out"] = columns["in"]
    visits = Visits.from_frame(
        columns,
        vehicle="vin",
        opened="in",
        delivered="out",
        cause="why",
        observation_end="2026-05-31",
    )
    same = visits.first_time_fix(within="30 days", comeback="same cause")
    assert (same.value, same.n, same.left_out) == (0.75, 4, {"no vehicle or cause": 1})
    assert visits.first_time_fix(within="30 days").value == 0.4
    causes = visits.rework_causes(within="30 days")
    assert {its.name: its.count for its in causes.problems} == {
        "brakes": 1,
        "tyres": 1,
        "not recorded": 1,
    }


def slowly(rows, within, end):
    """Count hits and visits one by one, as the definition reads."""
    hits, n = 0, 0
    for vin, opened, delivered in rows:
        if delivered is None or not vin or delivered + within > end:
            continue
        n += 1
        later = [
            other[1]
            for other in rows
            if other[0] == vin and other[1] > opened and other[1] >= delivered
        ]
        hits += not any(day <= delivered + within for day in later)
    return hits, n


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", ""]),
        st.integers(1, 30),
        st.one_of(st.none(), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=25,
)


@given(rows=ROWS, within=st.integers(1, 20))
def test_first_time_fix_is_what_a_slow_count_says(rows, within):
    rows = [(vin, opened, None if stay is None else opened + stay) for vin, opened, stay in rows]
    visits = read(rows, observation_end="2026-04-10")
    hits, n = slowly(rows, within, 41)
    if n == 0:
        with pytest.raises(DataError, match="none of the"):
            visits.first_time_fix(within=f"{within} days")
        return
    found = visits.first_time_fix(within=f"{within} days")
    assert (round(found.value * found.n), found.n) == (hits, n)
    back = read(rows[::-1], observation_end="2026-04-10")
    assert back.first_time_fix(within=f"{within} days").value == found.value


def test_on_time_by_the_day_by_the_minute_and_with_grace():
    columns = {
        "in": ["2026-03-01 08:00"] * 5,
        "promised": ["2026-03-01 17:00"] * 4 + [None],
        "out": ["2026-03-01 17:00", "2026-03-01 17:10", "2026-03-01 17:15:30", None, None],
    }
    visits = Visits.from_frame(
        columns, opened="in", promised="promised", delivered="out", observation_end="2026-03-02"
    )
    assert visits.on_time().value == 0.25
    found = visits.on_time(grace="15 min")
    assert (found.value, found.n, found.left_out) == (0.5, 4, {"no promise": 1})
    assert found.definition == "Handed over by the promised time, or up to 15 min later"
    days = Visits.from_frame(
        {**columns, "promised": ["2026-03-01"] * 5},
        opened="in",
        promised="promised",
        delivered="out",
    )
    assert days.on_time().value == 0.6
    assert days.on_time().left_out == {}  # the promises of that day are over at its end


def test_an_open_visit_is_late_once_its_promise_is_over():
    columns = {"in": ["2026-03-01"] * 2, "p": ["2026-03-03", "2026-03-20"], "out": [None, None]}
    columns["in"].append("2026-03-09")
    columns["p"].append("2026-03-09")
    columns["out"].append("2026-03-09")
    visits = Visits.from_frame(columns, opened="in", promised="p", delivered="out")
    found = visits.on_time()
    assert (found.value, found.n) == (0.5, 2)


def test_fill_rates_of_lines_and_visits():
    visits = Visits.from_frame(
        {"in": ["2026-03-01"] * 4, "asked": [4, 2, 0, None], "filled": [4, 1, 0, 2]},
        opened="in",
        lines_asked="asked",
        lines_filled="filled",
    )
    lines = visits.fill_rate()
    assert (lines.value, lines.n, lines.counted) == (5 / 6, 6, "lines")
    assert lines.clusters == 2
    whole = visits.fill_rate(by="visit")
    assert (whole.value, whole.n) == (0.5, 2)
    assert whole.left_out == {"no lines known": 1, "no parts needed": 1}


def test_estimates_at_the_edge_of_the_tolerance_are_kept():
    visits = Visits.from_frame(
        {
            "in": ["2026-03-01"] * 6,
            "said": [100, 100, 100, 0, None, 100],
            "paid": [110, 90, 110.01, 5, 5, None],
        },
        opened="in",
        estimate="said",
        bill="paid",
    )
    found = visits.estimate_accuracy(within=0.1)
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert found.left_out == {"no estimate": 1, "estimate of 0": 1, "no bill": 1}


def test_shares_by_dealer_and_month_add_up():
    rate = visited.rate()
    for label in ("dealer", "month", "quarter", "year"):
        parts = [its.rate for its in rate.by(label).rates]
        assert sum(its.n for its in parts) == rate.n
        assert sum(its.n * its.value for its in parts) == pytest.approx(rate.n * rate.value)
    assert [its.label for its in rate.by("quarter").rates][:2] == ["2025-Q1", "2025-Q2"]
    north = rate.by("dealer")["north"]
    where = np.asarray(visited.visits().labels["dealer"]) == "north"
    assert north.n + sum(north.left_out.values()) == where.sum()


def test_the_chart_of_a_rate_is_that_of_its_counts():
    rate = visited.rate()
    by = rate.by("month")
    chart = rate.control_chart()
    alone = journey.control_chart(
        [round(its.rate.value * its.rate.n) for its in by.rates],
        [its.rate.n for its in by.rates],
        periods=[its.label for its in by.rates],
        measure="first-time fix",
    )
    assert chart == alone


def test_clusters_widen_intervals():
    columns = {"in": ["2026-03-01"] * 40, "p": ["2026-03-02"] * 40}
    columns["dealer"] = [f"d{place // 10}" for place in range(40)]
    columns["out"] = ["2026-03-02" if place < 20 else "2026-03-03" for place in range(40)]
    named = {"opened": "in", "promised": "p", "delivered": "out"}
    alone = Visits.from_frame(columns, **named).on_time()
    together = Visits.from_frame(columns, **named, cluster="dealer").on_time()
    assert together.value == alone.value
    assert together.standard_error > 2 * alone.standard_error
    assert together.responses().labels.keys() == {"dealer", "cluster"}


def test_a_rate_from_json_has_no_single_visits():
    rate = visited.rate()
    again = journey.VisitRate.from_json(rate.to_json())
    assert again == rate
    with pytest.raises(ParameterError, match="read from JSON, which has no single visits"):
        again.by("dealer")


def test_visits_go_to_json_and_back_and_are_the_same_in_every_order():
    visits = visited.visits()
    assert Visits.from_json(visits.to_json()) == visits
    backwards = {name: its[::-1] for name, its in visited.frame().items()}
    found = Visits.from_frame(backwards, **visited.NAMES).first_time_fix(within="30 days")
    assert found.value == visited.rate().value


BASE = {"in": ["2026-03-01", "2026-03-05"], "out": ["2026-03-02", "2026-03-06"], "vin": ["A", "A"]}
GIVEN = {"opened": "in", "delivered": "out", "vehicle": "vin"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"out": ["2026-02-27", "2026-03-06"]},
            (
                "out must be not before in, but row 0 has '2026-02-27T00:00:00'. A visit cannot be "
                "handed over before it begins. Correct one of both times."
            ),
        ),
        (
            {"observation_end": "2026-03-05"},
            (
                "out must be at most 2026-03-05, but row 1 has '2026-03-06T00:00:00'. Give the "
                "observation_end that the data have."
            ),
        ),
        (
            {"bill": [5, -1]},
            "bill must be a number >= 0, but row 1 has -1. Leave unknown entries empty.",
        ),
        (
            {"lines_asked": [1, 2], "lines_filled": [1, 3]},
            (
                "lines_filled must be at most lines_asked, but row 1 has 3. Lines that are filled "
                "are part of those that are asked."
            ),
        ),
        (
            {"lines_asked": [1, 10**12]},
            (
                "lines_asked must be at most 10,000, but row 1 has 1000000000000. Count order "
                "lines, not pieces or part numbers."
            ),
        ),
        (
            {"lines_asked": [1, 2.5]},
            "lines_asked must be a whole number, but row 1 has 2.5. Count order lines.",
        ),
    ],
)
def test_visits_that_contradict_themselves(changes, said):
    columns, given = dict(BASE), dict(GIVEN)
    for name, its in changes.items():
        if name == "observation_end":
            given[name] = its
        else:
            columns[name] = its
            given |= {} if name in BASE else {name: name}
    with pytest.raises(DataError) as caught:
        Visits.from_frame(columns, **given)
    assert str(caught.value) == said


def test_what_the_visits_lack_is_named():
    visits = Visits.from_frame({"in": ["2026-03-01"]}, opened="in")
    with pytest.raises(DataError) as caught:
        visits.on_time()
    assert str(caught.value) == (
        "the visits have no 'promised', 'delivered'. Name the columns when they are read: "
        "Visits.from_frame(frame, …, promised=…, delivered=…)."
    )
    with pytest.raises(DataError, match="nobody knows who came back"):
        Visits.from_frame(BASE, opened="in", delivered="out").first_time_fix(within="30 days")


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda v: v.on_time(grace="soon"),
            UnitError,
            (
                "grace must be a number with a unit (seconds, minutes, hours, days), "
                "as in '15 min', "
                "but it is 'soon'."
            ),
        ),
        (
            lambda v: v.first_time_fix(within="0 days"),
            ParameterError,
            (
                "within must be at least a day and at most 100 years, but it is '0 days'. Give it "
                "as in '30 days'."
            ),
        ),
        (
            lambda v: v.first_time_fix(within=30),
            UnitError,
            (
                "within=30 has no time unit. Write the number with its unit, as in '39 "
                "weeks' or '3 "
                "years'."
            ),
        ),
        (
            lambda v: v.estimate_accuracy(within=-0.1),
            ParameterError,
            "within must be a number >= 0, as in 0.1 for 10 %, but it is -0.1.",
        ),
        (
            lambda v: v.first_time_fix(within="2 years"),
            DataError,
            (
                "first-time fix: none of the 400 visits can be counted (not handed "
                "over yet: 22; no "
                "vehicle or customer: 5; handed over less than 730 days before the end: 373). Read "
                "more visits, or ask in another way."
            ),
        ),
    ],
)
def test_bad_requests(call, kind, said):
    with pytest.raises(kind) as caught:
        call(visited.visits())
    assert str(caught.value) == said


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "icc"), [(10, 0.05), (20, 0.15)])
def test_intervals_hold_the_truth_below_20_visits_a_dealer(dealers, icc):
    """As in the table of VisitRate: dealers of 3 to 19 visits, a share of .7 on average."""
    rng, held, runs = np.random.default_rng(dealers), 0, 400
    spread = (1 - icc) / icc
    for _ in range(runs):
        dealer = np.repeat(np.arange(dealers), rng.integers(3, 20, dealers))
        own = rng.beta(0.7 * spread, 0.3 * spread, dealers)[dealer]
        late = rng.uniform(size=len(dealer)) > own
        columns = {
            "in": np.full(len(dealer), "2026-03-01"),
            "p": np.full(len(dealer), "2026-03-02"),
            "out": np.where(late, "2026-03-03", "2026-03-02"),
            "dealer": dealer,
        }
        found = Visits.from_frame(
            columns, opened="in", promised="p", delivered="out", cluster="dealer"
        ).on_time()
        held += 0.7 in found.confidence_interval()
    assert 0.92 < held / runs < 0.98


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_rates_hold_the_truth_with_dealers_alike():
    """Dealers with beta(16, 4) of their own, 30 of 20 visits: 95 % by clusters, 94.3 % here."""
    rng, held, runs = np.random.default_rng(11), 0, 400
    for _ in range(runs):
        own = rng.beta(16, 4, 30)
        late = rng.uniform(size=(30, 20)) > own[:, None]
        columns = {
            "in": np.full(600, "2026-03-01"),
            "p": np.full(600, "2026-03-02"),
            "out": np.where(late.ravel(), "2026-03-03", "2026-03-02"),
            "dealer": np.repeat(np.arange(30), 20),
        }
        found = Visits.from_frame(
            columns, opened="in", promised="p", delivered="out", cluster="dealer"
        ).on_time()
        held += 0.8 in found.confidence_interval()
    assert 0.92 < held / runs < 0.98
