"""The cards of all customers in one call, from whatever sources there are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite
from custvalue._crm.cards import Cards
from custvalue._crm.events import (
    Visited,
    checked_complaints,
    checked_styles,
    checked_visits,
    complained_of,
    styled_of,
    visited_of,
)
from custvalue._crm.loyalty import LoyaltyRule, loyalty_of
from custvalue._crm.opinions import checked_surveys, opinions_of
from custvalue._crm.part import Matched, matched
from custvalue._crm.tiered import checked_tiers, tiered_of
from custvalue._crm.worth import Worth, checked_prediction, worth_of
from custvalue._histories.units import Horizon
from custvalue._journey.complaint_rules import ComplaintKind, ComplaintSeverity
from custvalue._journey.complaints import Complaints
from custvalue._journey.follow_up import FollowUpRule
from custvalue._journey.records import VisitRecords
from custvalue._journey.social_styles import SocialStyles
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._loyalty.pyramid import CustomerPyramid
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray
from custvalue._servqual.survey import Survey
from custvalue.errors import DataWarning, ParameterError

FEW = 5  # customers, fewer of whom may be strangers to all other sources by chance
SOURCES = ("prediction", "tiers", "survey", "visits", "complaints", "styles")
Questionnaires = Responses | Survey | Sequence[Responses | Survey]


def cards(
    *,
    prediction: Prediction | CustomerLifetimeValue | None = None,
    survey: Questionnaires | None = None,
    visits: VisitRecords | None = None,
    complaints: Complaints | None = None,
    styles: SocialStyles | None = None,
    tiers: CustomerPyramid | None = None,
    loyalty: LoyaltyRule | None = None,
    smallest_gap: float = 1.0,
    rules: Sequence[FollowUpRule] | None = None,
    recent: Horizon = "90 days",
    within: Horizon = "30 days",
    kinds: Sequence[ComplaintKind] | None = None,
    severities: Sequence[ComplaintSeverity] | None = None,
) -> Cards:
    """Make the cards of all customers of any source.

    Parameters
    ----------
    prediction : Prediction or CustomerLifetimeValue, optional
        What ``fit.predict(history, "1 year", spend=…, interval=0.9)`` or
        :func:`custvalue.lifetime.customer_lifetime_value` returned.
    survey : Responses, servqual.Survey, or a list of these, optional
        Read with ``customer=``. Of several waves the last answers of each customer are on the
        card. Items of an instrument are averaged by dimension; a survey of service quality gives
        perceptions and gaps by dimension.
    visits : Visits, optional
        Read with ``customer=``.
    complaints : Complaints, optional
        A register of all complaints: who is not in it has none.
    styles : SocialStyles, optional
        From answers that were read with ``customer=``.
    tiers : CustomerPyramid, optional
        What :func:`custvalue.loyalty.pyramid` returned, as of ``pyramid(prediction.value,
        shares=(0.2, 0.3), customer=prediction.customer)``; no tier without it. A source of its
        own where it knows customers whom no prediction knows.
    loyalty : LoyaltyRule, optional
        How customers are sorted into types of loyalty; no type without it.
    smallest_gap : float
        From how many scale points on a shortfall matters.
    rules : sequence of FollowUpRule, optional
        As in :meth:`custvalue.journey.Visits.follow_up`.
    recent : str or timedelta
        Visits of the last days of the observation that are reasons to call.
    within : str or timedelta
        Window in which a visit is a comeback.
    kinds, severities : sequence of rules, optional
        As in :meth:`custvalue.journey.Complaints.classify`.

    Returns
    -------
    Cards

    Raises
    ------
    DataError
        If a source does not know its customers, has one of them twice, or lacks what `tiers` or
        `loyalty` needs.
    ParameterError
        If there is no source, or an argument is no such thing.

    Warns
    -----
    DataWarning
        If a source has at least 5 customers, and none of them is in any other one: are the
        identifiers of one kind?

    Notes
    -----
    Customers are matched by the text of their identifiers: 7 and ``"7"`` are one customer,
    ``"007"`` and ``"c1"`` beside ``"C1"`` are others. Nothing is invented for customers whom a
    source does not know: those fields are absent.

    Examples
    --------
    >>> from custvalue import crm, journey
    >>> from custvalue.survey import Responses, Scale
    >>> answers = Responses.from_frame(
    ...     {"id": [1, 2], "satisfaction": [2, 5]}, scale=Scale(1, 5), customer="id"
    ... )
    >>> complaints = journey.Complaints.from_frame(
    ...     {"id": [1], "on": ["2026-03-02"], "said": ["waited two hours, will call my lawyer"]},
    ...     customer="id",
    ...     opened="on",
    ...     text="said",
    ... )
    >>> found = crm.cards(survey=answers, complaints=complaints)
    >>> print(found[1])
    Customer 1
    ────────────────────────────────────────────────────
    last scores      satisfaction 2 of 5
    open complaints  service: lawyers (since 2026-03-02)
    known from       survey; complaints
    ────────────────────────────────────────────────────
    >>> found[2].open_complaints, found[2].value
    ((), None)
    """
    surveys = [] if survey is None else checked_surveys(survey)
    classified = None if complaints is None else checked_complaints(complaints, kinds, severities)
    given: dict[str, tuple[Any, Callable[[Any], npt.NDArray[Any]]]] = {
        "prediction": (prediction, checked_prediction),
        "tiers": (tiers, checked_tiers),
        "visits": (visits, checked_visits),
        "styles": (styles, checked_styles),
    }
    named = {name: check(its) for name, (its, check) in given.items() if its is not None}
    named |= {f"survey {place}": its.customer for place, its in enumerate(surveys)}
    named |= {} if classified is None else {"complaints": np.asarray(classified.customer)}
    gap = _checked_gap(named, loyalty, smallest_gap)
    found = matched(named)
    n, rows, known = len(found.customer), found.rows, _by_source(found)
    _warn_of_strangers(known, found.customer)
    parts: dict[str, Any] = {}
    if prediction is not None:
        parts["worth"] = worth_of(prediction, rows["prediction"], n)
    if tiers is not None:
        parts["tiered"] = tiered_of(tiers, rows["tiers"], n, parts.get("worth"))
    if surveys:
        of_surveys = [rows[f"survey {place}"] for place in range(len(surveys))]
        parts["opinions"] = opinions_of(surveys, of_surveys, n, gap)
    if visits is not None:
        how: dict[str, Any] = {"rules": rules, "recent": recent, "within": within}
        parts["visited"] = visited_of(visits, rows["visits"], n, **how)
    if classified is not None:
        parts["complained"] = complained_of(classified, rows["complaints"], n)
    if styles is not None:
        parts["styled"] = styled_of(styles, rows["styles"], n)
    if loyalty is not None:
        behaviours = _behaviours(parts.get("worth"), parts.get("visited"))
        parts["loyalty"] = loyalty_of(loyalty, parts.get("opinions"), behaviours)
    return Cards(
        customer=found.customer,
        sources=tuple(known),
        known=np.column_stack([*known.values()]).astype(np.int8),
        nameless=_nameless(named),
        **parts,
    )


def _checked_gap(named: Mapping[str, Any], loyalty: object, smallest: object) -> float:
    """Check what is no source, and return the smallest gap."""
    if not named:
        raise ParameterError(f"cards need a source: {', '.join(SOURCES[:-1])} or {SOURCES[-1]}.")
    if loyalty is not None and not isinstance(loyalty, LoyaltyRule):
        raise ParameterError(f"loyalty must be a crm.LoyaltyRule, but it is {loyalty!r}.")
    found = finite(smallest)
    if not found > 0:
        raise ParameterError(
            f"smallest_gap must be a number > 0 in scale points, as in 1, but it is {smallest!r}."
        )
    return found


def _by_source(found: Matched) -> dict[str, npt.NDArray[np.bool_]]:
    """Say which source knows which customer."""
    known: dict[str, npt.NDArray[np.bool_]] = {}
    for name, its in found.known.items():
        source = _source(name)
        known[source] = known[source] | its if source in known else its
    if (
        "prediction" in known
        and "tiers" in known
        and not (known["tiers"] & ~known["prediction"]).any()
    ):
        del known["tiers"]  # of the customers predicted, whose values they are made from
    return {name: known[name] for name in SOURCES if name in known}


def _source(name: str) -> str:
    """Return the source of identifiers: all questionnaires are one."""
    return name.partition(" ")[0]


def _nameless(named: Mapping[str, npt.NDArray[Any]]) -> dict[str, int]:
    """Count the rows without a customer."""
    counts: dict[str, int] = {}
    for name, its in named.items():
        source = _source(name)
        counts[source] = counts.get(source, 0) + int((its.astype(np.str_) == "").sum())
    return {name: n for name, n in counts.items() if n}


def _warn_of_strangers(
    known: Mapping[str, npt.NDArray[np.bool_]], customer: npt.NDArray[Any]
) -> None:
    """Warn of sources none of whose customers is in another one."""
    if len(known) < 2:
        return
    several = np.sum([*known.values()], axis=0) > 1
    for name, its in known.items():
        if its.sum() >= FEW and not its.all() and not (its & several).any():
            here, there = customer[its][0].item(), customer[~its][0].item()
            warnings.warn(
                f"{name}: none of its {int(its.sum()):,} customers is in another source. "
                f"Identifiers are like {here!r} there and like {there!r} elsewhere. Name the same "
                f"identifier in all sources.",
                DataWarning,
                stacklevel=3,
            )


def _behaviours(worth: Worth | None, visited: Visited | None) -> dict[str, FloatArray]:
    """Return what customers do, by name."""
    found = {} if worth is None else dict(worth.numbers)
    if visited is not None:
        visits = visited.visits.astype(np.float64)
        found["visits"] = np.where(visits > 0, visits, np.nan)
    return found
