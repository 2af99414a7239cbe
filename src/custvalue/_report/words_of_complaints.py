"""Words of pictures of closing times in 中文."""

from __future__ import annotations

TERMS_OF_COMPLAINTS: dict[str, str] = {
    "Time since the customer's first word (days)": "自客户首次提出起的天数",
    "Still open (%)": "未结案（%）",
}

PATTERNS_OF_COMPLAINTS: dict[str, str] = {
    r"Median beyond the data; ([\d,]+) cases?, ([\d,]+) still open; the band is a 95 % interval": (
        "中位数超出数据范围；{0} 起，其中 {1} 起未结案；色带为 95% 置信区间"
    ),
    r"Median (\S+) days; ([\d,]+) cases?, ([\d,]+) still open; the band is a 95 % interval": (
        "中位数 {0} 天；{1} 起，其中 {2} 起未结案；色带为 95% 置信区间"
    ),
}
