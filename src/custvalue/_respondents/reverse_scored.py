"""Reverse-scored items: which they are, and their answers recoded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custvalue._respondents.instrument import Instrument
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, ParameterError


def require_instrument(instrument: object) -> None:
    """Raise a ParameterError unless it is an Instrument."""
    if not isinstance(instrument, Instrument):
        raise ParameterError(f"instrument must be an Instrument, but it is {instrument!r}.")


def check_belong(items: Sequence[str], instrument: Instrument) -> None:
    """Raise a DataError unless every item is one of the instrument's."""
    require_instrument(instrument)
    known = instrument.item_names
    for name in items:
        if name not in known:
            raise DataError(
                f"unknown item {name!r}.{did_you_mean(name, known)} The items of "
                f"{instrument.name!r} are {listed(known)}. Where columns have other names, use "
                f"instrument.renamed([…]).",
                column=name,
            )


def recoded(
    items: Sequence[str], answers: FloatArray, scale: Scale, turn: Sequence[str]
) -> FloatArray:
    """Return answers with some items recoded by the theoretical ends of the scale."""
    places = [place for place, name in enumerate(items) if name in turn]
    if not places:
        return answers
    result = np.array(answers, order="F")
    for place in places:
        result[:, place] = scale.low + scale.high - result[:, place]
    return result
