"""Waves of visits: the same vehicles twice, waves as a label, league tables of dealers."""

import numpy as np
import pytest

from custvalue import comparing, journey, satisfaction
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Bootstrap

FRAME = {
    "vin": ["A", "A", "B", "C", "A", "B", "C", "D", None],
    "in": [
        "2025-01-05",
        "2025-03-31",
        "2025-02-01",
        "2025-02-02",
        "2025-04-01",
        "2025-06-30",
        "2025-07-01",
        "2025-05-05",
        "2025-05-05",
    ],
    "late": [0, 1, 0, 0, 0, 1, 1, 1, 1],
    "dealer": ["x", "x", "x", "y", "x", "y", "y", "y", "y"],
}


def rate(frame=FRAME, **more):
    opened = np.array(frame["in"], dtype="M8[D]")
    whole = {**frame, "out": (opened + np.array(frame["late"], dtype="m8[D]")).astype(str)}
    names = {"opened": "in", "promised": "in", "delivered": "out", **more}
    options = {"vehicle": "vin", "labels": ["dealer"], **names}
    return journey.Visits.from_frame(whole, **options).on_time()


def on_time(part):
    return part.mean("on time")


def top(part):
    return satisfaction.top_box(part, boxes=1)


def test_the_same_vehicles_in_two_quarters_by_hand():
    first, second = rate().paired_responses("2025-Q1", "2025-Q2")
    # A was on time once of twice, then once; B once, then not; C came in July, D only later
    assert first.labels["customer"].tolist() == second.labels["customer"].tolist() == ["A", "B"]
    assert first.answers[:, 0].tolist() == [0.5, 1]
    assert second.answers[:, 0].tolist() == [1, 0]
    change = comparing.paired(first, second, on_time, method=Bootstrap(200, rng=1))
    assert change.value == pytest.approx(-0.25)


def test_dealers_can_be_paired():
    first, second = rate().paired_responses("2025-Q1", "2025-Q2", of="dealer")
    assert first.labels["customer"].tolist() == ["x", "y"]
    assert first.answers[:, 0].tolist() == [pytest.approx(2 / 3), 1]
    assert second.answers[:, 0].tolist() == [1, 0]


def test_labels_of_visits_may_be_called_as_arguments_are():
    frame = {**FRAME, "group": FRAME["dealer"], "cluster": FRAME["dealer"]}
    answers = rate(frame, labels=["group"], cluster="cluster").responses()
    assert answers.labels["group"].tolist() == answers.labels["cluster"].tolist()
    assert answers.labels["group"].tolist() == FRAME["dealer"]


def test_shuffled_rows_give_the_same_pairs():
    order = np.random.default_rng(1).permutation(9)
    shuffled = {name: np.array(its, dtype=object)[order] for name, its in FRAME.items()}
    one, two = rate().paired_responses("2025-Q1", "2025-Q2")
    other, another = rate(shuffled).paired_responses("2025-Q1", "2025-Q2")
    assert (one, two) == (other, another)


def test_waves_and_dealers_are_compared_and_ranked():
    rng = np.random.default_rng(2)
    n = 2_000
    opened = np.datetime64("2025-01-01") + rng.integers(0, 360, n).astype("m8[D]")
    dealer = rng.integers(0, 12, n)
    frame = {
        "vin": rng.integers(0, 900, n),
        "in": opened.astype(str),
        "late": (rng.uniform(size=n) < 0.1 + 0.04 * dealer).astype(int),
        "dealer": [f"D{place:02}" for place in dealer],
    }
    found = rate(frame, cluster="dealer")
    waves = comparing.groups(found.responses(wave="quarter"), top, by="wave")
    assert [its.label for its in waves.groups] == [f"2025-Q{part}" for part in range(1, 5)]
    assert comparing.trend(found.responses(wave="quarter"), top).slope.value == pytest.approx(
        0, abs=0.05
    )
    league = comparing.league(rate(frame).responses(), top, by="dealer", rng=1)
    assert league["D00"].values["value"] > league["D11"].values["value"]
    first, second = found.paired_responses("2025-Q1", "2025-Q2", of="dealer")
    assert first.respondents == 12
    assert abs(comparing.paired(first, second, on_time, method=Bootstrap(99, rng=1)).value) < 0.1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: rate().paired_responses("2025-Q1", "2025-Q4"),
            DataError,
            (
                "there is no quarter '2025-Q4'. Did you mean '2025-Q3'? The quarters are "
                "'2025-Q1', '2025-Q2', '2025-Q3'."
            ),
        ),
        (
            lambda: rate().paired_responses("2025-Q1", "2025-Q1"),
            ParameterError,
            "first and second must be different periods, but both are '2025-Q1'.",
        ),
        (
            lambda: rate().paired_responses("2025-Q1", "2025-Q3"),
            DataError,
            (
                "a change needs at least 2 that have visits in both '2025-Q1' and '2025-Q3', but "
                "among the 5 entries of vehicle (or customer) there are 1. Compare different ones "
                "with comparing.groups(rate.responses(wave='quarter'), …, by='wave')."
            ),
        ),
        (
            lambda: rate(vehicle=None).paired_responses("2025-Q1", "2025-Q2"),
            DataError,
            (
                "the visits have no vehicle and no customer, so nobody knows who came twice. Name "
                "a column when they are read, or pair the entries of a label, as in of='dealer'."
            ),
        ),
        (
            lambda: rate().responses(wave="week"),
            DataError,
            (
                "wave must be one of 'dealer', 'month', 'quarter', 'year', but it is 'week'. "
                "Labels are named when visits are read: labels=[…]."
            ),
        ),
    ],
)
def test_what_cannot_be_paired_is_refused(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
