"""Where importance exceeds performance: opportunity score, and importance times shortfall.

Ulwick (2002, *Harvard Business Review* 80(1); 2005, *What Customers Want*) scores an attribute by
I + max(I - S, 0), importance and satisfaction from 0 to 10, so that what is important and done
badly comes first; gap-IPA multiplies importance by the shortfall. Both are conventions about two
numbers on one scale, so what that scale is has to be said: means from the worst to the best answer,
or shares of the best answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import checked_whole, require_choice
from custvalue._drivers.tiers import attribute_of
from custvalue._inference.estimate import Estimate, ends_of
from custvalue._inference.means import cluster_fields, kish_effective_n
from custvalue._inference.sample import Sample
from custvalue._respondents.importance import given_importance, require_direction
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import joined_base, matching_items, require_answers
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen
from custvalue._words import count, number
from custvalue.errors import DataError, EstimationError, ParameterError

Basis = Literal["mean", "top box"]

MOST = 10.0  # of importance and performance
ROUNDING = 1e-12  # of them: what differs by less is alike


class Opportunity(Frozen):
    """One attribute.

    Parameters
    ----------
    name : str
        The attribute.
    importance, performance : float
        From 0 to 10.
    opportunity : Estimate
        I + max(I - S, 0), from 0 to 20.
    weighted_shortfall : Estimate
        Importance x (10 - performance) / 10, from 0 to 10 (gap-IPA).
    rank : int
        1 for the largest opportunity.
    """

    name: str
    importance: float
    performance: float
    opportunity: Estimate
    weighted_shortfall: Estimate
    rank: Count


class Opportunities(Tabulated, Frozen):
    """Attributes by opportunity.

    Parameters
    ----------
    attributes : tuple of Opportunity
        In the order of the items.
    basis : {"mean", "top box"}
        What importance and performance from 0 to 10 are.
    boxes : int or None
        How many of the best answers count as a top box; None of means.
    base : Base
        Who answered, who is excluded and why.
    """

    REPR: ClassVar[tuple[str, ...]] = ("attributes", "basis")
    SHOWN: ClassVar = shown(
        "importance, performance, opportunity, opportunity_low, opportunity_high, "
        "weighted_shortfall: I x shortfall, rank"
    )

    attributes: tuple[Opportunity, ...]
    basis: Basis
    boxes: Count | None
    base: Base

    def __getitem__(self, name: str) -> Opportunity:
        return attribute_of(name, self.attributes)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "attribute": its.name,
                    "importance": its.importance,
                    "performance": its.performance,
                    **ends_of("opportunity", its.opportunity, level),
                    **ends_of("weighted_shortfall", its.weighted_shortfall, level),
                    "rank": its.rank,
                },
            )
            for its in self.attributes
        ]

    def _printed(self) -> Sequence[Row]:
        rows = dict(zip((its.name for its in self.attributes), self._rows(0.95), strict=True))
        return [rows[its.name] for its in sorted(self.attributes, key=lambda its: its.rank)]

    def _title(self) -> str:
        return "Opportunities"

    def _notes(self) -> Sequence[str]:
        how = "means, 0 the worst answer and 10 the best"
        if self.boxes is not None:
            how = f"10 x the share of the best {count(self.boxes, 'answer')}"
        return (
            f"Importance I and performance S: {how}.",
            "Opportunity I + max(I - S, 0); I x shortfall: I (10 - S) / 10.",
            f"{self.attributes[0].opportunity.confidence_interval().description}; {self.base}",
        )


class _Side(NamedTuple):
    """Importance or performance of the attributes, from 0 to 10, and who moves it how much."""

    values: FloatArray
    influence: FloatArray  # (respondents, attributes)


def opportunities(
    performance: Responses,
    importance: Responses | Mapping[str, float] | Sequence[float],
    *,
    basis: Basis,
    boxes: int = 2,
) -> Opportunities:
    """Score attributes by how far importance exceeds performance.

    Parameters
    ----------
    performance : Responses
        Answers to the attributes, with sampling weights.
    importance : Responses, or mapping or sequence of float
        How important the same respondents find the same items; or a number from 0 to 10 for each,
        which is taken as known.
    basis : {"mean", "top box"}
        What importance and performance from 0 to 10 are: mean answers, 0 standing for the worst
        answer of the scale and 10 for the best, or 10 times the share of the best answers. There
        is no default: scores depend on it.
    boxes : int
        How many of the best answers count, of a top box.

    Returns
    -------
    Opportunities

    Raises
    ------
    DataError
        If respondents or items differ, or a number is not from 0 to 10.
    EstimationError
        If one respondent answered.
    ParameterError
        If `basis` or `boxes` is unknown.

    References
    ----------
    A. W. Ulwick (2005), *What Customers Want*, McGraw-Hill.

    Examples
    --------
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> performance = Responses.from_frame(
    ...     {"fixed": [2, 3, 2, 1, 3], "coffee": [5, 4, 5, 5, 4]}, scale=Scale(1, 5)
    ... )
    >>> found = drivers.opportunities(performance, {"fixed": 8, "coffee": 3}, basis="mean")
    >>> found["fixed"].opportunity.value, found["coffee"].opportunity.value
    (13.0, 3.0)
    """
    require_choice("basis", basis, get_args(Basis))
    performed = require_answers("performance", performance)
    boxes = checked_whole("boxes", boxes, least=1)
    most = None if basis == "mean" else boxes
    done = _side(performed, performed.sample, most)
    wanted = _important(performed, importance, most)
    over = wanted.values > done.values
    score = wanted.values + np.where(over, wanted.values - done.values, 0.0)
    moved = wanted.influence + np.where(over, wanted.influence - done.influence, 0.0)
    short = (MOST - done.values) / MOST
    weighted = wanted.influence * short - wanted.values * done.influence / MOST
    above = score > score[:, np.newaxis] + ROUNDING * MOST
    ranks = above.sum(axis=1) + 1  # what is alike has one rank
    return Opportunities(
        attributes=tuple(
            Opportunity(
                name=name,
                importance=float(wanted.values[k]),
                performance=float(done.values[k]),
                opportunity=_estimate(f"{name}: opportunity", score[k], moved[:, k], performed, 2),
                weighted_shortfall=_estimate(
                    f"{name}: weighted shortfall",
                    wanted.values[k] * short[k],
                    weighted[:, k],
                    performed,
                    1,
                ),
                rank=int(ranks[k]),
            )
            for k, name in enumerate(performed.items)
        ),
        basis=basis,
        boxes=most,
        base=performed.base
        if not isinstance(importance, Responses)
        else joined_base({"performance": performed, "importance": importance}),
    )


def _important(performed: Responses, importance: Any, boxes: int | None) -> _Side:
    if isinstance(importance, Responses):
        order = matching_items("performance", performed, "importance", importance)
        require_direction(importance)
        side = _side(importance, performed.sample, boxes)
        return _Side(side.values[order], side.influence[:, order])
    given = given_importance(importance, performed.items, None)
    for name, value in zip(performed.items, given.tolist(), strict=True):
        if not 0 <= value <= MOST:
            raise DataError(
                f"importance must be from 0 to 10, as performance is, but that of {name!r} is "
                f"{number(value)}. Rescale it."
            )
    return _Side(given, np.zeros(performed.answers.shape))


def _side(responses: Responses, sample: Sample, boxes: int | None) -> _Side:
    """Return scores from 0 to 10 of those who answered."""
    scale, answers = responses.scale, responses.answers
    most = round(scale.width / (scale.step or 1.0))
    if boxes is not None and boxes > most:
        raise ParameterError(
            f"boxes must be a whole number from 1 to {most}, because the scale {scale} has "
            f"{most + 1} answers, but it is {boxes}."
        )
    away = np.abs(answers - (scale.high if scale.sign > 0 else scale.low))
    if boxes is None:
        scores = MOST * (1 - away / scale.width)
    else:
        step = scale.step or 1.0
        inside = (away < (boxes - 0.5) * step).astype(np.float64)
        scores = np.where(np.isnan(answers), np.nan, MOST * inside)
    known = ~np.isnan(scores)
    weights = sample.weights[:, np.newaxis] * known
    total = weights.sum(axis=0)
    lacking = np.flatnonzero((weights > 0).sum(axis=0) < 2)
    if lacking.size:
        raise EstimationError(
            f"{responses.items[lacking[0]]} has fewer than 2 answers, which do not show how much "
            f"answers vary. Exclude it, or collect more answers."
        )
    filled = np.where(known, scores, 0.0)
    values = (weights * filled).sum(axis=0) / total
    return _Side(values, weights * (filled - values) / total)


def _estimate(
    name: str, value: float, influence: FloatArray, performed: Responses, most: int
) -> Estimate:
    counted = performed.weights > 0
    own, sample = influence[counted], performed.sample.of_rows(counted)
    n = int(counted.sum())
    fields: dict[str, Any] = {
        "standard_error": math.sqrt(float(own @ own) * n / max(n - 1, 1)),
        "effective_n": kish_effective_n(sample.weights),
        "degrees_of_freedom": float(n - 1),
    }
    fields |= cluster_fields(own, sample)
    return Estimate(name=name, value=float(value), n=n, bounds=(0.0, most * MOST), **fields)
