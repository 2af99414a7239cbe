"""Pictures of customers one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._checks import checked_whole, require_choice
from custvalue._lifetime.prediction.result import Prediction
from custvalue._picture import (
    Picture,
    axes_of_rows,
    legend_below,
    name_rows,
    require_result,
)
from custvalue._plotting.style import BLUE, GREY, VERMILLION, finished
from custvalue._words import count, number, percent
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DENSE = 0.3  # inches of a row
AXES = {
    "purchases": "Purchases within {}",
    "value": "Value within {}",
}


def customer_forecasts(
    prediction: Prediction, ax: Axes | None = None, *, n: int = 15, of: str | None = None
) -> Picture:
    """Draw what the best customers are expected to buy or to bring, with intervals.

    One row a customer, the best on top. A dot is what is expected, a thick line the interval of
    that, a thin one that of the outcome, where it was asked for.

    Parameters
    ----------
    prediction : Prediction
        What ``fit.predict()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    n : int
        How many customers; all if there are fewer.
    of : {"value", "purchases"}, optional
        What is drawn; by default the value, where spend is known.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `prediction` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> truth = lifetime.BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week")
    >>> history = truth.simulate(1_000, age="52 weeks", rng=1)
    >>> fit = lifetime.BGNBD.fit(history)
    >>> rows = fit.predict(history, "1 year", interval=0.9, of="outcome")
    >>> plotting.customer_forecasts(rows)
    Picture('The best 15 of 1,000 customers; lines are 90 % intervals')
    """
    require_result("prediction", prediction, Prediction, "fit.predict()")
    drawn = of or ("purchases" if prediction.value is None else "value")
    require_choice("of", drawn, tuple(AXES))
    if getattr(prediction, drawn) is None:
        raise ParameterError("of='value' needs a prediction that knows spend. Give predict spend=.")
    best = prediction.top(checked_whole("n", n, least=1), by=drawn)
    names = [str(each) for each in best.customer.tolist()]
    ax = axes_of_rows(ax, names, besides=1.4, each=DENSE)
    _intervals(ax, best, drawn)
    places = range(len(names))
    ax.plot(getattr(best, drawn), places, "o", color=VERMILLION, label="expected", zorder=3)
    name_rows(ax, names)
    ax.set_xlim(left=0)
    ax.set_xlabel(AXES[drawn].format(prediction.horizon), parse_math=False)
    if prediction.interval is not None:
        legend_below(ax, 3)
    return finished(ax, _title(prediction, len(names)))


def _intervals(ax: Axes, best: Prediction, drawn: str) -> None:
    """Draw the intervals that are known."""
    if best.interval is None:
        return
    kinds = [(*best.of_mean(drawn), BLUE, 5.0, "interval of what is expected")]
    if best.of == "outcome":
        ends = getattr(best, f"{drawn}_low"), getattr(best, f"{drawn}_high")
        kinds.insert(0, (*ends, GREY, 1.2, "interval of the outcome"))
    for low, high, colour, width, label in kinds:
        ax.hlines(range(len(best)), low, high, color=colour, linewidth=width, label=label)


def _title(prediction: Prediction, shown: int) -> str:
    customers = count(len(prediction), "customer")
    which = customers if shown == len(prediction) else f"The best {number(shown)} of {customers}"
    if prediction.interval is None:
        return which
    return f"{which}; lines are {percent(prediction.interval)} intervals"
