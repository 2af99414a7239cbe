"""SPSS files: codes with their labels, the texts of questions, and what the file calls missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custvalue._words import plain
from custvalue.errors import DataError, MissingExtraError

Codes = tuple[Any, ...]


def read_spss(path: Path, encoding: str | None) -> tuple[dict[str, list[Any]], Any]:
    """Read a .sav or .zsav file: the entries of each column, and what the file says about them."""
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtraError(
            f"Reading {path.name} needs pyreadstat, which is not installed: pip install "
            f'"custvalue[spss]". Or save it as CSV (UTF-8).'
        ) from None
    try:
        found, about = pyreadstat.read_sav(
            path, output_format="dict", user_missing=True, encoding=encoding
        )
    except pyreadstat.ReadstatError as error:
        raise DataError(f"{path.name} is not an SPSS file, or damaged: {error}.") from None
    return {name: list(entries) for name, entries in found.items()}, about


def labels_of(about: Any) -> dict[str, dict[Any, str]]:
    """Return the labels of codes, by column."""
    return {
        name: {plain(code): label for code, label in labels.items()}
        for name, labels in about.variable_value_labels.items()
    }


def missing_codes(about: Any, entries: Mapping[str, list[Any]]) -> dict[str, Codes]:
    """Return the codes of columns that stand for no answer: those in use, or with a label."""
    found = {}
    for name, ranges in about.missing_ranges.items():
        used = {*about.variable_value_labels.get(name, ()), *entries[name]} - {None}
        same = [code for code in used if code == code]  # noqa: PLR0124 - NaN is no code
        codes = {plain(code) for code in same if any(_within(code, each) for each in ranges)}
        found[name] = tuple(sorted(codes))
    return {name: codes for name, codes in found.items() if codes}


def _within(code: Any, ends: Mapping[str, Any]) -> bool:
    same_kind = isinstance(code, str) == isinstance(ends["lo"], str)
    return same_kind and bool(ends["lo"] <= code <= ends["hi"])
