"""Derived dissatisfaction: what customers expected of each attribute and did not get.

It is one of four classical ways to measure satisfaction (Kotler, *Marketing Management*): customers
say how satisfied they are (:func:`top_box`, :func:`net_promoter_score`); they say what they
expected and what they got; they name problems (:func:`problem_analysis`); they rate importance and
performance of each attribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate, mean_of_means
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, percent_with_interval, proportion
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, matching_items
from custvalue._results.base import Base
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray
from custvalue._satisfaction.named import OfAttributes, Part
from custvalue._words import Percent, number
from custvalue.errors import DataError

ROUNDING = 1e-9  # scale points: expectations that are met leave no shortfall


@dataclass(frozen=True, slots=True)
class Shortfall(Part):
    """What one attribute lacks.

    Parameters
    ----------
    name : str
        The attribute.
    shortfall : MeanEstimate
        Mean of max(expectation - perception, 0) over all respondents, in scale points.
    disappointed : Proportion
        Share of respondents who got less than they expected.
    depth : float or None
        Mean shortfall of the disappointed; None where there are none.
    share : float
        Of the shortfall of all attributes.
    """

    shortfall: MeanEstimate
    disappointed: Proportion
    depth: float | None
    share: float

    def row(self, level: float) -> Row:
        """Return it as a row of the table of all attributes."""
        ends = self.disappointed.confidence_interval(level)
        found = self.shortfall.row(level, value="shortfall")
        n = found.pop("n")
        return Row(
            self.name,
            {
                "attribute": self.name,
                **found,
                "disappointed": Percent(self.disappointed.value, 0),
                "disappointed_low": ends.low,
                "disappointed_high": ends.high,
                "depth": self.depth,
                "share": Percent(self.share, 0),
                "n": n,
            },
        )


class DerivedDissatisfaction(OfAttributes[Shortfall], Headline):
    """Attributes by what they lack, the worst first.

    Parameters
    ----------
    estimate : MeanEstimate
        Mean shortfall over the attributes, in scale points.
    attributes : tuple of Shortfall
        In descending order of the mean shortfall.
    scale : Scale
        Of perceptions and expectations.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    TITLE: ClassVar[str] = "Derived dissatisfaction"
    SHOWN: ClassVar = shown("shortfall, low, high, disappointed, depth, share, n")
    REPR: ClassVar[tuple[str, ...]] = ("attributes", "worst", "value")

    estimate: MeanEstimate
    scale: Scale
    base: Base

    @property
    def worst(self) -> str:
        """The attribute with the greatest shortfall."""
        return self.attributes[0].name

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, "disappointed": percent_with_interval(its.disappointed)})
            for row, its in zip(self._rows(0.95), self.attributes, strict=True)
        ]

    def _notes(self) -> tuple[str, ...]:
        return (
            "Shortfall: mean of max(expectation - perception, 0), beta; disappointed: wilson.",
            f"All attributes {number(self.value)} points, scale {self.scale}.",
            str(self.base),
        )


def derived_dissatisfaction(
    perceptions: Responses, expectations: Responses
) -> DerivedDissatisfaction:
    """Rank attributes by what customers expected and did not get.

    Parameters
    ----------
    perceptions, expectations : Responses
        Answers of the same respondents in the same order to the same items on the same scale,
        with the same sampling weights; a missing answer (``pairwise``) excludes the respondent
        from that attribute.

    Returns
    -------
    DerivedDissatisfaction

    Raises
    ------
    DataError
        If respondents, items, scales or weights differ, or no respondent answered an attribute.
    ParameterError
        If an argument is not Responses.

    Notes
    -----
    What is exceeded for one customer does not make up for what another lacks: an attribute with a
    mean difference of 0 may rank high.

    Examples
    --------
    >>> from custvalue.satisfaction import derived_dissatisfaction
    >>> from custvalue.survey import Responses, Scale
    >>> got = Responses.from_frame({"on time": [2, 4, 3], "clean": [5, 5, 4]}, scale=Scale(1, 5))
    >>> want = Responses.from_frame({"on time": [5, 4, 5], "clean": [4, 4, 5]}, scale=Scale(1, 5))
    >>> result = derived_dissatisfaction(got, want)
    >>> [(a.name, round(a.shortfall.value, 4)) for a in result.attributes]
    [('on time', 1.6667), ('clean', 0.3333)]
    """
    order = matching_items("perceptions", perceptions, "expectations", expectations)
    if perceptions.scale != expectations.scale:
        raise DataError(
            f"perceptions are on {perceptions.scale!r}, but expectations on "
            f"{expectations.scale!r}. Ask both on one scale."
        )
    difference = perceptions.scale.sign * (expectations.answers[:, order] - perceptions.answers)
    some = np.where(difference > ROUNDING, difference, 0.0)
    lacking = np.where(np.isnan(difference), np.nan, some)
    sample = perceptions.sample
    width = perceptions.scale.width
    means = [
        mean_estimate(column, sample, name=name, bounds=(0.0, width), method="beta")
        for name, column in zip(perceptions.items, lacking.T, strict=True)
    ]
    sum_of_means = sum(mean.value for mean in means)
    found = [
        _shortfall(mean, column, sample, sum_of_means)
        for mean, column in zip(means, lacking.T, strict=True)
    ]
    return DerivedDissatisfaction(
        attributes=tuple(sorted(found, key=lambda a: -a.shortfall.value)),
        estimate=mean_of_means(
            list(lacking.T), sample, name="shortfall", bounds=(0.0, width), method="beta"
        ),
        scale=perceptions.scale,
        base=joined_base({"perceptions": perceptions, "expectations": expectations}),
    )


def _shortfall(mean: MeanEstimate, lacking: FloatArray, sample: Sample, total: float) -> Shortfall:
    hits = np.where(np.isnan(lacking), np.nan, (lacking > 0).astype(np.float64))
    disappointed = proportion(hits, sample, name=f"{mean.name}: disappointed")
    return Shortfall(
        name=mean.name,
        shortfall=mean,
        disappointed=disappointed,
        depth=mean.value / disappointed.value if disappointed.value else None,
        share=min(mean.value / total, 1.0) if total else 0.0,
    )
