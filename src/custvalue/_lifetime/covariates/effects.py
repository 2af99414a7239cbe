"""What covariates do, as a table: coefficients, ratios with intervals, and tests."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field
from scipy import special

from custvalue._histories.covariates.terms import Process
from custvalue._numerics.estimates import (
    COEFFICIENT,
    LAPLACE_OF_COEFFICIENT,
    CoefficientEstimate,
    ParameterEstimate,
    PosteriorEstimate,
)
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Frozen
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import ParameterError


class CovariateEffect(Frozen):
    """What one covariate, or one of its levels, does to one process.

    Parameters
    ----------
    process : str
        ``purchase``, ``dropout``, ``both``, ``spend``, ``dropout a`` or ``dropout b``.
    covariate : str
        The covariate.
    level : str or None
        The level that is compared with the base; None of a numeric covariate, whose effect is that
        of one unit more.
    base : str or None
        The base.
    of : str
        What the ratio is a ratio of, such as ``purchase rate``.
    coefficient : CoefficientEstimate
        γ.
    changing : bool
        Whether the covariate changes over time.
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "coefficient", "ratio", "p_value")

    process: Process
    covariate: str
    level: str | None
    base: str | None
    of: str
    coefficient: CoefficientEstimate
    changing: bool = False

    @property
    def name(self) -> str:
        """What it is called beside the parameters of the fit."""
        return self.coefficient.name

    @property
    def ratio(self) -> ParameterEstimate:
        """The ratio e^γ, whose interval is that of γ."""
        ratio = math.exp(min(self.coefficient.value, LARGEST))
        error = self.coefficient.standard_error
        kind = PosteriorEstimate if self.coefficient.posterior else ParameterEstimate
        return kind(
            name=f"ratio of {self.of}, {self.name}",
            value=ratio,
            standard_error=None if error is None else ratio * error,
            n=self.coefficient.n,
            effective_n=self.coefficient.effective_n,
        )

    @property
    def z(self) -> float | None:
        """γ over its standard error; None of a posterior, which tests nothing."""
        error = None if self.coefficient.posterior else self.coefficient.standard_error
        return self.coefficient.value / error if error else None

    @property
    def p_value(self) -> float | None:
        """Of Wald's test that γ is 0, two-sided; None of a posterior."""
        return None if self.z is None else float(2 * special.ndtr(-abs(self.z)))


LARGEST = 300.0  # of a logarithm whose exponential is still a double


class CovariateEffects(Pictured, Tabulated, Frozen):
    """What the covariates of a fit do: ``fit.effects``.

    Tests and intervals are Wald's; of a fit with a prior, intervals are credible, and there are no
    tests. For the test of several coefficients together, fit the model
    without them and compare the log-likelihoods.

    Parameters
    ----------
    effects : tuple of CovariateEffect
        In the order of the fit.
    model : str
        The model.
    customers : int
        Customers that the estimates rest on.
    """

    PICTURE: ClassVar[str] = "covariate_effects"
    LABELS: ClassVar[str] = "effect"
    REPR: ClassVar[tuple[str, ...]] = ("model", "effects", "customers")
    SHOWN: ClassVar[Mapping[str, str]] = shown(
        "coefficient, standard_error, ratio, ratio_low: low, ratio_high: high, z, p_value"
    )

    effects: tuple[CovariateEffect, ...] = Field(min_length=1)
    model: str
    customers: int = Field(ge=1)

    def __getitem__(self, name: str) -> CovariateEffect:
        """Return one effect by its name, as in ``"purchase: region=south"``."""
        for each in self.effects:
            if each.name == name:
                return each
        names = [each.name for each in self.effects]
        raise ParameterError(
            f"there is no effect {name!r}, only {listed(names)}.{did_you_mean(name, names)}"
        )

    @property
    def _posterior(self) -> bool:
        return any(each.coefficient.posterior for each in self.effects)

    def _shown(self) -> Mapping[str, str]:
        hidden = ("z", "p_value") if self._posterior else ()
        return {name: head for name, head in self.SHOWN.items() if name not in hidden}

    def _title(self) -> str:
        return f"Covariates of {self.model}, {self.customers:,} customers"

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(each.name, _row(each, level)) for each in self.effects]

    def _notes(self) -> Iterable[str]:
        how = LAPLACE_OF_COEFFICIENT if self._posterior else COEFFICIENT
        for process, of in {each.process: each.of for each in self.effects}.items():
            yield f"Ratio of {process}: {of}, e^coefficient, with 95 % interval ({how})."
        names = {each.covariate: each.changing for each in self.effects}
        changing = [name for name, changes in names.items() if changes]
        if changing:
            of = f"{len(changing)} of {count(len(names), 'covariate')}"
            yield f"Changing over time: {of}, {', '.join(changing)}."
        unknown = [each.name for each in self.effects if each.coefficient.standard_error is None]
        if unknown and len(unknown) < len(self.effects):
            yield f"The data do not tell {listed(unknown)}: no standard error, no interval."
        bases = {each.covariate: each.base for each in self.effects if each.base is not None}
        if bases:
            yield f"Compared with: {', '.join(f'{name}={base}' for name, base in bases.items())}."


def _row(effect: CovariateEffect, level: float) -> dict[str, Any]:
    ratio = effect.ratio
    ends = ratio.confidence_interval(level) if ratio.standard_error is not None else None
    return {
        "process": effect.process,
        "covariate": effect.covariate,
        "level": effect.level or "",
        "base": effect.base or "",
        "of": effect.of,
        "coefficient": effect.coefficient.value,
        "standard_error": effect.coefficient.standard_error,
        "ratio": ratio.value,
        "ratio_low": ends.low if ends else None,
        "ratio_high": ends.high if ends else None,
        "z": effect.z,
        "p_value": effect.p_value,
    }


def effects_of(model: Any, estimates: Mapping[str, Any], customers: int) -> CovariateEffects:
    """Return the effects of the covariates of a fitted model."""
    terms, name = model._covariate_terms, type(model).__name__  # noqa: SLF001 - of its own room
    if terms is None:
        raise ParameterError(
            f"this fit of {name} is without covariates, so there are no effects. Fit it to a "
            f"history with covariates, as in {name}.fit(history, purchase=['region'])."
        )
    bases = {each.name: each.levels[0] if each.levels else None for each in terms.coding}
    ratios = model._links(terms.dropout_form).ratios  # noqa: SLF001
    both = " and ".join(ratios.get(process, process) for process in ("purchase", "dropout"))
    effects = tuple(
        CovariateEffect(
            process=each.process,
            covariate=each.covariate,
            level=each.level,
            base=bases[each.covariate],
            of=ratios.get(each.process, both),
            coefficient=estimates[each.name],
            changing=each.covariate in terms.changing,
        )
        for each in terms.coefficients
    )
    return CovariateEffects(effects=effects, model=name, customers=customers)
