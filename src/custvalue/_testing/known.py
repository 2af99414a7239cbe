"""Small data whose answers are published, or were computed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import finite, no_such, require_choice
from custvalue._datasets.cdnow import cdnow
from custvalue._datasets.dataset import Dataset
from custvalue._rows import read_only
from custvalue._words import plain
from custvalue.errors import ParameterError

KnownName = Literal[
    "CDNOW", "donations", "contracts", "SERVQUAL", "Net Promoter", "top box", "Kano", "alpha"
]
KNOWN_DATA: tuple[KnownName, ...] = get_args(KnownName)
"""Names of the data of :func:`known_data`."""


class KnownAnswer(NamedTuple):
    """A number that is known of some data.

    Parameters
    ----------
    value : float
        The number.
    tolerance : float
        How far a right answer may be from it: half of its last printed digit, or what the
        arithmetic of computers needs.
    source : str
        Who says so, or how it follows by hand.
    """

    value: float
    tolerance: float
    source: str


class KnownData(NamedTuple):
    """Data and what is known of them, from :func:`known_data`.

    Parameters
    ----------
    data : Dataset
        Named columns, which become a dataframe of any kind; what they are, and where from.
    answers : dict of str to KnownAnswer
        By the name of what is asked.
    """

    data: Dataset
    answers: dict[str, KnownAnswer]

    def check(self, found: Mapping[str, float]) -> None:
        """Raise an AssertionError unless these numbers are the known ones.

        Parameters
        ----------
        found : mapping of str to float
            Some answers by name, or all.

        Raises
        ------
        AssertionError
            If one is further from the known one than its tolerance.
        ParameterError
            If there is none, or no such answer is known.
        """
        if not isinstance(found, Mapping) or not found:
            raise ParameterError(
                f"found must be numbers by name, as in {{{next(iter(self.answers))!r}: 1.0}}, but "
                f"it is {found!r}."
            )
        for name, value in found.items():
            if name not in self.answers:
                raise ParameterError(no_such("answer", name, self.answers))
            known = self.answers[name]
            if not abs(finite(value) - known.value) <= known.tolerance:
                raise AssertionError(
                    f"{name} of {self.data.name} must be {known.value:.10g} within "
                    f"{known.tolerance:g} ({known.source}), but it is {plain(value)!r}."
                )


def known_data(name: KnownName) -> KnownData:
    """Return small data with answers that are published, or were computed by hand.

    They test an implementation in any language: put the data into it, and compare its answers.

    Parameters
    ----------
    name : {"CDNOW", "donations", "contracts", "SERVQUAL", "Net Promoter", …}
        One of :data:`KNOWN_DATA`. ``"CDNOW"``: the log of :func:`~custvalue.datasets.cdnow`, with
        its counts, and the parameters and log-likelihoods of BG/NBD, Pareto/NBD and Gamma-Gamma.
        ``"donations"``: 22 rows, BG/BB. ``"contracts"``: two survival curves, sBG. ``"SERVQUAL"``:
        two respondents, of whom four ways to take a mean give four gaps. ``"Net Promoter"`` and
        ``"top box"``: how often each answer was given. ``"Kano"``: counts of three features.
        ``"alpha"``: five respondents whose Cronbach's alpha is 0.84.

    Raises
    ------
    ParameterError
        If there are no data of this name.

    Examples
    --------
    >>> known = known_data("alpha")
    >>> known.data.columns()["item 2"]
    array([2, 2, 4, 4, 3])
    >>> known.answers["alpha"]
    KnownAnswer(value=0.84, tolerance=1e-12, source='by hand: 3 / 2 x (1 - 5.5 / 12.5)')
    >>> known.check({"alpha": 0.81})
    Traceback (most recent call last):
        ...
    AssertionError: alpha of five respondents, three items must be 0.84 within 1e-12 (by hand: \
3 / 2 x (1 - 5.5 / 12.5)), but it is 0.81.
    """
    require_choice("name", name, KNOWN_DATA)
    known = _known()[name]
    answers = {each["name"]: _answer(each) for each in known["answers"]}
    if known["columns"] is None:
        return KnownData(cdnow(), answers)
    arrays = {column: read_only(np.array(its)) for column, its in known["columns"].items()}
    return KnownData(Dataset(known["title"], arrays, source=known["source"]), answers)


def _answer(known: Mapping[str, Any]) -> KnownAnswer:
    return KnownAnswer(known["value"], known["tolerance"], known["source"])


@cache
def _known() -> dict[str, Any]:
    file = resources.files("custvalue") / "data" / "known.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
