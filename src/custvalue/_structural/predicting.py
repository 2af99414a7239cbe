"""What a fitted structural model predicts for other respondents, and how well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, laid_out, rows_of
from custvalue._rows import Columns, FloatArray, IntArray, read_only
from custvalue._structural.answered import parts_of
from custvalue._structural.plan import Plan
from custvalue._structural.prediction import (
    Antecedents,
    linear_predictions,
    predicted_places,
    predictors,
    structural_predictions,
)
from custvalue._structural.predictive_power import ItemPrediction
from custvalue._structural.solution import Solution, solve
from custvalue._table import Table
from custvalue._values import Count
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit


@dataclass(frozen=True, eq=False, repr=False)
class StructuralPrediction(Columns):
    """Predictions for respondents, one row for each.

    Parameters
    ----------
    items : tuple of str
        The items that are predicted: those of constructs to which a path leads.
    answers : ndarray of float64, shape (respondents, items)
        Predicted answers, in points of the scale of the item; they may pass its ends.
    constructs : tuple of str
        The constructs to which a path leads.
    indices : ndarray of float64, shape (respondents, constructs)
        Predicted indices on 0-100, unstandardised weights.
    accuracy : tuple of ItemPrediction
        How well the items are predicted whose answers are known.
    antecedents : {"earliest", "direct"}
        From which scores constructs are predicted.
    n : int
        Respondents of the fit.
    """

    items: tuple[str, ...]
    answers: FloatArray
    constructs: tuple[str, ...]
    indices: FloatArray
    accuracy: tuple[ItemPrediction, ...]
    antecedents: Antecedents
    n: Count

    REPR: ClassVar[tuple[str, ...]] = ("respondents", "items", "antecedents")

    def __post_init__(self) -> None:
        for name, width in (("answers", len(self.items)), ("indices", len(self.constructs))):
            found = getattr(self, name)
            if found.ndim != 2 or found.shape[1] != width or len(found) != len(self.answers):
                raise DataError(f"{name} must have one row per respondent and {width} columns.")
        super().__post_init__()

    @property
    def respondents(self) -> int:
        """How many there are predictions for."""
        return len(self.answers)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return predicted answers by item, and ``index …`` by construct, as a plain dict."""
        named = dict(zip(self.items, self.answers.T, strict=True))
        indices = zip(self.constructs, self.indices.T, strict=True)
        return named | {f"index {name}": column for name, column in indices}

    def _table(self) -> Table:
        rows = [row for its in self.accuracy for row in rows_of(its)]
        if not rows:
            means = self.answers.mean(axis=0).tolist() if self.respondents else []
            rows = [
                Row(name, {"mean": mean}) for name, mean in zip(self.items, means, strict=False)
            ]
            return laid_out("Predictions", {"mean": "mean"}, rows, self._notes())
        return laid_out("Predictions", ItemPrediction.SHOWN, rows, self._notes())

    def _notes(self) -> Iterator[str]:
        yield (
            f"{count(self.respondents, 'respondent')} predicted by a model of {self.n:,}; "
            f"{self.antecedents} antecedents."
        )
        if not self.accuracy:
            yield "Answers to the predicted items are not known, so that errors are not either."


def predicted(
    fit: StructuralFit, holdout: object, antecedents: Antecedents = "earliest"
) -> StructuralPrediction:
    """Predict the answers of respondents from those to the items that lead to others."""
    require_choice("antecedents", antecedents, get_args(Antecedents))
    plan = fit.plan
    places = predicted_places(plan)
    others = _read(fit, parts_of(holdout, "holdout"), antecedents)
    solution = _of_scores(fit)
    structural = structural_predictions(plan, solution, antecedents)
    covariance = fit.moments.covariance[np.newaxis]
    linear = linear_predictions(plan, solution.means, covariance, antecedents)
    by_model, by_items = (its.predicted(0, others.scores, places) for its in (structural, linear))

    return StructuralPrediction(
        items=tuple(plan.items[at] for at in places),
        answers=read_only(_on_scales(fit.moments.scales, places, by_model)),
        constructs=tuple(plan.names[at] for at in plan.endogenous),
        indices=read_only(_indices(plan, solution, others, antecedents)),
        accuracy=_accuracy(fit, others, places, by_model, by_items),
        antecedents=antecedents,
        n=fit.n,
    )


class _Others(NamedTuple):
    """Respondents to predict: answers on 0-100, (respondents, items), NaN where none; weights."""

    scores: FloatArray
    weights: FloatArray


def _read(fit: StructuralFit, parts: Mapping[str, Responses], antecedents: Antecedents) -> _Others:
    """Find the items among the answers; those that predict must be there and complete."""
    plan = fit.plan
    first = next(iter(parts.values()))
    scores = np.full((first.respondents, len(plan.items)), np.nan)
    for at, (item, scale) in enumerate(zip(plan.items, fit.moments.scales, strict=True)):
        for its in parts.values():
            if item in its.items:
                _require_scale(item, scale, its.scale)
                scores[:, at] = its.scale.rescale(its.item(item))
    needed = np.unique(
        np.concatenate([predictors(plan, at, antecedents) for at in plan.endogenous])
    )
    if first.missing == "prorate":
        scores[:, needed] = _prorated(plan, scores)[:, needed]
    _require_known(plan, scores, needed, [item for its in parts.values() for item in its.items])
    return _Others(scores, first.weights)


def _prorated(plan: Plan, scores: FloatArray) -> FloatArray:
    """Fill gaps by the respondent's mean over the other items of the construct."""
    there = ~np.isnan(scores)
    known = there.astype(np.float64) @ plan.membership
    sums = np.where(there, scores, 0.0) @ plan.membership
    means = np.divide(sums, known, out=np.full_like(sums, np.nan), where=known > 0)
    return np.where(there, scores, means[:, plan.owner])


def _require_scale(item: str, fitted: Scale, other: Scale) -> None:
    if fitted != other:
        raise DataError(
            f"{item!r} is on {other!r}, but the model was fitted to answers on {fitted!r}. Read "
            f"the holdout with the scale of the fit.",
            column=item,
        )


def _require_known(plan: Plan, scores: FloatArray, needed: IntArray, known: list[str]) -> None:
    for at in needed.tolist():
        item, absent = plan.items[at], np.flatnonzero(np.isnan(scores[:, at]))
        if item not in known:
            raise DataError(
                f"holdout needs answers to {item!r}, from which the model predicts."
                f"{did_you_mean(item, known)} Its items are {listed(known)}.",
                column=item,
            )
        if absent.size:
            raise DataError(
                f"holdout must have every answer to {item!r}, from which the model predicts, but "
                f"row {absent[0]} has none. Read it with missing='drop'.",
                column=item,
                rows=absent.tolist(),
            )


def _of_scores(fit: StructuralFit) -> Solution:
    """Return the solution of the scores as they are: predictions are not corrected (PLSc)."""
    if not fit.settings.consistent:
        return fit.solution
    plain = fit.settings.model_copy(update={"consistent": False})
    means, covariance = fit.moments.means, fit.moments.covariance
    return solve(fit.plan, means[np.newaxis], covariance[np.newaxis], plain)


def _on_scales(scales: tuple[Scale, ...], places: IntArray, scores: FloatArray) -> FloatArray:
    """Turn predictions on 0-100 into points of the scales."""
    found = np.empty_like(scores)
    for column, at in enumerate(places.tolist()):
        its = scales[at]
        share = scores[:, column] / 100
        found[:, column] = its.low + its.width * (share if its.sign > 0 else 1 - share)
    return found


def _indices(plan: Plan, its: Solution, others: _Others, antecedents: Antecedents) -> FloatArray:
    """Return predicted indices of the constructs to which a path leads, (respondents, m)."""
    effects = its.paths[0] if antecedents == "direct" else _of_first(plan, its)
    used = np.flatnonzero(plan.membership @ effects.any(axis=1))
    centred = others.scores[:, used] - its.means[0, used]
    scores = (centred * its.unstandardised[0, used]) @ plan.membership[used]
    sums = its.unstandardised[0] @ plan.membership
    means = (its.unstandardised[0] * its.means[0]) @ plan.membership / sums
    ends = list(plan.endogenous)
    found: FloatArray = means[ends] + scores @ effects[:, ends] / sums[ends]
    return found


def _of_first(plan: Plan, its: Solution) -> FloatArray:
    """Return total effects of constructs to which no path leads, (k, k)."""
    found: FloatArray = its.total[0].copy()
    found[list(plan.endogenous)] = 0.0
    return found


def _accuracy(
    fit: StructuralFit,
    others: _Others,
    places: IntArray,
    by_model: FloatArray,
    by_items: FloatArray,
) -> tuple[ItemPrediction, ...]:
    """Return how well the items are predicted whose answers are known."""
    plan, found = fit.plan, []
    for column, at in enumerate(places.tolist()):
        observed = others.scores[:, at]
        there = ~np.isnan(observed) & (others.weights > 0)
        if not there.any():
            continue
        weights = others.weights[there] / others.weights[there].sum()
        missed = [observed[there] - its[there, column] for its in (by_model, by_items)]
        mean = float(weights @ np.square(observed[there] - fit.moments.means[at]))
        squares = [float(weights @ np.square(its)) for its in missed]
        sizes = [float(weights @ np.abs(its)) for its in missed]
        points = fit.moments.scales[at].width / 100
        found.append(
            ItemPrediction(
                name=plan.items[at],
                measures=plan.names[plan.owner[at]],
                q_squared=1 - squares[0] / mean if mean > 0 else None,
                rmse=points * squares[0] ** 0.5,
                rmse_linear=points * squares[1] ** 0.5,
                mae=points * sizes[0],
                mae_linear=points * sizes[1],
                n=int(there.sum()),
            )
        )
    return tuple(found)
