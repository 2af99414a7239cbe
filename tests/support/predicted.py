"""Predictions that several tests look at."""

from __future__ import annotations

from functools import cache
from typing import Any

from custvalue import lifetime


@cache
def fitted() -> tuple[lifetime.PurchaseHistory, Any, Any]:
    """Return a simulated history, and fits of purchases and of spend."""
    visits = lifetime.BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week")
    spend = lifetime.GammaGamma(p=6, q=4, gamma=15)
    history = spend.simulate(visits.simulate(300, age="52 weeks", rng=1), rng=2)
    return history, lifetime.BGNBD.fit(history), lifetime.GammaGamma.fit(history)


def predicted(interval: float | None = 0.9, **how: Any) -> lifetime.Prediction:
    """Return a prediction for it."""
    history, fit, spend = fitted()
    made: lifetime.Prediction = fit.predict(
        history, "1 year", interval=interval, **{"spend": spend, **how}
    )
    return made
