"""Notes, headings and verdicts of value maps and comparisons of offers in 中文."""

from __future__ import annotations

N = r"([-−\d.,e+]+)"

TERMS_OF_VALUE: dict[str, str] = {
    "Value map": "价值图",
    "quality": "质量",
    "price": "价格",
    "value score": "价值得分",
    "verdict": "判断",
    "advantaged": "有优势",
    "disadvantaged": "处于劣势",
    "unclear": "不明确",
    "weight-based": "权重线",
    "diagonal": "对角线",
    "regression": "回归线",
    "value-equivalence": "价值等值线",
    "Market-perceived quality": "市场感知质量",
    "Relative price": "相对价格",
    "Perceived benefit": "认知利益",
    "Perceived price": "认知价格",
    "P(best)": "最好的概率",
    "100 is the mean of the others, all alike.": "100 为其他各家的均值，各家等权。",
    "100 is the mean of the others, by market shares.": "100 为其他各家按市场份额加权的均值。",
    "Attributes weighted by importance.": "各属性按重要性加权。",
    "Attributes weighted equally.": "各属性等权。",
    "Price: inverse of satisfaction with it.": "价格：对价格满意度的倒数。",
    "No weight of the price is known, so that there is no weight-based line.": (
        "价格的权重未知，因此没有权重线。"
    ),
}

PATTERNS_OF_VALUE: dict[str, str] = {
    r"Value map; lines at points are (\d+) % intervals": "价值图；点旁的线段为 {0}% 置信区间",
    r"below line, (.+)": "低于{0}",
    rf"(weight-based|diagonal|regression|value-equivalence): {N} \+ {N} x quality": (
        "{0}：{1} + {2} × 质量"
    ),
    r"Fair price by line: (.+)\. P: probability of lying below the line, from ([\d,]+) "
    r"resamples\.": "各线的公平价格：{0}。P 为低于该线的概率，来自 {1} 次抽样。",
    r"The lines disagree about (.+)\.": "各线的判断不一致：{0:、}。",
    r"Weight of quality (\d+) %, of the price (\d+) %\.": "质量的权重为 {0}%，价格的权重为 {1}%。",
    r"In (\S+)\. Declared rates, money a unit: (.+)\.": (
        "单位：{0}。换算率（每单位的金额）：{1:、}。"
    ),
    r"Declared rates, money a unit: (.+)\.": "换算率（每单位的金额）：{0:、}。",
    r"In points of a normalised index, 0 to 100: ratings between the ends of their scales, "
    r"weighted (by importance|equally)\.": (
        "单位：0 至 100 的标准化指数，由量表两端之间的评分加权而成。"
    ),
    r"(.+) draws level with (.+) at a price of (.+) by difference, by ratio at (.+)\.": (
        "{0}与{1}持平的价格：按差额为 {2}，按比值为 {3}。"
    ),
    r"(.+) draws level with (.+) at a price of (.+) by difference\.": (
        "{0}与{1}持平的价格：按差额为 {2}。"
    ),
    r"95 % intervals of value - cost\. Probabilities by ([\d,]+) draws; in (\d+) % of them "
    r"difference and ratio rank differently\.": (
        "价值 - 成本为 95% 置信区间。概率来自 {0} 次抽样；其中 {1}% 的抽样里差额与比值的排名不同。"
    ),
}
