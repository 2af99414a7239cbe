"""Experience types and intention: whether customers who met more types intend to buy more.

Schmitt (1999, *Journal of Marketing Management* 15(1-3), 53-67) tells five types of experience
apart: sense, feel, think, act, relate. Training decks count how many a customer met, 0, 1, 2, 3 or
more, and show that more of those who met more will definitely buy. That is a dose and a response:
the share at each dose, the change for one more type, and a test of the trend. Customers who met
more types differ in other ways too, so a trend is no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_whole
from custvalue._inference.means import MeanEstimate
from custvalue._inference.shares import Proportion, proportion, share_among
from custvalue._loyalty.dose import Answers, Table, Tested, answers_of, slope_of, tested
from custvalue._loyalty.experience_reading import (
    in_chinese,
    read_answers,
    read_counts,
    require_several,
)
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rfm.shares import added
from custvalue._values import Count, Frozen, NonNegative, Probability, Record
from custvalue._words import count, number, p_value
from custvalue.errors import DataError


@dataclass(frozen=True, slots=True)
class Dose(Record):
    """Customers who met so many types of experience.

    Parameters
    ----------
    name, chinese : str
        How many: ``"0"``, ``"1"``, ``"3+"``; 没有, 1 种, 3 种以上.
    score : float
        The number with which it enters the trend.
    share : Proportion
        Who of them intends to buy.
    """

    name: str
    chinese: str
    score: float
    share: Proportion


class ExperienceTrend(Pictured, Tabulated, Frozen):
    """Intention by the number of types of experience, and its trend.

    Parameters
    ----------
    doses : tuple of Dose
        In ascending order.
    slope : MeanEstimate
        Change of the share for one type more, by least squares.
    mean : float
        The (weighted) share of all; the line passes through it at the mean score.
    mean_score : float
        The (weighted) mean of the scores.
    test : str
        How the trend was tested.
    statistic : float
        Its chi square with one degree of freedom; with weights or clusters, t squared.
    p_value : float
        That the share does not depend on the number.
    departure, departure_p_value : float or None
        Chi square of what a line leaves, and its P; None with weights, clusters, or two doses.
    n : int
        Customers.
    left_out : int
        Customers of whom one of both is not known.
    without_weight : int
        Other customers whose weight is 0, who are left out too.

    Notes
    -----
    Simulated coverage of the 95 % interval of the slope in percent, 1,500 samples each, with a
    share of 14 % at none and 5 points more for each type; weights are lognormal(.5), and shares
    of 20 clusters differ by 16 points:

    =========  =====  =====  =====  =====
    customers  50     100    400    2,000
    =========  =====  =====  =====  =====
    equal      94.9   94.8   93.7   94.1
    weights    93.2   92.8   95.1   95.3
    clusters   –      93.9   94.1   95.5
    =========  =====  =====  =====  =====

    With 3 % at none and one point more, 50 customers are too few (76 %), and so are 100 (89 %).
    """

    PICTURE: ClassVar[str] = "experience_trend_line"
    TITLE: ClassVar[str] = "Intention by types of experience"
    LABELS: ClassVar[str] = "types"
    SHOWN: ClassVar = shown("share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("slope", "p_value", "n")

    doses: tuple[Dose, ...]
    slope: MeanEstimate
    mean: Probability
    mean_score: float
    test: str
    statistic: NonNegative
    p_value: Probability
    departure: NonNegative | None
    departure_p_value: Probability | None
    n: Count
    left_out: Count = 0
    without_weight: Count = 0

    @classmethod
    def from_counts(cls, counts: Any) -> Self:
        """Take how many customers intend to buy, of how many, for each number of types.

        Parameters
        ----------
        counts : mapping of number or str to tuple of int
            Number of types, such as 0, 1 or ``"3+"``, to those who intend to buy and all who met so
            many; ``"3+"`` enters as 3.

        Raises
        ------
        DataError
            If there are fewer than two different numbers of types.
        ParameterError
            If counts are no such mapping.

        Examples
        --------
        Smokers among patients of four studies, the example of R's ``prop.trend.test``:

        >>> from custvalue import loyalty
        >>> found = loyalty.ExperienceTrend.from_counts(
        ...     {1: (83, 86), 2: (90, 93), 3: (129, 136), 4: (70, 82)}
        ... )
        >>> round(found.statistic, 4), round(found.p_value, 6)
        (8.2249, 0.004132)
        """
        names, table = read_counts(counts)
        pairs = zip(names, table.yes.tolist(), table.n.tolist(), strict=True)
        shares = [share_among(int(yes), int(n), name) for name, yes, n in pairs]
        return cls._of(table, names, shares, answers_of(table))

    @classmethod
    def from_arrays(
        cls,
        types: npt.ArrayLike,
        intends: npt.ArrayLike,
        *,
        at_most: int | None = 3,
        weights: Any = None,
        cluster: npt.ArrayLike | None = None,
    ) -> Self:
        """Take how many types each customer met, and whether they intend to buy.

        Parameters
        ----------
        types : array_like of shape (customers,)
            Number of types of experience, whole numbers >= 0; NaN where it is not known.
        intends : array_like of shape (customers,)
            True or False, 1 or 0; missing where it is not known.
        at_most : int or None
            From this number on customers are taken together, ``"3+"``; None keeps all apart.
        weights : array_like of shape (customers,), optional
            Sampling weights.
        cluster : array_like of shape (customers,), optional
            Dealer of each customer. Customers of a single dealer are taken as independent, and the
            result says so.

        Raises
        ------
        DataError
            If an entry is no such number, or all customers met the same number of types.
        ParameterError
            If `at_most` is no whole number >= 1.
        """
        if at_most is not None:
            at_most = checked_whole("at_most", at_most, least=1)
        met, says, sample = read_answers(types, intends, weights, cluster)
        there = ~(np.isnan(met) | np.isnan(says))
        known = there & (sample.weights > 0)
        if not known.any():
            raise DataError("no customer has both a number of types and an intention.")
        lost = (int((~there).sum()), int(there.sum() - known.sum()))
        met, says, sample = met[known], says[known], sample.of_rows(known)
        score = met if at_most is None else np.minimum(met, at_most)
        scores, place = np.unique(score, return_inverse=True)
        require_several(scores)
        names = [f"{its:g}{'+' if its == at_most else ''}" for its in scores.tolist()]
        shares = [
            proportion(says[place == k], sample.of_rows(place == k), name=name)
            for k, name in enumerate(names)
        ]
        ones = np.ones(len(says))
        yes, n = (added(place, len(scores), its) for its in (says, ones))
        table = Table(scores, yes, n)
        answers = Answers(score, says, sample, ones)
        return cls._of(table, names, shares, answers, left_out=lost)

    @classmethod
    def _of(
        cls,
        table: Table,
        names: Sequence[str],
        shares: Sequence[Proportion],
        answers: Answers,
        *,
        left_out: tuple[int, int] = (0, 0),
    ) -> Self:
        slope = slope_of(answers)
        found: Tested = tested(table, slope, is_plain=answers.plain)
        named = zip(names, table.score.tolist(), shares, strict=True)
        mean_score, mean = answers.mean
        return cls(
            doses=tuple(Dose(name, in_chinese(name), its, share) for name, its, share in named),
            slope=slope,
            mean=min(max(mean, 0.0), 1.0),
            mean_score=mean_score,
            n=int(table.n.sum()),
            left_out=left_out[0],
            without_weight=left_out[1],
            **found._asdict(),
        )

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "types": its.name,
                    "chinese": its.chinese,
                    "score": its.score,
                    **its.share.row(level, value="share"),
                },
            )
            for its in self.doses
        ]

    def _notes(self) -> Iterable[str]:
        ends = f" {self.slope.confidence_interval()}" if self.slope.has_interval else ""
        yield f"One type more changes the share by {number(self.slope.value)}{ends}."
        chi = f"chi square {number(self.statistic)}, {p_value(self.p_value)}"
        yield f"No trend: {chi} ({self.test})."
        if self.departure is not None and self.departure_p_value is not None:
            beyond = f"chi square {number(self.departure)}, {p_value(self.departure_p_value)}"
            yield f"A line is enough: {beyond}."
        lost = f"; left out {self.left_out:,} with one of both unknown" if self.left_out else ""
        light = f"; left out {self.without_weight:,} of weight 0" if self.without_weight else ""
        yield f"{count(self.n, 'customer')}{lost}{light}. 95 % intervals."
        yield "A trend is no effect: customers who met more types differ in other ways too."
