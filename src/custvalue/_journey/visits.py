"""Visits to a workshop, a branch or a service desk, and the key figures that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from custvalue._histories.units import Horizon
from custvalue._journey.follow_up import FollowUpRule, FollowUps, follow_up
from custvalue._journey.key_figures import (
    Comeback,
    FilledBy,
    estimate_accuracy,
    fill_rate,
    first_time_fix,
    on_time,
    rework_causes,
)
from custvalue._journey.rates import VisitRate
from custvalue._journey.records import VisitRecords
from custvalue._journey.retention import ServiceRetention, read_register, retention_by_age
from custvalue._satisfaction.problems import ProblemAnalysis


class Visits(VisitRecords):
    """Visits with what was promised, done and paid; read them with :meth:`from_frame`.

    Its fields are those that :meth:`from_frame` names, one entry a visit; times are seconds since
    1970-01-01.
    """

    def first_time_fix(self, *, within: Horizon, comeback: Comeback = "any visit") -> VisitRate:
        """Compute the share of visits after which nobody had to come back.

        Parameters
        ----------
        within : str or timedelta
            Window after the handover, as in ``"30 days"``; a comeback on its last day counts.
        comeback : {"any visit", "same cause"}
            What a comeback is: any visit of the vehicle, or one for the same cause.

        Returns
        -------
        VisitRate
            Visits whose window is not over yet are left out and counted, whether or not somebody
            came back already; so are those of vehicles that were sold within it.

        Raises
        ------
        DataError
            If the visits lack what is needed, or no visit is old enough.
        ParameterError
            If `comeback` is unknown, or the window is shorter than a day.

        Notes
        -----
        Definitions differ between makers: by vehicle or by job, 7 or 30 days, any visit or the same
        fault. The result names the one that was used. Visits of a vehicle that begin at the same
        time are one visit: give times to tell two visits of one day apart.
        """
        return first_time_fix(self, within, comeback)

    def on_time(self, *, grace: str = "0 min") -> VisitRate:
        """Compute the share of visits that were handed over when it was promised.

        Parameters
        ----------
        grace : str
            How much later still counts, as in ``"15 min"``, ``"2 hours"`` or ``"1 day"``.

        Returns
        -------
        VisitRate
            Where all promises are days without a time, each holds until the end of its day. Visits
            without a promise are left out and counted; those not handed over yet are late once
            their promise is over, and left out before.

        Raises
        ------
        DataError
            If the visits lack what is needed, or none has a promise.
        ParameterError
            If `grace` is no length of time.
        """
        return on_time(self, grace)

    def fill_rate(self, *, by: FilledBy = "line") -> VisitRate:
        """Compute the share of parts that were there at once.

        Parameters
        ----------
        by : {"line", "visit"}
            Of all order lines; or of the visits that needed parts, those with every line filled.

        Returns
        -------
        VisitRate
            Lines of one visit are not independent: the interval knows it.

        Raises
        ------
        DataError
            If the visits lack what is needed, or none needed parts.
        ParameterError
            If `by` is unknown.
        """
        return fill_rate(self, by)

    def estimate_accuracy(self, *, within: float = 0.1) -> VisitRate:
        """Compute the share of visits that cost what had been estimated.

        Parameters
        ----------
        within : float
            Tolerance as a share of the estimate, 0.1 for 10 % more or less.

        Raises
        ------
        DataError
            If the visits lack what is needed, or none has both amounts.
        ParameterError
            If `within` is no number >= 0.
        """
        return estimate_accuracy(self, within)

    def rework_causes(
        self, *, within: Horizon = "30 days", comeback: Comeback = "any visit"
    ) -> ProblemAnalysis:
        """Rank what brought vehicles back, as :func:`custvalue.satisfaction.problem_analysis` does.

        Parameters
        ----------
        within, comeback
            As in :meth:`first_time_fix`.

        Returns
        -------
        ProblemAnalysis
            Of the visits after which somebody came back, by the cause of the comeback.

        Raises
        ------
        DataError
            If the visits lack what is needed, or nobody came back.
        ParameterError
            As in :meth:`first_time_fix`.
        """
        return rework_causes(self, within, comeback)

    def follow_up(
        self, rules: Sequence[FollowUpRule] | None = None, *, within: Horizon = "30 days"
    ) -> FollowUps:
        """List the visits whose customers are to be called, and why.

        Parameters
        ----------
        rules : sequence of FollowUpRule, optional
            :data:`custvalue.journey.FOLLOW_UP_RULES` by default, those that the data allow.
        within : str or timedelta
            Window in which a visit is a comeback, for rules about rework.

        Raises
        ------
        DataError
            If a rule that was given needs what the visits lack.
        ParameterError
            If `rules` is no sequence of rules.
        """
        return follow_up(self, rules, within)

    def retention_by_age(
        self,
        register: Any,
        *,
        vehicle: str,
        registered: str,
        sold: str | None = None,
        labels: Sequence[str] = (),
        cluster: str | None = None,
        observation_start: Any = None,
        years: int = 10,
        date_format: str | None = None,
        time_zone: str | None = None,
    ) -> ServiceRetention:
        """Compute service retention: the share of the vehicles of each age that came that year.

        Parameters
        ----------
        register : dataframe or mapping of str to sequence
            One row per vehicle, whether or not it ever came.
        vehicle, registered : str
            Columns of the register: the vehicle, as in the visits, and the day of its first
            registration.
        sold : str, optional
            Column with the day on which it went to another owner, empty where it did not.
        labels : sequence of str
            Columns of the register that divide the vehicles, such as the model.
        cluster : str, optional
            Column whose vehicles are alike, such as the dealer: intervals know it.
        observation_start : str or date, optional
            First day on which a visit would be in the data; that of the first visit by default.
        years : int
            Years of life, from the first registration on.
        date_format, time_zone : str, optional
            As in :meth:`from_frame`.

        Returns
        -------
        ServiceRetention
            With Wilson's intervals. A vehicle counts at an age if the whole year was observed and
            it was not sold within it; those that are too young, were sold, or whose year began
            before the data are left out at that age, and counted.

        Raises
        ------
        DataError
            If the visits have no vehicle, a column is absent, a vehicle stands in the register
            twice, was sold before it was registered, or no year of any vehicle was observed.
        ParameterError
            If `years` is no whole number from 1 to 50, or a day is none.

        Notes
        -----
        Vehicles are matched by the text of their identifier: 7 and ``"7"`` are the same vehicle,
        ``"007"`` is another one.

        Examples
        --------
        >>> from custvalue import journey
        >>> visits = journey.Visits.from_frame(
        ...     {"vin": ["A", "B", "A"], "in": ["2023-05-01", "2023-09-30", "2024-04-02"]},
        ...     vehicle="vin",
        ...     opened="in",
        ...     observation_end="2025-02-28",
        ... )
        >>> register = {"vin": ["A", "B", "C"], "first": ["2023-01-10", "2023-02-01", "2023-03-01"]}
        >>> found = visits.retention_by_age(
        ...     register,
        ...     vehicle="vin",
        ...     registered="first",
        ...     observation_start="2023-01-01",
        ...     years=2,
        ... )
        >>> [(its.label, its.rate.value, its.rate.n) for its in found.rates]
        [('1', 0.6666666666666666, 3), ('2', 0.3333333333333333, 3)]
        """
        how = {"date_format": date_format, "time_zone": time_zone}
        columns = {"vehicle": vehicle, "registered": registered, "sold": sold}
        read = read_register(register, columns, labels, cluster, **how)
        return retention_by_age(self, read, observation_start, years)
