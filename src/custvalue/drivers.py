"""What moves satisfaction: asymmetric response, importance against performance, derived importance.

==========================================  =====================================================
:func:`asymmetric_response`                 what low answers cost and high answers earn, by
                                            attribute, with the tiers that this gives
:func:`importance_performance`              quadrants, and how sure they are
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

from custvalue._drivers.asymmetric import asymmetric_response
from custvalue._drivers.asymmetric_result import AsymmetricResponse
from custvalue._drivers.derived_importance import DerivedImportance
from custvalue._drivers.importance_performance import (
    ImportancePerformance,
    importance_performance,
)

__all__ = [
    "AsymmetricResponse",
    "DerivedImportance",
    "ImportancePerformance",
    "asymmetric_response",
    "importance_performance",
]
