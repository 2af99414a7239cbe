"""The lifetime models on random simulated data sets: how often the fit converges, and to what.

Usage: python benchmarks/lifetime_convergence.py [MODEL ...] [--sets 200] [--customers 1000]

Parameters are drawn at random over more than an order of magnitude each; customers are observed
for 30 to 78 weeks on a day grid, for 3 to 12 opportunities, or for 3 to 12 renewals. A fit is wrong
if its log-likelihood is below that of the truth. The limits that were reached are counted by what
the warning says.
"""

from __future__ import annotations

import argparse
import collections
import re
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue import lifetime
from custvalue.errors import ConvergenceWarning, IdentifiabilityWarning

RANGES = {  # of shapes, rates and probabilities
    "r": (0.2, 3),
    "alpha": (2, 50),
    "s": (0.2, 3),
    "beta": (2, 50),
    "a": (0.2, 3),
    "b": (0.2, 3),
    "p": (0.5, 20),
    "q": (1.2, 10),
    "gamma": (0.2, 50),
}
OF_SHARES = dict.fromkeys(("alpha", "beta", "gamma", "delta"), (0.3, 5))
OF_RENEWALS = {"alpha": (0.3, 3), "beta": (1, 10), "c": (0.6, 1.6)}


def drawn(random: np.random.Generator, ranges: dict[str, tuple[float, float]]) -> dict[str, float]:
    return {name: float(np.exp(random.uniform(*np.log(ends)))) for name, ends in ranges.items()}


def of(names: str, ranges: dict[str, tuple[float, float]] = RANGES, **other: Any) -> Any:
    return {**{name: ranges[name] for name in names.split()}, **other}


def purchases(model: Any, ranges: dict[str, Any], **fixed: Any) -> Callable[..., Any]:
    """Return a function that makes up a truth and its customers, observed by the day."""

    def make(random: np.random.Generator, customers: int) -> tuple[Any, Any]:
        truth = model(**drawn(random, ranges), **fixed, unit="week")
        age = random.integers(210, 547, customers) / 7
        made = truth.simulate(customers, age=age, rng=random)
        recency = np.minimum(np.ceil(made.recency * 7), np.rint(age * 7)) / 7
        history = lifetime.PurchaseHistory.from_arrays(
            frequency=made.frequency, recency=recency, age=age, unit="week"
        )
        return truth, history

    return make


def regular(model: Any) -> Callable[..., Any]:
    """The same of regular buyers, at continuous times: intervals of a day are none."""

    def make(random: np.random.Generator, customers: int) -> tuple[Any, Any]:
        k = int(random.integers(1, 4))
        truth = model(k=k, **drawn(random, of("r alpha a b")), unit="week")
        age = random.integers(210, 547, customers) / 7
        return truth, truth.simulate(customers, age=age, rng=random)

    return make


def spend(random: np.random.Generator, customers: int) -> tuple[Any, Any]:
    truth = lifetime.GammaGamma(**drawn(random, of("p q gamma")))
    buyers = lifetime.NBD(r=1, alpha=10, unit="week")
    return truth, truth.simulate(buyers.simulate(customers, age="52 weeks", rng=random), rng=random)


def opportunities(random: np.random.Generator, customers: int) -> tuple[Any, Any]:
    truth = lifetime.BGBB(**drawn(random, of("alpha beta gamma delta", OF_SHARES)))
    n = random.integers(3, 13, customers)
    return truth, truth.simulate(customers, opportunities=n, rng=random)


def renewals(model: Any, names: str) -> Callable[..., Any]:
    def make(random: np.random.Generator, customers: int) -> tuple[Any, Any]:
        truth = model(**drawn(random, of(names, OF_RENEWALS)), period="1 year")
        n = random.integers(3, 13, customers)
        return truth, truth.simulate(customers, periods=n, rng=random)

    return make


STUDIES: dict[str, Callable[[np.random.Generator, int], tuple[Any, Any]]] = {
    "NBD": purchases(lifetime.NBD, of("r alpha")),
    "ParetoNBD": purchases(lifetime.ParetoNBD, of("r alpha s beta")),
    "BGNBD": purchases(lifetime.BGNBD, of("r alpha a b")),
    "MBGNBD": purchases(lifetime.MBGNBD, of("r alpha a b")),
    "BGCNBD": regular(lifetime.BGCNBD),
    "MBGCNBD": regular(lifetime.MBGCNBD),
    "GammaGompertzNBD": purchases(
        lifetime.GammaGompertzNBD, of("r alpha s", b=(0.005, 0.1), beta=(0.1, 5))
    ),
    "BGBB": opportunities,
    "GammaGamma": spend,
    "ShiftedBetaGeometric": renewals(lifetime.ShiftedBetaGeometric, "alpha beta"),
    "BetaDiscreteWeibull": renewals(lifetime.BetaDiscreteWeibull, "alpha beta c"),
}


def outcome(name: str, seed: int, customers: int) -> tuple[str, bool, bool, int]:
    """Return what the warning says, whether it converged, whether it is wrong, and the steps."""
    truth, data = STUDIES[name](np.random.default_rng(seed), customers)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = type(truth).fit(data)
    unexpected = [
        w for w in caught if w.category not in {ConvergenceWarning, IdentifiabilityWarning}
    ]
    assert not unexpected, unexpected[0].message
    said = [str(w.message) for w in caught if w.category is IdentifiabilityWarning]
    limit = re.search(r"the limit (of|where) [^(:.0]*", said[0]) if said else None
    reached = limit[0].strip() if limit else "a ridge without a name" if said else "standard errors"
    wrong = fit.log_likelihood < total(truth, data) - 1e-6
    return reached, fit.converged, wrong, fit.steps


def total(truth: Any, data: Any) -> float:
    """Return the log-likelihood of the truth."""
    each = truth.log_likelihood(data)
    if isinstance(data, lifetime.OpportunityHistory):
        return float(data.customers @ each)
    return float(each.sum())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(STUDIES), metavar="MODEL")
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--customers", type=int, default=1000)
    options = parser.parse_args()
    for name in options.models:
        begun = time.process_time()
        found = [outcome(name, seed, options.customers) for seed in range(options.sets)]
        reached, converged, wrong, steps = zip(*found, strict=True)
        seconds = (time.process_time() - begun) / len(found)
        print(
            f"{name}: {sum(converged)} of {len(found)} converged, {sum(wrong)} below the truth; "
            f"{np.median(steps):.0f} steps in the median, {max(steps)} at most; "
            f"{seconds:.2f} CPU seconds a data set"
        )
        for limit, count in collections.Counter(reached).most_common():
            print(f"  {limit}: {count}")


if __name__ == "__main__":
    main()
