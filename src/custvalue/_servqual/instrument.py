"""The 22 items of SERVQUAL in five dimensions, and adapted instruments.

Labels say in our own few words what an item asks; they are no wording for a questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custvalue._survey.instrument import Dimension, Instrument, Item, repeated
from custvalue._survey.responses import check_items
from custvalue.errors import DataError, did_you_mean, listed

_WORDS: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("tangibles", "有形性"): (
        ("modern equipment", "设备先进"),
        ("attractive premises", "环境美观"),
        ("neat staff", "员工整洁"),
        ("fitting printed matter", "资料得体"),
    ),
    ("reliability", "可靠性"): (
        ("promises kept", "信守承诺"),
        ("problems taken seriously", "诚心解难"),
        ("right first time", "一次做好"),
        ("done when announced", "按时完成"),
        ("correct records", "记录准确"),
    ),
    ("responsiveness", "响应性"): (
        ("says when it will be done", "告知时间"),
        ("quick service", "服务迅速"),
        ("glad to help", "乐于帮助"),
        ("never too busy", "随时回应"),
    ),
    ("assurance", "保证性"): (
        ("staff can be trusted", "员工可信"),
        ("dealings feel safe", "交易安心"),
        ("courteous staff", "待人有礼"),
        ("staff know the answers", "知识胜任"),
    ),
    ("empathy", "移情性"): (
        ("attention to the individual", "关注个体"),
        ("convenient hours", "时间便利"),
        ("personal care by staff", "员工关怀"),
        ("customer's interest first", "顾客为先"),
        ("understands special needs", "理解需求"),
    ),
}


def _standard() -> Instrument:
    numbers = iter(range(1, 23))
    return Instrument(
        name="SERVQUAL",
        dimensions=tuple(
            Dimension(
                name=name,
                chinese=chinese,
                items=tuple(
                    Item(name=f"{next(numbers)}", label=label, chinese=translation)
                    for label, translation in items
                ),
            )
            for (name, chinese), items in _WORDS.items()
        ),
    )


SERVQUAL = _standard()

Dimensions = Instrument | Mapping[str, Sequence[str]] | Mapping[str, int]


def arranged(columns: Sequence[str], dimensions: Dimensions) -> Instrument:
    """Return the instrument whose items are these columns.

    Parameters
    ----------
    columns : sequence of str
        Columns of the perceptions.
    dimensions : Instrument or mapping
        An instrument of as many items, dimension by dimension; or the name of each dimension to
        its columns, or to how many columns it takes, in their order.

    Returns
    -------
    Instrument
        Its item names are the columns, dimension by dimension.

    Raises
    ------
    DataError
        If columns and dimensions do not match.
    """
    names = check_items(columns, "perceptions")
    if isinstance(dimensions, Instrument):
        _check_count(names, dimensions)
        return dimensions.renamed(names)
    if not isinstance(dimensions, Mapping) or not dimensions:
        raise DataError(
            f"dimensions must map the name of each dimension to its columns, as in "
            f"{{'staff': ['polite', 'skilled']}}, but it is {dimensions!r}."
        )
    members = _members(names, dimensions)
    _check_partition(names, members)
    chinese = {dimension.name: dimension.chinese for dimension in SERVQUAL.dimensions}
    return Instrument(
        name="adapted SERVQUAL",
        dimensions=tuple(
            Dimension(
                name=name,
                chinese=chinese.get(name, ""),
                items=tuple(Item(name=column) for column in its),
            )
            for name, its in members.items()
        ),
    )


def _check_count(names: tuple[str, ...], instrument: Instrument) -> None:
    wanted = len(instrument.items)
    if len(names) != wanted:
        raise DataError(
            f"perceptions must name {wanted} columns, one for each item of {instrument.name}, but "
            f"it names {len(names)}. For an adapted instrument say which columns make which "
            f"dimension: dimensions={{'staff': ['polite', 'skilled'], …}}."
        )


def _members(
    names: tuple[str, ...], dimensions: Mapping[str, Sequence[str]] | Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Say which columns make which dimension."""
    members: dict[str, tuple[str, ...]] = {}
    start = 0
    for name, its in dimensions.items():
        if isinstance(its, int):
            if its < 1:
                raise DataError(f"dimensions[{name!r}] must take at least 1 perception, not {its}.")
            members[name] = names[start : start + its]
            start += its
        else:
            members[name] = check_items(its, f"dimensions[{name!r}]")
    if start and start != len(names):
        raise DataError(
            f"dimensions take {start} perceptions together, but there are {len(names)}. Give "
            f"every perception to one dimension."
        )
    return members


def _check_partition(names: tuple[str, ...], members: Mapping[str, tuple[str, ...]]) -> None:
    """Raise unless every column of the perceptions is in one dimension."""
    used = [column for its in members.values() for column in its]
    unknown = [column for column in used if column not in names]
    if unknown:
        raise DataError(
            f"dimensions name {unknown[0]!r}, which is not among the perceptions."
            f"{did_you_mean(unknown[0], names)}"
        )
    twice = repeated(used)
    if twice:
        raise DataError(f"{listed(twice)} must be in one dimension only, but is in two.")
    homeless = [column for column in names if column not in used]
    if homeless:
        raise DataError(
            f"every perception must be in a dimension, but these are in none: {listed(homeless)}. "
            f"Name them in dimensions, or leave them out of perceptions."
        )
