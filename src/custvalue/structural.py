"""Structural models: what customers expect and get, how satisfied they are, what they do next.

==========================================  =====================================================
:class:`Model`                              constructs with their items, and the paths between
                                            them; ``model.fit(answers)`` estimates it by partial
                                            least squares
:class:`Construct`, :func:`items`           what some items measure together
:class:`Path`                               one construct changes another
:class:`StructuralFit`                      indices, paths, total effects, loadings, weights, R²
                                            and f², each with its uncertainty
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

from custvalue._structural.estimates import StructuralEstimate, StructuralEstimates
from custvalue._structural.fit import StructuralFit
from custvalue._structural.group_fits import GroupFits
from custvalue._structural.index_result import ConstructIndex, IndexShare
from custvalue._structural.model import Model
from custvalue._structural.moments import ItemMoments
from custvalue._structural.scoring import GroupIndices
from custvalue._structural.settings import Settings
from custvalue._structural.structure import Construct, Path, Structure, items

__all__ = [
    "Construct",
    "ConstructIndex",
    "GroupFits",
    "GroupIndices",
    "IndexShare",
    "ItemMoments",
    "Model",
    "Path",
    "Settings",
    "StructuralEstimate",
    "StructuralEstimates",
    "StructuralFit",
    "Structure",
    "items",
]
