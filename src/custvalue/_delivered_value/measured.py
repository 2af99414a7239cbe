"""What respondents find an offer worth, and what it costs them, in money and with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from annotated_types import MinLen

from custvalue import _frames
from custvalue._checks import in_order, require_choice
from custvalue._columns import refuse_where
from custvalue._delivered_value.offer import COSTS, VALUES, Offer, TotalCost, TotalValue
from custvalue._inference.estimate import rows_by_name
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._respondents.clustering import clusters_of, require_clusters
from custvalue._respondents.reading import labels_column, weights_column
from custvalue._results.base import MISSING_ANSWER, Base, ItemBase, MissingPolicy
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue.errors import DataError


class _Measured(Tabulated, Frozen):
    """Estimates side by side, one row each."""

    SHOWN: ClassVar = shown("mean, low, high, standard_error, n")

    @property
    def estimates(self) -> tuple[MeanEstimate, ...]:
        """All estimates, in the order of the rows."""
        return tuple(getattr(self, name) for name in type(self).model_fields)

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self.estimates, level, "mean")

    def _notes(self) -> Sequence[str]:
        return ["95 % intervals, t, linearised for weights."]


class MeasuredValue(_Measured):
    """Mean values over respondents.

    Parameters
    ----------
    product, service, personnel, image : MeanEstimate
        The parts.
    total : MeanEstimate
        Of the respondents' own sums.
    """

    product: MeanEstimate
    service: MeanEstimate
    personnel: MeanEstimate
    image: MeanEstimate
    total: MeanEstimate


class MeasuredCost(_Measured):
    """Mean costs over respondents.

    Parameters
    ----------
    monetary, time, energy, psychic : MeanEstimate
        The parts.
    total : MeanEstimate
        Of the respondents' own sums.
    """

    monetary: MeanEstimate
    time: MeanEstimate
    energy: MeanEstimate
    psychic: MeanEstimate
    total: MeanEstimate


class MeasuredOffer(_Measured):
    """An offer that several respondents put into money, with intervals.

    Use :meth:`from_frame`.

    Parameters
    ----------
    name : str
        Whose offer it is.
    value : MeasuredValue
        What it is worth to them.
    cost : MeasuredCost
        What it costs them.
    delivered_value : MeanEstimate
        Mean of the respondents' own total value minus total cost.
    value_to_cost : MeanEstimate or None
        Ratio of mean total value to mean total cost, its standard error linearised (not the
        mean of the respondents' ratios, which a few small costs would dominate). None where all
        costs are 0.
    base : Base
        Who answered, who is excluded and why, and which amounts are missing.
    unit : str
        The money unit.
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "unit", "base")

    name: Annotated[str, MinLen(1)]
    value: MeasuredValue
    cost: MeasuredCost
    delivered_value: MeanEstimate
    value_to_cost: MeanEstimate | None
    base: Base
    unit: str = ""

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        name: str,
        value: Mapping[str, str],
        cost: Mapping[str, str],
        weights: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        missing: Literal["raise", "drop"] = "raise",
        unit: str = "",
    ) -> MeasuredOffer:
        """Read what respondents find an offer worth, and what it costs them, in money.

        Parameters
        ----------
        frame : dataframe or mapping
            One row per respondent.
        name : str
            Whose offer it is.
        value : mapping of str to str
            ``product``, ``service``, ``personnel`` and ``image`` to their columns.
        cost : mapping of str to str
            ``monetary``, ``time``, ``energy`` and ``psychic`` to their columns.
        weights : str, optional
            Column of sampling weights.
        cluster, stratum : str, optional
            Columns of the primary sampling unit (such as the dealer) and of the stratum (such as
            the region): intervals know that customers of one dealer are alike.
        missing : {"raise", "drop"}
            Refuse missing amounts, or exclude the respondents who have any.
        unit : str
            The money unit of all columns.

        Returns
        -------
        MeasuredOffer
            Means with intervals and n; ``.offer`` is the point, for :func:`compare_offers`.

        Raises
        ------
        DataError
            If a part or column is absent, or an amount is missing, negative or no number.
        ParameterError
            If `missing` is no such policy.

        Examples
        --------
        >>> frame = {
        ...     "worth": [60, 50, 70],
        ...     "service": [20, 15, 25],
        ...     "staff": [5, 5, 2],
        ...     "image": [5, 10, 3],
        ...     "price": [40, 40, 40],
        ...     "time": [6, 9, 3],
        ...     "effort": [2, 2, 2],
        ...     "worry": [1, 2, 3],
        ... }
        >>> measured = MeasuredOffer.from_frame(
        ...     frame,
        ...     name="us",
        ...     value={
        ...         "product": "worth",
        ...         "service": "service",
        ...         "personnel": "staff",
        ...         "image": "image",
        ...     },
        ...     cost={"monetary": "price", "time": "time", "energy": "effort", "psychic": "worry"},
        ...     unit="EUR",
        ... )
        >>> print(f"{measured.delivered_value.value:.2f} {measured.value_to_cost.value:.2f}")
        40.00 1.80
        """
        require_choice("missing", missing, ("raise", "drop"))
        source = _frames.Source(frame)
        columns = _part_columns("value", value, VALUES) | _part_columns("cost", cost, COSTS)
        source.require(
            {
                f"{'value' if part in VALUES else 'cost'}[{part!r}]": column
                for part, column in columns.items()
            }
        )
        weighting = weights_column(source, weights)
        roles = {"cluster": cluster, "stratum": stratum}
        require_clusters(roles)
        named = {role: column for role, column in roles.items() if column is not None}
        labels = {role: labels_column(source, role, column) for role, column in named.items()}
        sample = Sample(weighting, clusters_of(labels))
        amounts = {part: _amounts(source, column) for part, column in columns.items()}
        keep = _complete(amounts, columns, missing)
        kept = {part: amount[keep] for part, amount in amounts.items()}
        return cls(
            name=name,
            unit=unit,
            base=_base(amounts, keep, missing),
            **_means(kept, sample.of_rows(keep)),
        )

    @property
    def offer(self) -> Offer:
        """The means as an :class:`Offer`, without their uncertainty."""
        values = {part: getattr(self.value, part).value for part in VALUES}
        costs = {part: getattr(self.cost, part).value for part in COSTS}
        return Offer(
            name=self.name, value=TotalValue(**values), cost=TotalCost(**costs), unit=self.unit
        )

    @property
    def estimates(self) -> tuple[MeanEstimate, ...]:
        """All estimates, in the order of the rows: values, costs, difference and ratio."""
        main = (self.delivered_value, self.value_to_cost)
        known = (estimate for estimate in main if estimate is not None)
        return (*self.value.estimates, *self.cost.estimates, *known)

    def _title(self) -> str:
        unit = f", in {self.unit}" if self.unit else ""
        return f"Offer as measured: {self.name}{unit}"

    def _notes(self) -> Sequence[str]:
        return [*super()._notes(), str(self.base)]


def _part_columns(
    argument: str, given: Mapping[str, str], parts: tuple[str, ...]
) -> dict[str, str]:
    """Return part to column, in the usual order."""
    columns = in_order(
        given,
        parts,
        unknown=f"{argument} has the parts {{names}}, not {{name}}.{{near}}",
        absent=f"{argument} must name a column for {{absent}}. If it was not asked, add a column "
        "of zeros and say so.",
    )
    return dict(zip(parts, columns, strict=True))


def _amounts(source: _frames.Source, column: str) -> FloatArray:
    amounts = source.numbers(column, hint="Give amounts of money.")
    hint = "A negative value is a cost, and a rebate a smaller monetary cost."
    bad = (amounts < 0) | np.isinf(amounts)
    refuse_where(bad, column, "a finite number >= 0", amounts, hint)
    return amounts


def _complete(
    amounts: Mapping[str, FloatArray], columns: Mapping[str, str], missing: str
) -> npt.NDArray[np.bool_]:
    """Say which respondents count; under ``missing="raise"`` all of them, or raise."""
    for part, amount in amounts.items():
        if missing == "raise":
            hint = "Use missing='drop' to exclude such respondents."
            nothing = np.full(len(amount), None)
            refuse_where(np.isnan(amount), columns[part], "present", nothing, hint)
    absent = np.isnan(list(amounts.values())).any(axis=0)
    keep: npt.NDArray[np.bool_] = np.logical_not(absent)
    if not keep.size:
        raise DataError("the survey has no rows. Give at least one respondent.")
    if not keep.any():
        raise DataError(f"none of the {len(keep)} respondents gave every amount.")
    return keep


def _base(
    amounts: Mapping[str, FloatArray],
    keep: npt.NDArray[np.bool_],
    missing: MissingPolicy,
) -> Base:
    """Count the missing amounts of all respondents, and the respondents excluded for them."""
    items = tuple(
        ItemBase(part, int(np.isnan(amount).sum()), block="value" if part in VALUES else "cost")
        for part, amount in amounts.items()
    )
    base = Base(respondents=len(keep), missing=missing, items=items)
    return base.excluding(MISSING_ANSWER, int((~keep).sum()))


def _means(amounts: Mapping[str, FloatArray], sample: Sample) -> dict[str, Any]:
    """Estimate all parts, totals, their difference and their ratio."""

    def mean(values: FloatArray, name: str) -> MeanEstimate:
        return mean_estimate(values, sample, name=name)

    worth = np.sum([amounts[part] for part in VALUES], axis=0)
    price = np.sum([amounts[part] for part in COSTS], axis=0)
    return {
        "value": MeasuredValue(
            **{part: mean(amounts[part], f"{part} value") for part in VALUES},
            total=mean(worth, "total value"),
        ),
        "cost": MeasuredCost(
            **{part: mean(amounts[part], f"{part} cost") for part in COSTS},
            total=mean(price, "total cost"),
        ),
        "delivered_value": mean(worth - price, "delivered value"),
        "value_to_cost": _ratio(worth, price, sample),
    }


def _ratio(worth: FloatArray, price: FloatArray, sample: Sample) -> MeanEstimate | None:
    """Estimate Σwv / Σwc; to first order it varies as the mean of (v - R c) / mean c."""
    name = "value to cost"
    cost = mean_estimate(price, sample, name=name).value
    if cost == 0:
        return None
    ratio = mean_estimate(worth, sample, name=name).value / cost
    residual = mean_estimate(worth - ratio * price, sample, name=name)
    error, other = residual.standard_error, residual.linearised_error
    return replace(
        residual,
        value=ratio,
        standard_error=None if error is None else error / cost,
        linearised_error=None if other is None else other / cost,
        standard_deviation=None,
    )
