"""From one row an answer to one row a respondent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from custvalue import _frames
from custvalue._columns import Array, Integers
from custvalue._respondents.reading import check_items
from custvalue._words import listed, more, plain
from custvalue.errors import DataError


def wide(frame: Any, *, respondent: str, item: str, answer: str, keep: Sequence[str] = ()) -> Any:
    """Turn one row an answer (long format) into one row a respondent.

    Parameters
    ----------
    frame : dataframe or mapping
        One row per answer.
    respondent, item, answer : str
        Columns of who answered, what was asked, and the answer.
    keep : sequence of str
        Columns to keep that say one thing of each respondent, such as the dealer or the weight.

    Returns
    -------
    dataframe or dict
        Of the kind of `frame`: the column of respondents, those to keep, and one column per item,
        in the order in which they come first; missing where a respondent has no row.

    Raises
    ------
    DataError
        If a respondent has two answers to an item, a column to keep varies within a respondent, a
        respondent or an item is missing, or two columns would have one name.

    Examples
    --------
    >>> from custvalue.survey import wide
    >>> long = {
    ...     "id": [1, 1, 2],
    ...     "dealer": ["north", "north", "south"],
    ...     "question": ["speed", "price", "speed"],
    ...     "answer": [5, 4, 3],
    ... }
    >>> rows = wide(long, respondent="id", item="question", answer="answer", keep=["dealer"])
    >>> {name: column.tolist() for name, column in rows.items()}
    {'id': [1, 2], 'dealer': ['north', 'south'], 'speed': [5.0, 3.0], 'price': [4.0, nan]}
    """
    kept = check_items(keep, "keep") if len(keep) else ()
    source = _frames.Source(frame)
    asked = {"respondent": respondent, "item": item, "answer": answer}
    source.require({**asked, **{f"keep[{i}]": name for i, name in enumerate(kept)}})
    _refuse_repeated((respondent, item, answer, *kept), "have two roles")
    if not source.rows:
        raise DataError("frame has no rows. Give at least one answer.")
    people, who, first = _in_order(source, respondent)
    items, what, _ = _in_order(source, item)
    names = [str(plain(name)) for name in items]
    _refuse_repeated((respondent, *kept, *names), "would be two columns")
    _refuse_second_answers((respondent, item, answer), (people[who], items[what]), who, what)
    columns = {respondent: people}
    columns |= {name: _constant(source, name, (respondent, people), who, first) for name in kept}
    answers = _spread(source.entries(answer), who, what, (len(people), len(items)))
    columns |= {name: answers[:, place] for place, name in enumerate(names)}
    return _frames.to_frame(columns, like=frame)


def _in_order(source: _frames.Source, name: str) -> tuple[Array, Integers, Integers]:
    """Return the labels of a column as they come, the place of each row's, and their first rows."""
    labels, codes = source.codes(name)
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(first)
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return labels[order], places[codes], first[order]


def _refuse_repeated(names: Sequence[str], fault: str) -> None:
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise DataError(f"{listed(dict.fromkeys(twice))} {fault}. Rename one.")


def _refuse_second_answers(
    names: tuple[str, str, str], labels: tuple[Array, Array], who: Integers, what: Integers
) -> None:
    """Raise where a respondent has two rows for an item."""
    order = np.lexsort((np.arange(len(who)), what, who))
    again = (np.diff(who[order]) == 0) & (np.diff(what[order]) == 0)
    if not again.any():
        return
    rows = np.sort(order[1:][again])
    row = int(rows[0])
    before = int(np.flatnonzero((who == who[row]) & (what == what[row]))[0])
    others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
    person, item = (plain(each[row]) for each in labels)
    raise DataError(
        f"{names[2]} must be one for each respondent and item, but row {row} is a second one of "
        f"{person!r} to {item!r}, after row {before}{others}. Keep one of them, or let "
        f"{names[0]!r} tell visits apart.",
        column=names[2],
        rows=rows,
        value=item,
    )


def _constant(
    source: _frames.Source,
    name: str,
    respondents: tuple[str, Array],
    who: Integers,
    first: Integers,
) -> Array:
    """Return the entry of each respondent, or raise where a respondent has two."""
    entries, alike = source.entries(name), source.alike(name)
    rows = np.flatnonzero(alike != alike[first][who])
    if rows.size:
        its = who[rows[0]]
        usual, person = plain(entries[first[its]]), plain(respondents[1][its])
        raise DataError.at_rows(
            name,
            f"one for each respondent, as {usual!r} of {respondents[0]} {person!r}",
            rows,
            entries[rows],
            "Leave it out of keep, or correct it.",
        )
    return entries[first]


def _spread(entries: Array, who: Integers, what: Integers, shape: tuple[int, int]) -> Array:
    """Put the answers into rows of respondents and columns of items."""
    numbers = entries.dtype.kind in "iuf"
    found = np.full(shape, np.nan if numbers else None, dtype=np.float64 if numbers else object)
    found[who, what] = entries
    return found
