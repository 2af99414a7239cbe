"""Loyalty curves, zones and scores, for what every result can do."""

from __future__ import annotations

from functools import cache

import numpy as np

from custvalue import loyalty
from custvalue.survey import Scale

FIVE = Scale(1, 5)
CHANCES = np.array([0.1, 0.3, 0.4, 0.5, 0.85])


def asked(n=400):
    random = np.random.default_rng(5)
    satisfied = np.r_[1:6, random.integers(1, 6, n - 5)]
    returned = random.random(n) < CHANCES[satisfied - 1]
    return {"satisfaction": satisfied, "outcome": returned, "scale": FIVE}


@cache
def curve():
    return loyalty.curve(**asked(), resamples=30, rng=1)


def shapes():
    return curve().shapes


def level_zones():
    return curve().zones((2.5, 4.5))


def top_box():
    return curve().top_box_ratio


@cache
def curves():
    region = np.resize(["north", "south"], 400)
    return loyalty.curves_by_group(**asked(), by=region, resamples=30, rng=1)


def scores():
    return loyalty.scores(
        emotional=[5, 4, 2, 5, None, 3],
        intentional=[4, 4, 1, 5, 3, 2],
        behavioural=[4, 3, 3, 5, 1, 2],
        scale=FIVE,
    )


MADE = ("curve", "shapes", "level_zones", "top_box", "curves", "scores")
