"""Scales and answers: the ground that every satisfaction measure stands on.

A :class:`Scale` knows its theoretical ends, so that nothing is ever rescaled by the answers
that happened to be observed. A :class:`Codebook` says what words mean as numbers on it; common
ones ship, such as :data:`SATISFACTION_5`. :class:`Responses` are answers (respondents x items) on
one scale with sampling weights and a stated policy for missing answers, from any dataframe,
mapping or array; they are checked once, when they are made. An :class:`Instrument` says which
items make which dimension, and :func:`reliability` how consistently they measure it (alpha, omega,
composite reliability); :func:`dimensionality` asks the answers themselves how many dimensions they
have.

Examples
--------
>>> from custvalue.survey import Responses, Scale
>>> frame = {"friendly": [5, 4, 3], "on time": [4, 2, 5]}
>>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
>>> answers
Responses(respondents=3, items=2, scale='1-5', missing=0)
>>> answers.scale.rescale([1, 3, 5])
array([  0.,  50., 100.])
"""

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.codebooks import (
    AGREEMENT_5,
    AGREEMENT_7,
    EASE_5,
    EFFORT_5,
    EXPECTATION_3,
    EXPECTATION_5,
    FREQUENCY_5,
    QUALITY_5,
    RECOMMENDATION,
    SATISFACTION_5,
    SATISFACTION_7,
    WORTH_3,
    YES_NO,
)
from custvalue._respondents.export import Export, read_export
from custvalue._respondents.instrument import Dimension, Instrument, Item
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.several import read_parts
from custvalue._respondents.tallied import TalliedAnswers
from custvalue._respondents.wide import wide
from custvalue._results.base import Base
from custvalue._survey.coefficient import ReliabilityCoefficient, cronbach_alpha
from custvalue._survey.describe import Description, describe
from custvalue._survey.dimensionality import Dimensionality, dimensionality
from custvalue._survey.discriminant import DiscriminantValidity
from custvalue._survey.published.check import check_published
from custvalue._survey.raking import Raking, rake
from custvalue._survey.reliability import reliability
from custvalue._survey.reliability_result import InstrumentReliability, Reliability
from custvalue._survey.tally import tally
from custvalue._survey.tally_result import Tally

__all__ = [
    "AGREEMENT_5",
    "AGREEMENT_7",
    "EASE_5",
    "EFFORT_5",
    "EXPECTATION_3",
    "EXPECTATION_5",
    "FREQUENCY_5",
    "QUALITY_5",
    "RECOMMENDATION",
    "SATISFACTION_5",
    "SATISFACTION_7",
    "WORTH_3",
    "YES_NO",
    "Base",
    "Bootstrap",
    "Codebook",
    "Description",
    "Dimension",
    "Dimensionality",
    "DiscriminantValidity",
    "Estimate",
    "Export",
    "Headline",
    "Instrument",
    "InstrumentReliability",
    "Interval",
    "Item",
    "MeanEstimate",
    "Raking",
    "Reliability",
    "ReliabilityCoefficient",
    "Responses",
    "Scale",
    "TalliedAnswers",
    "Tally",
    "check_published",
    "cronbach_alpha",
    "describe",
    "dimensionality",
    "rake",
    "read_export",
    "read_parts",
    "reliability",
    "tally",
    "wide",
]
