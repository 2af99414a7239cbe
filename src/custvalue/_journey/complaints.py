"""Complaints as a desk records them: what they are about, how far they went, which are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._histories.days import day_number, observed_to
from custvalue._inference.shares import proportion
from custvalue._journey import reading
from custvalue._journey.complaint_classes import (
    ClassifiedComplaints,
    ComplaintClass,
    ComplaintShares,
)
from custvalue._journey.complaint_rules import (
    COMPLAINT_KINDS,
    COMPLAINT_SEVERITIES,
    NOT_CLASSIFIED,
    NOT_CLASSIFIED_IN_CHINESE,
    UNKNOWN_SEVERITY,
    UNKNOWN_SEVERITY_IN_CHINESE,
    ComplaintKind,
    ComplaintSeverity,
    applying,
    checked_rules,
    require_other_names,
    said,
    severity_of,
)
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Complaints(Columns):
    """Complaints of customers; read them with :meth:`from_frame`.

    Parameters
    ----------
    customer : ndarray of str, shape (n,)
        Who complained; empty where nobody knows.
    opened, closed : ndarray of float64, shape (n,)
        When the customer first said so, and when it was closed; NaN where it is open.
    text : ndarray of str, shape (n,)
        What was said, or the codes of the desk; empty where it is unknown.
    labels : dict of str to ndarray
        What complaints are divided by.
    cluster : str or None
        The label whose complaints are alike.
    observation_end : date
        Last day on which a complaint would be in the data.
    """

    customer: LabelArray
    opened: FloatArray
    closed: FloatArray
    text: LabelArray
    labels: dict[str, LabelArray] = field(default_factory=dict)
    cluster: str | None = None
    observation_end: date

    REPR: ClassVar[tuple[str, ...]] = ("complaints", "open", "observation_end")

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        customer: str,
        opened: str,
        closed: str | None = None,
        text: str | None = None,
        labels: Sequence[str] = (),
        cluster: str | None = None,
        observation_end: Any = None,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> Self:
        """Read complaints from a dataframe with one row per complaint.

        Parameters
        ----------
        frame : dataframe or mapping of str to sequence
            One row per complaint.
        customer : str
            Column that says who complained; it may be empty.
        opened, closed : str
            Columns with days or times: the customer's first word, and when it was closed, empty
            where it is open. Without `closed` all are open.
        text : str, optional
            Column with what was said, or the codes of the desk, which rules read.
        labels : sequence of str
            Columns that divide the complaints, such as the dealer.
        cluster : str, optional
            Column whose complaints are alike: intervals know it.
        observation_end : str or date, optional
            Last day on which a complaint would be in the data; that of the latest by default.
        date_format, time_zone : str, optional
            As in :meth:`Visits.from_frame`.

        Raises
        ------
        DataError
            If a column is absent, a complaint has no beginning, was closed before it began or lies
            after `observation_end`, or a label is missing.
        ParameterError
            If `observation_end` is no day, or `labels` is text.

        Examples
        --------
        >>> from custvalue import journey
        >>> complaints = journey.Complaints.from_frame(
        ...     {
        ...         "who": ["C1", "C2"],
        ...         "on": ["2026-03-02", "2026-03-05"],
        ...         "done": ["2026-03-09", None],
        ...         "said": ["waited two hours", "engine noise, will call my lawyer"],
        ...     },
        ...     customer="who",
        ...     opened="on",
        ...     closed="done",
        ...     text="said",
        ... )
        >>> found = complaints.classify()
        >>> found.kinds.tolist(), found.severity.tolist()
        (['product quality', 'service'], ['lawyers', 'told the staff'])
        """
        source = _frames.Source(frame)
        moments = {"opened": opened, "closed": closed}
        named_columns = {"customer": customer, "text": text}
        source.named(**moments, **named_columns, cluster=cluster)
        if isinstance(labels, str):
            raise ParameterError(f"labels must be a list of columns. Write labels=[{labels!r}].")
        source.require({f"labels[{place}]": name for place, name in enumerate(labels)})
        if not source.rows:
            raise DataError("there are no complaints. Give at least one row.")
        found: dict[str, Any] = reading.times(source, moments, date_format, time_zone)
        found.setdefault("closed", np.full(source.rows, np.nan))
        found |= reading.words(source, named_columns)
        found.setdefault("text", np.full(source.rows, ""))
        end = _end(found, observation_end)
        _check(found, moments, end)
        divided: list[str] = [*labels, *([] if cluster is None else [cluster])]
        return cls(
            **found,
            labels=reading.labels(source, tuple(dict.fromkeys(divided))),
            cluster=None if cluster is None else str(cluster),
            observation_end=end,
        )

    def __len__(self) -> int:
        return len(self.opened)

    @property
    def complaints(self) -> int:
        """Number of complaints."""
        return len(self.opened)

    @property
    def open(self) -> int:
        """Number of complaints that are not closed."""
        return int(np.isnan(self.closed).sum())

    def classify(
        self,
        kinds: Sequence[ComplaintKind] | None = None,
        severities: Sequence[ComplaintSeverity] | None = None,
    ) -> ClassifiedComplaints:
        """Say of every complaint what it is about, and how far it went.

        Parameters
        ----------
        kinds : sequence of ComplaintKind, optional
            :data:`COMPLAINT_KINDS` by default.
        severities : sequence of ComplaintSeverity, optional
            :data:`COMPLAINT_SEVERITIES` by default.

        Returns
        -------
        ClassifiedComplaints
            Words are taken as they stand: "no defect" has a word of product quality. A complaint
            with no word of any kind is ``"not classified"``; without a text it is that too, and
            its severity is ``"severity not known"``, of the grade 0.

        Raises
        ------
        ParameterError
            If these are no such rules, two have one name, or one is called as complaints are to
            which no rule applies.
        """
        rules, grades = _rules(kinds, severities)
        of_kind, place = self._found(rules, grades)
        names = np.array([its.name for its in rules], dtype=object)
        opened = np.isnan(self.closed)
        grade = np.array([*(its.grade for its in grades), 0])[place]
        order = np.lexsort((np.arange(len(self)), self.opened, -grade, ~opened))
        joined = ["; ".join(names[of_kind[row]]) or NOT_CLASSIFIED for row in order]
        return ClassifiedComplaints(
            row=order,
            customer=self.customer[order],
            opened=self.opened[order],
            open=opened[order].astype(np.int64),
            kinds=np.array(joined, dtype=np.str_),
            grade=grade[order],
            severity=np.array([*(its.name for its in grades), UNKNOWN_SEVERITY])[place][order],
            without_text=int((~said(self.text)).sum()),
        )

    def shares(
        self,
        kinds: Sequence[ComplaintKind] | None = None,
        severities: Sequence[ComplaintSeverity] | None = None,
    ) -> ComplaintShares:
        """Count the complaints by kind and by severity.

        Parameters
        ----------
        kinds, severities
            As in :meth:`classify`.

        Returns
        -------
        ComplaintShares
            With Wilson's intervals, by clusters where there are some. Complaints without a text
            are among all; they are ``"not classified"``, their ``"severity not known"``.

        Raises
        ------
        DataError
            If no complaint has a text.
        ParameterError
            As of :meth:`classify`.
        """
        rules, grades = _rules(kinds, severities)
        known = said(self.text)
        if not known.any():
            raise DataError(
                "complaints are classified by their texts, but none has one. Name the column with "
                "what was said, as in Complaints.from_frame(…, text='said')."
            )
        of_kind, place = self._found(rules, grades)
        every = [*zip(rules, of_kind.T, strict=True)]
        classes = [self._class(its.name, its.chinese, at) for its, at in every]
        none = self._class(
            NOT_CLASSIFIED, NOT_CLASSIFIED_IN_CHINESE, np.asarray(~of_kind.any(axis=1))
        )
        graded = [
            self._class(its.name, its.chinese, np.asarray(place == at))
            for at, its in enumerate(grades)
        ]
        if (place < 0).any():
            unknown = (UNKNOWN_SEVERITY, UNKNOWN_SEVERITY_IN_CHINESE, np.asarray(place < 0))
            graded.append(self._class(*unknown))
        return ComplaintShares(
            kinds=(*classes, none),
            severities=tuple(graded),
            n=len(self),
            without_text=int((~known).sum()),
        )

    def _found(
        self, rules: Sequence[ComplaintKind], grades: Sequence[ComplaintSeverity]
    ) -> tuple[npt.NDArray[np.bool_], IntArray]:
        """Return which kinds each complaint has, and the place of its severity, or -1."""
        return applying(self.text, rules), severity_of(self.text, grades)

    def _class(self, name: str, chinese: str, rows: npt.NDArray[np.bool_]) -> ComplaintClass:
        answers = Responses.from_arrays(
            rows.astype(np.float64),
            scale=Scale(0, 1),
            items=[name],
            cluster=None if self.cluster is None else self.labels[self.cluster],
        )
        share = proportion(answers.answers[:, 0], answers.sample, name=name)
        still_open = int((rows & np.isnan(self.closed)).sum())
        return ComplaintClass(name, chinese, int(rows.sum()), still_open, share)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the complaints as a plain dict of columns, times as datetime64."""
        return {
            "customer": self.customer,
            "opened": reading.as_times(self.opened).astype("M8[us]"),
            "closed": reading.as_times(self.closed).astype("M8[us]"),
            "text": self.text,
            **self.labels,
        }

    def _table(self) -> Table:
        rows = (("complaints", len(self)), ("open", self.open))
        return Table("Complaints", ("", "number"), rows, (f"Until {self.observation_end}.",))


def _rules(
    kinds: Any, severities: Any
) -> tuple[tuple[ComplaintKind, ...], tuple[ComplaintSeverity, ...]]:
    """Return the rules, the severities from the mildest on."""
    rules = checked_rules("kinds", kinds, ComplaintKind, COMPLAINT_KINDS)
    given = checked_rules("severities", severities, ComplaintSeverity, COMPLAINT_SEVERITIES)
    require_other_names(rules, given)
    return rules, tuple(sorted(given, key=lambda its: its.grade))


def _end(found: dict[str, Any], given: Any) -> date:
    if given is not None:
        return observed_to(given)
    closed = found["closed"]
    last = [found["opened"].max(), *([] if np.isnan(closed).all() else [np.nanmax(closed)])]
    day: date = reading.as_times(np.array([max(last)]))[0].astype("M8[D]").item()
    return day


def _check(found: dict[str, Any], columns: dict[str, str | None], end: date) -> None:
    """Raise a DataError where a complaint contradicts itself."""
    opened, closed = found["opened"], found["closed"]
    days = reading.are_days(closed) or reading.are_days(opened)
    before = reading.day_of(closed) < reading.day_of(opened) if days else closed < opened
    hint = "A complaint cannot be closed before it is made. Correct one of both times."
    said = f"not before {columns['opened']}"
    reading.refuse_times(before, columns["closed"], said, closed, hint)
    for argument in ("opened", "closed"):
        late = reading.day_of(found[argument]) > day_number(end)
        hint = "Give the observation_end that the data have."
        reading.refuse_times(late, columns[argument], f"at most {end}", found[argument], hint)
