"""What dissatisfied customers cost: those who complain, and those who leave in silence.

Of N customers a share p is dissatisfied. A share c of these complain; a share r of those who do
stay, because their complaint was answered well. Of the silent ones a share q returns. Then

    lost = N p [(1 - c)(1 - q) + c (1 - r)]                                                     (1)
    satisfied in the end = 1 - p + p c r                                                        (2)
    who hear of it = N p (1 - c r) m                                                            (3)

with m, how many people each of the others tells. (2) is Hays & Hill (1999, *Production and
Operations Management* 8(3), 208-220); (1) and (3) are the "market at risk" of Goodman (2006,
*Quality Progress* 39(2), 28-34). That customers are more loyal after a complaint than without one
(the recovery paradox) is not assumed: what stays is `recovered`, whatever that is.

Uncertain rates go through all of this together, by ``propagated.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from custvalue._histories.arguments import checked_number
from custvalue._inference.estimate import rows_by_name
from custvalue._loyalty.propagated import PropagatedEstimate, on_the_lattice, propagated
from custvalue._loyalty.rates import LARGEST, AsAmount, AsRate, Rate, rate_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen
from custvalue._words import count, number, percent
from custvalue.errors import ParameterError


class Inputs(NamedTuple):
    """The inputs at one point, or at many."""

    p: Any
    c: Any
    r: Any
    q: Any
    told: Any
    value: Any
    influence: Any


class ComplaintEconomics(Pictured, Tabulated, Frozen):
    """Dissatisfied customers, their complaints, and what it is worth to hear and to solve them.

    Rates may be a number; counts, ``(81, 171)``; an estimate of a survey; ``Rate.beta(a, b)``; or a
    claim of :data:`custvalue.loyalty.claims`, whose grade must be acknowledged where it is D.

    Parameters
    ----------
    customers : int
        All customers, N.
    dissatisfied : rate
        Share of them who are.
    complain : rate
        Share of the dissatisfied who complain to you.
    recovered : rate
        Share of those who complained who stay.
    silent_return : rate
        Share of the dissatisfied who did not complain, and return nevertheless.
    told : float or estimate, optional
        People whom each dissatisfied customer tells who was not recovered.
    influence : rate, optional
        Share of those told who do not become customers, or leave, because of it.
    value : float or estimate, optional
        What a customer is worth: the lifetime value, in money.

    Raises
    ------
    ParameterError
        If a rate is not from 0 to 1, an amount negative, or a claim of grade D not acknowledged.

    Notes
    -----
    Simulated coverage of 95 % intervals in percent, 800 surveys each, from counts of one survey: of
    n customers 12 % are dissatisfied, 35 % of them complain, 60 % of those are recovered, and 30 %
    of the others return; on the right 10 %, 10 %, 70 % and 40 %:

    ==========================  =====  =====  =====  =====  =====  =====
    n                           200    1,000  3,000  200    1,000  3,000
    ==========================  =====  =====  =====  =====  =====  =====
    lost                        96.5   96.2   95.5   96.4   96.0   96.0
    satisfied in the end        94.8   95.2   95.1   94.6   96.4   95.9
    one more complaint heard    93.9   94.1   95.9   97.2   94.4   95.5
    one point of recovery       95.1   94.6   94.2   97.9   94.9   94.8
    ==========================  =====  =====  =====  =====  =====  =====

    Examples
    --------
    The iceberg of the training decks, with its claims acknowledged:

    >>> from custvalue import loyalty
    >>> desk = loyalty.ComplaintEconomics(
    ...     customers=1_000,
    ...     dissatisfied=0.10,
    ...     complain=loyalty.claims["4 % complain"].acknowledged(),
    ...     recovered=1,
    ...     silent_return=0.10,
    ...     value=500,
    ... )
    >>> round(desk.lost.value, 1), round(desk.worth_of_one_more_complaint_heard.value)
    (86.4, 450)
    """

    PICTURE: ClassVar[str] = "complaint_iceberg"
    TITLE: ClassVar[str] = "Complaints and what they cost"
    SHOWN: ClassVar = shown("value: estimate, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("customers",)

    customers: Count
    dissatisfied: AsRate
    complain: AsRate
    recovered: AsRate
    silent_return: AsRate
    told: AsAmount | None = None
    influence: AsRate | None = None
    value: AsAmount | None = None

    @property
    def complaints(self) -> PropagatedEstimate:
        """Customers who complain, N p c."""
        return self._estimate("complaints", lambda at: self.customers * at.p * at.c)

    @property
    def silent(self) -> PropagatedEstimate:
        """Dissatisfied customers who say nothing, N p (1 - c)."""
        return self._estimate("silent customers", lambda at: self.customers * at.p * (1 - at.c))

    @property
    def lost(self) -> PropagatedEstimate:
        """Customers lost, equation (1)."""
        return self._estimate("lost customers", self._lost)

    @property
    def satisfied_in_the_end(self) -> PropagatedEstimate:
        """Share of customers who are satisfied, at once or after a complaint, equation (2)."""
        return self._estimate("satisfied in the end", lambda at: 1 - at.p + at.p * at.c * at.r)

    @property
    def hear_of_it(self) -> PropagatedEstimate:
        """People who are told of a bad experience, equation (3); needs `told`.

        Raises
        ------
        ParameterError
            If `told` is not given.
        """
        self._require("told")
        return self._estimate("people who hear of it", self._reach)

    @property
    def worth_lost(self) -> PropagatedEstimate:
        """Value of the customers lost, and of those put off by word of mouth where that is known.

        Raises
        ------
        ParameterError
            If `value` is not given.
        """
        self._require("value")
        return self._estimate(
            "value lost", lambda at: at.value * (self._lost(at) + self._put_off(at))
        )

    @property
    def worth_of_one_more_complaint_heard(self) -> PropagatedEstimate:
        """What it is worth if one more dissatisfied customer complains: (r - q) V, and the talk.

        Raises
        ------
        ParameterError
            If `value` is not given.
        """
        self._require("value")
        return self._estimate(
            "one more complaint heard",
            lambda at: at.value * (at.r - at.q + at.r * at.told * at.influence),
        )

    @property
    def worth_of_one_point_of_recovery(self) -> PropagatedEstimate:
        """What it is worth if one complaint in a hundred more is solved: N p c V / 100, and talk.

        Raises
        ------
        ParameterError
            If `value` is not given.
        """
        self._require("value")
        return self._estimate(
            "one point of recovery",
            lambda at: (
                0.01 * self.customers * at.p * at.c * at.value * (1 + at.told * at.influence)
            ),
        )

    def return_on(
        self, cost: float, *, complain: Any = None, recovered: Any = None
    ) -> PropagatedEstimate:
        """Return what a complaint desk brings beyond its cost, per money spent.

        Parameters
        ----------
        cost : float
            Of the desk, or of its improvement, over the time in which the customers are counted.
        complain, recovered : rate, optional
            What they become by it. Without either, the desk is compared with none: all who complain
            would be silent.

        Returns
        -------
        PropagatedEstimate
            (gain - cost) / cost; 0.5 means that 1 spent brings back 1.5.

        Raises
        ------
        ParameterError
            If `value` is not given, or the cost is not > 0.
        """
        self._require("value")
        cost = checked_number("cost", cost, lambda x: 1 / LARGEST <= x <= LARGEST, "a number > 0")
        better = {
            name: rate_of(its, name)
            for name, its in (("complain", complain), ("recovered", recovered))
            if its is not None
        }
        after = self.model_copy(update=better) if better else self
        before = self if better else self.model_copy(update={"complain": Rate(value=0.0)})
        name = "return on a complaint desk"
        then, now = before._computed(_damage), after._computed(_damage)  # noqa: SLF001 - of this class
        return propagated(name, (then - now - cost) / cost, self._n)

    def _lost(self, at: Inputs) -> Any:
        return self.customers * at.p * ((1 - at.c) * (1 - at.q) + at.c * (1 - at.r))

    def _reach(self, at: Inputs) -> Any:
        return self.customers * at.p * (1 - at.c * at.r) * at.told

    def _put_off(self, at: Inputs) -> Any:
        return self._reach(at) * at.influence

    def _require(self, name: str) -> None:
        if getattr(self, name) is None:
            raise ParameterError(
                f"{name} is needed for that, but it is not given. Write "
                f"ComplaintEconomics(..., {name}=...)."
            )

    @property
    def _n(self) -> int:
        known = [its.n for its in self._rates if its.n]
        return min(known, default=0)

    @property
    def _rates(self) -> list[Rate]:
        rates = (self.dissatisfied, self.complain, self.recovered, self.silent_return)
        return [*rates, *([] if self.influence is None else [self.influence])]

    def _computed(self, quantity: Callable[[ComplaintEconomics, Inputs], Any]) -> FloatArray:
        """Return a quantity at the values of the inputs, then at every point of the lattice."""
        given = (*self._rates[:4], self.told, self.value, self.influence)
        at = Inputs(*on_the_lattice(given))
        found: FloatArray = np.asarray(quantity(self, at), dtype=np.float64)
        return found

    def _estimate(self, name: str, quantity: Callable[[Inputs], Any]) -> PropagatedEstimate:
        return propagated(name, self._computed(lambda _, at: quantity(at)), self._n)

    def _quantities(self) -> Iterable[PropagatedEstimate]:
        yield from (self.complaints, self.silent, self.lost, self.satisfied_in_the_end)
        if self.told is not None:
            yield self.hear_of_it
        if self.value is not None:
            yield from (self.worth_lost, self.worth_of_one_more_complaint_heard)
            yield self.worth_of_one_point_of_recovery

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self._quantities(), level)

    def _notes(self) -> Iterable[str]:
        rates = {
            "dissatisfied": self.dissatisfied,
            "complain": self.complain,
            "recovered": self.recovered,
            "silent return": self.silent_return,
        }
        said = ", ".join(f"{name} {percent(its.value, 1)}" for name, its in rates.items())
        yield f"Of {count(self.customers, 'customer')}: {said}."
        if all(its.a is None for its in self._rates):
            yield "All rates are given without uncertainty, so intervals have no width."
        if self.value is not None:
            yield f"A customer is worth {number(self.value.value)}."


def _damage(desk: ComplaintEconomics, at: Inputs) -> Any:
    """Return the value that is lost with customers, and by word of mouth."""
    return at.value * (desk._lost(at) + desk._put_off(at))  # noqa: SLF001 - of this file
