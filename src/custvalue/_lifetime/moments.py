"""Where the search for the parameters of a purchase model starts."""

from __future__ import annotations

from custvalue._lifetime.history import Cells
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import EstimationError


def gamma_rates(cells: Cells, model: str, names: tuple[str, ...]) -> dict[str, float]:
    """Return shape r and rate α of the gamma distribution of purchase rates, by moments.

    Parameters
    ----------
    cells : Cells
        The data.
    model : str
        Name of the model, for the errors.
    names : tuple of str
        Its parameters, for the errors.

    Raises
    ------
    EstimationError
        If nobody came back, or there is one customer only.
    """
    n, x, T = cells.count, cells.frequency, cells.age
    require_customers(float(n.sum()), model, names)
    if not x.any():
        raise EstimationError(
            f"{model}.fit needs repeat purchases, but none of the {n.sum():,.0f} customers came "
            f"back (frequency is 0 everywhere). Observe for longer; frequency counts repeat "
            f"purchases, not all purchases."
        )
    return _by_moments(n, x, T)


def require_customers(customers: float, model: str, names: tuple[str, ...]) -> None:
    """Refuse one customer only.

    Parameters
    ----------
    customers : float
        How many the history has.
    model : str
        Name of the model.
    names : tuple of str
        Its parameters.

    Raises
    ------
    EstimationError
        If there are fewer than 2.
    """
    if customers < 2:
        known = ", ".join(f"{name}=..." for name in names)
        raise EstimationError(
            f"{model}.fit needs at least 2 customers, but the history has {plain(customers)}. For "
            f"one customer, predict with known parameters: {model}({known})."
        )


def among_repeaters(cells: Cells) -> dict[str, float]:
    """Return the same of the customers who came back, as if the others had left at once.

    Parameters
    ----------
    cells : Cells
        The data, with repeat purchases.
    """
    came_back = cells.frequency > 0
    n, x, T = cells.count[came_back], cells.frequency[came_back], cells.age[came_back]
    return _by_moments(n, x, T)


def _by_moments(n: FloatArray, x: FloatArray, T: FloatArray) -> dict[str, float]:
    rate = float(n @ x / (n @ T))
    excess = float(n @ (x - rate * T) ** 2 - n @ x)
    r = min(max(rate**2 * float(n @ T**2) / max(excess, 1e-300), 0.05), 20.0)
    return {"r": r, "alpha": r / rate}
