"""The CDNOW log, the field's standard data."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._datasets.dataset import Array, Dataset
from custvalue._rows import read_only

Period = Literal["calibration", "holdout", "all"]

CDNOW_CALIBRATION_END = np.datetime64("1997-09-30")
CDNOW_SOURCE = (
    "P. S. Fader and B. G. S. Hardie; used in Fader, Hardie & Lee (2005), Marketing Science 24(2)"
)


def cdnow(period: Period = "calibration") -> Dataset:
    """Return the CDNOW log: the purchases of 2,357 customers of an online music shop.

    The 1/10 sample of the customers whose first purchase was in the first quarter of 1997, with
    all their purchases until 1998-06-30. The calibration period, until 1997-09-30, is what the
    published estimates of the purchase models rest on.

    The authors have made these data public; the licence of custvalue does not cover them, and we
    know of none that does. Cite the papers, and ask the authors before you use the data for
    anything but research, teaching and tests.

    Parameters
    ----------
    period : {"calibration", "holdout", "all"}
        1997-01-01 to 1997-09-30 (4,960 rows; use ``observation_end="1997-09-30"``), 1997-10-01 to
        1998-06-30 (1,959 rows), or both (6,919 rows).

    Returns
    -------
    Dataset
        ``customer_id`` (1 to 2357), ``date`` (day), ``quantity`` (CDs) and ``spend`` (US
        dollars; 0 in 8 rows), in the order of customer and date. Two purchases of a customer on
        one day are two rows.

    Raises
    ------
    ParameterError
        If `period` is unknown.

    References
    ----------
    .. [1] P. S. Fader and B. G. S. Hardie, "Notes on the CDNOW master data set",
       http://brucehardie.com/notes/026/
    .. [2] P. S. Fader and B. G. S. Hardie (2001), "Forecasting repeat sales at CDNOW: A case
       study", Interfaces 31(3), S94-S107.
    .. [3] P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "'Counting your customers' the easy
       way: An alternative to the Pareto/NBD model", Marketing Science 24(2), 275-284.

    Examples
    --------
    >>> log = cdnow("all")
    >>> log.rows, len(set(log["customer_id"].tolist()))
    (6919, 2357)
    """
    require_choice("period", period, get_args(Period))
    columns = _cdnow_columns()
    keep = _in_period(columns["date"], period)
    arrays = {name: read_only(array[keep]) for name, array in columns.items()}
    title = "CDNOW" if period == "all" else f"CDNOW, {period}"
    return Dataset(title, arrays, source=CDNOW_SOURCE)


def _in_period(date: Array, period: Period) -> npt.NDArray[np.bool_]:
    if period == "all":
        return np.ones(len(date), dtype=bool)
    early: npt.NDArray[np.bool_] = date <= CDNOW_CALIBRATION_END
    return early if period == "calibration" else ~early


@cache
def _cdnow_columns() -> dict[str, Array]:
    packed = resources.files("custvalue").joinpath("data", "cdnow.csv.gz").read_bytes()
    header, *lines = gzip.decompress(packed).decode("ascii").split()
    table = zip(*(line.split(",") for line in lines), strict=True)
    types = ("i8", "M8[D]", "i8", "f8")
    return {
        name: np.array(column).astype(type_)
        for name, column, type_ in zip(header.split(","), table, types, strict=True)
    }
