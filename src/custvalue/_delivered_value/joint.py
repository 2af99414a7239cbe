"""All parts of all offers together: functions of their means as estimates, and draws of them.

A comparison, a value map and a head-to-head table are functions of one matrix of means, offers by
parts. Each is written once, for many such matrices at a time; its standard errors follow from its
derivatives at the means and its probabilities from draws of the means. Derivatives are exact: the
imaginary part of f(x + ih) / h, which has no difference that could cancel (Squire & Trapp 1998,
*SIAM Review* 40(1)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from custvalue._checks import random_generator
from custvalue._delivered_value.amounts import drawn, expected, spread
from custvalue._delivered_value.offer import COSTS, VALUES, Offer
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._rows import FloatArray, IntArray

# Takes means, shape (samples, offers, parts), real or complex; gives (samples, statistics).
Statistic = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]

STEP = 1e-100  # of the imaginary part: its square is 0


class Joint(Protocol):
    """Means of the parts of offers, and how uncertain they are."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the offers."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """What the parts of value are called, which stand first."""
        ...

    @property
    def costs(self) -> tuple[str, ...]:
        """What the parts of cost are called."""
        ...

    @property
    def means(self) -> FloatArray:
        """Shape (offers, parts)."""
        ...

    @property
    def uncertain(self) -> bool:
        """Whether draws differ."""
        ...

    def estimates(
        self, names: Sequence[str], statistic: Statistic, of: Sequence[int]
    ) -> list[Estimate]:
        """Estimate statistics, each told with the ratings of the offer at the place `of`."""
        ...

    def draws(self, method: Bootstrap) -> FloatArray:
        """Return means as they may be, shape (draws, offers, parts)."""
        ...


def ranks(values: FloatArray, rounding: float) -> IntArray:
    """Rank the highest of the last axis 1; values that differ by no more than rounding share it."""
    above = [
        (values > values[..., place, np.newaxis] + rounding).sum(axis=-1)
        for place in range(values.shape[-1])
    ]
    return np.stack(above, axis=-1) + 1


def derivatives(statistic: Statistic, means: FloatArray) -> FloatArray:
    """Return how statistics move with each mean, shape (statistics, offers, parts)."""
    steps = np.eye(means.size).reshape(-1, *means.shape)
    moved: FloatArray = np.imag(statistic(means + 1j * STEP * steps)) / STEP
    return np.ascontiguousarray(moved.T).reshape(-1, *means.shape)


@dataclass(frozen=True, eq=False)
class Stated:
    """Offers that somebody states: parts that are numbers, or distributions, all independent."""

    offers: tuple[Offer, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the offers."""
        return tuple(offer.name for offer in self.offers)

    @property
    def values(self) -> tuple[str, ...]:
        """The four parts of value."""
        return VALUES

    @property
    def costs(self) -> tuple[str, ...]:
        """The four parts of cost."""
        return COSTS

    @property
    def means(self) -> FloatArray:
        """What is expected, shape (offers, parts)."""
        return np.array([[*map(expected, offer.parts.values())] for offer in self.offers])

    @property
    def deviations(self) -> FloatArray:
        """Standard deviations, shape (offers, parts)."""
        return np.array([[*map(spread, offer.parts.values())] for offer in self.offers])

    @property
    def uncertain(self) -> bool:
        """Whether a part is a distribution."""
        return bool(self.deviations.any())

    def estimates(
        self,
        names: Sequence[str],
        statistic: Statistic,
        of: Sequence[int],  # noqa: ARG002 - nobody was asked
    ) -> list[Estimate]:
        """Return statistics; what rests on numbers alone has no standard error."""
        values = statistic(self.means[np.newaxis])[0]
        moved = derivatives(statistic, self.means) * self.deviations
        errors = np.sqrt(np.square(moved).sum(axis=(1, 2)))
        return [
            Estimate(
                name=name,
                value=float(value),
                standard_error=float(error) if error > 0 else None,
                n=0,
                effective_n=0.0,
            )
            for name, value, error in zip(names, values, errors, strict=True)
        ]

    def draws(self, method: Bootstrap) -> FloatArray:
        """Draw from the distributions; numbers alone are drawn once."""
        if not self.uncertain:
            return self.means[np.newaxis]
        random, size = random_generator(method.rng), method.resamples
        parts = [
            [drawn(its, random, size) for its in offer.parts.values()] for offer in self.offers
        ]
        return np.moveaxis(np.array(parts), 2, 0)
