"""The same items in several segments: one result each, where they differ, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._base import Columns, FloatArray
from custvalue._display import Table, one_line
from custvalue._kano.means import rows_of
from custvalue._kano.result import Result
from custvalue._kano.table import Category
from custvalue.errors import DataError, did_you_mean, listed


@dataclass(frozen=True, eq=False, repr=False)
class Homogeneity(Columns):
    """Pearson's test, item by item, that the segments have one distribution over categories.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    statistic, degrees_of_freedom, p_value : ndarray of float64, shape (items,)
        χ² of segments x categories, without empty categories; weighted answers are scaled to
        the effective n. NaN where there is one category only.
    adjusted : ndarray of float64, shape (items,)
        P after Holm (1979), for all the items together.
    """

    items: tuple[str, ...]
    statistic: FloatArray
    degrees_of_freedom: FloatArray
    p_value: FloatArray
    adjusted: FloatArray

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return item, statistic, degrees_of_freedom, p_value and adjusted as a plain dict."""
        return {
            "item": np.array(self.items),
            "statistic": self.statistic,
            "degrees_of_freedom": self.degrees_of_freedom,
            "p_value": self.p_value,
            "adjusted": self.adjusted,
        }

    def __repr__(self) -> str:
        return one_line("Homogeneity", items=len(self.items))

    def _table(self) -> Table:
        rows = rows_of(self.columns().values())
        note = "Pearson's χ², segments x categories; P adjusted after Holm for all items together."
        return Table("Do the segments differ?", ("item", "χ²", "df", "P", "Holm"), rows, (note,))


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Columns):
    """One result for each segment; ``segments["north"]["spell check"]`` is an :class:`Item`.

    Parameters
    ----------
    names : tuple of str
        The segments.
    results : tuple of Result
        Their results, in the same order.
    overall : Result
        Of all respondents together.
    """

    names: tuple[str, ...]
    results: tuple[Result, ...]
    overall: Result

    def __getitem__(self, name: str) -> Result:
        if str(name) not in self.names:
            raise DataError(
                f"there is no segment {name!r}.{did_you_mean(name, self.names)} The segments are "
                f"{listed(self.names)}."
            )
        return self.results[self.names.index(str(name))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def disagreements(self) -> dict[str, dict[str, Category]]:
        """Items whose category is not the same everywhere: item to segment to category."""
        classes = [result.categories() for result in self.results]
        return {
            item: dict(zip(self.names, found, strict=True))
            for item, *found in zip(self.overall.items, *classes, strict=True)
            if len(set(found)) > 1
        }

    def homogeneity(self) -> Homogeneity:
        """Test whether the segments have one distribution over categories, item by item."""
        counts = np.stack([result.sums.scaled for result in self.results])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = counts.sum(axis=0) / counts.sum(axis=(0, 2))[:, np.newaxis]
            expected = counts.sum(axis=2, keepdims=True) * share
            parts = np.where(expected > 0, (counts - expected) ** 2 / expected, 0.0)
        statistic = parts.sum(axis=(0, 2))
        used = (counts.sum(axis=0) > 0).sum(axis=1)  # categories that anybody chose
        degrees = np.asarray((len(self.names) - 1) * (used - 1), dtype=np.float64)
        p_value = np.where(degrees > 0, special.chdtrc(np.maximum(degrees, 1), statistic), np.nan)
        return Homogeneity(
            items=self.overall.items,
            statistic=np.where(degrees > 0, statistic, np.nan),
            degrees_of_freedom=degrees,
            p_value=p_value,
            adjusted=_holm(p_value),
        )

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each segment and item as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.

        Returns
        -------
        dict of str to ndarray
            segment, and the columns of :meth:`Result.columns`.
        """
        each = [result.columns(level) for result in self.results]
        names = np.repeat(np.array(self.names), len(self.overall.items))
        stacked = {name: np.concatenate([columns[name] for columns in each]) for name in each[0]}
        return {"segment": names, **stacked}

    def __repr__(self) -> str:
        return one_line("Segments", segments=len(self.names), items=len(self.overall.items))

    def _table(self) -> Table:
        classes = [result.categories() for result in (*self.results, self.overall)]
        adjusted = self.homogeneity().adjusted
        letters = [np.array([category.value for category in each]) for each in classes]
        rows = rows_of([np.array(self.overall.items), *letters, adjusted])
        sizes = ", ".join(
            f"{name} {result.base.respondents:,}"
            for name, result in zip(self.names, self.results, strict=True)
            if result.base is not None
        )
        notes = (
            f"Respondents: {sizes}.",
            "P that the segments have one distribution over categories: χ², after Holm.",
            self.overall.convention,
        )
        header = ("item", *self.names, "all", "P")
        return Table("Kano categories by segment", header, rows, notes)


def _holm(p_value: FloatArray) -> FloatArray:
    """Adjust P values after Holm (1979, *Scandinavian Journal of Statistics* 6(2)); NaN stays."""
    order = np.argsort(p_value)  # NaN last
    tested = int((~np.isnan(p_value)).sum())
    factors = np.maximum(tested - np.arange(len(p_value)), 1)
    adjusted = np.empty_like(p_value)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_value[order] * factors), 1.0)
    return adjusted
