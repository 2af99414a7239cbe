"""What is diagnosed: a model of purchases at any time, its fit or fits of groups, and customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import PatternCells
from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._histories.units import matching_unit
from custvalue._lifetime.answers import Answers
from custvalue._lifetime.asking import answers_of, told_apart
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.answering import of_groups
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.prediction.parameters import Way, ways
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError, ParameterError


class Parts(NamedTuple):
    """The groups whose parameters are known apart: that of each row, and how many."""

    of_row: IntArray | None
    groups: int

    def total(self, weight: FloatArray, values: FloatArray) -> FloatArray:
        """Add up rows of values (rows, m) with their weights, shape (groups, m)."""
        if self.of_row is None:
            return np.asarray(weight @ values)[None]
        sums = [np.bincount(self.of_row, weight * column, self.groups) for column in values.T]
        return np.array(sums, dtype=np.float64).T

    def at(self, rows: Any) -> Parts:
        """Return the same of some rows."""
        return self if self.of_row is None else Parts(self.of_row[rows], self.groups)


@dataclass(frozen=True)
class Subject:
    """Who is asked, about whom, and what is not known of the parameters."""

    name: str
    model: Any
    history: PurchaseHistory  # with the cells that the model tells apart
    ways: Callable[[], Iterable[Way]] | None  # None where parameters are taken as known
    groups: int = 1

    @property
    def cells(self) -> Cells:
        """The cells of the history."""
        return self.history.cells

    def asked(self, model: Any = None) -> Answers:
        """Return the answers about the history, also those of a model that was moved."""
        return answers_of(self.model if model is None else model, self.cells)

    def parts(self, cells: Cells) -> Parts:
        """Return to which group cells belong."""
        if self.groups > 1 and isinstance(cells, PatternCells):
            return Parts(cells.pattern, self.groups)
        return Parts(None, 1)

    def expected_purchases(self, until: float) -> FloatArray:
        """Return what is expected of each customer within a time, shape (n,)."""
        asked = self.asked()
        ahead = asked.by_pair(lambda some: some.purchases(until))
        return self.history.per_customer(asked.alive() * ahead)

    def probability_alive(self) -> FloatArray:
        """Return P(alive) of each customer, shape (n,)."""
        return self.history.per_customer(self.asked().alive())


def purchases_model(given: Any, argument: str = "fit") -> PurchasesAtAnyTime:
    """Return the model, or that of a fit."""
    model = given.model if isinstance(given, Fit) else given
    if isinstance(model, PurchasesAtAnyTime):
        return model
    if isinstance(given, GroupFits):
        raise ParameterError(
            f"{argument} must be the fit of one group here, but it is the fits of "
            f"{len(given.groups)}. Give one of them, as in fits[{given.names[0]!r}].fit."
        )
    shown = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise ParameterError(
        f"{argument} must be a fit of purchases at any time, as of BGNBD.fit(train), or such a "
        f"model, but it is {shown}."
    )


def of_history(given: Any, history: object, by: Any = None, *, until: float = 0.0) -> Subject:
    """Return the model and the history, if both count time alike, with who is in which group.

    Paths of changing covariates must be known until so long after the end of observation.
    """
    if isinstance(given, GroupFits):
        return _of_groups(given, history, by)
    model = purchases_model(given)
    if by is not None:
        raise ParameterError(
            f"by says in which group customers are, for the fits of lifetime.fit_groups, but this "
            f"is one {type(model).__name__} for all. Omit by."
        )
    name = type(model).__name__
    checked = _checked(history, name, model.unit)
    known = isinstance(given, Fit) and given.covariance is not None
    told = told_apart(model, checked, until)
    return Subject(name, model, told, partial(ways, given) if known else None)


def _of_groups(given: GroupFits, history: object, by: Any) -> Subject:
    name = type(given.common.model).__name__
    if by is None:
        raise ParameterError(
            "these are fits of groups, so it must be known who is in which. Give by=, as in "
            "fit_groups: one label for each customer, or the name of a covariate."
        )
    checked = _checked(history, name, given.unit)
    found = of_groups(given, checked, by)
    return Subject(name, found.model, found.history, found.ways, len(given.groups))


def _checked(history: object, name: str, unit: Any) -> PurchaseHistory:
    if isinstance(history, PurchaseHistory) and history.entry is not None:
        raise DataError(
            "forecasts are checked for customers who are observed from the first purchase on, but "
            "some entered the history later (entry > 0). Keep the others only: "
            "history.select(history.entry == 0).",
            column="entry",
        )
    checked = checked_history(history, name)
    matching_unit(unit, checked.unit, name)
    return checked
