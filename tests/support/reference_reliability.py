"""Reliability the slow way: plain loops, and a general optimiser on λ and log ψ themselves.

Nothing of custvalue. The one-factor discrepancy is written as textbooks print it, with
determinants and inverses, and minimised from many starting points by a method that knows no
gradient of ours.
"""

import math

import numpy as np
from scipy import optimize


def covariances(rows, weights):
    """Pairwise weighted covariances with n - 1; None where an answer is missing."""
    items = range(len(rows[0]))
    return np.array([[pair_covariance(rows, weights, j, k) for k in items] for j in items])


def pair_covariance(rows, weights, j, k):
    both = [
        (row[j], row[k], w)
        for row, w in zip(rows, weights, strict=True)
        if row[j] is not None and row[k] is not None
    ]
    total = sum(w for *_, w in both)
    mean_j = sum(w * x for x, _, w in both) / total
    mean_k = sum(w * y for _, y, w in both) / total
    product = sum(w * (x - mean_j) * (y - mean_k) for x, y, w in both)
    return len(both) / (len(both) - 1) * product / total


def correlations(covariance):
    size = len(covariance)
    return np.array(
        [
            [covariance[j][k] / math.sqrt(covariance[j][j] * covariance[k][k]) for k in range(size)]
            for j in range(size)
        ]
    )


def alpha(matrix):
    k = len(matrix)
    total = sum(sum(row) for row in matrix)
    return k / (k - 1) * (1 - sum(matrix[j][j] for j in range(k)) / total)


def discrepancy(matrix, loadings, uniquenesses):
    implied = np.outer(loadings, loadings) + np.diag(uniquenesses)
    return (
        math.log(np.linalg.det(implied))
        - math.log(np.linalg.det(matrix))
        + np.trace(matrix @ np.linalg.inv(implied))
        - len(matrix)
    )


def one_factor(matrix, *, starts=12, seed=0):
    """Minimise over λ and log ψ by BFGS with numerical gradients, from random places."""
    size = len(matrix)
    rng = np.random.default_rng(seed)

    def objective(x):
        return discrepancy(matrix, x[:size], np.exp(x[size:]))

    best = None
    for _ in range(starts):
        start = np.concatenate([rng.uniform(-1, 1, size), np.log(rng.uniform(0.1, 0.9, size))])
        found = optimize.minimize(
            objective, start, method="L-BFGS-B", bounds=[(-3, 3)] * size + [(-16, 1)] * size,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000},
        )  # fmt: skip
        if best is None or found.fun < best.fun:
            best = found
    loadings = best.x[:size] * (1 if best.x[:size].sum() >= 0 else -1)
    return loadings, np.exp(best.x[size:]), float(best.fun)


def omega(loadings, uniquenesses, scales):
    common = sum(s * l for s, l in zip(scales, loadings, strict=True)) ** 2
    rest = sum(s**2 * u for s, u in zip(scales, uniquenesses, strict=True))
    return common / (common + rest)


def coefficients(rows, weights, *, starts=6):
    """Raw alpha, standardised alpha, omega, composite reliability and AVE."""
    covariance = covariances(rows, weights)
    correlation = correlations(covariance)
    loadings, rest, _ = one_factor(correlation, starts=starts)
    scales = [math.sqrt(covariance[j][j]) for j in range(len(covariance))]
    return [
        alpha(covariance),
        alpha(correlation),
        omega(loadings, rest, scales),
        omega(loadings, rest, [1.0] * len(scales)),
        sum(l**2 for l in loadings) / len(loadings),
    ]


def item_rest(rows, weights, item):
    own = [row[item] for row in rows]
    others = [sum(row) - row[item] for row in rows]
    both = covariances([list(pair) for pair in zip(own, others, strict=True)], weights)
    return both[0][1] / math.sqrt(both[0][0] * both[1][1])


def linearised_error(estimate, weights, step=1e-4):
    """√(n/(n-1) Σ (w_i dθ/dw_i)²), the derivative by central differences."""
    total = 0.0
    for i in range(len(weights)):
        moved = []
        for factor in (1 + step, 1 - step):
            changed = list(weights)
            changed[i] *= factor
            moved.append(estimate(changed))
        total += ((moved[0] - moved[1]) / (2 * step)) ** 2
    n = len(weights)
    return math.sqrt(n / (n - 1) * total)


# --- dimensionality -------------------------------------------------------------------------


def htmt(correlation, first, second, *, absolute):
    """Heterotrait-monotrait ratio by loops over pairs of items (positions)."""
    size = abs if absolute else float
    between = [size(correlation[j][k]) for j in first for k in second]
    within = []
    for block in (first, second):
        pairs = [size(correlation[j][k]) for j in block for k in block if j < k]
        within.append(sum(pairs) / len(pairs) if pairs else 1.0)
    if min(within) <= 0:
        return None
    return (sum(between) / len(between)) / math.sqrt(within[0] * within[1])


def random_eigenvalues(n, items, replicates, seed):
    """Eigenvalues of correlations of normal data, drawn row by row: replicates x items."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(replicates):
        correlation = np.corrcoef(rng.normal(size=(n, items)), rowvar=False)
        found.append(sorted(np.linalg.eigvalsh(correlation), reverse=True))
    return np.array(found)
