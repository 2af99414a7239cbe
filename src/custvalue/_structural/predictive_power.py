"""PLSpredict: how well a structural model predicts respondents that it has not seen.

Respondents are parted into k folds at random (whole clusters, where there are any), the model is
estimated without each fold and predicts its answers (Shmueli et al. 2016; Shmueli, Sarstedt, Hair,
Cheah, Ting, Vaithilingam & Ringle 2019, *European Journal of Marketing* 53(11)). Q²predict =
1 - Σ w (x - x̂)² / Σ w (x - m)² with the means m of the respondents behind the model. Differences of
losses per respondent are tested as means (Liengaard, Sharma, Hult, Jensen, Sarstedt, Hair & Ringle
2021, *Decision Sciences* 52(2)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np

from custvalue._checks import (
    Generator,
    checked_whole,
    no_such,
    random_generator,
    require_choice,
)
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._structural.answered import Answered
from custvalue._structural.behind import complete_scores
from custvalue._structural.plan import Flags, Plan
from custvalue._structural.prediction import (
    Antecedents,
    Linear,
    linear_predictions,
    predicted_places,
    structural_predictions,
)
from custvalue._structural.samples import Samples
from custvalue._structural.solution import solve
from custvalue._values import Count, Frozen, NonNegative
from custvalue.errors import EstimationError, ParameterError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit

Power = Literal["none", "low", "medium", "high"]
FOLDS, REPEATS = 10, 10
WHAT = "predictive_power()"
WORDS: dict[Power, str] = {
    "none": "no item",
    "low": "less than half of the items",
    "medium": "half of the items or more",
    "high": "every item",
}


class ItemPrediction(Tabulated, Frozen):
    """How well one item is predicted.

    Parameters
    ----------
    name, measures : str
        The item, and what it measures.
    q_squared : float or None
        Q²predict: 0 or less where the means of the others predict as well; None where nothing
        varies.
    rmse, mae : float
        Root mean squared and mean absolute error of the structural model, in points of the item's
        scale.
    rmse_linear, mae_linear : float
        Those of the linear model.
    n : int
        Respondents predicted.
    """

    SHOWN: ClassVar = shown(
        "measures, q_squared: Q² predict, rmse: RMSE, rmse_linear: RMSE linear, mae: MAE, "
        "mae_linear: MAE linear, n"
    )
    REPR: ClassVar[tuple[str, ...]] = ("name", "q_squared", "rmse", "rmse_linear")

    name: str
    measures: str
    q_squared: float | None
    rmse: NonNegative
    mae: NonNegative
    rmse_linear: NonNegative
    mae_linear: NonNegative
    n: Count

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return (Row(self.name, {"item": self.name, **self.model_dump(exclude={"name"})}),)

    def _title(self) -> str:
        return f"Prediction of {self.name}"


class PredictivePower(Tabulated, Frozen):
    """How well a structural model predicts answers of respondents that it has not seen.

    Parameters
    ----------
    items : tuple of ItemPrediction
        Those of constructs to which a path leads.
    against_linear, against_means : MeanEstimate
        Mean difference of squared errors, in points² of 0-100: what the structural model has more
        than the linear model, and than the means of the other respondents; below 0 it is better.
    antecedents : {"earliest", "direct"}
        From which scores constructs are predicted: those without predecessors, or the next before.
    folds, repeats : int
        How often respondents are parted, and into how many folds.
    of_clusters : bool
        Whether whole clusters are left out.
    failed : int
        Folds without a solution, whose respondents are not counted in that repeat.
    """

    TITLE: ClassVar[str] = "Predictive power"
    SHOWN: ClassVar = ItemPrediction.SHOWN
    REPR: ClassVar[tuple[str, ...]] = ("items", "power")

    items: tuple[ItemPrediction, ...]
    against_linear: MeanEstimate
    against_means: MeanEstimate
    antecedents: Antecedents
    folds: Count
    repeats: Count
    of_clusters: bool
    failed: Count = 0

    def __getitem__(self, name: str) -> ItemPrediction:
        for its in self.items:
            if its.name == name:
                return its
        raise ParameterError(no_such("item", name, [its.name for its in self.items]))

    @property
    def power(self) -> Power:
        """How many items the structural model predicts better than the linear one, by RMSE.

        ``none`` of them, less than half (``low``), half or more (``medium``), or all (``high``).
        """
        better = sum(its.rmse < its.rmse_linear for its in self.items)
        if better == 0:
            return "none"
        if better == len(self.items):
            return "high"
        return "medium" if 2 * better >= len(self.items) else "low"

    def _rows(self, level: float) -> Sequence[Row]:
        return [row for its in self.items for row in its._rows(level)]  # noqa: SLF001 - a row

    def _notes(self) -> Iterator[str]:
        yield (
            f"Predictive power: {self.power}, as {WORDS[self.power]} has a smaller RMSE than by "
            f"the linear model."
        )
        whole = " of whole clusters" if self.of_clusters else ""
        lost = f", {self.failed} folds failed" if self.failed else ""
        how = f"{self.antecedents} antecedents{lost}"
        yield f"{self.folds} folds{whole}, {self.repeats} times; {how}."
        for name, its in (("linear model", self.against_linear), ("means", self.against_means)):
            yield f"Squared error less that of the {name}: {_told(its)}."


def _told(its: MeanEstimate) -> str:
    if not its.has_interval:
        return f"{its.value:+.2f} points² of 0-100"
    return f"{its.value:+.2f} points² of 0-100, 95 % interval {its.confidence_interval()}"


class _Losses:
    """What is missed of the items by the structural model, the linear model and the means."""

    def __init__(self, weights: FloatArray, items: int) -> None:
        self._weights = weights
        self.squares, self.sizes = np.zeros((3, items)), np.zeros((3, items))
        self.of_each = np.zeros((3, len(weights)))  # squared errors, mean over items
        self.times = np.zeros(len(weights), dtype=np.int64)
        self.total = 0.0
        self.failed = 0

    def add(self, rows: IntArray, missed: FloatArray) -> None:
        """Add the errors of some respondents, (3, rows, items)."""
        weights = self._weights[rows]
        self.squares += np.einsum("r,mri->mi", weights, missed**2)
        self.sizes += np.einsum("r,mri->mi", weights, np.abs(missed))
        self.of_each[:, rows] += (missed**2).mean(axis=2)
        self.times[rows] += 1
        self.total += float(weights.sum())


def predictive_power(
    fit: StructuralFit,
    *,
    folds: int = FOLDS,
    repeats: int = REPEATS,
    antecedents: Antecedents = "earliest",
    rng: Generator = None,
) -> PredictivePower:
    """Predict each fold of the respondents by a model that was estimated without it."""
    plan, answered = fit.plan, fit.answered
    require_choice("antecedents", antecedents, get_args(Antecedents))
    folds = checked_whole("folds", folds, least=2)
    repeats = checked_whole("repeats", repeats, least=1)
    random = random_generator(rng)
    units = _units(answered.sample)
    if folds > units.max() + 1:
        what = "respondents" if answered.sample.clusters is None else "clusters"
        raise ParameterError(
            f"folds must be at most {units.max() + 1}, as there are so many {what}, but it is "
            f"{folds}."
        )
    parts = [_parted(units, folds, random) for _ in range(repeats)]
    losses = _losses(fit, answered, parts, antecedents)
    places = predicted_places(plan)
    widths = np.array([fit.moments.scales[place].width / 100 for place in places])
    against = _differences(losses, answered.sample)
    return PredictivePower(
        items=_items(plan, places, widths, losses),
        against_linear=against[0],
        against_means=against[1],
        antecedents=antecedents,
        folds=folds,
        repeats=repeats,
        of_clusters=answered.sample.clusters is not None,
        failed=losses.failed,
    )


def _units(sample: Sample) -> IntArray:
    """Return the unit of each respondent that folds keep together."""
    if sample.clusters is None:
        return np.arange(len(sample.weights))
    return np.unique(sample.clusters.codes, return_inverse=True)[1]


def _parted(units: IntArray, folds: int, random: np.random.Generator) -> IntArray:
    """Return the fold of each respondent, of folds that differ by one unit at most."""
    count = int(units.max()) + 1
    fold = np.arange(count) % folds
    return fold[random.permutation(count)][units]


def _losses(
    fit: StructuralFit, answered: Answered, parts: Sequence[IntArray], antecedents: Antecedents
) -> _Losses:
    """Predict every fold of every repeat, and add up what is missed."""
    scores = complete_scores(answered, WHAT)
    samples, places = Samples.of(scores, answered.sample.weights), predicted_places(fit.plan)
    losses = _Losses(answered.sample.weights, len(places))
    for part in parts:
        structural, linear, usable = _without(fit, samples, part, antecedents)
        for fold in range(len(usable)):
            rows = np.flatnonzero(part == fold)
            if not usable[fold]:
                losses.failed += 1
                continue
            observed = scores[np.ix_(rows, places)]
            by_models = [its.predicted(fold, scores[rows], places) for its in (structural, linear)]
            means = np.broadcast_to(structural.means[fold, places], observed.shape)
            losses.add(rows, observed - np.stack([*by_models, means]))
    if not losses.times.any():
        raise EstimationError(
            "no fold has a solution without its respondents. Use more folds, which leave more of "
            "them in, or collect more answers."
        )
    return losses


def _without(
    fit: StructuralFit, samples: Samples, part: IntArray, antecedents: Antecedents
) -> tuple[Linear, Linear, Flags]:
    """Estimate both models without each fold."""
    plan, folds = fit.plan, np.arange(int(part.max()) + 1)
    sums = OfSums(samples.n, samples.added, lambda each: each)
    means, covariances = samples.moments(sums.sums(part != folds[:, np.newaxis]))
    plain = fit.settings.model_copy(update={"consistent": False})
    solution = solve(plan, means, covariances, plain)
    usable = solution.converged & np.isfinite(solution.paths).all(axis=(1, 2))
    known = np.where(usable[:, np.newaxis, np.newaxis], covariances, np.eye(len(plan.items)))
    return (
        structural_predictions(plan, solution, antecedents),
        linear_predictions(plan, means, known, antecedents),
        usable,
    )


def _items(
    plan: Plan, places: IntArray, widths: FloatArray, losses: _Losses
) -> tuple[ItemPrediction, ...]:
    found = []
    n = int((losses.times > 0).sum())
    for k, place in enumerate(places.tolist()):
        own, _, mean = losses.squares[:, k]
        rmse = widths[k] * np.sqrt(losses.squares[:2, k] / losses.total)
        mae = widths[k] * losses.sizes[:2, k] / losses.total
        found.append(
            ItemPrediction(
                name=plan.items[place],
                measures=plan.names[plan.owner[place]],
                q_squared=float(1 - own / mean) if mean > 0 else None,
                rmse=float(rmse[0]),
                rmse_linear=float(rmse[1]),
                mae=float(mae[0]),
                mae_linear=float(mae[1]),
                n=n,
            )
        )
    return tuple(found)


def _differences(losses: _Losses, sample: Sample) -> tuple[MeanEstimate, MeanEstimate]:
    """Return the mean differences of losses, by respondents and clusters."""
    there = losses.times > 0
    each = losses.of_each[:, there] / losses.times[there]
    some = sample.of_rows(np.flatnonzero(there))
    names = ("squared error less that of the linear model", "squared error less that of means")
    return (
        mean_estimate(each[0] - each[1], some, name=names[0]),
        mean_estimate(each[0] - each[2], some, name=names[1]),
    )
