"""Comparing groups or waves: whatever has a value, a standard error and an n.

A net promoter score, a top-box share, a mean, an index or a gap is an :class:`Estimate`; groups
are independent samples. Two estimates have a difference with its interval and P value; several
have a test that they are all equal and pairwise differences with adjusted P values and intervals
that fit the correction. Three methods, chosen by what the estimates can tell:

``welch``
    Plain means (:class:`MeanEstimate`, whatever interval they have alone), estimates with t
    intervals, and an index or score by name: t with Welch-Satterthwaite degrees of freedom (Welch
    1947, *Biometrika* 34), clipped at what the ends of both scales allow, and Welch's analysis of
    variance (1951, *Biometrika* 38).
``mover``
    Estimates with an interval of their own that is no t interval: the interval of the difference
    takes its variances from those intervals (method of variance estimates recovery; Zou & Donner
    2008, *Statistics in Medicine* 27). For two shares with Wilson intervals it is Newcombe's
    (1998, *Statistics in Medicine* 17) hybrid score interval. P is the level at which the
    interval touches 0. It works at 0 and 1, where the standard error vanishes.
``wald``
    The normal test by √(SE₁² + SE₂²): all that a bare value and standard error allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, get_args

import numpy as np
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.difference import Compared, Difference, differences_of, without_degrees
from custvalue._comparing.kinds import AnyEstimate
from custvalue._comparing.minimum import SmallGroup, small_note
from custvalue._inference.contrast import (
    Correction,
    Dependence,
    Heterogeneity,
    Label,
    heterogeneity_of,
)
from custvalue._inference.estimate import (
    ComparisonMethod,
    Estimate,
    Estimated,
    Headline,
    compared_by,
    estimate_of,
)
from custvalue._results.base import left_out_note
from custvalue._results.layout import Row, Tabulated
from custvalue._results.pictured import Pictured
from custvalue._values import Frozen, Level, Probability
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import DataError, ParameterError

# What two estimates must have in common, where they have it, to be the same measure.
CONVENTIONS = ("scale", "boxes", "form", "weighting", "floor", "bounds", "convention")
INDEPENDENT = (
    "Groups are taken as independent samples; for the same respondents twice use comparing.paired."
)
SAME_CLUSTERS = (
    "Groups are of the same clusters: their differences know it, by leaving out each cluster."
)
INVARIANCE = (
    "A difference is one of satisfaction only if the questions mean the same in every group "
    "(measurement invariance, Steenkamp & Baumgartner 1998); these numbers cannot show that."
)
MOST_PRINTED = 40  # groups, and pairs, of a long table
CORRECTIONS = {
    "holm": "Holm, which may find a difference whose simultaneous interval still holds 0",
    "bonferroni": "Bonferroni",
    "benjamini-hochberg": "Benjamini and Hochberg, false discovery rate",
    "none": "not corrected",
}


class GroupEstimate(Headline):
    """The estimate of one group, which answers as the estimate does.

    Parameters
    ----------
    label : str or int
        The group or wave.
    estimate : Estimate
        Of this group alone.
    """

    REPR: ClassVar[tuple[str, ...]] = ("label", "value", "n")

    label: Label
    estimate: AnyEstimate


class OfGroups(Tabulated, Frozen):
    """Results of several groups: what was given is kept, what follows from it is computed once.

    `excluded` are respondents who are in none of the groups, by reason, such as ``no group``.
    ``FOLLOWS`` names what is computed. It is written to JSON for other programs, and computed
    again where JSON is read.
    """

    FOLLOWS: ClassVar[tuple[str, ...]]

    level: Level
    excluded: dict[str, int] = Field(default_factory=dict)

    def _usual_level(self) -> float:
        return self.level

    @model_serializer(mode="wrap")
    def _with_what_follows(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            **write(self),
            **{name: _written(getattr(self, name), self.level) for name in self.FOLLOWS},
        }

    @model_validator(mode="before")
    @classmethod
    def _without_what_follows(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if name not in cls.FOLLOWS}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other fields, for which everything is computed again."""
        copy = super().model_copy(update=update, deep=deep)
        for name in set(vars(copy)) - set(type(self).model_fields):
            del vars(copy)[name]
        return copy


def _written(computed: Any, level: float) -> Any:
    """Turn what was computed into what JSON holds."""
    if isinstance(computed, Compared):
        return computed.full_row(level)
    if isinstance(computed, Estimate):
        return computed.row(level)
    if isinstance(computed, Frozen):
        return computed.model_dump(mode="json")
    return [_written(its, level) for its in computed] if isinstance(computed, tuple) else computed


R = TypeVar("R", bound=OfGroups)


def computed(result: R) -> R:
    """Return a result after everything that follows from it was computed, so that errors come."""
    for name in result.FOLLOWS:
        getattr(result, name)
    return result


P = TypeVar("P", bound=Compared)


class Pairwise(Generic[P]):
    """Adds to the differences of pairs of groups how these are found."""

    __slots__ = ()

    def _pairs(self) -> tuple[P, ...]:
        """Return the differences."""
        raise NotImplementedError

    def difference(self, group: object, against: object) -> P:
        """Return the difference of two groups.

        Parameters
        ----------
        group, against : label
            The two groups, in the order in which they were compared.

        Raises
        ------
        ParameterError
            If these two were not compared in this order.
        """
        wanted = (as_label(group, "difference"), as_label(against, "difference"))
        for pair in self._pairs():
            if (pair.group, pair.against) == wanted:
                return pair
        pairs = [f"{pair.group} - {pair.against}" for pair in self._pairs()]
        near = did_you_mean(" - ".join(map(str, wanted)), pairs)
        raise ParameterError(
            f"there is no difference {wanted[0]!r} - {wanted[1]!r}.{near} The differences are "
            f"{listed(pairs)}."
        )

    @property
    def significant(self) -> tuple[P, ...]:
        """The differences with an adjusted P of at most 1 - level."""
        return tuple(pair for pair in self._pairs() if pair.significant)


class Comparison(Pictured, OfGroups, Pairwise[Difference]):
    """Groups or waves compared.

    Parameters
    ----------
    measure : str
        What was compared, as the class of the estimates.
    groups : tuple of GroupEstimate
        The groups, in the order given.
    reference : str or int or None
        The group that the others are compared with.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of pairs.
    method : {"welch", "mover", "wald"}
        How differences are tested, as :func:`~custvalue.comparing.compare` describes.
    level : float
        Confidence level of the intervals for which no other is asked, and of `significant`.
    others : tuple of float
        P values of other tests that are corrected together with these.
    dependence : Dependence or None
        What estimates of groups from the same clusters have in common; None of independent samples.
    small : tuple of SmallGroup
        Groups with too few answers, which are in no test.
    rest : tuple of GroupEstimate
        All respondents but those of each group, where groups are compared with the rest.
    """

    PICTURE: ClassVar[str] = "groups_with_intervals"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**Compared.SHOWN, "value": "value"},
    )
    REPR: ClassVar[tuple[str, ...]] = (
        "measure",
        "groups",
        "differences",
        "significant",
        "correction",
    )
    FOLLOWS: ClassVar[tuple[str, ...]] = ("heterogeneity", "differences")

    measure: str
    groups: tuple[GroupEstimate, ...]
    reference: Label | None
    correction: Correction
    method: ComparisonMethod
    level: Level
    others: tuple[Probability, ...] = ()
    dependence: Dependence | None = None
    small: tuple[SmallGroup, ...] = ()
    rest: tuple[GroupEstimate, ...] = ()

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All pairs, the later group minus the earlier; or every group minus the reference."""
        estimates = {group.label: group.estimate for group in self.groups}
        pairs = checked_pairs(tuple(estimates), self.reference)
        if self.rest:
            estimates |= {rest_of(its.label): its.estimate for its in self.rest}
            pairs = [(its.label, rest_of(its.label)) for its in self.rest]
        return differences_of(
            estimates,
            pairs,
            correction=self.correction,
            method=self.method,
            level=self.level,
            others=self.others,
            dependence=self.dependence,
        )

    @cached_property
    def heterogeneity(self) -> Heterogeneity | None:
        """The test that all groups are equal.

        None for two groups, whose difference says it, and where a group of equal answers has no
        variance to weight it by.
        """
        together = self.dependence
        correlations = None if together is None else np.array(together.correlations)
        every = [group.estimate for group in self.groups]
        return heterogeneity_of(every, self.method, correlations)

    def _pairs(self) -> tuple[Difference, ...]:
        return self.differences

    def _rows(self, level: float) -> Sequence[Row]:
        pairs = [Row(pair.name, pair.full_row(level)) for pair in self.differences]
        return [*self._alone(level), *pairs]

    def _alone(self, level: float) -> list[Row]:
        """Return the rows of the groups, and of those that are left out."""
        groups = [
            Row(str(its.label), {"group": its.label, "against": None, **its.estimate.row(level)})
            for its in self.groups
        ]
        for its in self.small:
            row = its.row(level)
            groups.append(Row(row.label, {"group": its.label, "against": None, **row.values}))
        return groups

    def _printed(self) -> Sequence[Row]:
        """Return the groups, and the pairs that differ most surely where there are many."""
        groups, level = self._alone(self.level), self.level
        left = len(groups) - MOST_PRINTED
        if left > 1:
            half = MOST_PRINTED // 2
            groups = [*groups[:half], Row(f"… {left:,} more", {}), *groups[-half:]]
        pairs, more = list(self.differences), len(self.differences) - MOST_PRINTED
        if more > 1:
            pairs = sorted(pairs, key=lambda its: its.p_value)[:MOST_PRINTED]
        shown = [Row(pair.name, pair.full_row(level)) for pair in pairs]
        rest = [Row(f"… {more:,} more, P larger", {})] if more > 1 else []
        return [*groups, *shown, *rest]

    def _title(self) -> str:
        return f"Comparison of {len(self.groups)} groups, {self.measure}"

    def _notes(self) -> Iterable[str]:
        sizes = sizes_of(self.groups)
        overall = "" if self.heterogeneity is None else f"All equal: {self.heterogeneity}. "
        interval = self.differences[0].confidence_interval()
        intervals = f"{interval.description}; of a group alone not corrected."
        if len(self.differences) > 1:
            intervals += f" Adjusted P: {CORRECTIONS[self.correction]}."
        how = INDEPENDENT if self.dependence is None else SAME_CLUSTERS
        small = small_note(self.small)
        gone = left_out_note(self.excluded)
        return (f"{overall}n: {sizes}.", small, intervals, gone, how, INVARIANCE)


def compare(
    results: Mapping[Any, Estimated],  # any: the keys of a mapping are invariant
    *,
    reference: Any = None,
    correction: Correction = "holm",
    method: ComparisonMethod | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare the same measure in two or more independent groups or waves.

    Parameters
    ----------
    results : mapping of label to Estimate
        Label of the group (text, a whole number, a date) to its result: net promoter scores,
        top-box shares, means, indices, gaps, reliabilities; all of one kind and one convention.
    reference : label, optional
        The group that every other is compared with; all pairs by default.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For comparing several pairs. ``holm`` and ``bonferroni`` keep the chance of any false
        finding at 1 - level, ``benjamini-hochberg`` the expected share of false ones among the
        findings (for independent or positively dependent tests; all pairs are in between).
    method : {"welch", "mover", "wald"}, optional
        By default by the kind of estimate: ``welch`` for plain means and gaps, else ``mover`` from
        their own intervals, else ``wald``.
    level : float
        Confidence level, 0.95 for 95 %, of the intervals for which no other is asked.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If there are fewer than two groups, a group has one member or no standard error, or the
        answers of both groups of a pair are all equal under ``welch`` or ``wald``.
    ParameterError
        If results are of different kinds or conventions, or an argument is unknown.

    Notes
    -----
    Intervals fit the correction: Bonferroni's are simultaneous, and serve for Holm too, whose
    tests find what Bonferroni's find and sometimes more (then P is below 1 - level beside an
    interval that holds 0). With Benjamini-Hochberg they are Benjamini & Yekutieli's (2005,
    *Journal of the American Statistical Association* 100), whose false coverage rate is at most
    1 - level, and which exclude 0 exactly where the adjusted P is at most 1 - level.

    P of ``mover`` is computed down to 5e-16, and printed down to 1e-15.

    Indices and scores are compared by ``mover``, plain means by ``welch``. Use ``mover`` where the
    answers of groups of unequal size pile up at an end of the scale. Means of two groups with one
    distribution on five points, 95 % intervals, simulated: both methods cover 94.3 to 95.7 % where
    answers spread evenly; with 90 % of the answers at the end, ``mover`` 97.5 % at n = 30 and 30,
    94.8 % at 100 and 100, 97.1 % at 30 and 200, and ``welch`` 97.4, 94.7 and 88.6 %.

    References
    ----------
    S. Holm (1979), *Scandinavian Journal of Statistics* 6(2). Y. Benjamini and Y. Hochberg (1995),
    *Journal of the Royal Statistical Society B* 57(1). G. Y. Zou and A. Donner (2008), *Statistics
    in Medicine* 27(10). J.-B. Steenkamp and H. Baumgartner (1998), *Journal of Consumer Research*
    25(1).

    Examples
    --------
    >>> from custvalue import comparing
    >>> from custvalue.satisfaction import NetPromoterScore
    >>> north = NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
    >>> south = NetPromoterScore.from_counts(promoters=120, passives=110, detractors=90)
    >>> comparison = comparing.compare({"south": south, "north": north})
    >>> difference = comparison.difference("north", "south")
    >>> round(difference.value, 2), round(difference.standard_error, 2)
    (23.96, 6.11)
    >>> interval = difference.confidence_interval()
    >>> interval.method, str(interval)
    ('mover, score', '[11.87, 35.79]')
    """
    return compared(results, reference=reference, correction=correction, method=method, level=level)


def compared(
    results: Mapping[Any, Estimated],
    *,
    reference: Any,
    correction: Correction,
    method: ComparisonMethod | None,
    level: float,
    dependence: Dependence | None = None,
    excluded: Mapping[str, int] = MappingProxyType({}),
    small: tuple[SmallGroup, ...] = (),
    rest: Mapping[Label, Estimated] | None = None,
) -> Comparison:
    """Compare the same measure in groups, of which it may be known how they go together.

    `excluded` are respondents who are in none of the groups, by reason.
    """
    level = checked_level(level)
    require_choice("correction", correction, get_args(Correction))
    checked = checked_estimates(results)
    if reference is not None:
        reference = as_label(reference, "reference")
    checked_pairs(tuple(checked), reference)
    comparison = Comparison(
        measure=measure_of(checked),
        groups=tuple(
            GroupEstimate(label=label, estimate=estimate_of(result))
            for label, result in checked.items()
        ),
        reference=reference,
        correction=correction,
        method=checked_method(checked, method),
        level=level,
        dependence=dependence,
        excluded=dict(excluded),
        small=small,
        rest=tuple(
            GroupEstimate(label=label, estimate=estimate_of(result))
            for label, result in (rest or {}).items()
        ),
    )
    return computed(comparison)


def sizes_of(groups: Sequence[GroupEstimate]) -> str:
    """Name every group with its n, or the range of many."""
    if len(groups) <= MOST_PRINTED:
        return ", ".join(f"{group.label} {group.n:,}" for group in groups)
    n = [group.n for group in groups]
    return f"{min(n):,} to {max(n):,} in {len(groups):,} groups"


def rest_of(label: Label) -> str:
    """Name all respondents who are not in a group."""
    return f"rest of {label}"


def compared_together(
    comparisons: Mapping[str, Comparison], correction: Correction
) -> dict[str, Comparison]:
    """Correct the differences of several comparisons for the number of all of them."""
    p_values = {
        name: tuple(pair.p_value for pair in comparison.differences)
        for name, comparison in comparisons.items()
    }
    return {
        name: comparison.model_copy(
            update={
                "correction": correction,
                "others": sum((its for other, its in p_values.items() if other != name), ()),
            }
        )
        for name, comparison in comparisons.items()
    }


def checked_estimates(
    results: object, *, what: str = "group", argument: str = "results"
) -> dict[Label, Estimated]:
    """Return results that can be compared, with plain labels."""
    if not isinstance(results, Mapping):
        raise ParameterError(
            f"{argument} must be a mapping of {what} to result, as in {{'north': result, 'south': "
            f"result}}, but it is {type(results).__name__}."
        )
    checked = {as_label(label, argument): estimate for label, estimate in results.items()}
    if len(checked) < len(results):
        raise DataError(
            f"{argument} has {len(results)} labels, but only {listed(checked)} are different as "
            f"text. Give every {what} its own label."
        )
    if len(checked) < 2:
        raise DataError(f"a comparison needs at least 2 {what}s, but there is {len(checked)}.")
    for label, estimate in checked.items():
        _check_estimate(label, estimate, what)
    _check_same_measure(checked)
    return checked


def as_label(label: object, argument: str) -> Label:
    """Return the label of a group as text or a whole number; dates and periods are text."""
    value = plain(label)
    if isinstance(value, tuple):
        return ", ".join(str(as_label(part, argument)) for part in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or hasattr(value, "freqstr"):  # periods of pandas have one
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(
            f"labels in {argument} must be text, whole numbers or dates, but one is {value!r}."
        )
    return value


def _check_estimate(label: Label, estimate: object, what: str) -> None:
    if not isinstance(estimate, Estimate | Headline | Estimated):  # the last one takes its time
        kind = type(estimate).__name__
        if hasattr(estimate, "answers"):
            raise ParameterError(
                f"{what} {label!r} is {kind}, which holds answers and no estimate. Give a result, "
                f"or use comparing.groups."
            )
        raise ParameterError(
            f"{what} {label!r} is {kind}, but must be a result with value, standard_error and n, "
            f"such as a NetPromoterScore or a MeanEstimate."
        )
    if estimate.n < 2:
        raise DataError(
            f"{what} {label!r} has {estimate.n} answer, which does not show how much answers "
            f"vary. Exclude it, or put it together with another {what}."
        )
    if estimate.standard_error is None:
        raise DataError(
            f"{what} {label!r} has no standard error. Leave it out, or collect more answers."
        )


def _check_same_measure(estimates: Mapping[Label, Estimated]) -> None:
    (first, model), *others = estimates.items()
    for label, estimate in others:
        if type(estimate) is not type(model):
            raise ParameterError(
                f"results must be of one kind, but {first!r} is {type(model).__name__} and "
                f"{label!r} is {type(estimate).__name__}."
            )
        for name in CONVENTIONS:
            ours, theirs = getattr(model, name, None), getattr(estimate, name, None)
            if ours != theirs:
                raise ParameterError(
                    f"results must follow one convention, but {name} is {ours!r} for {first!r} "
                    f"and {theirs!r} for {label!r}. Compute them in the same way."
                )


def measure_of(estimates: Mapping[Label, Estimated]) -> str:
    """Return what is compared: the kind of the results, and their name if they share one."""
    names = {getattr(estimate, "name", None) for estimate in estimates.values()}
    kind = type(next(iter(estimates.values()))).__name__
    words = KINDS.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    name = names.pop() if len(names) == 1 else None
    return f"{words}: {name}" if isinstance(name, str) else words


KINDS = {"MeanEstimate": "mean", "Proportion": "share", "AcsiIndex": "three-item index"}


def checked_method(estimates: Mapping[Label, Estimated], method: object) -> ComparisonMethod:
    """Return the method asked for, or the first that the estimates allow."""
    every = list(estimates.values())
    if method is None:
        usual: set[ComparisonMethod] = {compared_by(result) for result in every}
        return usual.pop() if len(usual) == 1 else "mover"
    require_choice("method", method, get_args(ComparisonMethod))
    kind = type(every[0]).__name__
    if method == "welch" and not all(estimate_of(result).has_degrees for result in every):
        raise without_degrees(kind)
    return cast("ComparisonMethod", method)


def checked_pairs(labels: tuple[Label, ...], reference: object) -> list[tuple[Label, Label]]:
    """Return all pairs (later, earlier), or every label with the reference."""
    if reference is None:
        return [(later, earlier) for earlier, later in combinations(labels, 2)]
    if reference not in labels:
        raise ParameterError(
            f"reference must be one of the groups, {listed(labels)}, but it is {reference!r}."
            f"{did_you_mean(reference, labels)}"
        )
    return [(label, labels[labels.index(reference)]) for label in labels if label != reference]
