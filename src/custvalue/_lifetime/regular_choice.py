"""How regular do customers buy? The choice of k, by profile likelihood.

For each k the other parameters are estimated; their log-likelihood is the profile. It contains the
lengths of the intervals, without which different k could not be compared. Every search but the
first starts where that of the k before ended, with phases that pass faster by (k+1)/k.

Large data are first searched on every 16th customer, and so on; then only the best k of the sample
and its neighbours are fitted, and theirs as long as that leads higher.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from pydantic import Field

from custvalue._lifetime.fit import (
    Derivatives,
    Fit,
    Objective,
    climbed,
    highest,
    maximum_likelihood,
    thinned,
)
from custvalue._lifetime.history import Cells, PurchaseHistory, checked_history
from custvalue._lifetime.regular_buying import MOST_REGULAR, RegularBuyers
from custvalue._lifetime.regular_likelihood import (
    HOW_TO_GET,
    LogLikelihood,
    known_intervals,
    limit,
    required_intervals,
    starting_points,
)
from custvalue._lifetime.units import TimeUnit
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen
from custvalue._words import number, one_line, plain
from custvalue.errors import ConvergenceWarning, DataWarning, ParameterError

DECLINES = 2  # successive ones, after which a higher k is not tried
RIDGE = 10.0  # log-parameters beyond are on a ridge


class ProfilePoint(Frozen):
    """The best fit for one k.

    Parameters
    ----------
    k : int
        Phases of an interval.
    log_likelihood : float
        At the maximum, with the lengths of the intervals.
    r, alpha, a, b : float
        The estimates.
    """

    k: int = Field(ge=1)
    log_likelihood: float
    r: float
    alpha: float
    a: float
    b: float


class Profile(Frozen):
    """How well each k fits.

    Parameters
    ----------
    model : str
        Name of the model.
    points : tuple of ProfilePoint
        One for each k, ascending.
    customers : int
        Customers that they rest on.
    unit : {"day", "week", "month", "year"}
        The unit of 1 / alpha.
    """

    model: str
    points: tuple[ProfilePoint, ...] = Field(min_length=1)
    customers: int = Field(ge=1)
    unit: TimeUnit

    @property
    def best(self) -> int:
        """The k that fits best; of equals the smallest."""
        return max(self.points, key=lambda point: (point.log_likelihood, -point.k)).k

    @property
    def log_likelihoods(self) -> dict[int, float]:
        """The log-likelihood for each k."""
        return {point.k: point.log_likelihood for point in self.points}

    def __repr__(self) -> str:
        tried = f"{self.points[0].k} to {self.points[-1].k}"
        return one_line(f"Profile[{self.model}]", best=self.best, k=tried, customers=self.customers)

    def _table(self) -> Table:
        top = self.log_likelihoods[self.best]
        rows = tuple(
            (
                str(point.k),
                f"{point.log_likelihood:,.3f}",
                f"{point.log_likelihood - top:,.3f}",
                *(number(getattr(point, name)) for name in ESTIMATED),
            )
            for point in self.points
        )
        header = ("k", "log-likelihood", "below the best", "r", "alpha", "a", "b")
        notes = (
            f"Best k: {self.best}. 1 is purchases at random; the larger, the more regular.",
            f"{self.customers:,} customers, time in {self.unit}s.",
        )
        return Table(f"{self.model}, profile over k", header, rows, notes)


@dataclass(frozen=True, eq=False)
class RegularCells(Cells):
    """The distinct (x, t_x, T), with the intervals of the customers who share them.

    Parameters
    ----------
    log_intervals : ndarray of float64, shape (cells,)
        Mean over the customers of a cell of their sum of log intervals.
    """

    log_intervals: FloatArray

    @classmethod
    def of(cls, history: PurchaseHistory, log_intervals: FloatArray) -> RegularCells:
        """Add the intervals to the cells of a history.

        Parameters
        ----------
        history : PurchaseHistory
            Of n customers.
        log_intervals : ndarray of shape (n,)
            The sums.
        """
        columns = {field.name: getattr(history.cells, field.name) for field in fields(Cells)}
        order = np.argsort(log_intervals)  # so that the sums do not depend on that of customers
        cell, ordered = history.cell_of_customer[order], log_intervals[order]
        sums = np.bincount(cell, ordered, len(history.cells))
        return cls(**columns, log_intervals=sums / history.cells.count)


def regular_objective(cells: Cells, *, k: int, first: int) -> Objective:
    """Return the log-likelihood as a function of (r, α, a, b), intervals included.

    Parameters
    ----------
    cells : Cells
        The data; those without intervals give it up to a constant.
    k : int
        Phases of an interval.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """
    likelihood = LogLikelihood(cells, k=k, first=first)
    constant = 0.0
    if isinstance(cells, RegularCells):
        constant = (k - 1) * float(cells.count @ cells.log_intervals)

    def objective(parameters: FloatArray) -> Derivatives:
        found = likelihood(parameters)
        return found._replace(value=found.value + constant)

    return objective


class _Top(NamedTuple):
    """The best fit for one k."""

    parameters: FloatArray
    value: float


class _Search:
    """Searches over k on the same data, each k once."""

    def __init__(self, cells: RegularCells, model: str, first: int) -> None:
        self.cells, self.model, self.first = cells, model, first
        self.tops: dict[int, _Top] = {}

    def fit(self, k: int) -> float:
        """Return the height of the profile at k."""
        if k not in self.tops:
            start = _start_from(self.tops, k)
            objective = partial(regular_objective, k=k, first=self.first)
            if start is None:
                starts = _listed(starting_points(self.cells, self.model, k=k))
                self.tops[k] = _Top(*highest(self.cells, objective, starts))
            else:
                self.tops[k] = _Top(*climbed(objective(self.cells), start))
        return self.tops[k].value

    def all(self, tried: Iterable[int]) -> None:
        """Fit each k, until the profile has fallen twice in succession below its top."""
        best, declines = -math.inf, 0
        for k in tried:
            value = self.fit(k)
            declines = 0 if value > best else declines + 1
            best = max(best, value)
            if declines == DECLINES:
                return

    def climb(self, k: int, most: int) -> int:
        """Return the k from which neither neighbour leads higher, from k on."""
        while True:
            around = [each for each in (k, k - 1, k + 1) if 1 <= each <= most]
            better = max(around, key=self.fit)
            if better == k:
                return k
            k = better


def _start_from(tops: dict[int, _Top], k: int) -> FloatArray | None:
    """Return where the search for the nearest k ended, with phases as fast as k wants them.

    Not from a ridge: it may be one for that k only.
    """
    good = [
        other
        for other, top in tops.items()
        if math.isfinite(top.value) and np.abs(np.log(top.parameters)).max() < RIDGE
    ]
    if not good:
        return None
    near = min(good, key=lambda other: abs(other - k))
    start: FloatArray = tops[near].parameters * np.array([1.0, near / k, 1.0, 1.0])
    return start


def _listed(starts: Sequence[dict[str, float]]) -> list[FloatArray]:
    return [np.array([start[name] for name in ESTIMATED]) for start in starts]


def chosen(cells: RegularCells, model: str, first: int, k_max: int) -> tuple[int, FloatArray]:
    """Return the k from 1 to k_max that fits best, and the other parameters.

    Parameters
    ----------
    cells : RegularCells
        The data.
    model : str
        Name of the model, for errors.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    k_max : int
        The largest k that is tried.
    """
    search = _Search(cells, model, first)
    sample = thinned(cells)
    if sample is None:
        search.all(range(1, k_max + 1))
        best = max(search.tops, key=lambda k: (search.tops[k].value, -k))
    else:
        near, parameters = chosen(sample, model, first, k_max)
        search.tops[near] = _Top(
            *climbed(regular_objective(cells, k=near, first=first), parameters)
        )
        best = search.climb(near, k_max)
    return best, search.tops[best].parameters


ModelT = TypeVar("ModelT", bound=RegularBuyers)


def fitted(
    model: type[ModelT], history: PurchaseHistory, *, k: int | None, k_max: int
) -> Fit[ModelT]:
    """Fit a model of regular buyers, with a given k or the one that fits best.

    Parameters
    ----------
    model : type
        BGCNBD or MBGCNBD.
    history : PurchaseHistory
        Of customers.
    k : int or None
        Phases of an interval, if they are given.
    k_max : int
        The largest k that is tried otherwise.
    """
    name, first = model.__name__, model.FIRST
    cells: Cells = checked_history(history, name).cells
    starts: list[dict[str, float]]
    if k is None:
        most = checked_regularity("k_max", k_max)
        sums = required_intervals(history, f"{name}.fit", "Or give k.")
        cells = RegularCells.of(history, sums)
        k, parameters = chosen(cells, name, first, most)
        if k == most < MOST_REGULAR:
            warnings.warn(
                f"{name}: k = {k} fits best of 1 to k_max = {most}, so a larger k may fit better. "
                f"Give a larger k_max, as in {name}.fit(history, "
                f"k_max={min(2 * most, MOST_REGULAR)}).",
                ConvergenceWarning,
                stacklevel=3,
            )
        starts = [dict(zip(ESTIMATED, parameters.tolist(), strict=True))]
    else:
        k = checked_regularity("k", k)
        starts = starting_points(cells, name, k=k)
        known = known_intervals(history)
        if known is not None:
            cells = RegularCells.of(history, known)
        elif k > 1:
            warnings.warn(INCOMPLETE.format(name=name), DataWarning, stacklevel=3)
    return maximum_likelihood(
        model,
        cells,
        partial(regular_objective, k=k, first=first),
        starts,
        customers=len(history),
        unit=history.unit,
        limit=partial(limit, cells=cells, k=k, first=first),
        fixed={"k": k},
    )


ESTIMATED = ("r", "alpha", "a", "b")
INCOMPLETE = (
    "{name}: the history has no log_intervals, so the log-likelihood lacks (k - 1) times their "
    "sum. Estimates, standard errors and predictions do not need it; but do not compare the "
    "log-likelihood, AIC or BIC with those of another k or model. " + HOW_TO_GET
)


def profile_of(history: PurchaseHistory, tried: Iterable[int], model: str, first: int) -> Profile:
    """Fit each k to all customers.

    Parameters
    ----------
    history : PurchaseHistory
        With intervals.
    tried : iterable of int
        The k.
    model : str
        Name of the model.
    first : {0, 1}
        Whether customers can leave at the first purchase already.
    """
    every = sorted({checked_regularity("k", k) for k in tried})
    if not every:
        raise ParameterError("k must hold at least one whole number, as in range(1, 13).")
    sums = required_intervals(history, f"{model}.profile")
    search = _Search(RegularCells.of(history, sums), model, first)
    points = []
    for k in every:
        value = search.fit(k)
        r, alpha, a, b = search.tops[k].parameters.tolist()
        points.append(ProfilePoint(k=k, log_likelihood=value, r=r, alpha=alpha, a=a, b=b))
    return Profile(model=model, points=tuple(points), customers=len(history), unit=history.unit)


def checked_regularity(name: str, value: object) -> int:
    """Return `value` if it can be a k.

    Raises
    ------
    ParameterError
        Unless it is a whole number from 1 to 100.
    """
    if (
        isinstance(value, int | np.integer)
        and not isinstance(value, bool)
        and 1 <= value <= MOST_REGULAR
    ):
        return int(value)
    raise ParameterError(
        f"{name} must be a whole number from 1 to {MOST_REGULAR}, but it is {plain(value)!r}."
    )
