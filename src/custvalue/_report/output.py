"""The page on disk: never over an input, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from custvalue.errors import DataError

PAGES = (".html", ".htm")
TEXT = ".txt"
WORKBOOK = ".xlsx"
CSV = ".csv"


def check_output(out: Path, inputs: Mapping[str, Path | None]) -> None:
    """Raise a DataError unless `out` can be written without harm, before any work is done."""
    if not out.parent.is_dir():
        raise DataError(f"{out.parent} is not a directory. Create it, or choose another --out.")
    if out.is_dir():
        raise DataError(f"{out} is a directory. Give a file, as in --out {out / 'report.html'}.")
    for option, path in inputs.items():
        if _same(out, path):
            raise DataError(
                f"--out and {option} are the same file, {out}. Choose another --out: the report "
                f"would overwrite its own input."
            )
    if out.suffix.lower() not in (*PAGES, TEXT, WORKBOOK):
        raise DataError(
            f"--out must end in .html, .htm, .txt or .xlsx, but it is {out}. For another "
            f"format, print the page from a browser."
        )


def check_scores(scores: Path, others: Mapping[str, Path | None], *, force: bool) -> None:
    """Raise a DataError unless the file of scores can be written without harm."""
    if not scores.parent.is_dir():
        raise DataError(
            f"{scores.parent} is not a directory. Create it, or choose another --scores."
        )
    if scores.suffix.lower() != CSV:
        raise DataError(f"--scores must end in {CSV}, but it is {scores}.")
    for option, path in others.items():
        if _same(scores, path) or (path is not None and scores.resolve() == path.resolve()):
            raise DataError(
                f"--scores and {option} are the same file, {scores}. Choose another --scores."
            )
    if scores.is_dir() or (scores.exists() and not force):
        raise DataError(
            f"{scores} is there already. Use --force to overwrite it, or choose another --scores."
        )


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and one.exists() and one.samefile(other)


def write_scores(path: Path, text: str) -> None:
    """Write a CSV file that Excel reads as UTF-8."""
    _write(path, text.encode("utf-8-sig"))


def write_page(out: Path, text: str) -> None:
    """Write the page."""
    _write(out, text.encode("utf-8"))


def write_workbook(out: Path, data: bytes) -> None:
    """Write the workbook."""
    _write(out, data)


def _write(out: Path, data: bytes) -> None:
    """Write beside the file and rename, so that a full disk leaves the old one as it was."""
    target = out.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
