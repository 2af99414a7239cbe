"""A small satisfaction model, its answers, and fits of it that tests share."""

from functools import cache

import numpy as np

from custvalue import structural
from custvalue.structural import Construct, Model, Path, items
from custvalue.survey import Bootstrap, Responses, Scale

SMALL = Model(
    [
        Construct("Quality", items("q", 1, 3)),
        Construct("Value", items("v", 1, 2)),
        Construct("Satisfaction", items("s", 1, 3)),
        Path("Quality", "Value"),
        Path("Quality", "Satisfaction"),
        Path("Value", "Satisfaction"),
    ]
)
BLOCKS = [[0, 1, 2], [3, 4], [5, 6, 7]]
PATHS = [(0, 1), (0, 2), (1, 2)]
TRUE = {
    ("Quality", "Value"): 0.6,
    ("Quality", "Satisfaction"): 0.3,
    ("Value", "Satisfaction"): 0.4,
}
NAMES = {
    "Image": items("imag", 1, 3),
    "Expectation": items("expe", 1, 3),
    "Quality": items("qual", 1, 3),
    "Value": items("val", 1, 2),
    "Satisfaction": items("sat", 1, 3),
    "Loyalty": items("loy", 1, 3),
}
AMERICAN = {name: its for name, its in NAMES.items() if name != "Image"}


def simulated(respondents=120, seed=1, **truth):
    return structural.simulate(SMALL, respondents, rng=seed, **{"paths": TRUE, **truth})


@cache
def answers(respondents=120, seed=1):
    return simulated(respondents, seed).answers


@cache
def fit(seed=1):
    return SMALL.fit(answers(seed=seed))


RESULTS = {
    "reliability": lambda: fit().reliability,
    "htmt": lambda: fit().htmt,
    "vif": lambda: fit().vif,
    "model fit": lambda: fit().model_fit(Bootstrap(20, rng=1)),
    "map": lambda: fit().importance_performance("Satisfaction"),
    "prediction": lambda: fit().predict(answers(seed=2).of_rows(slice(0, 5))),
    "predictive power": lambda: fit().predictive_power(folds=3, repeats=1, rng=1),
}


@cache
def of_dealers():
    """Return answers of 12 dealers with unequal weights."""
    return simulated(180, 3, clusters=12, intraclass_correlation=0.1, weight_variation=0.4).answers


@cache
def european():
    """Return the European model and answers to it."""
    model = structural.ecsi(NAMES)
    truth = dict.fromkeys([(path.source, path.target) for path in model.paths], 0.3)
    return model, structural.simulate(model, 250, paths=truth, rng=5).answers


def rows_of(responses):
    return responses.answers.tolist()


def without_gaps(frame):
    return Responses.from_frame(frame, scale=Scale(1, 10))


def rarely(seed):
    """Return answers of which one item is the same for all but the most satisfied respondent."""
    found = answers(seed=seed)
    frame = {name: found.item(name).copy() for name in found.items}
    frame["s3"][:] = 5
    frame["s3"][int(found.answers.sum(axis=1).argmax())] = 9
    return without_gaps(frame)


def shuffled(responses, seed=0):
    """Return the same respondents in another order."""
    order = np.random.default_rng(seed).permutation(responses.respondents)
    return responses.of_rows(order)
