"""Reading types of experience and intentions: a row for each customer, or counts."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from custvalue import _frames
from custvalue._columns import missing, one_dimensional, refuse_where, to_numbers
from custvalue._inference.sample import Sample
from custvalue._loyalty.dose import Table
from custvalue._loyalty.rates import counts_as_rate
from custvalue._respondents.sampled import sample_of
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError

DOSE = re.compile(r"(\d+(?:\.\d+)?)\s*\+?")
EXAMPLE = "{0: (14, 100), 1: (21, 100), '3+': (30, 100)}"

MOST = 1_000_000  # types


def read_counts(counts: Any) -> tuple[list[str], Table]:
    """Read the names of doses in ascending order, and the customers at each."""
    given = _frames.as_mapping("counts", counts)
    if given is None:
        raise ParameterError(
            f"counts must be a mapping of the number of types to customers, as in {EXAMPLE}, but "
            f"it is {type(counts).__name__}."
        )
    read = [(_dose(key), str(key), _pair(key, its)) for key, its in given.items()]
    read.sort(key=lambda its: its[0])
    scores = np.array([score for score, _, _ in read])
    require_several(scores)
    pairs = np.array([pair for *_, pair in read], dtype=np.float64)
    return [name for _, name, _ in read], Table(scores, pairs[:, 0], pairs[:, 1])


def read_answers(
    types: Any, intends: Any, weights: Any, cluster: Any
) -> tuple[FloatArray, FloatArray, Sample]:
    """Read both columns of the same customers."""
    met = to_numbers("types", one_dimensional("types", types))
    bad = (met < 0) | (met > MOST) | (met != np.rint(met)) & ~np.isnan(met)
    expected = f"a whole number from 0 to {MOST:,}"
    refuse_where(bad, "types", expected, met, "Count types of experience.")
    flags = one_dimensional("intends", intends)
    gone = missing(flags)
    answers = zip(flags.tolist(), gone.tolist(), strict=True)
    odd = np.array([not lost and each not in (0, 1) for each, lost in answers], dtype=bool)
    hint = "Decide which answers of a scale count as an intention."
    refuse_where(odd, "intends", "True or False", flags, hint)
    says = np.where(gone, np.nan, np.where(gone, 0, flags).astype(np.float64))
    if len(met) != len(says):
        raise DataError(f"types has {len(met)} entries, but intends has {len(says)}.")
    return met, says, sample_of(len(met), weights, cluster)


def _dose(key: Any) -> float:
    """Read a number of types, such as 2 or ``"3+"``."""
    found = DOSE.fullmatch(key.strip()) if isinstance(key, str) else None
    value = found[1] if found else key
    numeric = found is not None or isinstance(key, int | float | np.number)
    if not numeric or isinstance(key, bool) or not 0 <= float(value) <= MOST:
        raise ParameterError(
            f"counts must be named by numbers of types, such as 0, 1 or '3+', but it has {key!r}."
        )
    return float(value)


def _pair(key: Any, given: Any) -> tuple[int, int]:
    """Read those who intend, and all."""
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ParameterError(
            f"counts[{key!r}] must be those who intend to buy and all, as in (14, 100), but it is "
            f"{given!r}."
        )
    if all(isinstance(its, int | np.integer) and its == 0 for its in given):
        raise ParameterError(
            f"counts[{key!r}] must be of somebody, but it is {tuple(map(int, given))}. Leave a "
            f"number of types that nobody met out."
        )
    return int(given[0]), counts_as_rate(given, f"counts[{key!r}]").n


def require_several(scores: FloatArray) -> None:
    if len(np.unique(scores)) < 2:
        met = f"all met {scores[0]:g}" if len(scores) else "there are none"
        raise DataError(f"a trend needs customers with different numbers of types, but {met}.")
    if len(np.unique(scores)) < len(scores):
        raise DataError("counts has the same number of types twice. Add these customers up.")


def in_chinese(name: str) -> str:
    if name == "0":
        return "没有"
    return f"{name.rstrip('+')} 种以上" if name.endswith("+") else f"{name} 种"
