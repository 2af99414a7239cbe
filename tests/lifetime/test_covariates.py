"""Covariates: likelihoods one by one, derivatives, limits, and what follows from a fit."""

import numpy as np
import pytest
import reference_covariates as reference
from driven import BOTH, PLACES, WORTH, covariates, simulated, terms, truth
from scipy import stats

from custvalue import lifetime
from custvalue._histories.cells import Cells
from custvalue._histories.covariates.pattern_cells import pattern_cells
from custvalue._lifetime.covariates.fitting import checked_asked, coded
from custvalue._lifetime.covariates.likelihoods import by_pattern
from custvalue._lifetime.covariates.surface import Surface
from custvalue.errors import IdentifiabilityWarning, ParameterError
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    NBD,
    GammaGamma,
    GammaGompertzNBD,
    ParetoNBD,
    PurchaseHistory,
)

MODELS = pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.__name__)


def on_days(history):
    """Return the same with times rounded up to days, so that customers share cells."""
    age = np.ceil(history.age * 7) / 7
    recency = np.minimum(np.ceil(history.recency * 7) / 7, age)
    return PurchaseHistory(
        customer=history.customer,
        frequency=history.frequency,
        recency=recency,
        age=age,
        monetary_value=None,
        unit="week",
        covariates=history.covariates,
    )


def with_table(history, table):
    table = {"id": history.customer, **table}
    names = [name for name in table if name != "id"]
    return history.with_covariates(table, customer="id", covariates=names)


def parameters_of(kind, region, age):
    """Return the parameters of a customer, by hand."""
    place = dict(PLACES[kind])
    gamma = {
        process: sum(
            value * (age if level is None else region == level)
            for (of, _, level), value in WORTH.items()
            if of == process
        )
        for process in ("purchase", "dropout")
    }
    place["alpha"] *= np.exp(-gamma["purchase"])
    if "a" in place:
        place["a"], place["b"] = reference.mean_moved(place["a"], place["b"], gamma["dropout"])
    else:
        place["beta"] *= np.exp(-gamma["dropout"])
    return place


LIKELIHOODS = {
    ParetoNBD: reference.pareto_nbd,
    GammaGompertzNBD: reference.gompertz_nbd,
    BGNBD: reference.bg_nbd,
    MBGNBD: reference.mbg_nbd,
}


@MODELS
def test_likelihoods_are_those_of_customers_one_by_one(kind):
    history = simulated(kind, 60)
    known = history.covariates
    rows = zip(
        history.frequency, history.recency, history.age, known["region"], known["age"], strict=True
    )
    by_hand = [
        LIKELIHOODS[kind](x, t_x, T, **parameters_of(kind, region, age))
        for x, t_x, T, region, age in rows
    ]
    assert truth(kind).log_likelihood(history) == pytest.approx(by_hand, rel=1e-8)


@MODELS
def test_answers_are_those_of_a_model_for_each_customer(kind):
    history, model = simulated(kind, 12), truth(kind)
    known = history.covariates
    answers = [
        lambda model, some: model.probability_alive(some),
        lambda model, some: model.probability_alive(some, at="1 year"),
        lambda model, some: model.probability_active(some, "1 month"),
        lambda model, some: model.expected_purchases(some, "1 year"),
        lambda model, some: model.expected_purchases(some, ["1 month", "2 years"]),
        lambda model, some: model.purchase_count_pmf([0, 1, 5], "1 year", some),
        lambda model, some: model.next_purchase(some).median,
        lambda model, some: model.remaining_lifetime(some).median,
        lambda model, some: model.discounted_expected_purchases(some, annual_discount_rate=0.1),
        lambda model, some: model.discounted_expected_purchases(
            some, annual_discount_rate=0.1, discounting="monthly", horizon="3 years"
        ),
    ]
    each = [
        (kind(**parameters_of(kind, region, age), unit="week"), history.of(customer))
        for customer, region, age in zip(
            history.customer.tolist(), known["region"], known["age"], strict=True
        )
    ]
    for answer in answers:
        one_by_one = np.concatenate([answer(one, some) for one, some in each])
        assert answer(model, history) == pytest.approx(one_by_one, rel=2e-6, abs=1e-9)


@MODELS
def test_one_customer_is_answered_as_among_others(kind):
    history, model = simulated(kind, 12), truth(kind)
    every = model.expected_purchases(history, "1 year")
    for place, customer in enumerate(history.customer.tolist()):
        one = model.expected_purchases(history.of(customer), "1 year")
        assert one == pytest.approx(every[[place]], rel=1e-9)


@MODELS
def test_new_customers_are_told_apart_by_their_covariates(kind):
    model = truth(kind)
    alone = kind(**parameters_of(kind, "south", 4), unit="week")
    expected = alone.expected_purchases_new_customer("1 year")
    one = model.expected_purchases_new_customer("1 year", covariates={"region": "south", "age": 4})
    assert one == pytest.approx(expected, rel=1e-9)
    table = {"region": ["south", "east"], "age": [4, 0]}
    two = model.expected_purchases_new_customer(["1 year", "2 years"], covariates=table)
    assert two.shape == (2, 2)
    assert two[0, 0] == pytest.approx(expected, rel=1e-9)
    base = kind(**PLACES[kind], unit="week")
    assert two[1, 0] == pytest.approx(base.expected_purchases_new_customer("1 year"), rel=1e-9)
    pmf = model.purchase_count_pmf([0, 2], "1 year", covariates={"region": "south", "age": 4})
    assert pmf == pytest.approx(alone.purchase_count_pmf([0, 2], "1 year"), rel=1e-9)


def surface_of(kind, history, form="mean", **asked):
    of = coded(kind, history, checked_asked(kind, asked, form), form)
    cells, _ = pattern_cells(history, of.found)
    likelihood, design = kind._by_covariates(cells, of.found.design)
    k = len(PLACES.get(kind, {"r": 1, "alpha": 1}))
    return Surface(likelihood, of.links, of.predictors, design, k), of


FORMS = [(kind, "mean") for kind in PLACES]
FORMS += [(kind, form) for kind in (BGNBD, MBGNBD) for form in ("common", "separate")]


@pytest.mark.parametrize("many", [False, True], ids=["few patterns", "many patterns"])
@pytest.mark.parametrize(
    ("kind", "form"), FORMS, ids=lambda value: getattr(value, "__name__", value)
)
def test_derivatives_are_those_of_differences(kind, form, many):
    history = on_days(simulated(kind, 300 if not many else 40))
    if many:
        table = {"region": history.covariates["region"], "age": np.linspace(0, 14, 40) ** 1.1}
        history = with_table(history, table)
    surface, of = surface_of(kind, history, form, **BOTH)
    common = np.log([*PLACES[kind].values()])
    count = len(of.terms.coefficients)
    point = np.append(common, 0.05 * np.random.default_rng(2).normal(size=count))
    found, step = surface(point), 1e-5
    size = np.abs(np.diag(found.hessian)).max()
    for place in range(len(point)):
        move = step * (np.arange(len(point)) == place)
        up, down = surface(point + move), surface(point - move)
        slope = (up.value - down.value) / (2 * step)
        assert found.gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-7 * size)
        bent = (up.gradient - down.gradient) / (2 * step)
        assert found.hessian[place] == pytest.approx(bent, rel=1e-6, abs=1e-7 * size)


@pytest.mark.parametrize("kind", [*PLACES, NBD], ids=lambda kind: kind.__name__)
def test_cell_by_cell_is_pattern_by_pattern(kind):
    history = on_days(simulated(kind if kind in PLACES else BGNBD, 150))
    of = coded(kind, history, checked_asked(kind, {"purchase": ["region"]}, "mean"), "mean")
    cells, _ = pattern_cells(history, of.found)
    together, _ = by_pattern(kind._objective, Cells, cells, of.found.design)
    place = np.log([*PLACES.get(kind, {"r": 0.8, "alpha": 6.0}).values()])
    rows = place + 0.3 * np.random.default_rng(1).normal(size=(3, len(place)))
    common = {ParetoNBD: [0, 2], GammaGompertzNBD: [0, 3, 4]}.get(kind, [0])
    rows[:, common] = place[common]
    one, each = together(rows), kind._cell_by_cell(cells)(rows[cells.pattern])
    assert each.value == pytest.approx(one.value, rel=1e-11)
    for pattern in range(3):
        some = cells.pattern == pattern
        assert each.gradient[some].sum(axis=0) == pytest.approx(one.gradient[pattern], rel=1e-9)
        assert each.hessian[some].sum(axis=0) == pytest.approx(
            one.hessian[pattern], rel=1e-8, abs=1e-9
        )


@MODELS
def test_the_surface_is_the_sum_of_the_likelihoods_of_customers(kind):
    history, model = on_days(simulated(kind, 200)), truth(kind)
    surface, of = surface_of(kind, history, **BOTH)
    values = [WORTH[each.process, each.covariate, each.level] for each in of.terms.coefficients]
    point = np.append(np.log([*PLACES[kind].values()]), values)
    assert surface(point).value == pytest.approx(model.log_likelihood(history).sum(), rel=1e-10)


@MODELS
def test_coefficients_of_0_give_the_model_without_covariates(kind):
    history = simulated(kind, 200)
    none, plain = truth(kind, dict.fromkeys(WORTH, 0.0)), kind(**PLACES[kind], unit="week")
    assert none.log_likelihood(history) == pytest.approx(plain.log_likelihood(history), rel=1e-9)
    for ask in (
        lambda model: model.expected_purchases(history, "1 year"),
        lambda model: model.probability_alive(history),
    ):
        assert ask(none) == pytest.approx(ask(plain), rel=1e-9)


def test_four_levels_are_four_groups_with_common_shapes():
    """An optimiser without derivatives finds the same maximum for groups with common r and s."""
    table = {"dealer": np.repeat(["a", "b", "c", "d"], 100)}
    plain = ParetoNBD(r=1.0, alpha=5.0, s=0.9, beta=15.0, unit="week")
    history = plain.simulate(400, age="40 weeks", rng=3)
    fit = ParetoNBD.fit(with_table(history, table), purchase=["dealer"], dropout=["dealer"])
    rows = np.stack((history.frequency, history.recency, history.age)).reshape(3, 4, 100)
    highest, point = reference.best_of_groups(rows, start=[1.0, 0.9, *[5.0, 15.0] * 4])
    assert fit.log_likelihood == pytest.approx(highest, abs=1e-4)
    ratios = [fit.effects[f"purchase: dealer={level}"].ratio.value for level in "bcd"]
    assert ratios == pytest.approx(point[2] / point[4::2], rel=1e-2)


@MODELS
def test_a_fit_finds_what_the_data_were_made_with(kind):
    history = simulated(kind, 4_000, seed=8)
    fit = kind.fit(history, **BOTH)
    assert fit.converged
    estimated = fit.estimates
    for name, value in truth(kind)._covariate_terms.values.items():
        off = (estimated[name].value - value) / estimated[name].standard_error
        assert abs(off) < 4, name
    assert fit.log_likelihood == pytest.approx(fit.model.log_likelihood(history).sum(), rel=1e-9)


def test_covariates_do_not_depend_on_their_unit_and_origin():
    history = simulated(MBGNBD, 1_000)
    years = history.covariates["age"]
    months = with_table(history, {"region": history.covariates["region"], "age": 1e4 + 12 * years})
    one, other = (MBGNBD.fit(each, **BOTH) for each in (history, months))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-11)
    for name in ("purchase: age", "dropout: age"):
        assert other.estimates[name].value * 12 == pytest.approx(
            one.estimates[name].value, rel=1e-6
        )
        errors = [each.estimates[name].standard_error for each in (one, other)]
        assert errors[1] * 12 == pytest.approx(errors[0], rel=1e-6)
    forecasts = [
        each.expected_purchases(some, "1 year") for each, some in ((one, history), (other, months))
    ]
    assert forecasts[1] == pytest.approx(forecasts[0], rel=1e-6)


def test_one_coefficient_for_both_processes():
    worth = {("both", "region", "north"): 0.5, ("both", "region", "south"): -0.4}
    history = simulated(ParetoNBD, 3_000, worth=worth)
    same = ParetoNBD.fit(history, both=["region"])
    apart = ParetoNBD.fit(history, purchase=["region"], dropout=["region"])
    assert [*same.parameters][4:] == ["both: region=north", "both: region=south"]
    ratio = lifetime.likelihood_ratio(same, apart)
    assert ratio.degrees_of_freedom == 2
    assert 0 < ratio.statistic < 14
    assert ParetoNBD.fit(history, purchase=["region"], both=["region"]) == same
    time = ParetoNBD.fit(history)
    assert lifetime.likelihood_ratio(time, same).reference == "chi2(2)"


def test_forms_of_dropout_lie_within_each_other():
    history = simulated(BGNBD, 2_000)
    common, separate, mean = (
        BGNBD.fit(history, dropout=["region"], dropout_form=form)
        for form in ("common", "separate", "mean")
    )
    assert lifetime.likelihood_ratio(common, separate).degrees_of_freedom == 2
    assert [each.of for each in separate.effects.effects] == ["a", "a", "b", "b"]
    with pytest.raises(ParameterError, match="do not lie within"):
        lifetime.likelihood_ratio(mean, separate)


def test_a_fit_goes_to_json_and_back():
    history = simulated(BGNBD, 400)
    fit = BGNBD.fit(history, **BOTH)
    assert lifetime.from_json(fit.to_json()) == fit
    assert BGNBD.from_json(fit.model.to_json()) == fit.model
    effects = fit.effects
    assert type(effects).from_json(effects.to_json()) == effects
    again = PurchaseHistory.from_json(history.to_json())
    assert again == history
    assert '"covariates"' not in BGNBD(**PLACES[BGNBD]).to_json()
    assert fit.expected_purchases(again, "1 year") == pytest.approx(
        fit.expected_purchases(history, "1 year")
    )


def test_a_history_keeps_its_covariates():
    history = simulated(ParetoNBD, 30)
    some = history.select(customers=[4, 2])
    assert some.covariates["age"].tolist() == history.covariates["age"][[4, 2]].tolist()
    assert history.select(history.frequency > 0).covariates.customers == history.repeat_customers
    assert history.in_unit("day").covariates == history.covariates
    assert history.of(3).covariates["region"] == history.covariates["region"][3]
    spent = GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=1)
    assert spent.covariates == history.covariates


LOG = {
    "who": ["ann", "ann", "bob", "cid", "cid"],
    "when": ["2024-01-01", "2024-01-15", "2024-01-03", "2024-01-04", "2024-01-20"],
}
TABLE = {
    "who": ["cid", "ann", "bob"],
    "region": ["south", "north", "north"],
    "since": ["2023-06-01", "2022-01-01", "2023-12-01"],
}


def from_log(**options):
    return PurchaseHistory.from_transactions(
        LOG, customer="who", date="when", observation_end="2024-02-05", unit="week", **options
    )


def test_covariates_come_with_the_log():
    history = from_log(customers=TABLE, covariates=["region"])
    assert history.entry is None
    assert history.covariates["region"].tolist() == ["north", "north", "south"]
    earlier = from_log(customers=TABLE, covariates=["region"], observation_start="2024-01-01")
    assert earlier.entry is not None
    assert earlier.covariates["region"].tolist() == ["north", "north", "south"]


def test_covariates_come_with_a_summary():
    frame = {
        "who": ["ann", "bob"],
        "frequency": [1, 0],
        "recency": [2, 0],
        "age": [5, 5],
        "region": ["north", "south"],
    }
    how = {"customer": "who", "unit": "week", "covariates": ["region"]}
    assert PurchaseHistory.from_frame(frame, **how).covariates["region"].tolist() == frame["region"]
    polars = pytest.importorskip("polars")
    for table in (polars.DataFrame(frame), polars.DataFrame(frame).to_pandas()):
        assert PurchaseHistory.from_frame(table, **how) == PurchaseHistory.from_frame(frame, **how)


def test_kinds_of_columns():
    polars = pytest.importorskip("polars")
    two = PurchaseHistory.from_arrays(
        customer=["ann", "bob"], frequency=[1, 0], recency=[2, 0], age=[5, 5], unit="week"
    )
    frame = polars.DataFrame(
        {
            "who": ["bob", "ann"],
            "flag": [True, False],
            "kind": polars.Series(["x", "y"], dtype=polars.Categorical),
            "whole": [3, 4],
        }
    )
    names = ["flag", "kind", "whole"]
    known = two.with_covariates(frame, customer="who", covariates=names).covariates
    assert known["flag"].tolist() == ["False", "True"]
    assert known["kind"].tolist() == ["y", "x"]
    assert known["whole"].tolist() == [4.0, 3.0]
    same = two.with_covariates(frame.to_pandas(), customer="who", covariates=names).covariates
    assert same == known


def test_customers_from_before_the_log_have_covariates_too():
    history = simulated(ParetoNBD, 400)
    entry = np.where(np.arange(400) < 100, history.age / 2, 0.0)
    known = history.recency > entry
    frequency = np.where(entry > 0, known * np.maximum(history.frequency - 1, 1), history.frequency)
    later = PurchaseHistory(
        customer=history.customer,
        frequency=frequency,
        recency=np.where(frequency > 0, history.recency, 0.0),
        age=history.age,
        monetary_value=None,
        unit="week",
        entry=entry,
        covariates=history.covariates,
    )
    fit = ParetoNBD.fit(later, purchase=["region"], dropout=["region"])
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(fit.model.log_likelihood(later).sum(), rel=1e-9)
    plain = later.select(later.entry == 0)
    expected = fit.expected_purchases(plain, "1 year")
    assert fit.expected_purchases(later, "1 year")[100:] == pytest.approx(expected, rel=1e-9)


def test_covariates_carry_over_to_an_update():
    history = from_log(customers=TABLE, covariates=["region"])
    new = {"who": ["bob"], "when": ["2024-02-10"]}
    later = history.update(new, customer="who", date="when", observation_end="2024-03-01")
    assert later.covariates == history.covariates
    assert later.frequency.tolist() == [1, 1, 1]


def test_predictions_have_intervals():
    history = simulated(ParetoNBD, 1_500)
    fit = ParetoNBD.fit(history, **BOTH)
    rows = fit.predict(history, "26 weeks", interval=0.9)
    assert rows.purchases == pytest.approx(fit.expected_purchases(history, "26 weeks"), rel=1e-9)
    assert (rows.purchases_low < rows.purchases).all()
    plain = ParetoNBD.fit(history).predict(history, "26 weeks", interval=0.9)
    wide = np.log(rows.purchases_high / rows.purchases_low)
    assert wide.mean() > np.log(plain.purchases_high / plain.purchases_low).mean()
    outcome = fit.predict(history, "26 weeks", interval=0.9, of="outcome")
    pmf = fit.purchase_count_pmf(np.arange(300), "26 weeks", history)
    upper = np.argmax(np.cumsum(pmf, axis=1) >= 0.95, axis=1)
    assert np.abs(outcome.purchases_high - upper).max() <= 2


def test_value_of_customers_with_covariates():
    history = GammaGamma(p=6, q=4, gamma=15).simulate(simulated(BGNBD, 800), rng=3)
    fit, spend = BGNBD.fit(history, **BOTH), GammaGamma.fit(history)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=fit,
        spend=spend,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    ahead = fit.discounted_expected_purchases(history, annual_discount_rate=0.1, horizon="1 year")
    assert value.value == pytest.approx(0.3 * spend.expected_spend(history) * ahead)
    assert value.total.standard_error > 0


def test_nbd_has_covariates_of_purchases():
    table = covariates(2_000)
    model = NBD(r=0.8, alpha=6, unit="week", covariates=terms({("purchase", "age", None): -0.1}))
    history = model.simulate(2_000, age="52 weeks", rng=1, covariates=table)
    fit = NBD.fit(history, purchase=["age"])
    assert -0.1 in fit.effects.effects[0].coefficient.confidence_interval(0.999)
    surface, _ = surface_of(NBD, on_days(history), purchase=["region", "age"])
    point = np.array([0.1, 1.5, 0.2, -0.3, 0.05])
    found = surface(point)
    for place in range(5):
        move = 1e-5 * (np.arange(5) == place)
        bent = (surface(point + move).gradient - surface(point - move).gradient) / 2e-5
        assert found.hessian[place] == pytest.approx(bent, rel=1e-5, abs=1e-3)


def test_effects_are_said_with_ratios_and_tests():
    history = simulated(ParetoNBD, 1_000)
    fit = ParetoNBD.fit(history, **BOTH)
    effect = fit.effects["dropout: region=south"]
    gamma, error = effect.coefficient.value, effect.coefficient.standard_error
    assert effect.base == "east"
    assert effect.of == "dropout rate"
    assert effect.ratio.value == pytest.approx(np.exp(gamma))
    ends = effect.ratio.confidence_interval(0.9)
    assert np.log([ends.low, ends.high]) == pytest.approx(
        gamma + np.array([-1, 1]) * 1.6448536 * error
    )
    assert effect.p_value == pytest.approx(2 * stats.norm.sf(abs(gamma / error)))
    printed = str(fit.effects)
    assert "Covariates of ParetoNBD, 1,000 customers" in printed
    assert "Compared with: region=east." in printed
    frame = fit.effects.columns()
    assert frame["process"].tolist() == ["purchase"] * 3 + ["dropout"] * 3
    assert frame["level"].tolist() == ["north", "south", ""] * 2
    assert "dropout: region=south" in str(fit)


def test_a_level_of_which_nobody_leaves_is_named():
    history = simulated(BGNBD, 400)
    recency = np.where(history.recency > 0, history.recency, history.age / 2)
    recency = np.where(history.covariates["region"] == "south", history.age, recency)
    never = PurchaseHistory(
        customer=history.customer,
        frequency=np.maximum(history.frequency, 3.0),
        recency=recency,
        age=history.age,
        monetary_value=None,
        unit="week",
        covariates=history.covariates,
    )
    with pytest.warns(IdentifiabilityWarning, match="dropout: region=south runs to minus infinity"):
        fit = BGNBD.fit(never, dropout=["region"])
    assert fit.covariance is None
    assert fit.effects["dropout: region=south"].p_value is None
    assert "–" in str(fit.effects)
    assert "The data do not tell 'dropout: region=south': no standard error" in str(fit.effects)
    assert "No standard errors of 'dropout: region=south', which the data do not tell." in str(fit)
    assert [*fit.partial_errors] == [*fit.parameters][:-1]
    found = fit.confidence_interval(method="profile", data=never)
    open_end = found["dropout: region=south"]
    assert open_end.low == -np.inf
    assert open_end.high < 0
    assert open_end.method == "profile likelihood, open below"
    for name in ("alpha", "dropout: region=north"):
        estimate = fit.estimates[name]
        half = (found[name].high - found[name].low) / 2 / stats.norm.ppf(0.975)
        assert estimate.standard_error == pytest.approx(half, rel=0.2)
    assert lifetime.from_json(fit.to_json()) == fit


def test_one_probability_to_leave_is_named_with_covariates_too():
    one = BGNBD(r=0.8, alpha=6, a=2e4, b=6e4, unit="week", covariates=terms())
    history = one.simulate(1_500, age="78 weeks", rng=1, covariates=covariates(1_500))
    with pytest.warns(IdentifiabilityWarning, match="the data cannot tell a and b apart"):
        fit = BGNBD.fit(history, **BOTH)
    assert fit.limit.startswith(
        "It is the limit of one dropout probability for all customers with the same covariates (a "
        "and b to infinity), at covariates of 0 a / (a + b) = 0.2"
    )
    found = fit.effects["dropout: region=south"].coefficient.value
    assert found == pytest.approx(0.6, abs=0.25)
