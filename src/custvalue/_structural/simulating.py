"""Answers of respondents for whom a structural model with known paths holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_whole, finite, random_generator, require_choice
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._rows import Columns, FloatArray, IntArray, read_only
from custvalue._structural.model import Model
from custvalue._structural.plan import Plan
from custvalue._structural.population import (
    Measured,
    composite_block,
    drawn_constructs,
    drawn_items,
    factor_block,
    implied,
    require_below_one,
    root_of,
)
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, ParameterError

Population = Literal["factor", "composite"]

MIDDLE = 60.0  # of 0-100, where satisfied customers are
MOST_VARIATION = 10.0  # of weights: beyond, a few respondents are all of them
SPREAD = 20.0  # points of 0-100: answers rarely meet the ends
TEN = Scale(1, 10)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Simulated(WithoutIntervals, Columns):
    """Answers drawn from a structural model, and the truth behind them.

    Parameters
    ----------
    answers : Responses
        Of the respondents, to all items of the model.
    population : {"factor", "composite"}
        What holds in the population.
    names : tuple of str
        The constructs.
    paths : ndarray of shape (constructs, constructs)
        True path coefficient from the row to the column, 0 where there is no path.
    total_effects : ndarray of shape (constructs, constructs)
        Their sums over all ways from the row to the column.
    correlations : ndarray of shape (constructs, constructs)
        Of the constructs.
    r_squared : ndarray of shape (constructs,)
        Explained by the paths; 0 for constructs without predecessors.
    loadings : ndarray of shape (items,)
        Correlation of each item with its construct, before answers were rounded.
    weights : ndarray of shape (items,)
        Weights of the standardised items in their construct (composites), or in the best guess of
        it (factors).
    """

    SHOWN: ClassVar = shown("path, total_effect, correlation")
    REPR: ClassVar[tuple[str, ...]] = ("answers", "population")

    answers: Responses
    population: Population
    names: tuple[str, ...]
    paths: FloatArray
    total_effects: FloatArray
    correlations: FloatArray
    r_squared: FloatArray
    loadings: FloatArray
    weights: FloatArray

    def path(self, source: str, target: str) -> float:
        """Return a true path coefficient.

        Parameters
        ----------
        source, target : str
            Constructs.

        Raises
        ------
        ParameterError
            If a construct is unknown.
        """
        return float(self.paths[self._place("source", source), self._place("target", target)])

    def total_effect(self, source: str, target: str) -> float:
        """Return a true total effect.

        Parameters
        ----------
        source, target : str
            Constructs.

        Raises
        ------
        ParameterError
            If a construct is unknown.
        """
        places = self._place("source", source), self._place("target", target)
        return float(self.total_effects[places])

    def _place(self, argument: str, name: str) -> int:
        require_choice(argument, name, self.names)
        return self.names.index(name)

    def __post_init__(self) -> None:
        k, p = len(self.names), len(self.answers.items)
        square = dict.fromkeys(("paths", "total_effects", "correlations"), (k, k))
        shapes = {**square, "r_squared": (k,), "loadings": (p,), "weights": (p,)}
        for name, shape in shapes.items():
            found = getattr(self, name)
            if found.shape != shape or not np.isfinite(found).all():
                raise DataError(f"{name} must be finite, of the shape {shape}.")
        super().__post_init__()

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        starts, ends = np.nonzero(self.total_effects)
        names = np.array(self.names, dtype=np.str_)
        return {
            "effect": np.array(
                [f"{self.names[i]} -> {self.names[j]}" for i, j in zip(starts, ends, strict=True)],
                dtype=np.str_,
            ),
            "source": names[starts],
            "target": names[ends],
            "path": self.paths[starts, ends],
            "total_effect": self.total_effects[starts, ends],
            "correlation": self.correlations[starts, ends],
        }

    def _title(self) -> str:
        return f"Simulated answers of a {self.population} population"

    def _notes(self) -> Sequence[str]:
        shares = [
            f"{name} {share:.3f}"
            for name, share in zip(self.names, self.r_squared, strict=True)
            if share > 0
        ]
        return (f"R²: {', '.join(shares)}.", str(self.answers.base))


def simulate(
    model: Model,
    respondents: int,
    *,
    paths: Mapping[tuple[str, str], float] | float = 0.4,
    loadings: Mapping[str, float | Sequence[float]] | float = 0.8,
    correlations: float = 0.3,
    population: Population = "factor",
    outer_weights: Mapping[str, Sequence[float]] | None = None,
    within: float = 0.5,
    means: Mapping[str, float] | float = MIDDLE,
    spread: float = SPREAD,
    scale: Scale = TEN,
    clusters: int | None = None,
    intraclass_correlation: float = 0.0,
    weight_variation: float = 0.0,
    rng: Generator = None,
) -> Simulated:
    """Draw answers from a structural model with known paths.

    Parameters
    ----------
    model : Model
        Constructs, items and paths.
    respondents : int
        How many, at least 2.
    paths : mapping of (str, str) to float, or float
        True standardised path coefficients by (source, target), or one for all.
    loadings : mapping of str to float or sequence of float, or float
        Of a ``factor`` population: correlation of items with their construct, by construct.
    correlations : float
        Between constructs to which no path leads.
    population : {"factor", "composite"}
        ``factor``: items reflect a construct with errors of their own, which PLSc and maximum
        likelihood estimate without bias; ``composite``: the construct is a weighted sum of its
        items, which PLS estimates without bias.
    outer_weights : mapping of str to sequence of float, optional
        Of a ``composite`` population: relative weights of the items, by construct; equal by
        default.
    within : float
        Of a ``composite`` population: correlation between items of one block.
    means : mapping of str to float, or float
        Mean of the items of a construct on 0-100.
    spread : float
        Standard deviation of the items on 0-100, before answers beyond the ends are set to the
        ends.
    scale : Scale
        Answers are rounded to its steps; rounding takes a few percent from correlations. With
        ``Scale(1, 10, step=None)`` nothing is rounded.
    clusters : int, optional
        Respondents come from so many dealers, equally many from each.
    intraclass_correlation : float
        Share of the variance of the constructs that is common to a dealer.
    weight_variation : float
        Coefficient of variation of lognormal sampling weights, which have nothing to do with the
        answers; 0 for equal ones.
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    Simulated
        ``.answers``, and the truth.

    Raises
    ------
    ParameterError
        If an argument is out of its domain, names what the model has not, or the paths explain all
        of the variance of a construct.

    Examples
    --------
    >>> from custvalue import structural
    >>> from custvalue.structural import Construct, Model, Path, items
    >>> model = Model(
    ...     [
    ...         Construct("Quality", items("q", 1, 3)),
    ...         Construct("Satisfaction", items("s", 1, 3)),
    ...         Path("Quality", "Satisfaction"),
    ...     ]
    ... )
    >>> made = structural.simulate(model, 200, paths=0.6, rng=1)
    >>> made.answers.items
    ('q1', 'q2', 'q3', 's1', 's2', 's3')
    >>> made.path("Quality", "Satisfaction"), round(float(made.r_squared[1]), 2)
    (0.6, 0.36)
    """
    plan = Plan.of(_checked_model(model))
    n = checked_whole("respondents", respondents, least=2)
    require_choice("population", population, get_args(Population))
    random = random_generator(rng)
    check_scale(scale)
    slopes = _paths(plan, paths)
    outside = _outside(len(plan.names), correlations)
    root_of(outside, "correlations")
    truth = implied(slopes[np.newaxis], plan.adjacency, outside[np.newaxis])
    require_below_one(plan.names, truth.r_squared[0])
    blocks = _blocks(plan, population, loadings, outer_weights, within)
    drawn = _Drawn(_dealers(n, clusters), _share("intraclass_correlation", intraclass_correlation))
    scores = drawn_constructs(
        root_of(truth.correlations[0], "correlations of constructs"), *drawn, n, random
    )
    shape = _shape(plan, means, spread)
    answers = _on_scale(scale, shape, drawn_items(scores, blocks, random))
    return Simulated(
        answers=Responses.from_arrays(
            answers,
            items=plan.items,
            scale=scale,
            weights=_weights(n, weight_variation, random),
            cluster=_names_of(drawn.clusters),
        ),
        population=population,
        names=plan.names,
        paths=read_only(slopes),
        total_effects=read_only(np.linalg.inv(np.eye(len(slopes)) - slopes) - np.eye(len(slopes))),
        correlations=read_only(truth.correlations[0].copy()),
        r_squared=read_only(truth.r_squared[0].copy()),
        loadings=read_only(np.concatenate([its.loadings for its in blocks])),
        weights=read_only(np.concatenate([its.weights for its in blocks])),
    )


class _Drawn(NamedTuple):
    """Dealers of the respondents, and how much these are alike."""

    clusters: IntArray | None
    alike: float


def _checked_model(model: object) -> Model:
    if not isinstance(model, Model):
        raise ParameterError(
            f"model must be a structural.Model, as of structural.Model([…]) or structural.ecsi(…), "
            f"but it is {type(model).__name__}."
        )
    return model


def _number(name: str, value: object, low: float, high: float) -> float:
    """Return a number strictly between two others."""
    found = finite(value)
    if not low < found < high:
        raise ParameterError(
            f"{name} must be a number > {low:g} and < {high:g}, but it is {value!r}."
        )
    return found


def _share(name: str, value: object) -> float:
    """Return a share of one that may be 0."""
    found = finite(value)
    if not 0 <= found < 1:
        raise ParameterError(f"{name} must be >= 0 and < 1, but it is {value!r}.")
    return found


def _paths(plan: Plan, given: Any) -> FloatArray:
    """Return the matrix of paths, from row to column."""
    size, found = len(plan.names), np.zeros((len(plan.names), len(plan.names)))
    if not isinstance(given, Mapping):
        value = _number("paths", given, -2, 2)
        return np.where(plan.adjacency, value, found)
    known = {
        (plan.names[i], plan.names[j]): (i, j)
        for i in range(size)
        for j in range(size)
        if plan.adjacency[i, j]
    }
    for pair, value in given.items():
        if pair not in known:
            raise ParameterError(
                f"paths has {pair!r}, but the paths of the model are {listed(known)}."
            )
        found[known[pair]] = _number(f"paths[{pair!r}]", value, -2, 2)
    absent = [pair for pair in known if pair not in given]
    if absent:
        raise ParameterError(
            f"paths has no coefficient for {listed(absent)}. Give one for each path, 0 for none, "
            f"or one number for all of them."
        )
    return found


def _outside(size: int, correlation: object) -> FloatArray:
    found = np.full((size, size), _number("correlations", correlation, -1, 1))
    np.fill_diagonal(found, 1.0)
    return found


def _blocks(
    plan: Plan,
    population: Population,
    loadings: Any,
    outer_weights: Any,
    within: object,
) -> list[Measured]:
    """Return how the items of each construct are made."""
    alike = _number("within", within, -1, 1)
    if population == "factor":
        given = _by_construct("loadings", plan, loadings)
        return [
            factor_block(_for_items("loadings", plan, place, given[place], 1.0))
            for place in range(len(plan.names))
        ]
    if not isinstance(outer_weights, Mapping | None):
        raise ParameterError(
            f"outer_weights must be a mapping of constructs to the weights of their items, but it "
            f"is {outer_weights!r}."
        )
    given = _by_construct("outer_weights", plan, outer_weights or {}, absent=1.0)
    return [
        composite_block(_for_items("outer_weights", plan, place, given[place], np.inf), alike, name)
        for place, name in enumerate(plan.names)
    ]


def _by_construct(argument: str, plan: Plan, given: Any, absent: float | None = None) -> list[Any]:
    """Return what was given for each construct, one number standing for all."""
    if not isinstance(given, Mapping):
        return [given] * len(plan.names)
    for name in given:
        if name not in plan.names:
            raise ParameterError(
                f"{argument} has {name!r}, but the constructs are {listed(plan.names)}."
                f"{did_you_mean(name, plan.names)}"
            )
    lacking = [name for name in plan.names if name not in given]
    if lacking and absent is None:
        raise ParameterError(f"{argument} has nothing for {listed(lacking)}. Add it.")
    return [given.get(name, absent) for name in plan.names]


def _for_items(argument: str, plan: Plan, place: int, given: Any, most: float) -> FloatArray:
    """Return a number for each item of a construct; a single item is the construct itself."""
    size = plan.blocks[place].stop - plan.blocks[place].start
    if size == 1:
        return np.ones(1)
    name = f"{argument}[{plan.names[place]!r}]"
    some = [given] * size if np.ndim(given) == 0 else list(given)
    if len(some) != size:
        raise ParameterError(
            f"{name} must be one number or {size}, one for each item, but there are {len(some)}."
        )
    numbers = np.array([finite(each) for each in some])
    if not (np.abs(numbers) < most).all():
        limits = "" if most == np.inf else f" > -{most:g} and < {most:g}"
        raise ParameterError(f"{name} must be numbers{limits}, but it is {given!r}.")
    return numbers


def _dealers(respondents: int, clusters: int | None) -> IntArray | None:
    """Return the dealer of each respondent."""
    if clusters is None:
        return None
    count = checked_whole("clusters", clusters, least=2)
    if count > respondents:
        raise ParameterError(
            f"clusters must be at most {respondents}, as there are so many respondents, but it is "
            f"{count}."
        )
    return np.arange(respondents) % count


def _names_of(clusters: IntArray | None) -> list[str] | None:
    return None if clusters is None else [f"dealer {place + 1}" for place in clusters.tolist()]


def _weights(respondents: int, variation: object, random: np.random.Generator) -> FloatArray | None:
    """Return lognormal weights with a mean of 1 in the population; None where all are equal."""
    found = finite(variation)
    if not 0 <= found <= MOST_VARIATION:
        raise ParameterError(
            f"weight_variation must be a number >= 0 and <= {MOST_VARIATION:g}, but it is "
            f"{variation!r}."
        )
    if found <= 0:
        return None
    deviation = float(np.sqrt(np.log1p(found**2)))
    return np.exp(random.normal(-(deviation**2) / 2, deviation, respondents))


class _Shape(NamedTuple):
    """Mean (items,) and standard deviation of the items on 0-100."""

    means: FloatArray
    spread: float


def _shape(plan: Plan, means: Any, spread: object) -> _Shape:
    given = _by_construct("means", plan, means, absent=MIDDLE)
    of_each = np.array(
        [
            _number(f"means[{name!r}]", its, 0, 100)
            for name, its in zip(plan.names, given, strict=True)
        ]
        if isinstance(means, Mapping)
        else [_number("means", means, 0, 100)] * len(plan.names)
    )
    return _Shape(of_each[plan.owner], _number("spread", spread, 0, 100))


def _on_scale(scale: Scale, shape: _Shape, items: FloatArray) -> FloatArray:
    """Turn standard normal items into answers."""
    share = (shape.means + shape.spread * items) / 100
    share = share if scale.sign > 0 else 1 - share
    answers = scale.low + scale.width * np.minimum(np.maximum(share, 0.0), 1.0)
    if scale.step is None:
        return answers
    return scale.low + scale.step * np.rint((answers - scale.low) / scale.step)
