"""One row for every customer and every respondent: what they answered, and what they are worth."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source
from custvalue._inference.clusters import Clusters
from custvalue._inference.contrast import Label
from custvalue._report.catalogue import Scores as Words
from custvalue._report.customer_base import Customers
from custvalue._report.keys import read_by
from custvalue._report.study import Survey
from custvalue._respondents.clustering import clusters_of
from custvalue._respondents.reader import Roles
from custvalue._respondents.reading import coded_answers
from custvalue._rows import FloatArray, IntArray
from custvalue._words import plain
from custvalue.errors import DataError
from custvalue.lifetime import CustomerLifetimeValue
from custvalue.survey import YES_NO, Codebook, Scale

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text that a spreadsheet would compute
NOBODY = -1


@dataclass(frozen=True)
class Answered:
    """The answers of every row of a survey: NaN, or no label, where there is none.

    ``used`` flags the respondents of the report: of the latest wave, and one answer of a customer
    where the study says so.
    """

    customer: npt.NDArray[Any] | None
    group: npt.NDArray[Any] | None
    recommend: FloatArray | None
    satisfaction: FloatArray | None
    complaint: FloatArray | None
    used: npt.NDArray[np.bool_]
    weights: FloatArray
    clusters: Clusters | None


class Score(NamedTuple):
    """One row of the file."""

    customer: str
    row: int | None  # of the survey, from 0
    group: str
    satisfaction: float
    recommend: float
    complaint: float
    probability_alive: float
    expected_purchases: float
    value: float


class Caller(NamedTuple):
    """A customer to be called."""

    row: int  # of the survey
    place: int  # among the customers
    complaint: float  # 1 where one is open


def read_answered(study: Survey, data: Any, wave: Label | None) -> Answered:
    """Read what every respondent answered, row by row."""
    source = Source(data)
    source.require({} if study.customer is None else {"customer": study.customer})
    who = Roles(**study.who, missing=study.missing).of_frame(source, [])
    used = who.everybody()
    if wave is not None:
        used &= who.labels["wave"] == wave
    overall = study.satisfaction
    perceived = (None, Scale(0, 1)) if overall is None else (overall.perceived, overall.scale)
    return Answered(
        customer=None if study.customer is None else source.labels(study.customer),
        group=who.labels.get("group"),
        recommend=_checked(source, study.recommend, study.recommend_scale),
        satisfaction=_checked(source, *perceived),
        complaint=_complaints(source, study.complaint),
        used=used,
        weights=who.weights,
        clusters=clusters_of(who.labels),
    )


def _checked(source: Source, column: str | None, scale: Scale | Codebook) -> FloatArray | None:
    """Read the answers to one question, NaN where there is none."""
    if column is None:
        return None
    how = read_by(scale)
    answers, _ = coded_answers(source, [column], **how)
    return how["scale"].check(column, answers[:, 0])


def _complaints(source: Source, column: str | None) -> FloatArray | None:
    """Read who has an open complaint: 1, or yes; NaN where nothing is said."""
    if column is None:
        return None
    answers, _ = coded_answers(source, [column], YES_NO.scale, YES_NO)
    said = answers[:, 0]
    bad = np.flatnonzero(~(np.isnan(said) | (said == 0) | (said == 1)))
    if len(bad):
        expected = "1 or yes where a complaint is open, and 0, no or empty elsewhere"
        raise DataError.at_rows(column, expected, bad, said[bad], "Recode the column.")
    return said


def places(answered: Answered, found: Customers | None) -> IntArray:
    """Return the row of each respondent among the customers; -1 for a stranger."""
    if answered.customer is None or found is None:
        return np.full(len(answered.used), NOBODY, dtype=np.int64)
    customers, labels = found.history.customer, answered.customer
    if customers.dtype.kind in "iu" and customers.dtype == labels.dtype:
        return _of_numbers(customers, labels)
    position = {str(its): row for row, its in enumerate(customers.tolist())}
    named = (position.get(name_of(label), NOBODY) for label in labels.tolist())
    return np.fromiter(named, dtype=np.int64, count=len(answered.used))


def _of_numbers(customers: npt.NDArray[Any], labels: npt.NDArray[Any]) -> IntArray:
    """Look up whole numbers, of which there may be millions, without a word for each."""
    order = np.argsort(customers)
    place = np.minimum(np.searchsorted(customers, labels, sorter=order), len(customers) - 1)
    return np.where(customers[order[place]] == labels, order[place], NOBODY)


def name_of(label: object) -> str:
    """Write 7.0 as 7: so a column of whole numbers arrives that had a gap once."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def scores(answered: Answered | None, found: Customers | None) -> list[Score]:
    """Return a row for every customer, the latest answer beside it, and for every stranger.

    Of several answers that a customer gave, the last row of the survey counts.
    """
    rows: list[Score] = []
    beside: dict[int, int] = {}
    if answered is not None:
        for row, place in enumerate(places(answered, found).tolist()):
            if answered.used[row] and place == NOBODY:
                rows.append(score_of(row, NOBODY, answered, found))
            elif answered.used[row]:
                beside[place] = row
    customers = 0 if found is None else len(found.history)
    known = [score_of(beside.get(place), place, answered, found) for place in range(customers)]
    return [*known, *rows]


def score_of(
    row: int | None, place: int, answered: Answered | None, found: Customers | None
) -> Score:
    """Put together what is known of one customer or respondent."""
    customer = "" if found is None or place == NOBODY else str(found.history.customer[place])
    worth = _worth(place, found)
    if answered is None or row is None:
        return Score(customer, None, "", math.nan, math.nan, math.nan, **worth)
    return Score(
        customer=customer or _text(answered.customer, row),
        row=row,
        group=_text(answered.group, row),
        satisfaction=_number(answered.satisfaction, row),
        recommend=_number(answered.recommend, row),
        complaint=_number(answered.complaint, row),
        **worth,
    )


def _text(labels: npt.NDArray[Any] | None, row: int) -> str:
    return "" if labels is None or labels[row] is None else name_of(plain(labels[row]))


def _number(answers: FloatArray | None, row: int) -> float:
    return math.nan if answers is None else float(answers[row])


def _worth(place: int, found: Customers | None) -> dict[str, float]:
    """Return what a customer is likely to do, and is worth."""
    if found is None or place == NOBODY:
        return dict.fromkeys(("probability_alive", "expected_purchases", "value"), math.nan)
    value = found.value
    return {
        "probability_alive": float(found.alive[place]),
        "expected_purchases": float(found.expected[place]),
        "value": math.nan if value is None else float(value.value[place]),
    }


def written(rows: list[Score]) -> str:
    """Write the rows as CSV, with headings in the language that is spoken."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([Words.HEADINGS[name]() for name in Score._fields])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(cell: str | float | None) -> str | float:
    """Write a cell: nothing for a missing number, and no text that a spreadsheet would compute."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    if cell is None or math.isnan(cell):
        return ""
    number: float = plain(float(f"{cell:.10g}"))
    return number


def to_call(answered: Answered, study: Survey) -> npt.NDArray[np.bool_] | None:
    """Flag the respondents who are unhappy, or have an open complaint; None if not asked."""
    unhappy = _unhappy(answered, study)
    if answered.complaint is None:
        return unhappy
    complains: npt.NDArray[np.bool_] = np.asarray(answered.complaint == 1, dtype=np.bool_)
    return complains if unhappy is None else np.logical_or(unhappy, complains)


def _unhappy(answered: Answered, study: Survey) -> npt.NDArray[np.bool_] | None:
    """Flag the respondents who would not recommend, or are not satisfied; None if not asked."""
    if answered.recommend is not None:
        return answered.recommend <= 6
    if answered.satisfaction is None or study.satisfaction is None:
        return None
    scale = read_by(study.satisfaction.scale)["scale"]
    return np.asarray(scale.rescale(answered.satisfaction) < 50)


def to_call_first(
    rows: IntArray, where: IntArray, complaint: FloatArray | None, value: CustomerLifetimeValue
) -> list[Caller]:
    """Return each customer once: those with an open complaint first, then the most valuable.

    Of `rows` of the survey, `where` they are among the customers, and whether one is open; of
    several rows of a customer, the last one.
    """
    open_one = np.full(len(value), np.nan)
    if complaint is not None:
        np.fmax.at(open_one, where, complaint)
    last = dict(zip(where.tolist(), rows.tolist(), strict=True))
    worth, customers = value.value, value.customer
    every = [Caller(row, place, float(open_one[place])) for place, row in last.items()]
    return sorted(
        every,
        key=lambda its: (its.complaint != 1, -worth[its.place], str(customers[its.place])),
    )
