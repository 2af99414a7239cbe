"""MBG/CNBD-k: as BG/CNBD-k, but a customer can leave right after the first purchase already.

While alive, a customer buys at intervals that are the sum of k random phases (Erlang-k), which pass
at a rate λ of their own: the larger k, the more regular; the mean interval is k/λ. After each
purchase, also the first one, the customer leaves for good with a probability p of their own. Rates
vary over customers as Gamma(r, α), probabilities as Beta(a, b), and the two are independent; k is
the same for all. So silence is stronger evidence than of random buyers, also of customers who never
came back.

Source: Platzer & Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better
Predict Customer Activity, *Marketing Science* 35(5), 779-799; Reutterer, Platzer & Schröder (2021),
Leveraging Purchase Regularity for Predicting Customer Behavior the Easy Way, *International Journal
of Research in Marketing* 38(1), 194-215. Likelihood, P(alive) and the phase that a customer is in
are equations (1) to (4) of ``regular_likelihood.py``, what is expected is (5)
to (7) of ``regular_buying.py``, exact where that paper approximates (k > 1).

Do not use it where customers tell you that they leave (contracts), or where purchases come at
random (MBGNBD, which is k = 1).
"""

from __future__ import annotations

from typing import ClassVar

from custvalue._lifetime.purchasing.regular_buying import RegularBuyers


class MBGCNBD(RegularBuyers):
    """The MBG/CNBD-k model of Reutterer, Platzer & Schröder (2021).

    Parameters
    ----------
    k : int
        Phases of an interval, 1 to 100; 1 is MBG/NBD, purchases at random.
    r, alpha : float
        Shape and rate of the gamma distribution of the rate of phases; the mean purchase rate is
        r / (k alpha) per time unit.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a purchase;
        its mean is a / (a + b).
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.

    Raises
    ------
    ParameterError
        If `k` is not a whole number from 1 to 100, or another parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import MBGCNBD, PurchaseHistory
    >>> model = MBGCNBD(k=3, r=0.85, alpha=1.45, a=0.79, b=2.42, unit="week")
    >>> two = PurchaseHistory.from_arrays(
    ...     frequency=[6, 6], recency=[24, 18], age=[26, 26], unit="week"
    ... )
    >>> model.probability_alive(two).round(3)
    array([0.896, 0.265])
    >>> model.expected_purchases(two, "26 weeks").round(3)
    array([4.618, 1.445])
    """

    kind: ClassVar[str] = "MBG/CNBD-k"
    _first: ClassVar[int] = 1
