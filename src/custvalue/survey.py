"""Scales and answers: the ground that every satisfaction measure stands on.

A :class:`Scale` knows its theoretical ends, so that nothing is ever rescaled by the answers
that happened to be observed. :class:`Responses` are answers (respondents x items) on one scale
with sampling weights and a stated policy for missing answers, from any dataframe, mapping or
array; they are checked once, when they are made.

Examples
--------
>>> from custvalue.survey import Responses, Scale
>>> frame = {"friendly": [5, 4, 3], "on time": [4, 2, 5]}
>>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
>>> answers
Responses(respondents=3, items=2, scale='1-5', missing=0)
>>> answers.scale.rescale([1, 3, 5])
array([  0.,  50., 100.])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from custvalue import _frames
from custvalue._base import Columns, FloatArray, Frozen, Positive, read_only
from custvalue._display import Table, number, one_line
from custvalue._statistics import (
    MeanEstimate,
    Proportion,
    ProportionMethod,
    kish_effective_n,
    mean_estimate,
)
from custvalue.errors import DataError, listed, plain, require_choice

__all__ = [
    "Direction",
    "MeanEstimate",
    "MissingPolicy",
    "Proportion",
    "ProportionMethod",
    "Responses",
    "Scale",
]

Direction = Literal["higher is better", "lower is better"]
MissingPolicy = Literal["raise", "drop", "pairwise"]


class Scale(Frozen):
    """An answer scale: its theoretical ends, steps, direction and codes for no answer.

    Parameters
    ----------
    low, high : float
        The lowest and the highest answer that the questionnaire offers, whether anybody chose
        them or not.
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
        If the ends are in the wrong order, no whole number of steps apart, or a missing code
        lies among the answers.

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
                f"Scale: low must be < high, but low={number(self.low)} and "
                f"high={number(self.high)}. Say direction='lower is better' for a scale whose "
                f"small answers are good."
            )
        if self.step is not None and self._off_step(np.array([self.high]))[0]:
            raise ValueError(
                f"Scale: high must be a whole number of steps above low, but {number(self.low)} to "
                f"{number(self.high)} in steps of {number(self.step)} is not. Say step=None for a "
                f"continuous scale."
            )
        inside = [code for code in self.missing_codes if self.low <= code <= self.high]
        if inside:
            raise ValueError(
                f"Scale: missing_codes must lie outside {self}, but {plain(inside[0])} lies "
                f"inside. Recode it in the data first."
            )
        if self.true_zero and self.low != 0:
            raise ValueError(
                f"Scale: a scale with a true zero starts at 0, but low={number(self.low)}."
            )
        return self

    def _off_step(self, answers: FloatArray) -> npt.NDArray[np.bool_]:
        if self.step is None:
            return np.zeros(answers.shape, dtype=bool)
        steps = (answers - self.low) / self.step
        return np.abs(steps - np.round(steps)) > 1e-9

    def __str__(self) -> str:
        return f"{number(self.low)}-{number(self.high)}"

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
    def description(self) -> str:
        """What an answer must be, in words, for messages."""
        if self.step is None:
            return f"a number from {number(self.low)} to {number(self.high)}"
        if self.step == 1 and float(self.low).is_integer():
            return f"a whole number from {number(self.low)} to {number(self.high)}"
        return f"a step of {number(self.step)} from {number(self.low)} to {number(self.high)}"

    def rescale(self, answers: npt.ArrayLike) -> FloatArray:
        """Move answers to 0-100, 100 being the good end (percent of the scale's maximum).

        Parameters
        ----------
        answers : array_like
            Answers on this scale; NaN stays NaN.

        Returns
        -------
        ndarray of float64
            100 (x - low) / (high - low), turned round where lower is better.
        """
        share = (np.asarray(answers, dtype=np.float64) - self.low) / self.width
        return 100 * (share if self.direction == "higher is better" else 1 - share)

    def check(self, name: str, answers: FloatArray) -> FloatArray:
        """Return answers with missing codes as NaN, or raise.

        Parameters
        ----------
        name : str
            Name of the item, for the message.
        answers : ndarray of float64
            One answer a respondent, NaN where there is none.

        Returns
        -------
        ndarray of float64
            A new array.

        Raises
        ------
        DataError
            If an answer is off the scale or between its steps.
        """
        answers = np.where(np.isin(answers, self.missing_codes), np.nan, answers)
        present = ~np.isnan(answers)
        outside = present & ((answers < self.low) | (answers > self.high))
        bad = np.flatnonzero(outside | (present & self._off_step(answers)))
        if bad.size:
            hint = self._hint(float(answers[bad[0]]))
            raise DataError.at_rows(name, self.description, bad, answers[bad], hint)
        return answers

    def _hint(self, value: float) -> str:
        if not self.low <= value <= self.high:
            return (
                f"If {plain(value)} means no answer, say missing_codes=({plain(value)},); if the "
                f"scale is another one, give its ends."
            )
        return "Say step=None if the scale is continuous."


@dataclass(frozen=True, eq=False, repr=False)
class Responses(Columns):
    """Answers of respondents to items on one scale.

    Use :meth:`from_frame` or :meth:`from_array`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    answers : ndarray of shape (respondents, items)
        Answers; NaN where there is none. Read-only.
    weights : ndarray of shape (respondents,)
        Sampling weights; ones where none were given. Read-only.
    scale : Scale
        The scale that all items share.
    missing : {"raise", "drop", "pairwise"}
        The policy that was applied to missing answers.
    dropped : int
        Respondents left out because an answer was missing (policy ``drop``).
    dont_know : int
        Answers with one of the scale's missing codes, before anybody was dropped.
    """

    items: tuple[str, ...]
    answers: FloatArray
    weights: FloatArray
    scale: Scale
    missing: MissingPolicy = "raise"
    dropped: int = 0
    dont_know: int = 0

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        items: Sequence[str] | None = None,
        *,
        scale: Scale,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
    ) -> Responses:
        """Read answers from a dataframe or a mapping of columns.

        Parameters
        ----------
        frame : dataframe or mapping
            One row a respondent, one column an item.
        items : sequence of str, optional
            Columns that hold the items; by default all of them except `weights`.
        scale : Scale
            The scale of all the items.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise"}
            What to do with missing answers (null, NaN, the scale's missing codes): refuse them,
            leave out the respondents who have any, or let each statistic use what there is.

        Raises
        ------
        DataError
            If a column is absent, an answer is off the scale or missing, or weights are negative.
        """
        source = frame if isinstance(frame, _frames.Source) else _frames.Source(frame)
        if items is None:
            items = [name for name in source.names if name != weights]
        source.require({f"items[{i}]": name for i, name in enumerate(items)})
        if weights is not None:
            source.require({"weights": weights})
        _no_repeats(items)
        hint = f"Code the answers as numbers on the scale {scale}."
        answers = [source.numbers(name, hint=hint) for name in items]
        weighting = None if weights is None else source.numbers(weights)
        return cls._checked(
            items, answers, weighting, scale=scale, missing=missing, weights_name=weights
        )

    @classmethod
    def from_array(
        cls,
        answers: npt.ArrayLike,
        *,
        scale: Scale,
        items: Sequence[str] | None = None,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
    ) -> Responses:
        """Read answers from an array of respondents x items (or of one item).

        Parameters
        ----------
        answers : array_like of shape (respondents,) or (respondents, items)
            Answers; NaN or None where there is none.
        scale : Scale
            The scale of all the items.
        items : sequence of str, optional
            Names of the items; ``item 1``, ``item 2``, … by default.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise"}
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if the shape is wrong.
        """
        array = np.asarray(answers)
        if array.ndim == 1:
            array = array[:, np.newaxis]
        if array.ndim != 2:
            raise DataError(
                f"answers must have the shape (respondents, items), but it is {array.shape}."
            )
        if items is None:
            items = [f"item {i + 1}" for i in range(array.shape[1])]
        if len(items) != array.shape[1]:
            raise DataError(f"items has {len(items)} names for {array.shape[1]} columns.")
        _no_repeats(items)
        hint = f"Code the answers as numbers on the scale {scale}."
        columns = [_frames.to_numbers(name, array[:, i], hint=hint) for i, name in enumerate(items)]
        weighting = None if weights is None else _frames.to_numbers("weights", weights)
        return cls._checked(
            items, columns, weighting, scale=scale, missing=missing, weights_name="weights"
        )

    @classmethod
    def _checked(
        cls,
        items: Sequence[str],
        answers: Sequence[FloatArray],
        weights: FloatArray | None,
        *,
        scale: Scale,
        missing: MissingPolicy,
        weights_name: str | None,
    ) -> Responses:
        require_choice("missing", missing, get_args(MissingPolicy))
        if not items:
            raise DataError("items must name at least one column, but it is empty.")
        dont_know = sum(int(np.isin(column, scale.missing_codes).sum()) for column in answers)
        matrix = np.column_stack(
            [scale.check(name, column) for name, column in zip(items, answers, strict=True)]
        )
        if len(matrix) == 0:
            raise DataError("the survey has no rows. Give at least one respondent.")
        weighting = checked_weights(weights_name or "weights", weights, len(matrix))
        absent = np.isnan(matrix)
        if missing == "raise" and absent.any():
            _refuse_missing(items, absent)
        keep = ~absent.any(axis=1) if missing == "drop" else np.ones(len(matrix), dtype=bool)
        if not keep.any():
            raise DataError(
                f"missing='drop' leaves nobody: each of the {len(matrix)} respondents misses an "
                f"answer. Say missing='pairwise', or leave out the item with most gaps."
            )
        return cls(
            items=tuple(items),
            answers=read_only(matrix[keep]),
            weights=read_only(weighting[keep]),
            scale=scale,
            missing=missing,
            dropped=int((~keep).sum()),
            dont_know=dont_know,
        )

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return len(self.answers)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return kish_effective_n(self.weights)

    @property
    def missing_answers(self) -> int:
        """Number of answers that are missing."""
        return int(np.isnan(self.answers).sum())

    def item(self, name: str) -> FloatArray:
        """Return the answers to one item, shape (respondents,)."""
        _frames.require_columns({"item": name}, self.items)
        return self.answers[:, self.items.index(name)]

    def mean(self, name: str) -> MeanEstimate:
        """Estimate the weighted mean of one item, with its interval."""
        bounds = (self.scale.low, self.scale.high)
        return mean_estimate(self.item(name), self.weights, name=name, bounds=bounds)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the answers, one column an item, and the weights, as a plain dict."""
        answers = {name: self.answers[:, i] for i, name in enumerate(self.items)}
        return {**answers, "weight": self.weights}

    def __repr__(self) -> str:
        return one_line(
            "Responses",
            respondents=self.respondents,
            items=len(self.items),
            scale=str(self.scale),
            missing=self.missing_answers,
        )

    def _table(self) -> Table:
        rows = tuple((name, *self.mean(name).cells()) for name in self.items)
        base = (
            f"{self.respondents:,} respondents, scale {self.scale}, effective n "
            f"{self.effective_n:,.1f}; missing={self.missing!r}: {self.dropped:,} left out, "
            f"{self.missing_answers:,} answers missing, {self.dont_know:,} don't know."
        )
        notes = (base, "95 % intervals, t, linearised for weights.")
        return Table("Answers", ("item", "mean", "low", "high", "SE", "n"), rows, notes)


def checked_weights(name: str, weights: FloatArray | None, respondents: int) -> FloatArray:
    """Return weights, ones where none were given.

    Raises
    ------
    DataError
        If they are of another length, missing, negative, infinite or all zero.
    """
    if weights is None:
        return np.ones(respondents)
    if weights.shape != (respondents,):
        raise DataError(
            f"{name} must have one entry for each of the {respondents} respondents, but its shape "
            f"is {weights.shape}.",
            column=name,
        )
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        hint = "A sampling weight says how many people a respondent stands for."
        raise DataError.at_rows(name, "a finite number >= 0", bad, weights[bad], hint)
    if not weights.any():
        raise DataError(f"{name} must not all be 0. Leave the argument out for equal weights.")
    return weights


def _refuse_missing(items: Sequence[str], absent: npt.NDArray[np.bool_]) -> None:
    row, column = (int(index) for index in np.argwhere(absent)[0])
    total = int(absent.sum())
    also = f", one of {total:,} missing answers" if total > 1 else ""
    raise DataError(
        f"{items[column]} has no answer in row {row}{also}. Say missing='drop' to leave such "
        f"respondents out, or missing='pairwise' to use the answers that there are.",
        column=items[column],
        rows=np.flatnonzero(absent[:, column]),
    )


def _no_repeats(items: Sequence[str]) -> None:
    repeated = [name for i, name in enumerate(items) if name in items[:i]]
    if repeated:
        raise DataError(f"items must be different, but {listed(repeated)} is named twice.")
