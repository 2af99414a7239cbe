"""A transaction log in an engine that computes when asked: grouped there, and only then fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import ISO, Array, is_iso_day, require_columns
from custvalue._frames import Source, collected, narwhal
from custvalue._frames.identifiers import identifier
from custvalue._frames.log_plans import (
    DAYS_TO_1970,
    by_customer,
    day_number,
    in_days,
    log_intervals,
    no_number,
)
from custvalue.errors import DataError, ParameterError

VALUES = {  # what is at fault in a row, by the rule that says so
    **dict.fromkeys(("spend", "absurd", "returns", "zero_spend"), "spend"),
    **dict.fromkeys(("placeholders", "after_end", "overlap"), "day"),
}
EPOCH, FAR = nw.lit(date(1900, 1, 1)), nw.lit(date(2200, 1, 1))
UTC = frozenset(
    {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"}
)
ZONED = r"([Zz]|[+-]\d\d(:?\d\d)?)$"


def _count(condition: nw.Expr) -> nw.Expr:
    return condition.cast(nw.Int64).sum()


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
        time_zone: str | None = None,
    ) -> None:
        frame = cast("nw.LazyFrame[Any]", narwhal(data))
        schema = frame.collect_schema()
        named = {"customer": customer, "date": date, "spend": spend}
        named |= {f"duplicate_columns[{place}]": name for place, name in enumerate(also)}
        require_columns({key: name for key, name in named.items() if name is not None}, [*schema])
        columns = {
            "customer": identifier(frame, customer, schema[customer]),
            "moment": nw.col(date),
            "day": _day(frame, date, schema[date], time_zone),
        }
        if spend is not None:
            columns["spend"] = _amount(spend, schema[spend])
        columns |= {f"also {place}": nw.col(name) for place, name in enumerate(also)}
        self._frame = frame.select(**columns)
        self._faults = {
            "customer": _unknown(schema[customer]),
            "date": nw.col("day").is_null(),
            "placeholders": (nw.col("day") <= EPOCH) | (nw.col("day") >= FAR),
        }
        self._conditions = {"after_end": nw.col("day") > nw.lit(end)}
        if known_to is not None:
            self._conditions["overlap"] = nw.col("day") <= nw.lit(known_to)
        if spend is not None:
            amount = nw.col("spend")
            self._faults["spend"] = no_number(amount)
            self._faults["absurd"] = amount.abs() > largest
            self._conditions["returns"] = amount < 0
            self._conditions["zero_spend"] = amount == 0

    def counts(self) -> dict[str, int]:
        """Count, in one query, rows, what is missing, and the rows that a rule may speak of."""
        late = self._conditions["after_end"]
        queries = {"rows": nw.len(), "after_end": _count(late)}
        queries |= {name: _count(fault) for name, fault in self._faults.items()}
        counted = ~late
        if (known := self._conditions.get("overlap")) is not None:
            queries["overlap"] = _count(known)
            counted &= ~known
        for name in {"returns", "zero_spend"} & {*self._conditions}:
            queries[name] = _count(counted & self._conditions[name])
        row = collected(self._frame.select(**queries)).rows(named=True)[0]
        return {name: int(value or 0) for name, value in row.items()}

    def example(self, kind: str) -> tuple[Any, Any]:
        """Return the first customer with a row at fault, and its value: a day, an amount, or None.

        The fault is a rule's (``after_end``, …, ``duplicates``), or one that is always refused.
        """
        rows = self._frame.with_columns(nothing=nw.lit(None, nw.Float64))
        if kind == "duplicates":
            rows = rows.group_by(*self._frame.collect_schema().names()).agg(n=nw.len())
            rows = rows.filter(nw.col("n") > 1).with_columns(nothing=nw.lit(None, nw.Float64))
        else:
            rows = rows.filter({**self._faults, **self._conditions}[kind])
        value = VALUES.get(kind, "nothing")
        first = rows.select("customer", value).sort("customer", value).head(1)
        customer, found = collected(first).rows()[0]
        return customer, found

    def duplicates(self) -> int:
        """Count the rows that repeat another row."""
        rows = self._one(self._frame.select(n=nw.len()))
        return rows - self._one(self._frame.unique().select(n=nw.len()))

    def customers(self) -> int:
        """Count the customers."""
        return self._one(self._frame.select(n=nw.col("customer").n_unique()))

    def buyers(self, *, net: bool) -> int:
        """Count the customers with a purchase."""
        purchases = self._frame.filter(nw.col("spend") >= 0) if net else self._frame
        return self._one(purchases.select(n=nw.col("customer").n_unique()))

    def everybody(self) -> Array:
        """Return the customers."""
        return Source(self._frame.select("customer").unique().to_native()).labels("customer")

    def totals(self) -> tuple[Array, Array] | None:
        """Add up all spend of each customer who has rows."""
        if not self._has_spend:
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
        grouped = self._grouped(net=net, first_day=first_day)
        if intervals:
            sums = log_intervals(self._frame, net=net)
            grouped = grouped.join(sums, on="customer", how="inner")
        source = Source(grouped.to_native())
        labels = source.labels("customer")
        order = np.argsort(labels)
        names = [name for name in source.names if name != "customer"]
        return labels[order], {name: source.numbers(name)[order] for name in names}

    def _grouped(self, *, net: bool, first_day: bool = False) -> nw.LazyFrame[Any]:
        return by_customer(self._frame, net=net, spend=self._has_spend, first_day=first_day)

    @property
    def _has_spend(self) -> bool:
        return "returns" in self._conditions

    def summary_frame(self, customer: str, end: date, *, net: bool) -> Any:
        """Return the summary as a lazy frame of the engine; nothing of it is computed here."""
        grouped = self._grouped(net=net)
        return in_days(grouped, customer=customer, end=end, spend=self._has_spend).to_native()

    def after(self, day: date, *, net: bool) -> tuple[Array, dict[str, Array]]:
        """Group what lies after a day by customer, and collect.

        Customers, ascending, with ``occasions`` (days with a purchase) and ``spent``.
        """
        spend = self._has_spend
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

    def occasion_days(self, *, net: bool) -> tuple[Array, Array]:
        """Return the days with a purchase, numbered since 1970, by customer, and whose they are."""
        purchases = self._frame.filter(nw.col("spend") >= 0) if net else self._frame
        days = purchases.select("customer", "day").unique()
        source = Source(days.with_columns(day=day_number(nw.col("day"))).to_native())
        labels, numbers = source.labels("customer"), source.numbers("day").astype(np.int64)
        order = np.lexsort((numbers, labels))
        return labels[order], numbers[order]

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
        week = ((day_number(nw.col("day")) - start) // 7).cast(nw.Int64)
        counts = repeats.with_columns(week=week).group_by("week").agg(repeats=nw.len())
        source = Source(counts.to_native())
        return source.numbers("week") - MOST_WEEKS, source.numbers("repeats")


MOST_WEEKS = 100_000  # before a day


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


def _day(frame: nw.LazyFrame[Any], name: str, dtype: Any, time_zone: str | None) -> nw.Expr:
    zone = getattr(dtype, "time_zone", None)
    if time_zone is not None or zone is not None:
        _require_zone(name, zone, time_zone)
        return nw.col(name).dt.date()  # a cast counts days in UTC on some engines
    if isinstance(dtype, nw.Date):
        return nw.col(name)
    if isinstance(dtype, nw.Datetime):
        return nw.col(name).cast(nw.Date)
    if not isinstance(dtype, nw.String):
        raise DataError(
            f"{name} must hold dates, but it is {dtype}. Cast it in its engine.", column=name
        )
    _require_iso_days(frame, name)
    return nw.col(name).str.slice(0, 10).str.to_date(format="%Y-%m-%d")


def _require_zone(name: str, zone: str | None, time_zone: str | None) -> None:
    """Raise unless times are read in the zone in which their engine counts days."""
    if zone is None:
        raise ParameterError(
            f"time_zone={time_zone!r} is for times with a zone, but {name} has none in its "
            f"engine. Omit time_zone, or turn {name} into such times there."
        )
    if time_zone is None:
        raise DataError(
            f"{name} must be local time, but it has the time zone {zone!r}. Give "
            f"time_zone={zone!r} if days are counted there, or turn it into days in its engine.",
            column=name,
        )
    if time_zone != zone and not {time_zone, zone} <= UTC:
        raise ParameterError(
            f"time_zone={time_zone!r} is not the time zone in which the engine has {name}, "
            f"{zone!r}. Set the engine to {time_zone!r}, give time_zone={zone!r} if days are "
            f"counted there, or turn {name} into days in its engine."
        )


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
