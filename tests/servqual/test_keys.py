"""Reverse-scored items that are not declared are named before means are used."""

import warnings

import numpy as np
import pytest

from custvalue import servqual
from custvalue.errors import DataWarning
from custvalue.servqual import (
    SERVQUAL,
    Gaps,
    Performance,
    Survey,
    difference_score_reliability,
)
from custvalue.survey import Scale

SCALE = Scale(1, 7)


def drawn(n=200):
    """Simulate answers that go together within each dimension."""
    rng = np.random.default_rng(11)

    def half(middle):
        factors = np.repeat(rng.normal(size=(n, 5)), SERVQUAL.sizes, axis=1)
        answers = middle + 1.2 * factors + 0.6 * rng.normal(size=(n, 22))
        return np.clip(np.rint(answers), 1, 7)

    return half(4), half(4.5)


def recoded(answers, place):
    answers = answers.copy()
    answers[:, place] = 8 - answers[:, place]
    return answers


REMEDY = (
    "If the wording has the opposite direction, declare it as reverse-scored in the instrument, "
    "Item(name='P2', reverse_scored=True), or recode each answer as 8 - answer. If not, exclude it."
)
UNRELIABLE = "The difference score is unreliable"


def messages(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    assert all(its.category is DataWarning and its.filename == __file__ for its in caught)
    return result, [str(its.message) for its in caught]


def test_performance_names_the_item():
    perceived, _ = drawn()
    survey = Survey.from_arrays(recoded(perceived, 1), scale=SCALE)
    performance, said = messages(lambda: servqual.performance(survey))
    sentence = f"'P2' correlates negatively with the other items of tangibles. {REMEDY}"
    assert said == [sentence]
    assert performance.warnings == (sentence,)
    assert sentence in str(performance).splitlines()
    assert performance.dimension("tangibles").negatively_keyed == ("P2",)
    assert performance.dimension("empathy").negatively_keyed == ()
    assert Performance.from_json(performance.to_json()) == performance


@pytest.mark.parametrize("missing", ["raise", "pairwise"])
@pytest.mark.parametrize(
    ("perception", "expectation", "where"),
    [
        (True, True, "in perceptions and in expectations"),
        (True, False, "in perceptions"),
        (False, True, "in expectations"),
    ],
)
def test_gaps_name_the_item_and_where_it_is_negatively_keyed(
    missing, perception, expectation, where
):
    perceived, expected = drawn()
    perceived = recoded(perceived, 1) if perception else perceived
    expected = recoded(expected, 1) if expectation else expected
    survey = Survey.from_arrays(perceived, expected, scale=SCALE, missing=missing)
    gaps, said = messages(lambda: servqual.gaps(survey))
    sentence = f"'P2' correlates negatively with the other items of tangibles, {where}. {REMEDY}"
    assert said[0] == sentence
    assert said[1:] == [its for its in gaps.warnings if its.startswith(UNRELIABLE)]
    assert sentence in str(gaps).splitlines()
    assert Gaps.from_json(gaps.to_json()) == gaps


def test_unreliable_perceptions_are_not_recommended():
    perceived, expected = drawn()
    survey = Survey.from_arrays(recoded(perceived, 1), recoded(expected, 1), scale=SCALE)
    gaps, said = messages(lambda: servqual.gaps(survey))
    its = gaps.dimension("tangibles").reliability
    assert its.perception_alpha < 0.7
    assert said[1] == (
        f"The difference score is unreliable (below 0.70) for tangibles {its.value:.2f}. Neither "
        f"are the perceptions reliable (alpha) for tangibles {its.perception_alpha:.2f}: rely on "
        f"neither there."
    )


def test_items_that_go_together_pass_in_silence():
    perceived, expected = drawn()
    survey = Survey.from_arrays(perceived, expected, scale=SCALE)
    assert messages(lambda: servqual.performance(survey))[1] == []
    assert messages(lambda: servqual.gaps(survey))[1] == []


def test_an_item_that_was_recoded_already_has_another_remedy():
    perceived, _ = drawn()
    tangibles, *others = SERVQUAL.dimensions
    first, second, *rest = tangibles.items
    declared = second.model_copy(update={"reverse_scored": True})
    tangibles = tangibles.model_copy(update={"items": (first, declared, *rest)})
    instrument = SERVQUAL.model_copy(update={"dimensions": (tangibles, *others)})
    survey = Survey.from_arrays(perceived, scale=SCALE, dimensions=instrument)
    _, said = messages(lambda: servqual.performance(survey))
    (sentence,) = said
    assert sentence == (
        "'P2' correlates negatively with the other items of tangibles. The instrument says "
        "reverse_scored=True, which recoded it: remove that if the wording has the direction of "
        "the other items. If not, exclude it."
    )
    right = Survey.from_arrays(recoded(perceived, 1), scale=SCALE, dimensions=instrument)
    assert messages(lambda: servqual.performance(right))[1] == []


def test_an_item_with_equal_answers_hides_no_other():
    perceived, _ = drawn()
    perceived = recoded(perceived, 1)
    perceived[:, 0] = 4
    performance, _ = messages(
        lambda: servqual.performance(Survey.from_arrays(perceived, scale=SCALE))
    )
    assert performance.dimension("tangibles").negatively_keyed == ("P2",)


def test_a_correlation_that_reliabilities_do_not_allow_is_said():
    value, said = messages(lambda: difference_score_reliability(0.8, 0.8, 0.95))
    assert value == pytest.approx(-3.0)
    (sentence,) = said
    assert sentence == (
        "correlation is 0.95, beyond 0.8000, the square root of reliability_x * reliability_y, "
        "which scores cannot pass except by sampling error: -3.000 is no reliability of their "
        "difference. Take all three from the same respondents, and from more of them."
    )
    assert len(messages(lambda: difference_score_reliability(0.8, 0.8, -0.81))[1]) == 1
    assert messages(lambda: difference_score_reliability(0.8, 0.8, 0.8))[1] == []
