"""Answers of groups compared by their order alone, beside their means and top boxes.

A top-box share loses information, a mean takes the steps of the scale for equal. The order of the
answers needs neither: the effect is P(X > Y) + ½ P(X = Y), the probability that a respondent of one
group answers better than a respondent of the other, ties counted half; ½ is no difference.

Brunner & Munzel's test (2000, *Biometrical Journal* 42) estimates the variance of that
probability from the placements of each answer in the other group, with ties, also where the
two distributions differ in shape; with sampling weights the same placements are averaged by
weight (Lumley & Scott 2013, *Biometrika* 100). Wilcoxon-Mann-Whitney is the older test of two
equal distributions, for answers without weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.comparison import (
    INDEPENDENT,
    INVARIANCE,
    OfGroups,
    Pairwise,
    as_label,
    checked_pairs,
)
from custvalue._comparing.difference import Compared
from custvalue._comparing.groups import left_out, parts_of
from custvalue._comparing.ordered_clusters import OrderedClusters
from custvalue._inference.contrast import (
    Correction,
    Heterogeneity,
    Label,
    family_of,
)
from custvalue._inference.ends import t_quantile
from custvalue._inference.estimate import ROUNDING, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.counts import Counts
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import left_out_note
from custvalue._results.layout import Row
from custvalue._rows import FloatArray, IntArray
from custvalue._satisfaction.csat import TopBox, boxes_in_words, top_box
from custvalue._values import Frozen, Level
from custvalue._words import count
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


def _interval(pair: OrderedDifference, level: float) -> Interval:
    each, words = pair.family.level_of_each(level)
    reach = 0.0
    if pair.degrees_of_freedom is not None:
        reach = t_quantile(each, pair.degrees_of_freedom) * pair.standard_error
    low, high = pair.value - reach, pair.value + reach
    clipped = ", clipped at 0 and 1" if low < 0 or high > 1 else ""
    name = f"Brunner-Munzel{words}{clipped}"
    return Interval(low=max(low, 0.0), high=min(high, 1.0), level=level, method=name)


def _columns(group: OrderedGroup) -> dict[str, Any]:
    return {
        "group": group.label,
        "against": None,
        "n": group.answers.n,
        "mean": group.answers.mean.value,
        "top_box": group.answers.value,
    }


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderedDifference(Compared):
    """How much better one group answers than another, by order.

    Parameters
    ----------
    name : str
        ``group > against``.
    value : float
        The probability that a respondent of `group` gives a better answer than one of `against`,
        ties counted half; ½ is no difference.
    standard_error : float
        From the placements.
    n, effective_n, bounds, design_effect
        As in :class:`~custvalue.comparing.Estimate`.
    degrees_of_freedom : float or None
        Satterthwaite's; None if all answers of both groups are equal.
    group, against, p_value, family, place, level
        As in :class:`~custvalue.comparing.Difference`; P that the probability is ½ (or, by
        Wilcoxon-Mann-Whitney, that the distributions are equal).
    mean, top_box : float
        Differences of the means (scale points, above 0 better) and of the top-box shares.

    Notes
    -----
    Method of :meth:`confidence_interval`: ``brunner-munzel``, within 0 and 1.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"brunner-munzel": _interval}
    )
    USUAL: ClassVar[str] = "brunner-munzel"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**Compared.SHOWN, "value": "probability", "mean": "mean", "top_box": "top box"}
    )

    mean: float
    top_box: float

    def full_row(self, level: float) -> dict[str, Any]:
        """Return the columns of this pair in a table, with the two differences beside.

        Parameters
        ----------
        level : float
            Level of the intervals of all pairs together.
        """
        return {**super().full_row(level), "mean": self.mean, "top_box": self.top_box}


class OrderedComparison(OfGroups, Pairwise[OrderedDifference]):
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
        All pairs, the later group over the earlier; or every group over the reference.
    reference : str or int or None
        The group that the others are compared with.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of pairs.
    method : {"brunner-munzel", "wilcoxon-mann-whitney"}
        The test of a pair.
    level : float
        Confidence level of the intervals for which no other is asked.
    """

    SHOWN: ClassVar[Mapping[str, str]] = OrderedDifference.SHOWN
    REPR: ClassVar[tuple[str, ...]] = ("item", "groups", "differences", "method")
    FOLLOWS: ClassVar[tuple[str, ...]] = ()

    item: str
    groups: tuple[OrderedGroup, ...]
    heterogeneity: Heterogeneity | None
    differences: tuple[OrderedDifference, ...]
    reference: Label | None
    correction: Correction
    method: OrderedMethod
    level: Level

    @classmethod
    def from_counts(
        cls,
        counts: Mapping[Any, Counts],
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        item: str = "answers",
        boxes: int = 2,
        reference: Any = None,
        correction: Correction = "holm",
        method: OrderedMethod = "brunner-munzel",
        level: float = 0.95,
    ) -> OrderedComparison:
        """Compare groups whose answers are counted, as a published cross table gives them.

        Parameters
        ----------
        counts : mapping
            Group to its counts of answers, each as ``TopBox.from_counts`` takes them.
        scale : Scale
            The scale of the question; it needs steps. Not needed with a codebook.
        codebook : Codebook, optional
            What the words of the table mean.
        item : str
            What the question is called.
        boxes, reference, correction, method, level
            As in :func:`ordered`.

        Raises
        ------
        DataError
            If a count is negative or not a whole number, an answer is not on the scale, or as in
            :func:`ordered`.
        ParameterError
            As in :func:`ordered`.

        Examples
        --------
        >>> from custvalue.comparing import OrderedComparison
        >>> from custvalue.survey import Scale
        >>> table = {"a": {2: 1, 3: 2, 4: 1}, "b": {4: 2, 5: 2}}
        >>> comparison = OrderedComparison.from_counts(table, scale=Scale(1, 5))
        >>> comparison.difference("b", "a").value
        0.9375
        """
        asked = _Asked.checked(item, reference, correction, method, level)
        if not isinstance(counts, Mapping):
            raise ParameterError(
                f"counts must map each group to its counts of answers, as in {{'north': {{4: 12, "
                f"5: 30}}, 'south': {{4: 20, 5: 10}}}}, but it is {type(counts).__name__}."
            )
        groups = {}
        for label, its in counts.items():
            top = TopBox.from_counts(its, scale=scale, codebook=codebook, boxes=boxes)
            _require_answers("group", label, top.n, item)
            name = as_label(label, "counts")
            groups[name] = OrderedGroup(label=name, answers=top)
        _require_groups(groups)
        table = _Counts.of_distributions([its.answers for its in groups.values()])
        return asked.compared(groups, table, plain=True)

    def _pairs(self) -> tuple[OrderedDifference, ...]:
        return self.differences

    def _rows(self, level: float) -> Sequence[Row]:
        groups = [Row(str(group.label), _columns(group)) for group in self.groups]
        return [*groups, *(Row(pair.name, pair.full_row(level)) for pair in self.differences)]

    def _title(self) -> str:
        return f"Order of answers, {self.item}"

    def _notes(self) -> Sequence[str]:
        boxes = self.groups[0].answers.boxes
        sizes = ", ".join(f"{group.label} {group.answers.n:,}" for group in self.groups)
        overall = () if self.heterogeneity is None else (f"All equal: {self.heterogeneity}.",)
        interval = self.differences[0].confidence_interval().description
        return (
            "Probability that the first answers better, ties half.",
            "Mean and top box: of a group, or the difference of two.",
            f"n: {sizes}. {'Top' if boxes > 0 else 'Bottom'} box: {boxes_in_words(boxes)}.",
            *overall,
            f"{interval}. P: {self.method}.",
            left_out_note(self.excluded),
            INDEPENDENT,
            INVARIANCE,
        )


def ordered(
    answers: Responses,
    item: str,
    *,
    by: str | Sequence[str] = "group",
    boxes: int = 2,
    reference: Any = None,
    correction: Correction = "holm",
    method: OrderedMethod = "brunner-munzel",
    level: float = 0.95,
) -> OrderedComparison:
    """Compare groups or waves by the order of their answers to one item.

    Parameters
    ----------
    answers : Responses
        Answers that were read with ``group=`` or ``wave=``; missing answers are excluded.
    item : str
        The item; its scale needs steps.
    by : str or sequence of str
        What to compare, as in :func:`groups`.
    boxes : int
        How many of the best answers the top-box share beside the test counts.
    reference : label, optional
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
    >>> from custvalue import comparing
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {"friendly": [5, 4, 5, 4, 3, 2, 3, 4], "site": ["b"] * 4 + ["a"] * 4}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site")
    >>> comparing.ordered(answers, "friendly").difference("b", "a").value
    0.9375
    """
    asked = _Asked.checked(item, reference, correction, method, level)
    split = _split(answers, by, item)
    parts = {label: _answers(part, item) for label, part in split.items()}
    groups = {
        label: OrderedGroup(label=label, answers=top_box(part.only([item]), boxes=boxes))
        for label, part in split.items()
    }
    found = asked.compared(
        groups,
        _Counts.of(list(parts.values())),
        plain=_unweighted(parts),
        clusters=OrderedClusters.of(list(split.values()), item),
    )
    return found.model_copy(update={"excluded": left_out(answers, by)})


class _Asked(NamedTuple):
    """What is asked of a comparison."""

    item: str
    reference: Label | None
    correction: Correction
    method: OrderedMethod
    level: float

    @classmethod
    def checked(
        cls, item: str, reference: Any, correction: Correction, method: OrderedMethod, level: float
    ) -> _Asked:
        """Return arguments that are checked."""
        require_choice("correction", correction, get_args(Correction))
        require_choice("method", method, get_args(OrderedMethod))
        if reference is not None:
            reference = as_label(reference, "reference")
        return cls(item, reference, correction, method, checked_level(level))

    def compared(
        self,
        groups: Mapping[Label, OrderedGroup],
        table: _Counts,
        *,
        plain: bool,
        clusters: OrderedClusters | None = None,
    ) -> OrderedComparison:
        """Compare groups by their counts, which are `plain` without sampling weights."""
        lacks = "clusters" if clusters is not None else "" if plain else "sampling weights"
        if self.method == "wilcoxon-mann-whitney" and lacks:
            raise ParameterError(
                f"method='wilcoxon-mann-whitney' has no place for {lacks}. Use "
                f"method='brunner-munzel'."
            )
        pairs = checked_pairs(tuple(groups), self.reference)
        effects = _effects(table, tuple(groups), pairs, self.method, clusters)
        correction, level = self.correction, self.level
        return OrderedComparison(
            item=self.item,
            groups=tuple(groups.values()),
            heterogeneity=None if lacks else _kruskal_wallis(table),
            differences=_differences(groups, pairs, effects, correction=correction, level=level),
            reference=self.reference,
            correction=correction,
            method=self.method,
            level=level,
        )


Part = tuple[FloatArray, FloatArray]  # answers, recoded so that more is better, and weights


def _split(answers: object, by: str | Sequence[str], item: str) -> dict[Label, Responses]:
    if not isinstance(answers, Responses):
        raise ParameterError(
            f"answers must be Responses, but it is {type(answers).__name__}. Read answers with "
            f"Responses.from_frame(frame, scale=..., group=...)."
        )
    parts = {}
    for what, label, part in parts_of(answers, by):
        known = int((~np.isnan(part.item(item)) & (part.weights > 0)).sum())
        _require_answers(what, label, known, item)
        parts[as_label(label, "answers")] = part
    _require_groups(parts)
    return parts


def _require_answers(what: str, label: object, known: int, item: str) -> None:
    """Raise a DataError unless a group has two answers, which can differ."""
    if known < 2:
        raise DataError(
            f"{what} {label!r} has {count(known, 'answer')} to {item!r}: a comparison needs at "
            f"least 2. Exclude it, or put it together with another."
        )


def _require_groups(groups: Mapping[Label, Any]) -> None:
    if len(groups) < 2:
        raise DataError(f"a comparison needs at least 2 groups, but there is {len(groups)}.")


def _answers(part: Responses, item: str) -> Part:
    answers = part.item(item)
    known = ~np.isnan(answers) & (part.weights > 0)
    return part.scale.sign * answers[known], part.weights[known]


def _unweighted(parts: Mapping[Label, Part]) -> bool:
    weights = np.concatenate([weighting for _, weighting in parts.values()])
    return bool((weights == weights[0]).all())


class _Effect(NamedTuple):
    """P(one > other) + ½ P(equal), its standard error, degrees of freedom and P."""

    probability: float
    error: float
    degrees: float | None
    p_value: float


def _differences(
    groups: Mapping[Label, OrderedGroup],
    pairs: Sequence[tuple[Label, Label]],
    effects: Sequence[_Effect],
    *,
    correction: Correction,
    level: float,
) -> tuple[OrderedDifference, ...]:
    family = family_of([effect.p_value for effect in effects], correction)
    found = []
    for place, ((one, other), effect) in enumerate(zip(pairs, effects, strict=True)):
        mine, theirs = groups[one].answers, groups[other].answers
        found.append(
            OrderedDifference(
                name=f"{one} > {other}",
                value=effect.probability,
                standard_error=effect.error,
                n=mine.n + theirs.n,
                effective_n=mine.effective_n + theirs.effective_n,
                bounds=(0.0, 1.0),
                degrees_of_freedom=effect.degrees,
                group=one,
                against=other,
                p_value=effect.p_value,
                family=family,
                place=place,
                level=level,
                mean=mine.scale.sign * (mine.mean.value - theirs.mean.value),
                top_box=mine.value - theirs.value,
            )
        )
    return tuple(found)


class _Counts(NamedTuple):
    """How often each answer was given in each group: answers, Σw and Σw², (groups, answers)."""

    n: FloatArray
    weight: FloatArray
    squared: FloatArray

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Counts:
        """Count the answers of all groups, by the different answers in ascending order."""
        values, codes = np.unique(np.concatenate([its for its, _ in parts]), return_inverse=True)
        shape = len(parts), len(values)
        cells = np.repeat(np.arange(shape[0]), [len(its) for its, _ in parts]) * shape[1] + codes
        weights = np.concatenate([weighting for _, weighting in parts])

        def summed(each: FloatArray) -> FloatArray:
            sums: FloatArray = np.bincount(cells, each, shape[0] * shape[1]).astype(np.float64)
            return sums.reshape(shape)

        return cls(*map(summed, (np.ones(len(weights)), weights, weights**2)))

    @classmethod
    def of_distributions(cls, parts: Sequence[TopBox]) -> _Counts:
        """Take the counts of all groups from their distributions, worst answers first."""
        sign = parts[0].scale.sign
        n = np.array([[its.count for its in part.distribution][::sign] for part in parts])
        given = n[:, n.any(axis=0)].astype(np.float64)
        return cls(given, given, given)

    @property
    def placements(self) -> FloatArray:
        """The weighted share of each group below each answer, ties half."""
        up_to = np.cumsum(self.weight, axis=1)
        return (up_to - self.weight / 2) / up_to[:, -1:]


def _placed(table: _Counts, ones: IntArray, others: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return means and standard errors of the placements of groups in others, as of any means."""
    placements, weight = table.placements[others], table.weight[ones]
    n, total = table.n[ones].sum(axis=1), weight.sum(axis=1)
    mean = np.einsum("pk,pk->p", weight, placements) / total
    squares = np.square(placements - mean[:, np.newaxis])
    variance = np.einsum("pk,pk->p", table.squared[ones], squares) * n / (n - 1)
    error = np.sqrt(variance) / total
    return mean, np.where(error > ROUNDING * np.abs(mean), error, 0.0)


def _effects(
    table: _Counts,
    labels: Sequence[Label],
    pairs: Sequence[tuple[Label, Label]],
    method: str,
    clusters: OrderedClusters | None,
) -> list[_Effect]:
    """Return the effects of all pairs."""
    place = {label: position for position, label in enumerate(labels)}
    ones, others = np.array([(place[one], place[other]) for one, other in pairs]).T
    mean, mine = _placed(table, ones, others)
    theirs = _placed(table, others, ones)[1]
    probability, error = np.clip(mean, 0.0, 1.0), np.hypot(mine, theirs)
    varies, n = error > 0, table.n.sum(axis=1)
    parts = mine**4 / (n[ones] - 1) + theirs**4 / (n[others] - 1)
    degrees = np.divide(error**4, parts, out=np.ones_like(error), where=varies)
    if clusters is not None:
        error, degrees = _of_clusters(clusters, table, (ones, others), mean, (mine, theirs))
    if method == "wilcoxon-mann-whitney":
        p_values = _wilcoxon(table.n[ones], table.n[others], probability)
    else:
        _refuse_apart(pairs, ~varies & (np.abs(probability - 0.5) > ROUNDING))
        probability = np.where(varies, probability, 0.5)
        ratio = np.divide(probability - 0.5, error, out=np.zeros_like(error), where=varies)
        p_values = np.minimum(2 * special.stdtr(degrees, -np.abs(ratio)), 1.0)
    known = [its if some else None for its, some in zip(degrees.tolist(), varies, strict=True)]
    columns = (probability.tolist(), error.tolist(), known, p_values.tolist())
    return [_Effect(*row) for row in zip(*columns, strict=True)]


def _of_clusters(
    clusters: OrderedClusters,
    table: _Counts,
    pairs: tuple[IntArray, IntArray],
    means: FloatArray,
    errors: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Return standard errors and degrees of freedom of the mean placements by clusters."""
    placements = table.placements
    found = [
        clusters.error(
            one, other, (placements[other] - mean, placements[one] - (1 - mean)), (mine, theirs)
        )
        for one, other, mean, mine, theirs in zip(
            *(its.tolist() for its in (*pairs, means, *errors)), strict=True
        )
    ]
    error, degrees = np.array(found).T
    return np.where(error > ROUNDING * np.abs(means), error, 0.0), degrees


def _refuse_apart(pairs: Sequence[tuple[Label, Label]], apart: npt.NDArray[np.bool_]) -> None:
    if apart.any():
        one, other = pairs[int(apart.argmax())]
        raise DataError(
            f"all answers of {one!r} lie on one side of all answers of {other!r}: Brunner & "
            f"Munzel's variance is 0. Use method='wilcoxon-mann-whitney'."
        )


def _tie_factors(counts: FloatArray) -> FloatArray:
    """Return 1 - Σ(t³ - t)/(n³ - n), which is 0 if all answers are equal."""
    n = counts.sum(axis=-1)
    factors: FloatArray = 1 - (counts**3 - counts).sum(axis=-1) / (n**3 - n)
    return factors


def _wilcoxon(ones: FloatArray, others: FloatArray, probability: FloatArray) -> FloatArray:
    """Return P of the normal approximation with ties, without a correction for continuity."""
    m, n = ones.sum(axis=1), others.sum(axis=1)
    variance = (m + n + 1) / (12 * m * n) * _tie_factors(ones + others)
    known = variance > 0
    reach = np.abs(probability - 0.5) / np.sqrt(np.where(known, variance, 1.0))
    return np.where(known, np.minimum(2 * special.ndtr(-reach), 1.0), 1.0)


def _kruskal_wallis(table: _Counts) -> Heterogeneity | None:
    """Kruskal & Wallis (1952), corrected for ties; None if all answers are equal."""
    pooled, sizes = table.n.sum(axis=0), table.n.sum(axis=1)
    n, factor = float(pooled.sum()), float(_tie_factors(pooled))
    if factor <= 0:
        return None
    ranks = np.cumsum(pooled) - (pooled - 1) / 2
    spread = float(sizes @ (table.n @ ranks / sizes - (n + 1) / 2) ** 2)
    spread = spread if spread > ROUNDING**2 * n**3 else 0.0
    statistic, degrees = 12 * spread / (n * (n + 1)) / factor, len(sizes) - 1
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees_of_freedom=None,
        p_value=float(special.chdtrc(degrees, statistic)),
        method="Kruskal-Wallis",
    )
