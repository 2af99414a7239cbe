"""Respondents with groups, waves and clusters, and answers in words, are read as drawn."""

import pytest
from hypothesis import Phase, find, given, settings

from custvalue import servqual, testing
from custvalue.errors import ParameterError
from custvalue.survey import Responses, Scale

slowly = settings(deadline=None, derandomize=True, max_examples=50)
quick = settings(slowly, max_examples=500, phases=[Phase.generate], database=None)
LABELS = {"group": "group", "wave": "wave", "cluster": "cluster"}


@given(testing.frames(testing.labelled(testing.survey_frames())))
@settings(slowly, max_examples=25)
def test_labelled_surveys_are_read_in_any_table(frame):
    survey = servqual.Survey.from_frame(
        frame,
        perceptions=testing.PERCEPTIONS,
        expectations=testing.EXPECTATIONS,
        importance=testing.IMPORTANCE,
        scale=Scale(1, 7),
        weights="weight",
        **LABELS,
    )
    assert set(survey.labels) == set(LABELS)


@given(testing.worded_answers(labels=list(LABELS)))
@slowly
def test_words_are_read_with_their_codebook(drawn):
    assert isinstance(drawn, testing.WordedAnswers)
    items = [name for name in drawn.frame if name.startswith("item")]
    answers = Responses.from_frame(
        drawn.frame, items, codebook=drawn.codebook, missing="pairwise", **LABELS
    )
    scale = drawn.codebook.scale
    for item in items:
        assert scale.low <= answers.mean(item).value <= scale.high
    assert 1 <= answers.respondents <= 8


def test_words_of_every_kind_come_up():
    drawn = testing.worded_answers(labels=["wave"])
    for wanted in (
        lambda its: len(set(its.frame["wave"].tolist())) == 3,
        lambda its: set(its.frame["item 1"]) & set(its.codebook.no_answer),
        lambda its: not " ".join(its.frame["item 1"]).isascii(),
        lambda its: len(its.frame) == 4,
    ):
        assert wanted(find(drawn, wanted, settings=quick))


def test_the_smallest_answers_are_one_word():
    found = find(testing.worded_answers(), lambda _: True)
    assert [len(column) for column in found.frame.values()] == [1]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: testing.labelled({"x": [1]}),
            (
                "columns must be a strategy that draws columns, as in "
                "labelled(testing.survey_frames()), but it is {'x': [1]}."
            ),
        ),
        (
            lambda: testing.labelled(testing.kano_frames(), "wave"),
            "labels must be a list of names, as in ['group'], but it is 'wave'. Write ['wave'].",
        ),
        (
            lambda: testing.worded_answers(labels=["dealer"]),
            "labels must be one of 'group', 'wave', 'cluster', but it is 'dealer'.",
        ),
        (
            lambda: testing.worded_answers(max_items=0),
            "max_items must be a whole number >= 1, but it is 0.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, message):
    with pytest.raises(ParameterError) as caught:
        ask()
    assert str(caught.value) == message
