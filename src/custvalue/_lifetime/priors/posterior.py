"""Draws from the posterior of a model's parameters, weighted, and how far they can be trusted."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import (
    Generator,
    callers_level,
    checked_level,
    checked_whole,
    random_generator,
)
from custvalue._histories.covariates.terms import CovariateTerms, with_values
from custvalue._histories.units import TimeUnit
from custvalue._inference.interval import Interval
from custvalue._lifetime.fit import NOT_THE_TOP, Fit
from custvalue._lifetime.model import model_of_kind
from custvalue._lifetime.priors.density import added, inverse
from custvalue._lifetime.priors.importance import Proposal, sampled
from custvalue._numerics.maximum import Derivatives, Objective
from custvalue._rows import Columns, FloatArray
from custvalue._table import Table
from custvalue._words import count, number, one_line
from custvalue.errors import DataError, ParameterError, PosteriorWarning

GOOD, USABLE = 0.5, 0.7  # k-hat
FEWEST = 100  # draws
IMPORTANCE = "equal-tailed quantiles of weighted draws"


@dataclass(frozen=True, eq=False, repr=False)
class Posterior(Columns):
    """A weighted sample of the parameters from their posterior.

    ``fit.posterior(history, rng=1)`` makes it; a row is a draw.

    Parameters
    ----------
    model : str
        The kind of the model.
    names : tuple of str
        The parameters.
    draws : ndarray of float64, shape (n, k)
        Their values.
    weight : ndarray of float64, shape (n,)
        Of each draw; they add up to 1.
    k_hat : float
        Shape of the tail of the weights before it was smoothed: below 0.5 estimates are good, below
        0.7 usable; from there on the approximation misses a part of the posterior.
    customers : int
        How many were fitted.
    prior : str
        The prior in words.
    unit : {"day", "week", "month", "year"} or None
        In which the model counts time.
    k : int or None
        Of models of regular buyers.
    covariates : CovariateTerms or None
        Of models with covariates: their coding, and the coefficients of the fit.
    """

    SHOWN: ClassVar[tuple[str, ...]] = ("parameter", "mean", "SD", "low", "high")

    model: str
    names: tuple[str, ...]
    draws: FloatArray
    weight: FloatArray
    k_hat: float
    customers: int
    prior: str
    unit: TimeUnit | None = None
    k: int | None = None
    covariates: CovariateTerms | None = None

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def mean(self) -> dict[str, float]:
        """The posterior means by parameter."""
        return dict(zip(self.names, (self.weight @ self.draws).tolist(), strict=True))

    @property
    def sd(self) -> dict[str, float]:
        """The posterior standard deviations by parameter."""
        off = self.draws - self.weight @ self.draws
        return dict(zip(self.names, np.sqrt(self.weight @ off**2).tolist(), strict=True))

    @property
    def effective_draws(self) -> float:
        """How many draws with equal weights would tell as much."""
        return 1 / float(self.weight @ self.weight)

    def credible_interval(self, level: float = 0.95) -> dict[str, Interval]:
        """Return the interval of each parameter in which it lies with a probability.

        Parameters
        ----------
        level : float
            The probability; as much is left on either side.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = checked_level(level)
        beyond = (1 - level) / 2
        found = {}
        for name, values in zip(self.names, self.draws.T, strict=True):
            low, high = _quantiles(values, self.weight, (beyond, 1 - beyond))
            found[name] = Interval(low=low, high=high, level=level, method=IMPORTANCE)
        return found

    def models(self, draws: int, *, rng: Generator = None) -> tuple[Any, ...]:
        """Return models that are equally likely, drawn with the weights.

        What they answer, each for itself, is a sample of what is not known for want of data.

        Parameters
        ----------
        draws : int
            How many models.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        ParameterError
            If `draws` is not a whole number >= 1.
        """
        wanted = checked_whole("draws", draws, least=1)
        rows = random_generator(rng).choice(len(self), wanted, p=self.weight / self.weight.sum())
        known = {"unit": self.unit, "k": self.k}
        given = {name: value for name, value in known.items() if value is not None}
        return tuple(self._model(given, values) for values in self.draws[rows].tolist())

    def _model(self, given: Mapping[str, Any], values: Sequence[float]) -> Any:
        drawn = dict(zip(self.names, values, strict=True))
        if self.covariates is not None:
            terms = with_values(self.covariates, drawn)
            own = {name: value for name, value in drawn.items() if name not in terms.values}
            return model_of_kind({"kind": self.model, **own, **given, "covariates": terms})
        return model_of_kind({"kind": self.model, **drawn, **given})

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the draws and their weights as a plain dict of columns."""
        return {**dict(zip(self.names, self.draws.T, strict=True)), "weight": self.weight}

    def __repr__(self) -> str:
        return one_line("Posterior", model=self.model, draws=len(self), k_hat=self.k_hat)

    def _table(self) -> Table:
        ends, mean, sd = self.credible_interval(), self.mean, self.sd
        rows = tuple((n, mean[n], sd[n], ends[n].low, ends[n].high) for n in self.names)
        weighed = f"{count(len(self), 'draw')}, worth {number(self.effective_draws, 3)}"
        notes = (
            f"95 % credible intervals. {weighed}; k-hat {self.k_hat:.2f}: {verdict(self.k_hat)}.",
            f"{count(self.customers, 'customer')}. Prior: {self.prior}.",
        )
        return Table(f"Posterior of {self.model}", self.SHOWN, rows, notes)


def verdict(k_hat: float) -> str:
    """Say in a word what k-hat means."""
    if k_hat < GOOD:
        return "good"
    return "usable" if k_hat < USABLE else "not to be trusted"


def _quantiles(
    values: FloatArray, weight: FloatArray, shares: tuple[float, float]
) -> tuple[float, float]:
    """Return weighted quantiles, between the middles of the steps of the distribution."""
    order = np.argsort(values)
    steps = np.cumsum(weight[order]) - weight[order] / 2
    low, high = np.interp(shares, steps, values[order]).tolist()
    return low, high


def posterior_of(fit: Fit[Any], history: Any, draws: int, rng: Generator) -> Posterior:
    """Draw from Laplace's approximation, and weigh the draws by the posterior."""
    wanted = checked_whole("draws", draws, least=FEWEST)
    if fit.prior is None:
        raise ParameterError(
            "posterior() is of fits with a prior, and this one has none. Fit with one, as in "
            "MBGNBD.fit(history, prior=lifetime.Prior.weak())."
        )
    searched = fit.model._searched(history)  # noqa: SLF001 - of its own room
    density = _density(fit)
    posterior, height = added(searched.surface, density), _value_of(searched.surface)
    there = posterior(searched.point)
    _require_the_top(fit, there)
    points, weight, k_hat = sampled(
        lambda point: height(point) + density(point).value,
        Proposal(searched.point, inverse(-there.hessian)),
        wanted,
        random_generator(rng),
    )
    if k_hat >= USABLE:
        _warn(fit, k_hat)
    return Posterior(
        model=fit.model.kind,
        names=searched.names,
        draws=np.array([searched.restored(point) for point in points]),
        weight=weight,
        k_hat=k_hat,
        customers=fit.customers,
        prior=fit.prior._words,  # noqa: SLF001 - of this room
        unit=fit.unit,
        k=getattr(fit.model, "k", None),
        covariates=fit.model._covariate_terms,  # noqa: SLF001
    )


def _value_of(surface: Objective) -> Callable[[FloatArray], float]:
    """Return the value of a surface, alone where it has a way to that."""
    alone: Callable[[FloatArray], float] | None = getattr(surface, "value", None)
    return (lambda point: surface(point).value) if alone is None else alone


def _density(fit: Fit[Any]) -> Objective:
    """Return the log density of the prior in the coordinates of the search."""
    prior: Any = fit.prior
    given = {name: getattr(fit.model, name, None) for name in ("unit", "k")}
    known = {name: value for name, value in given.items() if value is not None}
    if (terms := fit.model._covariate_terms) is None:  # noqa: SLF001 - of its own room
        density: Objective = prior._known_in(type(fit.model), known).density  # noqa: SLF001
        return density
    count = len(terms.coefficients)
    together: Objective = prior._of_driven(type(fit.model), known, count).density  # noqa: SLF001
    return together


def _require_the_top(fit: Fit[Any], there: Derivatives) -> None:
    if fit.converged and np.abs(there.gradient).max() > NOT_THE_TOP * max(abs(there.value), 1.0):
        raise DataError(
            "history must be what was fitted, but at the parameters of the fit its posterior is "
            "not at its highest. Give the same customers, or fit the model to these."
        )


def _warn(fit: Fit[Any], k_hat: float) -> None:
    warnings.warn(
        f"{type(fit.model).__name__}: k-hat of the posterior is {k_hat:.2f}, and from {USABLE} on "
        f"its intervals are not to be trusted: the logarithms of the parameters are far from "
        f"normal. Give a narrower prior, more customers, or a simpler model.",
        PosteriorWarning,
        stacklevel=callers_level(),
    )
