"""The result of a Kano study: every item's distribution, class and coefficients, with n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_level, require_choice
from custvalue._drivers.tiers import Attribute, Tier
from custvalue._inference.bootstrap import Bootstrap
from custvalue._kano import counts
from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.classify import (
    MODE,
    RULES,
    Classification,
    Rule,
    categories_at,
    decide,
    tied_with_top,
)
from custvalue._kano.coding import AnswerCodes
from custvalue._kano.distribution import LETTERS, Dirichlet, Distribution, position, tallied
from custvalue._kano.importance import StatedImportance, stated_importance
from custvalue._kano.item import KanoItem
from custvalue._kano.posterior import CategoryProbabilities, probabilities_of
from custvalue._kano.share import CategoryShare, requested
from custvalue._kano.table import Category, Q, R
from custvalue._results.base import Base
from custvalue._results.design import design_note
from custvalue._results.layout import Row, Tabulated, rows_from
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray
from custvalue._words import listed, percent
from custvalue.errors import ParameterError

TIERS = {
    Category.MUST_BE: Tier.SATISFIED,
    Category.ONE_DIMENSIONAL: Tier.DESIRED,
    Category.ATTRACTIVE: Tier.SURPRISED,
}
HEADINGS = {"better_low": "low", "better_high": "high", "worse_low": "low", "worse_high": "high"}
PRINTED = ("n", *LETTERS, *RULES, "better", *list(HEADINGS)[:2], "worse", *list(HEADINGS)[2:])


@dataclass(frozen=True, eq=False, repr=False)
class KanoResult(Pictured, Tabulated, Columns):
    """The classes of all items, what they rest on, and what speaks against them.

    Made by :func:`classify`, or from published counts or percentages; ``result["spell check"]``
    is a :class:`~custvalue._kano.item.KanoItem`.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    distribution : Distribution
        What is known of the answers to each item.
    table : str
        Name of the evaluation table.
    classification : Classification
        The rule that gives the category of an item, its margin, and the limit of questionable
        answers.
    base : Base or None
        Who answered and what is missing; None for published numbers.
    importance : StatedImportance or None
        Self-stated importance.
    codes : AnswerCodes or None
        How the answers were written; None where they were evaluated elsewhere.

    Raises
    ------
    DataError
        If shapes do not fit, or an item has no answers.
    ParameterError
        If `table` is no name, or `classification` is something else.

    Examples
    --------
    >>> result = KanoResult.from_counts(
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

    TITLE: ClassVar[str] = "Kano categories"
    PICTURE: ClassVar[str] = "kano_diagram"
    SHOWN: ClassVar[Mapping[str, str]] = MappingProxyType(
        {name: HEADINGS.get(name, name) for name in PRINTED}
    )
    REPR: ClassVar[tuple[str, ...]] = ("items", "tally", "rule")

    items: tuple[str, ...]
    distribution: Distribution
    table: str = "not stated"
    classification: Classification = MODE
    base: Base | None = None
    importance: StatedImportance | None = None
    codes: AnswerCodes | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.table, str):
            raise ParameterError(
                f"table must be the name of the evaluation table that was used, as in "
                f"table=kano.BERGER.name, but it is {self.table!r}."
            )
        if not isinstance(self.classification, Classification):
            raise ParameterError(
                f"classification must be a Classification, as in "
                f"kano.Classification(rule='berger'), but it is {self.classification!r}."
            )
        counts.require_answers(self.items, self.distribution)

    @classmethod
    def from_counts(
        cls,
        numbers: Mapping[str, Mapping[str, float]],
        *,
        classification: Classification = MODE,
        table: str = "not stated",
    ) -> KanoResult:
        """Take counts of answers that were evaluated elsewhere.

        Parameters
        ----------
        numbers : mapping
            Item to category (M, O, A, I, R, Q, all six) to number of answers.
        classification : Classification
            The rule that gives the category of an item, and its margin.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            If a count is missing, negative or no whole number, or an item has no answers.
        ParameterError
            If `table` is no name.
        """
        numbers = counts.named(numbers)
        array = counts.matrix(numbers)
        counts.require_whole(tuple(numbers), array)
        known = Distribution(array, array, array)
        return cls(tuple(numbers), known, table=table, classification=classification)

    @classmethod
    def from_percentages(
        cls,
        numbers: Mapping[str, Mapping[str, float]],
        *,
        n: int | Mapping[str, int] | None = None,
        decimals: int = 1,
        classification: Classification = MODE,
        table: str = "not stated",
    ) -> KanoResult:
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
        classification : Classification
            The rule that gives the category of an item, and its margin.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            If a percentage is missing or negative, or they do not sum to 100.
        ParameterError
            If `table` is no name.

        Examples
        --------
        >>> skis = {"M": 49.3, "O": 32.3, "A": 7, "I": 9.5, "R": 0.3, "Q": 1.5}
        >>> edge = KanoResult.from_percentages({"edge grip": skis})["edge grip"]
        >>> print(f"{edge.category} {edge.better.value:.2f} {edge.worse.value:.2f}")
        M 0.40 -0.83
        """
        numbers = counts.named(numbers)
        shares = counts.normalised(tuple(numbers), counts.matrix(numbers), decimals)
        answers = counts.numbers_of_answers(tuple(numbers), n)[:, np.newaxis]
        weights = np.where(np.isnan(answers), shares, shares * answers)
        known = Distribution(shares * answers, weights, shares * answers)
        return cls(tuple(numbers), known, table=table, classification=classification)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        item: str = "item",
        classification: Classification = MODE,
        table: str = "not stated",
    ) -> KanoResult:
        """Take counts from a dataframe with one row per item and columns M, O, A, I, R, Q.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        item : str
            Column of the items' names.
        classification : Classification
            The rule that gives the category of an item, and its margin.
        table : str
            Name of the evaluation table that was used.

        Raises
        ------
        DataError
            As in :meth:`from_counts`, or if a column is absent or an item comes twice.
        ParameterError
            If `table` is no name.
        """
        numbers = counts.from_columns(frame, item)
        return cls.from_counts(numbers, classification=classification, table=table)

    @property
    def rule(self) -> Rule:
        """The rule that gives the category of an item."""
        return self.classification.rule

    @property
    def shares(self) -> FloatArray:
        """Weighted shares of M, O, A, I, R, Q, shape (items, 6)."""
        return self.distribution.shares

    @property
    def tally(self) -> str:
        """How many items are in each category: ``O 1, A 1``."""
        found = self.categories()
        return ", ".join(
            f"{category} {found.count(category)}" for category in Category if category in found
        )

    @property
    def convention(self) -> str:
        """What the class and the coefficients are, here."""
        answers = "" if self.codes is None else f"; answers: {self.codes.spelled}"
        return (
            f"{self.classification}; evaluation table: {self.table}{answers}. Better = "
            f"(A + O) / (M + O + A + I), worse = -(M + O) / (M + O + A + I)."
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
        return categories_at(decide(self.shares, rule, self.classification.tie_margin))

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
            1 where importance was not asked. Items of the other categories are excluded.

        Raises
        ------
        DataError
            If importance was asked, and not stated for an item that belongs to a tier.

        Examples
        --------
        >>> must = {"M": 60, "O": 20, "A": 5, "I": 15, "R": 0, "Q": 0}
        >>> [item] = KanoResult.from_counts({"fault repaired": must}).tiered()
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
        method: Dirichlet | Bootstrap | None = None,
        simulations: int | None = None,
        rng: Generator = None,
    ) -> CategoryProbabilities:
        """Estimate P(category) of every item, by the result's rule.

        Parameters
        ----------
        method : Dirichlet or Bootstrap, optional
            Posterior of the distribution, by default under Jeffreys' prior, or resampled counts.
            Weighted answers count by their effective n.
        simulations : int, optional
            How many draws of the posterior. By default the posterior is integrated for the rule
            ``mode``, and drawn 4,000 times for the other rules.
        rng : Generator, int or None
            Source of randomness of these draws; a Bootstrap has its own.

        Raises
        ------
        DataError
            If the number of answers is not known.
        ParameterError
            If an argument is outside its domain, or a Bootstrap is given with `simulations`.

        Examples
        --------
        >>> counts = {"Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6}}
        >>> sure = KanoResult.from_counts(counts).probabilities()["Hotline"]
        >>> print(f"{sure['A']:.3f} {sure['I']:.3f}")
        0.424 0.576
        """
        return probabilities_of(
            self.items,
            self.distribution,
            self.classification,
            method=method,
            simulations=simulations,
            rng=rng,
        )

    def __getitem__(self, name: str) -> KanoItem:
        row = position(name, self.items)
        return KanoItem(
            name=name,
            distribution=self.distribution.row(row),
            classification=self.classification,
            importance=None if self.importance is None else self.importance.means[row],
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def columns(
        self, level: float | None = None, *, method: str | Dirichlet = "wilson"
    ) -> dict[str, npt.NDArray[Any]]:
        """Return one row per item as a plain dict.

        Parameters
        ----------
        level : float, optional
            Confidence level of the intervals of better and worse, 0.95 by default.
        method : {"wilson", "delta", "dirichlet"} or Dirichlet
            Their method, as :class:`~custvalue._kano.share.CategoryShare` describes it.

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
        level = checked_level(self._usual_level() if level is None else level)
        intervals = requested(method)
        known = self.distribution
        top, better, worse = known.top_two, known.better, known.worse
        better_low, better_high = better.ends(level, intervals)
        nearest, farthest = worse.ends(level, intervals)
        return {
            "item": np.array(self.items),
            "n": known.n,
            "effective_n": known.effective_n,
            **{letter: known.shares[:, place] for place, letter in enumerate(LETTERS)},
            "category": self._letters(self.rule),
            **{rule: self._letters(rule) for rule in RULES},
            "tied": _is_tied(self),
            "total_strength": known.total_strength.value,
            "category_strength": top.gap,
            "better": better.value,
            "better_low": better_low,
            "better_high": better_high,
            "worse": 0.0 - worse.value,
            "worse_low": 0.0 - farthest,
            "worse_high": 0.0 - nearest,
            "fong_difference": top.difference,
            "fong_critical": top.critical,
        }

    def _letters(self, rule: Rule) -> npt.NDArray[np.str_]:
        return np.array([category.value for category in self.categories(rule)])

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_from(self.columns(level))

    @property
    def _strengths(self) -> tuple[CategoryShare, ...]:
        return tuple(self[name].total_strength for name in self.items)

    def _notes(self) -> Sequence[str]:
        gone = self.distribution.reverse_or_questionable.value
        worst = int(gone.argmax())
        intervals = (
            "n is not known, so there are no intervals and no tests."
            if np.isnan(self.distribution.counts).any()
            else "95 % intervals of better and worse: wilson, linearised for weights."
        )
        strengths = () if self.distribution.by_cluster is None else self._strengths
        return [
            "" if self.base is None else str(self.base),
            self.convention,
            design_note(strengths),
            (
                f"Better and worse exclude R and Q: {percent(gone.mean(), 1)} of the answers to an "
                f"item on average, {percent(gone[worst], 1)} at most ({self.items[worst]!r})."
            ),
            intervals,
            *self.warnings,
        ]


def classify(questionnaire: Questionnaire, classification: Classification = MODE) -> KanoResult:
    """Count the categories of every item and classify it.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers to the functional and the dysfunctional question of every item.
    classification : Classification
        The rule that gives the category, its margin, and the limit of questionable answers. The
        categories by the other rules stand beside it in the result.

    Returns
    -------
    KanoResult
        By item: distribution, category by each rule, ties, strength, Fong's test, better and
        worse with intervals, n.

    Raises
    ------
    DataError
        If no respondent answered both questions of an item.
    ParameterError
        If it is no questionnaire.

    Examples
    --------
    >>> from custvalue import kano
    >>> frame = {"f1": [1, 1, 2, 3], "d1": [5, 5, 5, 3], "f2": [1, 1, 3, 1], "d2": [3, 4, 3, 5]}
    >>> answers = kano.Questionnaire.from_frame(
    ...     frame,
    ...     functional={"spell check": "f1", "themes": "f2"},
    ...     dysfunctional={"spell check": "d1", "themes": "d2"},
    ... )
    >>> result = kano.classify(answers, kano.Classification(rule="berger"))
    >>> result
    KanoResult(items=2, tally='O 1, A 1', rule='berger')
    >>> result["themes"].category.english
    'attractive'
    """
    require_questionnaire(questionnaire)
    stated = None if questionnaire.importance is None else stated_importance(questionnaire)
    return KanoResult(
        items=questionnaire.items,
        distribution=tallied(questionnaire.categories(), questionnaire.sample),
        table=questionnaire.table.name,
        classification=classification,
        base=questionnaire.base,
        importance=stated,
        codes=questionnaire.codes,
    )


def _named(result: KanoResult, flags: npt.NDArray[np.bool_]) -> str:
    return listed([result.items[row] for row in np.flatnonzero(flags)])


def _doubtful(result: KanoResult) -> Iterator[str]:
    shares, limit = result.shares, result.classification.questionable_limit
    unclear = shares[:, Q] > limit
    if unclear.any():
        yield (
            f"More than {percent(limit)} of the answers are questionable for "
            f"{_named(result, unclear)}: respondents may not have understood the questions."
        )
    reversed_ = shares[:, R] >= shares.max(axis=1)
    if reversed_.any():
        yield (
            f"The most frequent category is R for {_named(result, reversed_)}: check that the "
            f"functional and the dysfunctional question are not swapped{_or_codes(result.codes)}."
        )


def _or_codes(codes: AnswerCodes | None) -> str:
    """Say how to read the answers if they were coded in the other direction."""
    if codes is None:
        return ""
    read = f", and that the answers are coded as they were read: {codes.spelled}"
    recoded = codes.reversed
    if recoded is None:
        return read
    return f"{read}; if they are coded in the other direction, use codes={recoded!r}"


def _is_tied(result: KanoResult) -> npt.NDArray[np.bool_]:
    """Say which items have two or more categories with the largest share."""
    return np.asarray(tied_with_top(result.shares).sum(axis=1) > 1)


def _tied(result: KanoResult) -> Iterator[str]:
    tied = _is_tied(result)
    if tied.any():
        yield (
            f"Two or more categories are equally frequent for {_named(result, tied)}; the first "
            f"of M > O > A > I > R > Q is taken."
        )


def _undefined(result: KanoResult) -> Iterator[str]:
    empty = np.isnan(result.distribution.better.value)
    if empty.any():
        yield f"Better and worse do not exist for {_named(result, empty)}: all answers are R or Q."
