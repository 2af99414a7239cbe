"""Notes and warnings of the library on the page in 中文: none of them stays English."""

from __future__ import annotations

import re

import numpy as np
import pytest
from chinese import words, wrong_marks
from rich_study import PLAIN, plain_log, plain_survey

from custvalue import datasets
from custvalue._report.build import Given, build, caught
from custvalue._report.language import speaking
from custvalue._report.study import parse_study
from custvalue._report.translation import translated
from custvalue.survey import read_export

RNG = np.random.default_rng(3)
N = 60


def answers(low, high, *names):
    return {name: RNG.integers(low, high + 1, N) for name in names}


def alike(*names, flip=()):
    """Give answers that go together, some of them in the other direction."""
    level = RNG.normal(4, 1, N)
    found = {}
    for name in names:
        own = np.clip(np.rint(level + RNG.normal(0, 0.3, N)), 1, 7)
        found[name] = 8 - own if name in flip else own
    return found


ASKED = "[survey]\n{keys}\n"
GAPS = """[survey.servqual]
scale = {scale}
perceptions = ["p1", "p2", "p3"]
expectations = ["e1", "e2", "e3"]
dimensions = {{"环境" = ["p1", "p2", "p3"]}}
"""
KANO = """[survey.kano]
functional = {"甲" = "f1", "乙" = "f2"}
dysfunctional = {"甲" = "d1", "乙" = "d2"}
"""
LOG = """[transactions]
customer = "customer_id"
date = "date"
observation_end = {end}
purchase_model = "{model}"
"""
OFFERS = """
[[offers]]
name = "甲"
value = {{product = {a}, service = 10, personnel = 10, image = 0}}
cost = {{monetary = {b}, time = 0, energy = 0, psychic = 0}}
[[offers]]
name = "乙"
value = {{product = {c}, service = 10, personnel = 10, image = 0}}
cost = {{monetary = {d}, time = 0, energy = 0, psychic = 0}}
"""
PE = ("p1", "p2", "p3", "e1", "e2", "e3")


def asked(tables, keys=""):
    return ASKED.format(keys=keys) + tables


def gaps(scale="[1, 7]"):
    return GAPS.format(scale=scale)


def spread(*rows):
    """Repeat pairs of answers to the functional and the dysfunctional questions."""
    f1, d1, f2, d2 = (np.tile(column, 10) for column in zip(*rows, strict=True))
    return {"f1": f1, "d1": d1, "f2": f2, "d2": d2}


def labelled(n, *names):
    return np.array(names)[np.arange(n) % len(names)]


HUNDRED = {
    "r": RNG.integers(0, 11, 900),
    "g": np.array([f"第{i}店" for i in np.arange(900) % 60]),
    "w": labelled(900, "2024Q1", "2024Q2", "2024Q3", "2024Q4"),
}
MISSING = {"r": np.where(np.arange(N) % 7 == 0, np.nan, RNG.integers(0, 11, N))}
LATER = {"r": RNG.integers(0, 11, N), "c": np.arange(N) // 2, "day": np.arange(N) % 28 + 1}
SURVEYS = {
    "another scale": (asked("", 'recommend = "r"'), {"r": RNG.integers(1, 8, N)}),
    "gaps of noise": (asked(gaps()), answers(1, 7, *PE)),
    "perceptions reliable": (asked(gaps()), alike(*PE[:3]) | alike(*PE[3:])),
    "negative keys": (asked(gaps()), alike(*PE, flip=("p3", "e3"))),
    "negative perceptions": (asked(gaps()), alike(*PE, flip=("p3",))),
    "negative expectations": (asked(gaps()), alike(*PE, flip=("e2",))),
    "lower is better": (
        asked(gaps('{low = 1, high = 7, direction = "lower is better"}')),
        alike(*PE),
    ),
    "continuous": (asked(gaps('{low = 1, high = 7, step = "continuous"}')), alike(*PE)),
    "negative, perceptions alone": (
        asked(re.sub("expectations = .*\n", "", gaps())),
        alike(*PE[:3], flip=("p2",)),
    ),
    "one item a dimension": (
        asked(gaps().replace('"环境" = ["p1", "p2", "p3"]', 'a = ["p1"], b = ["p2"], c = ["p3"]')),
        alike(*PE),
    ),
    "features": (asked(KANO), answers(1, 5, "f1", "f2", "d1", "d2")),
    "features reversed": (asked(KANO), spread((5, 1, 1, 1), (5, 1, 5, 5), (4, 1, 1, 1))),
    "features tied": (asked(KANO), spread((1, 5, 3, 3), (1, 3, 1, 3))),
    "features with gaps": (
        asked(KANO, 'missing = "pairwise"'),
        {
            k: np.where(np.arange(30) % 11 == 3, np.nan, v)
            for k, v in spread(*[(1, 5, 2, 3)] * 3).items()
        },
    ),
    "few clusters": (
        asked("", 'recommend = "r"\ncluster = "g"'),
        {"r": RNG.integers(0, 11, N), "g": labelled(N, "a1", "a2", "a3")},
    ),
    "one cluster": (
        asked("[survey.effort]\nanswers = 'e'\nversion = '2'", 'cluster = "g"'),
        {"e": RNG.integers(1, 8, N), "g": labelled(N, "a1")},
    ),
    "many numbers on few clusters": (
        asked(gaps(), 'recommend = "r"\ncluster = "g"\ngroup = "h"'),
        {
            "r": RNG.integers(0, 11, N),
            "g": labelled(N, "a1", "a2", "a3", "a4"),
            **alike(*PE),
            "h": labelled(N, "甲", "乙"),
        },
    ),
    "counts as weights": (
        asked("", 'recommend = "r"\nweights = "n"'),
        {"r": np.arange(11), "n": np.array([12, 3, 5, 7, 9, 11, 20, 31, 44, 52, 60])},
    ),
    "missing": (asked("", 'recommend = "r"\nmissing = "pairwise"'), MISSING),
    "index, dropped": (
        asked(
            '[survey.index]\nscale = {low = 1, high = 7, missing_codes = [9]}\nitems = ["a", "b"]\n'
            "importance = [3, 4]",
            'missing = "drop"',
        ),
        {
            "a": np.where(np.arange(N) % 9 == 0, 9, RNG.integers(1, 8, N)),
            "b": np.where(np.arange(N) % 8 == 0, np.nan, RNG.integers(1, 8, N)),
        },
    ),
    "index of one": (
        asked('[survey.index]\nscale = [1, 7]\nitems = ["a", "b"]'),
        {"a": [4], "b": [5]},
    ),
    "effort": (
        asked(
            '[survey.effort]\nanswers = "e"\nscale = [1, 9]\ndirection = "lower is better"\n',
            'group = "g"\nmissing = "pairwise"',
        ),
        {
            "e": np.where(np.arange(90) % 20 == 0, np.nan, RNG.integers(1, 10, 90)),
            "g": labelled(90, "甲", "乙", "丙"),
        },
    ),
    "expectations met": (
        asked(
            "[survey.satisfaction]\nscale = {low = 0, high = 10, true_zero = true}\n"
            "perceived = 's'\nexpected = 'x'\nband = 1",
            'missing = "pairwise"',
        ),
        {"s": RNG.integers(1, 11, N), "x": np.where(np.arange(N) % 9 == 0, np.nan, 6)},
    ),
    "one respondent": (
        asked("[survey.satisfaction]\nscale = [1, 5]\nperceived = 's'\nexpected = 'x'"),
        {"s": [4], "x": [3]},
    ),
    "equal answers in groups": (
        asked("", 'recommend = "r"\ngroup = "g"'),
        {"r": [9] * 60, "g": labelled(60, "甲", "乙", "丙")},
    ),
    "equal answers in waves": (
        asked("", 'recommend = "r"\nwave = "w"'),
        {"r": [9] * 60, "w": labelled(60, "2024Q1", "2024Q2")},
    ),
    "one answer in a wave": (
        asked("", 'recommend = "r"\nwave = "w"'),
        {"r": [9, 3, 8, 2, 7], "w": ["2024Q1"] * 4 + ["2024Q2"]},
    ),
    "many groups and waves": (
        asked("", 'recommend = "r"\ngroup = "g"\nwave = "w"\nminimum_n = 3'),
        HUNDRED,
    ),
    "waves by number": (
        asked("", 'recommend = "r"\nwave = "w"'),
        {"r": RNG.integers(0, 11, 90), "w": labelled(90, 1, 2, 3)},
    ),
    "waves that scatter": (
        asked("", 'recommend = "r"\nwave = "w"'),
        {
            "w": labelled(400, "2024-01", "2024-02", "2024-03", "2024-04"),
            "r": np.where(
                np.arange(400) % 4 == 1, RNG.integers(8, 11, 400), RNG.integers(0, 10, 400)
            ),
        },
    ),
    "latest answers": (
        asked(
            "[survey.effort]\nanswers = 'r'\nscale = [0, 10]\ndirection = 'higher is better'",
            'customer = "c"\nrepeats = "latest"\ndate = "day"',
        ),
        {**LATER, "day": [f"2024-01-{day:02d}" for day in LATER["day"]]},
    ),
    "labels alike": (
        asked("", 'recommend = "r"\ngroup = "g"'),
        {"r": RNG.integers(0, 11, N), "g": labelled(N, "A店", "a店", "乙")},
    ),
    "offers that disagree": (OFFERS.format(a=100, b=60, c=30, d=20), None),
    "offers that tie": (OFFERS.format(a=60, b=40, c=40, d=20), None),
}


def page(study, survey=None, log=None, said=()):
    given = Given(survey, log, scores_name="scores.csv")
    text = f'title = "标题"\nlang = "zh"\n{study}'
    return build(parse_study("s.toml", text), given, said=said).report


LOG_OF = {
    "limit": (LOG.format(end="2024-09-30\nafter_end = 'ignore'", model="MBGNBD"), plain_log),
    "once": (LOG.format(end="1997-09-30", model="BGNBD"), datasets.cdnow),
    "regular": (LOG.format(end="2024-12-31", model="BGCNBD"), lambda: regular_log(1)),
    "few": (LOG.format(end="2024-12-31", model="GammaGompertzNBD"), lambda: regular_log(7)),
}
FILES = {
    "spanned": ("q,\n1,2\n3,4\n", {}),
    "no header": ("5,3\n1,2\n3,4\n", {}),
    "delimiter": ("q;r\n1;2\n", {"delimiter": "comma"}),
    "encoding": ("姓名,q\n张三,3\n", {"encoding": "cp1252"}),
}


def regular_log(step):
    """Give customers who come back after a fixed time, each in steps of its own."""
    start = np.datetime64("2023-01-01")
    rows = [
        (who, start + np.timedelta64(who % 30 + k * (20 + who % 5), "D"))
        for who in range(60)
        for k in range(0, 3 + who % 20, step)
    ]
    who, day = zip(*rows, strict=True)
    return {"customer_id": np.array(who), "date": np.array(day)}


def read_with_warnings(tmp_path, text, keys):
    """Read a file, and return what is warned of."""
    path = tmp_path / "名单.csv"
    path.write_bytes(text.encode("gbk" if "encoding" in keys else "utf-8"))
    with caught() as said:
        read_export(path, **keys)
    return said


#: Words that say that the case is on its page.
SAID = {
    "another scale": "看来不是 0-10 的量表",
    "gaps of noise": "的感知分数也不可靠",
    "perceptions reliable": "低于期望",
    "negative keys": "p3' 在感知和期望上与其他题项负相关",
    "negative perceptions": "在感知上与其他题项负相关",
    "negative expectations": "在期望上与其他题项负相关",
    "lower is better": "差距 = 期望 - 感知（回答越低越好）",
    "continuous": "服务质量",
    "negative, perceptions alone": "中的题项 'p2' 与其他题项负相关",
    "one item a dimension": "差距分数可靠性未知",
    "features": "卡诺",
    "features reversed": "最常见的类别是反向 (R)",
    "features tied": "有两个或更多类别同样常见",
    "features with gaps": "缺失回答的处理为 pairwise",
    "few clusters": "只依据很少的群",
    "one cluster": "只有一个群",
    "many numbers on few clusters": "个区间只依据很少的群",
    "counts as weights": "的频数表",
    "missing": "没有给出净推荐值所需的回答",
    "index, dropped": "重要性除以总和 7",
    "index of one": "只有一名受访者，没有区间",
    "effort": "越低越好",
    "expectations met": "平均比值（几何）",
    "one respondent": "无法判断组别",
    "equal answers in groups": "每个组别的回答都全部相同",
    "equal answers in waves": "因此斜率的标准误未知",
    "one answer in a wave": "只有 1 份回答",
    "many groups and waves": "围绕趋势线的离散",
    "waves by number": "每单位",
    "waves that scatter": "请用 variance='residual'",
    "latest answers": "同一客户较早的回答",
    "labels alike": "看起来相同却算作不同",
    "offers that disagree": "差额与比值不一致",
    "offers that tie": "按其中一个并列的方案",
}
DOUBTS = {
    "all leave": "GammaGompertzNBD: its forecasts cannot be trusted. It expects 100 % of the "
    "customers who are still there to leave within a time of 1.2, beside the oldest age seen, 39; "
    "nothing was seen beyond that age, and the log-likelihood of NBD is only 0.3 lower. Use NBD.",
    "at once or never": "BGNBD: its forecasts cannot be trusted. In this fit customers leave at "
    "the first chance or never (a and b near 0), so whoever is still active stays for ever. Such a "
    "fit comes of an observation too short to see customers leave later. Observe for longer than "
    "39 weeks, or read forecasts beyond that time as upper bounds.",
}
SAID_OF_LOGS = {
    "limit": "MBGNBD：数据无法确定部分参数",
    "once": "的客户只买过一次",
    "regular": "这些客户像是订户",
    "few": "GammaGompertzNBD：数据无法确定部分参数",
}
NAMED = {
    "care for you": "关怀",
    "room": "环境",
    "staff": "人员",
    "care": "照顾",
    "shop": "门店",
    "kind": "类型",
    "sort": "种类",
}
#: Codes, keys of the study, names and letters that stay as they are.
KEPT = re.compile(
    r"\[[a-z._]+\]|missing='\w+'|variance='residual'|'[a-z]\d?'|header_rows|purchase_model|"
    r"pairwise|drop|delimiter|minimum_n|scores\.csv|et al|codes|alpha|beta|gamma|delta|custvalue|"
    r"numpy|scipy|lifetime\.|repeats|= '(?:latest|cluster)'|date = '…'|comparing\.paired|k_max|ln"
)
LETTERS = re.compile(r"[a-z]{2,}")


def english(text):
    """Return the words of a text that are neither names nor codes."""
    return LETTERS.findall(KEPT.sub(" ", re.sub(r"[A-Z][\w/'.-]*", " ", text)))


def check(found, said):
    texts = [*words(found.to_html()), *found.to_text().splitlines()]
    assert said in " ".join(texts)
    assert [one for one in texts if english(one)] == []
    assert [one for one in texts if wrong_marks(one)] == []


@pytest.mark.parametrize("name", SURVEYS)
def test_what_is_said_of_a_survey_is_chinese(name):
    study, survey = SURVEYS[name]
    check(page(study, survey), SAID[name])


@pytest.mark.parametrize("name", LOG_OF)
def test_what_is_said_of_a_log_is_chinese(name):
    study, log = LOG_OF[name]
    check(page(study, log=log()), SAID_OF_LOGS[name])


def test_another_study_is_chinese():
    """Names of the user stay: here they are given in 中文."""
    text = PLAIN.replace('title = "Plain"', 'title = "标题"\nlang = "zh"', 1)
    text = text.replace("Do they care?", "关心吗？")
    for name, other in NAMED.items():
        text = re.sub(rf"\b{name}\b(?!_)", other, text)
    survey = plain_survey()
    survey = {NAMED.get(name, name): column for name, column in survey.items()}
    survey["类型"] = np.where(survey["类型"] == "old", "旧", "新")
    study = parse_study("s.toml", re.sub(r"(环境|人员|照顾) = ", r'"\1" = ', text))
    check(build(study, Given(survey, plain_log())).report, "属于最差 10% 的概率")


@pytest.mark.parametrize("name", DOUBTS)
def test_doubts_of_a_fit_are_chinese(name):
    with speaking("zh"):
        chinese = translated(DOUBTS[name])
    assert "的预测不可信" in chinese
    assert english(chinese) == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_of_a_file_is_chinese(name, tmp_path):
    (said,) = read_with_warnings(tmp_path, *FILES[name])
    with speaking("zh"):
        chinese = translated(said)
    assert chinese.startswith("名单.csv")
    assert not re.search("[a-z]{3,} [a-z]{3,}", chinese)
    assert not wrong_marks(chinese)
