"""Negatively keyed items: reverse-scored ones whose answers were not recoded."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from custvalue._inference.ends import normal_quantile
from custvalue._respondents.instrument import Instrument, some_items
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, DataWarning, ParameterError

MANY_ITEMS = 200
CERTAINTY = 0.95  # two-sided: an unrelated item is not named


def negatively_keyed(
    names: Sequence[str], covariance: FloatArray, effective_n: float
) -> tuple[str, ...]:
    """Find items that correlate negatively with the others by more than chance.

    The first principal component sorts items into two directions, as ``check.keys`` of psych does;
    the smaller group is suspected (of equal groups, the one without the first item). Suspicion is
    confirmed where the item-rest correlation, the others recoded as the component says, is below 0
    with its whole interval (Fisher's z with the effective n). Items whose answers are all equal
    are not considered. The covariances, or correlations, have the shape (items, items).
    """
    varying = np.flatnonzero(np.diag(covariance) > 0).tolist()
    if len(varying) < 2 or effective_n <= 4:
        return ()
    own = covariance[np.ix_(varying, varying)]
    deviations = np.sqrt(np.diag(own))
    correlation = own / np.outer(deviations, deviations)
    signs = _directions(correlation)
    reach = normal_quantile(CERTAINTY) / np.sqrt(effective_n - 3)
    against = (signs < 0) & (np.arctanh(_item_rest(correlation, signs)) + reach < 0)
    return tuple(names[varying[place]] for place in np.flatnonzero(against).tolist())


def _directions(correlation: FloatArray) -> FloatArray:
    """Sort items into two directions by the first component, -1 for the smaller group."""
    signs: FloatArray = np.sign(_first_component(correlation))
    signs[signs == 0] = 1
    negative = int((signs < 0).sum()) * 2
    flip = negative > len(signs) or (negative == len(signs) and signs[0] < 0)
    return -signs if flip else signs


def _first_component(correlation: FloatArray) -> FloatArray:
    """Return the first eigenvector; of many items without the others, which cost n³."""
    if len(correlation) <= MANY_ITEMS:
        first: FloatArray = np.linalg.eigh(correlation)[1][:, -1]
        return first
    from scipy.sparse.linalg import eigsh

    start = np.linspace(1, 2, len(correlation))  # the same every time, and orthogonal to no one
    found: FloatArray = eigsh(correlation, k=1, which="LA", v0=start)[1][:, 0]
    return found


def _item_rest(correlation: FloatArray, signs: FloatArray) -> FloatArray:
    """Correlate each item with the sum of the others, standardised and recoded by `signs`."""
    shared = correlation @ signs
    spread = signs @ shared - 2 * signs * shared + 1  # variance of the sum of the others
    known = spread > 1e-12
    value = np.where(known, (shared - signs) / np.sqrt(np.where(known, spread, 1.0)), 0.0)
    return np.clip(value, -1 + 1e-12, 1 - 1e-12)


class Applied(NamedTuple):
    """The instrument that sorts the items: the one that is given, or the responses' own."""

    instrument: Instrument | None
    as_read: bool
    absent: tuple[str, ...]


def applied(
    responses: Responses, instrument: Instrument | None, items: Sequence[str] | None
) -> Applied:
    """Return the instrument to use: the one given, else that of the responses, else none.

    Of the responses' own instrument only the items count that are among them; items by name need
    no instrument.
    """
    if instrument is not None:
        if not isinstance(instrument, Instrument):
            raise ParameterError(
                f"instrument must be an Instrument, but it is {instrument!r}. Use items=[…] for "
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
    absent = tuple(name for name in own.item_names if name not in responses.items)
    return Applied(some_items(own, responses.items), as_read=True, absent=absent)


def as_read_note(*, as_read: bool, absent: Sequence[str]) -> tuple[str, ...]:
    """Say that the responses' own instrument was used, as the notes of a table."""
    if not as_read:
        return ()
    without = f", without {listed(absent)}, which these responses do not have" if absent else ""
    return (f"The instrument is the one with which the answers were read{without}.",)


def to_recode(responses: Responses, instrument: Instrument) -> tuple[str, ...]:
    """Return the reverse-scored items of an instrument that still have to be recoded."""
    keyed = responses.instrument
    if keyed is None:
        return instrument.reverse_scored_items
    common = set(keyed.item_names) & set(instrument.item_names)
    for name in responses.items:
        if name in common and (name in keyed.reverse_scored_items) != (
            name in instrument.reverse_scored_items
        ):
            raise DataError(
                f"{name!r} is reverse-scored in one of the instruments {keyed.name!r}, by which "
                f"these responses are keyed, and {instrument.name!r}, but not in the other. Key "
                f"the answers as they were read.",
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
    recoded: Collection[str],
) -> None:
    """Warn of negatively keyed items by name, and of a negative alpha."""
    negative = f"alpha{scope} is {alpha:.4f}, which no reliability can be: " if alpha < 0 else ""
    if names:
        message = keying_note(names, scale=scale, scope=scope, recoded=recoded)
    elif negative:
        message = (
            f"the items correlate less than by chance. They do not measure one thing, or there "
            f"are too few respondents ({n})."
        )
    else:
        return
    warnings.warn(negative + message, DataWarning, stacklevel=4)


def keying_note(names: Sequence[str], *, scale: Scale, scope: str, recoded: Collection[str]) -> str:
    """Name the negatively keyed items, and say what to do about them."""
    verb = "correlates" if len(names) == 1 else "correlate"
    remedy = _remedy(names, scale, recoded)
    return f"{listed(names)} {verb} negatively with the other items{scope}. {remedy}"


def _remedy(names: Sequence[str], scale: Scale, recoded: Collection[str]) -> str:
    """Say what to do about negatively keyed items."""
    its = [name for name in names if name in recoded]
    others = [name for name in names if name not in recoded]
    if its and others:
        parts = ((part, _remedy(part, scale, recoded)) for part in (its, others))
        return " ".join(f"{listed(part)}: {remedy}" for part, remedy in parts)
    it = "it" if len(names) == 1 else "them"
    if its:
        return (
            f"The instrument says reverse_scored=True, which recoded {it}: remove that if the "
            f"wording has the direction of the other items. If not, exclude {it}."
        )
    return (
        f"If the wording has the opposite direction, declare {it} as reverse-scored in the "
        f"instrument, Item(name={names[0]!r}, reverse_scored=True), or recode each answer as "
        f"{plain(scale.low + scale.high)} - answer. If not, exclude {it}."
    )
