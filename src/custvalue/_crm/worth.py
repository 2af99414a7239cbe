"""What customers are worth: value, P(alive), purchases ahead and tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._crm.card import Known
from custvalue._crm.part import Part, number_or_none, require_once, spread
from custvalue._crm.tiers import Tiers, places_of
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError

NUMBERS = ("value", "probability_alive", "purchases")


@dataclass(frozen=True, eq=False, repr=False)
class Worth(Part):
    """Values of all customers, NaN where none is known."""

    numbers: dict[str, FloatArray]  # value, value_low, …
    horizon: str
    level: float | None
    tier: LabelArray | None
    tier_sure: FloatArray | None  # 1, 0, or NaN without an interval
    limits: dict[str, float]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the numbers, and the tier."""
        found: dict[str, npt.NDArray[Any]] = dict(self.numbers)
        if self.tier is not None:
            found["tier"] = self.tier
        if self.tier_sure is not None:
            found["tier_sure"] = self.tier_sure
        return found

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the numbers of one customer."""
        found: dict[str, Any] = {}
        for name in NUMBERS:
            if name not in self.numbers or np.isnan(self.numbers[name][row]):
                continue
            ends = [self.numbers.get(f"{name}_{end}") for end in ("low", "high")]
            low, high = (None if its is None else number_or_none(its[row]) for its in ends)
            found[name] = Known(float(self.numbers[name][row]), low, high)
        if not found:
            return {}
        found |= {"horizon": self.horizon, "level": self.level}
        if self.tier is not None and self.tier[row]:
            found["tier"] = str(self.tier[row])
        if self.tier_sure is not None and not np.isnan(self.tier_sure[row]):
            found["tier_sure"] = bool(self.tier_sure[row])
        return found


def checked_prediction(prediction: Any) -> npt.NDArray[Any]:
    """Return the identifiers of a prediction, each once."""
    if not isinstance(prediction, Prediction | CustomerLifetimeValue):
        raise ParameterError(
            f"prediction must be what fit.predict(history, …) or "
            f"lifetime.customer_lifetime_value(…) returns, but it is "
            f"{type(prediction).__name__}."
        )
    if getattr(prediction, "count", None) is not None:
        raise DataError(
            "prediction is of cells of customers who are alike, which have no identifiers. Value "
            "a PurchaseHistory instead."
        )
    hint = "Value every customer once."
    require_once("prediction", np.asarray(prediction.customer), hint)
    return np.asarray(prediction.customer)


def worth_of(
    prediction: Prediction | CustomerLifetimeValue, tiers: Tiers | None, rows: IntArray, n: int
) -> Worth:
    """Return what customers are worth."""
    if isinstance(prediction, Prediction):
        given: dict[str, Any] = {
            f"{name}{end}": getattr(prediction, f"{name}{end}")
            for name in NUMBERS
            for end in ("", "_low", "_high")
        }
        level = prediction.interval
    else:
        given = {
            "value": prediction.value,
            "probability_alive": prediction.probability_alive,
            "purchases": prediction.expected_purchases,
        }
        level = None
    numbers = {name: spread(its, rows, n) for name, its in given.items() if its is not None}
    tier, sure, limits = _tiers(numbers, tiers)
    horizon = prediction.horizon or "no horizon"
    return Worth(numbers, horizon, level, tier, sure, limits)


def _tiers(
    numbers: dict[str, FloatArray], tiers: Tiers | None
) -> tuple[LabelArray | None, FloatArray | None, dict[str, float]]:
    """Return the tier of each customer, whether its interval lies within it, and the limits."""
    if tiers is None:
        return None, None, {}
    if "value" not in numbers:
        raise DataError(
            "tiers go by value, but the prediction has none. Give spend, as in "
            "fit.predict(history, '1 year', spend=spend_fit)."
        )
    value = numbers["value"]
    known = ~np.isnan(value)
    limits = tiers.limits(value[known])
    names = np.array(tiers.names)
    place = places_of(value, limits)
    tier = np.where(known, names[place], "")
    finite = {name: limit for name, limit in limits.items() if np.isfinite(limit)}
    if "value_low" not in numbers:
        return tier, None, finite
    ends = [places_of(numbers[f"value_{end}"], limits) for end in ("low", "high")]
    sure = np.where(known, (ends[0] == place) & (ends[1] == place), np.nan)
    return tier, sure.astype(np.float64), finite
