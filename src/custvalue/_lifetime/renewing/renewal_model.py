"""What every model of contracts can be asked, written once.

A model gives five formulas of how often customers have renewed; here they become answers about
customers, with periods, horizons and discounting. Renewals are counted from 1: a customer in the
first period has made none.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, random_generator, require_choice
from custvalue._histories.arguments import whole_numbers
from custvalue._histories.contracts import Contracts, Period, RenewalCounts, checked_contracts
from custvalue._histories.covariates.pattern_cells import OfKinds, of_one_kind
from custvalue._histories.covariates.terms import DropoutForm
from custvalue._histories.units import Horizon
from custvalue._inference.interval import Interval
from custvalue._lifetime.covariates.contracts import Kinds, fit_contracts, search_contracts
from custvalue._lifetime.covariates.fitting import require_lists
from custvalue._lifetime.covariates.links import Links, leaving_at_renewal
from custvalue._lifetime.fit import Fit, FitMethod, maximum_likelihood, of_model
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._lifetime.priors.ratio_prior import RatioPrior, checked_ratios
from custvalue._lifetime.renewing.renewals import (
    Timing,
    declared_period,
    first_payment,
    periods_ahead,
    rate_per_period,
    renewal_numbers,
    same_period,
    study,
)
from custvalue._lifetime.searched import Searched
from custvalue._lifetime.value.discounting import finite_lifetime
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import ParameterError


class RenewsContracts(OfKinds, LifetimeModel):
    """The questions that all models of contracts answer.

    A model is a subclass with its parameters, what it is estimated with, and these formulas. Each
    customer leaves at the first renewal with a probability θ of their own, θ ~ Beta(alpha, beta).
    """

    if TYPE_CHECKING:  # declared by each model
        alpha: Positive
        beta: Positive
        period: Period | None = None

    @classmethod
    @abstractmethod
    def _objective(cls, counts: RenewalCounts) -> Objective:
        """Return the log-likelihood of the counts as a function of the parameters."""

    @classmethod
    @abstractmethod
    def _start(cls, counts: RenewalCounts) -> Sequence[dict[str, float]]:
        """Return the places at which the search starts."""

    @abstractmethod
    def _limit(self, counts: RenewalCounts) -> str:
        """Say which simpler model it is where the data cannot tell the parameters apart."""

    @abstractmethod
    def _log_survival(self, t: FloatArray) -> FloatArray:
        """Return log S(t), shape of `t`."""

    @abstractmethod
    def _retention(self, made: FloatArray) -> FloatArray:
        """Return P(renewal k + 1 | k made), shape of `made`."""

    @abstractmethod
    def _leaving(self, made: FloatArray) -> FloatArray:
        """Return the same of leaving, without cancellation."""

    @abstractmethod
    def _further(self, made: FloatArray, periods: float, rate: float) -> FloatArray:
        """Return Σ S(k + j) / S(k) e^(-rate (j - 1)) over j = 1 … periods, shape (n,)."""

    @abstractmethod
    def _renewals(self, passed: FloatArray) -> FloatArray:
        """Return how many renewals are made by who would make `passed` of them at c = 1."""

    @property
    @abstractmethod
    def _tail(self) -> tuple[str, float]:
        """What S(t) falls as a power of t by, in words and in numbers; the mean needs > 1."""

    @classmethod
    def fit(
        cls,
        contracts: Contracts | Sequence[Contracts],
        *,
        dropout: Sequence[str] = (),
        covariates: Any = None,
        dropout_form: DropoutForm = "mean",
        prior: RatioPrior | None = None,
    ) -> ContractFit[Self]:
        """Estimate the parameters by maximum likelihood.

        The fit predicts as the model does, ``fit.survival([1, 2, 3])``; its `cells` are renewals.

        Parameters
        ----------
        contracts : Contracts, or list of them
            Observed over at least as many renewals as the model has parameters. With covariates, a
            list: those of one kind of customers each.
        dropout : sequence of str
            Columns of `covariates` that may change how likely customers are to leave. Then
            ``fit.effects`` says what they do, and ``fit.for_covariates({"region": "south"})`` is
            the model of one kind of customers.
        covariates : mapping or dataframe, optional
            One row for each of the contracts.
        dropout_form : {"mean", "common", "separate"}
            Whether a coefficient moves the odds alpha / beta at a common alpha + beta, multiplies
            both by one factor, or each by its own.
        prior : RatioPrior, optional
            What is known of the ratios of covariates before the data. Then intervals are credible.

        Raises
        ------
        DataError
            If it is no `Contracts`, or no list of them where there are covariates; if covariates
            are not as many, are the same for all or follow from each other.
        ParameterError
            If `dropout` is no list of covariates that there are, or `prior` is none, or of no
            covariates.
        EstimationError
            If too few renewals were observed, or no customer left.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue.lifetime import BetaDiscreteWeibull, Contracts, ShiftedBetaGeometric
        >>> shares = [1, 0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491]
        >>> contracts = Contracts.from_shares(shares, customers=1000, period="1 year")
        >>> fit = ShiftedBetaGeometric.fit(contracts)
        >>> {name: round(value, 3) for name, value in fit.parameters.items()}
        {'alpha': 0.668, 'beta': 3.806}
        >>> fit = BetaDiscreteWeibull.fit(contracts)
        >>> {name: round(value, 3) for name, value in fit.parameters.items()}
        {'alpha': 0.214, 'beta': 1.427, 'c': 1.724}

        Of two regions, one of which loses more:

        >>> south = Contracts.from_shares([1, 0.78, 0.63, 0.53], customers=800, period="1 year")
        >>> fit = ShiftedBetaGeometric.fit(
        ...     [contracts, south], dropout=["region"], covariates={"region": ["north", "south"]}
        ... )
        >>> round(fit.effects["dropout: region=south"].ratio.value, 2)
        1.68
        >>> fit.for_covariates({"region": "south"}).survival([1, 2]).round(2)
        array([0.77, 0.63])
        """
        require_choice("dropout_form", dropout_form, get_args(DropoutForm))
        require_lists(dropout=dropout)
        known = checked_ratios(prior, dropout, "dropout=['region']")
        if dropout:
            return fit_contracts(
                cls._fit_class(),
                Kinds.checked(contracts, covariates, cls.__name__),
                dropout,
                dropout_form,
                objective=cls._objective,
                start=cls._start,
                prior=known,
            )
        if covariates is not None:
            raise ParameterError(
                "covariates say nothing alone. Name those that may change how likely customers are "
                "to leave, as in dropout=['region']."
            )
        contracts = checked_contracts(contracts, cls.__name__)
        counts = contracts.counts
        return maximum_likelihood(
            cls._fit_class(),
            counts,
            cls._objective,
            cls._start(counts),
            customers=max(round(contracts.customers), 1),
            limit=partial(cls._limit, counts=counts),
            given={"period": contracts.period},
        )

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> Links:
        return leaving_at_renewal(parameter_names(cls), form)

    @classmethod
    def _fit_class(cls) -> type[ContractFit[Self]]:
        return cast("type[ContractFit[Self]]", ContractFit.__class_getitem__(cls))

    def _searched(self, data: Any, *, centred: bool = True) -> Searched:
        if self._covariate_terms is None:
            return super()._searched(data)
        if not isinstance(data, Kinds):
            raise ParameterError(
                f"{self._name} with covariates was fitted to a list of contracts with a table. "
                f"Give both, as in confidence_interval(method='profile', data=contracts, "
                f"covariates=table)."
            )
        return search_contracts(self, data, centred=centred)

    def _likelihood_of(self, data: Contracts) -> Objective:
        return self._objective(checked_contracts(data, self._name).counts)

    @of_one_kind
    def log_likelihood(self, contracts: Contracts) -> FloatArray:
        """Return the log-likelihood of each row of the contracts, shape (n,).

        Of all customers of the row together.

        Parameters
        ----------
        contracts : Contracts
            With n rows.

        Raises
        ------
        DataError
            If it is no `Contracts`.
        UnitError
            If model and contracts have different periods.
        """
        contracts = checked_contracts(contracts, self._name)
        same_period(self.period, contracts.period, self._name)
        made = contracts.renewals
        stayed, leaves = self._log_survival(made), np.log(self._leaving(made))
        return (contracts.left + contracts.active) * stayed + contracts.left * leaves

    @of_one_kind
    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Return P(a new customer makes at least t renewals), S(t), in the shape of `t`.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 0.

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 0.
        """
        return np.exp(self._log_survival(whole_numbers("t", t)))

    @of_one_kind
    def retention_rate(self, t: npt.ArrayLike) -> FloatArray:
        """Return the share of those asked who make renewal t, S(t) / S(t - 1), shape of `t`.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 1; 1 is the first renewal.

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 1.
        """
        return self._retention(renewal_numbers(t) - 1)

    @of_one_kind
    def churn_pmf(self, t: npt.ArrayLike) -> FloatArray:
        """Return P(a new customer leaves at renewal t), S(t - 1) - S(t), in the shape of `t`.

        Parameters
        ----------
        t : array_like of int
            Whole numbers >= 1; a customer who leaves at renewal t has paid for t periods.

        Raises
        ------
        ParameterError
            If `t` is no whole number >= 1.
        """
        made = renewal_numbers(t) - 1
        return self.survival(made) * self._leaving(made)

    @of_one_kind
    def expected_lifetime(
        self, *, annual_discount_rate: float, horizon: Horizon | None = None
    ) -> float:
        """Return the (discounted) periods expected of a new customer, the first among them.

        Σ S(t) (1 + d)^-t from t = 0.

        Parameters
        ----------
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year. The first period is paid for at once.
        horizon : str, timedelta or None
            How many periods count, as in ``"3 years"``; None for all.

        Raises
        ------
        ParameterError, UnitError
            As in :meth:`expected_residual_lifetime`.

        Examples
        --------
        >>> from custvalue.lifetime import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
        >>> round(model.expected_lifetime(annual_discount_rate=0.10), 3)
        5.923
        """
        rate, periods = self._ahead(annual_discount_rate, horizon)
        if periods == 0:
            return 0.0
        return 1 + math.exp(-rate) * float(self._further(np.zeros(1), periods - 1, rate)[0])

    @of_one_kind
    def expected_residual_lifetime(
        self,
        age: npt.ArrayLike,
        *,
        annual_discount_rate: float,
        timing: Timing,
        horizon: Horizon | None = None,
    ) -> FloatArray:
        """Return the (discounted) further periods expected of customers under contract: DERL.

        Periods that are paid for already do not count.

        Parameters
        ----------
        age : array_like of int
            How often each customer has renewed: 0 in the first period.
        annual_discount_rate : float
            Effective, 0.10 for 10 % a year.
        timing : {"before_renewal", "after_renewal"}
            Where in the period we are. ``"before_renewal"``: the next renewal is due now and is
            not yet known; its payment is not discounted. ``"after_renewal"``: the last one has
            just been made; the next is one period away.
        horizon : str, timedelta or None
            How many further periods count, as in ``"3 years"``; None for all.

        Returns
        -------
        ndarray, shape of `age`
            Σ S(age + j) / S(age) (1 + d)^-(j - 1) from j = 1, and a period's discount less after
            the renewal.

        Raises
        ------
        ParameterError
            If `age` is no whole number >= 0, the rate is not in [0, 1), or it is 0 without a
            horizon and the lifetime has no mean (alpha <= 1, or alpha c <= 1).
        UnitError
            If the model has no period and a rate or a horizon needs it.

        Examples
        --------
        >>> from custvalue.lifetime import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.668, beta=3.806, period="1 year")
        >>> how = {"annual_discount_rate": 0.10, "timing": "before_renewal"}
        >>> model.expected_residual_lifetime([0, 1, 4], **how).round(3)
        array([5.415, 5.902, 6.897])
        """
        made = whole_numbers("age", age)
        rate, periods = self._ahead(annual_discount_rate, horizon)
        first = first_payment(timing, rate)
        return first * self._further(made.ravel(), periods, rate).reshape(made.shape)

    @of_one_kind
    def simulate(
        self, customers: int, *, periods: npt.ArrayLike, rng: Generator = None
    ) -> Contracts:
        """Simulate customers whose renewals follow this model.

        Parameters
        ----------
        customers : int
            How many.
        periods : int or array_like of shape (customers,)
            For how many renewals each is watched.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        ParameterError
            If `customers`, `periods` or `rng` is outside its domain.
        UnitError
            If the model has no period.
        """
        period = declared_period(self.period, self._name)
        watched = study(customers, periods)
        random = random_generator(rng)
        leaves = random.beta(self.alpha, self.beta, customers)
        with np.errstate(divide="ignore"):  # who never leaves, and who leaves at once
            passed = random.standard_exponential(customers) / -np.log1p(-leaves)
            made = np.minimum(self._renewals(passed), watched)
        return Contracts.from_arrays(renewals=made, active=made >= watched, period=period)

    def _ahead(self, annual_discount_rate: float, horizon: Horizon | None) -> tuple[float, float]:
        """Return δ a period and how many periods count."""
        rate = rate_per_period(annual_discount_rate, self.period, self._name)
        periods = periods_ahead(horizon, self.period, self._name)
        if rate == 0 and periods == math.inf:
            finite_lifetime(*self._tail)
        return rate, periods


RenewsT_co = TypeVar("RenewsT_co", bound=RenewsContracts, covariant=True)


class ContractAnswers:
    """What a fit asks its model."""

    for_covariates = of_model(RenewsContracts.for_covariates)

    survival = of_model(RenewsContracts.survival)
    retention_rate = of_model(RenewsContracts.retention_rate)
    churn_pmf = of_model(RenewsContracts.churn_pmf)
    expected_lifetime = of_model(RenewsContracts.expected_lifetime)
    expected_residual_lifetime = of_model(RenewsContracts.expected_residual_lifetime)
    simulate = of_model(RenewsContracts.simulate)


class ContractFit(ContractAnswers, Fit[RenewsT_co], Generic[RenewsT_co]):
    """A fitted model of renewals, which answers what the model answers."""

    def confidence_interval(
        self,
        level: float = 0.95,
        *,
        method: FitMethod = "wald",
        data: Any = None,
        covariates: Any = None,
    ) -> dict[str, Interval]:
        """Return intervals of the parameters, whose ends are positive, and of coefficients.

        Parameters
        ----------
        level, method
            As of any fit: ``"wald"`` or ``"profile"``.
        data : Contracts, or list of them, optional
            What was fitted, for ``method="profile"``.
        covariates : mapping or dataframe, optional
            Likewise, of a fit with covariates.

        Raises
        ------
        DataError, EstimationError, ParameterError
            As of any fit, and as of `fit`, where contracts and covariates do not go together.

        Examples
        --------
        >>> from custvalue.lifetime import Contracts, ShiftedBetaGeometric
        >>> table = {"region": ["north", "south"]}
        >>> contracts = [
        ...     Contracts.from_shares(shares, customers=200, period="1 year")
        ...     for shares in ([1, 0.85, 0.74, 0.65], [1, 0.75, 0.65, 0.55])
        ... ]
        >>> fit = ShiftedBetaGeometric.fit(contracts, dropout=["region"], covariates=table)
        >>> found = fit.confidence_interval(method="profile", data=contracts, covariates=table)
        >>> print(found["dropout: region=south"])
        [0.04762, 0.7556]
        """
        if covariates is not None and method == "profile" and data is not None:
            if self.model._covariate_terms is None:  # noqa: SLF001 - of its own room
                raise ParameterError("this fit has no covariates. Omit covariates.")
            data = Kinds.checked(data, covariates, type(self.model).__name__)
        return super().confidence_interval(level, method=method, data=data)

    @property
    def period(self) -> str | None:
        """How long a contract runs until it is renewed."""
        return self.model.period
