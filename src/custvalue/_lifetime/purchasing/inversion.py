"""When a chance that grows with time reaches a given height, for many customers at once."""

from __future__ import annotations

from collections.abc import Callable, Sized

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import PatternCells
from custvalue._rows import FloatArray

FOREVER = 1e250  # time units
LATEST = 230.0  # log of a time: 1e100
STEPS = 60
EXACT = 1e-10  # of the logarithm of a time

Chance = Callable[[FloatArray], FloatArray]


def by_time(formula: Callable[..., FloatArray], cells: Sized) -> Chance:
    """Return a formula of cells and a time as a function of a time for each cell."""
    if len(cells) == 1:
        return lambda time: np.atleast_1d(formula(cells, float(time[0])))
    return lambda time: formula(cells, time)


def time_of(chance: Chance, height: FloatArray) -> FloatArray:
    """Return the times at which chances reach heights; NaN where they do not before 1e100.

    In log(time) by regula falsi, whose other end counts half where it stays (Illinois); every third
    step halves.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        low, high = _bracket(chance, height)
        below, above = chance(np.exp(low)) - height, chance(np.exp(high)) - height
        never = above < 0
        for step in range(STEPS):
            if not (high - low > EXACT)[~never].any():
                break
            share = 0.5 if step % 3 == 2 else np.clip(below / (below - above), 0.001, 0.999)
            middle = low + share * (high - low)
            found = chance(np.exp(middle)) - height
            late = found >= 0
            below = np.where(late, below / 2, found)
            above = np.where(late, found, above / 2)
            low, high = np.where(late, low, middle), np.where(late, middle, high)
    return np.where(never, np.nan, np.exp((low + high) / 2))


def _bracket(chance: Chance, height: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return logarithms of times before and after, each moved outwards as far as needed."""
    low, high = np.full(len(height), -1.0), np.full(len(height), 1.0)
    while (early := (chance(np.exp(high)) < height) & (high < LATEST)).any():
        low = np.where(early, np.maximum(low, high), low)
        high = np.where(early, np.minimum(2 * high, LATEST), high)
    while (late := (chance(np.exp(low)) >= height) & (low > -LATEST)).any():
        high = np.where(late, low, high)
        low = np.where(late, np.where(low > 0, -1.0, 2 * low), low)
    return low, high


def waiting_times(
    buys: Callable[..., FloatArray], known: Cells, shares: tuple[float, ...], until: float
) -> FloatArray:
    """Return P(until then), and when each share of it is reached, shape (cells, 1 + shares)."""
    ever = np.minimum(np.atleast_1d(buys(known, until)), 1)
    if isinstance(known, PatternCells):  # whose parameters are in their order
        each = [time_of(by_time(buys, known), share * ever) for share in shares]
        return np.column_stack((ever, *each))
    height = np.multiply.outer(np.array(shares), ever)
    columns = (np.tile(column, len(shares)) for column in (*known.known_arrays, known.count))
    found = time_of(by_time(buys, Cells(*columns)), height.ravel())  # all shares at once
    return np.column_stack((ever, found.reshape(height.shape).T))


def remaining_times(leaves: Chance, alive: FloatArray, shares: tuple[float, ...]) -> FloatArray:
    """Return when each share has left, of customers alive with a probability, (customers, shares).

    0 where so many are likely to have left already.
    """
    times = np.zeros((len(alive), len(shares)))
    for place, share in enumerate(shares):
        height = 1 - (1 - share) / np.maximum(alive, 1e-300)
        found = time_of(leaves, np.where(height > 0, height, 0.5))
        times[:, place] = np.where(height > 0, found, 0.0)
    return times


GRID = np.arange(-23.0, LATEST, 0.1)  # logarithms of time: from 1e-10
GRID_STEP = 128


def _table(stays: Chance, lowest: float) -> FloatArray:
    """Return survival on the grid, as far as it is above the lowest height."""
    parts: list[FloatArray] = []
    for first in range(0, len(GRID), GRID_STEP):
        parts.append(stays(np.exp(GRID[first : first + GRID_STEP])))
        if parts[-1][-1] < lowest:
            break
    return np.concatenate(parts)


def times_from_table(stays: Chance, alive: FloatArray, shares: tuple[float, ...]) -> FloatArray:
    """Return the same for customers of one survival function, by its values on a grid.

    log(time) is nearly linear in log(-log S), so that cubics between the points of the grid keep
    7 digits.
    """
    from scipy.interpolate import PchipInterpolator

    height = (1 - np.array(shares)) / np.maximum(alive, 1e-300)[:, None]
    survival = _table(stays, float(height.min()))
    with np.errstate(divide="ignore"):  # where all stay, or nobody
        depth = np.log(-np.log(np.minimum(survival, 1)))
    highest = np.maximum.accumulate(np.append(-np.inf, depth[:-1]))  # of those before
    seen = np.isfinite(depth) & (depth > highest)
    if np.count_nonzero(seen) < 2:
        return np.where(height < 1, np.nan, 0.0)
    log_time = PchipInterpolator(depth[seen], GRID[: len(depth)][seen], extrapolate=False)
    wanted = np.log(-np.log(np.minimum(height, 1 - 1e-15)))
    times = np.exp(log_time(np.maximum(wanted, depth[seen][0])))
    return np.where(height < 1, times, 0.0)
