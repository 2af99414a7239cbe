"""Every number and sentence of the report, computed again from its inputs in another way."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sample_dealership import DEALERSHIP, STUDY
from scipy import stats

from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue._report.build import build_report
from custvalue._report.link import _difference
from custvalue._report.study import parse_study

SURVEY, LOG = DEALERSHIP.survey, DEALERSHIP.transactions
Z = 1.959963984540054


def amount(value):
    """Write an amount as people read it: three digits from 1,000 on, cents below 10."""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}"


def words(report):
    return " ".join(report.to_text().split())


@pytest.fixture(scope="module")
def text(report):
    return words(report)


def moved_by(fit, total):
    """Return the variance that the parameters bring, by two-sided differences."""
    names = list(fit.parameters)
    slopes = []
    for name in names:
        step = 1e-4 * fit.parameters[name]
        high, low = (
            total(fit.model.model_copy(update={name: fit.parameters[name] + sign * step}))
            for sign in (1, -1)
        )
        slopes.append((high - low) / (2 * step))
    return float(np.array(slopes) @ np.array(fit.covariance) @ np.array(slopes))


def test_recommendation(text):
    answers = SURVEY["recommend"]
    promoters, detractors = (answers >= 9).mean(), (answers <= 6).mean()
    score = 100 * (promoters - detractors)
    assert f"{score:+.0f} is the Net Promoter Score" in text.replace("−", "-")
    assert f"{len(answers)} answers): {100 * promoters:.0f} % promoters (9-10)" in text
    assert f"minus {100 * detractors:.0f} % detractors (0-6)" in text


def test_expected_purchases_and_their_interval(text, base):
    def total(model):
        return float(model.expected_purchases(base.history, "3 years").sum())

    expected, error = total(base.fit.model), moved_by(base.fit, total) ** 0.5
    spread = np.exp(Z * error / expected)
    said = re.search(
        r"([\d,]+) purchases are expected within 3 years \(95 % interval ([\d,]+) to ([\d,]+)\)",
        text,
    )
    found = [int(number.replace(",", "")) for number in said.groups()]
    assert found[0] == round(expected)
    ends = [
        (expected - Z * error, expected + Z * error),
        (expected / spread, expected * spread),
    ]
    assert any(
        found[1] == pytest.approx(low, abs=1.5) and found[2] == pytest.approx(high, abs=1.5)
        for low, high in ends
    )


def test_what_the_base_is_worth(text, base):
    value = base.value.value
    assert f"the customer base worth EUR {amount(value.sum())} today" in text
    ordered = np.sort(value)[::-1]
    best = ordered[: round(0.2 * len(value))].sum() / value.sum()
    assert f"{100 * best:.0f} % of this value belongs to the most valuable 20 %" in text
    assert f"The average customer is worth EUR {amount(value.mean())}." in text


def test_customers_at_risk(text, base):
    alive = base.fit.model.probability_alive(base.history)
    risky = alive < 0.5
    worth = base.value.value[risky].sum()
    assert f"{risky.sum():,} customers are at risk" in text
    assert f"they are still worth EUR {amount(worth)} together" in text


def test_who_came_back(text, base):
    history, alive = base.history, base.fit.model.probability_alive(base.history)
    back = history.frequency > 0
    days = len({(who, day) for who, day in zip(LOG["customer_id"], LOG["date"], strict=True)})
    assert f"{len(history)} customers bought on {days:,} purchase days" in text
    assert f"{back.sum():,} of them ({100 * back.mean():.0f} %) came back" in text
    assert f"{(~back).sum():,} others bought only once" in text
    assert f"an estimated {alive[back].sum():,.0f} are still active" in text


def test_correlation_of_spend_and_frequency(text, base):
    back = base.history.frequency > 0
    related = stats.pearsonr(base.history.frequency[back], base.history.monetary_value[back])[0]
    assert f"their correlation here is {related:.2f}" in text.replace("−", "-")


def test_difference_of_value_by_answer(text, base):
    worth = base.value.value[SURVEY["customer_id"] - 1]
    promoters, detractors = worth[SURVEY["recommend"] >= 9], worth[SURVEY["recommend"] <= 6]
    welch = stats.ttest_ind(promoters, detractors, equal_var=False)
    low, high = welch.confidence_interval(0.95)
    apart = promoters.mean() - detractors.mean()
    verdict = "differ by" if welch.pvalue <= 0.05 else "cannot be told apart: they differ by"
    said = text.replace("−", "-")
    assert f"Promoters and detractors {verdict} EUR {amount(apart)} a customer" in said
    assert f"(95 % interval EUR {amount(low)} to {amount(high)}, Welch's t)" in said
    for group, name in ((promoters, "promoters"), (detractors, "detractors")):
        assert f"EUR {amount(group.mean())} ({name}, {len(group):,})" in said


def test_groups_without_variance_have_no_interval():
    same = {
        name: mean_estimate(np.full(3, value), Sample(np.ones(3)), name=name)
        for name, value in (("promoters (9-10)", 20.0), ("detractors (0-6)", 5.0))
    }
    assert _difference(same, "EUR") == (
        "Promoters and detractors differ by EUR 15 a customer; values do not vary within the two "
        "groups, so there is no interval."
    )


# --- whole-number weights are repeated rows ---------------------------------------------------


def weighted_and_repeated():
    rng = np.random.default_rng(5)
    weights = rng.integers(1, 4, len(SURVEY["customer_id"]))
    repeated = {name: np.repeat(column, weights) for name, column in SURVEY.items()}
    return {**SURVEY, "weight": weights}, repeated


@pytest.mark.filterwarnings("ignore")
def test_whole_number_weights_equal_repeated_rows_in_every_part():
    weighted, repeated = weighted_and_repeated()
    study = STUDY.replace("[survey]\n", '[survey]\nweights = "weight"\n', 1)
    one = build_report(parse_study("a", study), survey=weighted, transactions=LOG)
    other = build_report(parse_study("b", STUDY), survey=repeated, transactions=LOG)
    assert figures(one) == figures(other)


def figures(report):
    """Return the numbers in short, without their intervals, which weights make wider."""
    short = report.to_text().partition("Key figures\n===========\n\n")[2].partition("\n\n")[0]
    return [
        line.partition(" (")[0] if "(SERV" not in line else line[:45] for line in short.split("\n")
    ]
