"""What else is known of the customers of a log: covariates, and paths of those that change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from custvalue._histories.covariates.changing.followed import Labelled, follow, follow_on
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.table import Unknown, carried_over
from custvalue._histories.summary import Summary
from custvalue._histories.transactions import Rules
from custvalue._rows import FloatArray


class About(NamedTuple):
    """A table of the customers, and what of it; what changes."""

    customers: Any
    covariates: Sequence[str]
    changing: ChangingCovariates | None
    unknown: Unknown = "raise"  # what to do with customers of the table who are not in the log

    def added(self, history: Any, summary: Summary, rules: Rules) -> Any:
        """Return a history with what is known, besides the days of its log."""
        who = rules.customer_column
        if self.covariates:
            history = history.with_covariates(
                self.customers, customer=who, covariates=self.covariates, unknown=self.unknown
            )
        if self.changing is None:
            return history
        paths = follow(self.changing, summary, rules.end, customer=who, customers=self.customers)
        return replace(history, changing=paths)


def days_of_all(history: Any) -> FloatArray | None:
    """Return the days of all purchases, by customer, where they are known."""
    known = history.changing
    return None if known is None else known.all_days(history.frequency)


def later_about(
    before: Any,
    later: Any,
    summary: Summary,
    rules: Rules,
    given: tuple[ChangingCovariates | None, Any],
) -> Any:
    """Return a history after an update with what was known before; given are paths and a table."""
    covariates, table = given
    later = replace(later, covariates=carried_over(before, later.customer))
    if before.changing is None:
        return later
    who = Labelled(before.customer, before.changing, rules.customer_column, table)
    paths = covariates or before.changing.covariates
    return replace(later, changing=follow_on(who, paths, summary, rules.end))
