"""Pareto/NBD against mpmath at random places: the digits lost by each function.

Usage: python benchmarks/pareto_nbd_digits.py [--places 2000] [--seed 2]

Places: r, s from 0.01 to 30, alpha, beta from 0.01 to 1000, T to 1000, x to 5000, horizons to
5000, all but T on a logarithmic scale. Takes a minute of CPU for 250 places.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from test_pareto_nbd import digits_lost


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--places", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    worst = digits_lost(options.places, options.seed)
    names = ("log-likelihood", "P(alive)", "expected purchases", "P(active)")
    for name, error in zip(names, worst, strict=True):
        print(f"{name}: relative error {error:.1e}, {max(-np.log10(error), 0):.1f} digits kept")


if __name__ == "__main__":
    main()
