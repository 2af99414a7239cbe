"""Structural models: what customers expect and get, how satisfied they are, what they do next.

==========================================  =====================================================
:class:`Model`                              constructs with their items, and the paths between
                                            them; ``model.fit(answers)`` estimates it by partial
                                            least squares
:class:`Construct`, :func:`items`           what some items measure together
:class:`Path`                               one construct changes another
:class:`StructuralFit`                      indices, paths, total effects, loadings, weights, R²
                                            and f², each with its uncertainty; reliability,
                                            discriminant validity, collinearity, model fit,
                                            importance and performance, prediction
:func:`acsi`, :func:`ecsi`                  the American and the European satisfaction model for
                                            your items
:func:`compare`                             two groups: measurement invariance first, then paths
                                            and indices by permutation
:func:`simulate`                            answers from a model with known truth
==========================================  =====================================================

Examples
--------
>>> from custvalue.structural import Construct, Model, Path, items
>>> model = Model(
...     [
...         Construct("Quality", items("quality", 1, 3)),
...         Construct("Satisfaction", items("satisfaction", 1, 3)),
...         Path("Quality", "Satisfaction"),
...     ]
... )
>>> model.item_names[:4]
('quality1', 'quality2', 'quality3', 'satisfaction1')
"""

from custvalue._structural.collinearity import Collinearity, VarianceInflation
from custvalue._structural.comparing import compare
from custvalue._structural.comparison import (
    ComparedEffect,
    CompositeInvariance,
    GroupComparison,
)
from custvalue._structural.estimates import StructuralEstimate, StructuralEstimates
from custvalue._structural.fit import StructuralFit
from custvalue._structural.group_fits import GroupFits
from custvalue._structural.importance_performance import (
    PlacedConstruct,
    PlacedItem,
    StructuralMap,
)
from custvalue._structural.index_result import ConstructIndex, IndexShare
from custvalue._structural.model import Model
from custvalue._structural.model_fit import Discrepancy, ModelFit
from custvalue._structural.moments import ItemMoments
from custvalue._structural.predicting import StructuralPrediction
from custvalue._structural.predictive_power import ItemPrediction, PredictivePower
from custvalue._structural.reliability import ConstructReliability, ReliabilityOfConstruct
from custvalue._structural.scoring import GroupIndices
from custvalue._structural.settings import Settings
from custvalue._structural.simulating import Simulated, simulate
from custvalue._structural.structure import Construct, Path, Structure, items
from custvalue._structural.templates import acsi, ecsi

__all__ = [
    "Collinearity",
    "ComparedEffect",
    "CompositeInvariance",
    "Construct",
    "ConstructIndex",
    "ConstructReliability",
    "Discrepancy",
    "GroupComparison",
    "GroupFits",
    "GroupIndices",
    "IndexShare",
    "ItemMoments",
    "ItemPrediction",
    "Model",
    "ModelFit",
    "Path",
    "PlacedConstruct",
    "PlacedItem",
    "PredictivePower",
    "ReliabilityOfConstruct",
    "Settings",
    "Simulated",
    "StructuralEstimate",
    "StructuralEstimates",
    "StructuralFit",
    "StructuralMap",
    "StructuralPrediction",
    "Structure",
    "VarianceInflation",
    "acsi",
    "compare",
    "ecsi",
    "items",
    "simulate",
]
