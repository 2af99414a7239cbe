"""Which shape a curve has: BIC, cross-validation, resamples.

With the quasi-likelihood l of a shape, its number k of parameters (of the monotone curve: of its
different values) and n customers, BIC is -2 l + k log n (Schwarz 1978, *Annals of Statistics*
6(2)). Weights and clusters enter by a dispersion: the variance of the level means over that of the
family, averaged over levels (Rao & Scott 1984, *Annals of Statistics* 12(1)), divides l; n is
divided by the design effect. The probability of a shape is e^(-BIC/2) over the sum of that (Raftery
1995, *Sociological Methodology* 25), all shapes being as likely before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._inference.clusters import Design
from custvalue._inference.estimate import Estimate
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.families import EDGE, Family, family_of
from custvalue._loyalty.curves.fitting import Fits, Levels, fitted_shapes
from custvalue._loyalty.curves.reading import Direction, Known
from custvalue._loyalty.curves.shapes import ShapeName
from custvalue._rows import FloatArray, IntArray

SMALLEST = 1e-6  # dispersion, and spread beside that of the outcomes
HARDLY = 1e-9  # weight of the whole sample in a resample: no level is ever empty


class Situation(NamedTuple):
    """Level means as the shapes are fitted to them: scaled, in the order in which they rise.

    Parameters
    ----------
    levels : Levels
        Where they are on the scale, and the family.
    mean, weight : ndarray of shape (levels,)
        Means brought to the family's range, and what they count.
    effective_n : float
        Customers over the design effect.
    origin, unit : float
        An outcome is origin + unit x the scaled one.
    back : slice
        What brings levels into the order from the worst answer to the best.
    """

    levels: Levels
    mean: FloatArray
    weight: FloatArray
    effective_n: float
    origin: float
    unit: float
    back: slice

    def in_units(self, curve: FloatArray) -> FloatArray:
        """Return curves (…, levels) in the unit of the outcome, from the worst answer on."""
        low, high, near = self.levels.family.low, self.levels.family.high, 2 * EDGE
        settled = np.where(curve - low <= near, low, np.where(high - curve <= near, high, curve))
        return np.asarray(self.origin + self.unit * settled[..., self.back])


def situation(data: Known, cells: OutcomeCells, direction: Direction) -> Situation:
    """Bring the outcomes of the levels to what shapes are fitted to."""
    family = family_of(data.family, float(data.outcome.min()))
    origin, unit = _scaling(data, family)
    each = cells.each_level(len(data.scores))
    sums = [its.moments() for its in each]
    mean = family.held((np.array([its.mean for its in sums]) - origin) / unit)
    total, n = (np.array([float(its[k]) for its in sums]) for k in (1, 0))
    dispersion, effect = _dispersion(data, each, mean, family, unit)
    weight = total / total.sum() * n.sum() / dispersion
    back = slice(None, None, 1 if direction == "rising" else -1)
    share = data.scale.rescale(data.scores) / 100
    levels = Levels((share if direction == "rising" else 1 - share)[back], family)
    effective_n = max(n.sum() / effect, 2.0)
    return Situation(levels, mean[back], weight[back], effective_n, origin, unit, back)


def _dispersion(
    data: Known, each: Sequence[OutcomeCells], mean: FloatArray, family: Family, unit: float
) -> tuple[float, float]:
    """Return what the variance of means is over that of the family, and over that of customers."""
    sums = [its.moments() for its in each]
    n = np.array([float(its.n) for its in sums])
    errors = [its.outcome("", data.family, data.ends).standard_error or 0.0 for its in each]
    found = np.square(np.array(errors) / unit) * n
    within = np.array([its.spread / its.total for its in sums]) / unit**2
    kish = float(data.weights @ data.weights) * n.sum() / float(data.weights.sum()) ** 2
    dispersion = _mean_ratio(found, family.variance(mean), n)
    return dispersion or kish, _mean_ratio(found, within, n) or kish


def _scaling(data: Known, family: Family) -> tuple[float, float]:
    """Return origin and unit of outcomes: the ends of a scale, else a unit of their own size."""
    if data.family == "scale" and data.ends is not None:
        return data.ends[0], data.ends[1] - data.ends[0]
    if family.kind == "shares":
        return 0.0, 1.0
    if family.kind == "counts":
        return 0.0, float(data.weights @ data.outcome / data.weights.sum())
    return 0.0, float(data.outcome.std())


def _mean_ratio(found: FloatArray, expected: FloatArray, n: FloatArray) -> float | None:
    """Return the mean of ratios over the levels where both are there; None where none are."""
    there = (found > 0) & (expected > 0)
    if not there.any():
        return None
    ratios = found[there] / expected[there]
    return max(float(np.average(ratios, weights=n[there])), SMALLEST)


class Chosen(NamedTuple):
    """BIC of the shapes and their probabilities as above, both (samples, shapes)."""

    bic: FloatArray
    probability: FloatArray


def chosen(fits: Mapping[ShapeName, Fits], effective_n: float) -> Chosen:
    """Weigh shapes by BIC."""
    every = list(fits.values())
    likelihood = np.column_stack([its.likelihood for its in every])
    parameters = np.column_stack([its.parameters for its in every])
    bic = parameters * math.log(effective_n) - 2 * likelihood
    return Chosen(bic, np.asarray(special.softmax(-bic / 2, axis=1)))


class Drawn(NamedTuple):
    """Level means of resamples, and what their spread lacks.

    Parameters
    ----------
    mean, weight : ndarray of shape (resamples, levels)
        As in `Situation`.
    design : Design or None
        The clusters that were drawn.
    """

    mean: FloatArray
    weight: FloatArray
    design: Design | None


def drawn(
    at: Situation,
    cells: OutcomeCells,
    estimates: Sequence[Estimate],
    resamples: int,
    random: np.random.Generator,
) -> Drawn:
    """Draw level means: of clusters with replacement, else as the outcomes of a level vary."""
    if cells.clustered:
        return _of_clusters(at, cells, resamples, random)
    weight = np.broadcast_to(at.weight, (resamples, len(at.mean)))
    mean = np.empty(weight.shape)
    known = [its.standard_error * math.sqrt(its.n) for its in estimates if its.standard_error]
    usual = float(np.median(known)) if known else 0.0  # of one customer, where there is but one
    for place, its in enumerate(estimates[at.back]):
        if at.levels.family.kind == "shares" and its.bounds == (0.0, 1.0) and _is_share(its):
            n = np.floor(its.effective_n + random.random(resamples)).clip(1).astype(np.int64)
            mean[:, place] = random.binomial(n, at.mean[place]) / n
        else:
            own = usual if its.standard_error is None else its.standard_error
            error = own / at.unit
            mean[:, place] = at.mean[place] + error * random.standard_normal(resamples)
    return Drawn(at.levels.family.held(mean), weight, None)


def _is_share(its: Estimate) -> bool:
    return its.COMPARED_BY == "mover"


def _of_clusters(
    at: Situation, cells: OutcomeCells, resamples: int, random: np.random.Generator
) -> Drawn:
    weight, outcome = cells.table(len(at.mean))
    outcome = (outcome - at.origin * weight) / at.unit
    design, _ = cells.design()
    counts = np.empty((resamples, design.clusters))
    for stratum in np.unique(design.strata):
        members = np.flatnonzero(design.strata == stratum)
        alike = np.full(len(members), 1 / len(members))
        counts[:, members] = random.multinomial(len(members), alike, size=resamples)
    sums, outcomes = (
        (counts @ its + HARDLY * its.sum(axis=0))[:, at.back] for its in (weight, outcome)
    )
    share = sums / sums.sum(axis=1, keepdims=True)
    mean = at.levels.family.held(outcomes / sums)
    return Drawn(mean, share * at.weight.sum(), design)


def log_scores(
    data: Known, at: Situation, folds: int, random: np.random.Generator
) -> dict[ShapeName, float]:
    """Return the mean log score of a customer, whose fold (or cluster) was left out of the fit."""
    family, w = at.levels.family, data.weights
    weight, outcome, squares = _by_fold(data, at, _folds(data, folds, random))
    rest = (1 + HARDLY) * weight.sum(axis=0) - weight
    mean = family.held(((1 + HARDLY) * outcome.sum(axis=0) - outcome) / rest)
    left = np.divide(outcome, weight, out=np.zeros_like(outcome), where=weight > 0)
    scale = at.weight.sum() / w.sum()
    around = float(np.maximum(squares - weight * left**2, 0.0).sum()) / 2
    found = {}
    for name, its in fitted_shapes(at.levels, mean, rest * scale).items():
        curve = its.curve
        if family.kind == "shares":  # as if half a customer of each kind had been seen
            n = at.effective_n * (1 - 1 / len(weight))
            curve = (curve * n + 0.5) / (n + 1)
        gain = float((weight * family.gain(left, family.inside(curve))).sum())
        gain -= around if family.kind == "amounts" else 0.0
        found[name] = float(gain * scale / at.effective_n)
    return found


def _by_fold(
    data: Known, at: Situation, fold: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return sums of weights, of outcomes and of their squares, (folds, levels) each."""
    size, folds = len(data.scores), int(fold.max()) + 1
    where, w = fold * size + data.level, data.weights
    scaled = (data.outcome - at.origin) / at.unit

    def total(values: FloatArray) -> FloatArray:
        sums = np.bincount(where, values, size * folds).reshape(folds, size)
        return sums.astype(np.float64)[:, at.back]

    return total(w), total(w * scaled), total(w * scaled**2)


def _folds(data: Known, folds: int, random: np.random.Generator) -> IntArray:
    """Return the fold of each customer, whole clusters together, whatever the order of the rows."""
    clusters = data.sample.clusters
    if clusters is not None and len(np.unique(clusters.codes)) > 1:
        names, place = np.unique(clusters.codes, return_inverse=True)
        return (random.permutation(len(names)) % min(folds, len(names)))[place]
    order = np.lexsort((data.weights, data.outcome, data.level))
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = random.permutation(len(order)) % min(folds, len(order))
    return fold
