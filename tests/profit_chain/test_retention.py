"""The multiple of the margin, its elasticity, and when a cost is back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import loyalty, profit_chain
from custvalue.errors import ParameterError

# Gupta & Lehmann (2003), multiples at the discount rates of the heading.
RATES = (0.10, 0.12, 0.14, 0.16)
MULTIPLES = {
    0.6: (1.20, 1.15, 1.11, 1.07),
    0.7: (1.75, 1.67, 1.59, 1.52),
    0.8: (2.67, 2.50, 2.35, 2.22),
    0.9: (4.50, 4.09, 3.75, 3.46),
}
ELASTICITIES = {0.6: 2.154, 0.7: 2.667, 0.8: 3.5, 0.9: 5.091}  # at 12 %


def retained(retention, rate=0.12, **given):
    return profit_chain.RetentionEconomics(retention=retention, annual_discount_rate=rate, **given)


@pytest.mark.parametrize("retention", MULTIPLES)
def test_the_published_multiples_and_elasticities(retention):
    found = [round(retained(retention, rate).multiple.value, 2) for rate in RATES]
    assert tuple(found) == MULTIPLES[retention]
    assert round(retained(retention).elasticity.value, 3) == ELASTICITIES[retention]


@given(r=st.floats(0, 0.97), i=st.floats(0, 0.5), g=st.floats(-0.2, 0.02), m=st.floats(0.01, 1e6))
def test_the_worth_is_the_sum_of_discounted_margins(r, i, g, m):
    its = retained(r, i, margin=m, margin_growth=g)
    left = r * (1 + g) / (1 + i)
    years = sum(m * left**t for t in range(1, 3_000))
    assert its.worth.value == pytest.approx(years, rel=1e-9, abs=1e-300)
    at_once = retained(r, i, margin=m, margin_growth=g, first_margin="at once")
    assert at_once.worth.value == pytest.approx(years + m, rel=1e-9)


def test_the_elasticity_is_the_slope_of_logarithms():
    up, down = (math.log(retained(0.8 * math.exp(h)).multiple.value) for h in (1e-5, -1e-5))
    assert retained(0.8).elasticity.value == pytest.approx((up - down) / 2e-5, rel=1e-8)


@pytest.mark.parametrize("first", ["after a year", "at once"])
def test_a_cost_is_back_when_the_margins_have_reached_it(first):
    its = retained(0.8, margin=300, first_margin=first)
    years = its.payback(400).value
    q, at_once = 0.8 / 1.12, 300 * (first == "at once")
    assert at_once + 300 * q * (1 - q**years) / (1 - q) == pytest.approx(400)
    assert retained(0.8, margin=300, first_margin="at once").payback(250).value == 0


def test_one_point_is_the_difference_of_two_worths():
    more = retained(0.81, margin=300).worth.value - retained(0.8, margin=300).worth.value
    assert retained(0.8, margin=300).worth_of_one_point.value == pytest.approx(more, rel=1e-12)


def test_intervals_come_from_counts_and_errors():
    """The multiple is monotone, so that its interval is that of Jeffreys, mapped."""
    its = retained((81, 100))
    low, high = its.retention.quantiles(np.array([0.025, 0.975]))
    ends = its.multiple.confidence_interval()
    assert ends.low == pytest.approx(retained(float(low)).multiple.value, rel=0.01)
    assert ends.high == pytest.approx(retained(float(high)).multiple.value, rel=0.01)
    known, unsure = (
        retained(0.8, margin=300),
        retained(0.8, margin=loyalty.Amount(value=300, standard_error=30)),
    )
    assert known.worth.standard_error == 0
    assert unsure.worth.standard_error == pytest.approx(2.5 * 30, rel=0.01)


def test_the_chance_to_be_worth_a_cost():
    its = retained((81, 100), margin=300)
    assert its.chance_to_be_worth(0) == 1
    assert its.chance_to_be_worth(1e9) == 0
    assert its.chance_to_be_worth(float(np.median(its.worth.draws))) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"retention": 1.0, "annual_discount_rate": 0.0},
            (
                "retention x (1 + margin_growth) must be < 1 + annual_discount_rate, or "
                "margins have no end; but they are 1, 0 and 0. Give a higher discount rate, or "
                "the lifetime value within a horizon."
            ),
        ),
        (
            {"retention": 80, "annual_discount_rate": 0.1},
            (
                "RetentionEconomics: retention: must be a share from 0 to 1, but it is 80. Did you "
                "mean 0.8?"
            ),
        ),
        (
            {"retention": 0.8, "annual_discount_rate": 12},
            (
                "annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is "
                "12. Did you mean 0.12?"
            ),
        ),
        (
            {"retention": 0.8, "annual_discount_rate": 0.1, "margin_growth": -1},
            "margin_growth must be > -1, but it is -1.",
        ),
        (
            {"retention": 0.8, "annual_discount_rate": 0.1, "first_margin": "now"},
            (
                "RetentionEconomics: first_margin must be one of 'after a year', 'at once', "
                "but it is 'now'."
            ),
        ),
    ],
)
def test_what_cannot_be_is_refused(given, said):
    with pytest.raises(ParameterError) as caught:
        profit_chain.RetentionEconomics(**given)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda: retained(0.8).worth,
            (
                "margin is needed for that, but it is not given. Write RetentionEconomics(..., "
                "margin=...)."
            ),
        ),
        (
            lambda: retained(0.8, margin=300).payback(800),
            (
                "cost must be below 750, which is what a customer is worth, but it is 800: it "
                "never comes back."
            ),
        ),
        (
            lambda: retained((8, 10), 0.1, margin=100).payback(200),
            (
                "cost 200 comes back with the probability 0.665 only, so that the years until then "
                "have no interval. Ask chance_to_be_worth(200), or give a lower cost."
            ),
        ),
        (
            lambda: retained(0.8, margin=3).chance_to_be_worth("3"),
            "cost must be a number >= 0, but it is '3'.",
        ),
        (
            lambda: retained(0.8, margin=300).payback(0),
            "cost must be a number > 0, but it is 0.",
        ),
        (
            lambda: retained(1.0, 0.005, margin=300).worth_of_one_point,
            "retention cannot be one point higher: it is 1, and margins would have no end.",
        ),
    ],
)
def test_what_cannot_be_answered_is_said(ask, said):
    with pytest.raises(ParameterError) as caught:
        ask()
    assert str(caught.value) == said
