"""Gamma-Gamma: what customers spend on a purchase day.

The spend of a customer scatters from purchase to purchase as Gamma(p, ν) around a mean p / ν of
the customer's own. The rates ν vary over customers as Gamma(q, γ). How much a customer spends has
nothing to do with how often the customer buys. So a customer with few purchases is drawn towards
the mean of all, one with many keeps their own.

Source: Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 25, brucehardie.com;
equation numbers are of that note. First in Colombo & Jiang (1999), *Journal of Interactive
Marketing* 13(3), 2-12.

Do not use it where spend can be zero or negative, or where those who buy often spend clearly more
or less at a time. With q <= 1 the population has no mean spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from custvalue._histories.covariates.pattern_cells import OfKinds
from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm
from custvalue._lifetime.covariates.fitting import require_lists
from custvalue._lifetime.covariates.links import LogLinear
from custvalue._lifetime.covariates.spend import fit_spend, of_each_customer, search_spend
from custvalue._lifetime.fit import maximum_likelihood, of_model
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.priors.ratio_prior import RatioPrior, checked_ratios
from custvalue._lifetime.searched import Searched
from custvalue._lifetime.spend.gamma_gamma_formulas import (
    PredictiveSpend,
    conditional_mean,
    limit,
    population_mean,
    starting_point,
)
from custvalue._lifetime.spend.spend_data import (
    Refunded,
    SpendHistory,
    of_known,
    spend_rows,
    spends,
)
from custvalue._lifetime.spend.spend_likelihood import LogLikelihood, log_likelihood
from custvalue._lifetime.spend.spend_model import PositiveSpendFit, left_out
from custvalue._lifetime.spend.spend_outliers import warn_of_outliers
from custvalue._numerics.maximum import Objective, highest
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import ParameterError

# --- parameters -----------------------------------------------------------------------------


class GammaGamma(OfKinds, PredictiveSpend):
    """The Gamma-Gamma model of spend of Fader & Hardie (2013).

    Parameters
    ----------
    p : float
        Shape of a customer's spends: their coefficient of variation is 1 / sqrt(p).
    q, gamma : float
        Shape and rate of the gamma distribution of ν over customers; gamma is in money. The
        population mean, p gamma / (q - 1), exists only for q > 1.
    refunded : {"raise", "unknown", "zero"}
        What is expected of customers whose repeat purchases bring nothing, net of returns.
        ``"unknown"``: as if nothing were known of their spend, the population mean. ``"zero"``: as
        if they had spent 0, p gamma / (p x + q - 1), which falls with their purchases.
    covariates : CovariateTerms, optional
        Of a customer with covariates z: γ e^(δ'z), so that spends are e^(δ'z) times as large.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import GammaGamma, PurchaseHistory
    >>> model = GammaGamma(p=6.25, q=3.744, gamma=15.44)
    >>> round(model.mean_spend, 2)
    35.17
    >>> one = PurchaseHistory.from_arrays(
    ...     frequency=2, recency=30.43, age=38.86, monetary_value=22.35, unit="week"
    ... )
    >>> model.expected_spend(one).round(2)
    array([24.66])
    """

    kind: ClassVar[str] = "Gamma-Gamma"

    p: Positive
    q: Positive
    gamma: Positive
    refunded: Refunded = "raise"
    covariates: CovariateTerms | None = None

    # --- methods ----------------------------------------------------------------------------

    @classmethod
    def fit(
        cls,
        history: SpendHistory,
        *,
        refunded: Refunded = "raise",
        spend: Sequence[str] = (),
        prior: RatioPrior | None = None,
    ) -> SpendFit:
        """Estimate the parameters by maximum likelihood from the customers who came back.

        The fit predicts as the model does, ``fit.expected_spend(history)``. Its `customers` are
        those with a repeat purchase.

        Parameters
        ----------
        history : PurchaseHistory, OpportunityHistory or CustomerCells
            With monetary values.
        refunded : {"raise", "unknown", "zero"}
            What to do with customers whose repeat purchases bring nothing, net of returns. Unless
            it is ``"raise"``, they are left out of the fit and counted in `refunded_customers`, and
            the fitted model expects of them what the class says.
        spend : sequence of str
            Covariates of the history that may change how much customers spend. Then
            ``fit.effects`` says what they do.
        prior : RatioPrior, optional
            What is known of their ratios before the data. Then intervals are credible.

        Raises
        ------
        DataError
            If there are no monetary values, or some are not positive, for ``refunded="raise"``; if
            covariates are absent, the same for all customers or follow from each other, or a level
            has one customer.
        ParameterError
            If `spend` is no list of covariates that the history has, or `prior` is none, or of no
            covariates.
        EstimationError
            If fewer than two customers came back, or all spend the same.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning
        OutlierWarning
            If some customers spend more than any of this model would, as one order of 10,000 among
            orders of 30 makes them. It names the largest.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.GammaGamma(p=6, q=4, gamma=15)
        >>> buyers = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
        >>> history = truth.simulate(buyers.simulate(2_000, age="52 weeks", rng=1), rng=2)
        >>> fit = lifetime.GammaGamma.fit(history)
        >>> fit.converged, truth.q in fit.confidence_interval(0.99)["q"]
        (True, True)
        """
        require_lists(spend=spend)
        known = checked_ratios(prior, spend, "spend=['region']")
        history = spend_rows(history)
        found = spends(history, cls.__name__, refunded)
        cells = found.cells(history).distinct()
        start = starting_point(cls.__name__, cells)
        if spend:
            places = [np.array([start[name] for name in parameter_names(cls)])]
            top, _ = highest(cells, LogLikelihood, places)
            driven = fit_spend(
                SpendFit,
                history,
                found,
                spend,
                start=top,
                given={"refunded": refunded},
                prior=known,
            )
            return driven.model_copy(update=left_out(history, cells))
        fit = maximum_likelihood(
            SpendFit,
            cells,
            LogLikelihood,
            start,
            customers=cells.customers,
            limit=lambda model: limit(LogLikelihood(cells), model.p, model.q, model.gamma),
            given={"refunded": refunded},
        )
        warn_of_outliers(history, found, fit)
        return fit.model_copy(update=left_out(history, cells))

    @classmethod
    def _fit_class(cls) -> type[SpendFit]:
        return SpendFit

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> LogLinear:  # noqa: ARG003 - spend has one form
        return LogLinear(("p", "q", "gamma"), {"spend": "spend"}, {"spend": {"gamma": 1.0}})

    def _searched(self, data: SpendHistory, *, centred: bool = True) -> Searched:
        if self.covariates is None:
            return super()._searched(data)
        return search_spend(self, data, self._spends(data), centred=centred)

    def _likelihood_of(self, data: SpendHistory) -> Objective:
        data = spend_rows(data)
        return LogLikelihood(self._spends(data).cells(data).distinct())

    @property
    def mean_spend(self) -> float:
        """The mean spend in the population, p gamma / (q - 1).

        Raises
        ------
        ParameterError
            If q <= 1, because the mean does not exist; or if the model has covariates.
        """
        if self.covariates is not None:
            raise ParameterError(
                f"{self._name} has covariates, so mean spends differ by them. Ask about one kind "
                f"of customers: for_covariates({{'region': 'south'}}).mean_spend."
            )
        return population_mean(self._name, self.p, self.q, self.gamma)

    @of_each_customer
    def _log_likelihoods(self, history: SpendHistory) -> FloatArray:
        """Return equation (1a)."""
        found = self._spends(history)
        some = self._some(found.known)
        p, q, gamma = some.p, some.q, some.gamma
        return of_known(
            history, found, lambda cells: log_likelihood(cells.frequency, cells.mean, p, q, gamma)
        )

    @of_each_customer
    def _expected(self, history: SpendHistory) -> FloatArray:
        """Return equation (5)."""
        x, money, _ = self._spends(history)
        return conditional_mean(self._name, x, money, p=self.p, q=self.q, gamma=self.gamma)

    @of_each_customer
    def _predictive(self, history: SpendHistory) -> tuple[FloatArray, FloatArray]:
        """Return γ' and q' of each customer."""
        x, money, _ = self._spends(history)
        return self.gamma + x * money, self.q + self.p * x

    @of_each_customer
    def _draw(self, history: SpendHistory, random: np.random.Generator) -> FloatArray:
        x = history.frequency
        nu = random.gamma(self.q, 1 / self.gamma, len(x))
        buys = x > 0
        mean = np.zeros(len(x))
        mean[buys] = random.gamma((self.p * x)[buys]) / (nu[buys] * x[buys])
        return mean


class KindAnswers:
    """What a fit with covariates asks its model beyond what every fit does."""

    for_covariates = of_model(GammaGamma.for_covariates)


class SpendFit(KindAnswers, PositiveSpendFit[GammaGamma]):
    """A fitted model of spend, which answers what the model answers.

    Its `refunded_customers` were left out: their repeat purchases bring nothing, net of returns.
    """

    @property
    def mean_spend(self) -> float:
        """The mean spend in the population, p gamma / (q - 1), for q > 1."""
        return self.model.mean_spend
