"""Two tables of the same customers: what differs, of whom, and what each table says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite
from custvalue._columns import as_array, missing, objects
from custvalue._frames import Source
from custvalue._rows import Columns
from custvalue._words import count, did_you_mean, plain
from custvalue.errors import ParameterError

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


class Compared(NamedTuple):
    """A column of the customers of both tables, in the order of the left one."""

    name: str
    left: Array
    right: Array
    different: Mask


def assert_same_customers(
    left: Any,
    right: Any,
    *,
    customer: str = "customer",
    columns: Sequence[str] | None = None,
    tolerance: float = 1e-9,
    absolute_tolerance: float = 1e-12,
) -> None:
    """Raise an AssertionError unless two tables say the same of the same customers.

    Rows are matched by identifier, whatever their order and the kind of table. Numbers are equal
    within the tolerances, whatever their type; days, and times at midnight, are equal; a missing
    entry equals a missing one.

    Parameters
    ----------
    left, right : dataframe, mapping of columns, PurchaseHistory, Prediction, …
        Dataframes of any kind, also lazy ones, or what has the method ``columns()``.
    customer : str
        The column of identifiers, in both.
    columns : sequence of str, optional
        What to compare; all columns by default, and then both tables must have the same ones.
    tolerance : float
        Relative to the number in `right`.
    absolute_tolerance : float
        For numbers next to 0.

    Raises
    ------
    AssertionError
        If a customer or a column is in one table only, a customer has two rows, units of time
        differ, or a number, day or text does. It names customer, column and both values.
    DataError
        If a column that is named is in neither table, or an identifier is missing.
    ParameterError
        If a tolerance is no number >= 0, or `columns` is no list of names.

    Examples
    --------
    >>> ours = {"customer": ["A", "B"], "p_alive": [0.8, 0.25]}
    >>> assert_same_customers(ours, {"p_alive": [0.25, 0.8], "customer": ["B", "A"]})
    >>> assert_same_customers(ours, {"customer": ["A", "B"], "p_alive": [0.8, 0.3]})
    Traceback (most recent call last):
        ...
    AssertionError: column 'p_alive' of customer 'B' is 0.25 in left, but 0.3 in right. 1 customer \
of 2 differs in 'p_alive'.
    """
    relative = _checked("tolerance", tolerance)
    absolute = _checked("absolute_tolerance", absolute_tolerance)
    _require_one_unit(left, right)
    tables = {"left": _source(left), "right": _source(right)}
    for table in tables.values():
        table.require({"customer": customer})
    places = {side: _places(table, customer, side) for side, table in tables.items()}
    _require_same_ids(places["left"], places["right"])
    who = list(places["left"])
    order = {side: np.array([place[each] for each in who], int) for side, place in places.items()}
    compared = [
        _compared(
            name,
            tables["left"].entries(name)[order["left"]],
            tables["right"].entries(name)[order["right"]],
            relative,
            absolute,
        )
        for name in _names(tables, customer, columns)
    ]
    _require_equal([each for each in compared if each.different.any()], who)


def _checked(name: str, value: object) -> float:
    number = finite(value)
    if not number >= 0:
        raise ParameterError(f"{name} must be a number >= 0, but it is {plain(value)!r}.")
    return number


def _source(table: Any) -> Source:
    return Source(table.columns() if isinstance(table, Columns) else table)


def _require_one_unit(left: Any, right: Any) -> None:
    units = [getattr(table, "unit", None) for table in (left, right)]
    if all(isinstance(unit, str) for unit in units) and units[0] != units[1]:
        raise AssertionError(
            f"left counts time in {units[0]}s, but right in {units[1]}s. Use "
            f"right.in_unit({units[0]!r})."
        )


def _places(table: Source, customer: str, side: str) -> dict[Any, int]:
    """Return the row of each customer."""
    found: dict[Any, int] = {}
    for row, each in enumerate(table.labels(customer).tolist()):
        if each in found:
            raise AssertionError(
                f"customer {each!r} is in row {found[each]} and in row {row} of {side}. A customer "
                "must have one row."
            )
        found[each] = row
    return found


def _require_same_ids(left: dict[Any, int], right: dict[Any, int]) -> None:
    for side, these, others in (("left", left, right), ("right", right, left)):
        alone = [each for each in these if each not in others]
        if alone:
            text = {str(each): each for each in others}
            same = text.get(str(alone[0]))
            hint = "" if same is None else f" The other has {same!r}: give both the same type."
            raise AssertionError(
                f"customer {alone[0]!r} is in {side} only; {count(len(alone), 'customer')} of "
                f"{len(these):,} in all.{hint}"
            )


def _names(tables: dict[str, Source], customer: str, columns: Sequence[str] | None) -> list[str]:
    """Return the columns to compare, which both tables must have."""
    have = {
        side: [each for each in table.names if each != customer] for side, table in tables.items()
    }
    if columns is None:
        wanted = list(dict.fromkeys([*have["left"], *have["right"]]))
    else:
        wanted = _listed(columns)
    for name in wanted:
        sides = [side for side in have if name in have[side]]
        if not sides:
            tables["left"].require({"columns": name})
        if len(sides) == 1:
            other = have["right" if sides == ["left"] else "left"]
            both = [each for each in wanted if each in have["left"] and each in have["right"]]
            remedy = f"Name those to compare, as in columns={both}." if both else "Leave it out."
            raise AssertionError(
                f"column {name!r} is in {sides[0]} only.{did_you_mean(name, other)} {remedy}"
            )
    return wanted


def _listed(columns: Sequence[str]) -> list[str]:
    names = None if isinstance(columns, str) or not isinstance(columns, Sequence) else list(columns)
    if not names or not all(isinstance(name, str) for name in names):
        hint = f" Write [{columns!r}]." if isinstance(columns, str) else ""
        raise ParameterError(
            f"columns must be a list of names, as in ['frequency'], but it is {columns!r}.{hint}"
        )
    return names


def _compared(name: str, left: Array, right: Array, relative: float, absolute: float) -> Compared:
    """Say of which customers a column differs."""
    one, other = _typed(left), _typed(right)
    absent = missing(one), missing(other)
    equal = absent[0] & absent[1]
    there = np.flatnonzero(~(absent[0] | absent[1]))
    one, other = one[there], other[there]
    if one.dtype.kind == other.dtype.kind == "f":
        equal[there] = np.isclose(one, other, rtol=relative, atol=absolute)
    elif one.dtype.kind == other.dtype.kind == "M":
        equal[there] = one == other
    else:
        equal[there] = [a == b for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    return Compared(name, left, right, ~equal)


def _typed(column: Array) -> Array:
    """Return numbers as float64 and times as ``datetime64[us]``; other entries as they are."""
    if column.dtype.kind in "iufb":
        return column.astype(np.float64)
    if column.dtype.kind == "M":
        return column.astype("M8[us]")
    absent = missing(column)
    there = column[~absent].tolist()
    if all(isinstance(each, Real | Decimal) for each in there):
        typed = np.full(len(column), np.nan)
        typed[~absent] = [float(each) for each in there]
        return typed
    if all(isinstance(each, date) for each in there):
        moments = np.full(len(column), np.datetime64("NaT", "us"), dtype="M8[us]")
        moments[~absent] = [np.datetime64(_moment(each), "us") for each in there]
        return moments
    return column


def _moment(day: date) -> datetime:
    """Return a day as its midnight, and a time with a zone in UTC."""
    if not isinstance(day, datetime):
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - days have no zone
    return day if day.tzinfo is None else day.astimezone(UTC).replace(tzinfo=None)


def _require_equal(different: Sequence[Compared], who: Sequence[Any]) -> None:
    if not different:
        return
    first = different[0]
    row = int(np.flatnonzero(first.different)[0])
    totals = [
        f"{count(int(np.count_nonzero(each.different)), 'customer')} of {len(who):,} "
        f"{'differs' if np.count_nonzero(each.different) == 1 else 'differ'} in {each.name!r}"
        for each in different
    ]
    raise AssertionError(
        f"column {first.name!r} of customer {plain(who[row])!r} is {_shown(first.left[row])} in "
        f"left, but {_shown(first.right[row])} in right. {', '.join(totals)}."
    )


def _shown(value: Any) -> str:
    """Write an entry as a person would type it."""
    if missing(objects([value]))[0]:
        return "missing"
    if isinstance(value, np.datetime64 | date):
        return str(value).removesuffix(" 00:00:00").removesuffix("T00:00:00")
    return repr(plain(as_array([value])[0]))
