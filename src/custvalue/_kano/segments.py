"""The same items in several segments: one result each, where they differ, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._kano.means import rows_of
from custvalue._kano.posterior import check_draws
from custvalue._kano.result import Result
from custvalue._kano.table import Category
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue._words import count, did_you_mean, listed, one_line
from custvalue.errors import DataError

EQUAL = 1e-12
FEW = 5  # expected answers, below which χ² has not the distribution that it is named after
PERMUTATION = "permutation"


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
    least_expected : ndarray of float64, shape (items,)
        The smallest count that is expected if the segments do not differ.
    method : ndarray of str, shape (items,)
        What gave P: ``chi-squared``; ``permutation`` where `least_expected` is below 5; empty
        where there is one category only.
    draws : int
        How many permutations.
    rounded : bool
        Whether totals were rounded to whole answers to be permuted: effective ones, of weighted
        answers.
    """

    items: tuple[str, ...]
    statistic: FloatArray
    degrees_of_freedom: FloatArray
    p_value: FloatArray
    adjusted: FloatArray
    least_expected: FloatArray
    method: LabelArray
    draws: int
    rounded: bool

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item as a plain dict.

        Returns
        -------
        dict of str to ndarray
            item, statistic, degrees_of_freedom, least_expected, method, p_value and adjusted.
        """
        return {
            "item": np.array(self.items),
            "statistic": self.statistic,
            "degrees_of_freedom": self.degrees_of_freedom,
            "least_expected": self.least_expected,
            "method": self.method,
            "p_value": self.p_value,
            "adjusted": self.adjusted,
        }

    @property
    def how(self) -> str:
        """How P was made, in a sentence."""
        made = "P that the segments have one distribution over categories: "
        permuted = int((self.method == PERMUTATION).sum())
        if not permuted:
            return f"{made}χ², after Holm for all items together."
        rounded = " of effective totals, rounded to whole answers," if self.rounded else ""
        return (
            f"{made}χ², by {self.draws:,} permutations{rounded} for {count(permuted, 'item')} with "
            f"an expected count below {FEW}; after Holm for all items together."
        )

    def __repr__(self) -> str:
        return one_line("Homogeneity", items=len(self.items))

    def _table(self) -> Table:
        rows = rows_of(self.columns().values())
        header = ("item", "χ²", "df", "least expected", "P by", "P", "Holm")
        return Table("Do the segments differ?", header, rows, (self.how,))


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

    def homogeneity(self, *, draws: int = 9_999, rng: Generator = 0) -> Homogeneity:
        """Test whether the segments have one distribution over categories, item by item.

        Parameters
        ----------
        draws : int
            How many permutations, for the items that need them.
        rng : Generator, int or None
            Source of their randomness; 0 by default, so that P is the same every time.

        Raises
        ------
        ParameterError
            If `draws` is no whole number >= 1.

        Notes
        -----
        χ² has its distribution where enough is expected in every cell. Cochran (1954,
        *Biometrics* 10(4)) lets a fifth of the cells be below 5; here any expected count below 5
        makes P the share, among answers that are dealt to the segments at random, of tables
        whose χ² is at least as large: (1 + hits) / (1 + draws), never below 1 / (1 + draws).

        Examples
        --------
        >>> from custvalue import kano
        >>> answers = kano.Questionnaire.from_arrays(
        ...     [1, 1, 1, 1, 3, 3], [5, 5, 5, 3, 3, 3], group=["n", "n", "n", "s", "s", "s"]
        ... )
        >>> found = kano.segments(answers).homogeneity()
        >>> found.method.tolist(), found.least_expected.tolist(), f"{found.p_value[0]:.2f}"
        (['permutation'], [0.5], '0.10')
        """
        check_draws(draws)
        counts = np.stack([result.sums.scaled for result in self.results])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = counts.sum(axis=0) / counts.sum(axis=(0, 2))[:, np.newaxis]
            expected = counts.sum(axis=2, keepdims=True) * share
            parts = np.where(expected > 0, (counts - expected) ** 2 / expected, 0.0)
        statistic = parts.sum(axis=(0, 2))
        used = (counts.sum(axis=0) > 0).sum(axis=1)  # categories that anybody chose
        degrees = np.asarray((len(self.names) - 1) * (used - 1), dtype=np.float64)
        p_value = np.where(degrees > 0, special.chdtrc(np.maximum(degrees, 1), statistic), np.nan)
        least = np.where(expected > 0, expected, np.inf).min(axis=(0, 2))
        few = (degrees > 0) & (least < FEW)
        generator = random_generator(rng)
        for place in np.flatnonzero(few):
            p_value[place] = _by_permutation(
                counts[:, place], statistic[place], int(draws), generator
            )
        return Homogeneity(
            items=self.overall.items,
            statistic=np.where(degrees > 0, statistic, np.nan),
            degrees_of_freedom=degrees,
            p_value=p_value,
            adjusted=_holm(p_value),
            least_expected=least,
            method=np.where(few, PERMUTATION, np.where(degrees > 0, "chi-squared", "")),
            draws=int(draws) if few.any() else 0,
            rounded=bool((np.abs(counts - np.rint(counts))[:, few] > 1e-6).any()),
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
        tested = self.homogeneity()
        letters = [np.array([category.value for category in each]) for each in classes]
        rows = rows_of([np.array(self.overall.items), *letters, tested.adjusted])
        sizes = ", ".join(
            f"{name} {result.base.n:,}"
            for name, result in zip(self.names, self.results, strict=True)
            if result.base is not None
        )
        notes = (
            f"Respondents: {sizes}.",
            tested.how,
            self.overall.convention,
        )
        header = ("item", *self.names, "all", "P")
        return Table("Kano categories by segment", header, rows, notes)


def _by_permutation(
    table: FloatArray, statistic: float, draws: int, generator: np.random.Generator
) -> float:
    """Return P of χ² among random tables with the margins of `table`, segments x categories.

    The random tables deal the answers to one segment after another, category by category
    (hypergeometric). With given margins 1 + χ² / n is Σ o² / (r c), which is all that is compared.
    """
    rows, columns = _whole_margins(table)
    left = np.tile(columns, (draws, 1))
    drawn = np.zeros(draws)
    for size in rows:
        dealt = _dealt(left, size, generator)
        left -= dealt
        drawn += (np.square(dealt) / columns).sum(axis=1) / size
    observed = 1 + statistic / rows.sum()
    return float((1 + (drawn >= observed * (1 - EQUAL)).sum()) / (1 + draws))


def _whole_margins(table: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the totals of segments and of chosen categories, in whole answers with one sum."""
    totals = table.sum(axis=0)
    columns = np.maximum(np.rint(totals[totals > 0]), 1).astype(np.int64)
    exact = table.sum(axis=1) * columns.sum() / table.sum()
    rows = np.floor(exact + EQUAL).astype(np.int64)
    last = np.argsort(rows - exact, kind="stable")[: columns.sum() - rows.sum()]
    rows[last] += 1  # where the largest parts were cut off
    return rows[rows > 0], columns


def _dealt(left: IntArray, size: int, generator: np.random.Generator) -> IntArray:
    """Draw `size` of the answers that are left, without putting them back: (draws, categories)."""
    dealt = np.zeros_like(left)
    open_places = np.full(len(left), size)
    for place in range(left.shape[1] - 1):
        others = left[:, place + 1 :].sum(axis=1)
        dealt[:, place] = generator.hypergeometric(left[:, place], others, open_places)
        open_places -= dealt[:, place]
    dealt[:, -1] = open_places
    return dealt


def _holm(p_value: FloatArray) -> FloatArray:
    """Adjust P values after Holm (1979, *Scandinavian Journal of Statistics* 6(2)); NaN stays."""
    order = np.argsort(p_value)  # NaN last
    tested = int((~np.isnan(p_value)).sum())
    factors = np.maximum(tested - np.arange(len(p_value)), 1)
    adjusted = np.empty_like(p_value)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_value[order] * factors), 1.0)
    return adjusted
