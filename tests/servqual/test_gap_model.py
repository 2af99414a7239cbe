"""The gaps model: who is compared with whom, unpaired tests, any subset of sources."""

import numpy as np
import pytest
import reference_servqual as linear
import reference_servqual_models as naive

from custvalue import servqual
from custvalue.errors import ParameterError
from custvalue.servqual import SERVQUAL, GapModel, Survey, gap_model
from custvalue.survey import Responses, Scale

SCALE = Scale(1, 7)
DIMENSIONS = {"staff": 2, "premises": 3}
SIZES = {"management": 9, "specifications": 6, "delivery": 25, "communications": 5}


def drawn(n, mean, seed):
    rng = np.random.default_rng(seed)
    return np.clip(np.rint(mean + rng.normal(size=(n, 5))), 1, 7)


def sources(weights=None, **options):
    answers = {
        name: drawn(n, mean, seed)
        for seed, ((name, n), mean) in enumerate(
            zip(SIZES.items(), (5.5, 5.0, 4.5, 6.0), strict=True)
        )
    }
    return answers, {
        name: Responses.from_arrays(its, scale=SCALE, weights=(weights or {}).get(name), **options)
        for name, its in answers.items()
    }


def customers(**options):
    perceived, expected = drawn(40, 4.6, 10), drawn(40, 6.0, 11)
    usual = {"scale": SCALE, "dimensions": DIMENSIONS}
    return perceived, expected, Survey.from_arrays(perceived, expected, **(usual | options))


def scores(answers, name):
    own = {"staff": answers[:, :2].mean(axis=1), "premises": answers[:, 2:].mean(axis=1)}
    own["overall"] = (own["staff"] + own["premises"]) / 2
    return own[name]


@pytest.mark.parametrize("name", ["staff", "premises", "overall"])
def test_gaps_one_to_four_are_welch_tests(name):
    answers, given = sources()
    _, expected, survey = customers()
    model = gap_model(survey, **given)
    sides = {
        1: (answers["management"], expected),
        2: (answers["specifications"], answers["management"]),
        3: (answers["delivery"], answers["specifications"]),
        4: (answers["delivery"], answers["communications"]),
    }
    for number, (delivered, wanted) in sides.items():
        gap = model.gap(number, name)
        value, p, ends = naive.welch(scores(delivered, name), scores(wanted, name))
        assert gap.value == pytest.approx(value, abs=1e-12)
        assert gap.p_value == pytest.approx(p, rel=1e-9)
        interval = gap.confidence_interval()
        assert (interval.low, interval.high) == pytest.approx(ends, rel=1e-9)
        assert (interval.method, gap.test) == ("Welch's t", "Welch's t")
        assert (gap.delivered.n, gap.expected.n) == (len(delivered), len(wanted))
        assert gap.n == min(len(delivered), len(wanted))


def test_gap_five_is_the_paired_gap_of_the_survey():
    weights = np.random.default_rng(2).uniform(0.3, 3, 40)
    _, _, survey = customers(weights=weights)
    model, gaps = gap_model(survey), servqual.gaps(survey)
    assert sorted({gap.number for gap in model.gaps}) == [5]
    for found, own in zip(model.gaps, (*gaps.dimensions, gaps.overall), strict=True):
        assert found.value == pytest.approx(own.gap.value, abs=1e-12)
        assert found.standard_error == pytest.approx(own.gap.standard_error, rel=1e-9)
        theirs = own.gap.confidence_interval()
        assert found.confidence_interval().low == pytest.approx(theirs.low, rel=1e-9)
    assert model.gap(5).test == "paired t"


def test_weights_enter_both_sides():
    rng = np.random.default_rng(5)
    weights = {name: rng.uniform(0.3, 3, n) for name, n in SIZES.items()}
    answers, given = sources(weights)
    model = gap_model(**given, dimensions=DIMENSIONS)
    gap = model.gap(3, "staff")
    parts = []
    for name in ("delivery", "specifications"):
        own, w = scores(answers[name], "staff").tolist(), weights[name].tolist()

        def mean(w, own=own):
            return linear.weighted_mean(list(zip(own, w, strict=True)))

        parts.append((mean(w), linear.linearised_error(mean, w)))
    assert gap.value == pytest.approx(parts[0][0] - parts[1][0], abs=1e-12)
    assert gap.standard_error == pytest.approx(np.hypot(parts[0][1], parts[1][1]), rel=1e-7)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["management", "specifications"], [2]),
        (["delivery", "communications"], [4]),
        (["specifications", "delivery"], [3]),
        (["management", "specifications", "delivery", "communications"], [2, 3, 4]),
    ],
)
def test_any_subset_of_sources_gives_the_gaps_that_it_allows(names, numbers):
    _, given = sources()
    model = gap_model(**{name: given[name] for name in names}, dimensions=DIMENSIONS)
    assert sorted({gap.number for gap in model.gaps}) == numbers
    assert set(model.absent) == {1, 2, 3, 4, 5} - set(numbers)
    assert model.absent[5] == "needs perceptions and expectations."
    with pytest.raises(ParameterError) as caught:
        model.gap(5)
    assert str(caught.value) == ("gap 5 was not computed: needs perceptions and expectations.")


def test_customers_and_managers_alone_give_gaps_one_and_five():
    _, given = sources()
    _, _, survey = customers()
    model = gap_model(survey, management=given["management"])
    assert [gap.number for gap in model.gaps] == [1, 1, 1, 5, 5, 5]
    assert model.respondents == {"customers": 40, "management": 9}
    assert model.absent == {
        2: "needs specifications.",
        3: "needs delivery and specifications.",
        4: "needs delivery and communications.",
    }


def test_items_of_the_same_names_are_put_in_order():
    names = [f"P{i}" for i in range(1, 6)]
    answers, given = sources()
    _, _, survey = customers()
    backwards = Responses.from_arrays(
        answers["management"][:, ::-1], items=names[::-1], scale=SCALE
    )
    one = gap_model(survey, management=given["management"])
    other = gap_model(survey, management=backwards)
    assert one.gap(1, "staff") == other.gap(1, "staff")


def test_one_manager_gives_a_gap_without_an_interval():
    _, _, survey = customers()
    alone = Responses.from_arrays([[5, 5, 5, 5, 5]], scale=SCALE)
    gap = gap_model(survey, management=alone).gap(1)
    assert gap.standard_error is None
    assert gap.p_value is None
    numbers = gap.numbers()
    assert {numbers[name] for name in ("low", "high", "standard_error", "p_value")} == {None}
    agreed = Responses.from_arrays([[5] * 5] * 3, scale=SCALE)
    both = gap_model(management=agreed, specifications=agreed, dimensions=DIMENSIONS).gap(2)
    assert (both.value, both.standard_error, both.p_value) == (0, 0, None)


def test_a_scale_where_lower_is_better_turns_the_gaps_round():
    answers, given = sources()
    scale = Scale(1, 7, direction="lower is better")
    turned = {name: Responses.from_arrays(8 - its, scale=scale) for name, its in answers.items()}
    one = gap_model(**given, dimensions=DIMENSIONS)
    other = gap_model(**turned, dimensions=DIMENSIONS)
    for name in ("gap", "low", "high", "p_value"):
        np.testing.assert_allclose(one.columns()[name], other.columns()[name], rtol=1e-9)
    assert "with the sign changed because lower answers are better" in other.convention


def test_an_interval_stays_on_the_scale():
    low = Responses.from_arrays([[1] * 5, [2] * 5], scale=SCALE)
    high = Responses.from_arrays([[7] * 5, [6] * 5], scale=SCALE)
    gap = gap_model(management=high, specifications=low, dimensions=DIMENSIONS).gap(2)
    interval = gap.confidence_interval(0.99)
    assert interval.low == -6
    assert interval.method == "Welch's t, clipped at the end of the scale"


def test_prorated_answers_of_managers_are_scored_by_what_there_is():
    answers, _ = sources()
    holes = answers["management"].copy()
    holes[0, 0] = np.nan
    instrument = Survey.from_arrays(holes[1:], scale=SCALE, dimensions=DIMENSIONS).instrument
    managers = Responses.from_arrays(holes, scale=SCALE, missing="prorate", instrument=instrument)
    _, given = sources()
    gap = gap_model(
        management=managers, specifications=given["specifications"], dimensions=DIMENSIONS
    ).gap(2, "staff")
    expect = np.r_[holes[0, 1], holes[1:, :2].mean(axis=1)].mean()
    assert gap.expected.value == pytest.approx(expect)


def test_the_default_instrument_is_servqual():
    rng = np.random.default_rng(1)
    answers = [Responses.from_arrays(rng.integers(1, 8, (6, 22)), scale=SCALE) for _ in range(2)]
    model = gap_model(delivery=answers[0], communications=answers[1])
    assert model.instrument == "SERVQUAL"
    assert set(model.absent) == {1, 2, 3, 5}
    assert GapModel.from_json(model.to_json()) == model
    assert [gap.name for gap in model.gaps] == [*SERVQUAL.dimension_names, "overall"]


def test_columns_json_and_print():
    _, given = sources()
    _, _, survey = customers()
    model = gap_model(survey, **given)
    assert GapModel.from_json(model.to_json()) == model
    table = model.columns()
    assert table["number"].tolist() == [n for n in (1, 2, 3, 4, 5) for _ in range(3)]
    assert table["n_delivered"][0] == 9
    assert table["n_expected"][0] == 40
    assert model.to_frame("polars").shape == (15, 11)
    assert repr(model).startswith("GapModel('adapted SERVQUAL', gap 1=-")
    text = str(model)
    assert text.splitlines()[0] == "adapted SERVQUAL: gaps model"
    assert "gap 3: delivery - specifications" in text
    assert "Respondents: customers 40, management 9, specifications 6, delivery 25" in text
    assert "below 0 is a shortfall. Gaps 1 to 4 compare different people (Welch's t)" in text
    assert str(model.gap(1)).startswith("Gap 1: managers' beliefs - customers' expectations")
    assert "<caption>adapted SERVQUAL: gaps model</caption>" in model._repr_html_()
