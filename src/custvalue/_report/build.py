"""The whole report, from a study and its tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import scipy

from custvalue import __version__
from custvalue._frames import Source
from custvalue._inference.means import kish_effective_n
from custvalue._report.content import (
    Block,
    Contribution,
    KeyFigures,
    Paragraph,
    Points,
    Section,
    joined,
)
from custvalue._report.customer_base import NEXT, Customers, fit_customers, read_history
from custvalue._report.customers import customers
from custvalue._report.indices import indices
from custvalue._report.link import link
from custvalue._report.offers import offers
from custvalue._report.quality import quality, read_quality
from custvalue._report.report import Report
from custvalue._report.study import Study, Transactions
from custvalue._respondents.reading import checked_weights
from custvalue._words import count
from custvalue.errors import CustvalueError, CustvalueWarning, DataError

Announce = Callable[[str], None]


def build_report(
    study: Study,
    *,
    survey: Any = None,
    transactions: Any = None,
    survey_name: str = "survey",
    transactions_name: str = "transactions",
    said: Sequence[str] = (),
    announce: Announce | None = None,
) -> Report:
    """Turn a study and its tables into a report; `said` are warnings from reading the tables."""
    _require_parts(study, survey, transactions)
    announce = announce or (lambda _: None)
    with caught() as noticed:
        parts = _survey_parts(study, survey, survey_name, announce)
        if study.offers:
            parts.append(offers(study.offers, study.currency))
        if transactions is not None and study.transactions is not None:
            with _named(transactions_name):
                found = _customer_base(study, study.transactions, transactions, announce)
            parts.append(customers(found, study))
            if survey is not None and study.survey is not None:
                with _named(survey_name):
                    parts.append(link(study.survey, survey, found, study.currency))
    whole = joined(parts)
    others = [line for line in [*said, *noticed] if line not in whole.warnings]
    to_check = [*whole.warnings, *others, *_without(study, survey, transactions)]
    return Report(title=study.title, sections=tuple(_sections(whole, to_check)))


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
    if study.lifetime is not None and study.transactions is not None:
        _require_amounts(study.transactions)
    if len(study.offers) == 1:
        raise DataError(
            "[[offers]] holds one offer, but delivered value is measured against a rival. Add the "
            "rival's, or delete the offer."
        )
    if survey is None and transactions is None and not study.offers:
        raise DataError("nothing to report. Give --survey, --transactions or both.")


def _require_amounts(asked: Transactions) -> None:
    if asked.spend is None:
        raise DataError(
            "[lifetime] asks what customers are worth, but [transactions] names no column of "
            'amounts. Add spend = "…" there, or delete [lifetime].'
        )


@contextmanager
def caught() -> Iterator[list[str]]:
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


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Note on an error which table it is about."""
    try:
        yield
    except CustvalueError as error:
        error.add_note(name)
        raise


def _survey_parts(study: Study, survey: Any, name: str, announce: Announce) -> list[Contribution]:
    if survey is None or study.survey is None:
        return []
    announce("Measuring satisfaction")
    parts = []
    with _named(name):
        if study.survey.weights is not None:
            parts.append(_weighting(study.survey.weights, survey))
        asked = study.survey.servqual
        answers = None if asked is None else read_quality(study.survey, asked, survey)
        if answers is not None:
            parts.append(quality(answers))
        parts.append(indices(study.survey, survey, answers))
    return parts


def _weighting(column: str, survey: Any) -> Contribution:
    """Say that answers are weighted, and give their effective number."""
    source = Source(survey)
    source.require({"weights": column})
    weights = checked_weights(column, source.numbers(column), source.rows)
    said = (
        f"Answers are weighted by the column {column!r}: {count(source.rows, 'respondent')} "
        f"are worth {kish_effective_n(weights):,.1f} of a simple random sample (Kish's effective "
        f"n)."
    )
    convention = "Weights are sampling weights; intervals count them by Taylor linearisation."
    return Contribution(base=(said,), conventions=(convention,))


def _customer_base(
    study: Study, asked: Transactions, transactions: Any, announce: Announce
) -> Customers:
    announce("Reading purchase histories")
    history = read_history(asked, transactions)
    announce(f"Fitting models to {len(history):,} customers")
    return fit_customers(history, asked.purchase_model, study.lifetime)


def _without(study: Study, survey: Any, transactions: Any) -> list[str]:
    """Say what the study describes, but no data came for."""
    absent = []
    if study.survey is not None and survey is None:
        absent.append("The study describes a survey, but none was given, so that part is missing.")
    if study.transactions is not None and transactions is None:
        absent.append(
            "The study describes transactions, but none were given, so that part is missing."
        )
    elif study.transactions is not None and study.transactions.spend and study.lifetime is None:
        absent.append(
            f"The study has no [lifetime] (horizon, annual_discount_rate, margin): what customers "
            f"are worth is missing, and expected purchases are for {NEXT}."
        )
    return absent


def _sections(whole: Contribution, said: Sequence[str]) -> Iterator[Section]:
    figures = [KeyFigures(whole.figures)] if whole.figures else []
    yield Section("In short", (*figures, *map(Paragraph, whole.summary)))
    if whole.base:
        yield Section("What was measured, on whom", (Points(whole.base),))
    yield from whole.sections
    yield Section("Assumptions and warnings", tuple(_closing(whole.conventions, said)))


def _closing(conventions: Sequence[str], said: Sequence[str]) -> Iterator[Block]:
    if said:
        yield Paragraph("Check this before you rely on the numbers:")
        yield Points(tuple(said), kind="warning")
    yield Paragraph("How the numbers are defined and computed:")
    numeric = f"numpy {np.__version__} and scipy {scipy.__version__}"
    yield Points((*dict.fromkeys(conventions), f"Made by custvalue {__version__} with {numeric}."))
