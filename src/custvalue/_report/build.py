"""The whole report, from a study and its tables."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy

from custvalue import __version__
from custvalue._inference.means import kish_effective_n
from custvalue._report.calls import calls
from custvalue._report.catalogue import Page
from custvalue._report.catalogue_complaints import Complaint
from custvalue._report.catalogue_customers import Link
from custvalue._report.catalogue_parts import Shared
from custvalue._report.catalogue_value import Rated
from custvalue._report.catalogue_visits import Visit
from custvalue._report.chain_part import chain_part, with_reason
from custvalue._report.changes import changes
from custvalue._report.complaints_part import complaints_part
from custvalue._report.content import (
    Block,
    Contribution,
    KeyFigures,
    Paragraph,
    Points,
    Section,
    joined,
    once,
    together,
)
from custvalue._report.customer_base import NEXT, Customers, fit_customers, read_history
from custvalue._report.customers import customers
from custvalue._report.drivers_part import drivers_part
from custvalue._report.first import first
from custvalue._report.group_part import group_parts
from custvalue._report.indices import indices
from custvalue._report.kano_part import kano_part
from custvalue._report.language import speaking
from custvalue._report.link import link
from custvalue._report.loyalty_part import loyalty_part
from custvalue._report.offers import offers
from custvalue._report.quality import quality
from custvalue._report.ratings_part import ratings_part
from custvalue._report.report import Report
from custvalue._report.scores import Answered, Score, read_answered, scores, written
from custvalue._report.segments_part import segments_part
from custvalue._report.structural_part import structural_part
from custvalue._report.study import Study, Survey, Transactions
from custvalue._report.surveyed import measures, read_surveyed
from custvalue._report.tiers_part import tiers_part
from custvalue._report.translation import section_in_language, translated
from custvalue._report.visits_part import visits_part
from custvalue.errors import CustvalueError, CustvalueWarning, DataError, FewClustersWarning

FEW = re.compile(r"(\d+) clusters are few, and the interval rests on ([\d.]+) degrees")
Announce = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """A report, and what its file of scores is made of."""

    report: Report
    answered: Answered | None = None
    customers: Customers | None = None

    def scores(self) -> list[Score]:
        """Return a row for every customer and respondent."""
        return scores(self.answered, self.customers)

    def scores_text(self) -> str:
        """Return the file of scores."""
        with speaking(self.report.lang):
            return written(self.scores())


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
    given = Given(survey, transactions, survey_name, transactions_name)
    return build(study, given, said=said, announce=announce).report


class Given(NamedTuple):
    """The tables of a study, their names, and that of the file of scores."""

    survey: Any = None
    transactions: Any = None
    survey_name: str = "survey"
    transactions_name: str = "transactions"
    scores_name: str = ""
    ratings: Any = None
    ratings_name: str = "ratings"
    visits: Any = None
    visits_name: str = "visits"
    complaints: Any = None
    complaints_name: str = "complaints"


def build(
    study: Study, given: Given, *, said: Sequence[str] = (), announce: Announce | None = None
) -> Built:
    """Make the report, and keep what its scores are made of."""
    _require_parts(study, given)
    announce = announce or (lambda _: None)
    with speaking(study.lang):
        with caught() as noticed:
            parts, answered, found = _parts(study, given, announce)
        whole = joined(parts)
        others = [line for line in [*said, *noticed] if line not in whole.warnings]
        missing = _without(study, given)
        checked = [*whole.warnings, *map(translated, others), *missing]
        sections = once(map(section_in_language, _sections(whole, checked)))
    report = Report(title=study.title, sections=sections, lang=study.lang)
    return Built(report, answered, found)


def _parts(
    study: Study, given: Given, announce: Announce
) -> tuple[list[Contribution], Answered | None, Customers | None]:
    """Return what each part of the study adds, the answers of every row, and the customers."""
    parts: list[Contribution] = []
    answered = found = None
    asked = study.survey
    if given.survey is not None and asked is not None:
        announce("Measuring satisfaction")
        with _named(given.survey_name):
            made, answered = _survey_parts(asked, given.survey)
            parts += made
    if study.offers:
        parts.append(offers(study.offers, study.currency))
    if given.ratings is not None and study.ratings is not None:
        announce("Comparing suppliers")
        with _named(given.ratings_name):
            parts.append(ratings_part(study.ratings, given.ratings, study.currency))
    if given.visits is not None and study.visits is not None:
        announce("Counting visits")
        with _named(given.visits_name):
            parts.append(visits_part(study.visits, given.visits))
    if given.complaints is not None and study.complaints is not None:
        announce("Timing complaints")
        with _named(given.complaints_name):
            parts.append(complaints_part(study.complaints, given.complaints, study.currency))
    if given.transactions is not None and study.transactions is not None:
        with _named(given.transactions_name):
            found = _customer_base(study, study.transactions, given.transactions, announce)
        parts.append(customers(found, study))
        if study.rfm is not None:
            parts.append(segments_part(study.rfm, found))
        if study.tiers is not None and found.value is not None:
            parts.append(tiers_part(study.tiers, found.value, study.currency))
    if asked is not None and answered is not None and found is not None:
        with _named(given.survey_name):
            parts.append(_worth_of_answers(study, given, answered, found))
        parts.append(calls(study, answered, found, given.scores_name))
    return parts, answered, found


def _worth_of_answers(
    study: Study, given: Given, answered: Answered, found: Customers
) -> Contribution:
    """Return what a point of satisfaction is worth, and the value of groups of respondents."""
    asked = study.survey
    groups = Contribution() if asked is None else link(asked, answered, found, study.currency)
    if asked is None or not (groups.sections or asked.chain):
        return groups
    if asked.chain is None:
        return with_reason(groups)
    chained = chain_part(study, given.survey, given.transactions)
    return together(Link.TITLE(), (chained, groups))


def _require_parts(study: Study, given: Given) -> None:
    survey, transactions = given.survey, given.transactions
    if given.ratings is not None and study.ratings is None:
        raise DataError(
            "there are ratings, but the study does not say what is in them. Add the table "
            "[ratings]."
        )
    if given.visits is not None and study.visits is None:
        raise DataError(
            "there are visits, but the study does not say what is in them. Add the table [visits]."
        )
    if given.complaints is not None and study.complaints is None:
        raise DataError(
            "there are complaints, but the study does not say what is in them. Add the table "
            "[complaints]."
        )
    if survey is not None and study.survey is None:
        raise DataError(
            "there is a survey, but the study does not say what is in it. Add the table [survey]."
        )
    if transactions is not None and study.transactions is None:
        raise DataError(
            "there are transactions, but the study does not say what is in them. Add the table "
            "[transactions]."
        )
    if study.tiers is not None and (study.lifetime is None or study.transactions is None):
        raise DataError(
            "[tiers] sorts customers by their value, which the study does not ask for. Add the "
            "tables [transactions] and [lifetime]."
        )
    if study.lifetime is not None and study.transactions is not None:
        _require_amounts(study.transactions)
    if len(study.offers) == 1:
        raise DataError(
            "[[offers]] holds one offer, but delivered value is measured against a rival. Add the "
            "rival's, or delete the offer."
        )
    tables = (survey, transactions, given.ratings, given.visits, given.complaints)
    if all(table is None for table in tables) and not study.offers:
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
    few = [str(each.message) for each in record if issubclass(each.category, FewClustersWarning)]
    found += _few_clusters(few)
    for each in record:
        if not issubclass(each.category, CustvalueWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
        elif not issubclass(each.category, FewClustersWarning):
            found.append(str(each.message))


def _few_clusters(said: Sequence[str]) -> list[str]:
    """Say once that many numbers rest on few clusters."""
    matched = [FEW.search(one) for one in said]
    numbers = [(int(one[1]), float(one[2])) for one in matched if one is not None]
    if len(numbers) < 2:
        return list(said)
    clusters, degrees = zip(*numbers, strict=True)
    return [
        Page.FEW_CLUSTERS(
            n=len(numbers), low=min(clusters), high=max(clusters), degrees=f"{min(degrees):.1f}"
        )
    ]


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Note on an error which table it is about."""
    try:
        yield
    except CustvalueError as error:
        error.add_note(name)
        raise


def _survey_parts(study: Survey, data: Any) -> tuple[list[Contribution], Answered]:
    """Return what the survey adds, and the answers of every row."""
    every = read_surveyed(study, data)
    waves = every.waves() if study.wave is not None else ()
    wave = waves[-1] if waves else None
    found = every if wave is None else every.of_wave(wave)
    answered = read_answered(study, data, wave)
    parts = [
        first(study, found),
        changes(measures(study, every), waves),
        group_parts(study, measures(study, found)),
    ]
    if study.weights is not None:
        parts.append(_weighting(study.weights, answered))
    if found.quality is not None:
        parts.append(quality(found.quality, study))
    parts.append(indices(study, found))
    if study.kano is not None and found.kano is not None:
        parts.append(kano_part(study.kano, found.kano))
    if study.drivers is not None and found.drivers is not None and found.overall is not None:
        parts.append(drivers_part(study, study.drivers, found.drivers, found.overall))
    if study.loyalty is not None and found.perceived is not None and found.outcome is not None:
        parts.append(loyalty_part(study.loyalty, found.perceived, found.outcome))
    if study.structural is not None and found.structural is not None:
        parts.append(structural_part(study.structural, found.structural))
    return parts, answered


def _weighting(column: str, answered: Answered) -> Contribution:
    """Say that answers are weighted, and give their effective number."""
    weights = answered.weights[answered.used]
    effective = f"{kish_effective_n(weights):,.1f}"
    said = Shared.WEIGHTED(column=column, n=len(weights), effective=effective)
    return Contribution(base=(said,), conventions=(Shared.WEIGHTS(),))


def _customer_base(
    study: Study, asked: Transactions, transactions: Any, announce: Announce
) -> Customers:
    announce("Reading purchase histories")
    history = read_history(asked, transactions)
    announce(f"Fitting models to {len(history):,} customers")
    return fit_customers(history, asked.purchase_model, study.lifetime)


def _without(study: Study, given: Given) -> list[str]:
    """Say what the study describes, but no data came for."""
    survey, transactions = given.survey, given.transactions
    absent = []
    if study.survey is not None and survey is None:
        absent.append(Shared.NO_SURVEY())
    if study.ratings is not None and given.ratings is None:
        absent.append(Rated.NO_RATINGS())
    if study.visits is not None and given.visits is None:
        absent.append(Visit.NO_VISITS())
    if study.complaints is not None and given.complaints is None:
        absent.append(Complaint.NO_COMPLAINTS())
    if study.transactions is not None and transactions is None:
        absent.append(Shared.NO_LOG())
    elif study.transactions is not None and study.transactions.spend and study.lifetime is None:
        absent.append(Shared.NO_LIFETIME(next=translated(NEXT)))
    return absent


def _sections(whole: Contribution, said: Sequence[str]) -> Iterator[Section]:
    """Order the page: what to do, how sure that is, and the details below."""
    yield from whole.actions
    if whole.worth:
        yield Section(Page.WORTH(), tuple(map(Paragraph, whole.worth)))
    if whole.base or said:
        yield Section(Page.SURE(), tuple(_sure(whole.base, said)))
    if whole.figures:
        yield Section(Page.FIGURES(), (KeyFigures(whole.figures),))
    yield from whole.sections
    yield Section(Page.DEFINED(), tuple(_closing(whole.conventions)))


def _sure(base: Sequence[str], said: Sequence[str]) -> Iterator[Block]:
    if base:
        yield Points(tuple(base))
    if said:
        yield Paragraph(Page.CHECK())
        yield Points(tuple(said), kind="warning")


def _closing(conventions: Sequence[str]) -> Iterator[Block]:
    numeric = f"numpy {np.__version__}, scipy {scipy.__version__}"
    made = Page.MADE(version=__version__, numeric=numeric)
    yield Points((*dict.fromkeys(conventions), made))
