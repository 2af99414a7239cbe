"""Missing answers: prorating, reverse-scored items, and the base."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.satisfaction import customer_satisfaction_index
from custvalue.survey import (
    Base,
    Dimension,
    Instrument,
    Item,
    Responses,
    Scale,
    cronbach_alpha,
)

FIVE = Scale(1, 5)
CODED = Scale(1, 5, missing_codes=(9,))
nan = float("nan")


def workshop(**options):
    staff = (Item(name="a"), Item(name="b", reverse_scored=True), Item(name="c"), Item(name="d"))
    place = (Item(name="e"), Item(name="f"))
    dimensions = (Dimension(name="staff", items=staff), Dimension(name="place", items=place))
    return Instrument(name="workshop", dimensions=dimensions, **options)


# --- instruments ----------------------------------------------------------------------------


def full_instrument():
    item = Item(
        name="Q1",
        label="rude",
        chinese="无礼",
        wording="The staff were rude.",
        wording_chinese="员工无礼。",
        reverse_scored=True,
    )
    dimension = Dimension(name="staff", chinese="人员", items=(item, Item(name="Q2")))
    return Instrument(name="workshop", dimensions=(dimension,), version="2024, English")


def test_a_renamed_instrument_keeps_everything_but_the_names():
    renamed = full_instrument().renamed(["p1", "p2"])
    assert renamed.item_names == ("p1", "p2")
    assert renamed.renamed(["Q1", "Q2"]) == full_instrument()
    assert renamed != full_instrument()


def test_an_instrument_with_wording_and_version_goes_to_json_and_prints():
    instrument = full_instrument()
    assert Instrument.from_json(instrument.to_json()) == instrument
    assert instrument.reverse_scored_items == ("Q1",)
    assert str(instrument).splitlines()[0] == "workshop, 2024, English"
    assert str(instrument).splitlines()[-1] == "Reverse-scored: 'Q1'."


# --- reverse-scored items ---------------------------------------------------------------------


def test_reverse_scored_items_are_recoded_at_the_ends_of_the_scale_not_of_the_answers():
    read = Responses.from_arrays([[4, 2, 3], [3, 3, 4]], scale=FIVE, items=["a", "b", "c"])
    keyed = read.keyed(workshop())
    assert keyed.answers.tolist() == [[4, 4, 3], [3, 3, 4]]
    assert read.answers.tolist() == [[4, 2, 3], [3, 3, 4]]
    assert keyed.keyed(workshop()) is keyed
    assert keyed.instrument == workshop()


def test_reading_with_an_instrument_is_reading_and_keying():
    frame = {name: [1, 2, 5] for name in "abcdef"} | {"other": [7, 7, 7]}
    read = Responses.from_frame(frame, scale=FIVE, instrument=workshop())
    assert read.items == tuple("abcdef")
    assert read.item("b").tolist() == [5, 4, 1]
    assert read == Responses.from_frame(frame, list("abcdef"), scale=FIVE).keyed(workshop())
    array = np.tile([[1], [2], [5]], 6)
    assert read == Responses.from_arrays(array, scale=FIVE, instrument=workshop())
    assert "Reverse-scored items, recoded: 'b'." in str(read)
    assert Responses.from_json(read.to_json()) == read


def test_missing_answers_to_reverse_scored_items_stay_missing():
    answers = Responses.from_arrays(
        [[1, nan], [2, 9]], scale=CODED, items=["a", "b"], missing="pairwise", instrument=workshop()
    )
    assert np.isnan(answers.item("b")).all()


def test_an_item_and_its_scale_reversed_give_the_same_alpha():
    rng = np.random.default_rng(5)
    answers = np.clip(np.rint(3 + rng.normal(size=(50, 1)) + rng.normal(size=(50, 4))), 1, 5)
    other = answers.copy()
    other[:, 1] = 6 - other[:, 1]
    plain = Responses.from_arrays(answers, scale=FIVE, items=list("abcd"))
    turned = Responses.from_arrays(other, scale=FIVE, items=list("abcd"), instrument=workshop())
    assert cronbach_alpha(turned) == cronbach_alpha(plain)


# --- prorating ------------------------------------------------------------------------------


def test_prorating_by_hand():
    data = [
        [5, 4, nan, 3],  # 3 of 4: the mean of the others is 4
        [nan, 2, nan, 4],  # exactly half
        [nan, nan, nan, 1],  # less than half: left out
        [1, 2, 3, 4],
    ]
    answers = Responses.from_arrays(data, scale=FIVE, missing="prorate", weights=[1, 2, 3, 4])
    assert answers.respondents == 3
    assert answers.weights.tolist() == [1, 2, 4]
    assert answers.filled().tolist() == [[5, 4, 4, 3], [3, 2, 3, 4], [1, 2, 3, 4]]
    assert answers.scores().tolist() == [4, 3, 2.5]
    assert answers.missing_answers == 3
    assert answers.mean("item 1").n == 2
    assert answers.mean("item 1").value == pytest.approx(9 / 5)
    with pytest.raises(ValueError, match="read-only"):
        answers.filled()[0, 0] = 1


def test_prorating_keeps_to_the_dimension_and_its_direction():
    data = [
        [5, 1, nan, 5, 2, nan],  # c from a, b turned, d; f from e
        [5, 1, 5, 5, nan, nan],  # nothing of the place: left out
        [nan, 2, 4, 4, 1, 1],
    ]
    answers = Responses.from_arrays(data, scale=FIVE, missing="prorate", instrument=workshop())
    assert answers.base.excluded_respondents == 1
    assert answers.filled().tolist() == [[5, 5, 5, 5, 2, 2], [4, 4, 4, 4, 1, 1]]
    assert answers.scores("staff").tolist() == [5, 4]
    assert answers.scores("place").tolist() == [2, 1]
    lenient = Responses.from_arrays(data, scale=FIVE, missing="prorate", items=list("abcdef"))
    assert lenient.base.excluded_respondents == 0


@pytest.mark.parametrize(("share", "kept"), [(0.25, 4), (0.5, 3), (0.75, 2), (0.76, 1), (1, 1)])
def test_who_answered_at_least_the_share_stays(share, kept):
    data = [[1, 1, 1, 1], [1, 1, 1, nan], [1, 1, nan, nan], [1, nan, nan, nan]]
    answers = Responses.from_arrays(data, scale=FIVE, missing="prorate", min_answered=share)
    assert answers.respondents == kept
    assert answers.base.min_answered == share


def test_a_third_of_three_items_is_one_of_them():
    # 1/3 * 3 must not be more than 1 by a rounding error
    answers = Responses.from_arrays(
        [[1, nan, nan]] * 2, scale=FIVE, missing="prorate", min_answered=1 / 3
    )
    assert answers.respondents == 2


def test_an_index_of_prorated_answers_is_that_of_the_scores():
    data = [[5, 4, nan, 3], [nan, 2, nan, 4], [nan, nan, nan, 1], [1, 2, 3, 4]]
    answers = Responses.from_arrays(data, scale=FIVE, missing="prorate")
    index = customer_satisfaction_index(answers)
    assert index.value == pytest.approx(np.mean([75, 50, 37.5]))
    assert (index.n, index.base.excluded_respondents, index.base.filled) == (3, 1, 3)
    assert "; 3 answers of 2 respondents prorated." in str(index)
    maximum = customer_satisfaction_index(answers, form="maximum")
    assert maximum.value == pytest.approx(np.mean([80, 60, 50]))


def test_other_policies_fill_nothing():
    data = [[1, nan], [2, 4]]
    pairwise = Responses.from_arrays(data, scale=FIVE, missing="pairwise")
    np.testing.assert_array_equal(pairwise.filled(), data)
    np.testing.assert_array_equal(pairwise.scores(), [nan, 3])
    drop = Responses.from_arrays(data, scale=FIVE, missing="drop")
    assert drop.filled() is drop.answers


holes = st.lists(
    st.lists(st.none() | st.integers(1, 5), min_size=4, max_size=4), min_size=1, max_size=12
)


@given(holes)
@settings(deadline=None, derandomize=True)
def test_a_prorated_score_is_the_mean_of_the_answers_that_there_are(rows):
    expected = [
        sum(its := [x for x in row if x is not None]) / len(its)
        for row in rows
        if sum(x is not None for x in row) >= 2
    ]
    if not expected:
        return
    answers = Responses.from_arrays(rows, scale=FIVE, missing="prorate")
    assert answers.scores().tolist() == pytest.approx(expected)
    assert answers.base.excluded_respondents == len(rows) - len(expected)


def test_prorated_rows_beyond_a_block():
    rng = np.random.default_rng(2)
    data = rng.integers(1, 6, (70_000, 3)).astype(float)
    data[[0, 65_535, 65_536, 69_999], 1] = nan
    answers = Responses.from_arrays(data, scale=FIVE, missing="prorate")
    np.testing.assert_allclose(answers.scores(), np.nanmean(data, axis=1), rtol=1e-12)


# --- the base -----------------------------------------------------------------------------

FRAME = {
    "a": [5, 9, None, 4, None, 3],
    "b": [4, 9, 2, None, None, 3],
    "site": ["x", "x", "x", "y", "y", "y"],
    "year": [1, 2, 1, 1, 2, 2],
}


def read(missing, **options):
    return Responses.from_frame(
        FRAME, scale=CODED, group="site", wave="year", missing=missing, **options
    )


@pytest.mark.parametrize(
    ("policy", "excluded", "prorated", "filled"),
    [("drop", 4, 0, 0), ("pairwise", 0, 0, 0), ("prorate", 2, 2, 2)],
)
def test_everything_that_is_missing_is_counted(policy, excluded, prorated, filled):
    lost = read(policy).base
    reason = "missing answer" if policy == "drop" else "too few answers"
    assert lost.excluded == ({reason: excluded} if excluded else {})
    assert (lost.respondents, lost.n) == (6, 6 - excluded)
    assert (lost.prorated, lost.filled, lost.dont_know) == (prorated, filled, 2)
    assert [(item.name, item.missing, item.dont_know) for item in lost.items] == [
        ("a", 2, 1),
        ("b", 2, 1),
    ]
    assert lost.missing_answers == 4
    assert lost.min_answered == (0.5 if policy == "prorate" else None)
    assert Base.from_json(lost.to_json()) == lost


def test_groups_and_waves_know_what_they_lost():
    sites = read("drop").by("group")
    assert [site.base.excluded_respondents for site in sites.values()] == [2, 2]
    assert sites["x"].base.items[0].dont_know == 1
    assert sites["y"].base.items[0].missing == 1
    assert (sites["x"].base.dont_know, sites["y"].base.dont_know) == (2, 0)
    inner = read("drop").by("wave")[2].by("group")["y"].base
    assert (inner.respondents, inner.excluded) == (2, {"missing answer": 1})
    assert Responses.from_json(read("drop").to_json()) == read("drop")


def test_nothing_lost_is_nothing_counted():
    answers = Responses.from_arrays([[1, 2], [3, 4]], scale=FIVE)
    assert answers.lost is None
    assert [item.missing for item in answers.base.items] == [0, 0]
    assert [item.dont_know for item in answers.base.items] == [0, 0]


def test_one_is_counted_in_the_singular():
    answers = Responses.from_arrays([[1, None]], scale=Scale(1, 5), missing="prorate")
    assert str(answers.base) == (
        "1 respondent; missing='prorate': 1 missing answer; 1 answer of 1 respondent prorated."
    )
    assert str(answers.base) in str(answers).splitlines()


def test_how_a_base_prints():
    base = read("prorate").base
    assert str(base) == (
        "4 of 6 respondents; missing='prorate': 2 excluded (too few answers), 4 missing answers, 2 "
        "don't know; 2 answers of 2 respondents prorated."
    )
    assert repr(base) == f"Base({str(base)[:-1]})"
    assert base.columns()["item"].tolist() == ["a", "b"]
    assert base.columns()["dont_know"].tolist() == [1, 1]
    assert "<th scope='row'>a</th>" in base._repr_html_()
    assert str(Base(respondents=1)) == "1 respondent, no missing answers."
    more = base.excluding("weight 0", 1).excluding("nothing", 0)
    assert more.n == 3
    assert "3 excluded (too few answers: 2, weight 0: 1)" in str(more)


def test_a_measure_that_uses_some_respondents_says_why():
    answers = read("pairwise").with_weights([1, 1, 0, 1, 1, 0])
    used = ~np.isnan(answers.answers).any(axis=1) & (answers.weights > 0)
    base = answers.base_of(used)
    assert (base.n, base.excluded) == (1, {"missing answer": 4, "weight 0": 1})


# --- weights --------------------------------------------------------------------------------


def test_other_weights_leave_the_answers_as_they_are():
    answers = read("pairwise")
    weighted = answers.with_weights([1, 2, 3, 4, 5, 6])
    assert weighted.weights.tolist() == [1, 2, 3, 4, 5, 6]
    assert weighted.mean("b").value == pytest.approx((4 * 1 + 2 * 3 + 3 * 6) / 10)
    assert weighted.with_weights(np.ones(6)) == answers
