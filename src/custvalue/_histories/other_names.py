"""Columns by the names that other libraries give them."""

from __future__ import annotations

from collections.abc import Sequence

from custvalue.errors import DataError


def require_our_names(names: Sequence[str], **columns: str) -> None:
    """Raise where columns are absent, but are there by the names that other libraries use."""
    absent = [name for argument, name in columns.items() if name == argument not in names]
    theirs = {
        argument: other for argument in absent for other in OTHER_NAMES[argument] if other in names
    }
    if theirs:
        give = ", ".join(f"{argument}={other!r}" for argument, other in theirs.items())
        argument, other = next(iter(theirs.items()))
        raise DataError(
            f"{argument}={argument!r} is not a column of the data, but {other!r} is: so "
            f"other libraries call what is {argument} here. Give {give}.",
            column=argument,
        )


OTHER_NAMES = {  # of lifetimes, pymc-marketing, BTYD and CLVTools
    "frequency": ("x",),
    "recency": ("t.x", "t_x"),
    "age": ("T", "T.cal"),
}
