"""The command line: ``custvalue report``, ``demo``, ``conformance``; ``python -m custvalue``, too.

Results go to the requested file, and its path to stdout. An error is one line on stderr, with exit
status 2. ``conformance`` ends with status 1 if answers are wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TextIO

from custvalue import __version__
from custvalue.errors import CustvalueError, DataError

if TYPE_CHECKING:
    from custvalue._frames.typed import Decimal
    from custvalue._report.keys import File
    from custvalue._report.study import Study

PATIENCE = 1.0  # seconds of silence before the stage is shown


class Progress:
    """Shows on a terminal which stage is running, once it takes longer than a second.

    Parameters
    ----------
    stream : text stream
        Usually stderr; nothing is written unless it is a terminal.
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


class Files(NamedTuple):
    """What a report is read from and written to."""

    survey: Path | None
    transactions: Path | None
    out: Path
    scores: Path | None = None
    ratings: Path | None = None
    visits: Path | None = None
    complaints: Path | None = None

    @property
    def names(self) -> tuple[str, str, str]:
        """Names of the survey, the transactions and the scores, empty where there are none."""
        return _name(self.survey), _name(self.transactions), _name(self.scores)


def _name(path: Path | None) -> str:
    return "" if path is None else path.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with Progress(sys.stderr) as progress:
            written, status = options.run(options, progress)
    except (CustvalueError, OSError) as error:
        sys.stderr.write(f"custvalue: {_one_line(error)}\n")
        return 2
    except Exception as error:  # noqa: BLE001 - a fault of ours ends in one line, too
        sys.stderr.write(
            f"custvalue: this is a fault of custvalue {__version__}, not of your files: "
            f"{type(error).__name__}: {_one_line(error)} Please report it with the command and "
            f"the study file.\n"
        )
        return 70
    sys.stdout.write(f"{written}\n")
    return int(status)


def _one_line(error: Exception) -> str:
    """Write an error after the name of its table."""
    told = _refused(error) if isinstance(error, OSError) and error.strerror else str(error)
    words = _in_toml(" ".join(told.split()))
    said = [*getattr(error, "__notes__", []), "".join(map(_visible, words))]
    counted = " (Row 0 is the first below the header.)" if getattr(error, "rows", ()) else ""
    return ": ".join(said) + counted


def _refused(error: OSError) -> str:
    """Say what the system refused to do, without its number."""
    what = "it" if error.filename is None else repr(str(error.filename))
    return f"the system could not write or read {what}: {error.strerror}."


def _in_toml(words: str) -> str:
    """Write keyword arguments, as messages suggest them, as keys of the study file."""
    words = re.sub(r"(?<![\w.(])([a-z_]+)=\(([^()]*?),?\)", r"\1 = [\2]", words)
    words = re.sub(r"(?<![\w.(])([a-z_]+)=(\d+\b|'[^']*')", r"\1 = \2", words)
    return re.sub(r"kano\.AnswerCodes\((…, \w+ = \[.*?\])\)", r"codes = {\1}", words)


def _visible(letter: str) -> str:
    return letter if letter.isprintable() else repr(letter)[1:-1]


def _command() -> list[str]:
    """Return the words that start this program again from the same place."""
    started = Path(sys.argv[0])
    if started.stem == "custvalue":
        return [_as_typed(started)]
    return [_as_typed(Path(sys.executable)), "-m", "custvalue"]


def _as_typed(program: Path) -> str:
    """Return the name of a program where the shell finds that very one by it, else its path."""
    program = program.absolute()
    name = program.name.removesuffix(".exe")
    found = shutil.which(name)
    if found and Path(found).parent == program.parent:
        return name
    inside = program.is_relative_to(Path.cwd()) and program.parent != Path.cwd()
    return str(program.relative_to(Path.cwd()) if inside else program)


def _in_shell(words: Sequence[str | Path]) -> str:
    """Write a command line, with quotes where the shell needs them."""
    write = subprocess.list2cmdline if os.name == "nt" else shlex.join
    return write([str(word) for word in words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_in_shell(_command()),
        description="How good customers find you, and what that is worth.",
    )
    parser.add_argument("--version", action="version", version=f"custvalue {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_report(commands.add_parser("report", help="turn a survey and a log into a report"))
    _add_demo(commands.add_parser("demo", help="write sample inputs and their report"))
    _add_conformance(
        commands.add_parser("conformance", help="test another implementation against known answers")
    )
    return parser


def _add_tables(parser: argparse.ArgumentParser) -> None:
    """Add the options that name tables of a study."""
    parser.add_argument("--survey", type=Path, metavar="FILE", help="CSV, Excel, SPSS or Parquet")
    parser.add_argument(
        "--transactions", type=Path, metavar="FILE", help="CSV, Excel, SPSS or Parquet"
    )
    parser.add_argument(
        "--ratings",
        type=Path,
        metavar="FILE",
        help="ratings of you and of rivals, a row for each",
    )
    parser.add_argument("--visits", type=Path, metavar="FILE", help="visits, a row for each")
    parser.add_argument(
        "--complaints", type=Path, metavar="FILE", help="complaints, a row for each"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Turn a satisfaction survey, a transaction log, or both into one HTML page: what to do "
        "first, what changed since the last wave, which groups are behind, whom to call, and what "
        "that is worth. The study file (TOML) says which column is what: title, lang, currency, "
        "decimal; [survey] with group, wave, cluster, stratum, labels and items, and its tables "
        "servqual, satisfaction, loyalty, effort, index and kano; [transactions], [lifetime], "
        "[[offers]], [ratings], [visits] and [complaints]. `custvalue demo` writes one to copy."
    )
    _add_tables(parser)
    parser.add_argument("--config", type=Path, metavar="FILE", required=True, help="the study")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        required=True,
        help="the page; .txt for plain text, .xlsx for an Excel workbook",
    )
    parser.add_argument(
        "--scores",
        type=Path,
        metavar="FILE",
        help="also a CSV file with a row for every customer and respondent: answers, probability "
        "of being active, expected purchases, value",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite a file of scores that is there"
    )
    parser.set_defaults(run=_report)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write survey.csv, transactions.csv, study.toml and report.html of a simulated car "
        "dealer's workshop, to look at and to copy."
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default="demo", help="where to (default: demo)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    parser.set_defaults(run=_demo)


def _add_conformance(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Test another implementation of the models and indices, in SQL, JavaScript or anything "
        "else, against known answers. The command reads a line of JSON for each case, with case, "
        'subject, measure and inputs, and writes a line such as {"answer": 0.5}, or '
        '{"skip": true} for what it does not have. Exit status: 0 if all answers are right, 1 if '
        "some are wrong, 2 if the command does not start, ends early, hangs or writes anything "
        "else."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--run", metavar="COMMAND", dest="command", help="what to test, in quotes")
    what.add_argument("--list", action="store_true", help="say what is asked, in words")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="a subject, measure or case, such as bgnbd or kano/better; may be repeated",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        default=30.0,
        help="how long an answer may take (default: 30)",
    )
    parser.set_defaults(run=_conformance)


def _conformance(options: argparse.Namespace, progress: Progress) -> tuple[str, int]:
    progress("Asking")
    from custvalue._conformance.run import conform, listing

    if options.list:
        return listing(options.only), 0
    return conform(options.command, only=options.only, timeout=options.timeout)


def _report(options: argparse.Namespace, progress: Progress) -> tuple[str, int]:
    progress("Reading the study")
    from custvalue._report.output import check_output, check_scores
    from custvalue._report.study import read_study

    inputs = {
        "--config": options.config,
        "--survey": options.survey,
        "--transactions": options.transactions,
        "--ratings": options.ratings,
        "--visits": options.visits,
        "--complaints": options.complaints,
    }
    check_output(options.out, inputs)
    files = Files(
        options.survey,
        options.transactions,
        options.out,
        options.scores,
        options.ratings,
        options.visits,
        options.complaints,
    )
    if files.scores is not None:
        check_scores(files.scores, {**inputs, "--out": files.out}, force=options.force)
    _write(read_study(options.config), files, progress)
    also = "" if files.scores is None else f"\nThe scores are in {files.scores}"
    return f"The report is in {options.out}{also}", 0


def _demo(options: argparse.Namespace, progress: Progress) -> tuple[str, int]:
    progress("Simulating a dealership")
    from custvalue._report import sample
    from custvalue._report.study import read_study

    folder: Path = options.out
    present = [name for name in sample.FILES if (folder / name).exists()]
    if present and not options.force:
        raise DataError(
            f"{folder} already holds {', '.join(present)}. Use --force to overwrite them, or "
            f"choose another directory."
        )
    sample.write_inputs(folder)
    survey, transactions, config, page = (folder / name for name in sample.FILES)
    _write(read_study(config), Files(survey, transactions, page), progress)
    given = ("--survey", survey, "--transactions", transactions, "--config", config, "--out", page)
    command = _in_shell([*_command(), "report", *given])
    return (
        f"The report is in {page}\n"
        f"Its inputs are in the same directory. To report on your own data, adapt {config} and "
        f"run\n  {command}"
    ), 0


def _write(study: Study, files: Files, progress: Progress) -> None:
    """Read the tables, make the report and write it as its suffix says."""
    from custvalue._report.build import Given, build, caught
    from custvalue._report.output import TEXT, WORKBOOK, write_page, write_scores, write_workbook
    from custvalue._report.workbook import workbook

    progress("Reading the tables")
    with caught() as said:
        answers = _table(files.survey, study.survey, study.decimal)
        log = _table(files.transactions, study.transactions, study.decimal)
        rated = _table(files.ratings, study.ratings, study.decimal)
        complained = _table(files.complaints, study.complaints, study.decimal)
        visited = _table(files.visits, study.visits, study.decimal)
    given = Given(
        answers,
        log,
        *files.names,
        ratings=rated,
        ratings_name=_name(files.ratings),
        visits=visited,
        visits_name=_name(files.visits),
        complaints=complained,
        complaints_name=_name(files.complaints),
    )
    made = build(study, given, said=said, announce=progress)
    if files.scores is not None:
        progress("Writing the scores")
        write_scores(files.scores, made.scores_text())
    progress("Drawing the page")
    report, out = made.report, files.out
    if out.suffix.lower() == WORKBOOK:
        write_workbook(out, workbook(report.sections))
    else:
        write_page(out, report.to_text() if out.suffix.lower() == TEXT else report.to_html())


def _table(path: Path | None, described: File | None, decimal: Decimal) -> Any:
    from custvalue._report.keys import File

    return None if path is None else (described or File()).read(path, decimal)


if __name__ == "__main__":
    sys.exit(main())
