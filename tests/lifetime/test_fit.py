"""Maximum likelihood: where it converges, where it cannot, and what it says then."""

import inspect
import json
import math
import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from custvalue._lifetime import reading
from custvalue._lifetime.fit import Fit, maximum_likelihood
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._numerics import maximum
from custvalue._numerics.maximum import Derivatives, along_the_ridge, maximise
from custvalue._values import Positive
from custvalue.errors import (
    ConvergenceWarning,
    EstimationError,
    IdentifiabilityWarning,
    ParameterError,
)
from custvalue.lifetime import (
    BGBB,
    BGNBD,
    MBGNBD,
    ContractModel,
    GammaGamma,
    PurchaseHistory,
    PurchaseModel,
    ShiftedBetaGeometric,
    SpendModel,
    from_json,
)


class Gamma(LifetimeModel):
    """A toy: gamma distribution of a sample."""

    kind: ClassVar[str] = "gamma"

    shape: Positive
    rate: Positive
    note: str | None = None

    @classmethod
    def _fit_class(cls):
        return Fit[Gamma]


@dataclass(frozen=True)
class Sample:
    values: np.ndarray

    def __len__(self):
        return len(self.values)


def gamma_objective(sample):
    from scipy import special

    n, total, logs = len(sample), sample.values.sum(), np.log(sample.values).sum()

    def at(parameters):
        k, rate = parameters
        value = n * (k * math.log(rate) - special.gammaln(k)) + (k - 1) * logs - rate * total
        gradient = [n * (math.log(rate) - special.digamma(k)) + logs, n * k / rate - total]
        curve = float(special.polygamma(1, k))
        hessian = [[-n * curve, n / rate], [n / rate, -n * k / rate**2]]
        return Derivatives(float(value), np.array(gradient), np.array(hessian))

    return at


def fit_gamma(values, start=(1.0, 1.0)):
    sample = Sample(np.asarray(values))
    first = dict(zip(("shape", "rate"), start, strict=True))
    return maximum_likelihood(Fit[Gamma], sample, gamma_objective, first, customers=len(sample))


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(1).gamma(2.5, 1 / 4.0, 3000)


@pytest.fixture(scope="module")
def history():
    model = BGNBD(r=0.5, alpha=5, a=0.8, b=2.4, unit="week")
    return model.simulate(3000, age="52 weeks", rng=1)


def test_the_positive_fields_are_estimated():
    assert parameter_names(Gamma) == ("shape", "rate")
    assert parameter_names(BGNBD) == ("r", "alpha", "a", "b")
    assert parameter_names(GammaGamma) == ("p", "q", "gamma")


@pytest.mark.parametrize("start", [(1, 1), (1e-3, 1e3), (500, 0.01), (1e4, 1e-4)])
def test_any_start_leads_to_the_maximum(values, start):
    from scipy import stats  # the independent way

    fit = fit_gamma(values, start)
    shape, _, scale = stats.gamma.fit(values, floc=0)
    assert fit.converged
    assert fit.scaled_gradient <= 1e-10
    assert fit.model.shape == pytest.approx(shape, rel=1e-6)
    assert fit.model.rate == pytest.approx(1 / scale, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(stats.gamma.logpdf(values, shape, 0, scale).sum())


def test_covariance_is_the_inverse_of_the_exact_information(values):
    fit = fit_gamma(values)
    estimate = np.array([fit.model.shape, fit.model.rate])
    information = -gamma_objective(Sample(values))(estimate).hessian
    np.testing.assert_allclose(fit.covariance, np.linalg.inv(information), rtol=1e-6)
    errors = np.sqrt(np.diag(fit.covariance))
    assert fit.standard_errors == pytest.approx(dict(zip(("shape", "rate"), errors, strict=True)))


def test_intervals_are_wald_on_the_log_scale_and_named(values):
    fit = fit_gamma(values)
    interval = fit.confidence_interval(0.9)["shape"]
    factor = math.exp(1.6448536269514722 * fit.standard_errors["shape"] / fit.model.shape)
    assert interval.low == pytest.approx(fit.model.shape / factor)
    assert interval.high == pytest.approx(fit.model.shape * factor)
    assert interval.description == "90 % interval, Wald on the log scale"


def test_criteria(values):
    fit = fit_gamma(values)
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * math.log(3000) - 2 * fit.log_likelihood)


def test_intervals_cover():
    hits = 0
    for seed in range(200):
        sample = np.random.default_rng(seed).gamma(2.5, 1 / 4.0, 150)
        hits += 2.5 in fit_gamma(sample).confidence_interval(0.9)["shape"]
    assert 0.84 < hits / 200 < 0.96  # 0.9, four standard errors of 200 throws either side


def test_a_warm_start_ends_where_a_cold_one_does(monkeypatch):
    model = BGNBD(r=0.5, alpha=5, a=0.8, b=2.4, unit="day")
    history = model.simulate(20_000, age="52 weeks", rng=2)
    warm = BGNBD.fit(history)
    monkeypatch.setattr(maximum, "THINNED_CELLS", math.inf)
    cold = BGNBD.fit(history)
    assert warm.cells > 1000 * maximum.THINNING
    assert warm.steps < cold.steps
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, rel=1e-13)
    assert warm.parameters == pytest.approx(cold.parameters, rel=1e-6)


def test_the_same_data_give_the_same_numbers(history):
    assert BGNBD.fit(history) == BGNBD.fit(history)


def test_stopping_early_is_said(history, monkeypatch):
    monkeypatch.setattr(maximum, "MOST_STEPS", 1)
    with pytest.warns(ConvergenceWarning) as caught:
        fit = BGNBD.fit(history)
    assert not fit.converged
    assert fit.steps == 1
    assert str(caught[0].message) == (
        f"BGNBD: the search stopped after 1 steps with a scaled gradient of "
        f"{fit.scaled_gradient:.1e} instead of 1e-10. Check that (1) times are in the unit that "
        f"you declared, (2) there are at least some hundred customers, (3) no customer has values "
        f"of another order than the rest, (4) a simpler model does not fit as well."
    )
    assert "NOT converged: do not use." in str(fit)
    assert caught[0].filename == __file__


def flat(customers, **truth):
    return BGNBD(**truth, unit="week").simulate(customers, age="39 weeks", rng=1)


@pytest.mark.parametrize(
    ("history", "names"),
    [
        pytest.param(flat(2000, r=1e4, alpha=1e5, a=0.8, b=2), "r and alpha", id="equal rates"),
        pytest.param(flat(2000, r=1, alpha=5, a=1e-6, b=3), "a and b", id="no customer leaves"),
        pytest.param(flat(2000, r=1, alpha=5, a=3, b=1e-6), "a and b", id="everybody leaves"),
        pytest.param(flat(5, r=0.243, alpha=4.414, a=0.793, b=2.426), "a and b", id="five"),
        pytest.param(
            PurchaseHistory.from_arrays(
                frequency=[5] * 50, recency=[39] * 50, age=[39] * 50, unit="week"
            ),
            "a and b",
            id="all the same, t_x = T",
        ),
    ],
)
def test_on_a_ridge_no_standard_errors_are_invented(history, names):
    with pytest.warns(IdentifiabilityWarning, match=f"cannot tell {names} apart") as caught:
        fit = BGNBD.fit(history)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert fit.covariance is None
    assert fit.standard_errors is None
    assert math.isfinite(fit.log_likelihood)
    assert "No standard errors: the data cannot tell the parameters apart." in str(fit)
    alive = fit.model.probability_alive(history)
    expected = fit.model.expected_purchases(history, "1 year")
    assert ((alive >= 0) & (alive <= 1)).all()
    assert np.isfinite(expected).all()
    with pytest.raises(EstimationError, match=r"^BGNBD: there are no standard errors, because the"):
        fit.confidence_interval()


def test_predictions_on_the_ridge_are_those_of_the_limit():
    # nobody leaves: the NBD, whose expected purchases are (r + x) t / (alpha + T)
    history = flat(2000, r=1, alpha=5, a=1e-6, b=3)
    with pytest.warns(IdentifiabilityWarning):
        model = BGNBD.fit(history).model
    limit = (model.r + history.frequency) * 10 / (model.alpha + history.age)
    np.testing.assert_allclose(model.expected_purchases(history, "10 weeks"), limit, rtol=1e-5)


def test_nothing_finite_is_an_error():
    def nowhere(_sample):
        return lambda _: Derivatives(math.nan, np.zeros(2), -np.eye(2))

    with pytest.raises(
        EstimationError,
        match=r"^Gamma: the log-likelihood is not finite at shape=1, rate=2\. Look for extreme "
        r"values in the data\.$",
    ):
        maximum_likelihood(
            Fit[Gamma], Sample(np.ones(3)), nowhere, {"shape": 1.0, "rate": 2.0}, customers=3
        )


def test_a_saddle_is_left():
    # log L = -(u² - 1)² - v² in the logarithms: stationary at u = 0, highest at u = ±1
    def objective(_sample):
        def at(parameters):
            u, v = np.log(parameters)
            slope = np.array([-4 * u * (u * u - 1), -2 * v])
            bend = np.array([[4 - 12 * u * u, 0], [0, -2]])
            scale = np.outer(1 / parameters, 1 / parameters)
            value = -((u * u - 1) ** 2) - v * v
            return Derivatives(
                value, slope / parameters, bend * scale - np.diag(slope / parameters**2)
            )

        return at

    fit = maximum_likelihood(
        Fit[Gamma], Sample(np.ones(3)), objective, {"shape": 1.001, "rate": 3.0}, customers=3
    )
    assert fit.converged
    assert abs(math.log(fit.model.shape)) == pytest.approx(1, rel=1e-6)  # either top


def test_a_hessian_near_the_end_of_doubles_ends_the_search():
    def objective(point):
        slope = np.array([2164.7, -4.46e92, 2627.2])
        bend = np.array([[339.3, 1823.6, 0], [1823.6, -4.46e92, 2627.2], [0, 2627.2, 0]])
        return Derivatives(float(point @ slope), slope, bend)

    found = maximise(objective, np.array([5.39, 5.39, -240.0]))
    assert not found.converged
    assert found.at.value == objective(found.point).value


def test_a_ridge_is_followed_to_where_nothing_is_left_to_gain():
    # log L = -1 / u - v²: it nears 0 like 1 / u, so that no slope tells what is missing
    def surface(point):
        u, v = point
        bend = np.diag([-2 / u**3, -2.0])
        return Derivatives(-1 / u - v * v, np.array([1 / u**2, -2 * v]), bend)

    stopped = maximise(surface, np.array([5.0, 3.0]))
    assert stopped.converged
    assert stopped.at.value < -0.01
    found = along_the_ridge(surface, stopped)
    assert found.converged
    assert -0.0045 < found.at.value < 0
    assert found.steps > stopped.steps


def test_json_and_display(history):
    fit = BGNBD.fit(history)
    again = from_json(fit.to_json())
    assert again == fit
    assert again.model.unit == "week"
    assert repr(fit).startswith("Fit[BGNBD](r=0.")
    assert "\n" not in repr(fit)
    for text in (str(fit), fit._repr_html_()):
        assert "Log-likelihood -" in text
        assert f"3,000 customers in {fit.cells:,} cells, time in weeks." in text
        assert "95 % interval, Wald on the log scale." in text


def test_a_fit_cannot_be_read_without_saying_of_what(history):
    with pytest.raises(
        ParameterError,
        match=r"^Fit\.from_json does not know which model was fitted\. Use "
        r"lifetime\.from_json\(text\), which reads any fit\.$",
    ):
        Fit.from_json(BGNBD.fit(history).to_json())
    with pytest.raises(ParameterError, match=r"^Fit\[PurchaseModel\]\.from_json does not know"):
        Fit[PurchaseModel].from_json(BGNBD.fit(history).to_json())


def test_fitting_is_silent(history, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        BGNBD.fit(history)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("certain", "said"),
    [
        ([1, 0], "cannot tell how large rate is: the log-likelihood hardly changes along it, so"),
        ([0, 0], "cannot tell shape and rate apart: the log-likelihood hardly changes along them"),
    ],
    ids=["one", "two"],
)
def test_what_cannot_be_told_has_its_number(certain, said):
    """A log-likelihood that is flat in the logarithm of one parameter, or along both."""
    known = np.array([[1.0, 0.0], [0.0, 0.0]] if certain[0] else [[1.0, -1.0], [-1.0, 1.0]])

    def flat(_):
        def at(parameters):
            logs = np.log(parameters)
            slope = -100 * known @ logs
            hessian = (-100 * known - np.diag(slope)) / np.outer(parameters, parameters)
            return Derivatives(float(slope @ logs) / 2, slope / parameters, hessian)

        return at

    with pytest.warns(IdentifiabilityWarning) as caught:
        maximum_likelihood(
            Fit[Gamma], Sample(np.ones(9)), flat, {"shape": 2.0, "rate": 3.0}, customers=9
        )
    assert str(caught[0].message).startswith(f"Gamma: the data {said}")


# --- a fit answers what its model answers ----------------------------------------------------


def questions(model):
    """Name the public methods of a model that a fit answers."""
    asked = set()
    for kind in type(model).__mro__:
        if kind.__module__.startswith("custvalue._lifetime"):
            functions = filter(inspect.isfunction, vars(kind).values())
            asked |= {its.__name__ for its in functions if its.__module__.startswith("custvalue.")}
    return {name for name in asked if not name.startswith("_")} - {"log_likelihood", "from_json"}


@pytest.mark.parametrize("model", reading.MODELS.values(), ids=lambda model: model.__name__)
def test_a_fit_answers_what_its_model_answers(model):
    asked = questions(model.model_construct())
    kind = model._fit_class()
    assert issubclass(kind, Fit)
    assert asked
    assert asked <= set(dir(kind))
    for name in asked:
        answer, question = getattr(kind, name), getattr(model, name)
        assert inspect.signature(answer) == inspect.signature(question)
        assert inspect.getdoc(answer) == inspect.getdoc(question)


def test_a_fit_gives_the_answers_of_its_model(history):
    fit = BGNBD.fit(history)
    model = fit.model
    for ask in (
        lambda one: one.probability_alive(history, at="1 year"),
        lambda one: one.expected_purchases(history, "1 year"),
        lambda one: one.purchase_count_pmf([0, 1], "1 year", history),
        lambda one: one.discounted_expected_purchases(history, annual_discount_rate=0.1),
        lambda one: one.simulate(5, age="1 year", rng=1).frequency,
    ):
        np.testing.assert_array_equal(ask(fit), ask(model))
    assert fit.expected_purchases_new_customer("1 year") == model.expected_purchases_new_customer(
        "1 year"
    )
    assert isinstance(fit, PurchaseModel)


def test_a_fit_of_contracts_or_spend_answers_too():
    renews = ShiftedBetaGeometric(alpha=0.7, beta=3.8, period="1 year")
    fit = ShiftedBetaGeometric.fit(renews.simulate(500, periods=8, rng=1))
    np.testing.assert_array_equal(fit.survival([1, 2]), fit.model.survival([1, 2]))
    assert fit.period == "1 year"
    assert fit.unit is None
    assert isinstance(fit, ContractModel)
    gives = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8, period="1 year")
    given = BGBB.fit(gives.simulate(500, opportunities=8, rng=1))
    assert given.expected_purchases_new_customer(3) > 0
    assert given.period == "1 year"
    bought = BGNBD(r=1, alpha=5, a=1, b=3, unit="week").simulate(500, age="52 weeks", rng=1)
    spend = GammaGamma.fit(GammaGamma(p=6, q=4, gamma=15).simulate(bought, rng=2))
    assert spend.mean_spend == spend.model.mean_spend
    assert isinstance(spend, SpendModel)


def test_a_fit_exports_what_it_prints(history):
    fit = BGNBD.fit(history)
    columns = fit.columns(0.9)
    intervals = fit.confidence_interval(0.9)
    assert list(columns) == ["parameter", "estimate", "standard_error", "low", "high"]
    assert columns["parameter"].tolist() == list(fit.parameters)
    assert columns["estimate"].tolist() == list(fit.parameters.values())
    assert columns["standard_error"].tolist() == list(fit.standard_errors.values())
    assert columns["high"].tolist() == [interval.high for interval in intervals.values()]
    assert fit.to_frame("polars").shape == (4, 5)


# --- JSON by its kind ------------------------------------------------------------------------


def test_every_kind_is_read(history):
    fit = MBGNBD.fit(history)
    again = from_json(fit.to_json())
    assert again == fit
    assert type(again) is type(fit)
    for kind, model in reading.MODELS.items():
        numbers = {name: 2 for name, field in model.model_fields.items() if field.is_required()}
        if "purchases" in numbers:
            numbers["purchases"] = fit.model
        made = model(**numbers)
        assert json.loads(made.to_json())["kind"] == kind
        assert from_json(made.to_json()) == made
        assert "kind" not in inspect.signature(model).parameters


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "from_json: this is not JSON: EOF while parsing an object at line 1 column 1."),
        ("[1]", "from_json: JSON must be an object, {...}, but it is [1]."),
        ('{"r": 1}', "from_json reads models and fits, whose JSON has a 'kind', but this has none"),
        ('{"kind": "BGNBD"}', " more, but it is 'BGNBD'. Did you mean 'BG/NBD'?"),
        ('{"kind": ["fit"]}', " more, but it is ['fit']."),
        ('{"kind": "fit"}', "from_json reads models and fits, whose JSON has a 'kind', but this"),
        ('{"kind": "fit", "model": {"kind": "fit"}}', " more, but it is 'fit'."),
        ('{"kind": "NBD", "r": 1}', "NBD needs 'alpha'; other fields: 'r', 'unit', 'covariates'."),
    ],
)
def test_what_is_no_model_is_refused(text, said):
    with pytest.raises(ParameterError) as caught:
        from_json(text)
    assert said in str(caught.value)


# --- estimates --------------------------------------------------------------------------------


def test_parameters_are_estimates(history):
    fit = BGNBD.fit(history)
    estimate = fit.estimates["a"]
    assert estimate.value == fit.model.a
    assert estimate.standard_error == fit.standard_errors["a"]
    assert estimate.n == estimate.effective_n == fit.customers
    assert estimate.confidence_interval(0.9) == fit.confidence_interval(0.9)["a"]
    assert estimate.confidence_interval(method="wald").description == (
        "95 % interval, Wald on the log scale"
    )
    unknown = fit.model_copy(update={"covariance": None}).estimates["a"]
    assert unknown.standard_error is None
    with pytest.raises(EstimationError, match=r"^a: there is no standard error, because the data"):
        unknown.confidence_interval()


def test_estimates_are_compared_by_their_intervals(history):
    fits = [BGNBD.fit(history), BGNBD.fit(history.select(np.arange(len(history)) % 2 == 0))]
    whole, half = (fit.estimates["r"] for fit in fits)
    assert whole.compared_by == half.compared_by == "mover"
