"""What a loyalty curve found: levels, shapes, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from custvalue._checks import finite, no_such
from custvalue._inference.estimate import ends_of
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.families import Outcome
from custvalue._loyalty.curves.parts import CurveLevel, CurveShapes
from custvalue._loyalty.curves.ratio import TopBoxRatio, top_box_ratio
from custvalue._loyalty.curves.reading import Direction
from custvalue._loyalty.curves.zones import Levels, LoyaltyZones, zones_of
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Count, Frozen
from custvalue._words import count, percent
from custvalue.errors import ParameterError

Separation = Literal["none", "quasi-complete", "complete"]

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        "binary": "share of the customers with the outcome",
        "proportion": "mean share",
        "scale": "mean answer",
        "count": "mean count",
        "amount": "mean amount",
    }
)
SEPARATED = (
    "Satisfaction separates the outcomes {}ly: a step tells them apart, and a logistic curve has "
    "no maximum of its likelihood. It is fitted with Jeffreys' prior (Firth 1993); the monotone "
    "curve needs none."
)
NOT_A_CAUSE = (
    "Satisfied customers differ in other things too: a step says what goes with a point, not what "
    "a point would change."
)


class LoyaltyCurve(Pictured, Tabulated, Frozen):
    """What customers do, at each level of satisfaction.

    Parameters
    ----------
    levels : tuple of CurveLevel
        From the worst answer to the best.
    shapes : CurveShapes
        What shape the curve has.
    family : {"binary", "proportion", "scale", "count", "amount"}
        What the outcome is.
    direction : {"rising", "falling"}
        Which way it goes with satisfaction.
    separation : {"none", "quasi-complete", "complete"}
        Whether a step in satisfaction tells the outcomes apart.
    scale : Scale
        Of satisfaction.
    ends : tuple of float or None
        Of the outcome, where it has any.
    cells : OutcomeCells
        Outcomes by level and cluster, from which zones and ratios are made.
    n, left_out : int
        Customers of whom both are known, and of whom one is not.
    """

    PICTURE: ClassVar[str] = "loyalty_curve_line"
    LABELS: ClassVar[str] = "satisfaction"
    SHOWN: ClassVar = shown(
        "outcome, low, high, n, fitted: curve, fitted_low, fitted_high, step, step_low, step_high"
    )
    REPR: ClassVar[tuple[str, ...]] = ("family", "n", "best")

    levels: tuple[CurveLevel, ...]
    shapes: CurveShapes
    family: Outcome
    direction: Direction
    separation: Separation
    scale: Scale
    ends: tuple[float, float] | None
    cells: OutcomeCells
    n: Count
    left_out: Count = 0

    @property
    def best(self) -> str:
        """Name of the most probable shape."""
        return self.shapes.best.name

    @property
    def top_box_ratio(self) -> TopBoxRatio:
        """The outcome at the best answer over that at the next one.

        Raises
        ------
        DataError
            If nobody gave the best answer, or a mean is not above 0.
        """
        return top_box_ratio(
            self.cells, [its.score for its in self.levels], self.scale, self.family
        )

    def level(self, score: float) -> CurveLevel:
        """Return what was found at one answer.

        Parameters
        ----------
        score : float
            The answer.

        Raises
        ------
        ParameterError
            If nobody gave it.
        """
        found = {f"{its.score:g}": its for its in self.levels}
        return found[_known_score(score, found)]

    def zones(self, cuts: Sequence[float], *, names: Sequence[str] | None = None) -> LoyaltyZones:
        """Divide the scale into zones: defection, indifference, affection (Jones & Sasser 1995).

        Parameters
        ----------
        cuts : sequence of float
            From each on, the next zone begins. They have no default, because there is no way to
            find zones in the data: a curve has none.
        names : sequence of str, optional
            Of the zones, from the worst answers on; one more than cuts. Two cuts have the names of
            Jones & Sasser.

        Returns
        -------
        LoyaltyZones

        Raises
        ------
        ParameterError
            If cuts are not in order, off the scale or none, or names do not fit.
        """
        levels = Levels([its.score for its in self.levels], self.scale, self.family, self.ends)
        return zones_of(self.cells, levels, cuts, names)

    def _title(self) -> str:
        return f"Loyalty against satisfaction, scale {self.scale}"

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(f"{its.score:g}", level_row(its, level)) for its in self.levels]

    def _notes(self) -> Iterable[str]:
        best = self.shapes.best
        yield (
            f"Outcome: {OUTCOMES[self.family]}, {self.direction}. Shape: {best.name} "
            f"{best.chinese}, probability {percent(best.probability)}; the curve shown is the "
            f"monotone one."
        )
        if self.separation != "none":
            yield SEPARATED.format(self.separation)
        methods = {its.outcome.default_method for its in self.levels}
        yield (
            f"95 % intervals: outcome {' or '.join(sorted(methods))}, curve by resampling, steps "
            f"from both intervals (mover)."
        )
        left = f"; {self.left_out:,} are left out, because one is missing" if self.left_out else ""
        yield f"{count(self.n, 'customer')}{left}."
        yield NOT_A_CAUSE


def level_row(its: CurveLevel, level: float) -> dict[str, Any]:
    """Return the columns of one level."""
    row = its.outcome.row(level, value="outcome")
    return {
        "satisfaction": its.score,
        **row,
        **ends_of("fitted", its.fitted, level),
        **ends_of("step", its.step, level),
    }


def _known_score(score: object, found: Mapping[str, CurveLevel]) -> str:
    number_given = finite(score)
    if math.isnan(number_given):
        raise ParameterError(
            f"score must be an answer, as in level({list(found)[-1]}), but it is {score!r}."
        )
    name = f"{number_given:g}"
    if name not in found:
        raise ParameterError(no_such("level", score, list(found)))
    return name
