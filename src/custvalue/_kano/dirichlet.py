"""The request for Bayesian intervals and probabilities: ``method=Dirichlet(prior=0.5)``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custvalue.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Dirichlet:
    """A request for the posterior under a Dirichlet prior on the six categories.

    Parameters
    ----------
    prior : float
        Parameter of each category: 0.5 is Jeffreys' prior, 1 the uniform prior.

    Raises
    ------
    ParameterError
        If `prior` is no number > 0.

    Examples
    --------
    >>> from custvalue import kano
    >>> counts = {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
    >>> better = kano.KanoResult.from_counts(counts)["Hotline"].better
    >>> str(better.confidence_interval(method=kano.Dirichlet(prior=1)))
    '[0.4528, 0.5679]'
    """

    prior: float = 0.5

    def __post_init__(self) -> None:
        number = isinstance(self.prior, int | float) and not isinstance(self.prior, bool)
        if not (number and 0 < self.prior < np.inf):
            raise ParameterError(
                f"prior must be a number > 0, the Dirichlet parameter of each category, but it is "
                f"{self.prior!r}. Jeffreys' prior is 0.5, the uniform prior is 1."
            )
