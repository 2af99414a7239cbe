"""A diagnosis against published numbers, slow sums, and simulated customers."""

import math
from datetime import date

import numpy as np
import pytest
import reference_forecasting as reference
from diagnosed import MODEL, SPEND, cdnow, diagnosis, matrix, months

from custvalue import lifetime
from custvalue._forecasting.accuracy import scored
from custvalue._forecasting.counts import in_calibration, in_holdout
from custvalue._forecasting.independence import spend_independence
from custvalue._forecasting.moments import Curves
from custvalue._forecasting.newcomers import Newcomers
from custvalue._forecasting.pit import outcome_ranks
from custvalue._forecasting.predictive import predictive
from custvalue._forecasting.subject import of_history
from custvalue._forecasting.tracking import ahead
from custvalue._forecasting.uncertainty import outcome_ends
from custvalue._histories.cells import Cells
from custvalue._lifetime.answers import CellAnswers
from custvalue.errors import DataError, DataWarning, ParameterError, UnitError

BG = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
PARETO = lifetime.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
NBD = lifetime.NBD(r=0.385, alpha=12.072, unit="week")


# --- published ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "statistic", "forecast"),
    [(lifetime.BGNBD, 4.82, 1653), (lifetime.ParetoNBD, 11.99, 1666)],
)
def test_cdnow_as_published(model, statistic, forecast):
    """Fader, Hardie & Lee (2005): Pearson's statistics of 0, 1, …, 6 and 7 or more."""
    train, holdout = cdnow()
    fit = model.fit(train)
    found = in_calibration(of_history(fit, train))
    observed, expected = (
        np.append(its[:7], its[7:].sum()) for its in (found.observed, found.expected)
    )
    assert observed.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert ((observed - expected) ** 2 / expected).sum() == pytest.approx(statistic, abs=0.02)
    later = ahead(of_history(fit, train), np.linspace(0, 39, 14))
    assert later.cumulative[-1] == pytest.approx(forecast, abs=0.7)
    assert later.mean.sum() == pytest.approx(later.cumulative[-1])
    assert holdout.purchases == 1882


def test_a_whole_diagnosis():
    found = diagnosis()
    assert found.total == pytest.approx(1576.7, abs=0.1)
    assert found.bias == pytest.approx(1576.7 / 1882 - 1, abs=1e-4)
    low, high = found.total_interval()
    assert low < found.total < high < found.actual
    tracking = found.tracking
    assert tracking.actual.sum() == 2457 + 1882
    assert tracking.expected[39:].sum() == pytest.approx(found.total)
    assert tracking.cumulative_expected[-1] == pytest.approx(2457 + found.total)
    for table in (found.by_frequency, found.by_recency, found.by_forecast):
        assert table.customers.sum() == 2357
        assert table.actual.sum() == 1882
        assert table.expected.sum() == pytest.approx(found.total)
    assert found.by_frequency.label == (*map(str, range(7)), "7 or more")
    assert found.ranks.customers.sum() == found.holdout_counts.observed.sum() == 2357
    text = str(found)
    assert "The actual purchases lie outside the 95 % interval of the forecast." in text
    assert "1,577" in text


def test_without_a_holdout_only_the_calibration_is_checked():
    train, _ = cdnow(spend=False)
    found = lifetime.diagnose(MODEL, train)
    assert found.calibration_counts.parameters_known
    assert found.bias is found.total_interval() is found.tracking is found.independence is None
    assert len(found.columns()["check"]) == 1


# --- moments --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [BG, MODEL, PARETO, NBD], ids=lambda its: type(its).__name__)
def test_second_moments_are_those_of_the_distribution(model):
    cells = Cells(*(np.array(its, dtype=float) for its in ([0, 3], [0, 20], [0, 30], [1, 1])))
    time = np.linspace(0, 20, 401)
    curves = Curves.of(CellAnswers.of(model, cells), time)
    n = np.arange(600.0)
    mass = np.atleast_2d(model._counts(n, 20.0, cells))
    assert curves.mean[-1] == pytest.approx(mass @ n, rel=1e-8)
    pairs = curves.pairs(np.array([0]), np.array([400]))[0]
    assert pairs == pytest.approx(mass @ (n * (n - 1)), rel=1e-3)


@pytest.mark.parametrize("first", [0, 1])
def test_windows_against_simulated_customers(first):
    kind = lifetime.MBGNBD if first else lifetime.BGNBD
    model = kind(r=0.6, alpha=5, a=0.8, b=2, unit="week")
    rng = np.random.default_rng(5)
    n, shape = 200_000, {"r": 0.6, "alpha": 5, "a": 0.8, "b": 2, "first": first}
    _, _, within = reference.leaves_at_purchase(n, np.full(n, 6.0), 4.0, **shape, rng=rng)
    new = Cells(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1))
    curves = Curves.of(CellAnswers.of(model, new), np.linspace(0, 10, 51))
    alive = model._alive(new)
    start, end = np.array([30]), np.array([50])
    mean = float((alive * (curves.mean[end] - curves.mean[start])).item())
    several = float((alive * curves.pairs(start, end)).item())
    assert mean == pytest.approx(within.mean(), rel=0.02)
    assert mean + several - mean**2 == pytest.approx(within.var(), rel=0.03)


def test_probabilities_between_the_nodes():
    age = np.linspace(20, 60, 90)

    def of_ages(some):
        nobody = {"frequency": np.zeros(len(some)), "recency": np.zeros(len(some))}
        history = lifetime.PurchaseHistory.from_arrays(**nobody, age=some, unit="week")
        return Newcomers.of(of_history(BG, history)).probabilities(BG, 8)

    each = np.array([of_ages(age[place : place + 1])[0] for place in (3, 40, 77)])
    assert of_ages(age)[[3, 40, 77]] == pytest.approx(each, abs=1e-8)


def test_ends_of_outcomes():
    mean, deviation = np.array([0.0, 4.0, 1e9]), np.array([0.0, 2.0, 1e3])
    low, high = outcome_ends(mean, deviation, 0.95)
    assert low.tolist()[:2] == [0, 1]  # of a Poisson number: 0.999 to 8.8
    assert high.tolist()[:2] == [0, 9]
    assert (high[2] - low[2]) / 2 == pytest.approx(1960, abs=1)


# --- predictive distributions ---------------------------------------------------------------


def test_each_customers_outcome_has_its_probability():
    train = BG.simulate(60, age=np.linspace(5, 40, 60), rng=3)
    purchases = np.arange(60) % 7
    held = lifetime.Holdout.from_arrays(frequency=purchases, duration="30 weeks", unit="week")
    below, at = predictive(of_history(BG, train), held)
    mass = BG.purchase_count_pmf(np.arange(7), "30 weeks", train)
    for row, y in enumerate(purchases):
        assert at[row] == pytest.approx(mass[row, y], rel=1e-10)
        assert below[row] == pytest.approx(mass[row, :y].sum(), abs=1e-12)


def test_scores_by_hand():
    train = lifetime.PurchaseHistory.from_arrays(
        frequency=[2, 0], recency=[5, 0], age=[10, 10], unit="week"
    )
    held = lifetime.Holdout.from_arrays(frequency=[1, 0], duration="10 weeks", unit="week")
    found = scored(train, held, np.array([2.0, 0.5]), np.log([0.3, 0.6]))
    own = 10 * np.array([2.5, 0.5]) / (10 + 5)  # half a purchase in the 5 weeks that it takes
    assert found.total.tolist() == pytest.approx([2.5, own.sum(), 2.0])
    assert found.mean_absolute_error[0] == pytest.approx(0.75)
    assert found.root_mean_squared_error[0] == pytest.approx(math.sqrt(0.625))
    assert found.log_score[0] == pytest.approx((math.log(0.3) + math.log(0.6)) / 2)
    assert found.log_score[2] == pytest.approx(-1.0)  # Poisson of mean 1: 1 and 0
    assert found.top_tenth.tolist() == [1.0, 1.0, 0.5]  # ties by lot


def simulated(model, n, rng):
    """Draw a calibration of up to 39 weeks and the 39 weeks after it."""
    ages = rng.integers(27 * 7, 39 * 7, n) / 7
    its = {"r": model.r, "alpha": model.alpha}
    if isinstance(model, lifetime.ParetoNBD):
        draw, its = reference.leaves_any_time, {**its, "s": model.s, "beta": model.beta}
    else:
        draw = reference.leaves_at_purchase
        its |= {"a": model.a, "b": model.b, "first": isinstance(model, lifetime.MBGNBD)}
    x, t_x, y = draw(n, ages, 39.0, **its, rng=rng)
    train = lifetime.PurchaseHistory.from_arrays(frequency=x, recency=t_x, age=ages, unit="week")
    held = lifetime.Holdout.from_arrays(frequency=y, duration="39 weeks", unit="week")
    return train, held


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("model", [BG, MODEL], ids=["BG", "MBG"])
def test_p_values_are_uniform_and_intervals_hold_where_the_model_is_right(model):
    rng = np.random.default_rng(8)
    found, inside = [], []
    for _ in range(60):
        train, held = simulated(model, 1_500, rng)
        fit = type(model).fit(train)
        outcomes = predictive(of_history(fit, train), held)
        tests = (
            in_calibration(of_history(fit, train)),
            in_holdout(of_history(fit, train), held),
            outcome_ranks(of_history(fit, train), held, outcomes, rng),
        )
        found.append([test.p_value for test in tests])
        later = ahead(of_history(fit, train), np.linspace(0, 39, 13))
        deviation = np.sqrt(later.cumulative_variance[-1:])
        low, high = outcome_ends(later.cumulative[-1:], deviation, 0.9)
        inside.append(low[0] <= held.frequency.sum() <= high[0])
    p = np.array(found)
    assert (np.abs(p.mean(axis=0) - 0.5) < 4 * math.sqrt(1 / 12 / len(p))).all()
    assert ((p < 0.1).mean(axis=0) < 0.23).all()
    assert 0.78 <= np.mean(inside) <= 1.0


def test_a_wrong_model_is_found():
    train, held = cdnow(spend=False)
    found = lifetime.diagnose(lifetime.NBD.fit(train), train, held, rng=1)
    assert found.holdout_counts.p_value < 1e-10
    assert found.ranks.p_value < 1e-10
    assert found.bias > 0.5


# --- spend ----------------------------------------------------------------------------------


def with_spend(slope, rng, n=4_000):
    x = np.round(rng.poisson(rng.gamma(0.9, 1 / 10.6, n) * 39)).astype(float)
    train = lifetime.PurchaseHistory.from_arrays(
        frequency=x, recency=np.where(x > 0, 30.0, 0), age=np.full(n, 39.0), unit="week"
    )
    model = lifetime.NBD(r=0.9, alpha=10.6, unit="week")
    rate = rng.gamma(0.9 + x, 1 / (10.6 + 39))  # given what was bought
    own = 30 * rate**slope * rng.gamma(8, 1 / 8, n)
    shape = 6 * np.maximum(x, 1)
    spend = np.where(x > 0, rng.gamma(shape, own / shape), 0.0)
    return model, lifetime.PurchaseHistory.from_arrays(
        frequency=x, recency=train.recency, age=train.age, monetary_value=spend, unit="week"
    )


def test_spend_that_depends_on_frequency_is_measured_and_warned_of():
    model, train = with_spend(0.4, np.random.default_rng(2))
    with pytest.warns(DataWarning, match="spend depends on frequency: log spend changes by 0"):
        found = lifetime.diagnose(model, train).independence
    assert abs(found.slope - 0.4) < 4 * found.standard_error < 0.2
    assert found.rank_correlation > 0.1
    assert found.p_value < 1e-6
    assert found.one_time_effect < -0.1
    assert "times what DependentGammaGamma says" in str(found)


def test_independent_spend_shows_nothing():
    rng = np.random.default_rng(4)
    samples = [with_spend(0.0, rng, 1_500) for _ in range(40)]
    found = [spend_independence(of_history(*sample), np.ones(1_500)) for sample in samples]
    slopes = np.array([its.slope / its.standard_error for its in found])
    assert abs(slopes.mean()) < 3.5 / math.sqrt(40)
    assert 0.6 < slopes.std() < 1.5
    assert max(abs(its.total_effect) for its in found) < 0.05


# --- one customer, a matrix, months ---------------------------------------------------------


def test_the_path_of_a_customer_is_what_the_model_says_of_each_day():
    days = ["2026-01-20", date(2026, 1, 1), np.datetime64("2026-01-20")]
    path = lifetime.alive_path(MODEL, days, until="2026-02-28")
    assert path.purchases == 2
    assert len(path.day) == 59
    for place, (x, last) in {0: (0, 0), 18: (0, 0), 19: (1, 19), 58: (1, 19)}.items():
        one = lifetime.PurchaseHistory.from_arrays(
            frequency=x, recency=last / 7, age=place / 7, unit="week"
        )
        assert path.probability_alive[place] == pytest.approx(MODEL.probability_alive(one)[0])
    assert path.columns()["day"][[0, -1]].tolist() == ["2026-01-01", "2026-02-28"]


def test_the_matrix_is_what_the_model_says_of_each_customer():
    found = matrix()
    assert found.frequency.tolist() == [0, *[1] * 4, *[2] * 4, *[3] * 4]
    one = lifetime.PurchaseHistory.from_arrays(frequency=2, recency=29.25, age=39, unit="week")
    row = 7
    assert found.recency[row] == 29.25
    assert found.probability_alive[row] == pytest.approx(MODEL.probability_alive(one)[0])
    assert found.expected_purchases[row] == pytest.approx(
        MODEL.expected_purchases(one, "39 weeks")[0]
    )


def test_months_add_up_to_the_forecast():
    found = months()
    train = cdnow().train
    assert found.purchases.sum() == pytest.approx(MODEL.expected_purchases(train, "6 months").sum())
    each = MODEL.expected_purchases(train, "1 month")
    spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44).expected_spend(train)
    assert found.spend[0] == pytest.approx(float(each @ spend))
    columns = found.columns()
    assert columns["month"].tolist() == [*map(str, range(1, 7)), "total"]
    assert columns["spend"][-1] == pytest.approx(found.spend.sum())
    assert (columns["purchases_low"] < columns["purchases"]).all()


def test_the_value_of_months_is_the_margin_of_their_spend():
    train, spend = cdnow().train, lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    found = lifetime.purchases_by_month(MODEL, train, 3, spend=spend, margin=0.3)
    columns = found.columns()
    for end in ("", "_low", "_high"):
        np.testing.assert_allclose(columns[f"value{end}"], 0.3 * columns[f"spend{end}"])
    worth = MODEL.expected_purchases(train, "3 months") @ spend.expected_spend(train)
    assert columns["value"][-1] == pytest.approx(0.3 * worth)
    assert "Value: spend at a margin of 30.0 %, not discounted." in str(found)
    assert type(found).from_json(found.to_json()).margin == 0.3
    with pytest.raises(ParameterError, match="margin is a share of the spend, of which nothing is"):
        lifetime.purchases_by_month(MODEL, train, 3, margin=0.3)


def test_months_of_simulated_customers_lie_within():
    model = lifetime.NBD(r=0.9, alpha=9, unit="week")
    history = model.simulate(400, age="39 weeks", rng=1)
    found = lifetime.purchases_by_month(model, history, 2)
    rng = np.random.default_rng(3)
    month = 365.25 / 12 / 7
    rate = rng.gamma(0.9 + history.frequency, 1 / 48, (4_000, 400))
    drawn = rng.poisson(rate * month).sum(axis=1)
    assert found.purchases[0] == pytest.approx(drawn.mean(), rel=0.01)
    assert found.purchases_deviation[0] == pytest.approx(drawn.std(), rel=0.06)


def test_where_the_variance_of_spend_is_infinite_there_is_no_interval():
    spend = lifetime.GammaGamma(p=6.25, q=1.8, gamma=15.44)
    found = lifetime.purchases_by_month(MODEL, cdnow().train, 2, spend=spend)
    assert np.isnan(found.columns()["spend_low"]).all()
    assert np.isfinite(found.columns()["purchases_low"]).all()
    assert "–" in str(found)


def test_forecasts_beside_what_came():
    train, held = cdnow()
    rows = lifetime.holdout_forecasts(MODEL, train, held, spend=SPEND)
    assert rows.expected_purchases.tolist() == MODEL.expected_purchases(train, "39 weeks").tolist()
    assert rows.actual_purchases.sum() == 1882
    assert rows.actual_spend.sum() == held.spend.sum()
    each = rows.expected_purchases * SPEND.expected_spend(train)
    assert rows.expected_spend == pytest.approx(each)
    mass = MODEL.purchase_count_pmf(held.frequency[:5], "39 weeks", train)[:5]
    assert rows.probability_of_actual[:5] == pytest.approx(np.diag(mass))
    assert next(iter(rows.columns())) == "customer"
    again = lifetime.HoldoutForecasts.from_json(rows.to_json())
    assert again == rows
    assert "The 6 of 2,357 customers whose forecast was farthest off." in str(again)


# --- bad input ------------------------------------------------------------------------------

TRAIN = lifetime.PurchaseHistory.from_arrays(
    frequency=[2, 0, 1], recency=[5, 0, 3], age=[10, 10, 9], unit="week"
)


def holdout(**changes):
    given = {"frequency": [1, 0, 0], "duration": "10 weeks", "unit": "week"}
    return lifetime.Holdout.from_arrays(**{**given, **changes})


CASES = {
    "no model": (
        lambda: lifetime.diagnose(lifetime.BGNBD, TRAIN),
        ParameterError,
        (
            "fit must be a fit of purchases at any time, as of BGNBD.fit(train), or such a model, "
            "but it is the class BGNBD."
        ),
    ),
    "spend": (
        lambda: lifetime.diagnose(lifetime.GammaGamma(p=6, q=4, gamma=15), TRAIN),
        ParameterError,
        (
            "fit must be a fit of purchases at any time, as of BGNBD.fit(train), or such a model, "
            "but it is GammaGamma."
        ),
    ),
    "unit": (
        lambda: lifetime.diagnose(BG, TRAIN.in_unit("day")),
        UnitError,
        (
            "BGNBD counts time in weeks, but the history in days. Use history.in_unit('week'), or "
            "fit the model to this history."
        ),
    ),
    "from before the log": (
        lambda: lifetime.diagnose(
            NBD,
            lifetime.PurchaseHistory.from_arrays(
                frequency=[2, 0], recency=[25, 0], age=[30, 30], entry=[20, 0], unit="week"
            ),
        ),
        DataError,
        (
            "forecasts are checked for customers who are observed from the first purchase on, but "
            "some entered the history later (entry > 0). Keep the others only: "
            "history.select(history.entry == 0)."
        ),
    ),
    "silence": (
        lambda: lifetime.diagnose(BG, TRAIN, holdout(frequency=[0, 0, 0])),
        DataError,
        (
            "nobody buys in the holdout, so there is nothing to compare forecasts with. Check "
            "that it belongs to these customers, and that the log goes on until its end."
        ),
    ),
    "others": (
        lambda: lifetime.diagnose(BG, TRAIN, holdout(frequency=[1])),
        DataError,
        (
            "the holdout must have a row for each of the 3 customers of the history, but it has "
            "1. Use both parts of one lifetime.split, or give one row per customer of the history."
        ),
    ),
    "no day": (
        lambda: lifetime.alive_path(BG, ["January"], until="2026-02-28"),
        ParameterError,
        (
            "an entry of purchases must be a day without a time zone, as in '1997-09-30', but it "
            "is 'January'."
        ),
    ),
    "a placeholder": (
        lambda: lifetime.alive_path(BG, ["1900-01-01"], until="2026-02-28"),
        ParameterError,
        (
            "an entry of purchases must be a day after 1900-01-01 and before 2200, but it is "
            "'1900-01-01'."
        ),
    ),
    "one day": (
        lambda: lifetime.alive_path(BG, "2026-01-01", until="2026-02-28"),
        ParameterError,
        (
            "purchases must be a list of days, as in ['2026-01-01', '2026-01-20'], but it is "
            "'2026-01-01'."
        ),
    ),
    "no days": (
        lambda: lifetime.alive_path(BG, [], until="2026-02-28"),
        DataError,
        "purchases is empty. Give the days on which the customer bought.",
    ),
    "later": (
        lambda: lifetime.alive_path(BG, ["2026-03-01"], until="2026-02-28"),
        DataError,
        (
            "purchases must be on or before 2026-02-28, the last day, but 2026-03-01 is not. Give "
            "a later day as until, or leave later purchases out."
        ),
    ),
    "age": (
        lambda: lifetime.frequency_recency(BG, age="0 weeks", horizon="1 year"),
        ParameterError,
        "age must be > 0, as in '39 weeks', but it is 0.",
    ),
    "too fine": (
        lambda: lifetime.frequency_recency(BG, age="1 year", horizon="1 year", steps=1000),
        ParameterError,
        "steps must be at most 500, but it is 1,000.",
    ),
    "no months": (
        lambda: lifetime.purchases_by_month(BG, TRAIN, 0),
        ParameterError,
        "months must be a whole number >= 1, but it is 0.",
    ),
    "many months": (
        lambda: lifetime.purchases_by_month(BG, TRAIN, 1000),
        ParameterError,
        "months must be at most 600, but it is 1,000.",
    ),
    "no unit": (
        lambda: lifetime.alive_path(lifetime.NBD(r=1, alpha=2), ["2026-01-01"], until="2026-02-28"),
        UnitError,
        (
            "NBD has no time unit, and without a history its time unit is unknown. Use NBD(..., "
            "unit='week'), or the unit it has."
        ),
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_what_is_said(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


# --- odd data ---------------------------------------------------------------------------------


def test_ranks_of_outcomes_do_not_depend_on_the_order_of_rows():
    history = SPEND.simulate(BG.simulate(150, age="52 weeks", rng=1), rng=2)
    order = np.random.default_rng(3).permutation(150)
    came, found = np.arange(150) % 4, []
    for rows in (np.arange(150), order):
        held = lifetime.Holdout.from_arrays(
            frequency=came[rows], duration="26 weeks", unit="week", customer=rows
        )
        some = history.select(customers=rows)
        found.append(lifetime.diagnose(BG, some, held, rng=1).ranks.customers.tolist())
    assert found[0] == found[1]


def test_all_buy_at_one_rate():
    """Nothing can be said of spend and frequency where frequency is chance only."""
    history = SPEND.simulate(BG.simulate(300, age="52 weeks", rng=1), rng=2)
    alike = lifetime.NBD(r=1e11, alpha=2e12, unit="week")
    found = lifetime.diagnose(alike, history)
    assert found.independence is None
    assert np.isfinite(found.columns()["value"]).all()


@pytest.mark.parametrize("frequency", [0, 4])
def test_counts_where_half_leave_at_once(frequency):
    """Probabilities of 0, 1, … purchases sum to 1 and have the expected mean."""
    model = lifetime.ParetoNBD(r=6113, alpha=9218, s=0.01623, beta=3.831e-105, unit="week")
    many, recency = np.arange(150), 4.0 * (frequency > 0)
    train = lifetime.PurchaseHistory.from_arrays(
        frequency=frequency + 0 * many, recency=recency + 0 * many, age=6 + 0 * many, unit="week"
    )
    held = lifetime.Holdout.from_arrays(frequency=many, duration="1 year", unit="week")
    rows = lifetime.holdout_forecasts(model, train, held)
    assert rows.probability_of_actual.sum() == pytest.approx(1, rel=1e-9)
    mean = rows.probability_of_actual @ many
    assert mean == pytest.approx(rows.expected_purchases[0], rel=1e-6)


def test_months_ahead_where_spend_has_no_variance():
    history = SPEND.simulate(BG.simulate(50, age="52 weeks", rng=1), rng=2)
    spend = lifetime.GammaGamma(p=1.4, q=1.5, gamma=20)
    found = lifetime.purchases_by_month(BG, history, 2, spend=spend)
    assert str(found).endswith(
        "Spend has no intervals: the variance of the mean spend of some customers is infinite "
        "(q <= 2)."
    )
    assert "nan" not in str(found)
    again = lifetime.MonthsAhead.from_json(found.to_json())
    assert again.to_json() == found.to_json()
    assert np.isnan(again.total_deviation).tolist() == [False, True]
