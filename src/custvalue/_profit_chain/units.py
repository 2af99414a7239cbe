"""The chain of units: from employees to growth, by dealers and waves.

Each link is a regression of one measure on the one before it, within dealers: what is the same for
a dealer in all waves, and for all dealers in a wave, is taken out of both (two-way fixed effects).
The slope is Σ x̃ ỹ / Σ x̃² of what is left. Dealers are drawn with replacement, so that waves of a
dealer may resemble each other; products of slopes are drawn together. Links of means of dealers say
nothing of single customers (Robinson 1950, *American Sociological Review* 15(3), 351-357).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from custvalue._checks import Generator, checked_whole, require_choice
from custvalue._frames import Source
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Clusters
from custvalue._inference.drawing import Units
from custvalue._inference.resampled import ResampledEstimate, resampled_estimates
from custvalue._inference.resamples import Resamples
from custvalue._inference.sample import Sample
from custvalue._respondents import reading
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray, IntArray
from custvalue._words import count, listed
from custvalue.errors import DataError, EstimationError, ParameterError

Effects = Literal["within", "pooled"]
ROUNDS, SETTLED = 2_000, 1e-12
FEWEST = 5  # dealers: fewer say nothing of how dealers differ
RESAMPLES = 2_000


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class UnitChain(Tabulated, Columns):
    """Links from one measure of dealers to the next.

    :meth:`from_frame` makes it.

    Parameters
    ----------
    links : tuple of ResampledEstimate
        Slope of each measure on the one before it.
    order : tuple of str
        The measures, the cause first.
    lags : dict of str to int
        By how many waves each measure comes later than the one before it.
    units, waves, rows : int
        Dealers, waves, and rows that were used in the first link.
    effects : {"within", "pooled"}
        Whether dealers and waves are compared with themselves.
    """

    TITLE: ClassVar[str] = "The chain of units"
    SHOWN: ClassVar = shown("value: slope, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("order", "units", "waves")

    links: tuple[ResampledEstimate, ...]
    order: tuple[str, ...]
    lags: dict[str, int]
    units: int
    waves: int
    rows: int
    effects: Effects

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        unit: str,
        wave: str,
        order: Sequence[str],
        lags: Mapping[str, int] | None = None,
        effects: Effects = "within",
        resamples: int = RESAMPLES,
        rng: Generator = None,
    ) -> UnitChain:
        """Link measures of dealers in waves.

        Parameters
        ----------
        frame : dataframe or mapping
            One row for each dealer and wave.
        unit, wave : str
            Columns of the dealer and of the wave; waves follow each other in ascending order.
        order : sequence of str
            Columns of the measures, the cause first, as in ``["employees", "quality",
            "satisfaction", "loyalty", "growth"]``. Rows in which one of a pair is missing are left
            out of that link.
        lags : mapping of str to int, optional
            By how many waves a measure comes later than the one before it; 0 by default.
        effects : {"within", "pooled"}
            Dealers and waves compared with themselves; or all rows as they are, where what differs
            between dealers for other reasons counts too.
        resamples : int
            How often dealers are drawn.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Returns
        -------
        UnitChain

        Raises
        ------
        DataError
            If columns are absent, a dealer has two rows in a wave, or there are fewer than 5
            dealers, or with ``"within"`` fewer than 2 waves.
        EstimationError
            If a measure does not vary within dealers.
        ParameterError
            If `order` has fewer than two measures, or a lag is none.

        Examples
        --------
        >>> import numpy as np
        >>> random = np.random.default_rng(1)
        >>> dealer, wave = np.repeat(np.arange(30), 8), np.tile(np.arange(8), 30)
        >>> quality = random.normal(size=30)[dealer] + random.normal(size=240)
        >>> satisfied = 0.5 * quality + random.normal(size=30)[dealer] + random.normal(size=240)
        >>> chain = UnitChain.from_frame(
        ...     {"dealer": dealer, "wave": wave, "quality": quality, "satisfaction": satisfied},
        ...     unit="dealer",
        ...     wave="wave",
        ...     order=["quality", "satisfaction"],
        ...     rng=1,
        ... )
        >>> 0.5 in chain.links[0].confidence_interval()
        True
        """
        require_choice("effects", effects, get_args(Effects))
        names = _measures(order)
        delays = _lags(names, lags)
        table = _Table.of(frame, unit, wave, names, effects)
        pairs = [
            table.pair(first, then, delays[then], effects)
            for first, then in itertools.pairwise(names)
        ]
        found = _drawn(pairs, table, Bootstrap(resamples, rng=rng))
        return cls(
            links=found,
            order=names,
            lags=delays,
            units=table.units,
            waves=table.waves,
            rows=pairs[0].n,
            effects=effects,
        )

    @cached_property
    def indirect(self) -> ResampledEstimate:
        """What a point of the first measure brings in the last one, through all links."""
        return self.effect(self.order[0], self.order[-1])

    def effect(self, of: str, on: str) -> ResampledEstimate:
        """Return what a point of one measure brings in a later one: the product of the links.

        Parameters
        ----------
        of, on : str
            Two of the measures, the cause first.

        Raises
        ------
        ParameterError
            If they are no such measures.
        """
        for name in (of, on):
            require_choice("measure", name, self.order)
        first, last = self.order.index(of), self.order.index(on)
        if not first < last:
            raise ParameterError(
                f"{of!r} does not come before {on!r}: the order is {listed(self.order)}."
            )
        some = self.links[first:last]
        draws = np.prod([its.draws for its in some], axis=0)
        value = float(np.prod([its.value for its in some]))
        resamples = Resamples(
            values=np.array([value]),
            draws=draws[:, None],
            accelerations=np.empty(0),
            n=min(its.n for its in some),
            clusters=some[0].clusters,
            degrees_of_freedom=some[0].degrees_of_freedom,
            expansion=some[0].expansion,
        )
        name = f"{of} → {on}"
        return resampled_estimates(resamples, (name,), effective_n=float(self.units))[0]

    def _rows(self, level: float) -> Sequence[Row]:
        through = [self.indirect] if len(self.links) > 1 else []
        return [
            Row(its.name, {"link": its.name, **its.row(level)}) for its in (*self.links, *through)
        ]

    def _notes(self) -> Iterable[str]:
        how = (
            "Within dealers: what is the same for a dealer, or for a wave, is taken out."
            if self.effects == "within"
            else "Pooled: what differs between dealers for other reasons is not taken out."
        )
        later = [f"{name} {by} later" for name, by in self.lags.items() if by]
        waves = f" Waves: {', '.join(later)}." if later else ""
        yield f"{count(self.units, 'unit')}, {count(self.waves, 'wave')}. {how}{waves}"
        yield "Links of means of units say nothing of single customers. Association, not proof."


def _measures(order: Sequence[str]) -> tuple[str, ...]:
    names = tuple(reading.check_items(order, "order"))
    if len(names) < 2:
        raise ParameterError(
            f"order must name at least two measures, the cause first, but it is {order!r}."
        )
    return names


def _lags(names: tuple[str, ...], lags: Mapping[str, int] | None) -> dict[str, int]:
    given = dict(lags or {})
    unknown = [name for name in given if name not in names[1:]]
    if unknown:
        raise ParameterError(
            f"lags names {listed(unknown)}; a lag is of one of {listed(names[1:])}, after the "
            f"measure before it."
        )
    return {
        name: checked_whole(f"lags[{name!r}]", given.get(name, 0), least=0) for name in names[1:]
    }


@dataclass(frozen=True, eq=False)
class _Pair:
    """Sums of a link by dealer."""

    name: str
    xx: FloatArray
    xy: FloatArray
    n: int


@dataclass(frozen=True, eq=False)
class _Table:
    """Measures by dealer and wave, NaN where there is none; shape (dealers, waves)."""

    measures: dict[str, FloatArray]
    units: int
    waves: int

    @classmethod
    def of(
        cls, frame: Any, unit: str, wave: str, names: tuple[str, ...], effects: Effects
    ) -> _Table:
        source = Source(frame)
        reading.require_column_names({"unit": unit, "wave": wave})
        source.require({"unit": unit, "wave": wave, **{name: name for name in names}})
        who, row = source.codes(unit)
        when, column = source.codes(wave, dates=True)
        if len(who) < FEWEST:
            raise DataError(
                f"there are {len(who)} units, which say little of how units differ. A chain of "
                f"units needs at least {FEWEST}.",
                column=unit,
            )
        if effects == "within" and len(when) < 2:
            raise DataError(
                "there is one wave, so that no unit can be compared with itself. Collect another "
                "wave, or give effects='pooled'.",
                column=wave,
            )
        _refuse_repeats(unit, who, when, row, column)
        measures = {}
        for name in names:
            made = np.full((len(who), len(when)), np.nan)
            made[row, column] = source.numbers(name)
            if np.isinf(made).any():
                raise DataError("must be finite numbers. Correct the column.", column=name)
            measures[name] = made
        return cls(measures, len(who), len(when))

    def pair(self, first: str, then: str, lag: int, effects: Effects) -> _Pair:
        """Return a link: the later measure `lag` waves after the one before it."""
        x, y = self.measures[first], self.measures[then]
        if lag >= self.waves:
            raise ParameterError(f"lags[{then!r}] is {lag}, but there are only {self.waves} waves.")
        x, y = x[:, : self.waves - lag], y[:, lag:]
        known = ~np.isnan(x) & ~np.isnan(y)
        if effects == "within":
            known &= known.sum(axis=1, keepdims=True) > 1  # a single wave of a dealer tells nothing
        if known.sum() < 3:
            raise DataError(
                f"{int(known.sum())} rows have both {first} and {then}. Check the columns and the "
                f"lag."
            )
        left_x, left_y = (_left(its, known, effects) for its in (x, y))
        spread, whole = float((left_x**2).sum()), np.where(known, x, 0.0)
        if not spread > SETTLED * float((whole**2).sum()):
            raise EstimationError(
                f"{first} does not vary{' within units' if effects == 'within' else ''}, so that "
                f"nothing can follow from it. Leave it out of the order."
            )
        sums = (left_x**2).sum(axis=1), (left_x * left_y).sum(axis=1)
        return _Pair(f"{first} → {then}", *sums, int(known.sum()))


def _refuse_repeats(unit: str, who: Any, when: Any, row: IntArray, column: IntArray) -> None:
    place = row * len(when) + column
    seen = np.bincount(place, minlength=len(who) * len(when))
    twice = np.flatnonzero(seen > 1)
    if twice.size:
        one, wave = divmod(int(twice[0]), len(when))
        raise DataError(
            f"{who[one]!s} has {int(seen[twice[0]])} rows in wave {when[wave]!s}. Give one row for "
            f"each unit and wave.",
            column=unit,
        )


def _left(values: FloatArray, known: Any, effects: Effects) -> FloatArray:
    """Return what is left without the means of dealers and of waves, 0 where nothing is known.

    Means are taken out in turn until they are gone: where rows are missing, that takes some rounds.
    """
    left = np.where(known, values, 0.0)
    if effects == "pooled":
        return np.where(known, left - left.sum() / known.sum(), 0.0)
    of_unit, of_wave = (np.maximum(known.sum(axis=axis, keepdims=True), 1) for axis in (1, 0))
    scale = float(np.abs(left).max()) or 1.0
    for _ in range(ROUNDS):
        left = np.where(known, left - left.sum(axis=1, keepdims=True) / of_unit, 0.0)
        means = left.sum(axis=0, keepdims=True) / of_wave
        left = np.where(known, left - means, 0.0)
        if float(np.abs(left.sum(axis=1)).max()) <= SETTLED * scale:
            break
    return left


def _drawn(pairs: list[_Pair], table: _Table, method: Bootstrap) -> tuple[ResampledEstimate, ...]:
    """Draw dealers, and return the slopes."""
    own = np.arange(table.units)
    clusters = Clusters(own, np.zeros(table.units, dtype=np.int64), ("all",))
    units = Units.of(table.units, Sample(np.ones(table.units), clusters))
    times = np.array(
        [np.bincount(drawn, minlength=table.units) for drawn in units.drawn(method)], dtype=float
    )
    links = []
    for its in pairs:
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = (times @ its.xy) / (times @ its.xx)
        there = np.isfinite(draws)
        resamples = Resamples(
            values=np.array([its.xy.sum() / its.xx.sum()]),
            draws=np.where(there, draws, its.xy.sum() / its.xx.sum())[:, None],
            accelerations=np.empty(0),
            n=its.n,
            **_leverage(its, units),
        )
        effective = float(table.units)
        links.append(resampled_estimates(resamples, (its.name,), effective_n=effective)[0])
    return tuple(links)


def _leverage(its: _Pair, units: Units) -> dict[str, Any]:
    """Return what dealers decide of the interval: those who vary more tell more."""
    used = its.xx > 0
    weights = its.xx[used]
    codes = np.arange(int(used.sum()))
    clusters = Clusters(codes, np.zeros(len(codes), dtype=np.int64), ("all",))
    found = Units.of(len(codes), Sample(weights, clusters)).widening()
    return found or units.widening()
