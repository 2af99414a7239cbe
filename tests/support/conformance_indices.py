"""Cases of indices of satisfaction and quality: printed numbers, and exact fractions.

Nothing of custvalue is imported here.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath
from conformance_models import case, printed

EXACT = "exact arithmetic: "
BERGER = "Berger et al. (1993), Center for Quality of Management Journal 2(4)"


def mean(values):
    return sum(map(Fraction, values)) / Fraction(len(values))


def exact(measure, inputs, expected, citation):
    return case(measure, inputs, float(expected), EXACT + citation, relative=1e-12, absolute=1e-12)


def net_promoter_score():
    whuber = "whuber, stats.stackexchange.com/q/18603"
    published = (
        ((162, 108, 54), 33.3333, 4.1409, whuber),
        ((291, 476, 395), -8.9501, 2.2387, "talkstats.com, thread on the net promoter score"),
        ((18, 11, 2), 51.6129, 11.0537, "CDCgov/prime-reportstream, issue 5281"),
        ((322, 426, 252), 7.0, None, "R package ezrsurvey, simulated data podracing"),
        ((170, 286, 344), -21.75, None, "R package ezrsurvey, simulated data shopping"),
    )
    cases = []
    for (promoters, passives, detractors), value, error, source in published:
        # all eleven answers occur: 9 and 10, 7 and 8, 0 to 6 by turns
        kinds = ((promoters, (9, 10)), (passives, (7, 8)), (detractors, range(7)))
        answers = [answer for n, of in kinds for answer in (list(of) * n)[:n]]
        counts = [answers.count(answer) for answer in range(11)]
        cases.append(printed("score", {"counts": counts}, value, source, 1e-4))
        if error is not None:
            cases.append(printed("standard_error", {"counts": counts}, error, source, 1e-4))
    cases += [
        exact("score", {"counts": [0] * 6 + [1, 1, 1, 1, 1]}, 20, "2 of 5 less 1 of 5"),
        exact("score", {"counts": [3] + [0] * 10}, -100, "detractors only"),
    ]
    measures = {
        "score": "100 (share of 9 and 10 less share of 0 to 6); counts of the answers 0, 1, … 10",
        "standard_error": "100 sqrt((p + d - (p - d)^2) / n), with the shares p of promoters and d "
        "of detractors among n",
    }
    return measures, cases


def top_box():
    cases = []
    for counts, boxes in (([3, 7, 20, 45, 25], 2), ([3, 7, 20, 45, 25], 1), ([4, 0, 0, 0, 3], 1)):
        inputs = {"counts": counts, "boxes": boxes}
        share = Fraction(sum(counts[-boxes:]), sum(counts))
        cases.append(exact("share", inputs, share, "the best answers over all answers"))
    average = Fraction(sum(n * k for k, n in enumerate([3, 7, 20, 45, 25], 1)), 100)
    inputs = {"counts": [3, 7, 20, 45, 25]}
    cases += [
        exact("mean", inputs, average, "382 / 100"),
        exact("index", inputs, 100 * (average - 1) / 4, "100 (mean - 1) / 4"),
    ]
    measures = {
        "share": "share of the best `boxes` answers; counts of the answers 1, 2, … 5, 5 the best",
        "mean": "mean answer",
        "index": "mean answer on 0 to 100, from the floor to the ceiling of the scale",
    }
    return measures, cases


ANSWERS = {
    "waiting": [4, 5, 3, 2, 4, 5, 1],
    "price": [3, 3, 2, 4, 5, 4, 2],
    "advice": [5, 5, 4, 4, 3, 5, 4],
}
IMPORTANCE = {"waiting": 50, "price": 20, "advice": 30}


def satisfaction_index():
    def index(score, importance):
        total = sum(importance.values())
        return sum(importance[name] * score(mean(its)) for name, its in ANSWERS.items()) / total

    cases = []
    for importance in (IMPORTANCE, dict.fromkeys(ANSWERS, 1), {**IMPORTANCE, "advice": 31}):
        inputs = {"answers": ANSWERS, "importance": importance, "low": 1, "high": 5}
        of_scale = index(lambda x: 100 * (x - 1) / 4, importance)
        of_maximum = index(lambda x: 100 * x / 5, importance)
        cases += [
            exact("scale", inputs, of_scale, "weighted mean of item scores"),
            exact("maximum", inputs, of_maximum, "weighted mean of item scores"),
        ]
    measures = {
        "scale": "mean of item scores 100 (x - low) / (high - low), weighted by importance",
        "maximum": "mean of item scores 100 x / high, weighted by importance",
    }
    return measures, cases


THREE = {
    "overall": [9, 8, 6, 10, 7, 8],
    "expectations": [8, 8, 5, 9, 7, 7],
    "ideal": [8, 6, 5, 9, 5, 8],
}


def acsi():
    source = "Fornell et al. (1996), Journal of Marketing 60(4): ((x1 - 1) w1 + …) / 9 x 100"
    means = [mean(its) for its in THREE.values()]
    inputs = {"answers": THREE, "low": 1, "high": 10}
    cases = [exact("simple", inputs, (sum(means) - 3) / 27 * 100, "(sum of means - 3) / 27 x 100")]
    for weights in ([0.39, 0.33, 0.35], [0.2, 0.5, 0.3]):
        given = [Fraction(str(w)) for w in weights]
        found = sum(w * (x - 1) for w, x in zip(given, means, strict=True)) / sum(given) / 9 * 100
        weighted = {**inputs, "weights": weights}
        cases.append(exact("as_given", weighted, found, source))
        with mpmath.workdps(30):
            spread = [
                mpmath.sqrt(mpmath.mpf(its.numerator) / its.denominator)
                for its in (
                    mean([(x - m) ** 2 for x in column])
                    for column, m in zip(THREE.values(), means, strict=True)
                )
            ]
            shares = [mpmath.mpf(str(w)) / s for w, s in zip(weights, spread, strict=True)]
            top = sum(
                w * (mpmath.mpf(x.numerator) / x.denominator - 1)
                for w, x in zip(shares, means, strict=True)
            )
            found = float(top / sum(shares) / 9 * 100)
        cases.append(
            case("unstandardised", weighted, found, "30-digit arithmetic (mpmath): " + source)
        )
    measures = {
        "simple": "all items count the same",
        "as_given": "weights apply to the answers as they are, as shares of their sum",
        "unstandardised": "weights of standardised items: each is divided by the standard "
        "deviation of its item first",
    }
    return measures, cases


def servqual():
    by_hand = "worked example by hand, in tenths; Parasuraman, Zeithaml & Berry (1988)"
    sizes = {"tangibles": 1, "reliability": 1, "responsiveness": 1, "assurance": 1, "empathy": 1}
    inputs = {
        "perceptions": [[5.9, 5.8, 6.0, 6.3, 6.1]],
        "expectations": [[6.4, 6.8, 6.5, 6.6, 6.2]],
        "sizes": list(sizes.values()),
    }
    points = [15, 35, 20, 18, 12]
    cases = [
        printed("unweighted_gap", inputs, -0.48, by_hand, 1e-12),
        printed("weighted_gap", {**inputs, "points": points}, -0.591, by_hand, 1e-12),
    ]
    usual = [4, 5, 4, 4, 5]
    perceived = [[1 + (3 * i + 5 * j) % 7 for j in range(22)] for i in range(5)]
    wanted = [[7 - (2 * i + j) % 4 for j in range(22)] for i in range(5)]
    inputs = {"perceptions": perceived, "expectations": wanted, "sizes": usual}
    gaps = [mean(p) - mean(e) for p, e in zip(zip(*perceived, strict=True),
                                              zip(*wanted, strict=True), strict=True)]  # fmt: skip
    ends = [sum(usual[:k]) for k in range(6)]
    of = [mean(gaps[low:high]) for low, high in pairwise(ends)]
    paper = "Parasuraman, Zeithaml & Berry (1988), Journal of Retailing 64(1)"
    cases += [
        exact("dimension_gap", {**inputs, "dimension": k + 1}, of[k], paper) for k in range(5)
    ]
    weighted = sum(Fraction(w, 100) * gap for w, gap in zip(points, of, strict=True))
    cases += [
        exact("unweighted_gap", inputs, mean(of), paper),
        exact("weighted_gap", {**inputs, "points": points}, weighted, paper),
    ]
    measures = {
        "dimension_gap": "mean of perception less expectation over the items of dimension 1 to 5; "
        "rows are respondents, columns items, `sizes` items in each dimension in turn",
        "unweighted_gap": "mean of the five dimensions' gaps, not of the items",
        "weighted_gap": "sum of the dimensions' gaps times points / 100",
    }
    return measures, cases


def alpha():
    cases = []
    for columns in (ANSWERS, THREE, {"a": [5, 3, 4, 1], "b": [4, 3, 4, 2]}):
        rows = [list(row) for row in zip(*columns.values(), strict=True)]

        def variance(values):
            centre = mean(values)
            return mean([(x - centre) ** 2 for x in values])

        k = len(columns)
        items = sum(variance(its) for its in columns.values())
        value = Fraction(k, k - 1) * (1 - items / variance([sum(row) for row in rows]))
        cases.append(
            exact("alpha", {"answers": rows}, value, "Cronbach (1951), Psychometrika 16(3)")
        )
    text = "k / (k - 1) (1 - sum of item variances / variance of the total); rows are respondents"
    return {"alpha": text}, cases


TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")


def kano():
    readme = "R package stp25kano, README (n = 296)"
    skis = "Matzler & Hinterhuber (1998), Technovation 18(1)"
    cases = [
        case("category", {"functional": f, "dysfunctional": d}, TABLE[f - 1][d - 1], BERGER,
             relative=0.0)
        for f in range(1, 6)
        for d in range(1, 6)
    ]  # fmt: skip
    for counts, better, worse in (
        ((95, 123, 45, 33, 0, 0), 0.568, -0.736),
        ((15, 24, 121, 124, 6, 6), 0.511, -0.137),
        ((9, 18, 83, 177, 6, 3), 0.352, -0.094),
        ((101, 54, 54, 81, 3, 3), 0.372, -0.534),
        ((65, 87, 93, 51, 0, 0), 0.608, -0.514),
    ):
        inputs = {"counts": dict(zip("MOAIRQ", counts, strict=True))}
        m, o, a, i = counts[:4]
        cases += [
            printed("better", inputs, better, readme, 6e-4),
            printed("worse", inputs, worse, readme, 6e-4),
            exact("better", inputs, Fraction(a + o, m + o + a + i), BERGER),
            exact("worse", inputs, -Fraction(o + m, m + o + a + i), BERGER),
        ]
    for name, counts in (
        ("M", (7, 32.3, 49.3, 9.5, 0.3, 1.5)),
        ("O", (10.4, 45.1, 30.5, 11.5, 1.2, 1.2)),
        ("A", (63.8, 21.6, 2.9, 8.5, 0.7, 2.5)),
    ):
        inputs = {"counts": dict(zip("AOMIRQ", counts, strict=True))}
        cases.append(case("mode", inputs, name, skis, relative=0.0))
    measures = {
        "category": "category of one pair of answers by the table of Berger et al.: 1 like, "
        "2 must be, 3 neutral, 4 live with, 5 dislike; M, O, A, I, R or Q",
        "mode": "the most frequent category; counts or percentages of the categories",
        "better": "(A + O) / (A + O + M + I)",
        "worse": "-(O + M) / (A + O + M + I)",
    }
    return measures, cases


def delivered_value():
    kotler = "Kotler, Marketing Management: total value less total cost"
    cases = []
    for value, cost in (
        ((60, 20, 10, 10), (50, 5, 3, 2)),
        ((30, 10, 5, 5), (15, 3, 1, 1)),
        ((0.1, 0.2, 0.3, 0.4), (0.7, 0.1, 0.1, 0.1)),
    ):
        inputs = {
            "value": dict(zip(("product", "service", "personnel", "image"), value, strict=True)),
            "cost": dict(zip(("monetary", "time", "energy", "psychic"), cost, strict=True)),
        }
        total, paid = (sum(Fraction(str(x)) for x in side) for side in (value, cost))
        cases += [
            exact("delivered_value", inputs, total - paid, kotler),
            exact("value_to_cost", inputs, total / paid, kotler),
        ]
    return {
        "delivered_value": "total value - total cost",
        "value_to_cost": "the same as a ratio",
    }, cases


def complaints():
    hays = "Hays & Hill (1999), Production and Operations Management 8(3)"
    goodman = "Goodman (2006), Quality Progress 39(2)"
    base = {"customers": 1000, "dissatisfied": 0.1, "complain": 0.4, "recovered": 0.7,
            "silent_return": 0.1}  # fmt: skip
    iceberg = {**base, "complain": 0.04, "recovered": 1}
    cases = [
        printed("satisfied_in_the_end", base, 0.928, hays, 1e-12),
        printed("silent", iceberg, 96, "the iceberg of training decks; " + goodman, 1e-9),
        printed("lost", iceberg, 86.4, "the iceberg of training decks; " + goodman, 1e-9),
    ]
    others = {"customers": 2500, "dissatisfied": 0.12, "complain": 0.35, "recovered": 0.6,
              "silent_return": 0.3}  # fmt: skip
    for inputs in (base, others):
        N, p, c, r, q = (Fraction(str(x)) for x in inputs.values())
        cases += [
            exact("lost", inputs, N * p * ((1 - c) * (1 - q) + c * (1 - r)), goodman),
            exact("silent", inputs, N * p * (1 - c), goodman),
            exact("satisfied_in_the_end", inputs, 1 - p + p * c * r, hays),
            exact("hear_of_it", {**inputs, "told": 9}, N * p * (1 - c * r) * 9, goodman),
            exact("one_more_complaint", {**inputs, "value": 500}, (r - q) * 500, goodman),
        ]
    measures = {
        "lost": "customers lost: N p ((1 - c)(1 - q) + c (1 - r)), q the share of the silent who "
        "return",
        "silent": "dissatisfied customers who do not complain: N p (1 - c)",
        "satisfied_in_the_end": "share satisfied at once or after a complaint: 1 - p + p c r",
        "hear_of_it": "people told, each dissatisfied customer who was not recovered telling "
        "`told`: N p (1 - c r) told",
        "one_more_complaint": "worth of one more complaint heard: (r - q) value",
    }
    return measures, cases


SUBJECTS = {
    "net_promoter_score": ("Net Promoter Score", "", net_promoter_score),
    "top_box": ("Top box, mean and index of an item from 1 to 5", "", top_box),
    "satisfaction_index": ("Satisfaction index weighted by importance", "", satisfaction_index),
    "acsi": ("American index of satisfaction from three items", "", acsi),
    "servqual": ("SERVQUAL gaps", "", servqual),
    "alpha": ("Cronbach's alpha", "", alpha),
    "kano": ("Kano categories, better and worse", "", kano),
    "delivered_value": ("Customer delivered value", "", delivered_value),
    "complaints": ("Economics of complaints", "", complaints),
}
