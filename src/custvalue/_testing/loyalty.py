"""Complaints, lost customers and their values, with the cases that are easily got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from custvalue._columns import objects
from custvalue._loyalty.complaints import ComplaintEconomics
from custvalue._loyalty.rates import Rate
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame

DEALERS = ("north", "south", "west")
REASONS = ("price", "service", "moved")
MOST_DAYS = 60  # that a case is open


def rates() -> st.SearchStrategy[Any]:
    """Draw rates in every form that :mod:`custvalue.loyalty` takes: 0 and 1 among them.

    Returns
    -------
    SearchStrategy of float, tuple of int, or Rate
        A share; a count and its n; or a Beta distribution.
    """
    counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    size = st.floats(0.5, 200)
    return st.floats(0, 1) | counts | st.builds(Rate.beta, size, size)


def complaint_economics() -> st.SearchStrategy[ComplaintEconomics]:
    """Draw what dissatisfied customers cost, with and without word of mouth and a value.

    Returns
    -------
    SearchStrategy of ComplaintEconomics
    """
    amount = st.none() | st.integers(0, 10_000)
    return st.builds(
        ComplaintEconomics,
        customers=st.integers(0, 1_000_000),
        dissatisfied=rates(),
        complain=rates(),
        recovered=rates(),
        silent_return=rates(),
        told=amount,
        influence=st.none() | rates(),
        value=amount,
    )


def complaint_frames(
    *, start: str | date = "2025-01-01", days: int = 300, min_rows: int = 2, max_rows: int = 12
) -> st.SearchStrategy[Frame]:
    """Draw complaints of two dealers or more, one row each, some of which are still open.

    Among them are cases closed on the day of the first word, and cases that were entered later.

    Parameters
    ----------
    start : str or date
        The first possible day.
    days : int
        Number of possible days on which a case begins; all are observed ``days`` + 120 days long.
    min_rows, max_rows : int
        How many cases, two at least.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``dealer``, ``first_word``, ``entered``, ``closed`` (``NaT`` where it is open), for
        ``loyalty.ClosingTimesByGroup.from_frame``.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder, or a size is below 1.
    """
    check_sizes(days=days, min_rows=min_rows, max_rows=max_rows)
    first = checked_days(start, days + 2 * MOST_DAYS)
    later = st.integers(0, MOST_DAYS)
    case = st.tuples(st.sampled_from(DEALERS), st.integers(0, days - 1), later, st.none() | later)

    def table(rows: Sequence[tuple[str, int, int, int | None]]) -> Frame:
        dealer, begun, until, open_for = zip(*rows, strict=True)
        opened = first + np.array(begun, dtype="m8[D]")
        entered = opened + np.array(until, dtype="m8[D]")
        known = np.array([-1 if each is None else each for each in open_for], dtype=np.int64)
        nothing = np.datetime64("NaT", "D")
        closed = np.where(known < 0, nothing, entered + known.astype("m8[D]"))
        names = np.array([*DEALERS[:2], *dealer[2:]])[: len(dealer)]
        return {"dealer": names, "first_word": opened, "entered": entered, "closed": closed}

    most = max(max_rows, 2)
    return st.lists(case, min_size=max(min_rows, 2), max_size=most).map(table)


def customer_values(
    *, min_customers: int = 1, max_customers: int = 12
) -> st.SearchStrategy[dict[str, float]]:
    """Draw what customers are worth, with ties, zeros and customers who cost more than they bring.

    Parameters
    ----------
    min_customers, max_customers : int
        How many customers.

    Returns
    -------
    SearchStrategy of dict of str to float
        For ``loyalty.pyramid`` and ``loyalty.win_back``.

    Raises
    ------
    ParameterError
        If a size is below 1, or the most is less than the least.
    """
    check_sizes(min_customers=min_customers, max_customers=max_customers)
    cents = st.integers(-2_000, 500_000) | st.sampled_from([0, 8_000])
    money = cents.map(lambda cents: cents / 100)
    names = st.integers(0, 9_999).map(lambda number: f"C{number:04}")
    return st.dictionaries(names, money, min_size=min_customers, max_size=max_customers)


def lost_customer_frames(
    *, min_customers: int = 1, max_customers: int = 12
) -> st.SearchStrategy[Frame]:
    """Draw lost customers, one row each, for ``loyalty.win_back``.

    Parameters
    ----------
    min_customers, max_customers : int
        How many customers.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``customer``, ``value`` and ``value_error``, ``chance`` (some are 0 or 1), ``reason`` and
        ``cost``; at least the value of the first customer is known.

    Raises
    ------
    ParameterError
        If a size is below 1, or the most is less than the least.
    """
    check_sizes(min_customers=min_customers, max_customers=max_customers)
    row = st.tuples(
        st.none() | st.integers(0, 500_000).map(lambda cents: cents / 100),
        st.integers(0, 100),
        st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
        st.sampled_from(REASONS),
        st.integers(0, 50),
    )

    def table(rows: list[tuple[Any, ...]]) -> Frame:
        value, error, chance, reason, cost = zip(*rows, strict=True)
        known = (100.0 if value[0] is None else value[0], *value[1:])
        return {
            "customer": objects([f"C{place:04}" for place in range(len(rows))]),
            "value": np.array(known, dtype=np.float64),
            "value_error": np.array(error, dtype=np.float64),
            "chance": np.array(chance),
            "reason": np.array(reason),
            "cost": np.array(cost, dtype=np.float64),
        }

    return st.lists(row, min_size=min_customers, max_size=max_customers).map(table)


def experience_counts(*, max_types: int = 5) -> st.SearchStrategy[dict[Any, tuple[int, int]]]:
    """Draw who intends to buy, of all who met so many types of experience.

    Parameters
    ----------
    max_types : int
        The largest number of types, with all who met more.

    Returns
    -------
    SearchStrategy of dict of int or str to tuple of int
        For ``loyalty.ExperienceTrend.from_counts``; the last is named as ``"3+"``.

    Raises
    ------
    ParameterError
        If `max_types` is no whole number >= 1.
    """
    check_sizes(max_types=max_types)
    pair = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    pairs = st.integers(1, max_types).flatmap(
        lambda most: st.lists(pair, min_size=most + 1, max_size=most + 1)
    )
    return pairs.map(
        lambda found: {
            (f"{met}+" if met == len(found) - 1 else met): its for met, its in enumerate(found)
        }
    )
