"""The section on the satisfaction model: every number traced, both languages, what is refused."""

from __future__ import annotations

import re
from itertools import pairwise

import modelled
import numpy as np
import pytest
import reference_structural as reference
from chinese import words
from read_report import reported
from tracing import Prints, Says, Shows, changed_blocks

from custvalue._report.build import Given, build
from custvalue._report.language import speaking
from custvalue._report.study import parse_study
from custvalue._report.translation import translated
from custvalue.errors import DataError

MODEL, ANSWERS = modelled.european()
FRAME = {name: ANSWERS.item(name) for name in ANSWERS.items}
STUDY = """
[survey.structural]
scale = [1, 10]
model = "ecsi"
[survey.structural.constructs]
""" + "\n".join(f"{name} = {list(its)}" for name, its in modelled.NAMES.items())
OWN = """
[survey.structural]
scale = [1, 10]
model = "own"
paths = [["Service", "Overall"]]
target = "Overall"
[survey.structural.constructs]
Service = ["qual1", "qual2", "qual3"]
Overall = ["sat1", "sat2"]
"""
TITLE = "The satisfaction model: what leads to Satisfaction"
INPUTS = (r"of 100 (?=is the index)|95 % (?=interval)|below \.90|below \.70|index 0-100|holds 0",)


def section(report, title=TITLE):
    (found,) = (its for its in report.sections if its.title == title)
    return found


def by_hand():
    """Return the model of the slow way: paths, R², indices on 0-100, total effects on 0-100."""
    rows, sizes = ANSWERS.answers.tolist(), [len(its) for its in modelled.NAMES.values()]
    ends = np.cumsum([0, *sizes]).tolist()
    blocks = [list(range(*pair)) for pair in pairwise(ends)]
    names = list(modelled.NAMES)
    paths = [(names.index(its.source), names.index(its.target)) for its in MODEL.paths]
    found = reference.pls(rows, blocks, paths)
    ones = [1.0] * len(rows)
    columns = ANSWERS.answers.T.tolist()
    spread = [reference.covariance(its, its, ones) ** 0.5 * 100 / 9 for its in columns]
    sums = [
        sum(w / spread[k] for w, k in zip(own, block, strict=True))
        for own, block in zip(found["weights"], blocks, strict=True)
    ]
    index = [
        reference.index(rows, block, own, low=1, high=10, convention="unstandardised", weights=ones)
        for own, block in zip(found["weights"], blocks, strict=True)
    ]
    effects = {
        names[i]: found["total"][i, j] * sums[i] / sums[j]
        for i, j in found["total"]
        if names[j] == "Satisfaction"
    }
    return names, paths, found, dict(zip(names, index, strict=True)), effects


def traced():
    names, paths, found, index, effects = by_hand()
    fit = MODEL.fit(ANSWERS)
    placed = fit.importance_performance("Satisfaction")
    order = sorted(effects, key=lambda name: -effects[name])
    own = index["Satisfaction"]
    interval = placed.performance.confidence_interval()
    shared = fit.r_squared["Satisfaction"].confidence_interval()
    first = placed[order[0]].importance.confidence_interval()
    explained = found["r_squared"][names.index("Satisfaction")]
    said = (
        *(own, interval.low, interval.high, 250),
        *(100 * explained, 100 * shared.low, 100 * shared.high),
        *(effects[order[0]], first.low, first.high, index[order[0]]),
    )
    slopes = [found["paths"][pair] for pair in paths]
    boxes = [
        number
        for at, name in enumerate(names)
        for number in (index[name], *([found["r_squared"][at]] if at in found["r_squared"] else []))
    ]
    reliability = {
        "rho_C": [reference.rho_c(its) for its in found["loadings"]],
        "AVE": [reference.ave(its) for its in found["loadings"]],
    }
    by_name = [*slopes, *found["r_squared"].values(), *index.values()]
    return [
        Says(said),
        Shows(tuple(slopes), (*boxes, *slopes, 250)),
        Shows(tuple(number for name in order for number in (effects[name], index[name])), (250,)),
        Prints(
            placed,
            {
                "importance": [effects[name] for name in order],
                "performance": [index[name] for name in order],
            },
        ),
        Prints(fit, {"estimate": by_name}),
        Prints(fit.reliability, reliability),
    ]


def blocks():
    return section(reported(STUDY, survey=FRAME)).blocks


def test_every_number_is_traced():
    found = [
        one
        for block, trace in zip(blocks(), traced(), strict=True)
        for one in trace.missed(block, INPUTS)
    ]
    assert found == []


def test_no_number_can_be_another_one():
    tried = 0
    for block, trace in zip(blocks(), traced(), strict=True):
        for its in changed_blocks(block, INPUTS):
            tried += 1
            assert list(trace.missed(its, INPUTS)), its
    assert tried > 100


def test_the_page_is_in_chinese_too():
    report = build(parse_study("s.toml", f'lang = "zh"\n{STUDY}'), Given(FRAME)).report
    found = section(report, "满意度模型：什么带来“顾客满意”")
    assert len(found.blocks) == 6
    texts = [one for one in words(report.to_html()) if one != report.title]
    assert [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)] == []
    text = report.to_text()
    assert "“顾客满意”的指数为 61.2" in text
    assert "满意度模型基于 250 名受访者对 17 个题项的回答" in text


def test_base_and_conventions_say_what_it_rests_on():
    text = " ".join(reported(STUDY, survey=FRAME).to_text().split())
    assert "250 respondents are behind the satisfaction model of 17 items." in text
    assert "partial least squares, path scheme; indices by unstandardised weights" in text


def test_a_model_of_your_own_with_doubts():
    frame = {name: np.array(its) for name, its in FRAME.items()}
    random = np.random.default_rng(1)
    noise = random.integers(1, 11, (2, 250)).astype(float)
    frame["sat1"], frame["sat2"] = frame["qual1"], np.where(noise[0] > 5, frame["qual2"], noise[1])
    report = reported(OWN, survey=frame)
    found = section(report, "The satisfaction model: what leads to Overall")
    text = found.blocks[0].text
    assert "Hardly told apart by their items (HTMT not below .90)" in text
    assert "Service and Overall" in text
    assert "Not measured reliably (rho_A below .70): Overall." in text


def test_a_formative_construct_and_another_scheme():
    study = OWN.replace("target", 'formative = ["Service"]\nscheme = "centroid"\ntarget')
    report = reported(study, survey=FRAME)
    text = " ".join(report.to_text().split())
    assert "Formative, no internal consistency: Service." in text
    assert "partial least squares, centroid scheme" in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The satisfaction model has no estimates: all answers to 'qual2', of the construct"),
        ("zh", "满意度模型无法估计：'Service' 的题项 'qual2' 的回答全部为 7"),
    ],
)
def test_why_there_are_no_estimates(lang, said):
    frame = FRAME | {"qual2": np.full(250, 7.0)}
    report = build(parse_study("s.toml", f'lang = "{lang}"\n{OWN}'), Given(frame)).report
    assert said in report.to_text().replace("\n", "" if lang == "zh" else " ")


def test_who_missed_an_answer_is_left_out():
    frame = {name: np.array(its) for name, its in FRAME.items()}
    frame["sat1"][:3] = np.nan
    report = reported(f'[survey]\nmissing = "drop"\n{STUDY}', survey=frame)
    assert "247 respondents are behind the satisfaction model" in report.to_text()


def test_the_latest_wave_alone_is_modelled():
    frame = FRAME | {"when": np.where(np.arange(250) < 100, "2026Q1", "2026Q2")}
    report = reported(f'[survey]\nwave = "when"\n{STUDY}', survey=frame)
    assert "150 respondents are behind the satisfaction model" in report.to_text()


SAID = [
    (
        "negative outer weight: 'q1' of 'Image', 'q2' of 'Image'. The index can leave 0 to 100 "
        "(Ringle & Sarstedt 2016). Leave the item out, use mode='A', or the index with "
        "convention='equal'."
    ),
    (
        "'q1' of 'Image' correlates negatively with the construct, whose index falls where "
        "customers are more satisfied. If the wording has the opposite direction, declare the "
        "item as reverse-scored in an instrument when the answers are read."
    ),
    (
        "the weights did not settle in 300 rounds, tolerance 1e-07: estimates are those of the "
        "last round. Allow more, iterations=3000, use scheme='centroid', or look for constructs "
        "that hardly correlate with their neighbours."
    ),
    (
        "9 respondents for 17 items: estimates rest on chance. Collect more answers, or use fewer "
        "items."
    ),
    (
        "the items of 'Image', 'q1', 'q2', repeat each other, so that mode B, a regression on "
        "them, has no solution. Leave out one that the others add up to, collect more answers, "
        "or use mode='A'."
    ),
    "Single item, taken as measured without error: Value, Image.",
    (
        "the weight of 'q1' is negative, so that the index of its construct can leave 0 to 100 "
        "and is no performance. Check the direction of the item, leave it out, or use Mode A where "
        "its block is in Mode B."
    ),
]


@pytest.mark.parametrize("text", SAID)
def test_warnings_are_in_chinese(text):
    with speaking("zh"):
        said = translated(text)
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", said), said


def test_the_warnings_are_those_of_the_library():
    """A formative block whose items point apart has a negative weight, on the page in 中文 too."""
    random = np.random.default_rng(3)
    a, b, noise = random.normal(size=(3, 200))
    frame = {
        "x1": a + 0.3 * b,
        "x2": a,
        "x3": b,
        "x4": a + b + random.normal(0, 0.4, 200),
        **{f"y{k}": a - 0.8 * b + noise + random.normal(0, 0.6, 200) for k in (1, 2, 3)},
    }
    frame = {name: np.clip(np.rint(5.5 + 1.3 * its), 1, 10) for name, its in frame.items()}
    study = """lang = "zh"
[survey.structural]
scale = [1, 10]
model = "own"
paths = [["甲", "乙"]]
target = "乙"
formative = ["甲"]
[survey.structural.constructs]
"甲" = ["x1", "x2", "x3", "x4"]
"乙" = ["y1", "y2", "y3"]
"""
    text = build(parse_study("s.toml", study), Given(frame)).report.to_text()
    assert "外部权重为负" in text
    lines = text.splitlines()[2:]
    assert [line for line in lines if re.search(r"[a-z]{3,} [a-z]{3,}", line)] == []


REFUSED = [
    (
        OWN.replace('paths = [["Service", "Overall"]]', ""),
        (
            '[survey.structural] needs paths = [["Quality", "Satisfaction"], …] with model = '
            '"own", and no paths with "acsi" and "ecsi".'
        ),
    ),
    (
        OWN.replace('target = "Overall"', 'target = "Service"'),
        (
            "[survey.structural]: target must be a construct that paths lead to, but it is "
            "'Service'. The constructs are 'Service', 'Overall'."
        ),
    ),
    (
        OWN.replace("target", 'formative = ["Servce"]\ntarget'),
        (
            "[survey.structural]: formative names 'Servce', which is no construct. The constructs "
            "are 'Service', 'Overall'."
        ),
    ),
    (
        STUDY.replace("Image", "Imag"),
        "[survey.structural]: columns has 'Imag', but the constructs of ecsi are 'Image', ",
    ),
    (
        OWN.replace('[["Service", "Overall"]]', '[["Service", "Price"]]'),
        "[survey.structural]: the path Service -> Price needs a construct 'Price', which",
    ),
    (
        OWN.replace('"own"', '"mine"'),
        "[survey.structural]: model must be one of 'acsi', 'ecsi', 'own', but it is 'mine'.",
    ),
]


@pytest.mark.parametrize(("study", "said"), REFUSED)
def test_what_is_no_model(study, said):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", study)
    assert str(caught.value).startswith(f"s.toml: {said}")


def test_items_of_the_model_may_be_named():
    parse_study("s.toml", STUDY + '\n[survey.items]\nsat1 = "satisfied on the whole"')
