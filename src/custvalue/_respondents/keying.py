"""Items that run against the others: worded the other way round, and not yet turned."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from custvalue._inference.ends import normal_quantile
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, DataWarning, ParameterError

CERTAINTY = 0.95  # two-sided: an item that has nothing to do with the others is not accused


def running_against(
    names: Sequence[str], correlation: FloatArray, effective_n: float
) -> tuple[str, ...]:
    """Find items that go against the others by more than chance.

    The first principal component sorts items into two directions, as ``check.keys`` of psych does;
    the smaller group is suspected (of equal groups, the one without the first item). Suspicion is
    confirmed where the correlation with the sum of the other items, these turned as the component
    says, is below 0 with its whole interval (Fisher's z with the effective n).

    Parameters
    ----------
    names : sequence of str
        The items.
    correlation : ndarray of shape (items, items)
        Of the items.
    effective_n : float
        Kish's effective number of respondents.

    Returns
    -------
    tuple of str
        Their names.
    """
    signs = np.sign(np.linalg.eigh(correlation)[1][:, -1])
    signs[signs == 0] = 1
    if (signs < 0).sum() * 2 > len(signs) or ((signs < 0).sum() * 2 == len(signs) and signs[0] < 0):
        signs = -signs
    if effective_n <= 4:
        return ()
    reach = normal_quantile(CERTAINTY) / np.sqrt(effective_n - 3)
    return tuple(
        names[place]
        for place in np.flatnonzero(signs < 0).tolist()
        if np.arctanh(_with_rest(correlation, signs, place)) + reach < 0
    )


def against_rest(
    names: Sequence[str], covariance: FloatArray, effective_n: float
) -> tuple[str, ...]:
    """Find items that go against the others; one with equal answers goes with and against none.

    Parameters
    ----------
    names : sequence of str
        The items.
    covariance : ndarray of shape (items, items)
        Of the items.
    effective_n : float
        Kish's effective number of respondents.
    """
    varying = np.flatnonzero(np.diag(covariance) > 0).tolist()
    if len(varying) < 2:
        return ()
    own = covariance[np.ix_(varying, varying)]
    deviations = np.sqrt(np.diag(own))
    correlation = own / np.outer(deviations, deviations)
    return running_against([names[place] for place in varying], correlation, effective_n)


def _with_rest(correlation: FloatArray, signs: FloatArray, place: int) -> float:
    """Correlate an item with the sum of the others, standardised and turned by `signs`."""
    others = signs.copy()
    others[place] = 0
    spread = float(others @ correlation @ others)
    if spread <= 1e-12:
        return 0.0
    value = float(correlation[place] @ others) / np.sqrt(spread)
    return float(np.clip(value, -1 + 1e-12, 1 - 1e-12))


class Applied(NamedTuple):
    """The instrument that sorts the items: the one that is given, or the responses' own."""

    instrument: Instrument | None
    as_read: bool
    absent: tuple[str, ...]


def applied(
    responses: Responses, instrument: Instrument | None, items: Sequence[str] | None
) -> Applied:
    """Return the instrument to use: the one given, else that of the responses, else none.

    Of the responses' own instrument only the items count that are among them.

    Parameters
    ----------
    responses : Responses
        The survey.
    instrument : Instrument or None
        What the caller says.
    items : sequence of str or None
        What the caller says; items by name need no instrument.

    Raises
    ------
    ParameterError
        If `instrument` is none, or both are given.
    """
    if instrument is not None:
        if not isinstance(instrument, Instrument):
            raise ParameterError(
                f"instrument must be an Instrument, but it is {instrument!r}. Say items=[…] for "
                f"items by name."
            )
        if items is not None:
            raise ParameterError(
                "give either items=[…] or an instrument, which names the items of each dimension."
            )
        return Applied(instrument, as_read=False, absent=())
    own = responses.instrument
    if own is None or items is not None:
        return Applied(None, as_read=False, absent=())
    dimensions = tuple(
        its.model_copy(update={"items": here})
        for its in own.dimensions
        if (here := tuple(item for item in its.items if item.name in responses.items))
    )
    absent = tuple(name for name in own.item_names if name not in responses.items)
    return Applied(own.model_copy(update={"dimensions": dimensions}), as_read=True, absent=absent)


def as_read_note(*, as_read: bool, absent: Sequence[str]) -> tuple[str, ...]:
    """Say that the responses' own instrument was used, as the notes of a table."""
    if not as_read:
        return ()
    without = f", without {listed(absent)}, which these responses do not have" if absent else ""
    return (f"The instrument is the one with which the answers were read{without}.",)


def to_turn(responses: Responses, instrument: Instrument) -> tuple[str, ...]:
    """Return the reversed items of an instrument that still have to be turned round.

    Raises
    ------
    DataError
        If the responses were keyed by an instrument that says otherwise.
    """
    keyed = responses.instrument
    if keyed is None:
        return instrument.reversed_items
    common = set(keyed.item_names) & set(instrument.item_names)
    for name in responses.items:
        if name in common and (name in keyed.reversed_items) != (name in instrument.reversed_items):
            raise DataError(
                f"{name!r} is reversed in one of the instruments {keyed.name!r}, by which these "
                f"responses are keyed, and {instrument.name!r}, but not in the other. Key the "
                f"answers as they were read.",
                column=name,
            )
    return ()


def warn_of_keys(
    names: Sequence[str],
    *,
    n: int,
    alpha: float,
    scale: Scale,
    scope: str,
    turned: Collection[str],
) -> None:
    """Warn of items that run against the others by name, and of a negative alpha.

    Parameters
    ----------
    names : sequence of str
        Items that run against the others.
    n : int
        Respondents.
    alpha : float
        Raw.
    scale : Scale
        Of the answers; tells how to turn one.
    scope : str
        What the items belong to, for the message.
    turned : collection of str
        Items that were turned round already.
    """
    negative = f"alpha{scope} is {alpha:.4f}, which no reliability can be: " if alpha < 0 else ""
    if names:
        message = running_note(names, scale=scale, scope=scope, turned=turned)
    elif negative:
        message = (
            f"the items go together less than by chance. They do not measure one thing, or there "
            f"are too few respondents ({n})."
        )
    else:
        return
    warnings.warn(negative + message, DataWarning, stacklevel=4)


def running_note(names: Sequence[str], *, scale: Scale, scope: str, turned: Collection[str]) -> str:
    """Name the items that run against the others, and say what to do about them.

    Parameters
    ----------
    names : sequence of str
        The items; at least one.
    scale : Scale
        Of the answers.
    scope : str
        What the items belong to: `` of tangibles``, or nothing.
    turned : collection of str
        Items that were turned round already.
    """
    run = "runs" if len(names) == 1 else "run"
    remedy = _remedy(names, scale, turned)
    return f"{listed(names)} {run} against the other items{scope}. {remedy}"


def _remedy(names: Sequence[str], scale: Scale, turned: Collection[str]) -> str:
    """Say what to do about items that run against the others."""
    it = "it" if len(names) == 1 else "them"
    if all(name in turned for name in names):
        return (
            f"The instrument says reversed=True, so {it} had been turned round: take that back if "
            f"worded like the others. If not, leave {it} out."
        )
    return (
        f"If worded the other way round, say so in the instrument, Item(name={names[0]!r}, "
        f"reversed=True), or put {plain(scale.low + scale.high)} - answer for each answer. If not, "
        f"leave {it} out."
    )
