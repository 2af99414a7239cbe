"""A prior in the words of people who know their customers, with one meaning in every model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, NamedTuple, Self

import numpy as np
from pydantic import AfterValidator

from custvalue._checks import Generator, checked_whole, random_generator
from custvalue._histories.units import DAYS, TimeUnit, declared_unit, horizon_in
from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._lifetime.priors.density import of_quantities, with_coefficients
from custvalue._lifetime.priors.quantities import Measure
from custvalue._numerics.maximum import Objective
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, Level, Positive
from custvalue._words import number
from custvalue.errors import ParameterError


def _ascending(ends: tuple[float, float]) -> tuple[float, float]:
    if not ends[0] < ends[1]:
        raise ValueError(f"must be the lower and the upper end, but they are {ends!r}.")
    return ends


def _lengths(ends: tuple[str, str]) -> tuple[str, str]:
    days = [horizon_in(each, "day", "lifetime") for each in ends]
    if not 0 < days[0] < days[1]:
        raise ValueError(f"must be a shorter and a longer time above 0, but they are {ends!r}.")
    return ends


Ends = Annotated[tuple[Positive, Positive], AfterValidator(_ascending)]
Lengths = Annotated[tuple[str, str], AfterValidator(_lengths)]


class Prior(Tabulated, Frozen):
    """What is known of customers before the data, as central intervals of four quantities.

    They mean the same in every model of purchases at any time. Each is lognormal, and they are
    independent: with the probability `level` it lies between its ends. A model cannot be
    everything: where customers leave at a purchase, nobody stays shorter than until the next one
    on average, and the spread of probabilities is limited by their mean; the prior is cut there.

    Parameters
    ----------
    rate : tuple of float
        Mean number of purchases per `unit` of customers, while they are customers: the lower and
        the upper end. r / alpha, in models of regular buyers r / (k alpha).
    unit : {"day", "week", "month", "year"}
        Of the rate. The data may have another one.
    rate_spread : tuple of float
        How different these rates are between customers: their standard deviation over their mean.
        0.5 if most buy about as often, 1 if half of the purchases come from a seventh of the
        customers, 2 if most hardly ever buy. 1 / √r.
    lifetime : tuple of str
        How long customers stay who leave at the mean rate of new customers, as in
        ``("6 months", "5 years")``. After that time 63 % of such customers have left; with a
        spread of 1, half of all in a Pareto/NBD. beta / s; beta / (b s) in a gamma-Gompertz/NBD;
        1 / (rate x mean probability) where customers leave at a purchase, which in a BG/NBD does
        not count the first one.
    lifetime_spread : tuple of float
        How different customers are in their inclination to leave, likewise: 1 / √s, or the
        standard deviation of the probability to leave over its mean.
    ratio : tuple of float
        With covariates only: the ratio e^γ of purchase rates, of dropout rates or odds, between a
        level and the base, or of customers whose numeric covariate is one standard deviation
        higher. The other quantities are then those of customers with the mean of each covariate;
        of covariates that change, its mean over the time observed, and 0 of those of dropout where
        customers leave at a purchase.
    ageing : tuple of float
        Of a gamma-Gompertz/NBD only: by how much the logarithm of a customer's inclination to
        leave grows within that lifetime.
    level : float
        Probability of each interval.

    Raises
    ------
    ParameterError
        If an end is not positive, two are not in order, or a lifetime has no unit.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> known = lifetime.Prior(rate=(2, 8), unit="year", lifetime=("1 year", "6 years"))
    >>> truth = lifetime.MBGNBD(r=1.5, alpha=15, a=0.8, b=4, unit="week")
    >>> few = truth.simulate(50, age="52 weeks", rng=1)
    >>> fit = lifetime.MBGNBD.fit(few, prior=known)
    >>> fit.converged, truth.r in fit.confidence_interval(0.9)["r"]
    (True, True)
    """

    TITLE: ClassVar[str] = "Prior"
    LABELS: ClassVar[str] = "quantity"
    SHOWN: ClassVar = shown("low, median, high, unit")

    rate: Ends
    unit: TimeUnit
    rate_spread: Ends = (0.3, 3.0)
    lifetime: Lengths = ("1 month", "20 years")
    lifetime_spread: Ends = (0.3, 3.0)
    ratio: Ends = (0.1, 10.0)
    ageing: Ends = (0.05, 5.0)
    level: Level = 0.9

    @classmethod
    def weak(cls) -> Self:
        """Return a prior that excludes only what no business has.

        One purchase in ten years to two a week, lifetimes from a month to 20 years, with 90 % each.

        Examples
        --------
        >>> Prior.weak().rate
        (0.1, 100.0)
        """
        return cls(rate=(0.1, 100.0), unit="year")

    def draw(
        self,
        model: type[LifetimeModel],
        draws: int,
        *,
        unit: TimeUnit | None = None,
        k: int | None = None,
        rng: Generator = None,
    ) -> tuple[Any, ...]:
        """Draw models from the prior: what it holds to be possible, before any data.

        Simulate from them to see whether the prior says what you know.

        Parameters
        ----------
        model : type
            A model of purchases at any time, as in ``lifetime.MBGNBD``.
        draws : int
            How many models.
        unit : {"day", "week", "month", "year"}, optional
            In which they count time; that of the prior by default.
        k : int, optional
            Of models of regular buyers.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        ParameterError
            If `model` is no such model or lacks `k`, `draws` is not a whole number >= 1, or nearly
            all of the prior is impossible in this model.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> known = lifetime.Prior(rate=(2, 8), unit="year", lifetime=("1 year", "6 years"))
        >>> [one] = known.draw(lifetime.ParetoNBD, 1, unit="week", rng=1)
        >>> one.unit, one.r > 0
        ('week', True)
        """
        wanted = checked_whole("draws", draws, least=1)
        given: dict[str, Any] = {"unit": unit or self.unit, **({} if k is None else {"k": k})}
        measure = measure_of(model, given)
        centre, spread = self._normals(measure.names, given["unit"])
        random, names, made = random_generator(rng), parameter_names(model), []
        for tried in range(MOST_TRIED * wanted):
            point = measure.back(centre + spread * random.standard_normal(len(centre)))
            if point is not None:
                values = dict(zip(names, np.exp(point).tolist(), strict=True))
                made.append(model(**values, **given))
            if len(made) == wanted:
                return tuple(made)
            if tried == MOST_TRIED and not made:
                break
        raise ParameterError(_impossible(model))

    def _known_in(self, model: type[LifetimeModel], given: dict[str, Any]) -> Known:
        """Return the density of the log parameters of a model, and where it is high."""
        measure = measure_of(model, given)
        unit = declared_unit(given.get("unit"), model.__name__)
        centre, spread = self._normals(measure.names, unit)
        return Known(of_quantities(measure, centre, spread), _starts(measure, centre, spread))

    def _normals(self, names: Sequence[str], unit: TimeUnit) -> tuple[FloatArray, FloatArray]:
        """Return means and standard deviations of the log quantities, time in a unit."""
        ends = np.log([self._ends(name, unit) for name in names])
        reach = 2 * normal_quantile(self.level)
        return ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / reach

    def _of_driven(self, model: type[LifetimeModel], given: dict[str, Any], count: int) -> Known:
        """Return the same with coefficients of covariates after the log parameters."""
        known = self._known_in(model, given)
        (centre,), (spread,) = self._normals(["ratio"], self.unit)
        common = len(parameter_names(model))
        density = with_coefficients(known.density, common, count, float(centre), float(spread))
        return Known(density, known.starts)

    def _ends(self, name: str, unit: TimeUnit) -> tuple[float, float]:
        low, high = getattr(self, name)
        if name == "lifetime":
            return horizon_in(low, unit), horizon_in(high, unit)
        per = DAYS[unit] / DAYS[self.unit] if name == "rate" else 1.0
        return low * per, high * per

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - it has its own
        said = {"rate": f"per {self.unit}", "lifetime": f"{self.unit}s"}
        rows = []
        for name in ("rate", "rate_spread", "lifetime", "lifetime_spread", "ratio", "ageing"):
            low, high = self._ends(name, self.unit)
            ends = {"low": low, "median": math.sqrt(low * high), "high": high}
            rows.append(Row(name, {"quantity": name, **ends, "unit": said.get(name, "")}))
        return rows

    def _notes(self) -> tuple[str, ...]:
        return (f"{number(100 * self.level)} % of each lie between low and high, lognormal.",)

    @property
    def _words(self) -> str:
        low, high = map(number, self.rate)
        return (
            f"rate {low} to {high} a {self.unit}, lifetime {self.lifetime[0]} to "
            f"{self.lifetime[1]} ({number(100 * self.level)} %)"
        )


class Known(NamedTuple):
    """A prior in one model: its log density, and log parameters to start a search at."""

    density: Objective
    starts: list[FloatArray]


MOST_TRIED = 1_000  # draws from a prior for one that the model can be


def measure_of(model: Any, given: dict[str, Any]) -> Measure:
    """Return how the parameters of a model say what a person can say."""
    if not (isinstance(model, type) and issubclass(model, LifetimeModel)):
        raise ParameterError(f"model must be a class such as lifetime.MBGNBD, but it is {model!r}.")
    measure = model._measure(given)  # noqa: SLF001 - of its own room
    if measure is None:
        raise ParameterError(
            f"{model.__name__} has no purchase rate and lifetime that a Prior speaks of. Use a "
            f"model of purchases at any time, such as MBGNBD or ParetoNBD."
        )
    return measure


def _starts(measure: Measure, centre: FloatArray, spread: FloatArray) -> list[FloatArray]:
    """Return the centre of the prior, or the nearest place that the model can be."""
    for step in range(STEPS):
        moved = centre.copy()
        if len(centre) > 3:
            moved[2] += step * spread[2] / 4  # longer, ...
            moved[3] -= step * spread[3] / 4  # and more alike
        if (point := measure.back(moved)) is not None:
            return [point]
    return []


STEPS = 40  # of a quarter of a standard deviation


def _impossible(model: type[LifetimeModel]) -> str:
    return (
        f"{model.__name__} cannot be what this prior says: customers who leave at a purchase stay "
        f"for at least one on average, and their probabilities to leave spread less, the higher "
        f"they are. Give a longer lifetime, a higher rate or a smaller lifetime_spread, or use "
        f"ParetoNBD."
    )
