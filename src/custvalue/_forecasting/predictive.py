"""The probability that a model gave to what each customer did in the holdout."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.moments import Pairs, alive_now, masses
from custvalue._histories.cells import Cells
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue._rows import FloatArray, IntArray

TINY = 1e-300  # a probability that underflowed


class Predictive(NamedTuple):
    """P(Y < y) and P(Y = y) of each customer, y being what they bought in the holdout."""

    below: FloatArray
    at: FloatArray


class Places(NamedTuple):
    """The distinct (pair of x and T, purchases) among customers, and which each has."""

    pairs: Pairs
    cell: IntArray  # of each customer
    pair: IntArray  # of each distinct one
    purchases: FloatArray
    of_customer: IntArray

    @classmethod
    def of(cls, model: PurchasesAtAnyTime, train: PurchaseHistory, purchases: FloatArray) -> Places:
        """Find them."""
        pairs = Pairs.of(model, train.cells)
        cell = train.cell_of_customer
        most = int(purchases.max()) + 1
        key = pairs.of_cell[cell] * most + purchases.astype(np.int64)
        distinct, place = np.unique(key, return_inverse=True)
        return cls(pairs, cell, distinct // most, (distinct % most).astype(np.float64), place)


def predictive(
    model: PurchasesAtAnyTime,
    train: PurchaseHistory,
    holdout: Holdout,
    places: Places | None = None,
) -> Predictive:
    """Return what the model said of each customer's purchases, before they came."""
    known = Places.of(model, train, holdout.frequency) if places is None else places
    below, at = np.zeros((2, len(known.pair)))
    octave = np.frexp(known.purchases)[1]  # 0, 1, 2 to 3, 4 to 7, …: few calls, no more than twice
    for each in np.unique(octave):
        here = np.flatnonzero(octave == each)
        y = known.purchases[here].astype(np.int64)
        cells = Cells(*(column[known.pair[here]] for column in vars_of(known.pairs.cells)))
        mass = masses(model, cells, np.arange(y.max() + 1.0), holdout.duration)
        row = np.arange(len(y))
        at[here] = mass[row, y]
        below[here] = np.cumsum(mass, axis=1)[row, np.maximum(y - 1, 0)]
    alive = alive_now(model, train.cells)[known.cell]
    place, none = known.of_customer, holdout.frequency == 0
    left = 1 - alive
    return Predictive(
        np.where(none, 0.0, alive * below[place] + left),
        np.maximum(alive * at[place] + np.where(none, left, 0.0), TINY),
    )


def vars_of(cells: Cells) -> tuple[FloatArray, ...]:
    """Return the columns of cells."""
    return cells.frequency, cells.recency, cells.age, cells.count
