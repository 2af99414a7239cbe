"""Spends that a model fitted to the others would not make: who they are, and what they change.

One far spend widens the fitted distribution until it looks possible, so parameters come from the
likelihood in which 1 % of the customers may be outliers. With these, P(mean spend >= z | x) is the
upper tail of a beta prime distribution; times the number of customers it is how many of them would
spend as much.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
from scipy import special

from custvalue._lifetime.spend.spend_data import SpendHistory, Spends
from custvalue._lifetime.spend.spend_likelihood import (
    ContaminatedLogLikelihood,
    LogLikelihood,
    SpendCells,
)
from custvalue._numerics.maximum import highest, thinned
from custvalue._rows import FloatArray, IntArray
from custvalue._words import number, plain
from custvalue.errors import OutlierWarning

TOO_RARE = 1e-3  # customers expected to spend as much, below which a spend is an outlier
SUSPICIOUS = 0.1  # the same by the fit itself, above which nothing is looked at
SHARE = 0.01
REMEDY = (
    "Check the amounts. Where they are errors or exceptions, largest_spend= of "
    "PurchaseHistory.from_transactions caps single amounts, and RobustGammaGamma sets aside what "
    "such customers spent; where they are real, model these customers apart."
)


def warn_of_outliers(history: SpendHistory, spends: Spends, fit: Any) -> None:
    """Warn if some customers spend so much that none of this model would."""
    cells, parameters = spends.cells(history), np.array([*fit.parameters.values()])
    if fit.covariance is None:
        return
    if expected_to_spend(_largest_of_each(cells), parameters, cells.customers).min() >= SUSPICIOUS:
        return
    sample = thinned(cells) or cells
    robust, _ = highest(sample, partial(ContaminatedLogLikelihood, share=SHARE), [parameters])
    outlying = expected_to_spend(cells, robust, cells.customers) < TOO_RARE
    if not outlying.any():
        return
    rows = np.flatnonzero(spends.known)[outlying]
    kept = ~outlying
    others = SpendCells(cells.frequency[kept], cells.mean[kept], cells.count[kept])
    said = f"{_who(history, rows, fit)}{_means(others, fit)}. {REMEDY}"
    warnings.warn(said, OutlierWarning, stacklevel=3)


def _largest_of_each(cells: SpendCells) -> SpendCells:
    """Return the largest mean spend of each number of purchases: the others are likelier."""
    distinct, place = np.unique(cells.frequency, return_inverse=True)
    largest = np.zeros(len(distinct))
    np.maximum.at(largest, place, cells.mean)
    return SpendCells(distinct, largest)


def expected_to_spend(cells: SpendCells, parameters: FloatArray, customers: int) -> FloatArray:
    """Return how many of the customers would spend as much as each of these does."""
    p, q, gamma = parameters.tolist()
    odds = gamma / (gamma + cells.frequency * cells.mean)
    return customers * np.asarray(special.betainc(q, p * cells.frequency, odds), np.float64)


def _who(history: SpendHistory, rows: IntArray, fit: Any) -> str:
    """Name who spends most, and say what is expected of this customer."""
    money, name = np.asarray(history.monetary_value), type(fit.model).__name__
    row = int(rows[np.argmax(money[rows])])
    customer = row if history.customer is None else plain(history.customer[row])
    spent = f"{number(float(money[row]))} a purchase day"
    many, most = f"{len(rows):,} customers spend", f", customer {customer!r} most, {spent}"
    one = len(rows) == 1
    subject = f"customer {customer!r} spends {spent}," if one else many
    expected = fit.expected_spend(history)[row]
    return (
        f"{name}: {subject} more than any customer of a model fitted to the others would"
        f"{'' if one else most}. It expects {number(float(expected))} of this customer"
    )


def _means(others: SpendCells, fit: Any) -> str:
    """Say what the mean spend of the population would be without them."""
    if fit.model.q <= 1 or others.customers < 2:
        return ""
    (p, q, gamma), _ = highest(others, LogLikelihood, [np.array([*fit.parameters.values()])])
    without = f", without them {number(float(p * gamma / (q - 1)))}" if q > 1 else ""
    return f", and a mean spend of {number(fit.mean_spend)} of all customers{without}"
