"""How reliably constructs are measured: alpha, rho_A, composite reliability, AVE.

ρ_C = (Σλ)² / ((Σλ)² + Σ(1 - λ²)) and AVE = Σλ² / k from the loadings λ of the solution;
ρ_A = (w'w)² w'(S - diag S)w / w'(ww' - diag ww')w from its weights (Dijkstra & Henseler 2015, *MIS
Quarterly* 39(2), equation 3). Alpha is the standardised one, as software for partial least squares
prints it; that of :func:`custvalue.survey.cronbach_alpha` is raw. They say something of blocks of
several items that reflect one construct (Mode A): a formative block has no internal consistency,
and a single item is taken as measured without error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from custvalue._checks import no_such
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._structural.estimates import StructuralEstimate
from custvalue._structural.plan import Plan
from custvalue._structural.solution import Solution
from custvalue._structural.statistics import Labels, Statistics
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit

COEFFICIENTS = ("alpha", "rho_a", "rho_c", "ave")
Block = tuple[FloatArray, FloatArray]  # correlations and loadings of the items of one construct


def _reflective(plan: Plan) -> list[int]:
    """Return the constructs of which a reliability is told: Mode A, several items."""
    return np.flatnonzero(plan.factors).tolist()


def _by_block(one: Callable[[FloatArray, FloatArray], FloatArray], its: Solution) -> FloatArray:
    """Return what a function of correlations and loadings gives for each block, (samples, m)."""
    blocks = [its.plan.blocks[place] for place in _reflective(its.plan)]
    found = [one(its.correlation[:, block, block], its.loadings[:, block]) for block in blocks]
    return np.stack(found, axis=1) if found else np.empty((its.samples, 0))


def _alpha(own: FloatArray, _: FloatArray) -> FloatArray:
    """K / (k - 1) (1 - k / Σ r)."""
    k = own.shape[1]
    return np.asarray(k / (k - 1) * (1 - k / own.sum(axis=(1, 2))))


def _rho_c(_: FloatArray, loadings: FloatArray) -> FloatArray:
    shared = np.square(loadings.sum(axis=1))
    return np.asarray(shared / (shared + (1 - loadings**2).sum(axis=1)))


def _ave(_: FloatArray, loadings: FloatArray) -> FloatArray:
    return np.asarray(np.square(loadings).mean(axis=1))


def _labels(plan: Plan) -> Labels:
    return tuple((plan.names[place],) for place in _reflective(plan))


RELIABILITY = (
    Statistics("alpha", "Alpha, standardised", ("construct",), _labels, partial(_by_block, _alpha)),
    Statistics(
        "rho_a",
        "rho_A",
        ("construct",),
        _labels,
        lambda its: its.reliability[:, _reflective(its.plan)],
    ),
    Statistics("rho_c", "rho_C", ("construct",), _labels, partial(_by_block, _rho_c)),
    Statistics("ave", "AVE", ("construct",), _labels, partial(_by_block, _ave)),
)


class ReliabilityOfConstruct(Tabulated, Frozen):
    """How reliably one construct is measured by its items.

    Parameters
    ----------
    name : str
        The construct.
    items : int
        How many.
    alpha : StructuralEstimate
        Cronbach's, standardised: a lower bound unless all items measure equally well.
    rho_a : StructuralEstimate
        Of the scores of the fit, whose weights differ (Dijkstra & Henseler 2015); consistent
        partial least squares corrects by it.
    rho_c : StructuralEstimate
        Composite reliability, from the loadings.
    ave : StructuralEstimate
        Average variance extracted: the mean of the squared loadings.
    """

    SHOWN: ClassVar = shown(
        "items, alpha, rho_a: rho_A, rho_a_low, rho_a_high, rho_c: rho_C, ave: AVE, ave_low, "
        "ave_high"
    )
    REPR: ClassVar[tuple[str, ...]] = ("name", "items", "alpha", "rho_a", "rho_c", "ave")

    name: str
    items: int
    alpha: StructuralEstimate
    rho_a: StructuralEstimate
    rho_c: StructuralEstimate
    ave: StructuralEstimate

    def _rows(self, level: float) -> Sequence[Row]:
        cells: dict[str, Any] = {"construct": self.name, "items": self.items}
        for name in COEFFICIENTS:
            cells |= getattr(self, name).ends(level, name)
        return (Row(self.name, cells),)

    def _title(self) -> str:
        return f"Reliability of {self.name}"


class ConstructReliability(Tabulated, Frozen):
    """How reliably each construct of a structural model is measured.

    Parameters
    ----------
    constructs : tuple of ReliabilityOfConstruct
        Those with several items that reflect them.
    formative : tuple of str
        Constructs that their items form (Mode B): no internal consistency is wanted of them.
    single : tuple of str
        Constructs of one item, which is taken as measured without error.
    consistent : bool
        Whether rho_C and AVE rest on consistent (PLSc) loadings; those of plain partial least
        squares are too large.
    """

    TITLE: ClassVar[str] = "Reliability of constructs"
    SHOWN: ClassVar = ReliabilityOfConstruct.SHOWN
    REPR: ClassVar[tuple[str, ...]] = ("constructs", "formative", "single")

    constructs: tuple[ReliabilityOfConstruct, ...]
    formative: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    consistent: bool = False

    def __getitem__(self, name: str) -> ReliabilityOfConstruct:
        for its in self.constructs:
            if its.name == name:
                return its
        raise ParameterError(no_such("construct", name, [its.name for its in self.constructs]))

    def _rows(self, level: float) -> Sequence[Row]:
        return [row for its in self.constructs for row in its._rows(level)]  # noqa: SLF001 - a row

    def _notes(self) -> Iterator[str]:
        yield (
            "Alpha: standardised. rho_A of .70 or more, AVE of .50 or more are usual demands; "
            "rho_A above .95 means items that nearly repeat each other."
        )
        kind = "consistent (PLSc) loadings" if self.consistent else "loadings of composites"
        yield f"rho_C and AVE: {kind}."
        above = [its.name for its in self.constructs if its.rho_a.value > 1]
        if above:
            yield f"rho_A above 1, which no reliability is: {listed(above)}. See the warning."
        if self.formative:
            yield f"Formative, no internal consistency: {', '.join(self.formative)}."
        if self.single:
            yield f"Single item, taken as measured without error: {', '.join(self.single)}."


def construct_reliability(fit: StructuralFit) -> ConstructReliability:
    """Put together how reliably the constructs of a fit are measured."""
    plan = fit.plan
    of_each = {name: fit.estimates(name) for name in COEFFICIENTS}
    return ConstructReliability(
        constructs=tuple(
            ReliabilityOfConstruct(
                name=plan.names[place],
                items=int(plan.sizes[place]),
                **{coefficient: its[plan.names[place]] for coefficient, its in of_each.items()},
            )
            for place in _reflective(plan)
        ),
        formative=_named(plan, plan.formative),
        single=_named(plan, plan.single),
        consistent=fit.settings.consistent,
    )


def _named(plan: Plan, which: Any) -> tuple[str, ...]:
    return tuple(plan.names[place] for place in np.flatnonzero(which))
