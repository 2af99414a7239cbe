"""Pilots: power against simulated dealers, and against the formulas of the source."""

import math

import numpy as np
import pytest
from scipy import stats

from custvalue import profit_chain
from custvalue.errors import ParameterError

USUAL = {
    "standard_deviation": 1.6,
    "intraclass_correlation": 0.1,
    "customers_a_month": 10,
    "months": 3,
}


def planned(difference=0.3, **more):
    return profit_chain.pilot(difference, **{**USUAL, **more})


def test_the_correlation_and_the_design_effect_of_the_source():
    its = planned(autocorrelation=0.7)
    assert its.customers == 30
    assert its.design_effect == pytest.approx(1 + 29 * 0.1)
    assert its.correlation == pytest.approx(30 * 0.1 * 0.7 / 3.9)


def test_without_clusters_it_is_the_t_test_of_means():
    """Of 2 x 17 customers, one each: power .807 at a difference of one deviation (Cohen 1988)."""
    its = profit_chain.pilot(
        1.0,
        standard_deviation=1.0,
        intraclass_correlation=0.0,
        customers_a_month=1,
        months=1,
        analysis="after only",
    )
    assert its.dealers == 17
    assert its.power == pytest.approx(0.807, abs=0.0005)


@pytest.mark.parametrize("analysis", ["covariate", "differences", "after only"])
def test_the_least_number_of_dealers_has_the_power(analysis):
    its = planned(analysis=analysis)
    assert its.power >= 0.8 > its.power_of(its.dealers - 1)


def test_the_period_before_helps_where_dealers_stay_as_they_are():
    stable = {
        name: planned(analysis=name, autocorrelation=0.95).dealers
        for name in ("covariate", "differences", "after only")
    }
    assert stable["covariate"] < stable["after only"]
    loose = {
        name: planned(analysis=name, autocorrelation=0.0).dealers
        for name in ("differences", "after only")
    }
    assert loose["differences"] > loose["after only"]


def simulated_power(analysis, k, rng):
    """Draw dealers' means in both periods, and test as the analysis says."""
    rho, m, sigma, c = 0.1, 30, 1.6, 0.8
    common = rho * sigma**2
    own = (1 - rho) * sigma**2 / m
    found = 0
    runs = 3_000
    for _ in range(runs):
        before = rng.normal(0, math.sqrt(common), 2 * k)
        after = c * before + rng.normal(0, math.sqrt(common * (1 - c**2)), 2 * k)
        group = np.repeat([0.0, 1.0], k)
        x = before + rng.normal(0, math.sqrt(own), 2 * k)
        y = after + rng.normal(0, math.sqrt(own), 2 * k) + 0.4 * group
        if analysis == "differences":
            y = y - x
        columns = [np.ones(2 * k), group] + ([x] if analysis == "covariate" else [])
        design = np.column_stack(columns)
        inverse = np.linalg.inv(design.T @ design)
        beta = inverse @ design.T @ y
        degrees = 2 * k - design.shape[1]
        spread = ((y - design @ beta) ** 2).sum() / degrees
        t = beta[1] / math.sqrt(spread * inverse[1, 1])
        found += abs(t) > stats.t.ppf(0.975, degrees)
    return found / runs


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("analysis", ["covariate", "differences", "after only"])
def test_simulated_dealers_have_the_power(analysis):
    its = planned(0.4, analysis=analysis)
    for k in (8, its.dealers):
        power = simulated_power(analysis, k, np.random.default_rng(k))
        assert power == pytest.approx(its.power_of(k), abs=0.035)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"difference": 0}, "difference must be > 0, but it is 0."),
        ({"power": 0.4}, "power must be > 0.5 and < 1, but it is 0.4."),
        (
            {"intraclass_correlation": 1},
            "intraclass_correlation must be >= 0 and < 1, but it is 1.",
        ),
        ({"months": 0}, "months must be a whole number >= 1, but it is 0."),
        ({"analysis": "before"}, "analysis must be one of"),
        ({"difference": 1e-6}, "would need more than 100,000 dealers in each group."),
        ({"standard_deviation": -1}, "standard_deviation must be > 0, but it is -1."),
        ({"level": 95}, "level must be"),
    ],
)
def test_impossible_pilots_are_refused(more, said):
    with pytest.raises(ParameterError) as caught:
        planned(**more)
    assert said in str(caught.value)
