"""Bad input to RFM: every message, word for word."""

import json

import pytest
import rfm_results

from custvalue import lifetime
from custvalue.errors import DataError, ParameterError

TIMES = {"frequency": [0, 1], "recency": [0, 2], "age": [4, 5], "unit": "week"}
HISTORY = lifetime.PurchaseHistory.from_arrays(**TIMES)
SPENT = lifetime.PurchaseHistory.from_arrays(**TIMES, monetary_value=[0, 8])
LOG = {
    "who": ["a", "a", "b"],
    "when": ["2024-01-01", "2024-01-09", "2024-01-03"],
    "paid": [1, 2, 3],
}
NAMES = {"customer": "who", "date": "when", "observation_end": "2024-02-01"}

ARGUMENTS = [
    ({"scores": 0}, "scores must be a whole number from 2 to 100, as in 5, but it is 0."),
    ({"scores": 1}, "scores must be a whole number from 2 to 100, as in 5, but it is 1."),
    ({"scores": 2.5}, "scores must be a whole number from 2 to 100, as in 5, but it is 2.5."),
    ({"scores": True}, "scores must be a whole number from 2 to 100, as in 5, but it is True."),
    (
        {"scores": {"recency": 5, "frequency": "4", "monetary": 5}},
        "scores['frequency'] must be a whole number from 2 to 100, as in 5, but it is '4'.",
    ),
    (
        {"scores": {"recency": 5}},
        (
            "scores must say how many scores each dimension has, but 'frequency', 'monetary' is "
            "absent. Give all, as in scores={'recency': 5, 'frequency': 4, 'monetary': 5}, or one "
            "number."
        ),
    ),
    (
        {"scores": {"recency": 5, "frequncy": 4}},
        (
            "scores must name 'recency', 'frequency' or 'monetary', but it names 'frequncy'. Did "
            "you mean 'frequency'?"
        ),
    ),
    (
        {"scores": {"recency": 5, "frequency": 4, "monetary": 5}, "cuts": {"recency": [30]}},
        (
            "recency has both scores and cuts, which make 2 scores. Omit it from scores or from "
            "cuts."
        ),
    ),
    (
        {"cuts": {"frequency": [1, 10, 3]}},
        (
            "cuts['frequency'] must be in ascending order, but 3 follows 10. Sort them; for "
            "recency too they are days, ascending."
        ),
    ),
    (
        {"cuts": {"frequency": []}},
        "cuts['frequency'] must be a list of numbers, as in [1, 3, 10] for 4 scores, but it is [].",
    ),
    (
        {"cuts": {"frequency": [1, "many"]}},
        (
            "cuts['frequency'] must be a list of numbers, as in [1, 3, 10] for 4 scores, but it is "
            "[1, 'many']."
        ),
    ),
    (
        {"cuts": [1, 3]},
        (
            "cuts must map a dimension to its cut points, as in {'frequency': [1, 3, 10]}, but it "
            "is [1, 3]."
        ),
    ),
    (
        {"cuts": {"money": [1, 3]}},
        (
            "cuts must name 'recency', 'frequency' or 'monetary', but it names 'money'. Did you "
            "mean 'monetary'?"
        ),
    ),
    (
        {"monetary": "sum"},
        "monetary must be one of 'total', 'mean', but it is 'sum'.",
    ),
    (
        {"customer": "who"},
        (
            "customer is for a transaction log, but data is a PurchaseHistory, which is made "
            "already. Omit it."
        ),
    ),
    (
        {"returns": "net"},
        (
            "returns is for a transaction log, but data is a PurchaseHistory, which is made "
            "already. Omit it."
        ),
    ),
]


@pytest.mark.parametrize(("given", "message"), ARGUMENTS)
def test_arguments(given, message):
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(SPENT, **given)
    assert str(caught.value) == message


@pytest.mark.parametrize("argument", ["cuts", "scores"])
def test_a_dimension_that_is_not_known(argument):
    given = {"cuts": {"monetary": [3]}, "scores": {"recency": 5, "frequency": 5, "monetary": 5}}
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(HISTORY, **{argument: given[argument]})
    assert str(caught.value) == (
        f"{argument} names 'monetary', but no spend is known of these customers, who have scores "
        f"of recency and frequency only. Omit it, or give spend."
    )


def test_a_log_needs_its_columns_and_its_end():
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(LOG, customer="who")
    assert str(caught.value) == (
        "date is needed for a transaction log. Give customer, date and observation_end, or a "
        "PurchaseHistory."
    )


def test_a_log_is_checked_as_for_a_history():
    with pytest.raises(DataError) as caught:
        lifetime.rfm({**LOG, "paid": [1, -2, 3]}, spend="paid", **NAMES)
    assert str(caught.value) == (
        "paid must be >= 0, but row 1 has -2. Use returns='net' to subtract returns from what the "
        "customer spent, returns='pair' to undo the purchases that they belong to, or "
        "returns='drop'."
    )
    with pytest.raises(DataError) as caught:
        lifetime.rfm({"who": [], "when": []}, **NAMES)
    assert str(caught.value) == "the log is empty. Give at least one transaction."


RULES = [
    (
        5,
        [],
        (
            "rules must map the name of each segment to its scores, as in {'active': {'recency': "
            "(4, 5)}, 'passive': {'recency': (1, 3)}}, but it is []."
        ),
    ),
    (
        5,
        {"active": {"recency": (4, 5)}},
        (
            "rules have no segment for the scores 111, 112, 113, 114, 115 and 70 more "
            "combinations, in the order of recency, frequency, monetary. Give every combination of "
            "scores to one segment."
        ),
    ),
    (
        5,
        {"active": {"recency": (3, 5)}, "passive": {"recency": (1, 3)}},
        (
            "rules put the scores 311 into both 'active' and 'passive'. Give every combination of "
            "scores to one segment."
        ),
    ),
    (
        5,
        {"active": {"recency": (4, 6)}},
        (
            "rules['active'] must have a score of recency from 1 to 5, or the lowest and the "
            "highest as in (1, 2), but it is (4, 6)."
        ),
    ),
    (
        5,
        {"active": {"recency": "high"}},
        (
            "rules['active'] must have a score of recency from 1 to 5, or the lowest and the "
            "highest as in (1, 2), but it is 'high'."
        ),
    ),
    (
        5,
        {"active": {"recncy": 5}},
        (
            "rules['active'] must name dimensions that have scores, 'recency', 'frequency', "
            "'monetary', but it names 'recncy'. Did you mean 'recency'?"
        ),
    ),
    (
        5,
        {"active": 5},
        (
            "rules['active'] must be scores by dimension, as in {'recency': (4, 5), 'frequency': "
            "1}, or a list of such, but it is 5."
        ),
    ),
    (
        4,
        lifetime.RFM_SEGMENTS,
        (
            "the published segments are for 5 scores of recency and frequency, but there are 4 and "
            "4. Use scores=5, or give rules of your own, as in rules={'active': {'recency': (4, "
            "5)}, 'passive': {'recency': (1, 3)}}."
        ),
    ),
]


@pytest.mark.parametrize(("scores", "rules", "message"), RULES)
def test_rules(scores, rules, message):
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(SPENT, scores=scores).segments(rules)
    assert str(caught.value) == message


def test_rules_of_a_dimension_without_scores():
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(HISTORY).segment({"rich": {"monetary": 5}})
    assert str(caught.value) == (
        "rules['rich'] must name dimensions that have scores, 'recency', 'frequency', but it names "
        "'monetary'."
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            3,
            (
                "weights must map dimensions to numbers, as in {'recency': 2, 'frequency': 1}, but "
                "it is 3."
            ),
        ),
        (
            {"recency": -1},
            "weights must be numbers >= 0, one of them above 0, but they are {'recency': -1}.",
        ),
        (
            {"recency": 0},
            "weights must be numbers >= 0, one of them above 0, but they are {'recency': 0}.",
        ),
        (
            {"recently": 1},
            (
                "weights must name 'recency', 'frequency' or 'monetary', but it names 'recently'. "
                "Did you mean 'recency'?"
            ),
        ),
    ],
)
def test_weights(weights, message):
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(SPENT).weighted_score(weights)
    assert str(caught.value) == message


def test_values_of_other_customers():
    with pytest.raises(ParameterError) as caught:
        lifetime.rfm(SPENT).segments(value=[3, 4])
    assert str(caught.value) == (
        "value must be a CustomerLifetimeValue, as of customer_lifetime_value(history, ...), but "
        "it is list."
    )
    value = lifetime.customer_lifetime_value(
        SPENT,
        purchases=rfm_results.MODEL,
        spend=rfm_results.SPEND,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    with pytest.raises(DataError) as caught:
        rfm_results.rfm().segments(value=value)
    assert str(caught.value) == (
        "value must have all 60 customers of the segments, but 2 is not there (58 customers in "
        "all). Make both from the same history."
    )


def test_a_holdout_of_another_time_or_of_others():
    log = {"who": [1, 1, 2], "when": ["2024-01-01", "2024-03-01", "2024-01-05"]}
    train, holdout = lifetime.split(
        log,
        customer="who",
        date="when",
        unit="week",
        calibration_end="2024-01-31",
        holdout_end="2024-03-31",
    )
    later = lifetime.rfm(log, customer="who", date="when", observation_end="2024-03-31")
    with pytest.raises(DataError) as caught:
        later.segments(holdout=holdout)
    assert str(caught.value) == (
        "the holdout must begin after 2024-03-31, the end of observation, but it begins on "
        "2024-02-01. Score the train part of the same lifetime.split."
    )
    with pytest.raises(DataError) as caught:
        rfm_results.rfm().segments(holdout=holdout)
    assert str(caught.value) == (
        "holdout must have all 60 customers of the segments, but 0 is not there (58 customers in "
        "all). Make both from the same history."
    )
    with pytest.raises(DataError) as caught:
        lifetime.rfm(train).segments(holdout=train)
    assert str(caught.value) == (
        "holdout must be a Holdout, as of lifetime.split or Holdout.from_arrays, but it is "
        "PurchaseHistory."
    )


def test_scoring_with_the_cut_points_of_another_kind():
    of_log = lifetime.rfm(LOG, spend="paid", **NAMES)
    with pytest.raises(ParameterError) as caught:
        of_log.score(SPENT)
    assert str(caught.value) == (
        "this result counts the spend of the first purchase day, which a history does not know. "
        "Use rfm(log, ..., cuts=result.cuts) with the transaction log."
    )
    with pytest.raises(DataError) as caught:
        lifetime.rfm(SPENT).score(HISTORY)
    assert str(caught.value) == (
        "the history has no monetary values, which this result scores. Give spend when the history "
        "is made."
    )
    with pytest.raises(DataError) as caught:
        lifetime.rfm(HISTORY).score(LOG)
    assert str(caught.value) == (
        "history must be a PurchaseHistory, but it is dict. Make one with "
        "PurchaseHistory.from_transactions(log, ...)."
    )


def test_migration_needs_a_later_result_of_the_same_customers():
    early = lifetime.rfm(LOG, **NAMES)
    late = lifetime.rfm(LOG, **{**NAMES, "observation_end": "2024-03-01"})
    with pytest.raises(ParameterError) as caught:
        late.migration(early)
    assert str(caught.value) == (
        "later must be observed beyond 2024-03-01, but it is observed to 2024-02-01. Use "
        "earlier.migration(later)."
    )
    with pytest.raises(ParameterError) as caught:
        early.migration("later")
    assert str(caught.value) == "later must be the RFM of a later date, but it is str."
    with pytest.raises(DataError) as caught:
        early.migration(lifetime.rfm(HISTORY))
    assert str(caught.value) == (
        "identifiers of customers are text in one and numbers in the other. Read both alike."
    )


def test_a_segment_that_is_not_there():
    with pytest.raises(DataError, match=r"no segment 'champion'\. Did you mean 'champions'"):
        rfm_results.segments()["champion"]
    with pytest.raises(DataError, match=r"no segment 'champion'\. Did you mean 'champions'"):
        rfm_results.migration().share("champion", "gone")
    with pytest.raises(DataError, match="there is no segment 'gone'"):
        rfm_results.migration().share("gone", "gone")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("days_since_last", [-1, 2], "days_since_last must be >= 0, but row 0 has -1. "),
        ("purchase_days", [0.5, 1], "purchase_days must be a whole number >= 1, but row 0 has 0.5"),
        ("cuts", {"recency": [3]}, "cuts must name recency, frequency."),
        ("cuts", {"recency": [3, 1], "frequency": [1]}, "cuts['recency'] must be in ascending"),
        ("spend", [3, None], "spend must be a finite number, but row 1 has nan."),
        ("customer", [1], "columns must have the same length, but have"),
    ],
)
def test_json_that_does_not_fit(field, value, message):
    content = json.loads(lifetime.rfm(SPENT if field == "spend" else HISTORY).to_json())
    with pytest.raises((DataError, ParameterError)) as caught:
        lifetime.RFM.from_json(json.dumps({**content, field: value}))
    assert message in str(caught.value)
