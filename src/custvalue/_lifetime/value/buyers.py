"""Who says how often customers buy: one model, or that of the group that a customer is in."""

from __future__ import annotations

from typing import Any, NamedTuple

from custvalue._histories.history import checked_history
from custvalue._lifetime.grouping.each_by_own import OfGroups
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue.errors import ParameterError


class Buyers(NamedTuple):
    """A model, and what knows how uncertain it is."""

    model: Any
    source: Any


def buyers(purchases: Any, history: Any, *, argument: str, labels: Any, example: str) -> Buyers:
    """Return who answers; `labels` say in which group each customer is, where there are groups."""
    if not isinstance(purchases, GroupFits):
        if labels is not None:
            raise ParameterError(
                f"{argument} says in which group customers are, for the fits of fit_groups, but "
                f"purchases is one model for all. Omit {argument}."
            )
        return Buyers(purchases, purchases)
    if labels is None:
        raise ParameterError(
            f"purchases has a fit for each of {len(purchases.groups)} groups, so it must be known "
            f"who is in which. Give {argument}, as in {example}."
        )
    checked = checked_history(history, "the value of groups", enters=True)
    found = OfGroups.of(purchases, checked, labels, argument)
    return Buyers(found.model, found)
