"""What satisfaction, retention and brands are worth, and which project to pay for.

==========================================  =====================================================
:class:`Chain`                              survey and purchases of the same customers: what a point
                                            of a dimension is worth
:class:`UnitChain`                          from employees to growth, by dealers and waves
:class:`RetentionEconomics`                 the multiple of the margin, the elasticity of retention,
                                            what may be spent on a customer
:class:`BrandChoice`                        what decides which brand customers choose next
:func:`equity`                              what the customers of a market are worth to each brand,
                                            and which driver would raise it
:class:`Project`                            something to pay for, and what it moves
:func:`rank`                                net value of projects, and the best set within a budget
:func:`pilot`                               how many dealers tell what data at hand cannot
:data:`published`                           chains of others, graded: to compare with, no defaults
==========================================  =====================================================
"""

from custvalue._profit_chain.chain import Chain
from custvalue._profit_chain.choice import BrandChoice
from custvalue._profit_chain.equity import (
    Brand,
    CustomerEquity,
    DriversOfEquity,
    EquityChange,
    equity,
)
from custvalue._profit_chain.pilot import PilotDesign, pilot
from custvalue._profit_chain.points import PointsValue
from custvalue._profit_chain.projects import Project
from custvalue._profit_chain.published import published
from custvalue._profit_chain.ranking import ProjectPortfolio, ProjectWorth, rank
from custvalue._profit_chain.retention import RetentionEconomics
from custvalue._profit_chain.sensitivity import ChainSensitivity
from custvalue._profit_chain.units import UnitChain

__all__ = [
    "Brand",
    "BrandChoice",
    "Chain",
    "ChainSensitivity",
    "CustomerEquity",
    "DriversOfEquity",
    "EquityChange",
    "PilotDesign",
    "PointsValue",
    "Project",
    "ProjectPortfolio",
    "ProjectWorth",
    "RetentionEconomics",
    "UnitChain",
    "equity",
    "pilot",
    "published",
    "rank",
]
