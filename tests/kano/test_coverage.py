"""How often the intervals of better and worse hold the truth, at n = 30, 100 and 1000."""

import numpy as np
import pytest
from scipy import stats

from custvalue._inference.sample import Sample
from custvalue._kano.distribution import Dirichlet, Shares, tallied
from custvalue.kano import KanoResult

LEVEL = 0.95
TRUTHS = np.linspace(0.01, 0.99, 99)


def exact_coverage(n, method):
    """P(interval holds p) for every p in TRUTHS, summed over all outcomes, unweighted."""
    hits = np.arange(n + 1)
    share = hits / n
    sizes = np.full(n + 1, float(n))
    shares = Shares(share, np.sqrt(share * (1 - share) / n), sizes, sizes, 2, 2)
    low, high = shares.ends(LEVEL, Dirichlet() if method == "dirichlet" else method)
    held = (low <= TRUTHS[:, np.newaxis]) & (TRUTHS[:, np.newaxis] <= high)
    return (stats.binom.pmf(hits, n, TRUTHS[:, np.newaxis]) * held).sum(axis=1)


@pytest.mark.parametrize(
    ("method", "n", "worst"),
    [
        ("wilson", 30, 0.92),
        ("wilson", 100, 0.92),
        ("wilson", 1000, 0.93),
        ("dirichlet", 30, 0.87),
        ("dirichlet", 100, 0.90),
        ("dirichlet", 1000, 0.93),
    ],
)
def test_score_and_posterior_cover_near_the_nominal_level(method, n, worst):
    coverage = exact_coverage(n, method)
    assert 0.935 < coverage.mean() < 0.965
    assert coverage.min() > worst


@pytest.mark.parametrize(("n", "worst"), [(30, 0.30), (100, 0.65), (1000, 0.93)])
def test_the_delta_method_does_not_and_is_no_default(n, worst):
    coverage = exact_coverage(n, "delta")
    assert coverage.min() < worst
    counts = {"it": {"M": 1, "O": 0, "A": 1, "I": n - 2, "R": 0, "Q": 0}}
    assert KanoResult.from_counts(counts)["it"].better.confidence_interval().method == "wilson"


POPULATIONS = {
    "even": [0.25, 0.20, 0.20, 0.30, 0.03, 0.02],
    "near 0": [0.05, 0.01, 0.02, 0.85, 0.04, 0.03],
    "near 1": [0.02, 0.55, 0.40, 0.01, 0.01, 0.01],
}


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("spread", [0.0, 0.5], ids=["equal weights", "unequal weights"])
@pytest.mark.parametrize("n", [30, 100, 1000])
@pytest.mark.parametrize("name", POPULATIONS)
def test_coverage_by_simulation(name, n, spread):
    rng = np.random.default_rng(20)
    shares = np.array(POPULATIONS[name])
    truths = {
        "better": shares[[1, 2]].sum() / shares[:4].sum(),
        "worse": shares[[0, 1]].sum() / shares[:4].sum(),
    }
    held = dict.fromkeys(truths, 0)
    studies, items = 40, 250
    for _ in range(studies):
        weights = np.exp(rng.normal(0, spread, n))
        drawn = np.searchsorted(np.cumsum(shares)[:-1], rng.random((n, items)))
        known = tallied(drawn, Sample(weights))
        for coefficient, truth in truths.items():
            low, high = getattr(known, coefficient).ends(LEVEL, "wilson")
            held[coefficient] += int(((low <= truth) & (truth <= high)).sum())
    # counts are whole: at n = 30 near an end no interval can be nearer to 95 % than this
    low, high = (0.93, 0.975) if n < 1000 else (0.935, 0.965)
    for hits in held.values():
        assert low < hits / (studies * items) < high
