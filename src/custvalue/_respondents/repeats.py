"""Several answers of one customer: refused, the latest of them used, or customers as clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import (
    ISO,
    first_of_runs,
    missing,
    mixed,
    objects,
    one_dimensional,
    places,
    read_time,
    require_present,
    seen,
    sorted_codes,
)
from custvalue._frames import Source
from custvalue._respondents.split import Rows
from custvalue._rows import LabelArray
from custvalue._words import listed, more, plain
from custvalue.errors import DataError, ParameterError

RepeatsPolicy = Literal["raise", "latest", "cluster"]

Flags = npt.NDArray[np.bool_]
Labels = dict[str, LabelArray]


def check_repeats(customer: object, repeats: object, date: object, wave: object) -> None:
    """Raise a ParameterError unless the policy is one, and has what it needs."""
    require_choice("repeats", repeats, get_args(RepeatsPolicy))
    if customer is None and (repeats != "raise" or date is not None):
        given = "date" if repeats == "raise" else f"repeats={repeats!r}"
        raise ParameterError(
            f"{given} is about several answers of one customer, but there is no customer. Name the "
            f"column that tells customers apart, as in customer='id'."
        )
    if date is not None and repeats != "latest":
        raise ParameterError(
            f"date tells which answer is the latest, but repeats is {repeats!r}. Use "
            f"repeats='latest', or leave date out."
        )
    if repeats == "latest" and date is None and wave is None:
        raise ParameterError(
            "repeats='latest' must know which answer came last. Name the column that tells it, as "
            "in date='answered on'."
        )


def order_of(source: Source | None, date: Any, rows: int) -> Rows | None:
    """Return the place in time of each row, out of a column of a frame or of an array."""
    if date is None:
        return None
    if source is not None:
        source.require({"date": date})
        return in_time(date, source.moments(date))
    array = one_dimensional("date", date)
    if len(array) != rows:
        raise DataError(
            f"date must have one entry for each of the {rows} respondents, but it has "
            f"{len(array)}.",
            column="date",
        )
    return in_time("date", array)


def in_time(name: str, values: npt.NDArray[Any]) -> Rows:
    """Return the place in time of each row: of dates, times, ISO text, periods or numbers."""
    require_present(name, missing(values))
    if values.dtype.kind in "iufM":
        return _ranks(values)
    entries = values.tolist()
    labels = seen(name, entries)
    codes = places(entries, labels)
    if len(set(map(type, labels))) == 1 and hasattr(labels[0], "freqstr"):
        return _ranks(objects(labels))[codes]
    moments = [read_time(label, None) for label in labels]
    bad = np.array([moment is None for moment in moments])[codes] if labels else np.empty(0)
    rows = np.flatnonzero(bad)
    if rows.size:
        hint = "Turn the column into dates, or into whole numbers that grow with time."
        raise DataError.at_rows(name, f"a date like {ISO}", rows, values[rows], hint)
    zoned = np.array([moment is not None and moment.tzinfo is not None for moment in moments])
    if zoned.any() and not zoned.all():
        raise mixed(name, zoned[codes], [str(labels[code]) for code in codes[~zoned[codes]]])
    return _ranks(objects(moments))[codes]


def _ranks(values: npt.NDArray[Any]) -> Rows:
    ranks: Rows = np.unique(values, return_inverse=True)[1]
    return ranks


def settled(
    labels: Labels, repeats: RepeatsPolicy, order: Rows | None
) -> tuple[Labels, Flags | None]:
    """Apply the policy: return the labels, with clusters perhaps, and the rows that are used."""
    if "customer" not in labels:
        return labels, None
    if repeats == "cluster":
        return _clustered(labels), None
    pairs = _customer_and_wave(labels)
    counts = np.bincount(pairs)
    if counts.max(initial=0) < 2:
        return labels, None
    if repeats == "raise" or order is None:
        raise _repeated(labels, pairs, counts, repeats)
    return labels, _latest(labels, pairs, order)


def _customer_and_wave(labels: Mapping[str, LabelArray]) -> Rows:
    """Give customers numbers, others in each wave: the next wave asks a panel again."""
    codes: Rows = sorted_codes("customer", labels["customer"])[1]
    if "wave" not in labels:
        return codes
    waves, wave = sorted_codes("wave", labels["wave"])
    pairs: Rows = np.unique(codes * len(waves) + wave, return_inverse=True)[1]
    return pairs


def _repeated(
    labels: Mapping[str, LabelArray], pairs: Rows, counts: Rows, repeats: RepeatsPolicy
) -> DataError:
    """Build the error for customers who answered more than once."""
    rows = np.flatnonzero(counts[pairs] > 1)
    first = np.flatnonzero(pairs == pairs[rows[0]])
    who = plain(labels["customer"][rows[0]])
    where = f" in the wave {plain(labels['wave'][rows[0]])!r}" if "wave" in labels else ""
    others = int((counts > 1).sum()) - 1
    also = f", and {more(others, 'customer')} likewise" if others else ""
    hint = (
        "Use date='…' to tell which answer is the latest"
        if repeats == "latest"
        else "Use repeats='latest' with date='…' for the latest answer of each"
    )
    return DataError(
        f"customer {who!r} answered {len(first)} times{where}, in rows {listed_rows(first)}{also}. "
        f"{hint}, or repeats='cluster' to use all of them with intervals that know whose they are.",
        column="customer",
        rows=rows,
        value=who,
    )


def listed_rows(rows: Rows) -> str:
    """List a few rows: ``0 and 5``, ``0, 5, 7 and 12 more``."""
    shown = [str(row) for row in rows[:3].tolist()]
    if len(rows) > len(shown):
        return f"{', '.join(shown)} and {len(rows) - len(shown)} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _latest(labels: Mapping[str, LabelArray], pairs: Rows, order: Rows) -> Flags:
    """Say which rows are the latest of their customer (in their wave)."""
    rows = np.lexsort((order, pairs))
    starts = first_of_runs(pairs[rows])
    last = np.append(starts[1:], True)
    tied = np.flatnonzero(last & ~starts & (order[rows] == np.roll(order[rows], 1)))
    if tied.size:
        row, other = int(rows[tied[0]]), int(rows[tied[0] - 1])
        who = plain(labels["customer"][row])
        raise DataError(
            f"customer {who!r} has two latest answers, in rows {min(row, other)} and "
            f"{max(row, other)}: their dates are the same. Give the time of day too, remove one of "
            f"them, or use repeats='cluster'.",
            column="customer",
            rows=np.sort(rows[tied]),
            value=who,
        )
    used = np.zeros(len(rows), dtype=bool)
    used[rows[last]] = True
    return used


def _clustered(labels: Labels) -> Labels:
    """Make customers the clusters; where clusters are given, a customer lies in one of them."""
    if "cluster" not in labels:
        return {**labels, "cluster": labels["customer"]}
    customers, codes = sorted_codes("customer", labels["customer"])
    clusters, within = sorted_codes("cluster", labels["cluster"])
    of_customer = np.zeros(len(customers), dtype=np.int64)
    of_customer[codes] = within
    other = np.flatnonzero(of_customer[codes] != within)
    if other.size:
        row = int(other[0])
        who = plain(customers[codes[row]])
        both = sorted({plain(clusters[within[row]]), plain(clusters[of_customer[codes[row]]])})
        raise DataError(
            f"customer {who!r} answered in two clusters, {listed(both)}, so that these are not "
            f"independent. Use repeats='latest' with date='…', or leave cluster out to make "
            f"customers the clusters.",
            column="customer",
            rows=other,
            value=who,
        )
    return labels
