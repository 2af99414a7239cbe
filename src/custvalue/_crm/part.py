"""Parts of cards: one source each, a row for every customer of any source."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._rows import Columns, IntArray, LabelArray, StateArray, read_only
from custvalue._words import plain
from custvalue.errors import DataError


class Part(Columns):
    """Base of the parts of cards."""

    __slots__ = ()

    @abstractmethod
    def of_row(self, row: int) -> dict[str, Any]:
        """Return the fields of one card; those that are not known are absent."""


class Matched(NamedTuple):
    """All customers of all sources, and where those of each source stand among them."""

    customer: LabelArray  # text, short ones first
    rows: dict[str, IntArray]  # of each source, the place of each of its entries

    @property
    def known(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Say of every source which customers it knows."""
        found = {}
        for name, rows in self.rows.items():
            found[name] = np.zeros(len(self.customer), dtype=bool)
            found[name][rows[rows >= 0]] = True
        return found


def matched(identifiers: Mapping[str, npt.NDArray[Any]]) -> Matched:
    """Match the customers of several sources by the text of their identifiers; none is empty."""
    texts = {name: its.astype(np.str_) for name, its in identifiers.items()}
    every = np.concatenate([*texts.values()]) if texts else np.array([], dtype=np.str_)
    names, codes = np.unique(every, return_inverse=True)
    order = np.lexsort((names, np.char.str_len(names)))
    place = np.empty(len(names), dtype=np.int64)
    nobody = names[order] == ""
    place[order] = np.arange(len(names)) - int(nobody.any())  # the empty text is the shortest
    ends = np.cumsum([0, *(len(its) for its in texts.values())])
    places = place[codes]
    rows = {
        name: places[start:end] for name, start, end in zip(texts, ends[:-1], ends[1:], strict=True)
    }
    return Matched(names[order][~nobody], rows)


def as_matrix(flags: StateArray, n: int, width: int) -> StateArray:
    """Return flags with a row for each card, also where JSON kept no shape of an empty array."""
    return read_only(flags.reshape(n, width)) if not flags.size else flags


def require_once(name: str, customer: npt.NDArray[Any], hint: str) -> None:
    """Raise a DataError where a customer comes twice."""
    different, first, counts = np.unique(
        customer.astype(np.str_), return_index=True, return_counts=True
    )
    twice = np.flatnonzero((counts > 1) & (different != ""))
    if twice.size:
        who = plain(customer[first[twice[0]]])
        raise DataError(
            f"{name}: customer {who!r} comes {int(counts[twice[0]])} times. {hint}",
            column="customer",
        )


def spread(values: npt.NDArray[Any], rows: IntArray, n: int) -> npt.NDArray[np.float64]:
    """Put numbers of a source into the rows of the cards, NaN in the others."""
    found = np.full((n, *values.shape[1:]), np.nan)
    found[rows] = values
    return found


def spread_words(words: npt.NDArray[Any], rows: IntArray, n: int) -> npt.NDArray[np.str_]:
    """Put words of a source into the rows of the cards, empty in the others."""
    text = words.astype(np.str_)  # an empty array of JSON has no type of its own
    found = np.full(n, "", dtype=f"U{max(1, int(np.char.str_len(text).max(initial=0)))}")
    found[rows] = text
    return found


def number_or_none(value: float) -> float | None:
    """Return None for NaN."""
    return None if math.isnan(value) else float(value)
