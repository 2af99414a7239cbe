"""The contest of models: which one to use for these customers, and why."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._forecasting.candidates import (
    Candidate,
    able,
    checked_candidates,
    coding_of,
    names_of,
    processes_of,
    require_fit_of,
)
from custvalue._forecasting.comparison import ComparedModel, HoldoutScores, ModelComparison
from custvalue._forecasting.holdout import Holdout, checked_holdout
from custvalue._forecasting.recommending import SAME, recommended, trusted
from custvalue._forecasting.scores import Outcomes, Scores
from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._lifetime.covariates.fitting import require_lists
from custvalue._lifetime.doubts import warn_of
from custvalue._lifetime.purchasing.bgcnbd import BGCNBD
from custvalue._lifetime.purchasing.bgnbd import BGNBD
from custvalue._lifetime.purchasing.gamma_gompertz_nbd import GammaGompertzNBD
from custvalue._lifetime.purchasing.mbgcnbd import MBGCNBD
from custvalue._lifetime.purchasing.mbgnbd import MBGNBD
from custvalue._lifetime.purchasing.nbd import NBD
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit, PurchasesAtAnyTime
from custvalue.errors import CustvalueWarning

USUAL: tuple[type[PurchasesAtAnyTime], ...] = (NBD, BGNBD, MBGNBD, ParetoNBD, GammaGompertzNBD)
FROM_BEFORE: tuple[type[PurchasesAtAnyTime], ...] = (NBD, ParetoNBD, GammaGompertzNBD)
REGULAR: tuple[type[PurchasesAtAnyTime], ...] = (BGCNBD, MBGCNBD)


def compare_models(
    train: PurchaseHistory,
    *,
    models: Sequence[type[PurchasesAtAnyTime] | PurchaseFit[Any]] | None = None,
    holdout: Holdout | None = None,
    purchase: Sequence[str] = (),
    dropout: Sequence[str] = (),
    both: Sequence[str] = (),
) -> ModelComparison:
    """Fit several models to the same customers, and say which one to use.

    With a holdout the log score decides: the mean over customers of the log of the probability
    that the model gave to what the customer did then. Models within two standard errors of the
    best, paired by customer, are tied. Without one, and among tied models, AIC decides; a
    difference of less than 2 is a tie. Of tied models the one with the fewest parameters is taken,
    and one that can tell lost customers from active ones. A model whose forecasts cannot be trusted
    (:attr:`Fit.doubts`) is recommended only where the holdout shows it to be better than all
    others.

    Parameters
    ----------
    train : PurchaseHistory
        What the models are fitted to.
    models : sequence of classes or fits, optional
        Which models, as in ``[lifetime.MBGNBD, lifetime.ParetoNBD]``; by default NBD, BGNBD,
        MBGNBD, ParetoNBD and GammaGompertzNBD, and BGCNBD and MBGCNBD where `log_intervals` are
        known and there are no covariates; of customers from before the log NBD, ParetoNBD and
        GammaGompertzNBD; with covariates that change BGNBD, MBGNBD and ParetoNBD, and the result
        says which are left out. Fits of `train` are compared as they are, with and without
        covariates:
        ``[lifetime.MBGNBD.fit(train), lifetime.MBGNBD.fit(train, purchase=["region"])]``.
    holdout : Holdout, optional
        What the same customers did afterwards, from :func:`split`.
    purchase, dropout, both : sequence of str
        Covariates with which all models are fitted, as in the `fit` of each; a model without
        dropout has those of purchases only, `both` among them.

    Raises
    ------
    DataError, UnitError
        If the holdout is not one of the same customers, or as in the fits.
    EstimationError
        If no customer has a repeat purchase, or there is only one customer.
    ParameterError
        If `models` holds something else than models of purchases at any time and their fits, one
        twice, or one that takes no covariates where some are named.

    Warns
    -----
    ForecastWarning, SubscriptionWarning
        If forecasts of the recommended model cannot be trusted. What the other fits would warn of
        is in their `doubts` and in the notes of the table.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> truth = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")
    >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
    >>> contest = lifetime.compare_models(history)
    >>> contest.recommended
    'MBGNBD'
    >>> contest.best.converged
    True
    """
    checked_history(train, "compare_models", enters=True)
    asked = {"purchase": purchase, "dropout": dropout, "both": both}
    require_lists(**asked)
    left_out: tuple[str, ...] = ()
    if models is None:
        chosen, left_out = able(_usual(train, asked), train, asked)
    else:
        chosen = checked_candidates(models, asked)
    fits = [_fitted(each, train, asked) for each in chosen]
    compared = _compared(fits, train, holdout)
    name, reasons = recommended(compared)
    result = ModelComparison(
        models=tuple(compared),
        recommended=name,
        reasons=reasons,
        customers=len(train),
        unit=train.unit,
        duration=None if holdout is None else holdout.duration,
        left_out=left_out,
    )
    warn_of(result.best.doubts)
    return result


def _usual(
    train: PurchaseHistory, asked: Mapping[str, Sequence[str]]
) -> tuple[type[PurchasesAtAnyTime], ...]:
    if train.entry is not None:
        return FROM_BEFORE
    return USUAL if train.log_intervals is None or any(asked.values()) else USUAL + REGULAR


def _fitted(
    candidate: Candidate, train: PurchaseHistory, asked: Mapping[str, Sequence[str]]
) -> PurchaseFit[Any]:
    """Fit a model; what it would warn of is kept in the fit."""
    if isinstance(candidate, PurchaseFit):
        return require_fit_of(train, candidate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        if not any(asked.values()):
            return candidate.fit(train)
        driven: Any = candidate
        fit: PurchaseFit[Any] = driven.fit(train, **processes_of(driven, asked))
        return fit


def _compared(
    fits: Sequence[PurchaseFit[Any]], train: PurchaseHistory, holdout: Holdout | None
) -> list[ComparedModel]:
    """Put fits beside their scores in the holdout."""
    names = names_of(fits)
    compared = [ComparedModel(fit=fit, called=name) for fit, name in zip(fits, names, strict=True)]
    if holdout is None:
        return compared
    outcomes = Outcomes.of(train, checked_holdout(train, holdout), coding_of(fits))
    scores = [outcomes.scores(fit.model) for fit in fits]
    means = [outcomes.mean(each.log_scores) for each in scores]
    leading = [each.name for each in trusted(compared)]
    leader = max(
        (place for place, each in enumerate(compared) if each.name in leading),
        key=lambda place: (round(means[place] / SAME), -compared[place].parameters),
    )
    return [
        its.model_copy(update={"scores": _against(outcomes, each, scores[leader])})
        for its, each in zip(compared, scores, strict=True)
    ]


def _against(outcomes: Outcomes, its: Scores, best: Scores) -> HoldoutScores:
    behind = best.log_scores - its.log_scores
    return HoldoutScores(
        forecast=its.forecast,
        actual=outcomes.actual,
        log_score=outcomes.mean(its.log_scores),
        behind=outcomes.mean(behind),
        behind_standard_error=outcomes.standard_error(behind),
        rmse=its.rmse,
        mae=its.mae,
    )
