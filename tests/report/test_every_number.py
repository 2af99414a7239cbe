"""Every number of the page, in its text, its tables and its pictures, computed again.

A block of the page that is not traced, and a number that is not expected, fails with its sentence.
Shares, means, counts and amounts are computed by hand; intervals and models by the public verbs,
from the inputs.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import reference_drivers
from by_hand import (
    alive_ends,
    customer_pages,
    ends,
    money,
    only,
    parameters,
    probability,
    purchases_ends,
    related,
    valued,
)
from rich_study import BEFORE, DEALERSHIP, LATEST, RICH, rich_survey
from tracing import Lists, Prints, Says, Shows, changed_blocks, missed

from custvalue import (
    comparing,
    delivered_value,
    drivers,
    kano,
    lifetime,
    satisfaction,
    servqual,
)
from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue._respondents.clustering import clusters_of
from custvalue.errors import IdentifiabilityWarning
from custvalue.survey import Bootstrap, Responses, Scale

STUDY = parse_study("study.toml", RICH)
SURVEY, LOG = rich_survey(), DEALERSHIP.transactions
INPUTS = (  # of the page: levels, thresholds, scales, dates, and years of sources
    r"95 % (?=interval|confidence)",
    r"scale 1-7|scale 1-10|on a scale from 0, the worst, to 100, the best|, 0-100",
    r"of 100 (?=importance|is the)|100 \(answer|: below 0|, below 0|below 0\.70",
    r"\(9-10\)|\(7-8\)|\(0-6\)|recommendation 0-6|answer 9-10, detractors 0-6",
    r"2024Q[34](?=[ :,.])|(?:on|up to) 2024-12-31|within 3 years",
    r"scores of 1 to 5|worst 10 %|below 50 %",
    r"fewer than 10 answers|below \.05|0-25 %|25-50 %|50-75 %|75-100 %",
    r"(?:Lee|Hardie|Filiztekin|Taylor|Brown|Baumgartner|al\.) (?:19|20)\d\d",
    r"1 \(like\), 2 \(must-be\), 3 \(neutral\), 4 \(live-with\), 5 \(dislike\)|5\.0 % of the",
    r"codes=AnswerCodes\([a-z_=\d, ]+\)|best (?:1|5|10|20|50) %|most valuable 20 %",
    r"margin of 30 %|30 % margin|at 10 % a year|custvalue [\d.]+ with numpy [\d.]+, scipy [\d.]+",
)
ITEMS = {f"p{i:02d}": f"e{i:02d}" for i in range(1, 23)}
PARTS = [list(ITEMS)[a:b] for a, b in pairwise((0, 4, 9, 13, 17, 22))]


def rows(which):
    return {name: np.asarray(column)[which] for name, column in SURVEY.items()}


NOW = rows(SURVEY["wave"] == LATEST)
THEN = rows(SURVEY["wave"] == BEFORE)
W = NOW["w"]
N = len(W)


def mean(values, of=NOW):
    return float(np.average(values, weights=of["w"]))


def net(of=NOW):
    """Return the Net Promoter Score and the shares that it is made of."""
    high, low = mean(of["recommend"] >= 9, of), mean(of["recommend"] <= 6, of)
    return 100 * (high - low), high, low


def by_dimension(of=NOW):
    """Return each respondent's mean of each dimension, perceived and expected."""
    perceived = np.array([np.mean([of[its] for its in part], axis=0) for part in PARTS])
    expected = np.array([np.mean([of[ITEMS[its]] for its in part], axis=0) for part in PARTS])
    return perceived, expected


NAMES = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
PERCEIVED, EXPECTED = by_dimension()
GAPS = [mean(its) for its in PERCEIVED - EXPECTED]
POINTS = np.array([NOW[f"importance_{name}"] for name in NAMES])
WHO = {"weights": "w", "cluster": "dealer", "group": "dealer", "wave": "wave"}


def asked(column, scale, of=SURVEY):
    columns = [column] if isinstance(column, str) else column
    return Responses.from_frame(of, columns, scale=scale, labels=["half"], **WHO)


def quality(of):
    return servqual.Survey.from_frame(
        of,
        perceptions=list(ITEMS),
        expectations=list(ITEMS.values()),
        importance=[f"importance_{name}" for name in NAMES],
        scale=Scale(1, 7),
        labels=["half"],
        **WHO,
    )


@pytest.fixture(scope="module")
def report():
    return build(STUDY, Given(SURVEY, LOG, scores_name="scores.csv")).report


@pytest.fixture(scope="module")
def found():
    """Compute all results again, from the inputs."""
    whole = {
        "recommend": asked("recommend", Scale(0, 10)),
        "satisfied": asked("satisfaction_perceived", Scale(1, 10)),
        "index": asked(["p01", "p05", "p10"], Scale(1, 7)),
        "e": asked("e", Scale(1, 7)),
    }
    perceived = np.array([SURVEY[its] for its in ITEMS]).mean(axis=0)
    own = {**SURVEY, "quality": perceived}
    whole["quality"] = Responses.from_frame(own, ["quality"], scale=Scale(1, 7, step=None), **WHO)
    compute = {
        "recommend": satisfaction.net_promoter_score,
        "satisfied": lambda its: satisfaction.top_box(its, boxes=3),
        "index": lambda its: satisfaction.customer_satisfaction_index(its, importance=(50, 30, 20)),
        "e": lambda its: its.mean("e"),
        "quality": lambda its: its.mean("quality"),
    }
    latest = {name: its.by("wave")[LATEST] for name, its in whole.items()}
    expected = asked("satisfaction_expected", Scale(1, 10)).by("wave")[LATEST]
    features = kano.Questionnaire.from_frame(
        NOW,
        functional={"代步车": "f1", "取送车": "f2"},
        dysfunctional={"代步车": "d1", "取送车": "d2"},
        **WHO,
    )
    asked_now = quality(SURVEY).by("wave")[LATEST]
    return SimpleNamespace(
        trends={name: comparing.trend(whole[name], compute[name]) for name in whole},
        now={name: compute[name](latest[name]) for name in whole},
        effort=satisfaction.customer_effort_score(latest["e"], version="2"),
        met=satisfaction.disconfirmation(latest["satisfied"], expected),
        gaps=servqual.gaps(asked_now),
        order=servqual.priorities(asked_now, rng=0),
        league=comparing.league(latest["recommend"], compute["recommend"], by="dealer", rng=0),
        half=comparing.groups(latest["recommend"], compute["recommend"], by="half", minimum_n=10),
        kano=kano.classify(features),
        drivers=drivers.importance(
            asked(["p01", "p05", "p10", "p14"], Scale(1, 7)).by("wave")[LATEST],
            latest["satisfied"],
        ),
        offers=delivered_value.compare(
            [one.model_copy(update={"unit": "EUR"}) for one in STUDY.offers],
            reference=STUDY.offers[0].name,
        ),
    )


@pytest.fixture(scope="module")
def base():
    return valued(
        LOG,
        lambda single, *_: (single,),
        observation_end="2024-12-31",
    )


def by_answer(base):
    """Return the worth and the probability of being active of respondents, by their answers."""
    place = np.array([base.place[name] for name in NOW["customer_id"].tolist()])
    sample = Sample(W, clusters_of({"cluster": NOW["dealer"].astype(object)}))
    groups = {
        "promoters": NOW["recommend"] >= 9,
        "passives": (NOW["recommend"] >= 7) & (NOW["recommend"] <= 8),
        "detractors": NOW["recommend"] <= 6,
    }
    worth = {
        name: mean_estimate(base.value.value[place[its]], sample.of_rows(its), name=name)
        for name, its in groups.items()
    }
    for name, its in groups.items():
        assert worth[name].value == pytest.approx(
            np.average(base.value.value[place[its]], weights=W[its])
        )
    alive = {
        name: np.average(base.alive[place[its]], weights=W[its]) for name, its in groups.items()
    }
    return worth, alive, {name: int(its.sum()) for name, its in groups.items()}


# --- what each section is expected to say -------------------------------------------------------


def short(found, base):
    score, _, _ = net()
    worth, _, _ = by_answer(base)
    alive, value = base.alive[base.judged].sum(), base.value.total
    index = found.now["index"]
    return [
        Says(
            (
                *(mean(PERCEIVED.mean(axis=0)), *ends(found.gaps.overall.perception), N),
                *(score, *ends(found.now["recommend"]), N),
                *(100 * mean(NOW["satisfaction_perceived"] >= 8), 3),
                *ends(found.now["satisfied"], 100),
                *(100 * mean(NOW["e"] >= 6), 2),
                *(csi(), *ends(index), N),
                *(130, 70),
                *(alive, int(base.judged.sum()), *alive_ends(base)),
                *(money(base.value.value.sum()), *map(money, ends(value))),
                *(money(worth["promoters"].value), money(worth["detractors"].value)),
            )
        )
    ]


def alpha(name):
    """Return Cronbach's alpha of the perceptions of a dimension."""
    given = np.array([NOW[its] for its in PARTS[NAMES.index(name)]], dtype=float)
    moments = np.cov(given, aweights=W)
    return float(len(given) / (len(given) - 1) * (1 - np.trace(moments) / moments.sum()))


def csi():
    answers = [mean(NOW[name]) for name in ("p01", "p05", "p10")]
    return float(100 * (np.dot(answers, (0.5, 0.3, 0.2)) - 1) / 6)


def first(found):
    reliable = [its for its in found.gaps.dimensions if its.reliability.value >= 0.7]
    assert [its.name for its in reliable] == ["reliability"]
    item = min(reliable[0].items, key=lambda its: mean(NOW[its] - NOW[ITEMS[its]]))
    (gap,) = (its.gap for its in found.gaps.items if its.name == item)
    weakest = found.order.dimensions[0]
    parts = [mean(points * gaps) for points, gaps in zip(POINTS, PERCEIVED - EXPECTED, strict=True)]
    assert NAMES[int(np.argmin(parts))] == weakest.name == "reliability"
    low, high = ends(gap)
    sure = probability(weakest.probability_weakest)
    size = -mean(NOW[item] - NOW[ITEMS[item]])
    return [Says((size, -high, -low, 1, 5, sure)), Says(())]


def changed(found):
    moved = [name for name, its in found.trends.items() if its.changes[-1].significant]
    assert moved == ["recommend", "e"]
    old, new = net(THEN)[0], net()[0]
    effort = [mean(THEN["e"], THEN), mean(NOW["e"])]
    low, high = ends(found.trends["e"].changes[-1])
    return [
        Says(
            (
                *(old, new, new - old, *ends(found.trends["recommend"].changes[-1])),
                *(*effort, effort[0] - effort[1], -high, -low),
            )
        ),
        Says(()),
    ]


def dealers(found):
    table = found.league.columns()
    (row,) = np.flatnonzero((table["adjusted_p_value"] < 0.05) & (table["difference"] < 0))
    assert table["group"][row] == "D4"
    assert table["adjusted_p_value"][row] < 0.001
    its, others = (part(NOW["dealer"] == "D4"), part(NOW["dealer"] != "D4"))
    others = {name: column[others["dealer"] != "D99"] for name, column in others.items()}
    value, size = net(its)[0], net(others)[0] - net(its)[0]
    sure = probability(table["probability_worst"][row])
    small = int((NOW["dealer"] == "D99").sum())
    return [
        Says((1, 11)),
        Says((value, len(its["w"]), size, "0.001", sure)),
        Says((1, small)),
    ]


def part(which):
    return {name: column[which] for name, column in NOW.items()}


def called(base):
    complains = NOW["open"] == "yes"
    customers = NOW["customer_id"].tolist()
    worth = np.array([base.value.value[base.place[name]] for name in customers])
    flagged = np.flatnonzero(complains | (NOW["recommend"] <= 6))
    order = sorted(flagged, key=lambda row: (not complains[row], -worth[row]))
    listed = [
        (
            str(customers[row]),
            str(NOW["dealer"][row]),
            int(complains[row]),
            int(NOW["recommend"][row]),
            int(NOW["satisfaction_perceived"][row]),
            float(base.alive[base.place[customers[row]]]),
            float(worth[row]),
        )
        for row in order[:20]
    ]
    assert 1 < complains.sum() < 20
    return [Says((len(flagged), int(complains.sum()))), Lists(listed)]


def worth_of(base):
    worth, _, counts = by_answer(base)
    compared = comparing.compare(
        worth, reference="detractors", correction="none", method="welch"
    ).difference("promoters", "detractors")
    of_each = [(money(its.value), counts[name]) for name, its in worth.items()]
    apart = worth["promoters"].value - worth["detractors"].value
    return [
        Says(
            (
                *(base.expected.sum(), *purchases_ends(base)),
                *(money(base.value.value.sum()), *map(money, ends(base.value.total))),
            )
        ),
        Says(
            (
                *(number for pair in of_each for number in pair),
                money(apart),
                *map(money, ends(compared)),
            )
        ),
    ]


def sure(found, base):
    history = base.history
    days = len(set(zip(LOG["customer_id"].tolist(), LOG["date"].tolist(), strict=True)))
    back = int((history.frequency > 0).sum())
    assert back == len(history) - sum(
        np.unique(LOG["date"][LOG["customer_id"] == name]).size == 1 for name in history.customer
    )
    low = [its for its in found.gaps.dimensions if its.reliability.value < 0.7]
    neither = [its for its in low if alpha(its.name) < 0.7]
    return [
        Says(
            (
                *(N, W.sum() ** 2 / (W**2).sum()),
                *(N, 22, 5),
                *(N, 2),
                *(N, 4),
                *(len(history), days, back, 100 * back / len(history)),
                N,
            )
        ),
        Says(()),
        Says((*(its.reliability.value for its in low), *(alpha(its.name) for its in neither))),
    ]


def tables_of_waves(found):
    values = {
        "recommend": [net(THEN)[0], net()[0]],
        "satisfied": [mean(of["satisfaction_perceived"] >= 8, of) for of in (THEN, NOW)],
        "index": [None, csi()],
        "e": [mean(of["e"], of) for of in (THEN, NOW)],
        "quality": [mean(by_dimension(of)[0].mean(axis=0), of) for of in (THEN, NOW)],
    }
    del values["quality"]
    values["quality"] = [
        mean(np.mean([of[its] for its in ITEMS], axis=0), of) for of in (THEN, NOW)
    ]
    return [
        Prints(its, {"value": values[name], "n": [len(THEN["w"]), N]})
        for name, its in found.trends.items()
    ]


def league_tables(found):
    own = [net(part(NOW["dealer"] == name))[0] for name in found.league.columns()["group"]]
    sizes = [int((NOW["dealer"] == name).sum()) for name in found.league.columns()["group"]]
    halves = [net(part(NOW["half"] == name))[0] for name in ("北", "南")]
    return [
        Prints(found.league, {"own": own, "n": sizes}),
        Prints(found.half, {"value": [*halves, halves[1] - halves[0]]}),
    ]


def service(found):
    whole = found.gaps.overall
    weighted = found.gaps.weighted.by_respondent
    own = mean((POINTS * (PERCEIVED - EXPECTED)).sum(axis=0) / POINTS.sum(axis=0))
    gap = mean((PERCEIVED - EXPECTED).mean(axis=0))
    points = [mean(its) for its in POINTS]
    lowest, highest = int(np.argmin(GAPS)), int(np.argmax(GAPS))
    by_item = {its: mean(NOW[its] - NOW[ITEMS[its]]) for its in ITEMS}
    weakest = sorted(by_item, key=by_item.get)[:5]
    columns = {
        "perception": [*map(mean, PERCEIVED), mean(PERCEIVED.mean(axis=0)), None, None],
        "gap": [*GAPS, gap, own, float(np.dot(points, GAPS) / np.sum(points))],
    }
    return [
        Says((gap, *ends(whole.gap), N, own, *ends(weighted))),
        Says((GAPS[lowest], points[lowest], GAPS[highest], points[highest])),
        Shows(tuple(GAPS), (*GAPS, gap, own, N)),
        Prints(dimension_rows(found.gaps), columns, titled=()),
        Prints(
            item_rows(found.gaps, weakest),
            {"gap": [by_item[its] for its in weakest]},
            titled=(5, 22),
        ),
    ]


def dimension_rows(gaps):
    return only(gaps, lambda row: row.values["level"] != "item")


def item_rows(gaps, items):
    def place(row):
        return items.index(row.values["name"])

    return only(gaps, lambda row: row.values["name"] in items, place)


def answers(found):
    score, high, low = net()
    satisfied = NOW["satisfaction_perceived"]
    apart = satisfied - NOW["satisfaction_expected"]
    effort = NOW["e"]
    shares = [mean(apart < 0), mean(apart == 0), mean(apart > 0)]
    of_items = [100 * (mean(NOW[its]) - 1) / 6 for its in ("p01", "p05", "p10")]
    csat = (100 * mean(satisfied >= 8), 3, *ends(found.now["satisfied"], 100), N)
    ces = (100 * mean(effort >= 6), *ends(found.effort.easy, 100), N)
    return [
        Says((score, *ends(found.now["recommend"]), N, 100 * high, 100 * low)),
        Shows(
            (100 * low, 100 * (1 - high - low), 100 * high),
            (
                *(score, *ends(found.now["recommend"]), N),
                *(100 * low, 100 * (1 - high - low), 100 * high),
            ),
        ),
        Says((*csat, mean(satisfied), 100 * (mean(satisfied) - 1) / 9)),
        Says((mean(apart), N, *ends(found.met.estimate))),
        Prints(found.met, {"estimate": [mean(apart), *shares]}),
        Says((*ces, mean(effort), 100 * (mean(effort) - 1) / 6)),
        Prints(
            found.effort,
            {"estimate": [mean(effort >= 6), mean(effort), 100 * (mean(effort) - 1) / 6]},
        ),
        Says((csi(), *ends(found.now["index"]), N)),
        Prints(
            found.now["index"], {"importance": [0.5, 0.3, 0.2, 1.0], "score": [*of_items, csi()]}
        ),
    ]


#: Scores of recency and of frequency, from and to
SEGMENTS = {
    "champions": (5, 5, 4, 5),
    "loyal customers": (3, 4, 4, 5),
    "potential loyalists": (4, 5, 2, 3),
    "new customers": (5, 5, 1, 1),
    "promising": (4, 4, 1, 1),
    "need attention": (3, 3, 3, 3),
    "about to sleep": (3, 3, 1, 2),
    "at risk": (1, 2, 3, 4),
    "cannot lose them": (1, 2, 5, 5),
    "hibernating": (1, 2, 1, 2),
}
#: Berger's table, by the answer to the functional (row) and the dysfunctional question (column)
BERGER = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")


def features(found):
    pairs = [list(zip(NOW[f"f{i}"] - 1, NOW[f"d{i}"] - 1, strict=True)) for i in (1, 2)]
    shares = {
        letter: np.array([mean([BERGER[f][d] == letter for f, d in pair]) for pair in pairs])
        for letter in "MOAIRQ"
    }
    asked = shares["M"] + shares["O"] + shares["A"] + shares["I"]
    better = (shares["A"] + shares["O"]) / asked
    worse = -(shares["M"] + shares["O"]) / asked
    return [Says(()), Shows(()), Prints(found.kano, {**shares, "better": better, "worse": worse})]


def matters(found):
    items = ["p01", "p05", "p10", "p14"]
    x = np.column_stack([NOW[name] for name in items]).astype(float)
    y = NOW["satisfaction_perceived"].astype(float)
    parts = reference_drivers.lmg(x, y, W)
    whole, result = reference_drivers.r_squared(x.T, y, W), found.drivers
    places = np.argsort(-parts)
    first = result.drivers[places[0]]
    chance = result.rank_probabilities(Bootstrap(1_000, rng=0))[first.name].first
    said = (100 * parts[places[0]] / whole, *(100 * end for end in ends(first.share)), 100 * chance)
    together = (100 * whole, *(100 * end for end in ends(result.r_squared)), N)
    by_hand = {
        "importance": parts[places],
        "share": parts[places] / whole,
        "rank": [1, 2, 3, 4],
        "r": standardised(x, y)[0][places],
        "β": standardised(x, y)[1][places],
    }
    return [
        Says((*said, *together)),
        Shows(tuple(parts[places]), (whole, N)),
        Prints(result, by_hand, titled=()),
    ]


def standardised(x, y):
    """Return correlations with y, and standardised coefficients."""
    both = np.column_stack([y, x])
    z = (both - np.average(both, axis=0, weights=W)) * np.sqrt(W / W.sum())[:, np.newaxis]
    z = z / np.sqrt((z**2).sum(axis=0))
    return z[:, 1:].T @ z[:, 0], np.linalg.lstsq(z[:, 1:], z[:, 0])[0]


def offers(found):
    text = (130, 450, 320, 70, 60)
    return [
        Says(text),
        Shows(text, (450, 320, 345, 275)),
        Prints(found.offers, {"value": [450, 345], "cost": [320, 275], "value - cost": [130, 70]}),
    ]


def segmented(base):
    """Count the segments again, by the name that each customer has."""
    columns = lifetime.rfm(base.history).columns()
    silent = (base.history.age - base.history.recency) * 7
    days, value, n = 1 + base.history.frequency, base.value.value, len(base.history)
    r, f = columns["recency_score"], columns["frequency_score"]
    its = {
        name: (r >= low) & (r <= high) & (f >= least) & (f <= most)
        for name, (low, high, least, most) in SEGMENTS.items()
    }
    shares = {name: float(rows.mean()) for name, rows in its.items()}
    held = {name: float(value[rows].sum() / value.sum()) for name, rows in its.items()}
    leaving = ("at risk", "cannot lose them")
    table = [
        (
            name,
            int(rows.sum()),
            percent(shares[name]),
            " to ".join(map(percent, wilson(int(rows.sum()), n))),
            f"{silent[rows].mean():.1f}",
            f"{days[rows].mean():.1f}",
            percent(held[name]),
        )
        for name, rows in its.items()
    ]
    return [
        Says(
            (
                *(int(its["champions"].sum()), 100 * shares["champions"], 100 * held["champions"]),
                sum(int(its[name].sum()) for name in leaving),
                *(100 * sum(of[name] for name in leaving) for of in (shares, held)),
            )
        ),
        Shows(
            tuple(100 * its for its in shares.values()),
            (*(100 * its[name] for its in (shares, held) for name in SEGMENTS), n),
        ),
        Lists(table, titled=(n,)),
    ]


def wilson(hits, n):
    z = 1.959963984540054
    middle, reach = hits + z**2 / 2, z * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return (middle - reach) / (n + z**2), (middle + reach) / (n + z**2)


def percent(share):
    return f"{100 * share:.1f} %"


def linked(base):
    worth, alive, counts = by_answer(base)
    labels = ("promoters (9-10)", "passives (7-8)", "detractors (0-6)")
    table = [
        (label, counts[name], alive[name], each.value, *ends(each))
        for label, (name, each) in zip(labels, worth.items(), strict=True)
    ]
    return [Lists(table), Says(())]


def compared(base):
    """Return the AIC of the models that were compared, the lowest first."""
    names = {
        "BGNBD": 4,
        "MBGNBD": 4,
        "BGCNBD": 5,
        "MBGCNBD": 5,
        "ParetoNBD": 4,
        "GammaGompertzNBD": 5,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdentifiabilityWarning)
        tops = {name: getattr(lifetime, name).fit(base.history).log_likelihood for name in names}
    return [f"{aic:,.1f}" for aic in sorted(2 * k - 2 * tops[name] for name, k in names.items())]


def defined(found, base):
    degrees = found.now["recommend"].confidence_interval().description
    assert degrees.endswith("12 clusters, 10.0 degrees of freedom")

    twelve = (12, "10.0")
    return [
        Says(
            (
                found.order.draws,
                5,
                *twelve,
                *(3, *twelve),
                *twelve,
                *(1000, 400),
                *parameters(base.fit),
                2,
                *compared(base),
                *parameters(base.spend),
                *related(base),
                1,
            )
        )
    ]


@pytest.fixture(scope="module")
def traced(found, base):
    return {
        "Key figures": short(found, base),
        "Do first": first(found),
        "What changed": changed(found),
        "Which of them: dealer": dealers(found),
        "Which of them: half": [Says((2,))],
        "Whom to call": called(base),
        "What it is worth": worth_of(base),
        "How sure this is": sure(found, base),
        "Wave by wave": tables_of_waves(found),
        "Groups compared": league_tables(found),
        "Service quality: what was expected, what was perceived": service(found),
        "Satisfaction and recommendation": answers(found),
        "Features, by Kano's method": features(found),
        "What matters to customers: key drivers": matters(found),
        "Delivered value against rivals": offers(found),
        "Customers, and what they are worth": customer_pages(base),
        "Segments by recency and frequency": segmented(base),
        "Satisfaction and value together": linked(base),
        "How the numbers are defined and computed": defined(found, base),
    }


def test_every_number_on_the_page_is_traced(report, traced):
    found = missed(report, traced, INPUTS)
    assert found == [], "\n".join(found)


def test_no_number_can_be_another_one(report, traced):
    tried = 0
    for section in report.sections:
        for block, trace in zip(section.blocks, traced[section.title], strict=True):
            for its in changed_blocks(block, INPUTS):
                tried += 1
                assert list(trace.missed(its, INPUTS)), its
    assert tried > 750
