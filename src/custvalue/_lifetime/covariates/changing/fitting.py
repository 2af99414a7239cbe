"""The fit of a model with covariates that change, beside those that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from custvalue._histories.covariates.changing.building import (
    ProcessColumns,
    built,
    process_columns,
)
from custvalue._histories.covariates.changing.coding import coded_as_observed
from custvalue._histories.covariates.changing.design import Design, design_of
from custvalue._histories.covariates.changing.exposure import days_observed, purchases_seen
from custvalue._histories.covariates.changing.followed import FollowedPurchases
from custvalue._histories.covariates.coding import coded_as_found
from custvalue._histories.covariates.terms import Coefficient, CovariateTerms, with_values
from custvalue._histories.units import DAYS
from custvalue._lifetime.covariates.changing.answers import require_own_form
from custvalue._lifetime.covariates.changing.checks import require_all_apart, require_held
from custvalue._lifetime.covariates.ridges import ridge
from custvalue._lifetime.fit import Fit, Reached, fit_at, require_finite
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.priors.density import added
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.searched import Searched
from custvalue._numerics.maximum import FLAT, Derivatives, Objective, along_the_ridge, maximise
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError

Asked = Mapping[Any, Sequence[str]]
FitT = TypeVar("FitT", bound=Fit[Any])
SAMPLE = 16  # every 16th customer for the warm start
SAMPLED = 16_000  # customers from which on it pays
COMMON = 4  # parameters of every model that takes changing covariates
MOVED = (1, 3)  # α by covariates of purchases, β by those of dropout


def changing_names(history: Any, asked: Asked) -> set[str]:
    """Return which of the covariates that are asked for change."""
    known: FollowedPurchases | None = getattr(history, "changing", None)
    if known is None:
        return set()
    static = () if history.covariates is None else history.covariates.names
    wanted = {name for names in asked.values() for name in names}
    both = sorted(wanted & {*static} & {*known.covariates.names})
    if both:
        raise ParameterError(
            f"{listed(both)} is a covariate that changes and one that does not. Rename one of them."
        )
    absent = sorted(wanted - {*static} - {*known.covariates.names})
    if absent:
        every = [*static, *known.covariates.names]
        raise ParameterError(
            f"there is no covariate {absent[0]!r} in the history, only {listed(every)}."
            f"{did_you_mean(absent[0], every)}"
        )
    return wanted & {*known.covariates.names}


class Coded(NamedTuple):
    """Covariates as numbers, and which of them move what."""

    terms: CovariateTerms
    columns: list[ProcessColumns]
    design: Design


def observed(history: Any) -> FloatArray:
    """Return how many days customers were observed on each row of the paths."""
    known: FollowedPurchases = history.changing
    return days_observed(known, known.birth + history.age * DAYS[history.unit])


def coded(history: Any, asked: Asked, model: Any, seen: FloatArray, *, few: bool = False) -> Coded:
    """Code what is asked for, and refuse covariates whose effects could not be told.

    With a prior they may be `few`: nothing has to be told by the data alone.
    """
    known, form = history.changing, model._form_of_changing  # noqa: SLF001 - of its own room
    names = dict.fromkeys(name for each in asked.values() for name in each)
    coding = tuple(
        coded_as_observed(known.covariates, name, seen)
        if name in known.covariates.names
        else coded_as_found(history.covariates, name, history.customer, few=few)
        for name in names
    )
    coefficients = tuple(
        Coefficient(process=process, covariate=each.name, level=level, value=0.0)
        for process, wanted in asked.items()
        for each in coding
        if each.name in wanted
        for level in each.coded_levels
    )
    terms = CovariateTerms.model_validate(
        {"coding": coding, "coefficients": coefficients, "dropout_form": form}
    )
    columns, design = process_columns(terms), design_of(history, terms, seen)
    chances = seen
    if form == "power":
        chances = purchases_seen(known, history.frequency, first=bool(model._first))  # noqa: SLF001
    require_all_apart(history, terms, columns, design, (seen, chances), alone=few)
    return Coded(terms, columns, design)


def standardised(of: Coded, seen: FloatArray) -> list[ProcessColumns]:
    """Return the columns of both processes centred and scaled for the search.

    The power form knows no centre: a constant factor of w is another model.
    """
    flags = [each.changing for each in of.terms.coding for _ in each.coded_levels]
    numbers = [level is None for each in of.terms.coding for level in each.coded_levels]
    of_side = {}
    everybody = np.ones(len(of.design.pattern))
    for side, columns, weight in (
        (True, of.design.rows, seen),
        (False, of.design.customers, everybody),
    ):
        share = weight / weight.sum()
        mean = share @ columns
        spread = np.sqrt(share @ np.square(columns - mean))
        numeric = [number for number, flag in zip(numbers, flags, strict=True) if flag is side]
        of_side[side] = mean, np.where(numeric, spread, 1.0)
    found = []
    for place, one in enumerate(of.columns):
        centre, scale = (
            np.append(of_side[True][each][one.changing], of_side[False][each][one.static])
            for each in (0, 1)
        )
        if place == 1 and of.terms.dropout_form == "power":
            centre = 0 * centre
        found.append(one._replace(centre=centre, scale=scale))
    return found


def fit_changing(
    kind: type[FitT],
    history: Any,
    asked: Asked,
    start: FloatArray,
    *,
    given: Mapping[str, Any],
    doubts: Callable[[Any, float], Iterable[Any]],
    prior: AnyPrior | None = None,
) -> FitT:
    """Climb from the best parameters without covariates."""
    model: Any = kind.model_fields["model"].annotation
    seen = observed(history)
    of = coded(history, asked, model, seen, few=prior is not None)
    columns, names = standardised(of, seen), parameter_names(model)
    count = len(of.terms.coefficients)
    known = None if prior is None else prior._of_driven(model, dict(given), count).density  # noqa: SLF001 - of its own room

    def surface(some: Any, design: Design) -> Surface:
        return surface_of(model, some, Coded(of.terms, columns, design))

    def climbed(one: Surface) -> Objective:
        return one if known is None else added(one, known)

    point = np.append(np.log(start), np.zeros(count))
    if len(history) >= SAMPLED:
        some = np.arange(0, len(history), SAMPLE)
        sample = history.select(customers=history.customer[some])
        point = _top(climbed(surface(sample, of.design.at(some))), point)
    full = surface(history, of.design)
    found = along_the_ridge(climbed(full), maximise(climbed(full), point))
    at, turn = restored(found.point, columns)
    coefficients = dict(zip(of.terms.values, at[COMMON:].tolist(), strict=True))
    terms, shift = with_values(of.terms, coefficients), turn[:COMMON, COMMON:]
    require_held(names, at[:COMMON], terms, shift * found.point[COMMON:])
    whole = np.append(np.exp(at[:COMMON]), at[COMMON:]).tolist()
    values = dict(zip((*names, *of.terms.values), whole, strict=True))
    require_finite(model.__name__, found, values)
    value = found.at.value - (0.0 if known is None else known(found.point).value)
    own = {name: values[name] for name in names}
    fitted = model(**own, **given, covariates=terms)
    turn[:COMMON] *= np.exp(at[:COMMON])[:, None]
    fit = fit_at(
        kind,
        Reached(found, tuple(values), fitted, turn),
        customers=len(history),
        cells=len(full.likelihood.cells),
        limit=lambda flat: ridge(values, flat, terms),
        doubts=lambda fitted, _: doubts(fitted, value),
    )
    return fit.model_copy(update={"log_likelihood": value, "prior": prior})


def surface_of(model: Any, history: Any, of: Coded) -> Surface:
    """Return the log-likelihood of a history, in the coordinates of its columns."""
    found = built(history, of.design, of.columns, visits=of.terms.dropout_form == "power")
    spread = _spread(of.columns, len(of.terms.coefficients))
    return Surface(model._along_paths(found.segments, found.cells), spread)  # noqa: SLF001 - of its own room


def searched(model: Any, history: Any, *, centred: bool) -> Searched:
    """Return where a fitted model with covariates that change is on its log-likelihood."""
    require_own_form(model)
    terms, seen = model._covariate_terms, observed(history)  # noqa: SLF001 - of its own room
    of = Coded(terms, process_columns(terms), design_of(history, terms, seen))
    columns = standardised(of, seen)
    if not centred:
        columns = [one._replace(centre=0 * one.centre) for one in columns]
    parameters = model._estimated  # noqa: SLF001
    values = np.array([*parameters.values()])
    there = np.append(np.log(values[:COMMON]), values[COMMON:])
    scale = np.ones(len(terms.coefficients))
    for one in columns:
        scale[one.coefficients] = 1 / one.scale

    def in_the_data(point: FloatArray) -> FloatArray:
        at, _ = restored(point, columns)
        return np.append(np.exp(at[:COMMON]), at[COMMON:])

    return Searched(
        surface_of(model, history, of._replace(columns=columns)),
        np.asarray(np.linalg.solve(restored(there, columns)[1], there), dtype=np.float64),
        tuple(parameters),
        COMMON,
        scale,
        in_the_data,
    )


def _top(surface: Objective, start: FloatArray) -> FloatArray:
    """Return the top of a sample; the start where it is on a ridge, which all data may not be."""
    found = maximise(surface, start)
    curved = np.linalg.eigvalsh(-found.at.hessian)[0] > FLAT**-2
    return found.point if found.converged and curved else start


def _spread(columns: Sequence[ProcessColumns], coefficients: int) -> FloatArray:
    """Return which coefficient each coordinate of a likelihood is, as a matrix of 0 and 1."""
    places = np.concatenate([np.arange(COMMON), *(COMMON + one.coefficients for one in columns)])
    matrix = np.zeros((len(places), COMMON + coefficients))
    matrix[np.arange(len(places)), places] = 1.0
    return matrix


@dataclass(frozen=True)
class Surface:
    """The log-likelihood by common logarithms and by coefficients, each of which is there once."""

    likelihood: Any
    spread: FloatArray

    def __call__(self, point: FloatArray) -> Derivatives:
        """Return value, gradient and Hessian."""
        value, gradient, hessian = self.likelihood(self.spread @ point)
        return Derivatives(value, gradient @ self.spread, self.spread.T @ hessian @ self.spread)

    def value(self, point: FloatArray) -> float:
        """Return the value alone, which takes a fraction of the time."""
        return float(self.likelihood.value(self.spread @ point))


def restored(point: FloatArray, columns: Sequence[ProcessColumns]) -> tuple[FloatArray, FloatArray]:
    """Return common logarithms and coefficients of the data, and their derivatives in columns.

    α at covariates of 0 is that at their centre times e^(γ'centre), and β likewise.
    """
    turn = np.eye(len(point))
    for row, one in zip(MOVED, columns, strict=True):
        places = COMMON + one.coefficients
        turn[places, places] = 1 / one.scale
        turn[row, places] += one.centre / one.scale
    return turn @ point, turn
