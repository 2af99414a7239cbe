"""Results that compare groups, waves and programmes, for pictures of them."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from custvalue import comparing, datasets, drivers, satisfaction
from custvalue.survey import Responses, Scale

LONG = (
    "How satisfied are you with the friendliness, the competence and the speed of the people who "
    "took care of your car?"
)
ITEMS = ("perception_tangibles", "perception_reliability")


@cache
def network():
    found = datasets.simulate_network(48, 4, answers=12, programme_effect=0.5, rng=3)
    columns = (found.dealers[name].tolist() for name in ("dealer", "programme"))
    got_it = dict(zip(*columns, strict=True))
    frame = dict(found.survey)
    frame["programme"] = np.array([got_it[dealer] for dealer in frame["dealer"]])
    return Responses.from_frame(
        frame,
        ["satisfaction"],
        scale=Scale(1, 10),
        wave="wave",
        cluster="dealer",
        labels=["region", "programme"],
    ), frame


def mean(part):
    return part.mean("satisfaction")


@cache
def answers(names=("short", LONG)):
    rng = np.random.default_rng(1)
    frame = {
        name: np.where(
            rng.random(300) < 0.1 * k, 9, np.clip(np.rint(rng.normal(3 + 0.4 * k, 1, 300)), 1, 5)
        )
        for k, name in enumerate(names)
    }
    return Responses.from_frame(frame, scale=Scale(1, 5, missing_codes=(9,)), missing="pairwise")


@cache
def compared():
    """Return a result for each picture, by the name of the function that draws it."""
    people, frame = network()
    quality = Responses.from_frame(frame, ITEMS, scale=Scale(1, 7), wave="wave")
    asked = answers()
    important = Responses.from_arrays(
        np.array([[5, 2], [4, 3], [5, 1], [4, 2], [5, 2]] * 60),
        scale=Scale(1, 5),
        items=asked.items,
    )
    return {
        "answers_diverging": comparing.crosstab(people, "satisfaction", by=["region", "wave"]),
        "groups_with_intervals": comparing.groups(
            people, partial(satisfaction.top_box, boxes=3), by="region"
        ),
        "waves_side_by_side": {
            item: comparing.groups(quality, partial(Responses.mean, name=item), by="wave")
            for item in ITEMS
        },
        "league_dots": comparing.league(people, mean, by="dealer", rng=1),
        "trend_line": comparing.trend(
            {label.replace("-", ""): mean(part) for label, part in people.by("wave").items()},
            unit="quarter",
        ),
        "parallel_trends": comparing.difference_in_differences(
            people, mean, treated="programme", before="2022-Q2", after="2022-Q4"
        ),
        "driver_importance_bars": drivers.importance(quality, ITEMS[-1]),
        "importance_performance_map": drivers.importance_performance(
            asked, important, crosshair="data mean"
        ),
    }
