"""The fit of a model with covariates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from custvalue._histories.covariates.coding import (
    Patterns,
    coded_as_found,
    column_names,
    patterns,
    require_apart,
)
from custvalue._histories.covariates.pattern_cells import covariates_of
from custvalue._histories.covariates.terms import (
    Coefficient,
    CovariateTerms,
    DropoutForm,
    Predictor,
    Process,
    predictors_of,
    with_values,
)
from custvalue._lifetime.covariates.links import Links
from custvalue._lifetime.covariates.ridges import ridge
from custvalue._lifetime.covariates.standardised import Standardised
from custvalue._lifetime.covariates.surface import Likelihood, Surface
from custvalue._lifetime.fit import Fit, Reached, fit_at, require_finite
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._lifetime.priors.density import added
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.searched import Searched
from custvalue._numerics.maximum import DataCells, Objective, climb
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError

FitT = TypeVar("FitT", bound=Fit[Any])
Asked = Mapping[Process, Sequence[str]]  # names of covariates by process


class Coded(NamedTuple):
    """The covariates of a fit: their terms, and the patterns among customers."""

    terms: CovariateTerms
    found: Patterns
    links: Links
    predictors: list[Predictor]


def coded(
    model: type[LifetimeModel],
    history: Any,
    asked: Asked,
    form: DropoutForm,
    weight: FloatArray | None = None,
    *,
    prior: AnyPrior | None = None,
) -> Coded:
    """Code what is asked for, and refuse covariates whose effects could not be told.

    With a prior, nothing has to be told by the data alone.
    """
    links = model._links(form)  # noqa: SLF001 - of its own room
    known, customers = covariates_of(history, model.__name__), history.customer
    names = dict.fromkeys(name for listed in asked.values() for name in listed)
    few = prior is not None
    coding = tuple(coded_as_found(known, name, customers, weight, few=few) for name in names)
    coefficients = tuple(
        Coefficient(process=process, covariate=each.name, level=level, value=0.0)
        for process in _split(asked, form)
        for each in coding
        if each.name in asked[_asked_as(process)]
        for level in each.coded_levels
    )
    terms = CovariateTerms(coding=coding, coefficients=coefficients, dropout_form=form)
    found, predictors = (
        patterns(coding, known, customers, weight),
        predictors_of(terms, links.ratios),
    )
    for process, one in zip(links.ratios, predictors, strict=True):
        what = [coefficients[place].what for place in one.coefficients]
        columns = [one.columns] if prior is None else np.split(one.columns, len(what) or 1)
        names_of = [what] if prior is None else [[name] for name in what]
        for some, said in zip(columns, names_of, strict=False):
            require_apart(found.design[:, some], found.customers, said, process)
    return Coded(terms, found, links, predictors)


def _split(asked: Asked, form: DropoutForm) -> list[Process]:
    """Return the processes with coefficients of their own."""
    each: dict[str, list[Process]] = {}
    if form == "separate":
        each["dropout"] = ["dropout a", "dropout b"]
    return [process for name in asked for process in each.get(name, [name])]


def _asked_as(process: Process) -> Process:
    return "dropout" if process in ("dropout a", "dropout b") else process


def require_lists(**asked: object) -> None:
    """Raise unless covariates are asked for by lists of names."""
    for process, names in asked.items():
        listed_once = isinstance(names, list | tuple) and len(set(names)) == len(names)
        if not listed_once:
            raise ParameterError(
                f"{process} must be a list of different covariates, as in {process}=['region'], "
                f"but it is: {names!r}."
            )


def checked_asked(
    model: type[LifetimeModel], asked: Mapping[str, Sequence[str]], form: DropoutForm
) -> Asked:
    """Return the names of covariates by process, each once."""
    moved = {name.partition(" ")[0] for name in model._links(form).ratios}  # noqa: SLF001
    result: dict[Any, tuple[str, ...]] = {}
    for process, names in asked.items():
        wanted = {"purchase", "dropout"} if process == "both" else {process}
        if names and not wanted <= moved:
            raise ParameterError(
                f"{model.__name__} has no {' and '.join(sorted(wanted - moved))}, so {process} "
                f"cannot have covariates. Omit {process}."
            )
        result[process] = tuple(names)
    if form == "separate" and result.get("both"):
        raise ParameterError(
            "both needs one coefficient of dropout, but dropout_form='separate' has two. Use "
            "dropout_form='mean'."
        )
    shared = result.get("both", ())
    for process in {"purchase", "dropout"} & result.keys():
        result[process] = tuple(name for name in result[process] if name not in shared)
    return {process: names for process, names in result.items() if names}


LikelihoodOf = Callable[[Any, FloatArray], tuple[Likelihood, FloatArray]]


def surface_of(
    of: Coded, scaled: Standardised, common: int, likelihood: LikelihoodOf, cells: Any
) -> Surface:
    """Return the log-likelihood of cells, in coordinates that are centred and scaled or not."""
    each, design = likelihood(cells, scaled.design)
    return Surface(each, of.links, of.predictors, design, common)


def standardised(of: Coded) -> Standardised:
    """Return centred and scaled columns; only numeric ones are scaled."""
    return Standardised.of(of.found, [level is None for _, level in column_names(of.terms.coding)])


def fit_with_covariates(
    kind: type[FitT],
    of: Coded,
    cells: DataCells,
    likelihood: LikelihoodOf,
    start: FloatArray,
    *,
    customers: int,
    given: Mapping[str, Any],
    doubts: Callable[[Any, float], Iterable[Any]],
    prior: AnyPrior | None = None,
) -> FitT:
    """Climb from the best parameters without covariates.

    `likelihood` takes cells and the design of all patterns, and returns what is maximised with the
    rows of the design that it has parameters for.
    """
    model: Any = kind.model_fields["model"].annotation
    names, k = parameter_names(model), len(start)
    scaled, count = standardised(of), len(of.terms.coefficients)
    known = None if prior is None else prior._of_driven(model, dict(given), count).density  # noqa: SLF001 - of its own room

    def surface(some: Any) -> Objective:
        of_data = surface_of(of, scaled, k, likelihood, some)
        return of_data if known is None else added(of_data, known)

    found = climb([np.append(np.log(start), np.zeros(count))], surface, cells)
    at, turn = scaled.restored(found.point, k, of.links, of.predictors)
    whole = np.append(np.exp(at[:k]), at[k:]).tolist()
    values = dict(zip((*names, *of.terms.values), whole, strict=True))
    require_finite(model.__name__, found, values)
    value = found.at.value - (0.0 if known is None else known(found.point).value)
    own = {name: values[name] for name in names}
    terms = with_values(of.terms, values)
    fitted = model(**own, **given, covariates=terms)
    turn[:k] *= np.exp(at[:k])[:, None]
    fit = fit_at(
        kind,
        Reached(found, tuple(values), fitted, turn),
        customers=customers,
        cells=len(cells),
        limit=lambda flat: ridge(values, flat, terms),
        doubts=lambda model, _: doubts(model, value),
    )
    return fit.model_copy(update={"log_likelihood": value, "prior": prior})


def searched(
    model: Any, found: Patterns, cells: Any, likelihood: LikelihoodOf, *, centred: bool
) -> Searched:
    """Return where a fitted model with covariates is on the log-likelihood of cells."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    links = model._links(terms.dropout_form)  # noqa: SLF001
    of = Coded(terms, found, links, predictors_of(terms, links.ratios))
    k, scaled = len(parameter_names(type(model))), standardised(of)
    if not centred:
        scaled = scaled.uncentred()
    parameters = model._estimated  # noqa: SLF001
    values = np.array([*parameters.values()])

    def restored(point: FloatArray) -> FloatArray:
        at, _ = scaled.restored(point, k, links, of.predictors)
        return np.append(np.exp(at[:k]), at[k:])

    return Searched(
        surface_of(of, scaled, k, likelihood, cells),
        scaled.searched(np.log(values[:k]), values[k:], links, of.predictors),
        tuple(parameters),
        k,
        scaled.factor(len(values) - k, of.predictors),
        restored,
    )
