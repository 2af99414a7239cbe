"""Answers on a scale with steps, counted once: shares and means are made of the counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from custvalue._inference.clusters import Design, clustered
from custvalue._inference.estimate import ROUNDING, Estimate
from custvalue._inference.means import ScaleMean, settled
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Counted, Proportion, share_of
from custvalue._rows import FloatArray

E = TypeVar("E", bound=Estimate)


class ByCluster(NamedTuple):
    """The clusters of the respondents, and the weights of each answer in each of them."""

    design: Design
    weights: FloatArray


@dataclass(frozen=True, slots=True)
class AnswerCells:
    """How often each answer of a scale was given.

    Parameters
    ----------
    answers : sequence of float
        All that the scale offers.
    counts : sequence of int
        Respondents who gave it.
    weights, squares : sequence of float
        Sums of their weights, and of the squares.
    by_cluster : ByCluster or None
        The same by cluster, where respondents come in clusters.
    """

    answers: Sequence[float]
    counts: Sequence[int]
    weights: Sequence[float]
    squares: Sequence[float]
    by_cluster: ByCluster | None = None

    @property
    def shares(self) -> list[float]:
        """The (weighted) share of each answer."""
        total = sum(self.weights)
        return [weight / total for weight in self.weights]

    def counted(self, chosen: Callable[[float], bool]) -> Counted:
        """Count the respondents whose answer is one of the chosen."""
        places = [place for place, answer in enumerate(self.answers) if chosen(answer)]
        return Counted(
            sum(self.counts[place] for place in places),
            sum(self.weights[place] for place in places),
            sum(self.squares[place] for place in places),
        )

    def share(self, chosen: Callable[[float], bool], *, name: str) -> Proportion:
        """Estimate the share of the respondents whose answer is one of the chosen."""
        rest = self.counted(lambda answer: not chosen(answer))
        found = share_of(self.counted(chosen), rest, name=name)
        return self.clustered(found, [chosen(answer) - found.value for answer in self.answers])

    def clustered(self, found: E, residuals: Sequence[float], correction: float = 1.0) -> E:
        """Return an estimate with the errors of clusters, if any, by the residual of each answer.

        `correction` makes the variance of a simple random sample unbiased.
        """
        if self.by_cluster is None:
            return found
        design, table = self.by_cluster
        residual, total, n = np.array(residuals), sum(self.weights), sum(self.counts)
        residual[np.abs(residual) <= ROUNDING * found.size] = 0.0
        squares = np.square(residual)
        fields = clustered(
            design,
            table @ residual / total,
            independent=float(squares @ self.squares) / total**2 * n / max(n - 1, 1),
            simple=float(squares @ self.weights) / total / n * correction,
            n=n,
        )
        return replace(found, **fields)

    def mean(self, *, name: str, scores: Sequence[float] | None = None) -> ScaleMean:
        """Estimate the mean answer, or that of the scores which the answers stand for."""
        values, total = self.answers if scores is None else scores, sum(self.weights)
        cells = sorted(zip(values, self.shares, self.squares, strict=True))  # scores may run down
        bounds = (cells[0][0], cells[-1][0])
        start = next(value for value, share, _ in cells if share > 0)
        # differences from an answer that was given: equal answers have a variance of exactly 0
        mean = start + sum(share * (value - start) for value, share, _ in cells)
        spread = sum(share * (value - mean) ** 2 for value, share, _ in cells)
        squared = sum(square * (value - mean) ** 2 for value, _, square in cells) / total**2
        n = sum(self.counts)
        correction = n / (n - 1) if n > 1 else None
        error = None if correction is None else math.sqrt(correction * squared)
        found = ScaleMean(
            name=name,
            value=mean,
            standard_error=settled(error, mean, bounds),
            n=n,
            effective_n=total**2 / sum(self.squares),
            bounds=bounds,
            standard_deviation=None if correction is None else math.sqrt(correction * spread),
            usual_method="beta",
            answers=tuple(value for value, _, _ in cells),
            shares=tuple(share for _, share, _ in cells),
        )
        return self.clustered(found, [value - mean for value in values], correction or 1.0)


def answer_cells(given: FloatArray, sample: Sample, answers: Sequence[float]) -> AnswerCells:
    """Count answers that lie, but for their last digits, on evenly spaced ones."""
    weights, clusters = sample.weights, sample.clusters
    offered, step = len(answers), answers[1] - answers[0]
    place = np.rint((given - answers[0]) / step).astype(np.int64)
    counts = np.bincount(place, minlength=offered).tolist()
    if clusters is None and (weights == 1).all():
        return equally_weighted(answers, counts)
    sums = np.bincount(place, weights=weights, minlength=offered).tolist()
    squares = np.bincount(place, weights=np.square(weights), minlength=offered).tolist()
    by_cluster = None
    if clusters is not None:
        design, cluster = clusters.design(weights)
        table = np.bincount(cluster * offered + place, weights, design.clusters * offered)
        by_cluster = ByCluster(design, table.reshape(-1, offered).astype(np.float64, copy=False))
    return AnswerCells(answers, counts, sums, squares, by_cluster)


def whole_cells(given: npt.NDArray[Any], answers: Sequence[float]) -> AnswerCells | None:
    """Count whole numbers among whole answers in steps of 1; None where they are anything else."""
    low, high = answers[0], answers[-1]
    steps = float(low).is_integer() and answers[1] - low == 1
    if not steps or given.dtype.kind not in "iuf" or not given.size:
        return None
    if not (given.min() >= low and given.max() <= high):  # NaN is neither
        return None
    place = given.astype(np.int64)
    if given.dtype.kind == "f" and not (place == given).all():
        return None
    if low:
        place -= int(low)
    return equally_weighted(answers, np.bincount(place, minlength=len(answers)).tolist())


def equally_weighted(answers: Sequence[float], counts: list[int]) -> AnswerCells:
    sums = list(map(float, counts))
    return AnswerCells(answers, counts, sums, sums)
