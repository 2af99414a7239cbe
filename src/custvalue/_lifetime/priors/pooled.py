"""The prior of a group: what the other groups say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from custvalue._lifetime.priors.density import normal
from custvalue._lifetime.priors.prior import Known, Prior
from custvalue._lifetime.priors.ratio_prior import RatioPrior
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Frozen, Positive
from custvalue._words import count
from custvalue.errors import EstimationError, ParameterError


class PooledPrior(Tabulated, Frozen):
    """What all groups together say of the parameters of one, before its own data.

    :func:`fit_groups` makes it. The logarithms of a group's parameters are normal.

    Parameters
    ----------
    typical : dict of str to float
        The parameters of a typical group, the medians over groups.
    covariance : tuple of tuple of float
        Of the logarithms of the parameters, over groups.
    groups : int
        From how many groups this is known.
    """

    TITLE: ClassVar[str] = "What groups have in common"
    LABELS: ClassVar[str] = "parameter"
    SHOWN: ClassVar = shown("typical, log_sd: SD of the logarithm over groups")

    typical: dict[str, Positive]
    covariance: tuple[tuple[float, ...], ...]
    groups: int = Field(ge=1)

    def _known_in(self, model: object, given: Mapping[str, Any]) -> Known:  # noqa: ARG002 - of one model
        centre = np.log([*self.typical.values()])
        return Known(normal(centre, np.array(self.covariance)), [centre])

    def _of_driven(self, model: object, given: Mapping[str, Any], count: int) -> Known:  # noqa: ARG002 - refused
        raise ParameterError(
            "what groups have in common says nothing of the coefficients of covariates. Give a "
            "lifetime.Prior, or omit the covariates."
        )

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - there are no intervals
        spread = np.sqrt(np.diag(np.array(self.covariance)))
        each = zip(self.typical.items(), spread.tolist(), strict=True)
        return [
            Row(name, {"parameter": name, "typical": value, "log_sd": sd})
            for (name, value), sd in each
        ]

    @property
    def _words(self) -> str:
        return f"what {count(self.groups, 'group')} have in common"


AnyPrior = Prior | PooledPrior | RatioPrior


def require_no_prior(prior: AnyPrior | None, what: str) -> None:
    """Raise for criteria that compare maxima of the likelihood."""
    if prior is not None:
        raise EstimationError(
            f"{what} compares fits by maximum likelihood, but this fit has a prior: it is not "
            f"where the likelihood is highest. Fit without prior=..., or compare forecasts in a "
            f"holdout."
        )
