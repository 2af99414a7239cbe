"""Self-stated importance by item: "how important is it, or would it be, to you?"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import numpy as np

from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.distribution import position
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue.errors import DataError


class StatedImportance(Tabulated, Frozen):
    """Self-stated importance by item; ``importance["spell check"]`` is its mean.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    means : tuple of MeanEstimate or None
        Their weighted means; None where an item has no answers.
    scale : Scale
        The scale of the answers, usually 1 to 9.
    """

    TITLE: ClassVar[str] = "Importance"
    SHOWN: ClassVar = shown("importance, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("items", "scale")

    items: tuple[str, ...]
    means: tuple[MeanEstimate | None, ...]
    scale: Scale

    def __getitem__(self, name: str) -> MeanEstimate:
        found = self.means[position(name, self.items)]
        if found is None:
            raise DataError(
                f"importance of {name}: there are no answers, so there is no mean. Exclude it."
            )
        return found

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                item,
                {"item": item, "n": 0}
                if mean is None
                else {"item": item, **mean.row(level, value="importance")},
            )
            for item, mean in zip(self.items, self.means, strict=True)
        ]

    def _notes(self) -> Sequence[str]:
        return [f"Self-stated importance, scale {self.scale}. 95 % intervals, beta."]


def stated_importance(questionnaire: Questionnaire) -> StatedImportance:
    """Estimate the mean self-stated importance of every item.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers, among them the stated importance of the items.

    Raises
    ------
    DataError
        If importance was not asked.
    ParameterError
        If it is no questionnaire.
    """
    require_questionnaire(questionnaire)
    scale = questionnaire.importance_scale
    stated, sample = importance_of(questionnaire), questionnaire.sample
    counted = np.flatnonzero((~np.isnan(stated[sample.weights > 0])).any(axis=0))
    mean = partial(mean_estimate, sample=sample, bounds=(scale.low, scale.high), method="beta")
    return StatedImportance(
        items=questionnaire.items,
        means=tuple(
            mean(stated[:, k], name=f"importance of {item}") if k in counted else None
            for k, item in enumerate(questionnaire.items)
        ),
        scale=scale,
    )


def importance_of(questionnaire: Questionnaire) -> FloatArray:
    """Return the stated importance, (respondents, items), or raise a DataError without one."""
    if questionnaire.importance is None:
        raise DataError(
            "importance was not asked. Name its columns, as in importance={'spell check': 'i1'}."
        )
    return questionnaire.importance
