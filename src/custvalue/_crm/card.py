"""The card of one customer: what a CRM screen shows, and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    UNKNOWN_SEVERITY,
    UNKNOWN_SEVERITY_IN_CHINESE,
)
from custvalue._journey.follow_up import FOLLOW_UP_RULES
from custvalue._journey.instruments import RECOVERY_JUSTICE
from custvalue._journey.social_styles import STYLES_IN_CHINESE
from custvalue._loyalty.segments import CHINESE as LOYALTY_IN_CHINESE
from custvalue._loyalty.tiers import CHINESE as TIERS_IN_CHINESE
from custvalue._servqual.forms import SERVQUAL
from custvalue._table import Table
from custvalue._values import Count, Frozen, Level, Record
from custvalue._words import number, percent

Language = Literal["en", "zh"]

INSTRUMENTS = (SERVQUAL, RECOVERY_JUSTICE)
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

Words = Literal["screen", "dimension", "reason", "complaint", "loyalty", "style", "source", "tier"]
CHINESE: Mapping[Words, Mapping[str, str]] = MappingProxyType(
    {
        "screen": {
            "none": "无",
            "borderline": "临界",
            "not sure": "不确定",
            "since": "自",
            "of": "/",
            "last": "最近",
        },
        "dimension": {its.name: its.chinese for each in INSTRUMENTS for its in each.dimensions},
        "reason": {its.name: its.chinese for its in FOLLOW_UP_RULES},
        "complaint": {
            **{its.name: its.chinese for its in (*COMPLAINT_KINDS, *COMPLAINT_SEVERITIES)},
            NOT_CLASSIFIED: NOT_CLASSIFIED_IN_CHINESE,
            UNKNOWN_SEVERITY: UNKNOWN_SEVERITY_IN_CHINESE,
        },
        "loyalty": LOYALTY_IN_CHINESE,
        "tier": TIERS_IN_CHINESE,
        "style": STYLES_IN_CHINESE,
        "source": {
            "prediction": "预测",
            "tiers": "客户分级",
            "survey": "调查",
            "visits": "进厂",
            "complaints": "投诉",
            "styles": "社交风格",
        },
    }
)  # words that the presets have; what users name stays as it is


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
        Of the severity, 1 for the mildest, 0 where it is not known.
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
        lines = _lines(self, _Screen(language))
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


class _Screen:
    """Words of a screen in its language."""

    def __init__(self, language: Language) -> None:
        self.chinese = language == "zh"

    def word(self, word: str, of: Words = "screen") -> str:
        """Return a word of a preset in the language."""
        return CHINESE[of].get(word, word) if self.chinese else word

    def joined(self, parts: Iterable[str]) -> str:
        """Return parts with semicolons between; "none" where there are none."""
        return ("；" if self.chinese else "; ").join(parts) or self.word("none")

    def words(self, parts: Iterable[str], of: Words) -> str:
        """Return words of a preset, with semicolons between."""
        return self.joined(self.word(part, of) for part in parts)

    def listed(self, parts: Iterable[str]) -> str:
        """Return parts with commas between."""
        return ("、" if self.chinese else ", ").join(parts)

    def after_colon(self, first: str, second: str) -> str:
        """Return two parts with a colon between."""
        return f"{first}：{second}" if self.chinese else f"{first}: {second}"

    def in_brackets(self, text: str, note: str) -> str:
        """Return a text with a note, where there is one."""
        if not note:
            return text
        return f"{text}（{note}）" if self.chinese else f"{text} ({note})"

    def doubted(self, word: str, note: str | None) -> str:
        """Return a word, and why it is not sure."""
        return self.in_brackets(word, "" if note is None else self.word(note))


def _lines(card: CustomerCard, screen: _Screen) -> dict[str, str | None]:
    """Return all lines, None where nothing is known."""
    unsure = "not sure" if card.tier_sure is False else None
    borderline = "borderline" if card.loyalty_borderline else None
    lines: dict[str, tuple[Any, Callable[[Any], str]]] = {
        "value": (card.value, lambda its: _ahead(its, card, screen)),
        "P(alive)": (card.probability_alive, str),
        "expected purchases": (card.purchases, lambda its: _ahead(its, card, screen)),
        "tier": (card.tier, lambda its: screen.doubted(screen.word(its, "tier"), unsure)),
        "last scores": (card.scores, lambda its: _scores(its, screen)),
        "gaps that matter": (card.gaps, lambda its: _gaps(its, screen)),
        "loyalty": (
            card.loyalty,
            lambda its: screen.doubted(screen.word(its, "loyalty"), borderline),
        ),
        "open complaints": (card.open_complaints, lambda its: _complaints(its, screen)),
        "visits": (card.visits, lambda _: _visits(card, screen)),
        "call because": (card.call_because, lambda its: screen.words(its, "reason")),
        "social style": (card.social_style, lambda _: _style(card, screen)),
        "known from": (card.sources, lambda its: screen.words(its, "source")),
    }
    return {label: None if its is None else text(its) for label, (its, text) in lines.items()}


def _ahead(its: Known, card: CustomerCard, screen: _Screen) -> str:
    """Write a number with how far ahead it is, and the level of its interval."""
    if card.horizon is None:
        return str(its)
    level = "" if its.low is None or card.level is None else percent(card.level)
    if not screen.chinese:
        return screen.in_brackets(str(its), ", ".join(filter(None, (card.horizon, level))))
    amount, _, unit = card.horizon.partition(" ")
    horizon = f"{amount} {UNITS.get(unit.removesuffix('s'), unit)}".strip()
    interval = f"{level.replace(' ', '')} 置信区间" if level else ""
    return screen.in_brackets(str(its), "，".join(filter(None, (horizon, interval))))


def _scores(scores: Iterable[CardScore], screen: _Screen) -> str:
    return screen.joined(
        screen.in_brackets(
            f"{screen.word(its.name, 'dimension')} {number(its.value)} {screen.word('of')} "
            f"{number(its.high)}",
            its.wave or "",
        )
        for its in scores
    )


def _gaps(gaps: Iterable[CardGap], screen: _Screen) -> str:
    if not screen.chinese:
        return screen.joined(f"{its.name} {number(its.gap)}" for its in gaps)
    return screen.joined(
        f"{screen.word(its.name, 'dimension')}低于期望 {number(-its.gap)} 分" for its in gaps
    )


def _complaints(cases: Iterable[OpenComplaint], screen: _Screen) -> str:
    def one(its: OpenComplaint) -> str:
        about = screen.listed(screen.word(kind, "complaint") for kind in its.kinds)
        said = screen.after_colon(about, screen.word(its.severity, "complaint"))
        return screen.in_brackets(said, f"{screen.word('since')} {its.opened.isoformat()}")

    return screen.joined(map(one, cases))


def _visits(card: CustomerCard, screen: _Screen) -> str:
    day = card.last_visit
    last = "" if day is None else f"{screen.word('last')} {day.isoformat()}"
    return screen.in_brackets(f"{card.visits:,}", last)


def _style(card: CustomerCard, screen: _Screen) -> str:
    others = [screen.word(its, "style") for its in (card.style_could_be or ())[1:]]
    note = screen.after_colon(screen.word("borderline"), screen.listed(others)) if others else ""
    return screen.in_brackets(screen.word(card.social_style or "", "style"), note)
