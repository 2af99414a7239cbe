"""Answers carried from one scale to another, with a statement of what that loses.

The map is linear between the theoretical ends, y = c + (x - a) (d - c) / (b - a), reversed
where the good ends differ. It keeps the order of the answers, and the mean on 0-100 exactly.
It makes no finer answers than were given, it does not undo that people answer differently on
scales of different length (Dawes 2008, *International Journal of Market Research* 50(1)), and it
gives no net promoter score: no one was asked on 0 to 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.questions import taken_apart
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._words import number
from custvalue.errors import DataError

Rounding = Literal["none", "nearest"]

NO_NET_PROMOTER_SCORE = (
    "They give no net promoter score: its groups are defined by answers that people gave on 0 to "
    "10, not by answers to another question that were mapped there."
)
ALMOST = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class MappedAnswers(Columns):
    """Answers on another scale than they were given on.

    Parameters
    ----------
    answers : ndarray of shape (n,)
        The mapped answers in the order of the data; NaN where there is none.
    weights : ndarray of shape (n,)
        Sampling weights.
    source : Scale
        The scale on which people answered.
    target : Scale
        The scale that was asked for.
    rounding : {"none", "nearest"}
        Whether answers between the steps of the target stayed there or were moved.
    lost : tuple of str
        What is lost, one sentence each.

    Raises
    ------
    DataError
        If there is no weight for each answer.
    """

    REPR: ClassVar[tuple[str, ...]] = ("respondents", "source", "target")

    answers: FloatArray
    weights: FloatArray
    source: Scale
    target: Scale
    rounding: Rounding
    lost: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.answers.shape != self.weights.shape:
            raise DataError(
                f"answers and weights must have one entry per respondent, but have the shapes "
                f"{self.answers.shape} and {self.weights.shape}."
            )
        read_only(self.answers)
        read_only(self.weights)

    @property
    def respondents(self) -> int:
        """Respondents, with and without an answer."""
        return len(self.answers)

    @property
    def scale(self) -> Scale:
        """The scale of the mapped answers: the target, without steps if answers lie between."""
        if self.target.step is None or not _off_grid(self.answers, self.target).any():
            return self.target
        return self.target.model_copy(update={"step": None})

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the mapped answers and the weights as a plain dict."""
        return {"answer": self.answers, "weight": self.weights}

    def _table(self) -> Table:
        given = np.unique(self.answers[~np.isnan(self.answers)])
        rows = tuple(
            (f"{number(float(value))}", int((self.answers == value).sum())) for value in given
        )
        title = f"Answers on {self.source} mapped to {self.target}, rounding {self.rounding}"
        return Table(title, ("mapped answer", "answers"), rows, self.lost)


def map_scale(
    answers: Any,
    *,
    from_: Scale | None = None,
    codebook: Codebook | None = None,
    to: Scale,
    rounding: Rounding = "none",
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> MappedAnswers:
    """Map answers linearly from one scale to another, and say what is lost.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Answers on the scale `from_`; or Responses of one item, whose weights, scale and policy for
        missing answers are used.
    from_, to : Scale
        The scale on which people answered, not needed with Responses, and the one to carry their
        answers to.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    rounding : {"none", "nearest"}
        Leave answers where the line puts them, also between the steps of `to`; or move them to
        the nearest step, halves towards the middle of the scale (the middle itself up), which
        moves the mean too.
    weights : array_like of shape (n,), optional
        Sampling weights; they are carried along.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or keep them as NaN, so that rows still fit the user's frame.

    Returns
    -------
    MappedAnswers

    Raises
    ------
    DataError
        If answers are off the scale `from_` or missing.
    ParameterError
        If one of the scales is not a Scale, or Responses have several items or contradict `from_`
        or the weights.

    References
    ----------
    J. Dawes (2008), Do Data Characteristics Change According to the Number of Scale Points Used?,
    *International Journal of Market Research* 50(1), 61-77.

    Examples
    --------
    >>> from custvalue.satisfaction import map_scale
    >>> from custvalue.survey import Scale
    >>> mapped = map_scale([1, 2, 3, 4, 5], from_=Scale(1, 5), to=Scale(1, 10))
    >>> mapped.answers.tolist()
    [1.0, 3.25, 5.5, 7.75, 10.0]
    >>> print(mapped.lost[0])
    3 of 5 answers of the scale 1-5 fall between the steps of 1-10.
    """
    require_choice("rounding", rounding, get_args(Rounding))
    asked = taken_apart(
        {"answers": answers},
        scale=from_,
        codebook=codebook,
        weights=weights,
        missing=missing,
        argument="from_",
    )
    source = asked.scale
    check_scale(to, "to")
    responses = asked.read()
    mapped = _line(responses.answers[:, 0], source, to)
    if rounding == "nearest":
        mapped = _nearest(mapped, to)
    return MappedAnswers(
        answers=mapped,
        weights=np.array(responses.weights),
        source=source,
        target=to,
        rounding=rounding,
        lost=_lost(source, to, rounding),
    )


def _line(answers: FloatArray, source: Scale, target: Scale) -> FloatArray:
    share = (answers - source.low) / source.width
    if source.direction != target.direction:
        share = 1 - share
    mapped = target.low + share * target.width
    if target.step is None:
        return np.asarray(mapped)
    steps = (mapped - target.low) / target.step
    on = np.abs(steps - np.rint(steps)) < ALMOST  # 0.1 + 0.2 is 0.3
    return np.where(on, target.low + np.rint(steps) * target.step, mapped)


def _off_grid(answers: FloatArray, scale: Scale) -> npt.NDArray[np.bool_]:
    steps = (answers - scale.low) / (scale.step or 1.0)
    with np.errstate(invalid="ignore"):  # NaN is on no step and off none
        return np.asarray(np.abs(steps - np.rint(steps)) > ALMOST)


def _nearest(answers: FloatArray, scale: Scale) -> FloatArray:
    """Move to the nearest step; halves go towards the middle, so that both ends are alike."""
    if scale.step is None:
        return answers
    steps = (answers - scale.middle) / scale.step
    odd = (scale.width / scale.step) % 2  # the middle lies between two steps
    distance = np.abs(steps) - odd / 2
    moved = np.maximum(np.ceil(distance - 0.5 - ALMOST), 0.0) + odd / 2
    return np.asarray(scale.middle + np.where(steps < 0, -moved, moved) * scale.step)


def _lost(source: Scale, target: Scale, rounding: Rounding) -> tuple[str, ...]:
    """Say what the map does to every answer that the source offers, given or not."""
    says: list[str] = []
    if source.step is not None:
        steps = np.arange(round(source.width / source.step) + 1, dtype=np.float64)
        offered: FloatArray = source.low + source.step * steps
        says += _steps(offered, source, target, rounding)
    elif rounding == "nearest" and target.step is not None:
        says.append(f"Answers of a continuous scale were rounded to the steps of {target}.")
    if source.direction != target.direction:
        says.append(f"The scale was reversed: {target} is {target.direction}.")
    kept = "Order is kept" if rounding == "nearest" else "Order and the mean on 0-100 are kept"
    says.append(
        f"{kept}; top-box shares are not comparable, and people answer differently on scales of "
        f"different length (Dawes 2008)."
    )
    return (*says, NO_NET_PROMOTER_SCORE)


def _steps(offered: FloatArray, source: Scale, target: Scale, rounding: Rounding) -> list[str]:
    line = _line(offered, source, target)
    between = 0 if target.step is None else int(_off_grid(line, target).sum())
    moved = _nearest(line, target) if rounding == "nearest" else line
    different = np.unique(np.round(moved, 9))
    says = []
    if between:
        fate = "and were moved to the nearest" if rounding == "nearest" else ""
        says.append(
            f"{between} of {len(offered)} answers of the scale {source} fall between the steps of "
            f"{target}{' ' + fate if fate else ''}."
        )
    if len(different) < len(offered):
        says.append(
            f"{len(offered)} different answers became {len(different)}: {_merged(offered, moved)}."
        )
    if target.step is not None:
        steps = round(target.width / target.step) + 1
        unused = steps - int((~_off_grid(different, target)).sum())
        if unused > 0:
            says.append(f"{unused} of {steps} answers of the scale {target} cannot occur.")
    return says


def _merged(offered: FloatArray, moved: FloatArray) -> str:
    """Say which answers became one."""
    groups = []
    for value in np.unique(np.round(moved, 9)):
        together = offered[np.abs(moved - value) < ALMOST]
        if len(together) > 1:
            names = " and ".join(number(float(answer)) for answer in together)
            groups.append(f"{names} are {number(float(value))}")
    return "; ".join(groups)
