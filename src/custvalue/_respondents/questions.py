"""Reading the answers to one or two questions, where whole surveys are read by ``Responses``.

Every satisfaction measure takes its answers as lists, arrays, columns of a frame or, for a
single customer, plain numbers; this is the one place that turns them into checked answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import one_dimensional
from custvalue._inference.cells import AnswerCells, answer_cells, whole_cells
from custvalue._inference.sample import Sample
from custvalue._respondents.block import Block
from custvalue._respondents.codebook import Codebook, directed, scale_of, stated_scale
from custvalue._respondents.prorating import HALF
from custvalue._respondents.reading import each_respondent, refuse_missing, require_question_policy
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._respondents.tallied import TalliedAnswers
from custvalue._respondents.together import excluded_by_answers, refuse_other_customers
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base, ItemBase, MissingPolicy
from custvalue._rows import Columns, FloatArray, LabelArray
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

WEIGHTS = "weights"


def read(
    columns: Mapping[str, Any],
    *,
    scale: Scale | None,
    codebook: Codebook | None = None,
    weights: Any,
    missing: MissingPolicy,
) -> Responses:
    """Read answers to a few questions, one row for each respondent of the user's data."""
    scale = scale_of(scale, codebook)
    require_question_policy(missing)
    data = as_columns(columns)
    if weights is not None:
        data[WEIGHTS] = weights
    found = Responses.from_frame(
        data,
        items=list(columns),
        scale=scale,
        codebook=codebook,
        weights=None if weights is None else WEIGHTS,
        missing="pairwise",
    )
    if missing == "raise":
        refuse_any_missing(found.items, found.answers)  # here no question stands for another
    return found


def refuse_any_missing(items: Sequence[str], answers: FloatArray) -> None:
    """Raise a DataError that names the first missing answer, if there is one."""
    absent = np.isnan(answers)
    if absent.any():
        refuse_missing(items, absent)


@dataclass(frozen=True)
class Asked:
    """What a measure was given, its Responses taken apart: answers by argument, weights, policy.

    `stated` is the scale where the caller or the Responses say it, `argument` what the measure
    calls it, and `known` the base of the Responses in an argument, `labels` what these are divided
    by; where one item of Responses is all that was given, its answers are `checked` already.
    """

    columns: dict[str, Any]
    stated: Scale | None
    weights: Any
    missing: MissingPolicy
    known: Mapping[str, Base] = field(default_factory=dict)
    argument: str = "scale"
    checked: bool = False
    labels: dict[str, LabelArray] = field(default_factory=dict)
    codebook: Codebook | None = None

    @property
    def scale(self) -> Scale:
        """The scale, which must be stated."""
        return check_scale(self.stated, self.argument)

    def read(self) -> Responses:
        """Read the answers."""
        for name, values in self.columns.items():
            if isinstance(values, TalliedAnswers):
                raise DataError(
                    f"{name} were counted in an engine, so respondents are not known one by one. "
                    f"top_box, net_score and net_promoter_score take counts; for other measures "
                    f"collect the answers."
                )
        if self.checked:
            return self._as_they_are()
        found = read(
            self.columns,
            scale=self.scale,
            codebook=directed(self.codebook, self.scale),
            weights=self.weights,
            missing=self.missing,
        )
        return found.with_labels(self.labels)

    def _as_they_are(self) -> Responses:
        require_question_policy(self.missing)
        name, answers = next(iter(self.columns.items()))
        if self.missing == "raise":
            refuse_any_missing((name,), answers[:, np.newaxis])
        block = Block.checked((name,), answers[:, np.newaxis], self.scale, None)
        shared = {"weights": self.weights, "labels": self.labels, "missing": "pairwise"}
        return Responses.of_block(block, {**shared, "min_answered": HALF, "lost": None})

    def answered(self, name: str) -> tuple[Responses, Answered]:
        """Read the answers, and keep the respondents who gave all of them."""
        found = self.read()
        return found, answered(name, found.answers, found.sample, self.base_of(found))

    def counted(self, name: str, offered: Sequence[float]) -> tuple[AnswerCells, Base]:
        """Count the answers to one question whose scale, with steps, offers these."""
        if isinstance(tallied := self.columns[name], TalliedAnswers):
            items = tuple(replace(item, name=name) for item in tallied.base.items)
            return tallied.cells, replace(tallied.base, items=items)
        asked = self._as_array(name)
        cells = None
        values = asked.columns[name]
        codes = (asked.codebook or asked.scale).missing_codes
        if asked.weights is None and isinstance(values, np.ndarray) and not (codes or asked.known):
            require_question_policy(self.missing)
            cells = whole_cells(values, offered)
        if cells is not None:
            items = (ItemBase(name, 0),)
            return cells, Base(sum(cells.counts), missing=self.missing, items=items)
        _, used = asked.answered(name)
        return answer_cells(used.answers[:, 0], used.sample, offered), used.base

    def _as_array(self, name: str) -> Asked:
        """Turn a sequence of answers into an array, once."""
        values = self.columns[name]
        given = self.weights is not None or is_number(values)
        if given or _frames.with_categories(values) is not None:
            return self
        return replace(self, columns={name: one_dimensional(name, values)})

    def base_of(self, responses: Responses) -> Base:
        """Return the base of the answers as they were read, with what the Responses knew of it."""
        if self.checked:
            (name, known), *_ = self.known.items()
            own = tuple(_items_of(name, known, self.columns).values())
            known = replace(known, min_answered=None, prorated=0, filled=0)  # here nothing is
            return replace(known, missing=self.missing, items=own)
        base = replace(responses.base, missing=self.missing)
        items = {item.name: item for item in base.items}
        excluded: dict[str, int] = {}
        for argument, known in self.known.items():
            items |= _items_of(argument, known, items)
            for reason, respondents in known.excluded.items():  # of both the same ones
                excluded[reason] = max(respondents, excluded.get(reason, 0))
        for reason, respondents in excluded.items():
            base = replace(base, respondents=base.respondents + respondents)
            base = base.excluding(reason, respondents)
        return replace(base, items=tuple(items.values()))


def taken_apart(
    columns: Mapping[str, Any],
    *,
    scale: Scale | None,
    weights: Any,
    missing: MissingPolicy,
    argument: str = "scale",
    attributes: bool = False,
    codebook: Codebook | None = None,
) -> Asked:
    """Take Responses apart: their scale, weights and policy serve where nothing else is said."""
    scale = stated_scale(scale, codebook, argument)
    if len(columns) == 1 and isinstance(tallied := next(iter(columns.values())), TalliedAnswers):
        return _tallied(dict(columns), tallied, scale, weights, codebook)
    if not attributes:
        for name, values in columns.items():
            _refuse_frame(name, values)
    given = {name: its for name, its in columns.items() if isinstance(its, Responses)}
    if not given:
        asked = Asked(dict(columns), scale, weights, missing, argument=argument)
        return replace(asked, codebook=codebook)
    if not attributes:
        for name, its in given.items():
            _require_one_item(name, its)
    if len(given) == len(columns):
        _refuse_codebook(codebook)
    _refuse_excluded_rows(columns, given)
    return Asked(
        columns={
            name: _answers(given[name], attributes=attributes) if name in given else its
            for name, its in columns.items()
        },
        stated=_their_scale(given, scale, argument),
        weights=_their_weights(given, weights),
        missing=_their_policy(given) if str(missing) == "raise" else missing,
        known={name: its.base for name, its in given.items()},
        argument=argument,
        checked=len(columns) == 1 and not attributes,
        labels=next((its.labels for its in given.values() if its.labels), {}),
        codebook=codebook,
    )


def _items_of(argument: str, known: Base, read: Mapping[str, Any]) -> dict[str, ItemBase]:
    """Return the items of Responses under the names by which they were read here."""
    alone = argument in read
    names = {argument if alone else f"{its.name} ({argument})": its for its in known.items}
    return {name: replace(its, name=name) for name, its in names.items() if name in read}


def _answers(responses: Responses, *, attributes: bool) -> Any:
    if attributes:
        return {name: responses.item(name) for name in responses.items}
    return responses.answers[:, 0]


def _refuse_codebook(codebook: Codebook | None) -> None:
    if codebook is not None:
        raise ParameterError(
            "Responses have been read already, so that codebook would not be used. Leave it out, "
            "or give it to Responses.from_frame."
        )


def _tallied(
    columns: dict[str, Any],
    tallied: TalliedAnswers,
    scale: Scale | None,
    weights: Any,
    codebook: Codebook | None,
) -> Asked:
    """Take counted answers, which have their scale, weights and missing answers."""
    if weights is not None or codebook is not None:
        other = "weights" if weights is not None else "codebook"
        raise ParameterError(
            f"{other} is for answers one by one, but these were counted in an engine. Omit "
            f"{other}, or make the tally with it."
        )
    if scale is not None and scale != tallied.scale:
        raise ParameterError(
            f"scale must be that of the tally, {tallied.scale}, but it is {scale}. Omit it."
        )
    return Asked(columns, tallied.scale, None, "drop")


def _refuse_frame(name: str, values: Any) -> None:
    """Raise for what has columns: which of them holds the answers, only the caller knows."""
    if isinstance(values, np.ndarray) and values.ndim == 2:
        raise DataError(
            f"{name} must be one column of answers, not an array of shape {values.shape}. Give one "
            f"of its columns, as in {name}=data[:, 0].",
            column=name,
        )
    frame = hasattr(type(values), "columns") and not isinstance(values, Columns)
    if not frame and not isinstance(values, Mapping):
        return
    columns = [str(one) for one in _frames.Source(values).names]
    example = columns[0] if columns else "answers"
    raise DataError(
        f"{name} must be one column of answers, not all of {listed(columns)}. Give one of them, as "
        f"in {name}=data[{example!r}].",
        column=name,
    )


def _require_one_item(name: str, responses: Responses) -> None:
    if len(responses.items) > 1:
        first = responses.items[0]
        raise ParameterError(
            f"{name} must be the answers to one question, but these responses have "
            f"{len(responses.items)} items: {listed(responses.items)}. Use "
            f"responses.only([{first!r}]), or responses.item({first!r}) and "
            f"weights=responses.weights."
        )


def _refuse_excluded_rows(columns: Mapping[str, Any], given: Mapping[str, Responses]) -> None:
    """Rows belong together only where both have all of them."""
    for name, its in given.items() if len(columns) > 1 else ():
        others = [one for one, values in columns.items() if one != name and not _constant(values)]
        for other in others if len(given) == len(columns) else ():
            refuse_other_customers(name, its, other, given[other])
        alike = len(given) == len(columns) and "customer" in its.labels
        if others and (excluded_by_answers(its) if alike else its.base.excluded):
            raise DataError(
                f"{name}: missing={its.missing!r} excludes "
                f"{count(its.base.excluded_respondents, 'respondent')}, so that the rows need not "
                f"be those of {others[0]}. Read both with missing='pairwise'."
            )


def _constant(values: Any) -> bool:
    if isinstance(values, Mapping):
        return all(is_number(one) for one in values.values())
    return is_number(values)


def _their_scale(given: Mapping[str, Responses], scale: Scale | None, argument: str) -> Scale:
    first, *others = given
    if scale is not None and check_scale(scale, argument) != given[first].scale:
        raise ParameterError(
            f"{argument} is {scale!r}, but the responses in {first} were given on "
            f"{given[first].scale!r}. Leave {argument} out."
        )
    for other in others:
        if given[other].scale != given[first].scale:
            raise ParameterError(
                f"the responses in {first} were given on {given[first].scale!r}, but those in "
                f"{other} on {given[other].scale!r}. Carry one of them over with map_scale."
            )
    return given[first].scale


def _their_weights(given: Mapping[str, Responses], weights: Any) -> FloatArray:
    first, *others = given
    own = given[first].weights
    if weights is not None:
        stated = _frames.to_numbers("weights", one_dimensional("weights", weights))
        if not np.array_equal(stated, own):
            raise ParameterError(
                f"weights are not the weights of the responses in {first}. Leave weights out, or "
                f"put them into the responses: responses.with_weights(weights)."
            )
    for other in others:
        if not np.array_equal(given[other].weights, own):
            raise ParameterError(
                f"the responses in {first} and {other} have different weights. Give both the same, "
                f"as in responses.with_weights(weights)."
            )
    return own


def _their_policy(given: Mapping[str, Responses]) -> MissingPolicy:
    policies = {its.missing for its in given.values()}
    if policies == {"raise"}:
        return "raise"
    return "drop" if "drop" in policies else "pairwise"


def as_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Repeat plain numbers to the length of the sequences beside them, or once."""
    lengths = [len(values) for values in columns.values() if hasattr(values, "__len__")]
    rows = max(lengths, default=1)
    return {
        name: np.full(rows, values) if is_number(values) else values
        for name, values in columns.items()
    }


def named_columns(argument: str, data: Any, names: Sequence[str], namer: str) -> dict[str, Any]:
    """Return the columns of the attributes that another argument names."""
    data = _frames.unframed(data)
    source = None if isinstance(data, Mapping) else _frames.Source(data)
    there = [str(name) for name in (data if source is None else source.names)]
    absent = [name for name in names if name not in there]
    if absent:
        raise DataError(
            f"{namer} names {absent[0]!r}, which is not a column of {argument}."
            f"{did_you_mean(absent[0], there)} The columns are {listed(there)}.",
            column=absent[0],
        )
    if source is None:
        return {name: data[name] for name in names}
    return {name: source.column(name) for name in names}


def pairs_of_columns(
    perceptions: Any, expectations: Any, names: Sequence[str], namer: str
) -> dict[str, Any]:
    """Return the perceptions and then the expectations of some attributes, named as both."""
    return {
        f"{name} ({word})": values
        for word, data in (("perceptions", perceptions), ("expectations", expectations))
        for name, values in named_columns(word, data, names, namer).items()
    }


def is_number(value: object) -> bool:
    """Say whether `value` is a single number rather than a sequence of answers."""
    return isinstance(value, int | float | np.generic) and not isinstance(value, str | bytes)


@dataclass(frozen=True)
class Answered:
    """The respondents who answered everything that one estimate needs; their weights are > 0."""

    answers: FloatArray
    sample: Sample
    base: Base
    rows: npt.NDArray[np.bool_]

    @property
    def weights(self) -> FloatArray:
        """Their weights."""
        return self.sample.weights


def answered(name: str, answers: FloatArray, sample: Sample, base: Base) -> Answered:
    """Keep the respondents with an answer in every column and a positive weight."""
    complete = ~np.isnan(answers).any(axis=1)
    used = complete & (sample.weights > 0)
    if not used.any():
        raise DataError(
            f"{name}: no respondents remain, because {each_respondent(len(answers))} has a "
            f"missing answer or the weight 0. Check the columns and the scale's missing_codes."
        )
    if used.all():
        return Answered(answers, sample, base, used)
    missing, unused = int((~complete).sum()), int((~used).sum())
    base = base.excluding(MISSING_ANSWER, missing).excluding(WEIGHT_ZERO, unused - missing)
    return Answered(answers[used], sample.of_rows(used), base, used)


def as_responses(
    responses: Any, scale: Scale | None, codebook: Codebook | None = None
) -> Responses:
    """Return Responses as they are, and a dataframe or mapping as Responses on `scale`."""
    scale = stated_scale(scale, codebook)
    if isinstance(responses, Responses):
        _refuse_codebook(codebook)
        if scale is not None and scale != responses.scale:
            raise ParameterError(
                f"scale is {scale!r}, but the responses were given on {responses.scale!r}. Leave "
                f"scale out."
            )
        return responses
    if scale is None:
        raise ParameterError(
            "a dataframe needs its scale, as in scale=Scale(1, 5). Use Responses.from_frame(frame, "
            "items=[...], scale=...) to choose the columns."
        )
    return Responses.from_frame(responses, scale=scale, codebook=codebook)
