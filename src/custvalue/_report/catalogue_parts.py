"""Words and sentences of the details in English and 中文,side by side."""

from __future__ import annotations

from custvalue._report.language import Said


class Shared:
    """What several parts say."""

    ANSWERS = Said("{n} {n:answer|answers}", "{n} 份回答")
    RESPONDENTS = Said("{n} {n:respondent|respondents}", "{n} 名受访者")
    NO_INTERVAL = Said("no interval for one respondent", "只有一名受访者,没有区间")
    SCALE = Said("scale {scale}", "量表 {scale}")
    INDEX = Said(
        ", or {value} on a scale from 0, the worst, to 100, the best",
        ",折算为 0(最差)至 100(最好)分制的 {value}",
    )
    BEST_ANSWERS = Said("{n} {n:answer|answers}", "{n} 项")
    BEST_ANSWER = Said("answer", "1 项")
    EXCLUDED = Said(
        "{n} {n:respondent|respondents} gave no answer that {what} needs and {n:is|are} not in it.",
        "{n} 名受访者没有给出{what}所需的回答,不计在内。",
    )
    WEIGHTED = Said(
        "Answers are weighted by the column '{column}': {n} {n:respondent|respondents} are worth "
        "{effective} of a simple random sample (Kish's effective n).",
        "回答按 {column} 列加权:{n} 名受访者相当于简单随机抽样的 {effective} 名(Kish 有效样本量)。",
    )
    WEIGHTS = Said(
        "Weights are sampling weights; intervals count them by Taylor linearisation.",
        "权重为抽样权重;区间用泰勒线性化计入权重。",
    )
    NO_SURVEY = Said(
        "The study describes a survey, but none was given, so that part is missing.",
        "研究文件描述了调查,但没有提供数据,因此缺少该部分。",
    )
    NO_LOG = Said(
        "The study describes transactions, but none were given, so that part is missing.",
        "研究文件描述了交易,但没有提供数据,因此缺少该部分。",
    )
    NO_LIFETIME = Said(
        "The study has no [lifetime] (horizon, annual_discount_rate, margin): what customers are "
        "worth is missing, and expected purchases are for {next}.",
        "研究文件没有 [lifetime](horizon、annual_discount_rate、margin):缺少客户价值,预期购买次"
        "数以 {next}计。",
    )


class Quality:
    """Service quality."""

    TITLE = Said("Service quality: what was expected, what was perceived", "服务质量:期望与感知")
    PERCEIVED_TITLE = Said("Service quality as perceived", "感知的服务质量")
    PICTURE = Said(
        "Gap of each dimension: what customers perceived minus what they expected.",
        "各维度的差距:客户的感知减去期望。",
    )
    GAPS = Said("Gaps: {described}.", "差距:{described}。")
    GAP = Said("Service quality gap (SERVQUAL)", "服务质量差距 (SERVQUAL)")
    PERCEIVED = Said("Perceived quality (SERVPERF)", "感知质量 (SERVPERF)")
    BASIS = Said("{range}; {respondents}; {scale}", "{range};{respondents};{scale}")
    RELIABILITY = Said(
        "SERVQUAL: perceptions alone (SERVPERF, the column “perceived”) are more reliable than "
        "gaps "
        "and predict satisfaction better (Cronin & Taylor 1992); read both.",
        "SERVQUAL:单独的感知分数(SERVPERF,“感知”列)比差距更可靠,也更能预测满意度"
        "(Cronin & Taylor 1992);请两者都看。",
    )
    SERVPERF = Said(
        "SERVPERF: the overall score is the mean over all items alike; expectations were not "
        "asked, "
        "so there are no gaps.",
        "SERVPERF:总分是所有题项的均值;没有询问期望,因此没有差距。",
    )
    CONVENTION = Said("SERVQUAL: {convention}", "SERVQUAL:{convention}")
    SHORT_OF = Said(
        "{gap} points on the scale {scale}: the service as perceived falls short of what customers "
        "expect ({range}; {respondents}).",
        "总差距为 {gap} 分(量表 {scale}):感知的服务低于客户期望({range};{respondents})。",
    )
    EXCEEDS = Said(
        "{gap} points on the scale {scale}: the service as perceived exceeds what customers expect "
        "({range}; {respondents}).",
        "总差距为 {gap} 分(量表 {scale}):感知的服务超出客户期望({range};{respondents})。",
    )
    SAME = Said(
        "{gap} points on the scale {scale}: the service as perceived cannot be told apart from "
        "what "
        "customers expect ({range}; {respondents}).",
        "总差距为 {gap} 分(量表 {scale}):感知的服务与客户期望没有显著差异({range};{respondents})。",
    )
    WEIGHTED = Said(
        " Weighted by what customers call important it is {gap} ({range}).",
        "按客户认为的重要性加权为 {gap}({range})。",
    )
    ONE = Said("One dimension was asked: {dimension}.", "只询问了一个维度:{dimension}。")
    EVEN = Said("The gap of every dimension is {gap}.", "各维度的差距都是 {gap}。")
    EXTREMES = Said(
        "The {lowest} is in {worst}, the {highest} in {best}.",
        "{lowest}:{worst};{highest}:{best}。",
    )
    LARGEST_SHORTFALL = Said("largest shortfall", "不足最大")
    SMALLEST_SURPLUS = Said("smallest surplus", "超出最小")
    LARGEST_SURPLUS = Said("largest surplus", "超出最大")
    SMALLEST_SHORTFALL = Said("smallest shortfall", "不足最小")
    POINTS = Said(", {points} of 100 importance points", ",重要性 {points} 分(满分 100)")
    DIMENSION = Said("{name} ({gap}{points})", "{name}({gap}{points})")
    BY_DIMENSION = Said("By dimension, with 95 % intervals", "按维度(95% 置信区间)")
    WEAKEST = Said(
        "Where to begin: the {n} weakest items, of {all}", "从哪里开始:{all} 个题项中最弱的 {n} 个"
    )
    BOTH = Said("perceptions and expectations of", "感知和期望")
    PERCEPTIONS = Said("perceptions of", "感知")
    BASE = Said(
        "{n} {n:respondent|respondents} gave {what} {items} {items:item|items} in {dimensions} "
        "{dimensions:dimension|dimensions} on the scale {scale} ({instrument}).",
        "{n} 名受访者在量表 {scale} 上评价了 {dimensions} 个维度共 {items} 个题项的"
        "{what}({instrument})。",
    )
    MORE = Said(
        " {n} more {n:respondent|respondents} missed an answer and {n:is|are} excluded.",
        "另有 {n} 名受访者漏答,不计在内。",
    )
    UNKNOWN = Said(
        " {n} “don't know” {n:is|are} not counted as answers.", "{n} 个“不清楚”不算作回答。"
    )
    MEAN = Said(
        "{mean} on the scale {scale} is the mean quality as perceived ({range}; "
        "{respondents}){index}.",
        "感知质量的均值为 {mean}(量表 {scale};{range};{respondents}){index}。",
    )
    SPREAD = Said(
        "The weakest dimension is {worst} ({low}), the strongest {best} ({high}).",
        "最弱的维度是{worst}({low}),最强的是{best}({high})。",
    )
    MEANS_PICTURE = Said(
        "Mean perception of each dimension, over the whole scale.", "各维度的感知均值(全量表)。"
    )
    MEANS = Said("Means: {described}.", "均值:{described}。")


class Indices:
    """Satisfaction and recommendation."""

    TITLE = Said("Satisfaction and recommendation", "满意与推荐")
    NPS = Said(
        "{score} is the Net Promoter Score ({range}; {answers}): {promoters} promoters (9-10) "
        "minus "
        "{detractors} detractors (0-6).",
        "净推荐值 (NPS) 为 {score}({range};{answers}):推荐者(9-10 分){promoters},减去贬损者"
        "(0-6 分){detractors}。",
    )
    NPS_PICTURE = Said("Would recommend: shares of the respondents.", "推荐意愿:受访者占比。")
    NPS_SHOWN = Said(
        "{detractors} detractors, {passives} passives, {promoters} promoters.",
        "贬损者 {detractors},中立者 {passives},推荐者 {promoters}。",
    )
    NPS_LABEL = Said("Net Promoter Score", "净推荐值 (NPS)")
    NPS_BASIS = Said("{range}; {answers}", "{range};{answers}")
    NPS_CONVENTION = Said(
        "Net Promoter Score: promoters answer 9-10, detractors 0-6; {method}.",
        "净推荐值:推荐者回答 9-10 分,贬损者 0-6 分;{method}。",
    )
    OF_NPS = Said("the Net Promoter Score", "净推荐值")
    OF_CSAT = Said("the share of satisfied customers", "满意客户占比")
    OF_MET = Said("the comparison with expectations", "与期望的比较")
    OF_INDEX = Said("the satisfaction index", "满意度指数")
    OF_EFFORT = Said("the customer effort score", "客户费力度")
    CSAT = Said(
        "{share} are satisfied: they gave one of the best {best} on the scale {scale} (95 % "
        "interval "
        "{ends}; {answers}). The mean answer is {mean}{index}.",
        "{share} 的客户满意:他们选择了量表 {scale} 上最好的 {best}(95% 置信区间 {ends};{answers})。"
        "回答均值为 {mean}{index}。",
    )
    CSAT_ENDS = Said("{low} to {high} %", "{low}% 至 {high}%")
    CSAT_BASIS = Said(
        "best {best} of the scale {scale}; 95 % interval {ends}",
        "量表 {scale} 上最好的 {best};95% 置信区间 {ends}",
    )
    CSAT_LABEL = Said("Satisfied customers (CSAT)", "满意客户 (CSAT)")
    CSAT_CONVENTION = Said(
        "CSAT: the best {best} count as satisfied; {method}.",
        "CSAT:最好的 {best}算作满意;{method}。",
    )
    LESS = Said("less than customers had expected", "低于客户期望")
    AS = Said("what customers had expected", "符合客户期望")
    MORE = Said("more than customers had expected", "超出客户期望")
    UNCERTAIN = Said(
        "not certainly more or less than customers had expected", "与客户期望没有显著差异"
    )
    MET = Said(
        "{difference} points lie between satisfaction and what was expected on the scale {scale} "
        "({respondents}{ends}): {verdict}.",
        "满意度与期望相差 {difference} 分(量表 {scale};{respondents}{ends}):{verdict}。",
    )
    THEN = Said("; {range}", ";{range}")
    SAME = Said("the same answer", "回答相同")
    APART = Said("at most {band} points apart", "相差不超过 {band} 分")
    MET_CONVENTION = Said(
        "Expectations met: perceived minus expected; “as expected” means {band}; the group is "
        "judged "
        "by the interval of the mean, not by the mean.",
        "期望是否满足:感知减去期望;“符合期望”指{band};按均值的区间判断群体,而不按均值本身。",
    )
    EFFORT = Said(
        "{share} found it easy (95 % interval {ends}; {answers}). The mean answer is {mean} on the "
        "scale {scale}, {direction}{index}.",
        "{share} 的客户觉得省力(95% 置信区间 {ends};{answers})。回答均值为 {mean}(量表 {scale},"
        "{direction}){index}。",
    )
    EFFORT_BASIS = Said("best {best} of the scale {scale}", "量表 {scale} 上最好的 {best}")
    EFFORT_LABEL = Said("Easy for customers (CES)", "客户觉得省力 (CES)")
    EFFORT_CONVENTION = Said("Customer effort: {method}.", "客户费力度:{method}。")
    CSI = Said(
        "{value} of 100 is the customer satisfaction index ({ends}; {respondents}): the scores "
        "below, "
        "weighted by importance.",
        "客户满意度指数 (CSI) 为 {value}(满分 100;{ends};{respondents}):下列得分按重要性加权。",
    )
    CSI_LABEL = Said("Satisfaction index (CSI), 0-100", "客户满意度指数 (CSI),0-100")
    CSI_CONVENTION = Said(
        "Satisfaction index: 100 (answer - worst) / (best - worst) with the ends of the scale, not "
        "of the answers; importance: {weighting}.",
        "满意度指数:100 ×(回答 - 最差)/(最好 - 最差),以量表的两端为准,而不以回答的两端为准;"
        "重要性:{weighting}。",
    )


class Features:
    """Kano's method."""

    TITLE = Said("Features, by Kano's method", "功能分类(卡诺模型)")
    M = Said("Of all features these must be there: {names}.", "必备:{names}。")
    O = Said("Of all features these pay by how well they are done: {names}.", "期望:{names}。")
    A = Said("Of all features these delight: {names}.", "魅力:{names}。")
    I = Said("Of all features these leave customers indifferent: {names}.", "无差异:{names}。")
    R = Said("Of all features these are unwelcome: {names}.", "反向:{names}。")
    Q = Said("Of all features these were not understood: {names}.", "可疑:{names}。")
    PICTURE = Said(
        "How much each feature adds when it is there (up), and takes away when it is not (right).",
        "每项功能在具备时增加多少满意(向上),在缺少时减少多少满意(向右)。",
    )
    SHOWN = Said("Categories: {described}.", "类别:{described}。")
    BASE = Said(
        "{n} {n:respondent|respondents} judged {items} {items:feature|features}.",
        "{n} 名受访者评价了 {items} 项功能。",
    )
    CONVENTION = Said("Kano: {convention}", "卡诺:{convention}")


class Offers:
    """Delivered value."""

    TITLE = Said("Delivered value against rivals", "顾客让渡价值:与竞争对手比较")
    ASSUMED = Said(
        "Delivered value: the offers are assumptions, entered in the study file as they are "
        "judged, "
        "without a sample, so they have no interval.",
        "顾客让渡价值:各方案是研究文件中录入的假设,没有样本,因此没有区间。",
    )
    PICTURE = Said(
        "What each offer is worth to a customer, and what it costs, by its parts.",
        "每个方案给客户的价值和成本,按构成分解。",
    )
    BASIS = Said(
        "value minus cost to the customer; rivals: {rivals}",
        "顾客总价值减去顾客总成本;竞争对手:{rivals}",
    )
    LABEL = Said("Delivered value of {name}", "{name}的让渡价值(假设)")
    OWN = Said(
        "{amount} is what {name} delivers: worth {value} to a customer, at a total cost of {cost}.",
        "{name}的让渡价值为 {amount}:顾客总价值 {value},顾客总成本 {cost}。",
    )
    SAME = Said(
        "{amount} is what {name} delivers, just as much.", "{name}的让渡价值为 {amount},一样多。"
    )
    LESS = Said(
        "{amount} is what {name} delivers, {difference} less.",
        "{name}的让渡价值为 {amount},少 {difference}。",
    )
    MORE = Said(
        "{amount} is what {name} delivers, {difference} more.",
        "{name}的让渡价值为 {amount},多 {difference}。",
    )


class Link:
    """Satisfaction and value together."""

    TITLE = Said("Satisfaction and value together", "满意与价值的关系")
    NOT_CAUSAL = Said(
        "These are differences between groups of respondents, not effects: customers who differ in "
        "satisfaction may differ in other ways. The intervals count how the respondents of a group "
        "differ, not the uncertainty of the models.",
        "这些是受访者群体之间的差异,不是因果效应:满意度不同的客户在其他方面也可能不同。"
        "区间只计入群体内受访者的差异,不计入模型的不确定性。",
    )
    PROMOTERS = Said("promoters (9-10)", "推荐者 (9-10)")
    PASSIVES = Said("passives (7-8)", "中立者 (7-8)")
    DETRACTORS = Said("detractors (0-6)", "贬损者 (0-6)")
    SATISFIED = Said("satisfied", "满意")
    NOT_SATISFIED = Said("not satisfied", "不满意")
    TOO_FEW = Said(
        "Value is not compared by answers: that takes two groups with at least {fewest} "
        "respondents "
        "who could be found among the customers of the log, but there are {sizes}.",
        "没有按回答比较价值:这需要两个群体,各有至少 {fewest} 名能在交易客户中找到的受访者,但实"
        "际为 {sizes}。",
    )
    LABEL = Said("Value of {name}", "{name}的价值")
    BASIS = Said(
        "against {value} for {name}; average of each group", "{name}为 {value};各群体的均值"
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
        "{n} 名客户回答了不止一次,每次回答都算作一名受访者:区间过窄。请在 [survey] 中用 "
        "repeats = 'latest' "
        "加 date = '…',或 repeats = 'cluster'。",
    )
    AVERAGE = Said("{value} ({name}, {n})", "{name} {value}({n} 名)")
    AVERAGES = Said(
        "{values} is what an average respondent of each group is worth.",
        "各群体受访者的平均价值:{values}。",
    )
    FIXED = Said(
        "{first} and {last} differ by {apart} a customer; values do not vary within the two "
        "groups, "
        "so there is no interval.",
        "{first}与{last}每名客户相差 {apart};两个群体内部价值没有差异,因此没有区间。",
    )
    DIFFER = Said(
        "{first} and {last} differ by {apart} a customer (95 % interval {low} to {high}, "
        "{method}).",
        "{first}与{last}每名客户相差 {apart}(95% 置信区间 {low} 至 {high},{method})。",
    )
    ALIKE = Said(
        "{first} and {last} cannot be told apart: they differ by {apart} a customer (95 % interval "
        "{low} to {high}, {method}).",
        "{first}与{last}没有显著差异:每名客户相差 {apart}(95% 置信区间 {low} 至 {high},{method})。",
    )
    RESPONDENTS = Said("respondents", "受访者")
    ACTIVE = Said("still active", "仍活跃")
    AVERAGE_VALUE = Said("average value{unit}", "平均价值{unit}")
    LOW = Said("low", "下限")
    HIGH = Said("high", "上限")
    NOTE = Said("Still active: probability. 95 % intervals: t.", "仍活跃:概率。95% 置信区间:t。")
    TABLE = Said("Value within {horizon}, by answer", "按回答划分的价值({horizon}以内)")
    TABLE_PLAIN = Said("Value by answer", "按回答划分的价值")


class Base:
    """Customers and their value."""

    TITLE = Said("Customers, and what they are worth", "客户及其价值")
    BOUGHT = Said(
        "{n} {n:customer|customers} bought on {days} purchase {days:day|days} up to {end}; "
        "{back} of "
        "them ({share}) came back at least once.",
        "截至 {end},{n} 名客户共有 {days} 个购买日;其中 {back} 名({share})至少回来过一次。",
    )
    EXCLUDED = Said(" Excluded, as the study says: {left}.", "按研究文件排除:{left}。")
    LEFT = Said("{n} {n:transaction|transactions} {what}", "{n} 笔{what}交易")
    AFTER_END = Said("after the end of observation", "观察期结束之后的")
    RETURNS = Said("with negative spend", "金额为负的")
    ZERO = Said("with zero spend", "金额为零的")
    DUPLICATES = Said("that repeat another one", "重复的")
    NOTHING_LEFT = Said(
        " Of {n} {n:customer|customers} nothing was left.", "有 {n} 名客户因此没有剩余交易。"
    )
    ALIVE = Said(
        "Of {n} {n:customer|customers} an estimated {alive} are still active on {end}{ends}.",
        "截至 {end},{n} 名客户中估计有 {alive} 名仍活跃{ends}。",
    )
    IN_BRACKETS = Said(" ({range})", "({range})")
    THEN = Said("; {range}", ";{range}")
    ALIVE_BASIS = Said("of {n} {n:customer|customers}{ends}", "共 {n} 名客户{ends}")
    ALIVE_LABEL = Said("Customers still active", "仍活跃的客户")
    BACK_ONLY = Said(
        "{n} of them bought only once. The model {model} counts every one of these as active, "
        "because it lets customers leave only after a repeat purchase: for them the number is an "
        "upper bound. Of the {back} {back:customer|customers} who came back, an estimated {alive} "
        "are still active.",
        "其中 {n} 名只买过一次。{model} 模型把他们全部算作活跃,因为它只允许客户在重复购买之后流失:"
        "对他们来说这个数字是上限。在 {back} 名回头客中,估计有 {alive} 名仍活跃。",
    )
    BOTH = Said(
        "Of the {back} {back:customer|customers} who came back, an estimated {alive} are still "
        "active; of the {n} who bought only once, {once}.",
        "在 {back} 名回头客中,估计有 {alive} 名仍活跃;在 {n} 名一次性客户中,估计有 {once} 名。",
    )
    HISTOGRAM = Said(
        "How likely the customers who came back at least once are to be customers still. Those on "
        "the left have fallen silent for longer than their own rhythm explains.",
        "回头客仍是客户的概率。左边的客户沉默的时间超出了他们自己的购买节奏。",
    )
    HISTOGRAM_SHOWN = Said(
        "Customers by probability of being active: {described}.",
        "按活跃概率划分的客户:{described}。",
    )
    AT = Said("{n} at {name}", "{name} 有 {n} 名")
    WORTH = Said(
        "{purchases} They make the customer base worth {worth} today{ends}, at a margin of "
        "{margin} "
        "and discounted at {rate} a year.",
        "{purchases}按毛利率 {margin}、年折现率 {rate} 计算,客户资产今天值 {worth}{ends}。",
    )
    PURCHASES = Said(
        "{total} purchases are expected within {horizon}{ends}.",
        "{horizon}内预期购买 {total} 次{ends}。",
    )
    VALUE_ENDS = Said("95 % interval {low} to {high}", "95% 置信区间 {low} 至 {high}")
    VALUE_BASIS = Said("within {horizon}, {margin} margin", "{horizon}以内,毛利率 {margin}")
    VALUE_LABEL = Said("Value of the customer base", "客户资产的价值")
    CONCENTRATION = Said(
        "{best} of this value belongs to the most valuable 20 % of the customers. The average "
        "customer is worth {average}.",
        "价值最高的 20% 的客户占总价值的 {best}。平均每名客户值 {average}。",
    )
    CURVE = Said(
        "How the value is spread: the further above the dashed line, the more it depends on few "
        "customers.",
        "价值的分布:曲线高出虚线越多,价值就越依赖少数客户。",
    )
    CURVE_SHOWN = Said("Of the value {described}.", "价值分布:{described}。")
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
        "{n} 名客户有流失风险:活跃概率低于 {limit}。计入这一点,他们合计仍值 {worth};最先要询问"
        "原因的客户如下。",
    )
    RISK_TABLE = Said("Customers at risk, the most valuable first", "有流失风险的客户,价值高者在前")
    CUSTOMER = Said("customer", "客户")
    DAYS = Said("purchase days", "购买日数")
    LAST = Said("last purchase", "最近购买")
    ACTIVE = Said("active", "活跃概率")
    EXPECTED = Said("expected purchases", "预期购买次数")
    SPEND = Said("spend per purchase", "每次消费")
    VALUE = Said("value", "价值")
    NOTE = Said(
        "Active: probability. Expected purchases and value: within {horizon}.",
        "预期购买次数与价值:{horizon}以内。",
    )
    MODEL = Said(
        "Purchases: {model}, {parameters}; time in {unit}s, purchases of one day are one.",
        "购买:{model},{parameters};时间单位为{unit},同一天的购买算一次。",
    )
    OF_ALIVE = Said("Active customers: {method}.", "活跃客户:{method}。")
    OF_PURCHASES = Said("Expected purchases: {method}.", "预期购买次数:{method}。")
    GAMMA = Said(
        "Spend: Gamma-Gamma (Fader & Hardie 2013), {parameters}; fitted to the {n} "
        "{n:customer|customers} who came back. It takes spend and frequency as unrelated; their "
        "correlation here is {correlation}.",
        "消费:Gamma-Gamma (Fader & Hardie 2013),{parameters};用 {n} 名回头客拟合。模型假定消费"
        "与频率无关;"
        "这里两者的相关系数为 {correlation}。",
    )
    CONVENTION = Said(
        "Lifetime value: {convention}; past spend is not in it.",
        "顾客终身价值:{convention};不含过去的消费。",
    )
    OF_VALUE = Said("Lifetime value: {method}.", "顾客终身价值:{method}。")
    ONCE = Said(
        "{share} of the customers bought only once, and {model} counts all of them as active. Read "
        "the number of active customers, and their value, as upper bounds, or use purchase_model = "
        '"MBGNBD" in [transactions]: there customers can leave after the first purchase already.',
        "{share} 的客户只买过一次,{model} 把他们全部算作活跃。请把活跃客户数及其价值看作上限,或"
        "在 [transactions] "
        '中用 purchase_model = "MBGNBD":在该模型中客户在第一次购买之后就可能流失。',
    )
    CORRELATED = Said(
        "Spend and frequency are correlated ({correlation}), which Gamma-Gamma takes to be "
        "unrelated: values of frequent customers may be off.",
        "消费与频率相关({correlation}),而 Gamma-Gamma 假定两者无关:频繁购买客户的价值可能有偏差。",
    )
