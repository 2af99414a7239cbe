"""Customer lifetimes: who is still a customer, what they will buy, and what that is worth.

Make a :class:`PurchaseHistory` from a transaction log, fit a model of purchases and one of spend,
and compute the value of each customer. A model is its parameters: one typed from a paper predicts
at once.

Examples
--------
>>> from custvalue import lifetime
>>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
>>> round(model.expected_purchases_new_customer("1 year"), 3)
1.449
"""

from __future__ import annotations

from custvalue._engines.scoring import score
from custvalue._engines.summarising import summarise
from custvalue._forecasting.beside import HoldoutForecasts, holdout_forecasts
from custvalue._forecasting.comparison import ComparedModel, HoldoutScores, ModelComparison
from custvalue._forecasting.contest import compare_models
from custvalue._forecasting.diagnosis import Diagnosis, diagnose
from custvalue._forecasting.group_scores import GroupScore, GroupScores, compare_groups
from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.matrix import FrequencyRecency, frequency_recency
from custvalue._forecasting.months import MonthsAhead, purchases_by_month
from custvalue._forecasting.path import AlivePath, alive_path
from custvalue._forecasting.ratio import LikelihoodRatio, likelihood_ratio
from custvalue._forecasting.split import Split, split
from custvalue._histories.buyer_spend import BuyerSpend
from custvalue._histories.contracts import Contracts
from custvalue._histories.covariates.changing.followed import FollowedPurchases
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.coding import CodedCovariate
from custvalue._histories.covariates.table import Covariates
from custvalue._histories.covariates.terms import Coefficient, CovariateTerms
from custvalue._histories.customer_cells import CustomerCells
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.opportunities import OpportunityHistory
from custvalue._histories.times_ahead import NextPurchase, RemainingLifetime
from custvalue._lifetime.covariates.effects import CovariateEffect, CovariateEffects
from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.acquisition import acquisition_cohorts
from custvalue._lifetime.grouping.fit_groups import fit_groups
from custvalue._lifetime.grouping.groups import GroupFit, GroupFits
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.prediction.totals import PredictionTotal, PredictionTotals
from custvalue._lifetime.priors.pooled import PooledPrior
from custvalue._lifetime.priors.posterior import Posterior
from custvalue._lifetime.priors.prior import Prior
from custvalue._lifetime.priors.ratio_prior import RatioPrior
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.purchasing.bgbb import BGBB
from custvalue._lifetime.purchasing.bgcnbd import BGCNBD
from custvalue._lifetime.purchasing.bgnbd import BGNBD
from custvalue._lifetime.purchasing.gamma_gompertz_nbd import GammaGompertzNBD
from custvalue._lifetime.purchasing.mbgcnbd import MBGCNBD
from custvalue._lifetime.purchasing.mbgnbd import MBGNBD
from custvalue._lifetime.purchasing.nbd import NBD
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.reading import from_json
from custvalue._lifetime.renewing.beta_discrete_weibull import BetaDiscreteWeibull
from custvalue._lifetime.renewing.renewals import ContractModel
from custvalue._lifetime.renewing.shifted_beta_geometric import ShiftedBetaGeometric
from custvalue._lifetime.spend.dependent_gamma_gamma import DependentGammaGamma
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.normal_spend import NormalSpend
from custvalue._lifetime.spend.robust_gamma_gamma import RobustGammaGamma
from custvalue._lifetime.value.clv import CustomerLifetimeValue, customer_lifetime_value
from custvalue._lifetime.value.cohorts import Cohorts, cohorts
from custvalue._lifetime.value.contract_value import ContractLifetimeValue, contract_lifetime_value
from custvalue._lifetime.value.new_customer import NewCustomerValue, new_customer_value
from custvalue._rfm.migration import RFMMigration
from custvalue._rfm.result import RFM
from custvalue._rfm.rfm import rfm
from custvalue._rfm.rules import RFM_SEGMENTS
from custvalue._rfm.segments import RFMSegment, RFMSegments
from custvalue._rfm.shares import Lift, ShareOfTotal

__all__ = [
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "MBGCNBD",
    "MBGNBD",
    "NBD",
    "RFM",
    "RFM_SEGMENTS",
    "AlivePath",
    "BetaDiscreteWeibull",
    "BuyerSpend",
    "ChangingCovariates",
    "CodedCovariate",
    "Coefficient",
    "Cohorts",
    "ComparedModel",
    "ContractLifetimeValue",
    "ContractModel",
    "Contracts",
    "CovariateEffect",
    "CovariateEffects",
    "CovariateTerms",
    "Covariates",
    "CustomerCells",
    "CustomerLifetimeValue",
    "DependentGammaGamma",
    "Diagnosis",
    "Doubt",
    "Fit",
    "FollowedPurchases",
    "FrequencyRecency",
    "GammaGamma",
    "GammaGompertzNBD",
    "GroupFit",
    "GroupFits",
    "GroupScore",
    "GroupScores",
    "Holdout",
    "HoldoutForecasts",
    "HoldoutScores",
    "Lift",
    "LikelihoodRatio",
    "ModelComparison",
    "MonthsAhead",
    "NewCustomerValue",
    "NextPurchase",
    "NormalSpend",
    "OpportunityHistory",
    "ParetoNBD",
    "PooledPrior",
    "Posterior",
    "Prediction",
    "PredictionTotal",
    "PredictionTotals",
    "Prior",
    "PurchaseHistory",
    "PurchaseModel",
    "RFMMigration",
    "RFMSegment",
    "RFMSegments",
    "RatioPrior",
    "RemainingLifetime",
    "RobustGammaGamma",
    "ShareOfTotal",
    "ShiftedBetaGeometric",
    "SpendModel",
    "Split",
    "acquisition_cohorts",
    "alive_path",
    "cohorts",
    "compare_groups",
    "compare_models",
    "contract_lifetime_value",
    "customer_lifetime_value",
    "diagnose",
    "fit_groups",
    "frequency_recency",
    "from_json",
    "holdout_forecasts",
    "likelihood_ratio",
    "new_customer_value",
    "purchases_by_month",
    "rfm",
    "score",
    "split",
    "summarise",
]
