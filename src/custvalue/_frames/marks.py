"""What the header of a platform holds wherever the platform wrote it; else it is another file's."""

from __future__ import annotations

from collections.abc import Sequence

from custvalue.errors import DataError

IMPORT_ID = '{"ImportId"'  # in the third row of Qualtrics
NO_ITEM = ("Response", "Open-Ended Response")  # in the second row of SurveyMonkey
Rows = Sequence[Sequence[str]]


def require_import_ids(file: str, rows: Rows) -> None:
    """Raise unless the last row has the import ids of Qualtrics, and is no respondent."""
    last = rows[-1]
    if any(cell.startswith(IMPORT_ID) for cell in last):
        return
    found = next(filter(str.strip, last), "")
    raise DataError(
        f"{file}: row {len(rows)} of a file of Qualtrics holds import ids, "
        f"{IMPORT_ID}: …}}, but here it has {found!r}. If the header is one row, leave out "
        f"platform; else say header_rows and question_row."
    )


def require_empty_corner(file: str, rows: Rows) -> None:
    """Raise where the second row has an entry below the id, and is a respondent.

    A question that spans columns has an item there, if somebody removed the columns before it.
    """
    above, below = rows[0], rows[1]
    corner = "".join(below[:1])
    spans = len(below) > 1 and below[1].strip() and not "".join(above[1:2]).strip()
    if corner.strip() in ("", *NO_ITEM) or spans:
        return
    raise DataError(
        f"{file}: row 2 of a file of SurveyMonkey has nothing below {above[0]!r}, but here it has "
        f"{corner!r}. If the header is one row, leave out platform; else say header_rows=2."
    )
