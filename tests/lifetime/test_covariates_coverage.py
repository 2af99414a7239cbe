"""How well coefficients are recovered, how often intervals hold, and what likelihood ratios do.

Coefficients of three regions and of an age, for purchases and for dropout, observed for 78 weeks.
A larger run, made once: 300 samples of 500 customers, 150 of 2,000 and 100 of 20,000. Coverage of
95 % intervals in percent, lowest and highest of the six coefficients; by how many standard errors
estimates are off on average, at most; the largest of their standard deviations in these units; how
often a likelihood-ratio test at 5 % rejects that regions are alike where they are, and P of a
Kolmogorov-Smirnov test of its P for being uniform.

=========  =========  ============  ========  =========  ========  ====
model      customers  coverage      mean off  deviation  rejected  KS
=========  =========  ============  ========  =========  ========  ====
ParetoNBD        500  91.7 to 96.0      0.10       1.13      6.7 %  0.73
ParetoNBD      2,000  92.7 to 96.7      0.13       1.11      4.0 %  0.08
ParetoNBD     20,000    90 to 95        0.16       1.13
MBGNBD           500  92.3 to 96.7      0.08       1.07      7.7 %  0.66
MBGNBD         2,000  92.7 to 99.3      0.13       1.10      5.3 %  0.74
MBGNBD        20,000    90 to 97        0.14       1.15
BGNBD            500  94.0 to 96.0      0.10       1.06      5.7 %  0.16
BGNBD          2,000  94.0 to 98.0      0.11       1.09      3.3 %  0.64
=========  =========  ============  ========  =========  ========  ====

Shares of 300, 150 and 100 samples have standard errors of 1.3, 1.8 and 2.2 points, and means off of
0.06, 0.08 and 0.10.
"""

import numpy as np
import pytest
from driven import BOTH, PLACES, WORTH, covariates, simulated, terms, truth
from scipy import stats

from custvalue import lifetime
from custvalue.lifetime import BGNBD, MBGNBD, ParetoNBD

pytestmark = [pytest.mark.slow, pytest.mark.simulation]
KINDS = pytest.mark.parametrize("kind", [ParetoNBD, BGNBD, MBGNBD], ids=lambda kind: kind.__name__)


def off(kind, customers, samples):
    """Return by how many standard errors estimates are off, (samples, coefficients)."""
    values = truth(kind)._covariate_terms.values
    rows = []
    for sample in range(samples):
        found = kind.fit(simulated(kind, customers, seed=100 + sample), **BOTH).estimates
        rows.append(
            [
                (found[name].value - value) / found[name].standard_error
                for name, value in values.items()
            ]
        )
    return np.array(rows)


@KINDS
@pytest.mark.parametrize(("customers", "samples"), [(500, 60), (2_000, 40), (20_000, 8)])
def test_intervals_hold_the_truth(kind, customers, samples):
    found = off(kind, customers, samples)
    inside = np.abs(found) < 1.96
    assert stats.binom.cdf(inside.sum(axis=0), samples, 0.95).min() > 1e-5
    assert inside.mean() > 0.95 - 4 * np.sqrt(0.95 * 0.05 / inside.size)
    assert np.abs(found.mean(axis=0)).max() < 4 / np.sqrt(samples)


@KINDS
def test_likelihood_ratios_are_uniform_where_nothing_differs(kind):
    alike = {place: 0.0 if place[1] == "region" else worth for place, worth in WORTH.items()}
    null = kind(**PLACES[kind], unit="week", covariates=terms(alike))
    found = []
    for sample in range(60):
        table = covariates(500, sample)
        history = null.simulate(500, age="78 weeks", rng=sample, covariates=table)
        small = kind.fit(history, purchase=["age"], dropout=["age"])
        found.append(lifetime.likelihood_ratio(small, kind.fit(history, **BOTH)).p_value)
    assert stats.kstest(found, "uniform").pvalue > 0.001
