"""A transaction log in an engine becomes one row per customer there; nothing of these rows travels.

The rules of :meth:`PurchaseHistory.from_transactions` apply, and are asked of the engine first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from custvalue import _frames
from custvalue._frames.customer_summary import DAYS, SPEND
from custvalue._histories.days import observed_to
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.transactions import (
    AfterEnd,
    EngineLog,
    KeepOrNot,
    Returns,
    Rules,
    apply_rules,
    may_lose_customers,
    require_purchases,
)
from custvalue.errors import DataError, ParameterError


def summarise(
    log: Any,
    *,
    customer: str,
    date: str,
    spend: str | None = None,
    observation_end: str | date,
    after_end: AfterEnd = "raise",
    returns: Returns = "raise",
    largest_spend: float | None = None,
    zero_spend: KeepOrNot = "keep",
    duplicates: KeepOrNot = "keep",
    duplicate_columns: Sequence[str] | None = None,
    time_zone: str | None = None,
) -> tuple[Any, ExcludedTransactions]:
    """Group a log in an engine by customer, there: lazy in, lazy out.

    Queries that look for rows at fault and count what is excluded are run; the summary itself is
    returned as a plan, and no customer travels. **Let the engine compute it once**, and go on with
    what it wrote or kept: a Parquet file, a table, ``persist()``. Else the cells, the spends and
    the scores each compute it anew.

    Parameters
    ----------
    log : lazy dataframe
        DuckDB, polars' LazyFrame, PySpark, Ibis or SQLFrame, with one row per purchase. Logs in
        memory are for :meth:`PurchaseHistory.from_transactions`.
    customer, date, spend, observation_end
        As in :meth:`PurchaseHistory.from_transactions`, which counts the same.
    after_end, returns, largest_spend, zero_spend, duplicates, duplicate_columns
        As there, but for ``returns="pair"``, which needs the rows in memory.
    time_zone : str, optional
        Of times with a zone: the zone in which the engine has them, and in which days are counted,
        as in ``"Europe/Berlin"``. Spark has times in the zone of its session.

    Returns
    -------
    summary : lazy dataframe
        Of the same engine, one row per customer: the column `customer` under its own name; the
        whole numbers `repeat_days`, days with a purchase after the first one, `recency_days` from
        the first purchase to the last, and `age_days` to the end of observation; and, with `spend`,
        `repeat_spend`, the sum of what was spent after the first day (0 for who never came back).
    excluded : ExcludedTransactions
        What was excluded on request, by reason.

    Raises
    ------
    DataError
        If the log is in memory or empty, a column is absent, a value is missing or is not what it
        must be, or a rule refuses rows: column, number of rows, a customer and the value.
    ParameterError
        If an argument is unknown, the zone is another one, or the customers' column is called like
        one of the summary.

    Examples
    --------
    >>> import polars as pl
    >>> log = pl.LazyFrame(
    ...     {
    ...         "who": ["ann", "ann", "bob", "ann"],
    ...         "when": ["2024-01-01", "2024-01-15", "2024-01-03", "2024-01-15"],
    ...         "paid": [20.0, 30.0, 9.0, 5.0],
    ...     }
    ... )
    >>> summary, excluded = summarise(
    ...     log, customer="who", date="when", spend="paid", observation_end="2024-02-05"
    ... )
    >>> summary.sort("who").collect().rows()
    [('ann', 1, 14, 35, 35.0), ('bob', 0, 0, 33, 0.0)]
    """
    rules = Rules(
        customer_column=customer,
        date_column=date,
        spend_column=spend,
        end=observed_to(observation_end),
        after_end=after_end,
        returns=returns,
        largest_spend=largest_spend,
        zero_spend=zero_spend,
        duplicates=duplicates,
        duplicate_columns=duplicate_columns,
        time_zone=time_zone,
    )
    if not _frames.is_frame(log) or not _frames.is_lazy(log):
        raise DataError(
            f"summarise needs a lazy log, but it is a {type(log).__name__}. Use "
            f"PurchaseHistory.from_transactions for logs in memory."
        )
    if isinstance(customer, str) and customer.casefold() in (*DAYS, SPEND):
        raise ParameterError(
            f"customer={customer!r} is called like a column of the summary. Rename it in its "
            f"engine, as in 'customer_id'."
        )
    engine = EngineLog(log, rules)
    before = engine.customers() if may_lose_customers(rules) else None
    left = apply_rules(engine, rules)
    summary = engine.summary_frame(rules.customer_column, rules.end, net=rules.net)
    if before is None:
        return summary, ExcludedTransactions(**left)
    after = engine.buyers(net=rules.net)
    excluded = ExcludedTransactions(**left, customers=before - after)
    require_purchases(after, excluded, rules)
    return summary, excluded
