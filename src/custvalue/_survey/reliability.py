"""From answers to reliability: alpha, omega, composite reliability, item by item."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from custvalue._checks import require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resampled import kept
from custvalue._inference.resamples import Resamples
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.keying import applied, negatively_keyed, to_recode, warn_of_keys
from custvalue._respondents.responses import Responses, require_responses
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray
from custvalue._survey import one_factor as factors
from custvalue._survey.alpha import alpha_of, precision
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue._survey.coefficient_values import Solved, from_factor, standard_errors
from custvalue._survey.covariances import Covariances, Moments, correlation_of, moments_of
from custvalue._survey.linearised import one_stream
from custvalue._survey.reliability_result import (
    COEFFICIENTS,
    InstrumentReliability,
    ItemReliability,
    Reliability,
)
from custvalue._survey.resampled_moments import matrix_resamples
from custvalue.errors import (
    ConvergenceWarning,
    DataWarning,
    EstimationError,
    ParameterError,
)

WHOLE = "reliability"
ALONE = (
    "A single item has no internal consistency. To correct for attenuation, use a fixed "
    "reliability from a study that asked the item twice."
)
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
    method: Bootstrap | None = None,
) -> Reliability: ...
@overload
def reliability(
    responses: Responses,
    items: None = None,
    *,
    instrument: Instrument,
    covariances: Covariances | None = None,
    method: Bootstrap | None = None,
) -> InstrumentReliability: ...
@overload
def reliability(
    responses: Responses,
    items: None = None,
    *,
    instrument: None = None,
    covariances: Covariances | None = None,
    method: Bootstrap | None = None,
) -> Reliability | InstrumentReliability: ...
def reliability(
    responses: Responses,
    items: Sequence[str] | None = None,
    *,
    instrument: Instrument | None = None,
    covariances: Covariances | None = None,
    method: Bootstrap | None = None,
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
        Instead of `items`: one result for each of its dimensions. Its reverse-scored items are
        recoded, unless the responses were keyed already. By default the instrument with which the
        responses were read or keyed, where there is one, with the items that are among them;
        ``items=responses.items`` takes all of them as one scale nevertheless.
    covariances : {"listwise", "pairwise"}, optional
        Of the respondents who answered every item (of the dimension), or of those who answered
        both of a pair. By default pairwise if ``responses.missing == "pairwise"``, else listwise,
        as in :func:`cronbach_alpha`.
    method : Bootstrap, optional
        ``Bootstrap(2000, rng=1)`` for intervals by resampling respondents; ``kind="bca"`` for
        bias-corrected and accelerated ones.

    Returns
    -------
    Reliability or InstrumentReliability
        The latter where an instrument is given, or the responses have one and no items are named;
        `as_read` then says so.

    Raises
    ------
    DataError
        With fewer than two items, fewer than two respondents, an item without answers or with
        equal ones only, or totals that do not vary.
    EstimationError
        If more than half of the resamples give no estimate.
    ParameterError
        If `responses` are not Responses, an item is unknown, or an argument is outside its domain.

    Warns
    -----
    DataWarning
        If items are negatively keyed, as in questionnaires with reverse-scored items that were not
        recoded, alpha is negative, or the factor is a Heywood case.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale
    >>> answers = Responses.from_arrays(
    ...     [[5, 4, 4], [3, 3, 2], [4, 5, 4], [1, 2, 2], [2, 2, 3], [4, 4, 5]], scale=Scale(1, 5)
    ... )
    >>> result = reliability(answers)
    >>> result
    Reliability(name='reliability', items=3, n=6, alpha=0.9100, omega=0.9206)
    >>> interval = result.alpha.confidence_interval()
    >>> str(interval), interval.method
    ('[0.7929, 1]', 'jackknife, t, clipped at 1')
    """
    if isinstance(items, Instrument):
        raise ParameterError(
            f"items must be names of items, but it is {items.name!r}, an Instrument. Use "
            f"instrument=… for one result of each of its dimensions."
        )
    require_responses(responses)
    covariances = checked_covariances(responses, covariances)
    method = one_stream(method)
    instrument, as_read, absent = applied(responses, instrument, items)
    analysis = _Analysis(responses, covariances, method)
    if instrument is None:
        return analysis.of(WHOLE, items)
    recoded = to_recode(responses, instrument)
    return InstrumentReliability(
        instrument=instrument.name,
        dimensions=tuple(
            analysis.of(
                its.name,
                [item.name for item in its.items],
                labels=[item.label for item in its.items],
                recoded=recoded,
            )
            for its in instrument.dimensions
            if len(its.items) > 1
        ),
        single_items=tuple(its.name for its in instrument.dimensions if len(its.items) == 1),
        as_read=as_read,
        absent=absent,
    )


def checked_covariances(responses: Responses, covariances: Covariances | None) -> Covariances:
    """Return the covariances that were asked for, or those that suit the missing answers."""
    if covariances is None:
        return "pairwise" if responses.missing == "pairwise" else "listwise"
    require_choice("covariances", covariances, ("listwise", "pairwise"))
    return covariances


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What is the same for all dimensions of an instrument."""

    responses: Responses
    covariances: Covariances
    method: Bootstrap | None

    def of(
        self,
        name: str,
        items: Sequence[str] | None,
        labels: Sequence[str] = (),
        recoded: tuple[str, ...] = (),
    ) -> Reliability:
        """Estimate one set of items, and warn of what is odd about it."""
        scope = "" if name == WHOLE else f" of {name}"
        moments = moments_of(
            self.responses,
            items,
            self.covariances,
            recoded=recoded,
            what="reliability",
            alone=ALONE,
            scope=scope,
        )
        solved = Solved.of(moments, scope)
        resamples, heywood = _resampled(moments, solved, self.method)
        negative = negatively_keyed(moments.names, moments.correlation, moments.effective_n)
        own = self.responses.instrument
        warn_of_keys(
            negative,
            n=moments.n,
            alpha=solved.values[0],
            scale=self.responses.scale,
            scope=scope,
            recoded=recoded if own is None else own.reverse_scored_items,
        )
        _warn_of_factor(solved, moments.names, scope)
        coefficients = _coefficients(moments, solved, resamples, self.responses.scale)
        return Reliability(
            name=name,
            **{**dict.fromkeys(COEFFICIENTS), **coefficients},
            items=_items(moments, solved, negative, labels),
            factor=solved.description(moments),
            no_factor=solved.no_factor,
            covariances=self.covariances,
            respondents=self.responses.respondents,
            n=moments.n,
            smallest_n=int(moments.counts.min()),
            effective_n=moments.effective_n,
            heywood_resamples=heywood,
        )


def _coefficients(
    moments: Moments, solved: Solved, resamples: Resamples | None, scale: Scale
) -> dict[str, Any]:
    """Return the coefficients that exist by their field in the result; two items have no factor."""
    errors = standard_errors(moments, solved)
    raw = precision(moments, scale)
    effective: dict[str, Any] = {"effective_n": moments.effective_n}
    return {
        field: ReliabilityCoefficient(
            name=name,
            convention=convention,
            value=value,
            items=len(moments.names),
            n=moments.n,
            **effective
            | (raw if field == "alpha" else errors[place])
            | ({} if resamples is None else kept(resamples, place)),
        )
        for place, (field, (name, convention), value) in enumerate(
            zip(COEFFICIENTS, NAMES, solved.values, strict=False)
        )
    }


def _items(
    moments: Moments, solved: Solved, negative: Sequence[str], labels: Sequence[str]
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
            negatively_keyed=name in negative,
        )
        for place, name in enumerate(moments.names)
    )


def _resampled(
    moments: Moments, solved: Solved, method: Bootstrap | None
) -> tuple[Resamples | None, int]:
    """Resample respondents, and count Heywood cases; the factor starts from the whole solution."""
    if method is None:
        return None, 0
    start = None if solved.solution is None else np.maximum(solved.solution.uniquenesses, 0.01)

    def statistic(covariance: FloatArray) -> list[float]:
        correlation = correlation_of(covariance)
        values = [alpha_of(covariance), alpha_of(correlation)]
        heywood = False
        if start is not None:
            solution = factors.one_factor(correlation, start)
            if solution is None:
                raise EstimationError("the correlation matrix is not positive definite.")
            heywood = solution.heywood is not None
            values += from_factor(solution, np.sqrt(np.diag(covariance)))
        return [np.nan if value is None else value for value in (*values, float(heywood))]

    found = matrix_resamples(moments, statistic, method)
    return found, int(found.draws[:, -1].sum())


def _warn_of_factor(solved: Solved, names: Sequence[str], scope: str) -> None:
    solution = solved.solution
    if solution is None:
        return
    if solution.heywood is not None:
        warnings.warn(
            f"one factor{scope} would explain more than all of {names[solution.heywood]!r} (a "
            f"Heywood case); its uniqueness is held at 0, and omega, composite reliability and AVE "
            f"depend on this one item. Look for items that nearly repeat each other, for a second "
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
