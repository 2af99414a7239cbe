"""The customer base: purchase histories, the models fitted to them, and who is active."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import lifetime
from custvalue._inference.ends import normal_quantile
from custvalue._inference.interval import Interval
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit, PurchasesAtAnyTime
from custvalue._lifetime.value.worth import delta_variance
from custvalue._numerics.estimates import TotalEstimate
from custvalue._report.study import Lifetime, PurchaseModelName, Transactions
from custvalue._rows import FloatArray
from custvalue.lifetime import (
    CustomerLifetimeValue,
    Fit,
    GammaGamma,
    ModelComparison,
    PurchaseHistory,
)

LEVEL = 0.95
NEXT = "1 year"  # how far ahead purchases are expected where the study does not say
METHOD = "normal, uncertainty of the parameters and of the customers"


@dataclass(frozen=True)
class Customers:
    """The customers of a log with the models fitted to them."""

    history: PurchaseHistory
    purchases: PurchaseFit[Any]
    spend: Fit[GammaGamma] | None  # None where the log has no amounts
    value: CustomerLifetimeValue | None  # None where the study has no ``[lifetime]``
    horizon: str = NEXT
    contest: ModelComparison | None = None  # None where the study names the model

    @cached_property
    def alive(self) -> FloatArray:
        """Probability of each customer to be one still, shape (customers,)."""
        return self.purchases.probability_alive(self.history)

    @cached_property
    def expected(self) -> FloatArray:
        """Purchases expected of each customer within the horizon, shape (customers,)."""
        return np.asarray(self.purchases.model.expected_purchases(self.history, self.horizon))

    @cached_property
    def alive_by_definition(self) -> int:
        """Customers with one purchase whom the model counts as active, whatever their silence."""
        single = self.history.frequency == 0
        return int(single.sum()) if (self.alive[single] == 1).all() else 0

    @cached_property
    def judged(self) -> npt.NDArray[np.bool_]:
        """Of whom the model says whether they are active, not by definition only."""
        back = self.history.frequency > 0
        return back if self.alive_by_definition else np.ones(len(back), dtype=np.bool_)

    @cached_property
    def active(self) -> float:
        """How many of these customers are expected to be active."""
        return float(self.alive[self.judged].sum())

    @cached_property
    def alive_interval(self) -> Interval | None:
        """The 95 % interval of how many of these are active; None without standard errors.

        Σ p_i has the variance Σ p_i (1 - p_i), because each customer is active or not, and the
        variance that the uncertainty of the parameters brings (delta method).
        """

        def total(model: Any) -> float:
            return float(model.probability_alive(self.history)[self.judged].sum())

        known = delta_variance(self.purchases, total)
        if known is None:
            return None
        alive = self.alive[self.judged]
        chance = float((alive * (1 - alive)).sum())
        reach = normal_quantile(LEVEL) * math.sqrt(known + chance)
        low, high = max(self.active - reach, 0.0), min(self.active + reach, float(len(alive)))
        return Interval(low=low, high=high, level=LEVEL, method=METHOD)

    @cached_property
    def purchases_ahead(self) -> tuple[float, Interval | None]:
        """The purchases that are expected of all customers within the horizon, and how surely."""

        def total(model: Any) -> float:
            return float(model.expected_purchases(self.history, self.horizon).sum())

        expected = total(self.purchases.model)
        known = delta_variance(self.purchases, total)
        if known is None:
            return expected, None
        n, error = len(self.history), math.sqrt(known)
        estimate = TotalEstimate(
            name="purchases", value=expected, standard_error=error, n=n, effective_n=n
        )
        return expected, estimate.confidence_interval(LEVEL)


def read_history(asked: Transactions, log: Any) -> PurchaseHistory:
    """Make purchase histories of the log, by the rules of the study."""
    rules = (
        *("after_end", "returns", "return_columns", "unmatched_returns", "largest_spend"),
        *("zero_spend", "duplicates", "date_format", "time_zone"),
    )
    given = {name: getattr(asked, name) for name in rules if getattr(asked, name) is not None}
    return PurchaseHistory.from_transactions(
        log,
        customer=asked.customer,
        date=asked.date,
        spend=asked.spend,
        observation_end=asked.observation_end,
        unit=asked.unit,
        **given,
    )


def fit_customers(
    history: PurchaseHistory, model: PurchaseModelName, asked: Lifetime | None
) -> Customers:
    """Fit the models, and value the customers if the study says how."""
    contest = compared(history) if model == "recommended" else None
    purchases = getattr(lifetime, model).fit(history) if contest is None else contest.best
    if history.monetary_value is None or asked is None:
        return Customers(history, purchases, None, None, contest=contest)
    spend = GammaGamma.fit(history, refunded=asked.refunded)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=purchases,
        spend=spend,
        horizon=asked.horizon,
        annual_discount_rate=asked.annual_discount_rate,
        margin=asked.margin,
    )
    return Customers(history, purchases, spend, value, asked.horizon, contest)


def compared(history: PurchaseHistory) -> ModelComparison:
    """Compare the models in which customers leave."""
    models: list[type[PurchasesAtAnyTime]] = [lifetime.ParetoNBD, lifetime.GammaGompertzNBD]
    if history.entry is None:
        models = [lifetime.BGNBD, lifetime.MBGNBD, *models]
        if history.log_intervals is not None:
            models += [lifetime.BGCNBD, lifetime.MBGCNBD]
    return lifetime.compare_models(history, models=models)
