"""How often, and in how many pieces, a likelihood is computed: what fits cost."""

import numpy as np
import pytest

from custvalue._lifetime.purchasing import calendar_likelihood as calendar
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import (
    GompertzLifetime,
)
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import (
    LogLikelihood as GompertzLikelihood,
)
from custvalue._lifetime.purchasing.pareto_likelihood import LogLikelihood as ParetoLikelihood
from custvalue._numerics.maximum import Derivatives, maximise
from custvalue.lifetime import ParetoNBD

AT = {
    ParetoLikelihood: np.array([0.55, 10.6, 0.6, 11.7]),
    GompertzLikelihood: np.array([0.55, 10.6, 0.5, 0.01, 0.6]),
}


@pytest.fixture(scope="module")
def history():
    model = ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week")
    return model.simulate(300, age="52 weeks", rng=1)


@pytest.mark.parametrize("likelihood", AT, ids=["Pareto", "Gompertz"])
def test_nodes_of_few_points_together_add_up_to_the_same(likelihood, history, monkeypatch):
    together = likelihood(history.cells)(AT[likelihood])
    alive = calendar.probability_alive(history.cells, likelihood.lifetime(*AT[likelihood]))
    monkeypatch.setattr(calendar, "FEW_POINTS", 0)
    apart = likelihood(history.cells)(AT[likelihood])
    assert together.value == pytest.approx(apart.value, rel=1e-14)
    np.testing.assert_allclose(together.gradient, apart.gradient, rtol=1e-10, atol=1e-10)
    scale = np.sqrt(np.outer(*[np.abs(np.diag(apart.hessian))] * 2))
    np.testing.assert_allclose(together.hessian / scale, apart.hessian / scale, atol=1e-12)
    again = calendar.probability_alive(history.cells, likelihood.lifetime(*AT[likelihood]))
    np.testing.assert_allclose(alive, again, rtol=1e-13)


def test_few_points_have_one_piece(history):
    (block,) = history.cells.calendar
    lifetime = GompertzLifetime(*AT[GompertzLikelihood])
    assert len(list(calendar.Before.of(block, lifetime).parts(lifetime))) == 1


class Ridge:
    """It rises for ever, towards -10, ever more slowly, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, point):
        self.asked += 1
        with np.errstate(all="ignore"):
            place = 1 + np.logaddexp(0, point[0])
            share = 1 / (1 + np.exp(-point[0]))
            first = share / place**2
            second = share * (1 - share) / place**2 - 2 * share**2 / place**3
        return Derivatives(-10 - 1e3 / place, np.array([1e3 * first]), np.array([[1e3 * second]]))


def test_a_ridge_that_cannot_lead_as_high_as_another_search_is_left():
    alone, below, above = Ridge(), Ridge(), Ridge()
    found = maximise(alone, np.array([0.0]))
    same = maximise(below, np.array([0.0]), reached=-1e4)
    left = maximise(above, np.array([0.0]), reached=1e4)
    assert found.converged
    assert (same.point, same.steps) == (found.point, found.steps)
    assert below.asked == alone.asked
    assert above.asked < alone.asked / 4
    assert not left.converged
