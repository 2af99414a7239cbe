"""The net promoter score: share of promoters minus share of detractors, with its interval.

Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6 to "How likely is it that you would
recommend us?" on 0 to 10 (Reichheld 2003, *Harvard Business Review* 81(12)). The variance
of the score is up to four times that of one share, so it is never reported without its interval.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from custvalue import _frames
from custvalue._inference.cells import AnswerCells
from custvalue._inference.estimate import (
    Headline,
)
from custvalue._inference.means import ScaleMean
from custvalue._inference.shares import (
    Counted,
    Proportion,
    effective_n_note,
    share_of,
)
from custvalue._inference.sums import OfSums, mean_of, of_sums
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.counts import checked_counts
from custvalue._respondents.questions import Asked, as_columns, taken_apart
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale, check_scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._results.layout import Row, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._satisfaction.mapping import NO_NET_PROMOTER_SCORE, MappedAnswers
from custvalue._satisfaction.net_estimate import NetEstimate, net_of, shares_of
from custvalue._values import NonNegative
from custvalue._words import number, plain
from custvalue.errors import DataError, DataWarning, ParameterError

SUSPICIOUS = 10  # so many answers without one above 7 look like another scale

TEN = Scale(0, 10)
ANSWERS = tuple(float(answer) for answer in range(11))
PROMOTER, DETRACTOR = 9, 6  # from which, and up to which answer
VOTES = np.array([100.0, 0.0, -100.0])  # of promoters, passives and detractors


@dataclass(frozen=True, kw_only=True, repr=False)
class NetShare(NetEstimate):
    """The estimate behind a net promoter score, in points from -100 to 100.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        100 (share of promoters - share of detractors).
    standard_error : float
        In points; linearised where answers are weighted.
    n : int
        Answers used.
    effective_n : float
        Answers of a simple random sample with the same standard error, at most `n`.
    bounds : tuple of float
        -100 and 100.
    degrees_of_freedom, design_effect : float or None
        Of the standard error, where they were estimated.
    promoter_share, passive_share, detractor_share : float
        The (weighted) shares, 0 to 1.

    Notes
    -----
    Methods of :meth:`confidence_interval`, none of which leaves -100 to 100:

    ``score``
        All values that the score test does not reject (Tango 1998 for paired proportions, the same
        problem). The default.
    ``dirichlet``
        Bayes, equal-tailed, under Jeffreys' prior, by quadrature.
    ``adjusted-wald``
        Wald after 3/4 promoter, 1 1/2 passives and 3/4 detractor are added (Rocks 2016).
    ``wald``
        Value ± z SE. The two Wald intervals are clipped where they leave the range, and their
        name then says so.
    ``Bootstrap(2000, rng=1)``
        Multinomial resamples of the three groups. It covers what ``wald`` covers and, as ``wald``
        does, has zero width where all answers are in one group: it is there for comparison with
        other software.

    Weighted answers enter by their effective n. The score interval of a share is called
    ``wilson``, its Bayes' interval ``jeffreys``, the adjusted Wald one ``agresti-coull``.

    Coverage of the 95 % intervals, computed from all possible samples, in percent:

    ==========================  ===========  ===========  =============  ===========
    shares                      score        dirichlet    adjusted-wald  wald
    ==========================  ===========  ===========  =============  ===========
    each >= 10 %, n = 30        94.1-95.8    94.0-96.9    94.0-96.9      90.7-94.0
    each >= 10 %, n = 100       94.7-95.3    94.6-95.8    94.6-95.8      93.5-94.8
    promoters 80-99 %, n = 30   93.9-97.8    87.9-96.8    92.7-99.7      26.0-91.6
    promoters 80-99 %, n = 100  92.1-97.2    92.1-96.0    93.7-98.6      63.3-93.9
    ==========================  ===========  ===========  =============  ===========

    Where nearly all respondents are passive, all of them are too wide. At n = 1000 ``score`` stays
    within 94.4 to 95.7 % throughout.
    """

    UNIT: ClassVar[float] = 100.0
    OTHER_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "wilson": "Wilson's interval of a share is the 'score' interval of a net promoter "
            "score.",
            "jeffreys": "Bayes' interval of three groups under Jeffreys' prior is 'dirichlet'.",
            "agresti-coull": "The interval after added answers is 'adjusted-wald' here.",
        }
    )

    standard_error: NonNegative
    bounds: tuple[float, float] | None = (-100.0, 100.0)
    promoter_share: float
    passive_share: float
    detractor_share: float

    @property
    def good(self) -> float:
        """Share of promoters."""
        return self.promoter_share

    @property
    def between(self) -> float:
        """Share of passives."""
        return self.passive_share

    @property
    def bad(self) -> float:
        """Share of detractors."""
        return self.detractor_share


class NetPromoterScore(Pictured, Headline):
    """A net promoter score with its base; in points, from -100 to 100.

    Parameters
    ----------
    estimate : NetShare
        100 (share of promoters - share of detractors).
    promoters, passives, detractors : int
        Counts of answers, whatever their weights.
    promoter_share, passive_share, detractor_share : Proportion
        The (weighted) shares.
    mean : ScaleMean or None
        Mean answer on 0 to 10; None where only counts are known.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.

    Examples
    --------
    >>> from custvalue.satisfaction import NetPromoterScore
    >>> score = NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
    >>> round(score.value, 2), round(score.standard_error, 4)
    (33.33, 4.1409)
    >>> str(score.confidence_interval())
    '[24.95, 41.16]'
    >>> str(score.confidence_interval(method="adjusted-wald"))
    '[24.95, 41.11]'
    """

    PICTURE: ClassVar[str] = "net_promoter_bar"
    SHOWN: ClassVar = shown("answers, value: share, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("value", "standard_error", "n")

    estimate: NetShare
    promoters: int
    passives: int
    detractors: int
    promoter_share: Proportion
    passive_share: Proportion
    detractor_share: Proportion
    mean: ScaleMean | None = None
    base: Base

    @classmethod
    def from_counts(
        cls, *, promoters: int, passives: int, detractors: int, n: int | None = None
    ) -> Self:
        """Return the score of counted answers.

        Parameters
        ----------
        promoters, passives, detractors : int
            How many answered 9 or 10, 7 or 8, and 0 to 6.
        n : int, optional
            The number of answers as reported elsewhere; the counts must add up to it.

        Raises
        ------
        DataError
            If a count is negative or not a whole number, all are 0, or they do not add up to `n`.
        """
        given = {"promoters": promoters, "passives": passives, "detractors": detractors}
        counts = checked_counts(given, "net_promoter_score(answers, weights=...)", n=n)
        groups = [Counted(count, float(count), float(count)) for count in counts.values()]
        return cls(**_of_groups(*groups), base=Base(respondents=sum(counts.values())))

    def _shares(self) -> Mapping[str, tuple[int, Proportion]]:
        return {
            "promoters 9-10": (self.promoters, self.promoter_share),
            "passives 7-8": (self.passives, self.passive_share),
            "detractors 0-6": (self.detractors, self.detractor_share),
        }

    def _rows(self, level: float) -> Sequence[Row]:
        score = Row("score", {"name": "score", "answers": self.n, **self.estimate.row(level)})
        return [score, *self._printed(level)]

    def _printed(self, level: float = 0.95) -> Sequence[Row]:
        return [
            Row(name, {"name": share.name, "answers": answers, **share.row(level)})
            for name, (answers, share) in self._shares().items()
        ]

    def _title(self) -> str:
        interval = self.confidence_interval()
        return f"Net promoter score {number(self.value)} points, {interval.description} {interval}"

    def _notes(self) -> tuple[str, ...]:
        error = self.estimate.standard_error
        base = (
            f"n {self.n:,}, standard error {number(error)} points, "
            f"{effective_n_note(self.effective_n, error, 'score')}."
        )
        shares = "Shares: 95 % intervals, wilson."
        if self.mean is not None:
            shares += f" Mean answer {number(self.mean.value)} on 0-10."
        return (base, shares, str(self.base))


def _votes_of_sums(answers: object, *, weights: object = None, **_: object) -> OfSums | None:
    """Return the score of Responses as a function of sums, whose arguments are checked."""
    if not isinstance(answers, Responses) or weights is not None:
        return None
    given = answers.answers[:, 0]
    group = np.where(given >= PROMOTER, 0, np.where(given <= DETRACTOR, 2, 1))
    return mean_of(np.where(np.isnan(given), np.nan, VOTES[group]), answers.weights)


@of_sums(_votes_of_sums)
def net_promoter_score(
    answers: Any,
    *,
    weights: Any = None,
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    missing: MissingPolicy = "raise",
) -> NetPromoterScore:
    """Compute the net promoter score of answers from 0 to 10.

    Parameters
    ----------
    answers : array_like of shape (n,) or Responses
        Whole numbers from 0 to 10: a list, an array, a column of a dataframe; or Responses of one
        item, whose weights, scale and policy for missing answers are used.
    weights : array_like of shape (n,), optional
        Sampling weights.
    scale : Scale, optional
        ``Scale(0, 10)``, if you want to confirm it or to name codes for "don't know"
        (``missing_codes``); any other scale is refused.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    missing : {"raise", "drop", "pairwise"}
        Refuse missing answers, or exclude those respondents (``drop`` and ``pairwise`` are the
        same here); the base of the result counts them.

    Returns
    -------
    NetPromoterScore

    Raises
    ------
    DataError
        If an answer is not a whole number from 0 to 10 or is missing, or weights do not fit.
    ParameterError
        If the scale is not 0 to 10 in whole steps, the answers were mapped from another one, or
        Responses have several items or contradict the scale or the weights.

    Warns
    -----
    DataWarning
        If no scale is stated and 10 or more answers all lie between 1 and 7: they look like
        another scale, on which all would be detractors.

    References
    ----------
    F. F. Reichheld (2003), The One Number You Need to Grow, *Harvard Business Review* 81(12),
    46-54. B. Rocks (2016), Interval Estimation for the "Net Promoter Score", *The American
    Statistician* 70(4).

    Examples
    --------
    >>> from custvalue.satisfaction import net_promoter_score
    >>> score = net_promoter_score([10, 9, 9, 8, 7, 10, 6, 3, 9, 10])
    >>> score.value
    40.0
    >>> print(score)
    Net promoter score 40 points, 95 % interval, score [-15.29, 75.26]
    ────────────────────────────────────────────────
                    answers   share      low    high
    ────────────────────────────────────────────────
    promoters 9-10        6  0.6000   0.3127  0.8318
    passives 7-8          2  0.2000  0.05668  0.5098
    detractors 0-6        2  0.2000  0.05668  0.5098
    ────────────────────────────────────────────────
    n 10, standard error 25.30 points, effective n 10.0 by the variance of the score.
    Shares: 95 % intervals, wilson. Mean answer 8.100 on 0-10.
    10 respondents, no missing answers.
    """
    if isinstance(answers, MappedAnswers):
        raise ParameterError(
            f"answers were mapped from the scale {answers.source}. {NO_NET_PROMOTER_SCORE}"
        )
    return net_promoter_of(
        taken_apart(
            {"answers": answers}, scale=scale, codebook=codebook, weights=weights, missing=missing
        )
    )


def net_promoter_of(asked: Asked) -> NetPromoterScore:
    """Estimate the score of answers that were taken apart."""
    cells, base = _counted(asked)
    if asked.stated is None:
        _warn_of_another_scale(cells)
    groups = _of_groups(
        cells.counted(lambda answer: answer >= PROMOTER),
        cells.counted(lambda answer: DETRACTOR < answer < PROMOTER),
        cells.counted(lambda answer: answer <= DETRACTOR),
    )
    if cells.by_cluster is not None:
        groups |= _of_clusters(cells, groups["estimate"])
    return NetPromoterScore(**groups, mean=cells.mean(name="mean answer"), base=base)


def _of_clusters(cells: AnswerCells, net: NetShare) -> dict[str, Any]:
    """Return the score and the shares with the errors of clusters, by the fields of the result."""
    votes = [100.0 * ((answer >= 9) - (answer <= 6)) for answer in ANSWERS]
    return {
        "estimate": cells.clustered(net, [vote - net.value for vote in votes]),
        "promoter_share": cells.share(lambda answer: answer >= 9, name="promoters"),
        "passive_share": cells.share(lambda answer: 7 <= answer <= 8, name="passives"),
        "detractor_share": cells.share(lambda answer: answer <= 6, name="detractors"),
    }


def _counted(asked: Asked) -> tuple[AnswerCells, Base]:
    scale = TEN if asked.stated is None else _zero_to_ten(asked.stated)
    try:
        return replace(asked, stated=scale).counted("answers", ANSWERS)
    except DataError as error:  # what is wrong with numbers is said in the words of this measure
        if asked.codebook is not None or not isinstance(error.value, int | float):
            raise
        hint = "Code the answers as whole numbers from 0 to 10."
        column = _frames.Source(as_columns(asked.columns)).numbers("answers", hint=hint)
        _refuse_other_answers(column, scale.missing_codes)
        raise


def _of_groups(promoters: Counted, passives: Counted, detractors: Counted) -> dict[str, Any]:
    """Return what the three groups tell, by the fields of the result."""
    return {
        "estimate": _net_share(promoters, passives, detractors),
        "promoters": promoters.n,
        "passives": passives.n,
        "detractors": detractors.n,
        "promoter_share": share_of(promoters, passives + detractors, name="promoters"),
        "passive_share": share_of(passives, promoters + detractors, name="passives"),
        "detractor_share": share_of(detractors, promoters + passives, name="detractors"),
    }


def _net_share(promoters: Counted, passives: Counted, detractors: Counted) -> NetShare:
    groups = (promoters, passives, detractors)
    up, middle, down = shares_of(groups)
    return NetShare(
        name="net promoter score",
        promoter_share=up,
        passive_share=middle,
        detractor_share=down,
        **net_of(groups, NetShare.UNIT),
    )


def _zero_to_ten(scale: Scale) -> Scale:
    check_scale(scale)
    if (scale.low, scale.high, scale.step, scale.direction) != (0, 10, 1, "higher is better"):
        raise ParameterError(
            f"net_promoter_score needs answers on Scale(0, 10), but the scale is {scale!r}. "
            f"Promoters and detractors are defined on 0 to 10 only: ask that question, or report "
            f"top_box(answers, scale={scale!r}, boxes=1) under its own name."
        )
    return scale


def _refuse_other_answers(answers: FloatArray, codes: tuple[float, ...]) -> None:
    present = ~np.isnan(answers) & ~np.isin(answers, codes)
    whole = (answers >= 0) & (answers <= 10) & (answers == np.round(answers))
    bad = np.flatnonzero(present & ~whole)
    if bad.size == 0:
        return
    value = plain(answers[bad[0]])
    if 0 <= value <= 10:
        hint = (
            "An answer between two groups belongs to neither: give the answers themselves, not "
            "means or rescaled ones."
        )
    else:
        hint = (
            f"If {value} means no answer, use scale=Scale(0, 10, missing_codes=({value},)); on "
            f"another scale there is no net promoter score, use top_box."
        )
    raise DataError.at_rows("answers", "a whole number from 0 to 10", bad, answers[bad], hint)


def _warn_of_another_scale(cells: AnswerCells) -> None:
    given = [place for place, count in enumerate(cells.counts) if count]
    low, high, n = given[0], given[-1], sum(cells.counts)
    if n >= SUSPICIOUS and low >= 1 and high <= 7:
        warnings.warn(
            f"all {n:,} answers lie between {low} and {high}: that looks like a scale "
            f"other than 0-10, on which a net promoter score means nothing. If the question was "
            f"asked on 0 to 10, use scale=Scale(0, 10); if not, use top_box.",
            DataWarning,
            stacklevel=4,
        )
