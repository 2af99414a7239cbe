"""Gaps between perceptions and expectations (gap 5), paired by respondent.

Parasuraman, Zeithaml & Berry (1988, *Journal of Retailing* 64(1); 1991, 67(4)): the gap of an
item is P - E; the gap of a dimension is the mean of its items' gaps; the overall gap is the mean
of the *dimension* gaps, which have 4, 5, 4, 4 and 5 items, or their mean weighted by importance
points. The perceptions stand beside every gap, because a difference score is less reliable than
what it is made of (Peter, Churchill & Brown 1993, *Journal of Consumer Research* 19(4)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate
from custvalue._respondents.keying import keying_note
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.pictured import Pictured
from custvalue._servqual.difference import DifferenceReliability
from custvalue._servqual.scoring import reversed_note
from custvalue._servqual.weighting import WeightedGap
from custvalue._table import Cell, Table
from custvalue._values import Frozen, Probability
from custvalue._words import count, number, percent

LOW_RELIABILITY = 0.70


HEADER = ("", "perception", "expectation", "gap", "low", "high", "SE", "n")


class Gap(Frozen):
    """One gap with what it is made of.

    Parameters
    ----------
    name : str
        The item, the dimension, or ``overall``.
    label : str
        A few words for it; empty where there are none.
    chinese : str
        Its Chinese label; empty where there is none.
    perception, expectation : MeanEstimate
        Mean perception (SERVPERF) and mean expectation, of the respondents in `gap`; their
        ``standard_deviation`` beside the gap's tells of restricted variance.
    gap : MeanEstimate
        Mean of the respondents' own gaps; below 0 is a shortfall.
    expectation_ceiling : float
        Share of the expectations at the good end of the scale, where they cannot go higher.
    """

    name: str
    label: str = ""
    chinese: str = ""
    perception: MeanEstimate
    expectation: MeanEstimate
    gap: MeanEstimate
    expectation_ceiling: Probability

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return perception, expectation, gap, low, high, standard error and n as cells.

        Parameters
        ----------
        level : float
            Confidence level of the interval of the gap.
        """
        return (self.perception.value, self.expectation.value, *self.gap.cells(level))

    def _table(self) -> Table:
        what = " ".join(word for word in (self.label, self.chinese) if word)
        notes = (
            f"95 % interval: t. Expectations at the end: {percent(self.expectation_ceiling)}.",
        )
        return Table(
            f"Gap, {self.name} {what}".rstrip(), HEADER, ((self.name, *self.cells()),), notes
        )


class DimensionGap(Gap):
    """The gap of a dimension: a :class:`Gap` with its items, importance and reliability.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    points : MeanEstimate or float or None
        Mean importance points of 100; a plain number where they hold for everybody.
    reliability : DifferenceReliability or None
        Of the difference score; None for a single item or respondents who do not differ.
    negatively_keyed_perceptions, negatively_keyed_expectations : tuple of str
        Items whose perceptions, or expectations, correlate negatively with the others by more than
        chance: worded the other way round?
    """

    items: tuple[str, ...]
    points: MeanEstimate | float | None = None
    reliability: DifferenceReliability | None = None
    negatively_keyed_perceptions: tuple[str, ...] = ()
    negatively_keyed_expectations: tuple[str, ...] = ()

    def _table(self) -> Table:
        table = super()._table()
        return replace(table, notes=(*table.notes, *_quality(self)))


class Gaps(Pictured, Frozen):
    """Gaps by item, by dimension and overall, with intervals.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    importance_rescaled : int
        Respondents whose importance points were rescaled.
    without_points : int
        Respondents who stayed and gave no importance points, where these were asked.
    items : tuple of Gap
        One for each item.
    dimensions : tuple of DimensionGap
        One for each dimension.
    overall : Gap
        Mean of the dimension gaps, all dimensions alike.
    weighted : WeightedGap or None
        Weighted by importance; None where importance was not asked.
    reversed_items : tuple of str
        Items worded the other way round, whose answers were turned round on reading.
    """

    PICTURE: ClassVar = "gaps_by_dimension"

    instrument: str
    scale: Scale
    base: Base
    importance_rescaled: int
    without_points: int = 0
    items: tuple[Gap, ...]
    dimensions: tuple[DimensionGap, ...]
    overall: Gap
    weighted: WeightedGap | None = None
    reversed_items: tuple[str, ...] = ()

    def item(self, name: str) -> Gap:
        """Return the gap of one item.

        Parameters
        ----------
        name : str
            Its column of perceptions.

        Raises
        ------
        ParameterError
            If there is no such item.
        """
        names = [gap.name for gap in self.items]
        require_choice("item", name, names)
        return self.items[names.index(name)]

    def dimension(self, name: str) -> DimensionGap:
        """Return the gap of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        names = [gap.name for gap in self.dimensions]
        require_choice("dimension", name, names)
        return self.dimensions[names.index(name)]

    @property
    def convention(self) -> str:
        """How a gap and the overall gap are defined here."""
        difference = (
            "perception - expectation" if self.scale.sign > 0 else "expectation - perception"
        )
        turned = "" if self.scale.sign > 0 else " (lower answers are better)"
        return (
            f"gap = {difference}{turned}, below 0 is a shortfall; overall = mean of the "
            f"{len(self.dimensions)} dimension gaps, not of the items."
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the gaps are used, in sentences."""
        return tuple(
            filter(None, (*keying_notes(self), unreliable_dimensions(self), _unknown(self)))
        )

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item, dimension and overall gap, as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.

        Returns
        -------
        dict of str to ndarray
            level of aggregation, name, label, perception, expectation, gap, low, high,
            standard_error and n; NaN where there is none.
        """
        rows: list[tuple[str, str, str, tuple[float | None, ...]]] = [
            *(("item", gap.name, gap.label, gap.cells(level)) for gap in self.items),
            *(("dimension", gap.name, gap.label, gap.cells(level)) for gap in self.dimensions),
            ("overall", "unweighted", "", self.overall.cells(level)),
        ]
        if self.weighted is not None:
            both = (self.weighted.by_respondent, self.weighted.by_mean_points)
            rows += [("overall", gap.name, "", (None, None, *gap.cells(level))) for gap in both]
        numbers = np.array([row[3] for row in rows], dtype=np.float64)
        names = ("perception", "expectation", "gap", "low", "high", "standard_error", "n")
        return {
            "level": np.array([row[0] for row in rows]),
            "name": np.array([row[1] for row in rows]),
            "label": np.array([row[2] for row in rows]),
            **{name: numbers[:, k] for k, name in enumerate(names)},
            "n": numbers[:, -1].astype(np.int64),
        }

    def __repr__(self) -> str:
        weighted = (
            ""
            if self.weighted is None
            else (f", weighted={number(self.weighted.by_respondent.value)}")
        )
        return (
            f"Gaps({self.instrument!r}, respondents={self.base.n:,}, "
            f"overall={number(self.overall.gap.value)}{weighted})"
        )

    def _table(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for dimension in self.dimensions:
            rows.append((dimension.name, *dimension.cells()))
            for name in dimension.items:
                gap = self.item(name)
                rows.append((f"· {gap.name} {gap.label}".rstrip(), *gap.cells()))
        rows.append(("overall, unweighted", *self.overall.cells()))
        if self.weighted is not None:
            both = (self.weighted.by_respondent, self.weighted.by_mean_points)
            rows += [(f"overall, {its.name}", None, None, *its.cells()) for its in both]
        return Table(f"{self.instrument} gaps", HEADER, tuple(rows), _notes(self))


def _quality(dimension: DimensionGap) -> tuple[str, ...]:
    """Say how reliable the difference score is, and how much it varies beside the perceptions."""
    its, spread = dimension.reliability, dimension.gap.standard_deviation
    if its is None or spread is None:
        return ()
    reliability = (
        f"Reliability of the difference {its.value:.2f} (perceptions {its.perception_alpha:.2f}, "
        f"expectations {its.expectation_alpha:.2f}, their correlation {its.correlation:.2f})."
    )
    deviations = (
        f"Standard deviations: perceptions {number(its.perception_sd)}, expectations "
        f"{number(its.expectation_sd)}, gap {number(spread)}."
    )
    return reliability, deviations


def _notes(gaps: Gaps) -> tuple[str, ...]:
    points = ""
    if gaps.without_points:
        points = f"{count(gaps.without_points, 'respondent')} without importance points."
    if gaps.importance_rescaled:
        points += f" {count(gaps.importance_rescaled, 'importance answer')} rescaled."
    at_end = percent(gaps.overall.expectation_ceiling)
    notes = (
        str(gaps.base),
        points.strip(),
        f"Scale {gaps.scale}. " + gaps.convention[0].upper() + gaps.convention[1:],
        "95 % intervals: t on respondents' own gaps (paired), beta where all are equal.",
        f"Expectations at the end of the scale: {at_end} of the answers.",
        reversed_note(gaps.reversed_items),
        gaps.weighted.comparison if gaps.weighted else "",
        *gaps.warnings,
    )
    return tuple(filter(None, notes))


def keying_notes(gaps: Gaps) -> tuple[str, ...]:
    """Name the items that are negatively keyed within their dimension, in sentences."""
    return tuple(
        keying_note(
            names,
            scale=gaps.scale,
            scope=f" of {dimension.name}, {where}",
            recoded=gaps.reversed_items,
        )
        for dimension in gaps.dimensions
        for where, names in _against(dimension).items()
    )


def _against(dimension: DimensionGap) -> dict[str, tuple[str, ...]]:
    """Say where which items are negatively keyed; once where both answers agree."""
    perceived, expected = (
        dimension.negatively_keyed_perceptions,
        dimension.negatively_keyed_expectations,
    )
    found = {"in perceptions": perceived, "in expectations": expected}
    if perceived == expected:
        found = {"in perceptions and in expectations": perceived}
    return {where: names for where, names in found.items() if names}


def unreliable_dimensions(gaps: Gaps) -> str:
    """Name the dimensions whose difference score is unreliable; nothing where there are none."""
    low = {
        dimension.name: dimension.reliability
        for dimension in gaps.dimensions
        if dimension.reliability is not None and dimension.reliability.value < LOW_RELIABILITY
    }
    if not low:
        return ""
    named = ", ".join(f"{name} {_below(its.value)}" for name, its in low.items())
    what = f"The difference score is unreliable (below {LOW_RELIABILITY:.2f}) for {named}"
    return what + _instead(low)


def _instead(low: Mapping[str, DifferenceReliability]) -> str:
    """Say where perceptions can be relied on in place of an unreliable difference score."""
    weak = {
        name: its.perception_alpha
        for name, its in low.items()
        if its.perception_alpha < LOW_RELIABILITY
    }
    if not weak:
        return ": rely on the perceptions there (Peter, Churchill & Brown 1993)."
    named = ", ".join(f"{name} {_below(alpha)}" for name, alpha in weak.items())
    neither = f". Neither are the perceptions reliable (alpha) for {named}: rely on neither there."
    good = [name for name in low if name not in weak]
    if not good:
        return neither
    return (
        f": rely on the perceptions for {', '.join(good)} (Peter, Churchill & Brown 1993){neither}"
    )


def _below(value: float) -> str:
    """Write a value below the limit so that it does not read as the limit itself."""
    short = f"{value:.2f}"
    return short if float(short) < LOW_RELIABILITY else f"{value:.4f}"


def _unknown(gaps: Gaps) -> str:
    unknown = [dimension.name for dimension in gaps.dimensions if dimension.reliability is None]
    sentence = (
        f"The reliability of the difference score is unknown for {', '.join(unknown)}: it needs "
        f"two items, two respondents, and answers that differ."
    )
    return sentence if unknown else ""
