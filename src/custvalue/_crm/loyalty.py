"""Types of loyalty of single customers, and of whom the type depends on the cuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._crm.opinions import Opinions
from custvalue._crm.part import Part, spread_words
from custvalue._inference.sample import Sample
from custvalue._loyalty.segments import NEAR, TYPES, Crossed, Names
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, LabelArray
from custvalue._values import Frozen
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, ParameterError

Behaviour = Literal["value", "purchases", "probability_alive", "visits"]


class LoyaltyRule(Frozen):
    """How customers are sorted into types of loyalty, as :func:`custvalue.loyalty.segments` does.

    Parameters
    ----------
    attitude : str
        Which score of the survey says what they think of you.
    attitude_cut : float
        From this on they think well; on a scale on which lower is better, down from it.
    behaviour : {"value", "purchases", "probability_alive", "visits"}
        What says what they do.
    behaviour_cut : float
        From this on it is much.
    names : {"dick-basu", "jones-sasser"}
        Whose types.

    Examples
    --------
    >>> from custvalue import crm
    >>> crm.LoyaltyRule(
    ...     attitude="satisfaction", attitude_cut=4, behaviour="purchases", behaviour_cut=2
    ... ).names
    'dick-basu'
    """

    attitude: str
    attitude_cut: float
    behaviour: Behaviour
    behaviour_cut: float
    names: Names = "dick-basu"


@dataclass(frozen=True, eq=False, repr=False)
class Loyalty(Part):
    """The type of every customer of whom attitude and behaviour are known."""

    kind: LabelArray
    borderline: FloatArray  # NaN where there is no type

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return type and whether another cut would change it."""
        return {"loyalty": self.kind, "loyalty_borderline": self.borderline}

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the type of one customer."""
        if not self.kind[row]:
            return {}
        return {
            "loyalty": str(self.kind[row]),
            "loyalty_borderline": bool(self.borderline[row]),
        }


def loyalty_of(
    rule: LoyaltyRule, opinions: Opinions | None, behaviours: dict[str, FloatArray]
) -> Loyalty:
    """Sort customers by what they think and what they do."""
    thinks, scale = _attitude(rule, opinions)
    does = behaviours.get(rule.behaviour)
    if does is None:
        source = "visits" if rule.behaviour == "visits" else "prediction"
        raise DataError(
            f"loyalty goes by {rule.behaviour!r}, which the cards do not have. Give {source}=…, or "
            f"another behaviour."
        )
    if not scale.low <= rule.attitude_cut <= scale.high:
        raise ParameterError(
            f"loyalty: attitude_cut must be on the scale {scale}, but it is {rule.attitude_cut:g}."
        )
    known = np.flatnonzero(~(np.isnan(thinks) | np.isnan(does)))
    borderline = np.full(len(thinks), np.nan)
    if not known.size:
        return Loyalty(np.full(len(thinks), ""), borderline)
    sample = Sample(np.ones(len(known)))
    crossed = Crossed(
        thinks[known], does[known], sample, scale, rule.attitude_cut, rule.behaviour_cut
    )
    places = crossed.places
    borderline[known] = np.logical_or.reduce([its.places != places for its in _moved(crossed)])
    types = np.array(TYPES[rule.names])[places]
    return Loyalty(spread_words(types, known, len(thinks)), borderline)


def _attitude(rule: LoyaltyRule, opinions: Opinions | None) -> tuple[FloatArray, Scale]:
    """Return what customers think of you, and its scale."""
    known = {} if opinions is None else opinions.scores
    if opinions is None or rule.attitude not in known:
        names = f" Scores are {listed(known)}." if known else " Give survey=…."
        raise DataError(
            f"loyalty goes by the score {rule.attitude!r}, which the cards do not have."
            f"{did_you_mean(rule.attitude, known)}{names}"
        )
    return known[rule.attitude], opinions.scales[rule.attitude]


def _moved(crossed: Crossed) -> Iterable[Crossed]:
    """Yield the same customers with cuts that are moved as those of :class:`Flip` are."""
    scale = crossed.scale
    step = scale.step or NEAR * (scale.high - scale.low)
    for moved in (crossed.cut - step, crossed.cut + step):
        if scale.low <= moved <= scale.high:
            yield crossed._replace(cut=moved)
    for share in (1 - NEAR, 1 + NEAR):
        yield crossed._replace(limit=crossed.limit * share)
