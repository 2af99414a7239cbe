"""Tiers without Kano's questions: by asymmetric response.

Overall satisfaction is regressed on two dummies for each attribute (penalty-reward contrast:
Brandt 1987; Matzler, Bailom, Hinterhuber, Renzl & Pichler 2004, *Industrial Marketing
Management* 33):

    y = c + Σ_j p_j L_j + Σ_j r_j H_j + e

L_j says that attribute j was answered at the low cut or worse, H_j at the high cut or better;
answers between are the reference. The penalty p_j is what a low answer costs in points of overall
satisfaction, the reward r_j what a high one earns. With the impact |p| + r (RIOCS), the asymmetry
is IA = (r - |p|) / (r + |p|), -1 to 1 (Mikulić & Prebežac 2008, *Managing Service Quality* 18(6)):
a must-be only penalises, an attractive attribute only rewards.

This is not Kano's classification. It sees how answers go together in one sample, not what
customers say of having and not having a feature. There is no agreement on the cuts, and the class
of an attribute can change with them (Mikulić & Prebežac 2011, *Managing Service Quality* 21(1)).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue._checks import checked_level, finite
from custvalue._drivers.asymmetry_result import (
    AsymmetricAttribute,
    Asymmetry,
    CutResult,
    Role,
    sides,
)
from custvalue._drivers.tiers import Tier
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.clusters import Design
from custvalue._inference.cross_products import products_of, squares_of
from custvalue._inference.drawing import Units, jackknife_variance
from custvalue._inference.estimate import ROUNDING, Estimate
from custvalue._inference.means import kish_effective_n
from custvalue._inference.resampled import ResampledEstimate, kept
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, refuse_other_customers, with_all_rows
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base
from custvalue._rows import FloatArray, read_only
from custvalue._words import count, did_you_mean, listed, plain
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError

Cut = float | Mapping[str, float]
CutPairs = Sequence[tuple[float, float]]

BY_DEFAULT = Bootstrap()
FEW = 10  # respondents behind a coefficient, below which it deserves a look


def asymmetry(
    performance: Responses,
    overall: Responses,
    *,
    low: Cut,
    high: Cut,
    margin: float = 0.1,
    cuts: CutPairs | None = None,
    level: float = 0.95,
    method: Bootstrap = BY_DEFAULT,
) -> Asymmetry:
    """Put attributes into tiers by how they move overall satisfaction, down and up.

    Parameters
    ----------
    performance : Responses
        Answers to the attributes, with sampling weights; a respondent with a missing answer
        (``pairwise``) is excluded.
    overall : Responses
        Overall satisfaction of the same respondents in the same order: one item, on its own scale.
    low, high : float or mapping of str to float
        The cuts, which have no default because results depend on them: answers at `low` or worse
        and at `high` or better; for all attributes, or by attribute. Some answers must lie between.
    margin : float
        IA within ± margin is desired (one-dimensional).
    cuts : sequence of (low, high), optional
        Other cuts for the table of sensitivity; by default all pairs of answers of the scale that
        have answers to every attribute below, between and above. Empty for none.
    level : float
        Confidence level by which penalties, rewards, tiers and roles are told, 0.95 for 95 %.
    method : Bootstrap
        How many resamples to draw, from which source of randomness, and the kind of interval of
        IA.

    Returns
    -------
    Asymmetry

    Raises
    ------
    DataError
        If respondents differ, a cut is off the scale, no answer is between the cuts, or there
        are fewer respondents than coefficients.
    EstimationError
        If dummies cannot be told apart, or more than half of the resamples fail.
    ParameterError
        If cuts are in the wrong order or an attribute has none, or an argument is unknown.

    Warns
    -----
    DataWarning
        If fewer than 10 respondents answered an attribute at a cut or beyond; with none there is
        no coefficient.

    Notes
    -----
    Overall satisfaction is recoded where lower is better, so that a penalty is below 0. The
    covariance is linearised, (X'WX)⁻¹ Σ w²e²xx' (X'WX)⁻¹ n/(n - k), for the sampling weights and
    for variances that differ.

    References
    ----------
    D. R. Brandt (1987), A Procedure for Identifying Value-Enhancing Service Components Using
    Customer Satisfaction Survey Data, in C. Surprenant (ed.), *Add Value to Your Service*, American
    Marketing Association. K. Matzler et al. (2004), *Industrial Marketing Management* 33(4).
    J. Mikulić and D. Prebežac (2008), *Managing Service Quality* 18(6); (2011) 21(1).

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import drivers
    >>> from custvalue.survey import Bootstrap, Responses, Scale
    >>> random = np.random.default_rng(1)
    >>> repaired, washed = random.integers(1, 6, (2, 400))
    >>> effect = -2 * (repaired <= 2) + 1.5 * (washed >= 4)
    >>> overall = np.clip(np.rint(6 + effect + random.normal(0, 1, 400)), 0, 10)
    >>> result = drivers.asymmetry(
    ...     Responses.from_frame({"repaired": repaired, "washed": washed}, scale=Scale(1, 5)),
    ...     Responses.from_frame({"overall": overall}, scale=Scale(0, 10)),
    ...     low=2,
    ...     high=4,
    ...     method=Bootstrap(2000, rng=1),
    ... )
    >>> result["repaired"].tier.value, result["washed"].tier.value
    ('satisfied', 'surprised')
    """
    level = checked_level(level)
    _check_margin(margin)
    method = require_bootstrap(method)
    data = _read(performance, overall)
    design = _design(data, _cuts(performance, low, high))
    _warn_of_few(design)
    fit = _fit(design, data)
    resamples = sum_resamples(_coefficients(design, data), method, sample=data.sample)
    tiered = _Tiered(margin, level)
    return Asymmetry(
        attributes=tuple(
            _attribute(design, fit, place, resamples, tiered) for place in range(len(design.items))
        ),
        sensitivity=_sensitivity(data, performance, cuts, tiered),
        margin=margin,
        intercept=overall.scale.sign * float(fit.coefficients[0]),
        r_squared=fit.r_squared,
        scale=performance.scale,
        overall_scale=overall.scale,
        n=len(data.overall),
        base=data.base,
        resamples=resamples.resamples,
        failed=resamples.failed,
        level=level,
    )


class _Tiered(NamedTuple):
    """How tiers are told."""

    margin: float
    level: float


class _Data(NamedTuple):
    """Complete answers, recoded so that more is better."""

    items: tuple[str, ...]
    answers: FloatArray  # (n, items)
    overall: FloatArray  # (n,)
    sample: Sample  # of n
    sign: int
    base: Base

    @property
    def weights(self) -> FloatArray:
        return self.sample.weights


class _Design(NamedTuple):
    """Columns 1, L_1, H_1, …, without dummies that are 0 throughout."""

    items: tuple[str, ...]
    cuts: tuple[tuple[float, float], ...]
    matrix: FloatArray
    names: tuple[str, ...]
    places: tuple[tuple[int | None, int | None], ...]  # of the columns of L and H by item
    counts: tuple[tuple[int, int], ...]


class _Fit(NamedTuple):
    coefficients: FloatArray
    r_squared: float
    estimates: tuple[Estimate, ...]


def _check_margin(margin: object) -> None:
    if not 0 <= finite(margin) < 1:
        raise ParameterError(
            f"margin must be a number >= 0 and < 1, a distance of the asymmetry from 0, but it is "
            f"{plain(margin)!r}."
        )


def _read(performance: object, overall: object) -> _Data:
    first, second = with_all_rows("performance", performance), with_all_rows("overall", overall)
    refuse_other_customers("performance", first, "overall", second)
    return _complete(first, second)


def _complete(performance: Responses, overall: Responses) -> _Data:
    if len(overall.items) != 1:
        raise DataError(
            f"overall must be one item, but it has {len(overall.items)}: {listed(overall.items)}."
        )
    if performance.respondents != overall.respondents:
        raise DataError(
            f"performance has {count(performance.respondents, 'respondent')}, but overall has "
            f"{overall.respondents}. Both must be of the same respondents in the same order."
        )
    if not (overall.weights == 1).all() and not np.array_equal(
        overall.weights, performance.weights
    ):
        raise DataError(
            "overall has other sampling weights than performance. Give them to performance alone."
        )
    known = ~np.isnan(performance.answers).any(axis=1) & ~np.isnan(overall.answers[:, 0])
    used = known & (performance.weights > 0)
    if not used.any():
        raise DataError(
            "no respondent answered every attribute and overall satisfaction, so there is no "
            "regression. Remove the attribute with most missing answers."
        )
    return _Data(
        items=performance.items,
        answers=performance.scale.sign * performance.answers[used],
        overall=overall.scale.sign * overall.answers[used, 0],
        sample=performance.sample.of_rows(used),
        sign=performance.scale.sign,
        base=joined_base({"performance": performance, "overall": overall})
        .excluding(MISSING_ANSWER, int((~known).sum()))
        .excluding(WEIGHT_ZERO, int((known & ~used).sum())),
    )


def _cuts(performance: Responses, low: Cut, high: Cut) -> tuple[tuple[float, float], ...]:
    lows, highs = (
        [_cut(name, cut, item, performance) for item in performance.items]
        for name, cut in (("low", low), ("high", high))
    )
    sign = performance.scale.sign
    for item, below, above in zip(performance.items, lows, highs, strict=True):
        if not sign * below < sign * above:
            raise ParameterError(
                f"low must be a worse answer than high, but for {item!r} low={plain(below)} and "
                f"high={plain(above)} on the scale {performance.scale}, "
                f"{performance.scale.direction}."
            )
    return tuple(zip(lows, highs, strict=True))


def _cut(argument: str, cut: Any, item: str, performance: Responses) -> float:
    if isinstance(cut, Mapping):
        unknown = [name for name in cut if name not in performance.items]
        if unknown:
            raise ParameterError(
                f"{argument} names {unknown[0]!r}, which is no attribute."
                f"{did_you_mean(unknown[0], performance.items)} The attributes are "
                f"{listed(performance.items)}."
            )
        if item not in cut:
            raise ParameterError(
                f"{argument} has no cut for {item!r}. Give one for every attribute."
            )
    value = plain(cut[item] if isinstance(cut, Mapping) else cut)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not performance.scale.low <= value <= performance.scale.high:
        raise ParameterError(
            f"{argument} must be an answer on the scale {performance.scale}, but it is {value!r}."
        )
    return float(value)


def _design(data: _Data, cuts: Sequence[tuple[float, float]]) -> _Design:
    columns, names = [np.ones(len(data.overall))], ["constant"]
    places, counts = [], []
    for item, answers, (low, high) in zip(data.items, data.answers.T, cuts, strict=True):
        sides = answers <= data.sign * low, answers >= data.sign * high
        if (sides[0] | sides[1]).all():
            raise DataError(
                f"{item}: no answer is between the cuts {plain(low)} and {plain(high)}, so that "
                f"there is nothing to compare low and high answers with. Choose other cuts."
            )
        found: list[int | None] = []
        for word, side in zip(("low", "high"), sides, strict=True):
            found.append(len(columns) if side.any() else None)
            if side.any():
                columns.append(side.astype(np.float64))
                names.append(f"{item} ({word})")
        places.append((found[0], found[1]))
        counts.append((int(sides[0].sum()), int(sides[1].sum())))
    matrix = np.column_stack(columns)
    return _Design(data.items, tuple(cuts), matrix, tuple(names), tuple(places), tuple(counts))


def _warn_of_few(design: _Design) -> None:
    few = [
        f"{item} {word} {answers}"
        for item, pair in zip(design.items, design.counts, strict=True)
        for word, answers in zip(("low", "high"), pair, strict=True)
        if answers < FEW
    ]
    if few:
        warnings.warn(
            f"fewer than {FEW} respondents answered at the cut or beyond: {', '.join(few)}. With 0 "
            f"there is no penalty or reward, with a few it says little: choose other cuts, or "
            f"remove the attribute.",
            DataWarning,
            stacklevel=3,
        )


def _fit(design: _Design, data: _Data) -> _Fit:
    """Fit by weighted least squares, with the linearised covariance."""
    matrix, y, weights = design.matrix, data.overall, data.weights
    n, k = matrix.shape
    if n <= k:
        raise DataError(
            f"a regression with {k} coefficients needs more than {k} respondents, but there are "
            f"{n}. Remove attributes, or collect more answers."
        )
    coefficients, inverse = _solved(matrix, y, weights, design.names)
    coefficients[np.abs(coefficients) <= ROUNDING * np.abs(y).max()] = 0.0
    residuals = y - matrix @ coefficients
    scores = (matrix * (weights * residuals)[:, np.newaxis]) @ inverse
    errors = np.sqrt(np.diag(scores.T @ scores * n / (n - k)))
    spread = y - weights @ y / weights.sum()
    total, left = float(weights @ spread**2), float(weights @ residuals**2)
    explained = 1 - left / total if total > ROUNDING**2 * float(weights @ y**2) else 0.0
    units = Units.of(n, data.sample)
    if units.design is not None:
        errors = _of_clusters(scores, units, units.design, _coefficients(design, data))
    own = {"degrees_of_freedom": n - k} | units.fields()
    estimates = tuple(
        Estimate(
            name=name,
            value=float(value),
            standard_error=float(error),
            n=int(column.sum()),
            effective_n=kish_effective_n(weights[column > 0]),
            **own,
        )
        for name, value, error, column in zip(
            design.names, coefficients, errors, matrix.T, strict=True
        )
    )
    return _Fit(coefficients, min(max(explained, 0.0), 1.0), estimates)


def _of_clusters(
    scores: FloatArray, units: Units, design: Design, coefficients: OfSums
) -> FloatArray:
    """Return the errors by leaving out each cluster.

    Linearised for a coefficient that does not exist without one of them.
    """
    left_out = jackknife_variance(units.summed(coefficients), design.strata)
    added = np.array([scores[members].sum(axis=0) for members in units.members])
    root = np.column_stack([design.root(its) for its in added.T])
    return np.sqrt(np.where(np.isnan(left_out), np.square(root).sum(axis=0), left_out))


def _solved(
    matrix: FloatArray, y: FloatArray, weights: FloatArray, names: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    """Return (X'WX)⁻¹ X'Wy and (X'WX)⁻¹, or tell which columns cannot be told apart."""
    weighted = matrix * weights[:, np.newaxis]
    cross = weighted.T @ matrix
    inverse: FloatArray = _inverses(cross[np.newaxis])[0]
    if np.isnan(inverse).any():
        raise EstimationError(_inseparable(cross, names))
    return inverse @ (weighted.T @ y), inverse


def _inverses(cross: FloatArray) -> FloatArray:
    """Invert cross-products of several samples, NaN where columns cannot be told apart."""
    values, vectors = np.linalg.eigh(cross)
    apart = values[:, :1] > 1e-10 * values[:, -1:]
    scaled = vectors / np.where(apart, values, np.nan)[:, np.newaxis]
    inverses: FloatArray = scaled @ np.swapaxes(vectors, 1, 2)
    return inverses


def _inseparable(cross: FloatArray, names: Sequence[str]) -> str:
    least = np.linalg.eigh(cross)[1][:, 0]
    together = [name for name, part in zip(names, least, strict=True) if abs(part) > 1e-4]
    return (
        f"{listed(together)} cannot be told apart: one follows from the others in every answer. "
        f"Remove one of these attributes, or choose other cuts."
    )


def _coefficients(design: _Design, data: _Data) -> OfSums:
    """Return the coefficients as a function of sums over respondents."""
    columns = np.column_stack([design.matrix, data.overall])
    size = columns.shape[1]

    def coefficients(sums: FloatArray) -> FloatArray:
        products = squares_of(sums, size)
        return (_inverses(products[:, :-1, :-1]) @ products[:, :-1, -1:])[..., 0]

    def why(sums: FloatArray) -> str:
        return _inseparable(squares_of(sums[np.newaxis], size)[0, :-1, :-1], design.names)

    added = products_of(columns, data.weights)
    return OfSums(len(columns), added, coefficients, why)


def _attribute(
    design: _Design, fit: _Fit, place: int, resamples: Resamples, tiered: _Tiered
) -> AsymmetricAttribute:
    name, columns = design.items[place], design.places[place]
    penalty, reward = _pair(fit, columns)
    asymmetry, tier, reason = _tier(penalty, reward, tiered)
    found, chances = None, dict.fromkeys(Tier, 0.0)
    if asymmetry is not None:
        draws = _asymmetries(
            *(resamples.draws[:, column] for column in columns if column is not None)
        )
        chances = _chances(draws, tiered.margin)
        found = _estimated(f"{name}: IA", asymmetry, draws, resamples)
    low, high = design.cuts[place]
    return AsymmetricAttribute(
        name=name,
        low=low,
        high=high,
        penalty=penalty,
        reward=reward,
        asymmetry=found,
        tier=tier,
        reason=reason,
        role=_role(penalty, reward, tiered.level),
        probabilities=chances,
    )


def _pair(
    fit: _Fit, columns: tuple[int | None, int | None]
) -> tuple[Estimate | None, Estimate | None]:
    """Return penalty and reward, None where there are no such answers."""
    below, above = columns
    return (
        None if below is None else fit.estimates[below],
        None if above is None else fit.estimates[above],
    )


def _estimated(
    name: str, asymmetry: float, draws: FloatArray, resamples: Resamples
) -> ResampledEstimate | Estimate:
    """Return IA with its resamples, without them where fewer than two have an IA."""
    known = draws[~np.isnan(draws)]
    common: dict[str, Any] = {
        "name": name,
        "value": asymmetry,
        "n": resamples.n,
        "effective_n": float(resamples.n),
        "bounds": (-1.0, 1.0),
    }
    if len(known) < 2:
        return Estimate(standard_error=None, **common)
    own = kept(resamples, 0) | {"draws": read_only(known), "acceleration": None}
    error = float(known.std(ddof=1)) * (resamples.expansion or 1.0)
    return ResampledEstimate(standard_error=error, **own, **common)


def _role(penalty: Estimate | None, reward: Estimate | None, level: float) -> Role | None:
    if reward is not None and reward.confidence_interval(level).low > 0:
        return "satisfier"
    costs = penalty is not None and penalty.confidence_interval(level).high < 0
    return "hygiene" if costs else None


def _tier(
    penalty: Estimate | None, reward: Estimate | None, tiered: _Tiered
) -> tuple[float | None, Tier | None, str]:
    """Return the asymmetry, the tier, and why there is none."""
    if penalty is None or reward is None:
        return None, None, f"there are no {'low' if penalty is None else 'high'} answers"
    down, up = sides(penalty.value, reward.value)
    if down + up == 0:  # both have the wrong sign, or were settled at 0
        return None, None, "low answers do not cost and high answers do not earn satisfaction"
    asymmetry = (up - down) / (up + down)
    if _role(penalty, reward, tiered.level) is None:
        return asymmetry, None, "neither its penalty nor its reward can be told from 0"
    return asymmetry, _by_margin(asymmetry, tiered.margin), ""


def _by_margin(asymmetry: float, margin: float) -> Tier:
    if asymmetry < -margin:
        return Tier.SATISFIED
    return Tier.SURPRISED if asymmetry > margin else Tier.DESIRED


def _asymmetries(penalties: FloatArray, rewards: FloatArray) -> FloatArray:
    down, up = np.maximum(-penalties, 0.0), np.maximum(rewards, 0.0)
    both = down + up
    unknown = np.full(len(both), np.nan)
    found: FloatArray = np.divide(up - down, both, out=unknown, where=both > 0)
    return found


def _chances(draws: FloatArray, margin: float) -> dict[Tier, float]:
    below, above = (draws < -margin).mean(), (draws > margin).mean()
    within = (np.abs(draws) <= margin).mean()  # NaN is none of the three
    shares = (below, within, above)
    tiers = (Tier.SATISFIED, Tier.DESIRED, Tier.SURPRISED)
    return {tier: float(share) for tier, share in zip(tiers, shares, strict=True)}


def _sensitivity(
    data: _Data, performance: Responses, cuts: CutPairs | None, tiered: _Tiered
) -> tuple[CutResult, ...]:
    if cuts is None:
        designs = _possible(data, performance.scale)
    else:
        designs = [_design(data, _cuts(performance, low, high)) for low, high in cuts]
    return tuple(_under(data, design, tiered) for design in designs)


def _possible(data: _Data, scale: Scale) -> list[_Design]:
    """Return a design for every pair of answers as cuts, where all coefficients exist."""
    if scale.step is None:
        return []
    steps = round(scale.width / scale.step)
    offered = [scale.low + scale.step * i for i in range(steps + 1)][:: scale.sign]
    found = []
    for place, low in enumerate(offered):
        for high in offered[place + 2 :]:
            try:
                design = _design(data, [(low, high)] * len(data.items))
                _solved(design.matrix, data.overall, data.weights, design.names)
            except (DataError, EstimationError):
                continue  # no answer between these cuts: no such regression
            if min(map(min, design.counts)) > 0:
                found.append(design)
    return found


def _under(data: _Data, design: _Design, tiered: _Tiered) -> CutResult:
    fit = _fit(design, data)
    asymmetry: dict[str, float | None] = {}
    tiers: dict[str, Tier | None] = {}
    for item, columns in zip(design.items, design.places, strict=True):
        asymmetry[item], tiers[item], _ = _tier(*_pair(fit, columns), tiered)
    low, high = design.cuts[0]
    return CutResult(low=low, high=high, asymmetry=asymmetry, tiers=tiers)
