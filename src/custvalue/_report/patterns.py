"""Patterns of the sentences of the library in 中文; what is in brackets is kept."""

from __future__ import annotations

from custvalue._report.words_of_chain import PATTERNS_OF_CHAIN
from custvalue._report.words_of_complaints import PATTERNS_OF_COMPLAINTS
from custvalue._report.words_of_drivers import PATTERNS_OF_DRIVERS
from custvalue._report.words_of_loyalty import PATTERNS_OF_LOYALTY
from custvalue._report.words_of_structural import PATTERNS_OF_STRUCTURAL
from custvalue._report.words_of_tiers import PATTERNS_OF_TIERS
from custvalue._report.words_of_value import PATTERNS_OF_VALUE
from custvalue._report.words_of_visits import PATTERNS_OF_VISITS

N = r"([-−\d.,e+]+)"
PATTERNS: dict[str, str] = {
    **PATTERNS_OF_COMPLAINTS,
    **PATTERNS_OF_DRIVERS,
    **PATTERNS_OF_LOYALTY,
    **PATTERNS_OF_STRUCTURAL,
    **PATTERNS_OF_TIERS,
    **PATTERNS_OF_VALUE,
    **PATTERNS_OF_VISITS,
    **PATTERNS_OF_CHAIN,
    r"([\d.,]+) (day|week|month|quarter|year)s?": "{0} {1}",
    r"(\d+) %": "{0}%",
    # intervals and methods
    r"95 % interval, (.+); of a group alone not corrected\.": (
        "95% 置信区间，{0}；单个组别的区间未校正。"
    ),
    rf"{N} % interval, score(.*)": "{0}% 置信区间，得分法{1}",
    rf"{N} % interval, mover, score(.*)": "{0}% 置信区间，MOVER 法，得分法{1}",
    rf"{N} % interval, (.+)": "{0}% 置信区间，{1}",
    r"simultaneous for (\d+) pairs \((.+)\)": "{0} 对同时成立（{1}）",
    r"(\d+) clusters": "{0} 个群",
    r"Segments of ([\d,]+) customers?; lines are 95 % intervals": (
        "{0} 名客户的客户群；线段为 95% 置信区间"
    ),
    rf"{N} degrees of freedom": "自由度 {0}",
    rf"{N} to {N} degrees of freedom": "自由度 {0} 至 {1}",
    # service quality
    r"gap = perception - expectation, below 0 is a shortfall; overall = mean of the (\d+) "
    r"dimension "
    r"gaps, not of the items\.": (
        "差距 = 感知 - 期望，低于 0 为不足；总分 = {0} 个维度差距的均值，而不是题项的均值。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+): rely on the perceptions "
    r"for (.+) "
    r"\(Peter, Churchill & Brown 1993\)\. Neither are the perceptions reliable \(alpha\) for (.+): "
    r"rely on neither there\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。其中{1:、}请用感知分数"
        "（Peter, Churchill & Brown 1993）。{2} 的感知分数也不可靠 (α)，两者都不宜使用。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+): rely on the perceptions there "
    r"\(Peter, Churchill & Brown 1993\)\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。请用感知分数 (Peter, Churchill & Brown 1993)。"
    ),
    r"The difference score is unreliable \(below 0\.70\) for (.+)\. Neither are the perceptions "
    r"reliable \(alpha\) for (.+): rely on neither there\.": (
        "以下维度的差距分数不可靠（低于 0.70）：{0}。{1} 的感知分数也不可靠 (α)，两者都不宜使用。"
    ),
    r"The reliability of the difference score is unknown for (.+): it needs two items, two "
    r"respondents, and answers that differ\.": (
        "以下维度的差距分数可靠性未知：{0}。至少需要两个题项、两名受访者，且回答不全相同。"
    ),
    rf"(tangibles|reliability|responsiveness|assurance|empathy) {N}": "{0} {1}",
    r"Gap in points of the scale (.+): below 0 customers got less than expected": (
        "差距（量表 {0} 的分数）：低于 0 表示低于客户期望"
    ),
    r"Mean perception, scale (.+)": "感知均值，量表 {0}",
    r"Lines are 95 % intervals; (.+) respondents?": "线段为 95% 置信区间；{0} 名受访者",
    r"Lines are 95 % intervals; (.+)": "线段为 95% 置信区间；{0}",
    r"gap = expectation - perception \(lower answers are better\), below 0 is a shortfall; overall "
    r"= mean of the (\d+) dimension gaps, not of the items\.": (
        "差距 = 期望 - 感知（回答越低越好），低于 0 为不足；总分 = {0} 个维度差距的均值，"
        "而不是题项的均值。"
    ),
    r"Mean perception on the scale (.+)": "感知均值，量表 {0}",
    # trends and groups
    rf"Trend of (.+): {N} \[{N}, {N}\] per (\w+), P (.+)": "{0}的趋势：每{4} {1} [{2}, {3}]，P {5}",
    rf"Line: weights (.+), standard error {N} from (\w+) variance; (.+)\.": (
        "趋势线：权重 {0}，标准误 {1}，来自{2}方差；{3}。"
    ),
    r"Changes: (.+)\.": "变化：{0}。",
    r"Scatter about the line: (.+?)\. The waves scatter more than sampling explains; use "
    r"variance='residual'\.": (
        "围绕趋势线的离散：{0}。各期次的离散超出抽样所能解释的范围；请用 variance='residual'。"
    ),
    r"Scatter about the line: (.+)\.": "围绕趋势线的离散：{0}。",
    rf"(χ²\(\d+\) = {N}), P (.+), Wald, about the line": "{0}，P {2}，Wald 检验，相对于趋势线",
    r"all answers of every group are equal, so that groups cannot be told from chance\. Compare "
    r"shares, such as the top box\.": (
        "每个组别的回答都全部相同，无法与偶然区分。请比较占比，例如高分占比。"
    ),
    r"the waves have no (?:variance|scatter about the line), so the standard error of the slope is "
    r"unknown\. .+": "各期次没有离散，因此斜率的标准误未知。请收集不全相同的回答，或只报告各期次。",
    r"(?:wave|group|\w+) ('.+'|\d+) has 1 (?:respondent|answer), which does not show how much "
    r"answers vary\. .+": "{0} 只有 1 份回答，无法说明回答的离散程度。请剔除它，或与其他合并。",
    r"(?:wave|group|\w+) ('.+'|\d+) has no standard error\. Leave it out, .+": (
        "{0} 没有标准误。请剔除它，或收集更多回答。"
    ),
    r"two groups of (.+) are called (.+), one of them (.+)\. Give labels without commas\.": (
        "{0} 有两个组别都叫 {1}。请使用不含逗号的名称。"
    ),
    r"(?:answers: )?an interval needs at least 2 respondents, but there is (.+)\. .+": (
        "区间至少需要 2 名受访者。请只报告数值，或收集更多回答。"
    ),
    r"mean: (.+)": "{0} 的均值",
    r"(\d+ clusters|\d+ to \d+ clusters): (.+?)\.(?: (Fewer than 10: .+))?": "{0}：{1}。{2}",
    r"(\d+) to (\d+) clusters": "{0} 至 {1} 个群",
    rf"design effect {N} to {N}": "设计效应 {0} 至 {1}",
    rf"design effect {N}": "设计效应 {0}",
    rf"intraclass correlation {N} to {N}": "组内相关 {0} 至 {1}",
    rf"intraclass correlation {N}": "组内相关 {0}",
    r"One cluster: estimated from its respondents, and says nothing about others\.": (
        "只有一个群：估计来自群内的受访者，不能说明其他群。"
    ),
    r"League table of (\d+) groups, (.+)": "{0} 个组别的排名表：{1}",
    r"Comparison of (\d+) groups, (.+)": "{0} 个组别的比较：{1}",
    rf"Groups: mean {N}, standard deviation {N} between them beyond chance\.": (
        "组别：均值 {0}，扣除偶然之后组别之间的标准差 {1}。"
    ),
    r"P worst, best: to be truly among the (\d+) (?:lowest|highest), or the (\d+) at the other "
    r"end\.": "属于最差、最好的概率：真正处于最差的 {0} 个，或另一端的 {1} 个。",
    r"95 % intervals, own: score\. (Shrunken .+)": "95% 置信区间，自身：得分法。{0}",
    r"95 % intervals, own: (.+?)\. (Shrunken .+)": "95% 置信区间，自身：{0}。{1}",
    r"95 % intervals\. (Shrunken .+)": "95% 置信区间。{0}",
    r"To others: the group minus the others, weighted by respondents\. Adjusted P: (.+)\.": (
        "与其他之差：组别减去其他组别，按受访者加权。校正后 P：{0}。"
    ),
    r"Benjamini and Hochberg, false discovery rate": "Benjamini-Hochberg 错误发现率",
    r"Too few answers, and left out of the tests: (.+) and ([\d,]+) more\.": (
        "回答太少，未列入检验：{0:、}，另有 {1} 个。"
    ),
    r"Too few answers, and left out of the tests: (.+)\.": "回答太少，未列入检验：{0:、}。",
    r"(All equal: .+\. )?n: (.+)\.": "{0}n：{1:、}。",
    r"All equal: (.+)\. ": "全部相等：{0}。",
    r"Left out: (.+)\.": "未计入：{0}。",
    r"([\d,]+) respondents? \((.+)\)": "{0} 名受访者（{1}）",
    # who answered
    r"([\d,]+(?: of [\d,]+)? respondents?); (.+)\.": "{0}；{1}。",
    r"([\d,]+) of ([\d,]+) respondents?": "{1} 名受访者中的 {0} 名",
    r"missing='(\w+)': (.+)": "缺失回答的处理为 {0}：{1}",
    r"([\d,]+) excluded \((.+)\)": "排除 {0} 名（{1}）",
    r"(missing answer|too few answers|weight 0|earlier answer of the customer): ([\d,]+)": (
        "{0} {1} 名"
    ),
    r"([\d,]+) missing answers? \((.+)\)": "{0} 个缺失回答（{1}）",
    r"([\d,]+) missing answers?": "{0} 个缺失回答",
    r"(perceptions|expectations|functional|dysfunctional|importance) ([\d,]+)": "{0} {1} 个",
    r"([\d,]+) don't know": "{0} 个“不清楚”",
    r"([\d,]+) respondents?": "{0} 名受访者",
    r"… ([\d,]+) more": "……另有 {0} 个",
    r"All pairs: (.+)\.": "全部配对：{0}。",
    # satisfaction
    rf"{N}: (\d+) %": "{0}：{1}%",
    rf"Net Promoter Score {N}, 95 % interval {N} to {N}, (.+) answers?": (
        "净推荐值 {0}，95% 置信区间 {1} 至 {2}，{3} 份回答"
    ),
    r"Detractors \(0-6\) (\d+) %": "贬损者 (0-6) {0}%",
    r"Passives \(7-8\) (\d+) %": "中立者 (7-8) {0}%",
    r"Promoters \(9-10\) (\d+) %": "推荐者 (9-10) {0}%",
    r"Disconfirmation: perception - expectation, scale (.+), band ±(.+)": (
        "期望差异：感知 - 期望，量表 {0}，容差 ±{1}"
    ),
    r"Group: (\w+), by the 95 % interval against the band\.": (
        "组别：{0}，按 95% 置信区间与容差比较。"
    ),
    r"95 % intervals: t, (.+); shares: wilson\.": "95% 置信区间：t，{0}；占比：Wilson 法。",
    r"95 % intervals: t; shares: wilson\.": "95% 置信区间：t；占比：Wilson 法。",
    r"([\d,]+) respondents?, no missing answers\.": "{0} 名受访者，没有缺失回答。",
    r"No ratio: every respondent has an answer of 0\.": "没有比值：每名受访者都有为 0 的回答。",
    r"The ratio excludes ([\d,]+) respondents? with an answer of 0\.": (
        "比值不含回答为 0 的 {0} 名受访者。"
    ),
    r"One respondent, (\w+); that decides nothing about a group\.": (
        "只有一名受访者（{0}）；无法判断组别。"
    ),
    r"95 % intervals of shares: wilson\.": "占比的 95% 置信区间：Wilson 法。",
    r"No ratio: (.+) has no true zero, so it would depend on where the scale starts\.": (
        "没有比值：量表 {0} 没有真正的零点，比值取决于量表的起点。"
    ),
    r"Customer effort score, (.+), scale (.+), (higher is better|lower is better)": (
        "客户费力度 (CES)，{0}，量表 {1}，{2}"
    ),
    r"easy, (\d+) best answers?": "省力，最好的 {0} 项回答",
    r"95 % intervals: share wilson, means beta\.": (
        "95% 置信区间：占比用 Wilson 法，均值用 beta 分布。"
    ),
    rf"Standard deviation {N}\. Answers: (.+)\.": "标准差 {0}。回答：{1}。",
    rf"Customer satisfaction index {N}": "客户满意度指数 {0}",
    rf"Form 'scale': 0 at {N} and 100 at {N}\.": "形式：量表的 {0} 为 0，{1} 为 100。",
    r"Importance: (.+)\. 95 % intervals, beta\.": "重要性：{0}。95% 置信区间：beta 分布。",
    r"stated by respondents, (.+)": "由受访者给出，{0}",
    rf"Importance divided by the sum, {N}\.": "重要性除以总和 {0}。",
    r"all (\d+) answers lie between (\d+) and (\d+): that looks like a scale other than 0-10, on "
    r"which a net promoter score means nothing\. If the question was asked on 0 to 10, use .+": (
        "全部 {0} 份回答都在 {1} 至 {2} 之间：看来不是 0-10 的量表，净推荐值在其他量表上没有意义。"
        "请核对题目；若不是 0-10，请改用 [survey.satisfaction]。"
    ),
    # Kano
    r"(\S+) \(like\), (\S+) \(must-be\), (\S+) \(neutral\), (\S+) \(live-with\), (\S+) "
    r"\(dislike\)": "{0}（喜欢）、{1}（理应如此）、{2}（无所谓）、{3}（可以忍受）、{4}（不喜欢）",
    r"Category by (\w+), ties by M > O > A > I > R > Q; rule M>O>A>I: the first within "
    r"(.+) % of the "
    r"largest; evaluation table: (.+); answers: (.+)\. Better = (.+), worse = (.+)\.": (
        "类别按{0}规则，并列时按 M > O > A > I > R > Q；规则 M>O>A>I：与最大者相差不超过 "
        "{1}% 的第一个；"
        "评价表：{2}；回答的编码：{3}；改善系数 = {4}，恶化系数 = {5}。"
    ),
    r"More than (.+) % of the answers are questionable for (.+): respondents may not have "
    r"understood the questions\.": "{1} 有超过 {0}% 的可疑回答：受访者可能没有理解题目。",
    r"The most frequent category is R for (.+): check that the functional and the dysfunctional "
    r"question are not swapped(?:, and that .+)?\.": (
        "{0} 最常见的类别是反向 (R)：请核对正向题与反向题是否对调，以及 codes 的方向。"
    ),
    r"Two or more categories are equally frequent for (.+); the first of M > O > A > I > R > Q is "
    r"taken\.": "{0} 有两个或更多类别同样常见；取 M > O > A > I > R > Q 中的第一个。",
    r"Better and worse do not exist for (.+): all answers are R or Q\.": (
        "{0} 没有改善与恶化系数：全部回答为 R 或 Q。"
    ),
    r"(.+) correlates? negatively with the other items of (.+?), in (perceptions|expectations|"
    r"perceptions and in expectations)\. .+": (
        "{1}中的题项 {0:、} 在{2}上与其他题项负相关：若题目措辞方向相反，请先反向计分；否则请删去。"
    ),
    r"(.+) correlates? negatively with the other items of (.+?)\. .+": (
        "{1}中的题项 {0:、} 与其他题项负相关：若题目措辞方向相反，请先反向计分；否则请删去。"
    ),
    r"(\w+): the data cannot tell (.+)": "{0}：数据无法确定部分参数，因此没有标准误。",
    r"(\w+): the search stopped after (\d+) steps with .+": (
        "{0}：优化在 {1} 步后停止，没有收敛。请核对时间单位、客户数量与异常值，或改用更简单的模型。"
    ),
    r"(\w+): k = (\d+) fits best of 1 to k_max = (\d+), so a larger k may fit better\. .+": (
        "{0}：在 1 至 {2} 中 k = {1} 拟合最好，更大的 k 可能更好。"
    ),
    r"Better and worse exclude R and Q: (.+) % of the answers to an item on average, (.+) "
    r"% at most "
    r"\((.+)\)\.": "改善与恶化系数不含 R 和 Q：平均占每个题项回答的 {0}%，最多 {1}%（{2}）。",
    r"n is not known, so there are no intervals and no tests\.": "n 未知，因此没有区间和检验。",
    r"95 % intervals of better and worse: wilson(.*)\.": (
        "改善与恶化系数的 95% 置信区间：Wilson 法{0}。"
    ),
    r", linearised for weights": "，按权重线性化",
    r"(\w+): these customers look like subscribers: ([\d,]+) of the ([\d,]+) with at least (\d+) "
    r"intervals between purchases buy at nearly equal ones, usually every (.+?)\. A model of .+": (
        "{0}：这些客户像是订户：至少有 {3} 个购买间隔的 {2} 名客户中，{1} 名的间隔几乎相等，"
        "通常为 {4}。没有合同的模型只能从沉默猜测谁已流失。如果有合同，请用 lifetime.Contracts 和 "
        "ShiftedBetaGeometric；如果没有，请与 MBGCNBD 比较。"
    ),
    r"GammaGompertzNBD: its forecasts cannot be trusted\. It expects (\S+ %) of .+ within a time "
    r"of (.+), beside the oldest age seen, (.+); nothing was .+ of (\w+) is only (.+) lower\. .+": (
        "GammaGompertzNBD 的预测不可信：它预计仍在的客户中有 {0} 在 {1} 的时间内流失，而观察到的"
        "最大年龄为 {2}；{3} 的对数似然只低 {4}。请用 {3}。"
    ),
    r"(\w+): its forecasts cannot be trusted\. In this fit customers leave at the first chance .+ "
    r"Observe for longer than (.+), or read .+": (
        "{0} 的预测不可信：在这个拟合中，客户要么第一次就流失，要么永不流失（a 和 b 接近 0）。"
        "请观察比 {1} 更久的时间，或把更远的预测看作上限。"
    ),
    r"at_risk never names ([\d,]+) of ([\d,]+) customers?: .+": (
        "有流失风险的名单不含 {1} 名客户中的 {0} 名：按购买模型的定义，他们的活跃概率为 1。"
        "请改用 MBGNBD 或 ParetoNBD。"
    ),
    # reading
    r"(.+) has labels that read alike and count as different: (.+?)(?: \(and .+\))?\. If they .+": (
        "{0} 有看起来相同却算作不同的值：{1:、}。如果含义相同，请先统一写法。"
    ),
    r"the weights are whole numbers, (.+) on average, and no two of the ([\d,]+) rows are alike: "
    r"that looks like a table of counts, of (.+) answers and not of [\d,]+\. .+": (
        "权重是整数，平均 {0}，且 {1} 行互不相同：看来是 {2} 份回答的频数表，而不是 {1} 名受访者。"
        "请给出每名受访者一行的表；如果确实是抽样权重，请除以其均值：这不改变任何估计。"
    ),
    r"(.+): column (\d+) has no name and is left out, though it holds (.+?)\. If the question .+": (
        "{0}：第 {1} 列没有名称，未读取，但其中有 {2}。如果左边的题目跨到这一列，"
        "请用 header_rows=2；否则请给这一列命名，或清空它。"
    ),
    r"(.+): all names of columns are numbers, the first (.+?)\. If the file has no header, .+": (
        "{0}：所有列名都是数字，第一个是 {1}。如果文件没有表头，"
        "第一名受访者就丢失了：请添加一行列名。"
    ),
    r"(.+) has one column, (.+), by delimiter=(.+?), but (\d+) columns by (.+?)\. If they .+": (
        "{0} 按 delimiter={2} 只有一列 {1}，但按 {4} 有 {3} 列。如果是多列，请不要写 delimiter。"
    ),
    r"(.+): (encoding=.+? reads .+?), which makes no sense\. Perhaps (.+)\.": (
        "{0}：{1}，没有意义。也许是{2}。"
    ),
    r"(encoding=.+?), or (encoding=.+)": "{0}，或{1}",
    r"encoding='(.+?)' reads (.+)": "编码 {0} 读作 {1}",
    # offers
    rf"value − cost {N}": "价值 − 成本 {0}",
    r"against (.+)": "与{0}相比",
    r"Difference and ratio rank the offers alike; best: (.+)\.": (
        "差额与比值的排名一致；最好：{0}。"
    ),
    r"In (.+)\.": "单位：{0}。",
    r"Difference and ratio disagree: offers that tie by one differ by the other\.": (
        "差额与比值不一致：按其中一个并列的方案，按另一个并不相同。"
    ),
    r"Difference and ratio disagree: (.+) has the higher delivered value \((.+) against (.+)\), "
    r"(.+) the higher value-to-cost ratio \((.+) against (.+)\)\.": (
        "差额与比值不一致：{0}的让渡价值较高（{1}，对比 {2}），"
        "{3}的价值成本比较高（{4}，对比 {5}）。"
    ),
    # customers
    r"([\d,]+) customers, ([\d,.]+) of them expected to be active": (
        "{0} 名客户，预计其中 {1} 名仍活跃"
    ),
    r"the best 20 % hold (\d+) %": "最好的 20% 占 {0}%",
    r"Value within (.+) of ([\d,]+) customers": "{1} 名客户在 {0} 内的价值",
    # the error of a part, below all others
    r"\w+ ('.+?'|\d+): (.+)": "{0}：{1}",
}
