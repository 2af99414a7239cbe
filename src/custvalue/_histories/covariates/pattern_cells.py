"""The distinct (x, t_x, T) of customers with the same covariates, and what models say of them.

A model with covariates has other parameters for each pattern of them. Its formulas take arrays of
parameters, one entry for each cell, as they take numbers: so all cells are answered at once.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any, Self, TypeVar, cast

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.unanswered import (
    MayChange,
    require_no_path,
    require_unchanging,
)
from custvalue._histories.covariates.coding import Patterns, patterns
from custvalue._histories.covariates.table import Covariates, of_new_customers
from custvalue._histories.covariates.terms import CovariateTerms, linear, predictors_of
from custvalue._histories.entry import EnteredCells
from custvalue._rows import FloatArray, IntArray, read_only
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False)
class PatternCells(Cells):
    """Cells of customers with the same covariates, in ascending order of their pattern."""

    pattern: IntArray
    design: FloatArray  # (cells, columns)

    @cached_property
    def grid(self) -> None:
        """None: each cell has parameters of its own."""

    @cached_property
    def pairs(self) -> None:
        """None, likewise."""

    @property
    def known(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """x, t_x and T, always as arrays."""
        return self.known_arrays


@dataclass(frozen=True, eq=False)
class EnteredPatternCells(EnteredCells):
    """The same of customers who are observed from some age on."""

    pattern: IntArray


NEW = Cells(frequency=np.zeros(1), recency=np.zeros(1), age=np.zeros(1), count=np.ones(1))


def by_pattern(cell_of_customer: IntArray, found: Patterns) -> tuple[IntArray, IntArray, IntArray]:
    """Return the place of each customer, and of each place its cell and its pattern."""
    cells = int(cell_of_customer.max()) + 1
    keys, place = np.unique(found.of_customer * cells + cell_of_customer, return_inverse=True)
    return place, keys % cells, keys // cells


def pattern_cells(
    history: Any, found: Patterns
) -> tuple[PatternCells | EnteredPatternCells, IntArray]:
    """Return the cells of a history of purchases with the patterns, and that of each customer."""
    place, cell, pattern = by_pattern(history.cell_of_customer, found)
    x, t_x, T = (column[cell] for column in history.cells.known_arrays)
    count = np.bincount(place).astype(np.float64)
    if isinstance(history.cells, EnteredCells):
        entry = history.cells.entry[cell]
        return EnteredPatternCells(x, t_x, T, count, entry, pattern), read_only(place)
    return PatternCells(x, t_x, T, count, pattern, found.design[pattern]), read_only(place)


def with_cells(history: Any, cells: Cells, cell_of_customer: IntArray) -> Any:
    """Return the same history with other cells."""
    seen = copy.copy(history)
    object.__setattr__(seen, "cells", cells)
    object.__setattr__(seen, "cell_of_customer", cell_of_customer)
    return seen


def at_rows(model: Any, design: FloatArray) -> Any:
    """Return the model whose parameters are arrays, one entry for each row of a design."""
    require_unchanging(model, "this question")
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    links = model._links(terms.dropout_form)  # noqa: SLF001
    own = [name for name in model._estimated if name in type(model).model_fields]  # noqa: SLF001
    common = np.log([getattr(model, name) for name in own])
    coefficients = np.array([*terms.values.values()])
    eta = linear(predictors_of(terms, links.ratios), design, coefficients)
    each = np.exp(links(common, eta).logs)
    moved = {name: number_or_array(column) for name, column in zip(own, each.T, strict=True)}
    return model.model_copy(update={**moved, "covariates": None})


def number_or_array(column: FloatArray) -> FloatArray | float:
    """Return what all entries are, or the array where they differ."""
    return column if (column != column[0]).any() else float(column[0])


MethodT = TypeVar("MethodT", bound=Callable[..., FloatArray])
PlainT = TypeVar("PlainT", bound=Callable[..., Any])


def by_covariates(method: MethodT) -> MethodT:
    """Let what is asked about a history be asked of models with covariates."""

    @wraps(method)
    def answer(model: Any, history: Any, *args: Any, **options: Any) -> FloatArray:
        terms: CovariateTerms | None = model._covariate_terms  # noqa: SLF001 - of its own room
        if terms is None:
            return method(model, history, *args, **options)
        if terms.changing:
            return cast("FloatArray", model._along(method.__name__, history, args, options))  # noqa: SLF001
        seen = grouped(model, history)
        if not isinstance(seen.cells, EnteredPatternCells):
            return method(at_rows(model, seen.cells.design), seen, *args, **options)
        return _one_by_one(model, history, lambda each, some: method(each, some, *args, **options))

    return cast("MethodT", answer)


def grouped(model: Any, history: Any) -> Any:
    """Return the history with the cells that a model with covariates tells apart."""
    if isinstance(history.cells, PatternCells) or model._covariate_terms is None:  # noqa: SLF001
        return history
    found = patterns_among(model, history)
    return with_cells(history, *pattern_cells(history, found))


def together(model: Any, history: Any) -> Any:
    """Return the same where all customers can be answered at once, or raise."""
    if model._covariate_terms is None:  # noqa: SLF001 - of its own room
        return history
    seen = grouped(model, history)
    if isinstance(seen.cells, EnteredPatternCells):
        raise ParameterError(
            f"{type(model).__name__}: predict does not answer for customers from before the log of "
            f"a model with covariates. Use expected_purchases and probability_alive."
        )
    return seen


class AtCells(ABC):
    """What has other parameters for customers of each pattern, and is no model with covariates."""

    @abstractmethod
    def at(self, cells: PatternCells) -> Any:
        """Return the model whose parameters are those of each of the cells."""

    @property
    @abstractmethod
    def one_by_one(self) -> bool:
        """Whether its formulas take the parameters of one pattern at a time only."""


def model_at(model: Any, cells: Any) -> Any:
    """Return the model with the parameters of each of the cells."""
    if isinstance(model, AtCells):
        return model.at(cells)
    if isinstance(cells, PatternCells):
        return at_rows(model, cells.design)
    if getattr(model, "covariates", None) is None:
        return model
    require_unchanging(model, "this question")
    raise ParameterError(
        f"{type(model).__name__}: this is not answered for customers from before the log of a "
        f"model with covariates. Use expected_purchases and probability_alive, or keep the others: "
        f"history.select(history.entry == 0)."
    )


def newcomers(cells: Cells) -> tuple[Cells, IntArray]:
    """Return a new customer of each pattern among the cells, and the pattern of each cell."""
    if not isinstance(cells, PatternCells):
        return NEW, np.zeros(len(cells), dtype=np.int64)
    _, first, place = np.unique(cells.pattern, return_index=True, return_inverse=True)
    none = np.zeros(len(first))
    kinds = cells.some(first)
    return replace(kinds, frequency=none, recency=none, age=none, count=none + 1), place


def patterns_among(model: Any, history: Any) -> Patterns:
    """Return the different rows of covariates that a model knows, among customers."""
    require_unchanging(model, "this question")
    known = covariates_of(history, type(model).__name__)
    return patterns(model._covariate_terms.coding, known, history.customer)  # noqa: SLF001


def covariates_of(history: Any, model: str) -> Covariates:
    """Return the covariates of a history, or raise where it has none."""
    found: Covariates | None = getattr(history, "covariates", None)
    if found is None:
        raise DataError(
            f"{model} needs covariates, but the history has none. Add them: "
            f"history.with_covariates(table, customer='id', covariates=['region']). Or ask a model "
            f"that has some about one kind of customers: for_covariates({{'region': 'south'}})."
        )
    return found


def _one_by_one(model: Any, history: Any, ask: Callable[[Any, Any], FloatArray]) -> FloatArray:
    """Answer the customers of each pattern by a model of their own."""
    found = patterns_among(model, history)
    answers = []
    for pattern in range(len(found.design)):
        of_these = at_rows(model, found.design[[pattern]])
        answers.append(ask(of_these, history.select(found.of_customer == pattern)))
    order = np.argsort(found.of_customer, kind="stable")
    together = np.concatenate(answers)
    result = np.empty_like(together)
    result[order] = together
    return result


def of_one_kind(method: PlainT) -> PlainT:
    """Refuse what is asked of a model of contracts with covariates without saying of whom."""

    @wraps(method)
    def answer(model: Any, *args: Any, **options: Any) -> Any:
        if model._covariate_terms is not None:  # noqa: SLF001 - of its own room
            raise ParameterError(
                f"{type(model).__name__} has covariates, so customers differ by them. Say whom you "
                f"mean: for_covariates({{'region': 'south'}}).{method.__name__}(...)."
            )
        return method(model, *args, **options)

    return cast("PlainT", answer)


class OfKinds(MayChange):
    """Adds the model of one kind of customers."""

    def for_covariates(self, covariates: Any) -> Self:
        """Return the model of customers with these covariates, which answers without them.

        Parameters
        ----------
        covariates : mapping
            Of one kind of customers, ``{"region": "south"}``.

        Raises
        ------
        DataError
            If a level of a covariate is unknown, or a value is missing.
        ParameterError
            If the model has no covariates, lacks one of them, or they are of several.
        """
        model: Self = plain_model(self, covariates)
        return model


def plain_model(model: Any, given: Any, what: str = "for_covariates") -> Any:
    """Return the model of one pattern of covariates, which needs none any more."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    if terms is None:
        raise ParameterError(
            f"this {type(model).__name__} has no covariates, so customers are all alike already. "
            f"Ask it as it is."
        )
    require_unchanging(model, what)
    known, _ = of_new_customers(given)
    if len(known) != 1:
        raise ParameterError(
            f"covariates must be those of one kind of customer, as in {{'region': 'south'}}, but "
            f"they are of {len(known):,}."
        )
    return at_rows(model, patterns(terms.coding, known, np.arange(1)).design)


def of_kind(model: Any, given: Any, what: str) -> Any:
    """Return the model of the one kind of customers that is asked about."""
    if given is None:
        require_kind(model, what)
        return model
    return plain_model(model, given, what)


def require_kind(model: Any, what: str = "new customers") -> None:
    """Raise where customers differ by covariates, and it was not said who is meant."""
    require_unchanging(model, what)
    if model._covariate_terms is not None:  # noqa: SLF001 - of its own room
        example = ", ".join(f"{each.name!r}: ..." for each in model._covariate_terms.coding)  # noqa: SLF001
        raise ParameterError(
            f"{type(model).__name__} has covariates, so customers differ by them. Say whom you "
            f"mean: covariates={{{example}}}."
        )


def new_customers(model: Any, given: Any) -> tuple[Any, PatternCells, bool]:
    """Return the model and the cells of customers of whom only covariates are known.

    And whether it is one customer, who was given by values.
    """
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    require_no_path(model)
    if given is None:
        require_kind(model)
    known, one = of_new_customers(given)
    found = patterns(terms.coding, known, np.arange(len(known)))
    design, none = found.design[found.of_customer], np.zeros(len(known))
    cells = PatternCells(none, none, none, none + 1, found.of_customer, design)
    return at_rows(model, design), cells, one
