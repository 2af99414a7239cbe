"""What a resolved complaint changes: shares who buy again, with it and without.

The recovery paradox says that customers are more loyal after a complaint that was resolved than
without a complaint. It is found in some data and not in others (Knox & van Oest 2014, *Journal of
Marketing* 78(5), 42-57: recovery rarely offsets a failure in full), so nothing here assumes it:
give the counts of both groups, and see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from custvalue._comparing.comparison import compare
from custvalue._comparing.difference import Difference
from custvalue._inference.shares import Proportion, share_among
from custvalue._loyalty.rates import counts_as_rate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Frozen
from custvalue._words import p_value
from custvalue.errors import ParameterError


class RecoveryEffect(Tabulated, Frozen):
    """Who comes back after a resolved complaint, and who otherwise.

    Parameters
    ----------
    resolved, otherwise : Proportion
        Shares of both groups who came back.
    difference : Difference
        The first minus the second.
    """

    TITLE: ClassVar[str] = "Who comes back after a resolved complaint"
    SHOWN: ClassVar = shown("share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("resolved", "otherwise")

    resolved: Proportion
    otherwise: Proportion
    difference: Difference

    def _rows(self, level: float) -> Sequence[Row]:
        named = {
            "resolved": self.resolved,
            "otherwise": self.otherwise,
            "difference": self.difference,
        }
        return [
            Row(name, {"name": name, **its.row(level, value="share")})
            for name, its in named.items()
        ]

    def _notes(self) -> Iterable[str]:
        yield f"No difference: {p_value(self.difference.p_value)}."
        yield "95 % intervals: wilson; of the difference Newcombe's."
        yield "The groups chose themselves: the difference need not be what recovery does."


def recovery_effect(resolved: Any, otherwise: Any) -> RecoveryEffect:
    """Compare who comes back after a resolved complaint with who comes back otherwise.

    Parameters
    ----------
    resolved, otherwise : tuple of int
        Customers who came back, and all, of two groups: those whose complaint was resolved, and
        those whose complaint was not, or (for the recovery paradox) who had none.

    Returns
    -------
    RecoveryEffect
        Its ``difference`` has Newcombe's interval, and Wald's by ``method="wald"``.

    Raises
    ------
    ParameterError
        If one is no pair of counts.

    Examples
    --------
    Cars bought again after a resolved complaint, 81 of 171, and otherwise, 49 of 166 (Dillard &
    Bates):

    >>> from custvalue import loyalty
    >>> effect = loyalty.recovery_effect((81, 171), (49, 166)).difference
    >>> round(effect.value, 4), str(effect.confidence_interval())
    (0.1785, '[0.07469, 0.2769]')
    """
    shares = {"otherwise": _share("otherwise", otherwise), "resolved": _share("resolved", resolved)}
    return RecoveryEffect(**shares, difference=compare(shares).difference("resolved", "otherwise"))


def _share(argument: str, counts: Any) -> Proportion:
    """Read a pair of counts as a share."""
    if not isinstance(counts, tuple | list) or len(counts) != 2:
        raise ParameterError(
            f"{argument} must be the customers who came back and all of them, as in (81, 171), but "
            f"it is {counts!r}."
        )
    rate = counts_as_rate(counts, argument)
    return share_among(round(rate.value * rate.n), rate.n, "came back")
