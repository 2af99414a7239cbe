"""Shares with linearised variance, and their intervals.

For equal weights the variance is the textbook p (1 - p) / n. Intervals take the size of the simple
random sample with the same variance; Kish's effective sample size is used only for shares of 0 and
1, where the linearised variance vanishes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np

from custvalue._inference import ends
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import ComparisonMethod, EndsAt, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.means import of_clusters, present_entries
from custvalue._inference.resamples import Resamples, share_resamples
from custvalue._inference.sample import Sample
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Bounds, NonNegative, Probability
from custvalue._words import percent

ProportionMethod = Literal["wilson", "clopper-pearson", "mid-p", "agresti-coull", "jeffreys"]

ShareEnds = Callable[[float, float, float], tuple[float, float]]


def _interval(method: str, find: ShareEnds, share: Estimate, level: float) -> Interval:
    n = ends.normal_size(level, share.effective_n, share.degrees_of_freedom)
    low, high = find(share.value, n, level)
    past = [f"clipped at {end}" for end, left in ((0, low < 0), (1, high > 1)) if left]
    name = ", ".join([method, *past])
    return Interval(low=max(low, 0.0), high=min(high, 1.0), level=level, method=name)


_ENDS: dict[ProportionMethod, ShareEnds] = {
    "wilson": ends.wilson,
    "clopper-pearson": ends.clopper_pearson,
    "mid-p": ends.mid_p,
    "agresti-coull": ends.agresti_coull,
    "jeffreys": ends.jeffreys,
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Proportion(Estimate):
    """A share of respondents with what it rests on.

    Parameters
    ----------
    name : str
        What is counted.
    value : float
        The (weighted) share, 0 to 1.
    standard_error : float
        Linearised; 0 where all respondents are counted, or none.
    n : int
        Answers used.
    effective_n : float
        Answers of a simple random sample with the same variance, p (1 - p) / SE², at most `n`
        (Korn & Graubard 1998, *Survey Methodology* 24(2)); Kish's effective n where p is 0 or 1.
    bounds : tuple of float
        0 and 1.
    degrees_of_freedom, design_effect : float or None
        Of the standard error, where they were estimated.

    Notes
    -----
    Methods of :meth:`confidence_interval`: ``wilson``, ``clopper-pearson``, ``mid-p``,
    ``agresti-coull``, ``jeffreys`` and ``Bootstrap(2000, rng=1)``.

    Wilson (1927) is the default: nominal coverage on average; Clopper & Pearson (1934) never falls
    below nominal; ``mid-p`` counts half of the observed outcome, and is the one to ask for near 0
    and 1; Agresti & Coull (1998), the adjusted Wald interval, is clipped at 0 and 1, and its name
    then says so; ``jeffreys`` is Bayes' equal-tailed interval under the prior Beta(½, ½). Weighted
    data enter by their effective n. One interval has one name: Wilson's is the score interval.
    Resamples cover what the plain Wald interval covers and have zero width at 0 and 1, which the
    name of their interval then says: they are there for comparison with other software.

    Only n + 1 shares can be observed, so the coverage of every method oscillates with p
    (Brown, Cai & DasGupta 2001, *Statistical Science* 16(2)). Computed exactly for 95 %, in
    percent, on average [at the worst p]:

    ================  ============  ===========  =============  ==============  ===============
    p                 wilson        mid-p        jeffreys       agresti-coull   clopper-pearson
    ================  ============  ===========  =============  ==============  ===============
    below 1/n         94.5 [83.7]   98.2 [95.1]  97.0 [89.8]    98.6 [95.5]     99.0 [97.5]
    1/n to 2/n        96.0 [91.6]   97.7 [95.9]  97.1 [95.0]    97.1 [95.0]     98.7 [97.5]
    2/n to 5/n        95.7 [92.1]   96.0 [91.7]  94.4 [88.0]    96.6 [94.0]     97.8 [95.5]
    5/n to 10/n       95.2 [92.7]   95.2 [92.8]  94.8 [92.2]    95.7 [93.7]     96.9 [95.1]
    .1-.9, n = 30     95.2 [92.1]   95.3 [92.5]  94.8 [92.2]    95.6 [93.4]     97.0 [95.1]
    .1-.9, n = 100    95.0 [93.3]   95.1 [93.5]  94.9 [93.5]    95.2 [93.9]     96.2 [95.0]
    .1-.9, n = 1000   95.0 [94.4]   95.0 [94.6]  95.0 [94.6]    95.0 [94.5]     95.4 [95.1]
    ================  ============  ===========  =============  ==============  ===============

    The rows near 0 (and 1) hold for n = 30, 100 and 1000 alike. With unequal weights
    (coefficient of variation .8) Wilson covered 93 to 97 % in simulations.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {method: partial(_interval, method, find) for method, find in _ENDS.items()}
    )
    USUAL: ClassVar[str] = "wilson"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"
    OTHER_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "score": "The score interval of a share is 'wilson'.",
            "dirichlet": "Bayes' interval of one share under Jeffreys' prior is 'jeffreys'.",
            "adjusted-wald": "The adjusted Wald interval of a share is 'agresti-coull'.",
        }
    )

    value: Probability
    standard_error: NonNegative
    bounds: Bounds | None = (0.0, 1.0)

    @staticmethod
    def usual_ends(estimates: Sequence[Proportion]) -> EndsAt:
        """Return how Wilson's intervals of many shares are found, all together."""
        share, n = np.array([(its.value, its.effective_n) for its in estimates]).T
        degrees = degrees_of(estimates)

        def find(places: IntArray, sides: FloatArray, levels: FloatArray) -> FloatArray:
            size = ends.normal_sizes(levels, n[places], degrees[places])
            return ends.wilson_ends(share[places], size, levels, sides)

        return find

    def _resampled(self, method: Bootstrap) -> Resamples:
        return share_resamples(
            [self.value, 1 - self.value],
            self.effective_n,
            lambda counts: counts[:, 0] / counts.sum(axis=1),
            method,
        )

    def _notes(self) -> tuple[str, ...]:
        effective = effective_n_note(self.effective_n, self.standard_error, "share")
        return (f"{self.confidence_interval().description}; {effective}.",)


def degrees_of(estimates: Sequence[Estimate]) -> FloatArray:
    """Return the degrees of freedom of estimates, infinite where the normal distribution serves."""
    known = (its.degrees_of_freedom for its in estimates)
    return np.array([np.inf if its is None else its for its in known])


def effective_n_note(effective_n: float, error: float, of: str) -> str:
    """Describe an effective n of :func:`matched_n`, and by what it was found."""
    by = f"by the variance of the {of}" if error > 0 else "by the weights (Kish)"
    return f"effective n {effective_n:,.1f} {by}"


def proportion(hits: FloatArray, sample: Sample, *, name: str) -> Proportion:
    """Estimate a weighted share from 0/1 answers; NaN entries are excluded."""
    present = present_entries(hits, sample.weights, name)
    hit, who = hits[present] > 0, sample.of_rows(present)
    found = share_of(counted(who.weights[hit]), counted(who.weights[~hit]), name=name)
    influences = who.weights * (hit - found.value) / who.weights.sum()
    return of_clusters(found, influences, who, lost=0)


@dataclass(frozen=True, slots=True)
class Counted:
    """Respondents who are alike: how many, the sum of their weights, and that of the squares."""

    n: int
    weight: float
    square: float

    def __add__(self, other: Counted) -> Counted:
        """Count both as one group."""
        return Counted(self.n + other.n, self.weight + other.weight, self.square + other.square)


def counted(weights: FloatArray) -> Counted:
    return Counted(len(weights), float(weights.sum()), float(weights @ weights))


def share_of(hit: Counted, rest: Counted, *, name: str) -> Proportion:
    """Estimate the share of some respondents among them and the others.

    The linearised standard error has no factor n / (n - 1) as a mean has: equal weights
    give √(p (1 - p) / n).
    """
    every = hit + rest
    share, other = hit.weight / every.weight, rest.weight / every.weight
    error = math.sqrt(hit.square * other**2 + rest.square * share**2) / every.weight
    return Proportion(
        name=name,
        value=share,
        standard_error=error,
        n=every.n,
        effective_n=matched_n(share * other, error, every),
    )


def share_among(some: int, every: int, name: str) -> Proportion:
    """Estimate the share of some among so many, all alike."""
    rest = every - some
    return share_of(Counted(some, some, some), Counted(rest, rest, rest), name=name)


def matched_n(variance: float, error: float, every: Counted) -> float:
    """Return the size of a simple random sample that has this standard error, at most n."""
    known = variance > 0 and error > 0
    matched = variance / error**2 if known else every.weight**2 / every.square
    return min(matched, float(every.n))


def percent_with_interval(share: Proportion, digits: int = 0) -> str:
    """Write ``12 % [0.0512, 0.2231]``, the interval at 95 %."""
    return f"{percent(share.value, digits)} {share.confidence_interval()}"
