"""Key figures of visits: fixed the first time, on time, parts in stock, estimates kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._histories.arguments import checked_number
from custvalue._histories.days import day_number
from custvalue._histories.units import Horizon, horizon_in
from custvalue._journey.outcomes import Outcomes
from custvalue._journey.rates import VisitRate, rate_of
from custvalue._journey.reading import DAY, are_days, day_of
from custvalue._journey.records import VisitRecords
from custvalue._rows import FloatArray, IntArray
from custvalue._satisfaction.problems import ProblemAnalysis, problem_analysis
from custvalue._words import count, listed, percent_as_given
from custvalue.errors import DataError, ParameterError, UnitError

Comeback = Literal["any visit", "same cause"]
FilledBy = Literal["line", "visit"]

Places = npt.NDArray[np.bool_]

SECONDS = {"s": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}
SECONDS |= {"day": DAY, "week": 7 * DAY}
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", re.IGNORECASE)
NOT_RECORDED = "not recorded"  # a cause
LONGEST = 36_525  # days in a window
SLACK = 1e-9  # of an estimate, by which a bill at the edge of the tolerance may differ


class Comebacks(NamedTuple):
    """For each visit: the row of the next one that is a comeback, or -1; why it cannot be told."""

    next_row: IntArray
    unknown: tuple[tuple[str, Places], ...]


def _needed(visits: VisitRecords, *names: str) -> list[FloatArray]:
    """Return columns, or raise with those that were not read."""
    absent = [name for name in names if getattr(visits, name) is None]
    if absent:
        arguments = ", ".join(f"{name}=…" for name in absent)
        raise DataError(
            f"the visits have no {listed(absent)}. Name the columns when they are read: "
            f"Visits.from_frame(frame, …, {arguments})."
        )
    return [getattr(visits, name) for name in names]


def _outcomes(
    visits: VisitRecords,
    hits: npt.NDArray[np.bool_],
    unknown: Sequence[tuple[str, Places]],
    when: FloatArray,
) -> Outcomes:
    """Put hits beside the first reason for which a visit is not counted."""
    reason = np.full(len(hits), -1)
    for place, (_, at) in reversed([*enumerate(unknown)]):
        reason[at] = place
    return Outcomes(
        hits=np.where(reason < 0, hits.astype(np.float64), np.nan),
        reason=reason,
        reasons=tuple(name for name, _ in unknown),
        when=when,
        labels=visits.labels,
        cluster=None if visits.cluster is None else visits.labels[visits.cluster],
        owner=visits.owner,
    )


# --- comebacks ------------------------------------------------------------------------------


def window_in_days(within: Horizon, argument: str = "within") -> int:
    """Return a window in whole days."""
    days = int(horizon_in(within, "day", argument) + SLACK)
    if not 1 <= days <= LONGEST:
        raise ParameterError(
            f"{argument} must be at least a day and at most 100 years, but it is {within!r}. Give "
            f"it as in '30 days'."
        )
    return days


def comebacks(visits: VisitRecords, within: Horizon, comeback: Comeback) -> Comebacks:
    """Find for every visit the next one of the vehicle within the window."""
    require_choice("comeback", comeback, get_args(Comeback))
    days = window_in_days(within)
    (delivered,) = _needed(visits, "delivered")
    if visits.owner is None:
        raise DataError(
            "the visits have no vehicle and no customer, so nobody knows who came back. Name a "
            "column when they are read: Visits.from_frame(frame, …, vehicle='vin')."
        )
    owner = [visits.owner]
    if comeback == "same cause":
        owner.append(_needed(visits, "cause")[0])
    nameless = np.logical_or.reduce([each == "" for each in owner])
    end = day_number(visits.observation_end)
    over = day_of(delivered) + days
    found = _next_visit(owner, visits.opened, delivered)
    late = day_of(visits.opened[found]) > over
    open_ = np.isnan(delivered)
    sold = np.zeros(len(open_), dtype=bool) if visits.sold is None else day_of(visits.sold) < over
    whose = "no vehicle or customer" if len(owner) == 1 else "no vehicle or cause"
    return Comebacks(
        np.where((found < 0) | late | open_ | nameless, -1, found),
        (
            ("not handed over yet", open_),
            (whose, nameless),
            (f"handed over less than {count(days, 'day')} before the end", over > end),
            ("sold within the window", sold),
        ),
    )


def _next_visit(
    owner: Sequence[npt.NDArray[np.str_]], opened: FloatArray, delivered: FloatArray
) -> IntArray:
    """Return the row of the first visit of the owner that begins later, and after the handover."""
    codes = np.zeros(len(opened), dtype=np.int64)
    for each in owner:
        codes = codes * (len(each) + 1) + np.unique(each, return_inverse=True)[1]
        codes = np.unique(codes, return_inverse=True)[1]
    start = opened.min()
    since = (opened - start).astype(np.int64)
    gone = np.where(np.isnan(delivered), opened, delivered) - start
    span = int(max(since.max(), gone.max())) + 2
    keys = codes * span + since
    order = np.argsort(keys, kind="stable")
    asked = codes * span + np.maximum(gone.astype(np.int64), since + 1)
    place = np.searchsorted(keys[order], asked)
    row = order[np.minimum(place, len(order) - 1)]
    return np.where((place < len(order)) & (codes[row] == codes), row, -1)


def first_time_fix(visits: VisitRecords, within: Horizon, comeback: Comeback) -> VisitRate:
    """Compute the share of visits without a comeback."""
    found = comebacks(visits, within, comeback)
    (delivered,) = _needed(visits, "delivered")
    outcomes = _outcomes(visits, found.next_row < 0, found.unknown, delivered)
    owner = "vehicle" if visits.vehicle is not None else "customer"
    what = (
        f"{comeback} of the {owner}" if comeback == "any visit" else f"a visit for the {comeback}"
    )
    days = count(window_in_days(within), "day")
    definition = f"No comeback ({what}) within {days} of the handover, the last one included"
    return rate_of(outcomes, "first-time fix", definition, "visits")


def rework_causes(visits: VisitRecords, within: Horizon, comeback: Comeback) -> ProblemAnalysis:
    """Rank the causes of comebacks."""
    cause = _needed(visits, "cause")[0]
    found = comebacks(visits, within, comeback)
    unknown = np.logical_or.reduce([at for _, at in found.unknown])
    again = found.next_row[(found.next_row >= 0) & ~unknown]
    if not len(again):
        raise DataError(
            f"nobody came back within {within}, so there are no causes. Give a longer window."
        )
    visit = np.unique(
        np.column_stack([_codes(visits.owner), visits.opened]), axis=0, return_inverse=True
    )
    together = visit[1].ravel()  # rows of one vehicle that begin at one time are one visit
    causes = np.asarray(cause)
    columns = {}
    for name in np.unique(causes[np.isin(together, together[again])]).tolist():
        has = np.zeros(len(visit[0]), dtype=bool)
        has[together[causes == name]] = True
        columns[str(name) or NOT_RECORDED] = has[together[again]].astype(np.float64)
    return problem_analysis(columns)


def _codes(labels: object) -> IntArray:
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)


# --- promises -------------------------------------------------------------------------------


def length_in_seconds(length: object, argument: str) -> float:
    """Read ``"15 min"`` as 900."""
    found = _LENGTH.fullmatch(length) if isinstance(length, str) else None
    unit = None if found is None else found[2].casefold()
    if found is None or unit not in SECONDS:
        raise UnitError(
            f"{argument} must be a number with a unit (seconds, minutes, hours, days), as in "
            f"'15 min', but it is {length!r}."
        )
    return float(found[1]) * SECONDS[unit]


def on_time(visits: VisitRecords, grace: str) -> VisitRate:
    """Compute the share of visits that were handed over when it was promised."""
    allowed = length_in_seconds(grace, "grace")
    promised, delivered = _needed(visits, "promised", "delivered")
    days = are_days(promised)
    due = np.where(days, day_of(promised) * DAY + DAY - 1, promised) + allowed
    if not days and are_days(delivered):
        raise DataError(
            "promised has times, but delivered has days only, so lateness within a day cannot be "
            "seen. Give the times of both, or the days of both."
        )
    end = day_number(visits.observation_end) + 1
    open_ = np.isnan(delivered)
    waiting = open_ & (due >= end * DAY)
    outcomes = _outcomes(
        visits,
        ~open_ & (delivered <= due),
        (("no promise", np.isnan(promised)), ("promise not due yet", waiting)),
        promised,
    )
    until = "by the end of the promised day" if days else "by the promised time"
    later = f", or up to {grace} later" if allowed > 0 else ""
    return rate_of(outcomes, "on time", f"Handed over {until}{later}", "visits")


# --- parts and bills ------------------------------------------------------------------------


def fill_rate(visits: VisitRecords, by: FilledBy) -> VisitRate:
    """Compute the share of order lines that were filled at once."""
    require_choice("by", by, get_args(FilledBy))
    asked, filled = _needed(visits, "lines_asked", "lines_filled")
    none = (("no lines known", np.isnan(asked) | np.isnan(filled)), ("no parts needed", asked == 0))
    whole = _outcomes(visits, filled >= asked, none, visits.opened)
    if by == "visit":
        definition = "Visits that needed parts, with every line in stock"
        return rate_of(whole, "fill rate of visits", definition, "visits")
    known = ~np.isnan(whole.hits)
    times = np.where(known, np.nan_to_num(asked), 1).astype(np.int64)
    row = np.repeat(np.arange(len(times)), times)
    within = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    lines = whole.of(row)
    hits = np.where(np.isnan(lines.hits), np.nan, within < np.nan_to_num(filled)[row])
    cluster = lines.cluster if lines.cluster is not None else row
    of_lines = replace(lines, hits=hits, cluster=cluster)
    return rate_of(of_lines, "fill rate of lines", "Order lines that were in stock", "lines")


def estimate_accuracy(visits: VisitRecords, within: float) -> VisitRate:
    """Compute the share of bills within a tolerance of the estimate."""
    expected = "a number >= 0, as in 0.1 for 10 %"
    tolerance = checked_number("within", within, lambda share: 0 <= share < np.inf, expected)
    estimate, bill = _needed(visits, "estimate", "bill")
    none = (
        ("no estimate", np.isnan(estimate)),
        ("estimate of 0", estimate == 0),
        ("no bill", np.isnan(bill)),
    )
    near = np.abs(bill - estimate) <= (tolerance + SLACK) * estimate
    outcomes = _outcomes(visits, near, none, visits.opened)
    share = percent_as_given(tolerance)
    definition = f"The bill is within {share} of the estimate, above or below"
    return rate_of(outcomes, "estimates kept", definition, "visits")
