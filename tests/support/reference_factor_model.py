"""The factor model by maximum likelihood: each item on one factor, factors correlated at will."""

from __future__ import annotations

import numpy as np
from scipy import optimize


def fitted(correlation, blocks):
    """Return standardised loadings, item by item, and the correlations of the factors.

    Minimises log|Σ| + tr(S Σ⁻¹), Σ = ΛΦΛ' + Θ.
    """
    items = sum(len(block) for block in blocks)
    factors = len(blocks)
    owner = np.zeros(items, dtype=int)
    for place, block in enumerate(blocks):
        owner[block] = place
    upper = np.triu_indices(factors, 1)

    def unpacked(x):
        loadings = np.zeros((items, factors))
        loadings[np.arange(items), owner] = x[:items]
        phi = np.eye(factors)
        phi[upper] = phi.T[upper] = np.tanh(x[2 * items :])
        return loadings, phi, np.exp(x[items : 2 * items])

    def minus(x):
        loadings, phi, unique = unpacked(x)
        implied = loadings @ phi @ loadings.T + np.diag(unique)
        sign, size = np.linalg.slogdet(implied)
        if sign <= 0 or np.linalg.eigvalsh(phi)[0] <= 0:
            return 1e6, np.zeros_like(x)
        inverse = np.linalg.inv(implied)
        slope = inverse - inverse @ correlation @ inverse
        of_loadings = 2 * (slope @ loadings @ phi)[np.arange(items), owner]
        of_phi = 2 * (loadings.T @ slope @ loadings)[upper] * (1 - np.tanh(x[2 * items :]) ** 2)
        gradient = np.concatenate((of_loadings, np.diag(slope) * unique, of_phi))
        return size + np.trace(correlation @ inverse), gradient

    start = np.concatenate(
        (np.full(items, 0.7), np.full(items, np.log(0.5)), np.full(len(upper[0]), 0.5))
    )
    found = optimize.minimize(minus, start, jac=True, method="BFGS", options={"gtol": 1e-7})
    loadings, phi, unique = unpacked(found.x)
    own = loadings[np.arange(items), owner]
    return own / np.sqrt(own**2 + unique), phi


def paths(phi):
    """Return the paths of three factors, 1 → 2, 1 → 3 and 2 → 3."""
    return np.array([phi[0, 1], *np.linalg.solve(phi[:2, :2], phi[:2, 2])])
