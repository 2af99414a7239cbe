"""Any measure of the answers, compared between the groups or waves of a questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from custvalue._comparing.comparison import Comparison, compare
from custvalue._inference.contrast import Correction
from custvalue._inference.estimate import ComparisonMethod, Estimated
from custvalue._respondents.respondents import Respondents
from custvalue.errors import CustvalueError, DataError, ParameterError

A = TypeVar("A")


def groups(
    answers: A,
    measure: Callable[[A], Estimated],
    *,
    by: str | Sequence[str] = "group",
    reference: Any = None,
    correction: Correction = "holm",
    method: ComparisonMethod | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compute a measure in every group or wave of a survey, and compare the results.

    Parameters
    ----------
    answers : Responses, or another questionnaire that has ``by``
        Answers that were read with ``group=`` or ``wave=``, or with other labels.
    measure : callable
        Takes the answers of one group and returns its estimate, as in
        ``lambda part: part.mean("friendly")`` or ``lambda part:
        net_promoter_score(part.item("recommend"), weights=part.weights)``.
    by : str or sequence of str
        What to compare: ``"group"``, ``"wave"``, another label, or several of them,
        ``("group", "wave")``. Waves must be different respondents, as in a tracking study.
    reference : label, optional
        The group that every other is compared with; all pairs by default.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        As in :func:`compare`.
    method : {"welch", "mover", "wald"}, optional
        As in :func:`compare`.
    level : float
        Confidence level, 0.95 for 95 %, of the intervals for which no other is asked.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If there are fewer than two groups, one has a single member, or the measure fails in one:
        the message names it.
    ParameterError
        As in :func:`compare`.

    Examples
    --------
    >>> from custvalue import comparing
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "friendly": [5, 4, 5, 4, 3, 2, 3, 4],
    ...     "site": ["south", "south", "south", "south", "north", "north", "north", "north"],
    ... }
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site")
    >>> result = comparing.groups(answers, lambda part: part.mean("friendly"), method="welch")
    >>> south = result.difference("south", "north")
    >>> south.value, round(south.p_value, 4), south.confidence_interval().method
    (1.5, 0.0273, "Welch's t")
    """
    check_measure(measure)
    results = {
        label: measured(part, measure, f"{what} {label!r}")
        for what, label, part in parts_of(answers, by)
    }
    return compare(results, reference=reference, correction=correction, method=method, level=level)


def parts_of(answers: Any, by: str | Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    """Yield for each part of a questionnaire what it is split by, its label and its answers."""
    if not callable(getattr(answers, "by", None)):
        raise ParameterError(
            f"answers must be Responses, or another questionnaire that can be split by its groups, "
            f"but it is {type(answers).__name__}. Read answers with Responses.from_frame(frame, "
            f"scale=..., group=...)."
        )
    labels = (by,) if isinstance(by, str) else tuple(by)
    parts: Mapping[Any, Any] = answers.by(*labels)
    for label, part in parts.items():
        yield ", ".join(labels), label, part


def check_measure(measure: object) -> None:
    """Raise a ParameterError unless `measure` can be called."""
    if not callable(measure):
        raise ParameterError(
            f"measure must be a function of the answers, as in lambda part: "
            f"part.mean('friendly'), but it is {measure!r}."
        )


def require_questionnaire(name: str, answers: object) -> None:
    """Raise a ParameterError unless they are Responses, or another questionnaire."""
    if not isinstance(answers, Respondents):
        raise ParameterError(
            f"{name} must be Responses, or another questionnaire, but it is "
            f"{type(answers).__name__}. Read answers with Responses.from_frame(frame, scale=...)."
        )


def measured(part: Any, measure: Callable[[Any], Estimated], who: str) -> Estimated:
    """Return the measure of one part, whose errors name it."""
    if part.respondents < 2:
        raise DataError(
            f"{who} has 1 respondent, which does not show how much answers vary. Exclude it, "
            f"or put it together with another."
        )
    try:
        return measure(part)
    except CustvalueError as error:
        raise DataError(f"{who}: {error}") from error
