"""A fit with covariates, small and made once."""

from functools import cache

import numpy as np

from custvalue import lifetime


@cache
def history():
    """Return 300 customers of three regions and some ages."""
    random = np.random.default_rng(4)
    table = {
        "id": np.arange(300),
        "region": random.choice(["east", "north", "south"], 300),
        "age": random.integers(0, 15, 300).astype(float),
    }
    plain = lifetime.MBGNBD(r=0.8, alpha=6, a=0.9, b=2.5, unit="week")
    made = plain.simulate(300, age="78 weeks", rng=1)
    return made.with_covariates(table, customer="id", covariates=["region", "age"])


@cache
def fit():
    return lifetime.MBGNBD.fit(history(), purchase=["region", "age"], dropout=["region"])


def effects():
    return fit().effects
