"""Projects that cost something and move what customers feel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from scipy import special

from custvalue._checks import finite
from custvalue._histories.units import horizon_in
from custvalue._inference.estimate import Estimated, estimate_of
from custvalue._inference.resampled import ResampledEstimate
from custvalue._loyalty.propagated import PropagatedEstimate, propagated
from custvalue._rows import FloatArray
from custvalue._values import Record
from custvalue._words import plain
from custvalue.errors import ParameterError

Move = float | tuple[float, float]
MOST_MONEY = 1e15
MOST_POINTS = 1e6


class Worth(Protocol):
    """What turns points into money, in the sample and in every draw: a chain."""

    def gains(
        self,
        points: Mapping[str, FloatArray],
        *,
        decay: str | None,
        horizon: str | None,
        annual_discount_rate: float | None,
        margin: float | None,
    ) -> FloatArray:
        """Return the money of points by dimension, shape (1 + draws,) each: the sample first."""
        ...

    @property
    def draws(self) -> int:
        """Joint draws of all steps."""
        ...


@dataclass(frozen=True)
class Project(Record):
    """Something to pay for, and what it moves.

    Parameters
    ----------
    name : str
        What is done.
    cost : float
        In money of today, > 0.
    moves : mapping of str to float, tuple or estimate, optional
        Dimension to points of its scale: a number, mean and standard deviation, (0.2, 0.1), or an
        estimate, such as what a programme did where it was tried.
    decay : str, optional
        After what time half of the effect is gone, as in ``"2 years"``; None where it stays.
    reach : float
        Share of the customers whom it reaches, > 0 and <= 1.
    gain : float, tuple or estimate, optional
        What it brings in money beside the moves, or without any: a number, mean and standard
        deviation, or an estimate such as the value of complaints heard, of customers won back or of
        referrals.

    Raises
    ------
    ParameterError
        If a cost, move, share or time is none, or the project moves nothing.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> profit_chain.Project(
    ...     "new reception", cost=80_000, moves={"responsiveness": (0.2, 0.1)}, decay="2 years"
    ... ).cost
    80000.0
    """

    name: str
    cost: float
    moves: Mapping[str, Any] = field(default_factory=dict)
    decay: str | None = None
    reach: float = 1.0
    gain: float | tuple[float, float] | PropagatedEstimate | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ParameterError(f"name must be text, but it is {self.name!r}.")
        cost = finite(self.cost)
        if not 0 < cost <= MOST_MONEY:
            raise ParameterError(
                f"cost of {self.name} must be a number > 0, as in 80_000, but it is "
                f"{plain(self.cost)!r}."
            )
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "moves", self._checked_moves())
        reach = finite(self.reach)
        if not 0 < reach <= 1:
            raise ParameterError(
                f"reach of {self.name} must be a share > 0 and <= 1, but it is "
                f"{plain(self.reach)!r}."
            )
        if self.decay is not None and not horizon_in(self.decay, "year", "decay") > 0:
            raise ParameterError(
                f"decay of {self.name} must be a time > 0, as in '2 years', but it is "
                f"{self.decay!r}. Leave it out where the effect stays."
            )
        object.__setattr__(self, "gain", _checked_gain(self.gain, self.name))
        if reach < 1 and not self.moves:
            raise ParameterError(
                f"reach of {self.name} is of what it moves, but it moves nothing. Give the gain of "
                f"those whom it reaches, without reach=."
            )
        if not self.moves and self.gain is None:
            raise ParameterError(
                f"{self.name} moves nothing. Say what it moves, as in "
                f"moves={{'responsiveness': 0.2}}, or what it brings, gain=."
            )

    def _checked_moves(self) -> dict[str, Move]:
        if not isinstance(self.moves, Mapping):
            raise ParameterError(
                f"moves of {self.name} must be a mapping of dimensions to points, as in "
                f"{{'responsiveness': (0.2, 0.1)}}, but they are {self.moves!r}."
            )
        return {name: self._move(name, its) for name, its in self.moves.items()}

    def _move(self, dimension: str, given: Any) -> Move:
        if isinstance(given, Estimated):
            estimate = estimate_of(given)
            given = (estimate.value, estimate.standard_error or 0.0)
        pair = given if isinstance(given, tuple | list) else (given, 0.0)
        numbers = tuple(finite(its) for its in pair)
        if len(numbers) != 2 or not abs(numbers[0]) <= MOST_POINTS or not 0 <= numbers[1] < 1e6:
            raise ParameterError(
                f"moves[{dimension!r}] of {self.name} must be points of the scale, or their mean "
                f"and standard deviation, as in 0.2 or (0.2, 0.1), but it is {given!r}."
            )
        if not abs(numbers[0]) > 0 and not numbers[1] > 0:
            raise ParameterError(
                f"moves[{dimension!r}] of {self.name} is 0: it moves nothing. Leave it out."
            )
        return (numbers[0], numbers[1]) if numbers[1] > 0 else numbers[0]


def half_lives(decay: str) -> float:
    """Return in how many days half of an effect is gone."""
    return horizon_in(decay, "day", "decay")


def gain_at(
    given: float | tuple[float, float] | PropagatedEstimate, probabilities: FloatArray
) -> FloatArray:
    """Return the money that a project brings beside its moves: its mean, then at probabilities.

    Shape (1 + probabilities,). Estimates are read at the quantiles of their draws.
    """
    if isinstance(given, PropagatedEstimate):
        return np.append(given.value, np.quantile(given.draws, probabilities))
    mean, deviation = given if isinstance(given, tuple) else (given, 0.0)
    return np.append(mean, mean + deviation * special.ndtri(probabilities))


def _checked_gain(given: Any, name: str) -> float | tuple[float, float] | PropagatedEstimate | None:
    """Read a number, mean and standard deviation, or any estimate."""
    if given is None or isinstance(given, PropagatedEstimate):
        return given
    if isinstance(given, ResampledEstimate):
        return propagated(given.name, np.append(given.value, given.draws), given.n)
    if isinstance(given, Estimated):
        estimate = estimate_of(given)
        given = (estimate.value, estimate.standard_error or 0.0)
    pair = given if isinstance(given, tuple | list) else (given, 0.0)
    numbers = [finite(its) for its in pair]
    if len(numbers) != 2 or not abs(numbers[0]) <= MOST_MONEY or not 0 <= numbers[1] < math.inf:
        raise ParameterError(
            f"gain of {name} must be an amount of money, its mean and standard deviation, or an "
            f"estimate, but it is {given!r}."
        )
    return (numbers[0], numbers[1]) if numbers[1] > 0 else numbers[0]
