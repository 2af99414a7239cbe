"""Files of survey platforms: names, questions and answers, by Python and by the command line."""

import datetime as dt
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import __main__ as command_line
from custvalue import kano, lifetime, satisfaction, servqual
from custvalue.errors import MissingExtraError
from custvalue.survey import Export, Responses, Scale, rake, read_export

DATA = Path(__file__).parents[1] / "data"
FIVE, TEN = Scale(1, 5), Scale(0, 10)
RECOMMEND = "How likely is it that you would recommend us?"


def written(folder, text, name="s.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def lists(export):
    return {name: column.tolist() for name, column in export.columns().items()}


# --- platforms ------------------------------------------------------------------------------

PLATFORMS = {
    "qualtrics": (
        "qualtrics.csv",
        {"header_rows": 3, "question_row": 2},
        ("StartDate", "ResponseId", "Q1", "Q2_1", "Q2_2", "Q3"),
        {
            "Q1": "How likely is it that you would recommend us, from 0 to 10?",
            "Q3": "What could\nwe do better?",
        },
        ("Q1", "Q2_1", "Q2_2", "Q3"),
    ),
    "surveymonkey": (
        "surveymonkey.csv",
        None,
        (
            "Respondent ID",
            "Collector ID",
            "Start Date",
            "How satisfied are you with …?: Speed",
            "How satisfied are you with …?: Price",
            RECOMMEND,
            "What could we do better?",
        ),
        {},
        (
            RECOMMEND,
            "How satisfied are you with …?: Speed",
            "How satisfied are you with …?: Price",
            "What could we do better?",
        ),
    ),
    "google-forms": (
        "google-forms.csv",
        {},
        (
            "Timestamp",
            RECOMMEND,
            "How satisfied are you with … [Speed]",
            "How satisfied are you with … [Price]",
            "What could we do better?",
        ),
        {},
        (
            RECOMMEND,
            "How satisfied are you with … [Speed]",
            "How satisfied are you with … [Price]",
            "What could we do better?",
        ),
    ),
    "wenjuanxing": (
        "wenjuanxing.csv",
        {"encoding": "gbk"},
        (
            "序号",
            "提交答卷时间",
            "所用时间",
            "来源",
            "来源详情",
            "来自IP",
            "1、您对我们的总体满意度如何？",
            "2、您向朋友推荐我们的可能性有多大？",
        ),
        {},
        ("2、您向朋友推荐我们的可能性有多大？", "1、您对我们的总体满意度如何？", None, None),
    ),
    "limesurvey": (
        "limesurvey.csv",
        None,
        (
            "id",
            "submitdate",
            "lastpage",
            "startlanguage",
            "G01Q01",
            "G01Q02[SQ001]",
            "G01Q02[SQ002]",
        ),
        {"G01Q01": RECOMMEND, "G01Q02[SQ001]": "How satisfied are you with … [Speed]"},
        ("G01Q01", "G01Q02[SQ001]", "G01Q02[SQ002]", None),
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_of_a_platform(platform):
    name, by_hand, names, questions, (recommend, first, second, text) = PLATFORMS[platform]
    export = read_export(DATA / name, platform=platform)
    assert export.names == names
    assert {name: export.questions[name] for name in questions} == questions
    assert export[recommend].tolist() == [10, 2, 9]
    assert export[first].tolist() == ([5, 2, 4] if second is None else [5, 3, 4])
    if second is not None:
        np.testing.assert_array_equal(export[second], [4, np.nan, 4])
    if text is not None:
        assert export[text][1] == "Nothing, really"
    if by_hand is not None:
        assert repr(lists(read_export(DATA / name, **by_hand))) == repr(lists(export))


def nps_of_the_command(folder, path, study, capsys):
    (folder / "study.toml").write_text(study, encoding="utf-8")
    given = ["--survey", path, "--config", folder / "study.toml", "--out", folder / "o.txt"]
    status = command_line.main(["report", *map(str, given)])
    said = capsys.readouterr()
    assert status == 0, said.err
    return (folder / "o.txt").read_text(encoding="utf-8")


def test_items_of_surveymonkey_may_begin_in_the_first_column(tmp_path):
    text = "How satisfied?,,How likely?\nSpeed,Price,Response\n5,4,9\n"
    assert read_export(written(tmp_path, text), platform="surveymonkey").names == (
        "How satisfied?: Speed",
        "How satisfied?: Price",
        "How likely?",
    )
    text = "How likely?,Why?\nResponse,Open-Ended Response\n9,cheap\n"
    path = written(tmp_path, text)
    assert read_export(path, platform="surveymonkey").names == ("How likely?", "Why?")


def test_header_rows_that_are_said_stand_above_the_platform(tmp_path):
    text = "q,r\nHow?,Why?\nwell,cheap\n"
    path = written(tmp_path, text)
    export = read_export(path, platform="qualtrics", header_rows=2)
    assert (export.questions["q"], export.rows) == ("How?", 1)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_of_a_platform_by_the_command(platform, tmp_path, capsys):
    name, *_, (recommend, *_) = PLATFORMS[platform]
    study = f'[survey]\nplatform = "{platform}"\nrecommend = "{recommend}"\n'
    assert "Net Promoter Score: +33" in nps_of_the_command(tmp_path, DATA / name, study, capsys)


SHOWN = {
    "id": [1, 2, 3],
    "when": [dt.date(2026, 3, 1), dt.date(2026, 3, 1), dt.date(2026, 3, 2)],
    "overall": [5, 3, 4],
    "recommend": [10, 2, 9],
    "note": ["fast", None, "slow"],
}


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_workbooks(suffix, tmp_path, capsys):
    pytest.importorskip("python_calamine")
    path = DATA / f"survey.{suffix}"
    export = read_export(path)
    assert lists(export) == SHOWN
    assert export["recommend"].dtype == np.int64
    study = '[survey]\nrecommend = "recommend"\nsheet = "Answers"\n'
    assert "Net Promoter Score: +33" in nps_of_the_command(tmp_path, path, study, capsys)


def test_an_spss_file(tmp_path, capsys):
    pytest.importorskip("pyreadstat")
    export = read_export(DATA / "survey.sav")
    assert lists(export) == {
        "id": [1, 2, 3],
        "overall": [5, 99, 4],
        "recommend": [10, 2, 9],
        "site": ["north", "south", "north"],
    }
    assert export.questions["overall"] == "How satisfied are you on the whole?"
    assert export.questions["site"] == "site"
    assert export.value_labels == {
        "overall": {1: "very dissatisfied", 5: "very satisfied", 98: "refused", 99: "don't know"}
    }
    assert export.missing_codes == {"overall": (98, 99)}
    scale = Scale(1, 5, missing_codes=export.missing_codes["overall"])
    answers = Responses.from_frame(
        export, ["overall"], scale=scale, group="site", missing="pairwise"
    )
    assert (answers.base.dont_know, answers.mean("overall").value) == (1, 4.5)
    book = export.codebook("overall", FIVE)
    words = Responses.from_frame(export, ["overall"], codebook=book, missing="pairwise")
    assert (words.base.dont_know, words.mean("overall").value) == (1, 4.5)
    study = '[survey]\nrecommend = "recommend"\n'
    page = nps_of_the_command(tmp_path, DATA / "survey.sav", study, capsys)
    assert "Net Promoter Score: +33" in page


# --- encodings ------------------------------------------------------------------------------

LANGUAGES = {
    "gbk": "序号,1、总体满意度,2、推荐意愿\n1,非常满意,10\n2,一般,9\n3,不满意,3\n",
    "gb18030": "序号,1、总体满意度,2、推荐意愿\n1,𠮷非常满意,10\n2,一般,9\n3,不满意,3\n",
    "big5": "編號,整體滿意度,推薦\n1,非常滿意,10\n2,普通,9\n3,服務態度不好,3\n",
    "cp949": "번호,전반적 만족도,추천\n1,매우 만족,10\n2,보통,9\n3,불만족스럽다,3\n",
    "cp932": "番号,総合満足度,推薦\n1,とても満足,10\n2,ふつう,9\n3,サービスが悪い,3\n",
    "cp1251": "номер,Общая удовлетворённость,q\n1,Очень доволен,10\n2,Средне,9\n3,Плохо,3\n",
    "cp1252": "id,Qualität der Lösung,q\n1,größer – „gut“,10\n2,schön,9\n3,übel,3\n",
    "latin-1": "id,Qualité,q\n1,très élevé,10\n2,à l'été,9\n3,déçu,3\n",
    "utf-16": "id\tQualität\tq\n1\tgut\t10\n2\tschön\t9\n3\tübel\t3\n",
    "utf-8-sig": "id,Qualität,q\n1,gut,10\n2,schön,9\n3,übel,3\n",
}


@pytest.mark.parametrize("encoding", LANGUAGES)
@pytest.mark.parametrize("engine", ["pyarrow", "polars", "none"])
def test_encodings_by_name(encoding, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: 1 if engine in ("pyarrow", name) else None
    )
    text = LANGUAGES[encoding]
    path = written(tmp_path, text, encoding=encoding)
    marked = encoding in ("utf-16", "utf-8-sig")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export = read_export(path, encoding=None if marked else encoding)
    rows = [line.split("\t" if "\t" in text else ",") for line in text.splitlines()]
    assert list(export.names) == rows[0]
    assert export[rows[0][1]].tolist() == [row[1] for row in rows[1:]]
    assert export[rows[0][2]].tolist() == [10, 9, 3]


def test_gbk_by_the_command(tmp_path, capsys):
    path = written(tmp_path, LANGUAGES["gbk"], encoding="gbk")
    study = '[survey]\nencoding = "gbk"\nrecommend = "2、推荐意愿"\n'
    assert "Net Promoter Score: +33" in nps_of_the_command(tmp_path, path, study, capsys)


def test_what_reading_warns_of_is_in_the_report(tmp_path, capsys):
    path = written(tmp_path, "nps,备注\n10,很满意\n9,一般\n3,不满意\n", encoding="gbk")
    study = '[survey]\nencoding = "latin-1"\nrecommend = "nps"\n'
    page = nps_of_the_command(tmp_path, path, study, capsys)
    assert "which makes no sense. Perhaps encoding='gbk' reads '备注'" in " ".join(page.split())


def test_utf_16_with_tabs_by_the_command(tmp_path, capsys):
    path = written(tmp_path, "nps\tq\n10\t5\n9\t4\n3\t2\n", encoding="utf-16")
    study = '[survey]\nrecommend = "nps"\n'
    assert "Net Promoter Score: +33" in nps_of_the_command(tmp_path, path, study, capsys)


# --- forms of text --------------------------------------------------------------------------

FORMS = {
    "nameless empty columns": ("nps,q,,\n10,5,,\n9,4,,\n3,2,,\n", {}),
    "entries behind the last column": ("nps,q\n10,5,\n9,4,,\n3,2,\n", {}),
    "lines without anything at the end": ("nps,q\n10,5\n9,4\n3,2\n,\n,\n", {}),
    "lines without anything between others": ("nps,q\n10,5\n,\n9,4\n\n,,,\n3,2\n", {}),
    "quotes without anything between others": ('nps,q\n"10",5\n"",""\n9,4\n3,2\n', {}),
    "blank lines before the header": ("\n \nnps,q\n10,5\n9,4\n3,2\n", {}),
    "blank lines": ("nps,q\n10,5\n\n9,4\n3,2\n\n\n", {}),
    "sep= and semicolons": ("sep=;\nnps;q\n10;5\n9;4\n3;2\n", {}),
    "sep= in quotes, with a byte order mark": (
        '\ufeff"sep=|"\r\nnps|q\r\n10|5\r\n9|4\r\n3|2\r\n',
        {},
    ),
    "pipes by name": ("nps|q\n10|5\n9|4\n3|2\n", {"delimiter": "pipe"}),
    "pipes": ("nps|q\n10|5\n9|4\n3|2\n", {}),
    "a sign of its own": ("nps^q\n10^5\n9^4\n3^2\n", {"delimiter": "^"}),
    "commas within the question": ('nps;"q"\n10;5\n9;4\n3;2\n', {}),
    "decimal commas": ("nps;q\n10,0;5\n9;4\n3;2\n", {"decimal": ","}),
    "ends of lines of old Macs": ("nps,q\r10,5\r9,4\r3,2\r", {}),
}


@pytest.mark.parametrize("engine", ["pyarrow", "polars", "none"])
@pytest.mark.parametrize("form", FORMS)
def test_forms_of_text(form, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: 1 if engine in ("pyarrow", name) else None
    )
    text, how = FORMS[form]
    export = read_export(written(tmp_path, text), **how)
    assert lists(export) == {"nps": [10, 9, 3], "q": [5, 4, 2]}


def test_blank_lines_are_no_rows_of_the_header(tmp_path):
    path = written(tmp_path, "A,,B\n\na1,a2,\n\n1,2,3\n")
    assert lists(read_export(path, header_rows=2)) == {"A: a1": [1], "A: a2": [2], "B": [3]}


def test_numbers_of_rows_without_a_name_are_left_out(tmp_path):
    assert lists(read_export(written(tmp_path, ",a\n0,5\n1,4\n"))) == {"a": [5, 4]}


def test_the_delimiter_is_not_counted_within_quotes(tmp_path):
    export = read_export(written(tmp_path, '"How, where, when, why?";b\n1;2\n'))
    assert lists(export) == {"How, where, when, why?": [1], "b": [2]}


PRICES = ("Price, EUR", "Weight, kg")


@pytest.mark.parametrize(
    ("text", "how", "names"),
    [
        ("How, where, why;b\n1;2\n3;4\n", {}, ("How, where, why", "b")),
        ("Price, EUR;Weight, kg\n1,5;2,5\n3,0;4,5\n", {"decimal": ","}, PRICES),
        ('a|b, c, d\n"x|y"|2\n3|4\n', {}, ("a", "b, c, d")),
        ("How | what\n1\n2\n", {}, ("How | what",)),
        ('a;b,c,d\n1;"two, \nlines"\n', {}, ("a", "b,c,d")),
    ],
    ids=["commas in a name", "decimal commas", "pipes", "a pipe in a name", "commas and lines"],
)
def test_the_delimiter_gives_every_row_the_same_entries(tmp_path, text, how, names):
    assert read_export(written(tmp_path, text), **how).names == names


def test_a_delimiter_that_makes_too_long_an_entry_does_not_fit(tmp_path):
    path = written(tmp_path, f"a,x;b\n{'y' * 70_000};{'z' * 70_000}\n")
    assert read_export(path).names == ("a,x", "b")


def test_without_a_delimiter_that_fits_the_first_line_decides(tmp_path):
    assert read_export(written(tmp_path, "a,b;c,d\n1,2;2,3,,\n")).names == ("a", "b;c", "d")


@pytest.mark.parametrize("engine", ["pyarrow", "polars", "none"])
def test_rows_with_one_entry_are_rows(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: 1 if engine in ("pyarrow", name) else None
    )
    export = read_export(written(tmp_path, "a,b\n,2\n,\n5,\n"))
    assert repr(lists(export)) == repr({"a": [float("nan"), 5.0], "b": [2.0, float("nan")]})


@pytest.mark.parametrize("engine", ["pyarrow", "polars", "none"])
@pytest.mark.parametrize("entries", [["1.234", "2.500"], ["1.234,5", "2,5"], ["1.234", None]])
def test_points_beside_decimal_commas_are_no_decimals(entries, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: 1 if engine in ("pyarrow", name) else None
    )
    path = written(tmp_path, f"id;spend\n1;{entries[0]}\n2;{entries[1] or ''}\n")
    assert lists(read_export(path, decimal=",")) == {"id": [1, 2], "spend": entries}


def test_a_question_that_spans_columns_stands_above_its_items(tmp_path, capsys):
    text = "Respondent ID,How satisfied?,,How likely?\n,Speed,Price,\n1,5,4,9\n2,4,4,10\n"
    path = written(tmp_path, text)
    assert lists(read_export(path, header_rows=2)) == {
        "Respondent ID": [1, 2],
        "How satisfied?: Speed": [5, 4],
        "How satisfied?: Price": [4, 4],
        "How likely?": [9, 10],
    }
    study = '[survey]\nheader_rows = 2\nrecommend = "How likely?"\n'
    assert "Net Promoter Score: +100" in nps_of_the_command(tmp_path, path, study, capsys)


def test_a_question_does_not_span_columns_without_an_item_nor_those_behind_them(tmp_path):
    text = "A,,,,B,\na1,a2,,a3,,b2\n1,2,,4,5,6\n"
    assert read_export(written(tmp_path, text), header_rows=2).names == (
        "A: a1",
        "A: a2",
        "a3",
        "B",
        "B: b2",
    )


def test_names_in_the_second_row_below_the_questions(tmp_path):
    text = "How satisfied?,How likely?\nq1,q2\n5,9\n"
    export = read_export(written(tmp_path, text), header_rows=2, question_row=1)
    assert export.questions == {"q1": "How satisfied?", "q2": "How likely?"}


NAMES = st.lists(
    st.text('满意_, ;\n"', min_size=1, max_size=6).map(str.strip).filter(bool),
    min_size=2,
    max_size=4,
    unique=True,
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    NAMES,
    st.lists(st.tuples(st.integers(-9, 9), st.sampled_from(["n,;", '"满"', "a\nb"])), min_size=1),
    st.tuples(
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
        st.sampled_from(["comma", "semicolon", "tab"]),
        st.booleans(),
    ),
)
def test_what_is_written_is_read(tmp_path_factory, names, rows, how):
    encoding, delimiter, spanned = how
    sign = {"comma": ",", "semicolon": ";", "tab": "\t"}[delimiter]
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names]
    lines = [sign.join(quoted)]
    if spanned:
        lines = [sign.join(["Q", *[""] * (len(names) - 1)]), *lines]
    words = [[number, *[word] * (len(names) - 1)] for number, word in rows]
    lines += [
        sign.join([str(first), *[f'"{w.replace(chr(34), chr(34) * 2)}"' for w in rest]])
        for first, *rest in words
    ]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    export = read_export(
        path,
        encoding=encoding if encoding == "gb18030" else None,
        delimiter=delimiter,
        header_rows=1 + spanned,
    )
    expected = [f"Q: {name}" for name in names] if spanned else names
    assert list(export.names) == expected
    assert export[expected[0]].tolist() == [number for number, _ in rows]
    assert export[expected[-1]].tolist() == [word for _, word in rows]


# --- workbooks ------------------------------------------------------------------------------


def workbook(folder, fill, name="s.xlsx"):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    with xlsxwriter.Workbook(folder / name) as book:
        fill(book)
    return folder / name


def rows_at(sheet, rows, top=0, left=0):
    for row, cells in enumerate(rows, top):
        for column, cell in enumerate(cells, left):
            if cell is not None:
                sheet.write(row, column, cell)


def test_merged_cells_above_items_span_them(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "ID")
        sheet.merge_range("B1:C1", "How satisfied?")
        rows_at(sheet, [[None, "Speed", "Price"], [1, 5, 4], [2, 4, 4]], top=1)

    assert lists(read_export(workbook(tmp_path, fill), header_rows=2)) == {
        "ID": [1, 2],
        "How satisfied?: Speed": [5, 4],
        "How satisfied?: Price": [4, 4],
    }


@pytest.mark.parametrize("platform", ["google-forms", "wenjuanxing", "limesurvey"])
def test_a_workbook_of_a_platform_needs_no_encoding_nor_delimiter(platform):
    pytest.importorskip("python_calamine")
    assert lists(read_export(DATA / "survey.xlsx", platform=platform)) == SHOWN


def test_an_spss_file_of_a_platform_has_no_rows_of_a_header():
    pytest.importorskip("pyreadstat")
    assert read_export(DATA / "survey.sav", platform="qualtrics").rows == 3


@pytest.mark.parametrize("like", ["pandas", "polars", "pyarrow"])
def test_dates_of_a_workbook_are_dates_of_a_frame(like):
    pytest.importorskip("python_calamine")
    when = read_export(DATA / "survey.xlsx").to_frame(like)["when"]
    days = when.to_pylist() if like == "pyarrow" else list(when)
    assert [str(day)[:10] for day in days] == ["2026-03-01", "2026-03-01", "2026-03-02"]


def test_cells_as_they_are_typed(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row("C5", ["text", "mixed", "gap", "yes", "sum", "id"])
        rows_at(sheet, [["5", "A1", 4, True], ["3", 7, None, False]], top=5, left=2)
        sheet.write_string("H6", "0042")
        sheet.write_string("H7", "0043")
        sheet.write_formula("G6", "=1+1", None, 2)
        sheet.write_formula("G7", "=1.5", None, 1.5)

    export = read_export(workbook(tmp_path, fill))
    assert repr(lists(export)) == repr(
        {
            "text": [5, 3],
            "mixed": ["A1", "7"],
            "gap": [4.0, float("nan")],
            "yes": ["TRUE", "FALSE"],
            "sum": [2.0, 1.5],
            "id": ["0042", "0043"],
        }
    )


def test_moments_are_dates_and_gaps_among_them_are_missing(tmp_path):
    def fill(book):
        sheet = book.add_worksheet()
        rows_at(sheet, [["when", "q"], [None, 1], [None, 2]])
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_datetime("A2", dt.datetime.fromisoformat("2026-03-01T09:30"), form)

    when = read_export(workbook(tmp_path, fill))["when"]
    assert when[0] == np.datetime64("2026-03-01T09:30")
    assert np.isnat(when[1])


def test_a_sheet_by_name_and_by_number(tmp_path):
    def fill(book):
        for name, value in (("first", 1), ("second", 2)):
            rows_at(book.add_worksheet(name), [["q"], [value]])
        book.add_worksheet("empty")

    path = workbook(tmp_path, fill)
    assert read_export(path, sheet="second")["q"].tolist() == [2]
    assert read_export(path, sheet=1)["q"].tolist() == [1]


def test_the_only_sheet_that_holds_something_needs_no_name(tmp_path):
    def fill(book):
        book.add_worksheet("empty")
        rows_at(book.add_worksheet("data"), [["q"], [2]])
        hidden = book.add_worksheet("hidden")
        rows_at(hidden, [["other"], [3]])
        hidden.hide()

    assert lists(read_export(workbook(tmp_path, fill))) == {"q": [2]}


# --- the export -----------------------------------------------------------------------------

EXPORT = Export(
    "s.csv",
    {"Q1": np.array([10, 2, 9]), "Q2": np.array([5.0, np.nan, 4.0]), "site": ["n", "s", "n"]},
    {"Q1": RECOMMEND, "Q2": "How satisfied?"},
    {"Q2": {5: "very"}},
    {"Q2": (99,)},
)


@pytest.mark.parametrize("kind", ["dict", "pandas", "polars", "pyarrow"])
def test_an_export_is_taken_where_a_frame_is(kind):
    plain = {name: list(column) for name, column in EXPORT.frame.items()}
    make = {"dict": dict, "pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
    export = Export("s", make[kind](plain))
    answers = Responses.from_frame(export, ["Q1"], scale=TEN, group="site")
    assert satisfaction.net_promoter_score(answers).value == pytest.approx(100 / 3)
    assert list(answers.by("group")) == ["n", "s"]
    assert export.names == ("Q1", "Q2", "site")
    assert export.rows == 3
    assert dict(export)["site"].tolist() == ["n", "s", "n"]
    assert export.renamed({"Q1": "nps"}).names == ("nps", "Q2", "site")
    assert isinstance(export.to_frame("polars"), pl.DataFrame)


def test_names_become_short_and_questions_remain():
    short = EXPORT.renamed({"Q1": "recommend", "How satisfied?": "overall"})
    assert short.names == ("recommend", "overall", "site")
    assert short.questions == {
        "recommend": RECOMMEND,
        "overall": "How satisfied?",
        "site": "site",
    }
    assert short.value_labels == {"overall": {5: "very"}}
    assert short.missing_codes == {"overall": (99,)}
    assert short.renamed({"site": "dealer"}).questions["dealer"] == "site"


def test_other_rooms_take_an_export():
    frame = {"q1": [5, 4, 3], "q2": [4, 4, 2], "sex": ["f", "m", "m"]}
    export = Export("s.csv", frame)
    assert rake(export, {"sex": {"f": 0.5, "m": 0.5}}).weights == pytest.approx(
        rake(frame, {"sex": {"f": 0.5, "m": 0.5}}).weights
    )
    survey = servqual.Survey.from_frame(
        export, perceptions=["q1", "q2"], dimensions={"all": ["q1", "q2"]}, scale=FIVE
    )
    assert survey.perceptions.answers.tolist() == [[5, 4], [4, 4], [3, 2]]
    asked = kano.Questionnaire.from_frame(export, functional=["q1"], dysfunctional=["q2"])
    assert len(asked.items) == 1
    log = {"who": [1, 1, 2], "day": ["2026-01-01", "2026-02-01", "2026-01-15"], "eur": [1.0, 2, 3]}
    roles = {"customer": "who", "date": "day", "spend": "eur", "unit": "day"}
    end = {"observation_end": "2026-03-01"}
    history = lifetime.PurchaseHistory.from_transactions(Export("t.csv", log), **roles, **end)
    assert history.frequency.tolist() == [1, 0]


def test_an_export_in_words():
    assert repr(EXPORT) == "Export(file='s.csv', rows=3, columns=3)"
    rule = "─" * 71
    assert str(EXPORT).splitlines() == [
        "s.csv: 3 rows, 3 columns",
        rule,
        "column  question                                       kind     entries",
        rule,
        "Q1      How likely is it that you would recommend us?  numbers        3",
        "Q2      How satisfied?                                 numbers        2",
        "site                                                   words          3",
        rule,
    ]


def test_columns_that_are_named_hold_numbers_beside_words(tmp_path):
    path = written(tmp_path, "q,id\n5,A1\nN/A,2\n4,3\n")
    assert lists(read_export(path, numbers=["q"])) == {
        "q": [5.0, "N/A", 4.0],
        "id": ["A1", "2", "3"],
    }
    kinds = str(read_export(path, numbers=["q"]))
    assert "numbers and words" in kinds


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("survey.xlsx", "python_calamine", "excel"), ("survey.sav", "pyreadstat", "spss")],
)
def test_an_extra_that_is_not_installed_is_named(name, library, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError) as caught:
        read_export(DATA / name)
    assert str(caught.value) == (
        f"Reading {name} needs {library.replace('_', '-')}, which is not installed: pip install "
        f'"custvalue[{extra}]". Or save it as CSV (UTF-8).'
    )
