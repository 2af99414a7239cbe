"""What must not be taken from a fit at its word: named reasons, each with its remedy."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from custvalue._checks import callers_level
from custvalue._values import Frozen
from custvalue.errors import CustvalueWarning, ForecastWarning, SubscriptionWarning

Reason = Literal[
    "all leave at the oldest age",
    "leave at once or never",
    "equal intervals",
    "one-time buyers",
    "nobody leaves",
]

WARNED_OF: Mapping[Reason, type[CustvalueWarning]] = MappingProxyType(
    {
        "all leave at the oldest age": ForecastWarning,
        "leave at once or never": ForecastWarning,
        "equal intervals": SubscriptionWarning,
    }
)
AGAINST_FORECASTS: tuple[Reason, ...] = tuple(WARNED_OF)


class Doubt(Frozen):
    """A reason not to take a fit at its word.

    Parameters
    ----------
    reason : str
        ``all leave at the oldest age``, ``leave at once or never``, ``equal intervals``: forecasts
        cannot be trusted, and the fit warned of it. ``one-time buyers``, ``nobody leaves``: by the
        definition of the model P(alive) is 1.
    message : str
        What was found, and what to do.
    """

    reason: Reason
    message: str

    @property
    def against_forecasts(self) -> bool:
        """Whether forecasts cannot be trusted, not P(alive) only."""
        return self.reason in AGAINST_FORECASTS


def warn_of(doubts: tuple[Doubt, ...]) -> None:
    """Warn of those that concern forecasts, where the user called."""
    for doubt in doubts:
        if (category := WARNED_OF.get(doubt.reason)) is not None:
            warnings.warn(doubt.message, category, stacklevel=callers_level())
