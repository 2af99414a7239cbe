"""Profits: the story itself by quadrature, an independent maximum, coverage."""

import numpy as np
import pytest
import reference_spend as reference
from scipy import optimize

from custvalue import lifetime
from custvalue.errors import DataError, EstimationError, IdentifiabilityWarning, ParameterError
from custvalue.lifetime import BGNBD, NormalSpend, PurchaseHistory

TRUTH = NormalSpend(mean=12, between=8, within=16)
NAMES = ("mean", "between", "within")
BUYS = BGNBD(r=1, alpha=5, a=1, b=3, unit="week")


def profits(frequency, mean):
    x = np.atleast_1d(frequency)
    return PurchaseHistory.from_arrays(
        frequency=x,
        recency=np.where(x > 0, 5.0, 0.0),
        age=np.full(len(x), 10.0),
        monetary_value=mean,
        profits=True,
        unit="week",
    )


def made_up(customers, seed=1):
    return TRUTH.simulate(BUYS.simulate(customers, age="52 weeks", rng=seed), rng=seed + 1000)


@pytest.mark.parametrize(("x", "z"), [(1, -30.0), (4, 60.0), (400, 11.0)])
def test_likelihood_and_profit_by_integration_over_customers(x, z):
    one, given = profits([x], [z]), {name: getattr(TRUTH, name) for name in NAMES}
    density, expected, spread = reference.normal_spend(x, z, **given)
    assert TRUTH.log_likelihood(one)[0] == pytest.approx(density, rel=1e-9)
    assert TRUTH.expected_spend(one)[0] == pytest.approx(expected, rel=1e-9)
    high, low = (TRUTH.spend_quantile(one, p)[0] for p in (0.975, 0.025))
    assert (high - low) / (2 * 1.959963984540054) == pytest.approx(spread, rel=1e-7)
    assert TRUTH.spend_probability(one, high)[0] == pytest.approx(0.975, rel=1e-12)


def test_the_maximum_by_another_search():
    history = made_up(400)
    buys = history.frequency > 0
    x, z = history.frequency[buys], history.monetary_value[buys]

    def fall(parameters):
        mean, between, within = parameters
        v = between**2 + within**2 / x
        return (np.log(2 * np.pi * v) + (z - mean) ** 2 / v).sum() / 2

    found = optimize.minimize(fall, [10, 10, 10], method="Nelder-Mead", tol=1e-10)
    fit = NormalSpend.fit(history)
    assert list(fit.parameters.values()) == pytest.approx(found.x, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(-found.fun, rel=1e-12)
    assert fit.model.log_likelihood(history).sum() == pytest.approx(fit.log_likelihood)


def test_who_never_came_back_gets_the_mean_and_losers_a_loss():
    history = profits([0, 3, 100], [0, -200.0, -10.0])
    expected = TRUTH.expected_spend(history)
    assert expected[0] == TRUTH.mean_spend == 12
    assert (expected[1:] < 0).all()
    assert expected[2] == pytest.approx(-10, abs=1)


def test_losses_reach_the_value_of_customers():
    log = {
        "who": np.repeat(np.arange(6), [2, 2, 3, 3, 4, 5]),
        "day": np.datetime64("2024-01-01") + np.arange(19).astype("m8[D]"),
        "profit": np.array([5, 8, 1, -30, 9, 2, 4, 7, 8, 4, -9, 3, 2, 6, 9, 1, 0, 8, 5.0]),
    }
    history = PurchaseHistory.from_transactions(
        log,
        customer="who",
        date="day",
        spend="profit",
        returns="profit",
        observation_end="2024-01-31",
        unit="day",
    )
    value = lifetime.customer_lifetime_value(
        history,
        purchases=BGNBD(r=1, alpha=20, a=1, b=3, unit="day"),
        spend=NormalSpend(mean=4, between=5, within=5),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=1,
    )
    assert history.monetary_value[1] == -30
    assert value.value[1] < 0 < value.value[2]


def test_predictions_have_intervals_where_no_loss_is_expected():
    history = made_up(800)
    buys, pays = BGNBD.fit(history), NormalSpend.fit(history)
    lost = pays.expected_spend(history) <= 0
    with pytest.raises(ParameterError) as caught:
        buys.predict(history, "1 year", spend=pays, margin=1, interval=0.9)
    assert str(caught.value) == (
        f"interval needs a positive expected spend, but NormalSpend expects a loss of {lost.sum()} "
        "customers. Omit interval, or predict the other customers, by "
        "history.select(model.expected_spend(history) > 0)."
    )
    rows = buys.predict(history, "1 year", spend=pays, margin=1)
    np.testing.assert_array_equal(rows.spend, pays.expected_spend(history))
    others = history.select(~lost)
    rows = buys.predict(others, "1 year", spend=pays, margin=1, interval=0.9)
    assert ((rows.spend_low < rows.spend) & (rows.spend < rows.spend_high)).all()


@pytest.mark.parametrize("seed", range(3))
def test_recovery(seed):
    fit = NormalSpend.fit(made_up(4000, seed))
    for name, interval in fit.confidence_interval(0.999).items():
        assert getattr(TRUTH, name) in interval


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_cover():
    """Of 2,000 samples of 600 customers, 95 % intervals covered .949, .954 and .942."""
    samples = 300
    inside = dict.fromkeys(NAMES, 0)
    for seed in range(samples):
        found = NormalSpend.fit(made_up(600, seed)).confidence_interval(0.95)
        for name in NAMES:
            inside[name] += getattr(TRUTH, name) in found[name]
    for name in NAMES:
        assert 0.91 <= inside[name] / samples <= 0.985


def test_nobody_differs():
    same = NormalSpend(mean=12, between=1e-3, within=16)
    history = same.simulate(BUYS.simulate(300, age="52 weeks", rng=3), rng=1)
    with pytest.warns(IdentifiabilityWarning, match="limit of one mean profit for all customers"):
        fit = NormalSpend.fit(history)
    assert fit.covariance is None


BAD = {
    "as often": (
        profits([2, 2, 2], [1.0, 2, 3]),
        EstimationError,
        (
            "NormalSpend.fit needs at least 3 customers with repeat purchases, who differ in how "
            "many they made, but the history has 3, with 1 different numbers. Observe for longer, "
            "or give known parameters: NormalSpend(mean=..., between=..., within=...)."
        ),
    ),
    "the same": (
        profits([1, 2, 3], [7.0, 7, 7]),
        EstimationError,
        (
            "NormalSpend.fit needs profits that differ, but all 3 customers with repeat purchases "
            "bring 7. No model of spend is needed: multiply expected purchases by 7."
        ),
    ),
    "losses": (
        profits([1, 2, 3], [-7.0, -2, 3]),
        EstimationError,
        (
            "NormalSpend.fit needs purchases that bring a profit on average, but those of 3 "
            "customers bring -0.3333. Check the sign of the amounts: a base that loses money with "
            "each purchase has no value to model."
        ),
    ),
    "no amounts": (
        profits([1, 2, 3], None),
        DataError,
        (
            "NormalSpend needs monetary values, but the history has none. Give spend= to "
            "PurchaseHistory.from_transactions, or monetary_value= to from_arrays."
        ),
    ),
}


@pytest.mark.parametrize(("history", "error", "message"), BAD.values(), ids=BAD)
def test_bad_input(history, error, message):
    with pytest.raises(error) as caught:
        NormalSpend.fit(history)
    assert str(caught.value) == message


def test_parameters_are_positive():
    with pytest.raises(ParameterError, match="mean must be > 0"):
        NormalSpend(mean=-1, between=1, within=1)
