"""Words and sentences of the details in English and 中文,side by side."""

from __future__ import annotations

from custvalue._report.language import Said


class Shared:
    """What several parts say."""

    ANSWERS = Said("{n} {n:answer|answers}", "{n} 份回答")
    RESPONDENTS = Said("{n} {n:respondent|respondents}", "{n} 名受访者")
    NO_INTERVAL = Said("no interval for one respondent", "只有一名受访者，没有区间")
    SCALE = Said("scale {scale}", "量表 {scale}")
    INDEX = Said(
        ", or {value} on a scale from 0, the worst, to 100, the best",
        "，折算为 0（最差）至 100（最好）量表上的 {value}",
    )
    BEST_ANSWERS = Said("best {n} answers", "最好的 {n} 项回答")
    BEST_ANSWER = Said("best answer", "最好的 1 项回答")
    ONE_OF = Said("one of the best {n} answers", "最好的 {n} 项回答之一")
    THE_BEST = Said("the best answer", "最好的 1 项回答")
    EXCLUDED = Said(
        "{n} {n:respondent|respondents} gave no answer that {what} needs and {n:is|are} not in it.",
        "{n} 名受访者没有给出{what}所需的回答，不计在内。",
    )
    WEIGHTED = Said(
        "Answers are weighted by the column '{column}': {n} {n:respondent|respondents} are worth "
        "{effective} of a simple random sample (Kish's effective n).",
        "回答按 {column} 列加权：{n} 名受访者相当于简单随机抽样的 {effective} 名（Kish "
        "有效样本量）。",
    )
    WEIGHTS = Said(
        "Weights are sampling weights; intervals count them by Taylor linearisation.",
        "权重为抽样权重；区间用泰勒线性化计入权重。",
    )
    NO_SURVEY = Said(
        "The study describes a survey, but none was given, so that part is missing.",
        "研究文件描述了调查，但没有提供数据，因此该部分缺失。",
    )
    NO_LOG = Said(
        "The study describes transactions, but none were given, so that part is missing.",
        "研究文件描述了交易，但没有提供数据，因此该部分缺失。",
    )
    NO_LIFETIME = Said(
        "The study has no [lifetime] (horizon, annual_discount_rate, margin): what customers are "
        "worth is missing, and expected purchases are for {next}.",
        "研究文件没有 [lifetime]（horizon、annual_discount_rate、margin）：客户价值缺失，预期购买次"
        "数按 {next} 计算。",
    )


class Quality:
    """Service quality."""

    TITLE = Said("Service quality: what was expected, what was perceived", "服务质量：期望与感知")
    PERCEIVED_TITLE = Said("Service quality as perceived", "感知的服务质量")
    PICTURE = Said(
        "Gap of each dimension: what customers perceived minus what they expected.",
        "各维度的差距：客户的感知减去期望。",
    )
    OF = Said("{name} {gap}", "{name}{gap}")
    GAPS = Said("Gaps: {described}.", "差距：{described}。")
    GAP = Said("Service quality gap (SERVQUAL)", "服务质量差距 (SERVQUAL)")
    PERCEIVED = Said("Perceived quality (SERVPERF)", "感知质量 (SERVPERF)")
    BASIS = Said("{range}; {respondents}; {scale}", "{range}；{respondents}；{scale}")
    RELIABILITY = Said(
        "SERVQUAL: perceptions alone (SERVPERF, the column “perceived”) are more reliable than "
        "gaps "
        "and predict satisfaction better (Cronin & Taylor 1992); read both.",
        "SERVQUAL：单独的感知分数（SERVPERF，“感知”列）比差距更可靠，也更能预测满意度"
        "（Cronin & Taylor 1992）；请两者都看。",
    )
    SERVPERF = Said(
        "SERVPERF: the overall score is the mean over all items alike; expectations were not "
        "asked, "
        "so there are no gaps.",
        "SERVPERF：总分是所有题项的均值；没有询问期望，因此没有差距。",
    )
    CONVENTION = Said("SERVQUAL: {convention}", "SERVQUAL：{convention}")
    SHORT_OF = Said(
        "{gap} points on the scale {scale}: the service as perceived falls short of what customers "
        "expect ({range}; {respondents}).",
        "感知的服务比客户期望{gap}（量表 {scale}；{range}；{respondents}）。",
    )
    EXCEEDS = Said(
        "{gap} points on the scale {scale}: the service as perceived exceeds what customers expect "
        "({range}; {respondents}).",
        "感知的服务比客户期望{gap}（量表 {scale}；{range}；{respondents}）。",
    )
    SAME = Said(
        "{gap} points on the scale {scale}: the service as perceived cannot be told apart from "
        "what "
        "customers expect ({range}; {respondents}).",
        "感知的服务与客户期望没有显著差异：{gap}（量表 {scale}；{range}；{respondents}）。",
    )
    WEIGHTED = Said(
        " Weighted by what customers call important it is {gap} ({range}).",
        "按客户认为的重要性加权，{gap}（{range}）。",
    )
    ONE = Said("One dimension was asked: {dimension}.", "只询问了一个维度：{dimension}。")
    EVEN = Said("The gap of every dimension is {gap}.", "各维度的差距相同：比期望{gap}。")
    EXTREMES = Said(
        "The {lowest} is in {worst}, the {highest} in {best}.",
        "{lowest}：{worst}；{highest}：{best}。",
    )
    LARGEST_SHORTFALL = Said("largest shortfall", "不足最大")
    SMALLEST_SURPLUS = Said("smallest surplus", "超出最小")
    LARGEST_SURPLUS = Said("largest surplus", "超出最大")
    SMALLEST_SHORTFALL = Said("smallest shortfall", "不足最小")
    POINTS = Said(", {points} of 100 importance points", "，重要性 {points} 分")
    DIMENSION = Said("{name} ({gap}{points})", "{name}（{gap}{points}）")
    BY_DIMENSION = Said("By dimension, with 95 % intervals", "按维度（95% 置信区间）")
    WEAKEST = Said(
        "Where to begin: the {n} weakest items, of {all}", "从哪里开始：{all} 个题项中最弱的 {n} 个"
    )
    BOTH = Said("perceptions and expectations of", "感知和期望")
    PERCEPTIONS = Said("perceptions of", "感知")
    BASE = Said(
        "{n} {n:respondent|respondents} gave {what} {items} {items:item|items} in {dimensions} "
        "{dimensions:dimension|dimensions} on the scale {scale} ({instrument}).",
        "{n} 名受访者在量表 {scale} 上评价了 {dimensions} 个维度共 {items} 个题项的"
        "{what}（{instrument}）。",
    )
    MORE = Said(
        " {n} more {n:respondent|respondents} missed an answer and {n:is|are} excluded.",
        "另有 {n} 名受访者缺少回答，不计在内。",
    )
    UNKNOWN = Said(
        " {n} “don't know” {n:is|are} not counted as answers.", "{n} 个“不清楚”不算作回答。"
    )
    MEAN = Said(
        "{mean} on the scale {scale} is the mean quality as perceived ({range}; "
        "{respondents}){index}.",
        "感知质量的均值为 {mean}（量表 {scale}；{range}；{respondents}）{index}。",
    )
    SPREAD = Said(
        "The weakest dimension is {worst} ({low}), the strongest {best} ({high}).",
        "最弱的维度是{worst}（{low}），最强的是{best}（{high}）。",
    )
    MEANS_PICTURE = Said(
        "Mean perception of each dimension, over the whole scale.", "各维度的感知均值（全量表）。"
    )
    MEANS = Said("Means: {described}.", "均值：{described}。")


class Indices:
    """Satisfaction and recommendation."""

    TITLE = Said("Satisfaction and recommendation", "满意与推荐")
    NPS = Said(
        "{score} is the Net Promoter Score ({range}; {answers}): {promoters} promoters (9-10) "
        "minus "
        "{detractors} detractors (0-6).",
        "净推荐值 (NPS) 为 {score}（{range}；{answers}）：推荐者（9-10 分）{promoters}，减去贬损者"
        "（0-6 分）{detractors}。",
    )
    NPS_PICTURE = Said("Would recommend: shares of the respondents.", "推荐意愿：受访者占比。")
    NPS_SHOWN = Said(
        "{detractors} detractors, {passives} passives, {promoters} promoters.",
        "贬损者 {detractors}，中立者 {passives}，推荐者 {promoters}。",
    )
    NPS_LABEL = Said("Net Promoter Score", "净推荐值 (NPS)")
    NPS_BASIS = Said("{range}; {answers}", "{range}；{answers}")
    NPS_CONVENTION = Said(
        "Net Promoter Score: promoters answer 9-10, detractors 0-6; {method}.",
        "净推荐值：推荐者回答 9-10 分，贬损者 0-6 分；{method}。",
    )
    OF_NPS = Said("the Net Promoter Score", "净推荐值")
    OF_CSAT = Said("the share of satisfied customers", "满意客户占比")
    OF_MET = Said("the comparison with expectations", "与期望的比较")
    OF_INDEX = Said("the satisfaction index", "满意度指数")
    OF_EFFORT = Said("the customer effort score", "客户费力度")
    CSAT = Said(
        "{share} are satisfied: they gave {best} on the scale {scale} (95 % interval "
        "{ends}; {answers}). The mean answer is {mean}{index}.",
        "{share} 的客户满意：他们选择了量表 {scale} 上{best}（95% 置信区间 {ends}；"
        "{answers}）。"
        "回答均值为 {mean}{index}。",
    )
    CSAT_ENDS = Said("{low} to {high} %", "{low}% 至 {high}%")
    CSAT_BASIS = Said(
        "{best} of the scale {scale}; 95 % interval {ends}",
        "量表 {scale} 上{best}；95% 置信区间 {ends}",
    )
    CSAT_LABEL = Said("Satisfied customers (CSAT)", "满意客户 (CSAT)")
    CSAT_CONVENTION = Said(
        "CSAT: satisfied customers gave {best}; {method}.",
        "CSAT：选择{best}算作满意；{method}。",
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
        "满意度比期望{difference}（量表 {scale}；{respondents}{ends}）：{verdict}。",
    )
    THEN = Said("; {range}", "；{range}")
    SAME = Said("the same answer", "回答相同")
    APART = Said("at most {band} points apart", "相差不超过 {band} 分")
    MET_CONVENTION = Said(
        "Expectations met: perceived minus expected; “as expected” means {band}; the group is "
        "judged "
        "by the interval of the mean, not by the mean.",
        "期望是否满足：感知减去期望；“符合期望”指{band}；按均值的区间判断组别，而不按均值本身。",
    )
    EFFORT = Said(
        "{share} found it easy (95 % interval {ends}; {answers}). The mean answer is {mean} on the "
        "scale {scale}, {direction}{index}.",
        "{share} 的客户觉得省力（95% 置信区间 {ends}；{answers}）。回答均值为 {mean}（量表 "
        "{scale}，"
        "{direction}）{index}。",
    )
    EFFORT_BASIS = Said("{best} of the scale {scale}", "量表 {scale} 上{best}")
    EFFORT_LABEL = Said("Easy for customers (CES)", "客户觉得省力 (CES)")
    EFFORT_CONVENTION = Said("Customer effort: {method}.", "客户费力度：{method}。")
    CSI = Said(
        "{value} of 100 is the customer satisfaction index ({ends}; {respondents}): the scores "
        "below, "
        "weighted by importance.",
        "客户满意度指数 (CSI) 为 {value}（满分 100；{ends}；{respondents}）："
        "下列得分按重要性加权。",
    )
    CSI_LABEL = Said("Satisfaction index (CSI), 0-100", "客户满意度指数 (CSI)，0-100")
    CSI_CONVENTION = Said(
        "Satisfaction index: 100 (answer - worst) / (best - worst) with the ends of the scale, not "
        "of the answers; importance: {weighting}.",
        "满意度指数：100 ×（回答 - 最差）/（最好 - 最差），以量表的两端为准，而不以回答的两端为准；"
        "重要性：{weighting}。",
    )


class Features:
    """Kano's method."""

    TITLE = Said("Features, by Kano's method", "功能分类（卡诺模型）")
    M = Said("Of all features these must be there: {names}.", "必备：{names}。")
    O = Said("Of all features these pay by how well they are done: {names}.", "期望：{names}。")
    A = Said("Of all features these delight: {names}.", "魅力：{names}。")
    I = Said("Of all features these leave customers indifferent: {names}.", "无差异：{names}。")
    R = Said("Of all features these are unwelcome: {names}.", "反向：{names}。")
    Q = Said("Of all features these were not understood: {names}.", "可疑：{names}。")
    PICTURE = Said(
        "How much each feature adds when it is there (up), and takes away when it is not (right).",
        "每项功能在具备时增加多少满意（向上），在缺少时减少多少满意（向右）。",
    )
    SHOWN = Said("Categories: {described}.", "类别：{described}。")
    BASE = Said(
        "{n} {n:respondent|respondents} judged {items} {items:feature|features}.",
        "{n} 名受访者评价了 {items} 项功能。",
    )
    CONVENTION = Said("Kano: {convention}", "卡诺：{convention}")


class KeyDrivers:
    """What matters to customers."""

    TITLE = Said("What matters to customers: key drivers", "客户看重什么：关键驱动因素")
    FIRST = Said(
        "{share} of what all items explain of {overall} goes to {item} ({range}); the probability "
        "that it is the most important one is {probability}.",
        "在各题项对“{overall}”的解释中，{item} 占 {share}（{range}），它最重要的概率为 "
        "{probability}。",
    )
    FIRST_BY_SIZE = Said(
        "{share} is the importance of {item} for {overall} ({range}); the probability that it is "
        "the most important one is {probability}.",
        "{item} 对“{overall}”的重要性为 {share}（{range}），它最重要的概率为 {probability}。",
    )
    WHOLE = Said(
        "{share} of its variance is explained by all items together ({range}; {respondents}).",
        "各题项共同解释其方差的 {share}（{range}；{respondents}）。",
    )
    CHANCE = Said(
        "Not beyond chance, at 95 %, is the importance of {names}.",
        "以下题项的重要性在 95% 水平上未超出偶然：{names}。",
    )
    SUPPRESSED = Said(
        "Coefficient and correlation have different signs (suppression), so look twice at {names}.",
        "以下题项的回归系数与相关系数符号相反（抑制效应），请再核对：{names}。",
    )
    PICTURE = Said(
        "Importance of each item, the most important first.", "各题项的重要性，最重要的在前。"
    )
    SHOWN = Said("Importance: {described}.", "重要性：{described}。")
    BASE = Said(
        "{n} {n:respondent|respondents} answered {overall} and all {items} items behind it.",
        "{n} 名受访者回答了“{overall}”及其全部 {items} 个题项。",
    )
    CONVENTION = Said(
        "Key drivers: probabilities of ranks from {resamples} resamples of the respondents, chance "
        "from {permutations} permutations.",
        "关键驱动因素：排名的概率来自对受访者的 {resamples} 次重抽样，偶然水平来自 "
        "{permutations} 次置换。",
    )
    NOT_FOUND = Said("Nothing tells which items matter: {reason}", "无法判断哪些题项重要：{reason}")


class Offers:
    """Delivered value."""

    TITLE = Said("Delivered value against rivals", "顾客让渡价值：与竞争对手比较")
    ASSUMED = Said(
        "Delivered value: the offers are assumptions, entered in the study file as they are "
        "judged, "
        "without a sample, so they have no interval.",
        "顾客让渡价值：各方案是研究文件中录入的假设，没有样本，因此没有区间。",
    )
    UNSURE = Said(
        "Delivered value: the offers are assumptions, entered in the study file as they are "
        "judged, without a sample; intervals and probabilities are those of the distributions "
        "that were entered.",
        "顾客让渡价值：各方案是研究文件中录入的假设，没有样本；区间和概率来自录入的分布。",
    )
    PICTURE = Said(
        "What each offer is worth to a customer, and what it costs, by its parts.",
        "每个方案给客户的价值和成本，按构成分解。",
    )
    BASIS = Said(
        "assumed: value minus cost to the customer; rivals: {rivals}",
        "假设：顾客总价值减去顾客总成本；竞争对手：{rivals}",
    )
    LABEL = Said("Delivered value of {name}", "{name}的让渡价值")
    OWN = Said(
        "{amount} is what {name} delivers: worth {value} to a customer, at a total cost of {cost}.",
        "{name}的让渡价值为 {amount}：顾客总价值 {value}，顾客总成本 {cost}。",
    )
    SAME = Said(
        "{amount} is what {name} delivers, just as much.", "{name}的让渡价值为 {amount}，一样多。"
    )
    LESS = Said(
        "{amount} is what {name} delivers, {difference} less.",
        "{name}的让渡价值为 {amount}，少 {difference}。",
    )
    MORE = Said(
        "{amount} is what {name} delivers, {difference} more.",
        "{name}的让渡价值为 {amount}，多 {difference}。",
    )
