"""Which drivers move with an overall answer: correlation, regression, Johnson, LMG, dominance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_whole, random_generator, require_choice
from custvalue._drivers.answered import (
    Answered,
    Covariances,
    checked_covariances,
    joined,
    split,
)
from custvalue._drivers.decomposition import OVER_ORDERS, Decomposition
from custvalue._drivers.estimating import (
    ORDERS_OF_SETS,
    Found,
    Sharing,
    estimated,
    ranks_of,
    sharing_of,
)
from custvalue._drivers.importance_result import Driver, DriverImportance
from custvalue._drivers.linear import Linear
from custvalue._drivers.logistic import MOST_EXACT as MOST_LOGISTIC
from custvalue._drivers.logistic import Explained
from custvalue._drivers.subsets import MOST_EXACT, drawn_orders
from custvalue._drivers.tallied import Tallied
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray, IntArray
from custvalue._survey.tally_result import Tally
from custvalue.errors import DataError, ParameterError

BEYOND_CHANCE = 1.96  # standard errors of a coefficient
ORDERS = 2_000  # drawn where there are too many drivers for all of them


def importance(
    answers: Responses | Sequence[Responses] | Tally,
    overall: Responses | str,
    *,
    decomposition: Decomposition = "lmg",
    covariances: Covariances | None = None,
    explained: Explained | None = None,
    orders: int | None = None,
    rng: Generator = None,
) -> DriverImportance:
    """Find how important drivers are for an overall answer.

    Parameters
    ----------
    answers : Responses, sequence of Responses, or Tally
        Answers to the drivers, with sampling weights and clusters; several where drivers are on
        scales of their own, of the same respondents in the same order
        (:func:`custvalue.survey.read_parts`). Or answers counted in an engine by
        :func:`custvalue.survey.tally` with ``drivers=True``, of those who answered all its items:
        estimates and errors are the same, but what needs the respondents is not there.
    overall : str or Responses
        Name of the overall question among the answers, or Responses to it on its own scale.
    decomposition : {"lmg", "general dominance", "johnson", "regression", "correlation"}
        What importance is: the average addition to R² over all orders of entry (LMG, the Shapley
        value of R²; general dominance is another name of the same number), Johnson's relative
        weight, which is close to it, the standardised coefficient, or the correlation. The first
        three add up to R².
    covariances : {"listwise", "pairwise"}, optional
        Whether correlations are those of the respondents who answered everything, or each of
        those who answered both. By default pairwise if ``answers.missing == "pairwise"`` and the
        regression is linear.
    explained : {"r squared", "mcfadden", "tjur"}, optional
        What is shared out: R² of a linear regression, by default; or of a logistic regression,
        where the overall answer is binary and the measure must be named, McFadden's
        1 - l / l₀, or Tjur's difference of mean probabilities. Drivers of a logistic regression
        are shared out by ``lmg``.
    orders : int, optional
        Draw this many orders of entry for ``lmg`` in place of computing all sets; by default
        2,000 for more than 22 drivers, 50 for more than 10 of a logistic regression, none for
        fewer.
    rng : numpy.random.Generator, int or None
        Source of randomness of the orders.

    Returns
    -------
    DriverImportance

    Raises
    ------
    DataError
        If respondents differ, or there are not more respondents than drivers and 1.
    EstimationError
        If a question has one answer throughout, drivers follow from one another, or a driver
        tells a binary answer without an error (complete separation).
    ParameterError
        If an argument is unknown, or answers were prorated.

    Notes
    -----
    Answers are recoded where lower is better. Standard errors are linearised for weights and
    clusters, by the derivatives of the importance by each correlation; with more than 15 drivers
    these are averages over 200 orders. Simulated coverage of 95 % intervals is told on the page
    about importance. Small parts of R² are too large by about 1 / n of each driver:
    :meth:`DriverImportance.noise_floor` says which ones chance alone explains.

    References
    ----------
    R. H. Lindeman, P. F. Merenda and R. Z. Gold (1980), *Introduction to Bivariate and
    Multivariate Analysis*, p. 119. D. V. Budescu (1993), *Psychological Bulletin* 114(3). J. W.
    Johnson (2000), *Multivariate Behavioral Research* 35(1). U. Grömping (2007), *The American
    Statistician* 61(2).

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> random = np.random.default_rng(1)
    >>> repaired, friendly, coffee = random.integers(1, 6, (3, 300))
    >>> overall = np.clip(np.rint(0.6 * repaired + 0.4 * friendly + random.normal(0, 1, 300)), 0, 5)
    >>> frame = {"repaired": repaired, "friendly": friendly, "coffee": coffee, "overall": overall}
    >>> answers = Responses.from_frame(frame, scale=Scale(0, 5))
    >>> found = drivers.importance(answers, "overall", decomposition="lmg")
    >>> found.ranked
    ('repaired', 'friendly', 'coffee')
    >>> round(found["repaired"].share.value, 2)
    0.67
    """
    require_choice("decomposition", decomposition, get_args(Decomposition))
    if explained is not None:
        require_choice("explained", explained, get_args(Explained))
    if isinstance(answers, Tally):
        return _of_tally(answers, overall, decomposition, covariances, explained, (orders, rng))
    parts, asked = split(answers, overall)
    logistic = explained in ("mcfadden", "tjur") and covariances is None
    policy = "listwise" if logistic else checked_covariances(parts, covariances)
    data = joined(parts, asked, policy)
    measure = _explained(data, asked, explained, decomposition)
    drawn = _orders(data, decomposition, measure, orders, rng)
    sharing = sharing_of(data, decomposition, measure, drawn)
    found = estimated(sharing)
    return DriverImportance(
        drivers=_drivers(sharing, found),
        decomposition=decomposition,
        covariances=policy,
        explained=measure,
        r_squared=found.r_squared,
        orders=None if drawn is None else len(drawn),
        answers=parts,
        overall=asked,
        base=data.base,
    )


def _of_tally(  # noqa: PLR0917 - what is asked
    tally: Tally,
    overall: Responses | str,
    decomposition: Decomposition,
    covariances: Covariances | None,
    explained: Explained | None,
    drawn: tuple[int | None, Generator],
) -> DriverImportance:
    """Find the importance of drivers whose answers were counted in an engine."""
    if covariances == "pairwise" or explained in ("mcfadden", "tjur"):
        named = "covariances='pairwise'" if covariances == "pairwise" else f"{explained=}"
        raise ParameterError(
            f"{named} needs the respondents, who stayed in their engine: a tally gives R² of those "
            f"who answered everything. Read the answers as Responses."
        )
    data: Any = Tallied.of(tally, overall)
    orders = _orders(data, decomposition, "r squared", *drawn)
    sharing = Linear(data, decomposition, orders)
    found = estimated(sharing)
    return DriverImportance(
        drivers=_drivers(sharing, found),
        decomposition=decomposition,
        covariances="listwise",
        r_squared=found.r_squared,
        orders=None if orders is None else len(orders),
        answers=(),
        overall=data.overall,
        base=data.base,
    )


def _drivers(sharing: Sharing, found: Found) -> tuple[Driver, ...]:
    data, errors = sharing.data, sharing.order_errors()
    inverse: FloatArray = np.asarray(np.linalg.inv(data.correlations[1:, 1:]), dtype=np.float64)
    slopes = sharing.coefficients()
    suppressed = _suppressed(data, inverse)
    ranks = ranks_of(np.array([its.value for its in found.importance])[np.newaxis])[0]
    return tuple(
        Driver(
            name=name,
            importance=found.importance[place],
            share=found.shares[place] if found.shares else None,
            rank=int(ranks[place]),
            correlation=float(data.correlations[0, place + 1]),
            coefficient=float(slopes[place]),
            vif=float(inverse[place, place]),
            suppressed=bool(suppressed[place]),
            order_error=None if errors is None else float(errors[place]),
        )
        for place, name in enumerate(data.names)
    )


def _suppressed(data: Answered, inverse: FloatArray) -> npt.NDArray[np.bool_]:
    """Say which coefficients have another sign than their correlation, beyond chance."""
    with_overall = data.correlations[0, 1:]
    slopes = inverse @ with_overall
    left = max(1 - float(slopes @ with_overall), 0.0) / (data.n - len(slopes) - 1)
    errors = np.sqrt(left * np.diag(inverse))
    return np.asarray((slopes * with_overall < 0) & (np.abs(slopes) > BEYOND_CHANCE * errors))


def _explained(
    data: Answered, asked: Responses, explained: Explained | None, decomposition: Decomposition
) -> Explained:
    """Return what is shared out; a binary answer needs it by name."""
    values = np.unique(data.columns[~np.isnan(data.columns[:, 0]), 0])
    scale = asked.scale
    two = scale.step is not None and scale.width <= scale.step
    if explained is None:
        if two:
            raise ParameterError(
                f"{asked.items[0]!r} has two answers, so that explained must be named: 'mcfadden' "
                f"or 'tjur' of a logistic regression, or 'r squared' of a linear one."
            )
        return "r squared"
    if explained == "r squared":
        return explained
    if len(values) != 2:
        raise DataError(
            f"explained={explained!r} needs an overall question with two answers, but "
            f"{asked.items[0]!r} has {len(values)}. Use explained='r squared'."
        )
    if decomposition not in OVER_ORDERS or data.covariances == "pairwise":
        raise ParameterError(
            f"explained={explained!r} goes with decomposition='lmg' or 'general dominance' and "
            f"covariances='listwise', but they are {decomposition!r} and {data.covariances!r}."
        )
    return explained


def _orders(
    data: Answered,
    decomposition: Decomposition,
    explained: Explained,
    orders: int | None,
    rng: Generator,
) -> IntArray | None:
    """Return the orders of entry that are drawn; None where all sets are computed."""
    random = random_generator(rng)
    if orders is not None:
        orders = checked_whole("orders", orders, least=4)
    linear = explained == "r squared"
    most, usual = (MOST_EXACT, ORDERS) if linear else (MOST_LOGISTIC, ORDERS_OF_SETS)
    drivers = len(data.names)
    if decomposition not in OVER_ORDERS or (orders is None and drivers <= most):
        return None
    return drawn_orders(drivers, orders or usual, random)
