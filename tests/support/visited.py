"""Visits to a workshop, drawn once, and results of them."""

from __future__ import annotations

from functools import cache

import numpy as np

from custvalue import journey
from custvalue.survey import Responses, Scale

MORE = ("retention", "styles", "justice", "complaints", "classified", "complaint_shares")
STEPS = ("reception", "repair", "handover")
CANS = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22)
CANS += (8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)


@cache
def frame(n=400, vehicles=150):
    """Return a year of visits by day, some of them not handed over or without a vehicle."""
    rng = np.random.default_rng(3)
    opened = np.datetime64("2025-01-01") + rng.integers(0, 400, n).astype("m8[D]")
    days = rng.integers(0, 4, n)
    delivered = (opened + days.astype("m8[D]")).astype(str).astype(object)
    delivered[rng.uniform(size=n) < 0.05] = None
    asked = rng.integers(0, 5, n)
    vehicle = rng.choice([f"V{place}" for place in range(vehicles)], n).astype(object)
    vehicle[:5] = None
    return {
        "vin": vehicle,
        "in": opened.astype(str),
        "promised": (opened + rng.integers(0, 4, n).astype("m8[D]")).astype(str),
        "out": delivered,
        "dealer": rng.choice(["north", "south", "east"], n),
        "estimate": rng.lognormal(6, 1, n).round(2),
        "bill": rng.lognormal(6, 1, n).round(2),
        "cause": rng.choice(["brake noise", "oil service", "rebuild", "recall 12", ""], n),
        "asked": asked,
        "filled": np.minimum(asked, rng.integers(0, 5, n)),
    }


NAMES = {
    "vehicle": "vin",
    "opened": "in",
    "promised": "promised",
    "delivered": "out",
    "estimate": "estimate",
    "bill": "bill",
    "cause": "cause",
    "lines_asked": "asked",
    "lines_filled": "filled",
    "labels": ["dealer"],
}


@cache
def visits():
    return journey.Visits.from_frame(frame(), **NAMES)


@cache
def rate():
    return visits().first_time_fix(within="30 days")


def rates():
    return rate().by("dealer")


def chart():
    return journey.control_chart(CANS, 50, measure="unfit cans")


@cache
def retention():
    """Return retention of vehicles registered over five years, some of which never came."""
    rng = np.random.default_rng(8)
    n = 120
    first = np.datetime64("2021-01-01") + rng.integers(0, 1_400, n).astype("m8[D]")
    sold = (first + rng.integers(200, 3_000, n).astype("m8[D]")).astype(str).astype(object)
    sold[rng.uniform(size=n) < 0.7] = None
    register = {
        "vin": [f"V{place}" for place in range(n)],
        "first": first.astype(str),
        "sold": sold,
        "dealer": rng.choice(["north", "south", "east"], n),
    }
    rows = rng.integers(0, n, 500)
    opened = first[rows] + rng.integers(0, 1_800, 500).astype("m8[D]")
    late = opened > np.datetime64("2025-12-31")
    frame = {"vin": np.array(register["vin"])[rows][~late], "in": opened[~late].astype(str)}
    found = journey.Visits.from_frame(
        frame, vehicle="vin", opened="in", observation_end="2025-12-31"
    )
    return found.retention_by_age(
        register,
        vehicle="vin",
        registered="first",
        sold="sold",
        labels=["dealer"],
        observation_start="2021-01-01",
        years=4,
    )


@cache
def complaints():
    rng = np.random.default_rng(5)
    said = [
        "waited two hours",
        "engine noise",
        "will call my lawyer",
        "缺货",
        "deposit",
        "",
        "记者",
    ]
    opened = np.datetime64("2025-01-01") + rng.integers(0, 300, 60).astype("m8[D]")
    closed = (opened + rng.integers(0, 40, 60).astype("m8[D]")).astype(str).astype(object)
    closed[rng.uniform(size=60) < 0.3] = None
    frame = {
        "customer": [f"C{place}" for place in rng.integers(0, 40, 60)],
        "opened": opened.astype(str),
        "closed": closed,
        "text": rng.choice(said, 60),
        "dealer": rng.choice(["north", "south", "east"], 60),
    }
    names = {name: name for name in ("customer", "opened", "closed", "text")}
    return journey.Complaints.from_frame(frame, **names, labels=["dealer"])


def classified():
    return complaints().classify()


def complaint_shares():
    return complaints().shares()


def observed(instrument, n=80, **labels):
    """Return answers to an instrument whose items of one dimension go together."""
    rng = np.random.default_rng(6)
    sizes = instrument.sizes
    own = np.repeat(rng.normal(0, 0.9, (n, len(sizes))), sizes, axis=1)
    given = np.clip(np.rint(3.2 + own + rng.normal(0, 0.6, own.shape)), 1, 5)
    return Responses.from_arrays(given, items=instrument.item_names, scale=Scale(1, 5), **labels)


@cache
def styles():
    answers = observed(journey.SOCIAL_STYLE, customer=[f"C{place}" for place in range(80)])
    return journey.social_styles(answers)


@cache
def justice():
    return journey.recovery_justice(observed(journey.RECOVERY_JUSTICE))


def follow_ups():
    return visits().follow_up()


@cache
def answers():
    rng = np.random.default_rng(1)
    own = rng.normal(0, 0.6, (60, 1))
    given = np.clip(np.rint(own + rng.normal([4.0, 3.1, 4.4], 0.8, (60, 3))), 1, 5)
    given[rng.uniform(size=given.shape) < 0.1] = np.nan
    given[0] = [4, np.nan, np.nan]
    columns = dict(zip(STEPS, given.T, strict=True))
    return Responses.from_frame(columns, scale=Scale(1, 5), missing="pairwise")


def touchpoints():
    return journey.touchpoints(answers(), order=list(STEPS))
