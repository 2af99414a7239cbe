"""Reliability of one scale and of the dimensions of an instrument, as results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from custvalue._respondents.keying import as_read_note
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._survey.coefficient import ReliabilityCoefficient, ceiling_note
from custvalue._survey.covariances import Covariances
from custvalue._values import Frozen, NonNegative, Positive

COEFFICIENTS = (
    "alpha",
    "standardised_alpha",
    "omega",
    "composite_reliability",
    "average_variance_extracted",
)
CLOSE_FIT = 0.08  # of the SRMR, Hu & Bentler (1999)


class ItemReliability(Frozen):
    """How one item goes with the others.

    Parameters
    ----------
    name : str
        Its name.
    label : str
        A few words for it; empty where there are none.
    n : int
        Respondents who answered it, among those used.
    standard_deviation : float
        Of the answers, weighted.
    item_rest : float
        Item-rest correlation: with the sum of the *other* items (corrected item-total).
    alpha_if_dropped : float or None
        Raw alpha of the others; None where there is only one other, or their sum does not vary.
    loading : float or None
        Standardised, of the one-factor solution; None where there is none.
    uniqueness : float or None
        Share of its variance that the factor does not explain; 0 in a Heywood case.
    negatively_keyed : bool
        Whether it correlates negatively with the others by more than chance: a reverse-scored item
        that was not recoded?
    """

    name: str
    label: str = ""
    n: int
    standard_deviation: Positive
    item_rest: float
    alpha_if_dropped: float | None
    loading: float | None
    uniqueness: float | None
    negatively_keyed: bool = False


class OneFactor(Frozen):
    """How well one common factor describes the items (maximum likelihood).

    Parameters
    ----------
    discrepancy : float
        F = log|Σ| + tr(SΣ⁻¹) - log|S| - k at the solution.
    degrees_of_freedom : int
        k (k - 3) / 2; 0 for three items, which one factor always describes unless a Heywood case
        is in the way.
    srmr : float
        Root mean square of the residual correlations; .08 or less is called close (Hu & Bentler
        1999, *Structural Equation Modeling* 6(1)).
    heywood : str or None
        The item whose uniqueness is 0, because the likelihood is largest on the boundary of the
        parameter space.
    converged : bool
        Whether the optimiser converged.
    """

    discrepancy: NonNegative
    degrees_of_freedom: int
    srmr: NonNegative
    heywood: str | None = None
    converged: bool = True


class Reliability(Tabulated, Frozen):
    """Reliability of the items of one scale, by several coefficients.

    Parameters
    ----------
    name : str
        The dimension, or ``reliability``.
    alpha : ReliabilityCoefficient
        Cronbach's, raw: from covariances; of the sum of the answers, where all items measure the
        same thing equally well (tau-equivalence), else a lower bound.
    standardised_alpha : ReliabilityCoefficient
        From correlations; what software for partial least squares prints as alpha.
    omega : ReliabilityCoefficient or None
        McDonald's omega total of the sum of the answers, from one factor; None where one factor
        cannot be fitted, and `no_factor` says why.
    composite_reliability : ReliabilityCoefficient or None
        ρ_C from the standardised loadings of the same factor: omega of the sum of the standardised
        answers.
    average_variance_extracted : ReliabilityCoefficient or None
        AVE, the mean squared standardised loading.
    items : tuple of ItemReliability
        One for each item.
    factor : OneFactor or None
        Fit of the factor.
    no_factor : str
        Why there is none; empty where there is one.
    covariances : {"listwise", "pairwise"}
        Whether they rest on the respondents who answered every item, or on those who answered
        both of a pair.
    respondents : int
        In the survey.
    n : int
        Respondents used.
    smallest_n : int
        Respondents behind the covariance that has fewest of them.
    effective_n : float
        Kish's effective sample size of those used.
    heywood_resamples : int
        Resamples with a Heywood case; they are used, with the uniqueness held at 0.
    """

    SHOWN: ClassVar = shown("value, low, high, item_rest: item-rest, alpha_if_dropped, loading, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "items", "n", "alpha", "omega")

    name: str
    alpha: ReliabilityCoefficient
    standardised_alpha: ReliabilityCoefficient
    omega: ReliabilityCoefficient | None
    composite_reliability: ReliabilityCoefficient | None
    average_variance_extracted: ReliabilityCoefficient | None
    items: tuple[ItemReliability, ...]
    factor: OneFactor | None
    no_factor: str = ""
    covariances: Covariances
    respondents: int
    n: int
    smallest_n: int
    effective_n: Positive
    heywood_resamples: int = 0

    @property
    def coefficients(self) -> tuple[ReliabilityCoefficient, ...]:
        """Those that exist, in the order of the fields."""
        every = (getattr(self, name) for name in COEFFICIENTS)
        return tuple(coefficient for coefficient in every if coefficient is not None)

    @property
    def negatively_keyed(self) -> tuple[str, ...]:
        """Items that correlate negatively with the others by more than chance."""
        return tuple(item.name for item in self.items if item.negatively_keyed)

    def item(self, name: str) -> ItemReliability:
        """Return the statistics of one item.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If the item is unknown.
        """
        return named("item", name, self.items)

    def _rows(self, level: float) -> list[Row]:
        coefficients = [
            Row(
                f"{its.name}, {its.convention}",
                {"kind": "coefficient", "name": its.name, **its.row(level)},
            )
            for its in self.coefficients
        ]
        return coefficients + [
            Row(f"· {its.name} {its.label}".rstrip(), {"kind": "item", **its.model_dump()})
            for its in self.items
        ]

    def _title(self) -> str:
        title = "Reliability" if self.name == "reliability" else f"Reliability of {self.name}"
        return f"{title}: {len(self.items)} items"

    def _notes(self) -> tuple[str, ...]:
        least = "" if self.smallest_n == self.n else f", at least {self.smallest_n:,} per pair"
        used = (
            f"{self.n:,} of {self.respondents:,} respondents, {self.covariances}{least}; effective "
            f"n {self.effective_n:,.1f}."
        )
        return (used, methods_of(self.coefficients), *self.remarks())

    def remarks(self) -> tuple[str, ...]:
        """Return what to know before the figures are used, in sentences."""
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        if self.alpha.at_the_ceiling:
            yield ceiling_note(self.alpha)
        if self.factor is None:
            yield f"No omega: {self.no_factor}"
        else:
            close = "" if self.factor.srmr <= CLOSE_FIT else "; above .08 one factor is too few"
            yield f"One factor by maximum likelihood: SRMR {self.factor.srmr:.3f}{close}."
            if self.factor.heywood is not None:
                yield f"Heywood case: the uniqueness of {self.factor.heywood} is held at 0."
        if self.heywood_resamples:
            yield f"Heywood case in {self.heywood_resamples:,} resamples."
        if self.negatively_keyed:
            yield f"Negatively keyed: {', '.join(self.negatively_keyed)}."


def methods_of(coefficients: Iterable[ReliabilityCoefficient | None]) -> str:
    """Name the methods of the intervals that a table shows."""
    methods = {
        one.confidence_interval().method
        for one in coefficients
        if one is not None and one.has_interval
    }
    return f"95 % intervals: {'; '.join(sorted(methods))}."


class InstrumentReliability(Tabulated, Frozen):
    """Reliability of each dimension of an instrument.

    Parameters
    ----------
    instrument : str
        Its name.
    dimensions : tuple of Reliability
        Those with two items or more.
    single_items : tuple of str
        Dimensions of one item, which has no internal consistency. Where a reliability is needed
        (to correct a correlation for attenuation, for example), use that of a study that asked the
        item twice.
    as_read : bool
        Whether it is the instrument with which the answers were read, as none was given.
    absent : tuple of str
        Its items that are not among those answers.
    """

    SHOWN: ClassVar = shown(
        "items, alpha, alpha_low, alpha_high, omega, omega_low, omega_high, "
        "average_variance_extracted: AVE, n"
    )
    REPR: ClassVar[tuple[str, ...]] = ("instrument", "dimensions", "single_items")

    instrument: str
    dimensions: tuple[Reliability, ...]
    single_items: tuple[str, ...] = ()
    as_read: bool = False
    absent: tuple[str, ...] = ()

    def dimension(self, name: str) -> Reliability:
        """Return the reliability of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If the dimension is unknown, or has a single item.
        """
        return named("dimension", name, self.dimensions)

    def _rows(self, level: float) -> list[Row]:
        return [Row(its.name, _dimension_row(its, level)) for its in self.dimensions]

    def _title(self) -> str:
        return f"{self.instrument}: reliability"

    def _notes(self) -> Iterator[str]:
        shown = [one for its in self.dimensions for one in (its.alpha, its.omega)]
        yield f"Alpha and omega: raw. {methods_of(shown)}"
        for its in self.dimensions:
            yield from (f"{its.name}: {remark}" for remark in its.remarks())
        if self.single_items:
            yield f"Single item, no internal consistency: {', '.join(self.single_items)}."
        yield from as_read_note(as_read=self.as_read, absent=self.absent)


def _dimension_row(its: Reliability, level: float) -> dict[str, Any]:
    """Return all coefficients of a dimension side by side, each with its interval."""
    found: dict[str, Any] = {"dimension": its.name, "items": len(its.items), "n": its.n}
    for name in COEFFICIENTS:
        one = getattr(its, name)
        if one is not None:
            found |= one.ends(level, name)
            found[f"{name}_standard_error"] = one.standard_error
    return found
