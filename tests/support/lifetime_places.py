"""Random places at which the lifetime models are compared with many digits, all corners included.

Shapes from 0.01 to 30, rates (alpha, beta) from 0.01 to 1000, T to 1000, x to 5000, horizons to
5000; all but T on a logarithmic scale.
"""

import math

import numpy as np


def random_places(count, seed, *, shapes, rates):
    """Yield parameters, (x, t_x, T) and a horizon in weeks."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        of_shapes = np.exp(random.uniform(math.log(0.01), math.log(30), len(shapes)))
        of_rates = np.exp(random.uniform(math.log(0.01), math.log(1000), len(rates)))
        parameters = dict(zip((*shapes, *rates), (*of_shapes, *of_rates), strict=True))
        x = int(math.exp(random.uniform(0, math.log(5001)))) - 1
        T = random.uniform(0, 1000)
        t_x = T * random.uniform(0, 1) if x > 0 else 0.0
        weeks = math.exp(random.uniform(math.log(0.01), math.log(5000)))
        yield {name: float(value) for name, value in parameters.items()}, (x, t_x, T), weeks


def largest_errors(pairs, places):
    """Return the largest relative error of each function.

    `pairs` takes a place and returns a mapping of function to (value, truth).
    """
    worst = {}
    for place in places:
        for name, (value, truth) in pairs(*place).items():
            # below 1e-300 there are no full doubles left
            error = 0.0 if abs(truth) < 1e-300 > abs(value) else abs(value / truth - 1)
            worst[name] = max(worst.get(name, 0.0), error)
    return worst
