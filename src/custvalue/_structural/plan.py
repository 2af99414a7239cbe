"""A model as arrays: which item is whose, which constructs a regression has, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._rows import IntArray
from custvalue._structural.structure import Structure

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Plan:
    """Places of items and constructs; items stand construct after construct.

    Parameters
    ----------
    names : tuple of str
        The k constructs.
    items : tuple of str
        The p items.
    owner : ndarray of int64, shape (p,)
        Place of the construct of each item.
    blocks : tuple of slice
        Places of the items of each construct.
    arrows : tuple of (int, int)
        From and to, in the order of the model.
    formative : ndarray of bool, shape (k,)
        Constructs of several items whose mode is B.
    """

    names: tuple[str, ...]
    items: tuple[str, ...]
    owner: IntArray
    blocks: tuple[slice, ...]
    arrows: tuple[tuple[int, int], ...]
    formative: Flags

    @classmethod
    def of(cls, model: Structure) -> Plan:
        """Lay out a model."""
        sizes = [len(its.items) for its in model.constructs]
        ends = np.cumsum([0, *sizes]).tolist()
        place = {name: at for at, name in enumerate(model.names)}
        return cls(
            names=model.names,
            items=model.item_names,
            owner=np.repeat(np.arange(len(sizes)), sizes),
            blocks=tuple(map(slice, ends, ends[1:])),
            arrows=tuple((place[its.source], place[its.target]) for its in model.paths),
            formative=np.array(
                [its.mode == "B" and len(its.items) > 1 for its in model.constructs]
            ),
        )

    @cached_property
    def adjacency(self) -> Flags:
        """Whether there is a path, shape (from, to)."""
        found = np.zeros((len(self.names), len(self.names)), dtype=bool)
        for source, target in self.arrows:
            found[source, target] = True
        return found

    @cached_property
    def sizes(self) -> IntArray:
        """Items of each construct, shape (k,)."""
        return np.bincount(self.owner, minlength=len(self.names)).astype(np.int64)

    @cached_property
    def single(self) -> Flags:
        """Constructs of one item, shape (k,)."""
        return np.asarray(self.sizes == 1)

    @cached_property
    def factors(self) -> Flags:
        """Constructs of several items in mode A: common factors, where the fit is consistent."""
        return np.asarray(~self.single & ~self.formative)

    @cached_property
    def predecessors(self) -> tuple[Places, ...]:
        """Constructs from which a path leads to each, none where it is exogenous."""
        return tuple(np.flatnonzero(column) for column in self.adjacency.T)

    @cached_property
    def endogenous(self) -> tuple[int, ...]:
        """Constructs to which a path leads."""
        return tuple(at for at, its in enumerate(self.predecessors) if len(its))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """All constructs, each after those that lead to it."""
        left, found = list(range(len(self.names))), list[int]()
        while left:
            ready = [at for at in left if set(self.predecessors[at].tolist()) <= set(found)]
            found += ready
            left = [at for at in left if at not in ready]
        return tuple(found)

    @cached_property
    def reaches(self) -> tuple[tuple[int, int], ...]:
        """Pairs (from, to) that a path or a chain of paths connects, by their places."""
        count = len(self.names)
        reached = np.zeros((count, count), dtype=bool)
        for at in self.order:
            for before in self.predecessors[at]:
                reached[:, at] |= reached[:, before]
                reached[before, at] = True
        return tuple((int(i), int(j)) for i, j in np.argwhere(reached))

    @cached_property
    def membership(self) -> npt.NDArray[np.float64]:
        """1 where an item is of a construct, shape (p, k)."""
        return np.eye(len(self.names))[self.owner]
