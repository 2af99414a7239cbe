"""A hundred thousand respondents who answered fifty questions in words."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue.survey import SATISFACTION_5, Responses

WORDS = ("很不满意", "不太满意", "一般", "比较满意", "很满意")
PLACES = {word: place + 1.0 for place, word in enumerate(WORDS)}


def columns(respondents: int, items: int) -> dict[str, list[str]]:
    """Words of five points, column by column."""
    random, words = np.random.default_rng(8), np.array(WORDS, dtype=object)
    return {f"q{k}": words[random.integers(0, 5, respondents)].tolist() for k in range(items)}


def framed(library: str, respondents: int, items: int) -> Any:
    """The same as a dataframe of a library, by its name."""
    kind = __import__(library)
    made = columns(respondents, items)
    return kind.table(made) if library == "pyarrow" else kind.DataFrame(made)


def worded(library: str) -> Pair:
    """Read and check the answers; by hand the library maps its words by a dictionary."""
    frame = framed(library, 100_000, 50)

    def by_hand() -> np.ndarray:
        if library == "pandas":
            return np.column_stack([frame[name].map(PLACES) for name in frame])
        if library == "polars":
            return np.column_stack([frame[name].replace_strict(PLACES) for name in frame.columns])
        found = [column.combine_chunks().dictionary_encode() for column in frame.columns]
        return np.column_stack(
            [
                np.array([PLACES[word] for word in its.dictionary.to_pylist()])[its.indices]
                for its in found
            ]
        )

    return Pair(lambda: Responses.from_frame(frame, codebook=SATISFACTION_5), by_hand)


for installed in ("pandas", "polars", "pyarrow"):
    if importlib.util.find_spec(installed):
        row(f"100,000 x 50 answers in words, {installed}", goal=1.0)(
            lambda installed=installed: worded(installed)
        )


@growth("answers in words against respondents, dict", 1_000, 10_000, 100_000)
def words_grow(respondents: int) -> Work:
    """Each different word of a column is looked up once."""
    made = columns(respondents, 10)
    return lambda: Responses.from_frame(made, codebook=SATISFACTION_5)
