"""Results of RFM at two dates, for pictures and for what every result can do."""

from __future__ import annotations

from functools import cache

from custvalue import lifetime

MODEL = lifetime.BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week")
SPEND = lifetime.GammaGamma(p=6, q=4, gamma=15)


@cache
def history(weeks=52, customers=60):
    return SPEND.simulate(MODEL.simulate(customers, age=f"{weeks} weeks", rng=1), rng=2)


def rfm():
    return lifetime.rfm(history())


def segments(**given):
    return rfm().segments(**given)


def value():
    return lifetime.customer_lifetime_value(
        history(),
        purchases=MODEL,
        spend=SPEND,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )


def with_value():
    return segments(value=value())


def migration():
    earlier = rfm()
    return earlier.migration(earlier.score(history(60, 70)))
