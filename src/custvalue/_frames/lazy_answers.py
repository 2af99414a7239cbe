"""Answers to a survey in an engine that computes when asked: counted, squared and added up there.

One row is a respondent, with a column for each item. Only sums come back: by group and cluster, how
often each answer was given, and for those who answered everything, sums of products of answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from custvalue._columns import Array, require_columns
from custvalue._frames import Source, collected, is_lazy, narwhal
from custvalue._frames.identifiers import identifier
from custvalue._frames.log_plans import no_number
from custvalue.errors import DataError

UNIT = ("custvalue_group", "custvalue_cluster")
TOLERANCE = 1e-9  # of a step


class Offered(NamedTuple):
    """What a scale offers: its ends, the step, and codes for no answer."""

    low: float
    high: float
    step: float
    codes: tuple[float, ...]


class Sums(NamedTuple):
    """A table of what an engine added up: the group and the cluster of each row, and columns."""

    group: Array
    cluster: Array
    columns: dict[str, Array]


class LazyAnswers:
    """Answers in an engine, of respondents whose weight is above 0."""

    def __init__(
        self,
        data: Any,
        items: Sequence[str],
        offered: Offered,
        *,
        by: str | None,
        weights: str | None,
        cluster: str | None,
    ) -> None:
        frame = narwhal(data) if is_lazy(data) else None
        if not isinstance(frame, nw.LazyFrame):
            raise DataError(
                f"tally needs lazy answers, but it is a {type(data).__name__}. Use "
                f"Responses.from_frame for answers in memory."
            )
        schema = frame.collect_schema()
        named: dict[str, str | None] = {f"items[{place}]": name for place, name in enumerate(items)}
        named |= {"by": by, "weights": weights, "cluster": cluster}
        require_columns({key: name for key, name in named.items() if name is not None}, [*schema])
        for name in (*items, *([] if weights is None else [weights])):
            if not schema[name].is_numeric():
                raise DataError(
                    f"{name} must hold numbers, but it is {schema[name]}. Cast it in its engine.",
                    column=name,
                )
        zero = nw.col(items[0]).is_null().cast(nw.Int64) * 0  # in each row: not a literal
        columns = {
            name: zero if label is None else identifier(frame, label, schema[label])
            for name, label in zip(UNIT, (by, cluster), strict=True)
        }
        columns["w"] = (zero + 1 if weights is None else nw.col(weights)).cast(nw.Float64)
        columns |= {f"x{at}": nw.col(name).cast(nw.Float64) for at, name in enumerate(items)}
        self._frame = _cleaned(frame.select(**columns), len(items), offered)
        self._items, self._offered = items, offered
        self._names = {"by": by, "weights": weights, "cluster": cluster}
        self.excluded = self._checked()
        self._frame = self._frame.filter(nw.col("w") > 0)

    def _checked(self) -> int:
        """Refuse what is no answer, label or weight; return how many have the weight 0."""
        w = nw.col("w")
        faults = {
            "by": nw.col(UNIT[0]).is_null(),
            "cluster": nw.col(UNIT[1]).is_null(),
            "weights": no_number(w) | (w < 0),
        }
        faults |= {f"x{at}": self._no_answer(at) for at in range(len(self._items))}
        queries = {name: _count(fault) for name, fault in faults.items()}
        asked = self._frame.select(rows=nw.len(), zero=_count(w == 0), **queries)
        found = {
            name: int(value or 0) for name, value in collected(asked).rows(named=True)[0].items()
        }
        if not found["rows"] - found["zero"]:
            raise DataError("there are no respondents with a weight. Give at least one.")
        for argument, name in self._names.items():
            if name is not None and found[argument]:
                if argument == "weights":
                    value = self._first("w", faults[argument])
                    raise _refused(name, "a number >= 0", found[argument], value)
                raise _refused(name, "present", found[argument])
        low, high, step, codes = self._offered
        known = f", or {' or '.join(f'{code:g}' for code in codes)} for no answer" if codes else ""
        for at, name in enumerate(self._items):
            if found[f"x{at}"]:
                expected = f"an answer from {low:g} to {high:g} in steps of {step:g}{known}"
                value = self._first(f"own{at}", faults[f"x{at}"])
                raise _refused(name, expected, found[f"x{at}"], value)
        return found["zero"]

    def _first(self, name: str, fault: nw.Expr) -> float | None:
        """Return the smallest of the values at fault; None where all are missing."""
        column = nw.col(name)
        some = self._frame.filter(fault & ~column.is_null() & ~_is_nan(column))
        value = collected(some.select(value=column.min())).rows(named=True)[0]["value"]
        return None if value is None else float(value)

    def _no_answer(self, at: int) -> nw.Expr:
        """Where an answer is not offered."""
        low, high, step, _ = self._offered
        x = nw.col(f"x{at}")
        place = (x - low) / step
        off = (place - place.round()).abs() > TOLERANCE
        return off | (x < low - step / 2) | (x > high + step / 2)

    def _answers(self) -> dict[str, nw.Expr]:
        """Return the place of each answer among those offered, null where there is none."""
        low, _, step, _ = self._offered
        return {
            f"x{at}": ((nw.col(f"x{at}") - low) / step).round() for at in range(len(self._items))
        }

    def respondents(self) -> Sums:
        """Count the respondents, and of each item those with a code for no answer."""
        codes = {f"x{at}": nw.col(f"code{at}") for at in range(len(self._items))}
        frame = self._frame.select(*UNIT, **codes)
        sums = {name: nw.col(name).sum() for name in codes}
        return _collected(frame.group_by(*UNIT).agg(n=nw.len(), **sums))

    def counts(self) -> Sums:
        """Count each answer to each item: respondents, weights, and squares of the weights."""
        w = nw.col("w")
        places = self._answers()
        parts = [  # to unpivot is done on another connection by some engines
            self._frame.select(*UNIT, w=w, w2=w * w, item=nw.lit(name), place=place)
            for name, place in places.items()
        ]
        long = nw.concat(parts).filter(~nw.col("place").is_null())
        long = long.with_columns(place=nw.col("place").cast(nw.Int64))
        sums = {"n": nw.len(), "w": nw.col("w").sum(), "w2": nw.col("w2").sum()}
        return _collected(long.group_by(*UNIT, "item", "place").agg(**sums))

    def products(self) -> Sums:
        """Add up, of those who answered all items, products of places from the middle.

        Of z = (1, places, the square of their sum, the sum of their squares): n, then Σ w z z' and
        Σ w² z z', their upper triangles row after row.
        """
        frame, places = self._complete()
        first = places[0]
        total = sum(places[1:], start=first)
        squares = sum((x * x for x in places[1:]), start=first * first)
        frame = frame.with_columns(total=total, squares=squares)
        total = nw.col("total")
        z = [nw.lit(1.0, nw.Float64), *places, total * total, nw.col("squares")]
        pairs = [(one, other) for at, one in enumerate(z) for other in z[at:]]
        w = nw.col("w")
        terms = {f"p{at}": w * one * other for at, (one, other) in enumerate(pairs)}
        terms |= {f"q{at}": w * w * one * other for at, (one, other) in enumerate(pairs)}
        sums = {name: nw.col(name).sum() for name in terms}
        frame = frame.select(*UNIT, **terms)
        return _collected(frame.group_by(*UNIT).agg(n=nw.len(), **sums))

    def fourths(self) -> Sums:
        """Add up, by group, of those who answered all items, products of four places.

        Of z = (1, places from the middle): Σ w z z z z and Σ w² z z z z, each product once, in the
        order of :func:`fours_of`; the same for both where all weights are 1.
        """
        frame, places = self._complete()
        w, z = nw.col("w"), [nw.col("w") * 0 + 1, *places]
        pairs = combinations_with_replacement(range(len(z)), 2)
        frame = frame.select(UNIT[0], "w", **{f"z{a}_{b}": z[a] * z[b] for a, b in pairs})
        terms = {
            f"p{at}": w * nw.col(f"z{a}_{b}") * nw.col(f"z{c}_{d}")
            for at, (a, b, c, d) in enumerate(fours_of(len(z)))
        }
        if self._names["weights"] is not None:
            terms |= {f"q{name[1:]}": w * term for name, term in terms.items()}
        frame = frame.select(UNIT[0], **terms)
        sums = {name: nw.col(name).sum() for name in terms}
        return _collected(frame.group_by(UNIT[0]).agg(**sums))

    def _complete(self) -> tuple[nw.LazyFrame[Any], list[nw.Expr]]:
        """Return who answered all items, and the places of the answers from the middle."""
        _, _, step, _ = self._offered
        middle = round((self._offered.high - self._offered.low) / step) // 2
        items = [f"x{at}" for at in range(len(self._items))]
        frame = self._frame.select(*UNIT, "w", **self._answers())
        for name in items:
            frame = frame.filter(~nw.col(name).is_null())
        return frame, [nw.col(name) - middle for name in items]


def fours_of(size: int) -> list[tuple[int, ...]]:
    """Return the different products of four of some columns."""
    return list(combinations_with_replacement(range(size), 4))


def _cleaned(frame: nw.LazyFrame[Any], items: int, offered: Offered) -> nw.LazyFrame[Any]:
    """Mark codes for no answer, and make them and NaN null; what is far off the scale is near it.

    Some engines make whole numbers of what is rounded, which infinite ones cannot be.
    """
    low, high, step, _ = offered
    for at in range(items):
        x, name = nw.col(f"x{at}"), f"x{at}"
        code = _is_code(x, offered.codes)
        frame = frame.with_columns(
            **{f"own{at}": x, f"code{at}": nw.when(code).then(1).otherwise(0)}
        )
        none = x.is_null() | _is_nan(x) | (nw.col(f"code{at}") == 1)
        frame = frame.with_columns(**{name: nw.when(~none).then(x)})
        far = (x > high + step) | (x < low - step)
        near = nw.when(far).then(nw.lit(high + 2 * step, nw.Float64)).otherwise(x)
        frame = frame.with_columns(**{name: near})
    return frame


def _is_code(x: nw.Expr, codes: Sequence[float]) -> nw.Expr:
    found = x.is_null() & ~x.is_null()  # false in each row: not a literal
    for code in codes:
        found = found | (x == code)
    return found


def _is_nan(x: nw.Expr) -> nw.Expr:
    """Where an entry is NaN; in a form that no engine folds away."""
    return ~((x - x) == 0) & ~(x.abs() == float("inf"))


def _count(condition: nw.Expr) -> nw.Expr:
    return condition.cast(nw.Int64).sum()


def _refused(column: str, expected: str, count: int, value: float | None = None) -> DataError:
    these = "1 row is not" if count == 1 else f"{count:,} rows are not"
    these += "" if value is None else f", such as {value:g}"
    return DataError(
        f"{column} must be {expected}, but {these}. Correct these rows, or leave them out in the "
        f"engine.",
        column=column,
        count=count,
    )


def _collected(sums: nw.LazyFrame[Any]) -> Sums:
    source = Source(sums.to_native())
    columns = {
        name: source.labels(name) if name == "item" else source.numbers(name)
        for name in source.names
        if name not in UNIT
    }
    group = source.labels(UNIT[0])
    cluster = source.labels(UNIT[1]) if UNIT[1] in source.names else group
    return Sums(group, cluster, columns)
