"""The rules of the house that a reader cannot check by eye."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import custvalue

SOURCE = Path(custvalue.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
PUBLIC = sorted(path.stem for path in SOURCE.glob("[!_]*.py"))


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def name_of(path: Path) -> str:
    return ".".join(("custvalue", *path.relative_to(SOURCE).with_suffix("").parts))


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Name the modules that some statements import."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def code_lines(text: str, nodes: list[ast.AST]) -> int:
    """Count the lines of a file but for documentation, comments and empty ones."""
    documentation: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                documentation |= set(range(first.lineno, (first.end_lineno or 0) + 1))
    return sum(
        1
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in documentation
    )


def length_of(function: ast.FunctionDef) -> int:
    """Count the lines of a body below its docstring."""
    documented = ast.get_docstring(function) is not None and len(function.body) > 1
    first = function.body[1] if documented else function.body[0]
    return (function.body[-1].end_lineno or 0) - first.lineno + 1


class Facts(NamedTuple):
    """What the rules ask of a file."""

    imports: set[str]  # at module level
    all_imports: set[str]  # also inside functions
    lines: int
    functions: list[tuple[str, int]]  # with the length of each


@cache
def facts(path: Path) -> Facts:
    """Read a file once for all rules."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    functions = [(its.name, length_of(its)) for its in nodes if isinstance(its, ast.FunctionDef)]
    return Facts(imported(tree.body), imported(nodes), code_lines(text, nodes), functions)


# --- import costs ---------------------------------------------------------------------------


def test_importing_the_package_imports_nothing_else():
    loaded = python(
        "import sys; before = set(sys.modules); import custvalue;"
        "print(*sorted(set(sys.modules) - before))"
    )
    assert loaded == "custvalue"


def test_no_public_module_imports_a_heavy_library():
    heavy = {"matplotlib", "pandas", "polars", "pyarrow", "hypothesis"}
    heavy |= {f"scipy.{name}" for name in ("stats", "optimize")}
    names = [f"custvalue.{name}" for name in PUBLIC if name != "testing"]
    assert len(names) == len(PUBLIC) - 1 > 0
    loaded = python(
        f"import importlib, sys\nfor name in {names}:\n"
        f"    importlib.import_module(name)\n"
        f"    print(*[(name, each) for each in {heavy} if each in sys.modules], end='')"
    )
    assert loaded == ""


# --- layering -------------------------------------------------------------------------------

LAYERS = [
    {"_words", "errors", "_table"},
    {"_json"},
    {"_values", "_columns", "_aligned", "_checks"},
    {"_rows"},
    {"_frames", "_inference", "_results"},
    {"_respondents", "_histories", "_numerics"},
    {"_survey", "_lifetime", "_drivers"},
    {"_satisfaction", "_forecasting", "_engines"},
    {"_rfm"},
    {"_comparing"},
    {"_structural"},
    {"_servqual", "_kano", "_delivered_value", "_journey", "_loyalty"},
    {"_crm", "_profit_chain"},
    {
        "survey",
        "satisfaction",
        "servqual",
        "kano",
        "comparing",
        "crm",
        "drivers",
        "structural",
        "delivered_value",
        "journey",
        "lifetime",
        "loyalty",
        "profit_chain",
    },
    {"_datasets", "_picture", "_plotting"},
    {"datasets"},
    {"plotting", "testing", "_testing"},
    {"_report", "_conformance"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_dependencies_point_one_way(path):
    room = path.relative_to(SOURCE).with_suffix("").parts[0]
    if room == "__init__":
        assert not facts(path).imports
        return
    rooms = {
        parts[1]
        for name in facts(path).imports
        if len(parts := name.split(".")) > 1 and parts[0] == "custvalue" and parts[1] in LEVEL
    }
    upward = {other for other in rooms - {room} if LEVEL[other] > LEVEL[room]}
    assert not upward, f"{room} must not import {upward}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_door_knows_dataframe_libraries(path):
    known = {"narwhals", "pandas", "polars", "pyarrow", "duckdb"}
    found = {name.split(".")[0] for name in facts(path).all_imports} & known
    assert not found or path.relative_to(SOURCE).parts[0].removesuffix(".py") == "_frames"


def test_model_files_do_not_import_each_other():
    models = {
        "beta_discrete_weibull",
        "bgbb",
        "bgcnbd",
        "bgnbd",
        "dependent_gamma_gamma",
        "gamma_gamma",
        "gamma_gompertz_nbd",
        "mbgcnbd",
        "mbgnbd",
        "nbd",
        "normal_spend",
        "pareto_nbd",
        "robust_gamma_gamma",
        "shifted_beta_geometric",
    }
    files = {path.stem: path for path in FILES if path.stem in models}
    assert files.keys() == models
    for name, path in files.items():
        others = {name_of(files[other]) for other in models - {name}}
        assert not others & facts(path).all_imports


def test_testing_is_imported_by_nobody():
    for path in FILES:
        own = path.stem == "testing" or path.parent.stem == "_testing"
        names = ("custvalue.testing", "custvalue._testing")
        found = facts(path).all_imports
        assert own or not any(each.startswith(names) for each in found), path


# --- shape ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_has_at_most_400_lines_of_code(path):
    assert facts(path).lines <= 400


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_face_holds_no_def(path):
    twin = path.with_name("_" + path.stem)
    if twin.is_dir():
        assert not facts(path).functions


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_are_short(path):
    for name, length in facts(path).functions:
        assert length <= 40, f"{name} has a body of {length} lines"


# --- public names ---------------------------------------------------------------------------


def test_the_public_modules():
    assert PUBLIC == [
        "comparing",
        "crm",
        "datasets",
        "delivered_value",
        "drivers",
        "errors",
        "journey",
        "kano",
        "lifetime",
        "loyalty",
        "plotting",
        "profit_chain",
        "satisfaction",
        "servqual",
        "structural",
        "survey",
        "testing",
    ]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_exist_and_are_documented(name):
    module = importlib.import_module(f"custvalue.{name}")
    assert module.__doc__
    assert len(set(module.__all__)) == len(module.__all__)  # ruff keeps them in order
    for public in module.__all__:
        thing = getattr(module, public)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, f"{name}.{public} has no docstring"


def public_callables():
    for name in PUBLIC:
        module = importlib.import_module(f"custvalue.{name}")
        for public in module.__all__:
            thing = getattr(module, public)
            if inspect.isfunction(thing):
                yield pytest.param(thing, id=f"{name}.{public}")
            elif inspect.isclass(thing):
                for method, value in vars(thing).items():
                    function = value.__func__ if isinstance(value, classmethod) else value
                    ours = getattr(function, "__module__", "").startswith("custvalue.")
                    if ours and not method.startswith("_") and inspect.isfunction(function):
                        yield pytest.param(function, id=f"{name}.{public}.{method}")


@pytest.mark.parametrize("function", list(public_callables()))
def test_public_functions_document_every_parameter(function):
    text = inspect.getdoc(function)
    assert text, f"{function.__qualname__} has no docstring"
    parameters = [
        name for name in inspect.signature(function).parameters if name not in ("self", "cls")
    ]
    if not parameters:
        return
    section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+\n|\Z)", text, re.DOTALL)
    assert section, f"{function.__qualname__} has no section Parameters"
    documented = re.findall(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*) ?(?::|$)", section[1], re.MULTILINE)
    names = {name.strip("* ") for line in documented for name in line.split(",")}
    assert set(parameters) == names


# --- tests ----------------------------------------------------------------------------------

DRAW = """
import sys
sys.path.insert(0, sys.argv[1])
import conftest
if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])
    import elsewhere
from hypothesis import given, settings, strategies as st
drawn = []
@settings(derandomize=True, max_examples=200, database=None)
@given(st.floats(0, 1e6), st.integers(0, 10**6))
def look(x, n):
    drawn.append((x, n))
look()
print(drawn)
"""


def test_an_edit_elsewhere_leaves_the_draws_of_properties(tmp_path):
    (tmp_path / "elsewhere.py").write_text("A = [1234, 5678, 3.25, 98765, 0.0625]\n", "utf-8")
    (tmp_path / "draw.py").write_text(DRAW, "utf-8")
    here = str(Path(__file__).parent)

    def drawn(*folders: str) -> str:
        command = [sys.executable, str(tmp_path / "draw.py"), here, *folders]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert drawn() == drawn(str(tmp_path))
