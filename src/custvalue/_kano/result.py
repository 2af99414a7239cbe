"""The result of a Kano study: every item's distribution, class and coefficients, with n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, require_choice
from custvalue._drivers.tiers import Attribute, Tier
from custvalue._kano import counts
from custvalue._kano.classify import (
    Rule,
    at,
    categories_at,
    decide,
    fong_critical,
    tied_with_top,
    top_two,
)
from custvalue._kano.coefficients import (
    IntervalMethod,
    Sums,
    better_of,
    checked_interval,
    worse_of,
)
from custvalue._kano.item import RULES, Item, item_of
from custvalue._kano.means import Importance, position, rows_of
from custvalue._kano.posterior import CategoryProbabilities, ProbabilityMethod, probabilities_of
from custvalue._kano.table import CATEGORIES, A, Category, Levels, M, O, Q, R
from custvalue._results.base import Base
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._table import Table
from custvalue._words import listed, one_line, percent
from custvalue.errors import ParameterError

TIERS = {
    Category.MUST_BE: Tier.SATISFIED,
    Category.ONE_DIMENSIONAL: Tier.DESIRED,
    Category.ATTRACTIVE: Tier.SURPRISED,
}
TIE_MARGIN = 0.05
QUESTIONABLE_LIMIT = 0.10
HEADER = {"better_low": "low", "better_high": "high", "worse_low": "low", "worse_high": "high"}
SHOWN = ("item", "n", *"MOAIRQ", *RULES, "better", *list(HEADER)[:2], "worse", *list(HEADER)[2:])


@dataclass(frozen=True, eq=False, repr=False)
class Result(Pictured, Columns):
    """The classes of all items, what they rest on, and what speaks against them.

    Made by :func:`classify`, or from published counts or percentages;
    ``result["spell check"]`` is an :class:`Item`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    counts : ndarray of float64, shape (items, 6)
        Answers in M, O, A, I, R, Q, whatever their weight; NaN where n is not known.
    weights : ndarray of float64, shape (items, 6)
        Sums of their sampling weights.
    squares : ndarray of float64, shape (items, 6)
        Sums of their squared weights, for the variances; NaN where n is not known.
    table : str
        Name of the evaluation table.
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives the category of an item: the most frequent one; the first of
        M > O > A > I > R > Q among those within `tie_margin` of the most frequent; or Berger's,
        the largest of M, O, A where these three outnumber I, R, Q, else the largest of those.
    tie_margin : float
        Shares this close to the largest count as equal to it in the rule ``M>O>A>I``; 0.05 is
        five percentage points.
    questionable_limit : float
        Share of questionable answers above which an item is warned of.
    base : Base or None
        Respondents and what was left out; None for published numbers.
    importance : Importance or None
        Self-stated importance.
    codes : Levels or None
        How the answers were written; None where they were evaluated elsewhere.

    Raises
    ------
    DataError
        If shapes do not fit, or an item has no answers.
    ParameterError
        If `table` is no name, or `rule`, `tie_margin` or `questionable_limit` is outside its
        domain.

    Examples
    --------
    >>> result = Result.from_counts(
    ...     {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
    ... )
    >>> hotline = result["Hotline"]
    >>> hotline.category.value, hotline.by_rule["M>O>A>I"].value
    ('I', 'A')
    >>> print(hotline.fong)
    I - A: 3 < 19.77, not significant
    >>> print(f"{hotline.better.value:.3f} {hotline.better.confidence_interval()}")
    0.511 [0.4527, 0.5682]
    """

    PICTURE: ClassVar = "kano_diagram"

    items: tuple[str, ...]
    counts: FloatArray
    weights: FloatArray
    squares: FloatArray
    table: str = "not stated"
    rule: Rule = "mode"
    tie_margin: float = TIE_MARGIN
    questionable_limit: float = QUESTIONABLE_LIMIT
    base: Base | None = None
    importance: Importance | None = None
    codes: Levels | None = None

    def __post_init__(self) -> None:
        check_rule(self.rule, self.tie_margin, self.questionable_limit)
        if not isinstance(self.table, str):
            raise ParameterError(
                f"table must be the name of the evaluation table that was used, as in "
                f"table=kano.BERGER.name, but it is {self.table!r}."
            )
        for name in ("counts", "weights", "squares"):
            array = np.array(getattr(self, name), dtype=np.float64)
            counts.check(name, self.items, array)
            object.__setattr__(self, name, read_only(array))
        empty = np.flatnonzero(self.weights.sum(axis=1) <= 0)
        if empty.size:
            raise counts.nobody(self.items[int(empty[0])])

    @classmethod
    def from_counts(
        cls,
        numbers: Mapping[str, Mapping[str, float]],
        *,
        rule: Rule = "mode",
        tie_margin: float = TIE_MARGIN,
        questionable_limit: float = QUESTIONABLE_LIMIT,
        table: str = "not stated",
    ) -> Result:
        """Take counts of answers that were evaluated elsewhere.

        Parameters
        ----------
        numbers : mapping
            Item to category (M, O, A, I, R, Q, all six) to number of answers.
        rule, tie_margin, questionable_limit
            As in :class:`Result`.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            If a count is missing, negative or no whole number, or an item has no answers.
        ParameterError
            If an argument is outside its domain.
        """
        array = counts.matrix(numbers)
        counts.require_whole(tuple(numbers), array)
        return cls(
            items=tuple(numbers),
            counts=array,
            weights=array,
            squares=array,
            table=table,
            rule=rule,
            tie_margin=tie_margin,
            questionable_limit=questionable_limit,
        )

    @classmethod
    def from_percentages(
        cls,
        numbers: Mapping[str, Mapping[str, float]],
        *,
        n: int | Mapping[str, int] | None = None,
        decimals: int = 1,
        rule: Rule = "mode",
        tie_margin: float = TIE_MARGIN,
        questionable_limit: float = QUESTIONABLE_LIMIT,
        table: str = "not stated",
    ) -> Result:
        """Take percentages as they are published.

        Parameters
        ----------
        numbers : mapping
            Item to category (M, O, A, I, R, Q, all six) to percentage.
        n : int or mapping of str to int, optional
            Number of answers, for all items or by item. Without it there are no intervals and no
            tests.
        decimals : int
            Decimals to which the percentages are rounded: they may miss 100 by what six
            roundings come to, and are then normalised.
        rule, tie_margin, questionable_limit
            As in :class:`Result`.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            If a percentage is missing or negative, or they do not sum to 100.
        ParameterError
            If an argument is outside its domain.

        Examples
        --------
        >>> skis = {"M": 49.3, "O": 32.3, "A": 7, "I": 9.5, "R": 0.3, "Q": 1.5}
        >>> edge = Result.from_percentages({"edge grip": skis})["edge grip"]
        >>> print(f"{edge.category} {edge.better.value:.2f} {edge.worse.value:.2f}")
        M 0.40 -0.83
        """
        shares = counts.normalised(tuple(numbers), counts.matrix(numbers), decimals)
        answers = counts.numbers_of_answers(tuple(numbers), n)[:, np.newaxis]
        return cls(
            items=tuple(numbers),
            counts=shares * answers,
            weights=np.where(np.isnan(answers), shares, shares * answers),
            squares=shares * answers,
            table=table,
            rule=rule,
            tie_margin=tie_margin,
            questionable_limit=questionable_limit,
        )

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        item: str = "item",
        rule: Rule = "mode",
        tie_margin: float = TIE_MARGIN,
        questionable_limit: float = QUESTIONABLE_LIMIT,
        table: str = "not stated",
    ) -> Result:
        """Take counts from a dataframe with one row an item and columns M, O, A, I, R, Q.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        item : str
            Column of the items' names.
        rule, tie_margin, questionable_limit
            As in :class:`Result`.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            As in :meth:`from_counts`, or if a column is absent or an item comes twice.
        ParameterError
            If an argument is outside its domain.
        """
        return cls.from_counts(
            counts.from_columns(frame, item),
            rule=rule,
            tie_margin=tie_margin,
            questionable_limit=questionable_limit,
            table=table,
        )

    @property
    def sums(self) -> Sums:
        """What is known of the answers, item by item."""
        return Sums(self.counts, self.weights, self.squares)

    @property
    def shares(self) -> FloatArray:
        """Weighted shares of M, O, A, I, R, Q, shape (items, 6)."""
        return self.sums.shares

    @property
    def convention(self) -> str:
        """What the class and the coefficients are, here."""
        answers = "" if self.codes is None else f"; answers: {self.codes.spelled}"
        return (
            f"Category by {self.rule}, ties by M > O > A > I > R > Q; rule M>O>A>I: the first "
            f"within {percent(self.tie_margin, 1)} of the largest; evaluation table: {self.table}"
            f"{answers}. Better = (A + O) / (M + O + A + I), worse = -(M + O) / (M + O + A + I)."
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the classes are used, in sentences."""
        return (*_doubtful(self), *_tied(self), *_undefined(self))

    def categories(self, rule: Rule | None = None) -> tuple[Category, ...]:
        """Return the category of every item.

        Parameters
        ----------
        rule : {"mode", "M>O>A>I", "berger"}, optional
            Another rule than the result's own.

        Raises
        ------
        ParameterError
            If there is no such rule.
        """
        rule = self.rule if rule is None else rule
        require_choice("rule", rule, RULES)
        return categories_at(decide(self.shares, rule, self.tie_margin))

    def tier(self, name: str) -> Tier | None:
        """Return the tier of requirements that an item belongs to.

        Parameters
        ----------
        name : str
            The item.

        Returns
        -------
        Tier or None
            Satisfied (满足) for must-be, desired (渴望) for one-dimensional, surprised (惊喜) for
            attractive items; None for the other categories, which belong to no tier.

        Raises
        ------
        DataError
            If there is no such item.
        """
        return TIERS.get(self.categories()[position(name, self.items)])

    def tiered(self) -> tuple[Attribute, ...]:
        """Return the items that belong to a tier, weighted by their stated importance.

        Returns
        -------
        tuple of Attribute
            As :func:`custvalue.satisfaction.satisfaction_effect` takes them; all with the weight
            1 where importance was not asked. Items of the other categories are left out.

        Raises
        ------
        DataError
            If importance was asked, and nobody stated it for an item that belongs to a tier.

        Examples
        --------
        >>> must = {"M": 60, "O": 20, "A": 5, "I": 15, "R": 0, "Q": 0}
        >>> [item] = Result.from_counts({"fault repaired": must}).tiered()
        >>> item.name, item.tier.value, item.weight
        ('fault repaired', 'satisfied', 1.0)
        """
        return tuple(
            Attribute(
                name=name,
                tier=TIERS[category],
                weight=1.0 if self.importance is None else self.importance[name].value,
            )
            for name, category in zip(self.items, self.categories(), strict=True)
            if category in TIERS
        )

    def probabilities(
        self,
        *,
        method: ProbabilityMethod | None = None,
        prior: float = 0.5,
        draws: int = 4000,
        rng: Generator = None,
    ) -> CategoryProbabilities:
        """Estimate P(category) of every item, by the result's rule.

        Parameters
        ----------
        method : {"exact", "dirichlet", "bootstrap"}, optional
            Dirichlet posterior of the distribution integrated (for the rule ``mode``, where it
            is the default), the same by draws (the default for the other rules), or resampled
            counts. Weighted answers count by their effective n.
        prior : float
            Dirichlet parameter of each category; 0.5 is Jeffreys' prior.
        draws : int
            How many draws.
        rng : Generator, int or None
            Source of randomness of the draws.

        Raises
        ------
        DataError
            If the number of answers is not known.
        ParameterError
            If an argument is outside its domain.

        Examples
        --------
        >>> counts = {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
        >>> sure = Result.from_counts(counts).probabilities()["Hotline"]
        >>> print(f"{sure['A']:.3f} {sure['I']:.3f}")
        0.424 0.576
        """
        return probabilities_of(
            self.items,
            self.sums,
            rule=self.rule,
            tie_margin=self.tie_margin,
            method=method,
            prior=prior,
            draws=draws,
            rng=rng,
        )

    def __getitem__(self, name: str) -> Item:
        row = position(name, self.items)
        importance = None if self.importance is None else self.importance.stated(name)
        return item_of(name, self.sums.row(row), self.rule, self.tie_margin, importance)

    def __iter__(self) -> Iterator[str]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def columns(
        self, level: float = 0.95, *, method: IntervalMethod = "wilson", prior: float = 0.5
    ) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals of better and worse.
        method : {"wilson", "delta", "dirichlet"}
            Their method, as in :meth:`Share.confidence_interval`.
        prior : float
            Dirichlet parameter of each category, for the posterior.

        Returns
        -------
        dict of str to ndarray
            item, n, effective_n, the shares M to Q, category, the category by each rule, tied,
            total_strength, category_strength, better and worse with ends, fong_difference and
            fong_critical; NaN where there is none.

        Raises
        ------
        ParameterError
            If an argument is outside its domain.
        """
        level = checked_interval(level, method, prior)
        shares, sums = self.shares, self.sums
        first, second = top_two(shares)
        a, b = at(sums.scaled, first), at(sums.scaled, second)
        better, worse = better_of(sums), worse_of(sums)
        better_low, better_high = better.ends(level, method, prior)
        nearest, farthest = worse.ends(level, method, prior)
        return {
            "item": np.array(self.items),
            "n": sums.n,
            "effective_n": sums.effective_n,
            **{category.value: shares[:, k] for k, category in enumerate(CATEGORIES)},
            "category": np.array([category.value for category in self.categories()]),
            **{rule: np.array([c.value for c in self.categories(rule)]) for rule in RULES},
            "tied": tied_with_top(shares).sum(axis=1) > 1,
            "total_strength": shares[:, [M, O, A]].sum(axis=1),
            "category_strength": at(shares, first) - at(shares, second),
            "better": better.value,
            "better_low": better_low,
            "better_high": better_high,
            "worse": 0.0 - worse.value,
            "worse_low": 0.0 - farthest,
            "worse_high": 0.0 - nearest,
            "fong_difference": a - b,
            "fong_critical": fong_critical(a, b, sums.effective_n),
        }

    def __repr__(self) -> str:
        found = [str(category) for category in self.categories()]
        told = ", ".join(
            f"{letter} {found.count(letter)}" for letter in "MOAIRQ" if letter in found
        )
        return one_line("Result", items=len(self.items), categories=told, rule=self.rule)

    def _table(self) -> Table:
        columns = self.columns()
        rows = rows_of(columns[name] for name in SHOWN)
        header = tuple(HEADER.get(name, name) for name in SHOWN)
        return Table("Kano categories", header, rows, tuple(_notes(self)))


def check_rule(rule: str, tie_margin: float, questionable_limit: float) -> None:
    """Raise a ParameterError unless the arguments of a classification are in their domains."""
    require_choice("rule", rule, RULES)
    for name, value in (("tie_margin", tie_margin), ("questionable_limit", questionable_limit)):
        if not (isinstance(value, int | float) and 0 <= value < 1):
            percents = isinstance(value, int | float) and 1 <= value < 100
            hint = f" Did you mean {value / 100:g}?" if percents else ""
            raise ParameterError(
                f"{name} must be a share >= 0 and < 1, as in 0.05, but it is {value!r}.{hint}"
            )


def _notes(result: Result) -> list[str]:
    left_out = result.shares[:, [R, Q]].sum(axis=1)
    worst = int(left_out.argmax())
    base = [] if result.base is None else [str(result.base)]
    excluded = (
        f"Better and worse leave out R and Q: {percent(left_out.mean(), 1)} of the answers to an "
        f"item on average, {percent(left_out[worst], 1)} at most ({result.items[worst]!r})."
    )
    intervals = (
        "n is not known, so there are no intervals and no tests."
        if np.isnan(result.counts).any()
        else "95 % intervals of better and worse: wilson, linearised for weights."
    )
    return [*base, result.convention, excluded, intervals, *result.warnings]


def _named(result: Result, flags: npt.NDArray[np.bool_]) -> str:
    return listed([result.items[row] for row in np.flatnonzero(flags)])


def _doubtful(result: Result) -> Iterator[str]:
    shares = result.shares
    unclear = shares[:, Q] > result.questionable_limit
    if unclear.any():
        yield (
            f"More than {percent(result.questionable_limit)} of the answers are questionable for "
            f"{_named(result, unclear)}: people may not have understood the questions."
        )
    reversed_ = shares[:, R] >= shares.max(axis=1)
    if reversed_.any():
        yield (
            f"The most frequent category is R for {_named(result, reversed_)}: check that the "
            f"functional and the dysfunctional question are not swapped{_or_codes(result.codes)}."
        )


def _or_codes(codes: Levels | None) -> str:
    """Say how to read the answers if the codes run the other way."""
    if codes is None:
        return ""
    read = f", and that the answers are coded as they were read: {codes.spelled}"
    turned = codes.other_way_round
    return read if turned is None else f"{read}; if the codes run the other way, codes={turned!r}"


def _tied(result: Result) -> Iterator[str]:
    tied = tied_with_top(result.shares).sum(axis=1) > 1
    if tied.any():
        yield (
            f"Two or more categories are equally frequent for {_named(result, tied)}; the first "
            f"of M > O > A > I > R > Q is taken."
        )


def _undefined(result: Result) -> Iterator[str]:
    empty = np.isnan(better_of(result.sums).value)
    if empty.any():
        yield f"Better and worse do not exist for {_named(result, empty)}: all answers are R or Q."
