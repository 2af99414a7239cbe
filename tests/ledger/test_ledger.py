"""A change detector: results are what ``tests/ledger/*.json`` says they were.

It stands beside the tests that prove numbers right, and proves none. A new number needs a published
or an independent one first; then ``make ledger`` writes the files again, and their diff shows each
number that moved.
"""

import inspect
from importlib import import_module

import pytest
from ledger_cases.conventions import FACES

from ledger import FOLDER, ROOMS, cases, looser, moved, now, room, written

CALLED = [
    (name, called)
    for name in ROOMS
    for called in dict.fromkeys(case.partition(":")[0] for case in cases(name))
]

# How wide a table is and how arrays print hangs on the last digit and on the library; and a warning
# at the end of a ridge is not reached with the rounding of every one of them.
AS_PRINTED = (".text", ".repr", ".warnings: gone")


@pytest.mark.parametrize(("name", "called"), CALLED)
def test_results_are_what_they_were(name, called):
    told = []
    for case, make in cases(name).items():
        if case.partition(":")[0] == called:
            assert case in written(name), f"the ledger has no {case!r}: run make ledger"
            told += moved(written(name)[case], now(case, make), looser(name, case), case)
    told = [line for line in told if not any(sign in line for sign in AS_PRINTED)]
    assert not told, "what the ledger says has moved; if it is meant, run make ledger:\n" + (
        "\n".join(told[:40])
    )


@pytest.mark.parametrize("name", ROOMS)
def test_the_ledger_has_no_other_cases(name):
    assert list(written(name)) == list(cases(name))


@pytest.mark.parametrize("face", FACES)
def test_every_public_function_is_in_the_ledger(face):
    module = import_module(f"custvalue.{face}")
    functions = {name for name in module.__all__ if inspect.isfunction(getattr(module, name))}
    known = {case.partition(":")[0] for name in ROOMS for case in cases(name)}
    assert not {f"{face}.{name}" for name in functions} - known
    assert all(room(name).__doc__ for name in ROOMS)


def test_collecting_the_tests_does_not_write_the_ledger():
    before = [(path, path.stat().st_mtime_ns) for path in sorted(FOLDER.glob("*.json"))]
    import_module("write_ledger")
    assert [(path, path.stat().st_mtime_ns) for path in sorted(FOLDER.glob("*.json"))] == before
