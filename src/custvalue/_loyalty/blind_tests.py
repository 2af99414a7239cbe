"""Blind and branded tests: what a name adds to a product.

Two groups of people say which product they prefer, one without and one with the names. Both are
multinomial. The brand shift of a product is its share with names minus that without, by Newcombe's
interval; the joint test is Pearson's chi square that the names change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
from scipy import special

from custvalue._comparing.comparison import compare
from custvalue._comparing.difference import Difference
from custvalue._inference.contrast import adjusted_p_values
from custvalue._inference.shares import Proportion, share_among
from custvalue._loyalty.counting import counts_by_name
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen, NonNegative, Probability
from custvalue._words import count, number, p_value
from custvalue.errors import DataError

EXAMPLE = "{'ours': 51, 'rival': 44, 'alike': 5}"
FEW = 5.0  # expected answers, below which chi square is rough


class BrandShift(Frozen):
    """What the name does to the share of one product.

    Parameters
    ----------
    name : str
        The product.
    blind, branded : Proportion
        Its share without and with names.
    shift : Difference
        With minus without.
    adjusted_p_value : float
        Of the shift, by Holm over all products.
    """

    name: str
    blind: Proportion
    branded: Proportion
    shift: Difference
    adjusted_p_value: Probability


class BlindTest(Tabulated, Frozen):
    """Preferences without and with names.

    Parameters
    ----------
    products : tuple of BrandShift
        One for each product, in the order given.
    n_blind, n_branded : int
        People asked without and with names.
    chi_squared : float
        That the names change nothing.
    p_value : float
        Of that.
    least_expected : float
        The fewest answers expected in a cell of the table, by which chi square is judged.
    """

    TITLE: ClassVar[str] = "Blind and branded test"
    LABELS: ClassVar[str] = "product"
    SHOWN: ClassVar = shown("blind, branded, shift, low, high, adjusted_p_value")
    REPR: ClassVar[tuple[str, ...]] = ("n_blind", "n_branded", "p_value")

    products: tuple[BrandShift, ...]
    n_blind: Count
    n_branded: Count
    chi_squared: NonNegative
    p_value: Probability
    least_expected: NonNegative

    def product(self, name: str) -> BrandShift:
        """Return one product.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such product.
        """
        return named("product", name, self.products)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                its.name,
                {
                    "product": its.name,
                    "blind": its.blind.value,
                    "branded": its.branded.value,
                    **its.shift.row(level, value="shift"),
                    "adjusted_p_value": its.adjusted_p_value,
                },
            )
            for its in self.products
        ]

    def _notes(self) -> Iterable[str]:
        degrees = len(self.products) - 1
        yield (
            f"Names change nothing: chi square {number(self.chi_squared)} with "
            f"{count(degrees, 'degree')} of freedom, {p_value(self.p_value)}."
        )
        if self.least_expected < FEW:
            yield f"Only {number(self.least_expected)} answers are expected in a cell: P is rough."
        yield (
            f"{self.n_blind:,} people without names, {self.n_branded:,} others with them. 95 % "
            f"intervals: Newcombe; P by Holm."
        )


def blind_and_branded(blind: Any, branded: Any) -> BlindTest:
    """Compare preferences without and with the names of products.

    Parameters
    ----------
    blind, branded : mapping of str to int
        Product (or "no difference") to the number of people who preferred it; other people in
        each test.

    Returns
    -------
    BlindTest

    Raises
    ------
    DataError
        If a count is no whole number >= 0, both do not have the same two or more products, or
        nobody was asked in one.
    ParameterError
        If one is no mapping.

    Examples
    --------
    The cola test of the textbooks in percent (de Chernatony & Knox 1990), as if 200 people had been
    asked in each:

    >>> from custvalue import loyalty
    >>> found = loyalty.blind_and_branded(
    ...     {"Pepsi": 102, "Coca-Cola": 88, "alike": 10},
    ...     {"Pepsi": 46, "Coca-Cola": 130, "alike": 24},
    ... )
    >>> shift = found.product("Coca-Cola").shift
    >>> round(shift.value, 2), str(shift.confidence_interval())
    (0.21, '[0.1127, 0.3018]')
    """
    without = counts_by_name("blind", blind, EXAMPLE)
    named_ones = counts_by_name("branded", branded, EXAMPLE)
    if without.keys() != named_ones.keys() or len(without) < 2:
        raise DataError(
            f"blind and branded must have the same products, two or more, but they have "
            f"{sorted(without)} and {sorted(named_ones)}. Give 0 for a product that nobody "
            f"preferred."
        )
    table = np.array([[its[name] for name in without] for its in (without, named_ones)])
    n = table.sum(axis=1)
    if not n.all():
        raise DataError("nobody was asked in one of both tests. Give at least one preference each.")
    pairs = [_shares(name, table[:, place], n) for place, name in enumerate(without)]
    shifts = [compare({"blind": a, "branded": b}).difference("branded", "blind") for a, b in pairs]
    adjusted = adjusted_p_values(np.array([its.p_value for its in shifts]), "holm")
    expected = np.outer(n, table.sum(axis=0)) / n.sum()
    there = expected > 0
    parts = (table - expected)[there] ** 2 / expected[there]
    degrees = int((table.sum(axis=0) > 0).sum()) - 1
    chi = float(parts.sum())
    return BlindTest(
        products=tuple(
            BrandShift(name=name, blind=a, branded=b, shift=shift, adjusted_p_value=float(p))
            for name, (a, b), shift, p in zip(without, pairs, shifts, adjusted, strict=True)
        ),
        n_blind=int(n[0]),
        n_branded=int(n[1]),
        chi_squared=chi,
        p_value=float(special.chdtrc(degrees, chi)) if degrees else 1.0,
        least_expected=float(expected[there].min()),
    )


def _shares(name: str, counts: Any, n: Any) -> tuple[Proportion, Proportion]:
    one, other = (share_among(int(x), int(size), name) for x, size in zip(counts, n, strict=True))
    return one, other
