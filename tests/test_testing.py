"""What the strategies draw is accepted by the library, varied, and small when it fails."""

import inspect
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from custvalue import (
    crm,
    delivered_value,
    drivers,
    journey,
    kano,
    lifetime,
    loyalty,
    satisfaction,
    servqual,
    testing,
)
from custvalue.errors import ParameterError, UnitError
from custvalue.lifetime import SpendModel
from custvalue.survey import Bootstrap, Dimension, Instrument, Item, Responses, Scale

slowly = settings(deadline=None, derandomize=True, max_examples=50)
search = settings(deadline=None, derandomize=True, max_examples=1000, database=None)


@given(testing.scales())
@slowly
def test_scales_accept_their_own_ends(scale):
    answers = np.array([scale.low, scale.high, *scale.missing_codes, np.nan])
    checked = scale.check("x", answers)
    assert np.isnan(checked[2:]).all()


@given(testing.driver_answers())
@slowly
def test_driver_answers_have_an_importance(drawn):
    assert isinstance(drawn, testing.DriverAnswers)
    found = drivers.importance(*drawn)
    assert found.n == drawn.overall.respondents >= 30
    assert sum(its.share.value for its in found.drivers) == pytest.approx(1)


@given(testing.driver_answers(binary=True, max_items=3, max_respondents=40))
@slowly
def test_driver_answers_of_two_values_do_not_separate(drawn):
    assert set(drawn.overall.answers[:, 0]) == {0, 1}
    found = drivers.importance(*drawn, explained="mcfadden")
    assert 0 <= found.r_squared.value < 1


def test_driver_answers_of_every_kind_come_up():
    strategy = testing.driver_answers()
    assert find(strategy, lambda its: len(its.answers.items) == 4, settings=search)
    assert find(strategy, lambda its: its.answers.effective_n < 29, settings=search)
    for options in ({"min_respondents": 3}, {"max_items": 1}, {"max_respondents": 20}):
        with pytest.raises(ParameterError, match=next(iter(options))):
            testing.driver_answers(**options)


@given(testing.structural_answers())
@slowly
def test_structural_answers_are_fitted(drawn):
    assert isinstance(drawn, testing.StructuralAnswers)
    fit = drawn.model.fit(drawn.answers)
    assert fit.converged
    assert fit.n == drawn.answers.respondents >= 60
    assert all(0 < its.value < 1 for its in fit.r_squared)


def test_structural_answers_of_every_kind_come_up():
    strategy, quick = testing.structural_answers(), settings(search, phases=[Phase.generate])
    for wanted in (
        lambda its: len(its.model.constructs) == 4,
        lambda its: len(its.model.paths) == 6,
        lambda its: its.answers.clusters is not None,
        lambda its: its.answers.effective_n < 59,
        lambda its: len(its.model.constructs[1].items) == 1,
    ):
        assert wanted(find(strategy, wanted, settings=quick))
    for options in ({"min_respondents": 3}, {"max_constructs": 1}, {"max_respondents": 20}):
        with pytest.raises(ParameterError, match=next(iter(options))):
            testing.structural_answers(**options)


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


@given(testing.customer_cells(), testing.purchase_models())
@slowly
def test_customer_cells_are_counted_and_predicted(cells, model):
    assert isinstance(cells, lifetime.CustomerCells)
    assert cells.customers == cells.count.sum() == len(cells.to_history())
    assert len(model.probability_alive(cells)) == len(cells)
    assert lifetime.CustomerCells.from_json(cells.to_json()) == cells


@given(testing.curve_answers())
@settings(max_examples=4, deadline=None)
def test_curve_answers_have_a_curve(drawn):
    found = loyalty.curve(**drawn._asdict(), resamples=2, folds=2, rng=1)
    assert found.n + found.left_out == len(drawn.outcome)
    assert found.family == "binary"


@given(testing.curve_answers(money=True))
@settings(max_examples=4, deadline=None)
def test_curve_answers_of_money_have_one_too(drawn):
    assert loyalty.curve(**drawn._asdict(), resamples=2, folds=2, rng=1).family == "amount"


@pytest.mark.parametrize("options", [{"min_customers": 3}, {"money": "yes"}, {"max_customers": 2}])
def test_curve_answers_refuse(options):
    with pytest.raises(ParameterError):
        testing.curve_answers(**options)


@given(testing.visit_frames())
@settings(max_examples=40)
def test_visit_frames_are_visits(table):
    names = {name: name for name in table if name != "dealer"}
    visits = journey.Visits.from_frame(table, **names, labels=["dealer"])
    assert len(visits) == len(table["opened"])
    assert len(visits.follow_up(within="20 days")) <= len(visits)
    rate = visits.fill_rate(by="visit") if np.any(table["lines_asked"]) else None
    if rate is not None:
        assert rate.n + sum(rate.left_out.values()) == len(visits)
        assert sum(its.rate.n for its in rate.by("dealer").rates) == rate.n


@given(testing.complaint_frames(start="2024-01-01", days=100))
@slowly
def test_complaint_frames_are_closing_times(table):
    found = loyalty.ClosingTimesByGroup.from_frame(
        table,
        by="dealer",
        opened=["first_word", "entered"],
        closed="closed",
        observation_end="2024-12-31",
    )
    assert sum(its.cases for its in found.groups) == len(table["dealer"])
    assert 0 <= found.test.p_value <= 1


@given(testing.complaint_economics())
@slowly
def test_complaint_economics_lose_no_more_than_are_dissatisfied(desk):
    dissatisfied = desk.complaints.value + desk.silent.value
    assert -1e-9 <= desk.lost.value <= dissatisfied * (1 + 1e-9) + 1e-9
    assert str(desk)


@given(testing.customer_values(), st.lists(st.floats(0.01, 0.3), min_size=1, max_size=3))
@slowly
def test_customer_values_make_a_pyramid(values, shares):
    found = loyalty.pyramid(values, shares=shares)
    assert sum(its.customers for its in found.tiers) == len(values)
    assert sum(its.value for its in found.tiers) == pytest.approx(sum(values.values()), abs=1e-6)
    assert found.migration(found.of(values)).stayed.value == 1
    assert str(found)


@given(testing.lost_customer_frames(), testing.rates())
@slowly
def test_lost_customer_frames_are_win_back_lists(table, rate):
    reason = table.pop("reason")
    values, customer = table.pop("value"), table.pop("customer")
    alone = loyalty.win_back(values, customer=customer, **table)
    assert ((alone.worth_it >= 0) & (alone.worth_it <= 1)).all()
    assert alone.customers + alone.left_out == len(values)
    table["chance"] = dict.fromkeys(set(reason), rate)
    grouped = loyalty.win_back(values, customer=customer, by=reason, **table)
    low, high = grouped.intervals()
    assert (low <= high).all()
    assert str(grouped)


@given(testing.experience_counts())
@slowly
def test_experience_counts_have_a_trend(counts):
    found = loyalty.ExperienceTrend.from_counts(counts)
    assert found.n == sum(n for _, n in counts.values())
    assert 0 <= found.p_value <= 1
    assert str(found)


@given(testing.visit_frames())
@settings(max_examples=40)
def test_visit_frames_have_every_column_of_visits(table):
    names = {*inspect.signature(journey.Visits.from_frame).parameters}
    others = {"frame", "labels", "cluster", "observation_end", "date_format", "time_zone"}
    assert names - others == {*table} - {"dealer"}


@given(testing.complaint_registers())
@settings(max_examples=40)
def test_complaint_registers_are_complaints(table):
    names = {name: name for name in table if name != "dealer"}
    complaints = journey.Complaints.from_frame(table, **names, labels=["dealer"])
    found = complaints.classify()
    assert len(found) == len(table["opened"])
    if any(said.strip() for said in table["text"].tolist()):
        assert len(found) == sum(its.count for its in shares(complaints))
    assert found.open.sum() == complaints.open


def shares(complaints):
    return complaints.shares().severities


@given(testing.customer_cards())
@slowly
def test_customer_cards_say_what_is_known_and_nothing_else(cards):
    assert isinstance(cards, crm.Cards)
    assert crm.Cards.from_json(cards.to_json()) == cards
    assert [*cards.to_json_lines()] == [card.to_json() for card in cards.values()]
    for name, card in cards.items():
        assert card.customer == name
        assert crm.CustomerCard.from_json(card.to_json()) == card
        assert (card.value is None) == ("prediction" not in card.sources)
        assert str(card)
        assert [crm.LABELS[label] for label in card.screen()] == [*card.screen("zh")]


def test_customer_cards_of_every_kind_come_up():
    strategy, once = testing.customer_cards(), settings(search, phases=[Phase.generate])
    assert find(strategy, lambda its: len(its.sources) == 4, settings=once)
    assert find(strategy, lambda its: len(its.sources) == 1, settings=once)
    assert find(strategy, lambda its: its.only_in.get("survey", 0) > 0, settings=once)


@given(testing.contract_dates(start="2024-01-01", days=400))
@slowly
def test_contract_dates_are_contracts(table):
    contracts = lifetime.Contracts.from_dates(table, today="2025-02-03", period="1 month")
    assert contracts.customers == len(table["start"])


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
    ],
    ids=["no repeats", "frequent", "bought on the last day", "shared cells", "new"],
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


@given(testing.bgnbd_models())
@slowly
def test_usual_models_of_bgnbd(model):
    assert isinstance(model, lifetime.BGNBD)
    assert 0.1 <= model.r <= 5
    assert model.unit == "week"


@given(testing.bgnbd_models(adversarial=True), testing.purchase_histories())
@slowly
def test_adversarial_models_of_bgnbd_predict_probabilities(model, history):
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()


def test_adversarial_models_of_bgnbd_hit_the_singularity():
    drawn = testing.bgnbd_models(adversarial=True)
    assert find(drawn, lambda model: model.a == 1, settings=search).a == 1


@given(testing.gamma_gamma_models(adversarial=True), testing.purchase_histories())
@slowly
def test_models_of_spend_have_a_finite_mean(model, history):
    assert model.q > 1
    assert np.isfinite(model.expected_spend(history)).all()


@given(testing.gamma_gamma_models())
@slowly
def test_usual_models_of_spend_are_far_from_the_edge(model):
    assert model.q >= 1.5


@given(testing.spend_models(), testing.purchase_histories())
@slowly
def test_models_of_spend_of_every_kind_expect_something(model, history):
    assert isinstance(model, SpendModel)
    assert np.isfinite(model.expected_spend(history)).all()
    assert lifetime.from_json(model.to_json()) == model


@given(testing.offers(unit="EUR"))
@slowly
def test_offers_have_a_ratio(offer):
    assert isinstance(offer, delivered_value.Offer)
    assert offer.unit == "EUR"
    assert offer.value_to_cost >= 0
    assert delivered_value.Offer.from_json(offer.to_json()) == offer


@given(testing.offers(names=["us"], uncertain=True), testing.offers(names=["rival"]))
@slowly
def test_uncertain_offers_can_be_compared(us, rival):
    found = delivered_value.compare([us, rival], reference="us", method=Bootstrap(20, rng=1))
    assert sum(row[0] for row in found.ranks_by_difference.probabilities) >= 1


@given(testing.offer_surveys())
@slowly
def test_rated_suppliers_can_be_put_on_a_map(survey):
    found = delivered_value.value_map(survey, price_weight=0.5, method=Bootstrap(20, rng=1))
    assert found.names == survey.supplier_names
    assert len(delivered_value.compare(survey, method=Bootstrap(20, rng=1)).offers) >= 2


@given(testing.offers(names=["us"]), testing.offers(names=["rival"]))
@slowly
def test_offers_can_be_compared(us, rival):
    assert delivered_value.compare([us, rival], reference="us").names == ("us", "rival")


@given(
    testing.transaction_logs(days=60),
    testing.changing_covariates(days=60),
    testing.changing_covariates(days=60, path="customer_id"),
)
@slowly
def test_customers_of_a_log_are_followed_along_their_paths(log, one, own):
    for changing in (one, own):
        history = lifetime.PurchaseHistory.from_transactions(
            log,
            customer="customer_id",
            date="date",
            observation_end="2024-02-29",
            unit="day",
            changing=changing,
        )
        assert len(history.changing.days) == history.frequency.sum()
        assert (history.changing.covariates.paths[0] == "") == (changing is one)
        assert changing.last_day.isoformat() == "2024-02-29"


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


@given(testing.purchase_models(), testing.purchase_histories(max_customers=3))
@settings(slowly, max_examples=200)
def test_any_model_answers_about_any_history(model, history):
    alive = model.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (model.expected_purchases(history, "4 weeks") >= 0).all()
    assert model.unit == history.unit == "week"


@given(
    testing.purchase_models(unit=None),
    testing.bgnbd_models(unit=None),
    testing.purchase_histories(unit=None, max_customers=2),
)
@slowly
def test_models_without_a_unit_answer_about_histories_of_any(model, other, history):
    assert model.unit is other.unit is None
    for each in (model, other):
        assert (each.probability_alive(history) <= 1).all()


@given(
    testing.purchase_models(unit="day"),
    testing.bgnbd_models(unit="day"),
    testing.purchase_histories(unit="day", max_customers=2),
)
@settings(slowly, max_examples=10)
def test_the_unit_is_the_one_asked_for(model, other, history):
    assert model.unit == other.unit == history.unit == "day"


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


@given(testing.opportunity_models(), testing.opportunity_histories(monetary=True, max_customers=4))
@slowly
def test_opportunity_histories_have_a_probability_and_money(model, history):
    assert (model.probability_alive(history) > 0).all()
    assert model.period == history.period
    assert ((history.monetary_value > 0) == (history.frequency > 0)).all()
    assert history.period == "1 year"


def test_opportunity_histories_of_frequent_buyers_come_up():
    found = find(
        testing.opportunity_histories(), lambda h: (h.frequency > 5).any(), settings=search
    )
    assert (found.frequency > 5).any()


@given(testing.contract_models(), testing.contracts())
@slowly
def test_contracts_have_a_likelihood(model, contracts):
    assert (model.log_likelihood(contracts) <= 0).all()
    assert contracts.active.sum() >= 1
    assert model.period == contracts.period == "1 year"


@pytest.mark.parametrize(
    "strategy", ["contract_models", "contracts", "opportunity_models", "opportunity_histories"]
)
def test_the_period_is_the_one_asked_for(strategy):
    assert find(getattr(testing, strategy)(period="1 month"), lambda _: True).period == "1 month"


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


@given(testing.answer_counts(Scale(1, 5), max_count=9))
def test_tables_of_counts_are_accepted(counts):
    found = satisfaction.TopBox.from_counts(counts, scale=Scale(1, 5))
    assert 1 <= found.n == sum(counts.values()) <= 45
    assert set(counts) <= {1, 2, 3, 4, 5}


# --- requests that cannot be met --------------------------------------------------------------

WHOLE = "must be a whole number >= 1, but it is"
SIZES = {
    "responses": ("min_respondents", "max_respondents", "max_items"),
    "survey_frames": ("min_respondents", "max_respondents"),
    "kano_frames": ("max_items", "max_respondents"),
    "purchase_histories": ("min_customers", "max_customers", "max_days"),
    "transaction_logs": ("days", "max_customers", "min_rows", "max_rows"),
    "changing_covariates": ("days", "max_customers", "max_rows"),
    "opportunity_histories": ("max_opportunities", "min_customers", "max_customers"),
    "contracts": ("max_renewals",),
    "complaint_frames": ("days", "min_rows", "max_rows"),
    "customer_values": ("min_customers", "max_customers"),
    "lost_customer_frames": ("min_customers", "max_customers"),
    "experience_counts": ("max_types",),
}
SWITCHES = {
    "responses": "missing",
    "purchase_histories": "monetary",
    "opportunity_histories": "monetary",
    "bgnbd_models": "adversarial",
    "gamma_gamma_models": "adversarial",
}


@pytest.mark.parametrize(
    ("strategy", "size"), [(name, size) for name, sizes in SIZES.items() for size in sizes]
)
def test_a_size_is_a_whole_number_of_at_least_one(strategy, size):
    for bad in (0, -1, 2.5, "3", True, None):
        with pytest.raises(ParameterError) as caught:
            getattr(testing, strategy)(**{size: bad})
        assert str(caught.value) == f"{size} {WHOLE} {bad!r}."


@pytest.mark.parametrize(
    ("strategy", "what"),
    [(name, size[4:]) for name, sizes in SIZES.items() for size in sizes if size[:4] == "min_"],
)
def test_the_most_is_not_less_than_the_least(strategy, what):
    with pytest.raises(ParameterError) as caught:
        getattr(testing, strategy)(**{f"min_{what}": 5, f"max_{what}": 3})
    assert str(caught.value) == (
        f"max_{what} must be >= min_{what}, but min_{what}=5 and max_{what}=3."
    )


@pytest.mark.parametrize(("strategy", "switch"), SWITCHES.items())
def test_a_switch_is_true_or_false(strategy, switch):
    with pytest.raises(ParameterError) as caught:
        getattr(testing, strategy)(**{switch: "yes"})
    assert str(caught.value) == f"{switch} must be one of True, False, but it is 'yes'."


@pytest.mark.parametrize(
    "strategy", ["purchase_histories", "purchase_models", "bgnbd_models", "spend_models"]
)
def test_units_are_known(strategy):
    with pytest.raises(UnitError) as caught:
        getattr(testing, strategy)(unit="weeks")
    assert str(caught.value) == (
        "unit must be one of 'day', 'week', 'month', 'year', but it is 'weeks'. "
        "Did you mean 'week'?"
    )


@pytest.mark.parametrize(
    "strategy", ["contracts", "contract_models", "opportunity_histories", "opportunity_models"]
)
def test_periods_have_a_unit(strategy):
    with pytest.raises(UnitError) as caught:
        getattr(testing, strategy)(period=3)
    assert str(caught.value) == (
        "period=3 has no time unit. Write the time from one renewal or opportunity to the next, "
        "as in '1 month' or '1 year'."
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: testing.responses(scale=(1, 5)),
            (
                "scale must be a Scale, as in Scale(1, 10), but it is (1, 5). "
                "Did you mean Scale(1, 5)?"
            ),
        ),
        (
            lambda: testing.answer_counts(Scale(0, 1, step=None)),
            (
                "answer_counts needs a scale with steps, but Scale(low=0, high=1, step=None) is "
                "continuous. Give its step, or report the mean."
            ),
        ),
        (
            lambda: testing.answer_counts(Scale(1, 5), max_count=0),
            "max_count must be a whole number >= 1, but it is 0.",
        ),
        (
            lambda: testing.survey_frames(scale=[1, 7]),
            (
                "scale must be a Scale, as in Scale(1, 10), but it is [1, 7]. "
                "Did you mean Scale(1, 7)?"
            ),
        ),
        (
            lambda: testing.survey_frames(instrument="SERVQUAL"),
            "instrument must be an Instrument, as in servqual.SERVQUAL, but it is 'SERVQUAL'.",
        ),
        (
            lambda: testing.scales(continuous="both"),
            "continuous must be one of None, True, False, but it is 'both'.",
        ),
        (
            lambda: testing.transaction_logs(start="x"),
            "start must be a day without a time zone, as in '1997-09-30', but it is 'x'.",
        ),
        (
            lambda: testing.transaction_logs(start="1900-01-01"),
            "start must be a day after 1900-01-01 and before 2200, but it is '1900-01-01'.",
        ),
        (
            lambda: testing.transaction_logs(start="2199-12-31", days=2),
            (
                "start and days must lie between 1900-01-02 and 2199-12-31, but start='2199-12-31' "
                "and days=2."
            ),
        ),
        (
            lambda: testing.offers(names="us"),
            "names must be a list of names, as in ['us', 'rival'], but it is 'us'. Write ['us'].",
        ),
        (
            lambda: testing.offer_surveys(names=["us"]),
            "names must hold two suppliers or more, but they are ('us',).",
        ),
        (
            lambda: testing.offer_surveys(max_ratings=1),
            "max_ratings must be a whole number >= 2, but it is 1.",
        ),
        (
            lambda: testing.offers(uncertain="yes"),
            "uncertain must be one of True, False, but it is 'yes'.",
        ),
        (
            lambda: testing.offers(names=[]),
            "names must be a list of names, as in ['us', 'rival'], but it is [].",
        ),
        (
            lambda: testing.offers(names=["us", ""]),
            "names must be a list of names, as in ['us', 'rival'], but it is ['us', ''].",
        ),
        (lambda: testing.offers(unit=5), "unit must be text, as in 'EUR', but it is 5."),
    ],
)
def test_what_cannot_be_drawn_is_refused_when_it_is_asked_for(ask, message):
    with pytest.raises(ParameterError) as caught:
        ask()
    assert str(caught.value) == message


@given(testing.transaction_logs(start=date(2199, 12, 30), days=2, max_rows=3))
@settings(slowly, max_examples=10)
def test_a_log_may_start_on_a_date(log):
    assert log["date"].min() >= np.datetime64("2199-12-30")
    history = lifetime.PurchaseHistory.from_transactions(
        log, customer="customer_id", date="date", observation_end="2199-12-31", unit="day"
    )
    assert len(history) >= 1
