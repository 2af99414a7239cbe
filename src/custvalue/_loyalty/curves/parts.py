"""The parts of a loyalty curve: answers with their outcomes and steps, and shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.contrast import APART, ENDS, Tie
from custvalue._inference.estimate import Estimate, IntervalMethod, ends_of
from custvalue._inference.interval import Interval
from custvalue._inference.resampled import ResampledEstimate
from custvalue._loyalty.curves.shapes import ShapeName
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen, NonNegative, Probability, Record
from custvalue._words import count


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
