"""The codebooks that ship: common scales in English and 中文, several wordings each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from custvalue._respondents.codebook import Codebook, offered
from custvalue._respondents.scale import Scale

NO_ANSWER = (
    "don't know",
    "do not know",
    "can't say",
    "not applicable",
    "does not apply",
    "n/a",
    "no answer",
    "no response",
    "prefer not to say",
    "prefer not to answer",
    "refused",
    "have not used",
    "不清楚",
    "不知道",
    "说不清",
    "不适用",
    "没有用过",
    "未使用过",
    "拒答",
    "拒绝回答",
    "无",
)


def _shipped(
    name: str,
    *orders: str,
    scale: Scale | None = None,
    others: Mapping[str, float] = MappingProxyType({}),
) -> Codebook:
    """Make a codebook of orders of words, each from the low end of the scale to the high end."""
    words = dict(others)
    for order in map(_words, orders):
        scale = Scale(1, len(order)) if scale is None else scale
        words |= dict(zip(order, offered(scale), strict=True))
    none = [word for word in NO_ANSWER if word not in words]
    on = Scale(0, 10) if scale is None else scale
    return Codebook(scale=on, words=words, no_answer=none, name=name, one_wording=True)


def _words(order: str) -> list[str]:
    return order.split(" | ")


AGREEMENT_5 = _shipped(
    "agreement, 5 points",
    "strongly disagree | disagree | neither agree nor disagree | agree | strongly agree",
    "strongly disagree | somewhat disagree | neutral | somewhat agree | strongly agree",
    "completely disagree | tend to disagree | undecided | tend to agree | completely agree",
    "totally disagree | mostly disagree | neither | mostly agree | totally agree",
    "非常不同意 | 不同意 | 一般 | 同意 | 非常同意",
    "很不同意 | 不太同意 | 中立 | 比较同意 | 很同意",
    "完全不同意 | 比较不同意 | 既不同意也不反对 | 基本同意 | 完全同意",
)
"""Strongly disagree … strongly agree, 1 to 5."""

AGREEMENT_7 = _shipped(
    "agreement, 7 points",
    "strongly disagree | disagree | somewhat disagree | neither agree nor disagree"
    " | somewhat agree | agree | strongly agree",
    "completely disagree | mostly disagree | slightly disagree | neutral | slightly agree"
    " | mostly agree | completely agree",
    "totally disagree | disagree | rather disagree | neither"
    " | rather agree | agree | totally agree",
    "非常不同意 | 不同意 | 比较不同意 | 一般 | 比较同意 | 同意 | 非常同意",
    "完全不同意 | 不同意 | 有点不同意 | 中立 | 有点同意 | 同意 | 完全同意",
    "很不同意 | 不同意 | 不太同意 | 既不同意也不反对 | 稍微同意 | 同意 | 很同意",
)
"""Strongly disagree … strongly agree, 1 to 7."""

SATISFACTION_5 = _shipped(
    "satisfaction, 5 points",
    "very dissatisfied | dissatisfied | neither satisfied nor dissatisfied | satisfied"
    " | very satisfied",
    "extremely dissatisfied | somewhat dissatisfied | neutral | somewhat satisfied"
    " | extremely satisfied",
    "very unsatisfied | unsatisfied | neither | fairly satisfied | completely satisfied",
    "completely dissatisfied | fairly dissatisfied | neutral | mostly satisfied"
    " | completely satisfied",
    "非常不满意 | 不太满意 | 一般 | 比较满意 | 非常满意",
    "很不满意 | 不满意 | 一般 | 满意 | 很满意",
    "十分不满意 | 比较不满意 | 中立 | 基本满意 | 十分满意",
)
"""Very dissatisfied … very satisfied, 1 to 5."""

SATISFACTION_7 = _shipped(
    "satisfaction, 7 points",
    "very dissatisfied | dissatisfied | somewhat dissatisfied"
    " | neither satisfied nor dissatisfied | somewhat satisfied | satisfied | very satisfied",
    "extremely dissatisfied | moderately dissatisfied | slightly dissatisfied | neutral"
    " | slightly satisfied | moderately satisfied | extremely satisfied",
    "completely dissatisfied | mostly dissatisfied | fairly dissatisfied | neither"
    " | fairly satisfied | mostly satisfied | completely satisfied",
    "非常不满意 | 不满意 | 比较不满意 | 一般 | 比较满意 | 满意 | 非常满意",
    "很不满意 | 不满意 | 不太满意 | 中立 | 基本满意 | 满意 | 很满意",
    "十分不满意 | 不满意 | 有点不满意 | 一般 | 有点满意 | 满意 | 十分满意",
)
"""Very dissatisfied … very satisfied, 1 to 7."""

QUALITY_5 = _shipped(
    "quality, 5 points",
    "poor | fair | good | very good | excellent",
    "poor | average | good | very good | outstanding",
    "非常差 | 差 | 一般 | 好 | 非常好",
    "很差 | 较差 | 中等 | 较好 | 很好",
    "极差 | 比较差 | 普通 | 比较好 | 极好",
)
"""Poor, fair, good, very good, excellent, 1 to 5; 中文 很差 … 很好."""

RECOMMENDATION = _shipped(
    "recommendation, 0 to 10",
    others={
        "not at all likely": 0,
        "not likely at all": 0,
        "extremely unlikely": 0,
        "very unlikely": 0,
        "neutral": 5,
        "extremely likely": 10,
        "very likely": 10,
        "完全不可能": 0,
        "绝对不会": 0,
        "不可能": 0,
        "非常不愿意": 0,
        "肯定不会推荐": 0,
        "中立": 5,
        "一般": 5,
        "极有可能": 10,
        "非常可能": 10,
        "绝对会": 10,
        "非常愿意": 10,
        "一定会推荐": 10,
        "肯定会推荐": 10,
    },
)
"""How likely customers are to recommend, 0 to 10, with labels of the ends and the middle."""

EXPECTATION_3 = _shipped(
    "expectation, 3 points",
    "below expectations | met expectations | exceeded expectations",
    "below expectation | meets expectations | exceeds expectations",
    "did not meet expectations | as expected | above expectations",
    "worse than expected | about as expected | better than expected",
    "低于期望 | 符合期望 | 超出期望",
    "低于预期 | 符合预期 | 超出预期",
    "没有达到期望 | 达到期望 | 超过期望",
)
"""Below, as and above what was expected, 1 to 3."""

EXPECTATION_5 = _shipped(
    "expectation, 5 points",
    "much worse than expected | worse than expected | as expected | better than expected"
    " | much better than expected",
    "far below expectations | below expectations | met expectations | above expectations"
    " | far above expectations",
    "much worse than expected | somewhat worse than expected | about as expected"
    " | somewhat better than expected | much better than expected",
    "远低于期望 | 低于期望 | 符合期望 | 高于期望 | 远高于期望",
    "远低于预期 | 低于预期 | 符合预期 | 高于预期 | 远高于预期",
    "远远低于期望 | 略低于期望 | 达到期望 | 略高于期望 | 远远超出期望",
)
"""Much worse … much better than expected, 1 to 5."""

EFFORT_5 = _shipped(
    "effort, 5 points",
    "very low effort | low effort | moderate effort | high effort | very high effort",
    "very little effort | little effort | some effort | much effort | very much effort",
    "完全不费力 | 不太费力 | 一般 | 比较费力 | 非常费力",
    "很不费力 | 不费力 | 一般 | 费力 | 很费力",
    scale=Scale(1, 5, direction="lower is better"),
)
"""Own effort of the customer, 1 (very low, the good end) to 5."""

EASE_5 = _shipped(
    "ease, 5 points",
    "very difficult | difficult | neither easy nor difficult | easy | very easy",
    "extremely difficult | somewhat difficult | neutral | somewhat easy | extremely easy",
    "非常困难 | 困难 | 一般 | 容易 | 非常容易",
    "很难 | 比较难 | 一般 | 比较容易 | 很容易",
)
"""Very difficult … very easy, 1 to 5."""

FREQUENCY_5 = _shipped(
    "frequency, 5 points",
    "never | rarely | sometimes | often | always",
    "never | seldom | occasionally | frequently | always",
    "从不 | 很少 | 有时 | 经常 | 总是",
    "从来没有 | 偶尔 | 有时候 | 常常 | 一直",
)
"""Never … always, 1 to 5."""

YES_NO = _shipped(
    "yes or no",
    "no | yes",
    "n | y",
    "否 | 是",
    "没有 | 有",
    "无 | 有",
    "不是 | 是",
    "不会 | 会",
    scale=Scale(0, 1),
)
"""No 0, yes 1."""

WORTH_3 = _shipped(
    "worth its price, 3 points",
    "not worth it | worth it | more than worth it",
    "not worth the price | worth the price | worth more than the price",
    "poor value for money | good value for money | excellent value for money",
    "物无所值 | 物有所值 | 物超所值",
    "不值 | 值 | 超值",
    "不值得 | 值得 | 非常值得",
)
"""Not worth it, worth it, more than worth it, 1 to 3."""

SHIPPED = {name: book for name, book in list(globals().items()) if isinstance(book, Codebook)}
"""All of them by the names that they have in ``custvalue.survey``."""
