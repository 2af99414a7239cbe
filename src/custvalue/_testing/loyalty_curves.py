"""Satisfaction of customers and what they did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_whole
from custvalue._respondents.scale import Scale
from custvalue._testing.arguments import check_sizes, check_switch
from custvalue._testing.extra import st

LEAST = 20  # customers
CENTS = 100.0


class CurveAnswers(NamedTuple):
    """What :func:`curve_answers` draws.

    Parameters
    ----------
    satisfaction, outcome : ndarray of float64, shape (n,)
        Answers and what the same customers did; some may be NaN.
    scale : Scale
        Of satisfaction.
    weights : ndarray of float64, shape (n,), or None
        Sampling weights.
    cluster : ndarray of int64, shape (n,), or None
        Dealers.
    """

    satisfaction: npt.NDArray[np.float64]
    outcome: npt.NDArray[np.float64]
    scale: Scale
    weights: npt.NDArray[np.float64] | None
    cluster: npt.NDArray[np.int64] | None


def curve_answers(
    *, min_customers: int = 20, max_customers: int = 80, money: bool = False
) -> st.SearchStrategy[CurveAnswers]:
    """Draw what :func:`custvalue.loyalty.curve` takes: scales, weights, dealers, gaps.

    Outcomes go with satisfaction more or less, upwards or downwards; a step in satisfaction may
    separate them.

    Parameters
    ----------
    min_customers, max_customers : int
        How many customers there are, at least 20.
    money : bool
        Whether the outcome is an amount; else it is 0 or 1.

    Raises
    ------
    ParameterError
        If sizes do not fit together, or `money` is no switch.
    """
    checked_whole("min_customers", min_customers, least=LEAST)
    check_sizes(min_customers=min_customers, max_customers=max_customers)
    check_switch("money", money)
    return st.builds(
        _answers,
        seed=st.integers(0, 2**16),
        n=st.integers(min_customers, max_customers),
        scale=st.sampled_from(
            [Scale(1, 5), Scale(0, 10), Scale(1, 5, direction="lower is better"), Scale(1, 3)]
        ),
        steep=st.sampled_from([-5.0, 0.0, 2.0, 5.0, 1e6]),
        more=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        money=st.just(money),
    )


def _answers(
    *,
    seed: int,
    n: int,
    scale: Scale,
    steep: float,
    more: tuple[bool, bool, bool],
    money: bool,
) -> CurveAnswers:
    rng = np.random.default_rng(seed)
    steps = int(scale.width)
    place = np.r_[0, 0, steps, steps, rng.integers(0, steps + 1, n - 4)]
    odds = np.clip(steep * (place / steps - 0.5), -30, 30)
    outcome = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    outcome[:4] = [0.0, 0.0, 1.0, 1.0] if steep >= 0 else [1.0, 1.0, 0.0, 0.0]
    if money:
        outcome = np.rint(CENTS * rng.gamma(1 + outcome, 50.0)) / CENTS
    satisfaction = (scale.low + place).astype(np.float64)
    weighted, clustered, gaps = more
    if gaps:
        outcome[-1] = np.nan
    return CurveAnswers(
        satisfaction,
        outcome,
        scale,
        rng.uniform(0.5, 2, n) if weighted else None,
        rng.integers(0, 6, n) if clustered else None,
    )
