"""Questionnaires on what customers value, in wordings of our own, English and 中文.

What is asked follows the sources that each names; labels and wordings are our own short
paraphrases. Where results are to be compared with published ones, use the published wording.
Sources are graded: A (several independent studies), B (one study), practice (training material and
handbooks; no study is known).
"""

from __future__ import annotations

from custvalue._delivered_value.hierarchy import Element, Hierarchy
from custvalue._respondents.instrument import Item

Question = tuple[str, str, str, str]  # label, 中文, wording, 中文 wording


def _element(name: str, chinese: str, *questions: Question) -> Element:
    items = tuple(
        Item(name=label, chinese=label_zh, wording=wording, wording_chinese=wording_zh)
        for label, label_zh, wording, wording_zh in questions
    )
    return Element(name=name, chinese=chinese, items=items)


PERVAL = Hierarchy(
    name="PERVAL, perceived value",
    source=(
        "Four dimensions and their 19 questions follow Sweeney & Soutar (2001), Journal of "
        "Retailing 77(2), in wordings of our own. Evidence grade: A."
    ),
    elements=(
        _element(
            "emotional value",
            "情感价值",
            ("enjoyment", "喜爱", "I enjoy it.", "我喜欢它。"),
            ("wish to use", "想用", "It makes me want to use it.", "它让我想去使用。"),
            ("ease of mind", "安心", "I am at ease when I use it.", "使用时我感到安心。"),
            ("good feeling", "愉快", "It leaves me with a good feeling.", "它让我心情愉快。"),
            ("delight", "乐趣", "Using it is a pleasure.", "使用它是一种乐趣。"),
        ),
        _element(
            "social value",
            "社会价值",
            ("belonging", "被接纳", "It helps me to be accepted.", "它帮助我被他人接纳。"),
            (
                "how others see me",
                "他人看法",
                "Others see me better for it.",
                "它改善他人对我的看法。",
            ),
            ("impression", "好印象", "It makes a good impression.", "它给他人留下好印象。"),
            ("approval", "认可", "People approve of me for having it.", "拥有它会得到他人认可。"),
        ),
        _element(
            "price and value for money",
            "价格价值",
            ("fair price", "价格合理", "Its price is fair.", "它的价格合理。"),
            ("worth the money", "物有所值", "It is worth its money.", "它物有所值。"),
            (
                "good for the price",
                "同价更好",
                "It is good for what it costs.",
                "就价格而言它很好。",
            ),
            ("economical", "经济实惠", "Buying it is economical.", "购买它经济实惠。"),
        ),
        _element(
            "performance and quality",
            "性能质量",
            ("steady quality", "质量稳定", "Its quality is always the same.", "它的质量始终稳定。"),
            ("well made", "做工良好", "It is made well.", "它做工良好。"),
            (
                "acceptable standard",
                "达到标准",
                "It meets the standard that I need.",
                "它达到我需要的标准。",
            ),
            ("good workmanship", "工艺精细", "It was made with skill.", "它工艺精细。"),
            ("durable", "经久耐用", "It will last.", "它经久耐用。"),
            (
                "reliable performance",
                "表现可靠",
                "It works whenever I need it.",
                "需要时它总能正常工作。",
            ),
        ),
    ),
)
"""Sweeney & Soutar's four dimensions of perceived value, 19 items."""

VISIT_DRIVERS = Hierarchy(
    name="Why customers come to the workshop",
    source=(
        "The four drivers and their 25 elements are those of training material for car dealers; "
        "wordings are our own. Evidence grade: practice."
    ),
    elements=(
        _element(
            "convenience",
            "便利性",
            (
                "choice of goods",
                "商品选购",
                "I find all that I need there.",
                "需要的商品都能买到。",
            ),
            (
                "functions",
                "功能",
                "One visit is enough for all services.",
                "一次进厂能办完所有服务。",
            ),
            ("location", "地点", "It is easy to reach.", "地点容易到达。"),
            ("hours", "时间", "It is open when I have time.", "营业时间适合我。"),
            ("information", "信息查询", "I can easily find out what I ask.", "查询信息很方便。"),
            ("payment", "付款", "Paying is simple.", "付款简单方便。"),
        ),
        _element(
            "quality",
            "品质",
            ("operating system", "运作体系", "Work there runs smoothly.", "各环节运作顺畅。"),
            ("qualified staff", "人员素质", "Staff know their trade.", "人员素质高。"),
            ("premises", "厂房设施", "Premises are well equipped.", "厂房设施完善。"),
            (
                "control of work",
                "管制机能",
                "Work is checked before I get the car.",
                "交车前有质量检查。",
            ),
            (
                "standardised service",
                "服务标准化",
                "Service is the same each time.",
                "每次服务都一致。",
            ),
            ("repair skill", "维修技术", "Faults are repaired the first time.", "故障一次修好。"),
            ("equipment and tools", "设备机具", "Tools are up to date.", "设备机具先进。"),
        ),
        _element(
            "trust",
            "信任",
            ("workshop layout", "厂房规划", "I can see how work is done.", "我能看到维修过程。"),
            ("personal service", "人员服务", "Staff serve me sincerely.", "人员服务真诚。"),
            ("accurate records", "资料精确", "Records of my car are correct.", "车辆资料准确。"),
            (
                "customer involvement",
                "顾客参与",
                "I am asked before work is done.",
                "施工前征求我的意见。",
            ),
            ("promises kept", "兑现承诺", "What is promised is done.", "承诺的事都做到。"),
            ("price transparency", "价格透明", "I know the price beforehand.", "价格事先说明。"),
            ("professional work", "专业作业", "Work is done by the rules.", "作业规范专业。"),
        ),
        _element(
            "price and value",
            "价格价值",
            ("better goods", "商品优化", "Goods get better all the time.", "商品不断优化。"),
            ("brand value", "品牌价值", "The brand is worth something to me.", "品牌对我有价值。"),
            ("worth its price", "物有所值", "The service is worth its price.", "服务物有所值。"),
            ("price orientation", "价格取向", "Prices suit me.", "价格适合我。"),
            (
                "distinct service",
                "服务差异",
                "They offer what others do not.",
                "提供别处没有的服务。",
            ),
        ),
    ),
)
"""Convenience, quality, trust and price/value of a dealer's workshop, 25 items."""

SATISFACTION_ELEMENTS = Hierarchy(
    name="Elements of satisfaction",
    source=(
        "Direct elements (product, service) and indirect ones (image) as in Japanese practice of "
        "customer satisfaction; items are our own. Evidence grade: practice."
    ),
    elements=(
        Element(
            name="direct elements",
            chinese="直接要素",
            elements=(
                Element(
                    name="product",
                    chinese="商品",
                    elements=(
                        _element(
                            "hardware",
                            "硬体",
                            ("works well", "性能好", "It does what it should.", "它性能良好。"),
                            ("lasts", "耐用", "It lasts.", "它经久耐用。"),
                            ("looks good", "外观好", "It looks good.", "它外观美观。"),
                        ),
                        _element(
                            "software",
                            "软体",
                            ("easy to use", "易用", "It is easy to use.", "它容易使用。"),
                            ("clear manual", "说明清楚", "Its manual is clear.", "说明书清楚。"),
                            ("good warranty", "保修好", "Its warranty is good.", "保修条款好。"),
                        ),
                    ),
                ),
                Element(
                    name="service",
                    chinese="服务",
                    elements=(
                        _element(
                            "atmosphere",
                            "气氛",
                            ("pleasant rooms", "环境舒适", "The rooms are pleasant.", "环境舒适。"),
                            ("clean rooms", "环境整洁", "The rooms are clean.", "环境整洁。"),
                        ),
                        _element(
                            "reception",
                            "待客态度",
                            ("friendly staff", "态度友好", "Staff are friendly.", "人员态度友好。"),
                            (
                                "attentive staff",
                                "细心周到",
                                "Staff listen to me.",
                                "人员细心倾听。",
                            ),
                        ),
                        _element(
                            "after-sales",
                            "售后资讯",
                            ("follow-up", "售后跟踪", "They ask how it went.", "售后有回访。"),
                            (
                                "useful news",
                                "资讯有用",
                                "Their news are useful.",
                                "提供的资讯有用。",
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Element(
            name="indirect elements",
            chinese="间接要素",
            elements=(
                Element(
                    name="image",
                    chinese="企业形象",
                    elements=(
                        _element(
                            "social contribution",
                            "社会贡献",
                            (
                                "good citizen",
                                "回馈社会",
                                "They do good in society.",
                                "企业回馈社会。",
                            ),
                        ),
                        _element(
                            "environment",
                            "环境保护",
                            ("clean business", "重视环保", "They spare nature.", "企业重视环保。"),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
"""Direct elements (product, service) and indirect ones (image), four levels, 14 items."""

NEEDS = Hierarchy(
    name="Rational, emotional and touching needs",
    source=(
        "Three kinds of needs as in Japanese and Taiwanese service training; items are our own. "
        "Evidence grade: practice."
    ),
    elements=(
        _element(
            "rational needs",
            "理性需求",
            ("problem solved", "解决问题", "My problem was solved.", "我的问题得到解决。"),
            ("right price", "价格合理", "The price was right.", "价格合理。"),
            ("in time", "准时", "It was done in time.", "按时完成。"),
        ),
        _element(
            "emotional needs",
            "感性需求",
            ("liked being there", "喜欢这里", "I liked being there.", "我喜欢这里的感觉。"),
            ("kind treatment", "亲切", "I was treated kindly.", "我受到亲切接待。"),
        ),
        _element(
            "touching needs",
            "感心需求",
            ("more than asked", "超出要求", "They did more than I asked.", "做得比我要求的更多。"),
            ("moved by care", "受到感动", "Their care touched me.", "他们的关怀让我感动。"),
        ),
    ),
)
"""Rational, emotional and touching needs, 7 items."""

INNER_EXPECTATIONS = Hierarchy(
    name="Four inner expectations",
    source=(
        "To be understood, welcome, important and comfortable, as in service training; items are "
        "our own. Evidence grade: practice."
    ),
    elements=(
        _element(
            "understood",
            "被理解",
            ("felt understood", "感到被理解", "I felt understood.", "我感到被理解。"),
        ),
        _element(
            "welcome", "受欢迎", ("felt welcome", "感到受欢迎", "I felt welcome.", "我感到受欢迎。")
        ),
        _element(
            "important",
            "重要",
            ("felt important", "感到被重视", "I felt important.", "我感到被重视。"),
        ),
        _element(
            "comfortable",
            "舒适",
            ("felt comfortable", "感到舒适", "I felt comfortable.", "我感到舒适。"),
        ),
    ),
)
"""What customers expect without saying so: to be understood, welcome, important, comfortable."""

SWITCHING_COSTS = Hierarchy(
    name="Switching costs",
    source=(
        "Three types and their eight facets follow Burnham, Frels & Mahajan (2003), Journal of the "
        "Academy of Marketing Science 31(2), 109-126, with one question each in a wording of our "
        "own. Evidence grade: B."
    ),
    elements=(
        _element(
            "procedural",
            "程序性转换成本",
            (
                "economic risk",
                "经济风险",
                "Another supplier may turn out worse than I expect.",
                "换一家供应商，结果可能比预期差。",
            ),
            (
                "evaluation",
                "评估成本",
                "It takes effort to find and compare other suppliers.",
                "寻找和比较其他供应商很费精力。",
            ),
            (
                "learning",
                "学习成本",
                "I would have to learn how another supplier works.",
                "我需要重新了解另一家供应商的做法。",
            ),
            (
                "setting up",
                "启动成本",
                "It is much work to begin with another supplier.",
                "与另一家供应商开始合作手续很多。",
            ),
        ),
        _element(
            "financial",
            "财务性转换成本",
            (
                "loss of benefits",
                "利益损失",
                "I would lose points or discounts that I have.",
                "我会失去已有的积分或优惠。",
            ),
            ("loss of money", "金钱损失", "A change would cost me money.", "更换会让我多花钱。"),
        ),
        _element(
            "relational",
            "关系性转换成本",
            (
                "loss of people",
                "人际关系损失",
                "I would miss the people who serve me.",
                "我会舍不得为我服务的人。",
            ),
            (
                "loss of the brand",
                "品牌关系损失",
                "I feel close to this brand.",
                "我对这个品牌有感情。",
            ),
        ),
    ),
)
"""What holds customers back from another supplier, 3 types with 8 items."""
