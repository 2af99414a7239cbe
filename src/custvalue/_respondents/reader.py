"""The one reader of answers: column roles, weights, labels, codes, and the missing policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._aligned import require_one_index
from custvalue._frames import Source
from custvalue._respondents import prorating, reading, repeats
from custvalue._respondents.block import Block, taken
from custvalue._respondents.clustering import clusters_of, require_clusters
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.coding import Unknown, refuse
from custvalue._respondents.counted_rows import offered_by, warn_of_counts
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.losses import Lost, lost_of
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.respondents import ROLES
from custvalue._respondents.scale import Scale
from custvalue._respondents.split import Rows
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, LabelArray, read_only
from custvalue.errors import DataError


@dataclass(frozen=True)
class Roles:
    """What respondents have beside answers: columns of a frame, or arrays; None for none."""

    weights: Any = None
    group: Any = None
    wave: Any = None
    cluster: Any = None
    stratum: Any = None
    labels: Any = None
    customer: Any = None
    repeats: RepeatsPolicy = "raise"
    date: Any = None
    missing: MissingPolicy = "raise"

    def _named(self) -> dict[str, Any]:
        """Return all labels that are asked for, by name."""
        roles = {name: getattr(self, name) for name in ROLES}
        asked = {name: its for name, its in roles.items() if its is not None}
        if self.labels is None:
            return asked
        if isinstance(self.labels, Mapping):
            others = dict(self.labels)
        else:
            others = {name: name for name in reading.check_items(self.labels, "labels")}
        for name in others:
            if name in ROLES or name in ("weight", "weights"):
                raise DataError(
                    f"labels cannot have the name {name!r}, which is an argument of its own. Give "
                    f"it another name, as in labels={{'my {name}': …}}."
                )
        return asked | others

    def check_names(self) -> None:
        """Raise unless all roles are names of columns."""
        named = {"weights": self.weights, "date": self.date, **self._named()}
        reading.require_column_names(named)
        self._check_repeats()

    def _check_repeats(self) -> None:
        repeats.check_repeats(self.customer, self.repeats, self.date, self.wave)
        if self.repeats != "cluster":  # then customers are the clusters
            require_clusters({"cluster": self.cluster, "stratum": self.stratum})

    def _settled(self, weights: FloatArray, labels: dict[str, LabelArray], order: Any) -> Who:
        """Apply the policy for several answers of one customer."""
        return Who(weights, *repeats.settled(labels, self.repeats, order))

    def of_frame(self, source: Source, items: Sequence[str]) -> Who:
        """Read weights and labels from columns that are no items."""
        self.check_names()
        named = self._named()
        pair = {"weights": self.weights, "group": self.group, "wave": self.wave}
        reading.refuse_two_roles(items, pair)
        for name, column in named.items():  # a dealer may be group, cluster and stratum at once
            reading.refuse_two_roles(items, {"weights": self.weights, name: column})
        weights = reading.weights_column(source, self.weights)
        labels = {
            name: reading.labels_column(source, name, its, self.missing)
            for name, its in named.items()
        }
        order = repeats.order_of(source, self.date, source.rows)
        called = {its: name for name, its in reversed(named.items()) if its not in named}
        return self._settled(weights, labels, order)._replace(called=called)

    def of_arrays(self, rows: int, answers: Mapping[str, Any]) -> Who:
        """Check weights and labels with one entry for each respondent, in the order of answers."""
        self._check_repeats()
        require_one_index({**answers, "weights": self.weights, **self._named(), "date": self.date})
        weights = None if self.weights is None else reading.given_weights(self.weights)
        named = self._named().items()
        labels = {
            name: reading.checked_labels(name, its, rows, self.missing) for name, its in named
        }
        order = repeats.order_of(None, self.date, rows)
        return self._settled(reading.checked_weights("weights", weights, rows), labels, order)

    @property
    def taken(self) -> list[Any]:
        """Columns that are no items."""
        return [self.weights, self.date, *self._named().values()]


class Who(NamedTuple):
    """Weights and labels of all respondents who are read, and who of them is used; None for all."""

    weights: FloatArray
    labels: dict[str, LabelArray]
    used: npt.NDArray[np.bool_] | None = None
    called: Mapping[str, str] = MappingProxyType({})

    def everybody(self) -> npt.NDArray[np.bool_]:
        """Flag all respondents who are used."""
        return np.ones(len(self.weights), dtype=bool) if self.used is None else self.used.copy()

    def kept(
        self,
        keep: npt.NDArray[np.bool_],
        lost: Lost | None,
        missing: MissingPolicy,
        min_answered: float = prorating.HALF,
    ) -> dict[str, Any]:
        """Return the fields that all sets of answers share, of those who are kept."""
        rows = slice(None) if keep.all() else keep
        clusters_of(self.labels)
        weights = self.weights[rows]
        if not weights.any():
            reading.checked_weights("weights", weights, len(weights))
        return {
            "weights": read_only(weights),
            "labels": {name: read_only(its[rows]) for name, its in self.labels.items()},
            "missing": missing,
            "min_answered": min_answered,
            "lost": lost,
            "called": dict(self.called),
        }


class Asked(NamedTuple):
    """Columns that ask one thing of some items; `prorates`: others can stand for a missing one.

    `argument` is what takes a codebook for them.
    """

    items: tuple[str, ...]
    scale: Scale
    instrument: Instrument | None = None
    prorates: bool = True
    codebook: Codebook | None = None
    argument: str = "codebook"


class Settled(NamedTuple):
    """Answers after the policy for missing ones: what respondents share, and who is kept."""

    shared: dict[str, Any]
    keep: npt.NDArray[np.bool_]


def read_blocks(
    source: Source,
    asked: Mapping[str, Asked],
    who: Who,
    *,
    missing: MissingPolicy,
    min_answered: float,
    also: Sequence[FloatArray] = (),
) -> tuple[dict[str, Block], Settled]:
    """Read blocks of answers, recode reverse-scored items, and apply the policy to all of them.

    Under ``drop`` the numbers in `also`, of shape (rows, columns), must be there too.
    """
    reading.require_missing_policy(missing)
    prorating.checked_min_answered(min_answered, missing)
    if source.rows == 0:
        raise DataError("the survey has no rows. Give at least one respondent.")
    matrices: dict[str, FloatArray] = {}
    codes: list[Rows] = []
    unknown: list[Unknown] = []
    for name, its in asked.items():
        matrices[name], found = reading.coded_answers(
            source, its.items, its.scale, its.codebook, unknown=unknown, argument=its.argument
        )
        codes += found
    refuse(unknown)
    for name, its in asked.items():
        _recode(its, matrices[name])
    offered = offered_by(next(iter(asked.values())).scale)
    warn_of_counts(list(matrices.values()), who.weights, who.labels.values(), offered)
    keep = _kept(asked, matrices, who, missing=missing, min_answered=min_answered, also=also)
    lost = lost_of(list(matrices.values()), codes, keep, who.labels, who.used)
    settled = Settled(who.kept(keep, lost, missing, min_answered), keep)
    blocks = {}
    for name, its in asked.items():
        matrix = matrices.pop(name)
        if missing == "raise":
            prorating.check_gaps(
                its.items, matrix, its.instrument, missing, min_answered, used=who.used
            )
        matrix = matrix if keep.all() else taken(matrix, keep)
        blocks[name] = Block.checked(its.items, matrix, its.scale, its.instrument)
    return blocks, settled


def _recode(asked: Asked, matrix: FloatArray) -> None:
    """Check answers as they are in the data, and recode reverse-scored items in place."""
    reading.check_matrix(asked.items, matrix, asked.scale, asked.codebook)
    reverse_scored = () if asked.instrument is None else asked.instrument.reverse_scored_items
    for place, name in enumerate(asked.items):
        if name in reverse_scored:
            matrix[:, place] = asked.scale.low + asked.scale.high - matrix[:, place]


def _kept(
    asked: Mapping[str, Asked],
    matrices: Mapping[str, FloatArray],
    who: Who,
    *,
    missing: MissingPolicy,
    min_answered: float,
    also: Sequence[FloatArray],
) -> npt.NDArray[np.bool_]:
    """Say who is kept under the policy."""
    if missing == "drop":
        return reading.complete_rows([*matrices.values(), *also], who.used)
    keep = who.everybody()
    if missing == "prorate":
        for name, its in asked.items():
            if its.prorates:
                parts = prorating.parts_of(its.items, its.instrument)
                keep &= prorating.enough_answered(matrices[name], parts, min_answered)
        prorating.refuse_empty(keep, min_answered)
    return keep
