"""What is known of customers beside their purchases: columns of numbers or of categories."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import first_of_runs
from custvalue._histories.rows import check_lengths
from custvalue._rows import Columns, IntArray, LabelArray
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

Unknown = Literal["raise", "ignore"]


@dataclass(frozen=True, eq=False, repr=False)
class Covariates(Columns):
    """Covariates of customers, one row each; a history carries them in the order of its own rows.

    :meth:`PurchaseHistory.with_covariates` and :meth:`PurchaseHistory.from_transactions` make it.

    Parameters
    ----------
    values : dict of str to ndarray of shape (n,)
        Name to float64 for a numeric covariate, to text for categories.

    Raises
    ------
    DataError
        If columns differ in length, or a value is missing or infinite.

    Examples
    --------
    >>> covariates = Covariates({"region": ["north", "south"], "age": [3, 8]})
    >>> covariates.numeric, covariates["region"]
    (('age',), array(['north', 'south'], dtype='<U5'))
    """

    REPR = ("covariates=values", "customers")

    values: dict[str, LabelArray]

    def __post_init__(self) -> None:
        source = _frames.Source(self.values)
        object.__setattr__(self, "values", {name: column_of(source, name) for name in source.names})
        check_lengths(self.values, "there are no covariates")
        super().__post_init__()

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the covariates as a plain dict of columns."""
        return dict(self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all covariates."""
        return tuple(self.values)

    @property
    def numeric(self) -> tuple[str, ...]:
        """The names of those that are numbers; the others are categories."""
        return tuple(name for name, column in self.values.items() if column.dtype.kind == "f")

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(next(iter(self.values.values())))

    def __len__(self) -> int:
        return self.customers

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return the values of one covariate."""
        if name not in self.values:
            raise ParameterError(
                f"there is no covariate {name!r}, only {listed(self.names)}."
                f"{did_you_mean(name, self.names)}"
            )
        return self.values[name]

    def at(self, rows: npt.NDArray[Any]) -> Covariates:
        """Return the covariates of some customers.

        Parameters
        ----------
        rows : ndarray
            Positions, or a mask.
        """
        return Covariates({name: column[rows] for name, column in self.values.items()})


KNOWN = "known for every customer"
FILL = (
    "Fill in a value, give those who have none a category of their own such as 'unknown', or leave "
    "these customers out."
)


def column_of(
    source: _frames.Source,
    name: str,
    rows: npt.NDArray[Any] | None = None,
    *,
    known: str = KNOWN,
    hint: str = FILL,
) -> npt.NDArray[Any]:
    """Return a covariate of some rows of a table as float64 or as text, none missing."""
    some = np.arange(source.rows) if rows is None else rows
    if source.is_numeric(name):
        numbers = source.numbers(name)
        _refuse_gaps(name, some[np.isnan(numbers[some])], known, hint)
        infinite = some[np.isinf(numbers[some])]
        if infinite.size:
            raise DataError.at_rows(name, "a finite number", infinite, numbers[infinite], FINITE)
        return numbers[some]
    entries = source.entries(name)
    _refuse_mixtures(name, some, entries[some], known, hint)
    if entries.dtype.kind == "b" or all(isinstance(entry, bool) for entry in entries.flat):
        return np.array([str(bool(entry)) for entry in entries[some]])
    labels, codes = source.codes_with_gaps(name)
    _refuse_gaps(name, some[codes[some] < 0], known, hint)
    return np.array([str(label) for label in labels.tolist()])[codes[some]]


FINITE = "Correct these values, or leave these rows out."
MIXED = "Turn the whole column into numbers, or into text for categories."


def _refuse_mixtures(
    name: str, rows: npt.NDArray[Any], entries: LabelArray, known: str, hint: str
) -> None:
    """Raise where a column holds numbers in some rows, and text in others, or nothing."""
    if entries.dtype.kind != "O":
        return
    kinds = [_kind(each) for each in entries.tolist()]
    if "number" not in kinds:
        return
    of = {kind: np.array([each == kind for each in kinds]) for kind in ("number", "text", "")}
    _refuse_gaps(name, rows[of[""]], known, hint)
    if of["text"].any():
        few = "text" if of["text"].sum() <= of["number"].sum() else "number"
        expected = "a number, as in other rows" if few == "text" else "text, as in other rows"
        raise DataError.at_rows(name, expected, rows[of[few]], entries[of[few]], MIXED)


def _kind(entry: Any) -> str:
    """Say whether an entry is a number, text or missing."""
    if entry is None or (isinstance(entry, float) and math.isnan(entry)):
        return ""
    return "number" if isinstance(entry, int | float) and not isinstance(entry, bool) else "text"


def _refuse_gaps(name: str, rows: npt.NDArray[Any], known: str, hint: str) -> None:
    if rows.size:
        raise DataError.at_rows(name, known, np.sort(rows), [None] * len(rows), hint)


def of_rows(source: _frames.Source, covariates: Sequence[str]) -> Covariates:
    """Return covariates from a table whose rows are the customers."""
    source.require(wanted(covariates))
    return Covariates({name: column_of(source, name) for name in dict.fromkeys(covariates)})


def wanted(covariates: Sequence[str]) -> dict[str, str]:
    """Return the columns that must be there, by what they are called in an error."""
    if isinstance(covariates, str) or not covariates:
        raise ParameterError(
            f"covariates must be a list of columns, as in covariates=['region'], but it is: "
            f"{covariates!r}."
        )
    twice = [each for place, each in enumerate(covariates) if each in covariates[:place]]
    if twice:
        raise ParameterError(
            f"covariates must be different columns, but {twice[0]!r} is there twice."
        )
    return {f"covariates[{place}]": each for place, each in enumerate(covariates)}


def of_customers(
    table: Any,
    known: LabelArray,
    *,
    customer: str,
    covariates: Sequence[str],
    unknown: Unknown,
) -> Covariates:
    """Return the covariates of customers, in their order, from a table with a row for each."""
    source = _frames.Source(table)
    source.require({"customer": customer, **wanted(covariates)})
    labels, codes = source.codes(customer)
    _require_one_row_each(customer, labels, codes)
    _require_kind(known, labels)
    order = np.argsort(codes)
    places = np.minimum(np.searchsorted(labels, known), len(labels) - 1)
    _refuse_absent(known[labels[places] != known])
    if unknown == "raise" and len(labels) > len(known):
        _refuse_unknown(sorted(set(labels.tolist()) - set(known.tolist())))
    rows = order[places]
    return Covariates({name: column_of(source, name, rows) for name in dict.fromkeys(covariates)})


def _require_one_row_each(customer: str, labels: LabelArray, codes: IntArray) -> None:
    if not len(codes):
        raise DataError("the table of covariates is empty. Give one row per customer.")
    if len(labels) < len(codes):
        order = np.argsort(codes, kind="stable")
        rows = np.sort(order[~first_of_runs(codes[order])])
        hint = "Give one row per customer; covariates do not change over time."
        raise DataError.at_rows(customer, "different in every row", rows, labels[codes[rows]], hint)


def _require_kind(known: LabelArray, labels: LabelArray) -> None:
    kinds = ["text" if each.dtype.kind in "UO" else "numbers" for each in (known, labels)]
    if kinds[0] != kinds[1]:
        raise DataError(
            f"customer must be of one kind, but it is {kinds[0]} in the history and {kinds[1]} in "
            f"the table of covariates. Turn one of them into the other."
        )


def _refuse_absent(absent: LabelArray) -> None:
    if absent.size:
        raise DataError(
            f"the table of covariates must hold every customer of the history, but "
            f"{count(len(absent), 'customer')} {_is(absent)} absent, such as "
            f"{absent[0].item()!r}. Add them, or keep the others only, by history.select."
        )


def _refuse_unknown(others: Collection[Any]) -> None:
    if others:
        raise DataError(
            f"the table of covariates must hold customers of the history only, but "
            f"{count(len(others), 'customer')} {_is(others)} not in it, such as "
            f"{next(iter(others))!r}. Check the identifiers; where the table is of more customers, "
            f"use history.with_covariates(table, ..., unknown='ignore')."
        )


def _is(several: Collection[Any] | LabelArray) -> str:
    return "is" if len(several) == 1 else "are"


def of_new_customers(given: Any) -> tuple[Covariates, bool]:
    """Return the covariates of new customers, and whether it is one customer, given by values."""
    if isinstance(given, Covariates):
        return given, False
    one = isinstance(given, Mapping) and all(np.ndim(value) == 0 for value in given.values())
    if one:
        given = {name: [value] for name, value in given.items()}
    source = _frames.Source(given)
    return Covariates({name: source.entries(name) for name in source.names}), one


def require_as_many(covariates: Covariates, customers: int) -> None:
    """Raise unless there are covariates of as many customers."""
    if len(covariates) != customers:
        raise DataError(
            f"covariates must have one row per customer, {customers:,}, but they have "
            f"{len(covariates):,}."
        )


def require_table(customers: Any, covariates: Sequence[str]) -> None:
    """Raise where covariates are asked for without a table of customers."""
    if covariates and customers is None:
        raise ParameterError(
            "covariates are columns of customers, a table with one row per customer. Give it, as "
            "in customers=table."
        )


def carried_over(history: Any, customers: LabelArray) -> Covariates | None:
    """Return the covariates of a history for customers of a later one, none of whom may be new."""
    covariates: Covariates | None = history.covariates
    if covariates is None:
        return None
    place = {customer: row for row, customer in enumerate(history.customer.tolist())}
    rows = [place.get(customer, -1) for customer in customers.tolist()]
    new = [customer for customer, row in zip(customers.tolist(), rows, strict=True) if row < 0]
    if new:
        raise DataError(
            f"the history has covariates, but {count(len(new), 'customer')} {_is(new)} new, such "
            f"as {new[0]!r}, of whom none are known. Update a history without covariates, "
            f"dataclasses.replace(history, covariates=None), and add those of all customers by "
            f"with_covariates."
        )
    return covariates.at(np.array(rows))
