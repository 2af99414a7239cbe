"""Forecasts along paths of changing covariates: counts, times, months, diagnoses, posteriors."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import reference_changing as reference
import seasons
from seasons import ALL, PLACES, WORTH, asked, constant_paths, still

from custvalue import lifetime
from custvalue._lifetime.asking import answers_of, told_apart
from custvalue.errors import IdentifiabilityWarning, ParameterError
from custvalue.lifetime import BGNBD, MBGNBD, GammaGamma, Holdout, ParetoNBD, Prior

KINDS = pytest.mark.parametrize("kind", [ParetoNBD, BGNBD, MBGNBD], ids=lambda kind: kind.__name__)
AT_PURCHASE = pytest.mark.parametrize("kind", [BGNBD, MBGNBD], ids=lambda kind: kind.__name__)
END = np.datetime64("2023-01-02") + np.timedelta64(104 * 7 - 1, "D")


@cache
def split(kind, customers=160, weeks=46):
    """Customers observed for two years at most, and what they do afterwards."""
    known = seasons.customers(customers, seed=3, weeks=104 + weeks)
    model = seasons.truth(kind)
    whole = model.simulate(customers, changing=seasons.paths(), rng=3, **known)
    train = seasons.cut(whole, known["age"] - weeks)
    train = replace(train, observation_end=END.item())
    later = whole.frequency - train.frequency
    return train, Holdout.from_arrays(frequency=later, duration=f"{weeks} weeks", unit="week")


@cache
def both(kind):
    """A model along paths on which nothing changes, and the same with a covariate of customers."""
    history = still(split(kind)[0], constant_paths())
    drivers = ["price", "app"], ["level", "app"]
    dropout = ([], []) if kind is not ParetoNBD else (["price"], ["level"])
    changing, static = (
        kind.fit(history, purchase=purchase, dropout=leaving)
        for purchase, leaving in zip(drivers, dropout, strict=True)
    )
    values = {name.replace("price", "level"): each for name, each in changing.parameters.items()}
    return history, changing, static.model._with_estimated(values), static


# Counts -----------------------------------------------------------------------------------------


@AT_PURCHASE
def test_chances_of_counts_are_those_of_a_markov_chain(kind):
    history, model = seasons.history(kind), seasons.truth(kind)
    n = np.arange(16)
    alive = model.probability_alive(history)[:, None]
    found = model.purchase_count_pmf(n, "30 weeks", history)
    found = (found - (1 - alive) * (n == 0)) / alive
    for customer in (0, 120):
        times, age, paths = asked(history, customer)
        expected = reference.counts_ahead(
            times, age, 30.0, 15, *paths, *PLACES[kind].values(), first=kind is MBGNBD
        )
        np.testing.assert_allclose(found[customer], expected, atol=3e-5)


@KINDS
def test_coefficients_of_0_give_the_counts_without_covariates(kind):
    history = seasons.history(kind)
    none = seasons.truth(kind, dict.fromkeys(WORTH, 0.0))
    plain = kind(**PLACES[kind], unit="week")
    n = np.arange(30)
    for horizon in ("4 weeks", "50 weeks"):
        found, expected = (each.purchase_count_pmf(n, horizon, history) for each in (none, plain))
        np.testing.assert_allclose(found, expected, atol=3e-9)


@KINDS
def test_chances_of_counts_agree_with_what_is_expected(kind):
    history, model = seasons.history(kind), seasons.truth(kind)
    n = np.arange(250)
    chance = model.purchase_count_pmf(n, "30 weeks", history)
    np.testing.assert_allclose(chance.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(chance @ n, model.expected_purchases(history, "30 weeks"), rtol=2e-3)
    buys = model.probability_active(history, "30 weeks")
    np.testing.assert_allclose(1 - chance[:, 0], buys, atol=5e-4)
    assert model.purchase_count_pmf([], "30 weeks", history).shape == (300, 0)
    now = model.purchase_count_pmf([0, 1], "0 weeks", history)
    np.testing.assert_allclose(now, np.tile([1.0, 0.0], (300, 1)), atol=1e-12)


@AT_PURCHASE
def test_outcomes_are_quantiles_of_the_counts(kind):
    train, holdout = split(kind)
    fit = kind.fit(train, **ALL)
    rows = fit.predict(train, holdout.horizon, interval=0.9, of="outcome")
    inside = (rows.purchases_low <= holdout.frequency) & (holdout.frequency <= rows.purchases_high)
    assert abs(inside.mean() - rows.purchases_probability.mean()) < 0.05
    assert (rows.purchases_low <= rows.purchases_high).all()
    chance = fit.purchase_count_pmf(np.arange(200), holdout.horizon, train)
    below = np.cumsum(chance, axis=1)
    middle = (below < 0.5).sum(axis=1)
    assert ((rows.purchases_low <= middle) & (middle <= rows.purchases_high)).all()
    total = rows.total.purchases.confidence_interval(0.99)
    assert holdout.purchases in total


# Times ------------------------------------------------------------------------------------------


@KINDS
def test_times_ahead_invert_the_chances(kind):
    history, model = seasons.history(kind).select(np.arange(300) < 40), seasons.truth(kind)
    following = model.next_purchase(history, interval=0.8, within="30 weeks")
    stays = model.remaining_lifetime(history, interval=0.8, within="30 weeks")
    assert following.within == 30.0
    ever = model.probability_active(history, "30 weeks")
    np.testing.assert_allclose(following.probability_of_return, ever, rtol=1e-9)
    alive = model.probability_alive(history)
    np.testing.assert_allclose(stays.probability_alive, alive, rtol=1e-12)
    for customer in range(0, 40, 7):
        one = history.select(np.arange(40) == customer)
        when = f"{following.median[customer]!r} weeks".replace("np.float64(", "").replace(")", "")
        assert model.probability_active(one, when)[0] == pytest.approx(ever[customer] / 2, rel=1e-6)
        left = stays.high[customer]
        if left > 0:
            then = model.probability_alive(one, at=f"{float(left)!r} weeks")[0]
            assert then == pytest.approx(0.1, rel=1e-6)
    later = model.probability_alive(history, at="30 weeks")
    np.testing.assert_array_equal(np.isnan(stays.high), later > 0.1)
    assert ((stays.low == 0) == (alive <= 0.9)).all()
    assert "within 30 weeks." in str(following)
    assert "A dash: more than 30 weeks." in str(stays)
    assert type(stays).from_json(stays.to_json()).within == 30.0


@KINDS
def test_times_ahead_on_constant_paths_are_those_of_a_static_covariate(kind):
    history, changing, static, _ = both(kind)
    for name in ("next_purchase", "remaining_lifetime"):
        found, expected = (
            getattr(each, name)(history, within="40 weeks") for each in (changing.model, static)
        )
        for column in found.NUMBERS:
            pair = [getattr(each, column) for each in (found, expected)]
            np.testing.assert_allclose(*pair, rtol=1e-6, atol=1e-9)


def test_within_may_be_given_where_nothing_changes():
    history = seasons.history(MBGNBD)
    model = MBGNBD(**PLACES[MBGNBD], unit="week")
    soon, whenever = (model.next_purchase(history, within=each) for each in ("20 weeks", None))
    np.testing.assert_allclose(
        soon.probability_of_return, model.probability_active(history, "20 weeks")
    )
    assert (soon.high < 20).all()
    assert (soon.median < whenever.median).all()
    short, long = (model.remaining_lifetime(history, within=each) for each in ("20 weeks", None))
    np.testing.assert_array_equal(np.isnan(short.high), long.high > 20)


def test_paths_need_to_know_how_far_ahead_to_look():
    for ask in (seasons.fit().next_purchase, seasons.fit().remaining_lifetime):
        with pytest.raises(ParameterError) as caught:
            ask(seasons.history())
        assert str(caught.value) == (
            "MBGNBD with changing covariates must know how far ahead to look, because the paths of "
            "covariates end. Give within, as in within='1 year'."
        )
        with pytest.raises(ParameterError, match=r"^within must be > 0, as in '1 year', but it"):
            ask(seasons.history(), within="0 weeks")


# Months and diagnoses ---------------------------------------------------------------------------


@KINDS
def test_many_times_at_once_are_each_of_them(kind):
    history, model = split(kind)[0], seasons.truth(kind)
    asked_of = answers_of(model, told_apart(model, history, 46.0).cells)
    time = np.array([0.0, 0.5, 3.0, 7.3, 20.0, 46.0])
    expected = np.array([asked_of.purchases(float(each)) for each in time])
    np.testing.assert_allclose(asked_of.until_each(time), expected, rtol=3e-8)
    own = np.stack((0 * time[-1:].repeat(len(asked_of.cells)), np.arange(len(asked_of.cells)) % 40))
    found = asked_of.until_each(own.astype(float))
    np.testing.assert_allclose(found[1], asked_of.purchases(own[1].astype(float)), rtol=3e-8)
    assert (found[0] == 0).all()


@AT_PURCHASE
def test_many_times_at_once_where_many_leave_at_once(kind):
    model = kind(r=0.3, alpha=1.0, a=0.1, b=0.3, unit="week", covariates=seasons.terms(kind))
    history = model.simulate(60, changing=seasons.paths(), rng=1, **seasons.customers(60))
    asked_of = answers_of(model, told_apart(model, history, 50.0).cells)
    time = np.array([0.0, 1.0, 50.0])
    expected = np.array([asked_of.purchases(float(each)) for each in time])
    np.testing.assert_allclose(asked_of.until_each(time), expected, rtol=1e-7)


@KINDS
def test_months_on_constant_paths_are_those_of_a_static_covariate(kind):
    history, changing, static, _ = both(kind)
    found, expected = (
        lifetime.purchases_by_month(each, history, 9) for each in (changing.model, static)
    )
    np.testing.assert_allclose(found.purchases, expected.purchases, rtol=3e-8)
    np.testing.assert_allclose(found.purchases_deviation, expected.purchases_deviation, rtol=1e-6)
    spend = GammaGamma(p=6, q=4, gamma=15)
    paid = spend.simulate(history, rng=1)
    pair = [
        lifetime.purchases_by_month(each, paid, 3, spend=spend) for each in (changing.model, static)
    ]
    np.testing.assert_allclose(pair[0].spend_deviation, pair[1].spend_deviation, rtol=1e-6)


@KINDS
def test_months_follow_the_calendar(kind):
    history, model = split(kind)[0], seasons.truth(kind)
    found = lifetime.purchases_by_month(model, history, 10)
    until = [f"{each} months" for each in range(1, 11)]
    expected = model.expected_purchases(history, until).sum(axis=0)
    np.testing.assert_allclose(np.cumsum(found.purchases), expected, rtol=3e-8)
    n = np.arange(120)
    chance = model.purchase_count_pmf(n, "1 month", history)
    variance = (chance @ n**2 - (chance @ n) ** 2).sum()
    assert found.purchases_deviation[0] ** 2 == pytest.approx(variance, rel=0.02)
    chance = model.purchase_count_pmf(n, "10 months", history)
    variance = (chance @ n**2 - (chance @ n) ** 2).sum()
    assert found.total_deviation[0] ** 2 == pytest.approx(variance, rel=0.05)


@KINDS
def test_a_diagnosis_on_constant_paths_is_that_of_a_static_covariate(kind):
    _, holdout = split(kind)
    history, changing, _, static = both(kind)
    found, expected = (
        lifetime.diagnose(fit, history, holdout, rng=1) for fit in (changing, static)
    )
    for name in ("total", "total_deviation"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=2e-4)
    for name in ("calibration_counts", "holdout_counts", "ranks"):
        one, other = getattr(found, name), getattr(expected, name)
        assert one.statistic == pytest.approx(other.statistic, rel=2e-3)
        np.testing.assert_allclose(one.deviation, other.deviation, rtol=2e-3)
    np.testing.assert_allclose(found.scores.log_score, expected.scores.log_score, rtol=1e-4)


@KINDS
def test_a_diagnosis_tells_the_right_model_from_one_without_seasons(kind):
    train, holdout = split(kind)
    right = lifetime.diagnose(kind.fit(train, **ALL), train, holdout, rng=1)
    wrong = lifetime.diagnose(kind.fit(train), train, holdout, rng=1)
    assert right.total_interval(0.999)[0] < right.actual < right.total_interval(0.999)[1]
    assert right.ranks.p_value > 1e-3
    assert right.calibration_counts.p_value > 1e-3
    assert right.scores.log_score[0] > wrong.scores.log_score[0]


@KINDS
def test_weeks_of_the_calibration_are_expected_from_births(kind):
    history, model = split(kind)[0], seasons.truth(kind)
    weeks = 104
    tracked = np.zeros(weeks + 46)
    day = history.changing.days - (np.datetime64("2023-01-02")).astype(int)
    np.add.at(tracked, np.minimum(day // 7, weeks - 1).astype(int), 1)
    start = (END + np.timedelta64(1, "D")).item()
    until = (END + np.timedelta64(46 * 7, "D")).item()
    held = replace(split(kind)[1], tracked=tracked, start=start, end=until)
    found = lifetime.diagnose(model, history, held, rng=1).tracking
    assert found.calibration_weeks == weeks
    born = seasons.cut(history, 0 * history.age)
    age = np.maximum(history.age - (weeks - 60), 0)  # at the end of week 60
    each = [
        model.expected_purchases(born.select(np.arange(160) == one), f"{float(age[one])!r} weeks")
        for one in range(0, 160, 20)
    ]
    asked_of = answers_of(model, told_apart(model, born, float(age.max())).cells)
    place = told_apart(model, born).cell_of_customer
    total = (asked_of.alive() * asked_of.purchases(_of_cells(age, place)))[place]
    np.testing.assert_allclose(total[::20], np.ravel(each), rtol=3e-8)
    reached = found.cumulative_expected[59]
    days = np.abs(np.rint(age * 7) / 7 - age).max()  # tracking takes whole days
    assert reached == pytest.approx(total.sum(), rel=0.02 if days else 1e-9)
    off = (found.cumulative[weeks - 1] - found.cumulative_expected[weeks - 1]) / (
        found.cumulative_deviation[weeks - 1]
    )
    assert abs(off) < 4


def _of_cells(values, place):
    found = np.zeros(place.max() + 1)
    found[place] = values
    return found


def test_spend_and_its_independence_are_told_along_paths():
    history, changing, static, _ = both(ParetoNBD)
    paid = GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=2)
    found, expected = (
        lifetime.diagnose(each, paid).independence for each in (changing.model, static)
    )
    assert found.slope == pytest.approx(expected.slope, rel=1e-6)
    models = [
        lifetime.DependentGammaGamma.fit(paid, each).parameters for each in (changing.model, static)
    ]
    assert models[0] == pytest.approx(models[1], rel=1e-5)


# Profiles and posteriors ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ParetoNBD, MBGNBD], ids=lambda kind: kind.__name__)
def test_profiles_on_constant_paths_are_those_of_a_static_covariate(kind):
    history = both(kind)[0].select(np.arange(160) < 90)
    changing, static = (kind.fit(history, purchase=[name]) for name in ("price", "level"))
    found, expected = (
        fit.confidence_interval(0.9, method="profile", data=history) for fit in (changing, static)
    )
    for name, interval in found.items():
        other = expected[name.replace("price", "level")]
        assert interval.low == pytest.approx(other.low, rel=1e-4, abs=1e-5)
        assert interval.high == pytest.approx(other.high, rel=1e-4, abs=1e-5)


@KINDS
def test_posteriors_on_constant_paths_are_those_of_a_static_covariate(kind):
    history = both(kind)[0].select(np.arange(160) < 60)
    known = Prior(rate=(2, 20), unit="year")
    found, expected = (
        kind.fit(history, purchase=[name, "app"], prior=known) for name in ("price", "level")
    )
    assert found.converged
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, abs=0.1)
    # centres are means over time observed, and over customers: the prior is nearly the same
    for name, value in found.parameters.items():
        other = expected.parameters[name.replace("price", "level")]
        error = expected.standard_errors[name.replace("price", "level")]
        assert abs(value - other) < 0.1 * error


def test_a_posterior_along_paths_is_weighed_by_its_density():
    history = seasons.history().select(np.arange(300) < 100)
    fit = MBGNBD.fit(history, purchase=["season"], prior=Prior(rate=(2, 20), unit="year"))
    sample = fit.posterior(history, draws=800, rng=1)
    assert sample.k_hat < 0.7
    for name, value in fit.parameters.items():
        assert abs(sample.mean[name] - value) < 1.5 * sample.sd[name]
    one = sample.models(1, rng=1)[0]
    assert one.covariates.changing == ("season",)
    assert one.expected_purchases(history, "4 weeks").shape == (100,)
    searched = fit.model._searched(history)
    direct = searched.surface(searched.point).value
    assert searched.surface.value(searched.point) == pytest.approx(direct, rel=1e-13)
    assert direct == pytest.approx(fit.log_likelihood, rel=1e-12)


@KINDS
def test_with_a_prior_covariates_may_follow_from_each_other(kind):
    history = seasons.history(kind)
    table = history.changing.covariates
    values = {**table.values, "twice": 2 * table["price"]}
    doubled = history.with_changing(replace(table, values=values))
    fit = kind.fit(doubled, purchase=["price", "twice"], prior=Prior.weak())
    price, twice = (fit.parameters[f"purchase: {name}"] for name in ("price", "twice"))
    assert price == pytest.approx(2 * twice, rel=0.01)
    alone = kind.fit(history, purchase=["price"]).parameters["purchase: price"]
    assert price + 2 * twice == pytest.approx(alone, rel=0.02)


# Contests ---------------------------------------------------------------------------------------


def test_a_contest_leaves_out_what_takes_no_paths_and_says_so():
    train, holdout = split(MBGNBD)
    found = lifetime.compare_models(train, holdout=holdout, purchase=["season"], both=["price"])
    assert found.names == ("BGNBD", "MBGNBD", "ParetoNBD")
    assert found.left_out == (
        "NBD takes only covariates that do not change.",
        "GammaGompertzNBD takes only covariates that do not change.",
    )
    assert "Left out: NBD takes only covariates that do not change. GammaGompertz" in str(found)
    assert type(found).from_json(found.to_json()) == found
    fit = found.fits["MBGNBD"]
    chance = fit.purchase_count_pmf(np.arange(150), holdout.horizon, train)
    score = np.log(chance[np.arange(len(train)), holdout.frequency.astype(int)]).mean()
    assert found["MBGNBD"].log_score == pytest.approx(score, rel=1e-9)
    expected = fit.expected_purchases(train, holdout.horizon)
    assert found["MBGNBD"].scores.forecast == pytest.approx(expected.sum(), rel=1e-9)
    assert lifetime.compare_models(train, purchase=["app"]).left_out == ()


def test_fits_with_and_without_paths_are_compared():
    train, holdout = split(MBGNBD)
    fits = [MBGNBD.fit(train), MBGNBD.fit(train, **ALL)]
    found = lifetime.compare_models(train, models=fits, holdout=holdout)
    with_seasons = "MBGNBD (purchase: season, price, app; dropout: season, price, app)"
    assert found.names == ("MBGNBD", with_seasons)
    assert found[with_seasons].log_score > found["MBGNBD"].log_score


# Ridges -----------------------------------------------------------------------------------------


def test_a_ridge_of_dropout_leaves_purchases_known():
    """Where all leave with one probability, nothing cancels, however large a and b become."""
    model = MBGNBD(r=0.8, alpha=6.0, a=50, b=150, unit="week", covariates=seasons.terms(MBGNBD))
    known = seasons.customers(800, seed=0)
    history = model.simulate(800, changing=seasons.paths(), rng=0, **known)
    with pytest.warns(IdentifiabilityWarning) as caught:
        fit = MBGNBD.fit(history, **ALL)
    assert "It is the limit of one dropout probability" in str(caught[0].message)
    assert fit.parameters["a"] > 1e4
    assert set(fit.parameters) - set(fit.partial_errors) == {"a", "b"}
