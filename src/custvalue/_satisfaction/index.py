"""The customer satisfaction index: item scores weighted by importance, on 0-100.

CSI = Σ_j a_j s_j / Σ_j a_j with the importance a_j and the score s_j of item j. Two forms are in
use and differ: ``scale`` takes s = 100 (x - low) / (high - low), which is 0 at the floor of the
scale; ``maximum`` takes s = 100 x / high, which is 20 at the floor of a five-point scale. Both are
here, and the result says which one it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from custvalue._base import FloatArray, Frozen, Interval, NonNegative, Probability
from custvalue._display import Table, number, one_line, percent
from custvalue._satisfaction.importance import own_importance, stated_importance
from custvalue._satisfaction.questions import left_out_note
from custvalue._statistics import MeanEstimate, combined_mean, mean_estimate
from custvalue.errors import ParameterError, require_choice
from custvalue.survey import Responses, Scale

IndexForm = Literal["scale", "maximum"]
ImportanceWeighting = Literal["mean importance", "per respondent"]
WeightingUsed = Literal["equal", "stated", "mean importance", "per respondent"]


class IndexItem(Frozen):
    """One item of an index.

    Parameters
    ----------
    name : str
        Its name.
    importance : float
        Its share of all importance; the shares add up to 1.
    score : MeanEstimate
        Its mean score in the form of the index.
    """

    name: str
    importance: Probability
    score: MeanEstimate


class SatisfactionIndex(Frozen):
    """An importance-weighted index with its parts.

    Parameters
    ----------
    estimate : MeanEstimate
        The index on 0-100 with its linearised standard error.
    form : {"scale", "maximum"}
        Percent of the way from the floor to the ceiling of the scale, or percent of the maximum.
    floor : float
        What the index is if everybody gives the worst answer: 0 in the form ``scale``.
    weighting : {"equal", "stated", "mean importance", "per respondent"}
        Where the importance comes from.
    importance_sum : float or None
        What the importance added up to before it was normalised (the mean over respondents
        where they gave it); None for equal importance.
    items : tuple of IndexItem
        Importance and score of each item.
    scale : Scale
        The scale of the items.
    left_out : int
        Respondents left out because an answer is missing.
    filled : int
        Answers that the policy ``prorate`` filled by the respondent's other answers.
    """

    estimate: MeanEstimate
    form: IndexForm
    floor: NonNegative
    weighting: WeightingUsed
    importance_sum: NonNegative | None
    items: tuple[IndexItem, ...]
    scale: Scale
    left_out: int = 0
    filled: int = 0

    @property
    def value(self) -> float:
        """The index, 0 to 100."""
        return self.estimate.value

    @property
    def n(self) -> int:
        """Respondents used; the smallest number for any item where answers are missing."""
        return self.estimate.n

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Return the t interval of the index over respondents.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        DataError
            With fewer than two respondents.
        ParameterError
            If `level` is not between 0 and 1.
        """
        return self.estimate.confidence_interval(level)

    def __repr__(self) -> str:
        return one_line(
            "SatisfactionIndex",
            value=self.value,
            form=self.form,
            weighting=self.weighting,
            n=self.n,
        )

    def _table(self) -> Table:
        rows: list[tuple[str | float | None, ...]] = []
        for item in self.items:
            value, low, high, _, n = item.score.cells()
            rows.append((item.name, percent(item.importance, 1), value, low, high, n))
        value, low, high, _, n = self.estimate.cells()
        rows.append(("index", "100.0 %", value, low, high, n))
        what = {
            "scale": f"0 at {number(self.scale.low)} and 100 at {number(self.scale.high)}",
            "maximum": f"percent of the maximum, {number(self.floor)} at the floor of the scale",
        }[self.form]
        if self.scale.direction == "lower is better":
            what = f"0 at {number(self.scale.high)} and 100 at {number(self.scale.low)}"
        notes = (
            f"Form {self.form!r}: {what}.",
            f"Importance: {self.weighting}. 95 % intervals, t.",
            *self._normalised_note(),
            *left_out_note(self.left_out),
            *([f"{self.filled:,} missing answers are prorated."] if self.filled else []),
        )
        title = f"Customer satisfaction index {number(self.value)}"
        header = ("item", "importance", "score", "low", "high", "n")
        return Table(title, header, tuple(rows), notes)

    def _normalised_note(self) -> tuple[str, ...]:
        total = self.importance_sum
        if total is None or any(abs(total - whole) < 1e-9 for whole in (1, 100)):
            return ()
        return (f"Importance added up to {number(total)} and was divided by that.",)


def customer_satisfaction_index(
    responses: Any,
    *,
    importance: Any = None,
    form: IndexForm = "scale",
    weighting: ImportanceWeighting = "mean importance",
    importance_total: float | None = None,
    scale: Scale | None = None,
) -> SatisfactionIndex:
    """Compute an importance-weighted customer satisfaction index on 0-100.

    Parameters
    ----------
    responses : Responses or dataframe or mapping
        Answers of respondents to the items; a dataframe's columns are all taken as items of
        `scale` (use ``Responses.from_frame`` to choose columns, weights and a missing policy).
    importance : mapping, sequence of float or Responses, optional
        Stated importance of each item, by name or in the order of the items; or each
        respondent's own, as Responses of the same respondents to the same items. It is
        normalised to 1, and what it added up to is reported. Equal importance by default.
    form : {"scale", "maximum"}
        0-100 from end to end of the scale, or percent of its maximum.
    weighting : {"mean importance", "per respondent"}
        Where respondents gave the importance: weight the mean scores by the mean importance,
        or give each respondent an index of their own and take the mean. The two agree only if
        importance and scores are independent.
    importance_total : float, optional
        What importance must add up to, as in 100 points to share out: then a sum that rounding
        (half a percent for each item) does not explain is refused.
    scale : Scale, optional
        The scale of a dataframe's columns; Responses have theirs.

    Returns
    -------
    SatisfactionIndex

    Raises
    ------
    DataError
        If importance is negative, all zero, of another length or of unknown items, or answers
        are off the scale or missing.
    ParameterError
        If the form is unknown, or ``maximum`` is asked of a scale that has no place for it.

    Notes
    -----
    The variance is linearised over respondents: their answers to several items are dependent,
    and mean importance is an estimate too. Where the policy ``pairwise`` left answers missing,
    every item's mean uses the answers that there are; ``per respondent`` weights the items that
    the respondent answered. Under ``prorate`` a missing answer counts as the mean of the
    respondent's other ones, in the index and in the scores of the items.

    Examples
    --------
    >>> from custvalue.satisfaction import customer_satisfaction_index
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {"friendly": [5, 4, 3, 5], "on time": [4, 2, 4, 3]}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
    >>> index = customer_satisfaction_index(answers, importance={"friendly": 40, "on time": 60})
    >>> round(index.value, 2)
    66.25
    >>> customer_satisfaction_index(
    ...     answers, importance={"friendly": 40, "on time": 60}, form="maximum"
    ... ).value
    73.0
    """
    require_choice("form", form, get_args(IndexForm))
    require_choice("weighting", weighting, get_args(ImportanceWeighting))
    answers = _responses(responses, scale)
    scores, floor = _scores(answers, form)
    if importance is None:
        share = np.full(len(answers.items), 1 / len(answers.items))
        used = _Index(_combined(answers, scores, share, floor), share, None, "equal")
    elif isinstance(importance, Responses):
        own = own_importance(answers, importance, importance_total)
        by = _mean_importance if weighting == "mean importance" else _per_respondent
        used = by(answers, scores, own, floor)
    else:
        stated = stated_importance(importance, answers.items, importance_total)
        total = float(stated.sum())
        estimate = _combined(answers, scores, stated / total, floor)
        used = _Index(estimate, stated / total, total, "stated")
    return _result(answers, scores, used, form=form, floor=floor)


@dataclass(frozen=True)
class _Index:
    """What the ways of weighting have in common."""

    estimate: MeanEstimate
    share: FloatArray
    total: float | None
    weighting: WeightingUsed
    left_out: int = 0


def _result(
    answers: Responses, scores: FloatArray, used: _Index, *, form: IndexForm, floor: float
) -> SatisfactionIndex:
    items = tuple(
        IndexItem(
            name=name,
            importance=min(float(share), 1.0),
            score=mean_estimate(column, answers.weights, name=name, bounds=(floor, 100.0)),
        )
        for name, column, share in zip(answers.items, scores.T, used.share, strict=True)
    )
    return SatisfactionIndex(
        estimate=used.estimate,
        form=form,
        floor=floor,
        weighting=used.weighting,
        importance_sum=used.total,
        items=items,
        scale=answers.scale,
        left_out=answers.dropped + used.left_out,
        filled=answers.left_out.filled,
    )


def _responses(responses: Any, scale: Scale | None) -> Responses:
    if isinstance(responses, Responses):
        if scale is not None and scale != responses.scale:
            raise ParameterError(
                f"scale is {scale!r}, but the responses were given on {responses.scale!r}. Leave "
                f"scale out."
            )
        return responses
    if scale is None:
        raise ParameterError(
            "a dataframe needs its scale, as in scale=Scale(1, 5). Use Responses.from_frame(frame, "
            "items=[...], scale=...) to choose the columns."
        )
    return Responses.from_frame(responses, scale=scale)


def _scores(answers: Responses, form: IndexForm) -> tuple[FloatArray, float]:
    """Return the scores on 0-100 and what the floor of the scale is there."""
    scale = answers.scale
    if form == "scale":
        return scale.rescale(answers.filled()), 0.0
    if scale.direction == "lower is better" or scale.low < 0:
        raise ParameterError(
            f"form='maximum' divides answers by the highest one, which says nothing on {scale!r}. "
            f"Say form='scale'."
        )
    return 100 * answers.filled() / scale.high, 100 * scale.low / scale.high


def _combined(
    answers: Responses, scores: FloatArray, share: FloatArray, floor: float
) -> MeanEstimate:
    used = np.flatnonzero(share)  # an item of no importance may lack answers
    return combined_mean(
        [scores[:, j] for j in used],
        share[used].tolist(),
        answers.weights,
        name="index",
        bounds=(floor, 100.0),
    )


def _mean_importance(
    answers: Responses, scores: FloatArray, own: FloatArray, floor: float
) -> _Index:
    """CSI = Σ m_j s_j / Σ m_j; its linearisation adds (s_j - CSI) / Σ m to every m_j."""
    weights = answers.weights
    means = [mean_estimate(own[:, j], weights, name=name) for j, name in enumerate(answers.items)]
    importance = np.array([mean.value for mean in means])
    total = float(importance.sum())
    share = importance / total
    index = _combined(answers, scores, share, floor)
    used = np.flatnonzero(share)
    slopes = [
        (mean_estimate(scores[:, j], weights, name=answers.items[j]).value - index.value) / total
        for j in used
    ]
    estimate = combined_mean(
        [*(scores[:, j] for j in used), *(own[:, j] for j in used)],
        [*share[used].tolist(), *slopes],
        weights,
        name="index",
        bounds=(floor, 100.0),
    )
    return _Index(estimate, share, total, "mean importance")


def _per_respondent(
    answers: Responses, scores: FloatArray, own: FloatArray, floor: float
) -> _Index:
    weight = np.where(np.isnan(scores) | np.isnan(own), 0.0, own)
    sums = weight.sum(axis=1)
    known = sums > 0
    share = np.zeros_like(weight)
    share[known] = weight[known] / sums[known, np.newaxis]
    index = np.where(known, (share * np.nan_to_num(scores)).sum(axis=1), np.nan)
    estimate = mean_estimate(index, answers.weights, name="index", bounds=(floor, 100.0))
    weighting = answers.weights[known] / answers.weights[known].sum()
    total = float(weighting @ sums[known])
    left_out = int((~known).sum())
    return _Index(estimate, weighting @ share[known], total, "per respondent", left_out)
