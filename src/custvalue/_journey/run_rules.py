"""Run rules of control charts: patterns that chance alone seldom makes.

A rule looks at the points in units of the standard error from the centre, each with its own. Those
of Western Electric (1956, *Statistical Quality Control Handbook*, pages 25-28) are the first four;
those of Nelson (1984, *Journal of Quality Technology* 16(4), 237-239) are eight. The more rules,
the more false alarms: with the four of Western Electric a process that is as ever gives one in 92
points on average, with limits alone one in 370 (Champ & Woodall 1987, *Technometrics* 29(4),
393-399).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._rows import FloatArray

RunRules = Literal["western electric", "nelson", "limits only"]
Places = npt.NDArray[np.bool_]
Rule = Callable[[FloatArray], Places]

AT_CENTRE = 1e-9  # standard errors from it


def _windows(wanted: npt.NDArray[np.bool_], of: int, at_least: int) -> Places:
    """Say at which points some of the last so many, that point among them, are as wanted."""
    found = np.zeros(len(wanted), dtype=bool)
    if len(wanted) >= of:
        seen = np.lib.stride_tricks.sliding_window_view(wanted, of).sum(axis=1)
        found[of - 1 :] = (seen >= at_least) & wanted[of - 1 :]
    return found


def _on_one_side(beyond: float, of: int, at_least: int) -> Rule:
    def rule(z: FloatArray) -> Places:
        return _windows(z > beyond, of, at_least) | _windows(z < -beyond, of, at_least)

    return rule


def _trending(z: FloatArray) -> Places:
    rises = np.r_[0.0, np.sign(np.diff(z))]
    return _windows(rises > 0, 5, 5) | _windows(rises < 0, 5, 5)


def _alternating(z: FloatArray) -> Places:
    rises = np.sign(np.diff(z))
    turns = np.r_[np.zeros(min(2, len(z)), dtype=bool), rises[1:] * rises[:-1] < 0]
    return _windows(turns, 12, 12)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "2 of 3 beyond 2 standard errors": _on_one_side(2.0, 3, 2),
        "4 of 5 beyond 1 standard error": _on_one_side(1.0, 5, 4),
        "8 in a row on one side": _on_one_side(AT_CENTRE, 8, 8),
        "9 in a row on one side": _on_one_side(AT_CENTRE, 9, 9),
        "6 in a row rising or falling": _trending,
        "14 in a row up and down": _alternating,
        "15 in a row within 1 standard error": lambda z: _windows(np.abs(z) < 1, 15, 15),
        "8 in a row beyond 1 standard error": lambda z: _windows(np.abs(z) > 1, 8, 8),
    }
)
SETS: Mapping[RunRules, tuple[str, ...]] = MappingProxyType(
    {
        "limits only": (),
        "western electric": (*RULES,)[:3],
        "nelson": ((*RULES,)[0], (*RULES,)[1], *(*RULES,)[3:]),
    }
)


def signals_of(z: FloatArray, outside: Places, rules: RunRules) -> list[tuple[str, ...]]:
    """Return what each point signals, by the names of the rules."""
    require_choice("rules", rules, get_args(RunRules))
    found = {"outside the limits": outside, **{name: RULES[name](z) for name in SETS[rules]}}
    return [tuple(name for name, at in found.items() if at[place]) for place in range(len(z))]
