"""Which rows of a history are asked for: by a mask, or by identifiers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import numpy as np
import numpy.typing as npt

from custvalue._histories.identifiers import places_of
from custvalue._histories.rows import BoolArray, CustomerRows
from custvalue._rows import LabelArray
from custvalue.errors import DataError, ParameterError


class IdentifiedRows(CustomerRows):
    """Base of histories, whose rows are chosen by a mask or by the identifiers of customers."""

    __slots__ = ()

    if TYPE_CHECKING:
        customer: Any  # LabelArray, of some histories also None

    def select(
        self, mask: npt.ArrayLike | None = None, *, customers: npt.ArrayLike | None = None
    ) -> Self:
        """Return the history of some of the customers, by a mask or by their identifiers.

        Parameters
        ----------
        mask : array_like of bool, shape (n,), optional
            True for the customers to keep, as in ``history.frequency > 0``.
        customers : array_like, optional
            Identifiers instead, all different; the rows come in this order.

        Raises
        ------
        DataError
            If `mask` is no such array, or keeps no customer; if some of `customers` are not in
            the history, or one is there twice.
        ParameterError
            Unless one of the two is given.

        Examples
        --------
        >>> from custvalue.lifetime import PurchaseHistory
        >>> both = PurchaseHistory.from_arrays(
        ...     customer=["ann", "bob"],
        ...     frequency=[2, 0],
        ...     recency=[30, 0],
        ...     age=[38, 39],
        ...     unit="week",
        ... )
        >>> both.select(both.frequency > 0)
        PurchaseHistory(customers=1, repeat_customers=1, purchases=2, unit='week')
        >>> both.select(customers=["bob", "ann"]).frequency
        array([0., 2.])
        """
        if one_way(mask, customers) == "mask":
            return self._rows_at(checked_mask(mask, len(self)))
        return self._rows_at(places_of(customers, self._identifiers()))

    def of(self, customer: str | int) -> Self:
        """Return the history of one customer.

        Parameters
        ----------
        customer : str or int
            The identifier.

        Raises
        ------
        DataError
            If the customer is not in the history.

        Examples
        --------
        >>> from custvalue.lifetime import PurchaseHistory
        >>> both = PurchaseHistory.from_arrays(
        ...     customer=["ann", "bob"],
        ...     frequency=[2, 0],
        ...     recency=[30, 0],
        ...     age=[38, 39],
        ...     unit="week",
        ... )
        >>> both.of("ann").recency
        array([30.])
        """
        return self._rows_at(places_of([customer], self._identifiers(), "customer"))

    def _identifiers(self) -> LabelArray:
        if self.customer is None:
            raise DataError(
                "the history has no identifiers. Give customer= to the method that makes it, or "
                "use a mask."
            )
        customer: LabelArray = self.customer
        return customer

    def _rows_at(self, places: npt.NDArray[Any]) -> Self:
        """Return the rows at positions, or where a mask is true."""
        some: Any = {name: column[places] for name, column in self.columns().items()}
        return cast("Self", replace(cast("Any", self), **some))


def one_way(mask: object, customers: object) -> Literal["mask", "customers"]:
    """Say by which of the two the rows are chosen."""
    if (mask is None) == (customers is None):
        given = "neither" if mask is None else "both"
        raise ParameterError(
            f"select needs a mask or customers=, but {given} is given. Write "
            f"history.select(history.frequency > 0), or history.select(customers=['ann', 'bob'])."
        )
    return "customers" if mask is None else "mask"


def checked_mask(mask: Any, rows: int) -> BoolArray:
    """Return which rows to keep."""
    kept: npt.NDArray[Any] = np.asarray(mask)
    if kept.dtype == bool and kept.shape == (rows,):
        return kept
    labels = kept.ndim == 1 and kept.dtype.kind in "iuUO"
    hint = " For identifiers write select(customers=...)." if labels else ""
    raise DataError(
        f"mask must hold True or False for each of the {rows:,} customers, but it is "
        f"an array of {kept.dtype} with the shape {kept.shape}.{hint}"
    )
