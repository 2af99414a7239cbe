"""How estimates of groups go together whose respondents come from the same clusters.

Customers whom one dealer serves in two waves are other people, but of the same dealer: the
estimates of the waves rise and fall together, and their difference varies less than that of
independent samples. How much is found for any measure by leaving out each cluster, from all groups
at once: the correlation of what that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._inference.contrast import Dependence, Matrix
from custvalue._inference.drawing import Units
from custvalue._inference.estimate import Estimated
from custvalue._inference.sums import sums_of
from custvalue._respondents.respondents import Respondents
from custvalue._rows import FloatArray
from custvalue.errors import CustvalueError

MOST_CLUSTERS = 400  # left out one by one; of more, several at a time


def dependence_of(parts: Sequence[Any], measure: Callable[[Any], Estimated]) -> Dependence | None:
    """Return what the measure of several parts has in common; None if no cluster is in two."""
    if not all(isinstance(part, Respondents) and part.clusters is not None for part in parts):
        return None
    every = [set(part.labels["cluster"].tolist()) for part in parts]
    names = set().union(*every)
    if len(names) == sum(map(len, every)):
        return None
    place = {name: rank % MOST_CLUSTERS for rank, name in enumerate(sorted(names))}
    changes = np.zeros((len(parts), min(len(names), MOST_CLUSTERS)))
    for change, part in zip(changes, parts, strict=True):
        for column, value in _left_out(part, measure, place).items():
            change[column] = value
    sizes = np.sqrt([len(its) for its in every])
    shared = np.array([[len(one & other) for other in every] for one in every])
    return Dependence(
        correlations=_written(_correlations(changes)),
        shared=_written(shared / np.outer(sizes, sizes)),
    )


def _left_out(
    part: Respondents, measure: Callable[[Any], Estimated], place: Mapping[Any, int]
) -> dict[int, float]:
    """Return what the value loses without the clusters of each place; none of one cluster."""
    units = Units.of(part.respondents, part.sample)
    labels = part.labels["cluster"]
    columns = np.array([place[labels[members[0]].item()] for members in units.members])
    if len(set(columns.tolist())) < 2:
        return {}
    sums = sums_of(measure, part)
    if sums is not None:
        by_cluster = units.summed(sums)
        by_place = by_cluster.added_by(columns, int(columns.max()) + 1)
        found = by_cluster.value(by_cluster.whole_sums - by_place.T)[:, 0]
        lost = by_cluster.whole()[0] - found
        return {column: float(lost[column]) for column in set(columns.tolist())}
    whole = measure(part).value
    return {
        column: whole - _value(part, units, np.flatnonzero(columns != column), measure, whole)
        for column in set(columns.tolist())
    }


def _value(
    part: Respondents, units: Units, kept: Any, measure: Callable[[Any], Estimated], whole: float
) -> float:
    """Return the value of some clusters, that of all of them where it does not exist."""
    try:
        return measure(part.of_rows(np.sort(units.rows(kept)))).value
    except CustvalueError:
        return whole


def _correlations(changes: FloatArray) -> FloatArray:
    sizes = np.sqrt(np.square(changes).sum(axis=1))
    products = np.outer(sizes, sizes)
    found = np.divide(changes @ changes.T, products, out=np.eye(len(sizes)), where=products > 0)
    return np.clip(found, -1.0, 1.0)


def _written(matrix: FloatArray) -> Matrix:
    return tuple(tuple(row) for row in matrix.tolist())
