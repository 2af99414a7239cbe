"""Customers who leave at a purchase: what BG/NBD, MBG/NBD and their regular relatives share.

They differ in two things: whether a customer can leave at the first purchase already, and how
regularly customers buy. Of a customer who is alive at T, all that is ahead of one who buys at
random follows from λ ~ Gamma(r + x, α + T) and p ~ Beta(a, b + c), where c counts the chances to
leave that were passed, x or x + 1; so known customers and new ones have the same formulas.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.pattern_cells import PatternCells
from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.covariates.cell_by_cell import LeavingAtPurchaseCells
from custvalue._lifetime.covariates.changing.at_purchase import PurchasePaths
from custvalue._lifetime.covariates.links import Links, leaving_at_purchase
from custvalue._lifetime.covariates.purchases import DrivenByCovariates
from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._lifetime.priors.quantities import AtPurchases, Measure
from custvalue._lifetime.purchasing.dropout_likelihood import (
    LogLikelihood,
    Symbols,
    limit,
    log_likelihood,
    log_odds_left,
    starting_points,
)
from custvalue._lifetime.purchasing.inversion import times_from_table
from custvalue._lifetime.purchasing.purchase_model import Drawn, PurchasesAtAnyTime
from custvalue._lifetime.value.discounting import finite_lifetime
from custvalue._numerics.gamma_functions import log_choices, log_rising_ratio
from custvalue._numerics.limits import LARGE, NOBODY
from custvalue._numerics.maximum import Objective
from custvalue._numerics.quadrature import (
    Part,
    beta_mean,
    from_few_ages,
    panels_of,
    share_of_digits,
)
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue._words import count, number


class LeavesAtPurchase(PurchasesAtAnyTime):
    """A model in which customers leave at a purchase, at the first one already or not."""

    _first: ClassVar[int]  # 1 where customers can leave at the first purchase, else 0

    if TYPE_CHECKING:  # declared below, k before them where there is one
        r: Positive
        alpha: Positive
        a: Positive
        b: Positive

    @property
    def _symbols(self) -> Symbols:
        return Symbols(self.r, self.alpha, self.a, self.b, self._first)

    @classmethod
    def _measure(cls, given: Mapping[str, Any]) -> Measure:
        return AtPurchases(given.get("k", 1))

    def _check_total(self) -> None:
        finite_lifetime("a", float(np.min(self.a)))

    def _active_by_definition(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        return np.zeros(len(x), dtype=np.bool_) if self._first else x == 0

    def _doubts(self, cells: Cells, value: float) -> Iterator[Doubt]:  # noqa: ARG002 - of any fit
        back = cells.count[cells.frequency > 0].sum()
        few_chances = cells.count @ cells.frequency < FEW_CHANCES * back
        if few_chances and max(self.a, self.b) < 1 / LARGE and self.a > NOBODY * self.b:
            oldest = f"{number(float(cells.age.max()))} {self.unit or 'time unit'}s"
            message = AT_ONCE_OR_NEVER.format(name=self._name, oldest=oldest)
            yield Doubt(reason="leave at once or never", message=message)
        once = int(cells.count[self._active_by_definition(cells.frequency)].sum())
        if once:
            message = ONE_TIME_BUYERS.format(name=self._name, once=count(once, "customer"))
            yield Doubt(reason="one-time buyers", message=message)

    @abstractmethod
    def _intervals(self, rate: FloatArray, random: np.random.Generator) -> FloatArray:
        """Return the time to the next purchase of customers with these rates."""

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        rate = random.gamma(self.r, 1 / self.alpha, len(T))
        leaving = random.beta(self.a, self.b, len(T))
        x, t_x, log_intervals = np.zeros((3, len(T)))
        here = np.flatnonzero(rate > 1e-300)
        if self._first:
            here = here[random.random(here.size) >= leaving[here]]
        while here.size:
            interval = self._intervals(rate[here], random)
            in_time = t_x[here] + interval <= T[here]
            here, interval = here[in_time], interval[in_time]
            x[here] += 1
            t_x[here] += interval
            log_intervals[here] += np.log(interval)
            here = here[random.random(here.size) >= leaving[here]]
        return Drawn(x, t_x, log_intervals)


FEW_CHANCES = 3.0  # repeat purchases of those who came back: too few to see them leave later
AT_ONCE_OR_NEVER = (
    "{name}: its forecasts cannot be trusted. In this fit customers leave at the first chance or "
    "never (a and b near 0), so whoever is still active stays for ever. Such a fit comes of an "
    "observation too short to see customers leave later. Observe for longer than {oldest}, or "
    "read forecasts beyond that time as upper bounds."
)
ONE_TIME_BUYERS = (
    "{name}: P(alive) is 1 by definition for the {once} with one purchase, however long ago it "
    "was, because this model lets customers leave only after a repeat purchase. Where it matters "
    "who is still active, use MBGNBD or ParetoNBD."
)


class RandomBuyers(DrivenByCovariates, LeavesAtPurchase):
    """A model of customers who buy at random and leave at a purchase."""

    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit: TimeUnit | None = None
    covariates: CovariateTerms | None = None

    _form_of_changing: ClassVar[DropoutForm | None] = "power"

    @classmethod
    def _along_paths(cls, segments: PathSegments, cells: PathCells) -> PurchasePaths:
        return PurchasePaths(segments, cells, first=cls._first)

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> Links:
        return leaving_at_purchase(form)

    @classmethod
    def _objective(cls, cells: Cells) -> Objective:
        return LogLikelihood(cells, first=cls._first)

    @classmethod
    def _cell_by_cell(cls, cells: Cells) -> LeavingAtPurchaseCells:
        return LeavingAtPurchaseCells(cells, first=cls._first)

    @classmethod
    def _start(cls, cells: Cells) -> list[dict[str, float]]:
        return starting_points(cells, cls)

    def _limit(self, cells: Cells) -> str:
        return limit(self._objective(cells), self._symbols, regular=False)

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        return log_likelihood(cells.frequency, cells.recency, cells.age, self._symbols)

    def _alive(self, cells: Cells) -> FloatArray:
        return special.expit(-log_odds_left(*cells.known, self._symbols))

    def _stays(self, cells: Cells, later: float) -> FloatArray:
        return stays(Alive.of(cells, self._symbols), later)

    def _leaves(self, cells: Cells, alive: FloatArray, shares: tuple[float, ...]) -> FloatArray:
        """By a table for each x: staying depends on the time as a share of α + T only."""
        if isinstance(cells, PatternCells):
            return super()._leaves(cells, alive, shares)
        found = np.empty((len(cells), len(shares)))
        for rows in np.split(np.arange(len(cells)), cells.starts[1:]):
            of_x = partial(self._stays_for, float(cells.frequency[rows[0]]))
            age = self.alpha + cells.age[rows]
            found[rows] = age[:, None] * times_from_table(of_x, alive[rows], shares)
        return found

    def _stays_for(self, x: float, tau: FloatArray) -> FloatArray:
        """Return P(alive at T + τ (α + T) | alive at T) of customers with x purchases."""
        p, one = self._symbols, np.ones(len(tau))
        return stays(Alive((p.r + x) * one, one, p.a, (p.b + x + p.first) * one), tau)

    def _buys(self, cells: Cells, until: float) -> FloatArray:
        known = Alive.of(cells, self._symbols)  # nobody leaves before the next purchase
        return -np.expm1(-known.m * np.log1p(until / known.age))

    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        if rate == 0 and until == math.inf:
            return all_purchases(self.a, Alive.of(cells, self._symbols).b)
        x, _, T = cells.known
        return purchases_ahead(x, T, until, rate, self._symbols)

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        return np.atleast_2d(purchase_counts(n, until, Alive.of(cells, self._symbols)))

    def _count_parts(self, cells: Cells, until: float) -> CountParts:
        m, age, a, b = Alive.of(cells, self._symbols)
        m, odds, b = (np.reshape(each, (1, -1)) for each in (m, until / age, b))
        one = np.ones(m.shape if isinstance(cells, PatternCells) else (1, 1))
        return CountParts(one, m, odds, a * one, b, np.zeros(1, dtype=np.int64))

    def _intervals(self, rate: FloatArray, random: np.random.Generator) -> FloatArray:
        return random.exponential(1 / rate)

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        return super()._draw(T, random)._replace(log_intervals=None)


class Alive(NamedTuple):
    """What is known of customers who are alive: λ ~ Gamma(m, age) and p ~ Beta(a, b)."""

    m: FloatArray
    age: FloatArray
    a: FloatArray | float
    b: FloatArray

    @classmethod
    def of(cls, cells: Cells, p: Symbols) -> Alive:
        """Update the parameters by what was observed."""
        x, _, T = cells.known
        return cls(p.r + x, p.alpha + T, p.a, p.b + x + p.first)


def purchases_ahead(
    x: FloatArray, T: FloatArray, until: float, rate: float, p: Symbols
) -> FloatArray:
    """Return the (discounted) purchases expected of customers who are alive.

    ∫ e^(-δu) dE[Y(u)] from 0 to the horizon. The closed form cancels, is 0/0 at a = 1 and overflows
    for frequent buyers; the mean over the dropout probability does not.
    """
    if until == 0:
        return np.zeros(np.shape(x))

    def at(x: FloatArray, age: FloatArray) -> FloatArray:
        m, tau, fall = p.r + x, until / age, rate * age
        effective = np.minimum(tau, DARK / fall) if rate > 0 else tau

        def kernel(leaving: FloatArray, rows: Part) -> FloatArray:
            return given_p(leaving, m[rows, None], tau[rows, None], fall[rows, None])

        return beta_mean(kernel, p.a, p.b + p.first + x, (m + 1) * effective)

    differ = np.ndim(p.a) > 0 or np.ndim(p.b) > 0  # covariates of dropout: no x is like another
    return at(x, p.alpha + T) if differ else from_few_ages(at, x, p.alpha + T)


def all_purchases(a: float, b: FloatArray) -> FloatArray:
    """Return E[1/p], p ~ Beta(a, b), a > 1: all purchases ahead, up to the one to leave at.

    Examples
    --------
    >>> all_purchases(2.0, np.array([3.0]))
    array([4.])
    """
    return 1 + b / (a - 1)


def given_p(p: FloatArray, m: FloatArray, tau: FloatArray, fall: FloatArray) -> FloatArray:
    """Return the mean over λ of ∫ λ exp(-λpu - δu) du: the purchases of customers who leave with p.

    With (1 + pu)^-m = e^-y the integral is ∫ exp(-y - (fall / p) (e^(y/m) - 1)) dy / p, which is
    cut where it has fallen by e^-40. Panels of 3 in y/m hold both exponentials; the deeper the
    fall, the more nodes.
    """
    end = m * np.log1p(p * tau)
    if not np.count_nonzero(fall):
        return -np.expm1(-end) / p
    steep = fall / p
    end = np.minimum(end, np.minimum(DARK / (1 + steep / m), m * np.log1p(DARK / steep)))
    panels = math.ceil(float((end / m).max()) / 3)
    depth = float((end + steep * np.expm1(end / m)).max())
    nodes = share_of_digits() * min(24, 8 + math.ceil(0.75 * depth))
    places, weights = panels_of(math.ceil(nodes), panels)
    total, together = np.zeros(p.size), HELD // p.size + 1
    for first in range(0, len(places), together):
        some = slice(first, first + together)
        y = np.multiply.outer(places[some], end)
        density = np.exp(-y - steep * np.expm1(y / m))
        total += weights[some] @ density.reshape(-1, p.size)
    return total.reshape(p.shape) * end / p


DARK = 40.0  # e^-40: nothing is seen beyond it
HELD = 1 << 14  # points held at a time


def stays(known: Alive, later: float | FloatArray) -> FloatArray:
    """Return E[(1 + pτ)^-m], the probability to be alive a time τ = later / age ahead.

    Given λ and p, customers leave at the rate λp.
    """
    m, tau = known.m, later / known.age

    def kernel(p: FloatArray, rows: Part) -> FloatArray:
        return np.exp(-m[rows, None] * np.log1p(p * tau[rows, None]))

    return beta_mean(kernel, known.a, known.b, (m + 1) * tau, steep=True, power=m)


def purchase_counts(n: FloatArray, t: float, known: Alive) -> FloatArray:
    """Return P(Y(t) = n), Fader, Hardie & Lee (2005), equation (8), shape (cells, len(n)).

    Either n purchases and never left, or left after the n-th, where more would have followed or
    not: that sum is a regularised incomplete beta function.
    """
    m, age, b = known.m[..., None], known.age[..., None], known.b[..., None]
    a = np.asarray(known.a)[..., None]
    share, before = t / (age + t), np.maximum(n - 1, 0)
    nbd = log_choices(m, n) - m * np.log1p(t / age) + special.xlogy(n, share)
    away = log_rising_ratio(a + b, n)
    stayed = np.exp(log_rising_ratio(b, n) - away + nbd)
    left = a * np.exp(log_rising_ratio(b, before) - away)
    return stayed + np.where(n > 0, left * special.betainc(np.maximum(n, 1), m, share), 0.0)
