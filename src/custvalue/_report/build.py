"""The whole report, from a study and its tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import scipy

from custvalue import __version__
from custvalue._report.content import (
    Block,
    Contribution,
    KeyFigures,
    Paragraph,
    Points,
    Report,
    Section,
)
from custvalue._report.customer_base import fit_customers, read_history
from custvalue._report.customers import customers
from custvalue._report.indices import indices
from custvalue._report.link import link
from custvalue._report.offers import offers
from custvalue._report.quality import quality, read_quality
from custvalue._report.study import Study
from custvalue.errors import CustvalueWarning, DataError

Announce = Callable[[str], None]


def build_report(
    study: Study,
    *,
    survey: Any = None,
    transactions: Any = None,
    announce: Announce | None = None,
) -> Report:
    """Turn a study and its tables into a report.

    Parameters
    ----------
    study : Study
        Which column is what.
    survey : dataframe or mapping, optional
        One row a respondent.
    transactions : dataframe or mapping, optional
        One row a transaction.
    announce : callable, optional
        Is told what begins, in a few words.

    Returns
    -------
    Report
        Of the parts that there are data for.

    Raises
    ------
    CustvalueError
        If a table comes without its part of the study, nothing is left to report, or the data
        are not what the study says.
    """
    _require_parts(study, survey, transactions)
    with _caught() as caught:
        parts = list(_parts(study, survey, transactions, announce or (lambda _: None)))
    said = [line for part in parts for line in part.warnings]
    said += [line for line in caught if line not in said]
    said += _without(study, survey, transactions)
    return Report(title=study.title, sections=tuple(_sections(parts, said)))


def _require_parts(study: Study, survey: Any, transactions: Any) -> None:
    if survey is not None and study.survey is None:
        raise DataError(
            "there is a survey, but the study does not say what is in it. Add the table [survey]."
        )
    if transactions is not None and study.transactions is None:
        raise DataError(
            "there are transactions, but the study does not say what is in them. Add the table "
            "[transactions]."
        )
    if survey is None and transactions is None and not study.offers:
        raise DataError("nothing to report. Give --survey, --transactions or both.")


@contextmanager
def _caught() -> Iterator[list[str]]:
    """Collect the warnings of custvalue, which belong into the report; let others through."""
    found: list[str] = []
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always", CustvalueWarning)
        yield found
    for each in record:
        if issubclass(each.category, CustvalueWarning):
            found.append(str(each.message))
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def _parts(
    study: Study, survey: Any, transactions: Any, announce: Announce
) -> Iterator[Contribution]:
    if survey is not None and study.survey is not None:
        announce("Measuring satisfaction")
        asked = study.survey.servqual
        answers = None if asked is None else read_quality(study.survey, asked, survey)
        if answers is not None:
            yield quality(answers)
        yield indices(study.survey, survey, answers)
    if study.offers:
        yield offers(study.offers, study.currency)
    if transactions is not None and study.transactions is not None:
        announce("Reading purchase histories")
        history = read_history(study.transactions, transactions)
        announce(f"Fitting models to {len(history):,} customers")
        found = fit_customers(history, study.lifetime)
        announce("Writing about the customers")
        yield customers(found, study)
        if survey is not None and study.survey is not None:
            yield link(study.survey, survey, found, study.currency)


def _without(study: Study, survey: Any, transactions: Any) -> list[str]:
    """Say what the study describes, but no data came for."""
    absent = []
    if study.survey is not None and survey is None:
        absent.append("The study describes a survey, but none was given: that part is not here.")
    if study.transactions is not None and transactions is None:
        absent.append(
            "The study describes transactions, but none were given: that part is not here."
        )
    return absent


def _sections(parts: Sequence[Contribution], said: Sequence[str]) -> Iterator[Section]:
    figures = tuple(figure for part in parts for figure in part.figures)
    summary = [Paragraph(line) for part in parts for line in part.summary]
    opening: list[Block] = [KeyFigures(figures), *summary] if figures else [*summary]
    yield Section("In short", tuple(opening))
    base = tuple(line for part in parts for line in part.base)
    if base:
        yield Section("What was measured, on whom", (Points(base),))
    for part in parts:
        yield from part.sections
    yield Section("Assumptions and warnings", tuple(_closing(parts, said)))


def _closing(parts: Sequence[Contribution], said: Sequence[str]) -> Iterator[Block]:
    if said:
        yield Paragraph("Look at this before you rely on the numbers:")
        yield Points(tuple(said), kind="warning")
    yield Paragraph("How the numbers are defined and made:")
    conventions = [line for part in parts for line in part.conventions]
    numeric = f"numpy {np.__version__} and scipy {scipy.__version__}"
    yield Points((*dict.fromkeys(conventions), f"Made by custvalue {__version__} with {numeric}."))
