"""Whether the effects of covariates could be told, of which some change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from custvalue._histories.covariates.changing.building import PROCESSES, ProcessColumns
from custvalue._histories.covariates.changing.coding import BOUGHT, OBSERVED, constant
from custvalue._histories.covariates.changing.design import Design
from custvalue._histories.covariates.coding import require_apart
from custvalue._histories.covariates.terms import CovariateTerms
from custvalue._rows import FloatArray
from custvalue.errors import DataError

NEARLY = 1e-9  # share of its size by which a column must vary
FAR_FROM_0 = 1.0  # ranges of a numeric covariate that may lie between 0 and its values


def require_all_apart(
    history: Any,
    terms: CovariateTerms,
    columns: Sequence[ProcessColumns],
    design: Design,
    seen: tuple[FloatArray, FloatArray],
    *,
    alone: bool,
) -> None:
    """Raise where a column never changes, or follows from others: no effect could be told.

    `seen` is how much of each row of the paths tells of purchases, and of dropout. With a prior
    each column is looked at `alone`.
    """
    if terms.dropout_form == "power":
        some = seen[1] > 0
        require_zero_near(terms, columns[1], design.rows[some][:, columns[1].changing])
    for process, one, weight in zip(PROCESSES, columns, seen, strict=True):
        what = [terms.coefficients[place].what for place in one.coefficients]
        k, some = len(one.changing), weight > 0
        where = BOUGHT if weight is not seen[0] else OBSERVED
        rows = design.rows[some][:, one.changing]
        for place, column in enumerate(rows.T):
            if np.ptp(column) <= NEARLY * np.abs(column).max(initial=0.0):
                raise constant(what[place], f"{column[0]:g}", where)
        if alone:
            continue
        require_apart(rows, weight[some], what[:k], process)
        level = _levels(history, rows, some, what[:k])
        alike = np.hstack((design.customers[:, one.static], level[0]))
        require_apart(alike, np.ones(len(alike)), [*what[k:], *level[1]], process)


def _levels(
    history: Any, rows: FloatArray, some: Any, names: Sequence[str]
) -> tuple[FloatArray, list[str]]:
    """Return, for each customer, the columns that do not change on any path, only between them."""
    known = history.changing
    path = known.covariates.codes[some]
    first = np.flatnonzero(np.diff(path, prepend=-1))
    still = (rows == np.repeat(rows[first], np.diff(first, append=len(path)), axis=0)).all(axis=0)
    place = np.minimum(np.searchsorted(path[first], known.path), len(first) - 1)
    return rows[first][place][:, still], [names[each] for each in np.flatnonzero(still).tolist()]


def require_zero_near(terms: CovariateTerms, one: ProcessColumns, rows: FloatArray) -> None:
    """Raise where a numeric covariate of dropout in the power form lies far from 0."""
    for place, column in zip(one.coefficients, rows.T, strict=False):
        each = terms.coefficients[place]
        low, high = float(column.min()), float(column.max())
        if each.level is None and max(low, -high) > FAR_FROM_0 * (high - low):
            usual = _less(each.covariate, float(column.mean()))
            raise DataError(
                f"dropout: covariate {each.covariate!r} runs from {low:g} to {high:g}, far from 0, "
                f"where a and b of a customer who leaves at a purchase would be. Give it as the "
                f"difference from a usual value, such as {usual}."
            )


def require_held(
    names: Sequence[str], logs: FloatArray, terms: CovariateTerms, shift: FloatArray
) -> None:
    """Raise where a parameter at covariates of 0 is none that a number can hold.

    `logs` are the logarithms of the parameters, `shift` is how much of them comes from each
    coefficient, (parameters, coefficients), since its covariate lies away from 0.
    """
    for name, log, of in zip(names, logs.tolist(), shift, strict=True):
        if abs(log) > MOST_LOG:
            one = terms.coefficients[int(np.argmax(np.abs(of)))]
            usual = float(of[int(np.argmax(np.abs(of)))] / one.value) if one.value else 0.0
            raise DataError(
                f"{one.process}: covariate {one.covariate!r} lies far from 0, around {usual:.4g}, "
                f"and {name} is that of customers with covariates of 0: it would be e^{log:.0f}, "
                f"which no number holds. Give the covariate as the difference from a usual value, "
                f"such as {_less(one.covariate, usual)}."
            )


MOST_LOG = 650.0  # of a parameter


def _less(name: str, usual: float) -> str:
    """Write a covariate as the difference from a value."""
    return f"{name} {'-' if usual > 0 else '+'} {abs(usual):.4g}"
