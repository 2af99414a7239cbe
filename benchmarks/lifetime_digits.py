"""The lifetime models against mpmath at random places: the digits lost by each function.

Usage: python benchmarks/lifetime_digits.py [MODEL ...] [--places 2000] [--seed 2]

Places: shapes from 0.01 to 30, rates from 0.01 to 1000, T to 1000, x to 5000, horizons to 5000, all
but T on a logarithmic scale. Pareto/NBD takes a minute of CPU for 250 places, BG/NBD some seconds.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
MODELS = ("bgnbd", "mbgnbd", "pareto_nbd", "gamma_gompertz_nbd", "regular_buyers")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=MODELS, metavar="MODEL")
    parser.add_argument("--places", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    for model in options.models:
        begun = time.process_time()
        worst = importlib.import_module(f"test_{model}").digits_lost(options.places, options.seed)
        seconds = time.process_time() - begun
        print(f"{model}, {options.places:,} places, {seconds:.0f} CPU seconds")
        for name, error in worst.items():
            digits = -np.log10(max(error, 1e-17))
            print(f"  {name}: relative error {error:.1e}, {max(digits, 0):.1f} digits kept")


if __name__ == "__main__":
    main()
