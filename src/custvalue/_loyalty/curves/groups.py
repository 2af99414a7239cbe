"""Loyalty curves of groups, such as regions or waves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from custvalue._checks import Generator, checked_whole, no_such
from custvalue._columns import sorted_codes
from custvalue._frames import Source
from custvalue._loyalty.curves.curve import FOLDS, RESAMPLES, Plan, curve_of, direction_of
from custvalue._loyalty.curves.families import Outcome
from custvalue._loyalty.curves.reading import Asked, Direction, known, read
from custvalue._loyalty.curves.result import LoyaltyCurve, level_row
from custvalue._loyalty.one_item import require_same_length
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.design import design_note
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import LabelArray
from custvalue._values import Count, Frozen
from custvalue._words import count, percent
from custvalue.errors import DataError, ParameterError

LEAST = 30  # customers of a group, by default


class GroupCurve(Frozen):
    """The curve of one group.

    Parameters
    ----------
    name : str
        The group.
    curve : LoyaltyCurve
        Its curve.
    """

    name: str
    curve: LoyaltyCurve


class LoyaltyCurves(Tabulated, Frozen):
    """Loyalty curves of groups.

    Parameters
    ----------
    groups : tuple of GroupCurve
        In the order of their names.
    small : dict of str to int
        Groups with fewer customers than `minimum_n`, and how many these are.
    unknown : dict of str to str
        Groups without a curve, and why.
    minimum_n : int
        Customers that a group needs.
    """

    TITLE: ClassVar[str] = "Loyalty against satisfaction, by group"
    LABELS: ClassVar[str] = "group"
    SHOWN: ClassVar = shown(
        "satisfaction, outcome, low, high, n, fitted: curve, fitted_low, fitted_high, step, "
        "step_low, step_high"
    )

    groups: tuple[GroupCurve, ...]
    small: dict[str, int] = Field(default_factory=dict)
    unknown: dict[str, str] = Field(default_factory=dict)
    minimum_n: Count

    def __getitem__(self, name: object) -> LoyaltyCurve:
        found: Mapping[str, LoyaltyCurve] = {its.name: its.curve for its in self.groups}
        if str(name) not in found:
            raise ParameterError(no_such("group", name, list(found)))
        return found[str(name)]

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(its.name, {"group": its.name, **level_row(each, level)})
            for its in self.groups
            for each in its.curve.levels
        ]

    def _notes(self) -> Iterable[str]:
        shapes = (
            f"{its.name} {(best := its.curve.shapes.best).name} ({percent(best.probability)})"
            for its in self.groups
        )
        yield f"Shapes: {', '.join(shapes)}."
        designs = ((its.name, design_note(its.curve)) for its in self.groups)
        yield from (f"{name}: {note}" for name, note in designs if note)
        if self.small:
            small = ", ".join(f"{name} {n}" for name, n in self.small.items())
            yield f"Fewer than {count(self.minimum_n, 'customer')}: {small}."
        yield from (f"{name} has no curve: {why}" for name, why in self.unknown.items())


def curves_by_group(
    *,
    satisfaction: Any,
    outcome: Any,
    by: Any,
    scale: Scale | None = None,
    family: Outcome | None = None,
    outcome_scale: Scale | None = None,
    weights: Any = None,
    cluster: Any = None,
    direction: Direction | None = None,
    asked: Any = None,
    happened: Any = None,
    date_format: str | None = None,
    minimum_n: int = LEAST,
    folds: int = FOLDS,
    resamples: int = RESAMPLES,
    rng: Generator = None,
) -> LoyaltyCurves:
    """Find the loyalty curve of each group, such as each region of a network.

    Parameters
    ----------
    satisfaction, outcome, scale, family, outcome_scale, weights, cluster
        As in :func:`curve`.
    direction, asked, happened, date_format
        As in :func:`curve`. What the outcome is, and its direction, are those of all customers.
    by : array_like of shape (n,), or str
        The group of each customer; or the name of a label of Responses, such as ``"group"``.
    minimum_n : int
        Groups with fewer customers are listed, and have no curve.
    folds, resamples, rng
        As in :func:`curve`.

    Returns
    -------
    LoyaltyCurves

    Raises
    ------
    DataError
        As :func:`curve` does, or if no group has a curve.
    ParameterError
        As :func:`curve` does, or if Responses have no such label.

    Notes
    -----
    Whether an outcome differs between two groups at one answer is tested by
    ``comparing.compare({"north": curves["north"].level(5).outcome, "south": …})``.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import loyalty
    >>> from custvalue.survey import Scale
    >>> random = np.random.default_rng(1)
    >>> satisfied, region = random.integers(1, 6, 600), random.choice(["north", "south"], 600)
    >>> returned = random.random(600) < satisfied / np.where(region == "north", 6, 12)
    >>> curves = loyalty.curves_by_group(
    ...     satisfaction=satisfied, outcome=returned, by=region, scale=Scale(1, 5), rng=1
    ... )
    >>> [round(curves[name].level(5).fitted.value, 2) for name in ("north", "south")]
    [0.84, 0.41]
    """
    plan = Plan.checked(direction, folds, resamples, rng)
    least = checked_whole("minimum_n", minimum_n, least=2)
    given = Asked(
        satisfaction,
        outcome,
        scale,
        outcome_scale,
        family,
        weights,
        cluster,
        asked,
        happened,
        date_format,
    )
    answers, outcomes, its_family = read(given)
    names, codes = sorted_codes("by", _labels(by, answers))
    whole = known(answers, outcomes, its_family, outcome_scale)
    plan = plan._replace(direction=plan.direction or direction_of(whole))
    found: list[GroupCurve] = []
    small: dict[str, int] = {}
    unknown: dict[str, str] = {}
    for place, name in enumerate(map(str, names.tolist())):
        rows = np.flatnonzero(codes == place)
        try:
            part = known(answers.of_rows(rows), outcomes[rows], its_family, outcome_scale)
            if len(part.level) < least:
                small[name] = len(part.level)
            else:
                found.append(GroupCurve(name=name, curve=curve_of(part, plan)))
        except DataError as error:
            unknown[name] = str(error)
    if not found:
        why = next(iter(unknown.values()), f"none has {count(least, 'customer')}.")
        raise DataError(f"no group has a curve: {why} Use a smaller minimum_n, or other groups.")
    return LoyaltyCurves(groups=tuple(found), small=small, unknown=unknown, minimum_n=least)


def _labels(by: Any, answers: Responses) -> LabelArray:
    if isinstance(by, str):
        return answers.labels[answers.label_named(by)]
    labels = Source({"by": by}).labels("by")
    require_same_length("by", len(labels), "satisfaction", answers)
    return labels
