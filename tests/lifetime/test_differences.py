"""Standard errors of totals: derivatives by differences, of integrals with fewer nodes."""

from contextlib import nullcontext

import pytest

from custvalue import lifetime
from custvalue._lifetime.value import worth
from custvalue._numerics.quadrature import for_differences, share_of_digits

MODELS = {
    "many leave at once": lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    "hardly anybody leaves": lifetime.BGNBD(r=2, alpha=3, a=0.05, b=4, unit="week"),
    "they may leave before the first": lifetime.MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week"),
    "frequent": lifetime.MBGNBD(r=9, alpha=2, a=0.6, b=20, unit="week"),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("horizon", "rate"), [("3 years", 0.1), ("1 week", 0.3), ("5 years", 0)])
def test_the_standard_error_of_a_total_keeps_six_digits(name, horizon, rate, monkeypatch):
    """Integrals with all nodes have as good as no error of their own."""
    model = MODELS[name]
    history = model.simulate(2_000, age="40 weeks", rng=1)
    history = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44).simulate(history, rng=2)
    fits = {
        "purchases": type(model).fit(history),
        "spend": lifetime.GammaGamma.fit(history),
    }

    def error():
        value = lifetime.customer_lifetime_value(
            history, **fits, horizon=horizon, annual_discount_rate=rate, margin=0.3
        )
        return value.total.standard_error

    usual = error()
    monkeypatch.setattr(worth, "for_differences", nullcontext)
    assert usual == pytest.approx(error(), rel=1e-6)
    assert usual > 0


def failing():
    with for_differences():
        raise ZeroDivisionError(share_of_digits())


def test_all_digits_are_asked_for_again_afterwards():
    with pytest.raises(ZeroDivisionError) as caught:
        failing()
    assert 0.5 < caught.value.args[0] < 0.8
    assert share_of_digits() == 1
