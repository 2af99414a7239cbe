"""The three tiers of requirements, and an attribute with its tier."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from custvalue._checks import no_such
from custvalue._results.by_level import N
from custvalue._values import Frozen, NonNegative
from custvalue.errors import DataError


class Tier(StrEnum):
    """What customers take an attribute for.

    ===============  ======  =================  ==================  =====================
    tier             中文    Kano's term        unmet               met or exceeded
    ===============  ======  =================  ==================  =====================
    ``satisfied``    满足    must-be            dissatisfies        does nothing more
    ``desired``      渴望    one-dimensional    dissatisfies        delights
    ``surprised``    惊喜    attractive         does nothing        delights
    ===============  ======  =================  ==================  =====================

    Examples
    --------
    >>> Tier("desired").chinese
    '渴望'
    >>> Tier("惊喜") is Tier.SURPRISED
    True
    """

    SATISFIED = "satisfied"
    DESIRED = "desired"
    SURPRISED = "surprised"

    @classmethod
    def _missing_(cls, value: object) -> Tier | None:
        """Know the tiers by their Chinese names too."""
        return next((tier for tier in cls if tier.chinese == value), None)

    @property
    def chinese(self) -> str:
        """The term of the Chinese satisfaction literature: 满足, 渴望 or 惊喜."""
        return {"satisfied": "满足", "desired": "渴望", "surprised": "惊喜"}[self.value]

    @property
    def kano(self) -> str:
        """Kano's term: must-be, one-dimensional or attractive."""
        terms = {"satisfied": "must-be", "desired": "one-dimensional", "surprised": "attractive"}
        return terms[self.value]

    @property
    def can_dissatisfy(self) -> bool:
        """Whether it dissatisfies if unmet."""
        return self is not Tier.SURPRISED

    @property
    def can_delight(self) -> bool:
        """Whether it delights if exceeded."""
        return self is not Tier.SATISFIED


class Attribute(Frozen):
    """Something that customers judge, with its tier.

    Parameters
    ----------
    name : str
        Its name, which is also the name of its column.
    tier : Tier
        ``"satisfied"``, ``"desired"`` or ``"surprised"``.
    weight : float
        Its importance beside the others; weights are normalised to add up to 1.

    Examples
    --------
    >>> Attribute(name="fault repaired", tier="satisfied", weight=3).tier.chinese
    '满足'
    """

    name: str
    tier: Tier
    weight: NonNegative = 1.0


def attribute_of(name: str, attributes: Sequence[N]) -> N:
    """Return the attribute with a name, or raise a DataError with the names that there are."""
    names = [its.name for its in attributes]
    if name not in names:
        raise DataError(no_such("attribute", name, names))
    return attributes[names.index(name)]
