"""A transaction log in an engine that computes when asked: grouped there, and only then fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import ISO, Array, is_iso_day, require_columns
from custvalue._frames import Source, collected, narwhal
from custvalue.errors import DataError

EPOCH, FAR = nw.lit(date(1900, 1, 1)), nw.lit(date(2200, 1, 1))
DAYS_TO_1970 = date(1970, 1, 1).toordinal()
ZONED = r"([Zz]|[+-]\d\d(:?\d\d)?)$"


def _count(condition: nw.Expr) -> nw.Expr:
    return condition.cast(nw.Int64).sum()


def _day_number(day: nw.Expr) -> nw.Expr:
    """Days since 1970-01-01; from year and day of the year, which every engine knows."""
    years = day.dt.year().cast(nw.Int64) - 1
    leap_days = years // 4 - years // 100 + years // 400
    return years * 365 + leap_days + day.dt.ordinal_day().cast(nw.Int64) - DAYS_TO_1970


class LazyLog:
    """Transactions in an engine that computes when asked; they are grouped where they lie."""

    def __init__(
        self,
        data: Any,
        *,
        customer: str,
        date: str,
        spend: str | None = None,
        end: date,
        known_to: date | None = None,
        largest: float,
        also: Sequence[str] = (),
    ) -> None:
        frame = cast("nw.LazyFrame[Any]", narwhal(data))
        schema = frame.collect_schema()
        named = {"customer": customer, "date": date, "spend": spend}
        named |= {f"duplicate_columns[{place}]": name for place, name in enumerate(also)}
        require_columns({key: name for key, name in named.items() if name is not None}, [*schema])
        columns = {
            "customer": _identifier(customer, schema[customer]),
            "moment": nw.col(date),
            "day": _day(frame, date, schema[date]),
        }
        if spend is not None:
            columns["spend"] = _amount(spend, schema[spend])
        columns |= {f"also {place}": nw.col(name) for place, name in enumerate(also)}
        self._frame = frame.select(**columns)
        self._unknown = _unknown(schema[customer])
        self._conditions = {"after_end": nw.col("day") > nw.lit(end)}
        if known_to is not None:
            self._conditions["overlap"] = nw.col("day") <= nw.lit(known_to)
        self._largest = largest
        if spend is not None:
            self._conditions["returns"] = nw.col("spend") < 0
            self._conditions["zero_spend"] = nw.col("spend") == 0

    def counts(self) -> dict[str, int]:
        """Count, in one query, rows, what is missing, and the rows that a rule may speak of."""
        late = self._conditions["after_end"]
        queries = {
            "rows": nw.len(),
            "customer": _count(self._unknown),
            "date": _count(nw.col("day").is_null()),
            "after_end": _count(late),
            "placeholders": _count((nw.col("day") <= EPOCH) | (nw.col("day") >= FAR)),
        }
        counted = ~late
        if (known := self._conditions.get("overlap")) is not None:
            queries["overlap"] = _count(known)
            counted &= ~known
        if "returns" in self._conditions:
            spend = nw.col("spend")
            queries["spend"] = _count(spend.is_null() | ~spend.is_finite())
            queries["absurd"] = _count(spend.abs() > self._largest)
            for name in ("returns", "zero_spend"):
                queries[name] = _count(counted & self._conditions[name])
        row = collected(self._frame.select(**queries)).rows(named=True)[0]
        return {name: int(value or 0) for name, value in row.items()}

    def duplicates(self) -> int:
        """Count the rows that repeat another row."""
        rows = self._one(self._frame.select(n=nw.len()))
        return rows - self._one(self._frame.unique().select(n=nw.len()))

    def customers(self) -> int:
        """Count the customers."""
        return self._one(self._frame.select(n=nw.col("customer").n_unique()))

    def everybody(self) -> Array:
        """Return the customers."""
        return Source(self._frame.select("customer").unique().to_native()).labels("customer")

    def totals(self) -> tuple[Array, Array] | None:
        """Add up all spend of each customer who has rows."""
        if "returns" not in self._conditions:
            return None
        sums = self._frame.group_by("customer").agg(total=nw.col("spend").sum())
        source = Source(sums.to_native())
        return source.labels("customer"), source.numbers("total")

    @staticmethod
    def _one(frame: nw.LazyFrame[Any]) -> int:
        return int(collected(frame).item() or 0)

    def exclude(self, kind: str) -> None:
        """Go on without the rows that a rule speaks of: ``after_end``, …, ``duplicates``."""
        log = self._frame
        self._frame = log.unique() if kind == "duplicates" else log.filter(~self._conditions[kind])

    def cap(self, largest: float) -> int:
        """Count larger amounts as this one, and say how many they are."""
        spend = nw.col("spend")
        too_large = _count((spend > largest) | (spend < -largest))
        number = self._one(self._frame.select(n=too_large))
        up_to = nw.when(spend > largest).then(nw.lit(largest)).otherwise(spend)
        capped = self._frame.with_columns(spend=up_to)
        from_below = nw.when(spend < -largest).then(nw.lit(-largest)).otherwise(spend)
        self._frame = capped.with_columns(spend=from_below)
        return number

    def grouped(
        self, *, net: bool, intervals: bool, first_day: bool = False
    ) -> tuple[Array, dict[str, Array]]:
        """Group by customer and day, then by customer, and collect.

        Customers with a purchase, ascending, with ``occasions`` (days with a purchase), ``first``
        and ``last`` (day numbers since 1970), ``spent`` after the first day, or from it on,
        ``log_intervals``.
        """
        grouped = _grouped_by_customer(
            self._frame, net=net, spend="returns" in self._conditions, first_day=first_day
        )
        if intervals:
            sums = _log_intervals(self._frame, net=net)
            grouped = grouped.join(sums, on="customer", how="inner")
        source = Source(grouped.to_native())
        labels = source.labels("customer")
        order = np.argsort(labels)
        names = [name for name in source.names if name != "customer"]
        return labels[order], {name: source.numbers(name)[order] for name in names}

    def after(self, day: date, *, net: bool) -> tuple[Array, dict[str, Array]]:
        """Group what lies after a day by customer, and collect.

        Customers, ascending, with ``occasions`` (days with a purchase) and ``spent``.
        """
        spend = "returns" in self._conditions
        later = self._frame.filter(nw.col("day") > nw.lit(day))
        sums = {"spent": nw.col("spend").sum()} if spend else {"rows": nw.len()}
        if net:
            sums["most"] = nw.col("spend").max()
        days = later.group_by("customer", "day").agg(**sums)
        bought = nw.col("day")
        if net:
            days = days.with_columns(bought=nw.when(nw.col("most") >= 0).then(bought))
            bought = nw.col("bought")
        results = {"occasions": bought.count()}
        if spend:
            results["spent"] = nw.col("spent").sum()
        source = Source(days.group_by("customer").agg(**results).to_native())
        labels = source.labels("customer")
        order = np.argsort(labels)
        return labels[order], {name: source.numbers(name)[order] for name in results}

    def repeats_by_week(self, day: date, *, net: bool) -> tuple[Array, Array]:
        """Count the repeat purchases of customers whose first one is not after a day, by week.

        Weeks are numbered from the day after it, 0, 1, …, and back from there, -1, -2, …
        """
        purchases = self._frame.filter(nw.col("spend") >= 0) if net else self._frame
        days = purchases.select("customer", "day").unique()
        first = days.group_by("customer").agg(first=nw.col("day").min())
        known = first.filter(nw.col("first") <= nw.lit(day))
        repeats = days.join(known, on="customer", how="inner").filter(
            nw.col("day") > nw.col("first")
        )
        start = day.toordinal() - DAYS_TO_1970 + 1 - 7 * MOST_WEEKS  # so that no number is negative
        week = ((_day_number(nw.col("day")) - start) // 7).cast(nw.Int64)
        counts = repeats.with_columns(week=week).group_by("week").agg(repeats=nw.len())
        source = Source(counts.to_native())
        return source.numbers("week") - MOST_WEEKS, source.numbers("repeats")


MOST_WEEKS = 100_000  # before a day


def _grouped_by_customer(
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
    numbered = {name: _day_number(nw.col(name)) for name in ("first", "last")}
    return days.group_by("customer").agg(**results).with_columns(**numbered)


def _log_intervals(log: nw.LazyFrame[Any], *, net: bool) -> nw.LazyFrame[Any]:
    """One row per customer: the sum of log(days) between successive days with a purchase."""
    purchases = log.filter(nw.col("spend") >= 0) if net else log
    days = purchases.select("customer", number=_day_number(nw.col("day"))).unique()
    number = nw.col("number")
    before = number.shift(1).over("customer", order_by="number")
    days = days.with_columns(interval=(number - before).cast(nw.Float64))
    logarithm = nw.when(nw.col("interval") > 0).then(nw.col("interval").log()).otherwise(0.0)
    days = days.with_columns(log_interval=logarithm)
    return days.group_by("customer").agg(log_intervals=nw.col("log_interval").sum())


def _identifier(name: str, dtype: Any) -> nw.Expr:
    if isinstance(dtype, nw.Categorical | nw.Enum):
        return nw.col(name).cast(nw.String)
    if not (dtype.is_integer() or isinstance(dtype, nw.String)):
        raise DataError(
            f"{name} must hold whole numbers or text, but it is {dtype}. Cast it in its engine.",
            column=name,
        )
    wide = isinstance(dtype, nw.Int128 | nw.UInt128)  # DuckDB's sums are
    return nw.col(name).cast(nw.Int64) if wide else nw.col(name)


def _unknown(dtype: Any) -> nw.Expr:
    """Where an identifier is missing or blank."""
    customer = nw.col("customer")
    if not isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        return customer.is_null()
    return customer.is_null() | (customer.str.strip_chars() == "")


def _amount(name: str, dtype: Any) -> nw.Expr:
    if not dtype.is_numeric():
        raise DataError(
            f"{name} must hold numbers, but it is {dtype}. Cast it in its engine.", column=name
        )
    return nw.col(name).cast(nw.Float64)


def _day(frame: nw.LazyFrame[Any], name: str, dtype: Any) -> nw.Expr:
    if isinstance(dtype, nw.Date):
        return nw.col(name)
    if isinstance(dtype, nw.Datetime):
        if dtype.time_zone is not None:
            raise DataError(
                f"{name} must be local time, but it has the time zone {dtype.time_zone!r}. Turn "
                f"it into days in its engine, or collect the log first and give the zone in "
                f"which days are counted, as in time_zone='Europe/Berlin'.",
                column=name,
            )
        return nw.col(name).cast(nw.Date)
    if not isinstance(dtype, nw.String):
        raise DataError(
            f"{name} must hold dates, but it is {dtype}. Cast it in its engine.", column=name
        )
    _require_iso_days(frame, name)
    return nw.col(name).str.slice(0, 10).str.to_date(format="%Y-%m-%d")


def _require_iso_days(frame: nw.LazyFrame[Any], name: str) -> None:
    """Look at every different day in a column of text; there are never many."""
    text = nw.col(name)
    zoned = text.str.slice(10, None).str.contains(ZONED)
    seen = collected(frame.select(day=text.str.slice(0, 10), zoned=zoned).unique())
    days = [day for day in seen.get_column("day").to_list() if day is not None]
    bad = sorted(day for day in days if not is_iso_day(day))
    remedy = "Turn the column into dates in its engine, or collect the log first and give"
    if bad:
        raise DataError(
            f"{name} must be a date like {ISO}, but {bad[0]!r} is among its entries. {remedy} "
            f"the format, as in date_format='%d/%m/%Y'.",
            column=name,
            value=bad[0],
        )
    if seen.get_column("zoned").any():
        raise DataError(
            f"{name} must be local time, but some of its entries carry a time zone. {remedy} the "
            f"zone in which days are counted, as in time_zone='Europe/Berlin'.",
            column=name,
        )
