"""The reference holds every public name once, and its pages show what users can type."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import custvalue

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
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
