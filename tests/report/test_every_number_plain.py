"""Every number of a page on other questions: perceptions alone, no recommendation, other models."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from by_hand import customer_pages, ends, money, only, parameters, probability, related, valued
from rich_study import PLAIN, plain_log, plain_survey
from tracing import Lists, Prints, Says, Shows, changed_blocks, missed

from custvalue import comparing, satisfaction, servqual
from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.survey import Responses, Scale

STUDY = parse_study("study.toml", PLAIN)
SURVEY, LOG = plain_survey(), plain_log()
END = np.datetime64("2024-09-30")
ITEMS = ("p01", "p05", "p10", "p14", "p18")
PARTS = {"room": ("p01", "p05"), "staff": ("p10", "p14"), "care": ("p18",)}
GIVEN = np.column_stack([SURVEY[its] for its in ITEMS])
KEPT = ~(np.isnan(GIVEN) | (GIVEN == 9)).any(axis=1)
MEANS = {name: np.mean([SURVEY[i][KEPT] for i in its], axis=0) for name, its in PARTS.items()}
EASY = SURVEY["e"][~np.isnan(SURVEY["e"])]
SATISFIED = SURVEY["s"] == 5
N = len(SATISFIED)
OTHERS = "customers who are not satisfied"
INPUTS = (
    r"95 % (?=interval|confidence)|scale 1-7|scale 1-5|scale from 0, the worst, to 100, the best",
    r"middle of 1-5|(?:on|up to) 2024-09-30|within 3 years|worst 10 %|below 50 %|fewer than 10",
    r"below \.05|0-25 %|25-50 %|50-75 %|75-100 %|best (?:1|5|10|20|50) %|most valuable 20 %",
    r"(?:Lee|Hardie|Filiztekin) (?:19|20)\d\d|have 10 answers|has 10 answers",
    r"margin of 30 %|30 % margin|at 10 % a year|custvalue [\d.]+ with numpy [\d.]+, scipy [\d.]+",
)


@pytest.fixture(scope="module")
def report():
    return build(STUDY, Given(SURVEY, LOG)).report


@pytest.fixture(scope="module")
def base():
    with pytest.warns(UserWarning, match="the data cannot tell a and b apart"):
        return valued(
            LOG,
            lambda single, back, alive, once: (back, alive, single, once),
            model="MBGNBD",
            observation_end="2024-09-30",
            after_end="ignore",
            returns="drop",
            duplicates="drop",
        )


def of(column, scale):
    return Responses.from_frame(
        SURVEY, [column], scale=scale, group="shop", labels=["kind"], missing="pairwise"
    )


def best(answers):
    return satisfaction.top_box(answers, boxes=1)


@pytest.fixture(scope="module")
def whole():
    return of("s", Scale(1, 5))


@pytest.fixture(scope="module")
def compared(whole):
    """Compare the shops, and the two kinds of them."""
    halves = comparing.groups(whole, best, by="kind", minimum_n=10)
    return comparing.league(whole, best, by="shop", rng=0), halves


@pytest.fixture(scope="module")
def perceived():
    survey = servqual.Survey.from_frame(
        SURVEY,
        perceptions=ITEMS,
        scale=Scale(1, 7, missing_codes=(9,)),
        dimensions=PARTS,
        missing="drop",
    )
    return servqual.performance(survey)


@pytest.fixture(scope="module")
def effort():
    return satisfaction.customer_effort_score(of("e", Scale(1, 5)), version="1")


@pytest.fixture(scope="module")
def order():
    """Put the best answer beside every answer, and ask for the priorities of that."""
    frame = {name: SURVEY[name][KEPT] for name in ITEMS}
    frame |= {f"best {name}": np.full(int(KEPT.sum()), 7.0) for name in ITEMS}
    survey = servqual.Survey.from_frame(
        frame,
        perceptions=ITEMS,
        expectations=[f"best {name}" for name in ITEMS],
        scale=Scale(1, 7),
        dimensions=PARTS,
    )
    return servqual.gaps(survey), servqual.priorities(survey, rng=0)


def by_answer(base):
    place = [base.place.get(int(name), -1) for name in SURVEY["customer_id"]]
    found = {}
    for name, its in {"satisfied customers": SATISFIED, OTHERS: ~SATISFIED}.items():
        rows = np.array([at for at, chosen in zip(place, its, strict=True) if chosen and at >= 0])
        worth = base.value.value[rows]
        one = mean_estimate(worth, Sample(np.ones(len(rows))), name=name)
        assert one.value == pytest.approx(worth.mean())
        found[name] = one, len(rows), base.alive[rows].mean()
    return found, sum(at < 0 for at in place)


def overall():
    return np.mean(GIVEN[KEPT], axis=1)


def short(base, perceived, whole):
    found, _ = by_answer(base)
    return [
        Says(
            (
                *(overall().mean(), *ends(perceived.overall), int(KEPT.sum())),
                *(100 * SATISFIED.mean(), *ends(best(whole), 100)),
                *(100 * (EASY <= 2).mean(), 2),
                *(base.alive.sum(), len(base.history)),
                *(
                    money(base.value.value.sum()),
                    *(money(its.value) for its, _, _ in found.values()),
                ),
            )
        )
    ]


def first(order):
    gaps, priorities = order
    said = []
    for rank, its in enumerate(priorities.dimensions, 1):
        item = min(PARTS[its.name], key=lambda name: SURVEY[name][KEPT].mean())
        (gap,) = (one.gap for one in gaps.items if one.name == item)
        low, high = ends(gap)
        sure = its.rank.confidence_interval()
        said += [7 - SURVEY[item][KEPT].mean(), -high, -low, rank, 3]
        said += (
            [probability(its.probability_weakest)] if rank == 1 else [int(sure.low), int(sure.high)]
        )
    assert [its.name for its in priorities.dimensions] == sorted(
        MEANS, key=lambda k: MEANS[k].mean()
    )
    return [Says(tuple(said))]


def shops(league):
    table = league.columns()
    big = np.isin(SURVEY["shop"], table["group"])
    worse = np.flatnonzero((table["adjusted_p_value"] < 0.05) & (table["difference"] < 0))[::-1]
    said = []
    for row in worse:
        its = SURVEY["shop"] == table["group"][row]
        apart = SATISFIED[its].mean() - SATISFIED[big & ~its].mean()
        said += [100 * SATISFIED[its].mean(), int(its.sum()), -100 * apart]
        said += [
            float(table["adjusted_p_value"][row]),
            probability(table["probability_worst"][row]),
        ]
    small = [int((SURVEY["shop"] == f"S{i}").sum()) for i in (0, 1, 10, 11, 2, 3, 4, 5)]
    return [Says((len(worse), 5)), Says(tuple(said)), Says((12, *small, 4))]


def kinds():
    old = SURVEY["kind"] == "old"
    apart = 100 * (SATISFIED[~old].mean() - SATISFIED[old].mean())
    return [Says((1, 2)), Says((100 * SATISFIED[old].mean(), int(old.sum()), apart, "0.001"))]


def called(base):
    worth = {}
    for row, name in enumerate(SURVEY["customer_id"].tolist()):
        if SURVEY["s"][row] < 3 and int(name) in base.place:
            worth[int(name)] = row
    order = sorted(worth, key=lambda name: -base.value.value[base.place[name]])
    rows = [
        (
            str(name),
            SURVEY["shop"][worth[name]],
            int(SURVEY["s"][worth[name]]),
            float(base.alive[base.place[name]]),
            float(base.value.value[base.place[name]]),
        )
        for name in order[:3]
    ]
    return [Says((len(worth),)), Lists(rows)]


def worth_of(base):
    found, _ = by_answer(base)
    worth = {name: its for name, (its, _, _) in found.items()}
    (pair,) = comparing.compare(
        worth, reference=OTHERS, correction="none", method="welch"
    ).differences
    apart = worth["satisfied customers"].value - worth[OTHERS].value
    said = chain(*((money(its.value), n) for its, n, _ in found.values()))
    low, high = sorted(np.sign(apart * pair.value) * np.array(ends(pair)))
    return [
        Says((base.expected.sum(), money(base.value.value.sum()))),
        Says((*said, money(apart), money(low), money(high))),
    ]


def sure(base):
    """Count what was bought, and what is left out, line by line."""
    late = int((LOG["date"] > END).sum())
    seen, days, again, negative = set(), set(), 0, 0
    for who, day, spend in zip(*(LOG[its].tolist() for its in LOG), strict=True):
        if np.datetime64(day) > END:
            continue
        again += (who, day, spend) in seen
        negative += spend < 0
        if spend >= 0:
            days.add((who, day))
        seen.add((who, day, spend))
    customers = len({who for who, _ in days})
    back = customers - sum(
        n == 1 for n in np.unique([who for who, _ in days], return_counts=True)[1]
    )
    unknown = int((SURVEY["p01"] == 9).sum())
    _, strangers = by_answer(base)
    return [
        Says(
            (
                *(int(KEPT.sum()), 5, 3, int((~KEPT).sum()), unknown),
                *(customers, len(days), back, 100 * back / customers, late, negative, again),
                *(N - strangers, strangers),
            )
        ),
        Says(()),
        Says((N - len(EASY), 1, base.fit.model.a / (base.fit.model.a + base.fit.model.b))),
    ]


def service(perceived):
    by_item = {its: SURVEY[its][KEPT].mean() for its in ITEMS}
    weakest = sorted(by_item, key=by_item.get)
    means = [MEANS[name].mean() for name in PARTS]
    scores = only(perceived, lambda row: row.values["level"] != "item")
    items = only(
        perceived,
        lambda row: row.values["level"] == "item",
        lambda row: weakest.index(row.values["name"]),
    )
    return [
        Says(
            (
                overall().mean(),
                *ends(perceived.overall),
                int(KEPT.sum()),
                100 * (overall().mean() - 1) / 6,
            )
        ),
        Says((min(means), max(means))),
        Shows(tuple(means), (*means, overall().mean(), int(KEPT.sum()))),
        Prints(scores, {"mean": [*means, overall().mean(), np.mean(means)]}, titled=()),
        Prints(items, {"mean": [by_item[its] for its in weakest]}, titled=(5, 5)),
    ]


def answers(whole, effort):
    easy = (EASY <= 2).mean()
    csat = (100 * SATISFIED.mean(), *ends(best(whole), 100), N)
    mean = SURVEY["s"].mean()
    return [
        Says((*csat, mean, 100 * (mean - 1) / 4)),
        Says(
            (
                100 * easy,
                *ends(effort.easy, 100),
                len(EASY),
                EASY.mean(),
                100 * (5 - EASY.mean()) / 4,
            )
        ),
        Prints(effort, {"estimate": [easy, EASY.mean(), 100 * (5 - EASY.mean()) / 4]}),
    ]


def linked(base):
    found, _ = by_answer(base)
    return [
        Lists([(its.name, n, alive, its.value, *ends(its)) for its, n, alive in found.values()]),
        Says(()),
    ]


@pytest.fixture(scope="module")
def traced(base, perceived, whole, effort, order, compared):  # noqa: PLR0917
    league, halves = compared
    shares = [SATISFIED[SURVEY["kind"] == kind].mean() for kind in ("new", "old")]
    names = league.columns()["group"]
    own = [SATISFIED[SURVEY["shop"] == name].mean() for name in names]
    return {
        "Key figures": short(base, perceived, whole),
        "Do first": first(order),
        "Which of them: shop": shops(league),
        "Which of them: kind": kinds(),
        "Which of them: sort": [Says((1, 2))],
        "Whom to call": called(base),
        "What it is worth": worth_of(base),
        "How sure this is": sure(base),
        "Groups compared": [
            Prints(league, {"own": own}),
            Prints(halves, {"value": [*shares, shares[1] - shares[0]]}),
        ],
        "Service quality as perceived": service(perceived),
        "Satisfaction and recommendation": answers(whole, effort),
        "Customers, and what they are worth": customer_pages(base),
        "Satisfaction and value together": linked(base),
        "How the numbers are defined and computed": [
            Says(
                (
                    20_000,
                    *base.fit.parameters.values(),
                    *parameters(base.spend),
                    *related(base),
                    1,
                )
            )
        ],
    }


def test_every_number_on_the_page_is_traced(report, traced):
    found = missed(report, traced, INPUTS)
    assert found == [], "\n".join(found)


def test_no_number_can_be_another_one(report, traced):
    for section in report.sections:
        for block, trace in zip(section.blocks, traced[section.title], strict=True):
            for its in changed_blocks(block, INPUTS):
                assert list(trace.missed(its, INPUTS)), its
