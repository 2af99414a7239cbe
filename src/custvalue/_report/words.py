"""Numbers inside sentences: signs, intervals, money, estimated counts."""

from __future__ import annotations

from collections.abc import Sequence

from custvalue._inference.interval import Interval
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_parts import Shared
from custvalue._report.language import spoken
from custvalue.survey import Scale

DIGITS = {"recommend": 0, "perceived": 0, "index": 1, "effort": 2, "quality": 2}
TOP_PROBABILITY = 0.99
LARGE = 999_500  # amounts from here on are written in larger units
UNITS = {"en": ((1e9, " billion"), (1e6, " million")), "zh": ((1e8, " 亿"), (1e4, " 万"))}
MINUS = "\N{MINUS SIGN}"


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign: ``+0.18``, ``−1.33``, ``0.00``."""
    return _with_minus(f"{value:+,.{digits}f}")


def plain_number(value: float, digits: int = 2) -> str:
    """Write a number with a fixed number of decimals and a real minus sign."""
    return _with_minus(f"{value:,.{digits}f}")


def _with_minus(text: str) -> str:
    """Write a real minus sign, and no sign before what is 0 as it is written."""
    return text.replace("-", MINUS) if text.strip("+-0.,") else text.lstrip("+-")


def between(interval: Interval, digits: int = 2, *, sign: bool = False) -> str:
    """Write an interval: ``−1.40 to −1.26``."""
    write = signed if sign else plain_number
    return Numbers.BETWEEN(low=write(interval.low, digits), high=write(interval.high, digits))


def range_of(interval: Interval, digits: int = 2, *, sign: bool = False) -> str:
    """Write level and interval: ``95 % interval −1.40 to −1.26``."""
    ends = between(interval, digits, sign=sign)
    return Numbers.RANGE(level=share_of(interval.level), ends=ends)


def gap_of(value: float) -> str:
    """Write how far from a standard something is: ``−1.34``; in 中文 in words, without a minus."""
    written = signed(value)
    said = {MINUS: Numbers.LOWER, "+": Numbers.HIGHER}.get(written[0], Numbers.LEVEL)
    return said(size=written.lstrip(f"{MINUS}+"))


def gap_range(interval: Interval) -> str:
    """Write level and interval of a gap; in 中文 the sizes alone where both ends lie on a side."""
    sizes = sorted((abs(interval.low), abs(interval.high)))
    if spoken() == "zh" and interval.low * interval.high > 0:
        ends = Numbers.BETWEEN(low=plain_number(sizes[0]), high=plain_number(sizes[1]))
    else:
        ends = Numbers.BETWEEN(low=gap_of(interval.low), high=gap_of(interval.high))
    return Numbers.RANGE(level=share_of(interval.level), ends=ends)


def share_of(share: float, digits: int = 0) -> str:
    """Write a share of one as a percentage."""
    return Numbers.PERCENT(number=plain_number(100 * share, digits))


def probability_of(value: float) -> str:
    """Write a probability from draws, which is never certain: ``98 %``, ``> 99 %``."""
    if value > TOP_PROBABILITY:
        return f"> {share_of(TOP_PROBABILITY)}"
    return share_of(value) if value >= 1 - TOP_PROBABILITY else f"< {share_of(1 - TOP_PROBABILITY)}"


def amount(measure: str, value: float) -> str:
    """Write the value of a measure, by its name in the catalogue."""
    if measure == "perceived":
        return share_of(value)
    write = signed if measure == "recommend" else plain_number
    return write(value, DIGITS[measure])


def size(measure: str, difference: float) -> str:
    """Write how large a difference of a measure is, without its sign."""
    if measure == "perceived":
        return Numbers.PERCENTAGE_POINTS(number=plain_number(abs(100 * difference), 0))
    return Numbers.POINTS(number=plain_number(abs(difference), DIGITS[measure]))


def are(value: int) -> str:
    """Choose the verb: ``is`` for one, ``are`` for more."""
    return "is" if value == 1 else "are"


def about(value: float) -> str:
    """Write an estimated count as a whole number, small ones with one decimal."""
    return f"{value:,.0f}" if value >= 9.95 or value == round(value) else f"{value:,.1f}"


def money(value: float, currency: str) -> str:
    """Write an estimated amount: ``EUR 79``, ``EUR 224,000``, ``EUR 1.23 million``.

    Three significant digits from 1,000 on: more would be read as knowledge.
    """
    size = abs(value)
    for unit, name in UNITS[spoken()]:
        if size >= max(0.9995 * unit, LARGE):
            return _amount(f"{_three_digits(value / unit)}{name}", currency)
    if size >= 1000:
        return _amount(_three_digits(value), currency)
    return _amount(f"{value:,.0f}" if size >= 9.995 else f"{value:,.2f}", currency)


def _three_digits(value: float) -> str:
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def price(value: float, currency: str) -> str:
    """Write a stated amount as it is: ``EUR 60``, ``EUR 12.50``."""
    return _amount(f"{value:,.2f}".removesuffix(".00"), currency)


def _amount(text: str, currency: str) -> str:
    return f"{currency} {_with_minus(text)}".strip()


def in_currency(what: str, currency: str) -> str:
    """Head a column of amounts."""
    return Numbers.IN(what=what, unit=currency) if currency else what


def stated_share(share: float) -> str:
    """Write a share as the study states it: ``30 %``, ``12.5 %``."""
    return Numbers.PERCENT(number=f"{100 * share:.6g}")


def as_index(scale: Scale, value: float) -> str:
    """Write where a mean lies between the worst and the best answer, unless it says so itself."""
    if (scale.low, scale.high, scale.direction) == (0, 100, "higher is better"):
        return ""
    return Shared.INDEX(value=f"{scale.rescale(value):.0f}")


def enumerated(words: Sequence[str]) -> str:
    """Join words as in a sentence: ``a, b and c``."""
    *first, last = words
    return Numbers.AND(first=Numbers.COMMA().join(first), last=last) if first else last


def enumerated_plainly(words: Sequence[str]) -> str:
    """Join words to which others follow: ``a, b``."""
    return Numbers.COMMA().join(words)
