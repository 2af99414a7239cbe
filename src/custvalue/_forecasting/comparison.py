"""Models of purchases side by side, with their scores in a holdout and what to use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, SerializeAsAny, ValidatorFunctionWrapHandler, WrapValidator

from custvalue._histories.units import TimeUnit
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit
from custvalue._lifetime.reading import fit_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Frozen, NonNegative
from custvalue._words import Percent, count, did_you_mean, listed, number
from custvalue.errors import ParameterError


def _of_its_model(given: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Return a fit as it is, of the class of its model, also from JSON."""
    found = fit_of(given)
    return found if isinstance(found, PurchaseFit) else check(found)


AnyFit = Annotated[SerializeAsAny[PurchaseFit[Any]], WrapValidator(_of_its_model)]


class HoldoutScores(Frozen):
    """How well a model said what customers did in a holdout.

    Parameters
    ----------
    forecast : float
        Purchases forecast for all customers together.
    actual : int
        What they were.
    log_score : float
        Mean over customers of the logarithm of the probability that the model gave to what the
        customer did; higher is better. A probability below 1e-307 counts as that.
    behind : float
        By how much the mean is below that of the best model whose forecasts can be trusted.
    behind_standard_error : float
        Of that difference, paired by customer.
    rmse, mae : float
        Root of the mean squared error, and mean absolute error, of a customer's purchases.
    """

    forecast: NonNegative
    actual: int = Field(ge=0)
    log_score: float
    behind: float
    behind_standard_error: NonNegative
    rmse: NonNegative
    mae: NonNegative


class ComparedModel(Frozen):
    """One model of a contest.

    Parameters
    ----------
    fit : Fit
        Of the model to all customers.
    scores : HoldoutScores or None
        None without a holdout.
    called : str
        Its name in the comparison, where that is not the class of the model.
    """

    fit: AnyFit
    scores: HoldoutScores | None = None
    called: str = ""

    @property
    def name(self) -> str:
        """The class of the model, with its covariates where it is compared with others of it."""
        return self.called or type(self.fit.model).__name__

    @property
    def parameters(self) -> int:
        """How many parameters were chosen by the data; k of a model of regular buyers is one."""
        return len(self.fit.parameters) + ("k" in type(self.fit.model).model_fields)

    @property
    def aic(self) -> float:
        """Akaike's criterion, with k counted where there is one; smaller is better."""
        return self.fit.aic + 2 * (self.parameters - len(self.fit.parameters))

    @property
    def bic(self) -> float:
        """Schwarz's criterion, likewise."""
        per_parameter = (self.fit.bic + 2 * self.fit.log_likelihood) / len(self.fit.parameters)
        return self.fit.bic + per_parameter * (self.parameters - len(self.fit.parameters))

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the forecasts of the fit."""
        return self.fit.converged and not any(each.against_forecasts for each in self.fit.doubts)

    @property
    def note(self) -> str:
        """What to know about the fit, in some words."""
        k = getattr(self.fit.model, "k", None)
        notes = [] if k is None else [f"k = {k}"]
        notes += [doubt.reason for doubt in self.fit.doubts]
        return "; ".join([*notes, *["not converged"] * (not self.fit.converged)])

    @property
    def log_score(self) -> float:
        """Mean log score in the holdout; 0 without one."""
        return self.scores.log_score if self.scores else 0.0

    @property
    def behind(self) -> float:
        """By how much the log score is below the best one."""
        return self.scores.behind if self.scores else 0.0

    @property
    def behind_error(self) -> float:
        """The standard error of that."""
        return self.scores.behind_standard_error if self.scores else 0.0


class ModelComparison(Pictured, Tabulated, Frozen):
    """Models fitted to the same customers, side by side, and which one to use.

    :func:`compare_models` makes it.

    Parameters
    ----------
    models : tuple of ComparedModel
        In the order in which they were asked for.
    recommended : str
        The name of the model to use.
    reasons : tuple of str
        Why, in sentences.
    customers : int
        How many customers there are.
    unit : {"day", "week", "month", "year"}
        In which time is counted.
    duration : float or None
        How long the holdout is; None without one.
    left_out : tuple of str
        Which of the usual models were not compared, and why.
    """

    PICTURE: ClassVar[str] = "models_compared"
    LABELS: ClassVar[str] = "model"
    REPR: ClassVar[tuple[str, ...]] = ("recommended", "names", "customers")
    IN_SAMPLE: ClassVar[Mapping[str, str]] = shown("parameters, log_likelihood, aic: AIC, bic: BIC")
    OUT_OF_SAMPLE: ClassVar[Mapping[str, str]] = shown(
        "forecast, bias, log_score, behind, behind_standard_error: SE, rmse: RMSE, mae: MAE"
    )
    NOTE: ClassVar[Mapping[str, str]] = shown("note")

    models: tuple[ComparedModel, ...] = Field(min_length=1)
    recommended: str
    reasons: tuple[str, ...]
    customers: int = Field(ge=1)
    unit: TimeUnit
    duration: NonNegative | None = None
    left_out: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the models."""
        return tuple(each.name for each in self.models)

    @property
    def fits(self) -> dict[str, PurchaseFit[Any]]:
        """The fits by the name of the model."""
        return {each.name: each.fit for each in self.models}

    @property
    def best(self) -> PurchaseFit[Any]:
        """The fit of the recommended model."""
        return self[self.recommended].fit

    @property
    def recommendation(self) -> str:
        """Which model to use, and why."""
        return " ".join((f"Use {self.recommended}.", *self.reasons))

    def __getitem__(self, name: str) -> ComparedModel:
        for each in self.models:
            if each.name == name:
                return each
        raise ParameterError(
            f"there is no model {name!r} in this comparison.{did_you_mean(name, self.names)} "
            f"The models are {listed(self.names)}."
        )

    def _shown(self) -> Mapping[str, str]:
        scored = self.OUT_OF_SAMPLE if self.duration is not None else {}
        return {**self.IN_SAMPLE, **scored, **self.NOTE}

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [Row(each.name, _columns(each)) for each in self.models]

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, **_in_words(each)})
            for each, row in zip(self.models, self._rows(0.95), strict=True)
        ]

    def _title(self) -> str:
        if self.duration is None:
            return f"Models of the purchases of {count(self.customers, 'customer')}"
        actual = self.models[0].scores.actual if self.models[0].scores else 0
        return (
            f"Models of the purchases of {count(self.customers, 'customer')}, holdout of "
            f"{number(self.duration)} {self.unit}s: {actual:,} purchases"
        )

    def _notes(self) -> Sequence[str]:
        left = [f"Left out: {' '.join(self.left_out)}"] if self.left_out else []
        return self.recommendation, *[SCORED] * (self.duration is not None), *left


SCORED = (
    "Log score: mean over customers, higher is better; behind the best that can be trusted, with "
    "its SE, paired by customer."
)


def _columns(its: ComparedModel) -> dict[str, Any]:
    row: dict[str, Any] = {
        "model": its.name,
        "parameters": its.parameters,
        "log_likelihood": its.fit.log_likelihood,
        "aic": its.aic,
        "bic": its.bic,
    }
    if (scores := its.scores) is not None:
        row |= scores.model_dump()
        row["bias"] = scores.forecast / scores.actual - 1 if scores.actual else None
    return {**row, "trusted": its.trusted, "note": its.note}


def _in_words(its: ComparedModel) -> dict[str, Any]:
    """Return the entries that are printed with more digits, or fewer."""
    row: dict[str, Any] = {
        "log_likelihood": f"{its.fit.log_likelihood:,.2f}",
        "aic": f"{its.aic:,.1f}",
        "bic": f"{its.bic:,.1f}",
    }
    if (scores := its.scores) is None:
        return row
    row |= {name: f"{getattr(scores, name):.4f}" for name in ("log_score", "behind", "rmse", "mae")}
    row |= {"behind_standard_error": f"{scores.behind_standard_error:.4f}"}
    if scores.actual:
        row["bias"] = Percent(scores.forecast / scores.actual - 1, 1)
    return {**row, "forecast": f"{scores.forecast:,.0f}"}
