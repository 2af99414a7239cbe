"""What moves satisfaction: which attributes matter, which only penalise, what to improve first.

==========================================  =====================================================
:func:`importance`                          R² shared out among drivers (LMG, general dominance,
                                            Johnson), coefficients or correlations, with
                                            intervals, ranks and noise floor
:func:`importance_by_group`                 the same for each region, segment or wave
:func:`compare_methods`                     these conventions and stated importance side by side
:func:`what_if`                             the expected change of the overall answer
:func:`rank_projects`                       improvements by expected gain per cost
:func:`asymmetry`                           what low answers cost and high answers earn, by
                                            attribute, with the tiers that this gives
:func:`importance_performance`              quadrants, and how sure they are
:func:`opportunities`                       opportunity score, and importance times shortfall
:func:`rank_agreement`                      whether staff and customers rank alike
:class:`DerivedImportance`                  how the importance of an index was derived from an
                                            overall question, as
                                            ``customer_satisfaction_index(importance="derived")``
                                            reports it
==========================================  =====================================================

Examples
--------
>>> from custvalue import drivers
>>> from custvalue.survey import Responses, Scale
>>> scale = Scale(1, 5)
>>> performance = Responses.from_frame(
...     {"fixed": [2, 3, 2, 1, 3], "coffee": [5, 4, 5, 5, 4]}, scale=scale
... )
>>> importance = {"fixed": 8, "coffee": 3}
>>> grid = drivers.importance_performance(performance, importance, crosshair="data mean")
>>> grid["fixed"].quadrant, grid["coffee"].quadrant
('concentrate here', 'possible overkill')
"""

from custvalue._drivers.agreement import RankAgreement, rank_agreement
from custvalue._drivers.asymmetry import asymmetry
from custvalue._drivers.asymmetry_result import Asymmetry
from custvalue._drivers.by_group import DriversByGroup, importance_by_group
from custvalue._drivers.derived_importance import DerivedImportance
from custvalue._drivers.dominance import Dominance
from custvalue._drivers.importance import importance
from custvalue._drivers.importance_performance import (
    ImportancePerformance,
    importance_performance,
)
from custvalue._drivers.importance_result import Driver, DriverImportance
from custvalue._drivers.methods import MethodsCompared, compare_methods
from custvalue._drivers.noise import NoiseFloor
from custvalue._drivers.opportunity import Opportunities, opportunities
from custvalue._drivers.projects import Project, ProjectRanking, rank_projects
from custvalue._drivers.ranks import RankProbabilities
from custvalue._drivers.what_if import WhatIf, what_if

__all__ = [
    "Asymmetry",
    "DerivedImportance",
    "Dominance",
    "Driver",
    "DriverImportance",
    "DriversByGroup",
    "ImportancePerformance",
    "MethodsCompared",
    "NoiseFloor",
    "Opportunities",
    "Project",
    "ProjectRanking",
    "RankAgreement",
    "RankProbabilities",
    "WhatIf",
    "asymmetry",
    "compare_methods",
    "importance",
    "importance_by_group",
    "importance_performance",
    "opportunities",
    "rank_agreement",
    "rank_projects",
    "what_if",
]
