"""Summaries and scores in an engine: what is refused, word for word."""

import duckdb
import polars as pl
import pytest
import seasons

from custvalue import lifetime
from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.lifetime import CustomerCells
from custvalue.survey import Scale, tally

LOG = {
    "who": ["ann", "ann", "bob"],
    "when": ["2024-01-01", "2024-01-15", "2024-01-03"],
    "paid": [20.0, 30.0, 9.0],
}
ROWS = {
    "who": ["ann", "bob", "cid"],
    "repeat_days": [2, 0, 1],
    "recency_days": [30, 0, 7],
    "age_days": [60, 60, 50],
    "repeat_spend": [40.0, 0.0, 9.5],
}
VISITS = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
PAYS = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}
MAKE = "Make it with lifetime.summarise."
MISSING = (
    "covariate 'north' must be known for every customer, but of {} not. Fill in a value, or give "
    "those who have none a category of their own such as 'unknown', in the engine."
)


def summarise(log=LOG, **changes):
    names = {"customer": "who", "date": "when", "spend": "paid"}
    return lifetime.summarise(
        pl.LazyFrame(log), **{**names, "observation_end": "2024-02-05", **changes}
    )


def rows(without=(), **columns):
    table = {name: its for name, its in {**ROWS, **columns}.items() if name not in without}
    return pl.LazyFrame(table)


def cells(unit="week", options=None, **columns):
    return CustomerCells.from_summary(rows(**columns), unit=unit, **(options or {}))


def score(summary=None, **changes):
    given = {"purchases": VISITS, "spend": PAYS, **WORTH, **changes}
    return lifetime.score(rows() if summary is None else summary, **given)


def with_covariates(kind):
    """Return a fit with one covariate."""
    history = lifetime.PurchaseHistory.from_arrays(
        customer=["a", "b", "c", "d", "e", "f", "g", "h"],
        frequency=[2, 0, 1, 3, 0, 4, 1, 0],
        recency=[30, 0, 9, 33, 0, 35, 12, 0],
        age=[38, 39, 30, 38, 20, 36, 30, 38],
        monetary_value=[20, 0, 31, 12, 0, 24, 18, 0],
        unit="week",
    )
    table = {"id": history.customer, "north": [1.0, 0, 1, 0, 1, 0, 0, 1]}
    known = history.with_covariates(table, customer="id", covariates=["north"])
    if kind == "spend":
        return lifetime.GammaGamma.fit(known, spend=["north"])
    return lifetime.NBD.fit(known, purchase=["north"])


OF_REGIONS = VISITS.model_copy(
    update={
        "covariates": lifetime.CovariateTerms(
            coding=[lifetime.CodedCovariate(name="north", levels=("n", "s"))],
            coefficients=[
                lifetime.Coefficient(process="purchase", covariate="north", level="s", value=0.3)
            ],
        )
    }
)

CASES = {
    # --- the log
    "in memory": (
        lambda: lifetime.summarise(LOG, customer="who", date="when", observation_end="2024-02-05"),
        DataError,
        (
            "summarise needs a lazy log, but it is a dict. Use PurchaseHistory.from_transactions "
            "for logs in memory."
        ),
    ),
    "no table": (
        lambda: lifetime.summarise(
            [1, 2], customer="who", date="when", observation_end="2024-02-05"
        ),
        DataError,
        (
            "summarise needs a lazy log, but it is a list. Use PurchaseHistory.from_transactions "
            "for logs in memory."
        ),
    ),
    "empty": (
        lambda: lifetime.summarise(
            pl.LazyFrame(LOG).head(0), customer="who", date="when", observation_end="2024-02-05"
        ),
        DataError,
        "the log is empty. Give at least one transaction.",
    ),
    "pairs": (
        lambda: summarise(returns="pair"),
        ParameterError,
        (
            "returns='pair' is for logs in memory, but this one is lazy. Collect the log first, or "
            "give returns='net'."
        ),
    ),
    "a customer called like a column of the summary": (
        lambda: lifetime.summarise(
            pl.LazyFrame(LOG).rename({"who": "Age_Days"}),
            customer="Age_Days",
            date="when",
            observation_end="2024-02-05",
        ),
        ParameterError,
        (
            "customer='Age_Days' is called like a column of the summary. Rename it in its engine, "
            "as in 'customer_id'."
        ),
    ),
    # --- the summary
    "a summary in memory": (
        lambda: CustomerCells.from_summary(rows().collect(), unit="week"),
        DataError,
        (
            "summary must be lazy, as lifetime.summarise returns it, but it is a DataFrame. For "
            "customers in memory use PurchaseHistory."
        ),
    ),
    "a summary in a dict": (
        lambda: CustomerCells.from_summary(ROWS, unit="week"),
        DataError,
        (
            "summary must be lazy, as lifetime.summarise returns it, but it is a dict. For "
            "customers in memory use PurchaseHistory."
        ),
    ),
    "a summary of no columns": (
        lambda: score(summary=[1, 2]),
        DataError,
        (
            "summary must be lazy, as lifetime.summarise returns it, but it is a list. For "
            "customers in memory use PurchaseHistory."
        ),
    ),
    "without a column": (
        lambda: cells(without=["age_days", "repeat_spend"]),
        DataError,
        (
            "summary must have the columns 'repeat_days', 'recency_days', 'age_days', but it has "
            f"'who', 'repeat_days', 'recency_days'. {MAKE}"
        ),
    ),
    "days that are not whole": (
        lambda: cells(recency_days=[30.0, 0.0, 7.0]),
        DataError,
        "recency_days must hold whole numbers, but it is Float64. Cast it in its engine.",
    ),
    "spend in words": (
        lambda: cells(repeat_spend=["40", "0", "9"]),
        DataError,
        "repeat_spend must hold numbers, but it is String. Cast it in its engine.",
    ),
    "nobody": (
        lambda: CustomerCells.from_summary(rows().head(0), unit="week"),
        DataError,
        "the summary is empty. Give at least one customer.",
    ),
    "recency beyond age": (
        lambda: cells(recency_days=[30, 0, 70]),
        DataError,
        (
            "recency_days must be at most age_days, but of 1 customer it is not: repeat_days 1, "
            f"recency_days 70, age_days 50. {MAKE}"
        ),
    ),
    "recency beyond age, in weeks": (
        lambda: cells(recency_days=[30, 0, 51], options={"resolution": "week"}),
        DataError,
        (
            "recency_days must be at most age_days, but of 1 customer it is not: repeat_days 1, "
            f"recency_days 51, age_days 50. {MAKE}"
        ),
    ),
    "missing days": (
        lambda: cells(age_days=[60, None, None]),
        DataError,
        (
            "age_days must be present, but of 2 customers it is not: repeat_days 0, "
            f"recency_days 0, age_days missing. {MAKE}"
        ),
    ),
    "negative days": (
        lambda: cells(repeat_days=[2, 0, -1]),
        DataError,
        (
            "repeat_days must be >= 0, but of 1 customer it is not: repeat_days -1, "
            f"recency_days 7, age_days 50. {MAKE}"
        ),
    ),
    "more purchase days than days": (
        lambda: cells(repeat_days=[2, 0, 8]),
        DataError,
        (
            "repeat_days must be at most recency_days, but of 1 customer it is not: repeat_days "
            f"8, recency_days 7, age_days 50. {MAKE}"
        ),
    ),
    "recency of who never came back": (
        lambda: cells(repeat_days=[2, 0, 0]),
        DataError,
        (
            "recency_days must be 0 where repeat_days is 0, but of 1 customer it is not: "
            f"repeat_days 0, recency_days 7, age_days 50. {MAKE}"
        ),
    ),
    "missing spend": (
        lambda: cells(repeat_spend=[40.0, 0.0, None]),
        DataError,
        f"repeat_spend must be a finite number, but of 1 customer it is not. {MAKE}",
    ),
    "absurd spend": (
        lambda: cells(repeat_spend=[40.0, 0.0, 1e200]),
        DataError,
        f"repeat_spend must be at most 1e+100 in size, but of 1 customer it is not. {MAKE}",
    ),
    "an unknown unit": (
        lambda: cells(unit="fortnight"),
        UnitError,
        "unit must be one of 'day', 'week', 'month', 'year', but it is 'fortnight'.",
    ),
    "an unknown resolution": (
        lambda: cells(options={"resolution": "weeks"}),
        ParameterError,
        "resolution must be one of 'day', 'week', but it is 'weeks'. Did you mean 'week'?",
    ),
    "no number of spends": (
        lambda: cells(options={"exact_spends": 0}),
        ParameterError,
        "exact_spends must be a whole number >= 1, but it is 0.",
    ),
    # --- cells and their spend
    "spend that is apart, asked in each row": (
        lambda: PAYS.expected_spend(cells()),
        DataError,
        (
            "GammaGamma needs monetary values in each row, but these cells have them apart. Ask "
            "about cells.spend, or let lifetime.score compute what customers spend in their engine."
        ),
    ),
    "spend of others": (
        lambda: CustomerCells(
            frequency=[1, 0],
            recency=[7, 0],
            age=[9, 9],
            count=[3, 1],
            unit="day",
            spend=cells().spend,
        ),
        DataError,
        (
            "spend must be of the 3 customers who came back, but it is of 2. Make both from one "
            "summary."
        ),
    ),
    "spend twice": (
        lambda: CustomerCells(
            frequency=[1],
            recency=[7],
            age=[9],
            count=[2],
            unit="day",
            monetary_value=[3],
            spend=cells().spend,
        ),
        DataError,
        "cells have monetary_value or spend, but not both. Omit one of them.",
    ),
    "nobody came back": (
        lambda: lifetime.GammaGamma.fit(
            cells(repeat_days=[0, 0, 0], recency_days=[0, 0, 0], repeat_spend=[0.0, 0.0, 0.0])
        ),
        EstimationError,
        (
            "GammaGamma.fit needs at least 2 customers with repeat purchases, but the history has "
            "0. Observe for longer, or give known parameters: GammaGamma(p=..., q=..., gamma=...)."
        ),
    ),
    "a fit without spend": (
        lambda: lifetime.GammaGamma.fit(cells(without=["repeat_spend"])),
        DataError,
        (
            "GammaGamma needs monetary values, but the history has none. Give spend= to "
            "PurchaseHistory.from_transactions, or monetary_value= to from_arrays."
        ),
    ),
    # --- scores
    "no lazy summary": (
        lambda: score(rows().collect()),
        DataError,
        (
            "summary must be lazy, as lifetime.summarise returns it, but it is a DataFrame. For "
            "customers in memory use PurchaseHistory."
        ),
    ),
    "a model without a unit": (
        lambda: score(purchases=VISITS.model_copy(update={"unit": None})),
        UnitError,
        (
            "BGNBD has no time unit, and without a history its time unit is unknown. Use "
            "BGNBD(..., unit='week'), or the unit it has."
        ),
    ),
    "no model": (
        lambda: score(purchases="BGNBD"),
        ParameterError,
        "purchases must be a model such as BGNBD(...), or its fit, but it is a str.",
    ),
    "a horizon without a unit": (
        lambda: score(horizon=12),
        UnitError,
        (
            "horizon=12 has no time unit. Write the number with its unit, as in '39 weeks' or "
            "'3 years'."
        ),
    ),
    "a robust model of spend": (
        lambda: score(spend=lifetime.RobustGammaGamma(p=6, q=4, gamma=15)),
        ParameterError,
        (
            "score knows the spend of GammaGamma and NormalSpend, which is arithmetic in any "
            "engine, but spend is a RobustGammaGamma. Score without spend, or value customers in "
            "memory with customer_lifetime_value."
        ),
    ),
    "no mean spend": (
        lambda: score(spend=lifetime.GammaGamma(p=0.4, q=0.5, gamma=15)),
        ParameterError,
        "leaves 2 of 3 customers without an expected spend",
    ),
    "spend of a summary without": (
        lambda: score(rows(without=["repeat_spend"])),
        DataError,
        (
            "spend needs repeat_spend, but the summary has none. Give spend= to "
            "lifetime.summarise, or omit spend and margin."
        ),
    ),
    "spend without a margin": (
        lambda: score(margin=None),
        ParameterError,
        "margin must be > 0 and <= 1, as in 0.30 for 30 % of the spend, but it is None.",
    ),
    "a margin without spend": (
        lambda: score(spend=None),
        ParameterError,
        (
            "margin=0.3 needs spend: give a model of spend, as in spend=GammaGamma(...), or omit "
            "margin."
        ),
    ),
    "no prefix": (
        lambda: score(prefix=None),
        ParameterError,
        "prefix must be text, as in 'clv_', but it is None.",
    ),
    "a column that is there": (
        lambda: score(rows(CLV_Value=[1, 2, 3])),
        ParameterError,
        (
            "prefix='clv_' makes the column 'clv_value', but the summary has 'CLV_Value' already. "
            "Give another prefix."
        ),
    ),
    "refunds": (
        lambda: score(rows(repeat_spend=[40.0, 0.0, -3.0])),
        DataError,
        (
            "repeat_spend must be > 0 where repeat_days > 0, but of 1 customer it is not, and "
            "GammaGamma needs positive spend. Give refunded='unknown', as in "
            "GammaGamma.fit(cells, refunded='unknown'), to go on without the spend of such "
            "customers, or refunded='zero' to count it as 0."
        ),
    ),
    "spend that is missing": (
        lambda: score(rows(repeat_spend=[40.0, 0.0, float("nan")])),
        DataError,
        f"repeat_spend must be a finite number, but of 1 customer it is not. {MAKE}",
    ),
    "covariates that are absent": (
        lambda: score(purchases=with_covariates("purchases")),
        DataError,
        (
            "the models have the covariates 'north', but the summary lacks 'north'. Join a table "
            "of the customers with it in its engine."
        ),
    ),
    "covariates that are missing": (
        lambda: score(rows(north=[1.0, None, 0.0]), purchases=with_covariates("purchases")),
        DataError,
        MISSING.format("1 customer it is"),
    ),
    "covariates that are infinite": (
        lambda: score(
            rows(north=[float("inf"), float("nan"), 0.0]), spend=with_covariates("spend")
        ),
        DataError,
        MISSING.format("2 customers it is"),
    ),
    "covariates that are blank": (
        lambda: score(rows(north=["yes", " ", "no"]), spend=with_covariates("spend")),
        DataError,
        MISSING.format("1 customer it is"),
    ),
    "covariates in words": (
        lambda: score(rows(north=["yes", "no", "no"]), purchases=with_covariates("purchases")),
        DataError,
        ("covariate 'north' must be numeric, as in the fit, but it is categorical. Give numbers."),
    ),
    "covariates that are days": (
        lambda: score(
            rows(north=["2024-01-01"] * 3).with_columns(pl.col("north").str.to_date()),
            purchases=with_covariates("purchases"),
        ),
        DataError,
        "covariate 'north' must hold numbers or text, but it is Date. Cast it in its engine.",
    ),
    "a level that the fit does not know": (
        lambda: score(rows(north=["n", "s", "east"]), purchases=OF_REGIONS),
        DataError,
        (
            "covariate 'north' has the level 'east', which the fit does not know: 1 customer. "
            "Known levels: 'n', 's'. Correct the level, fit the model to data with it, or leave "
            "these customers out."
        ),
    ),
}


@pytest.mark.filterwarnings("ignore")  # of fits to eight customers
@pytest.mark.parametrize(("call", "error", "message"), CASES.values(), ids=CASES)
def test_bad_input_is_refused_word_for_word(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    said = str(caught.value)
    assert said == message or (message.startswith("leaves") and message in said)


def test_a_summary_that_changes_while_it_is_read_is_noticed():
    calls = []

    def other(frame):
        calls.append(frame)
        return frame if len(calls) < 2 else frame.with_columns(age_days=pl.lit(61, pl.Int64))

    changing = rows(without=["repeat_spend"]).map_batches(other)
    with pytest.raises(DataError) as caught:
        score(changing, spend=None, margin=None)
    assert str(caught.value) == (
        "3 customers have got no score, because the summary changed while it was read. Write it "
        "to a file or a table once, and score that."
    )


def test_covariates_that_change_are_refused():
    with pytest.raises(ParameterError) as error:
        score(purchases=seasons.truth(lifetime.ParetoNBD))
    assert str(error.value) == (
        "ParetoNBD has covariates that change, and a summary has no days of purchases. Value "
        "customers in memory, with customer_lifetime_value(history, ...)."
    )


@pytest.mark.parametrize("wide", [2**63, -(2**63) - 1, 2**127 - 1])
def test_identifiers_of_more_than_64_bits_are_named(wide):
    connection = duckdb.connect()
    connection.execute("create table log (who hugeint, day date)")
    connection.execute(
        f"insert into log values (5, '2024-01-01'), ('{wide}'::hugeint, '2024-01-02')"  # noqa: S608 - of this test
    )
    names = {"customer": "who", "date": "day", "observation_end": "2024-02-05"}
    log = connection.table("log")
    said = (
        f"who must be a number of at most 64 bits, or text, but {wide} is among its entries. Turn "
        f"the column into text in its engine."
    )
    for call in (
        lambda: lifetime.summarise(log, **names),
        lambda: lifetime.PurchaseHistory.from_transactions(log, **names, unit="day"),
        lambda: tally(log.project("*, 3 as a"), items=["a"], scale=Scale(1, 5), by="who"),
    ):
        with pytest.raises(DataError) as error:
            call()
        assert str(error.value) == said
    narrow = log.filter("who = 5")
    assert lifetime.summarise(narrow, **names)[0].fetchall() == [(5, 0, 0, 35)]
