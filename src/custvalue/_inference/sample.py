"""Who stands behind a statistic: the weights of respondents, and the clusters they come in."""

from __future__ import annotations

from dataclasses import dataclass

from custvalue._inference.clusters import Clusters, Rows
from custvalue._rows import FloatArray


@dataclass(frozen=True, eq=False)
class Sample:
    """Respondents as every estimate needs them.

    Parameters
    ----------
    weights : ndarray of float64, shape (respondents,)
        Sampling weights, some of which may be 0.
    clusters : Clusters or None
        The cluster of each; None where respondents are independent.
    """

    weights: FloatArray
    clusters: Clusters | None = None

    def of_rows(self, rows: Rows) -> Sample:
        """Return some of the respondents."""
        clusters = None if self.clusters is None else self.clusters.of_rows(rows)
        return Sample(self.weights[rows], clusters)
