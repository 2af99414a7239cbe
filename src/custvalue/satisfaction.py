"""How satisfied customers are: expectation, tiers of requirements, NPS, CSAT and index.

==========================================  =====================================================
:func:`disconfirmation`                     perception against expectation: dissatisfied,
                                            satisfied or delighted
:func:`satisfaction_effect`                 the tiers satisfied, desired and surprised, with
                                            their asymmetric effect
:func:`net_promoter_score`                  promoters minus detractors on 0-10
:func:`top_box`                             share of the best answers (CSAT), mean, distribution
:func:`customer_satisfaction_index`         item scores weighted by importance
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

from custvalue._comparison import Comparison, Difference, GroupEstimate, compare
from custvalue._contrast import ComparisonMethod, Correction, Estimate, Heterogeneity
from custvalue._satisfaction.comparison import PairedDifference, compare_groups, compare_paired
from custvalue._satisfaction.csat import AnswerShare, TopBox, top_box
from custvalue._satisfaction.disconfirmation import (
    Disconfirmation,
    DisconfirmationScores,
    GeometricMeanRatio,
    GroupVerdict,
    Verdict,
    ZeroPolicy,
    disconfirmation,
    disconfirmation_scores,
)
from custvalue._satisfaction.index import (
    ImportanceWeighting,
    IndexForm,
    IndexItem,
    SatisfactionIndex,
    customer_satisfaction_index,
)
from custvalue._satisfaction.net_promoter import (
    NetPromoterMethod,
    NetPromoterScore,
    net_promoter_score,
)
from custvalue._satisfaction.ordered import (
    OrderedComparison,
    OrderedDifference,
    OrderedGroup,
    OrderedMethod,
    compare_ordered,
)
from custvalue._satisfaction.tiers import (
    Attribute,
    AttributeEffect,
    SatisfactionEffect,
    SatisfactionEffectScores,
    Tier,
    satisfaction_effect,
    satisfaction_effect_scores,
    tier_response,
)
from custvalue._satisfaction.trend import (
    TimeUnit,
    Trend,
    TrendVariance,
    TrendWeighting,
    Wave,
    trend,
)

__all__ = [
    "AnswerShare",
    "Attribute",
    "AttributeEffect",
    "Comparison",
    "ComparisonMethod",
    "Correction",
    "Difference",
    "Disconfirmation",
    "DisconfirmationScores",
    "Estimate",
    "GeometricMeanRatio",
    "GroupEstimate",
    "GroupVerdict",
    "Heterogeneity",
    "ImportanceWeighting",
    "IndexForm",
    "IndexItem",
    "NetPromoterMethod",
    "NetPromoterScore",
    "OrderedComparison",
    "OrderedDifference",
    "OrderedGroup",
    "OrderedMethod",
    "PairedDifference",
    "SatisfactionEffect",
    "SatisfactionEffectScores",
    "SatisfactionIndex",
    "Tier",
    "TimeUnit",
    "TopBox",
    "Trend",
    "TrendVariance",
    "TrendWeighting",
    "Verdict",
    "Wave",
    "ZeroPolicy",
    "compare",
    "compare_groups",
    "compare_ordered",
    "compare_paired",
    "customer_satisfaction_index",
    "disconfirmation",
    "disconfirmation_scores",
    "net_promoter_score",
    "satisfaction_effect",
    "satisfaction_effect_scores",
    "tier_response",
    "top_box",
    "trend",
]
