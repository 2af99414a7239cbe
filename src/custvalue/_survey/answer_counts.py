"""How often each answer was given, by label: all moments of an item follow from that.

Answers repeat, so a million of them are a handful of sums: for every label and answer the number
of respondents, Σw and Σw². One pass over the answers, in blocks, makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._inference import shares
from custvalue._inference.means import MeanEstimate, Moments
from custvalue._inference.shares import Proportion
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray

ROWS_AT_A_TIME = 65_536
MOST_STEPS = 1_001  # beyond, a table of all possible answers would be mostly empty


class Counted(NamedTuple):
    """The different answers of one label to one item, ascending, and their sums.

    Respondents with a weight > 0 who gave each, and Σw and Σw² over them.
    """

    values: FloatArray
    n: npt.NDArray[np.int64]
    weight: FloatArray
    squared: FloatArray

    @property
    def total(self) -> int:
        """Number of answers."""
        return int(self.n.sum())

    @property
    def effective_n(self) -> float:
        """Kish's effective number of answers."""
        return float(self.weight.sum() ** 2 / self.squared.sum())

    @property
    def effective_categories(self) -> float:
        """1 / Σp²: as many answers, equally frequent, would be as diverse."""
        share = self.weight / self.weight.sum()
        return float(1 / (share @ share))

    @property
    def _mean(self) -> float:
        start = self.values[0]  # differences from it: equal answers have exactly that mean
        return float(start + self.weight @ (self.values - start) / self.weight.sum())

    @property
    def skewness(self) -> float | None:
        """m3 / m2^(3/2) of the weighted answers; None where all are equal."""
        if len(self.values) < 2:
            return None
        share, residual = self.weight / self.weight.sum(), self.values - self._mean
        residual /= np.abs(residual).max()  # the scale of the answers cancels; cubes do not vanish
        return float(share @ residual**3 / (share @ residual**2) ** 1.5)

    def mean(self, name: str, bounds: tuple[float, float]) -> MeanEstimate:
        """Estimate the mean, as ``mean_estimate`` does, from the sums."""
        n, mean, total = self.total, self._mean, float(self.weight.sum())
        residual = np.square(self.values - mean)
        spread, error = float(self.weight @ residual), float(self.squared @ residual)
        moments = Moments(n, total, float(self.squared.sum()), mean, spread, error)
        return moments.estimate(name=name, bounds=bounds, method="beta")

    def share(self, name: str, answer: float) -> Proportion:
        """Estimate the share of one answer; as :func:`custvalue._inference.shares.proportion`."""
        hit = np.abs(self.values - answer) < 1e-9 * max(1.0, abs(answer))
        return shares.share_of(self._alike(hit), self._alike(~hit), name=name)

    def _alike(self, rows: npt.NDArray[np.bool_]) -> shares.Counted:
        parts = (its[rows].sum() for its in (self.n, self.weight, self.squared))
        n, weight, square = parts
        return shares.Counted(int(n), float(weight), float(square))


def counted(
    answers: FloatArray,
    weights: FloatArray,
    codes: npt.NDArray[np.int64] | None,
    labels: int,
    scale: Scale,
) -> list[Counted]:
    """Count the answers to one item, by label."""
    values = _possible(answers, scale)
    size = labels * len(values)
    n, weight, squared = np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size)
    for block, weighting, code in _blocks(answers, weights, codes):
        present = _counts(block, weighting)
        place = _places(block[present], values, scale)
        if code is not None:
            place += code[present] * len(values)
        w = weighting[present]
        n += np.bincount(place, minlength=size)
        weight += np.bincount(place, w, size)
        squared += np.bincount(place, w * w, size)
    table = (its.reshape(labels, len(values)) for its in (n, weight, squared))
    return [
        Counted(values[given := row > 0], row[given], w[given], ww[given])
        for row, w, ww in zip(*table, strict=True)
    ]


def _counts(answers: FloatArray, weights: FloatArray) -> npt.NDArray[np.bool_] | slice:
    """Say who counts: has an answer, and stands for somebody; a slice copies nothing."""
    present = ~np.isnan(answers)
    present &= weights > 0
    return slice(None) if present.all() else present


def _step(scale: Scale) -> float | None:
    """Return the step of a scale all of whose answers fit into a table."""
    if scale.step is None or scale.width / scale.step >= MOST_STEPS:
        return None
    return scale.step


def _possible(answers: FloatArray, scale: Scale) -> FloatArray:
    """Return all answers of a scale in steps, or those that were given on another one."""
    step = _step(scale)
    if step is None:
        return np.unique(answers[~np.isnan(answers)])
    return scale.low + step * np.arange(round(scale.width / step) + 1, dtype=np.float64)


def _places(given: FloatArray, values: FloatArray, scale: Scale) -> npt.NDArray[np.int64]:
    step = _step(scale)
    if step is None:
        return np.searchsorted(values, given).astype(np.int64)
    return np.rint((given - scale.low) / step).astype(np.int64)


def _blocks(
    answers: FloatArray, weights: FloatArray, codes: npt.NDArray[np.int64] | None
) -> Iterator[tuple[FloatArray, FloatArray, npt.NDArray[np.int64] | None]]:
    for first in range(0, len(answers), ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        yield answers[rows], weights[rows], None if codes is None else codes[rows]
