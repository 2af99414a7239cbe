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

from custvalue._columns import as_array, to_numbers
from custvalue._lifetime.data import PurchaseHistory
from custvalue._lifetime.units import DAYS, TimeUnit, horizon_in
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError, UnitError

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


def finite_lifetime(name: str, value: float, until: str = "horizon=None") -> None:
    """Raise unless lifetimes have a mean, so that sums for ever are finite without discounting.

    Parameters
    ----------
    name : str
        What the survival of customers falls as a power of.
    value : float
        That power.
    until : str
        What was asked for, for the error.

    Raises
    ------
    ParameterError
        If `value` is not above 1.
    """
    if value <= 1:
        raise ParameterError(
            f"annual_discount_rate must be > 0 where {until}, because with {name}="
            f"{plain(value):.4g} (<= 1) so many customers stay for so long that the expected "
            f"lifetime is infinite. Give a rate or a horizon."
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
        If there are no customers, or not one age >= 0 for each of them.
    UnitError
        If `age` is a number without a unit.
    """
    checked_customers(customers)
    if isinstance(age, str | timedelta):
        return np.full(customers, horizon_in(age, unit, "age"))
    if np.ndim(age) == 0:
        raise UnitError(
            f"age={age!r} has no time unit. Write the number with its unit, as in '52 weeks', or "
            f"give one number a customer, in {unit}s."
        )
    given = as_array(age)
    if given.shape != (customers,):
        raise ParameterError(
            f"age must be one age, as in '52 weeks', or one number a customer, but its shape is "
            f"{given.shape} for {customers:,} customers."
        )
    hint = f"Give one number a customer, in {unit}s, or one age with its unit, as in '52 weeks'."
    try:
        each = to_numbers("age", given, hint=hint)
    except DataError as error:
        raise ParameterError(str(error)) from None
    bad = np.flatnonzero(~((each >= 0) & (each < math.inf)))
    if bad.size:
        raise ParameterError(str(DataError.at_rows("age", "a number >= 0", bad, each[bad], hint)))
    return each


def checked_customers(customers: int) -> None:
    """Raise unless there is a whole number of customers to simulate.

    Raises
    ------
    ParameterError
        If there are none, or it is no whole number.
    """
    whole = isinstance(customers, int | np.integer) and not isinstance(customers, bool)
    if not whole or customers < 1:
        raise ParameterError(f"customers must be a whole number >= 1, but it is {customers!r}.")
