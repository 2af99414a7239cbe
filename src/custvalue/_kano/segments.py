"""The same items in several segments: one result each, where they differ, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, no_such, random_generator
from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.classify import MODE, Classification
from custvalue._kano.posterior import check_simulations
from custvalue._kano.result import KanoResult, classify
from custvalue._kano.table import Category
from custvalue._results.layout import Row, Tabulated, WithoutIntervals, rows_of, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._words import count
from custvalue.errors import DataError

EQUAL = 1e-12
FEW = 5  # expected answers, below which χ² has not the distribution that it is named after
PERMUTATION = "permutation"
ADJUSTED = "adjusted_p_value"


@dataclass(frozen=True, eq=False, repr=False)
class Homogeneity(WithoutIntervals, Columns):
    """Pearson's test, item by item, that the segments have one distribution over categories.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    statistic, degrees_of_freedom, p_value : ndarray of float64, shape (items,)
        χ² of segments x categories, without empty categories; weighted answers are scaled to
        the effective n. NaN where there is one category only.
    adjusted_p_value : ndarray of float64, shape (items,)
        P after Holm (1979), for all the items together.
    least_expected : ndarray of float64, shape (items,)
        The smallest count that is expected if the segments do not differ.
    method : ndarray of str, shape (items,)
        What gave P: ``chi-squared``; ``permutation`` where `least_expected` is below 5; empty
        where there is one category only.
    simulations : int
        How many permutations.
    rounded : bool
        Whether totals were rounded to whole answers to be permuted: effective ones, of weighted
        answers.
    """

    TITLE: ClassVar[str] = "Do the segments differ?"
    SHOWN: ClassVar = shown(
        "statistic: χ², degrees_of_freedom: df, least_expected, method: P by, p_value, "
        "adjusted_p_value: Holm"
    )
    REPR: ClassVar[tuple[str, ...]] = ("items",)

    items: tuple[str, ...]
    statistic: FloatArray
    degrees_of_freedom: FloatArray
    p_value: FloatArray
    adjusted_p_value: FloatArray
    least_expected: FloatArray
    method: LabelArray
    simulations: int
    rounded: bool

    @property
    def how(self) -> str:
        """How P was made, in a sentence."""
        made = "P that the segments have one distribution over categories: "
        permuted = int((self.method == PERMUTATION).sum())
        if not permuted:
            return f"{made}χ², after Holm for all items together."
        rounded = " of effective totals, rounded to whole answers," if self.rounded else ""
        return (
            f"{made}χ², by {self.simulations:,} permutations{rounded} for "
            f"{count(permuted, 'item')} with an expected count below {FEW}; after Holm for all "
            f"items together."
        )

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        return {"item": np.array(self.items), **{each: getattr(self, each) for each in self.SHOWN}}

    def _notes(self) -> Sequence[str]:
        return [self.how]


@dataclass(frozen=True, eq=False, repr=False)
class KanoSegments(Tabulated, Columns):
    """One result for each segment; ``segments["north"]["spell check"]`` is one item there.

    Parameters
    ----------
    names : tuple of str
        The segments.
    results : tuple of KanoResult
        Their results, in the same order.
    overall : KanoResult
        Of all respondents together.
    """

    REPR: ClassVar[tuple[str, ...]] = ("names", "items")

    names: tuple[str, ...]
    results: tuple[KanoResult, ...]
    overall: KanoResult

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items."""
        return self.overall.items

    def __getitem__(self, name: str) -> KanoResult:
        if str(name) not in self.names:
            raise DataError(no_such("segment", name, self.names))
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
            for item, *found in zip(self.items, *classes, strict=True)
            if len(set(found)) > 1
        }

    def homogeneity(self, *, simulations: int = 9_999, rng: Generator = 0) -> Homogeneity:
        """Test whether the segments have one distribution over categories, item by item.

        Parameters
        ----------
        simulations : int
            How many permutations, for the items that need them.
        rng : Generator, int or None
            Source of their randomness; 0 by default, so that P is the same every time.

        Raises
        ------
        ParameterError
            If `simulations` is no whole number >= 1.

        Notes
        -----
        χ² has its distribution where enough is expected in every cell. Cochran (1954,
        *Biometrics* 10(4)) lets a fifth of the cells be below 5; here any expected count below 5
        makes P the share, among answers that are dealt to the segments at random, of tables
        whose χ² is at least as large: (1 + hits) / (1 + simulations), never below
        1 / (1 + simulations).

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
        check_simulations(simulations)
        counts = np.stack([result.distribution.scaled for result in self.results])
        return _homogeneity(self.items, counts, int(simulations), random_generator(rng))

    @cached_property
    def _tested(self) -> Homogeneity:
        return self.homogeneity()

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(row.label, {"segment": name, **row.values})
            for name, result in zip(self.names, self.results, strict=True)
            for row in rows_of(result, level)
        ]

    def _shown(self) -> Mapping[str, str]:
        segments = {f"segment {place}": name for place, name in enumerate(self.names)}
        return {**segments, "all": "all", "adjusted_p_value": "P"}

    def _printed(self) -> Sequence[Row]:
        classes = [result.categories() for result in (*self.results, self.overall)]
        letters = [[category.value for category in each] for each in zip(*classes, strict=True)]
        p_values = self._tested.columns()[ADJUSTED].tolist()
        return [
            Row(item, dict(zip(self._shown(), [*each, p_value], strict=True)))
            for item, each, p_value in zip(self.items, letters, p_values, strict=True)
        ]

    def _title(self) -> str:
        return "Kano categories by segment"

    def _notes(self) -> Sequence[str]:
        sizes = ", ".join(
            f"{name} {result.base.n:,}"
            for name, result in zip(self.names, self.results, strict=True)
            if result.base is not None
        )
        return [f"Respondents: {sizes}.", self._tested.how, self.overall.convention]


def segments(
    questionnaire: Questionnaire,
    by: str | Sequence[str] = "group",
    *,
    classification: Classification = MODE,
) -> KanoSegments:
    """Classify every item in every segment; :meth:`KanoSegments.homogeneity` tests the difference.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers, with labels of the respondents.
    by : str or sequence of str
        The label: ``"group"``, ``"wave"`` or any other that was given at reading; several for
        their combinations.
    classification : Classification
        As in :func:`classify`.

    Returns
    -------
    KanoSegments

    Raises
    ------
    DataError
        If there are no such labels, a segment has one respondent, or no respondent of a segment
        answered an item.
    ParameterError
        If it is no questionnaire.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.Questionnaire.from_arrays(
    ...     [[1, 1], [1, 1], [3, 1], [3, 1]], [[5, 3]] * 4, group=["n", "n", "s", "s"]
    ... )
    >>> kano.segments(answers)["s"]["item 1"].category.english
    'must-be'
    """
    require_questionnaire(questionnaire)
    parts = questionnaire.by(*([by] if isinstance(by, str) else by))
    found = [_classified(name, part, classification) for name, part in parts.items()]
    whole = classify(questionnaire, classification)
    return KanoSegments(tuple(map(_joined, parts)), tuple(found), whole)


def _joined(label: object) -> str:
    """Return the name of a segment, of several labels with a slash between them."""
    return " / ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _classified(name: object, part: Questionnaire, classification: Classification) -> KanoResult:
    if part.respondents < 2:
        raise DataError(
            f"segment {name!r} has 1 respondent, which gives no estimate of variance. Exclude it, "
            f"or put it together with another."
        )
    try:
        return classify(part, classification)
    except DataError as error:
        raise DataError(f"segment {name!r}: {error}", column=error.column) from None


def _homogeneity(
    items: tuple[str, ...],
    counts: FloatArray,
    simulations: int,
    generator: np.random.Generator,
) -> Homogeneity:
    """Test counts of the shape (segments, items, categories), by χ² or by permutations."""
    expected, statistic = _chi_squared(counts)
    used = (counts.sum(axis=0) > 0).sum(axis=1)  # categories with any answer
    degrees = np.asarray((len(counts) - 1) * (used - 1), dtype=np.float64)
    p_value = np.where(degrees > 0, special.chdtrc(np.maximum(degrees, 1), statistic), np.nan)
    least = np.where(expected > 0, expected, np.inf).min(axis=(0, 2))
    few = (degrees > 0) & (least < FEW)
    for place in np.flatnonzero(few):
        p_value[place] = _by_permutation(counts[:, place], statistic[place], simulations, generator)
    return Homogeneity(
        items=items,
        statistic=np.where(degrees > 0, statistic, np.nan),
        degrees_of_freedom=degrees,
        p_value=p_value,
        adjusted_p_value=_holm(p_value),
        least_expected=least,
        method=np.where(few, PERMUTATION, np.where(degrees > 0, "chi-squared", "")),
        simulations=simulations if few.any() else 0,
        rounded=bool((np.abs(counts - np.rint(counts))[:, few] > 1e-6).any()),
    )


def _chi_squared(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return expected counts, and Pearson's χ² of each item."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counts.sum(axis=0) / counts.sum(axis=(0, 2))[:, np.newaxis]
        expected = counts.sum(axis=2, keepdims=True) * share
        parts = np.where(expected > 0, (counts - expected) ** 2 / expected, 0.0)
    return expected, parts.sum(axis=(0, 2))


def _by_permutation(
    table: FloatArray, statistic: float, simulations: int, generator: np.random.Generator
) -> float:
    """Return P of χ² among random tables with the margins of `table`, segments x categories.

    The random tables deal the answers to one segment after another, category by category
    (hypergeometric). With given margins 1 + χ² / n is Σ o² / (r c), which is all that is compared.
    """
    rows, columns = _whole_margins(table)
    left = np.tile(columns, (simulations, 1))
    drawn = np.zeros(simulations)
    for size in rows:
        dealt = _dealt(left, size, generator)
        left -= dealt
        drawn += (np.square(dealt) / columns).sum(axis=1) / size
    observed = 1 + statistic / rows.sum()
    return float((1 + (drawn >= observed * (1 - EQUAL)).sum()) / (1 + simulations))


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
