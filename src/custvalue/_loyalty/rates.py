"""Rates as people know them: a number, counts, a Beta distribution, an estimate, a claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator
from scipy import special

from custvalue._inference.ends import normal_size
from custvalue._inference.estimate import Estimated, estimate_of
from custvalue._loyalty.claims import Claim, usable
from custvalue._loyalty.counting import MOST
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, NonNegative, Positive, Probability
from custvalue.errors import ParameterError

LARGEST = 1e100  # of an amount
HALF = 0.5  # of Jeffreys' prior
SHARE = (0.0, 1.0)  # bounds of an estimate that is one
LEVEL = 0.95  # at which few clusters are taken for fewer answers


class Rate(Frozen):
    """A share, and how sure it is.

    Parameters
    ----------
    value : float
        The share.
    a, b : float, optional
        Of the Beta distribution that says how sure it is; known exactly without them.
    n : int
        Customers or answers that it rests on, 0 where that is not known.

    Examples
    --------
    >>> from custvalue.loyalty import Rate
    >>> Rate.from_counts(81, 171)
    Rate(value=0.47368421052631576, a=81.5, b=90.5, n=171)
    """

    value: Probability
    a: Positive | None = None
    b: Positive | None = None
    n: Count = 0

    @classmethod
    def from_counts(cls, count: int, n: int) -> Rate:
        """Return the rate of `count` among `n`, with Jeffreys' prior.

        Parameters
        ----------
        count, n : int
            Whole numbers with 0 <= count <= n and n > 0.

        Raises
        ------
        ParameterError
            If they are no such numbers.
        """
        whole = all(isinstance(its, int | np.integer) for its in (count, n))
        if whole and n > MOST:
            raise ParameterError(f"counts must be at most {MOST:,}. Count customers in thousands.")
        if not whole or isinstance(count, bool) or not 0 <= count <= n or n == 0:
            nobody = " Of nobody nothing is known: Rate.beta(0.5, 0.5) says that." if n == 0 else ""
            raise ParameterError(
                f"counts must be whole numbers with 0 <= count <= n and n > 0, but they are "
                f"{count!r} and {n!r}.{nobody}"
            )
        return cls(value=count / n, a=count + HALF, b=n - count + HALF, n=int(n))

    @classmethod
    def beta(cls, a: float, b: float) -> Rate:
        """Return the rate that a Beta distribution says, with its mean as the value.

        Parameters
        ----------
        a, b : float
            Both > 0.

        Raises
        ------
        ParameterError
            If one is not.
        """
        if not all(isinstance(its, int | float) and 0 < its < math.inf for its in (a, b)):
            raise ParameterError(f"a and b must be numbers > 0, but they are {a!r} and {b!r}.")
        return cls(value=a / (a + b), a=a, b=b)

    def quantiles(self, probabilities: FloatArray) -> FloatArray:
        """Return what the rate stays below with probabilities; the value where it is known.

        Parameters
        ----------
        probabilities : ndarray of float64
            Between 0 and 1.
        """
        if self.a is None or self.b is None:
            return np.full_like(probabilities, self.value)
        return np.asarray(special.betaincinv(self.a, self.b, probabilities), dtype=np.float64)


def rate_of(given: Any, argument: str = "rate") -> Rate:
    """Read what people have as a rate."""
    if isinstance(given, Rate):
        return given
    if isinstance(given, Mapping):
        return Rate(**given)
    if isinstance(given, Claim):
        return Rate(value=usable(given, argument))
    if isinstance(given, tuple | list) and len(given) == 2:
        return counts_as_rate(given, argument)
    if isinstance(given, int | float | np.number) and not isinstance(given, bool):
        if 0 <= float(given) <= 1:
            return Rate(value=float(given))
        hint = f" Did you mean {float(given) / 100:g}?" if 2 <= given <= 100 else ""
        raise ParameterError(f"{argument} must be a share from 0 to 1, but it is {given!r}.{hint}")
    if isinstance(given, Estimated):
        return _of_estimate(given, argument)
    raise ParameterError(
        f"{argument} must be a share from 0 to 1, counts as in (81, 171), an estimate of a share, "
        f"Rate.beta(a, b), or a claim, but it is {given!r}."
    )


def counts_as_rate(given: Sequence[Any], argument: str) -> Rate:
    """Read a pair of counts, and name the argument where it is none."""
    try:
        return Rate.from_counts(*given)
    except ParameterError as error:
        raise ParameterError(f"{argument}: {error}") from None


def _of_estimate(given: Estimated, argument: str) -> Rate:
    """Return the Beta distribution with the variance of an estimate, by t where there are clusters.

    Its size is that of a simple random sample with the same standard error.
    """
    estimate = estimate_of(given)
    value, error = estimate.value, estimate.standard_error
    if not 0 <= value <= 1 or estimate.bounds not in (None, SHARE):
        raise ParameterError(
            f"{argument} must be an estimate of a share, but it is {estimate.name} {value:g}."
        )
    if not estimate.n and not error:
        return Rate(value=value)
    matched = value * (1 - value) / error**2 if error else estimate.effective_n
    most = estimate.n or math.inf
    n = normal_size(LEVEL, max(min(matched, most), 1.0), estimate.degrees_of_freedom)
    return Rate(value=value, a=value * n + HALF, b=(1 - value) * n + HALF, n=estimate.n)


def _read(given: Any) -> Any:
    """Let pydantic say where a rate stands that cannot be read."""
    try:
        return rate_of(given)
    except ParameterError as error:
        raise ValueError(str(error).removeprefix("rate: ").removeprefix("rate ")) from None


AsRate = Annotated[Rate, BeforeValidator(_read)]


class Amount(Frozen):
    """An amount of money or a number, and its standard error.

    Parameters
    ----------
    value : float
        The amount.
    standard_error : float
        How sure it is, 0 where it is known.
    """

    value: NonNegative
    standard_error: NonNegative = 0.0

    def quantiles(self, probabilities: FloatArray) -> FloatArray:
        """Return what the amount stays below with probabilities, never below 0.

        Parameters
        ----------
        probabilities : ndarray of float64
            Between 0 and 1.
        """
        off = self.standard_error * special.ndtri(probabilities)
        return np.maximum(self.value + off, 0.0)


def _amount(given: Any) -> Any:
    if isinstance(given, Claim):
        return Amount(value=usable(given, "the amount"))
    if isinstance(given, Amount | Mapping):
        return given
    if isinstance(given, Estimated):
        return Amount(value=given.value, standard_error=given.standard_error or 0.0)
    a_number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
    if a_number and 0 <= float(given) <= LARGEST:
        return Amount(value=float(given))
    raise ValueError(
        f"must be a number from 0 to {LARGEST:g}, or an estimate, but it is {given!r}."
    )


AsAmount = Annotated[Amount, BeforeValidator(_amount)]
