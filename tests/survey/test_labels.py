"""Labels of every kind, on every set of answers: read, split by, counted, kept in JSON."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custvalue import kano, servqual
from custvalue.delivered_value import from_survey
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Responses, Scale, rake

N = 12
RNG = np.random.default_rng(8)
SITE = np.array(["north", "south", "west"] * 4)
YEAR = np.repeat([2023, 2024], 6)
REGION = np.array(["b", "a"] * 6)
LABELS = {
    "group": SITE,
    "wave": YEAR,
    "cluster": np.arange(N) % 6,  # each in one stratum
    "stratum": REGION,
    "labels": {"age": REGION},
}
TWICE = RNG.integers(1, 6, (2, N, 2)).astype(float)
SEVEN = Scale(1, 7)


def responses(**options):
    return Responses.from_arrays(TWICE[0], scale=Scale(1, 5), **options)


def survey(**options):
    usual = {"scale": SEVEN, "dimensions": {"staff": 2}}
    return servqual.Survey.from_arrays(TWICE[0], TWICE[1], **(usual | options))


def tolerance(**options):
    usual = {"scale": SEVEN, "dimensions": {"staff": 2}, "inverted": "keep"}
    return servqual.ToleranceSurvey.from_arrays(
        TWICE[0], adequate=TWICE[0] - 0, desired=TWICE[1], **(usual | options)
    )


def questionnaire(**options):
    return kano.Questionnaire.from_arrays(TWICE[0], TWICE[1], **options)


def fuzzy(**options):
    degrees = np.full((2, N, 1, 5), 0.2)
    return kano.FuzzyQuestionnaire.from_arrays(*degrees, **options)


ALL = (responses, survey, tolerance, questionnaire, fuzzy)


@pytest.mark.parametrize("read", ALL)
def test_every_set_of_answers_splits_by_every_label(read):
    whole = read(**LABELS, weights=np.arange(1.0, N + 1))
    assert list(whole.labels) == ["group", "wave", "cluster", "stratum", "age"]
    assert {site: part.respondents for site, part in whole.by("group").items()} == {
        "north": 4,
        "south": 4,
        "west": 4,
    }
    both = whole.by("group", "wave")
    assert list(both)[:3] == [("north", 2023), ("north", 2024), ("south", 2023)]
    one = both["west", 2024]
    rows = (SITE == "west") & (YEAR == 2024)
    assert one.weights.tolist() == (np.arange(1.0, N + 1)[rows]).tolist()
    assert one == whole.by("wave")[2024].by("group")["west"]
    assert list(whole.by("age")) == list(whole.by("stratum")) == ["a", "b"]
    assert len(whole.by("cluster")) == 6
    assert type(whole).from_json(whole.to_json()) == whole
    assert list(whole.columns())[-6:] == ["weight", "group", "wave", "cluster", "stratum", "age"]


@pytest.mark.parametrize("read", ALL)
def test_other_weights_for_every_set_of_answers(read):
    whole = read(group=SITE).with_weights(np.arange(1.0, N + 1))
    assert whole == read(group=SITE, weights=np.arange(1.0, N + 1))
    with pytest.raises(DataError, match="weights must have one entry for each of the 12 respo"):
        whole.with_weights([1, 2])


def test_resampled_rows_may_come_twice():
    part = survey(group=SITE).of_rows(np.array([3, 3, 0]))
    assert part.group.tolist() == ["north", "north", "north"]
    np.testing.assert_array_equal(part.expectations.answers, TWICE[1][[3, 3, 0]])


def test_kano_segments_by_wave_count_their_own_losses():
    functional, dysfunctional = TWICE.copy()
    functional[0, 0] = np.nan
    dysfunctional[7, 1] = 9
    answers = kano.Questionnaire.from_arrays(
        functional,
        dysfunctional,
        wave=YEAR,
        missing="drop",
        codes=kano.AnswerCodes.numbered(kano.BERGER, missing_codes=(9,)),
    )
    found = kano.segments(answers, by="wave")
    assert found.names == ("2023", "2024")
    bases = [result.base for result in found.results]
    assert [base.excluded for base in bases] == [{"missing answer": 1}] * 2
    assert [(base.missing_answers, base.dont_know) for base in bases] == [(1, 0), (0, 1)]
    assert found.overall.base.n == 10
    assert found.homogeneity(simulations=20).items == answers.items
    alone = answers.only(["item 2"])
    assert (alone.base.missing_answers, alone.base.dont_know) == (0, 1)
    assert kano.classify(alone)["item 2"].n == kano.classify(answers)["item 2"].n


DAYS = [date(2024, 3, 1), date(2023, 12, 31)] * 6
MOMENTS = [datetime(2024, 3, 1), datetime(2023, 12, 31)] * 6  # noqa: DTZ001 - midnight, no zone
AS_TEXT = ["2024-03-01", "2023-12-31"] * 6
PERIODS = pd.PeriodIndex(["2024Q1", "2023Q4"] * 6, freq="Q")


@pytest.mark.parametrize(
    ("wave", "text"),
    [
        (DAYS, AS_TEXT),
        (MOMENTS, AS_TEXT),
        (np.array(AS_TEXT, dtype="datetime64[D]"), AS_TEXT),
        (pd.to_datetime(AS_TEXT), AS_TEXT),
        (pd.Series(pd.to_datetime(AS_TEXT)), AS_TEXT),
        (pl.Series(DAYS), AS_TEXT),
        (PERIODS, ["2024Q1", "2023Q4"] * 6),
        (pd.Series(PERIODS), ["2024Q1", "2023Q4"] * 6),
    ],
)
def test_dates_and_periods_are_labels_in_the_order_of_time(wave, text):
    for answers in (
        responses(wave=wave),
        Responses.from_frame(
            {"a": [1, 2] * 6, "wave": wave}, ["a"], scale=Scale(1, 5), wave="wave"
        ),
    ):
        assert answers.wave.tolist() == text
        assert list(answers.by("wave")) == sorted(set(text))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2] * 6, "day": pd.to_datetime(AS_TEXT)}),
        pd.DataFrame({"a": [1, 2] * 6, "day": DAYS}),
        pl.DataFrame({"a": [1, 2] * 6, "day": DAYS}),
        pl.DataFrame({"a": [1, 2] * 6, "day": MOMENTS}),
        pa.table({"a": [1, 2] * 6, "day": DAYS}),
        pl.LazyFrame({"a": [1, 2] * 6, "day": DAYS}),
    ],
)
def test_dates_of_a_frame_are_labels(frame):
    answers = Responses.from_frame(frame, scale=Scale(1, 5), labels={"asked": "day"})
    assert answers.labels["asked"].tolist() == AS_TEXT


def test_periods_of_a_frame_are_labels():
    frame = pd.DataFrame({"a": [1, 2] * 6, "quarter": PERIODS})
    answers = Responses.from_frame(frame, scale=Scale(1, 5), labels=["quarter"])
    assert list(answers.by("quarter")) == ["2023Q4", "2024Q1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"wave": [datetime(2024, 3, 1, 12)] * N},  # noqa: DTZ001 - local times are the case
            (
                "wave must be a date without a time of day, but row 0 has '2024-03-01T12:00' "
                "(and 11 more rows). Use the date alone, or a period "
                "such as '2024-Q1'."
            ),
        ),
        (
            {"wave": [date(2024, 3, 1), "2024"] * 6},
            (
                "wave must be a date like the first, but row 1 has '2024' (and 5 more "
                "rows). Use one kind of label."
            ),
        ),
        (
            {"wave": [date(2024, 3, 1), None] * 6},
            (
                "wave must be present, but row 1 has None (and 5 more rows). Give every "
                "row its value, or remove the row."
            ),
        ),
        (
            {"labels": {"group": SITE}},
            (
                "labels cannot have the name 'group', which is an argument of its own. Give it "
                "another name, as in labels={'my group': …}."
            ),
        ),
    ],
)
def test_labels_refused(options, message):
    with pytest.raises(DataError) as caught:
        responses(**options)
    assert str(caught.value) == message


def test_a_column_may_be_group_cluster_and_stratum_but_no_item():
    frame = {"a": [1, 2, 3, 4], "dealer": ["x", "x", "y", "y"]}
    answers = Responses.from_frame(
        frame, scale=Scale(1, 5), group="dealer", cluster="dealer", labels=["dealer"]
    )
    assert answers.items == ("a",)
    assert list(answers.labels) == ["group", "cluster", "dealer"]
    with pytest.raises(DataError, match="column 'a' is named as cluster and as an item"):
        Responses.from_frame(frame, ["a"], scale=Scale(1, 5), cluster="a")
    with pytest.raises(DataError, match="labels must be a list of column names, but it is the on"):
        Responses.from_frame(frame, ["a"], scale=Scale(1, 5), labels="dealer")


def test_a_label_is_found_by_the_name_of_its_column():
    frame = {"q": [1, 2, 3, 4], "dealer": list("aabb"), "quarter": [1, 2, 1, 2]}
    answers = Responses.from_frame(
        frame, ["q"], scale=Scale(1, 5), cluster="dealer", wave="quarter"
    )
    assert list(answers.by("dealer", "quarter")) == list(answers.by("cluster", "wave"))
    assert answers.called == {"dealer": "cluster", "quarter": "wave"}
    assert Responses.from_json(answers.to_json()).by("dealer").keys() == {"a", "b"}
    assert set(answers.columns()) == {"q", "weight", "cluster", "wave"}


NEEDED = (
    "stratum= is the stratum in which each cluster lies, so it needs cluster= too. Name the dealer "
    "or other unit as cluster=; or, where respondents were chosen one by one, a column that "
    "numbers them."
)


@pytest.mark.parametrize(
    "read",
    [
        lambda: responses(stratum=REGION),
        lambda: Responses.from_frame(
            {"q": TWICE[0][:, 0], "r": REGION}, ["q"], scale=Scale(1, 5), stratum="r"
        ),
        lambda: rake({"sex": REGION, "r": SITE}, {"sex": {"a": 0.5, "b": 0.5}}, stratum="r"),
        lambda: from_survey(
            {"worth": TWICE[0][:, 0], "paid": TWICE[0][:, 1], "r": REGION},
            supplier="r",
            value={"product": "worth"},
            cost={"monetary": "paid"},
            stratum="r",
        ),
    ],
)
def test_strata_without_clusters_are_refused(read):
    with pytest.raises(ParameterError) as caught:
        read()
    assert str(caught.value) == NEEDED


def test_respondents_chosen_one_by_one_are_their_own_clusters():
    values = np.concatenate([np.tile([1, 2], 15), np.tile([4, 5], 15)])
    stratum = np.repeat(["N", "S"], 30)
    read = {"items": ["q"], "scale": Scale(1, 5)}
    found = Responses.from_arrays(values, cluster=np.arange(60), stratum=stratum, **read).mean("q")
    within = np.concatenate([values[:30] - 1.5, values[30:] - 4.5])
    expected = np.sqrt((within**2).sum() / 29 / 30) / 2
    assert found.standard_error == pytest.approx(expected)
