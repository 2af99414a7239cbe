"""Answers on a scale with steps, counted once: shares and means are made of the counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._inference.means import ScaleMean, settled
from custvalue._inference.shares import Counted, Proportion, share_of
from custvalue._rows import FloatArray


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
    """

    answers: Sequence[float]
    counts: Sequence[int]
    weights: Sequence[float]
    squares: Sequence[float]

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
        return share_of(self.counted(chosen), rest, name=name)

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
        return ScaleMean(
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


def answer_cells(given: FloatArray, weights: FloatArray, answers: Sequence[float]) -> AnswerCells:
    """Count answers that lie, but for their last digits, on evenly spaced ones."""
    offered, step = len(answers), answers[1] - answers[0]
    place = np.rint((given - answers[0]) / step).astype(np.int64)
    counts = np.bincount(place, minlength=offered).tolist()
    if (weights == 1).all():
        return _equally_weighted(answers, counts)
    sums = np.bincount(place, weights=weights, minlength=offered).tolist()
    squares = np.bincount(place, weights=np.square(weights), minlength=offered).tolist()
    return AnswerCells(answers, counts, sums, squares)


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
    return _equally_weighted(answers, np.bincount(place, minlength=len(answers)).tolist())


def _equally_weighted(answers: Sequence[float], counts: list[int]) -> AnswerCells:
    sums = list(map(float, counts))
    return AnswerCells(answers, counts, sums, sums)
