"""The cases are those of the script, custvalue answers them all, and tolerances mean something."""

import json
import math
import re
from pathlib import Path

import own_answers
import pytest
import write_conformance

from custvalue._conformance.cases import Case, chosen, subjects
from custvalue.errors import ParameterError

CASES = chosen(None)
SUPPORT = Path(write_conformance.__file__).parent


def test_the_files_are_what_the_script_writes():
    written = write_conformance.files()
    assert sorted(path.name for path in write_conformance.FOLDER.iterdir()) == sorted(written)
    for name, text in written.items():
        assert (write_conformance.FOLDER / name).read_text("utf-8") == text, "write them again"


def test_expected_numbers_never_come_from_custvalue():
    read = {"write_conformance", "conformance_models", "conformance_indices"}
    read |= set(re.findall(r"^import (reference_\w+)", (SUPPORT / "conformance_models.py")
                           .read_text("utf-8"), re.MULTILINE))  # fmt: skip
    assert len(read) == 10
    for name in read:
        text = (SUPPORT / f"{name}.py").read_text("utf-8")
        assert not re.search(r"^\s*(import|from) custvalue", text, re.MULTILINE), name


def test_every_measure_is_described_and_every_case_has_a_source():
    for subject in subjects():
        assert {case.measure for case in subject.cases} == set(subject.measures)
        assert subject.title
    assert len({case.name for case in CASES}) == len(CASES) > 300
    for case in CASES:
        assert len(case.citation) > 15
        assert case.tolerance >= 0
        if isinstance(case.expected, float):
            assert case.tolerance <= max(0.06 * abs(case.expected), 1e-12), case.name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.name)
def test_custvalue_answers_all_of_them(subject):
    for case in subject.cases:
        got = own_answers.answer(case.subject, case.measure, case.inputs)
        assert case.allows(got), (case, got)


def an_answer(expected, relative=0.0, absolute=0.0):
    return Case("nbd/x/1", "x", {}, expected, relative, absolute, "by hand")


def test_what_is_allowed():
    case = an_answer(-200.0, relative=0.01, absolute=0.5)
    assert case.tolerance == 2.5
    assert case.allows(-202.5)
    assert case.allows(-197.5)
    assert not case.allows(-197.4)
    for bad in (math.nan, math.inf, -math.inf, "-200"):
        assert not case.allows(bad), bad
    assert an_answer("M").allows("M")
    assert not an_answer("M").allows("m")
    assert not an_answer("M").allows(0.0)


def test_a_question_is_one_line_of_json():
    asked = json.loads(CASES[0].question())
    assert list(asked) == ["case", "subject", "measure", "inputs"]
    assert all("\n" not in case.question() for case in CASES)


def test_cases_are_chosen_by_subject_measure_and_name():
    assert {case.subject for case in chosen(["kano"])} == {"kano"}
    assert {case.measure for case in chosen(["kano/better"])} == {"better"}
    assert [case.name for case in chosen(["kano/better/1"])] == ["kano/better/1"]
    both = chosen(["kano/better/1", "alpha"])
    assert [case.name for case in both] == [case.name for case in CASES if case in both]


@pytest.mark.parametrize("wanted", ["kano/bettr", "kano/better/", "kan", "", "/", "kano/better/99"])
def test_what_does_not_exist_is_not_chosen(wanted):
    if wanted == "kano/better/":
        assert chosen([wanted]) == chosen(["kano/better"])
        return
    with pytest.raises(ParameterError, match=r"^--only must be one of "):
        chosen([wanted])
