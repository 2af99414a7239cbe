"""How the answers of a Kano questionnaire are written in the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from custvalue._kano.table import LEVELS, EvaluationTable, LevelName
from custvalue._values import Frozen
from custvalue._words import did_you_mean, plain

Code = int | float | str

_FIELDS = ("like", "must_be", "neutral", "live_with", "dislike")


def _codes(codes: Any) -> Any:
    """Let one code stand for a tuple of one."""
    if codes is None:
        return ()
    if isinstance(codes, bool):
        raise ValueError(f"a code is a number or a word, but it is {codes!r}.")  # noqa: TRY004 - pydantic takes a ValueError
    return (codes,) if isinstance(codes, int | float | str) else codes


Codes = Annotated[tuple[Code, ...], BeforeValidator(_codes)]


class AnswerCodes(Frozen):
    """How the answers are written in the data: numbers, or words that are declared here.

    ``AnswerCodes()`` is 1 like, 2 must-be, 3 neutral, 4 live-with, 5 dislike. Name all of the
    levels that the questionnaire offers where the data are written otherwise; several words may
    stand for one level. Words are compared as they are: nothing is guessed.

    Parameters
    ----------
    like, must_be, neutral, live_with, dislike : number, str or sequence of these, optional
        What stands for the level in the data.
    missing_codes : sequence of number or str
        What means no answer: ``(9,)``, ``("n/a",)``.

    Raises
    ------
    ParameterError
        If one code stands for two levels.

    Examples
    --------
    >>> AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1).meaning[5]
    'like'
    >>> AnswerCodes(like=("I like it", "喜欢"), neutral="无所谓", dislike="不喜欢").meaning["喜欢"]
    'like'
    """

    like: Codes = ()
    must_be: Codes = ()
    neutral: Codes = ()
    live_with: Codes = ()
    dislike: Codes = ()
    missing_codes: Codes = ()

    def __init__(
        self,
        *,
        like: Any = None,
        must_be: Any = None,
        neutral: Any = None,
        live_with: Any = None,
        dislike: Any = None,
        missing_codes: Any = (),
        **unknown: Any,
    ) -> None:
        given = (like, must_be, neutral, live_with, dislike)
        if all(codes is None for codes in given):
            given = (1, 2, 3, 4, 5)
        named = dict(zip(_FIELDS, given, strict=True))
        super().__init__(**named, missing_codes=missing_codes, **unknown)

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: dict[Code, str] = {}
        for name in (*_FIELDS, "missing_codes"):
            for code in getattr(self, name):
                if seen.setdefault(code, name) != name:
                    raise ValueError(
                        f"AnswerCodes: a code must stand for one level, but {code!r} stands for "
                        f"{seen[code]} and {name}."
                    )
        return self

    @classmethod
    def numbered(cls, table: EvaluationTable, *, missing_codes: Sequence[Code] = ()) -> AnswerCodes:
        """Return 1, 2, 3, … for the levels of a table, like first.

        Parameters
        ----------
        table : EvaluationTable
            The table whose levels are numbered.
        missing_codes : sequence of number or str
            What means no answer.
        """
        numbers = {
            _FIELDS[LEVELS.index(level)]: place + 1 for place, level in enumerate(table.levels)
        }
        return cls(**numbers, missing_codes=missing_codes)

    @property
    def meaning(self) -> dict[Code, LevelName]:
        """Each code and the level that it stands for."""
        return {
            code: level
            for level, name in zip(LEVELS, _FIELDS, strict=True)
            for code in getattr(self, name)
        }

    @property
    def declared(self) -> tuple[LevelName, ...]:
        """The levels that have a code."""
        return tuple(dict.fromkeys(self.meaning.values()))

    def __repr__(self) -> str:
        shown = {name: _plain(getattr(self, name)) for name in type(self).model_fields}
        inside = ", ".join(f"{name}={codes!r}" for name, codes in shown.items() if codes != ())
        return f"AnswerCodes({inside})"

    @property
    def spelled(self) -> str:
        """The codes of each level in words: ``1 (like), 2 (must-be)``."""
        by_level = {
            level: [plain(code) for code, its in self.meaning.items() if its == level]
            for level in self.declared
        }
        return ", ".join(
            f"{codes[0]!r} ({level})"
            if len(codes) == 1
            else f"{codes[0]!r} or {len(codes) - 1} more ({level})"
            for level, codes in by_level.items()
        )

    @property
    def reversed(self) -> AnswerCodes | None:
        """The same numbers from dislike to like; None where a level is no single number."""
        given = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        if any(len(codes) > 1 or isinstance(codes[0], str) for codes in given.values()):
            return None
        turned = dict(zip(given, reversed(given.values()), strict=True))
        return AnswerCodes(**turned, missing_codes=self.missing_codes)

    def closest(self, value: object) -> str:
        """Return a hint at the declared word that is close to `value`, if any.

        Parameters
        ----------
        value : object
            An answer that is no code.
        """
        words = [code for code in self.meaning if isinstance(code, str)]
        return did_you_mean(value, words) if isinstance(value, str) else ""


def _plain(codes: tuple[Code, ...]) -> Code | tuple[Code, ...]:
    return codes[0] if len(codes) == 1 else codes


WORDS = AnswerCodes(
    like=("like", "I like it", "I like it that way", "喜欢", "很喜欢", "我很喜欢"),
    must_be=("must-be", "I expect it", "It must be that way", "理应如此", "理所当然"),
    neutral=("neutral", "I am neutral", "无所谓"),
    live_with=(
        "live-with",
        "I can live with it",
        "I can live with it that way",
        "I can tolerate it",
        "勉强接受",
        "可以忍受",
    ),
    dislike=(
        "dislike",
        "I dislike it",
        "I dislike it that way",
        "不喜欢",
        "很不喜欢",
        "我很不喜欢",
    ),
)
"""Common wordings in English and 中文, for ``codes=kano.WORDS``; they are only used on request."""
