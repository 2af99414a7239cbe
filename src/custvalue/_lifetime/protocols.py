"""What the models of :mod:`custvalue.lifetime` promise, and how they read time and discount.

:func:`~custvalue.lifetime.customer_lifetime_value` takes any pair of a :class:`PurchaseModel` and
a :class:`SpendModel`; a class of your own that has these methods will do.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from custvalue._base import FloatArray
from custvalue._lifetime.data import PurchaseHistory
from custvalue._lifetime.units import DAYS, TimeUnit, horizon_in
from custvalue.errors import ParameterError, UnitError, plain

Horizon = str | timedelta


@runtime_checkable
class PurchaseModel(Protocol):
    """How often customers buy, and whether they still will."""

    @property
    def unit(self) -> TimeUnit | None:
        """The unit in which the parameters count time; None if it was not said."""
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
        """Return the same, each purchase discounted to the end of observation, shape (n,).

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year.
        horizon : str, timedelta or None
            How far ahead; None for ever.
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


def declared_unit(unit: TimeUnit | None, model_name: str) -> TimeUnit:
    """Return the unit of a model that is used without a history.

    Raises
    ------
    UnitError
        If the model has none.
    """
    if unit is None:
        raise UnitError(
            f"{model_name} has no time unit, and without a history nothing else says in what unit "
            f"its parameters count time. Say {model_name}(..., unit='week'), or what it is."
        )
    return unit


def continuous_rate(annual_discount_rate: float, unit: TimeUnit) -> float:
    """Convert an annual effective rate d to the continuous δ = ln(1 + d) per time unit.

    Parameters
    ----------
    annual_discount_rate : float
        0.10 for 10 % a year.
    unit : {"day", "week", "month", "year"}
        The unit of the result; a year is 365.25 days.

    Raises
    ------
    ParameterError
        Unless ``0 <= annual_discount_rate < 1``.

    Examples
    --------
    >>> round(continuous_rate(0.10, "week"), 6)
    0.001827
    """
    if not is_number(annual_discount_rate) or not 0 <= annual_discount_rate < 1:
        raise ParameterError(
            f"annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is "
            f"{plain(annual_discount_rate)!r}.{meant_percent(annual_discount_rate)}"
        )
    if annual_discount_rate < 1e-100:  # no double can tell it from 0
        return 0.0
    return math.log1p(annual_discount_rate) * DAYS[unit] / DAYS["year"]


def finite_total(rate: float, until: float) -> None:
    """Raise where the purchases of all future time are asked for without discounting.

    Raises
    ------
    ParameterError
        If `rate` is 0 and `until` infinite.
    """
    if rate == 0 and until == math.inf:
        raise ParameterError(
            "annual_discount_rate must be > 0 where horizon=None, because without discounting "
            "the purchases of all future time may have no finite sum. Give a rate or a horizon."
        )


def is_number(value: object) -> bool:
    """Say whether `value` is a real number (True and False are not)."""
    return isinstance(value, int | float | np.floating) and not isinstance(value, bool)


def meant_percent(value: object) -> str:
    """Ask whether 10 was meant to be 0.1."""
    if isinstance(value, int | float | np.floating) and 2 <= value < 100:
        return f" Did you mean {value / 100:g}?"
    return ""


def whole_numbers(name: str, values: npt.ArrayLike) -> FloatArray:
    """Return `values` as float64 if they are whole numbers >= 0.

    Raises
    ------
    ParameterError
        Otherwise, with the first that is not.
    """
    numbers = np.asarray(values)
    kind = numbers.dtype.kind
    bad = numbers[~((numbers >= 0) & (numbers == np.rint(numbers)))] if kind in "iuf" else numbers
    if kind not in "iuf" or bad.size:
        raise ParameterError(
            f"{name} must be whole numbers >= 0, but it has {plain(bad.flat[0])!r}."
        )
    return numbers.astype(np.float64)


def ages(age: Horizon | npt.ArrayLike, customers: int, unit: TimeUnit) -> FloatArray:
    """Return one age for each of the customers to simulate, in `unit`.

    Raises
    ------
    ParameterError
        If there are no customers, or not as many ages as customers.
    UnitError
        If `age` is a number without a unit.
    """
    if not isinstance(customers, int | np.integer) or customers < 1:
        raise ParameterError(f"customers must be a whole number >= 1, but it is {customers!r}.")
    if isinstance(age, str | timedelta):
        return np.full(customers, horizon_in(age, unit, "age"))
    if np.ndim(age) == 0:
        raise UnitError(
            f"age={age!r} has no time unit. Write the number with its unit, as in '52 weeks', or "
            f"give one number a customer, in {unit}s."
        )
    each = np.array(age, dtype=np.float64)
    if each.shape != (customers,):
        raise ParameterError(
            f"age must be one age, as in '52 weeks', or one number a customer, but its shape is "
            f"{each.shape} for {customers:,} customers."
        )
    return each
