"""The checker of published tables: typed rows in, findings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from custvalue._respondents.scale import Scale
from custvalue._survey.published.equations import Facts, check_equations
from custvalue._survey.published.findings import Notebook, PublishedCheck, PublishedFinding
from custvalue._survey.published.numbers import (
    Divisor,
    Printed,
    PublishedConvention,
    Quantile,
    Rounding,
    printed_text,
)
from custvalue._survey.published.rows import NUMBERS, PublishedRow, rows_of
from custvalue._survey.published.sums import check_overall, check_percentage, check_sums
from custvalue._survey.published.whole_numbers import check_whole_numbers
from custvalue._words import did_you_mean, listed, plain
from custvalue.errors import ParameterError

FIELDS = {"standard error": "standard_error", "low end": "low", "high end": "high"}


def check_published(
    rows: Any,
    *,
    n: int | None = None,
    overall: Any = None,
    weighted: Any = None,
    scale: Scale | None = None,
    level: float = 0.95,
    quantile: Quantile = "t",
    sd_divisor: Divisor = "n - 1",
    weighted_answers: bool = False,
    percentages_total: float | None = 100.0,
    weights_total: float | None = 100.0,
    rounding: Rounding = "nearest",
    decimals: int | Mapping[str, int] | None = None,
    exact: Sequence[str] = (),
) -> PublishedCheck:
    """Find the numbers of a published table that do not follow from the others.

    Every comparison for which a row has the numbers is made: gap = P - E; standard error =
    SD / √n; t = estimate / standard error; interval = estimate ± quantile x standard error; an
    SD of differences between what the two SDs allow; means, SDs and percentages that n whole
    answers on the scale can have (GRIM, GRIMMER); percentages, counts and weights that sum; the
    mean and the weighted sum of the rows. A number stands for all that rounds to it, so that a
    table which was computed properly raises no finding.

    Parameters
    ----------
    rows : sequence of PublishedRow or of mappings, or dataframe
        The table, without rows of totals; a dataframe has the fields of :class:`PublishedRow` as
        columns. Type numbers as text, ``"0.50"``, to keep their zeros.
    n : int, optional
        Respondents, where the rows do not say.
    overall, weighted : str, optional
        The mean of the rows and their sum weighted by ``weight / weights_total``, as printed
        below the table: of the gaps, or of the means where there are none.
    scale : Scale, optional
        The scale of the answers. Without it no digits are judged by n (GRIM), and intervals are
        taken not to be clipped at its ends.
    level : float
        Confidence level of the printed intervals.
    quantile : {"t", "normal"}
        By which they were made: of Student's t with n - 1 degrees of freedom, or normal.
    sd_divisor : {"n - 1", "n"}
        What the standard deviations were divided by.
    weighted_answers : bool
        Say True where respondents were weighted: n then says nothing about the digits of a mean,
        nor about SD / √n, and these comparisons are left out.
    percentages_total, weights_total : float, optional
        What percentages and weights sum to; None where they need not, as for several answers.
    rounding : {"nearest", "truncated"}
        Whether the last digit was rounded (halves up, down or to even), or the rest cut off.
    decimals : int or mapping of str to int, optional
        Digits after the point, of the table or by column, where numbers have lost their zeros.
    exact : sequence of str
        Columns that were not rounded, such as ``"weight"`` for points that were fixed.

    Returns
    -------
    PublishedCheck
        The findings, each with what was printed, what follows and how far off it is.

    Raises
    ------
    DataError
        If there are no rows, or a column is unknown.
    ParameterError
        If an argument is outside its domain, or a number cannot be read.

    Notes
    -----
    GRIM is of N. J. L. Brown and J. A. J. Heathers (2017), *Social Psychological and Personality
    Science* 8(4), GRIMMER of J. Anaya (2016), *PeerJ Preprints* 4. Both are necessary conditions:
    what passes may still be wrong. They need the respondents who gave *all* the answers in a mean.

    Examples
    --------
    The third gap is a copy of the second.

    >>> check = check_published(
    ...     [
    ...         {"name": "tangibles", "perception": "5.9", "expectation": "6.4", "gap": "-0.5"},
    ...         {"name": "reliability", "perception": "5.8", "expectation": "6.8", "gap": "-1.0"},
    ...         {"name": "empathy", "perception": "6.1", "expectation": "6.2", "gap": "-1.0"},
    ...     ]
    ... )
    >>> check
    PublishedCheck(rows=3, checks=3, findings=1)
    >>> finding = check.findings[0]
    >>> finding.row, finding.claimed, finding.check, finding.follows
    ('empathy', '-1.0', 'perception - expectation', '-0.2 to 0')
    >>> finding.hint
    "'reliability' above prints the same number."
    """
    convention = PublishedConvention(
        scale=scale,
        level=level,
        quantile=quantile,
        rounding=rounding,
        sd_divisor=sd_divisor,
        weighted_answers=weighted_answers,
        percentages_total=percentages_total,
        weights_total=weights_total,
    )
    typed = rows_of(rows)
    reader = _Reader.of(n, decimals, exact, convention)
    table = [reader.facts(row) for row in typed]
    notes = Notebook()
    for place, facts in enumerate(table):
        _check_row(facts, None if place == 0 else table[place - 1], notes)
    check_sums(table, n, convention, notes)
    below = (reader.below("overall", overall), reader.below("weighted", weighted))
    check_overall(table, *below, convention, notes)
    return PublishedCheck(
        rows=len(typed),
        checks=notes.checks,
        findings=tuple(notes.findings),
        notes=tuple(notes.notes),
        convention=convention,
    )


def _check_row(facts: Facts, above: Facts | None, notes: Notebook) -> None:
    """Make all comparisons within a row; say so where there is none, or a copy explains one."""
    checks, known = notes.checks, len(notes.findings)
    check_whole_numbers(facts, notes)
    check_equations(facts, notes)
    check_percentage(facts, notes)
    if notes.checks == checks and "weight" not in facts.numbers:
        notes.notes.append(f"{facts.name}: nothing to compare its numbers with.")
    if above is not None:
        notes.findings[known:] = [_copied(its, facts, above) for its in notes.findings[known:]]


def _copied(finding: PublishedFinding, facts: Facts, above: Facts) -> PublishedFinding:
    """Say where a number at fault is the one of the row above."""
    field = FIELDS.get(finding.quantity, finding.quantity)
    own, other = facts.get(field), above.get(field)
    if finding.hint or own is None or other is None or own.text != other.text:
        return finding
    return finding.model_copy(update={"hint": f"{above.name!r} above prints the same number."})


class _Reader(NamedTuple):
    """How numbers are read off the table."""

    n: int | None
    decimals: dict[str, int]
    exact: tuple[str, ...]
    convention: PublishedConvention

    @classmethod
    def of(
        cls,
        n: int | None,
        decimals: int | Mapping[str, int] | None,
        exact: Sequence[str],
        convention: PublishedConvention,
    ) -> _Reader:
        """Check the arguments that say how the table is printed."""
        if n is not None and (not _is_whole(n) or n < 1):
            raise ParameterError(f"n must be a whole number >= 1, but it is {plain(n)!r}.")
        by_column = _decimals(decimals)
        exact = (exact,) if isinstance(exact, str) else tuple(exact)
        _known("exact", exact)
        return cls(n if n is None else int(n), by_column, exact, convention)

    def facts(self, row: PublishedRow) -> Facts:
        """Read one row."""
        numbers = {
            name: self._read(name, str(value))
            for name in NUMBERS
            if (value := getattr(row, name)) is not None
        }
        n = self.n if row.n is None else row.n
        return Facts(row.name, n, row.items, row.is_gap, numbers, self.convention)

    def below(self, name: str, value: Any) -> Printed | None:
        """Read a number below the table."""
        if value is None:
            return None
        try:
            text = printed_text(value)
        except ValueError as error:
            raise ParameterError(f"{name}: {error}") from None
        return self._read(name, text)

    def _read(self, name: str, text: str) -> Printed:
        if name in ("count", *self.exact) or (name == "against" and text == "0"):
            return Printed.exactly(text)
        rounding: Rounding = self.convention.rounding
        return Printed.read(text, decimals=self.decimals.get(name), rounding=rounding)


READABLE = (*NUMBERS, "overall", "weighted")


def _decimals(decimals: int | Mapping[str, int] | None) -> dict[str, int]:
    if decimals is None:
        return {}
    if not isinstance(decimals, Mapping):
        decimals = dict.fromkeys(READABLE, decimals)
    _known("decimals", tuple(decimals))
    for name, value in decimals.items():
        if not _is_whole(value) or not 0 <= value <= 15:
            raise ParameterError(
                f"decimals must be a whole number from 0 to 15, but for {name!r} it is "
                f"{plain(value)!r}."
            )
    return dict(decimals)


def _known(argument: str, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in READABLE]
    if unknown:
        raise ParameterError(
            f"{argument} names the column {unknown[0]!r}, but the columns are "
            f"{listed(READABLE, most=30)}.{did_you_mean(unknown[0], READABLE)}"
        )


def _is_whole(value: object) -> bool:
    return isinstance(plain(value), int) and not isinstance(value, bool)
