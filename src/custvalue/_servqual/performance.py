"""SERVPERF: service quality as perceived, without expectations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from custvalue._inference.means import MeanEstimate
from custvalue._respondents.keying import keying_note
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import ByLevel, DimensionEntry, Entry
from custvalue._results.pictured import Pictured
from custvalue._servqual.scoring import reverse_scored_note
from custvalue._servqual.weighting import WeightedMean, points_note
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue._words import number

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "mean": "mean",
        "low": "low",
        "high": "high",
        "standard_error": "SE",
        "n": "n",
        "alpha": "alpha",
    }
)


class ItemPerformance(Entry):
    """Mean perception of one item.

    Parameters
    ----------
    name : str
        Its column.
    label, chinese : str
        A few words for it; empty where there are none.
    mean : MeanEstimate
        With interval and n.
    """

    SHOWN: ClassVar[Mapping[str, str]] = SHOWN

    mean: MeanEstimate

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return mean, low, high, standard error and n.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        """
        return self.mean.row(level, value="mean")

    def _title(self) -> str:
        return f"Mean perception, {self._described}"

    def _notes(self) -> Iterable[str]:
        return (f"95 % interval: {self.mean.usual_method}.",)


class DimensionPerformance(DimensionEntry, ItemPerformance):
    """Mean perception of one dimension.

    Parameters
    ----------
    name : str
        Its name.
    label, chinese : str
        A few words for it; empty where there are none.
    items : tuple of str
        Names of its items.
    mean : MeanEstimate
        Mean of the respondents' own means over its items.
    alpha : ReliabilityCoefficient or None
        Raw; None for a single item, or where respondents do not differ.
    negatively_keyed : tuple of str
        Items that correlate negatively with the rest of the dimension by more than chance:
        reverse-scored, and not declared?
    """

    alpha: ReliabilityCoefficient | None = None
    negatively_keyed: tuple[str, ...] = ()

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return mean, low, high, standard error, n and alpha.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        """
        alpha = None if self.alpha is None else self.alpha.value
        return {**super().numbers(level), "alpha": alpha}


class Performance(Pictured, ByLevel[ItemPerformance, DimensionPerformance]):
    """SERVPERF means by item, by dimension and overall (Cronin & Taylor 1992, JM 56(3)).

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    reverse_scored_items : tuple of str
        Reverse-scored items, whose answers were recoded on reading.
    without_points : int
        Respondents without importance points, where these were asked.
    items : tuple of ItemPerformance
        One for each item.
    dimensions : tuple of DimensionPerformance
        One for each dimension.
    overall : MeanEstimate
        Mean over all *items* alike: SERVPERF as published is a sum over 22 items.
    mean_of_dimensions : MeanEstimate
        Mean over the *dimensions* alike, as SERVQUAL's overall gap is; another number where
        dimensions differ in size.
    weighted : WeightedMean or None
        Weighted SERVPERF: dimension means weighted by importance points, both ways; None where
        importance was not asked. Cronin & Taylor weight by the importance of each item, on a
        rating scale; here points of 100 weight the dimensions, as in weighted SERVQUAL.
    """

    PICTURE: ClassVar = "performance_by_dimension"
    SHOWN: ClassVar[Mapping[str, str]] = SHOWN

    scale: Scale
    without_points: int = 0
    overall: MeanEstimate
    mean_of_dimensions: MeanEstimate
    weighted: WeightedMean | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the means are used, in sentences."""
        return tuple(
            keying_note(
                its.negatively_keyed,
                scale=self.scale,
                scope=f" of {its.name}",
                recoded=self.reverse_scored_items,
            )
            for its in self.dimensions
            if its.negatively_keyed
        )

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        weighted = () if self.weighted is None else self.weighted.both
        every = (self.overall, self.mean_of_dimensions, *weighted)
        return {its.name: its.row(level, value="mean") for its in every}

    def _brief(self) -> Mapping[str, str]:
        return {"overall": number(self.overall.value)}

    def _title(self) -> str:
        return f"{self.instrument}: perceptions (SERVPERF)"

    def _notes(self) -> Iterable[str]:
        scale = f"Scale {self.scale}, {self.scale.direction}."
        return (
            str(self.base),
            points_note(self.without_points),
            reverse_scored_note(self.reverse_scored_items),
            f"{scale} 95 % intervals: beta, linearised for weights. Alpha: Cronbach's, raw.",
            self.weighted.comparison if self.weighted else "",
            *self.warnings,
        )
