"""The page on disk: never over an input, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from custvalue.errors import DataError

PAGES = (".html", ".htm")
TEXT = ".txt"


def check_output(out: Path, inputs: Mapping[str, Path | None]) -> None:
    """Raise a DataError unless `out` can be written without harm, before any work is done."""
    if not out.parent.is_dir():
        raise DataError(f"{out.parent} is not a directory. Create it, or choose another --out.")
    if out.is_dir():
        raise DataError(f"{out} is a directory. Give a file, as in --out {out / 'report.html'}.")
    for option, path in inputs.items():
        if path is not None and path.exists() and out.exists() and out.samefile(path):
            raise DataError(
                f"--out and {option} are the same file, {out}. Choose another --out: the report "
                f"would overwrite its own input."
            )
    if out.suffix.lower() not in (*PAGES, TEXT):
        raise DataError(
            f"--out must end in .html, .htm or .txt, but it is {out}. For another format, print "
            f"the page from a browser."
        )


def write_page(out: Path, text: str) -> None:
    """Write beside the page and rename, so that a full disk leaves the old one as it was."""
    target = out.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
