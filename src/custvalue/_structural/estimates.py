"""Estimates of a structural model, and tables of them that are looked up by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import model_validator

from custvalue._inference.ends import t_quantile
from custvalue._inference.estimate import IntervalMethod, by_error
from custvalue._inference.interval import Interval
from custvalue._inference.means import beta_interval
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._survey.linearised import LinearisedEstimate
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

UsualMethod = Literal["linearised", "fisher", "fisher of root", "root", "beta"]


def _linearised(its: StructuralEstimate, level: float) -> Interval:
    its.required_error  # noqa: B018 - says why there is none
    return by_error(its, level, t_quantile(level, its.t_degrees), "linearised, t")


def _fisher(its: StructuralEstimate, level: float) -> Interval:
    """Return the interval on the scale of artanh, which suits what lies between -1 and 1."""
    room, quantile = 1 - its.value**2, t_quantile(level, its.t_degrees)
    far = abs(its.value) + quantile * its.required_error
    if room <= 0 or (its.bounds is None and far >= 1):  # a path may be beyond 1
        return _linearised(its, level)
    reach = quantile * its.required_error / room
    low, high = (math.tanh(math.atanh(its.value) + side * reach) for side in (-1, 1))
    return Interval(low=low, high=high, level=level, method="linearised, on artanh")


def _root(its: StructuralEstimate, level: float) -> Interval:
    """Return the interval on the scale of the root, which suits a square."""
    root = math.sqrt(max(its.value, 0.0))
    reach = t_quantile(level, its.t_degrees) * its.required_error / (2 * root) if root else 0.0
    low, high = max(root - reach, 0.0) ** 2, (root + reach) ** 2
    return Interval(low=low, high=high, level=level, method="linearised, on the root")


def _fisher_root(its: StructuralEstimate, level: float) -> Interval:
    """Return the interval on artanh of the root, which suits a squared correlation."""
    root = math.sqrt(max(its.value, 0.0))
    if not 0 < root < 1:
        return _linearised(its, level)
    reach = t_quantile(level, its.t_degrees) * its.required_error / (2 * root * (1 - its.value))
    low, high = (math.atanh(root) + side * reach for side in (-1, 1))
    low = math.tanh(max(low, 0.0)) ** 2
    method = "linearised, on artanh of the root"
    return Interval(low=low, high=math.tanh(high) ** 2, level=level, method=method)


def _beta(its: StructuralEstimate, level: float) -> Interval:
    its.required_error  # noqa: B018 - says why there is none
    return beta_interval(its, level)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class StructuralEstimate(LinearisedEstimate):
    """A number of a structural model.

    Parameters
    ----------
    name : str
        What is estimated: ``Image -> Loyalty``.
    value : float
        The estimate.
    standard_error : float or None
        Linearised, without assuming normal answers; sampling weights and clusters enter it. None
        of what follows from the definition, as the loading 1 of a single item.
    n, effective_n, bounds, degrees_of_freedom, design_effect, draws, failed, acceleration
        As in every estimate that may keep resamples.
    usual_method : {"linearised", "fisher", "fisher of root", "root", "beta"}
        The method of intervals for which none is asked, without resamples.

    Notes
    -----
    Methods of :meth:`confidence_interval`:

    ``linearised``
        Value ± t SE, clipped at the bounds; the default of weights.
    ``fisher``
        The same on the scale of artanh; for loadings, paths and total effects, whose default it
        is. Paths may lie beyond 1: where value ± t SE does, it is ``linearised``.
    ``fisher of root``
        The same on the scale of artanh of the root; for R², whose default it is.
    ``root``
        The same on the scale of the root; for f², which has no end but 0.
    ``beta``
        As means of answers have it; for indices, whose default it is.
    ``percentile``, ``bca``
        Of the resamples, where they were requested with ``model.fit(…, method=Bootstrap(…))``;
        the default then.

    Simulated coverage of default 95 % intervals, in percent: the lowest and the highest of the
    numbers of a model of four constructs and nine items from 1 to 10, 700 to 2,000 samples each.
    Weights are lognormal, with a standard deviation of the log of .5; 400 customers come from 20
    dealers of unequal size, intraclass correlation .15; percentiles are of 1,000 resamples.

    ======================  ============  ============  ============  ============  ============
    respondents             paths         loadings      R²            f²            indices
    ======================  ============  ============  ============  ============  ============
    100                     93.8 to 95.0  93.6 to 94.6  93.4 to 94.5  94.0 to 95.2  94.8 to 95.4
    250                     93.6 to 94.8  94.0 to 95.1  94.8          94.6 to 95.3  95.2 to 96.0
    1,000                   92.9 to 96.4  93.2 to 95.6  94.5 to 94.7  94.2 to 94.7  94.3 to 96.3
    100, weights            93.4 to 94.8  93.0 to 94.4  93.4 to 93.8  93.2 to 94.4  94.2 to 96.0
    250, weights            92.9 to 95.7  93.6 to 95.6  93.6 to 94.8  93.4 to 95.2  94.2 to 95.7
    400, 20 dealers         92.6 to 94.5  93.9 to 95.8  93.5 to 95.4  93.9 to 95.4  95.0 to 95.7
    250, consistent         93.9 to 94.8  94.2 to 96.7  94.3 to 95.5  94.5 to 96.0  94.7 to 95.5
    100, percentile         93.4 to 95.8  92.4 to 94.2  93.4 to 95.8  93.4 to 95.8  93.1 to 95.0
    250, percentile         94.8 to 96.5  93.8 to 95.9  94.5 to 95.2  94.8 to 96.2  94.2 to 94.9
    ======================  ============  ============  ============  ============  ============

    ``linearised`` intervals of paths, loadings and R² cover 91 to 93 % at 100 weighted respondents,
    which is why ``fisher`` and ``fisher of root`` are the default there.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {
            "linearised": _linearised,
            "fisher": _fisher,
            "fisher of root": _fisher_root,
            "root": _root,
            "beta": _beta,
            **LinearisedEstimate.METHODS,
        }
    )

    usual_method: UsualMethod = "linearised"

    @property
    def default_method(self) -> str:
        """That of the resamples where there are any, else the usual one."""
        return super().default_method if self.has_resamples else self.usual_method

    @property
    def _methods(self) -> tuple[str, ...]:
        """The usual one, and those that suit any number."""
        others = get_args(UsualMethod)
        known = [its for its in super()._methods if its not in others]
        return tuple(dict.fromkeys((self.usual_method, "linearised", *known)))

    @property
    def required_error(self) -> float:
        """The standard error, or a DataError where there is none."""
        if self.standard_error is None:
            raise DataError(
                f"{self.name} is {self.value:g} by definition and has no standard error: a "
                f"construct of one item is this item. Report it without an interval."
            )
        return self.standard_error


class StructuralEstimates(Tabulated, Frozen):
    """Estimates of one kind, by name: ``fit.paths["Image", "Loyalty"]``.

    Parameters
    ----------
    title : str
        What they are, ``Paths``.
    heads : tuple of str
        What their labels are: ``source`` and ``target``, ``construct`` and ``item``.
    labels : tuple of tuple of str
        The labels of each.
    estimates : tuple of StructuralEstimate
        In the same order.
    notes : tuple of str
        What a reader must know about them.
    """

    SHOWN: ClassVar[Mapping[str, str]] = shown("value: estimate, low, high, standard_error")
    REPR: ClassVar[tuple[str, ...]] = ("title", "estimates")

    title: str
    heads: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    estimates: tuple[StructuralEstimate, ...]
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        fits = {len(its) for its in self.labels} <= {len(self.heads)}
        if len(self.labels) != len(self.estimates) or not fits:
            raise ValueError(
                f"{self.title}: labels must have one entry for each of the {len(self.estimates)} "
                f"estimates, with a part for each of {listed(self.heads)}."
            )
        return self

    def __getitem__(self, key: str | tuple[str, ...]) -> StructuralEstimate:
        wanted = key if isinstance(key, tuple) else (key,)
        for label, estimate in zip(self.labels, self.estimates, strict=True):
            if wanted in (label, label[-1:]) and self._unique(wanted):
                return estimate
        raise ParameterError(
            f"{self.title}: there is no {' -> '.join(map(str, wanted))!r}. There are "
            f"{listed(' -> '.join(its) for its in self.labels)}."
        )

    def _unique(self, wanted: tuple[Any, ...]) -> bool:
        """Say whether labels end so once only, where one name is given of two."""
        return len(wanted) > 1 or sum(its[-1:] == wanted for its in self.labels) == 1

    def __len__(self) -> int:
        return len(self.estimates)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the estimates."""
        return tuple(its.name for its in self.estimates)

    @property
    def values(self) -> tuple[float, ...]:
        """Their values, in the same order."""
        return tuple(its.value for its in self.estimates)

    def __iter__(self) -> Iterator[StructuralEstimate]:  # type: ignore[override]
        return iter(self.estimates)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(its.name, {**dict(zip(self.heads, label, strict=True)), **its.row(level)})
            for label, its in zip(self.labels, self.estimates, strict=True)
        ]

    def _title(self) -> str:
        return self.title

    def _notes(self) -> Sequence[str]:
        return self.notes
