"""Drivers of each group: what matters in which region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from custvalue._checks import Generator, checked_whole, no_such
from custvalue._drivers.answered import Covariances, split
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.importance import importance
from custvalue._drivers.importance_result import ASSOCIATION, DriverImportance
from custvalue._drivers.logistic import Explained
from custvalue._respondents.responses import Responses
from custvalue._results.layout import Row, Tabulated, rows_of, shown
from custvalue._values import Frozen
from custvalue._words import count, listed
from custvalue.errors import DataError, EstimationError, ParameterError

PER_DRIVER = 10  # respondents


class GroupDrivers(Frozen):
    """The drivers of one group.

    Parameters
    ----------
    name : str
        The group.
    found : DriverImportance
        Its drivers.
    """

    name: str
    found: DriverImportance


class DriversByGroup(Tabulated, Frozen):
    """The importance of drivers in each group.

    Parameters
    ----------
    groups : tuple of GroupDrivers
        In ascending order of their names.
    by : str
        The label that divides respondents.
    small : dict of str to int
        Groups with fewer respondents than `minimum_n`, and how many they have.
    unknown : dict of str to str
        Groups in which importance cannot be found, and why.
    minimum_n : int
        Respondents that a group must have.
    """

    REPR: ClassVar[tuple[str, ...]] = ("by", "groups")
    SHOWN: ClassVar = shown("driver, importance, importance_low, importance_high, share, rank, n")

    groups: tuple[GroupDrivers, ...]
    by: str
    small: dict[str, int]
    unknown: dict[str, str]
    minimum_n: int

    def __getitem__(self, name: str) -> DriverImportance:
        for group in self.groups:
            if group.name == name:
                return group.found
        raise ParameterError(no_such("group", name, [group.name for group in self.groups]))

    @property
    def first(self) -> Mapping[str, str]:
        """The most important driver of each group."""
        return {group.name: group.found.ranked[0] for group in self.groups}

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(group.name, {"group": group.name, **row.values, "n": group.found.n})
            for group in self.groups
            for row in rows_of(group.found, level)
        ]

    def _title(self) -> str:
        found = self.groups[0].found
        return f"Importance for {found.overall_name} by {self.by}, {found.decomposition}"

    def _notes(self) -> Sequence[str]:
        notes = [f"{name}: {reason}" for name, reason in self.unknown.items()]
        if self.small:
            few = listed(f"{name} ({n})" for name, n in self.small.items())
            notes.append(f"Fewer than {count(self.minimum_n, 'respondent')}: {few}.")
        return (*notes, ASSOCIATION)


def importance_by_group(
    answers: Responses | Sequence[Responses],
    overall: Responses | str,
    *,
    by: str = "group",
    decomposition: Decomposition = "lmg",
    covariances: Covariances | None = None,
    explained: Explained | None = None,
    minimum_n: int | None = None,
    orders: int | None = None,
    rng: Generator = None,
) -> DriversByGroup:
    """Find how important drivers are in each group, such as each region of a network.

    Parameters
    ----------
    answers, overall
        As in :func:`importance`, read with a label to divide by.
    by : str
        The label: ``"group"``, ``"wave"`` or another.
    decomposition, covariances, explained, orders, rng
        As in :func:`importance`.
    minimum_n : int, optional
        Groups with fewer respondents are listed, and have no importance; by default 10
        respondents for each driver.

    Returns
    -------
    DriversByGroup

    Raises
    ------
    DataError
        If there is no such label, or no group has enough respondents.
    EstimationError
        If importance cannot be found in any group.
    ParameterError
        As in :func:`importance`.

    Notes
    -----
    Whether a driver matters more in one group than in another is tested by
    ``comparing.groups(answers, lambda part: importance(part, "overall")["reliability"].importance,
    by="region")``.

    Examples
    --------
    >>> import numpy as np
    >>> from custvalue import drivers
    >>> from custvalue.survey import Responses, Scale
    >>> random = np.random.default_rng(1)
    >>> fixed, coffee = random.integers(1, 6, (2, 200))
    >>> region = np.repeat(["north", "south"], 100)
    >>> overall = np.where(region == "north", fixed, coffee)
    >>> frame = {"fixed": fixed, "coffee": coffee, "overall": overall, "region": region}
    >>> answers = Responses.from_frame(
    ...     frame, ["fixed", "coffee", "overall"], scale=Scale(1, 5), labels=["region"]
    ... )
    >>> dict(drivers.importance_by_group(answers, "overall", by="region").first)
    {'north': 'fixed', 'south': 'coffee'}
    """
    parts, asked = split(answers, overall)
    drivers = sum(len(part.items) for part in parts)
    least = PER_DRIVER * drivers if minimum_n is None else minimum_n
    least = checked_whole("minimum_n", least, least=drivers + 2)
    asked_of: dict[str, Any] = {
        "decomposition": decomposition,
        "covariances": covariances,
        "explained": explained,
        "orders": orders,
        "rng": rng,
    }
    found: list[GroupDrivers] = []
    small: dict[str, int] = {}
    unknown: dict[str, str] = {}
    for name, (its, rating) in _divided(parts, asked, by).items():
        if its[0].respondents < least:
            small[str(name)] = its[0].respondents
            continue
        try:
            found.append(GroupDrivers(name=str(name), found=importance(its, rating, **asked_of)))
        except (DataError, EstimationError) as error:
            unknown[str(name)] = str(error)
    if unknown and not found:
        raise EstimationError(
            f"importance cannot be found in any group of {by!r}, in the first one because: "
            f"{next(iter(unknown.values()))}"
        )
    if not found:
        raise DataError(
            f"no group of {by!r} has {count(least, 'respondent')}. Use a smaller minimum_n, or put "
            f"groups together."
        )
    return DriversByGroup(groups=tuple(found), by=by, small=small, unknown=unknown, minimum_n=least)


def _divided(
    parts: Sequence[Responses], asked: Responses, by: str
) -> dict[Any, tuple[list[Responses], Responses]]:
    """Divide the respondents of all answers by one label; those of the first have it."""
    first = parts[0]
    name = first.label_named(by)
    labels = {**asked.labels, name: first.labels[name]}
    divided = [part._changed(labels={**part.labels, name: labels[name]}).by(name) for part in parts]  # noqa: SLF001 - labels of the same respondents
    ratings = asked._changed(labels=labels).by(name)  # noqa: SLF001 - as above
    return {key: ([its[key] for its in divided], ratings[key]) for key in divided[0]}
