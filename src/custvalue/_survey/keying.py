"""Items that run against the others: worded the other way round, and not yet turned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from custvalue._base import FloatArray
from custvalue._statistics import normal_quantile
from custvalue._survey.moments import Moments
from custvalue._survey.scale import Scale
from custvalue.errors import DataWarning, listed, plain

CERTAINTY = 0.95  # two-sided: an item that has nothing to do with the others is not accused


def running_against(correlation: FloatArray, effective_n: float) -> list[int]:
    """Find items that go against the others by more than chance.

    The first principal component sorts items into two directions, as ``check.keys`` of psych does;
    the smaller group is suspected (of equal groups, the one without the first item). Suspicion is
    confirmed where the correlation with the sum of the other items, these turned as the component
    says, is below 0 with its whole interval (Fisher's z with the effective n).

    Parameters
    ----------
    correlation : ndarray of shape (items, items)
        Of the items.
    effective_n : float
        Kish's effective number of respondents.

    Returns
    -------
    list of int
        Their positions.
    """
    signs = np.sign(np.linalg.eigh(correlation)[1][:, -1])
    signs[signs == 0] = 1
    if (signs < 0).sum() * 2 > len(signs) or ((signs < 0).sum() * 2 == len(signs) and signs[0] < 0):
        signs = -signs
    if effective_n <= 4:
        return []
    reach = normal_quantile(CERTAINTY) / np.sqrt(effective_n - 3)
    return [
        int(place)
        for place in np.flatnonzero(signs < 0)
        if np.arctanh(_with_rest(correlation, signs, int(place))) + reach < 0
    ]


def _with_rest(correlation: FloatArray, signs: FloatArray, place: int) -> float:
    """Correlate an item with the sum of the others, standardised and turned by `signs`."""
    others = signs.copy()
    others[place] = 0
    spread = float(others @ correlation @ others)
    if spread <= 1e-12:
        return 0.0
    value = float(correlation[place] @ others) / np.sqrt(spread)
    return float(np.clip(value, -1 + 1e-12, 1 - 1e-12))


def warn_of_keys(
    moments: Moments, against: Sequence[int], alpha: float, scale: Scale, scope: str
) -> None:
    """Warn of reversed items by name, and of a negative alpha.

    Parameters
    ----------
    moments : Moments
        Covariances of the items.
    against : sequence of int
        Positions of the items that run against the others.
    alpha : float
        Raw.
    scale : Scale
        Of the answers; tells how to turn one.
    scope : str
        What the items belong to, for the message.
    """
    negative = f"alpha{scope} is {alpha:.4f}, which no reliability can be: " if alpha < 0 else ""
    if against:
        names = [moments.names[place] for place in against]
        one = len(names) == 1
        turned = plain(scale.low + scale.high)
        message = (
            f"{negative}{listed(names)} {'runs' if one else 'run'} against the other items{scope}. "
            f"If worded the other way round, turn {'it' if one else 'them'} before reading: put "
            f"{turned} - answer for each answer. If not, leave {'it' if one else 'them'} out."
        )
        warnings.warn(message, DataWarning, stacklevel=4)
    elif negative:
        message = (
            f"{negative}the items go together less than by chance. They do not measure one thing, "
            f"or there are too few respondents ({moments.n})."
        )
        warnings.warn(message, DataWarning, stacklevel=4)
