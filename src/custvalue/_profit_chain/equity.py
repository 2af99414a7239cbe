"""Customer equity: what all customers of a market are worth to each brand, and by what it grows.

Each respondent i is worth CLV_ij = v_j π_j Σ_t (1 + d)^(-t/f_i) B_ijt to brand j, with what a
purchase costs (v), the share of it that is contribution (π), and the probability that the t-th
purchase is of brand j (B): ``switching.py``. The equity of a brand is the weighted mean over
respondents times the customers of the market (Rust, Lemon & Zeithaml 2004, *Journal of Marketing*
68(1), 109-127, equations 1 to 3).

Draws: respondents (or clusters) are drawn with replacement; the effects of a draw are one Newton
step away from those of the sample, by what each respondent adds to slope and curvature.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from pydantic import field_validator

from custvalue._histories.arguments import checked_number
from custvalue._histories.units import Horizon, horizon_in
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.drawing import Units
from custvalue._inference.estimate import rows_by_name
from custvalue._inference.resampled import ResampledEstimate, resampled_estimates
from custvalue._inference.resamples import Resamples
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._lifetime.value.worth import in_words
from custvalue._profit_chain.choice import (
    BrandChoice,
    choice_probabilities,
    switching_probabilities,
)
from custvalue._profit_chain.projects import MOST_MONEY
from custvalue._profit_chain.switching import discounted_purchases
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._values import Frozen, Positive, Probability
from custvalue._words import count, listed, number, percent
from custvalue.errors import ParameterError

RESAMPLES = 500


class Brand(Frozen):
    """What a purchase of a brand brings.

    Parameters
    ----------
    spend : float
        What a customer pays for it, in money.
    margin : float
        Share of that which is contribution, from 0 to 1.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> profit_chain.Brand(spend=900, margin=0.25).spend
    900.0
    """

    spend: Positive
    margin: Probability

    @field_validator("spend")
    @classmethod
    def _is_money(cls, spend: float) -> float:
        if not spend <= MOST_MONEY:
            raise ValueError(f"must be at most {MOST_MONEY:g}, but it is {spend:g}.")
        return spend

    @property
    def contribution(self) -> float:
        """What a purchase leaves, in money."""
        return self.spend * self.margin


@dataclass(frozen=True, eq=False, repr=False)
class Setting(Columns):
    """What equity is computed by."""

    REPR: ClassVar[tuple[str, ...]] = ("customers", "horizon")

    contribution: FloatArray  # of a purchase of each brand
    customers: float
    years: float
    rate: float
    horizon: str | None

    def columns(self) -> dict[str, Any]:
        """Return what a purchase of each brand leaves."""
        return {"contribution": self.contribution}


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Columns):
    """Effects and how often each respondent counts: of the sample, then of each draw."""

    effects: FloatArray  # (1 + draws, effects)
    weights: FloatArray  # (1 + draws, respondents)

    REPR: ClassVar[tuple[str, ...]] = ()

    def columns(self) -> dict[str, Any]:
        """Return the effects, one row for each draw."""
        return {f"effect {k}": its for k, its in enumerate(self.effects.T)}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class CustomerEquity(Tabulated, Columns):
    """What the customers of a market are worth to each brand.

    Parameters
    ----------
    estimates, shares : tuple of ResampledEstimate
        Equity of each brand in money, and its share in that of all.
    choice : BrandChoice
        The model of the next choice.
    setting : Setting
        Contributions, customers, horizon and discount.
    drawn : Drawn
        The draws behind intervals, which changes share.
    """

    TITLE: ClassVar[str] = "Customer equity"
    SHOWN: ClassVar = shown(
        "equity, low, high, share, share_low: low, share_high: high, per_customer: per customer"
    )
    LABELS: ClassVar[str] = "brand"
    REPR: ClassVar[tuple[str, ...]] = ("brands",)

    estimates: tuple[ResampledEstimate, ...]
    shares: tuple[ResampledEstimate, ...]
    choice: BrandChoice
    setting: Setting
    drawn: Drawn

    @property
    def brands(self) -> tuple[str, ...]:
        """Names of the brands."""
        return self.choice.brands

    @cached_property
    def _now(self) -> FloatArray:
        """Equity of each brand in the sample and in each draw, shape (1 + draws, brands)."""
        drawn = np.stack([its.draws for its in self.estimates], axis=1)
        return read_only(np.vstack([[its.value for its in self.estimates], drawn]))

    @cached_property
    def switching(self) -> FloatArray:
        """P(next | last), the mean over respondents, shape (from, to), brands in their order."""
        each = switching_probabilities(self.choice.asked, self.choice.coefficients)
        weights = self.choice.asked.sample.weights
        return read_only(np.einsum("i,ijk->jk", weights / weights.sum(), each))

    def change(self, points: Mapping[str, float], *, brand: str) -> EquityChange:
        """Return what it changes if all rate some drivers of a brand higher or lower.

        Parameters
        ----------
        points : mapping of str to float
            Drivers to points of their scale: ``{"quality": 0.2}``.
        brand : str
            Whose.

        Raises
        ------
        ParameterError
            If there is no such driver or brand, or nothing is moved.
        """
        shift = self._shift(points, brand)
        place = self.brands.index(brand)

        def quantities(at: int) -> FloatArray:
            before = self._now[at]
            after = _equity(self.choice, self.setting, self.drawn, at, shift)
            gain = (after - before)[place]
            share = after[place] / after.sum() - before[place] / before.sum()
            return np.array([gain, gain / before[place], share])

        names = ("change in equity", "relative change", "change in share of equity")
        found = _resampled(quantities, self.drawn, names, self.choice)
        return EquityChange(estimates=found, brand=brand, points=dict(points))

    def by_driver(self, brand: str, *, points: float = 0.1) -> DriversOfEquity:
        """Return what each driver of a brand would change, one at a time, most valuable first.

        Parameters
        ----------
        brand : str
            Whose ratings are moved.
        points : float
            By how much, on the scale of the ratings.

        Raises
        ------
        ParameterError
            If there is no such brand, or `points` is 0 or no number.
        """
        found = [
            replace(self.change({name: points}, brand=brand).equity, name=name)
            for name in self.choice.drivers
        ]
        best_first = sorted(found, key=lambda its: -its.value)
        return DriversOfEquity(estimates=tuple(best_first), brand=brand, points=float(points))

    def _shift(self, points: Mapping[str, float], brand: str) -> FloatArray:
        if brand not in self.brands:
            raise ParameterError(
                f"brand must be one of {listed(self.brands)}, but it is {brand!r}."
            )
        if not isinstance(points, Mapping) or not points:
            raise ParameterError(
                f"points must be a mapping such as {{'quality': 0.2}}, but it is {points!r}."
            )
        shift = np.zeros((len(self.brands), len(self.choice.drivers)))
        for name, by in points.items():
            if name not in self.choice.drivers:
                known = listed(self.choice.drivers)
                raise ParameterError(f"points names the driver {name!r}; there are {known}.")
            value = checked_number(
                f"points[{name!r}]", by, lambda its: 0 < abs(its) < MOST_POINTS, MOVES
            )
            shift[self.brands.index(brand), self.choice.drivers.index(name)] = value
        return shift

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        for its, share in zip(self.estimates, self.shares, strict=True):
            ends, of_share = its.confidence_interval(level), share.confidence_interval(level)
            values = {
                "brand": its.name,
                "equity": its.value,
                "low": ends.low,
                "high": ends.high,
                "share": share.value,
                "share_low": of_share.low,
                "share_high": of_share.high,
                "per_customer": its.value / self.setting.customers,
                "standard_error": its.standard_error,
                "n": its.n,
            }
            rows.append(Row(its.name, values))
        return rows

    def _notes(self) -> Iterable[str]:
        ahead = "for ever" if self.setting.horizon is None else f"within {self.setting.horizon}"
        yield (
            f"{number(self.setting.customers)} customers in the market, {ahead}, discounted by "
            f"{percent(self.setting.rate, 1)} a year; "
            f"{count(len(self.choice.asked), 'respondent')}."
        )
        yield f"95 % intervals, {self.estimates[0].confidence_interval().method}."


MOST_POINTS = 100.0  # of any scale of ratings
MOST_CUSTOMERS, MANY = 1e12, "> 0 and <= 1e12, as in 50_000"
MOVES = "a number other than 0, as in 0.1"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class EquityChange(Tabulated, Columns):
    """What a change of ratings does to the equity of a brand.

    Parameters
    ----------
    estimates : tuple of ResampledEstimate
        Change in equity in money, the same relative to the equity, change in the share of equity.
    brand : str
        Whose ratings change.
    points : dict of str to float
        By how many points of which drivers.
    """

    TITLE: ClassVar[str] = "Change in customer equity"
    SHOWN: ClassVar = shown("value: estimate, low, high, standard_error")
    REPR: ClassVar[tuple[str, ...]] = ("brand", "points")

    estimates: tuple[ResampledEstimate, ...]
    brand: str
    points: dict[str, float]

    @property
    def equity(self) -> ResampledEstimate:
        """Change in equity, in money."""
        return self.estimates[0]

    def return_on(self, cost: float) -> ResampledEstimate:
        """Return (change in equity - cost) / cost.

        Parameters
        ----------
        cost : float
            Of what changes the ratings, in money of today.

        Raises
        ------
        ParameterError
            If the cost is not > 0.
        """
        checked_number("cost", cost, lambda its: 0 < its < math.inf, "> 0, as in 80_000")
        its = self.equity
        return replace(
            its,
            name="return on the cost",
            value=its.value / cost - 1,
            standard_error=(its.standard_error or 0.0) / cost,
            draws=its.draws / cost - 1,
        )

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self.estimates, level)

    def _notes(self) -> Iterable[str]:
        moved = listed([f"{name} {by:+g}" for name, by in self.points.items()])
        yield f"{self.brand}: {moved}. Association, not proof of cause."


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class DriversOfEquity(Tabulated, Columns):
    """What each driver changes in the equity of a brand, the most valuable first.

    Parameters
    ----------
    estimates : tuple of ResampledEstimate
        Change in equity, in money, one for each driver.
    brand : str
        Whose ratings change.
    points : float
        By how much each.
    """

    TITLE: ClassVar[str] = "What drives customer equity"
    SHOWN: ClassVar = shown("value: change in equity, low, high, standard_error")
    REPR: ClassVar[tuple[str, ...]] = ("brand", "points")

    estimates: tuple[ResampledEstimate, ...]
    brand: str
    points: float

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self.estimates, level)

    def _notes(self) -> Iterable[str]:
        yield (
            f"If all rate a driver of {self.brand} {self.points:+g} points, one driver at a time. "
            f"Association, not proof of cause."
        )


def equity(
    model: BrandChoice,
    *,
    brands: Mapping[str, Brand | Mapping[str, float]],
    customers: float,
    annual_discount_rate: float,
    horizon: Horizon | None = "3 years",
    method: Bootstrap | None = None,
) -> CustomerEquity:
    """Return what the customers of a market are worth to each brand.

    Parameters
    ----------
    model : BrandChoice
        What decides the next choice: :meth:`BrandChoice.fit`.
    brands : mapping of str to Brand
        Each brand of the model to what a purchase brings: ``{"ours": {"spend": 900, "margin":
        0.25}, …}``.
    customers : float
        Customers of the market, those of rivals too.
    annual_discount_rate : float
        As in 0.1 for 10 %.
    horizon : str, timedelta or None
        How far ahead, as in ``"3 years"``; None for ever.
    method : Bootstrap, optional
        How respondents are drawn; 500 times by default.

    Returns
    -------
    CustomerEquity
        With :meth:`~CustomerEquity.change` and :meth:`~CustomerEquity.by_driver`.

    Raises
    ------
    ParameterError
        If a brand is missing or unknown, a number is out of bounds, or nothing is discounted for
        ever.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> from custvalue.datasets import simulate_brand_choice
    >>> from custvalue.survey import Bootstrap
    >>> frame = simulate_brand_choice(400, rng=1)
    >>> choice = profit_chain.BrandChoice.fit(
    ...     frame,
    ...     respondent="respondent",
    ...     brand="brand",
    ...     last="last",
    ...     chosen="next",
    ...     drivers=["quality", "price", "convenience"],
    ...     purchases_a_year="purchases_a_year",
    ... )
    >>> market = profit_chain.equity(
    ...     choice,
    ...     brands={name: {"spend": 900, "margin": 0.25} for name in choice.brands},
    ...     customers=50_000,
    ...     annual_discount_rate=0.1,
    ...     method=Bootstrap(100, rng=1),
    ... )
    >>> market.change({"quality": 0.2}, brand="ours").equity.value > 0
    True
    """
    if not isinstance(model, BrandChoice):
        raise ParameterError(
            f"model must be a BrandChoice, as BrandChoice.fit returns it, but it is: "
            f"{type(model).__name__}."
        )
    setting = _setting(model, brands, customers, annual_discount_rate, horizon)
    asked = require_bootstrap(Bootstrap(RESAMPLES) if method is None else method)
    drawn = _drawn(model, asked)
    n = len(model.brands)

    def quantities(at: int) -> FloatArray:
        found = _equity(model, setting, drawn, at, None)
        return np.concatenate((found, found / found.sum()))

    both = _resampled(quantities, drawn, model.brands * 2, model)
    return CustomerEquity(
        estimates=both[:n],
        shares=tuple(replace(its, bounds=(0.0, 1.0)) for its in both[n:]),
        choice=model,
        setting=setting,
        drawn=drawn,
    )


def _setting(
    model: BrandChoice,
    brands: Mapping[str, Brand | Mapping[str, float]],
    customers: float,
    annual_discount_rate: float,
    horizon: Horizon | None,
) -> Setting:
    if not isinstance(brands, Mapping) or set(brands) != set(model.brands):
        given = listed(list(brands)) if isinstance(brands, Mapping) and brands else repr(brands)
        raise ParameterError(
            f"brands must name what each of {listed(model.brands)} brings, as in "
            f"{{{model.brands[0]!r}: {{'spend': 900, 'margin': 0.25}}}}, but they are {given}."
        )
    each = [its if isinstance(its, Brand) else _brand(name, its) for name, its in brands.items()]
    by_name = dict(zip(brands, each, strict=True))
    checked_number("customers", customers, lambda its: 0 < its <= MOST_CUSTOMERS, MANY)
    continuous_rate(annual_discount_rate, "year")
    if horizon is None and not annual_discount_rate > 0:
        raise ParameterError(
            "annual_discount_rate must be > 0 where horizon=None: purchases have no end. Give a "
            "horizon, as in '3 years'."
        )
    years = math.inf if horizon is None else horizon_in(horizon, "year")
    if not years > 0:
        raise ParameterError(f"horizon must be > 0, as in '3 years', but it is {horizon!r}.")
    return Setting(
        contribution=np.array([by_name[name].contribution for name in model.brands]),
        customers=float(customers),
        years=years,
        rate=float(annual_discount_rate),
        horizon=None if horizon is None else in_words(horizon),
    )


def _brand(name: str, given: Any) -> Brand:
    if not isinstance(given, Mapping):
        raise ParameterError(
            f"brands[{name!r}] must be a Brand, or a mapping such as {{'spend': 900, 'margin': "
            f"0.25}}, but it is {given!r}."
        )
    return Brand(**given)


def _drawn(model: BrandChoice, method: Bootstrap) -> Drawn:
    """Draw respondents or clusters; effects follow by one Newton step."""
    sample = model.asked.sample
    n, start = len(model.asked), model.coefficients
    effects, weights = [start], [sample.weights]
    units = Units.of(n, sample)
    for drawn in units.drawn(method):
        times = np.bincount(units.rows(drawn), minlength=n).astype(np.float64)
        information = np.einsum("i,ikl->kl", times, model.curvatures)
        step, *_ = np.linalg.lstsq(information, times @ model.slopes)
        effects.append(start + step)
        weights.append(times * sample.weights)
    return Drawn(np.array(effects), np.array(weights))


def _equity(
    model: BrandChoice, setting: Setting, drawn: Drawn, at: int, shift: FloatArray | None
) -> FloatArray:
    """Return the equity of each brand in the sample (0) or in a draw."""
    weights, beta = drawn.weights[at], drawn.effects[at]
    rows = np.flatnonzero(weights > 0)
    asked = model.asked.of_rows(rows)
    moved = asked if shift is None else asked.moved(shift)
    worth = discounted_purchases(
        switching_probabilities(moved, beta),
        choice_probabilities(moved, beta),
        asked.a_year,
        setting.years,
        setting.rate,
    )
    mean = weights[rows] @ worth / weights[rows].sum()
    return np.asarray(setting.customers * setting.contribution * mean)


def _resampled(
    quantities: Callable[[int], FloatArray],
    drawn: Drawn,
    names: tuple[str, ...],
    model: BrandChoice,
) -> tuple[ResampledEstimate, ...]:
    found = np.array([quantities(at) for at in range(len(drawn.effects))])
    sample = model.asked.sample
    units = Units.of(len(model.asked), sample)
    resamples = Resamples(
        values=found[0],
        draws=found[1:],
        accelerations=np.empty(0),
        n=int(np.count_nonzero(sample.weights)),
        **units.widening(),
    )
    weights = sample.weights
    effective = float(weights.sum() ** 2 / (weights @ weights))
    return resampled_estimates(resamples, names, effective_n=effective)
