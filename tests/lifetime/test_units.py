from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from custvalue._histories.units import DAYS, checked_unit, horizon_in, matching_unit
from custvalue.errors import ParameterError, UnitError

SAY = "Write the number with its unit, as in '39 weeks' or '3 years'."


def test_a_year_is_365_and_a_quarter_days_and_a_month_its_twelfth():
    assert dict(DAYS) == {"day": 1, "week": 7, "month": 30.4375, "year": 365.25}


@pytest.mark.parametrize(
    ("horizon", "unit", "expected"),
    [
        ("39 weeks", "week", 39),
        ("39 weeks", "day", 273),
        ("1 year", "week", 365.25 / 7),
        ("3 years", "month", 36),
        ("18 months", "year", 1.5),
        ("1.5 years", "day", 547.875),
        ("90 days", "day", 90),
        ("0 days", "week", 0),
        (" 2  Weeks ", "day", 14),
        ("12weeks", "week", 12),
        (".5 year", "month", 6),
        ("1e3 days", "day", 1000),
        (timedelta(days=14), "week", 2),
        (timedelta(hours=36), "day", 1.5),
    ],
)
def test_horizon_is_counted_in_the_unit(horizon, unit, expected):
    assert horizon_in(horizon, unit) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("horizon", "error", "message"),
    [
        (12, UnitError, f"horizon=12 has no time unit. {SAY}"),
        (None, UnitError, f"horizon=None has no time unit. {SAY}"),
        ("12", UnitError, f"horizon='12' is not a number with a time unit. {SAY}"),
        ("weeks", UnitError, f"horizon='weeks' is not a number with a time unit. {SAY}"),
        ("", UnitError, f"horizon='' is not a number with a time unit. {SAY}"),
        (
            "3 yeers",
            UnitError,
            (
                "horizon='3 yeers' has the unknown unit 'yeers'; the units are 'days', 'weeks', "
                "'months', 'years'. Did you mean 'years'?"
            ),
        ),
        (
            "2 quarters",
            UnitError,
            (
                "horizon='2 quarters' has the unknown unit 'quarters'; the units are 'days', "
                "'weeks', 'months', 'years'."
            ),
        ),
        (
            "1,5 years",
            UnitError,
            (
                f"horizon='1,5 years': '1,5' is not a number. {SAY} Use a decimal point and no "
                f"thousands separator."
            ),
        ),
        (
            "-3 years",
            ParameterError,
            "horizon must be finite and >= 0, but it is '-3 years'.",
        ),
        (
            "1e999 years",
            ParameterError,
            "horizon must be finite and >= 0, but it is '1e999 years'.",
        ),
        (timedelta(days=-1), ParameterError, "horizon must be >= 0, but it is -1 days."),
    ],
)
def test_horizon_without_a_sure_meaning_is_refused(horizon, error, message):
    with pytest.raises(error) as caught:
        horizon_in(horizon, "week")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("horizon", "what"),
    [
        (["39 weeks", "52 weeks"], "list of 2"),
        (("1 year",), "tuple of 1"),
        ([39, 52], "list of 2"),
        (np.array(["1 week", "1 day"]), "ndarray of 2"),
        (pd.Series(["1 week"]), "Series of 1"),
        ({}, "dict of 0"),
    ],
)
def test_several_horizons_are_asked_for_one_after_the_other(horizon, what):
    with pytest.raises(UnitError) as caught:
        horizon_in(horizon, "week")
    assert str(caught.value) == (
        f"horizon must be one length of time, as in '39 weeks', but it is a {what}. Ask for one "
        f"after the other."
    )


@pytest.mark.parametrize(
    ("unit", "hint"),
    [("weeks", " Did you mean 'week'?"), ("W", ""), (7, ""), (None, "")],
)
def test_unknown_unit_is_refused(unit, hint):
    message = f"unit must be one of 'day', 'week', 'month', 'year', but it is {unit!r}.{hint}"
    for check in (checked_unit, lambda unit: horizon_in("1 day", unit)):
        with pytest.raises(UnitError) as caught:
            check(unit)
        assert str(caught.value) == message


def test_a_model_must_count_time_as_the_history_does():
    matching_unit("week", "week", "BGNBD")
    matching_unit(None, "week", "BGNBD")
    with pytest.raises(UnitError) as caught:
        matching_unit("week", "day", "BGNBD")
    assert str(caught.value) == (
        "BGNBD counts time in weeks, but the history in days. Use history.in_unit('week'), or fit "
        "the model to this history."
    )
