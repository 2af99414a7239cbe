"""Three scores of loyalty: what customers feel, what they intend, what they do.

Dick & Basu (1994, *Journal of the Academy of Marketing Science* 22(2), 99-113) and Oliver (1999,
*Journal of Marketing* 63, 33-44) tell emotional (affective), intentional (conative) and behavioural
(action) loyalty apart. Each is the mean of its items, moved to 0-100 by the ends of their scale;
the index is their weighted mean, by weights that are named: nobody has found the right ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._checks import finite
from custvalue._columns import as_array
from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._loyalty.one_item import refuse_beside
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._respondents.together import refuse_other_customers, with_all_rows
from custvalue._results.by_level import named
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Probability, Record
from custvalue._words import Percent, count, did_you_mean, listed, plain
from custvalue.errors import DataError, ParameterError

PartName = Literal["emotional", "intentional", "behavioural"]
CHINESE: dict[str, str] = {
    "emotional": "情感忠诚",
    "intentional": "意识忠诚",
    "behavioural": "行为忠诚",
}
ENDS = (0.0, 100.0)
EQUAL: Literal["equal"] = "equal"


@dataclass(frozen=True, slots=True)
class LoyaltyScore(Record):
    """One of the three scores.

    Parameters
    ----------
    name, chinese : str
        Which one.
    weight : float
        Its share in the index.
    score : MeanEstimate
        The mean over customers, 0 to 100.
    items : tuple of str
        What it is the mean of.
    missing : int
        Customers without it.
    """

    name: PartName
    chinese: str
    weight: Probability
    score: MeanEstimate
    items: tuple[str, ...]
    missing: Count


class LoyaltyScores(Headline):
    """Three scores of loyalty, and one index.

    Parameters
    ----------
    estimate : MeanEstimate
        The index, of the customers who have all the scores.
    parts : tuple of LoyaltyScore
        The scores, each of the customers who have it.
    weighting : str
        Where the weights are from: ``equal`` or ``given``.
    customers : int
        Customers in the data.
    """

    LABELS: ClassVar[str] = "loyalty"
    SHOWN: ClassVar = shown("weight, score, low, high, n, missing")

    estimate: MeanEstimate
    parts: tuple[LoyaltyScore, ...]
    weighting: Literal["equal", "given"]
    customers: Count

    def part(self, name: str) -> LoyaltyScore:
        """Return one score.

        Parameters
        ----------
        name : str
            ``emotional``, ``intentional`` or ``behavioural``.

        Raises
        ------
        ParameterError
            If it was not given.
        """
        return named("score", name, self.parts)

    def _title(self) -> str:
        return "Loyalty, 0-100"

    def _rows(self, level: float) -> Sequence[Row]:
        rows = [
            Row(
                f"{its.name} {its.chinese}",
                {
                    "loyalty": its.name,
                    "weight": Percent(its.weight, 1),
                    **its.score.row(level, value="score"),
                    "missing": its.missing,
                },
            )
            for its in self.parts
        ]
        whole = {
            "loyalty": "index",
            **self.estimate.row(level, value="score"),
            "missing": self.customers - self.estimate.n,
        }
        return [*rows, Row("index 忠诚度指数", whole)]

    def _notes(self) -> Iterable[str]:
        whole = "No interval of one customer"
        if self.estimate.has_interval:
            whole = self.estimate.confidence_interval().description
        yield f"{whole}; weights {self.weighting}."
        yield (
            f"{count(self.customers, 'customer')}; the index is of the {self.estimate.n:,} who "
            f"have all the scores."
        )


def scores(
    *,
    emotional: Any = None,
    intentional: Any = None,
    behavioural: Any = None,
    scale: Scale | Mapping[str, Scale] | None = None,
    weighting: Literal["equal"] | Mapping[str, float] = EQUAL,
    weights: Any = None,
    cluster: Any = None,
) -> LoyaltyScores:
    """Score emotional, intentional and behavioural loyalty from 0 to 100, and their index.

    Parameters
    ----------
    emotional, intentional, behavioural : Responses, or array_like of shape (n,) or (n, items)
        What the same customers feel, intend and do, in the same order; two of the three at least.
        Several items are averaged for each customer (with ``missing="prorate"`` of Responses, of
        those answered). NaN where it is not known.
    scale : Scale or mapping of str to Scale, optional
        Of arrays: one for all, or one for each by its name. Behaviour has a scale too:
        ``Scale(0, 1, step=None)`` of a share of purchases, ``Scale(0, 12)`` of visits in a year.
    weighting : "equal" or mapping of str to float
        Weights of the scores in the index, as in ``{"emotional": 2, "intentional": 1, …}``.
    weights, cluster : array_like of shape (n,), optional
        Sampling weights and dealers, where no score is given as Responses; those of Responses are
        used.

    Returns
    -------
    LoyaltyScores

    Raises
    ------
    DataError
        If the scores are not of the same customers, an answer is off its scale, or no customer
        has all of them.
    ParameterError
        If fewer than two are given, a scale is needed, or weights do not fit.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> from custvalue.survey import Scale
    >>> found = loyalty.scores(
    ...     emotional=[5, 4, 2, 5, None],
    ...     intentional=[4, 4, 1, 5, 3],
    ...     behavioural=[0.8, 0.5, 0.6, 1.0, 0.2],
    ...     scale={
    ...         "emotional": Scale(1, 5),
    ...         "intentional": Scale(1, 5),
    ...         "behavioural": Scale(0, 1, step=None),
    ...     },
    ... )
    >>> {its.name: (its.score.value, its.missing) for its in found.parts}
    {'emotional': (75.0, 1), 'intentional': (60.0, 0), 'behavioural': (62.0, 0)}
    >>> round(found.value, 2), found.n
    (70.0, 4)
    """
    given = {"emotional": emotional, "intentional": intentional, "behavioural": behavioural}
    there = {name: its for name, its in given.items() if its is not None}
    if len(there) < 2:
        raise ParameterError(
            f"scores needs two or more of emotional, intentional and behavioural, but it has "
            f"{listed(there) or 'none'}."
        )
    parts = _read(there, scale, weights, cluster)
    share = _shares(weighting, list(parts))
    sample = _sample(parts)
    moved = {name: its.scale.rescale(its.scores()) for name, its in parts.items()}
    index = np.sum([share[name] * values for name, values in moved.items()], axis=0)
    if not (~np.isnan(index) & (sample.weights > 0)).any():
        raise DataError(
            f"no customer has all of {listed(parts)}, so there is no index. Leave the score with "
            f"most missing answers out."
        )
    return LoyaltyScores(
        estimate=_mean(index, sample, "loyalty"),
        parts=tuple(
            LoyaltyScore(
                name=name,  # type: ignore[arg-type]  # one of the three arguments
                chinese=CHINESE[name],
                weight=share[name],
                score=_mean(moved[name], sample, f"{name} loyalty"),
                items=its.items,
                missing=int(np.isnan(moved[name]).sum()),
            )
            for name, its in parts.items()
        ),
        weighting="equal" if isinstance(weighting, str) else "given",
        customers=len(index),
    )


def _mean(values: FloatArray, sample: Sample, name: str) -> MeanEstimate:
    return mean_estimate(values, sample, name=name, bounds=ENDS, method="beta")


def _read(given: Mapping[str, Any], scale: Any, weights: Any, cluster: Any) -> dict[str, Responses]:
    """Read every score as Responses of the same customers."""
    if any(isinstance(its, Responses) for its in given.values()):
        refuse_beside("every score", weights=weights, cluster=cluster)
    parts = {
        name: with_all_rows(name, its)
        if isinstance(its, Responses)
        else _of_array(name, its, _scale_of(name, scale), weights, cluster)
        for name, its in given.items()
    }
    first, one = next(iter(parts.items()))
    for name, its in parts.items():
        if its.respondents != one.respondents:
            raise DataError(
                f"{name} has {count(its.respondents, 'customer')}, but {first} has "
                f"{one.respondents}. Give all scores of the same customers, in the same order."
            )
        refuse_other_customers(first, one, name, its)
    return parts


def _of_array(name: str, values: Any, scale: Scale, weights: Any, cluster: Any) -> Responses:
    items = as_array(values).shape[1] if as_array(values).ndim == 2 else 1
    names = [name] if items == 1 else [f"{name} {k + 1}" for k in range(items)]
    return Responses.from_arrays(
        values, scale=scale, items=names, missing="pairwise", weights=weights, cluster=cluster
    )


def _scale_of(name: str, scale: Any) -> Scale:
    its = scale.get(name) if isinstance(scale, Mapping) else scale
    if its is None:
        raise ParameterError(
            f"scale is needed for {name} as an array, as in scale={{{name!r}: Scale(1, 5)}}."
        )
    return check_scale(its)


def _sample(parts: Mapping[str, Responses]) -> Sample:
    """Return the weights and clusters of the first score that has some; two must agree."""
    weighted = [(name, its) for name, its in parts.items() if not (its.weights == 1).all()]
    for name, its in weighted[1:]:
        if not np.array_equal(its.weights, weighted[0][1].weights):
            raise DataError(
                f"{name} has other sampling weights than {weighted[0][0]}. Give all the same."
            )
    clustered = [its for its in parts.values() if its.clusters is not None]
    first = next(iter(parts.values()))
    source = weighted[0][1] if weighted else first
    return Sample(source.weights, clustered[0].clusters if clustered else None)


def _shares(weighting: Any, names: Sequence[str]) -> dict[str, float]:
    """Return the share of each score in the index."""
    if isinstance(weighting, str) and weighting == EQUAL:
        return dict.fromkeys(names, 1 / len(names))
    example = ", ".join(f"{name!r}: 1" for name in names)
    if not isinstance(weighting, Mapping):
        raise ParameterError(
            f"weighting must be 'equal' or a weight for each score, as in {{{example}}}, but it is "
            f"{plain(weighting)!r}."
        )
    unknown = [name for name in weighting if name not in names]
    if unknown:
        raise ParameterError(
            f"weighting names {unknown[0]!r}, which is no score that was given."
            f"{did_you_mean(unknown[0], names)} The scores are {listed(names)}."
        )
    found = {name: finite(weighting.get(name)) for name in names}
    total = sum(found.values())
    if not all(its >= 0 for its in found.values()) or not total > 0:
        raise ParameterError(
            f"weighting must be a number >= 0 for each score, not all 0, as in {{{example}}}, but "
            f"it is {dict(weighting)!r}."
        )
    return {name: its / total for name, its in found.items()}
