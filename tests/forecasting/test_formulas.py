"""Formulas of diagnoses one by one, by hand and by scipy, on a few numbers."""

import numpy as np
import pytest
from scipy import stats

from custvalue import lifetime
from custvalue._forecasting.accuracy import scored
from custvalue._forecasting.classes import _summed
from custvalue._forecasting.counts import in_holdout
from custvalue._forecasting.group_scores import _scored
from custvalue._forecasting.independence import SpendIndependence
from custvalue._forecasting.moments import nodes_between
from custvalue._forecasting.pit import outcome_ranks
from custvalue._forecasting.predictive import Predictive
from custvalue._forecasting.subject import of_history
from custvalue._forecasting.tracking import Tracking

BG = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")


def test_the_share_of_the_best_tenth_of_twenty():
    # two of twenty are a tenth: row 0 buys most, rows 1 and 2 share the other place
    bought = np.array([5, 4, 4, *[0] * 17])
    forecast = np.array([3.0, 2.0, 1.0, *[0.0] * 17])
    train = lifetime.PurchaseHistory.from_arrays(
        frequency=np.ones(20), recency=np.ones(20), age=np.full(20, 10), unit="week"
    )
    held = lifetime.Holdout.from_arrays(frequency=bought, duration="10 weeks", unit="week")
    found = scored(train, held, forecast, np.log(np.full(20, 0.5)))
    assert found.top_tenth[0] == pytest.approx((1 + 0.5) / 2)


def test_dispersion_of_a_class_is_its_variance_over_its_mean_but_1_at_least():
    place, bought = np.array([0, 0, 0, 1, 1]), np.array([0.0, 3.0, 9.0, 2.0, 2.0])
    found = _summed("forecast", ["1", "2", "3"], place, bought, bought)
    # of 0, 3 and 9: (16 + 1 + 25) / 2 = 21 over a mean of 4
    assert found.dispersion.tolist() == pytest.approx([21 / 4, 1])
    assert found.customers.tolist() == [3, 2]
    assert found.actual.tolist() == [12, 4]


def test_ranks_of_a_known_model_are_multinomial():
    train = BG.simulate(200, age="30 weeks", rng=1)
    held = lifetime.Holdout.from_arrays(
        frequency=np.arange(200) % 3, duration="20 weeks", unit="week", customer=train.customer
    )
    ranks = lifetime.diagnose(BG, train, held, rng=1).ranks
    assert ranks.deviation == pytest.approx(np.full(10, np.sqrt(200 * 0.1 * 0.9)))
    low, high = ranks.ends(0.95)
    gamma = stats.gamma((20 / 18**0.5) ** 2, scale=18 / 20)
    assert low.tolist() == [np.floor(gamma.ppf(0.025))] * 10
    assert high.tolist() == [np.ceil(gamma.ppf(0.975))] * 10


def test_cumulative_ends_start_from_what_came():
    found = Tracking(
        end=np.array(["2026-01-07", "2026-01-14", "2026-01-21", "2026-01-28"]),
        calibration_weeks=2,
        actual=np.array([30.0, 20.0, 10.0, 12.0]),
        expected=np.array([25.0, 24.0, 15.0, 14.0]),
        deviation=np.array([5.0, 5.0, 4.0, 4.0]),
        cumulative=np.array([30.0, 50.0, 60.0, 72.0]),
        cumulative_expected=np.array([25.0, 49.0, 65.0, 79.0]),
        cumulative_deviation=np.array([5.0, 7.0, 4.0, 6.0]),
    )
    low, high = found.ends(0.9, cumulative=True)
    for place, (mean, deviation, base) in enumerate(
        ((25, 5, 0), (49, 7, 0), (15, 4, 50), (29, 6, 50))
    ):
        gamma = stats.gamma((mean / deviation) ** 2, scale=deviation**2 / mean)
        assert low[place] == np.floor(gamma.ppf(0.05)) + base
        assert high[place] == np.ceil(gamma.ppf(0.95)) + base
    assert found.of_holdout == (29, 6)


def test_nodes_lie_closer_at_the_beginning():
    # log(1 + 1000 t / last) from 0 to log(1001), at (1 - cos(π k / 4)) / 2 of the way
    way = (1 - np.cos(np.pi * np.arange(5) / 4)) / 2
    expected = (1001**way - 1) * 80 / 1000
    assert nodes_between(0.0, 80.0, 5) == pytest.approx(expected)


@pytest.mark.parametrize("slope", [-0.2, 0.2])
def test_p_of_a_slope_has_two_sides(slope):
    found = SpendIndependence(customers=90, rank_correlation=0.1, slope=slope, standard_error=0.1)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(2))


def test_each_tenth_of_the_ranks_is_counted():
    train = BG.simulate(8, age="30 weeks", rng=1)
    held = lifetime.Holdout.from_arrays(
        frequency=np.zeros(8), duration="20 weeks", unit="week", customer=train.customer
    )
    below = np.array([0.0, 0.05, 0.11, 0.19, 0.55, 0.9, 0.99, 1.0])
    ranks = outcome_ranks(
        of_history(BG, train), held, Predictive(below, np.zeros(8)), np.random.default_rng(1)
    )
    assert ranks.customers.tolist() == [2, 2, 0, 0, 0, 1, 0, 0, 0, 3]
    # 8 customers, 0.8 of them expected in each tenth: Σ (n - 0.8)² / 0.8
    assert ranks.statistic == pytest.approx((4 + 4 + 1 + 9) / 0.8 - 8)
    assert ranks.degrees_of_freedom == 9
    assert ranks.p_value == pytest.approx(stats.chi2.sf(18 / 0.8 - 8, 9))


def test_how_far_scores_of_groups_lie_apart_is_as_unsure_as_a_mean():
    each, best = np.array([-1.0, -2.0, -4.0]), np.array([-0.5, -2.0, -3.0])
    found = _scored("common", each, best)
    assert found.log_score == pytest.approx(-7 / 3)
    assert found.behind == pytest.approx(0.5)
    assert found.behind_standard_error == pytest.approx(stats.sem([0.5, 0, 1]))


def test_counts_of_a_known_model_vary_as_independent_customers_do():
    train = BG.simulate(150, age="30 weeks", rng=1)
    held = lifetime.Holdout.from_arrays(
        frequency=np.arange(150) % 3, duration="20 weeks", unit="week", customer=train.customer
    )
    found = in_holdout(of_history(BG, train), held)
    kept = len(found.observed)
    mass = BG.purchase_count_pmf(np.arange(kept - 1), "20 weeks", train)
    mass = np.column_stack([mass, 1 - mass.sum(axis=1)])
    assert found.expected == pytest.approx(mass.sum(axis=0))
    assert found.deviation == pytest.approx(np.sqrt((mass * (1 - mass)).sum(axis=0)))
    assert found.observed.sum() == 150


def test_parameters_that_were_estimated_make_ranks_less_sure():
    train = BG.simulate(200, age="30 weeks", rng=1)
    held = lifetime.Holdout.from_arrays(
        frequency=np.arange(200) % 3, duration="20 weeks", unit="week", customer=train.customer
    )
    ranks = lifetime.diagnose(lifetime.NBD.fit(train), train, held, rng=1).ranks
    assert (ranks.deviation > 1.002 * np.sqrt(200 * 0.1 * 0.9)).any()
    assert (ranks.deviation >= np.sqrt(200 * 0.1 * 0.9)).all()
