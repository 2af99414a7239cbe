"""Numbers in words where they switch their form, lines of text, and the places in messages."""

from __future__ import annotations

import pytest
from sample_dealership import STUDY

from custvalue._inference.interval import Interval
from custvalue._report import words
from custvalue._report.content import Paragraph, PictureBlock, Points, Section
from custvalue._report.report import Report
from custvalue._report.study import parse_study
from custvalue.errors import DataError
from custvalue.survey import Scale

# --- numbers in words -------------------------------------------------------------------------

AMOUNTS = [
    (0.0, "0.00"),
    (-0.001, "0.00"),
    (0.5, "0.50"),
    (9.99, "9.99"),
    (-9.99, "−9.99"),
    (9.996, "10"),
    (-9.996, "−10"),
    (10.04, "10"),
    (10.6, "11"),
    (999.4, "999"),
    (999.6, "1,000"),
    (1000.6, "1,000"),
    (1004.9, "1,000"),
    (1005.1, "1,010"),
    (999_499, "999,000"),
    (999_500, "1 million"),
    (1_004_900, "1 million"),
    (1_234_567, "1.23 million"),
    (-12_340_000, "−12.3 million"),
    (999_499_999, "999 million"),
    (999_500_000, "1 billion"),
    (2.5e9, "2.5 billion"),
    (1.234e12, "1,230 billion"),
    (-9.996e11, "−1,000 billion"),
]


@pytest.mark.parametrize(("value", "expected"), AMOUNTS)
def test_amounts_at_their_switching_points(value, expected):
    assert words.money(value, "") == expected
    assert words.money(value, "US-$") == f"US-$ {expected}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.about(0.04), "0.0"),
        (words.about(9.94), "9.9"),
        (words.about(9.96), "10"),
        (words.about(10.04), "10"),
        (words.about(10.6), "11"),
        (words.about(1234.5), "1,234"),
        (words.price(120.0, "EUR"), "EUR 120"),
        (words.price(119.99999999999999, "EUR"), "EUR 120"),
        (words.price(-12.5, "EUR"), "EUR −12.50"),
        (words.price(-1e-9, "EUR"), "EUR 0"),
        (words.price(100.0, ""), "100"),
        (words.signed(0.125, 1), "+0.1"),
        (words.signed(-1234.567), "−1,234.57"),
        (words.signed(-0.4, 0), "0"),
        (words.signed(1000.0), "+1,000.00"),
        (words.plain_number(-0.004), "0.00"),
        (words.plain_number(-0.006), "−0.01"),
        (words.plain_number(1234.567), "1,234.57"),
        (words.stated_share(0.3), "30 %"),
        (words.stated_share(0.07), "7 %"),
        (words.stated_share(0.125), "12.5 %"),
        (words.stated_share(1.0), "100 %"),
        (words.stated_share(1e-6), "0.0001 %"),
        (words.are(1), "is"),
        (words.are(2), "are"),
        (words.are(0), "are"),
        (words.enumerated(["a", "b"]), "a and b"),
        (words.as_index(Scale(0, 10), 5), ", or 50 on a scale from 0, the worst, to 100, the best"),
        (
            words.as_index(Scale(0, 100, direction="lower is better"), 80),
            ", or 20 on a scale from 0, the worst, to 100, the best",
        ),
    ],
)
def test_other_numbers_at_their_switching_points(written, expected):
    assert written == expected


def test_intervals_have_two_digits_unless_told_otherwise():
    interval = Interval(low=-1.236, high=1234.567, level=0.9, method="t")
    assert words.between(interval) == "−1.24 to 1,234.57"
    assert words.between(interval, sign=True) == "−1.24 to +1,234.57"
    assert words.range_of(interval) == "90 % interval −1.24 to 1,234.57"
    assert words.range_of(interval, 0) == "90 % interval −1 to 1,235"


def test_lines_are_at_most_88_letters_long():
    letters = " ".join("x" * 200)
    blocks = (Paragraph(letters), Points((letters,)), PictureBlock(letters, letters, None))
    text = Report("T", (Section("S", blocks),)).to_text()
    assert text.startswith("T\n#\n\nS\n=\n\nx x")
    longest = [max(map(len, block.splitlines())) for block in text.split("\n\n")[2:]]
    assert longest == [87, 87, 88]


# --- messages on the study --------------------------------------------------------------------


def complaint(study):
    with pytest.raises(DataError) as caught:
        parse_study("x.toml", study)
    return str(caught.value)


OFFERS = STUDY[STUDY.index("[[offers]]") :]


@pytest.mark.parametrize(
    ("study", "message"),
    [
        ("currency = 3", "x.toml: the file: currency "),
        ("survey.index = 3", "x.toml: survey.index must be a table, but it is 3."),
        ("survey = 3", "x.toml: survey must be a table, but it is 3."),
        ("offers = [3]", "x.toml: [[offers]] number 1 must be a table, but it is 3."),
        ("[survey]\nrecommend = 3", "x.toml: [survey]: recommend "),
        ('[survey.satisfaction]\nscale = [1, 5]\nperceived = "p"\nboxes = 0',
         "x.toml: [survey.satisfaction]: boxes must be >= 1, but it is 0."),
        (OFFERS.replace('name = "independent garage"', ""),
         "x.toml: [[offers]] number 2: Offer needs 'name'"),
        (OFFERS.replace('name = "our workshop"', "name = 3"), "x.toml: [[offers]] number 1: name "),
        (OFFERS.replace("value = {product = 215, service = 60, personnel = 55, image = 15}",
                        "value = 3"), "x.toml: [[offers]] number 2"),
    ],
)  # fmt: skip
def test_messages_name_the_place(study, message):
    said = complaint(study)
    assert said.startswith(message), said


def test_defaults_of_a_study():
    study = parse_study(
        "x.toml",
        '[survey.satisfaction]\nscale = {low = 1, high = 5}\nperceived = "p"\n'
        '[survey.servqual]\nscale = [1, 7]\nperceptions = ["a"]\n'
        '[lifetime]\nhorizon = "1 year"\nannual_discount_rate = 0.1\nmargin = 0.3\n',
    )
    assert study.survey.satisfaction.scale == Scale(1, 5)
    assert (study.survey.satisfaction.boxes, study.survey.satisfaction.band) == (2, 0)
    assert study.survey.servqual.importance_total == 100
    assert (study.lifetime.customers_listed, study.lifetime.at_risk_below) == (10, 0.5)
    assert study.survey.recommend_scale == Scale(0, 10)


def test_every_column_of_answers_or_weights_is_a_column_of_numbers():
    study = parse_study("x.toml", STUDY.replace("# weights", "weights"))
    pairs = [f"{letter}{i:02d}" for letter in "pe" for i in range(1, 23)]
    points = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
    assert sorted(study.survey.numbers) == sorted(
        [
            *("weight", "recommend", "satisfaction_perceived", "satisfaction_expected"),
            *(f"importance_{name}" for name in points),
            *pairs,
        ]
    )


def test_warnings_and_notes_have_marks_of_their_own():
    blocks = (Points(("a", "b"), kind="warning"), Points(("c",)))
    assert Report("T", (Section("S", blocks),)).to_text().endswith("\n\n! a\n! b\n\n- c\n")


def test_offers_that_are_no_list_are_named():
    assert complaint('offers = "a"').startswith("x.toml: the file: offers ")
