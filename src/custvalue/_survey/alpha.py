"""How consistently items measure one thing: Cronbach's alpha."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy import special

from custvalue._checks import checked_level, require_choice
from custvalue._inference.ends import normal_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.means import kish_effective_n, weighted_covariance
from custvalue._respondents.keying import against_rest, warn_of_keys
from custvalue._respondents.reading import check_items
from custvalue._respondents.responses import Responses, require_responses
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative, Positive
from custvalue.errors import DataError


class CronbachAlpha(Frozen):
    """Cronbach's raw alpha with what it rests on.

    Parameters
    ----------
    value : float
        k / (k - 1) (1 - Σ s_i² / s_T²) from the (weighted) covariances; at most 1, negative
        where items run against each other.
    standard_error : float
        Linearised, without assuming normal answers (Maydeu-Olivares, Coffman & Hartmann 2007,
        *Psychological Methods* 12(2)); sampling weights enter it.
    items : int
        Number of items k.
    n : int
        Respondents with an answer to every item.
    effective_n : float
        Kish's effective sample size; `n` for equal weights.
    convention : {"raw"}
        From covariances; the standardised alpha, from correlations, is another number.
    """

    value: float
    standard_error: NonNegative
    items: int
    n: int
    effective_n: Positive
    convention: Literal["raw"] = "raw"

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Return Feldt's interval, or the linearised one where respondents are weighted.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Returns
        -------
        Interval
            Feldt (1965, *Psychometrika* 30(3)): (1 - alpha) F quantiles with n - 1 and
            (n - 1)(k - 1) degrees of freedom. With unequal weights: normal, clipped at 1.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = checked_level(level)
        if math.isclose(self.effective_n, self.n, rel_tol=1e-12):
            low, high = feldt(self.value, self.n, self.items, level)
            return Interval(low=low, high=high, level=level, method="Feldt")
        reach = normal_quantile(level) * self.standard_error
        low, high = self.value - reach, min(1.0, self.value + reach)
        return Interval(low=low, high=high, level=level, method="linearised, clipped at 1")

    def _table(self) -> Table:
        interval = self.confidence_interval()
        header = ("", "alpha", "low", "high", "items", "n")
        row = (self.convention, self.value, interval.low, interval.high, self.items, self.n)
        note = f"{interval.description}. Effective n {self.effective_n:,.1f}."
        return Table("Cronbach's alpha", header, (row,), (note,))


def feldt(alpha: float, n: int, items: int, level: float) -> tuple[float, float]:
    """Feldt (1965): (1 - α̂)/(1 - α) follows F with n - 1 and (n - 1)(k - 1) degrees of freedom."""
    first, second = n - 1, (n - 1) * (items - 1)
    tail = (1 - level) / 2
    upper, lower = (float(special.fdtri(first, second, share)) for share in (1 - tail, tail))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def cronbach_alpha(responses: Responses, items: Sequence[str] | None = None) -> CronbachAlpha:
    """Estimate Cronbach's raw alpha (Cronbach 1951, *Psychometrika* 16(3)), weighted.

    Parameters
    ----------
    responses : Responses
        Answers; respondents without an answer to every item are left out, and `n` says so.
    items : sequence of str, optional
        Items of the scale whose reliability is wanted; all of them by default.

    Returns
    -------
    CronbachAlpha
        Value, standard error, number of items, n; its interval on demand.

    Raises
    ------
    DataError
        With fewer than two items, fewer than two respondents who answered all of them, or
        respondents who all have the same total.
    ParameterError
        If `responses` are none, or one of `items` is not among them.

    Warns
    -----
    DataWarning
        If items run against the others, which a questionnaire with reversed wording brings about,
        or alpha is negative.

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


def estimated_alpha(responses: Responses, names: Sequence[str]) -> tuple[CronbachAlpha, FloatArray]:
    """Estimate alpha without a warning, and return the covariances with it.

    Parameters
    ----------
    responses : Responses
        Answers.
    names : sequence of str
        Items.

    Raises
    ------
    DataError, ParameterError
        As :func:`cronbach_alpha` does.
    """
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
            f"but there is {len(answers)}. Leave out the item with most gaps, or collect more "
            f"answers."
        )
    covariance = weighted_covariance(answers, weights=weights)
    value = alpha_of(covariance)
    if value is None:
        raise DataError(
            "Cronbach's alpha needs respondents who differ, but all have the same total score."
        )
    found = CronbachAlpha(
        value=value,
        standard_error=_standard_error(answers, weights),
        items=len(names),
        n=len(answers),
        effective_n=kish_effective_n(weights),
    )
    return found, covariance


def _warn_of_keys(
    responses: Responses, names: Sequence[str], covariance: FloatArray, alpha: CronbachAlpha
) -> None:
    """Warn as :func:`reliability` does."""
    instrument = responses.instrument
    warn_of_keys(
        against_rest(names, covariance, alpha.effective_n),
        n=alpha.n,
        alpha=alpha.value,
        scale=responses.scale,
        scope="",
        turned=() if instrument is None else instrument.reversed_items,
    )


def alpha_of(covariance: FloatArray) -> float | None:
    """Return raw alpha from a covariance matrix; None where it does not exist.

    Parameters
    ----------
    covariance : ndarray of shape (items, items)
        Of the items of one dimension.
    """
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
