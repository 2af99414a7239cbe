"""Justice of recovery: scores and alpha by hand, weights, missing answers, other columns."""

import numpy as np
import pytest
import visited

from custvalue import journey, satisfaction, survey
from custvalue.errors import DataError, ParameterError
from custvalue.journey import RECOVERY_JUSTICE
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale

NAMES = RECOVERY_JUSTICE.item_names


def test_the_instrument_has_three_dimensions_in_two_languages():
    assert RECOVERY_JUSTICE.sizes == (4, 4, 4)
    assert [its.chinese for its in RECOVERY_JUSTICE.dimensions] == [
        "结果公平",
        "程序公平",
        "互动公平",
    ]
    assert all(item.label and item.chinese for item in RECOVERY_JUSTICE.items)


def test_scores_and_alpha_are_those_of_the_index_and_of_reliability():
    answers = visited.observed(RECOVERY_JUSTICE)
    found = journey.recovery_justice(answers)
    for place, its in enumerate(found.dimensions):
        part = answers.only(NAMES[4 * place : 4 * place + 4])
        index = satisfaction.customer_satisfaction_index(part)
        assert its.score.value == pytest.approx(25 * (part.answers.mean() - 1))
        assert str(its.score.confidence_interval()) == str(index.confidence_interval())
        covariance = np.cov(part.answers.T)
        alpha = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
        assert its.alpha.value == pytest.approx(alpha)
        assert its.alpha == survey.cronbach_alpha(part)
    assert found.overall.value == pytest.approx(25 * (answers.answers.mean() - 1))
    assert found.weakest == min(found.dimensions, key=lambda its: its.score.value).name


def test_items_of_one_dimension_are_enough():
    rows = [[5, 1], [4, 2], [1, 5]]
    answers = Responses.from_arrays(rows, items=["I1", "other"], scale=Scale(1, 5))
    found = journey.recovery_justice(answers)
    assert [its.name for its in found.dimensions] == ["interactional"]
    assert found.dimension("interactional").alpha is None
    assert found.overall.value == pytest.approx(25 * (10 / 3 - 1))


def test_columns_may_have_other_names_and_be_reverse_scored():
    items = (Item(name="fair"), Item(name="unfair", reverse_scored=True))
    own = Instrument(name="own", dimensions=(Dimension(name="justice", items=items),))
    rows = [[5, 1], [4, 2], [2, 5]]
    names = ["fair", "unfair"]
    plain = Responses.from_arrays(rows, items=names, scale=Scale(1, 5))
    read = Responses.from_arrays(rows, items=names, scale=Scale(1, 5), instrument=own)
    expected = 25 * (np.mean([5, 5, 4, 4, 2, 1]) - 1)
    for answers in (plain, read):
        found = journey.recovery_justice(answers, instrument=own)
        assert found.overall.value == pytest.approx(expected)


def test_weights_are_repeated_rows():
    rng = np.random.default_rng(3)
    rows = rng.integers(1, 6, (30, 12))
    weights = rng.integers(1, 4, 30)
    once = Responses.from_arrays(rows, items=NAMES, scale=Scale(1, 5), weights=weights)
    more = Responses.from_arrays(np.repeat(rows, weights, axis=0), items=NAMES, scale=Scale(1, 5))
    sevenfold = once.with_weights(7.0 * weights)
    one, two, three = map(journey.recovery_justice, (once, more, sevenfold))
    for name in RECOVERY_JUSTICE.dimension_names:
        assert one.dimension(name).score.value == pytest.approx(two.dimension(name).score.value)
        assert str(one.dimension(name).score) == str(three.dimension(name).score)


def test_missing_answers_are_prorated_by_dimension():
    rows = np.full((3, 12), 4.0)
    rows[1] = 2
    rows[0, :2] = np.nan
    answers = Responses.from_arrays(
        rows, items=NAMES, scale=Scale(1, 5), missing="prorate", instrument=RECOVERY_JUSTICE
    )
    assert journey.recovery_justice(answers).overall.value == pytest.approx(25 * (10 / 3 - 1))


def test_no_difference_and_one_respondent_have_no_alpha():
    found = journey.recovery_justice(
        Responses.from_arrays([[3] * 12] * 4, items=NAMES, scale=Scale(1, 5))
    )
    assert {its.alpha for its in found.dimensions} == {None}
    assert "–" in str(found)
    one = journey.recovery_justice(
        Responses.from_arrays([[3] * 12], items=NAMES, scale=Scale(1, 5))
    )
    assert one.overall.value == 50


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            {"answers": [[1, 2]]},
            ParameterError,
            (
                "answers must be Responses, but it is list. Read them with "
                "Responses.from_frame(frame, scale=...)."
            ),
        ),
        (
            {"answers": visited.observed(RECOVERY_JUSTICE), "instrument": "justice"},
            ParameterError,
            (
                "instrument must be an Instrument, such as journey.RECOVERY_JUSTICE, but it is "
                "'justice'."
            ),
        ),
        (
            {"answers": Responses.from_arrays([[1], [2]], items=["q"], scale=Scale(1, 5))},
            DataError,
            (
                "the answers have no item of 'justice of recovery', whose items are 'D1', 'D2', "
                "'D3', 'D4', 'P1', 'P2', 'P3', 'P4', 'I1', 'I2', 'I3', 'I4'. Give it the names of "
                "your columns: instrument.renamed([…])."
            ),
        ),
    ],
)
def test_what_is_no_questionnaire_is_refused(given, error, message):
    with pytest.raises(error) as caught:
        journey.recovery_justice(**given)
    assert str(caught.value) == message
