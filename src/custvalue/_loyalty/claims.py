"""Figures that everybody quotes, with what is known of where they come from.

Grades: A, data of many firms that can be read; B, data of one firm or one study; C, a study that is
known of, but whose data cannot be seen; D, no study behind it, or the opposite of what the study
says. A claim of grade D enters no model unless it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from custvalue._checks import no_such
from custvalue._table import Shown, Table
from custvalue._values import Record
from custvalue.errors import ParameterError

Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """A figure that is often quoted.

    Parameters
    ----------
    name : str
        The claim in a few words.
    value : float
        The figure; shares are from 0 to 1.
    source : str
        Where it comes from, as far as that is known.
    grade : {"A", "B", "C", "D"}
        How good the evidence is.
    note : str
        What is wrong with it, or what it holds for.
    is_acknowledged : bool
        Whether the user knows its grade.
    """

    name: str
    value: float
    source: str
    grade: Grade
    note: str
    is_acknowledged: bool = False

    def acknowledged(self) -> Claim:
        """Return the claim for use in a model, with its grade known.

        Examples
        --------
        >>> from custvalue import loyalty
        >>> loyalty.claims["4 % complain"].acknowledged().value
        0.04
        """
        return replace(self, is_acknowledged=True)


def usable(claim: Claim, argument: str) -> float:
    """Return the figure of a claim that may enter a model."""
    if claim.grade == "D" and not claim.is_acknowledged:
        raise ParameterError(
            f"{argument} is the claim {claim.name!r}, whose grade is D: {claim.note} Use a rate of "
            f"your own customers, or loyalty.claims[{claim.name!r}].acknowledged()."
        )
    return claim.value


_WALLER = "a list of Art Waller, and M. LeBoeuf (1987), How to Win Customers; no data"
_TARP = "TARP, studies for the US Office of Consumer Affairs (1979-1986), quoted by others"

_ALL = (
    Claim(
        "4 % complain",
        0.04,
        "misquoted from TARP; J. Goodman, Quality Progress, November 2005, mailbag",
        "D",
        "Its author says that 96 % of small problems do not reach headquarters; about half of the "
        "customers complain at the counter, three quarters between firms.",
    ),
    Claim(
        "90 % of the silent leave",
        0.90,
        _WALLER,
        "D",
        "No study is named; others write 91 %.",
    ),
    Claim(
        "dissatisfied customers tell 9",
        9.0,
        _TARP,
        "C",
        "Nine to ten for large problems; 13 % tell more than twenty.",
    ),
    Claim(
        "dissatisfied customers tell 12",
        12.0,
        _WALLER,
        "D",
        "The sum of .8 x 10 and .2 x 20, two other claims of the list.",
    ),
    Claim(
        "12 good impressions make up for one bad",
        12.0,
        _WALLER,
        "D",
        "No study is named.",
    ),
    Claim(
        "70 % return after a complaint is resolved",
        0.70,
        _TARP,
        "C",
        "54 to 70 %, by what was at stake.",
    ),
    Claim(
        "95 % return after a complaint is resolved at once",
        0.95,
        _TARP,
        "C",
        "Quoted by Albrecht & Zemke (1985), Service America.",
    ),
    Claim(
        "47 % buy a car again after a resolved complaint",
        81 / 171,
        "J. E. Dillard & D. L. Bates, 81 of 171; without a resolution 49 of 166, later",
        "B",
        "Cars, one study; the difference is .1785, 95 % interval .0747 to .2769 (Newcombe).",
    ),
    Claim(
        "68 % leave for indifferent service",
        0.68,
        _WALLER,
        "D",
        "The shares of the list add up to 99 %, and differ between versions.",
    ),
    Claim(
        "a new customer costs 6 times as much",
        6.0,
        _TARP,
        "D",
        "Others write 5; the cost depends on the trade and on how customers are won.",
    ),
    Claim(
        "very satisfied customers are 6 times as likely to buy again",
        6.0,
        "T. O. Jones & W. E. Sasser (1995), Harvard Business Review 73(6): Xerox, 5 against 4",
        "B",
        "One firm; whether it is a ratio of probabilities or of odds is not said.",
    ),
)


class Claims(Mapping[str, Claim], Shown):
    """Claims by their names.

    Parameters
    ----------
    found : sequence of Claim, optional
        Those on complaints and loyalty by default.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> claim = loyalty.claims["4 % complain"]
    >>> claim.value, claim.grade
    (0.04, 'D')
    """

    def __init__(self, found: Sequence[Claim] = _ALL) -> None:
        self._found = {claim.name: claim for claim in found}

    def __getitem__(self, name: str) -> Claim:
        if name in self:
            return self._found[name]
        raise ParameterError(no_such("claim", name, list(self._found)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._found

    def _table(self) -> Table:
        found = self._found.values()
        rows = tuple((its.name, its.value, its.grade, its.note) for its in found)
        return Table("Claims and their evidence", ("claim", "value", "grade", "note"), rows)


claims = Claims()
