"""Words and sentences of the report in English and 中文,side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custvalue._report.language import Said

MEASURES = {
    "recommend": Said("Net Promoter Score", "净推荐值 (NPS)"),
    "perceived": Said("share of satisfied customers", "满意客户占比"),
    "index": Said("satisfaction index", "客户满意度指数 (CSI)"),
    "effort": Said("mean effort answer", "客户费力度 (CES)"),
    "quality": Said("perceived quality", "感知质量"),
}


class Numbers:
    """Numbers inside sentences."""

    PERCENT = Said("{number} %", "{number}%")
    RANGE = Said("{level} interval {ends}", "{level} 置信区间 {ends}")
    BETWEEN = Said("{low} to {high}", "{low} 至 {high}")
    AND = Said("{first} and {last}", "{first}和{last}")
    COMMA = Said(", ", "、")
    SEMICOLON = Said("; ", "；")
    LOWER = Said("−{size}", "低 {size} 分")
    HIGHER = Said("+{size}", "高 {size} 分")
    LEVEL = Said("{size}", "相差 {size} 分")
    POINTS = Said("{number} points", "{number} 分")
    PERCENTAGE_POINTS = Said("{number} percentage points", "{number} 个百分点")
    SENTENCES = Said(" ", "")
    IN = Said("{what}, {unit}", "{what} ({unit})")


class Page:
    """Headings of the page, and how it ends."""

    CONTENTS = Said("Contents", "目录")
    FIGURE = Said("{label}: {value} ({basis})", "{label}：{value}（{basis}）")
    SHOWN = Said("[{caption} {shown}]", "[{caption}{shown}]")
    FIGURES = Said("Key figures", "关键指标")
    WORTH = Said("What it is worth", "值多少")
    SURE = Said("How sure this is", "有多可靠")
    CHECK = Said("Check this before you rely on the numbers:", "使用这些数字之前请先核对：")
    FEW_CLUSTERS = Said(
        "{n} intervals rest on few clusters, {low} to {high} of them, and on {degrees} degrees of "
        "freedom or a few more: read them with caution. 10 clusters or more say how much they "
        "differ.",
        "有 {n} 个区间只依据很少的群（{low} 至 {high} 个），自由度低至 {degrees}：请谨慎使用。"
        "至少 10 个群才能说明它们的差异。",
    )
    NO_PICTURE = Said("There is no picture here: {error}", "此处没有图：{error}")
    DEFINED = Said("How the numbers are defined and computed", "数字的定义与计算")
    MADE = Said(
        "Made by custvalue {version} with {numeric}.", "由 custvalue {version} 生成 ({numeric})。"
    )


class First:
    """What to do first."""

    TITLE = Said("Do first", "先做什么")
    LINE = Said(
        "Begin with {item}: {size} below {standard} ({range}). {place}",
        "先解决 {item}：低于{standard} {size} 分（{range}）。{place}",
    )
    EXPECTATION = Said("expectation", "期望")
    BEST = Said("the best answer", "满分")
    PLACE = Said(
        "It is the weakest item of {dimension}, which ranks {rank} of {all} dimensions by what it "
        "takes from the whole; {sure}.",
        "它是{dimension}中最弱的题项；"
        "{dimension}对总分的拖累在 {all} 个维度中排第 {rank}，{sure}。",
    )
    RANK = Said(
        "It ranks {rank} of {all} by what it takes from the whole; {sure}.",
        "它对总分的拖累在 {all} 个题项中排第 {rank}，{sure}。",
    )
    MOST = Said(
        "the probability that it takes most is {probability}", "拖累最大的概率为 {probability}"
    )
    AMONG = Said("with 95 % confidence its rank is {ranks}", "名次的 95% 置信区间为 {ranks}")
    RANKS = Said("{low} to {high}", "{low} 至 {high}")
    ALONE = Said(
        "It is number {rank} from below of {all} items.", "在 {all} 个题项中倒数第 {rank}。"
    )
    ASKED = Said("Asked: “{text}”", "题目：“{text}”")
    NOTHING = Said("Nothing is below {standard} beyond chance.", "没有题项显著低于{standard}。")
    NOTHING_ELSE = Said(
        "Of the other dimensions nothing is below {standard} beyond chance.",
        "其余维度中没有题项显著低于{standard}。",
    )
    LEFT = Said(
        "Not used here, because the difference scores are not reliable: {names}.",
        "以下维度的差距分数不可靠，此处不用：{names}。",
    )
    INSTEAD = Said(
        "Perceptions are measured against the best answer, because no difference score is "
        "reliable.",
        "所有差距分数都不可靠，因此以感知分数与满分相比。",
    )
    CONVENTION = Said(
        "What to do first: a dimension takes its importance times its distance from {standard}; "
        "{draws} draws from the joint normal distribution give the probability.",
        "先做什么：维度的拖累 = 重要性 × 与{standard}的距离；概率来自联合正态分布的 {draws} "
        "次抽样。",
    )


class Changes:
    """What changed since the last wave."""

    TITLE = Said("What changed", "有什么变化")
    ROSE = Said(
        "The {name} rose from {old} in {before} to {new} in {now}: by {size} ({range}).",
        "{name}从 {before} 的 {old} 升至 {now} 的 {new}：上升 {size}（{range}）。",
    )
    FELL = Said(
        "The {name} fell from {old} in {before} to {new} in {now}: by {size} ({range}).",
        "{name}从 {before} 的 {old} 降至 {now} 的 {new}：下降 {size}（{range}）。",
    )
    NOTHING = Said(
        "Nothing changed beyond chance since {before}; compared were: {names}.",
        "与 {before} 相比没有显著变化；比较了：{names}。",
    )
    SAME = Said(
        "Not beyond chance since {before}: {names}.", "与 {before} 相比没有显著变化的有：{names}。"
    )
    NOT_ASKED = Said(
        "Nothing tells whether the {name} changed: nobody was asked in {now} and in an earlier "
        "wave. Ask the question in every wave.",
        "无法判断{name}是否变化：{now} 与更早的期次没有共同的这道题。请每个期次都问同一道题。",
    )
    NOT_COMPARED = Said(
        "Nothing tells whether the {name} changed: {reason}", "无法判断{name}是否变化：{reason}"
    )
    ONE = Said(
        "There is one wave only, {now}, so nothing tells what changed.",
        "只有一个期次（{now}），无法判断变化。",
    )
    TABLES = Said("Wave by wave", "期次比较")
    CONVENTION = Said(
        "What changed: each measure is judged by itself, against the wave before, adjusted for the "
        "number of its changes; {methods}.",
        "有什么变化：每个指标单独判断，与上一期次比较，并按比较次数校正；{methods}。",
    )
    LATEST = Said(
        "The report is on the latest wave, {now}: earlier ones tell what changed.",
        "本报告针对最近的期次 {now}；更早的期次用来说明变化。",
    )


class Groups:
    """Which groups are below the others."""

    TITLE = Said("Which of them: {column}", "哪些{column}")
    BELOW = Said(
        "{n} of {all} in the column {column} {n:is|are} worse than the others beyond chance, by "
        "the {name}:",
        "按{name}，{column}的 {all} 个组别中有 {n} 个显著差于其他组别：",
    )
    NONE = Said(
        "None of {all} in the column {column} is worse than the others beyond chance, by the "
        "{name}.",
        "按{name}，{column}的 {all} 个组别中没有一个显著差于其他组别。",
    )
    LINE = Said(
        "{label}: {value} ({n} {n:answer|answers}), {size} worse than the others ({p}); among the "
        "worst {tail} with probability {probability}.",
        "{label}：{value}（{n} 份回答），比其他组别差 {size}（{p}）；"
        "属于最差 {tail} 的概率：{probability}。",
    )
    PAIR = Said(
        "{label}: {value} ({n} {n:answer|answers}), {size} worse than the others ({p}).",
        "{label}：{value}（{n} 份回答），比其他组别差 {size}（{p}）。",
    )
    MORE = Said("… and {n} more: {names}.", "……另有 {n} 个：{names}。")
    P = Said("adjusted P {value}", "校正后 P {value}")
    SMALL = Said(
        "{n} {n:has|have} fewer than {minimum} answers, so nobody can judge {n:it|them} yet: "
        "{names}.",
        "{n} 个组别的回答少于 {minimum} 份，暂时无法判断：{names}。",
    )
    OTHERS = Said("{names} and {n} more", "{names}，另有 {n} 个")
    TOO_FEW = Said(
        "Groups of the column {column} are not compared: {n} of {all} {n:has|have} {minimum} "
        "answers or more, and a comparison takes two. Use a smaller minimum_n in [survey], or put "
        "groups together.",
        "{column}的组别没有比较：{all} 个组别中只有 {n} 个达到 {minimum} 份回答，"
        "比较至少需要两个。请在 [survey] 中减小 minimum_n，或合并组别。",
    )
    NOT_COMPARED = Said(
        "Groups of the column {column} are not compared: {reason}",
        "{column}的组别没有比较：{reason}",
    )
    TABLES = Said("Groups compared", "组别比较")
    CONVENTION = Said(
        "Groups: worse beyond chance is an adjusted P below .05 against all others together; the "
        "probability of being among the worst comes from estimates shrunken towards the mean.",
        "组别：“显著”指与其余全部相比校正后 P 小于 .05；属于最差的概率来自向均值收缩的估计。",
    )


class Calls:
    """Whom to call."""

    TITLE = Said("Whom to call", "联系谁")
    LINE = Said(
        "{n} of the respondents who could be found among the customers {n:is|are} unhappy "
        "({means}). The most valuable {shown:one is|ones are} below{scores}.",
        "在客户名单中找到的受访者里有 {n} 名不满意（{means}）。价值最高的 {shown} 名如下{scores}。",
    )
    WITH_COMPLAINTS = Said(
        "{n} of the respondents who could be found among the customers {n:is|are} to be called "
        "({means}). The first {shown:one is|ones are} below{scores}.",
        "在客户名单中找到的受访者里有 {n} 名需要联系（{means}）。前 {shown} 名如下{scores}。",
    )
    COMPLAIN = Said(
        "{n} {n:has|have} an open complaint, and {n:comes|come} first.",
        "其中 {n} 名有未结投诉，排在最前。",
    )
    OPEN = Said("open complaint", "未结投诉")
    OR = Said(" or ", "或")
    COMPLAINTS_FIRST = Said(
        "Open complaints first, then the unhappy, the most valuable first",
        "先列未结投诉，再列不满意的客户，价值高者在前",
    )
    IN_SCORES = Said("; all are in {file}", "；全部名单见 {file}")
    DETRACTORS = Said("recommendation 0-6", "推荐意愿 0-6 分")
    LOWER_HALF = Said("satisfaction below the middle of {scale}", "满意度低于 {scale} 的中点")
    NOBODY = Said(
        "None of the respondents who could be found among the customers is unhappy ({means}).",
        "在客户名单中找到的受访者里没有不满意的（{means}）。",
    )
    NOBODY_AT_ALL = Said(
        "None of the respondents who could be found among the customers is to be called ({means}).",
        "在客户名单中找到的受访者里没有需要联系的（{means}）。",
    )
    TABLE = Said(
        "Valuable and unhappy, the most valuable first", "价值高而不满意的客户，价值高者在前"
    )
    NOTE = Said("Value: of the purchases within {horizon}.", "价值：{horizon}以内的购买。")
    CUSTOMER = Said("customer", "客户")
    RECOMMEND = Said("recommendation", "推荐意愿")
    SATISFACTION = Said("satisfaction", "满意度")
    GROUP = Said("group", "组别")
    ACTIVE = Said("P(active)", "活跃概率")
    VALUE = Said("value", "价值")


class Scores:
    """Headings of the file of scores."""

    HEADINGS: ClassVar[Mapping[str, Said]] = {
        "customer": Said("customer", "客户"),
        "row": Said("survey_row", "调查表行号"),
        "group": Said("group", "组别"),
        "satisfaction": Said("satisfaction", "满意度"),
        "recommend": Said("recommend", "推荐意愿"),
        "complaint": Said("complaint", "未结投诉"),
        "probability_alive": Said("probability_alive", "活跃概率"),
        "expected_purchases": Said("expected_purchases", "预期购买次数"),
        "value": Said("value", "价值"),
    }
