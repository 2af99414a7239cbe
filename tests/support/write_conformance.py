"""Write the cases of the conformance kit: ``python tests/support/write_conformance.py``.

Expected numbers are printed ones and those of arithmetic with many digits, never custvalue's own:
nothing of it is imported here.
"""

from __future__ import annotations

import json
from pathlib import Path

import conformance_indices
import conformance_models

FOLDER = Path(__file__).parents[2] / "src" / "custvalue" / "conformance"


def written(title, note, made):
    """Write a subject as JSON, a line for each case."""
    measures, cases = made()
    head = json.dumps({"title": title, "note": note, "measures": measures}, indent=1)
    lines = ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in cases)
    return f'{head[:-2]},\n "cases": [\n{lines}\n ]\n}}\n'


def files():
    """Return the text of every file."""
    subjects = {**conformance_models.SUBJECTS, **conformance_indices.SUBJECTS}
    return {f"{name}.json": written(*subject) for name, subject in subjects.items()}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
