"""P(category): how sure the class of an item is, by Dirichlet posterior or by bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._kano.classify import Indices, Rule, decide
from custvalue._kano.coefficients import NEEDS_N, Sums, check_method, checked_interval
from custvalue._kano.means import position, rows_of
from custvalue._kano.table import CATEGORIES, Category
from custvalue._rows import Columns, FloatArray
from custvalue._table import Table
from custvalue._words import count, number, one_line
from custvalue.errors import DataError, ParameterError

ProbabilityMethod = Literal["exact", "dirichlet", "bootstrap"]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
TAIL = 1e-12  # of a gamma distribution, beyond which its largest is not looked for
CELLS_AT_A_TIME = 3_000_000  # of draws: 24 MB, whatever the number of items


@dataclass(frozen=True, eq=False, repr=False)
class CategoryProbabilities(Columns):
    """P(category) of every item: how probable it is that the rule gives each category.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    probability : ndarray of float64, shape (items, 6)
        Of M, O, A, I, R, Q; rows sum to 1.
    effective_n : ndarray of float64, shape (items,)
        Effective number of answers that the probabilities rest on.
    method : {"exact", "dirichlet", "bootstrap"}
        The Dirichlet posterior integrated, the same by draws, or resampled counts.
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives the category.
    tie_margin : float
        Its margin.
    prior : float or None
        Dirichlet parameter of each category; None for the bootstrap.
    draws : int
        How many draws; 0 where the posterior was integrated.
    """

    items: tuple[str, ...]
    probability: FloatArray
    effective_n: FloatArray
    method: ProbabilityMethod
    rule: Rule
    tie_margin: float
    prior: float | None
    draws: int

    def __getitem__(self, name: str) -> dict[Category, float]:
        row = self.probability[position(name, self.items)]
        return dict(zip(CATEGORIES, row.tolist(), strict=True))

    @property
    def monte_carlo_error(self) -> float:
        """The largest standard error that a probability has from the number of draws alone."""
        if self.draws == 0:
            return 0.0
        widest = float((self.probability * (1 - self.probability)).max())
        return math.sqrt(widest / self.draws)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return item, the probabilities M to Q, the most probable class and its probability."""
        top = self.probability.argmax(axis=1)
        return {
            "item": np.array(self.items),
            **{category.value: self.probability[:, k] for k, category in enumerate(CATEGORIES)},
            "most_probable": np.array([CATEGORIES[place].value for place in top]),
            "probability": self.probability.max(axis=1),
        }

    def __repr__(self) -> str:
        return one_line(
            "CategoryProbabilities",
            items=len(self.items),
            method=self.method,
            rule=self.rule,
            draws=self.draws,
        )

    def _table(self) -> Table:
        columns = self.columns()
        rows = rows_of(
            np.round(array, 4) if array.dtype.kind == "f" else array for array in columns.values()
        )
        made = (
            "bootstrap of the counts"
            if self.prior is None
            else f"Dirichlet posterior, prior {number(self.prior)} in each category"
        )
        how = (
            "integrated"
            if self.draws == 0
            else f"{count(self.draws, 'draw')}, Monte Carlo error at most "
            f"{number(self.monte_carlo_error)}"
        )
        note = f"P(category) by {self.rule}: {made}, {how}."
        header = ("item", *"MOAIRQ", "most probable", "probability")
        return Table("P(category)", header, rows, (note,))


def probabilities_of(
    items: tuple[str, ...],
    sums: Sums,
    *,
    rule: Rule,
    tie_margin: float,
    method: ProbabilityMethod | None,
    prior: float,
    draws: int,
    rng: Generator,
) -> CategoryProbabilities:
    """Classify draws of every item's distribution.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    sums : Sums
        What is known of the answers.
    rule, tie_margin
        As in :class:`CategoryProbabilities`.
    method, prior, draws, rng
        As in :meth:`Result.probabilities`.
    """
    method = ("exact" if rule == "mode" else "dirichlet") if method is None else method
    _check(method, rule, prior, draws)
    size = sums.effective_n
    if np.isnan(size).any():
        name = items[int(np.flatnonzero(np.isnan(size))[0])]
        raise DataError(
            f"{name}: P(category) needs the number of answers, which is not known. {NEEDS_N}"
        )
    if method == "exact":
        probability = most_probable(sums.scaled + prior)
    else:
        by_rule = partial(decide, rule=rule, tie_margin=tie_margin)
        drawn_from = None if method == "bootstrap" else prior
        probability = _by_draws(sums, drawn_from, int(draws), by_rule, rng)
    return CategoryProbabilities(
        items=items,
        probability=probability,
        effective_n=size,
        method=method,
        rule=rule,
        tie_margin=tie_margin,
        prior=None if method == "bootstrap" else prior,
        draws=0 if method == "exact" else int(draws),
    )


def _check(method: str, rule: Rule, prior: float, draws: int) -> None:
    check_method(method, get_args(ProbabilityMethod))
    checked_interval(0.95, "wilson", prior)
    if method == "exact" and rule != "mode":
        raise ParameterError(
            f"method='exact' integrates the posterior of the most frequent category; for "
            f"rule={rule!r} say method='dirichlet'."
        )
    check_draws(draws)


def check_draws(draws: object) -> None:
    """Raise a ParameterError unless `draws` is a whole number >= 1."""
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < 1:
        raise ParameterError(f"draws must be a whole number >= 1, but it is {draws!r}.")


def most_probable(alpha: FloatArray) -> FloatArray:
    """Return P(a Dirichlet share is the largest of its row), by Gauss-Legendre quadrature.

    Dirichlet shares are gamma variables over their sum, so that the largest share is the largest
    gamma variable: P(k) = ∫ f_k(x) Π_{j≠k} F_j(x) dx, over the range where the largest may lie.

    Parameters
    ----------
    alpha : ndarray of shape (items, categories)
        Parameters, all positive.

    Returns
    -------
    ndarray of the same shape
        Rows sum to 1.
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
    sums: Sums,
    prior: float | None,
    draws: int,
    classify: Callable[[FloatArray], Indices],
    rng: Generator,
) -> FloatArray:
    """Return how often draws get each category; resampled counts where there is no prior."""
    generator = random_generator(rng)
    draw = (
        partial(_resampled, generator, draws, sums)
        if prior is None
        else partial(_dirichlet, generator, draws, sums.scaled + prior)
    )
    step = max(1, CELLS_AT_A_TIME // (draws * len(CATEGORIES)))
    blocks = [slice(start, start + step) for start in range(0, len(sums.weights), step)]
    return np.concatenate([_frequencies(classify(draw(rows))) for rows in blocks])


def _frequencies(places: Indices) -> FloatArray:
    """Return how often each category was drawn, shape (items, 6)."""
    hits = [(places == place).mean(axis=0) for place in range(len(CATEGORIES))]
    return np.stack(hits, axis=1)


def _dirichlet(
    generator: np.random.Generator, draws: int, alpha: FloatArray, rows: slice
) -> FloatArray:
    """Return draws of the shares of some items, shape (draws, items, 6)."""
    gammas = generator.standard_gamma(alpha[rows], size=(draws, *alpha[rows].shape))
    return np.asarray(gammas / gammas.sum(axis=-1, keepdims=True))


def _resampled(generator: np.random.Generator, draws: int, sums: Sums, rows: slice) -> FloatArray:
    """Return the shares among as many answers as there are, drawn anew: (draws, items, 6)."""
    n = np.maximum(np.rint(sums.effective_n[rows]), 1).astype(np.int64)
    answers = generator.multinomial(n, sums.shares[rows], size=(draws, len(n)))
    return np.asarray(answers / n[:, np.newaxis])
