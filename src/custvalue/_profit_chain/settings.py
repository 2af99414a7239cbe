"""What a chain is asked by, checked: how far ahead, discount and margin, draws, the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from custvalue._histories.arguments import checked_margin
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import TimeUnit, horizon_in
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError


def check_settings(
    horizon: str | None, annual: float | None, margin: float | None, unit: TimeUnit
) -> None:
    """Check what is given before anything is fitted."""
    if horizon is not None and not horizon_in(horizon, unit) > 0:
        raise ParameterError(f"horizon must be > 0, as in '3 years', but it is {horizon!r}.")
    if annual is not None:
        continuous_rate(annual, unit)
    if margin is not None:
        checked_margin(margin)


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
    """Raise where a history is given in place of the log."""
    if isinstance(transactions, PurchaseHistory):
        raise ParameterError(
            "transactions must be the log itself, one row for each purchase: a history no longer "
            "knows which purchases came after an answer. Give the dataframe it was made from, with "
            "its columns by name: Chain.from_data(answers, log, customer='customer_id', "
            "date='date', spend='spend', …)."
        )
