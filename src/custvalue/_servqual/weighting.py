"""Overall scores weighted by importance points: by each respondent's own, and by mean points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

import numpy as np

from custvalue._inference.estimate import rows_by_name
from custvalue._inference.means import MeanEstimate, MeanMethod, combined_mean, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue._words import count, number

ROUNDING = 1e-12  # sums in another order: all may have given the same points
OWN, MEAN = "weighted by each respondent's points", "weighted by mean points"


class WeightedMean(Tabulated, Frozen):
    """An overall score weighted by importance, both ways.

    The two are the same where importance and score are unrelated; where respondents give many
    points to what disappoints them, the first is the lower.

    Parameters
    ----------
    by_respondent : MeanEstimate
        Mean of Σ_k w_ik / 100 S_ik, with each respondent's own points.
    by_mean_points : MeanEstimate
        Σ_k w_k / 100 S_k, with mean points and mean scores; its standard error counts the
        uncertainty of both.
    difference : MeanEstimate or None
        The first minus the second, Σ_k cov(w_k, S_k) / 100 where no answers are missing;
        None where points are common to all respondents.
    """

    TITLE: ClassVar[str] = "Weighted by importance"
    SHOWN: ClassVar = shown("value: mean, low, high, standard_error, n")

    by_respondent: MeanEstimate
    by_mean_points: MeanEstimate
    difference: MeanEstimate | None = None

    @property
    def both(self) -> tuple[MeanEstimate, MeanEstimate]:
        """The two means."""
        return self.by_respondent, self.by_mean_points

    def differs(self, level: float = 0.95) -> bool | None:
        """Say whether the two differ by more than chance: the interval excludes 0.

        Parameters
        ----------
        level : float
            Confidence level of the interval of their difference.

        Returns
        -------
        bool or None
            None where there is no difference to judge: points common to all respondents, or one
            respondent.
        """
        if self.difference is None or self.difference.standard_error is None:
            return None
        if abs(self.difference.value) <= ROUNDING * (1 + abs(self.by_respondent.value)):
            return False
        return 0.0 not in self.difference.confidence_interval(level)

    @property
    def comparison(self) -> str:
        """The two side by side, in a sentence; empty where points are common to all respondents."""
        if self.difference is None:
            return ""
        both = f"{number(self.by_respondent.value)} against {number(self.by_mean_points.value)}"
        if self.differs() is None:
            return f"By each respondent's points {both} by mean points; too few to compare."
        interval = self.difference.confidence_interval()
        verdict = (
            "They differ: importance and score go together, so prefer each respondent's own points."
            if self.differs()
            else "They do not differ by more than chance."
        )
        return (
            f"By each respondent's points {both} by mean points, difference "
            f"{number(self.difference.value)} {interval}. {verdict}"
        )

    def _rows(self, level: float) -> Sequence[Row]:
        rows = rows_by_name(self.both, level)
        if self.difference is not None:
            numbers = {"name": "difference", **self.difference.row(level)}
            rows.append(Row("difference", numbers))
        return rows

    def _notes(self) -> Iterable[str]:
        usual = self.by_respondent.usual_method
        also = ", of the difference t" if self.difference is not None and usual != "t" else ""
        return (f"95 % intervals: {usual}{also}, linearised for weights.", self.comparison)


class WeightedGap(WeightedMean):
    """The overall gap weighted by importance, both ways: a :class:`WeightedMean` of gaps."""


K = TypeVar("K", bound=WeightedMean)


def weighted_means(
    kind: type[K],
    importance: FloatArray,
    scores: list[FloatArray],
    sample: Sample,
    *,
    bounds: tuple[float, float],
    method: MeanMethod = "t",
) -> K:
    """Weight respondents' scores by importance, both ways, and compare the two.

    Importance has the shape (respondents, dimensions) or (dimensions,); a score is NaN where an
    answer is missing.
    """
    shares = importance / 100
    parts = (shares[..., k] * score for k, score in enumerate(scores))
    own = sum(parts, np.zeros(len(sample.weights)))
    first = mean_estimate(own, sample, name=OWN, bounds=bounds, method=method)
    if shares.ndim == 1:
        columns, coefficients = scores, list(shares)
    else:
        columns, coefficients = _linearised(scores, shares, sample)
    second = combined_mean(columns, coefficients, sample, name=MEAN, bounds=bounds, method=method)
    if shares.ndim == 1:
        return kind(by_respondent=first, by_mean_points=second)
    reach = bounds[1] - bounds[0]
    negative = [-coefficient for coefficient in coefficients]
    difference = combined_mean(
        [own, *columns],
        [1.0, *negative],
        sample,
        name=f"{OWN} - {MEAN}",
        bounds=(-reach, reach),
    )
    return kind(by_respondent=first, by_mean_points=second, difference=difference)


def _linearised(
    scores: list[FloatArray], shares: FloatArray, sample: Sample
) -> tuple[list[FloatArray], list[float]]:
    """Return the terms of Σ_k w_k S_k, which to first order varies as Σ_k w_k dS_k + S_k dw_k."""
    points = [shares[:, k] for k in range(len(scores))]
    mean_points = [mean_estimate(column, sample, name=MEAN).value for column in points]
    mean_scores = [mean_estimate(score, sample, name=MEAN).value for score in scores]
    centred = [column - mean for column, mean in zip(points, mean_points, strict=True)]
    return [*scores, *centred], [*mean_points, *mean_scores]


def points_note(without: int, rescaled: int = 0) -> str:
    """Count respondents without importance points, and those whose points were rescaled."""
    said = [
        f"{count(without, 'respondent')} without importance points." if without else "",
        f"{count(rescaled, 'importance answer')} rescaled." if rescaled else "",
    ]
    return " ".join(filter(None, said))
