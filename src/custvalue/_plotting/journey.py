"""Pictures of visits: control charts, and satisfaction from step to step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custvalue._journey.control_chart import ControlChart
from custvalue._journey.retention import ServiceRetention
from custvalue._journey.social_styles import SocialStyles
from custvalue._journey.touchpoints import Touchpoints
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
    legend_above,
    name_columns,
    name_rows,
    require_result,
    room_for_numbers,
)
from custvalue._plotting.style import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    beside,
    finished,
    interval_between,
    interval_title,
)
from custvalue._words import count, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP = 0.5  # of a period, on either side of which its limits are drawn


def control_chart_lines(chart: ControlChart, ax: Axes | None = None) -> Picture:
    """Draw a control chart: the share of every period, the centre, and the limits of each.

    Periods from left to right, shares in percent upwards. Points with a signal are filled and
    named; those that are no part of the centre line are hollow squares.

    Parameters
    ----------
    chart : ControlChart
        What ``journey.control_chart()`` or ``rate.control_chart()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `chart` is another kind of result.

    Examples
    --------
    >>> from custvalue import journey, plotting
    >>> chart = journey.control_chart([4, 6, 5, 19, 5, 4], 50, measure="comebacks")
    >>> plotting.control_chart_lines(chart)
    Picture('Centre 14 %, three-sigma limits; 1 of 6 periods outside')
    """
    require_result("chart", chart, ControlChart, "journey.control_chart()")
    ax = axes_of(ax, height=3.4)
    points = chart.points
    places = np.arange(len(points), dtype=np.float64)
    shares = np.array([100 * its.share for its in points])
    edges = np.append(places - STEP, places[-1] + STEP)
    for ends in ([100 * its.low for its in points], [100 * its.high for its in points]):
        ax.stairs(ends, edges, baseline=None, color=VERMILLION, linewidth=1.0)
    ax.axhline(100 * chart.centre, color=GREY, linewidth=0.8, linestyle="--")
    ax.plot(places, shares, color=BLUE, linewidth=1.0)
    for place, its in enumerate(points):
        colour = VERMILLION if its.signals else BLUE
        marker = "o" if its.in_centre else "s"
        face = colour if its.signals or its.in_centre else "white"
        ax.plot(place, shares[place], marker, color=colour, markerfacecolor=face, markersize=5)
        if "outside the limits" in its.signals:
            beside(ax, its.name, (place, shares[place]), away=6, fontsize="small")
    name_columns(ax, places.tolist(), [its.name for its in points])
    ax.set_xlabel("Period")
    ax.set_ylabel(f"{chart.measure} (%)", parse_math=False)
    ax.set_ylim(bottom=max(0.0, ax.get_ylim()[0]))
    outside = f"{len(chart.outside)} of {count(chart.periods, 'period')} outside"
    widened = f", σz {number(chart.sigma_z, 3)}" if chart.dispersion == "laney" else ""
    title = f"Centre {percent(chart.centre)}, {chart.limits} limits{widened}; {outside}"
    return finished(ax, title)


def touchpoint_line(found: Touchpoints, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw satisfaction from step to step with intervals, the mean and the peak-end score.

    Steps from the top down in the order of the visit, scale points from left to right. The worst
    step is drawn in another colour.

    Parameters
    ----------
    found : Touchpoints
        What ``journey.touchpoints()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `found` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import journey, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {"reception": [5, 4, 5, 3], "repair": [4, 4, 3, 2], "handover": [3, 5, 4, 2]}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
    >>> plotting.touchpoint_line(
    ...     journey.touchpoints(answers, order=["reception", "repair", "handover"])
    ... )
    Picture('Lines are 95 % intervals; 4 respondents')
    """
    require_result("found", found, Touchpoints, "journey.touchpoints()")
    steps = found.touchpoints
    names = [its.name for its in steps]
    ax = axes_of_rows(ax, names, besides=1.1)
    places = range(len(steps))
    ax.plot([its.mean.value for its in steps], places, color=BLUE, linewidth=1.0)
    for place, its in enumerate(steps):
        colour = VERMILLION if its.name == found.worst else BLUE
        low, high = interval_between(its.mean, level)
        ax.plot([low, high], [place, place], color=colour, linewidth=1.4)
        ax.plot(its.mean.value, place, "o", color=colour, markersize=5)
        beside(ax, f"{its.mean.value:.2f}", (high, place), away=5, fontsize="small")
    for estimate, colour, name in ((found.mean, GREY, "mean"), (found.peak_end, GREEN, "peak-end")):
        ax.axvline(estimate.value, color=colour, linewidth=0.9, linestyle="--", label=name)
    name_rows(ax, names)
    ax.set_xlabel("Mean answer in scale points")
    above = 9 + legend_above(ax, 2)
    picture = finished(ax, interval_title(level, found.base.n), above=above)
    room_for_numbers(ax)
    return picture


def number_above(ax: Axes, text: str, at: tuple[float, float]) -> None:
    """Write some points above a point."""
    ax.annotate(text, at, xytext=(0, 4), textcoords="offset points", ha="center", fontsize="small")


def service_retention_line(
    retention: ServiceRetention, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw service retention by vehicle age with intervals.

    Years of life from left to right, the share of the vehicles that came in percent upwards; the
    number of vehicles stands below each year.

    Parameters
    ----------
    retention : ServiceRetention
        What ``visits.retention_by_age()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `retention` is another kind of result, or `level` no level.

    Examples
    --------
    >>> from custvalue import journey, plotting
    >>> visits = journey.Visits.from_frame(
    ...     {"vin": ["A", "B", "A"], "in": ["2023-05-01", "2023-09-30", "2024-04-02"]},
    ...     vehicle="vin",
    ...     opened="in",
    ...     observation_end="2025-02-28",
    ... )
    >>> register = {"vin": ["A", "B", "C"], "first": ["2023-01-10", "2023-02-01", "2023-03-01"]}
    >>> found = visits.retention_by_age(
    ...     register, vehicle="vin", registered="first", observation_start="2023-01-01"
    ... )
    >>> plotting.service_retention_line(found)
    Picture('Lines are 95 % intervals; 3 vehicles')
    """
    require_result("retention", retention, ServiceRetention, "visits.retention_by_age()")
    ax = axes_of(ax, height=3.4)
    rates = retention.rates
    places = [float(place) for place in range(len(rates))]
    for place, its in zip(places, rates, strict=True):
        low, high = interval_between(its.rate.estimate, level)
        ax.plot([place, place], [100 * low, 100 * high], color=BLUE, linewidth=1.4)
        number_above(ax, f"{100 * its.rate.value:.0f}", (place, 100 * high))
    ax.plot(places, [100 * its.rate.value for its in rates], "o-", color=BLUE, linewidth=1.0)
    name_columns(ax, places, [f"{its.label}\nn {its.rate.n:,}" for its in rates])
    ax.set_xlim(-0.5, len(rates) - 0.5)
    ax.set_ylim(0, 105)
    ax.set_xlabel("Year of the vehicle's life")
    ax.set_ylabel("Vehicles that came (%)")
    return finished(
        ax, f"Lines are {percent(level)} intervals; {count(retention.vehicles, 'vehicle')}"
    )


def social_style_points(styles: SocialStyles, ax: Axes | None = None) -> Picture:
    """Draw customers by assertiveness and responsiveness, with the four styles.

    Assertiveness from left to right, responsiveness upwards. Points grow with the number of
    customers; borderline cases are hollow, and the bands are the margins about the cuts.

    Parameters
    ----------
    styles : SocialStyles
        What ``journey.social_styles()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `styles` is another kind of result.

    Examples
    --------
    >>> from custvalue import journey, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> names = journey.SOCIAL_STYLE.item_names
    >>> rows = [[5, 5, 4, 5, 1, 2, 1, 2], [1, 2, 1, 1, 5, 4, 5, 5], [3, 4, 3, 3, 4, 5, 4, 4]]
    >>> answers = Responses.from_arrays(rows, items=names, scale=Scale(1, 5))
    >>> plotting.social_style_points(journey.social_styles(answers, margin=0.5))
    Picture('3 customers, 1 of them borderline')
    """
    require_result("styles", styles, SocialStyles, "journey.social_styles()")
    ax = axes_of(ax, height=4.6, width=5.6)
    (across, up), (wide, high) = styles.cuts, styles.margins
    ax.axvspan(across - wide, across + wide, color=GREY, alpha=0.15, linewidth=0)
    ax.axhspan(up - high, up + high, color=GREY, alpha=0.15, linewidth=0)
    known = styles.style != ""
    scores = np.column_stack([styles.assertiveness, styles.responsiveness, styles.borderline])
    points, counts = np.unique(scores[known], axis=0, return_counts=True)
    near = points[:, 2] > 0
    area = 12 + 160 * counts / counts.max()
    for rows, face in ((~near, BLUE), (near, "none")):
        ax.scatter(points[rows, 0], points[rows, 1], area[rows], facecolor=face, edgecolor=BLUE)
    ax.axvline(across, color=GREY, linewidth=0.9)
    ax.axhline(up, color=GREY, linewidth=0.9)
    for its, corner in zip(styles.styles, ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
        ax.annotate(
            f"{its.name} {its.count:,}",
            (0.02 + 0.96 * corner[0], 0.02 + 0.96 * corner[1]),
            xycoords="axes fraction",
            ha="right" if corner[0] else "left",
            va="top" if corner[1] else "bottom",
        )
    ax.margins(0.14)
    ax.set_xlabel("Assertiveness in scale points")
    ax.set_ylabel("Responsiveness in scale points")
    near_of = f"{styles.borderline_customers:,} of them borderline"
    return finished(ax, f"{count(styles.customers, 'customer')}, {near_of}")
