"""Groups that borrow from one another: recovery, shrinkage, predictions, what cannot be done."""

import warnings

import numpy as np
import pooled
import pytest
from scipy import special

from custvalue import lifetime
from custvalue._lifetime.grouping import groups, pooling
from custvalue._lifetime.grouping.pooling import Pool
from custvalue._numerics.maximum import Derivatives
from custvalue.errors import ConvergenceWarning, CustvalueWarning, DataError, ParameterError

TYPICAL = {"r": 1.0, "alpha": 9.0, "a": 0.8, "b": 2.5}
SPREAD = 0.35


def network(model=lifetime.BGNBD, *, dealers=30, customers=40, typical=TYPICAL, rng=1):
    """Return customers of dealers who differ, the dealer of each, and the log parameters."""
    random = np.random.default_rng(rng)
    logs = np.log([*typical.values()]) + SPREAD * random.standard_normal((dealers, len(typical)))
    sizes = np.broadcast_to(customers, dealers)
    parts = []
    for point, size in zip(logs, sizes.tolist(), strict=True):
        truth = model(**dict(zip(typical, np.exp(point), strict=True)), unit="week")
        parts.append(truth.simulate(size, age=random.integers(26, 105, size), rng=random))
    names = ("frequency", "recency", "age")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    history = lifetime.PurchaseHistory.from_arrays(**columns, unit="week")
    return history, np.repeat(np.arange(dealers), sizes), logs


@pytest.fixture(scope="module")
def many():
    return network(dealers=60, customers=60)


@pytest.fixture(scope="module")
def fits(many):
    return lifetime.fit_groups(lifetime.BGNBD, many[0], by=many[1])


def test_what_groups_have_in_common_is_recovered(many, fits):
    logs = many[2]
    typical = np.log([*fits.prior.typical.values()])
    errors = np.sqrt(np.diag(np.array(fits.centre_covariance)))
    assert (np.abs(typical - logs.mean(axis=0)) < 3 * errors).all()
    spread = np.sqrt(np.diag(np.array(fits.prior.covariance)))
    assert (spread > 0.1).all()
    assert (spread < 0.8).all()


def test_pooled_rates_are_nearer_to_the_truth_than_the_common_one(many, fits):
    points = np.log([[*its.fit.parameters.values()] for its in fits.groups])
    truth = many[2][:, 0] - many[2][:, 1]
    rates = points[:, 0] - points[:, 1]
    common = fits.common.parameters
    alike = np.log(common["r"] / common["alpha"])
    assert np.square(rates - truth).mean() < 0.8 * np.square(alike - truth).mean()


def test_small_groups_borrow_more_than_large_ones():
    history, dealer, _ = network(dealers=12, customers=[4, 400] * 6)
    fits = lifetime.fit_groups(lifetime.BGNBD, history, by=dealer)
    borrowed = np.array([its.borrowed for its in fits.groups])
    assert borrowed[::2].min() > 0.8
    assert borrowed[1::2].max() < 0.6


def test_the_mode_of_a_group_is_that_of_a_fit_with_the_pooled_prior(many, fits):
    group = fits["7"]
    alone = many[0].select(many[1] == 7)
    fit = lifetime.BGNBD.fit(alone, prior=fits.prior)
    assert [*fit.parameters.values()] == pytest.approx([*group.fit.parameters.values()], rel=1e-4)
    assert fit.log_likelihood == pytest.approx(group.fit.log_likelihood, abs=1e-6)
    theta = np.array([*fit.parameters.values()])
    own = np.array(fit.covariance) / np.outer(theta, theta)
    assert np.array(group.own_covariance) == pytest.approx(own, rel=1e-3, abs=1e-6)


def test_the_errors_of_a_group_hold_those_of_what_groups_have_in_common(fits):
    # the mode moves with the centre of all groups by own · inverse(covariance over groups)
    group = fits["7"]
    theta = np.array([*group.fit.parameters.values()])
    own, between = np.array(group.own_covariance), np.array(fits.prior.covariance)
    moves = own @ np.linalg.inv(between)
    spread = np.array(group.spread_covariance)
    whole = own + spread + moves @ np.array(fits.centre_covariance) @ moves.T
    found = np.array(group.fit.covariance) / np.outer(theta, theta)
    assert found == pytest.approx(whole, rel=1e-6)
    assert (np.diag(found) > 1.005 * np.diag(own)).all()
    assert group.borrowed == pytest.approx(np.trace(moves) / 4)


@pytest.mark.parametrize(
    ("spread", "far"), [(0.3, False), (0.19, False), (0.17, True), (0.5, True)]
)
def test_a_step_is_long_where_the_spread_changes_by_half_its_logarithm(spread, far):
    pool = Pool(np.zeros(2), np.diag([0.09, 0.09]))
    assert pool.far_from(Pool(np.array([0.4, -0.4]), np.diag([0.09, spread**2]))) == far
    assert pool.far_from(Pool(np.array([0.0, -0.6]), pool.covariance))


def test_third_derivatives_lead_from_modes_to_means():
    """Of a gamma variable with the shape a, E[log u] = digamma(a), and the mode is log a."""
    shapes = np.array([[8.0, 3.0], [20.0, 40.0]])

    def surface_of(shape):
        def surface(point):
            grown = np.exp(point)
            value = float(shape @ point - grown.sum())
            return Derivatives(value, shape - grown, -np.diag(grown))

        return surface

    surfaces = [surface_of(shape) for shape in shapes]
    wide = pooling.Pool(np.zeros(2), 1e6 * np.eye(2))
    found = pooling._modes(surfaces, [np.zeros(2)] * 2, wide)
    near = pooling._parabolas(found, wide)._replace(third=pooling._third(surfaces, found))
    shift = near.off_modes(np.linalg.inv(near.curvature))
    assert shift == pytest.approx(-0.5 / shapes, rel=1e-4)
    assert shift == pytest.approx(special.digamma(shapes) - np.log(shapes), rel=0.1)


def test_fits_at_their_means_are_moved_from_their_modes(fits):
    group = fits["7"]
    moved = np.log([*group.at_mean.parameters.values()])
    assert moved - np.log([*group.fit.parameters.values()]) == pytest.approx(group.shift)
    older = group.model_copy(update={"shift": ()})
    assert older.at_mean.parameters == pytest.approx(group.fit.parameters)


def test_groups_may_be_the_months_in_which_customers_came():
    history = pooled.network()
    known = lifetime.PurchaseHistory.from_arrays(
        frequency=history.frequency,
        recency=history.recency,
        age=history.age,
        unit="week",
        observation_end="2025-06-30",
    )
    came = np.datetime64("2025-06-30") - np.rint(7 * history.age).astype(int)
    months = lifetime.acquisition_cohorts(known)
    assert months.tolist() == came.astype("M8[M]").astype(str).tolist()
    quarters = lifetime.acquisition_cohorts(known, by="quarter")
    assert set(quarters) == {"2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"}
    fits = lifetime.fit_groups(lifetime.BGNBD, known, by=quarters)
    assert fits.names == tuple(sorted(set(quarters)))
    with pytest.raises(DataError) as error:
        lifetime.acquisition_cohorts(history)
    assert str(error.value) == (
        "acquisition_cohorts needs the day on which observation ended, but the history has no "
        "observation_end. Give it, as in PurchaseHistory.from_arrays(..., "
        "observation_end='2024-03-31')."
    )


@pytest.mark.parametrize(("printed", "said"), [(60, ""), (58, "And 2 more groups."), (90, "")])
def test_how_many_groups_are_not_printed_is_said(fits, monkeypatch, printed, said):
    monkeypatch.setattr(groups, "PRINTED", printed)
    notes = " ".join(str(fits).split())
    assert said in notes
    assert ("And " in notes) == bool(said)


def test_each_customer_is_predicted_by_the_own_group(many, fits):
    history, dealer, _ = many
    rows = fits.predict(history, "1 year", by=dealer, interval=0.9)
    alone = fits["7"].at_mean.predict(history.select(dealer == 7), "1 year", interval=0.9)
    for name in ("probability_alive", "purchases", "purchases_low", "purchases_high"):
        assert getattr(rows, name)[dealer == 7] == pytest.approx(getattr(alone, name))
    of_group = rows.totals(dealer)["7"].purchases
    assert of_group.value == pytest.approx(alone.total.purchases.value)
    assert of_group.standard_error == pytest.approx(alone.total.purchases.standard_error)


def test_a_total_knows_what_groups_share(many, fits):
    history, dealer, _ = many
    total = fits.predict(history, "1 year", by=dealer, interval=0.9).total.purchases
    common = fits.common.predict(history, "1 year", interval=0.9).total.purchases
    assert 0.6 < total.standard_error / common.standard_error < 1.6
    parts = fits.predict(history, "1 year", by=dealer, interval=0.9).totals(dealer).totals
    apart = np.sqrt(sum(each.purchases.standard_error**2 for each in parts))
    assert total.standard_error > apart


def test_groups_in_another_order_have_the_same_fits(many, fits):
    history, dealer, _ = many
    order = np.random.default_rng(1).permutation(len(history))
    names = ("frequency", "recency", "age")
    mixed = lifetime.PurchaseHistory.from_arrays(
        **{name: getattr(history, name)[order] for name in names}, unit="week"
    )
    again = lifetime.fit_groups(lifetime.BGNBD, mixed, by=dealer[order])
    for one, other in zip(again.groups, fits.groups, strict=True):
        assert one.fit.parameters == pytest.approx(other.fit.parameters, rel=1e-6)


@pytest.mark.parametrize(
    ("model", "typical"),
    [
        (lifetime.NBD, {"r": 1, "alpha": 9}),
        (lifetime.MBGNBD, TYPICAL),
        (lifetime.ParetoNBD, {"r": 1, "alpha": 9, "s": 0.8, "beta": 25}),
    ],
)
def test_other_models_are_pooled_too(model, typical):
    history, dealer, _ = network(model, dealers=8, customers=30, typical=typical)
    fits = lifetime.fit_groups(model, history, by=dealer)
    assert all(its.fit.converged for its in fits.groups)
    assert lifetime.GroupFits.from_json(fits.to_json()) == fits


def test_groups_of_one_customer_and_without_repeat_purchases_borrow_all():
    history, dealer, _ = network(dealers=10, customers=20)
    names = ("frequency", "recency", "age")
    added = {"frequency": [0, 0, 0], "recency": [0, 0, 0], "age": [30, 40, 50]}
    columns = {name: np.append(getattr(history, name), added[name]) for name in names}
    more = lifetime.PurchaseHistory.from_arrays(**columns, unit="week")
    labels = np.append(dealer, [10, 11, 11])
    fits = lifetime.fit_groups(lifetime.BGNBD, more, by=labels)
    assert fits["10"].borrowed > 0.95
    assert fits["11"].observed == 0
    typical = fits.prior.typical
    rate = fits["11"].fit.model.r / fits["11"].fit.model.alpha
    assert 0.5 * typical["r"] / typical["alpha"] < rate < typical["r"] / typical["alpha"]


def test_by_may_be_a_covariate_of_the_history():
    history, dealer = pooled.network(), pooled.dealers()
    known = history.with_covariates(
        {"id": history.customer, "dealer": dealer}, customer="id", covariates=["dealer"]
    )
    fits = lifetime.fit_groups(lifetime.BGNBD, known, by="dealer")
    assert fits == pooled.groups()
    rows = fits.predict(known, "1 year", by="dealer")
    assert rows.purchases == pytest.approx(fits.predict(history, "1 year", by=dealer).purchases)


def test_money_is_spent_alike_in_all_groups():
    history = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(pooled.network(), rng=1)
    rows = pooled.groups().predict(history, "1 year", by=pooled.dealers(), interval=0.9)
    assert (rows.value_low <= rows.value).all()
    assert "Gamma-Gamma" not in rows.convention.split("; ")[-1]
    total = rows.total.value
    assert total.value in total.confidence_interval(0.9)


def test_a_table_says_what_was_borrowed():
    text = str(pooled.groups())
    assert text.splitlines()[0] == "BGNBD of 3 groups with 350 customers, pooled"
    assert "Borrowed: the share of what is known that comes from the other groups." in text
    assert "So few groups hardly say how different they are: the usual" in text
    columns = pooled.groups().columns()
    assert {"group", "observed", "expected", "borrowed", "r", "r_low", "b_high"} <= {*columns}


# --- forecasts --------------------------------------------------------------------------------


def later_of(history, dealer, logs, *, rng):
    """Return the purchases of the next 52 weeks, drawn from the truth of each dealer."""
    random, later = np.random.default_rng(rng), np.empty(len(history))
    for group, point in enumerate(logs):
        rows = np.flatnonzero(dealer == group)
        truth = lifetime.BGNBD(**dict(zip(TYPICAL, np.exp(point), strict=True)), unit="week")
        known = history.select(dealer == group)
        chances = truth.purchase_count_pmf(np.arange(200), "52 weeks", known)
        each = random.random(len(rows))[:, None]
        later[rows] = (np.cumsum(chances, axis=1) < each).sum(axis=1)
    return lifetime.Holdout.from_arrays(frequency=later, duration="52 weeks", unit="week")


def test_pooled_fits_forecast_better_than_one_and_than_many(many, fits):
    history, dealer, logs = many
    holdout = later_of(history, dealer, logs, rng=3)
    scores = lifetime.compare_groups(fits, history, holdout, by=dealer)
    pooled_one, common, separate = scores.scores
    assert common.behind > 2 * common.behind_standard_error
    assert separate.behind > 2 * separate.behind_standard_error
    assert pooled_one.behind == pooled_one.behind_standard_error == 0
    assert common.behind == pytest.approx(pooled_one.log_score - common.log_score)
    assert scores.customers == 3_600
    assert lifetime.GroupScores.from_json(scores.to_json()) == scores
    assert "behind the pooled fits" in str(scores)


def test_scores_are_log_probabilities_of_what_came():
    history, dealer = pooled.network(), pooled.dealers()
    later = np.arange(350) % 3
    holdout = lifetime.Holdout.from_arrays(frequency=later, duration="26 weeks", unit="week")
    scores = lifetime.compare_groups(pooled.groups(), history, holdout, by=dealer)
    each = pooled.groups().common.purchase_count_pmf(np.arange(3), "26 weeks", history)
    assert scores.scores[1].log_score == pytest.approx(np.log(each[np.arange(350), later]).mean())


def test_groups_without_a_fit_of_their_own_are_counted():
    history, dealer = pooled.network(), pooled.dealers().astype(object)
    alone = int(np.flatnonzero(history.frequency == 0)[0])
    dealer[alone] = "zero"
    fits = lifetime.fit_groups(lifetime.BGNBD, history, by=dealer)
    holdout = lifetime.Holdout.from_arrays(
        frequency=np.zeros(350), duration="26 weeks", unit="week"
    )
    scores = lifetime.compare_groups(fits, history, holdout, by=dealer)
    assert scores.without_own == 1
    assert "1 group has too few purchases for a fit of its own" in str(scores)


def test_what_has_not_settled_is_warned_of(monkeypatch):
    monkeypatch.setattr("custvalue._lifetime.grouping.pooling.MOST_ROUNDS", 1)
    history, dealer, _ = network(dealers=6, customers=30)
    with pytest.warns(ConvergenceWarning, match="had not settled after 50 rounds"):
        lifetime.fit_groups(lifetime.BGNBD, history, by=dealer)


def test_a_mean_on_a_ridge_does_not_run_away():
    """Every customer buys once or twice: the likelihood is a ridge in three directions."""
    random = np.random.default_rng(6)
    x = (random.random(60) < 0.3).astype(float)
    age = random.integers(10, 60, 60).astype(float)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=x, recency=x * np.floor(age * random.random(60) + 0.5), age=age, unit="week"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        fits = lifetime.fit_groups(lifetime.BGNBD, history, by=np.arange(60) % 6)
    assert all(1e-4 < value < 1e4 for value in fits.prior.typical.values())


# --- bad input --------------------------------------------------------------------------------


def test_one_group_is_refused():
    with pytest.raises(DataError) as error:
        lifetime.fit_groups(lifetime.BGNBD, pooled.network(), by=["all"] * 350)
    assert str(error.value) == (
        "by has one group only, 'all', so there is nothing to borrow from. Use BGNBD.fit(history)."
    )


def test_labels_must_be_one_for_each_customer():
    with pytest.raises(DataError) as error:
        lifetime.fit_groups(lifetime.BGNBD, pooled.network(), by=["north", "south"])
    assert str(error.value) == (
        "by must have one label for each of the 350 customers, but it has 2. Give them in the "
        "order of the history."
    )


def test_missing_labels_are_refused():
    labels = [*pooled.dealers()[:-1].tolist(), None]
    with pytest.raises(DataError, match="by"):
        lifetime.fit_groups(lifetime.BGNBD, pooled.network(), by=labels)


def test_an_unknown_covariate_is_refused():
    with pytest.raises(DataError) as error:
        lifetime.fit_groups(lifetime.BGNBD, pooled.network(), by="dealer")
    assert str(error.value) == (
        "by='dealer' is no covariate of this history. Give one label for each of the 350 "
        "customers, in its order, or add the covariate by history.with_covariates(...)."
    )


def test_models_that_cannot_be_pooled_are_refused():
    with pytest.raises(ParameterError) as error:
        lifetime.fit_groups(lifetime.BGCNBD, pooled.network(), by=pooled.dealers())
    assert str(error.value) == (
        "fit_groups is not for BGCNBD, whose k all groups would have to share. Use BGNBD or "
        "MBGNBD, or fit each group by itself with a prior."
    )
    with pytest.raises(ParameterError, match="model must be a class of a model of purchases"):
        lifetime.fit_groups(lifetime.GammaGamma, pooled.network(), by=pooled.dealers())


def test_customers_of_an_unknown_group_are_refused():
    with pytest.raises(ParameterError) as error:
        pooled.groups().predict(pooled.network(), "1 year", by=["east"] * 350)
    assert str(error.value) == (
        "there is no group 'east'. Did you mean 'west'? The groups are 'north', 'south', 'west'."
    )


def test_only_pooled_fits_are_compared():
    holdout = lifetime.Holdout.from_arrays(
        frequency=np.zeros(350), duration="26 weeks", unit="week"
    )
    with pytest.raises(ParameterError) as error:
        lifetime.compare_groups(
            pooled.groups().common, pooled.network(), holdout, by=pooled.dealers()
        )
    assert str(error.value).startswith("groups must be the GroupFits of lifetime.fit_groups, but")


# --- value ------------------------------------------------------------------------------------

MONEY = {"annual_discount_rate": 0.1, "margin": 0.3}


@pytest.fixture(scope="module")
def paying():
    """Return customers of three dealers with spend, and how much they spend."""
    history = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(pooled.network(), rng=1)
    return history, lifetime.GammaGamma.fit(history)


def value_of(paying, purchases, *, horizon="1 year", **how):
    history, spend = paying
    return lifetime.customer_lifetime_value(
        history, purchases=purchases, spend=spend, horizon=horizon, **MONEY, **how
    )


def test_value_of_groups_is_that_of_their_prediction(paying):
    history, spend = paying
    value = value_of(paying, pooled.groups(), by=pooled.dealers())
    rows = pooled.groups().predict(
        history, "1 year", by=pooled.dealers(), spend=spend, interval=0.9, **MONEY
    )
    for name in ("value", "probability_alive"):
        assert getattr(value, name) == pytest.approx(getattr(rows, name))
    assert value.expected_purchases == pytest.approx(rows.purchases)
    assert value.total.standard_error == pytest.approx(rows.total.value.standard_error, rel=1e-3)


@pytest.mark.parametrize("horizon", ["1 year", None])
def test_value_of_one_group_is_that_of_its_fit(paying, horizon):
    history, spend = paying
    value = value_of(paying, pooled.groups(), by=pooled.dealers(), horizon=horizon)
    south = pooled.dealers() == "south"
    alone = lifetime.customer_lifetime_value(
        history.select(south),
        purchases=pooled.groups()["south"].at_mean,
        spend=spend,
        horizon=horizon,
        **MONEY,
    )
    assert value.value[south] == pytest.approx(alone.value)


def test_the_total_without_a_horizon_knows_what_groups_share(paying):
    """Against the sum over directions, group by group."""
    history, spend = paying
    fits = pooled.groups()
    value = value_of(paying, fits, by=pooled.dealers(), horizon=None)
    worth = 0.3 * spend.model.expected_spend(history)
    typical, own = np.zeros(4), 0.0
    for name in fits.names:
        group = fits[name]
        some = history.select(pooled.dealers() == name)
        logs = np.log([*group.at_mean.parameters.values()])
        slope = np.zeros(4)
        for place in range(4):
            ends = []
            for side in (1e-4, -1e-4):
                moved = logs.copy()
                moved[place] += side
                model = lifetime.BGNBD(
                    **dict(zip(TYPICAL, np.exp(moved), strict=True)), unit="week"
                )
                ahead = model.discounted_expected_purchases(some, annual_discount_rate=0.1)
                ends.append(worth[pooled.dealers() == name] @ ahead)
            slope[place] = (ends[0] - ends[1]) / 2e-4
        of_group = np.array(group.own_covariance)
        own += slope @ (of_group + np.array(group.spread_covariance)) @ slope
        typical += slope @ of_group @ np.linalg.inv(np.array(fits.prior.covariance))
    of_typical = typical @ np.array(fits.centre_covariance) @ typical
    ahead = value.discounted_expected_purchases
    of_spend = 0.3**2 * gradient_of_spend(spend, history, ahead)
    expected = np.sqrt(own + of_typical + of_spend)
    assert value.total.standard_error == pytest.approx(expected, rel=1e-3)


def gradient_of_spend(spend, history, ahead):
    """Return the variance of expected spend times purchases, from the covariance of its fit."""
    theta, slopes = np.array([*spend.parameters.values()]), []
    for place in range(3):
        ends = []
        for side in (1e-4, -1e-4):
            moved = theta.copy()
            moved[place] *= np.exp(side)
            model = lifetime.GammaGamma(**dict(zip(spend.parameters, moved, strict=True)))
            ends.append(model.expected_spend(history) @ ahead)
        slopes.append((ends[0] - ends[1]) / 2e-4 / theta[place])
    return np.array(slopes) @ np.array(spend.covariance) @ np.array(slopes)


@pytest.mark.parametrize(
    ("model", "typical"),
    [
        (lifetime.ParetoNBD, {"r": 1, "alpha": 9, "s": 0.8, "beta": 25}),
        (lifetime.GammaGompertzNBD, {"r": 1, "alpha": 9, "beta": 2, "b": 0.02, "s": 0.9}),
    ],
)
def test_groups_may_differ_by_any_parameter(model, typical):
    history, dealer, _ = network(model, dealers=3, customers=60, typical=typical)
    paid = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=1)
    fits = lifetime.fit_groups(model, history, by=dealer)
    how = {"spend": lifetime.GammaGamma.fit(paid), "horizon": None, **MONEY}
    value = lifetime.customer_lifetime_value(paid, purchases=fits, by=dealer, **how)
    alone = lifetime.customer_lifetime_value(
        paid.select(dealer == 1), purchases=fits["1"].at_mean, **how
    )
    assert value.value[dealer == 1] == pytest.approx(alone.value)
    assert value.total.standard_error > 0


def test_new_customers_of_groups_are_worth_what_their_fits_say(paying):
    fits, how = pooled.groups(), {"spend": paying[1], "horizon": "3 years", **MONEY}
    north, west = (
        lifetime.new_customer_value(purchases=fits[name].at_mean, **how)
        for name in ("north", "west")
    )
    one = lifetime.new_customer_value(purchases=fits, group="north", acquisition_cost=20, **how)
    assert one.value == pytest.approx(north.value)
    assert one.payback > 0
    assert one.standard_error == pytest.approx(north.standard_error, rel=1e-3)
    assert one.estimate.n == 350
    mixed = lifetime.new_customer_value(purchases=fits, group=["west", "north", "west"], **how)
    assert mixed.value == pytest.approx((north.value + 2 * west.value) / 3)
    assert mixed.standard_error < (north.standard_error + 2 * west.standard_error) / 3


def test_new_customers_of_groups_may_differ_by_covariates_of_spend():
    history = pooled.network().with_covariates(
        {"id": np.arange(350), "region": np.where(np.arange(350) % 2 == 0, "city", "land")},
        customer="id",
        covariates=["region"],
    )
    paid = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=1)
    paid = paid.with_covariates(
        {"id": np.arange(350), "region": np.where(np.arange(350) % 2 == 0, "city", "land")},
        customer="id",
        covariates=["region"],
    )
    spend = lifetime.GammaGamma.fit(paid, spend=["region"])
    how = {"spend": spend, "horizon": "3 years", **MONEY}
    several = lifetime.new_customer_value(
        purchases=pooled.groups(),
        group=["north", "west"],
        covariates={"region": ["city", "land"]},
        **how,
    )
    each = [
        lifetime.new_customer_value(
            purchases=pooled.groups(), group=group, covariates={"region": region}, **how
        )
        for group, region in (("north", "city"), ("west", "land"))
    ]
    assert several.value == pytest.approx((each[0].value + each[1].value) / 2)
    value = lifetime.customer_lifetime_value(
        paid, purchases=pooled.groups(), by=pooled.dealers(), spend=spend, horizon="1 year", **MONEY
    )
    assert value.expected_spend == pytest.approx(spend.expected_spend(paid))
    with pytest.raises(DataError) as error:
        lifetime.new_customer_value(
            purchases=pooled.groups(),
            group=["north", "west"],
            covariates={"region": ["city", "land", "land"]},
            **how,
        )
    assert str(error.value) == (
        "group must be of the same customers as covariates, but it is of 2 and they are of 3. Give "
        "one row for each."
    )


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (
            None,
            (
                "purchases has a fit for each of 3 groups, so it must be known who is in which. "
                "Give group, as in group='north'."
            ),
        ),
        (
            "east",
            (
                "there is no group 'east'. Did you mean 'west'? The groups are 'north', 'south', "
                "'west'."
            ),
        ),
        ([], "group is empty. Give the group of one customer, or of several."),
        (
            float("nan"),
            (
                "group must be present, but row 0 has None. Give every row its value, or remove "
                "the row."
            ),
        ),
    ],
)
def test_the_group_of_a_new_customer_must_be_known(paying, group, message):
    with pytest.raises((ParameterError, DataError)) as error:
        lifetime.new_customer_value(
            purchases=pooled.groups(), spend=paying[1], horizon="1 year", group=group, **MONEY
        )
    assert str(error.value) == message


def test_groups_of_customers_must_be_known_for_their_value(paying):
    with pytest.raises(ParameterError) as error:
        value_of(paying, pooled.groups())
    assert str(error.value) == (
        "purchases has a fit for each of 3 groups, so it must be known who is in which. Give by, "
        "as in by=dealer."
    )
    with pytest.raises(ParameterError) as error:
        value_of(paying, pooled.groups().common, by=pooled.dealers())
    assert str(error.value) == (
        "by says in which group customers are, for the fits of fit_groups, but purchases is one "
        "model for all. Omit by."
    )
    with pytest.raises(DataError, match="the value of groups needs a PurchaseHistory"):
        lifetime.customer_lifetime_value(
            "log",
            purchases=pooled.groups(),
            spend=paying[1],
            horizon="1 year",
            by=["north"],
            **MONEY,
        )
