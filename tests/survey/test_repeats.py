"""Several answers of one customer: refused, the latest of them, or customers as clusters."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from frame_engines import ENGINES

from custvalue import comparing, kano, satisfaction, servqual
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Bootstrap, Responses, Scale, read_parts

FIVE = Scale(1, 5)
FRAME = {
    "q": [5, 1, 3, 2, 4, None],
    "r": [4, 2, 3, 3, 5, 1],
    "id": ["a", "b", "a", "c", "b", "b"],
    "day": ["2026-01-05", "2026-01-03", "2026-02-01", "2026-01-09", "2026-03-01", "2026-01-01"],
    "quarter": ["Q1", "Q1", "Q2", "Q1", "Q2", "Q3"],
    "dealer": ["n", "s", "n", "s", "s", "s"],
}


def read(frame=FRAME, **how):
    return Responses.from_frame(
        frame, ["q", "r"], **{"scale": FIVE, "missing": "pairwise", "customer": "id", **how}
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_the_latest_answer_of_each_customer(engine):
    found = read(ENGINES[engine](FRAME), repeats="latest", date="day")
    assert found.labels["customer"].tolist() == ["a", "c", "b"]
    assert found.item("q").tolist() == [3, 2, 4]
    assert found.base.excluded == {"earlier answer of the customer": 3}
    assert str(found.base) == (
        "3 of 6 respondents; missing='pairwise': 3 excluded (earlier answer of the customer)."
    )


def test_a_panel_is_no_repeat():
    found = read(wave="quarter")
    assert found.respondents == 6
    assert found.labels["customer"].tolist() == FRAME["id"]
    assert read({**FRAME, "id": list("abcdef")}).respondents == 6


def test_the_latest_of_each_wave():
    frame = {**FRAME, "quarter": ["Q1", "Q1", "Q1", "Q1", "Q2", "Q1"]}
    found = read(frame, wave="quarter", repeats="latest", date="day")
    assert found.item("r").tolist() == [2, 3, 3, 5]
    by = found.by("wave")
    assert by["Q1"].base.excluded == {"earlier answer of the customer": 2}
    assert by["Q2"].base.excluded == {}


def test_earlier_answers_may_be_missing_and_are_not_counted():
    frame = {**FRAME, "day": [*FRAME["day"][:5], "2025-12-31"]}
    found = read(frame, repeats="latest", date="day", missing="raise")
    assert found.base.missing_answers == 0
    only = found.only(["q"])
    assert only.base.excluded == {"earlier answer of the customer": 3}
    assert Responses.from_json(found.to_json()) == found


def test_the_latest_is_chosen_before_the_policy_for_missing_answers():
    frame = {**FRAME, "day": [*FRAME["day"][:5], "2026-12-31"]}
    found = read(frame, repeats="latest", date="day", missing="drop")
    assert found.labels["customer"].tolist() == ["a", "c"]
    assert found.base.excluded == {"earlier answer of the customer": 3, "missing answer": 1}
    with pytest.raises(DataError, match=r"^q: row 5 has no answer\. Use missing='drop'"):
        read(frame, repeats="latest", date="day", missing="raise")
    with pytest.raises(DataError, match=r"the only respondent has a missing"):
        read({**frame, "id": ["a"] * 6}, repeats="latest", date="day", missing="drop")


def test_customers_as_clusters():
    found = read(repeats="cluster")
    assert found.labels["cluster"].tolist() == FRAME["id"]
    by_hand = read(customer=None, cluster="id")
    assert found.mean("r") == by_hand.mean("r")
    nested = read(repeats="cluster", cluster="dealer")
    assert nested.labels["cluster"].tolist() == FRAME["dealer"]
    with pytest.raises(DataError) as caught:
        read({**FRAME, "dealer": list("nssssn")}, repeats="cluster", cluster="dealer")
    assert str(caught.value) == (
        "customer 'a' answered in two clusters, 'n', 's', so that these are not independent. Use "
        "repeats='latest' with date='…', or leave cluster out to make customers the clusters."
    )


DATES = {
    "dates": [date(2026, 1, day) for day in (5, 3, 9, 1, 4, 2)],
    "times": [datetime(2026, 1, 1, hour) for hour in (5, 3, 9, 1, 4, 2)],  # noqa: DTZ001 - local
    "numbers": [5, 3, 9, 1, 4, 2],
    "ISO text": [f"2026-01-01T0{hour}:00" for hour in (5, 3, 9, 1, 4, 2)],
    "periods": list(pd.PeriodIndex([f"2026-0{month}" for month in (5, 3, 9, 1, 4, 2)], freq="M")),
    "numpy": np.array([5, 3, 9, 1, 4, 2], dtype="M8[D]"),
}


@pytest.mark.parametrize("kind", DATES)
@pytest.mark.parametrize("make", [dict, pd.DataFrame])
def test_what_tells_the_time(kind, make):
    found = read(make({**FRAME, "day": DATES[kind]}), repeats="latest", date="day")
    assert found.item("r").tolist() == [3, 3, 5]
    arrays = Responses.from_arrays(
        FRAME["r"], scale=FIVE, customer=FRAME["id"], repeats="latest", date=DATES[kind]
    )
    assert arrays.answers[:, 0].tolist() == [3, 3, 5]


def test_the_latest_by_brute_force():
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = 200
        frame = {
            "q": rng.integers(1, 6, n),
            "id": rng.integers(0, 40, n),
            "day": rng.permutation(n),
            "wave": rng.integers(0, 3, n),
        }
        found = Responses.from_frame(
            frame, ["q"], scale=FIVE, customer="id", wave="wave", repeats="latest", date="day"
        )
        last = pd.DataFrame(frame).sort_values("day").groupby(["id", "wave"]).tail(1).sort_index()
        assert found.item("q").tolist() == last["q"].tolist()
        assert found.base.excluded_respondents == n - len(last)


REFUSED = {
    "twice": (
        {},
        DataError,
        (
            "customer 'a' answered 2 times, in rows 0 and 2, and 1 more customer likewise. Use "
            "repeats='latest' with date='…' for the latest answer of each, or repeats='cluster' to "
            "use all of them with intervals that know whose they are."
        ),
    ),
    "twice in a wave": (
        {"wave": "dealer"},
        DataError,
        (
            "customer 'a' answered 2 times in the wave 'n', in rows 0 and 2, and 1 more customer "
            "likewise. Use repeats='latest' with date='…' for the latest answer of each, or "
            "repeats='cluster' to use all of them with intervals that know whose they are."
        ),
    ),
    "the latest of a wave": (
        {"wave": "dealer", "repeats": "latest"},
        DataError,
        (
            "customer 'a' answered 2 times in the wave 'n', in rows 0 and 2, and 1 more customer "
            "likewise. Use date='…' to tell which answer is the latest, or repeats='cluster' to "
            "use all of them with intervals that know whose they are."
        ),
    ),
    "two latest ones": (
        {"repeats": "latest", "date": "dealer day"},
        DataError,
        (
            "customer 'b' has two latest answers, in rows 4 and 5: their dates are the same. Give "
            "the time of day too, remove one of them, or use repeats='cluster'."
        ),
    ),
    "no date": (
        {"repeats": "latest"},
        ParameterError,
        (
            "repeats='latest' must know which answer came last. Name the column that tells it, as "
            "in date='answered on'."
        ),
    ),
    "a date for nothing": (
        {"date": "day"},
        ParameterError,
        (
            "date tells which answer is the latest, but repeats is 'raise'. Use repeats='latest', "
            "or leave date out."
        ),
    ),
    "no customer": (
        {"customer": None, "repeats": "cluster"},
        ParameterError,
        (
            "repeats='cluster' is about several answers of one customer, but there is no customer. "
            "Name the column that tells customers apart, as in customer='id'."
        ),
    ),
    "an unknown policy": (
        {"repeats": "last"},
        ParameterError,
        (
            "repeats must be one of 'raise', 'latest', 'cluster', but it is 'last'. Did you mean "
            "'latest'?"
        ),
    ),
    "no such column": (
        {"repeats": "latest", "date": "dya"},
        DataError,
        (
            "date='dya' is not a column of the data. Did you mean 'day'? The columns are 'q', 'r', "
            "'id', 'day', 'quarter', 'dealer', 'dealer day', 'text', 'gap'."
        ),
    ),
    "dates in another form": (
        {"repeats": "latest", "date": "text"},
        DataError,
        (
            "text must be a date like 2024-01-31, but row 0 has '05/01/2026' (and 5 more rows). "
            "Turn the column into dates, or into whole numbers that grow with time."
        ),
    ),
    "a date is missing": (
        {"repeats": "latest", "date": "gap"},
        DataError,
        "gap must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
    "a customer is missing": (
        {"customer": "gap"},
        DataError,
        "gap must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_repeats_are_refused_in_these_words(case):
    how, kind, message = REFUSED[case]
    frame = {
        **FRAME,
        "dealer day": [1, 1, 2, 1, 9, 9],
        "text": ["05/01/2026"] * 6,
        "gap": ["2026-01-01", None, *["2026-01-02"] * 4],
    }
    with pytest.raises(kind) as caught:
        read(frame, **how)
    assert str(caught.value) == message


def test_a_date_of_another_length():
    with pytest.raises(DataError, match=r"^date must have one entry for each of the 2 resp"):
        Responses.from_arrays([1, 2], scale=FIVE, customer=[1, 1], repeats="latest", date=[1])


HOW = {"customer": "id", "repeats": "latest", "date": "day"}
FULL = {**FRAME, "q": [5, 1, 3, 2, 4, 4], "s": [5] * 6}
SURVEYS = {
    "servqual": lambda frame: servqual.Survey.from_frame(
        frame, perceptions=["q"], expectations=["r"], scale=FIVE, dimensions={"staff": 1}, **HOW
    ),
    "tolerance": lambda frame: servqual.ToleranceSurvey.from_frame(
        {**frame, "low": [1] * 6},
        perceptions=["q"],
        adequate=["low"],
        desired=["s"],
        scale=FIVE,
        dimensions={"staff": 1},
        **HOW,
    ),
    "kano": lambda frame: kano.Questionnaire.from_frame(
        frame, functional=["q"], dysfunctional=["r"], **HOW
    ),
}


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_survey_knows_the_policy(survey):
    found = SURVEYS[survey](FULL)
    assert found.labels["customer"].tolist() == ["a", "c", "b"]
    assert found.base.excluded == {"earlier answer of the customer": 3}
    gap = {**FULL, "q": [None, *FULL["q"][1:]]}  # of an earlier answer
    assert SURVEYS[survey](gap).respondents == 3
    late = {**FULL, "q": [*FULL["q"][:4], None, 4]}
    with pytest.raises(DataError, match="row 4 has no answer"):
        SURVEYS[survey](late)


def test_parts_of_a_questionnaire_know_the_policy():
    parts = read_parts(FULL, {"one": (["q"], FIVE), "other": (["r"], FIVE)}, **HOW)
    for name, its in parts.items():
        assert its.base.excluded == {"earlier answer of the customer": 3}, name
    assert parts["other"].answers[:, 0].tolist() == [3, 3, 5]


def test_two_sets_of_latest_answers_belong_together():
    how = {"scale": FIVE, **HOW}
    one, other = (Responses.from_frame(FULL, [name], **how) for name in "qr")
    found = satisfaction.disconfirmation(one, other)
    assert found.value == pytest.approx(np.mean([3 - 3, 2 - 3, 4 - 5]))
    assert found.base.respondents == 6
    assert found.base.excluded == {"earlier answer of the customer": 3}
    assert comparing.paired(
        one, other, lambda part: part.mean(part.items[0]), method=Bootstrap(20, rng=1)
    ).estimate.value == pytest.approx(2 / 3)
    turned = {name: column[::-1] for name, column in FULL.items()}
    another = Responses.from_frame(turned, ["r"], **how)
    with pytest.raises(DataError) as caught:
        satisfaction.disconfirmation(one, another)
    assert str(caught.value) == (
        "perceptions and expectations must be of the same respondents in the same order, but "
        "respondent 0 is the customer 'a' and 'b'. Read both from one table, with the same "
        "customer, repeats and date."
    )
    with pytest.raises(DataError, match="first and second must be of the same respondents"):
        comparing.paired(one, another, lambda part: part.mean(part.items[0]))
    with pytest.raises(DataError, match="so that the rows need not be those of expectations"):
        satisfaction.disconfirmation(one, [3, 4, 5])


def test_polars_times_with_a_zone():
    times = pl.Series([5, 3, 9, 1, 4, 2]).cast(pl.Datetime("us", "UTC"))
    frame = pl.DataFrame({**FRAME, "day": times})
    assert read(frame, repeats="latest", date="day").item("r").tolist() == [3, 3, 5]
