"""Scores at every level of a questionnaire in several levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from custvalue._delivered_value.hierarchy import Element, Hierarchy, leaves
from custvalue._inference.means import MeanEstimate, combined_mean
from custvalue._respondents.block import check_belong
from custvalue._respondents.responses import Responses
from custvalue._results.base import Base
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Count, Frozen
from custvalue._words import count, listed
from custvalue.errors import DataError, ParameterError


class LevelScore(Tabulated, Frozen):
    """The score of one element, of one item, or of all together.

    Parameters
    ----------
    name : str
        The element or item; ``overall`` for all together.
    chinese : str
        Its Chinese name.
    level : int
        0 for all together, 1 for the first level, and so on.
    part : str
        ``overall``, ``element`` or ``item``.
    above : str
        The element that it belongs to; empty for the first level.
    score : MeanEstimate
        Mean on 0-100, 100 being the good end of the scale.
    """

    SHOWN: ClassVar = shown("score, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "level", "score")

    name: str
    chinese: str = ""
    level: Count
    part: str
    above: str = ""
    score: MeanEstimate

    def row(self, level: float) -> Row:
        """Return it as a row, its interval at the confidence level.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        """
        mark = "· " if self.part == "item" else ""
        indent = "  " * max(self.level - 1, 0)
        named_as = {"name": self.name, "chinese": self.chinese, "level": self.level}
        places = {"part": self.part, "above": self.above}
        cells = {**named_as, **places, **self.score.row(level, value="score")}
        return Row(f"{indent}{mark}{self.name}", cells)

    def _rows(self, level: float) -> Sequence[Row]:
        return [self.row(level)]

    def _title(self) -> str:
        return self.name


class HierarchyScores(Pictured, Tabulated, Frozen):
    """Scores at every level. Use :func:`hierarchy_scores`.

    Parameters
    ----------
    hierarchy : str
        Name of the questionnaire.
    scores : tuple of LevelScore
        All together, then every element with what is below it.
    base : Base
        Who answered.
    """

    PICTURE: ClassVar[str] = "hierarchy_bars"
    SHOWN: ClassVar = shown("score, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("hierarchy", "scores", "overall")

    hierarchy: str
    scores: tuple[LevelScore, ...]
    base: Base

    @property
    def overall(self) -> MeanEstimate:
        """All together."""
        return self.scores[0].score

    def at(self, level: int) -> tuple[LevelScore, ...]:
        """Return the elements of one level.

        Parameters
        ----------
        level : int
            1 for the first level.

        Raises
        ------
        ParameterError
            If there is no such level.
        """
        found = tuple(its for its in self.scores if its.level == level and its.part != "item")
        if not found:
            levels = sorted({its.level for its in self.scores if its.part != "item"})
            raise ParameterError(f"level must be one of {listed(levels)}, but it is {level!r}.")
        return found

    def element(self, name: str) -> LevelScore:
        """Return the score of one element.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such element.
        """
        return named("element", name, [its for its in self.scores if its.part != "item"])

    @property
    def weakest(self) -> LevelScore:
        """The element of the lowest level with the lowest score: the shortest stave."""
        above = {its.above for its in self.scores if its.part != "item"}
        lowest = [its for its in self.scores if its.part == "element" and its.name not in above]
        return min(lowest, key=lambda its: its.score.value)

    def _rows(self, level: float) -> Sequence[Row]:
        return [its.row(level) for its in self.scores]

    def _title(self) -> str:
        return f"{self.hierarchy}: scores at every level, 0-100"

    def _notes(self) -> Sequence[str]:
        return [
            "An element is the mean of what is directly below it. 95 % intervals.",
            f"The weakest element of the lowest level is {self.weakest.name}.",
            str(self.base),
        ]


def hierarchy_scores(answers: Responses, hierarchy: Hierarchy) -> HierarchyScores:
    """Compute scores at every level of a questionnaire in several levels.

    Parameters
    ----------
    answers : Responses
        Answers to all items of the hierarchy, whose columns have their names; read them with
        ``instrument=hierarchy.instrument``.
    hierarchy : Hierarchy
        Which items measure what: ``SATISFACTION_ELEMENTS``, or one of your own.

    Returns
    -------
    HierarchyScores
        Every element is the mean of what is directly below it, all alike, whatever the number of
        items; with intervals that know weights, clusters and that answers go together.

    Raises
    ------
    DataError
        If an item has no answers.
    ParameterError
        If an argument is of another kind.

    Examples
    --------
    >>> from custvalue.survey import Item, Scale
    >>> staff = Element(name="staff", items=(Item(name="polite"), Item(name="skilled")))
    >>> rooms = Element(name="rooms", items=(Item(name="clean"),))
    >>> hotel = Hierarchy(
    ...     name="hotel", elements=(Element(name="service", elements=(staff, rooms)),)
    ... )
    >>> answers = Responses.from_frame(
    ...     {"polite": [5, 4], "skilled": [3, 4], "clean": [5, 5]}, scale=Scale(1, 5)
    ... )
    >>> found = hierarchy_scores(answers, hotel)
    >>> found.element("staff").score.value, found.overall.value
    (75.0, 87.5)
    """
    for argument, value, kind in (
        ("answers", answers, Responses),
        ("hierarchy", hierarchy, Hierarchy),
    ):
        if not isinstance(value, kind):
            raise ParameterError(
                f"{argument} must be {kind.__name__}, but it is {type(value).__name__}."
            )
    absent = [name for name in hierarchy.item_names if name not in answers.items]
    if absent:
        raise DataError(
            f"{count(len(absent), 'item')} of {hierarchy.name!r} without answers: "
            f"{listed(absent)}. Name the columns as the items, or make a Hierarchy without them."
        )
    check_belong(hierarchy.item_names, hierarchy.instrument)
    points = {name: answers.scale.rescale(answers.item(name)) for name in hierarchy.item_names}
    every = [
        pair for its in hierarchy.elements for pair in leaves(its, 1 / len(hierarchy.elements))
    ]
    found = [
        LevelScore(
            name="overall", level=0, part="overall", score=_mean("overall", every, points, answers)
        )
    ]
    for its in hierarchy.elements:
        found += _below(its, 1, "", points, answers)
    return HierarchyScores(
        hierarchy=hierarchy.name, scores=tuple(found), base=answers.only(hierarchy.item_names).base
    )


def _below(
    element: Element, level: int, above: str, points: Mapping[str, Any], answers: Responses
) -> list[LevelScore]:
    """Score an element, and all that is below it."""
    found = [
        LevelScore(
            name=element.name,
            chinese=element.chinese,
            level=level,
            part="element",
            above=above,
            score=_mean(element.name, leaves(element), points, answers),
        )
    ]
    for its in element.elements:
        found += _below(its, level + 1, element.name, points, answers)
    for item in element.items:
        own = [(item.name, 1.0)]
        found.append(
            LevelScore(
                name=item.name,
                chinese=item.chinese,
                level=level + 1,
                part="item",
                above=element.name,
                score=_mean(item.label or item.name, own, points, answers),
            )
        )
    return found


def _mean(
    name: str, parts: Sequence[tuple[str, float]], points: Mapping[str, Any], answers: Responses
) -> MeanEstimate:
    columns = [points[item] for item, _ in parts]
    shares = [share for _, share in parts]
    return combined_mean(
        columns, shares, answers.sample, name=name, bounds=(0.0, 100.0), method="beta"
    )
