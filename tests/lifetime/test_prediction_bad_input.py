"""What predictions refuse, and in which words."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from predicted import fitted, predicted

from custvalue.errors import (
    CustvalueError,
    DataError,
    EstimationError,
    IdentifiabilityWarning,
    ParameterError,
    UnitError,
)
from custvalue.lifetime import BGBB, NBD, GammaGamma, OpportunityHistory, PurchaseHistory

HISTORY, FIT, SPEND = fitted()


def without_errors(fit):
    return fit.model_copy(update={"covariance": None, "limit": "It is a limit. Use NBD."})


def ask(fit=FIT, history=HISTORY, horizon="1 year", *, interval=0.9, **how):
    return fit.predict(history, horizon, interval=interval, **how)


def at_opportunities(customers, ahead=5):
    model = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
    fit = BGBB.fit(model.simulate(500, opportunities=6, rng=1))
    history = OpportunityHistory.from_arrays(
        frequency=[0, 2], recency=[0, 3], opportunities=6, customers=customers
    )
    return fit.predict(history, ahead)


def alone():
    return HISTORY.select(HISTORY.customer == HISTORY.customer[0])


CASES = [
    (
        lambda: ask(without_errors(FIT)),
        EstimationError,
        (
            "predict(interval=...) needs the standard errors of the parameters, but this fit of "
            "BGNBD has none, because the data cannot tell the parameters apart; so there is no "
            "interval. It is a limit. Use NBD. Predictions without intervals: omit interval."
        ),
    ),
    (
        lambda: ask(spend=without_errors(SPEND)),
        EstimationError,
        (
            "predict(interval=...) needs the standard errors of the parameters, but this fit of "
            "GammaGamma has none, because the data cannot tell the parameters apart; so there is "
            "no interval. It is a limit. Use NBD. Predictions without intervals: omit interval."
        ),
    ),
    (
        lambda: ask(spend=SPEND.model),
        ParameterError,
        (
            "spend must be a fit where an interval is asked for, because the standard errors of a "
            "model are not known, but it is a GammaGamma. Give spend=GammaGamma.fit(history), or "
            "omit interval."
        ),
    ),
    (
        lambda: ask(history=alone()),
        EstimationError,
        (
            "predict fits a Gamma-Gamma to the monetary values of the history where no spend= is "
            "given, but: GammaGamma.fit needs at least 2 customers with repeat purchases, but the "
            "history has 1. Observe for longer, or give known parameters: GammaGamma(p=..., "
            "q=..., gamma=...). Or give spend=, the fit to all customers."
        ),
    ),
    (
        lambda: ask(history=HISTORY.in_unit("day")),
        UnitError,
        (
            "BGNBD counts time in weeks, but the history in days. Use history.in_unit('week'), or "
            "fit the model to this history."
        ),
    ),
    (
        lambda: at_opportunities([1, 5]),
        DataError,
        (
            "customers must be 1, but row 1 has 5. Give one row per customer, or ask "
            "expected_purchases(history, opportunities), which takes rows of several customers."
        ),
    ),
    (
        lambda: at_opportunities([1, 1], ahead=-1),
        ParameterError,
        "opportunities must be whole numbers >= 0, but it has -1.",
    ),
    (
        lambda: ask(horizon="-1 week"),
        ParameterError,
        "horizon must be finite and >= 0, but it is '-1 week'.",
    ),
    (
        lambda: ask(interval=90),
        ParameterError,
        "interval must be > 0 and < 1, as in 0.95, but it is 90. Did you mean 0.9?",
    ),
    (
        lambda: ask(of="means"),
        ParameterError,
        "of must be one of 'mean', 'outcome', but it is 'means'. Did you mean 'mean'?",
    ),
    (
        lambda: ask(history=replace(HISTORY, monetary_value=None), spend=SPEND),
        DataError,
        (
            "GammaGamma needs monetary values, but the history has none. Give spend= to "
            "PurchaseHistory.from_transactions, or monetary_value= to from_arrays."
        ),
    ),
    (
        lambda: predicted().of_customer("ann"),
        DataError,
        (
            "there is no customer 'ann' among the 300 for whom this was predicted. Identifiers "
            "are like 0."
        ),
    ),
    (
        lambda: predicted().totals(["a"] * 3),
        DataError,
        (
            "by must have one label for each of the 300 customers, but it has 3. Give them in the "
            "order of `customer`."
        ),
    ),
    (
        lambda: predicted().totals(["a"] * 300)["b"],
        ParameterError,
        "there is no group 'b'. The groups are 'a'.",
    ),
    (
        lambda: predicted().top(3, by="values"),
        ParameterError,
        (
            "by must be one of 'probability_alive', 'probability_alive_low', "
            "'probability_alive_high', 'purchases', 'purchases_low', 'purchases_high', 'spend', "
            "'spend_low', 'spend_high', 'value', 'value_low', 'value_high', but it is 'values'. "
            "Did you mean 'value'?"
        ),
    ),
    (
        lambda: predicted(interval=None).of_mean("value"),
        ParameterError,
        (
            "value: there is no interval, because no interval was asked for. Ask for one, as in "
            "predict(..., interval=0.9)."
        ),
    ),
    (
        lambda: predicted(interval=None).total.purchases.confidence_interval(0.9),
        ParameterError,
        (
            "total purchases: there is no interval, because no interval was asked for. Ask for "
            "one, as in predict(..., interval=0.9)."
        ),
    ),
    (
        lambda: (
            fitted()[1].predict(replace(HISTORY, monetary_value=None), "1 year").plot(of="value")
        ),
        ParameterError,
        "of='value' needs a prediction that knows spend. Give predict spend=.",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), CASES)
def test_is_refused_in_these_words(make, error, message):
    with pytest.raises(CustvalueError) as caught:
        make()
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_a_fit_without_standard_errors_predicts_without_intervals():
    rows = ask(without_errors(FIT), interval=None, spend=SPEND.model)
    assert rows.purchases == pytest.approx(predicted().purchases)
    assert rows.value == pytest.approx(predicted().value)


def test_a_fit_at_a_limit_says_what_to_do():
    history = NBD(r=1e6, alpha=1e7, unit="week").simulate(500, age="52 weeks", rng=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdentifiabilityWarning)
        fit = NBD.fit(history)
    assert fit.covariance is None
    assert fit.predict(history, "1 year").purchases.sum() > 0
    with pytest.raises(EstimationError, match="It is the limit of one purchase rate") as caught:
        fit.predict(history, "1 year", interval=0.9)
    assert str(caught.value).endswith("Predictions without intervals: omit interval.")


def test_outcomes_need_the_predictive_distribution_of_spend():
    class Known:
        """Spends of which only the mean is modelled."""

        def expected_spend(self, history: PurchaseHistory) -> np.ndarray:
            return np.full(len(history), 10.0)

    with pytest.raises(ParameterError, match="spend must be a fit where an interval is asked for"):
        ask(spend=Known())
    rows = ask(spend=Known(), interval=None)
    assert rows.value == pytest.approx(10 * rows.purchases)


def test_a_total_without_finite_variance_has_no_interval_of_the_outcome():
    wild = SPEND.model_copy(update={"model": GammaGamma(p=6, q=1.5, gamma=15)})
    rows = ask(spend=wild, of="outcome")
    assert not rows.total.value.has_interval
    with pytest.raises(ParameterError) as caught:
        rows.total.value.confidence_interval(0.9)
    assert str(caught.value) == (
        "total value: there is no interval, because the spend of some customers has no finite "
        "variance under this Gamma-Gamma (q + p x <= 2). Use of='mean', or the intervals of single "
        "customers."
    )
    assert np.isfinite(rows.value_high).all()
    assert ask(spend=wild).total.value.has_interval
