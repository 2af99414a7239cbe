"""What customers are worth: value, P(alive) and purchases ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._crm.card import Known
from custvalue._crm.part import Part, number_or_none, require_once, spread
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError, ParameterError

NUMBERS = ("value", "probability_alive", "purchases")


@dataclass(frozen=True, eq=False, repr=False)
class Worth(Part):
    """Values of all customers, NaN where none is known."""

    numbers: dict[str, FloatArray]  # value, value_low, …
    horizon: str
    level: float | None

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the numbers."""
        return {**self.numbers}

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the numbers of one customer."""
        found: dict[str, Any] = {}
        for name in NUMBERS:
            if name not in self.numbers or math.isnan(self.numbers[name][row]):
                continue
            ends = [self.numbers.get(f"{name}_{end}") for end in ("low", "high")]
            low, high = (None if its is None else number_or_none(its[row]) for its in ends)
            found[name] = Known(float(self.numbers[name][row]), low, high)
        return found | {"horizon": self.horizon, "level": self.level} if found else {}


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


def worth_of(prediction: Prediction | CustomerLifetimeValue, rows: IntArray, n: int) -> Worth:
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
    return Worth(numbers, prediction.horizon or "no horizon", level)
