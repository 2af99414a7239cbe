"""The section on features: what customers take for granted, want, or are delighted by."""

from __future__ import annotations

from functools import partial

from custvalue import kano, plotting
from custvalue._report.content import Contribution, Paragraph, Section, TableBlock
from custvalue._report.pictures import picture
from custvalue._report.questions import Kano
from custvalue._report.words import enumerated
from custvalue._words import count

TITLE = "Features, by Kano's method"
MEANS = {
    "M": "must be there",
    "O": "pay by how well they are done",
    "A": "delight",
    "I": "leave customers indifferent",
    "R": "are unwelcome",
    "Q": "were not understood",
}


def kano_part(asked: Kano, answers: kano.Questionnaire) -> Contribution:
    """Report on the classes of features."""
    found = kano.classify(answers, kano.Classification(rule=asked.rule))
    text = " ".join(_classes(found))
    described = ", ".join(
        f"{name} {category.value}"
        for name, category in zip(found.items, found.categories(), strict=True)
    )
    base = (
        f"{count(answers.respondents, 'respondent')} judged {count(len(found.items), 'feature')}."
    )
    return Contribution(
        sections=(
            Section(
                TITLE,
                (
                    Paragraph(text),
                    picture(
                        "kano",
                        partial(plotting.kano_diagram, found),
                        caption="How much each feature adds when it is there (up), and takes away "
                        "when it is not (right).",
                        description=f"Categories: {described}.",
                    ),
                    TableBlock(found),
                ),
            ),
        ),
        base=(base,),
        conventions=(f"Kano: {found.convention}",),
        warnings=found.warnings,
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
            said.append(f"Of all features these {means}: {enumerated(names)}.")
    return said
