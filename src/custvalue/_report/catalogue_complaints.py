"""Sentences of the section on complaints, in English and 中文."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custvalue._report.language import Said


class Complaint:
    """How long complaints take, and what they cost."""

    TITLE = Said("Complaints: answered in time", "投诉：是否按时解决")
    PROMISED = Said(
        "{share} of {n} {n:complaint is|complaints are} closed within the time promised ({range}).",
        "{n} 起投诉中有 {share} 在承诺的时间内解决（{range}）。",
    )
    WITHIN = Said(
        "{share} of {n} {n:complaint is|complaints are} closed within {window} ({range}).",
        "{n} 起投诉中有 {share} 在{window}内解决（{range}）。",
    )
    MEDIAN = Said(
        "Half of them are closed within {days} days ({level} interval {low} to {high}).",
        "半数在 {days} 天内解决（{level} 置信区间 {low} 至 {high}）。",
    )
    MEDIAN_FROM = Said(
        "Half of them are closed within {days} days ({level} interval from {low}; the data do not "
        "reach its upper end).",
        "半数在 {days} 天内解决（{level} 置信区间从 {low} 起；数据不足以确定上限）。",
    )
    NO_MEDIAN = Said(
        "Fewer than half are closed by the end of the data.", "到观察期末解决的不到一半。"
    )
    OPEN = Said("{open} {open:is|are} still open.", "{open} 起尚未结案。")
    ALIKE = Said(
        "Differences in speed by “{dealer}” are not beyond chance ({p}).",
        "各“{dealer}”的速度差别没有超出随机波动（{p}）。",
    )
    DIFFER = Said(
        "Differences in speed by “{dealer}” are beyond chance ({p}): the smallest share in time "
        "has {name}, {share} ({range}).",
        "各“{dealer}”的速度差别超出随机波动（{p}）：按时占比最低的是{name}，{share}（{range}）。",
    )
    P = Said("P = {p}", "P = {p}")
    SMALL_P = Said("P < 0.001", "P < 0.001")
    PICTURE = Said(
        "The share of complaints that are still open, by days since the first word.",
        "首次投诉后各天数仍未结案的占比。",
    )
    SHOWN = Said("{share} are closed in time.", "{share} 按时解决。")
    TABLE = Said("Complaints closed in time", "按时解决的投诉")
    GROUP = Said("complaints of", "投诉归属")
    ALL = Said("all", "全部")
    SHARE = Said("closed in time", "按时解决")
    INTERVAL = Said("95 % interval", "95% 置信区间")
    CASES = Said("cases", "起数")
    STILL_OPEN = Said("still open", "未结案")
    SHORT = Said("not watched for so long", "观察时间不足")
    LOST = Said(
        "{lost} of {customers} customers are lost because of what dissatisfied them ({range}); "
        "{silent} say nothing.",
        "{customers} 名客户中因不满意而流失 {lost} 名（{range}）；{silent} 名什么也没说。",
    )
    WORTH = Said(
        "They are worth {amount} ({range}); every further point of recovery brings {point}.",
        "其价值为 {amount}（{range}）；挽回率每提高一个百分点带来 {point}。",
    )
    COSTS = Said("What dissatisfied customers cost", "不满意客户的代价")
    QUANTITY = Said("quantity", "项目")
    ESTIMATE = Said("estimate", "估计")
    RATES = Said(
        "Rates as the study gives them: dissatisfied {dissatisfied}, of these complain {complain}, "
        "of these recovered {recovered}; of the silent ones return {silent}.",
        "研究文件给出的比率：不满意 {dissatisfied}，其中投诉 {complain}，投诉者中挽回 {recovered}；"
        "沉默者中仍回来 {silent}。",
    )
    QUANTITIES: ClassVar[Mapping[str, Said]] = {
        "complaints": Said("customers who complain", "投诉的客户"),
        "silent customers": Said("customers who say nothing", "沉默的客户"),
        "lost customers": Said("customers who are lost", "流失的客户"),
        "value lost": Said("value that is lost", "流失的价值"),
        "one more complaint heard": Said("one more complaint heard", "多听到一起投诉"),
        "one point of recovery": Said("one more point of recovery", "挽回率提高一个百分点"),
    }
    BASE = Said("{n} {n:complaint|complaints}, observed until {end}", "{n} 起投诉，观察至 {end}")
    CONVENTION = Said(
        "Complaints: open ones count as long as they were watched (Kaplan-Meier, intervals by "
        "log(-log)); the clock starts at the customer's first word.",
        "投诉：未结案的按已观察的时间计入（Kaplan-Meier，区间用 log(-log) 变换）；"
        "时间从客户首次提出算起。",
    )
    TEST = Said("Differences in speed: log-rank test.", "速度差别：对数秩检验。")
    ECONOMICS = Said(
        "Lost customers: dissatisfied ones who complained and were not recovered, and silent ones "
        "who do not return; counts have Jeffreys' prior.",
        "流失的客户：不满意客户中投诉后未被挽回者，以及沉默而不再回来者；计数采用 Jeffreys 先验。",
    )
    NO_COMPLAINTS = Said(
        "The study describes complaints, but none were given, so that part is missing.",
        "研究文件描述了投诉，但没有提供数据，因此该部分缺失。",
    )
