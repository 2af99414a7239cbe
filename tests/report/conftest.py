"""What takes a second to make is made once: the demo, and the report of a simulated dealership."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sample_dealership import DEALERSHIP, STUDY

from custvalue._report.build import build_report
from custvalue._report.study import parse_study


@pytest.fixture(scope="session")
def report():
    study = parse_study("study.toml", STUDY)
    return build_report(study, survey=DEALERSHIP.survey, transactions=DEALERSHIP.transactions)


@pytest.fixture(scope="session")
def page(report):
    return report.to_html()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Run the demo by its console command, in a directory of its own where nothing is on PATH."""
    folder = tmp_path_factory.mktemp("work")
    command = Path(sys.executable).with_name("custvalue")
    run = subprocess.run(
        [command, "demo"], cwd=folder, env={"PATH": ""}, capture_output=True, text=True, check=True
    )
    return SimpleNamespace(folder=folder / "demo", command=command, said=run)
