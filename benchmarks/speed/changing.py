"""Fits with covariates that change: a season and promotions, or also a price that moves weekly.

Customers buy by a Pareto/NBD whose rates follow these covariates, and are born on any day. Equal
neighbouring weeks are one segment, so that a season and promotions leave a quarter of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import lifetime

ORIGIN = np.datetime64("2019-01-07")
RATES = {"season": (0.4, -0.5), "promotion": (0.3, 0.4), "price": (-0.3, 0.3)}
FEW, WITH_PRICE = ("season", "promotion"), ("season", "promotion", "price")
Array = npt.NDArray[Any]


class Market(NamedTuple):
    """A log of purchases, the table of its customers, and what changed around them."""

    log: dict[str, Array]
    customers: dict[str, Array]
    changing: dict[str, Array]
    end: str

    @classmethod
    def of(cls, customers: int, weeks: int, paths: int) -> Market:
        """Draw covariates, then purchases in the time that they stretch."""
        random = np.random.default_rng(1)
        week = np.arange(weeks)
        values = {
            "season": np.broadcast_to((week % 52 < 18) * 1.0, (paths, weeks)),
            "promotion": np.repeat(random.random((paths, weeks // 4 + 1)) < 0.3, 4, axis=1) * 1.0,
            "price": random.normal(0, 0.5, (paths, weeks)),
        }
        values = {name: each[:, :weeks] for name, each in values.items()}
        speeds = [
            np.exp(sum(RATES[name][side] * each for name, each in values.items()))
            for side in (0, 1)
        ]
        drawn = [
            _purchases(random, (speeds[0][path], speeds[1][path]), customers // paths, weeks)
            for path in range(paths)
        ]
        who = np.concatenate([each[0] + path * 10**7 for path, each in enumerate(drawn)])
        days = ORIGIN + np.concatenate([each[1] for each in drawn]).astype(np.int64)
        known = np.unique(who)
        table = {name: each.ravel() for name, each in values.items()}
        table |= {"region": np.repeat(np.arange(paths), weeks)}
        table |= {"week": np.tile(ORIGIN + 7 * week, paths)}
        return cls(
            {"customer": who, "date": days},
            {"customer": known, "region": known // 10**7},
            table,
            str(ORIGIN + 7 * weeks - 1),
        )


def _purchases(
    random: np.random.Generator, speeds: tuple[Array, Array], customers: int, weeks: int
) -> tuple[Array, Array]:
    """Return customer and day of each purchase of one path, the first ones included."""
    bounds = np.arange(weeks + 1.0)
    clocks = [np.append(0.0, np.cumsum(speed)) for speed in speeds]
    birth = np.floor(random.random(customers) * weeks * 7 * 0.9) / 7
    rate, leaving = random.gamma(0.6, 1 / 8, customers), random.gamma(0.7, 1 / 30, customers)
    life = np.interp(birth, bounds, clocks[1]) + random.exponential(size=customers) / leaving
    gone = np.interp(life, clocks[1], bounds)
    first, last = (np.interp(time, bounds, clocks[0]) for time in (birth, gone))
    count = random.poisson(rate * (last - first))
    who = np.repeat(np.arange(customers), count)
    own = first[who] + random.random(len(who)) * (last - first)[who]
    time = np.append(birth, np.interp(own, clocks[0], bounds))
    days = np.minimum(np.floor(time * 7), weeks * 7 - 1)
    return np.append(np.arange(customers), who), days


@cache
def history(customers: int, weeks: int, paths: int, names: tuple[str, ...]) -> Any:
    """Read a market with some of its covariates."""
    market = Market.of(customers, weeks, paths)
    changing = lifetime.ChangingCovariates.from_frame(
        market.changing, start="week", covariates=names, path="region"
    )
    return lifetime.PurchaseHistory.from_transactions(
        market.log,
        customer="customer",
        date="date",
        observation_end=market.end,
        unit="week",
        customers=market.customers,
        changing=changing,
    )


def fits(kind: Any, seen: Any, names: tuple[str, ...]) -> Pair:
    """Fit purchases and dropout to all of them."""
    return Pair(lambda: kind.fit(seen, purchase=list(names), dropout=list(names)))


@row("fit of Pareto/NBD, 600 customers, 104 weeks, 4 paths", goal=1)
def pareto_few() -> Pair:
    """Three covariates."""
    return fits(lifetime.ParetoNBD, history(600, 104, 4, WITH_PRICE), WITH_PRICE)


@row("fit of Pareto/NBD, 600 own paths of 300 weeks", goal=10)
def pareto_own() -> Pair:
    """Likewise."""
    return fits(lifetime.ParetoNBD, history(600, 300, 600, WITH_PRICE), WITH_PRICE)


@row("fit of Pareto/NBD, 100,000 customers, 300 weeks of prices", goal=60)
def pareto_weekly() -> Pair:
    """No neighbouring weeks are alike."""
    return fits(lifetime.ParetoNBD, history(100_000, 300, 4, WITH_PRICE), WITH_PRICE)


@row("fit of Pareto/NBD, 100,000 customers, season and promotions", goal=20)
def pareto_merged() -> Pair:
    """Most neighbouring weeks are."""
    return fits(lifetime.ParetoNBD, history(100_000, 300, 4, FEW), FEW)


@row("fit of BG/NBD, 100,000 customers, 300 weeks of prices", goal=10)
def bg_weekly() -> Pair:
    """Without integrals."""
    return fits(lifetime.BGNBD, history(100_000, 300, 4, WITH_PRICE), WITH_PRICE)


@row("fit of MBG/NBD, 100,000 customers, 300 weeks of prices", goal=10)
def mbg_weekly() -> Pair:
    """Likewise."""
    return fits(lifetime.MBGNBD, history(100_000, 300, 4, WITH_PRICE), WITH_PRICE)


@row("purchases of 52 weeks, Pareto/NBD, 100,000 customers on paths", goal=2)
def pareto_purchases() -> Pair:
    """Whose seasons are known a year ahead."""
    seen = history(100_000, 300, 4, WITH_PRICE)
    fit = lifetime.ParetoNBD.fit(seen, purchase=["season"], dropout=["season"])
    plan = lifetime.ChangingCovariates.from_frame(
        _a_year_later(), start="week", covariates=["season"], path="region"
    )
    later = seen.with_changing(plan)
    return Pair(lambda: fit.expected_purchases(later, "52 weeks"))


def _a_year_later() -> dict[str, Array]:
    """Return the seasons of 352 weeks."""
    week = np.arange(352)
    return {
        "week": np.tile(ORIGIN + 7 * week, 4),
        "season": np.tile((week % 52 < 18) * 1.0, 4),
        "region": np.repeat(np.arange(4), 352),
    }


@growth("fit of Pareto/NBD, each customer with a path of 156 weeks", 600, 2_500, 10_000)
def own_paths(customers: int) -> Work:
    """Three covariates, of purchases and of dropout."""
    return fits(lifetime.ParetoNBD, history(customers, 156, customers, WITH_PRICE), WITH_PRICE).ours
