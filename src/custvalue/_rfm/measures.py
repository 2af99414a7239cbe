"""What is scored of customers: from a history, or from a transaction log."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._histories.days import day_number
from custvalue._histories.history import PurchaseHistory, require_births
from custvalue._histories.transactions import Rules, summarise
from custvalue._histories.units import DAYS
from custvalue._rfm.scores import settled
from custvalue.errors import DataError


def measures_of(history: object) -> dict[str, Any]:
    """Return identifiers, days since the last purchase, purchase days and repeat spend."""
    if not isinstance(history, PurchaseHistory):
        raise DataError(
            f"history must be a PurchaseHistory, but it is {type(history).__name__}. Make one "
            f"with PurchaseHistory.from_transactions(log, ...)."
        )
    require_births(history, "rfm")  # of silent customers the last purchase is not known
    money = history.monetary_value
    days = settled((history.age - history.recency) * DAYS[history.unit])
    return {
        "customer": history.customer,
        "days_since_last": np.maximum(_whole(days), 0.0),
        "purchase_days": history.frequency + 1,
        "spend": None if money is None else money * history.frequency,
        "observation_end": history.observation_end,
    }


def measures_of_log(log: Any, rules: Rules) -> dict[str, Any]:
    """Return the same from a transaction log, with the spend of the first day too."""
    found, _ = summarise(log, rules)
    return {
        "customer": found.customer,
        "days_since_last": day_number(rules.end) - found.last,
        "purchase_days": found.occasions,
        "spend": found.spent,
        "observation_end": rules.end,
    }


def _whole(days: Any) -> Any:
    """Return whole days where all are whole to nine digits of the longest."""
    rounded = np.rint(days)
    return rounded if (np.abs(days - rounded) <= 1e-6).all() else days
