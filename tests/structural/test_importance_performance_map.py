"""Importance and performance of constructs, from total effects and indices on 0-100."""

import modelled
import numpy as np
import pytest

from custvalue.errors import DataWarning, ParameterError
from custvalue.structural import Construct, Model, Path, StructuralMap
from custvalue.survey import Bootstrap, Responses, Scale


def test_importance_is_the_slope_of_the_indices():
    """The unstandardised path of one predictor is the regression of one index on the other."""
    model = Model(
        [
            Construct("Quality", modelled.SMALL.constructs[0].items),
            Construct("Satisfaction", modelled.SMALL.constructs[2].items),
            Path("Quality", "Satisfaction"),
        ]
    )
    answers = modelled.answers()
    fit = model.fit(answers)
    scores = answers.scale.rescale(answers.answers)
    index = {
        name: sum(part.share * scores[:, answers.items.index(part.name)] for part in its.parts)
        for name in model.names
        for its in [fit.index(name)]
    }
    slope = np.polyfit(index["Quality"], index["Satisfaction"], 1)[0]
    found = fit.importance_performance("Satisfaction")
    assert found["Quality"].importance.value == pytest.approx(slope)
    assert found["Quality"].performance.value == pytest.approx(index["Quality"].mean())


def test_effects_along_all_ways_are_counted():
    fit = modelled.fit()
    found = fit.importance_performance("Satisfaction")
    spread = {
        name: 1 / fit.solution.unstandardised[0][block].sum()
        for name, block in zip(fit.plan.names, fit.plan.blocks, strict=True)
    }
    for name in ("Quality", "Value"):
        total = fit.total_effects[name, "Satisfaction"].value
        wanted = total * spread["Satisfaction"] / spread[name]
        assert found[name].importance.value == pytest.approx(wanted)
        interval = found[name].importance.confidence_interval()
        assert interval.low < wanted < interval.high
    assert found.performance.value == fit.index("Satisfaction").value
    assert [its.name for its in found.constructs] == sorted(
        ("Quality", "Value"), key=lambda name: -found[name].importance.value
    )


def test_items_share_the_importance_of_their_construct():
    found = modelled.fit().importance_performance("Satisfaction")
    own = found["Quality"]
    assert sum(item.share for item in own.items) == pytest.approx(1)
    assert sum(item.importance for item in own.items) == pytest.approx(own.importance.value)
    answers = modelled.answers()
    means = answers.scale.rescale(answers.answers.mean(axis=0))
    assert [item.performance for item in own.items] == pytest.approx(means[:3])
    assert found.items[0].importance == max(item.importance for item in found.items)


def test_quadrants_are_about_the_means():
    found = modelled.fit().importance_performance("Satisfaction")
    across, up = found.cross
    assert across == pytest.approx(np.mean([its.importance.value for its in found.constructs]))
    words = {
        (True, True): "keep up the good work",
        (True, False): "concentrate here",
        (False, True): "possible overkill",
        (False, False): "low priority",
    }
    for its in found.constructs:
        where = its.importance.value >= across, its.performance.value >= up
        assert its.quadrant == words[where]
    assert StructuralMap.from_json(found.to_json()) == found


def test_resamples_give_their_intervals():
    fit = modelled.SMALL.fit(modelled.answers(), method=Bootstrap(60, rng=1))
    its = fit.importance_performance("Satisfaction")["Value"].importance
    assert its.confidence_interval().method.startswith("bootstrap percentile")


def test_scales_of_another_width_change_nothing():
    """Answers from 1 to 10 that are written from 0 to 90 have the same importance."""
    answers = modelled.answers()
    wide = Responses.from_arrays(
        10 * (answers.answers - 1), items=answers.items, scale=Scale(0, 90, step=10)
    )
    one, other = (
        modelled.SMALL.fit(its).importance_performance("Satisfaction") for its in (answers, wide)
    )
    assert other["Value"].importance.value == pytest.approx(one["Value"].importance.value)


def test_a_negative_weight_is_named():
    model = Model(
        [
            Construct("Quality", ["q1", "q2", "q3", "v1"], "B"),
            Construct("Satisfaction", ["s1", "s2", "s3"]),
            Path("Quality", "Satisfaction"),
        ]
    )
    random = np.random.default_rng(3)
    a, b, noise = random.normal(size=(3, 200))
    frame = {
        "q1": a + 0.3 * b,
        "q2": a,
        "q3": b,
        "v1": a + b + random.normal(0, 0.4, 200),
        **{f"s{k}": a - 0.8 * b + noise + random.normal(0, 0.6, 200) for k in (1, 2, 3)},
    }
    answers = {
        name: np.minimum(np.maximum(np.rint(5.5 + 1.3 * its), 1), 10) for name, its in frame.items()
    }
    with pytest.warns(DataWarning):
        fit = model.fit(modelled.without_gaps(answers))
    with pytest.warns(DataWarning, match="is negative, so that the index of its construct can"):
        fit.importance_performance("Satisfaction")


@pytest.mark.parametrize("target", ["Quality", "Price", None])
def test_a_target_has_paths_that_lead_to_it(target):
    with pytest.raises(ParameterError) as caught:
        modelled.fit().importance_performance(target)
    assert str(caught.value).startswith("target must be one of 'Value', 'Satisfaction', but it is")


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_importance_hold_the_truth():
    """400 samples of 100 from a composite population; of 2,000 samples see the explanation.

    The index of k items of one variance that correlate by .5, with equal weights, has the standard
    deviation √((1 + (k - 1) / 2) / k) of theirs.
    """
    spread = {name: ((1 + (k - 1) / 2) / k) ** 0.5 for name, k in (("Quality", 3), ("Value", 2))}
    runs, held = 400, dict.fromkeys(spread, 0)
    for run in range(runs):
        made = modelled.simulated(
            100, run, population="composite", scale=Scale(1, 10, step=None), spread=10.0
        )
        found = modelled.SMALL.fit(made.answers).importance_performance("Satisfaction")
        for name, own in spread.items():
            truth = made.total_effect(name, "Satisfaction") * spread["Quality"] / own
            held[name] += truth in found[name].importance.confidence_interval()
    assert all(0.91 < each / runs < 0.98 for each in held.values())
