"""What changes of drivers go with, by the regression on all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from custvalue._drivers.importance_result import DriverImportance
from custvalue._drivers.slopes import Slopes, checked_changes
from custvalue._inference.estimate import Estimate, Headline
from custvalue._words import number
from custvalue.errors import ParameterError

LABEL = "association"
NOT_CAUSE = (
    "Expected by association: respondents who answer that much better differ by this. A change "
    "that you make need not do the same."
)


class WhatIf(Headline):
    """The expected change of the overall answer.

    Parameters
    ----------
    estimate : Estimate
        The expected change, in points of the overall scale; t, linearised.
    parts : tuple of Estimate
        What each change adds to it.
    changes : dict of str to float
        The changes, in points of the drivers' scales.
    overall : str
        The overall question.
    mean : float
        Its mean now.
    label : {"association"}
        What the number is.
    """

    REPR: ClassVar[tuple[str, ...]] = ("value", "n", "label")

    estimate: Estimate
    parts: tuple[Estimate, ...]
    changes: dict[str, float]
    overall: str
    mean: float
    label: str = LABEL

    @property
    def expected_mean(self) -> float:
        """The mean of the overall answers after the changes."""
        return self.mean + self.value

    def _estimates(self) -> Sequence[Estimate]:
        return (self._main, *self.parts)

    def _title(self) -> str:
        return f"Expected change of {self.overall}"

    def _notes(self) -> Sequence[str]:
        interval = self.confidence_interval().description
        means = f"Mean {number(self.mean)} now, {number(self.expected_mean)} then; {interval}."
        return (means, NOT_CAUSE)


def what_if(found: DriverImportance, changes: Mapping[str, float]) -> WhatIf:
    """Tell what changes of the drivers go with, from the regression on all of them.

    Parameters
    ----------
    found : DriverImportance
        What :func:`importance` returned.
    changes : mapping of str to float
        Driver to the change of its mean, in points of its scale.

    Returns
    -------
    WhatIf
        Labelled as association: a survey shows how answers go together, not what a change does.

    Raises
    ------
    DataError
        If a mean would leave its scale.
    ParameterError
        If a change is of no driver, or the result is of pairwise correlations.

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
    >>> change = drivers.what_if(drivers.importance(answers, "overall"), {"fixed": 0.5})
    >>> round(change.value, 2), change.label
    (0.4, 'association')
    """
    require_importance(found)
    slopes = Slopes.of(found)
    asked = checked_changes(found, slopes, changes)
    named = {name: float(points) for name, points in zip(slopes.names, asked, strict=True)}
    parts = []
    for name in changes:
        alone = np.where(np.array(slopes.names) == name, asked, 0.0)
        parts.append(slopes.gain(name, alone))
    return WhatIf(
        estimate=slopes.gain("all changes", asked),
        parts=tuple(parts),
        changes={name: named[name] for name in changes},
        overall=found.overall_name,
        mean=float(slopes.means[0]),
    )


def require_importance(found: object) -> None:
    """Raise a ParameterError unless it is the importance of drivers."""
    if not isinstance(found, DriverImportance):
        raise ParameterError(
            f"found must be the DriverImportance that drivers.importance() returns, but it is "
            f"{type(found).__name__}."
        )
