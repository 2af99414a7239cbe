"""What a group of customers bought, beside what its fit expects of customers of these ages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from custvalue._histories.covariates.pattern_cells import NEW
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.prediction.parameters import slopes
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit
from custvalue._numerics.estimates import PosteriorEstimate
from custvalue._rows import FloatArray

AGES = 4  # places in which ages are gathered: what is expected hardly bends between them


def purchases_by_now(fit: PurchaseFit[Any], part: PurchaseHistory) -> tuple[float, Any]:
    """Return repeat purchases per customer and time unit: observed, and expected by the fit."""
    observed = float(part.frequency.sum() / part.age.sum())
    expected = _expected(part)
    value = float(expected(fit.model)[0])
    relative = slopes(fit, lambda model: np.log(expected(model)))
    error = value * float(np.sqrt(np.square(relative).sum()))
    return observed, PosteriorEstimate(
        name="purchases",
        value=value,
        standard_error=error,
        n=len(part),
        effective_n=float(len(part)),
    )


def _expected(part: PurchaseHistory) -> Callable[[Any], FloatArray]:
    """Return the function of a model that says how much customers of these ages have bought."""
    parts = np.array_split(np.sort(part.age), min(AGES, len(part)))
    ages = [float(each.mean()) for each in parts]
    sizes = np.array([len(each) for each in parts])

    def expected(model: Any) -> FloatArray:
        each = model._of_new_customers(NEW, ages)[0]  # noqa: SLF001 - a model of ours
        return np.atleast_1d(sizes @ each / part.age.sum())

    return expected
