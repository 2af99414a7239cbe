"""Control charts of shares (p-charts): which months differ from the others by more than chance.

With centre p̄ (all events over all visits) and n_i visits, the limits of period i are
p̄ ± 3 √(p̄ (1 - p̄) / n_i), cut at 0 and 1 (Montgomery, *Introduction to Statistical Quality Control*,
equation 7.8), or the exact ones of the binomial distribution, outside of which a point falls with a
probability of at most 0.00135 on either side. Many visits a period make both too narrow, because
shares vary by more than the binomial distribution says. Laney (2002, *Quality Engineering* 14(4),
531-537) widens the limits by σ_z = mean |z_i - z_(i-1)| / 1.128, with z_i = (p_i - p̄) / σ_i.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import no_such, require_choice
from custvalue._columns import missing, one_dimensional, refuse_where, to_numbers
from custvalue._journey.run_rules import RunRules, signals_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Probability, Record
from custvalue._words import count, listed, number, p_value
from custvalue.errors import DataError, ParameterError

Limits = Literal["three-sigma", "exact"]
Dispersion = Literal["binomial", "laney"]

MEAN_RANGE = 1.128  # of two standard normal variables, d2
TAIL = 0.00135  # beyond three standard errors, on one side
FEWEST = 2  # periods
LEAST = 1e-6  # of Laney's ratio, where all periods have the same share


@dataclass(frozen=True, slots=True)
class ChartPoint(Record):
    """One period of a control chart.

    Parameters
    ----------
    name : str
        The period.
    n : int
        Visits in it.
    count : int
        Visits that are counted.
    share : float
        Of these.
    low, high : float
        Control limits of this period.
    standardised : float
        Standard errors from the centre, by which run rules go.
    signals : tuple of str
        What is unusual about it; empty where nothing is.
    in_centre : bool
        Whether it is part of the centre line.
    """

    name: str
    n: int
    count: int
    share: Probability
    low: Probability
    high: Probability
    standardised: float
    signals: tuple[str, ...] = ()
    in_centre: bool = True


class ControlChart(Pictured, Tabulated, Frozen):
    """A control chart of shares.

    Parameters
    ----------
    measure : str
        What is counted.
    points : tuple of ChartPoint
        The periods, in the order of time.
    centre : float
        The share in all periods that are part of the centre line.
    limits : {"three-sigma", "exact"}
        How the limits were found.
    dispersion : {"binomial", "laney"}
        Whether they are as wide as chance makes them, or as the periods vary.
    rules : {"western electric", "nelson", "limits only"}
        Which patterns are signals.
    sigma_z : float
        Laney's ratio: how much neighbouring periods vary against what chance makes; 1 where it is
        chance alone.
    heterogeneity_p_value : float
        Of the chi square test that all periods of the centre line have the same share.
    """

    PICTURE: ClassVar[str] = "control_chart_lines"
    LABELS: ClassVar[str] = "period"
    SHOWN: ClassVar = shown("n, count, share, low: lower limit, high: upper limit, signals")
    REPR: ClassVar[tuple[str, ...]] = ("measure", "periods", "centre", "outside")

    measure: str
    points: tuple[ChartPoint, ...]
    centre: Probability
    limits: Limits
    dispersion: Dispersion
    rules: RunRules
    sigma_z: NonNegative
    heterogeneity_p_value: Probability

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.points)

    @property
    def outside(self) -> tuple[str, ...]:
        """The periods outside their limits."""
        return tuple(its.name for its in self.points if "outside the limits" in its.signals)

    @property
    def signals(self) -> dict[str, tuple[str, ...]]:
        """The periods with any signal, and which."""
        return {its.name: its.signals for its in self.points if its.signals}

    def without(self, *periods: Any) -> ControlChart:
        """Return the chart with limits from the other periods, as after a cause was found.

        Parameters
        ----------
        *periods
            Their names. They stay on the chart, and are judged by the new limits.

        Raises
        ------
        ParameterError
            If there is no such period, or fewer than two are left.

        Examples
        --------
        >>> from custvalue import journey
        >>> chart = journey.control_chart([4, 6, 5, 19, 5, 4], 50)
        >>> chart.outside, round(chart.centre, 4)
        (('4',), 0.1433)
        >>> round(chart.without("4").centre, 4)
        0.096
        """
        names = [its.name for its in self.points]
        asked = {str(period) for period in periods}
        for period in sorted(asked - {*names}):
            raise ParameterError(no_such("period", period, names))
        kept = np.array([its.in_centre and its.name not in asked for its in self.points])
        hits, n = np.array([(its.count, its.n) for its in self.points], dtype=np.float64).T
        return drawn(
            self.measure,
            names,
            hits,
            n,
            kept,
            limits=self.limits,
            dispersion=self.dispersion,
            rules=self.rules,
        )

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - limits have their own
        return [
            Row(
                its.name,
                {
                    "period": its.name,
                    "n": its.n,
                    "count": its.count,
                    "share": its.share,
                    "low": its.low,
                    "high": its.high,
                    "standardised": its.standardised,
                    "signals": "; ".join(its.signals),
                    "in_centre": its.in_centre,
                },
            )
            for its in self.points
        ]

    def _title(self) -> str:
        return f"Control chart: {self.measure}"

    def _notes(self) -> Iterable[str]:
        apart = [its.name for its in self.points if not its.in_centre]
        widened = f", widened by σz = {number(self.sigma_z)} (Laney)"
        yield (
            f"Centre {number(self.centre)}"
            f"{f', without {listed(apart)}' if apart else ''}. Limits: {self.limits}"
            f"{widened if self.dispersion == 'laney' else ''}. Rules: {self.rules}."
        )
        yield self._varies()

    def _varies(self) -> str:
        """Say whether periods vary by more than chance."""
        found = f"{p_value(self.heterogeneity_p_value)} for one share in all periods"
        if self.dispersion == "laney" or self.heterogeneity_p_value >= 0.05 or self.sigma_z <= 1:
            return f"{found}; σz = {number(self.sigma_z)}."
        return (
            f"{found}; neighbouring periods vary {number(self.sigma_z)} times as much as chance "
            f"makes them. If no cause is found for single periods, use dispersion='laney'."
        )


def control_chart(
    counts: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    periods: Sequence[Any] | None = None,
    limits: Limits = "three-sigma",
    dispersion: Dispersion = "binomial",
    rules: RunRules = "western electric",
    measure: str = "share",
) -> ControlChart:
    """Draw up a control chart of shares from counts, the periods in the order of time.

    Parameters
    ----------
    counts : array_like of shape (periods,)
        Visits that are counted, in each period.
    n : array_like of shape (periods,), or int
        Visits in each period, or in every one.
    periods : sequence, optional
        What the periods are called; 1, 2, … by default.
    limits : {"three-sigma", "exact"}
        Three standard errors from the centre, or the exact limits of the binomial distribution,
        which are better where a period has few visits or the share is near 0 or 1.
    dispersion : {"binomial", "laney"}
        How much periods vary where nothing happens: by chance alone, or as neighbouring periods
        do, for periods with thousands of visits.
    rules : {"western electric", "nelson", "limits only"}
        Which patterns are signals.
    measure : str
        What is counted, in a few words.

    Returns
    -------
    ControlChart

    Raises
    ------
    DataError
        If a count is no whole number from 0 to n, there are fewer than two periods, or names
        are missing or come twice.
    ParameterError
        If a choice is unknown.

    Examples
    --------
    >>> from custvalue import journey
    >>> chart = journey.control_chart([4, 6, 5, 19, 5, 4], 50, measure="comebacks")
    >>> chart
    ControlChart(measure='comebacks', periods=6, centre=0.1433, outside=1)
    """
    hits = _whole("counts", counts)
    sizes = _whole("n", np.full(len(hits), n) if np.ndim(n) == 0 else n)
    if len(sizes) != len(hits):
        raise DataError(f"n has {len(sizes)} entries, but counts has {len(hits)}. Give one each.")
    refuse_where(sizes < 1, "n", ">= 1", sizes, "Leave out periods without a visit.")
    refuse_where(hits > sizes, "counts", "at most n", hits, "Counts are parts of n.")
    names = _names(periods, len(hits))
    every = np.ones(len(hits), dtype=bool)
    return drawn(
        measure, names, hits, sizes, every, limits=limits, dispersion=dispersion, rules=rules
    )


def drawn(
    measure: str,
    names: Sequence[str],
    hits: FloatArray,
    n: FloatArray,
    kept: npt.NDArray[np.bool_],
    *,
    limits: Limits,
    dispersion: Dispersion,
    rules: RunRules,
) -> ControlChart:
    """Find centre, limits and signals of checked counts."""
    _check_choices(limits, dispersion, int(kept.sum()))
    centre = float(hits[kept].sum() / n[kept].sum())
    error = np.sqrt(centre * (1 - centre) / n)
    varies = 0 < hits[kept].sum() < n[kept].sum()
    z = (hits / n - centre) / error if varies else np.zeros(len(n))
    ratio = float(np.abs(np.diff(z[kept])).mean()) / MEAN_RANGE if varies else 1.0
    wide = max(ratio, LEAST) if dispersion == "laney" else 1.0
    low, high = _ends(centre, error, n, limits, wide)
    outside = (hits < low * n - NEAR) | (hits > high * n + NEAR)
    found = signals_of(z / wide, outside, rules)
    columns = (hits / n, low, high, z, kept)
    rows = zip(names, n.tolist(), hits.tolist(), *(each.tolist() for each in columns), strict=True)
    return ControlChart(
        measure=measure,
        points=tuple(
            ChartPoint(name, int(size), int(x), share, least, most, each, said, used)
            for (name, size, x, share, least, most, each, used), said in zip(
                rows, found, strict=True
            )
        ),
        centre=centre,
        limits=limits,
        dispersion=dispersion,
        rules=rules,
        sigma_z=ratio,
        heterogeneity_p_value=float(special.chdtrc(kept.sum() - 1, np.square(z[kept]).sum())),
    )


def _check_choices(limits: Limits, dispersion: Dispersion, kept: int) -> None:
    require_choice("limits", limits, get_args(Limits))
    require_choice("dispersion", dispersion, get_args(Dispersion))
    if limits == "exact" and dispersion == "laney":
        raise ParameterError(
            "limits='exact' are those of the binomial distribution, which dispersion='laney' says "
            "is too narrow. Use limits='three-sigma' with it."
        )
    if kept < FEWEST:
        raise ParameterError(
            f"a control chart needs at least {FEWEST} periods in its centre line, but it has "
            f"{kept}. Keep more periods, or divide time into shorter ones."
        )


NEAR = 1e-9  # visits by which a count on its limit may differ from it


def _ends(
    centre: float, error: FloatArray, n: FloatArray, limits: Limits, wide: float
) -> tuple[FloatArray, FloatArray]:
    """Return the limits of each period."""
    if limits == "exact":
        return _exact_ends(centre, n)
    tail = 3.0 * wide * error
    return np.maximum(centre - tail, 0.0), np.minimum(centre + tail, 1.0)


def _exact_ends(centre: float, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest share that are not outside the binomial distribution."""
    sizes = n.astype(np.int64).tolist()
    low = [_last(partial(_seldom_below, n=size, p=centre), size) for size in sizes]
    high = [_last(partial(_often_reached, n=size, p=centre), size) for size in sizes]
    return np.array(low) / n, np.array(high) / n


def _seldom_below(x: int, n: int, p: float) -> bool:
    return bool(special.bdtr(x - 1, n, p) <= TAIL)


def _often_reached(x: int, n: int, p: float) -> bool:
    return bool(special.bdtrc(x - 1, n, p) > TAIL)


def _last(holds: Callable[[int], bool], most: int) -> float:
    """Return the greatest whole number up to which something holds, which holds at 0."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return float(low)


def _whole(name: str, values: npt.ArrayLike) -> FloatArray:
    """Read counts."""
    numbers = to_numbers(name, one_dimensional(name, values))
    bad = ~(numbers >= 0) | (numbers != np.rint(numbers)) | np.isinf(numbers)
    refuse_where(bad, name, "a whole number >= 0", numbers, "Give counts, not shares.")
    return numbers


def _names(periods: Sequence[Any] | None, n: int) -> list[str]:
    if periods is None:
        return [str(place + 1) for place in range(n)]
    entries = one_dimensional("periods", periods)
    if len(entries) != n:
        raise DataError(f"periods has {len(entries)} names for {n} counts. Give one each.")
    refuse_where(missing(entries), "periods", "present", entries, "Name every period.")
    names = [str(each) for each in entries.tolist()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"periods has {listed(twice)} more than once. Add up {count(n, 'count')} by period."
        )
    return names
