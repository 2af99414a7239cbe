"""Covariates of the mean spend: γ_i = γ e^(δ'z), which multiplies what a customer spends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np

from custvalue._histories.covariates.pattern_cells import (
    at_rows,
    covariates_of,
    patterns_among,
)
from custvalue._lifetime.covariates.fitting import (
    checked_asked,
    coded,
    fit_with_covariates,
    searched,
)
from custvalue._lifetime.covariates.surface import Likelihood, OfEach
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.searched import Searched
from custvalue._lifetime.spend.spend_data import SpendHistory, Spends
from custvalue._lifetime.spend.spend_likelihood import TURN, Distance, SpendCells, constant
from custvalue._rows import FloatArray, IntArray

FitT = TypeVar("FitT", bound=Fit[Any])
MethodT = TypeVar("MethodT", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class SpendPatternCells(SpendCells):
    """Spends of customers, and which pattern of covariates each has."""

    pattern: IntArray = field(kw_only=True)


class SpendLikelihood:
    """Gamma-Gamma in (log p, log q, log γ), of customers who all differ."""

    def __init__(self, cells: SpendCells) -> None:
        self.x, self.log_mean, self.count = cells.frequency, np.log(cells.mean), cells.count
        self.distinct, self.place = np.unique(self.x, return_inverse=True)

    def __call__(self, logs: FloatArray) -> OfEach:
        p, q = np.exp(logs[0, :2]).tolist()
        log_p, log_q, log_gamma = logs.T
        fixed = constant(p * self.distinct, q)
        apart = Distance.of(p * self.x, q, self.log_mean - log_gamma - log_p + log_q)
        value = fixed.value[self.place] + apart.value - self.log_mean
        slope, bent = apart.gradient.copy(), apart.hessian.copy()  # by logs of k, q and e^d
        slope[:2] += fixed.gradient[:, self.place]
        bent[:2, :2] += fixed.hessian[:, :, self.place]
        slope, bent = self.count * slope, self.count * bent
        hessian = np.einsum("ai,ijn,bj->nab", TURN, bent, TURN)
        return OfEach(float(self.count @ value), (TURN @ slope).T, hessian)


def _likelihood(cells: SpendPatternCells, design: FloatArray) -> tuple[Likelihood, FloatArray]:
    return SpendLikelihood(cells), design[cells.pattern]


def fit_spend(
    kind: type[FitT],
    history: SpendHistory,
    found: Spends,
    spend: Sequence[str],
    *,
    start: FloatArray,
    given: dict[str, Any],
    prior: AnyPrior | None = None,
) -> FitT:
    """Fit a model of spend with covariates to those who came back."""
    model: Any = kind.model_fields["model"].annotation
    asked = checked_asked(model, {"spend": spend}, "mean")
    covariates_of(history, model.__name__)
    given_history: Any = history  # not cells, which have no covariates
    known = given_history.select(found.known)
    of = coded(model, known, asked, "mean", prior=prior)
    cells = found.cells(history)
    columns = (cells.frequency, cells.mean, cells.count)
    return fit_with_covariates(
        kind,
        of,
        SpendPatternCells(*columns, pattern=of.found.of_customer),
        _likelihood,
        start,
        customers=cells.customers,
        given=given,
        doubts=lambda fitted, value: (),  # noqa: ARG005 - there are none
        prior=prior,
    )


def search_spend(model: Any, history: Any, found: Spends, *, centred: bool) -> Searched:
    """Return where a fitted model of spend with covariates is on its log-likelihood."""
    known = patterns_among(model, history.select(found.known))
    cells = found.cells(history)
    columns = (cells.frequency, cells.mean, cells.count)
    kinds = SpendPatternCells(*columns, pattern=known.of_customer)
    return searched(model, known, kinds, _likelihood, centred=centred)


def at_customers(model: Any, history: Any) -> Any:
    """Return the model of spend whose parameters have an entry a customer, where they differ."""
    if getattr(model, "covariates", None) is None:
        return model
    found = patterns_among(model, history)
    return at_rows(model, found.design[found.of_customer])


def of_each_customer(method: MethodT) -> MethodT:
    """Let what is asked about a history be asked of models of spend with covariates."""

    @wraps(method)
    def answer(model: Any, history: Any, *args: Any, **options: Any) -> Any:
        return method(at_customers(model, history), history, *args, **options)

    return cast("MethodT", answer)
