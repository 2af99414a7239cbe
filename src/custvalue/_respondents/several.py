"""Answers on several scales, read at once: the same respondents in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._frames import Source
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.reader import Asked, Roles, read_blocks
from custvalue._respondents.reading import check_items
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue.errors import DataError, ParameterError

EXAMPLE = '{"quality": (["speed", "price"], Scale(1, 5)), "recommend": (["nps"], Scale(0, 10))}'


def read_parts(
    frame: Any,
    parts: Mapping[str, tuple[Sequence[str], Scale | Codebook]],
    *,
    weights: str | None = None,
    missing: MissingPolicy = "raise",
    group: str | None = None,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    labels: Sequence[str] | Mapping[str, str] | None = None,
    customer: str | None = None,
    repeats: RepeatsPolicy = "raise",
    date: str | None = None,
    min_answered: float = 0.5,
) -> dict[str, Responses]:
    """Read the parts of a questionnaire that have scales of their own.

    Whom the policy for missing answers excludes, it excludes from all parts, so that the same
    respondents are in each.

    Parameters
    ----------
    frame : dataframe or mapping
        One row per respondent, one column per item.
    parts : mapping of str to (sequence of str, Scale or Codebook)
        Name of a part to the columns of its items, and their scale or codebook.
    weights, missing, group, wave, cluster, stratum, labels, min_answered
        As in :meth:`Responses.from_frame`.
    customer, repeats, date
        As in :meth:`Responses.from_frame`.

    Returns
    -------
    dict of str to Responses
        The answers of each part.

    Raises
    ------
    DataError
        As :meth:`Responses.from_frame`, or if a column is in two parts.
    ParameterError
        If `parts` is not such a mapping, or as :meth:`Responses.from_frame`.

    Examples
    --------
    >>> from custvalue.survey import Scale, read_parts
    >>> frame = {"speed": [5, 4, 2], "price": [4, None, 3], "nps": [10, 9, 2]}
    >>> parts = read_parts(
    ...     frame,
    ...     {"quality": (["speed", "price"], Scale(1, 5)), "recommend": (["nps"], Scale(0, 10))},
    ...     missing="drop",
    ... )
    >>> parts["quality"]
    Responses(respondents=2, items=2, scale='1-5', missing=0)
    >>> parts["recommend"].item("nps")
    array([10.,  2.])
    """
    asked = _asked(parts)
    source = Source(frame)
    items = [item for its in asked.values() for item in its.items]
    source.require({f"parts[{name!r}]": item for name, its in asked.items() for item in its.items})
    twice = next((item for i, item in enumerate(items) if item in items[:i]), None)
    if twice is not None:
        raise DataError(f"column {twice!r} is in two parts. Name it in one.", column=twice)
    roles = Roles(weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing)
    who = roles.of_frame(source, items)
    blocks, settled = read_blocks(source, asked, who, missing=missing, min_answered=min_answered)
    lost, first, found = settled.shared["lost"], 0, {}
    for name, block in blocks.items():
        places = range(first, first + len(block.items))
        its = None if lost is None else lost.of_questions(places)
        found[name] = Responses.of_block(block, {**settled.shared, "lost": its})
        first = places.stop
    return found


def _asked(parts: Any) -> dict[str, Asked]:
    """Check what parts there are, and return what each one asks."""
    pairs = list(parts.values()) if isinstance(parts, Mapping) else []
    if not pairs or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise ParameterError(
            f"parts must be a mapping of name to items and their scale, as in {EXAMPLE}, but it is "
            f"{parts!r}."
        )
    found = {}
    for name, (items, scale) in parts.items():
        if not isinstance(scale, Scale | Codebook):
            raise ParameterError(
                f"parts[{name!r}] must end in a Scale or a Codebook, as in {EXAMPLE}, but it ends "
                f"in {scale!r}."
            )
        names = check_items(items, f"parts[{name!r}]")
        if isinstance(scale, Codebook):
            found[str(name)] = Asked(names, scale.scale, codebook=scale)
        else:
            found[str(name)] = Asked(names, scale)
    return found
