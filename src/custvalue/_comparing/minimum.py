"""Groups with enough answers for a comparison, and those that are listed beside it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from custvalue._checks import as_whole, callers_level
from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.contrast import Label
from custvalue._inference.estimate import Estimate, Estimated, estimate_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen
from custvalue._words import count, listed, plain
from custvalue.errors import CustvalueError, DataError, DataWarning, ParameterError

LEAST = 2  # answers that tell how much they vary
NAMED = 8  # groups left out that a note names
CLUSTERS_LOST = (
    "the answers have clusters, but the measure did not hear of them, so that its intervals take "
    "respondents as independent. Give it the answers themselves, as in lambda part: "
    "net_promoter_score(part.only(['recommend']))."
)


class SmallGroup(Tabulated, Frozen):
    """A group with too few answers to be compared.

    Parameters
    ----------
    label : str or int
        The group.
    n : int
        Its answers.
    estimate : Estimate or None
        Of this group alone; None where there is none.
    """

    SHOWN: ClassVar = shown("value, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("label", "n")

    label: Label
    n: Count
    estimate: AnyEstimate | None

    def row(self, level: float) -> Row:
        """Return it as a row, its own interval at the level."""
        known = {} if self.estimate is None else self.estimate.row(level)
        return Row(str(self.label), {**known, "n": self.n})

    def _rows(self, level: float) -> tuple[Row, ...]:
        return (self.row(level),)

    def _title(self) -> str:
        return f"{self.label}, too few answers"


def checked_minimum(minimum_n: object) -> int:
    """Return the fewest answers of a group that is compared."""
    whole = -1 if isinstance(minimum_n, bool) else as_whole(minimum_n)
    if whole < LEAST:
        raise ParameterError(
            f"minimum_n must be a whole number >= {LEAST}, but it is {plain(minimum_n)!r}."
        )
    return whole


def with_enough(
    parts: Mapping[Label, Any],
    measure: Callable[[Any], Estimated],
    what: str,
    minimum_n: int,
) -> tuple[dict[Label, Estimated], tuple[SmallGroup, ...]]:
    """Measure every group; those with fewer answers than `minimum_n` are told apart."""
    found: dict[Label, Estimated] = {}
    small: list[SmallGroup] = []
    for label, part in parts.items():
        result = _measured(part, measure, f"{what} {label!r}", minimum_n)
        if result is not None and result.n >= minimum_n:
            found[label] = result
        else:
            n = 0 if result is None else result.n
            small.append(SmallGroup(label=label, n=n, estimate=_known(result)))
    return found, tuple(small)


def _measured(
    part: Any, measure: Callable[[Any], Estimated], who: str, minimum_n: int
) -> Estimated | None:
    """Return the measure, None where a group that is too small has none."""
    try:
        return checked_measure(part, measure, who)
    except DataError:
        if part.respondents < minimum_n:
            return None
        raise


KNOWN = ("value", "standard_error", "n")


def checked_measure(part: Any, measure: Callable[[Any], Estimated], who: str) -> Estimated:
    """Return the measure of one part, whose errors name it.

    Warns where the part has clusters of which the measure did not hear.
    """
    try:
        found = measure(part)
    except CustvalueError as error:
        raise DataError(f"{who}: {error}") from error
    except Exception as error:
        error.add_note(f"in the measure of {who}")  # the user's own error, which goes on
        raise
    if not all(hasattr(found, name) for name in KNOWN):
        raise ParameterError(
            f"measure must return an estimate, which has a value, a standard error and n, but for "
            f"{who} it returned {type(found).__name__}. Return the result of a custvalue measure, "
            f"as in lambda part: part.mean('friendly')."
        )
    clusters = getattr(part, "clusters", None)
    if clusters is not None and len(clusters.strata) > 1 and estimate_of(found).clusters is None:
        warnings.warn(CLUSTERS_LOST, DataWarning, stacklevel=callers_level())
    return found


def _known(result: Estimated | None) -> Estimate | None:
    return None if result is None else estimate_of(result)


def require_two(found: Mapping[Label, Any], small: tuple[SmallGroup, ...], minimum_n: int) -> None:
    """Raise a DataError unless two groups are large enough."""
    if len(found) >= 2:
        return
    largest = max(small, key=lambda its: its.n, default=None)
    if largest is None:
        raise DataError(f"a comparison needs at least 2 groups, but there is {len(found)}.")
    fewer = "Use a smaller minimum_n, or put" if minimum_n > LEAST else "Put"
    raise DataError(
        f"a comparison needs at least 2 groups with {count(minimum_n, 'answer')} or more, but "
        f"{len(found)} of {len(found) + len(small)} has as many; the largest of the others is "
        f"{largest.label!r} with {largest.n}. {fewer} groups together."
    )


def small_note(small: tuple[SmallGroup, ...]) -> str:
    """Name the groups that are left out."""
    if not small:
        return ""
    names = listed([f"{its.label} ({its.n})" for its in small[:NAMED]])
    more = f" and {len(small) - NAMED:,} more" if len(small) > NAMED else ""
    return f"Too few answers, and left out of the tests: {names}{more}."
