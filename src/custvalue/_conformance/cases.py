"""Cases with known answers: inputs, the answer, how far from it one may be, and its source.

They stand in ``custvalue/conformance``, a file of JSON for each model and index. A file has a
``title``, a ``note``, ``measures`` (what is asked, in words) and ``cases``. An answer is right if
it is at most ``absolute + relative |expected|`` away; a word must be the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from custvalue._words import did_you_mean
from custvalue.errors import ParameterError

Answer = float | str


class Case(NamedTuple):
    """One question with its answer."""

    name: str
    measure: str
    inputs: Mapping[str, Any]
    expected: Answer
    relative: float
    absolute: float
    citation: str

    @property
    def subject(self) -> str:
        """The model or index that is asked about."""
        return self.name.partition("/")[0]

    @property
    def tolerance(self) -> float:
        """How far from the answer one may be."""
        size = 0.0 if isinstance(self.expected, str) else abs(self.expected)
        return self.absolute + self.relative * size

    def difference(self, got: Answer) -> float:
        """Return how far an answer is from the expected one: infinitely, if it is of another kind.

        Numbers of any size may be compared.
        """
        if isinstance(got, str) or isinstance(self.expected, str):
            return 0.0 if got == self.expected else math.inf
        return got - self.expected if math.isfinite(got) else math.inf

    def allows(self, got: Answer) -> bool:
        """Say whether an answer is near enough."""
        return abs(self.difference(got)) <= self.tolerance

    def question(self) -> str:
        """Return the line of JSON that asks for the answer."""
        asked = {"case": self.name, "subject": self.subject, "measure": self.measure}
        return json.dumps({**asked, "inputs": self.inputs})


class Subject(NamedTuple):
    """A model or an index with its cases."""

    name: str
    title: str
    note: str
    measures: Mapping[str, str]
    cases: tuple[Case, ...]


@cache
def subjects() -> tuple[Subject, ...]:
    """Read all cases, the subjects in the order of their names."""
    folder = files("custvalue") / "conformance"
    found = sorted(folder.iterdir(), key=lambda its: its.name)
    return tuple(
        _subject(path.name.removesuffix(".json"), json.loads(path.read_text(encoding="utf-8")))
        for path in found
        if path.name.endswith(".json")
    )


def _subject(name: str, read: Mapping[str, Any]) -> Subject:
    """Read a subject, and number the cases of each measure from 1."""
    asked: dict[str, int] = {}
    cases = []
    for each in read["cases"]:
        measure = each["measure"]
        asked[measure] = asked.get(measure, 0) + 1
        cases.append(Case(f"{name}/{measure}/{asked[measure]}", **each))
    return Subject(name, read["title"], read["note"], read["measures"], tuple(cases))


def chosen(only: Sequence[str] | None) -> tuple[Case, ...]:
    """Return the cases of some subjects (``bgnbd``), measures (``bgnbd/dert``) or single ones."""
    every = [case for subject in subjects() for case in subject.cases]
    if only is None:
        return tuple(every)
    for wanted in only:
        if not any(_belongs(case, wanted) for case in every):
            raise ParameterError(_unknown(wanted))
    return tuple(case for case in every if any(_belongs(case, wanted) for wanted in only))


def _belongs(case: Case, wanted: str) -> bool:
    return f"{case.name}/".startswith(f"{wanted.rstrip('/')}/")


def _unknown(wanted: str) -> str:
    """Say which names there are, those of the subject if that is known."""
    subject = wanted.partition("/")[0]
    known = {each.name: each for each in subjects()}
    if subject in known:
        options = [f"{subject}/{measure}" for measure in known[subject].measures]
    else:
        options = list(known)
    hint = did_you_mean(wanted, options)
    return f"--only must be one of {', '.join(options)}, but it is {wanted!r}.{hint}"
