"""Three tiers of requirements and their asymmetric effect on satisfaction.

Attributes do not work alike (Kano, Seraku, Takahashi & Tsuji 1984, *Hinshitsu* 14(2); asymmetric
effects measured by Mittal, Ross & Baldasare 1998, *Journal of Marketing* 62(1)): what is taken for
granted can only disappoint, what is not expected can only delight, and the rest does both.

With D = s(P) - s(E), perception and expectation on 0-100 (100 the good end), an attribute of weight
w (the weights add up to 1) has the effect

    dissatisfaction = -w u max(-D, 0)   for the tiers satisfied and desired, else none
    delight         =  w v max(D, 0)    for the tiers desired and surprised, else none

with the slopes u (``unmet_slope``) and v (``exceeded_slope``), both 1 by default: a piecewise
linear form of Kano's curves. Dissatisfaction and delight are added up apart, because
a delightful waiting room does not undo a fault that was not repaired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite
from custvalue._drivers.tiers import Attribute, Tier
from custvalue._inference.estimate import Headline, ends_of
from custvalue._inference.means import MeanEstimate, combined_mean, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.instrument import repeated
from custvalue._respondents.questions import (
    pairs_of_columns,
    taken_apart,
)
from custvalue._respondents.reading import complete_attributes
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MISSING_ANSWER, Base, MissingPolicy
from custvalue._results.layout import Row, shown
from custvalue._rows import Columns, FloatArray
from custvalue._satisfaction.named import OfAttributes, Part
from custvalue._table import Table
from custvalue._values import Positive
from custvalue._words import Percent, count, did_you_mean, listed, number
from custvalue.errors import ParameterError

EFFECTS = ("dissatisfaction", "delight")
ROUNDING = 1e-9  # points: expectations that are met are neither unmet nor exceeded


@dataclass(frozen=True, slots=True)
class AttributeEffect(Part):
    """What one attribute does to satisfaction.

    Parameters
    ----------
    name : str
        The attribute.
    tier : Tier
        Its tier.
    weight : float
        Its share of all weights.
    difference : MeanEstimate
        Mean of D, perception minus expectation on 0-100.
    dissatisfaction : MeanEstimate or None
        Its mean effect in points, 0 or below; None where the tier cannot dissatisfy.
    delight : MeanEstimate or None
        Its mean effect in points, 0 or above; None where the tier cannot delight.
    unmet, exceeded : Proportion
        Shares of respondents with D below and above 0.
    """

    tier: Tier
    weight: float
    difference: MeanEstimate
    dissatisfaction: MeanEstimate | None
    delight: MeanEstimate | None
    unmet: Proportion
    exceeded: Proportion

    def row(self, level: float) -> Row:
        """Return it as a row of the table of all attributes."""
        return Row(
            self.name,
            {
                "attribute": self.name,
                "tier": self.tier.value,
                "weight": Percent(self.weight, 0),
                "difference": self.difference.value,
                **ends_of("dissatisfaction", self.dissatisfaction, level),
                **ends_of("delight", self.delight, level),
                "unmet": self.unmet.value,
                "exceeded": self.exceeded.value,
                "n": self.difference.n,
            },
        )


class SatisfactionEffect(OfAttributes[AttributeEffect], Headline):
    """What all attributes do to satisfaction, dissatisfaction and delight apart.

    Parameters
    ----------
    estimate : MeanEstimate
        The net effect, dissatisfaction and delight added up, for those who need one number.
    attributes : tuple of AttributeEffect
        The effect of each, in the order given.
    dissatisfaction : MeanEstimate or None
        Their sum in points, -100 unmet_slope to 0; None if no attribute can dissatisfy.
    delight : MeanEstimate or None
        Their sum in points, 0 to 100 exceeded_slope; None if no attribute can delight.
    unmet_slope, exceeded_slope : float
        The slopes of the response.
    scale : Scale
        The scale of perceptions and expectations.
    base : Base
        Who answered, who is excluded and why, and which answers are missing; under the policy
        ``pairwise`` some respondents may have answered some attributes only.
    """

    SHOWN: ClassVar = shown(
        "tier, weight, difference: P - E, dissatisfaction, dissatisfaction_ends:, delight, "
        "delight_ends:"
    )
    REPR: ClassVar[tuple[str, ...]] = ("attributes", "value", "respondents")

    estimate: MeanEstimate
    dissatisfaction: MeanEstimate | None
    delight: MeanEstimate | None
    unmet_slope: Positive
    exceeded_slope: Positive
    scale: Scale
    base: Base

    @property
    def respondents(self) -> int:
        """Respondents used."""
        return self.base.n

    def _rows(self, level: float) -> Sequence[Row]:
        total = {
            "attribute": "total",
            "weight": Percent(1.0, 0),
            **ends_of("dissatisfaction", self.dissatisfaction, level),
            **ends_of("delight", self.delight, level),
            "n": self.respondents,
        }
        return [*super()._rows(level), Row("total", total)]

    def _printed(self) -> Sequence[Row]:
        tiers = [f"{its.tier.value} {its.tier.chinese}" for its in self.attributes]
        return [
            Row(row.label, {**row.values, "tier": tier, **_ends(row)})
            for row, tier in zip(self._rows(0.95), [*tiers, ""], strict=True)
        ]

    def _title(self) -> str:
        return f"Effect of requirements on satisfaction, scale {self.scale}"

    def _notes(self) -> tuple[str, ...]:
        net = f"Net {number(self.value)}"
        if self.standard_error is not None:
            net += f" {self.confidence_interval()}"
        return (
            f"Points on 0-100. {net}. 95 % intervals, t.",
            f"Slopes: unmet {number(self.unmet_slope)}, exceeded {number(self.exceeded_slope)}.",
            str(self.base),
        )


def _ends(row: Row) -> dict[str, str]:
    """Return the ends of both effects in one cell each."""
    ends = {name: (row.values[f"{name}_low"], row.values[f"{name}_high"]) for name in EFFECTS}
    return {
        f"{name}_ends": "–" if low is None else f"[{number(low)}, {number(high)}]"
        for name, (low, high) in ends.items()
    }


@dataclass(frozen=True, eq=False, repr=False)
class SatisfactionEffectScores(Columns):
    """The effect on every respondent, in the order of the data.

    Parameters
    ----------
    dissatisfaction, delight : ndarray of float64, shape (n,)
        Sums over the attributes in points; NaN where an answer is missing.
    weights : ndarray of float64, shape (n,)
        Sampling weights.
    """

    REPR: ClassVar[tuple[str, ...]] = ("respondents",)

    dissatisfaction: FloatArray
    delight: FloatArray
    weights: FloatArray

    @property
    def respondents(self) -> int:
        """Respondents, with and without an answer."""
        return len(self.weights)

    @property
    def net(self) -> FloatArray:
        """The two added up."""
        return self.dissatisfaction + self.delight

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return dissatisfaction, delight, net and weight, one row per respondent."""
        return {
            "dissatisfaction": self.dissatisfaction,
            "delight": self.delight,
            "net": self.net,
            "weight": self.weights,
        }

    def _table(self) -> Table:
        rows = []
        for name, values in self.columns().items():
            known = values[~np.isnan(values)]
            ends = (float(known.min()), float(known.max())) if known.size else (None, None)
            rows.append((name, *ends, known.size))
        title = f"Effect on {count(self.respondents, 'respondent')}, points on 0-100"
        return Table(title, ("", "lowest", "highest", "n"), tuple(rows))


def tier_response(
    difference: npt.ArrayLike,
    tier: Tier | str,
    *,
    unmet_slope: float = 1.0,
    exceeded_slope: float = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """Return dissatisfaction and delight from an attribute of full weight.

    Parameters
    ----------
    difference : array_like
        D, perception minus expectation on 0-100, of any shape.
    tier : Tier or str
        The tier of the attribute.
    unmet_slope, exceeded_slope : float
        Points of effect for each point below and above the expectation.

    Returns
    -------
    dissatisfaction, delight : ndarray of float64, of the shape of `difference`
        Zero or below, and zero or above.

    Raises
    ------
    ParameterError
        If the tier is unknown or a slope is not > 0.

    Examples
    --------
    >>> from custvalue.satisfaction import tier_response
    >>> for tier in ("satisfied", "desired", "surprised"):
    ...     print(tier, *(effect.tolist() for effect in tier_response([-25, 0, 25], tier)))
    satisfied [-25.0, 0.0, 0.0] [0.0, 0.0, 0.0]
    desired [-25.0, 0.0, 0.0] [0.0, 0.0, 25.0]
    surprised [0.0, 0.0, 0.0] [0.0, 0.0, 25.0]
    """
    kind = _tier(tier)
    _checked_slopes(unmet_slope, exceeded_slope)
    gap = np.asarray(difference, dtype=np.float64)
    none = np.where(np.isnan(gap), np.nan, 0.0)
    below = unmet_slope * np.minimum(gap, 0.0) if kind.can_dissatisfy else none
    above = exceeded_slope * np.maximum(gap, 0.0) if kind.can_delight else none
    return below, above


def satisfaction_effect(
    perceptions: Any,
    expectations: Any,
    *,
    attributes: Sequence[Attribute],
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    unmet_slope: float = 1.0,
    exceeded_slope: float = 1.0,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> SatisfactionEffect:
    """Compute what each attribute does to satisfaction, by its tier.

    Parameters
    ----------
    perceptions, expectations : Responses, dataframe or mapping
        A column for each attribute, by its name; other columns are ignored. Responses bring their
        scale, weights, policy and clusters. In a mapping a number stands for the same answer of all
        respondents, such as a level that is required.
    attributes : sequence of Attribute
        The attributes with their tiers and weights.
    scale : Scale
        The scale of all perceptions and expectations.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    unmet_slope, exceeded_slope : float
        Points of effect for each point (of 100) below and above the expectation; an unmet slope
        of 2 means that losses weigh twice as much as gains.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, exclude respondents with any, or use for every attribute the
        respondents who answered both its questions.

    Returns
    -------
    SatisfactionEffect

    Raises
    ------
    DataError
        If a column is absent, or answers are off the scale, missing or of different length.
    ParameterError
        If there are no attributes, two have the same name, all weights are 0 or a slope is not
        > 0.

    Notes
    -----
    Effects are computed for each respondent and then averaged: a mean difference of zero may
    hide that half of the customers are disappointed and half delighted. The intervals take the
    answers of one respondent as dependent, and weights and slopes as known.

    References
    ----------
    N. Kano, N. Seraku, F. Takahashi and S. Tsuji (1984), Attractive Quality and Must-Be Quality,
    *Hinshitsu* 14(2). V. Mittal, W. T. Ross and P. M. Baldasare (1998), The Asymmetric Impact of
    Negative and Positive Attribute-Level Performance, *Journal of Marketing* 62(1).

    Examples
    --------
    >>> from custvalue.satisfaction import Attribute, satisfaction_effect
    >>> from custvalue.survey import Scale
    >>> attributes = [
    ...     Attribute(name="repaired", tier="satisfied", weight=2),
    ...     Attribute(name="on time", tier="desired"),
    ...     Attribute(name="car washed", tier="surprised"),
    ... ]
    >>> effect = satisfaction_effect(
    ...     {"repaired": [5, 3, 5], "on time": [3, 4, 5], "car washed": [1, 5, 4]},
    ...     {"repaired": 5, "on time": [4, 4, 4], "car washed": 1},
    ...     attributes=attributes,
    ...     scale=Scale(1, 5),
    ... )
    >>> round(effect.dissatisfaction.value, 4), round(effect.delight.value, 4)
    (-10.4167, 16.6667)
    """
    slopes = _checked_slopes(unmet_slope, exceeded_slope)
    answers, missing = _read(
        perceptions,
        expectations,
        attributes,
        scale=scale,
        codebook=codebook,
        weights=weights,
        missing=missing,
    )
    effects = _effects(answers, attributes, slopes)
    rows = len(effects.difference)
    if missing == "drop":
        effects = effects.complete_only()
    losses = [j for j, attribute in enumerate(attributes) if attribute.tier.can_dissatisfy]
    gains = [j for j, attribute in enumerate(attributes) if attribute.tier.can_delight]
    return SatisfactionEffect(
        attributes=tuple(effects.of(j, attribute) for j, attribute in enumerate(attributes)),
        dissatisfaction=effects.total("dissatisfaction", losses, []) if losses else None,
        delight=effects.total("delight", [], gains) if gains else None,
        estimate=effects.total("net effect", losses, gains),
        unmet_slope=unmet_slope,
        exceeded_slope=exceeded_slope,
        scale=answers.scale,
        base=answers.base.excluding(MISSING_ANSWER, rows - len(effects.difference)),
    )


def satisfaction_effect_scores(
    perceptions: Any,
    expectations: Any,
    *,
    attributes: Sequence[Attribute],
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    unmet_slope: float = 1.0,
    exceeded_slope: float = 1.0,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> SatisfactionEffectScores:
    """Compute dissatisfaction and delight of every respondent, in the order of the data.

    Parameters
    ----------
    perceptions, expectations : dataframe or mapping
        As in :func:`satisfaction_effect`.
    attributes : sequence of Attribute
        The attributes with their tiers and weights.
    scale : Scale
        The scale of all perceptions and expectations.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    unmet_slope, exceeded_slope : float
        Points of effect for each point (of 100) below and above the expectation.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or give such respondents NaN, so that rows still fit the user's
        frame.

    Returns
    -------
    SatisfactionEffectScores

    Raises
    ------
    DataError
        As in :func:`satisfaction_effect`.
    ParameterError
        As in :func:`satisfaction_effect`.

    Examples
    --------
    >>> from custvalue.satisfaction import Attribute, satisfaction_effect_scores
    >>> from custvalue.survey import Scale
    >>> scores = satisfaction_effect_scores(
    ...     {"repaired": [5, 3], "car washed": [1, 5]},
    ...     {"repaired": 5, "car washed": 1},
    ...     attributes=[
    ...         Attribute(name="repaired", tier="satisfied"),
    ...         Attribute(name="car washed", tier="surprised"),
    ...     ],
    ...     scale=Scale(1, 5),
    ... )
    >>> scores.dissatisfaction.tolist(), scores.delight.tolist()
    ([0.0, -25.0], [0.0, 50.0])
    """
    slopes = _checked_slopes(unmet_slope, exceeded_slope)
    answers, missing = _read(
        perceptions,
        expectations,
        attributes,
        scale=scale,
        codebook=codebook,
        weights=weights,
        missing=missing,
    )
    effects = _effects(answers, attributes, slopes)
    return SatisfactionEffectScores(
        dissatisfaction=effects.dissatisfaction.sum(axis=1),
        delight=effects.delight.sum(axis=1),
        weights=effects.sample.weights,
    )


@dataclass(frozen=True)
class _Effects:
    """Effects of k attributes on n respondents, weighted by the attributes' shares."""

    shares: FloatArray  # (k,)
    difference: FloatArray  # (n, k)
    dissatisfaction: FloatArray  # (n, k)
    delight: FloatArray  # (n, k)
    sample: Sample  # of n
    slopes: tuple[float, float]

    def complete_only(self) -> _Effects:
        """Keep the respondents who answered everything."""
        keep = complete_attributes(self.difference)
        parts = ("difference", "dissatisfaction", "delight")
        some = {name: getattr(self, name)[keep] for name in parts}
        return replace(self, sample=self.sample.of_rows(keep), **some)

    def of(self, j: int, attribute: Attribute) -> AttributeEffect:
        """Estimate the effect of attribute j."""
        gap = self.difference[:, j]
        answered = ~np.isnan(gap)
        unmet = np.where(answered, gap < -ROUNDING, np.nan)
        exceeded = np.where(answered, gap > ROUNDING, np.nan)
        name, tier = attribute.name, attribute.tier
        return AttributeEffect(
            name=name,
            tier=tier,
            weight=float(self.shares[j]),
            difference=mean_estimate(
                gap, self.sample, name=f"{name}: difference", bounds=(-100.0, 100.0)
            ),
            dissatisfaction=self.total(f"{name}: dissatisfaction", [j], [])
            if tier.can_dissatisfy
            else None,
            delight=self.total(f"{name}: delight", [], [j]) if tier.can_delight else None,
            unmet=proportion(unmet, self.sample, name=f"{name}: unmet"),
            exceeded=proportion(exceeded, self.sample, name=f"{name}: exceeded"),
        )

    def total(self, name: str, losses: list[int], gains: list[int]) -> MeanEstimate:
        """Estimate the sum of the effects of some attributes."""
        columns = [self.dissatisfaction[:, j] for j in losses]
        columns += [self.delight[:, j] for j in gains]
        low = 0.0 - 100 * self.slopes[0] * float(self.shares[losses].sum())
        high = 100 * self.slopes[1] * float(self.shares[gains].sum())
        return combined_mean(
            columns, [1.0] * len(columns), self.sample, name=name, bounds=(low, high)
        )


def _effects(
    answers: Responses, attributes: Sequence[Attribute], slopes: tuple[float, float]
) -> _Effects:
    points = answers.scale.rescale(answers.answers)
    difference = points[:, : len(attributes)] - points[:, len(attributes) :]
    weights = np.array([attribute.weight for attribute in attributes])
    shares = weights / weights.sum()
    parts = [
        tier_response(gap, attribute.tier, unmet_slope=slopes[0], exceeded_slope=slopes[1])
        for gap, attribute in zip(difference.T, attributes, strict=True)
    ]
    # attributes in rows, then transposed: every attribute lies in one piece of memory
    below, above = ((np.stack(side) * shares[:, np.newaxis]).T for side in zip(*parts, strict=True))
    return _Effects(shares, difference, below, above, answers.sample, slopes)


def _read(
    perceptions: Any,
    expectations: Any,
    attributes: Sequence[Attribute],
    *,
    scale: Scale | None,
    codebook: Codebook | None,
    weights: Any,
    missing: MissingPolicy,
) -> tuple[Responses, MissingPolicy]:
    """Read k perceptions and then k expectations of every respondent; return the policy too."""
    names = _checked_names(attributes)
    asked = taken_apart(
        {"perceptions": perceptions, "expectations": expectations},
        scale=scale,
        codebook=codebook,
        weights=weights,
        missing=missing,
        attributes=True,
    )
    pairs = pairs_of_columns(**asked.columns, names=names, namer="attributes")
    return replace(asked, columns=pairs).read(), asked.missing


def _checked_names(attributes: Sequence[Attribute]) -> list[str]:
    if not attributes:
        raise ParameterError("attributes must name at least one Attribute, but it is empty.")
    for attribute in attributes:
        if not isinstance(attribute, Attribute):
            raise ParameterError(
                f"attributes must be a sequence of Attribute, but holds {attribute!r}. Use "
                f"Attribute(name=..., tier='desired', weight=1)."
            )
    names = [attribute.name for attribute in attributes]
    twice = repeated(names)
    if twice:
        raise ParameterError(f"attributes must be different, but {listed(twice)} comes twice.")
    if not any(attribute.weight for attribute in attributes):
        raise ParameterError("the weights of the attributes must not all be 0.")
    return names


def _checked_slopes(unmet_slope: float, exceeded_slope: float) -> tuple[float, float]:
    for name, slope in (("unmet_slope", unmet_slope), ("exceeded_slope", exceeded_slope)):
        if not finite(slope) > 0:
            raise ParameterError(
                f"{name} must be a number > 0, but it is {slope!r}. The tier says which attributes "
                f"have no effect on one side."
            )
    return unmet_slope, exceeded_slope


def _tier(tier: Tier | str) -> Tier:
    try:
        return Tier(tier)
    except ValueError:
        options = [known.value for known in Tier]
        near = did_you_mean(tier, options)
        raise ParameterError(
            f"tier must be one of {listed(options)}, but it is {tier!r}.{near}"
        ) from None
