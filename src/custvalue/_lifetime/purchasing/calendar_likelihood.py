"""The log-likelihood of a gamma mixture of buyers who leave at any time, over all cells.

While alive, a customer buys at a rate that varies over customers as Gamma(r, α); whatever the
purchases, the customer leaves at a time with the survival function S and the hazard h. The
likelihood is the sum over how a history may have come about: alive at T, or gone at a time τ
between t_x and T,

    L = Γ(r+x)/Γ(r) [ e(T) + ∫ h(τ) e(τ) dτ ],   e(τ) = (1+τ/α)^-r (α+τ)^-x S(τ).

A :class:`Lifetime` says what S is; the rest is the same for all models. Of customers who are
observed from the age c on only, τ - c takes the place of τ in the first two factors of e; of those
without a purchase, 1 - e(c) is added, because they may have left before.

Customers with the same x share e. So for each x the integrals between neighbouring times are
computed once and summed from the right, and that of a customer is the difference of two sums. It
is harmless: e falls, so that what is left of the integral beyond T is at most e(T), which is added,
and what rounding leaves is small against that. The sums of second derivatives over customers become
sums over nodes, weighted by the customers to whom a node belongs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from custvalue._histories.calendar import Block
from custvalue._histories.cells import Cells
from custvalue._numerics.gamma_functions import log_rising
from custvalue._numerics.maximum import Derivatives
from custvalue._numerics.quadrature import Nodes, Rows
from custvalue._rows import FloatArray

FEW_POINTS = 8_192  # of a block: up to here, all nodes are handled together
UNDERFLOW = 1e-250  # a share of which no digits may be left


class Stage(Protocol):
    """What the lifetime does at some points in time."""

    @property
    def hazard(self) -> FloatArray:
        """The hazard h."""
        ...

    @property
    def hazard_slopes(self) -> Sequence[FloatArray | float]:
        """The derivatives of log h in the parameters of the lifetime."""
        ...

    @property
    def slopes(self) -> Sequence[FloatArray]:
        """The derivatives of log S in the parameters of the lifetime."""
        ...

    def second(self, weight: FloatArray, *, gone: bool) -> FloatArray:
        """Return the weighted sum of the second derivatives of log S, and of log h where gone."""
        ...


class Lifetime(Protocol):
    """How long customers stay, for given parameters; r and α are those of the purchases."""

    @property
    def r(self) -> float:
        """Shape of the gamma distribution of purchase rates."""
        ...

    @property
    def alpha(self) -> float:
        """Rate of that distribution."""
        ...

    def log_survival(self, tau: FloatArray) -> FloatArray:
        """Return log S(τ)."""
        ...

    def log_fall(self, start: FloatArray, passed: FloatArray) -> FloatArray:
        """Return log S(start) - log S(start + passed), without subtracting."""
        ...

    def at(self, tau: FloatArray, log_survival: FloatArray) -> Stage:
        """Return what happens at τ, where log S(τ) is known."""
        ...

    def nodes(
        self, start: FloatArray, stop: FloatArray, of_alpha: FloatArray, seen: FloatArray
    ) -> Iterator[Nodes]:
        """Yield nodes for ``∫ (α+τ)^-of_alpha h(τ) S(τ) dτ`` from each start to its stop.

        α counts from the time at which customers are first observed, `seen` before the start.
        """
        ...


class CalendarLikelihood:
    """Log-likelihood summed over cells, with exact gradient and Hessian.

    Subclasses say what the lifetime is, made from all parameters: r, α and its own. The cells are
    in ascending order of frequency.
    """

    lifetime: ClassVar[Callable[..., Lifetime]]

    def __init__(self, cells: Cells) -> None:
        self.x = cells.frequency[cells.starts]
        self.customers = np.add.reduceat(cells.count, cells.starts)
        self.blocks = cells.calendar

    def __call__(self, parameters: FloatArray) -> Derivatives:
        lifetime = type(self).lifetime(*parameters.tolist())
        # Far from the truth a likelihood may underflow to 0; the search turns back from there.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            parts = [log_bracket(block, lifetime) for block in self.blocks]
        of_r, count = log_rising(lifetime.r, self.x), len(parameters)
        gradient, hessian = np.zeros(count), np.zeros((count, count))
        gradient[0] = self.customers @ of_r.first
        hessian[0, 0] = self.customers @ of_r.second
        parts.append(Derivatives(float(self.customers @ of_r.value), gradient, hessian))
        return Derivatives.total(parts)


def log_bracket(block: Block, lifetime: Lifetime) -> Derivatives:
    """Return log of the sum in brackets, over the cells of a block, with its derivatives."""
    before = Before.of(block, lifetime)
    stay = _staying(block, before, lifetime)
    parts = [_dying(part, lifetime) for part in before.parts(lifetime)]
    gone = _sums(block, parts, 1 + len(stay.slopes))
    # The likelihood of a cell and its derivatives: alive at T, or gone before.
    ends = np.vstack((stay.weight, stay.weight * stay.slopes)) - gone
    each_cell = np.take(ends, block.end, axis=1)
    each_cell += np.take(gone, block.begin, axis=1)
    if block.silent is not None:
        _may_have_left(block, before, stay, each_cell)
    likelihood, of_log = each_cell[0], each_cell[1:]
    of_log /= likelihood
    value = block.customers @ (np.log(likelihood) + before.level[block.begin])
    hessian = -(block.customers * of_log) @ of_log.T
    each = block.customers / likelihood
    ended = np.bincount(block.end, each, len(block.tau))
    belong = np.bincount(block.begin, each, len(block.tau)) - ended
    if block.silent is not None:
        ended -= np.bincount(block.begin, each * block.silent, len(block.tau))
    for first, last in pairwise(block.bounds.tolist()):
        np.cumsum(belong[first:last], out=belong[first:last])
    hessian += stay.times(ended).second(lifetime, gone=False)
    for part in parts:
        hessian += part.times(belong[part.rows, None]).second(lifetime, gone=True)
    return Derivatives(float(value), of_log @ block.customers, hessian)


def _may_have_left(block: Block, before: Before, stay: Points, each_cell: FloatArray) -> None:
    """Add 1 - e(c) to the likelihood of those without a purchase, and to its derivatives."""
    some = np.flatnonzero(np.asarray(block.silent))
    place = block.begin[some]
    each_cell[0, some] += before.absent[place]
    each_cell[1:, some] -= stay.slopes[:, place] * stay.weight[place]


def probability_alive(cells: Cells, lifetime: Lifetime) -> FloatArray:
    """Return P(alive at T) of each cell; NaN where the integrals of its frequency underflow."""
    alive = np.empty(len(cells))
    for block in cells.calendar:
        with np.errstate(over="ignore"):
            before = Before.of(block, lifetime)
            sums = np.zeros((1, len(block.tau)))
            for part in before.parts(lifetime):
                _add_to(sums, part.rows, part.density)
        gone = _from_the_end(block, sums)[0]
        stay = before.stay[block.end]
        total = stay + (gone[block.begin] - gone[block.end])
        alive[block.cells] = np.divide(
            stay, total, where=total > UNDERFLOW, out=np.full(len(stay), np.nan)
        )
    return alive


class Before(NamedTuple):
    """What is left of the customers at the points of a block, as a share of the first of its x."""

    block: Block
    stay: FloatArray  # e
    level: FloatArray  # log of the e of which it is a share
    of_alpha: FloatArray  # log(1 + τ/α)
    log_survival: FloatArray

    @classmethod
    def of(cls, block: Block, lifetime: Lifetime) -> Before:
        """Compute e."""
        r, alpha = lifetime.r, lifetime.alpha
        of_alpha, log_survival = np.log1p(block.seen / alpha), lifetime.log_survival(block.tau)
        fall = -(r + block.x) * of_alpha + log_survival
        level = np.repeat(fall[block.bounds[:-1]], np.diff(block.bounds))
        stay = np.exp(fall - level)
        return cls(block, stay, level - block.x * math.log(alpha), of_alpha, log_survival)

    @property
    def absent(self) -> FloatArray:
        """What is absent of all customers where e is the survival function: 1 - e as a share."""
        return self.stay * np.expm1(-self.log_survival)

    def parts(self, lifetime: Lifetime) -> Iterator[Between]:
        """Yield nodes between neighbouring points, weighted by h e."""
        block, start, m = self.block, self.block.tau, lifetime.r + self.block.x
        stop = np.append(start[1:], 0.0)
        stop[block.bounds[1:] - 1] = start[block.bounds[1:] - 1]
        for rows, passed, weight in _joined(lifetime.nodes(start, stop, m, block.seen), len(start)):
            since = start[rows, None]
            seen = since if block.seen is start else block.seen[rows, None]
            tau = since + passed
            more_alpha = np.log1p(passed / (lifetime.alpha + seen))
            fall = lifetime.log_fall(since, passed)
            stage = lifetime.at(tau, self.log_survival[rows, None] - fall)
            density = np.exp(-m[rows, None] * more_alpha - fall)
            density *= self.stay[rows, None] * weight * stage.hazard
            of_alpha = self.of_alpha[rows, None] + more_alpha
            observed = tau if seen is since else seen + passed
            yield Between(rows, observed, block.x[rows, None], of_alpha, density, stage)


def _joined(nodes: Iterator[Nodes], points: int) -> Iterator[Nodes]:
    """Make one column of the nodes of few points: small arrays cost more than what is in them."""
    if points > FEW_POINTS or not (parts := list(nodes)):
        yield from nodes
        return
    yield Nodes(
        np.concatenate([np.repeat(np.asarray(its.rows), its.passed.shape[1]) for its in parts]),
        np.concatenate([its.passed.reshape(-1, 1) for its in parts]),
        np.concatenate([its.weight.reshape(-1, 1) for its in parts]),
    )


def _add_to(
    sums: FloatArray, rows: Rows, weight: FloatArray, slopes: FloatArray | None = None
) -> None:
    """Add up the weights of the nodes of each row, and the weighted slopes below them."""
    if weight.shape[1] > 1:
        sums[0, rows] += weight.sum(axis=1)
        if slopes is not None:
            sums[1:, rows] += np.einsum("kij,ij->ki", slopes, weight)
        return
    place, each = np.asarray(rows), weight[:, 0]  # rows may stand there several times
    sums[0] += np.bincount(place, each, sums.shape[1])
    for k, slope in enumerate(() if slopes is None else slopes[:, :, 0], start=1):
        sums[k] += np.bincount(place, slope * each, sums.shape[1])


class Between(NamedTuple):
    """Nodes between points, and how many of the customers leave at each."""

    rows: Rows
    seen: FloatArray
    x: FloatArray
    of_alpha: FloatArray
    density: FloatArray
    stage: Stage


def _staying(block: Block, before: Before, lifetime: Lifetime) -> Points:
    """Return e at the points, with its slopes."""
    stage = lifetime.at(block.tau, before.log_survival)
    of_purchases = purchase_slopes(block.seen, block.x, before.of_alpha, lifetime)
    slopes = np.stack((*of_purchases, *stage.slopes))
    return Points(np.arange(len(block.tau)), block.seen, block.x, before.stay, slopes, stage)


def _dying(part: Between, lifetime: Lifetime) -> Points:
    """Return the density of leaving at some nodes, with its slopes."""
    rows, seen, x, of_alpha, density, stage = part
    slopes = np.stack((*purchase_slopes(seen, x, of_alpha, lifetime), *stage.slopes))
    for k, more in enumerate(stage.hazard_slopes, start=2):
        slopes[k] += more
    return Points(rows, seen, x, density, slopes, stage)


def _sums(block: Block, parts: list[Points], count: int) -> FloatArray:
    """Return the integrals of h e and its derivatives from each point to the end."""
    sums = np.zeros((count, len(block.tau)))
    for part in parts:
        _add_to(sums, part.rows, part.weight, part.slopes)
    return _from_the_end(block, sums)


def _from_the_end(block: Block, sums: FloatArray) -> FloatArray:
    """Add up from the last point of each segment to the first, in place."""
    for first, last in pairwise(block.bounds.tolist()):
        backwards = sums[:, first:last][:, ::-1]
        np.cumsum(backwards, axis=1, out=backwards)
    return sums


class Points(NamedTuple):
    """Points in time, with the weight of each, and the slopes of its logarithm."""

    rows: Rows
    seen: FloatArray
    x: FloatArray
    weight: FloatArray
    slopes: FloatArray  # in the k parameters: (k, *shape of the weight)
    stage: Stage

    def times(self, factor: npt.NDArray[Any]) -> Points:
        return self._replace(weight=self.weight * factor)

    def second(self, lifetime: Lifetime, *, gone: bool) -> FloatArray:
        """Return the sum of the second derivatives of the weights, (k, k)."""
        r, alpha = lifetime.r, lifetime.alpha
        slopes, weight = self.slopes.reshape(len(self.slopes), -1), self.weight.ravel()
        total: FloatArray = (slopes * weight) @ slopes.T
        by_alpha = 1 / (alpha + self.seen)
        passed = self.seen * by_alpha / alpha
        mixed = np.sum(self.weight * passed)
        total[0, 1] += mixed
        total[1, 0] += mixed
        curved = self.x * by_alpha**2 - r * passed * (by_alpha + 1 / alpha)
        total[1, 1] += np.sum(self.weight * curved)
        total[2:, 2:] += self.stage.second(self.weight, gone=gone)
        return total


def purchase_slopes(
    seen: FloatArray, x: FloatArray, of_alpha: FloatArray, lifetime: Lifetime
) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives of log e(τ) in r and α.

    Written so that nothing large cancels where both go to infinity together.
    """
    r, alpha = lifetime.r, lifetime.alpha
    return -of_alpha, (r / alpha * seen - x) / (alpha + seen)
