"""What goes wrong is one line on stderr, word for word, with exit status 2 and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

import custvalue
from custvalue import __main__ as command_line
from custvalue import datasets

SAMPLE = (Path(custvalue.__file__).parent / "data" / "study.toml").read_text(encoding="utf-8")
QUALITY = (
    "'scale', 'perceptions', 'expectations', 'importance', 'importance_total', "
    "'normalise_importance', 'dimensions'"
)
COUNTED = " (Row 0 is the first below the header.)"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Write the tables of a small dealership, which the sample study describes."""
    folder = tmp_path_factory.mktemp("inputs")
    dealership = datasets.simulate_dealership(40, response_share=1, rng=4)
    for name, data in (("s.csv", dealership.survey), ("t.csv", dealership.transactions)):
        rows = zip(*(column.tolist() for column in data.values()), strict=True)
        lines = [",".join(data), *(",".join(map(str, row)) for row in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


class Complaint:
    """Runs the command and returns its one line of complaint, without the folder."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys

    def __call__(self, *arguments):
        status = command_line.main([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        assert (status, said.out) == (2, "")
        assert said.err.startswith("custvalue: ")
        assert said.err.endswith("\n")
        assert said.err.count("\n") == 1
        return said.err[11:-1].replace(f"{self.folder}/", "")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def report(self, study, *tables):
        """Ask for a report that must not be written."""
        out = self.folder / "r.html"
        said = self("report", "--config", self.write("x.toml", study), "--out", out, *tables)
        assert not out.exists()
        return said


@pytest.fixture
def complaint(tmp_path, capsys):
    return Complaint(tmp_path, capsys)


# --- the study: what is replaced in the sample, and what is said then ---------------------------

STUDIES = [
    pytest.param(
        "[survey]",
        "[survey",
        "x.toml is not TOML: Expected ']' at the end of a table declaration "
        "(at line 15, column 8).",
        id="not TOML",
    ),
    pytest.param(
        "perceptions = [",
        "perception = [",
        f"x.toml: [survey.servqual] has no 'perception', only {QUALITY}. Did you mean "
        f"'perceptions'?",
        id="unknown key",
    ),
    pytest.param(
        "[lifetime]",
        "[lifetimes]",
        "x.toml: the file has no 'lifetimes', only 'title', 'lang', 'currency', 'decimal', "
        "'survey', 'transactions', 'lifetime', 'rfm', 'tiers', 'offers', 'ratings', 'visits' "
        "and 1 more. Did you mean 'lifetime'?",
        id="unknown table",
    ),
    pytest.param(
        "margin = 0.30",
        "",
        "x.toml: [lifetime] needs 'margin'; other fields: 'horizon', "
        "'annual_discount_rate', 'refunded', 'customers_listed', 'calls_listed', 'at_risk_below'.",
        id="missing key",
    ),
    pytest.param(
        "margin = 0.30",
        "margin = 30",
        "x.toml: [lifetime]: margin must be <= 1, but it is 30. Did you mean 0.3?",
        id="per cent for a share",
    ),
    pytest.param(
        'horizon = "3 years"',
        'horizon = "3"',
        "x.toml: [lifetime]: horizon: horizon = '3' is not a number with a time unit. Write the "
        "number with its unit, as in '39 weeks' or '3 years'.",
        id="horizon without a unit",
    ),
    pytest.param(
        "scale = [1, 10]",
        "scale = 10",
        "x.toml: [survey.satisfaction]: scale: a scale is written [1, 7] or {low = 1, high = 7}, "
        "but it is 10.",
        id="scale is one number",
    ),
    pytest.param(
        "scale = [1, 10]",
        "scale = {high = 10}",
        "x.toml: [survey.satisfaction]: scale: a scale is written [1, 7] or {low = 1, high = 7}, "
        "but it is {'high': 10}.",
        id="scale lacks an end",
    ),
    pytest.param(
        "scale = [1, 10]",
        "scale = [10, 1]",
        "x.toml: [survey.satisfaction]: scale: Scale: low must be < high, but low = 10 and high = "
        "1. Use direction = 'lower is better' for a scale whose small answers are good.",
        id="scale upside down",
    ),
    pytest.param(
        SAMPLE,
        "survey = 3",
        "x.toml: survey must be a table, but it is 3.",
        id="no table",
    ),
    pytest.param(
        'unit = "week"',
        'returns = "no"',
        "x.toml: [transactions]: returns must be one of 'raise', 'net', 'drop', 'pair', but it is "
        "'no'.",
        id="unknown policy",
    ),
    pytest.param(
        'unit = "week"',
        'unit = "weeks"',
        "x.toml: [transactions]: unit must be one of 'day', 'week', 'month', 'year', but it is "
        "'weeks'. Did you mean 'week'?",
        id="unknown unit",
    ),
    pytest.param(
        "service = 90",
        "servce = 90",
        "x.toml: [[offers]] number 1: value: TotalValue needs 'service'; other fields: "
        "'product', 'personnel', 'image'. TotalValue has no 'servce', only 'product', 'service', "
        "'personnel', 'image'. Did you mean 'service'?",
        id="misspelt part of an offer",
    ),
    pytest.param(
        SAMPLE[SAMPLE.rindex("[[offers]]") :],
        "",
        "[[offers]] holds one offer, but delivered value is measured against a rival. Add the "
        "rival's, or delete the offer.",
        id="one offer",
    ),
    pytest.param(
        'spend = "spend"',
        "",
        "[lifetime] asks what customers are worth, but [transactions] names no column of amounts. "
        'Add spend = "…" there, or delete [lifetime].',
        id="value without amounts",
    ),
    pytest.param(
        SAMPLE,
        'title = "nothing"\n[transactions]\ncustomer = "customer_id"\ndate = "date"\n'
        "observation_end = 2024-12-31",
        "there is a survey, but the study does not say what is in it. Add the table [survey].",
        id="no survey in the study",
    ),
    pytest.param(
        SAMPLE,
        '[survey]\nrecommend = "recommend"',
        "there are transactions, but the study does not say what is in them. Add the table "
        "[transactions].",
        id="no transactions in the study",
    ),
    pytest.param(
        '    "p01",',
        '    "p001",',
        "s.csv: perceptions[0]='p001' is not a column of the data. Did you mean 'p01'? The columns "
        "are 'customer_id', 'p01', 'p02', 'p03', 'p04', 'p05', 'p06', 'p07', 'p08', 'p09', 'p10', "
        "'p11' and 41 more.",
        id="absent column of the survey",
    ),
    pytest.param(
        'date = "date"',
        'date = "visit"',
        "t.csv: date = 'visit' is not a column of the data. The columns are 'customer_id', 'date', "
        "'spend'.",
        id="absent column of the log",
    ),
    pytest.param(
        '    "p01", "p02", ',
        "    ",
        "s.csv: perceptions must name 22 columns, one for each item of SERVQUAL, but it names 20. "
        "For an adapted instrument name the columns of each dimension: "
        "dimensions={'staff': ['polite', 'skilled'], …}.",
        id="too few items",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), STUDIES)
def test_studies(inputs, complaint, old, new, message):
    assert SAMPLE.count(old) == 1
    tables = ("--survey", inputs / "s.csv", "--transactions", inputs / "t.csv")
    assert complaint.report(SAMPLE.replace(old, new), *tables) == message


# --- the tables -------------------------------------------------------------------------------

RECOMMEND = '[survey]\nrecommend = "would"\n'
SATISFIED = '[survey.satisfaction]\nscale = [1, 5]\nperceived = "sat"\n'
LOG = (
    '[transactions]\ncustomer = "who"\ndate = "day"\nspend = "eur"\nobservation_end = 2024-12-31\n'
)

SURVEYS = [
    pytest.param("", "s.csv is empty. Its first line must name the columns.", id="empty"),
    pytest.param(
        "would,would\n9,9\n",
        "s.csv names 'would' twice in its first line. Rename one.",
        id="header names a column twice",
    ),
    pytest.param(
        "would,b\n9,1\n8\n",
        "s.csv, line 3: 1 entries for 2 columns. Put text that holds ',' in quotes.",
        id="row too short",
    ),
    pytest.param(
        'would,b\n9,"two\nlines"\n\n8,a,b\n',
        "s.csv, line 5: 3 entries for 2 columns. Put text that holds ',' in quotes.",
        id="row too long, after a line break in quotes and an empty line",
    ),
    pytest.param(
        'would,b\n9,"open\n', "s.csv is not CSV: unexpected end of data.", id="quote without end"
    ),
    pytest.param(
        "would\n9\n11\n",
        "s.csv: would must be a whole number from 0 to 10, but row 1 has 11. If 11 means no "
        "answer, use recommend_missing_codes = [11]; if the scale is another one, give its "
        f"ends.{COUNTED}",
        id="answer outside the scale",
    ),
    pytest.param(
        "would\n9\nnine\n",
        "s.csv: would must be a number, but row 1 has 'nine'. Code the answers as numbers on the "
        "scale 0-10; or say what the words mean, as in recommend_codebook = {low = 0, high = 10, "
        f"words = {{'…' = 10}}}}.{COUNTED}",
        id="answer in words",
    ),
    pytest.param(
        "would,b\n9,1\n,2\n",
        "s.csv: would: row 1 has no answer. Use missing = 'drop' to exclude such respondents, or "
        f"missing = 'pairwise' to use the answers that there are.{COUNTED}",
        id="missing answer",
    ),
    pytest.param(
        "wuld\n9\n",
        "s.csv: recommend = 'would' is not a column of the data. Did you mean 'wuld'? The columns "
        "are 'wuld'.",
        id="absent column",
    ),
    pytest.param(
        "would\n", "s.csv: the survey has no rows. Give at least one respondent.", id="no rows"
    ),
]


@pytest.mark.parametrize(("text", "message"), SURVEYS)
def test_surveys(complaint, text, message):
    survey = complaint.write("s.csv", text)
    assert complaint.report(RECOMMEND, "--survey", survey) == message


LOGS = [
    pytest.param(
        "who,day,eur\n1,2024-02-30,5\n",
        "t.csv: day must be a date like 2024-01-31, but row 0 has '2024-02-30'. The "
        f"calendar has no such day: correct the entry, or remove the row.{COUNTED}",
        id="no such day",
    ),
    pytest.param(
        "who,day,eur\n1,2024-02-01,5\n1,2025-01-01,5\n",
        "t.csv: day must be on or before 2024-12-31, the end of observation, but row 1 has "
        "'2025-01-01'. Use after_end = 'ignore' to exclude later transactions, or move "
        f"observation_end.{COUNTED}",
        id="after the end of observation",
    ),
    pytest.param(
        "who,day,eur\n1,2024-02-01,5\n1,2024-03-01,-5\n",
        "t.csv: eur must be >= 0, but row 1 has -5. Use returns = 'net' to subtract returns from "
        f"what the customer spent, returns = 'pair' to undo the purchases that they belong to, or "
        f"returns = 'drop'.{COUNTED}",
        id="negative spend",
    ),
    pytest.param(
        'who,day,eur\n1,2024-02-01,6.10\n1,2024-02-01,"5,90"\n',
        "t.csv: eur must be a number with a decimal point, but row 1 has '5,90'. If decimals are "
        'written with a comma, add decimal = "," to the study file.' + COUNTED,
        id="decimal comma",
    ),
]


@pytest.mark.parametrize(("text", "message"), LOGS)
def test_logs(complaint, text, message):
    log = complaint.write("t.csv", text)
    assert complaint.report(LOG, "--transactions", log) == message


def test_points_where_decimals_have_commas(complaint):
    log = complaint.write("t.csv", "who;day;eur\n1;2024-02-01;6,10\n1;2024-03-01;1.250\n")
    assert complaint.report('decimal = ","\n' + LOG, "--transactions", log) == (
        "t.csv: eur must be a number with a decimal comma, but row 1 has '1.250'. Leave out what "
        f"parts the thousands; or the decimals of the file have points.{COUNTED}"
    )


def test_survey_and_log_of_other_people(inputs, complaint):
    lines = (inputs / "s.csv").read_text(encoding="utf-8").splitlines()
    moved = [lines[0], *(f"stranger-{line}" for line in lines[1:])]
    survey = complaint.write("s.csv", "\n".join(moved) + "\n")
    tables = ("--survey", survey, "--transactions", inputs / "t.csv")
    assert complaint.report(SAMPLE, *tables) == (
        "s.csv: no respondent is a customer of the log: 'customer_id' of the survey and the "
        "customers of the log have nothing in common. Leave customer out of [survey] if the two "
        "are not linked."
    )


# --- files ------------------------------------------------------------------------------------


def test_a_study_that_is_not_there(tmp_path, complaint):
    said = complaint("report", "--config", tmp_path / "no.toml", "--out", tmp_path / "r.html")
    assert said == ("no.toml does not exist. `custvalue demo` writes a study.toml to start from.")


def test_a_study_in_another_encoding(tmp_path, complaint):
    (tmp_path / "x.toml").write_bytes('title = "Zürich"'.encode("latin-1"))
    said = complaint("report", "--config", tmp_path / "x.toml", "--out", tmp_path / "r.html")
    assert said == "x.toml is not UTF-8. Save it as UTF-8."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "no.csv",
            None,
            "no.csv does not exist. Give the path of a CSV, Excel, SPSS or Parquet file.",
        ),
        ("s.dta", b"PK", "s.dta is a Stata file. Save it as CSV (UTF-8) first."),
        (
            "s.csv",
            "would\nZürich\n".encode("latin-1"),
            (
                "s.csv is not UTF-8: byte 7 cannot be read. Name its encoding: encoding = 'cp1252' "
                "reads 'Zürich'."
            ),
        ),
        (
            "s.parquet",
            b"PAR",
            "s.parquet is not Parquet, or damaged: pyarrow cannot read it.",
        ),
    ],
    ids=["absent", "another program", "encoding", "broken Parquet"],
)
def test_tables_that_cannot_be_read(tmp_path, complaint, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert complaint.report(RECOMMEND, "--survey", tmp_path / name) == message


def test_a_table_that_is_a_directory(tmp_path, complaint):
    (tmp_path / "folder").mkdir()
    assert complaint.report(RECOMMEND, "--survey", tmp_path / "folder") == (
        "folder is a directory. Give the path of a CSV, Excel, SPSS or Parquet file."
    )


def test_nothing_to_report(complaint):
    said = complaint.report(RECOMMEND)
    assert said == "nothing to report. Give --survey, --transactions or both."


def test_nowhere_to_write(tmp_path, complaint):
    config = complaint.write("x.toml", RECOMMEND)
    said = complaint("report", "--config", config, "--out", tmp_path / "no" / "r.html")
    assert said == "no is not a directory. Create it, or choose another --out."
    (tmp_path / "pages").mkdir()
    said = complaint("report", "--config", config, "--out", tmp_path / "pages")
    assert said == "pages is a directory. Give a file, as in --out pages/report.html."


def test_demo_overwrites_nothing_unasked(tmp_path, complaint):
    for name in ("survey.csv", "study.toml"):
        complaint.write(name, "mine")
    said = complaint("demo", "--out", f"{tmp_path}/")
    assert said == (
        f"{tmp_path} already holds survey.csv, study.toml. Use --force to overwrite them, or "
        f"choose another directory."
    )
    assert (tmp_path / "survey.csv").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "transactions.csv").exists()


def test_what_the_system_refuses_is_said_too(complaint):
    taken = complaint.write("taken", "a file")
    said = complaint("demo", "--out", taken / "demo")
    assert said == "the system could not write or read 'taken/demo': Not a directory."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["report"], "the following arguments are required: --config, --out"),
        (["reprot"], "argument COMMAND: invalid choice: 'reprot'"),
    ],
    ids=["no command", "no study", "misspelt"],
)
def test_usage(capsys, arguments, message):
    with pytest.raises(SystemExit) as caught:
        command_line.main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


# --- the page never harms an input, and is whole or not at all ------------------------------


def run_report(folder, *arguments):
    (folder / "s.csv").write_text("nps\n10\n9\n3\n", encoding="utf-8")
    (folder / "s.toml").write_text('[survey]\nrecommend = "nps"\n', encoding="utf-8")
    return command_line.main(["report", "--survey", "s.csv", "--config", "s.toml", *arguments])


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("s.csv", "--out and --survey are the same file, s.csv. Choose another --out: the report "),
        ("./s.toml", "--out and --config are the same file, s.toml. Choose another --out: the "),
        (
            "o.pdf",
            "--out must end in .html, .htm, .txt or .xlsx, but it is o.pdf. For another format, ",
        ),
        ("o", "--out must end in .html, .htm, .txt or .xlsx, but it is o."),
    ],
)
def test_a_page_over_an_input_is_refused(tmp_path, monkeypatch, capsys, out, said):
    monkeypatch.chdir(tmp_path)
    assert run_report(tmp_path, "--out", out) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "s.csv").read_text(encoding="utf-8") == "nps\n10\n9\n3\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.csv", "s.toml"]


def test_a_full_disk_leaves_the_old_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_report(tmp_path, "--out", "o.html") == 0
    old = (tmp_path / "o.html").read_text(encoding="utf-8")
    write = Path.write_bytes

    def half(self, text, **how):
        if self.name.startswith("."):
            write(self, text[: len(text) // 2], **how)
            raise OSError(28, "No space left on device")
        return write(self, text, **how)

    monkeypatch.setattr(Path, "write_bytes", half)
    assert run_report(tmp_path, "--out", "o.html") == 2
    assert "No space left on device" in capsys.readouterr().err
    assert (tmp_path / "o.html").read_text(encoding="utf-8") == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.html", "s.csv", "s.toml"]


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ("a = " + "[" * 5000, "x.toml is nested too deeply for a study. Use its tables only."),
        ("a = " + "9" * 6000, "x.toml is not TOML: Exceeds the limit (4300 digits)"),
        ("[survey]\nrecommend = 1e400", "[survey]: recommend"),
        ("offers = 3\n", "x.toml: the file: offers must be a tuple, but it is 3."),
        ("survey = 3\n", "x.toml: survey must be a table, but it is 3."),
        ('[survey]\nrecommend = "n\\u001b[31m"', "recommend = 'n\\x1b[31m' is not a column"),
        (
            "[lifetime]\nhorizon = 3\n",
            "horizon = 3 has no time unit. Write the number with",
        ),
    ],
)
def test_odd_studies_end_in_one_line(tmp_path, monkeypatch, capsys, study, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.toml").write_text(study, encoding="utf-8")
    assert run_report(tmp_path, "--out", "o.html", "--config", "x.toml") == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1
    assert all(letter.isprintable() for letter in line.rstrip("\n"))


def test_a_fault_of_ours_is_one_line_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("custvalue._report.build.build", lambda *_, **__: 1 / 0)
    assert run_report(tmp_path, "--out", "o.html") == 70
    assert "this is a fault of custvalue" in capsys.readouterr().err


def test_columns_without_a_name_may_stay_unused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_report(tmp_path, "--out", "o.html") == 0
    (tmp_path / "blank.csv").write_text("nps,,\n9,1,2\n3,,\n", encoding="utf-8")
    assert run_report(tmp_path, "--out", "o.txt", "--survey", "blank.csv") == 0
    assert not capsys.readouterr().err
    page = " ".join((tmp_path / "o.txt").read_text(encoding="utf-8").split())
    assert "column 2 has no name and is left out, though it holds '1'." in page
