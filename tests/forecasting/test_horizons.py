"""Several horizons at once."""

from datetime import timedelta

import numpy as np
import pytest

from custvalue import lifetime
from custvalue.errors import ParameterError, UnitError

MODELS = [
    lifetime.NBD(r=0.4, alpha=12, unit="week"),
    lifetime.ParetoNBD(r=0.5, alpha=10, s=0.6, beta=11, unit="week"),
    lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week"),
    lifetime.BGCNBD(k=2, r=0.5, alpha=3, a=0.8, b=2, unit="week"),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda its: type(its).__name__)
@pytest.mark.parametrize("customers", [1, 7])
def test_a_column_for_each(model, customers):
    history = model.simulate(customers, age="39 weeks", rng=1)
    asked = ["0 days", "1 month", "1 year"]
    found = model.expected_purchases(history, asked)
    assert found.shape == (customers, 3)
    for column, horizon in zip(found.T, asked, strict=True):
        assert column == pytest.approx(model.expected_purchases(history, horizon), rel=1e-14)
    new = model.expected_purchases_new_customer((timedelta(7), timedelta(70)))
    each = [model.expected_purchases_new_customer(horizon) for horizon in ("1 week", "10 weeks")]
    assert new.tolist() == pytest.approx(each, rel=1e-14)


def test_a_fit_and_customers_who_are_alike():
    history = MODELS[0].simulate(300, age="39 weeks", rng=1)
    fit = lifetime.NBD.fit(history)
    cells = lifetime.CustomerCells.from_history(history)
    found = fit.expected_purchases(cells, ["1 month", "2 months"])
    assert found.shape == (len(cells), 2)
    assert found[:, 1] == pytest.approx(2 * found[:, 0])
    assert np.all(fit.expected_purchases_new_customer(["1 month"]) > 0)


@pytest.mark.parametrize(
    ("horizons", "kind", "message"),
    [
        ([], ParameterError, "horizon is an empty list. Give at least one, as in ['39 weeks']."),
        (
            ["1 month", 3],
            UnitError,
            (
                "horizon[1]=3 has no time unit. Write the number with its unit, as in '39 weeks' "
                "or '3 years'."
            ),
        ),
    ],
)
def test_what_is_said(horizons, kind, message):
    history = MODELS[0].simulate(2, age="39 weeks", rng=1)
    for ask in (
        lambda: MODELS[0].expected_purchases(history, horizons),
        lambda: MODELS[0].expected_purchases_new_customer(horizons),
    ):
        with pytest.raises(kind) as caught:
            ask()
        assert str(caught.value) == message
