"""A log split at a day, slowly: sets of days in a dict, one row at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple


class Parts(NamedTuple):
    frequency: dict[object, int]  # of customers of the calibration
    spend: dict[object, float]
    new_customers: int
    new_customer_purchases: int
    repeats: dict[date, int]  # of customers of the calibration, by the last day of a week


def split(rows: list[tuple[object, date, float]], last: date, end: date, *, net: bool) -> Parts:
    bought = defaultdict(set)
    for customer, day, spend in rows:
        if day <= end and (spend >= 0 or not net):
            bought[customer].add(day)
    known = {customer for customer, days in bought.items() if min(days) <= last}
    later = {customer: sum(day > last for day in days) for customer, days in bought.items()}
    spend = {
        each: math.fsum(paid for who, day, paid in rows if who == each and last < day <= end)
        for each in known
    }
    repeats = defaultdict(int)
    for customer in known:
        for day in sorted(bought[customer])[1:]:
            sunday = last
            while sunday < day:
                sunday += timedelta(days=7)
            while sunday - timedelta(days=7) >= day:
                sunday -= timedelta(days=7)
            repeats[min(sunday, end)] += 1
    new = [times for customer, times in later.items() if customer not in known]
    return Parts(
        {customer: later[customer] for customer in known}, spend, len(new), sum(new), dict(repeats)
    )
