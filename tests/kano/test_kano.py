"""Kano results agree with published numbers, with naive loops and with themselves."""

import itertools

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_kano as naive
from golden_values import golden
from scipy import stats

from custvalue import kano
from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import proportion
from custvalue._kano import segments as segments_of
from custvalue.errors import DataError
from custvalue.kano import (
    AnswerCodes,
    Category,
    Classification,
    Dirichlet,
    KanoResult,
    Questionnaire,
)
from custvalue.satisfaction import Tier, satisfaction_effect
from custvalue.survey import Bootstrap, Scale

GOLDEN = golden("kano")
COUNTED = [
    pytest.param(item, table, id=item["name"])
    for table in (GOLDEN["counts"], GOLDEN["readme"])
    for item in table["items"]
]
BERGER_RULE = Classification(rule="berger")
HOTLINE_COUNTS = [15, 24, 121, 124, 6, 6]
HOTLINE = {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}


def counted(numbers, order="MOAIRQ", **options):
    return KanoResult.from_counts(
        {"it": dict(zip(order, numbers, strict=True))}, classification=Classification(**options)
    )


def drawn(n=80, items=3, *, seed=4, levels=5):
    """Draw answers with a taste for like and dislike, so that every category occurs."""
    rng = np.random.default_rng(seed)
    odds = np.array([0.35, 0.15, 0.2, 0.1, 0.2])[:levels]
    functional = rng.choice(levels, size=(n, items), p=odds / odds.sum()) + 1
    dysfunctional = rng.choice(levels, size=(n, items), p=odds[::-1] / odds.sum()) + 1
    return functional, dysfunctional, rng.lognormal(0, 0.5, n)


def questionnaire(**options):
    functional, dysfunctional, weights = drawn()
    usual = {"items": ["a", "b", "c"], "weights": weights}
    return Questionnaire.from_arrays(functional, dysfunctional, **(usual | options))


# --- published numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(("item", "table"), COUNTED)
def test_published_counts(item, table):
    found = counted(item["counts"])["it"]
    assert found.n == sum(item["counts"]) == 296
    assert found.category == found.by_rule["mode"] == item["mode"]
    assert found.by_rule["M>O>A>I"] == item["M>O>A>I"]
    assert found.better.value == pytest.approx(item["better"], abs=table["coefficient_atol"])
    assert found.worse.value == pytest.approx(item["worse"], abs=table["coefficient_atol"])
    total = 100 * found.total_strength.value
    assert total == pytest.approx(item["total_strength"], abs=table["strength_atol"])
    strength = 100 * found.category_strength.value
    assert strength == pytest.approx(item["category_strength"], abs=table["strength_atol"])
    chi_squared = found.equal_shares.statistic
    assert chi_squared == pytest.approx(item["chi_squared"], abs=table["chi_squared_atol"])
    assert found.fong.difference == item["fong"][0]
    assert found.fong.critical == pytest.approx(item["fong"][1], abs=table["fong_atol"])
    assert found.fong.significant is item["significant"]


@pytest.mark.parametrize("item", GOLDEN["percentages"]["items"], ids=lambda item: item["name"])
def test_published_percentages(item):
    atol = GOLDEN["percentages"]["coefficient_atol"]
    numbers = dict(zip(GOLDEN["percentages"]["order"], item["percent"], strict=True))
    found = KanoResult.from_percentages({"it": numbers})["it"]
    assert found.category == item["category"]
    assert found.better.value == pytest.approx(item["better"], abs=atol)
    assert found.worse.value == pytest.approx(item["worse"], abs=atol)
    assert found.n is None
    assert found.fong is None


@pytest.mark.parametrize("item", GOLDEN["mixed"]["items"], ids=lambda item: item["name"])
def test_an_item_that_divides_the_customers_is_called_mixed(item):
    numbers = dict(zip(GOLDEN["mixed"]["order"], item["percent"], strict=True))
    found = KanoResult.from_percentages({"it": numbers})["it"]
    assert found.category == item["category"]
    assert (None if found.mixed is None else list(found.mixed)) == item["mixed"]


def test_the_tables_are_the_published_ones():
    published = GOLDEN["tables"]
    cells = tuple(tuple(row) for row in published["berger"])
    assert kano.BERGER.cells == kano.KANO.cells == cells
    assert kano.KANO.differences(kano.BERGER) == {}
    differing = kano.POULIOT.differences(kano.BERGER)
    assert [list(pair) for pair in differing] == published["pouliot_differs_at"]
    assert set(differing.values()) == {(Category.QUESTIONABLE, Category.INDIFFERENT)}
    assert ["".join(row) for row in kano.THREE_LEVEL.cells] == published["three_level"]
    for f in naive.LEVELS:
        for d in naive.LEVELS:
            assert kano.BERGER.category(f, d) == naive.category(f, d)


def test_the_scores_are_the_published_ones():
    published = GOLDEN["dumouchel"]
    for question in ("functional", "dysfunctional"):
        expected = dict(zip(published["levels"], published[question], strict=True))
        assert getattr(kano.DUMOUCHEL, question) == expected


def test_fuzzy_degrees_by_hand():
    case = GOLDEN["fuzzy"]
    answers = kano.FuzzyQuestionnaire.from_arrays(
        [[case["functional"]]], [[case["dysfunctional"]]], items=["it"]
    )
    result = kano.classify_fuzzy(answers, cut=0.4)
    degrees = {letter: share.value for letter, share in result["it"].items()}
    assert degrees == pytest.approx(case["degrees"], abs=case["atol"])
    reached = [letter for k, letter in enumerate("MOAIRQ") if result.reached[0, k] == 1]
    assert reached == case["reached at 0.4"]
    assert result.unresolved[0] == 0
    assert kano.classify_fuzzy(answers, cut=0.5).unresolved[0] == 1


def test_a_degree_on_the_cut_reaches_it():
    answers = kano.FuzzyQuestionnaire.from_arrays([[[0.4, 0, 0.6, 0, 0]]], [[[0, 0, 0, 0, 1]]])
    result = kano.classify_fuzzy(answers, cut=0.4)
    assert result.reached[0].tolist() == [1, 1, 0, 0, 0, 0]  # M 0.6, O 0.4
    assert result.categories == result.categories_by_degree == ("M",)
    columns = answers.columns()
    assert columns["item 1 (functional, neutral)"].tolist() == [0.6]
    assert list(columns)[-1] == "weight"
    assert len(columns) == 11


def test_fuzzy_answers_from_a_frame():
    rng = np.random.default_rng(6)
    given = rng.dirichlet(np.ones(5), (2, 8, 2))
    weights = rng.lognormal(size=8)
    columns = {
        f"{question}{item}{level}": given[q, :, item, level]
        for q, question in enumerate("fd")
        for item in range(2)
        for level in range(5)
    }
    asked = {
        question: {f"item {i + 1}": [f"{question}{i}{level}" for level in range(5)] for i in (0, 1)}
        for question in "fd"
    }
    answers = kano.FuzzyQuestionnaire.from_frame(
        pl.DataFrame({**columns, "w": weights}),
        functional=asked["f"],
        dysfunctional=asked["d"],
        weights="w",
    )
    assert answers == kano.FuzzyQuestionnaire.from_arrays(given[0], given[1], weights=weights)
    result = kano.classify_fuzzy(answers)
    each = [naive.fuzzy_degrees(given[0, k, 1], given[1, k, 1])["I"] for k in range(8)]
    expected = mean_estimate(np.array(each), Sample(weights), name="I")
    found = result["item 2"][Category.INDIFFERENT]
    assert found.value == pytest.approx(expected.value)
    assert found.standard_error == pytest.approx(expected.standard_error)
    assert found.effective_n == pytest.approx(result.effective_n)
    reached = np.array(each) >= 0.4
    assert result.reached[1, 3] == pytest.approx((weights @ reached) / weights.sum())
    assert result.columns()["degree I"][1] == pytest.approx(expected.value)


# --- rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "mode", "precedence", "berger", "tied"),
    [
        pytest.param([10, 10, 0, 0, 0, 0], "M", "M", "M", "MO", id="tie of M and O"),
        pytest.param([0, 0, 10, 10, 0, 0], "A", "A", "I", "AI", id="half care: the rest decides"),
        pytest.param([0, 0, 0, 0, 5, 5], "R", "R", "R", "RQ", id="tie of R and Q"),
        pytest.param([20, 15, 15, 30, 10, 10], "I", "I", "I", "I", id="half and half"),
        pytest.param([20, 16, 15, 30, 10, 9], "I", "I", "M", "I", id="most care, I is largest"),
        pytest.param([0, 30, 34, 30, 3, 3], "A", "O", "A", "A", id="within five points"),
        pytest.param([0, 29, 35, 30, 3, 3], "A", "A", "A", "A", id="only I within five points"),
        pytest.param([0, 30, 35, 30, 3, 2], "A", "O", "A", "A", id="exactly five points"),
        pytest.param([0, 0, 0, 0, 0, 7], "Q", "Q", "Q", "Q", id="all questionable"),
    ],
)
def test_rules(numbers, mode, precedence, berger, tied):
    item = counted(numbers)["it"]
    found = {rule: category.value for rule, category in item.by_rule.items()}
    assert found == {"mode": mode, "M>O>A>I": precedence, "berger": berger}
    assert "".join(item.tied) == tied
    for rule, expected in found.items():
        assert counted(numbers, rule=rule)["it"].category == expected
        assert counted(numbers).categories(rule)[0] == expected


def test_only_ties_are_called_ties():
    counts = {"M": 10, "O": 20, "A": 30, "I": 5, "R": 0, "Q": 0}
    alone = KanoResult.from_counts({"a": counts})["a"]
    level = KanoResult.from_counts({"a": {**counts, "O": 30}})["a"]
    assert "Tied" not in str(alone)
    assert "Tied: O, A." in str(level)


def test_the_margin_of_precedence_is_an_argument():
    for margin, category in ((0.01, "I"), (0.02, "A"), (0.4, "M")):
        found = counted(HOTLINE_COUNTS, rule="M>O>A>I", tie_margin=margin)
        assert found["it"].category == category


def test_fong_counts_two_samples_where_there_is_one():
    fong = counted(HOTLINE_COUNTS)["it"].fong
    difference, bound = naive.fong(HOTLINE_COUNTS)
    assert (fong.first, fong.second) == ("I", "A")
    assert fong.difference == difference
    assert fong.critical == pytest.approx(bound, rel=1e-12)
    # counts of one multinomial sample: Var(a - b) = a + b where their shares are equal
    assert fong.critical_one_sample == pytest.approx(1.65 * (124 + 121) ** 0.5, rel=1e-12)


def test_tiers():
    result = KanoResult.from_counts(
        {letter: {**dict.fromkeys("MOAIRQ", 1), letter: 9} for letter in "MOAIRQ"}
    )
    found = [result.tier(letter) for letter in "MOAIRQ"]
    assert found == [Tier.SATISFIED, Tier.DESIRED, Tier.SURPRISED, None, None, None]


# --- intervals ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("numbers", [HOTLINE_COUNTS, [1, 0, 0, 0, 0, 0], [0, 9, 3, 0, 1, 0]])
def test_intervals_of_better_and_worse(numbers, level):
    item = counted(numbers)["it"]
    must, one, attractive, _ = numbers[:4]
    base = sum(numbers[:4])
    for share, hits, sign in ((item.better, one + attractive, 1), (item.worse, must + one, -1)):
        p = hits / base
        assert share.value == pytest.approx(sign * p)
        assert share.n == base
        assert share.standard_error == pytest.approx((p * (1 - p) / base) ** 0.5)
        wilson = naive.wilson(p, base, level)
        reach = stats.norm.ppf(0.5 + level / 2) * (p * (1 - p) / base) ** 0.5
        delta = (max(p - reach, 0), min(p + reach, 1))
        prior = 2 * 0.3  # two categories inside, two outside
        posterior = stats.beta.ppf(
            [0.5 - level / 2, 0.5 + level / 2], hits + prior, base - hits + prior
        )
        for method, ends in (("wilson", wilson), ("delta", delta), (Dirichlet(0.3), posterior)):
            interval = share.confidence_interval(level, method=method)
            expected = tuple(ends) if sign > 0 else (-ends[1], -ends[0])
            assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-12)
            assert interval.level == level
            assert interval.method.startswith("dirichlet" if method == Dirichlet(0.3) else method)


def test_the_default_interval_is_that_of_every_share_in_the_house():
    answers = questionnaire()
    found = kano.classify(answers)
    letters = answers.categories()
    for place, item in enumerate(found):
        hits = (letters[:, place] == 2).astype(float)
        share = proportion(hits, Sample(answers.weights), name="A")
        ours = found[item].shares[Category.ATTRACTIVE]
        assert ours.value == pytest.approx(share.value, rel=1e-12)
        assert ours.standard_error == pytest.approx(share.standard_error, rel=1e-12)
        assert ours.effective_n == pytest.approx(share.effective_n, rel=1e-12)
        theirs = share.confidence_interval()
        interval = ours.confidence_interval()
        assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


def test_columns_say_what_the_items_say():
    answers = questionnaire(importance=np.ones((80, 3)))
    result = kano.classify(answers, BERGER_RULE)
    columns = result.columns(0.9, method=Dirichlet(1.0))
    for row, name in enumerate(result):
        item = result[name]
        assert columns["item"][row] == name
        assert columns["n"][row] == item.n
        assert columns["category"][row] == columns["berger"][row] == item.category
        assert columns["mode"][row] == item.by_rule["mode"]
        assert columns["M>O>A>I"][row] == item.by_rule["M>O>A>I"]
        assert columns["tied"][row] == (len(item.tied) > 1)
        assert columns["total_strength"][row] == pytest.approx(item.total_strength.value)
        assert columns["category_strength"][row] == pytest.approx(item.category_strength.value)
        assert columns["fong_difference"][row] == pytest.approx(item.fong.difference)
        assert columns["fong_critical"][row] == pytest.approx(item.fong.critical)
        for category, share in item.shares.items():
            assert columns[category.value][row] == pytest.approx(share.value)
        for coefficient in ("better", "worse"):
            share = getattr(item, coefficient)
            interval = share.confidence_interval(0.9, method=Dirichlet(1.0))
            ends = [columns[f"{coefficient}_{end}"][row] for end in ("low", "high")]
            assert columns[coefficient][row] == pytest.approx(share.value)
            assert ends == pytest.approx([interval.low, interval.high])
            assert interval.method == "dirichlet, prior 1 in each category"


def test_no_interval_ends_beyond_the_scale():
    for numbers in ([5, 0, 0, 0, 0, 0], [0, 5, 0, 0, 0, 0], [0, 0, 5, 0, 0, 0], [0, 0, 0, 5, 0, 0]):
        item = counted(numbers)["it"]
        for method in ("wilson", "delta", "dirichlet"):
            better = item.better.confidence_interval(method=method)
            worse = item.worse.confidence_interval(method=method)
            assert 0 <= better.low <= item.better.value <= better.high <= 1 or method == "dirichlet"
            assert 0 <= better.low <= better.high <= 1
            assert -1 <= worse.low <= worse.high <= 0
        assert item.worse.confidence_interval(method="delta").high <= 0
        assert str(item.worse.value) != "-0.0"


def test_category_strength_has_a_delta_interval():
    item = counted(HOTLINE_COUNTS)["it"]
    p, q = 124 / 296, 121 / 296
    error = ((p + q - (p - q) ** 2) / 296) ** 0.5
    assert item.category_strength.standard_error == pytest.approx(error, rel=1e-12)
    interval = item.category_strength.confidence_interval()
    assert interval.low == 0
    assert interval.high == pytest.approx(p - q + stats.norm.ppf(0.975) * error)
    assert interval.method == "delta, clipped at the end of the scale"


def test_percentages_with_their_base_have_intervals():
    percent = {letter: 100 * count / 296 for letter, count in HOTLINE.items()}
    found = KanoResult.from_percentages({"it": percent}, n=296)["it"]
    from_counts = counted(HOTLINE_COUNTS)["it"]
    assert found.better.confidence_interval().low == pytest.approx(
        from_counts.better.confidence_interval().low
    )
    assert found.fong.critical == pytest.approx(from_counts.fong.critical)
    by_item = KanoResult.from_percentages({"it": percent}, n={"it": 296})
    assert by_item["it"].effective_n == pytest.approx(296)


# --- P(category) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [[15, 24, 121, 124, 6, 6], [1, 0, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3], [900, 880, 1, 0, 0, 0]],
)
def test_exact_probabilities_agree_with_adaptive_quadrature(numbers):
    found = counted(numbers).probabilities(method=Dirichlet(0.5))
    assert found.method == "integrated"
    assert found.simulations == found.monte_carlo_error == 0
    alpha = [count + 0.5 for count in numbers]
    expected = [naive.probability_of_mode(alpha, place) for place in range(6)]
    assert sum(expected) == pytest.approx(1, abs=1e-7)
    assert list(found["it"].values()) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    "options",
    [{"simulations": 20_000, "rng": 7}, {"method": Bootstrap(20_000, rng=7)}],
    ids=["simulated", "resampled"],
)
def test_probabilities_by_draws_agree_with_the_exact_ones(options):
    result = counted([150, 240, 1210, 1180, 60, 60])
    exact = result.probabilities()["it"]
    found = result.probabilities(**options)
    assert found["it"][Category.ATTRACTIVE] == pytest.approx(exact[Category.ATTRACTIVE], abs=0.02)
    assert found.probability.sum() == pytest.approx(1)
    assert 0 < found.monte_carlo_error < 0.004


def test_probabilities_follow_the_rule():
    counts = {"it": {"M": 30, "O": 33, "A": 2, "I": 33, "R": 1, "Q": 1}}
    berger = KanoResult.from_counts(counts, classification=BERGER_RULE).probabilities(rng=1)
    assert berger.method == "simulated"
    assert berger.simulations == 4_000
    assert berger["it"][Category.INDIFFERENT] < 0.01  # M + O + A outnumber the rest
    mode = KanoResult.from_counts(counts).probabilities()
    assert mode["it"][Category.INDIFFERENT] > 0.3
    wide = Classification(rule="M>O>A>I", tie_margin=0.3)
    precedence = KanoResult.from_counts(counts, classification=wide).probabilities(rng=1)
    assert precedence["it"][Category.MUST_BE] > 0.95


def test_many_items_are_drawn_in_blocks():
    many = {f"item {k}": {**HOTLINE, "M": k} for k in range(60)}
    result = KanoResult.from_counts(many, classification=BERGER_RULE)
    found = result.probabilities(simulations=10_000, rng=3)
    assert found.probability.shape == (60, 6)
    assert found.probability.sum(axis=1) == pytest.approx(1)


# --- the questionnaire ----------------------------------------------------------------------


def test_any_frame_gives_the_same_result():
    functional, dysfunctional, weights = drawn()
    columns = {f"f{k}": functional[:, k] for k in range(3)}
    columns |= {f"d{k}": dysfunctional[:, k] for k in range(3)}
    columns |= {"w": weights, "g": np.where(weights > 1, "high", "low")}
    names = dict(zip("abc", ["f0", "f1", "f2"], strict=True))
    expected = questionnaire(group=columns["g"])
    frame = pd.DataFrame(columns)
    engines = [columns, frame, pl.DataFrame(columns), pl.LazyFrame(columns), pa.table(columns)]
    engines += [duckdb.sql("SELECT * FROM frame")]
    for data in engines:
        answers = Questionnaire.from_frame(
            data,
            functional=names,
            dysfunctional={item: name.replace("f", "d") for item, name in names.items()},
            weights="w",
            group="g",
        )
        assert answers == expected
        assert kano.classify(answers) == kano.classify(expected)
        assert kano.segments(answers) == kano.segments(expected)


WITH_GAPS = {
    "pandas floats": pd.DataFrame({"f": [1.0, None, 2.0], "d": [5.0, 5.0, None]}),
    "pandas Int64": pd.DataFrame({"f": [1, None, 2], "d": [5, 5, None]}, dtype="Int64"),
    "pandas objects": pd.DataFrame({"f": [1, None, 2], "d": [5, 5, float("nan")]}, dtype=object),
    "polars": pl.DataFrame({"f": [1, None, 2], "d": [5, 5, None]}),
    "pyarrow": pa.table({"f": [1, None, 2], "d": [5, 5, None]}),
    "mapping": {"f": [1, None, 2], "d": [5, 5, np.nan]},
}
WORDED = {"f": ["I like it", None, "I expect it"], "d": ["I dislike it", "不喜欢", None]}
WORDS_WITH_GAPS = {
    "pandas": pd.DataFrame(WORDED),
    "pandas strings": pd.DataFrame(WORDED, dtype="string"),
    "pandas categories": pd.DataFrame(WORDED, dtype="category"),
    "polars": pl.DataFrame(WORDED),
    "polars categories": pl.DataFrame(WORDED).cast(pl.Categorical),
    "pyarrow": pa.table(WORDED),
    "mapping": WORDED,
}


@pytest.mark.parametrize(
    ("frame", "codes"),
    [pytest.param(frame, None, id=name) for name, frame in WITH_GAPS.items()]
    + [
        pytest.param(frame, kano.WORDS, id=f"words, {name}")
        for name, frame in WORDS_WITH_GAPS.items()
    ],
)
def test_gaps_are_gaps_in_every_frame(frame, codes):
    answers = Questionnaire.from_frame(
        frame, functional=["f"], dysfunctional=["d"], codes=codes, missing="pairwise"
    )
    assert answers.functional[:, 0].tolist() == [0, -1, 1]
    assert answers.dysfunctional[:, 0].tolist() == [4, 4, -1]
    assert answers.categories()[:, 0].tolist() == [1, -1, -1]
    assert [item.missing for item in answers.base.items] == [1, 1]


def test_an_item_without_any_answer_is_read_whatever_the_codes():
    frame = {"f": ["I like it", "neutral"], "d": ["I dislike it"] * 2, "g": [np.nan] * 2}
    frame["e"] = frame["g"]
    answers = Questionnaire.from_frame(
        frame,
        functional=["f", "g"],
        dysfunctional=["d", "e"],
        codes=kano.WORDS,
        missing="pairwise",
    )
    assert answers.functional[:, 1].tolist() == [-1, -1]
    with pytest.raises(DataError, match="g: no respondent answered both questions"):
        kano.classify(answers)


def test_columns_may_be_named_in_order():
    frame = {"f": [1, 2], "g": [1, 1], "d": [5, 5], "e": [3, 3]}
    answers = Questionnaire.from_frame(frame, functional=["f", "g"], dysfunctional=["d", "e"])
    assert answers.items == ("f", "g")
    assert kano.classify(answers).categories() == ("M", "A")


TURNED = AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1)
FROM_ZERO = AnswerCodes(like=0, must_be=1, neutral=2, live_with=3, dislike=4)


@pytest.mark.parametrize(
    ("codes", "answers"),
    [
        pytest.param(None, [1, 2, 3, 4, 5], id="numbers"),
        pytest.param(None, [1.0, 2.0, 3.0, 4.0, 5.0], id="floats"),
        pytest.param(
            AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1),
            [5, 4, 3, 2, 1],
            id="turned",
        ),
        pytest.param(
            AnswerCodes(like=0, must_be=1, neutral=2, live_with=3, dislike=4),
            [0, 1, 2, 3, 4],
            id="from 0",
        ),
        pytest.param(
            kano.WORDS,
            ["I like it", "理应如此", "I am neutral", "can't", "不喜欢"],
            id="words",
        ),
        pytest.param(
            AnswerCodes(like=("+", "++"), must_be="!", neutral=0, live_with="~", dislike=("-", -1)),
            ["++", "!", 0, "~", -1],
            id="words and numbers",
        ),
    ],
)
def test_codes(codes, answers):
    answers = ["I can tolerate it" if answer == "can't" else answer for answer in answers]
    functional = np.repeat(np.array(answers, dtype=object), 5)
    dysfunctional = np.tile(np.array(answers, dtype=object), 5)
    found = Questionnaire.from_arrays(functional, dysfunctional, codes=codes)
    letters = np.array(list("MOAIRQ"))[found.categories()[:, 0]]
    expected = [naive.category(f, d) for f in naive.LEVELS for d in naive.LEVELS]
    assert letters.tolist() == expected


def test_three_levels():
    three = [1, 2, 3]
    answers = Questionnaire.from_arrays(
        np.repeat(three, 3), np.tile(three, 3), table=kano.THREE_LEVEL
    )
    letters = "".join("MOAIRQ"[place] for place in answers.categories()[:, 0])
    assert letters == "QAORIMRRQ"
    scores = kano.continuous_analysis(answers)
    assert scores.items[0].functional.value == pytest.approx((4 + 0 - 2) / 3)


def test_another_table_changes_the_categories():
    both = [2, 4, 3]
    assert "".join(kano.classify(Questionnaire.from_arrays(both, both)).categories()) == "I"
    strict = Questionnaire.from_arrays(both, both, table=kano.POULIOT)
    assert kano.classify(strict)["item 1"].counts[Category.QUESTIONABLE] == 2
    assert kano.classify(strict).table == "Pouliot 1993"


WITHOUT = [  # codes for "don't know" apart
    ("functional", "a", 1),
    ("functional", "b", 0),
    ("dysfunctional", "a", 1),
    ("dysfunctional", "b", 0),
]
MISSING = {"f1": [1, None, 3, 1], "d1": [5, 5, None, 9], "f2": [1, 1, 1, 1], "d2": [5, 5, 5, 5]}


def with_missing(policy):
    return Questionnaire.from_frame(
        MISSING,
        functional={"a": "f1", "b": "f2"},
        dysfunctional={"a": "d1", "b": "d2"},
        codes=AnswerCodes.numbered(kano.BERGER, missing_codes=(9,)),
        missing=policy,
    )


def test_missing_answers_are_left_out_and_counted():
    pairwise = kano.classify(with_missing("pairwise"))
    assert [pairwise[item].n for item in "ab"] == [1, 4]
    base = pairwise.base
    assert (base.respondents, base.excluded, base.dont_know) == (4, {}, 1)
    assert [(item.block, item.name, item.missing) for item in base.items] == WITHOUT
    dropped = kano.classify(with_missing("drop"))
    assert [dropped[item].n for item in "ab"] == [1, 1]
    assert (dropped.base.respondents, dropped.base.n) == (4, 1)


def test_nobody_counts_who_stands_for_nobody():
    functional, dysfunctional, weights = drawn()
    weights = np.where(np.arange(80) < 30, 0.0, weights)
    weighted = kano.classify(Questionnaire.from_arrays(functional, dysfunctional, weights=weights))
    kept = kano.classify(
        Questionnaire.from_arrays(functional[30:], dysfunctional[30:], weights=weights[30:])
    )
    assert weighted["item 1"] == kept["item 1"]


def test_one_respondent():
    result = kano.classify(Questionnaire.from_arrays([[1, 3]], [[5, 5]]))
    assert result.categories() == ("O", "M")
    better = result["item 1"].better
    assert (better.value, better.n, better.standard_error) == (1, 1, 0)
    interval = better.confidence_interval()
    assert 0.2 < interval.low < 0.21  # Wilson, 1 of 1: 1 / (1 + 1.96²)
    assert interval.high == 1


def test_all_answers_equal():
    answers = Questionnaire.from_arrays(np.full((5, 2), 1), np.full((5, 2), 1))
    result = kano.classify(answers)
    item = result["item 1"]
    assert item.category == "Q"
    assert item.better is None
    assert item.worse is None
    assert item.equal_shares is None
    assert item.reverse_or_questionable.value == item.questionable.value == 1
    assert np.isnan(result.columns()["better_low"]).all()
    assert kano.questionable_answers(answers).uniform.tolist() == [0, 1, 2, 3, 4]
    unclear, undefined = result.warnings
    assert unclear == (
        "More than 10 % of the answers are questionable for 'item 1', 'item 2': respondents "
        "may not have understood the questions."
    )
    assert undefined == (
        "Better and worse do not exist for 'item 1', 'item 2': all answers are R or Q."
    )


def test_swapped_questions_are_suspected():
    functional, dysfunctional, _ = drawn()
    result = kano.classify(Questionnaire.from_arrays(dysfunctional, functional))
    assert "R" in result.categories()
    assert any(
        "check that the functional and the dysfunctional question are not swapped" in warning
        for warning in result.warnings
    )


EACH_TIER = np.array([[1, 3, 1, 3]] * 3), np.array([[5, 5, 3, 3]] * 3)  # O, M, A and I


def test_codes_that_run_the_other_way_are_suspected():
    functional, dysfunctional = EACH_TIER
    turned = AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1)
    wrong = kano.classify(Questionnaire.from_arrays(6 - functional, 6 - dysfunctional))
    warning = next(each for each in wrong.warnings if "swapped" in each)
    assert warning.endswith(
        "are not swapped, and that the answers are coded as they were read: 1 (like), 2 (must-be), "
        "3 (neutral), 4 (live-with), 5 (dislike); if they are coded in the other direction, use "
        "codes=AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1)."
    )
    assert AnswerCodes().reversed == turned
    right = kano.classify(
        Questionnaire.from_arrays(6 - functional, 6 - dysfunctional, codes=turned)
    )
    assert not any("swapped" in each for each in right.warnings)
    assert "; answers: 5 (like), 4 (must-be), 3 (neutral), 2 (live-with)" in right.convention
    assert kano.WORDS.reversed is None
    three = AnswerCodes(like=0, neutral=(1, 2), dislike=3)
    assert three.reversed is None
    assert AnswerCodes(like=0, neutral=1, dislike=2, missing_codes=9).reversed == AnswerCodes(
        like=2, neutral=1, dislike=0, missing_codes=9
    )


def test_words_that_were_read_are_named_and_not_turned_round():
    words = [["dislike"], ["dislike"], ["I dislike it"]], [["like"]] * 3
    result = kano.classify(Questionnaire.from_arrays(*words, codes=kano.WORDS))
    warning = next(each for each in result.warnings if "swapped" in each)
    assert warning.endswith("'dislike' or 5 more (dislike).")
    counts = {"it": {"M": 1, "O": 0, "A": 0, "I": 0, "R": 8, "Q": 0}}
    (warning,) = KanoResult.from_counts(counts).warnings
    assert warning.endswith("are not swapped.")  # read elsewhere: nothing is known of the codes


def test_ties_are_told():
    result = counted([4, 4, 1, 1, 0, 0])
    (warning,) = result.warnings
    assert warning == (
        "Two or more categories are equally frequent for 'it'; the first of M > O > A > I > R > Q "
        "is taken."
    )


def test_the_limit_of_questionable_answers_is_an_argument():
    assert counted(HOTLINE_COUNTS).warnings == ()
    (warning,) = counted(HOTLINE_COUNTS, questionable_limit=0.02).warnings
    assert warning == (
        "More than 2 % of the answers are questionable for 'it': respondents may not have "
        "understood the questions."
    )


def test_the_result_says_what_better_and_worse_leave_out():
    result = KanoResult.from_counts({"Hotline": HOTLINE})
    assert (
        "Better and worse exclude R and Q: 4.1 % of the answers to an item on average, 4.1 % at "
        "most ('Hotline')." in str(result)
    )
    assert result.convention == (
        "Category by mode, ties by M > O > A > I > R > Q; rule M>O>A>I: the first within 5.0 % of "
        "the largest; evaluation table: not stated. Better = (A + O) / (M + O + A + I), worse = "
        "-(M + O) / (M + O + A + I)."
    )
    item = KanoResult.from_counts(
        {"Hotline": HOTLINE}, classification=Classification(tie_margin=0.07)
    )["Hotline"]
    assert "; M>O>A>I takes the first within 7.0 % of the largest." in str(item)


def test_items_with_a_tier_feed_the_effect_of_satisfaction():
    result = kano.classify(Questionnaire.from_arrays(*EACH_TIER, items=["o", "m", "a", "i"]))
    tiered = result.tiered()
    assert [(each.name, each.tier.value, each.weight) for each in tiered] == [
        ("o", "desired", 1.0),
        ("m", "satisfied", 1.0),
        ("a", "surprised", 1.0),
    ]
    perceived, expected = {"o": [5, 3], "m": [5, 2], "a": [4, 5]}, {"o": 4, "m": 5, "a": 2}
    effect = satisfaction_effect(perceived, expected, attributes=tiered, scale=Scale(1, 5))
    assert [each.name for each in effect.attributes] == ["o", "m", "a"]
    stated = [[9, 7, 4, 1], [8, 7, 3, 1], [7, 7, 2, 1]]
    weighted = kano.classify(Questionnaire.from_arrays(*EACH_TIER, importance=stated)).tiered()
    assert [each.weight for each in weighted] == pytest.approx([8, 7, 3])
    assert KanoResult.from_counts({"it": dict.fromkeys("MOARQ", 0) | {"I": 9}}).tiered() == ()


def test_one_is_not_plural():
    answers = Questionnaire.from_arrays([[1]], [[5]])
    assert str(answers.base) == "1 respondent, no missing answers."
    assert "At least 50 % questionable pairs: 0 of 1 respondent; one" in str(
        kano.questionable_answers(answers)
    )
    fuzzy = kano.FuzzyQuestionnaire.from_arrays([[[1, 0, 0, 0, 0]]], [[[0, 0, 0, 0, 1]]])
    assert "1 respondent, effective n 1.0" in str(kano.classify_fuzzy(fuzzy))


def test_counts_from_a_frame():
    frame = pd.DataFrame({"feature": ["Hotline", "App"], **{k: [v, 1] for k, v in HOTLINE.items()}})
    found = KanoResult.from_frame(frame, item="feature", classification=BERGER_RULE)
    assert found == KanoResult.from_counts(
        {"Hotline": HOTLINE, "App": dict.fromkeys("MOAIRQ", 1)}, classification=BERGER_RULE
    )


# --- importance, continuous analysis, segments, questionable answers -------------------------


def test_importance():
    rng = np.random.default_rng(2)
    stated = rng.integers(1, 10, (80, 3)).astype(float)
    stated[3, 1] = np.nan
    answers = questionnaire(importance=stated, missing="pairwise")
    result = kano.classify(answers)
    for place, item in enumerate("abc"):
        expected = mean_estimate(
            stated[:, place], Sample(answers.weights), name=f"importance of {item}", bounds=(1, 9)
        )
        found = result[item].importance
        assert found.n == expected.n
        for name in ("value", "standard_error", "effective_n"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-12)
        assert found.bounds == expected.bounds
    columns = kano.stated_importance(answers).columns()
    interval = result["b"].importance.confidence_interval()
    assert interval.method == "beta"
    assert columns["low"][1] == pytest.approx(interval.low)
    assert columns["high"][1] == pytest.approx(interval.high)


def test_columns_of_a_questionnaire_hold_everything_that_was_asked():
    stated = np.full((80, 3), 7)
    group = np.where(np.arange(80) < 9, "n", "s")
    columns = questionnaire(importance=stated, group=group).columns()
    assert columns["b (importance)"].tolist() == [7] * 80
    assert columns["group"].tolist() == group.tolist()
    assert list(columns)[:3] == ["a (functional)", "a (dysfunctional)", "a (importance)"]


def test_importance_that_nobody_stated():
    answers = Questionnaire.from_arrays(
        [[1, 1], [1, 1]],
        [[5, 5], [5, 5]],
        importance=[[None, 7], [None, 9]],
        missing="pairwise",
    )
    result = kano.classify(answers)
    assert result["item 1"].importance is None
    assert result["item 2"].importance.value == 8
    assert np.isnan(kano.stated_importance(answers).columns()["importance"][0])
    with pytest.raises(DataError, match="importance of item 1: there are no answers") as error:
        kano.stated_importance(answers)["item 1"]
    assert str(error.value) == (
        "importance of item 1: there are no answers, so there is no mean. Exclude it."
    )


def test_importance_on_another_scale():
    answers = questionnaire(importance=np.full((80, 3), 5), importance_scale=Scale(1, 5))
    assert kano.classify(answers)["a"].importance.value == 5
    assert kano.stated_importance(answers)["a"].standard_error == 0


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "quadrant"),
    [
        pytest.param("like", "dislike", "O", id="one-dimensional"),
        pytest.param("like", "neutral", "A", id="attractive"),
        pytest.param("like", "live-with", "A", id="attractive, on the cut"),
        pytest.param("neutral", "dislike", "M", id="must-be"),
        pytest.param("must-be", "dislike", "M", id="must-be, on the cut"),
        pytest.param("neutral", "neutral", "I", id="indifferent"),
        pytest.param("dislike", "like", "I", id="reverse lies beyond indifferent"),
    ],
)
def test_quadrants_of_respondents_who_agree(functional, dysfunctional, quadrant):
    codes = [naive.LEVELS.index(level) + 1 for level in (functional, dysfunctional)]
    on_the_cut = 2 in (
        kano.DUMOUCHEL.functional[functional],
        kano.DUMOUCHEL.dysfunctional[dysfunctional],
    )
    for respondents, settled in ((4, quadrant == "I"), (40, not on_the_cut)):
        answers = [np.full(respondents, code) for code in codes]
        item = kano.continuous_analysis(Questionnaire.from_arrays(*answers))["item 1"]
        assert item.quadrant == quadrant
        assert item.settled == settled
    assert item.functional.value == kano.DUMOUCHEL.functional[functional]
    assert item.dysfunctional.value == kano.DUMOUCHEL.dysfunctional[dysfunctional]
    assert item.functional.standard_error == 0


@pytest.mark.parametrize("by_importance", [False, True])
def test_mean_scores(by_importance):
    functional, dysfunctional, weights = drawn()
    stated = np.random.default_rng(1).integers(1, 10, (80, 3))
    answers = questionnaire(importance=stated)
    found = kano.continuous_analysis(answers, by_importance=by_importance)
    for place, item in enumerate("abc"):
        weighting = weights * stated[:, place] if by_importance else weights
        for question, given in (("functional", functional), ("dysfunctional", dysfunctional)):
            scores = getattr(kano.DUMOUCHEL, question)
            names = [naive.LEVELS[code - 1] for code in given[:, place]]
            estimate = getattr(found[item], question)
            expected = naive.mean_score(names, scores, weighting)
            assert estimate.value == pytest.approx(expected, rel=1e-12)
            error = naive.linearised_error(
                lambda w, names=names, scores=scores: naive.mean_score(names, scores, w), weighting
            )
            assert estimate.standard_error == pytest.approx(error * (80 / 79) ** 0.5, rel=1e-5)
    assert found.by_importance is by_importance
    assert ("count by stated importance" in str(found)) is by_importance


def test_an_unsettled_position():
    functional = np.array([1, 1, 1, 3, 3, 2])
    found = kano.continuous_analysis(Questionnaire.from_arrays(functional, np.full(6, 3)))
    assert found["item 1"].quadrant == "A"
    assert not found["item 1"].settled
    assert found.columns()["quadrant"].tolist() == ["A"]
    low = found["item 1"].functional.confidence_interval().low
    assert found.columns()["functional_low"][0] == pytest.approx(low)


def test_segments_are_the_results_of_their_respondents():
    functional, dysfunctional, weights = drawn()
    group = np.where(np.arange(80) % 3 == 0, "north", "south")
    segments = kano.segments(questionnaire(group=group), classification=BERGER_RULE)
    assert list(segments) == ["north", "south"]
    for name in segments:
        keep = group == name
        alone = kano.classify(
            Questionnaire.from_arrays(
                functional[keep], dysfunctional[keep], items=["a", "b", "c"], weights=weights[keep]
            ),
            BERGER_RULE,
        )
        assert segments[name] == alone
    assert segments.overall == kano.classify(questionnaire(group=group), BERGER_RULE)
    columns = segments.columns()
    assert columns["segment"].tolist() == ["north"] * 3 + ["south"] * 3
    assert columns["better"][4] == segments["south"]["b"].better.value


def test_segments_by_two_labels_have_both_in_their_names():
    functional, dysfunctional, _ = drawn(n=40)
    group, wave = np.repeat(["n", "s"], 20), np.tile([1, 2], 20)
    answers = Questionnaire.from_arrays(functional, dysfunctional, group=group, wave=wave)
    segments = kano.segments(answers, by=("group", "wave"))
    assert list(segments) == ["n / 1", "n / 2", "s / 1", "s / 2"]
    keep = (group == "s") & (wave == 1)
    alone = Questionnaire.from_arrays(functional[keep], dysfunctional[keep])
    assert segments["s / 1"].shares.tolist() == kano.classify(alone).shares.tolist()
    assert str(segments).splitlines()[2].split()[:3] == ["n", "/", "1"]


def test_segments_are_compared_by_pearson_and_holm():
    functional, dysfunctional, _ = drawn(n=300, seed=9)
    group = np.random.default_rng(1).choice([1, 2, 3], 300)
    functional[group == 1, 0] = 3
    answers = Questionnaire.from_arrays(functional, dysfunctional, group=group)
    found = kano.segments(answers).homogeneity()
    p_values = []
    for place in range(3):
        letters = answers.categories()[:, place]
        counts = np.array(
            [[((group == g) & (letters == k)).sum() for k in range(6)] for g in (1, 2, 3)]
        )
        expected = stats.chi2_contingency(counts[:, counts.sum(axis=0) > 0], correction=False)
        assert found.statistic[place] == pytest.approx(expected.statistic)
        assert found.degrees_of_freedom[place] == expected.dof
        assert found.p_value[place] == pytest.approx(expected.pvalue)
        assert found.least_expected[place] == pytest.approx(expected.expected_freq.min())
        p_values.append(expected.pvalue)
    assert found.adjusted_p_value.tolist() == pytest.approx(naive.holm(p_values))
    assert found.adjusted_p_value[0] < 1e-6 < found.adjusted_p_value[1]
    assert (found.least_expected > 5).all()
    assert found.method.tolist() == ["chi-squared"] * 3
    assert found.simulations == 0
    assert str(found).endswith("categories: χ², after Holm for all items together.")


def table_of(answers, group, place):
    """Count segments x categories of one item."""
    letters = answers.categories()[:, place]
    counts = [[((group == g) & (letters == k)).sum() for k in range(6)] for g in np.unique(group)]
    return np.array(counts)[:, np.sum(counts, axis=0) > 0]


def test_few_expected_answers_are_permuted():
    functional, dysfunctional, _ = drawn(n=40, seed=9)
    group = np.random.default_rng(1).choice([1, 2, 3], 40)
    answers = Questionnaire.from_arrays(functional, dysfunctional, group=group)
    segments = kano.segments(answers)
    found = segments.homogeneity(simulations=40_000, rng=2)
    assert found.method.tolist() == ["permutation"] * 3
    for place in range(3):
        expected = stats.chi2_contingency(
            table_of(answers, group, place),
            correction=False,
            method=stats.PermutationMethod(n_resamples=20_000, rng=3),
        )
        assert found.p_value[place] == pytest.approx(expected.pvalue, abs=0.015)
    assert segments.homogeneity() == segments.homogeneity()
    assert segments.homogeneity(rng=1) != segments.homogeneity()
    assert str(found).endswith(
        "χ², by up to 40,000 permutations for 3 items with an expected count below 5; after Holm "
        "for all items together."
    )


def test_two_segments_of_few_are_tested_as_fisher_tests_them():
    answers = Questionnaire.from_arrays(
        [[1]] * 4 + [[2]] * 3, [[5]] * 4 + [[1]] * 3, group=["a"] * 4 + ["b"] * 3
    )
    found = kano.segments(answers).homogeneity(simulations=60_000)
    exact = stats.fisher_exact([[4, 0], [0, 3]]).pvalue  # 1 / 35, where χ² says 0.008
    assert found.p_value[0] == pytest.approx(exact, abs=0.002)
    one = kano.segments(answers).homogeneity(simulations=1, rng=4)
    assert one.p_value[0] in (0.5, 1.0)
    assert "P that the segments have one distribution" in str(kano.segments(answers))


def test_weighted_answers_are_permuted_as_if_they_were_effective_answers():
    rng = np.random.default_rng(3)
    functional, dysfunctional = rng.integers(1, 6, (2, 60, 2))
    group, weights = rng.integers(0, 3, 60), rng.uniform(0.2, 2, 60)

    def tested(groups):
        return kano.segments(
            Questionnaire.from_arrays(functional, dysfunctional, group=groups, weights=weights)
        )

    found = tested(group).homogeneity()
    assert found.rounded
    assert "permutations of effective totals, rounded to whole answers, for 2 items" in str(found)
    assert (found.draws < found.simulations).all()
    shuffled = [tested(rng.permutation(group)).homogeneity(simulations=1) for _ in range(300)]
    hits = np.array([each.statistic >= found.statistic for each in shuffled]).mean(axis=0)
    assert found.p_value == pytest.approx(hits, abs=0.1)  # weights travel with their respondents


def test_drawing_stops_where_p_is_known_well_enough():
    functional, dysfunctional, _ = drawn(n=60, seed=2)
    group = np.repeat([1, 2, 3], 20)
    functional[group == 2, 0], dysfunctional[group == 2, 0] = 3, 3
    answers = Questionnaire.from_arrays(functional, dysfunctional, group=group)
    found = kano.segments(answers).homogeneity(simulations=10_000)
    assert (found.draws[0], found.p_value[0]) == (10_000, 1 / 10_001)
    assert (found.draws[1:] < 3_000).all()
    assert found.p_value[1:].tolist() == (50 / found.draws[1:]).tolist()
    assert kano.segments(answers).homogeneity(simulations=10_000) == found


@pytest.mark.parametrize("deal", [segments_of._shuffled, segments_of._dealt])
def test_random_tables_have_the_margins_and_their_distribution(deal):
    rows, columns = np.array([3, 1, 2]), np.array([4, 2])
    found = deal(rows, columns, 30_000, np.random.default_rng(1))
    exact = {}
    for places in itertools.combinations(range(6), 2):  # of the rarer category
        segment = np.repeat(range(3), rows)
        counts = np.bincount(segment[list(places)], minlength=3)
        table = np.column_stack([rows - counts, counts])
        value = round(float((table**2 / np.outer(rows, columns)).sum()), 9)
        exact[value] = exact.get(value, 0) + 1 / 15
    values, times = np.unique(found.round(9), return_counts=True)
    assert values.tolist() == sorted(exact)
    assert (times / 30_000).tolist() == pytest.approx(
        [exact[value] for value in sorted(exact)], abs=0.012
    )


def test_printing_draws_nothing():
    functional, dysfunctional, _ = drawn(n=40, seed=9)
    functional[:, 1] = dysfunctional[:, 1] = 3
    group = np.random.default_rng(1).choice([1, 2, 3], 40)
    segments = kano.segments(Questionnaire.from_arrays(functional, dysfunctional, group=group))
    assert segments._tested.simulations == 0
    assert np.isnan(segments._tested.p_value).all()
    text = str(segments)
    assert "none where a count below 5 is expected, see homogeneity(); else χ²" in text
    many = (np.tile(its, (30, 1)) for its in (functional, dysfunctional))
    segments = kano.segments(Questionnaire.from_arrays(*many, group=np.tile(group, 30)))
    assert segments._tested == segments.homogeneity()
    assert segments._tested.method.tolist() == ["chi-squared", "", "chi-squared"]


def test_an_item_that_cannot_differ_is_not_tested():
    functional, dysfunctional, _ = drawn(n=90, seed=3)
    functional[:, 1] = dysfunctional[:, 1] = 3
    answers = Questionnaire.from_arrays(functional, dysfunctional, group=[1, 2, 3] * 30)
    found = kano.segments(answers).homogeneity()
    assert np.isnan([found.statistic[1], found.p_value[1], found.adjusted_p_value[1]]).all()
    tested = naive.holm([found.p_value[0], found.p_value[2]])
    assert found.adjusted_p_value[[0, 2]].tolist() == pytest.approx(tested)
    assert found.adjusted_p_value[[0, 2]].tolist() != pytest.approx(found.p_value[[0, 2]].tolist())


def test_disagreements_between_segments():
    answers = Questionnaire.from_arrays(
        [[1, 1], [1, 1], [3, 1], [3, 1]],
        [[5, 3], [5, 3], [5, 3], [5, 3]],
        group=["n", "n", "s", "s"],
    )
    segments = kano.segments(answers)
    assert segments.disagreements == {"item 1": {"n": "O", "s": "M"}}
    homogeneity = segments.homogeneity()
    assert homogeneity.degrees_of_freedom.tolist() == [1, 0]
    assert np.isnan(homogeneity.p_value[1])
    assert homogeneity.method.tolist() == ["permutation", ""]
    assert segments["s"]["item 1"].n == 2


def test_the_report_of_questionable_answers():
    functional = np.array([[1, 1, 1], [1, 5, 3], [2, 3, 3], [3, 3, 3]])
    dysfunctional = np.array([[1, 1, 5], [1, 5, 5], [2, 5, 5], [3, 3, 3]])
    report = kano.questionable_answers(
        Questionnaire.from_arrays(functional, dysfunctional, items=["a", "b", "c"])
    )
    assert report.pairs == {"like / like": 3, "dislike / dislike": 1}
    assert report.questionable.tolist() == [2, 2, 0, 0]
    assert report.answered.tolist() == [3, 3, 3, 3]
    assert report.uniform.tolist() == [3]
    assert report.suspects().tolist() == [0, 1]
    assert report.suspects(0.7).tolist() == []
    columns = report.columns()
    assert columns["questionable"].tolist() == [2, 2, 0]
    assert report["a"].value == 0.5
    interval = report["a"].confidence_interval()
    assert (columns["low"][0], columns["high"][0]) == pytest.approx((interval.low, interval.high))
    assert "like / like 3, dislike / dislike 1" in str(report)
    assert "At least 50 % questionable pairs: 2 of 4 respondents; one answer throughout: 1." in str(
        report
    )


def test_who_answers_nothing_gives_no_answer_throughout():
    report = kano.questionable_answers(
        Questionnaire.from_arrays(
            [[3, 3], [None, None], [3, None]], [[3, 3], [None, None], [3, 3]], missing="pairwise"
        )
    )
    assert report.uniform.tolist() == [0, 2]
    assert report.answered.tolist() == [2, 0, 1]
    assert report.suspects().tolist() == []


# --- how results print, and JSON --------------------------------------------------------------


def every_kind_of_object():
    answers = questionnaire(
        importance=np.random.default_rng(1).integers(1, 10, (80, 3)),
        group=np.where(np.arange(80) < 30, "n", "s"),
    )
    result = kano.classify(answers)
    rng = np.random.default_rng(3)
    fuzzy = kano.FuzzyQuestionnaire.from_arrays(
        rng.dirichlet(np.ones(5), (9, 2)), rng.dirichlet(np.ones(5), (9, 2))
    )
    unknown = KanoResult.from_percentages({"it": {**dict.fromkeys("MOAIR", 20), "Q": 0}})
    return [
        answers,
        with_missing("pairwise"),
        result,
        result.base,
        result["a"],
        result["a"].better,
        result["a"].category_strength,
        result["a"].fong,
        result.probabilities(),
        result.probabilities(method=Bootstrap(10, rng=1)),
        kano.segments(answers),
        kano.segments(answers).homogeneity(),
        kano.continuous_analysis(answers),
        kano.continuous_analysis(answers)["a"],
        kano.questionable_answers(answers),
        kano.stated_importance(answers),
        fuzzy,
        kano.classify_fuzzy(fuzzy),
        unknown,
        unknown["it"],
        unknown["it"].worse,
        kano.BERGER,
        kano.THREE_LEVEL,
        kano.WORDS,
        kano.DUMOUCHEL,
    ]


@pytest.mark.parametrize("thing", every_kind_of_object(), ids=lambda thing: type(thing).__name__)
def test_json_and_printing(thing):
    again = type(thing).from_json(thing.to_json())
    assert again == thing
    assert again.to_json() == thing.to_json()
    assert str(again) == str(thing)
    assert "\n" not in repr(thing)
    assert thing._repr_html_().startswith("<table>")


@pytest.mark.parametrize("thing", every_kind_of_object(), ids=lambda thing: type(thing).__name__)
def test_what_prints_can_be_exported(thing):
    frame = thing.to_frame(like="pandas")
    assert list(frame.columns) == list(thing.columns())


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_answers_become_a_frame_of_words(backend):
    frame = with_missing("pairwise").to_frame(like=backend)
    column = frame["a (functional)"]
    found = column.to_pylist() if backend == "pyarrow" else column.to_list()
    assert [word if isinstance(word, str) else None for word in found] == [
        "like",
        None,
        "neutral",
        "like",
    ]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_results_become_frames(backend):
    for thing in (
        kano.classify(questionnaire()),
        questionnaire(),
        kano.continuous_analysis(questionnaire()),
    ):
        frame = thing.to_frame(like=backend)
        assert list(
            pa.table(frame).column_names if backend == "pyarrow" else frame.columns
        ) == list(thing.columns())


def test_reprs():
    assert repr(questionnaire()) == (
        "Questionnaire(respondents=80, items=3, table='Berger et al. 1993', missing=0)"
    )
    assert repr(counted(HOTLINE_COUNTS)["it"]) == "KanoItem(name='it', category='I', n=296)"
    assert repr(kano.POULIOT) == "EvaluationTable(name='Pouliot 1993', levels=5)"
    assert (
        repr(AnswerCodes()) == "AnswerCodes(like=1, must_be=2, neutral=3, live_with=4, dislike=5)"
    )
    assert str(counted([95, 123, 45, 33, 0, 0])["it"].fong) == "O - M: 28 >= 19.36, significant"


def test_categories_know_their_words():
    words = {category.value: (category.english, category.chinese) for category in Category}
    assert words == {
        "M": ("must-be", "必备"),
        "O": ("one-dimensional", "期望"),
        "A": ("attractive", "魅力"),
        "I": ("indifferent", "无差异"),
        "R": ("reverse", "反向"),
        "Q": ("questionable", "可疑"),
    }


def test_arrays_are_closed_and_not_shared():
    functional, dysfunctional, weights = drawn()
    answers = Questionnaire.from_arrays(functional, dysfunctional, weights=weights)
    with pytest.raises(ValueError, match="read-only"):
        answers.functional[0, 0] = 3
    before = kano.classify(answers)
    functional[:] = 3
    weights[:] = 9
    assert kano.classify(answers) == before


def test_a_questionnaire_shows_which_questions_were_paired():
    frame = {"f1": [1, 1], "f2": [1, 3], "d1": [5, 5], "d2": [3, 3]}
    read = Questionnaire.from_frame(frame, functional=["f1", "f2"], dysfunctional=["d1", "d2"])
    assert read.pairs == (("f1", "d1"), ("f2", "d2"))
    assert "item  functional  dysfunctional  n" in str(read)
    assert read.only(["f2"]).pairs == (("f2", "d2"),)
    arrays = Questionnaire.from_arrays([[1, 1], [1, 3]], [[5, 3], [5, 3]], items=["f1", "f2"])
    assert arrays.pairs == ()
    assert arrays == read
