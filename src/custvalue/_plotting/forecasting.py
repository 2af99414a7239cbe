"""Pictures of forecasts held against what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from custvalue._checks import checked_level, require_choice
from custvalue._forecasting.classes import HoldoutByClass
from custvalue._forecasting.counts import PurchaseCounts
from custvalue._forecasting.diagnosis import Diagnosis
from custvalue._forecasting.matrix import FrequencyRecency
from custvalue._forecasting.months import MonthsAhead
from custvalue._forecasting.path import AlivePath
from custvalue._forecasting.pit import OutcomeRanks
from custvalue._forecasting.tracking import Tracking
from custvalue._picture import Picture, axes_of, legend_above, name_columns, require_result
from custvalue._plotting.style import BLUE, GREY, VERMILLION, finished
from custvalue._rows import FloatArray
from custvalue._words import count, number, p_value, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ABOVE_LEGEND = 4.0
DIAGNOSIS = "lifetime.diagnose()"
Cell = Literal["expected_purchases", "probability_alive"]


def tracking_lines(
    tracking: Tracking, ax: Axes | None = None, *, level: float = 0.95, cumulative: bool = False
) -> Picture:
    """Draw repeat purchases week by week: what came, and what was expected, with its interval.

    Weeks from left to right, purchases in a week upwards; a line marks the end of the calibration.

    Parameters
    ----------
    tracking : Tracking
        The ``tracking`` of what ``lifetime.diagnose()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the interval.
    cumulative : bool
        Whether to add up purchases from the first week on.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `tracking` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import datasets, lifetime, plotting
    >>> train, holdout = lifetime.split(
    ...     datasets.cdnow("all"),
    ...     customer="customer_id",
    ...     date="date",
    ...     unit="week",
    ...     calibration_end="1997-09-30",
    ...     holdout_end="1998-06-30",
    ... )
    >>> check = lifetime.diagnose(lifetime.MBGNBD.fit(train), train, holdout, rng=1)
    >>> plotting.tracking_lines(check.tracking)
    Picture('Repeat purchases: 1,882 in the holdout, 1,577 expected')
    """
    require_result("tracking", tracking, Tracking, DIAGNOSIS)
    level = checked_level(level)
    ax = axes_of(ax, height=3.6)
    low, high = tracking.ends(level, cumulative=cumulative)
    actual = tracking.cumulative if cumulative else tracking.actual
    expected = tracking.cumulative_expected if cumulative else tracking.expected
    weeks = np.arange(1, len(actual) + 1)
    ax.fill_between(weeks, low, high, color=BLUE, alpha=0.18, linewidth=0, label=percent(level))
    ax.plot(weeks, expected, color=BLUE, linewidth=1.8, label="expected")
    ax.plot(weeks, actual, color=VERMILLION, linewidth=1.2, label="actual")
    ax.axvline(tracking.calibration_weeks + 0.5, color=GREY, linewidth=0.9, linestyle="--")
    ax.set_ylim(0, None)
    ax.set_xlim(0.5, len(weeks) + 0.5)
    name_columns(ax, weeks.tolist(), tracking.end.tolist())
    ax.set_xlabel("Week to; the dashed line ends the calibration")
    ax.set_ylabel("Repeat purchases" + (", cumulative" if cumulative else " in the week"))
    above = legend_above(ax, 3)
    later = slice(tracking.calibration_weeks, None)
    came, said = (float(its[later].sum()) for its in (tracking.actual, tracking.expected))
    title = f"Repeat purchases: {came:,.0f} in the holdout, {said:,.0f} expected"
    return finished(ax, title, above=above + ABOVE_LEGEND)


def purchase_counts_bars(
    counts: PurchaseCounts, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw how many customers bought how often, observed and expected.

    Purchases from left to right, customers upwards, on a scale of square roots; a line says where
    the observed number lies if the model is right.

    Parameters
    ----------
    counts : PurchaseCounts
        The ``calibration_counts`` or ``holdout_counts`` of what ``lifetime.diagnose()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `counts` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> history = model.simulate(1_000, age="39 weeks", rng=1)
    >>> check = lifetime.diagnose(lifetime.MBGNBD.fit(history), history)
    >>> plotting.purchase_counts_bars(check.calibration_counts)
    Picture('Customers by repeat purchases in the calibration, P = 0.7040')
    """
    require_result("counts", counts, PurchaseCounts, DIAGNOSIS)
    cells = counts.columns(checked_level(level))
    ax = axes_of(ax, height=3.4)
    place = np.arange(len(counts.labels))
    ax.bar(
        place - 0.2, cells["observed"], width=0.38, color=VERMILLION, alpha=0.85, label="observed"
    )
    ax.bar(place + 0.2, cells["expected"], width=0.38, color=BLUE, alpha=0.75, label="expected")
    ax.vlines(place + 0.2, cells["low"], cells["high"], color="black", linewidth=1.3)
    ax.set_yscale("function", functions=(_root, np.square))
    top = float(max(cells["observed"].max(), cells["high"].max()))
    ax.set_ylim(0, 1.05 * top)
    ax.set_yticks([0, *_ticks(top)])
    name_columns(ax, place.tolist(), _short(counts.labels))
    when = "Repeat purchases" if counts.period == "calibration" else "Purchases in the holdout"
    ax.set_xlabel(when)
    ax.set_ylabel("Customers")
    above = legend_above(ax, 2)
    return finished(
        ax, f"Customers by {counts.counted}, {p_value(counts.p_value)}", above=above + ABOVE_LEGEND
    )


def _short(labels: Sequence[str]) -> list[str]:
    return [label.replace(" or more", "+") for label in labels]


def _root(values: Any) -> Any:
    return np.sqrt(np.maximum(values, 0))


def _ticks(top: float) -> list[float]:
    """Return round numbers up to the top, further apart the larger they are."""
    round_ones = [digit * 10.0**power for power in range(10) for digit in (1, 2.5, 5)]
    kept = [each for each in round_ones if 0.02 * top <= each <= top and each == round(each)]
    return kept[-5:] or [top]


def outcome_ranks_bars(
    ranks: OutcomeRanks, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the histogram of the probability integral transform: flat where the model is right.

    Where outcomes fell in the distributions that the model gave them, in percent, against
    customers; the band says where bars end if the model is right.

    Parameters
    ----------
    ranks : OutcomeRanks
        The ``ranks`` of what ``lifetime.diagnose()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the band.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `ranks` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.NBD(r=0.9, alpha=9, unit="week")
    >>> history = model.simulate(500, age="39 weeks", rng=1)
    >>> later = lifetime.Holdout.from_arrays(
    ...     frequency=history.frequency, duration="39 weeks", unit="week"
    ... )
    >>> plotting.outcome_ranks_bars(lifetime.diagnose(model, history, later, rng=1).ranks)
    Picture('Where outcomes fell in their distributions, P < 1e-15')
    """
    require_result("ranks", ranks, OutcomeRanks, DIAGNOSIS)
    low, high = ranks.ends(checked_level(level))
    ax = axes_of(ax, height=3.2)
    width = 100 / len(ranks.customers)
    edges = width * np.arange(len(ranks.customers))
    ax.bar(edges, ranks.customers, width=0.94 * width, align="edge", color=VERMILLION, alpha=0.8)
    over = np.append(edges, 100.0)
    below, above = (np.append(end, end[-1]) for end in (low, high))
    ax.fill_between(over, below, above, step="post", color=BLUE, alpha=0.25, linewidth=0)
    ax.axhline(ranks.expected, color=BLUE, linewidth=1.2)
    ax.set_xlim(0, 100)
    ax.set_ylim(0, None)
    ax.set_xlabel("Place of the outcome in its distribution, %")
    ax.set_ylabel("Customers")
    return finished(ax, f"Where outcomes fell in their distributions, {p_value(ranks.p_value)}")


def holdout_by_class_points(
    classes: HoldoutByClass, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw mean purchases in the holdout by class of customers, actual and expected.

    Classes from left to right, purchases per customer upwards.

    Parameters
    ----------
    classes : HoldoutByClass
        ``by_frequency``, ``by_recency`` or ``by_forecast`` of what ``lifetime.diagnose()``
        returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the intervals of actual means.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `classes` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.NBD(r=0.9, alpha=9, unit="week")
    >>> history = model.simulate(500, age="39 weeks", rng=1)
    >>> later = lifetime.Holdout.from_arrays(
    ...     frequency=history.frequency, duration="39 weeks", unit="week"
    ... )
    >>> plotting.holdout_by_class_points(lifetime.diagnose(model, history, later).by_frequency)
    Picture('Purchases in the holdout per customer, by repeat purchases')
    """
    require_result("classes", classes, HoldoutByClass, DIAGNOSIS)
    cells = classes.columns(checked_level(level))
    ax = axes_of(ax, height=3.4)
    place = np.arange(len(classes.label))
    ax.plot(place, cells["expected"], color=BLUE, linewidth=1.8, marker="o", ms=4, label="expected")
    ax.vlines(place, cells["low"], cells["high"], color=VERMILLION, linewidth=1.4)
    ax.plot(place, cells["actual"], color=VERMILLION, marker="D", ms=5, linewidth=0, label="actual")
    ax.set_ylim(0, None)
    name_columns(ax, place.tolist(), _short(classes.label))
    name = classes.NAMES[classes.by]
    ax.set_xlabel(f"{name[0].upper()}{name[1:]}")
    ax.set_ylabel("Purchases per customer")
    above = legend_above(ax, 2)
    title = f"Purchases in the holdout per customer, by {name}"
    return finished(ax, title, above=above + ABOVE_LEGEND)


def diagnosis_board(
    diagnosis: Diagnosis, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the main checks of a fit on one page.

    Customers by repeat purchases; with a holdout also weekly tracking, means by frequency and the
    histogram of outcomes, each as its own function draws it.

    Parameters
    ----------
    diagnosis : Diagnosis
        What ``lifetime.diagnose()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `diagnosis` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> history = model.simulate(1_000, age="39 weeks", rng=1)
    >>> plotting.diagnosis_board(lifetime.diagnose(lifetime.MBGNBD.fit(history), history))
    Picture('Customers by repeat purchases in the calibration, P = 0.7040')
    """
    require_result("diagnosis", diagnosis, Diagnosis, DIAGNOSIS)
    level = checked_level(level)
    parts = [
        (tracking_lines, diagnosis.tracking),
        (purchase_counts_bars, diagnosis.calibration_counts),
        (holdout_by_class_points, diagnosis.by_frequency),
        (outcome_ranks_bars, diagnosis.ranks),
    ]
    present: list[tuple[Any, Any]] = [each for each in parts if each[1] is not None]
    if ax is not None or len(present) == 1:
        draw, part = present[0]
        picture: Picture = draw(part, ax, level=level)
        return picture
    first = axes_of(None, height=7.4, width=11.0)
    figure: Any = first.figure
    first.remove()
    panels = figure.subplots(2, 2).ravel()
    for panel, (draw, part) in zip(panels, present, strict=False):
        draw(part, panel, level=level)
    for panel in panels[len(present) :]:
        panel.remove()
    return Picture(panels[0])


def alive_path_line(path: AlivePath, ax: Axes | None = None) -> Picture:
    """Draw how P(alive) of one customer went, and when they bought.

    Days from left to right, probability in percent upwards; each purchase is a mark.

    Parameters
    ----------
    path : AlivePath
        What ``lifetime.alive_path()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `path` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> path = lifetime.alive_path(model, ["2026-01-01", "2026-02-09"], until="2026-06-30")
    >>> plotting.alive_path_line(path)
    Picture('P(alive) 39 % on 2026-06-30, after 2 days with a purchase')
    """
    require_result("path", path, AlivePath, "lifetime.alive_path()")
    ax = axes_of(ax, height=3.2)
    day = np.arange(len(path.day))
    alive = 100 * path.probability_alive
    ax.plot(day, alive, color=BLUE, linewidth=1.8)
    ax.fill_between(day, 0, alive, color=BLUE, alpha=0.12, linewidth=0)
    bought = path.bought > 0
    ax.plot(day[bought], alive[bought], color=VERMILLION, marker="o", ms=5, linewidth=0)
    ax.set_ylim(0, 105)
    ax.set_xlim(-0.01 * len(day), len(day))
    some = np.unique(np.linspace(0, len(day) - 1, min(len(day), 8)).astype(int))
    name_columns(ax, some.tolist(), path.day[some].tolist())
    ax.set_xlabel("Day; each point is a purchase")
    ax.set_ylabel("P(alive), %")
    bought_days = count(path.purchases, "day")
    last = f"P(alive) {percent(float(path.probability_alive[-1]))} on {path.day[-1]}"
    return finished(ax, f"{last}, after {bought_days} with a purchase")


def frequency_recency_map(
    matrix: FrequencyRecency, ax: Axes | None = None, *, of: Cell = "expected_purchases"
) -> Picture:
    """Draw what customers are expected to buy, or P(alive), by frequency and recency.

    Age at the last purchase from left to right, repeat purchases upwards, darker is more.

    Parameters
    ----------
    matrix : FrequencyRecency
        What ``lifetime.frequency_recency()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    of : {"expected_purchases", "probability_alive"}
        What the colours say.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `matrix` is another kind of result, or `of` is unknown.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> found = lifetime.frequency_recency(model, age="39 weeks", horizon="39 weeks")
    >>> plotting.frequency_recency_map(found, of="probability_alive")
    Picture('P(alive) of customers of 39 weeks')
    """
    require_result("matrix", matrix, FrequencyRecency, "lifetime.frequency_recency()")
    require_choice("of", of, get_args(Cell))
    ax = axes_of(ax, height=4.4, width=6.6)
    values = getattr(matrix, of)
    back = matrix.frequency > 0
    most, fine = int(matrix.frequency.max()), int(np.count_nonzero(matrix.frequency == 1))
    grid = values[back].reshape(most, fine)
    alive = of == "probability_alive"
    grid = 100 * grid if alive else grid
    ends = (0, matrix.age, 0.5, most + 0.5)
    image = ax.imshow(
        grid, origin="lower", aspect="auto", extent=ends, cmap="Blues", vmin=0,
        vmax=100 if alive else None,
    )  # fmt: skip
    ax.locator_params(axis="y", integer=True)
    ax.figure.colorbar(image, ax=ax, label="P(alive), %" if alive else "Expected purchases")
    ax.set_xlabel(f"Age at the last purchase, {matrix.unit}s")
    ax.set_ylabel("Repeat purchases")
    what = "P(alive)" if alive else f"Purchases expected in {number(matrix.horizon)} {matrix.unit}s"
    return finished(ax, f"{what} of customers of {number(matrix.age)} {matrix.unit}s")


def months_ahead_bars(
    ahead: MonthsAhead, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw purchases by month ahead, or what is spent where that is known, with intervals.

    Months from left to right, purchases or money upwards.

    Parameters
    ----------
    ahead : MonthsAhead
        What ``lifetime.purchases_by_month()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `ahead` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> model = lifetime.NBD(r=0.9, alpha=9, unit="week")
    >>> history = model.simulate(500, age="39 weeks", rng=1)
    >>> plotting.months_ahead_bars(lifetime.purchases_by_month(model, history, 6))
    Picture('1,224 purchases in 6 months; lines are 95 % intervals')
    """
    require_result("ahead", ahead, MonthsAhead, "lifetime.purchases_by_month()")
    cells = ahead.columns(checked_level(level))
    name = "purchases" if ahead.spend is None else "spend"
    mean, low, high = (_months(cells[key]) for key in (name, f"{name}_low", f"{name}_high"))
    ax = axes_of(ax, height=3.2)
    place = np.arange(1, len(mean) + 1)
    ax.bar(place, mean, width=0.62, color=BLUE, alpha=0.75)
    ax.vlines(place, low, high, color="black", linewidth=1.4)
    name_columns(ax, place.tolist(), [str(month) for month in place])
    ax.set_ylim(0, None)
    ax.set_xlabel("Month ahead")
    ax.set_ylabel("Purchases" if name == "purchases" else "Spend")
    total = f"{number(float(mean.sum()))} {'purchases' if name == 'purchases' else 'spent'}"
    within = f"in {count(len(mean), 'month')}; lines are {percent(level)} intervals"
    return finished(ax, f"{total} {within}")


def _months(column: Any) -> FloatArray:
    """Return a column without its total."""
    found: FloatArray = column[:-1]
    return found
