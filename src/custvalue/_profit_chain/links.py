"""What a chain draws: how each draw of customers moves all coordinates of all steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import special

from custvalue._inference.ends import t_quantile
from custvalue._inference.resampled import ResampledEstimate, resampled_estimates
from custvalue._inference.resamples import Resamples
from custvalue._profit_chain.fits import ALL_ALONG
from custvalue._profit_chain.influences import coordinates
from custvalue._profit_chain.linked import Paths
from custvalue._rows import FloatArray, IntArray

USUAL = 0.95  # level of intervals whose width draws take
OUTCOMES = (
    "satisfaction: purchase",
    "all along: purchase",
    "satisfaction: dropout",
    "satisfaction: spend",
)


@dataclass(frozen=True, eq=False)
class Links:
    """What a chain draws: moves of all coordinates, of which each group has its places."""

    history: Any
    paths: Paths
    last: int
    answered: IntArray  # places of customers who answered in time
    spend_place: int | None  # of the effect on spend
    spend_ratio: float  # log ratio for a point
    drivers: dict[str, tuple[int, float]]  # place and value
    moves: FloatArray  # (draws, coordinates)
    widening: dict[str, Any]  # what clusters decide of intervals
    settings: tuple[Any, Any, Any]
    span: float  # of the scale, in points

    def widened(self) -> Links:
        """Return them with draws as wide as intervals of 95 % are, where clusters decide of these.

        Draws of few clusters are too narrow: probabilities from them would be too sure.
        """
        expansion = self.widening.get("expansion")
        if expansion is None:
            return self
        reach = expansion * t_quantile(USUAL, self.widening["degrees_of_freedom"])
        return replace(self, moves=self.moves * (reach / -special.ndtri((1 - USUAL) / 2)))


def links_as_estimates(links: Links, fitted: Any, answered: int) -> tuple[ResampledEstimate, ...]:
    """Return each link as an estimate."""
    found = [
        (f"{name}: satisfaction", value, place, fitted.drivers.n)
        for name, (place, value) in links.drivers.items()
    ]
    own = coordinates(fitted.purchases.model)
    for name in ("purchase", "dropout"):
        called = [one for one in own if one.startswith(f"{name}:")]
        found += [
            (
                f"all along: {name}" if ALL_ALONG in one else f"satisfaction: {name}",
                own[one],
                [*own].index(one),
                answered,
            )
            for one in called
        ]
    if fitted.effect is not None and links.spend_place is not None:
        spend = ("satisfaction: spend", links.spend_ratio, links.spend_place, fitted.effect.n)
        found.append(spend)
    return tuple(
        drawn_estimates(
            np.append(value, value + links.moves[:, place])[:, None], (name,), links, n
        )[0]
        for name, value, place, n in found
    )


def drawn_estimates(
    columns: FloatArray, names: tuple[str, ...], links: Links, n: int
) -> tuple[ResampledEstimate, ...]:
    """Return estimates from their values and draws, shape (1 + draws, estimates)."""
    resamples = Resamples(
        values=columns[0].copy(),
        draws=columns[1:].copy(),
        accelerations=np.empty(0),
        n=max(n, 2),
        **links.widening,
    )
    return resampled_estimates(resamples, names, effective_n=float(n))
