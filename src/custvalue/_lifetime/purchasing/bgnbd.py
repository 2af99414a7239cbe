"""BG/NBD: when customers leave without a word, after one purchase or another.

While alive, a customer buys at random with a rate λ of their own. After each repeat purchase the
customer leaves for good with a probability p of their own. Rates vary over customers as
Gamma(r, α), probabilities as Beta(a, b), and the two are independent. So silence is evidence: the
longer it lasts, measured by the customer's own rhythm, the likelier the customer has left.

Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, *Marketing Science*
24(2), 275-284; equation numbers are of that paper, P(alive) is from their note 21 (2008).

Do not use it where customers tell you that they leave (contracts), where purchases come at regular
intervals, or where it matters who leaves right after the first purchase: in this model no customer
does, and P(alive) of a customer without a repeat purchase is 1.
"""

from __future__ import annotations

from typing import ClassVar

from custvalue._lifetime.purchasing.dropout_at_purchase import RandomBuyers


class BGNBD(RandomBuyers):
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
    covariates : CovariateTerms, optional
        Of a customer with covariates z: α e^(-γ'z) of purchases; of dropout a and b as its
        `dropout_form` says.

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

    kind: ClassVar[str] = "BG/NBD"
    _first: ClassVar[int] = 0
