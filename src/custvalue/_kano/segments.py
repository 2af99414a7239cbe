"""The same items in several segments: one result each, where they differ, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from custvalue._results.base import left_out_note
from custvalue._results.layout import Row, Tabulated, WithoutIntervals, rows_of, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._words import count
from custvalue.errors import DataError

EQUAL = 1e-12
FEW = 5  # expected answers, below which χ² has not the distribution that it is named after
PERMUTATION = "permutation"
ENOUGH = 200  # part of the simulations: as many hits, and P is known well enough to stop
AT_A_TIME = 2**13  # tables
ANSWERS_A_CELL = 8  # or fewer are shuffled sooner than they are dealt
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
    draws : ndarray of int64, shape (items,)
        How many permutations were drawn; 0 where none were needed.
    simulations : int
        How many would have been drawn at most.
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
    draws: IntArray
    simulations: int
    rounded: bool

    @property
    def how(self) -> str:
        """How P was made, in a sentence."""
        made = "P that the segments have one distribution over categories: "
        permuted = int((self.method == PERMUTATION).sum())
        if ((self.method == "") & (self.degrees_of_freedom > 0)).any():
            made += f"none where a count below {FEW} is expected, see homogeneity(); else "
        if not permuted:
            return f"{made}χ², after Holm for all items together."
        rounded = " of effective totals, rounded to whole answers," if self.rounded else ""
        return (
            f"{made}χ², by up to {self.simulations:,} permutations{rounded} for "
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
    excluded : dict of str to int
        Respondents who are in no segment, by reason, such as ``no group``.
    """

    REPR: ClassVar[tuple[str, ...]] = ("names", "items")

    names: tuple[str, ...]
    results: tuple[KanoResult, ...]
    overall: KanoResult
    excluded: dict[str, int] = field(default_factory=dict)

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
            How many permutations at most, for the items that need them.
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
        1 / (1 + simulations). Drawing stops early, at the draw that brings the hits to a 200th of
        `simulations` (50 of 9,999): P is hits / draws then, and the test is as exact (Besag &
        Clifford 1991, *Biometrika* 78(2), 301-304). A P that is not small is known to about a
        seventh of it, and costs few draws: some 100 where it is one half.

        Examples
        --------
        >>> from custvalue import kano
        >>> answers = kano.Questionnaire.from_arrays(
        ...     [1, 1, 1, 1, 3, 3], [5, 5, 5, 3, 3, 3], group=["n", "n", "n", "s", "s", "s"]
        ... )
        >>> found = kano.segments(answers).homogeneity()
        >>> found.method.tolist(), found.least_expected.tolist(), f"{found.p_value[0]:.1f}"
        (['permutation'], [0.5], '0.1')
        """
        check_simulations(simulations)
        return _homogeneity(self.items, self._counts, int(simulations), random_generator(rng))

    @property
    def _counts(self) -> FloatArray:
        return np.stack([result.distribution.scaled for result in self.results])

    @cached_property
    def _tested(self) -> Homogeneity:
        """What costs nothing: no item is permuted."""
        return _homogeneity(self.items, self._counts, 0, random_generator(0))

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
        gone = left_out_note(self.excluded)
        return [f"Respondents: {sizes}.", gone, self._tested.how, self.overall.convention]


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
    labels = [by] if isinstance(by, str) else list(by)
    parts = questionnaire.by(*labels)
    found = [_classified(name, part, classification) for name, part in parts.items()]
    whole = classify(questionnaire, classification)
    names = tuple(map(_joined, parts))
    return KanoSegments(names, tuple(found), whole, questionnaire.unlabelled(*labels))


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
    draws = np.zeros(len(items), dtype=np.int64)
    p_value[few] = np.nan
    for place in np.flatnonzero(few) if simulations else ():
        table = counts[:, place]
        p_value[place], draws[place] = _by_permutation(
            table, statistic[place], simulations, generator
        )
    methods = (PERMUTATION if simulations else "", "chi-squared")
    return Homogeneity(
        items=items,
        statistic=np.where(degrees > 0, statistic, np.nan),
        degrees_of_freedom=degrees,
        p_value=p_value,
        adjusted_p_value=_holm(p_value, int((degrees > 0).sum())),
        least_expected=least,
        method=np.where(few, methods[0], np.where(degrees > 0, methods[1], "")),
        draws=draws,
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
) -> tuple[float, int]:
    """Return P of χ² among random tables with the margins of `table`, and how many were drawn.

    With given margins 1 + χ² / n is Σ o² / (r c), which is all that is compared.
    """
    rows, columns = _whole_margins(table)
    observed = (1 + statistic / rows.sum()) * (1 - EQUAL)
    enough = max(simulations // ENOUGH, 1)
    hits = drawn = 0
    while drawn < simulations:
        size = min(max(drawn, 2 * enough), simulations - drawn, AT_A_TIME)
        above = np.flatnonzero(_random_tables(rows, columns, size, generator) >= observed)
        if hits + len(above) >= enough:
            drawn += int(above[enough - hits - 1]) + 1
            return enough / drawn, drawn
        hits, drawn = hits + len(above), drawn + size
    return (1 + hits) / (1 + simulations), simulations


def _random_tables(
    rows: IntArray, columns: IntArray, size: int, generator: np.random.Generator
) -> FloatArray:
    """Return Σ o² / (r c) of random tables, segments x categories, with these margins."""
    few = rows.sum() <= ANSWERS_A_CELL * len(rows) * len(columns)
    return (_shuffled if few else _dealt)(rows, columns, size, generator)


def _shuffled(
    rows: IntArray, columns: IntArray, size: int, generator: np.random.Generator
) -> FloatArray:
    """Shuffle the answers: quicker where they are few."""
    answers = np.repeat(np.arange(len(columns)), columns)
    first = np.repeat(np.arange(len(rows)) * len(columns), rows)
    weights = 1 / np.outer(rows, columns).ravel()
    found = np.empty(size)
    for place in range(size):
        generator.shuffle(answers)
        found[place] = np.square(np.bincount(first + answers, minlength=len(weights))) @ weights
    return found


def _dealt(
    rows: IntArray, columns: IntArray, size: int, generator: np.random.Generator
) -> FloatArray:
    """Deal the answers to one segment after another, category by category (hypergeometric)."""
    left = np.repeat(columns[:, np.newaxis], size, axis=1)
    found = np.zeros(size)
    for row in rows:
        others, places = left.sum(axis=0), np.full(size, row)
        dealt = np.empty_like(left)
        for place, its in enumerate(left[:-1]):
            others -= its
            dealt[place] = generator.hypergeometric(its, others, places)
            places -= dealt[place]
        dealt[-1] = places
        left -= dealt
        found += (np.square(dealt) / columns[:, np.newaxis]).sum(axis=0) / row
    return found


def _whole_margins(table: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the totals of segments and of chosen categories, in whole answers with one sum."""
    totals = table.sum(axis=0)
    columns = np.maximum(np.rint(totals[totals > 0]), 1).astype(np.int64)
    exact = table.sum(axis=1) * columns.sum() / table.sum()
    rows = np.floor(exact + EQUAL).astype(np.int64)
    last = np.argsort(rows - exact, kind="stable")[: columns.sum() - rows.sum()]
    rows[last] += 1  # where the largest parts were cut off
    return rows[rows > 0], columns


def _holm(p_value: FloatArray, tests: int) -> FloatArray:
    """Adjust P values after Holm (1979, *Scandinavian Journal of Statistics* 6(2)); NaN stays.

    Tests whose P is not known count as the last ones.
    """
    order = np.argsort(p_value)  # NaN last
    factors = np.maximum(tests - np.arange(len(p_value)), 1)
    adjusted = np.empty_like(p_value)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_value[order] * factors), 1.0)
    return adjusted
