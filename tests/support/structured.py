"""Answers that follow a structural model, and fits of it, for what every result can do."""

from __future__ import annotations

import numpy as np

from custvalue import structural
from custvalue.structural import Construct, Path
from custvalue.survey import Bootstrap, Responses, Scale

TEN = Scale(1, 10)
ITEMS = ("q1", "q2", "q3", "v1", "s1", "s2", "s3", "l1", "l2")
RESULTS = (
    *("model", "fit", "consistent", "resampled", "paths", "index", "by_group", "groups"),
    "moments",
)
MODEL = structural.Model(
    [
        Construct("Quality", ["q1", "q2", "q3"]),
        Construct("Value", "v1"),
        Construct("Satisfaction", ["s1", "s2", "s3"]),
        Construct("Loyalty", ["l1", "l2"]),
        Path("Quality", "Value"),
        Path("Quality", "Satisfaction"),
        Path("Value", "Satisfaction"),
        Path("Satisfaction", "Loyalty"),
    ]
)


def latent(n, rng):
    """Scores of the constructs of the model, one column each."""
    noise = rng.standard_normal((4, n))
    quality = noise[0]
    value = 0.6 * quality + 0.8 * noise[1]
    satisfaction = 0.5 * quality + 0.3 * value + 0.6 * noise[2]
    loyalty = 0.7 * satisfaction + 0.6 * noise[3]
    return np.column_stack([quality, value, satisfaction, loyalty])


def drawn(n=120, seed=1):
    """Answers from 1 to 10, shape (n, items)."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(4), [3, 1, 3, 2])
    errors = rng.standard_normal((n, 9)) * np.where(owner == 1, 0.0, 0.6)
    return np.rint(6 + 1.6 * (latent(n, rng)[:, owner] + errors)).clip(1, 10)


def answers(n=120, seed=1, **more):
    """The same as Responses."""
    return Responses.from_arrays(drawn(n, seed), items=ITEMS, scale=TEN, **more)


def fit():
    return MODEL.fit(answers())


def consistent():
    return MODEL.fit(answers(cluster=np.arange(120) % 20), consistent=True)


def resampled():
    return MODEL.fit(answers(), method=Bootstrap(20, rng=1))


def paths():
    return fit().paths


def index():
    return fit().index("Satisfaction")


def by_group():
    return MODEL.fit(answers(group=np.arange(120) % 3)).index_by("group", "Satisfaction")


def groups():
    return MODEL.fit_groups(answers(group=np.arange(120) % 2))


def model():
    return MODEL


def moments():
    return fit().moments
