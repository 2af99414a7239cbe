"""Two groups by one structural model: measurement invariance first, then paths and indices.

MICOM (Henseler, Ringle & Sarstedt 2016, *International Marketing Review* 33(3)): (1) *configural*,
the same model, items and settings, which is checked; (2) *compositional*, whether the weights of
both groups make the same composite: c = cor(X w₁, X w₂) over all respondents, below which no more
than 5 % of the shuffles may lie; (3) whether means and variances of the composite by the pooled
weights are equal. Paths may be compared where (2) holds, and means of indices where constructs mean
the same. The differences are tested by shuffling respondents between the groups (Chin & Dibbern
2010, *Handbook of Partial Least Squares*, chapter 7).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from custvalue._checks import Generator, callers_level, checked_whole, random_generator
from custvalue._inference.contrast import adjusted_p_values
from custvalue._rows import FloatArray, IntArray
from custvalue._structural.answered import Answered
from custvalue._structural.comparison import (
    ComparedEffect,
    CompositeInvariance,
    EffectKind,
    GroupComparison,
)
from custvalue._structural.fit import StructuralFit
from custvalue._structural.index import index_values
from custvalue._structural.permutation import GroupMoments, Membership, Pooled, Sums
from custvalue._structural.solution import Solution, solve
from custvalue._words import listed
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError

if TYPE_CHECKING:
    from custvalue._structural.plan import Plan

PERMUTATIONS = 1_000
MOST_FAILED = 0.5
SIGNIFICANCE = 0.05


def compare(
    first: StructuralFit,
    second: StructuralFit,
    *,
    permutations: int = PERMUTATIONS,
    rng: Generator = None,
) -> GroupComparison:
    """Compare two groups that were fitted by one structural model.

    Parameters
    ----------
    first, second : StructuralFit
        Of different respondents, by the same model and settings.
    permutations : int
        How often respondents are shuffled between the groups, at least 20.
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    GroupComparison
        Measurement invariance of every construct, and the differences of paths, total effects,
        R² and indices with their P values.

    Raises
    ------
    DataError
        If an item is on another scale in each group.
    EstimationError
        If more than half of the shuffles have no solution.
    ParameterError
        If models or settings differ, or a fit was read from JSON and has no answers.

    Warns
    -----
    DataWarning
        If the composite of a construct is not the same in both groups, so that its paths are not
        comparable.

    References
    ----------
    J. Henseler, C. M. Ringle and M. Sarstedt (2016), Testing measurement invariance of composites
    using partial least squares, *International Marketing Review* 33(3), 405-431.

    Examples
    --------
    >>> from custvalue import structural
    >>> from custvalue.structural import Construct, Model, Path, items
    >>> model = Model(
    ...     [
    ...         Construct("Quality", items("q", 1, 3)),
    ...         Construct("Loyalty", items("l", 1, 3)),
    ...         Path("Quality", "Loyalty"),
    ...     ]
    ... )
    >>> groups = [
    ...     model.fit(structural.simulate(model, 200, paths=path, rng=seed).answers)
    ...     for seed, path in ((1, 0.3), (2, 0.7))
    ... ]
    >>> found = structural.compare(*groups, permutations=200, rng=1)
    >>> found.of("Quality").compositional
    True
    >>> found.path("Quality", "Loyalty").p_value < 0.05
    True
    """
    for name, its in (("first", first), ("second", second)):
        _require_fit(name, its)
    _require_alike(first, second)
    count = checked_whole("permutations", permutations, least=20)
    random = random_generator(rng)
    pooled = _pooled(first, second)
    sums = Sums(pooled)
    whole = _solved(first, sums.whole())
    here = _Both.of(whole, *(_solved(first, its) for its in sums.both(pooled.first[np.newaxis])))
    drawn = _drawn(first, whole, sums, pooled.memberships(count, random), count)
    invariance = _invariance(first.plan, here, drawn)
    _warn_of_other_composites(invariance)
    return GroupComparison(
        invariance=tuple(invariance),
        effects=_effects(first, second, here, drawn),
        first_n=first.n,
        second_n=second.n,
        permutations=len(drawn.c),
        failed=count - len(drawn.c),
        shuffled=pooled.shuffled,
    )


class _Both(NamedTuple):
    """What is compared of two groups in many shuffles, the first axis being the shuffle."""

    c: FloatArray  # (shuffles, constructs)
    means: FloatArray  # difference in pooled standard deviations
    variances: FloatArray  # log of the ratio
    first: FloatArray  # (shuffles, effects)
    second: FloatArray

    @classmethod
    def of(cls, whole: Solution, one: Solution, other: Solution) -> _Both:
        """Put together what the solutions of two groups differ in."""
        plan = whole.plan
        pooled = [_composites(whole, its) for its in (one, other)]
        return cls(
            c=_same_composites(whole, one.weights, other.weights),
            means=pooled[0][0] - pooled[1][0],
            variances=np.log(pooled[0][1] / pooled[1][1]),
            first=effects_of(plan, one),
            second=effects_of(plan, other),
        )

    def usable(self) -> _Both:
        """Return the shuffles in which everything exists."""
        there = np.logical_and.reduce([np.isfinite(its).all(axis=1) for its in self])
        return _Both(*(its[there] for its in self))


def effects_of(plan: Plan, its: Solution) -> FloatArray:
    """Return paths, total effects, R² and indices of samples, side by side."""
    sources, targets = np.array(plan.arrows).T
    starts, ends = np.array(plan.reaches).T
    return np.concatenate(
        [
            its.paths[:, sources, targets],
            its.total[:, starts, ends],
            its.r_squared[:, list(plan.endogenous)],
            index_values(its, "unstandardised"),
        ],
        axis=1,
    )


Effect = tuple[EffectKind, str, str]


def _names(plan: Plan) -> list[Effect]:
    """Return kind, source and target of every effect, in that order."""
    names = plan.names
    return [
        *(("path", names[i], names[j]) for i, j in plan.arrows),
        *(("total effect", names[i], names[j]) for i, j in plan.reaches),
        *(("r squared", "", names[j]) for j in plan.endogenous),
        *(("index", "", name) for name in names),
    ]


def _require_fit(name: str, fit: object) -> None:
    if not isinstance(fit, StructuralFit):
        raise ParameterError(
            f"{name} must be the fit of a structural model, as of model.fit(answers), but it is "
            f"{type(fit).__name__}."
        )


def _require_alike(first: StructuralFit, second: StructuralFit) -> None:
    """Raise unless the groups were asked and estimated in one way: configural invariance."""
    one, other = first.model, second.model
    if (one.constructs, one.paths) != (other.constructs, other.paths):
        raise ParameterError(
            "first and second must be fits of one model, but their constructs, items, modes or "
            "paths differ. Fit both groups by the same model."
        )
    for name in ("scheme", "scaling", "consistent", "signs"):
        here, there = (getattr(its.settings, name) for its in (first, second))
        if here != there:
            raise ParameterError(
                f"first and second must be estimated in one way, but {name} is {here!r} and "
                f"{there!r}. Fit both groups with the same arguments."
            )
    pairs = zip(first.plan.items, first.moments.scales, second.moments.scales, strict=True)
    for item, mine, theirs in pairs:
        if mine != theirs:
            raise DataError(
                f"{item!r} is on the scale {mine!r} in the first group and on {theirs!r} in the "
                f"second. Groups are compared by the same questions on the same scales.",
                column=item,
            )


def _pooled(first: StructuralFit, second: StructuralFit) -> Pooled:
    """Return the respondents of both groups."""
    both = [its.answered for its in (first, second)]
    return Pooled(
        np.concatenate([its.scores() for its in both]),
        np.concatenate([its.sample.weights for its in both]),
        np.repeat([True, False], [its.moments.n for its in both]),
        _clusters(both),
    )


def _clusters(both: Sequence[Answered]) -> IntArray | None:
    """Return codes of the clusters of both groups, the same for the same label."""
    if {its.sample.clusters is None for its in both} == {True, False}:
        raise DataError(
            "first and second must both come in clusters, or neither, but one of them has none. "
            "Read the answers of both with cluster='…'."
        )
    labels = [its.responses.labels["cluster"][its.used] for its in both if its.sample.clusters]
    if not labels:
        return None
    return np.asarray(np.unique(np.concatenate(labels), return_inverse=True)[1])


def _errors(fit: StructuralFit, names: Sequence[Effect]) -> FloatArray:
    """Return the standard error of each effect, NaN where there is none."""
    found = []
    for kind, source, target in names:
        key = (source, target) if source else target
        its = fit.estimates(GROUP_OF[kind])[key]
        found.append(np.nan if its.standard_error is None else its.standard_error)
    return np.array(found)


GROUP_OF: dict[EffectKind, str] = {
    "path": "paths",
    "total effect": "total_effects",
    "r squared": "r_squared",
    "index": "index, unstandardised",
}


def _solved(fit: StructuralFit, its: GroupMoments, reference: FloatArray | None = None) -> Solution:
    return solve(fit.plan, its.means, its.covariances, fit.settings, reference=reference)


def _drawn(
    fit: StructuralFit,
    whole: Solution,
    sums: Sums,
    shuffles: Iterator[Membership],
    count: int,
) -> _Both:
    """Shuffle, and return what the groups then differ in."""
    blocks = []
    for first in shuffles:
        groups = (_solved(fit, its, whole.loadings[0]) for its in sums.both(first))
        blocks.append(_Both.of(whole, *groups).usable())
    found = _Both(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))
    if len(found.c) < MOST_FAILED * count:
        raise EstimationError(
            f"{count - len(found.c):,} of {count:,} shuffles have no solution in one of the "
            f"groups. Collect more answers, or compare a smaller model."
        )
    return found


def _same_composites(whole: Solution, one: FloatArray, other: FloatArray) -> FloatArray:
    """Return c, (shuffles, constructs): correlations of composites over all respondents."""
    found = []
    for block in whole.plan.blocks:
        own = whole.correlation[0, block, block]
        a, b = one[:, block], other[:, block]
        both, aa, bb = (np.einsum("ri,ij,rj->r", x, own, y) for x, y in ((a, b), (a, a), (b, b)))
        found.append(np.minimum(both / np.sqrt(aa * bb), 1.0))
    return np.stack(found, axis=1)


def _composites(whole: Solution, its: Solution) -> tuple[FloatArray, FloatArray]:
    """Return means and variances of the pooled composites in groups, (shuffles, constructs)."""
    plan, weights = whole.plan, whole.unstandardised[0]
    means = ((its.means - whole.means[0]) * weights) @ plan.membership
    weighted = its.correlation * (its.spread * weights)[:, :, np.newaxis]
    weighted = weighted * (its.spread * weights)[:, np.newaxis]
    variances = [weighted[:, block, block].sum(axis=(1, 2)) for block in plan.blocks]
    return means, np.stack(variances, axis=1)


def _two_sided(observed: FloatArray, drawn: FloatArray) -> FloatArray:
    """Return the share of shuffles at least as far from 0, the groups themselves counted."""
    near = np.abs(drawn) >= np.abs(observed) - ROUNDING * (1 + np.abs(observed))
    return np.asarray((near.sum(axis=0) + 1) / (len(drawn) + 1))


ROUNDING = 1e-9  # of numbers that sums in another order give


def _invariance(plan: Plan, here: _Both, drawn: _Both) -> list[CompositeInvariance]:
    """Return the second and third step for every construct."""
    below = (drawn.c <= here.c[0] + ROUNDING).sum(axis=0)
    of_c = (below + 1) / (len(drawn.c) + 1)
    limits = np.quantile(drawn.c, SIGNIFICANCE, axis=0)
    of_means = _two_sided(here.means[0], drawn.means)
    of_variances = _two_sided(here.variances[0], drawn.variances)
    return [
        CompositeInvariance(
            name=name,
            c=float(here.c[0, k]),
            c_limit=float(limits[k]),
            c_p_value=float(of_c[k]),
            mean_difference=float(here.means[0, k]),
            mean_p_value=float(of_means[k]),
            log_variance_ratio=float(here.variances[0, k]),
            variance_p_value=float(of_variances[k]),
        )
        for k, name in enumerate(plan.names)
    ]


def _warn_of_other_composites(invariance: Sequence[CompositeInvariance]) -> None:
    other = [its.name for its in invariance if not its.compositional]
    if other:
        warnings.warn(
            f"the weights of the items make another composite of {listed(other)} in each group "
            f"(MICOM, compositional invariance), so that its paths and index are not comparable. "
            f"Look at the weights of both fits, leave out items that mean something else in one "
            f"group, or report the groups side by side without a test.",
            DataWarning,
            stacklevel=callers_level(),
        )


def _effects(
    first: StructuralFit, second: StructuralFit, here: _Both, drawn: _Both
) -> tuple[ComparedEffect, ...]:
    """Return every difference with its P value, corrected within its kind."""
    names = _names(first.plan)
    differences = here.first[0] - here.second[0]
    p_values = _two_sided(differences, drawn.first - drawn.second)
    kinds = np.array([kind for kind, *_ in names])
    adjusted = np.empty(len(names))
    for kind in dict.fromkeys(kinds.tolist()):
        adjusted[kinds == kind] = adjusted_p_values(p_values[kinds == kind], "holm")
    errors = np.hypot(*(_errors(its, names) for its in (first, second)))
    return tuple(
        ComparedEffect(
            what=kind,
            source=source,
            target=target,
            first=float(here.first[0, k]),
            second=float(here.second[0, k]),
            standard_error=float(errors[k]) if np.isfinite(errors[k]) else None,
            p_value=float(p_values[k]),
            adjusted_p_value=float(adjusted[k]),
        )
        for k, (kind, source, target) in enumerate(names)
    )
