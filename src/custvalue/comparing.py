"""Groups, waves and paired answers compared, trends, and how many answers a study needs.

==========================================  =====================================================
:func:`compare`                             results of the same kind, two or many
:func:`groups`                              a measure in every group or wave of a questionnaire
:func:`crosstab`                            one question by several labels, with letters
:func:`league`                              many groups in order, with what chance alone would do
:func:`paired`                              a measure in the same respondents, asked twice
:func:`ordered`                             groups by the order of their answers alone
:func:`trend`                               a measure over waves: slope, scatter, changes
:func:`difference_in_differences`           whether a programme worked: changes with it and without
:func:`bootstrap_interval`                  an interval of any measure, by resampling respondents
:func:`sample_size_for_share`               how many answers a study needs
:func:`sample_size_for_mean`                likewise
:func:`sample_size_for_net_promoter_score`  likewise
:func:`sample_size_for_difference`          likewise, to find a difference of two groups
==========================================  =====================================================

A measure is a net promoter score, a top-box share, an index, a mean, a reliability: whatever has
a value, a standard error and an n. Differences and slopes are estimates themselves, with an
interval at any level.

Examples
--------
>>> from custvalue import comparing
>>> from custvalue.satisfaction import NetPromoterScore
>>> north = NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
>>> south = NetPromoterScore.from_counts(promoters=120, passives=110, detractors=90)
>>> difference = comparing.compare({"south": south, "north": north}).difference("north", "south")
>>> print(f"{difference.value:.1f} {difference.confidence_interval(0.9)}")
24.0 [13.83, 33.91]
"""

from custvalue._comparing.comparison import Comparison, compare
from custvalue._comparing.crosstab import crosstab
from custvalue._comparing.crosstab_table import Crosstab
from custvalue._comparing.groups import PairedDifference, bootstrap_interval, groups, paired
from custvalue._comparing.league import League, league
from custvalue._comparing.ordered import OrderedComparison, ordered
from custvalue._comparing.programme import DifferenceInDifferences, difference_in_differences
from custvalue._comparing.sample_size import (
    FieldWork,
    SampleSize,
    net_promoter_deviation,
    sample_size_for_difference,
    sample_size_for_mean,
    sample_size_for_net_promoter_score,
    sample_size_for_share,
    share_deviation,
)
from custvalue._comparing.trend import Trend, trend
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._inference.interval import Interval

__all__ = [
    "Bootstrap",
    "Comparison",
    "Crosstab",
    "DifferenceInDifferences",
    "Estimate",
    "FieldWork",
    "Interval",
    "League",
    "OrderedComparison",
    "PairedDifference",
    "SampleSize",
    "Trend",
    "bootstrap_interval",
    "compare",
    "crosstab",
    "difference_in_differences",
    "groups",
    "league",
    "net_promoter_deviation",
    "ordered",
    "paired",
    "sample_size_for_difference",
    "sample_size_for_mean",
    "sample_size_for_net_promoter_score",
    "sample_size_for_share",
    "share_deviation",
    "trend",
]
