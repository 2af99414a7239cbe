"""Who is to be called: each rule on a table by hand, rules of the user, bad rules."""

import pytest
import visited

from custvalue import journey
from custvalue.errors import DataError, ParameterError
from custvalue.journey import FOLLOW_UP_RULES, FollowUpRule, Visits

COLUMNS = {
    "vin": ["A", "A", "B", "C", "D"],
    "in": ["2026-03-01", "2026-03-09", "2026-03-05", "2026-03-06", "2026-03-07"],
    "out": ["2026-03-02", "2026-03-09", "2026-03-05", "2026-03-06", "2026-03-07"],
    "why": ["Brake noise", "oil", "发动机大修", "recall of 2025", "oil"],
    "paid": [100, 20, 4000, 0, 30],
    "job": ["retail", "retail", "retail", "warranty", "fleet"],
}
GIVEN = {"vehicle": "vin", "opened": "in", "delivered": "out", "cause": "why", "bill": "paid"}


def visits():
    return Visits.from_frame(COLUMNS, **GIVEN, labels=["job"])


def test_the_preset_by_hand():
    found = visits().follow_up()
    reasons = dict(zip(found.row.tolist(), found.reasons.tolist(), strict=True))
    assert reasons == {
        0: "safety repair",
        1: "rework",
        2: "overhaul; high bill",
        3: "warranty",
    }
    assert found.row.tolist() == [2, 1, 3, 0]  # most reasons, then the latest
    assert found.by_rule == {
        "rework": 1,
        "overhaul": 1,
        "high bill": 1,
        "safety repair": 1,
        "warranty": 1,
    }
    assert found.who.tolist() == ["B", "A", "C", "A"]


def test_rules_of_the_user_read_labels_and_amounts():
    rules = [
        FollowUpRule(name="fleet", reads="job", words=("FLEET",)),
        FollowUpRule(name="dear", reads="bill", at_least=100),
    ]
    found = visits().follow_up(rules)
    assert found.by_rule == {"fleet": 1, "dear": 2}


def test_rules_of_the_preset_that_cannot_be_read_are_named():
    plain = Visits.from_frame(COLUMNS, opened="in", vehicle="vin", delivered="out")
    found = plain.follow_up()
    assert found.skipped == ("overhaul", "high bill", "safety repair", "warranty")
    assert "Not looked for, because the visits lack what it needs" in str(found)


def test_every_rule_of_the_preset_has_a_chinese_name():
    assert [rule.chinese for rule in FOLLOW_UP_RULES] == [
        "返修",
        "大修",
        "高额维修",
        "安全系统维修",
        "重大保修",
    ]


def test_frames_and_json():
    found = visited.follow_ups()
    assert journey.FollowUps.from_json(found.to_json()) == found
    assert list(found.columns()) == ["row", "who", "opened", "reasons"]
    assert found.columns()["opened"].dtype == "M8[us]"
    assert str(found.to_frame("polars")["opened"].dtype).startswith("Datetime")


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (
            lambda: FollowUpRule(name="x", reads="bill"),
            ParameterError,
            "rule 'x' reads 'bill' and needs one of words, at_least and top_share, but it has 0.",
        ),
        (
            lambda: FollowUpRule(name="x", reads="comeback", at_least=2),
            ParameterError,
            "rule 'x' reads 'comeback' and needs no condition, but it has 1.",
        ),
        (
            lambda: visits().follow_up([FollowUpRule(name="x", reads="jop", words=("a",))]),
            DataError,
            (
                "rule 'x' reads 'jop', which the visits do not have. Did you mean 'job'? Name the "
                "column when they are read, or leave the rule out."
            ),
        ),
        (
            lambda: visits().follow_up([FollowUpRule(name="x", reads="job", at_least=2)]),
            ParameterError,
            "rule 'x' compares numbers, but 'job' has words. Give words=(…).",
        ),
        (
            lambda: visits().follow_up("rework"),
            ParameterError,
            (
                "rules must be a list of FollowUpRule, such as journey.FOLLOW_UP_RULES, but it is "
                "'rework'."
            ),
        ),
    ],
)
def test_bad_rules(make, kind, said):
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == said
