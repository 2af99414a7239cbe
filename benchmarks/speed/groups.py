"""Groups of a survey: answers split by their labels, and what is computed of every part."""

from __future__ import annotations

import numpy as np
from scipy import special

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import comparing, kano, satisfaction, servqual
from custvalue.survey import Responses, Scale


def grouped(respondents: int, items: int, groups: int) -> Responses:
    """Whole answers on seven points, with the group of each respondent."""
    random = np.random.default_rng(1)
    answers = random.integers(1, 8, (respondents, items)).astype(np.int8)
    labels = random.integers(0, groups, respondents)
    return Responses.from_arrays(answers, scale=Scale(1, 7), group=labels)


def split_by_hand(answers: Responses) -> list[np.ndarray]:
    """Sort once, and cut the sorted answers."""
    labels = answers.labels["group"]
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.unique(labels))
    return np.split(answers.answers[order], starts[1:])


@row("by() of 1,000,000 respondents into 1,000 groups, 1 item", goal=0.25)
def one_item() -> Pair:
    """Every part with its weights and labels."""
    answers = grouped(1_000_000, 1, 1_000)
    return Pair(lambda: answers.by("group"), lambda: split_by_hand(answers))


@row("by() of 1,000,000 respondents into 1,000 groups, 22 items", goal=0.6)
def many_items() -> Pair:
    """As above, of a whole questionnaire."""
    answers = grouped(1_000_000, 22, 1_000)
    return Pair(lambda: answers.by("group"), lambda: split_by_hand(answers))


def kano_segments(segments: int, apart: float) -> kano.KanoSegments:
    """10 items, 25 respondents a segment, a share of whom answers as the segment does."""
    random = np.random.default_rng(1)
    size, items = 25 * segments, 10
    labels = random.integers(0, segments, size)
    functional, dysfunctional = random.integers(1, 6, (2, size, items))
    own = random.integers(1, 6, (segments, items))[labels]
    functional = np.where(random.random((size, items)) < apart, own, functional)
    return kano.segments(kano.Questionnaire.from_arrays(functional, dysfunctional, group=labels))


@row("homogeneity of 400 Kano segments, 10 items, which do not differ", goal=1)
def alike() -> Pair:
    """Stopped where P is known."""
    segments = kano_segments(400, 0.0)
    return Pair(segments.homogeneity)


@row("homogeneity of 400 Kano segments, 10 items, which differ", goal=10)
def apart() -> Pair:
    """All 9,999 permutations of each item."""
    segments = kano_segments(400, 0.2)
    return Pair(segments.homogeneity)


@row("print 400 Kano segments", goal=0.1)
def printed() -> Pair:
    """Without permutations."""
    segments = kano_segments(400, 0.0)
    return Pair(lambda: str(segments))


@growth("homogeneity against Kano segments which do not differ", 25, 100, 400)
def segments_grow(segments: int) -> Work:
    """More segments of 25."""
    return kano_segments(segments, 0.0).homogeneity


def scores(groups: int) -> dict[int, satisfaction.NetPromoterScore]:
    """Net promoter scores of groups of 300, from counts."""
    random = np.random.default_rng(3)
    counts = [random.multinomial(300, share) for share in random.dirichlet([4, 3, 2], groups)]
    names = ("promoters", "passives", "detractors")
    return {
        place: satisfaction.NetPromoterScore.from_counts(**dict(zip(names, its.tolist())))  # noqa: B905 - three each
        for place, its in enumerate(counts)
    }


def wald_by_hand(results: dict[int, satisfaction.NetPromoterScore]) -> np.ndarray:
    """The easy test: all pairs by their standard errors, P from the normal distribution."""
    value = np.array([its.value for its in results.values()])
    error = np.array([its.standard_error for its in results.values()])
    first, second = np.triu_indices(len(value), 1)
    ratio = (value[first] - value[second]) / np.hypot(error[first], error[second])
    return 2 * special.ndtr(-np.abs(ratio))


@row("compare net promoter scores, 100 groups, all pairs", goal=0.5)
def all_pairs() -> Pair:
    """Intervals by the score test; by hand Wald's test, which needs none."""
    results = scores(100)
    return Pair(lambda: comparing.compare(results), lambda: wald_by_hand(results))


@row("compare net promoter scores, 1,000 groups against one", goal=0.1)
def against_one() -> Pair:
    """999 pairs."""
    results = scores(1_000)
    return Pair(lambda: comparing.compare(results, reference=0))


@row("compare net promoter scores, 1,000 groups, all pairs", goal=30)
def very_many_pairs() -> Pair:
    """499,500 pairs, each a result of its own."""
    results = scores(1_000)
    return Pair(lambda: comparing.compare(results), lambda: wald_by_hand(results))


def sites(groups: int) -> servqual.Survey:
    """22 perceptions and expectations of 100 respondents a site."""
    random = np.random.default_rng(4)
    perceived, expected = random.integers(1, 8, (2, 100 * groups, 22)).astype(np.int8)
    labels = random.integers(0, groups, 100 * groups)
    return servqual.Survey.from_arrays(perceived, expected, scale=Scale(1, 7), group=labels)


@row("compare_surveys, 1,000 sites of 100 respondents against one", goal=1)
def surveys() -> Pair:
    """Gaps of five dimensions and overall."""
    survey = sites(1_000)
    return Pair(lambda: servqual.compare_surveys(survey, reference=0))


@growth("compare_surveys against sites", 50, 250, 1_000)
def sites_grow(groups: int) -> Work:
    """Each site with 100 respondents more."""
    survey = sites(groups)
    return lambda: servqual.compare_surveys(survey, reference=0)


@row("comparing.ordered, 100 groups of 200, all pairs", goal=0.3)
def ordered() -> Pair:
    """Brunner & Munzel's test of 4,950 pairs, and the top box of each group."""
    answers = grouped(20_000, 1, 100)
    return Pair(lambda: comparing.ordered(answers, "item 1"))


@growth("comparing.ordered against groups of 200", 10, 32, 100)
def ordered_grows(groups: int) -> Work:
    """All pairs of more and more groups."""
    answers = grouped(200 * groups, 1, groups)
    return lambda: comparing.ordered(answers, "item 1")


@growth("compare net promoter scores against pairs of groups", 10, 32, 100, 316)
def pairs_grow(groups: int) -> Work:
    """All pairs of more and more groups."""
    results = scores(groups)
    return lambda: comparing.compare(results)


@growth("by() against groups, 1,000,000 respondents", 10, 100, 1_000, 10_000)
def by_grows_with_groups(groups: int) -> Work:
    """The cost of one group more."""
    answers = grouped(1_000_000, 1, groups)
    return lambda: answers.by("group")


@row("net promoter score of 1,000,000 in 5,000 clusters", goal=1)
def clustered() -> Pair:
    """With dealers and regions; by hand the means of dealers and their spread."""
    random = np.random.default_rng(8)
    dealer = random.integers(0, 5_000, 1_000_000)
    answers = random.integers(0, 11, 1_000_000)
    read = Responses.from_arrays(
        answers, items=["q"], scale=Scale(0, 10), cluster=dealer, stratum=dealer % 30
    )

    def by_hand() -> float:
        votes = 100.0 * (answers >= 9) - 100.0 * (answers <= 6)
        totals = np.bincount(dealer, votes - votes.mean())
        return float(np.sqrt(np.square(totals).sum()) / len(votes))

    return Pair(lambda: satisfaction.net_promoter_score(read).confidence_interval(), by_hand)
