"""The reference holds every public name once, and its pages show what users can type."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import shlex
import tomllib
import warnings
from pathlib import Path

import pytest

import custvalue
from custvalue import __main__ as command_line

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
PUBLIC = sorted(path.stem for path in Path(custvalue.__file__).parent.glob("[!_]*.py"))
ENTRY = re.compile(r"^   (\w+)$", re.MULTILINE)


def listed(name):
    return ENTRY.findall((REFERENCE / f"{name}.rst").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PUBLIC)
def test_the_reference_lists_every_public_name_once(name):
    module = importlib.import_module(f"custvalue.{name}")
    assert sorted(listed(name)) == sorted(module.__all__), f"see docs/reference/{name}.rst"


def test_the_index_lists_every_module():
    text = (REFERENCE / "index.md").read_text(encoding="utf-8")
    assert [name for name in PUBLIC if f"\n{name}\n" not in text] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_signatures_show_only_what_users_can_type(name):
    module = importlib.import_module(f"custvalue.{name}")
    for thing in (getattr(module, public) for public in module.__all__):
        an_error = inspect.isclass(thing) and issubclass(thing, Exception)
        if (inspect.isclass(thing) or inspect.isfunction(thing)) and not an_error:
            names = set(inspect.signature(thing).parameters)
            assert not names & {"unnamed", "FIRST"}, thing
            assert "kind" not in names or thing.__name__ == "Bootstrap", thing


def test_the_page_on_speed_has_every_line_that_is_measured():
    measured = [
        work
        for path in sorted((ROOT / "benchmarks" / "speed").glob("*.py"))
        for work in re.findall(r'^@row\(\s*"([^"]+)"', path.read_text("utf-8"), re.MULTILINE)
    ]
    page = (ROOT / "docs" / "explanation" / "speed.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)
    assert len(measured) > 70
    assert [work for work in measured if work not in shown] == []


# --- what newcomers read first ----------------------------------------------------------------


def blocks(path):
    """Return the fenced blocks of a page, without their fences."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("page", "least"), [("README.md", 15), ("README.zh.md", 8)])
def test_the_examples_of_the_readme_run_without_a_warning(page, least):
    code = "\n".join(block for block in blocks(page) if ">>>" in block)
    readme = doctest.DocTestParser().get_doctest(code, {}, "README", page, 0)
    runner = doctest.DocTestRunner(verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # also those that pyproject.toml lets pass
        runner.run(readme)
    results = runner.summarize(verbose=False)
    assert (results.failed, results.attempted > least) == (0, True)


def test_the_commands_of_the_readme_run_as_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks("README.md") for line in block.splitlines()]
    commands = [shlex.split(line, comments=True) for line in lines if line.startswith("custvalue ")]
    assert [words[1] for words in commands] == ["demo", "report"]
    for _, *words in commands:
        assert command_line.main(words) == 0
    assert (tmp_path / "report.html").read_bytes() == (tmp_path / "demo/report.html").read_bytes()


def test_the_closing_command_of_the_demo_runs_as_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["demo", "--out", "my demo"]) == 0
    printed = shlex.split(capsys.readouterr().out.splitlines()[-1])
    words = printed[printed.index("report") :]
    page = (tmp_path / "my demo/report.html").read_bytes()
    (tmp_path / "my demo/report.html").unlink()
    assert command_line.main(words) == 0
    assert (tmp_path / "my demo/report.html").read_bytes() == page


def test_the_source_distribution_has_tests_docs_and_changelog():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]
    included = build["build-backend"]["source-include"]
    assert {"tests/**", "docs/**", "CHANGELOG.md", "Makefile", "conftest.py"} <= set(included)
    assert [name for name in included if not (ROOT / name.removesuffix("/**")).exists()] == []
