"""Answers the cases of custvalue's conformance kit by the two queries of this directory.

Run it from here: ``python -m custvalue conformance --run "python answer.py"``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path(__file__).parent
BGNBD = (FOLDER / "bgnbd.sql").read_text(encoding="utf-8")
SCORE = (FOLDER / "net_promoter_score.sql").read_text(encoding="utf-8")


def first_row(db: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """Return the first row of a result by the names of its columns."""
    found = db.execute(query)
    row = found.fetchone()
    if row is None:
        return {}
    return dict(zip([column[0] for column in found.description], row, strict=True))


def bgnbd(db: duckdb.DuckDBPyConnection, inputs: dict[str, Any]) -> dict[str, Any]:
    """Ask for all numbers of one customer; a new one was seen for no time."""
    customer = {"x": 0, "t_x": 0, "T": 0, "t": 0, **inputs}
    # $T and $t would be one name in SQL
    db.execute(
        "create or replace table customers as "
        "select 1 as id, $frequency as frequency, $recency::double as recency, "
        "$age::double as age, $horizon::double as horizon",
        {
            "frequency": customer["x"],
            "recency": customer["t_x"],
            "age": customer["T"],
            "horizon": customer["t"],
        },
    )
    db.execute(
        "create or replace table model as "
        "select $r::double as r, $alpha::double as alpha, $a::double as a, $b::double as b",
        {name: inputs[name] for name in ("r", "alpha", "a", "b")},
    )
    found = first_row(db, BGNBD)
    return {**found, "expected_purchases_new_customer": found["expected_purchases"]}


def net_promoter_score(db: duckdb.DuckDBPyConnection, inputs: dict[str, Any]) -> dict[str, Any]:
    """Ask for the score of one site, given how often each answer was given."""
    answers = [answer for answer, n in enumerate(inputs["counts"]) for _ in range(n)]
    db.execute(
        "create or replace table answers as select 'all' as site, unnest($answers) as answer",
        {"answers": answers},
    )
    return first_row(db, SCORE)


SUBJECTS = {"bgnbd": bgnbd, "net_promoter_score": net_promoter_score}


def main() -> None:
    """Answer line by line."""
    db = duckdb.connect()
    for line in sys.stdin:
        asked = json.loads(line)
        found: dict[str, Any] = {}
        if asked["subject"] in SUBJECTS:
            found = SUBJECTS[asked["subject"]](db, asked["inputs"])
        answer = found.get(asked["measure"])
        sys.stdout.write(json.dumps({"skip": True} if answer is None else {"answer": answer}))
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
