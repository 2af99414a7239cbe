"""The fits of groups that borrow from one another, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, SerializeAsAny

from custvalue._checks import no_such
from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._histories.units import Horizon, TimeUnit
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.labels import labels_of
from custvalue._lifetime.grouping.predicting import Predictor, at_mean, one_prediction
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.prediction.totals import Of
from custvalue._lifetime.priors.density import inverse
from custvalue._lifetime.priors.pooled import PooledPrior
from custvalue._lifetime.protocols import SpendModel
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit
from custvalue._lifetime.reading import fit_of
from custvalue._numerics.estimates import PosteriorEstimate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import Percent, count, more
from custvalue.errors import ParameterError

AnyFit = Annotated[SerializeAsAny[PurchaseFit[Any]], BeforeValidator(fit_of)]
PRINTED = 20  # groups


class GroupFit(Frozen):
    """The fit of one group.

    Parameters
    ----------
    name : str
        Its label.
    customers : int
        How many.
    observed : float
        Repeat purchases per customer and time unit, as they were.
    expected : Estimate
        What the fit expects of customers of these ages, with a credible interval.
    borrowed : float
        Which share of what is known of its parameters comes from the other groups: near 1 of few
        customers, near 0 of many.
    own_covariance : tuple of tuple of float
        Of the logarithms of its parameters, were it known exactly what groups have in common.
    fit : Fit
        The posterior of its parameters.
    spread_covariance : tuple of tuple of float
        What is added because it is not known exactly how much groups differ.
    shift : tuple of float
        By how much the posterior means of these logarithms are above their modes, where the fit is:
        :meth:`GroupFits.predict` goes by the means, which add up over groups.
    """

    name: str
    customers: int = Field(ge=1)
    observed: NonNegative
    expected: PosteriorEstimate
    borrowed: Probability
    own_covariance: tuple[tuple[float, ...], ...]
    fit: AnyFit
    spread_covariance: tuple[tuple[float, ...], ...] = ()
    shift: tuple[float, ...] = ()

    @property
    def at_mean(self) -> PurchaseFit[Any]:
        """The fit at the posterior mean of the logarithms of the parameters."""
        moved: PurchaseFit[Any] = at_mean(self.fit, self.shift)
        return moved


class GroupFits(Pictured, Tabulated, Frozen):
    """Fits of groups that borrow from one another, and what they have in common.

    :func:`fit_groups` makes it.

    Parameters
    ----------
    groups : tuple of GroupFit
        One for each group, in order of their labels.
    common : Fit
        Of all customers as one group.
    prior : PooledPrior
        The distribution of the parameters over groups.
    centre_covariance : tuple of tuple of float
        How well the logarithms of the parameters of the typical group are known.
    unit : {"day", "week", "month", "year"} or None
        In which time is counted.
    """

    PICTURE: ClassVar[str] = "groups_pooled"
    LABELS: ClassVar[str] = "group"
    REPR: ClassVar[tuple[str, ...]] = ("groups", "customers=common.customers", "unit")
    SHOWN: ClassVar = shown("customers, observed, expected, expected_low, expected_high, borrowed")

    groups: tuple[GroupFit, ...] = Field(min_length=1)
    common: AnyFit
    prior: PooledPrior
    centre_covariance: tuple[tuple[float, ...], ...]
    unit: TimeUnit | None = None

    def __getitem__(self, name: object) -> GroupFit:
        for group in self.groups:
            if group.name == str(name):
                return group
        raise ParameterError(no_such("group", str(name), [its.name for its in self.groups]))

    @property
    def names(self) -> tuple[str, ...]:
        """The groups."""
        return tuple(its.name for its in self.groups)

    @property
    def fits(self) -> dict[str, PurchaseFit[Any]]:
        """The fits by group."""
        return {its.name: its.fit for its in self.groups}

    def predict(
        self,
        history: PurchaseHistory,
        horizon: Horizon,
        *,
        by: npt.ArrayLike | str,
        interval: float | None = None,
        of: Of = "mean",
        spend: SpendModel | Fit[Any] | None = None,
        annual_discount_rate: float = 0.0,
        margin: float = 1.0,
    ) -> Prediction:
        """Predict what is ahead of each customer, each by the fit of their own group.

        Totals know that groups have parameters of their own, and that all share the uncertainty of
        the typical group: ``.totals(by)`` is by group, ``.total`` of all.

        Parameters
        ----------
        history : PurchaseHistory
            Of customers of these groups.
        horizon : str or timedelta
            How far ahead, as in ``"1 year"``.
        by : array_like of shape (n,), or str
            The group of each customer, as in :func:`fit_groups`.
        interval, of, spend, annual_discount_rate, margin
            As in the `predict` of a fit. Without `spend`, one Gamma-Gamma is fitted to all
            customers with monetary values.

        Raises
        ------
        DataError, EstimationError, ParameterError, UnitError
            As in the `predict` of a fit.
        ParameterError
            If there is no fit of a group.
        """
        checked_history(history, "predict", enters=True)
        labels = labels_of(history, by)
        return one_prediction(
            history,
            labels,
            [self._predictor(self[name]) for name in labels.names],
            spend,
            horizon=horizon,
            interval=interval,
            of=of,
            annual_discount_rate=annual_discount_rate,
            margin=margin,
        )

    def _predictor(self, group: GroupFit) -> Predictor:
        """Return the fit of a group, with its own errors and those that it shares, on log scale."""
        own = np.array(group.own_covariance)
        moves = own @ inverse(np.array(self.prior.covariance))
        shared = moves @ np.linalg.cholesky(np.array(self.centre_covariance))
        alone = own + np.array(group.spread_covariance) if group.spread_covariance else own
        return Predictor(group.at_mean, np.linalg.cholesky(alone), shared)

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _columns(its, level)) for its in self.groups]

    def _printed(self) -> Sequence[Row]:
        shares = {its.name: Percent(its.borrowed, 0) for its in self.groups}
        return [
            Row(row.label, {**row.values, "borrowed": shares[row.label]})
            for row in self._rows(0.95)[:PRINTED]
        ]

    def _title(self) -> str:
        customers = count(self.common.customers, "customer")
        groups = count(len(self.groups), "group")
        return f"{type(self.common.model).__name__} of {groups} with {customers}, pooled"

    def _notes(self) -> Iterable[str]:
        typical = ", ".join(f"{name} {value:.4g}" for name, value in self.prior.typical.items())
        rest = len(self.groups) - PRINTED
        return (
            f"And {more(rest, 'group')}." if rest > 0 else "",
            OBSERVED.format(unit=self.unit or "time unit"),
            "Borrowed: the share of what is known that comes from the other groups.",
            f"A typical group: {typical}.",
            FEW if len(self.groups) < MANY else "",
        )


MANY = 10  # groups
OBSERVED = (
    "Repeat purchases per customer and {unit} until now: observed, and expected by the fit of the "
    "group, 95 % credible intervals."
)
FEW = (
    "So few groups hardly say how different they are: the usual standard deviation, 0.3 of the "
    "logarithms, counts as two more groups."
)


def _columns(its: GroupFit, level: float) -> Mapping[str, Any]:
    row: dict[str, Any] = {
        "group": its.name,
        "customers": its.customers,
        "observed": its.observed,
        **its.expected.ends(level, "expected"),
        "borrowed": its.borrowed,
    }
    for name, estimate in its.fit.estimates.items():
        row |= estimate.ends(level, name)
    return row
