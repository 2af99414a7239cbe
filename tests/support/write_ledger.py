"""Write the ledger of results again: ``make ledger``, or some rooms by name."""

import sys

from ledger import ROOMS, write

if __name__ == "__main__":  # tests are collected with --doctest-modules, which imports every file
    for name in sys.argv[1:] or ROOMS:
        write(name)
