"""One diagnosis and what stands beside it, for tests over all results and pictures."""

from __future__ import annotations

from functools import cache

from custvalue import datasets, lifetime

CDNOW = {
    "customer": "customer_id",
    "date": "date",
    "unit": "week",
    "calibration_end": "1997-09-30",
    "holdout_end": "1998-06-30",
}
MODEL = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
SPEND = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)


@cache
def cdnow(*, spend=True):
    """Return the CDNOW log, split as published."""
    named = {"spend": "spend"} if spend else {}
    return lifetime.split(datasets.cdnow("all"), **CDNOW, **named)


@cache
def diagnosis():
    train, holdout = cdnow()
    return lifetime.diagnose(lifetime.MBGNBD.fit(train), train, holdout, rng=1)


@cache
def months():
    return lifetime.purchases_by_month(MODEL, cdnow().train, 6, spend=SPEND)


@cache
def path():
    return lifetime.alive_path(MODEL, ["2026-01-01", "2026-02-09"], until="2026-03-30")


@cache
def matrix():
    return lifetime.frequency_recency(
        MODEL, age="39 weeks", horizon="39 weeks", frequencies=3, steps=4
    )


def pictured():
    """Return what the pictures of forecasts show, by their function."""
    found = diagnosis()
    return {
        "alive_path_line": path(),
        "diagnosis_board": found,
        "frequency_recency_map": matrix(),
        "holdout_by_class_points": found.by_recency,
        "months_ahead_bars": months(),
        "outcome_ranks_bars": found.ranks,
        "purchase_counts_bars": found.holdout_counts,
        "tracking_lines": found.tracking,
    }
