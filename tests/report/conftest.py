"""What takes a second to make is made once: the demo, and the report of a simulated dealership."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sample_dealership import DEALERSHIP, STUDY

from custvalue import lifetime
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


@pytest.fixture(scope="session")
def base():
    """Give the fitted models, and the value of the customers, without the report."""
    history = lifetime.PurchaseHistory.from_transactions(
        DEALERSHIP.transactions,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end=parse_study("s", STUDY).transactions.observation_end,
        unit="week",
    )
    fit = lifetime.BGNBD.fit(history)
    spend = lifetime.GammaGamma.fit(history)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=fit,
        spend=spend,
        horizon="3 years",
        annual_discount_rate=parse_study("s", STUDY).lifetime.annual_discount_rate,
        margin=parse_study("s", STUDY).lifetime.margin,
    )
    return SimpleNamespace(history=history, fit=fit, spend=spend, value=value)
