"""One reader of words: each different entry of a column is looked up once, by what it means."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from custvalue._columns import missing, objects, seen
from custvalue._columns import places as places_of
from custvalue._frames import Categories, Source
from custvalue._frames.typed import DECIMAL_COMMA
from custvalue._respondents.codebook import Codebook, coded, offered
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray
from custvalue._words import folded, listed, plain
from custvalue.errors import DataError

NO_ANSWER, UNKNOWN = -np.inf, np.inf  # what an entry may mean beside an answer; NaN is missing
MOST_WORDS = 40  # in one message
LONGEST = 60  # letters of one of them
SHOWN = 5  # words in a call that is suggested

Reads = Callable[[Any], float]


@dataclass(frozen=True)
class Unknown:
    """Entries of a column that mean nothing: their rows, and each different one with a hint."""

    column: str
    rows: IntArray
    hints: Sequence[tuple[Any, str]]
    expected: str
    remedy: Callable[[Sequence[Any]], str]

    def error(self, others: Sequence[Unknown]) -> DataError:
        """Build the error for this column, the first one, with the entries of the others too."""
        every = [self, *others]
        entries = [entry for its in every for entry, _ in its.hints]
        first, near = self.hints[0]
        hint = self.remedy(entries)
        if len(entries) > 1:
            hint = f"Unknown wordings: {_by_column(every)}. {hint}"
        elif near:
            hint = f"{_sentence(near)} {hint}"
        values = [first] * len(self.rows)
        return DataError.at_rows(self.column, self.expected, self.rows, values, hint)


def hinted(entries: Sequence[Any], hint: Callable[[Any], str]) -> list[tuple[Any, str]]:
    """Give a hint to each of the entries that a message has room for."""
    shown = [(entry, hint(entry)) for entry in entries[:MOST_WORDS]]
    return shown + [(entry, "") for entry in entries[MOST_WORDS:]]


def refuse(unknown: Sequence[Unknown]) -> None:
    """Raise a DataError that lists all entries of all columns that mean nothing, if there are."""
    if unknown:
        raise unknown[0].error(unknown[1:])


def within_sentence(hint: str) -> str:
    """Return a hint as a part of a sentence."""
    near = hint.strip()
    return near[:1].lower() + near[1:]


def _sentence(hint: str) -> str:
    return hint[0].upper() + hint[1:] + ("" if hint.endswith("?") else ".")


def _by_column(every: Sequence[Unknown]) -> str:
    """List column and entries, each with its hint, as far as a message may be long."""
    left, said = MOST_WORDS, []
    total = sum(len(its.hints) for its in every)
    for its in every:
        some = its.hints[:left]
        left -= len(some)
        if some:
            where = f"{its.column}: " if len(every) > 1 else ""
            said.append(f"{where}{', '.join(_entry(*pair) for pair in some)}")
    more = f" and {total - MOST_WORDS} more" if total > MOST_WORDS else ""
    return "; ".join(said) + more


def _entry(entry: Any, hint: str) -> str:
    return f"{_brief(entry)} ({hint})" if hint else _brief(entry)


def _brief(entry: Any) -> str:
    """Write an entry as it would be typed, a long one without its end."""
    shown = f"{entry[:LONGEST]}…" if isinstance(entry, str) and len(entry) > LONGEST else entry
    return repr(plain(shown))


def different_entries(source: Source, name: str) -> tuple[Sequence[Any], IntArray]:
    """Return the different entries of a column that is no numbers, and each row's place."""
    words = source.words(name)
    if words is not None:
        return words
    entries = source.entries(name).tolist()
    kinds = set(map(type, entries))
    if not all(issubclass(kind, Hashable) for kind in kinds):
        return entries, np.arange(len(entries))
    if {bool, np.bool_} & kinds:  # True would be the same entry as 1
        marked = [(isinstance(entry, bool | np.bool_), entry) for entry in entries]
        different = seen(name, marked)
        return [entry for _, entry in different], places_of(marked, different)
    different = seen(name, entries)
    return different, places_of(entries, different)


class LookedUp(NamedTuple):
    """What each row of a column means, and its different entries, at whose place each row is."""

    values: FloatArray
    different: Sequence[Any]
    places: IntArray

    @property
    def unknown(self) -> IntArray:
        """The rows that mean nothing."""
        return np.flatnonzero(self.values == UNKNOWN)

    def entries(self, rows: IntArray) -> list[Any]:
        """Return the different entries of some rows, in the order of the rows."""
        return [self.different[place] for place in dict.fromkeys(self.places[rows].tolist())]


def looked_up(source: Source, name: str, reads: Reads) -> LookedUp:
    """Look up what each different entry of a column means; a missing one is NaN."""
    different, places = different_entries(source, name)
    absent = missing(objects(different))
    means = [np.nan if gone else reads(its) for its, gone in zip(different, absent, strict=True)]
    return LookedUp(np.array([*means, np.nan])[places], different, places)


class Reader:
    """Says what an entry means by a codebook, and why it means nothing."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        exact = codebook.exact
        none = (word for word in codebook.no_answer if isinstance(word, str))
        self.answers = {folded(word, exact=exact): its for word, its in codebook.words.items()}
        self.meaning = {**self.answers, **{folded(word, exact=exact): NO_ANSWER for word in none}}

    def __call__(self, entry: Any) -> float:
        """Return an answer, NO_ANSWER, NaN for a blank entry, or UNKNOWN."""
        if isinstance(entry, str):
            return self._word(entry)
        if isinstance(entry, bool | np.bool_) or not hasattr(entry, "__float__"):
            return UNKNOWN
        return float(entry) if np.isfinite(float(entry)) else UNKNOWN

    def _word(self, word: str) -> float:
        key = folded(word, exact=self.codebook.exact)
        if not key:
            return np.nan
        known = self.meaning.get(key)
        if known is not None:
            return known
        found = coded(word)
        if found is None:
            return UNKNOWN
        label = self.label(found.label)
        if label is None or label == found.code:
            return found.code
        scale = self.codebook.scale
        off = not scale.low <= found.code <= scale.high
        return NO_ANSWER if label == NO_ANSWER and off else UNKNOWN

    def names(self, word: str) -> bool:
        """Say whether a word, or the label beside its code, is one that it has an answer for."""
        found = coded(word)
        key = word if found is None else found.label
        return folded(key, exact=self.codebook.exact) in self.answers

    def label(self, label: str) -> float | None:
        """Return what the label beside a code means, if anything."""
        return self.meaning.get(folded(label, exact=self.codebook.exact))

    def hint(self, entry: Any) -> str:
        """Say why an entry means nothing, or which word is near."""
        found = coded(entry) if isinstance(entry, str) else None
        label = None if found is None else self.label(found.label)
        if found is not None and label is not None:
            says = "no answer" if label == NO_ANSWER else plain(label)
            return f"the codebook says that {found.label!r} is {says}"
        return within_sentence(self.codebook.closest(entry))


def by_codebook(
    source: Source, name: str, codebook: Codebook, unknown: list[Unknown]
) -> tuple[FloatArray, IntArray]:
    """Read a column that is no numbers: answers, and the rows with a word for no answer."""
    reader = Reader(codebook)
    found = looked_up(source, name, reader)
    if len(found.unknown):
        unknown.append(_unknown_to(reader, name, found))
    _refuse_other_order(source, name, reader)
    if codebook.one_wording:
        _refuse_two_wordings(name, reader, found.different)
    said = np.flatnonzero(found.values == NO_ANSWER)
    found.values[said] = np.nan
    return found.values, said


def _unknown_to(reader: Reader, name: str, found: LookedUp) -> Unknown:
    book, entries = reader.codebook, found.entries(found.unknown)
    title = f"the codebook {book.name!r}" if book.name else "the codebook"
    hints = hinted(entries, reader.hint)
    return Unknown(name, found.unknown, hints, f"an answer that {title} knows", _add)


def _add(entries: Sequence[Any]) -> str:
    """Say how a codebook learns words."""
    words = [entry for entry in entries if isinstance(entry, str)]
    if not words:
        return "Recode it in the data first."
    return (
        f"Say what every wording means, as in codebook.with_words({{{_brief(words[0])}: …}}), or "
        f"codebook.with_words(no_answer={{{_brief(words[-1])}}})."
    )


def _refuse_two_wordings(name: str, reader: Reader, different: Iterable[Any]) -> None:
    """Raise where a column says one answer in two ways, as answers of a longer scale do."""
    said: dict[tuple[float, bool], Any] = {}
    for entry in sorted(entry for entry in different if isinstance(entry, str)):
        key = folded(entry, exact=reader.codebook.exact)
        if key not in reader.answers:
            continue
        answer = reader.answers[key]
        first = said.setdefault((answer, key.isascii()), entry)
        if folded(first, exact=reader.codebook.exact) != key:
            book = reader.codebook
            raise DataError(
                f"{name} says {first!r} and {entry!r}, which are both {plain(answer)} by the "
                f"codebook {book.name!r}: it may come from a longer scale. Use the codebook of "
                f"that scale; or, if both mean the same, codebook.with_words(one_wording=False).",
                column=name,
            )


def _refuse_other_order(source: Source, name: str, reader: Reader) -> None:
    """Raise where the type of a column orders its words in another way than the codebook."""
    categories = source.categories(name)
    if categories is None or not categories.ordered:
        return
    known = [
        (word, reader.answers.get(folded(word, exact=reader.codebook.exact)))
        for word in categories.names
        if isinstance(word, str)
    ]
    pairs = [(word, answer) for word, answer in known if answer is not None]
    _refuse_disorder(name, dict(pairs), "the codebook says", "turn the column into text")


def without_codebook(
    source: Source, name: str, scale: Scale, unknown: list[Unknown], argument: str
) -> FloatArray:
    """Read a column that is no numbers: by the order of its type, or as numbers one by one."""
    categories = source.categories(name)
    if categories is not None and all(isinstance(word, str) for word in categories.names):
        if not categories.ordered:
            raise _without_order(name, categories, scale, argument)
        return _by_order(source, name, categories.names, scale, argument)
    try:
        return source.numbers(name, hint=f"Code the answers as numbers on the scale {scale}.")
    except DataError as error:
        if not isinstance(error.value, str):
            raise
        entries = source.entries(name).tolist()
        rows = np.flatnonzero([isinstance(entry, str) for entry in entries])
        words = dict.fromkeys(entries[row] for row in rows)
        if all((its := coded(word)) is not None and not its.label for word in words):
            raise  # numbers as text
    remedy = partial(_declare, scale, argument)
    unknown.append(Unknown(name, rows, [(word, "") for word in words], "a number", remedy))
    return np.full(source.rows, np.nan)


def _by_order(
    source: Source, name: str, order: Sequence[str], scale: Scale, argument: str
) -> FloatArray:
    """Read words whose type puts them in order, the lowest at the low end of the scale."""
    numbers = {word: its.code for word in order if (its := coded(word)) is not None}
    if len(numbers) == len(order):  # their order says nothing that the numbers do not
        _refuse_disorder(name, numbers, "as numbers they are", "turn the column into numbers")
        return _each(source, name, numbers)
    points = [] if scale.step is None else offered(scale)
    if len(points) != len(order):
        answers = f"{len(points)} answers" if points else "no steps"
        raise DataError(
            f"{name} orders {len(order)} categories, {listed(order)}, but the scale {scale} has "
            f"{answers}, and which category is which answer cannot be guessed. Say it, as in "
            f"{_call(scale, argument, order)}; categories that are no answer belong into "
            f"no_answer={{…}}.",
            column=name,
        )
    shipped = _shipped(scale, order)
    if shipped is not None:
        said = {word: shipped.reader(word) for word in order}
        remedy = f"turn the column into text and use {argument}=survey.{shipped.name}"
        _refuse_disorder(name, said, f"survey.{shipped.name} says", remedy)
    answer = dict(zip(order, points, strict=True))
    for word, number in numbers.items():
        if number != answer[word]:
            raise DataError(
                f"the order of {name} is declared twice: its type makes {word!r} "
                f"{plain(answer[word])}, but in text it is the number {plain(number)}. Correct one "
                f"of them, or say what each means, as in {_call(scale, argument, order)}.",
                column=name,
            )
    return _each(source, name, answer)


def _each(source: Source, name: str, answer: Mapping[str, float]) -> FloatArray:
    """Read a column word by word."""
    different, places = different_entries(source, name)
    return np.array([*(answer.get(word, np.nan) for word in different), np.nan])[places]


def _refuse_disorder(name: str, answer: Mapping[str, float], but: str, remedy: str) -> None:
    """Raise where words in the order of their type are not in that of their answers."""
    for (word, low), (other, high) in pairwise(answer.items()):
        if high < low:
            raise DataError(
                f"the order of {name} is declared twice: its type has {word!r} below {other!r}, "
                f"but {but} {plain(low)} and {plain(high)}. Correct one of them, or {remedy}.",
                column=name,
            )


def _without_order(name: str, categories: Categories, scale: Scale, argument: str) -> DataError:
    words = categories.names
    return DataError(
        f"{name} has categories without an order, {listed(words)}. Give them their order, from the "
        f"low end of the scale to the high end, as in {categories.in_order}; or say what each "
        f"means, as in {_call(scale, argument, words)}.",
        column=name,
    )


def _declare(scale: Scale, argument: str, words: Sequence[str]) -> str:
    """Say how words are read: by a codebook that ships and knows them all, or by an own one."""
    if any(DECIMAL_COMMA.fullmatch(word) for word in words):
        return 'If decimals are written with a comma, read_export(…, decimal=",") reads them.'
    shipped = _shipped(scale, words)
    if shipped is not None:
        return f"These words are known to {argument}=survey.{shipped.name}."
    return f"Say what each word means, as in {_call(scale, argument, words)}."


class _Shipped(NamedTuple):
    """A codebook that ships."""

    name: str
    reader: Reader


def _shipped(scale: Scale, words: Sequence[str]) -> _Shipped | None:
    """Return the codebook that ships for a scale and knows all the words, if one does."""
    from custvalue._respondents.codebooks import SHIPPED

    for name, book in SHIPPED.items():
        reader = Reader(book)
        reads = book.scale == scale and all(reader(word) != UNKNOWN for word in words)
        if reads and any(map(reader.names, words)):
            return _Shipped(name, reader)
    return None


def _call(scale: Scale, argument: str, words: Sequence[str]) -> str:
    """Write the argument that declares some words, with the codes that stand beside them."""
    from custvalue._respondents.codebooks import NO_ANSWER as NONE

    none = [word for word in words if folded(word) in NONE]
    said = [word for word in words if word not in none]
    labelled = {its.label: str(plain(its.code)) for word in said if (its := coded(word))}
    pairs = labelled or dict.fromkeys(said, "…")
    parts = {
        "words": [f"{_brief(word)}: {code}" for word, code in pairs.items() if word],
        "no_answer": [_brief(word) for word in none],
    }
    on = repr(scale).replace("low=", "").replace("high=", "")
    given = [
        f"{name}={{{', '.join(its[:SHOWN])}{', …' if len(its) > SHOWN else ''}}}"
        for name, its in parts.items()
        if its
    ]
    return f"{argument}=Codebook({', '.join([f'scale={on}', *given])})"
