"""A picture of retention by cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custvalue._lifetime.value.cohorts import Cohorts
from custvalue._picture import Picture, axes_of, name_columns, name_rows, require_result
from custvalue._plotting.heat import heat
from custvalue._plotting.style import finished
from custvalue._words import count
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 24  # rows and columns that can be read


def cohort_heat_map(cohorts: Cohorts, ax: Axes | None = None, *, periods: int = 12) -> Picture:
    """Draw which share of each cohort bought in each period after that of the first purchase.

    Cohorts from the top down with their customers, periods from left to right; numbers are percent,
    the darker the higher. Of more than 24 cohorts the last 24 are drawn.

    Parameters
    ----------
    cohorts : Cohorts
        What ``lifetime.cohorts`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    periods : int
        How many periods at most, from 1 to 24.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `cohorts` is another kind of result, no period after the
        first one has ended, or `periods` is not from 1 to 24.

    Examples
    --------
    >>> from custvalue import datasets, lifetime, plotting
    >>> found = lifetime.cohorts(
    ...     datasets.cdnow(), customer="customer_id", date="date", observation_end="1997-09-30"
    ... )
    >>> plotting.cohort_heat_map(found)
    Picture('Customers who bought, %, by month since the first purchase, 3 cohorts')
    """
    require_result("cohorts", cohorts, Cohorts, "lifetime.cohorts()")
    if isinstance(periods, bool) or not isinstance(periods, int) or not 1 <= periods <= MOST:
        raise ParameterError(f"periods must be a whole number from 1 to 24, but it is {periods!r}.")
    shares = cohorts.matrix()[-MOST:, 1 : periods + 1]
    known = ~np.isnan(shares).all(axis=1)
    if not known.any():
        raise ParameterError(
            f"no {cohorts.by} after that of the first purchases has ended, so there is nothing to "
            f"draw. Use a later observation_end."
        )
    shares, names = 100 * shares[known], np.array(cohorts.labels)[-MOST:][known]
    words = [["" if np.isnan(each) else f"{each:.0f}" for each in row] for row in shares]
    ax = axes_of(ax, height=1.2 + 0.32 * len(shares))
    heat(ax, shares, words)
    sizes = [int(cohorts.customers[cohorts.cohort == each][0]) for each in names]
    name_rows(ax, [f"{name} (n = {size:,})" for name, size in zip(names, sizes, strict=True)])
    name_columns(ax, range(shares.shape[1]), [str(k + 1) for k in range(shares.shape[1])])
    ax.set_xlabel(f"{cohorts.by.capitalize()}s after that of the first purchase")
    title = f"Customers who bought, %, by {cohorts.by} since the first purchase"
    return finished(ax, f"{title}, {count(len(shares), 'cohort')}")
