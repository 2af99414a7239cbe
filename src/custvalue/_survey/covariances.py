"""Weighted covariances of items, complete or pairwise, and the errors of what is made of them.

A statistic t(S) of the covariance matrix with gradient G, dt = tr(G dS), has the influence
w_i Σ_jk G_jk [(x_ij - m_j)(x_ik - m_k) - s_jk] / W_jk on it, respondent by respondent; the root of
n/(n - 1) times the sum of its squares is the linearised standard error. It assumes no normal
answers (Browne 1984, *British Journal of Mathematical and Statistical Psychology* 37(1); for alpha:
Maydeu-Olivares, Coffman & Hartmann 2007, *Psychological Methods* 12(2)), and sampling weights
enter it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.means import cluster_fields, kish_effective_n
from custvalue._inference.sample import Sample
from custvalue._inference.side_by_side import SideBySide, centred_blocks
from custvalue._respondents.reading import check_items
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray, IntArray
from custvalue._words import count, listed, plain
from custvalue.errors import DataError

Covariances = Literal["listwise", "pairwise"]


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Return the correlation matrix of a covariance matrix; its diagonal is exactly 1."""
    deviations = np.sqrt(np.diag(covariance))
    correlation: FloatArray = covariance / np.outer(deviations, deviations)
    np.fill_diagonal(correlation, 1.0)
    return correlation


def without_variance(names: Sequence[str], flat: IntArray, answer: float, scope: str) -> DataError:
    """Build the error for items, by their places, all answers to which are equal."""
    first, *others = (names[int(place)] for place in flat)
    also = f" ({listed(others)} have no variance either)" if others else ""
    return DataError(
        f"all answers to {first!r}{scope} are {plain(answer)}{also}, so it correlates with "
        f"nothing. Exclude it, items=[…], and report its share.",
        column=first,
    )


@dataclass(frozen=True, eq=False)
class Moments:
    """Covariances of some items with all that their errors need.

    Parameters
    ----------
    names : tuple of str
        The items.
    covariance : ndarray of shape (items, items)
        Weighted, with n - 1; of the respondents who answered both items where it is pairwise.
    counts : ndarray of int, shape (items, items)
        Respondents behind each covariance.
    totals : ndarray of shape (items, items)
        Their weights.
    centre : ndarray of shape (items,)
        What answers are measured from in `shift`: the means of the items.
    shift : ndarray of shape (items, items)
        Entry j, k: mean of item j among those who answered k too, from `centre`; 0 if complete.
    columns : tuple of ndarray of shape (n,)
        Answers of the respondents who are used.
    sample : Sample
        Who they are; their weights are all positive.
    """

    names: tuple[str, ...]
    covariance: FloatArray
    counts: IntArray
    totals: FloatArray
    centre: FloatArray
    shift: FloatArray
    columns: tuple[FloatArray, ...]
    sample: Sample

    @classmethod
    def of(cls, names: Sequence[str], columns: Sequence[FloatArray], sample: Sample) -> Self:
        """Estimate the covariances of columns of answers, pairwise where answers are NaN."""
        weights = sample.weights
        together = SideBySide.of(columns, weights)
        if together is None:
            return cls._pairwise(names, columns, sample)
        size = len(columns)
        return cls(
            names=tuple(names),
            covariance=together.covariance(),
            counts=np.full((size, size), len(weights)),
            totals=np.full((size, size), together.total),
            centre=together.centre,
            shift=np.zeros((size, size)),
            columns=tuple(columns),
            sample=sample,
        )

    @classmethod
    def _pairwise(cls, names: Sequence[str], columns: Sequence[FloatArray], sample: Sample) -> Self:
        weights = sample.weights
        start = np.array([column[np.flatnonzero(~np.isnan(column))[0]] for column in columns])
        size = len(columns)
        counts, totals, sums, products = (np.zeros((size, size)) for _ in range(4))
        for rows, block in centred_blocks(columns, start):
            present = _filled(block)
            weighted, known = block * weights[rows], present * weights[rows]
            counts += present @ present.T
            totals += known @ present.T
            sums += weighted @ present.T
            products += weighted @ block.T
        _require_pairs(names, counts)
        shift = sums / totals
        covariance = (products / totals - shift * shift.T) * counts / (counts - 1)
        own = np.diag(shift)
        return cls(
            names=tuple(names),
            covariance=covariance,
            counts=np.rint(counts).astype(np.int64),
            totals=totals,
            centre=start + own,
            shift=shift - own[:, np.newaxis],
            columns=tuple(columns),
            sample=sample,
        )

    def resampled(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the covariances of some respondents, by their places, some several times."""
        columns = [column[rows] for column in self.columns]
        found = type(self).of(self.names, columns, Sample(self.weights[rows]))
        found.require_variance("")
        return found

    @property
    def weights(self) -> FloatArray:
        """Sampling weights."""
        return self.sample.weights

    @property
    def n(self) -> int:
        """Respondents used."""
        return len(self.weights)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return kish_effective_n(self.weights)

    @property
    def complete(self) -> bool:
        """Whether every respondent answered every item."""
        return bool((self.counts == self.n).all())

    @property
    def standard_deviations(self) -> FloatArray:
        """Of the items."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> FloatArray:
        """Correlation matrix; its diagonal is exactly 1."""
        return correlation_of(self.covariance)

    def require_variance(self, scope: str) -> None:
        """Raise a DataError that names items without variance; `scope` is like `` of staff``."""
        flat = np.flatnonzero(np.diag(self.covariance) <= 0)
        if not flat.size:
            return
        answers = self.columns[flat[0]]
        answer = answers[np.flatnonzero(~np.isnan(answers))[0]]  # no mean, which is rounded
        raise without_variance(self.names, flat, answer, scope)

    def residuals(self) -> Iterator[tuple[slice, FloatArray]]:
        """Yield rows with the answers less their mean, shape (items, rows), NaN where missing."""
        return centred_blocks(self.columns, self.centre)

    def errors(self, gradients: Sequence[FloatArray | None]) -> list[dict[str, Any]]:
        """Return linearised standard errors, and what clusters decide, by the names of fields.

        By gradients, shape (items, items); None gives a standard error of None.
        """
        known = [gradient for gradient in gradients if gradient is not None]
        kernels = [self._kernel(gradient) for gradient in known]
        influences, complete = np.empty((len(known), self.n)), self.complete
        for rows, block in self.residuals():
            present = None if complete else _filled(block)
            for its, kernel in zip(influences, kernels, strict=True):
                its[rows] = kernel.influence(block, present) * self.weights[rows]
        found = map(self._fields, influences)
        return [{"standard_error": None} if its is None else next(found) for its in gradients]

    def _fields(self, influence: FloatArray) -> dict[str, Any]:
        squares = self.n / (self.n - 1) * float(influence @ influence)
        return {"standard_error": math.sqrt(squares)} | cluster_fields(influence, self.sample)

    def _kernel(self, gradient: FloatArray) -> _Kernel:
        correction = self.counts / (self.counts - 1)
        own = gradient * correction / self.totals
        plain_covariance = self.covariance / correction
        return _Kernel(
            own, own * self.shift.T, own * (self.shift * self.shift.T - plain_covariance)
        )


@dataclass(frozen=True, eq=False)
class _Kernel:
    """Σ_jk K_jk [(z_j - d_jk)(z_k - d_kj) - s_jk] over the items that a respondent answered."""

    squared: FloatArray
    shifted: FloatArray
    constant: FloatArray

    def influence(self, block: FloatArray, present: FloatArray | None) -> FloatArray:
        found: FloatArray = np.einsum("jr,jr->r", self.squared @ block, block)
        if present is None:
            found += self.constant.sum()
            return found
        found -= 2 * np.einsum("jr,jr->r", self.shifted @ present, block)
        found += np.einsum("jr,jr->r", self.constant @ present, present)
        return found


def selected(
    responses: Responses,
    items: Sequence[str] | None,
    covariances: Covariances,
    *,
    recoded: Collection[str] = (),
) -> tuple[tuple[str, ...], list[FloatArray], Sample]:
    """Return names and columns of answers of the respondents who count, and who these are."""
    names = responses.items if items is None else check_items(items)
    for place, name in enumerate(names):
        require_choice(f"items[{place}]", name, responses.items)
    ends = responses.scale.low + responses.scale.high
    columns = [
        ends - responses.item(name) if name in recoded else responses.item(name) for name in names
    ]
    counts = responses.weights > 0
    present = [counts & ~np.isnan(column) for column in columns]
    _require_answers(names, present)
    either = np.logical_or if covariances == "pairwise" else np.logical_and
    used = either.reduce(present)
    if used.all():
        return names, columns, responses.sample  # nothing is copied
    return names, [column[used] for column in columns], responses.sample.of_rows(used)


def moments_of(
    responses: Responses,
    items: Sequence[str] | None,
    covariances: Covariances,
    *,
    recoded: Collection[str],
    what: str,
    alone: str,
    scope: str = "",
) -> Moments:
    """Estimate the covariances of two items or more; `alone` says why one does not do."""
    names, columns, sample = selected(responses, items, covariances, recoded=recoded)
    if len(names) < 2:
        raise DataError(
            f"{what}{scope} needs at least 2 items, but there is 1, {listed(names)}. {alone}"
        )
    n = len(sample.weights)
    if n < 2:
        raise DataError(
            f"{what}{scope} needs at least 2 respondents who answered all {len(names)} items, but "
            f"there is {n}. Use covariances='pairwise', exclude the item with most "
            f"missing answers, or collect more answers."
        )
    moments = Moments.of(names, columns, sample)
    moments.require_variance(scope)
    return moments


def _require_answers(names: Sequence[str], present: Sequence[npt.NDArray[np.bool_]]) -> None:
    empty = [name for name, its in zip(names, present, strict=True) if not its.any()]
    if empty:
        raise DataError(
            f"{listed(empty)} {'has' if len(empty) == 1 else 'have'} no answers. Exclude "
            f"{'it' if len(empty) == 1 else 'them'}, items=[…].",
            column=empty[0],
        )


def _require_pairs(names: Sequence[str], counts: FloatArray) -> None:
    one, two = divmod(int(counts.argmin()), len(counts))
    if counts[one, two] >= 2:
        return
    raise DataError(
        f"{names[one]!r} and {names[two]!r} have {count(int(counts[one, two]), 'respondent')} in "
        f"common, "
        f"but a covariance needs 2. Exclude one of the items, items=[…]."
    )


def _filled(block: FloatArray) -> FloatArray:
    """Put 0 where an answer is missing, and return 1 where it is not, 0 elsewhere."""
    missing = np.isnan(block)
    block[missing] = 0.0
    return (~missing).astype(np.float64)
