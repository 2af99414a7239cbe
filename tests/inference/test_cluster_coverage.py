"""Simulated networks: whether intervals hold the truth, and tests find nothing where nothing is."""

from functools import partial

import numpy as np
import pytest

from custvalue import comparing, kano, satisfaction, servqual
from custvalue._inference.clusters import Design
from custvalue.survey import Bootstrap, Responses, Scale, cronbach_alpha

FIVE, TEN = Scale(1, 5), Scale(0, 10)
mean = partial(Responses.mean, name="q")
SAMPLES = 400  # a share of .95 has a standard error of .011


def sizes(random, dealers, unequal):
    spread = random.lognormal(-0.5, 1, dealers) if unequal else np.ones(dealers)
    return np.maximum(2, np.rint(15 * spread)).astype(int)


def felt(random, n, levels):
    """The dealer of each customer, and what they feel; dealers differ with the deviation .6."""
    dealer = np.repeat(np.arange(len(n)), n)
    return dealer, levels[dealer] + random.normal(0, 1.5, len(dealer))


def five(feelings):
    return np.clip(np.rint(3.6 + 0.8 * feelings), 1, 5)


def eleven(feelings):
    return np.clip(np.rint(7.5 + 1.6 * feelings), 0, 10)


EVERYBODY = np.random.default_rng(0).normal(0, np.sqrt(0.6**2 + 1.5**2), 2_000_000)


@pytest.mark.parametrize("strata", [1, 2])
def test_resamples_of_clusters_are_expanded_by_what_they_lack(strata):
    random = np.random.default_rng(strata)
    weights, squares = random.lognormal(size=9), random.lognormal(size=9)
    places = np.arange(9) % strata
    design = Design(weights, squares, places)
    share, own = weights / weights.sum(), squares / weights.sum() ** 2
    one_out = np.eye(9) - np.outer(share, np.ones(9))
    independent = one_out @ np.diag(own) @ one_out.T
    resampled = 0.0  # the variance of a resample: of the clusters about the mean of their stratum
    for place in range(strata):
        its = np.flatnonzero(places == place)
        within = np.eye(len(its)) - (1 / len(its) if strata > 1 else 0.0)
        block = independent[np.ix_(its, its)]
        resampled += np.trace(within @ block @ within)
    assert design.expansion == pytest.approx(np.sqrt(own.sum() / resampled))
    alike = Design(np.ones(8), np.ones(8), np.zeros(8, dtype=int))
    assert alike.expansion == pytest.approx(np.sqrt(8 / 7))


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "unequal"), [(10, False), (20, True), (30, True)])
def test_resampled_intervals_hold_the_truth(dealers, unequal):
    random = np.random.default_rng(dealers)
    truths = five(EVERYBODY).mean(), (five(EVERYBODY) >= 4).mean()
    held = np.zeros(2)
    for seed in range(SAMPLES):
        levels = random.normal(0, 0.6, dealers)
        dealer, feelings = felt(random, sizes(random, dealers, unequal), levels)
        answers = Responses.from_arrays(five(feelings), items=["q"], scale=FIVE, cluster=dealer)
        for place, measure in enumerate((mean, satisfaction.top_box)):
            interval = comparing.bootstrap_interval(answers, measure, method=Bootstrap(300, seed))
            held[place] += truths[place] in interval
    assert ((held / SAMPLES > 0.92) & (held / SAMPLES < 0.985)).all()


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "unequal"), [(10, False), (20, True)])
def test_waves_that_do_not_differ_are_not_told_apart(dealers, unequal):
    random = np.random.default_rng(dealers)
    found = np.zeros(4)
    for _ in range(SAMPLES):
        levels = random.normal(0, 0.6, dealers)
        waves = [felt(random, sizes(random, dealers, unequal), levels) for _ in range(3)]
        labels = {
            "wave": np.repeat(np.arange(3), [len(its) for its, _ in waves]),
            "cluster": np.concatenate([its for its, _ in waves]),
        }
        feelings = np.concatenate([its for _, its in waves])
        answers = Responses.from_arrays(five(feelings), items=["q"], scale=FIVE, **labels)
        recommend = Responses.from_arrays(eleven(feelings), items=["q"], scale=TEN, **labels)
        every = comparing.groups(answers, mean, by="wave")
        trend = comparing.trend(recommend, satisfaction.net_promoter_score)
        pairs = comparing.groups(
            recommend, satisfaction.net_promoter_score, by="wave", correction="none"
        )
        order = comparing.ordered(answers, "q", by="wave", correction="none")
        whole = every.heterogeneity  # None where a giant dealer leaves too few degrees of freedom
        p_values = (
            1.0 if whole is None else whole.p_value,
            trend.p_value,
            pairs.differences[0].p_value,
            order.differences[0].p_value,
        )
        found += np.array(p_values) < 0.05
    assert ((found / SAMPLES > 0.01) & (found / SAMPLES < 0.085)).all()


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "unequal"), [(10, False), (20, True), (30, True)])
def test_gaps_kano_and_alpha_hold_the_truth(dealers, unequal):
    random = np.random.default_rng(dealers)
    wish = np.random.default_rng(1).normal(size=2_000_000)
    gap = five(EVERYBODY).mean() - five(wish + 0.8).mean()
    held, alphas, ends = np.zeros(2), [], []
    for _ in range(SAMPLES):
        levels = random.normal(0, 0.6, dealers)
        dealer, feelings = felt(random, sizes(random, dealers, unequal), levels)
        n = len(dealer)
        survey = servqual.Survey.from_arrays(
            five(feelings),
            five(random.normal(size=n) + 0.8),
            scale=FIVE,
            dimensions={"staff": 1},
            cluster=dealer,
        )
        held[0] += gap in servqual.gaps(survey).items[0].gap.confidence_interval()
        item = kano.classify(
            kano.Questionnaire.from_arrays(
                np.where(feelings > 0, 1, 3),
                np.where(random.random(n) < 0.5, 5, 3),
                items=["a"],
                cluster=dealer,
            )
        )["a"]
        held[1] += 0.5 in item.better.confidence_interval()
        four = five(feelings[:, np.newaxis] + random.normal(0, 1, (n, 4)))
        alpha = cronbach_alpha(Responses.from_arrays(four, scale=FIVE, cluster=dealer))
        alphas.append(alpha.value)
        ends.append(alpha.confidence_interval())
    assert ((held / SAMPLES > 0.915) & (held / SAMPLES < 0.98)).all()
    many = five(EVERYBODY[:400_000, np.newaxis] + random.normal(0, 1, (400_000, 4)))
    covariance = np.cov(many.T)
    truth = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    assert 0.91 < np.mean([truth in its for its in ends]) < 0.985
