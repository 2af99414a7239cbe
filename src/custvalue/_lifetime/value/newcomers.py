"""New customers, of whom no more is known than a first purchase and perhaps covariates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from custvalue._histories.covariates.pattern_cells import require_kind
from custvalue._histories.covariates.table import of_new_customers
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, TimeUnit, horizon_in
from custvalue._lifetime.purchasing.inversion import time_of
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError


@dataclass(frozen=True)
class Newcomers:
    """Those of whom no more is known than a first purchase now, and what is asked of models."""

    history: PurchaseHistory
    unit: TimeUnit
    horizon: Horizon | None
    rate: float

    @classmethod
    def of(cls, models: tuple[Any, Any], covariates: Any, unit: TimeUnit, *asked: Any) -> Newcomers:
        """Make one new customer, or one with each of the covariates."""
        driven = [each for each in models if getattr(each, "covariates", None) is not None]
        if covariates is None:
            for each in driven:
                require_kind(each)
            return cls(_born(1, unit), unit, *asked)
        if not driven:
            names = " and ".join(type(each).__name__ for each in models)
            raise ParameterError(
                f"these {names} have no covariates, so new customers are all alike. Omit "
                f"covariates."
            )
        known, _ = of_new_customers(covariates)
        return cls(replace(_born(len(known), unit), covariates=known), unit, *asked)

    def purchases(self, model: Any, horizon: Horizon | None = None) -> FloatArray:
        """Return discounted repeat purchases, within the horizon asked for or another one."""
        ahead: FloatArray = model.discounted_expected_purchases(
            self.history, annual_discount_rate=self.rate, horizon=horizon or self.horizon
        )
        return ahead

    def spend(self, model: Any) -> FloatArray:
        """Return the spend expected of a repeat purchase."""
        expected: FloatArray = model.expected_spend(self.history)
        return expected

    def payback(self, model: Any, each: FloatArray, needed: float) -> float | None:
        """Return when so much is expected from discounted repeat purchases; None if never."""
        if needed <= 0:
            return 0.0
        if needed > mean_worth(each, self.purchases(model)):
            return None
        end = math.inf if self.horizon is None else horizon_in(self.horizon, self.unit)

        def until(time: FloatArray) -> FloatArray:
            within = min(float(time[0]), end, 1e15)
            ahead = self.purchases(model, f"{within:.17g} {self.unit}s")
            return np.array([mean_worth(each, ahead)])

        return float(time_of(until, np.array([needed * (1 - 1e-12)]))[0])


def _born(customers: int, unit: TimeUnit) -> PurchaseHistory:
    none = np.zeros(customers)
    return PurchaseHistory.from_arrays(
        frequency=none, recency=none, age=none, monetary_value=none, unit=unit
    )


def mean_worth(each: FloatArray, purchases: FloatArray) -> float:
    """Return the mean over customers of what their purchases are worth."""
    return float((each * purchases).mean())
