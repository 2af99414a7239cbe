"""Respondents who rate brands, and choose the next one by known effects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from custvalue._checks import Generator, checked_whole, finite, random_generator
from custvalue._datasets.dataset import Dataset
from custvalue.errors import ParameterError

DRIVERS = {"quality": 0.5, "price": 0.3, "convenience": 0.2}
LARGEST_EFFECT = 10.0


def simulate_brand_choice(
    respondents: int = 500,
    *,
    brands: tuple[str, ...] = ("ours", "rival", "third"),
    drivers: Mapping[str, float] | None = None,
    inertia: float = 1.0,
    purchases_a_year: float = 1.5,
    rng: Generator = None,
) -> Dataset:
    """Simulate respondents who rate each brand on 1 to 10, and choose the next one.

    The choice is a multinomial logit: inertia for the brand that was bought last, and an effect of
    each point of each rating. The brand bought last is drawn by the ratings alone.

    Parameters
    ----------
    respondents : int
        How many, at least 2.
    brands : tuple of str
        At least two names.
    drivers : mapping of str to float, optional
        Ratings to their effects, as log odds for a point; quality .5, price .3 and convenience .2
        by default.
    inertia : float
        Log odds that being the last brand adds.
    purchases_a_year : float
        Mean number of purchases in the category per year; respondents differ.
    rng : numpy.random.Generator, int or None
        Source of randomness, or the seed of one.

    Returns
    -------
    Dataset
        One row for each respondent and brand: ``respondent``, ``brand``, a column for each driver,
        ``last`` and ``next`` (0 or 1), ``purchases_a_year``.

    Raises
    ------
    ParameterError
        If there are fewer than two respondents or brands, names repeat, or a number is out of
        bounds.

    Examples
    --------
    >>> from custvalue import datasets
    >>> datasets.simulate_brand_choice(200, rng=1)["next"].sum()
    np.int64(200)
    """
    n = checked_whole("respondents", respondents, least=2)
    names = tuple(brands)
    if len(names) < 2 or len(set(names)) < len(names):
        raise ParameterError(
            f"brands must be at least two different names, but they are {brands!r}."
        )
    effects = dict(DRIVERS if drivers is None else drivers)
    beta = np.array([_effect(f"drivers[{name!r}]", its) for name, its in effects.items()])
    stays = _effect("inertia", inertia)
    if not 0 < finite(purchases_a_year) < 1e4:
        raise ParameterError(f"purchases_a_year must be > 0, but it is {purchases_a_year!r}.")
    random = random_generator(rng)
    level = random.normal(6.5, 0.6, (1, len(names), len(beta)))
    rated = level + random.normal(0, 1.6, (n, len(names), len(beta)))
    ratings = np.minimum(np.maximum(np.rint(rated), 1), 10)
    utility = ratings @ beta
    last = _chosen(utility, random)
    following = _chosen(utility + stays * last, random)
    often = random.gamma(4.0, purchases_a_year / 4.0, n)
    columns = {
        "respondent": np.repeat(np.arange(1, n + 1), len(names)),
        "brand": np.tile(np.array(names), n),
        **{name: ratings[:, :, place].ravel() for place, name in enumerate(effects)},
        "last": last.ravel().astype(np.int64),
        "next": following.ravel().astype(np.int64),
        "purchases_a_year": np.repeat(often, len(names)),
    }
    source = "simulate_brand_choice of custvalue"
    return Dataset("brand choice, simulated", columns, source=source)


def _effect(name: str, given: object) -> float:
    value = finite(given)
    if not abs(value) <= LARGEST_EFFECT:
        raise ParameterError(
            f"{name} must be from -{LARGEST_EFFECT:g} to {LARGEST_EFFECT:g}, but it is {given!r}."
        )
    return value


def _chosen(utility: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw one brand for each respondent: the largest of utility and Gumbel's noise."""
    drawn = utility + random.gumbel(size=utility.shape)
    return np.asarray(drawn >= drawn.max(axis=1, keepdims=True), dtype=np.float64)
