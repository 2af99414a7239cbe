"""One result of every function that has one, made when asked for."""

import carded
import chained
import complained
import curved
import driven
import forecasting_results
import modelled
import numpy as np
import pooled
import rfm_results
import structured
import visited
from diagnosed import diagnosis, matrix, months, path
from predicted import predicted
from valid_calls import ANSWERS, CALLS, FUZZY, GARAGES, GROUPED, KANO, OFFERS, SUMMARY

from custvalue import datasets, delivered_value, lifetime, servqual
from custvalue.survey import Bootstrap, Scale

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


def cells_of_an_engine():
    return lifetime.CustomerCells.from_summary(SUMMARY, unit="week", resolution="week")


def spend_of_buyers():
    return cells_of_an_engine().spend


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


def cohorts_of_cdnow():
    """Return the cohorts of the bundled log."""
    names = {"customer": "customer_id", "date": "date"}
    return lifetime.cohorts(datasets.cdnow(), **names, observation_end="1997-09-30")


PARETO = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669, "unit": "week"}


def new_customer():
    """Return the value of a new customer, with an interval."""
    model = lifetime.ParetoNBD(**PARETO)
    spend = lifetime.GammaGamma(p=6.25, q=3.74, gamma=15.44)
    history = spend.simulate(model.simulate(2_000, age="52 weeks", rng=1), rng=2)
    return lifetime.new_customer_value(
        purchases=lifetime.ParetoNBD.fit(history),
        spend=lifetime.GammaGamma.fit(history),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
        acquisition_cost=5,
    )


def times_ahead(kind):
    """Return times ahead of four customers."""
    model = lifetime.ParetoNBD(**PARETO)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=[0, 2, 7, 30], recency=[0, 20, 38, 39], age=[39, 38, 39, 40], unit="week"
    )
    return getattr(model, kind)(history)


def value_map():
    return delivered_value.value_map(GARAGES, price_weight=0.4, method=Bootstrap(50, rng=1))


def results():
    """Yield one result of every function that has one, and the data that they read."""
    others = {"answers": ANSWERS, "groups": GROUPED, "kano": KANO, "fuzzy": FUZZY}
    yield from ((name, lambda its=its: its) for name, its in others.items())
    yield from (("offer", lambda: OFFERS[0]), ("gaps", gaps), ("clv", clv))
    yield from (("garages", lambda: GARAGES), ("value map", value_map))
    yield from (("cells", cells), ("clv of cells", clv_of_cells))
    yield "contest", forecasting_results.contest
    yield from (("effects", driven.effects), ("covariates", lambda: driven.history().covariates))
    yield "driven fit", driven.fit
    yield from (("prior", lambda: pooled.KNOWN), ("posterior fit", pooled.posterior_fit))
    yield from (("posterior", pooled.posterior), ("group fits", pooled.groups))
    yield from (("pooled prior", lambda: pooled.groups().prior), ("group scores", pooled.scores))
    made = {name: getattr(rfm_results, name) for name in ("rfm", "with_value", "migration")}
    yield from ((f"rfm {name}", make) for name, make in made.items())
    for name in complained.EVERY:
        yield f"loyalty {name}", getattr(complained, name)
    for name in curved.MADE:
        yield f"loyalty {name}", getattr(curved, name)
    for name in ("visits", "rate", "rates", "chart", "follow_ups", "touchpoints", *visited.MORE):
        yield f"journey {name}", getattr(visited, name)
    for name in chained.RESULTS:
        yield f"profit chain {name}", getattr(chained, name)
    for name in structured.RESULTS:
        yield f"structural {name}", getattr(structured, name)
    yield from (
        ("customer cards", carded.cards),
        ("card", carded.card),
        ("stranger", carded.stranger),
    )
    yield "loyalty rule", lambda: carded.LOYALTY
    yield from ((f"structural {name}", make) for name, make in modelled.RESULTS.items())
    yield "cohorts of cdnow", cohorts_of_cdnow
    yield "new customer", new_customer
    yield "next purchase", lambda: times_ahead("next_purchase")
    yield "remaining lifetime", lambda: times_ahead("remaining_lifetime")
    for name in ("mean", "outcome"):
        yield f"prediction of {name}", lambda name=name: predicted(of=name).top(4)
    yield "totals", lambda: predicted(0.95).totals([row % 3 for row in range(300)])
    yield "total", lambda: predicted(0.95, of="outcome").total
    yield from (("tracking", lambda: diagnosis().tracking), ("diagnosis", diagnosis))
    yield from (("months", months), ("path", path), ("matrix", matrix))
    yield from (("cells of an engine", cells_of_an_engine), ("spend of buyers", spend_of_buyers))
    for face, calls in CALLS.items():
        for name, arguments in calls.items():
            if name in ("score", "summarise"):  # which return what engines have
                continue
            yield name, lambda face=face, name=name, its=arguments: getattr(face, name)(**its)
