"""Write the ledger of results again: ``make ledger``, or some rooms by name."""

import sys

from ledger import ROOMS, write

for name in sys.argv[1:] or ROOMS:
    write(name)
