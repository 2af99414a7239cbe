"""What a model expects of cohorts: repeat purchases of new customers until periods end."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._histories.cohort_counts import CohortCounts
from custvalue._histories.covariates.changing.unanswered import require_unchanging
from custvalue._histories.covariates.coding import patterns
from custvalue._histories.covariates.table import of_customers
from custvalue._histories.units import declared_unit
from custvalue._rows import FloatArray, IntArray
from custvalue._words import listed
from custvalue.errors import ParameterError


def require_table_of_kinds(model: Any, customers: Any, customer: str) -> None:
    """Raise unless there is a table of customers just where the model needs one."""
    terms = getattr(model, "covariates", None)
    if terms is not None:
        require_unchanging(model, "cohorts")
    if terms is not None and customers is None:
        names = listed(each.name for each in terms.coding)
        raise ParameterError(
            f"{type(model).__name__} has covariates, so customers differ by them. Give customers=, "
            f"a table with one row per customer: {customer!r}, {names}."
        )
    if terms is None and customers is not None:
        raise ParameterError(
            "customers is a table for purchases=, a model with covariates, but there is none. Omit "
            "customers."
        )


def expected(model: Any, found: CohortCounts, customers: Any, customer: str) -> FloatArray:
    """Return the repeat purchases expected until the end of each period, per customer."""
    declared_unit(model.unit, type(model).__name__)
    if getattr(model, "covariates", None) is None:
        return _of_all(model, found)
    return _of_kinds(model, found, customers, customer)


def _of_all(model: Any, found: CohortCounts) -> FloatArray:
    oldest = int(found.ends.max() - found.first_days.min())
    each = np.full(oldest + 1, np.nan)  # by age in days
    total = np.empty(len(found.cohort))
    for cohort, came in enumerate(found.came):
        rows, days = np.flatnonzero(found.cohort == cohort), np.flatnonzero(came)
        ages = found.ends[rows][:, None] - found.first_days[days]
        for age in np.unique(ages[np.isnan(each[ages])]).tolist():
            each[age] = model.expected_purchases_new_customer(f"{age} days")
        total[rows] = each[ages] @ came[days] / came.sum()
    return total


def _of_kinds(model: Any, found: CohortCounts, customers: Any, customer: str) -> FloatArray:
    """Return the same of customers who differ by covariates, one age after the other."""
    coding, came = model.covariates.coding, found.arrivals
    names = [each.name for each in coding]
    known = of_customers(
        customers, came.customer, customer=customer, covariates=names, unknown="ignore"
    )
    kind = patterns(coding, known, came.customer).of_customer
    _, one = np.unique(kind, return_index=True)
    kinds = known.at(one)
    row, who = _rows_of_each(found)
    ages = found.ends[row] - came.day[who]
    order, total = np.argsort(ages, kind="stable"), np.zeros(len(found.cohort))
    for some in np.split(order, np.flatnonzero(np.diff(ages[order])) + 1):
        age = int(ages[some[0]])
        each = model.expected_purchases_new_customer(f"{age} days", covariates=kinds)
        total += np.bincount(row[some], each[kind[who[some]]], len(total))
    return total / found.customers


def _rows_of_each(found: CohortCounts) -> tuple[IntArray, IntArray]:
    """Return the rows of a cohort and its customers, every row with every customer."""
    rows, each = [], []
    for cohort in range(len(found.came)):
        own = np.flatnonzero(found.cohort == cohort)
        members = np.flatnonzero(found.arrivals.cohort == cohort)
        rows.append(np.repeat(own, len(members)))
        each.append(np.tile(members, len(own)))
    return np.concatenate(rows), np.concatenate(each)
