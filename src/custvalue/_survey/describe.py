"""What the answers look like before anything is made of them, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import sorted_codes
from custvalue._inference.estimate import ends_of
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.losses import DONT_KNOW, MISSING
from custvalue._respondents.reading import check_items
from custvalue._respondents.responses import Responses, require_responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.split import Label
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._survey.answer_counts import Counted, counted
from custvalue._values import Frozen, Positive, Probability
from custvalue._words import Percent, listed, percent, plain
from custvalue.errors import ParameterError

NOTE = (
    "Intervals: 95 %; means beta, shares Wilson with the effective n. Skew g1; categories 1/Σp². "
    "Floor and ceiling: share of the worst and of the best answer."
)


class ItemDescription(Tabulated, Frozen):
    """The answers to one item, of all respondents or of one group or wave.

    Parameters
    ----------
    name : str
        The item.
    label : str, int or None
        The group or wave; None for all respondents.
    missing : int
        Respondents who gave no answer, before any of them is excluded.
    dont_know : int
        Respondents with one of the scale's missing codes, likewise.
    mean : MeanEstimate or None
        With standard error and standard deviation; None without answers.
    skewness : float or None
        g1 = m3 / m2^(3/2) of the weighted answers (type 1 of Joanes & Gill 1998, *The
        Statistician* 47(1)); None where all answers are equal.
    floor, ceiling : Proportion or None
        Share of the worst and of the best answer that the scale offers.
    effective_categories : float or None
        1 / Σp² over the answers given (Hill 1973, *Ecology* 54(2), order 2): 5 if five answers
        are equally frequent, 1 if all are equal.
    """

    TITLE: ClassVar[str] = "Answers to one item"
    SHOWN: ClassVar = shown(
        "n, missing, dont_know: don't know, mean, mean_low, mean_high, standard_deviation: SD, "
        "skewness: skew, floor, floor_low, floor_high, ceiling, ceiling_low, ceiling_high, "
        "effective_categories: categories"
    )
    REPR: ClassVar[tuple[str, ...]] = ("name", "label", "n", "mean")

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
    def title(self) -> str:
        """The item and, where there is one, the label."""
        return self.name if self.label is None else f"{self.name} ({self.label})"

    def numbers(self, level: float = 0.95) -> dict[str, float | None]:
        """Return all numbers by name, mean and shares with their intervals."""
        mean = self.mean
        found: dict[str, float | None] = {
            "n": self.n,
            "missing": self.missing,
            "dont_know": self.dont_know,
            "mean": None,
            "standard_error": None if mean is None else mean.standard_error,
            **ends_of("mean", mean, level),
            "standard_deviation": None if mean is None else mean.standard_deviation,
            "skewness": self.skewness,
        }
        for name, share in (("floor", self.floor), ("ceiling", self.ceiling)):
            ends = ends_of(name, share, level).items()
            found |= {key: None if end is None else Percent(end) for key, end in ends}
        return found | {"effective_categories": self.effective_categories}

    def _rows(self, level: float) -> tuple[Row]:
        label = {} if self.label is None else {"label": self.label}
        return (Row(self.title, {"item": self.name, **label, **self.numbers(level)}),)

    def _notes(self) -> tuple[str]:
        return (NOTE,)


class Description(Tabulated, Frozen):
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

    SHOWN: ClassVar[Mapping[str, str]] = ItemDescription.SHOWN
    REPR: ClassVar[tuple[str, ...]] = ("item_names", "by", "respondents")

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
            If the item or the label is unknown.
        """
        require_choice("name", name, self.item_names)
        labels = list(dict.fromkeys(its.label for its in self.items))
        if label is None and self.by is not None:
            raise ParameterError(f"label must be one of {listed(labels)}: items are by {self.by}.")
        require_choice("label", label, labels)
        return next(its for its in self.items if (its.name, its.label) == (name, label))

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of the items, each once."""
        return tuple(dict.fromkeys(its.name for its in self.items))

    @property
    def hints(self) -> tuple[str, ...]:
        """What to look at before a mean is reported: ceilings, floors, items without answers."""
        return tuple(hint for its in self.items for hint in self._hints(its))

    def _hints(self, its: ItemDescription) -> list[str]:
        if its.mean is None or its.floor is None or its.ceiling is None:
            return [f"{its.title}: no answers."]
        worst = plain(self.scale.low + self.scale.high - self.scale.best)
        found = []
        for share, answer, way in (
            (its.ceiling, plain(self.scale.best), "rise"),
            (its.floor, worst, "fall"),
        ):
            if share.value == 1:
                return [f"{its.title}: all {its.n:,} answers are {answer}: zero variance."]
            if share.value >= self.high_share:
                hint = (
                    f"{its.title}: {percent(share.value)} of the answers are {answer}, the end of "
                    f"the scale. The mean can hardly {way}: report this share beside it, or ask on "
                    f"a longer scale."
                )
                found.append(hint)
        return found

    def _rows(self, level: float) -> list[Row]:
        return [
            Row(
                its.title,
                {
                    "item": its.name,
                    **({} if self.by is None else {self.by: its.label}),
                    **its.numbers(level),
                },
            )
            for its in self.items
        ]

    @property
    def respondents(self) -> int:
        """Respondents that are described."""
        return self.base.n

    def _title(self) -> str:
        return "Answers by item" if self.by is None else f"Answers by item and {self.by}"

    def _notes(self) -> tuple[str, ...]:
        scale = f"Scale {self.scale}, effective n {self.effective_n:,.1f}."
        return (str(self.base), scale, NOTE, *self.hints)


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
        Answers; missing ones are excluded item by item, sampling weights enter everything.
    items : sequence of str, optional
        Which items; all of them by default.
    by : {"group", "wave"}, optional
        A row for every label; a label without remaining respondents has n = 0.
    high_share : float
        The share of a floor or ceiling from which the result has a hint. With half of the answers
        at the end a mean can hardly move in that direction, and its t interval covers too little
        in samples of 30; the ``beta`` interval that it has here holds.

    Returns
    -------
    Description

    Raises
    ------
    DataError
        If labels are asked for that the responses do not have.
    ParameterError
        If `responses` are not Responses, an item is unknown, or `high_share` is not a share.

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
    label = None if by is None else responses.label_named(by)
    base = responses.base
    if label is not None:
        for reason, n in responses.unlabelled(label).items():
            base = base.excluding(reason, n)
        responses = responses.labelled(label)
    labels, codes = _labels(responses, label)
    found = [
        row
        for name in names
        for row in _described(responses, responses.items.index(name), labels, codes, label)
    ]
    return Description(
        items=tuple(found),
        by=by,
        scale=responses.scale,
        effective_n=responses.effective_n,
        base=base,
        high_share=high_share,
    )


def _labels(
    responses: Responses, by: str | None
) -> tuple[list[Label | None], npt.NDArray[np.int64] | None]:
    """Return all labels, also those without remaining respondents, and that of each respondent."""
    if by is None:
        return [None], None
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
    name = responses.items[place]
    found = []
    for k, (label, its, without) in enumerate(zip(labels, counts, unanswered, strict=True)):
        some = its.total > 0
        missing, dont_know = _lost(responses, place, by, label, int(without))
        found.append(
            ItemDescription(
                name=name,
                label=label,
                missing=missing,
                dont_know=dont_know,
                **_estimates(responses, its, place, None if codes is None else codes == k)
                if some
                else dict.fromkeys(("mean", "floor", "ceiling")),
                skewness=its.skewness if some else None,
                effective_categories=its.effective_categories if some else None,
            )
        )
    return found


def _estimates(
    responses: Responses, its: Counted, place: int, rows: npt.NDArray[np.bool_] | None
) -> dict[str, MeanEstimate | Proportion]:
    """Estimate mean, floor and ceiling of one label: from the counts, or by clusters if any."""
    name, scale = responses.items[place], responses.scale
    ends, worst = (scale.low, scale.high), scale.low + scale.high - scale.best
    shares = {"floor": worst, "ceiling": scale.best}
    if responses.clusters is None:
        found = {what: its.share(f"{name}: {what}", end) for what, end in shares.items()}
        return {"mean": its.mean(name, ends), **found}
    some = slice(None) if rows is None else rows
    answers, sample = responses.answers[some, place], responses.sample.of_rows(some)
    mean = mean_estimate(answers, sample, name=name, bounds=ends, method="beta")
    hits = {
        what: np.where(np.isnan(answers), np.nan, answers == end) for what, end in shares.items()
    }
    of_clusters = {
        what: proportion(hit, sample, name=f"{name}: {what}") for what, hit in hits.items()
    }
    return {"mean": mean, **of_clusters}


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
