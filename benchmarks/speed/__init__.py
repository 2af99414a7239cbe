"""The table of speed: one module a subject, each line entered by ``timing.row``.

One thread for products of matrices: threads that wait for one another count as work.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
