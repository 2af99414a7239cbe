"""How a log is grouped by customer in its engine: plans, of which nothing is computed here."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals.stable.v2 as nw

DAYS_TO_1970 = date(1970, 1, 1).toordinal()


def day_number(day: nw.Expr) -> nw.Expr:
    """Days since 1970-01-01; from year and day of the year, which every engine knows."""
    years = day.dt.year().cast(nw.Int64) - 1
    leap_days = years // 4 - years // 100 + years // 400
    number = years * 365 + leap_days + day.dt.ordinal_day().cast(nw.Int64) - DAYS_TO_1970
    return number.cast(nw.Int64)  # on some engines // makes floats


def no_number(amount: nw.Expr) -> nw.Expr:
    """Where an amount is missing, infinite or NaN; a comparison that no engine folds away.

    From the statistics of a Parquet file, in which NaN is not counted, DuckDB takes for granted
    that nothing is NaN.
    """
    return amount.is_null() | ~((amount - amount) == 0)


def by_customer(
    log: nw.LazyFrame[Any], *, net: bool, spend: bool, first_day: bool
) -> nw.LazyFrame[Any]:
    """One row per customer. A join with the first days was cheaper than a window, measured."""
    day, first, spend_on_day = nw.col("day"), nw.col("first"), nw.col("spent")
    purchases = log.filter(nw.col("spend") >= 0) if net else log
    first_days = purchases.group_by("customer").agg(first=day.min())
    sums = {"spent": nw.col("spend").sum()} if spend else {"rows": nw.len()}
    if net:
        sums["most"] = nw.col("spend").max()
    days = log.group_by("customer", "day").agg(**sums)
    days = days.join(first_days, on="customer", how="inner")
    bought = day
    if net:
        days = days.with_columns(bought=nw.when(nw.col("most") >= 0).then(day))
        bought = nw.col("bought")
    results = {"occasions": bought.count(), "first": first.min(), "last": bought.max()}
    if spend:
        if not first_day:
            later = nw.when(day > first).then(spend_on_day).otherwise(0.0)
            days = days.with_columns(spent=later)
        results["spent"] = spend_on_day.sum()
    numbered = {name: day_number(nw.col(name)) for name in ("first", "last")}
    return days.group_by("customer").agg(**results).with_columns(**numbered)


def log_intervals(log: nw.LazyFrame[Any], *, net: bool) -> nw.LazyFrame[Any]:
    """One row per customer: the sum of log(days) between successive days with a purchase."""
    purchases = log.filter(nw.col("spend") >= 0) if net else log
    days = purchases.select("customer", number=day_number(nw.col("day"))).unique()
    number = nw.col("number")
    before = number.shift(1).over("customer", order_by="number")
    days = days.with_columns(interval=(number - before).cast(nw.Float64))
    logarithm = nw.when(nw.col("interval") > 0).then(nw.col("interval").log()).otherwise(0.0)
    days = days.with_columns(log_interval=logarithm)
    return days.group_by("customer").agg(log_intervals=nw.col("log_interval").sum())


def in_days(
    grouped: nw.LazyFrame[Any], *, customer: str, end: date, spend: bool
) -> nw.LazyFrame[Any]:
    """Name the columns of a summary: the user's customers, whole numbers of days, a sum of spend.

    What came back after the only purchase of a customer is no repeat spend.
    """
    whole = {name: nw.col(name).cast(nw.Int64) for name in ("occasions", "first", "last")}
    last_day = end.toordinal() - DAYS_TO_1970
    columns = {
        "repeat_days": nw.col("occasions") - 1,
        "recency_days": nw.col("last") - nw.col("first"),
        "age_days": nw.lit(last_day).cast(nw.Int64) - nw.col("first"),
    }
    if spend:
        came_back = nw.when(nw.col("occasions") > 1)
        columns["repeat_spend"] = came_back.then(nw.col("spent").cast(nw.Float64)).otherwise(0.0)
    summary = grouped.with_columns(**whole).select("customer", **columns)
    return summary if customer == "customer" else summary.rename({"customer": customer})
