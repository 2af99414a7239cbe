"""Cards: every part by hand, what is unknown is absent, identifiers, many customers, bad input."""

import datetime as dt
import itertools
import json
import time

import carded
import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import crm, journey, lifetime, loyalty, servqual
from custvalue.crm import CustomerCard, LoyaltyRule
from custvalue.errors import DataError, DataWarning, ParameterError
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale

FIVE = Scale(1, 5)


def answers(who=("A", "B", "C"), given=(5, 2, 4), **more):
    frame = {"id": list(who), "satisfaction": list(given)}
    return Responses.from_frame(
        frame, ["satisfaction"], scale=FIVE, customer="id", missing="pairwise", **more
    )


def prediction(who=("A", "B", "C"), value=(100, 10, 1), reach=1.5):
    value = np.array(value, dtype=float)
    return lifetime.Prediction(
        customer=np.array(list(who)),
        probability_alive=np.linspace(0.9, 0.1, len(value)),
        purchases=value / 10,
        horizon="1 year",
        convention="none",
        value=value,
        interval=0.9,
        value_low=value / reach,
        value_high=value * reach,
    )


VISITS = {
    "id": ["A", "A", "B", "", "D"],
    "in": ["2026-01-05", "2026-03-20", "2025-06-01", "2026-03-21", "2026-03-30"],
    "out": ["2026-01-05", "2026-03-20", "2025-06-01", "2026-03-21", "2026-03-30"],
    "cause": ["oil", "brake noise", "recall", "brake noise", "oil"],
}


def visits(frame=VISITS, **more):
    options = {"customer": "id", "opened": "in", "delivered": "out", "cause": "cause", **more}
    return journey.Visits.from_frame(frame, observation_end="2026-03-31", **options)


def complaints(**columns):
    frame = {
        "id": ["B", "B", "A", None],
        "on": ["2026-02-01", "2026-03-01", "2026-01-01", "2026-01-01"],
        "done": [None, None, "2026-01-02", None],
        "said": ["waited", "engine noise, my lawyer knows", "parts", "parts"],
        **columns,
    }
    return journey.Complaints.from_frame(
        frame, customer="id", opened="on", closed="done", text="said"
    )


# --- each part ------------------------------------------------------------------------------


def pyramid(of, **how):
    return loyalty.pyramid(of.value, customer=of.customer, **how)


def test_worth_and_tiers_by_hand():
    worth = prediction()
    tiers = pyramid(worth, thresholds=(50, 8), names=("gold", "silver", "bronze"))
    found = crm.cards(prediction=worth, tiers=tiers)
    card = found["B"]
    assert (card.value.value, card.value.low, card.value.high) == (10, 10 / 1.5, 15)
    assert (card.horizon, card.level, card.tier) == ("1 year", 0.9, "silver")
    assert card.probability_alive.value == pytest.approx(0.5)
    assert card.probability_alive.low is None
    assert card.purchases.value == 1
    assert card.tier_sure is False  # 6.67 is bronze
    assert found["A"].tier_sure is True
    assert found["C"].tier == "bronze"
    assert "Tiers from a value of: gold 50, silver 8." in str(found)


def test_tiers_of_other_values_have_no_doubt_and_may_know_others():
    tiers = loyalty.pyramid({"A": 1, "B": 5, "Z": 3}, thresholds=(2,))
    found = crm.cards(prediction=prediction(), tiers=tiers)
    assert [its.tier for its in found.values()] == ["tier 2", "tier 1", None, "tier 1"]
    assert {its.tier_sure for its in found.values()} == {None}
    assert found["Z"].sources == ("tiers",)
    assert found["A"].sources == ("prediction", "tiers")
    alone = str(crm.cards(tiers=tiers))
    assert "3 customers: tiers 3." in alone
    assert "prediction" not in alone
    assert crm.cards(tiers=tiers)["Z"].to_json() == (
        '{"schema":"custvalue/1","customer":"Z","sources":["tiers"],"tier":"tier 1"}'
    )


def test_a_value_without_intervals_has_no_doubt_about_its_tier():
    history = lifetime.PurchaseHistory.from_arrays(
        customer=["A", "B"],
        frequency=[2, 0],
        recency=[30, 0],
        age=[38, 40],
        monetary_value=[22, 0],
        unit="week",
    )
    value = lifetime.customer_lifetime_value(
        history,
        purchases=lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
        spend=lifetime.GammaGamma(p=6.25, q=3.74, gamma=15.44),
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    card = crm.cards(prediction=value, tiers=loyalty.pyramid(value, thresholds=(5,)))["A"]
    assert card.value.value == value.value[0]
    assert (card.value.low, card.tier_sure, card.level) == (None, None, None)
    assert "low" not in card.to_json()


def test_the_last_wave_of_each_customer_is_on_the_card():
    waves = Responses.from_frame(
        {
            "id": ["A", "A", "B", "C"],
            "satisfaction": [1, 5, 2, np.nan],
            "wave": ["2025-Q4", "2026-Q1", "2025-Q4", "2026-Q1"],
        },
        ["satisfaction"],
        scale=FIVE,
        customer="id",
        wave="wave",
        missing="pairwise",
    )
    found = crm.cards(survey=waves)
    (score,) = found["A"].scores
    assert (score.name, score.value, score.low, score.high, score.wave) == (
        "satisfaction",
        5,
        1,
        5,
        "2026-Q1",
    )
    assert found["B"].scores[0].wave == "2025-Q4"
    assert found["C"].scores is None  # asked, and gave no answer
    assert found["C"].sources == ("survey",)


def test_items_of_an_instrument_are_averaged_by_dimension():
    items = (Item(name="polite"), Item(name="rude", reverse_scored=True))
    own = Instrument(name="own", dimensions=(Dimension(name="staff", items=items),))
    frame = {"id": ["A", "B"], "polite": [5, 1], "rude": [2, 5]}
    read = Responses.from_frame(frame, scale=FIVE, customer="id", instrument=own)
    assert [its.scores[0].value for its in crm.cards(survey=read).values()] == [4.5, 1]


def quality(importance=None):
    frame = {
        "id": ["A", "B"],
        "p1": [3, 7],
        "p2": [5, 7],
        "p3": [2, 6],
        "e1": [6, 6],
        "e2": [6, 6],
        "e3": [7, 6],
    }
    return servqual.Survey.from_frame(
        frame,
        perceptions=["p1", "p2", "p3"],
        expectations=["e1", "e2", "e3"],
        dimensions={"staff": 2, "place": 1},
        importance=importance,
        scale=Scale(1, 7),
        customer="id",
    )


def test_gaps_that_matter_are_large_and_come_by_size_times_importance():
    (one, two) = crm.cards(survey=quality()).values()
    assert [(its.name, its.gap, its.importance) for its in one.gaps] == [
        ("place", -5, None),
        ("staff", -2, None),
    ]
    assert two.gaps == ()
    weighted = crm.cards(survey=quality({"staff": 80, "place": 20}))["A"]
    assert [(its.name, its.importance) for its in weighted.gaps] == [("staff", 80), ("place", 20)]
    assert [its.name for its in crm.cards(survey=quality(), smallest_gap=3)["A"].gaps] == ["place"]
    assert [its.value for its in one.scores] == [4, 2]


def test_where_lower_is_better_a_shortfall_and_a_good_attitude_are_the_other_way_round():
    lower = Scale(1, 7, direction="lower is better")
    frame = {"id": ["A", "B"], "p": [5, 2], "e": [2, 5]}
    survey = servqual.Survey.from_frame(
        frame,
        perceptions=["p"],
        expectations=["e"],
        dimensions={"staff": 1},
        scale=lower,
        customer="id",
    )
    rule = LoyaltyRule(attitude="staff", attitude_cut=3, behaviour="value", behaviour_cut=1)
    found = crm.cards(survey=survey, prediction=prediction("AB", (5, 5)), loyalty=rule)
    assert [its.gap for its in found["A"].gaps] == [-3]
    assert found["B"].gaps == ()
    assert [its.loyalty for its in found.values()] == ["spurious loyalty", "loyalty"]


def test_visits_give_reasons_of_recent_ones_only():
    found = crm.cards(visits=visits())
    assert found["A"].call_because == ("safety repair",)
    assert (found["A"].visits, found["A"].last_visit) == (2, dt.date(2026, 3, 20))
    assert found["B"].call_because == ()  # its recall was ten months ago
    assert crm.cards(visits=visits(), recent="1 year")["B"].call_because == ("warranty",)
    # 2026-03-30 is the day before the last: within the last 2 days, not within the last day
    rules = [journey.FollowUpRule(name="oil", reads="cause", words=("oil",))]
    for recent, reasons in (("1 day", ()), ("2 days", ("oil",))):
        assert crm.cards(visits=visits(), rules=rules, recent=recent)["D"].call_because == reasons
    assert found.nameless == {"visits": 1}
    assert "Without a customer, and on no card: visits 1." in str(found)


def test_open_complaints_are_listed_the_severest_first():
    found = crm.cards(complaints=complaints(), survey=answers())
    card = found["B"]
    assert card.complaints == 2
    assert [(its.severity, its.kinds, its.opened) for its in card.open_complaints] == [
        ("lawyers", ("product quality",), dt.date(2026, 3, 1)),
        ("told the staff", ("service",), dt.date(2026, 2, 1)),
    ]
    assert (found["A"].complaints, found["A"].open_complaints) == (1, ())
    assert (found["C"].complaints, found["C"].open_complaints) == (0, ())  # in no complaint
    columns = found.columns()
    assert columns["open_complaints"].tolist() == [0, 2, 0]
    assert columns["severest_open"].tolist() == ["", "lawyers", ""]


def test_types_of_loyalty_are_those_of_segments():
    rule = LoyaltyRule(attitude="satisfaction", attitude_cut=4, behaviour="value", behaviour_cut=10)
    found = crm.cards(survey=answers(), prediction=prediction(), loyalty=rule)
    assert [its.loyalty for its in found.values()] == [
        "loyalty",
        "spurious loyalty",
        "latent loyalty",
    ]
    # one step of the scale: 5 stays above, 2 below, 4 does not; a tenth of 10: B is at the cut
    assert [its.loyalty_borderline for its in found.values()] == [False, True, True]
    whole = crm.cards(**carded.sources(), loyalty=carded.LOYALTY)
    known = [its for its in whole.values() if its.loyalty]
    attitude = [next(s.value for s in its.scores if s.name == "satisfaction") for its in known]
    summary = loyalty.segments(
        attitude=attitude,
        behaviour=[its.purchases.value for its in known],
        attitude_cut=4,
        behaviour_cut=2,
        scale=FIVE,
    )
    counts = {name: sum(its.loyalty == name for its in known) for name in ("loyalty", "no loyalty")}
    assert counts == {name: summary.type(name).count for name in counts}


def test_loyalty_can_go_by_visits():
    rule = LoyaltyRule(attitude="satisfaction", attitude_cut=3, behaviour="visits", behaviour_cut=2)
    found = crm.cards(survey=answers(), visits=visits(), loyalty=rule)
    assert [its.loyalty for its in found.values()] == ["loyalty", "no loyalty", None, None]


def test_styles_say_what_else_they_could_be():
    rows = [[5] * 4 + [1] * 4, [3] * 4 + [5] * 4]
    asked = Responses.from_arrays(
        rows, items=journey.SOCIAL_STYLE.item_names, scale=FIVE, customer=["A", "B"]
    )
    found = crm.cards(styles=journey.social_styles(asked, margin=0.5))
    assert (found["A"].social_style, found["A"].style_could_be) == ("driver", ("driver",))
    assert found["B"].style_could_be == ("expressive", "amiable")
    assert "expressive (borderline: amiable)" in str(found["B"])


# --- identifiers ----------------------------------------------------------------------------


def test_identifiers_that_differ_stay_different():
    found = crm.cards(
        survey=answers(["7", "007", "c1"]), visits=visits({**VISITS, "id": [7, 7, 70, 71, 72]})
    )
    assert found.keys() == ["7", "70", "71", "72", "c1", "007"]
    assert found["7"].sources == ("survey", "visits")
    assert found["007"].sources == ("survey",)
    assert found[7] == found["7"] == found[np.int64(7)]
    assert "C1" not in found
    assert True not in found
    assert found.only_in == {"survey": 2, "visits": 3}
    assert "In one source only: survey 2, visits 3." in str(found)


def test_sources_without_a_common_customer_are_said():
    asked = answers("ABCDE", (1, 2, 3, 4, 5))
    with pytest.warns(DataWarning, match="none of its 5 customers is in another source") as caught:
        crm.cards(survey=asked, complaints=complaints(id=["x", "y", "z", "x"]))
    assert len(caught) == 1
    assert "are like 'A' there and like 'x' elsewhere" in str(caught[0].message)


def test_shuffled_rows_give_the_same_cards():
    order = [3, 0, 4, 2, 1]
    shuffled = {name: [its[row] for row in order] for name, its in VISITS.items()}
    one = crm.cards(visits=visits(), survey=answers())
    two = crm.cards(visits=visits(shuffled), survey=answers("CAB", (4, 5, 2)))
    assert one == two
    assert [*one.to_json_lines()] == [*two.to_json_lines()]


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_frames_of_any_kind_give_the_same_cards(kind):
    frame = kind({"id": [1, 2], "satisfaction": [5, 3]})
    read = Responses.from_frame(frame, scale=FIVE, customer="id")
    assert crm.cards(survey=read).keys() == ["1", "2"]


# --- as a mapping, a frame, JSON ------------------------------------------------------------


def test_it_reads_as_a_mapping():
    found = carded.cards()
    assert len(found) == len(found.keys()) == found.customers == len({*found})
    first = next(iter(found))
    assert found[first].customer == first
    assert found.get(first) == found[first]
    assert found.get("nobody") is None
    assert found.get("nobody", 7) == 7
    assert dict(found.items())[first] == found[first]
    with pytest.raises(DataError) as caught:
        found["C00"]
    assert str(caught.value).startswith("there is no customer 'C00' among the ")
    assert "Identifiers are like" in str(caught.value)


def test_what_is_not_known_is_absent_in_json_and_comes_back():
    for card in carded.cards().values():
        text = card.to_json()
        assert "null" not in text
        assert CustomerCard.from_json(text) == card
        content = json.loads(text)
        assert ("value" in content) == ("prediction" in card.sources)
        assert ("visits" in content) == ("visits" in card.sources)
        assert "open_complaints" in content  # the register of complaints is complete
    assert "null" not in json.dumps(card.model_dump(mode="json"))


def test_lines_of_json_are_those_of_the_cards():
    found = carded.cards()
    assert [*found.to_json_lines()] == [card.to_json() for card in found.values()]


def test_the_frame_has_what_the_cards_have():
    found = carded.cards()
    frame = found.to_frame("pandas").set_index("customer")
    for card in found.values():
        row = frame.loc[card.customer]
        if card.value is None:
            assert np.isnan(row["value"])
        else:
            assert row["value_low"] == card.value.low
        assert row["open_complaints"] == len(card.open_complaints)
        assert row["call_because"] == "; ".join(card.call_because or ())
        assert row["loyalty"] == (card.loyalty or "")
        assert [name for name in found.sources if row[f"in {name}"]] == [*card.sources]
    assert len(found.to_frame("polars")) == len(found)


def test_the_screen_in_english_and_in_chinese():
    card = carded.card()
    english, chinese = card.screen(), card.screen("zh")
    assert [crm.LABELS[label] for label in english] == [*chinese]
    assert english["value"].endswith("(1 year, 90 %)")
    assert chinese["顾客终身价值"].endswith("（1 年，90% 置信区间）")
    assert str(card).startswith(f"Customer {card.customer}\n")
    assert all(label in str(card) for label in english)
    assert "<table>" in card._repr_html_()
    assert "nan" not in str(card)
    with pytest.raises(ParameterError, match="language must be one of 'en', 'zh'"):
        card.screen("fr")


def test_words_of_the_screen_in_chinese():
    card = CustomerCard(
        customer="A",
        sources=("survey", "visits"),
        tier="platinum",
        tier_sure=False,
        gaps=(crm.CardGap("reliability", -1.5),),
        loyalty="apostles",
        loyalty_borderline=True,
        open_complaints=(
            crm.OpenComplaint(dt.date(2026, 3, 1), ("service", "parts"), 4, "lawyers"),
        ),
        call_because=("rework", "high bill"),
        social_style="driver",
        style_could_be=("driver", "analytical"),
    )
    assert card.screen("zh") == {
        "客户分级": "铂金（不确定）",
        "重要差距": "可靠性低于期望 1.500 分",
        "客户忠诚度": "传道者（临界）",
        "未结投诉": "服务过程、配件供应：律师或诉讼（自 2026-03-01）",
        "回访原因": "返修；高额维修",
        "社交风格": "支配型（临界：分析型）",
        "数据来源": "调查；进厂",
    }
    assert card.screen()["gaps that matter"] == "reliability -1.500"


def test_names_that_users_give_are_not_translated():
    card = CustomerCard(
        customer="A",
        sources=("survey",),
        tier="service",
        scores=(
            crm.CardScore("media", 4, 1, 5),
            crm.CardScore("empathy", 2, 1, 7, "2026"),
            crm.CardScore("responsiveness", 3, 1, 7),
        ),
        call_because=("media", "rework"),
    )
    assert card.screen("zh") == {
        "客户分级": "service",
        "最近评分": "media 4 / 5；移情性 2 / 7（2026）；响应性 3 / 7",
        "回访原因": "media；返修",
        "数据来源": "调查",
    }


def test_a_screen_does_not_take_markup_from_data():
    card = CustomerCard(customer="<script>", sources=("survey",))
    assert "<script>" not in card._repr_html_()


def test_many_customers_take_seconds():
    n = 100_000
    rng = np.random.default_rng(1)
    who = np.arange(n)
    worth = prediction(who, rng.lognormal(3, 1, n))
    read = Responses.from_frame(
        {"id": who[::2], "satisfaction": rng.integers(1, 6, n // 2)}, scale=FIVE, customer="id"
    )
    start = time.process_time()
    found = crm.cards(
        prediction=worth,
        survey=read,
        tiers=pyramid(worth, shares=(0.2, 0.3)),
        loyalty=carded.LOYALTY,
    )
    assert len(found) == n
    assert found["99999"].value.value == worth.value[-1]
    taken = time.process_time() - start
    assert taken < 10  # about 1 s
    assert len([*itertools.islice(found.to_json_lines(), 100)]) == 100


# --- bad input ------------------------------------------------------------------------------

UNNAMED = Responses.from_frame({"satisfaction": [5, 2]}, scale=FIVE)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            {},
            ParameterError,
            "cards need a source: prediction, tiers, survey, visits, complaints or styles.",
        ),
        (
            {"survey": UNNAMED},
            DataError,
            (
                "survey: the answers do not say whose they are. Name the column when they are "
                "read, as in Responses.from_frame(…, customer='id')."
            ),
        ),
        (
            {"survey": {"satisfaction": [5]}},
            ParameterError,
            ("survey must be Responses or a servqual.Survey, or a list of these, but it is dict."),
        ),
        (
            {"survey": [answers(), answers()]},
            DataError,
            ("survey: 'satisfaction' is in two questionnaires. Give their items different names."),
        ),
        (
            {"survey": answers("AAB", (1, 2, 3), repeats="cluster")},
            DataError,
            (
                "survey: customer 'A' comes 2 times. Name the wave when the answers are read "
                "(wave='…'), so that the last one is known, or read them with repeats='latest', "
                "date='…'."
            ),
        ),
        (
            {"prediction": [1, 2]},
            ParameterError,
            (
                "prediction must be what fit.predict(history, …) or "
                "lifetime.customer_lifetime_value(…) returns, but it is list."
            ),
        ),
        (
            {"prediction": prediction("AAB")},
            DataError,
            "prediction: customer 'A' comes 2 times. Value every customer once.",
        ),
        (
            {"visits": visits(customer=None, vehicle="id")},
            DataError,
            (
                "the visits have no customer. Name the column when they are read: "
                "Visits.from_frame(frame, …, customer='id')."
            ),
        ),
        (
            {"visits": VISITS},
            ParameterError,
            (
                "visits must be journey.Visits, but it is dict. Read them with "
                "journey.Visits.from_frame(…)."
            ),
        ),
        (
            {"complaints": VISITS},
            ParameterError,
            (
                "complaints must be journey.Complaints, but it is dict. Read them with "
                "journey.Complaints.from_frame(…)."
            ),
        ),
        (
            {"styles": "driver"},
            ParameterError,
            "styles must be what journey.social_styles(…) returns, but it is str.",
        ),
        (
            {"tiers": loyalty.pyramid([1, 2, 3], thresholds=(2,))},
            DataError,
            (
                "tiers: the pyramid does not know its customers. Give their identifiers, as in "
                "loyalty.pyramid(prediction.value, shares=…, customer=prediction.customer)."
            ),
        ),
        (
            {"survey": answers(), "smallest_gap": 0},
            ParameterError,
            "smallest_gap must be a number > 0 in scale points, as in 1, but it is 0.",
        ),
        (
            {"visits": visits(), "recent": "0.5 days"},
            ParameterError,
            (
                "recent must be at least a day and at most 100 years, but it is '0.5 days'. Give "
                "it as in '30 days'."
            ),
        ),
        (
            {"survey": answers(), "loyalty": carded.LOYALTY},
            DataError,
            (
                "loyalty goes by 'purchases', which the cards do not have. Give prediction=…, or "
                "another behaviour."
            ),
        ),
        (
            {
                "survey": answers(),
                "prediction": prediction(),
                "loyalty": carded.LOYALTY.model_copy(update={"attitude": "satisfied"}),
            },
            DataError,
            (
                "loyalty goes by the score 'satisfied', which the cards do not have. Did you mean "
                "'satisfaction'? Scores are 'satisfaction'."
            ),
        ),
        (
            {
                "survey": answers(),
                "prediction": prediction(),
                "loyalty": carded.LOYALTY.model_copy(update={"attitude_cut": 7.0}),
            },
            ParameterError,
            "loyalty: attitude_cut must be on the scale 1-5, but it is 7.",
        ),
        (
            {"prediction": prediction(), "tiers": {"gold": 1}},
            ParameterError,
            "tiers must be what loyalty.pyramid(…) returns, but it is {'gold': 1}.",
        ),
    ],
)
def test_bad_sources_are_refused(given, error, message):
    with pytest.raises(error) as caught:
        crm.cards(**given)
    assert str(caught.value) == message


def test_visits_of_nobody_make_no_card():
    found = crm.cards(visits=visits({**VISITS, "id": [None] * 5}))
    assert len(found) == 0
    assert str(found)
    assert [*found.to_json_lines()] == []
    assert "A" not in found
    assert crm.Cards.from_json(found.to_json()) == found
