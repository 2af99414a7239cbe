"""Sentences of the section on visits, in English and 中文."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custvalue._report.language import Said


class Visit:
    """Visits: key figures, months that stand out, and whom to follow up."""

    TITLE = Said("Visits: fixed, on time, in stock", "到店服务：修好、准时、配件齐")
    FIRST: ClassVar[Mapping[str, Said]] = {
        "first-time fix": Said(
            "{share} of {n} {n:visit was|visits were} right the first time: no comeback within "
            "{window} ({range}).",
            "{n} 次到店中有 {share} 一次修复：{window}内没有返修（{range}）。",
        ),
        "on time": Said(
            "{share} of {n} {n:visit was|visits were} handed over as promised ({range}).",
            "{n} 次到店中有 {share} 按承诺时间交付（{range}）。",
        ),
        "fill rate of lines": Said(
            "{share} of {n} {n:order line|order lines} of parts {n:was|were} in stock ({range}).",
            "{n} 条配件需求中有 {share} 有现货（{range}）。",
        ),
        "estimates kept": Said(
            "{share} of {n} {n:bill|bills} stayed within {tolerance} of the estimate ({range}).",
            "{n} 张账单中有 {share} 与估价相差不超过 {tolerance}（{range}）。",
        ),
    }
    LABELS: ClassVar[Mapping[str, Said]] = {
        "first-time fix": Said("Right the first time", "一次修复率"),
        "on time": Said("Handed over as promised", "准时交付率"),
        "fill rate of lines": Said("Parts in stock", "配件满足率"),
        "estimates kept": Said("Estimates kept", "估价准确率"),
    }
    BASIS = Said("{range}; {n} counted", "{range}；计入 {n} 项")
    WORSE = Said(
        "In {n} of {months} {months:month|months} ({names}) “{measure}” was lower than chance "
        "explains: look for the cause there.",
        "{months} 个月中有 {n} 个月（{names}）的“{measure}”低于随机波动的范围：请查找原因。",
    )
    BETTER = Said(
        "In {n} of {months} {months:month|months} ({names}) “{measure}” was higher than chance "
        "explains: learn what went well.",
        "{months} 个月中有 {n} 个月（{names}）的“{measure}”高于随机波动的范围：请总结经验。",
    )
    STEADY = Said(
        "In none of {months} months did “{measure}” differ from the {centre} of them all by more "
        "than chance: a single good or bad month means nothing.",
        "{months} 个月的“{measure}”与总体的 {centre} 之差都没有超出随机波动：单个月的好坏"
        "没有意义。",
    )
    VARIES = Said(
        "Neighbouring months differ by {ratio} times what chance makes: where no single month "
        "explains that, the limits are too narrow.",
        "相邻月份的波动是随机波动的 {ratio} 倍：若不是个别月份造成，则界限偏窄。",
    )
    NO_CHART = Said(
        "All visits that count are of one month; a control chart needs two.",
        "计入的到店都在同一个月；控制图至少需要两个月。",
    )
    PICTURE = Said(
        "“{measure}” by month, with the limits that chance sets.",
        "各月的“{measure}”，以及随机波动的界限。",
    )
    SHOWN = Said("By month: {described}.", "各月：{described}。")
    FOLLOW_UP = Said(
        "{n} of the {visits} {visits:visit|visits} of the last {window} {n:is|are} to be followed "
        "up: {reasons}.",
        "最近{window}的 {visits} 次到店中有 {n} 次需要回访：{reasons}。",
    )
    NO_FOLLOW_UP = Said(
        "None of the {visits} {visits:visit|visits} of the last {window} is to be followed up.",
        "最近{window}的 {visits} 次到店都不需要回访。",
    )
    REASON = Said("{name} {n}", "{name} {n} 次")
    TABLE = Said("Key figures of {n} {n:visit|visits}", "{n} 次到店的关键指标")
    FIGURE = Said("key figure", "关键指标")
    SHARE = Said("share", "占比")
    INTERVAL = Said("95 % interval", "95% 置信区间")
    COUNTED = Said("counted", "计入")
    LEFT_OUT = Said("not counted", "未计入")
    NOT_COUNTED = Said("Not counted, {measure}: {reasons}.", "未计入（{measure}）：{reasons}。")
    BY_DEALER = Said("{measure} by {dealer}", "按 {dealer} 划分的{measure}")
    CALLED = Said(
        "Visits to follow up, most reasons first: {shown} of {n}",
        "需要回访的到店，原因多者在前：{n} 次中的 {shown} 次",
    )
    WHO = Said("customer", "客户")
    VEHICLE = Said("vehicle", "车辆")
    WHEN = Said("visit on", "到店日期")
    REASONS = Said("reasons", "原因")
    RULES = Said(
        "A high bill is among the highest 5 % of all visits.",
        "高额维修指账单属于全部到店中最高的 5%。",
    )
    SKIPPED = Said(
        "Not looked for, because [visits] does not name what it needs: {names}.",
        "因 [visits] 未指定所需的列而没有查找：{names}。",
    )
    BASE = Said("{n} {n:visit|visits}, observed until {end}", "{n} 次到店，观察至 {end}")
    CONVENTION = Said("{measure}: {definition}.", "{measure}：{definition}。")
    INDEPENDENT = Said(
        "Shares of visits have Wilson's intervals, which take visits as independent. Where those "
        "of one dealer are alike, cluster in [visits] makes them wider.",
        "到店占比采用 Wilson 置信区间，假定各次到店相互独立；若同一经销商的到店彼此相似，"
        "请在 [visits] 中用 cluster 指定群，以得到更宽的区间。",
    )
    CLUSTERED = Said(
        "Shares of visits have Wilson's intervals, by {cluster}.",
        "到店占比采用 Wilson 置信区间，按 {cluster} 分群。",
    )
    LIMITS = Said(
        "Control chart: exact limits of the binomial distribution; a month without any cause falls "
        "outside with a probability of at most 0.27 %.",
        "控制图：二项分布的精确界限；没有任何原因时，一个月落在界限之外的概率至多为 0.27%。",
    )
    NO_VISITS = Said(
        "The study describes visits, but none were given, so that part is missing.",
        "研究文件描述了到店服务，但没有提供数据，因此该部分缺失。",
    )
