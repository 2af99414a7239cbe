"""What must hold for any answers: naive loops say the same, and symmetries are kept."""

from dataclasses import replace

import numpy as np
import pytest
import reference_kano as naive
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import kano
from custvalue.kano import (
    BERGER,
    AnswerCodes,
    EvaluationTable,
    FuzzyQuestionnaire,
    KanoResult,
    Questionnaire,
)

thoroughly = settings(deadline=None, derandomize=True, max_examples=60)
CODES = st.integers(1, 5)


@st.composite
def studies(draw, max_respondents=9):
    """Draw functional and dysfunctional codes, and weights, of up to three items."""
    n = draw(st.integers(1, max_respondents))
    items = draw(st.integers(1, 3))
    answers = st.lists(st.lists(CODES, min_size=items, max_size=items), min_size=n, max_size=n)
    weights = st.lists(st.floats(0.1, 10), min_size=n, max_size=n)
    equal = st.just([1.0] * n)
    return (
        np.array(draw(answers)),
        np.array(draw(answers)),
        np.array(draw(st.one_of(equal, weights))),
    )


def classified(functional, dysfunctional, weights, **options):
    return kano.classify(
        Questionnaire.from_arrays(functional, dysfunctional, weights=weights, **options)
    )


def letters_of(functional, dysfunctional, place):
    return [
        naive.category(naive.LEVELS[f - 1], naive.LEVELS[d - 1])
        for f, d in zip(functional[:, place], dysfunctional[:, place], strict=True)
    ]


@thoroughly
@given(studies())
def test_loops_say_the_same(study):
    functional, dysfunctional, weights = study
    result = classified(functional, dysfunctional, weights)
    for place, name in enumerate(result):
        letters = letters_of(functional, dysfunctional, place)
        shares = naive.distribution(letters, weights)
        item = result[name]
        assert item.counts == {letter: letters.count(letter) for letter in "MOAIRQ"}
        found = {letter: share.value for letter, share in item.shares.items()}
        assert found == pytest.approx(shares, abs=1e-12)
        assert item.by_rule["mode"] == naive.by_mode(shares)
        assert item.by_rule["M>O>A>I"] == naive.by_precedence(shares, 0.05)
        assert item.by_rule["berger"] == naive.by_berger(shares)
        top, second = sorted(shares.values(), reverse=True)[:2]
        assert item.category_strength.value == pytest.approx(top - second, abs=1e-12)
        assert item.total_strength.value == pytest.approx(1 - sum(shares[k] for k in "IRQ"))
        effective = weights.sum() ** 2 / (weights**2).sum()
        difference, bound = naive.fong([share * effective for share in shares.values()])
        assert item.fong.difference == pytest.approx(difference, abs=1e-9)
        assert item.fong.critical == pytest.approx(bound)


@thoroughly
@given(studies(max_respondents=6))
def test_errors_are_those_of_linearisation(study):
    functional, dysfunctional, weights = study
    result = classified(functional, dysfunctional, weights)
    for place, name in enumerate(result):
        letters = letters_of(functional, dysfunctional, place)
        if not set(letters) & set("MOAI"):
            assert result[name].better is None
            continue
        for coefficient, inside in (("better", "OA"), ("worse", "MO")):

            def estimate(w, inside=inside, letters=letters):
                return naive.ratio(letters, w, inside, "MOAI")

            share = getattr(result[name], coefficient)
            assert abs(share.value) == pytest.approx(estimate(weights), abs=1e-12)
            expected = naive.linearised_error(estimate, weights)
            assert share.standard_error == pytest.approx(expected, abs=1e-7)
            assert share.n == sum(letter in "MOAI" for letter in letters)
            assert share.effective_n <= share.n * (1 + 1e-12)
        shares = naive.distribution(letters, weights)
        first, second = sorted("MOAIRQ", key=lambda k, of=shares: -round(of[k], 9))[:2]

        def gap(w, letters=letters, first=first, second=second):
            shares = naive.distribution(letters, w)
            return shares[first] - shares[second]

        strength = result[name].category_strength
        assert strength.standard_error == pytest.approx(
            naive.linearised_error(gap, weights), abs=1e-7
        )


def same(one, other):
    for name, column in one.columns().items():
        if column.dtype.kind == "f":
            assert column == pytest.approx(other.columns()[name], nan_ok=True, abs=1e-9)
        else:
            assert column.tolist() == other.columns()[name].tolist()


@thoroughly
@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_respondents_does_not_matter(study, random):
    order = list(range(len(study[2])))
    random.shuffle(order)
    same(classified(*study), classified(*(part[order] for part in study)))


@thoroughly
@given(studies(), st.floats(0.01, 1000))
def test_the_scale_of_weights_does_not_matter(study, factor):
    functional, dysfunctional, weights = study
    same(classified(*study), classified(functional, dysfunctional, factor * weights))


@thoroughly
@given(studies())
def test_turned_codes_mean_the_same(study):
    functional, dysfunctional, weights = study
    codes = AnswerCodes(like=5, must_be=4, neutral=3, live_with=2, dislike=1)
    turned = classified(6 - functional, 6 - dysfunctional, weights, codes=codes)
    assert turned.codes == codes
    assert replace(turned, codes=AnswerCodes()) == classified(*study)


@thoroughly
@given(studies())
def test_swapped_questions_are_the_transposed_table(study):
    functional, dysfunctional, weights = study
    transposed = EvaluationTable(
        name=BERGER.name, source="transposed", cells=list(zip(*BERGER.cells, strict=True))
    )
    swapped = classified(dysfunctional, functional, weights, table=transposed)
    assert swapped == classified(*study)


@thoroughly
@given(studies())
def test_counts_are_all_that_matters_without_weights(study):
    functional, dysfunctional, weights = study
    result = classified(functional, dysfunctional, np.ones(len(weights)))
    counts = {name: dict(result[name].counts) for name in result}
    again = KanoResult.from_counts(counts, table=BERGER.name)
    assert again.columns()["item"].tolist() == list(result)
    same(result, again)


@thoroughly
@given(studies())
def test_probabilities_are_probabilities(study):
    found = classified(*study).probabilities()
    assert (found.probability >= 0).all()
    assert found.probability.sum(axis=1) == pytest.approx(1)
    largest = classified(*study).shares.max(axis=1)
    for place, shares in enumerate(classified(*study).shares):
        tied = np.flatnonzero(shares > largest[place] - 1e-9)
        assert found.probability[place].argmax() in tied


@thoroughly
@given(studies())
def test_fuzzy_answers_of_0_and_1_are_ordinary_answers(study):
    functional, dysfunctional, weights = study
    one_hot = np.eye(5)
    fuzzy = kano.classify_fuzzy(
        FuzzyQuestionnaire.from_arrays(
            one_hot[functional - 1], one_hot[dysfunctional - 1], weights=weights
        )
    )
    ordinary = classified(*study)
    assert fuzzy.degree == pytest.approx(ordinary.shares, abs=1e-12)
    assert fuzzy.reached == pytest.approx(ordinary.shares, abs=1e-12)
    assert fuzzy.unresolved == pytest.approx(0, abs=1e-12)
    assert fuzzy.categories == fuzzy.categories_by_degree == ordinary.categories()


@st.composite
def degrees(draw):
    parts = np.array(draw(st.lists(st.integers(0, 9), min_size=5, max_size=5)), dtype=float)
    parts[draw(st.integers(0, 4))] += 1
    return parts / parts.sum()


@thoroughly
@given(st.lists(st.tuples(degrees(), degrees()), min_size=1, max_size=5), st.floats(0.05, 1))
def test_fuzzy_degrees_are_sums_over_25_cells(people, cut):
    functional = [[with_item] for with_item, _ in people]
    dysfunctional = [[without] for _, without in people]
    answers = FuzzyQuestionnaire.from_arrays(functional, dysfunctional, items=["it"])
    each = [naive.fuzzy_degrees(*person) for person in people]
    expected = [[person[letter] for letter in "MOAIRQ"] for person in each]
    assert answers.degrees()[:, 0] == pytest.approx(np.array(expected), abs=1e-12)
    result = kano.classify_fuzzy(answers, cut=cut)
    assert result.degree[0] == pytest.approx(np.mean(expected, axis=0), abs=1e-12)
    clear = np.abs(np.array(expected) - cut) > 1e-5  # the cut itself is told apart elsewhere
    if clear.all():
        reached = (np.array(expected) >= cut).mean(axis=0)
        assert result.reached[0] == pytest.approx(reached)
        nobody = (np.array(expected) < cut).all(axis=1).mean()
        assert result.unresolved[0] == pytest.approx(nobody)


@thoroughly
@given(studies())
def test_results_survive_json(study):
    result = classified(*study)
    assert KanoResult.from_json(result.to_json()) == result
    answers = Questionnaire.from_arrays(study[0], study[1], weights=study[2])
    assert Questionnaire.from_json(answers.to_json()) == answers


@thoroughly
@given(st.lists(st.sampled_from("MOAIRQ"), min_size=9, max_size=9))
def test_tables_survive_json(letters):
    table = EvaluationTable(
        name="drawn",
        source="nowhere",
        cells=[letters[:3], letters[3:6], letters[6:]],
        levels=("like", "neutral", "dislike"),
    )
    assert EvaluationTable.from_json(table.to_json()) == table
    for (functional, dysfunctional), (mine, theirs) in table.differences(kano.THREE_LEVEL).items():
        assert table.category(functional, dysfunctional) == mine != theirs
