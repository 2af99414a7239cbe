"""Complaints: the taxonomy on texts by hand, open and closed, rules of the user, bad input."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import visited

from custvalue.errors import DataError, ParameterError
from custvalue.journey import (
    COMPLAINT_KINDS,
    COMPLAINT_SEVERITIES,
    ComplaintKind,
    Complaints,
    ComplaintSeverity,
)

FRAME = {
    "who": ["C1", "C2", "C3", None, "C1", "C4"],
    "on": ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-05"],
    "done": ["2026-03-01", None, None, "2026-03-09", None, None],
    "said": [
        "WAITED two hours",
        "engine noise since the repair; my lawyer will write",
        "找媒体曝光你们,上牌拖了一个月",
        "",
        "Spare parts out of stock, told the manager",
        "the courtesy car was dirty",  # no court, and no word of any kind
    ],
    "dealer": ["x", "x", "y", "y", "x", "y"],
}
NAMES = {"customer": "who", "opened": "on", "closed": "done", "text": "said"}


def complaints(frame=FRAME, **more):
    return Complaints.from_frame(frame, **{**NAMES, "labels": ["dealer"], **more})


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_the_taxonomy_by_hand(kind):
    found = complaints(kind(FRAME)).classify()
    by_row = dict(
        zip(found.row.tolist(), zip(found.kinds, found.severity, strict=True), strict=True)
    )
    assert by_row == {
        0: ("service", "told the staff"),
        1: ("service; product quality", "lawyers"),
        2: ("new car registration", "media"),
        3: ("not classified", "severity not known"),  # no text
        4: ("parts", "complained to the dealer"),
        5: ("not classified", "told the staff"),
    }
    # open ones first, then the severest, then the oldest
    assert found.row.tolist() == [2, 1, 4, 5, 0, 3]
    assert found.open.tolist() == [1, 1, 1, 1, 0, 0]
    assert found.customer.tolist() == ["C3", "C2", "C1", "C4", "C1", ""]
    assert found.columns()["opened"].dtype == "M8[us]"


def test_the_preset_has_five_kinds_and_ends_with_lawyers_and_media():
    assert [its.chinese for its in COMPLAINT_KINDS] == [
        "新车上牌",
        "销售过程",
        "服务过程",
        "配件供应",
        "产品质量",
    ]
    assert [its.grade for its in COMPLAINT_SEVERITIES] == [1, 2, 3, 4, 5]
    assert [its.name for its in COMPLAINT_SEVERITIES][-2:] == ["lawyers", "media"]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("see you in COURT", "lawyers"),
        ("in the courtyard", "told the staff"),
        ("under pressure", "told the staff"),
        ("the press knows", "media"),
        ("another issue", "told the staff"),
        ("they will sue", "lawyers"),
        ("two lawyers", "lawyers"),
        ("打12315投诉", "turned to the maker or an authority"),
        ("找律师sue", "lawyers"),
        ("lawyer and journalist", "media"),
    ],
)
def test_latin_words_are_whole_words_and_chinese_ones_stand_anywhere(text, severity):
    frame = {**FRAME, "said": [text] * 6}
    assert set(complaints(frame).classify().severity) == {severity}


def test_codes_of_the_desk_and_chinese_names_are_words_too():
    frame = {
        **FRAME,
        "said": ["parts", "配件供应", "product quality", "产品质量", "sales", "service"],
    }
    found = complaints(frame, closed=None).classify()
    assert [found.kinds[found.row.tolist().index(row)] for row in range(6)] == [
        "parts",
        "parts",
        "product quality",
        "product quality",
        "sales",
        "service",
    ]


def test_shares_count_every_kind_of_a_complaint():
    found = complaints().shares()
    counts = {its.name: (its.count, its.open) for its in found.kinds}
    assert counts == {
        "new car registration": (1, 1),
        "sales": (0, 0),
        "service": (2, 1),
        "parts": (1, 1),
        "product quality": (1, 1),
        "not classified": (2, 1),
    }
    assert sum(its.count for its in found.severities) == found.n == 6
    # Wilson's interval of 2 of 6
    interval = found.of("service").share.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx((0.0967714, 0.7000067), abs=1e-6)
    with pytest.raises(ParameterError, match="there is no kind or severity 'repairs'"):
        found.of("repairs")


def test_clusters_of_dealers_are_known():
    found = complaints(cluster="dealer").shares()
    assert found.of("service").share.clusters == 2


def test_shuffled_rows_give_the_same_shares():
    order = [3, 5, 0, 2, 4, 1]
    frame = {name: [its[row] for row in order] for name, its in FRAME.items()}
    assert complaints(frame).shares() == complaints().shares()


def test_rules_of_the_user():
    kinds = [ComplaintKind(name="dirt", words=("dirty",))]
    severities = [ComplaintSeverity(name="any", grade=1)]
    found = complaints().shares(kinds, severities)
    assert [its.count for its in found.kinds] == [1, 5]
    assert [its.count for its in found.severities] == [5, 1]  # one has no text


def test_the_order_of_severities_is_that_of_their_grades():
    one = complaints().classify(severities=COMPLAINT_SEVERITIES[::-1])
    assert one == complaints().classify()


def test_the_end_of_the_data_is_the_latest_day_that_is_known():
    found = complaints()
    assert (found.complaints, found.open) == (6, 4)
    assert str(found.observation_end) == "2026-03-09"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"frame": {**FRAME, "done": ["2026-02-28", *FRAME["done"][1:]]}},
            DataError,
            (
                "done must be not before on, but row 0 has '2026-02-28T00:00:00'. A complaint "
                "cannot be closed before it is made. Correct one of both times."
            ),
        ),
        (
            {"observation_end": "2026-03-04"},
            DataError,
            (
                "on must be at most 2026-03-04, but row 4 has '2026-03-05T00:00:00' (and 1 more "
                "row). Give the observation_end that the data have."
            ),
        ),
        (
            {"labels": "dealer"},
            ParameterError,
            "labels must be a list of columns. Write labels=['dealer'].",
        ),
        (
            {"frame": {name: [] for name in FRAME}},
            DataError,
            "there are no complaints. Give at least one row.",
        ),
        (
            {"text": "words"},
            DataError,
            (
                "text='words' is not a column of the data. The columns are 'who', 'on', 'done', "
                "'said', 'dealer'."
            ),
        ),
    ],
)
def test_bad_complaints_are_refused(change, error, message):
    with pytest.raises(error) as caught:
        complaints(**change)
    assert str(caught.value) == message


@pytest.mark.parametrize("rules", [[], "service", ["service"], COMPLAINT_SEVERITIES, 7])
def test_what_are_no_rules_is_refused(rules):
    with pytest.raises(ParameterError, match="kinds must be a list of ComplaintKind, such as"):
        complaints().classify(kinds=rules)


def test_rules_have_names_of_their_own():
    rules = [ComplaintKind(name="a"), ComplaintKind(name="a")]
    with pytest.raises(ParameterError, match="kinds has 'a' more than once"):
        complaints().classify(kinds=rules)
    with pytest.raises(ParameterError, match="rule ' ' must have no blank name or word"):
        ComplaintKind(name=" ")
    for grade in (0, 1.5, "high", True, None):
        with pytest.raises(ParameterError, match="grade must be"):
            ComplaintSeverity(name="a", grade=grade)


def test_long_lists_are_cut_in_print():
    text = str(visited.classified())
    assert "The first 20; to_frame() has all." in text
    assert len(text.splitlines()) < 30
    assert len(visited.classified().to_frame("pandas")) == 60


def test_one_complaint_and_nobody_known():
    one = complaints({name: its[3:4] for name, its in FRAME.items()})
    assert one.classify().kinds.tolist() == ["not classified"]
    with pytest.raises(DataError) as caught:
        one.shares()
    assert str(caught.value) == (
        "complaints are classified by their texts, but none has one. Name the column with what was "
        "said, as in Complaints.from_frame(…, text='said')."
    )


@pytest.mark.parametrize("nothing", ["", " ", None, np.nan])
def test_a_complaint_without_a_text_has_no_severity_and_is_counted(nothing):
    found = complaints({**FRAME, "said": [*FRAME["said"][:3], nothing, "a repair", "a repair"]})
    shares = found.shares()
    assert (shares.without_text, shares.n) == (1, 6)
    assert shares.of("severity not known").count == 1
    assert shares.of("told the staff").count == 3
    for result in (shares, found.classify()):
        assert "Without a text, and so not classified: 1 complaint." in str(result)
    last = found.classify()
    assert (last.severity[-1], last.grade[-1]) == ("severity not known", 0)


def test_a_severity_with_words_is_found_by_them_alone():
    shares = complaints().shares(
        severities=[ComplaintSeverity(name="a", words=("zz",), grade=1)],
    )
    assert [(its.name, its.count) for its in shares.severities] == [
        ("a", 0),
        ("severity not known", 6),
    ]


def test_of_two_severities_of_one_grade_the_first_in_the_list_is_taken_where_both_are_found():
    phone, letter = (ComplaintSeverity(name=its, grade=1) for its in ("phone", "letter"))
    texts = ["phone", "a letter", "letter and phone", "neither"]
    found = Complaints.from_frame(
        {"who": list("abcd"), "on": ["2026-03-01"] * 4, "said": texts},
        customer="who",
        opened="on",
        text="said",
    )
    for severities, both in (([phone, letter], "phone"), ([letter, phone], "letter")):
        classified = found.classify(severities=severities)
        by_row = dict(zip(classified.row.tolist(), classified.severity.tolist(), strict=True))
        assert by_row == {0: "phone", 1: "letter", 2: both, 3: "severity not known"}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"kinds": [ComplaintKind(name="not classified", words=("x",))]},
            (
                "kinds has a rule called 'not classified', which is what complaints are called to "
                "which no rule applies. Give it another name."
            ),
        ),
        (
            {"severities": [ComplaintSeverity(name="Severity not known", grade=1)]},
            (
                "severities has a rule called 'Severity not known', which is what complaints are "
                "called to which no rule applies. Give it another name."
            ),
        ),
        (
            {"kinds": [ComplaintKind(name="media")]},
            "kinds and severities both have 'media'. Give every rule its own name.",
        ),
    ],
)
def test_names_that_could_be_mistaken_are_refused(rules, message):
    for ask in (complaints().shares, complaints().classify):
        with pytest.raises(ParameterError) as caught:
            ask(**rules)
        assert str(caught.value) == message


def test_a_wrong_name_is_answered_in_english():
    with pytest.raises(ParameterError, match=r"The kinds and severities are 'new car"):
        complaints().shares().of("nothing")
