"""Answers of customers beside what they bought: who answered when, and what they bought later.

Satisfaction is a covariate that changes: 0 until a customer answers (and a lag has passed), then
the answer less the mean of all answers, until the next answer. Who did not answer stays at 0. So
no purchase before an answer is explained by it, and how often a customer bought before tells how
often that customer buys anyway: that buyers become satisfied is not taken for an effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from custvalue._checks import finite
from custvalue._frames import Source
from custvalue._histories.covariates.changing.table import DAY, ChangingCovariates
from custvalue._histories.days import observed_to
from custvalue._histories.identifiers import looked_up
from custvalue._histories.units import horizon_in
from custvalue._profit_chain.projects import half_lives
from custvalue._respondents import reading
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, ParameterError

COVARIATE = "satisfaction"
PATH = "path of satisfaction"
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers by customer, then by day: those that are linked and complete."""

    customer: LabelArray  # (answers,)
    day: IntArray  # from which on each counts, the next one or later, since 1970-01-01
    satisfaction: FloatArray  # points of the scale
    weights: FloatArray
    drivers: FloatArray  # (answers, dimensions), NaN where one is missing
    names: tuple[str, ...]
    cluster: LabelArray | None
    unanswered: int  # rows without satisfaction, left out


def read_answers(
    frame: Any,
    *,
    link: str,
    asked: str,
    satisfaction: str,
    scale: Scale,
    drivers: Mapping[str, Sequence[str]] | Sequence[str] | None,
    weights: str | None,
    cluster: str | None,
    lag: str,
    date_format: str | None,
    time_zone: str | None,
) -> Answers:
    """Read a survey with one row for each answer of a customer."""
    source = Source(frame)
    wanted = _dimensions(drivers)
    optional = {"weights": weights, "cluster": cluster}
    named = {"link": link, "asked": asked, "satisfaction": satisfaction}
    named |= {name: its for name, its in optional.items() if its is not None}
    reading.require_column_names(named)
    source.require({**named, **{its: its for items in wanted.values() for its in items}})
    days = (
        source.times(asked, date_format=date_format, time_zone=time_zone)
        .astype(DAY)
        .astype(np.int64)
    )
    said = scale.check(satisfaction, source.numbers(satisfaction))
    known = ~np.isnan(said)
    weight = reading.weights_column(source, weights)
    rated = [
        _mean([scale.check(name, source.numbers(name)) for name in items])
        for items in wanted.values()
    ]
    labels, codes = source.codes(link)  # whole numbers or text, no mixture
    who = labels[codes]
    order = np.lexsort((days, who))
    rows = order[known[order] & (weight[order] > 0)]
    found = Answers(
        customer=who[rows],
        day=days[rows] + 1 + int(np.ceil(horizon_in(lag, "day", "lag"))),
        satisfaction=scale.sign * said[rows],
        weights=weight[rows],
        drivers=scale.sign * np.column_stack([its[rows] for its in rated])
        if rated
        else np.empty((len(rows), 0)),
        names=tuple(wanted),
        cluster=None if cluster is None else source.labels(cluster)[rows],
        unanswered=int(np.count_nonzero(~known)),
    )
    _require_answers(found, satisfaction)
    return found


def _dimensions(given: Mapping[str, Sequence[str]] | Sequence[str] | None) -> dict[str, list[str]]:
    """Return dimension to its items; a column of its own where only names are given."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {
            name: [*reading.check_items(its, f"drivers[{name!r}]")] for name, its in given.items()
        }
    return {name: [name] for name in reading.check_items(given, "drivers")}


def _mean(items: list[FloatArray]) -> FloatArray:
    """Return the mean of the items of a dimension, NaN where one is missing."""
    return np.asarray(np.mean(items, axis=0))


def _require_answers(found: Answers, column: str) -> None:
    if not len(found.day):
        raise DataError("nobody answered. Check the column and its codes.", column=column)
    if not np.ptp(found.satisfaction) > 0:
        raise DataError(
            f"all {len(found.day):,} answers are {plain(found.satisfaction[0])!r}, so that nothing "
            f"can follow from them. Take a question whose answers differ.",
            column=column,
        )
    again = (found.customer[1:] == found.customer[:-1]) & (found.day[1:] == found.day[:-1])
    if again.any():
        who = found.customer[1:][again][0]
        raise DataError(
            f"customer {plain(who)!r} has two answers on one day. Keep one of them.", column=column
        )


class Paths(NamedTuple):
    """Satisfaction over time, of all customers with the same answers on the same days."""

    of_customer: IntArray  # (customers,), 0 for who did not answer in time
    all_along: FloatArray  # (customers,), the mean answer of each, 0 where there is none
    start: IntArray  # days
    value: FloatArray  # points above the mean
    path: IntArray


def paths_of(answers: Answers, mean: float, customers: LabelArray, first: int, last: int) -> Paths:
    """Lay answers out over time, from the first to the last day of the log."""
    place = places_of(answers.customer, customers)
    used = (place != NOBODY) & (answers.day <= last)
    place, day = place[used], np.maximum(answers.day[used], first)
    value = answers.satisfaction[used] - mean
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if place.size else place
    known: dict[tuple[Any, ...], int] = {(): 0}
    of_customer = np.zeros(len(customers), dtype=np.int64)
    for rows in np.split(np.arange(place.size), starts[1:]) if place.size else []:
        story = tuple(zip(day[rows].tolist(), value[rows].tolist(), strict=True))
        of_customer[place[rows[0]]] = known.setdefault(story, len(known))
    rows_of = [_rows(story, first) for story in known]
    times = np.maximum(np.bincount(place, minlength=len(customers)), 1)
    return Paths(
        of_customer,
        np.bincount(place, value, len(customers)) / times,
        np.array([day for story in rows_of for day, _ in story]),
        np.array([its for story in rows_of for _, its in story]),
        np.repeat(np.arange(len(rows_of)), [len(story) for story in rows_of]),
    )


def _rows(story: tuple[tuple[int, float], ...], first: int) -> list[tuple[int, float]]:
    """Return days and values from the first day on; of one day, the last value."""
    by_day = {first: 0.0}
    by_day.update(story)
    return sorted(by_day.items())


def places_of(wanted: LabelArray, among: LabelArray) -> IntArray:
    """Return the place of each label among others, -1 where it is none of them."""
    place, present = looked_up(wanted, among)
    return np.where(present, place, NOBODY)


def as_covariates(paths: Paths, last: int, later: Sequence[tuple[int, float]] = ()) -> Any:
    """Return paths as covariates; `later` are days after the last one, and points on top there.

    The final entry of `later` says on which day paths end.
    """
    ends = np.r_[paths.path[1:] != paths.path[:-1], True]
    end = np.where(ends, last, np.r_[paths.start[1:], 0] - 1)
    start, value, path = paths.start, paths.value, paths.path
    if later:
        at_last = value[ends]
        days = np.array([day for day, _ in later])
        more = np.array([points for _, points in later[:-1]])
        count, pieces = len(at_last), len(more)
        start = np.concatenate((start, np.tile(days[:-1], count)))
        end = np.concatenate((end, np.tile(days[1:] - 1, count)))
        value = np.concatenate((value, (at_last[:, None] + more).ravel()))
        path = np.concatenate((path, np.repeat(np.arange(count), pieces)))
    return ChangingCovariates(
        start=start.astype(DAY),
        end=end.astype(DAY),
        values={COVARIATE: value},
        path=path,
        path_name=PATH,
    )


def fading(points: float, last: int, until: float, decay: str | None) -> list[tuple[int, float]]:
    """Return from which day on how many points are on top, `until` days after the last one.

    Where they fade, each piece has their mean over it: eight pieces for each half-life.
    """
    end = last + 1 + max(int(np.ceil(until)), 1)
    if decay is None:
        return [(last + 1, points), (end, 0.0)]
    half = half_lives(decay)
    pieces = int(min(max(np.ceil(8 * until / half), 1), MOST_PIECES, max(np.floor(until), 1)))
    edges = np.unique(np.rint(np.linspace(0, end - last - 1, pieces + 1)))
    left = np.exp2(-edges / half)
    mean = half / np.log(2) * (left[:-1] - left[1:]) / np.diff(edges)
    days = (last + 1 + edges).astype(np.int64).tolist()
    return [*zip(days[:-1], (points * mean).tolist(), strict=True), (days[-1], 0.0)]


MOST_PIECES = 64


def end_of(observation_end: Any) -> int:
    """Return the last day of observation, since 1970-01-01."""
    return int(np.datetime64(observed_to(observation_end), "D").astype(np.int64))


def require_in_common(answers: Answers, place: IntArray, link: str) -> None:
    """Raise unless some who answered bought."""
    if not (place != NOBODY).any():
        known = listed([str(its) for its in answers.customer[:3]])
        raise DataError(
            f"no customer of the survey is in the log, as {known} are not. Identifiers must be "
            f"written alike in both: check zeros in front, prefixes and spaces.",
            column=link,
        )


def require_time_after(answers: Answers, place: IntArray, last: int, asked: str) -> None:
    """Raise unless some were observed after they answered."""
    if not ((place != NOBODY) & (answers.day < last)).any():
        first = np.datetime64(int(answers.day[place != NOBODY].min()), "D")
        raise DataError(
            f"all answers count from {first} on, after the end of observation, "
            f"{np.datetime64(last, 'D')}: no purchase can follow from them. Wait, or take an "
            f"earlier survey.",
            column=asked,
        )


def checked_points(points: Any, span: float) -> float:
    """Return a number of points other than 0 that the scale has."""
    value = finite(points)
    if not 0 < abs(value) <= span:
        raise ParameterError(
            f"points must be a number other than 0, at most {span:g} as the scale has, as in 0.1, "
            f"but it is {plain(points)!r}."
        )
    return value
