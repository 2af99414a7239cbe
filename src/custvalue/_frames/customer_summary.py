"""A summary of customers in an engine: one row each, counted and scored there.

The engine holds a customer, `repeat_days`, `recency_days`, `age_days` and, where it is known,
`repeat_spend`. What comes back are counts of customers who are alike; what goes there is a row for
each of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np

from custvalue._columns import Array
from custvalue._frames import Source, collected, is_lazy, narwhal
from custvalue._frames.covariate_keys import key_of, known_keys, require_there
from custvalue._frames.log_plans import no_number
from custvalue._frames.sending import sent
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

DAYS = ("repeat_days", "recency_days", "age_days")
SPEND = "repeat_spend"
MAKE = "Make it with lifetime.summarise."
DAYS_A_WEEK = 7


class SpendLine(NamedTuple):
    """Expected spend as arithmetic of x and the mean z: ``scale (add + x z) / (scale x + less)``.

    `drawn` is the other form, ``add + (z - add) x / (x + less)``. Mean spends below `least` are not
    taken at their word: they are refused, or `unknown`, or 0. Where `add` differs `by_kind` of
    customers, it is among their scores.
    """

    scale: float
    add: float
    less: float
    drawn: bool = False
    least: float | None = None
    unknown: bool = False
    by_kind: bool = False


class CustomerSummary:
    """A lazy frame with one row per customer, as ``lifetime.summarise`` returns it."""

    def __init__(self, data: Any) -> None:
        frame = narwhal(data) if is_lazy(data) else None
        if not isinstance(frame, nw.LazyFrame):
            raise DataError(
                f"summary must be lazy, as lifetime.summarise returns it, but it is a "
                f"{type(data).__name__}. For customers in memory use PurchaseHistory."
            )
        self._frame: nw.LazyFrame[Any] = frame
        self._schema = frame.collect_schema()
        self.names = list(self._schema.names())
        for name in DAYS:
            self._require(name, "whole numbers", lambda dtype: dtype.is_integer())
        if self.has_spend:
            self._require(SPEND, "numbers", lambda dtype: dtype.is_numeric())

    def _require(self, name: str, expected: str, fits: Any) -> None:
        if name not in self._schema:
            raise DataError(
                f"summary must have the columns {listed(DAYS)}, but it has {listed(self.names)}. "
                f"{MAKE}",
                column=name,
            )
        if not fits(dtype := self._schema[name]):
            raise DataError(
                f"{name} must hold {expected}, but it is {dtype}. Cast it in its engine.",
                column=name,
            )

    @property
    def has_spend(self) -> bool:
        """Whether it has the spend of the repeat purchase days."""
        return SPEND in self._schema

    def cells(self, *, weeks: bool = False, covariates: Sequence[str] = ()) -> dict[str, Array]:
        """Count the customers who are alike, ascending; a missing number of days is NaN.

        With `weeks`, times are rounded to whole weeks, and stay in days. With `covariates`,
        customers are alike who have the same ones, and these are returned as well.
        """
        keys = {name: nw.col(name).cast(nw.Int64) for name in DAYS}
        require_there(covariates, self.names)
        return self._counted(keys | _whole_weeks(keys) if weeks else keys, covariates=covariates)

    def _kinds(self, covariates: Sequence[str]) -> dict[str, nw.Expr]:
        """Return the covariates as keys, under names of their own."""
        return {
            f"{OWN}{place}": key_of(name, self._schema[name])
            for place, name in enumerate(covariates)
        }

    def contradictions(self) -> dict[str, Array]:
        """Count the customers whose days are negative, missing, or not in their order."""
        keys = {name: nw.col(name).cast(nw.Int64) for name in DAYS}
        x, recency, age = keys.values()
        missing = x.is_null() | recency.is_null() | age.is_null()
        order = (x >= 0) & (recency >= x) & (age >= recency) & ((x > 0) | (recency == 0))
        return self._counted(keys, missing | ~order)

    def _counted(
        self,
        keys: dict[str, nw.Expr],
        some: nw.Expr | None = None,
        covariates: Sequence[str] = (),
    ) -> dict[str, Array]:
        frame = self._frame if some is None else self._frame.filter(some)
        kinds = self._kinds(covariates)
        counts = frame.select(**keys, **kinds).group_by(*DAYS, *kinds).agg(customers=nw.len())
        source = Source(counts.to_native())
        columns = {name: source.numbers(name) for name in (*DAYS, "customers")}
        own = dict(zip(kinds, covariates, strict=True))
        known = known_keys(source, own, columns["customers"])
        order = np.lexsort([*known.values(), *(columns[name] for name in reversed(DAYS))])
        return {name: column[order] for name, column in (columns | known).items()}

    def moved_by_weeks(self) -> tuple[dict[str, float], float]:
        """Return by how many days rounding to weeks moves times on average, and at most."""
        keys = {name: nw.col(name).cast(nw.Int64) for name in DAYS}
        rounded = _whole_weeks(keys)
        distances = {
            name: (rounded[name] - keys[name]).abs().cast(nw.Float64)
            for name in ("recency_days", "age_days")
        }
        moved = self._frame.select(**distances)
        means = {f"{name} mean": nw.col(name).mean() for name in ("recency_days", "age_days")}
        most = {f"{name} most": nw.col(name).max() for name in ("recency_days", "age_days")}
        row = collected(moved.select(**means, **most)).rows(named=True)[0]
        average = {
            name.split("_")[0]: float(row[f"{name} mean"]) for name in ("recency_days", "age_days")
        }
        return average, max(float(row[name]) for name in most)

    def spends(self, *, width: float | None = None) -> dict[str, Array]:
        """Return the repeat purchases of those who came back, what they spent, and how many do so.

        Exactly, or, with a `width`, in bins of the logarithm of the mean, as the mean of each bin;
        what is not positive has a bin of its own.
        """
        x, spent = nw.col("repeat_days"), nw.col(SPEND)
        days = nw.col("repeat_days").cast(nw.Int64)
        buyers = self._frame.select(repeat_days=days, repeat_spend=spent.cast(nw.Float64))
        buyers = buyers.filter(x > 0)
        keys = ["repeat_days", SPEND]
        if width is not None:
            mean = spent / x.cast(nw.Float64)
            usable = nw.when(mean > 0).then(mean).otherwise(1.0)
            place = (usable.log() / width).round()
            place = nw.when(mean > 0).then(place).otherwise(NO_BIN)
            buyers = buyers.with_columns(place=place)
            keys = ["repeat_days", "place"]
        sums = buyers.group_by(*keys).agg(customers=nw.len(), total=spent.sum())
        source = Source(sums.to_native())
        count = source.numbers("customers")
        total = source.numbers(SPEND) if width is None else source.numbers("total") / count
        return {"repeat_days": source.numbers("repeat_days"), SPEND: total, "customers": count}

    def require_free(self, names: Mapping[str, str], prefix: str) -> None:
        """Raise if the frame has a column that is to be added; engines may ignore the case."""
        there = {name.casefold(): name for name in self.names}
        for name in names.values():
            if (taken := there.get(name.casefold())) is not None:
                raise ParameterError(
                    f"prefix={prefix!r} makes the column {name!r}, but the summary has {taken!r} "
                    f"already. Give another prefix."
                )

    def not_positive(self, least: float) -> int:
        """Count the customers who came back with a mean spend below the least that counts."""
        below = (nw.col("repeat_days") > 0) & ~(self._mean() >= least)
        return self._count(self._frame, below)

    def unusable_spends(self) -> int:
        """Count the customers whose spend is missing or infinite."""
        spent = nw.col(SPEND).cast(nw.Float64)
        return self._count(self._frame, no_number(spent))

    @staticmethod
    def _count(frame: nw.LazyFrame[Any], condition: nw.Expr) -> int:
        return int(collected(frame.select(n=condition.cast(nw.Int64).sum())).item() or 0)

    @staticmethod
    def _mean() -> nw.Expr:
        """Return the mean spend of the repeat purchase days; 0 where there are none."""
        x = nw.col("repeat_days").cast(nw.Float64)
        came_back = nw.when(nw.col("repeat_days") > 0)
        return came_back.then(nw.col(SPEND).cast(nw.Float64) / x).otherwise(0.0)

    def scored(
        self,
        scores: Mapping[str, Array],
        names: Mapping[str, str],
        *,
        covariates: Sequence[str] = (),
        line: SpendLine | None,
        margin: float,
    ) -> Any:
        """Join the scores of customers who are alike, and return the frame of the engine, lazy.

        `scores` has the days, the covariates and a column for each of `names`, which says what it
        is called; with a `line`, expected spend and value are computed in the engine.
        """
        keys = {f"{KEY}{place}": name for place, name in enumerate(DAYS)}
        columns = {key: scores[name].astype(np.int64) for key, name in keys.items()}
        kinds = self._kinds(covariates)
        theirs = {f"{KEY}{own}": own for own in kinds}
        columns |= {key: scores[its] for key, its in zip(theirs, covariates, strict=True)}
        columns |= {names.get(name, name): scores[name] for name in (*names, ADD) if name in scores}
        table = sent(columns, self._frame)
        table = table.with_columns(
            **{key: nw.col(key).cast(self._schema[keys[key]]) for key in keys}
        )
        own = self._frame.with_columns(**kinds) if kinds else self._frame
        joined = own.join(
            table,
            left_on=[*keys.values(), *theirs.values()],
            right_on=[*keys, *theirs],
            how="left",
        )
        self._require_matched(joined, names["probability_alive"])
        if line is not None:
            spend = {names["expected_spend"]: self._expected(line)}
            worth = nw.lit(margin, nw.Float64) * nw.col(names["expected_spend"])
            ahead = nw.col(names["discounted_expected_purchases"])
            joined = joined.with_columns(**spend).with_columns(**{names["value"]: worth * ahead})
        spare = {*keys, *theirs, *kinds, ADD}
        added = [name for name in joined.collect_schema().names() if name in spare]
        return (joined.drop(added) if added else joined).to_native()

    def _require_matched(self, joined: nw.LazyFrame[Any], score: str) -> None:
        without = self._count(joined, nw.col(score).is_null())
        if without:
            raise DataError(
                f"{without:,} customers have got no score, because the summary changed while it "
                f"was read. Write it to a file or a table once, and score that."
            )

    def _expected(self, line: SpendLine) -> nw.Expr:
        """Return the expected spend, in the order of operations of the models in memory."""
        x, mean = nw.col("repeat_days").cast(nw.Float64), self._mean()
        if line.least is not None:
            bad = (x > 0) & ~(mean >= line.least)
            mean = nw.when(bad).then(0.0).otherwise(mean)
            x = nw.when(bad).then(0.0).otherwise(x) if line.unknown else x
        scale, add, less = (nw.lit(each, nw.Float64) for each in (line.scale, line.add, line.less))
        if line.by_kind:
            add = nw.col(ADD)
        if line.drawn:
            return add + (mean - add) * (x / (x + less))
        return scale * (add + x * mean) / (scale * x + less - 1.0)


KEY, OWN, ADD = "custvalue_key_", "custvalue_own_", "custvalue_add"
NO_BIN = -1e9


def _whole_weeks(days: Mapping[str, nw.Expr]) -> dict[str, nw.Expr]:
    """Round times to whole weeks; who came back did so after a week at least."""
    near = {name: _nearest_week(days[name]) for name in ("recency_days", "age_days")}
    back, recency = nw.col("repeat_days") > 0, near["recency_days"]
    recency = nw.when(back & (recency == 0)).then(DAYS_A_WEEK).otherwise(recency)
    age = nw.when(near["age_days"] < recency).then(recency).otherwise(near["age_days"])
    return {"recency_days": recency.cast(nw.Int64), "age_days": age.cast(nw.Int64)}


def _nearest_week(days: nw.Expr) -> nw.Expr:
    return ((days + DAYS_A_WEEK // 2) // DAYS_A_WEEK).cast(nw.Int64) * DAYS_A_WEEK
