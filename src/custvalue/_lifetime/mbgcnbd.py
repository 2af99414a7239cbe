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
are equations (1) to (4) of :mod:`custvalue._lifetime.regular_likelihood`. What is expected of known
customers is exact here; that paper approximates it for k > 1. With N phases passed until t, j the
phase at T, K = ⌊(N+j)/k⌋, λ | j ~ Gamma(r + kx + j, α + T) and p ~ Beta(a, b + x + 1):

(5) E[purchases] = Σ_j P(j) Σ_i E[(1-p)^(i-1)] P(N >= ik - j), i = 1, 2, …
(6) P(n purchases) = Σ_j P(j) ( E[(1-p)^n] P(K = n) + E[p (1-p)^(n-1)] P(K >= n) ), n > 0
(7) P(a purchase) = Σ_j P(j) P(N >= k - j)

Do not use it where customers tell you that they leave (contracts), or where purchases come at
random (MBGNBD, which is k = 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field

from custvalue._lifetime.fit import Fit
from custvalue._lifetime.history import PurchaseHistory, checked_history
from custvalue._lifetime.regular_buying import RegularBuyers, Regularity
from custvalue._lifetime.regular_choice import Profile, fitted, profile_of
from custvalue._lifetime.units import TimeUnit
from custvalue._values import Positive
from custvalue._words import plain


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

    FIRST: ClassVar[int] = 1

    kind: Literal["MBG/CNBD-k"] = Field(default="MBG/CNBD-k", repr=False)
    k: Regularity
    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit: TimeUnit | None = None

    @classmethod
    def fit(
        cls, history: PurchaseHistory, k: int | None = None, *, k_max: int = 12
    ) -> Fit[MBGCNBD]:
        """Estimate the parameters by maximum likelihood, and choose k.

        Without `k`, it is chosen by profile likelihood: k = 1, 2, … until the log-likelihood has
        fallen twice in succession, or k_max is reached. Of more than 16,000 cells, every 16th
        customer is searched so; on all data then the best k and its neighbours, and theirs as long
        as that leads higher. The search is deterministic; :meth:`profile` shows what it sees.

        Parameters
        ----------
        history : PurchaseHistory
            Of all customers, also those who never came back; with `log_intervals`, without which k
            cannot be chosen, unless nobody came back twice.
        k : int, optional
            Phases of an interval, if they are known.
        k_max : int
            The largest k that is tried.

        Returns
        -------
        Fit[MBGCNBD]
            Standard errors, AIC and BIC take k as given.

        Raises
        ------
        DataError
            If k is to be chosen, and there are no `log_intervals`.
        EstimationError
            If nobody came back, or there is one customer only.
        ParameterError
            If `k` or `k_max` is not a whole number from 1 to 100.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning
        DataWarning
            If k > 1 is given and there are no `log_intervals`: the log-likelihood of the fit then
            lacks their constant.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.MBGCNBD(k=3, r=1, alpha=2, a=1, b=3, unit="week")
        >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
        >>> fit = lifetime.MBGCNBD.fit(history)
        >>> fit.converged, fit.model.k, truth.r in fit.confidence_interval(0.99)["r"]
        (True, 3, True)
        """
        return fitted(cls, history, k=plain(k), k_max=plain(k_max))

    @classmethod
    def profile(cls, history: PurchaseHistory, k: Iterable[int] = range(1, 13)) -> Profile:
        """Fit each k to all customers, to see how well the data tell them apart.

        Parameters
        ----------
        history : PurchaseHistory
            With `log_intervals`.
        k : iterable of int
            What to try, each from 1 to 100.

        Returns
        -------
        Profile

        Raises
        ------
        DataError, EstimationError, ParameterError
            As in :meth:`fit`.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.MBGCNBD(k=3, r=1, alpha=2, a=1, b=3, unit="week")
        >>> lifetime.MBGCNBD.profile(truth.simulate(2_000, age="52 weeks", rng=1), range(1, 6)).best
        3
        """
        return profile_of(
            checked_history(history, cls.__name__), map(plain, k), cls.__name__, cls.FIRST
        )
