"""Words in pictures of profit chains in 中文."""

from __future__ import annotations

N = r"([-−+×\d.,e ]+)"

TERMS_OF_CHAIN: dict[str, str] = {
    "Purchases": "购买频率",
    "Rate of leaving": "流失率",
    "Spend a purchase": "每次消费",
    "Money": "价值",
    "Drivers: points of satisfaction by one point": "维度：每高一分，满意度高多少分",
    "Behaviour: change by one point of satisfaction": "行为：满意度每高一分的变化",
}

PATTERNS_OF_CHAIN: dict[str, str] = {
    rf"{N} % to {N} %": "{0}% 至 {1}%",
    rf"{N} %": "{0}%",
    rf"{N} to {N}": "{0} 至 {1}",
    r"Money: all feel (.+) points of satisfaction": "价值：全部客户的满意度变化 {0} 分",
    r"Money: all feel (.+) points of (.+)": "价值：全部客户的“{1}”变化 {0} 分",
    r"Grey where the (\d+) % interval holds no change; ([\d,]+) customers?": (
        "灰色：{0}% 置信区间包含零变化；{1} 名客户"
    ),
}
