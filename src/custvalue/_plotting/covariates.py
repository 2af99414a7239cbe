"""The picture of what covariates do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from custvalue._lifetime.covariates.effects import CovariateEffect, CovariateEffects
from custvalue._picture import Picture, axes_of_rows, name_rows, require_result
from custvalue._plotting.style import BLUE, GREY, VERMILLION, finished, interval_line
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def covariate_effects(
    effects: CovariateEffects, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the ratio of each covariate with its interval, on a logarithmic axis.

    A ratio of 1 is no effect, where the line is. Effects whose interval holds 1 are grey.

    Parameters
    ----------
    effects : CovariateEffects
        The ``effects`` of a fit.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `effects` is another kind of result, or `level` is not
        between 0 and 1.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> truth = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")
    >>> history = truth.simulate(1_000, age="52 weeks", rng=1)
    >>> table = {"id": history.customer, "app": ["yes", "no"] * 500}
    >>> known = history.with_covariates(table, customer="id", covariates=["app"])
    >>> fit = lifetime.MBGNBD.fit(known, purchase=["app"], dropout=["app"])
    >>> plotting.covariate_effects(fit.effects)
    Picture('Ratios with 95 % intervals: MBGNBD, 1,000 customers')
    """
    require_result("effects", effects, CovariateEffects, "fit.effects")
    names = [each.name for each in effects.effects]
    ax = axes_of_rows(ax, names, besides=0.9)
    ax.set_xscale("log")
    ax.axvline(1.0, color=GREY, linewidth=0.8, linestyle="--")
    for place, each in enumerate(effects.effects):
        _effect(ax, place, each, level)
    _name_ratios(ax)
    name_rows(ax, names)
    ratios = dict.fromkeys(each.of for each in effects.effects)
    ax.set_xlabel(f"Ratio of {', '.join(ratios)}", parse_math=False)
    of = f"{effects.model}, {count(effects.customers, 'customer')}"
    return finished(ax, f"Ratios with {percent(level)} intervals: {of}")


def _effect(ax: Axes, place: int, effect: CovariateEffect, level: float) -> None:
    ratio, colour = effect.ratio, GREY
    if ratio.standard_error is not None:
        ends = ratio.confidence_interval(level)
        if not ends.low <= 1 <= ends.high:
            colour = VERMILLION if ratio.value > 1 else BLUE
    interval_line(ax, place, ratio, level, color=colour, linewidth=2)
    ax.plot([ratio.value], [place], "o", color=colour)


def _name_ratios(ax: Axes) -> None:
    """Mark ratios by plain numbers, as many as there is room for."""
    low, high = ax.get_xlim()
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 1.2, 1.5, 2, 3, 4, 5, 6, 7, 8), (1, 2, 5), (1,)):
        marks = [step * 10.0**decade for decade in decades for step in steps]
        marks = [mark for mark in marks if low <= mark <= high]
        if len(marks) <= MARKS:
            break
    ax.set_xticks(marks, [f"{mark:g}" for mark in marks])
    ax.set_xticks([], minor=True)


MARKS = 9
