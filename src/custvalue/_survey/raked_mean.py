"""Means with raked weights: the margins are known, so what they explain does not vary.

Linearise the mean with the weights as known, u, and take the residuals e = W (I - H) u of its
regression on the margins, H = X G X' W with G = (X' W X)⁻ (Deville & Särndal 1992, *Journal of the
American Statistical Association* 87(418), section 3). Residuals of few respondents are too small.
If answers vary alike, e_i² has the mean w_i² q_i, q the diagonal of B = (I - H) V (I - H)' and V
those who answered; so Σ e_i² / q_i is unbiased, and its degrees of freedom are Satterthwaite's,
(tr S)² / tr S² with S = Δ B Δ, Δ = W / √q. That is CR2 of Bell & McCaffrey (2002, *Survey
Methodology* 28(2)) with respondents as clusters. As B = V - X G X'WV - VWX G X' + X M X' with
M = G X'WVWX G, all of it is sums by cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._inference.means import MeanEstimate, MeanMethod, cluster_fields, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._rows import FloatArray, IntArray
from custvalue._survey.margins import cell_of_each
from custvalue.errors import DataError

SMALL = 1e-10  # of the largest eigenvalue, or of q: as good as 0


@dataclass(frozen=True)
class Crossed:
    """Respondents by their categories of all margins, X, which few different rows make up.

    `cell` is the row of each respondent among the different ones, `codes` (cells, margins) are
    their categories, every margin with numbers of its own, and `size` is how many there are.
    """

    cell: IntArray
    codes: IntArray
    size: int

    @classmethod
    def of(cls, codes: IntArray, size: int) -> Crossed:
        """Find the different rows."""
        cell = cell_of_each(list(codes.T))
        different = np.empty((int(cell.max()) + 1, codes.shape[1]), dtype=np.int64)
        different[cell] = codes
        return cls(cell, different, size)

    def totals(self, values: FloatArray) -> FloatArray:
        """Return X' values."""
        sums, found = self._by_cell(values), np.zeros(self.size)
        for column in self.codes.T:
            found += np.bincount(column, sums, self.size)
        return found

    def products(self, values: FloatArray) -> FloatArray:
        """Return X' diag(values) X."""
        sums, size = self._by_cell(values), self.size
        found = np.zeros(size * size)
        for column in self.codes.T:
            for other in self.codes.T:
                found += np.bincount(column * size + other, sums, size * size)
        return found.reshape(size, size)

    def fitted(self, slopes: FloatArray) -> FloatArray:
        """Return X slopes."""
        return np.asarray(slopes[self.codes].sum(axis=1)[self.cell])

    def lengths(self, matrix: FloatArray) -> FloatArray:
        """Return x' matrix x of each respondent."""
        pairs = matrix[self.codes[:, :, np.newaxis], self.codes[:, np.newaxis, :]]
        return np.asarray(pairs.sum(axis=(1, 2))[self.cell])

    def _by_cell(self, values: FloatArray) -> FloatArray:
        return np.bincount(self.cell, values, len(self.codes)).astype(np.float64, copy=False)


class Estimated(NamedTuple):
    """A share among the margins that is none of the population but of the sample itself.

    Which respondents it is of, the weights by which it was found, and how all targets change
    with it, one number for each category.
    """

    flags: npt.NDArray[np.bool_]
    weights: FloatArray
    contrast: FloatArray

    def influence(self, slopes: FloatArray) -> FloatArray:
        """Return what each respondent adds to the mean by the share; of weights that sum to 1."""
        each = self.weights / self.weights.sum()
        return np.asarray(each * (self.flags - each @ self.flags) * (self.contrast @ slopes))


class Spread(NamedTuple):
    """Standard error and its degrees of freedom; None where nothing varies."""

    error: float
    degrees: float | None


def raked_mean(
    values: FloatArray,
    sample: Sample,
    codes: IntArray,
    *,
    name: str,
    bounds: tuple[float, float] | None,
    estimated: Iterable[Estimated] = (),
) -> MeanEstimate:
    """Estimate a mean with the variance of raked weights; NaN entries are left out.

    Codes have the shape (respondents, margins), every margin with numbers of its own; targets that
    are `estimated` vary.
    """
    method: MeanMethod = "t" if bounds is None else "beta"
    known = mean_estimate(values, sample, name=name, bounds=bounds, method=method)
    used, size = sample.weights > 0, int(codes.max()) + 1
    sample = sample.of_rows(used)
    values, weights, codes = values[used], sample.weights, codes[used]
    present = ~np.isnan(values)
    influence = np.where(present, values - known.value, 0.0) / weights[present].sum()
    crossed = Crossed.of(codes, size)
    inverse, rank = _inverse(crossed.products(weights))
    if len(weights) <= rank:
        raise DataError(
            f"{name}: {len(weights)} respondents are no more than the margins explain ({rank}), so "
            f"that there is no variance to estimate. Join categories of the margins."
        )
    if known.n < 2:
        return replace(known, standard_error=None)
    slopes = inverse @ crossed.totals(weights * influence)
    residual = weights * (influence - crossed.fitted(slopes))
    for its in estimated:
        residual += weights.sum() * its.influence(slopes)[used]
    if known.degrees_of_freedom is not None:  # of several clusters
        _refuse_known_clusters(name, sample, codes)
        return replace(known, **cluster_fields(residual, sample))
    found = _spread(crossed, inverse, weights, residual, present.astype(np.float64))
    return replace(known, standard_error=found.error, degrees_of_freedom=found.degrees)


def _refuse_known_clusters(name: str, sample: Sample, codes: IntArray) -> None:
    """Raise a DataError where a margin fixes every cluster: no residual is left between them."""
    cluster = np.zeros(len(codes)) if sample.clusters is None else sample.clusters.codes
    clusters = len(np.unique(cluster))
    for column in codes.T:
        pairs = np.unique(np.stack([column, cluster]), axis=1).shape[1]
        if pairs == clusters == len(np.unique(column)):
            raise DataError(
                f"{name}: a margin has one category for each cluster, so that the clusters are "
                f"known and no sample. Rake without that margin, or read the answers without "
                f"cluster=."
            )


def _inverse(products: FloatArray) -> tuple[FloatArray, int]:
    """Return the generalised inverse and the rank, which is how much the margins can explain."""
    roots, vectors = np.linalg.eigh(products)
    kept = roots > SMALL * roots[-1]
    part = vectors[:, kept]
    return (part / roots[kept]) @ part.T, int(kept.sum())


def _spread(
    crossed: Crossed, g: FloatArray, w: FloatArray, residual: FloatArray, v: FloatArray
) -> Spread:
    """Return the error of the sum of residuals, with inverse G, weights w and who answered v."""
    m = g @ crossed.products(w * w * v) @ g
    left = v * (1 - 2 * w * crossed.lengths(g)) + crossed.lengths(m)  # the diagonal of B
    q = np.where(v > 0, left, 1.0)
    scale = np.divide(1.0, q, out=np.zeros_like(q), where=q > SMALL)
    error = math.sqrt(float(scale @ np.square(residual)))
    d = w * w * scale  # of Δ²
    trace = float(d @ left)

    def inner(weighting: FloatArray) -> FloatArray:
        """Return F' diag(weighting) F of F = [ΔX, ΔVWX]."""
        one, two, four = (crossed.products(weighting * its) for its in (d, d * v * w, d * v * w**2))
        return np.block([[one, two], [two, four]])

    c = np.block([[m, -g], [-g, np.zeros_like(g)]])  # S = Δ²V + F C F'
    within, once = float((d * d) @ v), c @ inner(np.ones_like(d))
    square = within + 2 * float((c * inner(d * v)).sum()) + float((once * once.T).sum())
    return Spread(error, trace**2 / square if trace > 0 else None)
