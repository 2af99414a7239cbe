"""The result of :func:`custvalue.drivers.importance`: drivers with their importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from custvalue._checks import Generator, checked_level, require_choice
from custvalue._drivers.answered import Answered, Covariances, joined
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.dominance import Dominance, dominance_of
from custvalue._drivers.estimating import Sharing, resampled, sharing_of
from custvalue._drivers.logistic import Explained
from custvalue._drivers.noise import NoiseFloor, noise_floor
from custvalue._drivers.ranks import RankProbabilities, rank_probabilities
from custvalue._drivers.subsets import MOST_RESAMPLED
from custvalue._drivers.tiers import attribute_of
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import Estimate, ends_of
from custvalue._inference.interval import Interval
from custvalue._inference.resampled import ResampledEstimate
from custvalue._respondents.responses import Responses
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, NonNegative
from custvalue._words import listed, number
from custvalue.errors import ParameterError

AnyEstimate = ResampledEstimate | Estimate

NAMES: Mapping[Decomposition, str] = {
    "lmg": "average addition to R² over all orders of entry (LMG, Shapley)",
    "general dominance": "general dominance, the average addition to R² over all orders of entry",
    "johnson": "Johnson's relative weights, which add up to R²",
    "regression": "standardised regression coefficients",
    "correlation": "correlations with the overall answers",
}
MEASURES = {"mcfadden": "McFadden's R²", "tjur": "Tjur's R²"}
ASSOCIATION = "Importance is association in one sample; it is not the effect of a change."
HIGH_VIF = 5.0


class Driver(Frozen):
    """One driver.

    Parameters
    ----------
    name : str
        The driver.
    importance : Estimate
        By the decomposition of the result: its part of R², its standardised coefficient, or its
        correlation. Linearised standard error, t with n - drivers - 1 degrees of freedom.
    share : Estimate or None
        Its part as a share of R²; None of coefficients and correlations, which do not add up to it.
    rank : int
        1 for the most important one, by size.
    correlation : float
        With the overall answers.
    coefficient : float
        In the regression on all drivers: standardised, or of standardised drivers in a logistic
        regression.
    vif : float
        Variance inflation factor, 1 / (1 - R²) of the driver on all others; above 5 coefficients
        are hard to tell apart.
    suppressed : bool
        Whether its coefficient in the linear regression on all drivers has another sign than its
        correlation (suppression) and is beyond chance, 1.96 times its error.
    order_error : float or None
        Standard error from the orders of entry that were drawn; None where all sets were computed.
    """

    name: str
    importance: AnyEstimate
    share: AnyEstimate | None
    rank: Count
    correlation: float
    coefficient: float
    vif: NonNegative
    suppressed: bool = False
    order_error: NonNegative | None = None


class DriverImportance(Pictured, Tabulated, Frozen):
    """How important drivers are for an overall answer.

    Parameters
    ----------
    drivers : tuple of Driver
        In the order of the items.
    decomposition : str
        The convention, as it was asked for.
    covariances : {"listwise", "pairwise"}
        Of whom correlations are: of those who answered everything, or of those who answered both.
    explained : {"r squared", "mcfadden", "tjur"}
        What is shared out: R² of linear regression, or McFadden's or Tjur's measure of logistic
        regression.
    r_squared : Estimate
        What all drivers explain together, by that measure.
    orders : int or None
        Orders of entry that were drawn; None where all sets were computed.
    answers : tuple of Responses
        To the drivers: one for each scale; none where they were counted in an engine.
    overall : Responses or str
        To the overall question; its name where answers were counted in an engine.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    PICTURE: ClassVar[str] = "driver_importance_bars"
    SHOWN: ClassVar = shown(
        "importance, importance_low, importance_high, share, rank, correlation: r, "
        "coefficient: β, vif: VIF"
    )
    REPR: ClassVar[tuple[str, ...]] = ("decomposition", "n", "ranked")

    drivers: tuple[Driver, ...]
    decomposition: Decomposition
    covariances: Covariances
    explained: Explained = "r squared"
    r_squared: AnyEstimate
    orders: Count | None
    answers: tuple[Responses, ...]
    overall: Responses | str
    base: Base

    def __getitem__(self, name: str) -> Driver:
        return attribute_of(name, self.drivers)

    @property
    def n(self) -> int:
        """Respondents used."""
        return self.r_squared.n

    @property
    def ranked(self) -> tuple[str, ...]:
        """Names of the drivers, the most important first."""
        return tuple(its.name for its in sorted(self.drivers, key=lambda its: its.rank))

    @property
    def adjusted_r_squared(self) -> float:
        """R² less what as many drivers explain by chance, 1 - (1 - R²) (n - 1) / (n - p - 1).

        It is that of linear regression, whatever `explained` is.
        """
        lost = (self.n - 1) / (self.n - len(self.drivers) - 1)
        return 1 - (1 - self.r_squared.value) * lost

    @property
    def suppressed(self) -> tuple[str, ...]:
        """Drivers whose coefficient has another sign than their correlation."""
        return tuple(its.name for its in self.drivers if its.suppressed)

    @property
    def collinear(self) -> tuple[str, ...]:
        """Drivers with a variance inflation factor above 5."""
        return tuple(its.name for its in self.drivers if its.vif > HIGH_VIF)

    @property
    def overall_name(self) -> str:
        """The overall question."""
        return self.overall if isinstance(self.overall, str) else self.overall.items[0]

    @property
    def overall_answers(self) -> Responses:
        """The answers to the overall question.

        Raises
        ------
        ParameterError
            If answers were counted in an engine.
        """
        if isinstance(self.overall, str):
            raise ParameterError(
                "this importance was computed from answers counted in an engine, where the "
                "respondents stayed. Resamples, noise floor, probabilities of ranks, dominance and "
                "expected changes need them: read the answers as Responses."
            )
        return self.overall

    def answered(self) -> Answered:
        """Return the answers of the respondents who are used.

        Raises
        ------
        ParameterError
            If answers were counted in an engine.
        """
        return joined(self.answers, self.overall_answers, self.covariances)

    def confidence_interval(
        self, level: float = 0.95, *, method: str | Bootstrap | None = None
    ) -> dict[str, Interval]:
        """Return the interval of the importance of each driver, by its name.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : str or Bootstrap, optional
            ``"t"`` or ``"normal"`` for linearised intervals, or ``Bootstrap(2000, rng=1)``, which
            resamples respondents, or whole clusters. By default that of the estimates.

        Raises
        ------
        EstimationError
            If more than half of the resamples have no importance.
        ParameterError
            If `level` or `method` is unknown.
        """
        level = checked_level(level)
        if isinstance(method, Bootstrap):
            return self.resampled(method).confidence_interval(level)
        if method is not None:
            require_choice("method", method, tuple(self.drivers[0].importance.METHODS))
        return {
            its.name: its.importance.confidence_interval(level, method=method)
            for its in self.drivers
        }

    def resampled(self, method: Bootstrap) -> DriverImportance:
        """Return the same result with intervals by resampling.

        Parameters
        ----------
        method : Bootstrap
            How many resamples to draw, from which source of randomness, and the kind of interval.

        Raises
        ------
        EstimationError
            If more than half of the resamples have no importance.
        ParameterError
            If `method` is no Bootstrap.
        """
        found = resampled(self._sharing, self._values, method)
        shares = found.shares or (None,) * len(self.drivers)
        each = zip(self.drivers, found.importance, shares, strict=True)
        drivers = tuple(
            its.model_copy(update={"importance": importance, "share": share})
            for its, importance, share in each
        )
        return self.model_copy(update={"drivers": drivers, "r_squared": found.r_squared})

    def rank_probabilities(self, method: Bootstrap) -> RankProbabilities:
        """Return how probable each rank of each driver is.

        Parameters
        ----------
        method : Bootstrap
            How many resamples to draw, from which source of randomness.

        Returns
        -------
        RankProbabilities

        Raises
        ------
        EstimationError
            If more than half of the resamples have no importance.
        ParameterError
            If `method` is no Bootstrap.

        Examples
        --------
        >>> from custvalue import drivers
        >>> from custvalue.survey import Bootstrap, Responses, Scale
        >>> frame = {
        ...     "fixed": [5, 4, 2, 1, 4, 3],
        ...     "coffee": [3, 4, 3, 4, 5, 3],
        ...     "overall": [5, 4, 2, 2, 4, 3],
        ... }
        >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
        >>> found = drivers.importance(answers, "overall")
        >>> found.rank_probabilities(Bootstrap(200, rng=1))["fixed"].first > 0.9
        True
        """
        return rank_probabilities(self._sharing, self._values, method)

    def noise_floor(
        self, permutations: int = 1_000, *, level: float = 0.95, rng: Generator = None
    ) -> NoiseFloor:
        """Return the importance that drivers have by chance alone.

        Parameters
        ----------
        permutations : int
            How often the overall answers are dealt out anew among the respondents. In clusters,
            such as dealers, the means of clusters are dealt out among clusters, and what
            respondents differ from them by among respondents.
        level : float
            The floor lies above this share of what chance gives.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Returns
        -------
        NoiseFloor

        Raises
        ------
        ParameterError
            If `permutations`, `level` or `rng` is none.
        """
        importance = self._values[: len(self.drivers)]
        return noise_floor(
            self._sharing, importance, permutations=permutations, level=level, rng=rng
        )

    def dominance(self) -> Dominance:
        """Return which driver dominates which: completely, by size of the set, or on average.

        Returns
        -------
        Dominance

        Raises
        ------
        ParameterError
            If there are more than 15 drivers, or 10 of a binary answer.
        """
        if self.orders is not None or len(self.drivers) > MOST_RESAMPLED:
            raise ParameterError(
                f"dominance compares all sets of drivers, of which there are too many with "
                f"{len(self.drivers)} drivers. Leave drivers out."
            )
        return dominance_of([its.name for its in self.drivers], self._sharing.explained())

    @property
    def _sharing(self) -> Sharing:
        return sharing_of(self.answered(), self.decomposition, self.explained)

    @property
    def _values(self) -> FloatArray:
        """Importance, shares where there are any, and R²."""
        importance = [its.importance.value for its in self.drivers]
        shares = [its.share.value for its in self.drivers if its.share is not None]
        return np.array([*importance, *shares, self.r_squared.value])

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, self._columns(its, level)) for its in self.drivers]

    def _printed(self) -> Sequence[Row]:
        ordered = sorted(self.drivers, key=lambda its: its.rank)
        return [Row(its.name, self._columns(its, 0.95)) for its in ordered]

    def _columns(self, its: Driver, level: float) -> dict[str, Any]:
        return {
            "driver": its.name,
            **ends_of("importance", its.importance, level),
            **ends_of("share", its.share, level),
            "rank": its.rank,
            "correlation": its.correlation,
            "coefficient": its.coefficient,
            "vif": its.vif,
            "order_error": its.order_error,
        }

    @property
    def _of_all(self) -> str:
        """What all drivers explain together, in words."""
        value = self.r_squared.value
        if self.explained == "r squared":
            return f"R² {value:.3f}, adjusted {self.adjusted_r_squared:.3f}"
        return f"{MEASURES[self.explained]} {value:.3f} of a logistic regression"

    def _title(self) -> str:
        return f"Importance for {self.overall_name}, {self.decomposition}"

    def _notes(self) -> Sequence[str]:
        usual = self.drivers[0].importance.confidence_interval()
        notes = [
            f"Importance: {NAMES[self.decomposition]}.",
            (f"{self._of_all}; correlations {self.covariances}; {usual.description}."),
        ]
        if self.orders is not None:
            largest = max(its.order_error or 0.0 for its in self.drivers)
            notes.append(
                f"{self.orders:,} orders of entry were drawn; standard error from that at most "
                f"{number(largest, 2)}."
            )
        if self.suppressed:
            notes.append(
                f"Coefficient and correlation have different signs (suppression): "
                f"{listed(self.suppressed)}."
            )
        if self.collinear:
            notes.append(
                f"VIF above {HIGH_VIF:.0f}, so that coefficients are hard to tell apart: "
                f"{listed(self.collinear)}."
            )
        return (*notes, str(self.base), ASSOCIATION)
