"""What known customers buy and spend month by month, with intervals of the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_whole
from custvalue._forecasting.subject import Subject, of_history
from custvalue._forecasting.tracking import Expected, Weights, Worth, ahead
from custvalue._forecasting.uncertainty import outcome_ends, slopes, variances
from custvalue._histories.arguments import checked_margin
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.parameters import ways
from custvalue._lifetime.protocols import SpendModel
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.value.worth import model_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray
from custvalue._values import Positive
from custvalue._words import number, one_line, percent_as_given
from custvalue.errors import ParameterError

MOST = 600


@dataclass(frozen=True, eq=False, repr=False)
class MonthsAhead(Pictured, Tabulated, Columns):
    """Purchases and spend of known customers, all together, by month ahead.

    Months are equal twelfths of a year of 365.25 days, from the end of observation on.

    Parameters
    ----------
    customers : int
        How many customers.
    purchases, purchases_deviation : ndarray of float64, shape (months,)
        Expected in each month, and the standard deviation of what comes.
    spend, spend_deviation : ndarray of float64, shape (months,), or None
        The same of what they spend; None without a spend model. A deviation is NaN where the
        variance of spend is infinite.
    total_deviation : ndarray of float64, shape (1,) or (2,)
        Standard deviation of the purchases and of the spend of all months.
    margin : float or None
        Share of the spend that is earned: the value of a month is margin x spend, not discounted.
    """

    PICTURE: ClassVar[str] = "months_ahead_bars"
    TITLE: ClassVar[str] = "Purchases by month ahead"
    LABELS: ClassVar[str] = "month"
    SHOWN: ClassVar[Mapping[str, str]] = shown("purchases, purchases_low, purchases_high")

    customers: int
    purchases: FloatArray
    purchases_deviation: FloatArray
    spend: FloatArray | None
    spend_deviation: FloatArray | None
    total_deviation: FloatArray
    margin: Positive | None = None

    def _rows(self, level: float) -> Sequence[Row]:
        months = len(self.purchases)
        label = [*map(str, range(1, months + 1)), "total"]
        columns: dict[str, list[Any]] = {"month": label}
        for name, share, place in self._quantities:
            source = ("purchases", "spend")[place]
            mean = share * getattr(self, source)
            of_months, of_all = getattr(self, f"{source}_deviation"), self.total_deviation[place]
            deviation = share * np.append(of_months, of_all)
            mean = np.append(mean, mean.sum())
            low, high = outcome_ends(mean, deviation, level, whole=name == "purchases")
            unknown = np.isnan(deviation)
            ends = {"": mean, "_low": low, "_high": high}
            for end, its in ends.items():
                hidden = np.where(unknown & (end != ""), np.nan, its)
                columns[f"{name}{end}"] = hidden.tolist()
        cells = zip(*columns.values(), strict=True)
        return [Row(row[0], dict(zip(columns, row, strict=True))) for row in cells]

    @property
    def _quantities(self) -> list[tuple[str, float, int]]:
        """What is told: its name, its share of what is known, and where that stands."""
        found = [("purchases", 1.0, 0)]
        if self.spend is not None:
            found.append(("spend", 1.0, 1))
        if self.margin is not None:
            found.append(("value", self.margin, 1))
        return found

    def _shown(self) -> Mapping[str, str]:
        names = [name for name, _, _ in self._quantities]
        return shown(", ".join(f"{name}, {name}_low, {name}_high" for name in names))

    def _notes(self) -> Sequence[str]:
        customers = number(self.customers)
        said = "If the model is right, the actual number is from low to high in 95 % of cases."
        unknown = bool(np.isnan(self.total_deviation).any())
        notes = [f"{customers} customers. {said}", *[WITHOUT_VARIANCE] * unknown]
        if self.margin is not None:
            earned = percent_as_given(self.margin)
            notes.append(f"Value: spend at a margin of {earned}, not discounted.")
        return notes

    def __repr__(self) -> str:
        total = float(self.purchases.sum())
        return one_line("MonthsAhead", months=len(self.purchases), purchases=total)


WITHOUT_VARIANCE = (
    "Spend has no intervals: the variance of the mean spend of some customers is infinite (q <= 2)."
)


def purchases_by_month(
    fit: Any,
    history: PurchaseHistory,
    months: int = 12,
    *,
    by: npt.ArrayLike | str | None = None,
    spend: Any = None,
    margin: float | None = None,
) -> MonthsAhead:
    """Return what all customers of a history are expected to buy and spend in each month ahead.

    Intervals say where the actual numbers lie: chance in the customers' own purchases and spend,
    and how well the parameters are known (fits, not models).

    Parameters
    ----------
    fit : Fit, PurchasesAtAnyTime or GroupFits
        A model of purchases at any time, its fit, or fits of groups.
    history : PurchaseHistory
        Of the customers; with their covariates, where the model has some.
    months : int
        How many months, at most 600.
    by : array_like of shape (n,), or str, optional
        For fits of groups: the group of each customer, as in :func:`fit_groups`.
    spend : Fit or SpendModel, optional
        How much they spend on a purchase.
    margin : float, optional
        Share of the spend that is earned, > 0 and <= 1; then the value of each month is told too.
        It is not discounted: :func:`customer_lifetime_value` does that.

    Raises
    ------
    DataError, UnitError
        If it is no such history, or the model counts time in another unit.
    ParameterError
        If `fit` or `spend` is no such model, `months` is no whole number >= 1, or `margin` is
        outside its domain or given without `spend`.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> history = model.simulate(2_000, age="52 weeks", rng=1)
    >>> year = lifetime.purchases_by_month(model, history, 12)
    >>> whole = model.expected_purchases(history, "1 year").sum()
    >>> bool(abs(year.purchases.sum() - whole) < 1e-9 * whole)
    True
    """
    if checked_whole("months", months, least=1) > MOST:
        raise ParameterError(f"months must be at most {MOST}, but it is {months:,}.")
    its = of_history(fit, history, by, until=_until(history, int(months)))
    if margin is not None:
        margin = checked_margin(margin)
        if spend is None:
            raise ParameterError(
                "margin is a share of the spend, of which nothing is known. Give spend=, as in "
                "spend=lifetime.GammaGamma.fit(history)."
            )
    time: FloatArray = np.arange(int(months) + 1.0) * _until(its.history, 1)
    bought = ahead(its, time)
    spent = None if spend is None else _spent(its, time, spend)
    return MonthsAhead(
        customers=len(its.history),
        purchases=bought.mean,
        purchases_deviation=np.sqrt(bought.variance),
        spend=None if spent is None else spent.mean,
        spend_deviation=None if spent is None else np.sqrt(spent.variance),
        total_deviation=np.array(
            [np.sqrt(its.cumulative_variance[-1]) for its in (bought, spent) if its]
        ),
        margin=margin,
    )


def _until(history: object, months: int) -> float:
    """Return how long months are in the unit of a history; 0 where it is none."""
    if not isinstance(history, PurchaseHistory):
        return 0.0
    return months * DAYS["month"] / DAYS[history.unit]


def _spent(its: Subject, time: FloatArray, spend: Any) -> Expected:
    """Return what is spent, with the uncertainty of the parameters of spend as well."""
    kind, history = model_of(spend, SpendModel, "spend", "GammaGamma"), its.history
    found = ahead(its, time, _worth(kind, history))
    rows = Weights.of(its, _worth(kind, history))
    curve = rows.ahead.until_each(time)[1:]

    def totals(other: SpendModel) -> FloatArray:
        weight = rows._replace(worth=_worth(other, history)).means
        return np.asarray(curve @ weight)[None]

    known = isinstance(spend, Fit) and spend.covariance is not None
    slope = slopes(partial(ways, spend) if known else None, totals)
    step = None if slope is None else np.diff(slope, axis=1, prepend=0.0)
    months = len(time) - 1
    return found._replace(
        variance=found.variance + variances(step, months),
        cumulative_variance=found.cumulative_variance + variances(slope, months),
    )


def _worth(spend: SpendModel, history: PurchaseHistory) -> Worth:
    """Return moments of a purchase's spend; of another model than Gamma-Gamma its mean alone."""
    mean = spend.expected_spend(history)
    if not isinstance(spend, GammaGamma) or history.monetary_value is None:
        return Worth(mean, mean**2, np.zeros(len(mean)))
    shape = spend.p * history.frequency + spend.q
    square = mean**2 * np.where(
        shape > 2, (shape - 1) / np.where(shape > 2, shape - 2, 1.0), np.nan
    )
    return Worth(mean, square, square / spend.p)
