"""Reading who rated which brands, bought which one last, and would choose which one next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite
from custvalue._columns import refuse_where
from custvalue._frames import Source
from custvalue._inference.sample import Sample
from custvalue._respondents import reading
from custvalue._respondents.clustering import clusters_of
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, StateArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, ParameterError

WHOLE = 1e-6  # how far probabilities of a respondent may be from 1 in all
NONE = -1  # the last brand of a customer who bought none of them


@dataclass(frozen=True, eq=False, repr=False)
class AskedBrands(Columns):
    """Respondents and the brands that each was asked about.

    Parameters
    ----------
    brands, drivers : tuple of str
        Names, the brands in ascending order.
    ratings : ndarray of float64, shape (respondents, brands, drivers)
        0 where a brand was not asked about.
    known : ndarray of int8, shape (respondents, brands)
        1 for the brands that each was asked about.
    chosen : ndarray of float64, shape (respondents, brands)
        Probabilities of the next choice, 1 in all; 0 and 1 where it was observed.
    last : ndarray of int64, shape (respondents,)
        Place of the brand that each bought last; -1 where it was none of them.
    a_year : ndarray of float64, shape (respondents,)
        Purchases in the category per year.
    weights : ndarray of float64, shape (respondents,)
        Sampling weights.
    cluster : ndarray, shape (respondents,), or None
        The unit that each was sampled with.
    """

    brands: tuple[str, ...]
    drivers: tuple[str, ...]
    ratings: FloatArray
    known: StateArray
    chosen: FloatArray
    last: IntArray
    a_year: FloatArray
    weights: FloatArray
    cluster: LabelArray | None = None

    REPR: ClassVar[tuple[str, ...]] = ("brands", "drivers")

    def __len__(self) -> int:
        return len(self.last)

    @cached_property
    def sample(self) -> Sample:
        """Weights and clusters."""
        labels = {} if self.cluster is None else {"cluster": self.cluster}
        return Sample(self.weights, clusters_of(labels))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return what was asked as columns, one row for each respondent and brand."""
        n, brands = self.known.shape
        rows = np.flatnonzero(self.known.ravel())
        each = np.repeat(np.arange(n), brands)[rows]
        place = np.tile(np.arange(brands), n)[rows]
        rated = self.ratings.reshape(n * brands, -1)[rows]
        return {
            "respondent": each,
            "brand": np.array(self.brands)[place],
            **dict(zip(self.drivers, rated.T, strict=True)),
            "last": (self.last[each] == place).astype(np.int64),
            "chosen": self.chosen.ravel()[rows],
        }

    @property
    def asked(self) -> FloatArray:
        """Last brand and ratings, shape (respondents, brands, 1 + drivers)."""
        bought = self.last[:, None] == np.arange(len(self.brands))
        return np.concatenate((bought[:, :, None].astype(np.float64), self.ratings), axis=2)

    def of_rows(self, rows: IntArray) -> AskedBrands:
        """Return some of the respondents."""
        return replace(
            self,
            ratings=self.ratings[rows],
            known=self.known[rows],
            chosen=self.chosen[rows],
            last=self.last[rows],
            a_year=self.a_year[rows],
            weights=self.weights[rows],
            cluster=None if self.cluster is None else self.cluster[rows],
        )

    def moved(self, shift: FloatArray) -> AskedBrands:
        """Return the same respondents with ratings moved, shape (brands, drivers)."""
        return replace(self, ratings=self.ratings + shift)


@dataclass(frozen=True, eq=False)
class _Rows:
    """One row for each respondent and brand."""

    source: Source
    who: Any
    brands: Any
    respondent: IntArray
    brand: IntArray

    @classmethod
    def of(cls, source: Source, respondent: str, brand: str) -> _Rows:
        """Read whom each row is about, no pair twice."""
        if not source.rows:
            raise DataError("the table is empty. Give one row for each respondent and brand.")
        who, row_of = source.codes(respondent)
        brands, place = source.codes(brand)
        if len(brands) < 2:
            raise DataError(
                f"a choice needs at least two brands, but there is only {brands[0]!s}. Give one "
                f"row for each respondent and brand, rivals too.",
                column=brand,
            )
        rows = cls(source, who, brands, row_of, place)
        rows._refuse_repeats(brand)
        return rows

    def _refuse_repeats(self, column: str) -> None:
        key = self.respondent * len(self.brands) + self.brand
        order = np.argsort(key, kind="stable")
        again = order[1:][key[order][1:] == key[order][:-1]]
        if again.size:
            row = int(again.min())
            raise DataError(
                f"respondent {self.who[self.respondent[row]]!s} has two rows for "
                f"{self.brands[self.brand[row]]!s}, the second one is row {row}. Give one row for "
                f"each respondent and brand.",
                column=column,
            )

    def numbers(self, name: str) -> FloatArray:
        """Return a column of numbers, none of them missing."""
        found = self.source.numbers(name)
        refuse_where(~np.isfinite(found), name, "a number, in every row", found, MISSING)
        refuse_where(np.abs(found) > LARGEST, name, f"at most {LARGEST:g}", found, "Correct it.")
        return found

    def spread(self, values: FloatArray) -> FloatArray:
        """Return entries of rows as shape (respondents, brands), 0 where there is no row."""
        made = np.zeros((len(self.who), len(self.brands)))
        made[self.respondent, self.brand] = values
        return made

    def marked(self, name: str, bad: Bad, expected: str, hint: str) -> FloatArray:
        """Return a column of marks or shares in that shape."""
        found = self.numbers(name)
        refuse_where(bad(found), name, expected, found, hint)
        return self.spread(found)

    def of_respondent(self, name: str, values: Any) -> Any:
        """Return what is the same in all rows of a respondent."""
        first = np.empty(len(self.who), dtype=values.dtype)
        first[self.respondent] = values
        other = np.flatnonzero(first[self.respondent] != values)
        if other.size:
            row = int(other[0])
            mine = self.respondent[row]
            raise DataError(
                f"respondent {self.who[mine]!s} has several entries, {plain(first[mine])!r} and "
                f"{plain(values[row])!r}. All rows of a respondent must have the same: correct the "
                f"column.",
                column=name,
            )
        return first


LARGEST = 1e6  # of a rating
Bad = Callable[[FloatArray], npt.NDArray[np.bool_]]
MISSING = "Leave out respondents who did not answer, all their rows."


def read_brands(
    frame: Any,
    *,
    drivers: Sequence[str],
    purchases_a_year: str | float,
    weights: str | None,
    cluster: str | None,
    **columns: str,
) -> AskedBrands:
    """Read one row for each respondent and brand."""
    items = reading.check_items(drivers, "drivers")
    source = Source(frame)
    often = purchases_a_year if isinstance(purchases_a_year, str) else None
    optional = {"weights": weights, "cluster": cluster, "purchases_a_year": often}
    named = columns | {name: its for name, its in optional.items() if its is not None}
    reading.require_column_names(named)
    source.require({**named, **{name: name for name in items}})
    rows = _Rows.of(source, columns["respondent"], columns["brand"])
    return AskedBrands(
        brands=tuple(str(its) for its in rows.brands.tolist()),
        drivers=tuple(items),
        ratings=np.stack([rows.spread(rows.numbers(name)) for name in items], axis=2),
        known=rows.spread(np.ones(len(rows.brand))).astype(np.int8),
        chosen=_chosen(rows, columns["chosen"]),
        last=_last(rows, columns["last"]),
        a_year=_a_year(rows, purchases_a_year),
        weights=_weights(rows, weights),
        cluster=_clusters(rows, cluster),
    )


def _a_year(rows: _Rows, given: str | float) -> FloatArray:
    if isinstance(given, str):
        often: FloatArray = rows.of_respondent(given, rows.numbers(given))
        refuse_where(often <= 0, given, "> 0", often, "Leave out people who do not buy.")
        return often
    if not finite(given) > 0:
        raise ParameterError(
            f"purchases_a_year must be a number > 0, or a column of them, but it is {given!r}."
        )
    return np.full(len(rows.who), float(given))


def _clusters(rows: _Rows, column: str | None) -> LabelArray | None:
    if column is None:
        return None
    found: LabelArray = rows.of_respondent(column, rows.source.labels(column))
    if len(set(found.tolist())) < 2:
        raise DataError(
            f"there is one cluster, {str(found[0])!r}, and no telling how clusters differ. Leave "
            f"cluster= out, and say that intervals hold for this one.",
            column=column,
        )
    return found


def _weights(rows: _Rows, column: str | None) -> FloatArray:
    n = len(rows.who)
    if column is None:
        return np.ones(n)
    same = rows.of_respondent(column, rows.source.numbers(column))
    return reading.checked_weights(column, same, n)


def _chosen(rows: _Rows, column: str) -> FloatArray:
    chosen = rows.marked(
        column,
        lambda its: (its < 0) | (its > 1),
        "from 0 to 1: 1 for the brand that was chosen, or probabilities",
        "Divide percentages by 100.",
    )
    total = chosen.sum(axis=1)
    wrong = np.flatnonzero(np.abs(total - 1) > WHOLE)
    if wrong.size:
        one = int(wrong[0])
        raise DataError(
            f"choices of respondent {rows.who[one]!s} must add up to 1, but they add up to "
            f"{total[one]:g}. Mark one brand with 1, or give probabilities; leave out people who "
            f"would choose none.",
            column=column,
        )
    return np.asarray(chosen / total[:, None])


def _last(rows: _Rows, column: str) -> IntArray:
    bought = rows.marked(
        column,
        lambda its: (its != 0) & (its != 1),
        "1 where the brand was bought last, else 0",
        "Recode the column.",
    )
    marks = bought.sum(axis=1)
    several = np.flatnonzero(marks > 1)
    if several.size:
        one = int(several[0])
        raise DataError(
            f"respondent {rows.who[one]!s} bought {int(marks[one])} brands last. Mark the one of "
            f"the last purchase with 1.",
            column=column,
        )
    return np.where(marks > 0, bought.argmax(axis=1), NONE)


def refuse_constant(found: AskedBrands) -> None:
    """Refuse drivers that are the same for all brands of each respondent: nothing is learnt."""
    rated = np.where(found.known[:, :, None], found.ratings, np.nan)
    spread = np.nanmax(rated, axis=1) - np.nanmin(rated, axis=1)
    same = [name for name, its in zip(found.drivers, spread.T, strict=True) if not its.max() > 0]
    if same:
        raise DataError(
            f"every respondent gave all brands the same {listed(same)}, so that it decides "
            f"nothing. Leave it out."
        )
