"""What money is asked by: how far ahead, discount and margin."""

from __future__ import annotations

from custvalue._histories.arguments import checked_margin
from custvalue._histories.units import TimeUnit, horizon_in
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue.errors import ParameterError


def check_settings(
    horizon: str | None, annual: float | None, margin: float | None, unit: TimeUnit
) -> None:
    """Check what is given before anything is fitted."""
    if horizon is not None and not horizon_in(horizon, unit) > 0:
        raise ParameterError(f"horizon must be > 0, as in '3 years', but it is {horizon!r}.")
    if annual is not None:
        continuous_rate(annual, unit)
    if margin is not None:
        checked_margin(margin)
