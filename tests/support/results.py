"""One result of every function that has one, made when asked for."""

import forecasting_results
import numpy as np
import rfm_results
from diagnosed import diagnosis, matrix, months, path
from predicted import predicted
from valid_calls import ANSWERS, CALLS, FUZZY, GROUPED, KANO, OFFERS

from custvalue import lifetime, servqual
from custvalue.survey import Scale

__all__ = ["ANSWERS", "KANO", "clv", "gaps", "results"]


def gaps():
    draw = np.random.default_rng(0).integers
    answers = draw(1, 8, (2, 30, 4))
    survey = servqual.Survey.from_arrays(*answers, scale=Scale(1, 7), dimensions={"a": 2, "b": 2})
    return servqual.gaps(survey)


ROWS = {
    "frequency": [2, 0, 1],
    "recency": [30, 0, 9],
    "age": [38, 40, 40],
    "monetary_value": [22, 0, 7],
    "unit": "week",
}


def cells():
    return lifetime.CustomerCells.from_arrays(**ROWS, count=[3, 40, 5])


def clv():
    return valued(lifetime.PurchaseHistory.from_arrays(**ROWS))


def clv_of_cells():
    return valued(cells())


def valued(history):
    return lifetime.customer_lifetime_value(
        history,
        purchases=lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
        spend=lifetime.GammaGamma(p=6.25, q=3.74, gamma=15.44),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )


def results():
    """Yield one result of every function that has one, and the data that they read."""
    others = {"answers": ANSWERS, "groups": GROUPED, "kano": KANO, "fuzzy": FUZZY}
    yield from ((name, lambda its=its: its) for name, its in others.items())
    yield from (("offer", lambda: OFFERS[0]), ("gaps", gaps), ("clv", clv))
    yield from (("cells", cells), ("clv of cells", clv_of_cells))
    yield "contest", forecasting_results.contest
    made = {name: getattr(rfm_results, name) for name in ("rfm", "with_value", "migration")}
    yield from ((f"rfm {name}", make) for name, make in made.items())
    for name in ("mean", "outcome"):
        yield f"prediction of {name}", lambda name=name: predicted(of=name).top(4)
    yield "totals", lambda: predicted(0.95).totals([row % 3 for row in range(300)])
    yield "total", lambda: predicted(0.95, of="outcome").total
    yield from (("tracking", lambda: diagnosis().tracking), ("diagnosis", diagnosis))
    yield from (("months", months), ("path", path), ("matrix", matrix))
    for face, calls in CALLS.items():
        for name, arguments in calls.items():
            yield name, lambda face=face, name=name, its=arguments: getattr(face, name)(**its)
