"""Results about forecasts: a contest of models with a holdout."""

from functools import cache

import numpy as np

from custvalue import lifetime

MOST = 150  # purchases of a customer in half a year
TRUTH = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")


def halves(customers=400, rng=1):
    """Return the history of simulated customers and what follows, drawn from the model."""
    random = np.random.default_rng(rng)
    history = TRUTH.simulate(customers, age="39 weeks", rng=random)
    below = TRUTH.purchase_count_pmf(np.arange(MOST), "26 weeks", history).cumsum(axis=1)
    bought = (random.random((customers, 1)) > below).sum(axis=1)
    return history, lifetime.Holdout.from_arrays(frequency=bought, duration="26 weeks", unit="week")


@cache
def contest():
    history, holdout = halves()
    return lifetime.compare_models(history, holdout=holdout)
