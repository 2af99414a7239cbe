"""What every lifetime model must do: one suite, to which a new model adds one line.

A model joins by an entry in ``PURCHASE_MODELS``, ``SPEND_MODELS`` or ``DISCRETE_MODELS``: a truth
with which customers are made up, and the log-likelihood that is fitted.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._lifetime.fit import Fit
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.purchasing import (
    bgbb,
    dropout_likelihood,
    gamma_gompertz_likelihood,
    nbd,
    pareto_likelihood,
    regular_likelihood,
)
from custvalue._lifetime.renewing import beta_discrete_weibull, shifted_beta_geometric
from custvalue._lifetime.spend import (
    gamma_gamma,
    normal_spend,
    profit_likelihood,
    spend_data,
    spend_likelihood,
)
from custvalue.errors import ParameterError
from custvalue.lifetime import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    NBD,
    BetaDiscreteWeibull,
    ContractModel,
    GammaGamma,
    GammaGompertzNBD,
    NormalSpend,
    ParetoNBD,
    PurchaseHistory,
    RobustGammaGamma,
    ShiftedBetaGeometric,
)


@dataclass(frozen=True)
class Case:
    truth: Any
    objective: Callable[[Any], Any]
    cells: Callable[[PurchaseHistory], Any]
    given: tuple[str, ...] = ()  # fields that are not estimated
    rhythm: bool = False  # whether customers are likelier to buy some time after a purchase

    @property
    def model(self):
        return type(self.truth)

    def fit(self, history):
        return self.model.fit(history, **{name: getattr(self.truth, name) for name in self.given})

    @property
    def names(self):
        return parameter_names(self.model)


BUYERS = BGNBD(r=0.7, alpha=4.4, a=0.8, b=2.4, unit="week")
PURCHASE_MODELS = [
    pytest.param(
        Case(
            BUYERS,
            partial(dropout_likelihood.LogLikelihood, first=0),
            lambda history: history.cells,
        ),
        id="BG/NBD",
    ),
    pytest.param(
        Case(
            MBGNBD(r=0.7, alpha=4.4, a=0.8, b=2.4, unit="week"),
            partial(dropout_likelihood.LogLikelihood, first=1),
            lambda history: history.cells,
        ),
        id="MBG/NBD",
    ),
    pytest.param(
        Case(
            ParetoNBD(r=0.7, alpha=4.4, s=0.8, beta=12, unit="week"),
            pareto_likelihood.LogLikelihood,
            lambda history: history.cells,
        ),
        id="Pareto/NBD",
    ),
    pytest.param(
        Case(
            GammaGompertzNBD(r=0.7, alpha=4.4, beta=12, b=0.2, s=0.7, unit="week"),
            gamma_gompertz_likelihood.LogLikelihood,
            lambda history: history.cells,
        ),
        id="Gamma-Gompertz/NBD",
    ),
    pytest.param(
        Case(
            MBGCNBD(k=3, r=0.7, alpha=1.5, a=0.8, b=2.4, unit="week"),
            partial(regular_likelihood.regular_objective, k=3, first=1),
            lambda history: regular_likelihood.RegularCells.of(history, history.log_intervals),
            given=("k",),
            rhythm=True,
        ),
        id="MBG/CNBD-k",
    ),
    pytest.param(
        Case(NBD(r=0.7, alpha=4.4, unit="week"), nbd.LogLikelihood, lambda history: history.cells),
        id="NBD",
    ),
]


def spend_cells(history):
    return spend_data.spends(history, "GammaGamma", "raise").cells(history)


SPEND_MODELS = [
    pytest.param(
        Case(
            GammaGamma(p=6, q=4, gamma=15),
            gamma_gamma.LogLikelihood,
            spend_cells,
        ),
        id="Gamma-Gamma",
    ),
    pytest.param(
        Case(
            RobustGammaGamma(p=6, q=4, gamma=15),
            partial(
                spend_likelihood.ContaminatedLogLikelihood,
                share=0.01,
            ),
            spend_cells,
        ),
        id="robust Gamma-Gamma",
    ),
    pytest.param(
        Case(
            NormalSpend(mean=12, between=8, within=16),
            profit_likelihood.LogLikelihood,
            normal_spend.profit_cells,
        ),
        id="normal spend",
    ),
]
DISCRETE_MODELS = [
    pytest.param(
        Case(
            BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8, period="1 year"),
            bgbb.LogLikelihood,
            lambda history: history.cells,
        ),
        id="BG/BB",
    ),
    pytest.param(
        Case(
            ShiftedBetaGeometric(alpha=0.7, beta=3.8, period="1 year"),
            shifted_beta_geometric.LogLikelihood,
            lambda contracts: contracts.counts,
        ),
        id="sBG",
    ),
    pytest.param(
        Case(
            BetaDiscreteWeibull(alpha=0.7, beta=2.0, c=1.4, period="1 year"),
            beta_discrete_weibull.LogLikelihood,
            lambda contracts: contracts.counts,
        ),
        id="BdW",
    ),
]
purchase_models = pytest.mark.parametrize("case", PURCHASE_MODELS)
every_model = pytest.mark.parametrize("case", PURCHASE_MODELS + SPEND_MODELS + DISCRETE_MODELS)


def made_up(case, customers, rng=1):
    """Simulate customers of whom the model is the truth."""
    spends = isinstance(case.truth, SpendModel)
    return simulated(case, customers, rng + spends, of=rng)


def simulated(case, customers, rng, *, of=1):
    """Simulate customers, those of whom the spend is made up with another seed."""
    if isinstance(case.truth, PurchaseModel):
        return case.truth.simulate(customers, age="52 weeks", rng=rng)
    if isinstance(case.truth, BGBB):
        return case.truth.simulate(customers, opportunities=12, rng=rng)
    if isinstance(case.truth, ContractModel):
        return case.truth.simulate(customers, periods=12, rng=rng)
    return case.truth.simulate(BUYERS.simulate(customers, age="52 weeks", rng=of), rng=rng)


def one(x, t_x, T, unit="week"):
    """Make a history of purchases at even intervals."""
    logs = np.where(np.equal(x, 0), 0.0, np.log(np.where(np.equal(x, 0), 1.0, t_x)))
    logs = x * (logs - np.log(np.maximum(x, 1)))
    return PurchaseHistory.from_arrays(
        frequency=x, recency=t_x, age=T, log_intervals=logs, unit=unit
    )


def on_the_day_grid(history):
    """Round times to days, so that customers share cells."""
    days = np.ceil(history.recency * 7)
    return one(history.frequency, np.minimum(days, np.floor(history.age * 7)) / 7, history.age)


# --- what a model is ------------------------------------------------------------------------


@every_model
def test_a_model_keeps_its_promises(case):
    assert isinstance(case.truth, PurchaseModel | SpendModel | BGBB | ContractModel)
    assert case.truth.kind == case.model.kind


@every_model
def test_a_model_is_its_parameters(case):
    given_again = {name: getattr(case.truth, name) for name in case.model.model_fields}
    assert case.model(**given_again) == case.truth
    assert "kind" not in repr(case.truth)
    first = (*case.given, *case.names)[0]
    assert repr(case.truth).startswith(f"{case.model.__name__}({first}=")


@every_model
def test_json_there_and_back(case):
    assert case.model.from_json(case.truth.to_json()) == case.truth


@every_model
def test_parameters_are_numbers_of_any_kind_but_no_words(case):
    given = {name: getattr(case.truth, name) for name in case.model.model_fields}
    names = (*case.given, *case.names)
    for kind in (np.float64, float):
        again = {name: kind(given[name]) for name in names}
        assert case.model(**{**given, **again}) == case.truth
    for name in names:
        assert getattr(case.model(**{**given, name: np.int64(2)}), name) == 2
        noun = "a whole number" if name in case.given else "a number"
        for word in (True, np.True_, "2"):
            with pytest.raises(ParameterError) as caught:
                case.model(**{**given, name: word})
            shown = repr(word.item() if isinstance(word, np.bool_) else word)
            assert str(caught.value) == (
                f"{case.model.__name__}: {name} must be {noun}, but it is {shown}."
            )


@every_model
def test_parameters_have_names(case):
    names = (*case.given, *case.names)
    with pytest.raises(ParameterError) as caught:
        case.model(*(getattr(case.truth, name) for name in names))
    each, model = ", ".join(f"{name}=..." for name in names), case.model.__name__
    data = "contracts" if hasattr(case.model, "survival") else "history"
    assert str(caught.value) == (
        f"{model} takes its fields by name, in any order: {model}({each}). To estimate them, use "
        f"{model}.fit({data})."
    )


@every_model
def test_fits_go_to_json_and_back(case):
    fit = case.fit(made_up(case, 500))
    again = Fit[case.model].from_json(fit.to_json())
    assert again == fit
    assert again.model == fit.model


# --- estimation -----------------------------------------------------------------------------


@every_model
def test_the_truth_is_recovered(case):
    fit = case.fit(made_up(case, 20_000))
    assert fit.converged
    for name in case.names:
        truth, estimate = getattr(case.truth, name), fit.parameters[name]
        error = fit.standard_errors[name] / estimate  # of the logarithm
        assert abs(math.log(estimate / truth)) < 4 * error
        assert error < 0.2  # so that the line above can fail


@pytest.mark.slow
@pytest.mark.simulation
@every_model
def test_standard_errors_are_the_spread_of_repeated_studies(case):
    fits = [case.fit(made_up(case, 3000, rng=seed)) for seed in range(40)]
    for name in case.names:
        logs = np.log([fit.parameters[name] for fit in fits])
        stated = np.mean([fit.standard_errors[name] / fit.parameters[name] for fit in fits])
        assert logs.std(ddof=1) == pytest.approx(stated, rel=0.45)  # 4 / sqrt(2 x 39)


def parameters_near(case):
    """Draw parameters from a fifth to five times the truth."""
    factors = st.lists(st.floats(-1.6, 1.6), min_size=len(case.names), max_size=len(case.names))
    truth = np.array([getattr(case.truth, name) for name in case.names])
    return factors.map(lambda logs: truth * np.exp(logs))


@every_model
@settings(deadline=None, derandomize=True, max_examples=25)
@given(data=st.data())
def test_gradient_and_hessian_are_finite_differences(case, data):
    at = case.objective(case.cells(made_up(case, 300)))
    point = data.draw(parameters_near(case))
    _, gradient, hessian = at(point)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12)
    for i, value in enumerate(point):
        step = np.zeros(len(point))
        step[i] = 1e-5 * value
        up, down = at(point + step), at(point - step)
        slope = (up.value - down.value) / (2 * step[i])
        noise = 1e-13 * abs(up.value) / step[i]
        assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-6 + noise)
        curve = (up.gradient - down.gradient) / (2 * step[i])
        scale = np.abs(hessian).max(axis=0)
        np.testing.assert_allclose(hessian[i] / scale, curve / scale, atol=1e-6)


@every_model
def test_what_is_fitted_is_the_sum_of_what_customers_say(case):
    history = made_up(case, 2000)
    point = np.array([getattr(case.truth, name) for name in case.names])
    total = case.objective(case.cells(history))(point).value
    assert total == pytest.approx(case.truth.log_likelihood(history).sum(), rel=1e-12)


@pytest.mark.filterwarnings("ignore::custvalue.errors.SubscriptionWarning")  # rounded to days
@purchase_models
def test_cells_give_what_customers_give(case):
    history = on_the_day_grid(made_up(case, 3000))
    assert len(history.cells) < 0.6 * len(history)
    fit = case.fit(history)
    together = fit.model.log_likelihood(history)
    assert together.sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    expected = fit.model.expected_purchases(history, "1 year")
    for row in range(0, 3000, 251):
        alone = one(history.frequency[row], history.recency[row], history.age[row])
        assert fit.model.log_likelihood(alone)[0] == pytest.approx(together[row], rel=1e-12)
        assert fit.model.expected_purchases(alone, "1 year")[0] == pytest.approx(
            expected[row], rel=1e-10
        )


@purchase_models
def test_the_order_of_customers_does_not_matter(case):
    history = made_up(case, 500)
    order = np.random.default_rng(3).permutation(500)
    columns = {name: column[order] for name, column in history.columns().items()}
    shuffled = PurchaseHistory.from_arrays(**columns, unit=history.unit)
    assert case.fit(shuffled).model == case.fit(history).model
    np.testing.assert_array_equal(
        case.truth.probability_alive(shuffled), case.truth.probability_alive(history)[order]
    )


@purchase_models
def test_the_unit_of_time_does_not_matter(case):
    weeks = made_up(case, 1500)
    days = weeks.in_unit("day")
    by_week, by_day = case.fit(weeks), case.fit(days)
    assert by_day.log_likelihood == pytest.approx(  # a density per day, not per week
        by_week.log_likelihood - weeks.frequency.sum() * math.log(7), rel=1e-10
    )
    for predict in (
        lambda model, history: model.probability_alive(history),
        lambda model, history: model.expected_purchases(history, "1 year"),
        lambda model, history: model.discounted_expected_purchases(
            history, annual_discount_rate=0.1, horizon="3 years"
        ),
    ):
        np.testing.assert_allclose(
            predict(by_week.model, weeks), predict(by_day.model, days), rtol=1e-6
        )
    new = [fit.model.expected_purchases_new_customer("6 months") for fit in (by_week, by_day)]
    assert new[0] == pytest.approx(new[1], rel=1e-6)


# --- prediction -----------------------------------------------------------------------------


@st.composite
def models(draw, case):
    values = draw(parameters_near(case))
    given_too = {name: getattr(case.truth, name) for name in case.given}
    return case.model(**given_too, **dict(zip(case.names, values, strict=True)), unit="week")


@st.composite
def customers(draw):
    x = draw(st.integers(0, 300))
    age = draw(st.floats(0.1, 500))
    recency = age * draw(st.floats(0.01, 1)) if x else 0.0
    return x, recency, age


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=60)
@given(data=st.data())
def test_probabilities_and_silence(case, data):
    model = data.draw(models(case))
    x, recency, age = data.draw(customers())
    ages = age + np.array([0, 1, 5, 50, 500])
    alive = model.probability_alive(one(np.full(5, x), np.full(5, recency), ages))
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive) <= 0).all()  # the longer the silence, the smaller


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_who_is_alive_later_is_alive_now(case, data):
    model = data.draw(models(case))
    history = one(*data.draw(customers()))
    now = model.probability_alive(history)[0]
    at = [
        model.probability_alive(history, at=f"{weeks} weeks")[0] for weeks in (0, 1, 10, 100, 1000)
    ]
    assert at[0] == pytest.approx(now, rel=1e-12)
    assert all(later <= earlier * (1 + 1e-12) for earlier, later in pairwise(at))
    assert at[-1] >= 0


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_an_active_customer_buys_at_least_once(case, data):
    model = data.draw(models(case))
    history = one(*data.draw(customers()))
    active = [
        model.probability_active(history, f"{weeks} weeks")[0] for weeks in (0, 0.01, 1, 20, 400)
    ]
    none = [
        model.purchase_count_pmf(0, f"{weeks} weeks", history)[0] for weeks in (0, 0.01, 1, 20, 400)
    ]
    assert active[0] == 0
    assert all(earlier <= later * (1 + 1e-12) for earlier, later in pairwise(active))
    assert active[-1] <= model.probability_alive(history)[0] * (1 + 1e-12)
    np.testing.assert_allclose(1 - np.array(none), active, rtol=1e-7, atol=1e-12)


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=60)
@given(data=st.data())
def test_expected_purchases_rise_ever_more_slowly(case, data):
    model = data.draw(models(case))
    history = one(*data.draw(customers()))
    step = data.draw(st.floats(0.5, 100))
    expected = [model.expected_purchases(history, f"{k * step} weeks")[0] for k in range(6)]
    rises = np.diff(expected)
    assert expected[0] == 0
    assert (rises >= 0).all()
    if not case.rhythm:
        assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(rises))


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_discounting_only_takes_away(case, data):
    model = data.draw(models(case))
    history = one(*data.draw(customers()))
    plain = model.expected_purchases(history, "3 years")[0]
    none, some, more = (
        model.discounted_expected_purchases(history, annual_discount_rate=d, horizon="3 years")[0]
        for d in (0, 0.1, 0.5)
    )
    assert none == plain
    assert plain * 1.1**-3 * (1 - 1e-9) <= some <= plain
    assert plain * 1.5**-3 * (1 - 1e-9) <= more <= some


@pytest.mark.slow
@purchase_models
@settings(deadline=None, derandomize=True, max_examples=8)
@given(data=st.data())
def test_discounting_is_a_sum_over_short_steps(case, data):
    model = data.draw(models(case))
    history = one(*data.draw(customers()))
    steps, rate = 100, data.draw(st.floats(0, 0.5))
    ends = [
        model.expected_purchases(history, f"{3 * k / steps} years")[0] for k in range(steps + 1)
    ]
    middles = 3 * (np.arange(steps) + 0.5) / steps
    total = np.diff(ends) @ (1 + rate) ** -middles
    value = model.discounted_expected_purchases(
        history, annual_discount_rate=rate, horizon="3 years"
    )
    assert value[0] == pytest.approx(total, rel=5e-4)


@purchase_models
def test_what_is_expected_of_known_customers_averages_to_what_is_expected_of_new_ones(case):
    history = made_up(case, 40_000)
    expected = case.truth.expected_purchases(history, "30 weeks")
    new = case.truth.expected_purchases_new_customer
    error = expected.std() / math.sqrt(len(expected))
    assert expected.mean() == pytest.approx(new("82 weeks") - new("52 weeks"), abs=4 * error)
    assert history.frequency.mean() == pytest.approx(
        new("52 weeks"), abs=4 * history.frequency.std() / math.sqrt(len(history))
    )


@pytest.mark.slow
@purchase_models
@settings(deadline=None, derandomize=True, max_examples=8)
@given(data=st.data())
def test_purchase_counts_are_a_distribution_with_the_expected_mean(case, data):
    model = data.draw(models(case))
    n = np.arange(4000)
    probability = model.purchase_count_pmf(n, "20 weeks")
    assert (probability >= 0).all()
    assert probability.sum() == pytest.approx(1, abs=1e-8)
    assert n @ probability == pytest.approx(
        model.expected_purchases_new_customer("20 weeks"), rel=1e-6
    )


@purchase_models
@settings(deadline=None, derandomize=True, max_examples=8)
@given(data=st.data())
def test_counts_of_a_known_customer_are_a_distribution_with_the_expected_mean(case, data):
    model = data.draw(models(case))
    x, age = data.draw(st.integers(0, 60)), data.draw(st.floats(10, 500))
    history = one(x, age * data.draw(st.floats(0.01, 1)) if x else 0.0, age)
    (expected,) = model.expected_purchases(history, "5 weeks")
    n = np.arange(400)
    (probability,) = model.purchase_count_pmf(n, "5 weeks", history)
    assert (probability >= 0).all()
    assert probability.sum() == pytest.approx(1, abs=1e-8)
    assert n @ probability == pytest.approx(expected, rel=1e-6)


@purchase_models
def test_a_new_customer_is_a_known_one_without_a_history(case):
    arrived = one(0, 0, 0)
    new = case.truth.expected_purchases_new_customer("1 year")
    assert case.truth.expected_purchases(arrived, "1 year")[0] == new
    np.testing.assert_array_equal(
        case.truth.purchase_count_pmf([[0, 1], [2, 3]], "1 year"),
        case.truth.purchase_count_pmf([[0, 1], [2, 3]], "1 year", arrived)[0],
    )


@purchase_models
def test_counts_have_the_shape_of_customers_and_n(case):
    history = made_up(case, 5)
    assert case.truth.purchase_count_pmf(2, "1 year", history).shape == (5,)
    assert case.truth.purchase_count_pmf([0, 1, 2], "1 year", history).shape == (5, 3)
    assert case.truth.purchase_count_pmf([0, 1, 2], "0 days", history).tolist() == [[1, 0, 0]] * 5


@purchase_models
@pytest.mark.parametrize("discounting", ["weekly", "monthly", "quarterly", "yearly"])
def test_discrete_discounting_is_a_sum_over_periods(case, discounting):
    history = made_up(case, 20)
    days = {"weekly": 7, "monthly": 365.25 / 12, "quarterly": 365.25 / 4, "yearly": 365.25}
    ends, end = [0.0], 500.0  # in days; the last period is cut short by the horizon
    while ends[-1] + days[discounting] < end:
        ends.append(ends[-1] + days[discounting])
    ends.append(end)
    expected = [case.truth.expected_purchases(history, f"{day!r} days") for day in ends]
    total = sum(
        (later - earlier) * 1.1 ** (-day / 365.25)
        for earlier, later, day in zip(expected, expected[1:], ends[1:], strict=False)
    )
    value = case.truth.discounted_expected_purchases(
        history, annual_discount_rate=0.1, horizon="500 days", discounting=discounting
    )
    np.testing.assert_allclose(value, total, rtol=1e-10)


@purchase_models
def test_discounting_by_the_day_is_nearly_continuous(case):
    history = made_up(case, 20)
    daily, continuous = (
        case.truth.discounted_expected_purchases(
            history, annual_discount_rate=0.3, horizon="60 days", discounting=discounting
        )
        for discounting in ("daily", "continuous")
    )
    np.testing.assert_allclose(daily, continuous, rtol=5e-4)
    assert (daily <= continuous).all()


@pytest.mark.slow
@purchase_models
@pytest.mark.parametrize("discounting", ["yearly", "monthly"])
def test_periods_for_ever_are_periods_of_a_long_time(case, discounting):
    history = made_up(case, 20)
    for_ever, long = (
        case.truth.discounted_expected_purchases(
            history, annual_discount_rate=0.3, horizon=horizon, discounting=discounting
        )
        for horizon in (None, "170 years")
    )
    np.testing.assert_allclose(for_ever, long, rtol=1e-12)


@purchase_models
def test_without_a_rate_the_discounted_purchases_are_the_expected_ones(case):
    history = made_up(case, 50)
    plain = case.truth.expected_purchases(history, "3 years")
    for rate in (1e-3, 1e-6, 1e-9):
        value = case.truth.discounted_expected_purchases(
            history, annual_discount_rate=rate, horizon="3 years"
        )
        np.testing.assert_allclose(value, plain, rtol=3.1 * rate + 1e-11)


ENDLESS = [  # customers who leave so soon that the purchases of all future time have a finite sum
    BGNBD(r=3, alpha=4.4, a=3, b=2.4),
    MBGNBD(r=3, alpha=4.4, a=3, b=2.4),
    BGCNBD(k=3, r=3, alpha=1.5, a=3, b=2.4),
    MBGCNBD(k=3, r=3, alpha=1.5, a=3, b=2.4),
    ParetoNBD(r=0.7, alpha=4.4, s=3, beta=12),
    GammaGompertzNBD(r=0.7, alpha=4.4, beta=12, b=0.2, s=0.7),
]


@pytest.mark.parametrize("model", ENDLESS, ids=lambda model: type(model).__name__)
def test_purchases_for_ever_without_a_rate_are_the_limit_of_small_rates_and_long_horizons(model):
    history = one(np.array([0, 2, 40]), np.array([0, 30, 37]), np.array([38, 38, 38.5]))
    total = model.discounted_expected_purchases(history, annual_discount_rate=0)

    def discounted(rate, discounting="continuous"):
        return model.discounted_expected_purchases(
            history, annual_discount_rate=rate, discounting=discounting
        )

    assert (discounted(1e-6) < discounted(1e-8)).all()
    assert (discounted(1e-8) < total).all()
    np.testing.assert_allclose(discounted(1e-6), total, rtol=1e-4)
    np.testing.assert_allclose(discounted(1e-8), total, rtol=1e-6)
    np.testing.assert_allclose(model.expected_purchases(history, "1e8 years"), total, rtol=1e-6)
    for discounting in ("daily", "weekly", "monthly", "quarterly", "yearly"):
        np.testing.assert_array_equal(discounted(0, discounting), total)
    if not isinstance(model, BGCNBD | MBGCNBD):  # which take a minute for that
        np.testing.assert_allclose(discounted(1e-8, "monthly"), total, rtol=1e-6)


def test_purchases_for_ever_of_customers_who_die_at_any_time():
    history = one(np.array([2, 0]), np.array([30, 0]), np.array([38, 38]))
    model = ParetoNBD(r=0.55, alpha=10.6, s=1.6, beta=11.7)
    total = model.discounted_expected_purchases(history, annual_discount_rate=0)
    np.testing.assert_allclose(total, [3.07005624, 0.05402155], rtol=1e-7)


@pytest.mark.parametrize("model", ENDLESS[:4], ids=lambda model: type(model).__name__)
def test_purchases_for_ever_of_customers_who_leave_at_a_purchase(model):
    x = np.array([0, 2, 40])
    history = one(x, np.array([0, 30, 37]), np.array([38, 38, 38.5]))
    total = model.discounted_expected_purchases(history, annual_discount_rate=0)
    p = np.linspace(0, 1, 100_001)[1:]  # E[1/p], p ~ Beta(a, b + chances to leave passed by)
    stays = model.b + x + model._first - 1
    weights = p ** (model.a - 1) * (1 - p) ** stays[:, None]
    expected = (weights / p).sum(axis=1) / weights.sum(axis=1)
    np.testing.assert_allclose(total, model.probability_alive(history) * expected, rtol=1e-5)


@pytest.mark.parametrize("model", [BGCNBD, MBGCNBD])
def test_a_whole_k_may_be_a_float(model):
    truth = model(k=3, r=1, alpha=2, a=1, b=3, unit="week")
    history = truth.simulate(500, age="52 weeks", rng=1)
    assert model.fit(history, k=3.0) == model.fit(history, k=3)
    assert model.fit(history, np.float64(3)).model.k == 3
    assert [point.k for point in model.profile(history, [2.0, 3.0]).points] == [2, 3]
    for k in (3.5, True):
        with pytest.raises(ParameterError, match=f"k must be a whole number .* but it is {k}"):
            model.fit(history, k=k)


def test_parameters_at_the_ends_of_doubles_warn_of_nothing():
    history = one(np.array([2, 0]), np.array([30, 0]), np.array([38, 38]))
    model = ParetoNBD(r=1e-300, alpha=1e300, s=1e300, beta=1e-300)
    assert np.isfinite(model.log_likelihood(history)).all()


@purchase_models
def test_the_probability_of_no_counts_is_empty(case):
    history = made_up(case, 3)
    assert case.truth.purchase_count_pmf([], "39 weeks").shape == (0,)
    assert case.truth.purchase_count_pmf([], "39 weeks", history).shape == (3, 0)
    assert case.truth.purchase_count_pmf(np.ones((0, 2)), "39 weeks", history).shape == (3, 0, 2)


@purchase_models
def test_simulation_is_repeatable_and_fits_the_ages(case):
    ages = np.linspace(0, 60, 200)
    history = case.truth.simulate(200, age=ages, rng=5)
    assert history == case.truth.simulate(200, age=ages, rng=np.random.default_rng(5))
    assert history != case.truth.simulate(200, age=ages, rng=6)
    np.testing.assert_array_equal(history.age, ages)
    assert history.unit == case.truth.unit
    assert (history.recency <= history.age).all()


@purchase_models
def test_predictions_are_one_number_a_customer(case):
    history = made_up(case, 7)
    for values in (
        case.truth.log_likelihood(history),
        case.truth.probability_alive(history),
        case.truth.expected_purchases(history, "1 year"),
    ):
        assert values.shape == (7,)
        assert values.dtype == np.float64
