"""P(category): how sure the class of an item is, by Dirichlet posterior or by bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, as_whole, random_generator
from custvalue._inference.bootstrap import Bootstrap
from custvalue._kano.classify import Classification, Indices, decide
from custvalue._kano.distribution import LETTERS, Dirichlet, Distribution, position
from custvalue._kano.share import NEEDS_N
from custvalue._kano.table import CATEGORIES, Category
from custvalue._results.layout import Row, WithoutIntervals
from custvalue._rows import Columns, FloatArray
from custvalue._words import count, number
from custvalue.errors import DataError, ParameterError

ProbabilityMethod = Literal["integrated", "simulated", "resampled"]

SIMULATIONS = 4_000
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
TAIL = 1e-12  # of a gamma distribution, beyond which its largest is not looked for
CELLS_AT_A_TIME = 3_000_000  # of draws: 24 MB, whatever the number of items


@dataclass(frozen=True, eq=False, repr=False)
class CategoryProbabilities(WithoutIntervals, Columns):
    """P(category) of every item: how probable it is that the rule gives each category.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    probability : ndarray of float64, shape (items, 6)
        Of M, O, A, I, R, Q; rows sum to 1.
    effective_n : ndarray of float64, shape (items,)
        Effective number of answers that the probabilities rest on.
    classification : Classification
        The rule that gives the category, and its margin.
    method : {"integrated", "simulated", "resampled"}
        The Dirichlet posterior integrated, draws of it, or resampled counts.
    prior : float or None
        Dirichlet parameter of each category; None for resampled counts.
    simulations, resamples : int
        How many draws of the posterior, or how many resamples; 0 where there are none.
    """

    TITLE: ClassVar[str] = "P(category)"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **{letter: letter for letter in LETTERS},
            "most_probable": "most probable",
            "probability": "probability",
        }
    )
    REPR: ClassVar[tuple[str, ...]] = ("items", "method", "rule")

    items: tuple[str, ...]
    probability: FloatArray
    effective_n: FloatArray
    classification: Classification
    method: ProbabilityMethod
    prior: float | None
    simulations: int = 0
    resamples: int = 0

    @property
    def rule(self) -> str:
        """The rule that gives the category."""
        return self.classification.rule

    def __getitem__(self, name: str) -> dict[Category, float]:
        row = self.probability[position(name, self.items)]
        return dict(zip(CATEGORIES, row.tolist(), strict=True))

    @property
    def monte_carlo_error(self) -> float:
        """The largest standard error that a probability has from the number of draws alone."""
        drawn = self.simulations + self.resamples
        if drawn == 0:
            return 0.0
        widest = float((self.probability * (1 - self.probability)).max())
        return math.sqrt(widest / drawn)

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        top = self.probability.argmax(axis=1)
        return {
            "item": np.array(self.items),
            **{letter: self.probability[:, place] for place, letter in enumerate(LETTERS)},
            "most_probable": np.array([LETTERS[place] for place in top]),
            "probability": self.probability.max(axis=1),
        }

    def _printed(self) -> Sequence[Row]:
        return [Row(row.label, _rounded(row.values)) for row in self._rows(0.95)]

    def _notes(self) -> Sequence[str]:
        error = f"Monte Carlo error at most {number(self.monte_carlo_error)}"
        if self.prior is None:
            made = f"{count(self.resamples, 'resample')} of the counts, {error}"
        else:
            made = f"Dirichlet posterior, prior {number(self.prior)} in each category, "
            drawn = f"{count(self.simulations, 'simulation')}, {error}"
            made += drawn if self.simulations else "integrated"
        return [f"P(category) by {self.rule}: {made}."]


def _rounded(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: round(each, 4) if isinstance(each, float) else each for name, each in values.items()
    }


def probabilities_of(
    items: tuple[str, ...],
    known: Distribution,
    classification: Classification,
    *,
    method: Dirichlet | Bootstrap | None,
    simulations: int | None,
    rng: Generator,
) -> CategoryProbabilities:
    """Integrate or draw the posterior of every item, or resample its counts, and classify."""
    method = Dirichlet() if method is None else method
    _check(method, simulations)
    size = known.effective_n
    if np.isnan(size).any():
        name = items[int(np.flatnonzero(np.isnan(size))[0])]
        raise DataError(
            f"{name}: P(category) needs the number of answers, which is not known. {NEEDS_N}"
        )
    made = partial(CategoryProbabilities, items, effective_n=size, classification=classification)
    by_rule = partial(decide, rule=classification.rule, tie_margin=classification.tie_margin)
    if isinstance(method, Bootstrap):
        times = method.resamples
        draw = partial(_resampled, random_generator(method.rng), times, known)
        found = _by_draws(draw, times, items, by_rule)
        return made(probability=found, method="resampled", prior=None, resamples=times)
    alpha = known.scaled + method.prior
    if simulations is None and classification.rule == "mode":
        return made(probability=most_probable(alpha), method="integrated", prior=method.prior)
    times = SIMULATIONS if simulations is None else int(simulations)
    draw = partial(_dirichlet, random_generator(rng), times, alpha)
    found = _by_draws(draw, times, items, by_rule)
    return made(probability=found, method="simulated", prior=method.prior, simulations=times)


def _check(method: object, simulations: object) -> None:
    if not isinstance(method, Dirichlet | Bootstrap):
        raise ParameterError(
            f"method must be a request, as in Dirichlet(prior=0.5) or Bootstrap(2000, rng=1), but "
            f"it is {method!r}."
        )
    if simulations is None:
        return
    check_simulations(simulations)
    if isinstance(method, Bootstrap):
        raise ParameterError(
            f"simulations={simulations!r} is for the posterior. The number of resamples belongs to "
            f"the request, as in Bootstrap({method.resamples})."
        )


def check_simulations(simulations: object) -> None:
    """Raise a ParameterError unless `simulations` is a whole number >= 1."""
    if isinstance(simulations, bool) or as_whole(simulations) < 1:
        raise ParameterError(f"simulations must be a whole number >= 1, but it is {simulations!r}.")


def most_probable(alpha: FloatArray) -> FloatArray:
    """Return P(a Dirichlet share is the largest of its row), by Gauss-Legendre quadrature.

    Dirichlet shares are gamma variables over their sum, so that the largest share is the largest
    gamma variable: P(k) = ∫ f_k(x) Π_{j≠k} F_j(x) dx, over the range where the largest may lie.
    The parameters have the shape (items, categories) and are positive; rows of P sum to 1.
    """
    low = special.gammaincinv(alpha, TAIL).max(axis=1)
    high = special.gammainccinv(alpha, TAIL).max(axis=1)
    x = (low + np.outer((NODES + 1) / 2, high - low))[..., np.newaxis]  # nodes, items, 1
    below = special.gammainc(alpha, x)
    density = np.exp(special.xlogy(alpha - 1, x) - x - special.gammaln(alpha))
    found = np.empty_like(alpha)
    for place in range(alpha.shape[1]):
        others = np.delete(below, place, axis=2).prod(axis=2)
        found[:, place] = WEIGHTS @ (density[..., place] * others)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _by_draws(
    draw: Callable[[slice], FloatArray],
    times: int,
    items: Sequence[str],
    classify: Callable[[FloatArray], Indices],
) -> FloatArray:
    """Return how often draws get each category, shape (items, 6), some items at a time."""
    step = max(1, CELLS_AT_A_TIME // (times * len(CATEGORIES)))
    blocks = [slice(start, start + step) for start in range(0, len(items), step)]
    return np.concatenate([_frequencies(classify(draw(rows))) for rows in blocks])


def _frequencies(places: Indices) -> FloatArray:
    """Return how often each category was drawn, shape (items, 6)."""
    hits = [(places == place).mean(axis=0) for place in range(len(CATEGORIES))]
    return np.stack(hits, axis=1)


def _dirichlet(
    generator: np.random.Generator, times: int, alpha: FloatArray, rows: slice
) -> FloatArray:
    """Return draws of the shares of some items, shape (draws, items, 6)."""
    gammas = generator.standard_gamma(alpha[rows], size=(times, *alpha[rows].shape))
    return np.asarray(gammas / gammas.sum(axis=-1, keepdims=True))


def _resampled(
    generator: np.random.Generator, times: int, known: Distribution, rows: slice
) -> FloatArray:
    """Return the shares among as many answers as there are, drawn anew: (draws, items, 6)."""
    n = np.maximum(np.rint(known.effective_n[rows]), 1).astype(np.int64)
    answers = generator.multinomial(n, known.shares[rows], size=(times, len(n)))
    return np.asarray(answers / n[:, np.newaxis])
