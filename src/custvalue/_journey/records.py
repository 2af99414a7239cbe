"""Visits as dealer systems export them, one row each: what is known of each, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._histories.days import observed_to
from custvalue._journey import reading
from custvalue._rows import Columns, FloatArray, LabelArray
from custvalue._table import Table
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

TIMES = ("opened", "promised", "delivered", "sold")
AMOUNTS = ("estimate", "bill", "lines_asked", "lines_filled")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class VisitRecords(Columns):
    """Visits with what was promised, done and paid.

    Parameters
    ----------
    opened : ndarray of float64, shape (visits,)
        When the visit began, in seconds since 1970-01-01, local time.
    promised, delivered, sold : ndarray of float64, shape (visits,), optional
        When the vehicle was to be ready, was handed over, and was sold to another owner; NaN where
        it was not.
    vehicle, customer : ndarray, shape (visits,), optional
        Whose visits belong together.
    estimate, bill : ndarray of float64, shape (visits,), optional
        What it was to cost, and cost; NaN where unknown.
    cause : ndarray of str, shape (visits,), optional
        What was wrong; empty where it is unknown.
    lines_asked, lines_filled : ndarray of float64, shape (visits,), optional
        Order lines of parts that were needed, and those that were there at once.
    labels : dict of str to ndarray
        What visits are divided by, such as the dealer.
    cluster : str, optional
        The label whose visits are alike, such as the dealer.
    observation_end : date
        Last day on which a visit would be in the data.
    """

    opened: FloatArray
    promised: FloatArray | None = None
    delivered: FloatArray | None = None
    sold: FloatArray | None = None
    vehicle: LabelArray | None = None
    customer: LabelArray | None = None
    estimate: FloatArray | None = None
    bill: FloatArray | None = None
    cause: LabelArray | None = None
    lines_asked: FloatArray | None = None
    lines_filled: FloatArray | None = None
    labels: dict[str, LabelArray] = field(default_factory=dict)
    cluster: str | None = None
    observation_end: date

    REPR: ClassVar[tuple[str, ...]] = ("visits", "observation_end")

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        opened: str,
        customer: str | None = None,
        vehicle: str | None = None,
        promised: str | None = None,
        delivered: str | None = None,
        sold: str | None = None,
        estimate: str | None = None,
        bill: str | None = None,
        cause: str | None = None,
        lines_asked: str | None = None,
        lines_filled: str | None = None,
        labels: Sequence[str] = (),
        cluster: str | None = None,
        observation_end: Any = None,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> Self:
        """Read visits from a dataframe with one row per visit.

        Parameters
        ----------
        frame : dataframe or mapping of str to sequence
            One row per visit.
        opened : str
            Column with the day or the time at which the visit began.
        customer, vehicle : str, optional
            Columns that say whose visits belong together: those of a vehicle, where there is one.
        promised, delivered, sold : str, optional
            Columns with times: when it was to be ready; when it was handed over, empty where it is
            not yet; when the vehicle went to another owner, empty where it did not.
        estimate, bill : str, optional
            Columns with amounts: what the work was to cost, and what it cost.
        cause : str, optional
            Column that says what was wrong, or what was done.
        lines_asked, lines_filled : str, optional
            Columns with numbers: order lines of parts that were needed, and those of them that were
            in stock.
        labels : sequence of str
            Columns that divide the visits, such as the dealer.
        cluster : str, optional
            Column whose visits are alike, such as the dealer: intervals know it.
        observation_end : str or date, optional
            Last day on which a visit would be in the data; the day of the latest visit or handover
            by default.
        date_format, time_zone : str, optional
            How text is read as times, as in
            :meth:`custvalue.lifetime.PurchaseHistory.from_transactions`.

        Raises
        ------
        DataError
            If a column is absent; a visit has no beginning, or ended before it began; a vehicle
            was sold before the visit; an amount is negative, more lines were filled than asked, or
            a label is missing.
        ParameterError
            If `observation_end` is no day.

        Examples
        --------
        >>> from custvalue import journey
        >>> visits = journey.Visits.from_frame(
        ...     {
        ...         "vin": ["A", "B", "A"],
        ...         "in": ["2026-03-02", "2026-03-02", "2026-03-11"],
        ...         "out": ["2026-03-03", "2026-03-02", "2026-03-12"],
        ...     },
        ...     vehicle="vin",
        ...     opened="in",
        ...     delivered="out",
        ...     observation_end="2026-04-30",
        ... )
        >>> visits.first_time_fix(within="30 days").value
        0.6666666666666666
        """
        source = _frames.Source(frame)
        moments = {"opened": opened, "promised": promised, "delivered": delivered, "sold": sold}
        sums = {"estimate": estimate, "bill": bill}
        sums |= {"lines_asked": lines_asked, "lines_filled": lines_filled}
        named = {"customer": customer, "vehicle": vehicle, "cause": cause}
        source.named(**moments, **sums, **named, cluster=cluster)
        if isinstance(labels, str):
            raise ParameterError(f"labels must be a list of columns. Write labels=[{labels!r}].")
        source.require({f"labels[{place}]": name for place, name in enumerate(labels)})
        if not source.rows:
            raise DataError("there are no visits. Give at least one row.")
        found: dict[str, Any] = reading.times(source, moments, date_format, time_zone)
        found |= reading.amounts(source, sums) | reading.words(source, named)
        end = observed_to(observation_end) if observation_end is not None else reading.latest(found)
        reading.check(found, moments | sums, end)
        divided: list[str] = [*labels, *([] if cluster is None else [cluster])]
        cluster = None if cluster is None else str(cluster)
        return cls(
            **found,
            labels=reading.labels(source, tuple(dict.fromkeys(divided))),
            cluster=cluster,
            observation_end=end,
        )

    def __len__(self) -> int:
        return len(self.opened)

    @property
    def visits(self) -> int:
        """Number of visits."""
        return len(self.opened)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the visits as a plain dict of columns, times as datetime64."""
        found: dict[str, npt.NDArray[Any]] = {}
        for name in ("vehicle", "customer", *TIMES, *AMOUNTS, "cause"):
            values = getattr(self, name)
            if values is not None:
                found[name] = reading.as_times(values).astype("M8[us]") if name in TIMES else values
        return {**found, **self.labels}

    def _table(self) -> Table:
        known = [name for name in self.columns() if name not in self.labels]
        rows = [("visits", self.visits)]
        if self.delivered is not None:
            rows.append(("handed over", int((~np.isnan(self.delivered)).sum())))
        if (owner := self.owner) is not None:
            rows.append(("vehicles" if self.vehicle is not None else "customers", len(set(owner))))
        notes = [f"Known of each: {listed(known)}. Observed until {self.observation_end}."]
        if self.labels:
            notes.append(f"Divided by {listed(self.labels)}.")
        return Table("Visits", ("", "number"), tuple(rows), tuple(notes))

    @property
    def owner(self) -> LabelArray | None:
        """Whose visits belong together: the vehicle, else the customer."""
        return self.vehicle if self.vehicle is not None else self.customer
