"""Sentences on what a point of satisfaction is worth, in English and 中文."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custvalue._report.language import Said


class Chained:
    """From what customers feel to money."""

    POINT = Said(
        "One point more of satisfaction goes with {changes}.",
        "满意度每高一分，对应的变化为：{changes}。",
    )
    CHANGE = Said("{what} {change} ({range})", "{what} {change}（{range}）")
    DONE: ClassVar[Mapping[str, Said]] = {
        "satisfaction: purchase": Said("purchases", "购买频率"),
        "satisfaction: dropout": Said("rate of leaving", "流失率"),
        "satisfaction: spend": Said("spend a purchase", "每次消费"),
    }
    UNSURE = Said(
        "Where an interval holds 0, the data do not tell the direction.",
        "区间包含 0 的，数据无法判断方向。",
    )
    WORTH = Said(
        "If all {n} {n:customer|customers} felt {points} points better from now on, the value of "
        "the customer base would change by {amount} within {horizon} ({range}); the probability "
        "that it rises is {sure}.",
        "如果全部 {n} 名客户从现在起满意度提高 {points} 分，{horizon}内客户资产的价值变化为 "
        "{amount}（{range}）；价值上升的概率为 {sure}。",
    )
    STRONGEST = Said(
        "Of the dimensions “{name}” moves satisfaction most, by {value} points for one of its own "
        "({range}).",
        "各维度中“{name}”对满意度影响最大：该维度每高一分，满意度高 {value} 分（{range}）。",
    )
    CAUSE = Said(
        "Only what was bought after an answer counts, and what customers bought all along is held "
        "equal. That satisfaction is the cause is still an assumption.",
        "只计入回答之后的购买，并扣除客户一贯的购买差异。满意度是否为原因，仍属假设。",
    )
    ALL_FEEL = Said(
        "{n} of them answered in time; that the others are moved as these are is assumed, too.",
        "其中 {n} 名及时作答；其余客户的反应与他们相同，也属假设。",
    )
    NOT_FOUND = Said(
        "What a point of satisfaction is worth cannot be told: {reason}",
        "无法说明满意度每一分值多少：{reason}",
    )
    NOT_ASKED = Said(
        "What a point of satisfaction is worth is not told here: the study has no [survey.chain], "
        "which says on which day customers answered.",
        "此处没有说明满意度每一分值多少：研究文件中没有 [survey.chain]，因此不知道客户何时作答。",
    )
    PICTURE = Said(
        "From what customers feel to what they do and what that is worth, each link with its "
        "interval.",
        "从客户的感受到行为，再到价值；每一环均附区间。",
    )
    SHOWN = Said("Links: {described}.", "各环：{described}。")
    LINK = Said("{what} {change}", "{what} {change}")
    CONVENTION = Said(
        "Worth of a point: dimensions by regression, purchases and leaving by Pareto/NBD along the "
        "answers, spend by gamma-gamma; all steps are drawn together, {draws} times.",
        "每一分的价值：维度采用回归，购买与流失采用沿回答变化的 Pareto/NBD，消费采用 "
        "Gamma-Gamma；各步一起抽样 {draws} 次。",
    )
