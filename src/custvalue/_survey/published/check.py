"""The checker of published tables: typed rows in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._survey.published.equations import (
    check_equations,
    check_overall,
    check_percentage,
    check_sums,
)
from custvalue._survey.published.numbers import (
    Notebook,
    Printed,
    PublishedFinding,
    Rounding,
    printed_text,
)
from custvalue._survey.published.reading import (
    READABLE,
    Divisor,
    Facts,
    PublishedConvention,
    Quantile,
    facts_of,
    rows_of,
)
from custvalue._survey.published.whole_numbers import check_whole_numbers
from custvalue._values import Frozen
from custvalue._words import count
from custvalue.errors import ParameterError

FIELDS = {"standard error": "standard_error", "low end": "low", "high end": "high"}


class PublishedCheck(Tabulated, Frozen):
    """The findings in a published table, and what was compared.

    Parameters
    ----------
    rows : int
        Rows of the table.
    checks : int
        Comparisons that were made.
    findings : tuple of PublishedFinding
        Numbers that do not follow from the others; empty where rounding explains everything.
    notes : tuple of str
        What rounding explains, and rows in which nothing could be compared.
    convention : PublishedConvention
        How the numbers were taken to have been computed and printed.
    """

    TITLE: ClassVar[str] = "Published table, checked"
    SHOWN: ClassVar = shown("check, printed, follows, off: off by, rounding")
    REPR: ClassVar[tuple[str, ...]] = ("rows", "checks", "findings")

    rows: int
    checks: int
    findings: tuple[PublishedFinding, ...]
    notes: tuple[str, ...] = ()
    convention: PublishedConvention

    @property
    def consistent(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - no intervals
        return [
            Row(
                its.row,
                {
                    **its.model_dump(),
                    "printed": f"{its.quantity} {its.claimed}",
                    "follows": its.follows,
                },
            )
            for its in self.findings
        ]

    def _notes(self) -> Iterator[str]:
        counts = {"row": self.rows, "comparison": self.checks, "finding": len(self.findings)}
        yield f"{', '.join(count(many, noun) for noun, many in counts.items())}."
        yield self.convention.sentence
        yield from (f"{its.row}, {its.quantity}: {its.hint}" for its in self.findings if its.hint)
        yield from self.notes


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
    mean and the weighted sum of the rows. A number stands for all that rounds to it: a table that
    was computed properly has no findings.

    Parameters
    ----------
    rows : sequence of mappings, or dataframe
        The table, without rows of totals: ``name`` and what it prints of ``n``, ``items``,
        ``perception``, ``perception_sd``, ``expectation``, ``expectation_sd``, ``gap``, ``mean``,
        ``sd``, ``standard_error``, ``t``, ``against``, ``low``, ``high``, ``count``,
        ``percentage`` and ``weight``. Type numbers as text, ``"0.50"``, to keep their zeros.
    n : int, optional
        Respondents, where it is not in the rows.
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
        True where respondents were weighted: n then says nothing about the digits of a mean, nor
        about SD / √n, and these comparisons are not made.
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
    if isinstance(decimals, int):
        decimals = dict.fromkeys(READABLE, decimals)
    convention = PublishedConvention(
        n=n,
        scale=scale,
        level=level,
        quantile=quantile,
        sd_divisor=sd_divisor,
        weighted_answers=weighted_answers,
        percentages_total=percentages_total,
        weights_total=weights_total,
        rounding=rounding,
        decimals=dict(decimals or {}),
        exact=(exact,) if isinstance(exact, str) else tuple(exact),
    )
    table = [facts_of(row, convention) for row in rows_of(rows)]
    for above, facts in zip([None, *table], table, strict=False):
        _check_row(facts, above)
    whole = Notebook()
    check_sums(table, convention, whole)
    below = _below(convention, overall=overall, weighted=weighted)
    check_overall(table, below, convention, whole)
    written = [*(facts.notes for facts in table), whole]
    return PublishedCheck(
        rows=len(table),
        checks=sum(its.checks for its in written),
        findings=tuple(finding for its in written for finding in its.findings),
        notes=tuple(note for its in written for note in its.notes),
        convention=convention,
    )


def _below(convention: PublishedConvention, **values: Any) -> dict[str, Printed]:
    """Read the numbers below the table."""
    found = {}
    for name, value in values.items():
        try:
            if value is not None:
                found[name] = convention.read(name, printed_text(value))
        except ValueError as error:
            raise ParameterError(f"{name}: {error}") from None
    return found


def _check_row(facts: Facts, above: Facts | None) -> None:
    """Make all comparisons within a row; note where there is none, or a copy explains one."""
    notes = facts.notes
    check_whole_numbers(facts)
    check_equations(facts)
    check_percentage(facts)
    if not notes.checks and "weight" not in facts.numbers:
        notes.notes.append(f"{notes.row}: nothing to compare its numbers with.")
    if above is not None:
        notes.findings[:] = [_copied(finding, facts, above) for finding in notes.findings]


def _copied(finding: PublishedFinding, facts: Facts, above: Facts) -> PublishedFinding:
    """Say where a number at fault is the one of the row above."""
    field = FIELDS.get(finding.quantity, finding.quantity)
    own, other = facts.get(field), above.get(field)
    if finding.hint or own is None or other is None or own.text != other.text:
        return finding
    hint = f"{above.notes.row!r} above prints the same number."
    return finding.model_copy(update={"hint": hint})
