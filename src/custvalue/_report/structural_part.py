"""The section on the satisfaction model: its index, what leads to it, how sure that is."""

from __future__ import annotations

from functools import partial

from custvalue import plotting
from custvalue._inference.estimate import Estimate
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_parts import Shared
from custvalue._report.catalogue_structural import Structural
from custvalue._report.content import Block, Contribution, Paragraph, Section, TableBlock
from custvalue._report.model_questions import StructuralModel
from custvalue._report.pictures import picture
from custvalue._report.translation import translated
from custvalue._report.words import enumerated, plain_number, range_of, share_of
from custvalue.errors import CustvalueError
from custvalue.structural import StructuralFit, StructuralMap
from custvalue.survey import Responses

LENIENT = 0.90  # HTMT: above, constructs are hardly told apart
RELIABLE = 0.70  # rho_A


def structural_part(asked: StructuralModel, answers: Responses) -> Contribution:
    """Report what the satisfaction model says of its target, or why it says nothing."""
    title = Structural.TITLE(target=translated(asked.target))
    try:
        fit = asked.built.fit(answers, scheme=asked.scheme)
        placed = fit.importance_performance(asked.target)
    except CustvalueError as error:
        said = Structural.NOT_FOUND(reason=translated(str(error)))
        return Contribution(sections=(Section(title, (Paragraph(said),)),))
    said = Numbers.SENTENCES().join(_sentences(fit, placed))
    blocks: list[Block] = [
        Paragraph(said),
        picture(
            "paths",
            partial(plotting.path_diagram, fit),
            caption=Structural.DIAGRAM(),
            description=Structural.PATHS(described=_paths(fit)),
        ),
        picture(
            "importance-performance",
            partial(plotting.structural_map, placed),
            caption=Structural.MAP(target=translated(asked.target)),
            description=Structural.PLACED(described=_placed(placed)),
        ),
        TableBlock(placed),
        TableBlock(fit),
        TableBlock(fit.reliability),
    ]
    return Contribution(
        sections=(Section(title, tuple(blocks)),),
        base=(Structural.BASE(n=fit.n, items=len(fit.model.item_names)),),
        conventions=(Structural.CONVENTION(scheme=translated(f"{asked.scheme} scheme")),),
    )


def _sentences(fit: StructuralFit, placed: StructuralMap) -> list[str]:
    """Say how high the index is, what moves it most, and what to be careful with."""
    target, first = translated(placed.target), placed.constructs[0]
    explained = fit.r_squared[placed.target]
    lines = [
        Structural.INDEX(
            value=plain_number(placed.performance.value, 1),
            target=target,
            range=_range(placed.performance, 1),
            respondents=Shared.RESPONDENTS(n=fit.n),
            share=share_of(explained.value),
            shared=_percent_range(explained),
        ),
        Structural.STRONGEST(
            points=plain_number(first.importance.value),
            target=target,
            name=translated(first.name),
            range=_range(first.importance),
            value=plain_number(first.performance.value, 1),
        ),
    ]
    behind = [its.name for its in placed.constructs if its.quadrant == "concentrate here"]
    if behind:
        lines.append(Structural.CONCENTRATE(names=_named(behind)))
    return lines + _doubts(fit)


def _doubts(fit: StructuralFit) -> list[str]:
    """Say which constructs are hardly told apart, and which are measured unreliably."""
    lines = []
    if sum(not its for its in fit.plan.formative) > 1:
        close = [
            Structural.PAIR(first=translated(its.first), second=translated(its.second))
            for its in fit.htmt.not_below(LENIENT)
        ]
        if close:
            lines.append(Structural.CLOSE(pairs=Numbers.COMMA().join(close)))
    weak = [its.name for its in fit.reliability.constructs if its.rho_a.value < RELIABLE]
    if weak:
        lines.append(Structural.WEAK(names=_named(weak)))
    return lines


def _named(names: list[str]) -> str:
    return enumerated([translated(name) for name in names])


def _range(estimate: Estimate, digits: int = 2) -> str:
    return range_of(estimate.confidence_interval(), digits)


def _percent_range(estimate: Estimate) -> str:
    """Write level and interval of a share in percent."""
    interval = estimate.confidence_interval()
    low, high = plain_number(100 * interval.low, 0), share_of(interval.high)
    ends = Numbers.BETWEEN(low=low, high=high)
    return Numbers.RANGE(level=share_of(interval.level), ends=ends)


def _paths(fit: StructuralFit) -> str:
    return Numbers.COMMA().join(
        Structural.PATH(
            source=translated(source), target=translated(target), value=plain_number(its.value)
        )
        for (source, target), its in zip(fit.paths.labels, fit.paths.estimates, strict=True)
    )


def _placed(placed: StructuralMap) -> str:
    return Numbers.COMMA().join(
        Structural.PLACE(
            name=translated(its.name),
            importance=plain_number(its.importance.value),
            index=plain_number(its.performance.value, 1),
        )
        for its in placed.constructs
    )
