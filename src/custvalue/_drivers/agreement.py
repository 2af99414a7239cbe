"""Whether judges rank alike, as where staff should know what customers expect.

Kendall's coefficient of concordance W (Kendall & Babington Smith 1939, *Annals of Mathematical
Statistics* 10(3)) of m judges who rank n items is 12 S / (m² (n³ - n) - m Σ T), where S is the sum
of squares of the sums of ranks about their mean, and T = Σ (t³ - t) over the ties of a judge. If
judges rank at random, m (n - 1) W is about χ² with n - 1 degrees of freedom; for few judges and
items without ties all rankings can be counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations, permutations
from typing import Any, ClassVar

import numpy as np
from scipy import special

from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Count, Frozen, NonNegative, Probability
from custvalue._words import count, did_you_mean, listed, number, plain
from custvalue._words import p_value as p_words
from custvalue.errors import DataError, ParameterError

MOST_COUNTED = 2**21  # rankings of one more judge x sums of ranks of the others
MOST_ITEMS = 8  # whose orders are all listed
ROUNDING = 1e-9


class RankCorrelation(Frozen):
    """How two groups of judges agree.

    Parameters
    ----------
    first, second : str
        The groups.
    rho : float
        Spearman's correlation of their mean ranks.
    p_value : float or None
        Two-sided; None of fewer than 3 items.
    method : {"exact", "t"}
        All orders counted, where there are no ties and at most 8 items; else Student's t.
    """

    first: str
    second: str
    rho: float
    p_value: Probability | None
    method: str


class RankedItem(Frozen):
    """The mean rank of one item in each group of judges.

    Parameters
    ----------
    name : str
        The item.
    ranks : dict of str to float
        Group to mean rank.
    """

    name: str
    ranks: dict[str, float]

    @property
    def apart(self) -> float:
        """The largest difference of its mean ranks."""
        return max(self.ranks.values()) - min(self.ranks.values())


class RankAgreement(Tabulated, Frozen):
    """How judges agree on the ranks of items.

    Parameters
    ----------
    w : float
        Kendall's W of all judges: 0 where they rank as if at random, 1 where all rank alike.
    chi_squared : float
        m (n - 1) W.
    degrees_of_freedom : int
        n - 1.
    p_value : float
        Of χ²: the probability of as much agreement if judges ranked at random.
    exact_p_value : float or None
        The same by counting all rankings; None where there are ties, or too many rankings.
    judges : dict of str to int
        Judges in each group.
    ties : bool
        Whether a judge gave one rank to several items.
    items : tuple of RankedItem
        In the order of the ranks that were given.
    pairs : tuple of RankCorrelation
        Spearman's correlation of the mean ranks of each two groups.
    """

    REPR: ClassVar[tuple[str, ...]] = ("w", "p_value")
    SHOWN: ClassVar = shown("apart")

    w: Probability
    chi_squared: NonNegative
    degrees_of_freedom: Count
    p_value: Probability
    exact_p_value: Probability | None
    judges: dict[str, Count]
    ties: bool
    items: tuple[RankedItem, ...]
    pairs: tuple[RankCorrelation, ...]

    def _shown(self) -> Mapping[str, str]:
        return {**{group: group for group in self.judges}, **self.SHOWN}

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - ranks have no intervals
        return [
            Row(its.name, {"item": its.name, **its.ranks, "apart": its.apart}) for its in self.items
        ]

    def _title(self) -> str:
        return "Ranks, and how they agree"

    def _notes(self) -> Sequence[str]:
        exact = "" if self.exact_p_value is None else f", exact {p_words(self.exact_p_value)}"
        judges = count(sum(self.judges.values()), "ranking")
        whole = (
            f"Kendall's W {self.w:.3f} of {judges}: χ² {number(self.chi_squared)} with "
            f"{self.degrees_of_freedom} degrees of freedom, {p_words(self.p_value)}{exact}."
        )
        return (whole, *(_said(pair) for pair in self.pairs))


def _said(pair: RankCorrelation) -> str:
    known = "" if pair.p_value is None else f", {p_words(pair.p_value)} ({pair.method})"
    return f"Spearman's ρ of {pair.first} and {pair.second}: {pair.rho:.3f}{known}."


def rank_agreement(rankings: Mapping[str, Any] | None = None, /, **named: Any) -> RankAgreement:
    """Tell how far judges agree on the ranks of items.

    Parameters
    ----------
    rankings : mapping of str to rankings, optional
        Name of a group of judges to its ranks, in place of named ones.
    **named : mapping or array_like
        The same, as in ``staff=…, customers=…``: the ranks of the items by name, or in one order,
        for one ranking; or an array of shape (judges, items). Ranks are 1, 2, … n; equal items have
        the mean of the ranks they share.

    Returns
    -------
    RankAgreement

    Raises
    ------
    DataError
        If ranks are none, or rankings are of other items.
    ParameterError
        If there are fewer than two rankings.

    Notes
    -----
    All judges count alike in W, whatever group they are in.

    References
    ----------
    M. G. Kendall and B. Babington Smith (1939), The Problem of m Rankings, *Annals of Mathematical
    Statistics* 10(3), 275-287.

    Examples
    --------
    >>> from custvalue import drivers
    >>> found = drivers.rank_agreement(
    ...     staff=[[1, 2, 3, 4, 5, 6], [2, 1, 3, 5, 4, 6]],
    ...     customers=[[1, 3, 2, 4, 6, 5], [2, 1, 4, 3, 5, 6]],
    ... )
    >>> round(found.w, 2), round(found.chi_squared, 1), round(found.p_value, 4)
    (0.85, 17.0, 0.0045)
    """
    given = dict(rankings or {}) | named
    items, ranks = _read(given)
    every = np.concatenate(list(ranks.values()))
    judges, size = every.shape
    sums = every.sum(axis=0)
    squares = float(np.square(sums - sums.mean()).sum())
    tied = sum(_ties(row) for row in every)
    most = judges**2 * (size**3 - size) - judges * tied
    if most <= 0:
        raise DataError("every judge gives one rank to all items, so that there is no order.")
    w = min(12 * squares / most, 1.0)
    chi = judges * (size - 1) * w
    means = {name: its.mean(axis=0) for name, its in ranks.items()}
    return RankAgreement(
        w=w,
        chi_squared=chi,
        degrees_of_freedom=size - 1,
        p_value=float(special.chdtrc(size - 1, chi)),
        exact_p_value=None if tied else _exact(squares, judges, size),
        judges={name: len(its) for name, its in ranks.items()},
        ties=tied > 0,
        items=tuple(
            RankedItem(name=name, ranks={group: float(its[k]) for group, its in means.items()})
            for k, name in enumerate(items)
        ),
        pairs=tuple(
            _spearman(one, means[one], other, means[other]) for one, other in combinations(means, 2)
        ),
    )


def _read(given: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, FloatArray]]:
    """Return the items, and the ranks of each group, (judges, items)."""
    given = {name: _labelled(its) for name, its in given.items()}
    by_name = [name for name, its in given.items() if isinstance(its, Mapping)]
    items: tuple[str, ...] = ()
    if by_name:
        items = tuple(map(str, given[by_name[0]]))
    ranks = {}
    for name, its in given.items():
        ranks[name] = _ranks(name, _in_order(name, its, items) if name in by_name else its)
        size = len(items) or ranks[name].shape[1]
        items = items or tuple(f"item {k + 1}" for k in range(size))
        if ranks[name].shape[1] != len(items):
            raise DataError(
                f"{name} ranks {count(ranks[name].shape[1], 'item')}, but others rank "
                f"{len(items)}. All must rank the same items."
            )
    if sum(map(len, ranks.values())) < 2:
        raise ParameterError(
            "agreement needs at least 2 rankings, as in rank_agreement(staff=[1, 3, 2], "
            f"customers=[1, 2, 3]), but there {'is 1' if ranks else 'are 0'}."
        )
    return items, ranks


def _labelled(its: Any) -> Any:
    """Return a column with names of its own as a mapping; others are paired by their order."""
    index = getattr(its, "index", None)
    if index is None or not hasattr(its, "to_dict") or getattr(index, "dtype", None) is None:
        return its
    return its if index.dtype.kind in "iu" else its.to_dict()


def _in_order(name: str, its: Mapping[Any, Any], items: tuple[str, ...]) -> list[Any]:
    ranks = {str(item): rank for item, rank in its.items()}
    for item in ranks:
        if item not in items:
            near = did_you_mean(item, items)
            raise DataError(f"{name} ranks {item!r}, which others do not.{near}")
    lacking = [item for item in items if item not in ranks]
    if lacking:
        raise DataError(f"{name} has no rank of {listed(lacking)}.")
    return [ranks[item] for item in items]


def _ranks(name: str, given: Any) -> FloatArray:
    """Return the ranks of one group as rows, or raise where they are none."""
    try:
        ranks = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        ranks = np.empty(0)
    if ranks.ndim not in (1, 2) or ranks.size == 0 or ranks.shape[-1] < 2:
        raise DataError(
            f"{name} must be the ranks of at least 2 items, as in [1, 3, 2], or an array of shape "
            f"(judges, items), but it is {plain(given)!r}."
        )
    rows = ranks.reshape(-1, ranks.shape[-1])
    for place, row in enumerate(rows):
        if np.isnan(row).any() or not np.array_equal(row, _mid_ranks(row)):
            whose = f"judge {place} of {name}" if len(rows) > 1 else name
            raise DataError(
                f"{whose} must give ranks from 1 to {len(row)}, equal items sharing the mean of "
                f"theirs, but gives {', '.join(map(number, row))}."
            )
    return rows


def _mid_ranks(row: FloatArray) -> FloatArray:
    below = (row[np.newaxis] < row[:, np.newaxis]).sum(axis=1)
    alike = (row[np.newaxis] == row[:, np.newaxis]).sum(axis=1)
    return np.asarray(below + (alike + 1) / 2)


def _ties(row: FloatArray) -> float:
    alike = np.unique(row, return_counts=True)[1]
    return float((alike**3 - alike).sum())


@cache
def _orders(size: int) -> IntArray:
    """Return all orders of so many items."""
    return np.array(list(permutations(range(1, size + 1))), dtype=np.int64)


def _exact(squares: float, judges: int, size: int) -> float | None:
    """Return P of sums of squares as large, all rankings being alike; None of too many.

    The first judge can be fixed, and only how sums of ranks differ counts, not whose they are.
    """
    if size > MOST_ITEMS:
        return None
    sums: IntArray = np.arange(1, size + 1)[np.newaxis]
    times: FloatArray = np.ones(1)
    for judge in range(1, judges):
        orders = _orders(size)
        if len(sums) * len(orders) > MOST_COUNTED:
            return None
        joined = (sums[:, np.newaxis] + orders[np.newaxis]).reshape(-1, size)
        weights = np.repeat(times / len(orders), len(orders))
        if judge == judges - 1:
            found = np.square(joined - joined.mean(axis=1, keepdims=True)).sum(axis=1)
            return float(min(weights[found >= squares - ROUNDING].sum(), 1.0))
        sums, place = np.unique(np.sort(joined, axis=1), axis=0, return_inverse=True)
        times = np.bincount(place.ravel(), weights).astype(np.float64)
    return None


def _spearman(one: str, first: FloatArray, other: str, second: FloatArray) -> RankCorrelation:
    x, y = (_mid_ranks(its) - (len(its) + 1) / 2 for its in (first, second))
    size, scale = len(x), math.sqrt(float(x @ x) * float(y @ y))
    rho = min(max(float(x @ y) / scale, -1.0), 1.0) if scale > 0 else 0.0
    untied = all(len(np.unique(its)) == size for its in (x, y))
    if untied and size <= MOST_ITEMS:
        found = (_orders(size) - (size + 1) / 2) @ np.sort(x)
        chance = float((np.abs(found) >= abs(float(x @ y)) - ROUNDING).mean())
        return RankCorrelation(first=one, second=other, rho=rho, p_value=chance, method="exact")
    chance_of_t = None if size < 3 else _by_t(rho, size)
    return RankCorrelation(first=one, second=other, rho=rho, p_value=chance_of_t, method="t")


def _by_t(rho: float, size: int) -> float:
    if abs(rho) >= 1:
        return 0.0
    t = abs(rho) * math.sqrt((size - 2) / (1 - rho**2))
    return float(2 * special.stdtr(size - 2, -t))
