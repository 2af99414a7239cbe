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
from custvalue._numerics.maximum import CellsT, climb
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
) -> Coded:
    """Code what is asked for, and refuse covariates whose effects could not be told."""
    links = model._links(form)  # noqa: SLF001 - of its own room
    known, customers = covariates_of(history, model.__name__), history.customer
    names = dict.fromkeys(name for listed in asked.values() for name in listed)
    coding = tuple(coded_as_found(known, name, customers, weight) for name in names)
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
        require_apart(found.design[:, one.columns], found.customers, what, process)
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


def fit_with_covariates(
    kind: type[FitT],
    of: Coded,
    cells: CellsT,
    likelihood: Callable[[CellsT, FloatArray], tuple[Likelihood, FloatArray]],
    start: FloatArray,
    *,
    customers: int,
    given: Mapping[str, Any],
    doubts: Callable[[Any, float], Iterable[Any]],
) -> FitT:
    """Climb from the best parameters without covariates.

    `likelihood` takes cells and the design of all patterns, and returns what is maximised with the
    rows of the design that it has parameters for.
    """
    model: Any = kind.model_fields["model"].annotation
    names, k = parameter_names(model), len(start)
    numeric = [level is None for _, level in column_names(of.terms.coding)]
    scaled = Standardised.of(of.found, numeric)

    def surface(some: CellsT) -> Surface:
        each, design = likelihood(some, scaled.design)
        return Surface(each, of.links, of.predictors, design, k)

    point = np.append(np.log(start), np.zeros(len(of.terms.coefficients)))
    found = climb([point], surface, cells)
    at, turn = scaled.restored(found.point, k, of.links, of.predictors)
    values = dict(zip((*names, *of.terms.values), [*np.exp(at[:k]), *at[k:]], strict=True))
    require_finite(model.__name__, found, values)
    own = {name: float(values[name]) for name in names}
    terms = with_values(of.terms, values)
    fitted = model(**own, **given, covariates=terms)
    turn[:k] *= np.exp(at[:k])[:, None]
    return fit_at(
        kind,
        Reached(found, tuple(values), fitted, turn),
        customers=customers,
        cells=len(cells),
        limit=lambda flat: ridge(values, flat, terms),
        doubts=doubts,
    )
