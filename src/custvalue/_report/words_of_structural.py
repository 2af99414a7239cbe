"""Notes, headings and warnings of the satisfaction model in 中文."""

from __future__ import annotations

N = r"([-−\d.,e+]+)"

TERMS_OF_STRUCTURAL: dict[str, str] = {
    "Image": "企业形象",
    "Expectation": "期望",
    "Quality": "感知质量",
    "Value": "感知价值",
    "Satisfaction": "顾客满意",
    "Complaints": "抱怨",
    "Loyalty": "客户忠诚度",
    "path scheme": "路径加权方案",
    "centroid scheme": "重心方案",
    "factor scheme": "因子方案",
    "standardised": "标准化",
    "centred": "中心化",
    "Scheme path": "路径加权方案",
    "Scheme centroid": "重心方案",
    "Scheme factor": "因子方案",
    "Structural model, partial least squares": "结构模型，偏最小二乘",
    "Reliability of constructs": "构念的可靠性",
    "alpha": "α",
    "items": "题项",
    "performance": "绩效",
    "quadrant": "象限",
    "concentrate here": "集中改进",
    "keep up the good work": "继续保持",
    "low priority": "优先级低",
    "possible overkill": "可能过度",
    "Performance: index 0-100": "绩效：指数 0-100",
    "Boxes: index 0-100, R²; arrows: path coefficients": "方框：指数 0-100、R²；箭头：路径系数",
    "An effect by the model; what a change would bring, a survey alone does not show.": (
        "效应以模型为前提；改变会带来什么，仅凭调查无法得知。"
    ),
    (
        "Alpha: standardised. rho_A of .70 or more, AVE of .50 or more are usual demands; rho_A "
        "above .95 means items that nearly repeat each other."
    ): (
        "α 为标准化值。通常要求 rho_A 不低于 .70、AVE 不低于 .50；rho_A 高于 .95 表示题项几乎重复。"
    ),
    "rho_C and AVE: loadings of composites.": "rho_C 与 AVE 采用合成变量的载荷。",
}

PATTERNS_OF_STRUCTURAL: dict[str, str] = {
    r"(.+) -> (.+)": "{0} → {1}",
    r"R² (\D.+)": "{0}的 R²",
    r"index 0-100 (.+)": "{0}的指数 0-100",
    r"Importance for (.+), and performance": "对“{0}”的重要性及绩效",
    r"Importance for (.+): points by one point": "对“{0}”的重要性：每高 1 分带来的分数",
    r"Importance: points of (.+) \(0-100\) by one point of a construct, along all paths\. "
    r"Performance: index 0-100, unstandardised weights\.": (
        "重要性：构念每高 1 分，“{0}”（0-100）沿所有路径高多少分。绩效：指数 0-100，未标准化权重。"
    ),
    rf"Cross: means, importance {N}, performance {N}\.": "十字线：均值，重要性 {0}，绩效 {1}。",
    r"Dashed where the 95 % interval of a path holds 0; (.+) respondents?": (
        "虚线：路径的 95% 置信区间包含 0；{0} 名受访者"
    ),
    r"(Scheme (?:path|centroid|factor)): .+\. Items (standardised|centred)\. Signs: .+\. (\d+) "
    r"rounds?, tolerance (.+)\.": "{0}；题项{1}；迭代 {2} 次，容差 {3}。",
    r"Formative, no internal consistency: (.+)\.": "形成型构念，不要求内部一致性：{0:、}。",
    r"Single item, taken as measured without error: (.+)\.": "单一题项，视为无测量误差：{0:、}。",
    r"negative outer weight: (.+)\. The index can leave .+": (
        "外部权重为负：{0:、}。指数可能超出 0 至 100。请剔除该题项，或使用等权指数。"
    ),
    r"the weight of (.+) is negative, so that the index of its construct .+": (
        "{0:、} 的权重为负，其构念的指数可能超出 0 至 100，不能作为绩效。请检查题项方向，剔除它，或"
        "对该构念改用 Mode A。"
    ),
    r"(.+) correlates? negatively with the construct, whose index falls .+": (
        "{0:、} 与其构念负相关，客户越满意指数反而越低。若题意相反，请在读取回答时声明为反向计分。"
    ),
    r"the weights did not settle in (.+) rounds?, .+": (
        "权重在 {0} 次迭代内没有收敛，估计值为最后一次的结果。请改用重心方案，或检查与其他构念几乎"
        "无关的构念。"
    ),
    r"(\d+) respondents? for (\d+) items?: estimates rest on chance\. .+": (
        "{0} 名受访者对应 {1} 个题项：估计值带有偶然性。请收集更多回答，或减少题项。"
    ),
    r"all answers to ('.+'), of the construct ('.+'), are (.+?): without variance .+": (
        "{1} 的题项 {0} 的回答全部为 {2}，没有方差，因此没有权重和载荷。请从构念中剔除它。"
    ),
    r"the items of ('.+'), ('.+'), repeat each other, so that mode B.+": (
        "{0} 的题项 {1:、} 相互重复，Mode B 的回归无解。请剔除其中之一。"
    ),
}
