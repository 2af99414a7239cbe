"""Codebooks: what words in the data mean as numbers; their order is declared, never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, model_validator

from custvalue._checks import finite
from custvalue._respondents.scale import Scale, check_scale
from custvalue._table import Table
from custvalue._values import NUMBER, Frozen
from custvalue._words import did_you_mean, folded, number, plain
from custvalue.errors import ParameterError

NoAnswer = str | float

SIGNS = str.maketrans("−－＋．", "--+.")
DIGITS = r"[-+−－＋]?\d+(?:[.．]\d+)?"
LABEL = r"(?![\s\d])(.+)"  # of '1 - 2 times' 1 is no code
CODED = [
    re.compile(form.format(code=f"({DIGITS})", label=LABEL), re.DOTALL)
    for form in (
        r"{code}()",
        r"{code}\s*[-–—:：=＝.．、)）|]\s*{label}",
        r"{code}\s*[(（]\s*{label}[)）]",
        r"[(（\[]\s*{code}\s*[)）\]]\s*{label}",
    )
]


class Coded(NamedTuple):
    """A code in text, with the label beside it; empty where there is none."""

    code: float
    label: str


def coded(word: str) -> Coded | None:
    """Read ``9``, ``10 - very likely``, ``5：非常满意``, ``1 = poor`` or ``0 (not at all)``."""
    for form in CODED:
        found = form.fullmatch(word.strip())
        if found is not None:
            return Coded(float(found[1].translate(SIGNS)), found[2].strip())
    return None


def _as_words(given: Any) -> Any:
    """Refuse what are no words before pydantic does in words of its own."""
    for word in given if isinstance(given, Mapping) else ():
        if not isinstance(word, str):
            raise ValueError(f"a word is text, but it is {word!r}.")  # noqa: TRY004 - pydantic's
    return given


def _as_no_answer(given: Any) -> Any:
    """Put words and codes for no answer in one order; a single one is taken as it is."""
    given = plain(given)
    if given is None:
        return ()
    several = (given,) if isinstance(given, str | int | float) else given
    if not isinstance(several, Collection):
        raise ValueError(f"must be a set of words, but it is {given!r}.")  # noqa: TRY004 - pydantic's
    for one in several:
        if not isinstance(one, str) and np.isnan(finite(one)):
            raise ValueError(f"a code is a word or a number, but it is {one!r}.")
    return sorted(set(map(plain, several)), key=lambda one: (isinstance(one, str), one))


class Codebook(Frozen):
    """What the words in the data mean: each a number on a scale, or no answer.

    The order of the words is yours; nothing is guessed from the data. Give a codebook wherever
    answers are read, as ``codebook=``. Then numbers, numbers as text (``"9"``) and codes with
    their label in one cell (``"10 - extremely likely"``, ``"5：非常满意"``, ``"1 = poor"``,
    ``"0 (not at all)"``) are read too. A blank cell is a missing answer. Any other wording is
    refused, and all unknown wordings of all columns are listed at once.

    Parameters
    ----------
    scale : Scale
        The scale of the answers.
    words : mapping of str to float
        Each wording and the answer that it stands for; several wordings may stand for one.
    no_answer : set of str or float
        Words, and codes off the scale, that mean "don't know", "does not apply" or "refused". They
        are counted like the missing codes of the scale.
    name : str
        What messages call it.
    exact : bool
        Compare words letter by letter, but for white space at their ends. By default letter case,
        full-width and half-width forms, typographic apostrophes and repeated white space make no
        difference.
    one_wording : bool
        Refuse a column that uses two wordings of one script for one answer: it may come from a
        longer scale. So do the codebooks that ship; your own take both.

    Raises
    ------
    ParameterError
        If it is empty, a word stands for two answers (also by the comparison above) or for an
        answer and none, an answer is off the scale, or a code for no answer is on it.

    See Also
    --------
    AGREEMENT_5 : One of the codebooks that ship.

    Examples
    --------
    >>> from custvalue.satisfaction import top_box
    >>> from custvalue.survey import Codebook, Scale
    >>> words = Codebook(
    ...     scale=Scale(1, 5),
    ...     words={"很不满意": 1, "不太满意": 2, "一般": 3, "比较满意": 4, "很满意": 5},
    ...     no_answer={"不适用", "拒答"},
    ... )
    >>> answers = ["很满意", "一般", "比较满意", "拒答", "5"]
    >>> top_box(answers, codebook=words, missing="pairwise")
    TopBox(boxes=2, scale='1-5', value=0.7500, n=4)
    """

    scale: Scale
    words: Annotated[dict[str, Annotated[float, NUMBER]], BeforeValidator(_as_words)]
    no_answer: Annotated[tuple[NoAnswer, ...], BeforeValidator(_as_no_answer)] = ()
    name: str = ""
    exact: bool = False
    one_wording: bool = False

    REPR: ClassVar[tuple[str, ...]] = ("name", "scale", "words", "no_answer")

    def __init__(
        self,
        *,
        scale: Scale,
        words: Mapping[str, float] | None = None,
        no_answer: Iterable[NoAnswer] | NoAnswer = (),
        name: str = "",
        exact: bool = False,
        one_wording: bool = False,
        **unknown: Any,
    ) -> None:
        super().__init__(
            scale=scale,
            words={} if words is None else words,
            no_answer=no_answer,
            name=name,
            exact=exact,
            one_wording=one_wording,
            **unknown,
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.words and not self.no_answer:
            raise ValueError(
                "Codebook: words must not be empty. Say what each wording means, as in "
                "words={'bad': 1, 'good': 2}."
            )
        for word, answer in self.words.items():
            _check_word(word, answer, self.scale)
        for code in self.no_answer:
            _check_no_answer(code, self.scale)
        _refuse_two_meanings(self)
        return self

    @classmethod
    def from_order(
        cls,
        words: Sequence[str | Sequence[str]],
        *,
        scale: Scale | None = None,
        no_answer: Iterable[NoAnswer] | NoAnswer = (),
        name: str = "",
        exact: bool = False,
    ) -> Codebook:
        """Take words in the order of the scale, from its low end to its high end.

        Parameters
        ----------
        words : sequence of str
            One for each answer of the scale; a list of wordings for an answer that has several.
        scale : Scale, optional
            The scale; 1, 2, 3, … by default. Give one whose direction is ``"lower is better"``
            where the first word is the best.
        no_answer, name, exact
            As of the class.

        Raises
        ------
        ParameterError
            If there are more or fewer words than answers, or a word comes twice.

        Examples
        --------
        >>> Codebook.from_order(["poor", ["fair", "average"], "good"]).words
        {'poor': 1.0, 'fair': 2.0, 'average': 2.0, 'good': 3.0}
        """
        if isinstance(words, str) or not isinstance(words, Sequence):
            raise ParameterError(
                f"words must be a list in the order of the scale, as in ['bad', 'good'], but it is "
                f"{words!r}."
            )
        if scale is None and len(words) < 2:
            raise ParameterError(
                f"words must be two at least, from the low end of the scale to the high end, but "
                f"there are {len(words)}."
            )
        on = Scale(1, len(words)) if scale is None else check_scale(scale)
        points = offered(on)
        if len(points) != len(words):
            raise ParameterError(
                f"words must be one for each answer of the scale {on}, which has {len(points)}, "
                f"but there are {len(words)}. Use Codebook(scale=…, words={{'…': 1}}) to name some "
                f"answers only."
            )
        pairs = [
            (word, point) for its, point in zip(words, points, strict=True) for word in _each(its)
        ]
        return cls(
            scale=on, words=_without_repeats(pairs), no_answer=no_answer, name=name, exact=exact
        )

    @classmethod
    def from_labels(
        cls,
        labels: Mapping[float, str],
        *,
        scale: Scale,
        no_answer: Iterable[NoAnswer] | NoAnswer = (),
        name: str = "",
        exact: bool = False,
    ) -> Codebook:
        """Take value labels, code to label, as SPSS files have them.

        Parameters
        ----------
        labels : mapping of float to str
            The label of each code.
        scale : Scale
            The scale of the answers. It is not taken from the labels, which often name the ends
            alone, and codes for no answer beside them.
        no_answer : set of float or str
            The codes that mean no answer, such as ``{8, 9}``; their labels mean the same.
        name, exact
            As of the class.

        Raises
        ------
        ParameterError
            If two codes have one label, or a code is neither on the scale nor in `no_answer`.

        Examples
        --------
        >>> labels = {1.0: "poor", 5.0: "excellent", 9.0: "refused"}
        >>> book = Codebook.from_labels(labels, scale=Scale(1, 5), no_answer={9})
        >>> book.words, book.no_answer
        ({'poor': 1.0, 'excellent': 5.0}, (9.0, 'refused'))
        """
        check_scale(scale)
        if not isinstance(labels, Mapping):
            raise ParameterError(
                f"labels must be a mapping of code to label, as in {{1: 'poor', 5: 'good'}}, but "
                f"it is {labels!r}."
            )
        none = set(_codes(no_answer)) | set(scale.missing_codes)
        pairs = [(label, code) for code, label in labels.items() if code not in none]
        beside = {label for code, label in labels.items() if code in none}
        words = _without_repeats(pairs)
        return cls(scale=scale, words=words, no_answer=none | beside, name=name, exact=exact)

    def with_words(
        self,
        words: Mapping[str, float] | None = None,
        *,
        no_answer: Iterable[NoAnswer] | NoAnswer = (),
        one_wording: bool | None = None,
    ) -> Codebook:
        """Return a codebook that knows more words.

        Parameters
        ----------
        words : mapping of str to float, optional
            More wordings and their answers.
        no_answer : set of str or float
            More that means no answer.
        one_wording : bool, optional
            False to let a column use several wordings for one answer.

        Raises
        ------
        ParameterError
            If a word has another meaning already.

        Examples
        --------
        >>> from custvalue.survey import QUALITY_5
        >>> QUALITY_5.with_words({"so so": 3}, no_answer={"no idea"}).words["so so"]
        3.0
        """
        more = dict(words or {})
        for word, answer in more.items():
            if self.words.get(word, answer) != answer:
                raise ParameterError(_two_meanings(word, self.words[word], word, answer))
        return Codebook(
            scale=self.scale,
            words={**self.words, **more},
            no_answer={*self.no_answer, *_codes(no_answer)},
            name=self.name,
            exact=self.exact,
            one_wording=self.one_wording if one_wording is None else one_wording,
        )

    @property
    def wordings(self) -> list[str]:
        """All words that it knows, those for no answer last."""
        return [*self.words, *(word for word in self.no_answer if isinstance(word, str))]

    @property
    def missing_codes(self) -> tuple[float, ...]:
        """The numbers that mean no answer: the scale's, and its own."""
        return (*self.scale.missing_codes, *(x for x in self.no_answer if not isinstance(x, str)))

    def closest(self, word: object) -> str:
        """Return a hint at the word that is close to another, if any.

        Parameters
        ----------
        word : object
            An entry that is none of its words.
        """
        return did_you_mean(word, self.wordings) if isinstance(word, str) else ""

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return word and answer, one row per word, as a plain dict; NaN for no answer."""
        none = [plain(code) for code in self.no_answer]
        return {
            "word": np.array([*self.words, *map(str, none)], dtype=np.str_),
            "answer": np.array([*self.words.values(), *[np.nan] * len(none)]),
        }

    def _table(self) -> Table:
        by_answer: dict[float, list[str]] = {}
        for word, answer in self.words.items():
            by_answer.setdefault(answer, []).append(word)
        rows = [(str(plain(key)), ", ".join(by_answer[key])) for key in sorted(by_answer)]
        if self.no_answer:
            rows.append(("no answer", ", ".join(str(plain(code)) for code in self.no_answer)))
        said = f"Scale {self.scale}, {self.scale.direction}. {self._compared}"
        title = f"Codebook {self.name}".strip()
        return Table(title, ("answer", "words"), tuple(rows), (said,))

    @property
    def _compared(self) -> str:
        how = "letter by letter" if self.exact else "without letter case and width of letters"
        return f"Words are compared {how}."


def offered(scale: Scale) -> list[float]:
    """Return the answers that a scale with steps offers, from its low end to its high end."""
    if scale.step is None:
        raise ParameterError(
            f"words stand for the answers of a scale with steps, but {scale!r} is continuous. Use "
            f"Codebook(scale=…, words={{'…': 1}})."
        )
    return [scale.low + scale.step * k for k in range(round(scale.width / scale.step) + 1)]


def check_codebook(codebook: object) -> Codebook:
    """Return `codebook`, or raise unless it is a Codebook."""
    if isinstance(codebook, Codebook):
        return codebook
    raise ParameterError(
        f"codebook must be a Codebook, as in Codebook(scale=Scale(1, 5), words={{'bad': 1, "
        f"'good': 5}}), but it is {codebook!r}."
    )


def stated_scale(scale: Any, codebook: Codebook | None, argument: str = "scale") -> Scale | None:
    """Return the scale that is stated by itself or by a codebook; None where neither is."""
    if codebook is None:
        return None if scale is None else check_scale(scale, argument)
    its = check_codebook(codebook).scale
    if scale is not None and check_scale(scale, argument) != its:
        raise ParameterError(
            f"{argument} is {scale!r}, but the codebook is for {its!r}. Leave {argument} out."
        )
    return its


def directed(codebook: Codebook | None, scale: Scale) -> Codebook | None:
    """Return the same words on a scale with the same answers, perhaps in another direction."""
    if codebook is None or codebook.scale == scale:
        return codebook
    return codebook.model_copy(update={"scale": scale})


def names_of(answers: Iterable[float], codebook: Codebook | None) -> list[str]:
    """Name answers by their number, and the first word that a codebook has for each."""
    words: dict[float, str] = {}
    for word, answer in {} if codebook is None else codebook.words.items():
        words.setdefault(answer, word)
    return [f"{number(its)} {words.get(its, '')}".strip() for its in answers]


def scale_of(scale: Any, codebook: Codebook | None, argument: str = "scale") -> Scale:
    """Return the scale, which must be stated by itself or by a codebook."""
    return check_scale(stated_scale(scale, codebook, argument), argument)


def _codes(no_answer: Any) -> tuple[NoAnswer, ...]:
    """Return words and codes for no answer, one by one."""
    try:
        return tuple(_as_no_answer(no_answer))
    except ValueError as error:
        raise ParameterError(f"Codebook: no_answer: {error}") from None


def _each(words: object) -> Iterator[Any]:
    """Yield one wording, or each of several."""
    if isinstance(words, Collection) and not isinstance(words, str):
        yield from words
    else:
        yield words


def _without_repeats(pairs: Iterable[tuple[Any, float]]) -> dict[Any, float]:
    """Return word to answer, each word once."""
    words: dict[Any, float] = {}
    for word, answer in pairs:
        if word in words:
            raise ParameterError(_two_meanings(word, words[word], word, answer))
        words[word] = answer
    return words


def _two_meanings(one: str, answer: float, other: str, another: float) -> str:
    """Say that words which are the same mean two things."""
    alike = f"{one!r} and {other!r}, which are the same word," if one != other else repr(one)
    verb = "stand" if one != other else "stands"
    way_out = " Use exact=True to tell them apart." if one != other else ""
    return (
        f"Codebook: a word must stand for one answer, but {alike} {verb} for {plain(answer)} and "
        f"{plain(another)}.{way_out}"
    )


def _check_word(word: str, answer: float, scale: Scale) -> None:
    """Raise a ValueError unless a word says something, and its answer is on the scale."""
    if not word.strip():
        raise ValueError("Codebook: words must not be blank; a blank cell is a missing answer.")
    if not scale.offers(answer):
        raise ValueError(
            f"Codebook: {word!r} means {plain(answer)}, but an answer is {scale.description}. If "
            f"it means no answer, put it into no_answer={{{word!r}}}."
        )
    found = coded(word)
    if found is not None and not found.label and found.code != answer:
        raise ValueError(
            f"Codebook: {word!r} means {plain(answer)}, but in text it is read as the number. "
            f"Recode it in the data first."
        )


def _check_no_answer(code: NoAnswer, scale: Scale) -> None:
    """Raise a ValueError for a blank word, and for a number among the answers."""
    found = coded(code) if isinstance(code, str) else Coded(code, "")
    if isinstance(code, str) and not code.strip():
        raise ValueError("Codebook: no_answer must not be blank; a blank cell is a missing answer.")
    if found is not None and not found.label and scale.low <= found.code <= scale.high:
        raise ValueError(
            f"Codebook: no_answer must lie outside the scale {scale}, but {plain(code)!r} lies "
            f"inside. Recode it in the data first."
        )


def _refuse_two_meanings(codebook: Codebook) -> None:
    """Raise a ValueError where a word, as it is compared, stands for two things."""
    seen: dict[str, tuple[str, float]] = {}
    for word, answer in codebook.words.items():
        first, its = seen.setdefault(folded(word, exact=codebook.exact), (word, answer))
        if its != answer:
            raise ValueError(_two_meanings(first, its, word, answer))
    for code in codebook.no_answer:
        known = seen.get(folded(code, exact=codebook.exact)) if isinstance(code, str) else None
        if known is not None:
            raise ValueError(
                f"Codebook: {code!r} means no answer, but {known[0]!r} in words means "
                f"{plain(known[1])}. Remove one of the two."
            )
