"""What dissatisfaction costs, how long complaints take, why customers leave, share of customer.

==========================================  =====================================================
:class:`ComplaintEconomics`                 customers lost, and what it is worth to hear one more
                                            complaint, or to solve one more
:data:`claims`                              figures that everybody quotes, with their evidence
:func:`recovery_effect`                     what a resolved complaint changes
:class:`ClosingTimes`                       how long complaints take, with those still open
:class:`ClosingTimesByGroup`                the same dealer by dealer, and whether they differ
:func:`curve`                               what customers do at each level of satisfaction: shapes,
                                            steps, zones, the top box over the next
:func:`curves_by_group`                     the same of regions or waves
:func:`scores`                              emotional, intentional and behavioural loyalty, 0-100
:func:`churn_reasons`                       reasons to leave, intervals that hold all together
:func:`win_back`                            lost customers by what a contact would bring
:func:`switching_cost`                      what it takes to make customers go, in money
:func:`pyramid`                             tiers of customers by what they are worth
:class:`ReferralValue`                      referrals, net of those who would have come anyway
:class:`ExperienceTrend`                    intention by the number of types of experience
:func:`segments`                            types of loyalty: what customers think, and what they
                                            do
:func:`blind_and_branded`                   what a name adds to a product
:func:`wallet_allocation`                   share of the wallet from the rank of a brand
:func:`share_of_customer`                   own spend over that of the category
:class:`Rate`                               a share and how sure it is
==========================================  =====================================================

Examples
--------
>>> from custvalue import loyalty
>>> desk = loyalty.ComplaintEconomics(
...     customers=1_000, dissatisfied=(30, 300), complain=0.4, recovered=0.7, silent_return=0.2
... )
>>> desk.satisfied_in_the_end
PropagatedEstimate(name='satisfied in the end', value=0.9280, standard_error=0.01250, n=300)
"""

from custvalue._delivered_value.questionnaires import SWITCHING_COSTS
from custvalue._loyalty.blind_tests import BlindTest, BrandShift, blind_and_branded
from custvalue._loyalty.claims import Claim, Claims, claims
from custvalue._loyalty.closing_groups import ClosedShares, ClosingTimesByGroup
from custvalue._loyalty.closing_times import ClosedShare, ClosingTimes
from custvalue._loyalty.complaints import ComplaintEconomics
from custvalue._loyalty.curves.curve import curve
from custvalue._loyalty.curves.groups import GroupCurve, LoyaltyCurves, curves_by_group
from custvalue._loyalty.curves.parts import CurveLevel, CurveShape, CurveShapes, Step
from custvalue._loyalty.curves.ratio import RatioEstimate, TopBoxRatio
from custvalue._loyalty.curves.result import LoyaltyCurve
from custvalue._loyalty.curves.zones import LoyaltyZone, LoyaltyZones
from custvalue._loyalty.experience import Dose, ExperienceTrend
from custvalue._loyalty.log_rank import LogRank
from custvalue._loyalty.propagated import PropagatedEstimate
from custvalue._loyalty.pyramid import CustomerPyramid, Tier, pyramid
from custvalue._loyalty.rates import Amount, Rate
from custvalue._loyalty.reasons import ChurnReasons, Reason, churn_reasons
from custvalue._loyalty.recovery import RecoveryEffect, recovery_effect
from custvalue._loyalty.referral import ReferralValue
from custvalue._loyalty.scores import LoyaltyScore, LoyaltyScores, scores
from custvalue._loyalty.segments import Flip, LoyaltySegments, LoyaltyType, segments
from custvalue._loyalty.switching import SwitchingCost, switching_cost
from custvalue._loyalty.tier_migration import TierMigration
from custvalue._loyalty.wallet import ShareOfCustomer, share_of_customer, wallet_allocation
from custvalue._loyalty.win_back import WinBackList, win_back

__all__ = [
    "SWITCHING_COSTS",
    "Amount",
    "BlindTest",
    "BrandShift",
    "ChurnReasons",
    "Claim",
    "Claims",
    "ClosedShare",
    "ClosedShares",
    "ClosingTimes",
    "ClosingTimesByGroup",
    "ComplaintEconomics",
    "CurveLevel",
    "CurveShape",
    "CurveShapes",
    "CustomerPyramid",
    "Dose",
    "ExperienceTrend",
    "Flip",
    "GroupCurve",
    "LogRank",
    "LoyaltyCurve",
    "LoyaltyCurves",
    "LoyaltyScore",
    "LoyaltyScores",
    "LoyaltySegments",
    "LoyaltyType",
    "LoyaltyZone",
    "LoyaltyZones",
    "PropagatedEstimate",
    "Rate",
    "RatioEstimate",
    "Reason",
    "RecoveryEffect",
    "ReferralValue",
    "ShareOfCustomer",
    "Step",
    "SwitchingCost",
    "Tier",
    "TierMigration",
    "TopBoxRatio",
    "WinBackList",
    "blind_and_branded",
    "churn_reasons",
    "claims",
    "curve",
    "curves_by_group",
    "pyramid",
    "recovery_effect",
    "scores",
    "segments",
    "share_of_customer",
    "switching_cost",
    "wallet_allocation",
    "win_back",
]
