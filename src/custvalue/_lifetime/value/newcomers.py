"""New customers, of whom no more is known than a first purchase and perhaps covariates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from custvalue._columns import one_dimensional
from custvalue._histories.covariates.pattern_cells import require_kind
from custvalue._histories.covariates.table import of_new_customers
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, TimeUnit, declared_unit, horizon_in
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.purchasing.inversion import time_of
from custvalue._lifetime.value.buyers import Buyers, buyers
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True)
class Newcomers:
    """Those of whom no more is known than a first purchase now, and what is asked of models."""

    history: PurchaseHistory
    unit: TimeUnit
    horizon: Horizon | None
    rate: float
    buying: PurchaseHistory | None = None  # those of groups

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

    def of_groups(self, customers: PurchaseHistory | None) -> Newcomers:
        """Return the same customers who are of groups, if they are of any."""
        if customers is None:
            return self
        if len(self.history) not in (1, len(customers)):
            raise DataError(
                f"group must be of the same customers as covariates, but it is of "
                f"{len(customers):,} and they are of {len(self.history):,}. Give one row for each."
            )
        return replace(self, buying=customers)

    def purchases(self, model: Any, horizon: Horizon | None = None) -> FloatArray:
        """Return discounted repeat purchases, within the horizon asked for or another one."""
        who = self.history if self.buying is None else self.buying
        ahead: FloatArray = model.discounted_expected_purchases(
            who, annual_discount_rate=self.rate, horizon=horizon or self.horizon
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


def buyers_won(purchases: Any, group: Any) -> tuple[Buyers, PurchaseHistory | None]:
    """Return who says how often new customers buy, and these, where they are of groups."""
    asked: dict[str, Any] = {"argument": "group", "example": "group='north'"}
    if group is None or not isinstance(purchases, GroupFits):
        return buyers(purchases, None, labels=group, **asked), None
    one = isinstance(group, str) or not hasattr(group, "__iter__")
    labels = [group] if one else group
    if not len(one_dimensional("group", labels)):
        raise ParameterError("group is empty. Give the group of one customer, or of several.")
    born = _born(len(labels), declared_unit(purchases.unit, "GroupFits"))
    return buyers(purchases, born, labels=labels, **asked), born


def mean_parts(each: FloatArray, purchases: FloatArray) -> FloatArray:
    """Return the parts of the mean over customers of what their purchases are worth."""
    parts = each * purchases
    return parts / len(parts)


def mean_worth(each: FloatArray, purchases: FloatArray) -> float:
    """Return the mean over customers of what their purchases are worth."""
    return float((each * purchases).mean())
