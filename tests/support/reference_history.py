"""The summary of a transaction log, slowly: sets of days in a dict, one row at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple


class Customer(NamedTuple):
    x: int
    t_x: int  # days
    T: int  # days
    mean: float
    log_intervals: float  # days


def day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def summarise(
    rows: list[tuple[object, date, float]],
    end: date,
    *,
    returns: str,
    zero_spend: str,
    duplicates: str,
) -> tuple[dict[object, Customer], dict[str, int]]:
    """Later rows are ignored; a rule that says "raise" raises AssertionError."""
    everybody = {row[0] for row in rows}
    left = {"after_end": 0, "returns": 0, "zero_spend": 0, "duplicates": 0}
    kept = []
    for row in rows:
        _, moment, spend = row
        if day_of(moment) > end:
            left["after_end"] += 1
        elif spend < 0 and returns != "net":
            assert returns == "drop"
            left["returns"] += 1
        elif spend == 0 and zero_spend != "keep":
            assert zero_spend == "drop"
            left["zero_spend"] += 1
        elif row in kept and duplicates != "keep":
            assert duplicates == "drop"
            left["duplicates"] += 1
        else:
            kept.append(row)

    bought = defaultdict(set)
    for customer, moment, spend in kept:
        if spend >= 0:
            bought[customer].add(day_of(moment))

    found = {}
    for customer, days in bought.items():
        first, last, x = min(days), max(days), len(days) - 1
        later = [spend for who, moment, spend in kept if who == customer and day_of(moment) > first]
        mean = math.fsum(later) / x if x else 0.0
        waits = [(after - before).days for before, after in pairwise(sorted(days))]
        logs = math.fsum(math.log(wait) for wait in waits)
        found[customer] = Customer(x, (last - first).days, (end - first).days, mean, logs)
    left["customers"] = len(everybody - set(found))
    return found, left
