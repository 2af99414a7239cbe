"""What a fit must be warned of, or cannot be made of: items and constructs by name."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np

from custvalue._checks import callers_level
from custvalue._structural.answered import Answered
from custvalue._structural.solution import Solution, solve
from custvalue._words import count, listed
from custvalue.errors import (
    ConvergenceWarning,
    CustvalueWarning,
    DataWarning,
    EstimationError,
    IdentifiabilityWarning,
)

ALIKE = 1 - 1e-8  # a correlation of two constructs that are one
MOST_NAMED = 8  # items in a warning
SINGULAR = 1e-10  # smallest eigenvalue of correlations of items


def require_solution(solution: Solution) -> None:
    """Raise an EstimationError where there are no finite estimates, and say of what."""
    _require_formative(solution)
    if not np.isfinite(solution.weights).all():
        _require_apart(_by_correlations(solution))
        raise EstimationError(
            "the weights are not finite: the items of a construct cancel each other. Check which "
            "way each item points."
        )
    _require_reliable(solution)
    _require_apart(solution)
    found = [its.f_squared for its in solution.regressions]
    if not all(np.isfinite(its).all() for its in found):
        names = solution.plan.names
        whole = [names[its.target] for its in solution.regressions if its.r_squared[0] >= ALIKE]
        raise EstimationError(
            f"{listed(whole or names)} is explained without any rest by the constructs that lead "
            f"to it. Look for items that are computed from others."
        )


def _by_correlations(solution: Solution) -> Solution:
    """Solve again by a scheme without regressions, which constructs that are one cannot stop."""
    covariance = solution.correlation[0] * np.outer(solution.spread[0], solution.spread[0])
    settings = solution.settings.model_copy(update={"scheme": "factor"})
    return solve(solution.plan, solution.means, covariance[np.newaxis], settings)


def _require_formative(solution: Solution) -> None:
    plan = solution.plan
    for at in np.flatnonzero(plan.formative):
        block = plan.blocks[at]
        least = np.linalg.eigvalsh(solution.correlation[0, block, block])[0]
        if least < SINGULAR:
            raise EstimationError(
                f"the items of {plan.names[at]!r}, {listed(plan.items[block])}, repeat each other, "
                f"so that mode B, a regression on them, has no solution. Leave out one that the "
                f"others add up to, collect more answers, or use mode='A'."
            )


def _require_reliable(solution: Solution) -> None:
    """Raise where a correction for unreliability would divide by a root of nothing."""
    if not solution.settings.consistent:
        return
    weak = np.flatnonzero(~(solution.reliability[0] > 0))
    if weak.size:
        name, value = solution.plan.names[weak[0]], solution.reliability[0, weak[0]]
        raise EstimationError(
            f"the reliability rho_A of {name!r} is {value:.4f}, and correlations cannot be "
            f"corrected for it: its items do not measure one thing. Check which way each item "
            f"points, use mode='B' for it, or consistent=False."
        )


def _require_apart(solution: Solution) -> None:
    """Raise where two constructs of one regression are the same."""
    plan = solution.plan
    for its in solution.regressions:
        among = np.abs(solution.proxies[0][np.ix_(its.sources, its.sources)])
        same = np.argwhere(np.triu(among, 1) >= ALIKE)
        if len(same):
            pair = [plan.names[at] for at in its.sources[same[0]]]
            raise EstimationError(
                f"{pair[0]!r} and {pair[1]!r} have the same scores, so that their effects on "
                f"{plan.names[its.target]!r} cannot be told apart. Leave one of them out, or join "
                f"their items."
            )
        if not np.isfinite(its.coefficients).all():
            raise EstimationError(
                f"{listed(plan.names[at] for at in its.sources)} repeat each other, so that their "
                f"effects on {plan.names[its.target]!r} cannot be told apart. Leave one of them "
                f"out."
            )


def warn_of(solution: Solution, answered: Answered) -> None:
    """Warn of all that a reader of the estimates must know first."""
    for category, message in _doubts(solution, answered):
        warnings.warn(message, category, stacklevel=callers_level())


def _doubts(solution: Solution, answered: Answered) -> Iterator[tuple[type[CustvalueWarning], str]]:
    plan, settings, n = solution.plan, solution.settings, answered.moments.n
    if not solution.converged[0]:
        yield (
            ConvergenceWarning,
            (
                f"the weights did not settle in {count(settings.iterations, 'round')}, tolerance "
                f"{settings.tolerance:g}: estimates are those of the last round. Allow more, "
                f"iterations={10 * settings.iterations}, use scheme='centroid', or look for "
                f"constructs that hardly correlate with their neighbours."
            ),
        )
    if n <= len(plan.items):
        yield (
            DataWarning,
            (
                f"{count(n, 'respondent')} for {count(len(plan.items), 'item')}: estimates rest on "
                f"chance. Collect more answers, or use fewer items."
            ),
        )
    yield from _signs(solution)
    if settings.consistent:
        yield from _heywood(solution)


def _signs(solution: Solution) -> Iterator[tuple[type[CustvalueWarning], str]]:
    """Yield doubts about items that point against their construct."""
    plan = solution.plan
    against, weighed = [], []
    for place, at in enumerate(plan.owner.tolist()):
        name = f"{plan.items[place]!r} of {plan.names[at]!r}"
        if solution.own[0, place] < 0 and not plan.formative[at]:
            against.append(name)
        elif solution.weights[0, place] < 0:
            weighed.append(name)
    if against:
        yield (
            DataWarning,
            (
                f"{_some(against)} correlate{'s' if len(against) == 1 else ''} negatively with "
                f"the construct, whose index falls where customers are more satisfied. If the "
                f"wording has the opposite direction, declare the item as reverse-scored in an "
                f"instrument when the answers are read."
            ),
        )
    if weighed:
        yield (
            DataWarning,
            (
                f"negative outer weight: {_some(weighed)}. The index can leave 0 to 100 "
                f"(Ringle & Sarstedt 2016). Leave the item out, use mode='A', or the index "
                f"with convention='equal'."
            ),
        )


def _some(names: Sequence[str]) -> str:
    """Name some items, and count the others."""
    shown = ", ".join(names[:MOST_NAMED])
    others = len(names) - MOST_NAMED
    return shown if others <= 0 else f"{shown} and {count(others, 'other item')}"


def _heywood(solution: Solution) -> Iterator[tuple[type[CustvalueWarning], str]]:
    """Yield doubts about corrections that go beyond what a correlation can be."""
    plan, above = solution.plan, np.flatnonzero(solution.reliability[0] > 1)
    if above.size:
        its = ", ".join(f"{plan.names[at]!r} ({solution.reliability[0, at]:.4f})" for at in above)
        yield (
            IdentifiabilityWarning,
            (
                f"the reliability rho_A of {its} is above 1, which no reliability can be, and its "
                f"correlations are corrected the wrong way. Items differ much in what they share: "
                f"check them, collect more answers, or use consistent=False."
            ),
        )
    beyond = np.argwhere(np.abs(np.triu(solution.constructs[0], 1)) > 1)
    if len(beyond):
        pair = [plan.names[at] for at in beyond[0]]
        value = solution.constructs[0, beyond[0, 0], beyond[0, 1]]
        yield (
            IdentifiabilityWarning,
            (
                f"the corrected correlation of {pair[0]!r} and {pair[1]!r} is {value:.4f}, beyond "
                f"1: their items do not tell them apart. Join the constructs, or use "
                f"consistent=False."
            ),
        )
