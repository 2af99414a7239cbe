"""Is it worth its price? Not, worth it, or more than worth it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from custvalue._inference.estimate import rows_by_name
from custvalue._inference.shares import Proportion
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.codebooks import WORTH_3
from custvalue._respondents.counts import offered_answers
from custvalue._respondents.questions import taken_apart
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Frozen
from custvalue.errors import ParameterError

ANSWERS = ("not worth it", "worth it", "more than worth it")


class WorthIt(Tabulated, Frozen):
    """How many find an offer worth its price. Use :func:`worth_it`.

    Parameters
    ----------
    not_worth, worth, more_than_worth : Proportion
        Shares of the three answers (物无所值 物有所值 物超所值).
    at_least_worth : Proportion
        Of the last two together.
    base : Base
        Who answered.
    """

    TITLE: ClassVar[str] = "Worth its price"
    SHOWN: ClassVar = shown("value: share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("at_least_worth", "more_than_worth")

    not_worth: Proportion
    worth: Proportion
    more_than_worth: Proportion
    at_least_worth: Proportion
    base: Base

    def _rows(self, level: float) -> Sequence[Row]:
        every = (self.not_worth, self.worth, self.more_than_worth, self.at_least_worth)
        return rows_by_name(every, level)

    def _notes(self) -> Sequence[str]:
        return ["95 % intervals, wilson.", str(self.base)]


def worth_it(
    answers: Any,
    *,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> WorthIt:
    """Compute how many find an offer worth its price, and how many more than that.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        One of three answers of each respondent: words, or 1 (not worth it), 2, 3 (more than worth
        it); or Responses of one item.
    scale : Scale, optional
        Of three answers, where they are not 1 to 3.
    codebook : Codebook, optional
        What words mean; ``survey.WORTH_3`` by default, which knows English and 中文.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or exclude these respondents; the base of the result counts them.

    Returns
    -------
    WorthIt
        Four shares with intervals.

    Raises
    ------
    DataError
        If answers are none of the three, or missing.
    ParameterError
        If the scale has other than three answers.

    Examples
    --------
    >>> found = worth_it(["worth it", "物超所值", "物有所值", "not worth it", "worth it"])
    >>> found.at_least_worth.value, found.more_than_worth.value
    (0.8, 0.2)
    """
    if scale is None and codebook is None and not isinstance(answers, Responses):
        codebook = WORTH_3
    asked = taken_apart(
        {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
    )
    offered = offered_answers(asked.scale, "worth_it")
    if len(offered) != len(ANSWERS):
        raise ParameterError(
            f"scale must have three answers, not worth it, worth it and more than worth it, but "
            f"{asked.scale} has {len(offered)}. Use satisfaction.top_box for other scales."
        )
    cells, base = asked.counted("answers", offered)
    order = offered if asked.scale.sign > 0 else offered[::-1]
    chosen = [{each} for each in order] + [set(order[1:])]
    names = (*ANSWERS, "at least worth it")
    shares = [
        cells.share(some.__contains__, name=name) for some, name in zip(chosen, names, strict=True)
    ]
    keys = ("not_worth", "worth", "more_than_worth", "at_least_worth")
    return WorthIt(base=base, **dict(zip(keys, shares, strict=True)))
