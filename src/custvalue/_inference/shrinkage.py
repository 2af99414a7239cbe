"""Estimates of many groups that borrow from one another: what each of them is likely to be.

Groups are taken as draws from one population. Of shares, hits are beta-binomial: the shares of
groups are beta variates with the mean m and the intraclass correlation ρ. Of everything else an
estimate is normal about the group's own value, with the within variance of all groups pooled over
the answers of the group (one of its own would make small groups with equal answers certain), and
these values are normal. What the population is, is uncertain too: every draw of the groups comes
from a draw of the population.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._rows import FloatArray

STEPS = 60  # nodes of each axis of a grid of populations
NODES = 2_000  # of a between variance
WIDEST = 12.0  # logits of the mean of shares on either side
ENTRIES_AT_A_TIME = 2**21
TIED = 1e-9  # of the size of the draws: what differs by less does not differ


class Population(NamedTuple):
    """The groups as drawn anew: (draws, groups), and what they were drawn from."""

    draws: FloatArray
    mean: float
    deviation: float


def normal_population(
    values: FloatArray, variances: FloatArray, size: int, random: np.random.Generator
) -> Population:
    """Draw the values of groups from their estimates with known sampling variances.

    The between variance τ² is drawn from its posterior distribution, flat in τ (Gelman 2006,
    *Bayesian Analysis* 1(3)); beside it stands the estimate at which Σ (y - μ)² / (s² + τ²) is
    groups - 1 (Paule & Mandel 1982, *Journal of Research of the National Bureau of Standards* 87).
    """
    drawn, usual = _between(values, variances, size, random)
    draws = np.empty((size, len(values)))
    for rows in _blocks(size, len(values)):
        tau2 = drawn[rows, np.newaxis]
        weights = 1 / (variances + tau2)
        total = weights.sum(axis=1, keepdims=True)
        mean = (weights @ values)[:, np.newaxis] / total
        mean = mean + random.normal(size=mean.shape) / np.sqrt(total)
        kept = tau2 / (variances + tau2)
        noise = random.normal(size=weights.shape)
        draws[rows] = mean + kept * (values - mean) + np.sqrt(kept * variances) * noise
    weights = 1 / (variances + usual)
    return Population(draws, float(weights @ values / weights.sum()), float(np.sqrt(usual)))


def _between(
    values: FloatArray, variances: FloatArray, size: int, random: np.random.Generator
) -> tuple[FloatArray, float]:
    """Return draws of τ², and the usual estimate.

    The posterior is on a grid of τ² / (τ² + s²) = u² of even u, s² being a middle variance: flat in
    τ is (1 - u²)^-3/2 in u.
    """
    u = (np.arange(NODES) + 0.5) / NODES
    kept, scale = np.square(u), float(np.median(variances))
    between = kept / (1 - kept) * scale
    falling, likely = _marginal(values, variances, between)
    likely -= 1.5 * np.log1p(-kept)
    weight = np.exp(likely - likely.max())
    drawn = random.choice(between, size=size, p=weight / weight.sum())
    usual = float(np.interp(1.0 - len(values), -falling, kept, left=0.0))
    return drawn, usual / (1 - usual) * scale


def _marginal(
    values: FloatArray, variances: FloatArray, between: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return Σ w (y - μ)², and the log-likelihood without the mean, at several τ²."""
    squares, likely = np.empty(len(between)), np.empty(len(between))
    for rows in _blocks(len(between), len(values)):
        weights = 1 / (variances + between[rows, np.newaxis])
        total = weights.sum(axis=1)
        mean = weights @ values / total
        squares[rows] = (weights * np.square(values - mean[:, np.newaxis])).sum(axis=1)
        likely[rows] = (np.log(weights).sum(axis=1) - np.log(total) - squares[rows]) / 2
    return squares, likely


def share_population(
    hits: FloatArray, n: FloatArray, size: int, random: np.random.Generator
) -> Population:
    """Draw the shares of groups from hits among n, which need not be whole.

    The prior is Jeffreys' of a share for the mean and flat in ρ (Daniels 1999, *Canadian Journal
    of Statistics* 27(3)); the posterior of both is on a grid.
    """
    logits, correlations, weight = _grid(hits, n)
    place = random.choice(weight.size, size=size, p=weight.ravel())
    one, other = np.unravel_index(place, weight.shape)
    a, b = _beta(special.expit(logits[one]), correlations[other])
    draws = random.beta(
        np.maximum(a[:, np.newaxis] + hits, 1e-300), np.maximum(b[:, np.newaxis] + n - hits, 1e-300)
    )
    mean = float(special.expit(logits) @ weight.sum(axis=1))
    rho = float(correlations @ weight.sum(axis=0))
    return Population(draws, mean, float(np.sqrt(mean * (1 - mean) * rho)))


def _beta(mean: FloatArray, correlation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the parameters of a beta distribution: ρ = 1 / (1 + a + b)."""
    strength = 1 / correlation - 1
    return mean * strength, (1 - mean) * strength


def _grid(hits: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return nodes of the logit of the mean and of ρ, and their posterior weights."""
    share = (float(hits.sum()) + 0.5) / (float(n.sum()) + 1)
    centre = float(special.logit(share))
    reach = min(WIDEST, 8 / np.sqrt(len(n) * share * (1 - share)))
    logits = centre + np.linspace(-reach, reach, STEPS)
    # nodes of ρ are dense near 0: u² of even u, whose weight is 2 u
    u = (np.arange(STEPS) + 0.5) / STEPS
    correlations = u**2
    found = np.empty((STEPS, STEPS))
    for k, correlation in enumerate(correlations):
        a, b = _beta(special.expit(logits), np.full(STEPS, correlation))
        for rows in _blocks(STEPS, len(n)):
            one, other = a[rows, np.newaxis], b[rows, np.newaxis]
            each = special.betaln(one + hits, other + n - hits) - special.betaln(one, other)
            found[rows, k] = each.sum(axis=1)
    jeffreys = np.sqrt(special.expit(logits) * special.expit(-logits))  # in the logit
    weight = np.exp(found - found.max()) * u * jeffreys[:, np.newaxis]
    return logits, correlations, weight / weight.sum()


def _blocks(rows: int, width: int) -> list[slice]:
    step = max(1, ENTRIES_AT_A_TIME // width)
    return [slice(first, first + step) for first in range(0, rows, step)]


def tail_probabilities(
    draws: FloatArray, count: int, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return how often each group is among the lowest and among the highest `count` of a draw.

    Groups that do not differ in a draw share the places by lot.
    """
    size, groups = draws.shape
    lowest, highest = np.zeros(groups), np.zeros(groups)
    least = TIED * float(np.abs(draws).max())
    for row in draws:
        lot = row + least * random.random(groups)
        order = np.argpartition(lot, [count - 1, groups - count])
        lowest[order[:count]] += 1
        highest[order[groups - count :]] += 1
    return lowest / size, highest / size
