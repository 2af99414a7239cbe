"""Shares of visits: of all, by dealer, by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from custvalue._inference.estimate import Headline
from custvalue._inference.shares import Proportion, proportion
from custvalue._journey.control_chart import ControlChart, Dispersion, Limits, drawn
from custvalue._journey.outcomes import PERIODS, Outcomes
from custvalue._journey.pairing import answers_of, paired_answers
from custvalue._journey.run_rules import RunRules
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

KEPT = "_outcomes"  # no field: it takes no part in equality and JSON, as a cached property does not


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

    Notes
    -----
    Coverage of 95 % intervals where dealers have few visits, in percent. Of one dealer, computed
    exactly, on average [at the worst share]:

    ==========  ============  ============  ============
    visits      .50 to .80    .80 to .95    .95 to .99
    ==========  ============  ============  ============
    3           96.8 [89.1]   94.1 [83.1]   91.3 [85.7]
    5           95.8 [91.6]   95.4 [89.2]   92.2 [83.3]
    10          95.3 [92.0]   95.8 [89.9]   93.8 [84.0]
    19          95.1 [92.0]   95.6 [91.7]   95.2 [89.4]
    ==========  ============  ============  ============

    Of a network whose dealers have 3 to 19 visits each, simulated 2,000 times at a share of .7,
    with ``cluster=`` and (in brackets) without it, by how alike the visits of a dealer are:

    ==========  ============  ============  ============
    dealers     not alike     ICC .05       ICC .15
    ==========  ============  ============  ============
    5           95.8 (94.8)   96.1 (86.4)   96.2 (74.6)
    10          95.4 (94.3)   94.5 (86.4)   95.0 (74.8)
    20          94.6 (95.4)   95.8 (87.4)   95.2 (74.1)
    40          94.2 (94.8)   95.4 (88.9)   95.2 (74.2)
    ==========  ============  ============  ============

    At .9 and an ICC of .15 they hold 98.9, 93.8, 93.2 and 93.6 %.
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

    def responses(self, *, wave: str | None = None) -> Responses:
        """Return what is counted as answers 0 and 1, for :mod:`custvalue.comparing`.

        Parameters
        ----------
        wave : str, optional
            ``"month"``, ``"quarter"`` or ``"year"`` of the day that counts, or a label: what
            becomes the wave of the answers, for ``by="wave"`` and trends.

        Raises
        ------
        DataError
            If there is no such period or label.
        ParameterError
            If the share was read from JSON, which has no single visits.

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
        return answers_of(self._kept, self.measure, wave)

    def paired_responses(
        self, first: str, second: str, *, by: str = "quarter", of: str | None = None
    ) -> tuple[Responses, Responses]:
        """Return the same vehicles in two periods, for :func:`custvalue.comparing.paired`.

        Parameters
        ----------
        first, second : str
            The two periods, as in ``"2026-Q1"`` and ``"2026-Q2"``.
        by : str
            ``"month"``, ``"quarter"``, ``"year"``, or a label that says which period it was.
        of : str, optional
            A label whose entries are paired, such as the dealer. By default the vehicle, or the
            customer where there is no vehicle.

        Returns
        -------
        tuple of Responses
            One row for each vehicle (or dealer) with visits that count in both periods, with its
            own share in each: means of these weight vehicles alike, however often they came.

        Raises
        ------
        DataError
            If there is no such period or label, or fewer than two have visits in both periods.
        ParameterError
            If the share was read from JSON, or both periods are the same.

        Examples
        --------
        >>> from custvalue import comparing, journey
        >>> from custvalue.survey import Bootstrap
        >>> days = ["2026-01-05", "2026-02-02", "2026-02-03", "2026-04-06", "2026-05-04"]
        >>> visits = journey.Visits.from_frame(
        ...     {
        ...         "vin": ["A", "B", "C", "A", "B"],
        ...         "in": days,
        ...         "promised": days,
        ...         "out": ["2026-01-06", "2026-02-02", "2026-02-03", "2026-04-06", "2026-05-04"],
        ...     },
        ...     vehicle="vin",
        ...     opened="in",
        ...     promised="promised",
        ...     delivered="out",
        ... )
        >>> first, second = visits.on_time().paired_responses("2026-Q1", "2026-Q2")
        >>> change = comparing.paired(
        ...     first, second, lambda part: part.mean("on time"), method=Bootstrap(99, rng=1)
        ... )
        >>> change.n, change.value
        (2, 0.5)
        """
        return paired_answers(self._kept, self.measure, (first, second), by, of)

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
