"""How well groups that borrow forecast, beside one fit of all and fits of their own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from custvalue._forecasting.holdout import Holdout, checked_holdout
from custvalue._forecasting.scores import Outcomes
from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.grouping.labels import labels_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, NonNegative
from custvalue._words import count, number
from custvalue.errors import CustvalueWarning, EstimationError, ParameterError

KINDS = ("pooled", "common", "separate")


class GroupScore(Frozen):
    """How well one way to fit groups forecast what customers did.

    Parameters
    ----------
    name : {"pooled", "common", "separate"}
        Groups that borrow; one fit of all; each group by itself, by maximum likelihood.
    log_score : float
        Mean over customers of the logarithm of the probability of what they did.
    behind : float
        By how much that of the pooled fits is higher.
    behind_standard_error : float
        Of that difference, paired by customer.
    """

    name: str
    log_score: float
    behind: float
    behind_standard_error: NonNegative


class GroupScores(Tabulated, Frozen):
    """Log scores of groups in a holdout: pooled, common and separate fits.

    :func:`compare_groups` makes it.

    Parameters
    ----------
    scores : tuple of GroupScore
        Pooled, common, separate.
    customers, groups : int
        How many.
    without_own : int
        Groups whose data do not suffice for a fit of their own; the common one stands in.
    horizon : str
        How long the holdout is.
    """

    LABELS: ClassVar[str] = "fits"
    SHOWN: ClassVar = shown("log_score, behind, behind_standard_error: SE")
    REPR: ClassVar[tuple[str, ...]] = ("customers", "groups", "horizon")

    scores: tuple[GroupScore, ...] = Field(min_length=1)
    customers: Count
    groups: Count
    without_own: Count
    horizon: str

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [Row(its.name, {"fits": its.name, **_numbers(its)}) for its in self.scores]

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, "log_score": f"{row.values['log_score']:.4f}"})
            for row in self._rows(0.95)
        ]

    def _title(self) -> str:
        groups, customers = count(self.groups, "group"), count(self.customers, "customer")
        return f"Forecasts of {groups} with {customers}, holdout of {self.horizon}"

    def _notes(self) -> Sequence[str]:
        few = self.without_own
        lacking = f"{count(few, 'group has', 'groups have')} too few purchases for a fit of its own"
        return (
            SCORED,
            f"{lacking}: the common one stands in." if few else "",
        )


SCORED = (
    "Log score: mean over customers, higher is better; behind the pooled fits, with its SE, paired "
    "by customer."
)


def _numbers(its: GroupScore) -> Mapping[str, float]:
    return {name: getattr(its, name) for name in ("log_score", "behind", "behind_standard_error")}


def compare_groups(
    groups: GroupFits, train: PurchaseHistory, holdout: Holdout, *, by: npt.ArrayLike | str
) -> GroupScores:
    """Score pooled fits in a holdout, beside one common fit and fits of each group by itself.

    Parameters
    ----------
    groups : GroupFits
        Fitted to `train`.
    train : PurchaseHistory
        What was fitted.
    holdout : Holdout
        What the same customers did afterwards, from :func:`split`.
    by : array_like of shape (n,), or str
        The group of each customer, as in :func:`fit_groups`.

    Raises
    ------
    DataError, UnitError
        If the holdout is not one of the same customers, or `by` has not one label for each.
    ParameterError
        If `groups` are no such fits, or there is none of a group.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import lifetime
    >>> truth = lifetime.BGNBD(r=1, alpha=8, a=1, b=3, unit="week")
    >>> history = truth.simulate(350, age="52 weeks", rng=1)
    >>> dealer = np.repeat(["north", "south", "west"], [300, 40, 10])
    >>> later = np.random.default_rng(2).poisson(truth.expected_purchases(history, "1 year"))
    >>> holdout = lifetime.Holdout.from_arrays(frequency=later, duration="1 year", unit="week")
    >>> fits = lifetime.fit_groups(lifetime.BGNBD, history, by=dealer)
    >>> [its.name for its in lifetime.compare_groups(fits, history, holdout, by=dealer).scores]
    ['pooled', 'common', 'separate']
    """
    if not isinstance(groups, GroupFits):
        raise ParameterError(
            f"groups must be the GroupFits of lifetime.fit_groups, but it is "
            f"{type(groups).__name__}."
        )
    checked_history(train, "compare_groups")
    checked_holdout(train, holdout)
    labels = labels_of(train, by)
    found: dict[str, list[FloatArray]] = {kind: [] for kind in KINDS}
    without = 0
    for name, rows in zip(labels.names, labels.rows, strict=True):
        part = train._rows_at(rows)  # noqa: SLF001 - a history of ours
        outcomes = Outcomes.of(part, _some(holdout, rows))
        own = _by_itself(type(groups.common.model), part)
        without += own is None
        fits = (groups[name].at_mean, groups.common, own or groups.common)
        for kind, fit in zip(KINDS, fits, strict=True):
            each = outcomes.scores(fit.model).log_scores
            found[kind].append(np.repeat(each, outcomes.count.astype(np.int64)))
    whole = {kind: np.concatenate(parts) for kind, parts in found.items()}
    return GroupScores(
        scores=tuple(_scored(kind, whole[kind], whole["pooled"]) for kind in KINDS),
        customers=len(train),
        groups=len(labels.names),
        without_own=without,
        horizon=f"{number(holdout.duration)} {holdout.unit}s",
    )


def _some(holdout: Holdout, rows: Any) -> Holdout:
    spend = None if holdout.spend is None else holdout.spend[rows]
    return replace(
        holdout,
        customer=holdout.customer[rows],
        frequency=holdout.frequency[rows],
        spend=spend,
        tracked=None,
    )


def _by_itself(model: Any, part: PurchaseHistory) -> Any:
    """Return the fit of a group by maximum likelihood, if there is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        try:
            return model.fit(part)
        except EstimationError:
            return None


def _scored(name: str, each: FloatArray, best: FloatArray) -> GroupScore:
    off = best - each
    error = float(off.std(ddof=1)) / len(off) ** 0.5 if len(off) > 1 else 0.0
    return GroupScore(
        name=name,
        log_score=float(each.mean()),
        behind=float(off.mean()),
        behind_standard_error=error,
    )
