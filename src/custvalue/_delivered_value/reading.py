"""Reading ratings of suppliers from a dataframe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from custvalue import _frames
from custvalue._checks import checked_whole, require_choice
from custvalue._delivered_value.sides import Sides, checked_sides
from custvalue._delivered_value.survey import OfferSurvey, refuse_bad, refuse_missing
from custvalue._respondents import reading
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.coding import Unknown, refuse
from custvalue._respondents.counted_rows import warn_of_counts
from custvalue._respondents.losses import lost_of
from custvalue._respondents.reader import Roles, Who
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError, ParameterError

RatingPolicy = Literal["raise", "drop"]


def from_survey(
    frame: Any,
    *,
    supplier: str,
    value: Mapping[str, str],
    cost: Mapping[str, str],
    scale: Scale | Codebook | Mapping[str, Scale | Codebook] | None = None,
    rates: Mapping[str, float] | None = None,
    importance: Mapping[str, float] | None = None,
    importance_total: float | None = None,
    unit: str = "",
    weights: str | None = None,
    group: str | None = None,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    labels: Sequence[str] | Mapping[str, str] | None = None,
    missing: RatingPolicy = "raise",
    minimum_n: int | None = None,
) -> OfferSurvey:
    """Read how respondents rated suppliers, one row for each rating.

    Parameters
    ----------
    frame : dataframe or mapping
        pandas, polars, pyarrow, DuckDB, … or column name to values.
    supplier : str
        Column that says whom the rating is about.
    value : mapping of str to str
        Parts of value to their columns: product, service, personnel and image, or attributes of
        your own.
    cost : mapping of str to str
        Parts of cost to their columns: monetary (the price), time, energy and psychic, or others.
    scale : Scale, Codebook or mapping of str to these, optional
        The scale of all parts of value, or of each part by name; a codebook where answers are
        words. Parts without one are amounts.
    rates : mapping of str to float, optional
        What a unit of a part is worth in money: an hour, or a point on its scale, counted from the
        end that is worth or costs nothing. Parts without a rate and a scale are in money.
    importance : mapping of str to float, optional
        How much each part of value matters, and each part of cost if any is named. Amounts of
        money are added without it; a value map uses it in any case.
    importance_total : float, optional
        What the importance must add up to, such as 100.
    unit : str
        The money unit.
    weights : str, optional
        Column of sampling weights.
    group, wave, labels : optional
        Columns of labels, as in :meth:`custvalue.survey.Responses.from_frame`.
    cluster, stratum : str, optional
        Columns of the unit that was sampled whole, and of its stratum. Where respondents rate
        several suppliers, their ratings belong together: ``cluster="respondent"``.
    missing : {"raise", "drop"}
        Refuse missing answers, or exclude ratings that have any.
    minimum_n : int, optional
        Leave out suppliers with fewer ratings, and list them; by default none.

    Returns
    -------
    OfferSurvey
        For :func:`compare`, :func:`value_map`, :func:`value_equivalence` and
        :func:`head_to_head`.

    Raises
    ------
    DataError
        If columns are absent, an answer is missing, negative or off its scale, or importance does
        not add up.
    ParameterError
        If two parts have one name, a scale, rate or importance is of no part, or `missing` is no
        such policy.
    UnitError
        If one side mixes ratings with amounts of money.

    Examples
    --------
    >>> frame = {
    ...     "garage": ["us", "us", "us", "rival", "rival", "rival"],
    ...     "repair": [9, 8, 10, 7, 6, 8],
    ...     "advice": [8, 8, 7, 7, 8, 6],
    ...     "bill": [240, 260, 250, 180, 200, 190],
    ...     "hours": [2, 1, 1.5, 3, 2, 2.5],
    ... }
    >>> offers = from_survey(
    ...     frame,
    ...     supplier="garage",
    ...     value={"repair": "repair", "advice": "advice"},
    ...     cost={"monetary": "bill", "time": "hours"},
    ...     scale=Scale(1, 10),
    ...     rates={"repair": 40, "advice": 10, "time": 20},
    ...     unit="EUR",
    ... )
    >>> offers.supplier_names, round(offers.offer("us").delivered_value.value, 2)
    (('rival', 'us'), 106.67)
    """
    require_choice("missing", missing, ("raise", "drop"))
    value, cost = _columns("value", value), _columns("cost", cost)
    asked = scale if isinstance(scale, Mapping) else dict.fromkeys(value, scale)
    codebooks = {name: its for name, its in asked.items() if isinstance(its, Codebook)}
    sides = checked_sides(
        tuple(value),
        tuple(cost),
        scale=dict(asked) | {name: its.scale for name, its in codebooks.items()},
        rates=rates,
        importance=importance,
        importance_total=importance_total,
        unit=unit,
    )
    source = _frames.Source(frame)
    named = {f"value[{part!r}]": its for part, its in value.items()}
    source.require({"supplier": supplier, **named})
    source.require({f"cost[{part!r}]": its for part, its in cost.items()})
    columns = {**value, **cost}
    roles = Roles(
        weights, group, wave, cluster, stratum, _with_supplier(labels, supplier), missing=missing
    )
    who = roles.of_frame(source, tuple(columns.values()))
    found = _read(source, columns, sides, who, missing=missing, codebooks=codebooks)
    return found if minimum_n is None else _of_many(found, minimum_n)


def _columns(argument: str, given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(
            f"{argument} must be a mapping of part to column, as in {argument}="
            f"{{'{'product' if argument == 'value' else 'monetary'}': 'column'}}, but it is "
            f"{given!r}."
        )
    return dict(given)


def _with_supplier(
    labels: Sequence[str] | Mapping[str, str] | None, supplier: str
) -> dict[str, str]:
    """Return all labels by name, the supplier among them."""
    if labels is None:
        return {"supplier": supplier}
    others = dict(labels) if isinstance(labels, Mapping) else {name: name for name in labels}
    if others.get("supplier", supplier) != supplier:
        raise DataError(
            "labels cannot have the name 'supplier', which is an argument of its own. Give it "
            "another name, as in labels={'my supplier': …}."
        )
    return {**others, "supplier": supplier}


def _read(
    source: _frames.Source,
    columns: Mapping[str, str],
    sides: Sides,
    who: Who,
    *,
    missing: RatingPolicy,
    codebooks: Mapping[str, Codebook],
) -> OfferSurvey:
    """Read the answers, and leave out ratings with missing ones where that was asked for."""
    if source.rows == 0:
        raise DataError("the survey has no rows. Give at least one rating.")
    read = [
        _answers(source, its, sides.scales.get(part), codebooks.get(part))
        for part, its in columns.items()
    ]
    matrix, codes = np.column_stack([its for its, _ in read]), [its for _, its in read]
    for column, answers in zip(columns.values(), matrix.T, strict=True):
        if missing == "raise":
            refuse_missing(column, answers)
    keep = np.asarray(~np.isnan(matrix).any(axis=1))
    if not keep.any():
        raise DataError(f"none of the {len(keep)} ratings is complete.")
    warn_of_counts([matrix], who.weights, who.labels.values())
    lost = lost_of([matrix], codes, keep, who.labels)
    return OfferSurvey(sides=sides, ratings=matrix[keep], **who.kept(keep, lost, missing))


def _answers(
    source: _frames.Source, column: str, scale: Scale | None, codebook: Codebook | None
) -> tuple[FloatArray, IntArray]:
    """Read one part: answers on its scale, or amounts; and the rows with a missing code."""
    if scale is None:
        amounts = source.numbers(column, hint="Give amounts of money, or declare a scale.")
        refuse_bad(column, amounts, None)
        return amounts, reading.NOBODY
    unknown: list[Unknown] = []
    matrix, codes = reading.coded_answers(
        source, [column], scale, codebook, unknown=unknown, argument="scale"
    )
    refuse(unknown)
    refuse_bad(column, matrix[:, 0], scale)
    return matrix[:, 0], (codes or [reading.NOBODY])[0]


def _of_many(survey: OfferSurvey, minimum_n: object) -> OfferSurvey:
    """Leave out suppliers with fewer ratings, and name them."""
    least = checked_whole("minimum_n", minimum_n, least=1)
    names, codes = survey.suppliers
    n = np.bincount(codes)
    few = {str(names[place]): int(n[place]) for place in np.flatnonzero(n < least)}
    if len(few) == len(n):
        raise DataError(
            f"no supplier has {least} ratings; {names[int(n.argmax())]} has the most, "
            f"{int(n.max())}. Use a smaller minimum_n."
        )
    return survey.of_many(n[codes] >= least, few)
