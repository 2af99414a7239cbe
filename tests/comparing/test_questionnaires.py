"""Questionnaires of every kind: compared between groups, in the same respondents, resampled."""

import numpy as np
import pytest
from satisfaction_cases import FIVE

from custvalue import comparing, kano
from custvalue.errors import DataWarning, ParameterError
from custvalue.satisfaction import net_promoter_score, top_box
from custvalue.servqual import Survey, gaps
from custvalue.survey import Bootstrap, Responses, Scale

RNG = np.random.default_rng(40)
N = 120
DEALER = np.array(["north", "south"])[RNG.integers(0, 2, N)]
YEAR = np.array([2024, 2025])[RNG.integers(0, 2, N)]


def service(shift=0.0):
    rng = np.random.default_rng(7)
    own, hopes = rng.normal(0, 1, (N, 1)), rng.normal(0, 0.7, (N, 1))
    perceived = 5 + own + rng.normal(0, 0.7, (N, 4)) + shift
    expected = 6 + hopes + rng.normal(0, 0.5, (N, 4))
    both = (np.clip(np.rint(its), 1, 7) for its in (perceived, expected))
    return Survey.from_arrays(
        *both, scale=Scale(1, 7), dimensions={"staff": 2, "premises": 2}, group=DEALER, wave=YEAR
    )


def wishes():
    rng = np.random.default_rng(8)
    functional, dysfunctional = rng.integers(1, 6, (2, N, 2))
    return kano.Questionnaire.from_arrays(
        functional, dysfunctional, items=["a", "b"], group=DEALER, wave=YEAR
    )


def visits():
    rng = np.random.default_rng(9)
    return Responses.from_arrays(
        rng.integers(1, 6, (N, 1)), items=["x"], scale=FIVE, group=DEALER, wave=YEAR
    )


def overall(part):
    return gaps(part).overall.gap


def better(part):
    return kano.classify(part)["a"].better


def satisfied(part):
    return top_box(part.item("x"), scale=FIVE)


CASES = {
    "responses": (visits, satisfied),
    "service quality": (service, overall),
    "kano": (wishes, better),
}


@pytest.mark.parametrize(("make", "measure"), CASES.values(), ids=CASES)
def test_groups_by_two_labels(make, measure):
    answers = make()
    found = comparing.groups(answers, measure, by=("group", "wave"))
    labels = [f"{dealer}, {year}" for dealer in ("north", "south") for year in (2024, 2025)]
    assert [group.label for group in found.groups] == labels
    assert sum(group.n for group in found.groups) == measure(answers).n
    rows = (DEALER == "south") & (YEAR == 2025)
    assert found.groups[3].value == pytest.approx(measure(answers.of_rows(rows)).value)
    assert len(found.differences) == 6
    assert found.difference(("south", 2025), ("north", 2024)).name == "south, 2025 - north, 2024"
    by_wave = comparing.groups(answers, measure, by="wave", reference=2025)
    assert [pair.name for pair in by_wave.differences] == ["2024 - 2025"]


@pytest.mark.parametrize(("make", "measure"), CASES.values(), ids=CASES)
def test_the_bootstrap_is_about_as_wide_as_the_own_interval(make, measure):
    answers = make()
    own = measure(answers).confidence_interval()
    drawn = comparing.bootstrap_interval(answers, measure, method=Bootstrap(200, rng=1))
    assert drawn.high - drawn.low == pytest.approx(own.high - own.low, rel=0.3)


def test_a_panel_of_service_quality():
    before, after = service(), service(0.5)
    change = comparing.paired(before, after, overall, method=Bootstrap(200, rng=1))
    assert change.value == pytest.approx(overall(after).value - overall(before).value)
    assert change.standard_error < change.unpaired_standard_error / 2
    columns = change.columns()
    assert columns["name"].tolist() == ["first", "second", "change"]
    assert columns["low"][0] == overall(before).confidence_interval().low
    assert change.confidence_interval(0.5).low > change.confidence_interval().low


def test_questionnaires_of_two_kinds_are_no_panel():
    with pytest.raises(ParameterError) as caught:
        comparing.paired(service(), visits(), overall)
    assert str(caught.value) == (
        "first and second must be questionnaires of one kind, but they are Survey and Responses."
    )
    with pytest.raises(ParameterError) as caught:
        comparing.bootstrap_interval([9, 10, 3], net_promoter_score)
    assert str(caught.value) == (
        "answers must be Responses, or another questionnaire, but it is list. Read answers with "
        "Responses.from_frame(frame, scale=...)."
    )


def dealers():
    random = np.random.default_rng(3)
    return Responses.from_arrays(
        random.integers(0, 11, N),
        items=["recommend"],
        scale=Scale(0, 10),
        group=DEALER,
        cluster=random.integers(0, 12, N),
    )


def test_a_measure_that_did_not_hear_of_the_clusters_warns():
    answers = dealers()
    with pytest.warns(DataWarning, match="the measure did not hear of them") as caught:
        comparing.groups(answers, lambda part: net_promoter_score(part.item("recommend")))
    assert caught[0].filename == __file__
    known = comparing.groups(answers, lambda part: net_promoter_score(part.only(["recommend"])))
    assert [its.estimate.clusters for its in known.groups] == [12, 12]


def test_a_measure_that_returns_no_estimate_is_refused():
    expected = (
        "measure must return an estimate, which has a value, a standard error and n, but for group "
        "'north' it returned float. Return the result of a custvalue measure, as in lambda part: "
        "part.mean('friendly')."
    )
    for compare in (comparing.groups, comparing.league):
        with pytest.raises(ParameterError) as caught:
            compare(dealers(), lambda part: float(part.item("recommend").mean()))
        assert str(caught.value) == expected


def test_a_group_called_rest_is_refused_where_rest_means_the_others():
    answers = dealers()
    labels = {"group": np.where(DEALER == "north", "rest", "south")}
    with pytest.raises(ParameterError, match="but a group is called 'rest' too"):
        comparing.groups(
            answers.with_labels(labels), lambda part: part.mean("recommend"), reference="rest"
        )


def test_a_measure_that_fails_by_itself_names_the_group():
    with pytest.raises(AttributeError) as caught:
        comparing.groups(dealers(), lambda part: part.average())
    assert caught.value.__notes__ == ["in the measure of group 'north'"]
