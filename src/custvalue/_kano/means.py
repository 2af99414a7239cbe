"""Weighted means of many items at once, each over the respondents who answered it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._inference.ends import bounded_mean
from custvalue._inference.means import MeanEstimate
from custvalue._respondents.scale import Scale
from custvalue._rows import Columns, FloatArray
from custvalue._table import Cell, Table
from custvalue._words import did_you_mean, listed, one_line
from custvalue.errors import DataError


@dataclass(frozen=True)
class Means:
    """Means by item with linearised standard errors; every array has shape (items,).

    Parameters
    ----------
    value : ndarray
        Weighted means; NaN where nobody answered.
    error : ndarray
        Standard errors, as ``mean_estimate`` makes them; NaN for one answer.
    n : ndarray
        Answers.
    effective_n : ndarray
        Kish's effective number of answers.
    """

    value: FloatArray
    error: FloatArray
    n: FloatArray
    effective_n: FloatArray

    def ends(self, level: float, bounds: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the beta intervals; NaN for one answer.

        Parameters
        ----------
        level : float
            Confidence level.
        bounds : tuple of float
            Ends of the scale.
        """
        level = checked_level(level)
        ends = np.full((len(self.value), 2), np.nan)
        for row in np.flatnonzero(self.n > 1):
            n, value = float(self.effective_n[row]), float(self.value[row])
            variance = float(self.error[row]) ** 2 * n
            ends[row] = bounded_mean(value, variance, n, bounds, level)
        return ends[:, 0], ends[:, 1]

    def estimate(
        self,
        row: int,
        name: str,
        bounds: tuple[float, float],
    ) -> MeanEstimate:
        """Take the mean of one item out of the means of all.

        Parameters
        ----------
        row : int
            Position of the item.
        name : str
            What it is.
        bounds : tuple of float
            Ends of the scale.

        Raises
        ------
        DataError
            If nobody answered.
        """
        n = int(self.n[row])
        if n == 0:
            raise DataError(f"{name}: nobody answered, so there is no mean. Leave it out.")
        return MeanEstimate(
            name=name,
            value=float(self.value[row]),
            standard_error=float(self.error[row]) if n > 1 else None,
            n=n,
            effective_n=float(self.effective_n[row]),
            bounds=bounds,
            usual_method="beta",
        )


def means_of(values: FloatArray, weights: FloatArray) -> Means:
    """Estimate the weighted mean of every column; NaN entries are left out of theirs.

    Parameters
    ----------
    values : ndarray of shape (respondents, items)
        NaN where there is no answer.
    weights : ndarray of shape (respondents,) or (respondents, items)
        Weights; 0 or NaN leaves an entry out.
    """
    weights = weights if weights.ndim == 2 else weights[:, np.newaxis]
    weighting = np.where(np.isnan(values), 0.0, np.nan_to_num(weights))
    n = (weighting > 0).sum(axis=0).astype(np.float64)
    start = np.where(n > 0, np.max(np.where(weighting > 0, values, -np.inf), axis=0), 0.0)
    residual = np.where(weighting > 0, values - start, 0.0)  # equal answers: exactly 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weighting / weighting.sum(axis=0)
        shift = np.einsum("ij,ij->j", share, residual)
        influence = share * (residual - shift)
        error = np.sqrt(np.einsum("ij,ij->j", influence, influence) * n / (n - 1))
        kish = 1 / np.einsum("ij,ij->j", share, share)
    return Means(start + shift, np.where(n > 1, error, np.nan), n, kish)


@dataclass(frozen=True, eq=False, repr=False)
class Importance(Columns):
    """Self-stated importance by item: "how important is it, or would it be, to you?".

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    mean, standard_error, n, effective_n : ndarray of float64, shape (items,)
        Weighted means, linearised standard errors (NaN for one answer), answers, and Kish's
        effective number of them.
    scale : Scale
        The scale of the answers, 1 to 9 as a rule.
    """

    items: tuple[str, ...]
    mean: FloatArray
    standard_error: FloatArray
    n: FloatArray
    effective_n: FloatArray
    scale: Scale

    @property
    def means(self) -> Means:
        """The same numbers as :class:`Means`."""
        return Means(self.mean, self.standard_error, self.n, self.effective_n)

    def stated(self, name: str) -> MeanEstimate | None:
        """Return the mean importance of one item, None where nobody stated it.

        Parameters
        ----------
        name : str
            The item.

        Raises
        ------
        DataError
            If there is no such item.
        """
        return self[name] if self.n[position(name, self.items)] else None

    def __getitem__(self, name: str) -> MeanEstimate:
        row = position(name, self.items)
        ends = (self.scale.low, self.scale.high)
        return self.means.estimate(row, f"importance of {name}", ends)

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return item, importance, low, high, standard_error and n, one row an item.

        Parameters
        ----------
        level : float
            Confidence level of the beta intervals.
        """
        low, high = self.means.ends(level, (self.scale.low, self.scale.high))
        return {
            "item": np.array(self.items),
            "importance": self.mean,
            "low": low,
            "high": high,
            "standard_error": self.standard_error,
            "n": self.n.astype(np.int64),
        }

    def __repr__(self) -> str:
        return one_line("Importance", items=len(self.items), scale=str(self.scale))

    def _table(self) -> Table:
        rows = rows_of(self.columns().values())
        header = ("item", "importance", "low", "high", "SE", "n")
        note = f"Self-stated importance, scale {self.scale}. 95 % intervals, beta."
        return Table("Importance", header, rows, (note,))


def rows_of(columns: Iterable[npt.NDArray[Any]]) -> tuple[tuple[Cell, ...], ...]:
    """Turn columns into the rows of a table; a missing number prints as a dash.

    Parameters
    ----------
    columns : iterable of ndarray
        All of one length.
    """
    cells = [[None if each != each else each for each in array.tolist()] for array in columns]  # noqa: PLR0124 - NaN differs from itself
    return tuple(zip(*cells, strict=True))


def position(name: str, items: tuple[str, ...]) -> int:
    """Return the position of an item.

    Raises
    ------
    DataError
        If there is no such item: the nearest, and those that there are.
    """
    if name not in items:
        raise DataError(
            f"there is no item {name!r}.{did_you_mean(name, items)} The items are {listed(items)}."
        )
    return items.index(name)
