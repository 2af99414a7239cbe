"""How customers move between the tiers of a pyramid from one date to a later one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custvalue._inference.shares import Proportion, percent_with_interval, share_among
from custvalue._rfm.migration import RFMMigration

KEPT_CUTS = "Both dates have the same cuts."
OWN_CUTS = (
    "Each date has cuts of its own, so that customers also move because others did. Use "
    "earlier.of(values) for the later date to keep the cuts."
)


class TierMigration(RFMMigration):
    """Customers by their tiers at two dates.

    :meth:`CustomerPyramid.migration` makes it. ``columns()`` has one row for each pair of tiers,
    with Wilson's interval of the share of its customers who are in the other tier later.

    Parameters
    ----------
    segments : tuple of str
        The tiers, the best first.
    counts : tuple of tuple of int
        Customers from each tier (row) to each tier (column). The last row are customers who were
        not there at the earlier date, ``new``; the last column those who are not there at the later
        one, ``gone``.
    same_cuts : bool
        Whether both dates have the same cuts.
    earlier, later : date or None
        Not known here.
    """

    @property
    def moved_up(self) -> Proportion | None:
        """Share of the customers of both dates who are in a better tier; None of nobody."""
        return self._share_of(lambda origin, target: target < origin, "up")

    @property
    def moved_down(self) -> Proportion | None:
        """Share of the customers of both dates who are in a worse tier; None of nobody."""
        return self._share_of(lambda origin, target: target > origin, "down")

    def _share_of(self, counts_if: Callable[[int, int], bool], name: str) -> Proportion | None:
        if not self.customers:
            return None
        tiers = range(len(self.segments))
        some = sum(self.counts[a][b] for a in tiers for b in tiers if counts_if(a, b))
        return share_among(some, self.customers, name)

    def _notes(self) -> Sequence[str]:
        shares = {"same tier": self.stayed, "up": self.moved_up, "down": self.moved_down}
        said = [f"{name} {percent_with_interval(its)}" for name, its in shares.items() if its]
        moved = f"{', '.join(said)} (Wilson)." if said else ""
        return (moved[:1].upper() + moved[1:], KEPT_CUTS if self.same_cuts else OWN_CUTS)
