"""What indices have in common: weighted parts, each with its score, and the index below them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray
from custvalue._values import NonNegative, Record
from custvalue._words import Percent, number
from custvalue.errors import ParameterError

IndexForm = Literal["scale", "maximum"]

ROUND_SUMS = (1, 100)


@dataclass(frozen=True, slots=True)
class IndexPart(Record):
    """One item or factor of an index.

    Parameters
    ----------
    name : str
        Its name.
    weight : float or None
        Its weight or importance as it was given or estimated; None where all are equal.
    share : float
        Its weight in the index; the shares add up to 1.
    score : MeanEstimate
        Its mean score, in the points of the index.
    items : tuple of str
        The items whose mean is its score.
    """

    name: str
    weight: float | None
    share: float
    score: MeanEstimate
    items: tuple[str, ...]

    def row(self, labels: str, level: float) -> Row:
        """Return it as a row of the table of the index."""
        shares = {"weight": self.weight, "share": Percent(self.share, 1)}
        return Row(self.name, {labels: self.name, **shares, **self.score.row(level)})


def item_parts(
    means: Iterable[MeanEstimate],
    *,
    importance: Iterable[float | None],
    shares: Iterable[float],
) -> tuple[IndexPart, ...]:
    """Return a part for each item with its mean score."""
    return tuple(
        IndexPart(mean.name, weight, float(share), mean, (mean.name,))
        for mean, weight, share in zip(means, importance, shares, strict=True)
    )


def item_means(
    items: Sequence[str], scores: FloatArray, sample: Sample, floor: float = 0.0
) -> list[MeanEstimate]:
    """Estimate the mean score of each item, (respondents, items)."""
    mean = partial(mean_estimate, sample=sample, bounds=(floor, 100.0), method="beta")
    return [mean(column, name=name) for name, column in zip(items, scores.T, strict=True)]


class WeightedIndex(Headline):
    """Base of indices: a weighted mean of scores.

    Parameters
    ----------
    estimate : Estimate
        The index.
    parts : tuple of IndexPart
        Its items or factors.
    weight_sum : float or None
        What the weights added up to before they were divided by it; None where all are equal.
    scale : Scale
        The scale of the items.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    LABELS: ClassVar[str] = "item"
    SHOWN: ClassVar = shown("weight, share, value: score, low, high, n")

    parts: tuple[IndexPart, ...]
    weight_sum: NonNegative | None
    scale: Scale
    base: Base

    def _rows(self, level: float) -> Sequence[Row]:
        whole = {"weight": self.weight_sum, "share": Percent(1.0, 1)}
        index = {self.LABELS: "index", **whole, **self.estimate.row(level)}
        return [*(part.row(self.LABELS, level) for part in self.parts), Row("index", index)]

    def _normalised_note(self, what: str) -> str:
        """Say what the weights added up to, where it is no round sum."""
        total = self.weight_sum
        if total is None or any(abs(total - whole) < 1e-9 for whole in ROUND_SUMS):
            return ""
        return f"{what} divided by the sum, {number(total)}."


def index_scores(answers: Responses, form: IndexForm) -> tuple[FloatArray, float]:
    """Return the scores on 0-100 and what the floor of the scale is there."""
    score, floor = scoring(answers.scale, form)
    return score(answers.filled()), floor


def scoring(scale: Scale, form: IndexForm) -> tuple[Callable[[FloatArray], FloatArray], float]:
    """Return the function from answers to scores on 0-100, and what it makes of the floor."""
    if form == "scale":
        return scale.rescale, 0.0
    if scale.direction == "lower is better" or scale.low < 0:
        raise ParameterError(
            f"form='maximum' divides answers by the highest one, which says nothing on {scale!r}. "
            f"Use form='scale'."
        )
    return lambda answers: 100 * answers / scale.high, 100 * scale.low / scale.high
