"""Predictions of purchases at opportunities, of which there are so many and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import numpy as np

from custvalue._histories.opportunities import OpportunityCells, OpportunityHistory
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.counts import FAINT, Distribution
from custvalue._lifetime.prediction.outcome import ends, nothing
from custvalue._lifetime.prediction.parameters import points
from custvalue._lifetime.prediction.question import Columns, Money
from custvalue._numerics.quadrature import slices
from custvalue._rows import FloatArray
from custvalue._words import count
from custvalue.errors import DataError

HELD = 1 << 20  # probabilities held at a time


class BoundedCounts(NamedTuple):
    """P(Y >= n) for n = 0 … one more than can be, at several points of the parameters."""

    alive: FloatArray  # (points, cells)
    tail: FloatArray  # (points, n, cells)

    @classmethod
    def of(cls, alive: FloatArray, given_alive: FloatArray) -> Self:
        """Add up probabilities of shape (points, cells, n), given alive."""
        above = np.cumsum(given_alive[..., :0:-1], axis=-1)[..., ::-1]  # of 1, 2, …
        tail = np.swapaxes(alive[..., None] * above, 1, 2)
        certain, never = np.ones_like(tail[:, :1]), np.zeros_like(tail[:, :1])
        return cls(alive, np.concatenate((certain, tail, never), axis=1))

    def at_least(self, n: FloatArray) -> FloatArray:
        """Return P(Y >= n) at each point, for n of each cell."""
        at = np.minimum(n.astype(np.intp), self.tail.shape[1] - 1)
        found: FloatArray = self.tail[:, at, np.arange(len(at))]
        return found

    def tails(self) -> Iterator[tuple[float, FloatArray]]:
        """Yield n and P(Y >= n), from 1 on."""
        for n in range(1, self.tail.shape[1]):
            yield float(n), self.tail[:, n]


class AtOpportunities(NamedTuple):
    """A question about a history of opportunities."""

    history: OpportunityHistory
    ahead: int
    annual: float
    counted: str = "opportunities taken after the last one observed"

    @classmethod
    def of(cls, model: Any, history: OpportunityHistory, ahead: int, annual: float) -> Self:
        """Check the arguments."""
        model.discounted_expected_purchases(
            history, annual_discount_rate=annual, opportunities=ahead
        )
        many = np.flatnonzero(history.customers != 1)
        if many.size:
            hint = (
                "Give one row per customer, or ask expected_purchases(history, opportunities), "
                "which takes rows of several customers."
            )
            raise DataError.at_rows("customers", "1", many, history.customers[many], hint)
        return cls(history, ahead, annual)

    @property
    def horizon(self) -> str:
        """How far ahead, in words."""
        return count(self.ahead, "opportunity", "opportunities")

    def answer(self, model: Any) -> FloatArray:
        """Return P(alive), purchases given alive, and these discounted; shape (3, n)."""
        alive = model.probability_alive(self.history)
        expected = [
            model.discounted_expected_purchases(
                self.history, annual_discount_rate=rate, opportunities=self.ahead
            )
            / np.maximum(alive, 1e-300)
            for rate in (0.0, self.annual)
        ]
        return np.stack((alive, *expected))

    def spread(self, cell_values: FloatArray) -> FloatArray:
        """Return the entries themselves: they are those of customers."""
        return cell_values

    def certain(self, model: Any) -> int:  # noqa: ARG002 - of models at any time
        """Return 0: anybody may have left."""
        return 0

    def outcomes(self, fit: Fit[Any], beyond: float, money: Money | None) -> Columns:
        """Return ends and probabilities of the purchases, and of the value in multiples of γ'."""
        spend = None if money is None else money.spend
        if not self.ahead:
            return nothing(len(self.history), spend)
        cells, days, spread = self.history.cells, self.history.cells.frequency, self.history.per_row
        if money is not None and (money.days != self.history.frequency).any():
            cells, days, spread = _every_row(self.history), money.days, self.spread
        models = list(points(fit))
        found = []
        for rows in slices(len(cells), max(1, HELD // (len(models) * (self.ahead + 2)))):
            counts = Distribution.of(self._counts(models, cells, rows), min(FAINT, beyond))
            found.append(ends(counts, beyond, spend, days[rows]))
        return {name: spread(np.concatenate([its[name] for its in found])) for name in found[0]}

    def _counts(self, models: list[Any], cells: OpportunityCells, rows: slice) -> BoundedCounts:
        """Return the distribution of counts of some of the cells at each point."""
        columns = (cells.frequency, cells.recency, cells.opportunities, cells.count)
        some, n = OpportunityCells(*(each[rows] for each in columns)), np.arange(self.ahead + 1.0)
        alive = [model._alive(some) for model in models]  # noqa: SLF001 - of its own room
        given = [model._counts_of_the_alive(some, n, self.ahead) for model in models]  # noqa: SLF001
        return BoundedCounts.of(np.stack(alive), np.stack(given))


def _every_row(history: OpportunityHistory) -> OpportunityCells:
    """Return a cell for each row."""
    columns = (history.frequency, history.recency, history.opportunities, history.customers)
    return OpportunityCells(*columns)
