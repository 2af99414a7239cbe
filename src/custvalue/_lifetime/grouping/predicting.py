"""One prediction of customers whose groups have fits of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.grouping.labels import Labels
from custvalue._lifetime.prediction.parameters import directions
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._rows import FloatArray


class Predictor(NamedTuple):
    """The fit of a group, and roots of the covariance of its log parameters."""

    fit: Any
    own: FloatArray  # what is of this group alone
    shared: FloatArray  # what all groups have in common


def at_mean(fit: Any, shift: Sequence[float]) -> Any:
    """Return a fit where the logarithms of its parameters are moved from the mode to the mean."""
    factor = np.exp(np.array(shift)) if shift else np.ones(len(fit.parameters))
    moved = np.array([*fit.parameters.values()]) * factor
    values = dict(zip(fit.parameters, moved.tolist(), strict=True))
    covariance = np.array(fit.covariance) * np.outer(factor, factor)
    changed = {
        "model": fit.model.model_copy(update=values),
        "covariance": tuple(map(tuple, covariance.tolist())),
    }
    return fit.model_copy(update=changed)


def one_prediction(
    history: PurchaseHistory,
    labels: Labels,
    predictors: Sequence[Predictor],
    spend: Any,
    **asked: Any,
) -> Prediction:
    """Predict each group with its own fit, and put the rows in the order of the history."""
    if spend is None and history.monetary_value is not None:
        spend = GammaGamma.fit(history)  # groups share what customers spend
    parts = [
        _turned(each.fit.predict(history._rows_at(rows), spend=spend, **asked), each)  # noqa: SLF001 - of its own room
        for each, rows in zip(predictors, labels.rows, strict=True)
    ]
    place = np.argsort(np.concatenate(labels.rows))
    whole: dict[str, Any] = {}
    for each in fields(Prediction):
        columns = [getattr(part, each.name) for part in parts]
        if isinstance(columns[0], np.ndarray):
            whole[each.name] = np.concatenate(columns)[place]
    sizes = [len(rows) for rows in labels.rows]
    whole["fit_of"] = np.repeat(np.arange(len(sizes), dtype=np.float64), sizes)[place]
    numbered = history.customer is None
    whole["customer"] = np.arange(len(history)) if numbered else history.customer
    return replace(parts[0], **whole, convention=_convention(parts))


def _turned(part: Prediction, by: Predictor) -> Prediction:
    """Turn the errors of a group into its own and the shared ones."""
    if part.purchases_errors is None:
        return part
    k = len(by.own)
    onto = np.linalg.solve(directions(by.fit).T, np.hstack((by.own, by.shared)))
    purchases = part.purchases_errors @ onto
    if part.value_errors is None:
        return replace(part, purchases_errors=purchases)
    value = np.hstack((part.value_errors[:, :k] @ onto, part.value_errors[:, k:]))
    return replace(part, purchases_errors=purchases, value_errors=value)


def _convention(parts: Sequence[Prediction]) -> str:
    """Say what is counted, without what holds of one group only."""
    said = [part.convention.split("; ") for part in parts]
    common = [each for each in said[0] if all(each in other for other in said)]
    return "; ".join([*common, "each customer by the fit of the own group"])
