"""Three scores of loyalty: by hand, missing answers, weights, clusters, items."""

import numpy as np
import pytest

from custvalue import loyalty
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)


def test_by_hand():
    found = loyalty.scores(
        emotional=[5, 1, 3],
        intentional=[5, 1, None],
        behavioural=[10, 5, 0],
        scale={"emotional": FIVE, "intentional": FIVE, "behavioural": Scale(0, 10)},
        weighting={"emotional": 2, "intentional": 1, "behavioural": 1},
    )
    assert [its.score.value for its in found.parts] == [50, 50, 50]
    assert [its.missing for its in found.parts] == [0, 1, 0]
    assert [its.weight for its in found.parts] == [0.5, 0.25, 0.25]
    # customers 0 and 1: (2 · 100 + 100 + 100) / 4 and (0 + 0 + 50) / 4
    assert found.value == pytest.approx((100 + 12.5) / 2)
    assert (found.n, found.customers, found.weighting) == (2, 3, "given")
    assert found.part("emotional").chinese == "情感忠诚"


def test_lower_is_better_is_turned():
    low = Scale(1, 5, direction="lower is better")
    found = loyalty.scores(emotional=[1, 2, 5], intentional=[1, 2, 5], scale=low)
    assert found.value == pytest.approx(100 * (1 + 0.75 + 0) / 3)


def test_items_are_averaged_and_prorated_where_asked():
    data = [[5, None, 3], [2, 2, 5], [1, 1, 1]]
    prorated = Responses.from_arrays(data, scale=FIVE, missing="prorate")
    found = loyalty.scores(emotional=prorated, intentional=[5, 4, 1], scale=FIVE)
    assert found.part("emotional").score.value == pytest.approx(100 * (3 + 2 + 0) / 12)
    assert found.part("emotional").items == ("item 1", "item 2", "item 3")
    as_array = loyalty.scores(emotional=data, intentional=[5, 4, 1], scale=FIVE)
    assert as_array.part("emotional").missing == 1


def test_weights_and_clusters_enter_every_score():
    random = np.random.default_rng(2)
    feels, does = random.integers(1, 6, (2, 120))
    weights, dealer = random.uniform(0.5, 2, 120), np.resize(np.arange(10), 120)
    found = loyalty.scores(
        emotional=feels, behavioural=does, scale=FIVE, weights=weights, cluster=dealer
    )
    index = (FIVE.rescale(feels) + FIVE.rescale(does)) / 2
    assert found.value == pytest.approx(weights @ index / weights.sum())
    assert found.clusters == 10
    answers = Responses.from_arrays(feels, scale=FIVE, items=["f"], weights=weights, cluster=dealer)
    same = loyalty.scores(
        emotional=answers, behavioural=Responses.from_arrays(does, scale=FIVE, items=["d"])
    )
    assert same.estimate == found.estimate


def test_the_table_names_weights_and_missing():
    text = str(loyalty.scores(emotional=[5, 4, None], intentional=[4, 4, 1], scale=FIVE))
    assert "emotional 情感忠诚" in text
    assert "3 customers; the index is of the 2 who have all the scores." in text
