"""Fits with covariates: two numbers, which differ in nearly every customer, and three kinds."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.lifetime_fit import TRUTHS, customers
from benchmarks.speed.timing import Pair, Work, row
from custvalue import lifetime

MANY = 100_000
NAMES = ["region", "car_age", "income", "app", "email"]


def history_of(model: Any) -> lifetime.PurchaseHistory:
    """Customers with covariates that drive nothing, which costs as much."""
    random = np.random.default_rng(1)
    made = lifetime.PurchaseHistory.from_arrays(**customers(model, MANY), unit="week")
    table = {
        "id": np.arange(MANY),
        "region": random.choice(["east", "north", "south"], MANY),
        "car_age": random.gamma(4, 2, MANY),
        "income": random.normal(0, 1, MANY),
        "app": random.choice(["no", "yes"], MANY),
        "email": random.choice(["no", "yes"], MANY),
    }
    return made.with_covariates(table, customer="id", covariates=NAMES)


def fitted(name: str) -> Work:
    """Fit purchases and dropout to all five."""
    kind, history = getattr(lifetime, name), history_of(TRUTHS[name])
    return lambda: kind.fit(history, purchase=NAMES, dropout=NAMES)


@row("fit of Pareto/NBD with 5 covariates, 100,000", goal=10)
def pareto_fit() -> Pair:
    """Of purchases and of dropout: 12 coefficients."""
    return Pair(fitted("ParetoNBD"))


@row("fit of BG/NBD with 5 covariates, 100,000", goal=10)
def bg_fit() -> Pair:
    """Likewise."""
    return Pair(fitted("BGNBD"))


@row("purchases of 52 weeks, Pareto/NBD with 5 covariates, 100,000", goal=1)
def pareto_purchases() -> Pair:
    """Of each customer, by parameters of their own."""
    fit, history = fitted("ParetoNBD")(), history_of(TRUTHS["ParetoNBD"])
    return Pair(lambda: fit.expected_purchases(history, "52 weeks"))
