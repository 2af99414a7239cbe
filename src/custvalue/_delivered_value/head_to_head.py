"""Two suppliers against each other, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._delivered_value.mapping import require_suppliers
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Count, Frozen, Probability
from custvalue.errors import ParameterError


class Duel(Tabulated, Frozen):
    """One part of the offers of two suppliers.

    Parameters
    ----------
    part : str
        What was rated.
    side : {"value", "cost"}
        Where it belongs.
    importance : float or None
        Its share of the importance of its side; None where none was given.
    own, rival, difference : Estimate
        The means, and own minus rival.
    probability_ahead : float
        That customers find the own part better: a higher value, or a lower cost.
    """

    SHOWN: ClassVar = shown("value: estimate, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("part", "difference", "probability_ahead")

    part: str
    side: Literal["value", "cost"]
    importance: Probability | None
    own: Estimate
    rival: Estimate
    difference: Estimate
    probability_ahead: Probability

    def _rows(self, level: float) -> Sequence[Row]:
        every = (self.own, self.rival, self.difference)
        return [Row(its.name, {"name": its.name, **its.row(level)}) for its in every]

    def _title(self) -> str:
        return self.part


class HeadToHead(Pictured, Tabulated, Frozen):
    """Two suppliers against each other. Use :func:`head_to_head`.

    Parameters
    ----------
    own, rival : str
        The suppliers.
    parts : tuple of Duel
        Values first.
    draws : int
        Resamples behind the probabilities.
    """

    PICTURE: ClassVar[str] = "head_to_head_bars"
    SHOWN: ClassVar = shown(
        "side, importance, own, rival, difference, difference_low: low, difference_high: high, "
        "probability_ahead: P(ahead)"
    )
    REPR: ClassVar[tuple[str, ...]] = ("own", "rival", "parts")

    own: str
    rival: str
    parts: tuple[Duel, ...]
    draws: Count

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.part,
                {
                    "part": its.part,
                    "side": its.side,
                    "importance": its.importance,
                    "own": its.own.value,
                    "rival": its.rival.value,
                    **its.difference.ends(level, "difference"),
                    "probability_ahead": its.probability_ahead,
                },
            )
            for its in self.parts
        ]

    def _shown(self) -> dict[str, str]:
        return {**self.SHOWN, "own": self.own, "rival": self.rival}

    def _title(self) -> str:
        return f"{self.own} against {self.rival}"

    def _notes(self) -> Sequence[str]:
        return [f"95 % intervals. P: the own part is better, from {self.draws:,} resamples."]


def head_to_head(
    offers: OfferSurvey, own: str, rival: str, *, method: Bootstrap | None = None
) -> HeadToHead:
    """Set two suppliers against each other, part by part.

    Parameters
    ----------
    offers : OfferSurvey
        Ratings of suppliers.
    own, rival : str
        Two of them.
    method : Bootstrap, optional
        How many resamples say who is ahead; ``Bootstrap(2000)`` by default.

    Returns
    -------
    HeadToHead
        Means and differences with intervals, in the units that were rated, money at declared rates.
        Where respondents rated both (``cluster=``), differences are within them.

    Raises
    ------
    DataError
        If a supplier has one rating.
    ParameterError
        If there is no such supplier, or both are the same.

    Examples
    --------
    >>> from custvalue.delivered_value import from_survey
    >>> from custvalue.survey import Bootstrap, Scale
    >>> frame = {
    ...     "garage": ["us", "us", "us", "rival", "rival", "rival"],
    ...     "repair": [9, 8, 10, 7, 6, 8],
    ...     "bill": [240, 260, 250, 180, 200, 190],
    ... }
    >>> offers = from_survey(
    ...     frame,
    ...     supplier="garage",
    ...     value={"repair": "repair"},
    ...     cost={"monetary": "bill"},
    ...     scale=Scale(1, 10),
    ... )
    >>> found = head_to_head(offers, "us", "rival", method=Bootstrap(200, rng=1))
    >>> [(its.part, its.difference.value) for its in found.parts]
    [('repair', 2.0), ('monetary', 60.0)]
    """
    joint, sides = require_suppliers(offers).perceived(), offers.sides
    for argument, name in (("own", own), ("rival", rival)):
        require_choice(argument, name, joint.names)
    if own == rival:
        raise ParameterError(f"own and rival must be two suppliers, but both are {own!r}.")
    method = Bootstrap() if method is None else require_bootstrap(method)
    one, other = joint.names.index(own), joint.names.index(rival)

    def statistic(means: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.hstack([means[:, one], means[:, other], means[:, one] - means[:, other]])

    parts = len(sides.parts)
    names = [*[own] * parts, *[rival] * parts, *["difference"] * parts]
    found = joint.estimates(names, statistic, [*[one] * parts, *[other] * parts, *[one] * parts])
    draws = statistic(joint.draws(method))[:, 2 * parts :]
    draws = draws[np.isfinite(draws).all(axis=1)]
    good = np.ones(parts)
    good[len(sides.value) :] = 1 if sides.cost_is_satisfaction else -1
    ahead = ((draws * good > 0) + (draws == 0) / 2).mean(axis=0).tolist()
    shares = [*sides.weights_of("value"), *sides.weights_of("cost")]
    return HeadToHead(
        own=own,
        rival=rival,
        parts=tuple(
            Duel(
                part=name,
                side="value" if name in sides.value else "cost",
                importance=float(shares[k]) if name in sides.importance else None,
                own=found[k],
                rival=found[parts + k],
                difference=found[2 * parts + k],
                probability_ahead=ahead[k],
            )
            for k, name in enumerate(sides.parts)
        ),
        draws=len(draws),
    )
