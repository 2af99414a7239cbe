"""MBG/NBD: as BG/NBD, but a customer can leave right after the first purchase already.

While alive, a customer buys at random with a rate λ of their own. After each purchase, also the
first one, the customer leaves for good with a probability p of their own. Rates vary over
customers as Gamma(r, α), probabilities as Beta(a, b), and the two are independent. So also
customers who never came back may have left, and P(alive) tells the recent ones from the lost.

Source: Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for
customer base analysis, *International Journal of Research in Marketing* 24(3), 201-209, whose
conditional expectation is misprinted: its factor is (a + b + x)/(a - 1), not (b + x)/(a - 1).
Hoppe & Wagner (2007), *Journal of Business Economics* (ZfB) special issue 3, call it CBG/NBD.

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals (MBGCNBD), or where customers can leave at any time (ParetoNBD).
"""

from __future__ import annotations

from typing import ClassVar

from custvalue._lifetime.purchasing.dropout_at_purchase import RandomBuyers


class MBGNBD(RandomBuyers):
    """The MBG/NBD model of Batislam, Denizel & Filiztekin (2007).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates; the mean rate is r / alpha per
        time unit.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a purchase;
        its mean is a / (a + b).
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.
    covariates : CovariateTerms, optional
        Of a customer with covariates z: α e^(-γ'z) of purchases; of dropout a and b as its
        `dropout_form` says.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import MBGNBD, PurchaseHistory
    >>> model = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> two = PurchaseHistory.from_arrays(
    ...     frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86], unit="week"
    ... )
    >>> model.probability_alive(two).round(3)
    array([0.706, 0.39 ])
    >>> model.expected_purchases(two, "39 weeks").round(3)
    array([1.263, 0.154])
    """

    kind: ClassVar[str] = "MBG/NBD"
    _first: ClassVar[int] = 1
