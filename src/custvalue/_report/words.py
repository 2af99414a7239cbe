"""Numbers inside sentences: signs, intervals, money, estimated counts."""

from __future__ import annotations

from collections.abc import Sequence

from custvalue._inference.interval import Interval
from custvalue.survey import Scale

MINUS = "\N{MINUS SIGN}"


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign: ``+0.18``, ``−1.33``, ``0.00``."""
    text = f"{value:+,.{digits}f}"
    return text.lstrip("+-") if not float(text.replace(",", "")) else text.replace("-", MINUS)


def plain_number(value: float, digits: int = 2) -> str:
    """Write a number with a fixed number of decimals and a real minus sign."""
    return f"{value:,.{digits}f}".replace("-", MINUS)


def between(interval: Interval, digits: int = 2, *, sign: bool = False) -> str:
    """Write an interval: ``−1.40 to −1.26``."""
    write = signed if sign else plain_number
    return f"{write(interval.low, digits)} to {write(interval.high, digits)}"


def range_of(interval: Interval, digits: int = 2, *, sign: bool = False) -> str:
    """Write level and interval: ``95 % interval −1.40 to −1.26``."""
    return f"{interval.level:.0%}".replace("%", " % interval ") + between(
        interval, digits, sign=sign
    )


def are(value: int) -> str:
    """Choose the verb: ``is`` for one, ``are`` for more."""
    return "is" if value == 1 else "are"


def about(value: float) -> str:
    """Write an estimated count as a whole number, small ones with one decimal."""
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:,.1f}"


def money(value: float, currency: str) -> str:
    """Write an estimated amount: ``EUR 79``, ``EUR 224,000``, ``EUR 1.23 million``.

    Three significant digits from 1,000 on: more would be read as knowledge.
    """
    size = abs(value)
    for unit, name in ((1e9, " billion"), (1e6, " million")):
        if size >= 0.9995 * unit:
            return _amount(f"{value / unit:,.3g}{name}", currency)
    if size >= 1000:
        return _amount(f"{float(f'{value:.3g}'):,.0f}", currency)
    return _amount(f"{value:,.0f}" if size >= 10 else f"{value:,.2f}", currency)


def price(value: float, currency: str) -> str:
    """Write a stated amount as it is: ``EUR 60``, ``EUR 12.50``."""
    return _amount(f"{value:,.0f}" if value == round(value) else f"{value:,.2f}", currency)


def _amount(text: str, currency: str) -> str:
    return f"{currency} {text}".strip().replace("-", MINUS)


def as_index(scale: Scale, value: float) -> str:
    """Write where a mean lies between the worst and the best answer, unless it says so itself."""
    if (scale.low, scale.high, scale.direction) == (0, 100, "higher is better"):
        return ""
    return f", or {scale.rescale(value):.0f} on a scale from 0, the worst, to 100, the best"


def enumerated(words: Sequence[str]) -> str:
    """Join words as in a sentence: ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
