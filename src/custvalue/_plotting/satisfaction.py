"""Pictures of scores of satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custvalue._picture import Picture, axes_of, legend_above, require_result
from custvalue._plotting.style import BLUE, GREY, VERMILLION, finished
from custvalue._satisfaction.net_promoter import NetPromoterScore
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def net_promoter_bar(
    score: NetPromoterScore, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw the shares of detractors, passives and promoters as one bar.

    Shares of the respondents in percent, 0 to 100.

    Parameters
    ----------
    score : NetPromoterScore
        What ``satisfaction.net_promoter_score`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the interval in the title, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `score` is another kind of result.

    Examples
    --------
    >>> from custvalue import plotting, satisfaction
    >>> score = satisfaction.net_promoter_score([10, 10, 9, 9, 9, 8, 8, 7, 7, 6, 4, 0])
    >>> plotting.net_promoter_bar(score)
    Picture('Net Promoter Score 17, 95 % interval −29 to 55, 12 answers')
    """
    require_result("score", score, NetPromoterScore, "satisfaction.net_promoter_score()")
    ax = axes_of(ax, height=1.7)
    parts = (
        ("Detractors (0-6)", score.detractor_share.value, VERMILLION),
        ("Passives (7-8)", score.passive_share.value, GREY),
        ("Promoters (9-10)", score.promoter_share.value, BLUE),
    )
    start = 0.0
    for name, share, colour in parts:
        label = f"{name} {percent(share)}"
        ax.barh(0, 100 * share, left=100 * start, height=0.6, color=colour, label=label)
        start += share
    ax.set_xlim(0, 100)
    ax.set_yticks([])
    ax.set_xlabel("Share of respondents, %")
    interval = score.confidence_interval(level)
    title = (
        f"Net Promoter Score {round(score.value)}, {percent(level)} interval "
        f"{round(interval.low)} to {round(interval.high)}, {count(score.n, 'answer')}"
    )
    return finished(ax, title.replace("-", "−"), above=9 + legend_above(ax, 3))
