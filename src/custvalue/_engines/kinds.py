"""Kinds of customers in an engine: what covariates models tell them apart by, and their levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from custvalue._histories.covariates.coding import CodedCovariate
from custvalue._histories.covariates.table import Covariates
from custvalue._rows import FloatArray, LabelArray
from custvalue._words import count, listed
from custvalue.errors import DataError, ParameterError


def coding_of(*models: Any) -> tuple[CodedCovariate, ...]:
    """Return the covariates by which models tell customers apart, none of which may change."""
    found: list[CodedCovariate] = []
    for model in models:
        if getattr(model, "covariates", None) is not None:
            if model.covariates.changing:
                raise ParameterError(
                    f"{type(model).__name__} has covariates that change, and a summary has no days "
                    f"of purchases. Value customers in memory, with "
                    f"customer_lifetime_value(history, ...)."
                )
            found += model.covariates.coding
    return tuple(found)


def kinds_of(
    coding: tuple[CodedCovariate, ...], found: Mapping[str, LabelArray], customers: FloatArray
) -> Covariates | None:
    """Return the covariates of counted customers, whose levels the models know."""
    for one in coding:
        column = found[one.name]
        if one.levels and column.dtype.kind == "U":
            _refuse_unknown(one, column, customers)
    names = dict.fromkeys(one.name for one in coding)
    return Covariates({name: found[name] for name in names}) if names else None


def labels_in(column: LabelArray) -> LabelArray:
    """Return groups as labels: whole numbers, which keys are not, or text."""
    if column.dtype.kind != "f" or (column != np.rint(column)).any():
        return column
    return column.astype(np.int64)


def _refuse_unknown(one: CodedCovariate, column: LabelArray, customers: FloatArray) -> None:
    unknown = ~np.isin(column, one.levels)
    if unknown.any():
        levels = np.unique(column[unknown]).tolist()
        raise DataError(
            f"covariate {one.name!r} has the level{'s' * (len(levels) > 1)} {listed(levels)}, "
            f"which the fit does not know: {count(int(customers[unknown].sum()), 'customer')}. "
            f"Known levels: {listed(one.levels)}. Correct the level, fit the model to data with "
            f"it, or leave these customers out.",
            column=one.name,
            count=int(customers[unknown].sum()),
        )
