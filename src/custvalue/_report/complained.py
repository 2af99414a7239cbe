"""The table ``[complaints]`` of a study: cases with the times they took, and what they cost."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from custvalue._histories.units import horizon_in
from custvalue._loyalty.rates import AsRate
from custvalue._report.keys import Count, File, Part
from custvalue._values import NonNegative
from custvalue.loyalty import ComplaintEconomics


def _within(value: object) -> object:
    """Refuse a time without a unit before any work is done."""
    horizon_in(value, "day", "within")  # type: ignore[arg-type]  # what is no time it refuses
    return value


class Economics(Part):
    """``[complaints.economics]``: arguments of :class:`custvalue.loyalty.ComplaintEconomics`.

    Rates are shares, as in ``0.1``, or counts, as in ``[38, 400]``, which know how sure they are.
    """

    customers: Count
    dissatisfied: AsRate
    complain: AsRate
    recovered: AsRate
    silent_return: AsRate
    value: NonNegative | None = None

    @property
    def desk(self) -> ComplaintEconomics:
        """The model of complaints."""
        return ComplaintEconomics(**{name: getattr(self, name) for name in Economics.model_fields})


class Complained(File):
    """``[complaints]``: one row for each complaint.

    ``promised`` is a column with the time promised to each customer; without it, ``within`` says
    how long a complaint may take. ``dealer`` divides the complaints. The other keys are arguments
    of :meth:`custvalue.loyalty.ClosingTimes.from_frame`.
    """

    opened: str
    closed: str
    observation_end: dt.date
    promised: str | None = None
    within: Annotated[str, BeforeValidator(_within)] | None = None
    dealer: str | None = None
    date_format: str | None = None
    time_zone: str | None = None
    economics: Economics | None = None

    @model_validator(mode="after")
    def _has_one_promise(self) -> Self:
        if (self.promised is None) == (self.within is None):
            raise ValueError(
                "[complaints] needs either promised, the column with the time promised to each "
                'customer, or within, a time for all of them, as in within = "7 days".'
            )
        return self

    @property
    def time(self) -> float:
        """The time within which complaints are to be closed: a promise, or days."""
        return 1.0 if self.within is None else horizon_in(self.within, "day", "within")

    def columns(self, *, promised: bool) -> dict[str, Any]:
        """Return arguments of a reader, with times in promises or in days."""
        return {
            "opened": self.opened,
            "closed": self.closed,
            "observation_end": self.observation_end,
            "promised": self.promised if promised else None,
            "date_format": self.date_format,
            "time_zone": self.time_zone,
        }
