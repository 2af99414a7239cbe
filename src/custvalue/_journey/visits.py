"""Visits to a workshop, a branch or a service desk, and the key figures that they have."""

from __future__ import annotations

from collections.abc import Sequence

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
        self, *, within: Horizon, comeback: Comeback = "any visit"
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
