"""Files that are not what is said of them, and the way out, word for word."""

import warnings
from pathlib import Path

import pytest

from custvalue.errors import DataError, DataWarning, ParameterError
from custvalue.survey import Export, Responses, Scale, read_export

DATA = Path(__file__).parents[1] / "data"
CHINESE = "序号,1、总体满意度\n1,非常满意\n2,一般\n3,不满意,\n"
GERMAN = "id,Qualität\n1,schön\n2,übel – sehr\n"


def case(name, text, how, message, *, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return pytest.param(data, how, message, id=name)


def refused(path, how, error=DataError):
    with pytest.raises(error) as caught:
        read_export(path, **how)
    return str(caught.value)


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "how", "message"),
    [
        case(
            "GBK, nothing said",
            CHINESE,
            {},
            "s.csv is not UTF-8: byte 0 cannot be read. Name its encoding: encoding='gbk' reads "
            "'序号', or encoding='big5' reads '唗瘍'.",
            encoding="gbk",
        ),
        case(
            "CP1252, nothing said",
            GERMAN,
            {},
            "s.csv is not UTF-8: byte 9 cannot be read. Name its encoding: encoding='cp1252' reads "
            "'Qualität'.",
            encoding="cp1252",
        ),
        case(
            "Korean, nothing said",
            "번호,전반적 만족도\n1,매우 만족\n2,불만족스럽다\n",
            {},
            "s.csv is not UTF-8: byte 0 cannot be read. Name its encoding: encoding='gbk' reads "
            "'锅龋', or encoding='cp949' reads '번호'.",
            encoding="cp949",
        ),
        case(
            "UTF-16 without its mark",
            GERMAN,
            {},
            "s.csv has bytes of zero, which no UTF-8 text has. Name its encoding: "
            "encoding='utf-16-le' reads 'Qualität'.",
            encoding="utf-16-le",
        ),
        case(
            "nothing that reads it",
            b"id,\xff\xfe\x81\x8d\n",
            {},
            "s.csv is not UTF-8: byte 3 cannot be read, and no usual encoding reads it sensibly. "
            "Save it as CSV (UTF-8), or name its encoding.",
        ),
        case(
            "not in the encoding that is named",
            GERMAN,
            {"encoding": "gbk"},
            "s.csv is not gbk: byte 27 cannot be read. Name its encoding: encoding='cp1252' reads "
            "'Qualität'.",
            encoding="cp1252",
        ),
        case(
            "UTF-8 as an encoding that does not read it",
            CHINESE,
            {"encoding": "cp949"},
            "s.csv is not cp949: byte 8 cannot be read. It is UTF-8: leave out encoding.",
        ),
        case(
            "UTF-8 as Latin-1, which reads everything",
            GERMAN,
            {"encoding": "latin-1"},
            "s.csv is UTF-8: encoding='latin-1' reads 'QualitÃ¤t', where UTF-8 reads 'Qualität'. "
            "Leave out encoding.",
        ),
        case(
            "UTF-8 as GBK",
            "id,Qualité\n1,2\n",
            {"encoding": "gbk"},
            "s.csv is UTF-8: encoding='gbk' reads 'Qualit茅', where UTF-8 reads 'Qualité'. "
            "Leave out encoding.",
        ),
        case(
            "control characters of Latin-1",
            GERMAN,
            {"encoding": "latin-1"},
            "s.csv: encoding='latin-1' reads 'Qualität', which makes no sense. Perhaps "
            "encoding='cp1252' reads 'Qualität'.",
            encoding="cp1252",
        ),
        case(
            "an apostrophe of CP1252 as Latin-1",
            "id,note\n1,It’s fine\n",
            {"encoding": "latin-1"},
            "s.csv: encoding='latin-1' reads 'It\\x92s fine', which makes no sense. Perhaps "
            "encoding='cp1252' reads 'It’s fine'.",
            encoding="cp1252",
        ),
        case(
            "a workbook under the name of a text",
            b"PK\x03\x04\0\0",
            {},
            "s.csv is no text. If it is a workbook, give it the suffix .xlsx.",
        ),
        case(
            "another byte order mark",
            GERMAN,
            {"encoding": "gbk"},
            "s.csv begins with the byte order mark of UTF-16-LE, but encoding='gbk'. Leave out "
            "encoding.",
            encoding="utf-16",
        ),
    ],
)
def test_encodings_that_cannot_be(tmp_path, data, how, message):
    (tmp_path / "s.csv").write_bytes(data)
    assert refused(tmp_path / "s.csv", how) == message


@pytest.mark.parametrize(
    ("text", "encoding", "said", "message"),
    [
        (
            "序号,1、总体满意度\n1,非常满意\n",
            "gbk",
            "latin-1",
            (
                "s.csv: encoding='latin-1' reads 'ÐòºÅ', which makes no sense. Perhaps "
                "encoding='gbk' reads '序号', or encoding='big5' reads '唗瘍'."
            ),
        ),
        (
            "序号,1、总体满意度\n1,非常满意\n",
            "gbk",
            "cp949",
            (
                "s.csv: encoding='cp949' reads '埼뵀', which makes no sense. Perhaps "
                "encoding='gbk' reads '序号', or encoding='big5' reads '唗瘍'."
            ),
        ),
        (
            "номер,Очень\n1,доволен\n",
            "cp1251",
            "cp1252",
            (
                "s.csv: encoding='cp1252' reads 'íîìåð', which makes no sense. Perhaps "
                "encoding='cp1251' reads 'номер'."
            ),
        ),
    ],
    ids=["GBK as Latin-1", "GBK as CP949", "Cyrillic as CP1252"],
)
def test_encodings_that_make_no_sense_are_warned_of(tmp_path, text, encoding, said, message):
    (tmp_path / "s.csv").write_bytes(text.encode(encoding))
    with pytest.warns(DataWarning) as caught:
        read_export(tmp_path / "s.csv", encoding=said)
    assert [str(each.message) for each in caught] == [message]
    assert caught[0].filename == __file__


# --- rows of the header ---------------------------------------------------------------------

QUALTRICS = (DATA / "qualtrics.csv").read_text(encoding="utf-8-sig")
MONKEY = (DATA / "surveymonkey.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "how", "message"),
    [
        case(
            "Qualtrics, nothing said",
            QUALTRICS,
            {},
            "s.csv: the row below the header looks like a part of it: 'Start Date' stands above "
            "'2026-03-01 09:12:44'. Use header_rows=3, or platform='qualtrics'.",
        ),
        case(
            "Qualtrics, a row less",
            QUALTRICS,
            {"header_rows": 2, "question_row": 2},
            "s.csv: the row below the header looks like a part of it: "
            """'{"ImportId":"startDate","timeZone":"Europe/Berlin"}' stands above """
            "'2026-03-01 09:12:44'. Use header_rows=3, or platform='qualtrics'.",
        ),
        case(
            "SurveyMonkey, nothing said",
            MONKEY,
            {},
            "s.csv: the row below the header looks like a part of it: 'Speed' stands above '5'. "
            "Use header_rows=2.",
        ),
        case(
            "SurveyMonkey, a row more",
            MONKEY,
            {"header_rows": 3},
            "s.csv: row 3 of the header has '118001' above '118002', as if it were an answer. Use "
            "header_rows=2.",
        ),
        case(
            "respondents where Qualtrics has import ids",
            "id,opinion\nA,satisfied\nB,very satisfied\nC,satisfied\n",
            {"platform": "qualtrics"},
            's.csv: row 3 of a file of Qualtrics holds import ids, {"ImportId": …}, but here it '
            "has 'B'. If the header is one row, leave out platform; else say header_rows and "
            "question_row.",
        ),
        case(
            "a respondent where SurveyMonkey has items",
            "id,opinion\nA,satisfied\nB,very satisfied\n",
            {"platform": "surveymonkey"},
            "s.csv: row 2 of a file of SurveyMonkey has nothing below 'id', but here it has 'A'. "
            "If the header is one row, leave out platform; else say header_rows=2.",
        ),
        case(
            "a title",
            "Survey 2026\nid,q\n1,5\n2,4\n",
            {},
            "s.csv: the row below the header looks like a part of it: 'id' stands above '1'. Use "
            "header_rows=2. If row 1 is a title, delete it.",
        ),
        case(
            "one row, two said",
            "id,q\n1,5\n2,4\n",
            {"header_rows": 2},
            "s.csv: row 2 of the header has '1' above '2', as if it were an answer. Use "
            "header_rows=1.",
        ),
        case(
            "a row less, with decimal commas",
            "q1;q2\nSpeed?;Price?\n4,5;3,5\n",
            {"decimal": ","},
            "s.csv: the row below the header looks like a part of it: 'Speed?' stands above '4,5'. "
            "Use header_rows=2.",
        ),
        case(
            "import ids in a row that is longer than the first",
            'a,b\nx\nz,"{""ImportId"":""Q""}"\n1,2\n',
            {},
            "s.csv: the row below the header looks like a part of it: '' stands above '2'. Use "
            "header_rows=3, or platform='qualtrics'.",
        ),
        case(
            "more rows than there are",
            "a,b\n1,2\n",
            {"header_rows": 3},
            "s.csv has 2 rows, but header_rows=3.",
        ),
        case(
            "two of one name below a question",
            "A,,B\nx,x,\n1,2,3\n",
            {"header_rows": 2},
            "s.csv names 'A: x' twice in its header. Rename one.",
        ),
        case("empty", "", {}, "s.csv is empty. Its first line must name the columns."),
        case("sep= alone", "sep=;\n", {}, "s.csv is empty. Its first line must name the columns."),
        case(
            "an entry without a column",
            "a,b\n1,2,,3\n",
            {},
            "s.csv, line 2: 4 entries for 2 columns. Put text that holds ',' in quotes.",
        ),
        case(
            "a quote without an end in the header",
            '"a,b\n1,2\n',
            {},
            "s.csv is not CSV: unexpected end of data.",
        ),
    ],
)
def test_headers_that_cannot_be(tmp_path, data, how, message):
    (tmp_path / "s.csv").write_bytes(data)
    assert refused(tmp_path / "s.csv", how) == message


def test_columns_without_a_name_that_hold_something_are_warned_of(tmp_path):
    (tmp_path / "s.csv").write_text("q,,r\n1,2,3\n", encoding="utf-8")
    with pytest.warns(DataWarning) as caught:
        assert read_export(tmp_path / "s.csv").names == ("q", "r")
    assert [str(each.message) for each in caught] == [
        (
            "s.csv: column 2 has no name and is left out, though it holds '2'. If the question to "
            "the left spans it, use header_rows=2; else name the column, or empty it."
        )
    ]


@pytest.mark.parametrize(
    ("sign", "shown"), [(",", "','"), (";", "';'"), ("\t", "'\\t'"), ("|", "'|'")]
)
def test_a_delimiter_that_leaves_one_column_is_warned_of(tmp_path, sign, shown):
    (tmp_path / "s.csv").write_text(f"id{sign}q\nA{sign}5\nB{sign}4\n", encoding="utf-8")
    with pytest.warns(DataWarning) as caught:
        read_export(tmp_path / "s.csv", delimiter="^")
    assert [str(each.message) for each in caught] == [
        (
            f"s.csv has one column, {f'id{sign}q'!r}, by delimiter='^', but 2 columns by {shown}. "
            f"If they are columns, leave out delimiter."
        )
    ]
    assert caught[0].filename == __file__


@pytest.mark.parametrize("text", ["How, where?\nhere\nthere\n", "q\n1\n2\n"])
def test_a_file_of_one_column_may_have_a_delimiter(tmp_path, text):
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_export(tmp_path / "s.csv", delimiter="semicolon").rows == 2


@pytest.mark.parametrize(("names", "warned"), [("1,5,10", 1), ("1,2,3", 0), ("2024,2025,2026", 0)])
def test_a_file_without_a_header_is_warned_of(tmp_path, names, warned):
    (tmp_path / "s.csv").write_text(f"{names}\n2,4,9\n", encoding="utf-8")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_export(tmp_path / "s.csv")
    assert [str(each.message) for each in caught] == warned * [
        (
            "s.csv: all names of columns are numbers, the first '1'. If the file has no header, "
            "the first respondent is missing: add a row of names."
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "q1,q2\nNaN,nan\nNA,#N/A\n1,2\n",
        "nps\nprefer not to say\n10\n9\n",  # one respondent may answer so
        "id,q1,q2\n1,N/A,N/A\n2,5,4\n",
        "when,q1,q2\n2026-03-01,none,none\n2026-03-02,5,4\n",
        "q1,q2\nyes,no\nno,no\n",
        "q1,q2\nyes,\n,no\n",
    ],
)
def test_words_of_a_respondent_are_no_header(tmp_path, text):
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    assert read_export(tmp_path / "s.csv").rows == text.count("\n") - 1


def test_items_that_are_numbers_are_no_answers(tmp_path):
    text = "ID,How satisfied?,,,Other?,\n,1,2,3,1,2\n7,0,1,0,0,1\n8,1,0,0,0,0\n"
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    assert read_export(tmp_path / "s.csv", header_rows=2).names == (
        "ID",
        "How satisfied?: 1",
        "How satisfied?: 2",
        "How satisfied?: 3",
        "Other?: 1",
        "Other?: 2",
    )


def test_decimal_commas_that_are_not_said_are_words(tmp_path):
    (tmp_path / "s.csv").write_text("id;q\n1;4,5\n2;2,0\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Responses.from_frame(read_export(tmp_path / "s.csv"), ["q"], scale=Scale(1, 5, step=None))
    assert str(caught.value) == (
        "q must be a number, but row 0 has '4,5' (and 1 more row). Unknown wordings: '4,5', '2,0'. "
        'If decimals are written with a comma, read_export(…, decimal=",") reads them.'
    )


def test_thousands_that_are_parted_by_points_are_refused(tmp_path):
    (tmp_path / "s.csv").write_text("id;q\n1;1.234\n2;2.500\n", encoding="utf-8")
    export = read_export(tmp_path / "s.csv", decimal=",")
    with pytest.raises(DataError) as caught:
        Responses.from_frame(export, ["q"], scale=Scale(1, 5, step=None))
    assert str(caught.value) == (
        "q must be a number, but row 0 has '1.234' (and 1 more row). Code the answers as numbers "
        "on the scale 1-5."
    )


def test_a_title_in_a_workbook_is_warned_of(tmp_path):
    def fill(sheet, _):
        sheet.write("A1", "Survey 2026")
        sheet.write_row("A2", ["id", "q"])
        sheet.write_row("A3", ["A", 5])

    path = workbook(tmp_path, fill)
    with pytest.warns(DataWarning) as caught:
        read_export(path)
    assert [str(each.message) for each in caught] == [
        (
            "s.xlsx: column 2 has no name and is left out, though it holds 'q'. If the question to "
            "the left spans it, use header_rows=2; else name the column, or empty it. If row 1 is "
            "a title, delete it."
        )
    ]


# --- workbooks and SPSS ---------------------------------------------------------------------


def workbook(folder, fill):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    with xlsxwriter.Workbook(folder / "s.xlsx") as book:
        fill(book.add_worksheet("Answers"), book)
    return folder / "s.xlsx"


def merged_header(sheet, _):
    sheet.merge_range("B1:C1", "How satisfied?")
    sheet.write("A1", "ID")
    sheet.write_row("A2", ["", "Speed", "Price"])


def merged_rows(sheet, _):
    sheet.write_row("A1", ["dealer", "q"])
    sheet.merge_range("A2:A4", "Müller")
    sheet.write_column("B2", [5, 4, 3])


def merged_over_header(sheet, _):
    sheet.merge_range("AA1:AA2", "ID")
    sheet.write_row("AB1", ["q", "r"])
    sheet.write_row("AB2", ["x", "y"])


def error(sheet, _):
    sheet.write_row("A1", ["q", "r"])
    sheet.write_row("A2", [1, 2])
    sheet.write_formula("B3", "=1/0", None, "#DIV/0!")


def never_computed(sheet, _):
    sheet.write_row("A1", ["q", "r"])
    sheet.write_formula("A2", "=B2+1", None, "")


def two_sheets(sheet, book):
    sheet.write("A1", "q")
    book.add_worksheet("Labels").write("A1", "label")


@pytest.mark.parametrize(
    ("fill", "how", "message"),
    [
        (
            merged_header,
            {},
            (
                "s.xlsx: the cells B1:C1 are merged, and hold one value, 'How satisfied?'. If it "
                "is a question above its items, use header_rows=2."
            ),
        ),
        (
            merged_rows,
            {},
            (
                "s.xlsx: the cells A2:A4 are merged, and hold one value, 'Müller'. Unmerge them, "
                "and fill every cell."
            ),
        ),
        (
            merged_over_header,
            {},
            (
                "s.xlsx: the cells AA1:AA2 are merged, and hold one value, 'ID'. If it is a "
                "question above its items, use header_rows=2."
            ),
        ),
        (
            error,
            {},
            "s.xlsx: the formula in B3 gives #DIV/0!. Correct it, or empty the cell.",
        ),
        (
            never_computed,
            {},
            (
                "s.xlsx: the formula in A2 has no value stored. Open the file in a spreadsheet "
                "program, which computes it, and save it."
            ),
        ),
        (
            two_sheets,
            {},
            "s.xlsx has the sheets 'Answers', 'Labels'. Name one: sheet='Answers'.",
        ),
        (
            two_sheets,
            {"sheet": "Answer"},
            "s.xlsx has no sheet 'Answer', only 'Answers', 'Labels'. Did you mean 'Answers'?",
        ),
        (two_sheets, {"sheet": 3}, "s.xlsx has 2 sheets, but sheet=3."),
        (lambda *_: None, {}, "s.xlsx is empty. Its first row must name the columns."),
        (
            lambda *_: None,
            {"sheet": 1},
            "s.xlsx is empty. Its first row must name the columns.",
        ),
    ],
    ids=lambda case: getattr(case, "__name__", "") if callable(case) else "",
)
def test_workbooks_that_cannot_be_read(tmp_path, fill, how, message):
    assert refused(workbook(tmp_path, fill), how) == message


def test_what_is_no_workbook(tmp_path):
    pytest.importorskip("python_calamine")
    (tmp_path / "s.xls").write_text("a\tb\n1\t2\n", encoding="utf-8")
    said = refused(tmp_path / "s.xls", {})
    assert said.startswith("s.xls is not a workbook, or damaged: ")
    assert said.endswith(". If it is text, as some programs write it, give it the suffix .csv.")


def test_what_is_no_spss_file(tmp_path):
    pytest.importorskip("pyreadstat")
    (tmp_path / "s.sav").write_bytes(b"PK" * 400)
    said = refused(tmp_path / "s.sav", {})
    assert said.startswith("s.sav is not an SPSS file, or damaged: ")


# --- arguments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "how", "message"),
    [
        (
            "qualtrics.csv",
            {"platform": "qualtric"},
            (
                "platform must be one of 'qualtrics', 'surveymonkey', 'google-forms', "
                "'wenjuanxing', 'limesurvey', but it is 'qualtric'. Did you mean 'qualtrics'?"
            ),
        ),
        (
            "qualtrics.csv",
            {"encoding": "utf8x"},
            (
                "encoding must be one that Python knows, as 'gbk' or 'cp1252', but it is 'utf8x'. "
                "Did you mean 'utf-8'?"
            ),
        ),
        (
            "wenjuanxing.csv",
            {"encoding": "base64"},
            "encoding must be one that Python knows, as 'gbk' or 'cp1252', but it is 'base64'.",
        ),
        (
            "qualtrics.csv",
            {"delimiter": "commas"},
            (
                "delimiter must be one of 'comma', 'semicolon', 'tab', 'pipe', or one sign, but it "
                "is 'commas'."
            ),
        ),
        (
            "qualtrics.csv",
            {"header_rows": 0},
            "header_rows must be a whole number >= 1, but it is 0.",
        ),
        (
            "qualtrics.csv",
            {"header_rows": 2, "question_row": 3},
            "question_row must be one of the 2 header rows, counted from 1, but it is 3.",
        ),
        (
            "qualtrics.csv",
            {"decimal": ";"},
            "decimal must be one of '.', ',', but it is ';'.",
        ),
        (
            "qualtrics.csv",
            {"sheet": 1},
            "qualtrics.csv: a .csv file is read without sheet=1. Leave that out.",
        ),
        (
            "survey.xlsx",
            {"encoding": "gbk", "delimiter": "tab"},
            (
                "survey.xlsx: a .xlsx file is read without encoding='gbk', delimiter='tab'. Leave "
                "that out."
            ),
        ),
        (
            "survey.sav",
            {"header_rows": 2},
            "survey.sav: a .sav file is read without header_rows=2. Leave that out.",
        ),
        ("survey.xlsx", {"sheet": 0}, "sheet must be a whole number >= 1, but it is 0."),
    ],
)
def test_arguments_that_cannot_be(name, how, message):
    assert refused(DATA / name, how, ParameterError) == message


EXPORT = Export("s.csv", {"Q1": [9, 8], "Q2": [1, 2]}, {"Q1": "How likely?"})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: EXPORT.renamed({"How likly?": "nps"}),
            "s.csv has no column 'How likly?', only 'Q1', 'Q2'. Did you mean 'How likely?'?",
        ),
        (
            lambda: Export("s.sav", {"q": [1]}, {}, {"q": {1: "x"}}).codebook("p", Scale(1, 5)),
            "s.sav has no labels for 'p', only for 'q'.",
        ),
        (
            lambda: EXPORT.renamed({"How likely?": "Q2"}),
            "s.csv: two columns would have the name 'Q2'.",
        ),
        (
            lambda: EXPORT["Q3"],
            "name='Q3' is not a column of the data. The columns are 'Q1', 'Q2'.",
        ),
        (
            lambda: Responses.from_frame(
                Export("s", {"nps": [10.0, 9.0, 8.3]}), scale=Scale(0, 10)
            ),
            (
                "nps must be a whole number from 0 to 10, but row 2 has 8.3. If it is a total or a "
                "mean, leave that row out. A slider, Scale(0, 10, step=None), has no net promoter "
                "score."
            ),
        ),
    ],
    ids=["unknown name", "no labels", "two of one name", "unknown column", "a total"],
)
def test_exports_that_cannot_be(call, message):
    with pytest.raises(DataError) as caught:
        call()
    assert str(caught.value) == message
