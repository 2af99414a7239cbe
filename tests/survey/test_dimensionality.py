"""Parallel analysis and HTMT find the structure that is there, and agree with slow ways."""

import math
import warnings

import numpy as np
import pytest
import reference_reliability as naive
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import servqual
from custvalue._inference.sample import Sample
from custvalue._respondents.block import Block
from custvalue._survey.covariances import Moments
from custvalue._survey.dimensionality import leading, parallel_analysis
from custvalue._survey.discriminant import Blocks, DimensionPair, HTMTRatio
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError
from custvalue.survey import (
    Bootstrap,
    Dimension,
    Dimensionality,
    DiscriminantValidity,
    Instrument,
    Item,
    Responses,
    Scale,
    dimensionality,
)

ANY = Scale(-1e3, 1e3, step=None)
slowly = settings(deadline=None, derandomize=True, max_examples=20)


def instrument(sizes, *, recoded=()):
    names = iter(f"q{k + 1}" for k in range(sum(sizes.values())))
    return Instrument(
        name="study",
        dimensions=tuple(
            Dimension(
                name=name,
                items=tuple(
                    Item(name=item, reverse_scored=item in recoded)
                    for item in (next(names) for _ in range(size))
                ),
            )
            for name, size in sizes.items()
        ),
    )


SIZES = {"staff": 3, "place": 3, "price": 2}


def drawn(n=200, *, between=0.4, seed=2):
    """Three correlated factors with 3, 3 and 2 items."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(
        np.zeros(3), np.full((3, 3), between) + (1 - between) * np.eye(3), n
    )
    spread = np.repeat(factors, [3, 3, 2], axis=1)
    return 0.8 * spread + 0.6 * rng.normal(size=spread.shape), rng.uniform(0.3, 3, n)


def array(answers, **options):
    names = [f"q{k + 1}" for k in range(np.shape(answers)[1])]
    return Responses.from_arrays(answers, scale=ANY, items=names, **options)


# --- HTMT the slow way ----------------------------------------------------------------------


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_htmt_and_its_error_agree_with_naive_loops(*, absolute, weighted):
    answers, weights = drawn(30)
    answers[:, 6] *= 0.2  # some correlations near 0 and below
    weights = weights if weighted else np.ones(len(answers))
    places = [[0, 1, 2], [3, 4, 5], [6, 7]]
    result = dimensionality(
        array(answers, weights=weights),
        instrument(SIZES),
        htmt="absolute" if absolute else "original",
        simulations=10,
        rng=1,
    )

    def ratio(moved, first, second):
        correlation = naive.correlations(naive.covariances(answers.tolist(), moved))
        return naive.htmt(correlation, first, second, absolute=absolute)

    names = list(SIZES)
    for j, k in ((0, 1), (0, 2), (1, 2)):
        pair = result.htmt.pair(names[j], names[k])
        first, second = places[j], places[k]
        assert pair.value == pytest.approx(ratio(weights.tolist(), first, second), rel=1e-10)
        error = naive.linearised_error(
            lambda w, first=first, second=second: ratio(w, first, second), weights.tolist(), 1e-5
        )
        assert pair.standard_error == pytest.approx(error, rel=1e-5)
        assert pair.correlations == math.comb(len(first) + len(second), 2)


def test_a_single_item_goes_with_itself():
    answers, _ = drawn(50)
    answers = answers[:, [0, 1, 2, 6]]
    result = dimensionality(
        array(answers), instrument({"staff": 3, "price": 1}), simulations=10, rng=1
    )
    correlation = np.corrcoef(answers, rowvar=False)
    expected = naive.htmt(correlation, [0, 1, 2], [3], absolute=True)
    assert result.htmt.pairs[0].value == pytest.approx(expected, rel=1e-12)


def test_distinct_dimensions_are_shown_to_be_and_others_not():
    far = dimensionality(array(drawn(400, between=0.3)[0]), instrument(SIZES), rng=1)
    near = dimensionality(array(drawn(400, between=0.97)[0]), instrument(SIZES), rng=1)
    assert far.htmt.not_below(0.85) == ()
    assert len(near.htmt.not_below(0.9)) == 3
    assert near.suggested == 1
    assert "HTMT is below .90 for all 3 pairs of dimensions." in str(far)
    assert "Not shown to be distinct (HTMT below .90), 3 of 3 pairs: staff – place" in str(near)


def test_upper_limits_by_bootstrap_and_by_linearisation_agree():
    answers, weights = drawn(250)
    result = dimensionality(
        array(answers, weights=weights),
        instrument(SIZES),
        simulations=10,
        rng=3,
        method=Bootstrap(400, rng=3),
    )
    again = dimensionality(
        array(answers, weights=weights),
        instrument(SIZES),
        simulations=10,
        rng=3,
        method=Bootstrap(400, rng=3),
    )
    assert result == again
    for pair in result.htmt.pairs:
        resampled = pair.upper_limit(method="percentile")
        assert pair.upper_limit() == resampled
        assert resampled == pytest.approx(pair.upper_limit(method="linearised"), abs=0.04)
        assert pair.confidence_interval(0.9).high == resampled
        assert pair.confidence_interval().method == "bootstrap percentile"
        assert pair.value < pair.upper_limit(0.9) < pair.upper_limit(0.99)
        assert pair.is_below(pair.upper_limit() + 1e-9)
        assert not pair.is_below(pair.upper_limit() - 1e-9)


def test_a_correlation_of_0_has_no_sign():
    rng = np.random.default_rng(6)
    common = rng.integers(1, 6, 40)
    staff = [common + rng.integers(0, 2, 40) for _ in range(3)]
    place = [np.tile([1, 2, 3, 4, 5], 8), np.tile([2, 1, 5, 1, 2], 8), common + np.tile([0, 1], 20)]
    answers = np.column_stack([*staff, *place]) / 7
    study, found = instrument({"staff": 3, "place": 3}), set()
    for seed in range(20):
        rows = np.random.default_rng(seed).permutation(40)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            result = dimensionality(array(answers[rows]), study, simulations=2, rng=1)
        pair = result.htmt.pairs[0]
        found.add((pair.negative, round(pair.standard_error, 9)))
    assert len(found) == 1


def reversed_first():
    answers, _ = drawn(120)
    answers[:, 0] *= -1
    return answers


def test_negative_correlations_are_counted_and_the_original_ratio_says_why_there_is_none():
    answers = reversed_first()
    plain = dimensionality(array(answers * [-1, 1, 1, 1, 1, 1, 1, 1]), instrument(SIZES), rng=1)
    with pytest.warns(
        DataWarning, match="^'q1' correlates negatively with the other items of staff. If"
    ):
        absolute = dimensionality(array(answers), instrument(SIZES), rng=1)
    with pytest.warns(DataWarning, match="'q1' correlates negatively"):
        original = dimensionality(array(answers), instrument(SIZES), htmt="original", rng=1)
    # sizes are not moved by recoding an item, unless one was below 0 anyway
    assert absolute.htmt.matrix() == pytest.approx(plain.htmt.matrix(), rel=1e-12)
    assert absolute.htmt.pair("staff", "place").negative == 5
    assert original.htmt.pair("staff", "place").value is None
    assert original.htmt.pair("place", "price").value == absolute.htmt.pair("price", "place").value
    assert np.isnan(original.htmt.matrix()[0, 1])
    assert "absolute (sizes of correlations are averaged)" in str(absolute.htmt)
    assert "original (correlations are averaged)" in str(original.htmt)
    assert "–" in str(original.htmt.pair("staff", "place"))
    assert np.isnan(original.htmt.columns()["upper_limit"][0])
    assert not original.htmt.pair("staff", "place").is_below()


def test_a_pair_without_a_ratio_does_not_stop_the_others():
    with pytest.warns(DataWarning, match="'q1' correlates negatively"):
        result = dimensionality(
            array(reversed_first()),
            instrument(SIZES),
            htmt="original",
            rng=1,
            method=Bootstrap(50, rng=1),
        )
    assert result.htmt.pair("staff", "place").ratio is None
    assert len(result.htmt.pair("place", "price").ratio.draws) == 50


def test_reverse_scored_items_of_an_instrument_are_recoded():
    answers = reversed_first()
    keyed = dimensionality(array(answers), instrument(SIZES, recoded=["q1"]), rng=1)
    plain = dimensionality(array(answers * [-1, 1, 1, 1, 1, 1, 1, 1]), instrument(SIZES), rng=1)
    assert keyed.htmt.matrix() == pytest.approx(plain.htmt.matrix(), rel=1e-9)
    assert all(pair.negative == 0 for pair in keyed.htmt.pairs)


def test_failed_resamples_are_counted():
    rng = np.random.default_rng(0)
    answers = np.zeros((14, 8))
    answers[:] = rng.normal(size=(14, 1)) + 0.5 * rng.normal(size=(14, 8))
    answers[2:, 4] = 0.0  # two respondents carry all the variance of one item
    result = dimensionality(array(answers), instrument(SIZES), rng=1, method=Bootstrap(100, rng=1))
    failed = {pair.ratio.failed for pair in result.htmt.pairs}
    assert len(failed) == 1
    assert failed.pop() > 0
    assert "of 100 resamples failed" in str(result.htmt)


# --- parallel analysis ----------------------------------------------------------------------


def test_eigenvalues_are_those_of_the_weighted_correlations():
    answers, weights = drawn(60)
    result = dimensionality(array(answers, weights=weights), simulations=10, rng=1)
    correlation = naive.correlations(naive.covariances(answers.tolist(), weights.tolist()))
    expected = np.linalg.eigvalsh(correlation)[::-1]
    assert result.eigenvalues == pytest.approx(expected.tolist(), rel=1e-9)
    assert sum(result.eigenvalues) == pytest.approx(8)
    assert (result.htmt, result.instrument, result.dimensions) == (None, None, None)


def moments(n, size, *, weights=None):
    rng = np.random.default_rng(9)
    columns = list(rng.normal(size=(size, n)))
    weights = np.ones(n) if weights is None else weights
    return Moments.of([f"q{k}" for k in range(size)], columns, Sample(weights))


@pytest.mark.parametrize("kind", ["normal", "permutation"])
def test_chance_is_what_rows_of_random_answers_give(kind):
    found = parallel_analysis(
        moments(40, 6), random_data=kind, simulations=3000, percentile=95,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    slow = naive.random_eigenvalues(40, 6, 3000, seed=2)
    tight = 0.02 if kind == "normal" else 0.04  # answers of one draw are not quite normal
    assert found.random_mean == pytest.approx(slow.mean(axis=0), abs=tight)
    assert found.random_percentile == pytest.approx(np.percentile(slow, 95, axis=0), abs=0.04)
    assert found.random_mean.sum() == pytest.approx(6)


def test_unequal_weights_make_chance_wider():
    weights = np.random.default_rng(3).uniform(0.01, 5, 100)
    wide = parallel_analysis(
        moments(100, 6, weights=weights), random_data="normal", simulations=800, percentile=95,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    narrow = parallel_analysis(
        moments(100, 6), random_data="normal", simulations=800, percentile=95,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert wide.random_mean[0] > narrow.random_mean[0] + 0.02


@pytest.mark.parametrize("random_data", ["normal", "permutation"])
def test_three_clear_dimensions_are_found(random_data):
    result = dimensionality(
        array(drawn(400, between=0.2)[0]), random_data=random_data, simulations=200, rng=1
    )
    assert result.suggested == 3
    assert result.suggested_by_mean >= 3


def test_nothing_is_found_among_unrelated_items():
    rng = np.random.default_rng(11)
    found = [
        dimensionality(array(rng.normal(size=(80, 6))), simulations=200, rng=seed).suggested
        for seed in range(30)
    ]
    assert sum(count > 0 for count in found) <= 5  # 5 % each by construction


def test_counting_stops_at_the_first_that_fails():
    assert leading(np.array([3.0, 1.5, 1.0, 0.9]), np.array([1.4, 1.6, 0.9, 0.8])) == 1
    assert leading(np.array([2.0, 2.0]), np.array([1.0, 1.0])) == 2
    assert leading(np.array([1.0, 1.0]), np.array([1.0, 1.0])) == 0


def test_the_same_seed_gives_the_same_result():
    data = array(drawn(80)[0])
    for kind in ("normal", "permutation"):
        one = dimensionality(data, random_data=kind, simulations=30, rng=5)
        same = dimensionality(data, random_data=kind, simulations=30, rng=np.random.default_rng(5))
        other = dimensionality(data, random_data=kind, simulations=30, rng=6)
        assert one == same
        assert one != other


def test_missing_answers_are_listwise_or_pairwise():
    answers, _ = drawn(80)
    answers[np.random.default_rng(1).random(answers.shape) < 0.05] = np.nan
    data = array(answers, missing="pairwise")
    for kind in ("normal", "permutation"):
        pairs = dimensionality(data, instrument(SIZES), random_data=kind, simulations=30, rng=1)
        assert (pairs.covariances, pairs.n) == ("pairwise", 80)
    rows = [[None if np.isnan(x) else x for x in row] for row in answers]
    correlation = naive.correlations(naive.covariances(rows, [1.0] * 80))
    expected = naive.htmt(correlation, [0, 1, 2], [6, 7], absolute=True)
    assert pairs.htmt.pair("staff", "price").value == pytest.approx(expected, rel=1e-10)
    whole = dimensionality(data, covariances="listwise", simulations=30, rng=1)
    assert whole.n == int((~np.isnan(answers).any(axis=1)).sum())


# --- invariances ----------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0.2, 20))
@slowly
def test_order_and_the_scale_of_weights_do_not_matter(seed, times):
    answers, weights = drawn(60, seed=seed)
    order = np.random.default_rng(seed).permutation(60)
    one = dimensionality(array(answers, weights=weights), instrument(SIZES), simulations=5, rng=1)
    other = dimensionality(
        array(answers[order], weights=times * weights[order]), instrument(SIZES), simulations=5,
        rng=1,
    )  # fmt: skip
    assert other.eigenvalues == pytest.approx(one.eigenvalues, rel=1e-7)
    assert other.random_mean == pytest.approx(one.random_mean, rel=1e-7)
    for a, b in zip(one.htmt.pairs, other.htmt.pairs, strict=True):
        assert b.value == pytest.approx(a.value, rel=1e-7)
        assert b.standard_error == pytest.approx(a.standard_error, rel=1e-6)


@given(st.integers(0, 10_000))
@slowly
def test_absolute_htmt_does_not_know_which_way_items_are_worded(seed):
    answers, _ = drawn(60, seed=seed)
    signs = np.random.default_rng(seed).choice([-1, 1], 8)
    blocks = Blocks(("a", "b"), np.array([[1, 0]] * 3 + [[0, 1]] * 5, dtype=float), absolute=True)
    correlation = np.corrcoef(answers, rowvar=False)
    assert blocks.ratios(correlation * np.outer(signs, signs)) == pytest.approx(
        blocks.ratios(correlation), rel=1e-12
    )


# --- SERVQUAL -------------------------------------------------------------------------------


def test_perceptions_of_a_servqual_survey():
    rng = np.random.default_rng(4)
    answers = np.clip(np.rint(4 + rng.normal(size=(150, 1)) + rng.normal(size=(150, 22))), 1, 7)
    survey = servqual.Survey.from_arrays(answers, scale=Scale(1, 7))
    result = dimensionality(survey.perceptions, rng=1, simulations=200)
    assert (result.suggested, result.dimensions) == (1, 5)
    assert len(result.htmt.pairs) == 10
    direct = dimensionality(survey.perceptions, survey.instrument, rng=1, simulations=200)
    assert (result.suggested, result.htmt) == (direct.suggested, direct.htmt)
    assert (
        "SERVQUAL sorts its items into 5: that is its design, not a finding about these answers."
        in str(result)
    )


def test_a_survey_put_together_by_hand_is_not_recoded_twice():
    answers = reversed_first() * [-1, 1, 1, 1, 1, 1, 1, 1]
    study = instrument(SIZES, recoded=["q1"])
    block = Block(study.item_names, array(answers).answers, array(answers).scale, study)
    survey = servqual.Survey({"perceptions": block}, study, weights=np.ones(len(answers)))
    assert all(pair.negative == 0 for pair in dimensionality(survey.perceptions, rng=1).htmt.pairs)


# --- results --------------------------------------------------------------------------------


def test_results_go_to_json_and_back():
    result = dimensionality(
        array(drawn(60)[0]), instrument(SIZES), simulations=20, rng=1, method=Bootstrap(20, rng=1)
    )
    assert Dimensionality.from_json(result.to_json()) == result
    assert DiscriminantValidity.from_json(result.htmt.to_json()) == result.htmt
    assert DimensionPair.from_json(result.htmt.pairs[0].to_json()) == result.htmt.pairs[0]


def test_how_results_print():
    result = dimensionality(array(drawn(100, between=0.1)[0]), instrument(SIZES), rng=1)
    assert repr(result) == "Dimensionality(items=8, n=100, suggested=3, dimensions=3)"
    assert repr(result.htmt).startswith(
        "DiscriminantValidity(dimensions=3, convention='absolute', largest=0."
    )
    lines = str(result).splitlines()
    assert lines[0] == "Dimensionality"
    assert "chance, percentile" in lines[2]
    assert "8 items, 100 of 100 respondents, listwise; effective n 100.0." in lines
    assert (
        "Parallel analysis (normal data, 1,000 sets): 3 above percentile 95 of chance, 3 above its "
        "mean." in lines
    )
    assert (
        "Upper limits: 95 %, one-sided, linearised, on log(HTMT). 0 correlations below 0."
        in str(result.htmt.pairs[0])
    )
    assert "<caption>Discriminant validity, HTMT</caption>" in result.htmt._repr_html_()
    assert result.to_frame("pandas").shape == (8, 5)
    assert result.htmt.to_frame("polars").shape == (3, 8)


def test_an_instrument_of_one_dimension_has_no_pairs():
    result = dimensionality(array(drawn(60)[0]), instrument({"all": 8}), simulations=10, rng=1)
    assert result.htmt is None
    assert "study sorts its items into 1" in str(result)


# --- bad input ------------------------------------------------------------------------------


def data():
    return array(drawn(60)[0])


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


def pair(**changes):
    ratio = HTMTRatio(name="HTMT of a and b", value=0.8, standard_error=0.05, n=60, effective_n=60)
    fields = {
        "first": "a", "second": "b", "ratio": ratio, "n": 60, "correlations": 15, "negative": 0,
    } | changes  # fmt: skip
    return DimensionPair(**fields)


CASES = [
    case(
        "one item",
        lambda: dimensionality(data(), items=["q1"]),
        DataError,
        "dimensionality needs at least 2 items, but there is 1, 'q1'. One item has one dimension.",
    ),
    case(
        "one respondent",
        lambda: dimensionality(array([[1.0, 2, 3]])),
        DataError,
        "dimensionality needs at least 2 respondents who answered all 3 items, but there is 1. Use "
        "covariances='pairwise', exclude the item with most missing answers, or collect more "
        "answers.",
    ),
    case(
        "fewer respondents than items",
        lambda: dimensionality(array(drawn(8)[0])),
        DataError,
        "parallel analysis needs more respondents than the 8 items, but the effective n is 8.0. "
        "Collect more answers, or look at fewer items.",
    ),
    case(
        "an item with equal answers",
        lambda: dimensionality(array(drawn(20)[0] * [1, 0, 1, 1, 1, 1, 1, 1])),
        DataError,
        "all answers to 'q2' are 0, so it correlates with nothing. Exclude it, items=[…], and "
        "report its share.",
    ),
    case(
        "items and an instrument",
        lambda: dimensionality(data(), instrument(SIZES), items=["q1"]),
        ParameterError,
        "give either items=[…] or an instrument, which names the items of each dimension.",
    ),
    case(
        "an unknown item",
        lambda: dimensionality(data(), items=["q1", "q9"]),
        ParameterError,
        "items[1] must be one of 'q1', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7', 'q8', but it is 'q9'.",
    ),
    case(
        "an unknown dimension",
        lambda: dimensionality(data(), instrument(SIZES), simulations=9).htmt.pair("staf", "place"),
        ParameterError,
        "first must be one of 'staff', 'place', 'price', but it is 'staf'. Did you mean 'staff'?",
    ),
    case(
        "a dimension with itself",
        lambda: dimensionality(data(), instrument(SIZES), simulations=9).htmt.pair(
            "staff", "staff"
        ),
        ParameterError,
        "HTMT takes two dimensions, but both are 'staff'.",
    ),
    case(
        "no ratio",
        lambda: pair(ratio=None).confidence_interval(),
        DataError,
        "HTMT of a and b does not exist, because correlations within a dimension, or between the "
        "two, are not above 0 on average. Look for reverse-scored items, or use "
        "htmt='absolute'.",
    ),
    case(
        "no resamples of a ratio",
        lambda: pair().confidence_interval(method="percentile"),
        DataError,
        "HTMT of a and b has no resamples. Use method=Bootstrap(2000, rng=1) when it is estimated.",
    ),
    case(
        "an upper limit that is low",
        lambda: pair().upper_limit(0.5),
        ParameterError,
        "level of an upper limit must be > 0.5, but it is 0.5.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_too_many_failed_resamples_are_an_error():
    answers = drawn(14)[0]
    answers[1:, 4] = answers[:-1, 5] = 0.0  # one respondent each carries all the variance
    with pytest.raises(EstimationError, match=r"^\d+ of 400 .* are 0"):
        dimensionality(
            array(answers), instrument(SIZES), rng=1, method=Bootstrap(400, rng=1), simulations=5
        )


@pytest.mark.parametrize("size", [1.0, 0.1, 7.3])
def test_items_without_any_correlation_have_no_htmt(size):
    """A balanced design has correlations of 0, which sums in floating point miss by rounding."""
    one, two, three = np.meshgrid(*[[1.1, 2.3, 3.7]] * 3, indexing="ij")
    items = [its.ravel() * size for its in (one, two, one + three, three)]
    for order in ([0, 1, 2, 3], [1, 0, 3, 2]):
        answers = Responses.from_arrays(
            np.column_stack([items[k] for k in order]),
            scale=Scale(-100, 100, step=None),
            items=["a", "b", "c", "d"],
        )
        instrument = Instrument(
            name="design",
            dimensions=(
                Dimension(name="one", items=(Item(name="a"), Item(name="b"))),
                Dimension(name="two", items=(Item(name="c"), Item(name="d"))),
            ),
        )
        pair = dimensionality(answers, instrument, rng=1).htmt.pairs[0]
        assert pair.value is None
