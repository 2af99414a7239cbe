"""What a model with changing covariates does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custvalue._rows import FloatArray
from custvalue.errors import ParameterError


def unanswered(model: Any, what: str) -> ParameterError:
    """Build the error for what has no answer without a path and a calendar."""
    why, instead = INSTEAD.get(what, (USUAL, ASK))
    return ParameterError(f"{type(model).__name__} has covariates that change, so {why}. {instead}")


USUAL = "customers differ by the days on which they bought"
ASK = (
    "Make a history of them by from_transactions(..., changing=...), and ask about it, as in "
    "fit.probability_alive(history)."
)
INSTEAD = {
    "for_covariates": ("there is no one kind of customers who are alike on all days", ASK),
    "frequency_recency": (
        "customers with the same frequency and recency differ by the days on which they bought",
        (
            "Ask about a history, by probability_alive(history) and expected_purchases(history, "
            "horizon), and take means by its frequency and recency."
        ),
    ),
    "cohorts": (
        "what is expected of a cohort depends on the days on which each customer came",
        (
            "Compare it by week instead, lifetime.diagnose(fit, train, holdout).tracking, or omit "
            "purchases."
        ),
    ),
    "new customers": (
        "new customers differ by the day on which they come",
        (
            "Make a history of them by from_transactions(..., changing=...), a log of first "
            "purchases on observation_end, and ask customer_lifetime_value(history, ...)."
        ),
    ),
    "alive_path": (
        "P(alive) depends on the days of the calendar and on the path of the customer",
        (
            "Make a history for each day of interest, by from_transactions(..., "
            "observation_end=..., changing=...), and ask probability_alive(history)."
        ),
    ),
}
"""Why there is no answer, and what to ask instead."""


def no_changing(model: str) -> ParameterError:
    """Build the error for a model whose covariates must not change."""
    return ParameterError(
        f"{model} takes only covariates that do not change. Those that change are for ParetoNBD, "
        f"BGNBD and MBGNBD."
    )


def require_unchanging(model: Any, what: str) -> None:
    """Raise where covariates change, and what is asked knows no paths."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    if terms is not None and terms.changing:
        raise unanswered(model, what)


def require_no_path(model: Any) -> None:
    """Raise where it matters on which day new customers come, and on which path."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    if terms is not None and terms.changing:
        raise ParameterError(
            f"{type(model).__name__} has covariates that change, so new customers differ by the "
            f"day on which they come. Make a history of them by from_transactions(..., "
            f"changing=...), a log of first purchases on observation_end, and ask "
            f"expected_purchases(history, horizon)."
        )


class MayChange:
    """Says whether a model has covariates that change."""

    if TYPE_CHECKING:

        @property
        def _covariate_terms(self) -> Any: ...

    @property
    def _changes(self) -> bool:
        """Whether the model has covariates that change."""
        return self._covariate_terms is not None and bool(self._covariate_terms.changing)

    def _simulated_along(
        self,
        T: FloatArray,  # noqa: ARG002 - of models that have some
        random: np.random.Generator,  # noqa: ARG002
        **known: Any,  # noqa: ARG002
    ) -> Any:
        """Simulate along paths of changing covariates, where the model has some."""
        raise ParameterError(
            f"this {type(self).__name__} has no covariates that change, so changing and since say "
            f"nothing. Omit them."
        )
