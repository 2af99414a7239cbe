"""BG/CNBD-k: regular buyers who leave without a word, after one repeat purchase or another.

While alive, a customer buys at intervals that are the sum of k random phases (Erlang-k), which pass
at a rate λ of their own: the larger k, the more regular; the mean interval is k/λ. After each
repeat purchase the customer leaves for good with a probability p of their own. Rates vary over
customers as Gamma(r, α), probabilities as Beta(a, b), and the two are independent; k is the same
for all. So silence is stronger evidence than of random buyers: one who comes every four weeks and
has been away for eight has probably left.

Source: Platzer & Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better
Predict Customer Activity, *Marketing Science* 35(5), 779-799; Reutterer, Platzer & Schröder (2021),
Leveraging Purchase Regularity for Predicting Customer Behavior the Easy Way, *International Journal
of Research in Marketing* 38(1), 194-215. Likelihood, P(alive) and the phase that a customer is in
are equations (1) to (4) of ``regular_likelihood.py``, what is expected is (5)
to (7) of ``regular_buying.py``, exact where that paper approximates (k > 1).

Do not use it where customers tell you that they leave (contracts), where purchases come at random
(BGNBD, which is k = 1), or where it matters who leaves right after the first purchase (MBGCNBD): in
this model no customer does, and P(alive) of a customer without a repeat purchase is 1.
"""

from __future__ import annotations

from typing import ClassVar

from custvalue._lifetime.purchasing.regular_buying import RegularBuyers


class BGCNBD(RegularBuyers):
    """The BG/CNBD-k model of Platzer & Reutterer (2016).

    Parameters
    ----------
    k : int
        Phases of an interval, 1 to 100; 1 is BG/NBD, purchases at random.
    r, alpha : float
        Shape and rate of the gamma distribution of the rate of phases; the mean purchase rate is
        r / (k alpha) per time unit.
    a, b : float
        Parameters of the beta distribution of the probability to leave after a repeat purchase;
        its mean is a / (a + b).
    unit : {"day", "week", "month", "year"}, optional
        The unit of 1 / alpha. :meth:`fit` sets it; without it the unit of a history is trusted.

    Raises
    ------
    ParameterError
        If `k` is not a whole number from 1 to 100, or another parameter is not positive.

    Examples
    --------
    >>> from custvalue.lifetime import BGCNBD, PurchaseHistory
    >>> model = BGCNBD(k=3, r=0.85, alpha=1.45, a=0.79, b=2.42, unit="week")
    >>> two = PurchaseHistory.from_arrays(
    ...     frequency=[6, 6], recency=[24, 18], age=[26, 26], unit="week"
    ... )
    >>> model.probability_alive(two).round(3)
    array([0.884, 0.241])
    >>> model.expected_purchases(two, "26 weeks").round(3)
    array([4.472, 1.29 ])
    """

    kind: ClassVar[str] = "BG/CNBD-k"
    _first: ClassVar[int] = 0
