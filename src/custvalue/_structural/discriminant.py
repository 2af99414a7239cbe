"""Discriminant validity of the constructs of a fit (HTMT), by the answers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._survey.covariances import Moments
from custvalue._survey.discriminant import (
    Blocks,
    DiscriminantValidity,
    HTMTConvention,
    discriminant_validity,
)
from custvalue.errors import ParameterError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit


def htmt_of(
    fit: StructuralFit, convention: HTMTConvention, method: Bootstrap | None
) -> DiscriminantValidity:
    """Return the HTMT of every pair of constructs that items reflect; a single item is one too."""
    require_choice("convention", convention, get_args(HTMTConvention))
    if method is not None:
        require_bootstrap(method)
    plan = fit.plan
    asked = np.flatnonzero(~plan.formative)
    if len(asked) < 2:
        raise ParameterError(
            "HTMT compares constructs that their items reflect, but all but one are formative "
            "(Mode B). Look at fit.vif."
        )
    kept = np.flatnonzero(np.isin(plan.owner, asked))
    answered = fit.answered
    own, scores = answered.moments, answered.scores()
    names = tuple(plan.items[at] for at in kept)
    moments = own
    if len(kept) < len(plan.items) or (answered.factors < 0).any():
        moments = Moments.of(names, [scores[:, at] for at in kept], own.sample)
    blocks = Blocks(
        tuple(plan.names[at] for at in asked),
        plan.membership[np.ix_(kept, asked)],
        convention == "absolute",
    )
    return discriminant_validity(moments, blocks, method)
