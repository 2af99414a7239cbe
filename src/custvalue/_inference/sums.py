"""Statistics that are functions of sums over respondents: resampled without touching rows again.

A weighted mean, a share or a covariance matrix is made of sums Σ z_i of what each respondent adds.
A resample that has drawn respondent i c_i times has the sums Σ c_i z_i, and the sample without
respondent i has Σ z - z_i: a bootstrap is one product of matrices, and the jackknife of n
respondents costs what one pass over them costs. The c_i are frequencies, which count respondents;
sampling weights are another thing, and are part of the z_i. Where whole clusters are drawn, z is
first added up by cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray, IntArray

Added = Callable[[slice], FloatArray]

ROUNDING = 1e-12  # of the size of a quantity: what varies by less does not vary
ROWS_AT_A_TIME = 1_024  # stays in the cache


def not_finite(sums: FloatArray) -> str:  # noqa: ARG001 - other statistics say more
    """Say that a statistic does not exist, where there is no better reason."""
    return "the statistic is not finite."


@dataclass(frozen=True)
class OfSums:
    """A statistic, or several, that is a function of sums over respondents.

    Parameters
    ----------
    n : int
        Respondents.
    added : callable
        Takes a slice of respondents and gives what each adds, shape (sums, respondents).
    value : callable
        Takes sums, shape (samples, sums), and gives the statistics of each sample, shape
        (samples, statistics); NaN where they do not exist.
    why : callable
        Takes the sums of a sample without statistics, shape (sums,), and says why there are none.
    """

    n: int
    added: Added
    value: Callable[[FloatArray], FloatArray]
    why: Callable[[FloatArray], str] = not_finite

    def sums(self, counts: npt.NDArray[Any]) -> FloatArray:
        """Return the sums of samples that hold each respondent some times, (samples, n)."""
        blocks = (
            counts[:, rows].astype(np.float64) @ self.added(rows).T for rows in self._blocks()
        )
        return np.asarray(sum(blocks))

    @property
    def whole_sums(self) -> FloatArray:
        """The sums of all respondents, shape (1, sums)."""
        return self.sums(np.ones((1, self.n)))

    def added_by(self, place: IntArray, places: int) -> FloatArray:
        """Return what the respondents of each place add together, shape (sums, places)."""
        found = np.zeros((len(self.added(slice(0, 1))), places))
        for rows in self._blocks():
            order = np.argsort(place[rows], kind="stable")
            here = place[rows][order]
            starts = np.flatnonzero(np.r_[True, here[1:] != here[:-1]])
            found[:, here[starts]] += np.add.reduceat(self.added(rows)[:, order], starts, axis=1)
        return found

    def whole(self) -> FloatArray:
        """Return the statistics of all respondents, shape (statistics,)."""
        found: FloatArray = self.value(self.whole_sums)[0]
        return found

    def without_each(self) -> FloatArray:
        """Return the statistics without each respondent in turn, shape (n, statistics)."""
        every = self.whole_sums
        found = [self.value(every - self.added(rows).T) for rows in self._blocks()]
        return np.concatenate(found)

    def _blocks(self) -> Iterator[slice]:
        return (slice(at, at + ROWS_AT_A_TIME) for at in range(0, self.n, ROWS_AT_A_TIME))


def difference(second: OfSums, first: OfSums) -> OfSums:
    """Return second - first of the same respondents."""

    def value(sums: FloatArray) -> FloatArray:
        return second.value(sums[:, cut:]) - first.value(sums[:, :cut])

    cut = len(first.added(slice(0, 1)))
    return OfSums(
        first.n, lambda rows: np.concatenate([first.added(rows), second.added(rows)]), value
    )


def sum_of_means(
    columns: Sequence[FloatArray], coefficients: Sequence[float], weights: FloatArray
) -> OfSums:
    """Return Σ c_k m_k of weighted means, each of those whose entry is not NaN."""
    every = np.column_stack(columns)
    starts = np.nanmedian(every, axis=0)  # equal answers stay exact, and few large ones harmless

    def value(sums: FloatArray) -> FloatArray:
        found: FloatArray = (means_of(sums) + starts) @ np.array(coefficients)[:, np.newaxis]
        return found

    return OfSums(len(weights), answered(every, weights, starts), value)


def mean_of(column: FloatArray, weights: FloatArray) -> OfSums:
    """Return one weighted mean, of whose column entries may be NaN."""
    return sum_of_means([column], [1.0], weights)


def answered(columns: FloatArray, weights: FloatArray, starts: FloatArray) -> Added:
    """Return what each respondent adds to Σ w (x - start), then to Σ w, where x is not NaN."""

    def added(rows: slice) -> FloatArray:
        block = columns[rows].T - starts[:, np.newaxis]
        present = ~np.isnan(block)
        return np.concatenate([np.where(present, block, 0.0), present]) * weights[rows]

    return added


def means_of(sums: FloatArray) -> FloatArray:
    """Divide sums of columns by the sums of weights that follow; NaN where these are 0."""
    over, below = np.hsplit(sums, 2)
    return np.divide(over, below, out=np.full_like(over, np.nan), where=below > 0)


M = TypeVar("M", bound=Callable[..., Any])
_DECLARED: dict[Callable[..., Any], Callable[..., OfSums | None]] = {}


def of_sums(made: Callable[..., OfSums | None]) -> Callable[[M], M]:
    """Declare that a measure is a function of sums, which are `made` from the same arguments.

    None where the arguments ask for what is none.
    """

    def declared(measure: M) -> M:
        _DECLARED[measure] = made
        return measure

    return declared


def sums_of(measure: Callable[..., Any], answers: object) -> OfSums | None:
    """Return a measure of some answers as a function of sums, None where it is not declared so."""
    whole = measure if isinstance(measure, partial) else partial(measure)
    function = whole.func if not whole.args and hasattr(whole.func, "__qualname__") else None
    made = _DECLARED.get(function) if function else None
    return None if made is None else made(answers, **whole.keywords)
