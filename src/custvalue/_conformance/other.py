"""The other implementation: a program that reads a line of JSON and writes one back."""

from __future__ import annotations

import json
import os
import queue
import shlex
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import IO, Any, Self

from custvalue._conformance.cases import Answer, Case
from custvalue.errors import DataError, ParameterError

SHOWN = 200  # characters of what a program wrote, in a message
LONGEST = 86_400  # seconds of a day
LONGEST_LINE = 100_000  # characters
GOODBYE = 2.0  # seconds to end after the last question


class Other:
    """A program that answers cases, one line of JSON for each.

    Parameters
    ----------
    command : str
        The program and its arguments, as typed in a shell; no shell runs.
    timeout : float
        Seconds that an answer may take.
    """

    def __init__(self, command: str, timeout: float) -> None:
        if not 0 < timeout <= LONGEST:
            raise ParameterError(
                f"--timeout must be a number of seconds above 0 and at most {LONGEST:,}, but it is "
                f"{timeout:g}."
            )
        self._timeout = timeout
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
        try:
            self._program = self._started(_words(command))
        except BaseException:
            self._complaints.close()
            raise
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self._hang_up()
        try:
            self._program.wait(GOODBYE if kind is None else 0)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        self._reader.join(GOODBYE)
        if not self._reader.is_alive():
            self._pipe(self._program.stdout).close()
        self._complaints.close()

    def ask(self, case: Case) -> Answer | None:
        """Return the answer to a case, None where the program does not know the question.

        Raises
        ------
        DataError
            If the program ends, takes too long, or writes something else than an answer.
        """
        asking = self._pipe(self._program.stdin)
        try:
            asking.write(case.question() + "\n")
            asking.flush()
        except OSError:
            raise DataError(self._ended(case)) from None
        try:
            line = self._answers.get(timeout=self._timeout)
        except queue.Empty:
            raise DataError(
                f"the command did not answer {case.name} within {self._timeout:g} seconds. It must "
                f"write one line for each line that it reads, and flush it; or use a larger "
                f"--timeout."
            ) from None
        if not line:
            raise DataError(self._ended(case))
        return _answer(line, case)

    def _started(self, words: list[str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(  # noqa: S603 - the command is the user's own
                words, stdin=pipe, stdout=pipe, stderr=self._complaints, encoding="utf-8",
                errors="replace",
            )  # fmt: skip
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ParameterError(
                f"--run must be a program and its arguments, but {words[0]!r} cannot be started: "
                f"{why}."
            ) from None

    def _read(self) -> None:
        """Hand over line after line; the empty one is the end."""
        lines = self._pipe(self._program.stdout)
        while line := lines.readline(LONGEST_LINE):
            self._answers.put(line)
        self._answers.put("")

    def _hang_up(self) -> None:
        try:
            self._pipe(self._program.stdin).close()
        except OSError:  # it ended before it read what was written
            return

    def _ended(self, case: Case) -> str:
        """Say that the program has ended, with the last line of its complaints."""
        try:
            how = f"with exit status {self._program.wait(GOODBYE)}"
        except subprocess.TimeoutExpired:
            how = "writing"
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        said = f" The last line of its standard error is {last[:SHOWN]!r}." if last else ""
        return f"the command ended {how}, before it answered {case.name}.{said}"

    @staticmethod
    def _pipe(its: IO[str] | None) -> IO[str]:
        assert its is not None  # noqa: S101 - both pipes were asked for
        return its


def _words(command: str) -> list[str]:
    """Split a command as a shell does."""
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError:
        raise ParameterError(
            f"--run must be a command with every quote closed, but it is {command!r}."
        ) from None
    if not words:
        raise ParameterError("--run must be a program and its arguments, but it is empty.")
    return words


def _answer(line: str, case: Case) -> Answer | None:
    """Read the answer to a case."""
    try:
        read: Any = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, dict):
        if read.get("skip") is True:
            return None
        found = read.get("answer")
        if isinstance(found, str):
            return found
        if isinstance(found, int | float) and not isinstance(found, bool):
            return _float(found)
    raise DataError(
        f'the command must answer {case.name} with a line such as {{"answer": 0.5}} or '
        f'{{"skip": true}}, but it wrote {line.rstrip()[:SHOWN]!r}.'
    )


def _float(found: float) -> float:
    try:
        return float(found)
    except OverflowError:  # a whole number beyond the largest float
        return float("inf")
