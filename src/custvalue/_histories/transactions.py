"""From a transaction log to one row per customer: days with a purchase, first, last, repeat spend.

The rules come first (:class:`Rules`): what is excluded, and only on request.
A log in memory is grouped here, in numpy; a log in an engine that computes when asked is grouped
there (:class:`custvalue._frames.lazy.LazyLog`), and only the result travels. Both count alike.

Purchases of one customer on one calendar day are one occasion, their spend added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._columns import (
    PLACEHOLDER,
    PLAUSIBLE,
    ROW_HINT,
    Keys,
    first_of_runs,
    packed,
    repeated,
)
from custvalue._frames.lazy import LazyLog
from custvalue._histories import earlier_customers
from custvalue._histories.arguments import checked_number
from custvalue._histories.days import day_number
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.intervals import sums_of_logs
from custvalue._histories.log_faults import FAULTS, counted, require_column_names
from custvalue._histories.pairing import paired
from custvalue._histories.rows import (
    AMOUNT,
    CURRENCY,
    LARGEST,
    BoolArray,
    refuse,
    refuse_absurd_amounts,
)
from custvalue._histories.summary import Summary
from custvalue._histories.units import Horizon
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError

AfterEnd = Literal["raise", "ignore"]
Overlap = Literal["raise", "ignore"]
Returns = Literal["raise", "net", "drop", "pair", "profit"]
Unmatched = Literal["raise", "net", "drop"]
KeepOrNot = Literal["keep", "raise", "drop"]


@dataclass(frozen=True)
class Rules:
    """Columns of a log, the last day, and what may be done with rows that are no plain purchase."""

    customer_column: str
    date_column: str
    spend_column: str | None
    end: date
    after_end: AfterEnd = "raise"
    returns: Returns = "raise"
    zero_spend: KeepOrNot = "keep"
    duplicates: KeepOrNot = "keep"
    duplicate_columns: Sequence[str] | None = None  # all others of the log
    date_format: str | None = None
    time_zone: str | None = None
    log_intervals: bool | None = None
    end_argument: str = "observation_end"
    known_to: date | None = None  # the day up to which purchases are known already
    overlap: Overlap = "raise"
    return_columns: Sequence[str] = ()
    unmatched_returns: Unmatched = "raise"
    largest_spend: float | None = None
    first_day_spend: bool = False  # whether it is added to what was spent later
    start: date | None = None
    earlier: earlier_customers.EarlierCustomers | None = None
    new_only: Horizon | None = None
    keep_days: bool = False  # whether all days with a purchase are returned

    def __post_init__(self) -> None:
        require_choice("overlap", self.overlap, get_args(Overlap))
        require_choice("after_end", self.after_end, get_args(AfterEnd))
        require_choice("returns", self.returns, get_args(Returns))
        require_choice("unmatched_returns", self.unmatched_returns, get_args(Unmatched))
        require_choice("zero_spend", self.zero_spend, get_args(KeepOrNot))
        require_choice("duplicates", self.duplicates, get_args(KeepOrNot))
        self._check_duplicate_columns()
        self._check_pairing()
        if self.largest_spend is not None:
            expected = f"> 0 and at most {LARGEST:g}, or None"
            checked_number(
                "largest_spend", self.largest_spend, lambda m: 0 < m <= LARGEST, expected
            )
        idle_choices = {"returns": "raise", "zero_spend": "keep", "largest_spend": None}
        for name, idle in idle_choices.items():
            choice = getattr(self, name)
            if self.spend_column is None and choice != idle:
                raise ParameterError(
                    f"{name}={choice!r} needs spend: name the column of amounts, as in "
                    f"spend='amount'."
                )

    def _check_pairing(self) -> None:
        given = self.return_columns
        require_column_names("return_columns", given)
        if self.pairs:
            if self.known_to is not None:
                raise ParameterError(
                    "returns='pair' looks for the purchases that were returned, which an update "
                    "does not see. Read the whole log with PurchaseHistory.from_transactions, or "
                    "give returns='net'."
                )
            return
        columns, policy = list(given), self.unmatched_returns
        if columns or policy != "raise":
            named = f"return_columns={columns!r}" if columns else f"unmatched_returns={policy!r}"
            raise ParameterError(
                f"{named} is for returns beside their purchases, but returns={self.returns!r}. Add "
                f"returns='pair', or omit it."
            )

    def _check_duplicate_columns(self) -> None:
        given = () if self.duplicate_columns is None else self.duplicate_columns
        require_column_names("duplicate_columns", given)
        if given and self.duplicates == "keep":
            raise ParameterError(
                f"duplicate_columns={list(given)!r} says which rows are duplicates, but they are "
                f"kept. Add duplicates='drop' or duplicates='raise', or omit it."
            )

    def knowing(self, names: Sequence[str]) -> Rules:
        """Return the rules for a log with these columns, which tell duplicates apart."""
        if self.duplicate_columns is not None:
            return self
        known = {None, *self.columns().values()} if self.duplicates != "keep" else {*names}
        return replace(
            self,
            duplicate_columns=[
                name for name in names if isinstance(name, str) and name not in known
            ],
        )

    def columns(self) -> dict[str, str]:
        """Map the arguments to the columns that they name."""
        columns = {"customer": self.customer_column, "date": self.date_column}
        return columns if self.spend_column is None else {**columns, "spend": self.spend_column}

    @property
    def net(self) -> bool:
        """Whether negative spend is money handed back."""
        return self.returns == "net" or (self.pairs and self.unmatched_returns == "net")

    @property
    def pairs(self) -> bool:
        """Whether returns undo the purchases that they belong to."""
        return self.returns == "pair"

    def refused(self, kind: str) -> bool:
        """Say whether such rows are an error."""
        return bool(getattr(self, kind) == "raise")

    def excludes(self, kind: str) -> bool:
        """Say whether such rows are excluded."""
        return getattr(self, kind) in ("ignore", "drop")

    def fault(self, kind: str) -> tuple[str, str, str]:
        """Name the column at fault, what was expected of it, and the next step."""
        expected, hint = FAULTS[kind]
        columns = self.columns()
        by_kind = {"overlap": "date", "after_end": "date", "duplicates": "customer"}
        argument = by_kind.get(kind, "spend")
        if kind == "unmatched_returns" and self.return_columns:
            expected += f", with the same {' and '.join(self.return_columns)}"
        alike = [name for name in columns.values() if name != self.customer_column]
        others = " and ".join((*alike, *(self.duplicate_columns or ())))
        said = expected.format(end=self.end, others=others, known=self.known_to)
        return columns[argument], said, hint.format(argument=self.end_argument)


KINDS = ("after_end", "returns", "zero_spend", "duplicates")  # the order in which rules apply


AMOUNT_HINT = "Give every transaction its amount, or omit spend if amounts are not needed."


def summarise(data: Any, rules: Rules) -> tuple[Summary, ExcludedTransactions]:
    """Group a transaction log by customer."""
    log = opened(data, rules)
    customers = log.customers() if may_lose_customers(rules) else None
    left = apply_rules(log, rules)
    summary = log.summary()
    earlier_customers.require_start(summary.first, rules.start, rules.date_column)
    lost = 0 if customers is None else customers - len(summary.customer)
    excluded = ExcludedTransactions(**left, customers=lost)
    require_purchases(len(summary.customer), excluded, rules)
    if rules.earlier is not None and isinstance(log, MemoryLog):
        summary = log.with_earlier(rules.earlier, summary)
    if rules.new_only is not None:
        new = earlier_customers.newcomers(summary.first, rules.new_only, rules.start)
        excluded = excluded.model_copy(update={"early_customers": int(np.count_nonzero(~new))})
        summary = summary.of(new)
    return summary, excluded


def require_purchases(customers: int, excluded: ExcludedTransactions, rules: Rules) -> None:
    """Raise if no customer has a purchase."""
    if not customers:
        dropped = excluded.transactions - excluded.after_end
        raise DataError(
            f"no purchase is left: {excluded.after_end:,} transactions are after {rules.end}, "
            f"{dropped:,} were dropped, and no other is a purchase. Give a later "
            f"{rules.end_argument}, or drop less."
        )


def opened(data: Any, rules: Rules) -> EngineLog | MemoryLog:
    """Return the log in memory or in its engine, all of its rows."""
    return EngineLog(data, rules) if _frames.is_lazy(data) else MemoryLog.read(data, rules)


def apply_rules(log: EngineLog | MemoryLog, rules: Rules) -> dict[str, int]:
    """Refuse rows of a log, exclude or change them, and count those, by rule."""
    left = without_rows(log, rules, KINDS)
    if isinstance(log, MemoryLog) and rules.pairs:
        left |= log.settle_returns()
    if rules.largest_spend is not None:
        left["capped"] = log.cap(rules.largest_spend)
    return left


def without_rows(log: EngineLog | MemoryLog, rules: Rules, kinds: Sequence[str]) -> dict[str, int]:
    """Refuse rows of a log or exclude them, and count those excluded, by rule."""
    left: dict[str, int] = {}
    for kind in kinds:
        asked = rules.refused(kind) or rules.excludes(kind)
        if not asked or not (count := log.count(kind)):
            continue
        if rules.refused(kind):
            raise log.refusal(kind)
        log.exclude(kind)
        left[kind] = count
    return left


def may_lose_customers(rules: Rules) -> bool:
    """Say whether customers may have rows, but no purchase."""
    excluded = any(rules.excludes(kind) for kind in KINDS if kind != "duplicates")
    return rules.net or rules.pairs or excluded


def _require_rows(rows: int, rules: Rules) -> None:
    """Raise for an empty log, unless it is what came after a known one."""
    if not rows and rules.known_to is None:
        raise DataError("the log is empty. Give at least one transaction.")


class EngineLog(LazyLog):
    """A log in an engine that computes when asked: rows have no number there, only a count.

    Like the log in memory, it counts the rows that a rule speaks of, names them in an error, goes
    on without them, and is grouped by customer.
    """

    def __init__(self, data: Any, rules: Rules) -> None:
        rules = rules.knowing(_frames.column_names(data))
        if rules.date_format is not None:
            raise ParameterError(
                f"date_format is for logs in memory, but this one is lazy. Turn "
                f"{rules.date_column} into dates in its engine, or collect the log first."
            )
        if rules.pairs:
            raise ParameterError(
                "returns='pair' is for logs in memory, but this one is lazy. Collect the log "
                "first, or give returns='net'."
            )
        if rules.earlier is not None:
            raise ParameterError(
                "customers is for logs in memory, but this one is lazy. Collect the log first."
            )
        super().__init__(
            data,
            **rules.columns(),
            end=rules.end,
            known_to=rules.known_to,
            largest=LARGEST,
            also=rules.duplicate_columns or (),
            time_zone=rules.time_zone,
        )
        self._rules = rules
        self._counts = self.counts()
        _require_rows(self._counts["rows"], rules)
        for argument, name in rules.columns().items():
            fault = (AMOUNT, AMOUNT_HINT) if argument == "spend" else ("present", ROW_HINT)
            self._refuse(argument, name, *fault)
        self._refuse("placeholders", rules.date_column, PLAUSIBLE, PLACEHOLDER)
        if rules.spend_column is not None:
            self._refuse("absurd", rules.spend_column, f"at most {LARGEST:g} in size", CURRENCY)

    def _refuse(self, kind: str, column: str, expected: str, hint: str) -> None:
        """Raise for rows that no rule allows."""
        if number := self._counts[kind]:
            example = None if kind == "customer" else self.example(kind)
            raise counted(column, expected, hint, number, example)

    def count(self, kind: str) -> int:
        return self.duplicates() if kind == "duplicates" else self._counts.get(kind, 0)

    def refusal(self, kind: str) -> DataError:
        return counted(*self._rules.fault(kind), self.count(kind), self.example(kind))

    def summary(self) -> Summary:
        intervals = self._rules.log_intervals is True
        customer, columns = self.grouped(
            net=self._rules.net, intervals=intervals, first_day=self._rules.first_day_spend
        )
        times = (columns["occasions"], columns["first"], columns["last"])
        days = self.occasion_days(net=self._rules.net)[1] if self._rules.keep_days else None
        spent, log_intervals = columns.get("spent"), columns.get("log_intervals")
        return Summary(customer, *times, spent, log_intervals, days=days)


@dataclass
class MemoryLog:
    """A log as arrays: codes of the customers, local times, days since 1970, spend."""

    rules: Rules
    labels: LabelArray
    codes: IntArray
    times: npt.NDArray[np.datetime64]
    days: IntArray
    spend: FloatArray | None
    also: list[IntArray]  # what else tells duplicates apart, as codes
    shared: list[IntArray]  # what a return shares with its purchase, as codes
    rows: IntArray | None = None  # positions in the user's log, once some are excluded

    @classmethod
    def read(cls, data: Any, rules: Rules) -> MemoryLog:
        source = _frames.Source(data)
        rules = rules.knowing(source.names)
        also = rules.duplicate_columns or ()
        further = {f"duplicate_columns[{place}]": name for place, name in enumerate(also)}
        shared = rules.return_columns
        further |= {f"return_columns[{place}]": name for place, name in enumerate(shared)}
        source.require({**rules.columns(), **further})
        _require_rows(source.rows, rules)
        labels, codes = source.codes(rules.customer_column)
        times = source.times(
            rules.date_column, date_format=rules.date_format, time_zone=rules.time_zone
        )
        days = times.astype("M8[D]").astype(np.int64)
        spend = None
        if rules.spend_column is not None:
            spend = source.numbers(rules.spend_column)
            refuse(rules.spend_column, AMOUNT, ~np.isfinite(spend), spend, AMOUNT_HINT)
            refuse_absurd_amounts(rules.spend_column, spend)
        further_columns, same = ([source.alike(name) for name in names] for names in (also, shared))
        return cls(rules, labels, codes, times, days, spend, further_columns, same)

    def customers(self) -> int:
        return len(self.labels)

    def everybody(self) -> LabelArray:
        return self.labels[np.unique(self.codes)]

    def totals(self) -> tuple[LabelArray, FloatArray] | None:
        """Add up all spend of each customer who has rows."""
        if self.spend is None:
            return None
        codes = np.unique(self.codes)
        sums = _float(np.bincount(self.codes, self.spend, minlength=len(self.labels)))
        return self.labels[codes], sums[codes]

    def count(self, kind: str) -> int:
        return int(np.count_nonzero(self._found(kind)))

    def _found(self, kind: str) -> BoolArray:
        if kind == "after_end":
            return self.days > day_number(self.rules.end)
        if kind == "overlap":
            return self.days <= day_number(self.rules.known_to or date.min)
        if kind == "duplicates":
            return self._repeated()
        if self.spend is None:
            return np.zeros(len(self.codes), dtype=bool)
        return self.spend == 0 if kind == "zero_spend" else self.spend < 0

    def _repeated(self) -> BoolArray:
        """Say which rows repeat an earlier one in customer, moment, spend and what else counts."""
        columns: list[Any] = [*self.also, self.times, self.codes]
        return repeated(columns if self.spend is None else [*columns, self.spend])

    def refusal(self, kind: str) -> DataError:
        column, expected, hint = self.rules.fault(kind)
        found = np.flatnonzero(self._found(kind))
        values: Any = self.labels[self.codes[found]]
        if kind in ("overlap", "after_end"):
            values = np.datetime_as_string(self.days[found].astype("M8[D]"))
        elif self.spend is not None and kind != "duplicates":
            values = self.spend[found]
        rows = found if self.rows is None else self.rows[found]
        return DataError.at_rows(column, expected, rows, values, hint)

    def exclude(self, kind: str) -> None:
        self.keep(~self._found(kind))

    def settle_returns(self) -> dict[str, int]:
        """Undo the purchases that were returned; count, and refuse or drop the other returns."""
        if self.spend is None or not (self.spend < 0).any():
            return {}
        same = [self.codes, *self.shared]
        found = paired(self.spend, self.times, same, parts=bool(self.shared))
        self.spend = found.left
        self.keep(~(found.returned | found.cancelled))
        unmatched = self.count("returns")
        if unmatched and self.rules.unmatched_returns == "raise":
            raise self.refusal("unmatched_returns")
        if unmatched and self.rules.unmatched_returns == "drop":
            self.exclude("returns")
            return {**found.counts, "unmatched_returns": unmatched, "returns": unmatched}
        return {**found.counts, "unmatched_returns": unmatched}

    def cap(self, largest: float) -> int:
        """Count larger amounts as this one, and say how many they are."""
        spend = np.empty(0) if self.spend is None else self.spend
        self.spend = np.minimum(np.maximum(spend, -largest), largest)
        return int(np.count_nonzero(np.abs(spend) > largest))

    def keep(self, wanted: BoolArray) -> None:
        kept = np.flatnonzero(wanted)
        self.rows = kept if self.rows is None else self.rows[kept]
        self.codes, self.times, self.days = self.codes[kept], self.times[kept], self.days[kept]
        self.spend = None if self.spend is None else self.spend[kept]
        self.also = [codes[kept] for codes in self.also]
        self.shared = [codes[kept] for codes in self.shared]

    def with_earlier(self, earlier: earlier_customers.EarlierCustomers, seen: Summary) -> Summary:
        """Add the first purchases from before the log, without spend, and group anew."""
        known = earlier.first_days(seen, self.rules.end, late=not self.rules.refused("after_end"))
        labels, codes, days = earlier_customers.with_first_purchases(
            *known, self.labels, self.codes, self.days
        )
        spend = None if self.spend is None else np.append(self.spend, np.zeros(len(known[0])))
        summary = replace(self, labels=labels, codes=codes, days=days, spend=spend).summary()
        return summary._replace(entry=earlier.entries(summary.first))

    def occasions(self) -> tuple[Keys, int, int]:
        """Return the days with a purchase as numbers code * span + day - start, span and start."""
        bought = self.spend >= 0 if self.rules.net and self.spend is not None else None
        days = self.days if bought is None else self.days[bought]
        if not len(days):
            return np.empty(0, dtype=np.int64), 1, 0
        start = int(days.min())
        span = int(days.max()) - start + 1
        codes = self.codes if bought is None else self.codes[bought]
        key = packed([codes, days - start], [len(self.labels), span])
        key.sort()
        return key[first_of_runs(key)], span, start

    def summary(self) -> Summary:
        """Group by way of one whole number for each customer and day."""
        occasion, span, start = self.occasions()
        if not len(occasion):
            none = np.empty(0)
            return Summary(self.labels[:0], none, none, none, none, none)
        starts = np.flatnonzero(first_of_runs(occasion // span))
        occasions = np.diff(starts, append=len(occasion))
        customer = occasion[starts] // span
        first = occasion[starts] % span + start
        last = occasion[starts + occasions - 1] % span + start
        counts = (_float(occasions), _float(first), _float(last))
        intervals = None
        if self.rules.log_intervals is not False:
            intervals = sums_of_logs(occasion, starts, span)
        return Summary(
            self.labels[customer],
            *counts,
            self._spent_after(customer, first),
            intervals,
            days=(occasion % span).astype(np.int64) + start if self.rules.keep_days else None,
        )

    def _spent_after(self, customer: IntArray, first: IntArray) -> FloatArray | None:
        """Add up what each customer spent after the day of the first purchase, or in all."""
        if self.spend is None:
            return None
        if self.rules.first_day_spend:
            return _float(np.bincount(self.codes, self.spend, len(self.labels)))[customer]
        first_day = np.full(len(self.labels), np.iinfo(np.int64).max)
        first_day[customer] = first
        later = np.where(self.days > first_day[self.codes], self.spend, 0.0)
        return _float(np.bincount(self.codes, later, minlength=len(self.labels)))[customer]


def _float(values: npt.NDArray[Any]) -> FloatArray:
    return values.astype(np.float64, copy=False)
