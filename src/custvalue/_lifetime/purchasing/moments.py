"""Rates by the method of moments: where the search for the parameters starts."""

from __future__ import annotations

import math

from custvalue._histories.cells import Cells
from custvalue._histories.opportunities import OpportunityCells
from custvalue._lifetime.model import LifetimeModel
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import EstimationError


def gamma_rates(cells: Cells, model: type[LifetimeModel]) -> dict[str, float]:
    """Return shape r and rate α of the gamma distribution of purchase rates, by moments."""
    n, x, T = cells.count, cells.frequency, cells.age
    require_customers(float(n.sum()), model)
    if not x.any():
        raise EstimationError(
            f"{model.__name__}.fit needs repeat purchases, but none of the {n.sum():,.0f} "
            f"customers came back (frequency is 0 everywhere). Observe for longer; frequency "
            f"counts repeat purchases, not all purchases."
        )
    return _by_moments(n, x, T)


def require_customers(customers: float, model: type[LifetimeModel]) -> None:
    """Raise unless there are at least 2 customers."""
    if customers < 2:
        fields = model.model_fields.items()
        known = ", ".join(f"{name}=..." for name, field in fields if field.is_required())
        raise EstimationError(
            f"{model.__name__}.fit needs at least 2 customers, but the history has "
            f"{plain(customers)}. For one customer, predict with known parameters: "
            f"{model.__name__}({known})."
        )


def among_repeaters(cells: Cells) -> dict[str, float]:
    """Return the same for the customers who came back, as if the others had left at once."""
    came_back = cells.frequency > 0
    n, x, T = cells.count[came_back], cells.frequency[came_back], cells.age[came_back]
    return _by_moments(n, x, T)


def few(cells: Cells | OpportunityCells) -> bool:
    """Say whether customers are so few that single ones may make a top of the likelihood."""
    return float(cells.count.sum()) <= FEW


def gone_at_once(cells: Cells) -> dict[str, float]:
    """Return s and β where half of those who did not come back have left at once.

    β is so small that log(1 + τ/β) is nearly the same for all ages τ.
    """
    away = float(cells.count @ (cells.frequency == 0) / cells.count.sum())
    return {"s": max(-math.log1p(-away / 2) / SOON, 1e-9), "beta": math.exp(-SOON)}


def while_buying(cells: Cells) -> float:
    """Return purchases per time unit up to the last purchase."""
    return float(cells.count @ cells.frequency / (cells.count @ cells.recency))


FEW = 200  # customers
SOON = 200.0  # of minus a logarithm


def _by_moments(n: FloatArray, x: FloatArray, T: FloatArray) -> dict[str, float]:
    rate = float(n @ x / (n @ T))
    excess = float(n @ (x - rate * T) ** 2 - n @ x)
    r = min(max(rate**2 * float(n @ T**2) / max(excess, 1e-300), 0.05), 20.0)
    return {"r": r, "alpha": r / rate}
