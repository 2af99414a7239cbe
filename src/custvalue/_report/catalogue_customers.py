"""Words and sentences on customers and their value in English and 中文, side by side."""

from __future__ import annotations

from custvalue._report.language import Said


class Link:
    """Satisfaction and value together."""

    TITLE = Said("Satisfaction and value together", "满意与价值的关系")
    NOT_CAUSAL = Said(
        "These are differences between groups of respondents, not effects: customers who differ in "
        "satisfaction may differ in other ways. The intervals count how the respondents of a group "
        "differ, not the uncertainty of the models.",
        "这些是受访者组别之间的差异，不是因果效应：满意度不同的客户在其他方面也可能不同。"
        "区间只计入组别内受访者的差异，不计入模型的不确定性。",
    )
    PROMOTERS = Said("promoters (9-10)", "推荐者 (9-10)")
    PASSIVES = Said("passives (7-8)", "中立者 (7-8)")
    DETRACTORS = Said("detractors (0-6)", "贬损者 (0-6)")
    SATISFIED = Said("satisfied customers", "满意客户")
    NOT_SATISFIED = Said("customers who are not satisfied", "不满意客户")
    TOO_FEW = Said(
        "Value is not compared by answers: that takes two groups with at least {fewest} "
        "respondents "
        "who could be found among the customers of the log, but there are {sizes}.",
        "没有按回答比较价值：这需要两个组别，各有至少 {fewest} 名能在交易客户中找到的受访者，但实"
        "际为 {sizes}。",
    )
    LABEL = Said("Value of {name}", "{name}的价值")
    BASIS = Said(
        "against {value} for {name}; average of each group", "{name}为 {value}；各组别的均值"
    )
    FOUND = Said(
        "{n} {n:respondent|respondents} could be found among the customers of the log.",
        "{n} 名受访者能在交易客户中找到。",
    )
    STRANGERS = Said(" {n} {n:other|others} could not.", "另有 {n} 名找不到。")
    REPEATS = Said(
        "{n} {n:customer|customers} answered more than once, and each answer counts as a "
        "respondent: "
        "intervals are too narrow. Use repeats = 'latest' with date = '…', or repeats = "
        "'cluster', in "
        "[survey].",
        "{n} 名客户回答了不止一次，每次回答都算作一名受访者：区间过窄。请在 [survey] 中用 "
        "repeats = 'latest' "
        "加 date = '…'，或 repeats = 'cluster'。",
    )
    AVERAGE = Said("{value} ({name}, {n})", "{name} {value}（{n} 名）")
    AVERAGES = Said(
        "{values} is what an average respondent of each group is worth.",
        "各组别受访者的平均价值：{values}。",
    )
    FIXED = Said(
        "{first} and {last} differ by {apart} a customer; values do not vary within the two "
        "groups, "
        "so there is no interval.",
        "{first}与{last}每名客户相差 {apart}；两个组别内部价值没有差异，因此没有区间。",
    )
    DIFFER = Said(
        "{first} and {last} differ by {apart} a customer (95 % interval {low} to {high}, "
        "{method}).",
        "{first}与{last}每名客户相差 {apart}（95% 置信区间 {low} 至 {high}，{method}）。",
    )
    ALIKE = Said(
        "{first} and {last} cannot be told apart: they differ by {apart} a customer (95 % interval "
        "{low} to {high}, {method}).",
        "{first}与{last}没有显著差异：每名客户相差 {apart}（95% 置信区间 {low} 至 {high}，"
        "{method}）。",
    )
    RESPONDENTS = Said("respondents", "受访者")
    ACTIVE = Said("still active", "仍活跃")
    AVERAGE_VALUE = Said("average value", "平均价值")
    LOW = Said("low", "下限")
    HIGH = Said("high", "上限")
    NOTE = Said("Still active: probability. 95 % intervals: t.", "仍活跃：概率。95% 置信区间：t。")
    TABLE = Said("Value within {horizon}, by answer", "按回答划分的价值（{horizon}以内）")
    TABLE_PLAIN = Said("Value by answer", "按回答划分的价值")


class Base:
    """Customers and their value."""

    TITLE = Said("Customers, and what they are worth", "客户及其价值")
    BOUGHT = Said(
        "{n} {n:customer|customers} bought on {days} purchase {days:day|days} up to {end}; "
        "{back} of "
        "them ({share}) came back at least once.",
        "截至 {end}，{n} 名客户共有 {days} 个购买日；其中 {back} 名（{share}）至少回来过一次。",
    )
    EXCLUDED = Said(" Excluded, as the study says: {left}.", "按研究文件排除：{left}。")
    LEFT = Said("{n} {n:transaction|transactions} {what}", "{n} 笔{what}交易")
    AFTER_END = Said("after the end of observation", "观察期结束之后的")
    RETURNS = Said("with negative spend", "金额为负的")
    PAIRED = Said("that return a purchase", "与购买配对的退货")
    CANCELLED = Said("that were returned", "已退货的")
    ZERO = Said("with zero spend", "金额为零的")
    DUPLICATES = Said("that repeat another one", "重复的")
    NOTHING_LEFT = Said(
        " Of {n} {n:customer|customers} nothing was left.", "有 {n} 名客户因此没有剩余交易。"
    )
    ALIVE = Said(
        "Of {n} {n:customer|customers} an estimated {alive} are still active on {end}{ends}.",
        "截至 {end}，{n} 名客户中估计有 {alive} 名仍活跃{ends}。",
    )
    IN_BRACKETS = Said(" ({range})", "（{range}）")
    THEN = Said("; {range}", "；{range}")
    ALIVE_BACK = Said(
        "Of {n} {n:customer|customers} who came back an estimated {alive} are still active on "
        "{end}{ends}.",
        "截至 {end}，{n} 名回头客中估计有 {alive} 名仍活跃{ends}。",
    )
    ALIVE_BASIS = Said(
        "of {n} {n:customer|customers}{ends}; {model}", "共 {n} 名客户{ends}；{model}"
    )
    ALIVE_BACK_BASIS = Said(
        "of {n} {n:customer|customers} who came back{ends}; {model}",
        "共 {n} 名回头客{ends}；{model}",
    )
    CHOSEN = Said(
        "{model} was chosen by AIC, in which k is a parameter; a difference below 2 is a tie, in "
        "which the simpler model is taken: {models}. A model whose forecasts cannot be trusted is "
        "not chosen.",
        "{model} 按 AIC 选出，k 算作参数；差别小于 2 视为持平，取较简单的模型：{models}。"
        "预测不可信的模型不入选。",
    )
    AIC = Said("{model} {aic}", "{model} {aic}")
    ALIVE_LABEL = Said("Customers still active", "仍活跃的客户")
    BACK_ONLY = Said(
        "{n} others bought only once. The model {model} cannot say who of them has left, because "
        "it lets customers leave only after a repeat purchase: it counts every one as active.",
        "另有 {n} 名只买过一次。{model} 模型无法判断其中谁已流失，因为它只允许客户在重复购买之后"
        "流失：它把他们全部算作仍活跃。",
    )
    BOTH = Said(
        "Of the {back} {back:customer|customers} who came back, an estimated {alive} are still "
        "active; of the {n} who bought only once, {once}.",
        "在 {back} 名回头客中，估计有 {alive} 名仍活跃；在 {n} 名一次性客户中，估计有 {once} 名。",
    )
    HISTOGRAM = Said(
        "How likely the customers who came back at least once are to be customers still. Those on "
        "the left have fallen silent for longer than their own rhythm explains.",
        "回头客仍是客户的概率。左边的客户沉默的时间超出了他们自己的购买节奏。",
    )
    HISTOGRAM_SHOWN = Said(
        "Customers by probability of being active: {described}.",
        "按活跃概率划分的客户：{described}。",
    )
    AT = Said("{n} at {name}", "{name} 有 {n} 名")
    WORTH = Said(
        "{purchases} They make the customer base worth {worth} today{ends}, at a margin of "
        "{margin} "
        "and discounted at {rate} a year.",
        "{purchases}按毛利率 {margin}、年折现率 {rate} 计算，客户资产今天值 {worth}{ends}。",
    )
    PURCHASES = Said(
        "{total} purchases are expected within {horizon}{ends}.",
        "{horizon}内预期购买 {total} 次{ends}。",
    )
    VALUE_ENDS = Said("95 % interval {low} to {high}", "95% 置信区间 {low} 至 {high}")
    VALUE_BASIS = Said("within {horizon}, {margin} margin", "{horizon}以内，毛利率 {margin}")
    VALUE_LABEL = Said("Value of the customer base", "客户资产的价值")
    CONCENTRATION = Said(
        "{best} of this value belongs to the most valuable 20 % of the customers. The average "
        "customer is worth {average}.",
        "价值最高的 20% 的客户占总价值的 {best}。平均每名客户值 {average}。",
    )
    CURVE = Said(
        "How the value is spread: the further above the dashed line, the more it depends on few "
        "customers.",
        "价值的分布：曲线高出虚线越多，价值就越依赖少数客户。",
    )
    CURVE_SHOWN = Said("Of the value {described}.", "价值分布：{described}。")
    HOLD = Said("the best {share} hold {held}", "最好的 {share} 占 {held}")
    TOP = Said("Most valuable customers", "价值最高的客户")
    NO_RISK = Said(
        "No customer has a probability of being active below {limit}.",
        "没有活跃概率低于 {limit} 的客户。",
    )
    RISK = Said(
        "{n} {n:customer|customers} {n:is|are} at risk: the probability that they are still active "
        "is below {limit}. That counted, they are still worth {worth} together; the first to "
        "ask why "
        "they stay away are below.",
        "{n} 名客户有流失风险：活跃概率低于 {limit}。计入这一点，他们合计仍值 {worth}；最先要询问"
        "原因的客户如下。",
    )
    RISK_TABLE = Said(
        "Customers at risk, the most valuable first", "有流失风险的客户，价值高者在前"
    )
    CUSTOMER = Said("customer", "客户")
    DAYS = Said("purchase days", "购买日数")
    LAST = Said("last purchase", "最近购买")
    ACTIVE = Said("active", "仍活跃")
    EXPECTED = Said("expected purchases", "预期购买次数")
    SPEND = Said("spend per purchase", "每次消费")
    VALUE = Said("value", "价值")
    NOTE = Said(
        "Active: probability. Expected purchases and value: within {horizon}.",
        "仍活跃：概率。预期购买次数与价值：{horizon}以内。",
    )
    MODEL = Said(
        "Purchases: {model}, {parameters}; time in {unit}s, purchases of one day are one.",
        "购买：{model}，{parameters}；时间单位为{unit}，同一天的购买算一次。",
    )
    PARAMETER = Said("{name} {value} ({ends})", "{name} {value}（{ends}）")
    OF_ALIVE = Said("Active customers: {method}.", "仍活跃的客户：{method}。")
    OF_PURCHASES = Said("Expected purchases: {method}.", "预期购买次数：{method}。")
    GAMMA = Said(
        "Spend: Gamma-Gamma (Fader & Hardie 2013), {parameters}; fitted to the {n} "
        "{n:customer|customers} who came back. It takes spend and frequency as unrelated; their "
        "correlation here is {correlation}.",
        "消费：Gamma-Gamma (Fader & Hardie 2013)，{parameters}；用 {n} 名回头客拟合。模型假定消费"
        "与频率无关；"
        "这里两者的相关系数为 {correlation}。",
    )
    CONVENTION = Said(
        "Lifetime value: {convention}; past spend is not in it.",
        "顾客终身价值：{convention}；不含过去的消费。",
    )
    OF_VALUE = Said("Lifetime value: {method}.", "顾客终身价值：{method}。")
    ONCE = Said(
        "{share} of the customers bought only once, and {model} counts all of them as active: they "
        "are not in the number of active customers, and their value is an upper bound. With "
        'purchase_model = "MBGNBD" in [transactions] customers can leave after the first purchase '
        "already.",
        "{share} 的客户只买过一次，{model} 把他们全部算作仍活跃：他们不计入仍活跃的客户数，其价值"
        '只是上限。在 [transactions] 中用 purchase_model = "MBGNBD"，客户在第一次购买之后就可能'
        "流失。",
    )
    CORRELATED = Said(
        "Spend and frequency are correlated ({correlation}), which Gamma-Gamma takes to be "
        "unrelated: values of frequent customers may be off.",
        "消费与频率相关（{correlation}），而 Gamma-Gamma 假定两者无关："
        "频繁购买客户的价值可能有偏差。",
    )


class Segments:
    """Segments by recency and frequency."""

    TITLE = Said("Segments by recency and frequency", "按最近购买和购买频率划分的客户群")
    BEST = Said(
        "{n} {n:customer is a champion|customers are champions} ({share}): they bought recently "
        "and often{held}.",
        "{n} 名客户是冠军客户（{share}）：近期购买且购买频繁{held}。",
    )
    LEAVING = Said(
        "{n} ({share}) used to buy often and {n:has|have} been silent for longer than most{held}.",
        "{n} 名（{share}）曾经购买频繁，但沉默的时间比多数客户长{held}。",
    )
    HOLD = Said(", and hold {share} of {what}", "，占{what}的 {share}")
    OF_VALUE = Said("the value", "价值")
    OF_SPEND = Said("the spend", "消费")
    PICTURE = Said(
        "Segments: their share of the customers beside what they hold.",
        "各客户群：客户占比，以及所占的份额。",
    )
    SHOWN = Said("Share of customers: {described}.", "客户占比：{described}。")
    SEGMENT = Said("segment", "客户群")
    CUSTOMERS = Said("customers", "客户")
    SHARE = Said("share", "占比")
    INTERVAL = Said("95 % interval", "95% 置信区间")
    SILENT = Said("days since last purchase", "距最近购买的天数")
    DAYS = Said("purchase days", "购买日数")
    SHARE_OF = Said("share of {what}", "占{what}")
    TABLE = Said("Segments of {n} {n:customer|customers}", "{n} 名客户的客户群")
    NOTE = Said("Days: means. 95 % intervals: Wilson.", "天数：均值。95% 置信区间：Wilson 法。")
    CONVENTION = Said(
        "Segments: scores of 1 to 5 of the days since the last purchase and of the purchase days, "
        "equal for equal customers; the names come from practice, no study derives them, and they "
        "say what customers did, not what they will do.",
        "客户群：距最近购买的天数和购买日数各计 1 至 5 分，相同的客户得分相同；名称来自实践，没有"
        "研究推导过；它们说明客户做过什么，而不是将要做什么。",
    )
