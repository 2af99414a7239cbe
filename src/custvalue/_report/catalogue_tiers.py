"""Sentences of the section on tiers of customers, in English and 中文."""

from __future__ import annotations

from custvalue._report.language import Said


class Tiers:
    """Tiers of customers by their value."""

    TITLE = Said("Tiers of customers by value", "按价值划分的客户层级")
    BEST = Said(
        "{n} {n:customer|customers} ({share} of all) are in the best tier, “{name}”, and hold "
        "{held} of the value{range}.",
        "{n} 名客户（占全部的 {share}）属于最高层级“{name}”，持有价值的 {held}{range}。",
    )
    LAST = Said(
        "{n} {n:customer|customers} ({share}) are in the last one, “{name}”, and hold {held}"
        "{range}.",
        "{n} 名客户（{share}）属于最低层级“{name}”，持有 {held}{range}。",
    )
    WITHIN = Said(" ({range})", "（{range}）")
    NO_VALUE = Said(
        "The customers have no value together, so that no tier holds a share of it.",
        "全部客户合计没有价值，因此没有价值占比。",
    )
    PICTURE = Said(
        "Tiers of customers: their share of the customers and of the value.",
        "各层级占客户与占价值的比例。",
    )
    SHOWN = Said(
        "Share of customers, share of value: {described}.", "客户占比，价值占比：{described}。"
    )
    POINT = Said("{name} {share}, {held}", "{name} {share}、{held}")
    TABLE = Said("Tiers of {n} {n:customer|customers}", "{n} 名客户的层级")
    TIER = Said("tier", "层级")
    CUSTOMERS = Said("customers", "客户数")
    SHARE = Said("share", "占比")
    FROM = Said("from", "起点")
    HELD = Said("share of the value", "价值占比")
    INTERVAL = Said("95 % interval", "95% 置信区间")
    MEAN = Said("mean value", "平均价值")
    QUANTILES = Said(
        "Tiers of customers: shares of the customers as the study gives them, with their cuts "
        "estimated; equal values are in one tier. Intervals take values as known.",
        "客户层级：按研究文件给出的客户占比划分，分界由数据估计；价值相等者在同一层级。"
        "区间把价值视为已知。",
    )
    THRESHOLDS = Said(
        "Tiers of customers: thresholds as the study gives them. Intervals take values as known.",
        "客户层级：按研究文件给出的界限划分。区间把价值视为已知。",
    )
