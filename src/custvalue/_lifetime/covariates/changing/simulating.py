"""Customers whose purchases follow a model along paths of changing covariates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from custvalue import _frames
from custvalue._histories.covariates.changing.arrays import PathSegments, located
from custvalue._histories.covariates.changing.followed import (
    FollowedPurchases,
    placed,
    require_changing,
    require_reach,
)
from custvalue._histories.covariates.changing.table import DAY, ChangingCovariates
from custvalue._histories.covariates.table import Covariates, of_new_customers
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS
from custvalue._lifetime.covariates.changing.answers import COMMON, Along
from custvalue._lifetime.covariates.changing.clock import Clock, Process
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError, ParameterError

LEAST = 1e-300  # a rate of nothing


def simulated_along(
    model: Any,
    T: FloatArray,
    random: np.random.Generator,
    *,
    changing: object,
    since: Any,
    covariates: Any,
) -> PurchaseHistory:
    """Simulate customers who come on the days `since`, and are observed for T."""
    unborn, born = _unborn(model, T, changing, since, covariates)
    days, customer, time = _days(Along.of(model, unborn), born.birth, random)
    x = np.bincount(customer, minlength=len(T)).astype(np.float64)
    last = np.zeros(len(T))
    np.maximum.at(last, customer, time)
    known = replace(born, days=days)
    return replace(unborn, frequency=x, recency=np.minimum(last, T), changing=known)


def _unborn(
    model: Any, T: FloatArray, changing: Any, since: Any, covariates: Any
) -> tuple[PurchaseHistory, FollowedPurchases]:
    """Return the customers before any repeat purchase, each on a path."""
    name = type(model).__name__
    if changing is None or since is None:
        raise ParameterError(
            f"{name} has covariates that change, so it must be known what they are, and when "
            f"customers came. Give changing= and since=, the day of each first purchase."
        )
    require_changing(changing, earlier=False)
    table: ChangingCovariates = changing
    static = None if covariates is None else of_new_customers(covariates)[0]
    born = _frames.Source({"since": since}).times("since").astype(DAY).astype(np.int64)
    rows = {"since": len(born), "covariates": len(T) if static is None else len(static)}
    for what, found in rows.items():
        if found != len(T):
            raise DataError(
                f"{what} must be of {len(T):,} customers, but it is of {found:,}. Give one row per "
                f"customer."
            )
    customer = np.arange(len(T))
    path = _paths(table, static, customer)
    birth = born.astype(np.float64)
    require_reach(table, path, birth, birth + T * DAYS[model.unit], customer)
    known = FollowedPurchases(table, path, birth, np.empty(0))
    unborn = PurchaseHistory(
        customer=customer,
        frequency=0 * T,
        recency=0 * T,
        age=T,
        monetary_value=None,
        unit=model.unit,
        covariates=static,
        changing=known,
    )
    return unborn, known


def _paths(table: ChangingCovariates, static: Covariates | None, customer: IntArray) -> IntArray:
    if table.path is None:
        return np.zeros(len(customer), dtype=np.int64)
    name = table.path_name
    if static is None or name not in static.names:
        raise ParameterError(
            f"changing covariates have a path for each {name!r}, so it must be known which one "
            f"customers are on. Give covariates with a column {name!r}."
        )
    return placed(table, static[name], customer)


class _Drawn(NamedTuple):
    """Who is simulated: path, birth and end, rates, and when those leave who do at any time."""

    path: IntArray
    birth: FloatArray
    end: FloatArray
    rate: FloatArray
    leaving: FloatArray  # the probability to leave at a purchase; 0 where they do at any time


def _days(
    along: Along, birth: FloatArray, random: np.random.Generator
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return the days of repeat purchases by customer and time, whose they are, and at what age."""
    found, point = along.likelihood(along.model)
    segments, cells, place = found.segments, found.cells, along.built.cell_of_customer
    k = COMMON + along.built.bought_at.shape[1]
    bought = Process.of(segments, cells, segments.purchase, cells.purchase_static, point[COMMON:k])
    left = Process.of(segments, cells, segments.dropout, cells.dropout_static, point[k:])
    who = _drawn(along, point, (bought, left), random)
    customer, time = _purchases(who, segments, (bought, left), place, random, along.model)
    order = np.lexsort((time, customer))
    customer, age = customer[order], (time - who.birth[customer])[order]
    per_unit = DAYS[along.history.unit]
    return birth[customer] + age * per_unit, customer, age


def _drawn(
    along: Along, point: FloatArray, clocks: tuple[Process, Process], random: np.random.Generator
) -> _Drawn:
    segments, cells, place = along.built.segments, along.built.cells, along.built.cell_of_customer
    bought, left = clocks
    r, alpha, third, fourth = np.exp(point[:COMMON])
    n = len(place)
    path, birth = cells.path[place], cells.birth[place]
    end = birth + cells.age[place]
    rate = np.maximum(random.gamma(r, 1 / alpha, n) * bought.factor[place], LEAST)
    if along.model._form_of_changing == "power":  # noqa: SLF001 - of its own room
        return _Drawn(path, birth, end, rate, random.beta(third, fourth, n))
    leaves = np.maximum(random.gamma(third, 1 / fourth, n) * left.factor[place], LEAST)
    passed = left.clock.at(cells.born_in, cells.birth)[0][place] + random.exponential(1 / leaves)
    segment, inside = left.clock.when(segments, path, passed)
    gone = segments.start[segment] + inside
    return _Drawn(path, birth, np.minimum(end, gone), rate, np.zeros(n))


def _purchases(  # noqa: PLR0917 - who, when, and what drives them
    who: _Drawn,
    segments: PathSegments,
    clocks: tuple[Process, Process],
    place: IntArray,
    random: np.random.Generator,
    model: Any,
) -> tuple[IntArray, FloatArray]:
    """Draw one purchase after the other of all who are still there."""
    bought, left = clocks
    cells, factor = bought.born, left.factor[place]
    passed = cells[0][place]
    here = np.arange(len(place))
    if getattr(model, "_first", 0):
        born = located(segments.path, segments.start, who.path, who.birth)
        here = here[_stays(who, left.clock, born, factor, here, random)]
    customers, times = [here[:0]], [np.empty(0)]
    while here.size:
        passed[here] += random.exponential(1 / who.rate[here])
        segment, inside = bought.clock.when(segments, who.path[here], passed[here])
        time = segments.start[segment] + inside
        in_time = time <= who.end[here]
        here, segment, time = here[in_time], segment[in_time], time[in_time]
        customers.append(here)
        times.append(time)
        here = here[_stays(who, left.clock, segment, factor, here, random)]
    return np.concatenate(customers), np.concatenate(times)


def _stays(  # noqa: PLR0917 - likewise
    who: _Drawn,
    clock: Clock,
    segment: IntArray,
    factor: FloatArray,
    here: IntArray,
    random: np.random.Generator,
) -> Any:
    weight = factor[here] * clock.rate[segment]
    stay = np.exp(weight * np.log1p(-np.minimum(who.leaving[here], 1 - 1e-16)))
    return random.random(len(here)) < stay
