"""How near forecasts came, customer by customer, and how near two naive ones would have come.

The naive forecasts are those that users compare with: every customer goes on buying at the rate
that they had (with half a purchase at the mean rate added, so that nobody's rate is 0), and every
customer buys at the mean rate. Their log scores take purchases as Poisson.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from custvalue._forecasting.holdout import Holdout
from custvalue._histories.history import PurchaseHistory
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray
from custvalue._words import number, one_line, percent

TOP = 0.1


@dataclass(frozen=True, eq=False, repr=False)
class ForecastScores(Tabulated, Columns):
    """How near the model's forecasts came, beside two naive ones.

    Parameters
    ----------
    forecast : tuple of str
        ``model``, ``own past rate`` and ``mean rate``.
    actual : float
        Purchases in the holdout.
    total : ndarray of float64, shape (3,)
        Purchases forecast.
    mean_absolute_error, root_mean_squared_error : ndarray of float64, shape (3,)
        Per customer.
    log_score : ndarray of float64, shape (3,)
        Mean log probability of what customers did; larger is better.
    top_tenth : ndarray of float64, shape (3,)
        Share of the tenth with the most purchases that is among the tenth with the highest
        forecasts; 0.1 by chance.
    """

    TITLE: ClassVar[str] = "How near forecasts came"
    SHOWN: ClassVar[Mapping[str, str]] = shown(
        "total, ratio: total / actual, mean_absolute_error: MAE, root_mean_squared_error: RMSE, "
        "log_score, top_tenth: top tenth found"
    )
    LABELS: ClassVar[str] = "forecast"

    forecast: tuple[str, ...]
    actual: float
    total: FloatArray
    mean_absolute_error: FloatArray
    root_mean_squared_error: FloatArray
    log_score: FloatArray
    top_tenth: FloatArray

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        columns: dict[str, Any] = {
            "total": self.total,
            "ratio": self.total / self.actual,
            "mean_absolute_error": self.mean_absolute_error,
            "root_mean_squared_error": self.root_mean_squared_error,
            "log_score": self.log_score,
            "top_tenth": self.top_tenth,
        }
        cells = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [
            Row(name, {"forecast": name, **dict(zip(columns, row, strict=True))})
            for name, row in zip(self.forecast, cells, strict=True)
        ]

    def _notes(self) -> Sequence[str]:
        return (
            (
                f"Actual {number(self.actual)}. MAE and RMSE per customer; log score: mean log "
                f"probability of what came, larger is better; the top tenth is found by chance in "
                f"{percent(TOP)}."
            ),
        )

    def __repr__(self) -> str:
        ratio = float(self.total[0] / self.actual)
        return one_line("ForecastScores", ratio=ratio, log_score=float(self.log_score[0]))


def scored(
    train: PurchaseHistory, holdout: Holdout, expected: FloatArray, log_probability: FloatArray
) -> ForecastScores:
    """Score the forecasts of a model and the naive ones."""
    y, until = holdout.frequency, holdout.duration
    time = float(train.age.sum())
    rate = float(train.frequency.sum()) / time if time > 0 else 0.0
    half = 0.5 / rate if rate > 0 else math.inf
    own = until * (train.frequency + 0.5) / (train.age + half)
    forecasts = {
        "model": expected,
        "own past rate": own,
        "mean rate": np.full(len(y), until * rate),
    }
    scores = [float(log_probability.mean())]
    scores += [_poisson(y, forecasts[name]) for name in ("own past rate", "mean rate")]
    errors = [np.abs(each - y) for each in forecasts.values()]
    return ForecastScores(
        forecast=tuple(forecasts),
        actual=float(y.sum()),
        total=np.array([each.sum() for each in forecasts.values()]),
        mean_absolute_error=np.array([error.mean() for error in errors]),
        root_mean_squared_error=np.sqrt([np.square(error).mean() for error in errors]),
        log_score=np.array(scores),
        top_tenth=np.array([_found(each, y) for each in forecasts.values()]),
    )


def _poisson(y: FloatArray, mean: FloatArray) -> float:
    mean = np.maximum(mean, 1e-300)
    return float((y * np.log(mean) - mean - special.gammaln(y + 1)).mean())


def _found(forecast: FloatArray, y: FloatArray) -> float:
    """Return the share of the best that are among those forecast best, ties by lot."""
    most = math.ceil(TOP * len(y))
    return float((_among(forecast, most) * _among(y, most)).sum() / most)


def _among(values: FloatArray, most: int) -> FloatArray:
    """Return the probability of each to be among the largest, if lots decide between equal ones."""
    edge = np.partition(values, len(values) - most)[len(values) - most]
    above, level = values > edge, values == edge
    share = (most - np.count_nonzero(above)) / np.count_nonzero(level)
    found: FloatArray = above + share * level
    return found
