"""What a customer is worth where retention, margin and discount stay as they are.

A customer who brings the margin m each year stays from one year to the next with the probability r.
With the discount rate i and a growth g of the margin,

    multiple = r (1 + g) / (1 + i - r (1 + g)),  worth = m x multiple                            (1)
    elasticity = (1 + i) / (1 + i - r (1 + g))                                                   (2)

(1) counts the margins from the next year on, as Gupta & Lehmann (2003, *Journal of Interactive
Marketing* 17(1), 9-24; 2005, *Managing Customers as Investments*) have it; a margin at once is
counted beside it. (2) is by how many percent the worth rises with one percent of r. After n years
the discounted margins are m q (1 - q^n) / (1 - q), q = r (1 + g) / (1 + i): when a cost is back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import model_validator

from custvalue._checks import finite
from custvalue._inference.estimate import rows_by_name
from custvalue._loyalty.propagated import PropagatedEstimate, on_the_lattice, propagated
from custvalue._loyalty.rates import AsAmount, AsRate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative
from custvalue._words import number, percent
from custvalue.errors import ParameterError

FirstMargin = Literal["after a year", "at once"]


class Inputs(NamedTuple):
    """Retention and margin at one point, or at many."""

    r: Any
    m: Any


class RetentionEconomics(Tabulated, Frozen):
    """What retention is worth: the multiple of the margin, its elasticity, and what may be spent.

    Parameters
    ----------
    retention : rate
        Share of customers who stay from one year to the next: a number below 1; counts, ``(81,
        171)``; an estimate of a survey; ``Rate.beta(a, b)``.
    annual_discount_rate : float
        As in 0.1 for 10 %.
    margin : float or estimate, optional
        What a customer brings a year, in money.
    margin_growth : float
        Of a customer's margin from year to year, as in 0.03; below 0 where it shrinks.
    first_margin : {"after a year", "at once"}
        Whether the worth counts the margins from the next year on, as the multiple does, or one at
        once as well.

    Raises
    ------
    ParameterError
        If retention is not from 0 to 1, a rate negative, or margins grow so fast that their sum has
        no end.

    Notes
    -----
    Retention is assumed to be the same for all customers and years. Where customers differ, those
    who stay are the more loyal ones, and (1) is too low: :class:`custvalue.lifetime.SBG` models
    that. 1 % means one percent of the rate, not one percentage point.

    Examples
    --------
    Gupta & Lehmann's table: retention 80 %, discount 12 %.

    >>> from custvalue import profit_chain
    >>> its = profit_chain.RetentionEconomics(retention=0.8, annual_discount_rate=0.12, margin=300)
    >>> round(its.multiple.value, 2), round(its.elasticity.value, 3), round(its.worth.value)
    (2.5, 3.5, 750)
    >>> round(its.payback(400).value, 2)
    2.27
    """

    TITLE: ClassVar[str] = "What retention is worth"
    SHOWN: ClassVar = shown("value: estimate, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("retention", "annual_discount_rate")

    retention: AsRate
    annual_discount_rate: NonNegative
    margin: AsAmount | None = None
    margin_growth: float = 0.0
    first_margin: FirstMargin = "after a year"

    @model_validator(mode="after")
    def _has_an_end(self) -> RetentionEconomics:
        rate = self.annual_discount_rate
        if not rate < 1:
            hint = f" Did you mean {rate / 100:g}?" if rate <= 100 else ""
            raise ValueError(
                f"annual_discount_rate must be >= 0 and < 1, as in 0.10 for 10 % a year, but it is "
                f"{rate:g}.{hint}"
            )
        if not self.margin_growth > -1:
            raise ValueError(f"margin_growth must be > -1, but it is {self.margin_growth:g}.")
        if not self._share(self.retention.value) < 1 or self.retention.b == 0:
            raise ValueError(
                f"retention x (1 + margin_growth) must be < 1 + annual_discount_rate, or margins "
                f"have no end; but they are {self.retention.value:g}, {self.margin_growth:g} and "
                f"{self.annual_discount_rate:g}. Give a higher discount rate, or the lifetime "
                f"value within a horizon."
            )
        return self

    @property
    def multiple(self) -> PropagatedEstimate:
        """Worth per unit of margin, equation (1); one more where a margin comes at once."""
        return self._estimate("multiple", lambda at: self._multiple(at.r))

    @property
    def elasticity(self) -> PropagatedEstimate:
        """Percent of worth per percent of retention, equation (2).

        It is of the margins from the next year on, whatever `first_margin` is.
        """
        return self._estimate("elasticity", lambda at: 1 / (1 - self._share(at.r)))

    @property
    def worth(self) -> PropagatedEstimate:
        """Lifetime value of a customer: multiple x margin. No more may an acquisition cost.

        Raises
        ------
        ParameterError
            If `margin` is not given.
        """
        self._require_margin()
        return self._estimate("worth", lambda at: at.m * self._multiple(at.r))

    @property
    def worth_of_one_point(self) -> PropagatedEstimate:
        """How much more a customer is worth where retention is one percentage point higher.

        Raises
        ------
        ParameterError
            If `margin` is not given, or the margins then have no end.
        """
        self._require_margin()
        if not self._share(self.retention.value + POINT) < 1:
            raise ParameterError(
                f"retention cannot be one point higher: it is {self.retention.value:g}, and "
                f"margins would have no end."
            )

        def more(at: Inputs) -> Any:
            higher = np.minimum(at.r + POINT, 1.0)
            return at.m * (self._multiple(higher) - self._multiple(at.r))

        return self._estimate("one point of retention", more)

    def payback(self, cost: float) -> PropagatedEstimate:
        """Return after how many years the discounted margins have brought back a cost.

        Parameters
        ----------
        cost : float
            Of acquiring a customer, in money.

        Returns
        -------
        PropagatedEstimate
            Years, counted in part of the one in which it is back.

        Raises
        ------
        ParameterError
            If `margin` is not given, the cost is not > 0, a customer is never worth it, or is not
            worth it in more than 1 % of what the inputs may be: then the years have no interval,
            and :meth:`chance_to_be_worth` says how often the cost comes back.
        """
        self._require_margin()
        if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 < cost < math.inf:
            raise ParameterError(f"cost must be a number > 0, but it is {cost!r}.")
        worth = self.worth.value
        if not cost < worth:
            raise ParameterError(
                f"cost must be below {number(worth)}, which is what a customer is worth, but it is "
                f"{number(cost)}: it never comes back."
            )
        chance = self.chance_to_be_worth(cost)
        if chance < 1 - RARELY:
            raise ParameterError(
                f"cost {number(cost)} comes back with the probability {chance:.3f} only, so that "
                f"the years until then have no interval. Ask chance_to_be_worth({number(cost)}), "
                f"or give a lower cost."
            )
        return self._estimate("years until the cost is back", lambda at: self._years(at, cost))

    def chance_to_be_worth(self, cost: float) -> float:
        """Return the probability that a customer is worth more than a cost, over the inputs.

        Parameters
        ----------
        cost : float
            In money, >= 0.

        Raises
        ------
        ParameterError
            If `margin` is not given.
        """
        if not finite(cost) >= 0:
            raise ParameterError(f"cost must be a number >= 0, but it is {cost!r}.")
        return float(np.mean(self.worth.draws > cost))

    def _share(self, r: Any) -> Any:
        """Return q: what of a margin is left after a year, discounted; below 1 at all points."""
        left = r * (1 + self.margin_growth) / (1 + self.annual_discount_rate)
        return left if isinstance(r, float) else np.minimum(left, 1 - NEVER_LESS)

    def _multiple(self, r: Any) -> Any:
        q = self._share(r)
        return q / (1 - q) + (self.first_margin == "at once")

    def _years(self, at: Inputs, cost: float) -> Any:
        """Return years by (1 - q^n) = cost (1 - q) / (m q); for ever where that is above 1."""
        q = self._share(at.r)
        left = cost - at.m * (self.first_margin == "at once")
        with np.errstate(divide="ignore", invalid="ignore"):
            n = np.log1p(-np.minimum(left * (1 - q) / (at.m * q), 1.0)) / np.log(q)
        return np.where(left > 0, np.minimum(n, LONGEST), 0.0)

    def _require_margin(self) -> None:
        if self.margin is None:
            raise ParameterError(
                "margin is needed for that, but it is not given. Write "
                "RetentionEconomics(..., margin=...)."
            )

    def _estimate(self, name: str, quantity: Callable[[Inputs], Any]) -> PropagatedEstimate:
        at = Inputs(*on_the_lattice((self.retention, self.margin)))
        found: FloatArray = np.asarray(quantity(at), dtype=np.float64)
        return propagated(name, found, self.retention.n)

    def _quantities(self) -> Iterable[PropagatedEstimate]:
        yield from (self.multiple, self.elasticity)
        if self.margin is not None:
            yield self.worth
            if self._share(self.retention.value + POINT) < 1:
                yield self.worth_of_one_point

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self._quantities(), level)

    def _notes(self) -> Iterable[str]:
        grown = f", margins that change by {percent(self.margin_growth, 1)} a year"
        yield (
            f"Retention {percent(self.retention.value, 1)}, discount "
            f"{percent(self.annual_discount_rate, 1)} a year{grown if self.margin_growth else ''}. "
            f"The first margin comes {self.first_margin}."
        )
        if self.retention.a is None and not (self.margin and self.margin.standard_error):
            yield "All is given without uncertainty, so intervals have no width."


POINT = 0.01
RARELY = 0.01  # of the points at which a cost never comes back
NEVER_LESS = 1e-6  # of 1 - q at an unlikely point of the lattice
LONGEST = 1e6  # years, where a cost never comes back at a point of the lattice
