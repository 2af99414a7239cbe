"""Complaints, closing times and reasons to leave, for what every result can do."""

from __future__ import annotations

from custvalue import loyalty


def desk():
    return loyalty.ComplaintEconomics(
        customers=1_000,
        dissatisfied=(30, 300),
        complain=(12, 30),
        recovered=(7, 12),
        silent_return=0.2,
        told=9,
        influence=0.01,
        value=500,
    )


def lost():
    return desk().lost


def closing_times():
    return loyalty.ClosingTimes.from_arrays(
        [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], closed=[1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
    )


def reasons():
    return loyalty.churn_reasons({"price": 17, "service": 14, "moved": 8, "car": 6, "rest": 5})


def by_dealer():
    return loyalty.ClosingTimesByGroup.from_arrays(
        [9, 13, 13, 18, 23, 28, 31, 5, 5, 8, 8, 12, 16],
        closed=[1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0],
        by=["north"] * 7 + ["south"] * 6,
    )


def within_promise():
    return by_dealer().share_within(13)
