"""Zones of tolerance of a survey: from three answers of each respondent to the results."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._rows import FloatArray
from custvalue._servqual.scoring import row_means, scores_of
from custvalue._servqual.tolerance_survey import ToleranceSurvey
from custvalue._servqual.zone_of_tolerance import (
    DimensionZone,
    Levels,
    Zone,
    ZoneOfTolerance,
    zone_numbers,
)
from custvalue.errors import ParameterError


def zone_of_tolerance(survey: ToleranceSurvey) -> ZoneOfTolerance:
    """Estimate the zones of tolerance, and where perceptions lie in them.

    Parameters
    ----------
    survey : ToleranceSurvey
        What respondents received, accept and wish for.

    Returns
    -------
    ZoneOfTolerance
        By item, by dimension and overall: adequacy (MSA), superiority (MSS), width and
        position, shares below, inside and above, each with interval and n.

    Raises
    ------
    DataError
        If an item has no answers, or excluding inverted zones leaves no respondents.

    Examples
    --------
    >>> from custvalue import servqual
    >>> from custvalue.survey import Scale
    >>> survey = servqual.ToleranceSurvey.from_arrays(
    ...     [[6, 5], [5, 7], [4, 6]],
    ...     adequate=[[4, 5], [5, 5], [5, 4]],
    ...     desired=[[7, 7], [6, 6], [6, 7]],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": 2},
    ... )
    >>> staff = servqual.zone_of_tolerance(survey).dimension("staff")
    >>> print(
    ...     f"{staff.adequacy.value:.3f} {staff.superiority.value:.3f} {staff.position.value:.3f}"
    ... )
    0.833 -1.000 0.455
    >>> print(f"{staff.inside.value:.3f} of {staff.inside.n}")
    1.000 of 3
    """
    if not isinstance(survey, ToleranceSurvey):
        raise ParameterError(
            f"survey must be a servqual.ToleranceSurvey, as of "
            f"servqual.ToleranceSurvey.from_frame(…), but it is {type(survey).__name__}."
        )
    instrument = survey.instrument
    halves = (survey.perceptions, survey.adequate, survey.desired)
    answers = [half.answers for half in halves]
    items = tuple(
        Zone(
            label=item.label,
            chinese=item.chinese,
            **_numbers(survey, [block[:, place] for block in answers], item.name),
        )
        for place, item in enumerate(instrument.items)
    )
    scores = [[scores_of(half, place) for half in halves] for place in instrument.slices()]
    dimensions = tuple(
        DimensionZone(
            chinese=dimension.chinese,
            items=tuple(item.name for item in dimension.items),
            **_numbers(survey, score, dimension.name),
        )
        for dimension, score in zip(instrument.dimensions, scores, strict=True)
    )
    overall = [row_means(np.column_stack(parts)) for parts in zip(*scores, strict=True)]
    return ZoneOfTolerance(
        instrument=instrument.name,
        scale=survey.scale,
        base=survey.base,
        inverted=survey.inverted,
        reverse_scored_items=instrument.reverse_scored_items,
        items=items,
        dimensions=dimensions,
        overall=Zone(**_numbers(survey, overall, "overall")),
    )


def _numbers(survey: ToleranceSurvey, parts: list[FloatArray], name: str) -> dict[str, Any]:
    return zone_numbers(
        Levels.of(*parts), survey.weights, survey.scale, name=name, inverted=survey.inverted
    )
