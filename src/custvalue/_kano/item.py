"""What one item is to the customers: the distribution, the class by each rule, the coefficients."""

from __future__ import annotations

from typing import get_args

import numpy as np

from custvalue._inference.means import MeanEstimate
from custvalue._kano.classify import (
    Fong,
    Rule,
    at,
    categories_at,
    decide,
    equal_shares_test,
    fong_critical,
    one_sample_critical,
    tied_with_top,
    top_two,
)
from custvalue._kano.coefficients import (
    COUNTED,
    Share,
    ShareDifference,
    Sums,
    better_of,
    one,
    shares_of,
    strength_error,
    worse_of,
)
from custvalue._kano.table import CATEGORIES, A, Category, M, O, Q, R
from custvalue._table import Cell, Table
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import number, percent, plain

RULES: tuple[Rule, ...] = get_args(Rule)

MIXED_BELOW = 0.06  # category strength, Lee & Newcomb (1997)


class EqualShares(Frozen):
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


class Item(Frozen):
    """The result for one item.

    Parameters
    ----------
    name : str
        The item.
    n : number or None
        Answers; None where the source gives percentages without their base.
    effective_n : float or None
        Kish's effective number of answers; `n` for equal weights.
    counts : dict of Category to number, or None
        Answers in each category, whatever their weight.
    shares : dict of Category to Share
        The (weighted) distribution; all shares have the same base.
    category : Category
        The class by `rule`, ties broken by M > O > A > I > R > Q.
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives `category`.
    by_rule : dict of str to Category
        The class by every rule.
    tie_margin : float
        The margin of the rule ``M>O>A>I``.
    tied : tuple of Category
        Categories that share the largest share; one where there is no tie.
    mixed : tuple of Category or None
        The two largest categories where category strength is below 6 %, and the item belongs to
        no class alone (Lee & Newcomb 1997, *Quality Management Journal* 4(3)).
    total_strength : Share
        (M + O + A) / n: whether customers care at all.
    category_strength : ShareDifference
        Share of the largest category minus that of the next.
    fong : Fong or None
        Whether that difference is significant; None where n is not known.
    equal_shares : EqualShares or None
        Whether M, O, A and I are equally frequent; None where n is not known or nobody is in any.
    better, worse : Share or None
        Timko's coefficients, without R and Q; None where every answer is R or Q.
    left_out : Share
        Share of the answers that are R or Q, which better and worse leave out.
    importance : MeanEstimate or None
        Self-stated importance; None where it was not asked, or nobody answered.
    """

    name: str
    n: int | float | None
    effective_n: float | None
    counts: dict[Category, int | float] | None
    shares: dict[Category, Share]
    category: Category
    rule: Rule
    by_rule: dict[Rule, Category]
    tie_margin: float
    tied: tuple[Category, ...]
    mixed: tuple[Category, Category] | None
    total_strength: Share
    category_strength: ShareDifference
    fong: Fong | None
    equal_shares: EqualShares | None
    better: Share | None
    worse: Share | None
    left_out: Share
    importance: MeanEstimate | None = None

    @property
    def questionable(self) -> Share:
        """Share of the answers that contradict each other (Q)."""
        return self.shares[Category.QUESTIONABLE]

    def __repr__(self) -> str:
        answers = "not known" if self.n is None else number(self.n)
        return f"Item({self.name!r}, category={self.category.value!r}, n={answers})"

    def _table(self) -> Table:
        rows: list[tuple[Cell, ...]] = [
            (f"{category} {category.english} {category.chinese}", *share.cells())
            for category, share in self.shares.items()
        ]
        rows.append(("total strength", *self.total_strength.cells()))
        for name, share in (("better", self.better), ("worse", self.worse)):
            rows.append((name, *(share.cells() if share else (None,) * 4)))
        title = f"{self.name}: {self.category.english} ({self.category}, rule {self.rule})"
        return Table(title, ("", "share", "low", "high", "n"), tuple(rows), tuple(self._notes()))

    def _notes(self) -> list[str]:
        rules = ", ".join(f"{rule} gives {found}" for rule, found in self.by_rule.items())
        strength = f"Category strength {percent(self.category_strength.value, 1)}"
        mixed = "" if self.mixed is None else f": mixed class {'/'.join(self.mixed)}"
        margin = f"M>O>A>I takes the first within {percent(self.tie_margin, 1)} of the largest"
        notes = [f"By rule: {rules}; {margin}.", f"{strength}{mixed}."]
        if len(self.tied) > 1:
            notes.append(f"Tied: {', '.join(self.tied)}.")
        if self.fong is not None:
            notes.append(f"Fong's test: {self.fong}.")
        notes.append(
            f"Better and worse leave out R and Q, {percent(self.left_out.value, 1)} of the answers."
        )
        return [*notes, "95 % intervals, wilson." if self.n is not None else "n is not known."]


def item_of(
    name: str, sums: Sums, rule: Rule, tie_margin: float, importance: MeanEstimate | None
) -> Item:
    """Collect the result for one item.

    Parameters
    ----------
    name : str
        The item.
    sums : Sums
        What is known of its answers; one row.
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives its category.
    tie_margin : float
        The margin of the rule ``M>O>A>I``.
    importance : MeanEstimate or None
        Self-stated importance.
    """
    known = not np.isnan(sums.n[0])
    counted = sums.weights[:, list(COUNTED)].sum() > 0
    by_rule: dict[Rule, Category] = {
        each: categories_at(decide(sums.shares, each, tie_margin))[0] for each in RULES
    }
    strength = _strength(name, sums)
    pair = tuple(categories_at(place)[0] for place in top_two(sums.shares))
    return Item(
        name=name,
        n=plain(sums.n[0]) if known else None,
        effective_n=float(sums.effective_n[0]) if known else None,
        counts=dict(zip(CATEGORIES, map(plain, sums.counts[0]), strict=True)) if known else None,
        shares={
            category: one(shares_of(sums, (place,)), f"{name}: {category.english}")
            for place, category in enumerate(CATEGORIES)
        },
        category=by_rule[rule],
        rule=rule,
        by_rule=by_rule,
        tie_margin=tie_margin,
        tied=categories_at(np.flatnonzero(tied_with_top(sums.shares)[0])),
        mixed=(pair[0], pair[1]) if strength.value < MIXED_BELOW else None,
        total_strength=one(shares_of(sums, (M, O, A)), f"{name}: total strength"),
        category_strength=strength,
        fong=_fong(sums) if known else None,
        equal_shares=_equal_shares(sums) if known else None,
        better=one(better_of(sums), f"{name}: better") if counted else None,
        worse=one(worse_of(sums), f"{name}: worse", sign=-1) if counted else None,
        left_out=one(shares_of(sums, (R, Q)), f"{name}: reverse or questionable"),
        importance=importance,
    )


def _strength(name: str, sums: Sums) -> ShareDifference:
    first, second = top_two(sums.shares)
    error = float(strength_error(sums, first, second)[0])
    return ShareDifference(
        name=f"{name}: category strength",
        value=float(at(sums.shares, first)[0] - at(sums.shares, second)[0]),
        standard_error=None if np.isnan(error) else error,
        n=None if np.isnan(error) else plain(sums.n[0]),
    )


def _fong(sums: Sums) -> Fong:
    first, second = top_two(sums.shares)
    a, b = (at(sums.scaled, place) for place in (first, second))
    return Fong(
        first=categories_at(first)[0],
        second=categories_at(second)[0],
        difference=float((a - b)[0]),
        critical=float(fong_critical(a, b, sums.effective_n)[0]),
        critical_one_sample=float(one_sample_critical(a, b)[0]),
    )


def _equal_shares(sums: Sums) -> EqualShares | None:
    statistic, p_value = equal_shares_test(sums.scaled[:, list(COUNTED)])
    if np.isnan(statistic[0]):
        return None
    return EqualShares(statistic=float(statistic[0]), p_value=float(p_value[0]))
