"""What a chain is given: points of draws, and a log that is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from custvalue._histories.history import PurchaseHistory
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError


def checked_draws(points: Mapping[str, FloatArray], draws: int) -> dict[str, FloatArray]:
    """Return points of the whole and of each draw, one number being the same for all."""
    if not isinstance(points, Mapping) or not points:
        raise ParameterError(
            f"points must be a mapping of dimensions to points, as in {{'reliability': 0.1}}, but "
            f"it is {points!r}."
        )
    found = {}
    for name, its in points.items():
        array = np.asarray(its, dtype=np.float64)
        if array.ndim and array.shape != (1 + draws,):
            raise ParameterError(
                f"points[{name!r}] must be a number, or {1 + draws} of them, of the whole and of "
                f"{draws} draws, but its shape is {array.shape}."
            )
        if not np.isfinite(array).all():
            raise ParameterError(f"points[{name!r}] must be finite numbers. Check them.")
        found[name] = np.broadcast_to(array, (1 + draws,))
    return found


def refuse_a_history(transactions: Any) -> None:
    """Raise where purchases are no longer known by day."""
    if isinstance(transactions, PurchaseHistory):
        raise ParameterError(
            "transactions must be the log itself, one row for each purchase: a history no longer "
            "knows which purchases came after an answer. Give the dataframe it was made from, with "
            "its columns by name: Chain.from_data(answers, log, customer='customer_id', "
            "date='date', spend='spend', …)."
        )
