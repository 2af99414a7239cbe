"""Which project to pay for: net value, return on quality, and the best set within a budget.

The net value of a project is the money that its moves bring within the horizon, discounted, less
its cost; its return on quality is net value / cost (Rust, Zahorik & Keiningham 1995, *Journal of
Marketing* 59(2), 58-70). All projects share the draws of the chain, so that what is not known of
the chain does not blur which of them is better; what is not known of a project, its moves, is drawn
beside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from custvalue._checks import Generator, checked_whole, finite, random_generator
from custvalue._inference.interval import Interval
from custvalue._loyalty.propagated import PropagatedEstimate, propagated
from custvalue._profit_chain.budget import OF_DRAWS, best_set
from custvalue._profit_chain.projects import Project, Worth, gain_at
from custvalue._profit_chain.settings import check_settings
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray
from custvalue._words import listed, number
from custvalue.errors import ParameterError

SIMULATIONS = 1_000
ALIKE = 1e-12  # of the largest net value, by which two that are alike may differ


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ProjectWorth(Tabulated, Columns):
    """A project with what it brings.

    Parameters
    ----------
    project : Project
        What is done.
    gain, net, return_on_quality : PropagatedEstimate
        Money that it brings; the same less its cost; that per money spent.
    probability_positive, probability_best : float
        That it brings more than it costs; that its net value is the highest of all.
    rank : int
        1 for the highest net value.
    """

    TITLE: ClassVar[str] = "What a project brings"
    SHOWN: ClassVar = shown("value: estimate, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("name", "rank")

    project: Project
    gain: PropagatedEstimate
    net: PropagatedEstimate
    return_on_quality: PropagatedEstimate
    probability_positive: float
    probability_best: float
    rank: int

    @property
    def name(self) -> str:
        """Name of the project."""
        return self.project.name

    def _rows(self, level: float) -> Sequence[Row]:
        found = (self.gain, self.net, self.return_on_quality)
        return [Row(its.name, {"name": its.name, **its.row(level)}) for its in found]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ProjectPortfolio(Tabulated, Columns):
    """Projects by net value, and which of them to pay for.

    Parameters
    ----------
    projects : tuple of ProjectWorth
        The highest net value first.
    budget : float or None
        What may be spent in all; None for any amount.
    chosen : tuple of str
        Projects with the highest net value in all within the budget, none that loses money.
    net : PropagatedEstimate
        Net value of these together.
    probability_best_set : float
        Share of draws in which just these are the best set.
    probability_chosen : dict of str to float
        Share of draws in which each project is in the best set.
    horizon : str or None
        How far ahead gains count.
    """

    TITLE: ClassVar[str] = "Projects by net value"
    SHOWN: ClassVar = shown(
        "cost, net: net value, net_low: low, net_high: high, return_on_quality: return, "
        "probability_positive: P(> 0), probability_best: P(best), chosen"
    )
    LABELS: ClassVar[str] = "project"
    REPR: ClassVar[tuple[str, ...]] = ("chosen", "budget")

    projects: tuple[ProjectWorth, ...]
    budget: float | None
    chosen: tuple[str, ...]
    net: PropagatedEstimate
    probability_best_set: float
    probability_chosen: dict[str, float]
    horizon: str | None

    def __getitem__(self, name: str) -> ProjectWorth:
        found = {its.name: its for its in self.projects}
        if name not in found:
            raise ParameterError(f"there is no project {name!r}; there are {listed(list(found))}.")
        return found[name]

    @property
    def spent(self) -> float:
        """What the chosen projects cost together."""
        return math.fsum(its.project.cost for its in self.projects if its.name in self.chosen)

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, self._row(its, level)) for its in self.projects]

    def _row(self, its: ProjectWorth, level: float) -> dict[str, Any]:
        net, back = its.net.confidence_interval(level), its.return_on_quality
        ends: Interval = back.confidence_interval(level)
        return {
            "project": its.name,
            "rank": its.rank,
            "cost": its.project.cost,
            "gain": its.gain.value,
            "net": its.net.value,
            "net_low": net.low,
            "net_high": net.high,
            "return_on_quality": back.value,
            "return_low": ends.low,
            "return_high": ends.high,
            "probability_positive": its.probability_positive,
            "probability_best": its.probability_best,
            "probability_chosen": self.probability_chosen[its.name],
            "chosen": "yes" if its.name in self.chosen else "",
        }

    def _notes(self) -> Iterable[str]:
        within = "" if self.budget is None else f" within {number(self.budget)}"
        if not self.chosen:
            yield f"No project is worth its cost{within}."
            return
        ends = self.net.confidence_interval()
        yield (
            f"Best set{within}: {listed(self.chosen)}, for {number(self.spent)}, net value "
            f"{number(self.net.value)} (95 %: {number(ends.low)} to {number(ends.high)}). It is "
            f"the best one in {100 * self.probability_best_set:.0f} % of the draws."
        )
        if self.horizon is not None:
            yield f"Gains within {self.horizon}, discounted; they are associations unless designed."


def rank(
    projects: Sequence[Project],
    chain: Worth | None = None,
    *,
    budget: float | None = None,
    horizon: str | None = None,
    annual_discount_rate: float | None = None,
    margin: float | None = None,
    simulations: int = SIMULATIONS,
    rng: Generator = None,
) -> ProjectPortfolio:
    """Rank projects by net value, and choose those to pay for.

    Parameters
    ----------
    projects : sequence of Project
        At least one.
    chain : Chain, optional
        What points are worth; needed where a project has moves.
    budget : float, optional
        What may be spent in all.
    horizon, annual_discount_rate, margin : optional
        As of :meth:`Chain.value_of`; those that the chain was made with by default.
    simulations : int
        Draws where no project has moves; else there are as many as the chain has.
    rng : numpy.random.Generator, int or None
        Source of randomness for what is not known of the projects.

    Returns
    -------
    ProjectPortfolio

    Raises
    ------
    ParameterError
        If there is no project, two have one name, the chain is missing or does not know a
        dimension, or the budget is below every cost.

    Notes
    -----
    P(best) of projects in 161 simulated worlds, most with 500 customers of 40 dealers, one project
    with an amount near what the others bring by the estimates:

    =========  ========  =====  =============
    P(best)    projects  said   were the best
    =========  ========  =====  =============
    below .1   57        .053   .105
    .1 to .3   130       .186   .154
    .3 to .5   54        .433   .407
    .5 to .7   49        .588   .612
    .7 to .9   79        .795   .835
    above .9   20        .942   .850
    =========  ========  =====  =============

    These are of draws as they come. Where clusters were drawn, draws of the chain are stretched to
    be as wide as its intervals of 95 % are, by 5 % for 40 dealers and by 58 % for five, which makes
    extreme probabilities less sure than in the table.

    Examples
    --------
    >>> from custvalue import profit_chain
    >>> found = profit_chain.rank(
    ...     [
    ...         profit_chain.Project("win-back letters", cost=20_000, gain=(45_000, 15_000)),
    ...         profit_chain.Project("new machine", cost=60_000, gain=(70_000, 40_000)),
    ...         profit_chain.Project("posters", cost=10_000, gain=4_000),
    ...     ],
    ...     budget=70_000,
    ...     rng=1,
    ... )
    >>> found.chosen, round(found.net.value)
    (('win-back letters',), 25000)
    """
    several = _checked(projects, chain, budget)
    check_settings(horizon, annual_discount_rate, margin, "year")
    draws = _draws(several, chain, simulations)
    random = dict(
        zip(
            sorted(its.name for its in several),
            random_generator(rng).spawn(len(several)),
            strict=True,
        )
    )
    asked = {
        "horizon": horizon,
        "annual_discount_rate": annual_discount_rate,
        "margin": margin,
    }
    gains = np.array([_gain(its, chain, draws, asked, random[its.name]) for its in several])
    cost = np.array([its.cost for its in several])
    net = gains - cost[:, None]
    limit = math.inf if budget is None else float(budget)
    order = np.argsort(-net[:, 0], kind="stable")
    best = _shares_best(net[:, 1:])
    found = tuple(
        _worth(several[place], gains[place], float(best[place]), _rank(net[:, 0], place))
        for place in order.tolist()
    )
    first = best_set(net[:, 0], cost, limit)
    sets = np.array([first, *(best_set(its, cost, limit, OF_DRAWS) for its in net.T[1:])])
    called = [its.name for its in several]
    same = (sets[1:] == sets[0]).all(axis=1)
    return ProjectPortfolio(
        projects=found,
        budget=None if budget is None else limit,
        chosen=tuple(its.name for its in found if sets[0][called.index(its.name)]),
        net=propagated("net value of the best set", sets[0] @ net, 0),
        probability_best_set=float(same.mean()),
        probability_chosen=dict(zip(called, sets[1:].mean(axis=0).tolist(), strict=True)),
        horizon=horizon,
    )


def _checked(
    projects: Sequence[Project], chain: Worth | None, budget: float | None
) -> list[Project]:
    if isinstance(projects, Project) or not isinstance(projects, Sequence) or not projects:
        raise ParameterError(
            f"projects must be a list of at least one Project, but it is {projects!r}."
        )
    for its in projects:
        if not isinstance(its, Project):
            raise ParameterError(f"projects must hold Projects, but one is {its!r}.")
    names = [its.name for its in projects]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise ParameterError(f"two projects are called {twice!r}. Give each a name of its own.")
    moving = [its.name for its in projects if its.moves]
    if moving and chain is None:
        raise ParameterError(
            f"{listed(moving)} moves what customers feel: chain= must say what a point is worth, "
            f"as in rank(projects, Chain.from_data(…)). Or say what it brings in money, gain=."
        )
    if budget is not None:
        least = min(its.cost for its in projects)
        if not least <= finite(budget):
            raise ParameterError(
                f"budget must be a number, at least what the cheapest project costs, "
                f"{number(least)}, but it is {budget!r}."
            )
    return list(projects)


def _draws(projects: Sequence[Project], chain: Worth | None, simulations: int) -> int:
    asked = checked_whole("simulations", simulations, least=100)
    moved = chain is not None and any(its.moves for its in projects)
    return chain.draws if chain is not None and moved else asked


def _gain(
    its: Project,
    chain: Worth | None,
    draws: int,
    asked: dict[str, Any],
    random: np.random.Generator,
) -> FloatArray:
    """Return what a project brings, shape (1 + draws,): the sample first."""
    total = np.zeros(1 + draws)
    if its.gain is not None:
        total += gain_at(its.gain, random.random(draws))
    if its.moves and chain is not None:
        points = {name: _points(its.moves[name], draws, random) for name in its.moves}
        total += its.reach * chain.gains(points, decay=its.decay, **asked)
    return total


def _points(
    move: float | tuple[float, float], draws: int, random: np.random.Generator
) -> FloatArray:
    mean, deviation = move if isinstance(move, tuple) else (move, 0.0)
    return np.append(mean, mean + deviation * special.ndtri(random.random(draws)))


def _shares_best(net: FloatArray) -> FloatArray:
    """Return in which share of draws each project has the highest net value; those alike share."""
    top = net.max(axis=0)
    best = net >= top - ALIKE * np.abs(net).max(axis=0)
    shares: FloatArray = (best / best.sum(axis=0)).mean(axis=1)
    return shares


def _rank(net: FloatArray, place: int) -> int:
    return 1 + int(np.count_nonzero(net > net[place] + ALIKE * np.abs(net).max()))


def _worth(project: Project, gain: FloatArray, best: float, place: int) -> ProjectWorth:
    net = gain - project.cost
    return ProjectWorth(
        project=project,
        gain=propagated("gain", gain, 0),
        net=propagated("net value", net, 0),
        return_on_quality=propagated("return on quality", net / project.cost, 0),
        probability_positive=float((net[1:] > 0).mean()),
        probability_best=float(best),
        rank=place,
    )
