"""CPU seconds of our call and of the same work by hand, in turn, in one run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

Work = Callable[[], object]


class Reported(NamedTuple):
    """Work in a process of its own, which returns how many seconds it took."""

    run: Callable[[], float]

    def __call__(self) -> float:
        """Run it once."""
        return self.run()


class Pair(NamedTuple):
    """Our call, and the same work by hand or by a peer (or nothing to compare with)."""

    ours: Work
    by_hand: Work | None = None


class Row(NamedTuple):
    """One line of the table: what is done, the seconds aimed at, and what makes the calls."""

    work: str
    goal: float
    prepare: Callable[[], Pair]


class Growth(NamedTuple):
    """One line of the growth table: what grows, its sizes, and what makes the call of a size."""

    work: str
    sizes: tuple[int, ...]
    prepare: Callable[[int], Work]


ROWS: list[Row] = []
GROWTHS: list[Growth] = []


def row(work: str, goal: float) -> Callable[[Callable[[], Pair]], Callable[[], Pair]]:
    """Enter a function that prepares a pair of calls as a line of the table."""

    def enter(prepare: Callable[[], Pair]) -> Callable[[], Pair]:
        ROWS.append(Row(work, goal, prepare))
        return prepare

    return enter


def growth(work: str, *sizes: int) -> Callable[[Callable[[int], Work]], Callable[[int], Work]]:
    """Enter a function that prepares the call of one size as a line of the growth table."""

    def enter(prepare: Callable[[int], Work]) -> Callable[[int], Work]:
        GROWTHS.append(Growth(work, sizes, prepare))
        return prepare

    return enter


def seconds(work: Work, least: float = 0.05) -> float:
    """CPU seconds of one call: short calls are repeated until they take ``least`` seconds."""
    if isinstance(work, Reported):
        return work()
    calls, begun = 0, time.process_time()
    while True:
        work()
        calls += 1
        spent = time.process_time() - begun
        if spent >= least:
            return spent / calls


def in_turn(pair: Pair, repeat: int) -> tuple[float, float]:
    """The least seconds of both calls, made in turn (nan where there is none by hand)."""
    ours, by_hand = math.inf, math.inf if pair.by_hand else math.nan
    pair.ours()  # the first call imports and fills caches
    for _ in range(repeat):
        ours = min(ours, seconds(pair.ours))
        if pair.by_hand:
            by_hand = min(by_hand, seconds(pair.by_hand))
    return ours, by_hand


def readable(value: float) -> str:
    """Seconds with a unit that suits them."""
    if math.isnan(value):
        return "-"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} us"
