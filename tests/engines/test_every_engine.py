"""One log in every engine: the summary, the cells, the fits and the scores of a log in memory."""

import numpy as np
import pyarrow as pa
import pytest
from lazy_engines import EVERY, SQLFRAME, engine_of
from trap_logs import REFUSED, TAKEN

from custvalue import lifetime
from custvalue._frames import customer_summary
from custvalue._frames.sending import sent
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import CustomerCells, PurchaseHistory

VISITS = lifetime.ParetoNBD(r=1.05, alpha=4.4, s=0.95, beta=25, unit="week")
PAYS = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}
DAYS = {"repeat_days": "frequency", "recency_days": "recency", "age_days": "age"}


def cases(logs, *smoke):
    """Try all logs in every engine but SQLFrame, where some are tried."""
    every = [(getattr(name, "values", (name,))[0], getattr(name, "marks", ())) for name in EVERY]
    for name, marks in every:
        for title, log in logs.items():
            yield pytest.param(name, log, id=f"{name}-{title}", marks=marks)
    for title in smoke:
        yield pytest.param("sqlframe", logs[title], id=f"sqlframe-{title}", marks=SQLFRAME.marks)


def in_memory(log, unit="day"):
    table = {name: log.table[name].to_pylist() for name in log.table.column_names}
    return PurchaseHistory.from_transactions(table, unit=unit, **log.options)


def summarised(engine, log):
    return lifetime.summarise(engine.lazy(log.table), **log.options)


def by_customer(table, customer):
    order = np.argsort(np.array(table[customer].to_pylist()))
    return {name: np.array(table[name].to_pylist())[order] for name in table.column_names}


@pytest.mark.parametrize(
    ("name", "log"), [*cases(TAKEN, "days", "days in text", "decimals", "many")]
)
def test_a_summary_is_that_of_the_log_in_memory(name, log):
    engine, known = engine_of(name), in_memory(log)
    summary, excluded = summarised(engine, log)
    table = engine.collected(summary)
    customer = log.options["customer"]
    found = by_customer(table, customer)
    assert excluded == known.excluded
    assert found[customer].tolist() == known.customer.tolist()
    for days, column in DAYS.items():
        assert table.schema.field(days).type == pa.int64()
        np.testing.assert_array_equal(found[days], getattr(known, column))
    spend = "spend" in log.options
    assert table.column_names == [customer, *DAYS, *(["repeat_spend"] if spend else [])]
    if spend:
        assert table.schema.field("repeat_spend").type == pa.float64()
        money = np.divide(found["repeat_spend"], np.maximum(found["repeat_days"], 1))
        np.testing.assert_array_equal(money, known.monetary_value)


@pytest.mark.parametrize(("name", "log"), [*cases(REFUSED, "an amount that is not a number")])
def test_what_is_refused_in_memory_is_refused_in_the_same_words(name, log):
    with pytest.raises(DataError) as known:
        in_memory(log)
    with pytest.raises(DataError) as found:
        summarised(engine_of(name), log)
    assert found.value.column == known.value.column
    expected, _, rest = str(known.value).partition(", but row ")
    if rest:
        said, _, after = str(found.value).partition(", but 1 row is not")
        assert said == expected
        assert after.endswith(rest.partition(". ")[2])
    else:
        assert str(found.value) == expected


@pytest.mark.parametrize("name", [*EVERY, SQLFRAME])
@pytest.mark.parametrize("log", ["many", "days", "everybody came once", "one customer"])
def test_cells_and_scores_are_those_in_memory_to_the_last_bit(name, log):
    log = TAKEN[log]
    engine, known = engine_of(name), in_memory(log, "week")
    summary, _ = summarised(engine, log)
    cells = CustomerCells.from_summary(summary, unit="week")
    np.testing.assert_array_equal(cells.cells.known_arrays, known.cells.known_arrays)
    np.testing.assert_array_equal(cells.cells.count, known.cells.count)
    value = lifetime.customer_lifetime_value(known, purchases=VISITS, spend=PAYS, **WORTH)
    scored = lifetime.score(summary, purchases=VISITS, spend=PAYS, **WORTH)
    found = by_customer(engine.collected(scored), "who")
    assert found["who"].tolist() == known.customer.tolist()
    for column, numbers in value.columns().items():
        if column != "customer":
            np.testing.assert_array_equal(found[f"clv_{column}"], numbers, err_msg=column)


def of_kinds(known):
    """Return customers with covariates of every type, in memory and as columns of an engine."""
    random = np.random.default_rng(4)
    table = {
        "region": random.choice(["north", "south", "west"], len(known)),
        "cars": np.round(random.gamma(2, 3, len(known)), 1),
        "fleet": random.random(len(known)) < 0.3,
        "visits": random.integers(0, 3, len(known)),
    }
    history = known.with_covariates(
        {"who": known.customer, **table}, customer="who", covariates=[*table]
    )
    return history, pa.table({"who": known.customer, **table})


def coefficients(process, **values):
    """Return what covariates do; of region by level."""
    levels = {"region": ("north", "south", "west"), "fleet": ("False", "True")}
    coding = [lifetime.CodedCovariate(name=name, levels=levels.get(name, ())) for name in values]
    found = [
        lifetime.Coefficient(process=process, covariate=one.name, level=level, value=value)
        for one in coding
        for level, value in zip(one.coded_levels, np.atleast_1d(values[one.name]), strict=True)
    ]
    return {"covariates": lifetime.CovariateTerms(coding=coding, coefficients=found)}


@pytest.mark.parametrize("name", [*EVERY, SQLFRAME])
@pytest.mark.parametrize("models", ["purchases", "spend", "both"])
def test_scores_with_covariates_are_those_in_memory_to_the_last_bit(name, models):
    engine, log = engine_of(name), TAKEN["many"]
    history, table = of_kinds(in_memory(log, "week"))
    visits = VISITS.model_copy(
        update=coefficients("purchase", region=[0.4, -0.3], cars=-0.05, fleet=0.6)
    )
    pays = PAYS.model_copy(update=coefficients("spend", region=[0.2, 0.5], visits=-0.1))
    visits = VISITS if models == "spend" else visits
    pays = PAYS if models == "purchases" else pays
    rows = engine.collected(summarised(engine, log)[0]).join(table, "who")
    value = lifetime.customer_lifetime_value(history, purchases=visits, spend=pays, **WORTH)
    scored = lifetime.score(engine.lazy(rows), purchases=visits, spend=pays, **WORTH)
    result = engine.collected(scored)
    assert result.column_names[: len(rows.column_names)] == rows.column_names
    assert len(result.column_names) == len(rows.column_names) + 5
    found = by_customer(result, "who")
    for column, numbers in value.columns().items():
        if column != "customer":
            np.testing.assert_array_equal(found[f"clv_{column}"], numbers, err_msg=column)


def test_only_cells_travel_of_customers_of_kinds(monkeypatch):
    engine, log = engine_of("polars"), TAKEN["many"]
    _, table = of_kinds(in_memory(log, "week"))
    rows = engine.collected(summarised(engine, log)[0]).join(table, "who")
    seen = []
    monkeypatch.setattr(
        customer_summary,
        "sent",
        lambda columns, beside: (
            seen.append(len(next(iter(columns.values())))) or sent(columns, beside)
        ),
    )
    visits = VISITS.model_copy(update=coefficients("purchase", fleet=0.6))
    lifetime.score(engine.lazy(rows), purchases=visits, horizon="1 year", annual_discount_rate=0.1)
    keys = ("repeat_days", "recency_days", "age_days", "fleet")
    different = set(zip(*(rows[key].to_pylist() for key in keys), strict=True))
    assert seen == [len(different)]
    assert len(different) < len(rows)


@pytest.mark.parametrize("name", EVERY)
def test_fits_are_those_in_memory_to_the_last_bit(name):
    log = TAKEN["many"]
    known = in_memory(log, "week")
    summary, _ = summarised(engine_of(name), log)
    cells = CustomerCells.from_summary(summary, unit="week")
    for model in (lifetime.ParetoNBD, lifetime.BGNBD, lifetime.GammaGamma):
        found, there = model.fit(cells), model.fit(known)
        assert found.parameters == there.parameters
        assert found.log_likelihood == there.log_likelihood
        assert found.covariance == there.covariance
        assert found.customers == there.customers


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("model", ["unknown", "zero", "normal"])
def test_spend_that_is_not_positive_is_expected_as_in_memory(name, model):
    log = TAKEN["a day of returns, netted"]
    log = log._replace(table=log.table.set_column(2, "paid", pa.array([20.0, 3.5, -65, 9, 12.75])))
    pays = {
        "unknown": PAYS.model_copy(update={"refunded": "unknown"}),
        "zero": PAYS.model_copy(update={"refunded": "zero"}),
        "normal": lifetime.NormalSpend(mean=12, between=8, within=16),
    }[model]
    engine, known = engine_of(name), in_memory(log, "week")
    assert known.monetary_value.min() < 0
    value = lifetime.customer_lifetime_value(known, purchases=VISITS, spend=pays, **WORTH)
    scored = lifetime.score(summarised(engine, log)[0], purchases=VISITS, spend=pays, **WORTH)
    found = by_customer(engine.collected(scored), "who")
    np.testing.assert_array_equal(found["clv_expected_spend"], value.expected_spend)
    np.testing.assert_array_equal(found["clv_value"], value.value)


@pytest.mark.parametrize("name", EVERY)
def test_weeks_and_bins_are_near(name):
    log = TAKEN["many"]
    summary, _ = summarised(engine_of(name), log)
    exact = CustomerCells.from_summary(summary, unit="week")
    near = CustomerCells.from_summary(summary, unit="week", resolution="week", exact_spends=1)
    assert len(near) <= len(exact)
    assert (near.customers, near.repeat_customers) == (exact.customers, exact.repeat_customers)
    assert near.spend.customers == exact.spend.customers
    one, other = (lifetime.GammaGamma.fit(cells).parameters for cells in (exact, near))
    assert one == pytest.approx(other, rel=1e-3)
    assert near.approximation.startswith("Times are rounded to whole weeks: by ")
    assert near.approximation.endswith("days. Mean spends are counted in bins of 0.2 %.")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("numbered", [False, True])
def test_scores_of_groups_are_those_in_memory_to_the_last_bit(name, numbered):
    engine, log = engine_of(name), TAKEN["many"]
    known = in_memory(log, "week")
    dealer = np.arange(len(known)) % 3
    dealer = dealer if numbered else np.array(["north", "south", "west"])[dealer]
    fits = lifetime.fit_groups(lifetime.BGNBD, known, by=dealer)
    value = lifetime.customer_lifetime_value(known, purchases=fits, by=dealer, spend=PAYS, **WORTH)
    rows = engine.collected(summarised(engine, log)[0]).join(
        pa.table({"who": known.customer, "dealer": dealer}), "who"
    )
    lazy = engine.lazy(rows)
    scored = lifetime.score(lazy, purchases=fits, by="dealer", spend=PAYS, **WORTH)
    found = by_customer(engine.collected(scored), "who")
    for column, numbers in value.columns().items():
        if column != "customer":
            np.testing.assert_array_equal(found[f"clv_{column}"], numbers, err_msg=column)
    if name == "polars":
        with pytest.raises(ParameterError) as error:
            lifetime.score(lazy, purchases=fits, spend=PAYS, **WORTH)
        assert str(error.value) == (
            "purchases has a fit for each of 3 groups, so it must be known who is in which. Give "
            "the column of the summary, as in by='dealer'."
        )
        with pytest.raises(ParameterError, match="by says in which group customers are"):
            lifetime.score(lazy, purchases=fits.common, by="dealer", spend=PAYS, **WORTH)
        with pytest.raises(ParameterError, match="there is no group"):
            lifetime.score(lazy, purchases=fits, by="who", spend=PAYS, **WORTH)
