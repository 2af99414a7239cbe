"""The fits of a chain: dimensions to satisfaction, satisfaction to what customers do."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._columns import refuse_where
from custvalue._drivers.importance import importance
from custvalue._drivers.slopes import Slopes
from custvalue._frames import Source
from custvalue._histories.covariates.changing.table import DAY
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import TimeUnit
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._profit_chain.influences import coordinates, influences
from custvalue._profit_chain.linked import COVARIATE, NOBODY, Answers, places_of
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError, EstimationError, ParameterError

BEFORE = "log spend before"
ALL_ALONG = "satisfaction all along"
FEWEST = 30  # customers who came back after they answered: fewer tell nothing of spend


class Moved(NamedTuple):
    """Coordinates of a step, and how much each customer (or answer) moves them."""

    values: dict[str, float]
    influence: FloatArray  # (rows, coordinates)
    rows: IntArray  # whose these are: customers, or answers
    n: int


def drivers_of(answers: Answers, scale: Scale) -> Moved:
    """Regress satisfaction on all dimensions at once, of those who answered everything."""
    rows = np.flatnonzero(~np.isnan(answers.drivers).any(axis=1))
    if len(rows) <= len(answers.names) + 1:
        raise EstimationError(
            f"{len(rows)} answers have all of {len(answers.names)} drivers, which is too few for a "
            f"regression. Name fewer drivers."
        )
    free = Scale(scale.low, scale.high, step=None)
    columns = np.column_stack((answers.satisfaction, answers.drivers))[rows]
    responses = Responses.from_arrays(
        np.abs(columns),
        items=(COVARIATE, *answers.names),
        scale=free,
        weights=answers.weights[rows],
    )
    slopes = Slopes.of(importance(responses, COVARIATE, decomposition="regression"))
    values = dict(zip(slopes.names, slopes.values.tolist(), strict=True))
    return Moved(values, slopes.influence, rows, len(rows))


def behaviour_of(
    model: Any, history: Any, outcome: tuple[str, ...], *, equal: bool
) -> tuple[Any, Moved]:
    """Fit purchases and leaving with satisfaction as a covariate that changes.

    Where what was before is held equal, those who feel better may have bought more all along.
    """
    asked = {name: [COVARIATE] for name in ("purchase", "dropout") if name in outcome}
    if not asked:
        raise ParameterError(
            "outcome must hold 'purchase' or 'dropout': a chain follows customers over time."
        )
    if equal and "purchase" in asked:
        asked["purchase"].append(ALL_ALONG)
    fit = model.fit(history, **asked)
    moved = influences(fit, lambda its: its.log_likelihood(history))
    return fit, Moved(coordinates(fit.model), moved, np.arange(len(history)), len(history))


def require_before(history: Any, answered: Any, day: IntArray, last: int, days: float) -> None:
    """Raise where customers were hardly observed before they answered."""
    birth = last - history.age[answered] * days
    if not (day > birth).any():
        raise DataError(
            "all answers are from before the first purchase of those who gave them, so that "
            "nothing is known of before. Check the dates of both; or give before='ignored'."
        )
    before, after = float((day - birth).clip(0).sum()), float((last - day).clip(0).sum())
    if before < LEAST_BEFORE * after:
        _require_an_end(history, last, days)
        raise EstimationError(
            f"customers answered {before / len(day):.0f} days after their first purchase on "
            f"average, so that what was before cannot be held equal. Give before='ignored': then "
            f"an effect is any difference between those who feel better and others."
        )


def _require_an_end(history: Any, last: int, days: float) -> None:
    """Raise where observation ends later after the last purchase than the log is long."""
    oldest = float(history.age.max()) * days
    silent = float((history.age - history.recency).min()) * days
    if silent > oldest - silent:
        latest, end = (np.datetime64(round(last - its), "D") for its in (silent, 0.0))
        raise DataError(
            f"observation_end is {end}, but the last purchase of anybody is from {latest}, "
            f"{round(silent):,} days before. Give the day on which the log ends."
        )


LEAST_BEFORE = 0.05  # of the time after the answer


class Bought(NamedTuple):
    """Purchase days of the customers of a history, with what was spent."""

    customer: IntArray  # places
    day: IntArray
    spend: FloatArray


def bought(
    log: Any,
    names: dict[str, str],
    customers: Any,
    *,
    date_format: str | None,
    time_zone: str | None,
) -> Bought:
    """Read a log as purchase days, with their spend added up."""
    source = Source(log)
    who, code = source.codes(names["customer"])
    times = source.times(names["date"], date_format=date_format, time_zone=time_zone)
    day = times.astype(DAY).astype(np.int64)
    spend = source.numbers(names["spend"])
    refuse_where(~np.isfinite(spend), names["spend"], "a number", spend, "Correct the log.")
    place = places_of(who, customers)[code]
    known = place != NOBODY
    place, day, spend = place[known], day[known], spend[known]
    order = np.lexsort((day, place))
    place, day, spend = place[order], day[order], spend[order]
    first = np.flatnonzero(np.r_[True, (place[1:] != place[:-1]) | (day[1:] != day[:-1])])
    return Bought(place[first], day[first], np.add.reduceat(spend, first))


def _sums(its: Bought, some: Any, n: int) -> tuple[FloatArray, FloatArray]:
    """Return how often each customer bought on some of the days, and what was spent."""
    who = its.customer[some]
    times = np.bincount(who, minlength=n).astype(np.float64)
    return times, np.bincount(who, its.spend[some], n).astype(np.float64)


def spend_after(
    its: Bought,
    place: IntArray,
    answers: Answers,
    value: FloatArray,
    unit: TimeUnit,
    *,
    equal: bool,
) -> Moved:
    """Fit the spend after the last answer, with equal spend before it or whatever that was."""
    n = int(its.customer.max()) + 1
    last = np.full(n, np.iinfo(np.int64).max)
    said = np.zeros(n)
    mine = (place != NOBODY) & (place < n)
    last[place[mine]], said[place[mine]] = answers.day[mine], value[mine]
    later = its.day >= last[its.customer]
    (x, spent), (visits, before) = (_sums(its, some, n) for some in (later, ~later))
    used = np.flatnonzero((x > 0) & (spent > 0) & (visits > 0) & (before > 0))
    if len(used) < FEWEST:
        raise EstimationError(
            f"{len(used)} customers bought before and after they answered, which is too few to say "
            f"what satisfaction does to spend. Give outcome=('dropout', 'purchase')."
        )
    ones, held = np.ones(len(used)), [COVARIATE, *([BEFORE] if equal else [])]
    history = PurchaseHistory.from_frame(
        {
            "frequency": x[used].astype(np.float64),
            "recency": ones,
            "age": 2 * ones,
            "money": spent[used] / x[used],
            COVARIATE: said[used],
            BEFORE: np.log(before[used] / visits[used]),
        },
        frequency="frequency",
        recency="recency",
        age="age",
        monetary_value="money",
        covariates=held,
        unit=unit,
    )
    fit = GammaGamma.fit(history, spend=held)
    moved = influences(fit, lambda one: one.log_likelihood(history))
    names = list(fit.parameters)
    at = next(place for place, name in enumerate(names) if COVARIATE in name)
    value_of = {names[at]: fit.parameters[names[at]]}
    return Moved(value_of, moved[:, [at]], used, len(used))
