"""Quality and price profiles: published ones, and what they have in common with value maps."""

import numpy as np
import pytest
from golden_values import golden

from custvalue.delivered_value import (
    Profile,
    from_survey,
    price_profile,
    quality_profile,
    value_map,
)
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Bootstrap, Scale

GOLDEN = golden("delivered_value")
OWN, OTHERS = {"repair": 9, "advice": 6}, {"repair": 7, "advice": 6}
IMPORTANCE = {"repair": 60, "advice": 40}


def test_the_published_price_profile_without_rounding():
    case = GOLDEN["price_profile"]
    found = price_profile(case["own"], case["others"], case["importance"])
    assert found.weighted_ratio == pytest.approx(case["weighted_ratio"], abs=case["tolerance"])
    assert found.value == pytest.approx(case["value"], abs=case["tolerance"])


def test_the_published_quality_profile():
    case = GOLDEN["quality_profile"]
    names = list("abcde")
    found = quality_profile(
        dict(zip(names, case["ratios"], strict=True)),
        dict.fromkeys(names, 1),
        dict(zip(names, case["importance"], strict=True)),
    )
    assert found.value == pytest.approx(case["value"], abs=case["tolerance"])


def test_a_map_of_two_suppliers_has_the_values_of_the_profiles():
    frame = {
        "whose": ["us", "us", "rival", "rival"],
        "repair": [8, 10, 6, 8],
        "advice": [5, 7, 6, 6],
        "price": [9, 8, 7, 7],
    }
    offers = from_survey(
        frame,
        supplier="whose",
        value={"repair": "repair", "advice": "advice"},
        cost={"price": "price"},
        scale=dict.fromkeys(["repair", "advice", "price"], Scale(1, 10)),
        importance={"repair": 60, "advice": 40, "price": 50},
    )
    us = value_map(offers, method=Bootstrap(20, rng=1)).supplier("us")
    assert us.quality.value == pytest.approx(quality_profile(OWN, OTHERS, IMPORTANCE).value)
    price = price_profile({"price": 8.5}, {"price": 7}, {"price": 1})
    assert us.price.value == pytest.approx(price.value)


def test_amounts_are_compared_as_they_are():
    found = price_profile({"bill": 240}, {"bill": 200}, {"bill": 1}, satisfaction=False)
    assert found.value == pytest.approx(120)


def test_how_a_profile_prints_and_goes_to_json():
    found = price_profile(OWN, OTHERS, IMPORTANCE)
    assert Profile.from_json(found.to_json()) == found
    assert "Relative price 85.37, the inverse of 117.1; 100 is like the others." in str(found)
    columns = found.columns()
    assert columns["part"].sum() == pytest.approx(found.weighted_ratio)
    assert np.isclose(columns["weight"].sum(), 1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: quality_profile(OWN, {"repair": 7}, IMPORTANCE),
            DataError,
            "others has no 'advice'. Rate both on the same attributes.",
        ),
        (
            lambda: quality_profile(OWN, OTHERS | {"advise": 3}, IMPORTANCE),
            DataError,
            (
                "others names 'advise', which own does not. Did you mean 'advice'? The attributes "
                "are 'repair', 'advice'."
            ),
        ),
        (
            lambda: quality_profile(OWN, OTHERS | {"advice": 0}, IMPORTANCE),
            DataError,
            "others of 'advice' must be a finite number > 0, but it is 0.",
        ),
        (
            lambda: price_profile(OWN | {"repair": -9}, OTHERS, IMPORTANCE),
            DataError,
            "own of 'repair' must be a finite number > 0, but it is -9.",
        ),
        (
            lambda: price_profile(OWN, OTHERS, {"repair": 0, "advice": 0}),
            DataError,
            "importance must not all be 0. Give none for equal weights.",
        ),
        (
            lambda: price_profile([9, 6], OTHERS, IMPORTANCE),
            ParameterError,
            "own must be a mapping of attribute to number, but it is [9, 6].",
        ),
    ],
)
def test_bad_profiles_are_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
