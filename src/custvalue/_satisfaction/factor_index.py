"""The weighted factor index on 1,000 points, as published in studies of car dealers.

index = 1,000 Σ_k w_k s_k / (100 Σ_k w_k) with the published weight w_k of a factor and its score
s_k on 0-100. Published weights are rounded and may add up to 99 or 101: they are divided by what
they add up to, and the result says so. Weights change from year to year, so that every set that
is kept here carries its year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_args

import numpy as np
from annotated_types import MinLen

from custvalue._checks import finite, no_such, require_choice
from custvalue._inference.means import MeanEstimate, combined_mean
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.questions import as_responses
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._satisfaction.weighted_index import (
    IndexForm,
    IndexPart,
    WeightedIndex,
    index_scores,
)
from custvalue._values import Frozen, NonNegative, Positive
from custvalue._words import listed, number, plain
from custvalue.errors import DataError, ParameterError


class Factor(Frozen):
    """A factor of a published index.

    Parameters
    ----------
    name : str
        Its name.
    weight : float or None
        Its published weight in percent; None where only the order of the factors is published.
    chinese : str
        Its name in Chinese.
    """

    name: str
    weight: NonNegative | None = None
    chinese: str = ""


class FactorSet(Tabulated, Frozen):
    """The factors of a published index in one year, heaviest first.

    Parameters
    ----------
    name : str
        Market, what is measured, and the year.
    year : int
        The year of the publication.
    factors : tuple of Factor
        In the published order.
    source : str
        What was published.

    Examples
    --------
    >>> from custvalue.satisfaction import CHINA_AFTER_SALES_2014
    >>> CHINA_AFTER_SALES_2014.weight_sum
    101.0
    """

    LABELS: ClassVar[str] = "factor"
    SHOWN: ClassVar = shown("chinese:, weight")

    name: str
    year: int
    factors: Annotated[tuple[Factor, ...], MinLen(1)]
    source: str

    @property
    def factor_names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(factor.name for factor in self.factors)

    @property
    def weight_sum(self) -> float | None:
        """What the published weights add up to; None where none are published."""
        if any(factor.weight is None for factor in self.factors):
            return None
        return sum(factor.weight or 0.0 for factor in self.factors)

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(its.name, {"factor": its.name, "chinese": its.chinese, "weight": its.weight})
            for its in self.factors
        ]

    def _title(self) -> str:
        return self.name

    def _notes(self) -> tuple[str, ...]:
        total = self.weight_sum
        known = "Only the order is published."
        added = known if total is None else f"Weights add up to {number(total)}."
        return (added, f"{self.source}.")


def _factors(*rows: tuple[str, float | None, str]) -> tuple[Factor, ...]:
    return tuple(Factor(name=name, weight=weight, chinese=word) for name, weight, word in rows)


CHINA_AFTER_SALES_2006 = FactorSet(
    name="China, after-sales service, published factors, 2006",
    year=2006,
    factors=_factors(
        ("problems experienced", None, "遇到的问题"),
        ("service advisor friendliness", None, "服务顾问友善程度"),
        ("vehicle delivery", None, "交车"),
        ("service quality", None, "服务质量"),
        ("in-service experience", None, "服务过程体验"),
        ("service advice", None, "服务建议"),
        ("service initiation", None, "服务启动"),
    ),
    source="Published order of importance, China, 2006",
)
CHINA_AFTER_SALES_2014 = FactorSet(
    name="China, after-sales service, published weights, 2014",
    year=2014,
    factors=_factors(
        ("service quality", 24, "服务质量"),
        ("service facility", 21, "服务设施"),
        ("vehicle pick-up", 21, "取车"),
        ("service advisor", 18, "服务顾问"),
        ("service initiation", 17, "服务启动"),
    ),
    source="Published weights, China, 2014",
)
CHINA_SALES_2012 = FactorSet(
    name="China, sales, published factors, 2012",
    year=2012,
    factors=_factors(
        ("delivery process", None, "交车过程"),
        ("delivery timing", None, "交车时间"),
        ("dealer facility", None, "经销商设施"),
        ("salesperson", None, "销售顾问"),
        ("paperwork", None, "书面文件"),
        ("deal", None, "洽谈成交"),
        ("sales initiation", None, "销售启动"),
    ),
    source="Published order of importance, China, 2011 and 2012",
)
CHINA_SALES_2013 = FactorSet(
    name="China, sales, published factors, 2013",
    year=2013,
    factors=_factors(
        ("delivery process", None, "交车过程"),
        ("sales initiation", None, "销售启动"),
        ("deal", None, "洽谈成交"),
        ("dealer facility", None, "经销商设施"),
        ("salesperson", None, "销售顾问"),
    ),
    source="Published order of importance, China, 2013",
)
US_SALES_BUYERS_2017 = FactorSet(
    name="United States, sales, buyers, published weights, 2017",
    year=2017,
    factors=_factors(
        ("dealer personnel", 28, "经销商人员"),
        ("delivery process", 21, "交车过程"),
        ("working out the deal", 18, "洽谈成交"),
        ("paperwork completion", 16, "书面文件"),
        ("dealership facility", 13, "经销商设施"),
        ("dealership website", 4, "经销商网站"),
    ),
    source="Published weights, United States, 2017",
)
US_SALES_REJECTERS_2017 = FactorSet(
    name="United States, sales, rejecters, published weights, 2017",
    year=2017,
    factors=_factors(
        ("salesperson", 40, "销售顾问"),
        ("fairness of price", 15, "价格公道"),
        ("experience negotiating", 15, "议价体验"),
        ("variety of inventory", 15, "车型库存"),
        ("dealership facility", 14, "经销商设施"),
    ),
    source="Published weights, United States, 2017",
)

FACTOR_SETS = (
    CHINA_AFTER_SALES_2006,
    CHINA_AFTER_SALES_2014,
    CHINA_SALES_2012,
    CHINA_SALES_2013,
    US_SALES_BUYERS_2017,
    US_SALES_REJECTERS_2017,
)


class FactorIndex(WeightedIndex):
    """A weighted factor index with its parts.

    Parameters
    ----------
    estimate : MeanEstimate
        The index in points, with its linearised standard error; weights count as known.
    points : float
        What the best answers to everything give: 1,000.
    form : {"scale", "maximum"}
        Percent of the way from the floor to the ceiling of the scale, or percent of the maximum.
    weights_name : str
        Where the weights come from.
    parts : tuple of IndexPart
        Weight as published or given, share of the sum, score in points and items of each factor.
    weight_sum : float
        What the weights added up to before they were divided by it.
    scale : Scale
        The scale of the items.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    LABELS: ClassVar[str] = "factor"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**WeightedIndex.SHOWN, "value": "points"}
    )
    REPR: ClassVar[tuple[str, ...]] = ("value", "points", "parts", "n")

    estimate: MeanEstimate
    points: Positive
    form: IndexForm
    weights_name: str
    weight_sum: NonNegative | None

    def _title(self) -> str:
        return f"Weighted factor index {number(self.value)} of {number(self.points)} points"

    def _notes(self) -> tuple[str, ...]:
        floor = self.estimate.bounds[0] if self.estimate.bounds else 0.0
        form = f"{number(floor)} at the worst answers, {number(self.points)} at the best"
        return (
            f"Weights: {self.weights_name}.",
            f"Form {self.form!r}: {form}. 95 % intervals, beta.",
            self._normalised_note("Weights"),
            str(self.base),
        )


def factor_index(
    responses: Any,
    *,
    weights: FactorSet | Mapping[str, float],
    factors: Mapping[str, Sequence[str]] | None = None,
    form: IndexForm = "scale",
    points: float = 1000.0,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
) -> FactorIndex:
    """Compute a weighted factor index on 1,000 points.

    Parameters
    ----------
    responses : Responses or dataframe or mapping
        Answers of respondents to the items; a dataframe's columns are all taken as items of
        `scale`.
    weights : FactorSet or mapping of str to float
        A published set, or the weight of each factor by name. They are divided by their sum.
    factors : mapping of str to sequence of str, optional
        The items of each factor, whose mean is its score; by default every factor is an item of
        its own name.
    form : {"scale", "maximum"}
        0 to `points` from end to end of the scale, or percent of its maximum: then 100 of 1,000
        is the floor of a scale from 1 to 10.
    points : float
        What the best answers to everything give.
    scale : Scale, optional
        The scale of a dataframe's columns; Responses have theirs.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.

    Returns
    -------
    FactorIndex

    Raises
    ------
    DataError
        If a factor has no items or no weight, weights are negative or all 0, or answers are off
        the scale or missing.
    ParameterError
        If the set has no published weights, or an argument is unknown.

    Notes
    -----
    An index of this kind is comparable with published ones only if the items, the scale, the
    sample and the year are theirs too. The standard error is linearised over respondents, whose
    answers to different factors are dependent; the weights count as known.

    Examples
    --------
    >>> from custvalue.satisfaction import CHINA_AFTER_SALES_2014, factor_index
    >>> from custvalue.survey import Scale
    >>> answers = {
    ...     "service quality": [9, 8, 10, 7],
    ...     "service facility": [8, 8, 9, 6],
    ...     "vehicle pick-up": [9, 7, 9, 8],
    ...     "service advisor": [10, 9, 9, 8],
    ...     "service initiation": [8, 6, 9, 7],
    ... }
    >>> index = factor_index(answers, weights=CHINA_AFTER_SALES_2014, scale=Scale(1, 10))
    >>> print(index)
    Weighted factor index 801.4 of 1,000 points
    ────────────────────────────────────────────────────────────
    factor              weight    share  points    low   high  n
    ────────────────────────────────────────────────────────────
    service quality         24   23.8 %   833.3  499.0  949.5  4
    service facility        21   20.8 %     750  460.0  891.8  4
    vehicle pick-up         21   20.8 %   805.6  500.0  925.3  4
    service advisor         18   17.8 %   888.9  537.4  974.4  4
    service initiation      17   16.8 %   722.2  443.1  872.1  4
    index                  101  100.0 %   801.4  497.7  922.5  4
    ────────────────────────────────────────────────────────────
    Weights: China, after-sales service, published weights, 2014.
    Form 'scale': 0 at the worst answers, 1,000 at the best. 95 % intervals, beta.
    Weights divided by the sum, 101.
    4 respondents, no missing answers.
    """
    require_choice("form", form, get_args(IndexForm))
    _check_points(points)
    answers = as_responses(responses, scale, codebook)
    name, stated = _stated(weights)
    parts = _parts(answers, tuple(stated), factors)
    values = _checked(stated)
    scores, floor = index_scores(answers, form)
    unit, total = points / 100, float(values.sum())
    bounds = (floor * unit, float(points))
    shares = values / total

    def combined(what: str, coefficients: dict[str, float]) -> MeanEstimate:
        columns = [unit * scores[:, answers.items.index(item)] for item in coefficients]
        mixed = list(coefficients.values())
        return combined_mean(
            columns, mixed, answers.sample, name=what, bounds=bounds, method="beta"
        )

    found = [
        IndexPart(
            name=factor,
            weight=float(weight),
            share=min(float(share), 1.0),
            items=parts[factor],
            score=combined(factor, dict.fromkeys(parts[factor], 1 / len(parts[factor]))),
        )
        for factor, weight, share in zip(stated, values, shares, strict=True)
    ]
    return FactorIndex(
        estimate=combined("index", _coefficients(found)),
        points=points,
        form=form,
        weights_name=name,
        weight_sum=total,
        parts=tuple(found),
        scale=answers.scale,
        base=answers.base,
    )


def _checked(stated: Mapping[str, Any]) -> FloatArray:
    """Return the weights of the factors, none below 0 and not all 0."""
    for name, weight in stated.items():
        if not finite(weight) >= 0:
            raise DataError(
                f"weight of {name!r} must be a finite number >= 0, but it is {plain(weight)!r}."
            )
    values = np.array(list(stated.values()), dtype=np.float64)
    if not values.any():
        raise DataError("weights must not all be 0.")
    return values


def _coefficients(found: Sequence[IndexPart]) -> dict[str, float]:
    """Return the weight of every item in the index; a factor of no weight has no say."""
    return {
        item: factor.share / len(factor.items)
        for factor in found
        for item in factor.items
        if factor.share > 0
    }


def _check_points(points: object) -> None:
    if not finite(points) > 0:
        raise ParameterError(f"points must be a number > 0, as in 1000, but it is {points!r}.")


def _stated(weights: object) -> tuple[str, dict[str, Any]]:
    if isinstance(weights, FactorSet):
        if weights.weight_sum is None:
            raise ParameterError(
                f"{weights.name!r} has no published weights, only the order of the factors. Give "
                f"weights of your own, as in weights={{{weights.factor_names[0]!r}: 20, ...}}."
            )
        return weights.name, {factor.name: factor.weight for factor in weights.factors}
    if not isinstance(weights, Mapping) or not weights:
        raise ParameterError(
            f"weights must be a FactorSet, as in CHINA_AFTER_SALES_2014, or a mapping of factor to "
            f"weight, but it is {weights!r}."
        )
    return "given", dict(weights)


def _parts(
    answers: Responses, names: tuple[str, ...], factors: Mapping[str, Sequence[str]] | None
) -> dict[str, tuple[str, ...]]:
    """Return the items of every factor, each in one factor only."""
    if factors is None:
        _check_names("item", names, answers.items)
        return {name: (name,) for name in names}
    _check_names("factor", names, tuple(factors))
    parts = {name: tuple(factors[name]) for name in names}
    for name, items in parts.items():
        if not items or isinstance(factors[name], str):
            raise DataError(
                f"factor {name!r} must have a list of items, but has {factors[name]!r}."
            )
        _check_names("item", items, answers.items)
    used = [item for items in parts.values() for item in items]
    twice = sorted({item for item in used if used.count(item) > 1})
    if twice:
        raise DataError(f"an item belongs to one factor, but {listed(twice)} is in more than one.")
    return parts


def _check_names(what: str, wanted: tuple[str, ...], known: tuple[str, ...]) -> None:
    absent = [name for name in wanted if name not in known]
    if absent:
        raise DataError(
            f"{no_such(what, absent[0], known)} Use factors={{...}} where items have names of "
            f"their own."
        )
