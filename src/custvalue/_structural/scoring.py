"""Scores of respondents on 0-100, and the indices of groups by the weights of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.means import MeanEstimate
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, left_out_note
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._structural.answered import Answered, Gathered
from custvalue._structural.index import CONVENTIONS, WeightConvention
from custvalue._structural.plan import Plan
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import DataError

HUNDRED = Scale(0, 100, step=None)
ROUNDING = 1e-9


class GroupIndices(Tabulated, Frozen):
    """The index of a construct in every group, by the weights of the whole fit.

    Parameters
    ----------
    name : str
        The construct.
    convention : {"unstandardised", "standardised", "equal"}
        What was done to the weights.
    label : str
        What respondents are divided by.
    groups : tuple of MeanEstimate
        The index of each group, in ascending order of the labels. The shares of the items are
        taken as known: they are one convention for all groups.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    left_out : dict of str to int
        Reason to the number of respondents who are in no group.
    """

    LABELS: ClassVar[str] = "group"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value: index, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "convention", "label", "groups")

    name: str
    convention: WeightConvention
    label: str
    groups: tuple[MeanEstimate, ...]
    base: Base
    left_out: dict[str, int]

    def __getitem__(self, group: Any) -> MeanEstimate:
        return named("group", str(group), self.groups)

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, {self.label: its.name, **its.row(level)}) for its in self.groups]

    def _title(self) -> str:
        return f"{self.name}, index 0-100 by {self.label}"

    def _notes(self) -> Iterable[str]:
        yield (
            f"Weights of all respondents, {self.convention}: {CONVENTIONS[self.convention]}; taken "
            f"as known. 95 % intervals, beta."
        )
        yield left_out_note(self.left_out)
        yield str(self.base)


def scored(plan: Plan, found: Gathered | Answered, shares: FloatArray) -> Responses:
    """Return the scores of those who count, one item per construct, with weights and labels."""
    kept = found.responses if found.used.all() else found.responses.of_rows(found.used)
    columns = found.columns if isinstance(found, Gathered) else found.moments.columns
    scores = np.zeros((len(columns[0]), len(plan.names)), order="F")
    for at, block in enumerate(plan.blocks):
        for place in range(block.start, block.stop):
            scores[:, at] += shares[place] * found.scales[place].rescale(columns[place])
    _require_on_scale(plan, scores, shares)
    return Responses(
        items=plan.names,
        answers=scores.clip(0.0, 100.0),
        scale=HUNDRED,
        weights=kept.weights,
        labels=kept.labels,
        missing="pairwise" if kept.missing == "pairwise" else "raise",
        called=kept.called,
    )


def _require_on_scale(plan: Plan, scores: FloatArray, shares: FloatArray) -> None:
    """Raise where negative shares take a score beyond the ends."""
    beyond = (scores < -ROUNDING) | (scores > 100 + ROUNDING)
    if not beyond.any():
        return
    row, at = np.argwhere(beyond)[0].tolist()
    block = plan.blocks[at]
    negative = [plan.items[place] for place in range(block.start, block.stop) if shares[place] < 0]
    raise DataError(
        f"the score of respondent {row} on {plan.names[at]!r} is {scores[row, at]:.4f}, off 0 to "
        f"100, because {listed(negative)} has a negative weight. Leave it out of the model, use "
        f"mode='A', or convention='equal'.",
        column=negative[0],
        rows=(row,),
    )


def group_indices(
    scores: Responses, name: str, convention: WeightConvention, label: str, base: Base
) -> GroupIndices:
    """Estimate the mean score of every group, by clusters if there are any."""
    one = scores.only([name])
    groups, empty = [], 0
    for key, part in one.by(label).items():
        if np.isnan(part.item(name)).all():
            empty += part.respondents
            continue
        groups.append(replace(part.mean(name), name=str(key)))
    left_out = scores.unlabelled(label) | ({"no score in the group": empty} if empty else {})
    return GroupIndices(
        name=name,
        convention=convention,
        label=label,
        groups=tuple(groups),
        base=base,
        left_out=left_out,
    )
