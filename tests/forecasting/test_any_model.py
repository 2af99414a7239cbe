"""Any model and any customers: a diagnosis is finite, is shown, and goes to JSON and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import lifetime, testing


@given(
    model=testing.purchase_models(),
    history=testing.purchase_histories(monetary=False),
    purchases=st.lists(st.integers(0, 12), min_size=12, max_size=12),
    days=st.integers(1, 400),
)
@settings(deadline=None, max_examples=8)
def test_a_diagnosis_is_finite_and_survives_json(model, history, purchases, days):
    bought = np.array(purchases[: len(history)])
    bought[0] = max(bought[0], 1)
    held = lifetime.Holdout.from_arrays(frequency=bought, duration=f"{days} days", unit="week")
    found = lifetime.diagnose(model, history, held, rng=1)
    assert type(found).from_json(found.to_json()) == found
    assert found.total == pytest.approx(
        model.expected_purchases(history, f"{days} days").sum(), rel=1e-6
    )
    parts = (found.calibration_counts, found.holdout_counts, found.ranks, found.scores)
    for part in (*parts, found.by_frequency, found.by_recency, found.by_forecast):
        assert str(part)
        for name, column in part.columns().items():
            if column.dtype.kind == "f" and name != "ratio":
                assert np.isfinite(column).all()
    for test in parts[:3]:
        assert 0 <= test.p_value <= 1


def test_a_base_of_newcomers():
    history = lifetime.PurchaseHistory.from_arrays(frequency=[0], recency=[0], age=[0], unit="week")
    held = lifetime.Holdout.from_arrays(frequency=[1], duration="1 day", unit="week")
    found = lifetime.diagnose(lifetime.NBD(r=1, alpha=1, unit="week"), history, held, rng=1)
    assert found.calibration_counts.expected.tolist() == [1, 0]
