"""The two published forms: what they ask, and that negatively worded items are recoded."""

import numpy as np
import pytest

from custvalue import servqual
from custvalue.servqual import SERVQUAL, SERVQUAL_1988, SERVQUAL_1991, Survey, ToleranceSurvey
from custvalue.survey import Dimension, Instrument, Item, Scale

# responsiveness and empathy (Parasuraman, Zeithaml & Berry 1988, appendix)
NEGATIVE = tuple(str(i) for i in (10, 11, 12, 13, 18, 19, 20, 21, 22))
FORMS = {
    "1988": (SERVQUAL_1988, servqual.SERVQUAL_1988_EXPECTATIONS),
    "1991": (SERVQUAL_1991, servqual.SERVQUAL_1991_EXPECTATIONS),
}
SCALE = Scale(1, 7)


def answers(n=40, seed=3):
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(n, 1))
    perceived = np.clip(np.rint(4.6 + person + rng.normal(size=(n, 22))), 1, 7)
    expected = np.clip(np.rint(6.0 + 0.4 * person + 0.7 * rng.normal(size=(n, 22))), 1, 7)
    return perceived, expected


def as_asked_in_1988(answers):
    asked = answers.copy()
    places = [int(name) - 1 for name in NEGATIVE]
    asked[:, places] = 8 - asked[:, places]
    return asked


def test_the_default_is_the_form_of_1991():
    assert SERVQUAL is SERVQUAL_1991
    assert SERVQUAL.version == "1991"
    assert SERVQUAL_1991.reverse_scored_items == ()


@pytest.mark.parametrize("year", FORMS)
def test_both_halves_of_a_form_have_the_same_items(year):
    perceptions, expectations = FORMS[year]
    assert perceptions.version == expectations.version == year
    assert (perceptions.name, expectations.name) == ("SERVQUAL", "SERVQUAL expectations")
    assert perceptions.sizes == expectations.sizes == (4, 5, 4, 4, 5)
    assert perceptions.item_names == tuple(str(i) for i in range(1, 23))
    for one, other in zip(perceptions.items, expectations.items, strict=True):
        assert (one.label, one.chinese, one.reverse_scored) == (
            other.label,
            other.chinese,
            other.reverse_scored,
        )
        assert one.label
        assert one.wording != other.wording
        assert one.wording_chinese != other.wording_chinese
        assert one.wording.endswith(".")
        assert one.wording_chinese.endswith("。")
    assert len({item.wording for item in perceptions.items}) == 22
    assert len({item.wording_chinese for item in expectations.items}) == 22
    assert Instrument.from_json(perceptions.to_json()) == perceptions


def test_the_form_of_1988_words_two_dimensions_negatively():
    assert SERVQUAL_1988.reverse_scored_items == NEGATIVE
    assert servqual.SERVQUAL_1988_EXPECTATIONS.reverse_scored_items == NEGATIVE
    for item in SERVQUAL_1988.items:
        assert (" not " in item.wording) == (item.name in NEGATIVE)


def test_expectations_are_normative_in_1988_and_of_excellence_in_1991():
    for item in servqual.SERVQUAL_1988_EXPECTATIONS.items:
        verb = "need not" if item.name in NEGATIVE else "should"
        assert item.wording.startswith(f"Such a provider {verb} ")
        assert item.wording_chinese.startswith(
            "不必要求" if item.reverse_scored else "这类企业应当"
        )
    for item in servqual.SERVQUAL_1991_EXPECTATIONS.items:
        assert item.wording.startswith("An excellent provider will ")
        assert item.wording_chinese.startswith("优秀的企业会")


def test_answers_to_the_form_of_1988_are_turned_round():
    perceived, expected = answers()
    plain = Survey.from_arrays(perceived, expected, scale=SCALE)
    asked = Survey.from_arrays(
        as_asked_in_1988(perceived),
        as_asked_in_1988(expected),
        scale=SCALE,
        dimensions=SERVQUAL_1988,
    )
    np.testing.assert_array_equal(asked.perceptions.answers, perceived)
    np.testing.assert_array_equal(asked.expectations.answers, expected)
    for name in ("gap", "low", "standard_error"):
        np.testing.assert_array_equal(
            servqual.gaps(asked).columns()[name], servqual.gaps(plain).columns()[name]
        )
    turned = tuple(f"P{name}" for name in NEGATIVE)
    assert asked.reverse_scored_items == servqual.gaps(asked).reverse_scored_items == turned
    assert servqual.performance(asked).reverse_scored_items == turned
    assert servqual.gaps(plain).reverse_scored_items == ()
    note = (
        "Reverse-scored items, recoded on reading: 'P10', 'P11', 'P12', 'P13', 'P18', 'P19', "
        "'P20', 'P21', 'P22'."
    )
    assert note in str(servqual.gaps(asked))
    assert note in str(servqual.performance(asked))
    assert "Reversed" not in str(servqual.gaps(plain))
    assert Survey.from_json(asked.to_json()) == asked


def test_reverse_scored_items_of_ones_own_are_recoded_at_the_ends_of_the_scale():
    items = (Item(name="polite"), Item(name="rude", reverse_scored=True))
    staff = Instrument(name="staff", dimensions=(Dimension(name="staff", items=items),))
    survey = Survey.from_frame(
        {"polite": [0, 10], "rude": [10, 0], "e1": [10, 10], "e2": [0, None]},
        perceptions=["polite", "rude"],
        expectations=["e1", "e2"],
        scale=Scale(0, 10),
        dimensions=staff,
        missing="pairwise",
    )
    assert survey.perceptions.item("rude").tolist() == [0, 10]
    assert survey.expectations.item("e2")[0] == 10
    assert servqual.gaps(survey).item("rude").gap.value == -10
    assert servqual.gaps(survey).item("rude").gap.n == 1


def test_an_answer_off_the_scale_is_reported_as_it_was_given():
    perceived, _ = answers(4)
    asked = as_asked_in_1988(perceived)
    asked[2, 9] = 9
    message = r"P10 must be a whole number from 1 to 7, but row 2 has 9\."
    with pytest.raises(ValueError, match=message):
        Survey.from_arrays(asked, scale=SCALE, dimensions=SERVQUAL_1988)


def test_the_zone_of_tolerance_turns_all_three_answers():
    perceived, desired = answers()
    desired = np.maximum(perceived, desired)
    adequate = np.maximum(desired - 2, 1)
    plain = servqual.zone_of_tolerance(
        ToleranceSurvey.from_arrays(perceived, adequate=adequate, desired=desired, scale=SCALE)
    )
    asked = servqual.zone_of_tolerance(
        ToleranceSurvey.from_arrays(
            as_asked_in_1988(perceived),
            adequate=as_asked_in_1988(adequate),
            desired=as_asked_in_1988(desired),
            scale=SCALE,
            dimensions=SERVQUAL_1988,
        )
    )
    np.testing.assert_array_equal(asked.columns()["adequacy"], plain.columns()["adequacy"])
    assert asked.reverse_scored_items[0] == "P10"
    assert "recoded on reading: 'P10'" in str(asked)


# --- prorated answers -----------------------------------------------------------------------


def test_prorating_scores_a_dimension_by_the_answers_that_there_are():
    survey = Survey.from_arrays(
        [[5, 3, None], [4, 4, 4], [None, None, 2]],
        [[6, 6, 6], [7, None, 5], [6, 6, 6]],
        scale=SCALE,
        dimensions={"staff": 3},
        missing="prorate",
    )
    assert survey.base.excluded == {
        "too few answers": 1
    }  # one of three perceptions is less than half
    gaps = servqual.gaps(survey)
    assert gaps.dimension("staff").perception.value == 4
    assert gaps.dimension("staff").expectation.value == 6
    assert gaps.dimension("staff").gap.n == 2
    assert gaps.item("P3").gap.n == 1
    assert servqual.performance(survey).dimension("staff").mean.value == 4
    lenient = Survey.from_arrays(
        [[5, 3, None], [None, None, 2]],
        scale=SCALE,
        dimensions={"staff": 3},
        missing="prorate",
        min_answered=0.3,
    )
    assert lenient.base.excluded == {}
    assert servqual.performance(lenient).dimension("staff").mean.value == 3
    assert Survey.from_json(lenient.to_json()) == lenient


def test_prorating_without_gaps_in_the_answers_changes_nothing():
    perceived, expected = answers()
    one = Survey.from_arrays(perceived, expected, scale=SCALE)
    other = Survey.from_arrays(perceived, expected, scale=SCALE, missing="prorate")
    np.testing.assert_allclose(
        servqual.gaps(one).columns()["gap"], servqual.gaps(other).columns()["gap"], rtol=1e-12
    )
    assert servqual.gaps(other).base.missing == "prorate"
