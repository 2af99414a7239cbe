"""Conventions of importance side by side, where they disagree, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from custvalue._drivers.agreement import RankAgreement, rank_agreement
from custvalue._drivers.answered import Covariances
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.importance import importance
from custvalue._drivers.importance_result import HIGH_VIF, AnyEstimate, Driver, DriverImportance
from custvalue._drivers.tiers import attribute_of
from custvalue._inference.estimate import ends_of
from custvalue._respondents.importance import given_importance
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import require_answers
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, NonNegative
from custvalue._words import listed

COMPARED: tuple[Decomposition, ...] = ("correlation", "regression", "johnson", "lmg")
APART = 2  # ranks between conventions that deserve a reason


class ComparedDriver(Frozen):
    """One driver by several conventions.

    Parameters
    ----------
    name : str
        The driver.
    importance : dict of str to Estimate
        Its importance by each convention.
    stated : float or None
        How important customers say it is.
    ranks : dict of str to int or float
        Its rank by each convention, ``stated`` among them where there is one; the mean of the ranks
        that drivers share which are said to be alike.
    vif : float
        Variance inflation factor.
    suppressed : bool
        Whether its coefficient has another sign than its correlation, beyond chance.
    reasons : tuple of str
        Why conventions disagree about it; none where they do not. They do where ranks are apart by
        2 or more, and by a quarter of the drivers, or where it is suppressed.
    """

    name: str
    importance: dict[str, AnyEstimate]
    stated: float | None
    ranks: dict[str, Count | NonNegative]
    vif: NonNegative
    suppressed: bool
    reasons: tuple[str, ...] = ()


class MethodsCompared(Tabulated, Frozen):
    """Importance by several conventions, side by side.

    Parameters
    ----------
    drivers : tuple of ComparedDriver
        In the order of the items.
    agreement : RankAgreement
        How far the conventions rank alike.
    r_squared : Estimate
        Share of the variance of the overall answers that all drivers explain together.
    overall : str
        The overall question.
    base : Base
        Who answered, who is excluded and why.
    """

    REPR: ClassVar[tuple[str, ...]] = ("overall", "disagreements")
    SHOWN: ClassVar = shown("correlation: r, regression: β, johnson: Johnson, lmg: LMG")

    drivers: tuple[ComparedDriver, ...]
    agreement: RankAgreement
    r_squared: AnyEstimate
    overall: str
    base: Base

    def __getitem__(self, name: str) -> ComparedDriver:
        return attribute_of(name, self.drivers)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Drivers about which conventions disagree."""
        return tuple(its.name for its in self.drivers if its.reasons)

    def _shown(self) -> Mapping[str, str]:
        stated = {"stated": "stated"} if self.drivers[0].stated is not None else {}
        methods = {**self.SHOWN, **stated}
        ranks = {f"{name}_rank": "rank" for name in methods}
        return {
            name: heading
            for pair in zip(methods.items(), ranks.items(), strict=True)
            for name, heading in pair
        }

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _columns(its, level)) for its in self.drivers]

    def _title(self) -> str:
        return f"Importance for {self.overall} by several conventions"

    def _notes(self) -> Sequence[str]:
        said: dict[str, list[str]] = {}
        for its in self.drivers:
            for reason in its.reasons:
                said.setdefault(reason, []).append(its.name)
        reasons = (f"{listed(names)}: {reason}." for reason, names in said.items())
        whole = (
            f"Kendall's W of the ranks {self.agreement.w:.3f}; R² {self.r_squared.value:.3f}. LMG "
            f"is general dominance too."
        )
        return (whole, *reasons, str(self.base))


def _columns(its: ComparedDriver, level: float) -> dict[str, Any]:
    cells: dict[str, Any] = {"driver": its.name}
    for name, estimate in its.importance.items():
        cells |= {**ends_of(name, estimate, level), f"{name}_rank": its.ranks[name]}
    if its.stated is not None:
        cells |= {"stated": its.stated, "stated_rank": its.ranks["stated"]}
    return cells | {"vif": its.vif, "suppressed": its.suppressed}


def compare_methods(
    answers: Responses | Sequence[Responses],
    overall: Responses | str,
    *,
    stated: Responses | Mapping[str, float] | Sequence[float] | None = None,
    covariances: Covariances | None = None,
) -> MethodsCompared:
    """Put conventions of importance side by side, and say where they disagree and why.

    Parameters
    ----------
    answers, overall
        As in :func:`importance`.
    stated : Responses, or mapping or sequence of float, optional
        How important customers say the drivers are: answers to the same items, whose means are
        taken, or a number for each.
    covariances : {"listwise", "pairwise"}, optional
        As in :func:`importance`.

    Returns
    -------
    MethodsCompared
        Correlation, standardised coefficient, Johnson's relative weight, LMG (which is general
        dominance too) and stated importance, with the rank by each.

    Raises
    ------
    DataError, EstimationError, ParameterError
        As in :func:`importance`, or if `stated` is about other items.

    Examples
    --------
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "fixed": [5, 4, 2, 1, 4, 3],
    ...     "coffee": [3, 4, 3, 4, 5, 3],
    ...     "overall": [5, 4, 2, 2, 4, 3],
    ... }
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
    >>> found = drivers.compare_methods(answers, "overall", stated={"fixed": 9, "coffee": 4})
    >>> found["fixed"].ranks
    {'correlation': 1, 'regression': 1, 'johnson': 1, 'lmg': 1, 'stated': 1}
    """
    found: dict[str, DriverImportance] = {
        name: importance(answers, overall, decomposition=name, covariances=covariances)
        for name in COMPARED
    }
    first = found["lmg"]
    names = [its.name for its in first.drivers]
    ranks: dict[str, list[int | float]] = {
        name: [its.rank for its in result.drivers] for name, result in found.items()
    }
    said = None if stated is None else _stated(stated, names)
    if said is not None:
        ranks["stated"] = _with_ties(np.array(said))
    return MethodsCompared(
        drivers=tuple(
            ComparedDriver(
                name=name,
                importance=_by_method(found, place),
                stated=None if said is None else said[place],
                ranks={method: its[place] for method, its in ranks.items()},
                vif=first.drivers[place].vif,
                suppressed=first.drivers[place].suppressed,
                reasons=_reasons(
                    first.drivers[place],
                    {method: its[place] for method, its in ranks.items()},
                    apart=max(APART, len(names) // 4),
                ),
            )
            for place, name in enumerate(names)
        ),
        agreement=_agreement(ranks, names),
        r_squared=first.r_squared,
        overall=first.overall_name,
        base=first.base,
    )


def _with_ties(stated: FloatArray) -> list[int | float]:
    """Return the ranks of what is stated, the largest first; those alike share the mean rank."""
    above = (stated[:, None] < stated).sum(axis=1)
    alike = (stated[:, None] == stated).sum(axis=1)
    shared = (above + (alike + 1) / 2).tolist()
    return [int(rank) if rank.is_integer() else rank for rank in shared]


def _reasons(driver: Driver, ranks: Mapping[str, float], *, apart: int) -> tuple[str, ...]:
    """Say why the ranks of a driver are apart."""
    derived = [rank for name, rank in ranks.items() if name != "stated"]
    stated, found = ranks.get("stated"), []
    if stated is not None and stated <= max(derived) - apart and stated < min(derived):
        found.append("customers call it more important than their answers show")
    if stated is not None and stated >= min(derived) + apart and stated > max(derived):
        found.append("customers call it less important than their answers show")
    if driver.suppressed:
        found.append(
            "its coefficient has another sign than its correlation (suppression): beside the "
            "other drivers it stands for something else"
        )
    elif max(derived) - min(derived) >= apart:
        found.append(_why_apart(driver))
    return tuple(found)


def _why_apart(driver: Driver) -> str:
    if driver.vif > HIGH_VIF:
        return (
            "it follows nearly from other drivers (VIF above 5), so that coefficients share out by "
            "chance what they explain together"
        )
    return (
        "what it explains together with others, a correlation counts in full, a coefficient not at "
        "all, and Johnson's weight and LMG in part"
    )


def _by_method(found: Mapping[str, DriverImportance], place: int) -> dict[str, AnyEstimate]:
    return {name: result.drivers[place].importance for name, result in found.items()}


def _agreement(ranks: Mapping[str, Sequence[float]], names: Sequence[str]) -> RankAgreement:
    return rank_agreement(
        {method: dict(zip(names, its, strict=True)) for method, its in ranks.items()}
    )


def _stated(stated: Any, names: Sequence[str]) -> list[float]:
    """Return how important customers say the drivers are, more being more."""
    if not isinstance(stated, Responses):
        return [
            float(value)
            for value in given_importance(stated, tuple(names), None, argument="stated")
        ]
    important = require_answers("stated", stated).only(names)
    return [important.scale.sign * important.mean(name).value for name in names]
