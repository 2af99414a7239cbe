"""One fit for every group, and the groups that have none."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from custvalue._checks import callers_level
from custvalue._respondents.responses import Responses
from custvalue._results.layout import Row, Tabulated, rows_of, shown
from custvalue._structural.fit import StructuralFit
from custvalue._values import Frozen
from custvalue._words import count, listed
from custvalue.errors import CustvalueError, DataWarning, EstimationError, ParameterError


class GroupFits(Tabulated, Frozen):
    """Fits of one model in several groups.

    Parameters
    ----------
    label : str
        What respondents are divided by.
    fits : dict of str to StructuralFit
        Group to its fit, in ascending order.
    failed : dict of str to str
        Group to the reason why it has none.
    left_out : dict of str to int
        Reason to the number of respondents who are in no group.
    """

    LABELS: ClassVar[str] = "group"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value: estimate, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("label", "fits", "failed")

    label: str
    fits: dict[str, StructuralFit]
    failed: dict[str, str]
    left_out: dict[str, int]

    def __getitem__(self, group: Any) -> StructuralFit:
        found = self.fits.get(str(group))
        if found is None:
            why = self.failed.get(str(group))
            reason = f" It has no estimates: {why}" if why else ""
            raise ParameterError(
                f"there is no fit of the group {str(group)!r}.{reason} The groups are "
                f"{listed(self.fits)}."
            )
        return found

    def to_json(self, *, indent: int | None = None) -> str:
        """Write the fits with all of their estimates as JSON text; the answers stay here.

        Parameters
        ----------
        indent : int, optional
            Spaces of indentation; one line without it.
        """
        fits = {name: its.settled() for name, its in self.fits.items()}
        return super(GroupFits, self.model_copy(update={"fits": fits})).to_json(indent=indent)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(f"{name}: {row.label}", {self.label: name, **row.values})
            for name, fit in self.fits.items()
            for row in rows_of(fit, level)
        ]

    def _title(self) -> str:
        return f"Structural model by {self.label}"

    def _notes(self) -> Iterable[str]:
        yield "Each group has weights of its own; index_by has those of all."
        for name, why in self.failed.items():
            yield f"{name} has no estimates: {why}"
        for reason, n in self.left_out.items():
            yield f"Left out: {count(n, 'respondent')} ({reason})."


def fits_of(
    responses: Responses, label: str, fit: Callable[[Responses], StructuralFit]
) -> GroupFits:
    """Fit every group, and keep why some cannot be."""
    fits, failed = {}, {}
    for key, part in responses.by(label).items():
        try:
            fits[str(key)] = _said_of(f"{label} {key!r}: ", part, fit)
        except CustvalueError as error:
            failed[str(key)] = str(error)
    if failed:
        first, why = next(iter(failed.items()))
        told = f"{label} {first!r} has no estimates: {why}"
        if not fits:
            raise EstimationError(f"no group can be estimated; {told}")
        others = f" There is none of {count(len(failed) - 1, 'other group')} either."
        warnings.warn(
            f"{told}{others if len(failed) > 1 else ''}", DataWarning, stacklevel=callers_level()
        )
    return GroupFits(label=label, fits=fits, failed=failed, left_out=responses.unlabelled(label))


def _said_of(who: str, part: Responses, fit: Callable[[Responses], StructuralFit]) -> StructuralFit:
    """Fit one group, whose warnings say whose they are."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = fit(part)
    for its in caught:
        warnings.warn(f"{who}{its.message}", its.category, stacklevel=callers_level())
    return found
