"""What is refused about covariates, word for word."""

import numpy as np
import pytest

from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    CodedCovariate,
    Coefficient,
    Covariates,
    CovariateTerms,
    GammaGamma,
    ParetoNBD,
    PurchaseHistory,
    likelihood_ratio,
    purchases_by_month,
)

PLAIN = MBGNBD(r=0.8, alpha=6, a=0.9, b=2.5, unit="week").simulate(40, age="52 weeks", rng=1)
TABLE = {
    "id": np.arange(40),
    "region": ["north", "south"] * 20,
    "age": np.arange(40) % 7,
    "months": 12 * (np.arange(40) % 7),
    "rare": ["one", *["other"] * 39],
    "same": ["all"] * 40,
    "zero": [0.0] * 40,
    "north": [1, 0] * 20,
}
NAMES = [name for name in TABLE if name != "id"]
HISTORY = PLAIN.with_covariates(TABLE, customer="id", covariates=NAMES)


def message_of(error, ask):
    with pytest.raises(error) as caught:
        ask()
    return str(caught.value)


def joined(table, **options):
    return PLAIN.with_covariates(table, **{"customer": "id", "covariates": ["region"], **options})


TABLES = [
    (
        {**TABLE, "region": [None, "south"] * 20},
        {},
        (
            "region must be known for every customer, but row 0 has None (and 19 more rows). "
            "Fill in a value, give those who have none a category of their own such as 'unknown', "
            "or leave these customers out."
        ),
    ),
    (
        {**TABLE, "age": [1.0, *[np.nan] * 39]},
        {"covariates": ["age"]},
        (
            "age must be known for every customer, but row 1 has None (and 38 more rows). Fill "
            "in a value, give those who have none a category of their own such as 'unknown', or "
            "leave these customers out."
        ),
    ),
    (
        {"id": np.arange(38), "region": ["north", "south"] * 19},
        {},
        (
            "the table of covariates must hold every customer of the history, but 2 customers are "
            "absent, such as 38. Add them, or keep the others only, by history.select."
        ),
    ),
    (
        {"id": np.arange(41), "region": ["north"] * 41},
        {},
        (
            "the table of covariates must hold customers of the history only, but 1 customer is "
            "not in it, such as 40. Check the identifiers; where the table is of "
            "more customers, use "
            "history.with_covariates(table, ..., unknown='ignore')."
        ),
    ),
    (
        {"id": [*range(40), 3], "region": ["north"] * 41},
        {},
        (
            "id must be different in every row, but row 40 has 3. Give one row per customer; "
            "covariates do not change over time."
        ),
    ),
    (
        {"id": [str(each) for each in range(40)], "region": ["north"] * 40},
        {},
        (
            "customer must be of one kind, but it is numbers in the history and "
            "text in the table of "
            "covariates. Turn one of them into the other."
        ),
    ),
    (
        {"id": [], "region": []},
        {},
        "the table of covariates is empty. Give one row per customer.",
    ),
]


@pytest.mark.parametrize(("table", "options", "said"), TABLES)
def test_tables_that_do_not_fit_are_refused(table, options, said):
    assert message_of(DataError, lambda: joined(table, **options)) == said


def test_a_table_of_more_customers_is_taken_where_that_is_said():
    table = {"id": np.arange(50), "region": ["north", "south"] * 25}
    assert joined(table, unknown="ignore").covariates == joined(TABLE).covariates


def test_columns_are_named_in_a_list():
    for given in ("region", []):
        said = message_of(ParameterError, lambda given=given: joined(TABLE, covariates=given))
        assert said == (
            f"covariates must be a list of columns, as in covariates=['region'], but it is: "
            f"{given!r}."
        )
    assert "regoin" in message_of(DataError, lambda: joined(TABLE, covariates=["regoin"]))
    assert message_of(ParameterError, lambda: joined(TABLE, unknown="drop")).startswith(
        "unknown must be one of "
    )


FITS = [
    (
        {"purchase": ["regoin"]},
        ParameterError,
        (
            "there is no covariate 'regoin', only 'region', 'age', 'months', "
            "'rare', 'same', 'zero', "
            "'north'. Did you mean 'region'?"
        ),
    ),
    (
        {"purchase": ["rare"]},
        DataError,
        (
            "covariate 'rare' has the level 'one' for one customer only (0), of "
            "which nothing can be "
            "estimated. Join it with another level, or leave this customer out."
        ),
    ),
    (
        {"purchase": ["age", "zero"]},
        DataError,
        (
            "purchase: covariate zero is the same for all customers, so it has "
            "no effect that could be "
            "seen. Leave it out."
        ),
    ),
    (
        {"purchase": ["same"]},
        DataError,
        (
            "covariate 'same' is 'all' for all customers, so it has no effect "
            "that could be seen. Leave "
            "it out."
        ),
    ),
    (
        {"dropout": ["age", "months"]},
        DataError,
        (
            "dropout: covariate months follows from 'age' (collinear), so their "
            "effects cannot be told "
            "apart. Leave one of them out."
        ),
    ),
    (
        {"purchase": ["age"], "dropout": ["region", "north"]},
        DataError,
        (
            "dropout: covariate north follows from 'region=south' (collinear), "
            "so their effects cannot "
            "be told apart. Leave one of them out."
        ),
    ),
    (
        {"purchase": "age"},
        ParameterError,
        (
            "purchase must be a list of different covariates, as in "
            "purchase=['region'], but it is: "
            "'age'."
        ),
    ),
    (
        {"both": ["age"], "dropout_form": "separate"},
        ParameterError,
        (
            "both needs one coefficient of dropout, but dropout_form='separate' has two. Use "
            "dropout_form='mean'."
        ),
    ),
]


@pytest.mark.parametrize(("asked", "error", "said"), FITS)
def test_covariates_whose_effects_cannot_be_told_are_refused(asked, error, said):
    assert message_of(error, lambda: MBGNBD.fit(HISTORY, **asked)) == said


def test_models_say_which_processes_they_have():
    assert message_of(ParameterError, lambda: NBD.fit(HISTORY, dropout=["age"])) == (
        "NBD has no dropout, so dropout cannot have covariates. Omit dropout."
    )
    assert message_of(ParameterError, lambda: NBD.fit(HISTORY, both=["age"])) == (
        "NBD has no dropout, so both cannot have covariates. Omit both."
    )
    said = message_of(
        ParameterError, lambda: ParetoNBD.fit(HISTORY, dropout=["age"], dropout_form="common")
    )
    assert said == (
        "dropout_form='common' is for models of customers who leave at a purchase, such as MBGNBD: "
        "at any time, dropout has one form. Omit dropout_form."
    )


def test_a_history_without_covariates_is_refused():
    said = (
        "{} needs covariates, but the history has none. Add them: history.with_covariates(table, "
        "customer='id', covariates=['region']). Or ask a model that has some about one kind of "
        "customers: for_covariates({{'region': 'south'}})."
    )
    assert message_of(DataError, lambda: BGNBD.fit(PLAIN, dropout=["age"])) == said.format("BGNBD")
    fit = MBGNBD.fit(HISTORY, purchase=["age"])
    asked = message_of(DataError, lambda: fit.expected_purchases(PLAIN, "1 year"))
    assert asked == said.format("MBGNBD")


def test_levels_that_the_fit_does_not_know_are_refused():
    fit = MBGNBD.fit(HISTORY, purchase=["region"])
    table = {"id": np.arange(40), "region": [*["north"] * 38, "west", "east"]}
    assert message_of(DataError, lambda: fit.probability_alive(joined(table))) == (
        "covariate 'region' has the levels 'east', 'west', which the fit does not know: 2 "
        "customers, such as 38. Known levels: 'north', 'south'. Correct the level, fit the model "
        "to data with it, or leave these customers out."
    )
    numbers = {"id": np.arange(40), "region": np.arange(40)}
    assert message_of(DataError, lambda: fit.probability_alive(joined(numbers))) == (
        "covariate 'region' must be categorical, as in the fit, but it is numeric. Give text."
    )


def test_new_customers_are_asked_about_with_their_covariates():
    fit = MBGNBD.fit(HISTORY, purchase=["region", "age"])
    assert message_of(ParameterError, lambda: fit.expected_purchases_new_customer("1 year")) == (
        "MBGNBD has covariates, so customers differ by them. Say whom you mean: "
        "covariates={'region': ..., 'age': ...}."
    )
    some = {"region": "north"}
    assert message_of(
        ParameterError, lambda: fit.expected_purchases_new_customer("1 year", covariates=some)
    ) == ("there is no covariate 'age', only 'region'.")
    plain = MBGNBD.fit(HISTORY)
    assert message_of(
        ParameterError, lambda: plain.expected_purchases_new_customer("1 year", covariates=some)
    ) == ("this MBGNBD has no covariates, so new customers are all alike. Omit covariates.")
    said = message_of(
        DataError,
        lambda: fit.simulate(3, age="1 week", covariates={"region": ["north"] * 2, "age": [1, 2]}),
    )
    assert said == (
        "covariates must be of 3 customers, but they are of 2. Give one row per customer."
    )


def test_what_is_not_answered_with_covariates_says_so():
    fit = MBGNBD.fit(HISTORY, purchase=["age"])
    assert message_of(ParameterError, lambda: MBGNBD.fit(HISTORY).effects) == (
        "this fit of MBGNBD is without covariates, so there are no effects. Fit it to a history "
        "with covariates, as in MBGNBD.fit(history, purchase=['region'])."
    )
    assert purchases_by_month(fit.for_covariates({"age": 3}), PLAIN, 3).purchases.sum() > 0
    with pytest.raises(TypeError):
        BGCNBD.fit(HISTORY, purchase=["age"])
    with pytest.raises(ParameterError, match="there is no effect 'purchase: region', only"):
        _ = fit.effects["purchase: region"]


def test_fits_that_do_not_lie_within_each_other_are_refused():
    one, other = (MBGNBD.fit(HISTORY, purchase=[name]) for name in ("age", "region"))
    assert message_of(ParameterError, lambda: likelihood_ratio(one, other)) == (
        "the covariates of small do not lie within those of large, so there is no likelihood-ratio "
        "test of these two. Give fits to the same covariates, where the small one has fewer "
        "coefficients or equal ones. Or compare them by their AIC."
    )
    assert message_of(ParameterError, lambda: likelihood_ratio(one, MBGNBD.fit(HISTORY))) == (
        "the covariates of small do not lie within those of large, so there is no likelihood-ratio "
        "test of these two. It is the other way round: write likelihood_ratio(large, small)."
    )
    assert message_of(ParameterError, lambda: likelihood_ratio(one, one)) == (
        "small and large have the same covariates. Give another fit."
    )
    assert message_of(ParameterError, lambda: likelihood_ratio(NBD.fit(HISTORY), one)) == (
        "likelihood_ratio compares fits with covariates of one model only, but these are of NBD "
        "and MBGNBD. Compare them by their AIC."
    )


REGION = CodedCovariate(name="region", levels=("north", "south"))
TERMS = [
    (
        {"coefficients": [Coefficient(process="purchase", covariate="age", value=1)]},
        "'purchase: age' is not among the coded covariates: 'region=south'.",
    ),
    (
        {
            "coefficients": 2
            * [Coefficient(process="purchase", covariate="region", level="south", value=1)]
        },
        "'purchase: region=south' is there twice.",
    ),
    (
        {
            "coefficients": [
                Coefficient(process="dropout", covariate="region", level="south", value=1)
            ],
            "dropout_form": "separate",
        },
        "'dropout: region=south' does not go with dropout_form='separate'.",
    ),
]


@pytest.mark.parametrize(("parts", "said"), TERMS)
def test_terms_that_do_not_fit_together_are_refused(parts, said):
    assert message_of(ParameterError, lambda: CovariateTerms(coding=[REGION], **parts)) == said


def test_logs_come_with_a_table_for_covariates():
    log = {"who": ["ann", "bob"], "when": ["2024-01-01", "2024-01-03"]}
    how = {"customer": "who", "date": "when", "observation_end": "2024-02-05", "unit": "week"}
    assert message_of(
        ParameterError,
        lambda: PurchaseHistory.from_transactions(log, **how, covariates=["region"]),
    ) == (
        "covariates are columns of customers, a table with one row per customer. Give it, as in "
        "customers=table."
    )
    table = {"who": ["ann", "bob"], "region": ["north", "south"]}
    known = PurchaseHistory.from_transactions(log, **how, customers=table, covariates=["region"])
    new = {"who": ["cid"], "when": ["2024-02-10"]}
    later = {**how, "observation_end": "2024-03-01"}
    del later["unit"]
    assert message_of(DataError, lambda: known.update(new, **later)) == (
        "the history has covariates, but 1 customer is new, such as 'cid', of whom none are known. "
        "Update a history without covariates, dataclasses.replace(history, covariates=None), and "
        "add those of all customers by with_covariates."
    )


def test_covariates_are_as_many_as_customers():
    assert message_of(DataError, lambda: Covariates({"a": [1, 2], "b": [1]})) == (
        "columns must have the same length, but have {'a': 2, 'b': 1}."
    )
    said = message_of(
        DataError,
        lambda: PurchaseHistory(
            **PLAIN.columns(),
            monetary_value=None,
            unit="week",
            covariates=Covariates({"a": [1, 2]}),
        ),
    )
    assert said == "covariates must have one row per customer, 40, but they have 2."


def test_spend_has_covariates_of_its_own():
    spent = GammaGamma(p=6, q=4, gamma=15).simulate(HISTORY, rng=1)
    assert message_of(ParameterError, lambda: GammaGamma.fit(spent, spend="age")) == (
        "spend must be a list of different covariates, as in spend=['region'], but it is: 'age'."
    )
