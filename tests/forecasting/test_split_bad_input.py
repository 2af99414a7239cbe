"""Bad input to a split: every message, word for word."""

from datetime import date

import polars as pl
import pytest

from custvalue import lifetime
from custvalue._forecasting.holdout import checked_holdout
from custvalue.errors import DataError, ParameterError, UnitError

LOG = {
    "who": ["ann", "ann", "bob", "ann", "cat"],
    "when": [date(2024, 1, day) for day in (1, 8, 3, 20, 25)],
    "paid": [20.0, 30.0, 9.0, 5.0, 6.0],
}


def split(log=LOG, **options):
    names = {"customer": "who", "date": "when", "spend": "paid", "unit": "day"}
    days = {"calibration_end": "2024-01-15", "holdout_end": "2024-01-31"}
    return lifetime.split(log, **{**names, **days, **options})


def holdout(**changes):
    given = {"frequency": [3, 0], "duration": "39 weeks", "unit": "week"}
    return lifetime.Holdout.from_arrays(**{**given, **changes})


def lazy():
    return pl.DataFrame(LOG).lazy()


TRAIN = split().train
HISTORY = lifetime.PurchaseHistory.from_arrays(
    frequency=[1, 0], recency=[3, 0], age=[30, 30], customer=["ann", "bob"], unit="week"
)

CASES = {
    "holdout first": (
        lambda: split(holdout_end="2024-01-15"),
        ParameterError,
        (
            "holdout_end must be after calibration_end, which is 2024-01-15, but it is "
            "2024-01-15. The calibration comes first, and the holdout begins on the day after it."
        ),
    ),
    "no day": (
        lambda: split(calibration_end="39 weeks"),
        ParameterError,
        (
            "calibration_end must be a day without a time zone, as in '1997-09-30', but it is '39 "
            "weeks'."
        ),
    ),
    "no end": (
        lambda: split(holdout_end=39),
        ParameterError,
        "holdout_end must be a day without a time zone, as in '1997-09-30', but it is 39.",
    ),
    "unit": (
        lambda: split(unit="weeks"),
        UnitError,
        (
            "unit must be one of 'day', 'week', 'month', 'year', but it is 'weeks'. Did you mean "
            "'week'?"
        ),
    ),
    "late rows": (
        lambda: split(holdout_end="2024-01-22"),
        DataError,
        (
            "when must be on or before 2024-01-22, the end of observation, but row 4 has "
            "'2024-01-25'. Use after_end='ignore' to exclude later transactions, or move "
            "holdout_end."
        ),
    ),
    "late rows of a lazy log": (
        lambda: split(lazy(), holdout_end="2024-01-22"),
        DataError,
        (
            "when must be on or before 2024-01-22, the end of observation, but 1 row is not: "
            "'2024-01-25' of customer 'cat'. Use after_end='ignore' to exclude later transactions, "
            "or move holdout_end."
        ),
    ),
    "nothing before": (
        lambda: split(calibration_end="2023-12-31"),
        DataError,
        (
            "no purchase is left: 5 transactions are after 2023-12-31, 0 were dropped, and no "
            "other is a purchase. Give a later calibration_end, or drop less."
        ),
    ),
    "nothing after": (
        lambda: split(calibration_end="2024-01-26"),
        DataError,
        (
            "the holdout is empty: there is no purchase from 2024-01-27 to 2024-01-31. Give an "
            "earlier calibration_end, or the log until holdout_end."
        ),
    ),
    "nothing after in a lazy log": (
        lambda: split(lazy(), calibration_end="2024-01-26"),
        DataError,
        (
            "the holdout is empty: there is no purchase from 2024-01-27 to 2024-01-31. Give an "
            "earlier calibration_end, or the log until holdout_end."
        ),
    ),
    "all are new": (
        lambda: split(calibration_end="2024-01-21"),
        DataError,
        (
            "no customer of the calibration buys after 2024-01-21: the holdout has only new "
            "customers, 1 of them. Check that a customer has one identifier in the whole log, or "
            "give another calibration_end."
        ),
    ),
    "a return": (
        lambda: split({**LOG, "paid": [20.0, 30.0, 9.0, -5.0, 6.0]}),
        DataError,
        (
            "paid must be >= 0, but row 3 has -5. Use returns='net' to subtract returns from what "
            "the customer spent, returns='pair' to undo the purchases that they belong to, or "
            "returns='drop'."
        ),
    ),
    "half a purchase": (
        lambda: holdout(frequency=[0.5, 0]),
        DataError,
        (
            "frequency must be a whole number >= 0, but row 0 has 0.5. It counts the days with a "
            "purchase in the holdout."
        ),
    ),
    "no spend": (
        lambda: holdout(spend=[float("nan"), 0]),
        DataError,
        (
            "spend must be a finite number, but row 0 has nan. Give every customer what they "
            "spent in the holdout, 0 for nothing."
        ),
    ),
    "nobody": (
        lambda: holdout(frequency=[]),
        DataError,
        "the holdout is empty. Give at least one customer.",
    ),
    "duration without unit": (
        lambda: holdout(duration=39),
        UnitError,
        (
            "duration=39 has no time unit. Write the number with its unit, as in '39 weeks' or '3 "
            "years'."
        ),
    ),
    "no duration": (
        lambda: holdout(duration="0 weeks"),
        ParameterError,
        "duration must be > 0, as in '39 weeks', but it is 0.",
    ),
    "a table": (
        lambda: checked_holdout(HISTORY, [3, 0]),
        DataError,
        "holdout must be a Holdout, as of lifetime.split or Holdout.from_arrays, but it is: list.",
    ),
    "spend without a purchase": (
        lambda: holdout(spend=[20.0, 5.0]),
        DataError,
        (
            "spend must be 0 where frequency is 0, but row 1 has 5. It counts the days with a "
            "purchase in the holdout."
        ),
    ),
    "another unit": (
        lambda: checked_holdout(HISTORY, holdout(unit="day")),
        UnitError,
        (
            "the holdout counts time in days, but the history in weeks. Split the log with "
            "unit='week', or use history.in_unit('day')."
        ),
    ),
    "more customers": (
        lambda: checked_holdout(HISTORY, holdout(frequency=[3, 0, 1])),
        DataError,
        (
            "the holdout must have a row for each of the 2 customers of the history, but it has "
            "3. Use both parts of one lifetime.split, or give one row per customer of the history."
        ),
    ),
    "other customers": (
        lambda: checked_holdout(HISTORY, holdout(customer=["ann", "eve"])),
        DataError,
        (
            "the holdout must have the customers of the history in their order, but in row 1 it "
            "has 'eve', and the history 'bob'. Use both parts of one lifetime.split, or give one "
            "row per customer of the history."
        ),
    ),
    "another day": (
        lambda: checked_holdout(TRAIN, split(calibration_end="2024-01-16").holdout),
        DataError,
        (
            "the holdout must begin on the day after the calibration, which ends on 2024-01-15, "
            "but it begins on 2024-01-17. Use both parts of one lifetime.split."
        ),
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_what_is_said(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message


def test_both_parts_of_a_split_belong_together():
    train, held = split()
    assert checked_holdout(train, held) is held
