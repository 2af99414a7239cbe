"""The table ``[visits]`` of a study: visits as dealer systems export them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from custvalue._journey.key_figures import Comeback, length_in_seconds, window_in_days
from custvalue._report.keys import Count, File
from custvalue._values import NonNegative
from custvalue.journey import VisitRate, Visits

AMOUNTS = ("estimate", "bill", "lines_asked", "lines_filled")
COLUMNS = ("opened", "customer", "vehicle", "promised", "delivered", "sold", "cause", *AMOUNTS)


def _window(value: object) -> object:
    """Refuse a window without a unit before any work is done."""
    window_in_days(value)  # type: ignore[arg-type]  # what is no window it refuses
    return value


def _grace(value: object) -> object:
    length_in_seconds(value, "grace")
    return value


class Visited(File):
    """``[visits]``: one row for each visit; every key figure comes from the columns that it needs.

    ``dealer`` divides the visits. The other columns, ``cluster``, ``observation_end``,
    ``date_format`` and ``time_zone`` are arguments of :meth:`custvalue.journey.Visits.from_frame`;
    ``within``, ``comeback``, ``grace`` and ``tolerance`` those of the key figures.
    """

    opened: str
    customer: str | None = None
    vehicle: str | None = None
    promised: str | None = None
    delivered: str | None = None
    sold: str | None = None
    estimate: str | None = None
    bill: str | None = None
    cause: str | None = None
    lines_asked: str | None = None
    lines_filled: str | None = None
    dealer: str | None = None
    cluster: str | None = None
    observation_end: dt.date | None = None
    within: Annotated[str, BeforeValidator(_window)] = "30 days"
    comeback: Comeback = "any visit"
    grace: Annotated[str, BeforeValidator(_grace)] = "0 min"
    tolerance: NonNegative = 0.1
    visits_listed: Count = 20
    date_format: str | None = None
    time_zone: str | None = None

    @model_validator(mode="after")
    def _has_figures(self) -> Self:
        if not self.figures:
            raise ValueError(
                "[visits] names no columns from which a key figure follows. Add delivered and "
                "vehicle or customer (first-time fix), delivered and promised (on time), "
                "lines_asked and lines_filled (fill rate), or estimate and bill (estimates kept)."
            )
        return self

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold amounts."""
        named = (getattr(self, name) for name in AMOUNTS)
        return tuple(name for name in named if name is not None)

    @property
    def figures(self) -> tuple[Callable[[Visits], VisitRate], ...]:
        """The key figures whose columns are named, the most telling first."""
        found: list[Callable[[Visits], VisitRate]] = []
        if self.delivered and (self.vehicle or self.customer):
            found.append(self._first_time_fix)
        if self.delivered and self.promised:
            found.append(lambda its: its.on_time(grace=self.grace))
        if self.lines_asked and self.lines_filled:
            found.append(Visits.fill_rate)
        if self.estimate and self.bill:
            found.append(lambda its: its.estimate_accuracy(within=self.tolerance))
        return tuple(found)

    def _first_time_fix(self, visits: Visits) -> VisitRate:
        return visits.first_time_fix(within=self.within, comeback=self.comeback)

    def visits(self, data: Any) -> Visits:
        """Read the visits."""
        columns: dict[str, Any] = {name: getattr(self, name) for name in COLUMNS}
        return Visits.from_frame(
            data,
            **columns,
            labels=() if self.dealer is None else (self.dealer,),
            cluster=self.cluster,
            observation_end=self.observation_end,
            date_format=self.date_format,
            time_zone=self.time_zone,
        )
