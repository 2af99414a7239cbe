"""From covariates to the columns of numbers that predictors are made of.

A numeric covariate is one column. A categorical one has a column of 0 and 1 for each level but the
first in sorted order, the base. The coding is stored with the coefficients and applied to new data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._histories.covariates.table import Covariates
from custvalue._histories.grid import distinct
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._values import Frozen
from custvalue._words import count, listed
from custvalue.errors import DataError


class CodedCovariate(Frozen):
    """How a covariate becomes columns.

    Parameters
    ----------
    name : str
        Its name.
    levels : tuple of str
        Of a categorical covariate, in sorted order; the first is the base, with which the others
        are compared. Empty for a numeric one.
    changing : bool
        Whether it changes over time.
    """

    name: str
    levels: tuple[str, ...] = ()
    changing: bool = False

    @property
    def coded_levels(self) -> tuple[str | None, ...]:
        """The level of each column; None of a numeric covariate."""
        return self.levels[1:] if self.levels else (None,)


def coded_as_found(
    covariates: Covariates,
    name: str,
    customers: LabelArray,
    weight: FloatArray | None = None,
    *,
    few: bool = False,
) -> CodedCovariate:
    """Code a covariate as the data have it; `weight` is how many customers a row stands for.

    A level of one customer is refused, unless few customers may be enough.
    """
    column = covariates[name]
    if column.dtype.kind == "f":
        return CodedCovariate(name=name)
    levels, places = np.unique(column, return_inverse=True)
    n = np.bincount(places, weight)
    if len(levels) == 1:
        raise DataError(
            f"covariate {name!r} is {levels[0].item()!r} for all customers, so it has no effect "
            f"that could be seen. Leave it out."
        )
    if n.min() == 1 and not few:
        alone = int(np.argmin(n))
        who = customers[np.flatnonzero(places == alone)[0]].item()
        raise DataError(
            f"covariate {name!r} has the level {levels[alone].item()!r} for one customer only "
            f"({who!r}), of which nothing can be estimated. Join it with another level, or leave "
            f"this customer out."
        )
    return CodedCovariate(name=name, levels=tuple(levels.tolist()))


def codes_of(one: CodedCovariate, covariates: Covariates, customers: LabelArray) -> FloatArray:
    """Return the number, or the place of the level, of each customer."""
    column = covariates[one.name]
    numeric = column.dtype.kind == "f"
    if numeric == bool(one.levels):
        found, expected = ("numeric", "categorical") if numeric else ("categorical", "numeric")
        raise DataError(
            f"covariate {one.name!r} must be {expected}, as in the fit, but it is {found}. "
            f"Give {'text' if one.levels else 'numbers'}."
        )
    if numeric:
        return np.asarray(column, dtype=np.float64)
    levels = np.array(one.levels)
    order = np.argsort(levels)
    places = order[np.minimum(np.searchsorted(levels[order], column), len(levels) - 1)]
    _refuse_unknown(one, levels[places] != column, column, customers)
    return places.astype(np.float64)


def _refuse_unknown(
    one: CodedCovariate, bad: LabelArray, column: LabelArray, customers: LabelArray
) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        unknown = np.unique(column[rows]).tolist()
        s = "s" if len(unknown) > 1 else ""
        raise DataError(
            f"covariate {one.name!r} has the level{s} {listed(unknown)}, which the fit does not "
            f"know: {count(len(rows), 'customer')}, such as {customers[rows[0]].item()!r}. Known "
            f"levels: {listed(one.levels)}. Correct the level, fit the model to data with it, or "
            f"leave these customers out."
        )


def design_of(one: CodedCovariate, codes: FloatArray) -> FloatArray:
    """Return the columns of codes, shape (n, its columns)."""
    if not one.levels:
        return codes[:, None]
    indicators: FloatArray = np.equal(codes[:, None], np.arange(1, len(one.levels))) * 1.0
    return indicators


class Patterns(NamedTuple):
    """The different rows of covariates among customers."""

    of_customer: IntArray
    design: FloatArray  # (patterns, columns)
    customers: FloatArray  # (patterns,), how many


def column_names(coding: Sequence[CodedCovariate]) -> list[tuple[str, str | None]]:
    """Return covariate and level of each column."""
    return [(each.name, level) for each in coding for level in each.coded_levels]


def patterns(
    coding: Sequence[CodedCovariate],
    covariates: Covariates,
    customers: LabelArray,
    weight: FloatArray | None = None,
) -> Patterns:
    """Return the different rows of coded covariates, and which of them each customer has."""
    codes = [codes_of(each, covariates, customers) for each in coding]
    place = np.zeros(len(customers), dtype=np.int64)
    for column in codes:
        values, at = np.unique(column, return_inverse=True)
        place = distinct(place * len(values) + at)[1]
    order = np.argsort(place, kind="stable")
    one = order[first_of_runs(place[order])]
    columns = [design_of(each, column[one]) for each, column in zip(coding, codes, strict=True)]
    design = np.hstack(columns) if columns else np.zeros((len(one), 0))
    return Patterns(place, design, np.bincount(place, weight).astype(np.float64))


NEARLY = 1e-8  # share of a column's spread that no other columns explain


def require_apart(
    design: FloatArray, customers: FloatArray, names: Sequence[str], process: str
) -> None:
    """Raise where a column is constant, or follows from the others: no effect could be told."""
    weight = np.sqrt(customers / customers.sum())[:, None]
    known = [weight]
    for place, name in enumerate(names):
        column = design[:, [place]] * weight
        before = np.hstack(known)
        scale = max(float(np.linalg.norm(column)), 1e-300)
        shares, *_ = np.linalg.lstsq(before, column)
        left = column - before @ shares
        if np.linalg.norm(left) <= NEARLY * scale:
            raise _not_apart(name, shares[1:, 0], before[:, 1:], scale, names, process)
        known.append(column)


def _not_apart(  # noqa: PLR0917 - what there is to say
    name: str,
    shares: FloatArray,
    before: FloatArray,
    scale: float,
    names: Sequence[str],
    process: str,
) -> DataError:
    parts = np.abs(shares) * np.linalg.norm(before, axis=0) > NEARLY * scale
    others = [names[k] for k in np.flatnonzero(parts).tolist()]
    if not others:
        return DataError(
            f"{process}: covariate {name} is the same for all customers, so it has no effect that "
            f"could be seen. Leave it out."
        )
    return DataError(
        f"{process}: covariate {name} follows from {listed(others)} (collinear), so their effects "
        f"cannot be told apart. Leave one of them out."
    )
