"""Blind and branded tests: by hand, against chi square of a table, bad input."""

import numpy as np
import pytest

from custvalue import loyalty
from custvalue.errors import DataError, ParameterError

BLIND = {"Pepsi": 102, "Coca-Cola": 88, "alike": 10}
BRANDED = {"Coca-Cola": 130, "Pepsi": 46, "alike": 24}


def test_by_hand():
    found = loyalty.blind_and_branded(BLIND, BRANDED)
    assert [its.name for its in found.products] == ["Pepsi", "Coca-Cola", "alike"]
    assert found.product("Pepsi").shift.value == pytest.approx(0.23 - 0.51)
    table = np.array([[102, 88, 10], [46, 130, 24]])
    expected = table.sum(axis=0) / 2
    chi = ((table - expected) ** 2 / expected).sum()
    assert found.chi_squared == pytest.approx(chi)
    assert found.p_value == pytest.approx(np.exp(-chi / 2))  # of two degrees of freedom
    assert found.least_expected == 17


def test_newcombes_interval_of_a_shift():
    """Newcombe (1998), method 10, from the two Wilson intervals."""
    its = loyalty.blind_and_branded(BLIND, BRANDED).product("Pepsi")
    one, other = (share.confidence_interval() for share in (its.branded, its.blind))
    a, b = its.branded.value, its.blind.value
    low = a - b - np.hypot(a - one.low, other.high - b)
    high = a - b + np.hypot(one.high - a, b - other.low)
    found = its.shift.confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))


def test_products_that_nobody_preferred_count_in_no_degree_of_freedom():
    found = loyalty.blind_and_branded({**BLIND, "none": 0}, {**BRANDED, "none": 0})
    assert found.p_value == loyalty.blind_and_branded(BLIND, BRANDED).p_value


def test_frames_and_json():
    found = loyalty.blind_and_branded(BLIND, BRANDED)
    assert loyalty.BlindTest.from_json(found.to_json()) == found
    assert found.columns()["shift"].tolist() == pytest.approx([-0.28, 0.21, 0.07])
    assert "P is rough" in str(loyalty.blind_and_branded({"a": 3, "b": 1}, {"a": 1, "b": 4}))


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: loyalty.blind_and_branded({"a": 1, "b": 2}, {"a": 1, "c": 2}),
            DataError,
            (
                "blind and branded must have the same products, two or more, but they "
                "have ['a', 'b'] "
                "and ['a', 'c']. Give 0 for a product that nobody preferred."
            ),
        ),
        (
            lambda: loyalty.blind_and_branded({"a": 0, "b": 0}, {"a": 1, "b": 2}),
            DataError,
            "nobody was asked in one of both tests. Give at least one preference each.",
        ),
        (
            lambda: loyalty.blind_and_branded({"a": 0.5, "b": 0.5}, {"a": 1, "b": 2}),
            DataError,
            (
                "blind['a'] must be a whole number from 0 to 1,000,000,000,000,000, but it is 0.5. "
                "Count customers."
            ),
        ),
        (
            lambda: loyalty.blind_and_branded([1, 2], {"a": 1, "b": 2}),
            ParameterError,
            (
                "blind must be a mapping of name to number, as in {'ours': 51, "
                "'rival': 44, 'alike': "
                "5}, but it is list."
            ),
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


@pytest.mark.slow
@pytest.mark.simulation
def test_the_joint_test_is_uniform_where_names_change_nothing():
    rng, shares, small = np.random.default_rng(4), [0.5, 0.3, 0.2], 0
    for _ in range(1_000):
        blind, branded = rng.multinomial(150, shares, 2)
        names = "abc"
        found = loyalty.blind_and_branded(
            dict(zip(names, blind.tolist(), strict=True)),
            dict(zip(names, branded.tolist(), strict=True)),
        )
        small += found.p_value < 0.05
    assert 30 < small < 73
