"""The results of :func:`custvalue.kano.asymmetric_response`."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._inference.interval import Interval
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._satisfaction.tiers import Attribute, Tier
from custvalue._table import Table
from custvalue._values import Frozen, Level, NonNegative, Positive, Probability
from custvalue._words import count, did_you_mean, listed, number, one_line, percent
from custvalue.errors import DataError

Role = Literal["hygiene", "satisfier"]

NOT_KANO = (
    "Classes of a regression are not Kano's classification, and depend on the cuts (Mikulić & "
    "Prebežac 2011)."
)


class Coefficient(Frozen):
    """A penalty or a reward.

    Parameters
    ----------
    value : float
        Points of overall satisfaction, against answers between the cuts.
    standard_error : float
        Linearised (robust to unequal variances), with sampling weights.
    interval : Interval
        t with n - coefficients degrees of freedom.
    n : int
        Respondents whose answers are at the cut or beyond.
    """

    value: float
    standard_error: NonNegative
    interval: Interval
    n: int


class AsymmetricAttribute(Frozen):
    """How one attribute moves overall satisfaction, down and up.

    Parameters
    ----------
    name : str
        The attribute.
    low, high : float
        Its cuts: answers at `low` or worse, and at `high` or better.
    penalty, reward : Coefficient or None
        None where nobody answered there.
    asymmetry : float or None
        IA; a penalty above 0 or a reward below 0 counts as 0. None where both do, or one is None.
    asymmetry_interval : Interval or None
        Percentiles of the bootstrap of respondents.
    tier : Tier or None
        satisfied (must-be) if IA < -margin, surprised (attractive) if IA > margin, else desired;
        None where neither the penalty nor the reward can be told from 0, or IA is None.
    reason : str
        Why there is no tier; empty where there is one.
    probabilities : dict of Tier to float
        Share of the resamples in which IA gives each tier; they add up to less than 1 where
        resamples have no IA.
    """

    name: str
    low: float
    high: float
    penalty: Coefficient | None
    reward: Coefficient | None
    asymmetry: float | None
    asymmetry_interval: Interval | None
    tier: Tier | None
    reason: str
    probabilities: dict[Tier, Probability]

    @property
    def impact(self) -> float | None:
        """``|penalty| + reward``, the range of impact on overall satisfaction (RIOCS)."""
        if self.penalty is None or self.reward is None:
            return None
        return sum(sides(self.penalty.value, self.reward.value))

    @property
    def role(self) -> Role | None:
        """Naumann & Jackson's role: satisfier if there is a reward, hygiene if only a penalty.

        None where the interval of neither leaves out 0.
        """
        if self.reward is not None and self.reward.interval.low > 0:
            return "satisfier"
        return "hygiene" if self.penalty and self.penalty.interval.high < 0 else None


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


class AsymmetricResponse(Frozen):
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
        Overall satisfaction of who answered between all the cuts.
    r_squared : float
        Share of the variance of overall satisfaction that the regression explains.
    scale, overall_scale : Scale
        Of the attributes and of overall satisfaction.
    n : int
        Respondents used.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    replicates, failed : int
        Resamples of the bootstrap, and those that could not be estimated.
    level : float
        Confidence level of the intervals.
    """

    attributes: tuple[AsymmetricAttribute, ...]
    sensitivity: tuple[CutResult, ...]
    margin: Probability
    intercept: float
    r_squared: Probability
    scale: Scale
    overall_scale: Scale
    n: int
    base: Base
    replicates: Positive
    failed: int
    level: Level

    def __getitem__(self, name: str) -> AsymmetricAttribute:
        names = [attribute.name for attribute in self.attributes]
        if name not in names:
            raise DataError(
                f"there is no attribute {name!r}.{did_you_mean(name, names)} The attributes are "
                f"{listed(names)}."
            )
        return self.attributes[names.index(name)]

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

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each attribute as a plain dict; NaN and "" where there is nothing.

        Returns
        -------
        dict of str to ndarray
            attribute, low, high (cuts), penalty and reward with their ends, impact, asymmetry
            with its ends, tier, and the probabilities satisfied, desired, surprised.
        """
        numbers = np.array([_numbers(attribute) for attribute in self.attributes])
        ends = ("", "_low", "_high")
        names = (
            *("low", "high"),
            *(f"penalty{end}" for end in ends),
            *(f"reward{end}" for end in ends),
            "impact",
            *(f"asymmetry{end}" for end in ends),
        )
        return {
            "attribute": np.array([attribute.name for attribute in self.attributes]),
            **{name: numbers[:, place] for place, name in enumerate(names)},
            "tier": np.array([a.tier.value if a.tier else "" for a in self.attributes]),
            **{
                tier.value: np.array([a.probabilities.get(tier, 0.0) for a in self.attributes])
                for tier in Tier
            },
        }

    def __repr__(self) -> str:
        return one_line(
            "AsymmetricResponse",
            attributes=len(self.attributes),
            n=self.n,
            flips=len(self.flips) if self.sensitivity else None,
        )

    def _table(self) -> Table:
        rows = tuple(_row(attribute) for attribute in self.attributes)
        header = ("attribute", "penalty", "", "reward", "", "IA", "", "tier", "P(tier)")
        return Table(
            f"Asymmetric response of overall satisfaction, scale {self.overall_scale}",
            header,
            rows,
            self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        same = len({(a.low, a.high) for a in self.attributes}) == 1
        first = self.attributes[0]
        cuts = f"low {number(first.low)}, high {number(first.high)}" if same else "by attribute"
        flips = "No other cuts were tried, so that nothing says how tiers depend on them: cuts=[…]."
        if self.sensitivity:
            flips = (
                f"Other tier under {count(len(self.sensitivity), 'other pair')} of cuts: "
                f"{len(self.flips)} of {count(len(self.attributes), 'attribute')}."
            )
        notes = [
            f"Cuts: {cuts}, scale {self.scale}; IA within ±{number(self.margin)} is desired.",
            (
                f"{percent(self.level)} intervals: coefficients t, linearised; IA bootstrap "
                f"percentile, {count(int(self.replicates), 'resample')}, {self.failed:,} failed."
            ),
            f"{self.base} R² {self.r_squared:.3f}.",
            flips,
            *(f"{a.name}: {a.reason}." for a in self.attributes if a.reason),
            NOT_KANO,
        ]
        return tuple(note for note in notes if note)


def _numbers(a: AsymmetricAttribute) -> tuple[float, ...]:
    nothing = math.nan
    ia = a.asymmetry_interval
    return (
        a.low,
        a.high,
        *_ends(a.penalty),
        *_ends(a.reward),
        nothing if a.impact is None else a.impact,
        nothing if a.asymmetry is None else a.asymmetry,
        *((nothing, nothing) if ia is None else (ia.low, ia.high)),
    )


def _ends(coefficient: Coefficient | None) -> tuple[float, float, float]:
    if coefficient is None:
        return (math.nan, math.nan, math.nan)
    return (coefficient.value, coefficient.interval.low, coefficient.interval.high)


def _row(a: AsymmetricAttribute) -> tuple[str | float | None, ...]:
    parts: list[str | float | None] = [a.name]
    for coefficient in (a.penalty, a.reward):
        parts += (
            [None, "–"] if coefficient is None else [coefficient.value, str(coefficient.interval)]
        )
    tier = "–" if a.tier is None else f"{a.tier.value} {a.tier.chinese}"
    chance = "–" if a.tier is None else percent(a.probabilities.get(a.tier, 0.0))
    interval = "–" if a.asymmetry_interval is None else str(a.asymmetry_interval)
    return (*parts, a.asymmetry, interval, tier, chance)


def sides(penalty: float, reward: float) -> tuple[float, float]:
    """Return |penalty| and reward; one with the wrong sign counts as 0."""
    return max(-penalty, 0.0), max(reward, 0.0)
