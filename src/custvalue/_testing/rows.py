"""Data as people have them: customers who are alike as one row, and the dates of contracts."""

from __future__ import annotations

from datetime import date

import numpy as np

from custvalue._histories.customer_cells import CustomerCells
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import TimeUnit
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st
from custvalue._testing.purchases import purchase_histories
from custvalue._testing.surveys import Frame


def customer_cells(
    *,
    unit: TimeUnit | None = "week",
    min_rows: int = 1,
    max_rows: int = 12,
    max_count: int = 1_000,
    max_days: int = 730,
    monetary: bool = True,
) -> st.SearchStrategy[CustomerCells]:
    """Draw customers who are alike as one row with their number; rows may be alike too.

    Every model of :func:`purchase_models` with the same unit, which is the default, predicts them.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"} or None
        The unit of recency and age; None for any.
    min_rows, max_rows : int
        How many rows.
    max_count : int
        At most so many customers in a row.
    max_days : int
        Longest time from the first purchase to the end of observation.
    monetary : bool
        Whether there is a monetary value.

    Raises
    ------
    ParameterError
        If a size is below 1, or `monetary` neither True nor False.
    UnitError
        If the unit is unknown.
    """
    check_sizes(min_rows=min_rows, max_rows=max_rows, max_count=max_count)

    def with_counts(history: PurchaseHistory) -> st.SearchStrategy[CustomerCells]:
        columns = {name: its for name, its in history.columns().items() if name != "customer"}
        counts = st.lists(st.integers(1, max_count), min_size=len(history), max_size=len(history))
        return counts.map(
            lambda count: CustomerCells.from_arrays(**columns, count=count, unit=history.unit)
        )

    rows = purchase_histories(
        unit=unit,
        min_customers=min_rows,
        max_customers=max_rows,
        max_days=max_days,
        monetary=monetary,
    )
    return rows.flatmap(with_counts)


def contract_dates(
    *, start: str | date = "2022-01-01", days: int = 1_000, min_rows: int = 1, max_rows: int = 12
) -> st.SearchStrategy[Frame]:
    """Draw the days on which contracts began and ended, for ``Contracts.from_dates``.

    Parameters
    ----------
    start : str or date
        The first possible day.
    days : int
        Number of possible days; ``start`` + ``days`` - 1 is the last.
    min_rows, max_rows : int
        How many contracts.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``start`` and ``end`` (``datetime64[D]``), in no order; a contract that still runs has
        ``NaT`` as its end.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder, or a size is below 1.
    """
    first = checked_days(start, days)
    check_sizes(min_rows=min_rows, max_rows=max_rows)
    last = days - 1
    contract = st.integers(0, last).flatmap(
        lambda begun: st.tuples(st.just(begun), st.none() | st.integers(begun, last))
    )

    def table(rows: list[tuple[int, int | None]]) -> Frame:
        begun = np.array([each for each, _ in rows], dtype=np.int64)
        ended = np.array([-1 if end is None else end for _, end in rows], dtype=np.int64)
        end = np.where(ended < 0, np.datetime64("NaT", "D"), first + ended.astype("m8[D]"))
        return {"start": first + begun.astype("m8[D]"), "end": end}

    return st.lists(contract, min_size=min_rows, max_size=max_rows).map(table)
