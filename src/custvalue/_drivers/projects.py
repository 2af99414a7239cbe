"""Which improvement promises most for what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from custvalue._checks import Generator, checked_whole, random_generator
from custvalue._drivers.importance_result import DriverImportance
from custvalue._drivers.slopes import Slopes, checked_changes
from custvalue._drivers.tiers import attribute_of
from custvalue._drivers.what_if import LABEL, NOT_CAUSE, require_importance
from custvalue._inference.estimate import Estimate, ends_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, Positive, Probability
from custvalue._words import count
from custvalue.errors import ParameterError, UnitError

ALIKE = 1e-12  # of the greatest gain, by which two projects that are alike may differ


class Project(Frozen):
    """An improvement that costs something.

    Parameters
    ----------
    name : str
        What is done.
    changes : dict of str to float
        Driver to the change of its mean that is expected, in points of its scale.
    cost : float
        What it costs, > 0.
    unit : str
        Of the cost, the same for all projects.

    Examples
    --------
    >>> from custvalue.drivers import Project
    >>> Project(name="call back", changes={"friendly": 0.3}, cost=20_000, unit="EUR").cost
    20000.0
    """

    name: str
    changes: dict[str, float]
    cost: Positive
    unit: str = ""


class RankedProject(Frozen):
    """An improvement with what it promises.

    Parameters
    ----------
    name : str
        The project.
    gain : Estimate
        Expected change of the overall answer, in points of its scale.
    cost : float
        What it costs.
    gain_per_cost : Estimate
        Gain for one unit of cost.
    rank : int
        1 for the largest gain per cost.
    probability_first : float
        Share of joint draws of the coefficients in which it has the largest.
    """

    name: str
    gain: Estimate
    cost: Positive
    gain_per_cost: Estimate
    rank: Count
    probability_first: Probability


class ProjectRanking(Tabulated, Frozen):
    """Improvements by expected gain per cost.

    Parameters
    ----------
    projects : tuple of RankedProject
        The best first.
    overall : str
        The overall question.
    unit : str
        Of the costs.
    simulations : int
        Joint draws of the coefficients.
    label : {"association"}
        What the gains are.
    """

    REPR: ClassVar[tuple[str, ...]] = ("projects", "label")
    SHOWN: ClassVar = shown(
        "gain, gain_low, gain_high, cost, gain_per_cost: per cost, rank, "
        "probability_first: P(first)"
    )

    projects: tuple[RankedProject, ...]
    overall: str
    unit: str
    simulations: Count
    label: str = LABEL

    def __getitem__(self, name: str) -> RankedProject:
        return attribute_of(name, self.projects)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "project": its.name,
                    **ends_of("gain", its.gain, level),
                    "cost": its.cost,
                    **ends_of("gain_per_cost", its.gain_per_cost, level),
                    "rank": its.rank,
                    "probability_first": its.probability_first,
                },
            )
            for its in self.projects
        ]

    def _title(self) -> str:
        return f"Projects by expected gain in {self.overall} per cost"

    def _notes(self) -> Sequence[str]:
        unit = f"Costs in {self.unit}. " if self.unit else ""
        draws = count(self.simulations, "joint draw")
        return (f"{unit}P(first): {draws} of the coefficients.", NOT_CAUSE)


def rank_projects(
    found: DriverImportance,
    projects: Sequence[Project],
    *,
    simulations: int = 10_000,
    rng: Generator = None,
) -> ProjectRanking:
    """Rank improvements by the gain that they promise for their cost.

    Parameters
    ----------
    found : DriverImportance
        What :func:`importance` returned.
    projects : sequence of Project
        Improvements with the changes that are expected of them, and their costs in one unit.
    simulations : int
        Joint normal draws of the coefficients, behind P(first).
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    ProjectRanking

    Raises
    ------
    DataError
        If a mean would leave its scale.
    ParameterError
        If there is no project, two have one name, or a change is of no driver.
    UnitError
        If costs are in several units.

    Examples
    --------
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "fixed": [5, 4, 2, 1, 4, 3],
    ...     "coffee": [3, 4, 3, 4, 5, 3],
    ...     "overall": [5, 4, 2, 2, 4, 3],
    ... }
    >>> found = drivers.importance(Responses.from_frame(frame, scale=Scale(1, 5)), "overall")
    >>> ranked = drivers.rank_projects(
    ...     found,
    ...     [
    ...         drivers.Project(name="better tools", changes={"fixed": 0.5}, cost=40, unit="EUR"),
    ...         drivers.Project(name="new machine", changes={"coffee": 1}, cost=5, unit="EUR"),
    ...     ],
    ...     rng=1,
    ... )
    >>> [project.name for project in ranked.projects]
    ['new machine', 'better tools']
    """
    require_importance(found)
    _check_projects(projects)
    simulations = checked_whole("simulations", simulations, least=100)
    random = random_generator(rng)
    slopes = Slopes.of(found)
    asked = np.array(
        [
            checked_changes(found, slopes, its.changes, of=f"changes of {its.name}")
            for its in projects
        ]
    )
    costs = np.array([its.cost for its in projects])
    drawn = random.multivariate_normal(
        slopes.values, slopes.covariance(), size=simulations, method="eigh"
    )
    best = _at_most(drawn @ asked.T / costs)
    first = (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    gains = asked @ slopes.values / costs
    order = np.argsort(-gains, kind="stable")
    ahead = gains[:, None] < gains - ALIKE * np.abs(gains).max()
    ranks = 1 + ahead.sum(axis=1)
    ranked = [
        RankedProject(
            name=(its := projects[place]).name,
            gain=slopes.gain(f"{its.name}: gain", asked[place]),
            cost=its.cost,
            gain_per_cost=slopes.gain(f"{its.name}: per cost", asked[place] / its.cost),
            rank=int(ranks[place]),
            probability_first=float(first[place] / simulations),
        )
        for place in order.tolist()
    ]
    return ProjectRanking(
        projects=tuple(ranked),
        overall=found.overall_name,
        unit=projects[0].unit,
        simulations=simulations,
    )


def _at_most(gains: FloatArray) -> FloatArray:
    """Return 1 for the greatest gain of each row, and for those that are as great."""
    near = ALIKE * np.abs(gains).max(axis=1, keepdims=True)
    best: FloatArray = (gains >= gains.max(axis=1, keepdims=True) - near).astype(np.float64)
    return best


def _check_projects(projects: Any) -> None:
    given = list(projects) if isinstance(projects, Sequence) else []
    if not given or not all(isinstance(its, Project) for its in given):
        raise ParameterError(
            "projects must be some drivers.Project, as in [Project(name='tools', "
            f"changes={{'fixed': 0.5}}, cost=40)], but it is {projects!r}."
        )
    names = [its.name for its in given]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ParameterError(f"two projects are called {twice!r}. Give each a name of its own.")
    units = dict.fromkeys(its.unit for its in given)
    if len(units) > 1:
        raise UnitError(
            f"costs of projects must be in one unit, but they are in "
            f"{' and '.join(map(repr, units))}. Convert them."
        )
