"""Which groups, such as dealers, are worse than the others beyond chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from custvalue import comparing
from custvalue._comparing.league import Worst
from custvalue._comparing.minimum import SmallGroup
from custvalue._inference.contrast import Label
from custvalue._inference.estimate import estimate_of
from custvalue._report.catalogue import MEASURES, Groups
from custvalue._report.content import Block, Contribution, Paragraph, Points, Section, TableBlock
from custvalue._report.study import Survey
from custvalue._report.surveyed import Measure
from custvalue._report.translation import translated
from custvalue._report.words import (
    amount,
    enumerated,
    enumerated_plainly,
    probability_of,
    share_of,
    size,
)
from custvalue._results.layout import Tabulated, rows_of
from custvalue._words import number
from custvalue.errors import DataError

SEED = 0  # of the draws: the same input gives the same page
NAMED = 10  # groups with a line of their own
SMALL_NAMED = 8
SIGNIFICANT = 0.05
SMALLEST = 0.001  # P that is written
FEWEST_OF_A_LEAGUE = 3


class Found(NamedTuple):
    """A comparison of groups, what is said of the worse ones, and who is not in it."""

    table: Tabulated
    groups: int
    worse: dict[str, str]  # by their names
    small: tuple[SmallGroup, ...]


def group_parts(study: Survey, measures: Iterable[Measure]) -> Contribution:
    """Compare the groups and all other labels of the study by its first measure."""
    measure = next(iter(measures), None)
    if measure is None or not _columns(study):
        return Contribution()
    said: dict[str, list[Block]] = {}
    tables: list[Block] = []
    for column in _columns(study):
        said[column], found = _about(study, measure, column)
        tables += [] if found is None else [TableBlock(found.table)]
    return Contribution(
        actions=tuple(
            Section(Groups.TITLE(column=translated(column)), tuple(blocks))
            for column, blocks in said.items()
        ),
        sections=(Section(Groups.TABLES(), tuple(tables)),) if tables else (),
        conventions=(Groups.CONVENTION(),) if tables else (),
    )


def _columns(study: Survey) -> tuple[str, ...]:
    """Return the labels that are compared, the group by the name of its column."""
    return (*(() if study.group is None else (study.group,)), *(study.labels or ()))


def _about(study: Survey, measure: Measure, column: str) -> tuple[list[Block], Found | None]:
    """Say which groups are worse, or why nobody can tell."""
    sizes = {its: part.respondents for its, part in measure.answers.by(column).items()}
    enough = sum(n >= study.minimum_n for n in sizes.values())
    if enough < 2:
        said = Groups.TOO_FEW(
            column=translated(column), n=enough, all=len(sizes), minimum=study.minimum_n
        )
        return [Paragraph(said)], None
    compare = _league if enough >= FEWEST_OF_A_LEAGUE else _pair
    try:
        found = compare(study, measure, column)
    except DataError as error:
        said = Groups.NOT_COMPARED(column=translated(column), reason=translated(str(error)))
        return [Paragraph(said)], None
    return [*_worse(found, measure, column), *_small(found.small, study.minimum_n)], found


def _worst(measure: Measure) -> Worst:
    """Say which values of a measure are the bad ones."""
    scale = measure.answers.scale
    lower = scale.direction == "lower is better" and measure.name in ("effort", "quality")
    return "highest" if lower else "lowest"


def _league(study: Survey, measure: Measure, column: str) -> Found:
    """Put three groups or more in order."""
    worst = _worst(measure)
    table = comparing.league(
        measure.answers,
        measure.compute,
        by=column,
        minimum_n=study.minimum_n,
        worst=worst,
        rng=SEED,
    )
    sign = 1 if worst == "lowest" else -1
    worse = {
        str(row.values["group"]): _line(measure, row.values, table)
        for row in reversed(list(rows_of(table)))
        if row.values["adjusted_p_value"] < SIGNIFICANT and sign * row.values["difference"] < 0
    }
    return Found(table, table.groups, worse, table.small)


def _line(measure: Measure, row: Mapping[str, Any], table: comparing.League) -> str:
    return Groups.LINE(
        label=str(row["group"]),
        value=amount(measure.name, row["value"]),
        n=int(row["n"]),
        size=size(measure.name, row["difference"]),
        p=_p_value(row["adjusted_p_value"]),
        tail=share_of(table.tail),
        probability=probability_of(row["probability_worst"]),
    )


def _p_value(value: float) -> str:
    return Groups.P(value=number(value, 2) if value >= SMALLEST else f"< {SMALLEST}")


def _pair(study: Survey, measure: Measure, column: str) -> Found:
    """Compare two groups."""
    table = comparing.groups(measure.answers, measure.compute, by=column, minimum_n=study.minimum_n)
    (pair,) = table.differences
    sign = 1 if _worst(measure) == "lowest" else -1
    place = 0 if sign * pair.value < 0 else 1
    labels: tuple[Label, Label] = (pair.group, pair.against)
    worse = Groups.PAIR(
        label=str(labels[place]),
        value=amount(measure.name, estimate_of(pair.of[place]).value),
        n=pair.of[place].n,
        size=size(measure.name, pair.value),
        p=_p_value(pair.adjusted_p_value),
    )
    named = {str(labels[place]): worse} if pair.significant else {}
    return Found(table, 2, named, table.small)


def _worse(found: Found, measure: Measure, column: str) -> list[Block]:
    name, worse, column = MEASURES[measure.name](), found.worse, translated(column)
    if not worse:
        return [Paragraph(Groups.NONE(all=found.groups, column=column, name=name))]
    lines, others = list(worse.values())[:NAMED], list(worse)[NAMED:]
    if others:
        lines.append(Groups.MORE(n=len(others), names=enumerated_plainly(others)))
    begin = Groups.BELOW(n=len(worse), all=found.groups, column=column, name=name)
    return [Paragraph(begin), Points(tuple(lines))]


def _small(small: tuple[SmallGroup, ...], minimum: int) -> list[Block]:
    """Name the groups that are too small to be judged."""
    if not small:
        return []
    named = [f"{its.label} ({its.n})" for its in small[:SMALL_NAMED]]
    left = len(small) - SMALL_NAMED
    names = (
        Groups.OTHERS(names=enumerated_plainly(named), n=left) if left > 0 else enumerated(named)
    )
    return [Paragraph(Groups.SMALL(n=len(small), minimum=minimum, names=names))]
