"""A fitted model: how well it fits, how well its parameters are known, and what it answers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial, wraps
from types import MappingProxyType
from typing import (
    Any,
    ClassVar,
    Concatenate,
    Generic,
    Literal,
    NamedTuple,
    ParamSpec,
    Self,
    TypeVar,
    get_args,
)

import numpy as np
from pydantic import Field

from custvalue._checks import callers_level, checked_level, require_choice
from custvalue._histories.units import TimeUnit
from custvalue._inference.interval import Interval
from custvalue._lifetime.covariates.effects import CovariateEffects, effects_of
from custvalue._lifetime.doubts import Doubt, warn_of
from custvalue._lifetime.identified import identified_errors
from custvalue._lifetime.model import LifetimeModel, Tagged, parameter_names
from custvalue._lifetime.priors.pooled import AnyPrior, require_no_prior
from custvalue._lifetime.searched import coordinates_of
from custvalue._numerics.estimates import (
    COEFFICIENT,
    LAPLACE,
    LAPLACE_OF_COEFFICIENT,
    WALD,
    CoefficientEstimate,
    ParameterEstimate,
    PosteriorEstimate,
    no_errors,
)
from custvalue._numerics.limits import REMEDY
from custvalue._numerics.maximum import FLAT, VANISHED, CellsT, Found, Objective, search
from custvalue._numerics.profile import profile_intervals
from custvalue._results.layout import Row, Tabulated
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import NonNegative
from custvalue._words import listed, number, one_line, percent
from custvalue.errors import (
    ConvergenceWarning,
    EstimationError,
    IdentifiabilityWarning,
    ParameterError,
)

FitMethod = Literal["wald", "profile"]

ModelT_co = TypeVar("ModelT_co", bound=LifetimeModel, covariant=True)


class Fit(Tabulated, Tagged, Generic[ModelT_co]):
    """A fitted model, how well it fits, and how well its parameters are known.

    A fit answers what its model answers: ``fit.expected_purchases(history, "1 year")``. What takes
    a model takes a fit as well. :func:`~custvalue.lifetime.from_json` reads the JSON of any fit.

    Parameters
    ----------
    model : LifetimeModel
        The model with the estimated parameters.
    log_likelihood : float
        At the maximum, of the data as they are: no penalty, no rescaling, no averaging.
    covariance : tuple of tuple of float, or None
        Covariance of the parameters, in the order of :attr:`parameters`: the inverse of the exact
        Hessian of the negative log-likelihood. None where the data cannot tell the parameters
        apart.
    converged : bool
        Whether the gradient vanished.
    scaled_gradient : float
        The largest derivative by a log-parameter at the end, as a share of the log-likelihood.
    steps : int
        Steps of Newton's method on the full data.
    customers : int
        Customers that the estimates rest on.
    cells : int
        Distinct data points that they were compressed to.
    partial_errors : dict of str to float
        Of a fit with covariates where there is no covariance: the standard errors of the estimates
        that the data do tell.
    limit : str
        Where there is no covariance, which simpler model this is, and what to do.
    doubts : tuple of Doubt
        Reasons not to take its answers at their word, each with its remedy; empty where there are
        none.
    prior : Prior, PooledPrior, RatioPrior or None
        What was known before the data. Then this is a posterior: the parameters are the mode of
        the density of their logarithms, the covariance is Laplace's approximation there, intervals
        are credible, and `log_likelihood` is that of the data without the prior.
    """

    kind: ClassVar[str] = "fit"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "estimate": "estimate",
            "standard_error": "standard error",
            "low": "low",
            "high": "high",
        }
    )

    model: ModelT_co
    log_likelihood: float
    covariance: tuple[tuple[float, ...], ...] | None
    converged: bool
    scaled_gradient: NonNegative
    steps: int = Field(ge=0)
    customers: int = Field(ge=1)
    cells: int = Field(ge=1)
    partial_errors: dict[str, NonNegative] = Field(default_factory=dict)
    limit: str = ""
    doubts: tuple[Doubt, ...] = ()
    prior: AnyPrior | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the model: the class of a fit is made from that of its model."""
        return _empty_fit, (type(self.model),), self.__getstate__()

    @property
    def unit(self) -> TimeUnit | None:
        """The unit in which the model counts time, if it does."""
        return getattr(self.model, "unit", None)

    @property
    def parameters(self) -> dict[str, float]:
        """The estimates by name, the coefficients of covariates after the parameters."""
        return self.model._estimated  # noqa: SLF001 - of its own room

    @property
    def _given(self) -> dict[str, float]:
        """The numbers of the model that were given or chosen, not estimated, such as k."""
        names = set(type(self.model).model_fields) - set(self.parameters) - {"covariates"}
        values = {name: getattr(self.model, name) for name in sorted(names)}
        return {name: value for name, value in values.items() if isinstance(value, int | float)}

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """The standard errors by name; None where there is no covariance."""
        if self.covariance is None:
            return None
        variances = np.diag(np.array(self.covariance))
        return dict(zip(self.parameters, np.sqrt(variances).tolist(), strict=True))

    @property
    def estimates(self) -> dict[str, ParameterEstimate | CoefficientEstimate]:
        """The estimates by name, each with its standard error and its interval."""
        errors: Mapping[str, float] = self.standard_errors or self.partial_errors
        positive, posterior = parameter_names(type(self.model)), self.prior is not None
        kind = PosteriorEstimate if posterior else ParameterEstimate
        coefficient = partial(CoefficientEstimate, posterior=posterior)
        return {
            name: (kind if name in positive else coefficient)(
                name=name,
                value=value,
                standard_error=errors.get(name),
                n=self.customers,
                effective_n=self.customers,
            )
            for name, value in self.parameters.items()
        }

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 k - 2 log L; smaller is better.

        Raises
        ------
        EstimationError
            Of a fit with a prior, which is not where the likelihood is highest.
        """
        require_no_prior(self.prior, "aic")
        return 2 * len(self.parameters) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L; smaller is better.

        Raises
        ------
        EstimationError
            As of `aic`.
        """
        require_no_prior(self.prior, "bic")
        return len(self.parameters) * math.log(self.customers) - 2 * self.log_likelihood

    def confidence_interval(
        self, level: float = 0.95, *, method: FitMethod = "wald", data: Any = None
    ) -> dict[str, Interval]:
        """Return intervals of the parameters, whose ends are positive.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : {"wald", "profile"}
            ``"wald"``: from the standard errors, on the log scale. ``"profile"``: all values at
            which the data are likely enough; it needs `data` and takes some hundred evaluations
            of the likelihood, and is better where standard errors are large or there are none: of
            an MBG/NBD like CDNOW with 500 customers, 95 % intervals of r, alpha, a and b cover
            0.83, 0.93, 0.97 and 0.89 (Wald), and 0.93, 0.95, 0.95 and 0.95 (profile; 200 samples).
            An end is 0 or infinite where the data set no limit.
        data : PurchaseHistory, OpportunityHistory or Contracts, optional
            What was fitted, for ``method="profile"``.

        Raises
        ------
        EstimationError
            Where there are no standard errors, for ``method="wald"``.
        ParameterError
            If `level` is not between 0 and 1, `method` is unknown, or `data` are not given or not
            those that were fitted.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.NBD(r=0.4, alpha=12, unit="week")
        >>> history = truth.simulate(500, age="52 weeks", rng=1)
        >>> fit = lifetime.NBD.fit(history)
        >>> found = fit.confidence_interval(method="profile", data=history)
        >>> truth.r in found["r"], found["r"].method
        (True, 'profile likelihood')
        """
        level = checked_level(level)
        require_choice("method", method, get_args(FitMethod))
        if method == "profile":
            return self._profile(level, data)
        if self.covariance is None:
            raise no_errors(
                f"{type(self.model).__name__}: there are no standard errors", self.limit
            )
        return {name: each.confidence_interval(level) for name, each in self.estimates.items()}

    @property
    def effects(self) -> CovariateEffects:
        """What covariates do: a coefficient, a ratio e^γ, z and P of each.

        Raises
        ------
        ParameterError
            If the model was fitted without covariates.
        """
        return effects_of(self.model, self.estimates, self.customers)

    def _profile(self, level: float, data: Any) -> dict[str, Interval]:
        if self.prior is not None:
            drawn = "fit.posterior(history).credible_interval(), which needs no normal distribution"
            remedy = drawn if hasattr(self, "posterior") else "method='wald'"
            raise ParameterError(
                f"method='profile' is for fits by maximum likelihood, and this one has a prior. "
                f"Use {remedy}."
            )
        if data is None:
            raise ParameterError(
                "method='profile' computes the likelihood anew. Give what was fitted, as in "
                "confidence_interval(method='profile', data=history)."
            )
        searched = self.model._searched(data, centred=False)  # noqa: SLF001 - of its own room
        value, slope, _ = searched.surface(searched.point)
        if self.converged and np.abs(slope).max() > NOT_THE_TOP * max(abs(value), 1.0):
            raise ParameterError(
                "data must be what was fitted, but at these parameters their likelihood is not at "
                "its highest. Give the same data, or fit the model to these."
            )
        coordinates = coordinates_of(searched, self.parameters, self.standard_errors or {})
        return profile_intervals(searched.surface, searched.point, coordinates, level)

    @property
    def _relative_errors(self) -> dict[str, float]:
        errors = self.standard_errors or {}
        positive = parameter_names(type(self.model))
        return {name: errors[name] / self.parameters[name] for name in positive if name in errors}

    def _rows(self, level: float) -> list[Row]:
        rows = []
        for name, estimate in self.estimates.items():
            cells = estimate.row(level, value="estimate")
            rows.append(
                Row(name, {"parameter": name, **{each: cells[each] for each in self.SHOWN}})
            )
        return rows

    def _title(self) -> str:
        given = "".join(f" with {name} = {value}" for name, value in self._given.items())
        how = "fitted" if self.prior is None else "posterior"
        return f"{type(self.model).__name__}{given}, {how}"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote; :func:`~custvalue.lifetime.from_json` reads any fit.

        Parameters
        ----------
        text : str or bytes
            JSON.

        Raises
        ------
        ParameterError
            If the text is not JSON, not such a fit, or the model is unknown.
        """
        model: Any = cls.model_fields["model"].annotation
        if not hasattr(model, "_fit_class"):  # of no single model: Any, PurchaseModel
            raise ParameterError(
                f"{cls.__name__}.from_json does not know which model was fitted. Use "
                f"lifetime.from_json(text), which reads any fit."
            )
        family: type[Self] = model._fit_class()  # noqa: SLF001 - of its own room
        return super().from_json(text) if family is cls else family.from_json(text)

    def __repr__(self) -> str:
        shown = {**self._given, **self.parameters, "log_likelihood": self.log_likelihood}
        return one_line(
            f"Fit[{type(self.model).__name__}]",
            **shown,
            customers=self.customers,
            converged=self.converged,
        )

    def _table(self) -> Table:
        table = super()._table()
        return replace(table, header=("parameter", *table.header[1:]))

    def _wide(self) -> tuple[str, ...]:
        """Note where Wald intervals are known to be poor, also those of the other parameters."""
        wide = [name for name, error in self._relative_errors.items() if error > WIDE]
        if not wide or self.prior is not None:
            return ()
        note = (
            f"Hardly known: {', '.join(wide)} (standard error above {percent(WIDE)} of the "
            f"estimate). Wald intervals then cover too little, of other parameters too"
        )
        return (f"{note}: use confidence_interval(method='profile', data=...).",)

    @property
    def _criteria(self) -> str:
        """Continue the sentence of the log-likelihood: by what fits are compared, or the prior."""
        if self.prior is None:
            return f". AIC {number(self.aic, 7)}, BIC {number(self.bic, 7)}"
        return f" of the data, without the prior. Prior: {self.prior._words}"  # noqa: SLF001 - of its own room

    def _without_covariance(self) -> str:
        if not self.partial_errors:
            return f"No standard errors: the data cannot tell the parameters apart. {self.limit}"
        unknown = listed(name for name in self.parameters if name not in self.partial_errors)
        return f"No standard errors of {unknown}, which the data do not tell. {self.limit}"

    def _notes(self) -> tuple[str, ...]:
        unit = f", time in {self.unit}s" if self.unit else ""
        driven = self.model._covariate_terms is not None  # noqa: SLF001 - of its own room
        how = COEFFICIENT if self.prior is None else LAPLACE_OF_COEFFICIENT
        of_coefficients = f"; of coefficients, {how}" if driven else ""
        return (
            f"Log-likelihood {self.log_likelihood:,.4f}{self._criteria}.",
            f"{self.customers:,} customers in {self.cells:,} cells{unit}.",
            f"95 % interval, {WALD if self.prior is None else LAPLACE}{of_coefficients}."
            if self.covariance is not None
            else self._without_covariance(),
            *self._wide(),
            *(doubt.message for doubt in self.doubts if doubt.against_forecasts),
            "Converged." if self.converged else "NOT converged: do not use.",
        )


WIDE = 0.4  # relative standard error from which on Wald intervals cover too little
NOT_THE_TOP = 1e-4  # share of a log-likelihood

P = ParamSpec("P")
R = TypeVar("R")


def of_model(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Make the method of a fit that asks its model, with the same signature and documentation."""

    @wraps(method)
    def answer(fit: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        answered: R = getattr(fit.model, method.__name__)(*args, **kwargs)
        return answered

    return answer


FitT = TypeVar("FitT", bound=Fit[Any])


def maximum_likelihood(
    kind: type[FitT],
    cells: CellsT,
    objective: Callable[[CellsT], Objective],
    start: Mapping[str, float] | Sequence[Mapping[str, float]],
    *,
    customers: int,
    limit: Callable[[Any], str] | None = None,
    given: Mapping[str, Any] | None = None,
    doubts: Callable[[Any, float], Iterable[Doubt]] | None = None,
) -> FitT:
    """Fit a model whose parameters are all positive."""
    model: type[LifetimeModel] = kind.model_fields["model"].annotation  # type: ignore[assignment]  # of Fit[model]
    names = parameter_names(model)
    starts = [start] if isinstance(start, Mapping) else start
    found = search([np.log([each[name] for name in names]) for each in starts], objective, cells)
    estimate = np.exp(found.point)
    require_finite(model.__name__, found, dict(zip(names, estimate.tolist(), strict=True)))
    fitted = model(**dict(zip(names, estimate.tolist(), strict=True)), **(given or {}))
    return fit_at(
        kind,
        Reached(found, names, fitted, np.diag(estimate)),
        customers=customers,
        cells=len(cells),
        limit=None if limit is None else lambda _: limit(fitted),
        doubts=doubts,
    )


class Reached(NamedTuple):
    """Where a search ended, and what its coordinates are."""

    found: Found
    names: tuple[str, ...]  # of the coordinates
    fitted: LifetimeModel
    turn: FloatArray  # derivatives of the parameters by the coordinates


def require_finite(model: str, found: Found, parameters: Mapping[str, float]) -> None:
    """Raise where nothing finite was found."""
    if not math.isfinite(found.at.value):
        raise EstimationError(
            f"{model}: the log-likelihood is not finite at {_listed_values(parameters)}. Look for "
            f"extreme values in the data."
        )


def fit_at(
    kind: type[FitT],
    reached: Reached,
    *,
    customers: int,
    cells: int,
    limit: Callable[[list[str]], str] | None,
    doubts: Callable[[Any, float], Iterable[Doubt]] | None,
) -> FitT:
    """Make the fit at the end of a search; `limit` takes the names along which it is flat."""
    found, fitted = reached.found, reached.fitted
    covariance, said, partial_errors = _covariance(reached, limit)
    doubted = () if doubts is None else tuple(doubts(fitted, found.at.value))
    warn_of(doubted)
    return kind(
        model=fitted,
        log_likelihood=found.at.value,
        covariance=covariance,
        partial_errors=partial_errors,
        limit=said,
        doubts=doubted,
        converged=_convergence(type(fitted).__name__, found),
        scaled_gradient=found.scaled_gradient,
        steps=found.steps,
        customers=customers,
        cells=cells,
    )


def _covariance(
    reached: Reached, limit: Callable[[list[str]], str] | None
) -> tuple[tuple[tuple[float, ...], ...] | None, str, dict[str, float]]:
    """Invert the information, or warn that it cannot be done and at which limit this is.

    Then, with covariates, the standard errors of the estimates that the ridge leaves alone.
    """
    information, directions = np.linalg.eigh(-reached.found.at.hessian)
    if information[0] <= FLAT**-2:
        shares = zip(reached.names, directions[:, 0], strict=True)
        flat = [name for name, share in shares if abs(share) > 0.3]
        several = len(flat) > 1
        what = (
            f"{', '.join(flat[:-1])} and {flat[-1]} apart" if several else f"how large {flat[0]} is"
        )
        said = REMEDY if limit is None else limit(flat)
        partial_errors = _partial_errors(reached)
        given = "standard errors are given of the others only"
        given = given if partial_errors else "no standard errors are given"
        warnings.warn(
            f"{type(reached.fitted).__name__}: the data cannot tell {what}: the log-likelihood "
            f"hardly changes along {'them' if several else 'it'}, so {given}. {said}",
            IdentifiabilityWarning,
            stacklevel=callers_level(),
        )
        return None, said, partial_errors
    inverse = (directions / information) @ directions.T
    covariance = reached.turn @ inverse @ reached.turn.T
    return tuple(tuple(row) for row in covariance.tolist()), "", {}


def _partial_errors(reached: Reached) -> dict[str, float]:
    fitted = reached.fitted
    if fitted._covariate_terms is None or not reached.found.converged:  # noqa: SLF001 - of its own room
        return {}
    estimates, logs = fitted._estimated, len(parameter_names(type(fitted)))  # noqa: SLF001
    return identified_errors(estimates, reached.found.at.hessian, reached.turn, logs)


def _convergence(name: str, found: Found) -> bool:
    """Say whether the search converged, or warn with a checklist."""
    if not found.converged:
        warnings.warn(
            f"{name}: the search stopped after {found.steps} steps with a scaled gradient of "
            f"{found.scaled_gradient:.1e} instead of {VANISHED:.0e}. Check that (1) times are in "
            f"the unit that you declared, (2) there are at least some hundred customers, (3) no "
            f"customer has values of another order than the rest, (4) a simpler model does not "
            f"fit as well.",
            ConvergenceWarning,
            stacklevel=callers_level(),
        )
    return found.converged


def _listed_values(parameters: Mapping[str, float]) -> str:
    return ", ".join(f"{name}={value:.4g}" for name, value in parameters.items())


def _empty_fit(model: Any) -> Any:
    """Return a fit of this kind of model, to be filled by pickle."""
    family = model._fit_class()  # noqa: SLF001 - of its own room
    return family.__new__(family)
