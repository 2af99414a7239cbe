"""Warnings and errors that name the right cause, and a step that works."""

import warnings

import numpy as np
import pytest

from custvalue import lifetime
from custvalue.errors import IdentifiabilityWarning, ParameterError

FEW = [lifetime.BGNBD, lifetime.MBGNBD, lifetime.ParetoNBD, lifetime.GammaGompertzNBD]


@pytest.fixture(scope="module")
def heavy():
    """Make customers who buy often, nearly alike, and never leave: r is 27, not infinite."""
    x = np.arange(200, 401, 5)
    same = np.full(len(x), 1000.0)
    return lifetime.PurchaseHistory.from_arrays(frequency=x, recency=same - 2, age=same, unit="day")


def warned(model, history):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = model.fit(history)
    assert all(each.category is IdentifiabilityWarning for each in caught)
    return fit, " ".join(str(each.message) for each in caught)


@pytest.mark.parametrize("model", FEW, ids=lambda model: model.__name__)
def test_a_large_r_is_called_poisson_only_where_poisson_fits(heavy, model):
    nbd = lifetime.NBD.fit(heavy)
    poisson = lifetime.NBD(r=1e9, alpha=1e9 / 0.3).log_likelihood(heavy).sum()
    assert nbd.log_likelihood - poisson == pytest.approx(170.7, abs=0.1)
    fit, said = warned(model, heavy)
    assert fit.model.r == pytest.approx(27.3, abs=0.1)
    assert "Use NBD, which is this limit." in said
    assert "one purchase rate" not in said


def test_a_fit_keeps_which_limit_it_is(heavy):
    fit, said = warned(lifetime.ParetoNBD, heavy)
    assert fit.limit
    assert said.endswith(fit.limit)
    assert fit.limit in str(fit)
    assert lifetime.from_json(fit.to_json()) == fit
    with pytest.raises(ValueError, match="Use NBD, which is this limit"):
        fit.confidence_interval()
    assert lifetime.NBD.fit(heavy).limit == ""


def test_a_total_without_an_interval_says_whose_standard_errors_are_not_known():
    n = np.arange(2, 22)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=n,
        recency=np.full(20, 99.0),
        age=np.full(20, 100.0),
        monetary_value=10.0 + n % 7,
        unit="week",
    )
    buys, said = warned(lifetime.BGNBD, history)
    pays = lifetime.GammaGamma(p=6, q=4, gamma=15)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=buys,
        spend=pays,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    with pytest.raises(ParameterError) as caught:
        value.total.confidence_interval()
    assert str(caught.value) == (
        "total value: there is no interval, because purchases is a fit of BGNBD without standard "
        "errors: the data cannot tell its parameters apart. It is the limit of no dropout (a to "
        "0), to which the log-likelihood falls by 0.0 only. Use NBD, which is this limit. spend is "
        "a model, of which no standard errors are known. Give its fit, as in spend=fit, not "
        "fit.model."
    )
    assert said.endswith("falls by 0.0 only. Use NBD, which is this limit.")
    with pytest.raises(ParameterError, match="some of the customers only"):
        value.top(3).total.confidence_interval()


@pytest.mark.parametrize(
    ("recency", "age"), [(250 / 7, 35.7142857142857), (30.0, 30.0 * (1 - 1e-13))]
)
def test_recency_may_exceed_age_by_rounding(recency, age):
    one = lifetime.PurchaseHistory.from_arrays(frequency=3, recency=recency, age=age, unit="week")
    assert one.recency[0] == one.age[0] == age
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    exact = lifetime.PurchaseHistory.from_arrays(frequency=3, recency=age, age=age, unit="week")
    assert model.probability_alive(one) == model.probability_alive(exact)
