"""Shares of visits: of all, by dealer, by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from custvalue._inference.estimate import Headline
from custvalue._inference.shares import Proportion, proportion
from custvalue._journey.control_chart import ControlChart, Dispersion, Limits, drawn
from custvalue._journey.reading import as_times
from custvalue._journey.run_rules import RunRules
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._values import Count, Frozen
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

PERIODS = ("month", "quarter", "year")
KEPT = "_outcomes"  # no field: it takes no part in equality and JSON, as a cached property does not


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Columns):
    """What came of each visit, or each line of it: 1, 0, or NaN with the reason why not."""

    hits: FloatArray
    reason: IntArray  # place among `reasons` where it is NaN
    reasons: tuple[str, ...]
    when: FloatArray  # seconds
    labels: dict[str, LabelArray]
    cluster: LabelArray | None

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return them as a plain dict of columns."""
        return {"hit": self.hits, "when": as_times(self.when), **self.labels}

    def of(self, rows: npt.NDArray[Any]) -> Outcomes:
        """Return some of them."""
        return Outcomes(
            self.hits[rows],
            self.reason[rows],
            self.reasons,
            self.when[rows],
            {name: its[rows] for name, its in self.labels.items()},
            None if self.cluster is None else self.cluster[rows],
        )

    @property
    def left_out(self) -> dict[str, int]:
        """Count those of which nothing is known, by reason."""
        unknown = np.isnan(self.hits)
        counted = np.bincount(self.reason[unknown], minlength=len(self.reasons))
        return {name: n for name, n in zip(self.reasons, counted.tolist(), strict=True) if n}

    def label(self, name: str) -> LabelArray:
        """Return what they are divided by, a period of time among it."""
        if name in self.labels:
            return self.labels[name]
        if name in PERIODS:
            return periods_of(self.when, name)
        names = (*self.labels, *PERIODS)
        raise DataError(
            f"by must be one of {listed(names)}, but it is {name!r}.{did_you_mean(name, names)} "
            f"Labels are named when visits are read: labels=[…]."
        )


def periods_of(when: FloatArray, name: str) -> LabelArray:
    """Return the month, quarter or year of times as text that sorts by time."""
    months = as_times(when).astype("M8[M]")
    if name == "month":
        return np.datetime_as_string(months)
    years = np.datetime_as_string(months.astype("M8[Y]"))
    if name == "year":
        return years
    quarter = months.astype(np.int64) % 12 // 3 + 1
    return np.array([f"{year}-Q{part}" for year, part in zip(years, quarter, strict=True)])


class VisitRate(Headline):
    """A share of visits, with what was counted and what was left out.

    Parameters
    ----------
    measure : str
        What it is the share of.
    definition : str
        What was counted, by which convention.
    estimate : Proportion
        The share, with Wilson's interval, by clusters where visits have some.
    counted : str
        What is counted: visits, or lines.
    left_out : dict of str to int
        Reason to the number of visits that are not counted.
    """

    SHOWN: ClassVar = shown("value: share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("measure", "value", "n")

    measure: str
    definition: str
    estimate: Proportion
    counted: str = "visits"
    left_out: dict[str, Count] = Field(default_factory=dict)

    @property
    def _kept(self) -> Outcomes:
        if KEPT not in vars(self):
            raise ParameterError(
                "this share was read from JSON, which has no single visits. Compute it from the "
                "visits again."
            )
        kept: Outcomes = vars(self)[KEPT]
        return kept

    def by(self, label: str) -> VisitRates:
        """Return the share of every dealer, or in every month.

        Parameters
        ----------
        label : str
            One of the labels of the visits, or ``"month"``, ``"quarter"``, ``"year"`` of the day
            that counts.

        Returns
        -------
        VisitRates
            In ascending order of the label. Those of whose visits none is counted are left out.

        Raises
        ------
        DataError
            If there is no such label.
        ParameterError
            If the share was read from JSON, which has no single visits.
        """
        outcomes = self._kept
        labels, codes = np.unique(outcomes.label(label), return_inverse=True)
        parts, empty = [], []
        for place, name in enumerate(labels.tolist()):
            part = outcomes.of(np.flatnonzero(codes == place))
            if np.isnan(part.hits).all():
                empty.append(str(name))
                continue
            rate = rate_of(part, self.measure, self.definition, self.counted)
            parts.append(RateOf(label=str(name), rate=rate))
        return VisitRates(
            measure=self.measure,
            definition=self.definition,
            divided_by=label,
            rates=tuple(parts),
            empty=tuple(empty),
        )

    def responses(self) -> Responses:
        """Return what is counted as answers 0 and 1, for :mod:`custvalue.comparing`.

        Examples
        --------
        >>> from custvalue import comparing, journey, satisfaction
        >>> visits = journey.Visits.from_frame(
        ...     {
        ...         "in": ["2026-03-02"] * 8,
        ...         "promised": ["2026-03-03"] * 8,
        ...         "out": ["2026-03-03", "2026-03-03", "2026-03-03", "2026-03-05"] * 2,
        ...         "dealer": ["north"] * 4 + ["south"] * 4,
        ...     },
        ...     opened="in",
        ...     promised="promised",
        ...     delivered="out",
        ...     labels=["dealer"],
        ... )
        >>> answers = visits.on_time().responses()
        >>> found = comparing.groups(
        ...     answers, lambda part: satisfaction.top_box(part, boxes=1), by="dealer"
        ... )
        >>> found.difference("south", "north").value
        0.0
        """
        outcomes = self._kept
        known = outcomes.of(~np.isnan(outcomes.hits))
        return Responses.from_arrays(
            known.hits,
            scale=Scale(0, 1),
            items=[self.measure],
            labels={**known.labels},
            cluster=known.cluster,
        )

    def control_chart(
        self,
        *,
        by: str = "month",
        limits: Limits = "three-sigma",
        dispersion: Dispersion = "binomial",
        rules: RunRules = "western electric",
    ) -> ControlChart:
        """Draw up the control chart of the share over time.

        Parameters
        ----------
        by : {"month", "quarter", "year"}
            The periods; those without a visit are no point.
        limits, dispersion, rules
            As in :func:`control_chart`.

        Raises
        ------
        DataError
            If there are fewer than two periods.
        ParameterError
            If a choice is unknown, or the share was read from JSON.
        """
        if by not in PERIODS:
            raise ParameterError(
                f"by must be one of {listed(PERIODS)}, because a control chart goes by time, but "
                f"it is {by!r}. Compare dealers with comparing.league(rate.responses(), …)."
            )
        outcomes = self._kept
        known = outcomes.of(~np.isnan(outcomes.hits))
        names, codes = np.unique(known.label(by), return_inverse=True)
        n = np.bincount(codes).astype(np.float64)
        hits = np.bincount(codes, known.hits).astype(np.float64)
        every = np.ones(len(names), dtype=bool)
        how: dict[str, Any] = {"limits": limits, "dispersion": dispersion, "rules": rules}
        return drawn(self.measure, names.tolist(), hits, n, every, **how)

    def _title(self) -> str:
        return self.measure[:1].upper() + self.measure[1:]

    def _notes(self) -> Iterable[str]:
        yield f"{self.definition}."
        yield self.estimate.confidence_interval().description + "."
        yield left_out_note(self.left_out)


def rate_of(outcomes: Outcomes, measure: str, definition: str, counted: str) -> VisitRate:
    """Return the share among outcomes, which it keeps."""
    known = ~np.isnan(outcomes.hits)
    if not known.any():
        why = "; ".join(f"{reason}: {n:,}" for reason, n in outcomes.left_out.items())
        raise DataError(
            f"{measure}: none of the {count(len(known), 'visit')} can be counted ({why}). Read "
            f"more visits, or ask in another way."
        )
    rate = VisitRate(
        measure=measure,
        definition=definition,
        estimate=share_of_outcomes(outcomes.of(known), measure),
        counted=counted,
        left_out=outcomes.left_out,
    )
    vars(rate)[KEPT] = outcomes
    return rate


def share_of_outcomes(outcomes: Outcomes, name: str) -> Proportion:
    """Estimate a share of outcomes that are all known."""
    answers = Responses.from_arrays(
        outcomes.hits, scale=Scale(0, 1), items=[name], cluster=outcomes.cluster
    )
    return proportion(answers.answers[:, 0], answers.sample, name=name)


def left_out_note(left_out: Mapping[str, int]) -> str:
    """Say how many visits are not counted, and why."""
    parts = [f"{reason}: {n:,}" for reason, n in left_out.items()]
    return f"Not counted: {'; '.join(parts)}." if parts else "Every visit is counted."


class RateOf(Frozen):
    """The share of one dealer, or of one month.

    Parameters
    ----------
    label : str
        Whose it is.
    rate : VisitRate
        The share.
    """

    label: str
    rate: VisitRate


class VisitRates(Tabulated, Frozen):
    """A share of visits by dealer, by month, or by another label.

    Parameters
    ----------
    measure, definition : str
        As of the share of all visits.
    divided_by : str
        The label.
    rates : tuple of RateOf
        One for each.
    empty : tuple of str
        Labels of whose visits none is counted.
    """

    SHOWN: ClassVar = shown("share, low, high, n, left_out: not counted")
    REPR: ClassVar[tuple[str, ...]] = ("measure", "divided_by")

    measure: str
    definition: str
    divided_by: str
    rates: tuple[RateOf, ...]
    empty: tuple[str, ...] = ()

    def __getitem__(self, label: Any) -> VisitRate:
        """Return the share of one label."""
        for its in self.rates:
            if its.label == str(label):
                return its.rate
        names = [its.label for its in self.rates]
        raise ParameterError(
            f"there is no {self.divided_by} {label!r}; there are {listed(names)}."
            f"{did_you_mean(label, names)}"
        )

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.label,
                {
                    self.divided_by: its.label,
                    **its.rate.estimate.row(level, value="share"),
                    "left_out": sum(its.rate.left_out.values()),
                },
            )
            for its in self.rates
        ]

    def _title(self) -> str:
        return f"{self.measure[:1].upper()}{self.measure[1:]} by {self.divided_by}"

    def _notes(self) -> Iterable[str]:
        yield f"{self.definition}. 95 % intervals: wilson."
        if self.empty:
            yield f"No visit is counted of {listed(self.empty)}."
