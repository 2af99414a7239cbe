"""What was excluded from a log, by the rule that says so."""

from __future__ import annotations

from custvalue._values import Frozen


class ExcludedTransactions(Frozen):
    """What was excluded from a purchase history on request, by the rule that says so, counted."""

    after_end: int = 0
    returns: int = 0
    zero_spend: int = 0
    duplicates: int = 0
    customers: int = 0  # who then have no purchase
    paired_returns: int = 0  # which found their purchase
    cancelled_purchases: int = 0  # which were returned
    reduced_purchases: int = 0  # kept, of which a part was returned
    unmatched_returns: int = 0  # dropped (then among `returns`) or netted
    capped: int = 0  # kept, with the largest spend allowed
    early_customers: int = 0  # first seen in the period that new_customers_only names

    @property
    def transactions(self) -> int:
        """Number of transactions excluded, for whatever reason."""
        settled = self.paired_returns + self.cancelled_purchases
        return self.after_end + self.returns + self.zero_spend + self.duplicates + settled
