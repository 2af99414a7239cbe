"""Reliability and dimensions by the instrument with which the responses were read."""

import numpy as np
import pytest

from custvalue.errors import ParameterError
from custvalue.survey import (
    Dimension,
    Instrument,
    InstrumentReliability,
    Item,
    Responses,
    Scale,
    dimensionality,
    reliability,
)

NAMES = ("polite", "skilled", "rude", "clean", "bright", "warm")
DESK = Instrument(
    name="desk",
    dimensions=(
        Dimension(
            name="staff",
            items=(
                Item(name="polite"),
                Item(name="skilled"),
                Item(name="rude", reverse_scored=True),
            ),
        ),
        Dimension(name="place", items=(Item(name="clean"), Item(name="bright"), Item(name="warm"))),
    ),
)


def drawn():
    rng = np.random.default_rng(7)
    staff, place = rng.normal(size=(2, 120, 1))
    shared = np.hstack([staff, staff, -staff, place, place, place])
    return np.clip(np.rint(3.4 + shared + 0.8 * rng.normal(size=(120, 6))), 1, 5)


def read(**options):
    return Responses.from_arrays(drawn(), items=NAMES, scale=Scale(1, 5), **options)


def few(result):
    return dimensionality(result, simulations=20, rng=1)


READ, PLAIN = read(instrument=DESK), read()


def test_reliability_takes_the_instrument_of_the_responses():
    found, stated = reliability(READ), reliability(PLAIN, instrument=DESK)
    assert isinstance(found, InstrumentReliability)
    assert (found.as_read, found.absent) == (True, ())
    assert not stated.as_read
    assert found.dimensions == stated.dimensions
    assert str(found).splitlines()[-1] == (
        "The instrument is the one with which the answers were read."
    )
    assert InstrumentReliability.from_json(found.to_json()) == found


def test_keyed_responses_have_an_instrument_too():
    assert reliability(PLAIN.keyed(DESK)) == reliability(READ)


def test_dimensionality_takes_the_instrument_of_the_responses():
    found, stated = few(READ), dimensionality(PLAIN, DESK, simulations=20, rng=1)
    assert found.as_read
    assert found.model_copy(update={"as_read": False}) == stated
    assert "with which the answers were read." in str(found)
    assert "with which the answers were read" not in str(stated)


def test_an_instrument_that_is_given_goes_first():
    other = Instrument(
        name="staff", dimensions=(Dimension(name="staff", items=DESK.dimensions[0].items),)
    )
    assert reliability(READ, instrument=other).instrument == "staff"
    assert not reliability(READ, instrument=other).as_read
    assert dimensionality(READ, other, simulations=20, rng=1).items == NAMES[:3]


def test_named_items_are_one_scale_in_spite_of_the_instrument():
    assert reliability(READ, NAMES[:3]) == reliability(PLAIN.keyed(DESK), NAMES[:3])
    assert reliability(READ, READ.items[:2]).name == "reliability"
    assert dimensionality(READ, items=NAMES, simulations=20, rng=1).instrument is None


def test_only_the_items_that_are_there_count():
    part = READ.only(["warm", "clean", "bright", "skilled"])
    found = reliability(part)
    assert found.absent == ("polite", "rude")
    assert [its.name for its in found.dimensions] == ["place"]
    assert found.single_items == ("staff",)
    assert found.dimension("place") == reliability(READ).dimension("place")
    assert str(found).splitlines()[-1] == (
        "The instrument is the one with which the answers were read, without 'polite', 'rude', "
        "which these responses do not have."
    )
    space = few(part)
    assert (space.items, space.dimensions) == (("skilled", "clean", "bright", "warm"), 2)
    one = few(READ.only(["warm", "clean", "bright"]))
    assert (one.dimensions, one.htmt, one.absent) == (1, None, NAMES[:3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: dimensionality(READ, ["polite", "rude"]),
            "instrument must be an Instrument, but it is ['polite', 'rude']. Use items=[…] for "
            "items by name.",
            id="items in the place of the instrument",
        ),
        pytest.param(
            lambda: reliability(READ, instrument="desk"),
            "instrument must be an Instrument, but it is 'desk'. Use items=[…] for items by name.",
            id="no instrument",
        ),
    ],
)
def test_message(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == message
