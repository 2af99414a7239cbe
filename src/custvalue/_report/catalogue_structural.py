"""Words and sentences of the satisfaction model in English and 中文,side by side."""

from __future__ import annotations

from custvalue._report.language import Said


class Structural:
    """The satisfaction model."""

    TITLE = Said("The satisfaction model: what leads to {target}", "满意度模型：什么带来“{target}”")
    INDEX = Said(
        "{value} of 100 is the index of {target} ({range}; {respondents}); the model explains "
        "{share} of its variance ({shared}).",
        "“{target}”的指数为 {value}，满分 100（{range}；{respondents}）；模型解释其方差的 "
        "{share}（{shared}）。",
    )
    STRONGEST = Said(
        "{points} points of {target} go with one point of {name} along all paths, more than with "
        "any other construct ({range}); its own index is {value}.",
        "“{name}”每高 1 分，“{target}”沿所有路径高 {points} 分，是各构念中最多的（{range}）；"
        "它自身的指数为 {value}。",
    )
    CONCENTRATE = Said(
        "More important and lower than the average construct: {names}.",
        "比其他构念更重要、得分却更低：{names}。",
    )
    CLOSE = Said(
        "Hardly told apart by their items (HTMT not below .90), so read their effects together: "
        "{pairs}.",
        "以下构念的题项几乎无法区分（HTMT 未低于 .90），其效应请合并解读：{pairs}。",
    )
    PAIR = Said("{first} and {second}", "{first}与{second}")
    WEAK = Said(
        "Not measured reliably (rho_A below .70): {names}.",
        "测量不够可靠（rho_A 低于 .70）：{names}。",
    )
    DIAGRAM = Said(
        "The model: an arrow is as strong as its path coefficient.",
        "满意度模型：箭头越粗，路径系数越大。",
    )
    PATHS = Said("Path coefficients: {described}.", "路径系数：{described}。")
    PATH = Said("{source} to {target} {value}", "{source}到{target} {value}")
    MAP = Said(
        "Constructs by their importance for {target} and their own index.",
        "各构念对“{target}”的重要性及其自身指数。",
    )
    PLACED = Said("Importance and index: {described}.", "重要性与指数：{described}。")
    PLACE = Said("{name} {importance} ({index})", "{name} {importance}（{index}）")
    BASE = Said(
        "{n} {n:respondent|respondents} are behind the satisfaction model of {items} items.",
        "满意度模型基于 {n} 名受访者对 {items} 个题项的回答。",
    )
    CONVENTION = Said(
        "Satisfaction model: partial least squares, {scheme}; indices by unstandardised "
        "weights and the theoretical ends of the scale; intervals linearised. Effects are those of "
        "the model; a survey alone shows no causes.",
        "满意度模型：偏最小二乘，{scheme}；指数采用未标准化权重和量表的理论端点；区间为线性化"
        "区间。效应以模型为前提，仅凭调查不能证明因果。",
    )
    NOT_FOUND = Said(
        "The satisfaction model has no estimates: {reason}", "满意度模型无法估计：{reason}"
    )
