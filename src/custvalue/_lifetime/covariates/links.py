"""How covariates move the parameters of a model, on the scale of logarithms.

A process (purchases, dropout, spend) has a linear predictor η = γ'z of each customer. It is added
to logarithms of parameters, or moves the mean of a beta distribution on the logit scale. Moving by
η₁ and then by η₂ is moving by η₁ + η₂, so that covariates may be centred.

Source: Fader & Hardie (2007), Incorporating Time-Invariant Covariates into the Pareto/NBD and
BG/NBD Models, note 19, brucehardie.com, whose form of dropout in BG/NBD is ``"separate"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from scipy import special

from custvalue._rows import FloatArray
from custvalue.errors import ParameterError

Curvature = Callable[[FloatArray], FloatArray]


class Moved(NamedTuple):
    """Logarithms of k parameters of each pattern, moved by m predictors, with derivatives."""

    logs: FloatArray  # (patterns, k)
    jacobian: FloatArray  # (patterns, k, k + m), by the common logarithms and the predictors
    curvature: Curvature | None = None  # gradient (patterns, k) to (patterns, k + m, k + m)


class Links(Protocol):
    """How the predictors of processes move parameters."""

    @property
    def ratios(self) -> Mapping[str, str]:
        """Process, in the order of the predictors, to what e^γ is a ratio of."""
        ...

    def __call__(self, logs: FloatArray, eta: FloatArray) -> Moved:
        """Move common logarithms (k,) by predictors (patterns, m)."""
        ...


class LogLinear:
    """Predictors are added to logarithms of parameters, or subtracted from them."""

    def __init__(
        self,
        parameters: tuple[str, ...],
        ratios: Mapping[str, str],
        signs: Mapping[str, Mapping[str, float]],
    ) -> None:
        self.ratios = ratios
        self.signs = np.array([[signs[p].get(name, 0.0) for p in ratios] for name in parameters])

    def __call__(self, logs: FloatArray, eta: FloatArray) -> Moved:
        """Move common logarithms."""
        jacobian = np.hstack((np.eye(len(logs)), self.signs))
        each = np.broadcast_to(jacobian, (len(eta), *jacobian.shape))
        return Moved(logs + eta @ self.signs.T, each)


class MeanOfBeta:
    """The mean a / (a + b) moves on the logit scale at a common a + b; others are log-linear."""

    def __init__(
        self,
        parameters: tuple[str, ...],
        ratios: Mapping[str, str],
        signs: Mapping[str, Mapping[str, float]],
        beta: tuple[str, str] = ("a", "b"),
    ) -> None:
        self.ratios = ratios
        self._others = LogLinear(parameters, ratios, {"dropout": {}, **signs})
        self._places = [parameters.index(name) for name in beta]
        self._predictor = len(parameters) + list(ratios).index("dropout")

    def __call__(self, logs: FloatArray, eta: FloatArray) -> Moved:
        """Move common logarithms."""
        k = len(logs)
        (a, b), of = self._places, self._predictor
        moved, jacobian, _ = self._others(logs, eta)
        u, v = logs[[a, b]]
        both, place = np.logaddexp(u, v), u - v + eta[:, of - k]
        moved = moved.copy()
        moved[:, a] = both - np.logaddexp(0, -place)
        moved[:, b] = both - np.logaddexp(0, place)
        mean, common = special.expit(place), special.expit(u - v)
        jacobian = jacobian.copy()
        jacobian[:, a, a], jacobian[:, a, b] = common + 1 - mean, (1 - common) - (1 - mean)
        jacobian[:, b, a], jacobian[:, b, b] = common - mean, 1 - common + mean
        jacobian[:, a, of], jacobian[:, b, of] = 1 - mean, -mean
        total = jacobian.shape[2]

        def curvature(gradient: FloatArray) -> FloatArray:
            slope = gradient[:, a] + gradient[:, b]
            apart, along = np.zeros((2, total))
            apart[[a, b]] = 1.0, -1.0
            along[[a, b, of]] = 1.0, -1.0, 1.0
            of_both = slope * (common * (1 - common))
            of_place = -slope * mean * (1 - mean)
            bent: FloatArray = np.multiply.outer(of_both, np.outer(apart, apart))
            bent += np.multiply.outer(of_place, np.outer(along, along))
            return bent

        return Moved(moved, jacobian, curvature)


RATE = "purchase rate"
BUYING: Mapping[str, float] = {"alpha": -1.0}  # α_i = α e^(-γ'z)


def leaving_at_any_time(parameters: tuple[str, ...], form: str) -> LogLinear:
    """Return the links of models of customers who leave at any time: α and β by e^(-γ'z)."""
    if form != "mean":
        raise ParameterError(
            f"dropout_form={form!r} is for models of customers who leave at a purchase, such as "
            f"MBGNBD: at any time, dropout has one form. Omit dropout_form."
        )
    ratios = {"purchase": RATE, "dropout": "dropout rate"}
    return LogLinear(parameters, ratios, {"purchase": BUYING, "dropout": {"beta": -1.0}})


def leaving_at_purchase(form: str) -> Links:
    """Return the links of models of customers who leave at a purchase."""
    parameters = ("r", "alpha", "a", "b")
    buying = {"purchase": RATE}, {"purchase": BUYING}
    return _of_beta(parameters, form, ("a", "b"), "odds of leaving at a purchase", *buying)


def leaving_at_renewal(parameters: tuple[str, ...], form: str) -> Links:
    """Return the links of models of contracts, whose customers leave at a renewal."""
    return _of_beta(parameters, form, ("alpha", "beta"), "odds of leaving at a renewal", {}, {})


def _of_beta(  # noqa: PLR0917 - a distribution and what is beside it
    parameters: tuple[str, ...],
    form: str,
    beta: tuple[str, str],
    odds: str,
    ratios: Mapping[str, str],
    signs: Mapping[str, Mapping[str, float]],
) -> Links:
    """Return the links of probabilities to leave from a beta distribution, in one of its forms."""
    a, b = beta
    if form == "power":  # of covariates that change: only what is a ratio of what
        staying = f"hazard of {odds.removeprefix('odds of ')}"
        return LogLinear(parameters, {**ratios, "dropout": staying}, {**signs, "dropout": {}})
    if form == "mean":
        return MeanOfBeta(parameters, {**ratios, "dropout": odds}, signs, beta)
    if form == "common":
        ratios = {**ratios, "dropout": f"{a} and {b}"}
        return LogLinear(parameters, ratios, {**signs, "dropout": {a: 1.0, b: 1.0}})
    ratios = {**ratios, "dropout a": a, "dropout b": b}
    signs = {**signs, "dropout a": {a: 1.0}, "dropout b": {b: 1.0}}
    return LogLinear(parameters, ratios, signs)
