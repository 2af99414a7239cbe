"""Logs with what engines treat differently: types, zones, gaps, names, sums that overflow."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

END = "2024-03-31"
DAYS = [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 15), date(2024, 1, 3), date(2024, 2, 29)]
WHO = ["ann", "ann", "ann", "bob", "ann"]
PAID = [20.0, 30.25, 5.5, 9.0, 12.75]


class Log(NamedTuple):
    """A table, the names of its columns, and what the user says of it."""

    table: pa.Table
    options: dict[str, Any]


def log(who: Any = None, when: Any = None, paid: Any = None, **options: Any) -> Log:
    columns = {
        "who": pa.array(WHO) if who is None else who,
        "when": pa.array(DAYS) if when is None else when,
        "paid": pa.array(PAID) if paid is None else paid,
    }
    names = {"customer": "who", "date": "when", "spend": "paid"}
    return Log(pa.table(columns), {**names, "observation_end": END, **options})


def moments(unit: str) -> pa.Array:
    late = [datetime.combine(day, datetime.max.time()).replace(microsecond=0) for day in DAYS]
    return pa.array(late, pa.timestamp(unit))


def renamed(names: dict[str, str]) -> Log:
    """The plain log with other names of columns, and one more column."""
    table, options = log()
    columns = [names.get(name, name) for name in table.column_names]
    more = table.rename_columns(columns).append_column("rows", pa.array([1, 2, 3, 4, 5]))
    used = {key: names.get(name, name) for key, name in options.items() if key != "observation_end"}
    return Log(more, {**used, "observation_end": END})


def many(customers: int = 400, days: int = 800) -> Log:
    """Customers who come, buy at rates of their own, and leave; amounts are exact in binary."""
    random = np.random.default_rng(5)
    born = random.integers(0, days - 100, customers)
    rate, leaving = random.gamma(1, 1 / 28, customers), random.gamma(1, 1 / 150, customers)
    seen = np.minimum(days - 1 - born, random.exponential(1 / leaving))
    who = np.repeat(np.arange(customers), 1 + random.poisson(rate * seen))
    first = np.append(True, np.diff(who) > 0)
    later = np.where(first, 0, np.ceil(random.random(len(who)) * seen[who])).astype(int)
    mean = 1 / random.gamma(4, 1 / 15, customers)
    paid = np.ceil(random.gamma(6, size=len(who)) * mean[who] * 40) / 4
    start = np.datetime64("2022-01-01")
    return log(pa.array(who), pa.array(start + born[who] + later), pa.array(paid))


def integers(values: list[int], kind: Any) -> pa.Array:
    return pa.array(values, kind)


BACK = [20.0, 30.25, -5.5, 9.0, 12.75]

TAKEN = {
    "days": log(),
    "moments in seconds": log(when=moments("s")),
    "moments in milliseconds": log(when=moments("ms")),
    "moments in microseconds": log(when=moments("us")),
    "moments in nanoseconds": log(when=moments("ns")),
    "days in text": log(when=pa.array([day.isoformat() for day in DAYS])),
    "moments in text": log(when=pa.array([f"{day.isoformat()} 23:59:59" for day in DAYS])),
    "amounts of 32 bits that overflow": log(paid=integers([2 * 10**9] * 5, pa.int32())),
    "amounts of 16 bits that overflow": log(paid=integers([30_000] * 5, pa.int16())),
    "amounts of 8 bits that overflow": log(paid=integers([100] * 5, pa.int8())),
    "amounts of 64 bits": log(paid=integers([2**53 - 1, 2, 4, 2**50, 8], pa.int64())),
    "decimals": log(paid=pa.array([Decimal(str(each)) for each in PAID], pa.decimal128(12, 2))),
    "single precision": log(paid=pa.array(PAID, pa.float32())),
    "small numbers as customers": log(who=integers([1, 1, 1, 2, 1], pa.int8())),
    "large numbers as customers": log(who=integers([2**62, 2**62, 2**62, 7, 2**62], pa.int64())),
    "negative numbers as customers": log(who=integers([-5, -5, -5, 0, -5], pa.int32())),
    "customers who differ in case": log(who=pa.array(["Ann", "ann", "Ann", "ANN", "Ann"])),
    "customers with accents": log(who=pa.array(["é", "é", "é", "王", "é"])),
    "customers with spaces": log(who=pa.array(["a b", "a b", "a b", " b", "a b"])),
    "long identifiers": log(who=pa.array([each * 10 + "01" for each in WHO])),
    "before 1970": log(
        when=pa.array([day.replace(year=1948) for day in DAYS]), observation_end="1950-01-01"
    ),
    "a leap day of a century": log(
        when=pa.array([day.replace(year=2000) for day in DAYS]), observation_end="2001-03-01"
    ),
    "one customer": log(who=pa.array(["ann"] * 5)),
    "everybody came once": log(who=pa.array(["a", "b", "c", "d", "e"])),
    "without spend": Log(log().table, {"customer": "who", "date": "when", "observation_end": END}),
    "names of our own": renamed({"who": "customer", "when": "day", "paid": "spent"}),
    "names of our own in capitals": renamed({"who": "Customer", "when": "Moment", "paid": "First"}),
    "returns, netted": log(paid=pa.array(BACK), returns="net"),
    "a day of returns, netted": log(paid=pa.array([20.0, -3.5, -5.5, 9, 12.75]), returns="net"),
    "returns after the only purchase": log(
        paid=pa.array([20.0, -3.5, -5.5, 9, -12.75]), returns="net"
    ),
    "only returns of a customer": log(paid=pa.array([20.0, 30, 5.5, -9, 12]), returns="net"),
    "returns, dropped": log(paid=pa.array([20.0, -3.5, -5.5, -9, 12.75]), returns="drop"),
    "losses": log(paid=pa.array(BACK), returns="profit"),
    "nothing paid, dropped": log(paid=pa.array([20.0, 0, 0, 0, 12.75]), zero_spend="drop"),
    "after the end": log(observation_end="2024-01-31", after_end="ignore"),
    "duplicates": log(
        who=pa.array(["ann"] * 3 + ["bob"] * 2),
        when=pa.array([DAYS[0], DAYS[1], DAYS[1], DAYS[3], DAYS[3]]),
        paid=pa.array([20.0, 5.5, 5.5, 9.0, 9.0]),
        duplicates="drop",
    ),
    "capped": log(largest_spend=10.0),
    "many": many(),
}

REFUSED = {
    "a missing customer": log(who=pa.array(["ann", None, "ann", "bob", "ann"])),
    "a blank customer": log(who=pa.array(["ann", "  ", "ann", "bob", "ann"])),
    "a missing number as customer": log(who=pa.array([1, None, 1, 2, 1], pa.int64())),
    "a missing amount": log(paid=pa.array([20.0, None, 5.5, 9.0, 12.75])),
    "an amount that is not a number": log(paid=pa.array([20.0, float("nan"), 5.5, 9.0, 12.75])),
    "an infinite amount": log(paid=pa.array([20.0, float("inf"), 5.5, 9.0, 12.75])),
    "an absurd amount": log(paid=pa.array([20.0, 1e160, 5.5, 9.0, 12.75])),
    "a missing day": log(when=pa.array([DAYS[0], None, *DAYS[2:]])),
    "a placeholder for a day": log(when=pa.array([date(1900, 1, 1), *DAYS[1:]])),
    "a day of the far future": log(
        when=pa.array([date(2999, 12, 31), *DAYS[1:]]), after_end="ignore"
    ),
    "a return": log(paid=pa.array(BACK)),
    "a day after the end": log(observation_end="2024-01-31"),
    "nothing paid": log(paid=pa.array([20.0, 0.0, 5.5, 9.0, 12.75]), zero_spend="raise"),
    "a duplicate": log(
        when=pa.array([DAYS[0], DAYS[1], DAYS[1], DAYS[3], DAYS[4]]),
        paid=pa.array([20.0, 5.5, 5.5, 9.0, 12.75]),
        duplicates="raise",
    ),
    "nothing left": log(observation_end="2023-01-01", after_end="ignore"),
}
