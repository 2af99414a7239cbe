"""What customers are worth along the paths of their satisfaction, and with points on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from custvalue._lifetime.covariates.changing.answers import Along
from custvalue._profit_chain.linked import Paths, as_covariates, fading
from custvalue._rows import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Question:
    """Who is valued, and how far ahead."""

    history: Any
    paths: Paths
    spend: Any  # a fitted model of spend; None where it is not known
    last: int
    until: float  # units of time
    rate: float  # continuous, of a unit
    days: float  # of a unit
    margin: float
    decay: str | None


@dataclass(frozen=True, eq=False)
class Ahead:
    """Customers laid out as they are, and with points on top."""

    plain: Along
    more: Along

    @classmethod
    def of(cls, model: Any, asked: Question, rows: IntArray | None, points: float) -> Ahead:
        """Lay out all customers, or some."""
        history = asked.history if rows is None else asked.history.select(rows)

        def along(extra: float) -> Along:
            later = fading(extra, asked.last, asked.until * asked.days, asked.decay)
            covariates = as_covariates(asked.paths, asked.last, later)
            return Along.of(model, history.with_changing(covariates), asked.until)

        return cls(along(0.0), along(points))


def purchases_of_each(along: Along, model: Any, asked: Question) -> FloatArray:
    """Return the discounted purchases of each customer along a path."""
    standing = along.standing(model)
    return along.spread(standing.alive * standing.ahead(asked.until, asked.rate).purchases)


def spend_of_each(model: Any, history: Any) -> FloatArray:
    """Return the expected spend of a purchase; 1 where no spend is known."""
    return np.ones(len(history)) if model is None else np.asarray(model.expected_spend(history))
