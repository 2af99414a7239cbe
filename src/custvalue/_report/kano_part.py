"""The section on features: what customers take for granted, want, or are delighted by."""

from __future__ import annotations

from functools import partial

from custvalue import kano, plotting
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_parts import Features
from custvalue._report.content import Contribution, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.questions import Kano
from custvalue._report.translation import translated
from custvalue._report.words import enumerated

MEANS = {
    "M": Features.M,
    "O": Features.O,
    "A": Features.A,
    "I": Features.I,
    "R": Features.R,
    "Q": Features.Q,
}


def kano_part(asked: Kano, answers: kano.Questionnaire) -> Contribution:
    """Report on the classes of features."""
    found = kano.classify(answers, kano.Classification(rule=asked.rule))
    text = Numbers.SENTENCES().join(_classes(found))
    described = Numbers.COMMA().join(
        f"{name} {category.value}"
        for name, category in zip(found.items, found.categories(), strict=True)
    )
    base = Features.BASE(n=answers.respondents, items=len(found.items))
    return Contribution(
        sections=(
            Section(
                Features.TITLE(),
                (
                    Paragraph(text),
                    picture(
                        "kano",
                        partial(plotting.kano_diagram, found),
                        caption=Features.PICTURE(),
                        description=Features.SHOWN(described=described),
                    ),
                    TableBlock(found),
                ),
            ),
        ),
        base=(base,),
        conventions=(Features.CONVENTION(convention=translated(found.convention)),),
        warnings=tuple(map(translated, found.warnings)),
    )


def _classes(found: kano.KanoResult) -> list[str]:
    """Say of each category which features are in it."""
    categories = found.categories()
    said = []
    for letter, means in MEANS.items():
        names = [
            name for name, its in zip(found.items, categories, strict=True) if its.value == letter
        ]
        if names:
            said.append(means(names=enumerated(names)))
    return said
