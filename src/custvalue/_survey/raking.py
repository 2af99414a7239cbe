"""Raking: weights that give the respondents the known shares of their population.

Deming & Stephan (1940, *Annals of Mathematical Statistics* 11(4)): multiply the weights of every
category of one column by target / achieved, go on with the next column, and repeat until all
columns fit. The answer is the set of weights nearest to the base weights (in Kullback-Leibler
distance) that fits. With `trim` it is the nearest set within given multiples of the mean weight
(Deville & Särndal 1992, *Journal of the American Statistical Association* 87(418)): margins are
met by the cut weights, and cutting does not undo them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import checked_whole, require_choice
from custvalue._columns import one_dimensional
from custvalue._inference.means import MeanEstimate, kish_effective_n
from custvalue._inference.sample import Sample
from custvalue._respondents.clustering import clusters_of, require_clusters
from custvalue._respondents.reading import labels_column, not_one_each, weights_column
from custvalue._respondents.responses import Responses
from custvalue._results.layout import Row, Tabulated, laid_out, rows_of, shown
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._survey.bounded_raking import Cells, Raked, raked
from custvalue._survey.margins import (
    Margin,
    MarginPolicy,
    Targets,
    cell_of_each,
    checked_margins,
    checked_trim,
)
from custvalue._survey.raked_mean import Estimated, raked_mean
from custvalue._table import Table
from custvalue._values import Frozen, Probability
from custvalue._words import Percent, count, number, percent, plain
from custvalue.errors import ConvergenceWarning, ParameterError

ROUNDING = 1e-12  # of a weight that stands at an end of `trim`


class MarginCategory(Frozen):
    """One category of one column: the share that it should have, had and has.

    Parameters
    ----------
    column : str
        The column.
    category : str, int or None
        The category; None for respondents whose category is missing.
    n : int
        Respondents of it with a base weight > 0.
    target : float
        The share that it should have, after the targets were made to sum to 1.
    before, achieved : float
        Its share by the base weights, and by the weights.
    """

    column: str
    category: str | int | None
    n: int
    target: Probability
    before: Probability
    achieved: Probability

    @property
    def error(self) -> float:
        """Achieved minus target."""
        return self.achieved - self.target


class MarginFit(Tabulated, Frozen):
    """All categories of all columns, target against achieved.

    Parameters
    ----------
    categories : tuple of MarginCategory
        Column by column.
    """

    TITLE: ClassVar[str] = "Margins"
    SHOWN: ClassVar = shown("category, n, before, target, achieved")

    categories: tuple[MarginCategory, ...]

    @property
    def worst(self) -> MarginCategory:
        """The category farthest from its target."""
        return max(self.categories, key=lambda its: abs(its.error))

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - no intervals
        return [
            Row(
                its.column,
                {
                    "column": its.column,
                    "category": "missing" if its.category is None else str(its.category),
                    "n": its.n,
                    "before": Percent(its.before),
                    "target": Percent(its.target),
                    "achieved": Percent(its.achieved),
                },
            )
            for its in self.categories
        ]


@dataclass(frozen=True, eq=False, repr=False)
class Raking(Columns):
    """Weights from :func:`rake`, and how they came about.

    Parameters
    ----------
    weights : ndarray of shape (respondents,)
        The weights; they sum to what the base weights sum to.
    base_weights : ndarray of shape (respondents,)
        The weights before raking.
    margins : MarginFit
        Every category with its target and what was achieved.
    categories : ndarray of int64, shape (respondents, columns)
        Places in ``margins.categories`` of each respondent's categories.
    converged : bool
        Whether every share is within `tolerance` of its target.
    iterations : int
        Rounds over all columns.
    tolerance : float
        The largest difference of shares that counts as none.
    trim : tuple or None
        Lowest and highest weight allowed, as multiples of the mean weight.
    trimmed_low, trimmed_high : int
        Respondents whose weight stands at the lowest or the highest one allowed.
    normalised : dict
        Column to what its targets added up to, where rounding had to be taken out.
    counted : dict
        Column to the number of people whom its targets counted, where they were counts.
    missing : dict
        Column to the respondents whose category is missing, who keep their own share.
    labels : dict of str to ndarray, shape (respondents,)
        ``cluster`` and ``stratum``, where there are any.
    """

    REPR: ClassVar[tuple[str, ...]] = (
        "respondents",
        "converged",
        "iterations",
        "effective_n",
        "trimmed",
    )

    weights: FloatArray
    base_weights: FloatArray
    margins: MarginFit
    categories: IntArray
    converged: bool
    iterations: int
    tolerance: float
    trim: tuple[float, float | None] | None
    trimmed_low: int
    trimmed_high: int
    normalised: dict[str, float]
    counted: dict[str, float] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    labels: dict[str, LabelArray] = field(default_factory=dict)

    @property
    def respondents(self) -> int:
        """How many respondents have a weight."""
        return len(self.weights)

    @property
    def largest_error(self) -> float:
        """The largest difference between an achieved share and its target."""
        return abs(self.margins.worst.error)

    @property
    def trimmed(self) -> int:
        """Respondents whose weight stands at an end that `trim` allows."""
        return self.trimmed_low + self.trimmed_high

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents by the weights."""
        return kish_effective_n(self.weights)

    @property
    def effective_n_before(self) -> float:
        """Kish's effective number of respondents by the base weights."""
        return kish_effective_n(self.base_weights)

    @property
    def design_effect(self) -> float:
        """N / effective n (Kish 1965): how much unequal weights enlarge the variance of a mean."""
        return float((self.weights > 0).sum()) / self.effective_n

    @property
    def design_effect_before(self) -> float:
        """The same by the base weights."""
        return float((self.base_weights > 0).sum()) / self.effective_n_before

    def mean(
        self,
        values: npt.ArrayLike,
        *,
        name: str = "mean",
        bounds: tuple[float, float] | None = None,
    ) -> MeanEstimate:
        """Estimate a mean with the variance of raked weights.

        The margins are known, so what they explain of the answers adds nothing to the variance;
        ``Responses.mean`` takes the weights as known and leaves it in.

        Parameters
        ----------
        values : array_like of shape (respondents,)
            Answers, 0/1 for a share; NaN or None where there is none.
        name : str
            What is estimated.
        bounds : tuple of float, optional
            Ends of the scale: the interval is ``beta`` then, which stays within them, else ``t``.

        Returns
        -------
        MeanEstimate
            With the standard error of Deville & Särndal (1992): linearised, from the residuals of
            a regression on the margins, which few respondents leave too small; they are corrected
            as in CR2, and the degrees of freedom are Satterthwaite's (Bell & McCaffrey 2002,
            *Survey Methodology* 28(2)). With one margin that is the standard error of
            poststratification, √Σ W² s² / n.

        Raises
        ------
        DataError
            If `values` has another length or is not numeric, has no answers, or there are no more
            respondents than the margins explain.

        Notes
        -----
        Simulated coverage of 95 % intervals, ``t`` and ``beta``, in percent, 4,000 samples each.
        Answers lie on five points, sex and age decide who answers, and design weights run from .5
        to 3 where there are some:

        ================================  ===========  ===========  ===========
        margins                           n = 60       n = 100      n = 300
        ================================  ===========  ===========  ===========
        sex and age, design weights       95.9, 97.5   95.2, 96.2   94.9, 95.1
        sex and age                       96.1, 97.3   95.0, 95.8   93.8, 94.3
        five columns, design weights      95.5, 98.0   94.7, 96.5   95.0, 95.4
        five columns                      95.8, 97.9   95.8, 96.8   95.2, 95.5
        40 % gave no answer, weights      96.7, 98.3   95.6, 97.4   95.7, 96.1
        40 % gave no answer               96.3, 98.4   95.5, 96.8   94.9, 95.2
        sex missing for 16 %, weights     96.5, 97.8   96.0, 96.8   95.8, 96.0
        sex missing for 16 %              96.0, 97.5   95.2, 96.2   94.8, 95.1
        most answers at an end, weights   91.2, 98.8   91.8, 98.3   94.2, 96.3
        most answers at an end            90.5, 98.2   91.2, 97.3   92.8, 95.0
        ================================  ===========  ===========  ===========

        Without the correction and with n - 1 degrees of freedom it was 90.1 and 92.2 % with design
        weights at n = 60 and 100, and 75 % with five columns at n = 60. Where answers pile up at
        an end, give `bounds`.

        A respondent who is alone in a category has no residual, and nothing shows how such
        respondents vary: join small categories.

        Examples
        --------
        >>> from custvalue.survey import rake
        >>> raking = rake({"sex": ["f", "f", "f", "m", "m"]}, {"sex": {"f": 0.5, "m": 0.5}})
        >>> mean = raking.mean([5, 4, 5, 2, 3])
        >>> print(f"{mean.value:.4f} {mean.standard_error:.4f}")
        3.5833 0.3005
        """
        numbers = _frames.to_numbers("values", one_dimensional("values", values))
        if numbers.shape != self.weights.shape:
            raise not_one_each("values", len(self.weights), f"its shape is {numbers.shape}")
        return raked_mean(
            numbers,
            Sample(self.weights, clusters_of(self.labels)),
            self.categories,
            name=name,
            bounds=bounds,
            estimated=self._own_shares(),
        )

    def _own_shares(self) -> Iterator[Estimated]:
        """Yield what the sample itself says of the margins: who has no category keeps a share."""
        every = self.margins.categories
        for place, column in enumerate(dict.fromkeys(its.column for its in every)):
            if column in self.missing:
                own = [its for its in every if its.column == column]
                first = next(i for i, its in enumerate(every) if its.column == column)
                last = first + len(own) - 1
                contrast = np.zeros(len(every))
                contrast[first:last] = [-its.target / (1 - own[-1].target) for its in own[:-1]]
                contrast[last] = 1.0
                yield Estimated(self.categories[:, place] == last, self.base_weights, contrast)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return weights and base weights, one row per respondent, as a plain dict."""
        return {"weight": self.weights, "base_weight": self.base_weights}

    def _table(self) -> Table:
        done = "Converged" if self.converged else "NOT converged"
        rounds = count(self.iterations, "round")
        error, allowed = 100 * self.largest_error, 100 * self.tolerance
        reached = (
            f"{done} after {rounds}; largest error {error:.2g} percentage points, tolerance "
            f"{allowed:.2g}."
        )
        spread = (
            f"Effective n {self.effective_n:,.1f} of {len(self.weights):,} (before "
            f"{self.effective_n_before:,.1f}); design effect {number(self.design_effect, 3)} "
            f"(before {number(self.design_effect_before, 3)}); weights {self._range()}."
        )
        notes = (reached, spread, self._trim_note(), *self._normalised_notes())
        notes = (*notes, *self._missing_notes())
        return laid_out("Raking", MarginFit.SHOWN, rows_of(self.margins), notes)

    def _range(self) -> str:
        counting = self.weights[self.base_weights > 0]
        low, high = counting.min() / counting.mean(), counting.max() / counting.mean()
        return f"{number(float(low), 3)} to {number(float(high), 3)} times their mean"

    def _trim_note(self) -> str:
        if self.trim is None:
            return "Not trimmed."
        low = count(self.trimmed_low, "respondent")
        high = f"{self.trimmed_high:,} at the highest"
        return f"{_trim_text(self.trim)}: {low} at the lowest weight, {high}."

    def _normalised_notes(self) -> list[str]:
        counts = [
            f"Targets of {column} are counts of {number(total, 15)} and were divided by that."
            for column, total in self.counted.items()
        ]
        return counts + [
            f"Targets of {column} added up to {number(total, 6)} and were divided by that."
            for column, total in self.normalised.items()
        ]

    def _missing_notes(self) -> list[str]:
        return [
            f"{column} is missing for {count(gone, 'respondent')}: their own share is kept."
            for column, gone in self.missing.items()
        ]


def rake(
    data: Any,
    margins: Targets,
    *,
    weights: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    trim: float | Sequence[float | None] | None = None,
    missing: MarginPolicy = "raise",
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
) -> Raking:
    """Rake weights: weighted shares become the known shares of the population.

    Parameters
    ----------
    data : dataframe, mapping or Responses
        One row per respondent, with the columns of the margins; of Responses their labels, their
        clusters and their own weights.
    margins : mapping
        Column to category to share, ``{"sex": {"f": 0.52, "m": 0.48}, "age": {...}}``; a column's
        shares may also be a pandas Series, or a frame of two columns, as ``value_counts()`` gives
        them. They sum to 1 or 100, or are counts of people: whole numbers that add up to more than
        200. Counts are divided by their sum, and so are shares where rounding explains that they
        do not sum; the result reports it.
    weights : str, optional
        Column of base weights (of the sampling design); equal ones by default. Raking changes
        them as little as it can.
    cluster, stratum : str, optional
        Columns of the primary sampling unit (such as the dealer) and of the stratum, which
        :meth:`Raking.mean` knows then.
    trim : float or pair of float, optional
        The highest weight, or the lowest and the highest one, as multiples of the mean weight;
        None within the pair leaves that end open. They hold whether or not the margins can be
        met within them. Where they cannot, no weight falls below the lowest one that raking
        without `trim` gives (in one round, where that fails too), and the warning says which
        limits would suffice.
    missing : {"raise", "own share"}
        What to do with respondents whose category is missing: refuse them, or let them keep the
        share that they have by the base weights, the targets dividing the rest; the result counts
        them.
    tolerance : float
        The largest difference between a share and its target that counts as none.
    max_iterations : int
        Most rounds over all columns; it also stops when 50 rounds have brought no progress.

    Returns
    -------
    Raking
        ``responses.with_weights(raking.weights)`` puts them to use.

    Raises
    ------
    DataError
        If a column is absent, a label is missing, shares do not sum, a category has no target,
        or a category with a target > 0 has no respondents.
    ParameterError
        If an option is outside its domain.

    Warns
    -----
    ConvergenceWarning
        If a share is not within `tolerance` of its target; the result has ``converged=False``.

    Notes
    -----
    Estimates from the responses take the weights as known. Where the margins explain the answers
    their variance is too large rather than too small; :meth:`Raking.mean` takes that into account.

    Examples
    --------
    >>> from custvalue.survey import rake
    >>> frame = {"sex": ["f", "f", "f", "m"], "age": ["old", "young", "young", "old"]}
    >>> raking = rake(frame, {"sex": {"f": 0.5, "m": 0.5}, "age": {"old": 0.6, "young": 0.4}})
    >>> raking.weights.round(4).tolist()
    [0.4, 0.8, 0.8, 2.0]
    >>> raking.converged, round(raking.effective_n, 3)
    (True, 2.941)
    """
    named = {"cluster": cluster, "stratum": stratum}
    roles = {role: name for role, name in named.items() if name is not None}
    if isinstance(data, Responses):
        roles = {role: role for role in named if role in data.labels}
        data, weights = _columns_of(data, weights), "weight"
    require_clusters(roles)
    bounds = checked_trim(trim)
    _check_limits(tolerance, max_iterations)
    require_choice("missing", missing, get_args(MarginPolicy))
    source = _frames.Source(data)
    labels = {role: labels_column(source, role, name) for role, name in roles.items()}
    base = weights_column(source, weights)
    checked = checked_margins(source, margins, base, missing)
    used: npt.NDArray[np.bool_] | slice = slice(None) if base.all() else base > 0
    codes = [its.codes[used] for its in checked]
    cell = cell_of_each(codes)
    cells = Cells.of(codes, cell, base[used])
    found, free = _found(cells, [its.target for its in checked], bounds, tolerance, max_iterations)
    weights_found = np.zeros(len(base))
    weights_found[used] = found.weights(cell, base[used])
    fit = _fit(checked, cells, cells.cut(found.factors, found.ends)[0])
    multiples = weights_found[used] / cells.mean
    low, high = _ends(bounds)
    result = Raking(
        weights=read_only(weights_found),
        base_weights=read_only(base),
        margins=fit,
        categories=read_only(_categories(checked)),
        converged=found.error <= tolerance,
        iterations=found.rounds,
        tolerance=float(tolerance),
        trim=bounds,
        trimmed_low=int((multiples <= low * (1 + ROUNDING)).sum()),
        trimmed_high=int((multiples >= high * (1 - ROUNDING)).sum()),
        labels=labels,
        **_of_margins(checked),
    )
    if not result.converged:
        warnings.warn(_checklist(result, free), ConvergenceWarning, stacklevel=2)
    return result


def _of_margins(margins: list[Margin]) -> dict[str, dict[str, Any]]:
    """Return what a reader must know of the margins, by field of the result and column."""
    totals = [(its.column, its.stated) for its in margins if its.stated.total is not None]
    return {
        "normalised": {column: its.total for column, its in totals if not its.counts},
        "counted": {column: its.total for column, its in totals if its.counts},
        "missing": {its.column: its.missing for its in margins if its.missing},
    }


def _ends(trim: tuple[float, float | None] | None) -> tuple[float, float]:
    low, high = trim or (0.0, None)
    return low, np.inf if high is None else high


def _found(
    cells: Cells,
    targets: list[FloatArray],
    trim: tuple[float, float | None] | None,
    tolerance: float,
    max_iterations: int,
) -> tuple[Raked, tuple[float, float] | None]:
    """Rake; where `trim` prevents it, return the multiples between which it would succeed.

    Endless rounds would drive some weights to 0. No weight is pushed below the lowest one of
    raking without `trim`; of its first round, where that fails as well.
    """
    low, high = _ends(trim)
    found = raked(cells, targets, (low, high), tolerance, max_iterations)
    if found.error <= tolerance or trim is None:
        return found, None
    free = raked(cells, targets, (0.0, np.inf), tolerance, max_iterations)
    possible = free.error <= tolerance
    if not possible:
        free = raked(cells, targets, (0.0, np.inf), tolerance, 1)
    lowest, highest = free.multiples(cells)
    if lowest > low:
        found = raked(cells, targets, (lowest, high), tolerance, max_iterations)
    return found, (lowest, highest) if possible else None


def _categories(margins: list[Margin]) -> IntArray:
    """Return the categories of all margins, numbered one after the other as MarginFit does."""
    ends = np.cumsum([0, *(len(its.categories) for its in margins)])
    return np.stack([its.codes + first for its, first in zip(margins, ends, strict=False)]).T


def _columns_of(responses: Responses, weights: str | None) -> dict[str, npt.NDArray[Any]]:
    if weights is not None:
        raise ParameterError(
            f"Responses have weights of their own, but weights={weights!r}. Omit it, or use "
            f"responses.with_weights(…) first."
        )
    return {"weight": responses.weights, **responses.labels}


def _check_limits(tolerance: float, max_iterations: int) -> None:
    if not isinstance(tolerance, int | float) or not 0 < tolerance < 1:
        raise ParameterError(
            f"tolerance must be a difference of shares > 0 and < 1, as in 1e-6, but it is "
            f"{plain(tolerance)!r}."
        )
    checked_whole("max_iterations", max_iterations, least=1)


def _fit(margins: list[Margin], cells: Cells, people: FloatArray) -> MarginFit:
    """Compare shares with their targets; `people` are the sums of the weights of each cell."""
    found = []
    for margin, codes in zip(margins, cells.codes, strict=True):
        n, before, after = (
            np.bincount(codes, each, len(margin.categories))
            for each in (cells.n, cells.sums / cells.total, people / people.sum())
        )
        found += [
            MarginCategory(
                column=margin.column,
                category=category,
                n=int(n[place]),
                target=float(margin.target[place]),
                before=min(float(before[place]), 1.0),
                achieved=min(float(after[place]), 1.0),
            )
            for place, category in enumerate(margin.categories)
        ]
    return MarginFit(categories=tuple(found))


def _trim_text(trim: tuple[float, float | None]) -> str:
    high = "no end" if trim[1] is None else f"{number(trim[1])} times the mean weight"
    return f"Trimmed to {number(trim[0])} to {high}"


def _checklist(result: Raking, free: tuple[float, float] | None) -> str:
    """Say what is not met, and what to check; `free` are the multiples without `trim`."""
    worst = result.margins.worst
    text = (
        f"raking stopped after {count(result.iterations, 'round')}: {worst.column} "
        f"{worst.category!r} has {percent(worst.achieved, 2)} and should have "
        f"{percent(worst.target, 2)}."
    )
    few = (
        f"categories with few respondents ({worst.category!r} has {worst.n:,}): join them with "
        f"others"
    )
    if result.trim is not None and free is not None:
        return f"{text} {_trim_is_in_the_way(result, free)} Or look for {few}."
    return (
        f"{text} Check: (1) {few}; (2) margins that contradict each other, because some "
        f"combinations of categories have no respondents; (3) max_iterations and "
        f"tolerance={result.tolerance:g}."
    )


def _trim_is_in_the_way(result: Raking, free: tuple[float, float]) -> str:
    """Name the end of `trim` that binds: without it weights would go beyond it."""
    low, high = _ends(result.trim)
    binding = []
    if free[0] < low:
        binding.append(f"the lowest weight, {number(low)} times the mean, to {number(free[0])}")
    if free[1] > high:
        binding.append(f"the highest weight, {number(high)} times the mean, to {number(free[1])}")
    return (
        f"trim leaves no room: without it all shares are met, with weights of {number(free[0])} to "
        f"{number(free[1])} times their mean. Move {' and '.join(binding)}."
    )
