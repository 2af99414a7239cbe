"""Estimates with their uncertainty: moments, proportions, intervals. Once, for everybody.

Sampling weights enter every variance by Taylor linearisation of the weighted mean (with
replacement, one stage: Särndal, Swensson & Wretman 1992, *Model Assisted Survey Sampling*,
section 5.7), which for equal weights is the textbook s²/n of a mean and p (1 - p)/n of a share.
Kish's effective sample size is reported beside a mean, and used only for shares of 0 and 1, where
the linearised variance vanishes.

Only ``scipy.special`` is used: ``scipy.stats`` takes half a second to import.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._base import (
    FloatArray,
    Frozen,
    Interval,
    NonNegative,
    Positive,
    Probability,
    checked_level,
)
from custvalue._display import Table
from custvalue.errors import DataError, require_choice

ProportionMethod = Literal["wilson", "clopper-pearson", "agresti-coull"]

ROWS_AT_A_TIME = 8_192  # stays in the cache, and below where BLAS starts threads that cost more
ROWS_OF_A_PRODUCT = 131_072  # products of matrices start threads anyway: few and large ones


def normal_quantile(level: float) -> float:
    """Return z such that ``P(|Z| <= z) = level``."""
    return -float(special.ndtri(0.5 - level / 2))  # the lower tail keeps its digits


def t_quantile(level: float, degrees_of_freedom: float) -> float:
    """Return t such that ``P(|T| <= t) = level``."""
    return -float(special.stdtrit(degrees_of_freedom, 0.5 - level / 2))


def kish_effective_n(weights: FloatArray) -> float:
    """Return Kish's effective sample size, (Σw)² / Σw² (Kish 1965, *Survey Sampling*)."""
    return float(weights.sum() ** 2 / (weights @ weights))


class MeanEstimate(Frozen):
    """A mean with its standard error and what it rests on.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        The (weighted) mean.
    standard_error : float or None
        Linearised; None for a single answer.
    n : int
        Answers used.
    effective_n : float
        Kish's effective sample size; `n` for equal weights.
    bounds : tuple of float, optional
        Ends that the quantity cannot pass; an interval is clipped there, and says so.
    standard_deviation : float or None
        Between respondents, weighted; None for a single answer, and for a combination of means.
    """

    name: str
    value: float
    standard_error: NonNegative | None
    n: int
    effective_n: Positive
    bounds: tuple[float, float] | None = None
    standard_deviation: NonNegative | None = None

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Return the t interval with n - 1 degrees of freedom.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        DataError
            With fewer than two answers.
        ParameterError
            If `level` is not between 0 and 1.

        Notes
        -----
        On a five-point scale the 95 % interval covers within half a percent of nominal from 10
        answers on, as long as answers spread over the scale. Where they pile up at its end it
        covers too little: with 60 % there 92.8 % at n = 30 and 94.2 % at n = 100, with 90 % there
        79 % and 91 % (simulated; 94.6 % at n = 1000). Report the share of that answer beside it.
        """
        level = checked_level(level)
        if self.standard_error is None:
            raise DataError(
                f"{self.name}: an interval needs at least 2 answers, but there is {self.n}. "
                f"Report the value without one, or collect more answers."
            )
        reach = t_quantile(level, self.n - 1) * self.standard_error
        low, high = self.value - reach, self.value + reach
        method = "t" if self.standard_error else "t, no width because all answers are equal"
        if self.bounds is not None and (low < self.bounds[0] or high > self.bounds[1]):
            low, high = max(low, self.bounds[0]), min(high, self.bounds[1])
            method = "t, clipped at the end of the scale"
        return Interval(low=low, high=high, level=level, method=method)

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return value, low, high, standard error and n as cells of a table.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        """
        if self.standard_error is None:
            return (self.value, None, None, None, self.n)
        interval = self.confidence_interval(level)
        return (self.value, interval.low, interval.high, self.standard_error, self.n)

    def _table(self) -> Table:
        header = ("", "mean", "low", "high", "standard error", "n")
        note = f"95 % interval, t. Effective n {self.effective_n:,.1f}."
        return Table(self.name, header, ((self.name, *self.cells()),), (note,))


def mean_estimate(
    values: FloatArray,
    weights: FloatArray,
    *,
    name: str,
    bounds: tuple[float, float] | None = None,
) -> MeanEstimate:
    """Estimate a weighted mean with linearised variance; NaN entries are left out.

    Parameters
    ----------
    values, weights : ndarray of shape (n,)
        Answers and sampling weights.
    name : str
        What is estimated, for messages.
    bounds : tuple of float, optional
        Ends of the scale.

    Raises
    ------
    DataError
        If nothing is left to average.
    """
    moments = _moments(values, weights, name)
    return MeanEstimate(
        name=name,
        value=moments.mean,
        standard_error=moments.standard_error,
        n=moments.n,
        effective_n=moments.effective_n,
        bounds=bounds,
        standard_deviation=moments.standard_deviation,
    )


def combined_mean(
    columns: Sequence[FloatArray],
    coefficients: Sequence[float],
    weights: FloatArray,
    *,
    name: str,
    bounds: tuple[float, float] | None = None,
) -> MeanEstimate:
    """Estimate Σ c_k m_k of weighted means m_k that may rest on different respondents.

    The influences of a respondent on all the means are added before they are squared, so that
    the covariances between the means are in the standard error.

    Parameters
    ----------
    columns : sequence of ndarray of shape (n,)
        What each mean is taken of; NaN entries are left out of that mean only.
    coefficients : sequence of float
        c_k, known constants.
    weights : ndarray of shape (n,)
        Sampling weights.
    name : str
        What is estimated, for messages.
    bounds : tuple of float, optional
        Ends that the quantity cannot pass.

    Returns
    -------
    MeanEstimate
        Its `n` and `effective_n` are the smallest of any of the means.

    Raises
    ------
    DataError
        If one of the means has nothing to average.
    """
    moments = [_moments(column, weights, name) for column in columns]
    n = min(its.n for its in moments)
    scales = [
        coefficient * math.sqrt(its.n / max(its.n - 1, 1)) / its.total
        for coefficient, its in zip(coefficients, moments, strict=True)
    ]
    variance = 0.0
    for rows in _blocks(len(weights)):
        influence = np.zeros(len(weights[rows]))
        for column, scale, its in zip(columns, scales, moments, strict=True):
            part = (column[rows] - its.mean) * scale
            influence += np.where(np.isnan(part), 0.0, part)  # others have no say in this mean
        influence *= weights[rows]
        variance += float(influence @ influence)
    return MeanEstimate(
        name=name,
        value=sum(c * its.mean for c, its in zip(coefficients, moments, strict=True)),
        standard_error=math.sqrt(variance) if n > 1 else None,
        n=n,
        effective_n=min(its.effective_n for its in moments),
        bounds=bounds,
    )


def _present(values: FloatArray, weights: FloatArray, name: str) -> npt.NDArray[np.bool_] | slice:
    """Say which entries count: not missing, and of somebody who stands for somebody."""
    present = ~np.isnan(values)
    present &= weights > 0
    if not present.any():
        raise DataError(f"{name}: nobody answered, so there is no mean. Leave it out.")
    return slice(None) if present.all() else present  # a slice copies nothing


class _Moments(NamedTuple):
    """Sums over the respondents who count: Σw, Σw², and with residuals r Σwr² and Σw²r²."""

    n: int
    total: float
    squares: float
    mean: float
    spread: float
    error: float

    @property
    def effective_n(self) -> float:
        return self.total**2 / self.squares

    @property
    def standard_error(self) -> float | None:
        if self.n < 2:
            return None
        return math.sqrt(self.n / (self.n - 1) * self.error) / self.total

    @property
    def standard_deviation(self) -> float | None:
        return math.sqrt(self.n / (self.n - 1) * self.spread / self.total) if self.n > 1 else None


def _moments(values: FloatArray, weights: FloatArray, name: str) -> _Moments:
    """Sum up, block by block, leaving out missing values and who stands for nobody."""
    present = _present(values, weights, name)
    values, weights = values[present], weights[present]
    total = squares = first = spread = error = 0.0
    start = values[0]  # sums of differences from it: equal answers have a variance of exactly 0
    for rows in _blocks(len(values)):
        w = weights[rows]
        total += float(w.sum())
        squares += float(w @ w)
        first += float(w @ (values[rows] - start))
    mean = start + first / total
    for rows in _blocks(len(values)):
        residual = values[rows] - mean
        weighted = weights[rows] * residual
        spread += float(weighted @ residual)
        error += float(weighted @ weighted)
    return _Moments(len(values), total, squares, float(mean), spread, error)


def _blocks(n: int, size: int = ROWS_AT_A_TIME) -> Iterator[slice]:
    return (slice(first, first + size) for first in range(0, n, size))


def weighted_covariance(*parts: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted covariance matrix, n / (n - 1) Σ w_i z_i z_i' / Σ w_i.

    Parameters
    ----------
    *parts : ndarray of shape (n, columns)
        Complete answers of at least two respondents, side by side.
    weights : ndarray of shape (n,)
        Sampling weights, all positive.

    Returns
    -------
    ndarray of shape (columns, columns)
        Of all columns of all parts; the textbook one for equal weights.
    """
    n = len(weights)
    start = np.concatenate([part[0] for part in parts])
    sums, products = np.zeros(len(start)), np.zeros((len(start), len(start)))
    for rows in _blocks(n, ROWS_OF_A_PRODUCT):
        block = np.concatenate([part[rows].T for part in parts]) - start[:, np.newaxis]
        weighted = block * weights[rows]
        sums += weighted.sum(axis=1)
        products += block @ weighted.T
    mean = sums / weights.sum()
    covariance: FloatArray = (products / weights.sum() - np.outer(mean, mean)) * n / (n - 1)
    return covariance


class Proportion(Frozen):
    """A share of respondents with its base.

    Parameters
    ----------
    name : str
        What is counted.
    value : float
        The (weighted) share, 0 to 1.
    standard_error : float
        Linearised; 0 where everybody or nobody is counted.
    n : int
        Answers used.
    effective_n : float
        Answers of a simple random sample with the same variance, p (1 - p) / SE², at most `n`
        (Korn & Graubard 1998, *Survey Methodology* 24(2)); Kish's effective n where p is 0 or 1.
    """

    name: str
    value: Probability
    standard_error: NonNegative
    n: int
    effective_n: Positive

    def confidence_interval(
        self, level: float = 0.95, *, method: ProportionMethod = "wilson"
    ) -> Interval:
        """Return an interval that stays within 0 and 1.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : {"wilson", "clopper-pearson", "agresti-coull"}
            Wilson (1927) is the default: nominal coverage on average; Clopper & Pearson (1934)
            never falls below nominal; Agresti & Coull (1998) is clipped at 0 and 1.
            Weighted data enter by their effective n.

        Raises
        ------
        ParameterError
            If `level` or `method` is unknown.

        Notes
        -----
        Only n + 1 shares can be observed, so that the coverage of every method oscillates with p
        (Brown, Cai & DasGupta 2001, *Statistical Science* 16(2)). Computed exactly, for 95 %:
        between p = .1 and .9 Wilson covers 92.0 to 97.5 % at n = 30, 93.2 to 96.6 % at n = 100 and
        94.4 to 95.6 % at n = 1000, 95.2, 95.0 and 95.0 % on average. Within 1/n of 0 and 1 it
        dips to 84 % at single points; ask for ``clopper-pearson`` (95 % or more everywhere, 97.3 %
        on average at n = 30) where that matters. With unequal weights (coefficient of variation
        .8) it was 93 to 97 % in simulations.
        """
        level = checked_level(level)
        require_choice("method", method, get_args(ProportionMethod))
        low, high = _ENDS[method](self.value, self.effective_n, level)
        return Interval(low=low, high=high, level=level, method=method)

    def _table(self) -> Table:
        interval = self.confidence_interval()
        header = ("", "share", "low", "high", "n")
        note = f"{interval.description}. Effective n {self.effective_n:,.1f}."
        row = (self.name, self.value, interval.low, interval.high, self.n)
        return Table(self.name, header, (row,), (note,))


def proportion(hits: FloatArray, weights: FloatArray, *, name: str) -> Proportion:
    """Estimate a weighted share from 0/1 answers; NaN entries are left out.

    Parameters
    ----------
    hits, weights : ndarray of shape (n,)
        1 where the respondent is counted, else 0; sampling weights.
    name : str
        What is counted, for messages.

    Raises
    ------
    DataError
        If nobody answered.
    """
    present = _present(hits, weights, name)
    hits, weights = hits[present], weights[present]
    if hits.min() == hits.max():  # sums of weights would miss 0 or 1 by a rounding error
        share = float(hits[0])
    else:
        share = min(max(float(weights @ hits / weights.sum()), 0.0), 1.0)
    error = share_error(hits - share, weights)
    return Proportion(
        name=name,
        value=share,
        standard_error=error,
        n=len(hits),
        effective_n=matched_n(share * (1 - share), error, weights),
    )


def share_error(residual: FloatArray, weights: FloatArray) -> float:
    """Return the linearised standard error of a share, or of a difference of shares.

    Without the factor n / (n - 1) of a mean, so that equal weights give √(p (1 - p) / n).
    """
    influence = weights * residual / weights.sum()
    return math.sqrt(float(influence @ influence))


def matched_n(variance: float, error: float, weights: FloatArray) -> float:
    """Return the size of a simple random sample that has this standard error, at most n.

    Parameters
    ----------
    variance : float
        Variance of one answer.
    error : float
        Linearised standard error of the mean of the answers.
    weights : ndarray of shape (n,)
        Sampling weights, all positive; Kish's effective n is used where the variance is 0.
    """
    known = variance > 0 and error > 0
    matched = variance / error**2 if known else kish_effective_n(weights)
    return min(matched, float(len(weights)))


def _wilson(share: float, n: float, level: float) -> tuple[float, float]:
    """Wilson (1927) score interval, equation in Brown, Cai & DasGupta (2001), section 3.1.1."""
    z = normal_quantile(level)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if share == 0 else max(0.0, centre - reach)
    high = 1.0 if share == 1 else min(1.0, centre + reach)
    return low, high


def _clopper_pearson(share: float, n: float, level: float) -> tuple[float, float]:
    """Clopper & Pearson (1934), by beta quantiles."""
    tail = (1 - level) / 2
    hits = share * n
    low = 0.0 if share == 0 else float(special.betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if share == 1 else float(special.betaincinv(hits + 1, n - hits, 1 - tail))
    return low, high


def _agresti_coull(share: float, n: float, level: float) -> tuple[float, float]:
    """Agresti & Coull (1998): Wald after z²/2 added successes and failures, clipped."""
    z = normal_quantile(level)
    centre = (share * n + z * z / 2) / (n + z * z)
    reach = z * math.sqrt(centre * (1 - centre) / (n + z * z))
    return max(0.0, centre - reach), min(1.0, centre + reach)


_ENDS = {"wilson": _wilson, "clopper-pearson": _clopper_pearson, "agresti-coull": _agresti_coull}
