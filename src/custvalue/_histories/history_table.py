"""How a purchase history is shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._histories.excluded import ExcludedTransactions
from custvalue._table import Table
from custvalue._words import number, percent

MEANING = (
    "Repeat purchases are days with a purchase after the first one; monetary value is their mean "
    "spend."
)


def history_table(history: Any) -> Table:
    """Describe a history in a few numbers."""
    came_back = history.repeat_customers
    rows = [
        ("customers", number(len(history))),
        ("came back", f"{number(came_back)} ({percent(came_back / len(history), 1)})"),
        ("repeat purchases", number(float(history.frequency.sum()))),
        ("most by one customer", number(float(history.frequency.max()))),
        ("age", f"{number(history.age.min())} to {number(history.age.max())} {history.unit}s"),
        ("distinct cells (x, t_x, T)", number(len(history.cells))),
    ]
    if history.entry is not None:
        rows.insert(
            1, ("of them from before the log", number(int(np.count_nonzero(history.entry))))
        )
    if history.changing is not None:
        rows.append(("covariates that change", ", ".join(history.changing.covariates.names)))
    if history.observation_end is not None:
        rows.insert(0, ("observed to", str(history.observation_end)))
    if history.monetary_value is not None and came_back:
        mean = float(history.monetary_value[history.frequency > 0].mean())
        rows.append(("mean monetary value of those who came back", number(mean)))
    rows += _excluded_rows(history.excluded)
    return Table("Purchase histories", ("", ""), tuple(rows), (MEANING,))


def _excluded_rows(excluded: ExcludedTransactions) -> list[tuple[str, str]]:
    """Say what was excluded on request."""
    counts = {
        "transactions after the end": excluded.after_end,
        "returns": excluded.returns,
        "purchases with zero spend": excluded.zero_spend,
        "duplicates": excluded.duplicates,
        "returns of a purchase": excluded.paired_returns,
        "purchases that were returned": excluded.cancelled_purchases,
        "customers without a purchase": excluded.customers,
        "customers first seen early in the log": excluded.early_customers,
    }
    changed = {
        "reduced by a return": excluded.reduced_purchases,
        "returns of no purchase": excluded.unmatched_returns,
        "capped amounts": excluded.capped,
    }
    rows = [(f"excluded: {what}", number(count)) for what, count in counts.items() if count]
    rows = rows or [("excluded", "nothing")]
    return rows + [(what, number(count)) for what, count in changed.items() if count]
