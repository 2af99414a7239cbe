"""What models of spend expect of a customer, as arithmetic that every engine knows."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._frames.customer_summary import CustomerSummary, SpendLine
from custvalue._histories.covariates.coding import patterns
from custvalue._histories.covariates.pattern_cells import at_rows
from custvalue._histories.covariates.table import Covariates
from custvalue._histories.rows import SMALLEST
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.gamma_gamma_formulas import require_means
from custvalue._lifetime.spend.normal_spend import NormalSpend
from custvalue._rows import FloatArray
from custvalue._words import count
from custvalue.errors import DataError, ParameterError


def checked_line(
    model: Any, source: CustomerSummary, days: dict[str, FloatArray], kinds: Covariates | None
) -> tuple[SpendLine, FloatArray | None]:
    """Return the expected spend as arithmetic, if every customer of the summary has one.

    And, where customers differ by covariates, what is added of those who are alike.
    """
    add = None
    if kinds is not None and getattr(model, "covariates", None) is not None:
        model, add = _by_kind(model, kinds)
    line = _line(model)._replace(by_kind=add is not None)
    missing = source.unusable_spends()
    if missing:
        raise DataError(
            f"repeat_spend must be a finite number, but of {count(missing, 'customer')} it is not. "
            f"Make it with lifetime.summarise.",
            column="repeat_spend",
            count=missing,
        )
    if isinstance(model, GammaGamma):
        _require_spend(model, source, days)
    return line, add


def _by_kind(model: GammaGamma, kinds: Covariates) -> tuple[GammaGamma, FloatArray]:
    """Return the model of customers who all have the gamma of one, and the gamma of each."""
    terms: Any = model.covariates
    found = patterns(terms.coding, kinds, np.arange(len(kinds)))
    each = at_rows(model, found.design[found.of_customer])
    gamma = np.broadcast_to(np.asarray(each.gamma, dtype=np.float64), len(kinds)).copy()
    return each.model_copy(update={"gamma": float(gamma[0])}), gamma


def _line(model: Any) -> SpendLine:
    if isinstance(model, GammaGamma):
        unknown = model.refunded == "unknown"
        return SpendLine(model.p, model.gamma, model.q, least=SMALLEST, unknown=unknown)
    if isinstance(model, NormalSpend):
        return SpendLine(1.0, model.mean, (model.within / model.between) ** 2, drawn=True)
    raise ParameterError(
        f"score knows the spend of GammaGamma and NormalSpend, which is arithmetic in any engine, "
        f"but spend is a {type(model).__name__}. Score without spend, or value customers in memory "
        f"with customer_lifetime_value."
    )


def _require_spend(model: GammaGamma, source: CustomerSummary, days: dict[str, FloatArray]) -> None:
    """Raise where the model expects nothing of a customer, or may not have made the spend."""
    refunded = source.not_positive(SMALLEST)
    if refunded and model.refunded == "raise":
        raise DataError(
            f"repeat_spend must be > 0 where repeat_days > 0, but of {count(refunded, 'customer')} "
            f"it is not, and GammaGamma needs positive spend. Give refunded='unknown', as in "
            f"GammaGamma.fit(cells, refunded='unknown'), to go on without the spend of such "
            f"customers, or refunded='zero' to count it as 0.",
            column="repeat_spend",
            count=refunded,
        )
    x, customers = days["repeat_days"], days["customers"]
    if refunded and model.refunded == "unknown":
        x, customers = np.append(x, 0.0), np.append(customers, float(refunded))
    require_means("GammaGamma", model.p * x + model.q - 1, customers, model.q)
