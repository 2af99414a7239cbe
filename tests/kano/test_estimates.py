"""Shares, strengths and mean scores are estimates; whatever prints can be exported."""

import numpy as np
import pytest

from custvalue import comparing, kano
from custvalue._kano.distribution import Distribution
from custvalue.errors import DataError
from custvalue.kano import Dirichlet, KanoResult, Questionnaire
from custvalue.survey import Bootstrap

HOTLINE = {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}
PERCENT = {"M": 49.3, "O": 32.3, "A": 7, "I": 9.5, "R": 0.3, "Q": 1.5}


def hotline():
    return KanoResult.from_counts({"Hotline": HOTLINE})["Hotline"]


def published(**options):
    return KanoResult.from_percentages({"edge grip": PERCENT}, **options)["edge grip"]


def test_shares_are_compared_by_their_intervals():
    item = hotline()
    assert item.better.default_method == item.worse.default_method == "wilson"
    assert item.better.compared_by == item.worse.compared_by == "mover"
    assert item.category_strength.default_method == "delta"
    assert (item.better.bounds, item.worse.bounds) == ((0, 1), (-1, 0))


def test_coefficients_of_segments_are_compared_as_any_share_is():
    app = {"M": 95, "O": 123, "A": 45, "I": 33, "R": 0, "Q": 0}
    both = KanoResult.from_counts({"Hotline": HOTLINE, "App": app})
    found = comparing.compare({"h": both["Hotline"].worse, "a": both["App"].worse})
    assert type(found).from_json(found.to_json()) == found
    (difference,) = found.differences
    assert difference.value == pytest.approx(both["App"].worse.value - both["Hotline"].worse.value)
    assert "mover" in difference.confidence_interval().method
    with pytest.raises(DataError, match="group 'x' has 0 answer"):
        comparing.compare({"x": published().better, "h": both["Hotline"].better})


def test_the_word_dirichlet_is_a_request_with_the_prior_of_jeffreys():
    better = hotline().better
    word = better.confidence_interval(0.9, method="dirichlet")
    assert word == better.confidence_interval(0.9, method=Dirichlet(0.5))
    assert word.method == "dirichlet, prior 0.5000 in each category"
    uniform = better.confidence_interval(0.9, method=Dirichlet(1))
    assert uniform.high - uniform.low < word.high - word.low
    result = KanoResult.from_counts({"Hotline": HOTLINE})
    same = result.columns(method="dirichlet")["better_low"]
    assert same.tolist() == result.columns(method=Dirichlet())["better_low"].tolist()


@pytest.mark.parametrize("coefficient", ["better", "worse"])
def test_resampled_answers_give_what_the_delta_method_gives(coefficient):
    share = getattr(hotline(), coefficient)
    delta = share.confidence_interval(method="delta")
    found = share.confidence_interval(method=Bootstrap(20_000, rng=1))
    assert (found.low, found.high) == pytest.approx((delta.low, delta.high), abs=0.006)
    assert found.method == "bootstrap percentile"


def test_a_publication_may_not_state_the_number_of_answers():
    item = published()
    assert (item.better.n, item.better.standard_error) == (0, None)
    assert not item.better.has_interval
    assert item.better.row(value="better") == {
        "better": item.better.value,
        "low": None,
        "high": None,
        "standard_error": None,
        "n": None,
    }
    assert str(item.better).endswith(
        "No interval. Give n, the number of answers, to KanoResult.from_percentages."
    )
    assert np.isnan(item.columns()["n"]).all()
    assert item.counts is item.effective_n is item.equal_shares is None
    for method in (None, "delta", Dirichlet(), Bootstrap(10, rng=1)):
        with pytest.raises(DataError, match="needs the number of answers, which is not known"):
            item.worse.confidence_interval(method=method)


def test_numbers_of_answers_are_whole_where_percentages_have_a_base():
    item = published(n=296)
    assert (item.n, item.better.n) == (296, 291)
    base = 296 * (1 - item.reverse_or_questionable.value)
    assert item.better.effective_n == pytest.approx(base)


def test_rows_of_an_item_are_its_estimates():
    item = hotline()
    columns = item.columns(0.9)
    assert len(columns["name"]) == 11
    worse = columns["name"].tolist().index("worse")
    interval = item.worse.confidence_interval(0.9)
    found = [columns[name][worse] for name in ("share", "low", "high", "n")]
    assert found == [item.worse.value, interval.low, interval.high, item.worse.n]
    lines = str(item).splitlines()
    assert lines[0] == "Hotline: indifferent (I, rule mode)"
    assert "Mixed class I/A: category strength below 6 %." in lines
    assert lines[-1] == "95 % intervals: shares wilson, category strength delta."


def test_a_continuous_item_lists_its_two_scores():
    answers = Questionnaire.from_arrays([1, 1, 1, 3], [5, 5, 3, 5], items=["a"])
    item = kano.continuous_analysis(answers)["a"]
    columns = item.columns()
    assert columns["question"].tolist() == ["functional", "dysfunctional"]
    assert columns["score"].tolist() == [item.functional.value, item.dysfunctional.value]
    assert str(item).startswith("a: quadrant one-dimensional (O), not settled\n")


def test_an_item_without_answers_has_no_scores_and_no_share():
    answers = Questionnaire.from_arrays(
        [[1, None], [1, None]], [[5, 5], [5, 5]], items=["a", "b"], missing="pairwise"
    )
    with pytest.raises(DataError, match="b: functional score: there are no answers"):
        kano.continuous_analysis(answers)
    found = kano.questionable_answers(answers)
    assert np.isnan(found.columns()["share"][1])
    assert str(found).splitlines()[5].split() == ["b", "0", "0", "–", "–", "–"]
    with pytest.raises(DataError, match="b: no respondent answered both questions"):
        found["b"]


def test_the_distribution_is_kept_closed():
    counts = np.array([[1.0, 2, 3, 4, 0, 0]])
    known = Distribution(counts, counts, counts)
    counts[:] = 9
    assert known.n.tolist() == [10]
    with pytest.raises(ValueError, match="read-only"):
        known.counts[0, 0] = 3
    assert known.columns()["M"].tolist() == [0.1]
    assert repr(known) == "Distribution(items=1)"
