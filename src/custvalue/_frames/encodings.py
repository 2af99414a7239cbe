"""Bytes of a text file as UTF-8, and encodings that read a file sensibly.

Latin-1 decodes every file, and GBK most: that an encoding decodes does not make it the right one.
"""

from __future__ import annotations

import codecs
import mmap
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from custvalue._checks import callers_level
from custvalue._words import did_you_mean
from custvalue.errors import DataError, DataWarning, ParameterError

Bytes = bytes | mmap.mmap

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WORKBOOKS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}  # by their first bytes
USUAL = ("gbk", "big5", "cp949", "cp932", "cp1252", "cp1250", "cp1251")
WIDE = ("utf-16-le", "utf-16-be")  # without their mark
LOOKED_AT = 1_000_000  # characters, of a long file
FOREIGN = re.compile(r"[^\x00-\x7f]+")
SAMPLE = re.compile(r'[^,;\t\r\n"\x80-\U0010ffff]{0,12}[^\x00-\x7f][^,;\t\r\n"]*')
SHOWN = 24  # characters of a sample
WITHIN_LATIN = re.compile(  # a single letter of another script
    r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])"
)
PUNCTUATION = re.compile(
    r"[\u00a0\u00a1\u00a7\u00a9\u00ab\u00ae\u00b0\u00bb\u00bf"
    r"\u2010-\u2027\u2030-\u203b\u20ac\u2103\u2116\u2122\u2190-\u21ff\u2460-\u24ff\u25a0-\u27bf"
    r"\u3000-\u303f\ufe30-\ufe4f\uff01-\uff20\uff3b-\uff40\uff5b-\uff5e\uffe5]"
)
CATEGORIES_OF_NOTHING = {"Cc", "Cn", "Co", "Cs"}
SCRIPTS = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}  # which go together
ODD = 0.2  # of the characters may look odd


def in_utf8(name: str, data: Bytes, encoding: str | None, other: str | None) -> tuple[Bytes, int]:
    """Return the bytes of a file in UTF-8, and where they begin behind a byte order mark.

    `other` is the encoding of a file that is not UTF-8. What is not UTF-8 though none is named
    remains so, for the reader to find.
    """
    head = data[:4]
    if head in WORKBOOKS:
        raise DataError(
            f"{name} is no text. If it is a workbook, give it the suffix {WORKBOOKS[head]}."
        )
    mark = next((mark for mark in MARKS if head.startswith(mark)), b"")
    if mark and encoding is not None:
        _check_mark(name, MARKS[mark], encoding)
    named = MARKS.get(mark, encoding)
    if named is None and other is not None and not _is_utf8(data):
        named = other
    if named is None and data.find(b"\0", 0, 4096) >= 0:
        raise unreadable(name, data, "has bytes of zero, which no UTF-8 text has")
    if named is None or _is(named, "utf-8"):
        return data, len(mark)
    text = _decoded(name, data[len(mark) :], named)
    if not mark:
        _check_sense(name, data, named, text)
    return text.encode("utf-8"), 0


def _is(encoding: str, other: str) -> bool:
    return _codec(encoding) == codecs.lookup(other).name


def _codec(encoding: str) -> str:
    """Return the one name of an encoding, or raise where Python does not know it."""
    try:
        with suppress(UnicodeDecodeError):
            b"ab".decode(encoding)  # refuses what is no encoding of text
    except (LookupError, TypeError, ValueError):
        known = ("utf-8", "utf-16", "latin-1", "gb18030", *USUAL)
        raise ParameterError(
            f"encoding must be one that Python knows, as 'gbk' or 'cp1252', but it is "
            f"{encoding!r}.{did_you_mean(encoding, known)}"
        ) from None
    return codecs.lookup(encoding).name.removesuffix("-sig")


def _check_mark(name: str, marked: str, encoding: str) -> None:
    """Raise where a file says that it has another encoding than it is said to have."""
    if _codec(encoding) not in (marked, marked.removesuffix("-le").removesuffix("-be")):
        raise DataError(
            f"{name} begins with the byte order mark of {marked.upper()}, but encoding="
            f"{encoding!r}. Leave out encoding."
        )


def _is_utf8(data: Bytes) -> bool:
    try:
        data[:].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(name: str, data: bytes, encoding: str) -> str:
    _codec(encoding)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        fault = f"is not {encoding}: byte {error.start:,} cannot be read"
        raise unreadable(name, data, fault) from None


class Reading(NamedTuple):
    """How an encoding reads a file: the first entry that is not plain ASCII."""

    encoding: str
    sample: str

    def __str__(self) -> str:
        return f"encoding={self.encoding!r} reads {self.sample!r}"


def not_utf8(name: str, data: Bytes) -> DataError:
    """Return the error for a file that is not UTF-8 though no encoding is named."""
    try:
        data[:].decode("utf-8")
    except UnicodeDecodeError as error:
        return unreadable(name, data, f"is not UTF-8: byte {error.start:,} cannot be read")
    raise AssertionError(name)


def unreadable(name: str, data: Bytes, fault: str) -> DataError:
    """Return the error for a file that cannot be decoded, with the encodings that can."""
    if not fault.startswith("is not UTF-8") and b"\0" not in data[:4096] and _is_utf8(data):
        return DataError(f"{name} {fault}. It is UTF-8: leave out encoding.")
    found = list(_readings(data[:]))
    if not found:
        return DataError(
            f"{name} {fault}, and no usual encoding reads it sensibly. Save it as CSV (UTF-8), or "
            f"name its encoding."
        )
    return DataError(f"{name} {fault}. Name its encoding: {_either(found)}.")


def _either(found: list[Reading]) -> str:
    return ", or ".join(map(str, found))


def _readings(data: bytes) -> Iterator[Reading]:
    """Yield the usual encodings that read a file sensibly, each in another way."""
    seen = set()
    for encoding in (*(WIDE if b"\0" in data[:4096] else ()), *USUAL):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = _sample(text)
        if sample not in seen and _is_sensible(text):
            seen.add(sample)
            yield Reading(encoding, sample)


def _sample(text: str) -> str:
    """Return a piece of the first entry that is not plain ASCII, or of the first line."""
    found = SAMPLE.search(text)
    if found is None:
        return text.partition("\n")[0].strip()[:SHOWN]
    return found[0].strip()[:SHOWN]


def _check_sense(name: str, data: Bytes, encoding: str, text: str) -> None:
    """Raise, or warn, where the named encoding decodes a file into nonsense."""
    if text.isascii():
        return
    read = Reading(encoding, _sample(text))
    if _is_utf8(data) and _is_surely_utf8(data[:].decode("utf-8"), text):
        raise DataError(
            f"{name} is UTF-8: {read}, where UTF-8 reads {_sample(data[:].decode())!r}. Leave out "
            f"encoding."
        )
    if _is_sensible(text):
        return
    others = [each for each in _readings(data[:]) if each.encoding != encoding]
    if not others:
        return
    said = f"{name}: {read}, which makes no sense. Perhaps {_either(others)}."
    if _has_nothing(text):
        raise DataError(said)
    warnings.warn(said, DataWarning, stacklevel=callers_level())


def _is_surely_utf8(text: str, read: str) -> bool:
    """Return whether bytes that are UTF-8 are so by more than chance."""
    different = set("".join(FOREIGN.findall(text)))
    return bool(different) and (
        max(different) >= "\u0800" or len(different) > 4 or not _is_sensible(read)
    )


def _has_nothing(text: str) -> bool:
    """Return whether there are control characters or such that nobody has assigned."""
    different = set("".join(FOREIGN.findall(text[:LOOKED_AT])))
    return any(unicodedata.category(char) in CATEGORIES_OF_NOTHING for char in different)


def _is_sensible(text: str) -> bool:
    """Return whether what is not ASCII looks like words of one language."""
    text = text[:LOOKED_AT]
    if "\0" in text or _has_nothing(text):
        return False
    runs = [PUNCTUATION.sub("", run) for run in FOREIGN.findall(text)]
    chars = "".join(runs)
    scripts = [SCRIPTS.get(first, first) for first in map(_first_word, chars)]
    odd = sum(not char.isalpha() for char in chars) + scripts.count("HALFWIDTH")
    odd += _mixed(scripts) + sum(map(_ups, runs))
    if "LATIN" in scripts:
        odd += sum(len(run) for run in runs if len(run) > 3)
    else:
        odd += len(WITHIN_LATIN.findall(PUNCTUATION.sub("", text)))  # as in It’s
    return odd <= ODD * len(chars)


def _first_word(char: str) -> str:
    """Return the first word of the name of a character, which is its script."""
    return unicodedata.name(char, "?").partition(" ")[0]


def _mixed(scripts: list[str]) -> int:
    """Count characters of other scripts than the commonest one."""
    return len(scripts) - max(Counter(scripts).values(), default=0)


def _ups(run: str) -> int:
    """Count capitals behind small letters."""
    return sum(a.islower() and b.isupper() for a, b in pairwise(run))
