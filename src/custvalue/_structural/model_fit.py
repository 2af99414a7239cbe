"""How well a structural model reproduces the correlations of the items, and what that means.

The model implies correlations Σ̂ of the items: λ_i r λ_j between items of two constructs that
correlate by r; within a block those of one factor, λ_i λ_j, or, where constructs are composites,
the correlations that there are. With *saturated* constructs r is what was estimated, so that the
measurement alone is judged; with *estimated* ones r follows from the paths.

SRMR is the root of the mean square of S - Σ̂ over all pairs of items and the diagonal, d_ULS is half
the sum of squares of the whole matrix (Dijkstra & Henseler 2015, *Computational Statistics & Data
Analysis* 81). Partial least squares does not minimise either: they describe, and a large one says
that constructs leave correlations unexplained, not that prediction is poor. A test of exact fit
resamples answers that were moved to where the model holds (Bollen & Stine 1992, *Sociological
Methods & Research* 21(2)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.cross_products import (
    covariances_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.resamples import Resamples, sum_resamples
from custvalue._inference.sums import OfSums
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._structural.behind import complete_scores
from custvalue._structural.plan import Plan
from custvalue._structural.population import implied
from custvalue._structural.solution import Solution, solve
from custvalue._values import Count, Frozen, NonNegative, Probability
from custvalue._words import count

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit

ConstructsAre = Literal["saturated", "estimated"]
Measurement = Literal["composite", "factor"]
CLOSE = 0.08  # SRMR, Hu & Bentler (1999)
KINDS: tuple[tuple[Measurement, ConstructsAre], ...] = (
    ("composite", "saturated"),
    ("composite", "estimated"),
    ("factor", "saturated"),
    ("factor", "estimated"),
)


class Discrepancy(Frozen):
    """How far the correlations of the items are from those that the model implies.

    Parameters
    ----------
    measurement : {"composite", "factor"}
        Whether a block may correlate as it does, or must as one factor makes it.
    constructs : {"saturated", "estimated"}
        Whether correlations of constructs are free, or follow from the paths.
    srmr : float
        Standardised root mean square residual; .08 or less is called close (Hu & Bentler 1999).
    d_uls : float
        Half the sum of squared residuals.
    p_value : float or None
        Of exact fit, by d_ULS of resamples in which the model holds; None where none were drawn.
    srmr_limit, d_uls_limit : float or None
        What 95 % of those resamples stay below.
    """

    REPR: ClassVar[tuple[str, ...]] = ("measurement", "constructs", "srmr", "d_uls")

    measurement: Measurement
    constructs: ConstructsAre
    srmr: NonNegative
    d_uls: NonNegative
    p_value: Probability | None = None
    srmr_limit: NonNegative | None = None
    d_uls_limit: NonNegative | None = None


class ModelFit(Tabulated, Frozen):
    """Discrepancies of a structural model under four readings of it.

    Parameters
    ----------
    discrepancies : tuple of Discrepancy
        Composites and factors, saturated and estimated.
    n : int
        Respondents.
    items : int
        Items.
    resamples, failed : int
        Resamples behind the P values, and how many of them have no solution; 0 where none were
        drawn.
    not_tested : int
        Readings without a P value although resamples were requested: items repeat each other, or
        the correlations that the model implies are those of no answers.
    """

    TITLE: ClassVar[str] = "Model fit"
    SHOWN: ClassVar = shown(
        "srmr: SRMR, srmr_limit: 95 % limit, d_uls: d_ULS, d_uls_limit: its 95 % limit, p_value"
    )
    REPR: ClassVar[tuple[str, ...]] = ("discrepancies",)

    discrepancies: tuple[Discrepancy, ...]
    n: Count
    items: Count
    resamples: Count = 0
    failed: Count = 0
    not_tested: Count = 0

    def discrepancy(self, measurement: Measurement, constructs: ConstructsAre) -> Discrepancy:
        """Return one of the four.

        Parameters
        ----------
        measurement : {"composite", "factor"}
            Whether a block may correlate as it does, or must as one factor makes it.
        constructs : {"saturated", "estimated"}
            Whether correlations of constructs are free, or follow from the paths.

        Raises
        ------
        ParameterError
            If either is unknown.
        """
        require_choice("measurement", measurement, get_args(Measurement))
        require_choice("constructs", constructs, get_args(ConstructsAre))
        return self.discrepancies[KINDS.index((measurement, constructs))]

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(f"{its.measurement}, {its.constructs}", _cells(its)) for its in self.discrepancies
        ]

    def _notes(self) -> Iterator[str]:
        yield (
            "Partial least squares minimises neither: they say how much of the correlations of "
            "items the constructs leave unexplained, and nothing about prediction."
        )
        yield "SRMR of .08 or less is called close; read the row whose measurement you believe in."
        if self.resamples:
            lost = f", {self.failed:,} of them failed" if self.failed else ""
            yield f"P of exact fit: {self.resamples:,} resamples in which the model holds{lost}."
        if self.not_tested:
            yield (
                f"{count(self.not_tested, 'reading')} without P: items repeat each other, or the "
                f"correlations that the model implies are those of no answers."
            )


def _cells(its: Discrepancy) -> dict[str, str | float | None]:
    return {
        "measurement": its.measurement,
        "constructs": its.constructs,
        "srmr": its.srmr,
        "srmr_limit": its.srmr_limit,
        "d_uls": its.d_uls,
        "d_uls_limit": its.d_uls_limit,
        "p_value": its.p_value,
    }


def model_fit(fit: StructuralFit, method: Bootstrap | None = None) -> ModelFit:
    """Return SRMR and d_ULS of a fit, with P of exact fit where resamples are requested."""
    plan, solution = fit.plan, fit.solution
    of_each = [implied_items(plan, solution, *kind) for kind in KINDS]
    values = [distances(solution.correlation, each) for each in of_each]
    tests: list[_Test | None] = [None] * len(KINDS)
    if method is not None:
        require_bootstrap(method)
        tests = [
            _exact(fit, place, its[0], float(values[place].d_uls[0]), method)
            for place, its in enumerate(of_each)
        ]
    known = [test for test in tests if test is not None]
    return ModelFit(
        discrepancies=tuple(
            _discrepancy(kind, its, test)
            for kind, its, test in zip(KINDS, values, tests, strict=True)
        ),
        n=fit.n,
        items=len(plan.items),
        resamples=method.resamples if method is not None and known else 0,
        failed=max((test.failed for test in known), default=0),
        not_tested=0 if method is None else len(KINDS) - len(known),
    )


class Distances(NamedTuple):
    """SRMR and d_ULS of many models, (models,) each."""

    srmr: FloatArray
    d_uls: FloatArray


def distances(observed: FloatArray, reproduced: FloatArray) -> Distances:
    """Compare correlation matrices, (models, items, items), with those that models imply."""
    squares = np.square(observed - reproduced)
    p = observed.shape[1]
    whole = squares.sum(axis=(1, 2))
    own = np.einsum("mii->m", squares)
    lower = (whole + own) / 2
    return Distances(np.sqrt(lower / (p * (p + 1) / 2)), whole / 2)


def implied_items(
    plan: Plan, solution: Solution, measurement: Measurement, constructs: ConstructsAre
) -> FloatArray:
    """Return the correlations of the items that models imply, (models, items, items)."""
    between = solution.constructs
    if constructs == "estimated":
        between = implied(solution.paths, plan.adjacency, between).correlations
    loadings = solution.loadings
    found = between[:, plan.owner[:, np.newaxis], plan.owner]
    found = found * loadings[:, :, np.newaxis] * loadings[:, np.newaxis]
    for place, block in enumerate(plan.blocks):
        if measurement == "composite" or plan.formative[place] or plan.single[place]:
            found[:, block, block] = solution.correlation[:, block, block]
    every = np.arange(found.shape[1])
    found[:, every, every] = 1.0
    return np.asarray(found)


class _Test(NamedTuple):
    p_value: float
    srmr_limit: float
    d_uls_limit: float
    failed: int


def _discrepancy(
    kind: tuple[Measurement, ConstructsAre], its: Distances, test: _Test | None
) -> Discrepancy:
    return Discrepancy(
        measurement=kind[0],
        constructs=kind[1],
        srmr=float(its.srmr[0]),
        d_uls=float(its.d_uls[0]),
        p_value=None if test is None else test.p_value,
        srmr_limit=None if test is None else test.srmr_limit,
        d_uls_limit=None if test is None else test.d_uls_limit,
    )


def _exact(
    fit: StructuralFit, place: int, target: FloatArray, observed: float, method: Bootstrap
) -> _Test | None:
    """Resample where the model holds; None where its correlations are none of any answers."""
    resamples = _where_it_holds(fit, place, target, method)
    if resamples is None:
        return None
    srmr, d_uls = resamples.draws.T
    beyond = (d_uls >= observed).sum() + 1
    return _Test(
        p_value=float(beyond / (len(d_uls) + 1)),
        srmr_limit=float(np.quantile(srmr, LIMIT)),
        d_uls_limit=float(np.quantile(d_uls, LIMIT)),
        failed=resamples.failed,
    )


LIMIT = 0.95


def _where_it_holds(
    fit: StructuralFit, place: int, target: FloatArray, method: Bootstrap
) -> Resamples | None:
    """Resample answers z S^-½ Σ̂^½, whose correlations are Σ̂."""
    own = _root(fit.solution.correlation[0], -0.5)
    other = _root(target, 0.5)
    if own is None or other is None:
        return None
    answered = fit.answered
    scores = complete_scores(answered, "P of exact fit, which moves the answers,")
    spread, weights = fit.solution.spread[0], answered.sample.weights
    centred = scores - fit.solution.means[0]
    columns = with_constant(centred / spread @ own @ other * spread)
    plan, settings, kind = fit.plan, fit.settings, KINDS[place]

    def value(sums: FloatArray) -> FloatArray:
        covariances = covariances_of(squares_of(sums, columns.shape[1]))
        its = solve(plan, np.zeros(covariances.shape[:2]), covariances, settings)
        return np.stack(distances(its.correlation, implied_items(plan, its, *kind)), axis=1)

    statistic = OfSums(len(scores), products_of(columns, weights), value)
    return sum_resamples(statistic, method, sample=answered.sample)


def _root(matrix: FloatArray, power: float) -> FloatArray | None:
    """Return a power of a symmetric matrix; None unless it is positive definite."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] <= SMALLEST * values[-1]:
        return None
    return np.asarray(vectors * values**power @ vectors.T)


SMALLEST = 1e-10
