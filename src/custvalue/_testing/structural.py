"""Structural models, and answers of respondents for whom they hold."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from custvalue._checks import checked_whole
from custvalue._respondents.responses import Responses
from custvalue._structural.model import Model
from custvalue._structural.simulating import simulate
from custvalue._structural.structure import Construct, Path
from custvalue._testing.arguments import check_sizes
from custvalue._testing.extra import st

LEAST = 60  # respondents
EXPLAINED = 0.75  # at most, of a construct that all others lead to


class StructuralAnswers(NamedTuple):
    """What :func:`structural_answers` draws.

    Parameters
    ----------
    model : Model
        Constructs and paths.
    answers : Responses
        To all of its items.
    """

    model: Model
    answers: Responses


def structural_answers(
    *,
    min_respondents: int = LEAST,
    max_respondents: int = 100,
    max_constructs: int = 4,
    max_items: int = 4,
) -> st.SearchStrategy[StructuralAnswers]:
    """Draw a structural model and answers that ``model.fit`` takes without a warning.

    Every construct is led to by the one before it, and perhaps by others; some are measured by a
    single item. Respondents may have sampling weights and come from dealers.

    Parameters
    ----------
    min_respondents, max_respondents : int
        How many respondents there are, at least 60.
    max_constructs : int
        Most constructs, at least 2.
    max_items : int
        Most items of a construct.

    Raises
    ------
    ParameterError
        If sizes do not fit together.
    """
    checked_whole("min_respondents", min_respondents, least=LEAST)
    checked_whole("max_constructs", max_constructs, least=2)
    check_sizes(
        min_respondents=min_respondents, max_respondents=max_respondents, max_items=max_items
    )
    sizes = st.lists(st.integers(1, max_items), min_size=2, max_size=max_constructs)
    return st.builds(
        _answers,
        sizes=sizes,
        seed=st.integers(0, 2**16),
        n=st.integers(min_respondents, max_respondents),
        more=st.booleans(),
        weighted=st.booleans(),
        dealers=st.sampled_from([None, 12]),
    )


def _answers(
    *, sizes: list[int], seed: int, n: int, more: bool, weighted: bool, dealers: int | None
) -> StructuralAnswers:
    names = [f"construct {place + 1}" for place in range(len(sizes))]
    constructs = [
        Construct(name, [f"{name}, item {item + 1}" for item in range(size)])
        for name, size in zip(names, sizes, strict=True)
    ]
    every = [(one, other) for one, other in combinations(range(len(names)), 2)]
    kept = [(i, j) for i, j in every if j == i + 1 or more]
    model = Model([*constructs, *(Path(names[i], names[j]) for i, j in kept)])
    slope = float(np.sqrt(EXPLAINED)) / (len(names) - 1) if more else 0.6
    made = simulate(
        model,
        n,
        paths=slope,
        loadings=0.85,
        weight_variation=0.3 if weighted else 0.0,
        clusters=dealers,
        intraclass_correlation=0.05 if dealers else 0.0,
        rng=seed,
    )
    return StructuralAnswers(model, made.answers)
