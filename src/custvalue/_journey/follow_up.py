"""Which customers are to be called after a visit, and why: rules as data, reasons by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from custvalue._histories.units import Horizon
from custvalue._journey.key_figures import comebacks
from custvalue._journey.reading import as_times
from custvalue._journey.records import VisitRecords
from custvalue._results.layout import Row, WithoutIntervals, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

COMEBACK = "comeback"
ROWS_SHOWN = 20
NUMBERS = ("bill", "estimate", "lines_asked", "lines_filled")


class FollowUpRule(Frozen):
    """One reason to call a customer after a visit.

    Parameters
    ----------
    name : str
        The reason.
    reads : str
        What it looks at: ``"comeback"``, ``"cause"``, ``"bill"``, another amount of the visits, or
        one of their labels.
    words : tuple of str
        Where it reads words: the visits that have any of these in them, in capitals or not.
    at_least : float, optional
        Where it reads an amount: from this on.
    top_share : float, optional
        Where it reads an amount: the greatest of them, 0.05 for one in twenty.
    chinese : str
        The reason in Chinese.

    Raises
    ------
    ParameterError
        If a name or a word is blank, or the rule does not have one condition (none for comebacks).
    """

    name: str
    reads: str
    words: tuple[str, ...] = ()
    at_least: NonNegative | None = None
    top_share: Probability | None = None
    chinese: str = ""

    @model_validator(mode="after")
    def _has_one_condition(self) -> Self:
        blank = [word for word in (self.name, *self.words) if not word.strip()]
        if blank:
            raise ValueError(f"rule {self.name!r} must have no blank name or word.")
        conditions = [bool(self.words), self.at_least is not None, self.top_share is not None]
        wanted = 0 if self.reads == COMEBACK else 1
        if sum(conditions) != wanted:
            says = "no condition" if not wanted else "one of words, at_least and top_share"
            raise ValueError(
                f"rule {self.name!r} reads {self.reads!r} and needs {says}, but it has "
                f"{sum(conditions)}."
            )
        return self


FOLLOW_UP_RULES: tuple[FollowUpRule, ...] = (
    FollowUpRule(name="rework", reads=COMEBACK, chinese="返修"),
    FollowUpRule(
        name="overhaul", reads="cause", words=("overhaul", "rebuild", "大修"), chinese="大修"
    ),
    FollowUpRule(name="high bill", reads="bill", top_share=0.05, chinese="高额维修"),
    FollowUpRule(
        name="safety repair",
        reads="cause",
        words=("brake", "steering", "airbag", "seat belt", "制动", "刹车", "转向", "安全"),
        chinese="安全系统维修",
    ),
    FollowUpRule(
        name="warranty",
        reads="cause",
        words=("warranty", "recall", "保修", "召回"),
        chinese="重大保修",
    ),
)
"""Which visits car makers follow up first: rework, overhauls, high bills, safety and warranty."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FollowUps(WithoutIntervals, Columns):
    """The visits to follow up, those with most reasons first, then the latest.

    Parameters
    ----------
    row : ndarray of int64, shape (n,)
        The visit, by its place among all visits, from 0.
    opened : ndarray of float64, shape (n,)
        When it began, in seconds since 1970-01-01.
    who : ndarray of str, shape (n,)
        The customer, else the vehicle; empty where neither is known.
    reasons : ndarray of str, shape (n,)
        Names of the rules, with semicolons between.
    visits : int
        All visits.
    by_rule : dict of str to int
        Rule to how many visits it found.
    skipped : tuple of str
        Rules of the preset that need what the visits lack.
    """

    SHOWN: ClassVar = shown("who, opened, reasons")
    LABELS: ClassVar[str] = "visit"
    TITLE: ClassVar[str] = "Visits to follow up"
    REPR: ClassVar[tuple[str, ...]] = ("visits", "by_rule")

    row: IntArray
    opened: FloatArray
    who: LabelArray
    reasons: LabelArray
    visits: int
    by_rule: dict[str, int]
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "row": self.row,
            "who": self.who,
            "opened": as_times(self.opened).astype("M8[D]"),
            "reasons": self.reasons,
        }

    def _printed(self) -> Sequence[Row]:
        return self._rows(0.95)[:ROWS_SHOWN]

    def _notes(self) -> Iterable[str]:
        if len(self) > ROWS_SHOWN:
            yield f"The first {ROWS_SHOWN}; to_frame() has all."
        found = ", ".join(f"{name} {n:,}" for name, n in self.by_rule.items())
        yield f"{count(len(self), 'visit')} of {self.visits:,}. By reason: {found}."
        if self.skipped:
            yield f"Not looked for, because the visits lack what it needs: {listed(self.skipped)}."


def follow_up(
    visits: VisitRecords, rules: Sequence[FollowUpRule] | None, within: Horizon
) -> FollowUps:
    """Apply rules to visits."""
    found, skipped = reasons_of(visits, rules, within)
    reasons = np.array(list(found.values())).reshape(len(found), len(visits))
    number = reasons.sum(axis=0)
    order = np.lexsort((np.arange(len(visits)), -visits.opened, -number))
    order = order[number[order] > 0]
    names = np.array([*found], dtype=object)
    who = visits.customer if visits.customer is not None else visits.vehicle
    return FollowUps(
        row=order,
        opened=visits.opened[order],
        who=np.full(len(order), "") if who is None else np.asarray(who)[order],
        reasons=np.array(["; ".join(names[reasons[:, place]]) for place in order], dtype=np.str_),
        visits=len(visits),
        by_rule={name: int(at.sum()) for name, at in found.items()},
        skipped=skipped,
    )


def reasons_of(
    visits: VisitRecords, rules: Sequence[FollowUpRule] | None, within: Horizon
) -> tuple[dict[str, npt.NDArray[np.bool_]], tuple[str, ...]]:
    """Return rule to the visits that it finds, and the rules of the preset that are skipped."""
    found: dict[str, npt.NDArray[np.bool_]] = {}
    skipped = []
    for rule in FOLLOW_UP_RULES if rules is None else _checked(rules):
        if rules is None and not _readable(visits, rule):
            skipped.append(rule.name)
            continue
        found[rule.name] = _applies(visits, rule, within)
    return found, tuple(skipped)


def _checked(rules: object) -> tuple[FollowUpRule, ...]:
    if (
        isinstance(rules, Sequence)
        and all(isinstance(its, FollowUpRule) for its in rules)
        and rules
    ):
        names = [its.name for its in rules]
        if len(set(names)) < len(names):
            twice = listed(sorted({name for name in names if names.count(name) > 1}))
            raise ParameterError(f"rules has {twice} more than once. Give every rule its own name.")
        return tuple(rules)
    raise ParameterError(
        f"rules must be a list of FollowUpRule, such as journey.FOLLOW_UP_RULES, but it is "
        f"{rules!r}."
    )


def _readable(visits: VisitRecords, rule: FollowUpRule) -> bool:
    """Say whether the visits have what a rule reads."""
    if rule.reads == COMEBACK:
        return visits.owner is not None and visits.delivered is not None
    if rule.reads in ("cause", *NUMBERS):
        return getattr(visits, rule.reads) is not None
    return rule.reads in visits.labels


def _applies(visits: VisitRecords, rule: FollowUpRule, within: Horizon) -> npt.NDArray[np.bool_]:
    """Say to which visits a rule applies."""
    if not _readable(visits, rule):
        known = [COMEBACK, "cause", *NUMBERS, *visits.labels]
        raise DataError(
            f"rule {rule.name!r} reads {rule.reads!r}, which the visits do not have."
            f"{did_you_mean(rule.reads, known)} Name the column when they are read, or leave the "
            f"rule out."
        )
    if rule.reads == COMEBACK:
        again = np.zeros(len(visits), dtype=bool)
        rows = comebacks(visits, within, "any visit").next_row
        again[rows[rows >= 0]] = True
        return again
    if rule.words and rule.reads in NUMBERS:
        raise ParameterError(
            f"rule {rule.name!r} has words, but {rule.reads!r} has numbers. Give at_least or "
            f"top_share."
        )
    if rule.words:
        column = visits.cause if rule.reads == "cause" else visits.labels[rule.reads]
        return _has_words(np.asarray(column), rule.words)
    if rule.reads not in NUMBERS:
        raise ParameterError(
            f"rule {rule.name!r} compares numbers, but {rule.reads!r} has words. Give words=(…)."
        )
    amounts: FloatArray = getattr(visits, rule.reads)
    return np.asarray(amounts >= _least(amounts, rule))


def _least(amounts: FloatArray, rule: FollowUpRule) -> float:
    """Return the amount from which on a rule applies."""
    present = amounts[~np.isnan(amounts)]
    if rule.at_least is not None or not len(present):
        return rule.at_least or 0.0
    return float(np.quantile(present, 1 - (rule.top_share or 0.0), method="higher"))


def _has_words(column: npt.NDArray[Any], words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say which entries have any of some words in them."""
    labels, codes = np.unique(column.astype(str), return_inverse=True)
    wanted = [word.casefold() for word in words]
    return np.array([any(word in label.casefold() for word in wanted) for label in labels])[codes]
