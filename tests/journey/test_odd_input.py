"""What was refused too late, lost or made to depend on the order of rows: the right answers."""

import polars as pl
import pytest
import visited

from custvalue import journey
from custvalue.errors import DataError, ParameterError
from custvalue.journey import FollowUpRule, Visits

DEALERS = {
    "in": ["2026-03-01", "2026-03-02", "2026-03-03"],
    "dealer": ["north", "south", "east"],
    "paid": [1.0, 2.0, 3.0],
}


def dealers():
    return Visits.from_frame(DEALERS, opened="in", bill="paid", labels=["dealer"])


def test_visits_become_frames_of_every_kind():
    frame = visited.visits().to_frame(like="polars")
    assert frame.schema["opened"] == pl.Datetime("us")
    assert len(frame) == 400


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"words": "south"}, "words must be a tuple"),
        ({"words": ("",)}, "must have no blank name or word"),
        ({"name": " ", "words": ("a",)}, "must have no blank name or word"),
        ({"top_share": 2}, "top_share must be <= 1"),
        ({"at_least": -1}, "at_least must be >= 0"),
    ],
)
def test_rules_are_checked_when_they_are_made(how, said):
    with pytest.raises(ParameterError) as caught:
        FollowUpRule(**{"name": "f", "reads": "dealer", **how})
    assert said in str(caught.value)


def test_rules_that_do_not_fit_the_visits():
    with pytest.raises(ParameterError, match="rule 'f' has words, but 'bill' has numbers"):
        dealers().follow_up([FollowUpRule(name="f", reads="bill", words=("abc",))])
    twice = [FollowUpRule(name="f", reads="dealer", words=(name,)) for name in ("south", "north")]
    with pytest.raises(ParameterError) as caught:
        dealers().follow_up(twice)
    assert str(caught.value) == "rules has 'f' more than once. Give every rule its own name."


def test_causes_of_visits_that_begin_together_are_those_of_one_comeback():
    columns = {
        "vin": ["A"] * 3,
        "in": ["2025-01-01", "2025-01-05", "2025-01-05"],
        "out": ["2025-01-02", "2025-01-05", "2025-01-06"],
        "why": ["a", "b", "c"],
    }
    for order in ([0, 1, 2], [0, 2, 1], [2, 1, 0]):
        visits = Visits.from_frame(
            {name: [its[place] for place in order] for name, its in columns.items()},
            vehicle="vin",
            opened="in",
            delivered="out",
            cause="why",
            observation_end="2025-06-01",
        )
        causes = visits.rework_causes(within="30 days")
        assert str(visits.rework_causes()) == str(causes)
        assert {its.name: its.count for its in causes.problems} == {"b": 1, "c": 1}


def test_periods_must_be_a_list():
    with pytest.raises(DataError, match="'periods' must be a sequence, but it is 'ab'"):
        journey.control_chart([1, 2], [10, 10], periods="ab")
