"""What is refused about covariates that change, word for word."""

import dataclasses

import numpy as np
import pytest
import seasons

from custvalue.errors import DataError, ParameterError, UnitError
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    NBD,
    ChangingCovariates,
    Coefficient,
    CovariateTerms,
    GammaGamma,
    ParetoNBD,
    PurchaseHistory,
    alive_path,
    cohorts,
    frequency_recency,
    new_customer_value,
)

WEEKS = {"week": ["2025-01-06", "2025-01-13", "2025-01-20"], "sale": ["no", "yes", "no"]}
TWO = {"region": ["n"] * 3 + ["s"] * 3, **{name: 2 * each for name, each in WEEKS.items()}}
EARLIER = np.timedelta64(700, "D")
LOG = {"id": ["ann", "bob", "ann"], "date": ["2025-01-06", "2025-01-08", "2025-01-13"]}
PLAIN = MBGNBD(r=1, alpha=1, a=1, b=1, unit="week")


def read(table=WEEKS, **options):
    return ChangingCovariates.from_frame(
        table, **{"start": "week", "covariates": ["sale"], **options}
    )


TWO_PATHS = read(TWO, path="region")


def of_log(log=LOG, **options):
    given = {"observation_end": "2025-01-24", "changing": read(), **options}
    return PurchaseHistory.from_transactions(log, customer="id", date="date", unit="day", **given)


def other(**values):
    """The history of 300 customers, with other values on their paths."""
    paths = seasons.paths()
    return seasons.history().with_changing(
        dataclasses.replace(paths, values={**paths.values, **values})
    )


def simulated(**options):
    given = {
        "age": "4 weeks",
        "changing": seasons.paths(),
        "since": ["2023-01-02"] * 2,
        "covariates": {"region": ["region 0"] * 2, "app": ["no"] * 2},
        "rng": 1,
        **options,
    }
    return seasons.fit().simulate(2, **given)


CASES = [
    (
        "gap",
        lambda: read(
            {
                **WEEKS,
                "week": ["2025-01-06", "2025-01-13", "2025-01-27"],
                "end": ["2025-01-12", "2025-01-19", "2025-02-02"],
            },
            end="end",
        ),
        DataError,
        (
            "week must be the day after the row before it has ended (2025-01-20), but row 2 "
            "has '2025-01-27'. Rows of a path must not leave gaps: add the missing days."
        ),
    ),
    (
        "overlap",
        lambda: read({**WEEKS, "end": ["2025-01-13", "2025-01-19", "2025-02-02"]}, end="end"),
        DataError,
        (
            "week must be after the row before it has ended (on 2025-01-13), but row 1 has "
            "'2025-01-13'. Rows of a path must not overlap: correct the days, or give path= "
            "if there are several."
        ),
    ),
    (
        "backwards",
        lambda: read({**WEEKS, "end": ["2025-01-05", "2025-01-19", "2025-02-02"]}, end="end"),
        DataError,
        (
            "end must be a day from week on (2025-01-06 there), but row 0 has '2025-01-05'. A "
            "row holds from week to end, both days included."
        ),
    ),
    (
        "irregular",
        lambda: read({**WEEKS, "week": ["2025-01-06", "2025-01-13", "2025-01-27"]}),
        DataError,
        (
            "week must be 7 days after the row before it (2025-01-13), but row 2 has "
            "'2025-01-27'. Add the missing rows. If rows hold until the next one, however "
            "long that is, give last_day=, the last day of the last row."
        ),
    ),
    (
        "irregular 2",
        lambda: read(
            {**TWO, "week": WEEKS["week"] + ["2025-01-06", "2025-01-20", "2025-01-27"]},
            path="region",
        ),
        DataError,
        (
            "week must be 7 days after the row before it (2025-01-06), but row 4 has "
            "'2025-01-20'. Add the missing rows. If rows hold until the next one, however "
            "long that is, give last_day=, the last day of the last row."
        ),
    ),
    (
        "months",
        lambda: read({**WEEKS, "week": ["2025-01-01", "2025-02-01", "2025-04-01"]}),
        DataError,
        (
            "week must be 1 month after the row before it (2025-02-01), but row 2 has "
            "'2025-04-01'. Add the missing rows. If rows hold until the next one, however "
            "long that is, give last_day=, the last day of the last row."
        ),
    ),
    (
        "twice",
        lambda: read({**WEEKS, "week": ["2025-01-06", "2025-01-13", "2025-01-13"]}),
        DataError,
        (
            "week must be different in every row of a path, but row 2 has '2025-01-13'. Give "
            "one row for each start and path; give path= if there are several paths."
        ),
    ),
    (
        "twice path",
        lambda: read(TWO),
        DataError,
        (
            "week must be different in every row of a path, but row 3 has '2025-01-06' (and 2 "
            "more rows). Give one row for each start and path; give path= if there are "
            "several paths."
        ),
    ),
    (
        "one row",
        lambda: read({"week": ["2025-01-06"], "sale": ["no"]}),
        DataError,
        (
            "week: every path has one row, so nothing says how long it lasts. Give the last "
            "day: end= for a column of last days, last_day= for one day."
        ),
    ),
    (
        "last day",
        lambda: read(last_day="2025-01-15"),
        DataError,
        (
            "week must be at most last_day (2025-01-15), but row 2 has '2025-01-20'. Give a "
            "later last_day, or leave out the rows after it."
        ),
    ),
    (
        "both",
        lambda: read(
            {**WEEKS, "end": ["2025-01-05", "2025-01-19", "2025-02-02"]},
            end="end",
            last_day="2025-01-15",
        ),
        ParameterError,
        ("last_day is for tables without a column of last days. Give end or last_day."),
    ),
    (
        "missing",
        lambda: read({**WEEKS, "sale": ["no", None, "no"]}),
        DataError,
        (
            "sale must be known in every row, but row 1 has None. Fill in a value, such as "
            "the last known one, or give rows that have none a category of their own such as "
            "'unknown'."
        ),
    ),
    (
        "missing num",
        lambda: read({**WEEKS, "sale": [1, np.nan, 2.0]}),
        DataError,
        (
            "sale must be known in every row, but row 1 has None. Fill in a value, such as "
            "the last known one, or give rows that have none a category of their own such as "
            "'unknown'."
        ),
    ),
    (
        "no day",
        lambda: read({**WEEKS, "week": ["2025-01-06", "x", "2025-01-13"]}),
        DataError,
        (
            "week must be a date like 2024-01-31, but row 1 has 'x'. If dates are written in "
            "another way, give the format, as in date_format='%d/%m/%Y'."
        ),
    ),
    (
        "absent col",
        lambda: read(covariates=["sales"]),
        DataError,
        (
            "covariates[0]='sales' is not a column of the data. Did you mean 'sale'? The "
            "columns are 'week', 'sale'."
        ),
    ),
    (
        "no list",
        lambda: read(covariates="sale"),
        ParameterError,
        ("covariates must be a list of columns, as in covariates=['region'], but it is: 'sale'."),
    ),
    (
        "empty",
        lambda: read({"week": [], "sale": []}),
        DataError,
        ("the table of changing covariates is empty. Give one row per period."),
    ),
    (
        "absent path col",
        lambda: read(path="region"),
        DataError,
        ("path='region' is not a column of the data. The columns are 'week', 'sale'."),
    ),
    (
        "ctor",
        lambda: ChangingCovariates(start=["x"], end=["y"], values={"a": [1]}),
        DataError,
        ("start must hold days, as in '2025-01-06'. Use from_frame."),
    ),
    (
        "ctor2",
        lambda: ChangingCovariates(
            start=["2025-01-01"], end=["2025-01-02"], values={"a": [1]}, path=["n"]
        ),
        ParameterError,
        (
            "path and path_name belong together: give the labels and the column of the "
            "customers that holds them, or none of them."
        ),
    ),
    (
        "name",
        lambda: read()["sales"],
        ParameterError,
        ("there is no changing covariate 'sales', only 'sale'. Did you mean 'sale'?"),
    ),
    (
        "not changing",
        lambda: of_log(changing=5),
        ParameterError,
        (
            "changing must be covariates that change, as ChangingCovariates.from_frame makes "
            "them, but it is: int."
        ),
    ),
    (
        "frame",
        lambda: of_log(changing=WEEKS),
        ParameterError,
        (
            "changing must be covariates that change, as ChangingCovariates.from_frame makes "
            "them, but it is: dict."
        ),
    ),
    (
        "early",
        lambda: of_log({"id": ["ann", "bob"], "date": ["2025-01-06", "2025-01-01"]}),
        DataError,
        (
            "changing covariates must be known from the first purchase on, but they start on "
            "2025-01-06, and 1 customer came before, such as 'bob' on 2025-01-01. Add the "
            "earlier days, or leave these customers out."
        ),
    ),
    (
        "late",
        lambda: of_log(observation_end="2025-02-10"),
        DataError,
        (
            "changing covariates must be known until the end of observation, 2025-02-10, but "
            "they end on 2025-01-26. Add the later days, or give an earlier observation_end."
        ),
    ),
    (
        "no table",
        lambda: of_log(changing=TWO_PATHS),
        ParameterError,
        (
            "changing covariates have a path for each 'region', so it must be known which one "
            "customers are on. Give a table with the columns 'id' and 'region', as in "
            "customers=table."
        ),
    ),
    (
        "no path",
        lambda: of_log(
            changing=TWO_PATHS, customers={"id": ["ann", "bob"], "region": ["n", "west"]}
        ),
        DataError,
        (
            "changing covariates must have a path for every customer, but there is none for "
            "region='west', which 1 customer would need, such as 'bob'. Known paths: 'n', "
            "'s'. Add the path, or leave these customers out."
        ),
    ),
    (
        "no path col",
        lambda: of_log(changing=TWO_PATHS, customers={"id": ["ann", "bob"], "land": ["n", "west"]}),
        DataError,
        ("covariates[0]='region' is not a column of the data. The columns are 'id', 'land'."),
    ),
    (
        "no customer",
        lambda: of_log(changing=TWO_PATHS, customers={"id": ["ann"], "region": ["n"]}),
        DataError,
        (
            "the table of covariates must hold every customer of the history, but 1 customer "
            "is absent, such as 'bob'. Add them, or keep the others only, by history.select."
        ),
    ),
    (
        "start",
        lambda: of_log(
            observation_start="2025-01-06",
            customers={"id": ["ann", "bob"], "since": ["2025-01-06", "2025-01-06"]},
        ),
        ParameterError,
        (
            "changing covariates need customers who are observed from the first purchase on. Leave "
            "earlier ones out, by new_customers_only='180 days' instead of the days of first "
            "purchases, or omit changing."
        ),
    ),
    (
        "without",
        lambda: PLAIN.simulate(5, age="4 weeks", rng=1).with_changing(read()),
        ParameterError,
        (
            "the history has no changing covariates. Give changing= to "
            "PurchaseHistory.from_transactions, which knows the days of all purchases."
        ),
    ),
    (
        "other path name",
        lambda: seasons.history().with_changing(TWO_PATHS),
        DataError,
        (
            "changing covariates must have a path for every customer, but there is none for "
            "region='region 0', which 300 customers would need, such as 0. Known paths: 'n', "
            "'s'. Add the path, or leave these customers out."
        ),
    ),
    (
        "fewer paths",
        lambda: seasons.history().with_changing(seasons.paths(1)),
        DataError,
        (
            "changing covariates must have a path for every customer, but there is none for "
            "region='region 1', which 149 customers would need, such as 1. Known paths: "
            "'region 0'. Add the path, or leave these customers out."
        ),
    ),
    (
        "short",
        lambda: seasons.history().with_changing(
            dataclasses.replace(
                seasons.paths(),
                start=seasons.paths().start - EARLIER,
                end=seasons.paths().end - EARLIER,
            )
        ),
        DataError,
        (
            "changing covariates must be known until the end of observation, 2024-12-30, but "
            "on path 'region 0' they end on 2024-01-28. Add the later days, or give an "
            "earlier observation_end."
        ),
    ),
    (
        "constant",
        lambda: MBGNBD.fit(other(price=np.ones(len(seasons.paths()))), purchase=["price"]),
        DataError,
        (
            "changing covariate 'price' is 1 wherever customers were observed, so it has no "
            "effect that could be seen. Leave it out."
        ),
    ),
    (
        "constant cat",
        lambda: MBGNBD.fit(other(season=np.full(len(seasons.paths()), "on")), purchase=["season"]),
        DataError,
        (
            "changing covariate 'season' is 'on' wherever customers were observed, so it has "
            "no effect that could be seen. Leave it out."
        ),
    ),
    (
        "collinear",
        lambda: MBGNBD.fit(
            other(cost=2 * seasons.paths()["price"] + 1), purchase=["price", "cost"]
        ),
        DataError,
        (
            "purchase: covariate cost follows from 'price' (collinear), so their effects "
            "cannot be told apart. Leave one of them out."
        ),
    ),
    (
        "collinear static",
        lambda: MBGNBD.fit(
            other(level=(seasons.paths().codes).astype(float)), purchase=["level", "region"]
        ),
        DataError,
        (
            "purchase: covariate level follows from 'region=region 1' (collinear), so their "
            "effects cannot be told apart. Leave one of them out."
        ),
    ),
    (
        "far from 0",
        lambda: MBGNBD.fit(other(price=seasons.paths()["price"] + 100), dropout=["price"]),
        DataError,
        (
            "dropout: covariate 'price' runs from 97.2 to 103.3, far from 0, where a and b of "
            "a customer who leaves at a purchase would be. Give it as the difference from a "
            "usual value, such as price - 99.99."
        ),
    ),
    (
        "both kinds",
        lambda: MBGNBD.fit(other(app=seasons.paths()["price"]), purchase=["app"]),
        ParameterError,
        ("'app' is a covariate that changes and one that does not. Rename one of them."),
    ),
    (
        "unknown name",
        lambda: MBGNBD.fit(seasons.history(), purchase=["seasons"]),
        ParameterError,
        (
            "there is no covariate 'seasons' in the history, only 'region', 'app', 'season', "
            "'price'. Did you mean 'season'?"
        ),
    ),
    (
        "form",
        lambda: MBGNBD.fit(seasons.history(), dropout=["season"], dropout_form="mean"),
        ParameterError,
        (
            "dropout_form='mean' is for covariates that do not change; MBGNBD has 'power' for "
            "those that change, and for those beside them. Omit dropout_form."
        ),
    ),
    (
        "form power",
        lambda: MBGNBD.fit(seasons.history(), dropout=["app"], dropout_form="power"),
        ParameterError,
        (
            "dropout_form='power' is for covariates that change, and none of these does. Use "
            "dropout_form='mean'."
        ),
    ),
    (
        "infinite",
        lambda: read({**WEEKS, "sale": [1.0, np.inf, 2.0]}),
        DataError,
        (
            "sale must be a finite number, but row 1 has inf. Correct these values, or leave these "
            "rows out."
        ),
    ),
    (
        "some text",
        lambda: read({**WEEKS, "sale": [1.0, "x", 2.0]}),
        DataError,
        (
            "sale must be a number, as in other rows, but row 1 has 'x'. Turn the whole column "
            "into numbers, or into text for categories."
        ),
    ),
    (
        "some number",
        lambda: read({**WEEKS, "sale": ["a", "b", 2]}),
        DataError,
        (
            "sale must be text, as in other rows, but row 2 has 2. Turn the whole column into "
            "numbers, or into text for categories."
        ),
    ),
    (
        "numbers and nothing",
        lambda: read({**WEEKS, "sale": [1.0, None, "x"]}),
        DataError,
        (
            "sale must be known in every row, but row 1 has None. Fill in a value, such as the "
            "last known one, or give rows that have none a category of their own such as "
            "'unknown'."
        ),
    ),
    (
        "prices as text",
        lambda: read({**WEEKS, "sale": ["9", "9,5", "10"]}),
        DataError,
        (
            "sale must be numbers, but the column is text, such as '9,5'. Turn it into numbers; if "
            "these are names of categories, put a letter before them."
        ),
    ),
    (
        "covariate twice",
        lambda: read(covariates=["sale", "sale"]),
        ParameterError,
        ("covariates must be different columns, but 'sale' is there twice."),
    ),
    (
        "far from 0",
        lambda: ParetoNBD.fit(
            other(price=seasons.paths()["price"] - 5_000), purchase=["price", "season"]
        ),
        DataError,
        (
            "purchase: covariate 'price' lies far from 0, around -5000, and alpha is that of "
            "customers with covariates of 0: it would be e^1349, which no number holds. Give the "
            "covariate as the difference from a usual value, such as price + 5000."
        ),
    ),
    (
        "NBD",
        lambda: NBD.fit(seasons.history(), purchase=["season"]),
        ParameterError,
        (
            "NBD takes only covariates that do not change. Those that change are for "
            "ParetoNBD, BGNBD and MBGNBD."
        ),
    ),
    (
        "level later",
        lambda: seasons.fit().expected_purchases(
            other(
                season=np.where(
                    seasons.paths().start > np.datetime64("2025-01-10"),
                    "war",
                    seasons.paths()["season"],
                )
            ),
            "20 weeks",
        ),
        DataError,
        (
            "changing covariate 'season' has the level 'war' from 2025-01-13 on, which the "
            "fit does not know. Known levels: 'off', 'on'. Correct the level, or fit the "
            "model to data with it."
        ),
    ),
    (
        "kind",
        lambda: seasons.fit().expected_purchases(
            other(season=seasons.paths()["price"]), "20 weeks"
        ),
        DataError,
        (
            "changing covariate 'season' must be categorical, as in the fit, but it is "
            "numeric. Give text."
        ),
    ),
    (
        "kind2",
        lambda: seasons.fit().expected_purchases(
            other(price=seasons.paths()["season"]), "20 weeks"
        ),
        DataError,
        (
            "changing covariate 'price' must be numeric, as in the fit, but it is "
            "categorical. Give numbers."
        ),
    ),
    (
        "absent",
        lambda: seasons.fit().expected_purchases(
            seasons.history().with_changing(
                dataclasses.replace(seasons.paths(), values={"price": seasons.paths()["price"]})
            ),
            "20 weeks",
        ),
        DataError,
        ("MBGNBD needs the changing covariate 'season', but the history has only 'price'."),
    ),
    (
        "no static",
        lambda: seasons.fit().expected_purchases(
            dataclasses.replace(seasons.history(), covariates=None), "20 weeks"
        ),
        DataError,
        (
            "the fit has covariates that do not change, but the history has none. Add them by "
            "history.with_covariates(table, ...)."
        ),
    ),
    (
        "horizon",
        lambda: seasons.fit().expected_purchases(seasons.history(), "2 years"),
        DataError,
        (
            "changing covariates end on 2025-12-28 on path 'region 0', before the horizon: "
            "they must be known until 2026-12-30. Add what you plan or expect, by "
            "history.with_changing(covariates), or ask for a shorter horizon."
        ),
    ),
    (
        "inf",
        lambda: seasons.fit().discounted_expected_purchases(
            seasons.history(), annual_discount_rate=0.1
        ),
        ParameterError,
        (
            "MBGNBD with changing covariates needs a horizon, because the paths of covariates "
            "end. Give one, as in horizon='1 year'."
        ),
    ),
    (
        "daily",
        lambda: seasons.fit().discounted_expected_purchases(
            seasons.history(), annual_discount_rate=0.1, horizon="4 weeks", discounting="daily"
        ),
        ParameterError,
        (
            "MBGNBD with changing covariates discounts each purchase from its own time, but "
            "discounting='daily'. Omit discounting."
        ),
    ),
    (
        "unit",
        lambda: seasons.fit().expected_purchases(seasons.history().in_unit("day"), "4 weeks"),
        UnitError,
        (
            "MBGNBD counts time in weeks, but the history in days. Use "
            "history.in_unit('week'), or fit the model to this history."
        ),
    ),
    (
        "sim1",
        lambda: seasons.fit().simulate(2, age="4 weeks", rng=1),
        ParameterError,
        (
            "MBGNBD has covariates that change, so it must be known what they are, and when "
            "customers came. Give changing= and since=, the day of each first purchase."
        ),
    ),
    (
        "sim2",
        lambda: simulated(since=["2023-01-02"]),
        DataError,
        ("since must be of 2 customers, but it is of 1. Give one row per customer."),
    ),
    (
        "sim3",
        lambda: simulated(covariates=None),
        ParameterError,
        (
            "changing covariates have a path for each 'region', so it must be known which one "
            "customers are on. Give covariates with a column 'region'."
        ),
    ),
    (
        "sim4",
        lambda: simulated(age="400 weeks"),
        DataError,
        (
            "changing covariates must be known until the end of observation, 2030-09-02, but "
            "on path 'region 0' they end on 2025-12-28. Add the later days, or give an "
            "earlier observation_end."
        ),
    ),
    (
        "sim5",
        lambda: simulated(covariates={"region": ["region 0"] * 3, "app": ["no"] * 3}),
        DataError,
        ("covariates must be of 2 customers, but it is of 3. Give one row per customer."),
    ),
    (
        "hist",
        lambda: dataclasses.replace(
            seasons.history(),
            changing=seasons.history().changing.at(np.arange(3), seasons.history().frequency),
        ),
        DataError,
        (
            "changing must be of 300 customers with 1,387 repeat purchases, but it is of 3 "
            "with 5. Make the history by from_transactions."
        ),
    ),
]


def moved(**changes):
    """The followed purchases of 300 customers, with something changed."""
    history = seasons.history()
    return dataclasses.replace(history, changing=dataclasses.replace(history.changing, **changes))


def typed(kind, form, process="dropout"):
    """A model typed by hand, asked about 300 customers."""
    terms = CovariateTerms(
        coding=[seasons.SEASON],
        coefficients=[
            Coefficient(process=process, covariate="season", level="on", value=0.5),
        ],
        dropout_form=form,
    )
    fields = {name: 1 for name in kind.model_fields if name not in ("unit", "covariates")}
    return kind(**fields, unit="week", covariates=terms).log_likelihood(seasons.history())


def closed_in_winter():
    """Customers who cannot buy, and so cannot leave, while it is closed."""
    table = {
        "start": ["2025-01-01", "2025-01-07", "2025-01-10"],
        "shop": ["open", "closed", "open"],
    }
    paths = ChangingCovariates.from_frame(
        table, start="start", covariates=["shop"], last_day="2025-01-31"
    )
    log = {"id": ["ann", "bob", "ann", "bob"], "date": ["2025-01-02", "2025-01-03"] * 2}
    log["date"][2:] = ["2025-01-12", "2025-01-20"]
    return MBGNBD.fit(of_log(log, changing=paths), dropout=["shop"])


CASES += [
    (
        "closed",
        closed_in_winter,
        DataError,
        (
            "changing covariate 'shop=open' is 1 wherever customers bought, so it has no effect "
            "that could be seen. Leave it out."
        ),
    ),
    (
        "a path too many",
        lambda: moved(path=seasons.history().changing.path + 1),
        DataError,
        (
            "changing has customers on paths that its covariates lack. Make the history by "
            "from_transactions."
        ),
    ),
    (
        "other days",
        lambda: moved(days=seasons.history().changing.days + 2),
        DataError,
        (
            "changing must have the purchases of the history, but the last one of row 1 is 2 days "
            "away from its recency. Make the history by from_transactions."
        ),
    ),
    (
        "form of BG",
        lambda: typed(BGNBD, "mean"),
        ParameterError,
        (
            "BGNBD takes changing covariates of dropout with dropout_form='power', but these have "
            "'mean'. Give CovariateTerms(..., dropout_form='power')."
        ),
    ),
    (
        "form of Pareto",
        lambda: typed(ParetoNBD, "power"),
        ParameterError,
        (
            "ParetoNBD takes changing covariates of dropout with dropout_form='mean', but these "
            "have 'power'. Give CovariateTerms(..., dropout_form='mean')."
        ),
    ),
    (
        "typed NBD",
        lambda: typed(NBD, "mean", "purchase"),
        ParameterError,
        (
            "NBD takes only covariates that do not change. Those that change are for ParetoNBD, "
            "BGNBD and MBGNBD."
        ),
    ),
]


def test_purchases_alone_have_any_form():
    assert np.isfinite(typed(BGNBD, "mean", "purchase")).all()


@pytest.mark.parametrize(
    ("ask", "error", "message"), [each[1:] for each in CASES], ids=[each[0] for each in CASES]
)
def test_what_is_refused(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message


ASK = (
    "Make a history of them by from_transactions(..., changing=...), and ask about it, as in "
    "fit.probability_alive(history)."
)
UNANSWERED = {
    "for_covariates": (
        lambda fit: fit.for_covariates({"season": "on"}),
        f"there is no one kind of customers who are alike on all days. {ASK}",
    ),
    "frequency_recency": (
        lambda fit: frequency_recency(fit, age="20 weeks", horizon="4 weeks"),
        (
            "customers with the same frequency and recency differ by the days on which they "
            "bought. Ask about a history, by probability_alive(history) and "
            "expected_purchases(history, horizon), and take means by its frequency and recency."
        ),
    ),
    "frequency_recency of one kind": (
        lambda fit: frequency_recency(
            fit, age="20 weeks", horizon="4 weeks", covariates={"season": "on"}
        ),
        (
            "customers with the same frequency and recency differ by the days on which they "
            "bought. Ask about a history, by probability_alive(history) and "
            "expected_purchases(history, horizon), and take means by its frequency and recency."
        ),
    ),
    "alive_path": (
        lambda fit: alive_path(fit, ["2025-01-01"], until="2025-02-01"),
        (
            "P(alive) depends on the days of the calendar and on the path of the customer. Make a "
            "history for each day of interest, by from_transactions(..., observation_end=..., "
            "changing=...), and ask probability_alive(history)."
        ),
    ),
    "cohorts": (
        lambda fit: cohorts(
            LOG, customer="id", date="date", observation_end="2025-02-01", purchases=fit
        ),
        (
            "what is expected of a cohort depends on the days on which each customer came. "
            "Compare it "
            "by week instead, lifetime.diagnose(fit, train, holdout).tracking, or omit purchases."
        ),
    ),
    "new_customer_value": (
        lambda fit: new_customer_value(
            purchases=fit,
            spend=GammaGamma(p=6, q=4, gamma=15),
            annual_discount_rate=0.1,
            horizon="1 year",
            margin=1,
        ),
        (
            "new customers differ by the day on which they come. Make a history of them by "
            "from_transactions(..., changing=...), a log of first purchases on "
            "observation_end, and "
            "ask customer_lifetime_value(history, ...)."
        ),
    ),
    "expected_purchases_new_customer": (
        lambda fit: fit.expected_purchases_new_customer("4 weeks"),
        (
            "new customers differ by the day on which they come. Make a history of them by "
            "from_transactions(..., changing=...), a log of first purchases on observation_end, "
            "and ask expected_purchases(history, horizon)."
        ),
    ),
}


@pytest.mark.parametrize("what", UNANSWERED)
def test_what_has_no_answer_says_what_to_ask_instead(what):
    ask, said = UNANSWERED[what]
    with pytest.raises(ParameterError) as caught:
        ask(seasons.fit())
    assert str(caught.value) == f"MBGNBD has covariates that change, so {said}"
