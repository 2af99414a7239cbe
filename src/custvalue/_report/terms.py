"""Terms of the library in 中文, and patterns of its sentences; what is in brackets is kept."""

from __future__ import annotations

TERMS: dict[str, str] = {
    # dimensions and numbers of service quality
    "tangibles": "有形性",
    "reliability": "可靠性",
    "responsiveness": "响应性",
    "assurance": "保证性",
    "empathy": "移情性",
    "Tangibles": "有形性",
    "Reliability": "可靠性",
    "Responsiveness": "响应性",
    "Assurance": "保证性",
    "Empathy": "移情性",
    "perception": "感知",
    "expectation": "期望",
    "gap": "差距",
    "mean": "均值",
    "overall": "总分",
    "overall, unweighted": "总分，未加权",
    "overall, weighted by each respondent's points": "总分，按各受访者的重要性加权",
    "overall, weighted by mean points": "总分，按平均重要性加权",
    "All dimensions alike": "各维度等权",
    "Weighted by importance": "按重要性加权",
    "mean of items": "题项均值",
    "mean of dimensions": "维度均值",
    "adapted SERVQUAL": "改编的 SERVQUAL",
    # columns
    "value": "值",
    "low": "下限",
    "high": "上限",
    "line": "趋势线",
    "change": "变化",
    "adjusted P": "校正后 P",
    "SE": "标准误",
    "own": "自身",
    "shrunken": "收缩估计",
    "P worst": "属于最差的概率",
    "P best": "属于最好的概率",
    "to others": "与其他之差",
    "difference": "差值",
    "estimate": "估计",
    "item": "题项",
    "importance": "重要性",
    "score": "得分",
    "index": "指数",
    "share": "占比",
    "weight": "权重",
    "group": "组别",
    "mode": "众数",
    "berger": "Berger 规则",
    "better": "改善系数",
    "worse": "恶化系数",
    "cost": "成本",
    "value - cost": "价值 - 成本",
    "rank": "排名",
    "value / cost": "价值 / 成本",
    "product": "产品",
    "service": "服务",
    "personnel": "人员",
    "image": "形象",
    "monetary": "货币",
    "time": "时间",
    "energy": "体力",
    "psychic": "精神",
    "product value": "产品价值",
    "service value": "服务价值",
    "personnel value": "人员价值",
    "image value": "形象价值",
    "monetary cost": "货币成本",
    "time cost": "时间成本",
    "energy cost": "体力成本",
    "psychic cost": "精神成本",
    # rows
    "mean difference": "平均差",
    "share dissatisfied": "不满意占比",
    "share satisfied": "满意占比",
    "share delighted": "喜出望外占比",
    "mean answer": "回答均值",
    "index 0-100": "指数 0-100",
    "satisfied": "满意",
    "dissatisfied": "不满意",
    "delighted": "喜出望外",
    "undecided": "未定",
    # measures
    "net promoter score": "净推荐值 (NPS)",
    "top box": "高分占比",
    "satisfaction index": "客户满意度指数 (CSI)",
    "customer effort score": "客户费力度 (CES)",
    "mean: quality": "感知质量",
    # scales, units, weights of items
    "higher is better": "越高越好",
    "lower is better": "越低越好",
    "day": "天",
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "year": "年",
    "unit": "单位",
    "equal": "等权",
    "given": "给定",
    "mean importance": "平均重要性",
    "per respondent": "按受访者",
    "version 2, agreement that it was easy": "第 2 版，同意“很容易”的程度",
    "version 1, own effort from very low to very high": "第 1 版，自己费力的程度",
    "own question": "自编题目",
    # methods
    "wilson": "Wilson 法",
    "Welch's t": "Welch t 检验",
    "mover": "MOVER 法",
    "wald": "Wald 法",
    "uncertainty of the parameters": "计入参数的不确定性",
    "uncertainty of the parameters and of the customers": "计入参数和客户的不确定性",
    "delta method on the log scale": "对数尺度上的 delta 法",
    "normal": "正态",
    "beta": "beta 分布",
    "sampling": "抽样",
    "residual": "残差",
    "inverse variance": "方差倒数",
    "linearised for weights": "按权重线性化",
    "Holm": "Holm 校正",
    "Bonferroni": "Bonferroni 校正",
    "not corrected": "未校正",
    # Kano
    "indifferent": "无差异",
    "must-be": "必备",
    "attractive": "魅力",
    "one-dimensional": "期望",
    "reverse": "反向",
    "questionable": "可疑",
    "Kano categories": "卡诺类别",
    "Worse: how much its absence dissatisfies": "恶化系数：缺少时减少多少满意",
    "Better: how much its presence satisfies": "改善系数：具备时增加多少满意",
    "Better and worse; lines are 95 % intervals": "改善系数与恶化系数；线段为 95% 置信区间",
    # segments by recency and frequency
    "champions": "冠军客户",
    "loyal customers": "忠诚客户",
    "potential loyalists": "潜在忠诚客户",
    "new customers": "新客户",
    "promising": "有潜力客户",
    "need attention": "需关注客户",
    "about to sleep": "即将沉睡客户",
    "at risk": "流失风险客户",
    "cannot lose them": "不可流失客户",
    "hibernating": "沉睡客户",
    "customers": "客户",
    "spend": "消费",
    "Share, %": "占比，%",
    # notes that are always the same
    "Groups are of the same clusters: their differences know it, by leaving out each cluster.": (
        "各组来自相同的群：差值已计入这一点（逐个剔除群）。"
    ),
    "A difference is one of satisfaction only if the questions mean the same in every group "
    "(measurement invariance, Steenkamp & Baumgartner 1998); these numbers cannot show that.": (
        "只有当题目在每个组别中含义相同时，差异才是满意度的差异（测量不变性，Steenkamp & "
        "Baumgartner "
        "1998）；这些数字无法证明这一点。"
    ),
    "Groups are taken as independent samples; for the same respondents twice use "
    "comparing.paired.": "各组视为独立样本；同一批受访者回答两次时请用 comparing.paired。",
    "Shrunken intervals hold on average over all groups, not for those at the ends: of the truly "
    "worst tenth they hold 60 to 90 %.": (
        "收缩估计的区间对全部组别平均成立，对两端的组别不成立：对真正最差的十分之一，"
        "覆盖率为 60% 至 90%。"
    ),
    "The own interval stands beside.": "旁边是组别自身的区间。",
    "Expected purchases and value: within": "预期购买次数与价值",
    "repeat purchases after the end of observation; mean spend of repeat purchase days; discounted "
    "continuously at ln(1 + rate) a year": (
        "观察期结束之后的重复购买；重复购买日的平均消费；按每年 ln(1 + 折现率) 连续折现"
    ),
    "Importance: equal.": "重要性：等权。",
    "95 % intervals, beta.": "95% 置信区间：beta 分布。",
    "Fewer than 10: rely on intervals with caution.": "群少于 10 个：请谨慎使用区间。",
    "Share of respondents, %": "受访者占比，%",
    "Probability of being active, %": "活跃概率，%",
    "Customers": "客户数",
    "Share of customers, the most valuable first, %": "客户占比，价值高者在前，%",
    "Share of the value, %": "价值占比，%",
    "if all were worth the same": "若所有客户价值相同",
    "Delivered value: what an offer is worth, less what it costs": "顾客让渡价值：总价值减去总成本",
    "Delivered value": "顾客让渡价值",
    "Lines are 95 % intervals": "线段为 95% 置信区间",
}

N = r"([-−\d.,e+]+)"
PATTERNS: dict[str, str] = {
    r"(\d+) (day|week|month|year)s?": "{0} {1}",
    r"(\d+) %": "{0}%",
    # intervals and methods
    r"95 % interval, (.+); of a group alone not corrected\.": (
        "95% 置信区间，{0}；单个组别的区间未校正。"
    ),
    rf"{N} % interval, score(.*)": "{0}% 置信区间，得分法{1}",
    rf"{N} % interval, mover, score(.*)": "{0}% 置信区间，MOVER 法，得分法{1}",
    rf"{N} % interval, (.+)": "{0}% 置信区间，{1}",
    r"simultaneous for (\d+) pairs \((.+)\)": "{0} 对同时成立（{1}）",
    r"(\d+) clusters": "{0} 个群",
    r"Segments of ([\d,]+) customers?; lines are 95 % intervals": (
        "{0} 名客户的客户群；线段为 95% 置信区间"
    ),
    rf"{N} degrees of freedom": "自由度 {0}",
    rf"{N} to {N} degrees of freedom": "自由度 {0} 至 {1}",
    # service quality
    r"gap = perception - expectation, below 0 is a shortfall; overall = mean of the (\d+) "
    r"dimension "
    r"gaps, not of the items\.": (
        "差距 = 感知 - 期望，低于 0 为不足；总分 = {0} 个维度差距的均值，而不是题项的均值。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+): rely on the perceptions "
    r"for (.+) "
    r"\(Peter, Churchill & Brown 1993\)\. Neither are the perceptions reliable \(alpha\) for (.+): "
    r"rely on neither there\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。其中 {1} 请用感知分数"
        "（Peter, Churchill & Brown 1993）。{2} 的感知分数也不可靠 (α)，两者都不宜使用。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+): rely on the perceptions there "
    r"\(Peter, Churchill & Brown 1993\)\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。请用感知分数 (Peter, Churchill & Brown 1993)。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+)\. Neither are the perceptions "
    r"reliable \(alpha\) for (.+): rely on neither there\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。{1} 的感知分数也不可靠 (α)，两者都不宜使用。"
    ),
    r"The reliability of the difference score is unknown for (.+): it needs two items, two "
    r"respondents, and answers that differ\.": (
        "以下维度的差距分数可靠性未知：{0}。至少需要两个题项、两名受访者，且回答不全相同。"
    ),
    rf"(tangibles|reliability|responsiveness|assurance|empathy) {N}": "{0} {1}",
    r"Gap in points of the scale (.+): below 0 customers got less than expected": (
        "差距（量表 {0} 的分数）：低于 0 表示低于客户期望"
    ),
    r"Mean perception, scale (.+)": "感知均值，量表 {0}",
    r"Lines are 95 % intervals; (.+) respondents?": "线段为 95% 置信区间；{0} 名受访者",
    r"Lines are 95 % intervals; (.+)": "线段为 95% 置信区间；{0}",
    # trends and groups
    rf"Trend of (.+): {N} \[{N}, {N}\] per (\w+), P (.+)": "{0}的趋势：每{4} {1} [{2}, {3}]，P {5}",
    rf"Line: weights (.+), standard error {N} from (\w+) variance; (.+)\.": (
        "趋势线：权重 {0}，标准误 {1}，来自{2}方差；{3}。"
    ),
    r"Changes: (.+)\.": "变化：{0}。",
    r"Scatter about the line: (.+)\.": "围绕趋势线的离散：{0}。",
    r"mean: (.+)": "{0} 的均值",
    rf"(\d+)(?: to (\d+))? clusters: (.+), design effect {N}(?: to {N})?, intraclass correlation "
    rf"{N}(?: to {N})?\.(?: Fewer than 10: rely on intervals with caution\.)?": (
        "群数 {0} {1}；{2}；设计效应 {3} {4}；组内相关 {5} {6}。"
    ),
    r"League table of (\d+) groups, (.+)": "{0} 个组别的排名表：{1}",
    r"Comparison of (\d+) groups, (.+)": "{0} 个组别的比较：{1}",
    rf"Groups: mean {N}, standard deviation {N} between them beyond chance\.": (
        "组别：均值 {0}，扣除偶然之后组别之间的标准差 {1}。"
    ),
    r"P worst, best: to be truly among the (\d+) (?:lowest|highest), or the (\d+) at the other "
    r"end\.": "属于最差、最好的概率：真正处于最差的 {0} 个，或另一端的 {1} 个。",
    r"95 % intervals, own: (.+?)\. (Shrunken intervals .+)": "95% 置信区间，自身：{0}。{1}",
    r"95 % intervals, own: (.+?)\.": "95% 置信区间，自身：{0}。",
    r"To others: the group minus the others, weighted by respondents\. Adjusted P: (.+)\.": (
        "与其他之差：组别减去其他组别，按受访者加权。校正后 P：{0}。"
    ),
    r"Benjamini and Hochberg, false discovery rate": "Benjamini-Hochberg 错误发现率",
    r"Too few answers, and left out of the tests: (.+)\.": "回答太少，未列入检验：{0}。",
    r"… ([\d,]+) more": "……另有 {0} 个",
    r"All pairs: (.+)\.": "全部配对：{0}。",
    # satisfaction
    rf"Net Promoter Score {N}, 95 % interval {N} to {N}, (.+) answers?": (
        "净推荐值 {0}，95% 置信区间 {1} 至 {2}，{3} 份回答"
    ),
    r"Detractors \(0-6\) (\d+) %": "贬损者 (0-6) {0}%",
    r"Passives \(7-8\) (\d+) %": "中立者 (7-8) {0}%",
    r"Promoters \(9-10\) (\d+) %": "推荐者 (9-10) {0}%",
    r"Disconfirmation: perception - expectation, scale (.+), band ±(.+)": (
        "期望差异：感知 - 期望，量表 {0}，容差 ±{1}"
    ),
    r"Group: (\w+), by the 95 % interval against the band\.": (
        "群体：{0}，按 95% 置信区间与容差比较。"
    ),
    r"95 % intervals: t, (.+); shares: wilson\.": "95% 置信区间：t，{0}；占比：Wilson 法。",
    r"95 % intervals: t; shares: wilson\.": "95% 置信区间：t；占比：Wilson 法。",
    r"([\d,]+) respondents?, no missing answers\.": "{0} 名受访者，没有缺失回答。",
    r"No ratio: (.+) has no true zero, so it would depend on where the scale starts\.": (
        "没有比值：量表 {0} 没有真正的零点，比值取决于量表的起点。"
    ),
    r"Customer effort score, (.+), scale (.+), (higher|lower) is better": (
        "客户费力度 (CES)，{0}，量表 {1}"
    ),
    r"easy, (\d+) best answers?": "省力，最好的 {0} 项",
    r"95 % intervals: share wilson, means beta\.": (
        "95% 置信区间：占比用 Wilson 法，均值用 beta 分布。"
    ),
    rf"Standard deviation {N}\. Answers: (.+)\.": "标准差 {0}。回答：{1}。",
    rf"Customer satisfaction index {N}": "客户满意度指数 {0}",
    rf"Form 'scale': 0 at {N} and 100 at {N}\.": "形式：{0} 为 0，{1} 为 100。",
    r"Importance: (.+)\. 95 % intervals, beta\.": "重要性：{0}。95% 置信区间：beta 分布。",
    r"stated by respondents, (.+)": "由受访者给出，{0}",
    rf"Importance divided by the sum, {N}\.": "重要性除以总和 {0}。",
    r"all (\d+) answers lie between (\d+) and (\d+): that looks like a scale other than 0-10, on "
    r"which a net promoter score means nothing\. If the question was asked on 0 to 10, use .+": (
        "全部 {0} 份回答都在 {1} 至 {2} 之间：看来不是 0-10 的量表，净推荐值在其他量表上没有意义。"
        "请核对题目；若不是 0-10，请改用 [survey.satisfaction]。"
    ),
    # Kano
    r"Category by (\w+), ties by M > O > A > I > R > Q; rule M>O>A>I: the first within "
    r"(.+) % of the "
    r"largest; evaluation table: (.+); answers: (.+)\. Better = (.+), worse = (.+)\.": (
        "类别按{0}规则，并列时按 M > O > A > I > R > Q；规则 M>O>A>I：与最大者相差不超过 "
        "{1}% 的第一个；"
        "评价表：{2}；改善系数 = {4}，恶化系数 = {5}。"
    ),
    r"More than (.+) % of the answers are questionable for (.+): respondents may not have "
    r"understood the questions\.": "{1} 有超过 {0}% 的可疑回答：受访者可能没有理解题目。",
    r"The most frequent category is R for (.+): check that the functional and the dysfunctional "
    r"question are not swapped(?:, and that .+)?\.": (
        "{0} 最常见的类别是反向 (R)：请核对正向题与反向题是否对调，以及 codes 的方向。"
    ),
    r"Two or more categories are equally frequent for (.+); the first of M > O > A > I > R > Q is "
    r"taken\.": "{0} 有两个或更多类别同样常见；取 M > O > A > I > R > Q 中的第一个。",
    r"Better and worse do not exist for (.+): all answers are R or Q\.": (
        "{0} 没有改善与恶化系数：全部回答为 R 或 Q。"
    ),
    r"(.+) correlates? negatively with the other items(?: of (.+?))?(?:, in .+?)?\. .+": (
        "题项 {0} 与其他题项（{1}）负相关：若题目措辞方向相反，请先反向计分；否则请删去。"
    ),
    r"(\w+): the data cannot tell (.+)": "{0}：数据无法确定部分参数，因此没有标准误。",
    r"(\w+): the search stopped after (\d+) steps with .+": (
        "{0}：优化在 {1} 步后停止，没有收敛。请核对时间单位、客户数量与异常值，或改用更简单的模型。"
    ),
    r"(\w+): k = (\d+) fits best of 1 to k_max = (\d+), so a larger k may fit better\. .+": (
        "{0}：在 1 至 {2} 中 k = {1} 拟合最好，更大的 k 可能更好。"
    ),
    r"Better and worse exclude R and Q: (.+) % of the answers to an item on average, (.+) "
    r"% at most "
    r"\((.+)\)\.": "改善与恶化系数不含 R 和 Q：平均占每项回答的 {0}%，最多 {1}%（{2}）。",
    r"95 % intervals of better and worse: wilson(.*)\.": (
        "改善与恶化系数的 95% 置信区间：Wilson 法{0}。"
    ),
    r", linearised for weights": "，按权重线性化",
    # offers
    rf"value − cost {N}": "价值 − 成本 {0}",
    r"against (.+)": "与{0}相比",
    r"Difference and ratio rank the offers alike; best: (.+)\.": (
        "差额与比值的排名一致；最好：{0}。"
    ),
    r"In (\w+)\.": "单位：{0}。",
    # customers
    r"([\d,]+) customers, ([\d,.]+) of them expected to be active": (
        "{0} 名客户，预计其中 {1} 名活跃"
    ),
    r"the best 20 % hold (\d+) %": "最好的 20% 占 {0}%",
    r"Value within (.+) of ([\d,]+) customers": "{1} 名客户在 {0} 内的价值",
}
