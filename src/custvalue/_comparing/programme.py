"""Did it work: those with a programme against those without, before and after.

What the others changed by is what those with the programme would have changed by without it: that
their trends are parallel is an assumption. Waves before the programme can speak against it, and
never prove it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from custvalue._checks import checked_level
from custvalue._comparing.comparison import INVARIANCE, as_label, checked_estimates, measure_of
from custvalue._comparing.dependence import dependence_of
from custvalue._comparing.difference import Difference, differences_of
from custvalue._comparing.groups import check_measure, measured, require_questionnaire
from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.contrast import Label, satterthwaite, two_sided
from custvalue._inference.estimate import Estimate, Estimated, Headline, estimate_of, rows_by_name
from custvalue._respondents.respondents import Respondents
from custvalue._results.layout import Row, shown
from custvalue._results.pictured import Pictured
from custvalue._values import Frozen, Level, Probability
from custvalue._words import did_you_mean, listed, number, p_value
from custvalue.errors import DataError, ParameterError

FLAGS = ((0, 1), ("no", "yes"), ("false", "true"))  # of labels in small letters


class Arms(Frozen):
    """The measure of one wave with the programme and without it.

    Parameters
    ----------
    wave : str or int
        The time of asking.
    treated, control : Estimate
        Of those that got the programme at some time, and of the others.
    """

    wave: Label
    treated: AnyEstimate
    control: AnyEstimate


class Effect(Headline):
    """What those with a programme changed by beyond the others.

    Parameters
    ----------
    before, after : str or int
        The two waves.
    estimate : Estimate
        The difference of the changes.
    treated, control : Difference
        The changes.
    p_value : float
        Two-sided, that there is no difference.
    """

    SHOWN: ClassVar = shown("value, low, high, standard_error, p_value")
    REPR: ClassVar[tuple[str, ...]] = ("before", "after", "value", "standard_error", "p_value")

    before: Label
    after: Label
    estimate: Estimate
    treated: Difference
    control: Difference
    p_value: Probability

    def _rows(self, level: float) -> Sequence[Row]:
        changes = rows_by_name([self.treated, self.control], level)
        named = zip(("treated, change", "others, change"), changes, strict=True)
        return [
            *(Row(name, row.values) for name, row in named),
            Row("difference", {**self.estimate.row(level), "p_value": self.p_value}),
        ]

    def _title(self) -> str:
        return f"Difference of changes, {self.before} to {self.after}"


class DifferenceInDifferences(Pictured, Effect):
    """Whether a programme worked.

    Parameters
    ----------
    measure : str
        What was measured.
    programme : str
        The label that says who got it.
    before, after, estimate, treated, control, p_value
        As in :class:`Effect`.
    waves : tuple of Arms
        Every wave, for the picture of both trends.
    placebos : tuple of Effect
        The same of waves before the programme, when it can have had no effect: each earlier wave
        against `before`.
    level : float
        Of the intervals for which no other is asked.
    """

    PICTURE: ClassVar[str] = "parallel_trends"
    measure: str
    programme: str
    waves: tuple[Arms, ...]
    placebos: tuple[Effect, ...]
    level: Level

    def _usual_level(self) -> float:
        return self.level

    def _rows(self, level: float) -> Sequence[Row]:
        placebos = [
            Row(
                f"placebo, {its.before} to {its.after}",
                {"name": "placebo", **its.estimate.row(level), "p_value": its.p_value},
            )
            for its in self.placebos
        ]
        return [*super()._rows(level), *placebos]

    def _title(self) -> str:
        return (
            f"Effect of {self.programme}, {self.measure}: {number(self.value)} "
            f"{self.confidence_interval(self.level)}, {p_value(self.p_value)}"
        )

    def _notes(self) -> Sequence[str]:
        interval = self.confidence_interval(self.level).description
        base = (
            f"Treated {self.treated.n:,} answers, others {self.control.n:,}, in the waves "
            f"{self.before} and {self.after}. {interval}."
        )
        return (base, self._trends, self._clusters, INVARIANCE)

    @property
    def _trends(self) -> str:
        """What earlier waves say of the assumption."""
        assumed = "Assumes that both would have changed alike without the programme"
        if not self.placebos:
            return f"{assumed}; there is no wave before {self.before} to look at that."
        alpha = 1 - self.level
        apart = [its for its in self.placebos if its.p_value <= alpha / len(self.placebos)]
        if apart:
            waves = listed([f"{its.before} to {its.after}" for its in apart])
            return (
                f"{assumed}, but before it they did not, from {waves}: do not rely on the effect."
            )
        return f"{assumed}; earlier waves do not speak against it, which proves nothing."

    @property
    def _clusters(self) -> str:
        if self.estimate.clusters is not None:
            return ""
        return (
            "Respondents are taken as independent. Where dealers got the programme, read the "
            "answers with cluster=: the interval is too short otherwise."
        )


def difference_in_differences(
    answers: Any,
    measure: Callable[[Any], Estimated],
    *,
    treated: str,
    before: Any,
    after: Any,
    wave: str = "wave",
    level: float = 0.95,
) -> DifferenceInDifferences:
    """Compare the change of those with a programme with the change of the others.

    Parameters
    ----------
    answers : Responses, or another questionnaire
        Answers that were read with ``wave=``, with ``cluster=`` where clusters such as dealers got
        the programme, and with the label that says which did.
    measure : callable
        Takes answers and returns an estimate, as in :func:`groups`.
    treated : str
        A label that is 1, ``"yes"`` or ``"true"`` for those that got the programme at some time,
        and 0, ``"no"`` or ``"false"`` for the others; the same in every wave.
    before, after : label
        A wave before the programme, and one after it.
    wave : str
        The label that holds the time of asking.
    level : float
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    DifferenceInDifferences

    Raises
    ------
    DataError
        If a label or a wave is absent, a cluster is both treated and not, there is one treated
        cluster only, or the measure fails in a part.
    ParameterError
        If `measure` cannot be called, or `before` and `after` are one wave.

    Notes
    -----
    The change of each side is that of the same clusters in two waves, whose estimates go together
    as leaving out each cluster shows; the two sides are independent. Degrees of freedom are
    Satterthwaite's.

    References
    ----------
    J. D. Angrist and J.-S. Pischke (2009), *Mostly Harmless Econometrics*, chapter 5. M. Bertrand,
    E. Duflo and S. Mullainathan (2004), *Quarterly Journal of Economics* 119(1).

    Examples
    --------
    >>> from custvalue import comparing, datasets
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(40, 4, programme_effect=0.5, rng=1)
    >>> dealers = (network.dealers[name].tolist() for name in ("dealer", "programme"))
    >>> got_it = dict(zip(*dealers))
    >>> survey = dict(network.survey)
    >>> survey["programme"] = [got_it[dealer] for dealer in survey["dealer"].tolist()]
    >>> answers = Responses.from_frame(
    ...     survey,
    ...     ["satisfaction"],
    ...     scale=Scale(1, 10),
    ...     wave="wave",
    ...     cluster="dealer",
    ...     labels=["programme"],
    ... )
    >>> effect = comparing.difference_in_differences(
    ...     answers,
    ...     lambda part: part.mean("satisfaction"),
    ...     treated="programme",
    ...     before="2022-Q2",
    ...     after="2022-Q4",
    ... )
    >>> round(effect.value, 2), effect.confidence_interval().description
    (0.51, '95 % interval, t, 40 clusters, 30.0 degrees of freedom')
    """
    check_measure(measure)
    require_questionnaire("answers", answers)
    level = checked_level(level)
    sides = _sides(answers, treated)
    times = {name: _by_wave(part, wave, name) for name, part in sides.items()}
    waves = [label for label in times["treated"] if label in times["control"]]
    first, last = (
        _checked_wave(name, its, waves) for name, its in (("before", before), ("after", after))
    )
    if waves.index(first) >= waves.index(last):
        raise ParameterError(
            f"before must be an earlier wave than after, but they are {first!r} and {last!r}. The "
            f"waves are {listed(waves)}."
        )
    sided = {name: _Side.of(name, its, waves, measure) for name, its in times.items()}
    both = sided["treated"], sided["control"]
    pairs = [(first, last), *((its, first) for its in waves[: waves.index(first)])]
    main, *placebos = (_effect(both, pair, level) for pair in pairs)
    return DifferenceInDifferences(
        **{name: getattr(main, name) for name in Effect.model_fields},
        measure=measure_of(checked_estimates(both[0].estimates)),
        programme=treated,
        waves=tuple(
            Arms(
                wave=label,
                treated=estimate_of(both[0].estimates[label]),
                control=estimate_of(both[1].estimates[label]),
            )
            for label in waves
        ),
        placebos=tuple(placebos),
        level=level,
    )


def _sides(answers: Respondents, treated: str) -> dict[str, Any]:
    """Return those with the programme and the others."""
    parts = {_flag(label): part for label, part in answers.by(treated).items()}
    flags = next((its for its in FLAGS if set(parts) <= set(its)), None)
    if flags is None or len(parts) < 2:
        raise DataError(
            f"{treated} must be 1 (or 'yes') for those with the programme and 0 (or 'no') for the "
            f"others, but it is {listed(parts)}. Make such a column, and name it as treated=.",
            column=treated,
        )
    control, with_it = (parts[its] for its in flags)
    if answers.clusters is not None:
        _check_clusters(treated, control, with_it)
    return {"treated": with_it, "control": control}


def _flag(label: Any) -> Any:
    return label.lower() if isinstance(label, str) else label


def _check_clusters(treated: str, control: Any, with_it: Any) -> None:
    """Raise a DataError for clusters on both sides, and where one side has a single one."""
    names = {
        "without": set(control.labels["cluster"].tolist()),
        "with": set(with_it.labels["cluster"].tolist()),
    }
    both = sorted(names["without"] & names["with"])
    if both:
        raise DataError(
            f"the cluster {both[0]!r} is both with and without the programme in {treated}. Mark "
            f"it in every wave by whether it got the programme at some time.",
            column=treated,
        )
    for word, its in names.items():
        if len(its) == 1:
            raise DataError(
                f"there is one cluster {word} the programme, {next(iter(its))!r}, so that nobody "
                f"knows how such clusters change by chance. Compare more of them.",
                column=treated,
            )


def _by_wave(part: Respondents, wave: str, side: str) -> dict[Label, Any]:
    found = {as_label(label, "answers"): its for label, its in part.by(wave).items()}
    if len(found) < 2:
        raise DataError(f"{side}: a change needs 2 waves, but there is {len(found)}.", column=wave)
    return found


def _checked_wave(argument: str, value: Any, waves: Sequence[Label]) -> Label:
    label = as_label(value, argument)
    if label not in waves:
        raise DataError(
            f"{argument}={label!r} is no wave that both sides have.{did_you_mean(label, waves)} "
            f"Such waves are {listed(waves)}."
        )
    return label


class _Side(NamedTuple):
    """Those with the programme, or the others: answers and estimates by wave."""

    name: str
    parts: Mapping[Label, Any]
    estimates: Mapping[Label, Estimated]
    measure: Callable[[Any], Estimated]

    @classmethod
    def of(
        cls,
        name: str,
        parts: Mapping[Label, Any],
        waves: Sequence[Label],
        measure: Callable[[Any], Estimated],
    ) -> _Side:
        """Measure every wave."""
        found = {label: measured(parts[label], measure, f"{name}, {label!r}") for label in waves}
        return cls(name, parts, found, measure)

    def change(self, before: Label, after: Label, level: float) -> Difference:
        """Return the change, as that of a panel where the clusters are the same."""
        checked = checked_estimates({label: self.estimates[label] for label in (before, after)})
        estimates = {label: estimate_of(its) for label, its in checked.items()}
        if not any(its.varies for its in estimates.values()):
            raise DataError(
                f"{self.name}: in {before!r} and {after!r} all answers are equal, so that nobody "
                f"knows how they change by chance. Measure shares, such as the top box, or collect "
                f"more answers."
            )
        (found,) = differences_of(
            estimates,
            [(after, before)],
            correction="none",
            method="welch" if all(its.has_degrees for its in estimates.values()) else "wald",
            level=level,
            dependence=dependence_of([self.parts[before], self.parts[after]], self.measure),
        )
        return found

    def clusters(self, waves: Sequence[Label]) -> set[Any] | None:
        """Return the clusters in some waves; None where respondents are independent."""
        used = [self.parts[label] for label in waves]
        if any(part.clusters is None for part in used):
            return None
        return set().union(*(part.labels["cluster"].tolist() for part in used))


def _effect(sides: tuple[_Side, _Side], pair: tuple[Label, Label], level: float) -> Effect:
    """Return the change of one side minus that of the other."""
    before, after = pair
    one, other = (side.change(before, after, level) for side in sides)
    a, b = one.standard_error**2, other.standard_error**2
    degrees = float(satterthwaite(a, b, one.t_degrees, other.t_degrees, 0.0))
    names = [side.clusters(pair) for side in sides]
    estimate = Estimate(
        name="effect",
        value=one.value - other.value,
        standard_error=math.sqrt(a + b),
        n=one.n + other.n,
        effective_n=one.effective_n + other.effective_n,
        degrees_of_freedom=degrees,
        clusters=None if None in names else sum(len(its) for its in names if its is not None),
    )
    return Effect(
        before=before,
        after=after,
        estimate=estimate,
        treated=one,
        control=other,
        p_value=two_sided(estimate.value / math.sqrt(a + b), degrees),
    )
