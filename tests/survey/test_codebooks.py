"""Codebooks: words, codes with labels and orders of types, read as the answers that they are."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from frame_engines import EAGER, ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import kano, satisfaction, servqual, survey, testing
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import net_promoter_score, top_box
from custvalue.survey import Codebook, Responses, Scale

FIVE = Scale(1, 5)
WORDS = Codebook(
    scale=FIVE,
    words={"很不满意": 1, "不太满意": 2, "一般": 3, "比较满意": 4, "很满意": 5},
    no_answer={"不适用", "拒答"},
)
ORDER = ["awful", "bad", "ok", "fine", "good"]
GIVEN = ["good", "bad", "good"]


def read(columns, **how):
    return Responses.from_frame(columns, **{"codebook": WORDS, **how})


# --- the cases that were reported -----------------------------------------------------------


def test_answers_in_words():
    words = pd.Series(["满意", "非常满意", "一般", "不满意", "满意", None])
    book = Codebook(scale=FIVE, words={"不满意": 2, "一般": 3, "满意": 4, "非常满意": 5})
    top = top_box(words, codebook=book, missing="pairwise")
    assert (top.value, top.mean.value, top.n) == (0.6, 3.6, 5)


def test_no_answer_in_words():
    book = Codebook(scale=FIVE, no_answer={"N/A", "prefer not to say"})
    top = top_box([5, "N/A", 4, "prefer not to say"], codebook=book, missing="pairwise")
    assert (top.value, top.n, top.base.dont_know) == (1.0, 2, 2)


def test_codes_with_their_label_in_one_cell():
    given = ["10 - extremely likely", "9", "0 - not at all likely"]
    score = net_promoter_score(given, codebook=survey.RECOMMENDATION)
    assert score.value == pytest.approx(100 / 3)


def in_order(names=ORDER, given=GIVEN):
    """The same answers in every type that has an order."""
    codes = [names.index(one) for one in given]
    arrow = pa.DictionaryArray.from_arrays(codes, names, ordered=True)
    return {
        "pandas": pd.Series(pd.Categorical(given, names, ordered=True)),
        "pandas without an index": pd.Categorical(given, names, ordered=True),
        "polars": pl.Series(given, dtype=pl.Enum(names)),
        "pyarrow": pa.chunked_array([arrow]),
        "pyarrow, one chunk": arrow,
        "pyarrow in pandas": pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([arrow]))),
    }


@pytest.mark.parametrize("kind", in_order())
def test_a_type_with_an_order_is_read_without_a_codebook(kind):
    column = in_order()[kind]
    assert top_box(column, scale=FIVE).value == 2 / 3
    assert Responses.from_arrays(column, scale=FIVE).answers[:, 0].tolist() == [5, 2, 5]
    down = Scale(1, 5, direction="lower is better")
    assert Responses.from_arrays(column, scale=down).answers[:, 0].tolist() == [5, 2, 5]
    tens = Scale(0, 40, step=10)
    assert Responses.from_arrays(column, scale=tens).answers[:, 0].tolist() == [40, 10, 40]


def test_frames_with_an_order():
    columns = in_order()
    frames = [
        pd.DataFrame({"q": columns["pandas"]}),
        pl.DataFrame({"q": columns["polars"]}),
        pa.table({"q": columns["pyarrow"]}),
    ]
    for frame in frames:
        assert Responses.from_frame(frame, scale=FIVE).answers[:, 0].tolist() == [5, 2, 5]


def test_numbers_as_categories_are_the_numbers_that_they_are():
    column = pd.Categorical([5, 4, None], [5, 4, 3], ordered=True)
    read = Responses.from_frame({"q": column}, scale=FIVE, missing="pairwise")
    assert read.answers[:2, 0].tolist() == [5, 4]
    assert read.missing_answers == 1


# --- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_words_in_every_kind_of_frame(engine):
    columns = {
        "overall": ["很满意", " 一般 ", "拒答", None, "5：很满意", "2"],
        "price": ["不太满意", "很不满意", "４", "比较满意", "1 = 很不满意", "  "],
    }
    found = read(ENGINES[engine](columns), missing="pairwise")
    assert found.scale == FIVE
    assert found.item("overall")[[0, 1, 4, 5]].tolist() == [5, 3, 5, 2]
    assert found.item("price")[:5].tolist() == [2, 1, 4, 4, 1]
    assert [(its.missing, its.dont_know) for its in found.base.items] == [(1, 1), (1, 0)]


def test_only_some_columns_and_the_policy():
    columns = {
        "q": ["很满意", "一般", "不适用"],
        "site": ["a", "b", "b"],
        "comment": ["x", "y", "z"],
    }
    found = read(columns, items=["q"], group="site", missing="drop")
    assert found.respondents == 2
    assert str(found.base) == (
        "2 of 3 respondents; missing='drop': 1 excluded (missing answer), 1 don't know."
    )
    with pytest.raises(DataError, match=r"^q: row 2 has no answer"):
        read(columns, items=["q"])


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("9", 9),
        ("９", 9),
        (" 10 ", 10),
        ("10.0", 10),
        ("10 - extremely likely", 10),
        ("10-Extremely Likely", 10),
        ("5 – neither", 5),
        ("5：一般", 5),
        ("5: ok", 5),
        ("1 = poor", 1),
        ("0 (not at all)", 0),
        ("0（完全不可能）", 0),
        ("3. fair", 3),
        ("3、还行", 3),
        ("(7) likely", 7),
        ("[7] likely", 7),
        ("7) likely", 7),
        (7, 7),
        (7.0, 7),
    ],
)
def test_a_code_with_or_without_its_label(cell, answer):
    found = read({"q": [cell, "extremely likely"]}, codebook=survey.RECOMMENDATION)
    assert found.answers[:, 0].tolist() == [answer, 10]


@pytest.mark.parametrize(
    "cell", ["1 - 2 times", "2-3", "1:1", "3 times", "10+", "5²", "1,5", "- 5", "7 -", True, "x"]
)
def test_what_is_no_code(cell):
    with pytest.raises(
        DataError, match=r"an answer that the codebook 'recommendation, 0 to 10' knows"
    ):
        read({"q": [cell, "extremely likely"]}, codebook=survey.RECOMMENDATION)


def test_words_are_compared_without_case_and_width_of_letters():
    book = Codebook(scale=Scale(1, 2), words={"Don't  agree": 1, "Ａgree": 2})
    given = {"q": ["don’t agree", " DON'T AGREE", "agree", "ＡＧＲＥＥ"]}
    assert read(given, codebook=book).answers[:, 0].tolist() == [1, 1, 2, 2]
    exact = Codebook(scale=Scale(1, 2), words={"a": 1, "A": 2}, exact=True)
    assert read({"q": ["a", "A ", " a"]}, codebook=exact).answers[:, 0].tolist() == [1, 2, 1]
    with pytest.raises(DataError, match="has 'ａ'"):
        read({"q": ["ａ"]}, codebook=exact)


def test_codes_for_no_answer():
    labels = {1.0: "poor", 5.0: "excellent", 8.0: "don't know", 9.0: "refused"}
    book = Codebook.from_labels(labels, scale=FIVE, no_answer={8, 9})
    given = {"q": ["poor", "9", "8 - don't know", "Refused", "3"], "r": [1, 9, 8, 5, 4]}
    found = read(given, codebook=book, missing="pairwise")
    assert [(its.missing, its.dont_know) for its in found.base.items] == [(0, 3), (0, 2)]
    assert found.answers[[0, 4]].tolist() == [[1, 1], [3, 4]]
    on = Scale(1, 5, missing_codes=(8, 9))
    same = Codebook.from_labels(labels, scale=on)
    assert read(given, codebook=same, missing="pairwise").base.dont_know == 5


def test_a_label_that_contradicts_its_code_is_refused():
    turned = {"q": ["5 - very dissatisfied", "1 - very satisfied", "3"]}
    with pytest.raises(DataError) as caught:
        read(turned, codebook=survey.SATISFACTION_5)
    assert str(caught.value) == (
        "q must be an answer that the codebook 'satisfaction, 5 points' knows, but row 0 has '5 - "
        "very dissatisfied' (and 1 more row). Unknown wordings: '5 - very dissatisfied' (the "
        "codebook says that 'very dissatisfied' is 1), '1 - very satisfied' (the codebook says "
        "that 'very satisfied' is 5). Say what every wording means, as in codebook.with_words("
        "{'5 - very dissatisfied': …}), or codebook.with_words(no_answer={'1 - very satisfied'})."
    )
    declared = survey.SATISFACTION_5.with_words(
        {"5 - very dissatisfied": 1, "1 - very satisfied": 5}
    )
    assert read(turned, codebook=declared).answers[:, 0].tolist() == [1, 5, 3]


def test_unknown_wordings_of_all_columns_are_named_at_once():
    columns = {
        "overall": ["satisfied", "satisfyed", "meh", "satisfyed"],
        "price": ["neutral", "verry satisfied", "satisfied", "n.a."],
    }
    for make in EAGER.values():
        with pytest.raises(DataError) as caught:
            read(make(columns), codebook=survey.SATISFACTION_5)
        assert str(caught.value) == (
            "overall must be an answer that the codebook 'satisfaction, 5 points' knows, but row 1 "
            "has 'satisfyed' (and 2 more rows). Unknown wordings: overall: 'satisfyed' (did you "
            "mean 'satisfied'?), 'meh'; price: 'verry satisfied' (did you mean 'very "
            "satisfied'?), 'n.a.'. Say what every wording means, as in "
            "codebook.with_words({'satisfyed': …}), or codebook.with_words(no_answer={'n.a.'})."
        )
        error = caught.value
        assert (error.column, error.rows, error.count) == ("overall", (1, 2, 3), 3)


def test_a_column_of_free_text_makes_no_endless_message():
    columns = {"q": [f"{'long ' * 40}{row}" for row in range(500)]}
    with pytest.raises(DataError) as caught:
        read(columns)
    assert "and 460 more" in str(caught.value)
    assert len(str(caught.value)) < 3_500


def test_what_is_declared_twice():
    column = pd.Categorical(GIVEN, ORDER, ordered=True)
    turned = Codebook.from_order(ORDER[::-1])
    with pytest.raises(DataError) as caught:
        read({"q": column}, codebook=turned)
    assert str(caught.value) == (
        "the order of q is declared twice: its type has 'awful' below 'bad', but the codebook says "
        "5 and 4. Correct one of them, or turn the column into text."
    )
    assert read({"q": column}, codebook=Codebook.from_order(ORDER)).answers[0, 0] == 5
    with pytest.raises(ParameterError) as caught:
        read({"q": GIVEN}, codebook=turned, scale=Scale(1, 7))
    assert str(caught.value) == (
        "scale is Scale(low=1, high=7), but the codebook is for Scale(low=1, high=5). Leave scale "
        "out."
    )
    assert read({"q": GIVEN}, codebook=turned, scale=FIVE).answers[0, 0] == 1


def test_a_longer_scale_is_not_read_by_a_shorter_codebook():
    seven = {"q": ["agree", "somewhat agree", "disagree", "strongly agree"]}
    with pytest.raises(DataError) as caught:
        read(seven, codebook=survey.AGREEMENT_5)
    assert str(caught.value) == (
        "q says 'agree' and 'somewhat agree', which are both 4 by the codebook 'agreement, 5 "
        "points': it may come from a longer scale. Use the codebook of that scale; or, if both "
        "mean the same, codebook.with_words(one_wording=False)."
    )
    assert read(seven, codebook=survey.AGREEMENT_7).answers[:, 0].tolist() == [6, 5, 2, 7]
    both = survey.AGREEMENT_5.with_words(one_wording=False)
    assert read(seven, codebook=both).answers[:, 0].tolist() == [4, 4, 2, 5]
    bilingual = {"q": ["Agree", "同意", "AGREE"]}
    assert read(bilingual, codebook=survey.AGREEMENT_5).answers[:, 0].tolist() == [4, 4, 4]


UNREADABLE = {
    "words, and no codebook": (
        {"q": ["good", "bad", "good"]},
        (
            "q must be a number, but row 0 has 'good' (and 2 more rows). Unknown wordings: 'good', "
            "'bad'. Say what each word means, as in codebook=Codebook(scale=Scale(1, 5), "
            "words={'good': …, 'bad': …})."
        ),
    ),
    "words for no answer": (
        {"q": [5, "N/A", 4, "prefer not to say"]},
        (
            "q must be a number, but row 1 has 'N/A' (and 1 more row). Unknown wordings: 'N/A', "
            "'prefer not to say'. Say what each word means, as in codebook=Codebook(scale="
            "Scale(1, 5), no_answer={'N/A', 'prefer not to say'})."
        ),
    ),
    "words of two columns": (
        {"q": ["good", 3, 4], "r": [1, "poor", "good"]},
        (
            "q must be a number, but row 0 has 'good'. Unknown wordings: q: 'good'; r: 'poor', "
            "'good'. These words are known to codebook=survey.QUALITY_5."
        ),
    ),
    "Chinese words": (
        {"q": ["很满意", "一般", None]},
        (
            "q must be a number, but row 0 has '很满意' (and 1 more row). Unknown wordings: "
            "'很满意', '一般'. These words are known to codebook=survey.SATISFACTION_5."
        ),
    ),
    "codes with labels": (
        {"q": ["5 - superb", "1 - dire"]},
        (
            "q must be a number, but row 0 has '5 - superb' (and 1 more row). Unknown wordings: '5 "
            "- superb', '1 - dire'. Say what each word means, as in "
            "codebook=Codebook(scale=Scale(1, 5), words={'superb': 5, 'dire': 1})."
        ),
    ),
    "categories without an order": (
        {"q": pd.Categorical(GIVEN, ORDER)},
        (
            "q has categories without an order, 'awful', 'bad', 'ok', 'fine', 'good'. Give them "
            "their order, from the low end of the scale to the high end, as in "
            "frame['q'].cat.set_categories([…], ordered=True); or say what each means, as in "
            "codebook=Codebook(scale=Scale(1, 5), words={'awful': …, 'bad': …, 'ok': …, 'fine': …, "
            "'good': …})."
        ),
    ),
    "polars categories": (
        {"q": pl.Series(GIVEN, dtype=pl.Categorical)},
        (
            "q has categories without an order, 'good', 'bad'. Give them their order, from the low "
            "end of the scale to the high end, as in frame['q'].cast(polars.Enum([…])); or say "
            "what each means, as in codebook=Codebook(scale=Scale(1, 5), words={'good': …, 'bad': "
            "…})."
        ),
    ),
    "a category less": (
        {"q": pd.Categorical(GIVEN, ORDER[1:], ordered=True)},
        (
            "q orders 4 categories, 'bad', 'ok', 'fine', 'good', but the scale 1-5 has 5 answers, "
            "and which category is which answer cannot be guessed. Say it, as in "
            "codebook=Codebook(scale=Scale(1, 5), words={'bad': …, 'ok': …, 'fine': …, 'good': "
            "…}); categories that are no answer belong into no_answer={…}."
        ),
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_words_without_a_codebook_are_refused_with_the_way_out(case):
    columns, message = UNREADABLE[case]
    with pytest.raises(DataError) as caught:
        read(columns, codebook=None, scale=FIVE)
    assert str(caught.value) == message


def test_an_answer_off_the_scale_in_text():
    with pytest.raises(DataError) as caught:
        read({"q": ["3", "7 - superb"]})
    assert str(caught.value) == (
        "q must be a whole number from 1 to 5, but row 1 has 7. If 7 means no answer, use "
        "codebook.with_words(no_answer={7}); if the scale is another one, give its ends."
    )


def test_hostile_columns():
    assert read({"q": [None, None]}, missing="pairwise").missing_answers == 2
    assert read({"q": ["", "  "]}, missing="pairwise").missing_answers == 2
    assert read({"q": ["很满意"]}).respondents == 1
    with pytest.raises(DataError, match="no rows"):
        read(pl.DataFrame({"q": pl.Series([], dtype=pl.String)}))
    with pytest.raises(DataError, match=r"row 0 has \['很满意'\]"):
        read(pl.DataFrame({"q": [["很满意"], ["一般"]]}))
    with pytest.raises(DataError, match="has inf"):
        read({"q": [float("inf"), "一般"]})
    with pytest.raises(ParameterError, match=r"^codebook must be a Codebook, as in"):
        read({"q": [1]}, codebook={"a": 1})
    with pytest.raises(ParameterError, match="Give it as codebook="):
        Responses.from_frame({"q": [1]}, scale=WORDS)
    with pytest.raises(ParameterError, match="scale must be a Scale, as in Scale"):
        Responses.from_frame({"q": [1]})


# --- what a codebook is ---------------------------------------------------------------------

WRONG = {
    "nothing in it": (
        lambda: Codebook(scale=FIVE),
        (
            "Codebook: words must not be empty. Say what each wording means, as in words={'bad': "
            "1, 'good': 2}."
        ),
    ),
    "an answer off the scale": (
        lambda: Codebook(scale=FIVE, words={"refused": 9}),
        (
            "Codebook: 'refused' means 9, but an answer is a whole number from 1 to 5. If it means "
            "no answer, put it into no_answer={'refused'}."
        ),
    ),
    "a word for two answers": (
        lambda: Codebook(scale=FIVE, words={"good": 4, "Ｇood ": 5}),
        (
            "Codebook: a word must stand for one answer, but 'good' and 'Ｇood ', which are the "
            "same word, stand for 4 and 5. Use exact=True to tell them apart."
        ),
    ),
    "an answer and none": (
        lambda: Codebook(scale=FIVE, words={"neutral": 3}, no_answer={"Neutral", "n/a"}),
        (
            "Codebook: 'Neutral' means no answer, but 'neutral' in words means 3. Remove one of "
            "the two."
        ),
    ),
    "a code for no answer on the scale": (
        lambda: Codebook(scale=FIVE, words={"good": 4}, no_answer=3),
        (
            "Codebook: no_answer must lie outside the scale 1-5, but 3 lies inside. Recode it in "
            "the data first."
        ),
    ),
    "a code for no answer as text": (
        lambda: Codebook(scale=FIVE, words={"good": 4}, no_answer="3"),
        (
            "Codebook: no_answer must lie outside the scale 1-5, but '3' lies inside. Recode it in "
            "the data first."
        ),
    ),
    "a number as a word": (
        lambda: Codebook(scale=FIVE, words={"1": 5}),
        "Codebook: '1' means 5, but in text it is read as the number. Recode it in the data first.",
    ),
    "a blank word": (
        lambda: Codebook(scale=FIVE, words={" ": 1}),
        "Codebook: words must not be blank; a blank cell is a missing answer.",
    ),
    "a blank word for no answer": (
        lambda: Codebook(scale=FIVE, words={"a": 1}, no_answer=[""]),
        "Codebook: no_answer must not be blank; a blank cell is a missing answer.",
    ),
    "a number for a word": (
        lambda: Codebook(scale=FIVE, words={4: 4}),
        "Codebook: words: a word is text, but it is 4.",
    ),
    "words for numbers": (
        lambda: Codebook(scale=FIVE, words={"good": "4"}),
        "Codebook: words.good must be a number, but it is '4'.",
    ),
    "a truth value": (
        lambda: Codebook(scale=FIVE, words={"good": True}),
        "Codebook: words.good must be a number, but it is True.",
    ),
    "nothing for no answer": (
        lambda: Codebook(scale=FIVE, words={"good": 4}, no_answer={None}),
        "Codebook: no_answer: a code is a word or a number, but it is None.",
    ),
    "NaN for no answer": (
        lambda: Codebook(scale=FIVE, words={"good": 4}, no_answer={float("nan")}),
        "Codebook: no_answer: a code is a word or a number, but it is nan.",
    ),
    "a word twice in the order": (
        lambda: Codebook.from_order(["bad", "ok", "bad"]),
        "Codebook: a word must stand for one answer, but 'bad' stands for 1 and 3.",
    ),
    "words and answers that differ in number": (
        lambda: Codebook.from_order(["bad", "good"], scale=FIVE),
        (
            "words must be one for each answer of the scale 1-5, which has 5, but there are 2. Use "
            "Codebook(scale=…, words={'…': 1}) to name some answers only."
        ),
    ),
    "an order that is one word": (
        lambda: Codebook.from_order("bad"),
        "words must be a list in the order of the scale, as in ['bad', 'good'], but it is 'bad'.",
    ),
    "an order of one word": (
        lambda: Codebook.from_order(["bad"]),
        (
            "words must be two at least, from the low end of the scale to the high end, but there "
            "are 1."
        ),
    ),
    "an order on a slider": (
        lambda: Codebook.from_order(["bad", "good"], scale=Scale(0, 1, step=None)),
        (
            "words stand for the answers of a scale with steps, but Scale(low=0, high=1, "
            "step=None) is continuous. Use Codebook(scale=…, words={'…': 1})."
        ),
    ),
    "two codes of one label": (
        lambda: Codebook.from_labels({1: "poor", 2: "poor"}, scale=FIVE),
        "Codebook: a word must stand for one answer, but 'poor' stands for 1 and 2.",
    ),
    "a code that is neither": (
        lambda: Codebook.from_labels({1: "poor", 9: "refused"}, scale=FIVE),
        (
            "Codebook: 'refused' means 9, but an answer is a whole number from 1 to 5. If it means "
            "no answer, put it into no_answer={'refused'}."
        ),
    ),
    "labels that are a list": (
        lambda: Codebook.from_labels(["poor"], scale=FIVE),
        (
            "labels must be a mapping of code to label, as in {1: 'poor', 5: 'good'}, but it is "
            "['poor']."
        ),
    ),
    "no set for no answer": (
        lambda: WORDS.with_words(no_answer=object),
        "Codebook: no_answer: must be a set of words, but it is <class 'object'>.",
    ),
    "another meaning": (
        lambda: WORDS.with_words({"一般": 2}),
        "Codebook: a word must stand for one answer, but '一般' stands for 3 and 2.",
    ),
    "a field that it does not have": (
        lambda: Codebook(scale=FIVE, wrods={"a": 1}),
        (
            "Codebook has no 'wrods', only 'scale', 'words', 'no_answer', 'name', 'exact', "
            "'one_wording'. Did you mean 'words'?"
        ),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_codebook_that_contradicts_itself_is_refused(case):
    make, message = WRONG[case]
    with pytest.raises(ParameterError) as caught:
        make()
    assert str(caught.value) == message


def test_a_codebook_as_a_value():
    book = WORDS.with_words({"还行": 3}, no_answer=99)
    assert Codebook.from_json(book.to_json()) == book
    assert book != WORDS
    assert WORDS.with_words() == WORDS
    assert book.no_answer == (99, "不适用", "拒答")
    assert repr(book) == "Codebook(name='', scale='1-5', words=6, no_answer=3)"
    frame = book.to_frame("polars")
    assert frame["word"].to_list() == [*book.words, "99", "不适用", "拒答"]
    assert frame["answer"].to_list()[:6] == [1, 2, 3, 4, 5, 3]
    assert str(WORDS.with_words({"很好": 5})) == (
        "Codebook\n"
        "───────────────────────\n"
        "answer     words\n"
        "───────────────────────\n"
        "1          很不满意\n"
        "2          不太满意\n"
        "3          一般\n"
        "4          比较满意\n"
        "5          很满意, 很好\n"
        "no answer  不适用, 拒答\n"
        "───────────────────────\n"
        "Scale 1-5, higher is better. Words are compared without letter case and width of letters."
    )


SHIPPED = {name: its for name, its in vars(survey).items() if isinstance(its, Codebook)}


def test_the_codebooks_that_ship():
    assert set(SHIPPED) == {name for name in survey.__all__ if name.isupper()}
    for book in SHIPPED.values():
        assert Codebook.from_json(book.to_json()) == book
        scripts = {word.isascii() for word in book.words}
        assert scripts == {True, False}  # English and 中文
        if book is not survey.RECOMMENDATION:
            for answer in range(int(book.scale.low), int(book.scale.high) + 1):
                words = [word for word, its in book.words.items() if its == answer]
                assert len(words) >= 2
                assert {word.isascii() for word in words} == {True, False}


@settings(deadline=None)
@given(testing.codebooks(), st.data())
def test_words_mean_what_the_codebook_says(book, data):
    words = data.draw(st.lists(st.sampled_from(book.wordings), min_size=1))
    found = read({"q": words}, codebook=book, missing="pairwise")
    meant = [book.words.get(word, np.nan) for word in words]
    np.testing.assert_array_equal(found.answers[:, 0], meant)
    assert found.base.dont_know == sum(word in book.no_answer for word in words)
    assert found.base.missing_answers == 0
    assert Codebook.from_json(book.to_json()) == book


# --- every face -----------------------------------------------------------------------------

SAID = ["很满意", "一般", "比较满意", "不太满意", "很满意", "一般"]
MEANT = [5.0, 3.0, 4.0, 2.0, 5.0, 3.0]
EASY = ["很容易", "一般", "比较容易", "很难"]
PAIR = {"a": SAID, "b": SAID[::-1]}
PAIR_MEANT = {"a": MEANT, "b": MEANT[::-1]}
TIERS = [satisfaction.Attribute(name=name, tier="desired") for name in "ab"]
FACES = {
    "top box": lambda said, _, how: top_box(said, **how),
    "effort": lambda said, _, how: satisfaction.customer_effort_score(
        said, direction="lower is better", **how
    ),
    "disconfirmation": lambda said, _, how: satisfaction.disconfirmation(said, said[::-1], **how),
    "one expectation of all": lambda said, _, how: satisfaction.disconfirmation(said, 3, **how),
    "measured": lambda said, _, how: satisfaction.measured_disconfirmation(said, **how),
    "index": lambda _, pair, how: satisfaction.customer_satisfaction_index(pair, **how),
    "acsi": lambda _, pair, how: satisfaction.acsi_index(pair, convention="simple", **how),
    "factors": lambda _, pair, how: satisfaction.factor_index(
        pair, weights={"a": 60, "b": 40}, **how
    ),
    "hygiene": lambda _, pair, how: satisfaction.hygiene_and_satisfiers(
        pair, {"a": 4, "b": pair["a"]}, roles={"a": "hygiene", "b": "satisfier"}, **how
    ),
    "tiers": lambda _, pair, how: satisfaction.satisfaction_effect(
        pair, {"a": 4, "b": pair["a"]}, attributes=TIERS, **how
    ),
    "gaps": lambda _, pair, how: servqual.gaps(
        servqual.Survey.from_frame(
            {**pair, "c": pair["b"], "d": pair["a"]},
            perceptions=["a", "b"],
            expectations=["c", "d"],
            dimensions={"staff": 2},
            **how,
        )
    ),
    "performance from arrays": lambda said, _, how: servqual.performance(
        servqual.Survey.from_arrays(
            [[x, y] for x, y in zip(said, said[::-1], strict=True)], dimensions={"staff": 2}, **how
        )
    ),
    "tolerance": lambda said, _, how: servqual.zone_of_tolerance(
        servqual.ToleranceSurvey.from_frame(
            {"p": said, "a": [said[3]] * 6, "d": [said[0]] * 6},
            perceptions=["p"],
            adequate=["a"],
            desired=["d"],
            dimensions={"staff": 1},
            **how,
        )
    ),
}


@pytest.mark.parametrize("face", FACES)
def test_every_face_reads_words_as_it_reads_their_numbers(face):
    measure = FACES[face]
    assert measure(SAID, PAIR, {"codebook": WORDS}) == measure(MEANT, PAIR_MEANT, {"scale": FIVE})


@pytest.mark.parametrize("face", [face for face in FACES if face != "effort"])
def test_every_face_refuses_words_with_the_call_that_reads_them(face):
    with pytest.raises(DataError, match=r"known to codebook=survey\.SATISFACTION_5"):
        FACES[face](SAID, PAIR, {"scale": FIVE})


@pytest.mark.parametrize("face", FACES)
def test_every_face_refuses_two_scales(face):
    with pytest.raises(ParameterError, match="but the codebook is for"):
        FACES[face](SAID, PAIR, {"codebook": WORDS, "scale": Scale(1, 7)})


def test_mapped_answers_and_scores():
    mapped = satisfaction.map_scale(SAID, codebook=WORDS, to=Scale(0, 4))
    assert mapped.answers.tolist() == [4, 2, 3, 1, 4, 2]
    with pytest.raises(ParameterError, match=r"^from_ is Scale"):
        satisfaction.map_scale(SAID, codebook=WORDS, from_=Scale(1, 7), to=FIVE)
    scores = satisfaction.disconfirmation_scores(SAID, MEANT, codebook=WORDS)
    assert scores.difference.tolist() == [0] * 6
    effort = satisfaction.customer_effort_score(["很费力", "一般"], codebook=survey.EFFORT_5)
    assert (effort.value, effort.direction) == (4, "lower is better")
    with pytest.raises(ParameterError, match="Promoters and detractors"):
        net_promoter_score(SAID, codebook=WORDS)


def test_overall_satisfaction_on_a_codebook_of_its_own():
    frame = {"p": ["agree", "disagree"], "overall": ["very satisfied", "neutral"]}
    how = {"perceptions": ["p"], "dimensions": {"staff": 1}, "codebook": survey.AGREEMENT_7}
    read = servqual.Survey.from_frame(
        frame, overall="overall", overall_codebook=survey.SATISFACTION_5, **how
    )
    assert read.overall.answers[:, 0].tolist() == [5, 3]
    assert read.perceptions.answers[:, 0].tolist() == [6, 2]
    same = servqual.Survey.from_frame({"p": ["agree"], "all": ["disagree"]}, overall="all", **how)
    assert same.overall.answers[0, 0] == 2
    with pytest.raises(ParameterError, match=r"^overall_codebook is the scale of overall, but"):
        servqual.Survey.from_frame(frame, overall_codebook=survey.SATISFACTION_5, **how)


def test_unknown_wordings_of_all_blocks_are_named_at_once():
    frame = {"p": ["agree", "agre"], "e": ["agree", "disagre"]}
    with pytest.raises(DataError, match=r"p: 'agre' \(did.*; e: 'disagre' \(did"):
        servqual.Survey.from_frame(
            frame,
            perceptions=["p"],
            expectations=["e"],
            dimensions={"staff": 1},
            codebook=survey.AGREEMENT_5,
        )


def test_a_codebook_for_what_is_read_already_is_refused():
    answers = read(PAIR)
    for measure in (
        lambda **how: top_box(answers.only(["a"]), **how),
        lambda **how: satisfaction.acsi_index(answers, convention="simple", **how),
        lambda **how: satisfaction.disconfirmation(*[answers.only(["a"])] * 2, **how),
    ):
        with pytest.raises(ParameterError, match=r"^Responses have been read already, so that"):
            measure(codebook=WORDS)
        measure(scale=FIVE)
    both = satisfaction.disconfirmation(answers.only(["a"]), SAID, codebook=WORDS)
    assert both.value == 0


def test_the_argument_of_each_question_is_named():
    frame = {"p": [1, 2], "overall": ["very satisfied", "neutral"]}
    with pytest.raises(DataError, match=r"known to overall_codebook=survey\.SATISFACTION_5"):
        servqual.Survey.from_frame(
            frame, perceptions=["p"], dimensions={"staff": 1}, overall="overall", scale=FIVE
        )
    asked = {"f": [1, 2], "d": [5, 4], "how": ["often", "never"]}
    how = {"functional": ["f"], "dysfunctional": ["d"], "importance": ["how"]}
    with pytest.raises(DataError, match=r"to importance_codebook=survey\.FREQUENCY_5"):
        kano.Questionnaire.from_frame(asked, importance_scale=FIVE, **how)
    read = kano.Questionnaire.from_frame(asked, importance_codebook=survey.FREQUENCY_5, **how)
    assert read.importance[:, 0].tolist() == [4, 1]
    assert read.importance_scale == FIVE
    with pytest.raises(ParameterError, match=r"^importance_scale is Scale\(low=1, high=9\), but"):
        kano.Questionnaire.from_frame(
            asked, importance_codebook=survey.FREQUENCY_5, importance_scale=Scale(1, 9), **how
        )


def test_problems_in_words():
    frame = {"late": ["yes", "no", "是"], "rude": ["No", "n/a", "否"]}
    found = satisfaction.problem_analysis(frame, codebook=survey.YES_NO, missing="drop")
    assert (found.n, found.problem("late").frequency.value) == (2, 1)
    assert found.base.dont_know == 1
    with pytest.raises(DataError, match=r"known to codebook=survey\.YES_NO"):
        satisfaction.problem_analysis(frame)
    with pytest.raises(ParameterError, match=r"^codebook must be for Scale\(0, 1\), as survey"):
        satisfaction.problem_analysis(frame, codebook=survey.QUALITY_5)


WITHOUT_PYARROW = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
import pandas as pd
from custvalue.survey import SATISFACTION_5, Responses, Scale
ordered = pd.Categorical(["b", "a", None], ["a", "b"], ordered=True)
frame = pd.DataFrame({"q": ordered, "w": ["satisfied", " neutral ", None]})
for kind in ("object", "string", "category"):
    found = frame.astype({"w": kind})
    q = Responses.from_frame(found, ["q"], scale=Scale(1, 2), missing="pairwise")
    w = Responses.from_frame(found, ["w"], codebook=SATISFACTION_5, missing="pairwise")
    print(q.answers.T.tolist(), w.answers.T.tolist())
"""


def test_pandas_without_pyarrow():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYARROW], capture_output=True, text=True, check=False
    )
    assert run.stdout == "[[2.0, 1.0, nan]] [[4.0, 3.0, nan]]\n" * 3, run.stderr


SATISFIED = ["very satisfied", "satisfied", "neutral", "dissatisfied", "very dissatisfied"]


def ordered(entries, categories):
    return {"q": pd.Series(pd.Categorical(entries, categories, ordered=True))}


def test_categories_that_are_numbers_are_these_numbers():
    some = ordered(["10", "10", "9", "2"], ["2", "9", "10"])
    answers = Responses.from_frame(some, ["q"], scale=Scale(0, 10))
    assert answers.item("q").tolist() == [10, 10, 9, 2]
    labelled = ordered(["5 - good", "1 - bad"], ["1 - bad", "2", "3", "4", "5 - good"])
    answers = Responses.from_frame(labelled, ["q"], scale=Scale(1, 5))
    assert answers.item("q").tolist() == [5, 1]


@pytest.mark.parametrize(
    ("frame", "scale", "message"),
    [
        (
            ordered(["10", "2"], sorted(map(str, range(11)))),
            Scale(0, 10),
            (
                "the order of q is declared twice: its type has '10' below '2', but as numbers "
                "they are 10 and 2. Correct one of them, or turn the column into numbers."
            ),
        ),
        (
            ordered(["5 - good", "bad"], ["5 - good", "4", "3", "2", "bad"]),
            Scale(1, 5),
            (
                "the order of q is declared twice: its type makes '5 - good' 1, but in text it is "
                "the number 5. Correct one of them, or say what each means, as in "
                "codebook=Codebook(scale=Scale(1, 5), words={'good': 5})."
            ),
        ),
        (
            ordered(SATISFIED, sorted(SATISFIED)),
            Scale(1, 5),
            (
                "the order of q is declared twice: its type has 'satisfied' below 'very "
                "dissatisfied', but survey.SATISFACTION_5 says 4 and 1. Correct one of them, or "
                "turn the column into text and use codebook=survey.SATISFACTION_5."
            ),
        ),
    ],
)
def test_an_order_that_numbers_or_known_words_contradict_is_refused(frame, scale, message):
    with pytest.raises(DataError) as caught:
        Responses.from_frame(frame, ["q"], scale=scale)
    assert str(caught.value) == message


def test_a_scale_that_says_where_the_best_is_takes_the_order_of_the_type():
    best_first = Scale(1, 5, direction="lower is better")
    answers = Responses.from_frame(ordered(SATISFIED, SATISFIED), ["q"], scale=best_first)
    assert answers.item("q").tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("answers", [[1, 5, 99], ["very good", "5", "99"]])
def test_a_code_off_the_scale_is_declared_in_the_codebook(answers):
    with pytest.raises(DataError) as caught:
        satisfaction.top_box(answers, codebook=survey.QUALITY_5)
    assert str(caught.value) == (
        "answers must be a whole number from 1 to 5, but row 2 has 99. If 99 means no answer, use "
        "codebook.with_words(no_answer={99}); if the scale is another one, give its ends."
    )
    book = survey.QUALITY_5.with_words(no_answer={99})
    assert satisfaction.top_box(answers, codebook=book, missing="pairwise").n == 2
