"""The model: constructs, paths, and how it is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._respondents.responses import Responses, require_responses
from custvalue._structural.answered import read
from custvalue._structural.doubts import require_solution, warn_of
from custvalue._structural.fit import StructuralFit, fit_of
from custvalue._structural.group_fits import GroupFits, fits_of
from custvalue._structural.plan import Plan
from custvalue._structural.resampled import resampled
from custvalue._structural.settings import Scaling, Scheme, Settings, SignRule
from custvalue._structural.solution import solve
from custvalue._structural.structure import Construct, Path, Structure
from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError

OPTIONS = (*Settings.model_fields, "method")
EXAMPLE = 'Model([Construct("Quality", ["speed", "care"]), …, Path("Quality", "Satisfaction")])'


class Model(Structure):
    """A structural model: constructs with their items, and the paths between them.

    Parameters
    ----------
    parts : sequence of Construct and Path
        In any order.

    Raises
    ------
    ParameterError
        If an item is in two constructs, a construct has no path, a path leads to no construct, or
        the paths lead in a circle.

    Notes
    -----
    Partial least squares make each construct a weighted sum of its items, so that these sums
    explain each other well: Wold's algorithm after Lohmöller (1989), with sampling weights after
    Becker & Ismail (2016, *European Management Journal* 34(6)). ``consistent=True`` corrects the
    correlations of reflective constructs for measurement error (Dijkstra & Henseler 2015, *MIS
    Quarterly* 39(2)).

    Examples
    --------
    >>> from custvalue.structural import Construct, Model, Path
    >>> model = Model(
    ...     [
    ...         Construct("Quality", ["speed", "care"]),
    ...         Construct("Satisfaction", ["overall", "ideal"]),
    ...         Path("Quality", "Satisfaction"),
    ...     ]
    ... )
    >>> model
    Model(constructs=2, paths=1)
    """

    REPR = ("constructs", "paths")

    def __init__(
        self,
        parts: Sequence[Construct | Path] = (),
        *,
        constructs: Sequence[Construct] = (),
        paths: Sequence[Path] = (),
        **unknown: Any,
    ) -> None:
        if not isinstance(parts, list | tuple):
            raise ParameterError(
                f"parts must be a list of constructs and paths, as in {EXAMPLE}, but it is "
                f"{parts!r}."
            )
        wrong = [its for its in parts if not isinstance(its, Construct | Path)]
        if wrong:
            raise ParameterError(
                f"parts must be constructs and paths, as in {EXAMPLE}, but one is {wrong[0]!r}."
            )
        if parts:
            constructs = (*(its for its in parts if isinstance(its, Construct)), *constructs)
            paths = (*(its for its in parts if isinstance(its, Path)), *paths)
        super().__init__(**{"constructs": constructs, "paths": paths, **unknown})

    def fit(
        self,
        responses: Any,
        *,
        scheme: Scheme = "path",
        scaling: Scaling = "standardised",
        consistent: bool = False,
        signs: SignRule = "loadings",
        tolerance: float = 1e-7,
        iterations: int = 300,
        method: Bootstrap | None = None,
    ) -> StructuralFit:
        """Estimate the model from answers.

        Parameters
        ----------
        responses : Responses, or mapping or sequence of Responses
            Answers to all items of the model, with sampling weights, clusters and a missing policy;
            several, of the same respondents, where items have different scales
            (:func:`custvalue.survey.read_parts`). ``prorate`` fills a missing answer by the other
            items of its construct; ``pairwise`` takes each covariance from those who answered both.
        scheme : {"path", "centroid", "factor"}
            How a construct is seen from its neighbours while weights are estimated: by regression
            and correlation, by the signs of correlations, or by correlations.
        scaling : {"standardised", "centred"}
            Whether items weigh by their correlations, or by their covariances on 0-100.
        consistent : bool
            Whether correlations of reflective constructs are corrected for measurement error
            (PLSc).
        signs : {"loadings", "dominant item"}
            Which way a construct points: the sum of its loadings is positive, or the largest one.
            In resamples, the way that it points in the sample.
        tolerance : float
            Iteration ends where no weight of a standardised item changes by more.
        iterations : int
            The most rounds that are made.
        method : Bootstrap, optional
            Resamples of respondents, or of clusters where there are any, for all intervals.
            Without it standard errors are linearised.

        Returns
        -------
        StructuralFit

        Raises
        ------
        DataError
            If an item is not among the answers or is in two sets of them, all answers to an item
            are equal or missing, or sets are not of the same respondents.
        EstimationError
            If no finite estimates exist: constructs or items that repeat each other, a
            reliability that is not above 0, or too many failed resamples.
        ParameterError
            If an argument is outside its domain.

        Warns
        -----
        ConvergenceWarning
            If the weights did not settle.
        DataWarning
            If items point against their construct or have negative weights, or there are not more
            respondents than items.
        IdentifiabilityWarning
            If, under ``consistent``, a reliability or a corrected correlation is above 1.

        Examples
        --------
        >>> from custvalue.structural import Construct, Model, Path
        >>> from custvalue.survey import Responses, Scale
        >>> answers = Responses.from_frame(
        ...     {
        ...         "speed": [5, 4, 2, 3, 5, 1, 4, 3],
        ...         "care": [4, 4, 3, 2, 5, 2, 5, 3],
        ...         "overall": [5, 5, 2, 3, 4, 1, 4, 4],
        ...         "ideal": [4, 4, 2, 2, 5, 2, 4, 3],
        ...     },
        ...     scale=Scale(1, 5),
        ... )
        >>> model = Model(
        ...     [
        ...         Construct("Quality", ["speed", "care"]),
        ...         Construct("Satisfaction", ["overall", "ideal"]),
        ...         Path("Quality", "Satisfaction"),
        ...     ]
        ... )
        >>> fit = model.fit(answers)
        >>> str(fit.paths["Quality", "Satisfaction"].confidence_interval())
        '[0.8970, 1.006]'
        >>> fit.index("Satisfaction")
        ConstructIndex(name='Satisfaction', value=58.86, convention='unstandardised', n=8)
        """
        settings, request = _checked_options(
            method=method,
            scheme=scheme,
            scaling=scaling,
            consistent=consistent,
            signs=signs,
            tolerance=tolerance,
            iterations=iterations,
        )
        plan = Plan.of(self)
        answered = read(plan, responses)
        means, covariance = answered.means[np.newaxis], answered.covariance[np.newaxis]
        solution = solve(plan, means, covariance, settings)
        require_solution(solution)
        warn_of(solution, answered)
        draws = None if request is None else resampled(answered, solution, request)
        return fit_of(self, settings, answered, solution, draws)

    def fit_groups(self, responses: Responses, by: str = "group", **options: Any) -> GroupFits:
        """Estimate the model in every group by itself.

        Parameters
        ----------
        responses : Responses
            Answers with a label, as in :meth:`fit`.
        by : str
            The label: ``group``, ``wave``, or another one, also by the name of its column.
        **options
            Those of :meth:`fit`: ``scheme``, ``consistent``, ``method`` and others.

        Returns
        -------
        GroupFits
            Groups that cannot be estimated are named, with the reason.

        Raises
        ------
        DataError
            If there is no such label.
        EstimationError
            If no group can be estimated.
        ParameterError
            If an option is outside its domain, or the answers are no Responses.

        Warns
        -----
        DataWarning
            If a group cannot be estimated; and what :meth:`fit` warns of, with the group.

        Examples
        --------
        >>> import numpy as np
        >>> from custvalue.structural import Construct, Model, Path
        >>> from custvalue.survey import Responses, Scale
        >>> draw = np.random.default_rng(1)
        >>> quality = draw.integers(1, 6, 60)
        >>> frame = {
        ...     "quality": quality,
        ...     "overall": np.clip(quality + draw.integers(-1, 2, 60), 1, 5),
        ...     "dealer": ["north", "south"] * 30,
        ... }
        >>> answers = Responses.from_frame(
        ...     frame, ["quality", "overall"], scale=Scale(1, 5), group="dealer"
        ... )
        >>> model = Model(
        ...     [
        ...         Construct("Quality", "quality"),
        ...         Construct("Satisfaction", "overall"),
        ...         Path("Quality", "Satisfaction"),
        ...     ]
        ... )
        >>> fits = model.fit_groups(answers, by="dealer")
        >>> fits["north"].n
        30
        """
        unknown = [name for name in options if name not in OPTIONS]
        if unknown:
            raise ParameterError(
                f"fit_groups has no {unknown[0]!r}, only those of fit: {listed(OPTIONS)}."
                f"{did_you_mean(unknown[0], OPTIONS)}"
            )
        _checked_options(**options)
        require_responses(responses)
        return fits_of(responses, by, partial(self.fit, **options))


def _checked_options(
    *, method: Bootstrap | None = None, **options: Any
) -> tuple[Settings, Bootstrap | None]:
    """Return the choices of a fit and the request for resamples, checked."""
    return Settings(**options), None if method is None else require_bootstrap(method)
