"""Answers to a question: a normal variate, rounded and cut at the ends of the scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from custvalue._datasets.dataset import Array


@dataclass(frozen=True)
class Question:
    """Answers to a question: a normal variate, rounded and cut at the ends of the scale."""

    low: int
    high: int
    means: tuple[float, ...]
    common: float  # how far what the items share moves the answer
    noise: float

    def answers(self, shared: Array, mean: Any, rng: np.random.Generator) -> Array:
        """Draw one answer of each respondent."""
        latent = mean + self.common * shared + self.noise * rng.standard_normal(len(shared))
        answers: Array = np.clip(np.rint(latent), self.low, self.high).astype(np.int64)
        return answers

    def share_from(self, answer: int, mean: Any) -> Any:
        """Probability of `answer` or a higher one, for one mean or an array of them."""
        spread = math.hypot(self.common, self.noise)
        return special.ndtr((mean - (answer - 0.5)) / spread)

    def expected(self, mean: Any) -> Any:
        """Mean of the answers after they were rounded and cut."""
        above = range(self.low + 1, self.high + 1)
        return self.low + sum(self.share_from(answer, mean) for answer in above)
