"""What the strategies draw is accepted by the library, varied, and small when it fails."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from custvalue import delivered_value, kano, lifetime, servqual, testing
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale

slowly = settings(deadline=None, derandomize=True, max_examples=50)
search = settings(deadline=None, derandomize=True, max_examples=1000, database=None)


@given(testing.scales())
@slowly
def test_scales_accept_their_own_ends(scale):
    answers = np.array([scale.low, scale.high, *scale.missing_codes, np.nan])
    checked = scale.check("x", answers)
    assert np.isnan(checked[2:]).all()


@pytest.mark.parametrize("continuous", [True, False])
def test_scales_are_continuous_where_asked(continuous):
    @given(testing.scales(continuous=continuous))
    @settings(slowly, max_examples=20)
    def check(scale):
        assert (scale.step is None) == continuous

    check()


@pytest.mark.parametrize(
    "wanted",
    [
        lambda scale: scale.direction == "lower is better",
        lambda scale: scale.step == 20,
        lambda scale: scale.step is None,
        lambda scale: scale.low < 0,
        lambda scale: len(scale.missing_codes) == 2,
    ],
    ids=["lower is better", "steps of 20", "continuous", "negative", "codes"],
)
def test_scales_of_every_kind_come_up(wanted):
    assert wanted(find(testing.scales(), wanted, settings=search))


@given(testing.responses(min_respondents=2, max_respondents=5, max_items=3))
@slowly
def test_responses_are_complete_and_of_the_size_asked_for(answers):
    assert isinstance(answers, Responses)
    assert 2 <= answers.respondents <= 5
    assert 1 <= len(answers.items) <= 3
    assert answers.missing_answers == 0
    assert all(answers.mean(name).n == answers.respondents for name in answers.items)


@given(testing.responses(scale=Scale(0, 10), missing=True))
@slowly
def test_responses_with_holes_have_an_answer_to_every_item(answers):
    assert answers.scale == Scale(0, 10)
    assert answers.missing == "pairwise"
    assert all(answers.mean(name).n >= 1 for name in answers.items)


def test_holes_and_weights_come_up():
    found = find(
        testing.responses(scale=Scale(1, 5), missing=True, max_items=2),
        lambda answers: answers.missing_answers > 0 and len(set(answers.weights)) > 1,
        settings=search,
    )
    assert found.respondents == 2  # shrunk to the smallest


@given(testing.survey_frames(), st.sampled_from([dict, pd.DataFrame, pl.DataFrame]))
@slowly
def test_survey_frames_are_surveys(frame, kind):
    survey = servqual.Survey.from_frame(
        kind(frame),
        perceptions=testing.PERCEPTIONS,
        expectations=testing.EXPECTATIONS,
        importance=testing.IMPORTANCE,
        scale=Scale(1, 7),
        weights="weight",
    )
    gaps = servqual.gaps(survey)
    assert abs(gaps.overall.gap.value) <= 6
    assert abs(gaps.weighted.by_respondent.value) <= 6


def test_survey_frames_follow_another_instrument():
    instrument = Instrument(
        name="short",
        dimensions=(
            Dimension(name="staff", items=(Item(name="a"), Item(name="b"))),
            Dimension(name="place", items=(Item(name="c"),)),
        ),
    )

    @given(testing.survey_frames(instrument=instrument, scale=Scale(0, 1, step=None)))
    @settings(slowly, max_examples=20)
    def check(frame):
        survey = servqual.Survey.from_frame(
            frame,
            perceptions=["Pa", "Pb", "Pc"],
            expectations=["Ea", "Eb", "Ec"],
            importance=["points staff", "points place"],
            scale=Scale(0, 1, step=None),
            dimensions=instrument,
            weights="weight",
        )
        assert survey.instrument.sizes == (2, 1)

    check()


@given(testing.purchase_histories())
@slowly
def test_purchase_histories_obey_their_definition(history):
    assert isinstance(history, lifetime.PurchaseHistory)
    assert (history.recency <= history.age).all()
    assert ((history.frequency == 0) == (history.recency == 0)).all()
    assert ((history.frequency == 0) == (history.monetary_value == 0)).all()
    assert history.cells.count.sum() == len(history)
    assert lifetime.PurchaseHistory.from_json(history.to_json()) == history


@given(testing.purchase_histories(unit="week", monetary=False, min_customers=3, max_customers=4))
@slowly
def test_purchase_histories_are_what_was_asked_for(history):
    assert history.unit == "week"
    assert history.monetary_value is None
    assert 3 <= len(history) <= 4
    days = history.age * 7
    np.testing.assert_allclose(days, np.rint(days), atol=1e-9)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda history: history.repeat_customers == 0,
        lambda history: history.frequency.max() > 10,
        lambda history: bool(((history.recency == history.age) & (history.frequency > 0)).any()),
        lambda history: len(history.cells) < len(history),
        lambda history: history.age.min() == 0,
        lambda history: history.unit == "year",
    ],
    ids=["no repeats", "frequent", "bought on the last day", "shared cells", "new", "years"],
)
def test_purchase_histories_of_every_kind_come_up(wanted):
    assert wanted(find(testing.purchase_histories(), wanted, settings=search))


@given(testing.transaction_logs(days=100), st.sampled_from([dict, pd.DataFrame, pl.DataFrame]))
@slowly
def test_transaction_logs_make_histories(log, kind):
    history = lifetime.PurchaseHistory.from_transactions(
        kind(log),
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="2024-04-09",  # the hundredth day of 2024
        unit="day",
    )
    assert len(history) == len(set(log["customer_id"].tolist()))
    occasions = {*zip(log["customer_id"].tolist(), log["date"].tolist(), strict=True)}
    assert history.frequency.sum() == len(occasions) - len(history)
    assert sum(history.excluded.model_dump().values()) == 0


@given(testing.bgnbd_parameters())
@slowly
def test_usual_bgnbd_parameters_make_models(parameters):
    model = lifetime.BGNBD(**parameters)
    assert 0 < model.r <= 5


@given(testing.bgnbd_parameters(adversarial=True), testing.purchase_histories())
@slowly
def test_adversarial_bgnbd_parameters_predict_probabilities(parameters, history):
    alive = lifetime.BGNBD(**parameters).probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()


def test_adversarial_bgnbd_parameters_hit_the_singularity():
    found = find(
        testing.bgnbd_parameters(adversarial=True), lambda drawn: drawn["a"] == 1, settings=search
    )
    assert lifetime.BGNBD(**found).a == 1


@given(testing.gamma_gamma_parameters(adversarial=True))
@slowly
def test_gamma_gamma_parameters_have_a_finite_mean(parameters):
    model = lifetime.GammaGamma(**parameters)
    assert model.q > 1
    assert np.isfinite(model.p * model.gamma / (model.q - 1))


@given(testing.gamma_gamma_parameters())
@slowly
def test_usual_gamma_gamma_parameters_are_far_from_the_edge(parameters):
    assert lifetime.GammaGamma(**parameters).q >= 1.5


@given(testing.offers(unit="EUR"))
@slowly
def test_offers_have_a_ratio(offer):
    assert isinstance(offer, delivered_value.Offer)
    assert offer.unit == "EUR"
    assert offer.value_to_cost >= 0
    assert delivered_value.Offer.from_json(offer.to_json()) == offer


@given(testing.offers(names=["us"]), testing.offers(names=["rival"]))
@slowly
def test_offers_can_be_compared(us, rival):
    assert delivered_value.compare_offers([us, rival], reference="us").names == ("us", "rival")


def test_without_hypothesis_the_error_names_the_extra():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import custvalue.testing\n"
        "except ImportError as error:\n    print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == (
        "MissingExtraError custvalue.testing needs hypothesis. Install it with: pip install "
        '"custvalue[testing]"'
    )


# --- lifetimes of every kind ----------------------------------------------------------------


@given(testing.purchase_models(), testing.purchase_histories(unit="week", max_customers=3))
@slowly
def test_purchase_models_answer(model, history):
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (model.expected_purchases(history, "4 weeks") >= 0).all()
    assert model.unit == "week"


def kinds(strategy):
    """Name the classes that a strategy draws."""
    found = set()

    @given(strategy)
    @settings(slowly, max_examples=300, phases=[Phase.generate], database=None)
    def draw(value):
        found.add(type(value).__name__)

    draw()
    return found


def test_models_of_every_kind_come_up():
    assert kinds(testing.purchase_models()) == {
        "NBD",
        "ParetoNBD",
        "BGNBD",
        "MBGNBD",
        "BGCNBD",
        "MBGCNBD",
        "GammaGompertzNBD",
    }
    assert kinds(testing.contract_models()) == {"ShiftedBetaGeometric", "BetaDiscreteWeibull"}


@given(testing.opportunity_histories(monetary=True, max_customers=4))
@slowly
def test_opportunity_histories_have_a_probability_and_money(history):
    model = lifetime.BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
    assert (model.probability_alive(history) > 0).all()
    assert ((history.monetary_value > 0) == (history.frequency > 0)).all()
    assert history.period == "1 year"


def test_opportunity_histories_of_frequent_buyers_come_up():
    found = find(
        testing.opportunity_histories(), lambda h: (h.frequency > 5).any(), settings=search
    )
    assert (found.frequency > 5).any()


@given(testing.contract_models(period="1 month"), testing.contracts(period="1 month"))
@slowly
def test_contracts_have_a_likelihood(model, contracts):
    assert (model.log_likelihood(contracts) <= 0).all()
    assert contracts.active.sum() >= 1


@given(testing.kano_frames())
@slowly
def test_kano_frames_are_questionnaires(frame):
    items = [name.split()[1] for name in frame if name.startswith("functional")]
    questionnaire = kano.Questionnaire.from_frame(
        frame,
        functional=[f"functional {item}" for item in items],
        dysfunctional=[f"dysfunctional {item}" for item in items],
        weights="weight",
    )
    assert len(kano.classify(questionnaire).items) == len(items)
