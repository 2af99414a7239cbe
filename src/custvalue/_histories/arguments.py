"""Arguments of the models: numbers, whole numbers, customers to simulate and their ages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from custvalue._columns import as_array, to_numbers
from custvalue._histories.rows import refuse_unless_amount
from custvalue._histories.units import Horizon, TimeUnit, horizon_in
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError, UnitError

MOST_PERIODS = 10**15  # renewals or opportunities: whole numbers that a double can tell apart
MOST_PURCHASES = 100_000  # of one customer, of which a probability is asked
MOST_CUSTOMERS = 10_000_000  # in one simulation, which takes about 100 bytes for each


def checked_number(
    name: str, value: object, within: Callable[[float], bool], expected: str
) -> float:
    """Return `value` as a float if it is a real number in its domain; ask whether 10 means 0.1."""
    hint = ""
    if isinstance(value, int | float | np.floating):
        if not isinstance(value, bool) and within(float(value)):
            return float(value)
        hint = f" Did you mean {value / 100:g}?" if 2 <= value < 100 else ""
    raise ParameterError(f"{name} must be {expected}, but it is {plain(value)!r}.{hint}")


def whole_numbers(name: str, values: npt.ArrayLike, *, most: int = MOST_PERIODS) -> FloatArray:
    """Return `values` as float64 if they are whole numbers >= 0, and not absurdly many."""
    numbers = np.asarray(values)
    kind = numbers.dtype.kind
    bad = numbers[~((numbers >= 0) & (numbers == np.rint(numbers)))] if kind in "iuf" else numbers
    if kind not in "iuf" or bad.size:
        raise ParameterError(
            f"{name} must be whole numbers >= 0, but it has {plain(bad.flat[0])!r}."
        )
    large = numbers[numbers > most]
    if large.size:
        raise ParameterError(
            f"{name} must be at most {most:,}, but it has {plain(large.flat[0])!r}."
        )
    return numbers.astype(np.float64)


def checked_count(name: str, count: int) -> int:
    """Return a whole number >= 1."""
    whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
    if not whole or count < 1:
        raise ParameterError(f"{name} must be a whole number >= 1, but it is {count!r}.")
    return int(count)


def checked_customers(customers: int) -> int:
    """Return how many customers to simulate, if memory is likely to hold them."""
    if checked_count("customers", customers) > MOST_CUSTOMERS:
        raise ParameterError(
            f"customers must be at most {MOST_CUSTOMERS:,} in one simulation, but it is "
            f"{customers:,}. Simulate them in parts, each with its own rng."
        )
    return int(customers)


def ages(age: Horizon | npt.ArrayLike, customers: int, unit: TimeUnit) -> FloatArray:
    """Return one age for each of the customers to simulate, in `unit`."""
    checked_customers(customers)
    if isinstance(age, str | timedelta):
        return np.full(customers, horizon_in(age, unit, "age"))
    if np.ndim(age) == 0:
        raise UnitError(
            f"age={age!r} has no time unit. Write the number with its unit, as in '52 weeks', or "
            f"give one number per customer, in {unit}s."
        )
    given = as_array(age)
    if given.shape != (customers,):
        raise ParameterError(
            f"age must be one age, as in '52 weeks', or one number per customer, but its shape is "
            f"{given.shape} for {customers:,} customers."
        )
    hint = f"Give one number per customer, in {unit}s, or one age with its unit, as in '52 weeks'."
    try:
        each = to_numbers("age", given, hint=hint)
        refuse_unless_amount("age", each, hint)
    except DataError as error:
        raise ParameterError(str(error)) from None
    return each


def checked_margin(margin: object) -> float:
    """Return the share of the spend that is earned."""
    expected = "> 0 and <= 1, as in 0.30 for 30 % of the spend"
    return checked_number("margin", margin, lambda share: 0 < share <= 1, expected)
