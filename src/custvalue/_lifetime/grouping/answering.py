"""The fits of groups as one model whose parameters differ by group, for all that is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.covariates.coding import Patterns
from custvalue._histories.covariates.pattern_cells import (
    AtCells,
    PatternCells,
    number_or_array,
    pattern_cells,
    with_cells,
)
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.grouping.labels import labels_of
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.prediction.parameters import Way, reach
from custvalue._lifetime.purchasing.gamma_gompertz_nbd import GammaGompertzNBD
from custvalue._rows import FloatArray


@dataclass(frozen=True)
class ModelOfGroups(AtCells):
    """One class of models, with the logarithms of the parameters of each group."""

    typical: Any
    logs: FloatArray  # (groups, k)

    @property
    def unit(self) -> Any:
        """The unit in which time is counted."""
        return self.typical.unit

    @property
    def one_by_one(self) -> bool:
        """Whether the shapes of a distribution must be numbers: of Gompertz lifetimes they must."""
        return isinstance(self.typical, GammaGompertzNBD)

    def at(self, cells: PatternCells) -> Any:
        """Return the model whose parameters are those of the group of each cell."""
        each = np.exp(self.logs)[cells.pattern]
        names = parameter_names(type(self.typical))
        columns = zip(names, each.T, strict=True)
        return self.typical.model_copy(update={name: number_or_array(its) for name, its in columns})


class Answering(NamedTuple):
    """Who answers for groups, about whom, and what is not known of the parameters."""

    model: ModelOfGroups
    history: PurchaseHistory
    ways: Callable[[], Iterator[Way]]


def of_groups(fits: GroupFits, history: PurchaseHistory, by: Any) -> Answering:
    """Take each customer for one of their group."""
    labels, names = labels_of(history, by), list(fits.names)
    group = np.empty(len(history), dtype=np.int64)
    for name, rows in zip(labels.names, labels.rows, strict=True):
        group[rows] = names.index(fits[name].name)
    sizes = np.bincount(group, minlength=len(names)).astype(np.float64)
    found = Patterns(group, np.zeros((len(names), 0)), sizes)
    known = with_cells(history, *pattern_cells(history, found))
    logs = np.log([[*its.at_mean.parameters.values()] for its in fits.groups])
    model = ModelOfGroups(fits.common.model, logs)
    return Answering(model, known, partial(_ways, fits, model))


def _ways(fits: GroupFits, model: ModelOfGroups) -> Iterator[Way]:
    """Yield the directions of what is not known of each group for itself, then of all."""
    roots = [fits._predictor(its) for its in fits.groups]  # noqa: SLF001 - of its own room
    for shared in (False, True):
        each = np.stack([root.shared if shared else root.own for root in roots])
        for direction in each.transpose(2, 0, 1):
            step = reach(direction)
            up, down = (
                ModelOfGroups(model.typical, model.logs + side * step * direction)
                for side in (1, -1)
            )
            yield Way(up, down, 2 * step, shared)
