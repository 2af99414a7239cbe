"""The commands write what they say, from files as people have them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue
from custvalue import __main__ as command_line
from custvalue import datasets
from custvalue._frames import Source
from custvalue._report import sample
from custvalue._report.study import parse_study
from custvalue.errors import DataError, MissingExtraError
from custvalue.survey import read_export

STUDY = """
[survey]
recommend = "recommend"
"""


MODULE = [sys.executable, "-m", "custvalue"]


def report(folder, study=STUDY, out="report.txt", **tables):
    """Run the command on tables written beside the study; return what it wrote."""
    (folder / "study.toml").write_text(study, encoding="utf-8")
    arguments = ["report", "--config", str(folder / "study.toml"), "--out", str(folder / out)]
    for name, path in tables.items():
        arguments += [f"--{name}", str(path)]
    assert command_line.main(arguments) == 0
    return (folder / out).read_text(encoding="utf-8")


# --- demo and report --------------------------------------------------------------------------


def test_demo_writes_inputs_and_report(demo):
    assert sorted(path.name for path in demo.folder.iterdir()) == sorted(sample.FILES)
    page = (demo.folder / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Of 1,795 customers who came back an estimated 743 are still active" in page


def test_demo_says_where_the_report_is_and_what_to_do_next(demo):
    assert demo.said.stderr == ""
    assert demo.said.stdout == (
        "The report is in demo/report.html\n"
        "Its inputs are in the same directory. To report on your own data, adapt demo/study.toml "
        "and run\n"
        f"  {demo.command} report --survey demo/survey.csv --transactions demo/transactions.csv "
        "--config demo/study.toml --out demo/report.html\n"
    )


def test_the_command_that_the_demo_names_makes_the_same_report_again(demo):
    command = demo.said.stdout.splitlines()[-1].replace("report.html", "again.html")
    shell = ["/bin/sh", "-c", command]
    subprocess.run(shell, cwd=demo.folder.parent, env={"PATH": ""}, check=True)
    again = demo.folder / "again.html"
    assert again.read_bytes() == (demo.folder / "report.html").read_bytes()
    again.unlink()


@pytest.fixture
def starts(tmp_path, monkeypatch):
    """Start the command line from a directory with programs of its own; return its name for it."""
    programs = tmp_path / "work" / "bin"
    programs.mkdir(parents=True)
    for name in ("custvalue", "python3"):
        (programs / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.chdir(programs.parent)
    monkeypatch.setenv("PATH", str(programs))

    def started(program, python):
        monkeypatch.setattr("sys.argv", [str(programs.parent / program)])
        monkeypatch.setattr("sys.executable", str(programs.parent / python))
        with redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit):
            command_line.main(["--help"])
        return out.getvalue().removeprefix("usage: ").partition(" [-h]")[0]

    return started


@pytest.mark.parametrize(
    ("program", "python", "expected"),
    [
        pytest.param("bin/custvalue", "bin/python3", "custvalue", id="the command on the path"),
        pytest.param("x/__main__.py", "bin/python3", "python3 -m custvalue", id="python -m"),
        pytest.param(
            "x/__main__.py", ".venv/bin/python", ".venv/bin/python -m custvalue", id="environment"
        ),
        pytest.param(".venv/bin/custvalue", "bin/python3", ".venv/bin/custvalue", id="its command"),
        pytest.param("x/__main__.py", "my env/py", "'my env/py' -m custvalue", id="with a space"),
        pytest.param("/opt/custvalue", "bin/python3", "/opt/custvalue", id="a command elsewhere"),
    ],
)
def test_the_next_step_names_the_command_that_works(starts, program, python, expected):
    assert starts(program, python) == expected


def test_the_module_is_named_as_it_can_be_started(tmp_path):
    alone = {"cwd": tmp_path, "env": {"PATH": ""}}
    run = subprocess.run([*MODULE, "--help"], capture_output=True, text=True, check=True, **alone)
    words = " ".join(run.stdout.split())
    assert words.startswith(f"usage: {sys.executable} -m custvalue [-h]")


def test_the_sample_is_the_simulated_dealership(demo):
    truth = datasets.simulate_dealership(rng=sample.SEED)
    for name, data in (("survey", truth.survey), ("transactions", truth.transactions)):
        read = columns(read_export(demo.folder / f"{name}.csv").frame)
        assert list(read) == list(data)
        for column, array in data.items():
            written = array.astype(str) if column == "date" else array
            assert read[column].tolist() == written.tolist()


def test_force_overwrites(tmp_path, monkeypatch):
    monkeypatch.setattr(command_line, "_write", lambda *_: None)  # the report itself
    (tmp_path / "survey.csv").write_text("mine", encoding="utf-8")
    assert command_line.main(["demo", "--out", str(tmp_path), "--force"]) == 0
    assert (tmp_path / "survey.csv").read_text(encoding="utf-8").startswith("customer_id,p01")


def test_a_txt_is_plain_text(tmp_path):
    (tmp_path / "s.csv").write_text("recommend\n10\n9\n3\n", encoding="utf-8")
    text = report(tmp_path, survey=tmp_path / "s.csv")
    assert text.startswith("Customer value report\n#####")
    assert "Net Promoter Score: +33" in text


def test_a_report_may_be_written_again(tmp_path):
    (tmp_path / "s.csv").write_text("recommend\n10\n9\n3\n", encoding="utf-8")
    first = report(tmp_path, survey=tmp_path / "s.csv", out="r.html")
    assert report(tmp_path, survey=tmp_path / "s.csv", out="r.html") == first


@pytest.mark.parametrize("start", [[Path(sys.executable).with_name("custvalue")], MODULE])
def test_version_from_a_shell(start):
    run = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"custvalue {custvalue.__version__}\n"


def test_nothing_but_the_required_libraries_is_needed(demo, tmp_path):
    absent = ["pandas", "polars", "pyarrow", "duckdb", "matplotlib", "matplotlib.figure"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({absent}));"
        "from custvalue.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    out = tmp_path / "report.html"
    arguments = [
        *("report", "--config", str(demo.folder / "study.toml"), "--out", str(out)),
        *("--survey", str(demo.folder / "survey.csv")),
        *("--transactions", str(demo.folder / "transactions.csv")),
    ]
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert page.count("There is no picture here") == 5
    assert "<svg" not in page


# --- tables -----------------------------------------------------------------------------------


@pytest.fixture(params=["pyarrow", "polars", "no engine"])
def engine(request, monkeypatch):
    """Let one engine be installed, or none."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == request.param or None)
    return request.param


def columns(read):
    """Return what was read as plain arrays, whoever read it."""
    source = Source(read)
    return {name: source.entries(name) for name in source.names}


def table(tmp_path, text, name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return columns(read_export(path).frame)


@pytest.mark.parametrize(
    ("text", "engines"),
    [
        ("a,b\n1,x\n2,y\n", {"pyarrow": pa.Table, "polars": pl.DataFrame}),
        ('a,b\n1,"x"\n2,"y, ""z"""\n', {"pyarrow": pa.Table}),
        ("a,b\n1, x\n2,y\n", {}),
        ("a,b\n1,x\r2,y\n", {}),
        ('a,b\n1,x"\n2,y"z\n', {}),
    ],
    ids=["plain", "quotes", "spaces", "line ends", "quotes inside"],
)
def test_an_engine_reads_what_it_cannot_read_otherwise(tmp_path, engine, text, engines):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    assert isinstance(read_export(path).frame, engines.get(engine, dict))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("entries", "kind", "values"),
    [
        (["1", "-2", "+3"], "i", [1, -2, 3]),
        (["1", "2.5", ".5"], "f", [1.0, 2.5, 0.5]),
        (["1e3", "2E-1", "7."], "f", [1000.0, 0.2, 7.0]),
        (["1", "", "3"], "f", [1.0, None, 3.0]),
        (["0042", "0043", "0044"], "O", ["0042", "0043", "0044"]),  # a name, not a number
        (["1_000", "2", "3"], "O", ["1_000", "2", "3"]),
        (["nan", "inf", "1"], "O", ["nan", "inf", "1"]),
        (["1", "x", ""], "O", ["1", "x", None]),
        (["", "", ""], "O", [None, None, None]),
        (["123456789012345678", "1", "2"], "i", [123456789012345678, 1, 2]),
        (
            ["9007199254740993", "9007199254740992", ""],
            "O",
            ["9007199254740993", "9007199254740992", None],
        ),
        (["9007199254740993", "1.5", "1"], "O", ["9007199254740993", "1.5", "1"]),
        (["1E5", "100000", "2E7"], "O", ["1E5", "100000", "2E7"]),
        (["1E+05", "100000", "2"], "f", [1e5, 1e5, 2.0]),
        (["1234567890123456789", "1", "2"], "O", ["1234567890123456789", "1", "2"]),
        (["2024-01-31", "2024-02-01", ""], "O", ["2024-01-31", "2024-02-01", None]),
    ],
    ids=lambda case: str(case) if isinstance(case, list) else "",
)
def test_a_column_is_numeric_where_every_entry_is_a_number(tmp_path, entries, kind, values):
    column = table(tmp_path, "x,y\n" + "".join(f"{entry},.\n" for entry in entries))["x"]
    assert column.dtype.kind == kind
    if kind == "f":
        expected = np.array(values, dtype=float)
        np.testing.assert_array_equal(column, expected)
    else:
        assert column.tolist() == values


@pytest.mark.usefixtures("engine")
def test_a_word_leaves_the_numbers_beside_it_numbers_where_numbers_are_wanted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("answer,id\n9,1\nnine,A2\n,3\n2.5,4\n", encoding="utf-8")
    read = columns(read_export(path, numbers=["answer"]).frame)
    assert read["answer"].tolist() == [9.0, "nine", None, 2.5]
    assert read["id"].tolist() == ["1", "A2", "3", "4"]


def test_decimal_commas(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id;eur;note\nA1;6,10;1,5\nA2;;x\n3;-7;1.2\n", encoding="utf-8")
    read = read_export(path, numbers=["eur", "rating"], decimal=",")
    assert read["eur"].tolist() == pytest.approx([6.1, np.nan, -7], nan_ok=True)
    assert read["id"].tolist() == ["A1", "A2", "3"]
    assert read["note"].tolist() == ["1,5", "x", "1.2"]  # nobody asked for numbers


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "a;b\n1;x\n2;y\n",
        "a\tb\n1\tx\n2\ty\n",
        "\ufeffa,b\r\n1,x\r\n2,y\r\n",  # as Excel writes UTF-8
        'a,"b"\n1, "x"\n\n2,y\n',
        "a,b\n1,x\n2,y",
    ],
    ids=["comma", "semicolon", "tab", "byte order mark", "quotes and an empty line", "no last end"],
)
def test_forms_of_csv(tmp_path, text):
    read = table(tmp_path, text)
    assert list(read) == ["a", "b"]
    assert read["a"].tolist() == [1, 2]
    assert read["b"].tolist() == ["x", "y"]


@pytest.mark.usefixtures("engine")
def test_quotes_hold_separators_and_line_ends(tmp_path):
    read = table(tmp_path, '"How likely,\nfrom 0 to 10?",b\n9,"two\nlines, one entry"\n')
    assert read["How likely,\nfrom 0 to 10?"].tolist() == [9]
    assert read["b"].tolist() == ["two\nlines, one entry"]


@pytest.mark.usefixtures("engine")
def test_more_rows_than_are_read_at_once(tmp_path):
    rows = 1234
    read = table(tmp_path, "a,b\n" + "".join(f"{i},{i / 4}\n" for i in range(rows)))
    assert read["a"].tolist() == list(range(rows))
    assert read["b"].sum() == sum(range(rows)) / 4


ENTRIES = ["", "1", "-2.5", "007", " 3", "x", '"x"', '"a,b"', '"l1\nl2"', '"q""q"', 'a"b', '"', "é"]
LINES = st.lists(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=3), max_size=6)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(LINES, st.sampled_from([",", ";"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_engine_reads_what_the_strict_reader_reads(lines, delimiter, end):
    lines = [["a", "b"], *lines]
    text = end.join(delimiter.join(line) for line in lines) + end
    found = []
    for name in ("no engine", "pyarrow", "polars"):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "importlib.util.find_spec", lambda asked, name=name: asked == name or None
            )
            path = Path(folder) / "t.csv"
            path.write_bytes(text.encode())
            try:
                read = columns(read_export(path).frame)
            except DataError as error:
                found.append(str(error))
            else:
                found.append({title: (its.dtype, its.tolist()) for title, its in read.items()})
    assert repr(found[1]) == repr(found[0])
    assert repr(found[2]) == repr(found[0])


@pytest.mark.parametrize("suffix", [".parquet", ".PQ"])
def test_parquet_is_read_by_an_engine_that_is_there(tmp_path, suffix):
    pl.DataFrame({"recommend": [10, 9, 3]}).write_parquet(tmp_path / f"s{suffix}")
    assert isinstance(read_export(tmp_path / f"s{suffix}").frame, pa.Table)
    assert "Net Promoter Score: +33" in report(tmp_path, survey=tmp_path / f"s{suffix}")


def test_parquet_by_polars_where_pyarrow_is_absent(tmp_path, monkeypatch):
    pl.DataFrame({"recommend": [10, 9, 3]}).write_parquet(tmp_path / "s.parquet")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyarrow" else 1)
    assert isinstance(read_export(tmp_path / "s.parquet").frame, pl.DataFrame)


def test_parquet_without_an_engine_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "s.parquet").write_bytes(b"")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as caught:
        read_export(tmp_path / "s.parquet")
    assert str(caught.value) == (
        "Reading s.parquet needs pyarrow or polars: pip install pyarrow. Or save it as CSV."
    )


def test_semicolons_and_a_byte_order_mark_go_all_the_way(tmp_path):
    rows = io.StringIO()
    csv.writer(rows, delimiter=";").writerows([["recommend", "name"], [10, "é"], [3, "中"]])
    (tmp_path / "s.csv").write_text(rows.getvalue(), encoding="utf-8-sig")
    assert "Net Promoter Score: 0" in report(tmp_path, survey=tmp_path / "s.csv")


# --- progress ---------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    """A timer that rings when the test says so."""

    last: Clock

    def __init__(self, seconds, ring):
        self.seconds, self.ring, self.running = seconds, ring, False
        Clock.last = self

    def start(self):
        self.running = True

    def cancel(self):
        self.running = False


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("threading.Timer", Clock)
    return Clock


def test_progress_is_silent_while_work_is_quick(clock):
    stream = Terminal()
    with command_line.Progress(stream) as progress:
        progress("Reading")
        assert (clock.last.running, clock.last.seconds) == (True, 1.0)
    assert stream.getvalue() == ""
    assert not clock.last.running


def test_progress_names_the_work_once_it_takes_long_and_clears_its_line(clock):
    stream = Terminal()
    with command_line.Progress(stream) as progress:
        progress("Reading")
        clock.last.ring()
        progress("Fitting")
    assert stream.getvalue() == "\r\x1b[KReading …\r\x1b[KFitting …\r\x1b[K"


def test_progress_does_not_even_start_its_clock_for_a_file(clock):
    with command_line.Progress(io.StringIO()) as progress:
        progress("Reading")
        assert not clock.last.running


# --- answers in words -------------------------------------------------------------------------

WORDS = """nps,overall,staff,price
10 - extremely likely,很满意,satisfied,neutral
9,一般,very satisfied,satisfied
0 - not at all likely,不满意,n/a,neutral
8,满意,satisfied,satisfied
"""
NUMBERS = """nps,overall,staff,price
10,5,4,3
9,3,5,4
0,2,,3
8,4,4,4
"""
IN_WORDS = """
[survey]
missing = "drop"
recommend = "nps"
recommend_codebook = "RECOMMENDATION"
[survey.satisfaction]
scale = "SATISFACTION_5"
perceived = "overall"
[survey.index]
items = ["staff", "price"]
[survey.index.scale]
low = 1
high = 5
words = { neutral = 3, satisfied = 4, "very satisfied" = 5 }
no_answer = ["n/a"]
"""
IN_NUMBERS = """
[survey]
missing = "drop"
recommend = "nps"
[survey.satisfaction]
scale = [1, 5]
perceived = "overall"
[survey.index]
items = ["staff", "price"]
scale = [1, 5]
"""


def test_answers_in_words_give_the_report_of_their_numbers(tmp_path):
    (tmp_path / "words.csv").write_text(WORDS, encoding="utf-8")
    (tmp_path / "numbers.csv").write_text(NUMBERS, encoding="utf-8")
    worded = report(tmp_path, IN_WORDS, survey=tmp_path / "words.csv")
    numbered = report(tmp_path, IN_NUMBERS, survey=tmp_path / "numbers.csv")
    assert "+25 is the Net Promoter Score" in worded
    assert "50 % are satisfied" in worded
    said = worded.replace("1 excluded (missing answer), 1 don't know", "1 excluded")
    assert said == numbered.replace("1 excluded (missing answer), 1 missing answer", "1 excluded")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            'recommend_codebook = "RECOMENDATION"',
            (
                "[survey]: recommend_codebook: codebooks that ship are 'AGREEMENT_5', "
                "'AGREEMENT_7', 'SATISFACTION_5', 'SATISFACTION_7', 'QUALITY_5', 'RECOMMENDATION', "
                "'EXPECTATION_3', 'EXPECTATION_5', 'EFFORT_5', 'EASE_5', 'FREQUENCY_5', 'YES_NO' "
                "and 1 more, but it is 'RECOMENDATION'. Did you mean 'RECOMMENDATION'?"
            ),
        ),
        (
            'recommend_codebook = "QUALITY_5"',
            (
                "[survey]: recommend_codebook: a codebook of answers from 0 to 10 is written "
                '"RECOMMENDATION" or {words = {never = 0, always = 10}}, but it is '
                "'QUALITY_5'."
            ),
        ),
        (
            "recommend_codebook = {words = {always = 11}}",
            (
                "[survey]: recommend_codebook: Codebook: 'always' means 11, but an answer is a "
                "whole number from 0 to 10. If it means no answer, put it into "
                "no_answer={'always'}."
            ),
        ),
    ],
)
def test_a_codebook_in_the_study_file_that_is_none(key, message):
    with pytest.raises(DataError) as caught:
        parse_study("study.toml", f'[survey]\nrecommend = "nps"\n{key}\n')
    assert str(caught.value) == f"study.toml: {message}"
