"""One row an answer to one row a respondent, and parts on scales of their own."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import satisfaction
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Codebook, Export, Responses, Scale, read_parts, wide

FIVE, TEN = Scale(1, 5), Scale(0, 10)
LONG = {
    "id": ["b", "b", "a", "c", "a"],
    "dealer": [7, 7, 8, 7, 8],
    "question": ["speed", "price", "price", "speed", "speed"],
    "answer": [5, 4, 3, 2, 1],
    "day": pd.to_datetime(["2026-03-01"] * 2 + ["2026-03-02"] * 3),
}
ROLES = {"respondent": "id", "item": "question", "answer": "answer"}
MAKE = {"dict": dict, "pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def lists(frame):
    return {name: list(pd.Series(frame[name])) for name in frame}


# --- wide -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAKE)
def test_one_row_a_respondent_in_the_kind_of_frame_that_came(kind):
    frame = MAKE[kind](LONG)
    found = wide(frame, **ROLES, keep=["dealer"])
    assert type(found) is type(frame)
    columns = found.to_pydict() if kind == "pyarrow" else found
    assert list(columns["id"]) == ["b", "a", "c"]
    assert list(columns["dealer"]) == [7, 8, 7]
    assert list(columns["speed"]) == [5, 1, 2]
    assert list(columns["price"])[:2] == [4, 3]
    assert pd.isna(list(columns["price"])[2])


def test_an_export_and_dates_and_words():
    words = {**LONG, "answer": ["good", "bad", None, "fine", "good"]}
    found = wide(Export("s.csv", words), **ROLES, keep=["day"])
    assert found["speed"].tolist() == ["good", "good", "fine"]
    assert found["price"].tolist() == ["bad", None, None]
    assert found["day"].astype("datetime64[D]").astype(str).tolist() == [
        "2026-03-01",
        "2026-03-02",
        "2026-03-02",
    ]


def test_items_that_are_numbers_become_names():
    found = wide({"id": [1, 1], "q": [10, 2], "x": [5, 4]}, respondent="id", item="q", answer="x")
    assert list(found) == ["id", "10", "2"]


def test_the_measures_read_it():
    rows = wide(LONG, **ROLES, keep=["dealer"])
    answers = Responses.from_frame(
        rows, ["speed", "price"], scale=FIVE, group="dealer", missing="pairwise"
    )
    assert answers.mean("price").n == 2
    assert list(answers.by("group")) == [7, 8]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.sampled_from("pqrs")), st.integers(1, 5), min_size=1
    ),
    st.randoms(),
)
def test_every_answer_has_its_place(answers, random):
    pairs = list(answers)
    random.shuffle(pairs)
    frame = {
        "id": [who for who, _ in pairs],
        "item": [what for _, what in pairs],
        "answer": [answers[pair] for pair in pairs],
    }
    found = wide(frame, respondent="id", item="item", answer="answer")
    people = found["id"].tolist()
    assert people == list(dict.fromkeys(frame["id"]))
    assert list(found)[1:] == list(dict.fromkeys(frame["item"]))
    for row, who in enumerate(people):
        for what in list(found)[1:]:
            expected = answers.get((who, what), np.nan)
            np.testing.assert_equal(found[what][row], float(expected))


BAD = {
    "a second answer": (
        {**LONG, "question": ["speed", "speed", "price", "speed", "price"]},
        {},
        (
            "answer must be one for each respondent and item, but row 1 is a second one of 'b' to "
            "'speed', after row 0 (and 1 more row). Keep one of them, or let 'id' tell visits "
            "apart."
        ),
    ),
    "a column that varies": (
        {**LONG, "dealer": [7, 7, 8, 7, 9]},
        {"keep": ["dealer"]},
        (
            "dealer must be one for each respondent, as 8 of id 'a', but row 4 has 9. Leave it "
            "out of keep, or correct it."
        ),
    ),
    "a column that is missing for some": (
        {**LONG, "dealer": ["x", None, "y", "x", "y"]},
        {"keep": ["dealer"]},
        (
            "dealer must be one for each respondent, as 'x' of id 'b', but row 1 has None. Leave "
            "it out of keep, or correct it."
        ),
    ),
    "nobody": (
        {**LONG, "id": ["b", None, "a", "c", "a"]},
        {},
        "id must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
    "two roles": (LONG, {"answer": "id"}, "'id' have two roles. Rename one."),
    "an item with the name of a column": (
        {**LONG, "question": ["speed", "dealer", "price", "speed", "speed"]},
        {"keep": ["dealer"]},
        "'dealer' would be two columns. Rename one.",
    ),
    "no rows": (
        {"id": [], "question": [], "answer": []},
        {},
        "frame has no rows. Give at least one answer.",
    ),
    "no such column": (
        LONG,
        {"item": "questions"},
        (
            "item='questions' is not a column of the data. Did you mean 'question'? The columns "
            "are 'id', 'dealer', 'question', 'answer', 'day'."
        ),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_has_no_place_is_refused(case):
    frame, more, message = BAD[case]
    with pytest.raises(DataError) as caught:
        wide(frame, **{**ROLES, **more})
    assert str(caught.value) == message


# --- parts ----------------------------------------------------------------------------------

FRAME = {
    "speed": [5, 4, 99, None],
    "price": [4, 4, 3, 5],
    "nps": [10, 9, 2, 10],
    "word": ["good", "bad", "good", "good"],
    "w": [1.0, 2.0, 1.0, 1.0],
    "site": ["n", "s", "n", "s"],
}
AS_IN = 'as in {"quality": (["speed", "price"], Scale(1, 5)), "recommend": (["nps"], Scale(0, 10))}'
PARTS = {
    "quality": (["speed", "price"], Scale(1, 5, missing_codes=(99,))),
    "recommend": (["nps"], TEN),
    "word": (["word"], Codebook(scale=Scale(1, 2), words={"bad": 1, "good": 2})),
}


def test_each_part_is_what_it_is_alone():
    parts = read_parts(FRAME, PARTS, missing="pairwise", weights="w", group="site")
    for name, (items, scale) in PARTS.items():
        how = {"codebook": scale} if name == "word" else {"scale": scale}
        alone = Responses.from_frame(
            FRAME, items, missing="pairwise", weights="w", group="site", **how
        )
        assert str(parts[name]) == str(alone)
        assert parts[name].base == alone.base
    assert parts["quality"].base.dont_know == 1
    assert parts["recommend"].base.dont_know == 0


def test_who_is_excluded_is_excluded_from_all_parts():
    parts = read_parts(FRAME, PARTS, missing="drop", weights="w")
    assert [len(its.weights) for its in parts.values()] == [2, 2, 2]
    assert parts["recommend"].item("nps").tolist() == [10, 9]
    assert parts["word"].item("word").tolist() == [2, 1]
    assert parts["recommend"].base.excluded_respondents == 2
    assert satisfaction.net_promoter_score(parts["recommend"]).value == 100


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        (
            {"a": (["speed"], FIVE), "b": (["nps", "speed"], TEN)},
            DataError,
            "column 'speed' is in two parts. Name it in one.",
        ),
        (
            {"a": ["speed"]},
            ParameterError,
            (
                f"parts must be a mapping of name to items and their scale, {AS_IN}"
                ", but it is {'a': ['speed']}."
            ),
        ),
        (
            {"a": (["speed"], (1, 5))},
            ParameterError,
            (f"parts['a'] must end in a Scale or a Codebook, {AS_IN}, but it ends in (1, 5)."),
        ),
        (
            {"a": (["sped"], FIVE)},
            DataError,
            (
                "parts['a']='sped' is not a column of the data. Did you mean 'speed'? The columns "
                "are 'speed', 'price', 'nps', 'word', 'w', 'site'."
            ),
        ),
        (
            {"a": ([], FIVE)},
            DataError,
            "parts['a'] must name at least one column, but it is empty.",
        ),
    ],
    ids=["a column twice", "no scale", "no Scale", "no such column", "no items"],
)
def test_parts_that_cannot_be(parts, error, message):
    with pytest.raises(error) as caught:
        read_parts(FRAME, parts, missing="pairwise")
    assert str(caught.value) == message
