"""What the models of :mod:`custvalue.lifetime` promise.

:func:`~custvalue.lifetime.customer_lifetime_value` takes any pair of a :class:`PurchaseModel` and
a :class:`SpendModel`; a class of your own that has these methods will do.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, TimeUnit
from custvalue._rows import FloatArray


@runtime_checkable
class PurchaseModel(Protocol):
    """How often customers buy, and whether they still will."""

    @property
    def unit(self) -> TimeUnit | None:
        """The unit in which the parameters count time; None if it is unknown."""
        ...

    def probability_alive(self, history: PurchaseHistory) -> FloatArray:
        """Return P(alive at the end of observation), shape (n,).

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        """
        ...

    def expected_purchases(self, history: PurchaseHistory, horizon: Horizon) -> FloatArray:
        """Return the purchases expected within the horizon, shape (n,).

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        horizon : str or timedelta
            How far ahead, with its unit.
        """
        ...

    def discounted_expected_purchases(
        self, history: PurchaseHistory, *, annual_discount_rate: float, horizon: Horizon | None
    ) -> FloatArray:
        """Return the discounted expected residual transactions (DERT), shape (n,).

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year.
        horizon : str, timedelta or None
            How far ahead; None for an infinite horizon.
        """
        ...


@runtime_checkable
class SpendModel(Protocol):
    """How much customers spend on a purchase day."""

    def expected_spend(self, history: PurchaseHistory) -> FloatArray:
        """Return the expected spend of a future purchase day, shape (n,).

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        """
        ...
