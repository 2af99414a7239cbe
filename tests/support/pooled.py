"""A posterior of few customers and the fits of a few groups, small and made once."""

from functools import cache

import numpy as np

from custvalue import lifetime

KNOWN = lifetime.Prior(rate=(2, 8), unit="year", lifetime=("1 year", "6 years"))


@cache
def few():
    """Return 50 customers."""
    truth = lifetime.MBGNBD(r=1.5, alpha=15, a=0.8, b=4, unit="week")
    return truth.simulate(50, age="52 weeks", rng=1)


@cache
def posterior_fit():
    return lifetime.MBGNBD.fit(few(), prior=KNOWN)


@cache
def posterior():
    return posterior_fit().posterior(few(), draws=200, rng=1)


def dealers():
    """Return the dealer of each customer of :func:`network`."""
    return np.repeat(["north", "south", "west"], [300, 40, 10])


@cache
def network():
    """Return 350 customers of three dealers who differ."""
    random, parts = np.random.default_rng(3), []
    for alpha, customers in ((8, 300), (5, 40), (14, 10)):
        truth = lifetime.BGNBD(r=1, alpha=alpha, a=1, b=3, unit="week")
        parts.append(truth.simulate(customers, age=random.integers(26, 79, customers), rng=random))
    names = ("frequency", "recency", "age")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return lifetime.PurchaseHistory.from_arrays(**columns, unit="week")


@cache
def groups():
    return lifetime.fit_groups(lifetime.BGNBD, network(), by=dealers())


@cache
def scores():
    later = np.arange(350) % 3
    holdout = lifetime.Holdout.from_arrays(frequency=later, duration="26 weeks", unit="week")
    return lifetime.compare_groups(groups(), network(), holdout, by=dealers())
