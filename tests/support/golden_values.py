"""Published numbers with their sources, from ``tests/golden``."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "golden"


def golden(name: str) -> Any:
    """Read the published numbers of one subject."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
