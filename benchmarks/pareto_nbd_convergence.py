"""Pareto/NBD on random simulated data sets: how often the fit converges, and to what.

Usage: python benchmarks/pareto_nbd_convergence.py [--sets 200] [--customers 1000]

Parameters are drawn at random over more than an order of magnitude each, customers observed for 30
to 78 weeks on a day grid. A fit is wrong if its log-likelihood is below that of the truth. The
limits that were reached are counted by what the warning says.
"""

from __future__ import annotations

import argparse
import collections
import re
import time
import warnings

import numpy as np

from custvalue import lifetime
from custvalue.errors import ConvergenceWarning, IdentifiabilityWarning


def truth_and_history(
    seed: int, customers: int
) -> tuple[lifetime.ParetoNBD, lifetime.PurchaseHistory]:
    random = np.random.default_rng(seed)
    r, s = np.exp(random.uniform(np.log(0.2), np.log(3), 2))
    alpha, beta = np.exp(random.uniform(np.log(2), np.log(50), 2))
    truth = lifetime.ParetoNBD(r=r, alpha=alpha, s=s, beta=beta, unit="week")
    age = random.integers(210, 547, customers) / 7
    made = truth.simulate(customers, age=age, rng=random)
    recency = np.minimum(np.ceil(made.recency * 7), np.rint(age * 7)) / 7
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=made.frequency, recency=recency, age=age, unit="week"
    )
    return truth, history


def outcome(seed: int, customers: int) -> tuple[str, bool, bool, int]:
    """Return what the warning says, whether it converged, whether it is wrong, and the steps."""
    truth, history = truth_and_history(seed, customers)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = lifetime.ParetoNBD.fit(history)
    unexpected = [
        w for w in caught if w.category not in {ConvergenceWarning, IdentifiabilityWarning}
    ]
    assert not unexpected, unexpected[0].message
    said = [str(w.message) for w in caught if w.category is IdentifiabilityWarning]
    limit = re.search(r"the limit of [^(:]*", said[0]) if said else None
    name = limit[0].strip() if limit else "a ridge without a name" if said else "standard errors"
    wrong = fit.log_likelihood < truth.log_likelihood(history).sum()
    return name, fit.converged, wrong, fit.steps


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--customers", type=int, default=1000)
    options = parser.parse_args()
    begun = time.process_time()
    found = [outcome(seed, options.customers) for seed in range(options.sets)]
    names, converged, wrong, steps = zip(*found, strict=True)
    print(f"converged: {sum(converged)} of {len(found)}; below the truth: {sum(wrong)}")
    print(f"steps: {np.median(steps):.0f} in the median, {max(steps)} at most")
    for name, count in collections.Counter(names).most_common():
        print(f"{name}: {count}")
    print(f"{(time.process_time() - begun) / len(found):.2f} CPU seconds a data set")


if __name__ == "__main__":
    main()
