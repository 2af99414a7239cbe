"""Tables print alike in the terminal and in the notebook; numbers read well."""

import html
import re

import pytest

from custvalue._table import Shown, Table
from custvalue._words import count, number, one_line, percent, percent_as_given


def test_counts_agree_with_their_noun():
    assert count(1, "customer") == "1 customer"
    assert count(2000, "customer") == "2,000 customers"
    assert count(2, "category", "categories") == "2 categories"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (7, "7"),
        (7.0, "7"),
        (-7, "-7"),
        (2357, "2,357"),
        (1234567.0, "1,234,567"),
        (2.5, "2.500"),
        (-2.5, "-2.500"),
        (12.345, "12.35"),
        (123456.7, "123,457"),
        (1234.4, "1,234"),
        (0.25, "0.2500"),
        (0.00012345, "0.0001234"),
        (0.0001, "0.0001000"),
        (0.0000999, "9.990e-05"),
        (-0.00004, "-4.000e-05"),
        (1e14, "100,000,000,000,000"),
        (1e15, "1.000e+15"),
        (10**20, "1.000e+20"),
        (0.99999, "1.000"),
        (9.9996, "10.00"),
        (999.96, "1,000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (True, "yes"),
        (False, "no"),
    ],
)
def test_numbers_have_four_digits(value, text):
    assert number(value) == text


def test_digits_can_be_asked_for():
    assert number(3.14159, 2) == "3.1"
    assert number(3.14159, 6) == "3.14159"
    assert number(0.000123456, 2) == "0.00012"


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.5, 0, "50 %"), (0.123, 1, "12.3 %"), (0, 0, "0 %"), (1, 0, "100 %")],
)
def test_percentages(share, digits, text):
    assert percent(share, digits) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1, "10.0 %"),
        (0.125, "12.5 %"),
        (0.1234, "12.34 %"),
        (0.07, "7.0 %"),
        (0.00015, "0.015 %"),
        (0, "0.0 %"),
        (1, "100.0 %"),
        (1 / 3, "33.3333333333 %"),
    ],
)
def test_percentages_as_they_were_given(share, text):
    assert percent_as_given(share) == text


TABLE = Table(
    "Offers",
    ("offer", "value", "note"),
    (("us", 1234.5678, "best"), ("rival", 7, None)),
    ("In EUR.",),
)


def test_a_table_lines_numbers_up_on_the_right():
    assert str(TABLE) == "\n".join(
        [
            "Offers",
            "─" * 18,
            "offer  value  note",
            "─" * 18,
            "us     1,235  best",
            "rival      7  –",
            "─" * 18,
            "In EUR.",
        ]
    )


def test_html_and_text_show_the_same_cells():
    cells = re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", TABLE._repr_html_())
    assert [html.unescape(cell) for cell in cells] == [
        "offer", "value", "note", "us", "1,235", "best", "rival", "7", "–",
    ]  # fmt: skip
    assert "<caption>Offers</caption>" in TABLE._repr_html_()
    assert "<p><small>In EUR.</small></p>" in TABLE._repr_html_()


def test_html_marks_headers_and_aligns_numbers():
    text = TABLE._repr_html_()
    assert "<th scope='col' style=text-align:right>value</th>" in text
    assert "<th scope='row'>us</th>" in text
    assert "<td style=text-align:right>1,235</td>" in text
    assert "<td>best</td>" in text


def test_html_is_escaped():
    table = Table("<b>", ("<i>", "&"), (("<script>", 1),), ("a < b",))
    text = table._repr_html_()
    assert "<script>" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text
    assert "a &lt; b" in text


def test_chinese_characters_take_two_places():
    table = Table("", ("", "n"), (("有形性", 1), ("empathy", 22)))
    lines = str(table).splitlines()
    assert lines[4] == "有形性    1"
    assert lines[5] == "empathy  22"
    assert lines[1] == "─" * 11


def test_a_header_of_blanks_is_left_out():
    table = Table("Model", ("", ""), (("r", 0.243), ("alpha", 4.414)))
    assert str(table).splitlines()[1:] == ["─" * 13, "r      0.2430", "alpha   4.414", "─" * 13]
    assert "<thead>" not in table._repr_html_()


def test_a_table_without_rows_prints():
    table = Table("Nothing", ("a", "b"), ())
    assert str(table).splitlines() == ["Nothing", "────", "a  b", "────", "────"]
    assert "<tbody></tbody>" in table._repr_html_()


def test_a_column_with_text_is_on_the_left():
    lines = str(Table("", ("x", "y"), (("a", 1), ("b", "many")))).splitlines()
    assert lines[4] == "a  1"


def test_shown_prints_its_table():
    class Thing(Shown):
        def _table(self):
            return TABLE

    assert str(Thing()) == str(TABLE)
    assert Thing()._repr_html_() == TABLE._repr_html_()


def test_shown_needs_a_table():
    with pytest.raises(TypeError, match="_table"):
        Shown()


def test_one_line_repr():
    assert one_line("History", customers=2357, unit="week", mean=2.5) == (
        "History(customers=2,357, unit='week', mean=2.500)"
    )
