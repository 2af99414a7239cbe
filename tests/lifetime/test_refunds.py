"""Customers whose repeat purchases bring nothing, net of returns, from the log to their value."""

import numpy as np
import pytest

from custvalue import lifetime
from custvalue.errors import DataError
from custvalue.lifetime import BGNBD, GammaGamma, OpportunityHistory, PurchaseHistory

HOW = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}
BUYS = BGNBD(r=0.7, alpha=4.4, a=0.8, b=2.4, unit="week")
BUYERS = BUYS.simulate(800, age="52 weeks", rng=1)
SPENDERS = GammaGamma(p=6, q=4, gamma=15).simulate(BUYERS, rng=2)
LOST = np.flatnonzero(SPENDERS.frequency > 0)[:3]
KEPT = np.delete(np.arange(len(SPENDERS)), LOST)
ON_BALANCE = SPENDERS.monetary_value.copy()
ON_BALANCE[LOST] = [-20.0, 0.0, -1.0]


def with_money(money):
    return PurchaseHistory(
        **{name: getattr(SPENDERS, name) for name in ("customer", "frequency", "recency", "age")},
        monetary_value=money,
        unit="week",
    )


HISTORY = with_money(ON_BALANCE)


def others():
    mask = np.ones(len(SPENDERS), dtype=bool)
    mask[LOST] = False
    return HISTORY.select(mask)


@pytest.mark.parametrize("refunded", ["unknown", "zero"])
def test_such_customers_do_not_change_the_fit_and_are_counted(refunded):
    fit, rest = GammaGamma.fit(HISTORY, refunded=refunded), GammaGamma.fit(others())
    assert fit.parameters == pytest.approx(rest.parameters, rel=1e-12)
    assert (fit.refunded_customers, rest.refunded_customers) == (3, 0)
    assert fit.customers == rest.customers
    assert "Left out, because repeat spend is not positive: 3 customers." in str(fit)
    assert "Left out" not in str(rest)
    np.testing.assert_array_equal(fit.model.log_likelihood(HISTORY)[LOST], 0)
    assert fit.model.log_likelihood(HISTORY).sum() == pytest.approx(fit.log_likelihood)
    assert lifetime.from_json(fit.to_json()) == fit


def test_unknown_spend_is_that_of_the_population():
    model = GammaGamma.fit(HISTORY, refunded="unknown").model
    np.testing.assert_allclose(model.expected_spend(HISTORY)[LOST], model.mean_spend, rtol=1e-14)
    np.testing.assert_array_equal(
        model.expected_spend(HISTORY)[KEPT], model.expected_spend(SPENDERS)[KEPT]
    )
    new = PurchaseHistory.from_arrays(frequency=0, recency=0, age=1, monetary_value=0, unit="week")
    np.testing.assert_allclose(
        model.spend_quantile(HISTORY, 0.9)[LOST], model.spend_quantile(new, 0.9)[0]
    )


def test_spend_of_zero_is_the_limit_of_little_spend():
    fit = GammaGamma.fit(HISTORY, refunded="zero")
    little = ON_BALANCE.copy()
    little[LOST] = 1e-12
    expected = fit.model.expected_spend(HISTORY)
    np.testing.assert_allclose(expected, fit.model.expected_spend(with_money(little)), rtol=1e-12)
    x = HISTORY.frequency[LOST]
    p, q, gamma = (fit.parameters[name] for name in ("p", "q", "gamma"))
    np.testing.assert_allclose(expected[LOST], p * gamma / (p * x + q - 1), rtol=1e-12)
    assert (expected[LOST] < fit.mean_spend).all()


@pytest.mark.parametrize(("refunded", "how"), [("unknown", "unknown"), ("zero", "0")])
def test_the_value_of_the_base_says_so(refunded, how):
    fits = {"purchases": BGNBD.fit(HISTORY), "spend": GammaGamma.fit(HISTORY, refunded=refunded)}
    value = lifetime.customer_lifetime_value(HISTORY, **fits, **HOW)
    said = f"repeat spend of 3 customers is not positive, and counted as {how}"
    assert value.convention.endswith(f"; {said}")
    assert said in str(value)
    assert value.total.value == pytest.approx(value.value.sum())
    assert value.total.standard_error > 0
    plain = lifetime.customer_lifetime_value(SPENDERS, **fits, **HOW)
    assert "not positive" not in plain.convention
    np.testing.assert_array_equal(value.value[KEPT], plain.value[KEPT])


def test_the_default_names_the_customer_and_the_policies():
    log = {
        "id": list("ppqqqrr"),
        "d": [f"2024-01-0{day}" for day in (1, 5, 1, 6, 7, 1, 9)],
        "m": [5.0, 9, 5, 3, -20, 4, 7],
    }
    how = {"customer": "id", "date": "d", "spend": "m", "returns": "net", "unit": "day"}
    history = PurchaseHistory.from_transactions(log, **how, observation_end="2024-02-01")
    with pytest.raises(DataError) as caught:
        GammaGamma.fit(history)
    assert str(caught.value) == (
        "monetary_value must be > 0 where frequency > 0, but row 1 has -17. Customer 'q' got back "
        "as much as was paid, or more, after the first purchase day, and GammaGamma needs positive "
        "spend. Give refunded='unknown', as in GammaGamma.fit(history, refunded='unknown'), to go "
        "on without the spend of such customers, or refunded='zero' to count it as 0."
    )


def test_gifts_that_brought_nothing():
    donors = OpportunityHistory.from_arrays(
        frequency=[2, 1, 3], recency=[3, 4, 6], opportunities=[6] * 3, monetary_value=[20, 0, 35]
    )
    model = GammaGamma(p=6, q=4, gamma=15, refunded="zero")
    expected = [6 * (15 + 40) / (12 + 3), 6 * 15 / (6 + 3), 6 * (15 + 105) / (18 + 3)]
    np.testing.assert_allclose(model.expected_spend(donors), expected, rtol=1e-14)
    assert model.log_likelihood(donors)[1] == 0


def test_spend_too_small_to_be_computed_with_is_not_called_nothing():
    tiny = PurchaseHistory.from_arrays(
        frequency=[2, 1], recency=[3, 2], age=[9, 9], monetary_value=[1e-160, 20], unit="week"
    )
    with pytest.raises(DataError) as caught:
        GammaGamma.fit(tiny)
    assert str(caught.value) == (
        "monetary_value must be >= 1e-100 where frequency > 0, but row 0 has 1e-160. Customer 0 "
        "paid so little that nothing can be computed with it. Give amounts of money in a currency "
        "of usual size, and correct the entry."
    )
