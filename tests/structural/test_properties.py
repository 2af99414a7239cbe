"""What holds of every structural model, drawn by the strategy that users have."""

import numpy as np
import pytest
from hypothesis import given, settings

from custvalue import testing

drawn = given(testing.structural_answers())
few = settings(deadline=None, derandomize=True, max_examples=15)


@drawn
@few
def test_reliability_and_collinearity_are_within_their_bounds(its):
    fit = its.model.fit(its.answers)
    for one in fit.reliability.constructs:
        assert one.alpha.value < 1
        assert 0 < one.ave.value < one.rho_c.value < 1
    assert all(factor.value >= 1 for factor in fit.vif.factors)
    fits = fit.model_fit()
    for measurement in ("composite", "factor"):
        saturated = fits.discrepancy(measurement, "saturated")
        estimated = fits.discrepancy(measurement, "estimated")
        assert 0 <= saturated.srmr <= 1
        assert estimated.d_uls >= 0


@drawn
@few
def test_a_saturated_model_of_paths_implies_its_own_correlations(its):
    """Where everything leads to everything, estimated constructs are the saturated ones."""
    count = len(its.model.constructs)
    if len(its.model.paths) < count * (count - 1) / 2:
        return
    fits = its.model.fit(its.answers).model_fit()
    one, other = (fits.discrepancy("factor", name) for name in ("saturated", "estimated"))
    assert other.srmr == pytest.approx(one.srmr, abs=1e-9)


@drawn
@few
def test_respondents_in_another_order_are_predicted_alike(its):
    fit = its.model.fit(its.answers)
    order = np.arange(its.answers.respondents)[::-1]
    found, turned = fit.predict(its.answers), fit.predict(its.answers.of_rows(order))
    assert turned.answers == pytest.approx(found.answers[::-1])
    for one, other in zip(found.accuracy, turned.accuracy, strict=True):
        assert other.rmse == pytest.approx(one.rmse)
        assert one.q_squared <= 1


@drawn
@few
def test_importance_adds_up_over_items_and_is_invariant_to_the_scale(its):
    fit = its.model.fit(its.answers)
    last = its.model.names[-1]
    for one in fit.importance_performance(last).constructs:
        assert sum(item.importance for item in one.items) == pytest.approx(one.importance.value)
        assert 0 <= one.performance.value <= 100
