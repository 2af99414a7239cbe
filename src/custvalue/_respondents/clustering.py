"""Which clusters respondents come in, and in which strata these lie, from their labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from custvalue._columns import sorted_codes
from custvalue._inference.clusters import Clusters
from custvalue._rows import LabelArray
from custvalue._words import listed
from custvalue.errors import DataError


def clusters_of(labels: Mapping[str, LabelArray]) -> Clusters | None:
    """Return the clusters that labels name; None without the label ``cluster``."""
    if "cluster" not in labels:
        return None
    names, codes = sorted_codes("cluster", labels["cluster"])
    if "stratum" not in labels:
        return Clusters(codes, np.zeros(len(names), dtype=np.int64), ("all",))
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
    return Clusters(codes, of_cluster, strata.tolist())
