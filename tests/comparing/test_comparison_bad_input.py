"""What comparisons, trends, tiers and measurement ways refuse, and in which words."""

from dataclasses import replace

import numpy as np
import pytest
from satisfaction_cases import FIVE

from custvalue import comparing
from custvalue._inference.means import mean_estimate
from custvalue._inference.sample import Sample
from custvalue.comparing import compare
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import NetPromoterScore
from custvalue.survey import Responses


def mean(answers, **options):
    return mean_estimate(
        np.asarray(answers, float), Sample(np.ones(len(answers))), name="x", **options
    )


def nps(up, middle, down):
    return NetPromoterScore.from_counts(promoters=up, passives=middle, detractors=down)


A, B = mean([1, 2, 3]), mean([2, 3, 5])
N = nps(5, 3, 2)
SITES = Responses.from_frame(
    {"x": [1, 2, 3, 4, 5], "site": ["a", "a", "a", "a", "b"]}, scale=FIVE, group="site"
)
PANEL = Responses.from_frame({"x": [1, 2, 3]}, scale=FIVE)


def x(part):
    return part.mean("x")


def grouped(answers, labels, **options):
    frame = {"x": answers, "g": labels, **options}
    weights = "w" if "w" in options else None
    return Responses.from_frame(frame, scale=FIVE, group="g", weights=weights, missing="pairwise")


def paired(first, second, **options):
    return lambda: comparing.paired(first, second, x, **options)


CASES = [
    pytest.param(
        lambda: compare([A, B]),
        ParameterError,
        (
            "results must be a mapping of group to result, as in {'north': result, 'south': "
            "result}, but it is list."
        ),
        id="compare: no mapping",
    ),
    pytest.param(
        lambda: compare({"a": A}),
        DataError,
        "a comparison needs at least 2 groups, but there is 1.",
        id="compare: one group",
    ),
    pytest.param(
        lambda: compare({"a": A, 1.5: B}),
        ParameterError,
        ("labels in results must be text, whole numbers or dates, but one is 1.5."),
        id="compare: a label that is a fraction",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": 3.5}),
        ParameterError,
        (
            "group 'b' is float, but must be a result with value, standard_error and n, such as a "
            "NetPromoterScore or a MeanEstimate."
        ),
        id="compare: a bare number",
    ),
    pytest.param(
        lambda: compare({"a": PANEL, "b": PANEL}),
        ParameterError,
        (
            "group 'a' is Responses, which holds answers and no estimate. Give a result, or use"
            " comparing.groups."
        ),
        id="compare: answers",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": mean([4])}),
        DataError,
        (
            "group 'b' has 1 answer, which does not show how much answers vary. Exclude it, or "
            "put it together with another group."
        ),
        id="compare: a group of one",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": replace(A, standard_error=None)}),
        DataError,
        "group 'b' has no standard error. Leave it out, or collect more answers.",
        id="compare: no standard error",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": N}),
        ParameterError,
        "results must be of one kind, but 'a' is MeanEstimate and 'b' is NetPromoterScore.",
        id="compare: two kinds",
    ),
    pytest.param(
        lambda: compare({"a": mean([1, 2], bounds=(1, 5)), "b": mean([1, 2], bounds=(1, 7))}),
        ParameterError,
        (
            "results must follow one convention, but bounds is (1, 5) for 'a' and (1, 7) "
            "for 'b'. Compute them in the same way."
        ),
        id="compare: two scales",
    ),
    pytest.param(
        lambda: compare({"a": mean([4, 4]), "b": mean([5, 5, 5])}),
        DataError,
        (
            "in 'b' and in 'a' all answers are equal, so the standard error of their difference is "
            "unknown. Use method='mover', or compare top-box shares: both go by intervals."
        ),
        id="compare: equal answers in both groups",
    ),
    pytest.param(
        lambda: compare({"north": A, "south": B}, reference="nroth"),
        ParameterError,
        (
            "reference must be one of the groups, 'north', 'south', but it is 'nroth'. Did you "
            "mean 'north'?"
        ),
        id="compare: unknown reference",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": B}, correction="bonferoni"),
        ParameterError,
        (
            "correction must be one of 'holm', 'bonferroni', 'benjamini-hochberg', 'none', but it "
            "is 'bonferoni'. Did you mean 'bonferroni'?"
        ),
        id="compare: unknown correction",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": B}, method="t"),
        ParameterError,
        "method must be one of 'welch', 'mover', 'wald', but it is 't'.",
        id="compare: unknown method",
    ),
    pytest.param(
        lambda: compare({"a": N, "b": N}, method="welch"),
        ParameterError,
        (
            "method='welch' needs estimates with degrees of freedom, such as means, but "
            "NetPromoterScore has none. Use another method, or none for the usual one."
        ),
        id="compare: welch for shares",
    ),
    pytest.param(
        lambda: compare({"a": N, "b": N}, level=95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
        id="compare: level in percent",
    ),
    pytest.param(
        lambda: compare({"a": A, "b": B}).difference("a", "b"),
        ParameterError,
        "there is no difference 'a' - 'b'. Did you mean 'b - a'? The differences are 'b - a'.",
        id="compare: the other direction",
    ),
    pytest.param(
        lambda: comparing.groups({"x": [1, 2]}, x),
        ParameterError,
        (
            "answers must be Responses, or another questionnaire that can be split by its "
            "groups, but it is dict. Read answers with Responses.from_frame(frame, scale=..., "
            "group=...)."
        ),
        id="groups: a dict",
    ),
    pytest.param(
        lambda: comparing.groups(SITES, "x"),
        ParameterError,
        (
            "measure must be a function of the answers, as in lambda part: "
            "part.mean('friendly'), but it is 'x'."
        ),
        id="groups: a name for a measure",
    ),
    pytest.param(
        lambda: comparing.groups(SITES, x),
        DataError,
        (
            "a comparison needs at least 2 groups with 2 answers or more, but 1 of 2 has as many; "
            "the largest of the others is 'b' with 1. Put groups together."
        ),
        id="groups: a group of one",
    ),
    pytest.param(
        lambda: comparing.groups(PANEL, x),
        DataError,
        (
            "these responses have no label 'group'. Name its column when they are read, as in "
            "Responses.from_frame(…, group='…')."
        ),
        id="groups: no group",
    ),
    pytest.param(
        paired(PANEL, Responses.from_frame({"x": [1, 2]}, scale=FIVE)),
        DataError,
        (
            "first has 3 respondents and second has 2. Both must be the same respondents in the"
            " same order; for different ones use comparing.groups."
        ),
        id="paired: other people",
    ),
    pytest.param(
        paired(PANEL, [1, 2, 3]),
        ParameterError,
        (
            "second must be Responses, or another questionnaire, but it is list. Read answers "
            "with Responses.from_frame(frame, scale=...)."
        ),
        id="paired: a list",
    ),
    pytest.param(
        paired(
            PANEL,
            Responses.from_frame({"x": [1, 2, 3, None]}, scale=FIVE, missing="drop"),
        ),
        DataError,
        (
            "missing='drop' excludes 1 respondent of second, so that rows may not belong "
            "together. Read both with missing='pairwise'."
        ),
        id="paired: somebody dropped",
    ),
    pytest.param(
        paired(
            PANEL,
            Responses.from_frame({"x": [1, 2, 3], "w": [1, 1, 2]}, scale=FIVE, weights="w"),
        ),
        DataError,
        (
            "first and second have other weights for the same respondents. Give both the weights "
            "of one of the two waves."
        ),
        id="paired: other weights",
    ),
    pytest.param(
        paired(*[Responses.from_frame({"x": [1]}, scale=FIVE)] * 2),
        DataError,
        "a change needs at least 2 respondents, but there is 1.",
        id="paired: one respondent",
    ),
    pytest.param(
        paired(PANEL, PANEL, method=2000),
        ParameterError,
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 2000.",
        id="paired: a number of resamples",
    ),
    pytest.param(
        lambda: comparing.ordered({"x": [1]}, "x"),
        ParameterError,
        (
            "answers must be Responses, but it is dict. Read answers with "
            "Responses.from_frame(frame, scale=..., group=...)."
        ),
        id="ordered: a dict",
    ),
    pytest.param(
        lambda: comparing.ordered(SITES, "x"),
        DataError,
        (
            "group 'b' has 1 answer to 'x': a comparison needs at least 2. Exclude it, or put "
            "it together with another."
        ),
        id="ordered: one answer",
    ),
    pytest.param(
        lambda: comparing.ordered(grouped([1, 2], ["a", "a"]), "x"),
        DataError,
        "a comparison needs at least 2 groups, but there is 1.",
        id="ordered: one group",
    ),
    pytest.param(
        lambda: comparing.ordered(grouped([1, 2, 4, 5], list("aabb")), "x"),
        DataError,
        (
            "all answers of 'b' lie on one side of all answers of 'a': Brunner & Munzel's variance "
            "is 0. Use method='wilcoxon-mann-whitney'."
        ),
        id="ordered: complete separation",
    ),
    pytest.param(
        lambda: comparing.ordered(
            grouped([1, 2, 4, 5], list("aabb"), w=[1, 2, 1, 1]),
            "x",
            method="wilcoxon-mann-whitney",
        ),
        ParameterError,
        (
            "method='wilcoxon-mann-whitney' has no place for sampling weights. Use "
            "method='brunner-munzel'."
        ),
        id="ordered: weights by rank sums",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), CASES)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
