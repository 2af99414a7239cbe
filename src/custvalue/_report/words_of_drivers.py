"""Notes, headings and warnings of key drivers in 中文."""

from __future__ import annotations

N = r"([-−\d.,e+]+)"

TERMS_OF_DRIVERS: dict[str, str] = {
    "lmg": "LMG 分解",
    "general dominance": "一般优势",
    "johnson": "Johnson 相对权重",
    "regression": "标准化回归系数",
    "correlation": "相关系数",
    "listwise": "只取回答完整的受访者",
    "Importance is association in one sample; it is not the effect of a change.": (
        "重要性只是一个样本中的关联，不是改变的效果。"
    ),
    "Importance: average addition to R² over all orders of entry (LMG, Shapley).": (
        "重要性：在所有进入顺序中对 R² 的平均增量（LMG 即 Shapley 值）。"
    ),
    "Importance: general dominance, the average addition to R² over all orders of entry.": (
        "重要性：一般优势，即在所有进入顺序中对 R² 的平均增量。"
    ),
    "Importance: Johnson's relative weights, which add up to R².": (
        "重要性：Johnson 相对权重，合计为 R²。"
    ),
    "Importance: standardised regression coefficients.": "重要性：标准化回归系数。",
    "Importance: correlations with the overall answers.": "重要性：与总体回答的相关系数。",
    "Importance: part of R²": "重要性：R² 的一部分",
    "Importance: standardised coefficient": "重要性：标准化回归系数",
    "Importance: correlation": "重要性：相关系数",
    "signs agree": "符号一致",
    "suppression": "抑制效应",
}

PATTERNS_OF_DRIVERS: dict[str, str] = {
    r"Importance for (.+), (lmg|general dominance|johnson|regression|correlation)": (
        "对“{0}”的重要性，{1}"
    ),
    rf"R² {N}, adjusted {N}; correlations (\w+); (.+)\.": "R² {0}，校正后 {1}；{2}；{3}。",
    rf"Importance for (.+), R² {N}; lines are 95 % intervals; (.+) respondents?": (
        "对“{0}”的重要性，R² {1}；线段为 95% 置信区间；{2} 名受访者"
    ),
    r"Coefficient and correlation have different signs \(suppression\): (.+)\.": (
        "回归系数与相关系数符号相反（抑制效应）：{0:、}。"
    ),
    r"VIF above 5, so that coefficients are hard to tell apart: (.+)\.": (
        "VIF 大于 5，回归系数难以区分：{0:、}。"
    ),
    rf"{N} orders of entry were drawn; standard error from that at most {N}\.": (
        "抽取了 {0} 种进入顺序；由此产生的标准误至多 {1}。"
    ),
    r"the importance of (.+) drivers? needs at least (.+) respondents who answered everything, but "
    r"there (?:is|are) (.+?)\. .+": (
        "{0} 个题项的重要性至少需要 {1} 名回答完整的受访者，但只有 {2} 名。"
        "请减少题项，或收集更多回答。"
    ),
    r"all answers to ('.+') are equal, so that it goes with nothing\. .+": (
        "{0} 的回答全部相同，与任何题项都无关联。请剔除它，或收集更多回答。"
    ),
    r"(.+) cannot be told apart: one follows from the others in every answer, as a gap follows "
    r"from perception and expectation\. Leave one of them out\.": (
        "{0:、} 无法区分：每份回答中都有一个可由其余推出，正如差距由感知与期望推出。"
        "请剔除其中一个。"
    ),
}
