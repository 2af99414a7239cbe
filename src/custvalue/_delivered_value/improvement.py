"""The cheapest improvement with which an offer overtakes another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite, require_choice
from custvalue._delivered_value.comparing import Compared, taken, usable
from custvalue._delivered_value.comparison import Measure
from custvalue._delivered_value.measured import totals
from custvalue._delivered_value.offer import Offer, refuse_no_cost
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import did_you_mean, listed, number, percent, plain
from custvalue.errors import DataError, ParameterError

HALVINGS = 60
LEVEL = 1e-12  # of what is needed: what lacks less is level


class Step(NamedTuple):
    """A part that is improved: by how much for a customer, and what that costs."""

    part: str
    amount: NonNegative
    spend: NonNegative


class Improvement(WithoutIntervals, Frozen):
    """The cheapest plan with which an offer draws level with another; any more overtakes it.

    Parameters
    ----------
    of, over : str
        The offer that is improved, and the other one.
    by : {"difference", "ratio"}
        By which measure.
    needed : float
        What is lacking: delivered value, or with the ratio R of the other one the value
        R x cost - value; 0 where it is ahead already.
    steps : tuple
        Part, amount for a customer and spend of each, the most effective first.
    enough : bool
        Whether the improvements that are allowed reach it.
    probability : float or None
        How sure it was to be ahead; None where drawing level was asked for.
    probability_ahead : float
        That the improved offer is ahead, from resamples of the ratings or draws; .5 where nothing
        is uncertain and it draws level.
    """

    TITLE: ClassVar[str] = "Cheapest improvement"
    SHOWN: ClassVar = shown("amount: better by, spend: at a cost of")
    REPR: ClassVar[tuple[str, ...]] = ("of", "over", "by", "spend", "enough")

    of: str
    over: str
    by: Measure
    needed: NonNegative
    steps: tuple[Step, ...]
    enough: bool
    probability: Probability | None = None
    probability_ahead: Probability

    @property
    def spend(self) -> float:
        """What the plan costs for a customer."""
        return sum(its.spend for its in self.steps)

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        return {
            "part": np.array([its.part for its in self.steps], dtype=np.str_),
            "amount": np.array([its.amount for its in self.steps], dtype=np.float64),
            "spend": np.array([its.spend for its in self.steps], dtype=np.float64),
        }

    def _notes(self) -> Sequence[str]:
        sure = f"it is ahead with a probability of {percent(self.probability_ahead)}."
        if not self.needed and not self.steps:
            return [f"{self.of} is not behind {self.over} by {self.by}; {sure}"]
        level = "draws level with" if self.probability is None else "overtakes"
        reach = level if self.enough else "does not reach"
        cost = f"at a cost of {number(self.spend)} for a customer"
        return [f"{self.of} {reach} {self.over} by {self.by} {cost}; {sure}"]


def cheapest_improvement(
    offers: OfferSurvey | Iterable[Offer],
    *,
    of: str,
    unit_costs: Mapping[str, float],
    over: str | None = None,
    most: Mapping[str, float] | None = None,
    by: Measure = "difference",
    probability: float | None = None,
    method: Bootstrap | None = None,
) -> Improvement:
    """Find the cheapest improvement with which an offer overtakes another.

    Parameters
    ----------
    offers : OfferSurvey or iterable of Offer
        As in :func:`compare`.
    of : str
        The offer to improve.
    unit_costs : mapping of str to float
        The parts that can be improved, and what it costs to make each better for a customer by one
        unit of money (or one point of the index): 1 for a lower price.
    over : str, optional
        The offer to overtake; by default the best of the others.
    most : mapping of str to float, optional
        By how much a part can be made better at most; a cost cannot fall below 0 in any case.
    by : {"difference", "ratio"}
        The measure in which it is to overtake.
    probability : float, optional
        How sure it shall be that the improved offer is ahead, such as 0.9; by default it draws
        level in the mean.
    method : Bootstrap, optional
        As in :func:`compare`.

    Returns
    -------
    Improvement
        The plan, its spend, and how sure it is that the improved offer is ahead.

    Raises
    ------
    DataError
        As in :func:`compare`, or if a cost or limit is negative.
    ParameterError
        If an offer or part does not exist, or a probability is given where nothing is uncertain.
    UnitError
        If units are mixed.

    Notes
    -----
    A better value v and a lower cost c add v + c to the difference, and v + R c to
    V - R C, which is 0 where the ratio is R: both are linear, so that the parts are used in the
    order of what a unit of spend brings, each up to its limit.

    Examples
    --------
    >>> from custvalue.delivered_value import Offer
    >>> def offer(name, product, time):
    ...     return Offer(
    ...         name=name,
    ...         value=dict(product=product, service=10, personnel=5, image=5),
    ...         cost=dict(monetary=50, time=time, energy=2, psychic=3),
    ...     )
    >>> found = cheapest_improvement(
    ...     [offer("us", 60, 12), offer("rival", 75, 5)],
    ...     of="us",
    ...     unit_costs={"time": 0.25, "service": 0.5, "monetary": 1},
    ...     most={"service": 8},
    ... )
    >>> [tuple(its) for its in found.steps], found.spend
    ([('time', 12.0, 3.0), ('service', 8.0, 4.0), ('monetary', 2.0, 2.0)], 9.0)
    """
    compared = taken(offers)
    joint = compared.joint
    method = Bootstrap() if method is None else require_bootstrap(method)
    require_choice("by", by, get_args(Measure))
    require_choice("of", of, joint.names)
    others = [name for name in joint.names if name != of]
    if not others:
        raise DataError(f"there is no other offer than {of!r}. Give a rival's.")
    if over is not None:
        require_choice("over", over, others)
    for name, cost in zip(joint.names, totals(joint.means, len(joint.values))[1], strict=True):
        refuse_no_cost(name, float(cost))
    target = _best(compared, others, by) if over is None else over
    race = _Race.of(compared, of, target, by)
    parts = _parts(compared, race, unit_costs, most)
    draws = usable(joint.draws(method), len(joint.values))
    lacking = max(race.lacking(race.means[np.newaxis])[0], 0.0)
    needed = lacking
    if probability is not None:
        _check_probability(probability, uncertain=joint.uncertain)
        needed = _needed(race, parts, draws, probability)
    steps, rest = _plan(parts, needed)
    return Improvement(
        of=of,
        over=target,
        by=by,
        needed=lacking,
        steps=steps,
        enough=rest <= LEVEL * needed,
        probability=probability,
        probability_ahead=race.ahead(steps, draws),
    )


class _Part(NamedTuple):
    """A part that can be improved: what a unit brings, what it costs, and how far it goes."""

    name: str
    gain: float
    unit_cost: float
    most: float


class _Race(NamedTuple):
    """Two offers by one measure."""

    own: int
    rival: int
    by: Measure
    values: tuple[str, ...]
    costs: tuple[str, ...]
    means: FloatArray

    @classmethod
    def of(cls, compared: Compared, own: str, rival: str, by: Measure) -> _Race:
        joint = compared.joint
        one, other = joint.names.index(own), joint.names.index(rival)
        return cls(one, other, by, joint.values, joint.costs, joint.means)

    def lacking(self, means: FloatArray, value: float = 0.0, cost: float = 0.0) -> FloatArray:
        """Return what the own offer lacks after improvements, shape (samples,)."""
        worth, price = totals(means, len(self.values))
        own_worth, own_price = worth[:, self.own] + value, price[:, self.own] - cost
        if self.by == "difference":
            return np.asarray((worth - price)[:, self.rival] - (own_worth - own_price))
        ratio = worth[:, self.rival] / price[:, self.rival]
        return np.asarray(ratio * own_price - own_worth)

    def ahead(self, steps: tuple[Step, ...], draws: FloatArray) -> float:
        """Return the share of draws in which the improved offer is ahead."""
        value = sum(its.amount for its in steps if its.part in self.values)
        cost = sum(its.amount for its in steps if its.part in self.costs)
        rest = self.lacking(draws, value, cost)
        tie = np.abs(rest) <= 1e-12 * np.abs(draws).max()
        return float((((rest < 0) & ~tie) + tie / 2).mean())

    @property
    def gain_of_cost(self) -> float:
        """What a unit less of cost brings, in units of value."""
        if self.by == "difference":
            return 1.0
        worth, price = totals(self.means, len(self.values))
        return float(worth[self.rival] / price[self.rival])


def _best(compared: Compared, others: list[str], by: Measure) -> str:
    joint = compared.joint
    worth, price = totals(joint.means, len(joint.values))
    score = worth - price if by == "difference" else worth / price
    return max(others, key=lambda name: float(score[joint.names.index(name)]))


def _parts(
    compared: Compared,
    race: _Race,
    unit_costs: Mapping[str, float],
    most: Mapping[str, float] | None,
) -> list[_Part]:
    """Return the parts that can be improved, the most effective first."""
    joint = compared.joint
    every = (*joint.values, *joint.costs)
    costs = _amounts("unit_costs", unit_costs, every, least=0.0)
    limits = _amounts("most", {} if most is None else most, every, least=0.0)
    parts = []
    for name, cost in costs.items():
        place = every.index(name)
        low = float(race.means[race.own, place]) if name in race.costs else np.inf
        gain = race.gain_of_cost if name in race.costs else 1.0
        parts.append(_Part(name, gain, cost, min(low, limits.get(name, np.inf))))
    parts = [its for its in parts if its.gain > 0]  # of a rival that is worth nothing
    return sorted(parts, key=lambda its: (its.unit_cost / its.gain, every.index(its.name)))


def _amounts(
    argument: str, given: object, parts: Sequence[str], *, least: float
) -> dict[str, float]:
    if not isinstance(given, Mapping) or (argument == "unit_costs" and not given):
        raise ParameterError(
            f"{argument} must be a mapping of part to number, but it is {plain(given)!r}."
        )
    for name, value in given.items():
        if name not in parts:
            raise ParameterError(
                f"{argument} names {name!r}, which is no part of the offers."
                f"{did_you_mean(name, parts)} The parts are {listed(parts)}."
            )
        if not finite(value) >= least:
            raise DataError(
                f"{argument} of {name!r} must be a finite number >= 0, but it is {plain(value)!r}."
            )
    return {name: float(value) for name, value in given.items()}


def _plan(parts: Sequence[_Part], needed: float) -> tuple[tuple[Step, ...], float]:
    """Use the parts in their order until enough is gained; return also what is lacking still."""
    steps, rest = [], needed
    for its in parts:
        if rest <= LEVEL * needed:
            break
        amount = min(its.most, rest / its.gain)
        if amount > 0:
            steps.append(Step(its.name, amount, amount * its.unit_cost))
            rest -= amount * its.gain
    return tuple(steps), max(rest, 0.0)


def _check_probability(probability: object, *, uncertain: bool) -> None:
    if not 0 < finite(probability) < 1:
        raise ParameterError(
            f"probability must be > 0 and < 1, as in 0.9, but it is {plain(probability)!r}."
        )
    if not uncertain:
        raise ParameterError(
            "probability needs something uncertain: ratings of respondents, or stated amounts with "
            "a distribution. Leave it out where all amounts are numbers."
        )


def _needed(race: _Race, parts: Sequence[_Part], draws: FloatArray, probability: float) -> float:
    """Halve between nothing and everything until the plan is ahead with the probability."""
    low, high = 0.0, 1.0 + 2 * float(np.abs(race.lacking(draws)).max())
    if race.ahead((), draws) >= probability:
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = race.ahead(_plan(parts, middle)[0], draws) >= probability
        low, high = (low, middle) if reached else (middle, high)
    return high
