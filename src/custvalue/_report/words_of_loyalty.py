"""Notes and headings of loyalty curves in 中文."""

from __future__ import annotations

N = r"([-−\d.,e+]+)"

TERMS_OF_LOYALTY: dict[str, str] = {
    "satisfaction": "满意度",
    "outcome": "结果",
    "curve": "曲线",
    "step": "增量",
    "rising": "随满意度上升",
    "falling": "随满意度下降",
    "With the outcome (%)": "有此结果（%）",
    "Zones of loyalty": "忠诚度分区",
    "zone": "分区",
    "defection 变节区": "变节区",
    "indifference 无差异区": "无差异区",
    "affection 情感区": "情感区",
    "defection": "变节区",
    "indifference": "无差异区",
    "affection": "情感区",
    "platinum": "铂金",
    "gold": "黄金",
    "iron": "钢铁",
    "lead": "重铅",
    "linear": "线性",
    "logistic": "逻辑斯蒂",
    "S": "S形",
    "inverse S": "反S形",
    "convex": "凸形",
    "concave": "凹形",
    "monotone": "单调",
    "The data do not show where zones begin: try other cuts.": (
        "数据不能说明各区从哪里开始：请试试其他分界。"
    ),
    "Satisfied customers differ in other things too: a step says what goes with a point, not what "
    "a point would change.": (
        "满意的客户在其他方面也有不同：增量说明一分之差伴随着什么，而不是提高一分会改变什么。"
    ),
}

PATTERNS_OF_LOYALTY: dict[str, str] = {
    r"Loyalty against satisfaction, scale (\S+)": "忠诚与满意度，量表 {0}",
    r"Outcome: share of the customers with the outcome, (rising|falling)\. Shape: [A-Za-z ]+ "
    r"(\S+), probability (.+); the curve shown is the monotone one\.": (
        "结果：有此结果的客户占比，{0}。形状：{1}，概率 {2}；所示为单调曲线。"
    ),
    r"95 % intervals: outcome (.+), curve by resampling, steps from both intervals \(mover\)\.": (
        "95% 置信区间：结果，{0}；曲线由抽样得出；增量由两个区间得出（MOVER 法）。"
    ),
    r"([\d,]+) customers?; ([\d,]+) are left out, because one is missing\.": (
        "{0} 名客户；另有 {1} 名因一项缺失而未计入。"
    ),
    r"([\d,]+) customers?\.": "{0} 名客户。",
    r"Dashed: ([A-Za-z ]+) \((.+)\); ([\d,]+) customers?; the band is a (\d+) % interval": (
        "虚线：{0}（{1}）；{2} 名客户；色带为 {3}% 置信区间"
    ),
    r"Satisfaction separates the outcomes (\S+)ly: .+": (
        "满意度把两种结果完全分开：一个台阶即可区分，Logistic 曲线的似然没有最大值，"
        "因此用 Jeffreys 先验拟合（Firth 1993）；单调曲线不需要它。"
    ),
    rf"Cuts at {N}(?: and {N})*, as given; an answer at a cut is in the better zone\.": (
        "分界按研究文件；恰在分界上的回答属于较好的一区。"
    ),
    r"outcome is (\S+) for all ([\d,]+) customers?, so there is no curve\. .+": (
        "{1} 名客户的结果都是 {0}，因此没有曲线。请使用有差异的结果。"
    ),
    r"satisfaction is (\S+) for all customers, so there is no curve\. .+": (
        "所有客户的满意度都是 {0}，因此没有曲线。请使用有差异的回答。"
    ),
    r"no customer has both a satisfaction and an outcome\. .+": (
        "没有客户同时具有满意度和结果。请先按客户合并调查与结果。"
    ),
    r"zone (\d+)": "第 {0} 区",
}
