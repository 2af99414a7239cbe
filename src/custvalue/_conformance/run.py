"""Asks another implementation for all answers, and says which are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from custvalue._conformance.cases import Answer, Case, chosen, subjects
from custvalue._conformance.other import Other
from custvalue._words import count
from custvalue.errors import DataError

PASSED, FAILED, SKIPPED = "passed", "failed", "not supported"


class Answered(NamedTuple):
    """A case and what was answered: None where the question is not known."""

    case: Case
    got: Answer | None

    @property
    def verdict(self) -> str:
        """Passed, failed or not supported."""
        if self.got is None:
            return SKIPPED
        return PASSED if self.case.allows(self.got) else FAILED


def conform(command: str, *, only: Sequence[str] | None, timeout: float) -> tuple[str, int]:
    """Ask a command for its answers; return what is printed, and 1 if one of them is wrong."""
    cases = chosen(only)
    with Other(command, timeout) as other:
        answered = [Answered(case, other.ask(case)) for case in cases]
    verdicts = Counter(its.verdict for its in answered)
    if verdicts[SKIPPED] == len(cases):
        raise DataError(
            f'the command answered {{"skip": true}} to each of {count(len(cases), "case")}: there '
            f"is nothing to compare. `--list` shows what is asked."
        )
    failed = [_failure(its) for its in answered if its.verdict == FAILED]
    paragraphs = ["\n".join(_by_measure(answered)), *failed, f"{_counts(verdicts)}."]
    return "\n\n".join(paragraphs), 1 if failed else 0


def listing(only: Sequence[str] | None) -> str:
    """Say what is asked: subjects, their measures in words, and how many cases there are."""
    asked = Counter((case.subject, case.measure) for case in chosen(only))
    told = []
    for subject in subjects():
        measures = [name for name in subject.measures if asked[subject.name, name]]
        if measures:
            lines = [
                f"{subject.name}: {subject.title}",
                *([f"  {subject.note}"] * bool(subject.note)),
            ]
            lines += [
                f"  {name} ({count(asked[subject.name, name], 'case')}): {subject.measures[name]}"
                for name in measures
            ]
            told.append("\n".join(lines))
    return "\n\n".join([*told, f"{count(asked.total(), 'case')}."])


def _by_measure(answered: Sequence[Answered]) -> list[str]:
    """Write a line for each measure: how many of its cases passed, failed, are not supported."""
    found: dict[str, Counter[str]] = {}
    for its in answered:
        name = f"{its.case.subject}/{its.case.measure}"
        found.setdefault(name, Counter())[its.verdict] += 1
    width = max(map(len, found))
    return [f"{name:<{width}}  {_counts(verdicts)}" for name, verdicts in found.items()]


def _counts(verdicts: Counter[str]) -> str:
    """Write ``7 passed, 1 failed``."""
    order = (PASSED, FAILED, SKIPPED)
    return ", ".join(f"{verdicts[each]:,} {each}" for each in order if verdicts[each])


def _failure(its: Answered) -> str:
    """Write all about a wrong answer."""
    case, got = its.case, its.got
    lines = [f"failed: {case.name}", f"  inputs      {json.dumps(case.inputs)}"]
    lines += [f"  expected    {case.expected!r}", f"  got         {got!r}"]
    if isinstance(case.expected, float | int) and isinstance(got, float):
        lines.append(f"  difference  {case.difference(got):.3g}, allowed is {case.tolerance:.3g}")
    return "\n".join([*lines, f"  source      {case.citation}"])
