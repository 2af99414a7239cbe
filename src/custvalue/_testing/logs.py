"""Transaction logs, with the cases that are easily got wrong by name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._columns import objects
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame
from custvalue._words import plain
from custvalue.errors import ParameterError

LogCase = Literal[
    "returns",
    "same day",
    "duplicates",
    "zero spend",
    "late first purchases",
    "zones",
    "blank ids",
]
BLANKS = (None, "", " ")
ROWS = {"returns": 2, "zones": 0}  # that a case adds; the others add one


class Purchase(NamedTuple):
    """A row: the customer's number, 0 for nobody; the day of the log; the amount."""

    customer: int
    day: int
    cents: int


def transaction_logs(
    *,
    start: str | date = "2024-01-01",
    days: int = 365,
    max_customers: int = 6,
    min_rows: int = 1,
    max_rows: int = 30,
    cases: Collection[LogCase] = (),
) -> st.SearchStrategy[Frame]:
    """Draw transaction logs as columns, for ``PurchaseHistory.from_transactions``.

    Each of the `cases` is in every log that is drawn, so a test meets it for certain:

    * ``"returns"``: a negative amount, and the purchase that it undoes (``returns="pair"``);
    * ``"same day"``: a second purchase of a customer on one day, for another amount;
    * ``"duplicates"``: a row that stands there twice;
    * ``"zero spend"``: a purchase for nothing;
    * ``"late first purchases"``: a customer who is first seen on the last day;
    * ``"zones"``: moments in UTC, one of them so late that it is the next day in Shanghai
      (``time_zone="UTC"``);
    * ``"blank ids"``: customers are text, and some are missing or blank. custvalue refuses such
      logs: your code must say what becomes of these rows.

    Parameters
    ----------
    start : str or date
        The first possible day.
    days : int
        Number of possible days; ``start`` + ``days`` - 1 is the last.
    max_customers : int
        At most so many customers.
    min_rows, max_rows : int
        How many rows, with those of the cases.
    cases : sequence of str
        Which cases there must be; none of them by default, but days and customers repeat by
        chance.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``customer_id`` (whole numbers), ``date`` (``datetime64[D]``) and ``spend`` (> 0, in whole
        cents), in no order, unless a case says something else.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder (1900-01-01 and earlier, 2200 and
        later), a size is below 1, or a case is unknown or does not fit into the sizes.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.lifetime import PurchaseHistory
    >>> @settings(max_examples=5, derandomize=True, database=None)
    ... @given(transaction_logs(days=60, cases=["returns", "same day"]))
    ... def test_returns_are_no_purchases(log):
    ...     history = PurchaseHistory.from_transactions(
    ...         log,
    ...         customer="customer_id",
    ...         date="date",
    ...         spend="spend",
    ...         observation_end="2024-02-29",
    ...         unit="day",
    ...         returns="net",
    ...     )
    ...     assert history.frequency.sum() < len(log["date"])
    >>> test_returns_are_no_purchases()
    """
    first = checked_days(start, days)
    check_sizes(max_customers=max_customers, min_rows=min_rows, max_rows=max_rows)
    wanted = _checked_cases(cases)
    more = sum(ROWS.get(case, 1) for case in wanted)
    late = "late first purchases" in wanted
    for name, most, least in (
        ("max_rows", max_rows, more + 1),
        ("max_customers", max_customers, 1 + late),
    ):
        if most < least:
            raise ParameterError(
                f"{name} must be >= {least} for cases={list(wanted)}, but it is {plain(most)}."
            )
    purchase = st.builds(
        Purchase,
        st.integers(1, max_customers - late),
        st.integers(0, days - 1),
        st.integers(1, 100_000),
    )
    least = max(min_rows - more, 1)
    rows = st.lists(purchase, min_size=least, max_size=max_rows - more)
    return rows.flatmap(lambda drawn: _with_cases(drawn, wanted, days - 1, max_customers)).map(
        lambda drawn: _table(first, drawn, wanted)
    )


def _checked_cases(cases: Collection[LogCase]) -> tuple[LogCase, ...]:
    known = get_args(LogCase)
    if isinstance(cases, str) or not isinstance(cases, Collection):
        hint = f" Write [{cases!r}]." if cases in known else ""
        raise ParameterError(
            f"cases must be a list of names, as in ['returns'], but it is {cases!r}.{hint}"
        )
    for case in cases:
        require_choice("cases", case, known)
    return tuple(case for case in known if case in cases)


def _with_cases(
    rows: list[Purchase], cases: tuple[LogCase, ...], last: int, customers: int
) -> st.SearchStrategy[list[Purchase]]:
    """Add the rows of the cases, and put all into any order."""
    one = rows[0]
    added = {
        "returns": one._replace(cents=-one.cents),
        "same day": one._replace(cents=one.cents + 1),
        "duplicates": rows[-1],
        "zero spend": one._replace(customer=rows[-1].customer, cents=0),
        "late first purchases": Purchase(customers, last, 100),
        "blank ids": one._replace(customer=0),
    }
    every = [*rows, *(added[case] for case in cases if case in added)]
    if "returns" in cases:
        every.append(one)  # so that a purchase is left
    return st.permutations(every) if cases else st.just(every)


def _table(first: np.datetime64, rows: list[Purchase], cases: tuple[LogCase, ...]) -> Frame:
    customer, day, cents = np.array(rows, dtype=np.int64).T
    table: Frame = {"customer_id": customer.copy(), "date": first + day, "spend": cents / 100}
    if "blank ids" in cases:
        table["customer_id"] = objects([_identifier(each) for each in rows])
    if "zones" in cases:
        table["date"] = objects([_moment(day, row > 0) for row, day in enumerate(table["date"])])
    return table


def _identifier(row: Purchase) -> str | None:
    """Write the number, with zeros before it as shops do; nobody is blank in one of three ways."""
    return f"{row.customer:03d}" if row.customer else BLANKS[row.cents % len(BLANKS)]


def _moment(day: np.datetime64, noon: bool) -> Any:  # noqa: FBT001 - one of two hours
    midnight = day.astype(datetime)
    hour = 12 if noon else 23
    return datetime(midnight.year, midnight.month, midnight.day, hour, 30, tzinfo=UTC)
