"""Customer equity: what all customers of a market are worth to each brand, and by what it grows.

Each respondent i is worth CLV_ij = v_j π_j Σ_t (1 + d)^(-t/f_i) B_ijt to brand j, with what a
purchase costs (v), the share of it that is contribution (π), and the probability that the t-th
purchase is of brand j (B): ``switching.py``. The equity of a brand is the weighted mean over
respondents times the customers of the market (Rust, Lemon & Zeithaml 2004, *Journal of Marketing*
68(1), 109-127, equations 1 to 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
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
from custvalue._profit_chain.choice import BrandChoice, switching_probabilities
from custvalue._profit_chain.equity_draws import Drawn, Setting, drawn_of, equities
from custvalue._profit_chain.observed_switching import ObservedSwitching, read_switching
from custvalue._profit_chain.projects import MOST_MONEY
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


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class CustomerEquity(Tabulated, Columns):
    """What the customers of a market are worth to each brand.

    Parameters
    ----------
    estimates, shares : tuple of ResampledEstimate
        Equity of each brand in money, and its share in that of all.
    choice : BrandChoice or ObservedSwitching
        The model of the next choice, or the table of choices that were observed.
    setting : Setting
        Contributions, customers, horizon and discount.
    drawn : Drawn or None
        The draws behind intervals, which changes share; None without a model.
    """

    TITLE: ClassVar[str] = "Customer equity"
    SHOWN: ClassVar = shown(
        "equity, low, high, share, share_low: low, share_high: high, per_customer: per customer"
    )
    LABELS: ClassVar[str] = "brand"
    REPR: ClassVar[tuple[str, ...]] = ("brands",)

    estimates: tuple[ResampledEstimate, ...]
    shares: tuple[ResampledEstimate, ...]
    choice: BrandChoice | ObservedSwitching
    setting: Setting
    drawn: Drawn | None

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
        if isinstance(self.choice, ObservedSwitching):
            return read_only(self.choice.probabilities)
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
            If there is no such driver or brand, nothing is moved, or equity is of observed
            switching.
        """
        choice, known = self._model()
        shift = self._shift(choice, points, brand)
        place = self.brands.index(brand)

        before, after = self._now, equities(choice, self.setting, known, shift)
        gain = after[:, place] - before[:, place]
        share = after[:, place] / after.sum(axis=1) - before[:, place] / before.sum(axis=1)
        quantities = np.column_stack((gain, gain / before[:, place], share))
        names = ("change in equity", "relative change", "change in share of equity")
        found = _resampled(quantities, names, choice)
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
            If there is no such brand, `points` is 0 or no number, or equity is of observed
            switching.
        """
        choice, _ = self._model()
        found = [
            replace(self.change({name: points}, brand=brand).equity, name=name)
            for name in choice.drivers
        ]
        best_first = sorted(found, key=lambda its: -its.value)
        return DriversOfEquity(estimates=tuple(best_first), brand=brand, points=float(points))

    def _model(self) -> tuple[BrandChoice, Drawn]:
        """Return the model of choice and its draws, which observed switching has not."""
        if not isinstance(self.choice, BrandChoice) or self.drawn is None:
            raise ParameterError(
                "observed switching does not say what drivers change. Ask customers for ratings of "
                "the brands, fit BrandChoice, and give it: equity(model, …)."
            )
        return self.choice, self.drawn

    def _shift(self, choice: BrandChoice, points: Mapping[str, float], brand: str) -> FloatArray:
        if brand not in self.brands:
            raise ParameterError(
                f"brand must be one of {listed(self.brands)}, but it is {brand!r}."
            )
        if not isinstance(points, Mapping) or not points:
            raise ParameterError(
                f"points must be a mapping such as {{'quality': 0.2}}, but it is {points!r}."
            )
        shift = np.zeros((len(self.brands), len(choice.drivers)))
        for name, by in points.items():
            if name not in choice.drivers:
                known = listed(choice.drivers)
                raise ParameterError(f"points names the driver {name!r}; there are {known}.")
            value = checked_number(
                f"points[{name!r}]", by, lambda its: 0 < abs(its) < MOST_POINTS, MOVES
            )
            shift[self.brands.index(brand), choice.drivers.index(name)] = value
        return shift

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        for its, share in zip(self.estimates, self.shares, strict=True):
            ends, of_share = _ends(its, level), _ends(share, level)
            values = {
                "brand": its.name,
                "equity": its.value,
                "low": ends[0],
                "high": ends[1],
                "share": share.value,
                "share_low": of_share[0],
                "share_high": of_share[1],
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
            f"{percent(self.setting.rate, 1)} a year; {self._asked()}."
        )
        if not len(self.estimates[0].draws):
            yield "Shares say nothing of how sure they are: give counts for intervals."
            return
        yield f"95 % intervals, {self.estimates[0].confidence_interval().method}."

    def _asked(self) -> str:
        if isinstance(self.choice, BrandChoice):
            return count(len(self.choice.asked), "respondent")
        observed = f"{count(self.choice.n, 'customer')} observed, " if self.choice.counted else ""
        return f"{observed}switching as observed, without a model of choice"


def _ends(its: ResampledEstimate, level: float) -> tuple[float, float]:
    """Return the ends of the interval, none where nothing was drawn."""
    if not len(its.draws):
        return math.nan, math.nan
    ends = its.confidence_interval(level)
    return ends.low, ends.high


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
    model: BrandChoice | None = None,
    *,
    brands: Mapping[str, Brand | Mapping[str, float]],
    customers: float,
    annual_discount_rate: float,
    switching: Any = None,
    bought_last: Mapping[str, float] | None = None,
    purchases_a_year: float | None = None,
    horizon: Horizon | None = "3 years",
    method: Bootstrap | None = None,
) -> CustomerEquity:
    """Return what the customers of a market are worth to each brand.

    Parameters
    ----------
    model : BrandChoice, optional
        What decides the next choice: :meth:`BrandChoice.fit`. It implies how customers switch.
    brands : mapping of str to Brand
        Each brand of the model to what a purchase brings: ``{"ours": {"spend": 900, "margin":
        0.25}, …}``.
    customers : float
        Customers of the market, those of rivals too.
    annual_discount_rate : float
        As in 0.1 for 10 %.
    switching : mapping or array of shape (brands, brands), optional
        Without a model: how many customers of each brand (rows) bought which one next (columns):
        ``{"ours": {"ours": 80, "rival": 20}, …}``, or in the order of `brands`. Counts bring
        intervals; shares that add up to 1 for each row do not.
    bought_last : mapping of str to float, optional
        With `switching`: the share of customers who bought each brand last. Needed with shares;
        else that of the counts, those counted being a random sample of the market.
    purchases_a_year : float, optional
        With `switching`: purchases of a customer in the category per year, 1 by default. A model
        has its own.
    horizon : str, timedelta or None
        How far ahead, as in ``"3 years"``; None for ever.
    method : Bootstrap, optional
        How respondents, or counts, are drawn; 500 times by default.

    Returns
    -------
    CustomerEquity
        With :meth:`~CustomerEquity.change` and :meth:`~CustomerEquity.by_driver`.

    Raises
    ------
    ParameterError
        If a brand is missing or unknown, a number is out of bounds, nothing is discounted for ever,
        or both a model and observed switching are given.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> from custvalue.datasets import simulate_brand_choice
    >>> from custvalue.survey import Bootstrap
    >>> brands = {name: {"spend": 900, "margin": 0.25} for name in ("ours", "rival")}
    >>> observed = profit_chain.equity(
    ...     switching={"ours": {"ours": 80, "rival": 20}, "rival": {"ours": 15, "rival": 85}},
    ...     brands=brands,
    ...     customers=50_000,
    ...     annual_discount_rate=0.1,
    ... )
    >>> round(observed.estimates[0].value)
    17932725

    With a model, drivers can be moved:

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
    asked = require_bootstrap(Bootstrap(RESAMPLES) if method is None else method)
    if switching is not None:
        names = _names_of(model, brands)
        observed = read_switching(
            switching,
            names,
            bought_last=bought_last,
            purchases_a_year=1 if purchases_a_year is None else purchases_a_year,
        )
        setting = _setting(names, brands, customers, annual_discount_rate, horizon)
        return _observed(observed, setting, asked)
    if not isinstance(model, BrandChoice):
        raise ParameterError(
            f"model must be a BrandChoice, as BrandChoice.fit returns it, but it is: "
            f"{type(model).__name__}. Without a model, give switching=: who bought what next."
        )
    alone = {"bought_last": bought_last, "purchases_a_year": purchases_a_year}
    for name, given in alone.items():
        if given is not None:
            raise ParameterError(
                f"{name} must be left out where a model is given, which knows it, but it is "
                f"{given!r}."
            )
    setting = _setting(model.brands, brands, customers, annual_discount_rate, horizon)
    return _modelled(model, setting, drawn_of(model, asked))


def _modelled(model: BrandChoice, setting: Setting, drawn: Drawn) -> CustomerEquity:
    money = equities(model, setting, drawn)
    columns = np.hstack([money, money / money.sum(axis=1, keepdims=True)])
    both = _resampled(columns, model.brands * 2, model)
    return _found(both, model, setting, drawn)


def _observed(observed: ObservedSwitching, setting: Setting, method: Bootstrap) -> CustomerEquity:
    bought = observed.purchases(setting.years, setting.rate, method)
    money = setting.customers * setting.contribution * bought
    columns = np.hstack([money, money / money.sum(axis=1, keepdims=True)])
    names = observed.brands * 2
    if observed.counted:
        n = max(observed.n, FEWEST)
        resamples = Resamples(columns[0], columns[1:], accelerations=np.empty(0), n=n)
        both = resampled_estimates(resamples, names, effective_n=float(n))
    else:
        both = tuple(
            ResampledEstimate(
                name=name,
                value=float(value),
                standard_error=None,
                n=0,
                effective_n=0.0,
                draws=np.empty(0),
            )
            for name, value in zip(names, columns[0], strict=True)
        )
    return _found(both, observed, setting, None)


def _found(
    both: tuple[ResampledEstimate, ...],
    choice: BrandChoice | ObservedSwitching,
    setting: Setting,
    drawn: Drawn | None,
) -> CustomerEquity:
    n = len(choice.brands)
    return CustomerEquity(
        estimates=both[:n],
        shares=tuple(replace(its, bounds=(0.0, 1.0)) for its in both[n:]),
        choice=choice,
        setting=setting,
        drawn=drawn,
    )


def _names_of(model: Any, brands: Any) -> tuple[str, ...]:
    """Return the brands of observed switching, with which no model may be given."""
    if model is not None:
        raise ParameterError(
            "give a model or switching=, not both: a model says itself how customers switch, "
            "equity(model, …).switching. Compare that with what was observed."
        )
    if not isinstance(brands, Mapping) or len(brands) < FEWEST:
        raise ParameterError(
            "brands must name what each of two brands or more brings, as in {'ours': {'spend': "
            f"900, 'margin': 0.25}}, 'rival': …}}, but they are {brands!r}."
        )
    return tuple(brands)


FEWEST = 2  # brands, and customers counted


def _setting(
    names: Sequence[str],
    brands: Mapping[str, Brand | Mapping[str, float]],
    customers: float,
    annual_discount_rate: float,
    horizon: Horizon | None,
) -> Setting:
    if not isinstance(brands, Mapping) or set(brands) != set(names):
        given = listed(list(brands)) if isinstance(brands, Mapping) and brands else repr(brands)
        raise ParameterError(
            f"brands must name what each of {listed(list(names))} brings, as in "
            f"{{{names[0]!r}: {{'spend': 900, 'margin': 0.25}}}}, but they are {given}."
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
        contribution=np.array([by_name[name].contribution for name in names]),
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


def _resampled(
    found: FloatArray, names: tuple[str, ...], model: BrandChoice
) -> tuple[ResampledEstimate, ...]:
    """Return estimates from the sample and draws, shape (1 + draws, estimates)."""
    sample = model.asked.sample
    units = Units.of(len(model.asked), sample)
    resamples = Resamples(
        values=found[0].copy(),
        draws=found[1:].copy(),
        accelerations=np.empty(0),
        n=int(np.count_nonzero(sample.weights)),
        **units.widening(),
    )
    weights = sample.weights
    effective = float(weights.sum() ** 2 / (weights @ weights))
    return resampled_estimates(resamples, names, effective_n=effective)
