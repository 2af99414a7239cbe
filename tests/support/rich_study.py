"""A study in which everything is asked that a report can tell of, and its tables."""

from __future__ import annotations

import numpy as np
from sample_dealership import STUDY

from custvalue import datasets

BEFORE, LATEST = "2024Q3", "2024Q4"
DEALERSHIP = datasets.simulate_dealership(1500, rng=11)
KEYS = """group = "dealer"
wave = "wave"
cluster = "dealer"
weights = "w"
labels = ["half"]
complaint = "open"
missing = "raise"
"""
TABLES = """
[survey.effort]
answers = "e"
version = "2"
[survey.kano]
functional = {"代步车" = "f1", "取送车" = "f2"}
dysfunctional = {"代步车" = "d1", "取送车" = "d2"}
[survey.index]
scale = [1, 7]
items = ["p01", "p05", "p10"]
importance = [50, 30, 20]
[survey.drivers]
scale = [1, 7]
items = ["p01", "p05", "p10", "p14"]
overall = "satisfaction_perceived"
overall_scale = [1, 10]
[survey.items]
satisfaction_perceived = "总体满意度"
p10 = {name = "及时答复", text = "服务站是否及时答复？"}
[rfm]
# --- Transactions"""
RICH = STUDY.replace('missing = "raise"', KEYS, 1).replace("# --- Transactions", TABLES, 1)


def rich_survey():
    """Give answers of two waves in twelve workshops: one is worse, one has three answers."""
    rng = np.random.default_rng(2)
    survey = dict(DEALERSHIP.survey)
    rows = np.arange(len(survey["recommend"]))
    survey["dealer"] = np.where(rows < 3, "D99", np.char.add("D", (rows % 11).astype(str)))
    survey["wave"] = np.where(rows % 2 == 0, BEFORE, LATEST)
    survey["half"] = np.where(rows % 3 == 0, "北", "南")
    survey["e"] = rng.integers(1, 8, len(rows))
    survey["w"] = rng.uniform(0.5, 2, len(rows))
    survey["open"] = np.where(rows % 37 == 3, "yes", "no")
    worse = 4 * (survey["dealer"] == "D4") + 2 * (survey["wave"] == BEFORE)
    survey["recommend"] = np.maximum(survey["recommend"] - worse, 0)
    survey["e"] = np.maximum(survey["e"] - (survey["wave"] == LATEST), 1)
    return survey | {name: rng.integers(1, 6, len(rows)) for name in ("f1", "f2", "d1", "d2")}


PLAIN = """
title = "Plain"
currency = "EUR"
[survey]
customer = "customer_id"
group = "shop"
labels = ["kind", "sort"]
missing = "drop"
[survey.servqual]
scale = {low = 1, high = 7, missing_codes = [9]}
perceptions = ["p01", "p05", "p10", "p14", "p18"]
dimensions = {room = ["p01", "p05"], staff = ["p10", "p14"], care = ["p18"]}
[survey.satisfaction]
scale = [1, 5]
perceived = "s"
boxes = 1
[survey.effort]
answers = "e"
version = "1"
[survey.items]
p18 = {name = "care for you", text = "Do they care?"}
[transactions]
customer = "customer_id"
date = "date"
spend = "spend"
observation_end = 2024-09-30
purchase_model = "MBGNBD"
after_end = "ignore"
returns = "drop"
duplicates = "drop"
[lifetime]
horizon = "3 years"
annual_discount_rate = 0.1
margin = 0.3
calls_listed = 3
"""


def plain_survey():
    """Give answers with gaps, of shops of which most are small, and of strangers."""
    rng = np.random.default_rng(7)
    survey = {name: np.array(column) for name, column in DEALERSHIP.survey.items()}
    n = len(survey["recommend"])
    rows = np.arange(n)
    survey["customer_id"][-20:] += 1_000_000
    survey["customer_id"][5] = survey["customer_id"][6]
    survey["shop"] = np.where(rows < 12 * 9, np.char.add("S", (rows % 12).astype(str)), "T0")
    survey["shop"] = np.where(rows >= 240, np.char.add("T", (rows % 5).astype(str)), survey["shop"])
    survey["kind"] = np.where(rows % 2 == 0, "old", "new")
    survey["sort"] = np.where(rows < 5, "b", "a")
    better = 2 * (survey["kind"] == "new") + 3 * (survey["shop"] == "T3")
    survey["s"] = np.clip((survey["satisfaction_perceived"] + better) // 2, 1, 5)
    survey["e"] = rng.integers(1, 6, n)
    survey["p01"] = np.where(rows % 100 == 17, 9, survey["p01"])
    survey["p10"] = np.where(rows % 200 == 33, np.nan, survey["p10"])
    survey["e"] = np.where(rows % 150 == 41, np.nan, survey["e"])
    return survey


def plain_log():
    """Give purchases, some given back, and some written down twice."""
    log = {name: np.array(column) for name, column in DEALERSHIP.transactions.items()}
    again = {name: column[100:130] for name, column in log.items()}
    back = {name: column[200:217] for name, column in log.items()}
    back["spend"] = -back["spend"]
    return {name: np.concatenate([log[name], again[name], back[name]]) for name in log}
