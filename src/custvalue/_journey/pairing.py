"""Shares of visits as answers: of single visits, and of the same vehicles in two periods."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._checks import no_such
from custvalue._journey.outcomes import Outcomes
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError

ALL_OR_NOTHING = Scale(0, 1)
OWN_ARGUMENTS = ("group", "wave", "cluster")  # labels of visits may have these names
SHARE = Scale(0, 1, step=None)


def answers_of(outcomes: Outcomes, measure: str, wave: str | None) -> Responses:
    """Return every visit that counts as an answer of 0 or 1."""
    known = outcomes.of(~np.isnan(outcomes.hits))
    labels: dict[str, Any] = {**known.labels}
    roles = {name: labels.pop(name) for name in OWN_ARGUMENTS if name in labels}
    if wave is not None:
        roles["wave"] = known.label(wave, "wave")
    roles["cluster"] = known.cluster
    return Responses.from_arrays(
        known.hits, scale=ALL_OR_NOTHING, items=[measure], labels=labels, **roles
    )


def paired_answers(
    outcomes: Outcomes, measure: str, periods: tuple[str, str], by: str, of: str | None
) -> tuple[Responses, Responses]:
    """Return the own shares of those who have visits that count in both of two periods."""
    known = outcomes.of(~np.isnan(outcomes.hits))
    when, who = known.label(by).astype(str), _paired(known, of)
    names, codes = np.unique(who, return_inverse=True)
    rows = [_rows_of(when, by, str(period)) & (who.astype(str) != "") for period in periods]
    if str(periods[0]) == str(periods[1]):
        raise ParameterError(
            f"first and second must be different periods, but both are {periods[0]!r}."
        )
    visits = [np.bincount(codes[row], minlength=len(names)) for row in rows]
    both = np.flatnonzero((visits[0] > 0) & (visits[1] > 0))
    if len(both) < 2:
        each = of or "vehicle (or customer)"
        raise DataError(
            f"a change needs at least 2 that have visits in both {periods[0]!r} and "
            f"{periods[1]!r}, but among the {len(names):,} entries of {each} there are "
            f"{len(both)}. Compare different ones with "
            f"comparing.groups(rate.responses(wave={by!r}), …, by='wave')."
        )
    cluster = None if known.cluster is None else _first(known.cluster, codes, rows[0], len(names))
    shares: list[FloatArray] = [
        np.bincount(codes[row], known.hits[row], len(names))[both] / visit[both]
        for row, visit in zip(rows, visits, strict=True)
    ]
    one, two = (
        Responses.from_arrays(
            share,
            scale=SHARE,
            items=[measure],
            customer=names[both],
            cluster=None if cluster is None or of is not None else cluster[both],
        )
        for share in shares
    )
    return one, two


def _paired(outcomes: Outcomes, of: str | None) -> LabelArray:
    """Return who is paired."""
    if of is not None:
        return outcomes.label(of, "of")
    if outcomes.owner is None:
        raise DataError(
            "the visits have no vehicle and no customer, so nobody knows who came twice. Name a "
            "column when they are read, or pair the entries of a label, as in of='dealer'."
        )
    return outcomes.owner


def _rows_of(when: LabelArray, by: str, period: str) -> Any:
    found = when == period
    if not found.any():
        raise DataError(f"{no_such(by, period, np.unique(when).tolist())}")
    return found


def _first(labels: LabelArray, codes: IntArray, rows: Any, n: int) -> LabelArray:
    """Return the label of the first of the rows of each code."""
    place = np.zeros(n, dtype=np.int64)
    order = np.flatnonzero(rows)[::-1]
    place[codes[order]] = order
    found: LabelArray = labels[place]
    return found
