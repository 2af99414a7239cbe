"""Shares of the answers to one item as estimates, Timko's better and worse among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._checks import checked_level, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import (
    ComparisonMethod,
    Estimate,
    IntervalMethod,
    by_error,
)
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples, share_resamples
from custvalue._kano.distribution import Dirichlet, Shares, TopTwo
from custvalue._words import number
from custvalue.errors import DataError

SharesMethod = Literal["wilson", "delta"] | Dirichlet

NEEDS_N = "Give n, the number of answers, to KanoResult.from_percentages."

BY_PRIOR = "Bayes' interval is 'dirichlet', or Dirichlet(prior=1) for another prior than Jeffreys'."
OTHER_NAMES = {
    **dict.fromkeys(("posterior", "bayes", "jeffreys"), BY_PRIOR),
    "score": "The score interval of a share is 'wilson'.",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class CountedEstimate(Estimate):
    """An estimate from counted answers, whose number a publication may not state."""

    @property
    def has_interval(self) -> bool:
        """Whether the number of answers is known."""
        return self.n > 0

    def _require_error(self) -> None:
        if not self.has_interval:
            raise DataError(
                f"{self.name}: an interval needs the number of answers, which is not known. "
                f"{NEEDS_N}"
            )

    def row(self, level: float = 0.95, *, value: str = "value") -> dict[str, float | None]:
        """Return value, low, high, standard error and n as cells of a table, by name.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        value : str
            What the column of the value is called.
        """
        known = self.n if self.has_interval else None
        return {**super().row(level, value=value), "n": known}

    def _notes(self) -> tuple[str, ...]:
        return tuple(super()._notes()) if self.has_interval else (f"No interval. {NEEDS_N}",)


def _interval(method: SharesMethod, share: CategoryShare, level: float) -> Interval:
    low, high = (float(end[0]) for end in share.as_shares.ends(level, method))
    if share.sign < 0:
        low, high = 0.0 - high, 0.0 - low  # 0 and not -0
    return Interval(low=low, high=high, level=level, method=_name(method))


def _name(method: SharesMethod) -> str:
    if isinstance(method, Dirichlet):
        return f"dirichlet, prior {number(method.prior)} in each category"
    return "delta, clipped" if method == "delta" else method


@dataclass(frozen=True, kw_only=True, repr=False)
class CategoryShare(CountedEstimate):
    """A share of the answers to one item, or a coefficient that is one but for its sign.

    Parameters
    ----------
    name, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`.
    value : float
        From 0 to 1; from -1 to 0 for *worse*.
    standard_error : float or None
        Linearised for weights; None where the number of answers is not known.
    n, effective_n
        Answers in the base, and those of a simple random sample with the same variance, at most
        `n` (Kish's where the share is 0 or 1); 0 where their number is not known.
    sign : {1, -1}
        -1 for *worse*, which is written as a negative number.
    categories : tuple of int
        How many categories are counted, and how many more are in the base.

    Notes
    -----
    Methods of :meth:`confidence_interval`, none of which leaves 0 to 1, or -1 to 0 for *worse*:

    ``wilson``
        Wilson's score interval with the effective n. The default: unweighted, it covers 93.0 to
        97.8 % at shares from 0.01 to 0.99 for n = 30, 95.2 % on average.
    ``delta``
        Linearised standard error, clipped. It covers 26 to 96 % there, and has no width at 0 and 1.
    ``dirichlet`` or ``Dirichlet(prior=1)``
        Bayes: the equal-tailed credible interval under a Dirichlet prior on the six categories,
        by default Jeffreys' prior. It covers 88 to 97 %, 95.1 % on average.
    ``Bootstrap(2000, rng=1)``
        Resampled answers. It covers what ``delta`` covers.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {
            "wilson": partial(_interval, "wilson"),
            "delta": partial(_interval, "delta"),
            "dirichlet": partial(_interval, Dirichlet()),
        }
    )
    USUAL: ClassVar[str] = "wilson"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"
    OTHER_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType(OTHER_NAMES)

    bounds: tuple[float, float] | None = (0.0, 1.0)
    sign: Literal[1, -1] = 1
    categories: tuple[int, int]

    @property
    def as_shares(self) -> Shares:
        """The same numbers as arrays of one entry, without the sign."""
        numbers = (abs(self.value), self.standard_error or 0.0, float(self.n), self.effective_n)
        value, error, n, effective = (np.array([number]) for number in numbers)
        known = self.of_design if self.degrees_of_freedom is not None else {}
        return Shares(value, error, n, effective, *self.categories, design=(known,))

    def confidence_interval(
        self, level: float = 0.95, *, method: str | Bootstrap | Dirichlet | None = None
    ) -> Interval:
        """Return an interval.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : {"wilson", "delta", "dirichlet"}, Dirichlet or Bootstrap, optional
            ``wilson`` by default; ``Dirichlet(prior=1)`` for another prior than Jeffreys'.

        Raises
        ------
        DataError
            If the number of answers is not known.
        ParameterError
            If `level` or `method` is unknown.
        """
        if isinstance(method, Dirichlet):
            self._require_error()
            return _interval(method, self, checked_level(level))
        return super().confidence_interval(level, method=method)

    def _resampled(self, method: Bootstrap) -> Resamples:
        self._require_error()
        share = abs(self.value)
        return share_resamples(
            [share, 1 - share],
            self.effective_n,
            lambda counts: self.sign * counts[:, 0] / counts.sum(axis=1) + 0.0,
            method,
        )


def _delta(strength: Estimate, level: float) -> Interval:
    degrees = strength.degrees_of_freedom
    quantile = normal_quantile(level) if degrees is None else t_quantile(level, degrees)
    return by_error(strength, level, quantile, "delta")


@dataclass(frozen=True, kw_only=True, repr=False)
class CategoryStrength(CountedEstimate):
    """Share of the largest category of an item minus that of the next.

    Parameters
    ----------
    name, value, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`.
    standard_error : float or None
        Linearised; None where the number of answers is not known.
    n, effective_n
        All answers, and Kish's effective number of them; 0 where their number is not known.

    Notes
    -----
    Its interval is the ``delta`` one, clipped at 0 and 1. It does not know that the two categories
    were chosen because they are the largest: for the class itself look at P(category).
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"delta": _delta})
    USUAL: ClassVar[str] = "delta"

    bounds: tuple[float, float] | None = (0.0, 1.0)


def category_share(shares: Shares, name: str, *, sign: Literal[1, -1] = 1) -> CategoryShare:
    """Turn the share of a single item into an estimate; ``sign=-1`` for *worse*."""
    known = not np.isnan(shares.n[0])
    return CategoryShare(
        name=name,
        value=sign * float(shares.value[0]) + 0.0,  # 0 and not -0
        standard_error=float(shares.error[0]) if known else None,
        n=round(shares.n[0]) if known else 0,
        effective_n=float(shares.effective_n[0]) if known else 0.0,
        bounds=(0.0, 1.0) if sign > 0 else (-1.0, 0.0),
        sign=sign,
        categories=(shares.inside, shares.outside),
        **_of_design(shares.design),
    )


def category_strength(top: TopTwo, effective_n: float, n: float, name: str) -> CategoryStrength:
    """Turn the gap of the two largest categories of a single item into an estimate."""
    known = not np.isnan(n)
    return CategoryStrength(
        name=name,
        value=float(top.gap[0]),
        standard_error=float(top.error[0]) if known else None,
        n=round(n) if known else 0,
        effective_n=effective_n if known else 0.0,
        **_of_design(top.design),
    )


def _of_design(design: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what clusters decide of a single item, without what its arrays hold already."""
    held = ("standard_error", "effective_n")
    return {name: its for each in design for name, its in each.items() if name not in held}


def requested(method: object) -> SharesMethod:
    """Return a request for intervals of many shares; ``dirichlet`` has Jeffreys' prior."""
    if isinstance(method, Dirichlet):
        return method
    require_choice("method", method, tuple(CategoryShare.METHODS), hints=OTHER_NAMES)
    if method == "dirichlet":
        return Dirichlet()
    return "delta" if method == "delta" else "wilson"
