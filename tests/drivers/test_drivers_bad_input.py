"""What drivers refuse, word for word."""

import numpy as np
import pytest

from custvalue.drivers import (
    Project,
    compare_methods,
    importance,
    importance_by_group,
    opportunities,
    rank_agreement,
    rank_projects,
    what_if,
)
from custvalue.errors import DataError, EstimationError, ParameterError, UnitError
from custvalue.survey import Bootstrap, Responses, Scale

FIVE = Scale(1, 5)


def frame(n=30, seed=1):
    draw = np.random.default_rng(seed).integers
    return {name: draw(1, 6, n) for name in ("overall", "fast", "kind")}


def read(columns=None, **options):
    return Responses.from_frame(columns or frame(), scale=FIVE, **options)


def gaps():
    """Perceptions, expectations and their gap together."""
    rng = np.random.default_rng(2)
    seen, wanted = rng.integers(1, 4, 40), rng.integers(1, 4, 40)
    columns = {
        "seen": seen,
        "wanted": wanted,
        "gap": seen - wanted,
        "overall": rng.integers(1, 4, 40),
    }
    return Responses.from_frame(columns, scale=Scale(-5, 5))


ANSWERS = read()
FOUND = importance(ANSWERS, "overall")
TOOLS = Project(name="tools", changes={"fast": 0.5}, cost=40, unit="EUR")

CASES = {
    "more drivers than respondents": (
        lambda: importance(read({name: its[:3] for name, its in frame().items()}), "overall"),
        DataError,
        (
            "the importance of 2 drivers needs at least 4 respondents who answered everything, "
            "but there are 3. Leave drivers out, or collect more answers."
        ),
    ),
    "one answer throughout": (
        lambda: importance(read(frame() | {"kind": [4] * 30}), "overall"),
        EstimationError,
        (
            "all answers to 'kind' are equal, so that it goes with nothing. Leave it out, or "
            "collect more answers."
        ),
    ),
    "one overall answer throughout": (
        lambda: importance(read(frame() | {"overall": [4] * 30}), "overall"),
        EstimationError,
        (
            "all answers to 'overall' are equal, so that it goes with nothing. Leave it out, or "
            "collect more answers."
        ),
    ),
    "a gap beside what it is made of": (
        lambda: importance(gaps(), "overall"),
        EstimationError,
        (
            "'seen', 'wanted', 'gap' cannot be told apart: one follows from the others in every "
            "answer, as a gap follows from perception and expectation. Leave one of them out."
        ),
    ),
    "an unknown overall question": (
        lambda: importance(ANSWERS, "overal"),
        ParameterError,
        (
            "overall must be the name of an item, one of 'overall', 'fast', 'kind', or Responses "
            "to one question, but it is 'overal'. Did you mean 'overall'?"
        ),
    ),
    "two overall questions": (
        lambda: importance(ANSWERS.only(["fast"]), ANSWERS.only(["overall", "kind"])),
        ParameterError,
        "overall must be one question, but it has 2: 'overall', 'kind'. Name one of them.",
    ),
    "no driver": (
        lambda: importance(ANSWERS.only(["overall"]), "overall"),
        DataError,
        "there is no driver beside the overall question 'overall'.",
    ),
    "no answers": (
        lambda: importance({"fast": [1]}, "overall"),
        ParameterError,
        (
            "answers must be Responses, or several of them whose items have scales of their own, "
            "but it is dict. Read answers with Responses.from_frame(frame, scale=...)."
        ),
    ),
    "an item twice": (
        lambda: importance([ANSWERS, ANSWERS.only(["fast"])], "overall"),
        DataError,
        "the item 'fast' comes twice. Leave one of them out, with only().",
    ),
    "other respondents": (
        lambda: importance(ANSWERS.only(["fast"]), read(frame(29)).only(["overall"])),
        DataError,
        (
            "overall must be of the same respondents in the same order, but there are 30 and 29. "
            "Read both from one table, with survey.read_parts or missing='pairwise'."
        ),
    ),
    "filled answers": (
        lambda: importance(read(missing="prorate"), "overall"),
        ParameterError,
        (
            "answers must be as they were given: filled answers go together because they were "
            "filled. Read the responses with missing='pairwise' or 'drop'."
        ),
    ),
    "a driver nobody answered with the overall question": (
        lambda: importance(
            read(
                {
                    "overall": [1.0, 2, 3, None, None, 5, 2],
                    "fast": [None, None, None, 4.0, 5, 2, None],
                    "kind": [1, 2, 4, 3, 2, 1, 5],
                },
                missing="pairwise",
            ),
            "overall",
        ),
        EstimationError,
        (
            "the answers of those who answered both 'overall' and 'fast' are too few or all "
            "equal. Leave one of them out, or use covariances='listwise'."
        ),
    ),
    "too few orders": (
        lambda: importance(ANSWERS, "overall", orders=2),
        ParameterError,
        "orders must be a whole number >= 4, but it is 2.",
    ),
    "an unknown driver": (
        lambda: FOUND["fastt"],
        DataError,
        ("there is no attribute 'fastt'. Did you mean 'fast'? The attributes are 'fast', 'kind'."),
    ),
    "too few permutations": (
        lambda: FOUND.noise_floor(5),
        ParameterError,
        "permutations must be a whole number >= 20, but it is 5.",
    ),
    "ranks of no resamples": (
        lambda: FOUND.rank_probabilities(200),
        ParameterError,
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 200.",
    ),
    "no such group": (
        lambda: importance_by_group(ANSWERS, "overall", by="region"),
        DataError,
        None,
    ),
    "groups that are too small": (
        lambda: importance_by_group(
            read(frame() | {"region": ["n", "s"] * 15}, items=list(frame()), labels=["region"]),
            "overall",
            by="region",
        ),
        DataError,
        (
            "no group of 'region' has 20 respondents. Use a smaller minimum_n, or put groups "
            "together."
        ),
    ),
    "stated importance of other items": (
        lambda: compare_methods(ANSWERS, "overall", stated={"fast": 1, "price": 2}),
        DataError,
        None,
    ),
    "no change": (
        lambda: what_if(FOUND, {}),
        ParameterError,
        "changes must be a mapping of driver to points, as in {'fast': 0.5}, but it is {}.",
    ),
    "a change of no driver": (
        lambda: what_if(FOUND, {"fats": 0.5}),
        ParameterError,
        (
            "changes names 'fats', which is no driver. Did you mean 'fast'? The drivers are "
            "'fast', 'kind'."
        ),
    ),
    "a change that is no number": (
        lambda: what_if(FOUND, {"fast": "much"}),
        ParameterError,
        "changes must be points, as in 0.5, but that of 'fast' is 'much'.",
    ),
    "a change beyond the scale": (
        lambda: what_if(FOUND, {"fast": 3}),
        DataError,
        (
            "changes of 'fast' by 3 moves its mean from 2.833 to 5.833, which is off the scale "
            "1-5. Change it by less."
        ),
    ),
    "no importance": (
        lambda: what_if(ANSWERS, {"fast": 0.5}),
        ParameterError,
        (
            "found must be the DriverImportance that drivers.importance() returns, but it is "
            "Responses."
        ),
    ),
    "a change of pairwise correlations": (
        lambda: what_if(
            importance(read(missing="pairwise"), "overall", covariances="pairwise"), {"fast": 0.5}
        ),
        ParameterError,
        (
            "an expected change needs a regression of the respondents who answered everything. "
            "Use importance(…, covariances='listwise')."
        ),
    ),
    "costs in mixed units": (
        lambda: rank_projects(
            FOUND, [TOOLS, Project(name="more", changes={"kind": 0.5}, cost=4, unit="hours")]
        ),
        UnitError,
        ("costs of projects must be in one unit, but they are in 'EUR' and 'hours'. Convert them."),
    ),
    "two projects of one name": (
        lambda: rank_projects(FOUND, [TOOLS, TOOLS]),
        ParameterError,
        "two projects are called 'tools'. Give each a name of its own.",
    ),
    "no project": (
        lambda: rank_projects(FOUND, []),
        ParameterError,
        (
            "projects must be some drivers.Project, as in [Project(name='tools', "
            "changes={'fixed': 0.5}, cost=40)], but it is []."
        ),
    ),
    "a project that is free": (
        lambda: Project(name="free", changes={"fast": 0.5}, cost=0),
        ParameterError,
        None,
    ),
    "importance beyond 10": (
        lambda: opportunities(ANSWERS, [3, 40, 2], basis="mean"),
        DataError,
        (
            "importance must be from 0 to 10, as performance is, but that of 'fast' is 40. "
            "Rescale it."
        ),
    ),
    "one answer to an attribute": (
        lambda: opportunities(read({"fast": [4]}), [3], basis="mean"),
        EstimationError,
        (
            "fast has fewer than 2 answers, which do not show how much answers vary. Exclude it, "
            "or collect more answers."
        ),
    ),
    "ranks that are none": (
        lambda: rank_agreement(staff=[1, 1, 3], customers=[1, 2, 3]),
        DataError,
        (
            "staff must give ranks from 1 to 3, equal items sharing the mean of theirs, but gives"
            " 1, 1, 3."
        ),
    ),
    "scores in place of ranks": (
        lambda: rank_agreement(staff=[[1, 2, 3], [70, 20, 10]], customers=[1, 2, 3]),
        DataError,
        (
            "judge 1 of staff must give ranks from 1 to 3, equal items sharing the mean of "
            "theirs, but gives 70, 20, 10."
        ),
    ),
    "words in place of ranks": (
        lambda: rank_agreement(staff="first", customers=[1, 2, 3]),
        DataError,
        (
            "staff must be the ranks of at least 2 items, as in [1, 3, 2], or an array of shape "
            "(judges, items), but it is 'first'."
        ),
    ),
    "one ranking": (
        lambda: rank_agreement(staff=[1, 2, 3]),
        ParameterError,
        (
            "agreement needs at least 2 rankings, as in rank_agreement(staff=[1, 3, 2], "
            "customers=[1, 2, 3]), but there is 1."
        ),
    ),
    "rankings of other numbers of items": (
        lambda: rank_agreement(staff=[1, 2, 3], customers=[1, 2]),
        DataError,
        "customers ranks 2 items, but others rank 3. All must rank the same items.",
    ),
    "rankings of other items": (
        lambda: rank_agreement(staff={"fast": 1, "kind": 2}, customers={"fast": 1, "knd": 2}),
        DataError,
        "customers ranks 'knd', which others do not. Did you mean 'kind'?",
    ),
    "an item without a rank": (
        lambda: rank_agreement(staff={"fast": 1, "kind": 2, "own": 3}, customers={"fast": 1}),
        DataError,
        "customers has no rank of 'kind', 'own'.",
    ),
    "no order at all": (
        lambda: rank_agreement(staff=[1.5, 1.5], customers=[1.5, 1.5]),
        DataError,
        "every judge gives one rank to all items, so that there is no order.",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), CASES.values(), ids=CASES)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    if message is not None:
        assert str(caught.value) == message


def test_resamples_that_fail_are_counted():
    columns = {
        "overall": [1, 2, 3, 4, 5, 3],
        "fast": [1, 1, 1, 1, 1, 5],
        "kind": [1, 2, 2, 4, 3, 5],
    }
    drawn = importance(read(columns), "overall").resampled(Bootstrap(100, rng=1))
    failed = drawn["fast"].importance.failed
    assert 20 < failed < 60
    assert f"{failed} of 100 resamples failed" in drawn.confidence_interval()["fast"].method
