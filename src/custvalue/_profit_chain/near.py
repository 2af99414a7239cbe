"""The gain of points at every draw, by a parabola of everything that is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from custvalue._profit_chain.expansion import Parabola
from custvalue._profit_chain.influences import at_coordinates, coordinates
from custvalue._profit_chain.links import Links
from custvalue._profit_chain.worth_of_points import (
    Ahead,
    Question,
    purchases_of_each,
    spend_of_each,
)
from custvalue._rows import FloatArray

SAMPLED = 800  # customers on whom draws are evaluated; the others are as these are


class Models(NamedTuple):
    """What is moved."""

    purchases: Any
    spend: Any  # of the base; None where there is none
    links: Links


@dataclass(frozen=True, eq=False)
class Near:
    """The gain of some customers as a parabola of everything that is drawn."""

    parabola: Parabola
    axes: FloatArray  # (axes, coordinates), along each of which draws have the deviation 1
    value: float  # of these customers, without the points

    @classmethod
    def of(
        cls, models: Models, asked: Question, base: FloatArray, *, delta: float, spread: float
    ) -> Near:
        """Take customers from all sizes of value."""
        rows = np.arange(len(base))
        if len(base) > SAMPLED:
            order = np.argsort(base, kind="stable")
            rows = np.sort(order[np.linspace(0, len(base) - 1, SAMPLED).astype(np.int64)])
        mask = np.zeros(len(base), dtype=np.bool_)
        mask[rows] = True
        gain = _Gain(models, asked, mask, delta)
        axes = gain.axes(models.links.moves, spread)
        parabola = Parabola.of(lambda along: gain(along @ axes), np.ones(len(axes)))
        return cls(parabola, axes, float(base[rows].sum()))

    def drawn(self, links: Links, more: FloatArray) -> FloatArray:
        """Return the gain at each draw; `more` are points of satisfaction beyond the whole's."""
        size = self.axes.shape[1] - 1
        moves = np.column_stack((links.moves[:, :size], more))
        return self.parabola.at(moves @ np.linalg.pinv(self.axes))


class _Gain:
    """The gain of some customers at moved coordinates: behaviour, spend, points at last."""

    def __init__(self, models: Models, asked: Question, mask: Any, delta: float) -> None:
        self.models, self.asked, self.delta = models, asked, delta
        self.history = asked.history.select(mask)
        self.behaviour = coordinates(models.purchases)
        self.spending = {} if models.spend is None else coordinates(models.spend)
        self.mask = mask
        self.ahead: dict[float, Ahead] = {}
        self.purchases: dict[Any, tuple[FloatArray, FloatArray]] = {}
        self.size = (
            len(self.behaviour) + len(self.spending) + (models.links.spend_place is not None)
        )

    def __call__(self, moved: FloatArray) -> float:
        first, then = len(self.behaviour), len(self.behaviour) + len(self.spending)
        before, after = self._purchases(moved[:first], self.delta + float(moved[-1]))
        spend = np.ones(len(self.history))
        if self.models.spend is not None:
            there = self._at(self.spending, moved[first:then])
            spend = spend_of_each(at_coordinates(self.models.spend, there), self.history)
        ratio = self.models.links.spend_ratio + (moved[then] if self.size > then else 0.0)
        more = math.exp(ratio * (self.delta + float(moved[-1])))
        return float(self.asked.margin * spend @ (more * after - before))

    def axes(self, moves: FloatArray, spread: float) -> FloatArray:
        """Return principal axes of draws, of purchases, of spend, and of the rest each its own.

        Parameters of one fit move together: a step of one alone would lead where no draw is.
        """
        first, then = len(self.behaviour), len(self.behaviour) + len(self.spending)
        found = np.zeros((self.size + 1, self.size + 1))
        for some in (slice(0, first), slice(first, then)):
            if some.start < some.stop:
                _, size, axes = np.linalg.svd(moves[:, some], full_matrices=False)
                deviations = size[:, None] / math.sqrt(len(moves))
                found[some.start : some.start + len(size), some] = deviations * axes
        if self.size > then:
            found[then, then] = moves[:, then].std()
        found[-1, -1] = spread
        return np.asarray(found[np.abs(found).max(axis=1) > 0])

    def _purchases(self, moved: FloatArray, delta: float) -> tuple[FloatArray, FloatArray]:
        """Return purchases without and with the points, computed once for all moves of spend."""
        key = moved.tobytes(), delta
        if key not in self.purchases:
            model = at_coordinates(self.models.purchases, self._at(self.behaviour, moved))
            if delta not in self.ahead:
                self.ahead[delta] = Ahead.of(model, self.asked, self.mask, delta)
            ahead = self.ahead[delta]
            self.purchases[key] = (
                purchases_of_each(ahead.plain, model, self.asked),
                purchases_of_each(ahead.more, model, self.asked),
            )
        return self.purchases[key]

    @staticmethod
    def _at(values: dict[str, float], moved: FloatArray) -> dict[str, float]:
        return dict(zip(values, (np.array([*values.values()]) + moved).tolist(), strict=True))
