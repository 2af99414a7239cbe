"""Normal spend: profits of a purchase day, which may be negative.

The profit of a customer scatters from purchase to purchase around a mean of the customer's own,
with the standard deviation `within`. These means vary over customers around `mean`, with the
standard deviation `between`; both distributions are normal. How much a customer brings has nothing
to do with how often the customer buys. So a customer with few purchases is drawn towards the mean
of all, one with many keeps their own.

Source: Schmittlein & Peterson (1994), Customer base analysis: an industrial purchase process
application, *Marketing Science* 13(1), 41-67, section 2.3 (there with known variances; here all
three parameters are estimated by maximum likelihood). With B = `between`, W = `within`:

(1) z | x ~ Normal(mean, B² + W² / x), the mean of x profits
(2) E[profit | x, z] = mean + (z - mean) B² / (B² + W² / x)
(3) a future profit | x, z ~ Normal((2), W² + 1 / (1 / B² + x / W²))

A history holds only means, so both variances are known from how the scatter of these means falls
with x: customers must differ in their number of purchases. Do not use it where profits have far
outliers, which `largest_spend` caps, or for spend that is positive and skewed: that is Gamma-Gamma.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy import special

from custvalue._histories.customer_cells import one_by_one
from custvalue._lifetime.fit import Fit, maximum_likelihood
from custvalue._lifetime.spend.profit_likelihood import LogLikelihood, log_likelihood
from custvalue._lifetime.spend.spend_data import (
    SpendHistory,
    monetary_values,
)
from custvalue._lifetime.spend.spend_likelihood import SpendCells
from custvalue._lifetime.spend.spend_model import SpendAnswers, SpendModel
from custvalue._numerics.limits import FAR, REMEDY, as_likely
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray
from custvalue._values import Positive
from custvalue.errors import EstimationError

# --- parameters -----------------------------------------------------------------------------


class NormalSpend(SpendModel):
    """The normal model of profits, after Schmittlein & Peterson (1994).

    Make the history with ``returns="profit"``, or with ``profits=True`` from a summary, and value
    the customers with ``margin=1``.

    Parameters
    ----------
    mean : float
        Mean profit of a purchase day in the population, in money; > 0.
    between, within : float
        Standard deviations in money: of customers around that mean, and of the purchase days of a
        customer around the customer's own.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import NormalSpend, PurchaseHistory
    >>> model = NormalSpend(mean=12, between=8, within=16)
    >>> losses = PurchaseHistory.from_arrays(
    ...     frequency=4, recency=30, age=39, monetary_value=-8, profits=True, unit="week"
    ... )
    >>> model.expected_spend(losses)
    array([2.])
    """

    kind: ClassVar[str] = "normal spend"
    _of_profits: ClassVar[bool] = True

    mean: Positive
    between: Positive
    within: Positive

    # --- methods ----------------------------------------------------------------------------

    @classmethod
    def fit(cls, history: SpendHistory) -> NormalSpendFit:
        """Estimate the parameters by maximum likelihood from the customers who came back.

        Parameters
        ----------
        history : PurchaseHistory or OpportunityHistory
            With monetary values, which may be negative.

        Raises
        ------
        DataError
            If there are no monetary values.
        EstimationError
            If fewer than three customers came back, all as often, or they bring the same, or no
            profit on average.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.NormalSpend(mean=12, between=8, within=16)
        >>> buyers = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
        >>> history = truth.simulate(buyers.simulate(2_000, age="52 weeks", rng=1), rng=2)
        >>> fit = lifetime.NormalSpend.fit(history)
        >>> fit.converged, truth.between in fit.confidence_interval(0.99)["between"]
        (True, True)
        """
        cells = profit_cells(history)
        return maximum_likelihood(
            NormalSpendFit,
            cells,
            LogLikelihood,
            starting_point(cells),
            customers=len(cells),
            limit=lambda model: limit(model, cells),
        )

    @classmethod
    def _fit_class(cls) -> type[NormalSpendFit]:
        return NormalSpendFit

    def _likelihood_of(self, data: SpendHistory) -> Objective:
        return LogLikelihood(profit_cells(data))

    @property
    def mean_spend(self) -> float:
        """The mean profit of a purchase day in the population, `mean`."""
        return self.mean

    def _log_likelihoods(self, history: SpendHistory) -> FloatArray:
        """Return equation (1)."""
        cells = profit_cells(history)
        each = np.zeros(len(history))
        each[history.frequency > 0] = log_likelihood(
            cells.frequency, cells.mean, self.mean, self.between, self.within
        )
        return each

    def _expected(self, history: SpendHistory) -> FloatArray:
        """Return equation (2)."""
        money = monetary_values(history, self._name)
        return self.mean + (money - self.mean) * self._weight(history.frequency)

    def _quantile(self, history: SpendHistory, probability: float) -> FloatArray:
        """Return quantiles of (3)."""
        middle = self._expected(history)
        return middle + float(special.ndtri(probability)) * self._spread(history.frequency)

    def _below(self, history: SpendHistory, spend: float) -> FloatArray:
        """Return the distribution function of (3)."""
        off = (spend - self._expected(history)) / self._spread(history.frequency)
        return np.asarray(special.ndtr(off), dtype=np.float64)

    def _weight(self, x: FloatArray) -> FloatArray:
        """Return the weight of a customer's own mean, B² x / (B² x + W²)."""
        return x / (x + (self.within / self.between) ** 2)

    def _spread(self, x: FloatArray) -> FloatArray:
        """Return the standard deviation of a future profit."""
        return np.hypot(self.within, self.between * np.sqrt(1 - self._weight(x)))

    def _draw(self, history: SpendHistory, random: np.random.Generator) -> FloatArray:
        x = history.frequency
        own = random.normal(self.mean, self.between, len(x))
        return own + random.normal(0.0, self.within, len(x)) / np.sqrt(np.maximum(x, 1))


class NormalSpendFit(SpendAnswers, Fit[NormalSpend]):
    """A fitted model of profits, which answers what the model answers."""

    @property
    def mean_spend(self) -> float:
        """The mean profit of a purchase day in the population."""
        return self.model.mean_spend


# --- formulas -------------------------------------------------------------------------------


def profit_cells(history: SpendHistory) -> SpendCells:
    """Leave out the customers of whose profits nothing is known."""
    name = NormalSpend.__name__
    money = monetary_values(one_by_one(history, name), name)
    buys = history.frequency > 0
    return SpendCells(history.frequency[buys], money[buys])


def starting_point(cells: SpendCells) -> dict[str, float]:
    """Take the mean of all purchases, and half of the variance between and within."""
    x, z = cells.frequency, cells.mean
    if len(cells) < 3 or len(np.unique(x)) < 2:
        raise EstimationError(
            f"NormalSpend.fit needs at least 3 customers with repeat purchases, who differ in how "
            f"many they made, but the history has {len(cells)}, with {len(np.unique(x))} different "
            f"numbers. Observe for longer, or give known parameters: NormalSpend(mean=..., "
            f"between=..., within=...)."
        )
    mean, spread = float(np.average(z, weights=x)), float(z.std())
    if spread <= EQUAL * float(np.abs(z).max()):
        raise EstimationError(
            f"NormalSpend.fit needs profits that differ, but all {len(cells):,} customers with "
            f"repeat purchases bring {mean:g}. No model of spend is needed: multiply expected "
            f"purchases by {mean:g}."
        )
    if mean <= 0:
        raise EstimationError(
            f"NormalSpend.fit needs purchases that bring a profit on average, but those of "
            f"{len(cells):,} customers bring {mean:.4g}. Check the sign of the amounts: a base "
            f"that loses money with each purchase has no value to model."
        )
    part = spread / 2**0.5
    return {"mean": mean, "between": part, "within": part * float(np.median(x)) ** 0.5}


def limit(model: NormalSpend, cells: SpendCells) -> str:
    """Say which simpler model it is where the data cannot tell the parameters apart."""
    mean, between, within = model.mean, model.between, model.within
    likely = as_likely(LogLikelihood(cells), np.array([mean, between, within]))
    if between < within and likely(mean, between / FAR, within):
        return (
            f"It is the limit of one mean profit for all customers (between to 0), {mean:.4g}. No "
            f"model of spend is needed: multiply expected purchases by this mean."
        )
    if within < between and likely(mean, between, within / FAR):
        return (
            "It is the limit of customers who always bring the same (within to 0). Predictions "
            "can be used; within itself cannot be interpreted."
        )
    return REMEDY


EQUAL = 1e-9  # relative difference of profits in which no parameter can be seen
