"""How fair customers find the answer to their complaint: three kinds of justice, on 0-100."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from custvalue._inference.estimate import ends_of
from custvalue._inference.means import MeanEstimate
from custvalue._journey.instruments import RECOVERY_JUSTICE, items_of
from custvalue._respondents.instrument import Dimension, Instrument
from custvalue._respondents.responses import Responses
from custvalue._results.base import Base
from custvalue._results.by_level import ByDimension, DimensionEntry
from custvalue._results.layout import Row, shown
from custvalue._satisfaction.index import customer_satisfaction_index
from custvalue._survey.coefficient import ReliabilityCoefficient, estimated_alpha
from custvalue.errors import DataError


class JusticeDimension(DimensionEntry):
    """One kind of justice.

    Parameters
    ----------
    name, chinese : str
        What it is called.
    label : str
        Empty.
    items : tuple of str
        Names of its items.
    score : MeanEstimate
        Index of its items on 0-100.
    alpha : ReliabilityCoefficient or None
        Cronbach's, raw; None for a single item, or where respondents do not differ.
    """

    SHOWN: ClassVar = shown("score, low, high, n, alpha, alpha_low, alpha_high")

    score: MeanEstimate
    alpha: ReliabilityCoefficient | None = None

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return the score and alpha with their intervals.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.
        """
        return {
            **self.score.row(level, value="score"),
            **ends_of("alpha", self.alpha, level),
        }


class RecoveryJustice(ByDimension[JusticeDimension]):
    """How fair customers find the answer to their complaint.

    Parameters
    ----------
    dimensions : tuple of JusticeDimension
        Distributive, procedural and interactional justice.
    overall : MeanEstimate
        Index of all items on 0-100.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    TITLE: ClassVar[str] = "Justice of recovery, 0-100"
    LABELS: ClassVar[str] = "dimension"
    SHOWN: ClassVar = JusticeDimension.SHOWN
    REPR: ClassVar[tuple[str, ...]] = ("overall", "weakest")

    overall: MeanEstimate
    base: Base

    @property
    def weakest(self) -> str:
        """The dimension with the lowest score; the first of two alike."""
        return min(self.dimensions, key=lambda its: its.score.value).name

    def _rows(self, level: float) -> Sequence[Row]:
        rows = [
            Row(its.name, {"name": its.name, "chinese": its.chinese, **its.numbers(level)})
            for its in self.dimensions
        ]
        return [
            *rows,
            Row("overall", {"name": "overall", **self.overall.row(level, value="score")}),
        ]

    def _notes(self) -> Iterable[str]:
        yield f"Weakest: {self.weakest}. 95 % intervals of scores: beta. Alpha: Cronbach's, raw."
        yield str(self.base)


def recovery_justice(
    answers: Responses, *, instrument: Instrument = RECOVERY_JUSTICE
) -> RecoveryJustice:
    """Score how fair customers find the answer to their complaint.

    Parameters
    ----------
    answers : Responses
        Answers to the items of the instrument; weights and clusters are used.
    instrument : Instrument
        :data:`RECOVERY_JUSTICE`, the same with the names of your columns
        (``RECOVERY_JUSTICE.renamed([…])``), or one of your own.

    Returns
    -------
    RecoveryJustice
        Each dimension with its index on 0-100 and Cronbach's alpha, and all items together.
        Dimensions of which no item was asked are left out.

    Raises
    ------
    DataError
        If no item of the instrument is among the answers, or an item has none.
    ParameterError
        If `answers` are no Responses, or `instrument` is no Instrument.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import journey
    >>> from custvalue.survey import Responses, Scale
    >>> names = journey.RECOVERY_JUSTICE.item_names
    >>> drawn = np.random.default_rng(1).integers(2, 6, (40, 12))
    >>> answers = Responses.from_arrays(drawn, items=names, scale=Scale(1, 5))
    >>> found = journey.recovery_justice(answers)
    >>> round(found.dimension("procedural").score.value, 1), found.weakest
    (61.2, 'procedural')
    """
    keyed, own = items_of(answers, instrument)
    every = keyed.only(own.item_names)
    return RecoveryJustice(
        dimensions=tuple(_scored(keyed, its) for its in own.dimensions),
        overall=_index(every, "overall"),
        base=every.base,
    )


def _scored(answers: Responses, dimension: Dimension) -> JusticeDimension:
    """Score one dimension."""
    names = [item.name for item in dimension.items]
    try:
        alpha = estimated_alpha(answers, names)[0]
    except DataError:  # one item, one respondent, or no difference
        alpha = None
    return JusticeDimension(
        name=dimension.name,
        chinese=dimension.chinese,
        items=tuple(names),
        score=_index(answers.only(names), dimension.name),
        alpha=alpha,
    )


def _index(answers: Responses, name: str) -> MeanEstimate:
    """Return the index of some items."""
    found: Any = customer_satisfaction_index(answers).estimate  # a mean, as importance is equal
    index: MeanEstimate = replace(found, name=name)
    return index
