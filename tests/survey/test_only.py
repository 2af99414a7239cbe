"""Some items of the responses: what they keep."""

import numpy as np
import pandas as pd
import pytest

from custvalue import kano, servqual
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale

FIVE = Scale(1, 5, missing_codes=(9,))
FRAME = {
    "polite": [5, None, 4, 3],
    "rude": [1, 2, 9, 3],
    "quick": [4, None, None, 2],
    "site": ["south", "north", "south", "north"],
    "year": [2023, 2023, 2024, 2024],
    "weight": [1.0, 2.0, 0.5, 1.0],
}
STAFF = Instrument(
    name="staff",
    dimensions=(
        Dimension(
            name="staff", items=(Item(name="polite"), Item(name="rude", reverse_scored=True))
        ),
        Dimension(name="speed", items=(Item(name="quick"),)),
    ),
)
ROLES = {"weights": "weight", "group": "site", "wave": "year"}


def read(items=None, **options):
    return Responses.from_frame(FRAME, items, scale=FIVE, **ROLES, **options)


@pytest.mark.parametrize("policy", ["pairwise", "prorate"])
@pytest.mark.parametrize("items", [["rude"], ["rude", "polite"], ["polite", "rude", "quick"]])
def test_some_items_are_the_items_read_alone(items, policy):
    options = {"missing": policy, **({"min_answered": 0.3} if policy == "prorate" else {})}
    found, alone = read(["polite", "rude", "quick"], **options).only(items), read(items, **options)
    assert found == alone
    assert found.base == alone.base


def test_some_items_keep_who_is_excluded():
    whole = read(["polite", "rude"], missing="drop")
    part = whole.only(["polite"])
    assert (part.respondents, part.base.excluded_respondents, part.base.dont_know) == (2, 2, 0)
    assert part.weights.tolist() == [1.0, 1.0]
    assert part.group.tolist() == ["south", "north"]
    assert part.wave.tolist() == [2023, 2024]
    assert [(its.name, its.missing) for its in part.base.items] == [("polite", 1)]
    assert part.base.respondents == 4


def test_some_items_stay_turned_round_and_keep_the_instrument():
    whole = read(missing="pairwise", instrument=STAFF)
    part = whole.only(["rude"])
    np.testing.assert_array_equal(part.item("rude"), [5, 4, np.nan, 3])
    assert part.instrument == STAFF
    assert part.base.dont_know == 1


def test_prorating_is_applied_again_and_counted_by_group():
    whole = read(["polite", "rude", "quick"], missing="prorate", min_answered=0.3)
    part = whole.only(["quick"])
    assert (whole.base.excluded, part.base.excluded) == ({}, {"too few answers": 2})
    assert {site: its.base.excluded_respondents for site, its in part.by("group").items()} == {
        "north": 1,
        "south": 1,
    }


def test_it_can_be_read_only_and_survives_json():
    part = read(["polite", "rude"], missing="pairwise").only(["rude"])
    assert not part.answers.flags.writeable
    assert Responses.from_json(part.to_json()) == part


@pytest.mark.parametrize(
    ("items", "error", "message"),
    [
        pytest.param(
            "polite",
            DataError,
            "items must be a list of column names, but it is the one name 'polite'. Write "
            "['polite'] for a single column, and list several, as in ['q1', 'q2'].",
            id="one name",
        ),
        pytest.param(
            [], DataError, "items must name at least one column, but it is empty.", id="none"
        ),
        pytest.param(
            ["polite", "polite"],
            DataError,
            "items must be different, but 'polite' is named twice.",
            id="twice",
        ),
        pytest.param(
            ["polit"],
            ParameterError,
            "item must be one of 'polite', 'rude', but it is 'polit'. Did you mean 'polite'?",
            id="unknown",
        ),
    ],
)
def test_message(items, error, message):
    whole = read(["polite", "rude"], missing="pairwise")
    with pytest.raises(error) as caught:
        whole.only(items)
    assert str(caught.value) == message


# --- questionnaires of other kinds ------------------------------------------------------------

TWO = {"staff": ["p1", "p2"], "speed": ["p3"]}
ASKED = {
    "p1": [6, 5, None, 4],
    **{name: [5, 6, 7, 3] for name in ("p2", "p3")},
    "e1": [7, 9, 6, 6],
    **{name: [7, 7, 6, 6] for name in ("e2", "e3")},
    "score": [8, 7, 6, None],
    "site": ["south", "north", "south", "north"],
}
SEVEN = Scale(1, 7, missing_codes=(9,))


def survey(items, policy, **options):
    columns = [f"p{k}" for k in items]
    dimensions = {name: [its for its in own if its in columns] for name, own in TWO.items()}
    return servqual.Survey.from_frame(
        ASKED,
        perceptions=columns,
        expectations=[f"e{k}" for k in items],
        scale=SEVEN,
        dimensions={name: its for name, its in dimensions.items() if its},
        overall="score",
        overall_scale=Scale(0, 10),
        group="site",
        missing=policy,
        **options,
    )


@pytest.mark.parametrize("policy", ["pairwise", "prorate"])
@pytest.mark.parametrize("items", [[1], [2], [1, 2], [2, 3], [1, 2, 3]])
def test_some_items_of_a_survey_are_the_items_read_alone(items, policy):
    found, alone = survey([1, 2, 3], policy).only([f"p{k}" for k in items]), survey(items, policy)
    assert found == alone
    assert found.base == alone.base
    assert found.perceptions == alone.perceptions
    assert found.overall == alone.overall


def test_some_items_of_a_survey_keep_the_order_of_the_instrument():
    part = survey([1, 2, 3], "pairwise").only(["p3", "p1"])
    assert part.instrument.item_names == ("p1", "p3")
    assert part.expectations.items == ("e1", "e3")


def test_points_of_dimensions_that_are_gone_are_refused():
    whole = survey([1, 2, 3], "pairwise", importance={"staff": 60, "speed": 40})
    assert whole.only(["p1", "p3"]).importance.tolist() == [60, 40]
    with pytest.raises(DataError, match="Name an item of every dimension, or read the survey"):
        whole.only(["p1"])


def test_some_items_of_a_tolerance_survey():
    levels = {"adequate": [[4, 5], [5, 5]], "desired": [[7, 7], [6, 6]]}
    whole = servqual.ToleranceSurvey.from_arrays(
        [[6, 5], [5, 7]], **levels, scale=Scale(1, 7), dimensions={"staff": 2}
    )
    part = whole.only(["P2"])
    assert (part.perceptions.items, part.desired.items) == (("P2",), ("D2",))
    assert servqual.zone_of_tolerance(part).item("P2") == servqual.zone_of_tolerance(whole).item(
        "P2"
    )


def test_some_items_of_a_fuzzy_questionnaire():
    degrees = [[[0.6, 0.4, 0, 0, 0], [0, 0, 1, 0, 0]]]
    whole = kano.FuzzyQuestionnaire.from_arrays(degrees, degrees, items=["fast", "quiet"])
    part = whole.only(["quiet"])
    assert part.items == ("quiet",)
    assert part.functional.tolist() == [[[0, 0, 1, 0, 0]]]
    assert kano.FuzzyQuestionnaire.from_json(part.to_json()) == part


def test_columns_that_pandas_numbers_are_named_in_words():
    frame = pd.DataFrame({0: [1, 2, 3, 4], 1: [2, 3, 4, 5]})
    found = Responses.from_frame(frame, [0, 1], scale=Scale(1, 5))
    assert found.items == ("0", "1")
    assert "0" in str(found.mean("0"))
    array = Responses.from_arrays([[1, 2], [3, 4]], items=[0, 1], scale=Scale(1, 5))
    assert array.items == ("0", "1")
