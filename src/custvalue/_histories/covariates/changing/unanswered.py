"""What a model with changing covariates does not answer."""

from __future__ import annotations

from typing import Any

from custvalue.errors import ParameterError


def unanswered(model: Any, what: str) -> ParameterError:
    """Build the error for what is not answered along paths."""
    power = model._form_of_changing == "power"  # noqa: SLF001 - of another room
    active = "" if power else "probability_active, "
    return ParameterError(
        f"{type(model).__name__} with changing covariates does not answer {what}. It answers "
        f"predict, expected_purchases and discounted_expected_purchases within a horizon, {active}"
        f"probability_alive and log_likelihood; for others fit it without changing covariates."
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
            f"day on which they come. Make a history of them by from_transactions, a log of first "
            f"purchases on observation_end, and ask expected_purchases(history, horizon)."
        )
