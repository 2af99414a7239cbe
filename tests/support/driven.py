"""Customers whose covariates drive them, and a fit of some, small and made once."""

from functools import cache

import numpy as np

from custvalue import lifetime
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    CodedCovariate,
    Coefficient,
    CovariateTerms,
    GammaGompertzNBD,
    ParetoNBD,
)

REGION = CodedCovariate(name="region", levels=("east", "north", "south"))
AGE = CodedCovariate(name="age")
WORTH = {
    ("purchase", "region", "north"): 0.5,
    ("purchase", "region", "south"): -0.4,
    ("purchase", "age", None): -0.06,
    ("dropout", "region", "north"): -0.5,
    ("dropout", "region", "south"): 0.6,
    ("dropout", "age", None): 0.08,
}
PLACES = {
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 12.0},
    GammaGompertzNBD: {"r": 0.8, "alpha": 6.0, "beta": 0.6, "b": 0.02, "s": 0.7},
    BGNBD: {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5},
    MBGNBD: {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5},
}
BOTH = {"purchase": ["region", "age"], "dropout": ["region", "age"]}


def terms(worth=WORTH, form="mean"):
    coefficients = [
        Coefficient(process=process, covariate=name, level=level, value=value)
        for (process, name, level), value in worth.items()
    ]
    return CovariateTerms(coding=(REGION, AGE), coefficients=coefficients, dropout_form=form)


def truth(kind, worth=WORTH):
    return kind(**PLACES[kind], unit="week", covariates=terms(worth))


def covariates(customers, seed=5):
    random = np.random.default_rng(seed)
    return {
        "region": random.choice(["north", "south", "east"], customers),
        "age": random.integers(0, 15, customers).astype(float),
    }


def simulated(kind, customers, seed=1, worth=WORTH):
    table = covariates(customers, seed)
    model = truth(kind, worth)
    return model.simulate(customers, age="78 weeks", rng=seed, covariates=table)


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
