"""Estimates with their uncertainty: moments, proportions, intervals. Once, for everybody.

Sampling weights enter every variance by Taylor linearisation of the weighted mean (with
replacement, one stage: Särndal, Swensson & Wretman 1992, *Model Assisted Survey Sampling*,
section 5.7), which for equal weights is the textbook s²/n. Kish's effective sample size is
reported beside it and used for nothing else but proportions at 0 and 1, where the linearised
variance vanishes.

Only ``scipy.special`` is used: ``scipy.stats`` takes half a second to import.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

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

ROWS_AT_A_TIME = 16_384  # of a covariance: a block of 44 columns stays in the cache


def normal_quantile(level: float) -> float:
    """Return z such that ``P(|Z| <= z) = level``."""
    return float(special.ndtri(0.5 + level / 2))


def t_quantile(level: float, degrees_of_freedom: float) -> float:
    """Return t such that ``P(|T| <= t) = level``."""
    return float(special.stdtrit(degrees_of_freedom, 0.5 + level / 2))


def kish_effective_n(weights: FloatArray) -> float:
    """Return Kish's effective sample size, (Σw)² / Σw² (Kish 1965, *Survey Sampling*)."""
    return float(weights.sum() ** 2 / np.square(weights).sum())


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
    """

    name: str
    value: float
    standard_error: NonNegative | None
    n: int
    effective_n: Positive
    bounds: tuple[float, float] | None = None

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
        """
        level = checked_level(level)
        if self.standard_error is None:
            raise DataError(
                f"{self.name}: an interval needs at least 2 answers, but there is {self.n}. "
                f"Report the value without one, or collect more answers."
            )
        reach = t_quantile(level, self.n - 1) * self.standard_error
        low, high, method = self.value - reach, self.value + reach, "t"
        if self.bounds is not None and (low < self.bounds[0] or high > self.bounds[1]):
            low, high = max(low, self.bounds[0]), min(high, self.bounds[1])
            method = "t, clipped at the end of the scale"
        return Interval(low=low, high=high, level=level, method=method)

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return value, low, high, standard error and n as cells of a table."""
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
    present = _present(values, weights, name)
    weights = weights[present]
    mean, influence = _linearised_mean(values[present], weights)
    n = len(weights)
    return MeanEstimate(
        name=name,
        value=mean,
        standard_error=math.sqrt(float(influence @ influence)) if n > 1 else None,
        n=n,
        effective_n=kish_effective_n(weights),
        bounds=bounds,
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
    value, influence, bases = 0.0, np.zeros(len(weights)), []
    for column, coefficient in zip(columns, coefficients, strict=True):
        present = _present(column, weights, name)
        mean, part = _linearised_mean(column[present], weights[present])
        value += coefficient * mean
        influence[present] += coefficient * part
        bases.append((len(part), kish_effective_n(weights[present])))
    n = min(n for n, _ in bases)
    return MeanEstimate(
        name=name,
        value=value,
        standard_error=math.sqrt(float(influence @ influence)) if n > 1 else None,
        n=n,
        effective_n=min(effective for _, effective in bases),
        bounds=bounds,
    )


def _present(values: FloatArray, weights: FloatArray, name: str) -> npt.NDArray[np.bool_] | slice:
    """Say which entries count: not missing, and of somebody who stands for somebody."""
    present = ~np.isnan(values) & (weights > 0)
    if not present.any():
        raise DataError(f"{name}: nobody answered, so there is no mean. Leave it out.")
    return slice(None) if present.all() else present  # a slice copies nothing


def _linearised_mean(values: FloatArray, weights: FloatArray) -> tuple[float, FloatArray]:
    """Return the mean and each respondent's influence on it; Σ influence² is its variance."""
    n = len(values)
    share = weights / weights.sum()
    start = values[0]
    residual = values - start  # so that equal answers have a variance of exactly 0
    mean = float(share @ residual)
    residual -= mean
    residual *= share
    residual *= math.sqrt(n / (n - 1)) if n > 1 else 1.0
    return float(start) + mean, residual


def weighted_covariance(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted covariance matrix, n / (n - 1) Σ w_i z_i z_i' / Σ w_i.

    Parameters
    ----------
    values : ndarray of shape (n, columns)
        Complete answers of at least two respondents.
    weights : ndarray of shape (n,)
        Sampling weights, all positive.

    Returns
    -------
    ndarray of shape (columns, columns)
        The textbook one for equal weights.
    """
    n, width = values.shape
    share = weights / weights.sum()
    start = values[0].copy()
    sums, products = np.zeros(width), np.zeros((width, width))
    for first in range(0, n, ROWS_AT_A_TIME):
        block = values[first : first + ROWS_AT_A_TIME] - start
        weighted = block * share[first : first + ROWS_AT_A_TIME, np.newaxis]
        sums += weighted.sum(axis=0)
        products += block.T @ weighted
    return (products - np.outer(sums, sums)) * n / (n - 1)


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
        Answers of a simple random sample with the same variance, p (1 - p) / SE²; Kish's
        effective n where p is 0 or 1.
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
            Wilson (1927) is the default: near nominal coverage at every p; Clopper & Pearson
            (1934) never falls below nominal; Agresti & Coull (1998) is clipped at 0 and 1.
            Weighted data enter by their effective n.

        Raises
        ------
        ParameterError
            If `level` or `method` is unknown.
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
    mean = mean_estimate(hits, weights, name=name)
    share = min(max(mean.value, 0.0), 1.0)
    equal = math.isclose(mean.effective_n, mean.n, rel_tol=1e-12)
    if equal or share in (0.0, 1.0) or not mean.standard_error:
        error = math.sqrt(share * (1 - share) / mean.effective_n)
        effective = mean.effective_n
    else:
        error = mean.standard_error
        effective = share * (1 - share) / error**2
    return Proportion(name=name, value=share, standard_error=error, n=mean.n, effective_n=effective)


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
