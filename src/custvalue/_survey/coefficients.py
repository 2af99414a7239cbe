"""Reliability coefficients as results: values, intervals by name, item statistics, tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level, require_choice
from custvalue._inference.ends import t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples
from custvalue._respondents.keying import as_read_note
from custvalue._survey.alpha import feldt
from custvalue._survey.moments import Covariances
from custvalue._table import Cell, Table
from custvalue._values import Frozen, NonNegative, Positive
from custvalue._words import number
from custvalue.errors import DataError

ReliabilityMethod = Literal["feldt", "linearised", "bootstrap"]

CLOSE_FIT = 0.08  # of the SRMR, Hu & Bentler (1999)


class ReliabilityCoefficient(Frozen):
    """One coefficient with what its intervals need.

    Parameters
    ----------
    name : str
        ``alpha``, ``omega``, …
    convention : str
        What it is computed from.
    value : float
        The estimate.
    standard_error : float or None
        Linearised, without assuming normal answers; sampling weights enter it. None at a Heywood
        case, where there is none.
    items : int
        Number of items.
    n : int
        Respondents used.
    effective_n : float
        Kish's effective sample size; `n` for equal weights.
    feldt : bool
        Whether Feldt's interval applies: raw alpha, complete answers, equal weights.
    draws : tuple of float
        Bootstrap replicates; empty where none were asked for.
    failed : int
        Resamples without an estimate.
    """

    name: str
    convention: str
    value: float
    standard_error: NonNegative | None
    items: int
    n: int
    effective_n: Positive
    feldt: bool = False
    draws: tuple[float, ...] = ()
    failed: int = 0

    def confidence_interval(
        self, level: float = 0.95, *, method: ReliabilityMethod | None = None
    ) -> Interval:
        """Return an interval.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : {"feldt", "linearised", "bootstrap"}, optional
            Feldt (1965, *Psychometrika* 30(3)), exact for normal answers to parallel items;
            linearised on the scale of log(1 - value), which suits a quantity that ends at 1, with
            t for the effective n; or percentiles of the bootstrap. By default the bootstrap where
            it was asked for, else Feldt's where it applies, else the linearised one.

        Raises
        ------
        DataError
            If the method does not apply to this coefficient.
        ParameterError
            If `level` or `method` is unknown.

        Notes
        -----
        Simulated for four items on a five-point scale, reliability .78, 1,500 samples each: the
        linearised 95 % intervals of the five coefficients cover 93.3 to 94.9 % at n = 30, 94.4 to
        95.7 % at n = 100, 94.9 to 95.3 % at n = 1000, with equal weights or lognormal ones
        (effective n 70 %); Feldt's covers 95.1, 95.3 and 95.3 %. With continuous answers to
        weighted samples of 30 they cover 92.5 to 94.0 %. At n = 30 one sample in 20 to 10 is a
        Heywood case, which has no linearised interval of omega. Percentiles of the bootstrap cover
        91 % for alpha at n = 30, so there take Feldt's; 93 to 95 % for the others.
        """
        level = checked_level(level)
        if method is None:
            method = "bootstrap" if self.draws else "feldt" if self.feldt else "linearised"
        require_choice("method", method, get_args(ReliabilityMethod))
        if method == "bootstrap":
            return self._bootstrap(level)
        return self._feldt(level) if method == "feldt" else self._linearised(level)

    def _feldt(self, level: float) -> Interval:
        if not self.feldt:
            raise DataError(
                f"Feldt's interval is for raw alpha of complete answers with equal weights, not "
                f"for this {self.name}, {self.convention}. Say method='linearised', or 'bootstrap'."
            )
        low, high = feldt(self.value, self.n, self.items, level)
        return Interval(low=low, high=high, level=level, method="Feldt")

    def _linearised(self, level: float) -> Interval:
        if self.standard_error is None:
            raise DataError(
                f"{self.name} has no linearised interval, because its solution lies on the edge "
                f"of what is possible. Ask for replicates, bootstrap=2000."
            )
        missed = 1 - self.value
        if missed <= 0:
            ends = (self.value, self.value)
        else:
            quantile = t_quantile(level, max(self.effective_n - 1, 1.0))
            factor = math.exp(quantile * self.standard_error / missed)
            ends = (1 - missed * factor, 1 - missed / factor)
        return Interval(
            low=ends[0], high=ends[1], level=level, method="linearised, on log(1 - value)"
        )

    def _bootstrap(self, level: float) -> Interval:
        if not self.draws:
            raise DataError(
                f"{self.name} has no bootstrap replicates. Ask for them, bootstrap=2000."
            )
        resampled = Resamples(
            values=np.array([self.value]),
            draws=np.array(self.draws)[:, np.newaxis],
            accelerations=np.empty(0),
            n=self.n,
            failed=self.failed,
        )
        return resampled.confidence_interval(level)

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return value, low and high as cells of a table; no ends where there is no interval.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        """
        if self.standard_error is None and not self.draws:
            return (self.value, None, None)
        interval = self.confidence_interval(level)
        return (self.value, interval.low, interval.high)

    def __repr__(self) -> str:
        return (
            f"ReliabilityCoefficient({self.name!r}, {self.convention!r}, "
            f"value={number(self.value)}, items={self.items}, n={self.n:,})"
        )

    def _table(self) -> Table:
        header = ("", "value", "low", "high", "items", "n")
        row = (self.convention, *self.cells(), self.items, self.n)
        has = self.standard_error is not None or self.draws
        described = f"{self.confidence_interval().description}. " if has else ""
        note = f"{described}Effective n {self.effective_n:,.1f}."
        return Table(self.name, header, (row,), (note,))


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
        Correlation with the sum of the *other* items (corrected item-total correlation).
    alpha_if_dropped : float or None
        Raw alpha of the others; None where there is but one other, or their sum does not vary.
    loading : float or None
        Standardised, of the one-factor solution; None where there is none.
    uniqueness : float or None
        Share of its variance that the factor leaves over; 0 in a Heywood case.
    runs_against : bool
        Whether it runs against the others by more than chance: worded the other way round?
    """

    name: str
    label: str = ""
    n: int
    standard_deviation: Positive
    item_rest: float
    alpha_if_dropped: float | None
    loading: float | None
    uniqueness: float | None
    runs_against: bool = False


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
        The item whose uniqueness is 0, because the likelihood rises to the edge of what is
        possible.
    converged : bool
        Whether the optimiser arrived.
    """

    discrepancy: NonNegative
    degrees_of_freedom: int
    srmr: NonNegative
    heywood: str | None = None
    converged: bool = True


class Reliability(Frozen):
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
        Bootstrap resamples with a Heywood case; they stay in, with the uniqueness held at 0.
    """

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
        every = (
            self.alpha,
            self.standardised_alpha,
            self.omega,
            self.composite_reliability,
            self.average_variance_extracted,
        )
        return tuple(coefficient for coefficient in every if coefficient is not None)

    @property
    def reversed_items(self) -> tuple[str, ...]:
        """Items that run against the others."""
        return tuple(item.name for item in self.items if item.runs_against)

    def item(self, name: str) -> ItemReliability:
        """Return the statistics of one item.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such item.
        """
        names = [item.name for item in self.items]
        require_choice("item", name, names)
        return self.items[names.index(name)]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the item statistics, one row an item, as a plain dict; NaN where there is none."""
        numbers = {
            field: np.array([getattr(item, field) for item in self.items], dtype=np.float64)
            for field in (
                "standard_deviation", "item_rest", "alpha_if_dropped", "loading", "uniqueness",
            )
        }  # fmt: skip
        return {
            "item": np.array([item.name for item in self.items]),
            "label": np.array([item.label for item in self.items]),
            "n": np.array([item.n for item in self.items]),
            **numbers,
            "runs_against": np.array([item.runs_against for item in self.items]),
        }

    def __repr__(self) -> str:
        omega = "none" if self.omega is None else number(self.omega.value)
        return (
            f"Reliability({self.name!r}, items={len(self.items)}, n={self.n:,}, "
            f"alpha={number(self.alpha.value)}, omega={omega})"
        )

    def _table(self) -> Table:
        header = ("", "value", "low", "high", "item-rest", "alpha if dropped", "loading", "n")
        rows: list[tuple[Cell, ...]] = [
            (f"{its.name}, {its.convention}", *its.cells(), None, None, None, its.n)
            for its in self.coefficients
        ]
        rows += [
            (
                f"· {item.name} {item.label}".rstrip(),
                *(None, None, None),
                *(item.item_rest, item.alpha_if_dropped, item.loading, item.n),
            )
            for item in self.items
        ]
        return Table(self._title(), header, tuple(rows), (*self._base(), *self.remarks()))

    def _title(self) -> str:
        title = "Reliability" if self.name == "reliability" else f"Reliability of {self.name}"
        return f"{title}: {len(self.items)} items"

    def _base(self) -> tuple[str, str]:
        least = "" if self.smallest_n == self.n else f", at least {self.smallest_n:,} a pair"
        used = (
            f"{self.n:,} of {self.respondents:,} respondents, {self.covariances}{least}; effective "
            f"n {self.effective_n:,.1f}."
        )
        return used, methods_of(self.coefficients)

    def remarks(self) -> tuple[str, ...]:
        """Return what to know before the figures are used, in sentences."""
        found = []
        if self.factor is None:
            found.append(f"No omega: {self.no_factor}")
        else:
            close = "" if self.factor.srmr <= CLOSE_FIT else "; above .08 one factor is too few"
            found.append(f"One factor by maximum likelihood: SRMR {self.factor.srmr:.3f}{close}.")
            if self.factor.heywood is not None:
                found.append(f"Heywood case: the uniqueness of {self.factor.heywood} is held at 0.")
        if self.heywood_resamples:
            found.append(f"Heywood case in {self.heywood_resamples:,} resamples.")
        if self.reversed_items:
            found.append(f"Worded the other way round? {', '.join(self.reversed_items)}.")
        return tuple(found)


def methods_of(coefficients: Iterable[ReliabilityCoefficient | None]) -> str:
    """Name the methods of the intervals that a table shows."""
    methods = {
        one.confidence_interval().method
        for one in coefficients
        if one is not None and (one.standard_error is not None or one.draws)
    }
    return f"95 % intervals: {'; '.join(sorted(methods))}."


class InstrumentReliability(Frozen):
    """Reliability of each dimension of an instrument.

    Parameters
    ----------
    instrument : str
        Its name.
    dimensions : tuple of Reliability
        Those with two items or more.
    single_items : tuple of str
        Dimensions of one item, which has no internal consistency. Where a reliability is needed,
        to correct a correlation for attenuation say, take one from a study that asked it twice.
    as_read : bool
        Whether it is the instrument with which the answers were read, as none was given.
    absent : tuple of str
        Its items that are not among those answers.
    """

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
            If there is no such dimension, or it has a single item.
        """
        names = [dimension.name for dimension in self.dimensions]
        require_choice("dimension", name, names)
        return self.dimensions[names.index(name)]

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each coefficient of each dimension, as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.

        Returns
        -------
        dict of str to ndarray
            dimension, coefficient, convention, items, value, low, high, standard_error and n; NaN
            where there is none.
        """
        rows = [(its.name, one) for its in self.dimensions for one in its.coefficients]
        ends = np.array([one.cells(level) for _, one in rows], dtype=np.float64)
        return {
            "dimension": np.array([name for name, _ in rows]),
            "coefficient": np.array([one.name for _, one in rows]),
            "convention": np.array([one.convention for _, one in rows]),
            "items": np.array([one.items for _, one in rows]),
            **dict(zip(("value", "low", "high"), ends.T, strict=True)),
            "standard_error": np.array([one.standard_error for _, one in rows], dtype=np.float64),
            "n": np.array([one.n for _, one in rows]),
        }

    def __repr__(self) -> str:
        alphas = ", ".join(f"{its.name}={number(its.alpha.value)}" for its in self.dimensions)
        return f"InstrumentReliability({self.instrument!r}, alpha: {alphas})"

    def _table(self) -> Table:
        header = ("", "items", "alpha", "low", "high", "omega", "low", "high", "AVE", "n")
        rows = tuple(self._row(its) for its in self.dimensions)
        shown = [one for its in self.dimensions for one in (its.alpha, its.omega)]
        notes = [f"Alpha and omega: raw. {methods_of(shown)}"]
        notes += [f"{its.name}: {said}" for its in self.dimensions for said in its.remarks()]
        if self.single_items:
            notes.append(f"Single item, no internal consistency: {', '.join(self.single_items)}.")
        notes += as_read_note(as_read=self.as_read, absent=self.absent)
        return Table(f"{self.instrument}: reliability", header, rows, tuple(notes))

    @staticmethod
    def _row(its: Reliability) -> tuple[Cell, ...]:
        omega = (None, None, None) if its.omega is None else its.omega.cells()
        extracted = its.average_variance_extracted
        ave = None if extracted is None else extracted.value
        return (its.name, len(its.items), *its.alpha.cells(), *omega, ave, its.n)
