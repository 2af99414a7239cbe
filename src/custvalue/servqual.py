"""Service quality: perceptions against expectations, in 22 items and five dimensions.

SERVQUAL (Parasuraman, Zeithaml & Berry 1988, *Journal of Retailing* 64(1); 1991, 67(4)) asks the
same 22 items twice: what an excellent provider would do, and what this one does. The difference
P - E is the gap. SERVPERF (Cronin & Taylor 1992, *Journal of Marketing* 56(3)) uses the
perceptions alone, which are more reliable and predict overall satisfaction better; they stand
beside every gap here. Five dimensions are a convention and not a finding about your data: you can
use an adapted instrument (``dimensions=``).

Examples
--------
Published means of one study: five dimensions, one score each, and common importance points.

>>> from custvalue import servqual
>>> from custvalue.survey import Scale
>>> survey = servqual.Survey.from_arrays(
...     [[5.9, 5.8, 6.0, 6.3, 6.1]],
...     [[6.4, 6.8, 6.5, 6.6, 6.2]],
...     importance=[15, 35, 20, 18, 12],
...     scale=Scale(1, 7, step=None),
...     dimensions={
...         "tangibles": 1,
...         "reliability": 1,
...         "responsiveness": 1,
...         "assurance": 1,
...         "empathy": 1,
...     },
... )
>>> servqual.gaps(survey)
Gaps('adapted SERVQUAL', respondents=1, overall=-0.4800, weighted=-0.5910)
"""

from custvalue._servqual.comparison import SurveyComparison, compare_surveys
from custvalue._servqual.difference import difference_score_reliability
from custvalue._servqual.evaluated_performance import EvaluatedPerformance, evaluated_performance
from custvalue._servqual.forms import (
    SERVQUAL,
    SERVQUAL_1988,
    SERVQUAL_1988_EXPECTATIONS,
    SERVQUAL_1991,
    SERVQUAL_1991_EXPECTATIONS,
)
from custvalue._servqual.gap_model import GapModel, gap_model
from custvalue._servqual.gaps import Gaps, gaps
from custvalue._servqual.performance import Performance, performance
from custvalue._servqual.predictive_validity import PredictiveValidity, predictive_validity
from custvalue._servqual.priorities import Priorities, priorities
from custvalue._servqual.survey import Survey
from custvalue._servqual.tolerance_survey import ToleranceSurvey
from custvalue._servqual.zone_of_tolerance import ZoneOfTolerance, zone_of_tolerance

__all__ = [
    "SERVQUAL",
    "SERVQUAL_1988",
    "SERVQUAL_1988_EXPECTATIONS",
    "SERVQUAL_1991",
    "SERVQUAL_1991_EXPECTATIONS",
    "EvaluatedPerformance",
    "GapModel",
    "Gaps",
    "Performance",
    "PredictiveValidity",
    "Priorities",
    "Survey",
    "SurveyComparison",
    "ToleranceSurvey",
    "ZoneOfTolerance",
    "compare_surveys",
    "difference_score_reliability",
    "evaluated_performance",
    "gap_model",
    "gaps",
    "performance",
    "predictive_validity",
    "priorities",
    "zone_of_tolerance",
]
