"""JSON of any model or fit, told apart by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custvalue._json import parsed
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.purchasing.bgbb import BGBB
from custvalue._lifetime.purchasing.bgcnbd import BGCNBD
from custvalue._lifetime.purchasing.bgnbd import BGNBD
from custvalue._lifetime.purchasing.gamma_gompertz_nbd import GammaGompertzNBD
from custvalue._lifetime.purchasing.mbgcnbd import MBGCNBD
from custvalue._lifetime.purchasing.mbgnbd import MBGNBD
from custvalue._lifetime.purchasing.nbd import NBD
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.renewing.beta_discrete_weibull import BetaDiscreteWeibull
from custvalue._lifetime.renewing.shifted_beta_geometric import ShiftedBetaGeometric
from custvalue._lifetime.spend.dependent_gamma_gamma import DependentGammaGamma
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.normal_spend import NormalSpend
from custvalue._lifetime.spend.robust_gamma_gamma import RobustGammaGamma
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import ParameterError

MODELS = {
    model.kind: model
    for model in (
        NBD,
        ParetoNBD,
        GammaGompertzNBD,
        BGNBD,
        MBGNBD,
        BGCNBD,
        MBGCNBD,
        BGBB,
        GammaGamma,
        RobustGammaGamma,
        DependentGammaGamma,
        NormalSpend,
        ShiftedBetaGeometric,
        BetaDiscreteWeibull,
    )
}


def from_json(text: str | bytes) -> Any:
    """Read any model or fit from the JSON that its `to_json` wrote.

    The kind says of which class it is.

    Parameters
    ----------
    text : str or bytes
        JSON with a ``"kind"``, such as ``"BG/NBD"`` or ``"fit"``.

    Raises
    ------
    ParameterError
        If the text is not JSON, has no kind or an unknown one, or a field is outside its domain.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> lifetime.from_json(model.to_json())
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit='week')
    """
    content = parsed("from_json", text)
    kind = _kind(content)
    if kind != Fit.kind:
        return _model(kind, (*MODELS, Fit.kind)).from_json(text)
    return _model(_kind(content.get("model")), MODELS)._fit_class().from_json(text)  # noqa: SLF001 - of its own room


def fit_of(content: Any) -> Any:
    """Return the fit that content of JSON holds; what is no such content stays as it is."""
    if not isinstance(content, Mapping):
        return content
    return _model(_kind(content.get("model")), MODELS)._fit_class().model_validate(content)  # noqa: SLF001 - of its own room


def _kind(content: Any) -> Any:
    if not isinstance(content, Mapping) or "kind" not in content:
        raise ParameterError(
            "from_json reads models and fits, whose JSON has a 'kind', but this has none. Use "
            "from_json of the class that wrote it, such as PurchaseHistory.from_json."
        )
    return content["kind"]


def _model(kind: Any, known: Any) -> Any:
    """Return the model class of this kind."""
    if not isinstance(kind, str) or kind not in MODELS:
        raise ParameterError(
            f"from_json: kind must be one of {listed(known)}, but it is {plain(kind)!r}."
            f"{did_you_mean(kind, known)}"
        )
    return MODELS[kind]
