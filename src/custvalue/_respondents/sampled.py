"""The sample behind columns of answers that are given one by one."""

from __future__ import annotations

from typing import Any

from custvalue._inference.sample import Sample
from custvalue._respondents import reading
from custvalue._respondents.clustering import clusters_of


def sample_of(rows: int, weights: Any, cluster: Any) -> Sample:
    """Return the sample of so many respondents, by weights and clusters where there are any."""
    given = None if weights is None else reading.given_weights(weights)
    checked = reading.checked_weights("weights", given, rows)
    if cluster is None:
        return Sample(checked)
    labels = reading.checked_labels("cluster", cluster, rows)
    return Sample(checked, clusters_of({"cluster": labels}))
