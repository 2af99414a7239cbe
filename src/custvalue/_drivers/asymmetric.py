"""Tiers where nobody was asked Kano's questions: by asymmetric response.

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
customers say of having and not having a feature; nobody agrees on the cuts, and the class of an
attribute can change with them (Mikulić & Prebežac 2011, *Managing Service Quality* 21(1)).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_level
from custvalue._drivers.asymmetric_result import (
    AsymmetricAttribute,
    AsymmetricResponse,
    Coefficient,
    CutResult,
    sides,
)
from custvalue._inference.bootstrap import DEFAULT_RESAMPLES, Bootstrap
from custvalue._inference.ends import t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, refuse_excluded
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base
from custvalue._rows import FloatArray
from custvalue._satisfaction.tiers import Tier
from custvalue._words import count, did_you_mean, listed, plain
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError

Cut = float | Mapping[str, float]
CutPairs = Sequence[tuple[float, float]]

FEW = 10  # respondents behind a coefficient, below which it deserves a look


def asymmetric_response(
    performance: Responses,
    overall: Responses,
    *,
    low: Cut,
    high: Cut,
    margin: float = 0.1,
    cuts: CutPairs | None = None,
    level: float = 0.95,
    replicates: int = DEFAULT_RESAMPLES,
    rng: Generator = None,
) -> AsymmetricResponse:
    """Put attributes into tiers by how they move overall satisfaction, down and up.

    Parameters
    ----------
    performance : Responses
        Answers to the attributes, with sampling weights; missing answers (``pairwise``) leave the
        respondent out.
    overall : Responses
        Overall satisfaction of the same respondents in the same order: one item, on its own scale.
    low, high : float or mapping of str to float
        The cuts, which have no default because results depend on them: answers at `low` or worse
        and at `high` or better; for all attributes, or by attribute. Some answers must lie between.
    margin : float
        IA within ± margin is desired (one-dimensional).
    cuts : sequence of (low, high), optional
        Other cuts for the table of sensitivity; by default all pairs of answers of the scale that
        have answers of everybody's attributes below, between and above. Empty for none.
    level : float
        Confidence level, 0.95 for 95 %.
    replicates : int
        Resamples of the bootstrap.
    rng : Generator or int, optional
        Source of randomness; the same whole number gives the same result.

    Returns
    -------
    AsymmetricResponse

    Raises
    ------
    DataError
        If respondents differ, a cut is off the scale, nobody answered between the cuts, or there
        are fewer respondents than coefficients.
    EstimationError
        If dummies cannot be told apart, or more than half of the resamples fail.
    ParameterError
        If cuts are in the wrong order or leave out an attribute, or an argument is unknown.

    Warns
    -----
    DataWarning
        If fewer than 10 respondents answered an attribute at a cut or beyond; with none there is
        no coefficient.

    Notes
    -----
    Overall satisfaction is turned round where lower is better, so that a penalty is below 0. The
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
    >>> from custvalue import kano
    >>> from custvalue.survey import Responses, Scale
    >>> random = np.random.default_rng(1)
    >>> repaired, washed = random.integers(1, 6, (2, 400))
    >>> effect = -2 * (repaired <= 2) + 1.5 * (washed >= 4)
    >>> overall = np.clip(np.rint(6 + effect + random.normal(0, 1, 400)), 0, 10)
    >>> result = kano.asymmetric_response(
    ...     Responses.from_frame({"repaired": repaired, "washed": washed}, scale=Scale(1, 5)),
    ...     Responses.from_frame({"overall": overall}, scale=Scale(0, 10)),
    ...     low=2,
    ...     high=4,
    ...     rng=1,
    ... )
    >>> result["repaired"].tier.value, result["washed"].tier.value
    ('satisfied', 'surprised')
    """
    level = checked_level(level)
    _check_margin(margin)
    data = _read(performance, overall)
    pairs = _cuts(performance, low, high)
    design = _design(data, pairs)
    _warn_of_few(design)
    fit = _fit(design.matrix, data.overall, data.weights, design.names)
    resampled = _bootstrap(design, data, replicates, rng)
    return AsymmetricResponse(
        attributes=tuple(
            _attribute(design, fit, place, resampled, margin=margin, level=level)
            for place in range(len(design.items))
        ),
        sensitivity=_sensitivity(data, performance, cuts, margin, level),
        margin=margin,
        intercept=overall.scale.sign * float(fit.coefficients[0]),
        r_squared=fit.r_squared,
        scale=performance.scale,
        overall_scale=overall.scale,
        n=len(data.overall),
        base=data.base,
        replicates=resampled.resamples,
        failed=resampled.failed,
        level=level,
    )


class _Data(NamedTuple):
    """Complete answers, turned so that more is better."""

    items: tuple[str, ...]
    answers: FloatArray  # (n, items)
    overall: FloatArray  # (n,)
    weights: FloatArray  # (n,)
    sign: int
    base: Base


class _Design(NamedTuple):
    """Columns 1, L_1, H_1, …; a dummy that nobody has is left out."""

    items: tuple[str, ...]
    cuts: tuple[tuple[float, float], ...]
    matrix: FloatArray
    names: tuple[str, ...]
    places: tuple[tuple[int | None, int | None], ...]  # of the columns of L and H by item
    counts: tuple[tuple[int, int], ...]


class _Fit(NamedTuple):
    coefficients: FloatArray
    errors: FloatArray
    degrees: int
    r_squared: float


def _check_margin(margin: object) -> None:
    value = plain(margin)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ParameterError(
            f"margin must be a number >= 0 and < 1, a distance of the asymmetry from 0, but it is "
            f"{value!r}."
        )


def _read(performance: object, overall: object) -> _Data:
    for name, responses in (("performance", performance), ("overall", overall)):
        if not isinstance(responses, Responses):
            raise ParameterError(
                f"{name} must be Responses, but it is {type(responses).__name__}. Read answers "
                f"with Responses.from_frame(frame, scale=...)."
            )
        refuse_excluded(name, responses)
    return _complete(performance, overall)  # type: ignore[arg-type]  # both were looked at above


def _complete(performance: Responses, overall: Responses) -> _Data:
    if len(overall.items) != 1:
        raise DataError(
            f"overall must be one item, but it has {len(overall.items)}: {listed(overall.items)}."
        )
    if performance.respondents != overall.respondents:
        raise DataError(
            f"performance has {count(performance.respondents, 'respondent')}, but overall has "
            f"{overall.respondents}. Both must be of the same people in the same order."
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
            "nobody answered every attribute and overall satisfaction, so there is no regression. "
            "Leave out the attribute with most gaps."
        )
    return _Data(
        items=performance.items,
        answers=performance.scale.sign * performance.answers[used],
        overall=overall.scale.sign * overall.answers[used, 0],
        weights=performance.weights[used],
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
                f"{item}: nobody answered between the cuts {plain(low)} and {plain(high)}, so that "
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
            f"leave the attribute out.",
            DataWarning,
            stacklevel=3,
        )


def _fit(matrix: FloatArray, y: FloatArray, weights: FloatArray, names: Sequence[str]) -> _Fit:
    """Fit by weighted least squares, with the linearised covariance."""
    n, k = matrix.shape
    if n <= k:
        raise DataError(
            f"a regression with {k} coefficients needs more than {k} respondents, but there are "
            f"{n}. Leave out attributes, or collect more answers."
        )
    coefficients, inverse = _solved(matrix, y, weights, names)
    residuals = y - matrix @ coefficients
    scores = (matrix * (weights * residuals)[:, np.newaxis]) @ inverse
    covariance = scores.T @ scores * n / (n - k)
    spread = y - weights @ y / weights.sum()
    total = float(weights @ spread**2)
    explained = 1 - float(weights @ residuals**2) / total if total > 0 else 0.0
    errors = np.sqrt(np.diag(covariance))
    return _Fit(coefficients, errors, n - k, min(max(explained, 0.0), 1.0))


def _solved(
    matrix: FloatArray, y: FloatArray, weights: FloatArray, names: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    """Return (X'WX)⁻¹ X'Wy and (X'WX)⁻¹, or say which columns cannot be told apart."""
    weighted = matrix * weights[:, np.newaxis]
    cross = weighted.T @ matrix
    values, vectors = np.linalg.eigh(cross)
    if values[0] <= 1e-10 * values[-1]:
        together = [
            name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 1e-4
        ]
        raise EstimationError(
            f"{listed(together)} cannot be told apart: one follows from the others in every "
            f"answer. Leave out one of these attributes, or choose other cuts."
        )
    inverse: FloatArray = (vectors / values) @ vectors.T
    return inverse @ (weighted.T @ y), inverse


def _bootstrap(design: _Design, data: _Data, replicates: int, rng: Generator) -> Resamples:
    n = len(data.overall)

    def coefficients(rows: npt.NDArray[np.intp]) -> FloatArray:
        weights = data.weights * np.bincount(rows, minlength=n)
        return _solved(design.matrix, data.overall, weights, design.names)[0]

    return row_resamples(coefficients, n, Bootstrap(replicates, rng))


def _attribute(
    design: _Design, fit: _Fit, place: int, resampled: Resamples, *, margin: float, level: float
) -> AsymmetricAttribute:
    (below, above), counts = design.places[place], design.counts[place]
    penalty, reward = (
        None if column is None else _coefficient(fit, column, answers, level)
        for column, answers in zip((below, above), counts, strict=True)
    )
    asymmetry, tier, reason = _tier(penalty, reward, margin)
    interval, chances = None, dict.fromkeys(Tier, 0.0)
    if below is not None and above is not None and asymmetry is not None:
        draws = _asymmetries(resampled.draws[:, below], resampled.draws[:, above])
        chances = _chances(draws, margin)
        known = draws[~np.isnan(draws)]
        ends = np.quantile(known, [(1 - level) / 2, (1 + level) / 2], method="weibull")
        interval = Interval(
            low=float(ends[0]), high=float(ends[1]), level=level, method="bootstrap percentile"
        )
    low, high = design.cuts[place]
    return AsymmetricAttribute(
        name=design.items[place],
        low=low,
        high=high,
        penalty=penalty,
        reward=reward,
        asymmetry=asymmetry,
        asymmetry_interval=interval,
        tier=tier,
        reason=reason,
        probabilities=chances,
    )


def _coefficient(fit: _Fit, column: int, answers: int, level: float) -> Coefficient:
    value, error = float(fit.coefficients[column]), float(fit.errors[column])
    reach = t_quantile(level, fit.degrees) * error
    interval = Interval(low=value - reach, high=value + reach, level=level, method="t, linearised")
    return Coefficient(value=value, standard_error=error, interval=interval, n=answers)


def _tier(
    penalty: Coefficient | None, reward: Coefficient | None, margin: float
) -> tuple[float | None, Tier | None, str]:
    """Return the asymmetry, the tier, and why there is none."""
    if penalty is None or reward is None:
        return None, None, f"nobody answered {'low' if penalty is None else 'high'}"
    down, up = sides(penalty.value, reward.value)
    if down + up == 0:
        return None, None, "low answers do not cost and high answers do not earn satisfaction"
    asymmetry = (up - down) / (up + down)
    if penalty.interval.high >= 0 and reward.interval.low <= 0:
        return asymmetry, None, "neither its penalty nor its reward can be told from 0"
    return asymmetry, _by_margin(asymmetry, margin), ""


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
    data: _Data, performance: Responses, cuts: CutPairs | None, margin: float, level: float
) -> tuple[CutResult, ...]:
    if cuts is None:
        designs = _possible(data, performance.scale)
    else:
        designs = [_design(data, _cuts(performance, low, high)) for low, high in cuts]
    return tuple(_under(data, design, margin, level) for design in designs)


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
                continue  # nobody between these cuts: no such regression
            if min(map(min, design.counts)) > 0:
                found.append(design)
    return found


def _under(data: _Data, design: _Design, margin: float, level: float) -> CutResult:
    fit = _fit(design.matrix, data.overall, data.weights, design.names)
    asymmetry: dict[str, float | None] = {}
    tiers: dict[str, Tier | None] = {}
    for item, columns in zip(design.items, design.places, strict=True):
        penalty, reward = (
            None if column is None else _coefficient(fit, column, 0, level) for column in columns
        )
        asymmetry[item], tiers[item], _ = _tier(penalty, reward, margin)
    low, high = design.cuts[0]
    return CutResult(low=low, high=high, asymmetry=asymmetry, tiers=tiers)
