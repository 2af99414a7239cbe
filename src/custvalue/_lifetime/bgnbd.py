"""BG/NBD: when customers leave without a word, after one purchase or another.

While alive, a customer buys at random with a rate λ of their own. After each repeat purchase the
customer leaves for good with a probability p of their own. Rates vary over customers as
Gamma(r, α), probabilities as Beta(a, b), and the two are independent. So silence is evidence: the
longer it lasts, measured by the customer's own rhythm, the likelier the customer has left.

Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, *Marketing Science*
24(2), 275-284; equation numbers are of that paper, P(alive) is from their note 21 (2008).

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where it matters who leaves right after the first purchase: in this model nobody does,
and P(alive) of a customer without a repeat purchase is 1.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Literal

from pydantic import Field

from custvalue._lifetime.dropout_at_purchase import LeavesAtPurchase
from custvalue._lifetime.dropout_likelihood import LogLikelihood, limit, starting_points
from custvalue._lifetime.fit import Fit, maximum_likelihood
from custvalue._lifetime.history import PurchaseHistory, checked_history
from custvalue._lifetime.units import TimeUnit
from custvalue._values import Positive


class BGNBD(LeavesAtPurchase):
    """The BG/NBD model of Fader, Hardie & Lee (2005).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a repeat purchase;
        its mean is a / (a + b).
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import BGNBD, PurchaseHistory
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
    >>> model.probability_alive(one).round(3)
    array([0.727])
    >>> model.expected_purchases(one, "39 weeks").round(3)
    array([1.226])
    """

    FIRST: ClassVar[int] = 0

    kind: Literal["BG/NBD"] = Field(default="BG/NBD", repr=False)
    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit: TimeUnit | None = None

    @classmethod
    def fit(cls, history: PurchaseHistory) -> Fit[BGNBD]:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        history : PurchaseHistory
            Of all customers, also those who never came back.

        Returns
        -------
        Fit[BGNBD]

        Raises
        ------
        EstimationError
            If nobody came back, or there is one customer only.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
        >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
        >>> fit = lifetime.BGNBD.fit(history)
        >>> fit.converged, truth.r in fit.confidence_interval(0.99)["r"]
        (True, True)
        """
        cells = checked_history(history, "BGNBD").cells
        return maximum_likelihood(
            cls,
            cells,
            partial(LogLikelihood, first=cls.FIRST),
            starting_points(cells, "BGNBD"),
            customers=len(history),
            unit=history.unit,
            limit=partial(limit, cells=cells, first=cls.FIRST),
        )
