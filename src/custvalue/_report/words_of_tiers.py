"""Names of tiers, and words of their picture, in 中文."""

from __future__ import annotations

from custvalue._loyalty.tiers import CHINESE

TERMS_OF_TIERS: dict[str, str] = {
    **{f"{name} {chinese}": chinese for name, chinese in CHINESE.items()},
    "Share of the customers (left) and of their value (right), %": (
        "占客户的比例（左）与占其价值的比例（右），%"
    ),
}

PATTERNS_OF_TIERS: dict[str, str] = {
    r"tier (\d+)": "第 {0} 层",
    r"([\d,]+) customers? by tier, and their value; lines are 95 % intervals": (
        "{0} 名客户的层级及其价值；线段为 95% 置信区间"
    ),
}
