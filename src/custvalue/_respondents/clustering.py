"""Which clusters respondents come in, and in which strata these lie, from their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custvalue._columns import sorted_codes
from custvalue._inference.clusters import Clusters
from custvalue._rows import IntArray, LabelArray
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

ALL = "all"  # the stratum where there is none


def clusters_of(
    labels: Mapping[str, LabelArray], sampled: Mapping[str, int] | None = None
) -> Clusters | None:
    """Return the clusters that labels name; None without the label ``cluster``.

    `sampled` are the clusters of the whole survey by stratum, where these are a part of it.
    """
    if "cluster" not in labels:
        require_clusters(labels)
        return None
    names, codes = sorted_codes("cluster", labels["cluster"])
    if "stratum" not in labels:
        return _of(codes, np.zeros(len(names), dtype=np.int64), (ALL,), sampled)
    strata, within = sorted_codes("stratum", labels["stratum"])
    of_cluster = np.zeros(len(names), dtype=np.int64)
    of_cluster[codes] = within
    other = np.flatnonzero(of_cluster[codes] != within)
    if other.size:
        row = int(other[0])
        cluster = names[codes[row]].item()
        both = sorted({strata[within[row]].item(), strata[of_cluster[codes[row]]].item()})
        raise DataError(
            f"the cluster {cluster!r} lies in two strata, {listed(both)}. A cluster lies in one: "
            f"correct the labels; or if clusters of other strata have the same name, give them "
            f"names of their own, such as '{both[0]} {cluster}'.",
            column="cluster",
        )
    return _of(codes, of_cluster, strata.tolist(), sampled)


def require_clusters(roles: Mapping[str, Any]) -> None:
    """Raise a ParameterError where respondents have strata and no clusters."""
    if roles.get("stratum") is not None and roles.get("cluster") is None:
        raise ParameterError(
            "stratum= is the stratum in which each cluster lies, so it needs cluster= too. Name "
            "the dealer or other unit as cluster=; or, where respondents were chosen one by one, a "
            "column that numbers them."
        )


def _of(
    codes: IntArray, strata: IntArray, names: Sequence[Any], sampled: Mapping[str, int] | None
) -> Clusters:
    whole = np.array([sampled[str(name)] for name in names]) if sampled else None
    return Clusters(codes, strata, names, whole)


def sampled_of(clusters: Clusters) -> dict[str, int]:
    """Count the clusters of each stratum, by name."""
    n = np.bincount(clusters.strata, minlength=len(clusters.names)).tolist()
    return dict(zip(map(str, clusters.names), n, strict=True))
