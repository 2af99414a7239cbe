"""Surveys that stay in their engine: counts and sums of products come back, no respondent does.

Shares and means are made of counts of answers, differences and indices of sums of products, each
with sums of the weights w and of w², and by cluster: so all have the standard errors that they
have in memory. With z the answers, m = c' Σ w z / Σ w has the linearised variance
n / (n - 1) Σ w² (c'z - m)² / (Σ w)², or that of the clusters (Särndal, Swensson & Wretman 1992,
*Model Assisted Survey Sampling*, section 5.7).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._inference.cells import AnswerCells, ByCluster, equally_weighted
from custvalue._inference.clusters import Design, clustered
from custvalue._inference.means import MeanEstimate, MeanMethod, Moments
from custvalue._respondents.scale import Scale
from custvalue._respondents.tallied import TalliedAnswers
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base, ItemBase
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue._survey.tally_alpha import AlphaSums
from custvalue._table import Table
from custvalue._words import did_you_mean, listed, number, one_line, plain
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False, repr=False)
class Tally(Columns):
    """Counts of answers and sums of their products, by group and cluster.

    :func:`tally` makes it. ``tally.question("nps", group="north")`` is taken as answers by
    :func:`~custvalue.satisfaction.top_box`, :func:`~custvalue.satisfaction.net_score` and
    :func:`~custvalue.satisfaction.net_promoter_score`.

    Parameters
    ----------
    items : tuple of str
        The questions.
    scale : Scale
        Of all of them, with steps.
    group, cluster : ndarray of shape (units,)
        A unit is a cluster in a group; 0 where there are none.
    respondents, complete : ndarray of int64, shape (units,)
        Respondents with a weight, and those of them who answered all items.
    counts : ndarray of int64, shape (units, items, answers)
        How often each answer was given.
    weights, squares : ndarray of float64, shape (units, items, answers)
        Sums of the weights of who gave it, and of their squares.
    dont_know : ndarray of int64, shape (units, items)
        Answers that are one of the codes for no answer.
    products, square_products : ndarray of float64, shape (units, items + 3, items + 3)
        Σ w z z' and Σ w² z z' of those who answered all items, z = (1, places of the answers from
        the middle, the square of their sum, the sum of their squares).
    grouped, clustered, weighted : bool
        Whether `by`, `cluster` and `weights` were given.
    excluded : int
        Respondents with the weight 0.
    surveyed : int
        Clusters in the whole survey, where this is a part of it; 0 where it is not.
    fourths : ndarray of float64, shape (groups, 2, products), or None
        Σ w and Σ w² times products of four of z without its last two columns, each once, of those
        who answered all items; where drivers were asked for.
    """

    items: tuple[str, ...]
    scale: Scale
    group: LabelArray
    cluster: LabelArray
    respondents: IntArray
    complete: IntArray
    counts: IntArray
    weights: FloatArray
    squares: FloatArray
    dont_know: IntArray
    products: FloatArray
    square_products: FloatArray
    grouped: bool
    clustered: bool
    weighted: bool
    excluded: int = 0
    surveyed: int = 0
    fourths: FloatArray | None = None

    @property
    def groups(self) -> tuple[Any, ...]:
        """The groups, ascending; empty where answers are not divided."""
        return tuple(np.unique(self.group).tolist()) if self.grouped else ()

    def of_group(self, group: Any) -> Tally:
        """Return the tally of one group.

        Parameters
        ----------
        group : str or int
            One of the groups.

        Raises
        ------
        ParameterError
            If there is no such group.
        """
        return self._of(group)

    def question(self, item: str, *, group: Any = None) -> TalliedAnswers:
        """Return the counted answers to one question, of all respondents or of one group.

        Parameters
        ----------
        item : str
            One of the items.
        group : str or int, optional
            One of the groups; all together without it.

        Raises
        ------
        DataError
            If nobody answered it.
        ParameterError
            If there is no such item or group.
        """
        return self._of(group)._question(item)  # noqa: SLF001 - of its own class

    def _question(self, item: str) -> TalliedAnswers:
        at, respondents = self._place(item), int(self.respondents.sum())
        answered = int(self.counts[:, at].sum())
        if not answered:
            raise DataError(f"nobody answered {item!r}, so nothing is known of it.", column=item)
        missing, dont_know = respondents - answered, int(self.dont_know[:, at].sum())
        base = Base(
            respondents=respondents + self.excluded,
            excluded=_reasons(missing, self.excluded),
            missing="drop",
            items=(ItemBase(item, missing - dont_know, dont_know),),
        )
        return TalliedAnswers(item, self.scale, self._cells(at), base)

    def mean(
        self, coefficients: Mapping[str, float] | None = None, *, group: Any = None
    ) -> MeanEstimate:
        """Estimate a weighted sum of mean answers, such as an index, of who answered all items.

        Parameters
        ----------
        coefficients : mapping of str to float, optional
            By item; without it, the mean of all items. Those that add up to 1, none below 0, give
            an index on the scale.
        group : str or int, optional
            One of the groups; all together without it.

        Raises
        ------
        DataError
            If nobody answered all items.
        ParameterError
            If there is no such item or group, or a coefficient is no number.
        """
        if coefficients is None:
            coefficients = dict.fromkeys(self.items, 1 / len(self.items))
        if not isinstance(coefficients, Mapping) or not any(coefficients.values()):
            raise ParameterError(
                f"coefficients must be a mapping of item to number, one of which is not 0, as in "
                f"{{{self.items[0]!r}: 1}}, but it is {coefficients!r}."
            )
        c = np.zeros(len(self.items))
        for item, value in coefficients.items():
            c[self._place(item)] = _finite(item, value)
        index = bool((c >= 0).all() and abs(c.sum() - 1) < ROUNDING)
        ends = (self.scale.low, self.scale.high)
        asked = _Asked("mean of items", ends, "beta")
        if not index:
            asked = _Asked("sum of items", _at_ends(c, *ends), "t")
        return self._combined(c, asked, group)

    def difference(self, first: str, second: str, *, group: Any = None) -> MeanEstimate:
        """Estimate the mean of first - second, as a gap, of who answered all items.

        Parameters
        ----------
        first, second : str
            Two of the items.
        group : str or int, optional
            One of the groups; all together without it.

        Raises
        ------
        DataError
            If nobody answered all items.
        ParameterError
            If there is no such item or group.
        """
        c = np.zeros(len(self.items))
        c[self._place(first)] += 1
        c[self._place(second)] -= 1
        span = self.scale.high - self.scale.low
        return self._combined(c, _Asked(f"{first} - {second}", (-span, span), "t"), group)

    def alpha(self, *, group: Any = None) -> ReliabilityCoefficient:
        """Estimate Cronbach's raw alpha of the items, of who answered all of them.

        As :func:`cronbach_alpha`, but with the linearised interval: the jackknife needs the
        respondents one by one.

        Parameters
        ----------
        group : str or int, optional
            One of the groups; all together without it.

        Raises
        ------
        DataError
            If there are fewer than two items or two respondents, or all have the same total.
        ParameterError
            If there is no such group.
        """
        its = self._of(group)
        sums = AlphaSums(
            n=int(its.complete.sum()),
            items=len(self.items),
            products=its.products.sum(axis=0),
            squares=its.square_products.sum(axis=0),
        )
        found = sums.estimate()
        if not self.clustered:
            return found
        weights = (its.products[:, 0, 0], its.square_products[:, 0, 0])
        there = weights[0] > 0
        added = its.products[there, 0] @ sums.influence
        return replace(found, **clustered(its._design(*weights), added, **sums.independent))  # noqa: SLF001

    @property
    def _middle(self) -> float:
        """The answer from which places are counted in the sums of products."""
        step = self.scale.step or 1.0
        return self.scale.low + step * (round((self.scale.high - self.scale.low) / step) // 2)

    def _combined(self, coefficients: FloatArray, asked: _Asked, group: Any) -> MeanEstimate:
        """Return Σ c x of means, x = middle + step z."""
        c = coefficients * (self.scale.step or 1.0)
        its = self._of(group)
        n = int(its.complete.sum())
        if not n:
            raise DataError("nobody answered all items, so their means cannot be combined.")
        sums, squares = its.products, its.square_products
        whole, square = sums.sum(axis=0), squares.sum(axis=0)
        total, mean = float(whole[0, 0]), float(c @ whole[0, 1:-2] / whole[0, 0])
        residual = np.concatenate([[-mean], c, [0.0, 0.0]])
        moments = Moments(
            n=n,
            total=total,
            squares=float(square[0, 0]),
            mean=float(coefficients.sum()) * self._middle + mean,
            spread=max(float(residual @ whole @ residual), 0.0),
            error=max(float(residual @ square @ residual), 0.0),
        )
        found = moments.estimate(**asked._asdict())
        if not self.clustered:
            return found
        added = sums[:, 0] @ residual / total
        weights = (sums[:, 0, 0], squares[:, 0, 0])
        return its._of_clusters(found, added, weights, moments)  # noqa: SLF001 - of its own class

    def _of_clusters(
        self,
        found: MeanEstimate,
        added: FloatArray,
        weights: tuple[FloatArray, FloatArray],
        moments: Moments,
    ) -> MeanEstimate:
        n, total = moments.n, moments.total
        there = weights[0] > 0
        correction = n / max(n - 1, 1)
        fields = clustered(
            self._design(*weights),
            added[there] if found.varies else np.zeros(int(there.sum())),
            independent=correction * moments.error / total**2 if found.varies else 0.0,
            simple=moments.spread / total / max(n - 1, 1) if found.varies else 0.0,
            n=n,
        )
        return replace(found, **fields)

    def _design(self, weights: FloatArray, squares: FloatArray) -> Design:
        sampled = np.array([self._surveyed])
        return Design.of(weights, squares, np.zeros(len(weights), np.int64), ("all",), sampled)

    def _cells(self, at: int) -> AnswerCells:
        answers = np.arange(self.counts.shape[2]) * (self.scale.step or 1.0) + self.scale.low
        counts = self.counts[:, at].sum(axis=0).tolist()
        if not self.weighted and not self.clustered:
            return equally_weighted(answers.tolist(), counts)
        weights, squares = self.weights[:, at], self.squares[:, at]
        by_cluster = None
        if self.clustered:
            there = weights.sum(axis=1) > 0
            design = self._design(weights.sum(axis=1), squares.sum(axis=1))
            by_cluster = ByCluster(design, weights[there])
        sums = (weights.sum(axis=0).tolist(), squares.sum(axis=0).tolist())
        return AnswerCells(answers.tolist(), counts, *sums, by_cluster)

    def _place(self, item: str) -> int:
        if item not in self.items:
            raise ParameterError(
                f"there is no item {item!r}, only {listed(self.items)}."
                f"{did_you_mean(item, self.items)}"
            )
        return self.items.index(item)

    def _of(self, group: Any) -> Tally:
        """Return the tally of one group, or of all respondents, with a unit for each cluster."""
        if group is None:
            return self._together if self.grouped else self
        if not self.grouped or group not in self.groups:
            known = listed(self.groups) if self.grouped else "none"
            raise ParameterError(
                f"group must be one of the groups, {known}, or None for all respondents, but it is "
                f"{plain(group)!r}."
            )
        some = self.group == group
        units: Any = {name: getattr(self, name)[some] for name in UNITS}
        if self.fourths is not None:
            units["fourths"] = self.fourths[[self.groups.index(group)]]
        return replace(self, **units, grouped=False, excluded=0, surveyed=self._surveyed)

    @cached_property
    def _together(self) -> Tally:
        """The same without groups: what units of a cluster have is added up."""
        cluster, place = np.unique(self.cluster, return_inverse=True)
        units: dict[str, Any] = {}
        for name in SUMS:
            its = getattr(self, name)
            units[name] = np.zeros((len(cluster), *its.shape[1:]), dtype=its.dtype)
            np.add.at(units[name], place, its)
        group = np.zeros(len(cluster), dtype=np.int64)
        if self.fourths is not None:
            units["fourths"] = self.fourths.sum(axis=0, keepdims=True)
        return replace(self, **units, group=group, cluster=cluster, grouped=False)

    @property
    def _surveyed(self) -> int:
        return self.surveyed or len(np.unique(self.cluster))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return a row for each group and item: respondents, answers, mean and its error."""
        parts = [(group, self._of(group)) for group in self.groups or (None,)]
        rows = [(group, item, part._mean(item)) for group, part in parts for item in self.items]  # noqa: SLF001
        columns: dict[str, list[Any]] = {
            "group": [group for group, _, _ in rows],
            "item": [item for _, item, _ in rows],
            "answers": [0 if its is None else its.n for _, _, its in rows],
            "mean": [np.nan if its is None else its.value for _, _, its in rows],
            "standard_error": [_error(its) for _, _, its in rows],
        }
        if not self.grouped:
            del columns["group"]
        return {name: np.array(column) for name, column in columns.items()}

    def _mean(self, item: str) -> MeanEstimate | None:
        at = self._place(item)
        if not self.counts[:, at].sum():
            return None
        return self._cells(at).mean(name=f"mean of {item}")

    def __repr__(self) -> str:
        return one_line(
            "Tally",
            respondents=int(self.respondents.sum()),
            items=len(self.items),
            groups=len(self.groups),
            clusters=len(np.unique(self.cluster)) if self.clustered else 0,
            scale=str(self.scale),
        )

    def _table(self) -> Table:
        columns = self.columns()
        header = [name.replace("_", " ") for name in columns]
        rows = tuple(
            tuple(cell if isinstance(cell, str) else number(float(cell)) for cell in row)
            for row in zip(*(column.tolist() for column in columns.values()), strict=True)
        )
        note = f"{number(int(self.respondents.sum()))} respondents, scale {self.scale}."
        return Table("Answers counted in their engine", tuple(header), rows, (note,))


ROUNDING = 1e-12
SUMS = (
    "respondents",
    "complete",
    "counts",
    "weights",
    "squares",
    "dont_know",
    "products",
    "square_products",
)
UNITS = ("group", "cluster", *SUMS)


class _Asked(NamedTuple):
    """What a combination of means is called, its ends, and the method of its intervals."""

    name: str
    bounds: tuple[float, float]
    method: MeanMethod


def _at_ends(c: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Return the lowest and the highest sum of answers with these coefficients."""
    up, down = float(c[c > 0].sum()), float(c[c < 0].sum())
    return up * low + down * high, up * high + down * low


def _error(estimate: MeanEstimate | None) -> float:
    known = None if estimate is None else estimate.standard_error
    return np.nan if known is None else known


def _reasons(missing: int, zero: int) -> dict[str, int]:
    reasons = {MISSING_ANSWER: missing, WEIGHT_ZERO: zero}
    return {reason: n for reason, n in reasons.items() if n}


def _finite(item: str, value: object) -> float:
    whole = isinstance(value, int | float | np.floating) and not isinstance(value, bool)
    known = float(value) if whole else math.nan  # type: ignore[arg-type]
    if math.isfinite(known):
        return known
    raise ParameterError(f"coefficients[{item!r}] must be a number, but it is {value!r}.")
