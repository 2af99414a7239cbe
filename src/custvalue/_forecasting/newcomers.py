"""What customers buy from their first purchase on, by their age and by what tells them apart.

The calibration is expected as of new customers, whose covariates or group are all that is known.
Where ages or kinds of customers are many, what is expected is computed at some ages, and in between
by the polynomial through them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from custvalue._forecasting.moments import interpolation, nodes_between
from custvalue._forecasting.subject import Parts, Subject
from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.followed_cells import FollowedCells
from custvalue._histories.covariates.pattern_cells import newcomers
from custvalue._lifetime.answers import Answers, Times
from custvalue._lifetime.asking import answers_of
from custvalue._numerics.quadrature import slices
from custvalue._rows import FloatArray, IntArray

AGES = 32  # at most, at which probabilities are computed; between them they are interpolated
MANY_TIMES = 3  # as many ages as nodes, which are not looked at one by one
BLOCK = 500  # kinds of customers looked at together
SAMPLED = 2_000  # rows from which derivatives are estimated where kinds are more than that


@dataclass(frozen=True)
class Newcomers:
    """The distinct ages of customers of each kind, ascending by kind, and how many have them."""

    kinds: Cells  # one new customer each
    of_kind: Parts
    kind: IntArray  # of each row
    age: FloatArray
    customers: FloatArray

    @classmethod
    def of(cls, its: Subject) -> Newcomers:
        """Find them."""
        kinds, kind = _newcomers(its.cells)
        ages, place = np.unique(its.cells.age, return_inverse=True)
        distinct, row = np.unique(kind * len(ages) + place, return_inverse=True)
        customers = np.bincount(row, its.cells.count).astype(np.float64)
        kind, age = distinct // len(ages), ages[distinct % len(ages)]
        return cls(kinds, its.parts(kinds), kind, age, customers)

    @property
    def parts(self) -> Parts:
        """The groups of the rows."""
        return self.of_kind.at(self.kind)

    def sampled(self) -> tuple[Newcomers, float]:
        """Return some rows where kinds are many, and for how many customers each one stands."""
        if len(self.kinds) <= SAMPLED or self.of_kind.groups > 1:
            return self, 1.0
        step = math.ceil(len(self.age) / SAMPLED)
        rows = slice(None, None, step)
        some = replace(
            self, kind=self.kind[rows], age=self.age[rows], customers=self.customers[rows]
        )
        return some, float(self.customers.sum() / some.customers.sum())

    def blocks(self) -> Iterator[tuple[slice, IntArray, IntArray]]:
        """Yield rows of some kinds at a time: which, the kinds, and the place in these of each."""
        starts = np.flatnonzero(np.diff(self.kind, prepend=-1))
        for first in range(0, len(starts), BLOCK):
            end = starts[first + BLOCK] if first + BLOCK < len(starts) else len(self.kind)
            rows = slice(int(starts[first]), int(end))
            kinds, place = np.unique(self.kind[rows], return_inverse=True)
            yield rows, kinds, place

    def probabilities(self, model: Any, most: int) -> FloatArray:
        """Return P(X(T) = n) for n below `most`, shape (rows, most)."""
        asked, found = answers_of(model, self.kinds), np.empty((len(self.age), most))
        for rows, kinds, place in self.blocks():
            found[rows] = _of_kinds(asked.some(kinds), self.age[rows], place, most)
        return found


def _newcomers(cells: Cells) -> tuple[Cells, IntArray]:
    """Return a new customer of each kind, and the kind of each cell."""
    return cells.newcomers() if isinstance(cells, FollowedCells) else newcomers(cells)


def _of_kinds(asked: Answers, age: FloatArray, place: IntArray, most: int) -> FloatArray:
    """Return the probabilities of rows with these ages, of new customers at these places."""
    if asked.on_paths:  # who came on other days has another life
        return _at(asked.some(place), age, most)
    ages, at = np.unique(age, return_inverse=True)
    ratio = ages[-1] / max(ages[0], 1e-3 * ages[-1], 1e-300)
    several = min(AGES, 8 + round(4 * math.log(max(ratio, 1.0))))
    few = len(ages) <= several
    some = len(ages) <= MANY_TIMES * several and len(age) < several * len(asked.cells)
    if few or some:
        found = np.empty((len(age), most))
        for each, here in enumerate(_rows_of(at)):
            found[here] = _at(asked.some(place[here]), float(ages[each]), most)
        return found
    nodes = nodes_between(float(ages[0]), float(ages[-1]), several)
    known = np.array([_at(asked, float(each), most) for each in nodes])
    weights = interpolation(nodes, ages)
    if len(asked.cells) == 1:
        alike: FloatArray = np.maximum(weights @ known[:, 0], 0.0)
        return alike[at]
    found = np.empty((len(age), most))
    for rows in slices(len(age), BLOCK):
        found[rows] = np.einsum("rn,nrc->rc", weights[at[rows]], known[:, place[rows]])
    return np.maximum(found, 0.0)


def _rows_of(at: IntArray) -> list[IntArray]:
    """Return the rows of each age."""
    order = np.argsort(at, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(at[order])) + 1)


def _at(asked: Answers, age: Times, most: int) -> FloatArray:
    n = np.arange(float(most))
    none: FloatArray = np.tile((n == 0).astype(np.float64), (len(asked.cells), 1))
    if np.ndim(age) == 0 and age == 0:
        return none
    alive = asked.alive()[:, None]
    found: FloatArray = alive * asked.counts(n, age) + (1 - alive) * none
    return found
