"""Answers read by their different words or by a table of codes are those read one by one."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custvalue import kano
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Codebook

WORDS = ["like", None, "dislike", "neutral", "无所谓", "like", "must-be", "live-with"]
EXPECTED = [0, -1, 4, 2, 2, 0, 1, 3]
FRAMES = {
    "lists": lambda columns: columns,
    "objects": lambda columns: pd.DataFrame(columns, dtype=object),
    "pandas": lambda columns: pd.DataFrame(columns, dtype="str"),
    "pandas by other rows": lambda columns: pd.DataFrame(
        columns, dtype="str", index=[7, 7, 1, 2, 3, 4, 5, 6]
    ),
    "pandas categories": lambda columns: pd.DataFrame(columns, dtype="category"),
    "polars": pl.DataFrame,
    "polars categories": lambda columns: pl.DataFrame(columns).cast(pl.Categorical),
    "pyarrow": pa.table,
}


@pytest.mark.parametrize("engine", FRAMES)
def test_words_from_every_engine(engine):
    frame = FRAMES[engine]({"with": WORDS, "without": WORDS[::-1]})
    answers = kano.Questionnaire.from_frame(
        frame, functional=["with"], dysfunctional=["without"], codes=kano.WORDS, missing="pairwise"
    )
    assert answers.functional[:, 0].tolist() == EXPECTED
    assert answers.dysfunctional[:, 0].tolist() == EXPECTED[::-1]


@pytest.mark.parametrize("engine", FRAMES)
def test_words_without_a_code_in_the_same_words(engine):
    frame = FRAMES[engine]({"with": WORDS, "without": ["lik", *WORDS[1:6], "meh", "meh"]})
    with pytest.raises(DataError) as caught:
        kano.Questionnaire.from_frame(
            frame, functional=["with"], dysfunctional=["without"], codes=kano.WORDS
        )
    message = str(caught.value)
    assert message.startswith("without must be one of 'like' or 5 more (like), ")
    assert "but row 0 has 'lik'" in message
    assert "Unknown wordings: 'lik' (did you mean 'like'?), 'meh'." in message


def test_all_undeclared_wordings_of_both_questions_in_one_message():
    frame = {
        "f": ["非常喜欢", "理应如此", "I'm neutral"],
        "d": ["很不喜欢", "无所谓", "Like"],
    }
    with pytest.raises(DataError) as caught:
        kano.Questionnaire.from_frame(
            frame, functional=["f"], dysfunctional=["d"], codes=kano.WORDS
        )
    assert str(caught.value).endswith(
        "but row 0 has '非常喜欢' (and 1 more row). Unknown wordings: f: '非常喜欢' (did you mean "
        "'喜欢'?), \"I'm neutral\" (did you mean 'I am neutral'?); d: 'Like' (did you mean "
        "'like'?). Declare every wording that occurs."
    )


def test_white_space_at_the_ends_and_blank_cells():
    frame = {"f": [" like", "neutral ", ""], "d": ["dislike", " 无所谓 ", "  "]}
    answers = kano.Questionnaire.from_frame(
        frame, functional=["f"], dysfunctional=["d"], codes=kano.WORDS, missing="pairwise"
    )
    assert answers.functional[:, 0].tolist() == [0, 2, -1]
    assert answers.dysfunctional[:, 0].tolist() == [4, 2, -1]


BOOK = Codebook.from_order(
    [["love it", "like it"], "expect it", "neutral", "tolerate it", "dislike it"],
    no_answer={"n/a", 9},
)


def test_a_codebook_with_an_answer_for_each_level():
    given = {
        "f": ["Love it", "expect it", "3", "4 - tolerate it", "dislike it", "N/A"],
        "d": [1, 2, 3, 4, 5, 9],
    }
    answers = kano.Questionnaire.from_frame(
        given, functional=["f"], dysfunctional=["d"], codes=BOOK, missing="pairwise"
    )
    assert answers.functional[:, 0].tolist() == [0, 1, 2, 3, 4, -1]
    assert answers.dysfunctional[:, 0].tolist() == [0, 1, 2, 3, 4, -1]
    assert [its.dont_know for its in answers.base.items] == [1, 1]
    assert answers.codes == kano.AnswerCodes(
        like=(1, "love it", "like it"),
        must_be=(2, "expect it"),
        neutral=(3, "neutral"),
        live_with=(4, "tolerate it"),
        dislike=(5, "dislike it"),
        missing_codes=(9, "n/a"),
    )
    said = r"'5 - like it' \(the codebook says that 'like it' is 1\)"
    with pytest.raises(DataError, match=said):
        kano.Questionnaire.from_arrays([["5 - like it"], ["meh"]], [[1], [1]], codes=BOOK)
    with pytest.raises(ParameterError) as caught:
        kano.Questionnaire.from_arrays([[1]], [[1]], codes=BOOK, table=kano.THREE_LEVEL)
    assert str(caught.value) == (
        "the codebook has the scale 1-5 of 5 answers, but the table 'three-level form' has the "
        "levels 'like', 'neutral', 'dislike'. Give one with an answer for each level, like first."
    )


@pytest.mark.parametrize("engine", FRAMES)
def test_words_that_mean_no_answer(engine):
    codes = kano.AnswerCodes(
        like="like",
        must_be="must-be",
        neutral=("neutral", "无所谓"),
        live_with="live-with",
        dislike="dislike",
        missing_codes=("n/a",),
    )
    frame = FRAMES[engine]({"with": ["n/a", *WORDS[1:]], "without": ["like"] * 8})
    answers = kano.Questionnaire.from_frame(
        frame, functional=["with"], dysfunctional=["without"], codes=codes, missing="pairwise"
    )
    assert answers.functional[:, 0].tolist() == [-1, *EXPECTED[1:]]
    assert [(its.missing, its.dont_know) for its in answers.base.items] == [(1, 1), (0, 0)]


@pytest.mark.parametrize("kind", ["int8", "uint8", "int64", "uint64", "float32", "float64"])
def test_whole_numbers_of_every_kind(kind):
    given = np.array([[1, 3], [5, 2], [4, 1]], dtype=kind)
    answers = kano.Questionnaire.from_arrays(given, given)
    assert answers.functional.tolist() == [[0, 2], [4, 1], [3, 0]]


@pytest.mark.parametrize(
    ("given", "bad"), [([1, 6], "6"), ([0, 1], "0"), ([5, 200], "200"), ([1, 1.5], "1.5")]
)
def test_numbers_without_a_code(given, bad):
    with pytest.raises(DataError, match=rf"must be one of 1 .*, but row \d has {bad}\."):
        kano.Questionnaire.from_arrays([[its] for its in given], [[1], [1]])


def test_codes_with_gaps_below_0_and_between_whole_numbers():
    codes = kano.AnswerCodes(
        like=-2, must_be=0, neutral=7, live_with=8, dislike=9, missing_codes=99
    )
    given = np.array([[-2], [0], [7], [8], [9], [99]])
    answers = kano.Questionnaire.from_arrays(given, given, codes=codes, missing="pairwise")
    assert answers.functional[:, 0].tolist() == [0, 1, 2, 3, 4, -1]
    with pytest.raises(DataError, match="row 0 has 5"):
        kano.Questionnaire.from_arrays([[5]], [[7]], codes=codes)
    halves = kano.AnswerCodes(like=1, must_be=1.5, neutral=2, live_with=2.5, dislike=3)
    assert kano.Questionnaire.from_arrays([[1.5]], [[3]], codes=halves).functional.tolist() == [[1]]


@pytest.mark.parametrize("weights", [None, [0, 1, 2, 0.5]])
def test_categories_are_those_of_the_table(weights):
    one, other = (
        np.array([[1, 3], [5, 2], [4, 1], [1, 1]]),
        np.array([[5, 1], [1, 2], [3, 3], [1, 5]]),
    )
    answers = kano.Questionnaire.from_arrays(one, other, weights=weights)
    expected = [
        [
            kano.BERGER.category(kano.BERGER.levels[f - 1], kano.BERGER.levels[d - 1])
            for f, d in pair
        ]
        for pair in (zip(*rows, strict=True) for rows in zip(one, other, strict=True))
    ]
    order = list(kano.Category)
    found = answers.categories()
    letters = [each.value for each in order]
    assert [["MOAIRQ"[its] for its in row] for row in found] == [
        [each.value for each in row] for row in expected
    ]
    assert set(letters) == set("MOAIRQ")
    shares = kano.classify(answers).distribution.shares
    w = np.ones(4) if weights is None else np.array(weights)
    for item in range(2):
        for place, letter in enumerate("MOAIRQ"):
            hit = [expected[row][item].value == letter for row in range(4)]
            assert shares[item, place] == pytest.approx(float(w @ hit / w.sum()), abs=1e-15)


def test_answers_put_together_by_hand_are_a_copy_of_their_own():
    given = np.array([[0, 1], [2, 3]], dtype=np.int32)
    answers = kano.Questionnaire(
        items=("a", "b"), functional=given, dysfunctional=given, weights=np.ones(2)
    )
    given[0, 0] = 4
    assert answers.functional.tolist() == [[0, 1], [2, 3]]
    assert answers.functional.dtype == np.int64
    assert not answers.functional.flags.writeable
