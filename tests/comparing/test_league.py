"""League tables: shrinkage against slow ways, calibration, what is printed, bad input."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize, special, stats

from custvalue import comparing
from custvalue._comparing.league import _columns
from custvalue._inference.shrinkage import Population, normal_population, share_population
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import net_promoter_score, top_box
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
mean = partial(Responses.mean, name="q")


def network(random, dealers=40, low=2, high=60, deviation=0.5):
    n = random.integers(low, high, dealers)
    dealer = np.repeat([f"D{k:03d}" for k in range(dealers)], n)
    level = np.repeat(random.normal(3.6, deviation, dealers), n) + random.normal(0, 1, len(dealer))
    frame = {"q": np.clip(np.rint(level), 1, 5), "dealer": dealer}
    return Responses.from_frame(frame, ["q"], scale=FIVE, cluster="dealer")


def test_normal_groups_are_those_of_the_slow_way():
    # posterior means by integrating over τ, whose prior is flat
    random = np.random.default_rng(3)
    variances = random.uniform(0.05, 0.4, 12)
    values = random.normal(3, 0.6, 12) + random.normal(size=12) * np.sqrt(variances)
    drawn = normal_population(values, variances, 200_000, np.random.default_rng(1))

    def q(tau2):
        w = 1 / (variances + tau2)
        return w @ (values - w @ values / w.sum()) ** 2

    expected, total = np.zeros(12), 0.0
    for tau in np.linspace(0, 8, 8001):
        w = 1 / (variances + tau**2)
        centre = w @ values / w.sum()
        p = np.sqrt(np.prod(w) / w.sum()) * np.exp(-q(tau**2) / 2)
        expected += p * (centre + tau**2 / (variances + tau**2) * (values - centre))
        total += p
    expected /= total
    np.testing.assert_allclose(drawn.draws.mean(axis=0), expected, atol=0.01)
    usual = optimize.brentq(lambda its: q(its) - 11, 0, 50)  # Paule & Mandel
    assert drawn.deviation == pytest.approx(np.sqrt(usual), rel=1e-3)


def test_shares_are_those_of_the_slow_way():
    hits, n = np.array([1.0, 9, 4, 20, 0]), np.array([4.0, 12, 4, 40, 3])
    drawn = share_population(hits, n, 200_000, np.random.default_rng(1))
    logits, rhos = np.linspace(-6, 7, 300), (np.arange(400) + 0.5) / 400
    found, total = np.zeros(5), 0.0
    for rho in rhos:
        strength = 1 / rho - 1
        a, b = special.expit(logits) * strength, special.expit(-logits) * strength
        logs = sum(
            special.betaln(a + h, b + m - h) - special.betaln(a, b)
            for h, m in zip(hits, n, strict=True)
        )
        weight = np.exp(logs) * np.sqrt(special.expit(logits) * special.expit(-logits))
        total += weight.sum()
        found += ((a[:, None] + hits) / (strength + n) * weight[:, None]).sum(axis=0)
    np.testing.assert_allclose(drawn.draws.mean(axis=0), found / total, atol=0.01)


def test_the_deviation_of_many_shares_is_what_they_were_drawn_with():
    random = np.random.default_rng(2)
    shares = random.beta(8, 12, 300)  # mean 0.4, deviation sqrt(0.24 / 21)
    drawn = share_population(random.binomial(400, shares), np.full(300, 400), 1_000, random)
    assert drawn.mean == pytest.approx(shares.mean(), abs=0.01)
    assert drawn.deviation == pytest.approx(shares.std(), abs=0.01)


def test_a_group_with_few_answers_is_shrunken_most():
    answers = network(np.random.default_rng(1))
    table = comparing.league(answers, mean, by="dealer", minimum_n=2, rng=1)
    own = np.array([its.value for its in table.own])
    n = np.array([its.n for its in table.own])
    kept = (table.shrunken - table.population_mean) / (own - table.population_mean)
    far = np.abs(own - table.population_mean) > 0.3
    assert np.corrcoef(n[far], kept[far])[0, 1] > 0.5
    assert (np.diff(table.shrunken) <= 0).all()
    assert table.probability_worst.sum() == pytest.approx(table.counted_as_worst)
    assert table.probability_best.sum() == pytest.approx(table.counted_as_worst)


def test_every_group_against_the_others():
    answers = network(np.random.default_rng(2), dealers=6, low=10)
    table = comparing.league(answers, mean, by="dealer", rng=1)
    parts = answers.by("dealer")
    pooled = sum(
        (part.respondents - 1) * part.mean("q").standard_deviation ** 2 for part in parts.values()
    ) / sum(part.respondents - 1 for part in parts.values())
    whole = np.concatenate([part.item("q") for part in parts.values()]).mean()
    for place, label in enumerate(table.labels.tolist()):
        rest = [part for other, part in parts.items() if other != label]
        others = np.concatenate([part.item("q") for part in rest])
        own = parts[label].item("q")
        assert table.difference[place] == pytest.approx(own.mean() - others.mean())
        error = np.sqrt(pooled * (1 / len(own) + 1 / len(others)))
        assert table.standard_error[place] == pytest.approx(error)
        rest_error = np.sqrt(pooled / len(others))

        estimate, away = parts[label].mean("q"), own.mean() - others.mean()
        interval = estimate.confidence_interval(1 - table.p_value[place])
        side = (interval.low if away > 0 else interval.high) - estimate.value
        reached = np.hypot(side, stats.norm.isf(table.p_value[place] / 2) * rest_error)
        assert reached == pytest.approx(abs(away), rel=1e-4)
        moved = len(own) / answers.respondents * (own.mean() - whole)
        assert table.contribution[place] == pytest.approx(moved)
    alike = comparing.league(answers, mean, by="dealer", against="mean", rng=1)
    values = {label: part.mean("q").value for label, part in parts.items()}
    first = alike.labels.tolist()[0]
    others = np.mean([value for label, value in values.items() if label != first])
    assert alike.difference[0] == pytest.approx(values[first] - others)


def test_p_of_shares_is_the_mid_p_of_the_slow_way():
    hits, n = np.array([0, 1, 4, 9, 20, 5]), np.array([12, 15, 10, 12, 20, 30])
    frame = {
        "q": np.concatenate([[5] * h + [2] * (m - h) for h, m in zip(hits, n, strict=True)]),
        "g": np.repeat(list("abcdef"), n),
    }
    answers = Responses.from_frame(frame, ["q"], scale=FIVE, group="g")
    table = comparing.league(answers, top_box, rng=1)
    for label, p_value in zip(table.labels.tolist(), table.p_value.tolist(), strict=True):
        place = "abcdef".index(label)
        h, m = hits[place], n[place]
        a, b = hits.sum() - h + 0.5, (n - hits).sum() - (m - h) + 0.5
        predicted = stats.betabinom(m, a, b)
        above = predicted.sf(h) + predicted.pmf(h) / 2
        assert p_value == pytest.approx(2 * min(above, 1 - above), rel=1e-5)


def test_one_complaint_in_a_network_is_no_finding():
    q = np.full(500, 2)
    q[7] = 5
    answers = Responses.from_arrays(q, items=["q"], scale=FIVE, group=np.repeat(np.arange(25), 20))
    table = comparing.league(answers, top_box, rng=1)
    first = table.labels.tolist().index(0)
    # beta-binomial of 1 of 20 given none of 480
    predicted = stats.betabinom(20, 0.5, 480.5)
    expected = 2 * (predicted.sf(1) + predicted.pmf(1) / 2)
    assert table.p_value[first] == pytest.approx(expected, rel=1e-6)
    assert table.adjusted_p_value[first] > 0.2
    assert (table.p_value[np.arange(25) != first] > 0.9).all()


def test_groups_that_do_not_differ_share_the_last_place_by_lot():
    q = np.tile([1, 2, 3, 4, 5] * 2, 5)
    answers = Responses.from_arrays(q, items=["q"], scale=FIVE, group=np.repeat(np.arange(5), 10))
    table = comparing.league(answers, mean, tail=0.2, rng=1)
    np.testing.assert_allclose(table.probability_worst, 0.2, atol=0.05)
    np.testing.assert_allclose(table.p_value, 1.0)


def test_shares_are_tested_by_scores():
    answers = network(np.random.default_rng(5), dealers=5, low=10)
    table = comparing.league(answers, top_box, by="dealer", rng=1)
    parts = {label: part.item("q") >= 4 for label, part in answers.by("dealer").items()}
    label = table.labels.tolist()[0]
    own, others = parts[label], np.concatenate([v for k, v in parts.items() if k != label])
    assert table.difference[0] == pytest.approx(own.mean() - others.mean())
    null = others.mean() * (1 - others.mean()) / len(own)
    assert table.standard_error[0] > np.sqrt(null)


def test_few_answers_are_listed_and_left_out():
    frame = {"q": [5, 4, 3, 4, 5, 2, 4, 4, 1, 2], "g": list("AAABBBCDDD")}
    answers = Responses.from_frame(frame, ["q"], scale=FIVE, group="g")
    table = comparing.league(answers, top_box, minimum_n=3, rng=1)
    assert sorted(table.labels.tolist()) == ["A", "B", "D"]
    (small,) = table.small
    assert (small.label, small.n) == ("C", 1)
    assert small.estimate.confidence_interval().method == "wilson"
    assert "Too few answers, and left out of the tests: 'C (1)'." in str(table)
    again = type(table).from_json(table.to_json())
    assert again == table
    frame = table.to_frame("pandas")
    assert frame["group"].tolist() == table.labels.tolist()
    assert table["A"].values["n"] == 3


def test_a_long_table_shortens_itself():
    answers = network(np.random.default_rng(1), dealers=120, low=10, high=12)
    table = comparing.league(answers, net_of_five, by="dealer", rng=1)
    lines = str(table).splitlines()
    assert len(lines) < 40
    assert any(line.startswith("… 100 more") for line in lines)
    assert len(table.to_frame("pandas")) == 120


def net_of_five(part):
    return net_promoter_score(2 * part.item("q"), scale=Scale(0, 10))


def test_shrunken_intervals_stay_within_what_is_possible():
    answers = network(np.random.default_rng(1), deviation=1.5)
    table = comparing.league(answers, mean, by="dealer", minimum_n=2, rng=1)
    assert table.high.max() == 5
    assert table.low.min() >= 1


def test_the_same_seed_gives_the_same_table():
    answers = network(np.random.default_rng(1), dealers=5, low=10)
    one, other = (comparing.league(answers, mean, by="dealer", rng=7) for _ in range(2))
    assert one == other


def test_the_bad_end_can_be_the_high_one():
    answers = network(np.random.default_rng(1), dealers=12, low=10)
    low = comparing.league(answers, mean, by="dealer", rng=1)
    high = comparing.league(answers, mean, by="dealer", worst="highest", rng=1)
    assert low.labels.tolist() == high.labels.tolist()[::-1]
    np.testing.assert_allclose(high.probability_worst[::-1], low.probability_best, atol=0.05)


ONE = Responses.from_frame({"q": [1, 2, 3, 4], "g": list("aabb")}, ["q"], scale=FIVE, group="g")
SAME = Responses.from_frame({"q": [3] * 9, "g": list("aaabbbccc")}, ["q"], scale=FIVE, group="g")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: comparing.league(ONE, mean),
            DataError,
            (
                "a league table needs at least 3 groups with 10 answers, but there are 0. Use "
                "comparing.groups, or a smaller minimum_n."
            ),
        ),
        (
            lambda: comparing.league(ONE, mean, minimum_n=2),
            DataError,
            (
                "a league table needs at least 3 groups with 2 answers, but there are 2. Use "
                "comparing.groups, or a smaller minimum_n."
            ),
        ),
        (
            lambda: comparing.league(SAME, mean, minimum_n=2),
            DataError,
            (
                "all answers of every group are equal, so that groups cannot be told from chance. "
                "Compare shares, such as the top box."
            ),
        ),
        (
            lambda: comparing.league(SAME, mean, minimum_n=1),
            ParameterError,
            "minimum_n must be a whole number >= 2, but it is 1.",
        ),
        (
            lambda: comparing.league(SAME, mean, simulations=5),
            ParameterError,
            "simulations must be a whole number >= 100, but it is 5.",
        ),
        (
            lambda: comparing.league(SAME, mean, worst="low"),
            ParameterError,
            "worst must be one of 'lowest', 'highest', but it is 'low'. Did you mean 'lowest'?",
        ),
    ],
)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("what", ["mean", "top box"])
def test_intervals_and_probabilities_are_calibrated(what):
    random = np.random.default_rng(9)
    held, said, true = [], [], []
    for seed in range(40):
        dealers = 200
        n = np.exp(random.uniform(np.log(2), np.log(120), dealers)).astype(int)
        level = random.normal(3.4, 0.45, dealers)
        dealer = np.repeat(np.arange(dealers), n)
        values = np.clip(np.rint(level[dealer] + random.normal(0, 1.1, len(dealer))), 1, 5)
        answers = Responses.from_arrays(values, items=["q"], scale=FIVE, group=dealer)
        measure = mean if what == "mean" else top_box
        table = comparing.league(answers, measure, minimum_n=2, rng=seed, simulations=500)
        noise = np.clip(
            np.rint(level[:, None] + 1.1 * stats.norm.ppf((np.arange(4000) + 0.5) / 4000)), 1, 5
        )
        truth = (noise if what == "mean" else noise >= 4).mean(axis=1)
        own = truth[table.labels]
        held.append(((table.low <= own) & (own <= table.high)).mean())
        worst = own <= np.sort(own)[table.counted_as_worst - 1]
        said += table.probability_worst.tolist()
        true += worst.tolist()
    assert 0.935 < np.mean(held) < 0.965
    said, true = np.array(said), np.array(true)
    for low, high in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9)):
        some = (said > low) & (said <= high)
        assert abs(said[some].mean() - true[some].mean()) < 0.06


def test_a_long_comparison_shortens_itself():
    answers = network(np.random.default_rng(1), dealers=60, low=10, high=12)
    found = comparing.groups(answers, top_box, by="dealer")
    lines = str(found).splitlines()
    assert len(lines) < 100
    assert any(line.startswith("… 20 more") for line in lines)
    assert any(line.startswith("… 1,730 more, P larger") for line in lines)
    assert "n: 10 to 11 in 60 groups." in str(found)
    assert len(found.to_frame("pandas")) == 60 + 60 * 59 // 2


@pytest.mark.slow
@pytest.mark.simulation
def test_groups_that_do_not_differ_are_found_different_at_the_rate_of_the_level():
    random = np.random.default_rng(5)
    found = {"mean": [], "top box": []}
    for _ in range(120):
        group = np.repeat(np.arange(30), random.integers(10, 40, 30))
        values = random.choice([1, 2, 3, 4, 5], len(group))
        answers = Responses.from_arrays(values, items=["q"], scale=FIVE, group=group)
        for name, measure in (("mean", mean), ("top box", top_box)):
            table = comparing.league(answers, measure, rng=1, simulations=100)
            found[name].append((table.p_value < 0.05).mean())
    for rates in found.values():
        assert 0.035 < np.mean(rates) < 0.06


def test_intervals_of_groups_leave_as_much_on_either_side():
    draws = np.column_stack([np.arange(101.0), np.full(101, 7.0)])
    asked = SimpleNamespace(level=0.9, tail=0.5)
    found = _columns(Population(draws, 5.0, 1.0), asked, "lowest", np.random.default_rng(1))
    assert (found["low"][0], found["high"][0]) == pytest.approx((5, 95))
    assert found["shrunken"].tolist() == [50, 7]
    # of two groups the lower one is the worst half: 0 to 6 of 101 draws, and half of the tie at 7
    assert found["probability_worst"][0] == pytest.approx(7.5 / 101, abs=0.006)
