"""Sentences of the section on suppliers as respondents rate them, in English and 中文."""

from __future__ import annotations

from custvalue._report.language import Said


class Rated:
    """Suppliers as respondents rate them."""

    TITLE = Said("Value against rivals, as respondents rate it", "性价比：受访者的评分")
    PLACE = Said(
        "{quality} is the market-perceived quality of {name} ({quality_range}), {price} its "
        "relative price ({price_range}); 100 is the mean of the others.",
        "{name}的市场感知质量为 {quality}（{quality_range}），相对价格为 {price}（{price_range}）；"
        "100 为其他各家的均值。",
    )
    ADVANTAGED = Said(
        "Customers pay less for it than is fair by the {line} line, with a probability of {sure}.",
        "按“{line}”，客户所付低于公平价格的概率为 {sure}。",
    )
    DISADVANTAGED = Said(
        "Customers pay more for it than is fair by the {line} line, with a probability of {sure}.",
        "按“{line}”，客户所付高于公平价格的概率为 {sure}。",
    )
    DELIVERED = Said(
        "{amount} is the value that it delivers ({range}), the best with a probability of {sure}.",
        "它的让渡价值为 {amount}（{range}），为最好的概率为 {sure}。",
    )
    BREAK_EVEN = Said(
        "{price} is the price at which it draws level with {name} ({range}).",
        "与{name}持平的价格为 {price}（{range}）。",
    )
    PICTURE = Said(
        "Suppliers by market-perceived quality and relative price, with the lines of fair value.",
        "各家的市场感知质量与相对价格，以及公平价值线。",
    )
    BASE = Said(
        "{n} {n:rating|ratings} of {suppliers} {suppliers:supplier|suppliers}",
        "对 {suppliers} 家的 {n} 个评分",
    )
    CONVENTION = Said(
        "Suppliers: probabilities from {resamples} resamples of the ratings; they rest on the "
        "ratings alone, so that the best of suppliers that hardly differ is called so too surely.",
        "各家比较：概率来自评分的 {resamples} 次抽样，只依据评分本身；"
        "差别很小时，对最好一家的把握会偏高。",
    )
    LABEL = Said("Delivered value of {name}, as rated", "{name}的让渡价值（按评分）")
    BASIS = Said("{range}; {n} {n:rating|ratings}", "{range}；{n} 个评分")
    NO_RATINGS = Said(
        "The study describes ratings of suppliers, but none were given, so that part is missing.",
        "研究文件描述了对各家的评分，但没有提供数据，因此该部分缺失。",
    )
