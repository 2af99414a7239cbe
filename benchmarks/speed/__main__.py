"""How long the library takes against the same work by hand, and how cost grows.

Usage: python -m benchmarks.speed [WORD ...] [--repeat 3] [--growth]

From the project's root. Only lines that hold one of the words are run. CPU seconds, the least of
the repeats; our call and the one by hand are made in turn, so that a slow machine slows both. With
--growth the second table: seconds against size, and the power of the size by which they grow.
"""

from __future__ import annotations

import argparse
import importlib
import math
import pkgutil

import benchmarks.speed
from benchmarks.speed.timing import GROWTHS, ROWS, Growth, Row, in_turn, readable, seconds


def chosen(work: str, words: list[str]) -> bool:
    """Whether a line is asked for."""
    return not words or any(word.lower() in work.lower() for word in words)


def speed_line(row: Row, repeat: int) -> str:
    """One line of the table of speed."""
    ours, by_hand = in_turn(row.prepare(), repeat)
    ratio = "-" if math.isnan(by_hand) else f"{ours / by_hand:.3g}"
    cells = (row.work, readable(ours), readable(by_hand), ratio, readable(row.goal))
    return "| " + " | ".join(cells) + " |"


def growth_line(line: Growth, repeat: int) -> str:
    """One line of the table of growth."""
    spent = []
    for size in line.sizes:
        work = line.prepare(size)
        work()
        spent.append(min(seconds(work) for _ in range(repeat)))
    power = math.log(spent[-1] / spent[0]) / math.log(line.sizes[-1] / line.sizes[0])
    sizes = ", ".join(f"{size:,}" for size in line.sizes)
    return f"| {line.work} | {sizes} | {', '.join(map(readable, spent))} | {power:.2f} |"


def main() -> None:
    """Print the table that was asked for, line by line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    for module in pkgutil.iter_modules(benchmarks.speed.__path__):
        if module.name not in ("timing", "__main__"):
            importlib.import_module(f"benchmarks.speed.{module.name}")
    if asked.growth:
        print("| work | sizes | seconds | power |\n|---|---|---|---|")
        for line in GROWTHS:
            if chosen(line.work, asked.words):
                print(growth_line(line, asked.repeat), flush=True)
        return
    print("| work | custvalue | by hand | ratio | goal |\n|---|---|---|---|---|")
    for row in ROWS:
        if chosen(row.work, asked.words):
            print(speed_line(row, asked.repeat), flush=True)


if __name__ == "__main__":
    main()
