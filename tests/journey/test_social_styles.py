"""Social styles: quadrants and borders by hand, margins from reliability, and how sure they are."""

import numpy as np
import pytest
import visited

from custvalue import journey
from custvalue.errors import DataError, ParameterError
from custvalue.journey import SOCIAL_STYLE
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale

NAMES = SOCIAL_STYLE.item_names
TWO = Instrument(
    name="two questions",
    dimensions=(
        Dimension(name="assertiveness", items=(Item(name="a"),)),
        Dimension(name="responsiveness", items=(Item(name="r"),)),
    ),
)


def of(rows, **more):
    return Responses.from_arrays(rows, items=["a", "r"], scale=Scale(1, 5), **more)


def styles(rows, margin=0.5, **more):
    return journey.social_styles(of(rows), instrument=TWO, margin=margin, **more)


def test_the_four_quadrants_and_the_cut_itself():
    found = styles([[5, 1], [5, 5], [1, 5], [1, 1], [3, 3]])
    assert found.style.tolist() == ["driver", "expressive", "amiable", "analytical", "expressive"]
    assert found.borderline.tolist() == [0, 0, 0, 0, 1]
    assert found.could_be.tolist()[3:] == ["analytical", "expressive; amiable; driver; analytical"]
    assert [its.chinese for its in found.styles] == ["分析型", "和蔼型", "支配型", "表达型"]
    assert (found.cuts, found.margins, found.level) == ((3, 3), (0.5, 0.5), None)


def test_cuts_and_margins_move_the_borders():
    rows = [[4, 1], [3, 2], [2, 5]]
    found = styles(rows, margin=1, assertiveness_cut=4, responsiveness_cut=1)
    assert found.style.tolist() == ["expressive", "amiable", "amiable"]
    assert found.could_be.tolist() == [
        "expressive; amiable; driver; analytical",
        "amiable; expressive; analytical; driver",
        "amiable",
    ]
    assert styles(rows, margin=0).borderline.tolist() == [0, 1, 0]  # on a cut is never sure


def test_margins_are_half_widths_by_reliability():
    answers = visited.observed(SOCIAL_STYLE)
    found = journey.social_styles(answers, level=0.9)
    for place, margin in enumerate(found.margins):
        part = answers.answers[:, 4 * place : 4 * place + 4]
        covariance = np.cov(part.T)
        alpha = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
        spread = part.mean(axis=1).std(ddof=1)
        assert margin == pytest.approx(1.6448536 * spread * np.sqrt(1 - alpha))
    assert found.level == 0.9
    narrow = journey.social_styles(answers, level=0.5)
    assert narrow.borderline_customers < found.borderline_customers
    assert narrow.style.tolist() == found.style.tolist()


def test_shares_have_wilson_intervals_and_add_up():
    found = visited.styles()
    assert sum(its.count for its in found.styles) == found.customers == 80
    assert sum(its.share.value for its in found.styles) == pytest.approx(1)
    assert sum(its.borderline for its in found.styles) == found.borderline_customers
    assert found.of("driver").share.confidence_interval().method == "wilson"


def test_customers_keep_their_identifiers_and_missing_scores_have_no_style():
    answers = of([[5, 1], [np.nan, 2], [1, 5]], missing="pairwise", customer=[30, 10, 20])
    found = journey.social_styles(answers, instrument=TWO, margin=0.2)
    assert found.customer.tolist() == [30, 10, 20]
    assert found.style.tolist() == ["driver", "", "amiable"]
    assert (found.customers, found.borderline.tolist()) == (2, [0, 0, 0])
    assert "1 customer without a score left out." in str(found)


def test_prorated_answers_keep_every_row():
    rows = visited.observed(SOCIAL_STYLE).answers.copy()
    rows[0, 0] = rows[1, 5] = np.nan
    answers = Responses.from_arrays(
        rows, items=NAMES, scale=Scale(1, 5), missing="prorate", instrument=SOCIAL_STYLE
    )
    found = journey.social_styles(answers)
    assert len(found) == 80
    assert found.assertiveness[0] == pytest.approx(rows[0, 1:4].mean())
    assert found.responsiveness[1] == pytest.approx(rows[1, [4, 6, 7]].mean())


def test_shuffled_rows_give_the_same_styles():
    answers = visited.observed(SOCIAL_STYLE)
    order = np.random.default_rng(2).permutation(80)
    one, two = journey.social_styles(answers), journey.social_styles(answers.of_rows(order))
    assert one.style[order].tolist() == two.style.tolist()
    assert one.margins == pytest.approx(two.margins)


def test_the_margin_holds_the_true_style_as_often_as_its_level_says():
    """Scores = truth + error: whose true score is on the other side is mostly borderline."""
    rng = np.random.default_rng(4)
    truth = np.repeat(rng.normal(3, 0.8, (4_000, 2)), 4, axis=1)
    given = np.clip(truth + rng.normal(0, 0.7, truth.shape), 1, 5)
    answers = Responses.from_arrays(given, items=NAMES, scale=Scale(1, 5, step=None))
    found = journey.social_styles(answers)
    place = 2 * (truth[:, 0] >= 3) + (truth[:, 4] >= 3)
    true = np.array(["analytical", "amiable", "driver", "expressive"])[place]
    wrong = found.style != true
    held = np.array([a in b.split("; ") for a, b in zip(true, found.could_be, strict=True)])
    assert 0.15 < wrong.mean() < 0.35
    assert held.mean() > 0.97


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: journey.social_styles(of([[5, 1], [1, 5]]), instrument=TWO),
            DataError,
            (
                "assertiveness: how sure a score is cannot be told from these answers (Cronbach's "
                "alpha needs at least 2 items, but there is 1. A single item has no internal "
                "consistency.) Give a margin in scale points, as in margin=0.5."
            ),
        ),
        (
            lambda: styles([[5, 1]], assertiveness_cut=6),
            ParameterError,
            "assertiveness_cut must be on the scale 1-5, but it is 6.",
        ),
        (
            lambda: styles([[5, 1]], margin=-1),
            ParameterError,
            "margin must be a number >= 0 in scale points, as in 0.5, but it is -1.",
        ),
        (
            lambda: journey.social_styles(of([[5, 1]]).only(["a"]), instrument=TWO, margin=1),
            DataError,
            (
                "the answers have no item of responsiveness, which 'two questions' must have among "
                "its dimensions. Ask for both, assertiveness and responsiveness."
            ),
        ),
        (
            lambda: journey.social_styles(
                of([[5, np.nan], [np.nan, 1]], missing="pairwise"), instrument=TWO, margin=1
            ),
            DataError,
            "nobody has both scores. Read the answers with missing='prorate'.",
        ),
        (
            lambda: visited.styles().of("leader"),
            ParameterError,
            (
                "there is no style 'leader'. The styles are 'analytical', 'amiable', 'driver', "
                "'expressive'."
            ),
        ),
    ],
)
def test_what_cannot_be_sorted_is_refused(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
