"""Visits to a workshop as dealer systems export them, with the cases that are easily got wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from custvalue._columns import objects
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame

CAUSES = ("brakes", "oil service", "engine overhaul", "recall", "")
MOST_DAYS = 20  # that a visit lasts, or a promise is wrong by


def visit_frames(
    *, start: str | date = "2025-01-01", days: int = 365, min_rows: int = 1, max_rows: int = 12
) -> st.SearchStrategy[Frame]:
    """Draw visits for ``journey.Visits.from_frame``, one row each.

    Among them are comebacks on the day of the handover, two visits of a vehicle on one day, visits
    that are not handed over yet or were never promised, vehicles that were sold on the day of the
    visit, and rows without a vehicle or a customer.

    Parameters
    ----------
    start : str or date
        The first possible day.
    days : int
        Number of possible days on which a visit begins.
    min_rows, max_rows : int
        How many visits.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``vehicle``, ``customer``, ``opened``, ``promised``, ``delivered``, ``sold``, ``dealer``,
        ``cause``, ``estimate``, ``bill``, ``lines_asked`` and ``lines_filled``, with the names of
        the arguments that take them; ``dealer`` is a label.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder, or a size is below 1.
    """
    first = checked_days(start, days + 2 * MOST_DAYS)
    check_sizes(min_rows=min_rows, max_rows=max_rows)
    visit = _visit(days)

    def table(rows: list[tuple[Any, ...]]) -> Frame:
        vehicle, customer, opened, promised, delivered, sold, *others = zip(*rows, strict=True)
        dealer, cause, said, paid, asked, filled = others
        begun = np.array(opened, dtype=np.int64)

        def days_later(given: tuple[int | None, ...]) -> Any:
            known = np.array([-1 if each is None else each for each in given], dtype=np.int64)
            moment = first + (begun + known).astype("m8[D]")
            return np.where(known < 0, np.datetime64("NaT", "D"), moment)

        return {
            "vehicle": objects(vehicle),
            "customer": objects(customer),
            "opened": first + begun.astype("m8[D]"),
            "promised": days_later(promised),
            "delivered": days_later(delivered),
            "sold": days_later(sold),
            "dealer": np.array(dealer),
            "cause": np.array(cause),
            "estimate": np.array(said, dtype=np.float64),
            "bill": np.array(paid, dtype=np.float64),
            "lines_asked": np.array(asked, dtype=np.int64),
            "lines_filled": np.minimum(asked, filled),
        }

    return st.lists(visit, min_size=min_rows, max_size=max_rows).map(table)


def _visit(days: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw one row."""
    money = st.integers(0, 500_000).map(lambda cents: cents / 100)
    return st.tuples(
        st.sampled_from(["A", "B", "C", None]),
        st.sampled_from(["C1", "C2", "C3", None]),
        st.integers(0, days - 1),
        st.none() | st.integers(0, MOST_DAYS),
        st.none() | st.integers(0, MOST_DAYS),
        st.none() | st.integers(0, MOST_DAYS),
        st.sampled_from(["north", "south"]),
        st.sampled_from(CAUSES),
        st.none() | money,
        st.none() | money,
        st.integers(0, 9),
        st.integers(0, 9),
    )
