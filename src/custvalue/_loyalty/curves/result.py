"""What a loyalty curve found: levels, shapes, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from custvalue._checks import finite, no_such
from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.contrast import APART, ENDS, Tie
from custvalue._inference.estimate import Estimate, IntervalMethod, ends_of
from custvalue._inference.interval import Interval
from custvalue._inference.resampled import ResampledEstimate
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.families import Outcome
from custvalue._loyalty.curves.ratio import TopBoxRatio, top_box_ratio
from custvalue._loyalty.curves.reading import Direction
from custvalue._loyalty.curves.shapes import ShapeName
from custvalue._loyalty.curves.zones import Levels, LoyaltyZones, zones_of
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Count, Frozen, NonNegative, Probability, Record
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


def _step_interval(step: Step, level: float) -> Interval:
    low, high = ENDS["mover"](*step.of, level, step.tie)
    return Interval(low=low, high=high, level=level, method=f"mover, {step.of[0].default_method}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Step(Estimate):
    """What the outcome is more at the next better answer.

    Parameters
    ----------
    name, value, standard_error, n, effective_n, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`, of the difference.
    of : tuple of Estimate
        The outcome at the next answer and at this one.
    tie : Tie
        What both have in common: correlated where customers share clusters.

    Notes
    -----
    :meth:`confidence_interval` puts the intervals of both together (``mover``: Zou & Donner 2008,
    *Statistics in Medicine* 27(10)), which holds for outcomes that nobody or everybody has.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"mover": _step_interval})
    USUAL: ClassVar[str] = "mover"

    of: tuple[AnyEstimate, AnyEstimate]
    tie: Tie = APART


@dataclass(frozen=True, slots=True)
class CurveLevel(Record):
    """One answer of satisfaction.

    Parameters
    ----------
    score : float
        The answer.
    n : int
        Customers who gave it.
    outcome : Estimate
        Their outcome as it was observed: a share by Wilson, or a mean.
    fitted : Estimate
        The monotone curve there.
    step : Step or None
        What the outcome is more at the next better answer that was given; None at the best one.
    """

    score: float
    n: Count
    outcome: AnyEstimate
    fitted: AnyEstimate
    step: Step | None


@dataclass(frozen=True, slots=True)
class CurveShape(Record):
    """One shape, fitted.

    Parameters
    ----------
    name, chinese : str
        The shape.
    parameters : float
        How many numbers describe it; of the monotone curve its different values.
    log_likelihood : float
        Its quasi-likelihood, divided by the dispersion.
    bic : float
        BIC less that of the best shape.
    probability : float
        By BIC, all shapes being as likely before: the one to quote.
    bootstrap_share : float
        Share of the resamples in which its BIC is the best.
    log_score : float
        Mean log score of a customer who was left out of the fit, by cross-validation.
    method : str
        How it was fitted.
    curve : tuple of float
        Its values at the levels.
    values : tuple of ResampledEstimate
        What describes it: ``floor`` and ``ceiling`` (its values at the ends of the scale),
        ``steepness``, ``inflexion`` (an answer), ``log odds for a point``.
    """

    name: ShapeName
    chinese: str
    parameters: NonNegative
    log_likelihood: float
    bic: NonNegative
    probability: Probability
    bootstrap_share: Probability
    log_score: float
    method: str
    curve: tuple[float, ...]
    values: tuple[ResampledEstimate, ...]

    def value(self, name: str) -> ResampledEstimate:
        """Return one of the numbers that describe it.

        Parameters
        ----------
        name : str
            Such as ``"inflexion"``.

        Raises
        ------
        ParameterError
            If it has none of this name.
        """
        return named("value", name, self.values)


class CurveShapes(Tabulated, Frozen):
    """All shapes that were fitted.

    Parameters
    ----------
    shapes : tuple of CurveShape
        The most probable first.
    left_out : tuple of str
        Shapes with more parameters than there are levels, or without a meaning for the outcome.
    folds : int
        Of the cross-validation.
    effective_n : float
        Customers by which BIC counts parameters.
    resamples : int
        Behind the bootstrap shares.
    """

    TITLE: ClassVar[str] = "Shapes of the curve"
    LABELS: ClassVar[str] = "shape"
    SHOWN: ClassVar = shown(
        "parameters, bic: BIC - best, probability, bootstrap_share, log_score: log score"
    )

    shapes: tuple[CurveShape, ...]
    left_out: tuple[ShapeName, ...] = ()
    folds: Count
    effective_n: NonNegative
    resamples: Count

    def __getitem__(self, name: str) -> CurveShape:
        return named("shape", name, self.shapes)

    @property
    def best(self) -> CurveShape:
        """The most probable shape."""
        return self.shapes[0]

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(f"{its.name} {its.chinese}", _shape_row(its, level)) for its in self.shapes]

    def _notes(self) -> Iterable[str]:
        yield (
            f"BIC with n {self.effective_n:,.0f}; log score of {self.folds} folds; "
            f"{count(self.resamples, 'resample')}."
        )
        logistic = [name for name in self.left_out if name == "logistic"]
        larger = [name for name in self.left_out if name != "logistic"]
        if logistic:
            yield "logistic is left out: it is a curve of shares."
        if larger:
            yield f"{', '.join(larger)}: left out, with more parameters than there are levels."
        yield from (f"{its.name}: {its.method}." for its in self.shapes if "prior" in its.method)


def _shape_row(its: CurveShape, level: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "shape": its.name,
        "chinese": its.chinese,
        "parameters": its.parameters,
        "log_likelihood": its.log_likelihood,
        "bic": its.bic,
        "probability": its.probability,
        "bootstrap_share": its.bootstrap_share,
        "log_score": its.log_score,
    }
    for value in its.values:
        found |= ends_of(value.name.replace(" ", "_"), value, level)
    return found


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
