"""Labels that read alike, such as ``North`` and ``north ``: one dealer or two."""

from __future__ import annotations

import warnings
from typing import Any

import numpy.typing as npt

from custvalue._checks import callers_level
from custvalue._words import folded, listed, more
from custvalue.errors import LabelsWarning


def warn_of_alike(name: str, labels: npt.NDArray[Any]) -> None:
    """Warn where different labels differ only in letter case, width or white space.

    Parameters
    ----------
    name : str
        Of the column.
    labels : ndarray
        The different ones.
    """
    if labels.dtype.kind != "U":
        return
    seen: dict[str, list[str]] = {}
    for label in labels.tolist():
        seen.setdefault(folded(label), []).append(label)
    alike = [its for its in seen.values() if len(its) > 1]
    if alike:
        others = f" (and {more(len(alike) - 1, 'such set')})" if len(alike) > 1 else ""
        warnings.warn(
            f"{name} has labels that read alike and count as different: {listed(alike[0])}"
            f"{others}. If they name the same, write them in one way first, as in "
            f"frame[{name!r}].str.strip().str.casefold().",
            LabelsWarning,
            stacklevel=callers_level(),
        )
