"""A label that is missing for some: left out of parts and comparisons, and counted there."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import comparing, kano, satisfaction, servqual
from custvalue._respondents.respondents import Respondents
from custvalue.comparing import Bootstrap
from custvalue.errors import DataError
from custvalue.survey import Responses, Scale, describe, rake

N = 12
TWICE = np.random.default_rng(8).integers(1, 6, (2, N, 2)).astype(float)
FIVE, SEVEN = Scale(1, 5), Scale(1, 7)


def responses(**options):
    return Responses.from_arrays(TWICE[0], scale=FIVE, **options)


def survey(**options):
    return servqual.Survey.from_arrays(
        TWICE[0], TWICE[1], scale=SEVEN, dimensions={"staff": 2}, **options
    )


def tolerance(**options):
    return servqual.ToleranceSurvey.from_arrays(
        TWICE[0],
        adequate=TWICE[0],
        desired=TWICE[1],
        scale=SEVEN,
        dimensions={"staff": 2},
        inverted="keep",
        **options,
    )


def questionnaire(**options):
    return kano.Questionnaire.from_arrays(TWICE[0], TWICE[1], **options)


SITE = np.array(["north", None, "south", "north", " ", "south"] * 2, dtype=object)
YEAR = [2023, 2024, None, 2023, 2024, 2024] * 2
KNOWN = {"group": SITE, "wave": YEAR, "labels": {"age": ["old", "young", None] * 4}}
READERS = (responses, survey, tolerance, questionnaire)


def of(read, missing="pairwise", **options):
    return read(missing=missing, **(KNOWN | options))


# --- every set of answers -------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["pairwise", "drop"])
@pytest.mark.parametrize("read", READERS)
def test_respondents_without_a_label_are_in_no_part(read, missing):
    answers = of(read, missing)
    assert isinstance(answers, Respondents)
    assert answers.respondents == N
    assert {label: part.respondents for label, part in answers.by("group").items()} == {
        "north": 4,
        "south": 4,
    }
    assert list(answers.by("wave")) == [2023, 2024]
    assert {key: part.respondents for key, part in answers.by("group", "wave").items()} == {
        ("north", 2023): 4,
        ("south", 2024): 2,
    }
    assert answers.unlabelled("group") == {"no group": 4}
    assert answers.unlabelled("group", "wave") == {"no group": 4, "no wave": 2}
    assert answers.unlabelled("age") == {"no age": 4}


@pytest.mark.parametrize("read", READERS)
def test_a_part_is_what_is_read_from_its_rows_alone(read):
    north = of(read).by("group")["north"]
    rows = np.flatnonzero(SITE == "north")
    whole = read(missing="pairwise")
    for name, column in whole.columns().items():
        if name in north.columns():
            np.testing.assert_array_equal(north.columns()[name], column[rows])
    assert north.labels["group"].dtype.kind == "U"


@pytest.mark.parametrize("read", READERS)
def test_they_go_to_json_and_frames_and_back(read):
    answers = of(read)
    again = type(answers).from_json(answers.to_json())
    assert again == answers
    assert again.labels["group"].tolist() == ["north", None, "south", "north", None, "south"] * 2
    assert again.labels["wave"].tolist() == YEAR
    frame = answers.to_frame(like="polars")
    assert frame["group"].null_count() == 4
    assert frame["wave"].dtype == pl.Int64
    assert answers.to_frame(like="pandas")["group"].isna().sum() == 4
    assert answers.to_frame(like="pyarrow")["wave"].null_count == 2


@pytest.mark.parametrize("read", READERS)
def test_rows_stay_together_and_resamples_know_them(read):
    answers = of(read)
    some = answers.of_rows(np.array([1, 0, 5]))
    assert some.labels["group"].tolist() == [None, "north", "south"]
    assert some.by("group").keys() == {"north", "south"}
    assert len(np.unique(answers.alike)) <= N


@pytest.mark.parametrize("read", READERS)
def test_a_missing_label_is_refused_where_nothing_may_be_missing(read):
    with pytest.raises(DataError, match="group must be present, but row 1 has None"):
        of(read, "raise", wave=None, labels=None)


@pytest.mark.parametrize("missing", ["raise", "pairwise", "drop"])
@pytest.mark.parametrize("read", READERS)
def test_a_missing_cluster_or_stratum_is_always_refused(read, missing):
    with pytest.raises(DataError) as caught:
        read(missing=missing, cluster=SITE)
    assert str(caught.value) == (
        "cluster must be present, but row 1 has None (and 3 more rows). What respondents without a "
        "cluster have in common is not known. Give each of them a cluster of its own, which says "
        "that it is like nobody, or leave them out."
    )
    with pytest.raises(DataError) as caught:
        read(missing=missing, cluster=np.arange(N), stratum=SITE)
    assert str(caught.value) == (
        "stratum must be present, but row 1 has None (and 3 more rows). Give every respondent the "
        "stratum of its cluster, or leave the row out."
    )


# --- reading --------------------------------------------------------------------------------

FRAME = {
    "q": [5, 4, 3, 4, None, 5, 2, 1],
    "r": [4, 4, None, 5, 5, None, 2, 2],
    "site": ["north", None, "south", "south", "north", " ", "south", None],
    "year": [2023, 2023, 2024, None, 2024, 2023, 2024, 2023],
}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("missing", ["pairwise", "drop", "prorate"])
def test_frames_of_every_kind(kind, missing):
    roles = {"group": "site", "wave": "year", "missing": missing}
    answers = Responses.from_frame(kind(FRAME), ["q", "r"], scale=FIVE, **roles)
    expected = Responses.from_frame(FRAME, ["q", "r"], scale=FIVE, **roles)
    assert answers == expected
    assert answers.base.respondents == 8
    parts = answers.by("group")
    assert sum(part.base.respondents for part in parts.values()) == 5


def test_excluded_respondents_without_a_label_are_in_no_part():
    frame = {"q": [5, None, 3, 4, None], "g": ["a", None, "b", "b", "a"]}
    answers = Responses.from_frame(frame, ["q"], scale=FIVE, group="g", missing="drop")
    assert answers.base.excluded == {"missing answer": 2}
    parts = answers.by("group")
    assert {label: part.base.excluded for label, part in parts.items()} == {
        "a": {"missing answer": 1},
        "b": {},
    }
    assert answers.unlabelled("group") == {}


@pytest.mark.parametrize(
    "labels",
    [
        [dt.date(2024, 1, 1), None, dt.date(2024, 4, 1)],
        pd.Series(["2024-01-01", None, "2024-04-01"], dtype="category"),
        pd.Series([1, None, 2], dtype="Int64"),
        pl.Series([1, None, 2]),
        [1.0, np.nan, 2.0],
        pd.PeriodIndex(["2024Q1", None, "2024Q2"], freq="Q"),
    ],
    ids=["dates", "categories", "nullable", "polars", "floats", "periods"],
)
def test_labels_of_every_kind(labels):
    answers = Responses.from_arrays([5, 4, 3], scale=FIVE, wave=labels, missing="pairwise")
    assert answers.labels["wave"][1] is None
    assert [part.respondents for part in answers.by("wave").values()] == [1, 1]


def test_a_bad_label_is_named_by_its_row():
    with pytest.raises(DataError) as caught:
        Responses.from_arrays([5, 4, 3], scale=FIVE, group=[1, None, "a"], missing="pairwise")
    assert str(caught.value) == (
        "group must be a whole number like the first, but row 2 has 'a'. Turn the column into "
        "text, or into whole numbers."
    )


def test_no_label_at_all_is_no_part():
    answers = Responses.from_arrays([5, 4], scale=FIVE, group=[None, None], missing="pairwise")
    with pytest.raises(DataError) as caught:
        answers.by("group")
    assert str(caught.value) == (
        "'group' is missing for all 2 respondents. Read the labels again, or do not divide by them."
    )


def test_put_together_by_hand():
    answers = Responses.from_frame(FRAME, ["q"], scale=FIVE, group="site", missing="pairwise")
    by_hand = Responses(
        items=answers.items,
        answers=answers.answers,
        scale=FIVE,
        weights=answers.weights,
        labels={"group": FRAME["site"]},
        missing="pairwise",
    )
    assert by_hand.labels["group"].tolist() == answers.labels["group"].tolist()
    with pytest.raises(DataError, match="group must be present, but row 1 has None"):
        Responses(
            items=("q",),
            answers=np.ones((2, 1)),
            scale=FIVE,
            weights=np.ones(2),
            labels={"group": ["a", None]},
        )


def test_it_prints_who_lacks_a_label():
    answers = Responses.from_frame(FRAME, ["q"], scale=FIVE, group="site", missing="pairwise")
    assert "group is missing for 3 respondents." in str(answers)


# --- comparisons ----------------------------------------------------------------------------

RNG = np.random.default_rng(3)
MANY = {
    "q": RNG.integers(1, 6, 60),
    "site": np.where(RNG.random(60) < 0.2, None, RNG.choice(["a", "b", "c"], 60)),
    "year": np.array([2021.0, 2022.0, 2023.0] * 20),
}
MANY["year"][[4, 9]] = np.nan
ANSWERS = Responses.from_frame(
    MANY, ["q"], scale=FIVE, group="site", wave="year", missing="pairwise"
)
GONE = int(sum(site is None for site in MANY["site"]))
THERE = Responses.from_frame(
    {
        name: np.asarray(its)[[site is not None for site in MANY["site"]]]
        for name, its in MANY.items()
    },
    ["q"],
    scale=FIVE,
    group="site",
    wave="year",
    missing="pairwise",
)


def mean(part):
    return part.mean("q")


@pytest.mark.parametrize(
    "compare",
    [
        lambda answers: comparing.groups(answers, mean),
        lambda answers: comparing.ordered(answers, "q"),
    ],
    ids=["groups", "ordered"],
)
def test_comparisons_leave_them_out_and_count_them(compare):
    found, expected = compare(ANSWERS), compare(THERE)
    assert found.excluded == {"no group": GONE}
    assert expected.excluded == {}
    assert found.differences == expected.differences
    assert f"Left out: {GONE} respondents (no group)." in str(found)
    assert "Left out" not in str(expected)
    assert type(found).from_json(found.to_json()) == found


def test_a_trend_leaves_them_out_and_counts_them():
    found = comparing.trend(ANSWERS, mean)
    assert found.excluded == {"no wave": 2}
    assert "Left out: 2 respondents (no wave)." in str(found)
    assert type(found).from_json(found.to_json()) == found


def test_a_description_leaves_them_out_and_counts_them():
    found, expected = describe(ANSWERS, by="group"), describe(THERE, by="group")
    assert found.items == expected.items
    assert found.base.excluded == {"no group": GONE}
    assert found.base.n == 60 - GONE
    assert describe(ANSWERS).base.excluded == {}


def test_segments_and_dimensions_leave_them_out_and_count_them():
    found = kano.segments(of(questionnaire))
    assert found.excluded == {"no group": 4}
    assert "Left out: 4 respondents (no group)." in str(found)
    assert type(found).from_json(found.to_json()) == found
    assert kano.segments(questionnaire(group=["a", "b"] * 6)).excluded == {}
    compared = servqual.compare_surveys(of(survey))
    assert compared.overall.excluded == {"no group": 4}
    assert "Left out: 4 respondents (no group)." in str(compared)


def test_everything_else_uses_them():
    assert ANSWERS.mean("q").n == 60
    assert satisfaction.top_box(ANSWERS).n == 60
    sure = comparing.bootstrap_interval(ANSWERS, satisfaction.top_box, method=Bootstrap(50, rng=1))
    assert sure.low < satisfaction.top_box(ANSWERS).value < sure.high
    raking = rake(ANSWERS, {"group": {"a": 0.3, "b": 0.3, "c": 0.4}}, missing="own share")
    assert raking.missing == {"group": GONE}
    assert ANSWERS.with_weights(raking.weights).unlabelled("group") == {"no group": GONE}
