"""Answers to a survey, counted in the engine that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from custvalue._frames.lazy_answers import LazyAnswers, Offered, Sums
from custvalue._respondents.scale import Scale, check_scale
from custvalue._rows import FloatArray, IntArray
from custvalue._survey.tally_result import Tally
from custvalue._words import listed
from custvalue.errors import ParameterError


def tally(
    answers: Any,
    *,
    items: Sequence[str],
    scale: Scale,
    by: str | None = None,
    weights: str | None = None,
    cluster: str | None = None,
    drivers: bool = False,
) -> Tally:
    """Count answers in the engine that holds them; no respondent travels.

    Parameters
    ----------
    answers : lazy dataframe
        DuckDB, polars' LazyFrame, PySpark, Ibis or SQLFrame: one row per respondent, answers as
        numbers.
    items : sequence of str
        Columns of the questions, all on one scale.
    scale : Scale
        With steps; a missing answer is null, NaN, or one of its `missing_codes`.
    by : str, optional
        The column of the groups, text or whole numbers.
    weights : str, optional
        The column of sampling weights, >= 0; respondents with the weight 0 are excluded.
    cluster : str, optional
        The column of the clusters that respondents come in, such as their dealer.
    drivers : bool
        Whether to add up products of four answers as well, which the errors of
        :func:`custvalue.drivers.importance` need: 210 sums of 5 drivers and an overall question,
        1,001 of 10 items, which are the most.

    Returns
    -------
    Tally
        Of which shares, scores, means, indices and differences are made, with the standard errors
        that they have in memory.

    Raises
    ------
    DataError
        If answers are in memory, a column is absent, an answer is not on the scale, a label is
        missing, or a weight is no number >= 0: column and number of rows.
    ParameterError
        If `items` is no list of columns, all different, the scale has no steps, or there are more
        than 10 items for drivers.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import satisfaction
    >>> from custvalue.survey import Scale, tally
    >>> answers = pl.LazyFrame(
    ...     {"nps": [10, 9, 9, 8, 3, 10], "site": ["n", "n", "s", "s", "s", "s"]}
    ... )
    >>> counted = tally(answers, items=["nps"], scale=Scale(0, 10), by="site")
    >>> counted.groups
    ('n', 's')
    >>> satisfaction.net_promoter_score(counted.question("nps", group="s")).value
    25.0
    """
    names = _checked_items(items)
    if drivers and len(names) > MOST_ITEMS:
        raise ParameterError(
            f"drivers=True is for at most {MOST_ITEMS} items, because products of four answers are "
            f"added up, but there are {len(names)}. Leave some out."
        )
    if check_scale(scale).step is None:
        raise ParameterError(
            f"scale must have steps, because answers are counted, but it is {scale!r}."
        )
    offered = Offered(scale.low, scale.high, scale.step or 1.0, scale.missing_codes)
    source = LazyAnswers(answers, names, offered, by=by, weights=weights, cluster=cluster)
    respondents = source.respondents()
    units = _Units(respondents)
    count, weight, square = units.tables(source.counts(), len(names), _answers_of(offered))
    complete, products, squares = units.products(source.products(), len(names))
    fourths = units.fourths(source.fourths()) if drivers else None
    return Tally(
        items=names,
        scale=scale,
        group=units.group,
        cluster=units.cluster,
        respondents=units.placed(respondents, "n"),
        complete=complete,
        counts=count.astype(np.int64),
        weights=weight,
        squares=square,
        dont_know=np.column_stack(
            [units.placed(respondents, f"x{at}") for at in range(len(names))]
        ),
        products=products,
        square_products=squares,
        grouped=by is not None,
        clustered=cluster is not None,
        weighted=weights is not None,
        excluded=source.excluded,
        fourths=fourths,
    )


MOST_ITEMS = 10  # of which products of four are added up


def _checked_items(items: Any) -> tuple[str, ...]:
    names = isinstance(items, Sequence) and not isinstance(items, str)
    if not names or not items or not all(isinstance(item, str) for item in items):
        raise ParameterError(
            f"items must be a list of columns, as in ['recommend'], but it is {items!r}."
        )
    if len(set(items)) < len(items):
        raise ParameterError(f"items must be different, but they are {listed(items)}.")
    return tuple(items)


def _answers_of(offered: Offered) -> int:
    return round((offered.high - offered.low) / offered.step) + 1


class _Units:
    """Clusters in groups, ascending, and the tables of what was added up for them."""

    def __init__(self, sums: Sums) -> None:
        pairs = sorted(zip(sums.group.tolist(), sums.cluster.tolist(), strict=True))
        self._place = {pair: place for place, pair in enumerate(pairs)}
        self.group, self.cluster = (np.array(column) for column in zip(*pairs, strict=True))

    def of(self, sums: Sums) -> IntArray:
        """Return the unit of each row."""
        pairs = zip(sums.group.tolist(), sums.cluster.tolist(), strict=True)
        return np.array([self._place[pair] for pair in pairs], dtype=np.int64)

    def placed(self, sums: Sums, name: str) -> IntArray:
        """Return one whole number for each unit, 0 where there is none."""
        found = np.zeros(len(self.group), dtype=np.int64)
        found[self.of(sums)] = sums.columns[name]
        return found

    def tables(self, sums: Sums, items: int, answers: int) -> list[FloatArray]:
        """Return counts, weights and squares, shape (units, items, answers)."""
        item = np.array([int(name[1:]) for name in sums.columns["item"].tolist()], dtype=np.int64)
        place = sums.columns["place"].astype(np.int64)
        tables = []
        for name in ("n", "w", "w2"):
            table = np.zeros((len(self.group), items, answers))
            table[self.of(sums), item, place] = sums.columns[name]
            tables.append(table)
        return tables

    def fourths(self, sums: Sums) -> FloatArray:
        """Return the sums of products of four, shape (groups, 2, products)."""
        groups = np.unique(self.group).tolist()
        products = [name for name in sums.columns if name.startswith("p")]
        found = np.zeros((len(groups), 2, len(products)))
        rows = [groups.index(group) for group in sums.group.tolist()]
        for place, kind in enumerate("pq"):
            known = kind if f"{kind}0" in sums.columns else "p"
            each = [sums.columns[f"{known}{at}"] for at in range(len(products))]
            found[rows, place] = np.column_stack(each)
        return found

    def products(self, sums: Sums, items: int) -> tuple[IntArray, FloatArray, FloatArray]:
        """Return who is complete, and Σ w z z' and Σ w² z z' of each unit."""
        size = items + 3
        above, units = np.triu_indices(size), self.of(sums)
        found = []
        for kind in "pq":
            matrices = np.zeros((len(self.group), size, size))
            for at, (row, column) in enumerate(zip(*above, strict=True)):
                matrices[units, row, column] = sums.columns[f"{kind}{at}"]
                matrices[units, column, row] = sums.columns[f"{kind}{at}"]
            found.append(matrices)
        return self.placed(sums, "n"), found[0], found[1]
