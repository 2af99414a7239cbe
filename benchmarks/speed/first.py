"""What the first fit of a process costs beyond the fit: modules that it imports."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.speed.timing import Pair, Reported, row

FIT = """
import time
from custvalue import lifetime
model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
history = model.simulate(2_000, age="52 weeks", rng=1)
history.cells
spent = []
for _ in range(3):
    begun = time.process_time()
    lifetime.BGNBD.fit(history)
    spent.append(time.process_time() - begun)
print(max(spent[0] - min(spent), 0.0))
"""


def first() -> float:
    """Run a process that says itself how many seconds its first fit took more."""
    command = [sys.executable, "-c", FIT]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@row("first fit of a process, beyond the same fit again", goal=0.02)
def first_fit() -> Pair:
    """No optimiser is imported."""
    return Pair(Reported(first))
