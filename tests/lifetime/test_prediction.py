"""What is predicted for single customers, and how sure that is."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from predicted import fitted, predicted
from reference_prediction import count_ends, lives, paid_quantile
from scipy import special

from custvalue import lifetime
from custvalue._lifetime.prediction import parameters
from custvalue._lifetime.prediction.counts import Counts, Distribution
from custvalue.lifetime import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    NBD,
    GammaGamma,
    GammaGompertzNBD,
    ParetoNBD,
    Prediction,
    PurchaseHistory,
)

MODELS = [
    NBD(r=0.4, alpha=5, unit="week"),
    BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week"),
    MBGNBD(r=0.6, alpha=6, a=0.8, b=2.5, unit="week"),
    ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, unit="week"),
    GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week"),
    BGCNBD(k=3, r=1, alpha=2, a=1, b=3, unit="week"),
    MBGCNBD(k=2, r=1, alpha=1, a=1, b=3, unit="week"),
]
NAMES = [type(model).__name__ for model in MODELS]


NOT_ESTIMATED = ("unit", "kind", "k", "refunded", "period")


def sure(model, spread=1e-9):
    """Return a fit that knows its parameters, up to a relative error."""
    kind = type(model)._fit_class()
    names = [name for name in model.model_dump() if name not in NOT_ESTIMATED]
    values = [getattr(model, name) for name in names]
    variances = np.diag(np.square(spread * np.array(values)))
    return kind(
        model=model,
        log_likelihood=-1.0,
        covariance=tuple(map(tuple, variances.tolist())),
        converged=True,
        scaled_gradient=0.0,
        steps=1,
        customers=100,
        cells=100,
    )


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
@pytest.mark.parametrize("horizon", ["26 weeks", "156 weeks"])
def test_ends_of_counts_are_those_of_the_probabilities_added_up(model, horizon):
    history = model.simulate(40, age="52 weeks", rng=3)
    rows = sure(model).predict(history, horizon, interval=0.9, of="outcome")
    pmf = model.purchase_count_pmf(np.arange(900), horizon, history)
    ends = np.array([count_ends(each, 0.9) for each in pmf])
    assert rows.purchases_low.tolist() == ends[:, 0].tolist()
    assert rows.purchases_high.tolist() == ends[:, 1].tolist()
    assert rows.purchases_probability == pytest.approx(ends[:, 2], abs=1e-6)
    assert (rows.purchases_probability >= 0.9).all()
    n = np.arange(900)
    variance = pmf @ n**2 - (pmf @ n) ** 2
    assert rows.purchases_variance.sum() == pytest.approx(variance.sum(), rel=0.01)


@pytest.mark.parametrize(
    "model",
    [NBD(r=2, alpha=0.05, unit="week"), MBGCNBD(k=2, r=90, alpha=6, a=0.1, b=50, unit="week")],
    ids=["NBD", "MBGCNBD"],
)
def test_counts_of_heavy_buyers_are_searched(model):
    history = model.simulate(6, age="52 weeks", rng=3)
    parts = model._count_parts(history.cells, 52.0)
    counts = Counts.of(model._alive(history.cells)[None], [parts])
    assert counts.often
    found = Distribution.of(counts, 1e-4)
    assert len(found.n) < 400
    pmf = model.purchase_count_pmf(np.arange(9000), "52 weeks", history)
    assert pmf.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-6)
    rows = sure(model).predict(history, "52 weeks", interval=0.9, of="outcome")
    ends = np.array([count_ends(each, 0.9) for each in pmf])
    assert rows.purchases_low.tolist() == ends[:, 0].tolist()
    assert rows.purchases_high.tolist() == ends[:, 1].tolist()
    assert rows.purchases_probability == pytest.approx(ends[:, 2], abs=1e-6)
    n = np.arange(9000)
    variance = pmf @ n**2 - (pmf @ n) ** 2
    assert rows.purchases_variance == pytest.approx(variance, rel=0.005)


def test_ends_of_the_value_are_those_of_the_sum_over_counts():
    model, pays = MODELS[1], GammaGamma(p=6, q=4, gamma=15)
    history = pays.simulate(model.simulate(30, age="52 weeks", rng=3), rng=4)
    rows = sure(model).predict(
        history, "1 year", interval=0.9, of="outcome", spend=sure(pays), margin=0.3
    )
    pmf = model.purchase_count_pmf(np.arange(300), "1 year", history)
    x, scale = history.frequency, 15 + history.frequency * history.monetary_value
    for place in range(30):
        what = pmf[place], 6, 4 + 6 * x[place], scale[place]
        low, high = (0.3 * paid_quantile(share, *what) for share in (0.05, 0.95))
        assert rows.value_low[place] == pytest.approx(low, rel=0.005)
        assert rows.value_high[place] == pytest.approx(high, rel=0.005)
    assert (rows.value_probability >= 0.9 - 1e-12).all()
    assert rows.value == pytest.approx(0.3 * rows.spend * rows.purchases)


def test_ends_of_a_days_spend_are_those_of_the_predictive_distribution():
    model, pays = MODELS[1], GammaGamma(p=6, q=4, gamma=15)
    history = pays.simulate(model.simulate(400, age="52 weeks", rng=3), rng=4)
    rows = sure(model).predict(history, "1 year", interval=0.8, of="outcome", spend=sure(pays))
    assert rows.spend_low == pytest.approx(pays.spend_quantile(history, 0.1), rel=1e-7)
    assert rows.spend_high == pytest.approx(pays.spend_quantile(history, 0.9), rel=1e-7)


def test_ends_of_a_days_spend_average_over_the_parameters():
    history, fit, spend = fitted()
    rows = fit.predict(history, "1 year", interval=0.9, of="outcome", spend=spend)
    models = list(parameters.points(spend))
    assert len(models) == 6
    for place in (0, 5, 40):
        one = history.select(history.customer == history.customer[place])
        for end, share in (("low", 0.05), ("high", 0.95)):
            amount = float(getattr(rows, f"spend_{end}")[place])
            below = [each.spend_probability(one, amount)[0] for each in models]
            assert np.mean(below) == pytest.approx(share, abs=1e-8)


def test_points_of_the_parameters_have_the_covariance_of_the_estimates():
    _, fit, _ = fitted()
    names = list(fit.parameters)
    logs = np.log([[getattr(model, name) for name in names] for model in parameters.points(fit)])
    centre = np.log([*fit.parameters.values()])
    assert logs.mean(axis=0) == pytest.approx(centre)
    theta = np.array([*fit.parameters.values()])
    expected = np.array(fit.covariance) / np.outer(theta, theta)
    assert (logs - centre).T @ (logs - centre) / len(logs) == pytest.approx(expected)


@pytest.mark.parametrize("kind", [BGNBD, ParetoNBD], ids=["BGNBD", "ParetoNBD"])
def test_intervals_of_the_mean_are_those_of_draws_of_the_parameters(kind):
    truth = {BGNBD: MODELS[1], ParetoNBD: MODELS[3]}[kind]
    history = truth.simulate(4000, age="52 weeks", rng=5)
    fit = kind.fit(history)
    rows = fit.predict(history, "26 weeks", interval=0.9)
    rng, ways = np.random.default_rng(1), parameters.directions(fit)
    some = np.unique(history.cell_of_customer, return_index=True)[1][::40]
    part = history.select(np.isin(np.arange(len(history)), some))
    drawn, alive = [], []
    for _ in range(200):
        model = parameters.moved(fit, rng.standard_normal(len(ways)) @ ways)
        drawn.append(model.expected_purchases(part, "26 weeks"))
        alive.append(model.probability_alive(part))
    error = np.std(np.log(drawn), axis=0)
    some = np.sort(some)
    reach = np.log(rows.purchases_high / rows.purchases_low)[some] / 2 / 1.6448536
    assert np.median(reach / error) == pytest.approx(1, abs=0.1)
    assert reach == pytest.approx(error, rel=0.35)
    back = part.frequency > 0
    error = np.std(special.logit(np.array(alive)[:, back]), axis=0)
    ends = (special.logit(getattr(rows, f"probability_alive_{end}")) for end in ("low", "high"))
    low, high = (each[some][back] for each in ends)
    assert np.median((high - low) / 2 / 1.6448536 / error) == pytest.approx(1, abs=0.1)


def test_a_total_is_that_of_the_value_of_all_customers():
    history, fit, spend = fitted()
    rows = fit.predict(history, "1 year", interval=0.9, spend=spend, margin=0.3)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=fit,
        spend=spend,
        horizon="1 year",
        annual_discount_rate=0,
        margin=0.3,
    )
    assert rows.value == pytest.approx(value.value)
    assert rows.total.value.value == pytest.approx(value.total.value)
    assert rows.total.value.standard_error == pytest.approx(value.total.standard_error, rel=1e-4)
    discounted = fit.predict(history, "1 year", spend=spend, annual_discount_rate=0.1)
    ahead = fit.discounted_expected_purchases(history, annual_discount_rate=0.1, horizon="1 year")
    assert discounted.value == pytest.approx(ahead * spend.expected_spend(history))


def test_errors_of_customers_are_shared_in_a_total():
    rows = predicted()
    alone = np.sqrt(np.square(rows.purchases_errors).sum(axis=1))
    shared = rows.total.purchases.standard_error
    assert shared > 3 * math.sqrt(float(np.square(alone).sum()))
    outcome = predicted(of="outcome")
    expected = math.sqrt(shared**2 + outcome.purchases_variance.sum())
    assert outcome.total.purchases.standard_error == pytest.approx(expected)


def test_totals_of_groups_add_up():
    rows = predicted(of="outcome")
    group = ["a" if row % 3 else "b" for row in range(len(rows))]
    totals = rows.totals(group)
    assert [each.label for each in totals.totals] == ["a", "b"]
    assert sum(each.purchases.value for each in totals.totals) == pytest.approx(
        rows.total.purchases.value
    )
    assert totals["b"].customers == 100
    part = rows.top(len(rows), by="purchases")
    assert part.total.value.standard_error == pytest.approx(rows.total.value.standard_error)
    columns = totals.columns()
    assert (columns["purchases_low"] < columns["purchases"]).all()
    assert columns["purchases_low"].tolist() == np.rint(columns["purchases_low"]).tolist()


# --- limits ---------------------------------------------------------------------------------


def test_without_an_interval_there_are_expectations_only():
    history, fit, spend = fitted()
    rows = predicted(interval=None)
    assert list(rows.columns()) == ["customer", "probability_alive", "purchases", "spend", "value"]
    assert rows.purchases == pytest.approx(fit.expected_purchases(history, "1 year"))
    assert rows.probability_alive == pytest.approx(fit.probability_alive(history))
    assert rows.spend == pytest.approx(spend.expected_spend(history))
    assert not rows.total.purchases.has_interval


def test_without_monetary_values_there_is_no_spend():
    history, fit, _ = fitted()
    bare = replace(history, monetary_value=None)
    for of in ("mean", "outcome"):
        rows = fit.predict(bare, "1 year", interval=0.9, of=of)
        assert rows.spend is None
        assert rows.value is None
        assert rows.total.value is None
        assert "spend" not in rows.convention
        assert rows.purchases_high == pytest.approx(predicted(of=of).purchases_high)


def test_spend_is_fitted_where_it_is_not_given_and_the_result_says_so():
    rows = predicted(spend=None)
    assert rows.convention == (
        "repeat purchases after the end of observation; mean spend of repeat purchase days, "
        "Gamma-Gamma fitted to these customers; P(alive) is 1 by the definition of BGNBD for 79 of "
        "300 customers"
    )
    assert rows.spend == pytest.approx(predicted().spend)
    assert "fitted to" not in predicted().convention


def test_customers_who_got_all_money_back_are_predicted_as_the_model_of_spend_says():
    history, fit, _ = fitted()
    money = history.monetary_value.copy()
    few = np.flatnonzero(history.frequency > 0)[:3]
    money[few] = 0
    history = replace(history, monetary_value=money)
    spend = GammaGamma.fit(history, refunded="unknown")
    rows = fit.predict(history, "1 year", interval=0.9, of="outcome", spend=spend)
    new = np.flatnonzero(history.frequency == 0)[0]
    assert rows.spend_high[few] == pytest.approx(rows.spend_high[new])
    assert (rows.value_high[few] > 0).all()
    assert "repeat spend of 3 customers is not positive, and counted as unknown" in rows.convention
    zero = GammaGamma.fit(history, refunded="zero")
    less = fit.predict(history, "1 year", interval=0.9, of="outcome", spend=zero)
    assert (less.spend_high[few] < rows.spend_high[few]).all()


def test_certain_customers_have_no_uncertain_life():
    rows = predicted()
    history, _, _ = fitted()
    new = history.frequency == 0
    assert (rows.probability_alive_low[new] == 1).all()
    assert (rows.probability_alive_high[new] == 1).all()
    back = ~new
    assert (rows.probability_alive_low[back] < rows.probability_alive[back]).all()
    assert (rows.probability_alive_high[back] < 1).all()


@pytest.mark.parametrize("level", [1e-300, 1 - 1e-12, 1 - 2**-53])
@pytest.mark.parametrize("of", ["mean", "outcome"])
def test_levels_may_be_extreme(level, of):
    rows = predicted(level, of=of)
    for name in ("purchases", "spend", "value", "probability_alive"):
        low, high = (getattr(rows, f"{name}_{end}") for end in ("low", "high"))
        assert (low <= high).all()
        assert np.isfinite(high).all()
    if level > 0.5:
        for name in ("purchases", "value"):
            assert (getattr(rows, f"{name}_high") > getattr(predicted(0.9, of=of), name)).all()
            assert getattr(rows.total, name).confidence_interval(level).high < 1e9


@pytest.mark.parametrize("of", ["mean", "outcome"])
def test_within_no_time_nothing_is_bought_for_sure(of):
    history, fit, spend = fitted()
    rows = fit.predict(history, "0 weeks", interval=0.9, of=of, spend=spend)
    for name in ("purchases", "purchases_low", "purchases_high", "value", "value_high"):
        assert getattr(rows, name) == pytest.approx(np.zeros(len(history)), abs=1e-200)
    assert rows.total.purchases.confidence_interval(0.9).high == pytest.approx(0)
    if of == "outcome":
        assert (rows.purchases_probability == 1).all()


@pytest.mark.parametrize("of", ["mean", "outcome"])
def test_one_customer_is_predicted_as_among_all(of):
    history, fit, spend = fitted()
    every = fit.predict(history, "1 year", interval=0.9, of=of, spend=spend)
    for place in (0, 7):
        one = history.select(history.customer == history.customer[place])
        alone = fit.predict(one, "1 year", interval=0.9, of=of, spend=spend)
        found = every.of_customer(history.customer[place])
        for name, column in found.columns().items():
            assert alone.columns()[name] == pytest.approx(column, rel=2e-3), name


def test_a_wide_interval_holds_a_narrow_one():
    narrow, wide = predicted(0.5, of="outcome"), predicted(0.99, of="outcome")
    for name in ("purchases", "spend", "value", "probability_alive"):
        assert (getattr(wide, f"{name}_low") <= getattr(narrow, f"{name}_low")).all()
        assert (getattr(wide, f"{name}_high") >= getattr(narrow, f"{name}_high")).all()
    assert (wide.purchases_probability >= 0.99).all()


@pytest.mark.parametrize("of", ["mean", "outcome"])
def test_the_unit_of_time_makes_no_difference(of):
    visits = BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week")
    history = visits.simulate(200, age="52 weeks", rng=1)
    weeks = BGNBD.fit(history).predict(history, "26 weeks", interval=0.9, of=of)
    days = history.in_unit("day")
    same = BGNBD.fit(days).predict(days, "26 weeks", interval=0.9, of=of)
    assert same.purchases_high == pytest.approx(weeks.purchases_high, rel=1e-4)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_every_model_predicts_with_both_kinds(model):
    history = model.simulate(600, age="52 weeks", rng=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = type(model).fit(history)
    if fit.covariance is None:
        fit = sure(model, spread=0.1)
    for of in ("mean", "outcome"):
        rows = fit.predict(history, "26 weeks", interval=0.9, of=of)
        assert (rows.purchases_low <= rows.purchases_high).all()
        assert np.isfinite(rows.purchases_high).all()
        interval = rows.total.purchases.confidence_interval(0.9)
        assert interval.low < rows.purchases.sum() < interval.high


@pytest.mark.parametrize(
    "model",
    [
        MODELS[0],
        MODELS[3],
        GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.5, b=0.01, s=0.6, unit="week"),
    ],
    ids=["NBD", "ParetoNBD", "GammaGompertzNBD"],
)
def test_customers_from_before_the_log_have_their_own_distribution(model):
    history = PurchaseHistory.from_arrays(
        frequency=[3, 0, 5, 1, 0],
        recency=[40, 0, 30, 20, 0],
        age=[52, 52, 60, 30, 30],
        entry=[10, 10, 20, 0, 0],
        unit="week",
    )
    rows = sure(model).predict(history, "26 weeks", interval=0.9, of="outcome")
    pmf = model.purchase_count_pmf(np.arange(300), "26 weeks", history)
    ends = np.array([count_ends(each, 0.9) for each in pmf])
    assert rows.purchases_high.tolist() == ends[:, 1].tolist()
    assert rows.purchases_probability == pytest.approx(ends[:, 2], abs=1e-6)
    mean = sure(model).predict(history, "26 weeks", interval=0.9)
    assert mean.purchases == pytest.approx(model.expected_purchases(history, "26 weeks"))


# --- at opportunities --------------------------------------------------------------------------

GIVES = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8, period="1 year")


def donors(customers=300, rng=1):
    """Return simulated givers with the mean of their gifts, and the fit."""
    history = GIVES.simulate(customers, opportunities=6, rng=rng)
    draw = np.random.default_rng(rng)
    x = np.maximum(history.frequency, 1)
    gifts = draw.gamma(6 * x) / draw.gamma(4, 1 / 15, customers) / x
    history = replace(history, monetary_value=np.where(history.frequency > 0, gifts, 0.0))
    return history, BGBB.fit(history)


def test_opportunities_ahead_have_their_own_distribution():
    history, _ = donors()
    pays = GammaGamma(p=6, q=4, gamma=15)
    how = {"interval": 0.9, "spend": sure(pays)}
    rows = sure(GIVES).predict(history, 12, of="outcome", **how)
    pmf = GIVES.purchase_count_pmf(np.arange(13), 12, history)
    ends = np.array([count_ends(each, 0.9) for each in pmf])
    assert rows.purchases_low.tolist() == ends[:, 0].tolist()
    assert rows.purchases_high.tolist() == ends[:, 1].tolist()
    assert rows.purchases_probability == pytest.approx(ends[:, 2], abs=1e-6)
    n = np.arange(13)
    assert rows.purchases_variance == pytest.approx(pmf @ n**2 - (pmf @ n) ** 2, abs=1e-6)
    x, scale = history.frequency, 15 + history.frequency * history.monetary_value
    for place in range(12):
        high = paid_quantile(0.95, pmf[place], 6, 4 + 6 * x[place], scale[place])
        assert rows.value_high[place] == pytest.approx(high, rel=0.005)
    mean = sure(GIVES).predict(history, 12, annual_discount_rate=0.1, **how)
    assert mean.purchases == pytest.approx(GIVES.expected_purchases(history, 12))
    later = GIVES.discounted_expected_purchases(history, annual_discount_rate=0.1, opportunities=12)
    assert mean.value == pytest.approx(later * pays.expected_spend(history))
    assert mean.horizon == "12 opportunities"


def test_intervals_of_the_mean_at_opportunities_are_those_of_draws():
    history, fit = donors(1000)
    rows = fit.predict(history, 5, interval=0.9)
    rng, ways = np.random.default_rng(1), parameters.directions(fit)
    drawn = [
        parameters.moved(fit, rng.standard_normal(4) @ ways).expected_purchases(history, 5)
        for _ in range(200)
    ]
    reach = np.log(rows.purchases_high / rows.purchases_low) / 2 / 1.6448536
    assert np.median(reach / np.std(np.log(drawn), axis=0)) == pytest.approx(1, abs=0.1)
    alone = np.sqrt(np.square(rows.purchases_errors).sum(axis=1))
    assert rows.total.purchases.standard_error > math.sqrt(float(np.square(alone).sum()))


def test_at_no_opportunity_nothing_is_taken():
    history, fit = donors()
    rows = fit.predict(history, 0, interval=0.9, of="outcome")
    assert not rows.purchases_high.any()
    assert (rows.purchases_probability == 1).all()


def test_givers_who_got_all_back_are_predicted_as_the_model_of_spend_says():
    history, fit = donors()
    money = history.monetary_value.copy()
    few = np.flatnonzero(history.frequency > 0)[:2]
    money[few] = 0
    history = replace(history, monetary_value=money)
    spend = GammaGamma.fit(history, refunded="unknown")
    rows = fit.predict(history, 5, interval=0.9, of="outcome", spend=spend)
    other = fit.predict(history, 5, interval=0.9, of="outcome", spend=sure(spend.model))
    assert rows.value_high == pytest.approx(other.value_high, rel=0.05)
    new = np.flatnonzero(history.frequency == 0)[0]
    assert rows.spend_high[few] == pytest.approx(rows.spend_high[new])


# --- rows ------------------------------------------------------------------------------------


def test_the_best_come_first():
    rows = predicted()
    assert rows.top(3).value.tolist() == sorted(rows.value, reverse=True)[:3]
    assert rows.top(1, by="purchases").purchases[0] == rows.purchases.max()
    assert len(rows.top(10_000)) == len(rows)


def test_prints_the_best_ten_with_what_the_intervals_are():
    text = str(predicted(of="outcome"))
    assert text.startswith("Prediction within 1 year, the best 10 of 300 customers\n")
    assert "P(alive)" in text
    assert "P(holds)" in text
    assert (
        "90 % intervals of what will happen: uncertain parameters, and the customers' own chance."
        in text
    )
    assert repr(predicted()).startswith("Prediction(customers=300, purchases=")


def test_json_and_frames_hold_all_rows():
    rows = predicted(of="outcome").top(5)
    assert Prediction.from_json(rows.to_json()) == rows
    assert list(rows.to_frame("polars").columns) == list(rows.columns())


def test_an_outcome_knows_the_interval_of_the_mean_too():
    low, high = predicted(of="outcome").of_mean("value")
    rows = predicted()
    assert low == pytest.approx(rows.value_low)
    assert high == pytest.approx(rows.value_high)


# --- coverage --------------------------------------------------------------------------------

LEAVES = {"purchase": ("purchase", 1.3, 3), "any time": ("any time", 0.606, 11.669)}


def randomised(fit, history, purchases, rng):
    """Return the place of each count within its distribution, uniform if that is right."""
    most = int(purchases.max())
    pmf = fit.purchase_count_pmf(np.arange(most + 1), "26 weeks", history)
    below = np.hstack((np.zeros((len(pmf), 1)), np.cumsum(pmf, axis=1)))
    row, y = np.arange(len(pmf)), purchases.astype(int)
    return below[row, y] + rng.random(len(pmf)) * pmf[row, y]


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("kind", "r", "alpha", "leaves"),
    [(BGNBD, 0.6, 6, "purchase"), (ParetoNBD, 0.553, 10.578, "any time")],
    ids=["BGNBD", "ParetoNBD"],
)
def test_outcomes_lie_inside_as_often_as_the_rows_say(kind, r, alpha, leaves):
    rng, found = np.random.default_rng(7), []
    for _ in range(25):
        done = lives(500, 26, rng, r=r, alpha=alpha, leaves=LEAVES[leaves])
        history = PurchaseHistory.from_arrays(
            frequency=done.frequency,
            recency=done.recency,
            age=done.age,
            monetary_value=done.mean_spend,
            unit="week",
        )
        fit = kind.fit(history)
        rows = fit.predict(history, "26 weeks", interval=0.9, of="outcome")
        place = np.argsort(np.argsort(rows.purchases)) * 10 // len(rows)
        columns = [place]
        for name, truth in (("purchases", done.purchases), ("value", done.value)):
            low, high = (getattr(rows, f"{name}_{end}") for end in ("low", "high"))
            columns += [(low <= truth) & (truth <= high), getattr(rows, f"{name}_probability")]
        columns += [(rows.spend_low <= done.one_spend) & (done.one_spend <= rows.spend_high)]
        columns += [randomised(fit, history, done.purchases, rng)]
        found.append(np.column_stack(columns))
    place, counted, said, paid, said_of_value, spent, inner = np.concatenate(found).T
    assert counted.mean() == pytest.approx(said.mean(), abs=0.006)
    assert paid.mean() == pytest.approx(said_of_value.mean(), abs=0.008)
    assert spent.mean() == pytest.approx(0.9, abs=0.012)
    assert ((inner >= 0.05) & (inner <= 0.95)).mean() == pytest.approx(0.9, abs=0.012)
    for decile in range(10):
        here = place == decile
        assert counted[here].mean() == pytest.approx(said[here].mean(), abs=0.02)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("leaves", LEAVES)
def test_means_and_totals_lie_inside_as_often_as_said(leaves):
    kind, r, alpha = {"purchase": (BGNBD, 0.6, 6), "any time": (ParetoNBD, 0.553, 10.578)}[leaves]
    how, first, second = LEAVES[leaves]
    names = ("a", "b") if how == "purchase" else ("s", "beta")
    truth = kind(r=r, alpha=alpha, **{names[0]: first, names[1]: second}, unit="week")
    rng, means, totals = np.random.default_rng(8), [], []
    for _ in range(120):
        done = lives(500, 26, rng, r=r, alpha=alpha, leaves=LEAVES[leaves])
        history = PurchaseHistory.from_arrays(
            frequency=done.frequency, recency=done.recency, age=done.age, unit="week"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = kind.fit(history)
        if fit.covariance is None:
            continue
        rows = fit.predict(history, "26 weeks", interval=0.9)
        expected = truth.expected_purchases(history, "26 weeks")
        means.append(((rows.purchases_low <= expected) & (expected <= rows.purchases_high)).mean())
        both = [(rows, expected.sum())]
        outcome = fit.predict(history, "26 weeks", interval=0.9, of="outcome")
        both.append((outcome, done.purchases.sum()))
        totals.append(
            [sums in each.total.purchases.confidence_interval(0.9) for each, sums in both]
        )
    assert len(means) > 100
    assert 0.84 < np.mean(means) < 0.96  # 120 data sets: three standard errors are .08
    assert (np.mean(totals, axis=0) > 0.82).all()
    assert (np.mean(totals, axis=0) < 0.98).all()
