"""Coded covariates of a history: of the rows of its paths, and of its customers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.covariates.changing.coding import columns_of
from custvalue._histories.covariates.coding import patterns
from custvalue._histories.covariates.table import Covariates
from custvalue._histories.covariates.terms import CovariateTerms
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError


class Design(NamedTuple):
    """Coded covariates: of each row of the paths, and of each customer."""

    rows: FloatArray  # (rows, columns)
    customers: FloatArray  # (n, columns)
    pattern: IntArray  # (n,), which row of static covariates a customer has

    def at(self, customers: IntArray) -> Design:
        """Return the same of some customers."""
        return self._replace(customers=self.customers[customers], pattern=self.pattern[customers])


def design_of(history: Any, terms: CovariateTerms, seen: FloatArray) -> Design:
    """Return the columns of coded covariates; levels must be known on rows that were seen."""
    table = history.changing.covariates
    on_path = [columns_of(one, table, seen) for one in terms.coding if one.changing]
    static = [one for one in terms.coding if not one.changing]
    rows = np.hstack(on_path) if on_path else np.zeros((len(table), 0))
    if not static:
        n = len(history)
        return Design(rows, np.zeros((n, 0)), np.zeros(n, dtype=np.int64))
    found = patterns(static, _static(history), history.customer)
    return Design(rows, found.design[found.of_customer], found.of_customer)


def _static(history: Any) -> Covariates:
    known: Covariates | None = history.covariates
    if known is None:
        raise DataError(
            "the fit has covariates that do not change, but the history has none. Add them by "
            "history.with_covariates(table, ...)."
        )
    return known
