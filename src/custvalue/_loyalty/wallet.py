"""Share of customer: how much of what customers spend in a category they spend with you.

The Wallet Allocation Rule says it from the rank of a brand among those that a customer uses: of n
brands, the one of rank k gets (1 - k / (n + 1)) · 2 / n (Keiningham, Aksoy, Buoye & Cooil 2011,
*Harvard Business Review* 89(10), 29-31). Equal ranks are averaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._columns import one_dimensional, refuse_where, to_numbers
from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._respondents.reading import checked_weights, given_weights
from custvalue._results.layout import shown
from custvalue._rows import FloatArray
from custvalue._values import Count
from custvalue._words import count
from custvalue.errors import DataError


def wallet_allocation(ranks: npt.ArrayLike) -> FloatArray:
    """Return the share of the wallet of each brand that a customer uses, by its rank.

    Parameters
    ----------
    ranks : array_like of shape (brands,)
        Rank of every brand, 1 for the best; equal ranks as they come, such as 1, 2, 2.

    Returns
    -------
    ndarray of float64, shape (brands,)
        Shares that add up to 1.

    Raises
    ------
    DataError
        If ranks are not numbers from 1 to the number of brands, or none is given.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> loyalty.wallet_allocation([1, 2, 3]).round(4)
    array([0.5   , 0.3333, 0.1667])
    >>> loyalty.wallet_allocation([1, 2, 2])
    array([0.5 , 0.25, 0.25])
    """
    values = to_numbers("ranks", one_dimensional("ranks", ranks))
    n = len(values)
    if not n:
        raise DataError("ranks is empty. Give the rank of at least one brand.")
    bad = ~((values >= 1) & (values <= n))
    refuse_where(bad, "ranks", f"a number from 1 to {n}", values, "1 is the best brand.")
    below = (values[:, None] > values).sum(axis=1)
    alike = (values[:, None] == values).sum(axis=1)
    averaged = below + (alike + 1) / 2
    shares: FloatArray = (1 - averaged / (n + 1)) * 2 / n
    return shares


class ShareOfCustomer(Headline):
    """Which part of what customers spend in a category they spend with you.

    Parameters
    ----------
    estimate : MeanEstimate
        The sum of own spend over that of the category, with its linearised error.
    left_out : int
        Customers of whom one of both is not known, who are in neither sum.
    without_weight : int
        Customers whose weight is 0, who are in neither sum either.
    """

    TITLE: ClassVar[str] = "Share of customer"
    SHOWN: ClassVar = shown("value: share, low, high, n")

    estimate: MeanEstimate
    left_out: Count = 0
    without_weight: Count = 0

    def _notes(self) -> Iterable[str]:
        yield f"{count(self.n, 'customer')}. {self.confidence_interval().description}."
        if self.left_out:
            whose = count(self.left_out, "customer")
            yield f"Left out, because own or category spend is not known: {whose}."
        if self.without_weight:
            yield f"Left out, because the weight is 0: {count(self.without_weight, 'customer')}."


def share_of_customer(
    own: npt.ArrayLike, category: npt.ArrayLike, *, weights: Any = None
) -> ShareOfCustomer:
    """Estimate which part of what customers spend in a category they spend with you.

    Parameters
    ----------
    own, category : array_like of shape (customers,)
        What each spends with you, and in the whole category; NaN where it is not known.
    weights : array_like of shape (customers,), optional
        Sampling weights.

    Returns
    -------
    ShareOfCustomer
        The sum of the first over that of the second, with its linearised error (a ratio
        estimate), and how many customers are left out because one of both is not known.
        Customers who spend nothing in the category count as they are.

    Raises
    ------
    DataError
        If an amount is negative, own spend is more than that of the category, or all of it is 0.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> share = loyalty.share_of_customer([80, 20, 0, 50], [100, 100, 40, 60])
    >>> share.value, share.n
    (0.5, 4)
    """
    mine, whole = (
        to_numbers(n, one_dimensional(n, its)) for n, its in (("own", own), ("category", category))
    )
    if len(mine) != len(whole):
        raise DataError(f"own has {len(mine)} entries, but category has {len(whole)}.")
    for name, values in (("own", mine), ("category", whole)):
        bad = (values < 0) | np.isinf(values)
        refuse_where(bad, name, "a number >= 0", values, "Leave unknown entries empty.")
    hint = "What is spent with you is part of the category."
    refuse_where(mine > whole, "own", "at most that of the category", mine, hint)
    given = np.ones(len(mine)) if weights is None else given_weights(weights)
    each = checked_weights("weights", given, len(mine))
    unknown = np.isnan(mine) | np.isnan(whole)
    known = ~unknown & (each > 0)
    mine, whole, each = mine[known], whole[known], each[known]
    total = float(each @ whole)
    if len(mine) < 2 or not total > 0:
        raise DataError(
            f"category must be known, and more than 0, of at least 2 customers, but it is known "
            f"of {len(mine)}, with {total:g} in all."
        )
    share = float(each @ mine) / total
    # the ratio as a mean: its influences are those of the mean of share + (own - share whole) / c
    linear = share + (mine - share * whole) * float(each.sum()) / total
    found = mean_estimate(linear, Sample(each), name="share of customer", bounds=(0.0, 1.0))
    return ShareOfCustomer(
        estimate=found,
        left_out=int(unknown.sum()),
        without_weight=int((~unknown).sum() - known.sum()),
    )
