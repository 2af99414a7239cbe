"""Covariates that change, for logs of the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st

SEASONS = ("low", "high")


def changing_covariates(
    *,
    start: str | date = "2024-01-01",
    days: int = 365,
    path: str | None = None,
    max_customers: int = 6,
    max_rows: int = 5,
) -> st.SearchStrategy[ChangingCovariates]:
    """Draw covariates that change, for logs of :func:`transaction_logs` with the same days.

    A price, which is a number, and a season, which is ``"low"`` or ``"high"``, both of which may
    never change.

    Parameters
    ----------
    start : str or date
        The first day on which they are known.
    days : int
        On how many days they are.
    path : str, optional
        Without it there is one path for everybody; else a path for each customer from 1 to
        `max_customers`, by the identifier in this column, as in ``"customer_id"``.
    max_customers : int
        How many paths, then.
    max_rows : int
        Rows of a path at most.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder (1900-01-01 and earlier, 2200 and
        later), or a size is below 1.
    """
    first = checked_days(start, days)
    check_sizes(max_customers=max_customers, max_rows=max_rows)
    paths = 1 if path is None else max_customers
    values: st.SearchStrategy[Values] = st.tuples(st.integers(-30, 30), st.sampled_from(SEASONS))
    later = st.dictionaries(st.integers(1, max(days - 1, 1)), values, max_size=max_rows - 1)
    return st.lists(st.tuples(values, later), min_size=paths, max_size=paths).map(
        lambda drawn: _covariates(first, days, path, drawn)
    )


Values = tuple[int, str]


def _covariates(
    first: np.datetime64,
    days: int,
    path: str | None,
    drawn: Sequence[tuple[Values, Mapping[int, Values]]],
) -> ChangingCovariates:
    """Let each row hold until the next one of its path."""
    rows = [
        (place + 1, day, *values)
        for place, (at_first, later) in enumerate(drawn)
        for day, values in sorted({0: at_first, **later}.items())
        if day < days
    ]
    label, day, price, season = (list(column) for column in zip(*rows, strict=True))
    table = {
        "start": first + np.array(day).astype("m8[D]"),
        "price": np.array(price) / 10,
        "season": season,
    }
    return ChangingCovariates.from_frame(
        table if path is None else {**table, path: label},
        start="start",
        covariates=["price", "season"],
        last_day=str(first + np.timedelta64(days - 1, "D")),
        path=path,
    )
