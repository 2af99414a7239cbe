"""The models of groups as one model, which asks each about the customers of its own group.

What it answers has a variance by the delta method: of a sum over customers, what is not known of
each group for itself adds up by its square, what is not known of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, TimeUnit
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.grouping.labels import labels_of
from custvalue._lifetime.grouping.predicting import Predictor
from custvalue._lifetime.prediction.parameters import reach
from custvalue._lifetime.value.worth import KnowsVariance, Total
from custvalue._rows import FloatArray, IntArray


@dataclass(frozen=True)
class EachByOwn:
    """Models of groups, and the customers whom each is asked about."""

    models: tuple[Any, ...]
    parts: tuple[PurchaseHistory, ...]
    rows: tuple[IntArray, ...]

    @property
    def unit(self) -> TimeUnit | None:
        """In which time is counted."""
        unit: TimeUnit | None = self.models[0].unit
        return unit

    def probability_alive(self, history: PurchaseHistory) -> FloatArray:
        """Return P(alive) of each customer of all groups."""
        return self._each("probability_alive", history)

    def expected_purchases(self, history: PurchaseHistory, horizon: Horizon) -> FloatArray:
        """Return the purchases expected of each customer of all groups."""
        return self._each("expected_purchases", history, horizon)

    def discounted_expected_purchases(self, history: PurchaseHistory, **how: Any) -> FloatArray:
        """Return the same with a discount."""
        return self._each("discounted_expected_purchases", history, **how)

    def _each(self, name: str, history: PurchaseHistory, *args: Any, **options: Any) -> FloatArray:
        found = np.empty(len(history))
        for model, part, rows in zip(self.models, self.parts, self.rows, strict=True):
            found[rows] = getattr(model, name)(part, *args, **options)
        return found

    def _active_by_definition(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        """Say of whom P(alive) is 1 whatever they do: that of one class of models."""
        known: npt.NDArray[np.bool_] = self.models[0]._active_by_definition(x)  # noqa: SLF001 - a model of ours
        return known


@dataclass(frozen=True)
class OfGroups(KnowsVariance):
    """The models of groups at their means, and what is not known of each."""

    model: EachByOwn
    predictors: tuple[Predictor, ...]

    @classmethod
    def of(cls, fits: GroupFits, history: PurchaseHistory, by: Any, argument: str) -> OfGroups:
        """Take each customer for one of their group."""
        labels = labels_of(history, by, argument)
        predictors = tuple(fits._predictor(fits[name]) for name in labels.names)  # noqa: SLF001 - of its own room
        parts = tuple(history._rows_at(rows) for rows in labels.rows)  # noqa: SLF001 - of its own room
        models = tuple(each.fit.model for each in predictors)
        return cls(EachByOwn(models, parts, labels.rows), predictors)

    def variance(self, total: Total) -> float:
        """Return the variance of a total, whose parts are a function of the model."""
        found = 0.0
        for way, shared in self._ways():
            step = reach(way)
            up, down = (np.asarray(total(self._moved(side * step * way))) for side in (1, -1))
            slopes = (up - down) / (2 * step)
            sums = np.array([slopes[rows].sum() for rows in self.model.rows])
            found += float(sums.sum()) ** 2 if shared else float(sums @ sums)
        return found

    def _ways(self) -> Iterator[tuple[FloatArray, bool]]:
        """Yield directions (groups, k) of what is not known of each group, then of all."""
        for shared in (False, True):
            each = np.stack([its.shared if shared else its.own for its in self.predictors])
            for way in each.transpose(2, 0, 1):
                yield way, shared

    def _moved(self, by: FloatArray) -> EachByOwn:
        """Return the models with the logarithms of their parameters moved."""
        models = tuple(map(_model_moved, self.predictors, by.tolist()))
        return replace(self.model, models=models)


def _model_moved(predictor: Predictor, by: Sequence[float]) -> Any:
    parameters = predictor.fit.parameters.items()
    moved = {name: value * np.exp(step) for (name, value), step in zip(parameters, by, strict=True)}
    return predictor.fit.model.model_copy(update=moved)
