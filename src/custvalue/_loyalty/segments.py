"""Types of loyalty: what customers think of you, crossed with what they do.

Dick & Basu (1994, *Journal of the Academy of Marketing Science* 22(2), 99-113) cross relative
attitude with repeat patronage: loyalty, latent loyalty (they think well of you, and buy seldom),
spurious loyalty (they buy often, and do not think well of you), no loyalty. Jones & Sasser (1995,
*Harvard Business Review* 73(6), 88-99) cross satisfaction with loyalty, and call them apostles,
mercenaries, hostages and terrorists. Who is of which type depends on two cuts, which nobody has
found for you: they are arguments, the result records them, and says how many customers would change
their type if a cut were moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._histories.arguments import checked_number
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._loyalty.one_item import of_the_same, one_item
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, Probability, Record
from custvalue._words import count, number, percent
from custvalue.errors import DataError, ParameterError

Names = Literal["dick-basu", "jones-sasser"]
# high attitude and high behaviour; high, low; low, high; low, low
TYPES: Mapping[Names, tuple[str, ...]] = MappingProxyType(
    {
        "dick-basu": ("loyalty", "latent loyalty", "spurious loyalty", "no loyalty"),
        "jones-sasser": ("apostles", "mercenaries", "hostages", "terrorists"),
    }
)
CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "loyalty": "忠诚",
        "latent loyalty": "潜在忠诚",
        "spurious loyalty": "虚假忠诚",
        "no loyalty": "不忠诚",
        "apostles": "传道者",
        "mercenaries": "图利者",
        "hostages": "囚禁者",
        "terrorists": "恐怖分子",
    }
)
NEAR = 0.1  # of the cut of behaviour, by which it is moved


@dataclass(frozen=True, slots=True)
class LoyaltyType(Record):
    """One of the four types.

    Parameters
    ----------
    name : str
        The type.
    chinese : str
        Its Chinese name.
    count : int
        Customers of it.
    share : Proportion
        Share of the customers.
    attitude, behaviour : float or None
        Their (weighted) means; None where there are none.
    """

    name: str
    chinese: str
    count: Count
    share: Proportion
    attitude: float | None
    behaviour: float | None


@dataclass(frozen=True, slots=True)
class Flip(Record):
    """What another cut would change.

    Parameters
    ----------
    moved : str
        The cut that is moved: attitude or behaviour.
    cut : float
        Where it is then.
    changed : float
        Share of the customers who would be of another type.
    """

    moved: str
    cut: float
    changed: Probability


class LoyaltySegments(Tabulated, Frozen):
    """Customers by type of loyalty.

    Parameters
    ----------
    types : tuple of LoyaltyType
        High attitude and high behaviour first, low in both last.
    attitude_cut, behaviour_cut : float
        From these on, a customer is high.
    names : {"dick-basu", "jones-sasser"}
        Whose types they are.
    flips : tuple of Flip
        Customers who would change their type if a cut were moved: by a step of the scale, and by a
        tenth.
    n : int
        Customers of whom both are known.
    left_out : int
        Customers of whom one is not.

    Notes
    -----
    Simulated coverage of the 95 % intervals of the four shares (.35, .19, .17, .30), lowest and
    highest in percent, 1,000 to 1,500 samples each; weights are lognormal(.5), clusters differ with
    a standard deviation of .4 of that of customers:

    =======================  ============  ============
    customers                equal         weighted
    =======================  ============  ============
    30                       94.5 to 95.7  93.7 to 94.8
    100                      94.3 to 95.3  94.3 to 95.6
    400                      94.0 to 96.1  93.9 to 94.3
    200 of 10 clusters       95.2 to 96.7  94.6 to 96.6
    400 of 20 clusters       94.5 to 95.3  94.5 to 96.4
    =======================  ============  ============
    """

    LABELS: ClassVar[str] = "type"
    SHOWN: ClassVar = shown("count, share, low, high, attitude, behaviour")
    REPR: ClassVar[tuple[str, ...]] = ("names", "n")

    types: tuple[LoyaltyType, ...]
    attitude_cut: float
    behaviour_cut: float
    names: Names
    flips: tuple[Flip, ...]
    n: Count
    left_out: Count = 0

    def type(self, name: str) -> LoyaltyType:
        """Return one type.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such type.
        """
        return named("type", name, self.types)

    def _title(self) -> str:
        whose = "Dick & Basu" if self.names == "dick-basu" else "Jones & Sasser"
        return f"Types of loyalty ({whose})"

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "type": its.name,
                    "count": its.count,
                    **its.share.row(level, value="share"),
                    "attitude": its.attitude,
                    "behaviour": its.behaviour,
                },
            )
            for its in self.types
        ]

    def _notes(self) -> Iterable[str]:
        yield (
            f"High from {number(self.attitude_cut)} in attitude and {number(self.behaviour_cut)} "
            f"in behaviour on. 95 % intervals: wilson."
        )
        moved = [f"{its.moved} {number(its.cut)}: {percent(its.changed)}" for its in self.flips]
        yield f"Another type with another cut: {'; '.join(moved)}."
        left = f"; {self.left_out:,} are left out, because one is missing" if self.left_out else ""
        yield f"{count(self.n, 'customer')}{left}."


def segments(
    *,
    attitude: Any,
    behaviour: npt.ArrayLike,
    attitude_cut: float,
    behaviour_cut: float,
    scale: Scale | None = None,
    names: Names = "dick-basu",
) -> LoyaltySegments:
    """Sort customers into four types by what they think and what they do.

    Parameters
    ----------
    attitude : array_like of shape (n,), or Responses of one item
        What each thinks of you: satisfaction, or an attitude. Weights and clusters of Responses are
        used.
    behaviour : array_like of shape (n,)
        What the same customers do: purchases, share of customer, P(alive); NaN where unknown.
    attitude_cut, behaviour_cut : float
        From these on a customer is high. On a scale on which lower is better, down from the cut.
    scale : Scale, optional
        Of the attitude; not needed with Responses.
    names : {"dick-basu", "jones-sasser"}
        Whose types.

    Returns
    -------
    LoyaltySegments

    Raises
    ------
    DataError
        If both are not of the same customers, or no customer has both.
    ParameterError
        If a cut is outside the scale or no number, or `names` is unknown.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> from custvalue.survey import Scale
    >>> found = loyalty.segments(
    ...     attitude=[5, 5, 2, 4, 1, 3],
    ...     behaviour=[8, 1, 6, 7, 0, 1],
    ...     attitude_cut=4,
    ...     behaviour_cut=5,
    ...     scale=Scale(1, 5),
    ... )
    >>> {its.name: its.count for its in found.types}
    {'loyalty': 2, 'latent loyalty': 1, 'spurious loyalty': 1, 'no loyalty': 2}
    """
    require_choice("names", names, get_args(Names))
    answers = one_item("attitude", attitude, scale)
    low, high = answers.scale.low, answers.scale.high
    cut = checked_number("attitude_cut", attitude_cut, lambda x: abs(x) < np.inf, "a number")
    if not low <= cut <= high:
        raise ParameterError(
            f"attitude_cut must be on the scale {low:g} to {high:g}, but it is {cut:g}."
        )
    limit = checked_number("behaviour_cut", behaviour_cut, lambda x: abs(x) < np.inf, "a number")
    does = of_the_same("behaviour", behaviour, "attitude", answers)
    thinks, sample = answers.answers[:, 0], answers.sample
    known = ~(np.isnan(thinks) | np.isnan(does)) & (sample.weights > 0)
    if not known.any():
        raise DataError("no customer has both an attitude and a behaviour.")
    crossed = Crossed(thinks[known], does[known], sample.of_rows(known), answers.scale, cut, limit)
    return LoyaltySegments(
        types=tuple(crossed.types(names)),
        attitude_cut=cut,
        behaviour_cut=limit,
        names=names,
        flips=tuple(crossed.flips()),
        n=int(known.sum()),
        left_out=len(known) - int(known.sum()),
    )


class Crossed(NamedTuple):
    """What customers think and do, and the cuts."""

    thinks: FloatArray
    does: FloatArray
    sample: Sample
    scale: Scale
    cut: float
    limit: float

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """The place of the type of each customer."""
        sign = 1.0 if self.scale.direction == "higher is better" else -1.0
        low = sign * self.thinks < sign * self.cut
        return 2 * low.astype(np.int64) + (self.does < self.limit)

    def types(self, names: Names) -> Iterable[LoyaltyType]:
        """Yield the types with who is of them."""
        places, weights = self.places, self.sample.weights
        for place, name in enumerate(TYPES[names]):
            of = places == place
            means = [_mean(values, weights, of) for values in (self.thinks, self.does)]
            share = proportion(of.astype(np.float64), self.sample, name=name)
            yield LoyaltyType(name, CHINESE[name], int(of.sum()), share, *means)

    def flips(self) -> Iterable[Flip]:
        """Yield what a cut would change that is moved a little."""
        step = self.scale.step or NEAR * (self.scale.high - self.scale.low)
        for moved in (self.cut - step, self.cut + step):
            if self.scale.low <= moved <= self.scale.high:
                yield Flip("attitude", moved, self._changed(self._replace(cut=moved)))
        for moved in (self.limit * (1 - NEAR), self.limit * (1 + NEAR)):
            yield Flip("behaviour", moved, self._changed(self._replace(limit=moved)))

    def _changed(self, other: Crossed) -> float:
        weights = self.sample.weights
        return float(weights[self.places != other.places].sum() / weights.sum())


def _mean(values: FloatArray, weights: FloatArray, rows: npt.NDArray[np.bool_]) -> float | None:
    return float(np.average(values[rows], weights=weights[rows])) if rows.any() else None
