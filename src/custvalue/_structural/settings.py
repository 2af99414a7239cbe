"""How a structural model is estimated: the choices that the literature leaves open, by name."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Interval as Within
from pydantic import StrictBool

from custvalue._values import NUMBER, WHOLE_NUMBER, Frozen

Scheme = Literal["path", "centroid", "factor"]
Scaling = Literal["standardised", "centred"]
SignRule = Literal["loadings", "dominant item"]

SCHEMES = {
    "path": "regression on what leads to a construct, correlation with what follows",
    "centroid": "signs of the correlations with its neighbours",
    "factor": "correlations with its neighbours",
}
SIGN_RULES = {
    "loadings": "the loadings of each construct add up to more than 0",
    "dominant item": "the largest loading of each construct is positive",
}


class Settings(Frozen):
    """The choices behind a fit.

    Parameters
    ----------
    scheme : {"path", "centroid", "factor"}
        How a construct is seen from its neighbours while its weights are estimated.
    scaling : {"standardised", "centred"}
        Whether items weigh by their correlations, or by their covariances on 0-100.
    consistent : bool
        Whether correlations of reflective constructs are corrected for unreliability (PLSc).
    signs : {"loadings", "dominant item"}
        Which way a construct points.
    tolerance : float
        Iteration ends where no weight changes by more.
    iterations : int
        The most that are made.
    """

    REPR: ClassVar[tuple[str, ...]] = ("scheme", "scaling", "consistent", "signs")

    scheme: Scheme = "path"
    scaling: Scaling = "standardised"
    consistent: StrictBool = False
    signs: SignRule = "loadings"
    tolerance: Annotated[float, Within(gt=0, le=1e-3), NUMBER] = 1e-7
    iterations: Annotated[int, Within(ge=1, le=100_000), WHOLE_NUMBER] = 300
