"""SERVPERF: service quality as perceived, without expectations."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate
from custvalue._respondents.keying import keying_note
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.pictured import Pictured
from custvalue._servqual.scoring import reversed_note
from custvalue._servqual.weighting import WeightedMean
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue._table import Cell, Table
from custvalue._values import Frozen
from custvalue._words import count, number


class ItemPerformance(Frozen):
    """Mean perception of one item.

    Parameters
    ----------
    name : str
        Its column.
    label : str
        A few words for it; empty where there are none.
    chinese : str
        Its Chinese label; empty where there is none.
    mean : MeanEstimate
        With interval and n.
    """

    name: str
    label: str = ""
    chinese: str = ""
    mean: MeanEstimate


class DimensionPerformance(Frozen):
    """Mean perception of one dimension.

    Parameters
    ----------
    name : str
        Its name.
    chinese : str
        Its Chinese name; empty where there is none.
    items : tuple of str
        Names of its items.
    mean : MeanEstimate
        Mean of the respondents' own means over its items.
    alpha : ReliabilityCoefficient or None
        Raw; None for a single item, or where respondents do not differ.
    negatively_keyed : tuple of str
        Items that correlate negatively with the others by more than chance: not recoded?
    """

    name: str
    chinese: str = ""
    items: tuple[str, ...]
    mean: MeanEstimate
    alpha: ReliabilityCoefficient | None = None
    negatively_keyed: tuple[str, ...] = ()


class Performance(Pictured, Frozen):
    """SERVPERF means by item, by dimension and overall (Cronin & Taylor 1992, JM 56(3)).

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    without_points : int
        Respondents who stayed and gave no importance points, where these were asked.
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
    reversed_items : tuple of str
        Items worded the other way round, whose answers were turned round on reading.
    """

    PICTURE: ClassVar = "performance_by_dimension"

    instrument: str
    scale: Scale
    base: Base
    without_points: int = 0
    items: tuple[ItemPerformance, ...]
    dimensions: tuple[DimensionPerformance, ...]
    overall: MeanEstimate
    mean_of_dimensions: MeanEstimate
    weighted: WeightedMean | None = None
    reversed_items: tuple[str, ...] = ()

    def dimension(self, name: str) -> DimensionPerformance:
        """Return the performance of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        names = [dimension.name for dimension in self.dimensions]
        require_choice("dimension", name, names)
        return self.dimensions[names.index(name)]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the means are used, in sentences."""
        return tuple(
            keying_note(
                its.negatively_keyed,
                scale=self.scale,
                scope=f" of {its.name}",
                recoded=self.reversed_items,
            )
            for its in self.dimensions
            if its.negatively_keyed
        )

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item, each dimension and both overall means, as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.

        Returns
        -------
        dict of str to ndarray
            level of aggregation, name, label, mean, low, high, standard_error and n; NaN where
            there is none.
        """
        rows: list[tuple[str, str, str, MeanEstimate]] = [
            *(("item", item.name, item.label, item.mean) for item in self.items),
            *(("dimension", its.name, "", its.mean) for its in self.dimensions),
            *(("overall", its.name, "", its) for its in self._overall()),
        ]
        numbers = np.array([row[3].cells(level) for row in rows], dtype=np.float64)
        names = ("mean", "low", "high", "standard_error")
        return {
            "level": np.array([row[0] for row in rows]),
            "name": np.array([row[1] for row in rows]),
            "label": np.array([row[2] for row in rows]),
            **{name: numbers[:, k] for k, name in enumerate(names)},
            "n": numbers[:, -1].astype(np.int64),
        }

    def __repr__(self) -> str:
        return (
            f"Performance({self.instrument!r}, respondents={self.base.n:,}, "
            f"overall={number(self.overall.value)})"
        )

    def _table(self) -> Table:
        header = ("", "mean", "low", "high", "SE", "n", "alpha")
        labels = {item.name: f"· {item.name} {item.label}".rstrip() for item in self.items}
        means = {item.name: item.mean for item in self.items}
        rows: list[tuple[Cell, ...]] = []
        for dimension in self.dimensions:
            alpha = None if dimension.alpha is None else dimension.alpha.value
            rows.append((dimension.name, *dimension.mean.cells(), alpha))
            rows += [(labels[name], *means[name].cells(), None) for name in dimension.items]
        rows += [(f"overall, {its.name}", *its.cells(), None) for its in self._overall()]
        points = ""
        if self.without_points:
            points = f"{count(self.without_points, 'respondent')} without importance points."
        scale = f"Scale {self.scale}, {self.scale.direction}."
        intervals = f"{scale} 95 % intervals: beta, linearised for weights. Alpha: Cronbach's, raw."
        comparison = self.weighted.comparison if self.weighted else ""
        turned = reversed_note(self.reversed_items)
        known = (str(self.base), points, turned, intervals, comparison, *self.warnings)
        notes = tuple(filter(None, known))
        return Table(f"{self.instrument}: perceptions (SERVPERF)", header, tuple(rows), notes)

    def _overall(self) -> tuple[MeanEstimate, ...]:
        plain = (self.overall, self.mean_of_dimensions)
        if self.weighted is None:
            return plain
        return (*plain, self.weighted.by_respondent, self.weighted.by_mean_points)
