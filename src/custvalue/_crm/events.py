"""What happened to customers: visits with reasons to call, complaints, social style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._crm.card import OpenComplaint
from custvalue._crm.part import Part, as_matrix, require_once, spread_words
from custvalue._histories.days import day_number
from custvalue._histories.units import Horizon
from custvalue._journey.complaint_classes import ClassifiedComplaints
from custvalue._journey.complaints import Complaints
from custvalue._journey.follow_up import FollowUpRule, reasons_of
from custvalue._journey.key_figures import window_in_days
from custvalue._journey.reading import DAY, as_times, day_of
from custvalue._journey.records import VisitRecords
from custvalue._journey.social_styles import SocialStyles
from custvalue._rows import FloatArray, IntArray, LabelArray, StateArray
from custvalue.errors import DataError, ParameterError

EPOCH = date(1970, 1, 1).toordinal()

# --- visits ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Visited(Part):
    """Visits of all customers, and why they are to be called."""

    visits: IntArray  # 0 where the customer is not in the visits
    last: FloatArray  # seconds since 1970-01-01, NaN without a visit
    rules: tuple[str, ...]
    reasons: StateArray  # shape (customers, rules)
    skipped: tuple[str, ...]

    def __post_init__(self) -> None:
        flags = as_matrix(self.reasons, len(self.visits), len(self.rules))
        object.__setattr__(self, "reasons", flags)
        super().__post_init__()

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return how many visits there were, the last one, and the reasons to call."""
        return {
            "visits": self.visits,
            "last_visit": as_times(self.last).astype("M8[us]"),
            "call_because": joined(self.reasons, self.rules),
        }

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the visits of one customer."""
        if not self.visits[row]:
            return {}
        return {
            "visits": int(self.visits[row]),
            "last_visit": _day(self.last[row]),
            "call_because": tuple(
                name for name, its in zip(self.rules, self.reasons[row], strict=True) if its
            ),
        }


def joined(flags: npt.NDArray[Any], names: Sequence[str]) -> npt.NDArray[np.str_]:
    """Return the names that are flagged in each row, with semicolons between."""
    if not len(flags) or not names:
        return np.full(len(flags), "")
    patterns, codes = np.unique(flags, axis=0, return_inverse=True)
    words = ["; ".join(n for n, its in zip(names, row, strict=True) if its) for row in patterns]
    return np.array(words, dtype=np.str_)[codes.ravel()]


def _day(seconds: float) -> date:
    return date.fromordinal(EPOCH + int(seconds // DAY))


def checked_visits(visits: Any) -> npt.NDArray[Any]:
    """Return the customers of visits."""
    if not isinstance(visits, VisitRecords):
        raise ParameterError(
            f"visits must be journey.Visits, but it is {type(visits).__name__}. Read them with "
            f"journey.Visits.from_frame(…)."
        )
    if visits.customer is None:
        raise DataError(
            "the visits have no customer. Name the column when they are read: "
            "Visits.from_frame(frame, …, customer='id')."
        )
    return np.asarray(visits.customer)


def visited_of(
    visits: VisitRecords,
    rows: IntArray,
    n: int,
    *,
    rules: Sequence[FollowUpRule] | None,
    recent: Horizon,
    within: Horizon,
) -> Visited:
    """Count the visits of every customer, and apply the rules of follow-up to recent ones."""
    days = window_in_days(recent, "recent")
    found, skipped = reasons_of(visits, rules, within)
    known = rows >= 0
    new = day_of(visits.opened) > day_number(visits.observation_end) - days
    reasons = np.zeros((n, len(found)), dtype=np.int8)
    for place, at in enumerate(found.values()):
        reasons[rows[at & known & new], place] = 1
    last = np.full(n, -np.inf)
    np.maximum.at(last, rows[known], visits.opened[known])
    return Visited(
        visits=np.bincount(rows[known], minlength=n).astype(np.int64),
        last=np.where(np.isinf(last), np.nan, last),
        rules=tuple(found),
        reasons=reasons,
        skipped=skipped,
    )


# --- complaints -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Complained(Part):
    """Complaints of all customers; the open ones one by one, sorted by the row of the card."""

    complaints: IntArray
    row: IntArray
    opened: FloatArray
    kinds: LabelArray
    grade: IntArray
    severity: LabelArray

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return how many complaints there were, how many are open, and the severest of these."""
        n = len(self.complaints)
        first = np.flatnonzero(np.diff(self.row, prepend=-1))
        severest = spread_words(self.severity[first], self.row[first], n)
        return {
            "complaints": self.complaints,
            "open_complaints": np.bincount(self.row, minlength=n),
            "severest_open": severest,
        }

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the complaints of one customer: none, where nobody knows of any."""
        start, end = np.searchsorted(self.row, [row, row + 1]).tolist()
        return {
            "complaints": int(self.complaints[row]),
            "open_complaints": tuple(
                OpenComplaint(
                    _day(self.opened[at]),
                    tuple(str(self.kinds[at]).split("; ")),
                    int(self.grade[at]),
                    str(self.severity[at]),
                )
                for at in range(start, end)
            ),
        }


def checked_complaints(complaints: Any, kinds: Any, severities: Any) -> ClassifiedComplaints:
    """Return classified complaints."""
    if not isinstance(complaints, Complaints):
        raise ParameterError(
            f"complaints must be journey.Complaints, but it is {type(complaints).__name__}. Read "
            f"them with journey.Complaints.from_frame(…)."
        )
    return complaints.classify(kinds, severities)


def complained_of(found: ClassifiedComplaints, rows: IntArray, n: int) -> Complained:
    """Count the complaints of every customer, and keep the open ones, the severest first."""
    known = rows >= 0
    some = np.flatnonzero(known & (found.open == 1))
    some = some[np.argsort(rows[some], kind="stable")]
    return Complained(
        complaints=np.bincount(rows[known], minlength=n).astype(np.int64),
        row=rows[some],
        opened=found.opened[some],
        kinds=found.kinds[some],
        grade=found.grade[some],
        severity=found.severity[some],
    )


# --- social style ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Styled(Part):
    """The social style of all customers, empty where it is not known."""

    style: LabelArray
    could_be: LabelArray

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the style, and what else it could be."""
        return {"social_style": self.style, "style_could_be": self.could_be}

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the style of one customer."""
        if not self.style[row]:
            return {}
        return {
            "social_style": str(self.style[row]),
            "style_could_be": tuple(str(self.could_be[row]).split("; ")),
        }


def checked_styles(styles: Any) -> npt.NDArray[Any]:
    """Return the customers of social styles."""
    if not isinstance(styles, SocialStyles):
        raise ParameterError(
            f"styles must be what journey.social_styles(…) returns, but it is "
            f"{type(styles).__name__}."
        )
    if styles.customer is None:
        raise DataError(
            "styles: the answers do not say whose they are. Name the column when they are read, "
            "as in Responses.from_frame(…, customer='id')."
        )
    require_once("styles", np.asarray(styles.customer), "Keep one row per customer.")
    return np.asarray(styles.customer)


def styled_of(styles: SocialStyles, rows: IntArray, n: int) -> Styled:
    """Return the social style of every customer."""
    return Styled(spread_words(styles.style, rows, n), spread_words(styles.could_be, rows, n))
