"""Posteriors of a million customers, and networks of dealers that borrow from one another."""

from __future__ import annotations

import numpy as np

from benchmarks.lifetime_fit import TRUTHS, customers
from benchmarks.speed.lifetime import history_of
from benchmarks.speed.timing import Pair, Work, row
from custvalue import lifetime

DEALERS, EACH = 600, 40


def posterior(name: str) -> Work:
    """The mode and the covariance of a million customers."""
    kind, history = getattr(lifetime, name), history_of(TRUTHS[name])
    return lambda: kind.fit(history, prior=lifetime.Prior.weak())


def network(name: str) -> Work:
    """Pool 600 dealers with 40 customers each."""
    kind, every = getattr(lifetime, name), customers(TRUTHS[name], DEALERS * EACH)
    history = lifetime.PurchaseHistory.from_arrays(**every, unit="week")
    dealer = np.repeat(np.arange(DEALERS), EACH)
    return lambda: lifetime.fit_groups(kind, history, by=dealer)


@row("posterior of BG/NBD, a million", goal=2)
def bg_posterior() -> Pair:
    """With a weak prior."""
    return Pair(posterior("BGNBD"))


@row("posterior of Pareto/NBD, a million", goal=2)
def pareto_posterior() -> Pair:
    """With a weak prior."""
    return Pair(posterior("ParetoNBD"))


@row("600 dealers with 40 customers, BG/NBD pooled", goal=30)
def bg_network() -> Pair:
    """Of dealers who are alike, which takes no less."""
    return Pair(network("BGNBD"))


@row("600 dealers with 40 customers, Pareto/NBD pooled", goal=30)
def pareto_network() -> Pair:
    """Likewise."""
    return Pair(network("ParetoNBD"))
