"""Some items of the responses: what they keep."""

import numpy as np
import pytest

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
            "['polite'].",
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
