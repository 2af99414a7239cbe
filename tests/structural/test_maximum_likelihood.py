"""Consistent partial least squares beside maximum likelihood, on answers that factors made."""

import modelled
import numpy as np
import pytest
import reference_factor_model as likelihood

from custvalue.survey import Scale

FINE = Scale(1, 10, step=None)
TRUE = np.array([*modelled.TRUE.values()])


def test_the_likelihood_finds_what_made_a_correlation_matrix():
    loadings = np.array([0.9, 0.8, 0.7, 0.8, 0.75, 0.85, 0.7, 0.8])
    phi = np.array([[1, 0.6, 0.54], [0.6, 1, 0.58], [0.54, 0.58, 1]])
    owner = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    made = np.outer(loadings, loadings) * phi[np.ix_(owner, owner)]
    np.fill_diagonal(made, 1)
    own, between = likelihood.fitted(made, modelled.BLOCKS)
    assert own == pytest.approx(loadings, abs=1e-5)
    assert between == pytest.approx(phi, abs=1e-5)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("respondents", [500, 1_000])
def test_consistent_estimates_are_as_near_as_sampling_error(respondents):
    """The same samples by both: no difference in the mean, and little beside sampling error."""
    by_pls, by_likelihood, loadings = [], [], []
    for seed in range(40):
        made = modelled.simulated(respondents, seed, scale=FINE, spread=10.0)
        fit = modelled.SMALL.fit(made.answers, consistent=True)
        by_pls.append([fit.paths[pair].value for pair in modelled.TRUE])
        own, phi = likelihood.fitted(np.corrcoef(made.answers.answers.T), modelled.BLOCKS)
        by_likelihood.append(likelihood.paths(phi))
        loadings.append(fit.solution.loadings[0] - own)
    pls, best = np.array(by_pls), np.array(by_likelihood)
    sampling = best.std(axis=0, ddof=1)
    apart = pls - best
    assert (np.abs(apart.mean(axis=0)) < 3 * apart.std(axis=0, ddof=1) / np.sqrt(40) + 0.005).all()
    assert (np.sqrt((apart**2).mean(axis=0)) < sampling).all()
    assert (np.abs(pls.mean(axis=0) - TRUE) < 4 * pls.std(axis=0) / np.sqrt(40)).all()
    assert np.abs(np.mean(loadings, axis=0)).max() < 0.02
