"""Terms of the library in 中文."""

from __future__ import annotations

from custvalue._report.glossary import GLOSSARY
from custvalue._report.words_of_chain import TERMS_OF_CHAIN
from custvalue._report.words_of_complaints import TERMS_OF_COMPLAINTS
from custvalue._report.words_of_drivers import TERMS_OF_DRIVERS
from custvalue._report.words_of_loyalty import TERMS_OF_LOYALTY
from custvalue._report.words_of_structural import TERMS_OF_STRUCTURAL
from custvalue._report.words_of_tiers import TERMS_OF_TIERS
from custvalue._report.words_of_value import TERMS_OF_VALUE
from custvalue._report.words_of_visits import TERMS_OF_VISITS

TERMS: dict[str, str] = {
    **GLOSSARY,
    **TERMS_OF_CHAIN,
    **TERMS_OF_COMPLAINTS,
    **TERMS_OF_DRIVERS,
    **TERMS_OF_LOYALTY,
    **TERMS_OF_STRUCTURAL,
    **TERMS_OF_TIERS,
    **TERMS_OF_VALUE,
    **TERMS_OF_VISITS,
    # dimensions and numbers of service quality
    "Tangibles": "有形性",
    "Reliability": "可靠性",
    "Responsiveness": "响应性",
    "Assurance": "保证性",
    "Empathy": "移情性",
    "mean": "均值",
    "overall": "总分",
    "overall, unweighted": "总分，未加权",
    "overall, weighted by each respondent's points": "总分，按各受访者的重要性加权",
    "overall, weighted by mean points": "总分，按平均重要性加权",
    "All dimensions alike": "各维度等权",
    "All items alike": "各题项等权",
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
    "score": "得分",
    "index": "指数",
    "share": "占比",
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
    # who is not in it
    "missing answer": "缺失回答",
    "too few answers": "回答太少",
    "weight 0": "权重为 0",
    "earlier answer of the customer": "同一客户较早的回答",
    "perceptions": "感知",
    "expectations": "期望",
    "perceptions and in expectations": "感知和期望",
    "functional": "正向题",
    "dysfunctional": "反向题",
    # rows
    "mean difference": "平均差",
    "share dissatisfied": "不满意占比",
    "share satisfied": "满意占比",
    "share delighted": "喜出望外占比",
    "mean answer": "回答均值",
    "index 0-100": "指数 0-100",
    "undecided": "未定",
    # measures
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
    "mean ratio (geometric)": "平均比值（几何）",
    # methods
    "indicative only": "仅供参考",
    "from the respondents of one cluster": "来自同一个群的受访者",
    "wilson": "Wilson 法",
    "mover, score": "MOVER 法，得分法",
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
        "各组别来自相同的群：差值已计入这一点（逐个剔除群）。"
    ),
    "A difference is one of satisfaction only if the questions mean the same in every group "
    "(measurement invariance, Steenkamp & Baumgartner 1998); these numbers cannot show that.": (
        "只有当题目在每个组别中含义相同时，差异才是满意度的差异（测量不变性，Steenkamp & "
        "Baumgartner "
        "1998）；这些数字无法证明这一点。"
    ),
    "Groups are taken as independent samples; for the same respondents twice use "
    "comparing.paired.": "各组别视为独立样本；同一批受访者回答两次时请用 comparing.paired。",
    "Shrunken intervals hold on average over all groups, not for those at the ends: of the truly "
    "worst tenth they hold 60 to 90 %.": (
        "收缩估计的区间对全部组别平均成立，对两端的组别不成立：对真正最差的十分之一，"
        "覆盖率为 60% 至 90%。"
    ),
    "The own interval stands beside.": "旁边是组别自身的区间。",
    "Expected purchases and value: within": "预期购买次数与价值",
    "repeat purchases after the end of observation; mean spend of repeat purchase days; discounted "
    "continuously at ln(1 + rate) a year": (
        "观察期结束之后的重复购买；重复购买日的平均消费；按每年 ln（1 + 折现率）连续折现"
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
