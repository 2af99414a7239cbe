"""Pictures of models of purchases, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._forecasting.comparison import ComparedModel, ModelComparison
from custvalue._picture import Picture, axes_of_rows, name_rows, require_result
from custvalue._plotting.style import BLACK, BLUE, GREY, VERMILLION, beside, finished
from custvalue._words import count, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOM = 1.25  # of the longest bar, for the number beside it
NARROW = 0.1  # of the axis: a bar below has no room for its number


def models_compared(comparison: ModelComparison, ax: Axes | None = None) -> Picture:
    """Draw what each model forecasts beside what came, or their AIC where there is no holdout.

    With a holdout: the purchases that each model forecasts, and a line at the actual number.
    Without one: by how much AIC is above the lowest. The recommended model is blue, and models
    whose forecasts cannot be trusted are pale.

    Parameters
    ----------
    comparison : ModelComparison
        What ``lifetime.compare_models()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `comparison` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> truth = lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")
    >>> history = truth.simulate(1_000, age="52 weeks", rng=1)
    >>> plotting.models_compared(lifetime.compare_models(history))
    Picture('AIC above the lowest: use MBGNBD, 1,000 customers')
    """
    require_result("comparison", comparison, ModelComparison, "lifetime.compare_models()")
    models = comparison.models
    ax = axes_of_rows(ax, comparison.names, besides=1.1)
    scores = models[0].scores
    lowest = min(each.aic for each in models)
    long = [its.scores.forecast if its.scores else its.aic - lowest for its in models]
    ax.set_xlim(0, ROOM * max(*long, scores.actual if scores else 1.0))
    for place, (its, value) in enumerate(zip(models, long, strict=True)):
        best = its.name == comparison.recommended
        _bar(ax, place, its, value, best=best)
        _number(ax, place, its, value, best=best)
    name_rows(ax, comparison.names)
    if scores is None:
        ax.set_xlabel("AIC above the lowest")
        title = f"AIC above the lowest: use {comparison.recommended}"
    else:
        _actual(ax, scores.actual)
        ahead = f"{number(comparison.duration or 0.0)} {comparison.unit}s"
        ax.set_xlabel(f"Purchases within {ahead}")
        title = f"Forecasts of {ahead}: use {comparison.recommended}"
    title += f", {count(comparison.customers, 'customer')}"
    return finished(ax, title, above=6.0 if scores is None else 20.0)


def _bar(ax: Axes, place: int, its: ComparedModel, long: float, *, best: bool) -> None:
    """Draw the bar of a model."""
    alpha = 0.8 if its.trusted else 0.3
    ax.barh(place, long, height=0.55, color=BLUE if best else GREY, alpha=alpha)


def _number(ax: Axes, place: int, its: ComparedModel, long: float, *, best: bool) -> None:
    """Write the number of a model, within its bar where a line may cross what is beside it."""
    weight = "bold" if best else "normal"
    doubt = "" if its.trusted else "not trusted"
    if its.scores is None:
        shown = ", ".join(each for each in (f"{long:,.1f}", doubt) if each)
        beside(ax, shown, (long, place), away=5, ha="left", weight=weight)
        return
    within = long > NARROW * ax.get_xlim()[1]
    colour = "white" if within and its.trusted else BLACK
    shown = ", ".join(each for each in (f"{long:,.0f}", doubt) if each)
    start = 0.0 if within else long
    beside(ax, shown, (start, place), away=5, ha="left", weight=weight, color=colour)


def _actual(ax: Axes, actual: int) -> None:
    """Mark the number that came."""
    ax.axvline(actual, color=VERMILLION, linewidth=1.4)
    ax.annotate(
        f"actual: {actual:,}",
        (actual, 1.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=BLACK,
        fontsize="small",
    )
