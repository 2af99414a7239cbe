"""Collinearity: how much of a predictor, an item or a construct the others already say.

VIF = 1 / (1 - R²) of one on the others, the diagonal of the inverse of their correlation matrix.
*Inner*: among the constructs that lead to one and the same; *outer*: among the items of a block,
which matters where their weights are read (Mode B); *full*: of every construct on all others (Kock
2015, *International Journal of e-Collaboration* 11(4)), where more than 3.3 is taken for a sign
that answers share a way of answering (common method bias). It is a weak sign: a model whose
constructs are truly close gives it too, and bias may be there without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np

from custvalue._checks import finite, require_choice
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, Positive
from custvalue._words import listed
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit

Role = Literal["inner", "outer", "full"]
LARGE, COMMON = 5.0, 3.3  # Hair et al. (2019); Kock (2015)


class VarianceInflation(Frozen):
    """A variance inflation factor.

    Parameters
    ----------
    role : {"inner", "outer", "full"}
        Of a predictor, of an item among those of its block, of a construct among all.
    of : str
        The predictor, the item or the construct.
    within : str
        The construct that is predicted, or that the item belongs to; empty for ``full``.
    value : float or None
        1 where the others say nothing of it; None where they say all.
    """

    REPR: ClassVar[tuple[str, ...]] = ("role", "of", "within", "value")

    role: Role
    of: str
    within: str
    value: Positive | None


class Collinearity(Tabulated, Frozen):
    """Variance inflation factors of a structural model.

    Parameters
    ----------
    factors : tuple of VarianceInflation
        Inner ones first, then outer ones, then those of full collinearity.
    """

    TITLE: ClassVar[str] = "Collinearity"
    SHOWN: ClassVar = shown("within, vif: VIF")
    REPR: ClassVar[tuple[str, ...]] = ("factors",)

    factors: tuple[VarianceInflation, ...]

    def of_role(self, role: Role) -> tuple[VarianceInflation, ...]:
        """Return the factors of one role.

        Parameters
        ----------
        role : {"inner", "outer", "full"}
            Which.

        Raises
        ------
        ParameterError
            If it is none of these.
        """
        require_choice("role", role, get_args(Role))
        return tuple(its for its in self.factors if its.role == role)

    def above(self, limit: float = LARGE) -> tuple[VarianceInflation, ...]:
        """Return the factors above a limit.

        Parameters
        ----------
        limit : float
            5 by default.

        Raises
        ------
        ParameterError
            If it is no number >= 1.
        """
        least = finite(limit)
        if not least >= 1:
            raise ParameterError(f"limit must be a number >= 1, as in 5, but it is {limit!r}.")
        return tuple(its for its in self.factors if its.value is None or its.value > least)

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(
                f"{its.role}: {its.of}",
                {"role": its.role, "of": its.of, "within": its.within, "vif": its.value},
            )
            for its in self.factors
        ]

    def _notes(self) -> Iterator[str]:
        large = [its.of for its in self.above() if its.role != "full"]
        if large:
            yield f"VIF above 5, hard to tell apart: {listed(dict.fromkeys(large))}."
        common = [its.of for its in self.above(COMMON) if its.role == "full"]
        if common:
            yield (
                f"Full collinearity above 3.3: {listed(common)}. Constructs that are close, or a "
                f"common way of answering; this number alone does not say which."
            )


def inflation(correlations: FloatArray) -> list[float | None]:
    """Return the variance inflation factors of a correlation matrix; None where it is singular."""
    size = len(correlations)
    if size == 1:
        return [1.0]
    if np.linalg.cond(correlations) > SINGULAR:
        return [None] * size
    return [max(1.0, float(each)) for each in np.diag(np.linalg.inv(correlations))]


SINGULAR = 1e12  # condition of a matrix whose inverse has no digits left


def collinearity(fit: StructuralFit) -> Collinearity:
    """Compute the variance inflation factors of a fit."""
    plan, solution = fit.plan, fit.solution
    constructs, items = solution.proxies[0], solution.correlation[0]
    found: list[VarianceInflation] = []
    for place, before in enumerate(plan.predecessors):
        if len(before):
            names = [plan.names[k] for k in before]
            own = inflation(constructs[np.ix_(before, before)])
            found += _named("inner", names, plan.names[place], own)
    for place, block in enumerate(plan.blocks):
        own = inflation(items[block, block])
        found += _named("outer", plan.items[block], plan.names[place], own)
    return Collinearity(factors=(*found, *_named("full", plan.names, "", inflation(constructs))))


def _named(
    role: Role, names: Sequence[str], within: str, values: Sequence[float | None]
) -> list[VarianceInflation]:
    return [
        VarianceInflation(role=role, of=name, within=within, value=value)
        for name, value in zip(names, values, strict=True)
    ]
