"""Drawn columns as dataframes of every kind that is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame
from custvalue.errors import MissingExtraError, ParameterError

KINDS = ("dict", *_frames.BACKENDS)


def frames(
    columns: st.SearchStrategy[Frame], *, kinds: Sequence[str] | None = None
) -> st.SearchStrategy[Any]:
    """Draw what another strategy draws as columns, in tables of every kind.

    Parameters
    ----------
    columns : SearchStrategy of dict of str to ndarray
        What is drawn: :func:`transaction_logs`, :func:`survey_frames`, :func:`visit_frames`, …
    kinds : sequence of {"dict", "pandas", "polars", "pyarrow"}, optional
        Which tables; by default a dict of arrays and every library that is installed.

    Raises
    ------
    MissingExtraError
        If a kind is asked for whose library is not installed.
    ParameterError
        If `columns` is no strategy, or a kind is unknown.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue import kano, testing
    >>> @settings(max_examples=5, derandomize=True, database=None)
    ... @given(frames(testing.kano_frames(max_items=1)))
    ... def test_any_table_will_do(table):
    ...     found = kano.Questionnaire.from_frame(
    ...         table, functional=["functional 1"], dysfunctional=["dysfunctional 1"]
    ...     )
    ...     assert len(kano.classify(found)) == 1
    >>> test_any_table_will_do()
    """
    if not isinstance(columns, st.SearchStrategy):
        raise ParameterError(
            "columns must be a strategy that draws columns, as in "
            f"frames(testing.transaction_logs()), but it is {columns!r}."
        )
    wanted = _installed() if kinds is None else _checked(kinds)
    return st.tuples(columns, st.sampled_from(wanted)).map(lambda drawn: _as(*drawn))


def _installed() -> list[str]:
    return [kind for kind in KINDS if kind == "dict" or importlib.util.find_spec(kind) is not None]


def _checked(kinds: Sequence[str]) -> list[str]:
    if isinstance(kinds, str) or not isinstance(kinds, Sequence) or not kinds:
        hint = f" Write [{kinds!r}]." if kinds in KINDS else ""
        raise ParameterError(
            f"kinds must be a list of names, as in ['pandas'], but it is {kinds!r}.{hint}"
        )
    for kind in kinds:
        require_choice("kinds", kind, KINDS)
        if kind not in _installed():
            raise MissingExtraError(
                f"frames of {kind} need it, and it is not installed: pip install {kind}."
            )
    return list(kinds)


def _as(columns: Frame, kind: str) -> Any:
    return columns if kind == "dict" else _frames.to_frame(columns, like=kind)
