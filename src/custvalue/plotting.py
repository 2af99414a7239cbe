"""Pictures of results, drawn by matplotlib (extra ``plot``).

``result.plot()`` draws the usual picture of a result. The functions here draw it too, and others.

====================================  ===========================================================
:func:`gaps_by_dimension`             the gaps of SERVQUAL with their intervals
:func:`expectation_profile`           expected and perceived, by dimension
:func:`performance_by_dimension`      mean perceptions (SERVPERF)
:func:`priorities_by_dimension`       what each dimension puts into the overall gap
:func:`tolerance_zones`               perceptions against the zone of tolerance
:func:`net_promoter_bar`              detractors, passives and promoters
:func:`kano_diagram`                  better against worse, a point an item
:func:`kano_bars`                     the answers of each item over Kano's categories
:func:`delivered_value_bars`          what offers are worth, and what they cost
:func:`head_to_head_bars`             one supplier against another, part by part
:func:`hierarchy_bars`                scores at every level of a questionnaire
:func:`demand_curve`                  who would buy at which price
:func:`value_map_points`              suppliers by quality and price, and lines of fair value
:func:`value_concentration`           the share of the value that the best customers hold
:func:`customer_forecasts`            what the best customers will buy or bring, with intervals
:func:`probability_alive_histogram`   how many customers are active with which probability
:func:`rfm_heat_map`                  customers by their scores of recency and frequency
:func:`rfm_segment_bars`              segments: share of customers beside share of value
:func:`rfm_migration_map`             how customers move between segments
:func:`cohort_heat_map`               who buys in the months after the first purchase, by cohort
:func:`covariate_effects`             ratios of covariates with intervals
:func:`groups_pooled`                 groups: observed purchases beside pooled ones
:func:`models_compared`               models of purchases: forecasts beside what came, or AIC
:func:`answers_diverging`             how often each answer was given, "don't know" beside
:func:`groups_with_intervals`         a measure by group, with intervals
:func:`waves_side_by_side`            several measures, the waves of each side by side
:func:`league_dots`                   many groups in order, own and shrunken estimates
:func:`trend_line`                    a measure over waves, with the line through them
:func:`parallel_trends`               those with a programme and the others, before and after
:func:`driver_importance_bars`        drivers by their importance for an overall answer
:func:`path_diagram`                  a structural model: indices, R² and path coefficients
:func:`structural_map`                constructs by importance for another one and performance
:func:`importance_performance_map`    importance against performance, four quadrants
:func:`tracking_lines`                purchases week by week, actual and expected
:func:`purchase_counts_bars`          customers by number of purchases, observed and expected
:func:`outcome_ranks_bars`            where outcomes fell in their distributions (PIT)
:func:`holdout_by_class_points`       means by class of customers, actual and expected
:func:`diagnosis_board`               the main checks of a fit on one page
:func:`alive_path_line`               P(alive) of one customer over time
:func:`frequency_recency_map`         expected purchases by frequency and recency
:func:`months_ahead_bars`             purchases or spend by month ahead
:func:`control_chart_lines`           a share over time with its control limits
:func:`touchpoint_line`               satisfaction from step to step of a visit
:func:`service_retention_line`        which vehicles come to the workshop, by their age
:func:`social_style_points`           customers by assertiveness and responsiveness
:func:`complaint_iceberg`             dissatisfied customers who complain, and the silent ones
:func:`closing_times_steps`           how long complaints stay open
:func:`closed_share_dots`             which share of them each dealer closes in time
:func:`churn_reasons_bars`            why customers leave, the most frequent first
:func:`win_back_bars`                 lost customers, the one most worth a contact first
:func:`pyramid_tiers`                 tiers of customers, and the value that each holds
:func:`experience_trend_line`         intention by the number of types of experience
:func:`loyalty_curve_line`            what customers do at each level of satisfaction
:func:`chain_links`                   from drivers to satisfaction, what customers do, and money
====================================  ===========================================================

Each returns a :class:`Picture`, which a notebook shows without any setup. It is drawn on a new
figure, or on the axes that you pass as `ax`. Pyplot and the settings of matplotlib stay as they
are.

Examples
--------
>>> from custvalue import satisfaction
>>> score = satisfaction.NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
>>> score.plot()
Picture('Net Promoter Score 33, 95 % interval 25 to 41, 324 answers')
"""

from custvalue._picture import Picture
from custvalue._plotting.answers import answers_diverging
from custvalue._plotting.chain import chain_links
from custvalue._plotting.cohorts import cohort_heat_map
from custvalue._plotting.comparisons import (
    groups_with_intervals,
    league_dots,
    parallel_trends,
    trend_line,
    waves_side_by_side,
)
from custvalue._plotting.complaints import closed_share_dots, complaint_iceberg
from custvalue._plotting.covariates import covariate_effects
from custvalue._plotting.customers import customer_forecasts
from custvalue._plotting.drivers import driver_importance_bars, importance_performance_map
from custvalue._plotting.experience import experience_trend_line
from custvalue._plotting.forecasting import (
    alive_path_line,
    diagnosis_board,
    frequency_recency_map,
    holdout_by_class_points,
    months_ahead_bars,
    outcome_ranks_bars,
    purchase_counts_bars,
    tracking_lines,
)
from custvalue._plotting.groups import groups_pooled
from custvalue._plotting.journey import (
    control_chart_lines,
    service_retention_line,
    social_style_points,
    touchpoint_line,
)
from custvalue._plotting.kano import kano_bars, kano_diagram
from custvalue._plotting.loyalty import churn_reasons_bars, closing_times_steps
from custvalue._plotting.loyalty_curve import loyalty_curve_line
from custvalue._plotting.models import models_compared
from custvalue._plotting.offers import demand_curve, head_to_head_bars, hierarchy_bars
from custvalue._plotting.rfm import rfm_heat_map, rfm_migration_map, rfm_segment_bars
from custvalue._plotting.satisfaction import net_promoter_bar
from custvalue._plotting.service_quality import (
    expectation_profile,
    gaps_by_dimension,
    performance_by_dimension,
    priorities_by_dimension,
    tolerance_zones,
)
from custvalue._plotting.structural import path_diagram, structural_map
from custvalue._plotting.tiers import pyramid_tiers
from custvalue._plotting.value import (
    delivered_value_bars,
    probability_alive_histogram,
    value_concentration,
)
from custvalue._plotting.value_map import value_map_points
from custvalue._plotting.win_back import win_back_bars

__all__ = [
    "Picture",
    "alive_path_line",
    "answers_diverging",
    "chain_links",
    "churn_reasons_bars",
    "closed_share_dots",
    "closing_times_steps",
    "cohort_heat_map",
    "complaint_iceberg",
    "control_chart_lines",
    "covariate_effects",
    "customer_forecasts",
    "delivered_value_bars",
    "demand_curve",
    "diagnosis_board",
    "driver_importance_bars",
    "expectation_profile",
    "experience_trend_line",
    "frequency_recency_map",
    "gaps_by_dimension",
    "groups_pooled",
    "groups_with_intervals",
    "head_to_head_bars",
    "hierarchy_bars",
    "holdout_by_class_points",
    "importance_performance_map",
    "kano_bars",
    "kano_diagram",
    "league_dots",
    "loyalty_curve_line",
    "models_compared",
    "months_ahead_bars",
    "net_promoter_bar",
    "outcome_ranks_bars",
    "parallel_trends",
    "path_diagram",
    "performance_by_dimension",
    "priorities_by_dimension",
    "probability_alive_histogram",
    "purchase_counts_bars",
    "pyramid_tiers",
    "rfm_heat_map",
    "rfm_migration_map",
    "rfm_segment_bars",
    "service_retention_line",
    "social_style_points",
    "structural_map",
    "tolerance_zones",
    "touchpoint_line",
    "tracking_lines",
    "trend_line",
    "value_concentration",
    "value_map_points",
    "waves_side_by_side",
    "win_back_bars",
]
