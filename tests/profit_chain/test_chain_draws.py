"""Joint draws of a chain, moved one Newton step, against full refits to the same draws."""

from dataclasses import replace

import numpy as np
import pytest
from linked_data import linked_chain

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Clusters
from custvalue._inference.drawing import Units
from custvalue._inference.sample import Sample
from custvalue.datasets import simulate_linked_survey

CUSTOMERS, DEALERS, DRAWS = 1_000, 20, 20


def redrawn(survey, log, dealers):
    """Return both with some dealers, each copy of which has customers of its own."""
    found = []
    for table in (survey, log):
        parts = []
        for copy, dealer in enumerate(dealers):
            mine = (table["customer_id"] - 1) % DEALERS + 1 == dealer
            part = {name: column[mine] for name, column in table.items()}
            part["customer_id"] = part["customer_id"] + 10 * CUSTOMERS * copy
            parts.append(part)
        found.append({name: np.concatenate([one[name] for one in parts]) for name in table})
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::custvalue.errors.IdentifiabilityWarning")
def test_one_newton_step_is_near_a_refit():
    """Twenty draws of dealers: every link and the money, step by step and refitted.

    Money of draws and of refits correlates by .994, and their deviations are 606 and 576; of links,
    the one of dropout is furthest, with .059 and .053.
    """
    made = simulate_linked_survey(CUSTOMERS, response_share=1.0, dealers=DEALERS, rng=1)
    survey, log = dict(made.survey), dict(made.transactions)
    asked = {"drivers": ["reliability", "empathy"], "rng": 1}
    its = linked_chain((survey, log, made.observation_end), cluster="dealer", draws=DRAWS, **asked)
    names, codes = np.unique(survey["dealer"].astype(str), return_inverse=True)
    clusters = Clusters(codes, np.zeros(DEALERS, dtype=np.int64), ("all",))
    units = Units.of(CUSTOMERS, Sample(np.ones(CUSTOMERS), clusters))
    links, money = [], []
    for drawn in units.drawn(Bootstrap(DRAWS, rng=1)):
        tables = redrawn(survey, log, [int(names[unit]) for unit in drawn])
        again = linked_chain((*tables, made.observation_end), draws=2, **asked)
        other = replace(
            its,
            purchases=again.purchases,
            spend=again.spend,
            links=replace(
                its.links, spend_ratio=again.links.spend_ratio, drivers=again.links.drivers
            ),
        )
        money.append(other.value_of(0.1, "reliability").total.value)
        links.append([step.value for step in again.steps])
    steps = [step.draws for step in its.steps]
    total = its.value_of(0.1, "reliability").total.draws
    for near, full in zip([*steps, total], [*np.transpose(links), np.array(money)], strict=True):
        assert np.corrcoef(near, full)[0, 1] > 0.97
        assert np.std(near) == pytest.approx(np.std(full), rel=0.15)
