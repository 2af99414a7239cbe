"""Maximum likelihood, once for all models.

A model hands over its log-likelihood with exact gradient and Hessian; here it is maximised over
the logarithms of the parameters by Newton's method in a trust region (SciPy's ``trust-exact``;
Conn, Gould & Toint 2000, *Trust-Region Methods*, section 7.3). Large data are first fitted on every
16th customer, and so on: from there, two or three evaluations are left.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar, cast

import numpy as np
from annotated_types import Gt
from pydantic import Field

from custvalue._checks import checked_level
from custvalue._inference.ends import normal_quantile
from custvalue._inference.interval import Interval
from custvalue._lifetime.units import TimeUnit
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, one_line
from custvalue.errors import (
    ConvergenceWarning,
    EstimationError,
    IdentifiabilityWarning,
    ParameterError,
)

THINNING = 16  # every 16th customer for the warm start
THINNED_CELLS = 1_000  # a sample smaller than this is a poor start
MOST_STEPS = 200
VANISHED = 1e-10  # a gradient smaller than this share of the log-likelihood is zero
FLAT = 10.0  # standard deviation of a log-parameter from which on nothing is known: e^±20
NOTHING = 1e-4  # a gain in log-likelihood that means nothing
LONGEST_STEP = 5.0
FARTHEST = 200.0  # of log-parameters: on a ridge beyond e^±200, the limit has been reached
NEARLY_VANISHED = 1e-4  # a gradient from which a Newton step leads to the top
POLISH = 5  # such steps at most
ROUNDING = 1e-14  # share of a log-likelihood that rounding hides
WORST = 1e300  # for a value that is not finite


class Derivatives(NamedTuple):
    """A log-likelihood with its gradient and its Hessian."""

    value: float
    gradient: FloatArray
    hessian: FloatArray

    @classmethod
    def total(cls, parts: Iterable[Derivatives]) -> Derivatives:
        """Add up the parts of a log-likelihood, at least one."""
        values, gradients, hessians = zip(*parts, strict=True)
        return cls(sum(values), np.sum(gradients, axis=0), np.sum(hessians, axis=0))


class DataCells(Protocol):
    """What a model is fitted to: a frozen dataclass of arrays with one entry a cell.

    Where a field is called `count`, a cell stands for so many customers, else for one.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __len__(self) -> int: ...


ModelT = TypeVar("ModelT", bound=Frozen)
CellsT = TypeVar("CellsT", bound=DataCells)
Objective = Callable[[FloatArray], Derivatives]


def parameter_names(model: type[Frozen]) -> tuple[str, ...]:
    """Return the fields that are estimated: those declared ``Positive``, in order."""
    return tuple(name for name, field in model.model_fields.items() if Gt(0) in field.metadata)


class Fit(Frozen, Generic[ModelT]):
    """A fitted model, how well it fits, and how well its parameters are known.

    Parameters
    ----------
    model : Frozen
        The model with the estimated parameters; it predicts.
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
    unit : {"day", "week", "month", "year"} or None
        In what unit the model counts time, if it does.
    """

    model: ModelT
    log_likelihood: float
    covariance: tuple[tuple[float, ...], ...] | None
    converged: bool
    scaled_gradient: NonNegative
    steps: int = Field(ge=0)
    customers: int = Field(ge=1)
    cells: int = Field(ge=1)
    unit: TimeUnit | None = None

    @property
    def parameters(self) -> dict[str, float]:
        """The estimates by name."""
        return {name: getattr(self.model, name) for name in parameter_names(type(self.model))}

    @property
    def _given(self) -> dict[str, float]:
        """The numbers of the model that were given or chosen, not estimated, such as k."""
        names = set(type(self.model).model_fields) - set(self.parameters)
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
    def aic(self) -> float:
        """Akaike's criterion, 2 k - 2 log L; smaller is better."""
        return 2 * len(self.parameters) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L; smaller is better."""
        return len(self.parameters) * math.log(self.customers) - 2 * self.log_likelihood

    def confidence_interval(self, level: float = 0.95) -> dict[str, Interval]:
        """Return Wald intervals of the parameters on the log scale: their ends are positive.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Returns
        -------
        dict of str to Interval

        Raises
        ------
        EstimationError
            Where there are no standard errors.
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = checked_level(level)
        if self.standard_errors is None:
            raise EstimationError(
                f"{type(self.model).__name__}: there are no standard errors, because the data "
                f"cannot tell the parameters apart; so there is no interval. {REMEDY}"
            )
        z = normal_quantile(level)
        intervals = {}
        for name, estimate in self.parameters.items():
            factor = math.exp(z * self.standard_errors[name] / estimate)
            intervals[name] = Interval(
                low=estimate / factor, high=estimate * factor, level=level, method=WALD
            )
        return intervals

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote; say of which model, ``Fit[BGNBD].from_json(text)``.

        Parameters
        ----------
        text : str or bytes
            JSON.

        Raises
        ------
        ParameterError
            If the text is not JSON, not such a fit, or the model was not said.
        """
        if not cls.__pydantic_generic_metadata__["args"]:
            raise ParameterError(
                "Fit.from_json does not know what was fitted. Say it: Fit[BGNBD].from_json(text)."
            )
        return super().from_json(text)

    def __repr__(self) -> str:
        shown = {**self._given, **self.parameters, "log_likelihood": self.log_likelihood}
        return one_line(
            f"Fit[{type(self.model).__name__}]",
            **shown,
            customers=self.customers,
            converged=self.converged,
        )

    def _table(self) -> Table:
        errors = self.standard_errors
        rows: list[tuple[str, float, float | None, float | None, float | None]] = []
        for name, estimate in self.parameters.items():
            if errors is None:
                rows.append((name, estimate, None, None, None))
                continue
            interval = self.confidence_interval()[name]
            rows.append((name, estimate, errors[name], interval.low, interval.high))
        header = ("parameter", "estimate", "standard error", "low", "high")
        given = "".join(f" with {name} = {value}" for name, value in self._given.items())
        title = f"{type(self.model).__name__}{given}, fitted"
        return Table(title, header, tuple(rows), self._notes())

    def _notes(self) -> tuple[str, ...]:
        unit = f", time in {self.unit}s" if self.unit else ""
        criteria = f"AIC {number(self.aic, 7)}, BIC {number(self.bic, 7)}"
        return (
            f"Log-likelihood {self.log_likelihood:,.4f}. {criteria}.",
            f"{self.customers:,} customers in {self.cells:,} cells{unit}.",
            f"95 % interval, {WALD}."
            if self.covariance is not None
            else "No standard errors: the data cannot tell the parameters apart.",
            "Converged." if self.converged else "NOT converged: do not use.",
        )


WALD = "Wald on the log scale"
REMEDY = (
    "Use more customers or a longer observation, or a simpler model. Predictions for customers "
    "like those observed can still be used; the parameters themselves cannot be interpreted."
)


def maximum_likelihood(
    model: type[ModelT],
    cells: CellsT,
    objective: Callable[[CellsT], Objective],
    start: Mapping[str, float] | Sequence[Mapping[str, float]],
    *,
    customers: int,
    unit: TimeUnit | None = None,
    limit: Callable[[ModelT], str] | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Fit[ModelT]:
    """Fit a model whose parameters are all positive.

    Parameters
    ----------
    model : type
        The model class; its ``Positive`` fields are estimated.
    cells : DataCells
        The data.
    objective : callable
        Takes cells, returns a function of the parameters (natural scale, in the order of the
        fields) that gives :class:`Derivatives`.
    start : mapping of str to float, or several
        Where to start; the same data must give the same start. Of several, which the
        log-likelihood needs where it may have several tops, the one that leads highest on a sample
        of the customers.
    customers : int
        For the report.
    unit : {"day", "week", "month", "year"}, optional
        Goes into the field `unit` of the model.
    limit : callable, optional
        Takes the fitted model where the data cannot tell its parameters apart, and says which
        limit was reached and which simpler model it is; ends the warning.
    fixed : mapping, optional
        Fields of the model that are given, not estimated.

    Raises
    ------
    EstimationError
        If the log-likelihood is nowhere finite.

    Warns
    -----
    ConvergenceWarning, IdentifiabilityWarning
    """
    names = parameter_names(model)
    starts = [start] if isinstance(start, Mapping) else start
    points = [np.log([each[name] for name in names]) for each in starts]
    found = _search(points, objective, cells)
    if not math.isfinite(found.at.value):
        raise EstimationError(
            f"{model.__name__}: the log-likelihood is not finite at "
            f"{_listed_values(names, np.exp(found.point))}. Look for extreme values in the data."
        )
    estimate = np.exp(found.point)
    extra = {**(fixed or {}), **({"unit": unit} if unit is not None else {})}
    fitted = model(**dict(zip(names, estimate.tolist(), strict=True)), **extra)
    kind = cast("type[Fit[ModelT]]", Fit.__class_getitem__(model))
    return kind(
        model=fitted,
        log_likelihood=found.at.value,
        covariance=_covariance(names, found, fitted, limit),
        converged=_convergence(model.__name__, found),
        scaled_gradient=found.scaled_gradient,
        steps=found.steps,
        customers=customers,
        cells=len(cells),
        unit=unit,
    )


def highest(
    cells: CellsT, objective: Callable[[CellsT], Objective], starts: Sequence[FloatArray]
) -> tuple[FloatArray, float]:
    """Return where the log-likelihood is highest, and how high, without judging it.

    Parameters
    ----------
    cells : DataCells
        The data.
    objective : callable
        As in :func:`maximum_likelihood`.
    starts : sequence of ndarray
        Parameters to start from.

    Returns
    -------
    parameters : ndarray
        On the natural scale.
    log_likelihood : float
        -inf where it is nowhere finite.
    """
    found = _search([np.log(start) for start in starts], objective, cells)
    return np.exp(found.point), _height(found)


def climbed(objective: Objective, start: FloatArray) -> tuple[FloatArray, float]:
    """Return the same from one start, on all data at once.

    Parameters
    ----------
    objective : callable
        Of the data.
    start : ndarray
        Parameters near the top.
    """
    found = _maximise(_on_log_scale(objective), np.log(start))
    return np.exp(found.point), _height(found)


def thinned(cells: CellsT) -> CellsT | None:
    """Return every 16th customer, in the order of the cells; None where that would be too few.

    Parameters
    ----------
    cells : DataCells
        The data.
    """
    return _thinned(cells) if len(cells) >= THINNING * THINNED_CELLS else None


def _search(
    points: Sequence[FloatArray], objective: Callable[[CellsT], Objective], cells: CellsT
) -> _Found:
    """Return where the highest of the searches ends; large data are first searched on a sample."""
    if len(cells) >= THINNING * THINNED_CELLS:
        points = [_search(points, objective, _thinned(cells)).point]
    surface = _on_log_scale(objective(cells))
    return max((_maximise(surface, point) for point in points), key=_height)


def _height(found: _Found) -> float:
    return found.at.value if math.isfinite(found.at.value) else -math.inf


def _thinned(cells: CellsT) -> CellsT:
    """Keep every 16th customer, in the order of the cells."""
    columns = {field.name: getattr(cells, field.name) for field in fields(cells)}
    count = columns.get("count", np.ones(len(cells)))
    sampled = np.diff(np.floor(np.cumsum(count) / THINNING), prepend=0)
    kept = np.flatnonzero(sampled)
    columns = {name: column[kept] for name, column in columns.items()}
    if "count" in columns:
        columns["count"] = sampled[kept]
    return replace(cells, **columns)


def _on_log_scale(objective: Objective) -> Objective:
    """Turn derivatives by the parameters into derivatives by their logarithms."""

    def on_log_scale(point: FloatArray) -> Derivatives:
        parameters = np.exp(point)
        value, gradient, hessian = objective(parameters)
        slope = parameters * gradient
        return Derivatives(
            value, slope, hessian * np.outer(parameters, parameters) + np.diag(slope)
        )

    return on_log_scale


class _Found(NamedTuple):
    """Where the search ended."""

    point: FloatArray  # logarithms of the parameters
    at: Derivatives  # by the logarithms
    steps: int
    converged: bool = False

    @property
    def scaled_gradient(self) -> float:
        return float(np.abs(self.at.gradient).max() / max(abs(self.at.value), 1.0))


def _maximise(objective: Objective, point: FloatArray) -> _Found:
    """Climb by Newton's method in a trust region, then polish."""
    from scipy import optimize  # here, so that predictions do not pay for its import

    surface = _Surface(objective, point)
    if not math.isfinite(surface.at(point).value):
        return _Found(point, surface.at(point), steps=0)
    result = optimize.minimize(
        surface.value,
        point,
        jac=surface.gradient,
        hess=surface.hessian,
        method="trust-exact",
        callback=surface.stop_early,
        options={"gtol": VANISHED, "maxiter": MOST_STEPS, "max_trust_radius": LONGEST_STEP},
    )
    found = _polished(objective, _Found(result.x, surface.at(result.x), int(result.nit)))
    return found._replace(converged=surface.on_a_ridge or found.scaled_gradient <= VANISHED)


class _Surface:
    """A log-likelihood as SciPy wants it: to be minimised, each derivative by its own function.

    Divided by its value at the start, so that tolerances are relative. The last point is
    remembered, because value, gradient and Hessian are computed together.
    """

    def __init__(self, objective: Objective, start: FloatArray) -> None:
        self._objective = objective
        self._last = (np.array(start), objective(start))
        self._scale = -1 / max(abs(self._last[1].value), 1.0)
        self.on_a_ridge = False

    def at(self, point: FloatArray) -> Derivatives:
        """Return value, gradient and Hessian."""
        if not np.array_equal(point, self._last[0]):
            here = self._objective(point)
            if not all(np.isfinite(part).all() for part in here):
                nothing = np.zeros(len(point))
                here = Derivatives(-math.inf, nothing, np.diag(nothing))
            self._last = (np.array(point), here)
        return self._last[1]

    def value(self, point: FloatArray) -> float:
        """Return the value; a step to where it is not finite is no improvement."""
        value = self.at(point).value
        return self._scale * value if math.isfinite(value) else WORST

    def gradient(self, point: FloatArray) -> FloatArray:
        """Return the gradient."""
        return self._scale * self.at(point).gradient

    def hessian(self, point: FloatArray) -> FloatArray:
        """Return the Hessian."""
        return self._scale * self.at(point).hessian

    def stop_early(self, intermediate_result: Any) -> None:
        """Stop where the log-likelihood is flat, or has nothing more to gain that it could show."""
        here = self.at(intermediate_result.x)
        curvature, directions = np.linalg.eigh(-here.hessian)
        slope = directions.T @ here.gradient
        gain = float(slope @ (slope / np.maximum(curvature, FLAT**-2))) / 2
        beyond = np.abs(intermediate_result.x).max() > FARTHEST
        if abs(curvature[0]) <= FLAT**-2 and (gain <= NOTHING or beyond):
            self.on_a_ridge = True
            raise StopIteration
        if curvature[0] > FLAT**-2 and gain <= ROUNDING * abs(here.value):
            raise StopIteration  # at a top that only polishing can still improve


def _polished(objective: Objective, found: _Found) -> _Found:
    """Take the last Newton steps, which gain less than the rounding of the value can show."""
    for _ in range(POLISH):
        if not VANISHED < found.scaled_gradient < NEARLY_VANISHED:
            break
        step, *_ = np.linalg.lstsq(-found.at.hessian, found.at.gradient)
        if np.abs(step).max() > LONGEST_STEP:
            break  # a ridge, along which Newton's method knows no end
        point = found.point + step
        better = _Found(point, objective(point), found.steps + 1)
        if not better.scaled_gradient < found.scaled_gradient:
            break
        found = better
    return found


def _covariance(
    names: tuple[str, ...],
    found: _Found,
    fitted: ModelT,
    limit: Callable[[ModelT], str] | None,
) -> tuple[tuple[float, ...], ...] | None:
    """Invert the information, or warn that it cannot be done."""
    information, directions = np.linalg.eigh(-found.at.hessian)
    if information[0] <= FLAT**-2:
        flat = [n for n, share in zip(names, directions[:, 0], strict=True) if abs(share) > 0.3]
        several = len(flat) > 1
        what = (
            f"{', '.join(flat[:-1])} and {flat[-1]} apart" if several else f"how large {flat[0]} is"
        )
        warnings.warn(
            f"{type(fitted).__name__}: the data cannot tell {what}: the log-likelihood hardly "
            f"changes along {'them' if several else 'it'}, so no standard errors are given. "
            f"{REMEDY if limit is None else limit(fitted)}",
            IdentifiabilityWarning,
            stacklevel=4,
        )
        return None
    on_log_scale = (directions / information) @ directions.T
    estimate = np.exp(found.point)
    covariance = on_log_scale * np.outer(estimate, estimate)
    return tuple(tuple(row) for row in covariance.tolist())


def _convergence(name: str, found: _Found) -> bool:
    """Say whether the search converged, or warn with a checklist."""
    if not found.converged:
        warnings.warn(
            f"{name}: the search stopped after {found.steps} steps with a scaled gradient of "
            f"{found.scaled_gradient:.1e} instead of {VANISHED:.0e}. Check that (1) times are in "
            f"the unit that you declared, (2) there are at least some hundred customers, (3) no "
            f"customer has values of another order than the rest, (4) a simpler model does not "
            f"fit as well.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return found.converged


def _listed_values(names: tuple[str, ...], values: FloatArray) -> str:
    return ", ".join(f"{n}={v:.4g}" for n, v in zip(names, values, strict=True))
