"""Complaints, lost customers, tiers and experience, for what every result can do."""

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


def recovery():
    return loyalty.recovery_effect((81, 171), (49, 166))


def share():
    return loyalty.share_of_customer([80, 20, 0, 50, None], [100, 100, 40, 60, 70])


def lost_customers():
    return loyalty.win_back(
        {"An": 900, "Bo": 300, "Cy": 60, "Di": 220},
        chance={"price": (9, 80), "service": (12, 40)},
        by=["price", "service", "price", "price"],
        cost=15,
        anyway=0.02,
        value_error=40,
    )


def switching():
    return loyalty.switching_cost([0, 20, 50, 50, 100, None], never=[0, 0, 0, 0, 0, 1])


def tiers():
    return loyalty.pyramid(
        dict(zip("abcdefghij", [900, 450, 300, 120, 80, 80, 60, 20, 10, 0], strict=True)),
        thresholds=(500, 100, 15),
    )


def tiers_by_share():
    return loyalty.pyramid([900, 450, 300, 120, 80, 80, 60, 20, 10, 0], shares=(0.2, 0.3))


def tier():
    return tiers()["gold"]


def migration():
    later = {"a": 700, "b": 600, "c": 90, "d": 150, "e": 80, "f": 0, "k": 40}
    return tiers().migration(tiers().of(later))


def referrals():
    return loyalty.ReferralValue(
        referrals=100, anyway=(8, 20), value=300, reward=20, acquisition_saved=50
    )


def experience():
    return loyalty.ExperienceTrend.from_counts(
        {0: (14, 100), 1: (21, 100), 2: (24, 90), "3+": (30, 100)}
    )


COMPLAINTS = ("desk", "lost", "closing_times", "reasons", "by_dealer", "within_promise", "recovery")
CUSTOMERS = ("lost_customers", "switching", "tiers", "tiers_by_share", "tier", "migration", "share")
EVERY = (*COMPLAINTS, *CUSTOMERS, "referrals", "experience")
