"""What complaints are about and how far they go: rules as data, in English and Chinese.

The five kinds are those that car dealers sort complaints by: registration of the new car, sales,
service, parts, product quality. The severity grows with whom the customer has turned to, up to
lawyers and media. Both are rules that read words; your own stand beside them or in their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
from annotated_types import MinLen
from pydantic import Field, model_validator

from custvalue._values import WHOLE_NUMBER, Frozen
from custvalue._words import listed
from custvalue.errors import ParameterError

Name = Annotated[str, MinLen(1)]
Grade = Annotated[int, Field(ge=1), WHOLE_NUMBER]

NOT_CLASSIFIED = "not classified"  # a complaint with no word of any kind
NOT_CLASSIFIED_IN_CHINESE = "未分类"
UNKNOWN_SEVERITY = "severity not known"  # without a text, or with no word of any severity
UNKNOWN_SEVERITY_IN_CHINESE = "严重程度未知"
RESERVED = (NOT_CLASSIFIED, UNKNOWN_SEVERITY)


class WordRule(Frozen):
    """Base of rules that read the text of a complaint.

    Parameters
    ----------
    name : str
        What it finds.
    words : tuple of str
        A complaint that has any of these words, in capitals or not, in the singular or the plural
        by -s. The name itself and its Chinese are words too.
    chinese : str
        The name in Chinese.
    """

    name: Name
    words: tuple[str, ...] = ()
    chinese: str = ""

    @model_validator(mode="after")
    def _has_no_blank(self) -> Self:
        if any(not word.strip() for word in (self.name, *self.words)):
            raise ValueError(f"rule {self.name!r} must have no blank name or word.")
        return self

    @property
    def pattern(self) -> re.Pattern[str]:
        """What its words are found by: Latin ones as whole words, Chinese ones anywhere."""
        words = [word for word in (self.name, *self.words, self.chinese) if word]
        return re.compile("|".join(map(_whole_word, words)), re.IGNORECASE)


def _whole_word(word: str) -> str:
    """Return the pattern of a word; "court" is not found in "courtesy"."""
    before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"s?(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + after


class ComplaintKind(WordRule):
    """What a complaint can be about; a complaint can be of several kinds.

    Parameters
    ----------
    name : str
        The kind.
    words : tuple of str
        A complaint that has any of these words is of it.
    chinese : str
        Its name in Chinese.

    Raises
    ------
    ParameterError
        If a name or a word is blank.
    """


class ComplaintSeverity(WordRule):
    """How far a complaint has gone.

    Parameters
    ----------
    name : str
        The severity.
    grade : int
        1 for the mildest. A complaint has the highest grade that any of its words has; of two
        severities of one grade, the first in the list. Where its text has none of the words, it
        has the mildest severity if that one lists no words of its own, as "told the staff", and
        else its severity is not known.
    words : tuple of str
        A complaint that has any of these words has gone so far.
    chinese : str
        Its name in Chinese.

    Raises
    ------
    ParameterError
        If a name or a word is blank, or `grade` is no whole number >= 1.
    """

    grade: Grade


COMPLAINT_KINDS: tuple[ComplaintKind, ...] = (
    ComplaintKind(
        name="new car registration",
        words=("registration", "license plate", "licence plate", "number plate", "上牌", "车牌"),
        chinese="新车上牌",
    ),
    ComplaintKind(
        name="sales",
        words=(
            "sales process",
            "salesman",
            "salesperson",
            "purchase",
            "contract",
            "deposit",
            "delivery of the car",
            "销售",
            "购车",
            "定金",
            "订金",
            "合同",
            "交车",
        ),
        chinese="销售过程",
    ),
    ComplaintKind(
        name="service",
        words=(
            "workshop",
            "repair",
            "service advisor",
            "reception",
            "waiting",
            "waited",
            "rude",
            "maintenance",
            "服务",
            "维修",
            "保养",
            "接待",
            "态度",
            "等待",
        ),
        chinese="服务过程",
    ),
    ComplaintKind(
        name="parts",
        words=(
            "part",
            "spare part",
            "back order",
            "backorder",
            "out of stock",
            "配件",
            "零件",
            "缺货",
            "待料",
        ),
        chinese="配件供应",
    ),
    ComplaintKind(
        name="product quality",
        words=(
            "quality",
            "defect",
            "defective",
            "fault",
            "breakdown",
            "broke down",
            "noise",
            "engine",
            "gearbox",
            "leak",
            "质量",
            "故障",
            "异响",
            "漏油",
            "发动机",
            "变速箱",
        ),
        chinese="产品质量",
    ),
)
"""What car dealers sort complaints by."""

COMPLAINT_SEVERITIES: tuple[ComplaintSeverity, ...] = (
    ComplaintSeverity(name="told the staff", grade=1, chinese="当面抱怨"),
    ComplaintSeverity(
        name="complained to the dealer",
        grade=2,
        words=("manager", "complaint in writing", "written complaint", "letter", "经理", "书面"),
        chinese="向经销商投诉",
    ),
    ComplaintSeverity(
        name="turned to the maker or an authority",
        grade=3,
        words=(
            "manufacturer",
            "head office",
            "hotline",
            "consumer association",
            "ombudsman",
            "consumer protection",
            "厂家",
            "厂商",
            "消协",
            "消费者协会",
            "12315",
            "12345",
        ),
        chinese="向厂家或消协投诉",
    ),
    ComplaintSeverity(
        name="lawyers",
        grade=4,
        words=(
            "lawyer",
            "attorney",
            "solicitor",
            "court",
            "lawsuit",
            "legal action",
            "sue",
            "sued",
            "律师",
            "法院",
            "起诉",
            "诉讼",
        ),
        chinese="律师或诉讼",
    ),
    ComplaintSeverity(
        name="media",
        grade=5,
        words=(
            "journalist",
            "reporter",
            "newspaper",
            "television",
            "press",
            "social media",
            "媒体",
            "记者",
            "曝光",
            "电视台",
            "报纸",
            "微博",
            "抖音",
        ),
        chinese="媒体曝光",
    ),
)
"""How far complaints go, from a word to the staff up to lawyers and media."""

R = TypeVar("R", bound=WordRule)


def checked_rules(argument: str, rules: Any, kind: type[R], usual: Sequence[R]) -> tuple[R, ...]:
    """Return the rules that were given, each with its own name, or the usual ones."""
    if rules is None:
        return tuple(usual)
    listed_rules = isinstance(rules, Sequence) and all(isinstance(its, kind) for its in rules)
    if not listed_rules or not rules:
        preset = "COMPLAINT_KINDS" if kind is ComplaintKind else "COMPLAINT_SEVERITIES"
        raise ParameterError(
            f"{argument} must be a list of {kind.__name__}, such as journey.{preset}, but it is "
            f"{rules!r}."
        )
    names = [its.name for its in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ParameterError(
            f"{argument} has {listed(twice)} more than once. Give every rule its own name."
        )
    kept = [name for name in names if name.strip().casefold() in RESERVED]
    if kept:
        raise ParameterError(
            f"{argument} has a rule called {kept[0]!r}, which is what complaints are called to "
            f"which no rule applies. Give it another name."
        )
    return tuple(rules)


def require_other_names(
    kinds: Sequence[ComplaintKind], grades: Sequence[ComplaintSeverity]
) -> None:
    """Raise where a kind and a severity have one name."""
    names = {its.name for its in grades}
    both = [its.name for its in kinds if its.name in names]
    if both:
        raise ParameterError(
            f"kinds and severities both have {listed(both)}. Give every rule its own name."
        )


def severity_of(
    texts: npt.NDArray[Any], grades: Sequence[ComplaintSeverity]
) -> npt.NDArray[np.int64]:
    """Return the place of the severity of each text, -1 where it is not known; mildest first."""
    found = applying(texts, grades)
    level = np.array([its.grade for its in grades])
    highest = np.argmax(np.where(found, level, 0), axis=1)  # the first of one grade
    alone = not grades[0].words and level[0] < level[1:].min(initial=level[0] + 1)
    milder = np.where(said(texts) & alone, 0, -1)
    return np.asarray(np.where(found.any(axis=1), highest, milder), dtype=np.int64)


def said(texts: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Say which complaints have a text."""
    return np.asarray(np.char.strip(texts.astype(np.str_)) != "", dtype=bool)


def applying(texts: npt.NDArray[Any], rules: Sequence[WordRule]) -> npt.NDArray[np.bool_]:
    """Say which rule applies to which text, shape (texts, rules)."""
    different, codes = np.unique(texts, return_inverse=True)
    patterns = [its.pattern for its in rules]
    found = [[its.search(text) is not None for its in patterns] for text in different.tolist()]
    return np.array(found, dtype=bool).reshape(len(different), len(rules))[codes]
