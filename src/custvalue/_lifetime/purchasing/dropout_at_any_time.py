"""Customers who buy at random and leave at any time: what Pareto/NBD and its relatives share.

While alive, a customer buys with a rate λ of their own, which varies over customers as Gamma(r, α).
How long customers stay has nothing to do with how often they buy: the models differ in the survival
function S of lifetimes only. With m = r + x:

(1) L = Γ(r+x)/Γ(r) α^r [ (α+T)^-m S(T) + ∫ (α+τ)^-m (-S'(τ)) dτ ], from t_x to T
(2) P(alive) = share of the first term in (1)
(3) P(alive at T+u) = P(alive) S(T+u)/S(T)
(4) E[purchases, discounted by e^(-δu)] = P(alive) m/(α+T) ∫ e^(-δu) S(T+u)/S(T) du
(5) P(X(t) = n) = NBD(n; t) S(t) + ∫ NBD(n; τ) (-S'(τ)) dτ, from 0 to t
(6) P(active) = P(alive) m (α+T)^m ∫ (α+τ)^-(m+1) S(τ)/S(T) dτ, from T to T+t

For a customer known to be alive at T, (5) holds anew with r + x, α + T and S(T+τ)/S(T).
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar, cast

import numpy as np
from scipy import special

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import PatternCells
from custvalue._histories.entry import EnteredCells
from custvalue._lifetime.covariates.purchases import DrivenByCovariates
from custvalue._lifetime.prediction.counts import CountParts
from custvalue._lifetime.priors.quantities import AT_ANY_TIME, Measure
from custvalue._lifetime.purchasing.calendar_likelihood import (
    CalendarLikelihood,
    Lifetime,
    probability_alive,
)
from custvalue._lifetime.purchasing.purchase_model import Drawn, drawn_at_random
from custvalue._numerics.gamma_functions import log_choices, log_rising
from custvalue._numerics.maximum import Objective
from custvalue._numerics.quadrature import HELD, legendre, slices
from custvalue._rows import FloatArray
from custvalue._values import Positive

MANY = 500  # cells


class Stay(Lifetime, Protocol):
    """How long customers stay, for given parameters, and what follows from that."""

    def log_odds_left(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """Return log of the second term in (1) over the first; -inf where t_x = T."""
        ...

    def after(self, time: float) -> Self:
        """Return the lifetime that is left of those who have been alive for a time."""
        ...

    def first_purchase(self, x: FloatArray, T: FloatArray, until: float | FloatArray) -> FloatArray:
        """Return P(a purchase before death and horizon | alive at T), in (6)."""
        ...

    def time_alive(self, T: FloatArray, until: float, rate: float) -> FloatArray:
        """Return the integral in (4), the (discounted) time that one stays, up to the horizon."""
        ...

    def log_left_after(self, n: FloatArray, t: float, m: FloatArray, T: FloatArray) -> FloatArray:
        """Return log of the integral in (5), without its binomial coefficient, from T on.

        For each n of each customer, shape (len(T), len(n)).
        """
        ...

    def time_of_fall(self, start: FloatArray, fall: FloatArray) -> FloatArray:
        """Return how long after `start` log S has fallen by so much."""
        ...

    def draw(self, customers: int, random: np.random.Generator) -> FloatArray:
        """Draw how long each customer stays."""
        ...


FormulaT = TypeVar("FormulaT", bound=Callable[..., FloatArray])


def by_entry(formula: FormulaT) -> FormulaT:
    """Let what is ahead of customers be asked of those, too, who are observed from some age on."""

    @wraps(formula)
    def answer(model: Any, cells: Cells, *args: Any) -> FloatArray:
        if not isinstance(cells, EnteredCells):
            return formula(model, cells, *args)

        def of_entry(entry: float, known: Cells) -> FloatArray:
            after = model._after(entry)  # noqa: SLF001 - of the class below
            return known.by_pair(lambda pairs: formula(after, pairs, *args))

        return cells.by_entry(of_entry)

    return cast("FormulaT", answer)


class LeavesAtAnyTime(DrivenByCovariates):
    """A model of customers who buy at random and may leave at any time."""

    _likelihood: ClassVar[type[CalendarLikelihood]]
    _enters: ClassVar[bool] = True

    if TYPE_CHECKING:  # declared by each model
        r: Positive
        alpha: Positive

    @property
    @abstractmethod
    def _lifetime(self) -> Stay:
        """The distribution of lifetimes."""

    @classmethod
    def _objective(cls, cells: Cells) -> Objective:
        return cls._likelihood(cells)

    @classmethod
    def _measure(cls, given: Mapping[str, Any]) -> Measure:  # noqa: ARG003 - there is no k
        return AT_ANY_TIME

    def _after(self, time: float) -> Self:
        """Return the model of customers who have been alive for a time."""
        parameters: Any = self._lifetime.after(time)
        return self.model_copy(update=parameters._asdict())

    def _log_likelihood(self, cells: Cells) -> FloatArray:
        """Return (1), with the sum in brackets as 1 + odds of having left.

        Where no purchase is nearly certain, the terms cancel: there it is log(1 - P(a purchase)).
        """
        if isinstance(cells, EnteredCells):
            return cells.by_entry(self._entered_log_likelihood)
        x, T, alpha = cells.frequency, cells.age, self.alpha
        times = -self.r * np.log1p(T / alpha) - x * np.log(alpha + T)
        times = times + self._lifetime.log_survival(T)
        odds = self._lifetime.log_odds_left(x, cells.recency, T)
        total: FloatArray = log_rising(self.r, x).value + times + np.logaddexp(0, odds)
        certain = np.flatnonzero((x == 0) & (total > -0.5))
        new, each = np.zeros(len(certain)), self._some(certain)._lifetime  # noqa: SLF001
        total[certain] = np.log1p(-each.first_purchase(new, new, T[certain]))
        return total

    def _alive(self, cells: Cells) -> FloatArray:
        """Return (2): by sums that many cells share on a calendar, else by its odds."""
        if isinstance(cells, EnteredCells):
            return cells.by_entry(self._entered_alive)
        if len(cells) < MANY or cells.grid is None:
            return special.expit(-self._lifetime.log_odds_left(*cells.known))
        alive = probability_alive(cells, self._lifetime)
        lost = np.flatnonzero(np.isnan(alive))
        if lost.size:
            columns = (column[lost] for column in cells.known)
            alive[lost] = special.expit(-self._lifetime.log_odds_left(*columns))
        return alive

    def _entered_log_likelihood(self, entry: float, cells: Cells) -> FloatArray:
        """Return equation (1) of ``entry.py``."""
        bought, entered, known = cells.frequency > 0, *self._entered(entry, cells)
        with np.errstate(divide="ignore"):
            gone = np.log(-np.expm1(entered))
        return np.where(bought, known, np.logaddexp(gone, known))

    def _entered_alive(self, entry: float, cells: Cells) -> FloatArray:
        """Return equation (2) there."""
        entered, known = self._entered(entry, cells)
        with np.errstate(divide="ignore"):
            odds = np.log(-np.expm1(entered)) - known
        alive = LeavesAtAnyTime._alive(self._after(entry), cells)
        return alive * np.where(cells.frequency > 0, 1.0, special.expit(-odds))

    def _entered(self, entry: float, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """Return log S(c) and, for each cell, log of S(c) L_c."""
        entered = self._lifetime.log_survival(np.array([entry]))
        return entered, entered + LeavesAtAnyTime._log_likelihood(self._after(entry), cells)

    @by_entry
    def _stays(self, cells: Cells, later: float) -> FloatArray:
        return np.exp(-self._lifetime.log_fall(cells.age, np.full(len(cells), later)))

    @by_entry
    def _buys(self, cells: Cells, until: float) -> FloatArray:
        x, _, T = cells.known
        return self._lifetime.first_purchase(x, T, until)

    @by_entry
    def _purchases(self, cells: Cells, until: float, rate: float) -> FloatArray:
        x, _, T = cells.known
        alike = np.ndim(T) > 0 and not isinstance(cells, PatternCells)
        each_T, row = np.unique(T, return_inverse=True) if alike else (T, ...)
        time_alive = self._lifetime.time_alive(each_T, until, rate)[row]
        return (self.r + x) / (self.alpha + T) * time_alive

    def _counts(self, n: FloatArray, until: float, cells: Cells) -> FloatArray:
        if isinstance(cells, EnteredCells):
            return cells.by_entry(
                lambda entry, known: LeavesAtAnyTime._counts(self._after(entry), n, until, known)
            )
        result = np.empty((len(cells), len(n)))
        for rows in slices(len(cells), HELD // len(n) + 1):
            each = self._some(rows)
            m, T = each.r + cells.frequency[rows], cells.age[rows]
            left = each._lifetime.log_left_after(n, until, m, T)  # noqa: SLF001
            m, a = m[:, None], (each.alpha + T)[:, None]
            stayed = special.xlogy(n, until / (a + until)) - m * np.log1p(until / a)
            stayed -= each._lifetime.log_fall(T, np.full(len(T), until))[:, None]  # noqa: SLF001
            result[rows] = np.exp(log_choices(m, n) + np.logaddexp(stayed, left))
        return result

    def _count_parts(self, cells: Cells, until: float) -> CountParts:
        """Return (5) as a mean over times of leaving, at quantiles, and over those who stay."""
        if isinstance(cells, EnteredCells):  # at one age
            part = cells.parts[0]
            return self._after(part.entry)._count_parts(part.cells, until)  # noqa: SLF001
        x, T = cells.frequency, cells.age
        places, weights = legendre(8 + math.ceil(3 * math.sqrt(1 + x.max())))
        fall = self._lifetime.log_fall(T, np.full(len(T), until))
        leaves = -np.expm1(-fall)
        left = self._lifetime.time_of_fall(T, -np.log1p(-leaves * places[:, None]))
        times = np.vstack((left, np.full(len(T), until)))
        weight = np.vstack((weights[:, None] * leaves, np.exp(-fall)))
        return CountParts.without_dropout(weight, (self.r + x)[None], times / (self.alpha + T))

    def _draw(self, T: FloatArray, random: np.random.Generator) -> Drawn:
        rate = random.gamma(self.r, 1 / self.alpha, len(T))
        lifetime = self._lifetime.draw(len(T), random)
        return drawn_at_random(rate, np.minimum(lifetime, T), random)
