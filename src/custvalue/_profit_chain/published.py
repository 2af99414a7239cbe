"""Chains that were published, with what is known of them; no step of a chain starts from one."""

from __future__ import annotations

from custvalue._loyalty.claims import Claim, Claims

_SEARS = (
    "A. J. Rucci, S. P. Kirn & R. T. Quinn (1998), The employee-customer-profit chain at Sears, "
    "Harvard Business Review 76(1), 82-97"
)
_ONE_FIRM = "One firm, by stores, and units of its own indices, which are no per cent."

published = Claims(
    (
        Claim(
            "Sears: customer impression by a unit of employee attitude",
            1.3 / 5,
            _SEARS,
            "B",
            f"5 units go with 1.3 units. {_ONE_FIRM}",
        ),
        Claim(
            "Sears: revenue growth by a unit of customer impression",
            0.005 / 1.3,
            _SEARS,
            "B",
            f"1.3 units go with .5 % more growth of revenue. {_ONE_FIRM}",
        ),
        Claim(
            "Sears: revenue growth by a unit of employee attitude",
            0.005 / 5,
            _SEARS,
            "B",
            f"5 units go with .5 % more growth of revenue. {_ONE_FIRM}",
        ),
        Claim(
            "5 % better employees bring 5 % revenue growth",
            0.05,
            "retellings of Rucci, Kirn & Quinn (1998)",
            "D",
            "The study says .5 %, and 5 units of attitude where others write 5 per cent.",
        ),
    )
)
