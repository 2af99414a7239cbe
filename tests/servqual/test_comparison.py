"""Groups and waves of a survey: split, compared, corrected for the number of differences."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

from custvalue import servqual
from custvalue._servqual.gaps import estimate_gaps
from custvalue.errors import DataError, ParameterError
from custvalue.servqual import Survey, SurveyComparison, compare_surveys
from custvalue.survey import Scale

SCALE = Scale(1, 7)
SIZES = {"staff": 2, "premises": 1}
SITES = ["north", "south", "west"]


def drawn(n=90, *, seed=3, shift=(0.0, 0.0, -1.5)):
    """Simulate three sites; the staff of the last is worse."""
    rng = np.random.default_rng(seed)
    site = np.arange(n) % 3
    perceived = rng.normal(5, 1.0, (n, 3))
    perceived[:, :2] += np.array(shift)[site][:, np.newaxis]
    expected = rng.normal(6, 0.7, (n, 3))
    both = (np.clip(np.rint(its), 1, 7) for its in (perceived, expected))
    return (*both, np.array(SITES)[site], rng.uniform(0.5, 2, n))


def simulated(n=90, *, seed=3, shift=(0.0, 0.0, -1.5), asked=True, **options):
    perceived, expected, site, weights = drawn(n, seed=seed, shift=shift)
    usual = {"scale": SCALE, "dimensions": SIZES, "weights": weights, "group": site}
    return Survey.from_arrays(perceived, expected if asked else None, **(usual | options))


# --- reading and splitting ------------------------------------------------------------------


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_labels_come_from_columns_or_arrays(kind):
    perceived, expected, site, weights = drawn(30)
    wave = np.arange(30) // 15
    columns = {f"p{k}": perceived[:, k] for k in range(3)}
    columns |= {f"e{k}": expected[:, k] for k in range(3)}
    columns |= {"site": site.tolist(), "quarter": wave.tolist(), "w": weights}
    survey = Survey.from_frame(
        kind(columns),
        perceptions=["p0", "p1", "p2"],
        expectations=["e0", "e1", "e2"],
        scale=SCALE,
        dimensions=SIZES,
        weights="w",
        group="site",
        wave="quarter",
    )
    assert survey.perceptions.group.tolist() == site.tolist()
    assert survey.expectations.wave.tolist() == wave.tolist()
    parts = survey.by("group")
    assert list(parts) == SITES
    assert [its.respondents for its in parts.values()] == [10, 10, 10]
    assert list(survey.by("wave")) == [0, 1]
    assert Survey.from_json(survey.to_json()) == survey
    assert list(survey.columns())[-3:] == ["weight", "group", "wave"]


def test_a_part_is_the_survey_of_its_respondents():
    points = np.random.default_rng(1).multinomial(100, [0.6, 0.4], size=90).astype(float)
    perceived, expected, site, weights = drawn()
    whole = simulated(importance=points)
    for label, part in whole.by("group").items():
        rows = site == label
        alone = Survey.from_arrays(
            perceived[rows],
            expected[rows],
            points[rows],
            scale=SCALE,
            dimensions=SIZES,
            weights=weights[rows],
        )
        assert estimate_gaps(part) == estimate_gaps(alone)
        assert part.perceptions.group.tolist() == [label] * rows.sum()


def test_points_that_hold_for_everybody_hold_for_every_site():
    for part in simulated(importance=[70, 30]).by("group").values():
        assert part.importance.tolist() == [70, 30]


def test_what_is_missing_is_counted_by_site():
    perceived, expected, site, _ = drawn(30)
    perceived[2, 0] = np.nan  # west
    expected[3, 1] = 99  # north
    survey = Survey.from_arrays(
        perceived,
        expected,
        scale=Scale(1, 7, missing_codes=(99,)),
        dimensions=SIZES,
        group=site,
        missing="drop",
    )
    assert survey.base.excluded == {"missing answer": 2}
    parts = survey.by("group")
    assert {label: part.base.excluded_respondents for label, part in parts.items()} == {
        "north": 1,
        "south": 0,
        "west": 1,
    }
    assert {label: part.base.dont_know for label, part in parts.items()} == {
        "north": 1,
        "south": 0,
        "west": 0,
    }
    assert [part.respondents for part in parts.values()] == [9, 10, 9]


def test_prorated_answers_split_too():
    perceived, expected, site, _ = drawn(30)
    perceived[0, 0] = np.nan
    survey = Survey.from_arrays(
        perceived, expected, scale=SCALE, dimensions=SIZES, group=site, missing="prorate"
    )
    staff = estimate_gaps(survey.by("group")["north"]).dimension("staff")
    assert staff.gap.n == 10


# --- comparison -----------------------------------------------------------------------------


def test_differences_are_welch_tests_of_respondents_gaps():
    perceived, expected, site, _ = drawn()
    comparison = compare_surveys(simulated(weights=None), correction="none")
    gaps = (perceived - expected)[:, :2].mean(axis=1)
    west, north = gaps[site == "west"], gaps[site == "north"]
    test = stats.ttest_ind(west, north, equal_var=False)
    difference = comparison.dimension("staff").difference("west", "north")
    assert difference.value == pytest.approx(west.mean() - north.mean(), abs=1e-12)
    assert difference.p_value == pytest.approx(test.pvalue, rel=1e-9)
    interval = test.confidence_interval(0.95)
    ours = difference.confidence_interval()
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert ours.method == "Welch's t"
    overall = np.column_stack([gaps, (perceived - expected)[:, 2]]).mean(axis=1)
    groups = {its.label: its for its in comparison.overall.groups}
    for label in SITES:
        own = overall[site == label]
        assert groups[label].value == pytest.approx(own.mean(), abs=1e-12)
        assert groups[label].n == 30
        ends = stats.t.interval(0.95, 29, own.mean(), own.std(ddof=1) / np.sqrt(30))
        alone = groups[label].confidence_interval()
        assert (alone.low, alone.high) == pytest.approx(ends)


def test_all_dimensions_are_corrected_together():
    alone = compare_surveys(simulated(), correction="none")
    p_values = [its.p_value for part in alone.dimensions for its in part.differences]
    assert len(p_values) == 6
    # Holm by hand: the k-th smallest of six times 7 - k, never falling
    order, holm, last = np.argsort(p_values), np.empty(6), 0.0
    for rank, place in enumerate(order):
        last = max(last, min(1.0, (6 - rank) * p_values[place]))
        holm[place] = last
    comparison = compare_surveys(simulated())
    adjusted = [its.adjusted_p_value for part in comparison.dimensions for its in part.differences]
    assert adjusted == pytest.approx(holm.tolist(), rel=1e-12)
    first = comparison.dimensions[0].differences[0]
    assert first.confidence_interval().method == "Welch's t, simultaneous for 6 pairs (Bonferroni)"
    reach = stats.t.ppf(1 - 0.05 / 12, first.degrees_of_freedom) * first.standard_error
    assert first.confidence_interval().high == pytest.approx(first.value + reach, abs=1e-9)
    overall = comparison.overall.differences[0]
    assert (
        overall.confidence_interval().method == "Welch's t, simultaneous for 3 pairs (Bonferroni)"
    )
    smallest = min(its.p_value for its in comparison.overall.differences)
    assert min(its.adjusted_p_value for its in comparison.overall.differences) == pytest.approx(
        3 * smallest
    )


def test_against_one_site_and_by_wave():
    survey = simulated(wave=np.arange(90) // 45)
    comparison = compare_surveys(survey, reference="north")
    pairs = [(its.group, its.against) for its in comparison.dimension("staff").differences]
    assert pairs == [("south", "north"), ("west", "north")]
    waves = compare_surveys(survey, by="wave")
    assert waves.by == "wave"
    (change,) = waves.overall.differences
    assert (change.group, change.against) == (1, 0)
    assert change.adjusted_p_value == change.p_value


def test_the_worse_site_is_found_and_the_others_are_not():
    comparison = compare_surveys(simulated())
    found = {(name, its.group, its.against) for name, its in comparison.significant}
    assert ("staff", "west", "north") in found
    assert ("staff", "west", "south") in found
    assert not {name for name, *_ in found} & {"premises"}


@pytest.mark.slow
@pytest.mark.simulation
def test_false_alarms_are_rare():
    alarms = sum(
        bool(
            [
                name
                for name, _ in compare_surveys(
                    simulated(60, seed=seed, shift=(0, 0, 0), weights=None)
                ).significant
                if name in SIZES
            ]
        )
        for seed in range(200)
    )
    assert alarms <= 0.05 * 200 + 2 * np.sqrt(200 * 0.05 * 0.95)


def test_perceptions_need_no_expectations():
    survey = simulated()
    alone = simulated(asked=False)
    comparison = compare_surveys(alone, of="perception")
    assert comparison.of == "perception"
    assert comparison == compare_surveys(survey, of="perception")


@pytest.mark.parametrize("options", [{}, {"weights": None}, {"missing": "pairwise"}])
def test_overall_scores_are_those_of_gaps_and_of_performance(options):
    survey = simulated(**options)
    parts = survey.by("group")
    gaps, perceptions = (compare_surveys(survey, of=of) for of in ("gap", "perception"))
    assert [its.label for its in gaps.overall.groups] == list(parts)
    for label, gap, perception in zip(
        parts, gaps.overall.groups, perceptions.overall.groups, strict=True
    ):
        performance = servqual.performance(parts[label])
        assert gap.value == servqual.gaps(parts[label]).overall.gap.value
        assert perception.value == performance.overall.value
        assert perception.standard_error == performance.overall.standard_error
        assert perception.value != performance.mean_of_dimensions.value  # two items and one


def test_the_overall_score_is_said():
    gaps, perceptions = (compare_surveys(simulated(), of=of) for of in ("gap", "perception"))
    assert gaps.convention == "Overall = mean of the dimension gaps, all alike, as in gaps()."
    assert perceptions.convention == (
        "Overall = mean of the items, all alike (SERVPERF), as in performance()."
    )
    for comparison in (gaps, perceptions):
        assert comparison.convention in str(comparison).splitlines()


def test_weighted_overall_scores_are_compared_where_there_are_points():
    points = np.random.default_rng(1).multinomial(100, [0.6, 0.4], size=90).astype(float)
    for of in ("gap", "perception"):
        comparison = compare_surveys(simulated(importance=points), of=of)
        assert len(comparison.weighted.differences) == 3
        assert "weighted" in str(comparison)
    assert compare_surveys(simulated()).weighted is None


def test_the_order_of_respondents_does_not_matter():
    perceived, expected, site, weights = drawn()
    order = np.random.default_rng(2).permutation(90)
    other = Survey.from_arrays(
        perceived[order],
        expected[order],
        scale=SCALE,
        dimensions=SIZES,
        weights=7 * weights[order],
        group=site[order],
    )
    one, two = compare_surveys(simulated()).columns(), compare_surveys(other).columns()
    assert one["group"].tolist() == two["group"].tolist()
    for name in ("value", "low", "high", "adjusted_p_value"):
        np.testing.assert_allclose(one[name], two[name], rtol=1e-8, atol=1e-11)


def test_the_result_prints_and_travels():
    comparison = compare_surveys(simulated())
    assert repr(comparison).startswith(
        "SurveyComparison('adapted SERVQUAL', by='group', of='gap', groups=3, significant="
    )
    text = str(comparison)
    for words in (
        "adapted SERVQUAL, gap by group",
        "n: north 30, south 30, west 30. 95 % intervals of each alone: t, not corrected.",
        "6 differences of dimensions, corrected together, and 3 of each overall score: holm.",
        "staff: west - north",
        "measurement invariance",
        "independent samples",
    ):
        assert words in text
    assert "<table>" in comparison._repr_html_()
    assert SurveyComparison.from_json(comparison.to_json()) == comparison
    frame = comparison.to_frame("pandas")
    assert frame["dimension"].tolist() == ["staff"] * 6 + ["premises"] * 6 + ["overall"] * 6
    groups = frame[frame["against"] == ""]
    assert len(groups) == 9
    assert groups["n"].tolist() == [30] * 9
    two = compare_surveys(simulated(wave=np.arange(90) // 45), by="wave")
    assert "P, all equal" in str(two)


# --- bad input ------------------------------------------------------------------------------


def lonely():
    perceived, expected, site, _ = drawn(30)
    site = ["airport", *np.where(site == "west", "north", site)[1:]]
    return Survey.from_arrays(perceived, expected, scale=SCALE, dimensions=SIZES, group=site)


def equal():
    return Survey.from_arrays(
        [[5, 5, 4]] * 4 + [[5, 5, 5]] * 4,
        [[6, 6, 6]] * 8,
        scale=SCALE,
        dimensions=SIZES,
        group=["a"] * 4 + ["b"] * 4,
    )


def unanswered():
    perceived, expected, site, _ = drawn(30)
    perceived[site == "south", 2] = np.nan
    return Survey.from_arrays(
        perceived, expected, scale=SCALE, dimensions=SIZES, group=site, missing="pairwise"
    )


def from_frame(**roles):
    columns = {"p": [5, 6], "e": [6, 7], "site": ["a", "b"]}
    return Survey.from_frame(
        columns,
        perceptions=["p"],
        expectations=["e"],
        scale=SCALE,
        dimensions={"staff": ["p"]},
        **roles,
    )


CASES = {
    "no groups": (
        lambda: compare_surveys(simulated(group=None)),
        DataError,
        (
            "these answers have no label 'group'. Name its column when they are read, as in "
            "Survey.from_frame(…, group='…')."
        ),
    ),
    "one group": (
        lambda: compare_surveys(simulated(group=["north"] * 90)),
        DataError,
        "staff: a comparison needs at least 2 groups, but there is 1.",
    ),
    "one respondent at a site": (
        lambda: compare_surveys(lonely()),
        DataError,
        (
            "group 'airport' has 1 respondent: a single respondent gives no estimate of "
            "variance. Exclude it, or put it together with another."
        ),
    ),
    "nobody answered at a site": (
        lambda: compare_surveys(unanswered()),
        DataError,
        "group 'south': P3: there are no answers, so there is no mean. Exclude it.",
    ),
    "answers all equal": (
        lambda: compare_surveys(equal()),
        DataError,
        (
            "staff: in 'b' and in 'a' all answers are equal, so the standard error of their "
            "difference is unknown. Use method='mover', or compare top-box shares: both go by "
            "intervals."
        ),
    ),
    "gaps without expectations": (
        lambda: compare_surveys(simulated(asked=False)),
        DataError,
        (
            "gaps need expectations, but this survey has perceptions only. Use of='perception' for "
            "SERVPERF."
        ),
    ),
    "unknown score": (
        lambda: compare_surveys(simulated(), of="gaps"),
        ParameterError,
        "of must be one of 'gap', 'perception', but it is 'gaps'. Did you mean 'gap'?",
    ),
    "unknown label": (
        lambda: compare_surveys(simulated(), by="site"),
        DataError,
        (
            "these answers have no label 'site'. Labels are 'group'. Name its column when they are "
            "read, as in Survey.from_frame(…, labels=['site'])."
        ),
    ),
    "unknown reference": (
        lambda: compare_surveys(simulated(), reference="nord"),
        ParameterError,
        (
            "reference must be one of the groups, 'north', 'south', 'west', but it is 'nord'. Did "
            "you mean 'north'?"
        ),
    ),
    "unknown correction": (
        lambda: compare_surveys(simulated(), correction="tukey"),
        ParameterError,
        (
            "correction must be one of 'holm', 'bonferroni', 'benjamini-hochberg', 'none', but it "
            "is 'tukey'."
        ),
    ),
    "level in percent": (
        lambda: compare_surveys(simulated(), level=95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
    ),
    "unknown dimension": (
        lambda: compare_surveys(simulated()).dimension("stuff"),
        ParameterError,
        "dimension must be one of 'staff', 'premises', but it is 'stuff'. Did you mean 'staff'?",
    ),
    "labels too few": (
        lambda: simulated(group=["north"] * 89),
        DataError,
        "group must have one entry for each of the 90 respondents, but it has 89.",
    ),
    "a column in two roles": (
        lambda: from_frame(group="p"),
        DataError,
        "column 'p' is named as group and as an item. A column has one role.",
    ),
    "group and wave alike": (
        lambda: from_frame(group="site", wave="site"),
        DataError,
        "column 'site' is named as wave and as group. A column has one role.",
    ),
    "column absent": (
        lambda: from_frame(wave="quarter"),
        DataError,
        "wave='quarter' is not a column of the data. The columns are 'p', 'e', 'site'.",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_messages(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_two_respondents_of_a_site_are_compared():
    survey = Survey.from_arrays(
        [[5], [3], [4], [2]],
        [[6], [6], [6], [5]],
        scale=SCALE,
        dimensions={"staff": 1},
        group=["n", "n", "s", "s"],
    )
    # gaps of -1 and -3, and of -2 and -3: Welch's t
    found = compare_surveys(survey).dimension("staff").differences[0]
    theirs = stats.ttest_ind([-2, -3], [-1, -3], equal_var=False)
    assert found.value == pytest.approx(-0.5)
    assert found.p_value == pytest.approx(theirs.pvalue)
