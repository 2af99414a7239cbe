"""Answer scales: theoretical ends, steps, direction, codes for no answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from custvalue._rows import FloatArray
from custvalue._values import Frozen, Positive
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

Direction = Literal["higher is better", "lower is better"]

STEP_TOLERANCE = 1e-9  # of a step: 0.1 + 0.2 is on a scale in tenths
BLOCK = 16_384  # answers checked at a time, so that what is checked stays in the cache


class Scale(Frozen):
    """An answer scale: its theoretical ends, steps, direction and codes for no answer.

    Parameters
    ----------
    low, high : float
        The lowest and the highest answer that the questionnaire offers, chosen by
        respondents or not.
    step : float or None
        Distance between neighbouring answers; 1 by default. None for a continuous scale.
    direction : {"higher is better", "lower is better"}
        Which end is the good one.
    true_zero : bool
        Whether 0 means none of it, so that ratios have a meaning. Rating scales have no true
        zero: 4 is not twice as good as 2.
    missing_codes : tuple of float
        Codes that mean "don't know" or "does not apply", outside the scale: (98, 99).

    Raises
    ------
    ParameterError
        If a number is text or True or False, the ends are in the wrong order or no whole number
        of steps apart, or a missing code lies among the answers.

    Examples
    --------
    >>> Scale(1, 7)
    Scale(low=1, high=7)
    >>> Scale(0, 100, step=20).rescale([60])
    array([60.])
    >>> Scale(1, 5, direction="lower is better").rescale([1, 5])
    array([100.,   0.])
    """

    low: float
    high: float
    step: Positive | None = 1.0
    direction: Direction = "higher is better"
    true_zero: bool = False
    missing_codes: tuple[float, ...] = ()

    def __init__(
        self,
        low: float,
        high: float,
        *,
        step: float | None = 1.0,
        direction: Direction = "higher is better",
        true_zero: bool = False,
        missing_codes: Sequence[float] = (),
        **unknown: Any,
    ) -> None:
        _refuse_words("low", low)
        _refuse_words("high", high)
        _refuse_words("step", step)
        for code in missing_codes if isinstance(missing_codes, Iterable) else ():
            _refuse_words("missing_codes", code)
        super().__init__(
            low=low,
            high=high,
            step=step,
            direction=direction,
            true_zero=true_zero,
            missing_codes=missing_codes,
            **unknown,
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low < self.high:
            raise ValueError(
                f"Scale: low must be < high, but low={plain(self.low)} and "
                f"high={plain(self.high)}. Use direction='lower is better' for a scale whose "
                f"small answers are good."
            )
        if self._off_step(np.array([self.high])).any():
            raise ValueError(
                f"Scale: high must be a whole number of steps above low, but {plain(self.low)} to "
                f"{plain(self.high)} in steps of {plain(self.step)} is not. Use step=None "
                f"for a continuous scale."
            )
        inside = [code for code in self.missing_codes if self.low <= code <= self.high]
        if inside:
            raise ValueError(
                f"Scale: missing_codes must lie outside {self}, but {plain(inside[0])} lies "
                f"inside. Recode it in the data first."
            )
        if self.true_zero and self.low != 0:
            raise ValueError(
                f"Scale: a scale with a true zero starts at 0, but low={plain(self.low)}."
            )
        return self

    def __str__(self) -> str:
        ends = (str(plain(self.low)), str(plain(self.high)))
        return " to ".join(ends) if self.low < 0 else "-".join(ends)

    def __repr__(self) -> str:
        parts = {
            name: plain(getattr(self, name))
            for name, info in type(self).model_fields.items()
            if name in ("low", "high") or getattr(self, name) != info.default
        }
        return f"Scale({', '.join(f'{name}={value!r}' for name, value in parts.items())})"

    @property
    def width(self) -> float:
        """Distance between the ends."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """The point halfway between the ends."""
        return (self.low + self.high) / 2

    @property
    def best(self) -> float:
        """The good end: `high`, or `low` where lower is better."""
        return self.high if self.direction == "higher is better" else self.low

    @property
    def sign(self) -> int:
        """1 where higher is better, -1 where lower is better."""
        return 1 if self.direction == "higher is better" else -1

    @property
    def description(self) -> str:
        """What an answer must be, in words, for messages."""
        if self.step is None:
            return f"a number from {plain(self.low)} to {plain(self.high)}"
        if self.step == 1 and float(self.low).is_integer():
            return f"a whole number from {plain(self.low)} to {plain(self.high)}"
        return f"a step of {plain(self.step)} from {plain(self.low)} to {plain(self.high)}"

    def rescale(self, answers: npt.ArrayLike) -> FloatArray:
        """Move answers to 0-100, 100 being the good end (percent of the scale's maximum).

        Parameters
        ----------
        answers : array_like
            Answers on this scale; NaN stays NaN.

        Returns
        -------
        ndarray of float64
            100 (x - low) / (high - low), reversed where lower is better.
        """
        share = (np.asarray(answers, dtype=np.float64) - self.low) / self.width
        return 100 * (share if self.direction == "higher is better" else 1 - share)

    def check(self, name: str, answers: FloatArray) -> FloatArray:
        """Return answers with missing codes as NaN, or raise.

        Parameters
        ----------
        name : str
            Name of the item, for the message.
        answers : ndarray of float64, shape (respondents,)
            One answer per respondent, NaN where there is none.

        Returns
        -------
        ndarray of float64
            The same array where the scale has no missing codes.

        Raises
        ------
        DataError
            If an answer is off the scale or between its steps.
        """
        return self.check_declared(name, answers, MISSING_CODES)

    def check_declared(self, name: str, answers: FloatArray, declare: str) -> FloatArray:
        """Do what :meth:`check` does; `declare` is how a code for no answer is declared.

        Parameters
        ----------
        name : str
            Name of the item, for the message.
        answers : ndarray of float64, shape (respondents,)
            One answer per respondent, NaN where there is none.
        declare : str
            With ``{}`` in the place of the code.
        """
        answers = self.without_codes(answers)
        if self._all_good(answers):
            return answers
        bad = np.flatnonzero(self._outside(answers) | self._off_step(answers))
        hint = self._hint(float(answers[bad[0]]), declare)
        raise DataError.at_rows(name, self.description, bad, answers[bad], hint)

    def without_codes(self, answers: FloatArray) -> FloatArray:
        """Return answers with missing codes as NaN.

        Parameters
        ----------
        answers : ndarray of float64
            Answers as they were coded.
        """
        if not self.missing_codes:
            return answers
        return np.where(np.isin(answers, self.missing_codes), np.nan, answers)

    def offers(self, answer: float) -> bool:
        """Say whether an answer is on this scale.

        Parameters
        ----------
        answer : float
            A number.
        """
        return self._all_good(np.array([answer])) and not np.isnan(answer)

    def _all_good(self, answers: FloatArray) -> bool:
        blocks = (answers[start : start + BLOCK] for start in range(0, len(answers), BLOCK))
        return not any(self._outside(b).any() or self._off_step(b).any() for b in blocks)

    def _outside(self, answers: FloatArray) -> npt.NDArray[np.bool_]:
        return (answers < self.low) | (answers > self.high)  # NaN is neither

    def _off_step(self, answers: FloatArray) -> npt.NDArray[np.bool_]:
        if self.step is None:
            return np.zeros(answers.shape, dtype=bool)
        with np.errstate(invalid="ignore"):  # an infinite answer is outside anyway
            steps = (answers - self.low) / self.step
            return np.abs(steps - np.rint(steps)) > STEP_TOLERANCE

    def _hint(self, value: float, declare: str) -> str:
        if not np.isfinite(value):
            return "Write a missing answer as null or NaN."
        if not self.low <= value <= self.high:
            return (
                f"If {plain(value)} means no answer, use {declare.format(plain(value))}; if the "
                f"scale is another one, give its ends."
            )
        total = "If it is a total or a mean, leave that row out"
        if (self.low, self.high, self.step) == (0, 10, 1):
            return f"{total}. A slider, Scale(0, 10, step=None), has no net promoter score."
        return f"{total}; for a continuous scale use step=None."


MISSING_CODES = "missing_codes=({},)"  # how a scale declares one


def _refuse_words(argument: str, value: object) -> None:
    """Raise a ParameterError for text and truth values, which are refused as answers too."""
    if isinstance(plain(value), str | bytes | bool):
        raise ParameterError(
            f"Scale: {argument} must be a number, but it is {plain(value)!r}. Write numbers, as in "
            f"Scale(1, 5)."
        )


def check_scale(scale: Any, argument: str = "scale") -> Scale:
    """Return `scale`, or raise unless it is a Scale."""
    if isinstance(scale, Scale):
        return scale
    ends = scale if isinstance(scale, tuple | list) else ()
    numbers = len(ends) == 2 and all(type(end) in (int, float) for end in ends)
    hint = f" Did you mean Scale({', '.join(map(repr, ends))})?" if numbers else ""
    hint = " Give it as codebook=…." if isinstance(getattr(scale, "scale", None), Scale) else hint
    raise ParameterError(
        f"{argument} must be a Scale, as in Scale(1, 10), but it is {scale!r}.{hint}"
    )
