"""The probability that a model gave to what each customer did in the holdout."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.subject import Subject
from custvalue._lifetime.answers import Answers
from custvalue._rows import FloatArray, IntArray

TINY = 1e-300  # a probability that underflowed


class Predictive(NamedTuple):
    """P(Y < y) and P(Y = y) of each customer, y being what they bought in the holdout."""

    below: FloatArray
    at: FloatArray


class Places(NamedTuple):
    """The distinct (pair of x and T, purchases) among customers, and which each has."""

    cell: IntArray  # of each customer
    pair: IntArray  # of each distinct one
    purchases: FloatArray
    of_customer: IntArray

    @classmethod
    def of(cls, asked: Answers, cell: IntArray, purchases: FloatArray) -> Places:
        """Find them."""
        most = int(purchases.max()) + 1
        key = asked.pairs.of_cell[cell] * most + purchases.astype(np.int64)
        distinct, place = np.unique(key, return_inverse=True)
        return cls(cell, distinct // most, (distinct % most).astype(np.float64), place)


def predictive(its: Subject, holdout: Holdout) -> Predictive:
    """Return what the model said of each customer's purchases, before they came."""
    asked = its.asked()
    known = Places.of(asked, its.history.cell_of_customer, holdout.frequency)
    return at_places(asked, known, holdout.duration)


def at_places(asked: Answers, known: Places, until: float) -> Predictive:
    """Return the same of some customers."""
    below, at = np.zeros((2, len(known.pair)))
    octave = np.frexp(known.purchases)[1]  # 0, 1, 2 to 3, 4 to 7, …: few calls, no more than twice
    ahead = asked.pairs.ahead
    for each in np.unique(octave):
        here = np.flatnonzero(octave == each)
        y = known.purchases[here].astype(np.int64)
        mass = ahead.some(known.pair[here]).counts(np.arange(y.max() + 1.0), until)
        row = np.arange(len(y))
        at[here] = mass[row, y]
        below[here] = np.cumsum(mass, axis=1)[row, np.maximum(y - 1, 0)]
    alive = asked.alive()[known.cell]
    place = known.of_customer
    none = known.purchases[place] == 0
    left = 1 - alive
    return Predictive(
        np.where(none, 0.0, alive * below[place] + left),
        np.maximum(alive * at[place] + np.where(none, left, 0.0), TINY),
    )
