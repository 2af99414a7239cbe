"""Suppliers on a map of perceived quality and relative price, and the lines of fair value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.estimate import Estimate
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Count, Frozen, Probability
from custvalue._words import listed, number

LineName = Literal["weight-based", "diagonal", "regression", "value-equivalence"]

SURE = 0.9  # probability from which a supplier is called advantaged


class FairValueLine(Tabulated, Frozen):
    """The prices that are fair for each quality: intercept + slope x quality.

    Parameters
    ----------
    name : {"weight-based", "diagonal", "regression", "value-equivalence"}
        Which line it is.
    slope : Estimate
        Points of price for a point of quality; without an interval where it is declared.
    intercept : float
        The fair price at a quality of 0.
    """

    SHOWN: ClassVar = shown("slope, slope_low: low, slope_high: high, intercept")
    REPR: ClassVar[tuple[str, ...]] = ("name", "slope", "intercept")

    name: LineName
    slope: Estimate
    intercept: float

    def price(self, quality: float) -> float:
        """Return the fair price.

        Parameters
        ----------
        quality : float
            On the same axis as the map.
        """
        return self.intercept + self.slope.value * quality

    def _rows(self, level: float) -> Sequence[Row]:
        slope = self.slope.ends(level, "slope")
        return [Row(self.name, {"name": self.name, **slope, "intercept": self.intercept})]

    def _title(self) -> str:
        return "Fair-value line"


class Advantage(Tabulated, Frozen):
    """Where a supplier lies beside a line.

    Parameters
    ----------
    line : str
        Which one.
    distance : Estimate
        The fair price minus its price; positive where customers pay less than is fair.
    probability : float
        That it is advantaged, which is that the distance is positive.
    """

    SHOWN: ClassVar = shown("distance, distance_low: low, distance_high: high, probability: P")
    REPR: ClassVar[tuple[str, ...]] = ("line", "distance", "probability")

    line: LineName
    distance: Estimate
    probability: Probability

    @property
    def verdict(self) -> str:
        """Advantaged or disadvantaged where that is probable, else unclear."""
        if self.probability >= SURE:
            return "advantaged"
        return "disadvantaged" if self.probability <= 1 - SURE else "unclear"

    def _rows(self, level: float) -> Sequence[Row]:
        distance = self.distance.ends(level, "distance")
        found = {"line": self.line, **distance, "probability": self.probability}
        return [Row(self.line, {**found, "verdict": self.verdict})]

    def _title(self) -> str:
        return "Advantage"


class MappedSupplier(Tabulated, Frozen):
    """One supplier on the map.

    Parameters
    ----------
    name : str
        The supplier.
    quality, price : Estimate
        Its place.
    score : Estimate or None
        Quality x its weight + (200 - price) x that of the price: 100 on the weight-based line.
        None where the weights are not known.
    advantages : tuple of Advantage
        One for each line.
    """

    SHOWN: ClassVar = shown("value: estimate, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "quality", "price")

    name: str
    quality: Estimate
    price: Estimate
    score: Estimate | None
    advantages: tuple[Advantage, ...]

    def advantage(self, line: str) -> Advantage:
        """Return its place beside one line.

        Parameters
        ----------
        line : str
            Name of the line.

        Raises
        ------
        ParameterError
            If the map has no such line.
        """
        found = {its.line: its for its in self.advantages}
        require_choice("line", line, list(found))
        return next(its for name, its in found.items() if name == line)

    def _rows(self, level: float) -> Sequence[Row]:
        score = () if self.score is None else (self.score,)
        every = (self.quality, self.price, *score, *(its.distance for its in self.advantages))
        return [Row(its.name, {"name": its.name, **its.row(level)}) for its in every]

    def _title(self) -> str:
        return self.name


class ValueMap(Pictured, Tabulated, Frozen):
    """Suppliers by quality and price as customers perceive them. Use :func:`value_map`.

    Parameters
    ----------
    suppliers : tuple of MappedSupplier
        In the order of their names.
    lines : tuple of FairValueLine
        The first one decides the verdicts that are printed.
    quality_axis, price_axis : str
        What is on the axes.
    conventions : tuple of str
        What ratios and lines rest on.
    draws : int
        Resamples behind the probabilities.
    """

    TITLE: ClassVar[str] = "Value map"
    PICTURE: ClassVar[str] = "value_map_points"
    REPR: ClassVar[tuple[str, ...]] = ("suppliers", "lines", "draws")

    suppliers: tuple[MappedSupplier, ...]
    lines: tuple[FairValueLine, ...]
    quality_axis: str
    price_axis: str
    conventions: tuple[str, ...]
    draws: Count

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the suppliers."""
        return tuple(its.name for its in self.suppliers)

    def supplier(self, name: str) -> MappedSupplier:
        """Return one supplier.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such supplier.
        """
        return named("supplier", name, self.suppliers)

    def line(self, name: str) -> FairValueLine:
        """Return one line.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If the map has no such line.
        """
        return named("line", name, self.lines)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Suppliers that lie above one line and below another."""
        return tuple(
            its.name
            for its in self.suppliers
            if len({np.sign(beside.distance.value) for beside in its.advantages}) > 1
        )

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, self._cells(its, level)) for its in self.suppliers]

    def _cells(self, its: MappedSupplier, level: float) -> dict[str, Any]:
        first, *others = its.advantages
        cells: dict[str, Any] = {
            "name": its.name,
            **its.quality.ends(level, "quality"),
            **its.price.ends(level, "price"),
            **({} if its.score is None else its.score.ends(level, "score")),
            **first.distance.ends(level, "advantage"),
            "probability_advantaged": first.probability,
            "verdict": first.verdict,
            "n": its.quality.n,
        }
        for other in others:
            key = other.line.replace("-", "_")
            cells |= {f"advantage_{key}": other.distance.value, f"p_{key}": other.probability}
        return cells

    def _shown(self) -> dict[str, str]:
        score = {} if self.suppliers[0].score is None else {"score": "value score"}
        others: dict[str, str] = {}
        for its in self.lines[1:]:
            key = its.name.replace("-", "_")
            others |= {f"advantage_{key}": its.name, f"p_{key}": "P"}
        return {
            "quality": "quality",
            "price": "price",
            **score,
            "advantage": f"below line, {self.lines[0].name}",
            "advantage_low": "low",
            "advantage_high": "high",
            "probability_advantaged": "P",
            "verdict": "verdict",
            **others,
        }

    def _notes(self) -> Sequence[str]:
        lines = "; ".join(
            f"{its.name}: {number(its.intercept)} + {number(its.slope.value)} x quality"
            for its in self.lines
        )
        split = self.disagreements
        sure = f"P: probability of lying below the line, from {self.draws:,} resamples."
        return [
            f"Fair price by line: {lines}. {sure}",
            f"The lines disagree about {listed(split)}." if split else "",
            *self.conventions,
        ]
