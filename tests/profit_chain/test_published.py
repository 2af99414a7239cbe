"""Published chains say what their source says, and enter nothing by themselves."""

from __future__ import annotations

import inspect

import pytest

from custvalue import loyalty, profit_chain
from custvalue.errors import ParameterError

PUBLISHED = profit_chain.published


def sears(name):
    return PUBLISHED[f"Sears: {name}"].value


def test_the_chain_of_sears_in_its_own_units():
    assert 5 * sears("customer impression by a unit of employee attitude") == pytest.approx(1.3)
    assert 1.3 * sears("revenue growth by a unit of customer impression") == pytest.approx(0.005)
    assert 5 * sears("revenue growth by a unit of employee attitude") == pytest.approx(0.005)


def test_the_links_of_sears_multiply_to_the_whole():
    assert sears("customer impression by a unit of employee attitude") * sears(
        "revenue growth by a unit of customer impression"
    ) == pytest.approx(sears("revenue growth by a unit of employee attitude"))


def test_the_retelling_is_of_the_lowest_grade_and_names_what_the_study_says():
    claim = PUBLISHED["5 % better employees bring 5 % revenue growth"]
    assert (claim.grade, claim.value) == ("D", 0.05)
    assert claim.note.startswith("The study says .5 %")


def test_all_have_a_source_and_a_note_and_none_is_acknowledged():
    for claim in PUBLISHED.values():
        assert "Rucci" in claim.source
        assert claim.note
        assert not claim.is_acknowledged


def test_no_argument_begins_from_a_published_chain():
    for name in profit_chain.__all__:
        thing = getattr(profit_chain, name)
        called = (getattr(thing, each) for each in dir(thing) if not each.startswith("_"))
        functions = (
            its for its in (thing, *called) if inspect.isfunction(its) or inspect.ismethod(its)
        )
        for each in functions:
            for its in inspect.signature(each).parameters.values():
                assert not isinstance(its.default, loyalty.Claim | loyalty.Claims)


def test_an_unknown_one_names_the_nearest():
    with pytest.raises(ParameterError) as caught:
        PUBLISHED["Sears: revenue growth by a unit of employee atitude"]
    assert "Did you mean 'Sears: revenue growth by a unit of employee attitude'?" in str(
        caught.value
    )
    assert "4 % complain" not in PUBLISHED
