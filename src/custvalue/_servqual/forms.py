"""SERVQUAL as published in 1988 and as revised in 1991: 22 items in five dimensions.

The original statements are copyrighted (Parasuraman, Zeithaml & Berry 1988, *Journal of Retailing*
64(1), appendix; Parasuraman, Berry & Zeithaml 1991, *Journal of Retailing* 67(4), appendix). Labels
and wordings here are our own short paraphrases, in English and Chinese: they say what each item
asks, and are no substitute for the published questionnaire where results are to be compared with
other studies.

How the two forms differ:

* 1988: expectations are normative ("such providers *should* …"); the four items of responsiveness
  and the five of empathy are worded negatively, in both halves, so their answers are recoded.
* 1991: expectations are of an *excellent* provider ("… *will* …"), because "should" had brought
  answers near the end of the scale; all items are worded positively; item 4 (printed matter) and
  item 17 (knowledge) are new, and the items of empathy are in another order.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from custvalue._respondents.instrument import Dimension, Instrument, Item

Form = Literal["1988", "1991"]
Half = Literal["perceptions", "expectations"]


class Phrase(NamedTuple):
    """What an item asks, to be put into a sentence about a provider: "keep records correctly".

    Labels are positive, as answers are recoded on reading; only items that are worded negatively
    have `negative_chinese`, that the provider does not.
    """

    label: str
    chinese: str
    base: str
    base_chinese: str
    negative_chinese: str = ""


_TANGIBLES = (
    Phrase("modern equipment", "设备先进", "have modern equipment", "拥有先进的设备"),
    Phrase("attractive premises", "环境美观", "have premises that please", "拥有美观的场所"),
    Phrase("neat staff", "员工整洁", "have staff who look neat", "做到员工仪容整洁"),
)
_PROMISES = Phrase(
    "promises kept", "信守承诺", "do by the date given what it promised", "按期兑现承诺"
)
_ANNOUNCED = Phrase(
    "done when announced", "按时完成", "serve at the announced time", "在预告的时间提供服务"
)
_COMMON_ASSURANCE = (
    Phrase(
        "staff can be trusted", "员工可信", "have staff whom customers trust", "拥有可信赖的员工"
    ),
    Phrase(
        "dealings feel safe", "交易安心", "make customers feel safe with it", "让顾客在交易中安心"
    ),
    Phrase("courteous staff", "待人有礼", "have staff who stay courteous", "拥有始终有礼的员工"),
)
_TELL, _QUICK = ("say when the work will be done", "告知服务何时完成"), "serve customers quickly"
_INDIVIDUAL = ("see each customer as an individual", "关注每一位顾客")
_CARE = ("have staff who care personally", "拥有亲自关怀顾客的员工")
_INTEREST = ("put the customer's interest first", "把顾客的利益放在首位")

_FORM_1991: dict[tuple[str, str], tuple[Phrase, ...]] = {
    ("tangibles", "有形性"): (
        *_TANGIBLES,
        Phrase(
            "fitting printed matter", "资料得体", "hand out good-looking papers", "提供得体的资料"
        ),
    ),
    ("reliability", "可靠性"): (
        _PROMISES,
        Phrase("problems taken seriously", "诚心解难", "take problems to heart", "诚心解决问题"),
        Phrase("right first time", "一次做好", "do the work well the first time", "一次做好服务"),
        _ANNOUNCED,
        Phrase("correct records", "记录准确", "keep records without mistakes", "保持记录准确无误"),
    ),
    ("responsiveness", "响应性"): (
        Phrase("says when it will be done", "告知时间", *_TELL),
        Phrase("quick service", "服务迅速", _QUICK, "迅速为顾客服务"),
        Phrase("glad to help", "乐于帮助", "be glad to help", "乐于帮助顾客"),
        Phrase("never too busy", "随时回应", "find time for every request", "随时回应顾客的请求"),
    ),
    ("assurance", "保证性"): (
        *_COMMON_ASSURANCE,
        Phrase(
            "staff know the answers", "知识胜任", "have knowledgeable staff", "拥有能解答问题的员工"
        ),
    ),
    ("empathy", "移情性"): (
        Phrase("attention to the individual", "关注个体", *_INDIVIDUAL),
        Phrase(
            "convenient hours", "时间便利", "be open when it suits customers", "在方便的时间营业"
        ),
        Phrase("personal care by staff", "员工关怀", *_CARE),
        Phrase("customer's interest first", "顾客为先", *_INTEREST),
        Phrase(
            "understands special needs", "理解需求", "understand what each needs", "理解每人的需求"
        ),
    ),
}

_FORM_1988: dict[tuple[str, str], tuple[Phrase, ...]] = {
    ("tangibles", "有形性"): (
        *_TANGIBLES,
        Phrase("premises fit the service", "环境相称", "have premises that fit", "拥有相称的环境"),
    ),
    ("reliability", "可靠性"): (
        _PROMISES,
        Phrase(
            "sympathy with problems", "体谅顾客", "be sympathetic to problems", "体谅顾客的难处"
        ),
        Phrase("can be relied on", "值得依靠", "be a provider to rely on", "值得依靠"),
        _ANNOUNCED,
        Phrase("correct records", "记录准确", "keep records correctly", "正确地保存记录"),
    ),
    ("responsiveness", "响应性"): (
        Phrase("says when", "告知时间", *_TELL, "不告知服务何时完成"),
        Phrase("quick service", "服务迅速", _QUICK, "迅速为顾客服务", "不能迅速为顾客服务"),
        Phrase(
            "ready to help",
            "愿意帮助",
            "be ready to help at all times",
            "随时乐于帮助顾客",
            "并不总是乐于帮助顾客",
        ),
        Phrase(
            "finds time to respond",
            "及时回应",
            "respond at once when it is busy",
            "在忙碌时也立即回应",
            "在忙碌时不立即回应",
        ),
    ),
    ("assurance", "保证性"): (
        *_COMMON_ASSURANCE,
        Phrase(
            "staff are backed", "员工获支持", "back its staff in their work", "支持员工做好工作"
        ),
    ),
    ("empathy", "移情性"): (
        Phrase("individual attention", "关注个体", *_INDIVIDUAL, "不关注每一位顾客"),
        Phrase("personal care by staff", "员工关怀", *_CARE, "没有亲自关怀顾客的员工"),
        Phrase(
            "knows needs",
            "了解需求",
            "know what customers need",
            "了解需求",
            "不了解需求",
        ),
        Phrase("customer first", "顾客为先", *_INTEREST, "不把顾客的利益放在首位"),
        Phrase(
            "convenient hours",
            "时间便利",
            "be open when it suits everybody",
            "在方便所有顾客的时间营业",
            "不在方便所有顾客的时间营业",
        ),
    ),
}

_PHRASES = {"1988": _FORM_1988, "1991": _FORM_1991}


def _wording(phrase: Phrase, form: Form, half: Half) -> tuple[str, str]:
    """Put a phrase into a sentence, in English and in Chinese."""
    negative = phrase.negative_chinese
    if half == "perceptions":
        does = _negated(phrase.base) if negative else _third(phrase.base)
        return f"This provider {does}.", f"这家企业{negative or phrase.base_chinese}。"
    if negative:
        return (
            f"Such a provider need not {phrase.base}.",
            f"不必要求这类企业{phrase.base_chinese}。",
        )
    if form == "1988":
        return f"Such a provider should {phrase.base}.", f"这类企业应当{phrase.base_chinese}。"
    return f"An excellent provider will {phrase.base}.", f"优秀的企业会{phrase.base_chinese}。"


def _third(base: str) -> str:
    """Turn "have staff" into "has staff"."""
    verb, _, rest = base.partition(" ")
    third = {"have": "has", "be": "is", "do": "does"}.get(verb, f"{verb}s")
    return f"{third} {rest}"


def _negated(base: str) -> str:
    """Turn "have staff" into "does not have staff"."""
    verb, _, rest = base.partition(" ")
    return f"is not {rest}" if verb == "be" else f"does not {base}"


def _item(number: int, phrase: Phrase, form: Form, half: Half) -> Item:
    wording, chinese = _wording(phrase, form, half)
    return Item(
        name=f"{number}",
        label=phrase.label,
        chinese=phrase.chinese,
        wording=wording,
        wording_chinese=chinese,
        reverse_scored=bool(phrase.negative_chinese),
    )


def _instrument(form: Form, half: Half) -> Instrument:
    numbers = iter(range(1, 23))
    return Instrument(
        name="SERVQUAL" if half == "perceptions" else "SERVQUAL expectations",
        version=form,
        dimensions=tuple(
            Dimension(
                name=name,
                chinese=chinese,
                items=tuple(_item(next(numbers), phrase, form, half) for phrase in phrases),
            )
            for (name, chinese), phrases in _PHRASES[form].items()
        ),
    )


SERVQUAL_1988 = _instrument("1988", "perceptions")
SERVQUAL_1988_EXPECTATIONS = _instrument("1988", "expectations")
SERVQUAL_1991 = _instrument("1991", "perceptions")
SERVQUAL_1991_EXPECTATIONS = _instrument("1991", "expectations")
SERVQUAL = SERVQUAL_1991
