"""Covariates of contracts: the odds of leaving at a renewal."""

import numpy as np
import pytest
from scipy import optimize, special

from custvalue import lifetime
from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import BetaDiscreteWeibull, Contracts, ShiftedBetaGeometric

MODELS = {
    ShiftedBetaGeometric: {"alpha": 0.8, "beta": 3.5},
    BetaDiscreteWeibull: {"alpha": 0.6, "beta": 2.5, "c": 1.3},
}
KINDS = pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
REGIONS = {"region": ["north", "south", "west"]}


def simulated(kind, customers=3_000, odds=(0.0, 0.5, -0.4)):
    """Return contracts of three regions, whose odds of leaving differ."""
    made = []
    for seed, gamma in enumerate(odds):
        values = dict(MODELS[kind])
        a, b = values["alpha"], values["beta"]
        mean = special.expit(np.log(a / b) + gamma)
        values |= {"alpha": mean * (a + b), "beta": (1 - mean) * (a + b)}
        model = kind(**values, period="1 month")
        made.append(model.simulate(customers, periods=9, rng=seed))
    return made


@KINDS
def test_separate_coefficients_are_fits_of_each_kind(kind):
    made = simulated(kind)
    if kind is BetaDiscreteWeibull:  # whose c is common: of one kind only, so that it is its own
        made = made[:2]
    table = {"region": REGIONS["region"][: len(made)]}
    fit = kind.fit(made, dropout=["region"], covariates=table, dropout_form="separate")
    each = [kind.fit(one) for one in made]
    total = sum(one.log_likelihood for one in each)
    if kind is ShiftedBetaGeometric:
        assert fit.log_likelihood == pytest.approx(total, rel=1e-10)
        for region, one in zip(table["region"], each, strict=True):
            alone = fit.for_covariates({"region": region})
            assert alone.alpha == pytest.approx(one.model.alpha, rel=1e-5)
            assert alone.beta == pytest.approx(one.model.beta, rel=1e-5)
    else:
        assert total - 8 < fit.log_likelihood <= total + 1e-6
    assert len(fit.effects.effects) == 2 * (len(made) - 1)


def minus_log_likelihood(point, made):
    """Sum binomials over renewals, with the odds of leaving moved at a common α + β."""
    a, b = np.exp(point[:2])
    total = 0.0
    for gamma, one in zip([0.0, *point[2:]], made, strict=True):
        mean = special.expit(np.log(a / b) + gamma)
        alpha, beta = mean * (a + b), (1 - mean) * (a + b)
        for k, left, active in zip(one.renewals, one.left, one.active, strict=True):
            survival = special.betaln(alpha, beta + k) - special.betaln(alpha, beta)
            leaving = special.betaln(alpha + 1, beta + k) - special.betaln(alpha, beta)
            total -= left * leaving + active * survival
    return total


def test_an_independent_optimiser_finds_the_same():
    made = simulated(ShiftedBetaGeometric)
    fit = ShiftedBetaGeometric.fit(made, dropout=["region"], covariates=REGIONS)
    found = optimize.minimize(minus_log_likelihood, np.zeros(4), args=(made,), method="BFGS")
    assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-4)
    assert [*fit.parameters.values()][2:] == pytest.approx(found.x[2:], abs=2e-3)
    errors = np.sqrt(np.diag(np.linalg.inv(hessian_at(found.x, made))))[2:]
    assert [*fit.standard_errors.values()][2:] == pytest.approx(errors, rel=1e-3)


def hessian_at(point, made):
    """Differentiate twice by central differences."""
    steps = 1e-3 * np.eye(len(point))

    def f(move):
        return minus_log_likelihood(point + move, made)

    rows = [[(f(i + j) - f(i - j) - f(j - i) + f(-i - j)) / 4e-6 for j in steps] for i in steps]
    return np.array(rows)


@KINDS
def test_a_fit_finds_what_the_data_were_made_with(kind):
    fit = kind.fit(simulated(kind, 20_000), dropout=["region"], covariates=REGIONS)
    assert fit.converged
    for name, value in (("dropout: region=south", 0.5), ("dropout: region=west", -0.4)):
        estimate = fit.estimates[name]
        assert abs(estimate.value - value) < 4 * estimate.standard_error
    assert fit.effects["dropout: region=south"].of == "odds of leaving at a renewal"
    assert lifetime.from_json(fit.to_json()) == fit


@KINDS
def test_kinds_that_do_not_differ_are_one(kind):
    whole = simulated(kind, odds=(0.0,))[0]
    halves = [
        Contracts(
            renewals=whole.renewals,
            left=whole.left / 2,
            active=whole.active / 2,
            period="1 month",
        )
        for _ in range(2)
    ]
    one = kind.fit(whole)
    two = kind.fit(halves, dropout=["region"], covariates={"region": ["north", "south"]})
    assert two.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-10)
    assert two.estimates["dropout: region=south"].value == pytest.approx(0.0, abs=1e-6)
    assert two.model.alpha == pytest.approx(one.model.alpha, rel=1e-5)
    ratio = lifetime.likelihood_ratio(one, two)
    assert ratio.degrees_of_freedom == 1
    assert ratio.p_value == 1.0


def test_numbers_are_covariates_of_contracts_too():
    made = simulated(ShiftedBetaGeometric, odds=(0.0, 0.3, 0.6))
    fit = ShiftedBetaGeometric.fit(
        made, dropout=["price"], covariates={"price": [10.0, 20.0, 30.0]}
    )
    estimate = fit.estimates["dropout: price"]
    assert abs(estimate.value - 0.03) < 4 * estimate.standard_error


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
def test_what_does_not_fit_is_refused_in_words():
    made = simulated(ShiftedBetaGeometric, 500)

    def said(error, ask):
        with pytest.raises(error) as caught:
            ask()
        return str(caught.value)

    def fit(contracts=made, **options):
        return ShiftedBetaGeometric.fit(contracts, **{"dropout": ["region"], **options})

    assert said(DataError, lambda: fit(made[0], covariates=REGIONS)) == (
        "ShiftedBetaGeometric with covariates needs a list of Contracts, one for each kind of "
        "customers, but it is: Contracts. Make them kind by kind."
    )
    assert said(ParameterError, fit) == (
        "dropout names covariates, but there are none. Give covariates=, a table with one row for "
        "each of the contracts, as in covariates={'region': ['north', 'south']}."
    )
    assert said(DataError, lambda: fit(covariates={"region": ["north", "south"]})) == (
        "covariates must have one row for each of the 3 contracts, but they have 2."
    )
    other = Contracts.from_survivors([100, 80, 70], period="1 year")
    with pytest.raises(UnitError):
        fit([made[0], other], covariates={"region": ["north", "south"]})
    found = fit(covariates=REGIONS)
    assert said(ParameterError, lambda: found.survival([1])) == (
        "ShiftedBetaGeometric has covariates, so customers differ by them. Say whom you mean: "
        "for_covariates({'region': 'south'}).survival(...)."
    )
    assert said(DataError, lambda: found.for_covariates({"region": "east"})) == (
        "covariate 'region' has the level 'east', which the fit does not know: 1 customer, such as "
        "0. Known levels: 'north', 'south', 'west'. Correct the level, fit the model to data with "
        "it, or leave these customers out."
    )
    assert said(ParameterError, lambda: found.for_covariates(REGIONS)) == (
        "covariates must be those of one kind of customer, as in {'region': 'south'}, but they are "
        "of 3."
    )
    plain = ShiftedBetaGeometric.fit(made[0])
    assert said(ParameterError, lambda: plain.for_covariates({"region": "north"})) == (
        "this ShiftedBetaGeometric has no covariates, so customers are all alike already. Ask it "
        "as it is."
    )
