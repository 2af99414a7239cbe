"""Links that were found by a comparison that identifies them, in place of associations.

An experiment, or a difference-in-differences, tells the log ratio of an outcome for one point of
satisfaction, or points of satisfaction for one point of a dimension. Its value replaces that of the
link, and its standard error is drawn from a normal, apart from all that the chain draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from custvalue._checks import Generator, finite, random_generator
from custvalue._inference.estimate import Estimated, estimate_of
from custvalue._inference.resampled import ResampledEstimate
from custvalue._profit_chain.fits import ALL_ALONG
from custvalue._profit_chain.influences import at_coordinates, coordinates
from custvalue._profit_chain.links import Links
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import ParameterError

SPEND = "satisfaction: spend"
LARGEST = 10.0  # log ratio, or points for a point


def identified(
    steps: tuple[ResampledEstimate, ...], model: Any, links: Links, given: Any, rng: Generator
) -> tuple[tuple[ResampledEstimate, ...], Any, Links]:
    """Return steps, model of purchases and links, with what was identified in its place."""
    found = _checked(given, [its.name for its in steps if not its.name.startswith("all along")])
    random = random_generator(rng)
    moves, drivers, ratio = links.moves.copy(), dict(links.drivers), links.spend_ratio
    there, by_name = coordinates(model), {its.name: its for its in steps}
    for name, (value, error, n) in found.items():
        draws = error * random.standard_normal(len(moves))
        by_name[name] = _step(name, value, error, draws, n)
        dimension = name.removesuffix(": satisfaction")
        if name == SPEND and links.spend_place is not None:
            place, ratio = links.spend_place, value
        elif dimension in drivers:
            place = drivers[dimension][0]
            drivers[dimension] = (place, value)
        else:
            own = coordinate_of(name, there)
            place, there[own] = [*there].index(own), value
        moves[:, place] = draws
    changed = replace(links, moves=moves, drivers=drivers, spend_ratio=ratio)
    return tuple(by_name.values()), at_coordinates(model, there), changed


def coordinate_of(name: str, there: Mapping[str, float]) -> str:
    """Return the coordinate of the purchases' model that a link is."""
    outcome = name.removeprefix("satisfaction: ")
    return next(one for one in there if one.startswith(f"{outcome}:") and ALL_ALONG not in one)


def _step(name: str, value: float, error: float, draws: FloatArray, n: int) -> ResampledEstimate:
    return ResampledEstimate(
        name=name,
        value=value,
        standard_error=error,
        n=n,
        effective_n=float(n),
        draws=value + draws,
    )


def _checked(given: Any, known: list[str]) -> dict[str, tuple[float, float, int]]:
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(
            "links must be a mapping such as {'satisfaction: purchase': (0.08, 0.03)}, with the "
            f"effect of one point and its standard error, but it is {plain(given)!r}."
        )
    for name in given:
        if name not in known:
            raise ParameterError(
                f"links names {name!r}; there are {listed(known)}.{did_you_mean(str(name), known)}"
            )
    return {name: _value(name, its) for name, its in given.items()}


def _value(name: str, given: Any) -> tuple[float, float, int]:
    n = 0
    if isinstance(given, Estimated):
        its = estimate_of(given)
        value, error, n = its.value, its.standard_error, its.n
    else:
        pair = given if isinstance(given, tuple | list) and len(given) == PAIR else (None, None)
        value, error = finite(pair[0]), finite(pair[1])
    if error is None or not (abs(value) <= LARGEST and 0 < error <= LARGEST):
        raise ParameterError(
            f"links[{name!r}] must be an estimate, or the effect of one point and its standard "
            f"error, as in (0.08, 0.03), both at most {LARGEST:g}, but it is {plain(given)!r}. "
            f"Effects on outcomes are logarithms of ratios: 8 % more is 0.077."
        )
    return float(value), float(error), int(n)


PAIR = 2
