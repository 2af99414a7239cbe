"""Published tables: what follows from printed numbers, and what rounding explains."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_published as naive
from golden_values import golden
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from custvalue import servqual
from custvalue._survey.published.check import PublishedCheck
from custvalue._survey.published.numbers import PublishedFinding
from custvalue._survey.published.reading import PublishedRow
from custvalue.survey import (
    Scale,
    check_published,
)

GOLDEN = golden("published")
SCALE = Scale(1, 7)
slowly = settings(deadline=None, derandomize=True, max_examples=50)


def weighted_gap(**changes):
    case = GOLDEN["weighted_gap"]
    columns = {
        "name": case["names"],
        "perception": case["perceptions"],
        "expectation": case["expectations"],
        "gap": case["gaps"],
        "weight": case["points"],
    }
    return columns | changes


def summary(check):
    return [(its.row, its.quantity, its.claimed) for its in check.findings]


# --- published and hand-made tables ---------------------------------------------------------


def test_a_table_that_is_right():
    case = GOLDEN["weighted_gap"]
    check = check_published(
        weighted_gap(), overall=case["overall"], weighted=case["weighted"], scale=SCALE
    )
    assert check.consistent
    assert check.rows == 5
    assert check.checks == 5 + 15 + 3  # gaps, numbers on the scale; weights, overall, weighted
    assert check.notes == ()


@pytest.mark.parametrize(
    ("place", "gap", "off", "low", "high"),
    [(1, "-0.1", 0.8, -1.1, -0.9), (4, "-0.4", 0.2, -0.2, 0.0), (0, "0.5", 0.9, -0.6, -0.4)],
)
def test_a_misprint_is_found_with_its_distance(place, gap, off, low, high):
    gaps = list(GOLDEN["weighted_gap"]["gaps"])
    gaps[place] = gap
    check = check_published(weighted_gap(gap=gaps))
    (finding,) = check.findings
    assert finding.row == GOLDEN["weighted_gap"]["names"][place]
    assert (finding.check, finding.quantity) == ("perception - expectation", "gap")
    assert finding.claimed == gap
    assert (finding.low, finding.high) == pytest.approx((low, high), abs=1e-12)
    assert finding.off == pytest.approx(off, abs=1e-12)
    assert finding.rounding == pytest.approx(0.05, abs=1e-12)
    assert finding.hint == ("With the other sign it fits." if gap == "0.5" else "")


def test_numbers_below_the_table():
    check = check_published(weighted_gap(), overall="-0.62", weighted="-0.48", exact=["weight"])
    assert summary(check) == [
        ("the table", "overall", "-0.62"),
        ("the table", "weighted", "-0.48"),
    ]
    # weights are exact here, so that only the gaps are uncertain, by half a tenth each
    weighted = check.findings[1]
    assert (weighted.low, weighted.high) == pytest.approx((-0.641, -0.541), abs=1e-12)


def test_weights_that_sum_to_101_are_reported_not_refused():
    weights = GOLDEN["car_satisfaction_weights"]["weights"]
    rows = [{"name": f"factor {i}", "weight": weight} for i, weight in enumerate(weights)]
    check = check_published(rows)
    assert check.consistent
    assert check.notes == ("The weights sum to 101, not 100: rounding explains up to 2.500.",)
    exact = check_published(rows, exact=["weight"])
    assert summary(exact) == [("the table", "the sum of the weights", "101")]


def test_shares_that_sum_to_1_say_so():
    check = check_published([{"name": "a", "weight": ".60"}, {"name": "b", "weight": ".40"}])
    assert check.findings[0].hint == "They sum to 1: use weights_total=1."
    assert check_published(
        [{"name": "a", "weight": ".60"}, {"name": "b", "weight": ".40"}], weights_total=1
    ).consistent


def test_the_price_profile_of_luxury_cars():
    case = GOLDEN["price_profile"]
    rows = [
        {"name": f"{i}", "mean": ratio, "weight": weight}
        for i, (ratio, weight) in enumerate(
            zip(case["rounded_ratios"], case["weights"], strict=True)
        )
    ]
    for claimed in (case["from_rounded"], case["unrounded"]):
        assert check_published(rows, weighted=claimed, exact=["weight"]).consistent
    check = check_published(rows, weighted="1.197", exact=["weight"])
    assert summary(check) == [("the table", "weighted", "1.197")]
    exactly = sum(
        w * a / b for w, a, b in zip(case["weights"], case["own"], case["other"], strict=True)
    )
    assert exactly == pytest.approx(118.393, abs=5e-4)


def test_grim_as_published():
    case = GOLDEN["grim"]
    check = check_published([{"name": "x", "mean": case["mean"], "n": case["n"]}], scale=SCALE)
    (finding,) = check.findings
    assert check.checks == 2  # whether it is on the scale, and whether 28 answers can have it
    assert (finding.low, finding.high) == pytest.approx((case["low"], case["high"]), abs=1e-12)
    assert finding.neighbours
    assert finding.sentence == (
        "x: mean is printed as 5.19, but the nearest mean of 28 answers is 5.1786 or 5.2143: off "
        "by 0.0114, where rounding allows 0.005."
    )
    # two questions answered by each of the 28 have it: 290.6 of 56 does not, 291 / 56 = 5.196
    assert not check_published(
        [{"name": "x", "mean": "5.19", "n": 28, "items": 2}], scale=SCALE
    ).consistent
    assert check_published(
        [{"name": "x", "mean": "5.20", "n": 28, "items": 2}], scale=SCALE
    ).consistent
    assert check_published(
        [{"name": "x", "mean": "5.19", "n": 28}], scale=SCALE, weighted_answers=True
    ).consistent
    assert check_published(
        [{"name": "x", "mean": "5.19", "n": 28}], scale=Scale(1, 7, step=None)
    ).consistent


def test_counts_that_do_not_sum():
    case = GOLDEN["counts"]
    rows = [{"name": f"{i}", "count": count} for i, count in enumerate(case["counts"])]
    check = check_published(rows, n=case["n"])
    assert summary(check) == [("the table", "the sum of the counts", "31")]
    assert (check.findings[0].low, check.findings[0].off) == (32, 1)
    assert check_published(rows, n=31).consistent
    assert check_published(rows, n=case["n"], percentages_total=None).consistent


def test_percentages_of_counts():
    case = GOLDEN["net_promoter_percentages"]
    rows = [
        {"name": f"{i}", "count": count, "percentage": share}
        for i, (count, share) in enumerate(zip(case["counts"], case["percentages"], strict=True))
    ]
    assert check_published(rows, n=case["n"]).consistent
    rows[1]["percentage"] = "35.57"  # two digits exchanged
    assert summary(check_published(rows, n=case["n"])) == [
        ("1", "percentage", "35.57"),
        ("the table", "the sum of the percentages", "99.82"),
    ]
    alone = [{"name": "share", "percentage": "35.57 %"}]
    (finding,) = check_published(alone, n=800).findings
    assert (finding.low, finding.high) == pytest.approx((35.5, 35.625))
    assert check_published(alone, n=800, weighted_answers=True).consistent


def test_a_percentage_above_100():
    (finding,) = check_published([{"name": "x", "percentage": "104"}]).findings
    assert (finding.check, finding.off) == ("a percentage", 4)


def test_the_t_value_of_the_row_above():
    rows = [
        {"name": "a", "gap": "-0.50", "sd": "1.12", "t": "-4.89", "n": 120},
        {"name": "b", "gap": "-1.00", "sd": "1.01", "t": "-4.89", "n": 120},
    ]
    (finding,) = check_published(rows).findings
    assert (finding.row, finding.quantity) == ("b", "t")
    assert finding.hint == "'a' above prints the same number."


GOOD = {"name": "x", "gap": "-0.50", "n": 30}
FOUR = {"gap": "-0.5000", "n": 4, "standard_error": "0.6000"}


@pytest.mark.parametrize(
    ("numbers", "options", "found"),
    [
        # sd 1.20, n 30: standard error .2191; t .975 with 29 df is 2.0452, so +- .4481
        ({"sd": "1.20", "standard_error": "0.22"}, {}, None),
        ({"sd": "1.20", "standard_error": "0.23"}, {}, ("standard error", "")),
        (
            {"sd": "1.20", "standard_error": "1.20"},
            {},
            ("standard error", "It is the SD: √n was forgotten, or the columns are exchanged."),
        ),
        (
            {"sd": "1.200", "standard_error": "0.2228"},
            {},
            ("standard error", "It fits if SDs were divided by n: use sd_divisor='n'."),
        ),
        ({"sd": "1.200", "standard_error": "0.2228"}, {"sd_divisor": "n"}, None),
        ({"sd": "1.20", "t": "-2.28"}, {}, None),
        ({"sd": "1.20", "t": "2.28"}, {}, ("t", "With the other sign it fits.")),
        ({"sd": "1.20", "t": "-2.82"}, {}, ("t", "")),
        ({"sd": "1.20", "t": "-2.82"}, {"weighted_answers": True}, None),
        ({"sd": "1.20", "t": "-2.28", "against": "-1"}, {}, ("t", "With the other sign it fits.")),
        ({"sd": "1.20", "t": "2.28", "against": "-1"}, {}, None),
        ({"sd": "1.20", "low": "-0.95", "high": "-0.05"}, {}, None),
        ({"sd": "1.20", "low": "-0.95", "high": "-0.50"}, {}, ("high end", "")),
        ({"sd": "1.20", "low": "-0.59"}, {}, ("low end", "")),
        (
            {"sd": "1.20", "low": "-0.93"},
            {},
            ("low end", "It fits the normal quantile: use quantile='normal'."),
        ),
        ({"sd": "1.20", "low": "-0.93"}, {"quantile": "normal"}, None),
        (
            {"sd": "1.20", "low": "-0.95"},
            {"quantile": "normal"},
            ("low end", "It fits the t quantile: use quantile='t'."),
        ),
        # t .975 with 3 df is 3.1824; with 2 or 4 it is 4.3027 and 2.7764, with 2.99 still 3.1876
        (FOUR | {"low": "-2.4095", "high": "1.4095"}, {"weighted_answers": True}, None),
        (FOUR | {"low": "-2.4125"}, {"weighted_answers": True}, ("low end", "")),
        (FOUR | {"high": "1.4065"}, {"weighted_answers": True}, ("high end", "")),
        # without an SD the t value says how wide the interval is
        ({"t": "-2.28", "low": "-0.95", "high": "-0.05"}, {}, None),
        ({"t": "-2.28", "low": "-0.88", "high": "-0.12"}, {}, ("low end", "")),
        ({"low": "-0.95", "high": "-0.05"}, {}, None),
        ({"low": "-0.95", "high": "-0.50"}, {}, ("gap", "")),
        ({"low": "-0.05", "high": "-0.95"}, {}, ("high end", "")),
        ({"standard_error": "0.00", "t": "-250"}, {}, None),  # .00 stands for up to .005
        ({"standard_error": "-0.30", "t": "1.7"}, {}, ("standard error", "")),
        ({"sd": "1.2", "perception_sd": "0.8", "expectation_sd": "0.6"}, {}, None),
        ({"sd": "1.6", "perception_sd": "0.8", "expectation_sd": "0.6"}, {}, ("sd", "")),
        ({"sd": "0.05", "perception_sd": "0.8", "expectation_sd": "0.6"}, {}, ("sd", "")),
    ],
)
def test_standard_errors_t_values_and_intervals(numbers, options, found):
    check = check_published([GOOD | numbers], **options)
    assert [(its.quantity, its.hint) for its in check.findings][:1] == ([found] if found else [])


def test_an_interval_that_was_clipped_at_the_end_of_the_scale():
    row = {"name": "x", "mean": "6.80", "sd": "0.42", "n": 10, "low": "6.50", "high": "7.00"}
    assert check_published([row], scale=SCALE).consistent
    assert summary(check_published([row])) == [("x", "high end", "7.00")]
    unclipped = row | {"high": "7.10"}
    assert check_published([unclipped], scale=SCALE).consistent


def test_lower_is_better():
    marks = Scale(1, 6, direction="lower is better")
    row = {"name": "x", "perception": "2.5", "expectation": "1.5", "gap": "-1.0"}
    assert check_published([row], scale=marks).consistent
    (finding,) = check_published([row]).findings
    assert finding.hint == "With the other sign it fits."
    assert check_published([row | {"gap": None}] * 2, scale=marks, overall="-1.0").consistent


def test_off_the_scale():
    check = check_published(
        [{"name": "x", "mean": "7.2"}, {"name": "y", "gap": "-6.3"}], scale=SCALE
    )
    assert [(its.row, its.check, its.follows) for its in check.findings] == [
        ("x", "the scale", "1 to 7"),
        ("y", "the scale", "-6 to 6"),
    ]


def test_an_sd_above_what_the_mean_leaves_room_for():
    row = {"name": "x", "mean": "6.70", "sd": "1.70", "n": 50}
    (finding,) = check_published([row], scale=Scale(1, 7, step=None)).findings
    assert finding.check == "an SD possible for its mean"
    # 47.5 at 7 and 2.5 at 1, divided by 49; the mean may be 6.695
    most = ((6.695 - 1) * (7 - 6.695) * 50 / 49) ** 0.5
    assert finding.high == pytest.approx(most, abs=1e-12)


def test_rows_with_nothing_to_compare():
    check = check_published([{"name": "alone", "gap": "-0.5"}])
    assert (check.checks, check.notes) == (0, ("alone: nothing to compare its numbers with.",))


def test_cut_off_digits():
    row = {"name": "x", "perception": "5.89", "expectation": "6.01", "gap": "-0.10"}
    assert not check_published([row | {"gap": "-0.09"}], rounding="nearest").consistent
    assert check_published([row], rounding="truncated").consistent
    assert not check_published([row | {"gap": "-0.09"}], rounding="truncated").consistent
    zero = {"name": "x", "perception": "6.00", "expectation": "6.00", "gap": "0.00"}
    assert check_published([zero], rounding="truncated").consistent


def test_decimals_that_numbers_have_lost():
    row = {"name": "x", "perception": 5.9, "expectation": 6.4, "gap": -0.45}
    assert check_published([row]).consistent  # 5.9 may be 5.94
    assert not check_published([row], decimals=2).consistent
    assert not check_published([row], decimals={"perception": 2, "expectation": 2}).consistent


def test_nothing_found_is_one_sentence_and_no_empty_table():
    row = {"name": "a", "perception": "5.9", "expectation": "6.4", "gap": "-0.5"}
    lines = str(check_published([row])).splitlines()
    assert lines[:2] == ["Published table, checked", "1 row, 1 comparison, 0 findings."]
    assert "─" not in str(check_published([row]))


def test_numbers_as_they_are_printed():
    row = PublishedRow(name="x", gap="−.50", sd=" 1,000.5 ", percentage="12 %", t=Decimal("2.0"))
    assert (row.gap, row.sd, row.percentage, row.t) == ("-.50", "1000.5", "12", "2.0")
    assert PublishedRow(name="x", mean=np.float64(3.5), n=np.int64(4)).mean == "3.5"
    assert PublishedRow.from_json(row.to_json()) == row


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame, pa.table])
def test_any_dataframe(kind):
    columns = weighted_gap() | {"n": [None, 10, 10, None, None]}
    gaps = ["-0.5", "-0.1", "-0.5", None, "-0.1"]
    check = check_published(kind(columns | {"gap": gaps}))
    assert summary(check) == [("reliability", "gap", "-0.1")]


# --- the result -----------------------------------------------------------------------------


@pytest.fixture
def check():
    return check_published(weighted_gap(gap=["-0.5", "-1.0", "-1.0", "-0.3", "-0.1"]), scale=SCALE)


def test_the_result_prints_and_travels(check):
    assert repr(check) == "PublishedCheck(rows=5, checks=21, findings=1)"
    assert "responsiveness  perception - expectation  gap -1.0" in str(check)
    assert (
        "Scale 1-7; 95 % intervals by the t quantile; SD with n - 1; last digits nearest."
        in str(check)
    )
    assert "responsiveness, gap: 'reliability' above prints the same number." in str(check)
    assert "<table>" in check._repr_html_()
    assert PublishedCheck.from_json(check.to_json()) == check
    frame = check.to_frame("pandas")
    assert frame["row"].tolist() == ["responsiveness"]
    assert frame["off"].tolist() == pytest.approx([0.4])
    assert list(check.columns()) == [*PublishedFinding.model_fields, "printed", "follows"]
    assert len(check_published([GOOD]).columns()["off"]) == 0


def test_a_finding_prints(check):
    (finding,) = check.findings
    text = str(finding)
    assert text.splitlines()[2].split() == ["row", "responsiveness"]
    assert finding.sentence.startswith("responsiveness: gap is printed as -1.0, but perception - ")
    assert PublishedFinding.from_json(finding.to_json()) == finding


def test_one_sided_and_equal_ends():
    (backwards,) = check_published([GOOD | {"low": "-0.05", "high": "-0.95"}]).findings
    assert backwards.follows == "at least -0.055"
    (counts,) = check_published(
        [{"name": "a", "count": 1}, {"name": "b", "count": 1}], n=3
    ).findings
    assert counts.follows == "3"
    finding = counts.model_copy(update={"low": None, "high": 2.0})
    assert finding.follows == "at most 2"


# --- tables computed from answers and rounded never raise a finding -------------------------

answers = st.lists(st.integers(1, 7), min_size=2, max_size=40)


@st.composite
def studies(draw):
    """Draw perceptions and expectations of the same respondents, and how they are printed."""
    n, items = draw(st.integers(2, 40)), draw(st.integers(1, 3))
    rows = st.lists(st.integers(1, 7), min_size=items, max_size=items)
    perceived = draw(st.lists(rows, min_size=n, max_size=n))
    expected = draw(st.lists(rows, min_size=n, max_size=n))
    return perceived, expected, draw(st.integers(1, 3)), draw(st.sampled_from(list(naive.WAYS)))


def printed_row(perceived, expected, decimals, way, **options):
    own, other = ([naive.mean(row) for row in rows] for rows in (perceived, expected))
    gaps = [p - e for p, e in zip(own, other, strict=True)]
    numbers = naive.one_sample(gaps, 0.95, **options)
    names = ("gap", "sd", "standard_error", "t", "low", "high")
    row = {
        "perception": naive.mean(own),
        "perception_sd": naive.sd(own),
        "expectation": naive.mean(other),
        "expectation_sd": naive.sd(other),
        **dict(zip(names, numbers, strict=True)),
    }
    return {
        "name": "row",
        "n": len(gaps),
        "items": len(perceived[0]),
        **{
            name: naive.printed(value, decimals, way)
            for name, value in row.items()
            if value is not None
        },
    }


@given(studies(), st.booleans())
@slowly
def test_a_computed_row_has_no_finding(study, normal):
    *_, way = study
    row = printed_row(*study, normal=normal)
    check = check_published(
        [row],
        scale=SCALE,
        rounding="truncated" if way == "cut off" else "nearest",
        quantile="normal" if normal else "t",
    )
    assert check.findings == ()
    assert check.checks >= 12


@given(
    st.lists(st.integers(0, 300), min_size=2, max_size=6).filter(any),
    st.integers(0, 2),
    st.sampled_from(["half even", "half up"]),
)
@slowly
def test_computed_percentages_have_no_finding(counts, decimals, way):
    n = sum(counts)
    rows = [
        {
            "name": f"{i}",
            "percentage": naive.printed(100 * count / n, decimals, way),
            "count": count,
        }
        for i, count in enumerate(counts)
    ]
    assert check_published(rows, n=n).findings == ()
    alone = [{key: row[key] for key in ("name", "percentage")} for row in rows]
    assert check_published(alone, n=n).findings == ()


@given(st.data())
@slowly
def test_a_computed_table_has_no_finding(data):
    size = data.draw(st.integers(2, 6))
    numbers = st.floats(-6, 6)
    gaps = data.draw(st.lists(numbers, min_size=size, max_size=size))
    shares = np.array(data.draw(st.lists(st.floats(0.05, 1), min_size=size, max_size=size)))
    points = 100 * shares / shares.sum()
    rows = [
        {"name": f"{i}", "gap": naive.printed(gap, 2), "weight": naive.printed(weight, 0)}
        for i, (gap, weight) in enumerate(zip(gaps, points, strict=True))
    ]
    check = check_published(
        rows,
        overall=naive.printed(np.mean(gaps), 2),
        weighted=naive.printed(points @ gaps / 100, 2),
    )
    assert check.findings == ()


@pytest.mark.filterwarnings("ignore:The difference score is unreliable")
def test_gaps_of_the_library_have_no_finding():
    rng = np.random.default_rng(3)
    perceived = np.clip(np.rint(rng.normal(5.0, 1.3, (80, 22))), 1, 7)
    expected = np.clip(np.rint(rng.normal(6.2, 0.9, (80, 22))), 1, 7)
    gaps = servqual.gaps(
        servqual.Survey.from_arrays(perceived, expected, [15, 35, 20, 18, 12], scale=SCALE)
    )
    rows = []
    for gap, its in [(gap, 1) for gap in gaps.items] + [(g, len(g.items)) for g in gaps.dimensions]:
        interval = gap.gap.confidence_interval()
        numbers = {
            "perception": gap.perception.value,
            "perception_sd": gap.perception.standard_deviation,
            "expectation": gap.expectation.value,
            "expectation_sd": gap.expectation.standard_deviation,
            "gap": gap.gap.value,
            "sd": gap.gap.standard_deviation,
            "standard_error": gap.gap.standard_error,
            "low": interval.low,
            "high": interval.high,
        }
        printed = {name: naive.printed(value, 2) for name, value in numbers.items()}
        rows.append({"name": gap.name, "items": its, **printed})
    assert check_published(rows, n=80, scale=SCALE).findings == ()
    points = [{"weight": weight} for weight in (15, 35, 20, 18, 12)]
    dimensions = [row | its for row, its in zip(rows[22:], points, strict=True)]
    check = check_published(
        dimensions,
        n=80,
        scale=SCALE,
        overall=naive.printed(gaps.overall.gap.value, 3),
        weighted=naive.printed(gaps.weighted.by_mean_points.value, 3),
        exact=["weight"],
    )
    assert check.findings == ()


# --- a digit changed by more than rounding always does --------------------------------------


def moved(row, name, units):
    decimals = len(row[name].partition(".")[2])
    return row | {name: str(Decimal(row[name]) + Decimal(units).scaleb(-decimals))}


@given(studies(), st.sampled_from([-1, 1]), st.integers(2, 60))
@slowly
def test_a_changed_gap_is_found(study, sign, units):
    row = {
        name: value
        for name, value in printed_row(*study[:3], "half up").items()
        if name in ("name", "perception", "expectation", "gap")
    }
    changed = moved(row, "gap", sign * units)
    distance = abs(
        Decimal(changed["gap"]) - Decimal(row["perception"]) + Decimal(row["expectation"])
    )
    assume(distance > Decimal("1.5").scaleb(-study[2]))  # half a unit for each of the three
    (finding,) = check_published([changed]).findings
    assert finding.off == pytest.approx(float(distance - Decimal(1).scaleb(-study[2])), abs=1e-9)


@given(studies(), st.sampled_from(["low", "high"]), st.sampled_from([-1, 1]), st.integers(0, 40))
@slowly
def test_a_changed_end_of_the_interval_is_found(study, name, sign, more):
    perceived, expected, decimals, _ = study
    row = printed_row(perceived, expected, decimals, "half up")
    n = row["n"]
    quantile = naive.stats.t.ppf(0.975, n - 1)
    # half a unit for the end, for the gap, and q times half a unit for the standard error
    units = int(np.ceil(2 + quantile)) + 1 + more
    changed = moved(row, name, sign * units)
    kept = {key: changed[key] for key in ("name", "n", "gap", "standard_error", "low", "high")}
    found = check_published([kept]).findings
    assert (f"{name} end") in [its.quantity for its in found]


@given(studies(), st.sampled_from([-1, 1]), st.integers(0, 40))
@slowly
def test_a_changed_standard_error_is_found(study, sign, more):
    row = printed_row(*study[:3], "half up")
    changed = moved(row, "standard_error", sign * (3 + more))  # half a unit each, and / √n
    kept = {key: changed[key] for key in ("name", "n", "sd", "standard_error")}
    assert [its.quantity for its in check_published([kept]).findings] == ["standard error"]


@given(st.lists(st.integers(1, 7), min_size=2, max_size=49), st.integers(-30, 30))
@slowly
def test_a_changed_mean_is_found_where_no_answers_have_it(values, units):
    n = len(values)
    claimed = Decimal(naive.printed(naive.mean(values), 2)) + Decimal(units).scaleb(-2)
    assume(1 <= claimed <= 7)
    half = Decimal("0.005")
    possible = any(abs(Decimal(total) / n - claimed) <= half for total in range(n, 7 * n + 1))
    check = check_published([{"name": "x", "mean": str(claimed), "n": n}], scale=SCALE)
    assert check.consistent == possible


@given(st.integers(2, 300), st.integers(0, 1000))
@slowly
def test_a_percentage_is_found_where_no_count_has_it(n, tenths):
    claimed = Decimal(tenths) / 10
    half = Decimal("0.05")
    possible = any(abs(Decimal(100 * k) / n - claimed) <= half for k in range(n + 1))
    check = check_published([{"name": "x", "percentage": f"{claimed:.1f}"}], n=n)
    assert check.consistent == possible


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("n", "high"), [(2, 5), (3, 7), (5, 4), (6, 3)])
def test_sds_that_answers_can_have_pass_and_most_others_do_not(n, high):
    possible = naive.possible(n, 1, high, 2)
    most = max(float(sd) for _, sd in possible)
    every = [
        (mean, f"{hundredths / 100:.2f}")
        for mean in sorted({mean for mean, _ in possible})
        for hundredths in range(round(100 * most) + 20)
    ]
    rows = [{"name": f"{mean} {sd}", "mean": mean, "sd": sd} for mean, sd in every]
    refused = {its.row for its in check_published(rows, n=n, scale=Scale(1, high)).findings}
    assert not refused & {f"{mean} {sd}" for mean, sd in possible}
    assert len(refused) > 0.95 * (len(every) - len(possible))


def test_the_nearest_sds():
    # 10 answers of mean 3.4 sum to 34; squares sum to an even number, 126 and 128 are nearest
    row = {"name": "x", "mean": "3.40", "sd": "1.13", "n": 10}
    (finding,) = check_published([row], scale=Scale(1, 5)).findings
    assert (finding.low, finding.high) == pytest.approx((10.4**0.5 / 3, 12.4**0.5 / 3), abs=1e-12)
    assert finding.neighbours


def test_many_respondents_leave_room_for_every_sd():
    row = {"name": "x", "mean": "3.4", "sd": "1.13", "n": 1_000_000}
    assert check_published([row], scale=Scale(1, 5)).consistent
