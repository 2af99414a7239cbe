"""Logs with changing covariates: split, read in an engine, and continued."""

import datetime as dt
from functools import cache

import duckdb
import numpy as np
import polars as pl
import pytest
import seasons

from custvalue import lifetime
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import ChangingCovariates, ParetoNBD, PurchaseHistory

HALF, END = "2024-03-31", "2024-12-29"
COLUMNS = {"customer": "id", "date": "date", "unit": "week"}


@cache
def known():
    """A log of 200 customers, what is known of them, and their paths."""
    whole = seasons.simulated(ParetoNBD, 200)
    names = np.array([f"c{place:03d}" for place in range(200)])
    days = np.floor(whole.changing.all_days(whole.frequency)).astype("M8[D]")
    log = {"id": np.repeat(names, whole.frequency.astype(int) + 1), "date": days}
    log["paid"] = np.random.default_rng(2).gamma(4, 5, len(days)).round(2)
    region = whole.changing.covariates.labels[whole.changing.path]
    table = {"id": names, "region": region, "app": whole.covariates["app"]}
    return log, table


def about(**options):
    return {
        **COLUMNS,
        "spend": "paid",
        "customers": known()[1],
        "covariates": ["app"],
        "changing": seasons.paths(),
        **options,
    }


def part(*, late):
    log = known()[0]
    rows = (log["date"] > np.datetime64(HALF)) == late
    return {name: column[rows] for name, column in log.items()}


CONNECTIONS = []  # of tables that outlive the call: older engines close with their connection


def lazy(kind, log):
    frame = pl.DataFrame({name: column.tolist() for name, column in log.items()})
    if kind == "polars":
        return frame.lazy()
    connection = duckdb.connect()
    CONNECTIONS.append(connection)
    connection.register("visits", frame)
    return connection.table("visits")


def close(one, other):
    for name in ("customer", "frequency", "recency", "age"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_allclose(one.monetary_value, other.monetary_value)
    for name in ("path", "birth", "days"):
        pair = [getattr(each.changing, name) for each in (one, other)]
        np.testing.assert_array_equal(*pair)
    assert one.covariates == other.covariates
    assert one.observation_end == other.observation_end


def whole(log=None, **options):
    given = about(observation_end=END, **options)
    return PurchaseHistory.from_transactions(known()[0] if log is None else log, **given)


def test_a_split_knows_paths_and_days():
    train, holdout = lifetime.split(known()[0], calibration_end=HALF, holdout_end=END, **about())
    early = PurchaseHistory.from_transactions(part(late=False), **about(observation_end=HALF))
    close(train, early)
    assert holdout.purchases == len(part(late=True)["id"]) - repeated_on_a_day()
    fit = ParetoNBD.fit(train, purchase=["season", "app"])
    check = lifetime.diagnose(fit, train, holdout, rng=1)
    assert check.tracking.calibration_weeks == 65
    assert check.actual == holdout.purchases
    low, high = check.total_interval(0.9999)
    assert low < check.actual < high


def repeated_on_a_day():
    late = part(late=True)
    pairs = {*zip(late["id"].tolist(), late["date"].tolist(), strict=True)}
    return len(late["id"]) - len(pairs)


@pytest.mark.parametrize("kind", ["polars", "duckdb"])
def test_an_engine_tells_the_same_days(kind):
    close(whole(lazy(kind, known()[0])), whole())
    found, expected = (
        lifetime.split(log, calibration_end=HALF, holdout_end=END, **about())
        for log in (lazy(kind, known()[0]), known()[0])
    )
    close(found.train, expected.train)
    np.testing.assert_array_equal(found.holdout.frequency, expected.holdout.frequency)


def test_returns_are_no_purchases_of_an_engine():
    log = dict(known()[0])
    log["paid"] = np.where(np.arange(len(log["id"])) % 5 == 3, -5.0, log["paid"])
    first = np.unique(log["id"], return_index=True)[1]
    log["paid"][first] = 9.0
    close(whole(lazy("duckdb", log), returns="net"), whole(log, returns="net"))


def test_an_update_follows_customers_along_their_paths():
    train = PurchaseHistory.from_transactions(part(late=False), **about(observation_end=HALF))
    given = {"customer": "id", "date": "date", "spend": "paid", "observation_end": END}
    close(train.update(part(late=True), **given), whole())
    backwards = {name: column[::-1] for name, column in part(late=True).items()}
    close(train.update(lazy("polars", backwards), **given), whole())
    nothing = {name: column[:0] for name, column in part(late=True).items()}
    later = train.update(pl.DataFrame(nothing), **given)
    np.testing.assert_array_equal(later.changing.days, train.changing.days)
    assert later.age.sum() > train.age.sum()


def test_an_update_may_bring_longer_paths_and_new_customers():
    short = seasons.paths(weeks=70)
    early = part(late=False)
    some = early["id"] != "c007"  # who comes later, or so it seems
    early = {name: column[some] for name, column in early.items()}
    options = {**about(covariates=(), changing=short), "observation_end": HALF}
    train = PurchaseHistory.from_transactions(early, **options)
    late = part(late=True)
    late = {
        "id": np.append(late["id"], "c007"),
        "date": np.append(late["date"], np.datetime64("2024-04-02")),
        "paid": np.append(late["paid"], 5.0),
    }
    given = {"customer": "id", "date": "date", "spend": "paid", "observation_end": END}
    with pytest.raises(DataError) as caught:
        train.update(late, **given, customers=known()[1])
    assert str(caught.value).startswith(
        "changing covariates must be known until the end of observation, 2024-12-29, but on path "
        "'region 1' they end on 2024-05-05."
    )
    with pytest.raises(ParameterError) as caught:
        train.update(late, **given, changing=seasons.paths())
    assert str(caught.value) == (
        "changing covariates have a path for each 'region', so it must be known which one "
        "customers are on. Give a table with the columns 'id' and 'region', as in customers=table."
    )
    found = train.update(late, **given, changing=seasons.paths(), customers=known()[1])
    log = {name: np.concatenate((early[name], late[name])) for name in early}
    close(found, whole(log, covariates=()))
    assert found.changing.covariates.last_day == dt.date(2025, 12, 28)


def test_what_an_update_of_paths_refuses():
    train = PurchaseHistory.from_transactions(part(late=False), **about(observation_end=HALF))
    given = {"customer": "id", "date": "date", "spend": "paid", "observation_end": END}
    sale = ChangingCovariates.from_frame(
        {"day": ["2023-01-01"], "season": ["on"]},
        start="day",
        covariates=["season"],
        last_day="2025-12-31",
    )
    with pytest.raises(ParameterError) as caught:
        train.update(part(late=True), **given, changing=sale)
    assert str(caught.value) == (
        "changing must have the paths that the history has, by 'region', but it has them by "
        "'nothing'."
    )
    plain = PurchaseHistory.from_transactions(
        part(late=False), **COLUMNS, spend="paid", observation_end=HALF
    )
    with pytest.raises(ParameterError) as caught:
        plain.update(part(late=True), **given, changing=sale)
    assert str(caught.value) == (
        "changing is for histories with changing covariates, and this one has none. Omit it, or "
        "read the whole log with PurchaseHistory.from_transactions(..., changing=...)."
    )
    with pytest.raises(ParameterError, match=r"^changing must be covariates that change, as"):
        train.update(part(late=True), **given, changing={"season": ["on"]})
    with pytest.raises(ParameterError, match=r"^changing must be covariates that change, as"):
        lifetime.split(
            known()[0], calibration_end=HALF, holdout_end=END, **about(changing="season")
        )
