"""Why customers leave: shares of reasons with intervals that hold all together.

Goodman (1965, *Technometrics* 7(2), 247-254): the score interval of each share, at the level
1 - α / k. Sison & Glaz (1995, *JASA* 90, 366-369): counts ± c, with the smallest c for which all
counts of a multinomial with these shares lie within with the probability 1 - α; that probability
by the representation of Levin (1981, *Annals of Statistics* 9, 1123-1126): independent Poisson
counts, truncated, given their sum, whose density is an Edgeworth expansion. It is shorter where
there are many reasons, and needs counts that are not all small. Where customers name
several reasons the shares need not add up to 1, and no multinomial stands behind them. Goodman's
intervals hold all together there too, each being a score interval of its own at the level
1 - α / k, and Sison & Glaz's do not exist.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from scipy import special

from custvalue._checks import checked_level, checked_whole, require_choice
from custvalue._inference import ends
from custvalue._loyalty.counting import counts_by_name
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, Level, Probability, Record
from custvalue._words import Percent, count, percent
from custvalue.errors import DataError, ParameterError

Simultaneous = Literal["goodman", "sison-glaz"]


@dataclass(frozen=True, slots=True)
class Reason(Record):
    """One reason to leave.

    Parameters
    ----------
    name : str
        The reason.
    count : int
        Customers who gave it.
    share : float
        Of all.
    low, high : float
        Ends of its interval, which holds together with those of all others.
    cumulative : float
        Share of this reason and those before it, of all reasons given.
    """

    name: str
    count: Count
    share: Probability
    low: Probability
    high: Probability
    cumulative: float


class ChurnReasons(Pictured, Tabulated, Frozen):
    """Reasons to leave, the most frequent first (Pareto).

    Parameters
    ----------
    reasons : tuple of Reason
        In descending order of their number.
    n : int
        Customers who gave a reason, or were asked.
    method : {"goodman", "sison-glaz"}
        How the intervals were found.
    level : float
        With which probability they hold all together.
    several : bool
        Whether a customer may have given several reasons.
    """

    PICTURE: ClassVar[str] = "churn_reasons_bars"
    TITLE: ClassVar[str] = "Reasons to leave"
    LABELS: ClassVar[str] = "reason"
    SHOWN: ClassVar = shown("count, share, low, high, cumulative: Pareto")
    REPR: ClassVar[tuple[str, ...]] = ("reasons", "n", "method")

    reasons: tuple[Reason, ...]
    n: Count
    method: Simultaneous
    level: Level
    several: bool = False

    def reason(self, name: str) -> Reason:
        """Return one reason.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such reason.
        """
        return named("reason", name, self.reasons)

    def _usual_level(self) -> float:
        return self.level

    def _rows(self, level: float) -> Sequence[Row]:
        if level != self.level:
            raise ParameterError(
                f"level must be {self.level:g}, at which these intervals were found together, but "
                f"it is {level:g}. Write churn_reasons(counts, level={level:g})."
            )
        return [
            Row(
                its.name,
                {
                    "reason": its.name,
                    "count": its.count,
                    "share": its.share,
                    "low": its.low,
                    "high": its.high,
                    "cumulative": Percent(its.cumulative, 0),
                },
            )
            for its in self.reasons
        ]

    def _notes(self) -> Iterable[str]:
        each = "several reasons allowed" if self.several else "one reason each"
        yield (
            f"{count(self.n, 'customer')}, {each}. Intervals hold all together at "
            f"{percent(self.level)}: {self.method}."
        )


def churn_reasons(
    counts: Any,
    *,
    customers: int | None = None,
    level: float = 0.95,
    method: Simultaneous = "goodman",
) -> ChurnReasons:
    """Rank reasons to leave.

    Parameters
    ----------
    counts : mapping of str to int, or dataframe of two columns
        Reason to the number of customers who gave it; nobody is allowed, and is kept.
    customers : int, optional
        Customers who were asked, where each may give several reasons, or none; without it every
        customer gave one.
    level : float
        With which probability all intervals hold together.
    method : {"goodman", "sison-glaz"}
        Score intervals at a stricter level, or counts within the same distance.

    Returns
    -------
    ChurnReasons

    Raises
    ------
    DataError
        If a count is no whole number >= 0, or more than `customers`; there are fewer than two
        reasons, or nobody gave any.
    ParameterError
        If `level` or `method` is unknown, counts are no mapping, or Sison & Glaz's intervals are
        asked for several reasons of a customer.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> found = loyalty.churn_reasons({"price": 17, "service": 14, "moved": 8, "car": 6, "rest": 5})
    >>> price = found.reason("price")
    >>> round(price.low, 4), round(price.high, 4)
    (0.1955, 0.522)
    """
    level = checked_level(level)
    require_choice("method", method, get_args(Simultaneous))
    given = counts_by_name("counts", counts, "{'price': 17, 'moved': 8}")
    names, values = list(given), np.array(list(given.values()))
    every = int(values.sum())
    if len(names) < 2 or not every:
        raise DataError(
            f"counts must have at least two reasons, and somebody who gave one, but it has "
            f"{count(len(names), 'reason')} of {count(every, 'customer')}."
        )
    n = every if customers is None else _asked(customers, given, method)
    low, high = _goodman(values, n, level) if method == "goodman" else sison_glaz(values, level)
    order = sorted(range(len(names)), key=lambda place: (-values[place], names[place]))
    reached, reasons = 0.0, []
    for place in order:
        reached += values[place]
        x, share = int(values[place]), float(values[place] / n)
        ends_of = (float(low[place]), float(high[place]))
        reasons.append(Reason(names[place], x, share, *ends_of, float(reached / every)))
    several = customers is not None
    return ChurnReasons(reasons=tuple(reasons), n=n, method=method, level=level, several=several)


def _asked(customers: int, counts: Mapping[str, float], method: Simultaneous) -> int:
    """Return how many customers were asked, each of whom may have given several reasons."""
    if method != "goodman":
        raise ParameterError(
            "method='sison-glaz' needs one reason of every customer, but customers= says that each "
            "may give several. Use method='goodman'."
        )
    n = checked_whole("customers", customers, least=1)
    most = max(counts, key=lambda name: counts[name])
    if counts[most] > n:
        raise DataError(
            f"customers must be at least those who gave the most frequent reason, but it is {n:,}, "
            f"and {most!r} was given by {int(counts[most]):,}."
        )
    return n


def _goodman(counts: FloatArray, n: int, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the score interval of each share at the level 1 - α / k."""
    strict = 1 - (1 - level) / len(counts)
    found = np.array([ends.wilson(float(x) / n, float(n), strict) for x in counts])
    return np.clip(found[:, 0], 0.0, 1.0), np.clip(found[:, 1], 0.0, 1.0)


def sison_glaz(counts: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Return counts ± c as shares, the upper end by interpolation between c and c + 1."""
    n = float(counts.sum())
    before, width = 0.0, 0
    while (reached := _within(counts, width + 1)) < level and width < n:
        before, width = reached, width + 1
    # the probability passes the level between these two widths
    part = (level - before) / (reached - before) if reached > before else 1.0
    low = np.maximum(counts / n - width / n, 0.0)
    high = np.minimum(counts / n + (width + 2 * part) / n, 1.0)
    return low, high


def _within(counts: FloatArray, width: int) -> float:
    """Return the probability that every count of such a multinomial lies within the width."""
    n = float(counts.sum())
    log_inside, sums = 0.0, np.zeros(4)
    for x in counts:
        at = np.arange(max(0, int(x) - width), int(x) + width + 1, dtype=np.float64)
        log_p = special.xlogy(at, x) - x - special.gammaln(at + 1)
        p = np.exp(log_p)
        inside = p.sum()
        p /= inside
        mean = float(p @ at)
        off = at - mean
        variance, third, fourth = (float(p @ off**power) for power in (2, 3, 4))
        log_inside += math.log(inside)
        sums += (mean, variance, third, fourth - 3 * variance**2)
    mean, variance, third, fourth = sums
    if variance <= 0:
        return float(width > 0)
    spread = math.sqrt(variance)
    z, skew, excess = (n - mean) / spread, third / spread**3, fourth / spread**4
    terms = 1 + skew / 6 * (z**3 - 3 * z) + excess / 24 * (z**4 - 6 * z**2 + 3)
    terms += skew**2 / 72 * (z**6 - 15 * z**4 + 45 * z**2 - 15)
    density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * terms / spread
    log_poisson = n * math.log(n) - n - math.lgamma(n + 1)
    return float(np.exp(log_inside - log_poisson) * density)
