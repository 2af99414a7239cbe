"""Which brand customers choose next: a multinomial logit with the brand that was bought last.

The utility of brand j for respondent i who bought brand k last is

    U = β₀ [j = k] + Σ_d β_d x_ijd,     P(j | k) = e^U_j / Σ e^U                                 (1)

(Rust, Lemon & Zeithaml 2004, *Journal of Marketing* 68(1), 109-127, equations 4 and 5): β₀ is
inertia, and β_d what a point of the driver d adds. Only brands that a respondent was asked about
can be chosen. The log-likelihood is concave, Σ_i w_i Σ_j y_ij log P_ij, y being the choice or its
stated probabilities. Its standard errors are those of the survey: robust, by cluster where there
are clusters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.estimate import Estimate, rows_by_name
from custvalue._numerics.maximum import Derivatives, maximise
from custvalue._profit_chain.asked_brands import AskedBrands, read_brands, refuse_constant
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray
from custvalue._words import count, listed, percent
from custvalue.errors import EstimationError

LAST = "bought last"
EYE = 1e-10  # share of all information below which a direction is unknown
CERTAIN = 1e-3  # share of the information at the start, where choices are as good as certain
SEEN = 0.1  # share of an effect in a direction from which on it is named


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class BrandChoice(Tabulated, Columns):
    """A model of the next choice, fitted to respondents.

    Parameters
    ----------
    effects : tuple of Estimate
        Of the brand bought last and of each driver, as log odds: e^effect multiplies the odds of a
        brand against another one.
    log_likelihood, without_drivers : float
        At these effects, and where all brands that were asked about are alike; weights add up to
        the number of respondents.
    asked : AskedBrands
        What it was fitted to.
    curvatures : ndarray of float64, shape (respondents, effects, effects)
        What each adds to the information, weighted.
    slopes : ndarray of float64, shape (respondents, effects)
        What each adds to the slope of the log-likelihood, weighted.
    """

    TITLE: ClassVar[str] = "What decides the next choice"
    SHOWN: ClassVar = shown("effect, low, high, standard_error: SE, odds_ratio: odds ratio")
    LABELS: ClassVar[str] = ""
    REPR: ClassVar[tuple[str, ...]] = ("brands", "drivers")

    effects: tuple[Estimate, ...]
    log_likelihood: float
    without_drivers: float
    asked: AskedBrands
    curvatures: FloatArray
    slopes: FloatArray

    @classmethod
    def fit(
        cls,
        frame: Any,
        *,
        respondent: str,
        brand: str,
        last: str,
        chosen: str,
        drivers: Sequence[str],
        purchases_a_year: str | float = 1.0,
        weights: str | None = None,
        cluster: str | None = None,
    ) -> BrandChoice:
        """Fit the model to one row for each respondent and brand.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, …, or column name to values.
        respondent, brand : str
            Columns that say who was asked about which brand.
        last : str
            Column with 1 for the brand that was bought last, else 0; all 0 where it was none of
            these.
        chosen : str
            Column with 1 for the brand of the next purchase, else 0; or stated probabilities that
            add up to 1.
        drivers : sequence of str
            Columns of ratings, such as quality, price and convenience.
        purchases_a_year : str or float
            Purchases in the category per year: a column, or the same for everybody.
        weights, cluster : str, optional
            Columns of sampling weights and of the units that were sampled whole.

        Raises
        ------
        DataError
            If columns are absent, an answer is missing or impossible, a respondent has two rows for
            a brand, or choices do not add up to 1.
        EstimationError
            If the drivers cannot be told apart, or tell every choice without a doubt.

        Examples
        --------
        >>> from custvalue import profit_chain
        >>> from custvalue.datasets import simulate_brand_choice
        >>> frame = simulate_brand_choice(400, rng=1)
        >>> choice = profit_chain.BrandChoice.fit(
        ...     frame,
        ...     respondent="respondent",
        ...     brand="brand",
        ...     last="last",
        ...     chosen="next",
        ...     drivers=["quality", "price", "convenience"],
        ... )
        >>> choice.effects[0].name
        'bought last'
        """
        found = read_brands(
            frame,
            respondent=respondent,
            brand=brand,
            last=last,
            chosen=chosen,
            drivers=drivers,
            purchases_a_year=purchases_a_year,
            weights=weights,
            cluster=cluster,
        )
        refuse_constant(found)
        return _fitted(found)

    @property
    def brands(self) -> tuple[str, ...]:
        """Names of the brands, in ascending order."""
        return self.asked.brands

    @property
    def drivers(self) -> tuple[str, ...]:
        """Names of the drivers."""
        return self.asked.drivers

    @property
    def coefficients(self) -> FloatArray:
        """The effects as numbers, that of the last brand first; shape (1 + drivers,)."""
        return np.array([its.value for its in self.effects])

    @property
    def pseudo_r_squared(self) -> float:
        """McFadden's: how much of the log-likelihood the effects explain."""
        return 1 - self.log_likelihood / self.without_drivers

    @property
    def hit_rate(self) -> float:
        """Share of respondents whose most probable brand is the one that they chose, weighted.

        Brands that are equally probable, or stated probabilities, count in part.
        """
        chances = choice_probabilities(self.asked, self.coefficients)
        best = chances >= chances.max(axis=1, keepdims=True) * (1 - EYE)
        weights = self.asked.sample.weights
        hits = (best * self.asked.chosen).sum(axis=1) / best.sum(axis=1)
        return float(weights @ hits / weights.sum())

    def _rows(self, level: float) -> Sequence[Row]:
        rows = rows_by_name(self.effects, level, value="effect")
        return [
            Row(row.label, {**row.values, "odds_ratio": float(np.exp(its.value))})
            for row, its in zip(rows, self.effects, strict=True)
        ]

    def _notes(self) -> Iterable[str]:
        yield (
            f"{count(len(self.asked), 'respondent')}, {count(len(self.brands), 'brand')}: "
            f"{listed(self.brands)}."
        )
        yield (
            f"McFadden's R² {self.pseudo_r_squared:.3f}, most probable brand chosen by "
            f"{percent(self.hit_rate, 1)}."
        )
        yield "Effects are log odds for one point more. Association, not proof of cause."


def choice_probabilities(asked: AskedBrands, beta: FloatArray) -> FloatArray:
    """Return how probable each brand is as the next one, shape (respondents, brands)."""
    return _softmax(asked.asked @ beta, asked.known)


def _softmax(utility: FloatArray, known: Any) -> FloatArray:
    utility = np.where(known, utility, -np.inf)
    raised = np.exp(utility - utility.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def switching_probabilities(asked: AskedBrands, beta: FloatArray) -> FloatArray:
    """Return P(next | last) of each respondent, shape (respondents, from, to)."""
    utility = (asked.ratings @ beta[1:])[:, None, :] + beta[0] * np.eye(len(asked.brands))
    return _softmax(utility, asked.known[:, None, :])


def _parts(asked: AskedBrands, beta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each respondent's log-likelihood, slope and curvature."""
    terms = asked.asked
    utility = np.where(asked.known, terms @ beta, -np.inf)
    top = utility.max(axis=1, keepdims=True)
    norm = top[:, 0] + np.log(np.exp(utility - top).sum(axis=1))
    chances = _softmax(utility, asked.known)
    seen = np.where(asked.chosen > 0, utility, 0.0)
    value = (asked.chosen * seen).sum(axis=1) - norm
    mean = np.einsum("ij,ijk->ik", chances, terms)
    slope = np.einsum("ij,ijk->ik", asked.chosen, terms) - mean
    about = terms - mean[:, None, :]
    return value, slope, np.einsum("ij,ijk,ijl->ikl", chances, about, about)


def _fitted(asked: AskedBrands) -> BrandChoice:
    weights = asked.sample.weights / asked.sample.weights.mean()
    names = (LAST, *asked.drivers)

    def surface(beta: FloatArray) -> Derivatives:
        value, slope, curvature = _parts(asked, beta)
        total = np.einsum("i,ikl->kl", weights, curvature)
        return Derivatives(float(weights @ value), weights @ slope, -total)

    scale = _spread(asked)
    start = np.zeros(len(names))
    at_start = surface(start)
    least = _require_known(at_start.hessian, scale, names)
    found = maximise(surface, start)
    if _flattest(found.at.hessian, scale, names)[0] <= CERTAIN * least:
        largest = names[int(np.abs(found.point * scale).argmax())]
        raise EstimationError(
            f"the log-likelihood has no maximum: {largest!r} tells choices without a doubt. Leave "
            f"it out, or ask more people."
        )
    _, slope, curvature = _parts(asked, found.point)
    slopes, curvatures = weights[:, None] * slope, weights[:, None, None] * curvature
    return BrandChoice(
        effects=_effects(asked, names, found.point, slopes, curvatures),
        log_likelihood=found.at.value,
        without_drivers=at_start.value,
        asked=asked,
        curvatures=curvatures,
        slopes=slopes,
    )


def _spread(asked: AskedBrands) -> FloatArray:
    """Return standard deviations of the terms between the brands of a respondent."""
    known = asked.known[:, :, None]
    mean = np.where(known, asked.asked, 0.0).sum(axis=1) / asked.known.sum(axis=1)[:, None]
    about = np.where(known, asked.asked - mean[:, None, :], 0.0)
    return np.asarray(np.sqrt((about**2).sum(axis=(0, 1)) / asked.known.sum()))


def _require_known(hessian: FloatArray, scale: FloatArray, names: Sequence[str]) -> float:
    if not scale[0] > 0:
        raise EstimationError(
            "nobody bought one of these brands last, so that inertia is not known. Check the "
            "column of the last brand."
        )
    information, mixed = _flattest(hessian, scale, names)
    if information <= EYE * float(np.trace(-hessian / np.outer(scale, scale))):
        raise EstimationError(
            f"the effects of {listed(mixed)} cannot be told apart: one follows from the others. "
            f"Leave one out."
        )
    return information


def _flattest(
    hessian: FloatArray, scale: FloatArray, names: Sequence[str]
) -> tuple[float, list[str]]:
    """Return the least information in any direction, and the effects that are in it."""
    information, directions = np.linalg.eigh(-hessian / np.outer(scale, scale))
    shares = zip(names, directions[:, 0], strict=True)
    return float(information[0]), [name for name, share in shares if abs(share) > SEEN]


def _effects(
    asked: AskedBrands,
    names: Sequence[str],
    beta: FloatArray,
    slopes: FloatArray,
    curvatures: FloatArray,
) -> tuple[Estimate, ...]:
    """Return the coefficients with robust standard errors, by cluster where there are several."""
    influence = slopes @ np.linalg.inv(curvatures.sum(axis=0))
    weights, clusters = asked.sample.weights, asked.sample.clusters
    counted = np.flatnonzero(weights > 0)
    n = len(counted)
    effective = float(weights.sum() ** 2 / (weights @ weights))
    fields: dict[str, Any] = {}
    if clusters is None:
        variance = (influence**2).sum(axis=0) * n / (n - 1)
    else:
        design, place = clusters.of_rows(counted).design(weights[counted])
        added = np.stack([np.bincount(place, its, design.clusters) for its in influence[counted].T])
        variance = np.array([(design.root(its) ** 2).sum() for its in added])
        fields = {"clusters": design.clusters, "degrees_of_freedom": design.degrees_of_freedom}
    return tuple(
        Estimate(
            name=name,
            value=float(value),
            standard_error=float(np.sqrt(its)),
            n=n,
            effective_n=effective,
            **fields,
        )
        for name, value, its in zip(names, beta, variance, strict=True)
    )
