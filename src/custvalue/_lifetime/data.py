"""Purchase histories: how often, how recently, for how long and for how much customers buy.

Four numbers say all that the models of :mod:`custvalue.lifetime` need of a customer:
`frequency` x, the number of *repeat* purchase days (not of all purchases); `recency` t_x, the
age of the customer at the last purchase; `age` T, the time from the first purchase to the end of
observation; `monetary_value`, the mean spend of the repeat purchase days. Dates are days, so many
customers share (x, t_x, T): likelihoods see the distinct cells and their counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._base import Columns, FloatArray, Frozen, IntArray, LabelArray, read_only
from custvalue._display import Table, one_line
from custvalue._lifetime.units import DAYS, TimeUnit, checked_unit
from custvalue.errors import DataError

BoolArray = npt.NDArray[np.bool_]

LONGEST_AGE = 200 * 365.25  # days: nobody has been a customer for 200 years
LARGEST_KEY = 2**62


class LeftOut(Frozen):
    """What was left out of a purchase history on request, counted.

    Parameters
    ----------
    after_end : int
        Transactions after the end of observation (``after_end="ignore"``).
    returns : int
        Transactions with negative spend (``returns="drop"``).
    zero_spend : int
        Transactions with zero spend (``zero_spend="drop"``).
    duplicates : int
        Repetitions of a transaction (``duplicates="drop"``).
    customers : int
        Customers of whom no purchase was left.
    """

    after_end: int = 0
    returns: int = 0
    zero_spend: int = 0
    duplicates: int = 0
    customers: int = 0


NOTHING_LEFT_OUT = LeftOut()


@dataclass(frozen=True, eq=False)
class Cells:
    """The distinct (x, t_x, T) of a purchase history, in ascending order.

    Parameters
    ----------
    frequency, recency, age : ndarray of float64, shape (cells,)
        x, t_x and T, the times in the unit of the history.
    count : ndarray of float64, shape (cells,)
        Customers in each cell.
    """

    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    count: FloatArray

    def __post_init__(self) -> None:
        for field in fields(self):
            read_only(getattr(self, field.name))

    def __len__(self) -> int:
        return len(self.count)


@dataclass(frozen=True, eq=False, repr=False)
class PurchaseHistory(Columns):
    """Purchase histories of customers, one row each.

    Use :meth:`from_transactions`, :meth:`from_frame` or :meth:`from_arrays`. Arrays are copied,
    checked and read-only.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers, all different.
    frequency : ndarray of float64, shape (n,)
        Repeat purchase days x, whole numbers >= 0.
    recency : ndarray of float64, shape (n,)
        Age at the last purchase t_x, in `unit`; 0 exactly where `frequency` is 0.
    age : ndarray of float64, shape (n,)
        Age at the end of observation T, in `unit`.
    monetary_value : ndarray of float64, shape (n,), or None
        Mean spend of the repeat purchase days; 0 where `frequency` is 0 (a missing value there
        becomes 0).
    unit : {"day", "week", "month", "year"}
        The unit of `recency` and `age`.
    observation_end : date or None
        The last day of observation, where it is known.
    left_out : LeftOut
        What was left out on request.

    Raises
    ------
    DataError
        If the columns contradict each other or their own definition: column, row, value.
    UnitError
        If `unit` is unknown.

    Examples
    --------
    >>> history = PurchaseHistory.from_arrays(
    ...     frequency=[2, 0, 0], recency=[30, 0, 0], age=[38, 39, 39], unit="week"
    ... )
    >>> history
    PurchaseHistory(customers=3, repeat_customers=1, purchases=2, unit='week')
    >>> history.cells.count
    array([2., 1.])
    """

    customer: LabelArray
    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    monetary_value: FloatArray | None
    unit: TimeUnit
    observation_end: date | None = None
    left_out: LeftOut = NOTHING_LEFT_OUT

    def __post_init__(self) -> None:
        checked_unit(self.unit)
        for name in ("frequency", "recency", "age", "monetary_value"):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, _frames.to_numbers(name, values))
        _check_lengths(self)
        _check_counts_and_times(self)
        if self.monetary_value is not None:
            _check_money(self.monetary_value, self.frequency)
            self.monetary_value[self.frequency == 0] = 0.0
        for name in ("customer", *self._numeric()):
            read_only(getattr(self, name))

    def _numeric(self) -> list[str]:
        names = ["frequency", "recency", "age"]
        return names if self.monetary_value is None else [*names, "monetary_value"]

    @classmethod
    def from_arrays(
        cls,
        *,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        monetary_value: npt.ArrayLike | None = None,
        unit: TimeUnit,
        customer: npt.ArrayLike | Sequence[object] | None = None,
    ) -> PurchaseHistory:
        """Make histories from arrays, or of one customer from numbers.

        Parameters
        ----------
        frequency, recency, age, monetary_value : array_like of shape (n,), or float
            As in the class.
        unit : {"day", "week", "month", "year"}
            The unit of `recency` and `age`.
        customer : array_like of shape (n,), optional
            Identifiers; 0, 1, 2, … by default.

        Raises
        ------
        DataError, UnitError
            As in the class, or if `monetary_value` is negative.

        Examples
        --------
        >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
        >>> len(one)
        1
        """
        given = {"frequency": frequency, "recency": recency, "age": age}
        columns: dict[str, Any] = {name: np.atleast_1d(each) for name, each in given.items()}
        if customer is None:
            customer = np.arange(len(columns["frequency"]))
        if monetary_value is not None:
            monetary_value = np.atleast_1d(monetary_value)
        return cls(
            customer=np.array(customer),
            **columns,
            monetary_value=monetary_value,
            unit=unit,
        )

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self)

    @property
    def repeat_customers(self) -> int:
        """Number of customers who came back at least once."""
        return int(np.count_nonzero(self.frequency))

    @cached_property
    def cells(self) -> Cells:
        """The distinct (x, t_x, T) and how many customers have them."""
        keys = _grid_keys(self)
        return _cells_off_grid(self) if keys is None else keys.cells(DAYS[self.unit])

    @cached_property
    def cell_of_customer(self) -> IntArray:
        """Position in :attr:`cells` of each customer, shape (n,); made when first asked for."""
        keys = _grid_keys(self)
        order = _rows_in_order(self) if keys is None else np.argsort(keys.key)
        first = _first_of_runs(self, order) if keys is None else _first_of_sorted(keys.key[order])
        cell = np.empty(len(self), dtype=np.int64)
        cell[order] = np.cumsum(first) - 1
        return read_only(cell)

    def per_customer(self, cell_values: FloatArray) -> FloatArray:
        """Spread values of the cells over the customers.

        Parameters
        ----------
        cell_values : ndarray of shape (cells,)
            One value a cell.

        Returns
        -------
        ndarray of shape (n,)
            One value a customer.
        """
        return cell_values[self.cell_of_customer]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return customer, frequency, recency, age and monetary value as a plain dict."""
        return {name: getattr(self, name) for name in ("customer", *self._numeric())}

    def __repr__(self) -> str:
        return one_line(
            "PurchaseHistory",
            customers=len(self),
            repeat_customers=self.repeat_customers,
            purchases=int(self.frequency.sum()),
            unit=self.unit,
        )

    def _table(self) -> Table:
        rows = (
            ("customers", len(self)),
            ("customers who came back", self.repeat_customers),
            ("repeat purchases", int(self.frequency.sum())),
        )
        return Table("Purchase histories", ("", ""), rows)


def _check_lengths(history: PurchaseHistory) -> None:
    shapes = {name: column.shape for name, column in history.columns().items()}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
        lengths = {name: s[0] if len(s) == 1 else s for name, s in shapes.items()}
        raise DataError(f"columns must have one dimension and the same length, but have {lengths}.")
    if not len(history):
        raise DataError("the history is empty. Give at least one customer.")


def _refuse(name: str, expected: str, bad: BoolArray, values: FloatArray, hint: str) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        raise DataError.at_rows(name, expected, rows, values[rows], hint)


def _within(values: FloatArray, low: float, high: float) -> bool:
    """Say whether all values lie there; NaN does not."""
    return bool(values.min() >= low and values.max() <= high)


def _check_counts_and_times(history: PurchaseHistory) -> None:
    x, recency, age = history.frequency, history.recency, history.age
    if not _within(x, 0, 2**53) or not np.array_equal(x, np.rint(x)):
        bad = ~((x >= 0) & (x <= 2**53) & (np.rint(x) == x))
        _refuse("frequency", "a whole number >= 0", bad, x, "")
    longest = LONGEST_AGE / DAYS[history.unit]
    for name in ("recency", "age"):
        times = getattr(history, name)
        if not _within(times, 0, longest):
            bad = ~((times >= 0) & (times <= longest))
            _refuse(name, "a finite number >= 0", bad, times, "")
    late = recency > age
    if late.any():
        _refuse("recency", "<= age", late, recency, "")
    none = x == 0
    odd = none != (recency == 0)
    if odd.any():
        _refuse("recency", "0 exactly where frequency is 0", odd, recency, "")


def _check_money(money: FloatArray, frequency: FloatArray) -> None:
    bad = ~np.isfinite(money) & (frequency > 0)
    if bad.any():
        _refuse("monetary_value", "a finite number where frequency > 0", bad, money, "")


@dataclass(frozen=True)
class _Keys:
    """Customers on the day grid as whole numbers that sort like (x, t_x, T)."""

    key: npt.NDArray[Any]
    spans: tuple[int, int]  # number of different t_x and T, in days
    earliest: int  # the smallest T, in days

    def cells(self, days_per_unit: float) -> Cells:
        ordered = np.sort(self.key)
        starts = np.flatnonzero(_first_of_sorted(ordered))
        rest, age = np.divmod(ordered[starts].astype(np.int64), self.spans[1])
        frequency, recency = np.divmod(rest, self.spans[0])
        return Cells(
            frequency=frequency.astype(np.float64),
            recency=recency / days_per_unit,
            age=(age + self.earliest) / days_per_unit,
            count=np.diff(starts, append=len(ordered)).astype(np.float64),
        )


def _grid_keys(history: PurchaseHistory) -> _Keys | None:
    """Encode (x, t_x, T) in one whole number, where times are whole days."""
    recency = _whole_days(history.recency, DAYS[history.unit])
    age = _whole_days(history.age, DAYS[history.unit])
    if recency is None or age is None:
        return None
    earliest = int(age.min())
    spans = (int(recency.max()) + 1, int(age.max()) - earliest + 1)
    largest = (int(history.frequency.max()) + 1) * spans[0] * spans[1]
    if largest > LARGEST_KEY:
        return None
    kind = np.int32 if largest < 2**31 else np.int64  # half the bytes sort twice as fast
    key = history.frequency.astype(kind)
    key *= spans[0]
    key += recency.astype(kind)
    key *= spans[1]
    key += (age - earliest).astype(kind)
    return _Keys(key, spans, earliest)


def _whole_days(times: FloatArray, days_per_unit: float) -> FloatArray | None:
    """Return times in days if they are whole ones to nine digits, else None."""
    exact = times * days_per_unit
    days = np.rint(exact)
    exact -= days
    np.abs(exact, out=exact)
    on_grid = exact.max() <= 1e-9 or bool((exact <= 1e-9 * days).all())
    return days if on_grid else None


def _first_of_sorted(ordered: npt.NDArray[Any]) -> BoolArray:
    first = np.empty(len(ordered), dtype=bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _rows_in_order(history: PurchaseHistory) -> IntArray:
    return np.lexsort((history.age, history.recency, history.frequency))


def _first_of_runs(history: PurchaseHistory, order: IntArray) -> BoolArray:
    first = np.zeros(len(order), dtype=bool)
    for name in ("frequency", "recency", "age"):
        first |= _first_of_sorted(getattr(history, name)[order])
    return first


def _cells_off_grid(history: PurchaseHistory) -> Cells:
    order = _rows_in_order(history)
    starts = np.flatnonzero(_first_of_runs(history, order))
    columns = (getattr(history, name)[order[starts]] for name in ("frequency", "recency", "age"))
    return Cells(*columns, np.diff(starts, append=len(order)).astype(np.float64))
