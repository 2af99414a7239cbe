"""Fits of odd data: does the log-likelihood know a higher place than where the fit ends?

Usage: python benchmarks/lifetime_odd_data.py [MODEL ...] [--sets 100] [--starts 10]

Two to fifty customers, among them one buyer alone, equal ages, equal customers, purchases all at
the beginning or up to the last day. The highest place known is the best of searches from places
far apart, from beside each limit (parameters moved by e^9) and from where single parameters are
beyond any limit. A fit misses it if it ends more than 0.005 below.
"""

from __future__ import annotations

import argparse
import math
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from custvalue import lifetime
from custvalue._numerics.maximum import along_the_ridge, maximise, on_log_scale
from custvalue.errors import EstimationError

SIZES = (2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50)
MISSED = 0.005  # of log-likelihood
AT_ANY_TIME = ("NBD", "ParetoNBD", "BGNBD", "MBGNBD", "GammaGompertzNBD", "BGCNBD", "MBGCNBD")
MODELS = (*AT_ANY_TIME, "BGBB", "ShiftedBetaGeometric", "BetaDiscreteWeibull", "GammaGamma")


def counts(random: np.random.Generator, n: int) -> Any:
    """Draw numbers of repeat purchases of one kind, not all 0."""
    one = np.zeros(n)
    one[0] = random.integers(1, 20)
    kinds = [
        one,
        np.full(n, random.integers(1, 6)),
        random.poisson(random.gamma(0.5, 4, n)),
        random.poisson(2, n),
        random.integers(0, 2, n),
        random.poisson(random.gamma(0.2, 30, n)),
        random.geometric(0.4, n) - 1,
    ]
    x = np.asarray(kinds[random.integers(len(kinds))], float)
    return x if x.any() else one


def history(random: np.random.Generator) -> lifetime.PurchaseHistory:
    n = int(random.choice(SIZES))
    age = np.full(n, 52.0) if random.random() < 0.5 else np.round(random.uniform(35, 560, n)) / 7
    x, late = counts(random, n), random.random(n)
    shapes = [
        late ** (1 / np.maximum(x, 1)),
        0.3 * late,
        np.ones(n),
        np.where(random.random(n) < 0.5, 0.2 * late, 1 - 0.1 * late),
        np.full(n, random.uniform(0.1, 1)),
    ]
    days = np.ceil(age * shapes[random.integers(len(shapes))] * 7)
    recency = np.where(x > 0, np.minimum(np.maximum(days, 1) / 7, age), 0.0)
    regular = random.choice([0.5, 1, 3, 30])
    log_intervals = np.zeros(n)
    for row in np.flatnonzero(x):
        parts = random.dirichlet(np.full(int(x[row]), regular)) * recency[row]
        log_intervals[row] = np.log(np.maximum(parts, 1e-6)).sum()
    return lifetime.PurchaseHistory.from_arrays(
        frequency=x,
        recency=recency,
        age=age,
        log_intervals=log_intervals,
        monetary_value=np.where(x > 0, spends(random, n), 0.0),
        unit="week",
    )


def spends(random: np.random.Generator, n: int) -> Any:
    """Draw mean spends, of a spread from a millionth to several times the mean."""
    return 50 * np.exp(random.normal(0, 10 ** random.uniform(-6, 0.5), n))


def opportunities(random: np.random.Generator) -> lifetime.OpportunityHistory:
    n, most = int(random.choice(SIZES)), int(random.integers(2, 12))
    seen = np.full(n, most) if random.random() < 0.6 else random.integers(1, most + 1, n)
    seen[0] = most
    takes = (np.full(n, random.random()), random.beta(0.3, 0.3, n), np.ones(n))
    taken = random.random((n, most)) < takes[random.integers(3)][:, None]
    left = random.geometric(random.choice([1e-9, 0.2, 0.5, 0.9]), n) - 1
    taken &= np.arange(most) < np.minimum(left, seen)[:, None]
    taken[0, 0] |= not taken.any()
    return lifetime.OpportunityHistory.from_arrays(
        frequency=taken.sum(axis=1),
        recency=(taken * np.arange(1, most + 1)).max(axis=1),
        opportunities=seen,
    )


def contracts(random: np.random.Generator) -> lifetime.Contracts:
    n, most = int(random.choice(SIZES)), int(random.integers(3, 12))
    leaves = (random.beta(0.3, 0.3, n), np.full(n, random.random()), random.beta(1, 4, n))
    hazard = -np.log1p(-np.clip(leaves[random.integers(3)], 0.01, 0.99))
    aging = random.choice([0.3, 1, 2, 4])
    lived = np.ceil((random.exponential(size=n) / hazard) ** (1 / aging))
    seen = np.full(n, most) if random.random() < 0.7 else random.integers(1, most + 1, n)
    return lifetime.Contracts.from_arrays(
        renewals=np.minimum(lived - 1, seen), active=lived > seen, period="1 year"
    )


def data_for(name: str, random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
    """Make data for a model, and what else its fit takes."""
    if name == "BGBB":
        return opportunities(random), {}
    if name in ("ShiftedBetaGeometric", "BetaDiscreteWeibull"):
        return contracts(random), {}
    return history(random), {"k": int(random.integers(1, 5))} if "CNBD" in name else {}


def places(fit: Any, data: Any, random: np.random.Generator, count: int) -> Iterator[Any]:
    """Yield logarithms of the parameters: far apart, and around where the fit ended."""
    names, here = list(fit.parameters), np.log([*fit.parameters.values()])
    for _ in range(count):
        yield here + random.choice([-9, 0, 0, 9], len(names))
        yield np.array(np.where(random.random(len(names)) < 0.1, -240, random.uniform(-7, 7)))
        if isinstance(data, lifetime.PurchaseHistory) and "r" in names:
            log = dict(zip(names, random.uniform(-7, 7, len(names)), strict=True))
            rate = data.frequency.sum() / random.choice([data.age.sum(), data.recency.sum()])
            log["alpha"] = log["r"] - math.log(rate) + 0.5 * random.normal()
            if "beta" in names and "b" in names:  # hazards that grow within the observed time
                log["b"] = random.uniform(-4, 5) - math.log(data.age.mean())
                log["beta"] = random.choice([-240, random.uniform(0, math.exp(log["b"]) * 60)])
            yield np.clip([log[name] for name in names], -240, 240)


def climbed(surface: Any, place: Any) -> Any:
    return along_the_ridge(surface, maximise(surface, place))


def missed(name: str, seed: int, starts: int) -> tuple[float, bool, str] | None:
    """Return by how much the best place known is higher, whether converged, and where it is."""
    random = np.random.default_rng(seed)
    data, given = data_for(name, random)
    try:
        fit: Any = getattr(lifetime, name).fit(data, **given)
    except EstimationError:
        return None
    surface = on_log_scale(fit.model._likelihood_of(data))
    height = surface(np.log([*fit.parameters.values()])).value
    with np.errstate(all="ignore"):
        found = [climbed(surface, place) for place in places(fit, data, random, starts)]
    best = max((each for each in found if math.isfinite(each.at.value)), key=lambda f: f.at.value)
    where = f"{height:.4f} at {fit.parameters}, higher at {np.exp(best.point)}"
    return best.at.value - height, fit.converged, where


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(MODELS), metavar="MODEL")
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in options.models:
        begun, misses, endless, tried = time.process_time(), 0, 0, 0
        for seed in range(options.first, options.first + options.sets):
            if (found := missed(name, seed, options.starts)) is None:
                continue
            gap, converged, where = found
            tried, endless, misses = tried + 1, endless + (not converged), misses + (gap > MISSED)
            if gap > MISSED or not converged:
                print(f"  seed {seed}: {gap:.4f} below, converged = {converged}: {where}")
        seconds = (time.process_time() - begun) / max(tried, 1)
        print(
            f"{name}: {misses} of {tried} fits end more than {MISSED} below, {endless} do not "
            f"converge; {seconds:.2f} CPU seconds a data set",
            flush=True,
        )


if __name__ == "__main__":
    main()
