"""Do more doses go with more yes? The line through shares, and the Cochran-Armitage test.

With n_i customers at the score x_i, of whom y_i say yes, and the share p of all,

    z² = [Σ x_i (y_i - n_i p)]² / (p (1 - p) Σ n_i (x_i - x̄)²)                                  (1)

is chi square with one degree of freedom if the share does not depend on the score (Cochran 1954,
*Biometrics* 10, 417-451; Armitage 1955, *Biometrics* 11, 375-386). What Pearson's chi square of the
whole table has beyond it is the departure from a line. The slope is that of least squares, the
change of the share for one more; its variance is that of its influences, (x - x̄) e / Σ (x - x̄)²,
which does not take the spread to be equal everywhere.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._inference.contrast import two_sided
from custvalue._inference.means import MeanEstimate, of_clusters
from custvalue._inference.sample import Sample
from custvalue._rows import FloatArray

FEWEST = 3  # answers for a slope with an error
NAME = "change of the share for one more"


class Table(NamedTuple):
    """Customers at each score, and those who say yes."""

    score: FloatArray
    yes: FloatArray
    n: FloatArray

    @property
    def squares(self) -> float:
        """Σ n (x - x̄)²."""
        return float(self.n @ np.square(self.score - self.n @ self.score / self.n.sum()))

    @property
    def trend(self) -> float:
        """Chi square of the trend, equation (1)."""
        p = float(self.yes.sum() / self.n.sum())
        spread = p * (1 - p) * self.squares
        mean = self.n @ self.score / self.n.sum()
        off = float((self.score - mean) @ (self.yes - self.n * p))
        return off**2 / spread if spread > 0 else 0.0

    @property
    def pearson(self) -> float:
        """Chi square that the share is the same everywhere."""
        p = float(self.yes.sum() / self.n.sum())
        spread = p * (1 - p)
        return float(np.sum((self.yes - self.n * p) ** 2 / self.n)) / spread if spread > 0 else 0.0


class Answers(NamedTuple):
    """Answers, and how many customers each row stands for who are alike."""

    score: FloatArray
    yes: FloatArray
    sample: Sample
    times: FloatArray

    @property
    def weights(self) -> FloatArray:
        """The weight of all customers of a row."""
        return self.times * self.sample.weights

    @property
    def plain(self) -> bool:
        """Whether customers are alike: of no cluster, or all of one, and with equal weights."""
        each, clusters = self.sample.weights, self.sample.clusters
        one = clusters is None or len(np.unique(clusters.codes)) == 1
        return one and bool((each == each[0]).all())

    @property
    def mean(self) -> tuple[float, float]:
        """The means of the scores and of the answers."""
        total = float(self.weights.sum())
        return float(self.weights @ self.score) / total, float(self.weights @ self.yes) / total


def answers_of(table: Table) -> Answers:
    """Return the answers behind counts: two rows for each score."""
    score = np.concatenate([table.score, table.score])
    yes = np.repeat([1.0, 0.0], len(table.n))
    times = np.concatenate([table.yes, table.n - table.yes])
    there = times > 0
    return Answers(score[there], yes[there], Sample(np.ones(int(there.sum()))), times[there])


def slope_of(answers: Answers) -> MeanEstimate:
    """Return the slope of least squares of answers on scores, with its linearised error."""
    score, yes, sample, times = answers
    weights, n = answers.weights, int(times.sum())
    mean_score, mean = answers.mean
    off = score - mean_score
    squares = float(weights @ (off * off))
    slope = float(weights @ (off * yes)) / squares
    influences = sample.weights * off * (yes - mean - slope * off) / squares
    alike = bool((yes == yes[0]).all())
    known = n >= FEWEST and not alike
    spread = float(times @ np.square(influences))
    steepest = 1 / float(np.ptp(score))
    found = MeanEstimate(
        name=NAME,
        value=0.0 if alike else slope,
        standard_error=math.sqrt(spread * n / (n - 2)) if known else None,
        n=n,
        effective_n=float(weights.sum() ** 2 / (times @ np.square(sample.weights))),
        bounds=(-steepest, steepest) if len(np.unique(score)) == 2 else None,
        degrees_of_freedom=float(n - 2) if n >= FEWEST else None,
    )
    return of_clusters(found, influences, sample, lost=2) if known else found


class Tested(NamedTuple):
    """A test of the trend, by what it was made, and of the departure from a line."""

    test: str
    statistic: float
    p_value: float
    departure: float | None
    departure_p_value: float | None


def tested(table: Table, slope: MeanEstimate, *, is_plain: bool) -> Tested:
    """Test by counts where customers are alike, else by the slope over its error."""
    if is_plain:
        trend, degrees = table.trend, len(table.n) - 2
        beyond = max(table.pearson - trend, 0.0) if degrees else None
        p = float(special.chdtrc(degrees, beyond)) if beyond is not None else None
        return Tested("Cochran-Armitage", trend, float(special.chdtrc(1, trend)), beyond, p)
    error = slope.standard_error or 0.0
    ratio = slope.value / error if slope.varies else 0.0
    p = two_sided(ratio, slope.degrees_of_freedom)
    return Tested("slope over its linearised error, squared", ratio**2, p, None, None)
