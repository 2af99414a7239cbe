"""Does the model fit, and did it forecast: all checks of a fit in one result."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, callers_level, random_generator
from custvalue._forecasting.accuracy import ForecastScores, scored
from custvalue._forecasting.classes import HoldoutByClass, by_forecast, by_frequency, by_recency
from custvalue._forecasting.counts import PurchaseCounts, in_calibration, in_holdout
from custvalue._forecasting.holdout import Holdout, checked_holdout
from custvalue._forecasting.independence import SpendIndependence, spend_independence
from custvalue._forecasting.pit import OutcomeRanks, outcome_ranks
from custvalue._forecasting.predictive import predictive
from custvalue._forecasting.subject import Subject, of_history
from custvalue._forecasting.tracking import Tracking, ahead, tracked
from custvalue._forecasting.uncertainty import outcome_ends
from custvalue._histories.history import PurchaseHistory
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, one_line
from custvalue.errors import DataError, DataWarning

SUSPECT, LARGE = 0.001, 0.05  # P, and an effect on value of one-time buyers, that are warned of


class Diagnosis(Pictured, Tabulated, Frozen):
    """Whether a model fits and forecasts; each check is a result of its own.

    Parameters
    ----------
    model : str
        Name of the model.
    customers : int
        Customers of the calibration.
    calibration_counts : PurchaseCounts
        Customers by number of repeat purchases in the calibration.
    total, total_deviation : float or None
        Purchases forecast for the holdout, and the standard deviation of what comes of it.
    actual : float or None
        Purchases in the holdout.
    holdout_counts : PurchaseCounts or None
        Customers by number of purchases in the holdout, given their histories.
    tracking : Tracking or None
        Repeat purchases by week; None without a log.
    ranks : OutcomeRanks or None
        Histogram of the probability integral transform.
    by_frequency, by_recency, by_forecast : HoldoutByClass or None
        Mean purchases in the holdout by class of customers.
    scores : ForecastScores or None
        Errors and log scores, beside naive forecasts.
    independence : SpendIndependence or None
        Whether spend depends on frequency; None without spend.
    """

    PICTURE: ClassVar[str] = "diagnosis_board"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value, low, high, p_value: P")
    LABELS: ClassVar[str] = "check"

    model: str
    customers: int
    calibration_counts: PurchaseCounts
    total: NonNegative | None = None
    total_deviation: NonNegative | None = None
    actual: NonNegative | None = None
    holdout_counts: PurchaseCounts | None = None
    tracking: Tracking | None = None
    ranks: OutcomeRanks | None = None
    by_frequency: HoldoutByClass | None = None
    by_recency: HoldoutByClass | None = None
    by_forecast: HoldoutByClass | None = None
    scores: ForecastScores | None = None
    independence: SpendIndependence | None = None

    @property
    def bias(self) -> float | None:
        """Purchases forecast over actual ones, minus 1; None without a holdout."""
        return None if self.total is None or not self.actual else self.total / self.actual - 1

    def total_interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Return where the actual purchases of the holdout lie if the model is right.

        Parameters
        ----------
        level : float
            Of the interval.
        """
        if self.total is None or self.total_deviation is None:
            return None
        low, high = outcome_ends(np.array([self.total]), np.array([self.total_deviation]), level)
        return float(low[0]), float(high[0])

    def _rows(self, level: float) -> Sequence[Row]:
        rows = [("repeat purchases, chi-square", self._test(self.calibration_counts))]
        if self.scores is not None and (ends := self.total_interval(level)) is not None:
            given = {"value": self.total, "low": ends[0], "high": ends[1]}
            rows += [("purchases forecast", given), ("purchases, actual", {"value": self.actual})]
            own = {"value": float(self.scores.log_score[0])}
            naive = {"value": float(self.scores.log_score[1:].max())}
            rows += [("log score", own), ("log score of the better naive forecast", naive)]
            rows += [("top tenth found", {"value": float(self.scores.top_tenth[0])})]
        for name, test in (
            ("purchases in the holdout, chi-square", self.holdout_counts),
            ("outcomes in their distributions, chi-square", self.ranks),
        ):
            if test is not None:
                rows.append((name, self._test(test)))
        if self.independence is not None:
            its = self.independence
            rows.append(("spend on rate, slope", {"value": its.slope, "p_value": its.p_value}))
        empty = dict.fromkeys(("value", "low", "high", "p_value"))
        return [Row(name, {"check": name, **empty, **cells}) for name, cells in rows]

    @staticmethod
    def _test(test: PurchaseCounts | OutcomeRanks) -> dict[str, Any]:
        return {"value": test.statistic, "p_value": test.p_value}

    def _title(self) -> str:
        return f"Diagnosis of {self.model}, {number(self.customers)} customers"

    def _notes(self) -> Sequence[str]:
        notes = []
        if (ends := self.total_interval()) is not None and self.actual is not None:
            inside = ends[0] <= self.actual <= ends[1]
            where = "within" if inside else "outside"
            notes.append(f"The actual purchases lie {where} the 95 % interval of the forecast.")
        notes.append("P is small where the model does not fit; in large samples it always is.")
        if self.independence is not None and self.independence.p_value < SUSPECT:
            notes.append(self.independence.effect)
        return notes

    def __repr__(self) -> str:
        return one_line("Diagnosis", model=self.model, customers=self.customers)


def diagnose(
    fit: Any,
    train: PurchaseHistory,
    holdout: Holdout | None = None,
    *,
    by: npt.ArrayLike | str | None = None,
    rng: Generator = None,
) -> Diagnosis:
    """Check whether a model fits the calibration, and whether it forecast the holdout.

    Parameters
    ----------
    fit : Fit, PurchasesAtAnyTime or GroupFits
        The fit of `train`, with covariates or without, or the fits of its groups. With a model
        alone, its parameters are taken as known.
    train : PurchaseHistory
        What was fitted; with its covariates, where the fit has some.
    holdout : Holdout, optional
        What the same customers did afterwards, as of :func:`split`.
    by : array_like of shape (n,), or str, optional
        For fits of groups: the group of each customer, as in :func:`fit_groups`.
    rng : numpy.random.Generator, int or None
        Source of the randomness of the histogram of outcomes (PIT).

    Raises
    ------
    DataError
        If the holdout is not one of the customers of `train`, or nobody buys in it.
    ParameterError
        If it is no model of purchases at any time, or `rng` is no source of randomness.
    UnitError
        If the three do not count time in the same unit.

    Warns
    -----
    DataWarning
        If spend depends on frequency so much that values of customers are wrong.

    Examples
    --------
    >>> from custvalue import datasets, lifetime
    >>> train, holdout = lifetime.split(
    ...     datasets.cdnow("all"),
    ...     customer="customer_id",
    ...     date="date",
    ...     unit="week",
    ...     calibration_end="1997-09-30",
    ...     holdout_end="1998-06-30",
    ... )
    >>> check = lifetime.diagnose(lifetime.BGNBD.fit(train), train, holdout, rng=1)
    >>> round(check.total), check.actual
    (1653, 1882.0)
    >>> check.tracking
    Tracking(weeks=78, calibration_weeks=39, actual=1,882, expected=1,653)
    """
    random = random_generator(rng)
    its = of_history(fit, train, by, until=getattr(holdout, "duration", 0.0))
    parts: dict[str, Any] = {"calibration_counts": in_calibration(its)}
    horizon = np.ones(len(its.history))
    if holdout is not None:
        held = checked_holdout(its.history, holdout)
        _require_purchases(held)
        horizon = its.expected_purchases(held.duration)
        parts |= _forecast(its, held, horizon, random)
    independence = spend_independence(its, horizon)
    if independence is not None:
        parts["independence"] = independence
        _warn(independence)
    return Diagnosis(model=its.name, customers=len(its.history), **parts)


def _forecast(
    its: Subject, held: Holdout, expected: FloatArray, random: np.random.Generator
) -> dict[str, Any]:
    train = its.history
    weeks = tracked(its, held)
    total, deviation = _total(its, held) if weeks is None else weeks.of_holdout
    outcomes = predictive(its, held)
    return {
        "total": total,
        "total_deviation": deviation,
        "actual": float(held.frequency.sum()),
        "holdout_counts": in_holdout(its, held),
        "tracking": weeks,
        "ranks": outcome_ranks(its, held, outcomes, random),
        "by_frequency": by_frequency(train, held.frequency, expected),
        "by_recency": by_recency(train, held.frequency, expected),
        "by_forecast": by_forecast(held.frequency, expected),
        "scores": scored(train, held, expected, np.log(outcomes.at)),
    }


def _total(its: Subject, held: Holdout) -> tuple[float, float]:
    """Return the purchases forecast, and the standard deviation of what comes of it."""
    found = ahead(its, np.linspace(0, held.duration, STEPS + 1))
    return float(found.cumulative[-1]), float(np.sqrt(found.cumulative_variance[-1]))


STEPS = 12  # of the holdout, over which variances are integrated


def _require_purchases(held: Holdout) -> None:
    if not held.frequency.any():
        raise DataError(
            "nobody buys in the holdout, so there is nothing to compare forecasts with. Check "
            "that it belongs to these customers, and that the log goes on until its end."
        )


def _warn(found: SpendIndependence) -> None:
    if found.p_value < SUSPECT and abs(found.one_time_effect or 0.0) > LARGE:
        warnings.warn(
            f"spend depends on frequency: log spend changes by {number(found.slope, 3)} with the "
            f"log of the purchase rate. {found.effect} Use lifetime.DependentGammaGamma "
            f"for spend.",
            DataWarning,
            stacklevel=callers_level(),
        )
