"""What takes part in a contest of models: classes, which are fitted, and fits as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._histories.covariates.coding import CodedCovariate
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.covariates.changing.fitting import changing_names
from custvalue._lifetime.covariates.purchases import DrivenByCovariates
from custvalue._lifetime.priors.pooled import require_no_prior
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit, PurchasesAtAnyTime
from custvalue.errors import DataError, ParameterError

Candidate = type[PurchasesAtAnyTime] | PurchaseFit[Any]
Asked = Mapping[str, Sequence[str]]  # names of covariates by process


def checked_candidates(models: Any, asked: Asked) -> list[Candidate]:
    """Return what is compared, all different, at least one."""
    several = isinstance(models, Sequence) and not isinstance(models, str)
    given: list[Any] = list(models) if several else [models]
    for each in given:
        if not (isinstance(each, PurchaseFit) or _is_model(each)):
            shown = f"the class {each.__name__}" if isinstance(each, type) else repr(each)
            raise ParameterError(
                f"models must hold classes of models of purchases at any time, as in "
                f"[lifetime.MBGNBD, lifetime.ParetoNBD], but it has {shown}."
            )
    if not given:
        raise ParameterError("models must hold at least one class, as in [lifetime.MBGNBD].")
    for place, each in enumerate(given):
        if each in given[:place]:
            name = type(each.model).__name__ if isinstance(each, PurchaseFit) else each.__name__
            raise ParameterError(f"models must be different, but it has {name} twice.")
    if any(asked.values()):
        _require_covariates(given, asked)
    return given


def able(
    models: Sequence[type[PurchasesAtAnyTime]], train: PurchaseHistory, asked: Asked
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return the models that take these covariates, and of the others why they do not."""
    named = any(asked.values())
    if not (named and changing_names(train, {**asked})):
        return list(models), ()
    kept: list[Candidate] = []
    left: list[str] = []
    for each in models:
        if getattr(each, "_form_of_changing", None) is None:
            left.append(each.__name__)
        else:
            kept.append(each)
    return kept, tuple(f"{name} takes only covariates that do not change." for name in left)


def _is_model(given: Any) -> bool:
    return isinstance(given, type) and issubclass(given, PurchasesAtAnyTime)


def _require_covariates(given: Sequence[Any], asked: Asked) -> None:
    """Raise where covariates are named for what cannot take them."""
    process = next(name for name, names in asked.items() if names)
    for each in given:
        if isinstance(each, PurchaseFit):
            raise ParameterError(
                f"{process} says with which covariates models are fitted, but models holds a fit "
                f"of {type(each.model).__name__}. Give classes, or fits only and no {process}."
            )
        if not issubclass(each, DrivenByCovariates):
            raise ParameterError(
                f"{each.__name__} takes no covariates, so {process} cannot be given. Leave "
                f"{each.__name__} out of models, or omit {process}."
            )


def processes_of(model: Any, asked: Asked) -> dict[str, Sequence[str]]:
    """Return the covariates of a model, by process; where nobody leaves, those of purchases."""
    if "dropout" in model._links().ratios:  # noqa: SLF001 - a model of ours
        return dict(asked)
    return {"purchase": [*dict.fromkeys((*asked["purchase"], *asked["both"]))]}


def require_fit_of(train: PurchaseHistory, fit: PurchaseFit[Any]) -> PurchaseFit[Any]:
    """Return a fit that was given, if it is one of these customers by maximum likelihood."""
    require_no_prior(fit.prior, "compare_models")
    there = float(fit.model.log_likelihood(train).sum())
    if not math.isclose(there, fit.log_likelihood, rel_tol=SAME, abs_tol=SAME):
        name = type(fit.model).__name__
        raise DataError(
            f"train must be what was fitted, but the log-likelihood of {name} is {there:,.3f} "
            f"there, and {fit.log_likelihood:,.3f} in the fit. Fit {name} to train."
        )
    return fit


SAME = 1e-6  # share of a log-likelihood


def names_of(fits: Sequence[PurchaseFit[Any]]) -> list[str]:
    """Return the names of the classes; with covariates, where a class is there several times."""
    names = [type(fit.model).__name__ for fit in fits]
    if len(set(names)) == len(names):
        return names
    return [
        f"{name} ({said})" if (said := covariates_in_words(fit.model)) else name
        for name, fit in zip(names, fits, strict=True)
    ]


def covariates_in_words(model: Any) -> str:
    """Return the covariates of a model by process, as in ``purchase: region, age``."""
    terms = getattr(model, "covariates", None)
    found: dict[str, dict[str, None]] = {}
    for each in terms.coefficients if terms else ():
        found.setdefault(each.process, {})[each.covariate] = None
    return "; ".join(f"{process}: {', '.join(names)}" for process, names in found.items())


def coding_of(fits: Sequence[PurchaseFit[Any]]) -> tuple[CodedCovariate, ...]:
    """Return the covariates that tell customers apart in any of the fits."""
    found: dict[str, CodedCovariate] = {}
    for fit in fits:
        terms = getattr(fit.model, "covariates", None)
        found |= {each.name: each for each in (terms.coding if terms else ())}
    return tuple(found.values())
