"""Amounts that are stated: a number, or a distribution where it is not known exactly."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import WrapValidator, model_validator
from pydantic_core import PydanticKnownError

from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Positive


class Distribution(Frozen):
    """What is believed about an amount that nobody knows exactly."""

    def draw(self, random: np.random.Generator, size: int) -> FloatArray:
        """Return some amounts, shape (size,).

        Parameters
        ----------
        random : numpy.random.Generator
            Source of randomness.
        size : int
            How many.
        """
        return self._draw(random, size)

    @abstractmethod
    def _draw(self, random: np.random.Generator, size: int) -> FloatArray:
        """Return some amounts."""


class Uniform(Distribution):
    """Anything between two amounts, all alike.

    Parameters
    ----------
    low, high : float
        The ends, low < high, both >= 0.

    Raises
    ------
    ParameterError
        If an end is negative, or they are in the wrong order.

    Examples
    --------
    >>> Uniform(low=10, high=16).mean
    13.0
    """

    shape: Literal["uniform"] = "uniform"
    low: NonNegative
    high: NonNegative

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low < self.high:
            raise ValueError(
                f"Uniform: low must be < high, but low={self.low:g} and high={self.high:g}. Give "
                f"an amount that is known as a number."
            )
        return self

    @property
    def mean(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def standard_deviation(self) -> float:
        """(high - low) / √12."""
        return (self.high - self.low) / math.sqrt(12)

    def _draw(self, random: np.random.Generator, size: int) -> FloatArray:
        return random.uniform(self.low, self.high, size)


class Triangular(Distribution):
    """An amount with a lowest, a most likely and a highest value, as experts state it.

    Parameters
    ----------
    low, mode, high : float
        In this order, low < high, all >= 0.

    Raises
    ------
    ParameterError
        If one is negative, or they are in the wrong order.

    Examples
    --------
    >>> Triangular(low=10, mode=14, high=24).mean
    16.0
    """

    shape: Literal["triangular"] = "triangular"
    low: NonNegative
    mode: NonNegative
    high: NonNegative

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(
                f"Triangular: low <= mode <= high and low < high must hold, but low={self.low:g}, "
                f"mode={self.mode:g} and high={self.high:g}. Give an amount that is known as a "
                f"number."
            )
        return self

    @property
    def mean(self) -> float:
        """A third of the sum of the three."""
        return math.fsum((self.low, self.mode, self.high)) / 3

    @property
    def standard_deviation(self) -> float:
        """√(((high - low)² + (mode - low)(mode - high)) / 18)."""
        left, right = self.mode - self.low, self.high - self.mode
        return math.sqrt(((self.high - self.low) ** 2 - left * right) / 18)

    def _draw(self, random: np.random.Generator, size: int) -> FloatArray:
        return random.triangular(self.low, self.mode, self.high, size)


class LogNormal(Distribution):
    """A positive amount with a long tail above, given by its mean and standard deviation.

    Parameters
    ----------
    mean, standard_deviation : float
        Of the amount itself, not of its logarithm; both > 0.

    Raises
    ------
    ParameterError
        If one is not positive.

    Examples
    --------
    >>> bool(LogNormal(mean=40, standard_deviation=5).draw(np.random.default_rng(1), 100).min() > 0)
    True
    """

    shape: Literal["lognormal"] = "lognormal"
    mean: Positive
    standard_deviation: Positive

    def _draw(self, random: np.random.Generator, size: int) -> FloatArray:
        width = math.log1p((self.standard_deviation / self.mean) ** 2)
        return random.lognormal(math.log(self.mean) - width / 2, math.sqrt(width), size)


MOST = 1e100  # of an amount: squares and ratios stay within doubles
SHAPES: Mapping[str, type[Distribution]] = {
    "uniform": Uniform,
    "triangular": Triangular,
    "lognormal": LogNormal,
}


def _amount(value: Any, _: object) -> Any:
    """Take a number >= 0 or a distribution, also as it stands in JSON or in a study file."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, Mapping) and value.get("shape") in SHAPES:
        return SHAPES[value["shape"]](**value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise PydanticKnownError("float_type")
    if not math.isfinite(value):
        raise PydanticKnownError("finite_number")
    if value < 0:
        raise PydanticKnownError("greater_than_equal", {"ge": 0})
    if value > MOST:
        raise PydanticKnownError("less_than_equal", {"le": MOST})
    return float(value)


Uncertain = float | Uniform | Triangular | LogNormal
Amount = Annotated[Uncertain, WrapValidator(_amount)]


def expected(amount: Uncertain) -> float:
    """Return an amount, or what is expected of it."""
    return amount.mean if isinstance(amount, Distribution) else amount


def spread(amount: Uncertain) -> float:
    """Return its standard deviation, 0 of a number."""
    return amount.standard_deviation if isinstance(amount, Distribution) else 0.0


def drawn(amount: Uncertain, random: np.random.Generator, size: int) -> FloatArray:
    """Return draws of an amount, shape (size,); a number is always the same."""
    if isinstance(amount, Distribution):
        return amount.draw(random, size)
    return np.full(size, amount)
