"""Importance against performance: four quadrants, and how sure it is which one.

Martilla & James (1977, *Journal of Marketing* 41(1)) put each attribute at its mean importance and
mean performance and read off what to do. Where the cross stands is a convention that moves
attributes between quadrants, so that it is an argument and the result under the other one stands
beside; means have errors, so that every attribute comes with its P(quadrant).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, cast, get_args

import numpy as np
from scipy import special

from custvalue._drivers.tiers import attribute_of
from custvalue._inference.estimate import ROUNDING, ends_of
from custvalue._inference.means import MeanEstimate, mean_estimate, root_of_covariance
from custvalue._inference.sample import Sample
from custvalue._respondents.importance import given_importance, require_direction
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, matching_items, require_answers
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Frozen, Probability
from custvalue._words import did_you_mean, number, percent
from custvalue.errors import EstimationError, ParameterError

Crosshair = Literal["scale middle", "data mean"]
Quadrant = Literal["concentrate here", "keep up the good work", "low priority", "possible overkill"]

QUADRANTS: tuple[Quadrant, ...] = get_args(Quadrant)


class PlacedAttribute(Frozen):
    """One attribute in the grid.

    Parameters
    ----------
    name : str
        The attribute.
    importance : MeanEstimate or float
        Mean importance; a number where it was given for all respondents.
    performance : MeanEstimate
        Mean performance.
    quadrant : str
        Where the means are: ``concentrate here`` (important, performed badly), ``keep up the good
        work`` (important, well), ``low priority`` (not, badly), ``possible overkill`` (not, well).
        A mean on the cross counts as important, or as well.
    probabilities : dict of str to float
        P(quadrant) by the normal distribution of the two means about the cross, with their
        covariance; they add up to 1.
    other : str or None
        The quadrant under the other crosshair; None where there is none.
    """

    name: str
    importance: MeanEstimate | float
    performance: MeanEstimate
    quadrant: Quadrant
    probabilities: dict[Quadrant, Probability]
    other: Quadrant | None

    @property
    def probability(self) -> float:
        """P of the quadrant where the means are."""
        return self.probabilities[self.quadrant]


class ImportancePerformance(Pictured, Tabulated, Frozen):
    """Attributes by importance and performance.

    Parameters
    ----------
    attributes : tuple of PlacedAttribute
        In the order of the items.
    crosshair : str
        ``scale middle``, ``data mean`` or ``given``.
    cross : tuple of float
        Importance and performance at the cross.
    scale : Scale
        Of performance.
    importance_scale : Scale or None
        Of importance; None where it was given as numbers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    PICTURE: ClassVar[str] = "importance_performance_map"
    SHOWN: ClassVar = shown(
        "importance, importance_low, importance_high, performance, performance_low, "
        "performance_high, quadrant, probability: P, other: other cross"
    )

    REPR: ClassVar[tuple[str, ...]] = ("attributes", "crosshair", "flips")

    attributes: tuple[PlacedAttribute, ...]
    crosshair: str
    cross: tuple[float, float]
    scale: Scale
    importance_scale: Scale | None
    base: Base

    def __getitem__(self, name: str) -> PlacedAttribute:
        return attribute_of(name, self.attributes)

    @property
    def flips(self) -> tuple[str, ...]:
        """Attributes that the other crosshair puts into another quadrant."""
        return tuple(a.name for a in self.attributes if a.other not in (None, a.quadrant))

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _columns(its, level)) for its in self.attributes]

    def _printed(self) -> Sequence[Row]:
        return [
            Row(its.name, {**_columns(its, 0.95), "probability": percent(its.probability)})
            for its in self.attributes
        ]

    def _title(self) -> str:
        return f"Importance and performance, scale {self.scale}"

    def _notes(self) -> Sequence[str]:
        across, up = self.cross
        return (
            f"Cross: {self.crosshair}, importance {number(across)}, performance {number(up)}.",
            "95 % intervals, beta; P(quadrant): normal, with the covariance of the two means.",
            f"Under the other cross {len(self.flips)} of {len(self.attributes)} change quadrant.",
            str(self.base),
        )


def _columns(its: PlacedAttribute, level: float) -> dict[str, Any]:
    return {
        "attribute": its.name,
        **_with_interval("importance", its.importance, level),
        **_with_interval("performance", its.performance, level),
        "quadrant": its.quadrant,
        **{str(quadrant): chance for quadrant, chance in its.probabilities.items()},
        "other": its.other,
    }


def _with_interval(name: str, mean: MeanEstimate | float, level: float) -> dict[str, float | None]:
    if isinstance(mean, MeanEstimate):
        return mean.ends(level, name)
    return {**ends_of(name, None, level), name: mean}


def importance_performance(
    performance: Responses,
    importance: Responses | Mapping[str, float] | Sequence[float],
    *,
    crosshair: Crosshair | tuple[float, float],
) -> ImportancePerformance:
    """Place attributes by how important they are and how well they are performed.

    Parameters
    ----------
    performance : Responses
        Answers to the attributes, with sampling weights; missing answers (``pairwise``) are
        excluded from that attribute's mean.
    importance : Responses, or mapping or sequence of float
        How important the same respondents find the same items; or a number for each, given or
        derived, which is taken as known.
    crosshair : {"scale middle", "data mean"} or (importance, performance)
        Where the quadrants meet: the middle of the two scales, the means over the attributes, or
        a point of your own on them. There is no default: quadrants depend on it.

    Returns
    -------
    ImportancePerformance

    Raises
    ------
    DataError
        If items or respondents differ, or importance is negative or does not fit.
    EstimationError
        If an attribute has fewer than two answers, so that there is no variance.
    ParameterError
        If the crosshair is unknown, a point of it lies off a scale, or the middle of the scale is
        asked of given importance.

    References
    ----------
    J. A. Martilla and J. C. James (1977), Importance-Performance Analysis, *Journal of Marketing*
    41(1), 77-79.

    Examples
    --------
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> scale = Scale(1, 5)
    >>> performance = Responses.from_frame(
    ...     {"fixed": [2, 3, 2, 1, 3], "coffee": [5, 4, 5, 5, 4]}, scale=scale
    ... )
    >>> importance = Responses.from_frame(
    ...     {"fixed": [5, 5, 4, 5, 4], "coffee": [2, 1, 3, 2, 2]}, scale=scale
    ... )
    >>> result = drivers.importance_performance(performance, importance, crosshair="scale middle")
    >>> result["fixed"].quadrant, result["coffee"].quadrant
    ('concentrate here', 'possible overkill')
    >>> round(result["fixed"].probabilities["concentrate here"], 3)
    0.984
    """
    own = importance if isinstance(importance, Responses) else None
    important = _important(performance, importance)
    performed = _side(performance, performance.answers, performance.sample)
    named, cross = _cross(crosshair, important, performed)
    other = _other(named, important, performed)
    first, second = important.beyond(cross[0]), performed.beyond(cross[1])
    by_data = named == "data mean"
    here = _places(first, second)
    there = None
    if other is not None:
        there = _places(important.beyond(other[0]), performed.beyond(other[1]))
    chances = _chances(
        first, second, _influence(important, by_data), _influence(performed, by_data)
    )
    levels = important.estimates if own is not None else important.values.tolist()
    return ImportancePerformance(
        attributes=tuple(
            PlacedAttribute(
                name=name,
                importance=levels[k],
                performance=performed.estimates[k],
                quadrant=here[k],
                probabilities=chances[k],
                other=None if there is None else there[k],
            )
            for k, name in enumerate(performance.items)
        ),
        crosshair=named,
        cross=cross,
        scale=performance.scale,
        importance_scale=None if own is None else own.scale,
        base=performance.base
        if own is None
        else joined_base({"performance": performance, "importance": own}),
    )


class _Side(NamedTuple):
    """One of the two axes: means of the attributes, and who moved them how much."""

    values: FloatArray  # (attributes,)
    influence: FloatArray  # (…, attributes): the covariance is its product with itself
    estimates: tuple[MeanEstimate, ...]
    scale: Scale | None  # None of importance that was given

    def beyond(self, cross: float) -> FloatArray:
        """Return how far each attribute lies beyond the cross, 0 where rounding is all."""
        sign = 1 if self.scale is None else self.scale.sign
        distance = sign * (self.values - cross)
        size = max(abs(cross), float(np.abs(self.values).max()))
        settled: FloatArray = np.where(np.abs(distance) <= ROUNDING * size, 0.0, distance)
        return settled


def _side(responses: Responses, answers: FloatArray, sample: Sample) -> _Side:
    scale, weights = responses.scale, sample.weights
    estimates = []
    influence = np.zeros(answers.shape)
    for place, name in enumerate(responses.items):
        column = answers[:, place]
        ends = (scale.low, scale.high)
        estimate = mean_estimate(column, sample, name=name, bounds=ends, method="beta")
        if estimate.standard_error is None:
            raise EstimationError(
                f"{name} has 1 answer, which does not show how much answers vary. Exclude it, "
                f"or collect more answers."
            )
        known = ~np.isnan(column)
        total = float(weights[known].sum())
        residual = np.where(known, column - estimate.value, 0.0)
        influence[:, place] = scale.sign * weights * residual / total
        estimates.append(estimate)
    values = np.array([estimate.value for estimate in estimates])
    n = np.array([estimate.n for estimate in estimates], dtype=np.float64)
    return _Side(values, root_of_covariance(influence, n, sample), tuple(estimates), scale)


def _important(performance: object, importance: Any) -> _Side:
    performed = require_answers("performance", performance)
    if isinstance(importance, Responses):
        order = matching_items("performance", performance, "importance", importance)
        require_direction(importance)
        ordered = Responses.from_arrays(
            importance.answers[:, order],
            scale=importance.scale,
            items=[importance.items[place] for place in order],
            missing="pairwise",
        )
        return _side(ordered, ordered.answers, performed.sample)
    given = given_importance(importance, performed.items, None)
    return _Side(given, np.zeros(performed.answers.shape), (), None)


def _cross(
    crosshair: object, important: _Side, performed: _Side
) -> tuple[str, tuple[float, float]]:
    """Return the name and the place of the cross."""
    if crosshair == "data mean":
        return "data mean", (float(important.values.mean()), float(performed.values.mean()))
    if crosshair == "scale middle":
        if important.scale is None or performed.scale is None:
            raise ParameterError(
                "crosshair='scale middle' needs importance on a scale, but it is given as "
                "numbers. Use crosshair='data mean', or give the point (importance, performance)."
            )
        return "scale middle", (important.scale.middle, performed.scale.middle)
    if not _is_point(crosshair):
        near = did_you_mean(crosshair, get_args(Crosshair))
        raise ParameterError(
            f"crosshair must be 'scale middle', 'data mean' or a point (importance, performance), "
            f"but it is {crosshair!r}.{near}"
        )
    across, up = cast("tuple[float, float]", crosshair)
    sides = {"importance": (across, important.scale), "performance": (up, performed.scale)}
    for axis, (place, scale) in sides.items():
        if scale is not None:
            _require_on_scale(axis, place, scale, crosshair)
    return "given", (float(across), float(up))


def _require_on_scale(axis: str, place: float, scale: Scale, crosshair: object) -> None:
    if not scale.low <= place <= scale.high:
        raise ParameterError(
            f"crosshair must be a point (importance, performance) on the scales, {axis} on "
            f"{scale}, but it is {crosshair!r}. Use 'scale middle', 'data mean' or answers between "
            f"the ends."
        )


def _is_point(crosshair: object) -> bool:
    if not isinstance(crosshair, tuple | list) or len(crosshair) != 2:
        return False
    return all(
        isinstance(part, int | float | np.number)
        and not isinstance(part, bool)
        and math.isfinite(part)
        for part in crosshair
    )


def _other(named: str, important: _Side, performed: _Side) -> tuple[float, float] | None:
    """Return the cross of the other convention; None where there is none."""
    if named == "data mean" and important.scale is None:
        return None
    other = "scale middle" if named == "data mean" else "data mean"
    return _cross(other, important, performed)[1]


def _places(first: FloatArray, second: FloatArray) -> list[Quadrant]:
    words = {(True, False): 0, (True, True): 1, (False, False): 2, (False, True): 3}
    return [
        QUADRANTS[words[important, well]]
        for important, well in zip((first >= 0).tolist(), (second >= 0).tolist(), strict=True)
    ]


def _influence(side: _Side, by_data: bool) -> FloatArray:  # noqa: FBT001 - one question, asked twice
    """Return influences on the distances from the cross, which moves with the data or not."""
    if not by_data:
        return side.influence
    own = side.influence - side.influence.mean(axis=1, keepdims=True)
    size = np.sqrt(np.square(side.influence).sum(axis=0)).max()
    constant = np.sqrt(np.square(own).sum(axis=0)) <= ROUNDING * size
    influence: FloatArray = np.where(constant, 0.0, own)
    return influence


def _chances(
    first: FloatArray, second: FloatArray, one: FloatArray, other: FloatArray
) -> list[dict[Quadrant, float]]:
    """Return P(quadrant) of each attribute by the bivariate normal distribution."""
    found = []
    for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        sa, sb = (math.sqrt(float(its[:, k] @ its[:, k])) for its in (one, other))
        both = sa > 0 and sb > 0
        rho = float(one[:, k] @ other[:, k]) / (sa * sb) if both else 0.0
        high, well = _standardised(a, sa), _standardised(b, sb)
        good = bivariate_normal(high, well, min(max(rho, -1.0), 1.0))
        important, performed = float(special.ndtr(high)), float(special.ndtr(well))
        parts = (important - good, good, 1 - important - performed + good, performed - good)
        found.append(
            {name: min(max(p, 0.0), 1.0) for name, p in zip(QUADRANTS, parts, strict=True)}
        )
    return found


def _standardised(distance: float, error: float) -> float:
    if error > 0:
        return distance / error
    return math.inf if distance >= 0 else -math.inf


def bivariate_normal(h: float, k: float, rho: float) -> float:
    """Return P(X <= h, Y <= k) of standard normal variables with correlation ρ.

    Owen (1956, *Annals of Mathematical Statistics* 27): ½Φ(h) + ½Φ(k) - T(h, a) - T(k, b) - δ with
    a = (k/h - ρ)/√(1 - ρ²), b = (h/k - ρ)/√(1 - ρ²), δ = ½ where only one of them is below 0.
    """
    below = float(special.ndtr(h)), float(special.ndtr(k))
    if math.isinf(h) or math.isinf(k):
        return min(below) if max(h, k) == math.inf else 0.0
    if abs(rho) > 1 - 1e-12:
        return min(below) if rho > 0 else max(sum(below) - 1, 0.0)
    root = math.sqrt(1 - rho * rho)
    if h == 0 and k == 0:
        return 0.25 + math.asin(rho) / (2 * math.pi)
    a = (k / h - rho) / root if h else math.copysign(math.inf, k)
    b = (h / k - rho) / root if k else math.copysign(math.inf, h)
    apart = 0.5 if min(h, k) < 0 <= max(h, k) else 0.0
    tails = float(special.owens_t(h, a)) + float(special.owens_t(k, b))
    return min(max(sum(below) / 2 - tails - apart, 0.0), 1.0)
