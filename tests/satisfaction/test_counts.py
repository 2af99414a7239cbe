"""Published tables are counts: they give what the same answers give when they are written out."""

from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import GOLDEN

from custvalue import comparing
from custvalue._inference.bootstrap import Bootstrap
from custvalue._respondents import counts as counting
from custvalue.comparing import OrderedComparison
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import (
    CustomerEffortScore,
    Disconfirmation,
    MeasuredDisconfirmation,
    NetPromoterScore,
    NetScore,
    TopBox,
    customer_effort_score,
    disconfirmation,
    measured_disconfirmation,
    net_promoter_score,
    net_score,
    top_box,
)
from custvalue.survey import Codebook, Responses, Scale

FIVE = Scale(1, 5)
DOWN = Scale(1, 5, direction="lower is better")
SIX = [5, 4, 4, 3, 1, 5]

TABLE = st.lists(st.integers(0, 30), min_size=5, max_size=5).filter(lambda its: sum(its) > 1)
SCALES = st.sampled_from([FIVE, DOWN])


def written(table):
    return np.repeat(np.arange(1, 6), table)


# --- published numbers ----------------------------------------------------------------------


def test_top_box_of_a_published_table():
    golden = GOLDEN["top_box"]
    found = TopBox.from_counts(golden["counts"], scale=FIVE, n=100)
    interval = found.confidence_interval()
    assert (found.n, found.value) == (100, pytest.approx(golden["share"]))
    assert (interval.low, interval.high) == pytest.approx(golden["wilson"], abs=golden["atol"])
    assert found.mean.value == pytest.approx(golden["mean"], abs=1e-12)
    deviation = pytest.approx(golden["standard_deviation"], abs=golden["atol"])
    assert found.mean.standard_deviation == deviation


def test_bottom_box_and_net_score_by_hand():
    bottom = top_box(SIX, scale=FIVE, boxes=-2)
    assert (bottom.value, bottom.estimate.name) == (1 / 6, "bottom-2-box share")
    assert "bottom-2-box share" in str(bottom)
    net = net_score(SIX, scale=FIVE)
    assert net.value == pytest.approx(3 / 6)
    assert (net.top.value, net.bottom.value) == (pytest.approx(4 / 6), 1 / 6)
    # (4 + 1 - 6 (1/2)²) / 6² by hand
    assert net.standard_error == pytest.approx(np.sqrt(3.5 / 36))


# --- every kind of counts -------------------------------------------------------------------

ANSWERS = written([3, 0, 20, 45, 25])


@pytest.mark.parametrize(
    "counts",
    [
        {1: 3, 3: 20, 4: 45, 5: 25},
        {5.0: 25, np.int64(4): np.int64(45), 3: 20, 1: 3},
        [3, 0, 20, 45, 25],
        np.array([3, 0, 20, 45, 25]),
        pl.Series([3, 0, 20, 45, 25]),
        pd.Series(ANSWERS).value_counts(),
        pl.Series("q", ANSWERS).value_counts(),
        pa.table({"q": [1, 3, 4, 5], "n": [3, 20, 45, 25]}),
    ],
    ids=["dict", "numpy", "list", "array", "polars series", "pandas", "polars", "pyarrow"],
)
def test_counts_of_every_kind(counts):
    assert TopBox.from_counts(counts, scale=FIVE) == top_box(ANSWERS, scale=FIVE)


WORDS = Codebook(
    scale=FIVE,
    words={"很不满意": 1, "不太满意": 2, "一般": 3, "满意": 4, "比较满意": 4, "很满意": 5},
    no_answer={"拒答"},
)
IN_WORDS = {"很满意": 25, "比较满意": 40, "满意": 5, "一般": 20, "很不满意": 3}


def test_counts_of_words():
    found = TopBox.from_counts(IN_WORDS, codebook=WORDS, n=93)
    assert found == top_box(ANSWERS, scale=FIVE)
    assert NetScore.from_counts(IN_WORDS, codebook=WORDS) == net_score(ANSWERS, scale=FIVE)
    asked = {"scale": FIVE, "direction": "higher is better"}
    effort = CustomerEffortScore.from_counts(IN_WORDS, codebook=WORDS, direction="higher is better")
    assert effort == customer_effort_score(ANSWERS, **asked)
    stated = MeasuredDisconfirmation.from_counts(IN_WORDS, codebook=WORDS)
    expected = measured_disconfirmation(ANSWERS, scale=FIVE)
    assert stated.value == pytest.approx(expected.value)
    pairs = {("很满意", "一般"): 3, ("一般", "比较满意"): 2}
    both = Disconfirmation.from_counts(pairs, codebook=WORDS)
    assert both == disconfirmation([5, 5, 5, 3, 3], [3, 3, 3, 4, 4], scale=FIVE)
    order = OrderedComparison.from_counts({"a": IN_WORDS, "b": [1, 2, 3, 4, 5]}, codebook=WORDS)
    assert order.groups[0].answers == found


# --- counts are answers written out ---------------------------------------------------------


@given(table=TABLE, scale=SCALES, boxes=st.sampled_from([-4, -2, -1, 1, 2, 4]))
def test_top_box_of_counts(table, scale, boxes):
    found = TopBox.from_counts(table, scale=scale, boxes=boxes)
    assert found == top_box(written(table), scale=scale, boxes=boxes)
    assert TopBox.from_json(found.to_json()) == found


@given(table=TABLE, scale=SCALES, boxes=st.sampled_from([1, 2]))
def test_net_score_of_counts(table, scale, boxes):
    found = NetScore.from_counts(table, scale=scale, boxes=boxes)
    assert found == net_score(written(table), scale=scale, boxes=boxes)
    assert NetScore.from_json(found.to_json()) == found
    assert found.value == pytest.approx(found.top.value - found.bottom.value, abs=1e-12)


@given(table=TABLE)
def test_effort_of_counts(table):
    for arguments in ({"version": "1"}, {"scale": FIVE, "direction": "higher is better"}):
        found = CustomerEffortScore.from_counts(table, boxes=1, **arguments)
        assert found == customer_effort_score(written(table), boxes=1, **arguments)


@given(table=TABLE, scale=SCALES, band=st.sampled_from([0.0, 1.0]))
def test_measured_disconfirmation_of_counts(table, scale, band):
    found = MeasuredDisconfirmation.from_counts(table, scale=scale, band=band)
    assert found == measured_disconfirmation(written(table), scale=scale, band=band)


@given(
    pairs=st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9), min_size=1
    )
)
def test_disconfirmation_of_counts(pairs):
    scale = Scale(0, 4, true_zero=True)
    rows = [pair for pair, number in pairs.items() for _ in range(number)]
    got, expected = zip(*rows, strict=True)
    found = Disconfirmation.from_counts(pairs, scale=scale, zeros="drop", n=len(rows))
    assert found == disconfirmation(list(got), list(expected), scale=scale, zeros="drop")
    frame = pd.DataFrame({"got": got, "expected": expected})
    by_pandas = Disconfirmation.from_counts(frame.value_counts(), scale=scale, zeros="drop")
    assert by_pandas.value == pytest.approx(found.value, abs=1e-12)


@given(one=TABLE, other=TABLE, scale=SCALES, boxes=st.sampled_from([-1, 2]))
def test_order_of_counts(one, other, scale, boxes):
    frame = {
        "q": np.concatenate([written(one), written(other)]),
        "g": ["north"] * sum(one) + ["south"] * sum(other),
    }
    answers = Responses.from_frame(frame, ["q"], scale=scale, group="g")
    arguments = {"boxes": boxes, "method": "wilcoxon-mann-whitney"}
    found = OrderedComparison.from_counts(
        {"north": one, "south": other}, scale=scale, item="q", **arguments
    )
    expected = comparing.ordered(answers, "q", **arguments)
    pair, same = found.differences[0], expected.differences[0]
    for name in ("value", "standard_error", "p_value", "mean", "top_box", "n"):
        assert getattr(pair, name) == pytest.approx(getattr(same, name), rel=1e-12, abs=1e-15)
    assert str(found) == str(expected)


def test_groups_of_counts_are_compared_as_their_answers_are():
    tables = {"north": [3, 7, 20, 45, 25], "south": [9, 9, 30, 30, 22]}
    counted = comparing.compare(
        {name: TopBox.from_counts(table, scale=FIVE) for name, table in tables.items()}
    )
    answered = comparing.compare(
        {name: top_box(written(table), scale=FIVE) for name, table in tables.items()}
    )
    assert counted == answered


# --- what a net score is --------------------------------------------------------------------


@given(table=TABLE)
def test_a_net_score_is_a_net_promoter_score_of_its_groups(table):
    net = NetScore.from_counts(table, scale=FIVE)
    groups = {"promoters": table[3] + table[4], "passives": table[2]}
    score = NetPromoterScore.from_counts(**groups, detractors=table[0] + table[1])
    assert 100 * net.value == pytest.approx(score.value, abs=1e-12)
    assert 100 * net.standard_error == pytest.approx(score.standard_error, abs=1e-12)
    for method in ("score", "dirichlet", "adjusted-wald", "wald"):
        ours, theirs = (its.confidence_interval(method=method) for its in (net, score))
        ends = pytest.approx((theirs.low, theirs.high), abs=1e-10)
        assert (100 * ours.low, 100 * ours.high) == ends
        assert ours.method.replace("at 1", "at 100").replace("at -1", "at -100") == theirs.method
    boot = Bootstrap(50, rng=3)
    ours, theirs = (its.confidence_interval(method=boot) for its in (net, score))
    assert 100 * ours.low == pytest.approx(theirs.low, abs=1e-10)


@given(table=TABLE)
def test_turned_around_a_scale_turns_the_score(table):
    up, down = (NetScore.from_counts(table, scale=scale) for scale in (FIVE, DOWN))
    assert (up.top.value, up.bottom.value) == (down.bottom.value, down.top.value)
    assert up.value == pytest.approx(-down.value, abs=1e-12)
    worst = TopBox.from_counts(table, scale=FIVE, boxes=-2)
    assert worst.value == TopBox.from_counts(table, scale=DOWN, boxes=2).value


def clustered(scale, answers, rng):
    weights = rng.uniform(0.5, 2, len(answers))
    dealers = rng.integers(0, 12, len(answers))
    return Responses.from_arrays(
        answers, items=["q"], scale=scale, weights=weights, cluster=dealers, group=dealers % 2
    )


def test_a_net_score_knows_clusters_and_weights():
    answers = np.random.default_rng(4).integers(1, 6, 300)
    ten = np.array([0, 0, 0, 8, 10, 10])[answers]
    net = net_score(clustered(FIVE, answers, np.random.default_rng(5)))
    score = net_promoter_score(clustered(Scale(0, 10), ten, np.random.default_rng(5)))
    assert 100 * net.value == pytest.approx(score.value)
    assert 100 * net.standard_error == pytest.approx(score.standard_error)
    assert net.estimate.degrees_of_freedom == pytest.approx(score.estimate.degrees_of_freedom)
    assert net.estimate.clusters == 12


@pytest.mark.parametrize("scale", [FIVE, DOWN])
@pytest.mark.parametrize(
    "measure", [partial(net_score, boxes=1), partial(top_box, boxes=-2)], ids=["net", "box"]
)
def test_resampled_by_sums_as_by_answers(scale, measure):
    answers = clustered(
        scale, np.random.default_rng(4).integers(1, 6, 60), np.random.default_rng(5)
    )
    fast = comparing.bootstrap_interval(answers, measure, method=Bootstrap(50, rng=1))
    slow = comparing.bootstrap_interval(answers, measure, method=Bootstrap(50, rng=1))
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high))


# --- what is refused ------------------------------------------------------------------------

CODES = Scale(1, 5, missing_codes=(99,))
REFUSED = {
    "off the scale": (
        lambda: TopBox.from_counts({6: 3, 5: 2}, scale=FIVE),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is "
            "of 6. "
            "Correct it, or leave it out if it means no answer."
        ),
    ),
    "between answers": (
        lambda: TopBox.from_counts({4.5: 3}, scale=FIVE),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is of "
            "4.5. Correct it, or leave it out if it means no answer."
        ),
    ),
    "missing answers counted": (
        lambda: TopBox.from_counts(pd.Series([5, 4, None]).value_counts(dropna=False), scale=FIVE),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is of "
            "nan. Correct it, or leave it out if it means no answer."
        ),
    ),
    "a code for no answer": (
        lambda: TopBox.from_counts({5: 3, 99: 2}, scale=CODES),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is of "
            "99. That is a code for no answer. Leave it out: counts are of answers."
        ),
    ),
    "text": (
        lambda: TopBox.from_counts({"5": 3}, scale=FIVE),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is of "
            "'5'. Turn text into numbers first, or give a codebook."
        ),
    ),
    "weighted counts": (
        lambda: TopBox.from_counts({5: 3.5, 4: 1}, scale=FIVE),
        (
            "counts[5] must be a whole number of answers >= 0, but it is 3.5. For weighted answers "
            "use top_box(answers, weights=...)."
        ),
    ),
    "a negative count": (
        lambda: NetScore.from_counts([1, 2, 3, -4, 0], scale=FIVE),
        (
            "counts[4] must be a whole number of answers >= 0, but it is -4. For weighted answers "
            "use "
            "net_score(answers, weights=...)."
        ),
    ),
    "too few": (
        lambda: CustomerEffortScore.from_counts([1, 2, 3, 4], version="1"),
        (
            "counts must have one number for each of the 5 answers of the scale 1-5, from low to "
            "high, but it has 4. Write 0 for an answer that nobody gave, or give a mapping, as in "
            "{1: 12, 2: 30}."
        ),
    ),
    "a word for no answer": (
        lambda: TopBox.from_counts({"很满意": 5, "拒答": 3}, codebook=WORDS),
        (
            "counts has '拒答', which the codebook knows as no answer. Leave it out: counts are of "
            "answers."
        ),
    ),
    "nothing": (
        lambda: TopBox.from_counts({}, scale=FIVE),
        "counts are all 0: there is no score.",
    ),
    "no counts at all": (
        lambda: TopBox.from_counts(12, scale=FIVE),
        "counts must say how often each answer was given, as in {1: 12, 2: 30}, but it is 12.",
    ),
    "another n": (
        lambda: TopBox.from_counts([3, 7, 20, 45, 25], scale=FIVE, n=101),
        (
            "counts add up to 3 + 7 + 20 + 45 + 25 = 100, but n is 101. Count the answers again, "
            "or "
            "omit n."
        ),
    ),
    "twice": (
        lambda: TopBox.from_counts(pd.Series([1, 2], index=[5, 5]), scale=FIVE),
        "counts has 5 more than once. Add its numbers up first.",
    ),
    "three columns": (
        lambda: TopBox.from_counts(pd.DataFrame({"a": [1], "b": [2], "c": [3]}), scale=FIVE),
        (
            "counts must have two columns, the label and its number, but it has 'a', 'b', 'c'. "
            "Choose "
            "two of them."
        ),
    ),
    "no pairs": (
        lambda: Disconfirmation.from_counts({5: 3}, scale=FIVE),
        "counts must have a tuple (perception, expectation) for every count, but it has 5.",
    ),
    "a list of pairs": (
        lambda: Disconfirmation.from_counts([[5, 4]], scale=FIVE),
        (
            "counts must map (perception, expectation) to how often both were given, as in "
            "{(1, 5): 12}, but it is list."
        ),
    ),
    "a pair off the scale": (
        lambda: Disconfirmation.from_counts({(5, 0): 3}, scale=FIVE),
        (
            "counts must be of answers on the scale 1-5, a whole number from 1 to 5, but one is "
            "of 0. "
            "Correct it, or leave it out if it means no answer."
        ),
    ),
    "a weighted pair": (
        lambda: Disconfirmation.from_counts({(5, 1): 3.5}, scale=FIVE),
        (
            "counts[(5, 1)] must be a whole number of answers >= 0, but it is 3.5. For weighted "
            "answers use disconfirmation(..., weights=...)."
        ),
    ),
    "more than can be written out": (
        lambda: MeasuredDisconfirmation.from_counts([10**9, 0, 0, 0, 0], scale=FIVE),
        (
            "counts add up to 1,000,000,000, but this measure takes at most 100,000,000 answers. "
            "Check the unit of the counts."
        ),
    ),
    "one answer in a group": (
        lambda: OrderedComparison.from_counts({"a": {5: 1}, "b": {4: 3}}, scale=FIVE),
        (
            "group 'a' has 1 answer to 'answers': a comparison needs at least 2. Exclude it, or "
            "put "
            "it together with another."
        ),
    ),
    "one group": (
        lambda: OrderedComparison.from_counts({"b": {4: 3}}, scale=FIVE),
        "a comparison needs at least 2 groups, but there is 1.",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_in_these_words(call, message):
    with pytest.raises(DataError) as caught:
        call()
    assert str(caught.value) == message


ARGUMENTS = {
    "all answers": (
        lambda: top_box(SIX, scale=FIVE, boxes=-5),
        (
            "boxes must be a whole number from 1 to 4, or from -4 to -1 for the worst answers, "
            "because the scale 1-5 has 5 answers, but it is -5."
        ),
    ),
    "no answer": (
        lambda: top_box(SIX, scale=FIVE, boxes=0),
        (
            "boxes must be a whole number from 1 to 4, or from -4 to -1 for the worst answers, "
            "because the scale 1-5 has 5 answers, but it is 0."
        ),
    ),
    "the hard end of effort": (
        lambda: customer_effort_score(SIX, version="1", boxes=-2),
        (
            "boxes must be a whole number from 1 to 4, because the scale 1-5 has 5 answers, but "
            "it is "
            "-2."
        ),
    ),
    "both ends meet": (
        lambda: net_score(SIX, scale=FIVE, boxes=3),
        (
            "boxes must be a whole number from 1 to 2, because the scale 1-5 has 5 answers, but "
            "it is "
            "3."
        ),
    ),
    "no steps": (
        lambda: net_score([0.5], scale=Scale(0, 1, step=None)),
        (
            "net_score needs a scale with steps, but Scale(low=0, high=1, step=None) is "
            "continuous. Give its "
            "step, or report the mean."
        ),
    ),
    "no groups": (
        lambda: OrderedComparison.from_counts([1, 2], scale=FIVE),
        (
            "counts must map each group to its counts of answers, as in {'north': {4: 12, 5: 30}, "
            "'south': {4: 20, 5: 10}}, but it is list."
        ),
    ),
}


@pytest.mark.parametrize(("call", "message"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_refused_in_these_words(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == message


def test_counts_that_are_written_out_have_a_limit_that_is_not_met_by_top_boxes():
    assert TopBox.from_counts([10**12, 0, 0, 0, 10**12], scale=FIVE).n == 2 * 10**12
    assert counting.MOST_WRITTEN_OUT == 10**8
