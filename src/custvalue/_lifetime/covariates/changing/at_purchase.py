"""BG/NBD and MBG/NBD with covariates that change.

Purchases come at the rate λ e^(γ'z(t)). A customer who leaves at a purchase with the probability p
stays at purchase j with (1 - p)^w, w = e^(γ'z(t_j)), the power form. With A(t) = ∫ e^(γ'z) from the
birth on, V the sum of w over all chances to leave but the last one and W over all of them,

    L = Γ(r+x)/Γ(r) α^r e^(γ'Σz) [ B(a,b+W)/B(a,b) (α+A(T))^-(r+x)
        + (B(a,b+V) - B(a,b+W))/B(a,b) (α+A(t_x))^-(r+x) ]                                    (1)

where the second term needs a chance to leave: in BG/NBD a repeat purchase.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.rows import BoolArray
from custvalue._lifetime.covariates.changing.ahead_at_purchase import (
    AheadAtPurchase,
    pieces_ahead,
)
from custvalue._lifetime.covariates.changing.clock import Passed, Process
from custvalue._lifetime.covariates.changing.differences import with_hessian
from custvalue._numerics.gamma_functions import log_rising, log_rising_ratio
from custvalue._numerics.maximum import Derivatives
from custvalue._rows import FloatArray, IntArray


class Weights(NamedTuple):
    """w of the last chance to leave of each cell, and V of those before, with slopes (C, k)."""

    before: Passed
    last: Passed

    @property
    def all(self) -> FloatArray:
        """W."""
        return self.before.value + self.last.value


class Known(NamedTuple):
    """What equation (1) is made of, for each cell."""

    point: FloatArray
    bought: Process
    left: Process
    now: Passed  # A(T)
    then: Passed  # A(t_x)
    weights: Weights

    @property
    def parameters(self) -> FloatArray:
        """r, α, a and b."""
        return np.exp(self.point[:4])


class Ends(NamedTuple):
    """How the histories of cells may have ended, in logarithms."""

    stays: FloatArray  # of staying at the last chance to leave
    silent: FloatArray  # of (α + A(T)) / (α + A(t_x))
    alive: FloatArray  # of the first term of (1)
    total: FloatArray


class Slopes(NamedTuple):
    """The derivatives of log L of each cell by r, α, a, b, by A(T), A(t_x), V and w."""

    own: FloatArray  # (4, C)
    now: FloatArray
    then: FloatArray
    before: FloatArray
    last: FloatArray


class PurchasePaths:
    """The likelihood and the answers of a BG/NBD (first=0) or an MBG/NBD (first=1)."""

    def __init__(self, segments: PathSegments, cells: PathCells, *, first: int) -> None:
        self.segments, self.cells = segments, cells
        born, x = cells.born_in, cells.frequency
        kept = cells.visit_cell, cells.visit_in
        if first:
            kept = (
                np.append(kept[0], np.arange(len(cells))),
                np.append(kept[1], born),
            )
        self.chances: tuple[IntArray, IntArray] = kept
        self.can_leave: BoolArray = (x > 0) | bool(first)
        self.several: BoolArray = x + first > 1
        self.size = segments.purchase.shape[1] + cells.purchase_static.shape[1]

    def __call__(self, point: FloatArray) -> Derivatives:
        """Return the log-likelihood of all customers."""
        return with_hessian(self.slope, point)

    def known(self, point: FloatArray) -> Known:
        """Wind the clocks."""
        segments, cells, k = self.segments, self.cells, 4 + self.size
        bought = Process.of(segments, cells, segments.purchase, cells.purchase_static, point[4:k])
        left = Process.of(segments, cells, segments.dropout, cells.dropout_static, point[k:])
        now = bought.passed(cells.ends_in, cells.birth + cells.age)
        then = bought.passed(cells.last_in, cells.birth + cells.recency)
        return Known(point, bought, left, now, then, self._weights(left))

    def _weights(self, left: Process) -> Weights:
        cells, (cell, segment) = self.cells, self.chances
        can = self.can_leave.astype(np.float64)
        last = left.rate(cells.last_in) * can
        last_slope = left.columns(cells.last_in) * last[:, None]
        rate = left.clock.rate
        columns = left.clock.columns * rate[:, None]
        total = np.bincount(cell, rate[segment], minlength=len(cells))
        sums = [np.bincount(cell, each[segment], minlength=len(cells)) for each in columns.T]
        on_path = np.stack(sums, axis=1) if sums else np.zeros((len(cells), 0))
        every = left.factor * total
        slope = np.hstack((left.factor[:, None] * on_path, left.static * every[:, None]))
        before = np.where(self.several, np.maximum(every - last, 0.0), 0.0)
        before_slope = np.where(self.several[:, None], slope - last_slope, 0.0)
        return Weights(Passed(before, before_slope), Passed(last, last_slope))

    def value(self, point: FloatArray) -> float:
        """Return the log-likelihood of all customers alone."""
        bought = self.cells.purchase_sum @ point[4 : 4 + self.size]
        return float(self.cells.count @ self.log_likelihood(point) + bought)

    def log_likelihood(self, point: FloatArray) -> FloatArray:
        """Return log L of one customer of each cell, but for γ'Σz of the purchases."""
        known = self.known(point)
        return self._value(known, self._ends(known))

    def _value(self, known: Known, ends: Ends) -> FloatArray:
        r, alpha, a, b = known.parameters
        x, then, V = self.cells.frequency, known.then.value, known.weights.before.value
        value = (
            log_rising(float(r), x).value - r * np.log1p(then / alpha) - x * np.log(alpha + then)
        )
        return np.asarray(value + log_rising_ratio(b, V) - log_rising_ratio(a + b, V) + ends.total)

    def _ends(self, known: Known) -> Ends:
        """Return the two terms of (1), as shares of B(a, b+V)/B(a, b) (α+A(t_x))^-(r+x)."""
        r, alpha, a, b = known.parameters
        V, w = known.weights.before.value, known.weights.last.value
        stays = risen(b + V, w) - risen(a + b + V, w)
        silent = np.log1p((known.now.value - known.then.value) / (alpha + known.then.value))
        alive = stays - (r + self.cells.frequency) * silent
        with np.errstate(divide="ignore"):  # of those who could not leave
            gone = np.log(-np.expm1(np.minimum(stays, 0.0)))
        return Ends(stays, silent, alive, np.logaddexp(alive, gone))

    def slope(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Return the log-likelihood of all customers, and its gradient."""
        known, cells, k = self.known(point), self.cells, 4 + self.size
        ends = self._ends(known)
        own, now, then, before, last = (cells.count * each for each in self._slopes(known, ends))
        value = float(cells.count @ self._value(known, ends) + cells.purchase_sum @ point[4:k])
        gradient = np.empty(len(point))
        gradient[:4] = own.sum(axis=1) * known.parameters
        gradient[4:k] = now @ known.now.slope + then @ known.then.slope + cells.purchase_sum
        gradient[k:] = before @ known.weights.before.slope + last @ known.weights.last.slope
        return value, gradient

    def _slopes(self, known: Known, ends: Ends) -> Slopes:
        """Return the derivatives of log L of each cell."""
        r, alpha, a, b = known.parameters
        x, V = self.cells.frequency, known.weights.before.value
        alive = np.exp(ends.alive - ends.total)
        leaves = np.exp(np.minimum(ends.stays - ends.total, LARGEST))
        of_stays = np.where(self.can_leave, alive - leaves, 0.0)
        before, after = (-slope_risen(b + chances, a) for chances in (V, known.weights.all))
        own, both = (slope_risen(c, V) for c in (b, a + b))
        own_rise, both_rise = (slope_risen(c + V, known.weights.last.value) for c in (b, a + b))
        now = -(r + x) * alive / (alpha + known.now.value)
        then = -(r + x) * (1 - alive) / (alpha + known.then.value)
        by_parameters = np.stack(
            (
                log_rising(float(r), x).first
                - np.log1p(known.then.value / alpha)
                - alive * ends.silent,
                r / alpha + now + then,
                -both - of_stays * both_rise,
                own - both + of_stays * (own_rise - both_rise),
            )
        )
        of_weights = before + of_stays * (own_rise - both_rise), of_stays * after
        return Slopes(by_parameters, now, then, *of_weights)

    def standing(self, point: FloatArray) -> Standing:
        """Return who is alive at T, and what is ahead of them."""
        known = self.known(point)
        r, alpha, a, b = known.parameters
        ends = self._ends(known)
        return Standing(
            self.segments,
            self.cells,
            (known.bought, known.left),
            alive=np.exp(ends.alive - ends.total),
            m=r + self.cells.frequency,
            age=alpha + known.now.value,
            last=alpha + known.then.value,
            a=float(a),
            b=b + known.weights.all,
        )


class Standing(NamedTuple):
    """Where customers stand at the end of observation, at given parameters."""

    segments: PathSegments
    cells: PathCells
    clocks: tuple[Process, Process]
    alive: FloatArray  # P(alive at T)
    m: FloatArray  # r + x
    age: FloatArray  # α + A(T)
    last: FloatArray  # α + A(t_x)
    a: float
    b: FloatArray  # b + W

    @property
    def rates(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What is known of purchase rates: r + x, α + A(T) and α + A(t_x)."""
        return self.m, self.age, self.last

    def some(self, rows: slice | IntArray) -> Standing:
        """Return that of some cells."""
        bought, left = (each.some(rows) for each in self.clocks)
        known = {name: getattr(self, name)[rows] for name in NUMBERS}
        return self._replace(cells=self.cells.some(rows), clocks=(bought, left), **known)

    def ahead(self, until: float | FloatArray, rate: float = 0.0) -> AheadAtPurchase:
        """Return what is ahead of those who are alive."""
        pieces = list(pieces_ahead(self.segments, self.cells, self.clocks, until, rate))
        return AheadAtPurchase(self.m, self.age, self.a, self.b, pieces)

    def passed(self, until: float | FloatArray) -> FloatArray:
        """Return how far the clock of purchases runs until then."""
        bought, cells = self.clocks[0], self.cells
        now = cells.birth + cells.age
        then = self.segments.at(cells.path, now + until)
        clock = bought.clock
        passed = clock.at(then, now + until)[0] - clock.at(cells.ends_in, now)[0]
        return np.asarray(bought.factor * passed)

    def after_a_purchase(self, until: float | FloatArray) -> tuple[FloatArray, Standing]:
        """Return that of customers who have bought once more, and the probability to stay then.

        The power of dropout at this purchase is the mean of the time ahead: two purchases are asked
        about, the first of which may come at any time.
        """
        weight = self.ahead(until).mean_weight
        stays = risen(self.b, weight) - risen(self.a + self.b, weight)
        return np.exp(stays), self._replace(m=self.m + 1, b=self.b + weight)


NUMBERS = ("alive", "m", "age", "last", "b")  # of a standing, one for each cell


SMALL = 1e-4  # share of c, below which n is, for derivatives of log Γ in the middle
LARGEST = 300.0  # of a logarithm: further out, the search turns back


def risen(c: FloatArray, n: FloatArray) -> FloatArray:
    """Return log Γ(c + n) - log Γ(c), which does not cancel where n is small."""
    found, few = log_rising_ratio(c, n), np.flatnonzero(n < SMALL * c)
    found[few] = n[few] * special.digamma(c[few] + n[few] / 2)
    return found


def slope_risen(c: FloatArray, n: FloatArray) -> FloatArray:
    """Return ψ(c + n) - ψ(c), likewise."""
    c, n = np.broadcast_arrays(c, n)
    found = np.asarray(special.digamma(c + n) - special.digamma(c))
    few = np.flatnonzero(n < SMALL * c)
    found[few] = n[few] * special.zeta(2, c[few] + n[few] / 2)
    return found
