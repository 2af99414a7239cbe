"""What is diagnosed: a model of purchases at any time, or its fit."""

from __future__ import annotations

from typing import Any

from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._histories.units import matching_unit
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue.errors import DataError, ParameterError


def purchases_model(given: Any, argument: str = "fit") -> PurchasesAtAnyTime:
    """Return the model, or that of a fit."""
    model = given.model if isinstance(given, Fit) else given
    if isinstance(model, PurchasesAtAnyTime):
        return model
    shown = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise ParameterError(
        f"{argument} must be a fit of purchases at any time, as of BGNBD.fit(train), or such a "
        f"model, but it is {shown}."
    )


def of_history(given: Any, history: object) -> tuple[PurchasesAtAnyTime, PurchaseHistory]:
    """Return the model and the history if both count time alike."""
    model = purchases_model(given)
    if isinstance(history, PurchaseHistory) and history.entry is not None:
        raise DataError(
            "forecasts are checked for customers who are observed from the first purchase on, but "
            "some entered the history later (entry > 0). Keep the others only: "
            "history.select(history.entry == 0).",
            column="entry",
        )
    checked = checked_history(history, type(model).__name__)
    matching_unit(model.unit, checked.unit, type(model).__name__)
    return model, checked
