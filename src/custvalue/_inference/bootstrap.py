"""The request for bootstrap intervals, which is an argument: ``method=Bootstrap(2000, rng=1)``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from custvalue._checks import Generator, as_whole, random_generator, require_choice
from custvalue.errors import ParameterError

BootstrapKind = Literal["percentile", "bca"]

DEFAULT_RESAMPLES = 2_000
MOST_RESAMPLES = 1_000_000


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A request for intervals by resampling, given as ``method=``.

    Parameters
    ----------
    resamples : int
        How many resamples are drawn.
    rng : numpy.random.Generator, int or None
        Source of randomness; the same whole number gives the same resamples.
    kind : {"percentile", "bca"}
        Quantiles of the resamples, or bias-corrected and accelerated ones, which also need the
        skewness of the statistic (Efron & Tibshirani 1993, *An Introduction to the Bootstrap*,
        chapters 13 and 14).

    Raises
    ------
    ParameterError
        If `resamples` is not a whole number from 2 to 1,000,000, or `rng` or `kind` is unknown.

    Examples
    --------
    >>> from custvalue.satisfaction import net_promoter_score
    >>> from custvalue.survey import Bootstrap
    >>> score = net_promoter_score([10, 9, 9, 8, 7, 10, 6, 3, 9, 10])
    >>> str(score.confidence_interval(0.9, method=Bootstrap(2000, rng=1)))
    '[0, 80]'
    """

    resamples: int = DEFAULT_RESAMPLES
    rng: Generator = None
    kind: BootstrapKind = "percentile"

    def __post_init__(self) -> None:
        whole = -1 if isinstance(self.resamples, bool) else as_whole(self.resamples)
        if whole < 2:
            raise ParameterError(
                f"resamples must be a whole number >= 2, as in Bootstrap(2000), but it is "
                f"{self.resamples!r}."
            )
        if whole > MOST_RESAMPLES:
            raise ParameterError(
                f"resamples must be at most {MOST_RESAMPLES:,}, but it is {whole:,}. An interval "
                f"hardly changes after some ten thousand."
            )
        object.__setattr__(self, "resamples", whole)
        random_generator(self.rng)
        require_choice("kind", self.kind, get_args(BootstrapKind))


def require_bootstrap(method: object) -> Bootstrap:
    """Return `method` if it is a request for resamples."""
    if not isinstance(method, Bootstrap):
        raise ParameterError(
            f"method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is {method!r}."
        )
    return method
