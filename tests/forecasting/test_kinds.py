"""Forecasts of customers who differ by covariates or by group: sums of what each kind does."""

import numpy as np
import pooled
import pytest
from driven import BOTH, PLACES, WORTH, simulated, truth

from custvalue import lifetime
from custvalue._forecasting import newcomers, tracking
from custvalue._forecasting.counts import in_calibration, in_holdout
from custvalue._forecasting.subject import of_history
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import BGNBD, MBGNBD, ParetoNBD

WORTH_OF_REGION = {name: value for name, value in WORTH.items() if name[1] == "region"}
MODELS = pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.__name__)


def on_days(history):
    """Return the same with times rounded up to days, and births that differ."""
    age = np.ceil(history.age * 7) / 7
    recency = np.minimum(np.ceil(history.recency * 7) / 7, age)
    plain = lifetime.PurchaseHistory.from_arrays(
        frequency=history.frequency, recency=recency, age=age, unit="week"
    )
    table = {"id": plain.customer, **history.covariates.columns()}
    return plain.with_covariates(table, customer="id", covariates=["region", "age"])


def followed(history, model, *, rng=1, weeks=26):
    """Return what customers did afterwards, with a log of weeks, drawn around what is expected."""
    expected = model.expected_purchases(history, f"{weeks} weeks")
    bought = np.random.default_rng(rng).poisson(expected)
    return lifetime.Holdout.from_arrays(frequency=bought, duration=f"{weeks} weeks", unit="week")


def split_of(kind, customers=200, *, seed=3):
    """Return a log of customers with covariates, split at half of it."""
    history = simulated(kind, customers, seed=seed)
    random, rows = np.random.default_rng(seed), {"id": [], "day": []}
    born = random.integers(0, 120, customers)
    for place, x in enumerate(history.frequency.astype(int)):
        days = np.append(0, random.integers(1, 360, x)) + born[place]
        rows["id"] += [place] * len(days)
        rows["day"] += (np.datetime64("2024-01-01") + days).astype(str).tolist()
    train, holdout = lifetime.split(
        rows,
        customer="id",
        date="day",
        unit="week",
        calibration_end="2024-10-31",
        holdout_end="2025-04-30",
    )
    known = history.covariates.at(train.customer)
    table = {"id": train.customer, **known.columns()}
    return train.with_covariates(table, customer="id", covariates=["region", "age"]), holdout


def numbers_of(found):
    """Return all numbers of a diagnosis."""
    parts = [found.calibration_counts, found.holdout_counts, found.tracking, found.ranks]
    parts += [found.by_frequency, found.by_recency, found.by_forecast, found.scores]
    arrays = [
        np.ravel(value)
        for part in parts
        for value in vars(part).values()
        if isinstance(value, np.ndarray | float) and np.asarray(value).dtype.kind == "f"
    ]
    return np.concatenate([*arrays, [found.total, found.total_deviation]])


@MODELS
def test_coefficients_of_0_give_the_diagnosis_without_covariates(kind):
    train, holdout = split_of(kind)
    none, plain = truth(kind, dict.fromkeys(WORTH, 0.0)), kind(**PLACES[kind], unit="week")
    one, other = (lifetime.diagnose(each, train, holdout, rng=1) for each in (none, plain))
    assert numbers_of(one) == pytest.approx(numbers_of(other), rel=1e-9, abs=1e-9)
    months = [lifetime.purchases_by_month(each, train, 6) for each in (none, plain)]
    for name in ("purchases", "purchases_deviation", "total_deviation"):
        assert getattr(months[0], name) == pytest.approx(getattr(months[1], name), rel=1e-9)


@MODELS
def test_what_is_expected_is_the_sum_over_the_kinds_of_customers(kind):
    train, holdout = split_of(kind)
    model = truth(kind, WORTH_OF_REGION)
    found = lifetime.diagnose(model, train, holdout, rng=1)
    parts = []
    for region in ("east", "north", "south"):
        mask = train.covariates["region"] == region
        some = lifetime.Holdout(
            customer=holdout.customer[mask],
            frequency=holdout.frequency[mask],
            spend=None,
            unit="week",
            duration=holdout.duration,
            start=holdout.start,
            end=holdout.end,
            tracked=holdout.tracked,
        )
        plain = model.for_covariates({"region": region, "age": 0})
        parts.append(lifetime.diagnose(plain, train.select(mask), some, rng=1))
    for name in ("expected", "cumulative_expected"):
        reached = 0.0 if name == "expected" else 2 * holdout.tracked.cumsum()
        weeks = found.tracking.calibration_weeks
        if name != "expected":
            reached = np.where(np.arange(len(reached)) < weeks, 0.0, reached[weeks - 1])
        each = sum(getattr(part.tracking, name) for part in parts)
        assert getattr(found.tracking, name) + reached == pytest.approx(each, rel=1e-9)
    for name in ("deviation", "cumulative_deviation"):
        each = sum(getattr(part.tracking, name) ** 2 for part in parts)
        assert getattr(found.tracking, name) ** 2 == pytest.approx(each, rel=1e-6)
    assert found.total == pytest.approx(sum(part.total for part in parts))
    scores = [part.scores.log_score[0] * part.customers for part in parts]
    assert found.scores.log_score[0] * found.customers == pytest.approx(sum(scores))


@MODELS
def test_counts_are_those_of_customers_one_by_one(kind):
    history = on_days(simulated(kind, 60))
    model = truth(kind)
    holdout = followed(history, model)
    subject = of_history(model, history)
    known = history.covariates
    each = [
        model.purchase_count_pmf(
            np.arange(3), f"{age} weeks", covariates={"region": region, "age": years}
        )
        for age, region, years in zip(history.age, known["region"], known["age"], strict=True)
    ]
    expected = in_calibration(subject).expected
    assert expected[:2] == pytest.approx(np.sum(each, axis=0)[:2], rel=1e-8)
    later = model.purchase_count_pmf(np.arange(3), "26 weeks", history).sum(axis=0)
    assert in_holdout(subject, holdout).expected[0] == pytest.approx(later[0], rel=1e-8)


@pytest.mark.parametrize("kind", [MBGNBD, ParetoNBD])
def test_many_ages_and_kinds_are_interpolated_without_loss(kind, monkeypatch):
    history = simulated(kind, 80)
    ages = np.sort(np.random.default_rng(2).uniform(20, 78, 80))
    some = lifetime.PurchaseHistory.from_arrays(
        frequency=np.zeros(80), recency=np.zeros(80), age=ages, unit="week"
    )
    table = {"id": some.customer, **history.covariates.columns()}
    known = some.with_covariates(table, customer="id", covariates=["region", "age"])
    subject = of_history(truth(kind), known)
    born = newcomers.Newcomers.of(subject)
    monkeypatch.setattr(newcomers, "MANY_TIMES", 1_000)
    exact = born.probabilities(subject.model, 8)
    monkeypatch.setattr(newcomers, "MANY_TIMES", 0)
    monkeypatch.setattr(newcomers, "BLOCK", 7)
    assert born.probabilities(subject.model, 8) == pytest.approx(exact, abs=1e-7)
    weeks = tracking._calibration(subject, 60)
    monkeypatch.setattr(tracking, "FEW_KINDS", 0)
    assert tracking._calibration(subject, 60).mean == pytest.approx(weeks.mean, rel=1e-5)
    assert tracking._calibration(subject, 60).variance == pytest.approx(weeks.variance, rel=1e-4)


def test_parameters_make_totals_as_unsure_as_in_a_prediction():
    """Predictions have the errors of totals customer by customer, by another way."""
    history = on_days(simulated(MBGNBD, 400))
    fit = MBGNBD.fit(history, **BOTH)
    months = [lifetime.purchases_by_month(each, history, 12) for each in (fit, fit.model)]
    added = months[0].total_deviation[0] ** 2 - months[1].total_deviation[0] ** 2
    error = fit.predict(history, "12 months", interval=0.9).total.purchases.standard_error
    assert np.sqrt(added) == pytest.approx(error, rel=1e-3)


def test_groups_are_forecast_by_their_own_fits():
    history, dealer, fits = pooled.network(), pooled.dealers(), pooled.groups()
    months = lifetime.purchases_by_month(fits, history, 12, by=dealer)
    parts = [
        lifetime.purchases_by_month(fits[name].at_mean.model, history.select(dealer == name), 12)
        for name in fits.names
    ]
    assert months.purchases == pytest.approx(sum(part.purchases for part in parts))
    rows = fits.predict(history, "12 months", by=dealer, interval=0.9)
    chance = sum(part.total_deviation[0] ** 2 for part in parts)
    added = months.total_deviation[0] ** 2 - chance
    assert np.sqrt(added) == pytest.approx(rows.total.purchases.standard_error, rel=1e-3)
    assert months.purchases.sum() == pytest.approx(rows.total.purchases.value)


def test_groups_are_diagnosed_by_their_own_fits():
    history, dealer, fits = pooled.network(), pooled.dealers(), pooled.groups()
    expected = fits.predict(history, "26 weeks", by=dealer).purchases
    bought = np.random.default_rng(1).poisson(expected)
    holdout = lifetime.Holdout.from_arrays(frequency=bought, duration="26 weeks", unit="week")
    found = lifetime.diagnose(fits, history, holdout, by=dealer, rng=1)
    assert found.model == "BGNBD"
    assert found.total == pytest.approx(expected.sum())
    assert not found.calibration_counts.parameters_known
    parts = [
        in_calibration(of_history(fits[name].at_mean.model, history.select(dealer == name)))
        for name in fits.names
    ]
    first = sum(part.expected[0] for part in parts)
    assert found.calibration_counts.expected[0] == pytest.approx(first, rel=1e-7)
    beside = lifetime.holdout_forecasts(fits, history, holdout, by=dealer)
    assert beside.expected_purchases == pytest.approx(expected)
    scores = lifetime.compare_groups(fits, history, holdout, by=dealer)
    assert np.log(beside.probability_of_actual).mean() == pytest.approx(scores.scores[0].log_score)
    assert found.scores.log_score[0] == pytest.approx(scores.scores[0].log_score)


def test_spend_beside_the_rates_of_customers_with_covariates():
    history = simulated(ParetoNBD, 1_500)
    spent = lifetime.GammaGamma(p=6, q=4, gamma=15).simulate(history, rng=1)
    found = lifetime.diagnose(truth(ParetoNBD), spent).independence
    assert abs(found.slope) < 4 * found.standard_error
    none, plain = (
        truth(ParetoNBD, dict.fromkeys(WORTH, 0.0)),
        ParetoNBD(**PLACES[ParetoNBD], unit="week"),
    )
    one, other = (lifetime.diagnose(each, spent).independence for each in (none, plain))
    assert one.slope == pytest.approx(other.slope, rel=1e-9)
    assert one.total_effect == pytest.approx(other.total_effect, rel=1e-6)


def test_one_customer_is_followed_with_covariates():
    model, kind = truth(MBGNBD), {"region": "south", "age": 3}
    days = ["2026-01-01", "2026-01-20", "2026-02-09"]
    one = lifetime.alive_path(model, days, until="2026-03-30", covariates=kind)
    other = lifetime.alive_path(model.for_covariates(kind), days, until="2026-03-30")
    assert one.probability_alive == pytest.approx(other.probability_alive, rel=1e-12)
    wanted = {"age": "39 weeks", "horizon": "39 weeks", "frequencies": 2, "steps": 3}
    table = lifetime.frequency_recency(model, **wanted, covariates=kind)
    plain = lifetime.frequency_recency(model.for_covariates(kind), **wanted)
    assert table.expected_purchases == pytest.approx(plain.expected_purchases, rel=1e-12)


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_hold_and_p_values_are_uniform_where_the_model_is_right():
    """Fits with covariates of simulated customers, whose next half year is drawn from the truth."""
    random, inside, p = np.random.default_rng(3), [], []
    n = np.arange(250.0)
    model = truth(BGNBD, WORTH_OF_REGION)
    for place in range(25):
        history = on_days(simulated(BGNBD, 600, seed=100 + place, worth=WORTH_OF_REGION))
        fit = BGNBD.fit(history, purchase=["region"], dropout=["region"])
        below = model.purchase_count_pmf(n, "6 months", history).cumsum(axis=1)
        bought = (random.random((len(history), 1)) > below).sum(axis=1)
        months = lifetime.purchases_by_month(fit, history, 6)
        (row,) = [each for each in months._rows(0.9) if each.label == "total"]
        low, high = row.values["purchases_low"], row.values["purchases_high"]
        inside.append(low <= bought.sum() <= high)
        held = lifetime.Holdout.from_arrays(frequency=bought, duration="6 months", unit="week")
        subject = of_history(fit, history)
        p.append([in_calibration(subject).p_value, in_holdout(subject, held).p_value])
    assert 0.72 <= np.mean(inside) <= 1.0
    assert (np.abs(np.mean(p, axis=0) - 0.5) < 4 * np.sqrt(1 / 12 / len(p))).all()


# --- contests ---------------------------------------------------------------------------------


def test_candidates_carry_the_covariates_that_are_named():
    history = on_days(simulated(BGNBD, 400))
    holdout = followed(history, truth(BGNBD))
    found = lifetime.compare_models(
        history,
        models=[lifetime.NBD, BGNBD, MBGNBD],
        holdout=holdout,
        purchase=["region"],
        dropout=["region"],
    )
    assert found.names == ("NBD", "BGNBD", "MBGNBD")
    assert [len(fit.parameters) for fit in found.fits.values()] == [4, 8, 8]
    fit = BGNBD.fit(history, purchase=["region"], dropout=["region"])
    assert found["BGNBD"].fit == fit
    pmf = fit.purchase_count_pmf(np.arange(60), "26 weeks", history)
    each = np.log(pmf[np.arange(len(history)), holdout.frequency.astype(int)])
    assert found["BGNBD"].scores.log_score == pytest.approx(each.mean(), rel=1e-9)
    expected = fit.expected_purchases(history, "26 weeks")
    assert found["BGNBD"].scores.forecast == pytest.approx(expected.sum())
    again = lifetime.ModelComparison.from_json(found.to_json())
    assert again == found


def test_fits_with_and_without_covariates_are_compared():
    history = on_days(simulated(MBGNBD, 600))
    fits = [MBGNBD.fit(history), MBGNBD.fit(history, purchase=["region"]), BGNBD.fit(history)]
    found = lifetime.compare_models(history, models=fits, holdout=followed(history, truth(MBGNBD)))
    assert found.names == ("MBGNBD", "MBGNBD (purchase: region)", "BGNBD")
    assert found.recommended == "MBGNBD (purchase: region)"
    assert found.best == fits[1]
    score = found["MBGNBD"].scores
    alone = lifetime.compare_models(
        history, models=[MBGNBD], holdout=followed(history, truth(MBGNBD))
    )
    assert score.log_score == pytest.approx(alone["MBGNBD"].scores.log_score, rel=1e-9)
    assert lifetime.ModelComparison.from_json(found.to_json()).names == found.names


# --- bad input --------------------------------------------------------------------------------


def message_of(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def test_who_is_in_which_group_must_be_said():
    history, fits = pooled.network(), pooled.groups()
    assert message_of(ParameterError, lambda: lifetime.diagnose(fits, history)) == (
        "these are fits of groups, so it must be known who is in which. Give by=, as in "
        "fit_groups: one label for each customer, or the name of a covariate."
    )
    by = pooled.dealers()
    said = message_of(ParameterError, lambda: lifetime.diagnose(fits.common, history, by=by))
    assert said == (
        "by says in which group customers are, for the fits of lifetime.fit_groups, but this is "
        "one BGNBD for all. Omit by."
    )
    said = message_of(
        ParameterError, lambda: lifetime.alive_path(fits, ["2026-01-01"], until="2026-02-01")
    )
    assert said == (
        "fit must be the fit of one group here, but it is the fits of 3. Give one of them, as in "
        "fits['north'].fit."
    )


def test_covariates_of_the_customer_must_be_said():
    ask = lambda **given: lifetime.alive_path(  # noqa: E731
        truth(MBGNBD), ["2026-01-01"], until="2026-02-01", **given
    )
    assert message_of(ParameterError, ask) == (
        "MBGNBD has covariates, so customers differ by them. Say whom you mean: "
        "covariates={'region': ..., 'age': ...}."
    )
    plain = MBGNBD(**PLACES[MBGNBD], unit="week")
    said = message_of(
        ParameterError,
        lambda: lifetime.alive_path(
            plain, ["2026-01-01"], until="2026-02-01", covariates={"age": 3}
        ),
    )
    assert said == (
        "this MBGNBD has no covariates, so customers are all alike already. Ask it as it is."
    )
    assert "Known levels" in message_of(
        DataError, lambda: ask(covariates={"region": "west", "age": 1})
    )


def test_what_cannot_be_compared_says_so():
    history = on_days(simulated(MBGNBD, 100))
    fit = MBGNBD.fit(history)
    contest = lambda **given: lambda: lifetime.compare_models(history, **given)  # noqa: E731
    assert message_of(ParameterError, contest(models=[fit], purchase=["region"])) == (
        "purchase says with which covariates models are fitted, but models holds a fit of MBGNBD. "
        "Give classes, or fits only and no purchase."
    )
    regular = [MBGNBD, lifetime.BGCNBD]
    assert message_of(ParameterError, contest(models=regular, dropout=["region"])) == (
        "BGCNBD takes no covariates, so dropout cannot be given. Leave BGCNBD out of models, or "
        "omit dropout."
    )
    other = on_days(simulated(MBGNBD, 90))
    said = message_of(DataError, lambda: lifetime.compare_models(other, models=[fit]))
    assert said.startswith("train must be what was fitted, but the log-likelihood of MBGNBD is -")
