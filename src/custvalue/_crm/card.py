"""The card of one customer: what a CRM screen shows, and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Literal, get_args

from pydantic import SerializationInfo, SerializerFunctionWrapHandler, model_serializer

from custvalue._checks import require_choice
from custvalue._journey.complaint_rules import (
    COMPLAINT_KINDS,
    COMPLAINT_SEVERITIES,
    NOT_CLASSIFIED,
    NOT_CLASSIFIED_IN_CHINESE,
)
from custvalue._journey.follow_up import FOLLOW_UP_RULES
from custvalue._journey.instruments import RECOVERY_JUSTICE, SOCIAL_STYLE
from custvalue._journey.social_styles import STYLES_IN_CHINESE
from custvalue._loyalty.segments import CHINESE as LOYALTY_IN_CHINESE
from custvalue._servqual.forms import SERVQUAL
from custvalue._table import Table
from custvalue._values import Count, Frozen, Level, Record
from custvalue._words import number, percent

Language = Literal["en", "zh"]

INSTRUMENTS = (SERVQUAL, RECOVERY_JUSTICE, SOCIAL_STYLE)
UNITS = MappingProxyType({"day": "天", "week": "周", "month": "个月", "year": "年"})

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "value": "顾客终身价值",
        "P(alive)": "活跃概率",
        "expected purchases": "预期购买次数",
        "tier": "客户分级",
        "last scores": "最近评分",
        "gaps that matter": "重要差距",
        "loyalty": "客户忠诚度",
        "open complaints": "未结投诉",
        "complaints": "投诉",
        "visits": "进厂",
        "call because": "回访原因",
        "social style": "社交风格",
        "known from": "数据来源",
    }
)
"""What a screen shows, with the Chinese label of each line."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "none": "无",
        "borderline": "临界",
        "not sure": "不确定",
        "since": "自",
        "of": "/",
        "last": "最近",
        "prediction": "预测",
        "survey": "调查",
        "styles": "社交风格",
        **{its.name: its.chinese for each in INSTRUMENTS for its in each.dimensions},
        **{its.name: its.chinese for its in FOLLOW_UP_RULES},
        **{its.name: its.chinese for its in COMPLAINT_KINDS},
        **{its.name: its.chinese for its in COMPLAINT_SEVERITIES},
        **LOYALTY_IN_CHINESE,
        **STYLES_IN_CHINESE,
        NOT_CLASSIFIED: NOT_CLASSIFIED_IN_CHINESE,
        "visits": "进厂",
        "complaints": "投诉",
    }
)


@dataclass(frozen=True, slots=True)
class Known(Record):
    """A number with its interval.

    Parameters
    ----------
    value : float
        The number.
    low, high : float or None
        Ends of the interval; absent where none was asked for.
    """

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return number(self.value)
        return f"{number(self.value)} [{number(self.low)}, {number(self.high)}]"


@dataclass(frozen=True, slots=True)
class CardScore(Record):
    """What the customer answered last.

    Parameters
    ----------
    name : str
        The item, or the dimension.
    value : float
        The answer, or the mean of the dimension.
    low, high : float
        Ends of the scale.
    wave : str or None
        When it was, where the survey says so.
    """

    name: str
    value: float
    low: float
    high: float
    wave: str | None = None


@dataclass(frozen=True, slots=True)
class CardGap(Record):
    """A dimension in which this customer got less than expected.

    Parameters
    ----------
    name : str
        The dimension.
    gap : float
        Perception minus expectation in scale points; negative is a shortfall.
    importance : float or None
        Points that the customer gave it, where they were asked.
    """

    name: str
    gap: float
    importance: float | None = None


@dataclass(frozen=True, slots=True)
class OpenComplaint(Record):
    """A complaint that is not closed.

    Parameters
    ----------
    opened : date
        The day of the customer's first word.
    kinds : tuple of str
        What it is about.
    grade : int
        Of the severity, 1 for the mildest.
    severity : str
        How far it went.
    """

    opened: date
    kinds: tuple[str, ...]
    grade: int
    severity: str


class CustomerCard(Frozen):
    """All that is known of one customer.

    What is not known is None, and absent in JSON; an empty tuple says that there is none.

    Parameters
    ----------
    customer : str
        The identifier, as text.
    sources : tuple of str
        Who knows the customer: ``"prediction"``, ``"survey"``, ``"visits"``, ``"complaints"``,
        ``"styles"``.
    value, probability_alive, purchases : Known, optional
        What is expected within the horizon, with intervals.
    horizon : str, optional
        How far ahead.
    level : float, optional
        Of the intervals.
    tier : str, optional
        By value.
    tier_sure : bool, optional
        Whether the whole interval of the value lies within the tier.
    scores : tuple of CardScore, optional
        The last answers.
    gaps : tuple of CardGap, optional
        Gaps that matter: shortfalls of at least the size that was asked for, the greatest times
        importance first.
    loyalty : str, optional
        Type of loyalty.
    loyalty_borderline : bool, optional
        Whether another cut nearby would make it another type.
    complaints : int, optional
        How many there were.
    open_complaints : tuple of OpenComplaint, optional
        The severest first.
    visits : int, optional
        How many there were.
    last_visit : date, optional
        When the last one began.
    call_because : tuple of str, optional
        Names of the rules of follow-up that recent visits meet.
    social_style : str, optional
        Driver, expressive, amiable or analytical.
    style_could_be : tuple of str, optional
        All styles that it could be, the own one first; several make a borderline case.
    """

    REPR: ClassVar[tuple[str, ...]] = ("customer", "value", "tier", "sources")

    customer: str
    sources: tuple[str, ...]
    value: Known | None = None
    probability_alive: Known | None = None
    purchases: Known | None = None
    horizon: str | None = None
    level: Level | None = None
    tier: str | None = None
    tier_sure: bool | None = None
    scores: tuple[CardScore, ...] | None = None
    gaps: tuple[CardGap, ...] | None = None
    loyalty: str | None = None
    loyalty_borderline: bool | None = None
    complaints: Count | None = None
    open_complaints: tuple[OpenComplaint, ...] | None = None
    visits: Count | None = None
    last_visit: date | None = None
    call_because: tuple[str, ...] | None = None
    social_style: str | None = None
    style_could_be: tuple[str, ...] | None = None

    @model_serializer(mode="wrap")
    def _what_is_known(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """Leave out what is not known."""
        written: dict[str, Any] = write(self)
        return written if info.exclude_none else without_none(written)

    def screen(self, language: Language = "en") -> dict[str, str]:
        """Return what a CRM screen shows: label to text, only what is known.

        Parameters
        ----------
        language : {"en", "zh"}
            English, or Chinese: labels and words of the presets are translated, names that you
            gave (items, tiers, rules of your own) stay.

        Raises
        ------
        ParameterError
            If `language` is another one.
        """
        require_choice("language", language, get_args(Language))
        lines = _lines(self, _Words(language))
        found = {label: text for label, text in lines.items() if text is not None}
        if language == "en":
            return found
        return {LABELS[label]: text for label, text in found.items()}

    def _table(self) -> Table:
        return Table(f"Customer {self.customer}", ("", ""), tuple(self.screen().items()))


def without_none(value: Any) -> Any:
    """Return what is written without the fields that are None."""
    if isinstance(value, dict):
        return {name: without_none(its) for name, its in value.items() if its is not None}
    return [without_none(its) for its in value] if isinstance(value, list | tuple) else value


class _Words:
    """Words of a screen in its language."""

    def __init__(self, language: Language) -> None:
        self.chinese = language == "zh"

    def __call__(self, word: str) -> str:
        return WORDS.get(word, word) if self.chinese else word

    def joined(self, parts: Any) -> str:
        """Return parts with semicolons between; "none" where there are none."""
        words = [self(part) for part in parts]
        return ("；" if self.chinese else "; ").join(words) or self("none")

    def in_brackets(self, text: str, note: str) -> str:
        """Return a text with a note, where there is one."""
        if not note:
            return text
        return f"{text}（{self(note)}）" if self.chinese else f"{text} ({self(note)})"


def _lines(card: CustomerCard, words: _Words) -> dict[str, str | None]:
    """Return all lines, None where nothing is known."""
    lines: dict[str, tuple[Any, Callable[[Any], str]]] = {
        "value": (card.value, lambda its: _with_horizon(its, card, words)),
        "P(alive)": (card.probability_alive, str),
        "expected purchases": (card.purchases, lambda its: _with_horizon(its, card, words)),
        "tier": (card.tier, lambda its: _doubted(its, card.tier_sure is False, "not sure", words)),
        "last scores": (card.scores, lambda its: _scores(its, words)),
        "gaps that matter": (
            card.gaps,
            lambda gaps: words.joined(_gap(its, words) for its in gaps),
        ),
        "loyalty": (
            card.loyalty,
            lambda its: _doubted(its, card.loyalty_borderline is True, "borderline", words),
        ),
        "open complaints": (
            card.open_complaints,
            lambda cases: words.joined(_complaint(its, words) for its in cases),
        ),
        "visits": (card.visits, lambda _: _visits(card, words)),
        "call because": (card.call_because, words.joined),
        "social style": (card.social_style, lambda _: _style(card, words)),
        "known from": (card.sources, words.joined),
    }
    return {label: None if its is None else text(its) for label, (its, text) in lines.items()}


def _doubted(word: str, doubted: bool, note: str, words: _Words) -> str:  # noqa: FBT001
    return words.in_brackets(words(word), note if doubted else "")


def _with_horizon(its: Known, card: CustomerCard, words: _Words) -> str:
    if card.horizon is None:
        return str(its)
    level = "" if its.low is None or card.level is None else percent(card.level)
    if not words.chinese:
        return words.in_brackets(str(its), ", ".join(filter(None, (card.horizon, level))))
    amount, _, unit = card.horizon.partition(" ")
    ahead = f"{amount} {UNITS.get(unit.removesuffix('s'), unit)}".strip()
    interval = f"{level.replace(' ', '')} 置信区间" if level else ""
    return words.in_brackets(str(its), "，".join(filter(None, (ahead, interval))))


def _gap(its: CardGap, words: _Words) -> str:
    if words.chinese:
        return f"{words(its.name)}低于期望 {number(-its.gap)} 分"
    return f"{its.name} {number(its.gap)}"


def _scores(scores: tuple[CardScore, ...], words: _Words) -> str:
    def one(its: CardScore) -> str:
        text = f"{words(its.name)} {number(its.value)} {words('of')} {number(its.high)}"
        return words.in_brackets(text, its.wave or "")

    return words.joined(map(one, scores))


def _complaint(its: OpenComplaint, words: _Words) -> str:
    about = (", " if not words.chinese else "、").join(map(words, its.kinds))
    return words.in_brackets(
        f"{about}: {words(its.severity)}", f"{words('since')} {its.opened.isoformat()}"
    )


def _visits(card: CustomerCard, words: _Words) -> str:
    last = "" if card.last_visit is None else f"{words('last')} {card.last_visit.isoformat()}"
    return words.in_brackets(f"{card.visits:,}", last)


def _style(card: CustomerCard, words: _Words) -> str:
    others = [words(its) for its in (card.style_could_be or ())[1:]]
    note = f"{words('borderline')}: {', '.join(others)}" if others else ""
    return words.in_brackets(words(card.social_style or ""), note)
