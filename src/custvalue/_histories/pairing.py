"""Returns beside the purchases that they undo, in a log of a moment, an amount and a group each.

A return takes the latest purchase before it, or at the same moment, in its own group. First comes
one of which as much is left as is returned: it is cancelled. Else, where parts may be returned, the
latest purchases are reduced until the amount is reached. A return for which the purchases of its
group do not suffice finds none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._columns import first_of_runs
from custvalue._histories.rows import BoolArray
from custvalue._rows import FloatArray, IntArray

CENT = 1e-9  # share of an amount that rounding explains


class Paired(NamedTuple):
    """What is left of each amount, and which purchases and returns are settled, row by row."""

    left: FloatArray
    cancelled: BoolArray  # purchases of which nothing is left
    reduced: BoolArray  # purchases of which something is left
    returned: BoolArray  # returns that found their purchase

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each rule spoke of."""
        return {
            "paired_returns": int(self.returned.sum()),
            "cancelled_purchases": int(self.cancelled.sum()),
            "reduced_purchases": int(self.reduced.sum()),
        }


def paired(
    spend: FloatArray, times: npt.NDArray[Any], same: Sequence[IntArray], *, parts: bool
) -> Paired:
    """Settle the returns (spend < 0); groups are the rows that agree in all columns of `same`.

    Unless parts may be returned, the amount counts among these columns.
    """
    left, returned = spend.copy(), np.zeros(len(spend), dtype=bool)
    alike: list[Any] = [*same] if parts else [*same, np.abs(spend)]
    for rows in _groups_with_returns(spend, times, alike):
        _settle(rows.tolist(), left, returned, parts=parts)
    bought = spend > 0
    gone = bought & (left == 0)
    return Paired(left, gone, bought & ~gone & (left < spend), returned)


def _groups_with_returns(
    spend: FloatArray, times: npt.NDArray[Any], alike: Sequence[Any]
) -> list[IntArray]:
    """Return the rows of each group with a return in it, by time; purchases come first."""
    order = np.lexsort([spend < 0, times, *alike])
    starts = np.logical_or.reduce([first_of_runs(column[order]) for column in alike])
    group = np.cumsum(starts) - 1
    some = np.zeros(int(group[-1]) + 1, dtype=bool)
    some[group[spend[order] < 0]] = True
    kept = some[group]
    order, group = order[kept], group[kept]
    return np.split(order, np.flatnonzero(first_of_runs(group))[1:]) if len(order) else []


def _settle(rows: list[int], left: FloatArray, returned: BoolArray, *, parts: bool) -> None:
    """Settle the returns of a group one by one; what is left of the amounts changes in place."""
    purchases: list[int] = []
    for row in rows:
        due = -float(left[row])
        if due <= 0:
            purchases.append(row)
            continue
        taken = _whole(purchases, left, due)
        if not taken and parts:
            taken = _parts(purchases, left, due)
        for purchase, amount in taken.items():
            rest = float(left[purchase]) - amount
            left[purchase] = rest if rest > CENT * due else 0.0
            if left[purchase] == 0:
                purchases.remove(purchase)
        if taken:
            left[row], returned[row] = 0.0, True


def _whole(purchases: list[int], left: FloatArray, due: float) -> dict[int, float]:
    """Return the latest purchase of which as much is left as is due; none if there is none."""
    for purchase in reversed(purchases):
        if abs(left[purchase] - due) <= CENT * due:
            return {purchase: float(left[purchase])}
    return {}


def _parts(purchases: list[int], left: FloatArray, due: float) -> dict[int, float]:
    """Return what is taken of the latest purchases; nothing unless they suffice."""
    taken: dict[int, float] = {}
    missing = due
    for purchase in reversed(purchases):
        taken[purchase] = min(float(left[purchase]), missing)
        missing -= taken[purchase]
        if missing <= CENT * due:
            return taken
    return {}
