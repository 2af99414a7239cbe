"""The queries pass the conformance kit, and agree with custvalue on the CDNOW customers."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from custvalue import datasets, lifetime

FOLDER = Path(__file__).parent


def test_the_queries_pass_the_conformance_kit():
    other = shlex.join([sys.executable, str(FOLDER / "answer.py")])
    command = [sys.executable, "-m", "custvalue", "conformance", "--run", other]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "bgnbd/log_likelihood 9 passed" in lines
    assert "bgnbd/probability_alive 7 passed" in lines
    assert "bgnbd/expected_purchases 7 passed, 1 not supported" in lines  # a = 1
    assert "net_promoter_score/score 7 passed" in lines
    assert "net_promoter_score/standard_error 3 passed" in lines
    assert not any("failed" in line for line in lines)


def test_a_mistake_in_a_query_is_found(tmp_path):
    for path in (FOLDER / "answer.py", FOLDER / "net_promoter_score.sql", FOLDER / "bgnbd.sql"):
        text = path.read_text("utf-8").replace("answer >= 9", "answer > 9")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    other = shlex.join([sys.executable, str(tmp_path / "answer.py")])
    command = [sys.executable, "-m", "custvalue", "conformance", "--run", other]
    command += ["--only", "net_promoter_score/score"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "failed: net_promoter_score/score/1" in done.stdout


def test_all_customers_of_cdnow_at_once():
    history = lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    db = duckdb.connect()
    columns = {
        "id": np.arange(len(history)),
        "frequency": history.frequency,
        "recency": history.recency,
        "age": history.age,
        "horizon": np.full(len(history), 39.0),
    }
    db.register("customers", {name: np.asarray(column) for name, column in columns.items()})
    db.execute("create table model as select 0.243 as r, 4.414 as alpha, 0.793 as a, 2.426 as b")
    found = db.execute((FOLDER / "bgnbd.sql").read_text("utf-8")).fetchnumpy()
    for name, expected in (
        ("log_likelihood", model.log_likelihood(history)),
        ("probability_alive", model.probability_alive(history)),
        ("expected_purchases", model.expected_purchases(history, "39 weeks")),
    ):
        assert found[name].astype(float) == pytest.approx(expected, rel=1e-9), name
