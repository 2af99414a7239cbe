"""What a comparison of two groups by a structural model says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

from custvalue._checks import no_such, require_choice
from custvalue._inference.ends import normal_quantile
from custvalue._results.layout import Row, Tabulated, laid_out, shown
from custvalue._structural.permutation import Shuffled
from custvalue._table import Table
from custvalue._values import Count, Frozen, NonNegative, Probability
from custvalue._words import count, listed
from custvalue.errors import ParameterError

EffectKind = Literal["path", "total effect", "r squared", "index"]
Invariance = Literal["none", "partial", "full"]
SIGNIFICANCE = 0.05


class CompositeInvariance(Frozen):
    """Whether one construct is measured alike in both groups.

    Parameters
    ----------
    name : str
        Its name.
    c : float
        Correlation of the composites that the weights of the two groups make, over all respondents.
    c_limit : float
        What 5 % of the shuffles are below.
    c_p_value : float
        Share of the shuffles in which c is not larger.
    mean_difference : float
        First less second group, of the pooled composite, in its standard deviations.
    mean_p_value : float
        That the means are equal.
    log_variance_ratio : float
        Logarithm of the variance in the first group over that in the second.
    variance_p_value : float
        That the variances are equal.
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "c", "invariance")

    name: str
    c: float
    c_limit: float
    c_p_value: Probability
    mean_difference: float
    mean_p_value: Probability
    log_variance_ratio: float
    variance_p_value: Probability

    @property
    def compositional(self) -> bool:
        """Whether the two composites may be the same, at 5 %."""
        return self.c_p_value > SIGNIFICANCE

    @property
    def invariance(self) -> Invariance:
        """``full`` where means and variances may be equal too; ``partial`` without; or ``none``."""
        if not self.compositional:
            return "none"
        equal = min(self.mean_p_value, self.variance_p_value) > SIGNIFICANCE
        return "full" if equal else "partial"


class ComparedEffect(Frozen):
    """One number of the two groups.

    Parameters
    ----------
    what : {"path", "total effect", "r squared", "index"}
        What it is.
    source : str
        Where a path or a total effect comes from; empty for others.
    target : str
        Where it leads, or the construct.
    first, second : float
        Of the groups.
    standard_error : float or None
        Of the difference, of independent groups by the standard errors of the two fits.
    p_value : float
        By shuffles.
    adjusted_p_value : float
        Corrected for all of its kind (Holm).
    """

    REPR: ClassVar[tuple[str, ...]] = ("what", "source", "target", "difference", "p_value")

    what: EffectKind
    source: str
    target: str
    first: float
    second: float
    standard_error: NonNegative | None
    p_value: Probability
    adjusted_p_value: Probability

    @property
    def difference(self) -> float:
        """First less second group."""
        return self.first - self.second

    @property
    def label(self) -> str:
        """What it is, in print."""
        if self.source:
            return f"{self.source} -> {self.target}"
        return f"R² of {self.target}" if self.what == "r squared" else f"{self.what} {self.target}"


def _row(its: ComparedEffect, level: float) -> Row:
    """Return an effect as a row of a table."""
    ends: dict[str, Any] = {"low": None, "high": None}
    if its.standard_error is not None:
        reach = normal_quantile(level) * its.standard_error
        ends = {"low": its.difference - reach, "high": its.difference + reach}
    cells = its.model_dump(exclude={"standard_error"})
    return Row(its.label, {**cells, "difference": its.difference, **ends})


class GroupComparison(Tabulated, Frozen):
    """Two groups by one structural model.

    Parameters
    ----------
    invariance : tuple of CompositeInvariance
        Whether each construct is measured alike.
    effects : tuple of ComparedEffect
        Paths, total effects, R² and indices (unstandardised weights) of both groups.
    first_n, second_n : int
        Respondents.
    permutations : int
        Shuffles that have a solution.
    failed : int
        Shuffles without one.
    shuffled : {"respondents", "clusters", "respondents within clusters"}
        What was shuffled between the groups.
    """

    TITLE: ClassVar[str] = "Two groups by one model"
    SHOWN: ClassVar = shown("what, first, second, difference, low, high, p_value, adjusted_p_value")
    REPR: ClassVar[tuple[str, ...]] = ("invariance", "first_n", "second_n")

    invariance: tuple[CompositeInvariance, ...]
    effects: tuple[ComparedEffect, ...]
    first_n: Count
    second_n: Count
    permutations: Count
    failed: Count
    shuffled: Shuffled

    def of(self, construct: str) -> CompositeInvariance:
        """Return whether one construct is measured alike.

        Parameters
        ----------
        construct : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such construct.
        """
        names = [its.name for its in self.invariance]
        require_choice("construct", construct, names)
        return self.invariance[names.index(construct)]

    def path(self, source: str, target: str) -> ComparedEffect:
        """Return a path of both groups.

        Parameters
        ----------
        source, target : str
            Constructs.

        Raises
        ------
        ParameterError
            If there is no such path.
        """
        return self._effect("path", source, target)

    def total_effect(self, source: str, target: str) -> ComparedEffect:
        """Return a total effect of both groups.

        Parameters
        ----------
        source, target : str
            Constructs.

        Raises
        ------
        ParameterError
            If nothing leads from one to the other.
        """
        return self._effect("total effect", source, target)

    def index(self, construct: str) -> ComparedEffect:
        """Return the index of a construct in both groups.

        Parameters
        ----------
        construct : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such construct.
        """
        return self._effect("index", "", construct)

    def _effect(self, kind: EffectKind, source: str, target: str) -> ComparedEffect:
        some = [its for its in self.effects if its.what == kind]
        for its in some:
            if (its.source, its.target) == (source, target):
                return its
        asked = f"{source} -> {target}" if source else target
        raise ParameterError(no_such(kind, asked, [its.label for its in some]))

    @property
    def not_comparable(self) -> tuple[str, ...]:
        """Constructs whose composite is another one in each group."""
        return tuple(its.name for its in self.invariance if not its.compositional)

    def _rows(self, level: float) -> Sequence[Row]:
        return [_row(its, level) for its in self.effects]

    def _notes(self) -> Iterator[str]:
        yield f"{self.first_n:,} and {count(self.second_n, 'respondent')}."
        lost = f", {self.failed:,} failed" if self.failed else ""
        yield (
            f"P by {self.permutations:,} shuffles of {self.shuffled}{lost}, adjusted within each "
            f"kind (Holm); 95 % intervals by the standard errors of the two fits."
        )
        for level in ("full", "partial", "none"):
            names = [its.name for its in self.invariance if its.invariance == level]
            if names:
                yield f"Measurement invariance {level}: {listed(names)}."
        if self.not_comparable:
            yield f"Not comparable, another composite in each group: {listed(self.not_comparable)}."

    def measurement(self) -> Table:
        """Return the table of measurement invariance (MICOM)."""
        columns = shown(
            "c, c_limit: 5 % limit, c_p_value: P of c, mean_difference, mean_p_value: P of means, "
            "log_variance_ratio, variance_p_value: P of variances, invariance"
        )
        rows = [
            Row(its.name, {**its.model_dump(), "invariance": its.invariance})
            for its in self.invariance
        ]
        return laid_out("Measurement invariance", columns, rows)
