"""Answers to the items of a model: who counts, and their covariances, which are made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from custvalue._inference.sample import Sample
from custvalue._respondents import prorating
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, refuse_other_customers
from custvalue._results.base import MISSING_ANSWER, TOO_FEW_ANSWERS, WEIGHT_ZERO, Base
from custvalue._rows import FloatArray
from custvalue._structural.plan import Flags, Plan
from custvalue._survey.covariances import Moments
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import DataError, ParameterError

NARROWEST = 1e-100  # width of a scale; the widest is 1 over this


@dataclass(frozen=True, eq=False)
class Answered:
    """Answers of the respondents who count, one column per item in the order of the plan.

    Parameters
    ----------
    moments : Moments
        Their covariances, in the units of the answers, with all that errors need.
    scales : tuple of Scale
        Of each item.
    responses : Responses
        The first set of answers, which has weights and labels of all.
    used : ndarray of bool, shape (respondents,)
        Who of them counts.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    moments: Moments
    scales: tuple[Scale, ...]
    responses: Responses
    used: Flags
    base: Base

    @property
    def sample(self) -> Sample:
        """Weights and clusters of the respondents who count."""
        return self.moments.sample

    @cached_property
    def factors(self) -> FloatArray:
        """What makes a step of 100 of the width of a scale; negative where lower is better."""
        return np.array([float(np.diff(its.rescale([0.0, 1.0]))[0]) for its in self.scales])

    @cached_property
    def means(self) -> FloatArray:
        """Weighted means on 0-100, shape (p,)."""
        pairs = zip(self.scales, self.moments.centre.tolist(), strict=True)
        return np.array([float(its.rescale([mean])[0]) for its, mean in pairs])

    @cached_property
    def covariance(self) -> FloatArray:
        """Covariances on 0-100, divided by the sum of weights, shape (p, p)."""
        counts = self.moments.counts
        shrunk = self.moments.covariance * (counts - 1) / counts
        scaled = shrunk * np.outer(self.factors, self.factors)
        return np.asarray((scaled + scaled.T) / 2)  # sums in another order differ by rounding

    def scores(self, rows: slice = slice(None)) -> FloatArray:
        """Return answers on 0-100, shape (respondents, p), NaN where one is missing."""
        pairs = zip(self.scales, self.moments.columns, strict=True)
        return np.stack([scale.rescale(column[rows]) for scale, column in pairs]).T


class Gathered(NamedTuple):
    """Answers to the items of a model, in its order, before anything is computed from them.

    Parameters
    ----------
    columns : tuple of ndarray
        Answers of the respondents who count, one array per item; NaN where one is missing.
    scales : tuple of Scale
        Of each item.
    responses : Responses
        The first set of answers, which has weights and labels of all.
    used : ndarray of bool, shape (respondents,)
        Who of them counts.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    columns: list[FloatArray]
    scales: tuple[Scale, ...]
    responses: Responses
    used: Flags
    base: Base

    @property
    def sample(self) -> Sample:
        """Weights and clusters of those who count."""
        its = self.responses.sample
        return its if self.used.all() else its.of_rows(self.used)


def gathered(plan: Plan, responses: object) -> Gathered:
    """Find the items of a model among answers, and who gave them."""
    parts = parts_of(responses)
    where = _where(plan, parts)
    first = next(iter(parts.values()))
    columns = [parts[where[item]].item(item) for item in plan.items]
    whole = first.base if len(parts) == 1 else joined_base(parts)
    base = replace(whole, items=tuple(its for its in whole.items if its.name in where))
    if first.missing == "prorate":
        columns, enough, base = _prorated(plan, columns, first, base)
    else:
        enough = _enough(columns, first)
        base = base.excluding(MISSING_ANSWER, int((~enough).sum()))
    counted = first.weights > 0
    used = enough & counted
    if not used.any():
        raise _nobody(plan)
    base = base.excluding(WEIGHT_ZERO, int((enough & ~counted).sum()))
    if not used.all():
        columns = [column[used] for column in columns]
    scales = tuple(parts[where[item]].scale for item in plan.items)
    _require_width(plan, scales)
    return Gathered(columns, scales, first, used, base)


def read(plan: Plan, responses: object) -> Answered:
    """Find the items of a model among answers, and their covariances."""
    its = gathered(plan, responses)
    moments = Moments.of(plan.items, _checked(plan, its.columns), its.sample)
    return Answered(moments, its.scales, its.responses, its.used, its.base)


def parts_of(responses: object, argument: str = "responses") -> dict[str, Responses]:
    """Return sets of answers by name; several must be of the same respondents."""
    if isinstance(responses, Responses):
        return {"": responses}
    if isinstance(responses, Mapping):
        parts = {str(name): its for name, its in responses.items()}
    elif isinstance(responses, list | tuple):
        parts = {f"{argument}[{place}]": its for place, its in enumerate(responses)}
    else:
        parts = {}
    if not parts or not all(isinstance(its, Responses) for its in parts.values()):
        raise ParameterError(
            f"{argument} must be Responses, as of Responses.from_frame(frame, scale=Scale(1, 10)), "
            f"or, where items have different scales, what survey.read_parts returns, but it is "
            f"{type(responses).__name__}."
        )
    (name, first), *others = parts.items()
    for other, its in others:
        _require_same(name, first, other, its)
    return parts


def _require_same(first: str, one: Responses, second: str, other: Responses) -> None:
    """Raise unless two sets of answers are of the same respondents, as far as one can tell."""
    refuse_other_customers(first, one, second, other)
    alike = (
        one.respondents == other.respondents
        and one.missing == other.missing
        and one.base.excluded == other.base.excluded
        and np.array_equal(one.weights, other.weights)
        and one.labels.keys() == other.labels.keys()
        and all(np.array_equal(its, other.labels[name]) for name, its in one.labels.items())
    )
    if not alike:
        raise DataError(
            f"{first} and {second} must be of the same respondents, with the same weights, labels "
            f"and missing policy, but they differ. Read both at once: survey.read_parts(frame, …)."
        )


def _where(plan: Plan, parts: Mapping[str, Responses]) -> dict[str, str]:
    """Return in which set each item is."""
    found: dict[str, str] = {}
    known = [item for its in parts.values() for item in its.items]
    for item, at in zip(plan.items, plan.owner.tolist(), strict=True):
        its = [name for name, part in parts.items() if item in part.items]
        if not its:
            raise DataError(
                f"the construct {plan.names[at]!r} needs the item {item!r}, which the answers do "
                f"not have.{did_you_mean(item, known)} Their items are {listed(known)}.",
                column=item,
            )
        if len(its) > 1:
            raise DataError(f"{item!r} is in both {its[0]} and {its[1]}. Leave it in one.")
        found[item] = its[0]
    return found


def _enough(columns: Sequence[FloatArray], first: Responses) -> Flags:
    """Say who answered anything; only under ``pairwise`` can answers be missing here."""
    if first.missing != "pairwise":
        return np.ones(first.respondents, dtype=bool)
    return np.asarray(np.logical_or.reduce([~np.isnan(column) for column in columns]))


def _prorated(
    plan: Plan, columns: Sequence[FloatArray], first: Responses, base: Base
) -> tuple[list[FloatArray], Flags, Base]:
    """Fill missing answers by the respondent's mean over the other items of the construct."""
    answers = np.column_stack(columns)
    parts = {
        name: list(range(block.start, block.stop))
        for name, block in zip(plan.names, plan.blocks, strict=True)
    }
    enough = prorating.enough_answered(answers, parts, first.min_answered)
    absent = np.isnan(answers[enough])
    base = replace(
        base.excluding(TOO_FEW_ANSWERS, int((~enough).sum())),
        prorated=int(absent.any(axis=1).sum()),
        filled=int(absent.sum()),
    )
    return list(prorating.filled(answers, parts).T), enough, base


def _checked(plan: Plan, columns: list[FloatArray]) -> list[FloatArray]:
    """Return columns in which something varies, or name the items and the construct."""
    for at, block in enumerate(plan.blocks):
        name, its = plan.names[at], range(block.start, block.stop)
        empty = [plan.items[place] for place in its if np.isnan(columns[place]).all()]
        if empty:
            every = "no item of it has any" if len(empty) == len(its) else "other items have some"
            raise DataError(
                f"{listed(empty)}, of the construct {name!r}, "
                f"{'has' if len(empty) == 1 else 'have'} no answers; {every}. Leave "
                f"{'it' if len(empty) == 1 else 'them'} out of the model, or read the answers "
                f"again.",
                column=empty[0],
            )
        for place in its:
            _require_variance(plan.items[place], name, columns[place])
    return columns


def _require_variance(item: str, construct: str, column: FloatArray) -> None:
    low, high = float(np.nanmin(column)), float(np.nanmax(column))
    if low == high:
        raise DataError(
            f"all answers to {item!r}, of the construct {construct!r}, are {plain(low)}: without "
            f"variance it has no weight and no loading. Leave it out of the construct, and report "
            f"its share.",
            column=item,
        )


def _require_width(plan: Plan, scales: Sequence[Scale]) -> None:
    """Raise where squares of answers would leave what a number can hold."""
    for item, scale in zip(plan.items, scales, strict=True):
        if not NARROWEST <= scale.width <= 1 / NARROWEST:
            raise DataError(
                f"the scale of {item!r} is {scale.width:g} wide, but covariances need a width of "
                f"{NARROWEST:g} to {1 / NARROWEST:g}. Give the answers in another unit.",
                column=item,
            )


def _nobody(plan: Plan) -> DataError:
    return DataError(
        f"nobody who counts answered the items of {listed(plan.names)}. Look at the missing "
        f"policy and at the weights."
    )
