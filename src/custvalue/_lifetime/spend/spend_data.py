"""What models of spend see of a history, and what becomes of customers who got all money back.

A customer whose repeat purchases bring nothing, net of returns, has a spend that no model of
positive spend can have made. `refunded` says what is done with such customers; in no case are they
part of a fit, whose likelihood they do not have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._histories.buyer_spend import BuyerSpend
from custvalue._histories.customer_cells import CustomerCells, customers_of_rows
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.opportunities import OpportunityHistory
from custvalue._histories.rows import CURRENCY, SMALLEST, BoolArray
from custvalue._lifetime.spend.spend_likelihood import SpendCells
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError

SpendHistory = PurchaseHistory | OpportunityHistory | CustomerCells | BuyerSpend
Refunded = Literal["raise", "unknown", "zero"]


class Spends(NamedTuple):
    """Number and mean of the repeat spends as a model takes them; `known` have a likelihood."""

    frequency: FloatArray
    mean: FloatArray
    known: BoolArray

    def cells(self, history: SpendHistory) -> SpendCells:
        """Return those of whose spend something is known, of the history that they are of."""
        known = self.known
        count = customers_of_rows(history)[known]
        return SpendCells(self.frequency[known], self.mean[known], count)


def of_known(
    history: SpendHistory, found: Spends, compute: Callable[[SpendCells], FloatArray]
) -> FloatArray:
    """Return what is computed of the spends that are known, and 0 of other customers."""
    each = np.zeros(len(history))
    each[found.known] = compute(found.cells(history))
    return each


def spend_rows(history: SpendHistory) -> SpendHistory:
    """Return what a model of spend is fitted to: of cells from an engine, the spend of buyers."""
    if isinstance(history, CustomerCells) and history.spend is not None:
        return history.spend
    return history


def spends(history: SpendHistory, name: str, refunded: Refunded) -> Spends:
    """Return the spends of a history as the model `name` takes them."""
    require_choice("refunded", refunded, get_args(Refunded))
    money = monetary_values(history, name)
    buys = history.frequency > 0
    bad = without_spend(history)
    if not bad.any():
        return Spends(history.frequency, money, buys)
    if refunded == "raise":
        rows = np.flatnonzero(bad)
        hint = _no_spend(history, int(rows[0]), float(money[rows[0]]), name)
        least = f">= {SMALLEST:g}" if money[rows[0]] > 0 else "> 0"
        raise DataError.at_rows(
            "monetary_value", f"{least} where frequency > 0", rows, money[rows], hint
        )
    frequency = np.where(bad, 0.0, history.frequency) if refunded == "unknown" else None
    x = history.frequency if frequency is None else frequency
    return Spends(x, np.where(bad, 0.0, money), buys & ~bad)


def without_spend(history: SpendHistory) -> BoolArray:
    """Return who came back, but brought nothing net of returns, shape (n,)."""
    money = history.monetary_value
    if money is None:
        return np.zeros(len(history), dtype=bool)
    bad: BoolArray = (history.frequency > 0) & ~(money >= SMALLEST)
    return bad


def monetary_values(history: SpendHistory, name: str) -> FloatArray:
    """Return the monetary values of a history, which must have some."""
    money = checked_spenders(history, name).monetary_value
    if isinstance(history, CustomerCells) and history.spend is not None:
        raise DataError(
            f"{name} needs monetary values in each row, but these cells have them apart. Ask about "
            f"cells.spend, or let lifetime.score compute what customers spend in their engine.",
            column="monetary_value",
        )
    if money is None:
        remedy = (
            "monetary_value= to OpportunityHistory.from_arrays or from_frame"
            if isinstance(history, OpportunityHistory)
            else "spend= to PurchaseHistory.from_transactions, or monetary_value= to from_arrays"
        )
        raise DataError(
            f"{name} needs monetary values, but the history has none. Give {remedy}.",
            column="monetary_value",
        )
    return money


def _no_spend(history: SpendHistory, row: int, amount: float, name: str) -> str:
    """Say whose spend the model cannot have made, and how to go on."""
    if history.customer is None:
        who = "This customer"
    else:
        who = f"Customer {plain(history.customer[row])!r}"
    if amount > 0:
        return f"{who} paid so little that nothing can be computed with it. {CURRENCY}"
    what = "got back as much as was paid, or more," if amount < 0 else "paid nothing"
    return (
        f"{who} {what} after the first purchase day, and {name} needs positive spend. Give "
        f"refunded='unknown', as in {name}.fit(history, refunded='unknown'), to go on without the "
        f"spend of such customers, or refunded='zero' to count it as 0."
    )


def checked_spenders(history: SpendHistory, name: str) -> SpendHistory:
    """Return `history` if it is one of purchases."""
    if not isinstance(history, SpendHistory):
        raise DataError(
            f"{name} needs a PurchaseHistory or an OpportunityHistory, in which customers "
            f"buy, but it is: {type(history).__name__}. Make one with "
            f"PurchaseHistory.from_transactions(..., spend=...)."
        )
    return history
