"""Covariates that change: likelihoods one by one, derivatives, limits, and what a fit answers."""

import dataclasses

import numpy as np
import pytest
import reference_changing as reference
import seasons
from hypothesis import given, settings
from hypothesis import strategies as st
from seasons import ALL, PLACES, WORTH, asked, constant_paths, still

from custvalue import lifetime, testing
from custvalue._histories.covariates.changing.building import built, process_columns
from custvalue._histories.covariates.changing.design import design_of
from custvalue._histories.covariates.changing.exposure import days_observed
from custvalue._lifetime.covariates.changing.answers import Along
from custvalue.errors import IdentifiabilityWarning
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    ChangingCovariates,
    CodedCovariate,
    FollowedPurchases,
    ParetoNBD,
    PurchaseHistory,
    likelihood_ratio,
)

KINDS = pytest.mark.parametrize("kind", [BGNBD, MBGNBD], ids=lambda kind: kind.__name__)
SOME = range(0, 300, 30)


@KINDS
def test_the_likelihood_is_that_of_a_customer_alone(kind):
    history = seasons.history(kind)
    found = seasons.truth(kind).log_likelihood(history)
    for customer in SOME:
        times, age, paths = asked(history, customer)
        expected = reference.at_purchase(
            times, age, *paths, *PLACES[kind].values(), first=kind is MBGNBD
        )
        assert found[customer] == pytest.approx(expected, rel=1e-9)


@KINDS
def test_purchases_ahead_are_those_of_a_customer_alone(kind):
    history = seasons.history(kind)
    model = seasons.truth(kind)
    alive, horizon = model.probability_alive(history), "40 weeks"
    found = np.column_stack(
        (
            model.expected_purchases(history, horizon) / alive,
            1 - model.probability_active(history, horizon) / alive,
            model.probability_alive(history, at=horizon) / alive,
        )
    )
    for customer in SOME:
        times, age, paths = asked(history, customer)
        expected = reference.bought_ahead(
            times, age, 40.0, *paths, *PLACES[kind].values(), first=kind is MBGNBD
        )
        np.testing.assert_allclose(found[customer], expected, rtol=1e-8)


@KINDS
def test_p_alive_and_purchases_agree_with_what_simulated_customers_do(kind):
    model, weeks = seasons.truth(kind), 130
    known = seasons.customers(4_000, seed=8, weeks=weeks)
    whole = model.simulate(4_000, changing=seasons.paths(), rng=8, **known)
    then = seasons.cut(whole, 104 - (weeks - known["age"]))
    later = whole.frequency - then.frequency
    expected = model.expected_purchases(then, "26 weeks")
    off = (later - expected).sum() / np.sqrt(np.square(later - expected).sum())
    assert abs(off) < 3.5
    alive = model.probability_alive(then)
    back = later > 0
    assert (alive[back] > alive[~back].mean()).mean() > 0.9


@KINDS
def test_derivatives_are_those_of_the_value(kind):
    history, model = seasons.history(kind), seasons.truth(kind)
    likelihood, point = Along.of(model, history).likelihood(model)
    value, gradient, hessian = likelihood(point)
    assert value == pytest.approx(model.log_likelihood(history).sum(), rel=1e-12)

    def at(move):
        return likelihood.slope(point + move)[0]

    steps = 1e-4 * np.eye(len(point))
    first = [(at(step) - at(-step)) / 2e-4 for step in steps]
    np.testing.assert_allclose(gradient, first, rtol=1e-5, atol=1e-3)
    for i, one in enumerate(10 * steps):
        for j, other in enumerate(10 * steps):
            corners = at(one + other) - at(one - other) - at(other - one) + at(-one - other)
            assert hessian[i, j] == pytest.approx(corners / 4e-6, rel=1e-3, abs=0.05)


@KINDS
def test_derivatives_where_nobody_leaves_any_more(kind):
    history, model = seasons.history(kind), seasons.truth(kind)
    likelihood, point = Along.of(model, history).likelihood(model)
    point = point.copy()
    point[-3:] = [-25.0, 0.0, -9.0]
    value, gradient = likelihood.slope(point)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    steps = 1e-3 * np.eye(len(point))
    first = [
        (likelihood.slope(point + move)[0] - likelihood.slope(point - move)[0]) for move in steps
    ]
    np.testing.assert_allclose(gradient, np.array(first) / 2e-3, rtol=1e-4, atol=1e-3)


def test_the_fit_is_at_the_top_and_adds_up():
    history, fit = seasons.history(), seasons.fit()
    assert fit.converged
    assert fit.model.log_likelihood(history).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    likelihood, point = Along.of(fit.model, history).likelihood(fit.model)
    slope = likelihood.slope(point)[1]
    assert np.abs(slope).max() < 1e-4
    covariance = np.linalg.inv(-likelihood(point).hessian)
    turn = np.diag([*np.exp(point[:4]), *np.ones(len(point) - 4)])
    expected = turn @ covariance @ turn
    np.testing.assert_allclose(fit.covariance, expected, rtol=1e-3, atol=1e-8)


@KINDS
def test_a_constant_path_is_a_covariate_that_does_not_change(kind):
    history = still(seasons.history(kind), constant_paths())
    changing, static = (kind.fit(history, purchase=[name]) for name in ("price", "level"))
    assert changing.log_likelihood == pytest.approx(static.log_likelihood, rel=1e-12)
    values = [np.array([*fit.parameters.values()]) for fit in (changing, static)]
    np.testing.assert_allclose(*values, rtol=1e-6)
    model = changing.model
    same = static.model._with_estimated(
        {**model._estimated, "purchase: level": model._estimated["purchase: price"]}
    )
    for ask in ("log_likelihood", "probability_alive"):
        answers = [getattr(each, ask)(history) for each in (model, same)]
        np.testing.assert_allclose(*answers, rtol=1e-9)
    answers = [each.expected_purchases(history, ["4 weeks", "50 weeks"]) for each in (model, same)]
    np.testing.assert_allclose(*answers, rtol=1e-9)
    how = {"annual_discount_rate": 0.1, "horizon": "50 weeks"}
    answers = [each.discounted_expected_purchases(history, **how) for each in (model, same)]
    np.testing.assert_allclose(*answers, rtol=1e-6)
    errors = [[*fit.standard_errors.values()] for fit in (changing, static)]
    np.testing.assert_allclose(*errors, rtol=1e-4)


def test_dropout_has_the_power_form_which_is_another_model():
    history = still(seasons.history(MBGNBD), constant_paths())
    changing = MBGNBD.fit(history, dropout=["price"])
    assert changing.model.covariates.dropout_form == "power"
    assert changing.log_likelihood != pytest.approx(
        MBGNBD.fit(history, dropout=["level"]).log_likelihood, rel=1e-9
    )


@KINDS
def test_coefficients_of_0_are_the_model_without_covariates(kind):
    history = seasons.history(kind)
    none = seasons.truth(kind, dict.fromkeys(WORTH, 0.0))
    plain = kind(**PLACES[kind], unit="week")
    for ask, args in (
        ("log_likelihood", ()),
        ("probability_alive", ()),
        ("expected_purchases", ("50 weeks",)),
    ):
        answers = [getattr(model, ask)(history, *args) for model in (none, plain)]
        np.testing.assert_allclose(*answers, rtol=1e-9)
    static, changing = plain.log_likelihood(history).sum(), none.log_likelihood(history).sum()
    assert changing == pytest.approx(static, rel=1e-12)


def by_day(paths):
    """The same paths, with a row for each day."""
    length = (paths.end - paths.start).astype(int) + 1
    rows = np.repeat(np.arange(len(paths)), length)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
    day = paths.start[rows] + within
    return ChangingCovariates(
        start=day,
        end=day,
        values={name: paths[name][rows] for name in paths.names},
        path=paths.path[rows],
        path_name=paths.path_name,
    )


def laid_out(history, model):
    known = history.changing
    seen = days_observed(known, known.birth + history.age * 7)
    design = design_of(history, model.covariates, seen)
    return built(history, design, process_columns(model.covariates), visits=True)


def test_equal_neighbours_are_one_segment():
    history, model = seasons.history(), seasons.truth(MBGNBD)
    daily = history.with_changing(by_day(seasons.paths()))
    weekly = laid_out(history, model)
    assert len(laid_out(daily, model).segments) == len(weekly.segments)
    np.testing.assert_allclose(
        model.log_likelihood(daily), model.log_likelihood(history), rtol=1e-12
    )
    worth = {place: value for place, value in WORTH.items() if place[1] == "season"}
    terms = seasons.terms(MBGNBD, worth, (seasons.SEASON,))
    only = MBGNBD(**PLACES[MBGNBD], unit="week", covariates=terms)
    switches = sum(
        np.count_nonzero(np.diff(seasons.paths()["season"][seasons.paths().codes == place] == "on"))
        for place in (0, 1)
    )
    assert len(laid_out(history, only).segments) == switches + 2


def test_customers_who_are_alike_are_one_cell():
    whole = on_days(seasons.simulated(MBGNBD, 5_000, seed=2))
    found = laid_out(whole, seasons.truth(MBGNBD))
    few = whole.frequency == 0
    assert len(found.cells) < len(whole)
    assert found.cells.count.sum() == len(whole)
    never = found.cells.frequency == 0
    keys = np.stack(
        (whole.changing.path, whole.changing.birth, whole.covariates["app"] == "yes")
    ).T[few]
    assert never.sum() == len(np.unique(keys, axis=0))


def on_days(history):
    return dataclasses.replace(
        history,
        recency=np.ceil(history.recency * 7) / 7,
        age=np.ceil(history.age * 7) / 7,
        changing=dataclasses.replace(history.changing, days=np.ceil(history.changing.days)),
    )


@KINDS
def test_the_unit_does_not_matter(kind):
    history = seasons.history(kind)
    weeks, days = kind.fit(history, **ALL), kind.fit(history.in_unit("day"), **ALL)
    purchases = history.frequency.sum()
    assert days.log_likelihood + purchases * np.log(7) == pytest.approx(weeks.log_likelihood)
    for name, value in weeks.parameters.items():
        factor = 7.0 if name == "alpha" else 1.0
        assert days.parameters[name] == pytest.approx(factor * value, rel=1e-5)
    expected = [
        fit.expected_purchases(each, "10 weeks")
        for fit, each in ((weeks, history), (days, history.in_unit("day")))
    ]
    np.testing.assert_allclose(*expected, rtol=1e-5)


def test_the_order_of_customers_does_not_matter():
    history, fit = seasons.history(), seasons.fit()
    order = np.random.default_rng(1).permutation(len(history))
    mixed = history.select(customers=history.customer[order])
    found = fit.predict(mixed, "20 weeks").purchases
    np.testing.assert_allclose(found, fit.predict(history, "20 weeks").purchases[order], rtol=1e-12)
    again = MBGNBD.fit(mixed, **ALL)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)


def test_numbers_may_have_any_origin_and_scale():
    history = seasons.history()
    table = history.changing.covariates
    values = {"season": table["season"], "price": 20 * table["price"] + 500}
    other = history.with_changing(dataclasses.replace(table, values=values))
    fits = [MBGNBD.fit(each, purchase=["season", "price"]) for each in (history, other)]
    assert fits[1].log_likelihood == pytest.approx(fits[0].log_likelihood, rel=1e-10)
    few, many = (fit.parameters["purchase: price"] for fit in fits)
    assert 20 * many == pytest.approx(few, rel=1e-5)
    answers = [
        fit.expected_purchases(each, "20 weeks")
        for fit, each in zip(fits, (history, other), strict=True)
    ]
    np.testing.assert_allclose(*answers, rtol=1e-6)


@pytest.mark.parametrize("sample", [2, 100])
def test_large_data_start_on_a_sample(sample, monkeypatch):
    from custvalue._lifetime.covariates.changing import fitting

    history, fit = seasons.history(), seasons.fit()
    monkeypatch.setattr(fitting, "SAMPLED", 100)
    monkeypatch.setattr(fitting, "SAMPLE", sample)
    again = MBGNBD.fit(history, **ALL)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)
    for name, value in fit.parameters.items():
        assert again.parameters[name] == pytest.approx(value, rel=1e-5)


def test_likelihood_ratios_and_effects():
    history, fit = seasons.history(), seasons.fit()
    small = MBGNBD.fit(history, purchase=["season", "price"], dropout=["season"])
    test = likelihood_ratio(small, fit)
    assert test.statistic == pytest.approx(2 * (fit.log_likelihood - small.log_likelihood))
    same = MBGNBD.fit(
        history, both=["price"], purchase=["season", "app"], dropout=["season", "app"]
    )
    assert same.log_likelihood < fit.log_likelihood
    assert likelihood_ratio(same, fit).p_value < 0.01
    effect = fit.effects["dropout: season=on"]
    assert (effect.changing, effect.of) == (True, "hazard of leaving at a purchase")
    assert not fit.effects["dropout: app=yes"].changing
    assert "Changing over time: 2 of 3 covariates, season, price." in str(fit.effects)
    assert "Changing over time: 1 of 1 covariate, season." in str(
        MBGNBD.fit(history, purchase=["season"]).effects
    )


def test_a_fit_goes_to_json_and_back():
    fit, history = seasons.fit(), seasons.history()
    again = lifetime.from_json(fit.to_json())
    assert again == fit
    np.testing.assert_array_equal(
        again.expected_purchases(history, "10 weeks"), fit.expected_purchases(history, "10 weeks")
    )
    assert PurchaseHistory.from_json(history.to_json()) == history
    paths = seasons.paths()
    assert ChangingCovariates.from_json(paths.to_json()) == paths


def test_discounted_purchases_are_a_sum_over_time():
    history, fit = seasons.history().select(customers=[3, 40]), seasons.fit()
    weeks = np.arange(1, 201) / 4
    until = [f"{week} weeks" for week in weeks]
    steps = np.diff(fit.expected_purchases(history, until), axis=1, prepend=0.0)
    middle = (weeks - 0.125) * 7 / 365.25
    expected = steps @ 1.1**-middle
    found = fit.discounted_expected_purchases(history, annual_discount_rate=0.1, horizon="50 weeks")
    np.testing.assert_allclose(found, expected, rtol=2e-6)


def test_predictions_follow_the_plan():
    history, fit = seasons.history(), seasons.fit()
    rows = fit.predict(history, "20 weeks", interval=0.9)
    np.testing.assert_allclose(rows.purchases, fit.expected_purchases(history, "20 weeks"))
    assert (rows.purchases_low < rows.purchases).all()
    assert (rows.probability_alive_high >= rows.probability_alive).all()
    table = history.changing.covariates
    later = table.start > np.datetime64("2025-01-01")
    sale = np.where(later, "on", table["season"])
    values = {"season": sale, "price": table["price"]}
    plan = history.with_changing(dataclasses.replace(table, values=values))
    np.testing.assert_allclose(fit.model.log_likelihood(plan), fit.model.log_likelihood(history))
    more = fit.predict(plan, "20 weeks")
    assert more.purchases.sum() > 1.1 * rows.purchases.sum()
    everything = fit.expected_purchases(history, ["1 day", "10 weeks", "20 weeks"])
    assert (np.diff(everything, axis=1) >= 0).all()


def test_the_value_of_customers_is_that_of_their_predictions():
    spend = lifetime.GammaGamma(p=6, q=4, gamma=15)
    history, fit = spend.simulate(seasons.history(), rng=2), seasons.fit()
    how = {"horizon": "6 weeks", "annual_discount_rate": 0.1, "margin": 0.3}
    pays = lifetime.GammaGamma.fit(history)
    value = lifetime.customer_lifetime_value(history, purchases=fit, spend=pays, **how)
    rows = fit.predict(history, spend=pays, **how)
    np.testing.assert_allclose(value.value, rows.value, rtol=1e-12)
    total = fit.predict(history, spend=pays, interval=0.95, **how).total.value
    assert value.total.value == pytest.approx(total.value, rel=1e-12)
    assert value.total.standard_error == pytest.approx(total.standard_error, rel=0.01)


def test_a_history_says_what_changes():
    assert "covariates that change" in str(seasons.history())
    assert "season, price" in str(seasons.history())


LOG = {
    "id": ["ann", "bob", "ann", "ann", "cid"],
    "date": ["2025-01-06", "2025-01-08", "2025-01-13", "2025-01-22", "2025-01-20"],
}
WEEKS = {
    "region": np.repeat(["north", "south"], 3),
    "week": ["2025-01-06", "2025-01-13", "2025-01-20"] * 2,
    "sale": ["no", "yes", "no", "no", "no", "yes"],
}
PEOPLE = {"id": ["ann", "bob", "cid"], "region": ["south", "north", "north"]}


def of_log(**options):
    sales = ChangingCovariates.from_frame(WEEKS, start="week", covariates=["sale"], path="region")
    given = {"customers": PEOPLE, "observation_end": "2025-01-24", "changing": sales, **options}
    return PurchaseHistory.from_transactions(LOG, customer="id", date="date", unit="day", **given)


def test_a_log_tells_paths_and_days():
    history = of_log()
    day = np.datetime64("2025-01-06").astype(int)
    assert history.changing.path.tolist() == [1, 0, 0]
    assert (history.changing.birth - day).tolist() == [0, 2, 14]
    assert (history.changing.days - day).tolist() == [7, 16]
    assert history.select(customers=["cid", "ann"]).changing.path.tolist() == [0, 1]
    assert (history.select(customers=["cid", "ann"]).changing.days - day).tolist() == [7, 16]
    assert len(history.select(history.frequency == 0).changing.days) == 0
    late = of_log(new_customers_only="1 day")
    assert late.changing.customers == 2


def test_a_purchase_has_the_covariates_of_its_day():
    history = of_log()
    coding = CodedCovariate(name="sale", levels=("no", "yes"), changing=True)
    terms = seasons.terms(MBGNBD, {("purchase", "sale", "yes"): 1.0}, (coding,))
    model = MBGNBD(r=1, alpha=2, a=1, b=1, unit="day", covariates=terms)
    found = laid_out(history, model)
    assert found.bought_at.ravel().tolist() == [1.0, 0.0, 0.0]
    along = Along.of(model, history)
    likelihood, point = along.likelihood(model)
    known = likelihood.known(point)
    passed = along.spread(known.now.value)
    assert passed.tolist() == pytest.approx([14 + 4 * np.e, 5 + 7 * np.e + 4, 4])


@pytest.mark.parametrize("path", [None, "id"])
def test_there_may_be_one_path_for_all_or_one_for_each(path):
    table = {"week": WEEKS["week"][:3], "sale": WEEKS["sale"][:3]}
    if path == "id":
        table = {name: list(each) * 3 for name, each in table.items()}
        table["id"] = np.repeat(["cid", "ann", "bob"], 3)
    sales = ChangingCovariates.from_frame(table, start="week", covariates=["sale"], path=path)
    history = of_log(changing=sales, customers=None)
    assert history.changing.path.tolist() == ([0, 0, 0] if path is None else [0, 1, 2])


def test_paths_may_have_numbers_for_names():
    sales = ChangingCovariates.from_frame(
        {**WEEKS, "region": np.repeat([2, 10], 3)}, start="week", covariates=["sale"], path="region"
    )
    history = of_log(changing=sales, customers={**PEOPLE, "region": [10, 2, 2]})
    assert history.changing.path.tolist() == [1, 0, 0]
    assert sales.paths == (2, 10)


def test_who_came_on_the_last_day_is_followed_from_then_on():
    history = of_log(observation_end="2025-01-20", after_end="ignore")
    assert history.age[-1] == 0
    coding = CodedCovariate(name="sale", levels=("no", "yes"), changing=True)
    terms = seasons.terms(MBGNBD, {("purchase", "sale", "yes"): np.log(3)}, (coding,))
    model = MBGNBD(r=1, alpha=2, a=1, b=1, unit="day", covariates=terms)
    alone = history.select(customers=["cid"])
    plain = MBGNBD(r=1, alpha=2, a=1, b=1, unit="day")
    np.testing.assert_allclose(
        model.expected_purchases(alone, "7 days"), plain.expected_purchases_new_customer("7 days")
    )
    assert model.probability_alive(alone) == pytest.approx(0.5)


def test_rows_hold_until_the_next_one():
    months = {"start": ["2025-02-01", "2025-01-01", "2025-03-01"], "price": [2, 1, 3]}
    by_month = ChangingCovariates.from_frame(months, start="start", covariates=["price"])
    assert by_month.end.astype(str).tolist() == ["2025-01-31", "2025-02-28", "2025-03-31"]
    changes = {"start": ["2025-01-01", "2025-01-20"], "price": [1, 2]}
    until = ChangingCovariates.from_frame(
        changes, start="start", covariates=["price"], last_day="2025-06-30"
    )
    assert until.end.astype(str).tolist() == ["2025-01-19", "2025-06-30"]
    assert until.last_day.isoformat() == "2025-06-30"


def test_a_season_in_which_nobody_leaves_is_named():
    worth = {place: value for place, value in WORTH.items() if place[1] == "season"}
    worth["dropout", "season", "on"] = -30.0
    terms = seasons.terms(MBGNBD, worth, (seasons.SEASON,))
    never = MBGNBD(**PLACES[MBGNBD], unit="week", covariates=terms)
    history = never.simulate(400, changing=seasons.paths(), rng=1, **seasons.customers(400))
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = MBGNBD.fit(history, purchase=["season"], dropout=["season"])
    assert str(caught[0].message) == (
        "MBGNBD: the data cannot tell how large dropout: season=on is: the log-likelihood hardly "
        "changes along it, so standard errors are given of the others only. The log-likelihood "
        "keeps rising, or hardly changes, as the coefficient dropout: season=on runs to minus "
        "infinity: hardly any dropout is seen while season is 'on'. Predictions and the other "
        "coefficients can be used, or leave this coefficient out."
    )
    assert fit.covariance is None
    assert fit.parameters["dropout: season=on"] < -5


def test_followed_purchases_show_what_they_are():
    known = seasons.history().changing
    assert repr(known) == (
        "FollowedPurchases(covariates=2, paths=2, customers=300, purchases=1,387)"
    )
    assert FollowedPurchases.from_json(known.to_json()) == known
    assert known.columns()["first_day"][0] == seasons.customers(300, seed=1)["since"][0]


def test_simulated_customers_have_the_draws_of_their_seed():
    one, two = (seasons.simulated(BGNBD, 50, seed=4) for _ in range(2))
    assert one == two
    np.testing.assert_allclose(one.recency <= one.age, True)


@pytest.mark.parametrize("start", [(0.05, 100.0, 5.0, 0.1), (8.0, 0.5, 0.1, 30.0)])
@pytest.mark.parametrize("kind", [BGNBD, MBGNBD, ParetoNBD], ids=lambda kind: kind.__name__)
def test_the_search_finds_the_top_from_far_away(kind, start, monkeypatch):
    history, fit = seasons.history(kind), seasons.fit(kind)
    monkeypatch.setattr(kind, "_without_covariates", lambda *_: np.array(start))
    again = kind.fit(history, **ALL)
    assert again.converged
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-9)


def test_a_pareto_nbd_with_a_constant_path_is_that_with_a_covariate():
    history = still(seasons.history(ParetoNBD), constant_paths())
    changing, static = (
        ParetoNBD.fit(history, purchase=[name, "app"], dropout=[name])
        for name in ("price", "level")
    )
    assert changing.log_likelihood == pytest.approx(static.log_likelihood, rel=1e-12)
    model, other = changing.model, static.model
    values = {name.replace("price", "level"): each for name, each in model._estimated.items()}
    same = other._with_estimated(values)
    for ask, args in (
        ("log_likelihood", ()),
        ("probability_alive", ()),
        ("expected_purchases", (["4 weeks", "50 weeks"],)),
    ):
        answers = [getattr(each, ask)(history, *args) for each in (model, same)]
        np.testing.assert_allclose(*answers, rtol=1e-9)
    errors = [[*fit.standard_errors.values()] for fit in (changing, static)]
    np.testing.assert_allclose(*errors, rtol=1e-4)


@given(
    testing.transaction_logs(days=60),
    testing.changing_covariates(days=90, path="customer_id"),
    st.sampled_from([BGNBD, MBGNBD, ParetoNBD]),
)
@settings(max_examples=30, deadline=None)
def test_answers_keep_their_bounds(log, changing, kind):
    coding = (
        CodedCovariate(name="season", levels=("high", "low"), changing=True),
        CodedCovariate(name="price", changing=True),
    )
    worth = {
        ("purchase", "season", "low"): -2.0,
        ("purchase", "price", None): 1.0,
        ("dropout", "season", "low"): 3.0,
        ("dropout", "price", None): -1.5,
    }
    model = kind(**PLACES[kind], unit="day", covariates=seasons.terms(kind, worth, coding))
    history = PurchaseHistory.from_transactions(
        log,
        customer="customer_id",
        date="date",
        observation_end="2024-02-29",
        unit="day",
        changing=changing,
    )
    assert np.isfinite(model.log_likelihood(history)).all()
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    ahead = model.expected_purchases(history, ["1 day", "2 weeks", "30 days"])
    assert (ahead >= 0).all()
    assert (np.diff(ahead, axis=1) >= 0).all()
    how = {"annual_discount_rate": 0.5, "horizon": "30 days"}
    discounted = model.discounted_expected_purchases(history, **how)
    assert (discounted <= ahead[:, -1] * (1 + 1e-12)).all()
    assert (discounted >= ahead[:, -1] * 1.5 ** (-30 / 365.25) * (1 - 1e-9)).all()
