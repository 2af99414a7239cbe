"""What the sets of answers of a survey lack, and what was done about it, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from custvalue._respondents.left_out import LeftOut
from custvalue._respondents.responses import Responses
from custvalue._words import count


def left_out_of(asked: Mapping[str, Responses]) -> dict[str, LeftOut]:
    """Count what is missing, "don't know" and prorated in every set of answers.

    Parameters
    ----------
    asked : mapping of str to Responses
        What was asked, ``perceptions`` first.
    """
    return {name: responses.left_out for name, responses in asked.items()}


def dont_know_in(left_out: Mapping[str, LeftOut]) -> int:
    """Add up the answers with a missing code."""
    return sum(its.dont_know for its in left_out.values())


def base_note(
    respondents: int, about: str, left_out: Mapping[str, LeftOut], *, without_points: int = 0
) -> str:
    """Say how many respondents there are, and what is missing, left out or prorated.

    Parameters
    ----------
    respondents : int
        Who stayed.
    about : str
        What else to say about them: the scale of their answers.
    left_out : mapping of str to LeftOut
        For every set of answers that is used.
    without_points : int
        Respondents who stayed and gave no importance points.
    """
    first = next(iter(left_out.values()))
    missing = {name: its.missing_answers for name, its in left_out.items()}
    total = sum(missing.values())
    parts = [f"{first.dropped:,} left out", f"{count(total, 'answer')} missing{_each(missing)}"]
    if without_points:
        parts.append(f"{without_points:,} without importance points")
    parts.append(f"{dont_know_in(left_out):,} don't know")
    base = f"{count(respondents, 'respondent')}, {about}; missing={first.missing!r}: "
    return f"{base}{', '.join(parts)}.{_prorated(left_out)}"


def _each(missing: Mapping[str, int]) -> str:
    """Say how many answers each set misses, where there are several and one misses any."""
    if len(missing) == 1 or not any(missing.values()):
        return ""
    return f" ({', '.join(f'{name} {number:,}' for name, number in missing.items())})"


def _prorated(left_out: Mapping[str, LeftOut]) -> str:
    """Say how many answers are filled where items are combined; nothing under other policies."""
    filled = [
        f"{name} {count(its.filled, 'answer')} of {count(its.prorated, 'respondent')}"
        for name, its in left_out.items()
        if its.missing == "prorate"
    ]
    return f" Prorated: {', '.join(filled)}." if filled else ""
