"""Sentences of the section on loyalty, in English and 中文."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custvalue._report.language import Said


class Loyal:
    """What customers did, at each level of satisfaction."""

    TITLE = Said("Satisfaction and loyalty: {outcome}", "满意度与忠诚：{outcome}")
    ENDS = Said(
        "{share} of the {n} {n:respondent|respondents} who answered {score}, the best answer "
        "that was given, {n:counts|count} as “{outcome}” ({range}); of the {m} who answered "
        "{worst}, the worst one, {other} ({other_range}).",
        "回答 {score}（已有回答中最好）的 {n} 名受访者中有 {share} 属于“{outcome}”（{range}）；"
        "回答 {worst}（已有回答中最差）的 {m} 名中有 {other}（{other_range}）。",
    )
    RATIO = Said(
        "That is {ratio} times the share among those who answered {next} ({range}).",
        "这是回答 {next} 者占比的 {ratio} 倍（{range}）。",
    )
    SHAPES: ClassVar[Mapping[str, Said]] = {
        "linear": Said(
            "Every point of satisfaction goes with about the same difference",
            "满意度每差一分，结果的差别大致相同",
        ),
        "convex": Said(
            "Most of the difference lies between the best answers",
            "差别主要出现在最好的几档回答之间",
        ),
        "concave": Said(
            "Most of the difference lies between the worst answers",
            "差别主要出现在最差的几档回答之间",
        ),
        "S": Said(
            "Most of the difference lies between answers in the middle",
            "差别主要出现在中间的几档回答之间",
        ),
        "logistic": Said(
            "Answers in the middle tell customers apart most",
            "中间的几档回答最能区分客户",
        ),
        "inverse S": Said(
            "Most of the difference lies at both ends, and little between answers in the middle",
            "差别主要出现在两端，中间的几档回答之间差别很小",
        ),
        "monotone": Said(
            "The difference comes in steps that no simple curve has",
            "差别呈阶梯状，不符合任何简单曲线",
        ),
    }
    SHAPE = Said("{said} (probability {probability}).", "{said}（概率为 {probability}）。")
    NO_SHAPE = Said(
        "Which shape the curve has cannot be told from these answers.",
        "从这些回答无法判断曲线的形状。",
    )
    ZONES = Said(
        "In the zones that the study cuts at {cuts} are {described}.",
        "按研究文件的分界（{cuts}），各区的占比为：{described}。",
    )
    ZONE = Said(
        "{share} in {name} ({outcome} with “{column}”)", "{name} {share}（“{column}”{outcome}）"
    )
    NAMES: ClassVar[Mapping[str, Said]] = {
        "defection": Said("defection", "变节区"),
        "indifference": Said("indifference", "无差异区"),
        "affection": Said("affection", "情感区"),
    }
    OWN = Said("zone {number}", "第 {number} 区")
    NOBODY = Said("nobody", "无人")
    PICTURE = Said(
        "“{outcome}” at each answer to the question on satisfaction; the band is the curve that "
        "never turns.",
        "各满意度回答下的“{outcome}”；色带为单调曲线。",
    )
    SHOWN = Said("By answer: {described}.", "按回答：{described}。")
    POINT = Said("{score}: {share}", "{score}：{share}")
    BASE = Said(
        "{n} {n:respondent|respondents} of whom both satisfaction and “{outcome}” are known; "
        "{left} without one of them",
        "{n} 名受访者的满意度与“{outcome}”均为已知；{left} 名缺其中一项",
    )
    CONVENTION = Said(
        "Loyalty: shares with Wilson's intervals; shapes by BIC; the curve is the monotone one, "
        "its band from {resamples} resamples. Satisfied customers differ in other things too, so "
        "this is no effect of satisfaction.",
        "忠诚：占比采用 Wilson 置信区间；曲线形状按 BIC 判断；所示为单调曲线，"
        "色带来自 {resamples} 次抽样。满意的客户在其他方面也有不同，因此这不是满意度的因果效应。",
    )
    NOT_FOUND = Said(
        "Satisfaction and “{outcome}” cannot be set side by side: {reason}",
        "无法对照满意度与“{outcome}”：{reason}",
    )
