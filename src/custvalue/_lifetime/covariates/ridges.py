"""What is said where the likelihood of a model with covariates is flat: on a ridge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custvalue._histories.covariates.terms import Coefficient, CovariateTerms
from custvalue._numerics.limits import LARGE, REMEDY
from custvalue._words import listed


def ridge(parameters: Mapping[str, float], flat: Sequence[str], terms: CovariateTerms) -> str:
    """Say which simpler model this is, and what to do."""
    away = [each for each in terms.coefficients if each.name in flat]
    if len(away) > 1:
        return SEVERAL.format(names=listed(each.name for each in away))
    if away and away[0].covariate in terms.changing:
        return _of_changing(away[0])
    if away:
        sign, shown = ("minus", "next to nothing") if away[0].value < 0 else ("plus", "all at once")
        return AWAY.format(name=away[0].name, sign=sign, shown=shown)
    return _of_parameters(parameters) or REMEDY


AWAY = (
    "The log-likelihood keeps rising, or hardly changes, as the coefficient {name} runs to {sign} "
    "infinity: customers with it show {shown} of that process. Join the level with another one, or "
    "leave this coefficient out."
)
SEVERAL = (
    "The data say next to nothing about {names} together: too few of these customers leave or "
    "buy, or hardly any customer does. Join levels, or leave some of these covariates out."
)


def _of_changing(one: Coefficient) -> str:
    """Say when there is none of a process, or all of it."""
    sign, shown = ("minus", "hardly any") if one.value < 0 else ("plus", "nearly all")
    process = "purchase or dropout" if one.process == "both" else one.process
    where = "high" if one.level is None else repr(one.level)
    return (
        f"The log-likelihood keeps rising, or hardly changes, as the coefficient {one.name} runs "
        f"to {sign} infinity: {shown} {process} is seen while {one.covariate} is {where}. "
        f"Predictions and the other coefficients can be used, or leave this coefficient out."
    )


def _of_parameters(parameters: Mapping[str, float]) -> str:
    """Say which of the distributions over customers has become one value."""
    a, b = parameters.get("a", 0.0), parameters.get("b", 0.0)
    if "a" in parameters and "beta" not in parameters:
        if a + b > LARGE:
            return ONE_VALUE.format(
                what="one dropout probability",
                of="a and b",
                rest=f"a / (a + b) = {a / (a + b):.4g}",
            )
        if max(a, b) < 1 / LARGE:
            return AT_ONCE
    for shape, rate, what in (
        ("s", "beta", "one dropout rate"),
        ("r", "alpha", "one purchase rate"),
    ):
        if parameters.get(shape, 0.0) > LARGE:
            value = parameters[shape] / parameters[rate]
            return ONE_VALUE.format(
                what=what, of=f"{shape} and {rate}", rest=f"{shape} / {rate} = {value:.4g}"
            )
    return ""


ONE_VALUE = (
    "It is the limit of {what} for all customers with the same covariates ({of} to infinity), at "
    "covariates of 0 {rest}. Coefficients and predictions can be used; {of} themselves cannot be "
    "interpreted."
)
AT_ONCE = (
    "It is the limit of customers who leave at the first chance or never (a and b to 0); a and b "
    "themselves cannot be interpreted."
)
