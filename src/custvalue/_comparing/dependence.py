"""How estimates of groups go together whose respondents come from the same clusters.

Customers whom one dealer serves in two waves are other people, but of the same dealer: the
estimates of the waves rise and fall together, and their difference varies less than that of
independent samples. How much is found for any measure by leaving out each cluster, from all groups
at once: the correlation of what that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from custvalue._inference.contrast import Dependence, Matrix
from custvalue._inference.drawing import Units
from custvalue._inference.estimate import Estimated
from custvalue._inference.sums import OfSums, sums_of
from custvalue._respondents.respondents import Respondents
from custvalue._rows import FloatArray
from custvalue.errors import CustvalueError

MOST_CLUSTERS = 400  # left out one by one; of more, several at a time


Values = Callable[[Any], Sequence[float]]


def dependence_of(parts: Sequence[Any], measure: Callable[[Any], Estimated]) -> Dependence | None:
    """Return what the measure of several parts has in common; None if no cluster is in two."""
    found = dependences_of(
        parts, lambda part: [measure(part).value], lambda part: sums_of(measure, part)
    )
    return None if found is None else found[0]


def dependences_of(
    parts: Sequence[Any], values: Values, sums: Callable[[Any], OfSums | None] = lambda _: None
) -> tuple[Dependence, ...] | None:
    """Return the same of several values, all computed at once, in their order.

    By sums over respondents where these can be told.
    """
    if not all(isinstance(part, Respondents) and part.clusters is not None for part in parts):
        return None
    every = [set(part.labels["cluster"].tolist()) for part in parts]
    names = set().union(*every)
    if len(names) == sum(map(len, every)):
        return None
    place = {name: rank % MOST_CLUSTERS for rank, name in enumerate(sorted(names))}
    width = min(len(names), MOST_CLUSTERS)
    changes = np.stack([_left_out(part, values, sums(part), place, width) for part in parts])
    sizes = np.sqrt([len(its) for its in every])
    shared = np.array([[len(one & other) for other in every] for one in every])
    return tuple(
        Dependence(
            correlations=_written(_correlations(its)),
            shared=_written(shared / np.outer(sizes, sizes)),
        )
        for its in np.moveaxis(changes, 2, 0)
    )


def _left_out(
    part: Respondents, values: Values, sums: OfSums | None, place: Mapping[Any, int], width: int
) -> FloatArray:
    """Return what values lose without the clusters of each place, (places, values).

    Nothing without a cluster that is not in the part, nor of one cluster.
    """
    units = Units.of(part.respondents, part.sample)
    if units.alone:
        return np.zeros((width, len(values(part))))
    labels = part.labels["cluster"]
    columns = np.array([place[labels[members[0]].item()] for members in units.members])
    there = sorted(set(columns.tolist()))
    if sums is not None:
        by_cluster = units.summed(sums)
        without = by_cluster.whole_sums - by_cluster.added_by(columns, width).T
        lost = by_cluster.whole() - by_cluster.value(without)
        absent = np.isin(np.arange(width), there, invert=True) | (len(there) < 2)
        return np.where(absent[:, np.newaxis], 0.0, lost)
    whole = np.array(values(part))
    lost = np.zeros((width, len(whole)))
    for column in there if len(there) > 1 else ():
        kept = np.sort(units.rows(np.flatnonzero(columns != column)))
        with suppress(CustvalueError):  # values that do not exist without it lose nothing
            lost[column] = whole - np.array(values(part.of_rows(kept)))
    return lost


def _correlations(changes: FloatArray) -> FloatArray:
    sizes = np.sqrt(np.square(changes).sum(axis=1))
    products = np.outer(sizes, sizes)
    found = np.divide(changes @ changes.T, products, out=np.eye(len(sizes)), where=products > 0)
    return np.asarray(np.clip(found, -1.0, 1.0), dtype=np.float64)


def _written(matrix: FloatArray) -> Matrix:
    return tuple(tuple(row) for row in matrix.tolist())
