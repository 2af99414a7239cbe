"""How consistently items measure one thing: Cronbach's alpha."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.means import kish_effective_n, weighted_covariance
from custvalue._respondents.keying import negatively_keyed, warn_of_keys
from custvalue._respondents.reading import check_items
from custvalue._respondents.responses import Responses, require_responses
from custvalue._rows import FloatArray
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue.errors import DataError


def cronbach_alpha(
    responses: Responses, items: Sequence[str] | None = None
) -> ReliabilityCoefficient:
    """Estimate Cronbach's raw alpha (Cronbach 1951, *Psychometrika* 16(3)), weighted.

    Parameters
    ----------
    responses : Responses
        Answers; only respondents who answered every item are used, and `n` says how many.
    items : sequence of str, optional
        Items of the scale whose reliability is wanted; all of them by default.

    Returns
    -------
    ReliabilityCoefficient
        Raw alpha, k / (k - 1) (1 - Σ s_i² / s_T²) from the (weighted) covariances.

    Raises
    ------
    DataError
        With fewer than two items, fewer than two respondents who answered all of them, or
        respondents who all have the same total.
    ParameterError
        If `responses` are not Responses, or one of `items` is not among them.

    Warns
    -----
    DataWarning
        If items are negatively keyed, as in questionnaires with reverse-scored items that were not
        recoded, or alpha is negative.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale
    >>> answers = Responses.from_arrays([[5, 4], [3, 3], [4, 4], [1, 2]], scale=Scale(1, 5))
    >>> print(f"{cronbach_alpha(answers).value:.4f}")
    0.9048
    """
    require_responses(responses)
    names = responses.items if items is None else check_items(items)
    found, covariance = estimated_alpha(responses, names)
    _warn_of_keys(responses, names, covariance, found)
    return found


def estimated_alpha(
    responses: Responses, names: Sequence[str]
) -> tuple[ReliabilityCoefficient, FloatArray]:
    """Estimate alpha without a warning, and return the covariances with it."""
    for place, name in enumerate(names):
        require_choice(f"items[{place}]", name, responses.items)
    if len(names) < 2:
        raise DataError(
            f"Cronbach's alpha needs at least 2 items, but there is {len(names)}. A single item "
            f"has no internal consistency."
        )
    answers = responses.answers[:, [responses.items.index(name) for name in names]]
    used = ~np.isnan(answers).any(axis=1) & (responses.weights > 0)
    answers, weights = answers[used], responses.weights[used]
    if len(answers) < 2:
        raise DataError(
            f"Cronbach's alpha needs at least 2 respondents who answered all {len(names)} items, "
            f"but there is {len(answers)}. Exclude the item with most missing answers, or collect "
            f"more answers."
        )
    covariance = weighted_covariance(answers, weights=weights)
    value = alpha_of(covariance)
    if value is None:
        raise DataError(
            "Cronbach's alpha needs respondents who differ, but all have the same total score."
        )
    effective_n = kish_effective_n(weights)
    found = ReliabilityCoefficient(
        name="alpha",
        convention="raw",
        value=value,
        standard_error=_standard_error(answers, weights),
        items=len(names),
        n=len(answers),
        effective_n=effective_n,
        usual_method="feldt" if equal_weights(effective_n, len(answers)) else "normal",
    )
    return found, covariance


def equal_weights(effective_n: float, n: int) -> bool:
    """Whether all respondents have the same weight, by Kish's effective n."""
    return math.isclose(effective_n, n, rel_tol=1e-12)


def _warn_of_keys(
    responses: Responses,
    names: Sequence[str],
    covariance: FloatArray,
    alpha: ReliabilityCoefficient,
) -> None:
    """Warn as :func:`reliability` does."""
    instrument = responses.instrument
    warn_of_keys(
        negatively_keyed(names, covariance, alpha.effective_n),
        n=alpha.n,
        alpha=alpha.value,
        scale=responses.scale,
        scope="",
        recoded=() if instrument is None else instrument.reverse_scored_items,
    )


def alpha_of(covariance: FloatArray) -> float | None:
    """Return raw alpha from a covariance matrix, shape (items, items); None without variance."""
    items, total = len(covariance), float(covariance.sum())
    scale = float(np.trace(covariance))
    if items < 2 or total <= 1e-12 * scale or scale == 0:
        return None
    return items / (items - 1) * (1 - scale / total)


def _standard_error(answers: FloatArray, weights: FloatArray) -> float:
    """Linearise alpha = k/(k-1) (1 - tr S / 1'S1) respondent by respondent."""
    n, items = answers.shape
    share = weights / weights.sum()
    centred = answers - share @ answers
    own, total = np.square(centred).sum(axis=1), np.square(centred.sum(axis=1))
    trace, everything = float(share @ own), float(share @ total)
    change = (own - trace) / everything - trace * (total - everything) / everything**2
    influence = items / (items - 1) * share * change
    return math.sqrt(n / (n - 1) * float(influence @ influence))
