"""Customers under contract, and the models of their renewals."""

from __future__ import annotations

import numpy as np

from custvalue._histories.contracts import Contracts, checked_period
from custvalue._lifetime.renewing.beta_discrete_weibull import BetaDiscreteWeibull
from custvalue._lifetime.renewing.renewals import ContractModel
from custvalue._lifetime.renewing.shifted_beta_geometric import ShiftedBetaGeometric
from custvalue._testing.arguments import check_sizes
from custvalue._testing.extra import st
from custvalue._testing.models import models

SHAPES = {"alpha": (0.2, 10.0), "beta": (0.2, 10.0)}


def contract_models(*, period: str = "1 year") -> st.SearchStrategy[ContractModel]:
    """Draw models of renewals, of every kind.

    Parameters
    ----------
    period : str
        How long a contract runs, ``"1 month"``.

    Raises
    ------
    UnitError
        If the period has no unit.
    """
    each = st.just(checked_period(period))
    return st.one_of(
        models(ShiftedBetaGeometric, SHAPES, period=each),
        models(BetaDiscreteWeibull, SHAPES, {"c": (0.5, 3)}, period=each),
    )


def contracts(*, max_renewals: int = 8, period: str = "1 year") -> st.SearchStrategy[Contracts]:
    """Draw survival tables of one cohort, of which at least one customer is left.

    Parameters
    ----------
    max_renewals : int
        At most so many, at least one.
    period : str
        How long a contract runs.

    Raises
    ------
    ParameterError
        If `max_renewals` is below 1.
    UnitError
        If the period has no unit.
    """
    check_sizes(max_renewals=max_renewals)
    checked_period(period)

    def table(left: list[int], last: int) -> Contracts:
        survivors = np.cumsum([last, *left])[::-1].tolist()
        return Contracts.from_survivors(survivors, period=period)

    left = st.lists(st.integers(0, 50), min_size=1, max_size=max_renewals)
    return st.builds(table, left, st.integers(1, 100))
