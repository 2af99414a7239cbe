"""What every model of spend answers, and what its fits answer for it.

A model of spend says the likelihood of a customer's mean spend, what is expected of a future
purchase day, and how that is distributed. The equations are in the file of each model.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from custvalue._checks import Generator, random_generator
from custvalue._histories.arguments import checked_number
from custvalue._histories.customer_cells import customers_of_rows, one_by_one
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.fit import Fit, of_model
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.spend.spend_data import (
    Refunded,
    SpendHistory,
    Spends,
    checked_spenders,
    spends,
    without_spend,
)
from custvalue._lifetime.spend.spend_likelihood import SpendCells
from custvalue._rows import FloatArray
from custvalue._values import Count
from custvalue._words import count


class SpendModel(LifetimeModel):
    """Base of the models of spend: what is asked of each."""

    _of_profits: ClassVar[bool] = False  # which may be negative

    def log_likelihood(self, history: SpendHistory) -> FloatArray:
        """Return the log-likelihood of each customer's mean spend, shape (n,).

        It is 0 for customers without a repeat purchase: they say nothing about spend. So it is for
        those whose repeat purchases bring nothing, where `refunded` allows them.

        Parameters
        ----------
        history : PurchaseHistory, OpportunityHistory or CustomerCells
            Histories of n customers, or of n rows of customers who are alike, with monetary values.

        Raises
        ------
        DataError
            If there are no monetary values, or some are not positive where the model needs that.
        """
        return self._log_likelihoods(history)

    def expected_spend(self, history: SpendHistory) -> FloatArray:
        """Return the spend expected on a future purchase day, shape (n,).

        For customers without a repeat purchase it is the population mean, or that of customers who
        buy as often, where spend depends on it.

        Parameters
        ----------
        history : PurchaseHistory, OpportunityHistory or CustomerCells
            Histories of n customers, or of n rows of customers who are alike, with monetary values.

        Raises
        ------
        DataError
            If there are no monetary values, or some are not positive and `refunded` is "raise".
        ParameterError
            If a customer's expected spend does not exist, because p x + q <= 1.
        UnitError
            If a model of purchases in it counts time in another unit.
        """
        return self._expected(history)

    def spend_quantile(self, history: SpendHistory, probability: float) -> FloatArray:
        """Return what a future purchase day's spend stays below with a probability, shape (n,).

        It is a quantile of the predictive distribution, which exists where the mean does not.

        Parameters
        ----------
        history : PurchaseHistory, OpportunityHistory or CustomerCells
            Histories of n customers, or of n rows of customers who are alike, with monetary values.
        probability : float
            Between 0 and 1; 0.05 and 0.95 are the ends of a 90 % prediction interval.

        Raises
        ------
        DataError, ParameterError
            If monetary values are absent or not positive, or `probability` is not between 0 and 1.

        Examples
        --------
        >>> from custvalue.lifetime import GammaGamma, PurchaseHistory
        >>> one = PurchaseHistory.from_arrays(
        ...     frequency=2, recency=30.43, age=38.86, monetary_value=22.35, unit="week"
        ... )
        >>> model = GammaGamma(p=6.25, q=3.744, gamma=15.44)
        >>> [model.spend_quantile(one, p)[0].round(2).item() for p in (0.05, 0.5, 0.95)]
        [9.61, 22.38, 47.42]
        """
        expected = "> 0 and < 1, as in 0.95"
        checked_number("probability", probability, lambda p: 0 < p < 1, expected)
        return self._quantile(history, probability)

    def spend_probability(self, history: SpendHistory, spend: float) -> FloatArray:
        """Return the probability that a future purchase day brings at most this spend, shape (n,).

        It is the predictive distribution function, as in :meth:`spend_quantile`.

        Parameters
        ----------
        history : PurchaseHistory, OpportunityHistory or CustomerCells
            Histories of n customers, or of n rows of customers who are alike, with monetary values.
        spend : float
            An amount of money, >= 0; a profit may be negative.

        Raises
        ------
        DataError, ParameterError
            If monetary values are absent or not positive, or `spend` is no such number.
        """
        least, expected = (-np.inf, "a finite number") if self._of_profits else (0, "a number >= 0")
        checked_number("spend", spend, lambda amount: least <= amount < np.inf, expected)
        return self._below(history, spend)

    def simulate(self, history: PurchaseHistory, *, rng: Generator = None) -> PurchaseHistory:
        """Simulate the mean spend of customers whose purchases are given.

        The history comes back with monetary values.

        Parameters
        ----------
        history : PurchaseHistory
            Purchases, observed or simulated; monetary values in it are replaced.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        DataError, ParameterError
            If it is no history of purchases, or `rng` is outside its domain.
        """
        random = random_generator(rng)
        buyers = checked_spenders(one_by_one(history, self._name), self._name)
        drawn = self._draw(buyers, random)
        return replace(history, monetary_value=np.where(buyers.frequency > 0, drawn, 0.0))

    @abstractmethod
    def _log_likelihoods(self, history: Any) -> FloatArray:
        """Return the log-likelihood of each mean spend, 0 where nothing is known of it."""

    @abstractmethod
    def _expected(self, history: Any) -> FloatArray:
        """Return the mean of the predictive distribution of each customer."""

    @abstractmethod
    def _quantile(self, history: Any, probability: float) -> FloatArray:
        """Return the quantile of the predictive distribution of each customer."""

    @abstractmethod
    def _below(self, history: Any, spend: float) -> FloatArray:
        """Return the predictive distribution function of each customer."""

    @abstractmethod
    def _draw(self, history: Any, random: np.random.Generator) -> FloatArray:
        """Draw a mean spend for each customer; those without a repeat purchase do not need one."""


class PositiveSpend(SpendModel):
    """Base of the models of spend that is positive, with a field `refunded`."""

    if TYPE_CHECKING:
        refunded: Refunded

    def _spends(self, history: SpendHistory) -> Spends:
        return spends(history, self._name, self.refunded)


# --- what fits answer -----------------------------------------------------------------------

SpendModelT = TypeVar("SpendModelT", bound=SpendModel)
PositiveSpendT = TypeVar("PositiveSpendT", bound=PositiveSpend)


class SpendAnswers:
    """What a fit asks its model."""

    expected_spend = of_model(SpendModel.expected_spend)
    spend_quantile = of_model(SpendModel.spend_quantile)
    spend_probability = of_model(SpendModel.spend_probability)
    simulate = of_model(SpendModel.simulate)


class PositiveSpendFit(SpendAnswers, Fit[PositiveSpendT]):
    """A fitted model of spend that is positive, which answers what the model answers.

    Its `refunded_customers` were left out: their repeat purchases bring nothing, net of returns.
    """

    refunded_customers: Count = 0

    def _notes(self) -> tuple[str, ...]:
        if not self.refunded_customers:
            return super()._notes()
        left = count(self.refunded_customers, "customer")
        return (*super()._notes(), f"Left out, because repeat spend is not positive: {left}.")


def left_out(history: SpendHistory, cells: SpendCells) -> dict[str, int]:
    """Return how many of those who came back were left out of a fit."""
    came_back = customers_of_rows(history)[history.frequency > 0].sum()
    return {"refunded_customers": int(came_back) - cells.customers}


def refunds_in_words(model: Any, history: SpendHistory) -> str:
    """Say of how many customers the spend is not what the history says; empty if of none."""
    if not isinstance(model, PositiveSpend):
        return ""
    n = int(customers_of_rows(history)[without_spend(history)].sum())
    how = "counted as unknown" if model.refunded == "unknown" else "counted as 0"
    return f"; repeat spend of {count(n, 'customer')} is not positive, and {how}" if n else ""
