"""What referrals are worth, net of customers who would have come anyway.

Of R customers who were referred, a share w would have come without. Kumar, Petersen & Leone (2007,
*Harvard Business Review* 85(10), 139-146; 2010, *Journal of Marketing* 74(5), 1-17) count for the
others what they bring, V, less the reward a, and the cost of acquisition that was saved, S; for
those who would have come anyway only the saving s, because the referral brought nothing else:

    referral value = R [(1 - w) (V - a + S) + w (s - a)]                                        (1)

In their equation the reward is a cost of the first group alone. Here it is paid to everybody who
refers somebody, as in practice, unless ``reward_anyway=0``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from custvalue._inference.estimate import rows_by_name
from custvalue._loyalty.propagated import PropagatedEstimate, on_the_lattice, propagated
from custvalue._loyalty.rates import Amount, AsAmount, AsRate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen
from custvalue._words import count, number, percent


class ReferralValue(Tabulated, Frozen):
    """What referrals are worth beyond customers who would have come anyway, equation (1).

    Parameters
    ----------
    referrals : int
        Customers who were referred, R.
    anyway : rate
        Share of them who would have come without: a number, counts, an estimate, or
        ``Rate.beta(a, b)``; ask new customers, or compare with a region without the programme.
    value : float or estimate
        What a referred customer brings: the lifetime value, in money.
    reward : float or estimate
        Paid for a referral.
    acquisition_saved : float or estimate
        What it costs to win such a customer in another way.
    saved_anyway : float or estimate, optional
        What is saved of one who would have come anyway; `acquisition_saved` by default.
    reward_anyway : float or estimate, optional
        Paid for the referral of one who would have come anyway; `reward` by default.

    Raises
    ------
    ParameterError
        If a rate is not from 0 to 1, or an amount negative.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> referred = loyalty.ReferralValue(
    ...     referrals=100, anyway=0.4, value=300, reward=20, acquisition_saved=50
    ... )
    >>> round(referred.total.value), round(referred.gross.value), round(referred.per_referral.value)
    (21000, 33000, 210)
    """

    TITLE: ClassVar[str] = "Referral value"
    SHOWN: ClassVar = shown("value: estimate, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("referrals", "anyway")

    referrals: Count
    anyway: AsRate
    value: AsAmount
    reward: AsAmount = Amount(value=0.0)
    acquisition_saved: AsAmount = Amount(value=0.0)
    saved_anyway: AsAmount | None = None
    reward_anyway: AsAmount | None = None

    @property
    def total(self) -> PropagatedEstimate:
        """The value of all referrals, net of those who would have come anyway, equation (1)."""
        return self._estimate("referral value", self.referrals * self._each)

    @property
    def per_referral(self) -> PropagatedEstimate:
        """The same for one referral."""
        return self._estimate("for one referral", self._each)

    @property
    def gross(self) -> PropagatedEstimate:
        """What the referrals seem to be worth if nobody would have come anyway."""
        _, value, reward, saved, *_ = self._inputs
        gain = value - reward + saved
        return self._estimate("if nobody would have come anyway", self.referrals * gain)

    @property
    def _each(self) -> FloatArray:
        anyway, value, reward, saved, saved_anyway, reward_anyway = self._inputs
        return (1 - anyway) * (value - reward + saved) + anyway * (saved_anyway - reward_anyway)

    @property
    def _inputs(self) -> tuple[FloatArray, ...]:
        """Return the inputs, each at its value and then at every point of the lattice."""
        given = (self.anyway, self.value, self.reward, self.acquisition_saved)
        found = on_the_lattice((*given, self.saved_anyway, self.reward_anyway))
        saved = found[3] if self.saved_anyway is None else found[4]
        return (*found[:4], saved, found[2] if self.reward_anyway is None else found[5])

    def _estimate(self, name: str, found: FloatArray) -> PropagatedEstimate:
        return propagated(name, found, self.anyway.n)

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name((self.total, self.per_referral, self.gross), level)

    def _notes(self) -> Iterable[str]:
        whose = percent(self.anyway.value)
        yield f"Of {count(self.referrals, 'referred customer')} {whose} would have come anyway."
        yield f"Each brings {number(self.value.value)}. 95 % intervals: quantiles over the inputs."
