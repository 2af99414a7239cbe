"""Definitions, reasons and messages about visits in 中文."""

from __future__ import annotations

N = r"([-−\d.,e+]+)"

TERMS_OF_VISITS: dict[str, str] = {
    "on time": "准时交付率",
    "fill rate of lines": "配件满足率",
    "estimates kept": "估价准确率",
    "any visit of the vehicle": "该车任何一次到店",
    "any visit of the customer": "该客户任何一次到店",
    "a visit for the same cause": "因同一原因到店",
    "Handed over by the end of the promised day": "在承诺日当天结束前交付",
    "Handed over by the promised time": "在承诺的时间之前交付",
    "Order lines that were in stock": "有现货的需求行",
    "not handed over yet": "尚未交付",
    "no vehicle or customer": "没有车辆或客户",
    "no vehicle or cause": "没有车辆或原因",
    "sold within the window": "期间车辆已售出",
    "no promise": "没有承诺时间",
    "promise not due yet": "承诺时间未到",
    "no lines known": "需求行数未知",
    "no parts needed": "不需要配件",
    "no estimate": "没有估价",
    "estimate of 0": "估价为 0",
    "no bill": "没有账单",
    "promised has times, but delivered has days only, so lateness within a day cannot be seen. "
    "Give the times of both, or the days of both.": (
        "承诺列有时刻，而交付列只有日期，因此无法判断当天内是否迟交。请两列都给出时刻，或都给出日期。"
    ),
}

PATTERNS_OF_VISITS: dict[str, str] = {
    r"No comeback \((.+)\) within (.+) of the handover, the last one included": (
        "交付后 {1}内（含最后一天）没有返修（{0}）"
    ),
    r"(Handed over by .+), or up to ([\d.]+) (\w+) later": "{0}，或至多晚 {1} {2}",
    r"(?:min|minute)s?": "分钟",
    r"(?:h|hour)s?": "小时",
    r"days?": "天",
    rf"The bill is within {N} % of the estimate, above or below": "账单与估价相差不超过 {0}%",
    r"((?:handed over|not handed over|no|sold|promise|estimate) [^;:]+): ([\d,]+)": "{0} {1} 次",
    r"handed over less than (.+) before the end": "交付距观察期末不足 {0}",
    r"(.+): none of the ([\d,]+) visits? can be counted \((.+)\)\. Read more visits, or ask in "
    r"another way\.": "{0}：{1} 次到店都无法计入（{2}）。请读入更多到店，或改变定义。",
    rf"Centre (.+), exact limits; {N} of {N} periods? outside": (
        "中心线 {0}，精确界限；{2} 个时期中有 {1} 个超出界限"
    ),
    r"(first-time fix|on time|fill rate of lines|estimates kept) \(%\)": "{0}（%）",
}
