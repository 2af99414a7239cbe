"""The pilot that tells what data at hand cannot: some dealers begin, others wait.

Dealers are drawn by lot into two groups of k. With m customers of a dealer in each period, the
standard deviation σ of a customer, the intraclass correlation ρ and the correlation c of what is
common to a dealer's customers in two periods, a dealer's mean has the variance σ² (1 + (m - 1) ρ) /
m, and its means in both periods are correlated by

    r = m ρ c / (1 + (m - 1) ρ)                                                                  (1)

(Teerenstra, Eldridge, Graff, de Hoop & Borm 2012, *Statistics in Medicine* 31(20), 2169-2178). The
variance of the difference between the groups is that of two means of k dealers, times 1 where only
the period after is looked at, 2 (1 - r) for differences between the periods, and 1 - r² where the
period before is a covariate. Power is that of the t test of dealers' means, with 2 (k - 1) degrees
of freedom, one less with the covariate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, get_args

from scipy import special

from custvalue._checks import checked_level, checked_whole, finite, require_choice
from custvalue._inference.ends import t_quantile
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen, Positive, Probability
from custvalue._words import count, number, plain
from custvalue.errors import ParameterError

Analysis = Literal["covariate", "differences", "after only"]
MOST_DEALERS = 100_000
SHOWN_ABOUT = (0.5, 0.75, 1.0, 1.5, 2.0)  # of the dealers that are needed


class PilotDesign(Tabulated, Frozen):
    """How many dealers a pilot needs.

    Parameters
    ----------
    dealers : int
        In each of the two groups.
    power : float
        Probability that the pilot finds the difference, if it is there.
    difference : float
        The smallest difference that matters.
    customers : int
        Of a dealer, in each period.
    analysis : {"covariate", "differences", "after only"}
        What is done with the period before.
    design_effect : float
        Variance of a mean over that of as many customers who have no dealer in common.
    correlation : float
        Of a dealer's means in both periods, equation (1).
    level : float
        Of the interval of the difference.
    standard_deviation, intraclass_correlation, autocorrelation : float
        As they were given.
    """

    TITLE: ClassVar[str] = "A pilot in two groups of dealers"
    SHOWN: ClassVar = shown("dealers: dealers in each group, customers: customers in each, power")
    REPR: ClassVar[tuple[str, ...]] = ("dealers", "power", "analysis")

    dealers: Count
    power: Probability
    difference: Positive
    customers: Count
    analysis: Analysis
    design_effect: Positive
    correlation: Probability
    level: Probability
    standard_deviation: Positive
    intraclass_correlation: Probability
    autocorrelation: Probability

    def power_of(self, dealers: int) -> float:
        """Return the power of the same pilot with another number of dealers in each group.

        Parameters
        ----------
        dealers : int
            At least 2; 3 with a covariate.
        """
        least = 3 if self.analysis == "covariate" else 2
        k = checked_whole("dealers", dealers, least=least)
        degrees = 2.0 * (k - 1) - (self.analysis == "covariate")
        error = self.standard_deviation * math.sqrt(
            2 * self.design_effect / (self.customers * k) * self._factor
        )
        beyond = t_quantile(self.level, degrees)
        away = self.difference / error
        upper = 1 - float(special.nctdtr(degrees, away, beyond))
        lower = float(special.nctdtr(degrees, away, -beyond))
        return min(upper + (lower if math.isfinite(lower) else 0.0), 1.0)

    @property
    def _factor(self) -> float:
        r = self.correlation
        return {"covariate": 1 - r**2, "differences": 2 * (1 - r), "after only": 1.0}[self.analysis]

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        least = 3 if self.analysis == "covariate" else 2
        about = {max(round(share * self.dealers), least) for share in SHOWN_ABOUT}
        return [
            Row(
                "needed" if k == self.dealers else "",
                {"dealers": k, "customers": k * self.customers, "power": self.power_of(k)},
            )
            for k in sorted(about)
        ]

    def _notes(self) -> Iterable[str]:
        before = {
            "covariate": "The period before is a covariate.",
            "differences": "Differences between the periods are compared.",
            "after only": "Only the period after is looked at.",
        }[self.analysis]
        yield (
            f"A difference of {number(self.difference)} is to be found; "
            f"{count(self.customers, 'customer')} of a dealer in each period, design effect "
            f"{self.design_effect:.2f}. {before}"
        )
        yield "Draw by lot which dealers begin; those who wait are the comparison."


def pilot(
    difference: float,
    *,
    standard_deviation: float,
    intraclass_correlation: float,
    customers_a_month: int,
    months: int,
    autocorrelation: float = 0.8,
    analysis: Analysis = "covariate",
    power: float = 0.8,
    level: float = 0.95,
) -> PilotDesign:
    """Plan a pilot that finds a difference between dealers who begin and dealers who wait.

    Parameters
    ----------
    difference : float
        The smallest difference that matters, in the unit of the measure: points, or money per
        customer.
    standard_deviation : float
        Of one customer, as in a survey of the network.
    intraclass_correlation : float
        How alike customers of one dealer are, 0 to below 1; every estimate with clusters has it.
    customers_a_month, months : int
        Customers of a dealer who are asked in a month, and months of each period, before and after.
    autocorrelation : float
        Correlation of what is common to a dealer's customers in the two periods.
    analysis : {"covariate", "differences", "after only"}
        What is done with the period before; the covariate never needs more dealers, but for the
        degree of freedom that it costs.
    power : float
        Probability of finding the difference if it is there.
    level : float
        1 minus the probability of finding one that is not there, two-sided.

    Returns
    -------
    PilotDesign

    Raises
    ------
    ParameterError
        If an argument is outside its domain, or more than 100,000 dealers would be needed.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> profit_chain.pilot(
    ...     0.3,
    ...     standard_deviation=1.6,
    ...     intraclass_correlation=0.1,
    ...     customers_a_month=10,
    ...     months=3,
    ... ).dealers
    38
    """
    m = checked_whole("customers_a_month", customers_a_month, least=1) * checked_whole(
        "months", months, least=1
    )
    require_choice("analysis", analysis, get_args(Analysis))
    _within("difference", difference, 0.0, math.inf)
    _within("standard_deviation", standard_deviation, 0.0, math.inf)
    _within("power", power, 0.5, 1.0)
    for name, its in (
        ("intraclass_correlation", intraclass_correlation),
        ("autocorrelation", autocorrelation),
    ):
        if not 0 <= finite(its) < 1:
            raise ParameterError(f"{name} must be >= 0 and < 1, but it is {plain(its)!r}.")
    effect = 1 + (m - 1) * intraclass_correlation
    design = PilotDesign(
        dealers=MOST_DEALERS,
        power=1.0,
        difference=float(difference),
        customers=m,
        analysis=analysis,
        design_effect=effect,
        correlation=m * intraclass_correlation * autocorrelation / effect,
        level=checked_level(level),
        standard_deviation=float(standard_deviation),
        intraclass_correlation=float(intraclass_correlation),
        autocorrelation=float(autocorrelation),
    )
    needed = _least(design, float(power))
    found = {"dealers": needed, "power": design.power_of(needed)}
    return design.model_copy(update=found)


def _within(name: str, given: float, low: float, high: float) -> None:
    if not low < finite(given) < high:
        below = "" if math.isinf(high) else f" and < {high:g}"
        raise ParameterError(f"{name} must be > {low:g}{below}, but it is {plain(given)!r}.")


def _least(design: PilotDesign, power: float) -> int:
    """Return the least number of dealers in each group with that power, by bisection."""
    low, high = (2 if design.analysis == "covariate" else 1), MOST_DEALERS
    if not design.power_of(high) >= power:
        raise ParameterError(
            f"difference {number(design.difference)} would need more than {MOST_DEALERS:,} dealers "
            f"in each group. Ask more customers of each, or look for a larger difference."
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if design.power_of(middle) >= power else (middle, high)
    return high
