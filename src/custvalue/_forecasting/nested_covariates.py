"""Whether one fit of a model with covariates lies within another one of the same model."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._forecasting.nesting import Reference
from custvalue._histories.covariates.terms import CovariateTerms
from custvalue._rows import FloatArray
from custvalue._words import count
from custvalue.errors import ParameterError

Place = tuple[str, str, str | None]  # what is moved, covariate, level


def with_covariates(*fits: Any) -> bool:
    """Say whether any of the fits has covariates."""
    return any(_terms(fit) is not None for fit in fits)


def described(fit: Any) -> str:
    """Return the name of the model, with the number of its coefficients where it has some."""
    name, terms = type(fit.model).__name__, _terms(fit)
    if terms is None:
        return name
    return f"{name} with {count(len(terms.coefficients), 'coefficient')} of covariates"


def nested_by_covariates(small: Any, large: Any) -> Reference:
    """Return chi2 for what is gained, or raise where the smaller fit is not within the larger."""
    names = [type(fit.model).__name__ for fit in (small, large)]
    few, many = _terms(small), _terms(large)
    if names[0] != names[1]:
        raise ParameterError(
            f"likelihood_ratio compares fits with covariates of one model only, but these are of "
            f"{names[0]} and {names[1]}. Compare them by their AIC."
        )
    if many is None or (few is not None and not _within(few, many)):
        back = few is not None and (many is None or _within(many, few))
        remedy = (
            "It is the other way round: write likelihood_ratio(large, small)."
            if back
            else "Give fits to the same covariates, where the small one has fewer coefficients or "
            "equal ones. Or compare them by their AIC."
        )
        raise ParameterError(
            f"the covariates of small do not lie within those of large, so there is no "
            f"likelihood-ratio test of these two. {remedy}"
        )
    gained = len(many.coefficients) - (0 if few is None else len(few.coefficients))
    if gained == 0:
        raise ParameterError("small and large have the same covariates. Give another fit.")
    return Reference((0,) * gained + (1,), exact=True, why="coefficients have no edge")


def _terms(fit: Any) -> CovariateTerms | None:
    terms: CovariateTerms | None = getattr(fit.model, "covariates", None)
    return terms


def _within(few: CovariateTerms, many: CovariateTerms) -> bool:
    """Say whether all that `few` can say can be said by `many`, on the same coding."""
    known = {each.name: each for each in many.coding}
    if any(known.get(each.name) != each for each in few.coding):
        return False
    if _form(few) and few.dropout_form != many.dropout_form and not _splits(few, many):
        return False
    places = sorted({place for terms in (few, many) for place in _places(terms)}, key=repr)
    one, other = (_matrix(terms, places) for terms in (few, many))
    rank = int(np.linalg.matrix_rank(other))
    return int(np.linalg.matrix_rank(np.hstack((one, other)))) == rank


def _form(terms: CovariateTerms) -> bool:
    return any(each.process != "purchase" for each in terms.coefficients)


def _splits(few: CovariateTerms, many: CovariateTerms) -> bool:
    return (few.dropout_form, many.dropout_form) == ("common", "separate")


def _moved(process: str, form: str) -> tuple[str, ...]:
    """Return what a coefficient moves."""
    dropout = ("dropout a", "dropout b") if form == "common" else ("dropout",)
    return {"dropout": dropout, "both": ("purchase", *dropout)}.get(process, (process,))


def _places(terms: CovariateTerms) -> set[Place]:
    return {
        (moved, each.covariate, each.level)
        for each in terms.coefficients
        for moved in _moved(each.process, terms.dropout_form)
    }


def _matrix(terms: CovariateTerms, places: list[Place]) -> FloatArray:
    """Return by which coefficient (columns) each place is moved."""
    matrix = np.zeros((len(places), len(terms.coefficients)))
    for column, each in enumerate(terms.coefficients):
        for moved in _moved(each.process, terms.dropout_form):
            matrix[places.index((moved, each.covariate, each.level)), column] = 1.0
    return matrix
