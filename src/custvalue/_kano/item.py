"""What one item is to the customers: the distribution, the class by each rule, the coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._inference.estimate import Estimate
from custvalue._inference.means import MeanEstimate
from custvalue._kano.classify import (
    RULES,
    Classification,
    Rule,
    categories_at,
    decide,
    equal_shares_test,
    tied_with_top,
)
from custvalue._kano.distribution import COUNTED, Distribution, Shares
from custvalue._kano.share import (
    CategoryShare,
    CategoryStrength,
    category_share,
    category_strength,
)
from custvalue._kano.table import CATEGORIES, Category
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import number, percent, plain

MIXED_BELOW = 0.06  # category strength, Lee & Newcomb (1997)


class FongTest(Frozen):
    """Fong's test of whether the largest category is larger than the next.

    Fong (1996, *Center for Quality of Management Journal* 5) calls the difference of the two
    counts significant from 1.65 √[(a + b)(2n - a - b) / 2n] on. The formula treats them as
    counts of two samples; they come from one, where what one gains the other loses, and their
    difference varies more: 1.65 √(a + b) is the bound that counts this. Neither knows that the
    two largest were chosen afterwards: look at P(category) too.

    Parameters
    ----------
    first, second : Category
        The two largest categories.
    difference : float
        a - b, in answers; weighted data are scaled to the effective n.
    critical : float
        Fong's bound.
    critical_one_sample : float
        1.65 √(a + b).
    """

    first: Category
    second: Category
    difference: float
    critical: float
    critical_one_sample: float

    @property
    def significant(self) -> bool:
        """Whether the difference reaches Fong's bound."""
        return self.difference >= self.critical

    def __str__(self) -> str:
        sign, verdict = (">=", "significant") if self.significant else ("<", "not significant")
        return (
            f"{self.first} - {self.second}: {number(self.difference)} {sign} "
            f"{number(self.critical)}, {verdict}"
        )


class EqualSharesTest(Frozen):
    """Pearson's test that M, O, A and I are equally frequent.

    Parameters
    ----------
    statistic : float
        χ²; weighted data are scaled to the effective n.
    degrees_of_freedom : int
        3.
    p_value : float
        P(χ² at least as large).
    """

    statistic: NonNegative
    degrees_of_freedom: int = 3
    p_value: Probability


@dataclass(frozen=True, eq=False, repr=False)
class KanoItem(Tabulated, Columns):
    """What one item is to the customers.

    Parameters
    ----------
    name : str
        The item.
    distribution : Distribution
        What is known of its answers, one row.
    classification : Classification
        The rule that gives its category, and its margin.
    importance : MeanEstimate or None
        Self-stated importance; None where it was not asked, or not answered.
    """

    SHOWN: ClassVar = shown("share, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "category", "n")

    name: str
    distribution: Distribution
    classification: Classification
    importance: MeanEstimate | None = None

    @property
    def n(self) -> int | None:
        """Answers; None where the source gives percentages without their base."""
        return round(self.distribution.n[0]) if self._known else None

    @property
    def _known(self) -> bool:
        return not np.isnan(self.distribution.n[0])

    @property
    def effective_n(self) -> float | None:
        """Kish's effective number of answers; `n` for equal weights."""
        return float(self.distribution.effective_n[0]) if self._known else None

    @property
    def counts(self) -> dict[Category, int | float] | None:
        """Answers in each category, whatever their weight; None where n is not known."""
        if not self._known:
            return None
        return dict(zip(CATEGORIES, map(plain, self.distribution.counts[0]), strict=True))

    @property
    def shares(self) -> dict[Category, CategoryShare]:
        """The (weighted) distribution; all shares have the same base."""
        return {
            category: self._share(self.distribution.share((place,)), category.english)
            for place, category in enumerate(CATEGORIES)
        }

    def _share(self, shares: Shares, what: str, *, sign: Literal[1, -1] = 1) -> CategoryShare:
        return category_share(shares, f"{self.name}: {what}", sign=sign)

    @property
    def category(self) -> Category:
        """The class by the rule, ties broken by M > O > A > I > R > Q."""
        return self.by_rule[self.classification.rule]

    @property
    def by_rule(self) -> dict[Rule, Category]:
        """The class by every rule."""
        shares, margin = self.distribution.shares, self.classification.tie_margin
        return {rule: categories_at(decide(shares, rule, margin))[0] for rule in RULES}

    @property
    def tied(self) -> tuple[Category, ...]:
        """Categories that share the largest share; one where there is no tie."""
        return categories_at(np.flatnonzero(tied_with_top(self.distribution.shares)[0]))

    @property
    def mixed(self) -> tuple[Category, Category] | None:
        """The two largest categories where category strength is below 6 %, else None.

        The item belongs to no class alone then (Lee & Newcomb 1997, *Quality Management Journal*
        4(3)).
        """
        if self.category_strength.value >= MIXED_BELOW:
            return None
        top = self.distribution.top_two
        return categories_at(top.first)[0], categories_at(top.second)[0]

    @property
    def total_strength(self) -> CategoryShare:
        """(M + O + A) / n: whether customers care at all."""
        return self._share(self.distribution.total_strength, "total strength")

    @property
    def category_strength(self) -> CategoryStrength:
        """Share of the largest category minus that of the next."""
        size, n = float(self.distribution.effective_n[0]), float(self.distribution.n[0])
        name = f"{self.name}: category strength"
        return category_strength(self.distribution.top_two, size, n, name)

    @property
    def fong(self) -> FongTest | None:
        """Whether that difference is significant; None where n is not known."""
        if not self._known:
            return None
        top = self.distribution.top_two
        return FongTest(
            first=categories_at(top.first)[0],
            second=categories_at(top.second)[0],
            difference=float(top.difference[0]),
            critical=float(top.critical[0]),
            critical_one_sample=float(top.critical_one_sample[0]),
        )

    @property
    def equal_shares(self) -> EqualSharesTest | None:
        """Whether M, O, A and I are equally frequent; None where n is not known or all are 0."""
        if not (self._known and self._counted):
            return None
        statistic, p_value = equal_shares_test(self.distribution.scaled[:, list(COUNTED)])
        return EqualSharesTest(statistic=float(statistic[0]), p_value=float(p_value[0]))

    @property
    def _counted(self) -> bool:
        """Whether any answer is M, O, A or I."""
        return bool(self.distribution.weights[:, list(COUNTED)].sum() > 0)

    @property
    def better(self) -> CategoryShare | None:
        """Timko's better, without R and Q; None where every answer is R or Q."""
        return self._share(self.distribution.better, "better") if self._counted else None

    @property
    def worse(self) -> CategoryShare | None:
        """Timko's worse, without R and Q; None where every answer is R or Q."""
        return self._share(self.distribution.worse, "worse", sign=-1) if self._counted else None

    @property
    def reverse_or_questionable(self) -> CategoryShare:
        """Share of the answers that are R or Q, which better and worse exclude."""
        shares = self.distribution.reverse_or_questionable
        return self._share(shares, "reverse or questionable")

    @property
    def questionable(self) -> CategoryShare:
        """Share of the answers that contradict each other (Q)."""
        return self.shares[Category.QUESTIONABLE]

    def _estimates(self) -> Iterator[tuple[str, Estimate | None]]:
        for category, share in self.shares.items():
            yield f"{category} {category.english} {category.chinese}", share
        yield "total strength", self.total_strength
        yield "category strength", self.category_strength
        yield "better", self.better
        yield "worse", self.worse
        yield "reverse or questionable", self.reverse_or_questionable

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(label, {"name": label, **_cells(estimate, level)})
            for label, estimate in self._estimates()
        ]

    def _title(self) -> str:
        rule = self.classification.rule
        return f"{self.name}: {self.category.english} ({self.category}, rule {rule})"

    def _notes(self) -> Sequence[str]:
        rules = ", ".join(f"{rule} gives {found}" for rule, found in self.by_rule.items())
        margin = percent(self.classification.tie_margin, 1)
        mixed, tied = self.mixed, self.tied
        return [
            f"By rule: {rules}; M>O>A>I takes the first within {margin} of the largest.",
            "" if mixed is None else f"Mixed class {'/'.join(mixed)}: category strength below 6 %.",
            f"Tied: {', '.join(tied)}." if len(tied) > 1 else "",
            f"Fong's test: {self.fong}." if self._known else "",
            "Better and worse exclude R and Q.",
            "95 % intervals: shares wilson, category strength delta."
            if self._known
            else "n is not known.",
        ]


def _cells(estimate: Estimate | None, level: float) -> Mapping[str, Any]:
    return {} if estimate is None else estimate.row(level, value="share")
