"""From changing covariates to columns of numbers, coded by what was observed of them."""

from __future__ import annotations

import numpy as np

from custvalue._histories.covariates.changing.followed import iso
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.coding import CodedCovariate, design_of
from custvalue._rows import FloatArray, LabelArray
from custvalue._words import listed
from custvalue.errors import DataError


def coded_as_observed(
    covariates: ChangingCovariates, name: str, observed: FloatArray
) -> CodedCovariate:
    """Code a covariate by the rows on which customers were observed, for some days each."""
    column = covariates[name]
    if column.dtype.kind == "f":
        return CodedCovariate(name=name, changing=True)
    levels = np.unique(column[observed > 0])
    if len(levels) == 1:
        raise constant(name, repr(levels[0].item()))
    return CodedCovariate(name=name, levels=tuple(levels.tolist()), changing=True)


OBSERVED, BOUGHT = "wherever customers were observed", "wherever customers bought"


def constant(name: str, value: str, where: str = OBSERVED) -> DataError:
    """Build the error for a covariate that never changes."""
    return DataError(
        f"changing covariate {name!r} is {value} {where}, so it has no effect that could be seen. "
        f"Leave it out."
    )


def columns_of(
    one: CodedCovariate, covariates: ChangingCovariates, observed: FloatArray
) -> FloatArray:
    """Return the columns of all rows, (rows, columns); levels must be known where observed."""
    column = covariates[one.name]
    if (column.dtype.kind == "f") == bool(one.levels):
        found, expected = ("numeric", "categorical") if one.levels else ("categorical", "numeric")
        raise DataError(
            f"changing covariate {one.name!r} must be {expected}, as in the fit, but it is {found}."
            f" Give {'text' if one.levels else 'numbers'}."
        )
    if not one.levels:
        return design_of(one, np.asarray(column, dtype=np.float64))
    levels = np.array(one.levels)
    order = np.argsort(levels)
    places = order[np.minimum(np.searchsorted(levels[order], column), len(levels) - 1)]
    _refuse_unknown(one, (levels[places] != column) & (observed > 0), covariates)
    return design_of(one, places.astype(np.float64))


def _refuse_unknown(one: CodedCovariate, bad: LabelArray, covariates: ChangingCovariates) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        unknown = np.unique(covariates[one.name][rows]).tolist()
        s = "s" if len(unknown) > 1 else ""
        since = iso(covariates.start[rows[0]].astype(np.int64))
        raise DataError(
            f"changing covariate {one.name!r} has the level{s} {listed(unknown)} from {since} on, "
            f"which the fit does not know. Known levels: {listed(one.levels)}. Correct the level, "
            f"or fit the model to data with it."
        )
