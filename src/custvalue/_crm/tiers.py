"""Tiers of customers by their value (Zeithaml, Rust & Lemon 2001, *California Management Review*).

Where a tier ends is a decision of the firm: by the share of the customers, or by the value.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import model_validator

from custvalue._rows import FloatArray, IntArray
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import listed, number

ROUNDING = 1e-9


class Tiers(Frozen):
    """Tiers from the best down, by the share of the customers or by the value.

    Parameters
    ----------
    shares : dict of str to float, optional
        Tier to its share of the customers, the best first; together 1. Customers of equal value
        are in one tier, the better one.
    values : dict of str to float, optional
        Tier to the value from which on a customer is in it, the best first; the last one from 0.

    Raises
    ------
    ParameterError
        If not one of both is given, shares do not add up to 1, or values do not fall to 0.

    Examples
    --------
    >>> from custvalue import crm
    >>> crm.Tiers(shares={"gold": 0.2, "silver": 0.3, "bronze": 0.5}).names
    ('gold', 'silver', 'bronze')
    """

    shares: dict[str, Probability] | None = None
    values: dict[str, NonNegative] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.shares is None) == (self.values is None):
            raise ValueError("Tiers: give one of shares and values.")
        if not self.names or any(not name.strip() for name in self.names):
            raise ValueError("Tiers: every tier needs a name, and there must be at least one.")
        if self.shares is not None and abs(sum(self.shares.values()) - 1) > ROUNDING:
            total = number(sum(self.shares.values()))
            raise ValueError(f"Tiers: shares must add up to 1, but they add up to {total}.")
        if self.values is not None:
            ends = [*self.values.values()]
            if ends[-1] != 0 or any(one <= other for one, other in zip(ends, ends[1:])):  # noqa: B905, RUF007 - of neighbours
                raise ValueError(
                    f"Tiers: values must fall from tier to tier, the last one from 0, but they are "
                    f"{listed(ends)}."
                )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The tiers, the best first."""
        return tuple(self.shares or self.values or ())

    def limits(self, value: FloatArray) -> dict[str, float]:
        """Return tier to the value from which on a customer is in it.

        Parameters
        ----------
        value : ndarray of float64, shape (customers,)
            Of all customers.
        """
        if self.shares is None:
            return dict(self.values or {})
        best = np.sort(value)[::-1]
        ends = np.rint(np.cumsum([*self.shares.values()]) * len(best)).astype(np.int64)
        limits = [float(best[end - 1]) if end else np.inf for end in ends.tolist()]
        limits[-1] = 0.0
        return dict(zip(self.names, limits, strict=True))


def places_of(value: FloatArray, limits: dict[str, float]) -> IntArray:
    """Return the place of the tier of each value; that of the last for NaN."""
    below = value[:, np.newaxis] < np.array([*limits.values()])
    return np.asarray(np.minimum(below.sum(axis=1), len(limits) - 1), dtype=np.int64)
