"""What the page on the kit shows is what its programs do."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from custvalue import __main__ as command_line
from custvalue._conformance.cases import chosen

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "conformance.md").read_text(encoding="utf-8")


def shown(program):
    """Return the options after the program of a command on the page, and what it prints there."""
    found = re.search(rf'^\$ python -m custvalue conformance --run "{program}" (.*)\n([^`]*)```',
                      PAGE, re.MULTILINE)  # fmt: skip
    assert found is not None
    return found[1].split(), found[2]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_program_in_javascript(tmp_path, capsys):
    program = re.search(r"```js\n(.*?)```", PAGE, re.DOTALL)
    assert program is not None
    (tmp_path / "answer.js").write_text(program[1], encoding="utf-8")
    options, printed = shown("node answer.js")
    command = shlex.join(["node", str(tmp_path / "answer.js")])
    assert command_line.main(["conformance", "--run", command, *options]) == 1
    assert capsys.readouterr().out == printed


def test_the_queries(capsys):
    options, printed = shown("python examples/sql/answer.py")
    command = shlex.join([sys.executable, str(ROOT / "examples" / "sql" / "answer.py")])
    assert command_line.main(["conformance", "--run", command, *options]) == 0
    assert capsys.readouterr().out == printed


def test_the_question_on_the_page_and_the_number_of_cases():
    assert f"It has {len(chosen(None))} cases" in PAGE
    (case,) = chosen(["bgnbd/probability_alive/2"])
    assert f"\n{case.question()}\n" in PAGE
    assert f'{{"answer": {case.expected}}}' in PAGE
