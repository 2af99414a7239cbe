"""From answers to reliability: alpha, omega, composite reliability, item by item."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, as_whole, random_generator, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import Resamples, row_resamples
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.keying import applied, running_against, to_turn, warn_of_keys
from custvalue._respondents.responses import Responses, require_responses
from custvalue._rows import FloatArray
from custvalue._survey import factor as factors
from custvalue._survey.alpha import alpha_of
from custvalue._survey.coefficients import (
    InstrumentReliability,
    ItemReliability,
    Reliability,
    ReliabilityCoefficient,
)
from custvalue._survey.moments import Covariances, Moments, selected
from custvalue._survey.solved import Solved, from_factor, standard_errors
from custvalue.errors import (
    ConvergenceWarning,
    DataError,
    DataWarning,
    EstimationError,
    ParameterError,
)

WHOLE = "reliability"
NAMES = (
    ("alpha", "raw"),
    ("alpha", "standardised"),
    ("omega", "raw"),
    ("composite reliability", "standardised loadings"),
    ("average variance extracted", "standardised loadings"),
)


@overload
def reliability(
    responses: Responses,
    items: Sequence[str],
    *,
    instrument: None = None,
    covariances: Covariances | None = None,
    bootstrap: int = 0,
    rng: Generator = None,
) -> Reliability: ...
@overload
def reliability(
    responses: Responses,
    items: None = None,
    *,
    instrument: Instrument,
    covariances: Covariances | None = None,
    bootstrap: int = 0,
    rng: Generator = None,
) -> InstrumentReliability: ...
@overload
def reliability(
    responses: Responses,
    items: None = None,
    *,
    instrument: None = None,
    covariances: Covariances | None = None,
    bootstrap: int = 0,
    rng: Generator = None,
) -> Reliability | InstrumentReliability: ...
def reliability(
    responses: Responses,
    items: Sequence[str] | None = None,
    *,
    instrument: Instrument | None = None,
    covariances: Covariances | None = None,
    bootstrap: int = 0,
    rng: Generator = None,
) -> Reliability | InstrumentReliability:
    """Estimate how consistently items measure one thing, by several coefficients, weighted.

    Cronbach's alpha, raw and standardised (1951, *Psychometrika* 16(3)); McDonald's omega total
    (1999, *Test Theory*), composite reliability ρ_C (Jöreskog 1971, *Psychometrika* 36(2)) and the
    average variance extracted (Fornell & Larcker 1981, *Journal of Marketing Research* 18(1)) from
    one common factor fitted by maximum likelihood; item-rest correlations and alpha without each
    item. Maximum likelihood does not depend on the items' units: one solution of the correlation
    matrix serves both omega, of the sum of the raw answers as raw alpha is, and ρ_C, of the sum
    of the standardised ones.

    Parameters
    ----------
    responses : Responses
        Answers, with weights.
    items : sequence of str, optional
        Items of one scale; all of them by default, where there is no instrument.
    instrument : Instrument, optional
        Instead of `items`: one result for each of its dimensions. Its reversed items are turned
        round, unless the responses were keyed already. By default the instrument with which the
        responses were read or keyed, where there is one, with the items that are among them;
        ``items=responses.items`` takes all of them as one scale nevertheless.
    covariances : {"listwise", "pairwise"}, optional
        Of the respondents who answered every item (of the dimension), or of those who answered
        both of a pair. By default pairwise if ``responses.missing == "pairwise"``, else listwise.
        :func:`cronbach_alpha` is always listwise.
    bootstrap : int
        Resamples of respondents for percentile intervals; 0 for none, 2000 is usual.
    rng : Generator or int, optional
        Source of their randomness.

    Returns
    -------
    Reliability or InstrumentReliability
        The latter where an instrument is given, or the responses have one and no items are named;
        `as_read` then says so.

    Raises
    ------
    DataError
        With fewer than two items, fewer than two respondents, an item whose answers are all equal
        or that nobody answered, or totals that do not vary.
    EstimationError
        If more than half of the resamples give no estimate.
    ParameterError
        If `responses` are none, an item is not among them, or an argument is outside its domain.

    Warns
    -----
    DataWarning
        If items run against the others, which a questionnaire with reversed wording brings about,
        alpha is negative, or the factor is a Heywood case.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale
    >>> answers = Responses.from_arrays(
    ...     [[5, 4, 4], [3, 3, 2], [4, 5, 4], [1, 2, 2], [2, 2, 3], [4, 4, 5]], scale=Scale(1, 5)
    ... )
    >>> result = reliability(answers)
    >>> result
    Reliability('reliability', items=3, n=6, alpha=0.9100, omega=0.9206)
    >>> interval = result.alpha.confidence_interval()
    >>> str(interval), interval.method
    ('[0.6189, 0.9864]', 'Feldt')
    """
    if isinstance(items, Instrument):
        raise ParameterError(
            f"items must be names of items, but it is {items.name!r}, an Instrument. Say "
            f"instrument=… for one result of each of its dimensions."
        )
    require_responses(responses)
    covariances = checked_covariances(responses, covariances)
    replicates = checked_bootstrap(bootstrap)
    random = random_generator(rng) if replicates else None
    instrument, as_read, absent = applied(responses, instrument, items)
    if instrument is None:
        return _estimate(responses, items, WHOLE, covariances, (replicates, random))
    asked = [its for its in instrument.dimensions if len(its.items) > 1]
    turned = to_turn(responses, instrument)
    return InstrumentReliability(
        instrument=instrument.name,
        dimensions=tuple(
            _estimate(
                responses,
                [item.name for item in its.items],
                its.name,
                covariances,
                (replicates, random),
                labels=tuple(item.label for item in its.items),
                turned=turned,
            )
            for its in asked
        ),
        single_items=tuple(its.name for its in instrument.dimensions if len(its.items) == 1),
        as_read=as_read,
        absent=absent,
    )


def checked_covariances(responses: Responses, covariances: Covariances | None) -> Covariances:
    if covariances is None:
        return "pairwise" if responses.missing == "pairwise" else "listwise"
    require_choice("covariances", covariances, ("listwise", "pairwise"))
    return covariances


def checked_bootstrap(bootstrap: object) -> int:
    whole = -1 if isinstance(bootstrap, bool) else as_whole(bootstrap)
    if whole < 0 or whole == 1:
        raise ParameterError(
            f"bootstrap must be 0 for none or a whole number >= 2 of resamples, as in 2000, but it "
            f"is {bootstrap!r}."
        )
    return whole


def _estimate(
    responses: Responses,
    items: Sequence[str] | None,
    name: str,
    covariances: Covariances,
    resampling: tuple[int, np.random.Generator | None],
    *,
    labels: tuple[str, ...] = (),
    turned: tuple[str, ...] = (),
) -> Reliability:
    """Estimate one set of items, and warn of what is odd about it."""
    scope = "" if name == WHOLE else f" of {name}"
    names, columns, weights = selected(responses, items, covariances, turned=turned)
    _require_enough(names, len(weights), scope)
    moments = Moments.of(names, columns, weights)
    moments.require_variance(scope)
    solved = Solved.of(moments, scope)
    drawn = _resampled(moments, solved, *resampling)
    against = running_against(moments.names, moments.correlation, moments.effective_n)
    warn_of_keys(
        against,
        n=moments.n,
        alpha=solved.values[0],
        scale=responses.scale,
        scope=scope,
        turned=turned if responses.instrument is None else responses.instrument.reversed_items,
    )
    _warn_of_factor(solved, moments.names, scope)
    coefficients = _coefficients(moments, solved, drawn)
    padded = (*coefficients, None, None, None)[:5]
    return Reliability(
        name=name,
        alpha=coefficients[0],
        standardised_alpha=coefficients[1],
        omega=padded[2],
        composite_reliability=padded[3],
        average_variance_extracted=padded[4],
        items=_items(moments, solved, against, labels),
        factor=solved.description(moments),
        no_factor=solved.no_factor,
        covariances=covariances,
        respondents=responses.respondents,
        n=moments.n,
        smallest_n=int(moments.counts.min()),
        effective_n=moments.effective_n,
        heywood_resamples=drawn.heywood,
    )


def _require_enough(names: Sequence[str], n: int, scope: str) -> None:
    if len(names) < 2:
        raise DataError(
            f"reliability{scope} needs at least 2 items, but there is 1, {names[0]!r}. A single "
            f"item has no internal consistency; where a reliability is needed, to correct for "
            f"attenuation say, take a fixed one from a study that asked the item twice."
        )
    if n < 2:
        raise DataError(
            f"reliability{scope} needs at least 2 respondents who answered all {len(names)} items, "
            f"but there is {n}. Say covariances='pairwise', leave out the item with most gaps, or "
            f"collect more answers."
        )


def _coefficients(
    moments: Moments, solved: Solved, drawn: _Drawn
) -> tuple[ReliabilityCoefficient, ...]:
    errors = standard_errors(moments, solved)
    equal = math.isclose(moments.effective_n, moments.n, rel_tol=1e-12)
    draws = drawn.draws.T if drawn.draws.size else [()] * len(solved.values)
    return tuple(
        ReliabilityCoefficient(
            name=name,
            convention=convention,
            value=value,
            standard_error=error,
            items=len(moments.names),
            n=moments.n,
            effective_n=moments.effective_n,
            feldt=place == 0 and equal and moments.complete,
            draws=tuple(draws[place]),
            failed=drawn.failed,
        )
        for place, ((name, convention), value, error) in enumerate(
            zip(NAMES, solved.values, errors, strict=False)  # two items have no factor
        )
    )


def _items(
    moments: Moments, solved: Solved, against: Sequence[str], labels: Sequence[str]
) -> tuple[ItemReliability, ...]:
    covariance, solution = moments.covariance, solved.solution
    own, shared = np.diag(covariance), covariance.sum(axis=1)
    rest = np.maximum(covariance.sum() - 2 * shared + own, 0.0)  # variance of the sum of the others
    size = len(own)

    def item_rest(place: int) -> float:
        both = float(np.sqrt(own[place] * rest[place]))
        return float((shared[place] - own[place]) / both) if both > 0 else 0.0

    return tuple(
        ItemReliability(
            name=name,
            label=labels[place] if labels else "",
            n=int(moments.counts[place, place]),
            standard_deviation=float(np.sqrt(own[place])),
            item_rest=item_rest(place),
            alpha_if_dropped=alpha_of(
                np.delete(np.delete(covariance, place, axis=0), place, axis=1)
            )
            if size > 2
            else None,
            loading=None if solution is None else float(solution.loadings[place]),
            uniqueness=None if solution is None else float(solution.uniquenesses[place]),
            runs_against=name in against,
        )
        for place, name in enumerate(moments.names)
    )


class _Drawn(NamedTuple):
    draws: FloatArray
    failed: int
    heywood: int


def _resampled(
    moments: Moments, solved: Solved, replicates: int, rng: np.random.Generator | None
) -> _Drawn:
    """Resample respondents; the factor starts from the solution of all of them."""
    if not replicates:
        return _Drawn(np.empty(0), 0, 0)
    start = None if solved.solution is None else np.maximum(solved.solution.uniquenesses, 0.01)
    heywood = 0

    def statistic(rows: npt.NDArray[np.intp]) -> list[float]:
        nonlocal heywood
        drawn = Moments.of(
            moments.names, [column[rows] for column in moments.columns], moments.weights[rows]
        )
        drawn.require_variance("")
        values = [alpha_of(drawn.covariance), alpha_of(drawn.correlation)]
        if start is not None:
            solution = factors.one_factor(drawn.correlation, start)
            if solution is None:
                raise EstimationError("the correlation matrix is not positive definite.")
            heywood += solution.heywood is not None
            values += from_factor(solution, drawn.standard_deviations)
        return [np.nan if value is None else value for value in values]

    found: Resamples = row_resamples(statistic, moments.n, Bootstrap(replicates, rng))
    own = solved.solution is not None and solved.solution.heywood is not None
    return _Drawn(found.draws, found.failed, heywood - own)  # the first call is not a resample


def _warn_of_factor(solved: Solved, names: Sequence[str], scope: str) -> None:
    solution = solved.solution
    if solution is None:
        return
    if solution.heywood is not None:
        warnings.warn(
            f"one factor{scope} would explain more than all of {names[solution.heywood]!r} (a "
            f"Heywood case); its uniqueness is held at 0, and omega, composite reliability and AVE "
            f"lean on this one item. Look for items that nearly repeat each other, for a second "
            f"dimension, or for too few respondents; report alpha.",
            DataWarning,
            stacklevel=4,
        )
    elif not solution.converged:
        warnings.warn(
            f"the one-factor solution{scope} did not converge. Look for items that nearly repeat "
            f"each other, or report alpha.",
            ConvergenceWarning,
            stacklevel=4,
        )
