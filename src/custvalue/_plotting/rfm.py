"""Pictures of RFM: scores, segments, and how customers move between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.estimate import Estimate
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._picture import (
    ROW,
    Picture,
    axes_of,
    axes_of_rows,
    legend_above,
    name_columns,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.heat import FONT_POINTS, heat
from custvalue._plotting.style import BLUE, VERMILLION, beside, finished, interval_between
from custvalue._rfm.migration import GONE, NEW, RFMMigration
from custvalue._rfm.result import RFM, value_of
from custvalue._rfm.scores import Dimension
from custvalue._rfm.segments import RFMSegment, RFMSegments
from custvalue._rfm.shares import added
from custvalue._rows import FloatArray
from custvalue._words import count, number, percent
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Shading = Literal["customers", "spend", "value"]

NUMBER_HEIGHT = 0.33  # of a row of two bars


def rfm_heat_map(
    result: RFM,
    ax: Axes | None = None,
    *,
    shade: Shading = "customers",
    value: CustomerLifetimeValue | None = None,
) -> Picture:
    """Draw how many customers have which scores of recency and frequency.

    Recency from the bottom up, frequency from left to right, with the values that make each score.
    A number is that of the customers, in whole; the darker its cell, the more of them, or of their
    spend or value.

    Parameters
    ----------
    result : RFM
        What ``lifetime.rfm`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    shade : {"customers", "spend", "value"}
        Numbers are customers, or shares of the total spend or value in percent.
    value : CustomerLifetimeValue, optional
        Of these customers, for ``shade="value"``.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `result` is another kind of result, or what `shade` asks for
        is not known.
    DataError
        If `value` lacks one of the customers.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> result = lifetime.rfm(model.simulate(500, age="52 weeks", rng=1))
    >>> plotting.rfm_heat_map(result)
    Picture('500 customers by recency and frequency')
    """
    require_result("result", result, RFM, "lifetime.rfm()")
    require_choice("shade", shade, get_args(Shading))
    each = _each(result, shade, value)
    recency, frequency = result.scores["recency"], result.scores["frequency"]
    cell = (result.recency_score - 1) * frequency + result.frequency_score - 1
    values = added(cell, recency * frequency, each).reshape(recency, frequency)
    words = [[f"{value:,.0f}" if value > 0 else "" for value in row] for row in values.tolist()]
    ax = axes_of(ax, height=1.3 + 0.5 * recency)
    heat(ax, values[::-1], words[::-1])
    names = _ranges("recency", result.cuts["recency"], result.days_since_last)
    name_rows(ax, [f"{k + 1}: {names[k]}" for k in reversed(range(recency))])
    names = _ranges("frequency", result.cuts["frequency"], result.purchase_days)
    name_columns(ax, range(frequency), [f"{k + 1}: {name}" for k, name in enumerate(names)])
    ax.set_xlabel("Frequency score: purchase days")
    ax.set_ylabel("Recency score: days since the last", fontsize="small")
    title = f"{count(len(result), 'customer')} by recency and frequency"
    return finished(ax, title if shade == "customers" else f"Share of {shade}, %, of {title}")


def _each(result: RFM, shade: Shading, value: object) -> FloatArray:
    """Return what each customer adds to a cell: 1, or percent of the total."""
    if (shade == "value") != (value is not None):
        raise ParameterError(
            "shade='value' and value=… belong together: give the CustomerLifetimeValue of these "
            "customers."
        )
    if shade == "customers":
        return np.ones(len(result))
    amounts = result.spend if shade == "spend" else value_of(result.customer, value)
    if amounts is None:
        raise ParameterError("shade='spend' needs spend, which these customers do not have.")
    return 100 * amounts / max(float(amounts.sum()), 1e-300)


def rfm_segment_bars(
    segments: RFMSegments, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the share of the customers beside the share of the value of each segment.

    Two bars a segment, in percent, with intervals; the second is the share of the spend where no
    values are given, and absent where neither is known.

    Parameters
    ----------
    segments : RFMSegments
        What ``lifetime.rfm(...).segments(...)`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `segments` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> result = lifetime.rfm(model.simulate(500, age="52 weeks", rng=1))
    >>> plotting.rfm_segment_bars(result.segments())
    Picture('Segments of 500 customers; lines are 95 % intervals')
    """
    require_result("segments", segments, RFMSegments, "lifetime.rfm().segments()")
    rows = segments.segments
    ax = axes_of_rows(ax, [its.name for its in rows], besides=1.2, each=1.3 * ROW)
    money = next((n for n in ("value", "spend") if any(_money(s, n) for s in rows)), None)
    apart = 0.2 if money else 0.0
    held: list[tuple[float, Estimate, str]]
    held = [(place - apart, its.share, BLUE) for place, its in enumerate(rows)]
    if money:
        shares = [_money(its, money) for its in rows]
        held += [(k + apart, its, VERMILLION) for k, its in enumerate(shares) if its is not None]
    _share_bars(ax, held, level, rows=len(rows))
    name_rows(ax, [its.name for its in rows])
    ax.set_xlabel("Share, %")
    above = 6.0
    if money:
        for name, colour in (("customers", BLUE), (money, VERMILLION)):
            ax.barh(0, 0, color=colour, alpha=0.75, label=name)
        above += legend_above(ax, 2)
    room_for_numbers(ax)
    title = f"Segments of {count(segments.customers, 'customer')}"
    return finished(ax, f"{title}; lines are {percent(level)} intervals", above=above)


def rfm_migration_map(migration: RFMMigration, ax: Axes | None = None) -> Picture:
    """Draw where the customers of each segment are at the later date.

    Numbers are percentages of the customers of a row; columns are numbered as the rows. Customers
    who were not there at the earlier date are in the last row, and those who are not there at the
    later one in the last column.

    Parameters
    ----------
    migration : RFMMigration
        What ``earlier.migration(later)`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `migration` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> first = lifetime.rfm(model.simulate(500, age="52 weeks", rng=1))
    >>> later = first.score(model.simulate(500, age="78 weeks", rng=1))
    >>> plotting.rfm_migration_map(first.migration(later))
    Picture('Migration of 500 customers, % of each row')
    """
    require_result("migration", migration, RFMMigration, "lifetime.rfm().migration()")
    names = migration.segments
    counts = np.array(migration.counts, dtype=np.float64)
    some = counts.sum(axis=1) > 0
    values = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    words = [
        [f"{value:.0f}" if known and n else "" for value, n in zip(row, among, strict=True)]
        for row, among, known in zip(values.tolist(), counts.tolist(), some.tolist(), strict=True)
    ]
    sizes = [f"{n:,.0f}" for n in counts.sum(axis=1).tolist()]
    rows = [f"{k + 1} {name} ({n})" for k, (name, n) in enumerate(zip(names, sizes, strict=False))]
    rows.append(f"{NEW} ({sizes[-1]})")
    ax = axes_of_rows(ax, rows, besides=1.3)
    heat(ax, values, words)
    name_rows(ax, rows)
    name_columns(ax, range(len(names)), [str(k + 1) for k in range(len(names))])
    ticks = [*ax.get_xticks().tolist(), len(names)]
    ax.set_xticks(ticks, [*(t.get_text() for t in ax.get_xticklabels()), GONE])
    ax.set_xlabel("Later segment, numbered as rows")
    dates = (migration.earlier, migration.later)
    between = "" if None in dates else f", {dates[0]} to {dates[1]}"
    title = f"Migration of {count(migration.customers, 'customer')}{between}, % of each row"
    return finished(ax, title)


def _money(segment: RFMSegment, name: str) -> Estimate | None:
    share: Estimate | None = getattr(segment, f"{name}_share")
    return share


def _share_bars(
    ax: Axes, shares: Sequence[tuple[float, Estimate, str]], level: float, *, rows: int
) -> None:
    """Draw shares at their places in percent, with intervals and numbers."""
    alone = ax.figure.axes == [ax]
    inches = (ax.figure.bbox if alone else ax.get_window_extent()).height / ax.figure.dpi
    size = min(FONT_POINTS, NUMBER_HEIGHT * 72 * inches / rows)
    for place, share, colour in shares:
        ax.barh(place, 100 * share.value, height=0.36, color=colour, alpha=0.75)
        low, high = interval_between(share, level)
        ax.plot([100 * low, 100 * high], [place, place], color="black", linewidth=1.2)
        end = 100 * max(high, share.value)
        beside(ax, percent(share.value), (end, place), away=5, ha="left", fontsize=size)


def _ranges(dimension: Dimension, cuts: Sequence[float], values: FloatArray) -> list[str]:
    """Return the values of each score in words, the lowest first; a dash where none has it."""
    whole = 1 if bool((np.rint(values) == values).all()) else 0
    days = (
        dimension == "recency"
    )  # fewer are better, and a cut point is not within the better score
    up, down = (0, whole) if days else (whole, 0)
    first, last = number(cuts[0] - down, 3), number(cuts[-1] + up, 3)
    inner = [_between(low + up, high - down) if low < high else "–" for low, high in pairwise(cuts)]
    under, over = ("≤" if whole or not days else "<"), ("≥" if whole or days else ">")
    found = [f"{under}{first}", *inner, f"{over}{last}"]
    return found[::-1] if days else found


def _between(low: float, high: float) -> str:
    return number(low, 3) if low == high else f"{number(low, 3)}–{number(high, 3)}"
