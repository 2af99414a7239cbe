"""Hypothesis strategies for the test suites of those who build on custvalue (extra ``testing``).

Everything drawn is accepted by the library, and shrinks to something small. What the defaults of
two strategies draw fits together: any of :func:`purchase_models` predicts any of
:func:`purchase_histories`. A request that cannot be met raises
:class:`~custvalue.errors.ParameterError` when the strategy is made. Nothing here is imported by
the library itself.

Examples
--------
>>> from hypothesis import given, settings
>>> from custvalue import testing
>>> @settings(max_examples=5, derandomize=True, database=None)
... @given(testing.purchase_models(), testing.purchase_histories())
... def test_probabilities(model, history):
...     alive = model.probability_alive(history)
...     assert ((alive >= 0) & (alive <= 1)).all()
>>> test_probabilities()
"""

from custvalue._testing.cards import complaint_registers, customer_cards
from custvalue._testing.changing import changing_covariates
from custvalue._testing.contracts import contract_models, contracts
from custvalue._testing.drivers import DriverAnswers, driver_answers
from custvalue._testing.frames import frames
from custvalue._testing.known import KNOWN_DATA, KnownAnswer, KnownData, known_data
from custvalue._testing.labels import WordedAnswers, labelled, worded_answers
from custvalue._testing.logs import transaction_logs
from custvalue._testing.loyalty import (
    complaint_economics,
    complaint_frames,
    customer_values,
    experience_counts,
    lost_customer_frames,
    rates,
)
from custvalue._testing.loyalty_curves import CurveAnswers, curve_answers
from custvalue._testing.offers import offer_surveys, offers
from custvalue._testing.purchase_contract import PurchaseModelContract
from custvalue._testing.purchases import (
    bgnbd_models,
    gamma_gamma_models,
    opportunity_histories,
    opportunity_models,
    purchase_histories,
    purchase_models,
    spend_models,
)
from custvalue._testing.results import (
    customer_lifetime_values,
    kano_results,
    net_promoter_scores,
    purchase_fits,
    servqual_gaps,
)
from custvalue._testing.rows import contract_dates, customer_cells
from custvalue._testing.same_customers import assert_same_customers
from custvalue._testing.structural import StructuralAnswers, structural_answers
from custvalue._testing.surveys import (
    EXPECTATIONS,
    IMPORTANCE,
    PERCEPTIONS,
    answer_counts,
    codebooks,
    kano_frames,
    responses,
    scales,
    survey_frames,
)
from custvalue._testing.visits import visit_frames

__all__ = [
    "EXPECTATIONS",
    "IMPORTANCE",
    "KNOWN_DATA",
    "PERCEPTIONS",
    "CurveAnswers",
    "DriverAnswers",
    "KnownAnswer",
    "KnownData",
    "PurchaseModelContract",
    "StructuralAnswers",
    "WordedAnswers",
    "answer_counts",
    "assert_same_customers",
    "bgnbd_models",
    "changing_covariates",
    "codebooks",
    "complaint_economics",
    "complaint_frames",
    "complaint_registers",
    "contract_dates",
    "contract_models",
    "contracts",
    "curve_answers",
    "customer_cards",
    "customer_cells",
    "customer_lifetime_values",
    "customer_values",
    "driver_answers",
    "experience_counts",
    "frames",
    "gamma_gamma_models",
    "kano_frames",
    "kano_results",
    "known_data",
    "labelled",
    "lost_customer_frames",
    "net_promoter_scores",
    "offer_surveys",
    "offers",
    "opportunity_histories",
    "opportunity_models",
    "purchase_fits",
    "purchase_histories",
    "purchase_models",
    "rates",
    "responses",
    "scales",
    "servqual_gaps",
    "spend_models",
    "structural_answers",
    "survey_frames",
    "transaction_logs",
    "visit_frames",
    "worded_answers",
]
