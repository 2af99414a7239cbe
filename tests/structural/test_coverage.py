"""How often intervals hold what is true: plain, with weights, of dealers, by resamples."""

import numpy as np
import pytest
import structured
from structured import ITEMS, MODEL, TEN

from custvalue.survey import Bootstrap, Responses

GROUPS = ("paths", "loadings", "r_squared", "index, unstandardised")


def sample(n, rng, dealers=0):
    """Answers, of dealers whose customers are alike."""
    scores = structured.latent(n, rng)
    if dealers:
        shared = structured.latent(dealers, rng)[np.arange(n) % dealers]
        scores = np.sqrt(0.85) * scores + np.sqrt(0.15) * shared
    owner = np.repeat(np.arange(4), [3, 1, 3, 2])
    errors = rng.standard_normal((n, 9)) * np.where(owner == 1, 0.0, 0.6)
    return np.rint(6 + 1.6 * (scores[:, owner] + errors)).clip(1, 10)


def covered(simulations, n, seed, *, weighted=False, dealers=0, resamples=0):
    """Share of the intervals that hold the numbers of half a million, by group."""
    rng = np.random.default_rng(seed)
    rows = sample(500_000, np.random.default_rng(0), 500_000 if dealers else 0)
    true = MODEL.fit(Responses.from_arrays(rows, items=ITEMS, scale=TEN))
    truth = {group: true.estimates(group).values for group in GROUPS}
    found = {group: [] for group in GROUPS}
    for simulation in range(simulations):
        more = {"weights": rng.lognormal(0, 0.5, n)} if weighted else {}
        more |= {"cluster": np.arange(n) % dealers} if dealers else {}
        people = Responses.from_arrays(sample(n, rng, dealers), items=ITEMS, scale=TEN, **more)
        method = Bootstrap(resamples, rng=simulation) if resamples else None
        fit = MODEL.fit(people, method=method)
        for group, values in truth.items():
            pairs = zip(fit.estimates(group), values, strict=True)
            found[group] += [
                value in its.confidence_interval()
                for its, value in pairs
                if its.standard_error is not None
            ]
    return {group: float(np.mean(held)) for group, held in found.items()}


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n", "how"),
    [
        (100, {}),
        (250, {}),
        (250, {"weighted": True}),
        (400, {"dealers": 25}),
        (100, {"resamples": 400}),
        (400, {"dealers": 25, "resamples": 400}),
    ],
)
def test_intervals_hold_what_is_true(n, how):
    held = covered(180 if "resamples" in how else 300, n, 7, **how)
    for group, share in held.items():
        assert 0.92 < share < 0.975, group
