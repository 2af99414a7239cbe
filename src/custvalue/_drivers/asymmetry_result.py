"""The results of :func:`custvalue.drivers.asymmetry`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from custvalue._drivers.tiers import Attribute, Tier, attribute_of
from custvalue._inference.estimate import Estimate, ends_of
from custvalue._inference.resampled import ResampledEstimate
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Frozen, Level, Probability
from custvalue._words import count, number, one_line, percent

Role = Literal["hygiene", "satisfier"]

NOT_KANO = (
    "Classes of a regression are not Kano's classification, and depend on the cuts (Mikulić & "
    "Prebežac 2011)."
)


class AsymmetricAttribute(Frozen):
    """How one attribute moves overall satisfaction, down and up.

    Parameters
    ----------
    name : str
        The attribute.
    low, high : float
        Its cuts: answers at `low` or worse, and at `high` or better.
    penalty, reward : Estimate or None
        Points of overall satisfaction, against answers between the cuts; t with n - coefficients
        degrees of freedom, standard errors linearised (robust to unequal variances), n the
        respondents whose answers are at the cut or beyond. None where there are no such answers.
    asymmetry : ResampledEstimate or Estimate or None
        IA; a penalty above 0 or a reward below 0 counts as 0. None where both do, or one is None.
        It has an interval where resamples have an IA.
    tier : Tier or None
        satisfied (must-be) if IA < -margin, surprised (attractive) if IA > margin, else desired;
        None where neither the penalty nor the reward can be told from 0, or IA is None.
    reason : str
        Why there is no tier; empty where there is one.
    role : str or None
        Naumann & Jackson's role: satisfier if the interval of the reward is above 0, hygiene if
        only that of the penalty is below 0, else None.
    probabilities : dict of Tier to float
        Share of the resamples in which IA gives each tier; they add up to less than 1 where
        resamples have no IA.
    """

    name: str
    low: float
    high: float
    penalty: Estimate | None
    reward: Estimate | None
    asymmetry: ResampledEstimate | Estimate | None
    tier: Tier | None
    reason: str
    role: Role | None
    probabilities: dict[Tier, Probability]

    @property
    def impact(self) -> float | None:
        """``|penalty| + reward``, the range of impact on overall satisfaction (RIOCS)."""
        if self.penalty is None or self.reward is None:
            return None
        return sum(sides(self.penalty.value, self.reward.value))


class CutResult(Frozen):
    """The tiers under another pair of cuts.

    Parameters
    ----------
    low, high : float
        The cuts, for all attributes.
    asymmetry : dict of str to float or None
        IA of each attribute.
    tiers : dict of str to Tier or None
        Tier of each attribute.
    """

    low: float
    high: float
    asymmetry: dict[str, float | None]
    tiers: dict[str, Tier | None]


class Asymmetry(Tabulated, Frozen):
    """Penalties and rewards of all attributes, with the tiers that they give.

    Parameters
    ----------
    attributes : tuple of AsymmetricAttribute
        In the order of the items.
    sensitivity : tuple of CutResult
        The same under other cuts.
    margin : float
        Half the width of the range of IA that is taken for desired.
    intercept : float
        Overall satisfaction of respondents who answered between all the cuts.
    r_squared : float
        Share of the variance of overall satisfaction that the regression explains.
    scale, overall_scale : Scale
        Of the attributes and of overall satisfaction.
    n : int
        Respondents used.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    resamples, failed : int
        Resamples drawn, and those that could not be estimated.
    level : float
        Confidence level by which tiers and roles were told, and of the intervals for which no
        other is asked.
    """

    SHOWN: ClassVar = shown(
        "penalty, penalty_low, penalty_high, reward, reward_low, reward_high, asymmetry: IA, "
        "asymmetry_low, asymmetry_high, shown_tier: tier, probability: P(tier)"
    )

    attributes: tuple[AsymmetricAttribute, ...]
    sensitivity: tuple[CutResult, ...]
    margin: Probability
    intercept: float
    r_squared: Probability
    scale: Scale
    overall_scale: Scale
    n: int
    base: Base
    resamples: int
    failed: int
    level: Level

    def __getitem__(self, name: str) -> AsymmetricAttribute:
        return attribute_of(name, self.attributes)

    @property
    def flips(self) -> dict[str, tuple[Tier | None, ...]]:
        """Attributes whose tier is not the same under all cuts: their tiers, cuts in order."""
        found = {}
        for attribute in self.attributes:
            tiers = tuple(result.tiers[attribute.name] for result in self.sensitivity)
            if len({attribute.tier, *tiers}) > 1:
                found[attribute.name] = tiers
        return found

    @property
    def roles(self) -> dict[str, Role]:
        """Naumann & Jackson's roles of the attributes that have one, by name."""
        return {a.name: a.role for a in self.attributes if a.role is not None}

    def tiered(self) -> tuple[Attribute, ...]:
        """Return the attributes that have a tier, weighted by their impact.

        Returns
        -------
        tuple of Attribute
            As :func:`custvalue.satisfaction.satisfaction_effect` takes them.
        """
        return tuple(
            Attribute(name=a.name, tier=a.tier, weight=a.impact or 0.0)
            for a in self.attributes
            if a.tier is not None
        )

    def _usual_level(self) -> float:
        return self.level

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _columns(its, level)) for its in self.attributes]

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, **_shown_tier(its)})
            for row, its in zip(self._rows(self.level), self.attributes, strict=True)
        ]

    def _title(self) -> str:
        return f"Asymmetric response of overall satisfaction, scale {self.overall_scale}"

    def __repr__(self) -> str:
        return one_line(
            "Asymmetry",
            attributes=len(self.attributes),
            n=self.n,
            flips=len(self.flips) if self.sensitivity else None,
        )

    def _notes(self) -> tuple[str, ...]:
        same = len({(a.low, a.high) for a in self.attributes}) == 1
        first = self.attributes[0]
        cuts = f"low {number(first.low)}, high {number(first.high)}" if same else "by attribute"
        flips = "No other cuts were tried, so how tiers depend on them is unknown: use cuts=[…]."
        if self.sensitivity:
            flips = (
                f"Other tier under {count(len(self.sensitivity), 'other pair')} of cuts: "
                f"{len(self.flips)} of {count(len(self.attributes), 'attribute')}."
            )
        resampled = (
            f"IA bootstrap percentile, {count(self.resamples, 'resample')}, {self.failed:,} failed."
        )
        return (
            f"Cuts: {cuts}, scale {self.scale}; IA within ±{number(self.margin)} is desired.",
            f"{percent(self.level)} intervals: coefficients t, linearised; {resampled}",
            f"{self.base} R² {self.r_squared:.3f}.",
            flips,
            *(f"{a.name}: {a.reason}." for a in self.attributes if a.reason),
            NOT_KANO,
        )


def _columns(its: AsymmetricAttribute, level: float) -> dict[str, Any]:
    return {
        "attribute": its.name,
        "low": its.low,
        "high": its.high,
        **ends_of("penalty", its.penalty, level),
        **ends_of("reward", its.reward, level),
        "impact": its.impact,
        **ends_of("asymmetry", its.asymmetry, level),
        "tier": its.tier.value if its.tier else None,
        **{tier.value: its.probabilities.get(tier, 0.0) for tier in Tier},
    }


def _shown_tier(its: AsymmetricAttribute) -> dict[str, str | None]:
    if its.tier is None:
        return {"shown_tier": None, "probability": None}
    chance = percent(its.probabilities.get(its.tier, 0.0))
    return {"shown_tier": f"{its.tier.value} {its.tier.chinese}", "probability": chance}


def sides(penalty: float, reward: float) -> tuple[float, float]:
    """Return |penalty| and reward; one with the wrong sign counts as 0."""
    return max(-penalty, 0.0), max(reward, 0.0)
