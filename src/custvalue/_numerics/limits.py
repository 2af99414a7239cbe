"""What is said of the limit at which the data cannot tell the parameters apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray

LARGE = 20.0  # a shape from which on a distribution is nearly one value
NOTHING_GAINED = 2.0  # by Akaike's criterion, two parameters must gain more
FAR = 1e4  # factor from a large parameter to one that is as good as infinite
REMEDY = (
    "Use more customers or a longer observation, or a simpler model. Predictions for customers "
    "like those observed can still be used; the parameters themselves cannot be interpreted."
)
NOBODY = 0.01  # a share of customers that is as good as none


def as_likely(likelihood: Objective, here: FloatArray) -> Callable[..., bool]:
    """Make the question whether a place with a parameter fewer is about as likely as this one.

    What looks like a limit is called one only where the likelihood says so: by Akaike's criterion,
    a parameter must gain more than 1.
    """
    fitted = likelihood(here).value

    def as_likely_at(*parameters: float, fewer: int = 1) -> bool:
        fall = fitted - likelihood(np.array(parameters)).value
        return fall < fewer

    return as_likely_at


def or_no_dropout(place: str, *, parameter: str, leaves: float, fall: float, k: int = 1) -> str:
    """Say at which limit the parameters are, and whether no dropout fits about as well."""
    if fall >= NOTHING_GAINED:
        return place or REMEDY
    falls = f"the log-likelihood falls by {max(fall, 0):.1f} only. {NBD if k == 1 else NO_NAME}"
    if leaves < NOBODY:
        return f"It is the limit of no dropout ({parameter} to 0), to which {falls}"
    return f"{place} No dropout ({parameter} to 0) fits about as well: {falls}".lstrip()


def usable(names: str) -> str:
    """Say that predictions can be used, and these parameters not."""
    return f"Predictions can be used; {names} themselves cannot be interpreted."


def fewer_parameters(parameters: str, lost: str, name: str = "") -> str:
    """Say which three parameters a limit has, and which ones of the model are lost."""
    return f"This limit{name} has three parameters: {parameters}; {STILL_USABLE.format(lost)}"


def one_purchase_rate(rate: float, then: str, of: str = "r / alpha") -> str:
    """Say that customers hardly differ in how often they buy."""
    return (
        f"It is the limit of one purchase rate for all customers (r and alpha to infinity), "
        f"{of} = {rate:.4g}{then}"
    )


STILL_USABLE = "predictions can be used, {} themselves cannot be interpreted."
NBD = "Use NBD, which is this limit."
NO_NAME = usable("a and b")
