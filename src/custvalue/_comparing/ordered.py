"""Answers of groups compared by their order alone, beside their means and top boxes.

A top-box share loses information, a mean takes the steps of the scale for equal. The order of the
answers needs neither: the effect is P(X > Y) + ½ P(X = Y), the probability that somebody from one
group answers better than somebody from the other, ties counted half; ½ is no difference.

Brunner & Munzel's test (2000, *Biometrical Journal* 42) estimates the variance of that
probability from the placements of each answer in the other group, with ties, also where the
two distributions differ in shape; with sampling weights the same placements are averaged by
weight (Lumley & Scott 2013, *Biometrika* 100). Wilcoxon-Mann-Whitney is the older test of two
equal distributions, for answers without weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.comparison import INDEPENDENT, INVARIANCE, checked_pairs
from custvalue._inference.contrast import (
    Correction,
    Heterogeneity,
    Label,
    adjusted_p_values,
    corrected_level,
)
from custvalue._inference.ends import t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.means import mean_estimate
from custvalue._respondents.responses import Responses, Split
from custvalue._rows import FloatArray
from custvalue._satisfaction.csat import TopBox, top_box
from custvalue._table import Table
from custvalue._values import Frozen, Level, NonNegative, Positive, Probability
from custvalue._words import one_line, percent
from custvalue.errors import DataError, ParameterError

OrderedMethod = Literal["brunner-munzel", "wilcoxon-mann-whitney"]


class OrderedGroup(Frozen):
    """The answers of one group.

    Parameters
    ----------
    label : str or int
        The group.
    answers : TopBox
        Its top-box share, mean and distribution.
    """

    label: Label
    answers: TopBox


class OrderedDifference(Frozen):
    """How much better one group answers than another, by order.

    Parameters
    ----------
    group, against : str or int
        The two groups.
    probability : float
        That somebody from `group` gave a better answer than somebody from `against`, ties half.
    standard_error : float
        From the placements.
    degrees_of_freedom : float or None
        Satterthwaite's; None if nobody differs from anybody.
    p_value, adjusted_p_value : float
        Two-sided, that the probability is ½ (or, by Wilcoxon-Mann-Whitney, that the distributions
        are equal); for this pair alone, and corrected for the number of pairs.
    interval : Interval
        Of the probability, by Brunner & Munzel, within 0 and 1.
    mean, top_box : float
        Differences of the means (scale points, above 0 better) and of the top-box shares.
    """

    group: Label
    against: Label
    probability: Probability
    standard_error: NonNegative
    degrees_of_freedom: Positive | None
    p_value: Probability
    adjusted_p_value: Probability
    interval: Interval
    mean: float
    top_box: float

    def cells(self) -> tuple[float, ...]:
        """Return probability, low, high, SE, P, adjusted P and the two differences as cells."""
        ends = (self.interval.low, self.interval.high)
        tests = (self.standard_error, self.p_value, self.adjusted_p_value)
        return (self.probability, *ends, *tests, self.mean, self.top_box)

    def _table(self) -> Table:
        row: tuple[str | float, ...] = (f"{self.group} > {self.against}", *self.cells())
        note = f"{self.interval.description}; mean and top box are differences."
        return Table("Order of answers", ("", *HEADER), (row,), (note,))


HEADER = ("probability", "low", "high", "SE", "P", "adjusted P", "mean", "top box")


class OrderedComparison(Frozen):
    """Groups compared by the order of their answers.

    Parameters
    ----------
    item : str
        The question.
    groups : tuple of OrderedGroup
        The groups, labels in ascending order.
    heterogeneity : Heterogeneity or None
        Kruskal & Wallis' test that all distributions are equal; None with sampling weights.
    differences : tuple of OrderedDifference
        All pairs, the later minus the earlier; or every group against the reference.
    reference : str or int or None
        The group that the others are compared with.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of pairs.
    method : {"brunner-munzel", "wilcoxon-mann-whitney"}
        The test of a pair.
    level : float
        Confidence level.
    """

    item: str
    groups: tuple[OrderedGroup, ...]
    heterogeneity: Heterogeneity | None
    differences: tuple[OrderedDifference, ...]
    reference: Label | None
    correction: Correction
    method: OrderedMethod
    level: Level

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each difference as a plain dict.

        Returns
        -------
        dict of str to ndarray
            group, against, probability, low, high, standard_error, p_value, adjusted_p_value,
            mean and top_box (differences).
        """
        numbers = np.array([d.cells() for d in self.differences])
        names = ("probability", "low", "high", "standard_error", "p_value", "adjusted_p_value")
        return {
            "group": np.array([d.group for d in self.differences]),
            "against": np.array([d.against for d in self.differences]),
            **{name: numbers[:, k] for k, name in enumerate((*names, "mean", "top_box"))},
        }

    def __repr__(self) -> str:
        return one_line(
            "OrderedComparison",
            item=self.item,
            groups=len(self.groups),
            differences=len(self.differences),
            method=self.method,
        )

    def _table(self) -> Table:
        rows: list[tuple[str | float, ...]] = [
            (f"{d.group} > {d.against}", *d.cells()) for d in self.differences
        ]
        each = "; ".join(
            f"{group.label}: n {group.answers.n:,}, mean {group.answers.mean.value:.3g}, top-"
            f"{group.answers.boxes} {percent(group.answers.value)}"
            for group in self.groups
        )
        overall = () if self.heterogeneity is None else (f"All equal: {self.heterogeneity}.",)
        interval = self.differences[0].interval
        notes = (
            "Probability that the first answers better, ties half; mean and top box: differences.",
            f"{each}.",
            *overall,
            f"{interval.description}. P: {self.method}.",
            INDEPENDENT,
            INVARIANCE,
        )
        return Table(f"Order of answers, {self.item}", ("", *HEADER), tuple(rows), notes)


def compare_ordered(
    responses: Responses,
    item: str,
    *,
    by: Split = "group",
    boxes: int = 2,
    reference: Label | None = None,
    correction: Correction = "holm",
    method: OrderedMethod = "brunner-munzel",
    level: float = 0.95,
) -> OrderedComparison:
    """Compare groups or waves by the order of their answers to one item.

    Parameters
    ----------
    responses : Responses
        Answers that were read with ``group=`` or ``wave=``; missing answers are left out.
    item : str
        The item; its scale needs steps.
    by : {"group", "wave"}
        What to compare.
    boxes : int
        How many of the best answers the top-box share beside the test counts.
    reference : str or int, optional
        The group that every other is compared with; all pairs by default.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        As in :func:`compare`.
    method : {"brunner-munzel", "wilcoxon-mann-whitney"}
        The test; intervals are Brunner & Munzel's in any case.
    level : float
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    OrderedComparison

    Raises
    ------
    DataError
        If there are fewer than two groups, a group has fewer than two answers, or two groups have
        no answer in common range, so that Brunner & Munzel's variance is 0.
    ParameterError
        If an argument is unknown, or Wilcoxon-Mann-Whitney is asked of weighted answers.

    Examples
    --------
    >>> from custvalue.satisfaction import compare_ordered
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {"friendly": [5, 4, 5, 4, 3, 2, 3, 4], "site": ["b"] * 4 + ["a"] * 4}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site")
    >>> compare_ordered(answers, "friendly").differences[0].probability
    0.9375
    """
    level = checked_level(level)
    require_choice("correction", correction, get_args(Correction))
    require_choice("method", method, get_args(OrderedMethod))
    parts = {label: _answers(part, item) for label, part in _split(responses, by, item).items()}
    if method == "wilcoxon-mann-whitney" and not _unweighted(parts):
        raise ParameterError(
            "method='wilcoxon-mann-whitney' knows no sampling weights. Say method='brunner-munzel'."
        )
    groups = {label: _group(label, part, responses, boxes) for label, part in parts.items()}
    return OrderedComparison(
        item=item,
        groups=tuple(groups.values()),
        heterogeneity=_kruskal_wallis(parts) if _unweighted(parts) else None,
        differences=_differences(
            groups,
            parts,
            checked_pairs(tuple(parts), reference),
            correction=correction,
            method=method,
            level=level,
        ),
        reference=reference,
        correction=correction,
        method=method,
        level=level,
    )


Part = tuple[FloatArray, FloatArray]  # answers turned so that more is better, and weights


def _split(responses: object, by: Split, item: str) -> dict[Label, Responses]:
    if not isinstance(responses, Responses):
        raise ParameterError(
            f"responses must be Responses, but it is {type(responses).__name__}. Read answers "
            f"with Responses.from_frame(frame, scale=..., group=...)."
        )
    parts = responses.by(by)
    if len(parts) < 2:
        raise DataError(f"a comparison needs at least 2 {by}s, but there is {len(parts)}.")
    for label, part in parts.items():
        count = int((~np.isnan(part.item(item)) & (part.weights > 0)).sum())
        if count < 2:
            raise DataError(
                f"{by} {label!r} has {count} answer{'' if count == 1 else 's'} to {item!r}: a "
                f"comparison needs at least 2. Leave it out, or put it together with another."
            )
    return parts


def _answers(part: Responses, item: str) -> Part:
    answers = part.item(item)
    known = ~np.isnan(answers) & (part.weights > 0)
    return part.scale.sign * answers[known], part.weights[known]


def _unweighted(parts: Mapping[Label, Part]) -> bool:
    weights = np.concatenate([weighting for _, weighting in parts.values()])
    return bool((weights == weights[0]).all())


def _group(label: Label, part: Part, responses: Responses, boxes: int) -> OrderedGroup:
    answers, weights = part
    scale = responses.scale
    return OrderedGroup(
        label=label,
        answers=top_box(scale.sign * answers, scale=scale, boxes=boxes, weights=weights),
    )


def _differences(
    groups: Mapping[Label, OrderedGroup],
    parts: Mapping[Label, Part],
    pairs: list[tuple[Label, Label]],
    *,
    correction: Correction,
    method: OrderedMethod,
    level: float,
) -> tuple[OrderedDifference, ...]:
    effects = [_effect(parts[one], parts[other], (one, other), method) for one, other in pairs]
    adjusted = adjusted_p_values(np.array([effect[3] for effect in effects]), correction)
    each, name = corrected_level(adjusted, correction, level)
    found = []
    for (one, other), (probability, error, degrees, p_value), p in zip(
        pairs, effects, adjusted, strict=True
    ):
        reach = t_quantile(each, degrees) * error if degrees is not None else 0.0
        mine, theirs = groups[one].answers, groups[other].answers
        found.append(
            OrderedDifference(
                group=one,
                against=other,
                probability=probability,
                standard_error=error,
                degrees_of_freedom=degrees,
                p_value=p_value,
                adjusted_p_value=float(p),
                interval=_within(probability, reach, level, f"Brunner-Munzel{name}"),
                mean=mine.scale.sign * (mine.mean.value - theirs.mean.value),
                top_box=mine.value - theirs.value,
            )
        )
    return tuple(found)


def _within(probability: float, reach: float, level: float, method: str) -> Interval:
    low, high = probability - reach, probability + reach
    clipped = ", clipped at 0 and 1" if low < 0 or high > 1 else ""
    return Interval(low=max(low, 0.0), high=min(high, 1.0), level=level, method=method + clipped)


def _effect(
    one: Part, other: Part, labels: tuple[Label, Label], method: OrderedMethod
) -> tuple[float, float, float | None, float]:
    """Return P(one > other) + ½ P(equal), its standard error, degrees of freedom and P."""
    mine = mean_estimate(_placements(one[0], *other), one[1], name="placements")
    theirs = mean_estimate(_placements(other[0], *one), other[1], name="placements")
    errors = [float(estimate.standard_error or 0.0) for estimate in (mine, theirs)]
    error, probability = math.hypot(*errors), min(max(mine.value, 0.0), 1.0)
    degrees = None
    if error > 0:
        parts = [e**4 / (est.n - 1) for e, est in zip(errors, (mine, theirs), strict=True)]
        degrees = error**4 / sum(parts)
    if method == "wilcoxon-mann-whitney":
        return probability, error, degrees, _wilcoxon(one[0], other[0], probability)
    if degrees is None and probability != 0.5:
        raise DataError(
            f"all answers of {labels[0]!r} lie on one side of all answers of {labels[1]!r}: "
            f"Brunner & Munzel's variance is 0. Say method='wilcoxon-mann-whitney'."
        )
    if degrees is None:
        return probability, error, None, 1.0
    tail = float(special.stdtr(degrees, -abs(probability - 0.5) / error))
    return probability, error, degrees, min(2 * tail, 1.0)


def _placements(answers: FloatArray, others: FloatArray, weights: FloatArray) -> FloatArray:
    """Return for each answer the weighted share of the others below it, ties half."""
    values, codes = np.unique(others, return_inverse=True)
    sums = np.bincount(codes, weights=weights)
    total = np.concatenate([[0.0], np.cumsum(sums)])
    below = total[np.searchsorted(values, answers, side="left")]
    up_to = total[np.searchsorted(values, answers, side="right")]
    return np.asarray((below + up_to) / (2 * total[-1]))


def _tie_factor(pooled: FloatArray) -> float:
    """Return 1 - Σ(t³ - t)/(n³ - n), which is 0 if all answers are equal."""
    ties = np.unique(pooled, return_counts=True)[1].astype(np.float64)
    n = float(len(pooled))
    return 1 - float((ties**3 - ties).sum()) / (n**3 - n)


def _wilcoxon(one: FloatArray, other: FloatArray, probability: float) -> float:
    """Return P of the normal approximation with ties, without a correction for continuity."""
    m, n = len(one), len(other)
    variance = (m + n + 1) / (12 * m * n) * _tie_factor(np.concatenate([one, other]))
    if variance <= 0:
        return 1.0
    return min(2 * float(special.ndtr(-abs(probability - 0.5) / math.sqrt(variance))), 1.0)


def _kruskal_wallis(parts: Mapping[Label, Part]) -> Heterogeneity | None:
    """Kruskal & Wallis (1952), corrected for ties; None if all answers are equal."""
    answers = [part[0] for part in parts.values()]
    pooled = np.concatenate(answers)
    factor, n = _tie_factor(pooled), len(pooled)
    if factor <= 0:
        return None
    everybody = np.ones(n)
    ranks = [n * _placements(part, pooled, everybody) + 0.5 for part in answers]
    spread = sum(len(rank) * float(rank.mean() - (n + 1) / 2) ** 2 for rank in ranks)
    statistic, degrees = 12 * spread / (n * (n + 1)) / factor, len(parts) - 1
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees_of_freedom=None,
        p_value=float(special.chdtrc(degrees, statistic)),
        method="Kruskal-Wallis",
    )
