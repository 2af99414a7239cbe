"""Who answers: a model, or a model along paths of covariates that change."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.followed_cells import FollowedCells
from custvalue._histories.covariates.pattern_cells import AtCells, grouped, with_cells
from custvalue._lifetime.answers import Answers, CellAnswers, of_customers
from custvalue._lifetime.covariates.changing.answers import Along
from custvalue._lifetime.covariates.changing.path_answers import PathAnswers
from custvalue._lifetime.kind_answers import KindAnswers
from custvalue._rows import FloatArray


def answers_of(model: Any, cells: Cells) -> Answers:
    """Return the answers about cells that the model tells apart, by the parameters of each."""
    if isinstance(cells, FollowedCells):
        return PathAnswers.of(model, cells)
    if isinstance(model, AtCells) and model.one_by_one:
        return KindAnswers(model, cells)
    return CellAnswers.of(model, cells)


def told_apart(model: Any, history: Any, until: float = 0.0) -> Any:
    """Return the history with the cells that the model tells apart, as far ahead as is asked."""
    terms = getattr(model, "covariates", None)
    if terms is None or not terms.changing:
        return grouped(model, history)
    found = Along.of(model, history, until).built
    return with_cells(history, FollowedCells.of(found), found.cell_of_customer)


def known_rates(model: Any, history: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what is known of each customer's purchase rate.

    The shape of its distribution, and the rates of it if the customer is alive, or left right after
    the last purchase. Along paths it is the mean rate of the time observed.
    """
    terms = getattr(model, "covariates", None)
    if terms is not None and terms.changing:
        along = Along.of(model, history)
        shape, late, early = map(along.spread, along.standing(model).rates)
        speed = (late - model.alpha) / np.maximum(history.age, SHORTEST)
        speed = np.where(speed > 0, speed, 1.0)
        return shape, late / speed, early / speed
    each = of_customers(model, history)
    shape = each.r + getattr(each, "k", 1) * history.frequency
    return shape, each.alpha + history.age, each.alpha + history.recency


SHORTEST = 1e-300  # of a time
