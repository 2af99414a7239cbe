"""Which model lies within which other one, and what the likelihood ratio is then distributed as.

Where the larger model becomes the smaller one inside its parameter space, twice the gain in
log-likelihood is χ² with as many degrees of freedom as parameters are gained (Wilks 1938). Where
it does so at an edge, such as s = 0, the ratio is 0 in about half of the samples: a mixture of χ²
(Chernoff 1954; Self & Liang 1987, *Journal of the American Statistical Association* 82, 605-610).
Where a further parameter means nothing at that edge, such as beta where s = 0, no table holds for
all data (Davies 1987, *Biometrika* 74, 33-43): then the mixture here is an upper bound of P, which
simulation makes exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from scipy import special

LEAVING = ("BGNBD", "MBGNBD", "ParetoNBD")
REGULAR = {"BGNBD": "BGCNBD", "MBGNBD": "MBGCNBD"}


class Reference(NamedTuple):
    """A distribution of the likelihood ratio where the smaller model is true.

    `weights` are those of χ² with 0, 1, 2, … degrees of freedom.
    """

    weights: tuple[float, ...]
    exact: bool
    why: str

    def p_value(self, statistic: float) -> float:
        """Return P(ratio >= statistic); 1 where the statistic is 0."""
        if statistic <= 0:
            return 1.0
        return sum(
            weight * float(special.chdtrc(degrees, statistic))
            for degrees, weight in enumerate(self.weights)
            if degrees
        )

    @property
    def name(self) -> str:
        """The distribution in words."""
        parts = [
            (weight, f"chi2({degrees})" if degrees else "at 0")
            for degrees, weight in enumerate(self.weights)
            if weight
        ]
        return " + ".join(part if weight == 1 else f"{weight:g} {part}" for weight, part in parts)


INSIDE = Reference((0, 1), exact=True, why="c = 1 lies inside the range of c")
INDEPENDENT = Reference((0, 1), exact=True, why="per_doubling = 1 lies inside its range")
AT_AN_EDGE = Reference((0.5, 0.5), exact=True, why="customers do not age at the edge b = 0")
WHOLE = Reference(
    (0, 1), exact=False, why="k is a whole number, so the ratio is mostly 0 where k is 1"
)
NOBODY_LEAVES = Reference(
    (0.25, 0.5, 0.25),
    exact=False,
    why="no customer leaves at an edge where the other parameter of leaving means nothing",
)
NOBODY_LEAVES_AGED = Reference(
    (0, 0, 0, 1),
    exact=False,
    why="no customer leaves at an edge where two parameters of leaving mean nothing",
)
NOBODY_LEAVES_REGULAR = Reference(
    (0, 0.25, 0.5, 0.25),
    exact=False,
    why="k is a whole number, and no customer leaves at an edge where another parameter means "
    "nothing",
)

NESTED: Mapping[tuple[str, str], Reference] = MappingProxyType(
    {
        ("ShiftedBetaGeometric", "BetaDiscreteWeibull"): INSIDE,
        ("GammaGamma", "DependentGammaGamma"): INDEPENDENT,
        ("ParetoNBD", "GammaGompertzNBD"): AT_AN_EDGE,
        ("NBD", "GammaGompertzNBD"): NOBODY_LEAVES_AGED,
        **{("NBD", model): NOBODY_LEAVES for model in LEAVING},
        **dict.fromkeys(REGULAR.items(), WHOLE),
        **{("NBD", regular): NOBODY_LEAVES_REGULAR for regular in REGULAR.values()},
    }
)


def within(model: str) -> tuple[str, ...]:
    """Return the models that lie within one."""
    return tuple(small for small, large in NESTED if large == model)
