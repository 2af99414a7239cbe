"""How satisfied customers are: expectation, tiers of requirements, NPS, CSAT and index.

==========================================  =====================================================
:func:`disconfirmation`                     perception against expectation: dissatisfied,
                                            satisfied or delighted
:func:`measured_disconfirmation`            the same as customers state it themselves
:func:`satisfaction_effect`                 the tiers satisfied, desired and surprised, with
                                            their asymmetric effect
:func:`hygiene_and_satisfiers`              what must meet and what must exceed expectations
:func:`net_promoter_score`                  promoters minus detractors on 0-10
:func:`top_box`                             share of the best answers (CSAT), mean, distribution
:func:`net_score`                           best answers less worst answers on any scale
:func:`customer_effort_score`               how much work it was, with its direction
:func:`customer_satisfaction_index`         item scores weighted by importance, stated or derived
:func:`factor_index`                        published factor weights, on 1,000 points
:func:`acsi_index`                          three items that measure the same thing
:func:`derived_dissatisfaction`             what was expected and not given, the worst first
:func:`problem_analysis`                    problems by frequency and severity
:func:`map_scale`                           answers on another scale, and what that loses
==========================================  =====================================================

All take lists, arrays or columns of any dataframe, sampling weights (``weights=``) and a stated
policy for missing answers (``missing=``), and return a result that prints as a table, goes to JSON
and back, and gives its interval with the name of the method.

Examples
--------
>>> from custvalue import satisfaction
>>> from custvalue.survey import Scale
>>> satisfaction.disconfirmation([9, 8, 9, 9], [7, 8, 7, 8], scale=Scale(1, 10)).mean_class
'delighted'
>>> satisfaction.net_promoter_score([10, 9, 8, 6, 10]).value
40.0
"""

from __future__ import annotations

from custvalue._drivers.tiers import Attribute, Tier
from custvalue._satisfaction.acsi import AcsiIndex, acsi_index
from custvalue._satisfaction.csat import CustomerEffortScore, TopBox, customer_effort_score, top_box
from custvalue._satisfaction.derived_dissatisfaction import (
    DerivedDissatisfaction,
    derived_dissatisfaction,
)
from custvalue._satisfaction.disconfirmation import (
    Disconfirmation,
    DisconfirmationScores,
    disconfirmation,
    disconfirmation_scores,
)
from custvalue._satisfaction.factor_index import (
    CHINA_AFTER_SALES_2006,
    CHINA_AFTER_SALES_2014,
    CHINA_SALES_2012,
    CHINA_SALES_2013,
    FACTOR_SETS,
    US_SALES_BUYERS_2017,
    US_SALES_REJECTERS_2017,
    Factor,
    FactorIndex,
    FactorSet,
    factor_index,
)
from custvalue._satisfaction.hygiene import Requirements, hygiene_and_satisfiers
from custvalue._satisfaction.index import SatisfactionIndex, customer_satisfaction_index
from custvalue._satisfaction.mapping import MappedAnswers, map_scale
from custvalue._satisfaction.measured import MeasuredDisconfirmation, measured_disconfirmation
from custvalue._satisfaction.net_promoter import NetPromoterScore, net_promoter_score
from custvalue._satisfaction.net_score import NetScore, net_score
from custvalue._satisfaction.problems import ProblemAnalysis, problem_analysis
from custvalue._satisfaction.tiers import (
    SatisfactionEffect,
    SatisfactionEffectScores,
    satisfaction_effect,
    satisfaction_effect_scores,
    tier_response,
)

__all__ = [
    "CHINA_AFTER_SALES_2006",
    "CHINA_AFTER_SALES_2014",
    "CHINA_SALES_2012",
    "CHINA_SALES_2013",
    "FACTOR_SETS",
    "US_SALES_BUYERS_2017",
    "US_SALES_REJECTERS_2017",
    "AcsiIndex",
    "Attribute",
    "CustomerEffortScore",
    "DerivedDissatisfaction",
    "Disconfirmation",
    "DisconfirmationScores",
    "Factor",
    "FactorIndex",
    "FactorSet",
    "MappedAnswers",
    "MeasuredDisconfirmation",
    "NetPromoterScore",
    "NetScore",
    "ProblemAnalysis",
    "Requirements",
    "SatisfactionEffect",
    "SatisfactionEffectScores",
    "SatisfactionIndex",
    "Tier",
    "TopBox",
    "acsi_index",
    "customer_effort_score",
    "customer_satisfaction_index",
    "derived_dissatisfaction",
    "disconfirmation",
    "disconfirmation_scores",
    "factor_index",
    "hygiene_and_satisfiers",
    "map_scale",
    "measured_disconfirmation",
    "net_promoter_score",
    "net_score",
    "problem_analysis",
    "satisfaction_effect",
    "satisfaction_effect_scores",
    "tier_response",
    "top_box",
]
