"""What the answers look like before anything is made of them, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import sorted_codes
from custvalue._inference.means import MeanEstimate
from custvalue._inference.shares import Proportion
from custvalue._respondents.losses import DONT_KNOW, MISSING
from custvalue._respondents.reading import check_items
from custvalue._respondents.respondents import Label
from custvalue._respondents.responses import Responses, require_responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._survey.tally import Counted, counted
from custvalue._table import Cell, Table
from custvalue._values import Frozen, Positive, Probability
from custvalue._words import listed, one_line, percent, plain
from custvalue.errors import ParameterError

LEVEL = 0.95


class ItemDescription(Frozen):
    """The answers to one item, of everybody or of one group or wave.

    Parameters
    ----------
    name : str
        The item.
    label : str, int or None
        The group or wave; None for everybody.
    missing : int
        Respondents who gave no answer, before any of them is excluded.
    dont_know : int
        Respondents with one of the scale's missing codes, likewise.
    mean : MeanEstimate or None
        With standard error and standard deviation; None where nobody answered.
    skewness : float or None
        g1 = m3 / m2^(3/2) of the weighted answers (type 1 of Joanes & Gill 1998, *The
        Statistician* 47(1)); None where all answers are equal.
    floor, ceiling : Proportion or None
        Share of the worst and of the best answer that the scale offers.
    effective_categories : float or None
        1 / Σp² over the answers given (Hill 1973, *Ecology* 54(2), order 2): 5 if five answers
        are equally frequent, 1 if all are equal.
    """

    name: str
    label: Label | None = None
    missing: int
    dont_know: int
    mean: MeanEstimate | None
    skewness: float | None
    floor: Proportion | None
    ceiling: Proportion | None
    effective_categories: Positive | None

    @property
    def n(self) -> int:
        """Answers used."""
        return 0 if self.mean is None else self.mean.n

    @property
    def who(self) -> str:
        """The item and, where there is one, the label."""
        return self.name if self.label is None else f"{self.name} ({self.label})"

    def cells(self) -> tuple[Cell, ...]:
        """Return n, missing, don't know, mean and so on as cells of a table."""
        counts = (self.n, self.missing, self.dont_know)
        if self.mean is None or self.floor is None or self.ceiling is None:
            return (*counts, *[None] * 8)
        value, low, high, _, _ = self.mean.cells(LEVEL)
        return (
            *counts,
            value,
            low,
            high,
            self.mean.standard_deviation,
            self.skewness,
            _share_cell(self.floor),
            _share_cell(self.ceiling),
            self.effective_categories,
        )

    def numbers(self) -> dict[str, float | None]:
        """Return the same as plain numbers, shares with their intervals, by name."""
        found: dict[str, float | None] = {
            "n": self.n,
            "missing": self.missing,
            "dont_know": self.dont_know,
        }
        mean = self.mean
        cells = (None,) * 4 if mean is None else mean.cells(LEVEL)[:4]
        found |= zip(("mean", "mean_low", "mean_high", "standard_error"), cells, strict=True)
        found["standard_deviation"] = None if mean is None else mean.standard_deviation
        found["skewness"] = self.skewness
        for name, share in (("floor", self.floor), ("ceiling", self.ceiling)):
            interval = None if share is None else share.confidence_interval(LEVEL)
            found[name] = None if share is None else share.value
            found[f"{name}_low"] = None if interval is None else interval.low
            found[f"{name}_high"] = None if interval is None else interval.high
        return found | {"effective_categories": self.effective_categories}

    def _table(self) -> Table:
        rows = tuple((name.replace("_", " "), value) for name, value in self.numbers().items())
        return Table(self.who, ("", ""), rows, (NOTE,))


NOTE = (
    "Intervals: 95 %; means beta, shares Wilson with the effective n. Skew g1; categories 1/Σp². "
    "Floor and ceiling: share of the worst and of the best answer."
)


def _share_cell(share: Proportion) -> str:
    interval = share.confidence_interval(LEVEL)
    return f"{percent(share.value, 1)} [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


class Description(Frozen):
    """All items of a survey, described.

    Parameters
    ----------
    items : tuple of ItemDescription
        One for each item, or for each item and label.
    by : {"group", "wave"} or None
        What the labels are.
    scale : Scale
        The scale of the items.
    effective_n : float
        Kish's effective number of them.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    high_share : float
        The share of a floor or ceiling from which :attr:`hints` speak of it.
    """

    items: tuple[ItemDescription, ...]
    by: str | None
    scale: Scale
    effective_n: Positive
    base: Base
    high_share: Probability

    def item(self, name: str, label: Label | None = None) -> ItemDescription:
        """Return the description of one item.

        Parameters
        ----------
        name : str
            The item.
        label : str or int, optional
            The group or wave, where the description is by one.

        Raises
        ------
        ParameterError
            If there is no such item or label.
        """
        require_choice("name", name, list(dict.fromkeys(its.name for its in self.items)))
        labels = list(dict.fromkeys(its.label for its in self.items))
        if label is None and self.by is not None:
            raise ParameterError(f"label must be one of {listed(labels)}: items are by {self.by}.")
        require_choice("label", label, labels)
        return next(its for its in self.items if (its.name, its.label) == (name, label))

    @property
    def hints(self) -> tuple[str, ...]:
        """What to look at before a mean is reported: ceilings, floors, items without answers."""
        return tuple(hint for its in self.items for hint in self._hints(its))

    def _hints(self, its: ItemDescription) -> list[str]:
        if its.mean is None or its.floor is None or its.ceiling is None:
            return [f"{its.who}: nobody answered."]
        worst = plain(self.scale.low + self.scale.high - self.scale.best)
        found = []
        for share, answer, way in (
            (its.ceiling, plain(self.scale.best), "rise"),
            (its.floor, worst, "fall"),
        ):
            if share.value == 1:
                return [f"{its.who}: all {its.n:,} answers are {answer}, so that nothing varies."]
            if share.value >= self.high_share:
                hint = (
                    f"{its.who}: {percent(share.value)} of the answers are {answer}, the end of "
                    f"the scale. The mean can hardly {way}: report this share beside it, or ask on "
                    f"a longer scale."
                )
                found.append(hint)
        return found

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row an item (and label), with 95 % intervals, as a plain dict."""
        columns: dict[str, npt.NDArray[Any]] = {
            "item": np.array([its.name for its in self.items], dtype=np.str_)
        }
        if self.by is not None:
            columns[self.by] = np.array([its.label for its in self.items])
        rows = [its.numbers() for its in self.items]
        counts = ("n", "missing")
        for name in rows[0]:
            kind = np.int64 if name in counts else np.float64
            columns[name] = np.array([row[name] for row in rows], dtype=kind)
        return columns

    def __repr__(self) -> str:
        items = len({its.name for its in self.items})
        return one_line("Description", items=items, by=self.by or "none", respondents=self.base.n)

    def _table(self) -> Table:
        header = ("item", *([self.by] if self.by else []), "n", "missing", "don't know", "mean")
        header += ("low", "high", "SD", "skew", "floor", "ceiling", "categories")
        rows = tuple(
            (its.name, *([str(its.label)] if self.by else []), *its.cells()) for its in self.items
        )
        scale = f"Scale {self.scale}, effective n {self.effective_n:,.1f}."
        notes = (str(self.base), scale, NOTE, *self.hints)
        return Table("Answers by item", header, rows, notes)


def describe(
    responses: Responses,
    items: Sequence[str] | None = None,
    *,
    by: str | None = None,
    high_share: float = 0.5,
) -> Description:
    """Describe answers: counts, mean, spread, skew, floor and ceiling, by item.

    Satisfaction is skewed: most answers stand at the good end of the scale (Peterson & Wilson
    1992, *Journal of the Academy of Marketing Science* 20(1)), where a mean says little. Look
    here first.

    Parameters
    ----------
    responses : Responses
        Answers; missing ones are left out item by item, sampling weights enter everything.
    items : sequence of str, optional
        Which items; all of them by default.
    by : {"group", "wave"}, optional
        A row for every label; a label of which nobody is left has n = 0.
    high_share : float
        From which share of a floor or ceiling on the result has a hint. With half of the answers
        at the end a mean can hardly move that way, and its t interval covers too little in samples
        of 30; the ``beta`` interval that it has here holds.

    Returns
    -------
    Description

    Raises
    ------
    DataError
        If labels are asked for that the responses do not have.
    ParameterError
        If `responses` are none, an item is unknown, or `high_share` is no share.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale, describe
    >>> frame = {"friendly": [5, 5, 5, 4, None], "on time": [4, 2, 3, 1, 5]}
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), missing="pairwise")
    >>> friendly = describe(answers).item("friendly")
    >>> friendly.n, friendly.mean.value, friendly.ceiling.value, friendly.missing
    (4, 4.75, 0.75, 1)
    >>> print(f"{friendly.skewness:.4f} {friendly.effective_categories:.4f}")
    -1.1547 1.6000
    """
    require_responses(responses)
    names = responses.items if items is None else check_items(items)
    for place, name in enumerate(names):
        require_choice(f"items[{place}]", name, responses.items)
    labels, codes = _labels(responses, by)
    found = [
        row
        for name in names
        for row in _described(responses, responses.items.index(name), labels, codes, by)
    ]
    return Description(
        items=tuple(found),
        by=by,
        scale=responses.scale,
        effective_n=responses.effective_n,
        base=responses.base,
        high_share=high_share,
    )


def _labels(
    responses: Responses, by: str | None
) -> tuple[list[Label | None], npt.NDArray[np.int64] | None]:
    """Return all labels, also those of which nobody is left, and the label of each respondent."""
    if by is None:
        return [None], None
    responses.require_label(by)
    here, codes = sorted_codes(by, responses.labels[by])
    lost = set() if responses.lost is None else set(responses.lost.labels[by].tolist())
    every: list[Label | None] = sorted(lost | set(here.tolist()))
    place = np.array([every.index(label) for label in here.tolist()], dtype=np.int64)
    return every, place[codes]


def _described(
    responses: Responses,
    place: int,
    labels: list[Label | None],
    codes: npt.NDArray[np.int64] | None,
    by: str | None,
) -> list[ItemDescription]:
    answers = responses.answers[:, place]
    counts = counted(answers, responses.weights, codes, len(labels), responses.scale)
    absent = np.flatnonzero(np.isnan(answers))
    unanswered = np.bincount(
        np.zeros_like(absent) if codes is None else codes[absent], minlength=len(labels)
    )
    return [
        _item(responses, place, label, its, _lost(responses, place, by, label, int(nobody)))
        for label, its, nobody in zip(labels, counts, unanswered, strict=True)
    ]


def _lost(
    responses: Responses, place: int, by: str | None, label: Label | None, unanswered: int
) -> tuple[int, int]:
    """Return how many answers are missing, and how many are "don't know"."""
    lost = responses.lost
    if lost is None:
        return unanswered, 0
    said = lost.row[lost.question == place]
    states = lost.states[:, place]
    if by is not None:
        said = said[responses.labels[by][said] == label]
        states = states[lost.labels[by] == label]
    missing, dont_know = ((states == state).sum() for state in (MISSING, DONT_KNOW))
    return unanswered - len(said) + int(missing), len(said) + int(dont_know)


def _item(
    responses: Responses, place: int, label: Label | None, its: Counted, lost: tuple[int, int]
) -> ItemDescription:
    name, scale = responses.items[place], responses.scale
    some = its.total > 0
    worst = scale.low + scale.high - scale.best
    return ItemDescription(
        name=name,
        label=label,
        missing=lost[0],
        dont_know=lost[1],
        mean=its.mean(name, (scale.low, scale.high)) if some else None,
        skewness=its.skewness if some else None,
        floor=its.share(f"{name}: floor", worst) if some else None,
        ceiling=its.share(f"{name}: ceiling", scale.best) if some else None,
        effective_categories=its.effective_categories if some else None,
    )
