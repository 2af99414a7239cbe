"""Sample inputs: the survey and the log of a simulated dealership, and a study file to copy."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

from custvalue.datasets import Dataset, simulate_dealership

SEED = 20241231
FILES = ("survey.csv", "transactions.csv", "study.toml", "report.html")


def write_inputs(folder: Path) -> None:
    """Write survey.csv, transactions.csv and study.toml, the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    dealership = simulate_dealership(rng=SEED)
    _write_csv(folder / "survey.csv", dealership.survey)
    _write_csv(folder / "transactions.csv", dealership.transactions)
    study = resources.files("custvalue").joinpath("data", "study.toml").read_bytes()
    (folder / "study.toml").write_bytes(study)


def _write_csv(path: Path, data: Dataset) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(data)
        writer.writerows(zip(*(column.tolist() for column in data.values()), strict=True))
