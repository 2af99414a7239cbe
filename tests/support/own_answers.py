"""Answers the cases of the conformance kit by custvalue, in the kit's own protocol."""

from __future__ import annotations

import json
import math
import sys

import numpy as np

from custvalue import delivered_value, kano, lifetime, loyalty, satisfaction, servqual, survey

WEEKS = 365.25 / 7
MODELS = {
    "nbd": (lifetime.NBD, "r alpha"),
    "bgnbd": (lifetime.BGNBD, "r alpha a b"),
    "mbgnbd": (lifetime.MBGNBD, "r alpha a b"),
    "bgcnbd": (lifetime.BGCNBD, "k r alpha a b"),
    "mbgcnbd": (lifetime.MBGCNBD, "k r alpha a b"),
    "pareto_nbd": (lifetime.ParetoNBD, "r alpha s beta"),
    "gamma_gompertz_nbd": (lifetime.GammaGompertzNBD, "r alpha beta b s"),
}
CONTRACTS = {
    "sbg": (lifetime.ShiftedBetaGeometric, "alpha beta"),
    "bdw": (lifetime.BetaDiscreteWeibull, "alpha beta c"),
}


def made(kinds, subject, given, **options):
    kind, names = kinds[subject]
    return kind(**{name: given[name] for name in names.split()}, **options)


def of_buyer(subject, measure, given):
    model = made(MODELS, subject, given, unit="week")
    if measure == "expected_purchases_new_customer":
        return model.expected_purchases_new_customer(f"{given['t']} weeks")
    who = lifetime.PurchaseHistory.from_arrays(
        frequency=given["x"],
        recency=given.get("t_x", given["T"] if given["x"] else 0),
        age=given["T"],
        log_intervals=given.get("log_intervals"),
        unit="week",
    )
    if measure == "expected_purchases":
        return model.expected_purchases(who, f"{given['t']} weeks")[0]
    if "rate" in given:
        annual = math.expm1(given["rate"] * WEEKS)
        horizon = f"{given['t']} weeks" if "t" in given else None
        return model.discounted_expected_purchases(
            who, annual_discount_rate=annual, horizon=horizon
        )[0]
    return getattr(model, measure)(who)[0]


def of_opportunities(_, measure, given):
    names = ("alpha", "beta", "gamma", "delta")
    model = lifetime.BGBB(**{name: given[name] for name in names}, period="1 year")
    who = lifetime.OpportunityHistory.from_arrays(
        frequency=[given["x"]], recency=[given["t_x"]], opportunities=[given["n"]], period="1 year"
    )
    if measure == "dert":
        return model.discounted_expected_purchases(
            who, annual_discount_rate=given["rate"], opportunities=None
        )[0]
    if measure == "probability_alive":
        return model.probability_alive(who, at=given["ahead"])[0]
    if measure == "expected_purchases":
        return model.expected_purchases(who, given["ahead"])[0]
    return model.log_likelihood(who)[0]


def of_contract(subject, measure, given):
    model = made(CONTRACTS, subject, given, period="1 year")
    if measure == "survival":
        return float(model.survival(given["t"]))
    if measure == "retention":
        return float(model.retention_rate(given["t"]))
    if measure == "derl":
        return float(
            model.expected_residual_lifetime(
                given["renewals"], annual_discount_rate=given["rate"], timing="before_renewal"
            )
        )
    gone = int(given["left"])
    one = lifetime.Contracts(
        renewals=[given["renewals"]], left=[gone], active=[1 - gone], period="1 year"
    )
    return model.log_likelihood(one)[0]


def of_spend(_, measure, given):
    model = lifetime.GammaGamma(p=given["p"], q=given["q"], gamma=given["gamma"])
    who = lifetime.PurchaseHistory.from_arrays(
        frequency=[given["x"]],
        recency=[min(given["x"], 1)],
        age=[2],
        monetary_value=[given["z"]],
        unit="week",
    )
    return getattr(model, measure)(who)[0]


def of_promoters(_, measure, given):
    found = satisfaction.net_promoter_score(np.repeat(range(11), given["counts"]))
    return {"score": found.value, "standard_error": found.standard_error}[measure]


def of_boxes(_, measure, given):
    found = satisfaction.top_box(
        np.repeat(range(1, 6), given["counts"]),
        scale=survey.Scale(1, 5),
        boxes=given.get("boxes", 2),
    )
    return {"share": found, "mean": found.mean, "index": found.index}[measure].value


def of_index(_, measure, given):
    return satisfaction.customer_satisfaction_index(
        given["answers"],
        importance=list(given["importance"].values()),
        form=measure,
        scale=survey.Scale(given["low"], given["high"]),
        importance_total=None,
    ).value


def of_three(_, measure, given):
    return satisfaction.acsi_index(
        given["answers"],
        weights=given.get("weights"),
        convention=measure.replace("_", " "),
        scale=survey.Scale(given["low"], given["high"]),
    ).value


def of_gaps(_, measure, given):
    asked = servqual.Survey.from_arrays(
        given["perceptions"],
        given["expectations"],
        given.get("points"),
        scale=survey.Scale(1, 7, step=None),
        dimensions=dict(zip("TRSAE", given["sizes"], strict=True)),
    )
    gaps = servqual.gaps(asked)
    if measure == "dimension_gap":
        return gaps.dimensions[given["dimension"] - 1].gap.value
    if measure == "unweighted_gap":
        return gaps.overall.gap.value
    return gaps.weighted.by_respondent.value


def of_items(_, __, given):
    answers = survey.Responses.from_arrays(given["answers"], scale=survey.Scale(1, 10))
    return survey.cronbach_alpha(answers).value


def of_kano(_, measure, given):
    if measure == "category":
        levels = ("like", "must-be", "neutral", "live-with", "dislike")
        f, d = (levels[given[name] - 1] for name in ("functional", "dysfunctional"))
        return str(kano.BERGER.category(f, d))
    found = kano.KanoResult.from_percentages
    if all(isinstance(n, int) for n in given["counts"].values()):
        found = kano.KanoResult.from_counts
    item = found({"it": given["counts"]})["it"]
    return item.category if measure == "mode" else getattr(item, measure).value


def of_offer(_, measure, given):
    offer = delivered_value.Offer(
        name="it",
        value=delivered_value.TotalValue(**given["value"]),
        cost=delivered_value.TotalCost(**given["cost"]),
    )
    return getattr(offer, measure)


def of_complaints(_, measure, given):
    desk = loyalty.ComplaintEconomics(**given)
    name = {"one_more_complaint": "worth_of_one_more_complaint_heard"}.get(measure, measure)
    return getattr(desk, name).value


ANSWERS = {
    **dict.fromkeys(MODELS, of_buyer),
    **dict.fromkeys(CONTRACTS, of_contract),
    "bgbb": of_opportunities,
    "gamma_gamma": of_spend,
    "net_promoter_score": of_promoters,
    "top_box": of_boxes,
    "satisfaction_index": of_index,
    "acsi": of_three,
    "servqual": of_gaps,
    "alpha": of_items,
    "kano": of_kano,
    "delivered_value": of_offer,
    "complaints": of_complaints,
}


def answer(subject, measure, inputs):
    """Answer one case as a plain number or word."""
    found = ANSWERS[subject](subject, measure, inputs)
    return found if isinstance(found, str) else float(found)


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        found = answer(asked["subject"], asked["measure"], asked["inputs"])
        print(json.dumps({"answer": found}), flush=True)  # noqa: T201 - the protocol
