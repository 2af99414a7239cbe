"""The customer's way through a visit: key figures of a workshop, control charts, moments of truth.

==========================================  =====================================================
:class:`Visits`                             visits as dealer systems export them; its methods are
                                            first-time fix, on time, fill rate, estimates kept,
                                            causes of rework and who is to be called
:func:`control_chart`                       which months differ by more than chance, from counts
:func:`touchpoints`                         what customers think of each step, in its order
:class:`Complaints`                         what complaints are about, how far they went
:func:`recovery_justice`                    how fair customers find the answer to their complaint
:func:`social_styles`                       driver, expressive, amiable or analytical, and of whom
                                            that is not sure
==========================================  =====================================================

A share of visits knows what was counted and what was left out. ``rate.by("dealer")`` and
``rate.control_chart(by="month")`` divide it; ``rate.responses()`` takes it to
:mod:`custvalue.comparing`, for league tables and tests.

Examples
--------
>>> from custvalue import journey
>>> visits = journey.Visits.from_frame(
...     {
...         "vin": ["A", "B", "A", "C"],
...         "in": ["2026-03-02", "2026-03-02", "2026-03-11", "2026-03-20"],
...         "out": ["2026-03-03", "2026-03-02", "2026-03-12", "2026-03-20"],
...     },
...     vehicle="vin",
...     opened="in",
...     delivered="out",
...     observation_end="2026-04-15",
... )
>>> rate = visits.first_time_fix(within="30 days")
>>> rate.n, rate.value, rate.left_out
(3, 0.6666666666666666, {'handed over less than 30 days before the end': 1})
"""

from custvalue._journey.complaint_classes import (
    ClassifiedComplaints,
    ComplaintClass,
    ComplaintShares,
)
from custvalue._journey.complaint_rules import (
    COMPLAINT_KINDS,
    COMPLAINT_SEVERITIES,
    ComplaintKind,
    ComplaintSeverity,
)
from custvalue._journey.complaints import Complaints
from custvalue._journey.control_chart import ChartPoint, ControlChart, control_chart
from custvalue._journey.follow_up import FOLLOW_UP_RULES, FollowUpRule, FollowUps
from custvalue._journey.instruments import RECOVERY_JUSTICE, SOCIAL_STYLE
from custvalue._journey.rates import RateOf, VisitRate, VisitRates
from custvalue._journey.recovery_justice import (
    JusticeDimension,
    RecoveryJustice,
    recovery_justice,
)
from custvalue._journey.retention import ServiceRetention
from custvalue._journey.social_styles import SocialStyle, SocialStyles, social_styles
from custvalue._journey.touchpoints import Touchpoint, Touchpoints, touchpoints
from custvalue._journey.visits import Visits

__all__ = [
    "COMPLAINT_KINDS",
    "COMPLAINT_SEVERITIES",
    "FOLLOW_UP_RULES",
    "RECOVERY_JUSTICE",
    "SOCIAL_STYLE",
    "ChartPoint",
    "ClassifiedComplaints",
    "ComplaintClass",
    "ComplaintKind",
    "ComplaintSeverity",
    "ComplaintShares",
    "Complaints",
    "ControlChart",
    "FollowUpRule",
    "FollowUps",
    "JusticeDimension",
    "RateOf",
    "RecoveryJustice",
    "ServiceRetention",
    "SocialStyle",
    "SocialStyles",
    "Touchpoint",
    "Touchpoints",
    "VisitRate",
    "VisitRates",
    "Visits",
    "control_chart",
    "recovery_justice",
    "social_styles",
    "touchpoints",
]
