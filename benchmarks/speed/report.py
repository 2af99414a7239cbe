"""The report of a million customers and a hundred thousand answers, from CSV files.

The files take minutes to write; they are written to a temporary folder when the line is run.
"""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import redirect_stdout
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue.__main__ import main
from custvalue.datasets import simulate_dealership


def write(path: Path, columns: dict[str, np.ndarray]) -> None:
    """Write columns as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))


@cache
def folder(customers: int, respondents: int) -> Path:
    """Write a log, a survey and a study, each once."""
    made = Path(tempfile.mkdtemp())
    dealership = simulate_dealership(customers, response_share=respondents / customers, rng=1)
    write(made / "survey.csv", dict(dealership.survey))
    write(made / "transactions.csv", dict(dealership.transactions))
    study = resources.files("custvalue").joinpath("data", "study.toml").read_bytes()
    (made / "study.toml").write_bytes(study)
    return made


def report(customers: int, respondents: int) -> Work:
    """Write the report as its command does."""
    files = folder(customers, respondents)
    command = [
        "report",
        *("--survey", str(files / "survey.csv")),
        *("--transactions", str(files / "transactions.csv")),
        *("--config", str(files / "study.toml")),
        *("--out", str(files / "report.html")),
    ]

    def work() -> None:
        with redirect_stdout(io.StringIO()):
            if main(command):
                raise RuntimeError("the report was not written")

    return work


@row("report of 1,000,000 customers and 100,000 answers, CSV", goal=6)
def large() -> Pair:
    """All of it, pictures too; by hand the tables are read and added up, and nothing fitted."""
    files = folder(1_000_000, 100_000)

    def by_hand() -> object:
        import pandas as pd

        log = pd.read_csv(files / "transactions.csv")
        answers = pd.read_csv(files / "survey.csv")
        return log.groupby("customer_id")["spend"].agg(["count", "sum"]), answers.mean()

    return Pair(report(1_000_000, 100_000), by_hand)


@growth("report against customers", 1_000, 10_000, 100_000)
def report_grows(customers: int) -> Work:
    """A tenth as many answers as customers."""
    return report(customers, customers // 10)
