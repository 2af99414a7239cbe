"""The contest: criteria, scores in a holdout, and a recommendation whose reasons hold."""

import math

import numpy as np
import pytest
from forecasting_results import TRUTH, contest, halves
from scipy import stats

from custvalue import datasets, lifetime
from custvalue.errors import DataError, ForecastWarning, ParameterError, SubscriptionWarning

COLUMNS = {"customer": "customer_id", "date": "date", "spend": "spend", "unit": "week"}
quietly = pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")


def split_at(end):
    log = datasets.cdnow(period="all")
    return lifetime.split(log, **COLUMNS, calibration_end=end, holdout_end="1998-06-30")


@pytest.fixture(scope="module")
def cdnow():
    train, holdout = split_at("1997-09-30")
    return lifetime.compare_models(train, holdout=holdout), train, holdout


# --- published numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "forecast"),
    [("BGNBD", 1653), ("MBGNBD", 1577), ("ParetoNBD", 1666), ("NBD", 2930)],
)
def test_forecasts_of_cdnow(cdnow, name, forecast):
    # 39 weeks ahead; the actual number is 1,882
    scores = cdnow[0][name].scores
    assert round(scores.forecast) == forecast
    assert scores.actual == 1882


@pytest.mark.parametrize(
    ("name", "log_likelihood"),
    [("NBD", -9763.658), ("ParetoNBD", -9594.976), ("BGNBD", -9582.429), ("MBGNBD", -9582.136)],
)
def test_log_likelihoods_of_cdnow(cdnow, name, log_likelihood):
    assert cdnow[0].fits[name].log_likelihood == pytest.approx(log_likelihood, abs=6e-4)


def test_fits_of_a_contest_are_those_of_the_models(cdnow):
    with_holdout, train, _ = cdnow
    best = with_holdout.best
    assert best == lifetime.MBGNBD.fit(train)
    assert type(best).from_json(best.to_json()) == best
    again = lifetime.ModelComparison.from_json(with_holdout.to_json())
    assert type(again.best) is type(best)


def test_the_recommendation_for_cdnow(cdnow):
    with_holdout, train, _ = cdnow
    assert with_holdout.recommended == "MBGNBD"
    assert with_holdout.best is with_holdout.fits["MBGNBD"]
    assert with_holdout.recommendation == (
        "Use MBGNBD. MBGNBD has the best log score in the holdout, -0.9821 a customer; MBGCNBD, "
        "BGNBD, BGCNBD, ParetoNBD and GammaGompertzNBD are within two standard errors of it. Of "
        "these, MBGNBD says of every customer how likely they are still active. It forecasts 1,577 "
        "purchases in the holdout; there were 1,882: 16 % too few."
    )
    assert lifetime.compare_models(train).recommendation == (
        "Use MBGNBD. MBGNBD has the lowest AIC, 19,172.3; BGNBD and MBGCNBD are within 2 of it. Of "
        "these, MBGNBD says of every customer how likely they are still active."
    )


# --- the slow way -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["NBD", "BGNBD", "ParetoNBD", "GammaGompertzNBD", "MBGCNBD"])
def test_scores_are_those_of_customers_one_by_one(cdnow, name):
    contest, train, holdout = cdnow
    model, scores = contest.fits[name].model, contest[name].scores
    some = slice(0, 2357, 9)
    part = train.select(np.isin(train.customer, train.customer[some]))
    bought = holdout.frequency[np.isin(train.customer, part.customer)]
    most = int(bought.max())
    pmf = model.purchase_count_pmf(np.arange(most + 1), "39 weeks", part)
    each = np.log(pmf[np.arange(len(part)), bought.astype(int)])
    expected = model.expected_purchases(part, "39 weeks")
    later = lifetime.Holdout.from_arrays(
        frequency=bought, duration="39 weeks", unit="week", customer=part.customer
    )
    from custvalue._forecasting.scores import Outcomes

    found = Outcomes.of(part, later)
    mine = found.scores(model)
    assert found.mean(mine.log_scores) == pytest.approx(each.mean(), rel=1e-12)
    assert found.standard_error(mine.log_scores) == pytest.approx(stats.sem(each), rel=1e-9)
    assert mine.rmse == pytest.approx(math.sqrt(np.mean((expected - bought) ** 2)), rel=1e-12)
    assert mine.mae == pytest.approx(np.abs(expected - bought).mean(), rel=1e-12)
    assert mine.forecast == pytest.approx(expected.sum(), rel=1e-12)
    assert scores.forecast == pytest.approx(model.expected_purchases(train, "39 weeks").sum())


def test_k_is_counted(cdnow):
    regular, bg = cdnow[0]["BGCNBD"], cdnow[0]["BGNBD"]
    assert (regular.parameters, bg.parameters) == (5, 4)
    assert regular.aic == pytest.approx(10 - 2 * regular.fit.log_likelihood)
    assert regular.bic == pytest.approx(5 * math.log(2357) - 2 * regular.fit.log_likelihood)
    assert (bg.aic, bg.bic) == (bg.fit.aic, bg.fit.bic)


def test_what_a_model_holds_to_be_impossible_has_a_finite_score():
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=[0, 2], recency=[0, 9], age=[10, 10], unit="day"
    )
    later = lifetime.Holdout.from_arrays(frequency=[9000, 0], duration="1 day", unit="day")
    from custvalue._forecasting.scores import LEAST, Outcomes

    scores = Outcomes.of(history, later).scores(lifetime.NBD(r=1.0, alpha=1e6, unit="day"))
    assert scores.log_scores.min() == LEAST


# --- who wins -----------------------------------------------------------------------------------


@quietly
@pytest.mark.slow
@pytest.mark.simulation
def test_the_true_model_or_one_tied_with_it_wins():
    """Recommended of 20 samples of 1,500 customers of an MBG/NBD: MBGNBD 20, with a holdout and
    without; of 400 customers 17, ParetoNBD 2, BGNBD 1.
    """
    won = [
        lifetime.compare_models(history, holdout=holdout).recommended
        for history, holdout in (halves(1500, seed) for seed in range(20))
    ]
    assert won.count("MBGNBD") >= 15


@quietly
def test_of_models_that_fit_alike_the_simplest_is_taken():
    history = lifetime.NBD(r=1.0, alpha=5.0, unit="week").simulate(800, age="40 weeks", rng=3)
    found = lifetime.compare_models(history)
    assert found.recommended == "NBD"
    assert "fewest parameters" in found.recommendation or "lowest AIC" in found.recommendation
    assert found.reasons[-1].startswith("NBD: no customer ever leaves, so P(alive) is 1 for all")


def endpoint():
    rng = np.random.default_rng(129)
    ages = 182 + rng.integers(0, 56, 50)
    rates = rng.gamma(4, 0.2 / 4, 50)
    days = [
        np.unique(rng.integers(1, age + 1, rng.poisson(rate * age / 7)))
        for age, rate in zip(ages, rates, strict=True)
    ]
    return lifetime.PurchaseHistory.from_arrays(
        frequency=[len(each) for each in days],
        recency=[each.max(initial=0) / 7 for each in days],
        age=ages / 7,
        unit="week",
    )


def test_a_model_that_is_doubted_does_not_win_by_aic():
    found = lifetime.compare_models(endpoint())
    doubted = found["GammaGompertzNBD"]
    assert doubted.aic < found[found.recommended].aic
    assert found.recommended == "NBD"
    assert found.reasons[0] == (
        "Left out, because their forecasts cannot be trusted: GammaGompertzNBD (all leave at the "
        "oldest age)."
    )


def test_six_weeks_of_cdnow():
    train, holdout = split_at("1997-02-14")
    found = lifetime.compare_models(train, holdout=holdout)
    scores = found["BGNBD"].scores
    assert (round(scores.forecast, -2), scores.actual) == (4700, 2033)
    assert not found["BGNBD"].trusted
    assert found.best.doubts == ()


def test_where_no_model_can_be_trusted_this_is_said():
    with pytest.warns(ForecastWarning, match="GammaGompertzNBD: its forecasts cannot be trusted"):
        found = lifetime.compare_models(endpoint(), models=[lifetime.GammaGompertzNBD])
    assert found.recommended == "GammaGompertzNBD"
    assert found.reasons[0] == "The forecasts of no model here can be trusted."


def test_subscribers_are_noticed_once():
    random = np.random.default_rng(1)
    rows = [
        (who, start + 30 * month + random.integers(-1, 2))
        for who, start in enumerate(random.integers(5, 60, 40))
        for month in range(random.integers(1, 20))
    ]
    who, day = np.array(rows).T
    history = lifetime.PurchaseHistory.from_transactions(
        {"who": who, "when": np.datetime64("2024-01-01") + day.astype("timedelta64[D]")},
        customer="who",
        date="when",
        observation_end="2025-12-31",
        unit="day",
    )
    with pytest.warns(SubscriptionWarning) as caught:
        found = lifetime.compare_models(history, models=[lifetime.BGNBD, lifetime.MBGNBD])
    assert len(caught) == 1
    assert "make lifetime.Contracts" in found.recommendation


# --- the result ---------------------------------------------------------------------------------


def test_usual_models_are_five_and_two_more_where_intervals_are_known(cdnow):
    five = ("NBD", "BGNBD", "MBGNBD", "ParetoNBD", "GammaGompertzNBD")
    assert contest().names == five
    assert cdnow[0].names == (*five, "BGCNBD", "MBGCNBD")


@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
def test_customers_from_before_the_log_are_compared_by_models_that_take_them():
    truth = lifetime.ParetoNBD(r=0.6, alpha=6, s=0.8, beta=10, unit="week")
    made = truth.simulate(400, age="52 weeks", rng=1)
    entry = np.where(made.recency > 20, 10.0, 0.0)
    columns = {name: getattr(made, name) for name in ("frequency", "recency", "age")}
    history = lifetime.PurchaseHistory.from_arrays(**columns, entry=entry, unit="week")
    later = lifetime.Holdout.from_arrays(
        frequency=np.rint(truth.expected_purchases(made, "26 weeks")),
        duration="26 weeks",
        unit="week",
    )
    found = lifetime.compare_models(history, holdout=later)
    assert found.names == ("NBD", "ParetoNBD", "GammaGompertzNBD")
    model, scores = found.fits["ParetoNBD"].model, found["ParetoNBD"].scores
    ahead = model.expected_purchases(history, "26 weeks").sum()
    assert scores.forecast == pytest.approx(ahead, rel=1e-9)


def test_the_table():
    result = contest()
    assert str(result).splitlines()[0] == (
        "Models of the purchases of 400 customers, holdout of 26 weeks: "
        f"{result.models[0].scores.actual:,} purchases"
    )
    columns = result.columns()
    assert columns["model"].tolist() == list(result.names)
    assert columns["bias"][1] == pytest.approx(columns["forecast"][1] / columns["actual"][1] - 1)
    assert columns["behind"].min() == 0
    assert lifetime.ModelComparison.from_json(result.to_json()) == result
    assert result["MBGNBD"].fit.model.unit == "week"
    history, _ = halves()
    assert "log_score" not in lifetime.compare_models(history).columns()


def test_the_picture_shows_forecasts_and_what_came():
    result = contest()
    axes = result.plot().axes
    assert [patch.get_width() for patch in axes.patches] == pytest.approx(
        [each.scores.forecast for each in result.models]
    )
    assert f"actual: {result.models[0].scores.actual:,}" in [t.get_text() for t in axes.texts]


def test_the_picture_without_a_holdout_shows_aic():
    axes = lifetime.compare_models(halves()[0]).plot().axes
    assert min(patch.get_width() for patch in axes.patches) == 0
    assert axes.get_xlabel() == "AIC above the lowest"


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("models", "shown"),
    [(["BGNBD"], "'BGNBD'"), ([lifetime.BGBB], "the class BGBB"), (TRUTH, repr(TRUTH))],
)
def test_models_that_are_none_are_refused(models, shown):
    with pytest.raises(ParameterError) as caught:
        lifetime.compare_models(halves()[0], models=models)
    assert str(caught.value) == (
        "models must hold classes of models of purchases at any time, as in [lifetime.MBGNBD, "
        f"lifetime.ParetoNBD], but it has {shown}."
    )


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ([], "models must hold at least one class, as in [lifetime.MBGNBD]."),
        ([lifetime.NBD] * 2, "models must be different, but it has NBD twice."),
    ],
)
def test_models_are_different_and_at_least_one(models, said):
    with pytest.raises(ParameterError) as caught:
        lifetime.compare_models(halves()[0], models=models)
    assert str(caught.value) == said


def test_a_holdout_of_others_is_refused():
    history, _ = halves()
    _, other = halves(300)
    with pytest.raises(DataError, match="must have a row for each of the 400 customers"):
        lifetime.compare_models(history, holdout=other)


def test_a_model_that_is_not_there_is_named():
    with pytest.raises(ParameterError) as caught:
        contest()["MBGNBDD"]
    assert str(caught.value) == (
        "there is no model 'MBGNBDD' in this comparison. Did you mean 'MBGNBD'? The models are "
        "'NBD', 'BGNBD', 'MBGNBD', 'ParetoNBD', 'GammaGompertzNBD'."
    )
