"""The times at which cells begin and end, in the order of the calendar, for each frequency.

Cells with the same frequency share their integrals over time: that between two times is computed
once, and that of a cell is the difference of two sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._histories.grid import Grid, distinct
from custvalue._histories.rows import BoolArray
from custvalue._rows import FloatArray, IntArray

DEEPEST = 300.0  # how far log e may fall within a segment: e must stay within doubles
HELD = 1 << 15  # points held at a time


class Block(NamedTuple):
    """Some cells, and the times on which their integrals begin and end."""

    tau: FloatArray  # (points,), ascending within a segment
    x: FloatArray  # (points,)
    bounds: IntArray  # (segments + 1,), where they begin in the points
    begin: IntArray  # (cells,), the point of t_x
    end: IntArray  # (cells,), the point of T
    customers: FloatArray  # (cells,)
    cells: IntArray  # (cells,), which of all they are
    seen: FloatArray  # (points,), since customers are observed: tau, unless they entered later
    silent: BoolArray | None = None  # (cells,), who may have left before that; None if nobody


def segments(
    x: FloatArray, t_x: FloatArray, T: FloatArray, entry: FloatArray | None = None
) -> IntArray:
    """Return a number for each cell; cells of one number share x, entry and their sums.

    Where e may fall too far between the first and the last time of an x, each cell is alone.
    """
    first = first_of_runs(x)
    if entry is not None:
        first |= first_of_runs(entry)
    starts = np.flatnonzero(first)
    of_cell = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(x)))
    first, last = np.minimum.reduceat(t_x, starts), np.maximum.reduceat(T, starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        deep = (x[starts] > 0) & ~(x[starts] * np.log(last / first) < DEEPEST)
    if not deep.any():
        return of_cell
    alone = deep[of_cell]
    return distinct(np.where(alone, len(starts) + np.arange(len(x)), of_cell))[1]


def blocks(  # noqa: PLR0917 - the coordinates of cells
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    count: FloatArray,
    grid: Grid | None,
    entry: FloatArray | None = None,
) -> Iterator[Block]:
    """Cut cells, in ascending order of x, into blocks of whole segments that stay in cache.

    With entries, in ascending order of them first; times are then counted from there.
    """
    segment = segments(x, t_x, T, entry)
    order = np.argsort(segment, kind="stable")
    if grid is None:
        times, place = np.unique(np.concatenate((t_x, T)), return_inverse=True)
    else:
        times, place = grid.times, np.concatenate((grid.recency, grid.age))
    points, at = distinct(np.concatenate((segment, segment)) * len(times) + place)
    begin, end = at[: len(x)][order], at[len(x) :][order]
    of_point, tau = points // len(times), times[points % len(times)]
    bounds = np.flatnonzero(np.diff(of_point, prepend=-1, append=-2))  # of segments, in points
    firsts = np.searchsorted(segment[order], np.arange(len(bounds)))  # of segments, in cells
    low = 0
    while low < len(bounds) - 1:
        high = int(np.searchsorted(bounds, bounds[low] + HELD, side="right")) - 1
        high = max(high, low + 1)
        here, offset = slice(firsts[low], firsts[high]), bounds[low]
        cells, of_points = order[here], slice(offset, bounds[high])
        one = order[firsts[of_point[of_points]]]
        seen = tau[of_points]
        yield Block(
            tau=seen if entry is None else seen + entry[one],
            x=x[one],
            bounds=bounds[low : high + 1] - offset,
            begin=begin[here] - offset,
            end=end[here] - offset,
            customers=count[cells],
            cells=cells,
            seen=seen,
            silent=None if entry is None else (x[cells] == 0) & (entry[cells] > 0),
        )
        low = high
