"""Results about forecasts: a contest of models with a holdout."""

from functools import cache

import numpy as np

from custvalue import lifetime

TRUTH = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")


def halves(customers=400, rng=1):
    """Return the history of simulated customers and what is likely to follow."""
    random = np.random.default_rng(rng)
    history = TRUTH.simulate(customers, age="39 weeks", rng=random)
    ahead = np.asarray(TRUTH.expected_purchases(history, "26 weeks"))
    holdout = lifetime.Holdout.from_arrays(
        frequency=random.poisson(ahead), duration="26 weeks", unit="week"
    )
    return history, holdout


@cache
def contest():
    history, holdout = halves()
    return lifetime.compare_models(history, holdout=holdout)
