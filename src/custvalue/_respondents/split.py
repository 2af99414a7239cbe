"""Rows sorted by their labels once, so that each combination of labels is one slice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._columns import Array, sorted_codes
from custvalue._rows import LabelArray

Rows = npt.NDArray[np.int64]
Label = str | int
Combination = tuple[Label, ...]

SHORT = 2**16  # codes below are sorted by their digits, in one pass


class Split(NamedTuple):
    """Rows in the order of their labels, and within one combination in their own order.

    Parameters
    ----------
    labels : dict of str to ndarray
        The different labels of each name, ascending.
    cells : ndarray of int64, shape (parts,)
        The combinations that occur, as positions among all combinations, ascending.
    order : ndarray of int64, shape (rows,)
        The rows, part after part.
    starts : ndarray of int64, shape (parts + 1,)
        Where the parts begin in `order`, and its length.
    """

    labels: dict[str, Array]
    cells: Rows
    order: Rows
    starts: Rows

    @classmethod
    def by(cls, named: Mapping[str, LabelArray]) -> Split:
        """Sort rows by one label or several."""
        coded = {name: sorted_codes(name, labels) for name, labels in named.items()}
        labels = {name: different for name, (different, _) in coded.items()}
        places = np.ravel_multi_index(tuple(codes for _, codes in coded.values()), _sizes(labels))
        order = _sorted(places)
        occurring = places[order]
        starts = np.flatnonzero(np.diff(occurring, prepend=-1))
        return cls(labels, occurring[starts], order, np.append(starts, len(order)))

    @property
    def keys(self) -> list[Combination]:
        """The combinations of labels."""
        places = np.unravel_index(self.cells, _sizes(self.labels))
        named = zip(self.labels.values(), places, strict=True)
        return list(zip(*(labels[place].tolist() for labels, place in named), strict=True))

    def slices(self) -> Iterator[slice]:
        """Yield where each part is in `order`."""
        return (slice(*ends) for ends in pairwise(self.starts.tolist()))

    def part_of(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return the part in which some of the rows are, and their place in it."""
        place = np.empty_like(self.order)
        place[self.order] = np.arange(len(place))
        part = np.searchsorted(self.starts, place[rows], side="right") - 1
        return part, place[rows] - self.starts[part]

    def parts_of(self, named: Mapping[str, LabelArray]) -> Rows:
        """Return the part that other rows belong to by their labels, -1 where there is none."""
        places = [_found(labels, named[name]) for name, labels in self.labels.items()]
        known = np.logical_and.reduce([place >= 0 for place in places])
        inside = tuple(np.where(known, place, 0) for place in places)
        cells = np.ravel_multi_index(inside, _sizes(self.labels))
        return np.where(known, _found(self.cells, cells), -1)


def in_parts(part: Rows, parts: int) -> list[Rows]:
    """Return the entries of each part, in their own order; -1 is none."""
    order = np.argsort(part, kind="stable")
    return np.split(order, np.searchsorted(part[order], np.arange(parts + 1)))[1:-1]


def _sizes(labels: Mapping[str, Array]) -> tuple[int, ...]:
    return tuple(map(len, labels.values()))


def _sorted(codes: Rows) -> Rows:
    short = codes.size > 0 and codes.max() < SHORT
    return np.argsort(codes.astype(np.uint16) if short else codes, kind="stable")


def _found(among: Array, values: Array) -> Rows:
    """Return the place of each value in an ascending array, -1 where it is not there."""
    place = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.where(among[place] == values, place, -1)
