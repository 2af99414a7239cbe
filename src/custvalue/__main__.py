"""The command line: ``python -m custvalue report …`` and ``python -m custvalue demo``.

Results go to the file that was asked for and its path to stdout; what goes wrong is one line on
stderr and exit status 2.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

from custvalue import __version__
from custvalue.errors import CustvalueError, DataError

if TYPE_CHECKING:
    from custvalue._report.files import Decimal
    from custvalue._report.study import Study, Survey, Transactions

PATIENCE = 1.0  # seconds of silence before a line says what is going on


class Progress:
    """Says on a terminal what is going on, once it has taken longer than a second.

    Parameters
    ----------
    stream : text stream
        Where to write, usually stderr; nothing is written unless it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._late = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._begin)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._late:
                self._write("")

    def __call__(self, stage: str) -> None:
        """Name the work that begins now."""
        with self._lock:
            self._stage = f"{stage} …"
            if self._late:
                self._write(self._stage)

    def _begin(self) -> None:
        with self._lock:
            self._late = True
            self._write(self._stage)

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")  # to the start of the line, and clear it
        self._stream.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind the command; by default what the shell gave.
    """
    options = _parser().parse_args(arguments)
    try:
        with Progress(sys.stderr) as progress:
            written = options.run(options, progress)
    except (CustvalueError, OSError) as error:
        sys.stderr.write(f"custvalue: {_one_line(error)}\n")
        return 2
    sys.stdout.write(f"{written}\n")
    return 0


def _one_line(error: Exception) -> str:
    """Say what is wrong, after the name of the table that it is wrong with."""
    said = [*getattr(error, "__notes__", []), " ".join(str(error).split())]
    counted = " (Row 0 is the first below the header.)" if getattr(error, "rows", ()) else ""
    return ": ".join(said) + counted


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m custvalue",
        description="How good customers find you, and what that is worth.",
    )
    parser.add_argument("--version", action="version", version=f"custvalue {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_report(commands.add_parser("report", help="turn a survey and a log into a report"))
    _add_demo(commands.add_parser("demo", help="write sample inputs and their report"))
    return parser


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Turn a satisfaction survey, a transaction log, or both into one HTML page. The study "
        "file (TOML) says which column is what; `python -m custvalue demo --out DIR` writes one "
        "to copy."
    )
    parser.add_argument("--survey", type=Path, metavar="FILE", help="CSV or Parquet")
    parser.add_argument("--transactions", type=Path, metavar="FILE", help="CSV or Parquet")
    parser.add_argument("--config", type=Path, metavar="FILE", required=True, help="the study")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", required=True, help="the page; .txt for plain text"
    )
    parser.set_defaults(run=_report)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write survey.csv, transactions.csv, study.toml and report.html of a simulated car "
        "dealer's workshop, to look at and to copy."
    )
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="where to")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    parser.set_defaults(run=_demo)


def _report(options: argparse.Namespace, progress: Progress) -> str:
    progress("Reading the study")
    from custvalue._report.study import read_study

    study = read_study(options.config)
    _write(study, options.survey, options.transactions, options.out, progress)
    return f"The report is in {options.out}"


def _demo(options: argparse.Namespace, progress: Progress) -> str:
    progress("Simulating a dealership")
    from custvalue._report import sample
    from custvalue._report.study import read_study

    folder: Path = options.out
    present = [name for name in sample.FILES if (folder / name).exists()]
    if present and not options.force:
        raise DataError(
            f"{folder} already holds {', '.join(present)}. Say --force to overwrite, or choose "
            f"another directory."
        )
    sample.write_inputs(folder)
    survey, transactions, config, page = (folder / name for name in sample.FILES)
    _write(read_study(config), survey, transactions, page, progress)
    return (
        f"The report is in {page}\n"
        f"Its inputs lie beside it. To report on your own data, adapt {config} and run\n"
        f"  python -m custvalue report --survey {survey} --transactions {transactions} "
        f"--config {config} --out {page}"
    )


def _write(
    study: Study, survey: Path | None, transactions: Path | None, out: Path, progress: Progress
) -> None:
    """Read the tables, make the report and write it as its suffix says."""
    from custvalue._report.build import build_report

    if not out.parent.is_dir():
        raise DataError(f"{out.parent} is not a directory. Make it first, or say another --out.")
    if out.is_dir():
        raise DataError(f"{out} is a directory. Say a file, as in --out {out / 'report.html'}.")
    progress("Reading the tables")
    report = build_report(
        study,
        survey=_table(survey, study.survey, study.decimal),
        transactions=_table(transactions, study.transactions, study.decimal),
        survey_name="" if survey is None else survey.name,
        transactions_name="" if transactions is None else transactions.name,
        announce=progress,
    )
    progress("Drawing the page")
    text = report.to_text() if out.suffix.lower() == ".txt" else report.to_html()
    out.write_text(text, encoding="utf-8", newline="\n")


def _table(path: Path | None, described: Survey | Transactions | None, decimal: Decimal) -> Any:
    from custvalue._report.files import read_table

    if path is None:
        return None
    numbers = () if described is None else described.numbers
    return read_table(path, numbers, decimal)


if __name__ == "__main__":
    sys.exit(main())
