"""What is paired by position belongs together: pandas columns with other indexes are refused."""

import pandas as pd
import pytest

from custvalue import kano, lifetime, satisfaction, servqual
from custvalue.errors import DataError
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
ONE, OTHER = pd.Series([1, 2, 3]), pd.Series([1.0, 2.0, 3.0], index=[2, 1, 0])
FRAME = pd.DataFrame({"a": ONE, "b": ONE})
DEGREES = [[[1, 0, 0, 0, 0]]] * 3
WEEKS = {"unit": "week"}
LABELLED = ("weights", "group", "wave", "cluster", "customer")
HISTORY = lifetime.PurchaseHistory.from_arrays(
    frequency=[3, 1, 0, 2],
    recency=[20, 5, 0, 9],
    age=[30] * 4,
    customer=["d", "b", "c", "a"],
    **WEEKS,
)


def history_of(**changed):
    given = {"frequency": ONE, "recency": ONE + 3, "age": ONE + 9} | changed
    return lifetime.PurchaseHistory.from_arrays(**given, **WEEKS)


def cells_of(**changed):
    given = {"frequency": ONE, "recency": ONE + 3, "age": ONE + 9, "count": ONE} | changed
    return lifetime.CustomerCells.from_arrays(**given, **WEEKS)


def chances_of(**changed):
    given = {"frequency": ONE, "recency": ONE + 1, "opportunities": ONE + 2} | changed
    return lifetime.OpportunityHistory.from_arrays(**given)


def contracts_of(**changed):
    given = {"renewals": ONE, "active": ONE > 1, "customers": ONE} | changed
    return lifetime.Contracts.from_arrays(**given, period="1 year")


def holdout_of(**changed):
    given = {"frequency": ONE, "spend": ONE, "customer": ONE} | changed
    return lifetime.Holdout.from_arrays(**given, duration="9 weeks", **WEEKS)


def responses_of(**given):
    return Responses.from_arrays(FRAME, scale=FIVE, **given)


def kano_of(**given):
    return kano.Questionnaire.from_arrays(FRAME, FRAME, **given)


def fuzzy_of(**given):
    given = {"weights": ONE} | given
    return kano.FuzzyQuestionnaire.from_arrays(DEGREES, DEGREES, **given)


def servqual_of(**given):
    return servqual.Survey.from_arrays(FRAME, FRAME, scale=FIVE, dimensions={"d": 2}, **given)


def zone_of(**given):
    return servqual.ToleranceSurvey.from_arrays(
        FRAME, adequate=FRAME, desired=FRAME, scale=FIVE, dimensions={"d": 2}, **given
    )


def problems_of(**given):
    return satisfaction.problem_analysis({"late": ONE > 1}, **given)


CASES = [
    (history_of, ("recency", "age", "monetary_value", "customer", "entry")),
    (cells_of, ("recency", "age", "count", "monetary_value")),
    (chances_of, ("recency", "opportunities", "customers", "monetary_value", "customer")),
    (contracts_of, ("active", "customers")),
    (holdout_of, ("frequency", "spend")),
    (responses_of, LABELLED),
    (kano_of, LABELLED),
    (fuzzy_of, ("group", "wave", "cluster")),
    (servqual_of, LABELLED),
    (zone_of, LABELLED),
    (problems_of, ("weights",)),
]


EACH = [(make, name) for make, names in CASES for name in names]


@pytest.mark.parametrize(("make", "name"), EACH)
def test_a_column_of_other_rows_is_refused(make, name):
    with pytest.raises(DataError) as caught:
        make(**{name: OTHER})
    said = str(caught.value)
    assert "must be columns of the same rows, but their indexes differ. Put them into one" in said
    assert f" and {name} must" in said or f"{name} and " in said


def test_what_has_one_index_or_none_is_read():
    assert responses_of(weights=ONE).weights.tolist() == [1, 2, 3]
    assert responses_of(weights=OTHER.to_numpy()).weights.tolist() == [1, 2, 3]
    assert history_of(recency=OTHER.to_numpy() + 3).recency.tolist() == [4, 5, 6]


def test_labels_of_customers_come_in_their_order():
    known = HISTORY.customer.tolist()
    regions = dict(zip(known, "xyxy", strict=True))
    series = pd.Series(regions)
    model = lifetime.NBD(r=1, alpha=5, **WEEKS)
    fit = lifetime.NBD.fit(model.simulate(200, age="30 weeks", rng=1))
    predicted = fit.predict(HISTORY, "9 weeks")
    totals = predicted.totals(series)
    rows = [known.index(name) for name in known if regions[name] == "x"]
    assert totals["x"].purchases.value == pytest.approx(predicted.purchases[rows].sum())
    shuffled = series.sort_index(ascending=False)
    assert shuffled.index.tolist() != known
    with pytest.raises(DataError) as caught:
        predicted.totals(shuffled)
    assert str(caught.value) == (
        "by must come in the order of the customers, but its index is another one. Give "
        "by.loc[history.customer] if it is indexed by customer, or by.to_numpy() if its rows come "
        "in the same order."
    )
    with pytest.raises(DataError, match="by must come in the order of the customers"):
        lifetime.fit_groups(lifetime.NBD, HISTORY, by=shuffled)
