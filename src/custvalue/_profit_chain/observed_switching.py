"""Switching between brands as it was observed: how many customers of each bought which one next.

The next purchase is of brand j with A_j = Σ_k s_k M_kj, with s the shares of the brands bought last
and M the rows of the table over their sums; later ones follow M: ``switching.py``. Draws are those
of the counts: of row sums where they say what was bought last, and of each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._checks import random_generator
from custvalue._histories.arguments import checked_number
from custvalue._inference.bootstrap import Bootstrap
from custvalue._profit_chain.switching import discounted_purchases
from custvalue._rows import Columns, FloatArray
from custvalue._words import listed, plain
from custvalue.errors import ParameterError

EXAMPLE = "{'ours': {'ours': 80, 'rival': 20}, 'rival': {'ours': 15, 'rival': 85}}"
EVEN = 1e-6  # by which shares may miss 1
MOST_COUNT = 1e12


@dataclass(frozen=True, eq=False, repr=False)
class ObservedSwitching(Columns):
    """Who bought which brand next, by the brand that was bought last."""

    REPR: ClassVar[tuple[str, ...]] = ("brands",)

    brands: tuple[str, ...]
    table: FloatArray  # (from, to), counts or shares
    last: FloatArray  # (brands,), shares of what was bought last; NaN where the counts say it
    a_year: float
    counted: bool

    def columns(self) -> dict[str, Any]:
        """Return the table, one column for each brand that was bought next."""
        return {f"to {name}": its for name, its in zip(self.brands, self.table.T, strict=True)}

    @property
    def n(self) -> int:
        """Customers who were counted; 0 where shares are given."""
        return round(float(self.table.sum())) if self.counted else 0

    @property
    def probabilities(self) -> FloatArray:
        """P(next | last), shape (from, to)."""
        return np.asarray(self.table / self.table.sum(axis=1, keepdims=True))

    def purchases(self, years: float, rate: float, method: Bootstrap) -> FloatArray:
        """Return discounted purchases of each brand by a customer, of the table and each draw."""
        tables, last = self._drawn(method)
        switching = tables / tables.sum(axis=2, keepdims=True)
        first = np.einsum("ij,ijk->ik", last, switching)
        often = np.full(len(tables), self.a_year)
        return discounted_purchases(switching, first, often, years, rate)

    def _drawn(self, method: Bootstrap) -> tuple[FloatArray, FloatArray]:
        """Return tables and shares of the last brand: of the data, then of each draw."""
        rows = self.table.sum(axis=1)
        told = np.isnan(self.last).any()
        tables, lasts = self.table[None], (rows / rows.sum() if told else self.last)[None]
        if not self.counted:
            return tables, lasts
        random, times = random_generator(method.rng), method.resamples
        size = np.rint(rows).astype(np.int64)
        sizes = np.tile(size, (times, 1))
        if told:
            sizes = random.multinomial(int(size.sum()), rows / rows.sum(), size=times)
            lasts = np.vstack([lasts, sizes / sizes.sum(axis=1, keepdims=True)])
        else:
            lasts = np.tile(self.last, (1 + times, 1))
        drawn = random.multinomial(np.maximum(sizes, 1), self.probabilities)
        return np.concatenate([tables, drawn.astype(np.float64)]), lasts


def read_switching(
    switching: Any,
    brands: Sequence[str],
    *,
    bought_last: Any,
    purchases_a_year: Any,
) -> ObservedSwitching:
    """Return the table of observed switching, checked."""
    table = _table(switching, brands)
    _require_rows(table, brands)
    counted = _are_counts(table, brands)
    checked_number("purchases_a_year", purchases_a_year, lambda its: 0 < its <= MOST_A_YEAR, OFTEN)
    return ObservedSwitching(
        brands=tuple(brands),
        table=table,
        last=_last(bought_last, brands, counted=counted),
        a_year=float(purchases_a_year),
        counted=counted,
    )


MOST_A_YEAR, OFTEN = 366.0, "> 0 and <= 366, as in 2"


def _table(given: Any, brands: Sequence[str]) -> FloatArray:
    if isinstance(given, Mapping):
        _require_brands("switching", given, brands)
        for name, its in given.items():
            if not isinstance(its, Mapping):
                raise ParameterError(_needed(its, f"switching[{name!r}]"))
            _require_brands(f"switching[{name!r}]", its, brands)
        cells: Any = [[given[last].get(name, 0) for name in brands] for last in brands]
    else:
        cells = given if isinstance(given, list | tuple | np.ndarray) else []
    array = np.array([], dtype=object) if _ragged(cells) else np.asarray(cells, dtype=object)
    if array.shape != (len(brands), len(brands)):
        raise ParameterError(_needed(given, "switching"))
    found = np.zeros(array.shape)
    for row, last in enumerate(brands):
        for column, name in enumerate(brands):
            found[row, column] = checked_number(
                f"switching[{last!r}][{name!r}]",
                array[row, column],
                lambda its: 0 <= its <= MOST_COUNT,
                "a count or a share, >= 0 and <= 1e12",
            )
    return found


def _ragged(cells: Any) -> bool:
    return len({np.shape(row) for row in cells}) > 1


def _needed(given: Any, name: str) -> str:
    return (
        f"{name} must say how many customers of each brand bought which one next, as in "
        f"{EXAMPLE}, or as an array, brands in the order of brands=; but it is {_said(given)}. A "
        f"table with labels: table.to_dict('index')."
    )


def _said(given: Any) -> str:
    simple = isinstance(given, int | float | str | list | tuple | Mapping)
    return repr(plain(given)) if simple else type(given).__name__


def _require_brands(name: str, given: Mapping[Any, Any], brands: Sequence[str]) -> None:
    unknown = [its for its in given if its not in brands]
    if unknown:
        raise ParameterError(
            f"{name} names {listed(unknown)}, but brands= has {listed(list(brands))}. Add to "
            f"brands= what each brings; put small brands together as one."
        )


def _require_rows(table: FloatArray, brands: Sequence[str]) -> None:
    empty = [name for name, row in zip(brands, table, strict=True) if not row.sum() > 0]
    if empty:
        raise ParameterError(
            f"switching has no customer who bought {listed(empty)} last, so that what they buy "
            f"next is not known. Put the brand together with another one."
        )


def _are_counts(table: FloatArray, brands: Sequence[str]) -> bool:
    """Return whether the table holds counts; else it must hold shares."""
    sums = table.sum(axis=1)
    if (np.abs(sums - 1) <= EVEN).all():
        return False
    for name, row, total in zip(brands, table, sums, strict=True):
        odd = row[np.abs(row - np.rint(row)) > 0]
        if odd.size:
            raise ParameterError(
                f"switching must hold whole counts, or shares that add up to 1 for each brand "
                f"bought last; but {name!r} has {odd[0]:g}, and adds up to {total:g}. Divide "
                f"percentages by 100; give counts where you have them, which bring intervals."
            )
    return True


def _last(given: Any, brands: Sequence[str], *, counted: bool) -> FloatArray:
    if given is None:
        if counted:
            return np.full(len(brands), np.nan)
        raise ParameterError(
            "bought_last is needed where switching holds shares: the share of customers who bought "
            f"each brand last, as in {{{brands[0]!r}: 0.3, …}}. Counts say it by their rows."
        )
    if not isinstance(given, Mapping) or set(given) != set(brands):
        raise ParameterError(
            f"bought_last must name the share of each of {listed(list(brands))}, but it is "
            f"{plain(given)!r}."
        )
    found = np.array(
        [
            checked_number(
                f"bought_last[{name!r}]", given[name], lambda its: 0 <= its <= 1, "from 0 to 1"
            )
            for name in brands
        ]
    )
    if abs(found.sum() - 1) > EVEN:
        raise ParameterError(
            f"bought_last must add up to 1, but it adds up to {found.sum():g}. Divide by the total."
        )
    return found
