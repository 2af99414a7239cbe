"""Ratings of suppliers by respondents: what their offers are worth, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import refuse_where
from custvalue._delivered_value.amounts import MOST
from custvalue._delivered_value.measured import MeasuredOffer, measured_offers
from custvalue._delivered_value.rated import Rated
from custvalue._delivered_value.sides import Sides
from custvalue._inference.sample import Sample
from custvalue._respondents.respondents import Questions, Respondents
from custvalue._respondents.scale import MISSING_CODES, Scale
from custvalue._rows import FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._words import count, listed
from custvalue.errors import DataError


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OfferSurvey(Respondents):
    """Suppliers as respondents rated them, one row for each rating.

    Use :func:`from_survey`. :meth:`offer` gives one supplier with intervals; :func:`compare` and
    :func:`value_map` all of them.

    Parameters
    ----------
    sides : Sides
        What the parts of value and of cost are called, and how they were measured.
    ratings : ndarray of float64, shape (ratings, parts)
        Answers as they were given, values first, complete.
    left_out : dict of str to int
        Suppliers with too few ratings to their number of ratings.
    weights, labels, missing, lost
        As of :class:`custvalue.survey.Responses`; the label ``supplier`` says what was rated.

    Raises
    ------
    DataError
        If shapes do not fit, or an answer is not what its part can be.
    """

    sides: Sides
    ratings: FloatArray
    left_out: dict[str, int] = field(default_factory=dict)

    ROWS: ClassVar[tuple[str, ...]] = ("ratings",)
    NOUN: ClassVar[str] = "these ratings"
    REPR: ClassVar[tuple[str, ...]] = ("ratings", "suppliers=supplier_names")

    def __post_init__(self) -> None:
        matrix = np.array(self.ratings, dtype=np.float64)
        if matrix.shape[1:] != (len(self.sides.parts),):
            raise DataError(
                f"ratings must have the shape (ratings, {len(self.sides.parts)}), one column for "
                f"each part, but it is {matrix.shape}."
            )
        for place, part in enumerate(self.sides.parts):
            refuse_bad(part, matrix[:, place], self.sides.scales.get(part))
            refuse_missing(part, matrix[:, place])
        object.__setattr__(self, "ratings", read_only(matrix))
        self._check_respondents(len(matrix))
        if "supplier" not in self.labels:
            raise DataError("labels must hold 'supplier', which says whom each rating is about.")

    def _blocks(self) -> dict[str, Questions]:
        cut = len(self.sides.value)
        return {
            "value": Questions(self.sides.value, self.ratings[:, :cut]),
            "cost": Questions(self.sides.cost, self.ratings[:, cut:]),
        }

    @property
    def suppliers(self) -> tuple[LabelArray, IntArray]:
        """Labels of the suppliers in ascending order, and the place of each rating's among them."""
        names, codes = np.unique(self.labels["supplier"], return_inverse=True)
        return names, codes

    def of_many(self, keep: npt.NDArray[np.bool_], few: dict[str, int]) -> OfferSurvey:
        """Return some of the ratings, and say which suppliers had too few.

        Parameters
        ----------
        keep : ndarray of bool, shape (ratings,)
            Those of the other suppliers.
        few : dict of str to int
            Supplier to its ratings.
        """
        return self.of_rows(keep)._changed(left_out=few)  # noqa: SLF001 - of this class

    @property
    def supplier_names(self) -> tuple[str, ...]:
        """Names of the suppliers, in ascending order."""
        return tuple(str(name) for name in self.suppliers[0].tolist())

    @property
    def unit(self) -> str:
        """The money unit."""
        return self.sides.unit

    @property
    def joint(self) -> Rated:
        """The ratings that have a weight, in money or as points of an index."""
        weighted = np.bincount(self.suppliers[1], self.weights > 0, len(self.supplier_names))
        none = [self.supplier_names[place] for place in np.flatnonzero(weighted == 0).tolist()]
        if none:
            raise DataError(
                f"all ratings of {listed(none)} have weight 0, so that none of them counts. Leave "
                f"these rows out, or give them weights.",
                column="supplier",
            )
        return self._rated(self.sides.amounts)

    def perceived(self) -> Rated:
        """Return the ratings where each supplier has several, rated parts as they were rated."""
        self.several()
        return self._rated(self.sides.perceived)

    def _rated(self, amounts: Callable[[FloatArray], FloatArray]) -> Rated:
        there = self.weights > 0
        codes = self.suppliers[1][there]
        return Rated(
            names=self.supplier_names,
            values=self.sides.value,
            costs=self.sides.cost,
            codes=codes,
            amounts=amounts(self.ratings[there]),
            sample=Sample(self.weights, self.clusters).of_rows(there),
        )

    def several(self) -> Rated:
        """Return the ratings where each supplier has several.

        Raises
        ------
        DataError
            If a supplier has one rating, which says nothing about how ratings vary.
        """
        joint = self.joint
        alone = np.flatnonzero(joint.n < 2)
        if alone.size:
            names = [joint.names[place] for place in alone.tolist()]
            raise DataError(
                f"{listed(names)} has one rating, which says nothing about how ratings vary. "
                f"Collect more, or leave out suppliers with fewer than 2: "
                f"from_survey(…, minimum_n=2).",
                column="supplier",
            )
        return joint

    def offers(self) -> tuple[MeasuredOffer, ...]:
        """Return all suppliers with intervals.

        Raises
        ------
        UnitError
            If values and costs are in different units.
        """
        self.sides.require_one_unit()
        return measured_offers(self.joint, self.sides.total_unit)

    def offer(self, name: str) -> MeasuredOffer:
        """Return one supplier with intervals.

        Parameters
        ----------
        name : str
            The supplier.

        Raises
        ------
        ParameterError
            If there is no such supplier.
        UnitError
            If values and costs are in different units.
        """
        require_choice("name", name, self.supplier_names)
        return self.offers()[self.supplier_names.index(name)]

    @property
    def asked(self) -> str:
        """How many ratings are used, and how many are not, in words."""
        gone = self.base.excluded_respondents
        lost = f"; {gone:,} excluded (missing answer)" if gone else ""
        whose = count(len(self.supplier_names), "supplier")
        return f"{count(self.respondents, 'rating')} of {whose}{lost}."

    def _table(self) -> Table:
        joint = self.joint
        means, n = joint.means, joint.n.tolist()
        rows = tuple(
            (name, n[place], *means[place].tolist())
            for place, name in enumerate(self.supplier_names)
        )
        gone = ", ".join(f"{name} ({count(n, 'rating')})" for name, n in self.left_out.items())
        notes = (
            self.sides.convention,
            self.asked,
            f"Too few ratings, left out: {gone}." if gone else "",
        )
        return Table("Offers as rated, means", ("", "n", *self.sides.parts), rows, notes)


def refuse_missing(name: str, answers: FloatArray) -> None:
    """Raise a DataError where an answer is missing."""
    hint = "Use missing='drop' to exclude such ratings."
    refuse_where(np.isnan(answers), name, "present", np.full(len(answers), None), hint)


def refuse_bad(name: str, answers: FloatArray, scale: Scale | None) -> None:
    """Raise a DataError where an answer is not on its scale, or no amount."""
    if scale is not None:
        scale.check_declared(name, answers, MISSING_CODES)
        return
    hint = "A negative value is a cost, and a rebate a smaller monetary cost."
    bad = (answers < 0) | np.isinf(answers)
    refuse_where(bad, name, "a finite number >= 0", answers, hint)
    size = f"at most {MOST:g}"
    refuse_where(answers > MOST, name, size, answers, "Give amounts in a currency of usual size.")
