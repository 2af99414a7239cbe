"""What the data tell of a fit whose log-likelihood is flat in some direction: on a ridge.

Along a flat direction nothing is known, so nothing is known of the estimates that it moves; those
that it leaves where they are have the standard errors that the other directions give.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from custvalue._numerics.maximum import FLAT
from custvalue._rows import FloatArray

MOVED = 0.1  # standard errors that a walk along the ridge may move what is known
LONG = 20.0  # of log-parameters: how far one may walk


def identified_errors(
    estimates: Mapping[str, float], hessian: FloatArray, turn: FloatArray, logs: int
) -> dict[str, float]:
    """Return the standard errors of the estimates that the data do tell.

    `turn` holds the derivatives of estimates by the coordinates of the Hessian; the first `logs`
    estimates are positive.
    """
    scale = np.abs(np.diag(turn)).copy()
    scale[:logs] = [*estimates.values()][:logs]
    back = np.linalg.inv(turn / scale[:, None])
    values, ways = np.linalg.eigh(-back.T @ hessian @ back)
    flat = values <= FLAT**-2
    errors = np.sqrt((ways[:, ~flat] ** 2 / values[~flat]).sum(axis=1))
    moved = LONG * np.abs(ways[:, flat]).max(axis=1, initial=0.0)
    known = (moved < MOVED * errors) & (errors > 0)
    found = (errors * scale).tolist()
    return {name: found[place] for place, name in enumerate(estimates) if known[place]}
